/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes wrong once a phone has asked an SCCP server to register it: answers that stay away, and how it ends. */
#include "registration/findings/diagnose_internal.h"

#include "registration/protocols/sccp.h"
#include "registration/terms/boot_file.h"
#include "registration/wire/times.h"

#include <string.h>

/* What a server is known to do, for any phone: a key for each kind of request that it answers, and for the lowest
 * protocol version that it has accepted. */
static gpointer habit_key (guint16 place, guint32 kind)
{
    return GUINT_TO_POINTER ((guint) place << 16 | (kind & 0xFFFF));
}

/* --- Templates, lines, keys, codecs --- */

/* A connection that was told to end, or signed off, owes no answers. */
static gboolean is_over (Flow *flow, const Note *request)
{
    return diagnose_case (flow, request, PROBLEM_PROVISIONING_STALLED, request->attempt)->count > 0;
}

static void not_provisioned (Flow *flow, const Watch *watch)
{
    const Note *request = notes_get (flow->notes, watch->note);
    guint32 kind = catalog_kind (request->kind)->id;

    /* CallManager 2 never answers some requests: that of a server which answers them at other times is missing. */
    if (request->partner || !g_hash_table_contains (flow->habits, habit_key (request->server, kind)) ||
        is_over (flow, request) || !diagnose_silence_proves (flow, request))
        return;
    diagnose_case (flow, request, PROBLEM_PROVISIONING_STALLED, request->attempt)->count++;
    diagnose_silent (flow, watch->problem, CERTAINTY_LIKELY, &watch->note, 1);
}

static void no_capabilities (Flow *flow, const Watch *watch)
{
    const Note *request = notes_get (flow->notes, watch->note);
    const Case *waiting = diagnose_case (flow, request, watch->problem, watch->about);

    if (waiting->last == watch->note && !is_over (flow, request) && diagnose_silence_proves (flow, request))
        diagnose_silent (flow, watch->problem, CERTAINTY_LIKELY, &watch->note, 1);
}

static void wait_for_answer (Flow *flow, NoteId id, const Note *note, Problem problem, WatchDue due)
{
    Watch answer = { .deadline = note->time + diagnose_patience (flow, TIMER_PROVISION_ANSWER),
                     .note = id,
                     .problem = problem,
                     .about = diagnose_try (note),
                     .due = due };
    diagnose_watch (flow, &answer);
}

static void look_at_provisioning (Flow *flow, NoteId id, const Note *note, const MessageKind *kind)
{
    if (kind->is_request && !note->from_server && note->level >= LEVEL_ACCEPTED)
        wait_for_answer (flow, id, note, PROBLEM_PROVISIONING_STALLED, not_provisioned);
    else if (kind->is_answer && note->partner)
        g_hash_table_add (flow->habits, habit_key (note->server, kind->answers));
}

static void look_at_capabilities (Flow *flow, NoteId id, const Note *note)
{
    if (!note->from_server) {
        diagnose_forget (flow, note, PROBLEM_CAPABILITIES_UNANSWERED, diagnose_try (note));
        return;
    }
    diagnose_case (flow, note, PROBLEM_CAPABILITIES_UNANSWERED, diagnose_try (note))->last = id;
    wait_for_answer (flow, id, note, PROBLEM_CAPABILITIES_UNANSWERED, no_capabilities);
}

void diagnose_unreadable (Flow *flow, const Note *note)
{
    diagnose_forget (flow, note, PROBLEM_CAPABILITIES_UNANSWERED, diagnose_try (note));
    diagnose_case (flow, note, PROBLEM_PROVISIONING_STALLED, note->attempt)->count++;
}

/* --- Keepalives --- */

/* Once a connection. */
static gboolean may_say_unanswered (Flow *flow, const Note *note)
{
    return diagnose_silence_proves (flow, note) &&
           diagnose_case (flow, note, PROBLEM_KEEPALIVE_UNANSWERED, ~diagnose_try (note))->count++ == 0;
}

static void keepalive_unanswered (Flow *flow, const Watch *watch)
{
    const Note *note = notes_get (flow->notes, watch->note);
    const Case *of = diagnose_case (flow, note, watch->problem, watch->about);
    NoteId evidence[] = { of->first, of->second, watch->note };

    if (of->last == watch->note && may_say_unanswered (flow, note))
        diagnose_silent (flow, watch->problem, CERTAINTY_LIKELY, evidence, 3);
}

/* A server that has answered none answers none: an old one, or one that is only the backup (reference 2.6). */
static void look_at_keepalive (Flow *flow, NoteId id, const Note *note)
{
    Watch last = { .deadline = note->time + diagnose_patience (flow, TIMER_LAST_ANSWER),
                   .note = id,
                   .problem = PROBLEM_KEEPALIVE_UNANSWERED,
                   .about = diagnose_try (note),
                   .due = keepalive_unanswered };

    if (note->variant == VARIANT_BACKUP || !flow->session->facts.answers_keepalives)
        return;
    Case *of = diagnose_case (flow, note, PROBLEM_KEEPALIVE_UNANSWERED, diagnose_try (note));
    if (++of->count == 1)
        of->first = id;
    if (of->count == 2)
        of->second = id;
    if (of->count < diagnose_times (flow, TIMER_KEEPALIVES))
        return;
    of->last = id;
    diagnose_watch (flow, &last);
}

