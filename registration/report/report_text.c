/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/report/report_text_internal.h"
#include "registration/terms/seconds.h"

#include <string.h>

static guint phase_width (const Tips *tips)
{
    guint width = 12;

    for (Phase phase = PHASE_NONE + 1; phase < N_PHASES; phase++)
        width = MAX (width, (guint) g_utf8_strlen (tips_word (tips, word_of_phase (phase)), -1));
    return width;
}

void report_append_padded (GString *out, const char *text, guint columns)
{
    gsize from = out->len;

    g_string_append (out, text);
    report_pad (out, from, columns);
}

gboolean report_text_tells (const Pen *pen, const PhoneSummary *phone)
{
    return !pen->errors_only || summary_phone_fails (pen->source->summary, phone);
}

static void write_span (const Pen *pen, Phase phase, const Span *span, gint64 phone_first)
{
    char from[SECONDS_SIZE], to[SECONDS_SIZE];
    const Summary *summary = pen->source->summary;
    const gint64 begin = summary_span_begin (summary, span) - phone_first,
                 end = begin + summary_span_took (summary, span);
    const Value values[] = { value_of_text (VALUE_FROM, seconds_short (MAX (begin, 0), 9, from)),
                             value_of_text (VALUE_TO, end >= MAX (begin, 0) ? seconds_short (end, 9, to) : NULL),
                             value_of_number (VALUE_COUNT, span->count) };

    g_string_append (pen->out, "    ");
    report_append_padded (pen->out, tips_word (pen->tips, word_of_phase (phase)), pen->width + 2);
    tips_say (pen->tips, WORD_REPORT_SPAN, values, G_N_ELEMENTS (values), pen->out);
    g_string_append_c (pen->out, '\n');
}

/* In the order in which they began. */
static void write_spans (const Pen *pen, const Attempt *attempt, gint64 phone_first)
{
    Phase order[N_PHASES];
    guint n = 0;

    for (Phase phase = PHASE_NONE + 1; phase < N_PHASES; phase++) {
        guint at = n;
        if (!attempt->phases[phase].count)
            continue;
        for (; at > 0 && attempt->phases[order[at - 1]].first > attempt->phases[phase].first; at--)
            order[at] = order[at - 1];
        order[at] = phase;
        n++;
    }
    for (guint i = 0; i < n; i++)
        write_span (pen, order[i], &attempt->phases[order[i]], phone_first);
}

static const char *message_at (const Pen *pen, NoteId id, char buffer[EXPLAIN_MESSAGE_SIZE])
{
    const Flow *flow = pen->source->summary->flow;
    const Note *note = notes_get (flow_notes (flow), id);
    return note ? explain_message (flow, note, buffer) : NULL;
}

/* The time between two steps; NULL when one of them is not seen, or that time is not known. */
static const char *between (const Pen *pen, gint64 from, gint64 to, char buffer[DURATION_SIZE])
{
    return summary_knows_time (pen->source->summary, from, to) ? duration_text (to - from, buffer) : NULL;
}

/* The connection was used before the question: it was opened for a token, or held to a standby server. */
static gboolean is_opened_for_more (const Attempt *attempt, NoteId asked)
{
    const Span *token = &attempt->phases[PHASE_TOKEN], *alive = &attempt->phases[PHASE_KEEPALIVE];

    return (token->count && token->first < asked) || (alive->count && alive->first < asked);
}

