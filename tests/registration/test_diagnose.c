/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each capture at hand must be found to show, and what not: tests/problems/EXPECTED. */
#include "registration/report/report.h"
#include "tests/support/capture_file.h"
#include "tests/support/play.h"

#include <stdio.h>

TestSuite (diagnose, .init = set_up, .fini = tear_down);

/* Severities in the order that the enum has. */
static const char *const severities[] = { "note", "warning", "error" };

/* One line of EXPECTED. */
typedef struct {
    char *capture, *findings; /* owned */
    char *outcome;            /* of each phone, with its cause; owned, or NULL */
    char **near_misses;       /* names of problems; owned */
    GPtrArray *says, *denies; /* what its report must hold, and must not; owned texts, or NULL */
    gboolean shared, clean;
} Expected;

static void clear_expected (gpointer data)
{
    Expected *line = data;

    g_free (line->capture);
    g_free (line->findings);
    g_free (line->outcome);
    g_strfreev (line->near_misses);
    g_clear_pointer (&line->says, g_ptr_array_unref);
    g_clear_pointer (&line->denies, g_ptr_array_unref);
}

static char *path_of (const char *name)
{
    const char *source = g_getenv ("REGFLOW_SOURCE");
    return g_build_filename (source ? source : ".", name, NULL);
}

static int problem_named (const char *name)
{
    for (int problem = 0; problem < N_PROBLEMS; problem++)
        if (g_str_equal (problem_name (problem), name))
            return problem;
    return -1;
}

static void add_text (GPtrArray **texts, const char *text)
{
    if (!*texts)
        *texts = g_ptr_array_new_with_free_func (g_free);
    g_ptr_array_add (*texts, g_strdup (text));
}

/* "near: a, b; outcome: lost mtu-black-hole likely, ready; says: words; denies: words; clean; whatever else is a note"
 */
static void read_remarks (Expected *line, const char *text)
{
    g_auto (GStrv) remarks = g_strsplit (text, ";", -1);

    for (char **remark = remarks; *remark; remark++) {
        g_strstrip (*remark);
        if (g_str_equal (*remark, "clean"))
            line->clean = TRUE;
        if (g_str_has_prefix (*remark, "outcome: "))
            line->outcome = g_strdup (*remark + strlen ("outcome: "));
        if (g_str_has_prefix (*remark, "says: "))
            add_text (&line->says, *remark + strlen ("says: "));
        if (g_str_has_prefix (*remark, "denies: "))
            add_text (&line->denies, *remark + strlen ("denies: "));
        if (!g_str_has_prefix (*remark, "near: "))
            continue;
        line->near_misses = g_strsplit (*remark + strlen ("near: "), ", ", -1);
        for (char **name = line->near_misses; *name; name++)
            cr_assert_geq (problem_named (*name), 0, "%s: there is no problem \"%s\"", line->capture, *name);
    }
}

/* Every line of the file; an array of Expected. */
static GArray *read_expected (void)
{
    g_autofree char *path = path_of ("tests/problems/EXPECTED"), *content = NULL;
    GArray *expected = g_array_new (FALSE, TRUE, sizeof (Expected));

    g_array_set_clear_func (expected, clear_expected);
    cr_assert (g_file_get_contents (path, &content, NULL, NULL), "%s", path);
    g_auto (GStrv) lines = g_strsplit (content, "\n", -1);
    for (char **text = lines; *text; text++) {
        if (**text == '#' || **text == '\0')
            continue;
        g_auto (GStrv) columns = g_strsplit (*text, "|", 3);
        guint n_columns = g_strv_length (columns);
        cr_assert_geq (n_columns, 2, "\"%s\" has no findings", *text);
        g_auto (GStrv) capture = g_strsplit (g_strstrip (columns[0]), " ", 2);
        Expected line = { .capture = g_strdup (capture[0]),
                          .findings = g_strdup (g_strstrip (columns[1])),
                          .shared = capture[1] && g_str_equal (capture[1], "@shared") };
        if (n_columns == 3)
            read_remarks (&line, columns[2]);
        g_array_append_val (expected, line);
    }
    return expected;
}

