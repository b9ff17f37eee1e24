/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/watch/watch_internal.h"

#include "registration/report/report.h"
#include "registration/wire/times.h"

#include <string.h>

/* A clock that goes back so far was set, when so many packets say so. */
#define CLOCK_SET_BACK SECONDS (60)
#define BEHIND_MAX     16
/* By the packets' clock. */
#define LOOK_EVERY MILLISECONDS (100)
/* Looking costs a little for all that is there: for so much of it, as for a packet. So reading a capture takes at most
 * twice as long, and tells the same on every machine. */
#define LOOKED_AT_PER_PACKET 200
/* A phone that is on its way is looked at so often, whatever it says: time alone decides about some of them. */
#define LOOK_AGAIN SECONDS (1)
/* The same for all others: what was granted runs out. */
#define LOOK_AT_ALL SECONDS (10)

const gint64 watch_times[WATCH_TIMES] = {
    MILLISECONDS (5),    MILLISECONDS (10),  MILLISECONDS (25),  MILLISECONDS (50),
    MILLISECONDS (100),  MILLISECONDS (250), MILLISECONDS (500), SECONDS (1),
    MILLISECONDS (2500), SECONDS (5),        SECONDS (10),       SECONDS (60),
};

Watch *watch_new (const WatchOptions *options, WatchListener listener, gpointer user_data)
{
    Watch *watch = g_new0 (Watch, 1);

    watch->options = *options;
    watch->listener = listener;
    watch->user_data = user_data;
    watch->unpacker = unpacker_new ();
    watch->rows = g_ptr_array_new_with_free_func (watch_row_free);
    watch->tellings = g_array_new (FALSE, FALSE, sizeof (WatchTelling));
    watch->by_name = g_hash_table_new (g_str_hash, g_str_equal);
    watch->by_address = g_hash_table_new (g_str_hash, g_str_equal);
    watch->now = watch->clock = G_MININT64;
    watch->looked = watch->looked_again = watch->looked_at_all = G_MININT64 / 2;
    watch->generation = generation_new (0, G_MININT64);
    return watch;
}

void watch_free (Watch *watch)
{
    if (!watch)
        return;
    generation_free (watch->generation);
    generation_free (watch->next);
    g_hash_table_unref (watch->by_address);
    g_hash_table_unref (watch->by_name);
    g_array_unref (watch->tellings);
    g_ptr_array_unref (watch->rows);
    unpacker_free (watch->unpacker);
    g_free (watch);
}

guint watch_n_phones (const Watch *watch)
{
    return watch->rows->len;
}

const WatchPhone *watch_phone (const Watch *watch, guint index)
{
    return &((const WatchRow *) watch->rows->pdata[index])->shown;
}

const WatchCounts *watch_counts (const Watch *watch)
{
    return &watch->counts;
}

gint64 watch_now (const Watch *watch)
{
    return watch->now;
}

/* --- Counting */

static void count_time (WatchTimes *times, gint64 nanoseconds)
{
    guint place = 0;

    while (place < WATCH_TIMES && nanoseconds > watch_times[place])
        place++;
    times->counts[place]++;
    times->sum += (guint64) MAX (nanoseconds, 0);
}

/* TRUE the first time that this step of a registration is seen, unless that was before this generation counts. */
static gboolean is_new_step (Watch *watch, const Summary *summary, const Attempt *attempt, RegistrationMove move)
{
    Generation *generation = watch->generation;
    const gint64 time = summary_moment (summary, attempt, move);

    if (time == NOT_SEEN || time <= generation->counts_from)
        return FALSE;
    if (attempt->registration >= generation->counted->len)
        g_array_set_size (generation->counted, attempt->registration + 1);
    guint32 *counted = &g_array_index (generation->counted, guint32, attempt->registration);
    if (*counted >> move & 1)
        return FALSE;
    *counted |= 1u << move;
    return TRUE;
}

G_STATIC_ASSERT (N_REGISTRATION_MOVES <= 32);

