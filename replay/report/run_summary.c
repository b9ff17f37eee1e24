/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/report/run_summary.h"

#include "registration/protocols/sip.h"
#include "replay/clean.h"
#include "replay/clock.h"

#include <string.h>

/* When one of a hundred of our own messages goes out this much late, the machine is too busy to blame the server. Among
 * few messages one hiccup is no load: there it takes half of them. */
#define SATURATED_FROM MILLISECONDS (5)
#define FEW_MESSAGES   200
/* Sentences about single phones and remarks that are kept. */
#define SENTENCES_MAX 20
#define REMARKS_MAX   50

static void free_row (gpointer data)
{
    RunRow *row = data;

    g_array_unref (row->samples);
    g_array_unref (row->least);
    g_free (row->detail);
    told_free (row->told);
    asked_file_free (row->file);
    g_free (row);
}

static void free_phone (gpointer data)
{
    RunPhone *phone = data;

    g_free (phone->name);
    g_array_unref (phone->samples);
    g_free (phone);
}

static GArray *new_times (void)
{
    return g_array_new (FALSE, FALSE, sizeof (gint64));
}

RunSummary *run_summary_new (const Script *script, const Tolerance *tolerance, gboolean strict)
{
    RunSummary *summary = g_new0 (RunSummary, 1);

    summary->script = script;
    summary->tolerance = *tolerance;
    summary->strict = strict;
    summary->sentences = g_ptr_array_new_with_free_func (g_free);
    summary->remarks = g_ptr_array_new_with_free_func (g_free);
    summary->rows = g_ptr_array_new_with_free_func (free_row);
    summary->pushes = g_array_new (FALSE, TRUE, sizeof (Push));
    summary->pushes_awaited = TRUE;
    summary->round_trips = new_times ();
    summary->accepted = new_times ();
    summary->ready = new_times ();
    summary->accepted_own = new_times ();
    summary->ready_own = new_times ();
    summary->files_took = new_times ();
    summary->lateness = new_times ();
    summary->reading = new_times ();
    summary->memory_per_phone = -1;
    return summary;
}

void run_summary_free (RunSummary *summary)
{
    if (!summary)
        return;
    g_ptr_array_unref (summary->sentences);
    g_ptr_array_unref (summary->remarks);
    g_ptr_array_unref (summary->rows);
    g_array_unref (summary->pushes);
    g_clear_pointer (&summary->phones, g_ptr_array_unref);
    g_array_unref (summary->round_trips);
    g_array_unref (summary->accepted);
    g_array_unref (summary->ready);
    g_array_unref (summary->accepted_own);
    g_array_unref (summary->ready_own);
    g_array_unref (summary->files_took);
    g_array_unref (summary->lateness);
    g_array_unref (summary->reading);
    g_free (summary);
}

void run_summary_keep_phones (RunSummary *summary)
{
    if (!summary->phones)
        summary->phones = g_ptr_array_new_with_free_func (free_phone);
}

/* --- Adding */

/* All keepalives are one row, and so are all refreshes. */
static guint place_in_row (const Exchange *exchange)
{
    const MessageKind *kind = catalog_kind (exchange->kind);
    gboolean is_refresh = kind->protocol == PROTOCOL_SIP && exchange->instance == SIP_ROLE_REFRESH;

    return kind->phase == PHASE_KEEPALIVE || is_refresh ? 0 : exchange->nth;
}

/* Its index. Phones of one run say the same in the same order, so the row is nearly always where the exchange is. */
static guint find_row (RunSummary *summary, const Exchange *exchange, guint hint)
{
    for (guint i = 0; i < summary->rows->len; i++) {
        const guint place = (hint + i) % summary->rows->len;
        const RunRow *row = summary->rows->pdata[place];
        if (row->kind == exchange->kind && row->instance == exchange->instance && row->nth == place_in_row (exchange))
            return place;
    }
    RunRow *row = g_new0 (RunRow, 1);
    row->request = exchange->request;
    row->kind = exchange->kind;
    row->instance = exchange->instance;
    row->nth = place_in_row (exchange);
    row->samples = new_times ();
    row->least = new_times ();
    row->told = told_new ();
    row->recorded = exchange->recorded;
    g_ptr_array_add (summary->rows, row);
    return summary->rows->len - 1;
}

static gboolean is_corrected (const RunSummary *summary, gint64 round_trip)
{
    return summary->script->round_trip >= 0 && round_trip >= 0;
}

/* What TCP measured for the registration says nothing about the transport of a boot file, or its server. */
static gint64 round_trip_of (const RunSummary *summary, const Exchange *exchange, gint64 round_trip)
{
    return !exchange->file && is_corrected (summary, round_trip) ? round_trip : -1;
}

