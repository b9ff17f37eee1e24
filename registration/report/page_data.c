/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/report/page_data.h"

#include "registration/report/json.h"
#include "registration/report/report_internal.h"

#include <string.h>

typedef struct {
    const PageSource *page;
    const ReportSource *source; /* its report */
    const Tips *tips;
    const Flow *flow;
    ReportWriter *writer; /* NULL: all that is written stays together */
    Json json;
} Page;

static Page begin (const PageSource *source, GString *out, ReportWriter *writer)
{
    return (Page){ .page = source,
                   .source = source->report,
                   .tips = source->tips,
                   .flow = source->report->summary->flow,
                   .writer = writer,
                   .json = { .out = out, .in_html = TRUE } };
}

static void spill (const Page *page)
{
    if (page->writer)
        report_spill (page->writer);
}

/* --- Values */

static void add_text (Json *json, const char *key, const char *text)
{
    if (text && *text)
        json_string (json, key, text);
}

static void add_number (Json *json, const char *key, gint64 number)
{
    if (number)
        json_number (json, key, number);
}

static void add_moment (Json *json, const Summary *summary, const char *key, gint64 since, gint64 moment)
{
    if (summary_knows_time (summary, since, moment))
        json_number (json, key, moment - since);
}

static void add_tip (Page *page, const char *key, NoteId id, TipPart part)
{
    g_autofree char *text = explain_tip (page->flow, page->tips, id, part);
    add_text (&page->json, key, text);
}

static void add_problem (Page *page, const char *key, const Finding *finding, TipPart part)
{
    g_autofree char *text = explain_problem (page->flow, page->tips, finding, part);
    add_text (&page->json, key, text);
}

static guint32 frame_of (const Page *page, NoteId id)
{
    return notes_get (flow_notes (page->flow), id)->frame;
}

static gint64 first_time (const Page *page, const PhoneSummary *phone)
{
    return phones_get (flow_phones (page->flow), phone->phone)->first_time;
}

/* --- One phone */

static void write_lanes (Page *page, const LadderPhone *phone)
{
    json_open_array (&page->json, "lanes");
    for (guint i = 0; i < phone->lanes->len; i++) {
        g_autofree char *title = ladder_lane_title (phone, page->tips, i);
        char address[IP_ADDRESS_TEXT_SIZE];
        json_open_object (&page->json, NULL);
        add_text (&page->json, "h", title);
        add_text (&page->json, "a", ip_address_format (&g_array_index (phone->lanes, LadderLane, i).address, address));
        json_close_object (&page->json);
    }
    json_close_array (&page->json);
}

static void write_message (Page *page, const LadderStep *step, gint64 since)
{
    const Note *note = notes_get (flow_notes (page->flow), step->note);
    Json *json = &page->json;
    char label[LADDER_LABEL_SIZE];
    gint64 response_time;

    json_number (json, "f", note->frame);
    json_number (json, "t", note->time - since);
    json_number (json, "l", step->lane);
    add_number (json, "s", note->from_server);
    add_number (json, "v", note->level);
    add_number (json, "a", flow_note_number (page->flow, note));
    add_number (json, "q", ladder_step_is_quiet (page->flow, step));
    add_text (json, "m", ladder_label (page->flow, page->tips, note, label));
    add_tip (page, "h", step->note, TIP_TITLE);
    add_tip (page, "x", step->note, TIP_TEXT);
    add_tip (page, "n", step->note, TIP_NEXT);
    add_number (json, "r", explain_request_in (page->flow, note));
    add_number (json, "w", explain_answer_in (page->flow, note));
    if (explain_response_time (page->flow, note, &response_time))
        json_number (json, "d", response_time);
}

static void write_step (Page *page, const LadderStep *step, gint64 since)
{
    json_open_object (&page->json, NULL);
    json_number (&page->json, "p", step->phase);
    switch (step->kind) {
    case STEP_MESSAGE:
        write_message (page, step, since);
        break;
    case STEP_GAP:
        json_number (&page->json, "gap", step->duration);
        break;
    case STEP_FOLD:
        json_number (&page->json, "fold", step->count);
        json_number (&page->json, "f", frame_of (page, step->note));
        json_number (&page->json, "to", frame_of (page, step->last));
        break;
    }
    json_close_object (&page->json);
}

static void write_steps (Page *page, const LadderPhone *phone)
{
    gint64 since = first_time (page, phone->summary);

    json_open_array (&page->json, "steps");
    for (guint i = 0; i < phone->steps->len; i++) {
        write_step (page, &g_array_index (phone->steps, LadderStep, i), since);
        spill (page);
    }
    json_close_array (&page->json);
}