static void count_attempt (Watch *watch, const Summary *summary, const Attempt *attempt)
{
    WatchCounts *counts = &watch->counts;
    const gint64 asked = summary_moment (summary, attempt, MOVE_ASK);

    counts->asked += is_new_step (watch, summary, attempt, MOVE_ASK);
    counts->refused += is_new_step (watch, summary, attempt, MOVE_REFUSE);
    if (is_new_step (watch, summary, attempt, MOVE_ACCEPT)) {
        counts->accepted++;
        if (asked != NOT_SEEN)
            count_time (&counts->accept_times, summary_moment (summary, attempt, MOVE_ACCEPT) - asked);
    }
    if (is_new_step (watch, summary, attempt, MOVE_READY)) {
        counts->ready++;
        count_time (&counts->ready_times,
                    summary_moment (summary, attempt, MOVE_READY) - summary_begin (summary, attempt));
    }
}

/* --- What a row shows */

/* TRUE when it was another one. */
static gboolean set_text (char **place, const char *text)
{
    if (g_strcmp0 (*place, text) == 0)
        return FALSE;
    g_free (*place);
    *place = g_strdup (text);
    return TRUE;
}

static gboolean take_text (char **place, char *text)
{
    const gboolean is_other = set_text (place, text);

    g_free (text);
    return is_other;
}

static const char *known (const char *text)
{
    return text && *text ? text : NULL;
}

static gboolean stands_well (Outcome outcome)
{
    return outcome == OUTCOME_ACCEPTED || outcome == OUTCOME_READY || outcome == OUTCOME_REGISTERED ||
           outcome == OUTCOME_BACKUP || outcome == OUTCOME_AUTO;
}

/* The first packets of a generation are of the middle of what was going on: a phone that stands well stands as well as
 * before, and one that only announces itself has not changed. */
static gboolean knows_less (const WatchRow *row, const PhoneSummary *phone)
{
    if (row->is_new || !row->is_old)
        return FALSE;
    if (phone->outcome == OUTCOME_NONE)
        return row->shown.outcome != OUTCOME_NONE;
    return phone->outcome == OUTCOME_REGISTERED && stands_well (row->shown.outcome);
}

static gboolean set_cause (Watch *watch, WatchPhone *shown, const Finding *cause)
{
    const Flow *flow = watch->generation->flow;
    gboolean is_other = shown->problem != (cause ? (int) cause->problem : NO_CAUSE);

    shown->problem = cause ? (int) cause->problem : NO_CAUSE;
    shown->severity = cause ? finding_severity (cause) : SEVERITY_NOTE;
    shown->certainty = cause ? cause->certainty : CERTAINTY_HINT;
    is_other |= take_text (&shown->title, cause ? explain_problem (flow, watch->options.tips, cause, TIP_TITLE) : NULL);
    take_text (&shown->why, cause ? explain_problem (flow, watch->options.tips, cause, TIP_TEXT) : NULL);
    take_text (&shown->fix, cause ? explain_problem (flow, watch->options.tips, cause, TIP_FIX) : NULL);
    shown->packet = cause ? watch->generation->before + notes_get (flow_notes (flow), cause->note)->frame : 0;
    return is_other;
}

static void set_times (WatchPhone *shown, const Summary *summary, const PhoneSummary *phone)
{
    const Registration *registration = flow_registration (summary->flow, phone->decides);

    for (guint i = 0; registration && i < phone->attempts->len; i++) {
        const Attempt *attempt = summary_attempt (phone, i);
        const gint64 asked = summary_moment (summary, attempt, MOVE_ASK);
        const gint64 accepted = summary_moment (summary, attempt, MOVE_ACCEPT);
        const gint64 ready = summary_moment (summary, attempt, MOVE_READY);
        if (attempt->registration != phone->decides)
            continue;
        shown->accepted_in = asked != NOT_SEEN && accepted != NOT_SEEN ? accepted - asked : NOT_SEEN;
        shown->ready_in = ready != NOT_SEEN ? ready - summary_begin (summary, attempt) : NOT_SEEN;
        return;
    }
}

