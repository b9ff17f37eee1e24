/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/engine/player_internal.h"
#include "replay/script/plan_sccp.h"

/* What the three files of the SCCP part share: player_sccp.c goes through the plan, player_sccp_heard.c reacts to the
 * server, player_sccp_end.c brings the registration from complete to signed off. */

typedef enum {
    STAGE_REGISTERING, /* going through the plan */
    STAGE_TOKEN,       /* the server has told to wait before asking again */
    STAGE_LINGERING,   /* all is said; lamps and prompts may follow */
    STAGE_STAYING,
    STAGE_SIGNING_OFF,
} Stage;

typedef struct {
    Player *player;
    Plan *plan;
    Stage stage;
    gboolean has_asked; /* RegisterReq sent: sign off at the end */
    gboolean accepted;
    gboolean awaits_ready; /* all is said, but only the server can make it ready */
    guint granted;         /* 0 unknown */
    guint version;         /* in force */
    guint keepalive;       /* seconds */
    gint64 served;         /* when a question of the plan was last answered */
    gint64 heartbeat_sent; /* -1: none is unanswered */
    Departure heartbeat_left;
    gboolean heartbeat_answered;
    guint heartbeats_missed;  /* in a row */
    guint capabilities_asked; /* questions so far, and those that wait for their think time */
    guint capabilities_waiting;
    guint tokens;
    guint sign_off; /* index of its exchange + 1 */
    gint64 sign_off_sent;
    Departure sign_off_left;
    Appointment step, patience, heartbeat, capabilities, token, stage_end;
} Sccp;

/* outcome_open_exchange(), outcome_exchange() */
static inline guint sccp_open_exchange (Sccp *sccp, guint request, KindIndex kind, guint64 instance)
{
    return outcome_open_exchange (&sccp->player->outcome, script_of (sccp->player), request, kind, instance);
}

static inline Exchange *sccp_exchange (const Sccp *sccp, guint place)
{
    return outcome_exchange (&sccp->player->outcome, place);
}

/* player_sccp.c */
/* Without recorded octets the message is made anew: requests about a key carry its number. due: -1 for none. Returns
 * when it had gone for certain. */
void sccp_send (Sccp *sccp, guint32 id, View octets, guint64 instance, gint64 due, Departure *ret_left);
gboolean sccp_may_miss (const Sccp *sccp, guint32 id, guint64 instance);
/* What comes next, whatever has just happened. */
void sccp_proceed (Sccp *sccp);

/* player_sccp_heard.c */
void sccp_take (Sccp *sccp, const SccpPdu *pdu);

/* player_sccp_end.c */
void sccp_become_ready (Sccp *sccp);
/* The plan is through. */
void sccp_finish (Sccp *sccp);
void sccp_sign_off (Sccp *sccp);
/* The sign-off is through: words behind the sentence that says why it came early, if there is one. */
void sccp_end (Sccp *sccp, const char *words);
/* Completes the outcome (PlayerPart). */
void sccp_settle (gpointer part);
void sccp_cancel_all (Sccp *sccp);
void sccp_on_heartbeat (gint64 deadline, gpointer user_data);
void sccp_on_heartbeat_answer (Sccp *sccp);
