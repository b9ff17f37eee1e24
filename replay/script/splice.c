/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/script/splice.h"

#include <string.h>

typedef struct {
    gsize at, size;
    guint order;
    char *text;
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

void splices_put (Splices *splices, View part, const char *text)
{
    Splice splice = { (gsize) (part.data - splices->source.data), part.size, splices->list->len, g_strdup (text) };
    g_array_append_val (splices->list, splice);
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

GByteArray *splices_apply (Splices *splices)
{
    GByteArray *out = g_byte_array_new ();
    gsize done = 0;

    g_array_sort (splices->list, compare_splices);
    for (guint i = 0; i < splices->list->len; i++) {
        const Splice *splice = &g_array_index (splices->list, Splice, i);
        if (splice->at < done || splice->at + splice->size > splices->source.size)
            continue;
        g_byte_array_append (out, splices->source.data + done, (guint) (splice->at - done));
        g_byte_array_append (out, (const guint8 *) splice->text, (guint) strlen (splice->text));
        done = splice->at + splice->size;
    }
    g_byte_array_append (out, splices->source.data + done, (guint) (splices->source.size - done));
    return out;
}
