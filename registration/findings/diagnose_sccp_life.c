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

/* --- Templates, lines, keys, codecs */

/* A connection that was told to end, signed off, or has ended before the answer was due owes none. */
static gboolean is_over (const Sight *sight)
{
    const Registration *registration = flow_registration (sight->diagnosis->flow, sight->note->registration);

    return (registration && registration->steps[MOVE_CLOSE]) ||
           diagnose_case (sight, PROBLEM_PROVISIONING_STALLED, sight->note->registration)->count > 0;
}

static void not_provisioned (const Sight *sight, const Watch *watch)
{
    /* CallManager 2 never answers some requests: that of a server which answers them at other times is missing. */
    if (sight->note->partner ||
        !g_hash_table_contains (sight->diagnosis->habits, habit_key (sight->note->server, sight->kind->id)) ||
        is_over (sight) || !diagnose_silence_proves (sight))
        return;
    diagnose_case (sight, PROBLEM_PROVISIONING_STALLED, sight->note->registration)->count++;
    diagnose_silent (sight, watch->problem, CERTAINTY_LIKELY, &watch->note, 1);
}

static void no_capabilities (const Sight *sight, const Watch *watch)
{
    const Case *waiting = diagnose_case (sight, watch->problem, watch->about);

    if (waiting->last == watch->note && !is_over (sight) && diagnose_silence_proves (sight))
        diagnose_silent (sight, watch->problem, CERTAINTY_LIKELY, &watch->note, 1);
}

static void wait_for_answer (const Sight *sight, Problem problem, WatchDue due)
{
    Watch answer = { .deadline = sight->note->time + diagnose_patience (sight, TIMER_PROVISION_ANSWER),
                     .note = sight->id,
                     .problem = problem,
                     .about = diagnose_try (sight),
                     .due = due };
    diagnose_watch (sight, &answer);
}

static void look_at_provisioning (const Sight *sight)
{
    const Note *note = sight->note;

    if (sight->kind->is_request && !note->from_server && note->level >= LEVEL_ACCEPTED)
        wait_for_answer (sight, PROBLEM_PROVISIONING_STALLED, not_provisioned);
    else if (sight->kind->is_answer && note->partner)
        g_hash_table_add (sight->diagnosis->habits, habit_key (note->server, sight->kind->answers));
}

/* Nobody names its codecs unasked: of swapped frames the answer comes first. */
static void look_at_capabilities (const Sight *sight)
{
    Case *waiting = diagnose_case (sight, PROBLEM_CAPABILITIES_UNANSWERED, diagnose_try (sight));
    const gboolean is_answered = sight->note->from_server ? waiting->first : waiting->last;

    if (is_answered) {
        diagnose_forget (sight, PROBLEM_CAPABILITIES_UNANSWERED, diagnose_try (sight));
        return;
    }
    if (!sight->note->from_server) {
        waiting->first = sight->id;
        return;
    }
    waiting->last = sight->id;
    wait_for_answer (sight, PROBLEM_CAPABILITIES_UNANSWERED, no_capabilities);
}

void diagnose_unreadable (const Sight *sight)
{
    diagnose_forget (sight, PROBLEM_CAPABILITIES_UNANSWERED, diagnose_try (sight));
    diagnose_case (sight, PROBLEM_PROVISIONING_STALLED, sight->note->registration)->count++;
}

/* --- Keepalives */

/* Once a connection. */
static gboolean may_say_unanswered (const Sight *sight)
{
    return diagnose_silence_proves (sight) &&
           diagnose_case (sight, PROBLEM_KEEPALIVE_UNANSWERED, ~diagnose_try (sight))->count++ == 0;
}

static void keepalive_unanswered (const Sight *sight, const Watch *watch)
{
    const Case *of = diagnose_case (sight, watch->problem, watch->about);
    NoteId evidence[] = { of->first, of->second, watch->note };

    if (of->last == watch->note && may_say_unanswered (sight))
        diagnose_silent (sight, watch->problem, CERTAINTY_LIKELY, evidence, 3);
}

