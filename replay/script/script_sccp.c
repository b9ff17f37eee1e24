/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/script/script_sccp.h"

#include "registration/terms/models.h"
#include "replay/script/script_fill.h"

#include <string.h>

guint64 sccp_instance (const SccpPdu *pdu)
{
    const MessageKind *kind = catalog_kind (sccp_kind (pdu->id));
    guint64 instance = 0;
    Values values;

    if (!kind->instance)
        return 0;
    values_init (&values);
    sccp_describe (pdu, 0, &values);
    values_number (&values, kind->instance, &instance);
    return instance;
}

static const MessageKind *kind_of (const Recording *recording, guint index)
{
    return catalog_kind (recording_note (recording, recording_message (recording, index))->kind);
}

static guint32 connection_of (const Recording *recording, guint index)
{
    return recording_message (recording, index)->connection;
}

/* Where the registration begins: before the RegisterReq go the alarms and the last token exchange. An older token, and
 * the keepalives of a connection that waits, only led there. */
static guint find_start (const Recording *recording, guint register_index)
{
    guint start = register_index;
    gboolean has_token = FALSE;

    for (guint i = register_index; i-- > 0;) {
        if (connection_of (recording, i) != connection_of (recording, register_index))
            continue;
        const MessageKind *kind = kind_of (recording, i);
        if (kind->protocol != PROTOCOL_SCCP || kind->id == SCCP_KEEP_ALIVE_REQ || kind->id == SCCP_KEEP_ALIVE_ACK)
            continue;
        if (kind->id == SCCP_REGISTER_TOKEN_REQ) {
            if (has_token)
                return start;
            has_token = TRUE;
        } else if (kind->phase != PHASE_TOKEN && kind->id != SCCP_ALARM && kind->id != SCCP_ENHANCED_ALARM) {
            return start;
        } else if (kind->phase == PHASE_TOKEN && has_token) {
            return start;
        }
        start = i;
    }
    return start;
}

typedef struct {
    Script *script;
    const Recording *recording;
    GHashTable *places; /* NoteId → index in the script + 1 */
    gint64 anchor;
    gboolean has_keepalive; /* an answered one */
    gboolean has_signed_off;
} Filling;

/* Keepalives follow each other for hours: one exchange tells how long they take. */
static gboolean is_wanted (Filling *filling, const Note *note, const MessageKind *kind)
{
    if (kind->protocol != PROTOCOL_SCCP || note->phase == PHASE_NONE || kind->phase == PHASE_NONE)
        return FALSE;
    if (filling->has_signed_off)
        return kind->id == SCCP_UNREGISTER_ACK;
    filling->has_signed_off = kind->id == SCCP_UNREGISTER_REQ;
    if (kind->id == SCCP_KEEP_ALIVE_REQ) {
        if (filling->has_keepalive || !note->partner)
            return FALSE;
        filling->has_keepalive = TRUE;
    }
    return kind->id != SCCP_KEEP_ALIVE_ACK || g_hash_table_contains (filling->places, GUINT_TO_POINTER (note->partner));
}

static gboolean is_whole (View octets, SccpPdu *ret_pdu)
{
    return sccp_frame (octets.data, octets.size, ret_pdu) == (gssize) octets.size && octets.size > 0;
}

static void learn (Script *script, const Note *note, const SccpPdu *pdu, gint64 time)
{
    guint64 number = 0;
    Values values;

    values_init (&values);
    if (pdu->id == SCCP_REGISTER_REQ) {
        sccp_describe (pdu, 0, &values);
        if (values_number (&values, VALUE_OFFERED, &number))
            script->offered = (guint) number;
        if (values_number (&values, VALUE_DEVICE_TYPE, &number))
            script->media_resource = model_is_media_resource ((guint32) number);
    } else if (pdu->id == SCCP_REGISTER_ACK) {
        sccp_describe (pdu, 0, &values);
        if (values_number (&values, VALUE_KEEPALIVE, &number))
            script->keepalive = (guint) number;
        if (values_number (&values, VALUE_GRANTED, &number))
            script->granted = (guint) number;
        if (script->accepted_after < 0)
            script->accepted_after = time;
    }
    if (note->level == LEVEL_READY && script->ready_after < 0 && script->accepted_after >= 0)
        script->ready_after = time;
    script->level = MAX (script->level, (Level) note->level);
    if (pdu->id == SCCP_UNREGISTER_REQ)
        script->has_ended = TRUE;
}

static void append (Filling *filling, const RecordedMessage *recorded, const Note *note, const SccpPdu *pdu)
{
    Script *script = filling->script;
    const MessageKind *kind = catalog_kind (note->kind);
    guint count = script_append (script, filling->recording, recorded, filling->anchor, sccp_instance (pdu));
    ScriptMessage *message = &g_array_index (script->messages, ScriptMessage, count);

    gpointer partner = g_hash_table_lookup (filling->places, GUINT_TO_POINTER (note->partner));
    if (partner) {
        message->partner = GPOINTER_TO_UINT (partner) - 1;
        g_array_index (script->messages, ScriptMessage, message->partner).partner = count;
    }
    message->has_no_turn =
        !note->from_server && kind->is_answer && (partner != NULL || kind->id == SCCP_CAPABILITIES_RES);
    g_hash_table_insert (filling->places, GUINT_TO_POINTER (recorded->note), GUINT_TO_POINTER (count + 1));
    script->last_frame = note->frame;
    learn (script, note, pdu, message->time);
}

gboolean script_sccp_fill (Script *script, const Recording *recording, guint register_index, GError **error)
{
    const RecordedMessage *begins = recording_message (recording, register_index);
    const Note *note = recording_note (recording, begins);
    g_autoptr (GHashTable) places = g_hash_table_new (NULL, NULL);
    Filling filling = { script, recording, places };
    SccpPdu pdu;
    gint64 first_syn;

    if (!is_whole (recording_octets (recording, begins), &pdu)) {
        g_set_error (error, SCRIPT_ERROR, SCRIPT_ERROR_NO_REGISTRATION,
                     "%s: the RegisterReq in frame %u is cut off by the capture (%" G_GSIZE_FORMAT
                     " octets of it are there), so it cannot be sent again; record with a larger snap length",
                     script->capture, note->frame, begins->size);
        return FALSE;
    }
    script->protocol = PROTOCOL_SCCP;
    script->phone_end = begins->phone;
    script->server_end = begins->server;
    guint start = find_start (recording, register_index);
    script_read_handshake (script, recording, register_index, &first_syn);
    filling.anchor = script_choose_anchor (script, recording, start, first_syn);
    for (guint i = start; i < recording_count (recording); i++) {
        const RecordedMessage *recorded = recording_message (recording, i);
        if (recorded->connection != begins->connection)
            continue;
        note = recording_note (recording, recorded);
        const MessageKind *kind = catalog_kind (note->kind);
        if (i > register_index && kind->protocol == PROTOCOL_SCCP && kind->id == SCCP_REGISTER_REQ)
            break;
        if (kind->protocol == PROTOCOL_TCP)
            script->has_ended |= kind->id == TCP_EVENT_CLOSE || kind->id == TCP_EVENT_RESET;
        else if (is_wanted (&filling, note, kind) && is_whole (recording_octets (recording, recorded), &pdu))
            append (&filling, recorded, note, &pdu);
    }
    script_settle_octets (script);
    return TRUE;
}
