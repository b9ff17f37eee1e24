/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* The captures that are meant by paths: folders stand for the captures in them and in their folders, in the order of
 * their names; anything else for itself. What is named like a capture is meant, whether it can be read or not: whoever
 * reads it says so. Of all else what begins like one is. Links to folders are not followed. problem is told what of a
 * folder cannot be read, or that none is in it, in one sentence. Freed with g_strfreev(). */
char **capture_list (char **paths, void (*problem) (const char *sentence, gpointer user_data), gpointer user_data);
