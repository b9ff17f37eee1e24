/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/labels.h"

#include <criterion/criterion.h>
#include <string.h>

static void check (const char *text, gsize size, const char *expected)
{
    g_autoptr (GString) out = g_string_new (NULL);

    labels_translate ((View){ (const guint8 *) text, size }, out);
    cr_assert_str_eq (out->str, expected);
}

/* Of a string literal, its NUL not included. */
#define CHECK(literal, expected) check (literal, sizeof (literal) - 1, expected)

Test (labels, a_label_becomes_its_phrase)
{
    CHECK ("\x80\x2F", "Error DBConfig");
    CHECK ("\x80\x2E", "Error No License");
    CHECK ("\x80\x13", "Your Current Options");
    CHECK ("\x80\x7F", "Services URL");
    CHECK ("\x1E\x0A", "CM Fallback Service Operating");
    CHECK ("\x1E\x26", "Device Not Authorized");
}

Test (labels, plain_text_stays)
{
    CHECK ("Error: No License", "Error: No License");
    CHECK ("", "");
}

Test (labels, an_unknown_code_is_shown_as_a_number)
{
    CHECK ("\x80\x60", "[label 0x80 0x60]");
    CHECK ("\x1E\xFF", "[label 0x1E 0xFF]");
    CHECK ("a\x80\x80z", "a [label 0x80 0x80] z");
}

Test (labels, half_a_label_at_the_end_is_dropped)
{
    CHECK ("Busy\x80", "Busy");
    CHECK ("\x1E", "");
}

Test (labels, phrases_and_text_do_not_run_together)
{
    CHECK ("\x80\x17"
           "1001",
           "From 1001");
    CHECK ("\x80\x17 1001", "From 1001");
    CHECK ("\x80\x17(1001)", "From (1001)");
    CHECK ("\x80\x17"
           "+3902",
           "From +3902");
    CHECK ("\x80\x30: 7", "Error Database: 7");
    CHECK ("SEP1\x80\x2F", "SEP1 Error DBConfig");
    CHECK ("\x80\x18\x80\x3A", "Connected VoiceMail");
}

Test (labels, utf8_stays_and_other_octets_are_latin_1)
{
    CHECK ("J\xC3\xBCrgen", "J\xC3\xBCrgen");
    CHECK ("J\xFCrgen", "J\xC3\xBCrgen");
    CHECK ("J\xFCrgen \x80\x19", "J\xC3\xBCrgen Busy");
    /* U+2019 and U+0140 contain 0x80, but no label. */
    CHECK ("it\xE2\x80\x99s", "it\xE2\x80\x99s");
    CHECK ("\xC5\x80", "\xC5\x80");
    /* The box ends inside the second character. */
    CHECK ("\xD0\x96\xD0", "\xD0\x96");
    CHECK ("\xC3\xA9\xE2\x80", "\xC3\xA9");
}

Test (labels, control_characters_go_and_line_ends_become_spaces)
{
    CHECK ("a\x01z\x7F", "az");
    CHECK ("a\nz", "a z");
    CHECK ("a\xC2\x85z", "az");
}

Test (labels, it_appends_and_leaves_what_was_there)
{
    g_autoptr (GString) out = g_string_new ("text");

    labels_translate ((View){ (const guint8 *) "\x80\x19", 2 }, out);
    cr_assert_str_eq (out->str, "textBusy");
}

Test (labels, any_octets_give_valid_utf8_without_control_characters)
{
    GRand *random = g_rand_new_with_seed (20);
    guint8 data[64];

    for (guint round = 0; round < 2000; round++) {
        for (gsize i = 0; i < sizeof data; i++) {
            guint32 r = g_rand_int (random);
            data[i] = (guint8) (r & 0x300 ? r : r & 0x400 ? 0x80 : 0x1E);
        }
        for (gsize size = 0; size <= sizeof data; size++) {
            g_autoptr (GString) out = g_string_new (NULL);
            g_autofree guint8 *copy = g_memdup2 (data, size); /* so that a sanitizer sees a step too far */

            labels_translate ((View){ copy, size }, out);
            cr_assert (g_utf8_validate_len (out->str, out->len, NULL));
            for (const char *p = out->str; *p; p = g_utf8_next_char (p))
                cr_assert_not (g_unichar_iscntrl (g_utf8_get_char (p)));
        }
    }
    g_rand_free (random);
}
