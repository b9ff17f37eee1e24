/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ladder page. Its look and its behaviour stand in registration/report/page/; the captures' data are JSON in it,
 * phone by phone, so that memory is needed for the ladder of one phone and a row for each. Keys are one or two letters
 * (a page of 1,000 phones has some 60,000 steps); ladder.js says what they mean. */
#include "registration/report/json.h"
#include "registration/report/report_internal.h"
#include "registration/tips/shipped.h"

#include <string.h>

typedef struct {
    ReportWriter *writer;
    const ReportSource *source;
    const Flow *flow;
    Json json;
} Page;

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

static void add_moment (Json *json, const char *key, gint64 moment, gint64 since)
{
    if (moment != NOT_SEEN)
        json_number (json, key, moment - since);
}

static void add_tip (Page *page, const char *key, NoteId id, TipPart part)
{
    g_autofree char *text = explain_tip (page->flow, page->writer->tips, id, part);
    add_text (&page->json, key, text);
}

static void add_problem (Page *page, const char *key, const Finding *finding, TipPart part)
{
    g_autofree char *text = explain_problem (page->flow, page->writer->tips, finding, part);
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
        g_autofree char *title = ladder_lane_title (phone, page->writer->tips, i);
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
    add_number (json, "a", flow_note_attempt (page->flow, note));
    add_number (json, "q", ladder_step_is_quiet (page->flow, step));
    add_text (json, "m", ladder_label (page->flow, page->writer->tips, note, label));
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
        report_spill (page->writer);
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
        report_spill (page->writer);
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

    report_attempt (page->source, page->writer->tips, attempt, head);
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
        report_spill (page->writer);
    }
    json_close_array (&page->json);
}

static void write_phone (Page *page, const LadderPhone *phone)
{
    page->json = (Json){ .out = page->writer->out, .in_html = TRUE };
    g_string_append_printf (page->json.out, "<script type=\"application/json\" id=\"p%u-data\">", page->writer->phones);
    json_open_object (&page->json, NULL);
    json_number (&page->json, "messages", phone->messages);
    write_lanes (page, phone);
    write_attempts (page, phone->summary);
    write_findings (page, phone->summary);
    write_steps (page, phone);
    json_close_object (&page->json);
    g_string_append (page->json.out, "</script>\n");
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
        add_moment (json, "ac", accepted, begin);
        add_moment (json, "re", summary_moment (summary, attempt, MOVE_READY), begin);
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
    g_autofree char *text = report_outcome (page->source->summary, page->writer->tips, phone);

    json_string (&page->json, "o", outcome_name (phone->outcome));
    json_string (&page->json, "os", text);
    if (phone->cause)
        add_problem (page, "k", phone->cause, TIP_TITLE);
}

static void write_row (Page *page, const PhoneSummary *summary)
{
    const Phone *phone = phones_get (flow_phones (page->flow), summary->phone);
    const IpAddress own = summary_address (page->source->summary, summary);
    char label[IP_ADDRESS_TEXT_SIZE], address[IP_ADDRESS_TEXT_SIZE];

    page->json = (Json){ .out = page->writer->rows, .more = page->writer->phones > 0, .in_html = TRUE };
    json_open_object (&page->json, NULL);
    add_text (&page->json, "n", report_phone_name (page->source, summary, label));
    add_text (&page->json, "m", summary_model (page->source->summary, summary));
    add_text (&page->json, "ld", summary_load (page->source->summary, summary));
    add_text (&page->json, "a", ip_address_format (&own, address));
    add_number (&page->json, "c", page->writer->captures);
    json_number (&page->json, "t", phone->first_time / 1000);
    write_outcome (page, summary);
    write_times (page->source->summary, &page->json, summary);
    write_counts (page, summary);
    json_close_object (&page->json);
}

