/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/stand_in/stand_in.h"

#include "replay/clock.h"
#include "replay/script/rewrite_sccp.h"
#include "replay/script/rules_sccp.h"
#include "replay/script/script_sccp.h"
#include "replay/stand_in/stand_in_sip.h"

#include <string.h>

/* A phone that sends more than this without a whole message is none. */
#define RECEIVED_MAX (256 * 1024)
/* Messages that wait to be sent to one phone. One that asks faster than that gets no more answers. */
#define PENDING_MAX 1024

#define NAME_AT      12
#define NAME_BOX     16
#define KEEPALIVE_AT 12

enum { CONFIG_STAT_RES = 0x0093 };

struct StandIn {
    const StandInSettings *settings;
    Listener *listener;
    GHashTable *guests; /* of Guest, a set */
    StandInSip *sip;    /* does all of it, for SIP; NULL for SCCP */
};

/* One phone's connection. */
typedef struct {
    StandIn *stand_in;
    Connection *connection;
    GByteArray *received;
    GHashTable *asked;   /* kind and instance → how often */
    GQueue pending;      /* of Pending, owned */
    GByteArray *trickle; /* what goes octet by octet; NULL: nothing does */
    Appointment trickling;
    char name[NAME_BOX + 1]; /* as it has registered; "" before */
    gboolean is_mute;
} Guest;

/* A message of the script that will be sent. */
typedef struct {
    Guest *guest;
    guint message; /* index in the script; SCRIPT_NONE: an answer made anew */
    guint32 id;
    GList link;
    Appointment appointment;
} Pending;

static const struct {
    const char *name;
} faults[N_FAULTS] = {
#define X(symbol, fault_text, text) { fault_text },
    FAULTS (X)
#undef X
};

Fault fault_find (const char *name)
{
    Fault fault = 0;

    while (fault < N_FAULTS && strcmp (faults[fault].name, name) != 0)
        fault++;
    return fault;
}

SipDigest sip_digest_find (const char *name)
{
    static const char *const names[N_SIP_DIGESTS] = {
#define X(symbol, text) text,
        SIP_DIGESTS (X)
#undef X
    };
    SipDigest digest = 0;

    while (digest < N_SIP_DIGESTS && strcmp (names[digest], name) != 0)
        digest++;
    return digest;
}

const char *fault_name (Fault fault)
{
    return faults[fault].name;
}

static void schedule_pushes (Guest *guest, guint behind);

static const Script *script_of (const Guest *guest)
{
    return guest->stand_in->settings->script;
}

static void free_pending (Pending *pending)
{
    agenda_cancel (&pending->appointment);
    g_queue_unlink (&pending->guest->pending, &pending->link);
    g_free (pending);
}

static void free_guest (gpointer data)
{
    Guest *guest = data;

    while (guest->pending.head)
        free_pending (guest->pending.head->data);
    agenda_cancel (&guest->trickling);
    connection_free (guest->connection);
    g_clear_pointer (&guest->received, g_byte_array_unref);
    g_clear_pointer (&guest->trickle, g_byte_array_unref);
    g_hash_table_unref (guest->asked);
    g_free (guest);
}

static void dismiss (Guest *guest)
{
    g_hash_table_remove (guest->stand_in->guests, guest);
}

static const Tweak *find_tweak (const Guest *guest, guint32 id)
{
    const GArray *tweaks = guest->stand_in->settings->tweaks;

    for (guint i = 0; tweaks && i < tweaks->len; i++)
        if (catalog_kind (g_array_index (tweaks, Tweak, i).kind)->id == id)
            return &g_array_index (tweaks, Tweak, i);
    return NULL;
}

static gint64 scale (const Guest *guest, gint64 recorded)
{
    double speed = guest->stand_in->settings->speed;
    return speed > 0 ? (gint64) ((double) MAX (recorded, 0) / speed) : 0;
}

/* --- Sending
 * --------------------------------------------------------------------------------------------------------------- */

static void on_trickle (gint64 deadline, gpointer user_data)
{
    Guest *guest = user_data;

    connection_send (guest->connection, (View){ guest->trickle->data, 1 });
    g_byte_array_remove_index (guest->trickle, 0);
    if (guest->trickle->len)
        agenda_make (guest->stand_in->settings->agenda, &guest->trickling, deadline + NSEC_PER_MSEC, on_trickle, guest);
}

static void trickle (Guest *guest, const GByteArray *message)
{
    if (!guest->trickle)
        guest->trickle = g_byte_array_new ();
    g_byte_array_append (guest->trickle, message->data, message->len);
    if (!agenda_is_made (&guest->trickling))
        agenda_make (guest->stand_in->settings->agenda, &guest->trickling, clock_now (), on_trickle, guest);
}

static void send_garbage (Guest *guest)
{
    guint8 garbage[64];

    /* Its first four octets are no length that SCCP knows. */
    for (guint i = 0; i < sizeof garbage; i++)
        garbage[i] = (guint8) (0xF5 ^ i * 37);
    connection_send (guest->connection, (View){ garbage, sizeof garbage });
}

