/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Work on many things by several threads, whose results are taken one by one in the order of the things. */

/* Works on the thing of that number, in any thread. Owned by whoever takes it. */
typedef gpointer (*InOrderWork) (guint number, gpointer user_data);
/* Takes a result, one at a time and in their order, in any thread. FALSE: nothing more is wanted. */
typedef gboolean (*InOrderTake) (gpointer result, gpointer user_data);

/* The things 0 to n - 1. jobs: at most so many threads, the caller's among them. ahead: so many results at
 * most wait to be taken, or are worked on. result_free gets what is not taken. Returns when all is done. */
void in_order (guint n, guint jobs, guint ahead, InOrderWork work, InOrderTake take, GDestroyNotify result_free,
               gpointer user_data);