/* phone may be NULL. */
static void add_live (RunSummary *summary, guint place, const ExchangeTime *time, gint64 round_trip, RunPhone *phone)
{
    gint64 live = timing_correct (time->live, round_trip), least = timing_correct (time->least, round_trip);
    const RunSample sample = { place, live, live - least };
    RunRow *row = summary->rows->pdata[place];

    g_array_append_val (row->samples, live);
    g_array_append_val (row->least, least);
    if (phone)
        g_array_append_val (phone->samples, sample);
}

/* How often it went so. */
static guint times_of (const Exchange *exchange)
{
    return 1 + (exchange->more ? exchange->more->len : 0);
}

static void add_times (RunSummary *summary, guint place, const Exchange *exchange, gint64 round_trip, RunPhone *phone)
{
    const ExchangeTime first = { exchange->live, exchange->least };

    add_live (summary, place, &first, round_trip, phone);
    for (guint i = 0; exchange->more && i < exchange->more->len; i++)
        add_live (summary, place, &g_array_index (exchange->more, ExchangeTime, i), round_trip, phone);
}

/* What was answered, in words. */
static void add_told (Told *told, const Exchange *exchange)
{
    g_autofree char *size = NULL;

    if (exchange->content == CONTENT_NOT_REACHED || (exchange->file && !exchange->file->has_result))
        return;
    if (!exchange->file) {
        told_add (told, "answer", exchange->live >= 0 ? catalog_kind (exchange->answer)->name : "none",
                  times_of (exchange));
        told_add_said (told, exchange->said, times_of (exchange));
        return;
    }
    told_add (told, "answer", file_result_name (exchange->file->result), 1);
    if (exchange->file->result != FILE_DELIVERED || script_file_is_firmware (exchange->file->recorded))
        return;
    size = g_strdup_printf ("%" G_GUINT64_FORMAT, exchange->file->size);
    told_add (told, "size", size, 1);
}

static void add_exchange (RunSummary *summary, const PlayerOutcome *outcome, const Exchange *exchange, guint hint,
                          RunPhone *phone)
{
    const guint place = find_row (summary, exchange, hint);
    RunRow *row = summary->rows->pdata[place];

    if (exchange->live >= 0)
        add_times (summary, place, exchange, round_trip_of (summary, exchange, outcome->round_trip), phone);
    add_told (row->told, exchange);
    if (exchange->has_answer && (!row->has_answer || exchange->live >= 0)) {
        row->answer = exchange->answer;
        row->has_answer = TRUE;
    }
    if (exchange->file && (!row->file || (exchange->file->has_result && !row->file->has_result))) {
        asked_file_free (row->file);
        row->file = asked_file_copy (exchange->file);
    }
    row->contents[exchange->content] += times_of (exchange);
    row->fails += exchange->fails != FALSE;
    row->repeats += exchange->repeats;
    if (!row->detail && exchange->detail)
        row->detail = clean_line (exchange->detail);
}

static void add_push (RunSummary *summary, const Push *push)
{
    for (guint i = 0; i < summary->pushes->len; i++) {
        Push *known = &g_array_index (summary->pushes, Push, i);
        if (known->kind != push->kind)
            continue;
        known->recorded += push->recorded;
        known->live += push->live;
        return;
    }
    g_array_append_val (summary->pushes, *push);
}

/* The recorded phone has asked to be signed off, too, and its server has not agreed. */
static gboolean was_not_signed_off (const Script *script)
{
    const guint sign_off = script_find (script, catalog_find (PROTOCOL_SIP, SIP_REGISTER), SIP_ROLE_SIGN_OFF, 0);
    return script->protocol == PROTOCOL_SIP && sign_off != SCRIPT_NONE && !script->has_ended;
}

void run_summary_remark (RunSummary *summary, const char *remark)
{
    for (guint i = 0; i < summary->remarks->len; i++)
        if (strcmp (summary->remarks->pdata[i], remark) == 0)
            return;
    if (summary->remarks->len < REMARKS_MAX)
        g_ptr_array_add (summary->remarks, g_strdup (remark));
}

static void add_time (GArray *times, gint64 time)
{
    if (time >= 0)
        g_array_append_val (times, time);
}

static gint compare_samples (gconstpointer a, gconstpointer b)
{
    const guint x = ((const RunSample *) a)->row, y = ((const RunSample *) b)->row;
    return (x > y) - (x < y);
}

/* NULL when nobody wants it. Borrowed from the summary. */
static RunPhone *add_phone (RunSummary *summary, const PlayerOutcome *outcome)
{
    if (!summary->phones)
        return NULL;
    RunPhone *phone = g_new0 (RunPhone, 1);
    *phone = (RunPhone){
        g_strdup (outcome->name), outcome->end,
        outcome->round_trip,      outcome->accepted_after,
        outcome->ready_after,     g_array_sized_new (FALSE, FALSE, sizeof (RunSample), outcome->n_exchanges)
    };
    g_ptr_array_add (summary->phones, phone);
    return phone;
}

