/* SPDX-License-Identifier: GPL-2.0-or-later */
/* regreplay inspect: what captures say about phones, without Wireshark. */
#include "output/output.h"
#include "replay/clean.h"
#include "replay/commands/commands.h"
#include "replay/commands/tips_folder.h"
#include "replay/phone_name.h"
#include "replay/recording/capture.h"
#include "replay/recording/capture_list.h"
#include "replay/terminal.h"
#include "replay/usage.h"

#include "registration/report/report.h"

#include <unistd.h>

#define FORMAT_NAME(symbol, name, text)     " " #name
#define FORMAT_NAMES                        REPORT_FORMATS (FORMAT_NAME)
#define FORMAT_LIST_ROW(symbol, name, text) "\n  " #name ": " text
#define FORMAT_LIST                         REPORT_FORMATS (FORMAT_LIST_ROW)

typedef struct {
    char **captures;
    char *format, *output, *phone, *language, *tips_folder;
    gboolean timeline, brief, errors_only;
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

/* What is said of a capture beside its report; NULL when there is nothing to say. error: it could not be read, or not
 * to its end. Owned by the caller. */
static char *trouble_of (const Options *options, const char *path, const Summary *summary, const GError *error)
{
    if (error)
        return g_strdup (error->message);
    if (options->phone && !summary->phones->len)
        return g_strdup_printf ("%s holds no phone %s (regreplay inspect %s tells its phones)", path, options->phone,
                                path);
    return summary_has_registration (summary) ? NULL : report_no_registration (path, summary->flow);
}

/* The messages of the phones that are meant. */
typedef struct {
    const Flow *flow;
    GHashTable *phones; /* set of PhoneId; owned */
} Chosen;

static gboolean is_of_chosen (NoteId id, gconstpointer user_data)
{
    const Chosen *chosen = user_data;
    const Note *note = notes_get (flow_notes (chosen->flow), id);

    return g_hash_table_contains (chosen->phones, GUINT_TO_POINTER (flow_note_phone (chosen->flow, note)));
}

/* "1001@example.net", or "1001". */
static gboolean has_line (const Summary *summary, const PhoneSummary *phone, const char *wanted)
{
    for (guint i = 0; i < phone->attempts->len; i++) {
        const Registration *registration = summary_registration (summary, summary_attempt (phone, i));
        if (!registration || !registration->line)
            continue;
        g_autofree char *user = g_strndup (registration->line, registration->line_user);
        if (g_ascii_strcasecmp (registration->line, wanted) == 0 || g_ascii_strcasecmp (user, wanted) == 0)
            return TRUE;
    }
    return FALSE;
}

static GHashTable *find_phones (const Summary *summary, const char *wanted)
{
    const Phones *phones = flow_phones (summary->flow);
    GHashTable *found = g_hash_table_new (NULL, NULL);

    for (guint i = 0; i < summary->phones->len; i++) {
        const PhoneSummary *phone = summary_phone (summary, i);
        if (phone_is_called (phones, phone->phone, phone->last_note, wanted) || has_line (summary, phone, wanted))
            g_hash_table_add (found, GUINT_TO_POINTER (phone->phone));
    }
    return found;
}

/* Narrows the source down to the phones that were asked for. */
static void choose_phones (const char *wanted, ReportSource *source, Summary **summary, Chosen *chosen)
{
    if (!wanted || !*summary)
        return;
    *chosen = (Chosen){ (*summary)->flow, find_phones (*summary, wanted) };
    const Diagnosis *diagnosis = (*summary)->diagnosis;
    summary_free (*summary);
    *summary = summary_new (diagnosis, is_of_chosen, chosen);
    source->summary = *summary;
    source->filter = is_of_chosen;
    source->user_data = chosen;
}

/* Sets found when it holds a phone that is asked for. */
static ExitCode inspect_capture (const Options *options, const char *path, ReportWriter *writer, gboolean *found)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (Capture) capture = capture_open (path, &error);
    g_autoptr (Flow) flow = flow_new (NULL);
    g_autoptr (Diagnosis) diagnosis = diagnosis_new (flow, NULL);
    gboolean whole = capture && capture_feed (capture, flow, &error);
    /* Of a capture of which nothing could be read there is nothing to report. */
    const gboolean seen = capture && !g_error_matches (error, CAPTURE_ERROR, CAPTURE_ERROR_FORMAT);
    g_autoptr (Summary) summary = seen ? summary_new (diagnosis, NULL, NULL) : NULL;
    ReportSource source = { .capture = path, .summary = summary };
    Chosen chosen = { 0 };

    if (capture)
        source.n_unread = capture_unread (capture, &source.unread_link);
    choose_phones (options->phone, &source, &summary, &chosen);
    const gboolean is_elsewhere = options->phone && !error && !summary->phones->len;
    g_autofree char *trouble = is_elsewhere && options->is_search ? NULL : trouble_of (options, path, summary, error);
    source.trouble = trouble;
    /* That nobody of that name is there is no report of those who are. */
    if (!is_elsewhere || (!options->is_search && options->format && !g_str_equal (options->format, "text")))
        report_write (writer, &source);
    *found |= summary && summary->phones->len;
    g_clear_pointer (&chosen.phones, g_hash_table_unref);
    if (trouble)
        return complain (REGREPLAY_UNREADABLE, trouble);
    return whole && summary_has_errors (summary) ? REGREPLAY_DIFFERS : REGREPLAY_OK;
}

