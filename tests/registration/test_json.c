/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/report/json.h"

#include <criterion/criterion.h>
#include <string.h>

static const char *written (const char *text, gboolean in_html)
{
    static char copy[512];
    g_autoptr (GString) out = g_string_new (NULL);
    Json json = { .out = out, .in_html = in_html };

    json_string (&json, NULL, text);
    g_strlcpy (copy, out->str, sizeof copy);
    return copy;
}

Test (json, quotes_backslashes_and_control_characters_are_escaped)
{
    cr_expect_str_eq (written ("a\"b\\c\nd\001\177", FALSE), "\"a\\\"b\\\\c\\nd\\u0001\\u007f\"");
}

Test (json, markup_stays_as_it_is_outside_of_pages)
{
    cr_expect_str_eq (written ("<sip:1@x>&", FALSE), "\"<sip:1@x>&\"");
}

Test (json, nothing_in_a_page_ends_its_script_element)
{
    cr_expect_str_eq (written ("</script><!--&", TRUE), "\"\\u003c/script\\u003e\\u003c!--\\u0026\"");
}

Test (json, line_separators_and_what_turns_text_around_are_written_by_number)
{
    cr_expect_str_eq (written ("\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xAE\xE2\x81\xA6\xC2\x85", TRUE),
                      "\"\\u2028\\u2029\\u202e\\u2066\\u0085\"");
}

Test (json, what_is_no_utf8_becomes_the_replacement_character)
{
    cr_expect_str_eq (written ("a\xFF<\xC3", TRUE), "\"a\xEF\xBF\xBD\\u003c\xEF\xBF\xBD\"");
    cr_expect_str_eq (written ("a\xFF", FALSE), "\"a\xEF\xBF\xBD\"");
}

/* Texts are looked at eight octets at a time. */
Test (json, what_is_escaped_is_so_wherever_it_stands)
{
    static const struct {
        const char *in, *out;
    } specials[] = {
        { "\"", "\\\"" },
        { "\\", "\\\\" },
        { "\n", "\\n" },
        { "\037", "\\u001f" },
        { "\177", "\\u007f" },
        { "<", "\\u003c" },
        { "\xC3\xA4", "\xC3\xA4" },
        { "\xFF", "\xEF\xBF\xBD" },
        { " ", " " },
        { "!", "!" },
        { "#", "#" },
        { "~", "~" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS (specials); i++)
        for (gsize before = 0; before < 20; before++)
            for (gsize behind = 0; behind < 10; behind++) {
                g_autofree char *left = g_strnfill (before, 'a'), *right = g_strnfill (behind, '}');
                g_autofree char *in = g_strconcat (left, specials[i].in, right, NULL);
                g_autofree char *out = g_strconcat ("\"", left, specials[i].out, right, "\"", NULL);
                cr_expect_str_eq (written (in, TRUE), out);
            }
}

Test (json, times_are_exact)
{
    g_autoptr (GString) out = g_string_new (NULL);
    Json json = { .out = out };

    json_open_array (&json, NULL);
    json_seconds (&json, NULL, 12000000034);
    json_microseconds (&json, NULL, 2946123);
    json_microseconds (&json, NULL, 7);
    json_microseconds (&json, NULL, 0);
    json_close_array (&json);
    cr_expect_str_eq (out->str, "[12.000000034,2946.123,0.007,0.000]");
}

Test (json, a_missing_text_is_null)
{
    cr_expect_str_eq (written (NULL, TRUE), "null");
}
