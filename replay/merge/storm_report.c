/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of a run say together, in English as the reports of regreplay run are. */
#include "registration/wire/times.h"
#include "replay/clean.h"
#include "replay/duration.h"
#include "replay/merge/report_internal.h"

#define SCHEMA 1

/* -1: there is none. */
static gint64 percentile (Spread *spread, guint percent)
{
    return spread_count (spread) ? spread_percentile (spread, percent) : -1;
}

static gboolean is_blurred (const Storm *storm, const StormExchange *exchange)
{
    return exchange->timing == TIMING_LATE && storm->verdict.is_saturated;
}

static gboolean exchange_fails (const Storm *storm, const StormExchange *exchange)
{
    return exchange->differing || (exchange->timing == TIMING_LATE && !storm->verdict.is_saturated) ||
           (storm->verdict.strict && content_is_harmless (exchange->content, FALSE));
}

/* "10.1.1.5, 10.1.1.6". Owned by the caller. */
static char *join_targets (const Storm *storm)
{
    g_autoptr (GPtrArray) targets = storm_targets (storm);

    g_ptr_array_add (targets, NULL);
    return g_strjoinv (", ", (char **) targets->pdata);
}

/* --- JSON (docs/merge_run.schema.json) */

static void write_time (Json *json, const char *key, gint64 nanoseconds)
{
    if (nanoseconds < 0)
        json_string (json, key, NULL);
    else
        json_seconds (json, key, nanoseconds);
}

static void write_count (Json *json, const char *key, guint64 number)
{
    json_number (json, key, (gint64) number);
}

static void write_part (Json *json, const StormPart *part)
{
    json_open_object (json, NULL);
    write_count (json, "part", part->part);
    json_string (json, "file", part->file);
    write_count (json, "line", part->line);
    json_string (json, "target", part->target);
    json_string (json, "phone", part->phone);
    write_count (json, "phones", part->phones);
    write_count (json, "registrations", part->registrations);
    write_time (json, "began", part->began);
    write_time (json, "start_at", part->start_at);
    write_time (json, "clock_error", part->clock_error);
    write_time (json, "round_trip", part->round_trip);
    write_time (json, "own_lateness_median", part->lateness_median);
    write_time (json, "own_lateness_p99", part->lateness_p99);
    write_time (json, "own_reading_median", part->reading_median);
    write_time (json, "own_reading_p99", part->reading_p99);
    json_bool (json, "generator_saturated", part->is_saturated);
    json_string (json, "result", part->result);
    write_count (json, "exit_code", part->exit_code);
    json_close_object (json);
}

static void write_spread (Json *json, Spread *spread, const char *median)
{
    write_time (json, median, percentile (spread, 50));
    write_time (json, "p95", percentile (spread, 95));
    write_time (json, "p99", percentile (spread, 99));
    write_time (json, "longest", spread_count (spread) ? spread_longest (spread) : -1);
    write_count (json, "samples", spread_count (spread));
}

static const char *timing_word (const Storm *storm, const StormExchange *exchange)
{
    return exchange->timing == TIMING_NOT_JUDGED || is_blurred (storm, exchange) ? "not judged"
                                                                                 : timing_name (exchange->timing);
}

static const char *not_judged_word (const Storm *storm, const StormExchange *exchange)
{
    if (exchange->timing == TIMING_NOT_JUDGED)
        return "no time";
    if (exchange->timing == TIMING_UNCERTAIN)
        return "own lateness possible";
    return is_blurred (storm, exchange) ? "own sends late" : NULL;
}

static void write_said (Json *json, const Told *told)
{
    const GArray *values = told_values (told);

    json_open_array (json, "said");
    for (guint i = 0; i < values->len; i++) {
        const ToldValue *value = &g_array_index (values, ToldValue, i);
        json_open_object (json, NULL);
        json_string (json, "what", value->what);
        json_string (json, "value", value->value);
        write_count (json, "times", value->times);
        json_close_object (json);
    }
    json_close_array (json);
}

