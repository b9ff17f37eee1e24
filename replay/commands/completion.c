/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/commands/completion.h"

#include "replay/compare/compare_report.h"
#include "replay/merge/report.h"
#include "replay/report/run_report.h"
#include "replay/suite/suite_report.h"

#include "registration/report/report.h"
#include "registration/tips/tips.h"

#include <string.h>

typedef struct {
    char letter; /* '\0': none */
    char *name;  /* without dashes; owned */
    char *takes; /* as "FILE", owned; NULL: nothing */
    char *text;  /* owned */
    char *words; /* that are its values, owned; NULL: nobody knows */
} Option;

typedef struct {
    const Command *command;
    GPtrArray *options; /* of Option; owned */
} Known;

/* --- What there is */

#define REPORT_WORD(symbol, name, text) #name " "
#define RUN_REPORT_WORD(name)           #name " "

/* Where the values are few. command NULL: of every command. */
static const struct {
    const char *command, *option, *words;
} choices[] = {
    { "inspect", "format", REPORT_FORMATS (REPORT_WORD) },
    { "merge", "format", MERGE_FORMATS (REPORT_WORD) },
    { "merge", "site", "folder file" },
    { "watch", "format", "text ndjson" },
    { "run", "format", RUN_REPORT_FORMATS (RUN_REPORT_WORD) },
    { "test", "format", SUITE_FORMATS (RUN_REPORT_WORD) },
    { "compare", "format", COMPARE_FORMATS (RUN_REPORT_WORD) },
    { NULL, "transport", "udp tcp tls" },
    { NULL, "speed", "recorded max" },
    { "serve", "digest", "recorded none md5 md5-qop md5-sess sha-256 sha-512-256" },
};

static char *words_of (const Command *command, const char *option)
{
    if (strcmp (option, "language") == 0) {
        g_auto (GStrv) languages = tips_languages ();
        g_autofree char *others = g_strjoinv (" ", languages);
        return g_strconcat ("en ", others, NULL);
    }
    for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
        if (strcmp (choices[i].option, option) == 0 &&
            (!choices[i].command || strcmp (choices[i].command, command->name) == 0))
            return g_strchomp (g_strdup (choices[i].words));
    return NULL;
}

static void option_free (gpointer data)
{
    Option *option = data;

    g_free (option->name);
    g_free (option->takes);
    g_free (option->text);
    g_free (option->words);
    g_free (option);
}

static GString *printed; /* what a command prints instead of printing it */

static void keep_printed (const char *text)
{
    g_string_append (printed, text);
}

/* Owned by the caller. */
static char *help_of (const Command *command)
{
    g_autofree char *name = g_strdup (command->name), *help = g_strdup ("--help");
    char *arguments[] = { name, help, NULL };

    printed = g_string_new (NULL);
    const GPrintFunc before = g_set_print_handler (keep_printed);
    command->run (2, arguments);
    g_set_print_handler (before);
    return g_string_free (g_steal_pointer (&printed), FALSE);
}

static GPtrArray *options_of (const Command *command)
{
    g_autoptr (GRegex) line =
        g_regex_new ("^  (?:-(\\w), )?--([\\w-]+)(?:=(\\S+))?\\s{2,}(.*)$", G_REGEX_MULTILINE, 0, NULL);
    GPtrArray *options = g_ptr_array_new_with_free_func (option_free);
    g_autofree char *help = help_of (command);
    g_autoptr (GMatchInfo) match = NULL;

    for (g_regex_match (line, help, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL)) {
        Option *option = g_new0 (Option, 1);
        g_autofree char *letter = g_match_info_fetch (match, 1), *takes = g_match_info_fetch (match, 3);
        option->letter = *letter;
        option->name = g_match_info_fetch (match, 2);
        option->takes = *takes ? g_steal_pointer (&takes) : NULL;
        option->text = g_match_info_fetch (match, 4);
        option->words = words_of (command, option->name);
        g_ptr_array_add (options, option);
    }
    return options;
}

static gboolean takes_file (const Option *option)
{
    return g_strcmp0 (option->takes, "FILE") == 0;
}

static gboolean takes_folder (const Option *option)
{
    return g_strcmp0 (option->takes, "FOLDER") == 0;
}

