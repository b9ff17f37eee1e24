/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/report/report_internal.h"

/* Seconds with six decimals, at least width characters: "%*.6f", which is most of the work of a long report. */
static void append_seconds (GString *out, gint64 nanoseconds, guint width)
{
    char digits[32], *at = digits + sizeof digits;
    guint64 rest = ((nanoseconds < 0 ? -(guint64) nanoseconds : (guint64) nanoseconds) + 500) / 1000;

    for (guint i = 0; i < 7 || rest; i++) {
        if (i == 6)
            *--at = '.';
        *--at = (char) ('0' + rest % 10);
        rest /= 10;
    }
    if (nanoseconds < 0)
        *--at = '-';
    gsize size = (gsize) (digits + sizeof digits - at);
    for (gsize i = size; i < width; i++)
        g_string_append_c (out, ' ');
    g_string_append_len (out, at, (gssize) size);
}

/* Texts of numbers for tips_say(). */
#define SECONDS_SIZE 32

static const char *seconds_text (gint64 from, gint64 to, char buffer[SECONDS_SIZE])
{
    g_snprintf (buffer, SECONDS_SIZE, "%.6f", (double) (to - from) / 1e9);
    return buffer;
}

/* How wide the names of the phases are. */
static guint phase_width (const Tips *tips)
{
    guint width = 12;

    for (Phase phase = PHASE_NONE + 1; phase < N_PHASES; phase++)
        width = MAX (width, (guint) g_utf8_strlen (tips_word (tips, word_of_phase (phase)), -1));
    return width;
}

static void append_padded (GString *out, const char *text, guint columns)
{
    gsize from = out->len;

    g_string_append (out, text);
    report_pad (out, from, columns);
}

/* Flush right, as numbers are. */
static void append_right (GString *out, const char *text, guint columns)
{
    for (glong have = g_utf8_strlen (text, -1); have < (glong) columns; have++)
        g_string_append_c (out, ' ');
    g_string_append (out, text);
}

static void write_span (const Tips *tips, Phase phase, const Span *span, gint64 phone_first, GString *out)
{
    g_autoptr (GString) from = g_string_new (NULL), took = g_string_new (NULL);

    append_seconds (from, span->first - phone_first, 12);
    append_seconds (took, span->last - span->first, 12);
    const Value values[] = { value_of_text (VALUE_FROM, from->str), value_of_text (VALUE_TOOK, took->str),
                             value_of_number (VALUE_COUNT, span->count) };
    g_string_append (out, "    ");
    append_padded (out, tips_word (tips, word_of_phase (phase)), phase_width (tips) + 2);
    tips_say (tips, WORD_REPORT_SPAN, values, G_N_ELEMENTS (values), out);
    g_string_append_c (out, '\n');
}

static void write_line (const Tips *tips, Word word, const Value *values, guint n, GString *out)
{
    g_string_append (out, "    ");
    tips_say (tips, word, values, n, out);
    g_string_append_c (out, '\n');
}

static void write_outcome (const Tips *tips, const Attempt *attempt, GString *out)
{
    char took[SECONDS_SIZE], ready[SECONDS_SIZE];

    if (attempt->rejected != NOT_SEEN) {
        const Value values[] = { value_of_text (VALUE_TOOK,
                                                seconds_text (attempt_begin (attempt), attempt->rejected, took)) };
        write_line (tips, WORD_REPORT_REJECTED, values, G_N_ELEMENTS (values), out);
    }
    if (attempt->accepted == NOT_SEEN) {
        if (attempt->rejected == NOT_SEEN && attempt->number)
            write_line (tips, WORD_REPORT_NEVER_ACCEPTED, NULL, 0, out);
        return;
    }
    const Value values[] = {
        value_of_text (VALUE_TOOK, seconds_text (attempt_begin (attempt), attempt->accepted, took)),
        value_of_text (VALUE_READY,
                       attempt->ready == NOT_SEEN ? NULL : seconds_text (attempt->accepted, attempt->ready, ready)),
    };
    write_line (tips, WORD_REPORT_ACCEPTED, values, G_N_ELEMENTS (values), out);
}

