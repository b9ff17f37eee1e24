/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The form is described in docs/run.schema.json; times are seconds. */
#include "replay/report/run_report_internal.h"

#include "registration/report/json.h"

/* A time that there is none of is null. */
static void add_time (Json *json, const char *key, gint64 nanoseconds)
{
    if (nanoseconds < 0)
        json_string (json, key, NULL);
    else
        json_seconds (json, key, nanoseconds);
}

static const char *timing_word (const RunSummary *summary, const RunRow *row)
{
    gboolean is_blurred = row->timing == TIMING_LATE && summary->is_saturated;
    return row->timing == TIMING_NOT_JUDGED || is_blurred ? "not judged" : timing_name (row->timing);
}

/* Why there is no verdict on the time; NULL: there is one. */
static const char *not_judged_word (const RunSummary *summary, const RunRow *row)
{
    if (row->timing == TIMING_NOT_JUDGED)
        return "no time";
    if (row->timing == TIMING_UNCERTAIN)
        return "own lateness possible";
    return row->timing == TIMING_LATE && summary->is_saturated ? "own sends late" : NULL;
}

/* What became of a boot file; null for any other question. */
static void add_file (Json *json, const AskedFile *file)
{
    if (!file) {
        json_string (json, "file", NULL);
        return;
    }
    const ScriptFile *recorded = file->recorded;
    json_open_object (json, "file");
    json_string (json, "name", file->name);
    json_string (json, "name_recorded", recorded->name);
    json_string (json, "result", file->has_result ? file_result_name (file->result) : NULL);
    json_string (json, "result_recorded", file_result_name (recorded->result));
    json_number (json, "size", file->has_result ? (gint64) file->size : 0);
    json_number (json, "size_recorded", (gint64) recorded->size);
    add_time (json, "duration", file->duration);
    add_time (json, "duration_recorded", recorded->duration);
    json_number (json, "repeats", file->repeats);
    json_close_object (json);
}

/* What the answers said, as far as anybody has kept it. */
static void add_told (Json *json, const RunRow *row)
{
    const GArray *values = told_values (row->told);

    json_open_array (json, "said");
    for (guint i = 0; i < values->len; i++) {
        const ToldValue *value = &g_array_index (values, ToldValue, i);
        json_open_object (json, NULL);
        json_string (json, "what", value->what);
        json_string (json, "value", value->value);
        json_number (json, "times", (gint64) value->times);
        json_close_object (json);
    }
    json_close_array (json);
}

static void add_row (Json *json, const RunSummary *summary, const RunRow *row)
{
    g_autofree char *key = run_summary_row_key (summary, row);

    json_open_object (json, NULL);
    json_string (json, "type", "exchange");
    json_string (json, "exchange", key);
    json_string (json, "message", catalog_kind (row->kind)->name);
    gboolean is_sip = catalog_kind (row->kind)->protocol == PROTOCOL_SIP;
    json_number_or_null (json, "instance", is_sip || row->file ? 0 : (gint64) row->instance);
    json_string (json, "role", is_sip && row->instance ? sip_role_name ((SipRole) row->instance) : NULL);
    json_number (json, "occurrence", row->nth + 1);
    add_file (json, row->file);
    json_number_or_null (json, "frame", run_summary_row_frame (summary, row));
    json_number_or_null (json, "answer_frame", run_summary_row_answer_frame (summary, row));
    json_string (json, "answer", row->has_answer ? catalog_kind (row->answer)->name : NULL);
    add_time (json, "recorded", row->recorded);
    add_time (json, "live", row->median);
    add_time (json, "least", row->least_median);
    add_time (json, "p95", row->p95);
    add_time (json, "p99", row->p99);
    add_time (json, "longest", row->longest);
    json_number (json, "samples", row->samples->len);
    add_time (json, "allowed", row->allowed);
    json_string (json, "timing", timing_word (summary, row));
    json_string (json, "not_judged", not_judged_word (summary, row));
    json_string (json, "content", content_name (row->content));
    json_string (json, "detail", row->detail);
    add_told (json, row);
    json_number (json, "differing", row->fails);
    json_number (json, "sent_again", row->repeats);
    json_bool (json, "passed", !run_summary_row_fails (summary, row));
    json_close_object (json);
}

static void add_rows (Json *json, const RunSummary *summary)
{
    json_open_array (json, "exchanges");
    for (guint i = 0; i < summary->rows->len; i++)
        add_row (json, summary, summary->rows->pdata[i]);
    json_close_array (json);
}

static void add_pushes (Json *json, const RunSummary *summary)
{
    json_open_array (json, "unsolicited");
    for (guint i = 0; i < summary->pushes->len; i++) {
        const Push *push = &g_array_index (summary->pushes, Push, i);
        json_open_object (json, NULL);
        json_string (json, "message", catalog_kind (push->kind)->name);
        json_number (json, "recorded", push->recorded);
        json_number (json, "live", push->live);
        json_close_object (json);
    }
    json_close_array (json);
    json_bool (json, "unsolicited_awaited", summary->pushes_awaited);
}

