/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/tips/tips.h"

/* The shipped tips in the user's language, with those of a folder of the user's over them. Never fails: what cannot be
 * read is reported to the user by name, and the rest is used. Empty texts mean: the desktop's language; no folder. */
Tips *user_tips_load (const char *language, const char *folder);
/* The paths of these files, in the order of their names. NULL with error set. */
GPtrArray *user_tips_files (const char *folder, GError **error);
