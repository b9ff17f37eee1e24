/* SPDX-License-Identifier: GPL-2.0-or-later */
/* regreplay's front door: finds the command and hands over. */
#include "output/output.h"
#include "replay/commands/commands.h"
#include "replay/commands/completion.h"
#include "replay/terminal.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static const Command commands[] = {
    { "inspect", inspect_main, "say which phones register in captures, how, how fast, and what is wrong" },
    { "watch", watch_main, "say how phones register while they do it, and why one does not" },
    { "run", run_main, "register as the phone of a capture, and judge every answer and its time" },
    { "test", test_main, "do every recording of a folder again, and tell what is not as recorded" },
    { "serve", serve_main, "stand in for the call manager of a capture" },
    { "merge", merge_main, "add up what inspect has said of any number of captures, or run in parts, on any machines" },
    { "compare", compare_main, "what two servers do otherwise with the same recordings" },
    { "annotate", annotate_main, "write a capture again, with the tips as packet comments" },
};

static void print_help (void)
{
    g_autofree char *codes = commands_exit_codes ();

    g_autoptr (GString) text = g_string_new ("Usage: regreplay COMMAND [OPTION…] [ARGUMENT…]\n\n"
                                             "Reads how Cisco IP phones register out of captures.\n\nCommands:\n");

    for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
        g_string_append_printf (text, "  %-8s  %s\n", commands[i].name, commands[i].summary);
    g_string_append_printf (text,
                            "\n\"regreplay COMMAND --help\" tells more about one of them.\n\n"
                            "Options:\n  --help     this text\n  --version  the version\n\n%s",
                            codes);
    terminal_print_help (text->str);
}

/* Without a locale (cron, containers, LANG=C) GLib would take arguments and messages for ASCII, and refuse or garble
 * every name with an umlaut; our texts and most files' names are UTF-8 there too. */
static void set_locale (void)
{
    setlocale (LC_ALL, "");
    if (strcmp (nl_langinfo (CODESET), "ANSI_X3.4-1968") == 0)
        setlocale (LC_CTYPE, "C.UTF-8");
}

static ExitCode run_command (int argc, char **argv)
{
    if (argc < 2) {
        g_printerr ("regreplay: a command is missing; \"regreplay --help\" lists them.\n");
        return REGREPLAY_USAGE;
    }
    if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0 || strcmp (argv[1], "help") == 0) {
        print_help ();
        return REGREPLAY_OK;
    }
    if (strcmp (argv[1], "--version") == 0) {
        g_print ("regreplay %s\n", REGFLOW_VERSION);
        return REGREPLAY_OK;
    }
    for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
        if (strcmp (argv[1], commands[i].name) == 0)
            return commands[i].run (argc - 1, argv + 1);
    if (strcmp (argv[1], "completion") == 0)
        return completion_main (commands, G_N_ELEMENTS (commands), argc - 1, argv + 1);
    g_printerr ("regreplay: there is no command \"%s\"; \"regreplay --help\" lists them.\n", argv[1]);
    return REGREPLAY_USAGE;
}

/* As other tools in a pipe of which nobody reads the end any more: without a word. What was begun is cleared away. */
static void end_without_reader (void)
{
    if (!output_reader_left ())
        return;
    signal (SIGPIPE, SIG_DFL);
    raise (SIGPIPE);
}

/* What was printed has arrived, or its reader has left, or the disk is full: then that is what the exit status tells.
 */
static ExitCode check_output (ExitCode code)
{
    const gboolean failed_before = ferror (stdout), fails = fflush (stdout) != 0;
    const int why = errno;

    if (!fails && !failed_before)
        return code;
    end_without_reader ();
    if (failed_before) /* why is not known any more */
        g_printerr ("%s: standard output cannot be written.\n", g_get_prgname ());
    else
        g_printerr ("%s: standard output cannot be written: %s.\n", g_get_prgname (), g_strerror (why));
    return REGREPLAY_USAGE;
}

int main (int argc, char **argv)
{
    /* A full disk and a reader that leaves are told where they are noticed; what was begun is cleared away there. */
    signal (SIGPIPE, SIG_IGN);
    signal (SIGXFSZ, SIG_IGN);
    set_locale ();
    terminal_break_errors ();
    g_set_prgname ("regreplay");
    return (int) check_output (run_command (argc, argv));
}
