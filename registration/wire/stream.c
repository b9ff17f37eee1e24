/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/wire/stream.h"

#include <string.h>

/* What one direction may keep while it waits. A phone's longest message has some KiB, its window some 64. */
#define HELD_SIZE_MAX    (512 * 1024)
#define HELD_COUNT_MAX   512
#define PARTIAL_SIZE_MAX (128 * 1024)

typedef struct {
    guint32 sequence;
    gsize size;
    guint8 data[];
} Held;

/* Sequence numbers wrap: a lies before b when the way forward is the shorter one (RFC 9293, 3.4). */
static gboolean before (guint32 a, guint32 b)
{
    return (gint32) (a - b) < 0;
}

static void read_on (Stream *stream, const guint8 *data, gsize size, StreamReader reader, gpointer user_data)
{
    if (!stream->partial) {
        gsize used = reader (data, size, FALSE, user_data);
        if (used < size && size - used <= PARTIAL_SIZE_MAX) {
            stream->partial = g_byte_array_sized_new ((guint) (size - used));
            g_byte_array_append (stream->partial, data + used, (guint) (size - used));
        }
        return;
    }
    g_byte_array_append (stream->partial, data, (guint) size);
    gsize used = reader (stream->partial->data, stream->partial->len, FALSE, user_data);
    if (used >= stream->partial->len || stream->partial->len - used > PARTIAL_SIZE_MAX)
        g_clear_pointer (&stream->partial, g_byte_array_unref);
    else if (used)
        g_byte_array_remove_range (stream->partial, 0, (guint) used);
}

static void hold (Stream *stream, guint32 sequence, View payload)
{
    if (!stream->held)
        stream->held = g_ptr_array_new_with_free_func (g_free);
    if (stream->held->len >= HELD_COUNT_MAX || stream->held_size + payload.size > HELD_SIZE_MAX)
        return;
    Held *held = g_malloc (sizeof *held + payload.size);
    held->sequence = sequence;
    held->size = payload.size;
    memcpy (held->data, payload.data, payload.size);
    guint place = stream->held->len;
    while (place > 0 && before (sequence, ((Held *) stream->held->pdata[place - 1])->sequence))
        place--;
    g_ptr_array_insert (stream->held, (gint) place, held);
    stream->held_size += (guint32) payload.size;
}

/* Hands on what a filled gap has set free. */
static void release (Stream *stream, StreamReader reader, gpointer user_data)
{
    while (stream->held && stream->held->len) {
        Held *held = stream->held->pdata[0];
        if (before (stream->next, held->sequence))
            return;
        gsize old = stream->next - held->sequence;
        if (old < held->size) {
            stream->next = held->sequence + (guint32) held->size;
            read_on (stream, held->data + old, held->size - old, reader, user_data);
        }
        stream->held_size -= (guint32) held->size;
        g_ptr_array_remove_index (stream->held, 0);
    }
}

/* A skipped segment arrives after all: what is whole in it counts, what was cut at its ends is lost. Senders join what
 * they send again, so it may reach beyond the gap on both sides. Each part counts once: the gap shrinks, and of two
 * halves the later stays. FALSE when nothing in it belongs into the gap. */
static gboolean read_late (Stream *stream, guint32 sequence, View payload, StreamReader reader, gpointer user_data)
{
    guint32 start = sequence, end = sequence + (guint32) payload.size;

    if (stream->late_start == stream->late_end)
        return FALSE;
    if (before (start, stream->late_start))
        start = stream->late_start;
    if (before (stream->late_end, end))
        end = stream->late_end;
    if (!before (start, end))
        return FALSE;
    if (end == stream->late_end && start != stream->late_start)
        stream->late_end = start;
    else
        stream->late_start = end;
    reader (payload.data + (start - sequence), end - start, FALSE, user_data);
    return TRUE;
}

StreamVerdict stream_segment (Stream *stream, const TcpSegment *segment, View payload, gboolean wait_for_gaps,
                              StreamReader reader, gpointer user_data)
{
    guint32 sequence = segment->sequence + (segment->flags & TCP_SYN ? 1 : 0);
    guint32 end = sequence + segment->length;

    if (!stream->started) {
        stream->started = TRUE;
        stream->next = sequence;
    }
    if (segment->length == 0)
        return STREAM_NEW;
    if (!before (stream->next, end))
        return read_late (stream, sequence, payload, reader, user_data) ? STREAM_NEW : STREAM_REPEATED;
    /* A packet that the capture cut short shows what it shows, and is a gap for whoever waits. */
    if (payload.size < segment->length) {
        reader (payload.data, payload.size, TRUE, user_data);
        if (!wait_for_gaps) {
            g_clear_pointer (&stream->partial, g_byte_array_unref);
            stream->next = end;
        }
        return STREAM_NEW;
    }
    if (before (stream->next, sequence)) {
        if (wait_for_gaps) {
            hold (stream, sequence, payload);
            return STREAM_HELD;
        }
        stream->late_start = stream->next;
        stream->late_end = sequence;
        g_clear_pointer (&stream->partial, g_byte_array_unref);
        stream->next = sequence;
    }
    gsize old = stream->next - sequence;
    stream->next = end;
    if (old < payload.size)
        read_on (stream, payload.data + old, payload.size - old, reader, user_data);
    release (stream, reader, user_data);
    return STREAM_NEW;
}

guint32 stream_seen (const Stream *stream)
{
    return stream->late_start == stream->late_end ? stream->next : stream->late_start;
}

void stream_clear (Stream *stream)
{
    g_clear_pointer (&stream->partial, g_byte_array_unref);
    g_clear_pointer (&stream->held, g_ptr_array_unref);
    *stream = (Stream){ 0 };
}

gboolean stream_has_gap (const Stream *stream)
{
    return stream->held_size || stream->late_start != stream->late_end;
}
