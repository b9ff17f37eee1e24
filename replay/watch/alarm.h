/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* A command that is run when a phone begins to fail, with the change as JSON on its standard input. No shell sees
 * anything of it. */

typedef struct Alarm Alarm;

/* command: a program with its arguments, quoted as in a shell. At most so many are started in a minute; what comes
 * beyond that is counted only. NULL with error set when the command cannot be understood or its program is not there.
 */
Alarm *alarm_new (const char *command, guint per_minute, GError **error);
/* What commands write on standard error would be in the way: it goes nowhere from now on. */
void alarm_hush (Alarm *alarm);
/* Waits for those that still run, for some seconds at most. */
void alarm_finish (Alarm *alarm);
void alarm_free (Alarm *alarm);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Alarm, alarm_free)

/* json: one line. now is g_get_monotonic_time(). */
void alarm_raise (Alarm *alarm, const char *json, gsize size, gint64 now);
/* Clears away after those that have ended; to be called now and then. A sentence when one could not be run, ended with
 * an error, or was left out since the last call; NULL otherwise. Owned by the caller. */
char *alarm_news (Alarm *alarm);