/* A text for a shell's single quotes: what has a meaning there, or in a description of zsh, is set aside. */
static char *plain (const char *text)
{
    return g_strdelimit (g_strdup (text), "'[]:\\`$", ' ');
}

/* --- bash */

static const char bash_head[] =
    "# bash completion for regreplay\n"
    "_regreplay ()\n{\n"
    "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} option=\n"
    "    COMPREPLY=()\n"
    "    # \"--format=te\" comes as three words.\n"
    "    if [[ $word == = ]]; then\n"
    "        option=$before word=\n"
    "    elif [[ $before == = ]]; then\n"
    "        option=${COMP_WORDS[COMP_CWORD - 2]}\n"
    "    elif [[ $before == -* ]]; then\n"
    "        option=$before\n"
    "    fi\n";
static const char bash_files[] = "    compopt -o filenames 2>/dev/null\n"
                                 "    mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
                                 "}\n"
                                 "complete -F _regreplay regreplay\n";

static void bash_values (const Known *known, const Option *option, GString *out)
{
    g_string_append_printf (out, "    \"%s --%s\"", known->command->name, option->name);
    if (option->letter)
        g_string_append_printf (out, " | \"%s -%c\"", known->command->name, option->letter);
    g_string_append (out, ")\n");
    if (option->words)
        g_string_append_printf (out, "        mapfile -t COMPREPLY < <(compgen -W '%s' -- \"$word\")\n        return\n",
                                option->words);
    else if (takes_folder (option))
        g_string_append (out, "        compopt -o filenames 2>/dev/null\n"
                              "        mapfile -t COMPREPLY < <(compgen -d -- \"$word\")\n        return\n");
    else if (!takes_file (option)) /* nobody knows what */
        g_string_append (out, "        return\n");
    g_string_append (out, "        ;;\n");
}

static void bash_names (const Known *known, GString *out)
{
    g_string_append_printf (out, "    \"%s -\"*)\n        mapfile -t COMPREPLY < <(compgen -W '", known->command->name);
    for (guint i = 0; i < known->options->len; i++) {
        const Option *option = g_ptr_array_index (known->options, i);
        g_string_append_printf (out, "%s--%s%s", i ? " " : "", option->name, option->takes ? "=" : "");
    }
    g_string_append (out, "' -- \"$word\")\n        [[ ${COMPREPLY[0]} != *= ]] || compopt -o nospace 2>/dev/null\n"
                          "        return\n        ;;\n");
}

static void bash (const Known *known, guint n, GString *out)
{
    g_string_append (out, bash_head);
    g_string_append (out, "    if ((COMP_CWORD == 1)); then\n        mapfile -t COMPREPLY < <(compgen -W '");
    for (guint i = 0; i < n; i++)
        g_string_append_printf (out, "%s ", known[i].command->name);
    g_string_append (out, "--help --version' -- \"$word\")\n        return\n    fi\n"
                          "    case \"${COMP_WORDS[1]} $option\" in\n");
    for (guint i = 0; i < n; i++)
        for (guint j = 0; j < known[i].options->len; j++) {
            const Option *option = g_ptr_array_index (known[i].options, j);
            if (option->takes)
                bash_values (&known[i], option, out);
        }
    g_string_append (out, "    esac\n    case \"${COMP_WORDS[1]} $word\" in\n");
    for (guint i = 0; i < n; i++)
        bash_names (&known[i], out);
    g_string_append (out, "    esac\n");
    g_string_append (out, bash_files);
}

/* --- zsh */

static void zsh_option (const Option *option, GString *out)
{
    g_autofree char *text = plain (option->text);
    const char *many = strstr (option->text, "may be repeated") ? "*" : "", *sign = option->takes ? "=" : "";

    g_string_append (out, "            ");
    if (option->letter)
        g_string_append_printf (out, "'(-%c --%s)'{-%c,--%s%s}'[%s]", option->letter, option->name, option->letter,
                                option->name, sign, text);
    else
        g_string_append_printf (out, "'%s--%s%s[%s]", many, option->name, sign, text);
    if (option->takes) {
        g_autofree char *takes = plain (option->takes);
        g_string_append_printf (out, ":%s:", takes);
        if (option->words)
            g_string_append_printf (out, "(%s)", option->words);
        else
            g_string_append (out, takes_file (option) ? "_files" : takes_folder (option) ? "_files -/" : "");
    }
    g_string_append (out, "' \\\n");
}

