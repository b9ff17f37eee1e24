/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON and NDJSON: the same objects, in one document or one a line (docs/inspect.schema.json). */
#include "registration/report/report_internal.h"

#include "registration/report/json.h"

static const char *or_null (const char *text)
{
    return text && *text ? text : NULL;
}

/* What is for people, and in their language. */
static gboolean has_texts (const ReportWriter *writer)
{
    return !writer->options.without_texts;
}

static void write_tip (Json *json, ReportWriter *writer, const Flow *flow, NoteId id, const char *key, TipPart part)
{
    const gsize before = json->out->len;
    const gsize begin = json_open_text (json, key);

    if (explain_append_tip (flow, writer->tips, id, part, json->out)) {
        json_close_text (json, begin);
    } else {
        g_string_truncate (json->out, before);
        json_null (json, key);
    }
}

static void write_tips (Json *json, ReportWriter *writer, const Flow *flow, NoteId id)
{
    write_tip (json, writer, flow, id, "title", TIP_TITLE);
    write_tip (json, writer, flow, id, "tip", TIP_TEXT);
    write_tip (json, writer, flow, id, "next", TIP_NEXT);
}

/* A message, or, without the key "message", an event of a TCP connection. */
static void write_message (Json *json, ReportWriter *writer, const ReportSource *source, NoteId id)
{
    const Flow *flow = source->summary->flow;
    const Note *note = notes_get (flow_notes (flow), id);
    char buffer[MAX (EXPLAIN_MESSAGE_SIZE, IP_ADDRESS_TEXT_SIZE)];
    const char *message = explain_message (flow, note, buffer);
    const gint64 elapsed = explain_elapsed (flow, id);
    gint64 response_time;

    json_open_object (json, NULL);
    json_name (json, "type", message ? "message" : "event");
    json_number (json, "frame", note->frame);
    json_seconds (json, "time", note->time);
    if (message)
        json_string (json, "message", message);
    else
        json_name (json, "event", catalog_kind (note->kind)->name);
    json_name (json, "protocol", protocol_name (catalog_kind (note->kind)->protocol));
    json_string (json, "phone", explain_device (flow, id, buffer));
    json_name (json, "from", note->from_server ? "server" : "phone");
    json_string (json, "server", or_null (explain_server (flow, note, buffer)));
    json_name (json, "phase", or_null (phase_name (note->phase)));
    json_name (json, "level", or_null (level_name (note->level)));
    json_number_or_null (json, "attempt", flow_note_number (flow, note));
    if (elapsed >= 0)
        json_seconds (json, "elapsed", elapsed);
    else
        json_null (json, "elapsed");
    json_number_or_null (json, "request_in", explain_request_in (flow, note));
    json_number_or_null (json, "answer_in", explain_answer_in (flow, note));
    if (explain_response_time (flow, note, &response_time))
        json_seconds (json, "response_time", response_time);
    else
        json_null (json, "response_time");
    if (has_texts (writer))
        write_tips (json, writer, flow, id);
    json_close_object (json);
}

/* The phone of the list that it is about; NULL when that is not there. */
static const PhoneSummary *whose_finding (const ReportSource *source, const Finding *finding)
{
    const Summary *summary = source->summary;
    const Note *note = notes_get (flow_notes (summary->flow), finding->note);
    const guint32 place = summary->places[flow_note_phone (summary->flow, note)];

    return place ? summary_phone (summary, place - 1) : NULL;
}

/* As the list of phones calls it. */
static const char *phone_of_finding (const ReportSource *source, const Finding *finding,
                                     char buffer[IP_ADDRESS_TEXT_SIZE])
{
    const PhoneSummary *phone = whose_finding (source, finding);

    return phone ? report_phone_name (source, phone, buffer)
                 : explain_device (source->summary->flow, finding->note, buffer);
}

static const char *overcome (const ReportSource *source, const Finding *finding)
{
    const PhoneSummary *phone = whose_finding (source, finding);

    if (!phone || !summary_is_overcome (source->summary, phone, finding))
        return NULL;
    return summary_is_of_sign_off (source->summary, finding) ? "sign-off" : "later";
}

static void write_remedy (Json *json, const Flow *flow, const Tips *tips, const Finding *finding)
{
    g_autofree char *title = explain_problem (flow, tips, finding, TIP_TITLE);
    g_autofree char *text = explain_problem (flow, tips, finding, TIP_TEXT);
    g_autofree char *fix = explain_problem (flow, tips, finding, TIP_FIX);

    json_string (json, "title", title);
    json_string (json, "text", text);
    json_string (json, "fix", fix);
}

