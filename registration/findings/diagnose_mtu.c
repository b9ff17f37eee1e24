/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Large packets that do not get through, while small ones do (reference 5.3, X10). */
#include "registration/findings/diagnose_internal.h"

/* --- TCP */

/* A segment of this size or more fills a packet of Ethernet (reference 5.3, X10). */
#define FULL_SEGMENT 1400
/* Every link carries this much (RFC 9293, 3.7.1). */
#define SMALL_SEGMENT 536

/* Larger than anything that has arrived, and the other side is alive. */
static gboolean is_too_large (const Session *session, const Note *note, guint64 size, gint64 since)
{
    const guint own = note->from_server ? FROM_SERVER : FROM_PHONE,
                other = note->from_server ? FROM_PHONE : FROM_SERVER;

    if (size >= FULL_SEGMENT)
        return TRUE;
    return size > SMALL_SEGMENT && session->tcp.arrived[own] && size > session->tcp.arrived[own] &&
           session->latest[other] > since;
}

void diagnose_repetition (const Sight *sight)
{
    ConnectionStory *connection = sight->connection;
    const Session *session = sight->session;
    NoteId *repeated = &connection->repeated[sight->note->from_server ? FROM_SERVER : FROM_PHONE];
    guint64 size = diagnose_number (sight, VALUE_SIZE), times = diagnose_number (sight, VALUE_COUNT);

    if (times == 0) { /* the first time, or it had arrived */
        *repeated = sight->id;
        return;
    }
    NoteId evidence[] = { connection->too_big, *repeated, sight->id };
    const Note *first = sight_note (sight, *repeated);
    if (times >= diagnose_times (sight, TIMER_SAME_SEGMENTS) && first &&
        is_too_large (session, sight->note, size, first->time) && diagnose_silence_proves (sight) &&
        diagnose_case (sight, PROBLEM_MTU_BLACK_HOLE, sight->note->server)->count++ == 0)
        findings_add (sight->diagnosis->findings, sight->id, PROBLEM_MTU_BLACK_HOLE,
                      connection->too_big ? CERTAINTY_CERTAIN : CERTAINTY_LIKELY, evidence, 3);
    diagnose_keepalive_repeated (sight);
}

/* --- Datagrams: a REGISTER over UDP is often larger than one packet */

/* Case.second: the network says that a datagram to this server was too big, or that its fragments did not all arrive.
 * Otherwise a Case counts the beginnings of REGISTERs of which the rest has not come. */
static Case *datagrams (const Sight *sight)
{
    return diagnose_case (sight, PROBLEM_MTU_BLACK_HOLE, ~(guint32) sight->note->server);
}

/* Some of the fragments have arrived at who says this, and the others never did (RFC 792, RFC 4443 3.3). */
static gboolean is_reassembly_failure (const Sight *sight)
{
    return diagnose_number (sight, VALUE_TEXT) == 1 + WORD_ICMP_REASSEMBLY_TIME;
}

void diagnose_too_big (const Sight *sight)
{
    if (sight->kind->id != ICMP_SAYS_TOO_BIG && !is_reassembly_failure (sight))
        return;
    if (sight->session)
        sight->connection->too_big = sight->id;
    else if (sight->note->server)
        datagrams (sight)->second = sight->id;
    else if (sight->kind->id == ICMP_SAYS_TOO_BIG)
        diagnose_block_too_big (sight);
}

void diagnose_register_arrived (const Sight *sight)
{
    diagnose_forget (sight, PROBLEM_MTU_BLACK_HOLE, ~(guint32) sight->note->server);
}

void diagnose_register_whole (const Sight *sight)
{
    if (sight->note->variant != VARIANT_AGAIN && sight->note->variant != VARIANT_UNHEARD) {
        diagnose_register_arrived (sight);
        return;
    }
    Case *of = datagrams (sight);
    of->count = 0; /* its pieces have come */
    if (!of->second || of->last || diagnose_number (sight, VALUE_REPEATS) < diagnose_times (sight, TIMER_SAME_SEGMENTS))
        return;
    of->last = sight->id;
    diagnose_raise (sight, PROBLEM_MTU_BLACK_HOLE, CERTAINTY_CERTAIN, of->second);
}

/* A capture that was filtered by ports shows the first pieces only: those behind them have none. */
static gboolean shows_all_pieces (const Sight *sight)
{
    Value source;

    return flow_sees_link (sight->diagnosis->flow) && sight_value (sight, VALUE_SOURCE, &source) &&
           !flow_fragments_pass (sight->diagnosis->flow, &source.address);
}

static void never_completed (const Sight *sight, const Watch *watch)
{
    const Case *of = diagnose_case (sight, PROBLEM_MTU_BLACK_HOLE, watch->about);
    NoteId evidence[] = { of->first, of->second, watch->note };

    if (of->last == watch->note && of->count && shows_all_pieces (sight) && diagnose_silence_proves (sight))
        diagnose_silent (sight, PROBLEM_MTU_BLACK_HOLE, of->second ? CERTAINTY_CERTAIN : CERTAINTY_LIKELY, evidence,
                         G_N_ELEMENTS (evidence));
}

void diagnose_fragment (const Sight *sight)
{
    Case *of = datagrams (sight);
    Watch rest = { .deadline = sight->note->time + diagnose_patience (sight, TIMER_LAST_ANSWER),
                   .note = sight->id,
                   .about = ~(guint32) sight->note->server,
                   .due = never_completed };

    if (++of->count == 1)
        of->first = sight->id;
    if (of->count < diagnose_times (sight, TIMER_SAME_SEGMENTS) || of->last)
        return;
    of->last = sight->id;
    diagnose_watch (sight, &rest);
}