static void write_targets (Json *json, const StormExchange *exchange)
{
    json_open_array (json, "targets");
    for (guint i = 0; i < exchange->targets->len; i++) {
        const StormTargetTimes *times = exchange->targets->pdata[i];
        json_open_object (json, NULL);
        json_string (json, "target", times->target);
        write_spread (json, times->times, "live");
        json_close_object (json);
    }
    json_close_array (json);
}

static void write_exchange (Json *json, const Storm *storm, const StormExchange *exchange)
{
    json_open_object (json, NULL);
    json_string (json, "exchange", exchange->name);
    write_time (json, "recorded", exchange->recorded);
    write_time (json, "least", percentile (exchange->least, 50));
    write_spread (json, exchange->times, "live");
    write_time (json, "allowed", exchange->allowed);
    json_string (json, "timing", timing_word (storm, exchange));
    json_string (json, "not_judged", not_judged_word (storm, exchange));
    json_string (json, "content", content_name (exchange->content));
    json_string (json, "detail", exchange->detail);
    write_said (json, exchange->told);
    write_count (json, "differing", exchange->differing);
    write_count (json, "sent_again", exchange->repeats);
    write_targets (json, exchange);
    json_bool (json, "passed", !exchange_fails (storm, exchange));
    json_close_object (json);
}

static void write_texts (Json *json, const char *key, const GPtrArray *texts)
{
    json_open_array (json, key);
    for (guint i = 0; i < texts->len; i++)
        json_string (json, NULL, texts->pdata[i]);
    json_close_array (json);
}

static void write_run (Json *json, const Merged *merged)
{
    const Storm *storm = merged->storm;
    const StormPart *first = storm->parts->pdata[0];
    const ExitCode code = merged->n_troubles ? REGREPLAY_UNREADABLE : storm->code;

    json_string (json, "type", "merged-run");
    json_number (json, "schema", SCHEMA);
    json_string (json, "generator", "regflow " REGFLOW_VERSION);
    json_string (json, "result", storm->result);
    json_bool (json, "passed", code == REGREPLAY_OK);
    json_number (json, "exit_code", code);
    json_string (json, "capture", first->capture);
    json_string (json, "recorded_phone", first->recorded_phone);
    write_count (json, "attempt", first->attempt);
    json_string (json, "recording", first->recording);
    g_autofree char *targets = join_targets (storm);
    json_string (json, "target", targets);
    json_string (json, "speed", first->speed);
    json_string (json, "tolerance", first->tolerance);
    json_bool (json, "strict", storm->verdict.strict);
    write_count (json, "phones", g_hash_table_size (storm->phones));
    write_count (json, "of_parts", first->parts);
    write_count (json, "rounds", first->rounds);
}

static void write_counts (Json *json, const Storm *storm)
{
    const Verdict *verdict = &storm->verdict;

    write_count (json, "registrations", verdict->runs);
    write_count (json, "registered", verdict->registered);
    write_count (json, "refused_as_recorded", storm->as_recorded);
    write_count (json, "better_than_recorded", verdict->better);
    write_count (json, "short_of_recorded", verdict->short_of_level);
    json_open_object (json, "ends");
    for (StormEnd end = 0; end < N_STORM_ENDS; end++)
        write_count (json, storm_end_name (end), storm->ends[end]);
    json_close_object (json);
    write_count (json, "keepalives", storm->keepalives);
    write_count (json, "keepalives_lost", verdict->keepalives_lost);
    write_count (json, "still_registered", verdict->unsigned_off);
    write_count (json, "times_uncertain", verdict->uncertain);
    json_bool (json, "generator_saturated", verdict->is_saturated);
    json_bool (json, "exact", storm->is_exact);
}

static void write_moment (Json *json, const char *key, Spread *spread)
{
    json_open_object (json, key);
    write_spread (json, spread, "median");
    json_close_object (json);
}

