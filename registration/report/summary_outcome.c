/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How it ended for a phone: read from the states of its registrations. */
#include "registration/report/summary_internal.h"

#include "registration/flow/boot_state.h"
#include "registration/protocols/dhcp.h"
#include "registration/protocols/sip.h"
#include "registration/protocols/sip_timers.h"
#include "registration/wire/times.h"

#include <string.h>

gint64 summary_time (const Summary *summary, NoteId note)
{
    return note ? notes_get (flow_notes (summary->flow), note)->time : NOT_SEEN;
}

/* --- One registration */

/* A request that goes unanswered is sent again for so long (RFC 3261, 17.1.2.2, timer F). */
#define STILL_ASKING SECONDS (32)

/* When the binding of SIP that was granted last is over, unless it is refreshed (RFC 3261, 10.2.1): as late as the
 * finding about a missing refresh takes it to be. NOT_SEEN when that is not known. */
static gint64 binding_end (const Summary *summary, const Registration *registration)
{
    const NoteId renewed = registration_granted (registration);

    if (registration->protocol != PROTOCOL_SIP || !renewed || !registration->granted)
        return NOT_SEEN;
    return summary_time (summary, renewed) + SECONDS (registration->granted) +
           diagnosis_timers (summary->diagnosis)->value[TIMER_SIP_GRACE] * SECOND;
}

static gboolean has_run_out (const Summary *summary, gint64 end)
{
    return end != NOT_SEEN && end < flow_end (summary->flow);
}

/* Only because the capture was paused: whether it was refreshed meanwhile is not known. */
static gboolean runs_out_unseen (const Summary *summary, const Registration *registration, gint64 end)
{
    const gint64 renewed = summary_time (summary, registration_granted (registration)), now = flow_end (summary->flow);

    return has_run_out (summary, end) && now - flow_paused (summary->flow, renewed, now, TRUE) <= end;
}

/* A refused refresh takes nothing away: the binding stays until its time is over (RFC 3261, 10.3). */
static gboolean refuses_refresh (const Summary *summary, const Registration *registration, gint64 end)
{
    const NoteId renewed = registration_granted (registration);

    return registration->state == STATE_REFUSED && registration->steps[MOVE_REFUSE] > renewed &&
           summary_time (summary, registration->steps[MOVE_REFUSE]) <= end;
}

/* The refresh that would prolong it is asked, and may still be answered. */
static gboolean is_being_refreshed (const Summary *summary, const Registration *registration)
{
    const Note *latest = notes_get (flow_notes (summary->flow), registration->latest);
    const gboolean asks =
        latest && (latest->kind == catalog_find (PROTOCOL_SIP, SIP_REGISTER) ||
                   latest->kind == catalog_find (PROTOCOL_SIP, 401) ||
                   latest->kind == catalog_find (PROTOCOL_SIP, 407) || latest->phase == PHASE_AUTHENTICATE);

    return asks && !registration->has_run_out && registration->latest > registration_granted (registration) &&
           latest->time + STILL_ASKING >= flow_end (summary->flow);
}

/* Over UDP a refresh that is not repeated until it is given up has got an answer, which is not in the capture. */
static gboolean is_refreshed_unseen (const Summary *summary, const Registration *registration)
{
    const Notes *notes = flow_notes (summary->flow);
    const Note *asked = notes_get (notes, registration->asked);
    const gboolean is_refresh = asked && (asked->variant == VARIANT_REFRESH ||
                                          (asked->variant == VARIANT_AGAIN && asked->phase == PHASE_KEEPALIVE));
    const Note *latest = notes_get (notes, registration->latest);
    Value since = { .number = 0 };

    if (latest && catalog_kind (latest->kind)->protocol == PROTOCOL_ICMP) /* it has not arrived */
        return FALSE;
    if (!is_refresh || registration->steps[MOVE_CONNECT] || registration->steps[MOVE_CONNECTED] || asked->partner ||
        registration->asked <= registration_granted (registration))
        return FALSE;
    if (asked->variant == VARIANT_AGAIN)
        values_find (notes_values (notes, asked), VALUE_SINCE, &since);
    return sip_stops_early (asked->time - (gint64) since.number, asked->time, flow_end (summary->flow));
}

RegistrationState summary_state (const Summary *summary, const Registration *registration)
{
    const gint64 end = binding_end (summary, registration);

    if (end == NOT_SEEN)
        return registration->state;
    if (refuses_refresh (summary, registration, end)) {
        if (end < flow_end (summary->flow))
            return STATE_EXPIRED;
        return registration->steps[MOVE_READY] ? STATE_READY : STATE_HELD;
    }
    /* What the capture lacks may have been the refresh. */
    if (!registration_state_is_live (registration->state) || registration->is_unsure ||
        runs_out_unseen (summary, registration, end) || is_refreshed_unseen (summary, registration))
        return registration->state;
    return has_run_out (summary, end) && !is_being_refreshed (summary, registration) ? STATE_EXPIRED
                                                                                     : registration->state;
}

