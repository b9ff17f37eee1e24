/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/report/report_internal.h"
#include "registration/terms/seconds.h"
#include "registration/terms/utc.h"

#include <string.h>

/* Columns: of frame and time in front of the lanes, between two lanes, and of a heading from its text to its end. */
#define MARGIN       24
#define LANE_WIDTH   26
#define NARROW_WIDTH 18 /* when there are more than three lanes */
#define LEAST_WIDTH  8
#define TITLE_WIDTH  16 /* that is left for what a message says, where the lanes can be so narrow */

typedef struct {
    const ReportSource *source;
    const Flow *flow;
    const Findings *findings;
    const Tips *tips;
    const LadderPhone *phone;
    guint width;   /* of a lane */
    guint room;    /* behind the lanes, for what a message says; 0: as much as it likes */
    GString *line; /* where it goes */
} Drawing;

static void add_padding (GString *out, guint columns, const char *with)
{
    for (guint i = 0; i < columns; i++)
        g_string_append (out, with);
}

/* At most so many characters of a text: what a terminal would take for a command is no text. */
static void add_clipped (GString *out, const char *text, guint columns)
{
    gsize from = out->len;

    for (const char *at = text; *at && columns; at = g_utf8_next_char (at), columns--)
        g_string_append_len (out, at, g_utf8_next_char (at) - at);
    report_clean (out, from);
}

static void add_text (GString *out, const char *text)
{
    gsize from = out->len;

    g_string_append (out, text ? text : "");
    report_clean (out, from);
}

static void add_centred (GString *out, const char *text, guint columns)
{
    guint length = MIN ((guint) g_utf8_strlen (text, -1), columns - 1);

    add_padding (out, (columns - length) / 2, " ");
    add_clipped (out, text, length);
    add_padding (out, columns - length - (columns - length) / 2, " ");
}

/* Over its lane each, whole: where one would run into that before it, it goes a row further down. */
static void write_staggered (const Drawing *drawing, const GPtrArray *texts)
{
    for (guint done = 0; done < texts->len;) {
        const gsize from = drawing->line->len;
        glong at = 0;
        for (guint i = 0; i < texts->len; i++) {
            const char *text = texts->pdata[i];
            const glong size = text ? g_utf8_strlen (text, -1) : 0,
                        begin = MAX (MARGIN + (glong) (i * drawing->width) - size / 2, 0);
            if (!text || (at && begin <= at))
                continue;
            add_padding (drawing->line, (guint) (begin - at), " ");
            add_text (drawing->line, text);
            at = begin + size;
            g_free (g_steal_pointer (&texts->pdata[i]));
            done++;
        }
        if (drawing->line->len == from)
            return;
        g_string_append_c (drawing->line, '\n');
    }
}

/* The lanes are so narrow that heads would be cut: an address that is cut is another one. */
static gboolean write_narrow_heads (const Drawing *drawing)
{
    g_autoptr (GPtrArray) titles = g_ptr_array_new_with_free_func (g_free),
                          addresses = g_ptr_array_new_with_free_func (g_free);
    gboolean is_cut = FALSE;

    for (guint i = 0; i < drawing->phone->lanes->len; i++) {
        const LadderLane *lane = &g_array_index (drawing->phone->lanes, LadderLane, i);
        char address[IP_ADDRESS_TEXT_SIZE];
        char *title = ladder_lane_title (drawing->phone, drawing->tips, i);
        g_ptr_array_add (titles, title);
        g_ptr_array_add (addresses, g_strdup (ip_address_format (&lane->address, address)));
        is_cut |= (guint) g_utf8_strlen (title, -1) >= drawing->width || strlen (address) >= drawing->width;
    }
    if (!drawing->room || !is_cut)
        return FALSE;
    write_staggered (drawing, titles);
    write_staggered (drawing, addresses);
    return TRUE;
}

static void write_heads (const Drawing *drawing)
{
    if (write_narrow_heads (drawing))
        return;
    add_padding (drawing->line, MARGIN - drawing->width / 2, " ");
    for (guint i = 0; i < drawing->phone->lanes->len; i++) {
        g_autofree char *title = ladder_lane_title (drawing->phone, drawing->tips, i);
        add_centred (drawing->line, title, drawing->width);
    }
    g_string_append_c (drawing->line, '\n');
    add_padding (drawing->line, MARGIN - drawing->width / 2, " ");
    for (guint i = 0; i < drawing->phone->lanes->len; i++) {
        char address[IP_ADDRESS_TEXT_SIZE];
        ip_address_format (&g_array_index (drawing->phone->lanes, LadderLane, i).address, address);
        add_centred (drawing->line, address, drawing->width);
    }
    g_string_append_c (drawing->line, '\n');
}