/* --- Telling */

/* When the phone came to stand so: at the message that made it so, or, when none has come since it was looked at last,
 * now. */
static gint64 time_of_change (const Watch *watch, const Summary *summary, const PhoneSummary *phone,
                              gint64 heard_before, gint64 latest)
{
    const Note *proof = phone->cause ? notes_get (flow_notes (summary->flow), phone->cause->note) : NULL;
    gint64 time = proof && proof->time > heard_before ? proof->time : NOT_SEEN;

    if (latest <= heard_before)
        return watch->now;
    for (guint i = 0; i < phone->attempts->len; i++) {
        const Attempt *attempt = summary_attempt (phone, i);
        for (guint move = 0; attempt->registration == phone->decides && move < N_REGISTRATION_MOVES; move++) {
            const gint64 moment = summary_moment (summary, attempt, (RegistrationMove) move);
            if (moment > heard_before)
                time = MAX (time, moment);
        }
    }
    return time == NOT_SEEN ? latest : time;
}

static void tell_later (Watch *watch, WatchTelling telling)
{
    g_array_append_val (watch->tellings, telling);
}

static gint compare_tellings (gconstpointer a, gconstpointer b)
{
    const WatchTelling *x = a, *y = b;

    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return x->row->shown.number < y->row->shown.number ? -1 : x->row->shown.number > y->row->shown.number;
}

static void tell (Watch *watch, const WatchTelling *telling)
{
    WatchPhone *shown = &telling->row->shown;
    const gboolean begins = shown->fails && (!telling->failed_before || telling->cause_before != shown->problem);
    const gboolean went = shown->missing && !telling->was_missing;
    const WatchChange change = { shown, telling->row->is_new, FALSE, telling->before, begins, went, telling->time };

    if (begins) {
        shown->failures++;
        watch->counts.failures[shown->problem == NO_CAUSE ? N_PROBLEMS : (guint) shown->problem]++;
    }
    watch->counts.missing += went;
    telling->row->is_new = FALSE;
    watch->listener (&change, watch->user_data);
}

static void tell_all (Watch *watch)
{
    g_array_sort (watch->tellings, compare_tellings);
    for (guint i = 0; i < watch->tellings->len; i++)
        tell (watch, &g_array_index (watch->tellings, WatchTelling, i));
    g_array_set_size (watch->tellings, 0);
}

/* --- Looking at a phone */

/* TRUE when it stands otherwise than before. */
static gboolean take_state (Watch *watch, WatchRow *row, const Summary *summary, const PhoneSummary *phone)
{
    WatchPhone *shown = &row->shown;
    const Registration *registration = flow_registration (summary->flow, phone->decides);
    const Note of_server = { .server = registration ? registration->server : 0 };
    char server[IP_ADDRESS_TEXT_SIZE];
    const gboolean fails = summary_phone_fails (summary, phone);
    gboolean is_other = row->is_new || phone->outcome != shown->outcome || fails != shown->fails;

    shown->outcome = phone->outcome;
    shown->phase = summary_line_phase (summary, phone, phone->decides);
    shown->registered = summary_is_registered (phone);
    shown->fails = fails;
    is_other |= take_text (&shown->text, report_outcome (summary, watch->options.tips, phone));
    is_other |= set_text (&shown->server, known (explain_server (summary->flow, &of_server, server)));
    is_other |= set_cause (watch, shown, phone->cause);
    set_times (shown, summary, phone);
    return is_other;
}

/* What the server has asked for with its acceptance. */
static gint64 keepalive_of (const Summary *summary, const PhoneSummary *phone)
{
    const Registration *registration = flow_registration (summary->flow, phone->decides);
    const Notes *notes = flow_notes (summary->flow);
    Value value;

    if (!registration || registration->protocol != PROTOCOL_SCCP || !registration->steps[MOVE_ACCEPT] ||
        !values_find (notes_values (notes, notes_get (notes, registration->steps[MOVE_ACCEPT])), VALUE_KEEPALIVE,
                      &value))
        return 0;
    return (gint64) value.number * SECOND;
}

