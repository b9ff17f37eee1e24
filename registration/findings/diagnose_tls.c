/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes wrong in a TLS handshake, as far as it can be seen without keys. */
#include "registration/findings/diagnose_internal.h"

#include "registration/protocols/tls_record.h"
#include "registration/terms/ports.h"

#define ALERT_CERTIFICATE_EXPIRED 45

/* Phones fetch files and check certificates over TLS as well, and can do without; a call manager they need. */
static gboolean is_call_manager_port (const Flow *flow, const Note *note)
{
    const Endpoint *server = flow_server (flow, note);
    Service service = server ? port_service (server->port) : SERVICE_OTHER;

    return server && service != SERVICE_HTTP && service != SERVICE_TVS;
}

static void hello_unanswered (Flow *flow, const Watch *watch)
{
    const Note *hello = notes_get (flow->notes, watch->note);
    const Case *waiting = diagnose_case (flow, hello, watch->problem, watch->about);

    if (waiting->last == watch->note && waiting->count == 0 && diagnose_silence_proves (flow, hello))
        diagnose_silent (flow, watch->problem, CERTAINTY_LIKELY, &watch->note, 1);
}

static void wait_for_hello (Flow *flow, NoteId id, const Note *note)
{
    Watch answer = { .deadline = note->time + diagnose_patience (flow, TIMER_TLS_ANSWER),
                     .note = id,
                     .problem = PROBLEM_TLS_UNANSWERED,
                     .about = note->server,
                     .due = hello_unanswered };
    diagnose_case (flow, note, PROBLEM_TLS_UNANSWERED, note->server)->last = id;
    diagnose_watch (flow, &answer);
}

void diagnose_tls_end (Flow *flow, NoteId id, const Note *note)
{
    const SessionFacts *facts = &flow->session->facts;

    if (flow->session->answers_plainly) /* that is the reason */
        return;
    if (!facts->hello || facts->is_secured || facts->has_alert || !is_call_manager_port (flow, note) ||
        !diagnose_silence_proves (flow, note))
        return;
    Case *of = diagnose_case (flow, note, PROBLEM_TLS_UNANSWERED, note->server);
    NoteId evidence[] = { facts->hello, facts->certificate, id };
    of->last = 0;
    if (of->count++ == 0)
        findings_add (flow->findings, id, PROBLEM_TLS_UNANSWERED, CERTAINTY_LIKELY, evidence, 3);
}

void diagnose_plain_answer (Flow *flow, NoteId id, const Note *note)
{
    const SessionFacts *facts = &flow->session->facts;

    diagnose_case (flow, note, PROBLEM_TLS_UNANSWERED, note->server)->last = 0;
    diagnose_once (flow, id, PROBLEM_SECURITY_PORT_MISMATCH, CERTAINTY_CERTAIN, note->server, facts->hello);
}

static void look_at_alert (Flow *flow, NoteId id, const Note *note)
{
    diagnose_once (flow, id, PROBLEM_TLS_ALERT, CERTAINTY_CERTAIN, note->server, note->partner);
    if (diagnose_number (flow, note, VALUE_CODE) == ALERT_CERTIFICATE_EXPIRED)
        diagnose_once (flow, id, PROBLEM_CERTIFICATE_EXPIRED, CERTAINTY_CERTAIN, note->server,
                       flow->session->facts.certificate);
}

void diagnose_tls (Flow *flow, NoteId id, const Note *note, guint32 kind)
{
    SessionFacts *facts = &flow->session->facts;

    if (note->from_server && facts->hello)
        diagnose_case (flow, note, PROBLEM_TLS_UNANSWERED, note->server)->last = 0;
    switch (kind) {
    case TLS_CLIENT_HELLO:
        facts->hello = id;
        if (is_call_manager_port (flow, note))
            wait_for_hello (flow, id, note);
        break;
    case TLS_SERVER_HELLO:
        facts->certificate = id;
        break;
    case TLS_CERTIFICATE:
        facts->certificate = id;
        if (note->variant == VARIANT_STALE)
            diagnose_once (flow, id, PROBLEM_CERTIFICATE_EXPIRED, CERTAINTY_CERTAIN, note->server, 0);
        break;
    case TLS_ALERT:
        facts->has_alert = TRUE;
        facts->has_failed |= note->variant == VARIANT_NONE;
        if (note->variant == VARIANT_NONE)
            look_at_alert (flow, id, note);
        break;
    case TLS_CHANGE_CIPHER_SPEC:
    case TLS_ENCRYPTED_HANDSHAKE:
    case TLS_FINISHED:
    case TLS_APPLICATION_DATA:
        facts->is_secured |= !note->from_server;
        break;
    default:
        break;
    }
}
