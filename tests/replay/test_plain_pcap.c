/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/recording/plain_pcap.h"

#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

TestSuite (plain_pcap, .timeout = 60);

#define MICROSECONDS 0xA1B2C3D4
#define NANOSECONDS  0xA1B23C4D
#define SNAPSHOT     100

static void add_number (GByteArray *octets, guint32 number)
{
    g_byte_array_append (octets, (const guint8 *) &number, sizeof number);
}

static GByteArray *header (guint32 magic, guint32 snapshot)
{
    const guint16 version[] = { 2, 4 };
    GByteArray *octets = g_byte_array_new ();

    add_number (octets, magic);
    g_byte_array_append (octets, (const guint8 *) version, sizeof version);
    add_number (octets, 0);
    add_number (octets, 0);
    add_number (octets, snapshot);
    add_number (octets, 1);
    return octets;
}

static void add_packet (GByteArray *octets, guint32 seconds, guint32 fraction, guint32 size)
{
    add_number (octets, seconds);
    add_number (octets, fraction);
    add_number (octets, size);
    add_number (octets, size);
    for (guint32 i = 0; i < size; i++)
        g_byte_array_append (octets, (const guint8[]){ (guint8) i }, 1);
}

/* The caller's, to be closed. */
static int file_of (GByteArray *octets)
{
    g_autofree char *name = NULL;
    const int file = g_file_open_tmp (NULL, &name, NULL);

    cr_assert_geq (file, 0);
    cr_assert_eq (write (file, octets->data, octets->len), (gssize) octets->len);
    unlink (name);
    g_byte_array_unref (octets);
    return file;
}

Test (plain_pcap, reads_packets_and_their_times)
{
    GByteArray *octets = header (NANOSECONDS, SNAPSHOT);
    CapturedPacket packet;

    add_packet (octets, 3000000000u, 7, SNAPSHOT); /* after 2038 */
    add_packet (octets, 5, 999999999, 0);
    const int file = file_of (octets);
    PlainPcap *pcap = plain_pcap_new (file, 1);
    cr_assert_eq (plain_pcap_next (pcap, &packet), PLAIN_PCAP_PACKET);
    cr_assert_eq (packet.time, G_GINT64_CONSTANT (3000000000000000007));
    cr_assert_eq (packet.size, SNAPSHOT);
    cr_assert_eq (packet.data[99], 99);
    cr_assert_eq (packet.link_type, 1);
    cr_assert_eq (plain_pcap_next (pcap, &packet), PLAIN_PCAP_PACKET);
    cr_assert_eq (packet.time, G_GINT64_CONSTANT (5999999999));
    cr_assert_eq (plain_pcap_next (pcap, &packet), PLAIN_PCAP_END);
    plain_pcap_free (pcap);
    close (file);
}

Test (plain_pcap, packets_may_lie_across_what_is_read_at_a_time)
{
    enum { PACKETS = 30000 };
    GByteArray *octets = header (MICROSECONDS, SNAPSHOT);
    CapturedPacket packet;

    for (guint i = 0; i < PACKETS; i++)
        add_packet (octets, i, i, i % SNAPSHOT);
    const int file = file_of (octets);
    PlainPcap *pcap = plain_pcap_new (file, 1);
    for (guint i = 0; i < PACKETS; i++) {
        cr_assert_eq (plain_pcap_next (pcap, &packet), PLAIN_PCAP_PACKET);
        cr_assert_eq (packet.time, i * G_GINT64_CONSTANT (1000000000) + i * 1000);
        cr_assert_eq (packet.size, i % SNAPSHOT);
        cr_assert (packet.size == 0 || packet.data[packet.size - 1] == packet.size - 1);
    }
    cr_assert_eq (plain_pcap_next (pcap, &packet), PLAIN_PCAP_END);
    plain_pcap_free (pcap);
    close (file);
}

static void expect_strange (GByteArray *octets)
{
    const int file = file_of (octets);
    PlainPcap *pcap = plain_pcap_new (file, 1);
    CapturedPacket packet;

    cr_assert_eq (plain_pcap_next (pcap, &packet), PLAIN_PCAP_PACKET);
    cr_assert_eq (plain_pcap_next (pcap, &packet), PLAIN_PCAP_STRANGE);
    plain_pcap_free (pcap);
    close (file);
}

Test (plain_pcap, leaves_strange_packets_to_libpcap)
{
    static const struct {
        guint32 fraction, size, cut;
    } strange[] = { { 1000000, 1, 0 }, { 0, SNAPSHOT + 1, 0 }, { 0, 10, 1 }, { 0, 10, 11 }, { 0, 0, 15 } };

    for (gsize i = 0; i < G_N_ELEMENTS (strange); i++) {
        GByteArray *octets = header (MICROSECONDS, SNAPSHOT);
        add_packet (octets, 1, 1, 1);
        add_packet (octets, 2, strange[i].fraction, strange[i].size);
        g_byte_array_set_size (octets, octets->len - strange[i].cut);
        expect_strange (octets);
    }
}

Test (plain_pcap, leaves_strange_files_to_libpcap)
{
    GByteArray *const files[] = {
        g_byte_array_new (),
        header (GUINT32_SWAP_LE_BE (MICROSECONDS), SNAPSHOT),
        header (0x0A0D0D0A, SNAPSHOT),
        header (MICROSECONDS, 0),
        header (MICROSECONDS, 262145),
        g_byte_array_set_size (header (MICROSECONDS, SNAPSHOT), 23),
    };

    for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
        const int file = file_of (files[i]);
        cr_assert_null (plain_pcap_new (file, 1));
        close (file);
    }
}
