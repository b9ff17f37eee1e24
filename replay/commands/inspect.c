/* SPDX-License-Identifier: GPL-2.0-or-later */
/* regreplay inspect: what captures say about phones, without Wireshark. */
#include "output/output.h"
#include "replay/clean.h"
#include "replay/commands/commands.h"
#include "replay/commands/tips_folder.h"
#include "replay/in_order.h"
#include "replay/recording/capture_list.h"
#include "replay/recording/inspection.h"
#include "replay/spool.h"
#include "replay/terminal.h"
#include "replay/usage.h"

#include "registration/report/report.h"

#include <unistd.h>

#define FORMAT_NAME(symbol, name, text)     " " #name
#define FORMAT_NAMES                        REPORT_FORMATS (FORMAT_NAME)
#define FORMAT_LIST_ROW(symbol, name, text) "\n  " #name ": " text
#define FORMAT_LIST                         REPORT_FORMATS (FORMAT_LIST_ROW)

#define MAX_JOBS 256
/* So many reports of captures may wait for one that takes long, for each job. */
#define AHEAD 16

typedef struct {
    char **captures;
    char *format, *output, *phone, *language, *tips_folder;
    gboolean timeline, summary, errors_only, without_texts;
    int jobs;           /* captures at a time; 0: as many as there are processors */
    gboolean is_search; /* for a phone, in several captures */
} Options;

static void clear_options (Options *options)
{
    g_strfreev (options->captures);
    g_free (options->format);
    g_free (options->output);
    g_free (options->phone);
    g_free (options->language);
    g_free (options->tips_folder);
}

static ExitCode complain (ExitCode code, const char *message)
{
    g_autofree char *clean = clean_line (message);

    g_printerr ("regreplay inspect: %s.\n", clean);
    return code;
}

static gboolean read_options (Options *options, int *argc, char ***argv, ExitCode *ret_code)
{
    const GOptionEntry entries[] = {
        { "format", 0, 0, G_OPTION_ARG_STRING, &options->format, "one of the formats above (default: text)", "FORMAT" },
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options->output, "write the report to this file", "FILE" },
        { "phone", 0, 0, G_OPTION_ARG_STRING, &options->phone, "only phones with this name, number, IP or MAC address",
          "NAME" },
        { "timeline", 0, 0, G_OPTION_ARG_NONE, &options->timeline,
          "text: a line for each message before the phones (the other formats always tell them)", NULL },
        { "summary", 0, 0, G_OPTION_ARG_NONE, &options->summary, "text: only a line for each phone", NULL },
        { "brief", 0, 0, G_OPTION_ARG_NONE, &options->without_texts,
          "ndjson and json: for machines, without what is said in a language", NULL },
        { "errors-only", 0, 0, G_OPTION_ARG_NONE, &options->errors_only, "text: only the phones that fail", NULL },
        { "language", 0, 0, G_OPTION_ARG_STRING, &options->language,
          "language of tips and report, as in \"de\" (default: that of the environment)", "LANGUAGE" },
        { "tips", 0, 0, G_OPTION_ARG_FILENAME, &options->tips_folder,
          "files *.tips in this folder replace and add to the shipped ones", "FOLDER" },
        { "jobs", 0, 0, G_OPTION_ARG_INT, &options->jobs,
          "read so many captures at a time; the report is the same (default: one for each processor)", "N" },
        { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->captures, NULL, "CAPTURE…" },
        { NULL },
    };
    g_autoptr (GOptionContext) context = g_option_context_new (NULL);

    g_option_context_set_summary (context,
                                  "Says which phones register in captures, how, how fast, and what is wrong.\n\n"
                                  "Formats:" FORMAT_LIST);
    g_option_context_add_main_entries (context, entries, NULL);
    if (!commands_parse (context, argc, argv, ret_code))
        return FALSE;
    if (!options->captures) {
        *ret_code = complain (REGREPLAY_USAGE, "a capture is missing: regreplay inspect CAPTURE…");
        return FALSE;
    }
    if (options->jobs < 0 || options->jobs > MAX_JOBS) {
        *ret_code = complain (REGREPLAY_USAGE, "--jobs takes a number from 1 to 256, or 0 for one for each processor");
        return FALSE;
    }
    return TRUE;
}

/* --- On a terminal */

static gboolean is_text_on_output (const Options *options, const ReportOptions *report)
{
    return (report->format == REPORT_TEXT || report->format == REPORT_LADDER) &&
           (!options->output || g_str_equal (options->output, "-"));
}