typedef enum {
    CLASS_NONE,    /* says nothing about being registered */
    CLASS_PENDING, /* no decision yet */
    CLASS_DECIDED,
    CLASS_LIVE,
} StateClass;

/* The outcome of each state where nothing else has to be looked at; CLASS_PENDING is for pending_outcome(). */
static const struct {
    StateClass class;
    Outcome outcome;
} states[N_REGISTRATION_STATES] = {
    [STATE_NEW] = { CLASS_PENDING },
    [STATE_CONNECTING] = { CLASS_PENDING },
    [STATE_CONNECTED] = { CLASS_PENDING },
    [STATE_UNREACHABLE] = { CLASS_DECIDED, OUTCOME_STUCK },
    [STATE_ENCRYPTED] = { CLASS_DECIDED, OUTCOME_ENCRYPTED },
    [STATE_TOKEN_ASKED] = { CLASS_PENDING },
    [STATE_WAITING] = { CLASS_PENDING },
    [STATE_ASKED] = { CLASS_PENDING },
    [STATE_CHALLENGED] = { CLASS_PENDING },
    [STATE_REDIRECTED] = { CLASS_PENDING },
    [STATE_TOO_BRIEF] = { CLASS_PENDING },
    [STATE_UNLISTED] = { CLASS_PENDING },
    [STATE_ACCEPTED] = { CLASS_LIVE, OUTCOME_ACCEPTED },
    [STATE_PROVISIONED] = { CLASS_LIVE, OUTCOME_ACCEPTED },
    [STATE_READY] = { CLASS_LIVE, OUTCOME_READY },
    [STATE_HELD] = { CLASS_LIVE, OUTCOME_REGISTERED },
    [STATE_REFUSED] = { CLASS_DECIDED, OUTCOME_REJECTED },
    [STATE_LEAVING] = { CLASS_DECIDED, OUTCOME_LEAVING },
    [STATE_SIGNED_OFF] = { CLASS_DECIDED, OUTCOME_UNREGISTERED },
    [STATE_SIGN_OFF_REFUSED] = { CLASS_DECIDED, OUTCOME_SIGN_OFF_REFUSED },
    [STATE_EXPIRED] = { CLASS_DECIDED, OUTCOME_EXPIRED },
    [STATE_REPLACED] = { CLASS_DECIDED, OUTCOME_REPLACED },
    [STATE_REMOVED] = { CLASS_DECIDED, OUTCOME_UNLISTED },
    [STATE_LOST] = { CLASS_DECIDED, OUTCOME_LOST },
    [STATE_CLOSED] = { CLASS_PENDING },
};

gboolean summary_wants_registration (const Registration *registration)
{
    return registration->role == ROLE_CONNECTION || registration->role == ROLE_TOKEN ||
           registration->role == ROLE_PRIMARY;
}

/* Its time is over, and whether it was refreshed is not in the capture; or whether it has signed off. */
static gboolean is_out_of_sight (const Summary *summary, const Registration *registration)
{
    const gint64 end = binding_end (summary, registration);

    if (registration->is_undecided)
        return registration_state_is_live (registration->state) || registration->state == STATE_ASKED ||
               registration->state == STATE_CHALLENGED;
    return has_run_out (summary, end) && registration_state_is_live (registration->state) &&
           (registration->is_unsure || runs_out_unseen (summary, registration, end) ||
            is_refreshed_unseen (summary, registration));
}

gboolean summary_lacks_server (const Summary *summary, const Registration *registration)
{
    return registration->lacks_server &&
           flow_end (summary->flow) >= summary_time (summary, registration->first) + TCP_REPEATED_BY;
}

/* What the server has said to it is not in the capture. */
static gboolean is_unheard (const Summary *summary, const Registration *registration)
{
    return (registration->is_unsure || summary_lacks_server (summary, registration)) && !registration->heard_server;
}

/* A handshake of TLS of which one side only is in the capture, and nothing that can be read behind it. */
static gboolean is_half_secured (const Summary *summary, const Registration *registration)
{
    return registration->protocol == N_PROTOCOLS &&
           (registration->heard_phone ? summary_lacks_server (summary, registration) && !registration->heard_server
                                      : registration->heard_server);
}

