/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/protocols/sip.h"
#include "replay/engine/agenda.h"
#include "replay/engine/player_internal.h"
#include "replay/engine/sip_token.h"

#include <glib.h>

/* One request of ours and the wait for its final answer: the client transaction of RFC 3261, 17.1.2, with its
 * retransmissions over UDP. */

#define SIP_T1 MILLISECONDS (500)
#define SIP_T2 SECONDS (4)
/* Timer F. */
#define SIP_ANSWER_MAX (64 * SIP_T1)

/* "z9hG4bK", a token and a number. */
#define SIP_BRANCH_SIZE (7 + SIP_TOKEN_SIZE + 10)

typedef void (*SipTimeout) (gpointer user_data);

typedef struct {
    Player *player; /* borrowed */
    SipTimeout timeout;
    gpointer user_data;

    GByteArray *octets; /* NULL: nothing is asked */
    char branch[SIP_BRANCH_SIZE];
    gsize branch_size; /* its length */
    guint32 cseq;
    gint64 sent;     /* the first time */
    Departure left;  /* … and when it left */
    gint64 interval; /* between copies */
    guint copies;    /* sent beyond the first */
    gboolean is_trying;
    Appointment again, patience;
} SipRequest;

/* timeout is called when no final answer has come in time; then nothing is asked any more. */
void sip_request_init (SipRequest *request, Player *player, SipTimeout timeout, gpointer user_data);
/* Sends it, in the place of another one that is waited for. Takes the octets. due: when it should have gone; -1. */
void sip_request_send (SipRequest *request, GByteArray *octets, const char *branch, guint32 cseq, gint64 patience,
                       gint64 due);
gboolean sip_request_waits (const SipRequest *request);
/* Whether the answer belongs to it. A provisional one slows down the copies; a final one ends it. */
gboolean sip_request_takes (SipRequest *request, const SipMessage *answer);
/* It has the branch of the request that is waited for, and belongs to it all the same not: another method or number. */
gboolean sip_request_contradicts (const SipRequest *request, const SipMessage *answer);
/* Nothing is asked any more. */
void sip_request_drop (SipRequest *request);
