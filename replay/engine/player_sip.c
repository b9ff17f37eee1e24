/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/engine/player_sip_internal.h"

static gboolean is_register (const ScriptMessage *message)
{
    return catalog_kind (message->kind)->id == SIP_REGISTER;
}

/* The next request that a phone sends of its own accord while it registers: each REFER and SUBSCRIBE, and one REGISTER,
 * which the server's answers lead on from. */
static guint next_request (const Sip *sip)
{
    const Script *script = script_of (sip->player);

    for (guint i = sip->next; i < script->messages->len; i++) {
        const ScriptMessage *message = script_message (script, i);
        if (message->from_server || !catalog_kind (message->kind)->is_request)
            continue;
        if (!is_register (message) || !sip->has_asked)
            return i;
    }
    return SCRIPT_NONE;
}

gint64 sip_think_before (const Script *script, guint index)
{
    const ScriptMessage *message = script_message (script, index);
    gint64 before = index ? script_message (script, index - 1)->time : script->connected_after;

    return message ? MAX (0, message->time - before) : 0;
}

static gint64 think_before (const Sip *sip, guint index)
{
    return player_think (sip->player, sip_think_before (script_of (sip->player), index));
}

static void on_step (gint64 deadline, gpointer user_data)
{
    Sip *sip = user_data;
    guint index = next_request (sip);

    player_count_wait (sip->player, deadline - think_before (sip, index));
    sip->next = index + 1;
    if (is_register (script_message (script_of (sip->player), index)))
        sip_send_register (sip, SIP_ROLE_FIRST, deadline);
    else
        sip_send_side (sip, index, deadline);
}

static void stay (Sip *sip)
{
    Player *player = sip->player;

    sip->stage = STAGE_STAYING;
    player->outcome.pushes_awaited = player->settings->stays;
    if (!player->settings->stays) {
        sip_sign_off (sip);
        return;
    }
    player->has_settled = TRUE;
    if (player->settled)
        player->settled (player, player->user_data);
}

void sip_proceed (Sip *sip)
{
    if (sip->player->has_ended || sip->stage != STAGE_REGISTERING || sip_request_waits (&sip->request) ||
        agenda_is_made (&sip->step))
        return;
    guint index = next_request (sip);
    if (index == SCRIPT_NONE) {
        stay (sip);
        return;
    }
    agenda_make (agenda_of (sip->player), &sip->step, clock_now () + think_before (sip, index), on_step, sip);
}

static gpointer sip_create (Player *player)
{
    Sip *sip = g_new0 (Sip, 1);

    sip->player = player;
    sip->expires = -1;
    sip_token_make (sip->token);
    sip_request_init (&sip->request, player, sip_on_timeout, sip);
    outcome_count_recorded_pushes (&player->outcome, script_of (sip->player));
    return sip;
}

static void sip_settle (gpointer part)
{
    Sip *sip = part;

    agenda_cancel (&sip->step);
    agenda_cancel (&sip->refresh);
    sip_request_drop (&sip->request);
}

static void sip_destroy (gpointer part)
{
    Sip *sip = part;

    sip_settle (sip);
    sip_login_clear (&sip->login);
    g_free (sip->host);
    g_free (sip->call_id);
    g_free (sip->tag);
    g_free (sip);
}

static void sip_connected (gpointer part)
{
    Sip *sip = part;

    if (sip->player->seat)
        seat_name (sip->player->seat, sip->token, number_of (sip));
    sip_begin_dialogue (sip);
    sip_proceed (sip);
}

static gssize sip_received (gpointer part, View octets)
{
    Sip *sip = part;
    gsize used = 0;

    if (sip->player->settings->carrier == CARRIER_UDP) {
        sip_take (sip, octets);
        return (gssize) octets.size;
    }
    while (!sip->player->has_ended && sip->player->connection && used < octets.size) {
        gssize size = sip_frame_length (octets.data + used, octets.size - used, TRUE);
        if (size < 0)
            return used ? (gssize) used : -1;
        if (size == 0)
            break;
        sip->player->more_was_read = used + (gsize) size < octets.size;
        sip_take (sip, (View){ octets.data + used, (gsize) size });
        used += (gsize) size;
    }
    return (gssize) used;
}

static void sip_stop (gpointer part)
{
    Sip *sip = part;

    if (sip->stage == STAGE_SIGNING_OFF)
        return;
    if (sip->stage != STAGE_STAYING)
        player_set_interrupted (sip->player);
    sip_sign_off (sip);
}

static gboolean sip_closed (gpointer part)
{
    Sip *sip = part;

    if (sip->stage != STAGE_SIGNING_OFF)
        return FALSE;
    sip_end_sign_off (sip, SIGN_OFF_UNANSWERED,
                      "the server has closed the connection without an answer to the sign-off");
    return TRUE;
}

const PlayerPart player_part_sip = { sip_create, sip_destroy, sip_connected, sip_received,
                                     sip_stop,   sip_closed,  sip_settle };
