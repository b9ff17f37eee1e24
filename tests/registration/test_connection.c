/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/flow/connection.h"

#include "registration/wire/times.h"

#include <criterion/criterion.h>

#define PHONE  FALSE
#define SERVER TRUE

static gsize take_all (G_GNUC_UNUSED const guint8 *data, gsize size, G_GNUC_UNUSED guint32 cut,
                       G_GNUC_UNUSED gpointer user_data)
{
    return size;
}

static gboolean lose (G_GNUC_UNUSED const StreamLoss *loss, G_GNUC_UNUSED guint32 *ret_drop,
                      G_GNUC_UNUSED gpointer user_data)
{
    return TRUE;
}

static gboolean find (G_GNUC_UNUSED const guint8 *data, G_GNUC_UNUSED gsize size, gsize *ret_offset,
                      G_GNUC_UNUSED gpointer user_data)
{
    *ret_offset = 0;
    return TRUE;
}

static const StreamReader reader = { take_all, lose, find };

/* As flow_tcp.c does it: the stream first, then the state. wait: the other side has not acknowledged what may be
 * missing before the segment. */
static guint event_of (TcpState *state, gboolean from_server, TcpSegment tcp, gboolean wait, gboolean has_messages)
{
    static const guint8 octets[4096];
    gboolean probe = tcp_state_is_probe (state, from_server, &tcp);
    StreamVerdict verdict = STREAM_NEW;

    Stream *stream = &state->streams[from_server ? FROM_SERVER : FROM_PHONE];
    if (!wait)
        if (stream_acknowledge (stream, tcp.sequence))
            stream_read_acknowledged (stream, &reader, NULL);
    if (!probe)
        verdict = stream_segment (stream, &tcp, 0, (View){ octets, tcp.length }, &reader, NULL);
    return tcp_state_segment (state, from_server, &tcp, probe, verdict, has_messages);
}

/* What a reader is told of a segment without a whole message in it. */
static guint segment (TcpState *state, gboolean from_server, guint8 flags, guint32 sequence, guint32 length)
{
    return event_of (state, from_server, (TcpSegment){ .flags = flags, .sequence = sequence, .length = length }, FALSE,
                     FALSE);
}

static guint message (TcpState *state, gboolean from_server, guint32 sequence, guint32 length)
{
    return event_of (state, from_server,
                     (TcpSegment){ .flags = TCP_ACK | TCP_PSH, .sequence = sequence, .length = length }, FALSE, TRUE);
}

/* As flow.c does: it knows the note of the SYN. */
static TcpState connecting (guint32 sequence)
{
    TcpState state = { .syn_sequence = sequence };

    cr_assert_eq (segment (&state, PHONE, TCP_SYN, sequence, 0), TCP_EVENT_CONNECT);
    state.syn_note = 1;
    return state;
}

static TcpState established (guint32 phone, guint32 server)
{
    TcpState state = connecting (phone);

    cr_assert_eq (segment (&state, SERVER, TCP_SYN | TCP_ACK, server, 0), TCP_EVENT_ACCEPT);
    cr_assert_eq (segment (&state, PHONE, TCP_ACK, phone + 1, 0), TCP_EVENT_ESTABLISHED);
    return state;
}

Test (connection, a_handshake_has_three_steps)
{
    TcpState state = established (1000, 5000);

    cr_assert (state.accepted && state.established && !state.closed);
    cr_assert_eq (segment (&state, SERVER, TCP_ACK, 5001, 0), TCP_EVENT_ACK);
    cr_assert_eq (segment (&state, PHONE, TCP_ACK, 1001, 0), TCP_EVENT_ACK, "only the first is the third step");
}

Test (connection, the_third_step_may_carry_data)
{
    TcpState state = connecting (1000);

    segment (&state, SERVER, TCP_SYN | TCP_ACK, 5000, 0);
    cr_assert_eq (message (&state, PHONE, 1001, 40), N_TCP_EVENTS);
    cr_assert_eq (segment (&state, PHONE, TCP_ACK, 1041, 0), TCP_EVENT_ACK);
}

Test (connection, a_syn_without_an_answer_is_repeated)
{
    TcpState state = connecting (1000);

    cr_assert_eq (segment (&state, PHONE, TCP_SYN, 1000, 0), TCP_EVENT_CONNECT_AGAIN);
    cr_assert_eq (segment (&state, PHONE, TCP_SYN, 1000, 0), TCP_EVENT_CONNECT_AGAIN);
    cr_assert_eq (state.syn_repeats, 3);
    cr_assert_eq (segment (&state, SERVER, TCP_SYN | TCP_ACK, 5000, 0), TCP_EVENT_ACCEPT);
    cr_assert_eq (segment (&state, SERVER, TCP_SYN | TCP_ACK, 5000, 0), TCP_EVENT_RETRANSMISSION);
}

