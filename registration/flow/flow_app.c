/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What runs over a connection: which protocol reads its octets, and where it goes on behind octets that are lost. */
#include "registration/flow/flow_internal.h"

#include "registration/protocols/http.h"
#include "registration/protocols/sccp.h"
#include "registration/protocols/sip.h"
#include "registration/protocols/tls_record.h"
#include "registration/terms/ports.h"

static void on_pdu (const SccpPdu *pdu, gpointer user_data)
{
    FlowReading *reading = user_data;
    NoteId next = flow_next_note (reading->flow);

    flow_sccp_pdu (reading->flow, reading->session, reading->frame, reading->from_server, pdu);
    flow_tell (reading->flow, next, reading->frame, reading->session, pdu->octets);
}

/* The first message of a connection may show that another protocol is spoken on this port. */
static void check_app (Session *session, gboolean from_server, View data)
{
    SccpPdu pdu;

    if (from_server || session->has_last_kind[FROM_PHONE] || session->has_last_kind[FROM_SERVER])
        return;
    if ((session->app == APP_SIP || session->app == APP_SCCP) && tls_begins (data))
        session->app = APP_TLS;
    /* A capture may hold what somebody in between has decrypted, on the ports where it was encrypted. */
    else if ((session->app == APP_SIP || session->app == APP_TLS) && sccp_is_plausible (data.data, data.size) &&
             sccp_frame (data.data, data.size, &pdu) > 0 && catalog_knows (PROTOCOL_SCCP, pdu.id))
        session->app = APP_SCCP;
    /* Its first message may be in several segments. */
    else if (session->app == APP_SCCP && !sccp_is_plausible (data.data, data.size) &&
             (sip_frame_length (data.data, data.size, TRUE) > 0 || sip_begins (data)))
        session->app = APP_SIP;
    else if (session->app == APP_TLS && sip_frame_length (data.data, data.size, TRUE) > 0)
        session->app = APP_SIP;
}

/* Where a stream is there from its beginning, and that is no SCCP, what looks like a message later is none: other
 * programs use port 2000 too (MikroTik's bandwidth test), and twelve octets of counters soon make a heartbeat. */
static gboolean is_foreign (Session *session, gboolean from_server, View data)
{
    const guint side = from_server ? FROM_SERVER : FROM_PHONE;

    if (!session->is_begun[side] && !session->has_last_kind[side] && session->tcp.established &&
        session->tcp.syn_note && session->tcp.accepted) {
        session->is_foreign[side] = sccp_is_other (data);
        session->is_begun[side] = TRUE;
    }
    return session->is_foreign[side];
}

static gsize read_by_app (FlowReading *reading, View data, gboolean cut)
{
    Session *session = reading->session;

    check_app (session, reading->from_server, data);
    /* This port speaks TLS, and the phone does not. */
    if ((session->app == APP_SIP || (session->app == APP_SCCP && !session->has_last_kind[FROM_SERVER])) &&
        reading->from_server && tls_is_alert (data))
        return flow_tls_read (reading, data, cut);
    switch (reading->session->app) {
    case APP_SIP:
        return flow_sip_read (reading->flow, reading->session, reading->frame, data, cut, reading->stalls);
    case APP_HTTP:
        return flow_http_read (reading->flow, reading->session, reading->frame, reading->from_server, data, cut);
    case APP_TLS:
        return flow_tls_read (reading, data, cut);
    case APP_SCCP:
        break;
    }
    if (is_foreign (session, reading->from_server, data))
        return data.size;
    return sccp_read_stream (data.data, data.size, cut, on_pdu, reading);
}

static const Stream *stream_of (const FlowReading *reading)
{
    return &reading->session->tcp.streams[reading->from_server ? FROM_SERVER : FROM_PHONE];
}

/* A StreamReader's read(): what is read in this frame may have come in another one, earlier, which the capture has cut
 * or not. */
static gsize read_app (const guint8 *data, gsize size, guint32 cut, gpointer user_data)
{
    FlowReading *reading = user_data;
    const Frame *frame = reading->frame;
    const guint32 length = (guint32) frame->payload.size + cut;
    /* What has waited for more, in vain, is read as of now. */
    const gint64 time = reading->stalls == STALL_NONE ? stream_of (reading)->time : frame->time;

    if (frame->tcp.length == length && frame->time == time)
        return read_by_app (reading, (View){ data, size }, cut != 0);
    Frame as_it_came = *frame;
    as_it_came.tcp.length = length;
    as_it_came.time = time;
    reading->frame = &as_it_came;
    gsize used = read_by_app (reading, (View){ data, size }, cut != 0);
    reading->frame = frame;
    return used;
}