static void play_frame (Frame *frame, G_GNUC_UNUSED gpointer user_data)
{
    guint count = 0;
    if (flow_wants_frame (flow, frame))
        flow_frame (flow, frame, &count);
    now = clock_goes_on (now, frame->time);
}

/* FALSE when there is no such capture. */
static gboolean play_capture (const char *path)
{
    guint32 frames = 0;

    tear_down ();
    set_up ();
    now = G_MININT64;
    if (!g_file_test (path, G_FILE_TEST_EXISTS))
        return FALSE;
    capture_read (path, play_frame, NULL, &frames);
    flow_finish (flow, now);
    return TRUE;
}

static const Finding *finding (guint index)
{
    return findings_get (diagnosis_findings (diagnosis), index);
}

static guint n_findings (void)
{
    return findings_count (diagnosis_findings (diagnosis));
}

/* What was found, as EXPECTED writes it; owned by the caller. */
static char *found_text (void)
{
    GString *text = g_string_new (n_findings () ? NULL : "none");

    for (guint i = 0; i < n_findings (); i++) {
        const Finding *found = finding (i);
        g_string_append_printf (text, "%s%s %s", i ? ", " : "", problem_name (found->problem),
                                certainty_name (found->certainty));
        for (guint j = 0; j < found->n_evidence; j++)
            g_string_append_printf (text, " %u", note_of (found->evidence[j])->frame);
    }
    return g_string_free (text, FALSE);
}

/* How it ends for each phone, as EXPECTED writes it; owned by the caller. */
static char *outcome_text (void)
{
    g_autoptr (Summary) summary = summary_new (diagnosis, NULL, NULL);
    GString *text = g_string_new (summary->phones->len ? NULL : "no phone");

    for (guint i = 0; i < summary->phones->len; i++) {
        const Finding *cause = summary_phone (summary, i)->cause;
        Outcome outcome = summary_phone (summary, i)->outcome;
        g_string_append_printf (text, "%s%s", i ? ", " : "", outcome_name (outcome));
        if (cause)
            g_string_append_printf (text, " %s %s", problem_name (cause->problem), certainty_name (cause->certainty));
    }
    return g_string_free (text, FALSE);
}

static gboolean has_found (int problem)
{
    for (guint i = 0; i < n_findings (); i++)
        if (finding (i)->problem == problem)
            return TRUE;
    return FALSE;
}

/* A value that a text wants and the note does not have prints as a question mark of its own. */
static gboolean has_lost_value (const char *text)
{
    for (const char *mark = strchr (text, '?'); mark; mark = strchr (mark + 1, '?'))
        if (mark == text || strchr (" \"(:", mark[-1]))
            return TRUE;
    return FALSE;
}

static void check_texts (const char *capture, const Tips *tips)
{
    static const TipPart parts[] = { TIP_TITLE, TIP_TEXT, TIP_FIX };

    for (guint i = 0; i < n_findings (); i++) {
        for (guint j = 0; j < G_N_ELEMENTS (parts); j++) {
            g_autofree char *text = explain_problem (flow, tips, finding (i), parts[j]);
            const char *name = problem_name (finding (i)->problem);
            cr_expect (text && *text, "%s: %s has no text", capture, name);
            cr_expect (!text || !has_lost_value (text), "%s: %s says: %s", capture, name, text);
            if (text && g_getenv ("REGFLOW_TELL"))
                fprintf (stderr, "%s: %s %u: %s\n", capture, name, note_of (finding (i)->note)->frame, text);
        }
    }
}

static void append (const char *text, gsize size, gpointer user_data)
{
    g_string_append_len (user_data, text, (gssize) size);
}

/* Every sentence about it, as text and as ndjson (which has what is expected next); owned by the caller. */
static char *all_that_is_said (const Tips *tips)
{
    static const ReportFormat formats[] = { REPORT_TEXT, REPORT_NDJSON };
    g_autoptr (Summary) summary = summary_new (diagnosis, NULL, NULL);
    GString *said = g_string_new (NULL);

    for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
        const ReportOptions options = { .format = formats[i], .timeline = TRUE };
        g_autoptr (ReportWriter) writer = report_writer_new (&options, tips, append, said);
        report_write (writer, &(ReportSource){ .summary = summary });
    }
    return g_string_free (said, FALSE);
}

