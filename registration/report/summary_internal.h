/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/report/summary.h"

/* What the parts of the summary share: summary.c (what was seen), summary_outcome.c (how it ended), summary_cause.c
 * (why), summary_grants.c (when which wish was granted) and summary_backup.c (who went elsewhere because of a failure).
 * A phone may have tried a hundred thousand times, and each time something was found: what is asked of each finding or
 * line must not look at all attempts. */

/* Fills lines, outcome, decides and cause of a phone of which all notes and findings are known. */
void summary_conclude (const Summary *summary, PhoneSummary *phone);

/* Sorts what was found by the user that it is about, for a phone with so many lines that not all of it can be looked at
 * for each. */
void summary_sort_found (const Summary *summary, PhoneSummary *phone);
/* What keeps the phone from what that registration is for; NULL when nothing says it. decides is 0 for a phone that has
 * turned to no server. */
const Finding *summary_cause (const Summary *summary, const PhoneSummary *phone, RegistrationId decides);
/* The first error about the phone that stands, or what explains it; NULL when none does. */
const Finding *summary_standing_error (const Summary *summary, const PhoneSummary *phone);
/* Fills load of a phone of which it is known what decides. */
void summary_keep_load (const Summary *summary, PhoneSummary *phone);
/* The time of a note; NOT_SEEN for none. */
gint64 summary_time (const Summary *summary, NoteId note);
/* It is one try of its phone to be registered at all: no query, no token alone, no standby. */
gboolean summary_wants_registration (const Registration *registration);
/* Where it is asked from; of size 0 when that is not seen, or not over SCCP. */
IpAddress summary_asked_from (const Summary *summary, const Registration *registration);
/* The part of its line before the @; empty when it has none. */
View summary_user (const Registration *registration);
/* The two registrations are the same phone's wish to be registered: at the same server, over SIP of the same account.
 */
gboolean summary_same_aim (const Registration *a, const Registration *b);

/* The phase in which it went wrong; PHASE_NONE when it is about no step of a registration. */
Phase summary_phase_of (const Summary *summary, const Finding *finding);
/* The registration that a finding is about; NULL when it is about none. */
const Registration *summary_failed (const Summary *summary, const Finding *finding);

/* Remembers when each of the phone's wishes was granted last, and when it last failed in which way. */
void summary_find_grants (const Summary *summary, PhoneSummary *phone);
/* The note by which a server has granted the same wish last, of two devices with one name to the same one; 0 none has.
 * For a phone about which something was found. */
NoteId summary_granted (const Summary *summary, const PhoneSummary *phone, const Registration *wish);
/* By whatever server of the account's domain; 0 none has, or the servers need not be of one. */
NoteId summary_granted_by_domain (const PhoneSummary *phone, const Registration *wish);
/* The same for any wish of the phone. */
NoteId summary_granted_any (const PhoneSummary *phone);
/* Where the same was found last about the same wish: failed is the registration that the finding is about. */
NoteId summary_failed_last (const PhoneSummary *phone, const Finding *finding, const Registration *failed);
/* The note by which a server has granted that one of its wishes ends; 0 none has. */
NoteId summary_signed_off (const PhoneSummary *phone);

typedef enum {
    ELSEWHERE_NOT,
    ELSEWHERE_UNKNOWN, /* which of the servers the phone prefers is not known */
    ELSEWHERE_BACKUP,
} Elsewhere;

/* The phone's registrations at servers that it went to because it had failed at the one before: pointers to them →
 * Elsewhere. NULL when there are none. Owned by the caller. */
GHashTable *summary_find_backups (const Summary *summary, const PhoneSummary *phone);
