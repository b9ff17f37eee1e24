/* SPDX-License-Identifier: GPL-2.0-or-later */
/* regreplay test: every recording of a folder is done again, each in a process of its own: what one does to this
 * program does nothing to the others. */
#include "output/output.h"
#include "replay/clean.h"
#include "replay/commands/commands.h"
#include "replay/commands/run_options.h"
#include "replay/recording/capture_list.h"
#include "replay/suite/baseline.h"
#include "replay/suite/suite_report.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define COMMAND "regreplay test"

typedef struct {
    RunOptions run;
    char *folder, *format, *output, *baseline, *accept;
    SuiteReporter reporter;
} Options;

static void clear_options (Options *options)
{
    char **texts[] = { &options->folder, &options->format, &options->output, &options->baseline, &options->accept };

    for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        g_free (*texts[i]);
    run_options_clear (&options->run);
}

static ExitCode complain (ExitCode code, const char *message)
{
    g_autofree char *clean = clean_line (message);

    g_printerr ("%s: %s%s\n", COMMAND, clean, g_str_has_suffix (clean, ".") ? "" : ".");
    return code;
}

/* --- Options */

static gboolean choose (Options *options, int argc, char **argv)
{
    const char *format = options->format ? options->format : "text";

    options->reporter = suite_report_find (format);
    if (!options->reporter) {
        g_autofree char *message =
            g_strdup_printf ("--format: there is no format \"%s\"; choose one of" SUITE_FORMAT_NAMES, format);
        complain (REGREPLAY_USAGE, message);
        return FALSE;
    }
    if (argc != 2) {
        complain (REGREPLAY_USAGE, "exactly one folder of captures is needed: regreplay test FOLDER");
        return FALSE;
    }
    if (!g_file_test (argv[1], G_FILE_TEST_IS_DIR)) {
        g_autofree char *message = g_strdup_printf (
            "%s is %s; a folder of captures is needed: regreplay test FOLDER", argv[1],
            g_file_test (argv[1], G_FILE_TEST_EXISTS) ? "no folder" : "not there, or may not be looked at");
        complain (REGREPLAY_USAGE, message);
        return FALSE;
    }
    options->folder = g_strdup (argv[1]);
    options->run.has_lines = options->reporter == suite_report_ndjson;
    return TRUE;
}

static gboolean read_options (Options *options, int *argc, char ***argv, ExitCode *ret_code)
{
    const GOptionEntry entries[] = {
        { "baseline", 0, 0, G_OPTION_ARG_FILENAME, &options->baseline,
          "differences that this file lists are accepted, and fail nothing", "FILE" },
        { "accept", 0, 0, G_OPTION_ARG_FILENAME, &options->accept,
          "write all differences of this run to this file, as a baseline for you to review", "FILE" },
        { "format", 0, 0, G_OPTION_ARG_STRING, &options->format, "one of" SUITE_FORMAT_NAMES " (text)", "FORMAT" },
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options->output, "write the report to this file", "FILE" },
        { NULL },
    };
    g_autoptr (GOptionContext) context = g_option_context_new ("FOLDER");

    g_option_context_set_summary (context, "Does every registration again that the captures of a folder hold, as "
                                           "\"regreplay run\" does one, and says what is not as recorded.");
    g_option_context_add_main_entries (context, entries, NULL);
    run_options_add (&options->run, context);
    if (!commands_parse (context, argc, argv, ret_code))
        return FALSE;
    *ret_code = REGREPLAY_USAGE;
    return choose (options, *argc, *argv);
}

/* --- One capture */

static volatile sig_atomic_t interrupted;
static volatile sig_atomic_t running; /* the process that does the run; 0: none */

/* Ctrl-C reaches that process, too, which signs off and ends; another signal is handed on. */
static void on_signal (int number)
{
    interrupted = TRUE;
    if (number == SIGTERM && running)
        kill (running, SIGTERM);
}

static void catch_signals (void)
{
    struct sigaction action = { .sa_handler = on_signal };

    sigemptyset (&action.sa_mask);
    sigaction (SIGINT, &action, NULL);
    sigaction (SIGTERM, &action, NULL);
}

