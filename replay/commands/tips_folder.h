/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/tips/tips.h"

/* The shipped tips in a language (NULL: that of the environment) with the files *.tips of a folder (NULL: none) over
 * them, in the order of their names. NULL with error set when a file cannot be read or used: a command must not go on
 * with half of what was asked for. */
Tips *tips_folder_load (const char *language, const char *folder, GError **error);
