/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/flow/connection.h"

#include "registration/wire/times.h"

gboolean tcp_state_is_probe (const TcpState *state, gboolean from_server, const TcpSegment *segment)
{
    const Stream *stream = &state->streams[from_server ? FROM_SERVER : FROM_PHONE];
    return segment->length == 1 && stream->started && segment->sequence + 1 == stream->next;
}

/* Up to where the octets of a side were seen. A FIN counts as one (RFC 9293, 3.4). */
static guint32 seen_of (const TcpState *state, guint side)
{
    return stream_seen (&state->streams[side]) + (state->ended[side] ? 1 : 0);
}

gboolean tcp_state_lacks_octets (const TcpState *state)
{
    if (state->lacks_end)
        return TRUE;
    for (guint own = FROM_PHONE; own <= FROM_SERVER; own++) {
        const guint other = own == FROM_SERVER ? FROM_PHONE : FROM_SERVER;
        if (state->acked[own] && state->streams[other].started &&
            (gint32) (state->acknowledgment[own] - seen_of (state, other)) > 0)
            return TRUE;
    }
    return FALSE;
}

gboolean tcp_state_answers_end (const TcpState *state, gboolean from_server, const TcpSegment *segment)
{
    const guint other = from_server ? FROM_PHONE : FROM_SERVER;

    return state->established && (segment->flags & TCP_ACK) && state->streams[other].started && !state->ended[other] &&
           segment->acknowledgment == stream_seen (&state->streams[other]) + 1;
}

/* A RST stands where the octets of its sender have ended, or where they ought to (RFC 9293, 3.10.7.1). */
static CaptureHolds capture_of_reset (TcpState *state, guint own, const TcpSegment *segment)
{
    if (!state->streams[own].started || (gint32) (segment->sequence - seen_of (state, own)) <= 0)
        return CAPTURE_WHOLE;
    state->lacks_end = TRUE;
    return CAPTURE_LACKS_PACKETS;
}

/* So many acknowledgments of a side that was never seen: no longer one packet that came late or was lost. */
#define UNSEEN_ACKS 3

CaptureHolds tcp_state_capture (TcpState *state, gboolean from_server, const TcpSegment *segment)
{
    guint own = from_server ? FROM_SERVER : FROM_PHONE, other = from_server ? FROM_PHONE : FROM_SERVER;
    gboolean known = state->acked[own] || (!from_server && state->syn_note);
    const gboolean acked = state->acked[own];
    const guint32 before = state->acknowledgment[own];
    gboolean moved = !acked || before != segment->acknowledgment;

    if (segment->flags & TCP_RST)
        return capture_of_reset (state, own, segment);
    if (!(segment->flags & TCP_ACK))
        return CAPTURE_WHOLE;
    state->acked[own] = TRUE;
    state->acknowledgment[own] = segment->acknowledgment;
    /* What is captured a little before the octets that it acknowledges lacks nothing: by the next segment of its sender
     * they are there. */
    if (state->streams[other].started)
        return acked && (gint32) (before - seen_of (state, other)) > 0 ? CAPTURE_LACKS_PACKETS : CAPTURE_WHOLE;
    /* Where the capture begins in the middle, only an acknowledgment that moves on is about something in it. */
    if (!known || (!moved && !state->unseen_acks))
        return CAPTURE_WHOLE;
    if (state->unseen_acks < UNSEEN_ACKS)
        state->unseen_acks++;
    if (state->unseen_acks == 1) /* swapped frames: what it acknowledges may be the next one */
        return CAPTURE_WHOLE;
    return state->unseen_acks == UNSEEN_ACKS ? CAPTURE_ONE_SIDED : CAPTURE_LACKS_PACKETS;
}

/* Who gets no acknowledgment sends again after one second (RFC 6298, 2.1), older stacks after three (RFC
 * 1122, 4.2.3.1), and nothing else before. Who sends on after that has been acknowledged. */
#define GAP_PATIENCE SECONDS (3)

void tcp_state_wait (TcpState *state, gboolean from_server, gint64 time)
{
    const guint own = from_server ? FROM_SERVER : FROM_PHONE;

    if (stream_waits (&state->streams[own]) > 1)
        return;
    state->answered[own] = FALSE;
    state->waits_since[own] = time;
}

gboolean tcp_state_waits_in_vain (TcpState *state, gboolean from_server, const TcpSegment *segment, gint64 time)
{
    const guint own = from_server ? FROM_SERVER : FROM_PHONE;
    const Stream *stream = &state->streams[own];

    return stream_waits (stream) && !state->answered[own] && time - state->waits_since[own] >= GAP_PATIENCE &&
           segment->length && (gint32) (segment->sequence - stream->next) > 0;
}

static gboolean has_arrived (const TcpState *state, guint own, guint32 end)
{
    const guint other = own == FROM_SERVER ? FROM_PHONE : FROM_SERVER;
    return state->acked[other] && (gint32) (state->acknowledgment[other] - end) >= 0;
}

