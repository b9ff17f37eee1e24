/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The input is the octets of a TCP stream: PDU after PDU, and a tail that may be cut. Each PDU is described at several
 * protocol versions, and the whole is played to a Flow as one connection, first with every message from the side that
 * sends it, then from the other. */
#include "registration/findings/diagnosis.h"
#include "registration/flow/flow.h"
#include "registration/protocols/sccp.h"
#include "registration/terms/ports.h"
#include "registration/tips/explain.h"
#include "registration/wire/times.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static const Tips *shipped (void)
{
    static Tips *tips;
    g_autoptr (GError) error = NULL;

    if (!tips && !(tips = tips_new_shipped (NULL, &error)))
        g_error ("%s", error->message);
    return tips;
}

static void describe (const SccpPdu *pdu)
{
    static const guint versions[] = { 0, 3, 11, 17, 18, 22 };

    for (gsize i = 0; i < G_N_ELEMENTS (versions); i++) {
        Values values;
        values_init (&values);
        g_assert (sccp_describe (pdu, versions[i], &values) < N_VARIANTS);
        g_assert (values_packed_size (values.packed) == values.size + 1);
    }
}

/* One segment per side and turn; a second passes between them. acknowledged: each side has all that the other has sent.
 */
static void play (const guint8 *data, gsize size, gboolean swapped, gboolean acknowledged)
{
    g_autoptr (Flow) flow = flow_new (NULL);
    G_GNUC_UNUSED g_autoptr (Diagnosis) diagnosis = diagnosis_new (flow, NULL);
    Frame frame = { .transport = TRANSPORT_TCP };
    guint8 octets[2][4] = { { 10, 0, 0, 15 }, { 10, 0, 0, 1 } };
    Endpoint ends[2] = { { ip_address_v4 (octets[0]), 50000 }, { ip_address_v4 (octets[1]), PORT_SCCP } };
    guint32 sequence[2] = { 0 };
    guint count;

    for (gsize at = 0; at < size;) {
        gboolean from_server = FALSE;

        frame.tcp = (TcpSegment){ .flags = TCP_ACK };
        frame.payload = (View){ data + at, 0 };
        while (at < size) {
            SccpPdu pdu = { .id = 0 };
            gssize taken = sccp_frame (data + at, size - at, &pdu);
            gboolean server = (catalog_kind (catalog_find (PROTOCOL_SCCP, pdu.id))->from == SIDE_SERVER) != swapped;
            if (taken <= 0)
                taken = (gssize) (size - at); /* a cut PDU */
            if (frame.payload.size && server != from_server)
                break;
            from_server = server;
            frame.payload.size += (gsize) taken;
            at += (gsize) taken;
        }
        frame.number++;
        frame.time += SECOND;
        frame.source = ends[from_server];
        frame.destination = ends[!from_server];
        frame.tcp.length = (guint32) frame.payload.size;
        /* Every fifth frame comes behind a gap. */
        frame.tcp.sequence = sequence[from_server] += frame.number % 5 == 0 ? 40 : 0;
        sequence[from_server] += frame.tcp.length;
        frame.tcp.acknowledgment = acknowledged ? sequence[!from_server] + 40 : 0;
        flow_frame (flow, &frame, &count);
    }
    flow_finish (flow, frame.time);
    for (NoteId id = 1; id <= notes_count (flow_notes (flow)); id++) {
        const Note *note = notes_get (flow_notes (flow), id);
        g_assert (!note->partner || notes_get (flow_notes (flow), note->partner)->partner == id);
        for (TipPart part = 0; part < N_TIP_PARTS; part++) {
            g_autofree char *text = explain_tip (flow, shipped (), id, part);
            g_assert (!text || g_utf8_validate (text, -1, NULL));
        }
    }
}

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    SccpPdu pdu;
    gssize taken;

    for (gsize at = 0; at < size && (taken = sccp_frame (data + at, size - at, &pdu)) > 0; at += (gsize) taken)
        describe (&pdu);
    sccp_is_plausible (data, size);
    play (data, size, FALSE, FALSE);
    play (data, size, TRUE, FALSE);
    play (data, size, FALSE, TRUE);
    return 0;
}