static void write_finding (Json *json, ReportWriter *writer, const ReportSource *source, const Finding *finding)
{
    const Flow *flow = source->summary->flow;
    const Note *note = notes_get (flow_notes (flow), finding->note);
    char buffer[IP_ADDRESS_TEXT_SIZE];

    json_open_object (json, NULL);
    json_string (json, "type", "finding");
    json_string (json, "problem", problem_name (finding->problem));
    json_string (json, "severity", severity_name (finding_severity (finding)));
    json_string (json, "certainty", certainty_name (finding->certainty));
    json_string (json, "phone", phone_of_finding (source, finding, buffer));
    json_number (json, "frame", note->frame);
    json_seconds (json, "time", note->time);
    json_open_array (json, "evidence");
    for (guint i = 0; i < finding->n_evidence; i++)
        json_number (json, NULL, notes_get (flow_notes (flow), finding->evidence[i])->frame);
    json_close_array (json);
    json_string (json, "overcome", overcome (source, finding));
    if (has_texts (writer))
        write_remedy (json, flow, writer->tips, finding);
    json_close_object (json);
}

static void write_phases (Json *json, const Summary *summary, const Attempt *attempt)
{
    json_open_array (json, "phases");
    for (Phase phase = PHASE_NONE + 1; phase < N_PHASES; phase++) {
        const Span *span = &attempt->phases[phase];
        if (!span->count)
            continue;
        json_open_object (json, NULL);
        json_string (json, "phase", phase_name (phase));
        json_seconds (json, "begin", summary_span_begin (summary, span));
        json_seconds (json, "took", summary_span_took (summary, span));
        json_number (json, "steps", span->count);
        json_close_object (json);
    }
    json_close_array (json);
}

static void write_moment (Json *json, const Summary *summary, const char *key, gint64 from, gint64 moment)
{
    if (!summary_knows_time (summary, from, moment))
        json_string (json, key, NULL);
    else
        json_seconds (json, key, moment - from);
}

/* Seconds from the first step towards the server, and from the question. */
static void write_registration (Json *json, const Summary *summary, const Attempt *attempt)
{
    const Registration *registration = summary_registration (summary, attempt);
    const gint64 begin = summary_begin (summary, attempt), asked = summary_moment (summary, attempt, MOVE_ASK);
    const gint64 accepted = summary_moment (summary, attempt, MOVE_ACCEPT);

    json_string (json, "role", registration ? registration_role_name (registration->role) : NULL);
    json_string (json, "line", registration ? registration->line : NULL);
    json_string (json, "state", registration ? registration_state_name (summary_state (summary, registration)) : NULL);
    write_moment (json, summary, "rejected_after", begin, summary_moment (summary, attempt, MOVE_REFUSE));
    write_moment (json, summary, "accepted_after", begin, accepted);
    write_moment (json, summary, "ready_after", begin, summary_moment (summary, attempt, MOVE_READY));
    write_moment (json, summary, "asked_after", begin, asked);
    write_moment (json, summary, "accepted_in", asked, asked == NOT_SEEN ? NOT_SEEN : accepted);
}

static void write_lines (Json *json, const Summary *summary, const PhoneSummary *phone)
{
    json_open_array (json, "lines");
    for (guint i = 0; i < phone->lines->len; i++) {
        const LineOutcome *line = &g_array_index (phone->lines, LineOutcome, i);
        const Registration *registration = flow_registration (summary->flow, line->decides);
        char server[IP_ADDRESS_TEXT_SIZE];
        json_open_object (json, NULL);
        json_string (json, "line", registration->line);
        json_string (json, "server", or_null (report_server (summary, registration, server)));
        json_string (json, "outcome", outcome_name (line->outcome));
        json_close_object (json);
    }
    json_close_array (json);
}

static void write_attempt (Json *json, const ReportSource *source, const Attempt *attempt)
{
    char server[IP_ADDRESS_TEXT_SIZE];

    json_open_object (json, NULL);
    json_number_or_null (json, "attempt", attempt->number);
    json_string (json, "server", or_null (report_attempt_server (source, attempt, server)));
    json_number (json, "first_frame", attempt->first_frame);
    json_number (json, "last_frame", attempt->last_frame);
    json_seconds (json, "begin", attempt->first);
    json_seconds (json, "took", attempt->last - attempt->first);
    write_registration (json, source->summary, attempt);
    write_phases (json, source->summary, attempt);
    json_close_object (json);
}

