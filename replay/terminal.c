/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/terminal.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* How much further in the rest of a line stands. */
#define INDENT 4
/* Narrower ones break their lines themselves. */
#define COLUMNS_MIN 40
#define COLUMNS_MAX 10000

struct Terminal {
    guint columns;
    TerminalSink sink;
    gpointer user_data;
    GString *line;  /* not ended yet; owned */
    gboolean hangs; /* what an option means stands in a column: the rest of it, too */
};

Terminal *terminal_new_for (guint columns, TerminalSink sink, gpointer user_data)
{
    Terminal *terminal = g_new0 (Terminal, 1);

    *terminal = (Terminal){ columns, sink, user_data, g_string_new (NULL), FALSE };
    return terminal;
}

guint terminal_columns (int file)
{
    const char *wanted = g_getenv ("COLUMNS");
    struct winsize size;
    guint64 columns = 0;

    if (!isatty (file))
        return 0;
    if (!wanted || !g_ascii_string_to_unsigned (wanted, 10, COLUMNS_MIN, COLUMNS_MAX, &columns, NULL))
        columns = ioctl (file, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
    return columns >= COLUMNS_MIN ? (guint) columns : 0;
}

Terminal *terminal_new (TerminalSink sink, gpointer user_data)
{
    const guint columns = terminal_columns (STDOUT_FILENO);

    return columns ? terminal_new_for (columns, sink, user_data) : NULL;
}

static void write_to (const char *text, gsize size, gpointer user_data)
{
    fwrite (text, 1, size, user_data);
}

/* Progress, which goes back on its line, is no text to be broken. */
static void print_error (const char *text)
{
    const guint columns = strpbrk (text, "\r\033") ? 0 : terminal_columns (STDERR_FILENO);

    if (columns) {
        g_autoptr (Terminal) terminal = terminal_new_for (columns, write_to, stderr);
        terminal_write (text, strlen (text), terminal);
    } else {
        fputs (text, stderr);
    }
    fflush (stderr);
}

void terminal_break_errors (void)
{
    if (g_get_charset (NULL) && terminal_columns (STDERR_FILENO))
        g_set_printerr_handler (print_error);
}

void terminal_print_help (const char *text)
{
    const guint columns = terminal_columns (STDOUT_FILENO);

    if (!columns || !g_get_charset (NULL)) {
        g_print ("%s", text);
        return;
    }
    g_autoptr (Terminal) terminal = terminal_new_for (columns, write_to, stdout);
    terminal->hangs = TRUE;
    terminal_write (text, strlen (text), terminal);
}

gboolean terminal_has_colours (void)
{
    const char *no_color = g_getenv ("NO_COLOR"), *term = g_getenv ("TERM");

    return isatty (STDOUT_FILENO) && !(no_color && *no_color) && g_strcmp0 (term, "dumb") != 0;
}

/* Octets of the colour that begins there; 0: none does. */
static gsize colour_size (const char *at)
{
    return strncmp (at, "\033[", 2) == 0 ? 2 + strspn (at + 2, "0123456789;") + 1 : 0;
}

static guint columns_of (gunichar c)
{
    return g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;
}

/* Where the text that begins at from has to be broken; its end when all of it fits. */
static const char *break_of (const char *from, guint columns)
{
    const char *space = NULL, *at = from;
    guint used = 0;

    while (*at) {
        const gsize colour = colour_size (at);
        if (colour) {
            at += MIN (colour, strlen (at));
            continue;
        }
        used += columns_of (g_utf8_get_char (at));
        if (used > columns)
            return *at == ' ' || !space ? at : space;
        if (*at == ' ' && at > from)
            space = at;
        at = g_utf8_next_char (at);
    }
    return at;
}

static guint indent_of (const Terminal *terminal, const char *line)
{
    const gsize begin = strspn (line, " ");
    const char *gap = terminal->hangs ? strstr (line + begin, "  ") : NULL;

    return gap ? (guint) g_utf8_strlen (line, gap - line) + (guint) strspn (gap, " ") : (guint) begin + INDENT;
}

static void write_line (Terminal *terminal)
{
    g_autofree char *valid = g_utf8_make_valid (terminal->line->str, (gssize) terminal->line->len);
    const guint indent = MIN (indent_of (terminal, valid), terminal->columns / 2);
    g_autoptr (GString) out = g_string_new (NULL);
    const char *at = valid + strspn (valid, " ");
    guint room = terminal->columns - MIN ((guint) (at - valid), terminal->columns / 2);

    g_string_append_len (out, valid, at - valid);
    for (;;) {
        const char *end = break_of (at, room);
        g_string_append_len (out, at, end - at);
        at = end + strspn (end, " ");
        if (!*at)
            break;
        g_string_append_printf (out, "\n%*s", (int) indent, "");
        room = terminal->columns - indent;
    }
    g_string_append_c (out, '\n');
    terminal->sink (out->str, out->len, terminal->user_data);
    g_string_truncate (terminal->line, 0);
}

void terminal_write (const char *text, gsize size, gpointer user_data)
{
    Terminal *terminal = user_data;
    const char *end = text + size;

    while (text < end) {
        const char *newline = memchr (text, '\n', (gsize) (end - text));
        g_string_append_len (terminal->line, text, (newline ? newline : end) - text);
        if (!newline)
            return;
        write_line (terminal);
        text = newline + 1;
    }
}

void terminal_free (Terminal *terminal)
{
    if (!terminal)
        return;
    if (terminal->line->len)
        write_line (terminal);
    g_string_free (terminal->line, TRUE);
    g_free (terminal);
}
