/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/commands/password.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define PASSWORD_MAX 1024

static char *first_line (FILE *stream)
{
    char *line = g_malloc0 (PASSWORD_MAX + 2);

    if (!fgets (line, PASSWORD_MAX + 2, stream))
        *line = '\0';
    line[strcspn (line, "\r\n")] = '\0';
    return line;
}

/* Nobody reads it again: not in the process's environment, which others of this user see, nor in a program that we
 * would start. */
static char *take_variable (void)
{
    char *variable = getenv (PASSWORD_VARIABLE), *password = g_strdup (variable);

    if (!variable)
        return NULL;
    explicit_bzero (variable, strlen (variable));
    g_unsetenv (PASSWORD_VARIABLE);
    return password;
}

char *password_find (const char *file, GError **error)
{
    if (!file)
        return take_variable ();
    FILE *stream = fopen (file, "re");
    if (!stream) {
        g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "--password-file: %s cannot be read", file);
        return NULL;
    }
    char *password = first_line (stream);
    fclose (stream);
    if (*password)
        return password;
    password_free (password);
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
                 "--password-file: the first line of %s is empty; it has to hold the password and nothing else", file);
    return NULL;
}

char *password_ask (const char *user)
{
    struct termios usual, silent;

    if (!isatty (STDIN_FILENO) || tcgetattr (STDIN_FILENO, &usual) != 0)
        return NULL;
    silent = usual;
    silent.c_lflag &= ~(tcflag_t) ECHO;
    g_printerr ("Password of %s (empty: none): ", user);
    if (tcsetattr (STDIN_FILENO, TCSAFLUSH, &silent) != 0)
        return NULL;
    char *password = first_line (stdin);
    tcsetattr (STDIN_FILENO, TCSAFLUSH, &usual);
    g_printerr ("\n");
    if (*password)
        return password;
    password_free (password);
    return NULL;
}

void password_free (char *password)
{
    if (password)
        explicit_bzero (password, strlen (password));
    g_free (password);
}
