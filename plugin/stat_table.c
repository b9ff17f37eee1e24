/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugin/stat_table.h"

#include "registration/report/report.h"
#include "registration/terms/seconds.h"
#include "registration/tips/explain.h"

#include "plugin/tally.h"

#include <epan/stat_tap_ui.h>

#define COMMAND "regflow,stat"
#define TITLE   "Phone registrations"

/* X (symbol, heading as wide as its column for tshark, format of tshark). What the table is opened for comes first, and
 * what is as long as it likes last. */
#define TEXT_COLUMNS(X)                                                                                                \
    X (DEVICE, "Device          ", "%-16s")                                                                            \
    X (OUTCOME, "Outcome                                  ", "%-41s")                                                  \
    X (CAUSE, "Cause                             ", "%-34s")                                                           \
    X (ATTEMPTS, "Attempts", "%8s")                                                                                    \
    X (MODEL, "Model           ", "%-16s")                                                                             \
    X (PROTOCOL, "Protocol", "%-8s")                                                                                   \
    X (FINDINGS, "Findings                        ", "%-32s")                                                          \
    X (PHASES, "Phases", "%s")

/* Those that take time; what comes later is daily life. */
#define FIRST_PHASE (PHASE_NONE + 1)
#define LAST_PHASE  PHASE_FINISH

enum {
#define X(symbol, heading, format) COLUMN_##symbol,
    TEXT_COLUMNS (X)
#undef X
        N_COLUMNS
};

/* There is one table, however many windows show it. A window keeps the cells of a row for as long as it is there, also
 * when another one starts the table anew: so rows are kept until the last window has gone. */
static Tally *tally;
static GPtrArray *old_rows; /* of stat_tap_table_item_type[N_COLUMNS]; owned */

static void set_text (stat_tap_table_item_type *cell, char *text)
{
    g_free (cell->user_data.ptr_value);
    *cell = (stat_tap_table_item_type){ .type = TABLE_ITEM_STRING, .value.string_value = text };
    cell->user_data.ptr_value = text;
}

static char *device_text (const Summary *summary, const PhoneSummary *phone)
{
    char label[IP_ADDRESS_TEXT_SIZE];
    return g_strdup (phones_label_at (flow_phones (summary->flow), phone->phone, phone->last_note, label));
}

static char *model_text (const Summary *summary, const PhoneSummary *phone)
{
    const char *name = summary_model (summary, phone);
    return g_strdup (name ? name : "");
}

static char *protocol_text (const PhoneSummary *phone)
{
    return phone->protocol == N_PROTOCOLS ? g_strdup ("") : g_ascii_strup (protocol_name (phone->protocol), -1);
}

/* Each name once, in the order in which they were first found, with how often. */
static char *findings_text (const Summary *summary, const PhoneSummary *phone)
{
    guint counts[N_PROBLEMS] = { 0 };
    GString *text = g_string_new (NULL);

    for (guint i = 0; i < phone->found->len; i++)
        counts[summary_finding (summary, phone, i)->problem]++;
    for (guint i = 0; i < phone->found->len; i++) {
        guint problem = summary_finding (summary, phone, i)->problem;
        if (counts[problem] == 0)
            continue;
        g_string_append_printf (text, "%s%s", text->len ? ", " : "", problem_name (problem));
        if (counts[problem] > 1)
            g_string_append_printf (text, " (%u)", counts[problem]);
        counts[problem] = 0;
    }
    return g_string_free (text, FALSE);
}

static char *attempts_text (const Summary *summary, const PhoneSummary *phone)
{
    return g_strdup_printf ("%8u", summary_attempts (summary, phone));
}

static char *cause_text (const Summary *summary, const Tips *tips, const PhoneSummary *phone)
{
    char *title = phone->cause ? explain_problem (summary->flow, tips, phone->cause, TIP_TITLE) : NULL;
    return title ? title : g_strdup ("");
}

/* The last time that the phone went through it; NULL when it never did. */
static const Span *last_span (const PhoneSummary *phone, Phase phase)
{
    for (guint i = phone->attempts->len; i > 0; i--) {
        const Span *span = &summary_attempt (phone, i - 1)->phases[phase];
        if (span->count)
            return span;
    }
    return NULL;
}