void storm_json (const Merged *merged, const Tips *tips G_GNUC_UNUSED, GString *out)
{
    const Storm *storm = merged->storm;
    Json json = { .out = out };

    json_open_object (&json, NULL);
    write_run (&json, merged);
    write_counts (&json, storm);
    json_open_array (&json, "parts");
    for (guint i = 0; i < storm->parts->len; i++)
        write_part (&json, storm->parts->pdata[i]);
    json_close_array (&json);
    json_open_array (&json, "exchanges");
    for (guint i = 0; i < storm->exchanges->len; i++)
        write_exchange (&json, storm, storm->exchanges->pdata[i]);
    json_close_array (&json);
    write_moment (&json, "accepted", storm->accepted);
    write_moment (&json, "ready", storm->ready);
    json_open_array (&json, "unsolicited");
    for (guint i = 0; i < storm->pushes->len; i++) {
        const StormPush *push = storm->pushes->pdata[i];
        json_open_object (&json, NULL);
        json_string (&json, "message", push->message);
        write_count (&json, "recorded", push->recorded);
        write_count (&json, "live", push->live);
        json_close_object (&json);
    }
    json_close_array (&json);
    write_texts (&json, "failures", storm->failures);
    write_texts (&json, "notes", storm->notes);
    merge_write_troubles (&json, merged);
    json_close_object (&json);
    g_string_append_c (out, '\n');
}

/* --- Tables */

static void add_text (MergeTable *table, const char *text)
{
    g_ptr_array_add (table->cells, g_strdup (text && *text ? text : "-"));
}

static void add_time (MergeTable *table, gint64 time)
{
    char text[DURATION_TEXT_SIZE];

    add_text (table, duration_format (time, text));
}

static void add_number (MergeTable *table, guint64 number)
{
    g_ptr_array_add (table->cells, g_strdup_printf ("%" G_GUINT64_FORMAT, number));
}

static void set_columns (MergeTable *table, const char *const *columns)
{
    for (guint i = 0; columns[i]; i++)
        table->columns[i] = columns[i];
}

static void add_spread (MergeTable *table, Spread *spread)
{
    add_time (table, percentile (spread, 50));
    add_time (table, percentile (spread, 95));
    add_time (table, percentile (spread, 99));
    add_time (table, spread_count (spread) ? spread_longest (spread) : -1);
    add_number (table, spread_count (spread));
}

/* Owned by the caller. */
static char *verdict_of (const Storm *storm, const StormExchange *exchange)
{
    const gboolean is_late = exchange->timing == TIMING_LATE && !storm->verdict.is_saturated;
    const char *word = is_late                                 ? "LATE"
                       : exchange->differing                   ? "DIFFERS"
                       : exchange->timing == TIMING_ON_TIME    ? "on time"
                       : exchange->timing == TIMING_NOT_JUDGED ? "-"
                                                               : "not judged";
    const gboolean is_harmless = content_is_harmless (exchange->content, exchange->differing > 0);
    GString *text = g_string_new (word);

    if (exchange->differing)
        g_string_append_printf (text, " (%" G_GUINT64_FORMAT ")", exchange->differing);
    if (exchange->content != CONTENT_SAME)
        g_string_append_printf (text, ", %s%s%s%s", content_name (exchange->content), exchange->detail ? ": " : "",
                                exchange->detail ? exchange->detail : "", is_harmless ? " (harmless)" : "");
    return g_string_free (text, FALSE);
}

static MergeTable *table_of_exchanges (const Storm *storm)
{
    static const char *const columns[] = { "question", "recorded", "median",  "95 %",    "99 %",
                                           "longest",  "times",    "allowed", "verdict", NULL };
    MergeTable *table = merge_table_new ("Answers, of all parts together", "lrrrrrrrl");

    set_columns (table, columns);
    for (guint i = 0; i < storm->exchanges->len; i++) {
        const StormExchange *exchange = storm->exchanges->pdata[i];
        g_autofree char *verdict = verdict_of (storm, exchange);
        add_text (table, exchange->name);
        add_time (table, exchange->recorded);
        add_spread (table, exchange->times);
        add_time (table, exchange->allowed);
        add_text (table, verdict);
    }
    return table;
}

