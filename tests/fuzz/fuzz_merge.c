/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What regreplay merge and compare read, and the reports that they make of it. What is compared ends at an empty line;
 * what follows that is the other side of it. */
#include "replay/compare/compare_report.h"
#include "replay/merge/report.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

#define TOP 3

static void expect_one_line (const char *sentence, gpointer user_data)
{
    guint64 *told = user_data;

    if (strchr (sentence, '\n') || !g_utf8_validate (sentence, -1, NULL))
        g_error ("no sentence: %s", sentence);
    (*told)++;
}

static const char *no_reason (gpointer user_data G_GNUC_UNUSED)
{
    return NULL;
}

/* What is told about all has to be what is told about its parts. */
static void check (const Merged *merged, guint64 told)
{
    const Tally *tally = merged->tally;
    guint64 phones = 0;

    if (merged->storm && !merged->storm->result)
        g_error ("nothing is said of %u parts", merged->storm->parts->len);

    for (Outcome outcome = 0; outcome < N_OUTCOMES; outcome++)
        phones += tally->outcomes[outcome];
    if (phones != tally->phones || tally->fails > phones || tally->registered > phones || told != merged->n_troubles)
        g_error ("%" G_GUINT64_FORMAT " phones, and %" G_GUINT64_FORMAT " outcomes", tally->phones, phones);
    if (merged->worst->len > TOP || merged->unread->len > TOP)
        g_error ("more is told than was wanted");
}

static Played *read_side (const guint8 *data, gsize size, GError **error)
{
    FILE *stream = fmemopen ((gpointer) data, size, "rb");
    Played *side = stream ? played_read (stream, "file", no_reason, NULL, error) : NULL;

    if (stream)
        fclose (stream);
    return side;
}

/* What compare says of two sides; of one and itself, when there is no other. */
static void compare (const guint8 *data, gsize size)
{
    const Tolerance tolerance = { 20000000, 50 };
    const guint8 *empty = memmem (data, size, "\n\n", 2);
    const gsize first = empty ? (gsize) (empty + 1 - data) : size, at = empty && first + 1 < size ? first + 1 : 0;
    g_autoptr (GError) error = NULL;
    Played *one = read_side (data, first, &error), *other = read_side (data + at, at ? size - at : first, NULL);

    if (!one && (!error || strchr (error->message, '\n')))
        g_error ("no sentence");
    if (one && !other && !at)
        g_error ("it is read once, and not again");
    if (one && other) {
        g_autoptr (GPtrArray) comparisons = compare_sides (one, other, &tolerance);
        const CompareReport report = { one, other, comparisons, "" };
        g_autoptr (GString) text = g_string_new (NULL);
        compare_report_text (&report, text);
        compare_report_json (&report, text);
        if (!g_utf8_validate (text->str, (gssize) text->len, NULL))
            g_error ("a report that is not UTF-8");
    }
    played_free (one);
    played_free (other);
}

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    const MergeSite site = { 0 };
    guint64 told = 0;
    g_autoptr (Merger) merger = merger_new (TOP, &site, expect_one_line, &told);
    g_autoptr (Tips) tips = tips_new (NULL);
    FILE *stream = size ? fmemopen ((gpointer) data, size, "rb") : NULL;

    if (!stream)
        return 0;
    /* The same captures twice: they are counted once. */
    for (guint i = 0; i < 2; i++) {
        rewind (stream);
        merger_read (merger, stream, i ? "again" : "once", no_reason, NULL);
    }
    fclose (stream);
    compare (data, size);
    merger_finish (merger);
    check (merger_merged (merger), told);
    for (MergeFormat format = 0; format < N_MERGE_FORMATS; format++) {
        GString *report = merge_report (merger_merged (merger), format, tips);
        if (!g_utf8_validate (report->str, (gssize) report->len, NULL))
            g_error ("a report that is not UTF-8");
        g_string_free (report, TRUE);
    }
    return 0;
}
