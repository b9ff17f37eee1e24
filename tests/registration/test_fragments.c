/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/wire/fragments.h"

#include "registration/wire/times.h"

#include <criterion/criterion.h>
#include <string.h>

static Fragments *fragments;
static guint8 octets[70000];
static View whole;

static void set_up (void)
{
    fragments = fragments_new ();
    for (gsize i = 0; i < sizeof octets; i++)
        octets[i] = (guint8) (i * 7 + i / 256);
    whole = (View){ 0 };
}

static void tear_down (void)
{
    fragments_free (fragments);
}

TestSuite (fragments, .init = set_up, .fini = tear_down);

/* The octets of the packet from offset on. */
static IpPacket fragment (guint32 id, guint offset, gsize size, gboolean more)
{
    static const guint8 address[4] = { 192, 0, 2, 1 };
    return (IpPacket){ .source = ip_address_v4 (address),
                       .destination = ip_address_v4 (address),
                       .protocol = 17,
                       .id = id,
                       .offset = (guint16) offset,
                       .more_follow = more,
                       .payload = { octets + offset, size },
                       .wire_size = size };
}

static gboolean add (guint32 id, guint offset, gsize size, gboolean more)
{
    IpPacket packet = fragment (id, offset, size, more);
    return fragments_add (fragments, &packet, 0, &whole);
}

static gboolean is_whole (gsize size)
{
    return whole.size == size && memcmp (whole.data, octets, size) == 0;
}

Test (fragments, the_last_one_to_come_completes_the_packet_in_any_order)
{
    static const guint orders[][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };

    for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
        for (guint j = 0; j < 3; j++) {
            guint part = orders[i][j];
            cr_assert_eq (add (i, part * 800, part == 2 ? 13 : 800, part != 2), j == 2);
            if (j == 2)
                cr_assert (is_whole (1613));
        }
}

Test (fragments, copies_and_overlaps_count_once_and_the_first_octets_stay)
{
    cr_assert (!add (1, 0, 800, TRUE));
    cr_assert (!add (1, 0, 800, TRUE));
    octets[400] ^= 0xFF;
    cr_assert (!add (1, 400, 800, TRUE));
    octets[400] ^= 0xFF;
    cr_assert (add (1, 1000, 300, FALSE));
    cr_assert (is_whole (1300));
}

Test (fragments, what_was_completed_is_forgotten)
{
    cr_assert (!add (1, 0, 8, TRUE));
    cr_assert (add (1, 8, 8, FALSE));
    cr_assert (!add (1, 8, 8, FALSE), "a copy of it begins anew");
    cr_assert (add (1, 0, 8, TRUE));
}

Test (fragments, packets_do_not_mix)
{
    IpPacket other = fragment (1, 8, 8, FALSE);

    cr_assert (!add (1, 0, 8, TRUE));
    cr_assert (!add (2, 8, 8, FALSE), "another number");
    other.protocol = 6;
    cr_assert (!fragments_add (fragments, &other, 0, &whole), "another protocol");
    other.protocol = 17;
    other.source.octets[3] = 9;
    cr_assert (!fragments_add (fragments, &other, 0, &whole), "another sender");
    other = fragment (1, 8, 8, FALSE);
    cr_assert (!fragments_add (fragments, &other, 61 * SECOND, &whole), "another minute");
}

Test (fragments, damage_completes_nothing)
{
    IpPacket cut = fragment (1, 0, 16, TRUE);

    cut.payload.size = 8;
    cr_assert (!fragments_add (fragments, &cut, 0, &whole), "cut by the capture");
    cr_assert (!add (1, 0, 12, TRUE), "ends in the middle of a unit");
    cr_assert (!add (1, 0, 0, TRUE), "empty");
    cr_assert (!add (1, 65528, 16, FALSE), "beyond what IP can carry");
    cr_assert (!add (1, 16, 8, FALSE));
    cr_assert (!add (1, 24, 8, TRUE), "behind the end");
    cr_assert (!add (1, 0, 8, FALSE), "an end before what has come");
    cr_assert (add (1, 0, 16, TRUE), "none of these did any harm");
    cr_assert (is_whole (24));
}

Test (fragments, the_largest_packet_fits)
{
    for (guint at = 0; at + 1480 < 65535; at += 1480)
        cr_assert (!add (1, at, 1480, TRUE));
    guint last = 65535 / 1480 * 1480;
    cr_assert (add (1, last, 65535 - last, FALSE));
    cr_assert (is_whole (65535));
}

Test (fragments, a_flood_pushes_out_the_oldest_only)
{
    for (guint32 id = 0; id < 100000; id++)
        cr_assert (!add (id, 0, 800, TRUE));
    cr_assert (!add (0, 800, 8, FALSE), "forgotten");
    cr_assert (add (99999, 800, 8, FALSE));
    cr_assert (is_whole (808));
}
