/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can be said of a phone's TLS connections without their keys. */
#include "registration/flow/flow_internal.h"

#include "registration/protocols/tls_record.h"
#include "registration/terms/ports.h"
#include "registration/wire/times.h"

#define RECORD_HEADER 5

/* Octets of whole records at the front. */
static gsize whole_records (View data)
{
    gsize used = 0;

    while (data.size - used >= RECORD_HEADER) {
        gsize length = RECORD_HEADER + ((gsize) data.data[used + 3] << 8 | data.data[used + 4]);
        if (length > data.size - used)
            break;
        used += length;
    }
    return used;
}

/* RFC 8446, 5.1: ChangeCipherSpec, alert, handshake, data or heartbeat, of some version of TLS or SSL 3. */
static gboolean may_be_record (View data)
{
    return data.size < 2 || (data.data[0] >= 20 && data.data[0] <= 24 && data.data[1] == 3);
}

static void add_moment (Values *values, ValueKey key, gint64 seconds)
{
    g_autoptr (GDateTime) moment = g_date_time_new_from_unix_utc (seconds);
    g_autofree char *text = moment ? g_date_time_format (moment, "%Y-%m-%d %H:%M:%S UTC") : NULL;

    if (text)
        values_add_text (values, key, text, -1);
}

/* Its validity begins after this frame. */
static gboolean is_early (const TlsEvent *event, gint64 now)
{
    return event->has_not_before && event->not_before > now / SECOND;
}

/* The end of its validity lies before this frame. */
static Variant describe_certificate (const TlsEvent *event, gint64 now, Values *values)
{
    if (!event->cut) /* else there are more of them, perhaps */
        values_add_number (values, VALUE_COUNT, event->n_certificates);
    if (!event->n_certificates && !event->cut)
        return VARIANT_EMPTY;
    values_add_view (values, VALUE_NAME, event->subject);
    values_add_view (values, VALUE_ISSUER, event->issuer);
    if (!event->has_not_after)
        return event->cut ? VARIANT_CUT : VARIANT_NONE;
    if (is_early (event, now))
        add_moment (values, VALUE_NOT_BEFORE, event->not_before);
    add_moment (values, VALUE_NOT_AFTER, event->not_after);
    if (event->not_after < now / SECOND)
        return VARIANT_STALE;
    return event->cut ? VARIANT_CUT : VARIANT_NONE;
}

/* What has been seen of the other side explains some that leave the reason open: up to TLS 1.2 a server that demands a
 * certificate and gets none says handshake_failure (RFC 5246, 7.4.6). */
static TlsRefusal refusal_after (const Session *session, guint description, gboolean from_server)
{
    enum { HANDSHAKE_FAILURE = 40, BAD_CERTIFICATE = 42, INAPPROPRIATE_FALLBACK = 86, CERTIFICATE_REQUIRED = 116 };
    const guint other = from_server ? FROM_PHONE : FROM_SERVER;

    if (!from_server ? session->answers_plainly
                     : (session->app == APP_SIP || session->app == APP_SCCP) && !session->speaks_tls[FROM_PHONE])
        return TLS_REFUSAL_PLAIN;
    if (session->bare[other] && (description == HANDSHAKE_FAILURE || description == BAD_CERTIFICATE))
        return TLS_REFUSAL_REQUIRED;
    if (session->shown_early[other] && description == BAD_CERTIFICATE)
        return TLS_REFUSAL_EARLY;
    /* What it is said of has not been: the one was shown, and nobody falls back on the side that sends ServerHello. */
    if ((session->shown[other] && description == CERTIFICATE_REQUIRED) ||
        (!from_server && description == INAPPROPRIATE_FALLBACK) ||
        (session->tls_version && description == HANDSHAKE_FAILURE)) /* a cipher has been chosen */
        return N_TLS_REFUSALS;
    return tls_refusal (description);
}

/* What an alert says of the other side. */
static void describe_refusal (const Session *session, guint description, gboolean from_server, Values *values)
{
    const TlsRefusal refusal = refusal_after (session, description, from_server);

    if (refusal == N_TLS_REFUSALS)
        return;
    values_add_word (values, VALUE_CAUSE, word_of_tls_refusal (refusal));
    values_add_word (values, VALUE_ADVICE, word_of_tls_fix (refusal, from_server));
}

/* 0, close_notify, is the orderly end; and some servers that do not know the name they are asked for only warn (RFC
 * 6066, section 3), as do those that want no renegotiation (RFC 5246, 7.2.2). */
static gboolean ends_orderly (const TlsEvent *event)
{
    enum { CLOSE_NOTIFY = 0, NO_RENEGOTIATION = 100, UNRECOGNIZED_NAME = 112 };

    return event->alert_description == CLOSE_NOTIFY ||
           (event->alert_level == TLS_ALERT_WARNING &&
            (event->alert_description == NO_RENEGOTIATION || event->alert_description == UNRECOGNIZED_NAME));
}

