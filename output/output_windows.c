/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The same as output.c for Windows, as far as the plugin asks for it. Files have the rights of their folder there, and
 * one that some program has open is not replaced: Windows itself refuses that. */
#include "output/output.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <windows.h>

struct Output {
    FILE *file;  /* owned, unless it is standard output; NULL once closed */
    char *path;  /* as the user named it; NULL: standard output; owned */
    char *draft; /* the file that is written meanwhile, beside it; owned; NULL: standard output */
    int trouble; /* errno of what went wrong first; 0 */
};

static gboolean set_error (GError **error, const char *path, int trouble)
{
    g_set_error (error, G_FILE_ERROR, (gint) g_file_error_from_errno (trouble), "%s cannot be written: %s",
                 path ? path : "standard output", g_strerror (trouble));
    return FALSE;
}

/* FALSE: it is not there, or no file. */
static gboolean find_file (const char *path, BY_HANDLE_FILE_INFORMATION *ret_about)
{
    g_autofree gunichar2 *name = g_utf8_to_utf16 (path, -1, NULL, NULL, NULL);
    HANDLE handle =
        name ? CreateFileW ((const wchar_t *) name, 0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                            OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL)
             : INVALID_HANDLE_VALUE;

    if (handle == INVALID_HANDLE_VALUE)
        return FALSE;
    const gboolean is_there = GetFileInformationByHandle (handle, ret_about) != 0;
    CloseHandle (handle);
    return is_there;
}

static gboolean is_same (const BY_HANDLE_FILE_INFORMATION *first, const BY_HANDLE_FILE_INFORMATION *second)
{
    return first->dwVolumeSerialNumber == second->dwVolumeSerialNumber &&
           first->nFileIndexHigh == second->nFileIndexHigh && first->nFileIndexLow == second->nFileIndexLow;
}

static gboolean check_inputs (const char *path, const char *const *inputs, GError **error)
{
    BY_HANDLE_FILE_INFORMATION present, about;

    if (!find_file (path, &present))
        return TRUE;
    for (const char *const *input = inputs; input && *input; input++)
        if (find_file (*input, &about) && is_same (&present, &about)) {
            g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_EXIST,
                         "%s is read, and would be lost: name another file for the output", path);
            return FALSE;
        }
    return TRUE;
}

Output *output_open (const char *path, const char *const *inputs, GError **error)
{
    g_autoptr (Output) output = g_new0 (Output, 1);

    if (!path || strcmp (path, "-") == 0) {
        output->file = stdout;
        return g_steal_pointer (&output);
    }
    if (!check_inputs (path, inputs, error))
        return NULL;
    g_autofree char *folder = g_path_get_dirname (path);
    output->path = g_strdup (path);
    output->draft = g_build_filename (folder, ".regflow.XXXXXX", NULL);
    const int draft = g_mkstemp_full (output->draft, O_RDWR | O_BINARY, 0600);
    if (draft < 0) {
        g_clear_pointer (&output->draft, g_free);
        set_error (error, path, errno);
        return NULL;
    }
    output->file = fdopen (draft, "wb");
    if (!output->file) {
        set_error (error, path, errno);
        close (draft);
        return NULL;
    }
    return g_steal_pointer (&output);
}

FILE *output_file (Output *output)
{
    return output->file;
}

void output_write (const char *text, gsize size, gpointer user_data)
{
    Output *output = user_data;

    if (!output->trouble && fwrite (text, 1, size, output->file) != size)
        output->trouble = errno;
}

gboolean output_reader_left (void)
{
    return FALSE;
}

gboolean output_has_failed (const Output *output)
{
    return output->trouble || ferror (output->file);
}

gboolean output_close (Output *output, GError **error)
{
    FILE *file = output->file;

    if ((ferror (file) || fflush (file) != 0) && !output->trouble)
        output->trouble = errno ? errno : EIO;
    output->file = NULL;
    /* Nothing that is open can be renamed. */
    if (output->path && fclose (file) != 0 && !output->trouble)
        output->trouble = errno;
    if (output->draft && !output->trouble && g_rename (output->draft, output->path) != 0)
        output->trouble = errno;
    if (!output->trouble) {
        g_clear_pointer (&output->draft, g_free);
        return TRUE;
    }
    return set_error (error, output->path, output->trouble);
}

void output_free (Output *output)
{
    if (!output)
        return;
    if (output->file && output->path)
        fclose (output->file);
    if (output->draft)
        g_unlink (output->draft);
    g_free (output->path);
    g_free (output->draft);
    g_free (output);
}