static void check_sentences (const Expected *line, const Tips *tips)
{
    if (!line->says && !line->denies)
        return;
    g_autofree char *said = all_that_is_said (tips);
    for (guint i = 0; line->says && i < line->says->len; i++)
        cr_expect (strstr (said, line->says->pdata[i]), "%s does not say: %s", line->capture,
                   (const char *) line->says->pdata[i]);
    for (guint i = 0; line->denies && i < line->denies->len; i++)
        cr_expect (!strstr (said, line->denies->pdata[i]), "%s says: %s", line->capture,
                   (const char *) line->denies->pdata[i]);
}

static void check_capture (const Expected *line, const Tips *tips)
{
    g_autofree char *found = found_text (), *outcome = outcome_text ();

    if (line->outcome)
        cr_expect_str_eq (outcome, line->outcome, "%s must end:\n  %s\nand ends:\n  %s", line->capture, line->outcome,
                          outcome);
    cr_expect_str_eq (found, line->findings, "%s must show:\n  %s\nand shows:\n  %s", line->capture, line->findings,
                      found);
    for (char **name = line->near_misses; name && *name; name++)
        cr_expect (!has_found (problem_named (*name)), "%s is a near miss of %s, and it is found there", line->capture,
                   *name);
    for (guint i = 0; line->clean && i < n_findings (); i++)
        cr_expect_eq (problem_severity (finding (i)->problem), SEVERITY_NOTE, "%s is clean, and shows %s",
                      line->capture, problem_name (finding (i)->problem));
    check_texts (line->capture, tips);
    check_sentences (line, tips);
}

/* A shared capture lies among the shared captures, or where its name says; owned by the caller. */
static char *path_of_capture (const Expected *line)
{
    const char *folder = !line->shared ? "captures" : strchr (line->capture, '/') ? "../shared" : "../shared/captures";
    g_autofree char *path = g_build_filename (folder, line->capture, NULL);

    return path_of (path);
}

/* Plays our own captures, or the shared ones. Returns how many of them are missing. */
static guint check_all (gboolean shared)
{
    g_autoptr (GArray) expected = read_expected ();
    g_autoptr (Tips) tips = tips_new_shipped (NULL, NULL);
    guint missing = 0, played = 0;

    for (guint i = 0; i < expected->len; i++) {
        const Expected *line = &g_array_index (expected, Expected, i);
        if (line->shared != shared)
            continue;
        g_autofree char *path = path_of_capture (line);
        if (play_capture (path)) {
            check_capture (line, tips);
            played++;
        } else {
            missing++;
        }
    }
    fprintf (stderr, "%u captures compared, %u missing\n", played, missing);
    return missing;
}

Test (diagnose, our_own_captures_show_what_is_expected_and_nothing_else, .timeout = 120)
{
    cr_expect_eq (check_all (FALSE), 0, "a capture of EXPECTED is not there");
}

Test (diagnose, real_captures_show_what_is_expected_and_nothing_else, .timeout = 240)
{
    guint missing = check_all (TRUE);

    if (missing)
        cr_skip_test ("%u captures skipped: they are no part of the source, and not beside it", missing);
}

Test (diagnose, no_capture_of_ours_is_without_an_expectation)
{
    g_autoptr (GArray) expected = read_expected ();
    g_autofree char *folder = path_of ("captures");
    g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);

    cr_assert_not_null (dir);
    for (const char *name; (name = g_dir_read_name (dir));) {
        guint lines = 0;
        for (guint i = 0; i < expected->len; i++)
            lines += g_str_equal (g_array_index (expected, Expected, i).capture, name);
        cr_expect_eq (lines, g_str_has_suffix (name, ".pcapng"), "%s has %u lines in EXPECTED", name, lines);
    }
}

