/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes wrong in a TLS handshake, as far as it can be seen without keys. */
#include "registration/findings/diagnose_internal.h"

#include "registration/protocols/tls_record.h"
#include "registration/terms/ports.h"

#define ALERT_CERTIFICATE_EXPIRED 45

/* Phones fetch files and check certificates over TLS as well, and can do without; a call manager they need. */
static gboolean is_call_manager_port (const Sight *sight)
{
    const Endpoint *server = sight_server (sight);
    Service service = server ? port_service (server->port) : SERVICE_OTHER;

    return server && service != SERVICE_HTTP && service != SERVICE_TVS;
}

static void hello_unanswered (const Sight *sight, const Watch *watch)
{
    const Case *waiting = diagnose_case (sight, watch->problem, watch->about);

    if (waiting->last == watch->note && waiting->count == 0 && diagnose_silence_proves (sight))
        diagnose_silent (sight, watch->problem, CERTAINTY_LIKELY, &watch->note, 1);
}

static void wait_for_hello (const Sight *sight)
{
    Watch answer = { .deadline = sight->note->time + diagnose_patience (sight, TIMER_TLS_ANSWER),
                     .note = sight->id,
                     .problem = PROBLEM_TLS_UNANSWERED,
                     .about = sight->note->server,
                     .due = hello_unanswered };
    diagnose_case (sight, PROBLEM_TLS_UNANSWERED, sight->note->server)->last = sight->id;
    diagnose_watch (sight, &answer);
}

/* The phone has said its last step of the handshake, and the server ends the connection without one of its own, or in
 * TLS 1.3 with no more than a record of the size of an alert. */
static gboolean is_ended_half (const Sight *sight)
{
    const Session *session = sight->session;

    return sight->note->from_server && sight->connection->is_secured &&
           (session->is_tls13 ? session->data_records && !session->goes_on : !sight->connection->has_agreed);
}

/* The end is the server's whole answer to ClientHello. */
static gboolean is_cut_off (const Sight *sight)
{
    Value version;
    return sight->note->from_server && !sight->connection->certificate &&
           sight_value (sight, VALUE_TLS_VERSION, &version);
}

void diagnose_tls_end (const Sight *sight)
{
    ConnectionStory *connection = sight->connection;

    if (sight->session->answers_plainly) /* that is the reason */
        return;
    if (connection->warned && !connection->is_secured && !connection->has_failed && is_call_manager_port (sight)) {
        NoteId warning[] = { connection->hello, connection->warned };
        findings_add (sight->diagnosis->findings, sight->id, PROBLEM_TLS_ALERT, CERTAINTY_LIKELY, warning,
                      G_N_ELEMENTS (warning));
        return;
    }
    if (!connection->hello || (connection->is_secured && !is_ended_half (sight)) || connection->has_alert ||
        !is_call_manager_port (sight) || !diagnose_silence_proves (sight))
        return;
    Case *of = diagnose_case (sight, PROBLEM_TLS_UNANSWERED, sight->note->server);
    /* The texts are about the last step: after a ClientHello nobody can have disliked a certificate. */
    const NoteId evidence[] = { connection->hello, is_cut_off (sight) ? sight->id : connection->certificate };
    of->last = 0;
    if (of->count++ == 0)
        findings_add (sight->diagnosis->findings, sight->id, PROBLEM_TLS_UNANSWERED,
                      connection->is_secured && sight->session->is_tls13 ? CERTAINTY_HINT : CERTAINTY_LIKELY, evidence,
                      G_N_ELEMENTS (evidence));
}

void diagnose_plain_answer (const Sight *sight)
{
    diagnose_case (sight, PROBLEM_TLS_UNANSWERED, sight->note->server)->last = 0;
    diagnose_once (sight, PROBLEM_SECURITY_PORT_MISMATCH, CERTAINTY_CERTAIN, sight->note->server,
                   sight->connection->hello);
}

static void look_at_alert (const Sight *sight)
{
    const Note *note = sight->note;

    if (sight->session->app == APP_SIP || sight->session->app == APP_SCCP) { /* the phone has spoken without TLS */
        diagnose_once (sight, PROBLEM_SECURITY_PORT_MISMATCH, CERTAINTY_CERTAIN, note->server, 0);
        return;
    }
    diagnose_once (sight, PROBLEM_TLS_ALERT, CERTAINTY_CERTAIN, note->server, note->partner);
    if (diagnose_number (sight, VALUE_CODE) == ALERT_CERTIFICATE_EXPIRED)
        diagnose_once (sight, PROBLEM_CERTIFICATE_EXPIRED, CERTAINTY_CERTAIN, note->server,
                       sight->connection->certificate);
}

/* close_notify of the server in the middle of the handshake: it says no reason. */
static gboolean is_early_goodbye (const Sight *sight)
{
    return sight->note->from_server && sight->note->variant == VARIANT_HARMLESS &&
           !diagnose_number (sight, VALUE_CODE) && !sight->connection->is_secured;
}

/* What the other side makes of the certificate will not be in the capture, where it has said nothing before: an alert
 * would be another proof. */
#define ONE_SIDE_ONLY 0x4F6E6531u

static void look_at_expiry (const Sight *sight)
{
    const Note *note = sight->note;
    const guint other = note->from_server ? FROM_PHONE : FROM_SERVER;
    const NoteId evidence[] = { sight->id };

    if (sight->session->tcp.streams[other].started)
        diagnose_once (sight, PROBLEM_CERTIFICATE_EXPIRED, CERTAINTY_CERTAIN, note->server, 0);
    else if (diagnose_case (sight, PROBLEM_CERTIFICATE_EXPIRED, note->server ^ ONE_SIDE_ONLY)->count++ == 0)
        diagnose_add_eased (sight, PROBLEM_CERTIFICATE_EXPIRED, CERTAINTY_CERTAIN, evidence, G_N_ELEMENTS (evidence));
}

void diagnose_tls (const Sight *sight)
{
    const Note *note = sight->note;
    ConnectionStory *connection = sight->connection;

    if (note->from_server && connection->hello)
        diagnose_case (sight, PROBLEM_TLS_UNANSWERED, note->server)->last = 0;
    switch (sight->kind->id) {
    case TLS_CLIENT_HELLO:
        connection->hello = sight->id;
        if (is_call_manager_port (sight))
            wait_for_hello (sight);
        break;
    case TLS_SERVER_HELLO:
        connection->certificate = sight->id;
        break;
    case TLS_CERTIFICATE:
        connection->certificate = sight->id;
        if (note->variant == VARIANT_STALE)
            look_at_expiry (sight);
        break;
    case TLS_ALERT:
        connection->has_alert |= !is_early_goodbye (sight);
        diagnose_case (sight, PROBLEM_TLS_UNANSWERED, note->server)->last = 0;
        connection->has_failed |= note->variant == VARIANT_NONE;
        if (note->variant == VARIANT_HARMLESS && diagnose_number (sight, VALUE_CODE))
            connection->warned = sight->id;
        if (note->variant == VARIANT_NONE)
            look_at_alert (sight);
        break;
    case TLS_CHANGE_CIPHER_SPEC:
    case TLS_ENCRYPTED_HANDSHAKE:
    case TLS_FINISHED:
    case TLS_APPLICATION_DATA:
        connection->is_secured |= !note->from_server;
        connection->has_agreed |= note->from_server;
        break;
    default:
        break;
    }
}