static void look_at_phone (Watch *watch, const Summary *summary, const PhoneSummary *phone)
{
    const Flow *flow = summary->flow;
    const IpAddress address = summary_address (summary, phone);
    char name[IP_ADDRESS_TEXT_SIZE], at[IP_ADDRESS_TEXT_SIZE];
    const char *where = known (ip_address_format (&address, at));
    WatchRow *row = watch_row_of (watch, phone->phone,
                                  phones_label_at (flow_phones (flow), phone->phone, phone->last_note, name), where);
    if (!row)
        return;
    WatchPhone *shown = &row->shown;
    WatchTelling telling = { row, shown->outcome, shown->problem, shown->fails, shown->missing, 0 };
    /* That an address has a name is news when nothing else is. */
    const gboolean has_got_name = !row->is_new && row->is_nameless && g_strcmp0 (shown->name, where) != 0;
    row->is_nameless = g_strcmp0 (shown->name, where) == 0;

    for (guint i = 0; i < phone->attempts->len; i++)
        count_attempt (watch, summary, summary_attempt (phone, i));
    const Note *last = notes_get (flow_notes (flow), phone->last_note);
    if (row->is_new)
        shown->first_seen = phones_get (flow_phones (flow), phone->phone)->first_time;
    telling.time = time_of_change (watch, summary, phone, row->heard, last->time);
    row->heard = MAX (row->heard, last->time);
    shown->last_seen = MAX (shown->last_seen, last->time);
    watch_place_row (watch, row, &address, where);
    if (summary_model (summary, phone))
        set_text (&shown->model, summary_model (summary, phone));
    row->is_moving = phone->outcome == OUTCOME_TRYING || phone->outcome == OUTCOME_LEAVING;
    if (knows_less (row, phone))
        return;
    row->is_old = FALSE;
    row->keepalive = keepalive_of (summary, phone);
    const gboolean is_back = shown->missing && shown->registered && last->time > shown->since;
    if (!take_state (watch, row, summary, phone) && !is_back && !has_got_name)
        return;
    shown->since = telling.time;
    shown->missing = FALSE;
    tell_later (watch, telling);
}

/* --- Looking */

static void end_row (Watch *watch, WatchRow *row)
{
    const WatchChange change = { &row->shown, FALSE, TRUE, row->shown.outcome, FALSE, watch->now };

    watch->listener (&change, watch->user_data);
    watch_drop_row (watch, row);
}

/* What has looked like a phone for a while may turn out to be none. */
static void end_others (Watch *watch)
{
    Generation *generation = watch->generation;
    GHashTableIter iter;
    gpointer phone;

    g_hash_table_iter_init (&iter, generation->heard);
    while (g_hash_table_iter_next (&iter, &phone, NULL)) {
        WatchRow *row = g_hash_table_lookup (generation->rows, phone);
        if (row && !phones_get (flow_phones (generation->flow), GPOINTER_TO_UINT (phone))->has_spoken)
            end_row (watch, row);
    }
}

static gboolean is_looked_at (NoteId id, gconstpointer user_data)
{
    const Generation *generation = user_data;
    const PhoneId phone = flow_note_phone (generation->flow, notes_get (flow_notes (generation->flow), id));

    return g_hash_table_contains (generation->heard, GUINT_TO_POINTER (phone));
}

static void look (Watch *watch)
{
    Generation *generation = watch->generation;
    g_autoptr (GArray) notes = generation_notes (generation);
    g_autoptr (Summary) summary = summary_new_of (generation->diagnosis, (const NoteId *) (gpointer) notes->data,
                                                  notes->len, is_looked_at, generation);

    summary->goes_on = !watch->has_ended;
    for (guint i = 0; i < summary->phones->len; i++)
        look_at_phone (watch, summary, summary_phone (summary, i));
    tell_all (watch);
    end_others (watch);
    g_hash_table_remove_all (generation->heard);
}