/* FALSE when the guest is gone. */
static gboolean send_with_fault (Guest *guest, const GByteArray *message, Fault fault)
{
    switch (fault) {
    case FAULT_CLOSE:
        dismiss (guest);
        return FALSE;
    case FAULT_RESET:
        connection_reset (g_steal_pointer (&guest->connection));
        dismiss (guest);
        return FALSE;
    case FAULT_GARBAGE:
        send_garbage (guest);
        guest->is_mute = TRUE;
        break;
    case FAULT_HALF:
        connection_send (guest->connection, (View){ message->data, message->len / 2 });
        guest->is_mute = TRUE;
        break;
    case FAULT_SILENT:
        guest->is_mute = TRUE;
        break;
    case FAULT_BYTES:
        trickle (guest, message);
        break;
    case N_FAULTS:
        if (guest->trickle)
            trickle (guest, message);
        else
            connection_send (guest->connection, (View){ message->data, message->len });
        break;
    }
    return TRUE;
}

/* The recorded message, with what belongs to this phone and this run. */
static GByteArray *make_message (const Guest *guest, guint index, guint32 id)
{
    const ScriptMessage *recorded = script_message (script_of (guest), index);

    if (!recorded)
        return sccp_message (0, id, id == SCCP_UNREGISTER_ACK, 0);
    GByteArray *message = g_byte_array_new ();
    g_byte_array_append (message, recorded->octets.data, (guint) recorded->octets.size);
    if (id == CONFIG_STAT_RES && message->len >= NAME_AT + NAME_BOX &&
        strncmp ((const char *) message->data + NAME_AT, script_of (guest)->phone, NAME_BOX) == 0) {
        memset (message->data + NAME_AT, 0, NAME_BOX);
        memcpy (message->data + NAME_AT, guest->name, strlen (guest->name));
    }
    guint32 keepalive = GUINT32_TO_LE (guest->stand_in->settings->keepalive);
    if (id == SCCP_REGISTER_ACK && keepalive && message->len >= KEEPALIVE_AT + 4)
        memcpy (message->data + KEEPALIVE_AT, &keepalive, sizeof keepalive);
    return message;
}

static void on_pending (G_GNUC_UNUSED gint64 deadline, gpointer user_data)
{
    Pending *pending = user_data;
    Guest *guest = pending->guest;
    guint index = pending->message;
    guint32 id = pending->id;
    const Tweak *tweak = find_tweak (guest, id);

    free_pending (pending);
    if (guest->is_mute)
        return;
    g_autoptr (GByteArray) message = make_message (guest, index, id);
    if (send_with_fault (guest, message, tweak ? tweak->fault : N_FAULTS) && index != SCRIPT_NONE)
        schedule_pushes (guest, index);
}

static void schedule (Guest *guest, guint message, guint32 id, gint64 after)
{
    const Tweak *tweak = find_tweak (guest, id);

    if (guest->is_mute || guest->pending.length >= PENDING_MAX)
        return;
    Pending *pending = g_new0 (Pending, 1);
    *pending = (Pending){ .guest = guest, .message = message, .id = id };
    pending->link.data = pending;
    g_queue_push_tail_link (&guest->pending, &pending->link);
    agenda_make (guest->stand_in->settings->agenda, &pending->appointment,
                 clock_now () + after + (tweak ? tweak->delay : 0), on_pending, pending);
}

/* A phone in replay never says some messages: what the server said on its own account behind them follows what came
 * before. */
static gboolean is_anchor (const ScriptMessage *message)
{
    return message->from_server || sccp_rule_find (catalog_kind (message->kind)->id)->may_send;
}

/* What the recorded server said on its own account right behind this message comes at the recorded distance from it:
 * the first of it here, each further one behind the one before it. */
static void schedule_pushes (Guest *guest, guint behind)
{
    const Script *script = script_of (guest);
    const ScriptMessage *anchor = script_message (script, behind);
    guint next = behind + 1;

    while (next < script->messages->len && !is_anchor (script_message (script, next)))
        next++;
    const ScriptMessage *push = script_message (script, next);
    if (push && script_is_push (push))
        schedule (guest, next, catalog_kind (push->kind)->id, scale (guest, push->time - anchor->time));
}

/* --- Answering
 * ------------------------------------------------------------------------------------------------------------- */

/* How often the phone has asked this before. */
static guint count_asked (Guest *guest, guint32 id, guint64 instance)
{
    gpointer key = GUINT_TO_POINTER ((id & 0xFFFF) << 16 | (guint) (instance & 0xFFFF));
    guint before = GPOINTER_TO_UINT (g_hash_table_lookup (guest->asked, key));

    g_hash_table_insert (guest->asked, key, GUINT_TO_POINTER (before + 1));
    return before;
}

static guint count_recorded (const Script *script, KindIndex kind, guint64 instance)
{
    guint count = 0;

    for (guint i = 0; i < script->messages->len; i++)
        count += script_message (script, i)->kind == kind && script_message (script, i)->instance == instance;
    return count;
}