/* A server that has answered none answers none: an old one, or one that is only the backup (reference 2.6). Of such a
 * server only the phone can tell that it has waited for an answer: by leaving. */
static void look_at_keepalive (const Sight *sight)
{
    Watch last = { .deadline = sight->note->time + diagnose_patience (sight, TIMER_LAST_ANSWER),
                   .note = sight->id,
                   .problem = PROBLEM_KEEPALIVE_UNANSWERED,
                   .about = diagnose_try (sight),
                   .due = keepalive_unanswered,
                   .closes_at_end = TRUE }; /* those before it have waited long enough */

    if (sight->note->variant == VARIANT_BACKUP || sight->note->variant == VARIANT_STANDBY)
        return;
    Case *of = diagnose_case (sight, PROBLEM_KEEPALIVE_UNANSWERED, diagnose_try (sight));
    if (++of->count == 1)
        of->first = sight->id;
    if (of->count == 2)
        of->second = sight->id;
    if (of->count < diagnose_times (sight, TIMER_KEEPALIVES) || !sight->connection->answers_keepalives)
        return;
    of->last = sight->id;
    diagnose_watch (sight, &last);
}

/* Whatever a server answers to keepalives: here not even its TCP has heard of one, for longer than it takes to the
 * next.
 */
void diagnose_keepalive_repeated (const Sight *sight)
{
    ConnectionStory *connection = sight->connection;
    const Session *session = sight->session;
    const Note *said = sight_note (sight, connection->last_said);
    NoteId evidence[] = { connection->last_said, connection->repeated[FROM_PHONE], sight->id };

    if (sight->note->from_server || !said)
        return;
    connection->copies = (guint32) diagnose_number (sight, VALUE_COUNT);
    connection->last_copy = sight->id;
    if (!session->accepted || !session->keepalive || catalog_kind (said->kind)->id != SCCP_KEEP_ALIVE_REQ ||
        sight->note->time - said->time < SECONDS (session->keepalive))
        return;
    if (may_say_unanswered (sight))
        findings_add (sight->diagnosis->findings, sight->id, PROBLEM_KEEPALIVE_UNANSWERED, CERTAINTY_LIKELY, evidence,
                      3);
}

/* What a server did not do for the phone; the phone may go to another one. */
static void leave_server (const Sight *sight, NoteId shown)
{
    sight->story->left = shown;
}

/* The phone's latest word on a connection is a heartbeat that is not answered. */
static gboolean waits_for_heartbeat (const Sight *sight, const ConnectionStory *connection)
{
    const Note *said = sight_note (sight, connection->last_said);
    return said && !said->partner && catalog_kind (said->kind)->id == SCCP_KEEP_ALIVE_REQ;
}

/* TCP has sent that again and again. FALSE: not often enough. at: that connection, home: its registration. */
static gboolean say_unacknowledged (const Sight *sight, const Sight *home, const ConnectionStory *at)
{
    const NoteId copies[] = { at->last_said, at->repeated[FROM_PHONE], at->last_copy };

    if (at->copies < diagnose_times (sight, TIMER_KEEPALIVES))
        return FALSE;
    if (may_say_unanswered (home))
        findings_add (sight->diagnosis->findings, sight->id, PROBLEM_KEEPALIVE_UNANSWERED, CERTAINTY_LIKELY, copies,
                      G_N_ELEMENTS (copies));
    return TRUE;
}

/* The phone does not wait for a third one, nor longer than TCP does. */
static void gave_up_waiting (const Sight *sight)
{
    ConnectionStory *connection = sight->connection;
    const Case *of = diagnose_case (sight, PROBLEM_KEEPALIVE_UNANSWERED, diagnose_try (sight));
    NoteId unanswered[] = { of->first, of->second, sight->id };

    if (!waits_for_heartbeat (sight, connection))
        return;
    if (say_unacknowledged (sight, sight, connection)) {
        ;
    } else if (of->count >= (connection->answers_keepalives ? 2 : diagnose_times (sight, TIMER_KEEPALIVES))) {
        if (may_say_unanswered (sight))
            findings_add (sight->diagnosis->findings, sight->id, PROBLEM_KEEPALIVE_UNANSWERED, CERTAINTY_LIKELY,
                          unanswered, 3);
    } else if (connection->answers_keepalives) {
        sight->story->unheard = connection->last_said;
    }
    sight->story->gave_up = sight->id;
    leave_server (sight, sight->id);
}