static MergeTable *table_of_targets (const Storm *storm)
{
    static const char *const columns[] = {
        "question", "target", "median", "95 %", "99 %", "longest", "times", NULL,
    };
    MergeTable *table = merge_table_new ("Answers, of each target", "llrrrrr");

    set_columns (table, columns);
    for (guint i = 0; i < storm->exchanges->len; i++) {
        const StormExchange *exchange = storm->exchanges->pdata[i];
        for (guint j = 0; j < exchange->targets->len; j++) {
            const StormTargetTimes *times = exchange->targets->pdata[j];
            add_text (table, j ? NULL : exchange->name);
            add_text (table, times->target);
            add_spread (table, times->times);
        }
    }
    return table;
}

static MergeTable *table_of_moments (const Storm *storm)
{
    static const char *const columns[] = { "", "median", "95 %", "99 %", "longest", "number", NULL };
    MergeTable *table = merge_table_new ("Registrations, from the first SYN or datagram on", "lrrrrr");

    set_columns (table, columns);
    add_text (table, "accepted");
    add_spread (table, storm->accepted);
    add_text (table, "ready");
    add_spread (table, storm->ready);
    return table;
}

static MergeTable *table_of_parts (const Storm *storm)
{
    static const char *const columns[] = {
        "part", "phones", "began", "round trip", "sends late", "99 %", "reads late", "99 %", "too busy", "file",
    };
    const gint64 first = ((const StormPart *) storm->parts->pdata[0])->began;
    MergeTable *table = merge_table_new ("Parts, each with its own machine", "rrrrrrrrll");

    for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
        table->columns[i] = columns[i];
    for (guint i = 0; i < storm->parts->len; i++) {
        const StormPart *part = storm->parts->pdata[i];
        g_autofree char *after = g_strdup_printf ("%+.3f s", (double) (part->began - first) / (double) SECOND);
        add_number (table, part->part);
        add_number (table, part->phones);
        add_text (table, part->began < 0 ? NULL : after);
        add_time (table, part->round_trip);
        add_time (table, part->lateness_median);
        add_time (table, part->lateness_p99);
        add_time (table, part->reading_median);
        add_time (table, part->reading_p99);
        add_text (table, part->is_saturated ? "yes" : "no");
        add_text (table, part->file);
    }
    return table;
}

static GPtrArray *tables_of (const Storm *storm)
{
    GPtrArray *tables = g_ptr_array_new_with_free_func ((GDestroyNotify) merge_table_free);

    g_ptr_array_add (tables, table_of_exchanges (storm));
    if (storm->is_cluster)
        g_ptr_array_add (tables, table_of_targets (storm));
    g_ptr_array_add (tables, table_of_moments (storm));
    g_ptr_array_add (tables, table_of_parts (storm));
    return tables;
}

/* "400 phones in 2 parts: all 400 registered …". Owned by the caller. */
static char *totals_of (const Storm *storm)
{
    const guint phones = g_hash_table_size (storm->phones), parts = storm->parts->len;

    return g_strdup_printf ("%u phone%s in %u part%s: %s", phones, phones == 1 ? "" : "s", parts, parts == 1 ? "" : "s",
                            storm->result);
}

static void add_note (GPtrArray *notes, char *note)
{
    g_ptr_array_add (notes, note);
}

static GPtrArray *notes_of (const Merged *merged)
{
    const Storm *storm = merged->storm;
    const StormPart *first = storm->parts->pdata[0];
    GPtrArray *notes = g_ptr_array_new_with_free_func (g_free);

    if (merged->n_troubles)
        add_note (notes, g_strdup_printf ("Not all of what was read is counted, or it is not whole: %" G_GUINT64_FORMAT
                                          " %s told beside this report.",
                                          merged->n_troubles, merged->n_troubles == 1 ? "fault is" : "faults are"));
    g_autofree char *targets = join_targets (storm);
    add_note (notes, g_strdup_printf ("%s of %s (attempt %" G_GUINT64_FORMAT "), sent to %s.", first->recorded_phone,
                                      first->capture, first->attempt, targets));
    if (first->is_corrected)
        add_note (notes, g_strdup ("Times are without the round trip of each phone's own network; those of boot files "
                                   "are as measured."));
    if (!storm->is_exact)
        add_note (notes,
                  g_strdup_printf ("Of more than %" G_GUINT64_FORMAT " times the percentiles are true to 0.4 %%; "
                                   "the longest is exact.",
                                   storm->exact));
    for (guint i = 0; i < storm->parts->len; i++) {
        const StormPart *part = storm->parts->pdata[i];
        if (part->is_saturated)
            add_note (notes, g_strdup_printf ("The machine of part %" G_GUINT64_FORMAT
                                              " (%s) was too busy, so no answer is called late: use a lower --rate, or "
                                              "more machines.",
                                              part->part, part->file));
    }
    for (guint i = 0; i < storm->pushes->len; i++) {
        const StormPush *push = storm->pushes->pdata[i];
        if (push->recorded != push->live)
            add_note (notes, g_strdup_printf ("Messages that nobody asked for: %s %" G_GUINT64_FORMAT
                                              " (recorded %" G_GUINT64_FORMAT ").",
                                              push->message, push->live, push->recorded));
    }
    for (guint i = 0; i < storm->failures->len; i++)
        add_note (notes, g_strdup_printf ("%s.", (const char *) storm->failures->pdata[i]));
    return notes;
}

