/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/flow/phones.h"

/* Whether --phone WANTED means this phone: by its name as of that note, an address, or its MAC address in any of the
 * usual spellings (00:13:80:ad:9e:5f, 00-13-80-AD-9E-5F, 0013.80ad.9e5f, 001380AD9E5F). Case does not matter. */
gboolean phone_is_called (const Phones *phones, PhoneId id, NoteId note, const char *wanted);
