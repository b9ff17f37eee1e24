/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/merge/tables.h"

#include "registration/terms/seconds.h"

/* So many causes are named in a cell. */
#define CAUSES_TOLD 3

MergeTable *merge_table_new (const char *title, const char *sides)
{
    MergeTable *table = g_new0 (MergeTable, 1);

    table->title = title;
    table->sides = sides;
    table->cells = g_ptr_array_new_with_free_func (g_free);
    return table;
}

void merge_table_free (MergeTable *table)
{
    g_ptr_array_unref (table->cells);
    g_free (table->note);
    g_free (table);
}

guint merge_table_columns (const MergeTable *table)
{
    guint n = 0;

    while (n < TABLE_COLUMNS && table->columns[n])
        n++;
    return n;
}

guint merge_table_rows (const MergeTable *table)
{
    return table->cells->len / merge_table_columns (table);
}

const char *const *merge_table_row (const MergeTable *table, guint row)
{
    return (const char *const *) table->cells->pdata + row * merge_table_columns (table);
}

typedef struct {
    const Merged *merged;
    const Tips *tips;
    GPtrArray *tables;
} Maker;

static MergeTable *begin (const Maker *maker, Word title, const char *sides)
{
    return merge_table_new (tips_word (maker->tips, title), sides);
}

static void end (const Maker *maker, MergeTable *table)
{
    if (table->cells->len)
        g_ptr_array_add (maker->tables, table);
    else
        merge_table_free (table);
}

static void add_text (MergeTable *table, const char *text)
{
    g_ptr_array_add (table->cells, g_strdup (text));
}

static void add_number (MergeTable *table, guint64 number)
{
    g_ptr_array_add (table->cells, g_strdup_printf ("%" G_GUINT64_FORMAT, number));
}

static void add_time (MergeTable *table, gint64 nanoseconds)
{
    char text[DURATION_SIZE];
    add_text (table, duration_text (nanoseconds, text));
}

static void append_counts (GString *out, const GArray *counts, gboolean has_more)
{
    for (guint i = 0; i < counts->len; i++) {
        const Count *count = &g_array_index (counts, Count, i);
        g_string_append_printf (out, "%s%s (%" G_GUINT64_FORMAT ")", i ? ", " : "", count->name, count->fails);
    }
    if (has_more)
        g_string_append (out, ", …");
}

/* --- How it ended, and why */

static gint compare_outcomes (gconstpointer a, gconstpointer b)
{
    const Count *x = a, *y = b;

    if (x->phones != y->phones)
        return x->phones > y->phones ? -1 : 1;
    return g_strcmp0 (x->name, y->name);
}

static void add_outcomes (const Maker *maker)
{
    MergeTable *table = begin (maker, WORD_MERGE_OUTCOMES, "lr");
    g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (Count));

    table->columns[0] = tips_word (maker->tips, WORD_MERGE_OUTCOME);
    table->columns[1] = tips_word (maker->tips, WORD_MERGE_PHONES);
    for (Outcome outcome = 0; outcome < N_OUTCOMES; outcome++) {
        const guint64 phones = maker->merged->tally->outcomes[outcome];
        if (phones)
            g_array_append_vals (found, &(Count){ outcome_name (outcome), phones, 0 }, 1);
    }
    g_array_sort (found, compare_outcomes);
    for (guint i = 0; i < found->len; i++) {
        add_text (table, g_array_index (found, Count, i).name);
        add_number (table, g_array_index (found, Count, i).phones);
    }
    end (maker, table);
}

static void add_causes (const Maker *maker)
{
    MergeTable *table = begin (maker, WORD_MERGE_CAUSES, "lr");
    g_autoptr (GArray) causes = counts_top (maker->merged->tally->causes, NULL, maker->merged->top);
    guint64 told = 0;

    table->columns[0] = tips_word (maker->tips, WORD_MERGE_CAUSE);
    table->columns[1] = tips_word (maker->tips, WORD_MERGE_PHONES);
    for (guint i = 0; i < causes->len; i++) {
        const Count *cause = &g_array_index (causes, Count, i);
        add_text (table, cause->name);
        add_number (table, cause->fails);
        told += cause->fails;
    }
    if (told < maker->merged->tally->fails) {
        add_text (table, tips_word (maker->tips, WORD_MERGE_OTHERS));
        add_number (table, maker->merged->tally->fails - told);
    }
    end (maker, table);
}