gboolean summary_speaks_unheard (const Summary *summary, const Registration *registration)
{
    if (is_half_secured (summary, registration))
        return registration->state == STATE_NEW || registration->state == STATE_CONNECTED ||
               registration->state == STATE_CLOSED;
    return registration->state == STATE_NEW && registration->protocol == PROTOCOL_SCCP && registration->heard_phone &&
           is_unheard (summary, registration);
}

static StateClass class_of (const Summary *summary, const PhoneSummary *phone, const Registration *registration)
{
    if (!summary_wants_registration (registration))
        return CLASS_NONE;
    /* A line that stands for none (reference 5.6, A6). */
    if (registration->line && registration->line[0] == '#')
        return CLASS_NONE;
    /* Who only knocks wants nothing (a test whether the port is open), and of a connection that the capture joins in
     * the middle only what is said there tells what it is for. What was said may not be in the capture. */
    const gboolean is_unread = registration->is_unsure && registration->steps[MOVE_CONNECTED];
    if (registration->role == ROLE_CONNECTION &&
        ((registration->state == STATE_NEW && !summary_speaks_unheard (summary, registration)) ||
         (registration->state == STATE_CLOSED && !registration->heard_phone && !is_unread &&
          !is_half_secured (summary, registration))))
        return CLASS_NONE;
    if (summary_is_open_since (summary, phone, registration))
        return CLASS_NONE;
    if (is_out_of_sight (summary, registration))
        return CLASS_PENDING;
    return states[summary_state (summary, registration)].class;
}

static gboolean is_one_sided (const Summary *summary, const PhoneSummary *phone, const Registration *registration)
{
    /* Whoever answers was asked; whoever answers a challenge was challenged. */
    if (registration->heard_server && !registration->heard_phone)
        return TRUE;
    return is_unheard (summary, registration) || phone->is_one_sided;
}

/* From that note to the end of the capture. What comes before its clock was set back has that time, too. */
static gint64 since (const Summary *summary, NoteId id)
{
    const Note *note = notes_get (flow_notes (summary->flow), id);
    gint64 by;
    const guint32 back = flow_goes_back (summary->flow, &by);

    return flow_end (summary->flow) - note->time + (back && note->frame < back ? by : 0);
}

/* Over SIP nobody waits longer: no other try is in the capture. */
static gboolean waits_too_long (const Summary *summary, const Registration *registration, RegistrationState state)
{
    return registration->protocol == PROTOCOL_SIP && registration->state == state &&
           since (summary, registration->latest) > STILL_ASKING;
}

/* It may still get an answer, or give one. */
static gboolean may_go_further (const Summary *summary, const Registration *registration)
{
    const gint64 patience = registration->protocol == PROTOCOL_SIP
                                ? STILL_ASKING
                                : diagnosis_timers (summary->diagnosis)->value[TIMER_REGISTER_ANSWER] * SECOND;

    return since (summary, registration->latest) <= patience;
}

/* It has come further than to where that went wrong, and nothing is known of its latest step yet. PHASE_NONE: that went
 * wrong when the phone was registered, as with a refresh, and asking anew is no further. */
static gboolean is_beyond (const Summary *summary, const Registration *registration, Phase failed, NoteId since)
{
    NoteId step = 0;

    if (failed != PHASE_NONE && failed <= PHASE_CONNECT)
        step = registration->steps[MOVE_ASK];
    if (failed != PHASE_NONE && failed < PHASE_CONNECT)
        step = MAX (registration->steps[MOVE_CONNECTED], step);
    return step > since && may_go_further (summary, registration);
}

/* The connection was closed before a decision: as long as the phone has something to answer, it may come back. */
static gboolean has_failed (const Summary *summary, const Registration *registration)
{
    return registration->state == STATE_CLOSED && registration->steps[MOVE_ASK] &&
           !(registration->steps[MOVE_CHALLENGE] > registration->steps[MOVE_ASK] &&
             may_go_further (summary, registration));
}

/* A connection that has ended before anything that can be read was asked on it. */
static gboolean has_asked_nothing (const Registration *registration)
{
    return registration->role == ROLE_CONNECTION && registration->state == STATE_CLOSED &&
           registration->protocol == N_PROTOCOLS;
}

/* Whoever asks for one may be registered elsewhere. */
static gboolean waits_for_token (const Registration *registration)
{
    return registration->state == STATE_TOKEN_ASKED ||
           (registration->state == STATE_CLOSED && registration->steps[MOVE_TOKEN_ASK] &&
            !registration->steps[MOVE_ASK]);
}

