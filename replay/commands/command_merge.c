/* SPDX-License-Identifier: GPL-2.0-or-later */
/* regreplay merge: one report of what any number of runs of inspect, or the parts of a run, have written. */
#include "output/output.h"
#include "replay/clean.h"
#include "replay/commands/commands.h"
#include "replay/commands/packed_file.h"
#include "replay/commands/tips_folder.h"
#include "replay/merge/report.h"
#include "replay/terminal.h"
#include "replay/usage.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FORMAT_NAME(symbol, name, text)     " " #name
#define FORMAT_NAMES                        MERGE_FORMATS (FORMAT_NAME)
#define FORMAT_LIST_ROW(symbol, name, text) "\n  " #name ": " text
#define FORMAT_LIST                         MERGE_FORMATS (FORMAT_LIST_ROW)

#define TOP      10
#define MOST_TOP 1000

typedef struct {
    char **files;
    char *format, *output, *language, *site;
    int top;
    gboolean is_cluster;
    MergeFormat chosen;
    MergeSite where;
} Options;

static void clear_options (Options *options)
{
    g_strfreev (options->files);
    g_free (options->format);
    g_free (options->output);
    g_free (options->language);
    g_free (options->site);
    g_clear_pointer (&options->where.of_name, g_regex_unref);
}

static ExitCode complain (ExitCode code, const char *message)
{
    g_autofree char *clean = clean_line (message);

    g_printerr ("regreplay merge: %s.\n", clean);
    return code;
}

static ExitCode complain_of_value (const char *format, const char *value)
{
    g_autofree char *message = g_strdup_printf (format, value);
    return complain (REGREPLAY_USAGE, message);
}

/* --- Options */

/* FALSE when that was told. */
static gboolean choose_site (Options *options)
{
    g_autoptr (GError) error = NULL;

    options->where.is_file = g_strcmp0 (options->site, "file") == 0;
    if (!options->site || options->where.is_file || g_str_equal (options->site, "folder"))
        return TRUE;
    options->where.of_name = g_regex_new (options->site, G_REGEX_OPTIMIZE, 0, &error);
    if (!options->where.of_name)
        complain_of_value ("--site takes folder, file or a regular expression: %s", error->message);
    return options->where.of_name != NULL;
}

/* The same for the other values. */
static gboolean choose (Options *options)
{
    options->chosen = MERGE_TEXT;
    if (!options->files)
        complain (REGREPLAY_USAGE, "a file is missing: regreplay merge FILE…");
    else if (options->top < 1 || options->top > MOST_TOP)
        complain (REGREPLAY_USAGE, "--top takes a number from 1 to 1000");
    else if (options->format && !merge_format_find (options->format, &options->chosen))
        complain_of_value ("there is no format \"%s\": choose one of" FORMAT_NAMES, options->format);
    else
        return choose_site (options);
    return FALSE;
}

static gboolean read_options (Options *options, int *argc, char ***argv, ExitCode *ret_code)
{
    const GOptionEntry entries[] = {
        { "format", 0, 0, G_OPTION_ARG_STRING, &options->format, "one of the formats above (default: text)", "FORMAT" },
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options->output, "write the report to this file", "FILE" },
        { "top", 0, 0, G_OPTION_ARG_INT, &options->top, "list so many of each at most (default: 10)", "N" },
        { "site", 0, 0, G_OPTION_ARG_STRING, &options->site,
          "what a capture's site is: \"folder\", the folder of its name (the default); \"file\", the file that is "
          "merged; or what of its name fits a regular expression, the first group where there is one",
          "SITE" },
        { "cluster", 0, 0, G_OPTION_ARG_NONE, &options->is_cluster,
          "parts of a run may have gone to different targets, as to the nodes of one cluster", NULL },
        { "language", 0, 0, G_OPTION_ARG_STRING, &options->language,
          "language of the report, as in \"de\" (default: that of the environment)", "LANGUAGE" },
        { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->files, NULL, "FILE…" },
        { NULL },
    };
    g_autoptr (GOptionContext) context = g_option_context_new (NULL);

    g_option_context_set_summary (context, "Adds up what any number of runs of \"regreplay inspect --format ndjson "
                                           "--brief\" have written, on whatever machines, or what the parts of a "
                                           "\"regreplay run --format ndjson\" have.\n\nFormats:" FORMAT_LIST);
    g_option_context_add_main_entries (context, entries, NULL);
    if (!commands_parse (context, argc, argv, ret_code))
        return FALSE;
    *ret_code = REGREPLAY_USAGE;
    return choose (options);
}

