/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/engine/agenda.h"
#include "tests/support/fake_world.h"

#include <criterion/criterion.h>

TestSuite (agenda, .init = world_begin, .fini = world_end, .timeout = 20);

static GArray *kept; /* of gint64: deadlines */

static void keep (gint64 deadline, G_GNUC_UNUSED gpointer user_data)
{
    cr_expect_eq (clock_now (), deadline, "on time");
    g_array_append_val (kept, deadline);
}

Test (agenda, appointments_are_kept_in_order_whatever_order_they_are_made_in)
{
    enum { COUNT = 1000 };
    Agenda *agenda = agenda_new ();
    Appointment appointments[COUNT] = { 0 };
    g_autoptr (GRand) random = g_rand_new_with_seed (7);
    guint cancelled = 0;

    kept = g_array_new (FALSE, FALSE, sizeof (gint64));
    for (guint i = 0; i < COUNT; i++)
        agenda_make (agenda, &appointments[i], clock_now () + g_rand_int_range (random, 0, 500), keep, NULL);
    for (guint i = 0; i < COUNT; i += 3, cancelled++)
        agenda_cancel (&appointments[i]);
    for (guint i = 1; i < COUNT; i += 3)
        agenda_make (agenda, &appointments[i], clock_now () + g_rand_int_range (random, 0, 500), keep, NULL);
    world_run_until (clock_now () + SECOND);
    cr_expect_eq (kept->len, COUNT - cancelled);
    for (guint i = 1; i < kept->len; i++)
        cr_expect_leq (g_array_index (kept, gint64, i - 1), g_array_index (kept, gint64, i));
    for (guint i = 0; i < COUNT; i++)
        cr_expect_not (agenda_is_made (&appointments[i]));
    g_array_unref (kept);
    agenda_free (agenda);
}

typedef struct {
    Agenda *agenda;
    Appointment own, other;
    guint count;
} Chain;

static void go_on (gint64 deadline, gpointer user_data)
{
    Chain *chain = user_data;

    agenda_cancel (&chain->other);
    if (++chain->count < 5)
        agenda_make (chain->agenda, &chain->own, deadline + SECOND, go_on, chain);
}

static void must_not_happen (G_GNUC_UNUSED gint64 deadline, G_GNUC_UNUSED gpointer user_data)
{
    cr_assert_fail ("it was cancelled");
}

Test (agenda, handlers_make_and_cancel_appointments)
{
    Chain chain = { .agenda = agenda_new () };

    agenda_make (chain.agenda, &chain.own, clock_now () + 1, go_on, &chain);
    agenda_make (chain.agenda, &chain.other, clock_now () + 1, must_not_happen, &chain);
    world_run_until (clock_now () + SECONDS (10));
    cr_expect_eq (chain.count, 5);
    agenda_free (chain.agenda);
}