static void note_gap (FlowReading *reading, const StreamLoss *loss)
{
    Session *session = reading->session;
    Phase phase = flow_is_for_files (session) ? PHASE_FILES : session->phase;
    SccpPdu begun;
    Values values;

    values_init (&values);
    values_add_number (&values, VALUE_SIZE, loss->size);
    values_add_word (&values, VALUE_CAUSE, loss->acknowledged ? WORD_GAP_ACKNOWLEDGED : reading->why);
    if (reading->why == WORD_GAP_PIECE)
        values_add_number (&values, VALUE_FRAME,
                           session->lost_piece[reading->from_server ? FROM_SERVER : FROM_PHONE].frame);
    if (session->app == APP_SCCP && sccp_begins (loss->begun, SIDE_ANY, &begun))
        values_add_text (&values, VALUE_MESSAGE, catalog_kind (catalog_find (PROTOCOL_SCCP, begun.id))->name, -1);
    NoteId note =
        flow_note_session (reading->flow, session, reading->frame, catalog_find (PROTOCOL_TCP, TCP_EVENT_GAP), phase,
                           reading->from_server ? VARIANT_SERVER : VARIANT_PHONE, reading->from_server, &values);
    flow_lacks_since (reading->flow, note, stream_of (reading)->time, CAPTURE_LACKS_PACKETS);
    session->lacking[reading->from_server ? FROM_SERVER : FROM_PHONE] = note;
    session->lacking_size[reading->from_server ? FROM_SERVER : FROM_PHONE] = loss->size;
    if (!reading->from_server)
        session->last_heartbeat = 0; /* the latest may be lost */
    reading->gaps++;
}

/* Octets behind a loss that belong to the message that had begun before it. */
static guint32 behind (guint64 rest, guint32 lost)
{
    return rest > lost ? (guint32) MIN (rest - lost, G_MAXUINT32) : 0;
}

/* A StreamReader's lose(). */
static gboolean lose_octets (const StreamLoss *loss, guint32 *ret_drop, gpointer user_data)
{
    FlowReading *reading = user_data;
    guint32 *skip = &reading->session->skip[reading->from_server ? FROM_SERVER : FROM_PHONE];

    note_gap (reading, loss);
    switch (reading->session->app) {
    case APP_SIP:
        break;
    case APP_HTTP:
        /* Nobody looks at the rest of a long body anyway. */
        if (*skip >= loss->size) {
            *skip -= loss->size;
            return FALSE;
        }
        *skip = 0;
        *ret_drop = behind (http_rest (loss->begun), loss->size);
        break;
    case APP_TLS:
        *ret_drop = behind (tls_rest (loss->begun), loss->size);
        break;
    case APP_SCCP:
        *ret_drop = behind (sccp_rest (loss->begun), loss->size);
        break;
    }
    return TRUE;
}

/* A StreamReader's find(). */
static gboolean find_message (const guint8 *data, gsize size, gsize *ret_offset, gpointer user_data)
{
    FlowReading *reading = user_data;
    View view = { data, size };

    switch (reading->session->app) {
    case APP_SIP:
        return sip_find (view, ret_offset);
    case APP_HTTP:
        *ret_offset = size;
        return !reading->session->skip[reading->from_server ? FROM_SERVER : FROM_PHONE] && http_find (view, ret_offset);
    case APP_TLS:
        return tls_find (view, ret_offset);
    case APP_SCCP:
        break;
    }
    *ret_offset = size;
    if (reading->session->is_foreign[reading->from_server ? FROM_SERVER : FROM_PHONE])
        return FALSE;
    return sccp_find (data, size, reading->from_server ? SIDE_SERVER : SIDE_PHONE, ret_offset);
}

const StreamReader flow_app_reader = { read_app, lose_octets, find_message };

/* The longest message that somebody may wait for here is an HTTP answer with a configuration file. */
#define PLAIN_MAX (HTTP_BODY_MAX + SIP_HEAD_MAX)

void flow_app_plaintext (FlowReading *reading, View text)
{
    GByteArray **plain = &reading->session->plain[reading->from_server ? FROM_SERVER : FROM_PHONE];

    if (!*plain && flow_tls_plaintext (reading->flow, reading->session, reading->frame, reading->from_server, text))
        return;
    flow_app_clear (reading, text);
}

void flow_app_clear (FlowReading *reading, View text)
{
    GByteArray **plain = &reading->session->plain[reading->from_server ? FROM_SERVER : FROM_PHONE];
    gsize used;

    if (!*plain)
        *plain = g_byte_array_new ();
    g_byte_array_append (*plain, text.data, (guint) text.size);
    View all = { (*plain)->data, (*plain)->len };
    if (reading->session->tcp.ends[FROM_SERVER].port == PORT_SCCP_TLS)
        used = sccp_read_stream (all.data, all.size, FALSE, on_pdu, reading);
    else if (sip_frame_length (all.data, all.size, TRUE) >= 0)
        used = flow_sip_read (reading->flow, reading->session, reading->frame, all, FALSE, STALL_NONE);
    else
        used = flow_http_read (reading->flow, reading->session, reading->frame, reading->from_server, all, FALSE);
    if (used >= all.size || all.size - used > PLAIN_MAX)
        g_clear_pointer (plain, g_byte_array_unref);
    else if (used)
        g_byte_array_remove_range (*plain, 0, (guint) used);
}
