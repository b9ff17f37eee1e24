/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/findings/shelf.h"

#include <criterion/criterion.h>

typedef struct {
    guint64 number;
    guint seen;
} Thing;

static void see (gpointer item, gpointer user_data)
{
    ((Thing *) item)->seen++;
    ++*(guint *) user_data;
}

static void add (Shelf *shelf, guint64 number)
{
    Thing *thing = g_new0 (Thing, 1);
    thing->number = number;
    shelf_add (shelf, thing);
}

/* Before and behind the point where a few become many. */
Test (shelf, holds_what_it_was_given)
{
    for (guint many = 1; many < 40; many++) {
        Shelf shelf = { 0 };
        guint seen = 0;
        for (guint64 i = 0; i < many; i++)
            add (&shelf, i << 32);
        shelf_foreach (&shelf, see, &seen);
        cr_assert_eq (seen, many);
        for (guint64 i = 0; i < many; i++) {
            const Thing *thing = shelf_find (&shelf, i << 32);
            cr_assert (thing && thing->number == i << 32 && thing->seen == 1, "%u of %u", (guint) i, many);
        }
        cr_assert_null (shelf_find (&shelf, 1));
        shelf_clear (&shelf);
        cr_assert_null (shelf_find (&shelf, 0));
    }
}

Test (shelf, gives_back_what_is_taken)
{
    Shelf shelf = { 0 };

    for (guint round = 0; round < 3; round++) {
        for (guint64 i = 1; i <= 30; i++)
            add (&shelf, i);
        cr_assert_null (shelf_take (&shelf, 31));
        for (guint64 i = 30; i >= 1; i--) {
            g_autofree Thing *thing = shelf_take (&shelf, i);
            cr_assert (thing && thing->number == i);
            cr_assert_null (shelf_take (&shelf, i));
        }
    }
    shelf_clear (&shelf);
}