/* Rows of phones that have turned out to be others. */
static void join_rows (Watch *watch)
{
    Generation *generation = watch->generation;
    PhoneId absorbed, into;

    while (generation_next_joined (generation, &absorbed, &into)) {
        WatchRow *row = g_hash_table_lookup (generation->rows, GUINT_TO_POINTER (absorbed));
        if (!row)
            continue;
        if (g_hash_table_contains (generation->rows, GUINT_TO_POINTER (into))) {
            end_row (watch, row);
            continue;
        }
        g_hash_table_remove (generation->rows, GUINT_TO_POINTER (absorbed));
        row->phone = into;
        g_hash_table_insert (generation->rows, GUINT_TO_POINTER (into), row);
    }
}

/* Time alone changes how some phones stand. */
static void hear_of_time (Watch *watch)
{
    const gboolean all = watch->now - watch->looked_at_all >= LOOK_AT_ALL;

    if (!all && watch->now - watch->looked_again < LOOK_AGAIN)
        return;
    watch->looked_again = watch->now;
    if (all)
        watch->looked_at_all = watch->now;
    for (guint i = 0; i < watch->rows->len; i++) {
        const WatchRow *row = watch->rows->pdata[i];
        if (row->phone != PHONE_NONE && (all || row->is_moving))
            g_hash_table_add (watch->generation->heard, GUINT_TO_POINTER (row->phone));
    }
}

/* Who was registered and left without a word comes back soon, or is missing. */
static void find_missing (Watch *watch)
{
    for (guint i = 0; i < watch->rows->len; i++) {
        WatchRow *row = watch->rows->pdata[i];
        WatchPhone *shown = &row->shown;
        const gboolean is_away = shown->outcome == OUTCOME_LOST || shown->outcome == OUTCOME_EXPIRED;
        const gint64 silent_from = shown->registered && row->keepalive
                                       ? shown->last_seen + MAX (WATCH_HEARTBEATS * row->keepalive, WATCH_MISSING)
                                       : G_MAXINT64;
        const gint64 missing_from = is_away ? shown->since + WATCH_MISSING : silent_from;
        if (shown->missing || shown->fails || watch->now < missing_from)
            continue;
        shown->missing = TRUE;
        shown->since = missing_from;
        tell_later (watch, (WatchTelling){ row, shown->outcome, shown->problem, FALSE, FALSE, missing_from });
    }
    tell_all (watch);
}

static void look_now (Watch *watch)
{
    Generation *generation = watch->generation;

    if (watch->now == G_MININT64)
        return;
    join_rows (watch);
    hear_of_time (watch);
    generation_hear_findings (generation);
    if (g_hash_table_size (generation->heard))
        look (watch);
    find_missing (watch);
    watch->looked = watch->now;
    watch->packets_looked = watch->counts.packets;
    watch->packets_patient = (registrations_count (flow_registrations (generation->flow)) +
                              phones_count (flow_phones (generation->flow)) + generation->findings) /
                             LOOKED_AT_PER_PACKET;
}

void watch_look (Watch *watch)
{
    if (watch->now - watch->looked >= LOOK_EVERY &&
        watch->counts.packets - watch->packets_looked >= watch->packets_patient)
        look_now (watch);
}

void watch_look_now (Watch *watch)
{
    look_now (watch);
}

/* --- Generations: what packets said is forgotten by beginning anew, beside the old one until enough is known. */

static void begin_next (Watch *watch)
{
    watch->next = generation_new (watch->counts.packets, watch->now);
}

