/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* A copy for one line of a terminal or a report: whoever wrote the text can neither begin another line there nor turn
 * round what follows. No control characters, none that are hidden, no ends of lines, valid UTF-8. Owned by the caller.
 */
char *clean_line (const char *text);
