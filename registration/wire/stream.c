/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/wire/stream.h"

#include <string.h>

/* What one direction may keep while it waits. A phone's longest message has some KiB, its window some 64. */
#define HELD_SIZE_MAX    (512 * 1024)
#define HELD_COUNT_MAX   512
#define PARTIAL_SIZE_MAX (128 * 1024)
/* What is kept while the next message is looked for, and looked at again with each segment: a record of TLS and some.
 */
#define SEARCH_SIZE_MAX (20 * 1024)

typedef struct {
    guint32 sequence;
    guint32 length; /* octets on the wire */
    gint64 time;    /* when they were captured */
    gsize size;     /* octets that the capture has kept */
    guint8 data[];
} Held;

/* Sequence numbers wrap: a lies before b when the way forward is the shorter one (RFC 9293, 3.4). */
static gboolean before (guint32 a, guint32 b)
{
    return (gint32) (a - b) < 0;
}

/* The other side has all octets before this one. */
static gboolean is_acknowledged (const Stream *stream, guint32 sequence)
{
    return stream->has_acknowledgment && !before (stream->acknowledged, sequence);
}

static void keep (Stream *stream, const guint8 *data, gsize size, gsize limit)
{
    if (size == 0 || size > limit)
        return;
    stream->partial = g_byte_array_sized_new ((guint) size);
    g_byte_array_append (stream->partial, data, (guint) size);
}

static void read_new (Stream *stream, const guint8 *data, gsize size, const StreamReader *reader, gpointer user_data)
{
    gsize used = reader->read (data, size, 0, user_data);
    keep (stream, data + used, size - used, PARTIAL_SIZE_MAX);
}

static void read_on (Stream *stream, View data, const StreamReader *reader, gpointer user_data)
{
    if (!stream->partial) {
        read_new (stream, data.data, data.size, reader, user_data);
        return;
    }
    g_byte_array_append (stream->partial, data.data, (guint) data.size);
    gsize used = reader->read (stream->partial->data, stream->partial->len, 0, user_data);
    if (used >= stream->partial->len || stream->partial->len - used > PARTIAL_SIZE_MAX)
        g_clear_pointer (&stream->partial, g_byte_array_unref);
    else if (used)
        g_byte_array_remove_range (stream->partial, 0, (guint) used);
}

/* Behind lost octets: reads from where a message begins. What may have begun in earlier segments is looked at with this
 * one, and then this one alone, since most segments begin with a message. FALSE when none has begun yet. */
static gboolean read_found (Stream *stream, View data, const StreamReader *reader, gpointer user_data)
{
    g_autoptr (GByteArray) earlier = g_steal_pointer (&stream->partial);
    gsize begun = earlier ? earlier->len : 0, offset = 0;
    View all = data;

    if (earlier) {
        g_byte_array_append (earlier, data.data, (guint) data.size);
        all = (View){ earlier->data, earlier->len };
    }
    gboolean found = reader->find (all.data, all.size, &offset, user_data);
    gsize kept_from = offset;
    if (!found && begun) {
        found = reader->find (data.data, data.size, &offset, user_data);
        offset += begun;
    }
    if (!found) {
        keep (stream, all.data + kept_from, all.size - kept_from, SEARCH_SIZE_MAX);
        return FALSE;
    }
    stream->searches = FALSE;
    read_new (stream, all.data + offset, all.size - offset, reader, user_data);
    return TRUE;
}

/* Takes octets that continue the stream, captured at that time; the capture may have cut their end. */
static StreamVerdict take (Stream *stream, View data, guint32 length, gint64 time, const StreamReader *reader,
                           gpointer user_data)
{
    guint32 dropped = MIN (stream->drop, length);
    guint32 cut = length - (guint32) data.size;

    stream->next += length;
    /* A message is whole when its last piece has come, wherever that stands in it. */
    stream->time = stream->partial && !stream->searches ? MAX (stream->time, time) : time;
    stream->drop -= dropped;
    if (dropped >= data.size)
        return cut ? STREAM_NEW : STREAM_TAIL;
    data = (View){ data.data + dropped, data.size - dropped };
    if (cut) {
        /* It shows what it shows, as a packet of its own. What was cut never comes, so nobody waits for it. */
        g_clear_pointer (&stream->partial, g_byte_array_unref);
        reader->read (data.data, data.size, cut, user_data);
        return STREAM_NEW;
    }
    if (stream->searches)
        return read_found (stream, data, reader, user_data) ? STREAM_NEW : STREAM_TAIL;
    read_on (stream, data, reader, user_data);
    return STREAM_NEW;
}