void run_summary_add (RunSummary *summary, const PlayerOutcome *outcome)
{
    RunPhone *phone = add_phone (summary, outcome);

    summary->runs++;
    summary->ends[outcome->end]++;
    if (outcome->end == END_REFUSED && outcome->as_recorded)
        summary->as_recorded++;
    if (outcome->end == END_COMPLETE && outcome->level < summary->script->level)
        summary->short_of_level++;
    if (outcome->level == LEVEL_READY && outcome->sign_off > SIGN_OFF_DONE && !was_not_signed_off (summary->script))
        summary->unsigned_off++;
    summary->registered += outcome->level >= LEVEL_ACCEPTED;
    if (outcome->end == END_COMPLETE && outcome->level == LEVEL_READY && summary->script->level < LEVEL_ACCEPTED)
        summary->better++;
    if (outcome->sentence && summary->sentences->len < SENTENCES_MAX)
        g_ptr_array_add (summary->sentences, g_strdup_printf ("%s: %s", outcome->name, outcome->sentence));
    for (guint i = 0; i < outcome->n_exchanges; i++)
        add_exchange (summary, outcome, &outcome->exchanges[i], i, phone);
    if (phone)
        g_array_sort (phone->samples, compare_samples);
    for (guint i = 0; i < outcome->pushes->len; i++)
        add_push (summary, &g_array_index (outcome->pushes, Push, i));
    for (guint i = 0; i < outcome->remarks->len; i++)
        run_summary_remark (summary, outcome->remarks->pdata[i]);
    summary->pushes_awaited &= outcome->pushes_awaited;
    add_time (summary->round_trips, outcome->round_trip);
    add_time (summary->accepted, outcome->accepted_after);
    add_time (summary->ready, outcome->ready_after);
    add_time (summary->accepted_own, outcome->accepted_own);
    add_time (summary->ready_own, outcome->ready_own);
    add_time (summary->files_took, outcome->files_took);
    summary->keepalives += outcome->keepalives;
    summary->keepalives_lost += outcome->keepalives_lost;
}

/* --- Judging */

/* Which of several contents of a row to show: what is least as recorded. */
static Content telling_content (const RunRow *row)
{
    Content telling = CONTENT_SAME;

    for (Content content = 0; content < N_CONTENTS; content++)
        if (row->contents[content])
            telling = content_telling (telling, content);
    return telling;
}

static gboolean is_harmless_difference (const RunRow *row)
{
    return content_is_harmless (row->content, row->fails > 0);
}

static void judge_row (RunSummary *summary, RunRow *row)
{
    if (summary->is_corrected && !row->file)
        row->recorded = timing_correct (row->recorded, summary->script->round_trip);
    row->median = samples_percentile (row->samples, 50);
    row->p95 = samples_percentile (row->samples, 95);
    row->p99 = samples_percentile (row->samples, 99);
    row->longest = samples_percentile (row->samples, 100);
    row->allowed = timing_allowed (&summary->tolerance, row->recorded);
    row->least_median = samples_percentile (row->least, 50);
    row->timing = timing_judge (&summary->tolerance, row->recorded, row->median, row->least_median);
    row->content = telling_content (row);
    summary->late += row->timing == TIMING_LATE;
    summary->uncertain += row->timing == TIMING_UNCERTAIN;
    summary->differing += row->fails > 0;
    summary->harmless += is_harmless_difference (row);
}

gboolean run_summary_push_differs (const RunSummary *summary, const Push *push)
{
    if (push->recorded > push->live && !summary->pushes_awaited)
        return FALSE;
    return push->recorded != push->live;
}

Verdict run_summary_verdict (const RunSummary *summary)
{
    return (Verdict){ .runs = summary->runs,
                      .unreachable = summary->ends[END_UNREACHABLE],
                      .gone = summary->ends[END_GONE],
                      .different = summary->ends[END_DIFFERENT],
                      .interrupted = summary->ends[END_INTERRUPTED],
                      .refused = summary->ends[END_REFUSED] - summary->as_recorded,
                      .short_of_level = summary->short_of_level,
                      .registered = summary->registered,
                      .better = summary->better,
                      .keepalives_lost = summary->keepalives_lost,
                      .unsigned_off = summary->unsigned_off,
                      .late = summary->late,
                      .differing = summary->differing,
                      .harmless = summary->harmless,
                      .uncertain = summary->uncertain,
                      .strict = summary->strict,
                      .is_saturated = summary->is_saturated };
}

