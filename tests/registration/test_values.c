/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/values.h"

#include <criterion/criterion.h>
#include <string.h>

static const char *formatted (const Values *values, ValueKey key)
{
    static char text[VALUES_TEXT_MAX + 1];
    g_autoptr (GString) out = g_string_new (NULL);
    Value value;

    if (!values_find (values->packed, key, &value))
        return "absent";
    value_format (&value, NULL, NULL, out);
    g_strlcpy (text, out->str, sizeof text);
    return text;
}

Test (values, every_form_comes_back_as_it_was_put_in)
{
    Values values;
    IpAddress address;

    values_init (&values);
    ip_address_parse ("10.0.0.1", 8, &address);
    values_add_number (&values, VALUE_KEEPALIVE, 30);
    values_add_number (&values, VALUE_MESSAGE_ID, 0x9D);
    values_add_number (&values, VALUE_SECONDS, G_MAXUINT64);
    values_add_text (&values, VALUE_NAME, "One", -1);
    values_add_address (&values, VALUE_IP, &address);
    values_add_word (&values, VALUE_MODE, WORD_BLINK);
    cr_assert_str_eq (formatted (&values, VALUE_KEEPALIVE), "30");
    cr_assert_str_eq (formatted (&values, VALUE_MESSAGE_ID), "0x009d");
    cr_assert_str_eq (formatted (&values, VALUE_SECONDS), "18446744073709551615");
    cr_assert_str_eq (formatted (&values, VALUE_NAME), "One");
    cr_assert_str_eq (formatted (&values, VALUE_IP), "10.0.0.1");
    cr_assert_str_eq (formatted (&values, VALUE_MODE), "blinking");
    cr_assert_str_eq (formatted (&values, VALUE_LABEL), "absent");
    cr_assert_eq (values_packed_size (values.packed), values.size + 1);
}

Test (values, the_first_value_of_a_key_wins_and_empty_texts_are_not_values)
{
    Values values;

    values_init (&values);
    values_add_text (&values, VALUE_LOAD, "", -1);
    values_add_number (&values, VALUE_LINE, 1);
    values_add_number (&values, VALUE_LINE, 2);
    cr_assert_str_eq (formatted (&values, VALUE_LOAD), "absent");
    cr_assert_str_eq (formatted (&values, VALUE_LINE), "1");
}

Test (values, text_becomes_utf8_without_control_characters)
{
    Values values;

    values_init (&values);
    values_add_text (&values, VALUE_NAME, "J\xFCrgen\x01\n", -1);
    values_add_text (&values, VALUE_LABEL, "J\xC3\xBCrgen", -1);
    cr_assert_str_eq (formatted (&values, VALUE_NAME), "J\xC3\xBCrgen ");
    cr_assert_str_eq (formatted (&values, VALUE_LABEL), "J\xC3\xBCrgen");
}

Test (values, what_does_not_fit_is_cut_or_left_out)
{
    Values values;
    g_autofree char *long_text = g_strnfill (5000, 'x');

    values_init (&values);
    for (ValueKey key = VALUE_END + 1; key < N_VALUE_KEYS; key++)
        if (value_key_form (key) == FORM_TEXT)
            values_add_text (&values, key, long_text, -1);
    cr_assert_eq (strlen (formatted (&values, VALUE_DEVICE)), VALUES_TEXT_MAX);
    cr_assert_leq (values_packed_size (values.packed), sizeof values.packed);
}

static const char *shout (Word word, gpointer user_data G_GNUC_UNUSED)
{
    return word == WORD_ICMP_PORT_UNREACHABLE ? "PORT" : NULL;
}

Test (values, a_text_may_be_a_word_that_readers_get_in_english_and_people_in_their_language)
{
    g_autoptr (GString) text = g_string_new (NULL);
    Values values;
    Value value;

    values_init (&values);
    values_add_word (&values, VALUE_REASON, N_WORDS);
    values_add_word (&values, VALUE_TEXT, WORD_ICMP_PORT_UNREACHABLE);
    values_add_text (&values, VALUE_TEXT, "the first one wins", -1);
    values_add_number (&values, VALUE_CODE, 3);
    cr_assert_not (values_find (values.packed, VALUE_REASON, &value));
    cr_assert (values_find (values.packed, VALUE_TEXT, &value));
    cr_assert_eq (value.text_size, strlen ("port unreachable"));
    cr_assert_str_eq (formatted (&values, VALUE_TEXT), "port unreachable");
    cr_assert_str_eq (formatted (&values, VALUE_CODE), "3");
    value_format (&value, shout, NULL, text);
    cr_assert_str_eq (text->str, "PORT");
}

