/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/protocols/sip.h"
#include "replay/engine/player_internal.h"
#include "replay/engine/sip_login.h"
#include "replay/engine/sip_request.h"
#include "replay/engine/sip_token.h"
#include "replay/script/script.h"

/* What the four files of the SIP part share: player_sip.c decides what is asked next, player_sip_send.c makes the
 * requests of the recorded ones, player_sip_heard.c reacts to the server, player_sip_register.c does what the answers
 * to a REGISTER lead on to, up to the sign-off. */

/* Copies of a server's request are answered like it, but count once: the last so many are known. */
#define KNOWN_REQUESTS 16

/* A script has three kinds of REGISTER that bind something. */
#define SIP_BOUND_MAX 3

typedef enum { STAGE_REGISTERING, STAGE_STAYING, STAGE_SIGNING_OFF } Stage;

typedef struct {
    Player *player;
    Stage stage;
    guint next; /* message of the script that is next */
    SipRequest request;
    guint asked;     /* message of the script that the request stands for; SCRIPT_NONE */
    SipMethod asks;  /* its method */
    SipRole role;    /* of a REGISTER */
    guint exchange;  /* place + 1 */
    gint64 patience; /* for its answer */
    char token[SIP_TOKEN_SIZE];
    char *host;          /* the server as URIs name it; owned, as these: */
    char *call_id, *tag; /* of the registration */
    guint32 cseq;
    guint branches;
    SipLogin login;
    gboolean login_is_new; /* the credentials answer a challenge that nothing was answered to before */
    gboolean stale_used;
    gint64 expires; /* seconds, asked for; -1: as recorded */
    guint waits;
    guint let_wait; /* seconds, by Retry-After; 0: it does not wait */
    gboolean has_asked, accepted;
    guint base; /* message of the script that the latest REGISTER was made of */
    /* Those of which one was accepted, one for all that bind the same contacts; so many are taken back. */
    guint bound[SIP_BOUND_MAX], n_bound, n_taken_back;
    guint granted;                 /* seconds */
    guint64 known[KNOWN_REQUESTS]; /* hashes */
    guint n_known;
    Appointment step, refresh;
} Sip;

static inline const char *number_of (const Sip *sip)
{
    const Identity *identity = &sip->player->identity;
    return *identity->number ? identity->number : script_of (sip->player)->number;
}

/* Phones without a login of their own log in as their number (reference 3.4). */
static inline const char *user_of (const Sip *sip)
{
    const Identity *identity = &sip->player->identity;
    return *identity->user ? identity->user : number_of (sip);
}

/* A copy of at most max octets of what a server wrote, for a sentence. */
static inline char *sip_quote (View text, gsize max)
{
    return view_dup ((View){ text.data, MIN (text.size, max) });
}

/* player_sip.c */
/* What comes next, whatever has just happened. */
void sip_proceed (Sip *sip);
/* Nanoseconds since the last that the phone had sent or heard before that message of the script. */
gint64 sip_think_before (const Script *script, guint index);

/* player_sip_send.c */
/* Call-ID, tag and CSeq of the registration, before its first REGISTER. */
void sip_begin_dialogue (Sip *sip);
/* due: when it should go, -1 for at once and unplanned. Opens the exchange that sip_exchange() gives. */
void sip_send_register (Sip *sip, SipRole role, gint64 due);
/* Takes back what was bound and is not taken back yet, or, where nothing was accepted, what was asked for last. */
void sip_send_sign_off (Sip *sip);
/* A REFER before the registration, a SUBSCRIBE behind it, by its index in the script. */
void sip_send_side (Sip *sip, guint index, gint64 due);
/* The nth recorded REGISTER of that role; SCRIPT_NONE without any. */
guint sip_find_register (const Sip *sip, SipRole role, guint nth);
/* Of the request that was sent last; NULL before the first. It moves when another one is opened. */
Exchange *sip_exchange (const Sip *sip);

/* player_sip_heard.c */
/* A whole message, or a datagram that may be none. */
void sip_take (Sip *sip, View octets);
/* No final answer has come in time (SipTimeout). */
void sip_on_timeout (gpointer user_data);

/* player_sip_register.c */
/* The final answer to a REGISTER, the sign-off's too. */
void sip_on_register_answer (Sip *sip, const SipMessage *answer);
void sip_sign_off (Sip *sip);
/* The end after a sign-off that was asked for. why: what the server said instead of taking the phone back, or NULL. */
void sip_end_sign_off (Sip *sip, SignOff how, const char *why);
