/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/commands/commands.h"

#include "replay/terminal.h"

#include <string.h>

char *commands_exit_codes (void)
{
    GString *text = g_string_new ("Exit status:\n");

#define X(symbol, number, meaning) g_string_append_printf (text, "  %d  %s\n", number, meaning);
    EXIT_CODES (X)
#undef X
    return g_string_free (text, FALSE);
}

/* What an unset variable of a script leaves behind. FALSE when that was told. */
static gboolean check_empty (const char *name, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const char *equals = strchr (argv[i], '=');
        const gboolean is_option = argv[i][0] == '-' && argv[i][1];
        if (is_option && equals && !equals[1])
            g_printerr ("%s: %.*s is empty (%s --help lists the options).\n", name, (int) (equals - argv[i]), argv[i],
                        name);
        else if (!*argv[i] && i > 1 && argv[i - 1][0] == '-' && argv[i - 1][1])
            g_printerr ("%s: %s is empty (%s --help lists the options).\n", name, argv[i - 1], name);
        else if (!*argv[i])
            g_printerr ("%s: an argument is empty, and names no capture.\n", name);
        else
            continue;
        return FALSE;
    }
    return TRUE;
}

gboolean commands_parse (GOptionContext *context, int *argc, char ***argv, ExitCode *ret_code)
{
    g_autofree char *codes = commands_exit_codes ();
    g_autofree char *name = g_strconcat ("regreplay ", (*argv)[0], NULL);
    g_autoptr (GError) error = NULL;
    gboolean help = FALSE;
    const GOptionEntry entries[] = { { "help", 'h', 0, G_OPTION_ARG_NONE, &help, "this text", NULL }, { NULL } };

    g_set_prgname (name);
    g_option_context_set_description (context, codes);
    /* GLib's own would end the program, whether it could be written or not. */
    g_option_context_set_help_enabled (context, FALSE);
    g_option_context_add_main_entries (context, entries, NULL);
    if (!check_empty (name, *argc, *argv)) {
        *ret_code = REGREPLAY_USAGE;
        return FALSE;
    }
    if (g_option_context_parse (context, argc, argv, &error)) {
        g_autofree char *text = help ? g_option_context_get_help (context, TRUE, NULL) : NULL;
        if (help)
            terminal_print_help (text);
        *ret_code = REGREPLAY_OK;
        return !help;
    }
    g_printerr ("%s: %s (%s --help lists the options).\n", name, error->message, name);
    *ret_code = REGREPLAY_USAGE;
    return FALSE;
}