/* From the first to the last message of each phase that was seen. */
static char *phases_text (const Summary *summary, const PhoneSummary *phone)
{
    GString *text = g_string_new (NULL);

    for (Phase phase = FIRST_PHASE; phase <= LAST_PHASE; phase++) {
        const Span *span = last_span (phone, phase);
        char took[DURATION_SIZE];
        if (span)
            g_string_append_printf (text, "%s%s %s", text->len ? ", " : "", phase_name (phase),
                                    duration_text (summary_span_took (summary, span), took));
    }
    return g_string_free (text, FALSE);
}

static void fill_row (const Summary *summary, const Tips *tips, const PhoneSummary *phone,
                      stat_tap_table_item_type *cells)
{
    set_text (&cells[COLUMN_DEVICE], device_text (summary, phone));
    set_text (&cells[COLUMN_MODEL], model_text (summary, phone));
    set_text (&cells[COLUMN_PROTOCOL], protocol_text (phone));
    set_text (&cells[COLUMN_OUTCOME], report_outcome (summary, tips, phone));
    set_text (&cells[COLUMN_CAUSE], cause_text (summary, tips, phone));
    set_text (&cells[COLUMN_ATTEMPTS], attempts_text (summary, phone));
    set_text (&cells[COLUMN_FINDINGS], findings_text (summary, phone));
    set_text (&cells[COLUMN_PHASES], phases_text (summary, phone));
}

static void show (const Summary *summary, const Tips *tips, gpointer target)
{
    static const stat_tap_table_item_type empty[N_COLUMNS];
    stat_tap_table *table = stat_tap_find_table (target, TITLE);

    if (!table)
        return;
    for (guint i = 0; i < summary->phones->len; i++) {
        if (i == table->num_elements)
            stat_tap_init_table_row (table, i, N_COLUMNS, empty);
        fill_row (summary, tips, summary_phone (summary, i), stat_tap_get_field_data (table, i, 0));
    }
}

static void free_cells (stat_tap_table_item_type *cells)
{
    for (guint column = 0; column < N_COLUMNS; column++)
        g_free (cells[column].user_data.ptr_value);
}

static void free_row (gpointer row)
{
    free_cells (row);
    g_free (row);
}

static void on_reset (stat_tap_table *table)
{
    tally_clear (tally);
    for (guint i = 0; i < table->num_elements; i++)
        g_ptr_array_add (old_rows, table->elements[i]);
    table->num_elements = 0;
}

static void on_free_cell (stat_tap_table *table _U_, guint row _U_, guint column _U_, stat_tap_table_item_type *cell)
{
    g_free (cell->user_data.ptr_value);
    cell->user_data.ptr_value = NULL;
}

static void on_start (stat_tap_table_ui *ui)
{
    stat_tap_table *table = stat_tap_find_table (ui, TITLE);

    if (table) {
        on_reset (table);
        return;
    }
    if (!tally) {
        tally = tally_new (show, ui);
        old_rows = g_ptr_array_new_with_free_func (free_row);
    }
    tally_clear (tally);
    g_ptr_array_set_size (old_rows, 0);
    stat_tap_add_table (ui, stat_tap_init_table (TITLE, N_COLUMNS, 0, NULL));
}

static tap_packet_status on_packet (void *data _U_, packet_info *pinfo _U_, epan_dissect_t *dissect _U_,
                                    const void *record, tap_flags_t flags _U_)
{
    tally_add (tally, record);
    return TAP_PACKET_REDRAW;
}

void stat_table_register (void)
{
    static stat_tap_table_item columns[N_COLUMNS] = {
#define X(symbol, heading, format) [COLUMN_##symbol] = { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, heading, format },
        TEXT_COLUMNS (X)
#undef X
    };
    static tap_param parameters[] = { { PARAM_FILTER, "filter", "Filter", NULL, TRUE } };
    static stat_tap_table_ui ui = { .group = TELEPHONY_GROUP,
                                    .title = TITLE,
                                    .tap_name = "regflow",
                                    .cli_string = COMMAND,
                                    .stat_tap_init_cb = on_start,
                                    .packet_func = on_packet,
                                    .stat_tap_reset_table_cb = on_reset,
                                    .stat_tap_free_table_item_cb = on_free_cell,
                                    .nfields = N_COLUMNS,
                                    .fields = columns,
                                    .nparams = G_N_ELEMENTS (parameters),
                                    .params = parameters };

    columns[COLUMN_ATTEMPTS].align = TAP_ALIGN_RIGHT;
    register_stat_tap_table_ui (&ui);
}