static void write_finding (Page *page, const PhoneSummary *phone, const Finding *finding)
{
    const Summary *summary = page->source->summary;
    Json *json = &page->json;

    json_open_object (json, NULL);
    json_string (json, "id", problem_name (finding->problem));
    json_number (json, "s", finding_severity (finding));
    json_number (json, "c", finding->certainty);
    json_number (json, "f", frame_of (page, finding->note));
    json_open_array (json, "e");
    for (guint i = 0; i < finding->n_evidence; i++)
        json_number (json, NULL, frame_of (page, finding->evidence[i]));
    json_close_array (json);
    if (summary_is_overcome (summary, phone, finding))
        json_string (json, "o", summary_is_of_sign_off (summary, finding) ? "proof-sign-off" : "proof-overcome");
    add_problem (page, "h", finding, TIP_TITLE);
    add_problem (page, "x", finding, TIP_TEXT);
    add_problem (page, "fix", finding, TIP_FIX);
    json_close_object (json);
}

static void write_findings (Page *page, const PhoneSummary *phone)
{
    json_open_array (&page->json, "findings");
    for (guint i = 0; i < phone->found->len; i++) {
        write_finding (page, phone, summary_finding (page->source->summary, phone, i));
        spill (page);
    }
    json_close_array (&page->json);
}

static void write_span (Json *json, const Summary *summary, Phase phase, const Span *span, gint64 since)
{
    json_open_array (json, NULL);
    json_number (json, NULL, phase);
    json_number (json, NULL, summary_span_begin (summary, span) - since);
    json_number (json, NULL, summary_span_took (summary, span));
    json_number (json, NULL, span->count);
    json_close_array (json);
}

static void write_attempt (Page *page, const Attempt *attempt, gint64 since)
{
    Json *json = &page->json;
    g_autoptr (GString) head = g_string_new (NULL);

    report_attempt (page->source, page->tips, attempt, head);
    json_open_object (json, NULL);
    json_number (json, "n", attempt->number);
    json_string (json, "h", head->str);
    json_open_array (json, "p");
    for (Phase phase = PHASE_NONE + 1; phase < N_PHASES; phase++)
        if (attempt->phases[phase].count)
            write_span (json, page->source->summary, phase, &attempt->phases[phase], since);
    json_close_array (json);
    json_close_object (json);
}

static void write_attempts (Page *page, const PhoneSummary *phone)
{
    json_open_array (&page->json, "attempts");
    for (guint i = 0; i < phone->attempts->len; i++) {
        write_attempt (page, summary_attempt (phone, i), first_time (page, phone));
        spill (page);
    }
    json_close_array (&page->json);
}

void page_phone (const PageSource *source, const LadderPhone *phone, GString *out, ReportWriter *writer)
{
    Page page = begin (source, out, writer);

    json_open_object (&page.json, NULL);
    json_number (&page.json, "messages", phone->messages);
    write_lanes (&page, phone);
    write_attempts (&page, phone->summary);
    write_findings (&page, phone->summary);
    write_steps (&page, phone);
    json_close_object (&page.json);
}

/* --- Overview */

/* Of the latest attempt that was accepted. */
static void write_times (const Summary *summary, Json *json, const PhoneSummary *phone)
{
    for (guint i = phone->attempts->len; i > 0; i--) {
        const Attempt *attempt = summary_attempt (phone, i - 1);
        const gint64 accepted = summary_moment (summary, attempt, MOVE_ACCEPT);
        const gint64 begin = summary_begin (summary, attempt);
        if (accepted == NOT_SEEN)
            continue;
        add_moment (json, summary, "ac", begin, accepted);
        add_moment (json, summary, "re", begin, summary_moment (summary, attempt, MOVE_READY));
        return;
    }
}

static void write_counts (Page *page, const PhoneSummary *phone)
{
    guint counts[SEVERITY_ERROR + 1] = { 0 };

    for (guint i = 0; i < phone->found->len; i++)
        counts[finding_severity (summary_finding (page->source->summary, phone, i))]++;
    add_number (&page->json, "e", counts[SEVERITY_ERROR]);
    add_number (&page->json, "w", counts[SEVERITY_WARNING]);
    add_number (&page->json, "i", counts[SEVERITY_NOTE]);
    json_number (&page->json, "at", summary_attempts (page->source->summary, phone));
}

static void write_outcome (Page *page, const PhoneSummary *phone)
{
    g_autofree char *text = report_outcome (page->source->summary, page->tips, phone);

    json_string (&page->json, "o", outcome_name (phone->outcome));
    json_string (&page->json, "os", text);
    if (phone->cause)
        add_problem (page, "k", phone->cause, TIP_TITLE);
}