/* tests/problems/NONFAULTS, line by line. */
static void check_nonfault (char **columns)
{
    const char *what = g_strstrip (columns[0]);
    g_autofree char *name = g_build_filename ("captures", g_strstrip (columns[1]), NULL);
    g_autofree char *path = path_of (name);
    g_auto (GStrv) problems = g_strsplit (g_strstrip (columns[2]), ", ", -1);

    cr_assert (play_capture (path), "%s: there is no %s", what, name);
    for (char **problem = problems; *problem; problem++) {
        cr_assert_geq (problem_named (*problem), 0, "%s: there is no problem \"%s\"", what, *problem);
        cr_expect (!has_found (problem_named (*problem)), "%s is no fault, and %s is found in %s", what, *problem,
                   name);
    }
    fprintf (stderr, "no fault: %s (%s)\n", what, name);
}

Test (diagnose, what_only_looks_wrong_is_not_raised)
{
    g_autofree char *path = path_of ("tests/problems/NONFAULTS"), *content = NULL;
    guint checked = 0;

    cr_assert (g_file_get_contents (path, &content, NULL, NULL), "%s", path);
    g_auto (GStrv) lines = g_strsplit (content, "\n", -1);
    for (char **line = lines; *line; line++) {
        if (**line == '#' || **line == '\0')
            continue;
        g_auto (GStrv) columns = g_strsplit (*line, "|", 3);
        cr_assert_eq (g_strv_length (columns), 3, "not three columns: %s", *line);
        check_nonfault (columns);
        checked++;
    }
    cr_expect_gt (checked, 0);
}

/* A clean capture is one whose row in captures/README.md speaks of no failure. */
Test (diagnose, clean_captures_raise_neither_errors_nor_warnings, .timeout = 120)
{
    g_autoptr (GArray) expected = read_expected ();
    guint clean = 0;

    for (guint i = 0; i < expected->len; i++) {
        const Expected *line = &g_array_index (expected, Expected, i);
        g_autofree char *path = path_of_capture (line);
        if (!line->clean || !play_capture (path))
            continue;
        clean++;
        for (guint j = 0; j < n_findings (); j++)
            cr_expect_eq (problem_severity (finding (j)->problem), SEVERITY_NOTE, "%s is clean, and shows %s",
                          line->capture, problem_name (finding (j)->problem));
    }
    fprintf (stderr, "%u clean captures\n", clean);
    cr_expect_gt (clean, 0);
}

/* Names of the captures whose line has this problem among its findings (or near misses); owned by the caller. */
static char *captures_with (const GArray *expected, Problem problem, gboolean near, gboolean shared, guint *count)
{
    GString *text = g_string_new (NULL);

    for (guint i = 0; i < expected->len; i++) {
        const Expected *line = &g_array_index (expected, Expected, i);
        g_auto (GStrv) findings = g_strsplit (line->findings, ", ", -1);
        gboolean has = FALSE;
        for (char **found = findings; !near && *found; found++)
            has |=
                g_str_has_prefix (*found, problem_name (problem)) && (*found)[strlen (problem_name (problem))] == ' ';
        for (char **name = line->near_misses; near && name && *name; name++)
            has |= g_str_equal (*name, problem_name (problem));
        if (!has || (line->shared && !shared))
            continue;
        g_string_append_printf (text, " %s", line->capture);
        ++*count;
    }
    return g_string_free (text, FALSE);
}

Test (diagnose, every_problem_has_captures_that_raise_it_and_captures_that_nearly_do)
{
    g_autoptr (GArray) expected = read_expected ();

    for (Problem problem = 0; problem < N_PROBLEMS; problem++) {
        guint raised = 0, near = 0, of_all = 0;
        g_autofree char *own = captures_with (expected, problem, FALSE, FALSE, &raised);
        g_autofree char *all = captures_with (expected, problem, FALSE, TRUE, &of_all);
        g_autofree char *misses = captures_with (expected, problem, TRUE, TRUE, &near);
        fprintf (stderr, "%s %s: raised by %u:%s; nearly by %u:%s\n", severities[problem_severity (problem)],
                 problem_name (problem), of_all, all, near, misses);
        cr_expect_gt (raised, 0, "no capture of ours raises %s", problem_name (problem));
        cr_expect_gt (near, 0, "no capture is a near miss of %s", problem_name (problem));
    }
}