static void write_attempt (const ReportSource *source, const Tips *tips, const Attempt *attempt, gint64 phone_first,
                           GString *out)
{
    char server[IP_ADDRESS_TEXT_SIZE], from[16], to[16], took[SECONDS_SIZE];

    g_snprintf (from, sizeof from, "%u", attempt->first_frame);
    g_snprintf (to, sizeof to, "%u", attempt->last_frame);
    const Value values[] = {
        value_of_number (VALUE_ATTEMPT, attempt->number),
        value_of_text (VALUE_SERVER, attempt->server ? report_attempt_server (source, attempt, server) : NULL),
        value_of_text (VALUE_FROM, from),
        value_of_text (VALUE_TO, to),
        value_of_text (VALUE_TOOK, seconds_text (attempt->first, attempt->last, took)),
    };
    g_string_append (out, "  ");
    tips_say (tips, attempt->number ? WORD_REPORT_ATTEMPT : WORD_REPORT_BEFORE, values, G_N_ELEMENTS (values), out);
    g_string_append_c (out, '\n');
    for (Phase phase = PHASE_NONE + 1; phase < N_PHASES; phase++)
        if (attempt->phases[phase].count)
            write_span (tips, phase, &attempt->phases[phase], phone_first, out);
    write_outcome (tips, attempt, out);
}

/* One sentence for the help desk. */
static char *sentence (const ReportSource *source, const Tips *tips, const PhoneSummary *phone,
                       const Finding **ret_cause)
{
    g_autofree char *outcome = report_outcome (source->summary, tips, phone, ret_cause);

    if (!*ret_cause)
        return g_steal_pointer (&outcome);
    g_autofree char *title = explain_problem (source->summary->flow, tips, *ret_cause, TIP_TITLE);
    const Value values[] = { value_of_text (VALUE_TEXT, outcome), value_of_text (VALUE_TITLE, title ? title : ""),
                             value_of_text (VALUE_PROBLEM, problem_name ((*ret_cause)->problem)),
                             value_of_word (VALUE_CERTAINTY, certainty_word ((*ret_cause)->certainty)) };
    GString *text = g_string_new (NULL);
    tips_say (tips, WORD_REPORT_CAUSE, values, G_N_ELEMENTS (values), text);
    return g_string_free (text, FALSE);
}

/* The reason and what to do, for whoever mends it. */
static void write_cause (const ReportSource *source, const Tips *tips, const Finding *cause, GString *out)
{
    g_autofree char *text = explain_problem (source->summary->flow, tips, cause, TIP_TEXT);

    g_string_append (out, "  ");
    report_labelled (tips, WORD_WHY, text, out);
    g_string_append (out, "\n  ");
    report_fix (source->summary->flow, tips, cause, out);
    g_string_append_c (out, '\n');
}

static void write_head (const ReportSource *source, const Tips *tips, const PhoneSummary *of_phone, GString *out)
{
    const Phone *phone = phones_get (flow_phones (source->summary->flow), of_phone->phone);
    char label[IP_ADDRESS_TEXT_SIZE], address[IP_ADDRESS_TEXT_SIZE];
    const char *name = report_phone_name (source, of_phone, label);
    g_autofree char *model = report_model (phone, TRUE);
    const Finding *cause;
    g_autofree char *text = sentence (source, tips, of_phone, &cause);
    const gboolean has_address =
        phone->address.size && !g_str_equal (ip_address_format (&phone->address, address), name);
    const Value values[] = { value_of_text (VALUE_DEVICE, name),
                             value_of_text (VALUE_MODEL, model),
                             value_of_text (VALUE_TEXT, text),
                             { .key = VALUE_IP, .address = phone->address } };

    tips_say (tips, WORD_REPORT_PHONE, values, G_N_ELEMENTS (values) - (has_address ? 0 : 1), out);
    g_string_append_c (out, '\n');
    if (cause)
        write_cause (source, tips, cause, out);
}

