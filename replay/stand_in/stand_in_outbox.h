/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/stand_in/stand_in.h"
#include "replay/stand_in/stand_in_guests.h"

#include <glib.h>

/* What is to be sent to one guest: each message at its time, later or damaged where a tweak says so. */

/* What differs between protocols. */
typedef struct {
    guint waiting_max; /* messages at a time; a phone that asks faster than that gets no more answers */
    View garbage;      /* octets that are no message of the protocol; static */
    /* A message of the script has had its turn, and the guest is still there; may add others. NULL: nobody wants to
     * know. */
    void (*had_turn) (guint index, gpointer user_data);
} OutboxRules;

/* Lives in the state of its guest, which calls outbox_clear() when it goes. */
typedef struct {
    const StandInSettings *settings; /* borrowed */
    const OutboxRules *rules;
    Guest *guest;
    gpointer user_data;
    GQueue waiting;      /* of Message, owned */
    GByteArray *trickle; /* what goes octet by octet; NULL: nothing does */
    Appointment trickling;
    gboolean is_mute; /* nothing is sent any more */
} Outbox;

void outbox_init (Outbox *outbox, const StandInSettings *settings, const OutboxRules *rules, Guest *guest,
                  gpointer user_data);
void outbox_clear (Outbox *outbox);
/* Takes the octets. index: of the message in the script; SCRIPT_NONE for one made anew. after: nanoseconds from now,
 * what a tweak of that kind adds not counted. It may end the connection then, never now. */
void outbox_add (Outbox *outbox, KindIndex kind, guint index, GByteArray *octets, gint64 after);
/* Sends now, out of turn. */
void outbox_repeat (Outbox *outbox, const GByteArray *octets);
/* Whether all that was added has had its turn. */
gboolean outbox_is_empty (const Outbox *outbox);
/* A recorded time at the speed of the stand-in; in nanoseconds, as all times are. */
gint64 stand_in_scale (const StandInSettings *settings, gint64 recorded);
