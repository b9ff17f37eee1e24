/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/flow/notes.h"

#include <criterion/criterion.h>
#include <string.h>

static Notes *notes;

static void set_up (void)
{
    notes = notes_new ();
}

static void tear_down (void)
{
    notes_free (notes);
}

TestSuite (notes, .init = set_up, .fini = tear_down);

static NoteId append (guint32 frame, const Values *values)
{
    Note note = { .frame = frame, .time = frame * 1000, .registration = frame & REGISTRATION_MAX };
    Values none;

    values_init (&none);
    return notes_append (notes, &note, values ? values : &none);
}

Test (notes, ids_count_from_one_and_zero_is_none)
{
    cr_assert_eq (notes_count (notes), 0);
    cr_assert_null (notes_get (notes, 0));
    cr_assert_null (notes_get (notes, 1));
    cr_assert_eq (append (5, NULL), 1);
    cr_assert_eq (append (6, NULL), 2);
    cr_assert_eq (notes_count (notes), 2);
    cr_assert_eq (notes_get (notes, 1)->frame, 5);
    cr_assert_eq (notes_get (notes, 2)->time, 6000);
    cr_assert_null (notes_get (notes, 3));
}

Test (notes, a_note_without_values_has_an_empty_list)
{
    NoteId id = append (1, NULL);
    cr_assert_eq (*notes_values (notes, notes_get (notes, id)), VALUE_END);
}

Test (notes, values_are_copied)
{
    Values values;
    Value value;

    values_init (&values);
    values_add_number (&values, VALUE_LINE, 3);
    NoteId id = append (1, &values);
    memset (&values, 0xEE, sizeof values);
    cr_assert (values_find (notes_values (notes, notes_get (notes, id)), VALUE_LINE, &value));
    cr_assert_eq (value.number, 3);
}

Test (notes, the_first_note_of_a_frame_is_found)
{
    static const guint32 frames[] = { 3, 3, 3, 4, 9, 9, 4000000000u };

    cr_assert_eq (notes_first_of_frame (notes, 1), 0);
    for (gsize i = 0; i < G_N_ELEMENTS (frames); i++)
        append (frames[i], NULL);
    cr_assert_eq (notes_first_of_frame (notes, 3), 1);
    cr_assert_eq (notes_first_of_frame (notes, 4), 4);
    cr_assert_eq (notes_first_of_frame (notes, 9), 5);
    cr_assert_eq (notes_first_of_frame (notes, 4000000000u), 7);
    cr_assert_eq (notes_first_of_frame (notes, 0), 0);
    cr_assert_eq (notes_first_of_frame (notes, 5), 0);
    cr_assert_eq (notes_first_of_frame (notes, G_MAXUINT32), 0);
}

/* More than a block of notes and many blocks of values, of sizes that do not divide a block. */
Test (notes, many_notes_keep_their_place_and_their_values)
{
    const guint n = 20000;
    const Note *first = notes_get (notes, append (1, NULL));

    for (guint i = 2; i <= n; i++) {
        Values values;
        g_autofree char *text = g_strnfill (i % 200, 'x');
        values_init (&values);
        values_add_number (&values, VALUE_INSTANCE, i);
        values_add_text (&values, VALUE_TEXT, text, -1);
        cr_assert_eq (append (i, &values), i);
    }
    cr_assert_eq (first, notes_get (notes, 1));
    for (guint i = 2; i <= n; i++) {
        const guint8 *packed = notes_values (notes, notes_get (notes, i));
        Value value;
        cr_assert (values_find (packed, VALUE_INSTANCE, &value));
        cr_assert_eq (value.number, i);
        cr_assert_eq (values_find (packed, VALUE_TEXT, &value) ? value.text_size : 0, i % 200);
        cr_assert_eq (notes_first_of_frame (notes, i), i);
    }
}