/* What an engineer asks for: from the question to the answer, from the first packet, and to the end. */
static void write_times (const Pen *pen, const Attempt *attempt)
{
    const Summary *summary = pen->source->summary;
    const Registration *registration = summary_registration (summary, attempt);
    const gint64 asked = summary_moment (summary, attempt, MOVE_ASK),
                 syn = summary_moment (summary, attempt, MOVE_CONNECT);
    char request[EXPLAIN_MESSAGE_SIZE], answer[EXPLAIN_MESSAGE_SIZE], took[DURATION_SIZE], from[DURATION_SIZE],
        ready[DURATION_SIZE];

    if (!registration)
        return;
    const RegistrationMove decision = registration->steps[MOVE_ACCEPT] ? MOVE_ACCEPT : MOVE_REFUSE;
    const gint64 decided = summary_moment (summary, attempt, decision);
    const gboolean is_ready = registration->steps[MOVE_READY] > registration->steps[MOVE_ACCEPT];
    const Value values[] = {
        value_of_text (VALUE_REQUEST, message_at (pen, registration->steps[MOVE_ASK], request)),
        value_of_text (VALUE_MESSAGE, message_at (pen, registration->steps[decision], answer)),
        value_of_text (VALUE_TOOK, between (pen, asked, decided, took)),
        value_of_text (VALUE_FROM, is_opened_for_more (attempt, registration->steps[MOVE_ASK])
                                       ? NULL
                                       : between (pen, syn, decided, from)),
        value_of_text (VALUE_READY,
                       is_ready ? between (pen, asked, summary_moment (summary, attempt, MOVE_READY), ready) : NULL),
    };
    if (!between (pen, asked, decided, took))
        return;
    g_string_append (pen->out, "    ");
    tips_say (pen->tips, WORD_REPORT_TIMES, values, G_N_ELEMENTS (values), pen->out);
    g_string_append_c (pen->out, '\n');
}

static void write_attempt (const Pen *pen, const Attempt *attempt, gint64 phone_first)
{
    g_string_append (pen->out, "  ");
    report_attempt (pen->source, pen->tips, attempt, pen->out);
    g_string_append_c (pen->out, '\n');
    write_spans (pen, attempt, phone_first);
    write_times (pen, attempt);
}

/* The server whose answer is the cause, where the phone is registered at another one since. "" when it is not. */
static const char *left_server (const Summary *summary, const PhoneSummary *phone, char buffer[IP_ADDRESS_TEXT_SIZE])
{
    const Registration *decides = flow_registration (summary->flow, phone->decides);
    const Note *note = notes_get (flow_notes (summary->flow), phone->cause->note);
    const Registration *left = note ? flow_registration (summary->flow, note->registration) : NULL;
    char here[IP_ADDRESS_TEXT_SIZE];

    if (!phone->is_elsewhere || phone->outcome != OUTCOME_READY || !decides || !left)
        return "";
    const char *server = report_server (summary, left, buffer);
    return g_str_equal (server, report_server (summary, decides, here)) ? "" : server;
}

/* One sentence for the help desk. */
static char *sentence (const Pen *pen, const PhoneSummary *phone)
{
    g_autofree char *outcome = report_outcome (pen->source->summary, pen->tips, phone);

    if (!phone->cause)
        return g_steal_pointer (&outcome);
    g_autofree char *title = explain_problem (pen->source->summary->flow, pen->tips, phone->cause, TIP_TITLE);
    char server[IP_ADDRESS_TEXT_SIZE] = "";
    const char *left = left_server (pen->source->summary, phone, server);
    const Value values[] = { value_of_text (VALUE_TEXT, outcome), value_of_text (VALUE_TITLE, title ? title : ""),
                             value_of_text (VALUE_SERVER, left),
                             value_of_text (VALUE_PROBLEM, problem_name (phone->cause->problem)),
                             value_of_word (VALUE_CERTAINTY, certainty_word (phone->cause->certainty)) };
    GString *text = g_string_new (NULL);
    tips_say (pen->tips,
              *left                           ? WORD_REPORT_BUT_NOT_AT
              : summary_is_registered (phone) ? WORD_REPORT_BUT
                                              : WORD_REPORT_CAUSE,
              values, G_N_ELEMENTS (values), text);
    return g_string_free (text, FALSE);
}

/* The reason and what to do, for whoever mends it. */
static void write_cause (const Pen *pen, const Finding *cause)
{
    g_autofree char *text = explain_problem (pen->source->summary->flow, pen->tips, cause, TIP_TEXT);

    g_string_append (pen->out, "  ");
    report_labelled (pen->tips, WORD_WHY, text, pen->out);
    g_string_append (pen->out, "\n  ");
    report_fix (pen->source->summary->flow, pen->tips, cause, pen->out);
    g_string_append_c (pen->out, '\n');
}