/* A file without a name; -1 with errno set. */
static int open_nameless (void)
{
    g_autofree char *name = NULL;
    const int file = g_file_open_tmp ("regreplay-XXXXXX", &name, NULL);

    if (file >= 0)
        unlink (name);
    return file;
}

/* In the process of its own. */
static void do_run (const RunOptions *options, const char *capture, int report, int errors)
{
    RunOptions own = *options;

    prctl (PR_SET_PDEATHSIG, SIGTERM);
    signal (SIGINT, SIG_DFL);
    signal (SIGTERM, SIG_DFL);
    dup2 (report, STDOUT_FILENO);
    dup2 (errors, STDERR_FILENO);
    own.capture = (char *) capture;
    own.reporter = own.has_lines ? suite_report_run_and_lines : suite_report_run;
    own.is_one_of_many = TRUE;
    const ExitCode code = run_capture (&own);
    _exit (fflush (stdout) == 0 ? (int) code : REGREPLAY_USAGE);
}

/* All of it, from its beginning. Owned by the caller. */
static char *read_all (int file)
{
    GString *text = g_string_new (NULL);
    char piece[4096];
    gssize size;

    lseek (file, 0, SEEK_SET);
    while ((size = read (file, piece, sizeof piece)) > 0)
        g_string_append_len (text, piece, size);
    return g_string_free (text, FALSE);
}

/* The last sentence of what the run has complained of, without who says it. */
static char *last_sentence (const char *errors)
{
    g_auto (GStrv) lines = g_strsplit (g_strchomp ((char *) errors), "\n", -1);
    const guint n = g_strv_length (lines);
    const char *last = n ? lines[n - 1] : "", *begin = "regreplay run: ";
    char *sentence = g_strdup (g_str_has_prefix (last, begin) ? last + strlen (begin) : last);

    if (g_str_has_suffix (sentence, "."))
        sentence[strlen (sentence) - 1] = '\0';
    return sentence;
}

/* The capture's own name stands in front of it already, and where its folder lies is another place elsewhere. Owned by
 * the caller. */
static char *without_capture (const char *capture, const char *sentence)
{
    g_autofree char *name = g_path_get_basename (capture), *begin = g_strconcat (name, ": ", NULL);

    if (g_str_has_prefix (sentence, begin))
        return g_strdup (sentence + strlen (begin));
    if (g_str_has_prefix (sentence, capture))
        return g_strconcat (name, sentence + strlen (capture), NULL);
    return g_strdup (sentence);
}

static void read_case (SuiteCase *test, const char *capture, int status, int report, int errors)
{
    g_autofree char *shown = read_all (report), *complained = read_all (errors);

    g_free (test->said);
    if (WIFEXITED (status)) {
        g_autofree char *sentence = last_sentence (complained);
        test->said = without_capture (capture, sentence);
        suite_case_read (test, (ExitCode) WEXITSTATUS (status), shown);
    } else {
        test->said = g_strdup_printf ("the run was ended by signal %d", WTERMSIG (status));
        suite_case_read (test, REGREPLAY_UNREADABLE, "");
    }
}

/* FALSE with error set when no run can be begun. */
static gboolean test_capture (const RunOptions *options, const char *capture, SuiteCase *test, GError **error)
{
    const int report = open_nameless (), errors = open_nameless ();
    const gint64 begin = g_get_monotonic_time ();
    int status = 0;
    pid_t process = -1;

    fflush (NULL);
    if (report >= 0 && errors >= 0)
        process = fork ();
    if (process == 0)
        do_run (options, capture, report, errors);
    running = process > 0 ? process : 0;
    while (process > 0 && waitpid (process, &status, 0) < 0 && errno == EINTR)
        ;
    running = 0;
    if (process > 0)
        read_case (test, capture, status, report, errors);
    else
        g_set_error (error, G_FILE_ERROR, (gint) g_file_error_from_errno (errno), "no run can be begun: %s",
                     g_strerror (errno));
    test->took = (g_get_monotonic_time () - begin) * 1000;
    if (report >= 0)
        close (report);
    if (errors >= 0)
        close (errors);
    return process > 0;
}

/* --- All of them */

static const char *name_in (const char *folder, const char *capture)
{
    const char *name = capture + strlen (folder);
    return name + strspn (name, "/");
}