/* Where it was sent, it was sent back to whom had sent it before, and by that one once more. */
static gboolean goes_in_circles (const Summary *summary, const PhoneSummary *phone, const Registration *redirected)
{
    guint times = 0, elsewhere_too = 0;

    for (guint i = 0; i < phone->attempts->len; i++) {
        const Registration *other = summary_registration (summary, summary_attempt (phone, i));
        if (!other || other->line != redirected->line || other->state != STATE_REDIRECTED)
            continue;
        times += other->server == redirected->server;
        elsewhere_too += other->server != redirected->server;
    }
    return times > 1 && elsewhere_too > 0;
}

static Outcome pending_outcome (const Summary *summary, const PhoneSummary *phone, RegistrationId id)
{
    const Registration *registration = flow_registration (summary->flow, id);

    const gboolean is_mute = registration->is_mute && registration->state == STATE_CLOSED;

    if (!is_mute && (is_one_sided (summary, phone, registration) || is_out_of_sight (summary, registration)))
        return OUTCOME_ONE_SIDED;
    const Finding *cause = summary_cause (summary, phone, id);
    /* Who sends half an answer is there, and so is who asks for credentials. */
    if (cause && !registration->half_answered && !registration->steps[MOVE_CHALLENGE] &&
        (cause->problem == PROBLEM_REGISTER_UNANSWERED || cause->problem == PROBLEM_SIP_UNANSWERED))
        return OUTCOME_UNANSWERED;
    if (cause && cause->problem == PROBLEM_BINDING_NOT_LISTED)
        return OUTCOME_UNLISTED;
    /* What the server has decided before the connection was closed. */
    if (!cause && !is_mute && registration->is_unsure && registration->state == STATE_CLOSED)
        return OUTCOME_ONE_SIDED;
    if (!cause && registration->state == STATE_REDIRECTED)
        return goes_in_circles (summary, phone, registration) ? OUTCOME_STUCK : OUTCOME_REDIRECTED;
    if (!cause && waits_too_long (summary, registration, STATE_ASKED))
        return OUTCOME_ONE_SIDED;
    if (!cause && waits_too_long (summary, registration, STATE_UNLISTED))
        return OUTCOME_UNLISTED;
    if (!cause && (waits_for_token (registration) || registration->state == STATE_CHALLENGED) &&
        !may_go_further (summary, registration))
        return OUTCOME_ONE_SIDED;
    if (!cause && has_asked_nothing (registration))
        return OUTCOME_NONE;
    if (cause && is_beyond (summary, registration, summary_phase_of (summary, cause), cause->note))
        return OUTCOME_TRYING;
    return cause || has_failed (summary, registration) ? OUTCOME_STUCK : OUTCOME_TRYING;
}

View summary_user (const Registration *registration)
{
    return (View){ (const guint8 *) registration->line, registration->line_user };
}

static gboolean same_user (const Registration *a, const Registration *b)
{
    return !a->line || !b->line || (a->line_user == b->line_user && memcmp (a->line, b->line, a->line_user) == 0);
}

gboolean summary_same_aim (const Registration *a, const Registration *b)
{
    return a->server == b->server && same_user (a, b);
}

/* --- Live */

static Elsewhere elsewhere (const Registration *registration, GHashTable *backups)
{
    if (registration->by_fallback)
        return ELSEWHERE_BACKUP;
    if (registration->rank)
        return registration->rank > 1 ? ELSEWHERE_BACKUP : ELSEWHERE_NOT;
    return backups ? GPOINTER_TO_UINT (g_hash_table_lookup (backups, registration)) : ELSEWHERE_NOT;
}

static Outcome live_outcome (const Summary *summary, const Registration *registration, GHashTable *backups)
{
    const Outcome outcome = states[summary_state (summary, registration)].outcome;

    if (outcome == OUTCOME_REGISTERED && registration->steps[MOVE_READY])
        return OUTCOME_READY;
    if (outcome != OUTCOME_READY)
        return outcome;
    if (registration->by_default)
        return OUTCOME_AUTO;
    return elsewhere (registration, backups) == ELSEWHERE_BACKUP ? OUTCOME_BACKUP : OUTCOME_READY;
}

/* The phone has signed off since, in another dialogue. */
static gboolean is_signed_off (const Registration *live, const Registration *decided)
{
    return decided && decided->state == STATE_SIGNED_OFF && decided->server == live->server &&
           decided->steps[MOVE_SIGN_OFF_ACCEPT] > live->latest;
}

/* A phone that hears of its server asks for no other registration there. */
#define HEARD_WITHIN SECONDS (60)

/* Over SCCP the phone has asked the same server anew since, and was refused; of the connection before, nothing is heard
 * any more: that has ended, unseen. */
static gboolean is_refused_since (const Summary *summary, const PhoneSummary *phone, const Registration *live,
                                  const Registration *decided)
{
    if (!decided || decided->state != STATE_REFUSED || decided->protocol != PROTOCOL_SCCP ||
        decided->server != live->server || phone->has_double || live->latest > decided->first)
        return FALSE;
    const gint64 since = summary_time (summary, live->latest), until = summary_time (summary, decided->latest);
    return until - since - flow_paused (summary->flow, since, until, TRUE) > HEARD_WITHIN;
}

