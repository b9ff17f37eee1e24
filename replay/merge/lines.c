/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/merge/lines.h"

#include <errno.h>
#include <string.h>

#define PIECE (1024 * 1024)

struct Lines {
    FILE *stream;
    char *octets;  /* owned */
    gsize room;    /* of octets */
    gsize at, end; /* what of octets was read and is not handed out yet */
    guint64 number;
    gboolean has_ended; /* nothing more can be read … */
    int trouble;        /* … for this errno; 0: it is the end */
};

Lines *lines_new (FILE *stream)
{
    Lines *lines = g_new0 (Lines, 1);

    lines->stream = stream;
    lines->room = PIECE;
    lines->octets = g_malloc (lines->room);
    return lines;
}

void lines_free (Lines *lines)
{
    if (!lines)
        return;
    g_free (lines->octets);
    g_free (lines);
}

/* Behind what is not handed out yet, which moves to the front. */
static void fill (Lines *lines)
{
    const gsize left = lines->end - lines->at;

    memmove (lines->octets, lines->octets + lines->at, left);
    lines->at = 0;
    lines->end = left;
    if (left == lines->room)
        lines->octets = g_realloc (lines->octets, lines->room *= 2);
    const gsize wanted = lines->room - left, got = fread (lines->octets + left, 1, wanted, lines->stream);
    lines->end += got;
    lines->has_ended = got < wanted;
    if (ferror (lines->stream))
        lines->trouble = errno ? errno : EIO;
}

static LinesResult hand_out (Lines *lines, gsize size, gboolean is_endless, Line *ret_line)
{
    *ret_line = (Line){ lines->octets + lines->at, size, ++lines->number, is_endless };
    lines->at += size + (is_endless ? 0 : 1);
    return LINES_LINE;
}

LinesResult lines_next (Lines *lines, Line *ret_line)
{
    gsize looked_at = 0;

    for (;;) {
        const char *begin = lines->octets + lines->at;
        const gsize size = lines->end - lines->at;
        const char *found = memchr (begin + looked_at, '\n', size - looked_at);
        if (found)
            return hand_out (lines, (gsize) (found - begin), FALSE, ret_line);
        if (lines->has_ended && !lines->trouble)
            return size ? hand_out (lines, size, TRUE, ret_line) : LINES_END;
        looked_at = size;
        *ret_line = (Line){ .number = lines->number + 1 };
        if (lines->has_ended) {
            errno = lines->trouble;
            return LINES_FAILED;
        }
        if (size >= LINES_LONGEST)
            return LINES_TOO_LONG;
        fill (lines);
    }
}
