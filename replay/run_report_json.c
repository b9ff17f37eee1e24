/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The form is described in docs/run.schema.json; times are seconds. */
#include "replay/run_report.h"

#include "replay/clock.h"

#include <json-glib/json-glib.h>

static void add_text (JsonBuilder *builder, const char *name, const char *text)
{
    json_builder_set_member_name (builder, name);
    json_builder_add_string_value (builder, text);
}

static void add_number (JsonBuilder *builder, const char *name, gint64 number)
{
    json_builder_set_member_name (builder, name);
    json_builder_add_int_value (builder, number);
}

static void add_flag (JsonBuilder *builder, const char *name, gboolean flag)
{
    json_builder_set_member_name (builder, name);
    json_builder_add_boolean_value (builder, flag);
}

/* A time that there is none of is null. */
static void add_time (JsonBuilder *builder, const char *name, gint64 nanoseconds)
{
    json_builder_set_member_name (builder, name);
    if (nanoseconds < 0)
        json_builder_add_null_value (builder);
    else
        json_builder_add_double_value (builder, (double) nanoseconds / NSEC_PER_SEC);
}

static void add_row (JsonBuilder *builder, const Summary *summary, const SummaryRow *row)
{
    const ScriptMessage *request = script_message (summary->script, row->request);
    const ScriptMessage *answer = request ? script_message (summary->script, request->partner) : NULL;

    json_builder_begin_object (builder);
    add_text (builder, "message", catalog_kind (row->kind)->name);
    if (row->instance)
        add_number (builder, "instance", (gint64) row->instance);
    add_number (builder, "occurrence", row->nth + 1);
    if (request)
        add_number (builder, "frame", request->frame);
    if (answer)
        add_number (builder, "answer_frame", answer->frame);
    if (row->has_answer)
        add_text (builder, "answer", catalog_kind (row->answer)->name);
    add_time (builder, "recorded", row->recorded);
    add_time (builder, "live", row->median);
    add_time (builder, "p95", row->p95);
    add_time (builder, "p99", row->p99);
    add_time (builder, "longest", row->longest);
    add_number (builder, "samples", row->samples->len);
    add_time (builder, "allowed", row->allowed);
    add_text (builder, "timing",
              row->timing == TIMING_NOT_JUDGED || (row->timing == TIMING_LATE && summary->is_saturated)
                  ? "not judged"
                  : timing_name (row->timing));
    add_text (builder, "content", content_name (row->content));
    if (row->detail)
        add_text (builder, "detail", row->detail);
    add_flag (builder, "passed", !summary_row_fails (summary, row));
    json_builder_end_object (builder);
}

static void add_rows (JsonBuilder *builder, const Summary *summary)
{
    json_builder_set_member_name (builder, "exchanges");
    json_builder_begin_array (builder);
    for (guint i = 0; i < summary->rows->len; i++)
        add_row (builder, summary, summary->rows->pdata[i]);
    json_builder_end_array (builder);
}

static void add_pushes (JsonBuilder *builder, const Summary *summary)
{
    json_builder_set_member_name (builder, "unsolicited");
    json_builder_begin_array (builder);
    for (guint i = 0; i < summary->pushes->len; i++) {
        const Push *push = &g_array_index (summary->pushes, Push, i);
        json_builder_begin_object (builder);
        add_text (builder, "message", catalog_kind (push->kind)->name);
        add_number (builder, "recorded", push->recorded);
        add_number (builder, "live", push->live);
        json_builder_end_object (builder);
    }
    json_builder_end_array (builder);
}

static void add_sentences (JsonBuilder *builder, const char *name, const GPtrArray *sentences)
{
    json_builder_set_member_name (builder, name);
    json_builder_begin_array (builder);
    for (guint i = 0; i < sentences->len; i++)
        json_builder_add_string_value (builder, sentences->pdata[i]);
    json_builder_end_array (builder);
}

static void add_ends (JsonBuilder *builder, const Summary *summary)
{
    json_builder_set_member_name (builder, "ends");
    json_builder_begin_object (builder);
    for (End end = 0; end <= END_INTERRUPTED; end++)
        add_number (builder, end_name (end), summary->ends[end]);
    json_builder_end_object (builder);
}

static void add_totals (JsonBuilder *builder, const Summary *summary)
{
    const Script *script = summary->script;

    add_time (builder, "accepted", samples_percentile (summary->accepted, 50));
    add_time (builder, "accepted_recorded", script->accepted_after);
    add_time (builder, "ready", samples_percentile (summary->ready, 50));
    add_time (builder, "ready_recorded", script->ready_after);
    add_flag (builder, "round_trip_corrected", summary->is_corrected);
    add_time (builder, "round_trip", summary->round_trip);
    add_time (builder, "round_trip_recorded", script->round_trip);
    add_number (builder, "keepalives", summary->keepalives);
    add_number (builder, "keepalives_lost", summary->keepalives_lost);
    add_time (builder, "own_lateness_median", summary->lateness_median);
    add_time (builder, "own_lateness_p99", summary->lateness_p99);
    add_flag (builder, "generator_saturated", summary->is_saturated);
    if (summary->memory_per_phone >= 0)
        add_number (builder, "memory_per_phone", summary->memory_per_phone);
}

void run_report_json (const RunReport *report, GString *out)
{
    const Summary *summary = report->summary;
    g_autoptr (JsonBuilder) builder = json_builder_new ();
    g_autofree char *sentence = summary_sentence (summary);

    json_builder_begin_object (builder);
    add_text (builder, "result", sentence);
    add_flag (builder, "passed", summary->code == REGREPLAY_OK);
    add_number (builder, "exit_code", summary->code);
    add_text (builder, "capture", summary->script->capture);
    add_text (builder, "recorded_phone", summary->script->phone);
    add_number (builder, "attempt", summary->script->attempt);
    add_text (builder, "phone", report->as);
    add_text (builder, "target", report->target);
    add_flag (builder, "embedded", report->is_embedded);
    add_text (builder, "speed", report->speed);
    add_number (builder, "phones", report->phones);
    add_number (builder, "rounds", report->rounds);
    add_ends (builder, summary);
    add_rows (builder, summary);
    add_pushes (builder, summary);
    add_totals (builder, summary);
    add_sentences (builder, "failures", summary->sentences);
    add_sentences (builder, "notes", summary->remarks);
    json_builder_end_object (builder);
    g_autoptr (JsonGenerator) generator = json_generator_new ();
    g_autoptr (JsonNode) root = json_builder_get_root (builder);
    json_generator_set_pretty (generator, TRUE);
    json_generator_set_root (generator, root);
    json_generator_to_gstring (generator, out);
    g_string_append_c (out, '\n');
}