/* It goes on over another connection and leaves the one on which it is registered, and on which nobody answers, as it
 * is. */
void diagnose_leaves_home (const Sight *sight)
{
    if (!sight->story->home || !sight->story->home_asked || sight->story->home == sight->session->number)
        return;
    const Sight home = sight_at (sight->diagnosis, sight->story->home_asked, NULL);
    const ConnectionStory *connection = connection_story (sight->diagnosis->connections, sight->story->home);
    const Case *of = diagnose_case (&home, PROBLEM_KEEPALIVE_UNANSWERED, diagnose_try (&home));
    const NoteId evidence[] = { of->first, of->second, connection->last_said };

    if (!waits_for_heartbeat (sight, connection) || say_unacknowledged (sight, &home, connection))
        return;
    if (of->count >= diagnose_times (sight, TIMER_KEEPALIVES) && may_say_unanswered (&home))
        findings_add (sight->diagnosis->findings, sight->id, PROBLEM_KEEPALIVE_UNANSWERED, CERTAINTY_LIKELY, evidence,
                      G_N_ELEMENTS (evidence));
}

static gboolean is_loss_of_server (guint64 cause)
{
    static const OutageCause causes[] = { OUTAGE_KEEPALIVE, OUTAGE_PATH, OUTAGE_NUMBER_15, OUTAGE_NUMBER_17 };

    for (gsize i = 0; i < G_N_ELEMENTS (causes); i++)
        if (cause == (guint64) word_of_outage (causes[i]))
            return TRUE;
    return FALSE;
}

/* The phone says itself why it left. */
static void look_at_alarm (const Sight *sight)
{
    PhoneStory *story = sight->story;
    NoteId evidence[] = { story->unheard, story->gave_up };

    if (story->unheard && is_loss_of_server (diagnose_number (sight, VALUE_CAUSE)) && diagnose_silence_proves (sight))
        findings_add (sight->diagnosis->findings, sight->id, PROBLEM_KEEPALIVE_UNANSWERED, CERTAINTY_LIKELY, evidence,
                      2);
    story->unheard = 0;
}

/* --- Which server */

static gboolean is_other_server (const Sight *sight, NoteId id)
{
    const Endpoint *here = sight_server (sight);
    const Endpoint *there = flow_server (sight->diagnosis->flow, sight_note (sight, id));

    return here && there && !ip_address_equal (&here->address, &there->address);
}

/* Where the phone turns to first is no backup, however often it comes back to it. */
void diagnose_tries (const Sight *sight)
{
    if (!sight->story->tried && sight->note->variant != VARIANT_BACKUP && sight->note->variant != VARIANT_STANDBY)
        sight->story->tried = sight->id;
}

static void look_at_server (const Sight *sight)
{
    PhoneStory *story = sight->story;

    if (story->left && is_other_server (sight, story->left) &&
        !(story->tried && !is_other_server (sight, story->tried)))
        diagnose_raise (sight, PROBLEM_REGISTERED_ON_BACKUP, CERTAINTY_CERTAIN, story->left);
    story->left = 0;
}

/* --- How many speak in this name */

static gboolean comes_from_elsewhere (const Sight *sight)
{
    const IpAddress *here = &sight->session->tcp.ends[FROM_PHONE].address;
    const IpAddress *there = &sight->story->home_host;

    return there->size == here->size && !ip_address_equal (here, there);
}

/* A new connection asks for what an older one has. When the phone has only started again, nobody speaks on the older
 * one any more; whoever does is a second device of this name (reference 5.7, D9). At another server it may be the phone
 * itself, to which that connection is now the one to its backup: but not from another address. */
