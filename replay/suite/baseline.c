/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/suite/baseline.h"

#include "replay/usage.h"

#include "registration/wire/times.h"

#include <string.h>

#define FIRST_LINE "# regreplay test baseline 1"

struct Baseline {
    GPtrArray *lines;     /* of char *, in their order; owned */
    GHashTable *accepted; /* line (borrowed) → whether it was met */
};

#define UP_TO ", up to "

/* Owned by the caller. Names and sentences have no tabs (clean_line()). */
static char *line_of (const SuiteCase *test, const SuiteDifference *difference)
{
    return g_strjoin ("\t", test->capture, difference->what, difference->how, NULL);
}

/* An answer that is late is accepted as late as it is now, by the tolerance, and no later. */
static char *line_to_write (const SuiteCase *test, const SuiteDifference *difference)
{
    g_autofree char *line = line_of (test, difference);

    if (difference->late_up_to < 0)
        return g_steal_pointer (&line);
    return g_strdup_printf ("%s" UP_TO "%" G_GINT64_FORMAT " ms", line,
                            (difference->late_up_to + MILLISECOND - 1) / MILLISECOND);
}

void baseline_free (Baseline *baseline)
{
    if (!baseline)
        return;
    g_hash_table_unref (baseline->accepted);
    g_ptr_array_unref (baseline->lines);
    g_free (baseline);
}

static guint count_tabs (const char *line)
{
    guint tabs = 0;

    for (; (line = strchr (line, '\t')); line++)
        tabs++;
    return tabs;
}

/* FALSE with error set. */
static gboolean add_line (Baseline *baseline, const char *line, const char *path, guint number, GError **error)
{
    if (!*line || *line == '#')
        return TRUE;
    if (count_tabs (line) != 2 || !g_utf8_validate (line, -1, NULL)) {
        g_set_error (error, USAGE_ERROR, 0,
                     "%s, line %u: it has to be a capture, what differs and how, with a tab between them", path,
                     number);
        return FALSE;
    }
    char *copy = g_strdup (line);
    g_ptr_array_add (baseline->lines, copy);
    g_hash_table_insert (baseline->accepted, copy, GUINT_TO_POINTER (FALSE));
    return TRUE;
}

Baseline *baseline_load (const char *path, GError **error)
{
    g_autofree char *text = NULL;
    g_autoptr (Baseline) baseline = g_new0 (Baseline, 1);

    baseline->lines = g_ptr_array_new_with_free_func (g_free);
    baseline->accepted = g_hash_table_new (g_str_hash, g_str_equal);
    if (!g_file_get_contents (path, &text, NULL, error))
        return NULL;
    g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
    if (!g_str_equal (lines[0] ? lines[0] : "", FIRST_LINE)) {
        g_set_error (error, USAGE_ERROR, 0, "%s, line 1: it does not begin with \"" FIRST_LINE "\", and is no baseline",
                     path);
        return NULL;
    }
    for (guint i = 0; lines[i]; i++)
        if (!add_line (baseline, lines[i], path, i + 1, error))
            return NULL;
    return g_steal_pointer (&baseline);
}

/* The line that accepts it; NULL. A line without a limit, which somebody has written, accepts any lateness. */
static const char *find_line (const Baseline *baseline, const SuiteCase *test, const SuiteDifference *difference)
{
    g_autofree char *line = line_of (test, difference);
    gpointer known = NULL;

    if (g_hash_table_lookup_extended (baseline->accepted, line, &known, NULL) || difference->took < 0)
        return known;
    g_autofree char *limited = g_strconcat (line, UP_TO, NULL);
    for (guint i = 0; i < baseline->lines->len; i++) {
        const char *limit = baseline->lines->pdata[i];
        char *end;
        if (!g_str_has_prefix (limit, limited))
            continue;
        const guint64 most = g_ascii_strtoull (limit + strlen (limited), &end, 10);
        if (g_str_equal (end, " ms") && most < G_MAXINT64 / MILLISECOND &&
            difference->took <= (gint64) most * MILLISECOND)
            return limit;
    }
    return NULL;
}

void baseline_apply (Baseline *baseline, const SuiteCase *test)
{
    for (guint i = 0; i < test->differences->len; i++) {
        SuiteDifference *difference = test->differences->pdata[i];
        const char *line = find_line (baseline, test, difference);
        difference->is_accepted = line != NULL;
        if (line)
            g_hash_table_insert (baseline->accepted, (gpointer) line, GUINT_TO_POINTER (TRUE));
    }
}

void baseline_unmet (const Baseline *baseline, GString *out)
{
    for (guint i = 0; i < baseline->lines->len; i++)
        if (!g_hash_table_lookup (baseline->accepted, baseline->lines->pdata[i]))
            g_string_append_printf (out, "%s\n", (const char *) baseline->lines->pdata[i]);
}

void baseline_write (const GPtrArray *cases, GString *out)
{
    g_string_append (out, FIRST_LINE "\n# capture, what differs, how: written by regreplay test --accept\n");
    for (guint i = 0; i < cases->len; i++) {
        const SuiteCase *test = cases->pdata[i];
        for (guint k = 0; k < test->differences->len; k++) {
            g_autofree char *line = line_to_write (test, test->differences->pdata[k]);
            g_string_append_printf (out, "%s\n", line);
        }
    }
}