Test (values, what_stands_behind_any_value_is_found)
{
    const IpAddress address = { .size = 4, .octets = { 192, 0, 2, 1 } };

    for (Word word = 0; word < N_WORDS; word += 100) {
        Values values;
        Value found;
        values_init (&values);
        values_add_word (&values, VALUE_TEXT, word);
        values_add_word (&values, VALUE_MODE, word);
        values_add_text (&values, VALUE_LOAD, "SCCP45.9-2-1S", -1);
        values_add_address (&values, VALUE_IP, &address);
        values_add_number (&values, VALUE_SINCE, G_MAXUINT64);
        values_add_number (&values, VALUE_LINES, 2);
        cr_assert (values_find (values.packed, VALUE_LINES, &found));
        cr_assert_eq (found.number, 2);
        cr_assert_not (values_find (values.packed, VALUE_REASON, &found));
        cr_assert_eq (values_packed_size (values.packed), values.size + 1);
    }
}

Test (values, durations_are_rounded_for_readers)
{
    static const struct {
        guint64 nanoseconds;
        const char *text;
    } cases[] = { { 0, "0" },
                  { 123000, "0.000123" },
                  { 99900000, "0.0999" },
                  { 250499000, "0.25" },
                  { 30078000000, "30.08" },
                  { 17203000000, "17.2" },
                  { 30000000000, "30" },
                  { 1999999999, "2" } };
    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
        Values values;
        values_init (&values);
        values_add_number (&values, VALUE_INTERVAL, cases[i].nanoseconds);
        cr_assert_str_eq (formatted (&values, VALUE_INTERVAL), cases[i].text);
    }
}

Test (values, keys_are_found_by_the_name_in_braces)
{
    cr_assert_eq (value_key_find ("keepalive", 9), VALUE_KEEPALIVE);
    cr_assert_eq (value_key_find ("keep", 4), VALUE_END);
}

Test (values, the_readme_of_the_tips_lists_every_value)
{
    const char *source = g_getenv ("REGFLOW_SOURCE");
    g_autofree char *path = g_build_filename (source ? source : ".", "annotations", "README.md", NULL);
    g_autofree char *readme = NULL;

    cr_assert (g_file_get_contents (path, &readme, NULL, NULL), "%s cannot be read", path);
    for (ValueKey key = VALUE_END + 1; key < N_VALUE_KEYS; key++) {
        g_autofree char *row = g_strdup_printf ("| `{%s}` |", value_key_name (key));
        cr_expect (strstr (readme, row), "%s is not in annotations/README.md", row);
    }
}

Test (values, a_value_can_be_taken_out_and_put_in_anew)
{
    Values values;
    guint64 number = 0;

    values_init (&values);
    values_add_number (&values, VALUE_PORT, 2000);
    values_add_word (&values, VALUE_CAUSE, WORD_END_RESET);
    values_add_text (&values, VALUE_TEXT, "text", -1);
    values_drop (&values, VALUE_ADVICE);
    values_drop (&values, VALUE_CAUSE);
    cr_assert_not (values_number (&values, VALUE_CAUSE, &number));
    values_add_word (&values, VALUE_CAUSE, WORD_END_SERVER);
    cr_assert (values_number (&values, VALUE_CAUSE, &number));
    cr_assert_eq (number, WORD_END_SERVER);
    g_autofree char *text = values_text (&values, VALUE_TEXT);
    cr_assert_str_eq (text, "text");
    cr_assert_eq (values_packed_size (values.packed), values.size + 1);
}

/* Right-to-left override, zero-width space, line separator: a name must not look like another one. */
Test (values, what_is_hidden_shows)
{
    Values values;

    values_init (&values);
    values_add_text (&values, VALUE_TEXT,
                     "a\xE2\x80\xAE"
                     "b\xE2\x80\x8B"
                     "c\xE2\x80\xA8"
                     "d\xC3\xA9",
                     -1);
    g_autofree char *text = values_text (&values, VALUE_TEXT);
    cr_expect_str_eq (text, "a\xEF\xBF\xBD"
                            "b\xEF\xBF\xBD"
                            "c\xEF\xBF\xBD"
                            "d\xC3\xA9");
}