static void look_for_older (const Sight *sight)
{
    PhoneStory *story = sight->story;

    sight->connection->asked = sight->id;
    if (!story->home || story->home == sight->session->number ||
        (story->home_server != sight->note->server && !comes_from_elsewhere (sight)))
        return;
    story->older = story->home;
    story->older_elsewhere = comes_from_elsewhere (sight);
    story->older_asked = story->home_asked;
    story->newer_asked = sight->id;
}

static void raise_second (const Sight *sight, Certainty certainty)
{
    PhoneStory *story = sight->story;
    NoteId evidence[] = { story->older_asked, story->newer_asked, sight->id };

    story->older = 0;
    if (diagnose_case (sight, PROBLEM_DUPLICATE_DEVICE, 0)->count++ == 0)
        diagnose_add (sight, PROBLEM_DUPLICATE_DEVICE, certainty, evidence, 3);
}

static void look_for_second (const Sight *sight)
{
    if (sight->story->older == sight->session->number && sight->kind->id != SCCP_UNREGISTER_REQ)
        raise_second (sight, CERTAINTY_CERTAIN);
}

/* Neither a phone that has started again nor one that has moved still closes its older connection in order: the host
 * there goes on. It may be one host with two addresses. */
void diagnose_still_there (const Sight *sight)
{
    if (sight->story->older == sight->session->number && sight->story->older_elsewhere && !sight->note->from_server)
        raise_second (sight, CERTAINTY_LIKELY);
}

static void leave_home (const Sight *sight)
{
    PhoneStory *story = sight->story;

    if (story->home == sight->session->number)
        story->home = 0;
    if (story->older == sight->session->number && !sight->note->from_server)
        story->older = 0;
}

/* --- Refused or dropped: what fits badly */

static const char *family_of (const char *load)
{
    return load && *load ? load_family (load, strlen (load)) : NULL;
}

/* Seen at the reject, or at the end of the connection. */
static void look_for_mismatch (const Sight *sight, NoteId request)
{
    const Note *note = sight->note;
    const char *runs = family_of (sight->phone->load);
    const char *configured = family_of (sight->boot->configuration.wanted_load);
    const guint64 cause = diagnose_number (sight, VALUE_CAUSE);
    guint64 offered = diagnose_number (sight, VALUE_OFFERED);
    guint lowest =
        GPOINTER_TO_UINT (g_hash_table_lookup (sight->diagnosis->habits, habit_key (note->server, SCCP_REGISTER_ACK)));

    if (cause == word_of_reject_meaning (REJECT_MISMATCH) || cause == word_of_reject_meaning (REJECT_TYPE_MISMATCH) ||
        (runs && configured && runs != configured))
        diagnose_once (sight, PROBLEM_DEVICE_TYPE_MISMATCH, CERTAINTY_HINT, note->server, request);
    if (request && offered && offered < lowest &&
        diagnose_case (sight, PROBLEM_PROTOCOL_VERSION_MISMATCH, note->server)->count++ == 0)
        diagnose_raise (sight, PROBLEM_PROTOCOL_VERSION_MISMATCH,
                        sight->kind->id == SCCP_REGISTER_REJECT ? CERTAINTY_LIKELY : CERTAINTY_HINT, request);
}

/* --- How it ends */

/* FALSE also where the clock was set back meanwhile, and nobody knows. */
static gboolean ended_within (const Sight *sight, gint64 patience)
{
    Value since;
    return sight_value (sight, VALUE_SINCE, &since) && (gint64) since.number < patience;
}

/* This registration began soon after the one before had ended: not while that went on, nor an hour later. */
static gboolean follows_another (const Sight *sight)
{
    PhoneStory *story = sight->story;
    const gint64 before = story->registration_end;
    Value since;

    story->registration_end = sight->note->time;
    if (!before || !sight_value (sight, VALUE_SINCE, &since))
        return FALSE;
    const gint64 begin = sight->note->time - (gint64) since.number;
    return begin >= before && begin - before <= diagnose_patience (sight, TIMER_REGISTER_AGAIN);
}