/* A report that goes to the terminal shows by itself how far it is. */
static gboolean shows_progress (const Options *options)
{
    return options->captures[0] && options->captures[1] && isatty (STDERR_FILENO) &&
           (options->output || !isatty (STDOUT_FILENO));
}

static void show_progress (const Options *options, guint done)
{
    static gint64 shown;
    const gint64 now = g_get_monotonic_time ();

    if (!shows_progress (options) || now - shown < G_USEC_PER_SEC / 4)
        return;
    shown = now;
    g_printerr ("\r\033[K%u of %u captures", done, g_strv_length (options->captures));
}

static void end_progress (const Options *options)
{
    if (shows_progress (options))
        g_printerr ("\r\033[K");
}

/* --- The captures, one by one or several at a time */

typedef struct {
    const Options *options;
    const ReportOptions *report;
    const Tips *tips;
    Output *output;
    ReportSink sink; /* leads to the output */
    gpointer sink_data;
    ReportWriter *writer;
    gboolean in_parts; /* each capture writes its own part of the report */
    guint done;
    gboolean found; /* a phone that is asked for */
    ExitCode code;  /* the worst of several captures counts */
} Work;

/* What a capture has given. */
typedef struct {
    Inspection *inspection; /* until its report is written; owned */
    gboolean says_nothing;
    ReportWriter *part; /* owned, or NULL */
    Spool *spool;       /* what the part has written; owned, or NULL */
    gboolean has_phones;
    ExitCode code;
    char *trouble; /* owned, or NULL */
} Inspected;

static void inspected_free (gpointer data)
{
    Inspected *inspected = data;

    inspection_free (inspected->inspection);
    report_part_free (inspected->part);
    spool_free (inspected->spool);
    g_free (inspected->trouble);
    g_free (inspected);
}

static void look_at_capture (const Options *options, const char *path, Inspected *inspected)
{
    Inspection *inspection = inspected->inspection = inspection_new (path);

    if (options->phone)
        inspection_choose (inspection, options->phone);
    while (inspection_read (inspection, G_MAXUINT32))
        ;
    inspection_sum_up (inspection);
    const ReportSource *source = inspection_source (inspection);
    const gboolean is_elsewhere =
        options->phone && inspection_is_whole (inspection) && !inspection_has_phones (inspection);
    inspected->has_phones = inspection_has_phones (inspection);
    /* That nobody of that name is there is no report of those who are. */
    inspected->says_nothing = is_elsewhere && (!options->format || g_str_equal (options->format, "text"));
    /* Of many captures that are searched for a phone those without it say nothing. */
    if (is_elsewhere && options->is_search) {
        inspected->says_nothing = TRUE;
        return;
    }
    inspected->code = source->trouble ? REGREPLAY_UNREADABLE : inspection_code (inspection);
    inspected->trouble = g_strdup (source->trouble);
}

static gpointer inspect_capture (guint number, gpointer user_data)
{
    const Work *work = user_data;
    Inspected *inspected = g_new0 (Inspected, 1);

    look_at_capture (work->options, work->options->captures[number], inspected);
    if (!work->in_parts || inspected->says_nothing)
        return inspected;
    inspected->spool = spool_new ();
    inspected->part = report_part_new (work->report, work->tips, spool_write, inspected->spool);
    report_write (inspected->part, inspection_source (inspected->inspection));
    report_part_end (inspected->part);
    g_clear_pointer (&inspected->inspection, inspection_free);
    return inspected;
}

static gboolean take_capture (gpointer result, gpointer user_data)
{
    Inspected *inspected = result;
    Work *work = user_data;
    g_autoptr (GError) error = NULL;

    show_progress (work->options, work->done++);
    if (inspected->part) {
        report_join (work->writer, inspected->part);
        if (!spool_drain (inspected->spool, work->sink, work->sink_data, &error))
            work->code = MAX (work->code, complain (REGREPLAY_UNREADABLE, error->message));
    } else if (!inspected->says_nothing) {
        report_write (work->writer, inspection_source (inspected->inspection));
    }
    if (inspected->trouble)
        complain (inspected->code, inspected->trouble);
    work->code = MAX (work->code, inspected->code);
    work->found |= inspected->has_phones;
    inspected_free (inspected);
    return !output_has_failed (work->output);
}

static guint jobs_of (const Options *options)
{
    const guint wanted = options->jobs ? (guint) options->jobs : MIN (g_get_num_processors (), MAX_JOBS);

    return MIN (wanted, g_strv_length (options->captures));
}

