/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The timeline: a line for each message, or two where the terminal is narrow. */
#include "registration/report/report_text_internal.h"
#include "registration/terms/seconds.h"
#include "registration/terms/utc.h"

/* Flush right, as numbers are. */
static void append_right (GString *out, const char *text, guint columns)
{
    for (glong have = g_utf8_strlen (text, -1); have < (glong) columns; have++)
        g_string_append_c (out, ' ');
    g_string_append (out, text);
}

/* The columns of the timeline: as wide as what is in them, or, where these would not fit, the message with its time and
 * below it what it says. */
typedef struct {
    guint phone, phase;
    gboolean is_narrow;
} TimelineColumns;

#define TIMELINE_COLUMNS 120
#define PHONE_MIN        15
#define PHONE_MAX        40

static TimelineColumns timeline_columns (const Pen *pen, guint columns)
{
    TimelineColumns found = { PHONE_MIN, pen->width, columns && columns < TIMELINE_COLUMNS };
    char label[IP_ADDRESS_TEXT_SIZE];

    for (guint i = 0; i < pen->source->summary->phones->len; i++) {
        const char *name = report_phone_name (pen->source, summary_phone (pen->source->summary, i), label);
        found.phone = CLAMP ((guint) g_utf8_strlen (name, -1), found.phone, PHONE_MAX);
    }
    return found;
}

static void append_columns (const char *phone, const char *phase, const TimelineColumns *columns, const char *message,
                            const char *answer, const char *tip, GString *out)
{
    g_string_append (out, "  ");
    report_append_padded (out, phone, columns->phone);
    g_string_append_c (out, ' ');
    report_append_padded (out, phase, columns->phase);
    g_string_append_c (out, ' ');
    report_append_padded (out, message, 24);
    append_right (out, answer, 11);
    g_string_append_printf (out, "  %s\n", tip);
}

static void append_narrow (const char *phone, const char *message, const char *answer, const char *tip, GString *out)
{
    g_string_append (out, "  ");
    report_append_padded (out, message, 24);
    append_right (out, answer, 11);
    g_string_append_printf (out, "  %s\n", phone);
    if (tip)
        g_string_append_printf (out, "         %s\n", tip);
}

static void write_message (const ReportSource *source, const Tips *tips, const TimelineColumns *columns, NoteId id,
                           GString *out)
{
    const Note *note = notes_get (flow_notes (source->summary->flow), id);
    char message[EXPLAIN_MESSAGE_SIZE], device[IP_ADDRESS_TEXT_SIZE], took[DURATION_SIZE], clock[UTC_SIZE];
    g_autofree char *tip = explain_tip (source->summary->flow, tips, id, TIP_TEXT);
    const char *name = explain_message (source->summary->flow, note, message);
    const char *time = "";
    gint64 response_time;

    g_string_append_printf (out, "%8u %s", note->frame, utc_clock (note->time, clock));
    if (explain_response_time (source->summary->flow, note, &response_time))
        time = duration_text (response_time, took);
    if (!name)
        name = catalog_kind (note->kind)->name;
    if (columns->is_narrow) {
        append_narrow (explain_device (source->summary->flow, id, device), name, time, tip, out);
        return;
    }
    const gint64 elapsed = explain_elapsed (source->summary->flow, id);
    if (elapsed >= 0)
        seconds_append (out, elapsed, 12);
    else
        append_right (out, "", 12);
    append_columns (explain_device (source->summary->flow, id, device),
                    note->phase ? tips_word (tips, word_of_phase (note->phase)) : "", columns, name, time,
                    tip ? tip : "", out);
}

static void write_column_heads (const Tips *tips, const TimelineColumns *columns, GString *out)
{
    append_right (out, tips_word (tips, WORD_COLUMN_FRAME), 8);
    g_string_append (out, "          UTC");
    if (columns->is_narrow) {
        append_narrow (tips_word (tips, WORD_COLUMN_PHONE), tips_word (tips, WORD_COLUMN_MESSAGE),
                       tips_word (tips, WORD_COLUMN_ANSWER), NULL, out);
        return;
    }
    append_right (out, tips_word (tips, WORD_COLUMN_ELAPSED), 12);
    append_columns (tips_word (tips, WORD_COLUMN_PHONE), tips_word (tips, WORD_COLUMN_PHASE), columns,
                    tips_word (tips, WORD_COLUMN_MESSAGE), tips_word (tips, WORD_COLUMN_ANSWER),
                    tips_word (tips, WORD_COLUMN_TIP), out);
}

static gboolean is_told_of_note (const Pen *pen, NoteId id)
{
    const Summary *summary = pen->source->summary;
    const guint32 place = summary->places[flow_note_phone (summary->flow, notes_get (flow_notes (summary->flow), id))];

    return place ? report_text_tells (pen, summary_phone (summary, place - 1)) : !pen->errors_only;
}

static NoteId next_note (const Pen *pen, NoteId id)
{
    do
        id = report_next_note (pen->source, id);
    while (id && !is_told_of_note (pen, id));
    return id;
}

/* The date stands alone in a line, before the first message and where another day begins. */
static void write_day (const ReportSource *source, NoteId id, gint64 *day, GString *out)
{
    const gint64 time = notes_get (flow_notes (source->summary->flow), id)->time, number = utc_day_number (time);
    char text[UTC_SIZE];

    if (number != *day && utc_day (time, text))
        g_string_append_printf (out, "%s\n", text);
    *day = number;
}

void report_timeline (ReportWriter *writer, const Pen *pen)
{
    const ReportSource *source = pen->source;
    NoteId id = next_note (pen, 0);

    if (!id)
        return;
    const TimelineColumns columns = timeline_columns (pen, writer->options.columns);
    write_column_heads (writer->tips, &columns, writer->out);
    gint64 day = G_MININT64;
    for (; id; id = next_note (pen, id)) {
        write_day (source, id, &day, writer->out);
        gsize from = writer->out->len;
        write_message (source, writer->tips, &columns, id, writer->out);
        report_clean (writer->out, from);
        report_spill (writer);
    }
    g_string_append_c (writer->out, '\n');
}
