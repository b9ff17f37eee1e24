/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/bytes.h"

#include <glib.h>

/* Octets that many packets carry one after the other: one direction of a TCP connection, or a file in blocks. They are
 * read as a whole first, which is when it is decided what becomes of each; then every packet gets what it carries, also
 * one that is sent again. What was never decided becomes zeros. Kept are only the octets that change. */

typedef struct Lane Lane;

/* What a lane is read by. Gets all that follows what was read before, and may change it in place.
 * Returns how many octets are read: 0 when more are needed. What it tells to lane_keep() stays, with its changes. at:
 * the position of the first one. at_end: no more will come behind these. */
typedef gsize (*LaneRead) (Lane *lane, guint64 at, guint8 *data, gsize size, gboolean at_end, gpointer user_data);

Lane *lane_new (void);
void lane_free (Lane *lane);

/* The position of a sequence number of 32 bits, near to the one before. */
guint64 lane_place (Lane *lane, guint32 sequence);
/* All anew, but for what was decided. Whoever reads twice lets the first time tell what comes more than once: of that
 * the second time keeps all. */
void lane_rewind (Lane *lane);

/* Octets at that position, of which lost more follow that the capture did not keep. */
void lane_add (Lane *lane, guint64 at, View octets, gsize lost, LaneRead read, gpointer user_data);
/* Reads what is still there, whatever is missing. */
void lane_finish (Lane *lane, LaneRead read, gpointer user_data);

/* For those who read: where the octets begin that came last, or 0. */
guint64 lane_latest (const Lane *lane);
/* For those who read: these octets stay, those that differ from before as they are now. before NULL: all. */
void lane_keep (Lane *lane, guint64 at, const guint8 *before, const guint8 *now, gsize size);
/* Nothing up to there is to be read. */
void lane_skip_to (Lane *lane, guint64 position);

/* Writes what was decided over octets at that position; only after lane_finish(). */
void lane_write (const Lane *lane, guint64 at, guint8 *data, gsize size);