static void change_generation (Watch *watch)
{
    look_now (watch);
    generation_free (watch->generation);
    watch->generation = g_steal_pointer (&watch->next);
    watch->generation->counts_from = watch->now;
    for (guint i = 0; i < watch->rows->len; i++) {
        WatchRow *row = watch->rows->pdata[i];
        row->phone = PHONE_NONE;
        row->is_old = TRUE;
    }
    generation_hear_all (watch->generation);
    look_now (watch);
}

static void grow_old (Watch *watch)
{
    const Generation *generation = watch->generation;
    const guint32 notes = notes_count (flow_notes (generation->flow));
    const gint64 age = generation->begin == G_MININT64 ? 0 : watch->now - generation->begin;

    if (!watch->next && (age >= watch->options.keep / 2 || notes >= watch->options.notes_max / 2))
        begin_next (watch);
    else if (watch->next && (age >= watch->options.keep || notes >= watch->options.notes_max))
        change_generation (watch);
}

/* One packet may have any time; when so many follow each other, it was the clock. What was learned by the other clock
 * can be compared with nothing any more: a generation that has heard these packets only takes its place. */
static void look_at_clock (Watch *watch, gint64 time)
{
    const gboolean is_behind = watch->now != G_MININT64 && time < watch->now - CLOCK_SET_BACK;

    if (!is_behind) {
        if (watch->behind)
            g_clear_pointer (&watch->next, generation_free);
        watch->behind = 0;
        return;
    }
    if (watch->behind++ == 0) {
        generation_free (watch->next);
        watch->next = generation_new (watch->counts.packets - 1, time);
    }
    if (watch->behind < BEHIND_MAX)
        return;
    watch->behind = 0;
    watch->now = time;
    watch->counts.clock_changes++;
    watch->looked = watch->looked_again = watch->looked_at_all = time;
    change_generation (watch);
    watch->generation->counts_from = G_MININT64;
}

/* Before a packet that comes long after the one before it, time passes step by step: so silence is told with the time
 * at which it has proved something, and before it is forgotten. */
static void pass_gap (Watch *watch, gint64 time)
{
    const gint64 begin = watch->now;

    while (watch->now != G_MININT64 && time - watch->now > LOOK_AGAIN) {
        watch_pass (watch, MIN (time, watch->now + MAX (LOOK_AGAIN, (watch->now - begin) / 8)));
        look_now (watch);
    }
}

gboolean watch_packet (Watch *watch, const CapturedPacket *packet)
{
    Frame frame = { .time = packet->time };

    pass_gap (watch, packet->time);

    watch->counts.packets++;
    look_at_clock (watch, packet->time);
    watch->now = MAX (watch->now, packet->time);
    watch->clock = clock_goes_on (watch->clock, packet->time);
    if (watch->generation->begin == G_MININT64)
        watch->generation->begin = packet->time;
    grow_old (watch);
    if (!unpacker_read (watch->unpacker, packet->link_type, packet->data, packet->size, &frame))
        return FALSE;
    gboolean wanted = generation_frame (watch->generation, &frame, watch->counts.packets);
    if (watch->next)
        wanted |= generation_frame (watch->next, &frame, watch->counts.packets);
    return wanted;
}

void watch_pass (Watch *watch, gint64 time)
{
    if (time <= watch->now || watch->now == G_MININT64)
        return;
    watch->now = time;
    watch->clock = MAX (watch->clock, time);
    generation_pass (watch->generation, time);
    if (watch->next)
        generation_pass (watch->next, time);
    grow_old (watch);
}

void watch_end (Watch *watch)
{
    if (watch->now == G_MININT64)
        return;
    watch->has_ended = TRUE;
    flow_finish (watch->generation->flow, watch->clock);
    generation_hear_all (watch->generation);
    look_now (watch);
}

/* --- What a phone says */

void watch_messages (Watch *watch, const WatchPhone *phone, WatchReader reader, gpointer user_data)
{
    const WatchRow *row = (const WatchRow *) phone; /* its first member */

    if (row->phone != PHONE_NONE)
        generation_messages (watch->generation, watch->options.tips, row->phone, reader, user_data);
}