static void write_head (const Pen *pen, const PhoneSummary *of_phone)
{
    char label[IP_ADDRESS_TEXT_SIZE], text_of_address[IP_ADDRESS_TEXT_SIZE];
    const IpAddress address = summary_address (pen->source->summary, of_phone);
    const char *name = report_phone_name (pen->source, of_phone, label);
    g_autofree char *model = report_model (pen->source->summary, of_phone, TRUE);
    g_autofree char *text = sentence (pen, of_phone);
    const gboolean has_address = address.size && !g_str_equal (ip_address_format (&address, text_of_address), name);
    const Value values[] = { value_of_text (VALUE_DEVICE, name),
                             value_of_text (VALUE_MODEL, model),
                             value_of_text (VALUE_TEXT, text),
                             { .key = VALUE_IP, .address = address } };

    tips_say (pen->tips, WORD_REPORT_PHONE, values, G_N_ELEMENTS (values) - (has_address ? 0 : 1), pen->out);
    g_string_append_c (pen->out, '\n');
    if (of_phone->cause && !pen->brief)
        write_cause (pen, of_phone->cause);
}

/* Files that need not be there are told in one line, with the first of them; FALSE when there is one at most. */
static gboolean write_optional_files (const Pen *pen, const PhoneSummary *of_phone)
{
    const Summary *summary = pen->source->summary;
    g_autoptr (GString) files = g_string_new (NULL), frames = g_string_new (NULL);
    g_autoptr (GString) title = g_string_new (NULL);
    guint n = 0;

    for (guint i = 0; i < of_phone->found->len; i++) {
        const Finding *finding = summary_finding (summary, of_phone, i);
        const Note *note = notes_get (flow_notes (summary->flow), finding_values_note (finding));
        Value file;
        if (finding->problem != PROBLEM_OPTIONAL_FILE_NOT_FOUND ||
            !values_find (notes_values (flow_notes (summary->flow), note), VALUE_FILE, &file))
            continue;
        g_string_append_printf (files, "%s%.*s", n ? ", " : "", (int) file.text_size, file.text);
        g_string_append_printf (frames, "%s%u", n ? ", " : "", note->frame);
        n++;
    }
    if (n < 2)
        return FALSE;
    const Value names[] = { value_of_text (VALUE_TEXT, files->str) };
    tips_say (pen->tips, WORD_REPORT_OPTIONAL_FILES, names, G_N_ELEMENTS (names), title);
    const Value values[] = { value_of_word (VALUE_SEVERITY, severity_word (SEVERITY_NOTE)),
                             value_of_text (VALUE_PROBLEM, problem_name (PROBLEM_OPTIONAL_FILE_NOT_FOUND)),
                             value_of_word (VALUE_CERTAINTY, certainty_word (CERTAINTY_CERTAIN)),
                             value_of_text (VALUE_TITLE, title->str), value_of_text (VALUE_FRAMES, frames->str) };
    g_string_append (pen->out, "  ");
    tips_say (pen->tips, WORD_REPORT_FINDING, values, G_N_ELEMENTS (values), pen->out);
    g_string_append_c (pen->out, '\n');
    return TRUE;
}

static Word word_of_finding (const Pen *pen, const PhoneSummary *of_phone, const Finding *finding)
{
    if (!summary_is_overcome (pen->source->summary, of_phone, finding))
        return WORD_REPORT_FINDING;
    return summary_is_of_sign_off (pen->source->summary, finding) ? WORD_REPORT_FINDING_SIGN_OFF
                                                                  : WORD_REPORT_FINDING_OVERCOME;
}

static void write_findings (const Pen *pen, const PhoneSummary *of_phone)
{
    gboolean has_told_files = FALSE;

    for (guint i = 0; i < of_phone->found->len; i++) {
        const Finding *finding = summary_finding (pen->source->summary, of_phone, i);
        if (finding->problem == PROBLEM_OPTIONAL_FILE_NOT_FOUND) {
            has_told_files = has_told_files || write_optional_files (pen, of_phone);
            if (has_told_files)
                continue;
        }
        g_string_append (pen->out, "  ");
        report_finding (pen->source->summary->flow, pen->tips, finding, word_of_finding (pen, of_phone, finding),
                        pen->out);
        g_string_append_c (pen->out, '\n');
    }
}

