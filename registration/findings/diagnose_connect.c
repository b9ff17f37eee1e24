/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes wrong on the way to a server: TCP, TLS, ICMP. */
#include "registration/findings/diagnose_internal.h"

#include "registration/terms/ports.h"
#include "registration/wire/times.h"

/* The server has closed the connection: that is another answer than none, if it did not take it too long. */
static void stop_waiting (Flow *flow, const Note *closed)
{
    const Case *waiting = diagnose_case (flow, closed, PROBLEM_REGISTER_UNANSWERED, diagnose_try (closed));
    const Note *request = notes_get (flow->notes, waiting->last);

    if (request && closed->time - request->time < diagnose_patience (flow, TIMER_REGISTER_ANSWER))
        diagnose_forget (flow, closed, PROBLEM_REGISTER_UNANSWERED, diagnose_try (closed));
}

/* --- Loss --- */

/* Some recorders keep each packet twice, as it comes in and as it goes out: no stack repeats so soon. */
#define SOONEST_REPETITION MILLISECONDS (10)

static gboolean is_registering (const Session *session)
{
    return session->app != APP_HTTP && (session->registers ? session->registering : session->attempt != 0);
}

static void look_for_loss (Flow *flow, NoteId id, const Note *note, guint32 kind)
{
    Session *session = flow->session;
    const Note *syn = notes_get (flow->notes, session->tcp.syn_note);
    gboolean slow = kind == TCP_EVENT_ACCEPT && session->tcp.syn_repeats == 1 && syn &&
                    note->time - syn->time > diagnose_patience (flow, TIMER_ROUND_TRIP);

    if ((kind == TCP_EVENT_RETRANSMISSION && note->time - flow->previous < SOONEST_REPETITION) ||
        !is_registering (session))
        return;
    if (kind == TCP_EVENT_RETRANSMISSION && session->facts.repeats < G_MAXUINT8)
        session->facts.repeats++;
    if (slow || session->facts.repeats >= diagnose_times (flow, TIMER_REPEATS))
        diagnose_once (flow, id, PROBLEM_PACKET_LOSS, CERTAINTY_CERTAIN, diagnose_try (note),
                       slow ? session->tcp.syn_note : 0);
}

/* --- Ports --- */

/* 1 is not secure, 2 authenticated, 3 encrypted. A server that the configuration does not name (SRST) has rules of its
 * own. */
static void look_at_port (Flow *flow, NoteId id, const Note *note, guint16 port)
{
    guint security = flow_configured_security (flow, note->phone);
    guint secured = flow_configured_secure_port (flow, note->phone);
    gboolean registers = port_is_for_registration (port), by_tls = port_carriers (port) == PORT_BY_TLS;
    gboolean plain = registers && !by_tls && port != secured, secure = registers && by_tls;

    if (diagnose_number (flow, note, VALUE_RANK) && ((plain && security > 1) || (secure && security == 1)))
        diagnose_once (flow, id, PROBLEM_SECURITY_PORT_MISMATCH, CERTAINTY_CERTAIN, port,
                       flow_configuration_note (flow, note->phone));
}

static void look_at_end (Flow *flow, NoteId id, const Note *note)
{
    if (note->from_server)
        stop_waiting (flow, note);
    if (flow->session->facts.ended)
        return;
    flow->session->facts.ended = id;
    diagnose_end (flow, id, note);
    diagnose_tls_end (flow, id, note);
}

static void look_at_tcp (Flow *flow, NoteId id, const Note *note, guint32 kind)
{
    const Endpoint *server = flow_server (flow, note);

    if (!server || server->port == PORT_FILES /* it goes on with TFTP when that is closed */ ||
        diagnose_is_last_resort (flow, note))
        return;
    switch (kind) {
    case TCP_EVENT_CONNECT:
    case TCP_EVENT_CONNECT_AGAIN:
        look_at_port (flow, id, note, server->port);
        diagnose_unanswered (flow, id, PROBLEM_PORT_FILTERED, note->server, diagnose_times (flow, TIMER_CONNECTS), 0);
        break;
    case TCP_EVENT_REFUSED:
        diagnose_once (flow, id, PROBLEM_PORT_CLOSED, CERTAINTY_CERTAIN, note->server, note->partner);
        diagnose_forget (flow, note, PROBLEM_PORT_FILTERED, note->server);
        break;
    case TCP_EVENT_ACCEPT:
        diagnose_forget (flow, note, PROBLEM_PORT_FILTERED, note->server);
        look_for_loss (flow, id, note, kind);
        break;
    case TCP_EVENT_SEGMENT:
        if (note->variant == VARIANT_STRAY && flow->session->facts.hello)
            diagnose_plain_answer (flow, id, note);
        if (flow->session->app == APP_SCCP &&
            !flow->session->tcp.streams[note->from_server ? FROM_SERVER : FROM_PHONE].partial)
            diagnose_unreadable (flow, note);
        break;
    case TCP_EVENT_RETRANSMISSION:
        diagnose_repetition (flow, id, note);
        look_for_loss (flow, id, note, kind);
        break;
    case TCP_EVENT_CLOSE:
    case TCP_EVENT_RESET:
        look_at_end (flow, id, note);
        break;
    default:
        break;
    }
}

static void look_at_icmp (Flow *flow, NoteId id, const Note *note, guint32 kind)
{
    NoteId quoted = note->server ? diagnose_asked (flow, note->phone, note->server) : 0;

    diagnose_too_big (flow, id, note, kind);
    if (kind != ICMP_SAYS_UNREACHABLE || note->variant != VARIANT_NONE || diagnose_is_last_resort (flow, note))
        return;
    diagnose_once (flow, id, PROBLEM_ICMP_UNREACHABLE, CERTAINTY_CERTAIN,
                   (guint32) diagnose_number (flow, note, VALUE_PORT), quoted);
    diagnose_unreachable (flow, id, note, quoted);
    if (note->server)
        diagnose_deny (flow, note);
    diagnose_forget (flow, note, PROBLEM_PORT_FILTERED, note->server);
}

void diagnose_connect (Flow *flow, NoteId id, const Note *note, const MessageKind *kind)
{
    if (kind->protocol == PROTOCOL_TCP)
        look_at_tcp (flow, id, note, kind->id);
    else if (kind->protocol == PROTOCOL_ICMP)
        look_at_icmp (flow, id, note, kind->id);
    else
        diagnose_tls (flow, id, note, kind->id);
}