static void add_worst (const Maker *maker)
{
    MergeTable *table = begin (maker, WORD_MERGE_WORST, "lrrll");

    table->columns[0] = tips_word (maker->tips, WORD_MERGE_CAPTURE);
    table->columns[1] = tips_word (maker->tips, WORD_MERGE_PHONES);
    table->columns[2] = tips_word (maker->tips, WORD_MERGE_FAIL);
    table->columns[3] = tips_word (maker->tips, WORD_MERGE_CAUSES_OF);
    table->columns[4] = tips_word (maker->tips, WORD_MERGE_FILE);
    for (guint i = 0; i < maker->merged->worst->len; i++) {
        const MergedCapture *capture = &g_array_index (maker->merged->worst, MergedCapture, i);
        add_text (table, capture->capture);
        add_number (table, capture->phones);
        add_number (table, capture->fails);
        add_text (table, capture->causes);
        add_text (table, capture->file);
    }
    end (maker, table);
}

/* --- By model, firmware, server, site, hour */

static void add_group (const Maker *maker, MergeTable *table, Dimension dimension, const Count *group)
{
    g_autoptr (GArray) reasons = tally_reasons (maker->merged->tally, dimension, group->name, CAUSES_TOLD + 1);
    const gboolean has_more = reasons->len > CAUSES_TOLD;
    GString *text = g_string_new (NULL);

    g_array_set_size (reasons, MIN (reasons->len, CAUSES_TOLD));
    append_counts (text, reasons, has_more);
    add_text (table, *group->name ? group->name : tips_word (maker->tips, WORD_MERGE_UNKNOWN));
    add_number (table, group->phones);
    add_number (table, group->fails);
    g_ptr_array_add (table->cells, g_string_free (text, FALSE));
}

static void add_groups (const Maker *maker, Dimension dimension)
{
    static const Word titles[N_DIMENSIONS] = {
#define X(symbol, name) WORD_MERGE_BY_##symbol,
        DIMENSIONS (X)
#undef X
    };
    const Tally *tally = maker->merged->tally;
    MergeTable *table = begin (maker, titles[dimension], "lrrl");
    g_autoptr (GArray) groups = counts_top (tally->groups[dimension], NULL, maker->merged->top);
    guint64 phones = 0, fails = 0;

    table->columns[0] = "";
    table->columns[1] = tips_word (maker->tips, WORD_MERGE_PHONES);
    table->columns[2] = tips_word (maker->tips, WORD_MERGE_FAIL);
    table->columns[3] = tips_word (maker->tips, WORD_MERGE_CAUSES_OF);
    for (guint i = 0; i < groups->len; i++) {
        const Count *group = &g_array_index (groups, Count, i);
        add_group (maker, table, dimension, group);
        phones += group->phones;
        fails += group->fails;
    }
    if (phones < tally->phones) {
        add_text (table, tips_word (maker->tips, WORD_MERGE_OTHERS));
        add_number (table, tally->phones - phones);
        add_number (table, tally->fails - fails);
        add_text (table, "");
    }
    if (counts_is_full (tally->groups[dimension]))
        table->note = g_strdup (tips_word (maker->tips, WORD_MERGE_TOO_MANY));
    end (maker, table);
}

/* --- Times */

static gint compare_spreads (gconstpointer a, gconstpointer b, gpointer data)
{
    const Tally *tally = data;
    const guint x = *(const guint *) a, y = *(const guint *) b;
    const gint64 of_x = spread_percentile (tally->times[x], 95), of_y = spread_percentile (tally->times[y], 95);

    return of_x != of_y ? (of_x > of_y ? -1 : 1) : (x > y) - (x < y);
}