static void hold (Stream *stream, guint32 sequence, guint32 length, gint64 time, View payload)
{
    if (!stream->held)
        stream->held = g_ptr_array_new_with_free_func (g_free);
    Held *held = g_malloc (sizeof *held + payload.size);
    held->sequence = sequence;
    held->length = length;
    held->time = time;
    held->size = payload.size;
    if (payload.size) /* of some segments the capture has kept nothing */
        memcpy (held->data, payload.data, payload.size);
    guint place = stream->held->len;
    while (place > 0 && before (sequence, ((Held *) stream->held->pdata[place - 1])->sequence))
        place--;
    g_ptr_array_insert (stream->held, (gint) place, held);
    stream->held_size += (guint32) payload.size;
}

/* The octets from next up to end are lost. */
static void lose (Stream *stream, guint32 end, const StreamReader *reader, gpointer user_data)
{
    StreamLoss loss = { .size = end - stream->next, .acknowledged = is_acknowledged (stream, end) };
    g_autoptr (GByteArray) begun = g_steal_pointer (&stream->partial);

    if (begun && !stream->searches)
        loss.begun = (View){ begun->data, begun->len };
    stream->late_start = stream->next;
    stream->late_end = stream->next = end;
    stream->drop -= MIN (stream->drop, loss.size);
    guint32 drop = 0;
    if (!reader->lose (&loss, &drop, user_data))
        return;
    stream->searches = TRUE;
    stream->drop = MAX (stream->drop, drop);
}

/* Octets between what was read and this number are not there. A FIN that was seen has a number of its own, and is no
 * octet (RFC 9293, 3.4): another one behind it leaves no gap. */
static gboolean lacks_before (Stream *stream, guint32 sequence)
{
    if (stream->has_ended && stream->next == stream->end && sequence == stream->end + 1)
        stream->next = sequence;
    return before (stream->next, sequence);
}

/* Hands on what waits, as far as nothing is missing before it: because a gap was filled, or is lost. Returns the
 * verdict on the last of it. */
static StreamVerdict release (Stream *stream, gboolean give_up, const StreamReader *reader, gpointer user_data)
{
    StreamVerdict verdict = STREAM_NEW;

    while (stream_waits (stream)) {
        Held *held = stream->held->pdata[0];
        if (lacks_before (stream, held->sequence)) {
            if (!give_up && !is_acknowledged (stream, held->sequence))
                return verdict;
            lose (stream, held->sequence, reader, user_data);
        }
        gsize old = stream->next - held->sequence;
        if (old < held->length) {
            View rest = { held->data + MIN (old, held->size), held->size - MIN (old, held->size) };
            verdict = take (stream, rest, held->length - (guint32) old, held->time, reader, user_data);
        }
        stream->held_size -= (guint32) held->size;
        g_ptr_array_remove_index (stream->held, 0);
    }
    return verdict;
}

/* A lost segment arrives after all: what is whole in it counts, what was cut at its ends is lost. Senders join what
 * they send again, so it may reach beyond the gap on both sides. Each part counts once: the gap shrinks, and of two
 * halves the later stays. FALSE when nothing in it belongs into the gap. */
static gboolean read_late (Stream *stream, guint32 sequence, guint32 cut, gint64 time, View payload,
                           const StreamReader *reader, gpointer user_data)
{
    guint32 start = sequence, end = sequence + (guint32) payload.size;
    gsize offset;

    if (stream->late_start == stream->late_end)
        return FALSE;
    if (before (start, stream->late_start))
        start = stream->late_start;
    if (before (stream->late_end, end)) {
        end = stream->late_end;
        cut = 0;
    }
    if (!before (start, end))
        return FALSE;
    if (end == stream->late_end && start != stream->late_start)
        stream->late_end = start;
    else
        stream->late_start = end;
    View late = { payload.data + (start - sequence), end - start };
    stream->time = time;
    /* What the capture has cut never comes: there is nothing better to wait for than what may begin a message. */
    if (reader->find (late.data, late.size, &offset, user_data) || (cut && offset < late.size))
        reader->read (late.data + offset, late.size - offset, cut, user_data);
    return TRUE;
}

