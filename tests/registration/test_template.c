/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/tips/template.h"

#include <criterion/criterion.h>
#include <string.h>

static gboolean find_in_values (ValueKey key, Value *ret_value, gpointer user_data)
{
    return values_find (((const Values *) user_data)->packed, key, ret_value);
}

/* A phone with one line, two speed dials and a load; what else a tip asks for is missing. */
static void fill (Values *values)
{
    values_init (values);
    values_add_text (values, VALUE_DEVICE, "SEP001122334455", -1);
    values_add_text (values, VALUE_LOAD, "SCCP41.8-5-3S", -1);
    values_add_number (values, VALUE_LINES, 1);
    values_add_number (values, VALUE_SPEED_DIALS, 2);
    values_add_number (values, VALUE_COUNT, 0);
    values_add_word (values, VALUE_MODE, WORD_ON);
}

static const char *in_german (Word word, gpointer user_data)
{
    (void) user_data;
    return word == WORD_ON ? "an" : NULL;
}

static char *format (const char *source, WordTranslator translate)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (Template) template = template_new (source, &error);
    GString *out = g_string_new (NULL);
    Values values;

    cr_assert_not_null (template, "%s: %s", source, error ? error->message : "");
    fill (&values);
    template_format (template, find_in_values, translate, &values, out);
    return g_string_free (out, FALSE);
}

static void check (const char *source, const char *expected)
{
    g_autofree char *text = format (source, NULL);
    cr_expect_str_eq (text, expected, "%s gives \"%s\"", source, text);
}

Test (template, text_stays_and_values_are_filled_in)
{
    check ("", "");
    check ("Nothing to fill in: a, b | c.", "Nothing to fill in: a, b | c.");
    check ("{device}", "SEP001122334455");
    check ("{device} has {lines}, {load}.", "SEP001122334455 has 1, SCCP41.8-5-3S.");
    check ("J\xC3\xBCrgen {lines}", "J\xC3\xBCrgen 1");
}

Test (template, a_missing_value_prints_as_a_question_mark)
{
    check ("{number}", "?");
    check ("{audio:format|formats}", "?");
}

Test (template, numbers_take_their_noun)
{
    check ("{lines:line|lines}, {speed_dials:speed dial|speed dials}, {count:key|keys}",
           "1 line, 2 speed dials, 0 keys");
    check ("[{lines:line|lines}]", "1 line");
    check ("{lines:|many}", "1 ");
}

Test (template, optional_parts_need_all_their_values)
{
    check ("a[ with load {load}].", "a with load SCCP41.8-5-3S.");
    check ("a[ with {number}].", "a.");
    check ("a[ with {load} and {number}].", "a.");
    check ("[no value at all]", "no value at all");
    check ("[]a[]", "a");
    check ("[{number}][{load}][{name}]", "SCCP41.8-5-3S");
}

Test (template, the_second_text_stands_in_for_the_first)
{
    check ("on [{load}|an unnamed load]!", "on SCCP41.8-5-3S!");
    check ("on [{number}|an unnamed load]!", "on an unnamed load!");
    check ("[{number}|{load}]", "SCCP41.8-5-3S");
    check ("[{number}|{name}]", "?");
    check ("[{load}|{name}]", "SCCP41.8-5-3S");
    check ("[{number}|]", "");
    check ("[|a]", "");
}

Test (template, of_several_texts_the_first_that_can_be_filled_in_is_taken)
{
    check ("[{load}|b|c]", "SCCP41.8-5-3S");
    check ("[{number}|{device} {lines}|c]!", "SEP001122334455 1!");
    check ("[{number}|{name}|c]!", "c!");
    check ("[{number}|{name}|{label}]", "?");
    check ("[{number}|{name}|{label}|{device}] [{load}|x]", "SEP001122334455 SCCP41.8-5-3S");
}

Test (template, doubled_marks_stand_for_themselves)
{
    check ("{{device}}", "{device}");
    check ("[[{device}]]", "[SEP001122334455]");
    check ("{{{device}}}", "{SEP001122334455}");
    check ("[a||b {load}|c]", "a|b SCCP41.8-5-3S");
    check ("[{number}|b||c]", "b|c");
    check ("[{load} [[x]] {{y}}]", "SCCP41.8-5-3S [x] {y}");
}

Test (template, words_are_translated)
{
    g_autofree char *english = format ("{mode}", NULL), *german = format ("{mode}", in_german);

    cr_assert_str_eq (english, "on");
    cr_assert_str_eq (german, "an");
}

Test (template, what_is_not_well_formed_is_refused)
{
    static const struct {
        const char *source;
        TemplateError code;
        const char *message;
    } cases[] = {
        { "{device", TEMPLATE_ERROR_SYNTAX, "a { has no }" },
        { "a {", TEMPLATE_ERROR_SYNTAX, "a { has no }" },
        { "device}", TEMPLATE_ERROR_SYNTAX, "a } has no {" },
        { "[a", TEMPLATE_ERROR_SYNTAX, "a [ has no ]" },
        { "a]", TEMPLATE_ERROR_SYNTAX, "a ] has no [" },
        { "[a [b] c]", TEMPLATE_ERROR_SYNTAX, "a [ stands inside" },
        { "[a]]", TEMPLATE_ERROR_SYNTAX, "a [ has no ]" },
        { "{lines:line}", TEMPLATE_ERROR_SYNTAX, "{lines:line} needs two nouns" },
        { "{lines:}", TEMPLATE_ERROR_SYNTAX, "needs two nouns" },
        { "{devise}", TEMPLATE_ERROR_KEY, "there is no value named {devise}" },
        { "{}", TEMPLATE_ERROR_KEY, "there is no value named {}" },
        { "{Device}", TEMPLATE_ERROR_KEY, "{Device}" },
        { "{ device }", TEMPLATE_ERROR_KEY, "{ device }" },
        { "{:a|b}", TEMPLATE_ERROR_KEY, "there is no value named {}" },
        { "[{devise}|x]", TEMPLATE_ERROR_KEY, "{devise}" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (GError) error = NULL;
        g_autoptr (Template) template = template_new (cases[i].source, &error);
        cr_expect_null (template, "%s", cases[i].source);
        cr_expect (g_error_matches (error, TEMPLATE_ERROR, (int) cases[i].code), "%s", cases[i].source);
        cr_expect (error && strstr (error->message, cases[i].message), "%s: %s", cases[i].source,
                   error ? error->message : "");
    }
}

Test (template, the_keys_in_use_are_listed_in_their_order)
{
    g_autoptr (Template) template = template_new ("{device}[ {load}|{lines:a|b}] {device} {{name}}", NULL);
    g_autoptr (GArray) keys = template_keys (template);
    static const gint expected[] = { VALUE_DEVICE, VALUE_LOAD, VALUE_LINES, VALUE_DEVICE };

    cr_assert_eq (keys->len, G_N_ELEMENTS (expected));
    cr_assert_arr_eq (keys->data, expected, sizeof expected);
}