GArray *merge_slowest_phases (const Tally *tally)
{
    GArray *phases = g_array_new (FALSE, FALSE, sizeof (guint));

    for (guint phase = PHASE_NONE + 1; phase < N_PHASES; phase++)
        if (phase != PHASE_KEEPALIVE && spread_count (tally->times[phase]))
            g_array_append_val (phases, phase);
    g_array_sort_with_data (phases, compare_spreads, (gpointer) tally);
    return phases;
}

static MergeTable *begin_times (const Maker *maker, Word title, const char *what)
{
    MergeTable *table = begin (maker, title, "lrrrrr");

    table->columns[0] = what;
    table->columns[1] = tips_word (maker->tips, WORD_MERGE_NUMBER);
    table->columns[2] = tips_word (maker->tips, WORD_MERGE_MEDIAN);
    table->columns[3] = "95 %";
    table->columns[4] = "99 %";
    table->columns[5] = tips_word (maker->tips, WORD_MERGE_LONGEST);
    return table;
}

static void add_times (const Maker *maker, MergeTable *table, guint which, Word word)
{
    Spread *spread = maker->merged->tally->times[which];
    const Value exact = value_of_number (VALUE_COUNT, TALLY_EXACT);

    add_text (table, tips_word (maker->tips, word));
    add_number (table, spread_count (spread));
    add_time (table, spread_percentile (spread, 50));
    add_time (table, spread_percentile (spread, 95));
    add_time (table, spread_percentile (spread, 99));
    add_time (table, spread_longest (spread));
    if (spread_is_exact (spread) || table->note)
        return;
    GString *note = g_string_new (NULL);
    tips_say (maker->tips, WORD_MERGE_ESTIMATED, &exact, 1, note);
    table->note = g_string_free (note, FALSE);
}

static void add_phases (const Maker *maker)
{
    MergeTable *table = begin_times (maker, WORD_MERGE_PHASES, tips_word (maker->tips, WORD_COLUMN_PHASE));
    g_autoptr (GArray) phases = merge_slowest_phases (maker->merged->tally);

    for (guint i = 0; i < MIN (phases->len, maker->merged->top); i++) {
        const guint phase = g_array_index (phases, guint, i);
        add_times (maker, table, phase, word_of_phase ((Phase) phase));
    }
    end (maker, table);
}

static void add_moments (const Maker *maker)
{
    static const Word words[N_TIMES] = {
#define X(symbol, name) [TIME_##symbol] = WORD_MERGE_##symbol,
        MOMENTS (X)
#undef X
    };
    MergeTable *table = begin_times (maker, WORD_MERGE_MOMENTS, "");

    for (guint which = TIMES_OF_MOMENTS + 1; which < N_TIMES; which++)
        if (spread_count (maker->merged->tally->times[which]))
            add_times (maker, table, which, words[which]);
    end (maker, table);
}

static void add_slow_phones (const Maker *maker)
{
    MergeTable *table = begin (maker, WORD_MERGE_SLOW, "llrrl");
    g_autoptr (GArray) phones = kinds_slowest (maker->merged->tally->kinds);

    table->columns[0] = tips_word (maker->tips, WORD_COLUMN_PHONE);
    table->columns[1] = tips_word (maker->tips, WORD_SCREEN_MODEL);
    table->columns[2] = tips_word (maker->tips, WORD_MERGE_READY);
    table->columns[3] = tips_word (maker->tips, WORD_MERGE_MEDIAN);
    table->columns[4] = tips_word (maker->tips, WORD_MERGE_CAPTURE);
    for (guint i = 0; i < phones->len; i++) {
        const SlowPhone *phone = &g_array_index (phones, SlowPhone, i);
        add_text (table, phone->phone);
        add_text (table, phone->model);
        add_time (table, phone->ready_after);
        add_time (table, phone->median);
        add_text (table, phone->capture);
    }
    table->note = g_strdup (tips_word (maker->tips, WORD_MERGE_SLOW_WHO));
    end (maker, table);
}