/* Whatever a server answers to keepalives: here not even its TCP has heard of one, for longer than it takes to the
 * next.
 */
void diagnose_keepalive_repeated (Flow *flow, NoteId id, const Note *note)
{
    const Session *session = flow->session;
    const Note *said = notes_get (flow->notes, session->facts.last_said);
    NoteId evidence[] = { session->facts.last_said, session->facts.repeated[FROM_PHONE], id };

    if (note->from_server || !session->accepted || !session->keepalive || !said ||
        catalog_kind (said->kind)->id != SCCP_KEEP_ALIVE_REQ || note->time - said->time < SECONDS (session->keepalive))
        return;
    if (may_say_unanswered (flow, note))
        findings_add (flow->findings, id, PROBLEM_KEEPALIVE_UNANSWERED, CERTAINTY_LIKELY, evidence, 3);
}

/* The phone does not wait for a third one. */
static void gave_up_waiting (Flow *flow, NoteId id, const Note *note)
{
    const Case *of = diagnose_case (flow, note, PROBLEM_KEEPALIVE_UNANSWERED, diagnose_try (note));
    NoteId evidence[] = { of->first, of->second, id };

    if (of->count >= 2 && may_say_unanswered (flow, note))
        findings_add (flow->findings, id, PROBLEM_KEEPALIVE_UNANSWERED, CERTAINTY_LIKELY, evidence, 3);
}

/* --- Refused or dropped: what fits badly --- */

static const char *family_of (const char *load)
{
    return load && *load ? load_family (load, strlen (load)) : NULL;
}

static gboolean has_word (View text, const char *word)
{
    if (!text.size)
        return FALSE;
    g_autofree char *small = g_ascii_strdown ((const char *) text.data, (gssize) text.size);
    return strstr (small, word) != NULL;
}

/* id: the reject, or the end of the connection. */
static void look_for_mismatch (Flow *flow, NoteId id, const Note *note, NoteId request)
{
    const Phone *phone = phones_get (flow->phones, phones_current (flow->phones, note->phone));
    const char *runs = family_of (phone->load);
    const char *configured = phone->boot ? family_of (phone->boot->wanted_load) : NULL;
    guint64 offered = diagnose_number (flow, note, VALUE_OFFERED);
    guint lowest = GPOINTER_TO_UINT (g_hash_table_lookup (flow->habits, habit_key (note->server, SCCP_REGISTER_ACK)));

    if (diagnose_number (flow, note, VALUE_CAUSE) == word_of_reject_meaning (REJECT_MISMATCH) ||
        (runs && configured && runs != configured))
        diagnose_once (flow, id, PROBLEM_DEVICE_TYPE_MISMATCH, CERTAINTY_HINT, note->server, request);
    if (request && offered && (offered < lowest || has_word (diagnose_text (flow, note, VALUE_TEXT), "version")) &&
        diagnose_case (flow, note, PROBLEM_PROTOCOL_VERSION_MISMATCH, note->server)->count++ == 0)
        diagnose_raise (flow, id, PROBLEM_PROTOCOL_VERSION_MISMATCH, CERTAINTY_LIKELY, request);
}

/* --- How it ends --- */

/* Registrations that end soon, each in the same way. */
static void look_at_duration (Flow *flow, NoteId id, const Note *note)
{
    guint32 cause = (guint32) diagnose_number (flow, note, VALUE_CAUSE);
    guint32 ordered = cause == WORD_END_RESET ? flow->session->reset_ordered : 0;
    guint64 keepalive = diagnose_number (flow, note, VALUE_KEEPALIVE);

    /* What nobody has ordered ends for a reason that may be missing. */
    if (cause != WORD_END_RESET && !diagnose_silence_proves (flow, note))
        return;
    if (diagnose_number (flow, note, VALUE_SINCE) < 2 * keepalive * (guint64) SECOND)
        diagnose_after (flow, id, PROBLEM_REGISTER_LOOP, CERTAINTY_CERTAIN, cause | ordered << 16,
                        diagnose_times (flow, TIMER_REGISTRATIONS));
    else
        diagnose_forget (flow, note, PROBLEM_REGISTER_LOOP, cause | ordered << 16);
}

