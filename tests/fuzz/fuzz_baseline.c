/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What regreplay test accepts (--baseline). */
#include "replay/suite/baseline.h"
#include "tests/fuzz/capture_input.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    const int file = capture_input_file (data, size);
    g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", file);
    g_autoptr (GError) error = NULL;
    g_autoptr (Baseline) baseline = baseline_load (path, &error);
    g_autoptr (GString) unmet = g_string_new (NULL);

    if (!baseline && (!error || strchr (error->message, '\n')))
        g_error ("no sentence");
    if (baseline)
        baseline_unmet (baseline, unmet);
    if (!g_utf8_validate (unmet->str, (gssize) unmet->len, NULL))
        g_error ("what is not UTF-8 was accepted");
    close (file);
    return 0;
}
