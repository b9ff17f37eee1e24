/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/output.h"

#include <errno.h>
#include <gio/gio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct Output {
    FILE *file;  /* owned, unless it is standard output; NULL once closed */
    char *path;  /* NULL: standard output; owned */
    char *draft; /* the file that is written; owned */
    int trouble; /* errno of what went wrong first; 0 */
};

/* Devices and pipes are written as they are. */
static gboolean is_plain (const char *path)
{
    return !g_file_test (path, G_FILE_TEST_EXISTS) || g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

static void set_error (GError **error, const char *path, int trouble)
{
    g_set_error (error, G_IO_ERROR, (gint) g_io_error_from_errno (trouble), "%s cannot be written: %s",
                 path ? path : "the report", g_strerror (trouble));
}

Output *output_open (const char *path, GError **error)
{
    Output *output = g_new0 (Output, 1);

    output->file = stdout;
    if (!path)
        return output;
    output->path = g_strdup (path);
    output->draft = is_plain (path) ? g_strconcat (path, ".part", NULL) : g_strdup (path);
    output->file = fopen (output->draft, "wb");
    if (output->file)
        return output;
    set_error (error, path, errno);
    output_free (output);
    return NULL;
}

void output_write (const char *text, gsize size, gpointer user_data)
{
    Output *output = user_data;

    if (!output->trouble && fwrite (text, 1, size, output->file) != size)
        output->trouble = errno;
}

gboolean output_close (Output *output, GError **error)
{
    FILE *file = g_steal_pointer (&output->file);

    if (fflush (file) != 0 && !output->trouble)
        output->trouble = errno;
    if (output->path && fclose (file) != 0 && !output->trouble)
        output->trouble = errno;
    if (!output->trouble && output->path && strcmp (output->draft, output->path) != 0 &&
        rename (output->draft, output->path) != 0)
        output->trouble = errno;
    if (!output->trouble)
        return TRUE;
    if (output->path && strcmp (output->draft, output->path) != 0)
        unlink (output->draft);
    set_error (error, output->path, output->trouble);
    return FALSE;
}

void output_free (Output *output)
{
    if (!output)
        return;
    if (output->file && output->path) {
        fclose (output->file);
        if (strcmp (output->draft, output->path) != 0)
            unlink (output->draft);
    }
    g_free (output->path);
    g_free (output->draft);
    g_free (output);
}

gboolean output_is_capture (const char *path, const char *capture)
{
    struct stat first, second;
    return stat (path, &first) == 0 && stat (capture, &second) == 0 && S_ISREG (first.st_mode) &&
           first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

char *output_clean (const char *text)
{
    g_autofree char *valid = g_utf8_make_valid (text, -1);
    GString *clean = g_string_new (NULL);

    for (const char *at = valid; *at; at = g_utf8_next_char (at)) {
        gunichar c = g_utf8_get_char (at);
        g_string_append_unichar (clean, g_unichar_iscntrl (c) ? 0xFFFD : c);
    }
    return g_string_free (clean, FALSE);
}
