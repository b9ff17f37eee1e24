/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Large packets that do not get through, while small ones do (reference 5.3, X10). */
#include "registration/findings/diagnose_internal.h"

#include <string.h>

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

void diagnose_repetition (Flow *flow, NoteId id, const Note *note)
{
    Session *session = flow->session;
    SessionFacts *facts = &session->facts;
    NoteId *repeated = &facts->repeated[note->from_server ? FROM_SERVER : FROM_PHONE];
    guint64 size = diagnose_number (flow, note, VALUE_SIZE), times = diagnose_number (flow, note, VALUE_COUNT);

    if (times == 0) { /* the first time, or it had arrived */
        *repeated = id;
        return;
    }
    NoteId evidence[] = { facts->too_big, *repeated, id };
    const Note *first = notes_get (flow->notes, *repeated);
    if (times >= diagnose_times (flow, TIMER_SAME_SEGMENTS) && first &&
        is_too_large (session, note, size, first->time) && diagnose_silence_proves (flow, note) &&
        diagnose_case (flow, note, PROBLEM_MTU_BLACK_HOLE, note->server)->count++ == 0)
        findings_add (flow->findings, id, PROBLEM_MTU_BLACK_HOLE, facts->too_big ? CERTAINTY_CERTAIN : CERTAINTY_LIKELY,
                      evidence, 3);
    diagnose_keepalive_repeated (flow, id, note);
}

/* --- Datagrams: a REGISTER over UDP is often larger than one packet */

/* Case.second: the network says that a datagram to this server was too big, or that its fragments did not all arrive.
 * Otherwise a Case counts the beginnings of REGISTERs of which the rest has not come. */
static Case *datagrams (Flow *flow, const Note *note)
{
    return diagnose_case (flow, note, PROBLEM_MTU_BLACK_HOLE, ~(guint32) note->server);
}

/* Some of the fragments have arrived at who says this, and the others never did (RFC 792, RFC 4443 3.3). */
static gboolean is_reassembly_failure (const Flow *flow, const Note *note)
{
    static const char says[] = "fragment reassembly time exceeded";
    View text = diagnose_text (flow, note, VALUE_TEXT);
    return text.size == sizeof says - 1 && memcmp (text.data, says, text.size) == 0;
}

void diagnose_too_big (Flow *flow, NoteId id, const Note *note, guint32 kind)
{
    if (kind != ICMP_SAYS_TOO_BIG && !is_reassembly_failure (flow, note))
        return;
    if (flow->session)
        flow->session->facts.too_big = id;
    else if (note->server)
        datagrams (flow, note)->second = id;
}

void diagnose_register_arrived (Flow *flow, const Note *note)
{
    diagnose_forget (flow, note, PROBLEM_MTU_BLACK_HOLE, ~(guint32) note->server);
}

void diagnose_register_whole (Flow *flow, NoteId id, const Note *note)
{
    if (note->variant != VARIANT_AGAIN) {
        diagnose_register_arrived (flow, note);
        return;
    }
    Case *of = datagrams (flow, note);
    of->count = 0; /* its pieces have come */
    if (!of->second || of->last ||
        diagnose_number (flow, note, VALUE_REPEATS) < diagnose_times (flow, TIMER_SAME_SEGMENTS))
        return;
    of->last = id;
    diagnose_raise (flow, id, PROBLEM_MTU_BLACK_HOLE, CERTAINTY_CERTAIN, of->second);
}

/* A capture that was filtered by ports shows the first pieces only: those behind them have none. */
static gboolean shows_all_pieces (const Flow *flow, const Note *note)
{
    Value source;

    return flow->sees_link && values_find (notes_values (flow->notes, note), VALUE_SOURCE, &source) &&
           !flow_fragments_pass (flow, &source.address);
}

static void never_completed (Flow *flow, const Watch *watch)
{
    const Note *note = notes_get (flow->notes, watch->note);
    const Case *of = diagnose_case (flow, note, PROBLEM_MTU_BLACK_HOLE, watch->about);
    NoteId evidence[] = { of->first, of->second, watch->note };

    if (of->last == watch->note && of->count && shows_all_pieces (flow, note) && diagnose_silence_proves (flow, note))
        diagnose_silent (flow, PROBLEM_MTU_BLACK_HOLE, of->second ? CERTAINTY_CERTAIN : CERTAINTY_LIKELY, evidence,
                         G_N_ELEMENTS (evidence));
}

void diagnose_fragment (Flow *flow, NoteId id, const Note *note)
{
    Case *of = datagrams (flow, note);
    Watch rest = { .deadline = note->time + diagnose_patience (flow, TIMER_LAST_ANSWER),
                   .note = id,
                   .about = ~(guint32) note->server,
                   .due = never_completed };

    if (++of->count == 1)
        of->first = id;
    if (of->count < diagnose_times (flow, TIMER_SAME_SEGMENTS) || of->last)
        return;
    of->last = id;
    diagnose_watch (flow, &rest);
}
