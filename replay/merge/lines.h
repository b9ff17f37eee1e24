/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>
#include <stdio.h>

/* A text line by line, in memory that does not grow with it. */

typedef struct Lines Lines;

/* A longer line is none of ours. */
#define LINES_LONGEST (64 * 1024 * 1024)

/* A line, without its end. Plain data; text is valid until the next call and not NUL-terminated. */
typedef struct {
    const char *text;
    gsize size;
    guint64 number;      /* from 1 */
    gboolean is_endless; /* the last one, and no end of line stands behind it */
} Line;

typedef enum {
    LINES_LINE,
    LINES_END,
    LINES_FAILED, /* it cannot be read on */
    LINES_TOO_LONG,
} LinesResult;

/* The stream is borrowed, and read from where it stands. */
Lines *lines_new (FILE *stream);
void lines_free (Lines *lines);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Lines, lines_free)

/* After LINES_FAILED errno says why; ret_line->number is that of the line that could not be read, then and when it is
 * too long. */
LinesResult lines_next (Lines *lines, Line *ret_line);
