/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/names.h"

#include <criterion/criterion.h>
#include <string.h>

static const NameTable *const tables[] = { &names_labels_80, &names_labels_1e, &names_models, &names_codecs,
                                           &names_buttons };

Test (names, every_table_is_sorted_without_doubles_and_says_something_readable)
{
    for (gsize t = 0; t < G_N_ELEMENTS (tables); t++) {
        cr_assert_gt (tables[t]->n_rows, 0);
        for (gsize i = 0; i < tables[t]->n_rows; i++) {
            const NameRow *row = &tables[t]->rows[i];
            cr_assert (i == 0 || tables[t]->rows[i - 1].number < row->number, "table %zu, number %u", t, row->number);
            cr_assert (g_utf8_validate (row->name, -1, NULL));
            cr_assert_eq (name_table_find (tables[t], row->number), row);
        }
    }
}

Test (names, a_number_that_is_not_in_the_table_has_no_name)
{
    for (gsize t = 0; t < G_N_ELEMENTS (tables); t++)
        cr_assert_null (name_table_find (tables[t], 123456789));
}
