/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Captured frames of every link type, tunnels and fragments in them, on to a flow. Each frame: an octet that selects
 * the link type, an octet of seconds since the one before, two octets of length (little-endian), the frame. */
#include "registration/findings/diagnosis.h"
#include "registration/flow/flow.h"
#include "registration/wire/link.h"
#include "registration/wire/times.h"
#include "registration/wire/unpack.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static const guint32 link_types[] = { LINK_TYPE_ETHERNET,
                                      LINK_TYPE_RAW,
                                      LINK_TYPE_COOKED,
                                      LINK_TYPE_COOKED2,
                                      LINK_TYPE_NULL,
                                      LINK_TYPE_LOOP,
                                      LINK_TYPE_IPV4,
                                      LINK_TYPE_RAW_BSD,
                                      LINK_TYPE_RAW_OPENBSD,
                                      LINK_TYPE_IPV6,
                                      9999 };

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    g_autoptr (Unpacker) unpacker = unpacker_new ();
    g_autoptr (Flow) flow = flow_new (NULL);
    G_GNUC_UNUSED g_autoptr (Diagnosis) diagnosis = diagnosis_new (flow, NULL);
    Frame frame = { 0 };
    Bytes bytes;
    guint count;

    bytes_init (&bytes, data, size);
    while (bytes_have (&bytes, 4)) {
        guint32 link_type = link_types[bytes_u8 (&bytes) % G_N_ELEMENTS (link_types)];
        frame.time += bytes_u8 (&bytes) * SECOND;
        frame.number++;
        gsize length = bytes_le16 (&bytes);
        View octets = bytes_view (&bytes, MIN (length, bytes_left (&bytes)));
        /* Memory of exactly this size, for AddressSanitizer. */
        g_autofree guint8 *copy = octets.size ? g_memdup2 (octets.data, octets.size) : NULL;
        if (unpacker_read (unpacker, link_type, copy, octets.size, &frame) && flow_wants_frame (flow, &frame))
            flow_frame (flow, &frame, &count);
    }
    flow_finish (flow, frame.time);
    return 0;
}