static void write_phone (Json *json, const ReportSource *source, const PhoneSummary *of_phone)
{
    const Phone *phone = phones_get (flow_phones (source->summary->flow), of_phone->phone);
    const IpAddress address = summary_address (source->summary, of_phone);
    char buffer[MAX (IP_ADDRESS_TEXT_SIZE, MAC_ADDRESS_TEXT_SIZE)];

    json_open_object (json, NULL);
    json_string (json, "type", "phone");
    json_string (json, "phone", report_phone_name (source, of_phone, buffer));
    json_string (json, "address", or_null (ip_address_format (&address, buffer)));
    json_string (json, "mac", mac_address_is_unknown (&phone->mac) ? NULL : mac_address_format (&phone->mac, buffer));
    json_string (json, "model", summary_model (source->summary, of_phone));
    json_string (json, "load", summary_load (source->summary, of_phone));
    json_string (json, "outcome", outcome_name (of_phone->outcome));
    json_bool (json, "fails", summary_phone_fails (source->summary, of_phone));
    json_string (json, "level", or_null (level_name (phone->level)));
    json_string (json, "furthest_phase", or_null (phase_name (of_phone->furthest)));
    json_string (json, "cause", of_phone->cause ? problem_name (of_phone->cause->problem) : NULL);
    write_lines (json, source->summary, of_phone);
    json_number (json, "first_frame", phone->first_frame);
    json_open_array (json, "attempts");
    for (guint i = 0; i < of_phone->attempts->len; i++)
        write_attempt (json, source, summary_attempt (of_phone, i));
    json_close_array (json);
    json_open_array (json, "problems");
    for (guint i = 0; i < of_phone->found->len; i++)
        json_string (json, NULL, problem_name (summary_finding (source->summary, of_phone, i)->problem));
    json_close_array (json);
    json_close_object (json);
}

/* Called between objects: ends a line, or nothing. */
typedef void (*Separator) (Json *json, ReportWriter *writer);

static void write_messages (Json *json, ReportWriter *writer, const ReportSource *source, Separator separate)
{
    for (NoteId id = report_next_note (source, 0); id; id = report_next_note (source, id)) {
        write_message (json, writer, source, id);
        separate (json, writer);
    }
}

static gboolean is_left_out (const ReportSource *source, const Finding *finding)
{
    return source->filter && !source->filter (finding->note, source->user_data);
}

static void write_findings (Json *json, ReportWriter *writer, const ReportSource *source, Separator separate)
{
    const Findings *findings = diagnosis_findings (source->summary->diagnosis);

    for (guint i = 0; i < findings_count (findings); i++) {
        if (is_left_out (source, findings_get (findings, i)))
            continue;
        write_finding (json, writer, source, findings_get (findings, i));
        separate (json, writer);
    }
}

static void write_phones (Json *json, ReportWriter *writer, const ReportSource *source, Separator separate)
{
    for (guint i = 0; i < source->summary->phones->len; i++) {
        write_phone (json, source, summary_phone (source->summary, i));
        writer->phones++;
        separate (json, writer);
    }
}

static void in_array (Json *json G_GNUC_UNUSED, ReportWriter *writer)
{
    report_spill (writer);
}

static void on_a_line (Json *json, ReportWriter *writer)
{
    g_string_append_c (json->out, '\n');
    json->more = FALSE;
    report_spill (writer);
}

void report_ndjson_begin (ReportWriter *writer)
{
    Json json = { .out = writer->out };

    json_open_object (&json, NULL);
    json_string (&json, "type", "inspect");
    json_number (&json, "schema", REPORT_NDJSON_SCHEMA);
    json_string (&json, "generator", "regflow " REGFLOW_VERSION);
    json_close_object (&json);
    on_a_line (&json, writer);
}

void report_ndjson_end (ReportWriter *writer)
{
    Json json = { .out = writer->out };

    json_open_object (&json, NULL);
    json_string (&json, "type", "end");
    json_number (&json, "captures", writer->captures);
    json_number (&json, "phones", writer->phones);
    json_close_object (&json);
    on_a_line (&json, writer);
}

void report_ndjson (ReportWriter *writer, const ReportSource *source)
{
    Json json = { .out = writer->out };

    if (writer->options.titles || writer->options.without_texts || source->trouble) {
        json_open_object (&json, NULL);
        json_string (&json, "type", "capture");
        json_string (&json, "capture", source->capture);
        json_string (&json, "error", source->trouble);
        json_close_object (&json);
        on_a_line (&json, writer);
    }
    if (!source->summary)
        return;
    write_messages (&json, writer, source, on_a_line);
    write_findings (&json, writer, source, on_a_line);
    write_phones (&json, writer, source, on_a_line);
}

void report_json (ReportWriter *writer, const ReportSource *source)
{
    Json json = { .out = writer->out };

    report_begin_capture (writer);
    json_open_object (&json, NULL);
    json_string (&json, "capture", source->capture);
    json_string (&json, "error", source->trouble);
    json_open_array (&json, "messages");
    if (source->summary)
        write_messages (&json, writer, source, in_array);
    json_close_array (&json);
    json_open_array (&json, "findings");
    if (source->summary)
        write_findings (&json, writer, source, in_array);
    json_close_array (&json);
    json_open_array (&json, "phones");
    if (source->summary)
        write_phones (&json, writer, source, in_array);
    json_close_array (&json);
    json_close_object (&json);
}