/* --- One line */

typedef struct {
    const char *name; /* NULL: over SCCP, or nothing is asked yet */
    RegistrationId latest[CLASS_LIVE + 1];
} Line;

/* The phone has signed off at one server after it was registered at another one last: what it had there has run out
 * since. */
static gboolean outlives (const Summary *summary, const Registration *expired, const Registration *left)
{
    return left->state == STATE_SIGNED_OFF && summary_state (summary, expired) == STATE_EXPIRED &&
           expired->server != left->server && registration_granted (expired) > registration_granted (left);
}

/* Most phones have one line and a few attempts; beyond that it pays to know where each line is. */
#define FEW_ATTEMPTS 8

/* Its place + 1; 0: not there yet. places: NULL for few attempts. */
static guint find_line (const GArray *lines, GHashTable *places, const char *name)
{
    if (places)
        return GPOINTER_TO_UINT (g_hash_table_lookup (places, name));
    for (guint i = 0; i < lines->len; i++)
        if (g_array_index (lines, Line, i).name == name)
            return i + 1;
    return 0;
}

static void add_registration (const Summary *summary, const PhoneSummary *phone, GArray *lines, GHashTable *places,
                              RegistrationId id)
{
    const Registration *registration = flow_registration (summary->flow, id);
    const StateClass class = registration ? class_of (summary, phone, registration) : CLASS_NONE;

    if (class == CLASS_NONE)
        return;
    guint place = find_line (lines, places, registration->line);
    if (!place) {
        const Line added = { .name = registration->line };
        g_array_append_val (lines, added);
        place = lines->len;
        if (places)
            g_hash_table_insert (places, (gpointer) registration->line, GUINT_TO_POINTER (place));
    }
    RegistrationId *latest = &g_array_index (lines, Line, place - 1).latest[class];
    const Registration *before = flow_registration (summary->flow, *latest);
    if (!before || outlives (summary, registration, before) ||
        (before->latest <= registration->latest && !outlives (summary, before, registration)))
        *latest = id;
}

/* What a new try has not decided yet does not take back that the one before has failed, unless something new was found
 * about it, it has come further, was accepted, or what it was told is not in the capture. before: the latest of what
 * has failed. */
static gboolean stays_failed (const Summary *summary, const PhoneSummary *phone, Outcome outcome, NoteId before,
                              RegistrationId now)
{
    if (outcome != OUTCOME_REJECTED && outcome != OUTCOME_STUCK && outcome != OUTCOME_ENCRYPTED)
        return FALSE;
    const Registration *tried = flow_registration (summary->flow, now);
    if (is_unheard (summary, tried) || is_out_of_sight (summary, tried) || registration_granted (tried) ||
        (outcome == OUTCOME_STUCK && is_beyond (summary, tried, PHASE_CONNECT, before)))
        return FALSE;
    const Finding *cause = summary_cause (summary, phone, now);
    return !cause || notes_get (flow_notes (summary->flow), finding_values_note (cause))->registration != now;
}

/* It has come back to the server that refuses the connection, and has tried no other one. */
static gboolean insists (const Summary *summary, const PhoneSummary *phone, const Registration *refused)
{
    guint times = 0;

    for (guint i = 0; i < phone->attempts->len; i++) {
        const Registration *other = summary_registration (summary, summary_attempt (phone, i));
        if (!other || other->role == ROLE_WAY)
            continue;
        if (other->server != refused->server)
            return FALSE;
        times += other->state == STATE_UNREACHABLE;
    }
    return times > 1;
}

/* Refused once, a phone tries again and again, here or at another server: one that is not heard of any more in a
 * capture which goes on, and was not made beside it, may be elsewhere. Not so one that knows no other server. */
static gboolean is_seen_no_more (const Summary *summary, const PhoneSummary *phone, const Registration *refused)
{
    const struct BootState *boot = phones_get (flow_phones (summary->flow), phone->phone)->boot;
    const gint64 patience = diagnosis_timers (summary->diagnosis)->value[TIMER_CONNECT_AFTER_CONFIG] * SECOND;
    const gint64 since = MAX (summary_time (summary, refused->latest), summary_time (summary, phone->step)),
                 now = flow_end (summary->flow);

    if ((boot && (boot->is_near || boot->configuration.n_servers == 1)) || insists (summary, phone, refused))
        return FALSE;
    return now - since - flow_paused (summary->flow, since, now, TRUE) > patience;
}

