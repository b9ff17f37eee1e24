/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/report/report_internal.h"
#include "registration/terms/seconds.h"

/* All in pixels. */
#define MARGIN       16
#define WHEN_WIDTH   130
#define LANE_WIDTH   170
#define TITLE_WIDTH  420
#define HEAD_HEIGHT  92
#define STEP_HEIGHT  34
#define BAND_HEIGHT  24
#define PROBLEM_LINE 20

typedef struct {
    const ReportSource *source;
    const Flow *flow;
    const Findings *findings;
    const Tips *tips;
    const LadderPhone *phone;
    GString *out;
    guint y; /* where the next step begins */
} Drawing;

static const char style[] =
    "text{font:13px system-ui,'DejaVu Sans',sans-serif;fill:#1b2733}"
    ".paper{fill:#fff}.band{fill:#e9eef4}.soft{fill:#5b6875}.rail{stroke:#b4bfca}"
    ".name{font-weight:600}.label{font-family:'DejaVu Sans "
    "Mono',monospace;font-size:12px;paint-order:stroke;stroke:#fff;stroke-width:5px}"
    ".to{stroke:#0b5cad}.back{stroke:#0a7a55}.bad{stroke:#b3261e}.quiet{stroke:#8b98a5;"
    "stroke-dasharray:2 3}text.wrong{fill:#b3261e;font-weight:600}"
    "@media(prefers-color-scheme:dark){text{fill:#e4eaf0}.paper{fill:#1a2129}.band{fill:#2a3440}"
    ".label{stroke:#1a2129}.soft{fill:#a0adba}.rail{stroke:#55626f}.to{stroke:#7db8f5}.back{stroke:#5fd0a4}"
    ".bad{stroke:#ff9c92}text.wrong{fill:#ff9c92}}";

/* As XML wants it; what no XML document may hold (XML 1.0, 2.2) is left out. */
static void add_escaped (GString *out, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid (text ? text : "", -1);

    for (const char *at = valid; *at; at = g_utf8_next_char (at)) {
        gunichar character = g_utf8_get_char (at);
        switch (character) {
        case '<':
            g_string_append (out, "&lt;");
            break;
        case '>':
            g_string_append (out, "&gt;");
            break;
        case '&':
            g_string_append (out, "&amp;");
            break;
        case '"':
            g_string_append (out, "&quot;");
            break;
        default:
            if (character >= 0x20 && !(character >= 0x7F && character < 0xA0) && (character & 0xFFFE) != 0xFFFE)
                g_string_append_unichar (out, character);
        }
    }
}

static void write_root (GString *out, const Tips *tips, guint width, guint height)
{
    g_autofree char *language = report_language (tips);

    g_string_append_printf (out,
                            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" "
                            "width=\"%u\" height=\"%u\" viewBox=\"0 0 %u %u\" role=\"img\" xml:lang=\"",
                            width, height, width, height);
    add_escaped (out, language);
    g_string_append (out, "\">\n");
}

static void add_line (GString *out, const char *class, guint x1, guint y1, guint x2, guint y2, const char *more)
{
    g_string_append_printf (out, "<line class=\"%s\" x1=\"%u\" y1=\"%u\" x2=\"%u\" y2=\"%u\"%s/>\n", class, x1, y1, x2,
                            y2, more);
}

static void add_label (GString *out, const char *class, const char *anchor, guint x, guint y, const char *text)
{
    g_string_append_printf (out, "<text class=\"%s\" text-anchor=\"%s\" x=\"%u\" y=\"%u\">", class, anchor, x, y);
    add_escaped (out, text);
    g_string_append (out, "</text>\n");
}

/* A text that may be longer than its place: the first words of it. */
static char *shortened (const char *text, glong characters)
{
    g_autofree char *valid = g_utf8_make_valid (text ? text : "", -1);

    if (g_utf8_strlen (valid, -1) <= characters)
        return g_steal_pointer (&valid);
    g_autofree char *head = g_utf8_substring (valid, 0, characters - 1);
    return g_strconcat (head, "…", NULL);
}

static guint lane_x (guint lane)
{
    return MARGIN + WHEN_WIDTH + LANE_WIDTH / 2 + lane * LANE_WIDTH;
}

static guint title_x (const Drawing *drawing)
{
    return MARGIN + WHEN_WIDTH + drawing->phone->lanes->len * LANE_WIDTH + MARGIN;
}

static guint width_of (const Drawing *drawing)
{
    return title_x (drawing) + TITLE_WIDTH + MARGIN;
}

static guint n_findings (const Drawing *drawing, const LadderStep *step, guint *ret_first)
{
    return step->kind == STEP_MESSAGE ? findings_of_note (drawing->findings, step->note, ret_first) : 0;
}

