/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/merge/lines.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite (lines, .timeout = 60);

static FILE *stream_of (const GString *text)
{
    return text->len ? fmemopen (text->str, text->len, "rb") : fopen ("/dev/null", "rb");
}

/* Gives back what the lines are made of. */
static void expect_lines (const char *const *each, gsize n, gboolean has_end)
{
    g_autoptr (GString) text = g_string_new (NULL);
    Line line;

    for (gsize i = 0; i < n; i++)
        g_string_append_printf (text, "%s%s", each[i], i + 1 < n || has_end ? "\n" : "");
    FILE *stream = stream_of (text);
    g_autoptr (Lines) lines = lines_new (stream);
    for (gsize i = 0; i < n; i++) {
        cr_assert_eq (lines_next (lines, &line), LINES_LINE, "line %zu of %zu", i + 1, n);
        cr_expect_eq (line.number, i + 1);
        cr_expect_eq (line.is_endless, i + 1 == n && !has_end);
        cr_expect (line.size == strlen (each[i]) && memcmp (line.text, each[i], line.size) == 0, "line %zu", i + 1);
    }
    cr_expect_eq (lines_next (lines, &line), LINES_END);
    fclose (stream);
}

Test (lines, come_as_they_are)
{
    expect_lines (NULL, 0, TRUE);
    expect_lines ((const char *[]){ "" }, 1, TRUE);
    expect_lines ((const char *[]){ "a", "", "bc" }, 3, TRUE);
    expect_lines ((const char *[]){ "a", "", "bc" }, 3, FALSE);
}

/* Of sizes around those of the pieces that are read. */
Test (lines, may_be_longer_than_what_is_read_at_once)
{
    const gsize sizes[] = { 1024 * 1024 - 2, 1024 * 1024 - 1, 1024 * 1024, 1024 * 1024 + 1, 3 * 1024 * 1024 + 7 };

    for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
        g_autofree char *one = g_strnfill (sizes[i], 'x'), *other = g_strnfill (sizes[i] / 2, 'y');
        const char *const each[] = { one, "", other, "z", one };
        expect_lines (each, G_N_ELEMENTS (each), TRUE);
        expect_lines (each, G_N_ELEMENTS (each), FALSE);
    }
}

static void expect_last (const char *path, LinesResult want, guint64 number)
{
    FILE *stream = fopen (path, "rb");
    g_autoptr (Lines) lines = lines_new (stream);
    LinesResult result;
    Line line;

    while ((result = lines_next (lines, &line)) == LINES_LINE)
        ;
    cr_expect_eq (result, want, "%s: %d", path, result);
    cr_expect_eq (line.number, number);
    fclose (stream);
}

Test (lines, have_bounds)
{
    expect_last ("/dev/zero", LINES_TOO_LONG, 1);
    expect_last ("/", LINES_FAILED, 1);
}