/* --- Files */

static gboolean is_same_file (const char *a, const char *b)
{
    struct stat of_a, of_b;

    if (g_str_equal (a, b))
        return TRUE;
    return !g_str_equal (a, "-") && !g_str_equal (b, "-") && stat (a, &of_a) == 0 && stat (b, &of_b) == 0 &&
           S_ISREG (of_a.st_mode) && of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
}

/* Of captures without phones nothing else would show that they come twice. */
static gboolean has_come_before (char **files, guint number)
{
    for (guint i = 0; i < number; i++)
        if (is_same_file (files[i], files[number]))
            return TRUE;
    return FALSE;
}

static void read_file (Merger *merger, const char *path)
{
    g_autoptr (GError) error = NULL;
    Packed *packed;
    FILE *file = packed_file_open (path, &packed, &error);

    if (!file) {
        merger_complain (merger, packed_file_name (path), error->message);
        return;
    }
    merger_read (merger, file, packed_file_name (path), packed_file_why, packed);
    fclose (file);
}

static void read_files (Merger *merger, char **files)
{
    for (guint i = 0; files[i]; i++) {
        if (has_come_before (files, i)) {
            g_autofree char *sentence =
                g_strdup_printf ("%s is named twice, and read once", packed_file_name (files[i]));
            merger_complain (merger, packed_file_name (files[i]), sentence);
            continue;
        }
        read_file (merger, files[i]);
    }
}

/* --- The report */

static void tell (const char *sentence, gpointer user_data G_GNUC_UNUSED)
{
    complain (REGREPLAY_UNREADABLE, sentence);
}

/* As inspect would have ended with all these captures, or run with all these phones. */
static ExitCode code_of (const Merged *merged)
{
    if (merged->storm)
        return merged->n_troubles ? REGREPLAY_UNREADABLE : merged->storm->code;
    if (!merged->tally->captures && !merged->n_troubles)
        return complain (REGREPLAY_UNREADABLE, "no capture and no run is in what was read");
    if (merged->n_troubles || merged->tally->troubles || !merged->tally->captures)
        return REGREPLAY_UNREADABLE;
    return merged->tally->fails ? REGREPLAY_DIFFERS : REGREPLAY_OK;
}

static ExitCode merge (Options *options)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (Tips) tips = tips_folder_load (options->language, NULL, &error);

    if (!tips)
        return complain (REGREPLAY_USAGE, error->message);
    g_autoptr (Output) output = output_open (options->output, (const char *const *) options->files, &error);
    if (!output)
        return complain (REGREPLAY_USAGE, error->message);
    g_autoptr (Merger) merger = merger_new ((guint) options->top, &options->where, tell, NULL);
    if (options->is_cluster)
        merger_expect_cluster (merger);
    read_files (merger, options->files);
    merger_finish (merger);
    const ExitCode code = code_of (merger_merged (merger));
    const gboolean is_shown = options->chosen == MERGE_TEXT && (!options->output || g_str_equal (options->output, "-"));
    g_autoptr (Terminal) terminal = is_shown ? terminal_new (output_write, output) : NULL;
    merger_fit (merger, terminal ? terminal_columns (STDOUT_FILENO) : 0);
    g_autoptr (GString) report = merge_report (merger_merged (merger), options->chosen, tips);
    (terminal ? terminal_write : output_write) (report->str, report->len, terminal ? (gpointer) terminal : output);
    g_clear_pointer (&terminal, terminal_free);
    if (!output_close (output, &error))
        return complain (REGREPLAY_USAGE, error->message);
    return code;
}

ExitCode merge_main (int argc, char **argv)
{
    Options options = { .top = TOP };
    ExitCode code;

    if (read_options (&options, &argc, &argv, &code))
        code = merge (&options);
    clear_options (&options);
    return code;
}