static void write_phone (const Pen *pen, const PhoneSummary *of_phone)
{
    const Phone *phone = phones_get (flow_phones (pen->source->summary->flow), of_phone->phone);

    write_head (pen, of_phone);
    if (pen->brief)
        return;
    for (guint i = 0; i < of_phone->attempts->len; i++)
        write_attempt (pen, summary_attempt (of_phone, i), phone->first_time);
    write_findings (pen, of_phone);
}

/* frame: 0 there is nothing to tell. */
static void write_jump (const Pen *pen, Word word, guint32 frame, gint64 by)
{
    char took[DURATION_SIZE];
    const Value values[] = { value_of_number (VALUE_FRAME, frame),
                             value_of_text (VALUE_TOOK, duration_text (by, took)) };

    if (!frame)
        return;
    tips_say (pen->tips, word, values, G_N_ELEMENTS (values), pen->out);
    g_string_append_c (pen->out, '\n');
}

static void write_clock (const Pen *pen)
{
    const Flow *flow = pen->source->summary->flow;
    gint64 by;
    guint32 frame = flow_goes_back (flow, &by);

    write_jump (pen, WORD_REPORT_CLOCK, frame, by);
    frame = flow_longest_pause (flow, &by);
    write_jump (pen, WORD_REPORT_PAUSED, frame, by);
}

/* Somebody who only tries to connect to a few servers; a scan has more, or shows otherwise that it is one. */
static gboolean may_be_phone (const Phone *phone)
{
    return !phone->has_spoken && !phone->is_onlooker && phone->n_knocked && phone->n_knocked < KNOCKS_KEPT;
}

/* Where nobody is shown to be a phone: who may be one, by its first attempt to connect. */
static void write_knocks (const Pen *pen)
{
    const ReportSource *source = pen->source;
    const Flow *flow = source->summary->flow;
    const KindIndex connect = catalog_find (PROTOCOL_TCP, TCP_EVENT_CONNECT);
    PhoneId told[5];
    guint n_told = 0;

    for (NoteId id = 1; id <= notes_count (flow_notes (flow)) && n_told < G_N_ELEMENTS (told); id++) {
        const Note *note = notes_get (flow_notes (flow), id);
        const PhoneId phone = flow_note_phone (flow, note);
        guint before = 0;
        char device[IP_ADDRESS_TEXT_SIZE], address[IP_ADDRESS_TEXT_SIZE];
        while (before < n_told && told[before] != phone)
            before++;
        if (note->kind != connect || before < n_told || !may_be_phone (phones_get (flow_phones (flow), phone)) ||
            (source->filter && !source->filter (id, source->user_data)))
            continue;
        const Endpoint *server = flow_server (flow, note);
        const Value values[] = { value_of_text (VALUE_DEVICE, explain_device (flow, id, device)),
                                 value_of_text (VALUE_SERVER,
                                                server ? ip_address_format (&server->address, address) : NULL),
                                 value_of_number (VALUE_PORT, server ? server->port : 0) };
        g_string_append (pen->out, "  ");
        tips_say (pen->tips, WORD_REPORT_KNOCKS, values, G_N_ELEMENTS (values), pen->out);
        g_string_append_c (pen->out, '\n');
        told[n_told++] = phone;
    }
}

/* --- Totals */

static void count (ReportWriter *writer, const ReportSource *source)
{
    writer->captures_told++;
    writer->troubles += source->trouble != NULL;
    for (guint i = 0; source->summary && i < source->summary->phones->len; i++) {
        const PhoneSummary *phone = summary_phone (source->summary, i);
        totals_add (&writer->totals, summary_is_registered (phone), summary_phone_fails (source->summary, phone),
                    phone->cause ? phone->cause->problem : N_PROBLEMS, phone->outcome);
    }
}

