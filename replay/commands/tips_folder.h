/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/tips/tips.h"

/* The shipped tips in a language (NULL: that of the environment) with the files *.tips of a folder (NULL: none) over
 * them, in the order of their names. NULL with error set when a file cannot be read or used: a command must not go on
 * with half of what was asked for. */
/* The captures (or NULL; ended by NULL) and these files: what an output must not replace. Owned by the caller. */
char **tips_folder_inputs (const char *const *captures, const char *folder);
Tips *tips_folder_load (const char *language, const char *folder, GError **error);
