/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/commands/crowd.h"
#include "replay/engine/agenda.h"

/* How far a long run is: one line on the terminal that standard error is, each second, and none when the run is over.
 */

typedef struct {
    const Crowd *crowd; /* borrowed */
    Agenda *agenda;     /* borrowed */
    Appointment next;
} Progress;

/* Nothing where standard error is no terminal. */
void progress_begin (Progress *progress, const Crowd *crowd, Agenda *agenda);
void progress_end (Progress *progress);