static void zsh (const Known *known, guint n, GString *out)
{
    g_string_append (out, "#compdef regreplay\n"
                          "_regreplay ()\n{\n    if ((CURRENT == 2)); then\n"
                          "        local -a commands=(\n");
    for (guint i = 0; i < n; i++) {
        g_autofree char *text = plain (known[i].command->summary);
        g_string_append_printf (out, "            '%s:%s'\n", known[i].command->name, text);
    }
    g_string_append (out, "            '--help:what there is'\n            '--version:the version'\n        )\n"
                          "        _describe -t commands command commands\n        return\n    fi\n"
                          "    shift words\n    ((CURRENT--))\n    case ${words[1]} in\n");
    for (guint i = 0; i < n; i++) {
        g_string_append_printf (out, "    %s)\n        _arguments -s \\\n", known[i].command->name);
        for (guint j = 0; j < known[i].options->len; j++)
            zsh_option (g_ptr_array_index (known[i].options, j), out);
        g_string_append (out, "            '*:capture:_files'\n        ;;\n");
    }
    g_string_append (out, "    esac\n}\n_regreplay \"$@\"\n");
}

/* --- fish */

static void fish_option (const Known *known, const Option *option, GString *out)
{
    g_autofree char *text = plain (option->text);

    g_string_append_printf (out, "complete -c regreplay -n '__fish_seen_subcommand_from %s' -l %s",
                            known->command->name, option->name);
    if (option->letter)
        g_string_append_printf (out, " -s %c", option->letter);
    if (option->words)
        g_string_append_printf (out, " -x -a '%s'", option->words);
    else if (takes_file (option))
        g_string_append (out, " -r -F");
    else if (takes_folder (option))
        g_string_append (out, " -x -a '(__fish_complete_directories)'");
    else if (option->takes)
        g_string_append (out, " -x");
    g_string_append_printf (out, " -d '%s'\n", text);
}

static void fish (const Known *known, guint n, GString *out)
{
    g_string_append (out, "# fish completion for regreplay\n"
                          "complete -c regreplay -n __fish_use_subcommand -f\n"
                          "complete -c regreplay -n __fish_use_subcommand -l help -d 'what there is'\n"
                          "complete -c regreplay -n __fish_use_subcommand -l version -d 'the version'\n");
    for (guint i = 0; i < n; i++) {
        g_autofree char *text = plain (known[i].command->summary);
        g_string_append_printf (out, "complete -c regreplay -n __fish_use_subcommand -a %s -d '%s'\n",
                                known[i].command->name, text);
        for (guint j = 0; j < known[i].options->len; j++)
            fish_option (&known[i], g_ptr_array_index (known[i].options, j), out);
    }
}

/* --- */

static const struct {
    const char *name;
    void (*write) (const Known *known, guint n, GString *out);
} shells[] = { { "bash", bash }, { "zsh", zsh }, { "fish", fish } };

static void write_shell (guint shell, const Command *commands, guint n)
{
    g_autofree Known *known = g_new0 (Known, n);
    g_autoptr (GString) out = g_string_new (NULL);

    for (guint i = 0; i < n; i++)
        known[i] = (Known){ &commands[i], options_of (&commands[i]) };
    shells[shell].write (known, n, out);
    g_print ("%s", out->str);
    for (guint i = 0; i < n; i++)
        g_ptr_array_unref (known[i].options);
}

ExitCode completion_main (const Command *commands, guint n_commands, int argc, char **argv)
{
    for (guint i = 0; argc == 2 && i < G_N_ELEMENTS (shells); i++)
        if (strcmp (argv[1], shells[i].name) == 0) {
            write_shell (i, commands, n_commands);
            return REGREPLAY_OK;
        }
    g_printerr ("regreplay completion: a shell is needed: bash, zsh or fish.\n");
    return REGREPLAY_USAGE;
}