static gboolean begins_band (const Drawing *drawing, guint place)
{
    return place == 0 || g_array_index (drawing->phone->steps, LadderStep, place).phase !=
                             g_array_index (drawing->phone->steps, LadderStep, place - 1).phase;
}

static guint height_of (const Drawing *drawing)
{
    guint height = HEAD_HEIGHT + MARGIN, first;

    for (guint i = 0; i < drawing->phone->steps->len; i++)
        height += STEP_HEIGHT + (begins_band (drawing, i) ? BAND_HEIGHT : 0) +
                  n_findings (drawing, &g_array_index (drawing->phone->steps, LadderStep, i), &first) * PROBLEM_LINE;
    return height;
}

static void draw_head (const Drawing *drawing)
{
    char name[IP_ADDRESS_TEXT_SIZE];
    guint width = width_of (drawing), height = height_of (drawing);
    g_autoptr (GString) whose = g_string_new (NULL);

    write_root (drawing->out, drawing->tips, width, height);
    const Value values[] = { value_of_text (VALUE_DEVICE,
                                            report_phone_name (drawing->source, drawing->phone->summary, name)) };
    tips_say (drawing->tips, WORD_LADDER_TITLE, values, G_N_ELEMENTS (values), whose);
    g_string_append (drawing->out, "<title>");
    add_escaped (drawing->out, whose->str);
    g_string_append_printf (
        drawing->out,
        "</title>\n<style>%s</style>\n<defs><marker id=\"head\" viewBox=\"0 0 10 10\" refX=\"10\" "
        "refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0 10 5 0 10z\" "
        "fill=\"context-stroke\"/></marker></defs>\n"
        "<rect class=\"paper\" width=\"100%%\" height=\"100%%\"/>\n",
        style);
    add_label (drawing->out, "name", "start", MARGIN, MARGIN + 14,
               report_phone_name (drawing->source, drawing->phone->summary, name));
    for (guint i = 0; i < drawing->phone->lanes->len; i++) {
        const LadderLane *lane = &g_array_index (drawing->phone->lanes, LadderLane, i);
        g_autofree char *lane_title = ladder_lane_title (drawing->phone, drawing->tips, i);
        char address[IP_ADDRESS_TEXT_SIZE];
        add_label (drawing->out, "name", "middle", lane_x (i), HEAD_HEIGHT - 36, lane_title);
        add_label (drawing->out, "soft", "middle", lane_x (i), HEAD_HEIGHT - 18,
                   ip_address_format (&lane->address, address));
    }
}

static void draw_band (Drawing *drawing, const LadderStep *step)
{
    g_string_append_printf (drawing->out, "<rect class=\"band\" x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\"/>\n",
                            MARGIN, drawing->y + 2, width_of (drawing) - 2 * MARGIN, BAND_HEIGHT - 4);
    add_label (drawing->out, "name", "start", MARGIN + 8, drawing->y + BAND_HEIGHT - 8,
               tips_word (drawing->tips, word_of_phase (step->phase)));
    drawing->y += BAND_HEIGHT;
}

static void draw_rails (const Drawing *drawing, guint height)
{
    for (guint i = 0; i < drawing->phone->lanes->len; i++)
        add_line (drawing->out, "rail", lane_x (i), drawing->y, lane_x (i), drawing->y + height, "");
}

static void draw_when (const Drawing *drawing, const Note *note)
{
    gint64 first_time = phones_get (flow_phones (drawing->flow), drawing->phone->summary->phone)->first_time;
    g_autofree char *frame = g_strdup_printf ("%u", note->frame);
    char text[SECONDS_SIZE];
    g_autofree char *time = g_strconcat (seconds_text (note->time - first_time, 0, text), " s", NULL);

    add_label (drawing->out, "name", "start", MARGIN + 8, drawing->y + 22, frame);
    add_label (drawing->out, "soft", "end", MARGIN + WHEN_WIDTH, drawing->y + 22, time);
}

static void draw_tip (const Drawing *drawing, NoteId id, gboolean is_bad)
{
    const Note *note = notes_get (flow_notes (drawing->flow), id);
    g_autofree char *title = explain_tip (drawing->flow, drawing->tips, id, TIP_TITLE);
    char took[DURATION_SIZE];
    gint64 response_time;

    if (explain_response_time (drawing->flow, note, &response_time)) {
        g_autofree char *with_time =
            g_strdup_printf ("%s (%s)", title ? title : "", duration_text (response_time, took));
        g_free (g_steal_pointer (&title));
        title = g_steal_pointer (&with_time);
    }
    g_autofree char *cut = shortened (title, TITLE_WIDTH / 8);
    add_label (drawing->out, is_bad ? "wrong" : "tip", "start", title_x (drawing), drawing->y + 22, cut);
}

