/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/told.h"

#include <string.h>

struct Told {
    GArray *values; /* of ToldValue; owned */
};

static void value_clear (gpointer data)
{
    ToldValue *value = data;

    g_free (value->what);
    g_free (value->value);
}

Told *told_new (void)
{
    Told *told = g_new0 (Told, 1);

    told->values = g_array_new (FALSE, FALSE, sizeof (ToldValue));
    g_array_set_clear_func (told->values, value_clear);
    return told;
}

void told_free (Told *told)
{
    if (!told)
        return;
    g_array_unref (told->values);
    g_free (told);
}

/* Where those of that name begin, how many of them there are, and how many names. Behind all, when it is a new one. */
static guint find_what (const Told *told, const char *what, guint *ret_number, guint *ret_whats)
{
    guint begin = told->values->len;

    *ret_number = *ret_whats = 0;
    for (guint i = 0; i < told->values->len; i++) {
        const ToldValue *value = &g_array_index (told->values, ToldValue, i);
        const gboolean is_new = i == 0 || strcmp (value->what, (value - 1)->what) != 0;
        *ret_whats += is_new ? 1 : 0;
        if (strcmp (value->what, what) != 0)
            continue;
        begin = is_new ? i : begin;
        (*ret_number)++;
    }
    return begin;
}

void told_add (Told *told, const char *what, const char *value, guint64 times)
{
    guint number, whats;
    const guint begin = find_what (told, what, &number, &whats);

    for (guint i = begin; i < begin + number; i++) {
        ToldValue *known = &g_array_index (told->values, ToldValue, i);
        if (g_strcmp0 (known->value, value) == 0) {
            known->times += times;
            return;
        }
    }
    if (number == 0 && whats == TOLD_WHATS)
        return;
    if (value && number >= TOLD_VALUES) {
        told_add (told, what, NULL, times);
        return;
    }
    const ToldValue fresh = { g_strdup (what), g_strdup (value), times };
    g_array_insert_val (told->values, begin + number, fresh);
}

void told_add_said (Told *told, const char *said, guint64 times)
{
    for (const char *line = said; line && *line;) {
        const char *tab = strchr (line, '\t'), *end = strchr (line, '\n');
        if (!tab || !end || end < tab)
            return;
        g_autofree char *what = g_strndup (line, (gsize) (tab - line));
        g_autofree char *value = g_strndup (tab + 1, (gsize) (end - tab - 1));
        told_add (told, what, value, times);
        line = end + 1;
    }
}

const GArray *told_values (const Told *told)
{
    return told->values;
}