static Variant describe_event (const Session *session, const TlsEvent *event, gint64 now, gboolean from_server,
                               Values *values)
{
    const char *version = tls_version_name (event->version);
    const char *name = NULL;

    switch (event->kind) {
    case TLS_CLIENT_HELLO:
    case TLS_SERVER_HELLO:
        if (version)
            values_add_text (values, VALUE_TLS_VERSION, version, -1);
        values_add_view (values, VALUE_SERVER_NAME_ASKED, event->server_name);
        if (event->n_ciphers)
            values_add_number (values, VALUE_COUNT, event->n_ciphers);
        return VARIANT_NONE;
    case TLS_CERTIFICATE:
        return describe_certificate (event, now, values);
    case TLS_HANDSHAKE:
        name = tls_handshake_name (event->handshake_type);
        if (name)
            values_add_text (values, VALUE_TEXT, name, -1);
        if (tls_handshake_word (event->handshake_type) != N_WORDS)
            values_add_word (values, VALUE_CAUSE, tls_handshake_word (event->handshake_type));
        return VARIANT_NONE;
    case TLS_ALERT:
        if (!event->alert_readable)
            return VARIANT_EMPTY;
        values_add_number (values, VALUE_CODE, event->alert_description);
        values_add_word (values, VALUE_TEXT, tls_alert_word (event->alert_description));
        describe_refusal (session, event->alert_description, from_server, values);
        return ends_orderly (event) ? VARIANT_HARMLESS : VARIANT_NONE;
    case TLS_APPLICATION_DATA:
        /* From the ServerHello on until the server has heard the phone's Finished. */
        if (session->is_tls13 && !session->goes_on && (!from_server || !session->data_records))
            values_add_text (values, VALUE_TLS_VERSION, tls_version_name (TLS_VERSION_1_3), -1);
        return VARIANT_NONE;
    default:
        return VARIANT_NONE;
    }
}

/* An alert that TLS 1.3 has encrypted is shorter, and so is an empty line that keeps SIP alive. */
#define MESSAGE_RECORD_MIN 32

/* Both sides have said what cannot be read. In TLS 1.3 the phone's first such record is still its Finished. */
static void follow_data (Flow *flow, Session *session, gboolean from_server, const TlsEvent *event)
{
    if (event->kind != TLS_APPLICATION_DATA || event->size < MESSAGE_RECORD_MIN)
        return;
    session->goes_on |= from_server && session->data_records;
    if (!from_server && session->data_records < G_MAXUINT8) {
        session->data_records++;
    } else if (from_server && session->data_records > (session->is_tls13 ? 1 : 0)) {
        flow_step (flow, session, MOVE_ENCRYPTED, flow_next_note (flow));
        flow_session_phone (flow, session)->has_talked = TRUE;
    }
}

/* A browser, or what tests web servers; and no phone begins TLS on the port for SCCP without it. */
static gboolean is_no_phones (const Session *session, const TlsEvent *event)
{
    return event->kind == TLS_CLIENT_HELLO && (event->wants_http || session->tcp.ends[FROM_SERVER].port == PORT_SCCP);
}

/* A phone speaks SCCP or SIP, and offers all ciphers that it has: who begins TLS at the ports of both within this time,
 * or offers one cipher after the other, looks what servers can do. */
#define BOTH_WITHIN   SECONDS (30)
#define CIPHERS_ALONE 3

static gboolean tries_out (Phone *phone, Service service, const TlsEvent *event, gint64 now)
{
    const gboolean is_both = (service == SERVICE_SCCP && phone->tls_service == SERVICE_SIP) ||
                             (service == SERVICE_SIP && phone->tls_service == SERVICE_SCCP);
    const gboolean is_soon = phone->tls_time && now - phone->tls_time < BOTH_WITHIN;

    phone->tls_service = (guint8) service;
    phone->tls_time = now;
    if (event->n_ciphers == 1 && phone->lone_cipher != event->cipher && phone->lone_ciphers < CIPHERS_ALONE) {
        phone->lone_cipher = event->cipher;
        phone->lone_ciphers++;
    }
    return (is_both && is_soon) || phone->lone_ciphers == CIPHERS_ALONE;
}

/* Of whom nothing else is known. */
static void look_for_trial (const Flow *flow, const Session *session, const TlsEvent *event, gint64 now)
{
    Phone *phone = flow_session_phone (flow, session);
    const Service service = port_service (session->tcp.ends[FROM_SERVER].port);

    if (event->kind != TLS_CLIENT_HELLO || phone->name_rank != NAME_NONE || phone->has_talked || phone->boot ||
        !tries_out (phone, service, event, now))
        return;
    phone->has_other_tls = TRUE;
    phone->has_spoken = phone->has_said = FALSE;
}