/* Registrations that end soon, each in the same way. A phone that signs off has ended in order, as often as it likes.
 */
static void look_at_duration (const Sight *sight)
{
    guint32 cause = (guint32) diagnose_number (sight, VALUE_CAUSE);
    guint32 ordered = cause == WORD_END_RESET ? sight->session->reset_ordered : 0;
    guint64 keepalive = diagnose_number (sight, VALUE_KEEPALIVE);

    if (!follows_another (sight))
        diagnose_forget (sight, PROBLEM_REGISTER_LOOP, cause | ordered << 16);
    /* What nobody has ordered ends for a reason that may be missing. */
    if (cause != WORD_END_RESET && !diagnose_silence_proves (sight))
        return;
    if (cause == WORD_END_SIGN_OFF || diagnose_case (sight, PROBLEM_DUPLICATE_DEVICE, 0)->count)
        return;
    if (ended_within (sight, SECONDS (2 * keepalive)))
        diagnose_after (sight, PROBLEM_REGISTER_LOOP, CERTAINTY_CERTAIN, cause | ordered << 16,
                        diagnose_times (sight, TIMER_REGISTRATIONS));
    else
        diagnose_forget (sight, PROBLEM_REGISTER_LOOP, cause | ordered << 16);
}

/* A device that has registered anew has no more to say on the connection of before. */
static gboolean is_replaced (const Sight *sight)
{
    const Registration *of = flow_registration (sight->diagnosis->flow, sight->note->registration);
    return of && of->steps[MOVE_REPLACE];
}

/* What TCP sends once more for a phone shows that it is there, whether it arrives or not. */
static const Note *sign_of_life (const Sight *sight)
{
    const ConnectionStory *connection = sight->connection;
    return sight_note (sight, connection->copies ? connection->last_copy : connection->last_said);
}

static void closed_by_server (const Sight *sight)
{
    ConnectionStory *connection = sight->connection;
    gint64 keepalive = SECONDS (diagnose_number (sight, VALUE_KEEPALIVE));
    const Note *last = sign_of_life (sight);
    NoteId evidence[] = { connection->accepted, connection->last_said, sight->id };

    if (diagnose_number (sight, VALUE_CAUSE) != WORD_END_SERVER)
        return;
    if (ended_within (sight, diagnose_patience (sight, TIMER_CLOSED_AFTER_ACK))) {
        if (!diagnose_silence_proves (sight)) /* somebody may have signed off, or have been told to reset */
            return;
        diagnose_raise (sight, PROBLEM_CLOSED_AFTER_REGISTER, CERTAINTY_CERTAIN, connection->accepted);
        look_for_mismatch (sight, sight_note (sight, connection->accepted)->partner);
    } else if (last && keepalive && diagnose_elapsed (sight, last->time) > 2 * keepalive &&
               diagnose_silence_proves (sight) && !is_replaced (sight)) {
        findings_add (sight->diagnosis->findings, sight->id, PROBLEM_PHONE_SILENT, CERTAINTY_LIKELY, evidence, 3);
    }
}

static gboolean hangs_up (const Sight *sight)
{
    const Session *session = sight->session;
    const Note *request = sight_note (sight, sight->connection->undecided);

    if ((session->app != APP_SCCP && session->app != APP_SIP) || sight->connection->has_alert /* a word of its own */)
        return FALSE;
    /* A server that lets a phone wait longer has another problem. */
    if (request)
        return sight->note->time - request->time < diagnose_patience (sight, TIMER_REGISTER_ANSWER);
    return session->tcp.established && !sight->connection->has_said_more && !session->has_last_kind[FROM_SERVER];
}

