/* SPDX-License-Identifier: GPL-2.0-or-later */
/* regreplay compare: what two servers, or two settings of one, do otherwise with the same recordings. */
#include "output/output.h"
#include "replay/clean.h"
#include "replay/commands/commands.h"
#include "replay/commands/packed_file.h"
#include "replay/compare/compare_report.h"

typedef struct {
    char *format, *output, *tolerance;
    CompareReporter reporter;
    Tolerance chosen;
} Options;

static void clear_options (Options *options)
{
    g_free (options->format);
    g_free (options->output);
    g_free (options->tolerance);
}

static ExitCode complain (ExitCode code, const char *message)
{
    g_autofree char *clean = clean_line (message);

    g_printerr ("regreplay compare: %s.\n", clean);
    return code;
}

/* FALSE when that was told. */
static gboolean choose (Options *options, int argc)
{
    g_autoptr (GError) error = NULL;
    const char *format = options->format ? options->format : "text";

    options->reporter = compare_report_find (format);
    if (!options->reporter) {
        g_autofree char *message =
            g_strdup_printf ("there is no format \"%s\": choose one of" COMPARE_FORMAT_NAMES, format);
        complain (REGREPLAY_USAGE, message);
        return FALSE;
    }
    if (argc != 3) {
        complain (REGREPLAY_USAGE, "exactly two results are needed: regreplay compare A B");
        return FALSE;
    }
    if (tolerance_parse (options->tolerance ? options->tolerance : TOLERANCE_DEFAULT_TEXT, &options->chosen, &error))
        return TRUE;
    complain (REGREPLAY_USAGE, error->message);
    return FALSE;
}

static gboolean read_options (Options *options, int *argc, char ***argv, ExitCode *ret_code)
{
    const GOptionEntry entries[] = {
        { "format", 0, 0, G_OPTION_ARG_STRING, &options->format, "one of" COMPARE_FORMAT_NAMES " (text)", "FORMAT" },
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options->output, "write the report to this file", "FILE" },
        { "tolerance", 0, 0, G_OPTION_ARG_STRING, &options->tolerance,
          "a response time is another one when it is longer by more than the larger of both (" TOLERANCE_DEFAULT_TEXT
          ")",
          "TIME,PERCENT" },
        { NULL },
    };
    g_autoptr (GOptionContext) context = g_option_context_new ("A B");

    g_option_context_set_summary (context, "Says what two servers, or two settings of one, do otherwise with the same "
                                           "recordings, and what of it phones will notice: A and B are what "
                                           "\"regreplay run\" or \"regreplay test\" with --format ndjson has written.");
    g_option_context_add_main_entries (context, entries, NULL);
    if (!commands_parse (context, argc, argv, ret_code))
        return FALSE;
    *ret_code = REGREPLAY_USAGE;
    return choose (options, *argc);
}

/* NULL when that was told. */
static Played *read_side (const char *path)
{
    g_autoptr (GError) error = NULL;
    Packed *packed;
    FILE *file = packed_file_open (path, &packed, &error);
    Played *side = file ? played_read (file, packed_file_name (path), packed_file_why, packed, &error) : NULL;

    if (file)
        fclose (file);
    if (!side)
        complain (REGREPLAY_UNREADABLE, error->message);
    return side;
}

static ExitCode compare (const Options *options, const char *const *files)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (Output) output = output_open (options->output, files, &error);

    if (!output)
        return complain (REGREPLAY_USAGE, error->message);
    g_autoptr (Played) a = read_side (files[0]), b = a ? read_side (files[1]) : NULL;
    if (!b)
        return REGREPLAY_UNREADABLE;
    g_autoptr (GPtrArray) comparisons = compare_sides (a, b, &options->chosen);
    const CompareReport report = { a, b, comparisons,
                                   options->tolerance ? options->tolerance : TOLERANCE_DEFAULT_TEXT };
    g_autoptr (GString) text = g_string_new (NULL);
    guint noticed;
    options->reporter (&report, text);
    output_write (text->str, text->len, output);
    if (!output_close (output, &error))
        return complain (REGREPLAY_USAGE, error->message);
    return comparisons_count (comparisons, &noticed) ? REGREPLAY_DIFFERS : REGREPLAY_OK;
}

ExitCode compare_main (int argc, char **argv)
{
    Options options = { 0 };
    ExitCode code = REGREPLAY_OK;

    if (read_options (&options, &argc, &argv, &code)) {
        const char *const files[] = { argv[1], argv[2], NULL };
        code = compare (&options, files);
    }
    clear_options (&options);
    return code;
}