/* In TLS 1.3 it means nothing (RFC 8446, D.4). */
static Variant describe_protection (const Session *session, Values *values)
{
    if (session->is_tls13)
        return VARIANT_HARMLESS;
    if (session->tls_version)
        values_add_text (values, VALUE_TLS_VERSION, tls_version_name (session->tls_version), -1);
    return VARIANT_NONE;
}

static void note_event (Flow *flow, Session *session, const Frame *frame, gboolean from_server, const TlsEvent *event)
{
    KindIndex index = catalog_find (PROTOCOL_TLS, event->kind);
    const MessageKind *kind = catalog_kind (index);
    Values values;

    values_init (&values);
    Variant variant = describe_event (session, event, frame->time, from_server, &values);
    if (event->kind == TLS_CHANGE_CIPHER_SPEC)
        variant = describe_protection (session, &values);
    /* Tickets of TLS 1.3 come when the registration is on its way. */
    if (kind->phase != PHASE_NONE && session->phase < kind->phase && !flow_is_for_files (session))
        session->phase = kind->phase;
    if (is_no_phones (session, event))
        flow_session_phone (flow, session)->has_other_tls = TRUE;
    look_for_trial (flow, session, event, frame->time);
    if (event->kind == TLS_CERTIFICATE) {
        session->bare[from_server ? FROM_SERVER : FROM_PHONE] = variant == VARIANT_EMPTY;
        session->shown[from_server ? FROM_SERVER : FROM_PHONE] = variant != VARIANT_EMPTY;
        session->shown_early[from_server ? FROM_SERVER : FROM_PHONE] = is_early (event, frame->time);
    }
    NoteId request = kind->is_answer ? session_answer (session, TLS_CLIENT_HELLO, 0) : 0;
    NoteId note = flow_note_session (flow, session, frame, index, session->phase, variant, from_server, &values);
    if (request)
        flow_pair (flow, request, note);
    if (kind->is_request)
        session_ask (session, flow->notes, event->kind, 0, note, frame->time);
    if (event->kind == TLS_SERVER_HELLO)
        session->mac_size = (guint8) tls_null_mac (event->cipher);
    if (event->kind == TLS_SERVER_HELLO && tls_version_name (event->version))
        session->tls_version = event->version;
    session->is_tls13 |= event->kind == TLS_SERVER_HELLO && event->version == TLS_VERSION_1_3;
}

gsize flow_tls_read (FlowReading *reading, View data, gboolean cut)
{
    Flow *flow = reading->flow;
    Session *session = reading->session;
    const Frame *frame = reading->frame;
    const gboolean from_server = reading->from_server;
    guint direction = from_server ? FROM_SERVER : FROM_PHONE;
    gsize used = cut ? data.size : whole_records (data);
    gboolean said_data = FALSE;
    TlsWalk walk;
    TlsEvent event;

    if (from_server && !session->speaks_tls[direction] && session->speaks_tls[FROM_PHONE] && !may_be_record (data) &&
        !stream_has_gap (&session->tcp.streams[direction])) {
        session->answers_plainly = TRUE;
        return data.size;
    }
    tls_walk_init (&walk, data.data, used, session->encrypted[direction], session->mac_size);
    while (tls_walk_next (&walk, &event)) {
        session->speaks_tls[direction] = TRUE;
        if (event.text.size) {
            flow_app_clear (reading, event.text);
            continue;
        }
        /* Several records of data in one frame say no more than one; with their text decrypted they say nothing. */
        if (event.kind == TLS_APPLICATION_DATA || event.kind == TLS_HEARTBEAT) {
            if (!said_data && !frame->n_plaintexts)
                note_event (flow, session, frame, from_server, &event);
            said_data = TRUE;
            follow_data (flow, session, from_server, &event);
            continue;
        }
        note_event (flow, session, frame, from_server, &event);
    }
    session->encrypted[direction] = walk.encrypted;
    return walk.bad ? data.size : used;
}

gboolean flow_tls_plaintext (Flow *flow, Session *session, const Frame *frame, gboolean from_server, View text)
{
    guint8 type = tls_plaintext_type (text);
    TlsWalk walk;
    TlsEvent event;

    if (!type)
        return FALSE;
    /* Before TLS 1.3 the type of the record stands outside, and flow_tls_read() has noted it. */
    if (!session->is_tls13 || text.size > G_MAXUINT16)
        return TRUE;
    const guint8 header[RECORD_HEADER] = { type, 3, 3, (guint8) (text.size >> 8), (guint8) text.size };
    g_autoptr (GByteArray) record = g_byte_array_new ();
    g_byte_array_append (record, header, sizeof header);
    g_byte_array_append (record, text.data, (guint) text.size);
    tls_walk_init (&walk, record->data, record->len, FALSE, 0);
    while (tls_walk_next (&walk, &event))
        note_event (flow, session, frame, from_server, &event);
    return TRUE;
}