/* The lifelines, and between the phone and lane the arrow with its label. */
static void write_arrow (const Drawing *drawing, const LadderStep *step, const Note *note)
{
    char buffer[LADDER_LABEL_SIZE];
    const char *label = ladder_label (drawing->flow, drawing->tips, note, buffer);
    const char *stroke = ladder_step_is_quiet (drawing->flow, step) ? "·" : "─";
    guint room = step->lane * drawing->width - 1;
    guint length = MIN ((guint) g_utf8_strlen (label, -1), room - 4);
    guint before = (room - length - 4) / 2;

    g_string_append (drawing->line, "│");
    g_string_append (drawing->line, note->from_server ? "◀" : stroke);
    add_padding (drawing->line, before, stroke);
    g_string_append_c (drawing->line, ' ');
    add_clipped (drawing->line, label, length);
    g_string_append_c (drawing->line, ' ');
    add_padding (drawing->line, room - length - 4 - before, stroke);
    g_string_append (drawing->line, note->from_server ? stroke : "▶");
    for (guint lane = step->lane; lane < drawing->phone->lanes->len; lane++) {
        if (lane > step->lane)
            add_padding (drawing->line, drawing->width - 1, " ");
        g_string_append (drawing->line, "│");
    }
}

static void write_lifelines (const Drawing *drawing)
{
    add_padding (drawing->line, MARGIN, " ");
    for (guint lane = 0; lane < drawing->phone->lanes->len; lane++) {
        add_padding (drawing->line, lane ? drawing->width - 1 : 0, " ");
        g_string_append (drawing->line, "│");
    }
    g_string_append (drawing->line, "  ");
}

/* What a message says, behind the lanes; what does not fit there goes on below, beside the lifelines. */
static void write_beside (const Drawing *drawing, const char *text)
{
    g_auto (GStrv) words = g_strsplit (text, " ", -1);
    guint used = 0;

    for (guint i = 0; words[i]; i++) {
        const guint size = (guint) g_utf8_strlen (words[i], -1);
        if (used && drawing->room && used + 1 + size > drawing->room) {
            g_string_append_c (drawing->line, '\n');
            write_lifelines (drawing);
            used = 0;
        } else if (i) {
            g_string_append_c (drawing->line, ' ');
            used++;
        }
        const char *rest = words[i];
        for (guint left = size; drawing->room && used + left > drawing->room; left -= drawing->room) {
            add_clipped (drawing->line, rest, drawing->room);
            rest = g_utf8_offset_to_pointer (rest, (glong) drawing->room);
            g_string_append_c (drawing->line, '\n');
            write_lifelines (drawing);
        }
        g_string_append (drawing->line, rest);
        used += (guint) g_utf8_strlen (rest, -1);
    }
    g_string_append_c (drawing->line, '\n');
}

static void write_finding (const Drawing *drawing, const Finding *finding)
{
    gsize from = drawing->line->len;

    g_string_append (drawing->line, "  ");
    report_finding (drawing->flow, drawing->tips, finding, WORD_REPORT_FOUND, drawing->line);
    g_string_append (drawing->line, "\n    ");
    report_fix (drawing->flow, drawing->tips, finding, drawing->line);
    g_string_append_c (drawing->line, '\n');
    report_clean (drawing->line, from);
}

static void write_message (const Drawing *drawing, const LadderStep *step)
{
    const Note *note = notes_get (flow_notes (drawing->flow), step->note);
    gint64 first_time = phones_get (flow_phones (drawing->flow), drawing->phone->summary->phone)->first_time;
    g_autofree char *title = explain_tip (drawing->flow, drawing->tips, step->note, TIP_TITLE);
    g_autoptr (GString) says = g_string_new (NULL);
    gint64 response_time;
    guint first, n;

    g_string_append_printf (drawing->line, "%7u ", note->frame);
    seconds_append (drawing->line, note->time - first_time, 13);
    g_string_append (drawing->line, "   ");
    write_arrow (drawing, step, note);
    g_string_append (drawing->line, "  ");
    add_text (says, title);
    if (explain_response_time (drawing->flow, note, &response_time)) {
        char took[DURATION_SIZE];
        g_string_append_printf (says, " (%s)", duration_text (response_time, took));
    }
    write_beside (drawing, says->str);
    n = findings_of_note (drawing->findings, step->note, &first);
    for (guint i = 0; i < n; i++)
        write_finding (drawing, findings_get (drawing->findings, first + i));
}

