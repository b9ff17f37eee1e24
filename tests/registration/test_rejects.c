/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/rejects.h"
#include "registration/terms/words.h"

#include <criterion/criterion.h>
#include <string.h>

static RejectCause cause (const char *text)
{
    return reject_cause (text, strlen (text));
}

Test (rejects, known_texts_have_their_cause)
{
    static const struct {
        const char *text;
        RejectCause cause;
    } cases[] = {
        { "Error: No License", REJECT_NO_LICENSE },
        { "\x80\x2E", REJECT_NO_LICENSE },
        { "Error DBConfig", REJECT_DBCONFIG },
        { "\x80\x2F", REJECT_DBCONFIG },
        { "\x80\x30", REJECT_DATABASE },
        { "\x80\x31", REJECT_PASS_LIMIT },
        { "\x80\x32", REJECT_ERROR_UNKNOWN },
        { "\x80\x33", REJECT_MISMATCH },
        { "\x80\x56", REJECT_SECURITY },
        { "\x1E\x0B", REJECT_MAX_PHONES },
        { "\x1E\x26", REJECT_NOT_AUTHORIZED },
        { "Device Unknown", REJECT_DEVICE_UNKNOWN },
        { "IP Not Authorized", REJECT_ADDRESS },
        { "Device ip not authorized", REJECT_ADDRESS },
        { "Crossover session not allowed", REJECT_CROSSOVER },
        { "Reload in progress", REJECT_RELOADING },
        { "No Entry in Database", REJECT_NO_ENTRY },
        { "No Entry: SEP001122334455", REJECT_NO_ENTRY },
        { "Device Type Mismatch", REJECT_TYPE_MISMATCH },
        { "Reject: max ephones reached", REJECT_MAX_PHONES },
        { "DB Config Error: Unable to configure", REJECT_DBCONFIG },
        { "AUTO-REGISTRATION DISABLED", REJECT_AUTO_REGISTRATION },
    };
    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
        cr_assert_eq (cause (cases[i].text), cases[i].cause, "%s", cases[i].text);
}

Test (rejects, a_name_after_the_text_does_not_count)
{
    cr_assert_eq (cause ("No Authority: "), REJECT_NO_AUTHORITY);
    cr_assert_eq (cause ("No Authority: SEP001122334455"), REJECT_NO_AUTHORITY);
    cr_assert_eq (cause ("\x80\x2F: SEP001122334455"), REJECT_DBCONFIG);
}

Test (rejects, no_text_and_unknown_text_are_told_apart)
{
    cr_assert_eq (cause (""), REJECT_EMPTY);
    cr_assert_eq (cause ("  \x80"), REJECT_EMPTY);
    cr_assert_eq (reject_cause (NULL, 0), REJECT_EMPTY);
    cr_assert_eq (reject_cause ("\0Error DBConfig", 15), REJECT_EMPTY);
    cr_assert_eq (cause ("go away"), REJECT_OTHER);
    cr_assert_eq (cause ("Error"), REJECT_OTHER);
    cr_assert_eq (cause ("\xD0\xBD\xD0\xB5\xD1\x82"), REJECT_OTHER);
    cr_assert_eq (cause ("\x80\x60"), REJECT_OTHER);
}

Test (rejects, old_memory_after_the_text_does_not_count)
{
    static const char box[] = "Error DBConfig\0Security Error";

    cr_assert_eq (reject_cause (box, sizeof box), REJECT_DBCONFIG);
}

Test (rejects, a_text_with_two_causes_says_both)
{
    cr_assert (strstr (word_english (word_of_reject_meaning (REJECT_DBCONFIG)), "auto-registration is off"));
    cr_assert (strstr (word_english (word_of_reject_meaning (REJECT_DBCONFIG)), "record cannot be used"));
    cr_assert (strstr (word_english (word_of_reject_meaning (REJECT_NO_AUTHORITY)), " or "));
}

Test (rejects, every_cause_has_a_meaning_and_a_fix)
{
    for (RejectCause c = 0; c < N_REJECTS; c++) {
        cr_assert_gt (strlen (word_english (word_of_reject_meaning (c))), 20);
        cr_assert_gt (strlen (word_english (word_of_reject_fix (c))), 20);
        for (RejectCause other = c + 1; other < N_REJECTS; other++)
            cr_assert_str_neq (word_english (word_of_reject_meaning (c)),
                               word_english (word_of_reject_meaning (other)));
    }
}
