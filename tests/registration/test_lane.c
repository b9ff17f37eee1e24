/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/anonymise/lane.h"

#include <criterion/criterion.h>
#include <string.h>

#define TEXT "one two three four five six seven eight nine ten"

static View piece (gsize from, gsize to)
{
    return (View){ (const guint8 *) TEXT + from, to - from };
}

/* Each octet becomes a capital; where it is kept, as it was before and is now. */
static gsize read_capitals (Lane *lane, guint64 at, guint8 *data, gsize size, gboolean at_end, gpointer keeps)
{
    g_autofree guint8 *before = g_memdup2 (data, size);

    if (!at_end)
        return 0;
    for (gsize i = 0; i < size; i++)
        data[i] = (guint8) g_ascii_toupper (data[i]);
    if (keeps)
        lane_keep (lane, at, before, data, size);
    return size;
}

/* Pieces that come more than once, and not one behind the other. */
static void show (Lane *lane, gpointer keeps)
{
    static const gsize pieces[][2] = { { 0, 20 }, { 10, 30 }, { 0, 8 }, { 30, 48 }, { 35, 40 }, { 2, 4 }, { 20, 24 } };
    const guint64 begin = lane_place (lane, 1000);

    for (gsize i = 0; i < G_N_ELEMENTS (pieces); i++)
        lane_add (lane, begin + pieces[i][0], piece (pieces[i][0], pieces[i][1]), 0, read_capitals, keeps);
    lane_finish (lane, read_capitals, keeps);
}

Test (lane, copies_that_come_out_of_order_are_changed_as_what_they_repeat)
{
    Lane *lane = lane_new ();

    show (lane, NULL);
    lane_rewind (lane);
    show (lane, lane);
    lane_rewind (lane);
    const guint64 begin = lane_place (lane, 1000);
    for (gsize from = 0; from < strlen (TEXT); from += 5) {
        guint8 octets[] = "xxxxxxxxx";
        const gsize size = MIN (sizeof octets - 1, strlen (TEXT) - from);
        memcpy (octets, TEXT + from, size);
        lane_write (lane, begin + from, octets, size);
        for (gsize i = 0; i < size; i++)
            cr_expect_eq (octets[i], g_ascii_toupper (TEXT[from + i]), "octet %zu", from + i);
    }
    lane_free (lane);
}