Test (connection, a_reset_in_answer_to_the_syn_is_a_refusal)
{
    TcpState state = connecting (1000);

    cr_assert_eq (segment (&state, SERVER, TCP_RST | TCP_ACK, 0, 0), TCP_EVENT_REFUSED);
    cr_assert (state.closed);
}

Test (connection, a_reset_later_on_is_a_reset)
{
    TcpState state = established (1000, 5000);

    cr_assert_eq (segment (&state, SERVER, TCP_RST, 5001, 0), TCP_EVENT_RESET);
    cr_assert (state.closed);
}

Test (connection, a_phone_that_resets_its_own_attempt_is_not_refused)
{
    TcpState state = connecting (1000);

    cr_assert_eq (segment (&state, PHONE, TCP_RST, 1001, 0), TCP_EVENT_RESET);
}

Test (connection, without_its_syn_a_connection_is_not_refused)
{
    TcpState state = { .syn_note = 0 };

    cr_assert_eq (segment (&state, SERVER, TCP_RST, 5000, 0), TCP_EVENT_RESET);
}

Test (connection, a_fin_closes_even_with_a_message)
{
    TcpState state = established (1000, 5000);
    TcpSegment last = { .flags = TCP_FIN | TCP_ACK, .sequence = 1001, .length = 12 };

    cr_assert_eq (event_of (&state, PHONE, last, FALSE, TRUE), TCP_EVENT_CLOSE);
    cr_assert (state.closed);
    cr_assert_eq (segment (&state, SERVER, TCP_FIN | TCP_ACK, 5001, 0), TCP_EVENT_CLOSE);
}

Test (connection, data_without_the_end_of_a_message_is_a_segment)
{
    TcpState state = established (1000, 5000);

    cr_assert_eq (segment (&state, SERVER, TCP_ACK, 5001, 100), TCP_EVENT_SEGMENT);
    cr_assert_eq (message (&state, SERVER, 5101, 50), N_TCP_EVENTS);
}

Test (connection, data_seen_before_is_a_retransmission)
{
    TcpState state = established (1000, 5000);

    segment (&state, SERVER, TCP_ACK, 5001, 100);
    cr_assert_eq (segment (&state, SERVER, TCP_ACK, 5001, 100), TCP_EVENT_RETRANSMISSION);
    cr_assert_eq (segment (&state, SERVER, TCP_ACK, 5051, 50), TCP_EVENT_RETRANSMISSION);
    message (&state, SERVER, 5101, 50);
    cr_assert_eq (segment (&state, SERVER, TCP_ACK, 5101, 50), TCP_EVENT_RETRANSMISSION);
    cr_assert_eq (segment (&state, PHONE, TCP_ACK, 1001, 50), TCP_EVENT_SEGMENT, "the other direction counts alone");
}

Test (connection, data_that_goes_beyond_what_was_seen_is_new)
{
    TcpState state = established (1000, 5000);

    segment (&state, SERVER, TCP_ACK, 5001, 100);
    cr_assert_eq (segment (&state, SERVER, TCP_ACK, 5051, 100), TCP_EVENT_SEGMENT);
}

Test (connection, a_late_segment_that_fills_a_gap_is_no_retransmission)
{
    TcpState state = established (1000, 5000);

    segment (&state, SERVER, TCP_ACK, 5001, 100);
    cr_assert_eq (segment (&state, SERVER, TCP_ACK, 5301, 100), TCP_EVENT_SEGMENT, "5101 to 5300 are missing");
    cr_assert_eq (segment (&state, SERVER, TCP_ACK, 5101, 100), TCP_EVENT_SEGMENT);
    cr_assert_eq (segment (&state, SERVER, TCP_ACK, 5101, 100), TCP_EVENT_RETRANSMISSION);
    cr_assert_eq (segment (&state, SERVER, TCP_ACK, 5201, 100), TCP_EVENT_SEGMENT);
    cr_assert_eq (segment (&state, SERVER, TCP_ACK, 5201, 100), TCP_EVENT_RETRANSMISSION);
    cr_assert_eq (segment (&state, SERVER, TCP_ACK, 5301, 100), TCP_EVENT_RETRANSMISSION);
    cr_assert_eq (segment (&state, SERVER, TCP_ACK, 5401, 100), TCP_EVENT_SEGMENT);
}