static gboolean read_options (Options *options, int *argc, char ***argv, ExitCode *ret_code)
{
    const GOptionEntry entries[] = {
        { "format", 0, 0, G_OPTION_ARG_STRING, &options->format, "one of the formats below (default: text)", "FORMAT" },
        { "output", 0, 0, G_OPTION_ARG_FILENAME, &options->output, "write the report to this file", "FILE" },
        { "phone", 0, 0, G_OPTION_ARG_STRING, &options->phone, "only phones with this name, number, IP or MAC address",
          "NAME" },
        { "timeline", 0, 0, G_OPTION_ARG_NONE, &options->timeline,
          "text: a line for each message before the phones (the other formats always tell them)", NULL },
        { "summary", 0, 0, G_OPTION_ARG_NONE, &options->brief, "text: only a line for each phone", NULL },
        { "errors-only", 0, 0, G_OPTION_ARG_NONE, &options->errors_only, "text: only the phones that fail", NULL },
        { "language", 0, 0, G_OPTION_ARG_STRING, &options->language,
          "language of tips and report, as in \"de\" (default: that of the environment)", "LANGUAGE" },
        { "tips", 0, 0, G_OPTION_ARG_FILENAME, &options->tips_folder,
          "files *.tips in this folder replace and add to the shipped ones", "FOLDER" },
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
    return TRUE;
}

/* --- On a terminal */

static gboolean is_text_on_output (const Options *options, const ReportOptions *report)
{
    return report->format == REPORT_TEXT && (!options->output || g_str_equal (options->output, "-"));
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

static ExitCode inspect_all (const Options *options, const ReportOptions *report, const Tips *tips, ExitCode code)
{
    g_autoptr (GError) error = NULL;
    g_auto (GStrv) inputs = tips_folder_inputs ((const char *const *) options->captures, options->tips_folder);
    g_autoptr (Output) output = output_open (options->output, (const char *const *) inputs, &error);

    if (!output)
        return complain (REGREPLAY_USAGE, error->message);
    Terminal *terminal = is_text_on_output (options, report) ? terminal_new (output_write, output) : NULL;
    ReportWriter *writer = terminal ? report_writer_new (report, tips, terminal_write, terminal)
                                    : report_writer_new (report, tips, output_write, output);
    gboolean found = FALSE;
    /* The worst of several captures counts. */
    for (char **path = options->captures; *path && !output_has_failed (output); path++) {
        show_progress (options, (guint) (path - options->captures));
        ExitCode of_this = inspect_capture (options, *path, writer, &found);
        code = MAX (code, of_this);
    }
    report_writer_finish (writer);
    terminal_free (terminal);
    end_progress (options);
    if (options->is_search && !found) {
        g_autofree char *message = g_strdup_printf ("none of these captures holds a phone %s", options->phone);
        code = complain (REGREPLAY_UNREADABLE, message);
    }
    if (!output_close (output, &error))
        return complain (REGREPLAY_USAGE, error->message);
    return code;
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
                             .brief = options->brief,
                             .errors_only = options->errors_only };
    g_autoptr (GError) error = NULL;

    report.colours = terminal_has_colours () && (!options->output || g_str_equal (options->output, "-"));
    if (options->format && !report_format_find (options->format, &report.format)) {
        g_autofree char *message = g_strdup_printf ("there is no format \"%s\": "
                                                    "choose one of" FORMAT_NAMES,
                                                    options->format);
        return complain (REGREPLAY_USAGE, message);
    }
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
