/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/commands/part.h"
#include "replay/engine/player.h"
#include "replay/report/run_summary.h"

#include <glib.h>

/* The phones of one run: one as a rule, or many, begun at a rate and counted up from one name. */

typedef struct {
    PlayerSettings player; /* stays, lateness and reading are set by the crowd */
    Identity first;
    guint phones;              /* at least 1 */
    Part part;                 /* of all parts together first is the first, and its rate theirs */
    double rate;               /* phones a second; 0: all at once */
    gint64 start;              /* of clock_now(); 0: at once */
    guint rounds;              /* how often all of it is done, one after the other */
    gint64 stay;               /* nanoseconds that all are held registered, from when the last one is */
    guint phones_per_port;     /* SIP over UDP: more than 1: so many share a port of ours */
    gboolean loopback_sources; /* each phone gets an address of its own in 127.0.0.0/8 */
} CrowdSettings;

typedef struct Crowd Crowd;

typedef void (*CrowdDone) (gpointer user_data);

/* settings is copied; summary (borrowed) gets every outcome. done is called once when the last phone is gone. NULL with
 * error set when there are not that many names. */
Crowd *crowd_new (const CrowdSettings *settings, RunSummary *summary, CrowdDone done, gpointer user_data,
                  GError **error);
void crowd_free (Crowd *crowd);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Crowd, crowd_free)

void crowd_start (Crowd *crowd);
/* All sign off and end, as soon as the server has had its moment. No further round begins. */
void crowd_stop (Crowd *crowd);
/* Ends them at once, whatever servers have still to answer; what there is of their outcomes is in the summary. */
void crowd_leave (Crowd *crowd);

typedef struct {
    guint phones, gone, registered; /* of this round: of all, that have ended, that hold their registration */
    guint round, rounds;            /* from 1 */
} CrowdProgress;

CrowdProgress crowd_progress (const Crowd *crowd);

/* The address of the phone with that number (from 0). */
IpAddress crowd_loopback_source (guint number);