Test (connection, a_gap_may_be_filled_from_its_end)
{
    TcpState state = established (1000, 5000);

    segment (&state, SERVER, TCP_ACK, 5001, 100);
    segment (&state, SERVER, TCP_ACK, 5301, 100);
    cr_assert_eq (segment (&state, SERVER, TCP_ACK, 5201, 100), TCP_EVENT_SEGMENT);
    cr_assert_eq (segment (&state, SERVER, TCP_ACK, 5201, 100), TCP_EVENT_RETRANSMISSION);
    cr_assert_eq (segment (&state, SERVER, TCP_ACK, 5101, 100), TCP_EVENT_SEGMENT);
}

/* Senders join what they send again: the lost octets together with their neighbours, which had arrived. */
Test (connection, a_late_segment_may_repeat_what_is_around_the_gap)
{
    TcpState state = established (1000, 5000);

    segment (&state, SERVER, TCP_ACK, 5001, 100);
    segment (&state, SERVER, TCP_ACK, 5201, 100);
    cr_assert_eq (segment (&state, SERVER, TCP_ACK, 5051, 200), TCP_EVENT_SEGMENT);
    cr_assert_eq (segment (&state, SERVER, TCP_ACK, 5101, 100), TCP_EVENT_RETRANSMISSION);
}

Test (connection, what_waits_for_a_gap_is_held)
{
    TcpState state = established (1000, 5000);
    TcpSegment early = { .flags = TCP_ACK, .sequence = 5101, .length = 100 };
    TcpSegment missing = { .flags = TCP_ACK, .sequence = 5001, .length = 100 };

    cr_assert_eq (event_of (&state, SERVER, early, TRUE, FALSE), TCP_EVENT_HELD);
    cr_assert_eq (event_of (&state, SERVER, missing, TRUE, FALSE), TCP_EVENT_SEGMENT);
    cr_assert_eq (event_of (&state, SERVER, early, TRUE, FALSE), TCP_EVENT_RETRANSMISSION);
    stream_clear (&state.streams[FROM_SERVER]);
}

Test (connection, waiting_is_in_vain_when_one_side_sends_on_and_nobody_else_speaks)
{
    TcpState state = established (1000, 5000);
    TcpSegment early = { .flags = TCP_ACK, .sequence = 5101, .length = 100 };
    TcpSegment later = { .flags = TCP_ACK, .sequence = 5201, .length = 100 };
    TcpSegment another = { .flags = TCP_ACK, .sequence = 5301, .length = 100 };
    TcpSegment missing = { .flags = TCP_ACK, .sequence = 5001, .length = 100 };
    TcpSegment nothing = { .flags = TCP_ACK, .sequence = 5201 };

    cr_assert_not (tcp_state_waits_in_vain (&state, SERVER, &later, SECONDS (90)));
    cr_assert_eq (event_of (&state, SERVER, early, TRUE, FALSE), TCP_EVENT_HELD);
    tcp_state_wait (&state, SERVER, SECONDS (10));
    cr_assert_eq (event_of (&state, SERVER, another, TRUE, FALSE), TCP_EVENT_HELD);
    tcp_state_wait (&state, SERVER, SECONDS (12));
    cr_assert_not (tcp_state_waits_in_vain (&state, SERVER, &later, SECONDS (11)), "too soon");
    cr_assert_not (tcp_state_waits_in_vain (&state, SERVER, &missing, SECONDS (90)), "here it is");
    cr_assert_not (tcp_state_waits_in_vain (&state, SERVER, &nothing, SECONDS (90)), "nothing new");
    cr_assert (tcp_state_waits_in_vain (&state, SERVER, &later, SECONDS (13)));
    state.answered[FROM_SERVER] = TRUE;
    cr_assert_not (tcp_state_waits_in_vain (&state, SERVER, &later, SECONDS (13)), "acknowledgments will tell");
    stream_clear (&state.streams[FROM_SERVER]);
}

Test (connection, sequence_numbers_wrap)
{
    TcpState state = established (0xFFFFFF00, 0xFFFFFFFF);

    cr_assert_eq (segment (&state, PHONE, TCP_ACK, 0xFFFFFF01, 0x200), TCP_EVENT_SEGMENT);
    cr_assert_eq (segment (&state, PHONE, TCP_ACK, 0xFFFFFF01, 0x200), TCP_EVENT_RETRANSMISSION);
    cr_assert_eq (segment (&state, PHONE, TCP_ACK, 0x101, 10), TCP_EVENT_SEGMENT);
    cr_assert_eq (segment (&state, SERVER, TCP_ACK, 0, 10), TCP_EVENT_SEGMENT);
    cr_assert_eq (segment (&state, SERVER, TCP_ACK, 0, 10), TCP_EVENT_RETRANSMISSION);
}