void page_row (const PageSource *source, const PhoneSummary *summary, GString *rows)
{
    Page page = begin (source, rows, NULL);
    const Phone *phone = phones_get (flow_phones (page.flow), summary->phone);
    const IpAddress own = summary_address (page.source->summary, summary);
    char label[IP_ADDRESS_TEXT_SIZE], address[IP_ADDRESS_TEXT_SIZE];

    page.json.more = rows->len > 0;
    json_open_object (&page.json, NULL);
    add_text (&page.json, "n", report_phone_name (page.source, summary, label));
    add_text (&page.json, "m", summary_model (page.source->summary, summary));
    add_text (&page.json, "ld", summary_load (page.source->summary, summary));
    add_text (&page.json, "a", ip_address_format (&own, address));
    add_number (&page.json, "c", source->capture);
    json_number (&page.json, "t", phone->first_time / 1000);
    write_outcome (&page, summary);
    write_times (page.source->summary, &page.json, summary);
    write_counts (&page, summary);
    json_close_object (&page.json);
}

void page_capture (const PageSource *source, GString *names)
{
    Json json = { .out = names, .more = names->len > 0, .in_html = TRUE };
    g_autofree char *name = source->report->capture ? g_path_get_basename (source->report->capture) : NULL;

    json_open_object (&json, NULL);
    add_text (&json, "n", name);
    add_text (&json, "x", source->report->trouble);
    json_close_object (&json);
}

static void write_words_of (Json *json, const Tips *tips, const char *key, const Word *words, guint n)
{
    json_open_array (json, key);
    for (guint i = 0; i < n; i++)
        json_string (json, NULL, tips_word (tips, words[i]));
    json_close_array (json);
}

/* Its own words the page knows by their keys without "page-". */
static void write_word (Json *json, const Tips *tips, Word word)
{
    g_autofree char *key = word_key (word);
    const char *prefix = g_str_has_prefix (key, "page-") ? "page-" : "";

    json_string (json, key + strlen (prefix), tips_word (tips, word));
}

/* In which words the page speaks: those of its own by their keys, and those of the values that have numbers. */
static void write_words (Json *json, const Tips *tips, gboolean is_live)
{
    static const Word words[] = {
#define X(symbol, english) WORD_##symbol,
        PAGE_WORDS (X)
#undef X
    };
    static const Word live[] = {
#define X(symbol, english) WORD_##symbol,
        LIVE_WORDS (X)
#undef X
    };
    static const Word shared[] = { WORD_REPORT_NO_PHONES, WORD_REPORT_LABELLED, WORD_LADDER_GAP, WORD_TO_DO };
    Word phases[N_PHASES], severities[N_SEVERITIES], certainties[N_CERTAINTIES];

    for (guint i = 0; i < N_PHASES; i++)
        phases[i] = word_of_phase ((Phase) i);
    for (guint i = 0; i < N_SEVERITIES; i++)
        severities[i] = severity_word ((Severity) i);
    for (guint i = 0; i < N_CERTAINTIES; i++)
        certainties[i] = certainty_word ((Certainty) i);
    json_open_object (json, "words");
    for (guint i = 0; i < G_N_ELEMENTS (words); i++)
        write_word (json, tips, words[i]);
    for (guint i = 0; i < G_N_ELEMENTS (shared); i++)
        write_word (json, tips, shared[i]);
    for (guint i = 0; is_live && i < G_N_ELEMENTS (live); i++)
        write_word (json, tips, live[i]);
    write_words_of (json, tips, "phases", phases, N_PHASES);
    write_words_of (json, tips, "severities", severities, N_SEVERITIES);
    write_words_of (json, tips, "certainties", certainties, N_CERTAINTIES);
    json_close_object (json);
}

void page_overview (const Tips *tips, gboolean is_live, const GString *names, const GString *rows, GString *out)
{
    Json json = { .out = out, .in_html = TRUE };

    json_open_object (&json, NULL);
    json_open_array (&json, "phases");
    for (Phase phase = 0; phase < N_PHASES; phase++)
        json_string (&json, NULL, phase_name (phase));
    json_close_array (&json);
    write_words (&json, tips, is_live);
    json_open_array (&json, "captures");
    g_string_append_len (out, names->str, (gssize) names->len);
    json_close_array (&json);
    json_open_array (&json, "phones");
    g_string_append_len (out, rows->str, (gssize) rows->len);
    json_close_array (&json);
    json_close_object (&json);
}