/* What every server answers, whether the recording shows it or not. FALSE: nothing, or the guest is gone. */
static void answer_unrecorded (Guest *guest, guint32 id)
{
    if (id == SCCP_KEEP_ALIVE_REQ)
        schedule (guest, SCRIPT_NONE, SCCP_KEEP_ALIVE_ACK, 0);
    else if (id == SCCP_UNREGISTER_REQ)
        schedule (guest, SCRIPT_NONE, SCCP_UNREGISTER_ACK, 0);
}

static void remember_name (Guest *guest, const SccpPdu *pdu)
{
    if (pdu->octets.size >= NAME_AT + NAME_BOX)
        memcpy (guest->name, pdu->octets.data + NAME_AT, NAME_BOX);
}

static void take (Guest *guest, const SccpPdu *pdu)
{
    const Script *script = script_of (guest);
    KindIndex kind = catalog_find (PROTOCOL_SCCP, pdu->id);
    guint64 instance = sccp_instance (pdu);

    if (!catalog_knows (PROTOCOL_SCCP, pdu->id) || catalog_kind (kind)->from == SIDE_SERVER)
        return;
    if (pdu->id == SCCP_REGISTER_REQ) {
        /* A phone that begins anew gets all from the beginning. */
        g_hash_table_remove_all (guest->asked);
        remember_name (guest, pdu);
    }
    guint before = count_asked (guest, pdu->id, instance);
    guint index = script_find (script, kind, instance, before);
    const ScriptMessage *recorded = script_message (script, index);
    if (!recorded) {
        answer_unrecorded (guest, pdu->id);
        return;
    }
    const ScriptMessage *answer = script_message (script, recorded->partner);
    if (answer && answer->from_server && catalog_kind (answer->kind)->is_answer) {
        gint64 response = answer->time - recorded->time - MAX (0, script->round_trip);
        schedule (guest, recorded->partner, catalog_kind (answer->kind)->id, scale (guest, response));
    } else if (pdu->id == SCCP_UNREGISTER_REQ || pdu->id == SCCP_KEEP_ALIVE_REQ) {
        answer_unrecorded (guest, pdu->id);
    }
    if (before < count_recorded (script, kind, instance))
        schedule_pushes (guest, index);
}

static void on_received (G_GNUC_UNUSED Connection *connection, View octets, gpointer user_data)
{
    Guest *guest = user_data;
    gsize used = 0;

    g_byte_array_append (guest->received, octets.data, (guint) octets.size);
    for (;;) {
        SccpPdu pdu;
        gssize size = sccp_frame (guest->received->data + used, guest->received->len - used, &pdu);
        if (size < 0 || guest->received->len - used > RECEIVED_MAX) {
            dismiss (guest);
            return;
        }
        if (size == 0)
            break;
        take (guest, &pdu);
        used += (gsize) size;
    }
    if (used)
        g_byte_array_remove_range (guest->received, 0, (guint) used);
}

static void on_closed (G_GNUC_UNUSED Connection *connection, G_GNUC_UNUSED int error, gpointer user_data)
{
    dismiss (user_data);
}

static void on_accept (Listener *listener, gpointer user_data)
{
    static const ConnectionHandlers handlers = { NULL, on_received, on_closed };
    StandIn *stand_in = user_data;
    Guest *guest = g_new0 (Guest, 1);

    guest->stand_in = stand_in;
    guest->received = g_byte_array_new ();
    guest->asked = g_hash_table_new (NULL, NULL);
    g_queue_init (&guest->pending);
    guest->connection = connection_accept (listener, &handlers, guest);
    if (guest->connection)
        g_hash_table_add (stand_in->guests, guest);
    else
        free_guest (guest);
}

StandIn *stand_in_new (const StandInSettings *settings, const Endpoint *local, GError **error)
{
    StandIn *stand_in = g_new0 (StandIn, 1);

    stand_in->settings = settings;
    if (settings->script->protocol == PROTOCOL_SIP) {
        stand_in->sip = stand_in_sip_new (settings, local, error);
        if (!stand_in->sip)
            g_clear_pointer (&stand_in, g_free);
        return stand_in;
    }
    stand_in->guests = g_hash_table_new_full (NULL, NULL, free_guest, NULL);
    stand_in->listener = transport_listen (local, settings->carrier, on_accept, stand_in, error);
    if (stand_in->listener)
        return stand_in;
    stand_in_free (stand_in);
    return NULL;
}

void stand_in_free (StandIn *stand_in)
{
    if (!stand_in)
        return;
    stand_in_sip_free (stand_in->sip);
    listener_free (stand_in->listener);
    if (stand_in->guests)
        g_hash_table_unref (stand_in->guests);
    g_free (stand_in);
}

Endpoint stand_in_local (const StandIn *stand_in)
{
    return stand_in->sip ? stand_in_sip_local (stand_in->sip) : listener_local (stand_in->listener);
}

guint stand_in_connections (const StandIn *stand_in)
{
    return stand_in->sip ? stand_in_sip_guests (stand_in->sip) : g_hash_table_size (stand_in->guests);
}