/* TRUE when the command line suits no capture: then the sentence about one of them is all there is to say. */
static gboolean suits_none (const GPtrArray *cases)
{
    for (guint i = 0; i < cases->len; i++)
        if (((const SuiteCase *) cases->pdata[i])->code != REGREPLAY_USAGE)
            return FALSE;
    return TRUE;
}

static ExitCode test_captures (const Options *options, char **captures, Baseline *baseline, GPtrArray *cases)
{
    g_autoptr (GError) error = NULL;

    catch_signals ();
    for (char **capture = captures; *capture && !interrupted; capture++) {
        SuiteCase *test = suite_case_new (name_in (options->folder, *capture));
        g_ptr_array_add (cases, test);
        if (!test_capture (&options->run, *capture, test, &error))
            return complain (REGREPLAY_UNREADABLE, error->message);
        if (baseline)
            baseline_apply (baseline, test);
    }
    if (cases->len && suits_none (cases))
        return complain (REGREPLAY_USAGE, ((const SuiteCase *) cases->pdata[0])->said);
    return REGREPLAY_OK;
}

/* What could not be tested says nothing about the server: nothing is accepted then. */
static ExitCode write_baseline (const char *path, const GPtrArray *cases, gboolean is_whole)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GString) text = g_string_new (NULL);

    for (guint i = 0; i < cases->len; i++)
        is_whole &= ((const SuiteCase *) cases->pdata[i])->code != REGREPLAY_UNREACHABLE &&
                    ((const SuiteCase *) cases->pdata[i])->code != REGREPLAY_USAGE;
    if (!is_whole)
        return complain (REGREPLAY_UNREACHABLE, "--accept: no baseline is written, because not all was tested");
    baseline_write (cases, text);
    g_autoptr (Output) output = output_open (path, NULL, &error);
    if (output)
        output_write (text->str, text->len, output);
    if (!output || !output_close (output, &error))
        return complain (REGREPLAY_USAGE, error->message);
    return REGREPLAY_OK;
}

static ExitCode report (const Options *options, const GPtrArray *cases, guint captures, const Baseline *baseline,
                        Output *output)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GString) text = g_string_new (NULL), unmet = g_string_new (NULL);
    const gboolean is_whole = cases->len == captures;
    ExitCode code = suite_code (cases);

    if (baseline && is_whole)
        baseline_unmet (baseline, unmet);
    const Suite suite = { options->folder, options->run.target, cases, captures, unmet->str };
    options->reporter (&suite, text);
    output_write (text->str, text->len, output);
    if (!output_close (output, &error))
        return complain (REGREPLAY_USAGE, error->message);
    const ExitCode written = options->accept ? write_baseline (options->accept, cases, is_whole) : REGREPLAY_OK;
    code = MAX (code, written);
    return is_whole ? code : MAX (code, REGREPLAY_DIFFERS);
}

static void complain_of_folder (const char *sentence, gpointer user_data)
{
    *(ExitCode *) user_data = complain (REGREPLAY_UNREADABLE, sentence);
}

static ExitCode test (const Options *options)
{
    ExitCode folder_code = REGREPLAY_OK;
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) cases = g_ptr_array_new_with_free_func ((GDestroyNotify) suite_case_free);
    g_autoptr (Baseline) baseline = options->baseline ? baseline_load (options->baseline, &error) : NULL;

    if (error)
        return complain (REGREPLAY_USAGE, error->message);
    char *folders[] = { options->folder, NULL };
    g_auto (GStrv) captures = capture_list (folders, complain_of_folder, &folder_code);
    const char *const inputs[] = { options->baseline ? options->baseline : options->folder, NULL };
    g_autoptr (Output) output = output_open (options->output, inputs, &error);
    if (!output)
        return complain (REGREPLAY_USAGE, error->message);
    if (!*captures)
        return folder_code;
    ExitCode code = test_captures (options, captures, baseline, cases);
    if (code != REGREPLAY_OK)
        return code;
    code = report (options, cases, g_strv_length (captures), baseline, output);
    return MAX (folder_code, code);
}

ExitCode test_main (int argc, char **argv)
{
    Options options = { .run = RUN_OPTIONS };
    ExitCode code = REGREPLAY_OK;

    if (read_options (&options, &argc, &argv, &code))
        code = test (&options);
    clear_options (&options);
    return code;
}