static void add_sentences (Json *json, const char *key, const GPtrArray *sentences)
{
    json_open_array (json, key);
    for (guint i = 0; i < sentences->len; i++)
        json_string (json, NULL, sentences->pdata[i]);
    json_close_array (json);
}

static void add_ends (Json *json, const RunSummary *summary)
{
    json_open_object (json, "ends");
    for (End end = 0; end <= END_INTERRUPTED; end++)
        json_number (json, end_name (end), summary->ends[end]);
    json_close_object (json);
}

static void add_totals (Json *json, const RunSummary *summary)
{
    const Script *script = summary->script;

    add_time (json, "files", samples_percentile (summary->files_took, 50));
    add_time (json, "files_recorded", run_summary_files_recorded (summary));
    add_time (json, "accepted", samples_percentile (summary->accepted, 50));
    add_time (json, "accepted_recorded", script->accepted_after);
    add_time (json, "accepted_own_wait", samples_percentile (summary->accepted_own, 50));
    add_time (json, "ready", samples_percentile (summary->ready, 50));
    add_time (json, "ready_recorded", script->ready_after);
    add_time (json, "ready_own_wait", samples_percentile (summary->ready_own, 50));
    json_bool (json, "round_trip_corrected", summary->is_corrected);
    add_time (json, "round_trip", summary->round_trip);
    add_time (json, "round_trip_recorded", script->round_trip);
    json_number (json, "keepalives", summary->keepalives);
    json_number (json, "keepalives_lost", summary->keepalives_lost);
    json_number (json, "still_registered", summary->unsigned_off);
    add_time (json, "own_lateness_median", summary->lateness_median);
    add_time (json, "own_lateness_p99", summary->lateness_p99);
    add_time (json, "own_reading_median", summary->reading_median);
    add_time (json, "own_reading_p99", summary->reading_p99);
    json_number (json, "sends_unstamped", summary->unstamped);
    json_number (json, "times_uncertain", summary->uncertain);
    json_bool (json, "generator_saturated", summary->is_saturated);
    json_number_or_null (json, "memory_per_phone", MAX (0, summary->memory_per_phone));
}

/* Of the registration that was done again, wherever its capture lies and whatever that is called. */
static char *digest_of (const Script *script)
{
    g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

    g_checksum_update (checksum, (const guchar *) script->phone, -1);
    for (guint i = 0; i < script->messages->len; i++) {
        const ScriptMessage *message = script_message (script, i);
        const gint64 time = GINT64_TO_BE (message->time); /* parts may come from machines of another kind */
        g_checksum_update (checksum, (const guchar *) &time, sizeof time);
        g_checksum_update (checksum, message->octets.data, (gssize) message->octets.size);
    }
    return g_strdup (g_checksum_get_string (checksum));
}

/* What decides whether parts make one run, and what they add up to. */
static void add_counts (Json *json, const RunReport *report)
{
    const RunSummary *summary = report->summary;

    json_number (json, "part", report->part);
    json_number (json, "parts", report->parts);
    json_number (json, "all_phones", report->all_phones);
    json_number (json, "rounds", report->rounds);
    add_time (json, "began", summary->began ? summary->began : -1);
    add_time (json, "start_at", report->start_at ? report->start_at : -1);
    add_time (json, "clock_error", report->clock_error);
    json_string (json, "tolerance", report->tolerance);
    json_bool (json, "strict", summary->strict);
    json_number (json, "registrations", summary->runs);
    json_number (json, "registered", summary->registered);
    json_number (json, "refused_as_recorded", summary->as_recorded);
    json_number (json, "better_than_recorded", summary->better);
    json_number (json, "short_of_recorded", summary->short_of_level);
}

static void add_run (Json *json, const RunReport *report)
{
    const RunSummary *summary = report->summary;
    g_autofree char *sentence = run_summary_sentence (summary);
    g_autofree char *recording = digest_of (summary->script);

    json_string (json, "type", "run");
    json_string (json, "result", sentence);
    json_bool (json, "passed", summary->code == REGREPLAY_OK);
    json_number (json, "exit_code", summary->code);
    json_string (json, "capture", summary->script->capture);
    json_string (json, "recorded_phone", summary->script->phone);
    json_number (json, "attempt", summary->script->attempt);
    json_string (json, "phone", report->as);
    json_string (json, "recording", recording);
    json_string (json, "target", report->target);
    json_bool (json, "embedded", report->is_embedded);
    json_string (json, "speed", report->speed);
    json_number (json, "phones", report->phones);
    add_counts (json, report);
}