static void measure (TcpState *state, guint own, const TcpSegment *segment, StreamVerdict verdict)
{
    if (state->under_way[own] && has_arrived (state, own, state->under_way_end[own])) {
        state->arrived[own] = MAX (state->arrived[own], state->under_way[own]);
        state->under_way[own] = 0;
    }
    if ((verdict == STREAM_NEW || verdict == STREAM_TAIL) && segment->length > state->under_way[own]) {
        state->under_way[own] = segment->length;
        state->under_way_end[own] = segment->sequence + segment->length;
    }
}

guint tcp_state_in_vain (TcpState *state, gboolean from_server, const TcpSegment *segment)
{
    const guint own = from_server ? FROM_SERVER : FROM_PHONE;

    if (has_arrived (state, own, segment->sequence + segment->length))
        return 0;
    if (state->repeated[own] != segment->sequence)
        state->repeats[own] = 0;
    state->repeated[own] = segment->sequence;
    if (state->repeats[own] < G_MAXUINT16)
        state->repeats[own]++;
    return state->repeats[own];
}

/* More than a moment without acknowledgments: TCP has waited twice as long each time. */
#define UNHEARD_COPIES 3

gboolean tcp_state_is_unheard (const TcpState *state, gboolean from_server)
{
    const guint own = from_server ? FROM_SERVER : FROM_PHONE, other = from_server ? FROM_PHONE : FROM_SERVER;

    return state->repeats[own] >= UNHEARD_COPIES && state->acked[other] &&
           (gint32) (state->repeated[own] - state->acknowledgment[other]) >= 0;
}

gboolean tcp_state_is_unrepeated (const TcpState *state, guint own, const TcpSegment *segment)
{
    const guint other = own == FROM_SERVER ? FROM_PHONE : FROM_SERVER;
    const Stream *stream = &state->streams[own];

    return stream->started && state->acked[other] && state->under_way[own] && !state->repeats[own] &&
           (gint32) (state->under_way_end[own] - state->acknowledgment[other]) > 0 &&
           (gint32) (segment->acknowledgment - state->under_way_end[own]) >= 0;
}

gboolean tcp_state_lacks_server (const TcpState *state)
{
    return state->under_way[FROM_PHONE] && !state->streams[FROM_SERVER].started &&
           state->repeats[FROM_PHONE] < UNHEARD_COPIES;
}

gboolean tcp_state_lacks_acknowledgment (const TcpState *state)
{
    const Stream *stream = &state->streams[FROM_PHONE];
    const guint32 acknowledged = state->acknowledgment[FROM_SERVER];
    const gboolean is_repeated =
        state->repeats[FROM_PHONE] &&
        (!state->acked[FROM_SERVER] || (gint32) (state->repeated[FROM_PHONE] - acknowledged) >= 0);

    /* A SYN is no word of the phone. */
    if (!state->established || is_repeated)
        return FALSE;
    return state->acked[FROM_SERVER] ? (gint32) (stream_seen (stream) - acknowledged) > 0
                                     : state->under_way[FROM_PHONE] != 0;
}

static guint handshake_event (TcpState *state, gboolean from_server)
{
    if (!from_server && state->syn_repeats++ == 0)
        return TCP_EVENT_CONNECT;
    if (!from_server)
        return state->established ? TCP_EVENT_RETRANSMISSION : TCP_EVENT_CONNECT_AGAIN;
    gboolean again = state->accepted;
    state->accepted = TRUE;
    return again ? TCP_EVENT_RETRANSMISSION : TCP_EVENT_ACCEPT;
}

guint tcp_state_segment (TcpState *state, gboolean from_server, const TcpSegment *segment, gboolean probe,
                         StreamVerdict verdict, gboolean has_messages)
{
    if (segment->flags & TCP_RST) {
        gboolean refused = from_server && state->syn_note && !state->accepted && !state->established;
        state->closed = TRUE;
        return refused ? TCP_EVENT_REFUSED : TCP_EVENT_RESET;
    }
    if (segment->flags & TCP_SYN)
        return handshake_event (state, from_server);

    measure (state, from_server ? FROM_SERVER : FROM_PHONE, segment, verdict);
    gboolean first = state->accepted && !state->established && !from_server;
    state->established = TRUE;
    if (segment->flags & TCP_FIN) {
        state->closed = state->ended[from_server ? FROM_SERVER : FROM_PHONE] = TRUE;
        return TCP_EVENT_CLOSE;
    }
    if (has_messages)
        return N_TCP_EVENTS;
    if (segment->length && !probe) {
        if (verdict == STREAM_REPEATED)
            return TCP_EVENT_RETRANSMISSION;
        if (verdict == STREAM_TAIL)
            return TCP_EVENT_TAIL;
        return verdict == STREAM_HELD ? TCP_EVENT_HELD : TCP_EVENT_SEGMENT;
    }
    return first ? TCP_EVENT_ESTABLISHED : TCP_EVENT_ACK;
}
