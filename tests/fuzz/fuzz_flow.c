/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The input is frames of any transport (flow_frames.h), played to one Flow. Afterwards every note must be sound, and
 * what a reader sees of it valid text. */
#include "tests/fuzz/flow_frames.h"

#include "registration/findings/diagnosis.h"
#include "registration/flow/flow.h"
#include "registration/tips/explain.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

#define FRAMES_MAX 400

static const Tips *shipped (void)
{
    static Tips *tips;
    g_autoptr (GError) error = NULL;

    if (!tips && !(tips = tips_new_shipped (NULL, &error)))
        g_error ("%s", error->message);
    return tips;
}

static Endpoint end_of (guint host, gboolean is_server, gboolean v6, guint16 port)
{
    guint8 octets[16] = { 10, 0, 0, (guint8) (is_server ? host + 1 : host + 15) };

    return (Endpoint){ v6 ? ip_address_v6 (octets) : ip_address_v4 (octets), port };
}

/* Sequence numbers go on for each direction of each pair of ports. */
static guint32 sequences[16][16][2];

static void describe_frame (const guint8 *header, Frame *frame)
{
    static const Transport transports[] = { TRANSPORT_UDP, TRANSPORT_TCP,  TRANSPORT_ICMP, TRANSPORT_ARP,
                                            TRANSPORT_CDP, TRANSPORT_LLDP, TRANSPORT_ICMP, TRANSPORT_FRAGMENT };
    gboolean from_server = (header[0] & FUZZ_FROM_SERVER) != 0, v6 = (header[0] & 7) == FUZZ_ICMPV6;
    guint host = header[0] >> 4 & 3, phone_port = header[1] & 15, server_port = header[1] >> 4;
    Endpoint phone = end_of (host, FALSE, v6, fuzz_phone_ports[phone_port]);
    Endpoint server = end_of (header[0] >> 6, TRUE, v6, fuzz_server_ports[server_port]);

    frame->transport = transports[header[0] & 7];
    frame->source = from_server ? server : phone;
    frame->destination = from_server ? phone : server;
    frame->source_mac = (MacAddress){ { 0, 0x11, 0x22, 0x33, from_server, (guint8) host } };
    frame->is_sip = (header[2] & FUZZ_SIP) != 0;
    if (frame->transport == TRANSPORT_CDP && frame->is_sip) {
        frame->transport = TRANSPORT_EAPOL;
        frame->destination_mac = (MacAddress){ { 0, 0x11, 0x22, 0x33, !from_server, (guint8) host } };
    }
    frame->is_sccp = (header[2] & FUZZ_SCCP) != 0;
    if (frame->transport == TRANSPORT_FRAGMENT && !frame->is_sip) {
        frame->ip_id = phone_port;
        frame->piece_start = (guint32) server_port * 8;
        frame->piece_end = frame->piece_start + (guint32) frame->payload.size;
    }
    if (frame->transport != TRANSPORT_TCP)
        return;
    guint32 *sequence = &sequences[phone_port][server_port][from_server];
    frame->tcp.flags = fuzz_tcp_flags[header[2] & 7];
    frame->tcp.length = (guint32) frame->payload.size;
    *sequence += header[2] & FUZZ_GAP ? 7 : 0;
    /* Gaps of the other side included, as a rule. */
    frame->tcp.acknowledgment = header[3] & 1 ? 0 : sequences[phone_port][server_port][!from_server];
    frame->tcp.sequence = *sequence;
    *sequence += frame->tcp.length + ((frame->tcp.flags & (TCP_SYN | TCP_FIN)) != 0);
}

/* A request and the answer that counts point to each other. Other answers to a SIP request only point to it:
 * provisional ones, and a refusal that a 200 has followed. */
static void check_partner (const Notes *notes, NoteId id)
{
    const Note *note = notes_get (notes, id), *partner = notes_get (notes, note->partner);
    const MessageKind *kind = catalog_kind (note->kind);
    gboolean sip_answer = kind->protocol == PROTOCOL_SIP && kind->is_answer;

    if (!note->partner || partner->partner == id || (sip_answer && !partner->partner))
        return;
    if (!sip_answer || notes_get (notes, partner->partner)->partner != note->partner)
        g_error ("frame %u, %s: its partner in frame %u has another one", note->frame, kind->name, partner->frame);
}

static void check_notes (const Flow *flow)
{
    const Phones *phones = flow_phones (flow);

    for (NoteId id = 1; id <= notes_count (flow_notes (flow)); id++) {
        const Note *note = notes_get (flow_notes (flow), id);
        const MessageKind *kind = catalog_kind (note->kind);
        char buffer[IP_ADDRESS_TEXT_SIZE], message[EXPLAIN_MESSAGE_SIZE];
        gint64 time;

        g_assert (note->phone < phones_count (phones));
        g_assert (phones_current (phones, note->phone) < phones_count (phones));
        g_assert (note->phase < N_PHASES && note->level < N_LEVELS && note->variant < N_VARIANTS);
        g_assert (note->partner <= notes_count (flow_notes (flow)));
        check_partner (flow_notes (flow), id);
        g_assert (g_utf8_validate (explain_device (flow, id, buffer), -1, NULL));
        g_assert (g_utf8_validate (explain_server (flow, note, buffer), -1, NULL));
        explain_message (flow, note, message);
        explain_elapsed (flow, id);
        explain_response_time (flow, note, &time);
        for (TipPart part = 0; part < N_TIP_PARTS; part++) {
            g_autofree char *text = explain_tip (flow, shipped (), id, part);
            if (part <= TIP_TEXT && (!text || !*text))
                g_error ("frame %u, %s/%s: part %d is empty", note->frame, kind->name,
                         variant_name ((Variant) note->variant), part);
            g_assert (!text || g_utf8_validate (text, -1, NULL));
        }
    }
}

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    g_autoptr (Flow) flow = flow_new (NULL);
    G_GNUC_UNUSED g_autoptr (Diagnosis) diagnosis = diagnosis_new (flow, NULL);
    Frame frame = { .number = 0 };
    gint64 now = 0;

    memset (sequences, 0, sizeof sequences);
    for (gsize at = 0; size - at >= FUZZ_FRAME_HEADER && frame.number < FRAMES_MAX;) {
        const guint8 *header = data + at;
        gsize length = MIN ((gsize) header[4] | (gsize) header[5] << 8, size - at - FUZZ_FRAME_HEADER);
        /* Memory of exactly this size, for AddressSanitizer. */
        g_autofree guint8 *payload = length ? g_memdup2 (header + FUZZ_FRAME_HEADER, length) : NULL;
        View view = { payload, length };
        guint count = 0;

        now += (gint8) header[3] * G_GINT64_CONSTANT (100000000);
        frame = (Frame){ .number = frame.number + 1, .time = now, .payload = view };
        describe_frame (header, &frame);
        if (header[2] & FUZZ_CUT)
            frame.payload.size -= frame.payload.size / 3;
        if (header[2] & FUZZ_DECRYPTED && frame.transport == TRANSPORT_TCP) {
            frame.plaintexts = &view;
            frame.n_plaintexts = 1;
        }
        NoteId first = flow_frame (flow, &frame, &count);
        g_assert ((first != 0) == (count > 0));
        at += FUZZ_FRAME_HEADER + length;
    }
    flow_finish (flow, now);
    check_notes (flow);
    return 0;
}
