/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/terminal.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite (terminal, .timeout = 20);

static void append (const char *text, gsize size, gpointer user_data)
{
    g_string_append_len (user_data, text, (gssize) size);
}

static void check (guint columns, const char *text, const char *expected)
{
    g_autoptr (GString) out = g_string_new (NULL);
    Terminal *terminal = terminal_new_for (columns, append, out);

    /* In pieces of any size. */
    for (const char *at = text; *at; at++)
        terminal_write (at, 1, terminal);
    terminal_free (terminal);
    cr_expect_str_eq (out->str, expected);
}

Test (terminal, lines_are_broken_at_spaces)
{
    check (20, "short\n", "short\n");
    check (20, "12345678901234567890\n", "12345678901234567890\n");
    check (20, "one two three four five six\n", "one two three four\n    five six\n");
    check (20, "  in: two three four five\n", "  in: two three four\n      five\n");
    check (20, "\n\na\n", "\n\na\n");
}

Test (terminal, words_that_are_too_long_are_broken_anywhere)
{
    check (10, "abcdefghijklmnop\n", "abcdefghij\n    klmnop\n");
}

Test (terminal, colours_have_no_width_and_wide_letters_have_two)
{
    check (10, "\033[1;31mabcdefghij\033[0m\n", "\033[1;31mabcdefghij\033[0m\n");
    check (10, "電話電話電 x\n", "電話電話電\n    x\n");
    check (10, "äöüäöüäöüä\n", "äöüäöüäöüä\n");
}

Test (terminal, what_has_no_end_is_written_all_the_same)
{
    check (10, "abc", "abc\n");
}

Test (terminal, broken_utf8_does_no_harm)
{
    check (10, "a\xff\xfe b\033[\n", "a\xEF\xBF\xBD\xEF\xBF\xBD b\033[\n");
}