void diagnose_end (const Sight *sight)
{
    ConnectionStory *connection = sight->connection;
    NoteId begin = connection->undecided ? connection->undecided : sight->session->tcp.syn_note;

    leave_home (sight);
    /* What was asked just before could not be answered any more. */
    diagnose_forget (sight, PROBLEM_CAPABILITIES_UNANSWERED, diagnose_try (sight));
    if (diagnose_number (sight, VALUE_CAUSE))
        look_at_duration (sight);
    if (sight->note->from_server)
        closed_by_server (sight);
    else if (!sight->session->answers_end)
        gave_up_waiting (sight);
    if (sight->note->from_server && hangs_up (sight) && diagnose_silence_proves (sight)) {
        diagnose_raise (sight, PROBLEM_CLOSED_BY_SERVER, CERTAINTY_LIKELY, begin);
        if (connection->undecided)
            look_for_mismatch (sight, connection->undecided);
    }
}

/* --- One message */

static void remember_acceptance (const Sight *sight)
{
    gpointer key = habit_key (sight->note->server, SCCP_REGISTER_ACK);
    guint64 offered = sight->note->partner ? sight->session->offered : 0;
    guint lowest = GPOINTER_TO_UINT (g_hash_table_lookup (sight->diagnosis->habits, key));

    sight->connection->accepted = sight->id;
    sight->connection->undecided = 0;
    sight->story->home = sight->session->number;
    sight->story->home_server = sight->note->server;
    sight->story->home_host = sight->session->tcp.ends[FROM_PHONE].address;
    sight->story->home_asked = sight->connection->asked;
    look_at_server (sight);
    if (offered && (lowest == 0 || offered < lowest))
        g_hash_table_insert (sight->diagnosis->habits, key, GUINT_TO_POINTER ((guint) offered));
}

void diagnose_refused (const Sight *sight)
{
    leave_server (sight, sight->id);
}

void diagnose_sccp_life (const Sight *sight)
{
    const Note *note = sight->note;
    const MessageKind *kind = sight->kind;
    ConnectionStory *connection = sight->connection;

    if (!note->from_server) {
        look_for_second (sight);
        diagnose_tries (sight);
        connection->last_said = sight->id;
        connection->copies = 0;
        connection->has_said_more |= kind->id != SCCP_ALARM && kind->id != SCCP_ENHANCED_ALARM;
    }
    switch (kind->id) {
    case SCCP_ALARM:
    case SCCP_ENHANCED_ALARM:
        look_at_alarm (sight);
        break;
    case SCCP_REGISTER_REQ:
        connection->undecided = note->partner ? 0 : sight->id; /* swapped frames show the decision first */
        diagnose_leaves_home (sight);
        look_for_older (sight);
        if (note->partner && sight->story->home == sight->session->number)
            sight->story->home_asked = sight->id;
        if (diagnose_number (sight, VALUE_CAUSE) == WORD_END_ANEW)
            look_at_duration (sight);
        break;
    case SCCP_REGISTER_ACK:
        remember_acceptance (sight);
        break;
    case SCCP_REGISTER_REJECT:
        connection->undecided = 0;
        if (note->partner) {
            look_for_mismatch (sight, note->partner);
            leave_server (sight, sight->id);
        }
        break;
    case SCCP_RESET:
        diagnose_case (sight, PROBLEM_PROVISIONING_STALLED, note->registration)->count++;
        break;
    case SCCP_UNREGISTER_REQ:
        leave_home (sight);
        diagnose_case (sight, PROBLEM_PROVISIONING_STALLED, note->registration)->count++;
        if (diagnose_number (sight, VALUE_CAUSE))
            look_at_duration (sight);
        break;
    case SCCP_KEEP_ALIVE_REQ:
        look_at_keepalive (sight);
        break;
    case SCCP_KEEP_ALIVE_ACK:
        connection->answers_keepalives = TRUE;
        connection->copies = 0;
        diagnose_forget (sight, PROBLEM_KEEPALIVE_UNANSWERED, diagnose_try (sight));
        break;
    case SCCP_TIME_DATE_RES:
        diagnose_clock (sight);
        break;
    default:
        break;
    }
    if (kind->phase == PHASE_TEMPLATES || kind->phase == PHASE_STATUS)
        look_at_provisioning (sight);
    if (kind->phase == PHASE_CAPABILITIES)
        look_at_capabilities (sight);
}