void storm_text (const Merged *merged, const Tips *tips G_GNUC_UNUSED, GString *out)
{
    g_autoptr (GPtrArray) tables = tables_of (merged->storm), notes = notes_of (merged);
    g_autofree char *totals = totals_of (merged->storm), *line = clean_line (totals);

    g_string_append_printf (out, "%s\n", line);
    for (guint i = 0; i < tables->len; i++)
        merge_append_table (out, tables->pdata[i], merged->columns);
    for (guint i = 0; i < notes->len; i++) {
        g_autofree char *note = clean_line (notes->pdata[i]);
        g_string_append_printf (out, "%s%s\n", i ? "" : "\n", note);
    }
}

void storm_html (const Merged *merged, const Tips *tips G_GNUC_UNUSED, GString *out)
{
    g_autoptr (GPtrArray) tables = tables_of (merged->storm), notes = notes_of (merged);
    g_autofree char *totals = totals_of (merged->storm);
    const MergePage page = { merged, "A run in parts", "en", totals, notes, "Faults in what was read", tables };

    merge_append_page (out, &page);
}

/* --- JUnit */

static void append_case (GString *out, const char *name, const char *failure, const char *said)
{
    g_string_append (out, "    <testcase classname=\"merge\" name=\"");
    merge_append_escaped (out, name);
    g_string_append (out, "\" time=\"0\">");
    if (failure) {
        g_string_append (out, "<failure message=\"");
        merge_append_escaped (out, failure);
        g_string_append (out, "\" type=\"run\"/>");
    }
    if (said) {
        g_string_append (out, "<system-out>");
        merge_append_escaped (out, said);
        g_string_append (out, "</system-out>");
    }
    g_string_append (out, "</testcase>\n");
}

void storm_junit (const Merged *merged, const Tips *tips G_GNUC_UNUSED, GString *out)
{
    const Storm *storm = merged->storm;
    const guint errors = MIN (merged->troubles->len, merged->top);
    g_autofree char *totals = totals_of (storm);
    guint failures = storm->code == REGREPLAY_OK ? 0 : 1;

    for (guint i = 0; i < storm->exchanges->len; i++)
        failures += exchange_fails (storm, storm->exchanges->pdata[i]) ? 1 : 0;
    g_string_append (out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    g_string_append_printf (out, "  <testsuite name=\"merge\" tests=\"%u\" failures=\"%u\" errors=\"%u\" time=\"0\">\n",
                            1 + storm->exchanges->len + errors, failures, errors);
    append_case (out, "all parts", storm->code == REGREPLAY_OK ? NULL : storm->result, totals);
    for (guint i = 0; i < storm->exchanges->len; i++) {
        const StormExchange *exchange = storm->exchanges->pdata[i];
        g_autofree char *verdict = verdict_of (storm, exchange),
                        *name = g_strconcat ("exchange ", exchange->name, NULL);
        append_case (out, name, exchange_fails (storm, exchange) ? verdict : NULL, NULL);
    }
    merge_append_trouble_cases (merged, out);
    g_string_append (out, "  </testsuite>\n</testsuites>\n");
}
