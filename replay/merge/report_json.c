/* SPDX-License-Identifier: GPL-2.0-or-later */
/* docs/merge.schema.json. */
#include "registration/report/json.h"
#include "replay/merge/report_internal.h"
#include "replay/merge/tables.h"

#define SCHEMA 1

static void write_count (Json *json, const char *key, guint64 number)
{
    json_number (json, key, (gint64) number);
}

static const char *or_null (const char *text)
{
    return text && *text ? text : NULL;
}

static void write_causes (Json *json, const GArray *causes)
{
    json_open_array (json, "causes");
    for (guint i = 0; i < causes->len; i++) {
        const Count *cause = &g_array_index (causes, Count, i);
        json_open_object (json, NULL);
        json_string (json, "cause", cause->name);
        write_count (json, "phones", cause->fails);
        json_close_object (json);
    }
    json_close_array (json);
}

static void write_outcomes (Json *json, const Tally *tally)
{
    json_open_object (json, "outcomes");
    for (Outcome outcome = 0; outcome < N_OUTCOMES; outcome++)
        write_count (json, outcome_name (outcome), tally->outcomes[outcome]);
    json_close_object (json);
}

static void write_group (Json *json, const Merged *merged, Dimension dimension, const Count *group)
{
    g_autoptr (GArray) causes = tally_reasons (merged->tally, dimension, group->name, merged->top);

    json_open_object (json, NULL);
    json_string (json, "name", or_null (group->name));
    write_count (json, "phones", group->phones);
    write_count (json, "fails", group->fails);
    write_causes (json, causes);
    json_close_object (json);
}

static void write_groups (Json *json, const Merged *merged, Dimension dimension)
{
    const Tally *tally = merged->tally;
    g_autoptr (GArray) groups = counts_top (tally->groups[dimension], NULL, merged->top);
    guint64 phones = 0, fails = 0;

    json_open_object (json, dimension_name (dimension));
    json_open_array (json, "listed");
    for (guint i = 0; i < groups->len; i++) {
        const Count *group = &g_array_index (groups, Count, i);
        write_group (json, merged, dimension, group);
        phones += group->phones;
        fails += group->fails;
    }
    json_close_array (json);
    json_open_object (json, "others");
    write_count (json, "phones", tally->phones - phones);
    write_count (json, "fails", tally->fails - fails);
    json_close_object (json);
    json_bool (json, "complete", !counts_is_full (tally->groups[dimension]));
    json_close_object (json);
}

static void write_times (Json *json, const char *key, Spread *spread, guint which)
{
    json_open_object (json, NULL);
    json_string (json, key, time_name (which));
    write_count (json, "count", spread_count (spread));
    json_seconds (json, "median", spread_percentile (spread, 50));
    json_seconds (json, "p95", spread_percentile (spread, 95));
    json_seconds (json, "p99", spread_percentile (spread, 99));
    json_seconds (json, "longest", spread_longest (spread));
    json_bool (json, "exact", spread_is_exact (spread));
    json_close_object (json);
}

static void write_all_times (Json *json, const Tally *tally)
{
    g_autoptr (GArray) phases = merge_slowest_phases (tally);

    json_open_array (json, "phases");
    for (guint i = 0; i < phases->len; i++)
        write_times (json, "phase", tally->times[g_array_index (phases, guint, i)], g_array_index (phases, guint, i));
    json_close_array (json);
    json_open_array (json, "moments");
    for (guint which = TIMES_OF_MOMENTS + 1; which < N_TIMES; which++)
        if (spread_count (tally->times[which]))
            write_times (json, "moment", tally->times[which], which);
    json_close_array (json);
}

static void write_slow_phones (Json *json, const Merged *merged)
{
    g_autoptr (GArray) phones = kinds_slowest (merged->tally->kinds);

    json_open_array (json, "slow_phones");
    for (guint i = 0; i < phones->len; i++) {
        const SlowPhone *phone = &g_array_index (phones, SlowPhone, i);
        json_open_object (json, NULL);
        json_string (json, "phone", phone->phone);
        json_string (json, "model", phone->model);
        json_string (json, "capture", phone->capture);
        json_seconds (json, "ready_after", phone->ready_after);
        json_seconds (json, "median", phone->median);
        json_close_object (json);
    }
    json_close_array (json);
}

static void write_captures (Json *json, const char *key, const GArray *captures)
{
    json_open_array (json, key);
    for (guint i = 0; i < captures->len; i++) {
        const MergedCapture *capture = &g_array_index (captures, MergedCapture, i);
        json_open_object (json, NULL);
        json_string (json, "capture", capture->capture);
        json_string (json, "file", capture->file);
        json_string (json, "site", capture->site);
        write_count (json, "phones", capture->phones);
        write_count (json, "fails", capture->fails);
        json_string (json, "causes", or_null (capture->causes));
        json_string (json, "error", capture->error);
        json_close_object (json);
    }
    json_close_array (json);
}

void merge_write_troubles (Json *json, const Merged *merged)
{
    write_count (json, "n_faults", merged->n_troubles);
    json_open_array (json, "faults");
    for (guint i = 0; i < merged->troubles->len; i++) {
        const MergeTrouble *trouble = &g_array_index (merged->troubles, MergeTrouble, i);
        json_open_object (json, NULL);
        json_string (json, "file", trouble->file);
        json_number_or_null (json, "line", (gint64) trouble->line);
        json_string (json, "text", trouble->text);
        json_close_object (json);
    }
    json_close_array (json);
}

static void write_totals (Json *json, const Merged *merged)
{
    const Tally *tally = merged->tally;

    write_count (json, "runs", merged->runs);
    write_count (json, "unframed", merged->unframed);
    write_count (json, "captures", tally->captures);
    write_count (json, "unread", tally->troubles);
    write_count (json, "same_names", merged->same_names);
    write_count (json, "phones", tally->phones);
    write_count (json, "registered", tally->registered);
    write_count (json, "fails", tally->fails);
    write_count (json, "left_out_times", tally->backwards);
}

void merge_json (const Merged *merged, const Tips *tips G_GNUC_UNUSED, GString *out)
{
    g_autoptr (GArray) causes = counts_top (merged->tally->causes, NULL, G_MAXUINT);
    Json json = { .out = out };

    json_open_object (&json, NULL);
    json_string (&json, "type", "merge");
    json_number (&json, "schema", SCHEMA);
    json_string (&json, "generator", "regflow " REGFLOW_VERSION);
    write_totals (&json, merged);
    write_outcomes (&json, merged->tally);
    write_causes (&json, causes);
    json_open_object (&json, "by");
    for (Dimension dimension = 0; dimension < N_DIMENSIONS; dimension++)
        write_groups (&json, merged, dimension);
    json_close_object (&json);
    write_all_times (&json, merged->tally);
    write_slow_phones (&json, merged);
    write_captures (&json, "worst", merged->worst);
    write_captures (&json, "unread_captures", merged->unread);
    merge_write_troubles (&json, merged);
    json_close_object (&json);
    g_string_append_c (out, '\n');
}