static void write_pause (const Drawing *drawing, const LadderStep *step)
{
    add_padding (drawing->line, MARGIN, " ");
    g_string_append (drawing->line, "┊ … ");
    report_pause (drawing->source, drawing->tips, step, drawing->line);
    g_string_append_c (drawing->line, '\n');
}

static void write_phase (const Drawing *drawing, const LadderStep *step)
{
    const char *name = tips_word (drawing->tips, word_of_phase (step->phase));
    const Note *note = notes_get (flow_notes (drawing->flow), step->note);
    glong columns = MARGIN + (drawing->phone->lanes->len - 1) * drawing->width + 1;
    char utc[UTC_SIZE];
    const char *time = note && step->kind != STEP_GAP ? utc_text (note->time, utc) : NULL;
    const glong taken = 4 + g_utf8_strlen (name, -1) + (time ? (glong) strlen (time) + 2 : 0);

    g_string_append_printf (drawing->line, "── %s%s%s ", name, time ? ", " : "", time ? time : "");
    add_padding (drawing->line, (guint) MAX (columns - taken, 2), "─");
    g_string_append_c (drawing->line, '\n');
}

static void write_name (const Drawing *drawing)
{
    const PhoneSummary *summary = drawing->phone->summary;
    char buffer[IP_ADDRESS_TEXT_SIZE];
    g_autofree char *model = report_model (drawing->source->summary, summary, FALSE);
    g_autofree char *outcome = report_outcome (drawing->source->summary, drawing->tips, summary);
    const Value values[] = { value_of_text (VALUE_DEVICE, report_phone_name (drawing->source, summary, buffer)),
                             value_of_text (VALUE_MODEL, model), value_of_text (VALUE_TEXT, outcome) };
    gsize from = drawing->line->len;

    tips_say (drawing->tips, WORD_REPORT_PHONE, values, G_N_ELEMENTS (values), drawing->line);
    report_clean (drawing->line, from);
    g_string_append (drawing->line, "\n\n");
}

/* The lanes are as wide as they like, unless that leaves no room behind them. */
static void find_widths (Drawing *drawing, guint columns)
{
    const guint lanes = drawing->phone->lanes->len, between = MAX (lanes, 2) - 1, around = MARGIN + 1 + 2;

    drawing->width = lanes > 3 ? NARROW_WIDTH : LANE_WIDTH;
    drawing->room = 0;
    if (!columns)
        return;
    if (around + TITLE_WIDTH + between * LEAST_WIDTH <= columns)
        drawing->width = MIN (drawing->width, (columns - around - TITLE_WIDTH) / between);
    else
        drawing->width = LEAST_WIDTH;
    if (around + between * drawing->width < columns)
        drawing->room = columns - around - between * drawing->width;
}

static void write_phone (ReportWriter *writer, const ReportSource *source, const LadderPhone *phone)
{
    Drawing drawing = {
        source,     source->summary->flow, diagnosis_findings (source->summary->diagnosis), writer->tips, phone, 0, 0,
        writer->out
    };
    const LadderStep *before = NULL;

    find_widths (&drawing, writer->options.columns);
    write_name (&drawing);
    write_heads (&drawing);
    for (guint i = 0; i < phone->steps->len; i++) {
        const LadderStep *step = &g_array_index (phone->steps, LadderStep, i);
        if (!before || before->phase != step->phase)
            write_phase (&drawing, step);
        if (step->kind == STEP_MESSAGE)
            write_message (&drawing, step);
        else
            write_pause (&drawing, step);
        before = step;
        report_spill (writer);
    }
}

void report_ladder (ReportWriter *writer, const ReportSource *source)
{
    if (!source->summary)
        return;
    g_autoptr (Ladder) ladder = ladder_new (source->summary, source->filter, source->user_data);
    if (writer->options.titles) {
        report_begin_capture (writer);
        g_autofree char *name = report_line (source->capture ? source->capture : "");
        add_text (writer->out, name);
        g_string_append (writer->out, ":\n\n");
    }
    for (guint i = 0; i < source->summary->phones->len; i++) {
        g_autoptr (LadderPhone) phone = ladder_phone (ladder, i);
        g_string_append (writer->out, i ? "\n" : "");
        write_phone (writer, source, phone);
    }
    if (source->summary->phones->len == 0)
        g_string_append_printf (writer->out, "%s\n", tips_word (writer->tips, WORD_REPORT_NO_PHONES));
}
