/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/spool.h"

#include <errno.h>
#include <unistd.h>

#define IN_MEMORY (1024 * 1024)
#define PIECE     (64 * 1024)

struct Spool {
    GString *text;    /* behind what the file holds; owned */
    int file;         /* owned; -1: none */
    gboolean no_file; /* there can be none, or no more goes into it */
    goffset filed;    /* octets of the file that count */
};

Spool *spool_new (void)
{
    Spool *spool = g_new0 (Spool, 1);

    spool->text = g_string_new (NULL);
    spool->file = -1;
    return spool;
}

void spool_free (Spool *spool)
{
    if (!spool)
        return;
    if (spool->file >= 0)
        close (spool->file);
    g_string_free (spool->text, TRUE);
    g_free (spool);
}

static gboolean open_file (Spool *spool)
{
    g_autofree char *name = NULL;

    if (spool->file >= 0)
        return TRUE;
    spool->file = g_file_open_tmp ("regreplay-XXXXXX", &name, NULL);
    if (spool->file >= 0)
        unlink (name);
    return spool->file >= 0;
}

static gboolean write_all (int file, const char *text, gsize size)
{
    while (size) {
        const gssize written = write (file, text, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return FALSE;
        text += written;
        size -= (gsize) written;
    }
    return TRUE;
}

void spool_write (const char *text, gsize size, gpointer user_data)
{
    Spool *spool = user_data;

    g_string_append_len (spool->text, text, (gssize) size);
    if (spool->text->len < IN_MEMORY || spool->no_file)
        return;
    if (!open_file (spool) || !write_all (spool->file, spool->text->str, spool->text->len)) {
        spool->no_file = TRUE;
        return;
    }
    spool->filed += (goffset) spool->text->len;
    g_string_truncate (spool->text, 0);
}

gboolean spool_drain (Spool *spool, void (*sink) (const char *text, gsize size, gpointer user_data), gpointer user_data,
                      GError **error)
{
    g_autofree char *piece = spool->filed ? g_malloc (PIECE) : NULL;

    for (goffset at = 0; at < spool->filed;) {
        const gssize size = pread (spool->file, piece, (gsize) MIN (PIECE, spool->filed - at), at);
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0) {
            g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_IO, "a part of the report cannot be read back from %s: %s",
                         g_get_tmp_dir (), size ? g_strerror (errno) : "it has become shorter");
            return FALSE;
        }
        sink (piece, (gsize) size, user_data);
        at += size;
    }
    sink (spool->text->str, spool->text->len, user_data);
    return TRUE;
}