static void draw_message (const Drawing *drawing, const LadderStep *step)
{
    const Note *note = notes_get (flow_notes (drawing->flow), step->note);
    g_autofree char *tip = explain_tip (drawing->flow, drawing->tips, step->note, TIP_TEXT);
    guint first, n = n_findings (drawing, step, &first), left = lane_x (0), right = lane_x (step->lane);
    gboolean is_bad = FALSE;
    char buffer[LADDER_LABEL_SIZE];

    for (guint i = 0; i < n; i++)
        is_bad |= finding_severity (findings_get (drawing->findings, first + i)) == SEVERITY_ERROR;
    g_string_append (drawing->out, "<g><title>");
    add_escaped (drawing->out, tip);
    g_string_append (drawing->out, "</title>\n");
    draw_when (drawing, note);
    g_autofree char *label =
        shortened (ladder_label (drawing->flow, drawing->tips, note, buffer), (glong) step->lane * LANE_WIDTH / 8);
    add_label (drawing->out, is_bad ? "label wrong" : "label", "middle", (left + right) / 2, drawing->y + 14, label);
    add_line (drawing->out,
              is_bad                                       ? "bad"
              : ladder_step_is_quiet (drawing->flow, step) ? "quiet"
              : note->from_server                          ? "back"
                                                           : "to",
              note->from_server ? right : left, drawing->y + 22, note->from_server ? left : right, drawing->y + 22,
              " stroke-width=\"2\" marker-end=\"url(#head)\"");
    draw_tip (drawing, step->note, is_bad);
    g_string_append (drawing->out, "</g>\n");
}

static void draw_problem (Drawing *drawing, const Finding *finding)
{
    g_autofree char *title = explain_problem (drawing->flow, drawing->tips, finding, TIP_TITLE);
    g_autofree char *line = g_strdup_printf ("%s: %s", problem_name (finding->problem), title);
    g_autofree char *cut = shortened (line, TITLE_WIDTH / 8);

    draw_rails (drawing, PROBLEM_LINE);
    add_label (drawing->out, finding_severity (finding) == SEVERITY_ERROR ? "wrong" : "soft", "start",
               title_x (drawing), drawing->y + 12, cut);
    drawing->y += PROBLEM_LINE;
}

static void draw_pause (const Drawing *drawing, const LadderStep *step)
{
    g_autoptr (GString) text = g_string_new (NULL);

    report_pause (drawing->source, drawing->tips, step, text);
    add_label (drawing->out, "soft", "middle", (lane_x (0) + lane_x (drawing->phone->lanes->len - 1)) / 2,
               drawing->y + 22, text->str);
}

static void draw_step (Drawing *drawing, guint place)
{
    const LadderStep *step = &g_array_index (drawing->phone->steps, LadderStep, place);
    guint first = 0, n = n_findings (drawing, step, &first);

    if (begins_band (drawing, place))
        draw_band (drawing, step);
    if (step->kind == STEP_MESSAGE) {
        draw_rails (drawing, STEP_HEIGHT);
        draw_message (drawing, step);
    } else {
        draw_pause (drawing, step);
    }
    drawing->y += STEP_HEIGHT;
    for (guint i = 0; i < n; i++)
        draw_problem (drawing, findings_get (drawing->findings, first + i));
}

static void draw_phone (ReportWriter *writer, const ReportSource *source)
{
    g_autoptr (Ladder) ladder = ladder_new (source->summary, source->filter, source->user_data);
    g_autoptr (LadderPhone) phone = ladder_phone (ladder, 0);
    Drawing drawing = { source,
                        source->summary->flow,
                        diagnosis_findings (source->summary->diagnosis),
                        writer->tips,
                        phone,
                        writer->out,
                        HEAD_HEIGHT };

    draw_head (&drawing);
    for (guint i = 0; i < phone->steps->len; i++) {
        draw_step (&drawing, i);
        report_spill (writer);
    }
    g_string_append (writer->out, "</svg>\n");
}

/* One drawing shows one phone: the first that there is. */
void report_svg (ReportWriter *writer, const ReportSource *source)
{
    if (writer->phones || !source->summary || !source->summary->phones->len)
        return;
    draw_phone (writer, source);
    writer->phones++;
}

void report_svg_end (ReportWriter *writer)
{
    if (writer->phones)
        return;
    write_root (writer->out, writer->tips, 480, 60);
    g_string_append_printf (writer->out,
                            "<style>%s</style>\n<rect class=\"paper\" width=\"100%%\" height=\"100%%\"/>\n", style);
    add_label (writer->out, "name", "start", MARGIN, 36, tips_word (writer->tips, WORD_REPORT_NO_PHONES));
    g_string_append (writer->out, "</svg>\n");
}
