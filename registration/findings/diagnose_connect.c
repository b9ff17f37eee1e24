/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes wrong on the way to a server: TCP, TLS, ICMP. */
#include "registration/findings/diagnose_internal.h"

#include "registration/terms/ports.h"
#include "registration/wire/times.h"

/* The server has closed the connection: that is another answer than none, if it did not take it too long. */
static void stop_waiting (const Sight *sight)
{
    const Case *waiting = diagnose_case (sight, PROBLEM_REGISTER_UNANSWERED, diagnose_try (sight));
    const Note *request = sight_note (sight, waiting->last);

    if (request && sight->note->time - request->time < diagnose_patience (sight, TIMER_REGISTER_ANSWER))
        diagnose_forget (sight, PROBLEM_REGISTER_UNANSWERED, diagnose_try (sight));
}

/* --- Loss */

/* Some recorders keep each packet twice, as it comes in and as it goes out: no stack repeats so soon. */
#define SOONEST_REPETITION MILLISECONDS (10)

static gboolean is_registering (const Sight *sight)
{
    const Session *session = sight->session;
    const Registration *registration = flow_registration (sight->diagnosis->flow, session->registration);

    if (session->app == APP_HTTP)
        return FALSE;
    return session->registers ? session->registering : registration && registration->attempt && !session->accepted;
}

static void look_for_loss (const Sight *sight)
{
    ConnectionStory *connection = sight->connection;
    const Session *session = sight->session;
    const Note *syn = sight_note (sight, session->tcp.syn_note);
    gboolean slow = sight->kind->id == TCP_EVENT_ACCEPT && session->tcp.syn_repeats == 1 && syn &&
                    sight->note->time - syn->time > diagnose_patience (sight, TIMER_ROUND_TRIP);

    if ((sight->kind->id == TCP_EVENT_RETRANSMISSION &&
         sight->note->time - sight->session->before < SOONEST_REPETITION) ||
        !is_registering (sight))
        return;
    if (sight->kind->id == TCP_EVENT_RETRANSMISSION && connection->repeats < G_MAXUINT8)
        connection->repeats++;
    if (slow || connection->repeats >= diagnose_times (sight, TIMER_REPEATS))
        diagnose_once (sight, PROBLEM_PACKET_LOSS, CERTAINTY_CERTAIN, diagnose_try (sight),
                       slow ? session->tcp.syn_note : 0);
}

/* --- Ports */

/* 1 is not secure, 2 authenticated, 3 encrypted. A server that the configuration does not name (SRST) has rules of its
 * own. */
static void look_at_port (const Sight *sight, guint16 port)
{
    const struct BootState *boot = sight->boot;
    guint security = boot->configuration.security, secured = boot->configuration.secured_sip_port;
    gboolean registers = port_is_for_registration (port), by_tls = port_carriers (port) == PORT_BY_TLS;
    gboolean plain = registers && !by_tls && port != secured, secure = registers && by_tls;

    if (diagnose_number (sight, VALUE_RANK) && ((plain && security > 1) || (secure && security == 1)))
        diagnose_once (sight, PROBLEM_SECURITY_PORT_MISMATCH, CERTAINTY_CERTAIN, port, boot->configuration.note);
}

static void look_at_end (const Sight *sight)
{
    if (sight->note->from_server)
        stop_waiting (sight);
    if (sight->note->variant == VARIANT_CARRIED)
        diagnose_sip_end (sight);
    if (sight->connection->ended)
        return;
    sight->connection->ended = sight->id;
    diagnose_end (sight);
    if (sight->session->app == APP_SIP)
        diagnose_sip_end (sight);
    diagnose_tls_end (sight);
}

static void look_at_way (const Sight *sight)
{
    diagnose_tries (sight);
    if (sight->kind->id == TCP_EVENT_CONNECT)
        diagnose_leaves_home (sight);
}

