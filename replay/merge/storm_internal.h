/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/merge/storm.h"

/* How lines fill a storm. */

/* Of this part alone. */
Storm *storm_new_part (const char *file, guint64 line, guint64 number, guint64 of, guint64 exact);
/* A new one where there is none of that name. Borrowed. */
StormExchange *storm_exchange (Storm *storm, const char *name);
void storm_add_time (Storm *storm, StormExchange *exchange, gint64 took, gint64 least);
/* FALSE when it has come before in that round, or a later one. */
gboolean storm_add_phone (Storm *part, const char *phone, guint64 turn);
void storm_add_push (Storm *storm, const char *message, guint64 recorded, guint64 live);
/* Each once, and the first ones only. */
void storm_add_text (GPtrArray *texts, const char *text);