/* A connection that still stands, and on which the phone may be registered, is not taken back by what fails at another
 * server, as at a standby. */
static gboolean stays_encrypted (const Registration *registration, const Registration *other)
{
    return registration->state == STATE_ENCRYPTED && !registration->steps[MOVE_CLOSE] &&
           registration->server != other->server;
}

/* What is refused may be a refresh or a sign-off, of a phone that is registered as before: it is not in the capture, or
 * cut off in it. Whoever is refused again and again is not. */
static gboolean is_about_unknown (const Summary *summary, const PhoneSummary *phone, const Registration *refused,
                                  RegistrationId id)
{
    const Note *asked = notes_get (flow_notes (summary->flow), refused->steps[MOVE_ASK]);

    return refused->protocol == PROTOCOL_SIP && (!asked || asked->variant == VARIANT_CUT) &&
           !summary_cause (summary, phone, id);
}

static LineOutcome conclude_line (const Summary *summary, const PhoneSummary *phone, const Line *line,
                                  GHashTable *backups)
{
    const RegistrationId live = line->latest[CLASS_LIVE], decided = line->latest[CLASS_DECIDED],
                         pending = line->latest[CLASS_PENDING];
    const Registration *at = flow_registration (summary->flow, decided);

    const Registration *lives = flow_registration (summary->flow, live);
    if (lives && !is_signed_off (lives, at) && !is_refused_since (summary, phone, lives, at))
        return (LineOutcome){ live, live_outcome (summary, lives, backups) };
    LineOutcome last = { decided, at ? states[summary_state (summary, at)].outcome : OUTCOME_NONE };
    if (at && at->state == STATE_UNREACHABLE && is_seen_no_more (summary, phone, at))
        last.outcome = OUTCOME_ONE_SIDED;
    /* A refusal takes back nothing that was granted before the capture began. */
    if (last.outcome == OUTCOME_REJECTED &&
        (at->is_joined ? !registration_granted (at) : is_about_unknown (summary, phone, at, decided)))
        last.outcome = OUTCOME_ONE_SIDED;
    /* UnregisterReq is no question: who says so is gone. */
    if (last.outcome == OUTCOME_LEAVING && at->protocol == PROTOCOL_SCCP)
        last.outcome = OUTCOME_UNREGISTERED;
    const Registration *tried = flow_registration (summary->flow, pending);
    if (!tried || (at && at->latest > tried->latest))
        return last;
    if (at && (stays_encrypted (at, tried) || stays_failed (summary, phone, last.outcome, at->latest, pending)))
        return last;
    return (LineOutcome){ pending, pending_outcome (summary, phone, pending) };
}

/* --- The phone */

static gboolean is_fine (Outcome outcome)
{
    switch (outcome) {
    case OUTCOME_ACCEPTED:
    case OUTCOME_READY:
    case OUTCOME_REGISTERED:
    case OUTCOME_BACKUP:
    case OUTCOME_AUTO:
        return TRUE;
    default:
        return FALSE;
    }
}

/* The latest that a server has decided about it. */
static NoteId decided_at (const Registration *registration)
{
    return MAX (registration_granted (registration), registration->steps[MOVE_SIGN_OFF_ACCEPT]);
}

/* The same user was accepted later, under another domain or at another server, and this was not tried again; or the
 * phone has ended by itself whatever the connection was for. */
static gboolean is_given_up (const Summary *summary, const PhoneSummary *phone, const LineOutcome *line)
{
    const Registration *failed = flow_registration (summary->flow, line->decides);

    for (guint i = 0; i < phone->lines->len; i++) {
        const LineOutcome *other = &g_array_index (phone->lines, LineOutcome, i);
        const Registration *accepted = flow_registration (summary->flow, other->decides);
        const gboolean ends = !failed->line && other->outcome == OUTCOME_UNREGISTERED;
        if ((ends || is_fine (other->outcome)) && same_user (failed, accepted) &&
            failed->latest < decided_at (accepted))
            return TRUE;
        /* It has gone where it was sent: that tells. */
        if (line->outcome == OUTCOME_REDIRECTED && same_user (failed, accepted) && accepted->first > failed->latest)
            return TRUE;
    }
    return FALSE;
}

Outcome summary_attempt_outcome (const Summary *summary, const Attempt *attempt)
{
    const Registration *registration = summary_registration (summary, attempt);
    const guint32 place =
        registration ? summary->places[phones_current (flow_phones (summary->flow), registration->phone)] : 0;
    const PhoneSummary *phone = place ? summary_phone (summary, place - 1) : NULL;

    for (guint i = 0; phone && i < phone->lines->len; i++) {
        const LineOutcome *line = &g_array_index (phone->lines, LineOutcome, i);
        if (line->decides == attempt->registration)
            return line->outcome;
    }
    return OUTCOME_NONE;
}

