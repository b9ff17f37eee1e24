/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/report/summary.h"

/* What the parts of the summary share: summary.c (what was seen), summary_outcome.c (how it ended) and summary_cause.c
 * (why). */

/* Fills lines, outcome, decides and cause of a phone of which all notes and findings are known. */
void summary_conclude (const Summary *summary, PhoneSummary *phone);

/* What keeps the phone from what that registration is for; NULL when nothing says it. decides is 0 for a phone that has
 * turned to no server. */
const Finding *summary_cause (const Summary *summary, const PhoneSummary *phone, RegistrationId decides);
/* The time of a note; NOT_SEEN for none. */
gint64 summary_time (const Summary *summary, NoteId note);
/* The two registrations are the same phone's wish to be registered: at the same server, over SIP of the same account.
 */
gboolean summary_same_aim (const Registration *a, const Registration *b);
