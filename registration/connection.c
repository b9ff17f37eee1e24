/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/connection.h"

gboolean tcp_state_is_probe (const TcpState *state, gboolean from_server, const TcpSegment *segment)
{
    const Stream *stream = &state->streams[from_server ? FROM_SERVER : FROM_PHONE];
    return segment->length == 1 && stream->started && segment->sequence + 1 == stream->next;
}

static guint handshake_event (TcpState *state, gboolean from_server)
{
    if (!from_server)
        return state->syn_repeats++ == 0 ? TCP_EVENT_CONNECT : TCP_EVENT_CONNECT_AGAIN;
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

    gboolean first = state->accepted && !state->established && !from_server;
    state->established = TRUE;
    if (segment->flags & TCP_FIN) {
        state->closed = TRUE;
        return TCP_EVENT_CLOSE;
    }
    if (has_messages)
        return N_TCP_EVENTS;
    if (segment->length && !probe) {
        if (verdict == STREAM_REPEATED)
            return TCP_EVENT_RETRANSMISSION;
        return verdict == STREAM_HELD ? TCP_EVENT_HELD : TCP_EVENT_SEGMENT;
    }
    return first ? TCP_EVENT_ESTABLISHED : TCP_EVENT_ACK;
}
