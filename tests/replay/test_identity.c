/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/script/identity.h"

#include <criterion/criterion.h>

Test (identity, names_of_phones_give_their_mac)
{
    Identity identity;

    cr_assert (identity_init (&identity, "SEP00aabbccddee", NULL));
    cr_expect_str_eq (identity.name, "SEP00AABBCCDDEE");
    cr_expect_eq (identity.mac.octets[1], 0xAA);
    cr_assert (identity_init (&identity, "NONSECURE_CONF", NULL));
    cr_expect (mac_address_is_unknown (&identity.mac));
}

Test (identity, what_is_no_name_is_refused_with_a_reason)
{
    static const char *const names[] = { "", "SEP00112233445566", "SEP 01", "SEP/01", "a\nb", "n\xC3\xA4me" };

    for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
        g_autoptr (GError) error = NULL;
        Identity identity;
        cr_expect_not (identity_init (&identity, names[i], &error), "%s", names[i]);
        cr_expect_not_null (error);
    }
}

Test (identity, names_are_counted_up)
{
    static const struct {
        const char *first;
        guint count;
        const char *expected; /* NULL: there is none */
    } rows[] = {
        { "SEP0011223344FE", 0, "SEP0011223344FE" },
        { "SEP0011223344FE", 3, "SEP001122334501" },
        { "SEPFFFFFFFFFFFF", 1, NULL },
        { "LAB0001", 41, "LAB0042" },
        { "LAB9", 1, "LAB10" },
        { "CONF", 0, "CONF" },
        { "CONF", 7, "CONF7" },
        { "ABCDEFGHIJKLMNO", 1, NULL },
        { "ABCDEFGHIJKLM99", 1, NULL },
    };

    for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (GError) error = NULL;
        Identity first, next;
        cr_assert (identity_init (&first, rows[i].first, NULL));
        gboolean good = identity_count_up (&first, rows[i].count, &next, &error);
        cr_expect_eq (good, rows[i].expected != NULL, "%s + %u", rows[i].first, rows[i].count);
        if (good)
            cr_expect_str_eq (next.name, rows[i].expected);
        cr_expect_eq (error == NULL, good);
    }
}