static void write_phone (const ReportSource *source, const Tips *tips, const PhoneSummary *of_phone, GString *out)
{
    const Phone *phone = phones_get (flow_phones (source->summary->flow), of_phone->phone);

    write_head (source, tips, of_phone, out);
    for (guint i = 0; i < of_phone->attempts->len; i++)
        write_attempt (source, tips, summary_attempt (of_phone, i), phone->first_time, out);
    for (guint i = 0; i < of_phone->found->len; i++) {
        g_string_append (out, "  ");
        report_finding (source->summary->flow, tips, summary_finding (source->summary, of_phone, i),
                        WORD_REPORT_FINDING, out);
        g_string_append_c (out, '\n');
    }
}

static void append_columns (const char *phone, const char *phase, guint width, const char *message, const char *answer,
                            const char *tip, GString *out)
{
    g_string_append (out, "  ");
    append_padded (out, phone, 15);
    g_string_append_c (out, ' ');
    append_padded (out, phase, width);
    g_string_append_c (out, ' ');
    append_padded (out, message, 24);
    append_right (out, answer, 11);
    g_string_append_printf (out, "  %s\n", tip);
}

static void write_message (const ReportSource *source, const Tips *tips, guint width, NoteId id, GString *out)
{
    const Note *note = notes_get (flow_notes (source->summary->flow), id);
    char message[EXPLAIN_MESSAGE_SIZE], device[IP_ADDRESS_TEXT_SIZE], time[32] = "";
    g_autofree char *tip = explain_tip (source->summary->flow, tips, id, TIP_TEXT);
    const char *name = explain_message (source->summary->flow, note, message);
    gint64 response_time;

    if (explain_response_time (source->summary->flow, note, &response_time))
        g_snprintf (time, sizeof time, "%.6f", (double) response_time / 1e9);
    g_string_append_printf (out, "%8u %12.6f", note->frame, (double) explain_elapsed (source->summary->flow, id) / 1e9);
    append_columns (explain_device (source->summary->flow, id, device),
                    note->phase ? tips_word (tips, word_of_phase (note->phase)) : "", width,
                    name ? name : catalog_kind (note->kind)->name, time, tip ? tip : "", out);
}

static void write_column_heads (const Tips *tips, guint width, GString *out)
{
    append_right (out, tips_word (tips, WORD_COLUMN_FRAME), 8);
    append_right (out, tips_word (tips, WORD_COLUMN_ELAPSED), 13);
    append_columns (tips_word (tips, WORD_COLUMN_PHONE), tips_word (tips, WORD_COLUMN_PHASE), width,
                    tips_word (tips, WORD_COLUMN_MESSAGE), tips_word (tips, WORD_COLUMN_ANSWER),
                    tips_word (tips, WORD_COLUMN_TIP), out);
}

static void write_timeline (ReportWriter *writer, const ReportSource *source)
{
    const guint width = phase_width (writer->tips);
    NoteId id = report_next_note (source, 0);

    if (!id)
        return;
    write_column_heads (writer->tips, width, writer->out);
    for (; id; id = report_next_note (source, id)) {
        gsize from = writer->out->len;
        write_message (source, writer->tips, width, id, writer->out);
        report_clean (writer->out, from);
        report_spill (writer);
    }
    g_string_append_c (writer->out, '\n');
}

void report_text (ReportWriter *writer, const ReportSource *source)
{
    gsize from = writer->out->len;

    if (!source->summary)
        return;
    if (writer->options.titles) {
        g_string_append_printf (writer->out, "%s%s:\n", writer->captures ? "\n" : "", source->capture);
        report_clean (writer->out, from);
    }
    if (writer->options.timeline)
        write_timeline (writer, source);
    for (guint i = 0; i < source->summary->phones->len; i++) {
        from = writer->out->len;
        write_phone (source, writer->tips, summary_phone (source->summary, i), writer->out);
        report_clean (writer->out, from);
        report_spill (writer);
    }
    if (source->summary->n_copies)
        g_string_append_printf (
            writer->out, "Copies of other frames: %u. The capture point has seen packets twice; each counts once.\n",
            source->summary->n_copies);
    if (source->summary->phones->len == 0)
        g_string_append_printf (writer->out, "%s\n", tips_word (writer->tips, WORD_REPORT_NO_PHONES));
}
