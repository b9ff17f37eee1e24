/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/support/play.h"

/* Frames made of dice: whatever they hold, notes, phones and partners fit together. */

TestSuite (flow_random, .init = set_up, .fini = tear_down);

static guint32 random_id (GRand *random)
{
    if (g_rand_int_range (random, 0, 20) == 0)
        return g_rand_int (random);
    return catalog_kind ((KindIndex) g_rand_int_range (random, 0, (gint32) catalog_size ()))->id;
}

static void random_pdu (GRand *random, GByteArray *out)
{
    static const char *const names[] = { "SEP000000000001", "SEP000000000002", "Name=SEP000000000003 Last=Reset", "" };
    guint32 size = (guint32) g_rand_int_range (random, 0, 8) ? (guint32) g_rand_int_range (random, 0, 64)
                                                             : (guint32) g_rand_int_range (random, 0, 400);
    guint start = out->len;

    wire_pdu (out, (guint32) g_rand_int_range (random, 0, 23), random_id (random), FIELDS (ZEROS (size)));
    for (guint i = start + 12; i < out->len; i++)
        if (g_rand_int_range (random, 0, 3) == 0)
            out->data[i] = (guint8) g_rand_int (random);
    const char *name = names[g_rand_int_range (random, 0, G_N_ELEMENTS (names))];
    if (size >= 40 && g_rand_boolean (random))
        memcpy (out->data + start + (g_rand_boolean (random) ? 12 : 16), name, strlen (name) + 1);
    if (g_rand_int_range (random, 0, 10) == 0)
        g_byte_array_set_size (out, (guint) g_rand_int_range (random, (gint32) start, (gint32) out->len + 1));
}

static Endpoint random_end (GRand *random)
{
    static const guint16 ports[] = { 2000, 2443, 50000, 50001, 50002, 12345 };
    Endpoint end = { .port = ports[g_rand_int_range (random, 0, G_N_ELEMENTS (ports))] };
    guint8 octets[16] = { 10, 0, 0, (guint8) g_rand_int_range (random, 0, 6) };

    if (octets[3] < 5)
        end.address = octets[3] ? ip_address_v4 (octets) : ip_address_v6 (octets);
    if (g_rand_int_range (random, 0, 50) == 0)
        end.port = (guint16) g_rand_int (random);
    return end;
}

#define RANDOM_FRAMES 200000

static void play_random_frames (void)
{
    static const guint8 flags[] = { TCP_SYN, TCP_SYN | TCP_ACK, TCP_ACK, TCP_ACK, TCP_FIN | TCP_ACK, TCP_RST };
    g_autoptr (GRand) random = g_rand_new_with_seed (20150503);
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    guint64 octets = 0;

    for (guint32 i = 1; i <= RANDOM_FRAMES; i++) {
        Frame frame = { .number = i };
        guint count = 0;

        now += g_rand_int_range (random, -1000000, 1000000000);
        frame.time = g_rand_int_range (random, 0, 100) ? now : (gint64) ((guint64) g_rand_int (random) << 32);
        frame.transport = g_rand_int_range (random, 0, 10)
                              ? TRANSPORT_TCP
                              : (Transport) g_rand_int_range (random, 0, TRANSPORT_EAPOL + 1);
        frame.source = random_end (random);
        frame.destination = random_end (random);
        frame.is_sccp = g_rand_int_range (random, 0, 4) == 0;
        g_byte_array_set_size (bytes, 0);
        for (gint m = g_rand_int_range (random, 0, 5); m > 0; m--)
            random_pdu (random, bytes);
        frame.tcp = (TcpSegment){ g_rand_int (random) % 4096, g_rand_int (random), bytes->len,
                                  flags[g_rand_int_range (random, 0, G_N_ELEMENTS (flags))] };
        if (g_rand_int_range (random, 0, 20) == 0) {
            frame.tcp.sequence = g_rand_int (random);
            frame.tcp.flags = (guint8) g_rand_int (random);
        }
        if (g_rand_int_range (random, 0, 20) == 0)
            g_byte_array_set_size (bytes, (guint) g_rand_int_range (random, 0, (gint32) bytes->len + 1));
        /* Memory of exactly this size, for AddressSanitizer. */
        g_autofree guint8 *payload = bytes->len ? g_memdup2 (bytes->data, bytes->len) : NULL;
        frame.payload = (View){ payload, bytes->len };
        octets += bytes->len;

        guint32 before = notes_count (flow_notes (flow));
        NoteId first = flow_frame (flow, &frame, &count);
        cr_assert_eq (notes_count (flow_notes (flow)), before + count);
        cr_assert_eq (first, count ? before + 1 : 0);
    }
    cr_assert_leq (notes_count (flow_notes (flow)), octets / 12 + 2 * RANDOM_FRAMES);
    cr_assert_gt (notes_count (flow_notes (flow)), RANDOM_FRAMES / 4, "and something was read");
    cr_assert_leq (phones_count (flow_phones (flow)), notes_count (flow_notes (flow)) + RANDOM_FRAMES);

    /* Every answer points to a request, which points back. It stands before it, unless frames were swapped. */
    for (NoteId id = 1; id <= notes_count (flow_notes (flow)); id++) {
        const Note *note = note_of (id);
        cr_assert (note->phase < N_PHASES && note->level < N_LEVELS && note->variant < N_VARIANTS);
        cr_assert_lt (note->phone, phones_count (flow_phones (flow)));
        cr_assert_not_null (device_at (id));
        if (!note->partner)
            continue;
        cr_assert_eq (note_of (note->partner)->partner, id);
        const MessageKind *kind = catalog_kind (note->kind), *other = catalog_kind (note_of (note->partner)->kind);
        cr_assert (other->is_answer || kind->is_answer);
    }
}

Test (flow_random, random_frames_do_no_harm, .timeout = 240)
{
    play_random_frames ();
}
