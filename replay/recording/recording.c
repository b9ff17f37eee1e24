/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/recording/recording.h"

struct Recording {
    Flow *flow;         /* borrowed */
    GArray *messages;   /* of RecordedMessage */
    GByteArray *octets; /* of all of them */
};

/* What a capture may say altogether; beyond it the rest of a capture is not recorded. A registration has some KiB. */
#define OCTETS_MAX (512u * 1024 * 1024)

static void on_message (const FlowMessage *message, gpointer user_data)
{
    Recording *recording = user_data;

    if (message->octets.size > OCTETS_MAX - recording->octets->len)
        return;
    RecordedMessage recorded = { .note = message->note,
                                 .connection = message->connection,
                                 .phone = *message->phone,
                                 .server = *message->server,
                                 .at = recording->octets->len,
                                 .size = message->octets.size };
    if (message->octets.size)
        g_byte_array_append (recording->octets, message->octets.data, (guint) message->octets.size);
    g_array_append_val (recording->messages, recorded);
}

Recording *recording_new (Flow *flow)
{
    Recording *recording = g_new0 (Recording, 1);

    recording->flow = flow;
    recording->messages = g_array_new (FALSE, FALSE, sizeof (RecordedMessage));
    recording->octets = g_byte_array_new ();
    flow_listen (flow, on_message, recording);
    return recording;
}

void recording_free (Recording *recording)
{
    if (!recording)
        return;
    flow_listen (recording->flow, NULL, NULL);
    g_array_unref (recording->messages);
    g_byte_array_unref (recording->octets);
    g_free (recording);
}

const Flow *recording_flow (const Recording *recording)
{
    return recording->flow;
}

guint recording_count (const Recording *recording)
{
    return recording->messages->len;
}

const RecordedMessage *recording_message (const Recording *recording, guint index)
{
    return &g_array_index (recording->messages, RecordedMessage, index);
}

const Note *recording_note (const Recording *recording, const RecordedMessage *message)
{
    return notes_get (flow_notes (recording->flow), message->note);
}

View recording_octets (const Recording *recording, const RecordedMessage *message)
{
    return (View){ message->size ? recording->octets->data + message->at : NULL, message->size };
}
