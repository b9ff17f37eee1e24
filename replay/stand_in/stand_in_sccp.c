/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/stand_in/stand_in_internal.h"

#include "replay/script/rewrite_sccp.h"
#include "replay/script/rules_sccp.h"
#include "replay/script/script_sccp.h"
#include "replay/stand_in/stand_in_outbox.h"

#include <string.h>

#define RECEIVED_MAX (256 * 1024)
#define WAITING_MAX  1024

#define NAME_AT      12
#define NAME_BOX     16
#define KEEPALIVE_AT 12

/* One phone, while it is connected. */
typedef struct {
    const StandInSettings *settings;
    GHashTable *asked; /* kind and instance → how often */
    Outbox outbox;
    char name[NAME_BOX + 1]; /* as it has registered; "" before */
} Client;

static const Script *script_of (const Client *client)
{
    return client->settings->script;
}

/* --- Sending */

/* The recorded message, with what belongs to this phone and this run. */
static GByteArray *make_message (const Client *client, guint index, guint32 id)
{
    const ScriptMessage *recorded = script_message (script_of (client), index);

    if (!recorded)
        return sccp_message (0, id, id == SCCP_UNREGISTER_ACK, 0);
    GByteArray *message = g_byte_array_new ();
    g_byte_array_append (message, recorded->octets.data, (guint) recorded->octets.size);
    if (id == SCCP_CONFIG_STAT_RES && message->len >= NAME_AT + NAME_BOX &&
        strncmp ((const char *) message->data + NAME_AT, script_of (client)->phone, NAME_BOX) == 0) {
        memset (message->data + NAME_AT, 0, NAME_BOX);
        memcpy (message->data + NAME_AT, client->name, strlen (client->name));
    }
    guint32 keepalive = GUINT32_TO_LE (client->settings->keepalive);
    if (id == SCCP_REGISTER_ACK && keepalive && message->len >= KEEPALIVE_AT + 4)
        memcpy (message->data + KEEPALIVE_AT, &keepalive, sizeof keepalive);
    return message;
}

static void send_later (Client *client, guint index, guint32 id, gint64 after)
{
    outbox_add (&client->outbox, sccp_kind (id), index, make_message (client, index, id), after);
}

/* A phone in replay never says some messages: what the server said on its own account behind them follows what came
 * before. */
static gboolean is_anchor (const ScriptMessage *message)
{
    return message->from_server || sccp_may_send (catalog_kind (message->kind)->id);
}

/* What the recorded server said on its own account right behind this message comes at the recorded distance from it:
 * the first of it here, each further one behind the one before it. */
static void schedule_pushes (guint behind, gpointer user_data)
{
    Client *client = user_data;
    const Script *script = script_of (client);
    const ScriptMessage *anchor = script_message (script, behind);
    guint next = behind + 1;

    while (next < script->messages->len && !is_anchor (script_message (script, next)))
        next++;
    const ScriptMessage *push = script_message (script, next);
    if (push && script_is_push (push))
        send_later (client, next, catalog_kind (push->kind)->id,
                    stand_in_scale (client->settings, push->time - anchor->time));
}

/* --- Answering */

/* How often the phone has asked this before. */
static guint count_asked (Client *client, guint32 id, guint64 instance)
{
    gpointer key = GUINT_TO_POINTER ((id & 0xFFFF) << 16 | (guint) (instance & 0xFFFF));
    guint before = GPOINTER_TO_UINT (g_hash_table_lookup (client->asked, key));

    g_hash_table_insert (client->asked, key, GUINT_TO_POINTER (before + 1));
    return before;
}

static guint count_recorded (const Script *script, KindIndex kind, guint64 instance)
{
    guint count = 0;

    for (guint i = 0; i < script->messages->len; i++)
        count += script_message (script, i)->kind == kind && script_message (script, i)->instance == instance;
    return count;
}

/* What every server answers, whether the recording shows it or not. */
static void answer_unrecorded (Client *client, guint32 id)
{
    if (id == SCCP_KEEP_ALIVE_REQ)
        send_later (client, SCRIPT_NONE, SCCP_KEEP_ALIVE_ACK, 0);
    else if (id == SCCP_UNREGISTER_REQ)
        send_later (client, SCRIPT_NONE, SCCP_UNREGISTER_ACK, 0);
}

static void remember_name (Client *client, const SccpPdu *pdu)
{
    if (pdu->octets.size >= NAME_AT + NAME_BOX)
        memcpy (client->name, pdu->octets.data + NAME_AT, NAME_BOX);
}

static void take (Client *client, const SccpPdu *pdu)
{
    const Script *script = script_of (client);
    KindIndex kind = sccp_kind (pdu->id);
    guint64 instance = sccp_instance (pdu);

    if (!catalog_knows (PROTOCOL_SCCP, pdu->id) || catalog_kind (kind)->from == SIDE_SERVER)
        return;
    if (pdu->id == SCCP_REGISTER_REQ) {
        /* A phone that begins anew gets all from the beginning. */
        g_hash_table_remove_all (client->asked);
        remember_name (client, pdu);
    }
    guint before = count_asked (client, pdu->id, instance);
    guint index = script_find (script, kind, instance, before);
    const ScriptMessage *recorded = script_message (script, index);
    if (!recorded) {
        answer_unrecorded (client, pdu->id);
        return;
    }
    const ScriptMessage *answer = script_message (script, recorded->partner);
    if (answer && answer->from_server && catalog_kind (answer->kind)->is_answer) {
        gint64 response = answer->time - recorded->time - MAX (0, script->round_trip);
        send_later (client, recorded->partner, catalog_kind (answer->kind)->id,
                    stand_in_scale (client->settings, response));
    } else if (pdu->id == SCCP_UNREGISTER_REQ || pdu->id == SCCP_KEEP_ALIVE_REQ) {
        answer_unrecorded (client, pdu->id);
    }
    if (before < count_recorded (script, kind, instance))
        schedule_pushes (index, client);
}

static gssize client_received (gpointer state, View octets)
{
    Client *client = state;
    gsize used = 0;

    for (;;) {
        SccpPdu pdu;
        gssize size = sccp_frame (octets.data + used, octets.size - used, &pdu);
        if (size < 0)
            return -1;
        if (size == 0)
            return (gssize) used;
        take (client, &pdu);
        used += (gsize) size;
    }
}

static gpointer client_arrived (Guest *guest, gpointer user_data)
{
    /* Its first four octets are no length that SCCP knows. */
    static const guint8 garbage[] = "\xF5\xD0\xBF\x9A this is no message of SCCP, whatever its header says\r\n";
    static const OutboxRules rules = { WAITING_MAX, { garbage, sizeof garbage - 1 }, schedule_pushes };
    Client *client = g_new0 (Client, 1);

    client->settings = user_data;
    client->asked = g_hash_table_new (NULL, NULL);
    outbox_init (&client->outbox, client->settings, &rules, guest, client);
    return client;
}

static void client_left (gpointer state)
{
    Client *client = state;

    outbox_clear (&client->outbox);
    g_hash_table_unref (client->asked);
    g_free (client);
}

const GuestHandlers stand_in_sccp = {
    .arrived = client_arrived,
    .left = client_left,
    .received = client_received,
    .received_max = RECEIVED_MAX,
    .guests_max = G_MAXUINT,
    .patience = STAND_IN_PATIENCE,
    .may_idle = TRUE,
};