static void look_at_tcp (const Sight *sight)
{
    const Note *note = sight->note;
    const Endpoint *server = sight_server (sight);

    if (!server || server->port == PORT_FILES /* it goes on with TFTP when that is closed */ ||
        diagnose_is_last_resort (sight) || diagnose_falls_back (sight))
        return;
    switch (sight->kind->id) {
    case TCP_EVENT_CONNECT:
    case TCP_EVENT_CONNECT_AGAIN:
        look_at_port (sight, server->port);
        if (port_service (server->port) == SERVICE_SIP)
            diagnose_sip_knock (sight);
        else if (port_service (server->port) == SERVICE_SCCP)
            look_at_way (sight);
        if (!sight->session->tcp.accepted) {
            diagnose_unanswered (sight, PROBLEM_PORT_FILTERED, note->server, diagnose_times (sight, TIMER_CONNECTS), 0);
            break;
        }
        /* Swapped frames: the answer stands before it. */
        diagnose_sip_knock_answered (sight);
        diagnose_forget (sight, PROBLEM_PORT_FILTERED, note->server);
        break;
    case TCP_EVENT_REFUSED:
        diagnose_once (sight, PROBLEM_PORT_CLOSED, CERTAINTY_CERTAIN, note->server, note->partner);
        diagnose_forget (sight, PROBLEM_PORT_FILTERED, note->server);
        if (port_service (server->port) == SERVICE_SCCP)
            diagnose_refused (sight);
        else
            diagnose_sip_knock_answered (sight);
        break;
    case TCP_EVENT_ACCEPT:
        diagnose_sip_knock_answered (sight);
        diagnose_forget (sight, PROBLEM_PORT_FILTERED, note->server);
        look_for_loss (sight);
        break;
    case TCP_EVENT_SEGMENT:
        if (note->variant == VARIANT_STRAY && sight->connection->hello)
            diagnose_plain_answer (sight);
        if (sight->session->app == APP_SCCP &&
            !sight->session->tcp.streams[note->from_server ? FROM_SERVER : FROM_PHONE].partial)
            diagnose_unreadable (sight);
        break;
    case TCP_EVENT_RETRANSMISSION:
        diagnose_repetition (sight);
        look_for_loss (sight);
        break;
    case TCP_EVENT_CLOSE:
        diagnose_still_there (sight);
        G_GNUC_FALLTHROUGH;
    case TCP_EVENT_RESET:
        look_at_end (sight);
        break;
    default:
        break;
    }
}

/* Who cannot be reached there: each server and port is told of. */
static guint32 destination_of (const Sight *sight)
{
    Value value;
    const guint32 host = sight_value (sight, VALUE_IP, &value) ? ip_address_hash (&value.address) : 0;

    return host ^ (guint32) diagnose_number (sight, VALUE_PORT);
}

static void raise_unreachable (const Sight *sight, NoteId quoted)
{
    diagnose_once (sight, PROBLEM_ICMP_UNREACHABLE, CERTAINTY_CERTAIN, destination_of (sight), quoted);
    diagnose_unreachable (sight, quoted);
}

static void no_other_helps (const Sight *sight, const Watch *watch)
{
    if (sight->story->file_answered < watch->note)
        raise_unreachable (sight, watch->about);
}

/* A phone with several TFTP servers goes on to the next one. */
static gboolean may_go_on (const Sight *sight)
{
    return diagnose_number (sight, VALUE_PORT) == PORT_TFTP && sight->boot->lease.n_tftp > 1;
}

/* A packet that is needed was dropped: where nobody can be reached, or where packets go round in circles. */
static gboolean is_stopped (const Sight *sight)
{
    const guint8 variant = sight->note->variant;

    if (sight->kind->id == ICMP_SAYS_UNREACHABLE)
        return variant == VARIANT_NONE || variant == VARIANT_REFUSED || variant == VARIANT_UNHEARD;
    return sight->kind->id == ICMP_SAYS_OTHER && variant == VARIANT_EXPIRED;
}

static void look_at_icmp (const Sight *sight)
{
    const Note *note = sight->note;
    const gboolean unheard = note->variant == VARIANT_UNHEARD; /* about an answer: the server denies nothing */
    NoteId quoted = note->server ? diagnose_asked (sight) : 0;
    Watch other = { .deadline = note->time + diagnose_patience (sight, TIMER_FILES_AFTER_LEASE),
                    .note = sight->id,
                    .problem = PROBLEM_ICMP_UNREACHABLE,
                    .about = quoted,
                    .due = no_other_helps,
                    .closes_at_end = TRUE };

    diagnose_too_big (sight);
    if (note->variant == VARIANT_HARMLESS && sight->kind->id == ICMP_SAYS_UNREACHABLE)
        diagnose_reach_denied (sight);
    if (!is_stopped (sight) || diagnose_is_last_resort (sight))
        return;
    if (may_go_on (sight))
        diagnose_watch (sight, &other);
    else
        raise_unreachable (sight, quoted);
    if (unheard) {
        sight->story->undelivered = sight->id;
        return;
    }
    if (note->server)
        diagnose_deny (sight);
    diagnose_forget (sight, PROBLEM_PORT_FILTERED, note->server);
}

void diagnose_connect (const Sight *sight)
{
    if (sight->kind->protocol == PROTOCOL_TCP)
        look_at_tcp (sight);
    else if (sight->kind->protocol == PROTOCOL_ICMP)
        look_at_icmp (sight);
    else
        diagnose_tls (sight);
}