static void add_unread (const Maker *maker)
{
    MergeTable *table = begin (maker, WORD_MERGE_UNREAD, "ll");

    table->columns[0] = tips_word (maker->tips, WORD_MERGE_CAPTURE);
    table->columns[1] = tips_word (maker->tips, WORD_MERGE_WHY);
    for (guint i = 0; i < maker->merged->unread->len; i++) {
        const MergedCapture *capture = &g_array_index (maker->merged->unread, MergedCapture, i);
        add_text (table, capture->capture);
        add_text (table, capture->error);
    }
    end (maker, table);
}

GPtrArray *merge_tables (const Merged *merged, const Tips *tips)
{
    const Maker maker = { merged, tips, g_ptr_array_new_with_free_func ((GDestroyNotify) merge_table_free) };

    add_outcomes (&maker);
    add_causes (&maker);
    add_worst (&maker);
    for (Dimension dimension = 0; dimension < N_DIMENSIONS; dimension++)
        add_groups (&maker, dimension);
    add_phases (&maker);
    add_moments (&maker);
    add_slow_phones (&maker);
    add_unread (&maker);
    return maker.tables;
}

/* --- Sentences */

static void say (const Tips *tips, Word word, guint64 count, const char *text, GString *out)
{
    const Value values[] = { value_of_number (VALUE_COUNT, count), value_of_text (VALUE_TEXT, text) };
    tips_say (tips, word, values, text ? 2 : 1, out);
}

char *merge_totals (const Merged *merged, const Tips *tips)
{
    const Tally *tally = merged->tally;
    GString *out = g_string_new (NULL);

    say (tips, WORD_REPORT_TOTAL_CAPTURES, tally->captures, NULL, out);
    if (tally->troubles) {
        g_string_append (out, ", ");
        say (tips, WORD_REPORT_TOTAL_TROUBLES, tally->troubles, NULL, out);
    }
    g_string_append (out, "; ");
    say (tips, WORD_REPORT_TOTAL_PHONES, tally->phones, NULL, out);
    if (tally->phones) {
        g_string_append (out, ", ");
        say (tips, WORD_REPORT_TOTAL_REGISTERED, tally->registered, NULL, out);
    }
    if (tally->fails) {
        g_autoptr (GArray) causes = counts_top (tally->causes, NULL, merged->top);
        g_autoptr (GString) text = g_string_new (NULL);
        append_counts (text, causes, counts_size (tally->causes) > causes->len);
        g_string_append (out, "; ");
        say (tips, WORD_REPORT_TOTAL_FAIL, tally->fails, text->str, out);
    }
    return g_string_free (out, FALSE);
}

static void add_note (GPtrArray *notes, const Tips *tips, Word word, guint64 count)
{
    GString *note = g_string_new (NULL);

    if (count)
        say (tips, word, count, NULL, note);
    if (note->len)
        g_ptr_array_add (notes, g_string_free (note, FALSE));
    else
        g_string_free (note, TRUE);
}

GPtrArray *merge_notes (const Merged *merged, const Tips *tips)
{
    GPtrArray *notes = g_ptr_array_new_with_free_func (g_free);

    add_note (notes, tips, WORD_MERGE_FAULTS, merged->n_troubles);
    add_note (notes, tips, WORD_MERGE_EACH_CAPTURE, merged->tally->captures > 1 ? merged->tally->captures : 0);
    add_note (notes, tips, WORD_MERGE_SAME_NAMES, merged->same_names);
    add_note (notes, tips, WORD_MERGE_UNFRAMED, merged->unframed);
    add_note (notes, tips, WORD_MERGE_BACKWARDS, merged->tally->backwards);
    add_note (notes, tips, WORD_MERGE_KINDS, kinds_is_full (merged->tally->kinds) ? 1 : 0);
    return notes;
}