Test (connection, a_gap_may_lie_across_the_wrap)
{
    TcpState state = established (1000, 0xFFFFFF00);

    segment (&state, SERVER, TCP_ACK, 0xFFFFFF01, 0x0F);
    cr_assert_eq (segment (&state, SERVER, TCP_ACK, 0x100, 0x10), TCP_EVENT_SEGMENT);
    cr_assert_eq (segment (&state, SERVER, TCP_ACK, 0xFFFFFF10, 0x1F0), TCP_EVENT_SEGMENT);
    cr_assert_eq (segment (&state, SERVER, TCP_ACK, 0xFFFFFF10, 0x1F0), TCP_EVENT_RETRANSMISSION);
}

Test (connection, a_keep_alive_probe_is_an_acknowledgment)
{
    TcpState state = established (1000, 5000);

    message (&state, PHONE, 1001, 12);
    cr_assert_eq (segment (&state, PHONE, TCP_ACK, 1012, 1), TCP_EVENT_ACK, "the last octet again");
    cr_assert_eq (segment (&state, PHONE, TCP_ACK, 1012, 0), TCP_EVENT_ACK, "or nothing, one octet back");
    cr_assert_eq (segment (&state, PHONE, TCP_ACK, 1013, 12), TCP_EVENT_SEGMENT, "and nothing moved");
}

Test (connection, a_connection_joined_in_the_middle_starts_anywhere)
{
    TcpState state = { .syn_note = 0 };

    cr_assert_eq (segment (&state, SERVER, TCP_ACK, 123456, 100), TCP_EVENT_SEGMENT);
    cr_assert_eq (segment (&state, SERVER, TCP_ACK, 123456, 100), TCP_EVENT_RETRANSMISSION);
    cr_assert_eq (segment (&state, PHONE, TCP_ACK, 99, 0), TCP_EVENT_ACK, "no third step without the others");
}

/* What an acknowledgment tells about the capture. */
static CaptureHolds acknowledges (TcpState *state, gboolean from_server, guint32 acknowledgment)
{
    return tcp_state_capture (state, from_server, &(TcpSegment){ .flags = TCP_ACK, .acknowledgment = acknowledgment });
}

Test (connection, what_was_acknowledged_and_never_seen_is_missing)
{
    TcpState state = established (1000, 5000);

    message (&state, SERVER, 5001, 20);
    cr_assert_eq (acknowledges (&state, PHONE, 5021), CAPTURE_WHOLE);
    cr_assert_eq (acknowledges (&state, PHONE, 5022), CAPTURE_WHOLE, "it may be captured a little later");
    cr_assert_eq (acknowledges (&state, PHONE, 5022), CAPTURE_LACKS_PACKETS, "and was not");
    segment (&state, SERVER, TCP_ACK | TCP_FIN, 5021, 0);
    cr_assert_eq (acknowledges (&state, PHONE, 5022), CAPTURE_WHOLE, "a FIN counts as an octet");
}

Test (connection, a_gap_that_was_acknowledged_is_missing)
{
    TcpState state = established (1000, 5000);

    message (&state, SERVER, 5011, 20);
    cr_assert_eq (acknowledges (&state, PHONE, 5001), CAPTURE_WHOLE, "the phone waits for it, too");
    cr_assert_eq (acknowledges (&state, PHONE, 5031), CAPTURE_WHOLE, "it may be captured a little later");
    cr_assert_eq (acknowledges (&state, PHONE, 5031), CAPTURE_LACKS_PACKETS, "and was not");
    message (&state, SERVER, 5001, 10);
    cr_assert_eq (acknowledges (&state, PHONE, 5031), CAPTURE_WHOLE, "it came late");
}

Test (connection, a_side_that_is_never_seen_and_acknowledged_again_and_again_is_not_captured)
{
    TcpState state = connecting (1000);

    cr_assert_eq (acknowledges (&state, PHONE, 5001), CAPTURE_WHOLE, "it may be captured a little later");
    cr_assert_eq (acknowledges (&state, PHONE, 5001), CAPTURE_LACKS_PACKETS);
    cr_assert_eq (acknowledges (&state, PHONE, 5021), CAPTURE_ONE_SIDED);
}

Test (connection, in_the_middle_an_acknowledgment_may_be_about_what_lies_before_the_capture)
{
    TcpState state = { .syn_note = 0 };

    cr_assert_eq (acknowledges (&state, PHONE, 5001), CAPTURE_WHOLE);
    cr_assert_eq (acknowledges (&state, PHONE, 5001), CAPTURE_WHOLE);
    cr_assert_eq (acknowledges (&state, PHONE, 5021), CAPTURE_WHOLE, "it may be captured a little later");
    cr_assert_eq (acknowledges (&state, PHONE, 5021), CAPTURE_LACKS_PACKETS, "and was not");
}
