/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/script/script_fill.h"

void script_read_handshake (Script *script, const Recording *recording, guint index, gint64 *ret_first)
{
    guint32 connection = recording_message (recording, index)->connection;
    gint64 last_syn = 0;

    *ret_first = 0;
    for (guint i = 0; i < index; i++) {
        const RecordedMessage *message = recording_message (recording, i);
        const Note *note = recording_note (recording, message);
        const MessageKind *kind = catalog_kind (note->kind);
        if (kind->protocol != PROTOCOL_TCP || message->connection != connection)
            continue;
        if (kind->id == TCP_EVENT_CONNECT)
            *ret_first = note->time;
        if (kind->id == TCP_EVENT_CONNECT || kind->id == TCP_EVENT_CONNECT_AGAIN) {
            last_syn = note->time;
            script->syn_frame = note->frame;
        } else if (kind->id == TCP_EVENT_ACCEPT && script->syn_frame && !script->accept_frame) {
            script->accept_frame = note->frame;
            script->round_trip = MAX (0, note->time - last_syn);
            script->connected_after = MAX (0, note->time - *ret_first);
        }
    }
}

static gboolean was_in_use (const Recording *recording, guint start)
{
    guint32 connection = recording_message (recording, start)->connection;

    for (guint i = 0; i < start; i++) {
        const RecordedMessage *message = recording_message (recording, i);
        if (message->connection == connection &&
            catalog_kind (recording_note (recording, message)->kind)->protocol != PROTOCOL_TCP)
            return TRUE;
    }
    return FALSE;
}

gint64 script_choose_anchor (Script *script, const Recording *recording, guint start, gint64 first_syn)
{
    if (script->syn_frame && !was_in_use (recording, start))
        return first_syn;
    script->connected_after = 0;
    return recording_note (recording, recording_message (recording, start))->time;
}

guint script_append (Script *script, const Recording *recording, const RecordedMessage *recorded, gint64 anchor,
                     guint64 instance)
{
    const Note *note = recording_note (recording, recorded);
    View octets = recording_octets (recording, recorded);
    guint count = script->messages->len;
    ScriptMessage message = { .frame = note->frame,
                              .time = MAX (0, note->time - anchor),
                              .kind = note->kind,
                              .instance = instance,
                              .partner = SCRIPT_NONE,
                              .from_server = note->from_server,
                              .phase = note->phase,
                              .octets = { GSIZE_TO_POINTER (script->octets->len), octets.size } };

    if (count)
        message.time = MAX (message.time, script_message (script, count - 1)->time);
    g_byte_array_append (script->octets, octets.data, (guint) octets.size);
    g_array_append_val (script->messages, message);
    script->last_frame = note->frame;
    return count;
}

/* A place of the store may move while it grows. */
void script_settle_octets (Script *script)
{
    for (guint i = 0; i < script->messages->len; i++) {
        ScriptMessage *message = &g_array_index (script->messages, ScriptMessage, i);
        message->octets.data = script->octets->data + GPOINTER_TO_SIZE (message->octets.data);
    }
}
