/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes wrong on the way to a server: TCP, TLS, ICMP. */
#include "registration/diagnose_internal.h"

#include "registration/tls_record.h"

/* Phones ask here for their files first, and go on with TFTP when it is closed or filtered (reference 4.4). */
#define HTTP_FILES_PORT 6970

/* The server has closed the connection: that is another answer than none, if it did not take it too long. */
static void stop_waiting (Flow *flow, const Note *closed)
{
    const Case *waiting = diagnose_case (flow, closed, PROBLEM_REGISTER_UNANSWERED, diagnose_try (closed));
    const Note *request = notes_get (flow->notes, waiting->last);

    if (request && closed->time - request->time < diagnose_patience (flow, TIMER_REGISTER_ANSWER))
        diagnose_forget (flow, closed, PROBLEM_REGISTER_UNANSWERED, diagnose_try (closed));
}

static void look_at_tcp (Flow *flow, NoteId id, const Note *note, guint32 kind)
{
    const Endpoint *server = flow_server (flow, note);

    if (!server || server->port == HTTP_FILES_PORT || diagnose_is_last_resort (flow, note))
        return;
    switch (kind) {
    case TCP_EVENT_CONNECT:
    case TCP_EVENT_CONNECT_AGAIN:
        diagnose_unanswered (flow, id, PROBLEM_PORT_FILTERED, note->server, diagnose_times (flow, TIMER_CONNECTS), 0);
        break;
    case TCP_EVENT_REFUSED:
        diagnose_once (flow, id, PROBLEM_PORT_CLOSED, CERTAINTY_CERTAIN, note->server, note->partner);
        diagnose_forget (flow, note, PROBLEM_PORT_FILTERED, note->server);
        break;
    case TCP_EVENT_ACCEPT:
        diagnose_forget (flow, note, PROBLEM_PORT_FILTERED, note->server);
        break;
    case TCP_EVENT_CLOSE:
    case TCP_EVENT_RESET:
        if (note->from_server)
            stop_waiting (flow, note);
        break;
    default:
        break;
    }
}

void diagnose_connect (Flow *flow, NoteId id, const Note *note, const MessageKind *kind)
{
    if (kind->protocol == PROTOCOL_TCP) {
        look_at_tcp (flow, id, note, kind->id);
    } else if (kind->protocol == PROTOCOL_ICMP) {
        if (kind->id == ICMP_SAYS_UNREACHABLE && note->variant == VARIANT_NONE &&
            !diagnose_is_last_resort (flow, note)) {
            diagnose_once (flow, id, PROBLEM_ICMP_UNREACHABLE, CERTAINTY_CERTAIN,
                           (guint32) diagnose_number (flow, note, VALUE_PORT), flow->quoted);
            diagnose_unreachable (flow, id, note);
            diagnose_forget (flow, note, PROBLEM_PORT_FILTERED, note->server);
        }
    } else if (kind->id == TLS_ALERT && note->variant == VARIANT_NONE) {
        diagnose_once (flow, id, PROBLEM_TLS_ALERT, CERTAINTY_CERTAIN, note->server, note->partner);
    }
}