static void closed_by_server (Flow *flow, NoteId id, const Note *note, const SessionFacts *facts)
{
    gint64 since = (gint64) diagnose_number (flow, note, VALUE_SINCE);
    gint64 keepalive = SECONDS (diagnose_number (flow, note, VALUE_KEEPALIVE));
    const Note *last = notes_get (flow->notes, facts->last_said);
    NoteId evidence[] = { facts->accepted, facts->last_said, id };

    if (diagnose_number (flow, note, VALUE_CAUSE) != WORD_END_SERVER)
        return;
    if (since < diagnose_patience (flow, TIMER_CLOSED_AFTER_ACK)) {
        if (!diagnose_silence_proves (flow, note)) /* somebody may have signed off, or have been told to reset */
            return;
        diagnose_raise (flow, id, PROBLEM_CLOSED_AFTER_REGISTER, CERTAINTY_CERTAIN, facts->accepted);
        look_for_mismatch (flow, id, note, notes_get (flow->notes, facts->accepted)->partner);
    } else if (last && keepalive && note->time - last->time > 2 * keepalive && diagnose_silence_proves (flow, note)) {
        findings_add (flow->findings, id, PROBLEM_PHONE_SILENT, CERTAINTY_LIKELY, evidence, 3);
    }
}

static gboolean hangs_up (const Flow *flow, const Note *note, const SessionFacts *facts)
{
    const Note *request = notes_get (flow->notes, facts->undecided);

    if (flow->session->app != APP_SCCP && flow->session->app != APP_SIP)
        return FALSE;
    /* A server that lets a phone wait longer has another problem. */
    if (request)
        return note->time - request->time < diagnose_patience (flow, TIMER_REGISTER_ANSWER);
    return flow->session->tcp.established && !facts->has_said_more && !flow->session->has_last_kind[FROM_SERVER];
}

void diagnose_end (Flow *flow, NoteId id, const Note *note)
{
    const SessionFacts *facts = &flow->session->facts;
    NoteId begin = facts->undecided ? facts->undecided : flow->session->tcp.syn_note;

    if (diagnose_number (flow, note, VALUE_CAUSE))
        look_at_duration (flow, id, note);
    if (note->from_server)
        closed_by_server (flow, id, note, facts);
    else
        gave_up_waiting (flow, id, note);
    if (note->from_server && hangs_up (flow, note, facts) && diagnose_silence_proves (flow, note)) {
        diagnose_raise (flow, id, PROBLEM_CLOSED_BY_SERVER, CERTAINTY_LIKELY, begin);
        if (facts->undecided)
            look_for_mismatch (flow, id, note, facts->undecided);
    }
}

/* --- One message --- */

static void remember_acceptance (Flow *flow, NoteId id, const Note *note)
{
    const Note *request = notes_get (flow->notes, note->partner);
    gpointer key = habit_key (note->server, SCCP_REGISTER_ACK);
    guint64 offered = request ? diagnose_number (flow, request, VALUE_OFFERED) : 0;
    guint lowest = GPOINTER_TO_UINT (g_hash_table_lookup (flow->habits, key));

    flow->session->facts.accepted = id;
    flow->session->facts.undecided = 0;
    if (offered && (lowest == 0 || offered < lowest))
        g_hash_table_insert (flow->habits, key, GUINT_TO_POINTER ((guint) offered));
}

void diagnose_sccp_life (Flow *flow, NoteId id, const Note *note, const MessageKind *kind)
{
    SessionFacts *facts = &flow->session->facts;

    if (!note->from_server) {
        facts->last_said = id;
        facts->has_said_more |= kind->id != SCCP_ALARM && kind->id != SCCP_ENHANCED_ALARM;
    }
    switch (kind->id) {
    case SCCP_REGISTER_REQ:
        facts->undecided = id;
        break;
    case SCCP_REGISTER_ACK:
        remember_acceptance (flow, id, note);
        break;
    case SCCP_REGISTER_REJECT:
        facts->undecided = 0;
        if (note->partner)
            look_for_mismatch (flow, id, note, note->partner);
        break;
    case SCCP_RESET:
        diagnose_case (flow, note, PROBLEM_PROVISIONING_STALLED, note->attempt)->count++;
        break;
    case SCCP_UNREGISTER_REQ:
        diagnose_case (flow, note, PROBLEM_PROVISIONING_STALLED, note->attempt)->count++;
        if (diagnose_number (flow, note, VALUE_CAUSE))
            look_at_duration (flow, id, note);
        break;
    case SCCP_KEEP_ALIVE_REQ:
        look_at_keepalive (flow, id, note);
        break;
    case SCCP_KEEP_ALIVE_ACK:
        facts->answers_keepalives = TRUE;
        diagnose_forget (flow, note, PROBLEM_KEEPALIVE_UNANSWERED, diagnose_try (note));
        break;
    case SCCP_TIME_DATE_RES:
        diagnose_clock (flow, id, note);
        break;
    default:
        break;
    }
    if (kind->phase == PHASE_TEMPLATES || kind->phase == PHASE_STATUS)
        look_at_provisioning (flow, id, note, kind);
    if (kind->phase == PHASE_CAPABILITIES)
        look_at_capabilities (flow, id, note);
}
