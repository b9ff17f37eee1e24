/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The input is a tips file, as somebody may put it into the profile folder. What loads is formatted, with and without
 * values; what does not load must say so and change nothing. */
#include "registration/tips/tips.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static gboolean find_value (ValueKey key, Value *ret_value, gpointer all)
{
    *ret_value = (Value){ .key = key, .number = key, .text = "text", .text_size = 4 };
    return all != NULL;
}

static void format_all (const Tips *tips)
{
    for (KindIndex kind = 0; kind < catalog_size (); kind++) {
        for (Variant variant = 0; variant < N_VARIANTS; variant++) {
            for (TipPart part = 0; part < N_TIP_PARTS; part++) {
                const Template *template = tips_find (tips, kind, variant, part);
                g_autoptr (GString) out = g_string_new (NULL);
                if (!template)
                    continue;
                template_format (template, find_value, NULL, NULL, out);
                template_format (template, find_value, NULL, GINT_TO_POINTER (1), out);
                g_array_unref (template_keys (template));
                g_assert (g_utf8_validate (out->str, -1, NULL));
            }
        }
    }
}

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    static const char *const languages[] = { NULL, "de" };

    for (gsize i = 0; i < G_N_ELEMENTS (languages); i++) {
        g_autoptr (Tips) tips = tips_new (languages[i]);
        g_autoptr (GError) error = NULL;

        if (tips_add (tips, (const char *) data, size, "fuzzed.tips", &error)) {
            g_assert_no_error (error);
            format_all (tips);
            tips_check_complete (tips, NULL);
        } else {
            g_assert (error && strstr (error->message, "fuzzed.tips"));
        }
    }
    return 0;
}
