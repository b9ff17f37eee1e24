/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/spool.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite (spool, .timeout = 60);

static void append (const char *text, gsize size, gpointer user_data)
{
    g_string_append_len (user_data, text, (gssize) size);
}

static void expect_same (guint lines)
{
    g_autoptr (Spool) spool = spool_new ();
    g_autoptr (GString) said = g_string_new (NULL), heard = g_string_new (NULL);
    g_autoptr (GError) error = NULL;

    for (guint i = 0; i < lines; i++) {
        g_autofree char *line = g_strdup_printf ("line %u of what is told\n", i);
        g_string_append (said, line);
        spool_write (line, strlen (line), spool);
    }
    cr_assert (spool_drain (spool, append, heard, &error), "%s", error ? error->message : "");
    cr_assert (g_string_equal (said, heard), "%u lines: %" G_GSIZE_FORMAT " octets instead of %" G_GSIZE_FORMAT, lines,
               heard->len, said->len);
}

Test (spool, gives_back_what_it_got)
{
    expect_same (0);
    expect_same (10);
    expect_same (200000);
}

Test (spool, without_a_place_for_files_it_keeps_all_in_memory)
{
    g_setenv ("TMPDIR", "/nonexistent", TRUE);
    expect_same (200000);
}
