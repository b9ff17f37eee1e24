/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/commands/packed_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

const char *packed_file_name (const char *path)
{
    return g_str_equal (path, "-") ? "standard input" : path;
}

FILE *packed_file_open (const char *path, Packed **ret_packed, GError **error)
{
    const int source = g_str_equal (path, "-") ? dup (STDIN_FILENO) : open (path, O_RDONLY | O_CLOEXEC);
    struct stat about;

    if (source < 0) {
        g_set_error (error, G_FILE_ERROR, (gint) g_file_error_from_errno (errno), "%s cannot be opened: %s",
                     packed_file_name (path), g_strerror (errno));
        return NULL;
    }
    if (fstat (source, &about) == 0 && S_ISDIR (about.st_mode)) {
        g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_ISDIR, "%s is a folder: name the files in it",
                     packed_file_name (path));
        close (source);
        return NULL;
    }
    return packed_open (source, packed_file_name (path), ret_packed, error);
}

const char *packed_file_why (gpointer packed)
{
    return packed_trouble (packed);
}
