/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The seeds of fuzz_unpack are one REGISTER, packed in every way that is unpacked (make_unpack_seeds.py): each must
 * come out again, and no damage may crash. */
#include "registration/protocols/sip.h"
#include "registration/wire/link.h"
#include "registration/wire/unpack.h"

#include <criterion/criterion.h>

static const guint32 link_types[] = { LINK_TYPE_ETHERNET, LINK_TYPE_RAW,  LINK_TYPE_COOKED,
                                      LINK_TYPE_COOKED2,  LINK_TYPE_NULL, LINK_TYPE_LOOP };

/* keep: octets of each frame that the capture kept. Returns how many frames gave something; the last one is in frame.
 */
static guint unpack (const char *name, gsize keep, Frame *frame, GByteArray *payload)
{
    g_autofree char *path = g_build_filename (g_getenv ("REGFLOW_SOURCE"), "tests/fuzz/fuzz_unpack.seeds", name, NULL);
    g_autofree char *data = NULL;
    gsize size;
    Bytes bytes;
    guint found = 0;
    g_autoptr (Unpacker) unpacker = unpacker_new ();

    cr_assert (g_file_get_contents (path, &data, &size, NULL), "%s", path);
    bytes_init (&bytes, (const guint8 *) data, size);
    while (bytes_have (&bytes, 4)) {
        guint32 link_type = link_types[bytes_u8 (&bytes)];
        bytes_skip (&bytes, 1);
        View octets = bytes_view (&bytes, bytes_le16 (&bytes));
        g_autofree guint8 *copy = g_memdup2 (octets.data, MAX (MIN (octets.size, keep), 1));
        if (unpacker_read (unpacker, link_type, copy, MIN (octets.size, keep), frame) &&
            frame->transport != TRANSPORT_FRAGMENT) {
            found++;
            g_byte_array_set_size (payload, 0);
            g_byte_array_append (payload, frame->payload.data, (guint) frame->payload.size);
        }
    }
    return found;
}

static const char *const packed[] = {
    "ethernet",   "vlans",       "mpls",     "pppoe", "cooked",  "cooked2", "raw",   "loopback", "fragments",
    "fragments6", "options6",    "ip_in_ip", "gre",   "erspan2", "erspan3", "vxlan", "geneve",   "tunnelled_fragments",
    "gtp",        "gtp_extended"
};

Test (unpack, a_message_comes_out_of_every_wrapping)
{
    for (guint i = 0; i < G_N_ELEMENTS (packed); i++) {
        g_autoptr (GByteArray) payload = g_byte_array_new ();
        Frame frame = { .number = 7, .time = 9 };
        guint found = unpack (packed[i], G_MAXSIZE, &frame, payload);
        cr_assert (found == 1 || (found == 2 && strchr ("rli", packed[i][0])), "%s: %u", packed[i], found);
        cr_assert_eq (frame.number, 7, "%s", packed[i]);
        cr_assert_eq (frame.time, 9, "%s", packed[i]);
        cr_assert_eq (frame.transport, TRANSPORT_UDP, "%s", packed[i]);
        cr_assert_eq (frame.source.port, 5070, "%s", packed[i]);
        cr_assert_eq (frame.source.address.octets[frame.source.address.size - 1],
                      61 + (frame.source.address.size == 16 ? 36 : 0), "%s", packed[i]);
        cr_assert (sip_begins ((View){ payload->data, payload->len }), "%s", packed[i]);
        cr_assert_eq (sip_frame_length (payload->data, payload->len, TRUE), (gssize) payload->len, "%s", packed[i]);
    }
}

Test (unpack, the_neighbour_protocols_are_payload)
{
    g_autoptr (GByteArray) payload = g_byte_array_new ();
    Frame frame = { 0 };

    cr_assert_eq (unpack ("cdp", G_MAXSIZE, &frame, payload), 1);
    cr_assert_eq (frame.transport, TRANSPORT_CDP);
    cr_assert_eq (payload->len, 12, "as long as the frame says");
    cr_assert_eq (frame.source_mac.octets[5], 0x61);
}

Test (unpack, frames_may_be_cut_anywhere)
{
    for (guint i = 0; i < G_N_ELEMENTS (packed); i++)
        for (gsize keep = 0; keep < 360; keep++) {
            g_autoptr (GByteArray) payload = g_byte_array_new ();
            Frame frame = { 0 };
            unpack (packed[i], keep, &frame, payload);
            if (!strstr (packed[i], "fragments"))
                cr_assert_leq (payload->len, keep > 28 ? keep - 28 : 0, "%s of %zu octets", packed[i], keep);
        }
}

Test (unpack, tunnels_in_tunnels_end)
{
    guint8 data[2000];
    Frame frame = { 0 };
    g_autoptr (Unpacker) unpacker = unpacker_new ();

    for (gsize at = 0; at < sizeof data; at += 20) {
        static const guint8 header[20] = { 0x45, 0, 0, 0, 0, 0, 0, 0, 64, 4 };
        memcpy (data + at, header, 20);
    }
    cr_assert (!unpacker_read (unpacker, LINK_TYPE_RAW, data, sizeof data, &frame));
}

Test (unpack, unknown_links_give_nothing)
{
    guint8 data[64] = { 0x45 };
    Frame frame = { 0 };
    g_autoptr (Unpacker) unpacker = unpacker_new ();

    cr_assert (!link_is_known (9999));
    cr_assert (!unpacker_read (unpacker, 9999, data, sizeof data, &frame));
}