void run_report_json (const RunReport *report, GString *out)
{
    const RunSummary *summary = report->summary;
    Json json = { .out = out };

    json_open_object (&json, NULL);
    add_run (&json, report);
    add_ends (&json, summary);
    add_rows (&json, summary);
    add_pushes (&json, summary);
    add_totals (&json, summary);
    add_sentences (&json, "failures", summary->sentences);
    add_sentences (&json, "notes", summary->remarks);
    json_close_object (&json);
    g_string_append_c (out, '\n');
}

/* --- Lines */

static void end_line (Json *json)
{
    g_string_append_c (json->out, '\n');
    json->more = FALSE;
}

static void add_begin (Json *json, const RunReport *report)
{
    json_open_object (json, NULL);
    json_string (json, "type", "replay");
    json_number (json, "schema", RUN_REPORT_SCHEMA);
    json_string (json, "generator", "regflow " REGFLOW_VERSION);
    json_number (json, "part", report->part);
    json_number (json, "parts", report->parts);
    json_close_object (json);
    end_line (json);
}

/* Which samples from there on are of the same row. */
static guint end_of_row (const GArray *samples, guint begin)
{
    guint end = begin;

    while (end < samples->len &&
           g_array_index (samples, RunSample, end).row == g_array_index (samples, RunSample, begin).row)
        end++;
    return end;
}

static void add_times (Json *json, const GArray *samples, GPtrArray *keys)
{
    json_open_object (json, "times");
    for (guint i = 0, end; i < samples->len; i = end) {
        end = end_of_row (samples, i);
        json_open_array (json, keys->pdata[g_array_index (samples, RunSample, i).row]);
        for (guint k = i; k < end; k++)
            json_microseconds (json, NULL, g_array_index (samples, RunSample, k).live);
        json_close_array (json);
    }
    json_close_object (json);
}

static gboolean has_own (const GArray *samples, guint begin, guint end)
{
    while (begin < end && g_array_index (samples, RunSample, begin).own == 0)
        begin++;
    return begin < end;
}

static void add_own (Json *json, const GArray *samples, GPtrArray *keys)
{
    json_open_object (json, "own");
    for (guint i = 0, end; i < samples->len; i = end) {
        end = end_of_row (samples, i);
        if (!has_own (samples, i, end))
            continue;
        json_open_array (json, keys->pdata[g_array_index (samples, RunSample, i).row]);
        for (guint k = i; k < end; k++)
            json_microseconds (json, NULL, g_array_index (samples, RunSample, k).own);
        json_close_array (json);
    }
    json_close_object (json);
}

static void add_microseconds (Json *json, const char *key, gint64 nanoseconds)
{
    if (nanoseconds < 0)
        json_string (json, key, NULL);
    else
        json_microseconds (json, key, nanoseconds);
}

static void add_phone (Json *json, const RunReport *report, guint number, GPtrArray *keys)
{
    const RunPhone *phone = report->summary->phones->pdata[number];

    json_open_object (json, NULL);
    json_string (json, "type", "samples");
    json_string (json, "phone", *phone->name ? phone->name : report->as);
    json_number (json, "round", number / report->phones + 1);
    json_string (json, "end", end_name (phone->end));
    add_microseconds (json, "round_trip", phone->round_trip);
    add_microseconds (json, "accepted", phone->accepted);
    add_microseconds (json, "ready", phone->ready);
    add_times (json, phone->samples, keys);
    add_own (json, phone->samples, keys);
    json_close_object (json);
    end_line (json);
}

static GPtrArray *keys_of (const RunSummary *summary)
{
    GPtrArray *keys = g_ptr_array_new_with_free_func (g_free);

    for (guint i = 0; i < summary->rows->len; i++)
        g_ptr_array_add (keys, run_summary_row_key (summary, summary->rows->pdata[i]));
    return keys;
}

void run_report_begin_line (const RunReport *report, GString *out)
{
    Json json = { .out = out };

    add_begin (&json, report);
}

void run_report_result_lines (const RunReport *report, GString *out)
{
    const RunSummary *summary = report->summary;
    g_autoptr (GPtrArray) keys = keys_of (summary);
    Json json = { .out = out };

    for (guint i = 0; summary->phones && i < summary->phones->len; i++)
        add_phone (&json, report, i, keys);
    for (guint i = 0; i < summary->rows->len; i++) {
        add_row (&json, summary, summary->rows->pdata[i]);
        end_line (&json);
    }
    json_open_object (&json, NULL);
    add_run (&json, report);
    add_ends (&json, summary);
    add_pushes (&json, summary);
    add_totals (&json, summary);
    add_sentences (&json, "failures", summary->sentences);
    add_sentences (&json, "notes", summary->remarks);
    json_number (&json, "n_exchanges", summary->rows->len);
    json_number (&json, "n_samples", summary->phones ? summary->phones->len : 0);
    json_close_object (&json);
    end_line (&json);
}