void report_text_end (ReportWriter *writer)
{
    g_autoptr (GString) all = g_string_new (NULL);

    if (!writer->options.titles || writer->captures_told < 2)
        return;
    totals_say_one (writer->tips, WORD_REPORT_TOTAL_CAPTURES, writer->captures_told, NULL, all);
    if (writer->troubles) {
        g_string_append (all, ", ");
        totals_say_one (writer->tips, WORD_REPORT_TOTAL_TROUBLES, writer->troubles, NULL, all);
    }
    g_string_append (all, "; ");
    totals_say (&writer->totals, writer->tips, all);
    const Value text = value_of_text (VALUE_TEXT, all->str);
    g_string_append_c (writer->out, '\n');
    tips_say (writer->tips, WORD_REPORT_TOTAL, &text, 1, writer->out);
    g_string_append_c (writer->out, '\n');
}

/* --- The report */

static void write_title (ReportWriter *writer, const ReportSource *source)
{
    if (!writer->options.titles)
        return;
    report_begin_capture (writer);
    const gsize from = writer->out->len;
    g_autofree char *name = report_line (source->capture);
    g_string_append_printf (writer->out, "%s:\n", name);
    report_clean (writer->out, from);
}

/* Red and bold: it fails; green: it is registered. The first line of what is told of it. */
static void colour_head (ReportWriter *writer, gsize from, gboolean fails, gboolean registered)
{
    const char *end = strchr (writer->out->str + from, '\n');

    if (!writer->options.colours || !end || (!fails && !registered))
        return;
    g_string_insert (writer->out, end - writer->out->str, "\033[0m");
    g_string_insert (writer->out, (gssize) from, fails ? "\033[1;31m" : "\033[32m");
}

/* FALSE when there is nobody to tell of. */
static gboolean write_phones (ReportWriter *writer, const Pen *pen)
{
    const Summary *summary = pen->source->summary;
    gboolean any = FALSE;

    for (guint i = 0; i < summary->phones->len; i++) {
        const gsize from = writer->out->len;
        const PhoneSummary *phone = summary_phone (summary, i);
        if (!report_text_tells (pen, phone))
            continue;
        any = TRUE;
        write_phone (pen, phone);
        report_clean (writer->out, from);
        colour_head (writer, from, summary_phone_fails (summary, phone), summary_is_registered (phone));
        report_spill (writer);
    }
    return any;
}

static void write_unread (const Pen *pen)
{
    const Value values[] = { value_of_text (VALUE_TEXT, pen->source->unread_link),
                             value_of_number (VALUE_COUNT, pen->source->n_unread) };

    if (!pen->source->n_unread)
        return;
    tips_say (pen->tips, WORD_REPORT_UNREAD, values, G_N_ELEMENTS (values), pen->out);
    g_string_append_c (pen->out, '\n');
}

/* What holds for all phones of the capture. */
static void write_remarks (const Pen *pen)
{
    const Value copies = value_of_number (VALUE_COUNT, pen->source->summary->n_copies);

    if (pen->source->summary->phones->len)
        g_string_append_printf (pen->out, "%s\n", tips_word (pen->tips, WORD_REPORT_SPANS));
    write_clock (pen);
    write_unread (pen);
    if (!copies.number)
        return;
    tips_say (pen->tips, WORD_REPORT_COPIES, &copies, 1, pen->out);
    g_string_append_c (pen->out, '\n');
}

void report_text (ReportWriter *writer, const ReportSource *source)
{
    const ReportOptions *options = &writer->options;
    const Pen pen = { source,         writer->tips,        writer->out, phase_width (writer->tips),
                      options->brief, options->errors_only };

    count (writer, source);
    if (!source->summary || (options->errors_only && options->titles && !summary_has_errors (source->summary)))
        return;
    write_title (writer, source);
    if (options->timeline)
        report_timeline (writer, &pen);
    if (write_phones (writer, &pen)) {
        if (options->brief)
            write_unread (&pen);
        else
            write_remarks (&pen);
        return;
    }
    if (source->summary->phones->len) {
        g_string_append_printf (writer->out, "%s\n", tips_word (writer->tips, WORD_REPORT_NONE_FAILS));
        return;
    }
    write_remarks (&pen);
    g_string_append_printf (writer->out, "%s\n", tips_word (writer->tips, WORD_REPORT_NO_PHONES));
    write_knocks (&pen);
}
