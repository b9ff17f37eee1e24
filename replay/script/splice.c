/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/script/splice.h"

#include <string.h>

typedef struct {
    gsize at, size;
    guint order;
    char *text; /* NULL: a hole */
    guint hole;
} Splice;

static void clear_splice (gpointer data)
{
    g_free (((Splice *) data)->text);
}

void splices_init (Splices *splices, View source)
{
    splices->source = source;
    splices->list = g_array_new (FALSE, FALSE, sizeof (Splice));
    g_array_set_clear_func (splices->list, clear_splice);
}

void splices_clear (Splices *splices)
{
    g_clear_pointer (&splices->list, g_array_unref);
}

static void put (Splices *splices, View part, char *text, guint hole)
{
    Splice splice = { (gsize) (part.data - splices->source.data), part.size, splices->list->len, text, hole };
    g_array_append_val (splices->list, splice);
}

void splices_put (Splices *splices, View part, const char *text)
{
    put (splices, part, g_strdup (text), 0);
}

void splices_put_hole (Splices *splices, View part, guint hole)
{
    g_assert (hole < FORM_HOLES_MAX);
    put (splices, part, NULL, hole);
}

void splices_put_number (Splices *splices, View part, gint64 number)
{
    g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, number);
    splices_put (splices, part, text);
}

static gint compare_splices (gconstpointer a, gconstpointer b)
{
    const Splice *x = a, *y = b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

/* --- Forms */

/* Octets up to the end of a hole, or of all. */
typedef struct {
    gsize size; /* of the octets before the hole */
    gint hole;  /* -1: none */
} Piece;

struct Form {
    GByteArray *octets; /* of all pieces, without what fills the holes */
    GArray *pieces;     /* of Piece */
    guint32 holes;
};

static void add_octets (Form *form, Piece *piece, const void *octets, gsize size)
{
    g_byte_array_append (form->octets, octets, (guint) size);
    piece->size += size;
}

static void end_piece (Form *form, Piece *piece, gint hole)
{
    piece->hole = hole;
    g_array_append_val (form->pieces, *piece);
    *piece = (Piece){ 0 };
}

Form *splices_form (Splices *splices)
{
    Form *form = g_new0 (Form, 1);
    Piece piece = { 0 };
    gsize done = 0;

    form->octets = g_byte_array_new ();
    form->pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
    g_array_sort (splices->list, compare_splices);
    for (guint i = 0; i < splices->list->len; i++) {
        const Splice *splice = &g_array_index (splices->list, Splice, i);
        if (splice->at < done || splice->at + splice->size > splices->source.size)
            continue;
        add_octets (form, &piece, splices->source.data + done, splice->at - done);
        done = splice->at + splice->size;
        if (splice->text) {
            add_octets (form, &piece, splice->text, strlen (splice->text));
        } else {
            form->holes |= 1U << splice->hole;
            end_piece (form, &piece, (gint) splice->hole);
        }
    }
    add_octets (form, &piece, splices->source.data + done, splices->source.size - done);
    end_piece (form, &piece, -1);
    return form;
}

void form_free (Form *form)
{
    if (!form)
        return;
    g_byte_array_unref (form->octets);
    g_array_unref (form->pieces);
    g_free (form);
}

guint32 form_holes (const Form *form)
{
    return form->holes;
}

gsize form_size (const Form *form, const View *values)
{
    gsize size = form->octets->len;

    for (guint i = 0; i + 1 < form->pieces->len; i++)
        size += values[g_array_index (form->pieces, Piece, i).hole].size;
    return size;
}

void form_fill (const Form *form, const View *values, GByteArray *out)
{
    gsize from = 0, at = out->len;

    g_byte_array_set_size (out, (guint) (at + form_size (form, values)));
    for (guint i = 0; i < form->pieces->len; i++) {
        const Piece *piece = &g_array_index (form->pieces, Piece, i);
        if (piece->size)
            memcpy (out->data + at, form->octets->data + from, piece->size);
        from += piece->size;
        at += piece->size;
        if (piece->hole < 0 || !values[piece->hole].size)
            continue;
        memcpy (out->data + at, values[piece->hole].data, values[piece->hole].size);
        at += values[piece->hole].size;
    }
}

GByteArray *splices_apply (Splices *splices)
{
    Form *form = splices_form (splices);
    GByteArray *out = form->octets;

    g_assert (!form->holes);
    g_byte_array_ref (out);
    form_free (form);
    return out;
}