/* A phone has some dozen lines at most; beyond that, every line counts. */
#define LINES_COMPARED 100

static void forget_given_up (const Summary *summary, PhoneSummary *phone)
{
    if (phone->lines->len > LINES_COMPARED)
        return;
    for (guint i = phone->lines->len; i > 0; i--) {
        const LineOutcome *line = &g_array_index (phone->lines, LineOutcome, i - 1);
        if (!is_fine (line->outcome) && is_given_up (summary, phone, line))
            g_array_remove_index (phone->lines, i - 1);
    }
}

static gint64 latest_of (const Summary *summary, const LineOutcome *line)
{
    return flow_registration (summary->flow, line->decides)->latest;
}

/* Of lines that fail beside others which do not, what a server has said comes before silence: it is certain. */
static gint64 weight_of (const LineOutcome *line, gboolean is_beside)
{
    return !outcome_fails (line->outcome) ? 0 : is_beside && line->outcome != OUTCOME_UNANSWERED ? 2 : 1;
}

/* The one that speaks for the phone when its lines differ: what fails before what does not, then the latest. is_beside:
 * there are fine ones, too. */
static const LineOutcome *telling (const Summary *summary, const PhoneSummary *phone, gboolean fine, gboolean is_beside)
{
    const LineOutcome *best = NULL;

    for (guint i = 0; i < phone->lines->len; i++) {
        const LineOutcome *line = &g_array_index (phone->lines, LineOutcome, i);
        if (is_fine (line->outcome) != fine)
            continue;
        const gint64 weight = weight_of (line, is_beside), before = best ? weight_of (best, is_beside) : 0;
        if (!best || weight > before || (weight == before && latest_of (summary, line) > latest_of (summary, best)))
            best = line;
    }
    return best;
}

static void combine_lines (const Summary *summary, PhoneSummary *phone)
{
    const LineOutcome *good = telling (summary, phone, TRUE, FALSE);
    const LineOutcome *bad = telling (summary, phone, FALSE, good != NULL);
    const LineOutcome *counts = good ? good : bad;

    if (!counts)
        return;
    /* What one of two devices has, and the other has not, is no part of one. */
    const gboolean in_part = good && bad && outcome_fails (bad->outcome) && !phone->has_double;
    phone->outcome = in_part ? OUTCOME_PARTIAL : counts->outcome;
    phone->decides = in_part ? bad->decides : counts->decides;
}

/* A connection of a phone whose lines are known says something only after all of them. */
static void drop_nameless (const Summary *summary, GArray *lines)
{
    for (guint i = 0; lines->len > 1 && i < lines->len; i++) {
        const Line *line = &g_array_index (lines, Line, i);
        const Registration *decided = flow_registration (summary->flow, line->latest[CLASS_DECIDED]);
        if (!line->name && (!decided || decided->state != STATE_UNREACHABLE)) {
            g_array_remove_index (lines, i);
            return;
        }
    }
}

static void conclude_lines (const Summary *summary, PhoneSummary *phone)
{
    g_autoptr (GArray) lines = g_array_new (FALSE, TRUE, sizeof (Line));
    g_autoptr (GHashTable) places = phone->attempts->len > FEW_ATTEMPTS ? g_hash_table_new (NULL, NULL) : NULL;
    g_autoptr (GHashTable) backups = summary_find_backups (summary, phone);

    for (guint i = 0; i < phone->attempts->len; i++)
        add_registration (summary, phone, lines, places, summary_attempt (phone, i)->registration);
    drop_nameless (summary, lines);
    for (guint i = 0; i < lines->len; i++) {
        const LineOutcome outcome = conclude_line (summary, phone, &g_array_index (lines, Line, i), backups);
        g_array_append_val (phone->lines, outcome);
    }
    forget_given_up (summary, phone);
    combine_lines (summary, phone);
    const Registration *decides = flow_registration (summary->flow, phone->decides);
    phone->is_elsewhere = phone->outcome == OUTCOME_BACKUP || (phone->outcome == OUTCOME_READY && decides &&
                                                               elsewhere (decides, backups) == ELSEWHERE_UNKNOWN);
}

/* --- Before any server */

/* Seconds that a phone may take for its next step, or a server for its answer. */
static TimerId patience (const PhoneSummary *phone)
{
    switch (phone->furthest) {
    case PHASE_LINK:
        return TIMER_VLAN_MOVE;
    case PHASE_ADDRESS:
        return TIMER_FILES_AFTER_LEASE;
    default:
        return TIMER_CONNECT_AFTER_CONFIG;
    }
}

