/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/wire/copies.h"

#include <criterion/criterion.h>
#include <string.h>

static Copies copies;

static void set_up (void)
{
    memset (&copies, 0, sizeof copies);
}

TestSuite (copies, .init = set_up);

static Frame frame_of (guint32 number, gint64 time, const char *payload)
{
    Frame frame = { .number = number,
                    .time = time,
                    .transport = TRANSPORT_UDP,
                    .ip_id = 77,
                    .payload = { (const guint8 *) payload, strlen (payload) } };
    cr_assert (ip_address_parse ("10.0.0.15", 9, &frame.source.address));
    cr_assert (ip_address_parse ("10.0.0.1", 8, &frame.destination.address));
    frame.source.port = frame.destination.port = 5060;
    return frame;
}

static gboolean tell_as (const Frame *frame, gboolean by_content, guint32 mark)
{
    guint32 number = 0, first = 0, n_copies = 0;

    gboolean routed;
    gboolean is_copy = copies_tell (&copies, frame, by_content, mark, &number, &first, &routed, &n_copies);
    cr_assert (!is_copy || (number == 1 && first == 5 && n_copies > 0));
    return is_copy;
}

static gboolean tell (const Frame *frame, guint32 mark)
{
    return tell_as (frame, FALSE, mark);
}

Test (copies, the_same_packet_a_moment_later_is_a_copy)
{
    Frame frame = frame_of (1, 1000, "REGISTER sip:10.0.0.1"), copy = frame_of (2, 41000, "REGISTER sip:10.0.0.1");

    cr_assert_not (tell (&frame, 5));
    copy.source_mac.octets[5] = 9; /* routers and links change these */
    copy.vlan = 100;
    cr_assert (tell (&copy, 6));
    copy.number = 3;
    cr_assert (tell (&copy, 7), "and a third one is a copy of the first");
    copy.time = 900;
    cr_assert (tell (&copy, 8), "clocks of two ports may differ");
}

Test (copies, what_a_host_sends_again_is_none)
{
    Frame frame = frame_of (1, 1000, "REGISTER sip:10.0.0.1"), later = frame;

    tell (&frame, 5);
    later.time += COPIES_WITHIN;
    cr_assert_not (tell (&later, 6), "it is later");
    later = frame;
    later.ip_id++;
    cr_assert_not (tell (&later, 6), "it is another IP packet");
}

Test (copies, behind_a_router_the_clock_may_differ)
{
    Frame frame = frame_of (1, 1000, "REGISTER sip:10.0.0.1"), later = frame, again = frame, copy = frame;

    frame.ttl = later.ttl = again.ttl = 64;
    copy.ttl = 63;
    tell_as (&frame, TRUE, 5);
    again.ip_id++;
    again.time += SECONDS (1);
    cr_assert_not (tell_as (&again, TRUE, 6), "the host has sent it again");
    copy.time += SECONDS (2);
    cr_assert (tell_as (&copy, TRUE, 7), "of two files that were merged");
    later.time += SECONDS (2);
    later.source_mac.octets[5] = 9;
    cr_assert_not (tell_as (&later, TRUE, 6), "another host that has got the address");
    frame.ip_id = copy.ip_id = 0;
    tell_as (&frame, TRUE, 5);
    cr_assert_not (tell_as (&copy, TRUE, 6), "nothing tells packets apart");
}

Test (copies, a_datagram_of_sip_is_known_by_what_it_says)
{
    Frame inside = frame_of (1, 1000, "REGISTER sip:192.0.2.1"), outside = frame_of (2, 1001, "REGISTER sip:192.0.2.1");

    outside.ip_id = (guint16) (inside.ip_id + 1);
    cr_assert_not (tell_as (&inside, TRUE, 5));
    cr_assert_not (tell_as (&outside, TRUE, 6), "the same host has sent it again");
    set_up ();
    tell_as (&inside, TRUE, 5);
    outside.source_mac.octets[5] = 9;
    cr_assert (tell_as (&outside, TRUE, 6), "what left a tunnel is another IP packet");
}

Test (copies, every_octet_that_arrives_counts)
{
    const char *text = "REGISTER sip:10.0.0.1";
    Frame frame = frame_of (1, 1000, text);
    char other[32];

    tell (&frame, 5);
    for (gsize i = 0; i < strlen (text); i++) {
        g_strlcpy (other, text, sizeof other);
        other[i] ^= 1;
        Frame changed = frame_of (2, 1001, other);
        cr_assert_not (tell (&changed, 6), "octet %zu", i);
        changed = frame_of (2, 1001, text);
        changed.payload.size = i;
        cr_assert_not (tell (&changed, 6), "%zu octets", i);
    }
    Frame swapped = frame;
    swapped.source = frame.destination;
    swapped.destination = frame.source;
    cr_assert_not (tell (&swapped, 6), "the other direction");
    swapped = frame;
    swapped.source.port++;
    cr_assert_not (tell (&swapped, 6), "another port");
}

Test (copies, segments_differ_by_their_numbers)
{
    Frame frame = frame_of (1, 1000, "");

    frame.transport = TRANSPORT_TCP;
    frame.ip_id = 0;
    frame.tcp = (TcpSegment){ .sequence = 10, .acknowledgment = 20, .flags = TCP_ACK };
    tell (&frame, 5);
    for (guint i = 0; i < 4; i++) {
        Frame other = frame;
        other.tcp.sequence += i == 0;
        other.tcp.acknowledgment += i == 1;
        other.tcp.flags |= i == 2 ? TCP_FIN : 0;
        other.tcp.length += i == 3;
        cr_assert_not (tell (&other, 6), "%u", i);
    }
}