static void write_capture_name (ReportWriter *writer, const ReportSource *source)
{
    Json json = { .out = writer->names, .more = writer->captures > 0, .in_html = TRUE };
    g_autofree char *name = source->capture ? g_path_get_basename (source->capture) : NULL;

    json_open_object (&json, NULL);
    add_text (&json, "n", name);
    add_text (&json, "x", source->trouble);
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
static void write_words (Json *json, const Tips *tips)
{
    static const Word words[] = {
#define X(symbol, english) WORD_##symbol,
        PAGE_WORDS (X)
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
    write_words_of (json, tips, "phases", phases, N_PHASES);
    write_words_of (json, tips, "severities", severities, N_SEVERITIES);
    write_words_of (json, tips, "certainties", certainties, N_CERTAINTIES);
    json_close_object (json);
}

static void write_overview (ReportWriter *writer)
{
    Json json = { .out = writer->out, .in_html = TRUE };

    g_string_append (writer->out, "<script type=\"application/json\" id=\"capture\">");
    json_open_object (&json, NULL);
    json_open_array (&json, "phases");
    for (Phase phase = 0; phase < N_PHASES; phase++)
        json_string (&json, NULL, phase_name (phase));
    json_close_array (&json);
    write_words (&json, writer->tips);
    json_open_array (&json, "captures");
    g_string_append_len (writer->out, writer->names->str, (gssize) writer->names->len);
    json_close_array (&json);
    json_open_array (&json, "phones");
    g_string_append_len (writer->out, writer->rows->str, (gssize) writer->rows->len);
    json_close_array (&json);
    json_close_object (&json);
    g_string_append (writer->out, "</script>\n");
}

/* --- File */

static void write_shipped_file (GString *out, const char *name)
{
    const ShippedFile *file = shipped_find (shipped_page, name);
    g_string_append_len (out, file->data, (gssize) file->size);
}

/* As a Content Security Policy names an inline script or style: by its hash. What a capture might smuggle in has
 * another one and does not run. */
static char *hash_of_shipped_file (const char *name)
{
    const ShippedFile *file = shipped_find (shipped_page, name);
    g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
    guint8 digest[32];
    gsize size = sizeof digest;

    g_checksum_update (checksum, (const guchar *) file->data, (gssize) file->size);
    g_checksum_get_digest (checksum, digest, &size);
    return g_base64_encode (digest, size);
}

static void write_policy (GString *out)
{
    g_autofree char *style = hash_of_shipped_file ("ladder.css");
    g_autofree char *script = hash_of_shipped_file ("ladder.js");

    g_string_append_printf (out,
                            "default-src 'none'; style-src 'sha256-%s'; script-src 'sha256-%s'; base-uri 'none'; "
                            "form-action 'none'",
                            style, script);
}

static void write_escaped (GString *out, const char *text)
{
    g_autoptr (GString) clean = g_string_new (text);

    report_clean (clean, 0);
    g_autofree char *escaped = g_markup_escape_text (clean->str, (gssize) clean->len);
    g_string_append (out, escaped);
}

static void write_title (GString *out, const Tips *tips, const char *capture)
{
    g_autofree char *name = capture ? g_path_get_basename (capture) : NULL;
    const Value values[] = { value_of_text (VALUE_LABEL, name),
                             value_of_text (VALUE_TEXT, tips_word (tips, WORD_PAGE_TITLE)) };
    g_autoptr (GString) title = g_string_new (NULL);

    if (name)
        tips_say (tips, WORD_REPORT_LABELLED, values, G_N_ELEMENTS (values), title);
    write_escaped (out, name ? title->str : tips_word (tips, WORD_PAGE_TITLE));
}

static void write_mark (ReportWriter *writer, const char *mark, const char *capture)
{
    g_autofree char *language = report_language (writer->tips);

    if (g_str_equal (mark, "policy"))
        write_policy (writer->out);
    else if (g_str_equal (mark, "generator"))
        g_string_append (writer->out, "regflow " REGFLOW_VERSION);
    else if (g_str_equal (mark, "title"))
        write_title (writer->out, writer->tips, capture);
    else if (g_str_equal (mark, "language"))
        write_escaped (writer->out, language);
    else if (g_str_equal (mark, "skip"))
        write_escaped (writer->out, tips_word (writer->tips, WORD_PAGE_SKIP));
    else if (g_str_equal (mark, "no-script"))
        write_escaped (writer->out, tips_word (writer->tips, WORD_PAGE_NO_SCRIPT));
    else
        write_shipped_file (writer->out, mark);
}

/* Writes the page's skeleton from the place of one mark, {{from}}, to that of the next one, {{to}}; NULL: from the
 * beginning, to the end. */
static void write_skeleton (ReportWriter *writer, const char *from, const char *to, const char *capture)
{
    const ShippedFile *file = shipped_find (shipped_page, "ladder.html");
    g_autofree char *skeleton = g_strndup (file->data, file->size);
    char *at = skeleton, *end = to ? strstr (skeleton, to) : NULL;

    if (end)
        *end = '\0';
    if (from)
        at = strstr (skeleton, from) + strlen (from);
    for (char *mark; (mark = strstr (at, "{{"));) {
        char *close = strstr (mark, "}}");
        *mark = *close = '\0';
        g_string_append (writer->out, at);
        write_mark (writer, mark + 2, capture);
        at = close + 2;
    }
    g_string_append (writer->out, at);
}

#define DATA_MARK "{{data}}"

static void begin_page (ReportWriter *writer, const char *capture)
{
    writer->rows = g_string_new (NULL);
    writer->names = g_string_new (NULL);
    write_skeleton (writer, NULL, DATA_MARK, writer->options.titles ? NULL : capture);
}

void report_html (ReportWriter *writer, const ReportSource *source)
{
    if (!writer->rows)
        begin_page (writer, source->capture);
    if (source->summary) {
        Page page = { .writer = writer, .source = source, .flow = source->summary->flow };
        g_autoptr (Ladder) ladder = ladder_new (source->summary, source->filter, source->user_data);
        for (guint i = 0; i < source->summary->phones->len; i++) {
            g_autoptr (LadderPhone) phone = ladder_phone (ladder, i);
            write_row (&page, phone->summary);
            write_phone (&page, phone);
            writer->phones++;
            report_spill (writer);
        }
    }
    write_capture_name (writer, source);
}

void report_html_end (ReportWriter *writer)
{
    if (!writer->rows)
        begin_page (writer, NULL);
    write_overview (writer);
    write_skeleton (writer, DATA_MARK, NULL, NULL);
    g_string_free (writer->rows, TRUE);
    g_string_free (writer->names, TRUE);
}