static gboolean may_go_on (const Summary *summary, const PhoneSummary *phone)
{
    return phone->step &&
           since (summary, phone->step) <= diagnosis_timers (summary->diagnosis)->value[patience (phone)] * SECOND;
}

/* What only warns has not kept it from its next steps, and it may take more. */
static gboolean is_left_behind (const Summary *summary, const PhoneSummary *phone, const Finding *cause)
{
    return finding_severity (cause) != SEVERITY_ERROR &&
           summary_time (summary, phone->step) > summary_time (summary, cause->note) && may_go_on (summary, phone);
}

/* The phone was there before, and may have been registered. */
static gboolean refuses_renewal (const Summary *summary, const Finding *finding)
{
    for (guint i = 0; finding->problem == PROBLEM_DHCP_REFUSED && i < finding->n_evidence; i++) {
        const Note *note = notes_get (flow_notes (summary->flow), finding->evidence[i]);
        if (note->kind == catalog_find (PROTOCOL_DHCP, DHCP_REQUEST) &&
            (note->variant == VARIANT_REFRESH || note->variant == VARIANT_LATE))
            return TRUE;
    }
    return FALSE;
}

/* since: the latest note of the registration before it; 0 for none. What was found before that explains nothing here.
 */
static Outcome outcome_of_way (const Summary *summary, const PhoneSummary *phone, NoteId since)
{
    const Finding *cause = summary_cause (summary, phone, 0);

    if (cause && !phone->is_booting && refuses_renewal (summary, cause))
        return OUTCOME_NONE;
    if (cause && cause->note > since && !is_left_behind (summary, phone, cause))
        return OUTCOME_STUCK;
    /* Who only announces itself, or renews its address, says nothing about being registered. */
    if (!phone->is_booting || phone->furthest <= PHASE_LINK)
        return OUTCOME_NONE;
    return may_go_on (summary, phone) ? OUTCOME_TRYING : OUTCOME_NONE;
}

/* The phone has begun its way anew since it was registered last. */
static gboolean begins_anew (const Summary *summary, const PhoneSummary *phone)
{
    const Attempt *last = summary_attempt (phone, phone->attempts->len - 1);
    const Registration *way = summary_registration (summary, last);

    if (phone->outcome != OUTCOME_UNREGISTERED && phone->outcome != OUTCOME_LOST && phone->outcome != OUTCOME_EXPIRED)
        return FALSE;
    return way && way->role == ROLE_WAY && last->takes_step &&
           summary_time (summary, phone->step) >
               summary_time (summary, flow_registration (summary->flow, phone->decides)->latest);
}

/* What went wrong at one server is no reason why nothing is known of another one. At a backup a phone is because of
 * what went wrong first: the other backups that it has tried since are not why. */
static const Finding *cause_of_outcome (const Summary *summary, const PhoneSummary *phone)
{
    const Finding *first = phone->outcome == OUTCOME_BACKUP ? summary_standing_error (summary, phone) : NULL;
    const Finding *cause = first ? first : summary_cause (summary, phone, phone->decides);
    const Registration *decides = flow_registration (summary->flow, phone->decides);
    const Registration *failed = cause ? summary_failed (summary, cause) : NULL;
    const gboolean is_unknown = phone->outcome == OUTCOME_ONE_SIDED || phone->outcome == OUTCOME_ENCRYPTED;

    return is_unknown && failed && failed->role != ROLE_WAY && decides && failed->server != decides->server ? NULL
                                                                                                            : cause;
}

void summary_conclude (const Summary *summary, PhoneSummary *phone)
{
    if (!phone->attempts->len)
        return;
    conclude_lines (summary, phone);
    if (!phone->decides || begins_anew (summary, phone)) {
        const Registration *before = flow_registration (summary->flow, phone->decides);
        const Outcome way = outcome_of_way (summary, phone, before ? before->latest : 0);
        if (way != OUTCOME_NONE || !phone->decides) {
            phone->outcome = way;
            phone->decides = 0;
        }
    }
    if (summary_is_registered (phone)) {
        phone->cause = summary_standing_error (summary, phone);
        /* The server has accepted it, and the phone does not know. */
        if (phone->cause && phone->cause->problem == PROBLEM_ANSWER_NOT_HEARD && phone->outcome == OUTCOME_READY)
            phone->outcome = OUTCOME_ACCEPTED;
    } else if (phone->outcome != OUTCOME_TRYING)
        phone->cause = cause_of_outcome (summary, phone);
    /* Who signs off after a failure has still failed. */
    if (!phone->cause && phone->outcome == OUTCOME_UNREGISTERED)
        phone->cause = summary_standing_error (summary, phone);
    summary_keep_load (summary, phone);
}
