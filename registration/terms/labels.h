/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/bytes.h"

#include <glib.h>

/* Cisco's embedded labels. A call manager need not know the phone's language: in display texts (prompts, soft keys,
 * RegisterReject) the octet pairs 0x80 n and 0x1E n stand for phrases that the phone has built in. */

/* Appends the text as valid UTF-8 with the labels in English. What is valid UTF-8 stays (0x80 inside a character is no
 * label); any other octet is read as ISO 8859-1. An unknown label becomes "[label 0x80 0x60]"; half a label at the end
 * is dropped, and so are control characters, except that tab and line ends become spaces. A phrase and its neighbour
 * are kept apart by a space where they would run together ("From" "1001"). */
void labels_translate (View text, GString *out);
