/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/terminal.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* How much further in the rest of a line stands. */
#define INDENT 4
/* Narrower ones break their lines themselves. */
#define COLUMNS_MIN 40

struct Terminal {
    guint columns;
    TerminalSink sink;
    gpointer user_data;
    GString *line; /* not ended yet; owned */
};

Terminal *terminal_new_for (guint columns, TerminalSink sink, gpointer user_data)
{
    Terminal *terminal = g_new0 (Terminal, 1);

    *terminal = (Terminal){ columns, sink, user_data, g_string_new (NULL) };
    return terminal;
}

Terminal *terminal_new (TerminalSink sink, gpointer user_data)
{
    struct winsize size;

    if (!isatty (STDOUT_FILENO) || ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < COLUMNS_MIN)
        return NULL;
    return terminal_new_for (size.ws_col, sink, user_data);
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

static void write_line (Terminal *terminal)
{
    g_autofree char *valid = g_utf8_make_valid (terminal->line->str, (gssize) terminal->line->len);
    const guint indent = MIN ((guint) strspn (valid, " ") + INDENT, terminal->columns / 2);
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