static void inspect_captures (Work *work)
{
    const guint jobs = jobs_of (work->options);

    work->in_parts = jobs > 1 && report_has_parts (work->report->format);
    in_order (g_strv_length (work->options->captures), jobs, work->in_parts ? jobs * AHEAD : jobs, inspect_capture,
              take_capture, inspected_free, work);
}

static ExitCode inspect_all (const Options *options, const ReportOptions *given, const Tips *tips, ExitCode code)
{
    g_autoptr (GError) error = NULL;
    g_auto (GStrv) inputs = tips_folder_inputs ((const char *const *) options->captures, options->tips_folder);
    g_autoptr (Output) output = output_open (options->output, (const char *const *) inputs, &error);

    if (!output)
        return complain (REGREPLAY_USAGE, error->message);
    Terminal *terminal = is_text_on_output (options, given) ? terminal_new (output_write, output) : NULL;
    ReportOptions fitting = *given;
    const ReportOptions *report = &fitting;
    fitting.columns = terminal ? terminal_columns (STDOUT_FILENO) : 0;
    Work work = { .options = options, .report = report, .tips = tips, .output = output, .code = code };
    work.sink = terminal ? terminal_write : output_write;
    work.sink_data = terminal ? (gpointer) terminal : output;
    work.writer = report_writer_new (report, tips, work.sink, work.sink_data);
    inspect_captures (&work);
    report_writer_finish (work.writer);
    terminal_free (terminal);
    end_progress (options);
    if (options->is_search && !work.found) {
        g_autofree char *message = g_strdup_printf ("none of these captures holds a phone %s", options->phone);
        work.code = complain (REGREPLAY_UNREADABLE, message);
    }
    if (!output_close (output, &error))
        return complain (REGREPLAY_USAGE, error->message);
    return work.code;
}

/* An option that says nothing about the format is told: who gave it expects something of it. */
static void note_unused (const Options *options, ReportFormat format)
{
    const struct {
        const char *option, *of;
        gboolean is_unused;
    } notes[] = { { "--timeline", "of the format text", options->timeline && format != REPORT_TEXT },
                  { "--summary", "of the format text", options->summary && format != REPORT_TEXT },
                  { "--errors-only", "of the format text", options->errors_only && format != REPORT_TEXT },
                  { "--brief", "of the formats ndjson and json",
                    options->without_texts && format != REPORT_NDJSON && format != REPORT_JSON } };

    for (guint i = 0; i < G_N_ELEMENTS (notes); i++)
        if (notes[i].is_unused)
            g_printerr ("regreplay inspect: %s is an option %s, and changes nothing here.\n", notes[i].option,
                        notes[i].of);
}

static void complain_of_folder (const char *sentence, gpointer user_data)
{
    *(ExitCode *) user_data = complain (REGREPLAY_UNREADABLE, sentence);
}

static ExitCode inspect (Options *options)
{
    ExitCode code = REGREPLAY_OK;
    char **meant = capture_list (options->captures, complain_of_folder, &code);
    const gboolean titles = options->captures[1] || (meant[0] && meant[1]);

    g_strfreev (options->captures);
    options->captures = meant;
    options->is_search = options->phone && titles;
    if (!*meant)
        return code;
    ReportOptions report = { .format = REPORT_TEXT,
                             .timeline = options->timeline,
                             .titles = titles,
                             .brief = options->summary,
                             .without_texts = options->without_texts,
                             .errors_only = options->errors_only };
    g_autoptr (GError) error = NULL;

    report.colours = terminal_has_colours () && (!options->output || g_str_equal (options->output, "-"));
    if (options->format && !report_format_find (options->format, &report.format)) {
        g_autofree char *message = g_strdup_printf ("there is no format \"%s\": "
                                                    "choose one of" FORMAT_NAMES,
                                                    options->format);
        return complain (REGREPLAY_USAGE, message);
    }
    note_unused (options, report.format);
    g_autoptr (Tips) tips = tips_folder_load (options->language, options->tips_folder, &error);
    if (!tips)
        return complain (error->domain == USAGE_ERROR ? REGREPLAY_USAGE : REGREPLAY_UNREADABLE, error->message);
    return inspect_all (options, &report, tips, code);
}

ExitCode inspect_main (int argc, char **argv)
{
    Options options = { 0 };
    ExitCode code;

    if (read_options (&options, &argc, &argv, &code))
        code = inspect (&options);
    clear_options (&options);
    return code;
}