void run_summary_judge (RunSummary *summary)
{
    summary->round_trip = samples_percentile (summary->round_trips, 50);
    summary->is_corrected = is_corrected (summary, summary->round_trip);
    summary->lateness_median = samples_percentile (summary->lateness, 50);
    summary->lateness_p99 = samples_percentile (summary->lateness, 99);
    summary->reading_median = samples_percentile (summary->reading, 50);
    summary->reading_p99 = samples_percentile (summary->reading, 99);
    summary->is_saturated =
        (summary->lateness->len < FEW_MESSAGES ? summary->lateness_median : summary->lateness_p99) > SATURATED_FROM;
    for (guint i = 0; i < summary->rows->len; i++)
        judge_row (summary, summary->rows->pdata[i]);
    for (guint i = 0; i < summary->pushes->len; i++)
        summary->harmless += run_summary_push_differs (summary, &g_array_index (summary->pushes, Push, i));
    const Verdict verdict = run_summary_verdict (summary);
    summary->code = verdict_code (&verdict);
}

/* --- Words */

char *run_summary_row_name (const RunRow *row)
{
    if (row->file)
        return g_strdup (row->file->name);
    g_autofree char *name = script_describe_kind (row->kind, row->instance);

    return row->nth ? g_strdup_printf ("%s (%u)", name, row->nth + 1) : g_steal_pointer (&name);
}

/* Of files that are recorded under one name, all but the first one have a number. */
static char *file_key (const ScriptFiles *files, const ScriptFile *file)
{
    guint nth = 1;

    for (guint i = 0; i < files->files->len && script_file (files, i) != file; i++)
        nth += strcmp (script_file (files, i)->name, file->name) == 0;
    return nth == 1 ? g_strdup (file->name) : g_strdup_printf ("%s (%u)", file->name, nth);
}

char *run_summary_row_key (const RunSummary *summary, const RunRow *row)
{
    return row->file ? file_key (&summary->script->files, row->file->recorded) : run_summary_row_name (row);
}

static void append_file_result (const AskedFile *file, GString *text)
{
    g_string_append (text, file_result_name (file->result));
    if (file->result != FILE_DELIVERED)
        return;
    if (script_file_is_firmware (file->recorded))
        g_string_append (text, " (only its first block was asked for)");
    else
        g_string_append_printf (text, ", %" G_GUINT64_FORMAT " octets", file->size);
}

char *run_summary_row_content (const RunRow *row)
{
    g_autoptr (GString) text = g_string_new (NULL);

    if (row->content != CONTENT_SAME)
        g_string_append (text, content_name (row->content));
    else if (row->file && row->file->has_result)
        append_file_result (row->file, text);
    if (row->detail)
        g_string_append_printf (text, "%s%s", text->len ? ": " : "", row->detail);
    if (is_harmless_difference (row))
        g_string_append (text, " (harmless)");
    if (row->repeats)
        g_string_append_printf (text, "%ssent again %u time%s; timed from the first", text->len ? "; " : "",
                                row->repeats, row->repeats == 1 ? "" : "s");
    return g_strdup (text->str);
}

guint32 run_summary_row_frame (const RunSummary *summary, const RunRow *row)
{
    const ScriptMessage *request = script_message (summary->script, row->request);

    if (row->file)
        return row->file->recorded->frame;
    return request ? request->frame : 0;
}

/* NULL: there is none. */
static const ScriptMessage *recorded_answer (const RunSummary *summary, const RunRow *row)
{
    return script_partner (summary->script, row->request);
}

guint32 run_summary_row_answer_frame (const RunSummary *summary, const RunRow *row)
{
    const ScriptMessage *answer = recorded_answer (summary, row);

    if (row->file)
        return row->file->recorded->answer_frame;
    return answer ? answer->frame : 0;
}

const char *run_summary_row_expected (const RunSummary *summary, const RunRow *row)
{
    const ScriptMessage *answer = recorded_answer (summary, row);

    if (row->file)
        return file_result_name (row->file->recorded->result);
    return answer ? script_message_name (answer) : NULL;
}

gint64 run_summary_files_recorded (const RunSummary *summary)
{
    const ScriptFiles *files = &summary->script->files;
    if (!files->files->len)
        return -1;
    return (files->configured ? files->configured : files->ended) - files->began;
}

gboolean run_summary_row_fails (const RunSummary *summary, const RunRow *row)
{
    return row->fails > 0 || (row->timing == TIMING_LATE && !summary->is_saturated) ||
           (summary->strict && is_harmless_difference (row));
}

char *run_summary_sentence (const RunSummary *summary)
{
    const Verdict verdict = run_summary_verdict (summary);

    /* The name of the phone stands in front of it already. */
    if (summary->runs == 1 && summary->sentences->len) {
        const char *said = strchr (summary->sentences->pdata[0], ' ') + 1;
        return g_strdup_printf ("%s%s", summary->as_recorded ? "refused, as recorded: " : "", said);
    }
    return verdict_sentence (&verdict);
}