StreamVerdict stream_segment (Stream *stream, const TcpSegment *segment, gint64 time, View payload,
                              const StreamReader *reader, gpointer user_data)
{
    guint32 sequence = segment->sequence + (segment->flags & TCP_SYN ? 1 : 0);
    guint32 end = sequence + segment->length;
    StreamVerdict verdict = STREAM_NEW;

    if (!stream->started) {
        stream->started = TRUE;
        if (!stream->expected || before (sequence, stream->next))
            stream->next = sequence;
    }
    if ((segment->flags & TCP_FIN) && !stream->has_ended) {
        stream->has_ended = TRUE;
        stream->end = end;
    }
    /* A FIN tells where the stream ends. */
    if (segment->length == 0 && !((segment->flags & TCP_FIN) && lacks_before (stream, sequence)))
        return STREAM_NEW;
    if (!before (stream->next, end))
        return read_late (stream, sequence, segment->length - (guint32) payload.size, time, payload, reader, user_data)
                   ? STREAM_NEW
                   : STREAM_REPEATED;
    if (lacks_before (stream, sequence)) {
        if (!is_acknowledged (stream, sequence)) {
            hold (stream, sequence, segment->length, time, payload);
            if (stream->held->len <= HELD_COUNT_MAX && stream->held_size <= HELD_SIZE_MAX)
                return STREAM_HELD;
            return release (stream, TRUE, reader, user_data);
        }
        /* What waits lies further behind: it would not wait if it had been acknowledged. */
        lose (stream, sequence, reader, user_data);
    }
    gsize old = stream->next - sequence;
    if (old < segment->length) {
        View rest = { payload.data + MIN (old, payload.size), payload.size - MIN (old, payload.size) };
        verdict = take (stream, rest, segment->length - (guint32) old, time, reader, user_data);
    }
    if (stream_waits (stream))
        release (stream, FALSE, reader, user_data);
    return verdict;
}

void stream_expect (Stream *stream, guint32 sequence)
{
    if (stream->started || stream->expected)
        return;
    stream->expected = TRUE;
    stream->next = sequence;
}

gboolean stream_acknowledge (Stream *stream, guint32 acknowledgment)
{
    if (stream->has_acknowledgment && before (acknowledgment, stream->acknowledged))
        return FALSE;
    stream->has_acknowledgment = TRUE;
    stream->acknowledged = acknowledgment;
    return stream_waits (stream) != 0;
}

void stream_read_acknowledged (Stream *stream, const StreamReader *reader, gpointer user_data)
{
    release (stream, FALSE, reader, user_data);
}

StreamVerdict stream_give_up (Stream *stream, const StreamReader *reader, gpointer user_data)
{
    return release (stream, TRUE, reader, user_data);
}

gboolean stream_has_begun (const Stream *stream)
{
    return stream->partial && stream->partial->len && !stream->searches;
}

void stream_read_begun (Stream *stream, const StreamReader *reader, gpointer user_data)
{
    if (!stream_has_begun (stream))
        return;
    g_autoptr (GByteArray) begun = g_steal_pointer (&stream->partial);
    if (reader->read (begun->data, begun->len, 0, user_data))
        stream->searches = TRUE;
    else
        stream->partial = g_steal_pointer (&begun);
}

void stream_search (Stream *stream)
{
    stream->searches = TRUE;
}

guint32 stream_seen (const Stream *stream)
{
    return stream->late_start == stream->late_end ? stream->next : stream->late_start;
}

gboolean stream_has_gap (const Stream *stream)
{
    return stream_waits (stream) || stream->late_start != stream->late_end;
}

void stream_clear (Stream *stream)
{
    g_clear_pointer (&stream->partial, g_byte_array_unref);
    g_clear_pointer (&stream->held, g_ptr_array_unref);
    *stream = (Stream){ 0 };
}
