/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/connection.h"

/* Sequence numbers wrap: a lies before b when the way forward is the shorter one (RFC 9293, 3.4). */
static gboolean before (guint32 a, guint32 b)
{
    return (gint32)(a - b) < 0;
}

/* TRUE when all of it has been seen already. Octets that fill a hole are late, not repeated; one hole is remembered,
 * the latest. */
static gboolean seen_before (TcpDirection *direction, const TcpSegment *segment)
{
    guint32 start = segment->sequence, end = start + segment->length;

    if (!direction->seen) {
        direction->seen = TRUE;
        direction->next = end;
        return FALSE;
    }
    if (before (direction->next, end)) {
        if (before (direction->next, start)) {
            direction->gap_start = direction->next;
            direction->gap_end = start;
        }
        direction->next = end;
        return FALSE;
    }
    if (direction->gap_start != direction->gap_end && !before (start, direction->gap_start) &&
        !before (direction->gap_end, end)) {
        if (start == direction->gap_start)
            direction->gap_start = end;
        return FALSE;
    }
    return TRUE;
}

guint tcp_state_segment (TcpState *state, gboolean from_server, const TcpSegment *segment, gboolean has_messages)
{
    TcpDirection *direction = &state->directions[from_server ? FROM_SERVER : FROM_PHONE];

    if (segment->flags & TCP_RST) {
        gboolean refused = from_server && state->syn_note && !state->accepted && !state->established;
        state->closed = TRUE;
        return refused ? TCP_EVENT_REFUSED : TCP_EVENT_RESET;
    }
    if (segment->flags & TCP_SYN) {
        direction->seen = TRUE;
        direction->next = segment->sequence + 1;
        if (from_server) {
            gboolean again = state->accepted;
            state->accepted = TRUE;
            return again ? TCP_EVENT_RETRANSMISSION : TCP_EVENT_ACCEPT;
        }
        if (state->syn_repeats++ == 0)
            return TCP_EVENT_CONNECT;
        return TCP_EVENT_CONNECT_AGAIN;
    }

    gboolean first = state->accepted && !state->established && !from_server;
    gboolean probe = segment->length == 1 && direction->seen && segment->sequence + 1 == direction->next;
    gboolean repeated = segment->length && !has_messages && !probe && seen_before (direction, segment);
    if (segment->length && has_messages)
        seen_before (direction, segment);
    state->established = TRUE;

    if (segment->flags & TCP_FIN) {
        state->closed = TRUE;
        return TCP_EVENT_CLOSE;
    }
    if (has_messages)
        return N_TCP_EVENTS;
    if (repeated)
        return TCP_EVENT_RETRANSMISSION;
    if (segment->length && !probe)
        return TCP_EVENT_SEGMENT;
    return first ? TCP_EVENT_ESTABLISHED : TCP_EVENT_ACK;
}
