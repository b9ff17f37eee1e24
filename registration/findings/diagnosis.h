/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/findings/findings.h"
#include "registration/findings/timers.h"
#include "registration/flow/flow.h"

#include <glib.h>

/* What is wrong in a capture: watches a flow, and keeps what it finds. */

typedef struct Diagnosis Diagnosis;

/* Watches the flow, which must outlive it, from now on: to be made before its first frame. timers is copied; NULL for
 * those of the table. */
Diagnosis *diagnosis_new (Flow *flow, const Timers *timers);
void diagnosis_free (Diagnosis *diagnosis);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Diagnosis, diagnosis_free)

/* What silence proves is said at the phone's next message, or at the capture's end; this says it now, at the latest
 * message that proves it, for whoever looks on while packets come. */
void diagnosis_say_silence (Diagnosis *diagnosis);

/* Borrowed from the diagnosis; the flow is the one that it watches. */
const Flow *diagnosis_flow (const Diagnosis *diagnosis);
const Findings *diagnosis_findings (const Diagnosis *diagnosis);
const Timers *diagnosis_timers (const Diagnosis *diagnosis);
