/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/compare/played.h"

#include "replay/merge/members.h"

#include <errno.h>
#include <string.h>

#define SUITE_SCHEMA 1

static void run_free (gpointer data)
{
    PlayedRun *run = data;

    g_free (run->capture);
    g_free (run->why);
    storm_free (run->storm);
    g_free (run);
}

void played_free (Played *side)
{
    if (!side)
        return;
    g_free (side->file);
    g_ptr_array_unref (side->runs);
    g_free (side);
}

/* What is being read. */
typedef struct {
    Played *side;
    Storm *fresh;      /* the part whose lines come; NULL: none; owned */
    char *capture;     /* of the case that stands before it; NULL: no suite; owned */
    guint64 cases;     /* of the suite, so far */
    gboolean in_suite; /* and its end has not come */
} Reader;

/* The case is known to have been tested, or not, once its run is there. */
static void add_run (Reader *reader, const char *capture, Storm *storm, const char *why)
{
    PlayedRun *run = g_new0 (PlayedRun, 1);

    *run = (PlayedRun){ g_strdup (capture), storm, g_strdup (why) };
    g_ptr_array_add (reader->side->runs, run);
}

/* --- Runs */

static PlayedRun *find_run (const Reader *reader, const char *capture, const char *recording)
{
    for (guint i = 0; i < reader->side->runs->len; i++) {
        PlayedRun *run = reader->side->runs->pdata[i];
        const StormPart *part = run->storm ? run->storm->parts->pdata[0] : NULL;
        if (part && g_str_equal (run->capture, capture) && g_str_equal (part->recording, recording))
            return run;
    }
    return NULL;
}

/* A run whose case said that it was not tested has told why all the same. */
static void forget_untested (Reader *reader, const char *capture)
{
    GPtrArray *runs = reader->side->runs;
    const PlayedRun *last = runs->len ? runs->pdata[runs->len - 1] : NULL;

    if (last && !last->storm && g_str_equal (last->capture, capture))
        g_ptr_array_set_size (runs, (gint) runs->len - 1);
}

static gboolean end_part (Reader *reader, GError **error)
{
    const StormPart *part = reader->fresh->parts->pdata[0];
    const char *capture = reader->capture ? reader->capture : part->capture;

    forget_untested (reader, capture);
    PlayedRun *run = find_run (reader, capture, part->recording);
    if (!run) {
        add_run (reader, capture, storm_new (STORM_EXACT), NULL);
        run = reader->side->runs->pdata[reader->side->runs->len - 1];
    }
    const gboolean is_good = storm_join (run->storm, reader->fresh, error);
    g_clear_pointer (&reader->fresh, storm_free);
    return is_good;
}

/* --- Suites */

static gboolean take_suite (Reader *reader, json_t *json, GError **error)
{
    gint64 schema;

    if (!member_number (json, "schema", &schema, error))
        return FALSE;
    if (schema != SUITE_SCHEMA)
        return member_complain (error, "it is of schema %" G_GINT64_FORMAT ", and this version reads %d", schema,
                                SUITE_SCHEMA);
    reader->in_suite = TRUE;
    reader->cases = 0;
    return TRUE;
}

static gboolean take_case (Reader *reader, json_t *json, GError **error)
{
    const char *capture, *result;

    if (!reader->in_suite)
        return member_complain (error, "a case without the suite that it belongs to: lines are missing");
    if (!member_text (json, "capture", &capture, error) || !member_text (json, "result", &result, error))
        return FALSE;
    g_free (reader->capture);
    reader->capture = g_strdup (capture);
    reader->cases++;
    add_run (reader, capture, NULL, result);
    return TRUE;
}

static gboolean take_tested (Reader *reader, json_t *json, GError **error)
{
    gint64 captures;

    if (!member_number (json, "captures", &captures, error))
        return FALSE;
    if (!reader->in_suite || (guint64) captures != reader->cases)
        return member_complain (error,
                                "the suite had %" G_GINT64_FORMAT " captures, and %" G_GUINT64_FORMAT
                                " are there: lines are missing",
                                captures, reader->cases);
    reader->in_suite = FALSE;
    g_clear_pointer (&reader->capture, g_free);
    return TRUE;
}

/* --- Lines */

static gboolean take_other (Reader *reader, const Line *line, GError **error)
{
    json_t *json = member_parse (line, error);
    const char *type = NULL;
    gboolean is_good = json && member_text (json, "type", &type, error);

    if (is_good && g_str_equal (type, "replay")) {
        reader->fresh = storm_begin (line, reader->side->file, STORM_EXACT, error);
        is_good = reader->fresh != NULL;
    } else if (is_good && g_str_equal (type, "suite"))
        is_good = take_suite (reader, json, error);
    else if (is_good && g_str_equal (type, "case"))
        is_good = take_case (reader, json, error);
    else if (is_good && g_str_equal (type, "tested"))
        is_good = take_tested (reader, json, error);
    else if (is_good)
        is_good = member_complain (error,
                                   "a line of type \"%.40s\" is none that begins a result of regreplay run or "
                                   "regreplay test (--format ndjson)",
                                   type);
    json_decref (json);
    return is_good;
}

static gboolean take_line (Reader *reader, const Line *line, GError **error)
{
    if (!reader->fresh)
        return take_other (reader, line, error);
    return storm_take (reader->fresh, line, error) && (!reader->fresh->is_whole || end_part (reader, error));
}

static gboolean take_end (const Reader *reader, GError **error)
{
    if (reader->fresh) {
        const StormPart *part = reader->fresh->parts->pdata[0];
        return member_complain (error, "the run that begins in line %" G_GUINT64_FORMAT " has no end: it is cut off",
                                part->line);
    }
    if (reader->in_suite)
        return member_complain (error, "the suite has no end: it is cut off");
    if (!reader->side->runs->len)
        return member_complain (error, "it holds no run");
    return TRUE;
}

/* All parts are there; what they mean. */
static gboolean finish (Played *side, GError **error)
{
    g_autoptr (GHashTable) none = g_hash_table_new (g_int64_hash, g_int64_equal);

    for (guint i = 0; i < side->runs->len; i++) {
        const PlayedRun *run = side->runs->pdata[i];
        guint number;
        if (!run->storm)
            continue;
        g_autofree char *missing = storm_missing (run->storm, none, &number);
        if (missing)
            return member_complain (error, "of %s parts are not there: %s", run->capture, missing);
        storm_judge (run->storm);
    }
    return TRUE;
}

static gboolean read_lines (Reader *reader, Lines *lines, guint64 *ret_line, const char *(*why) (gpointer user_data),
                            gpointer user_data, GError **error)
{
    LinesResult result;
    Line line;

    *ret_line = 0;
    while ((result = lines_next (lines, &line)) == LINES_LINE) {
        *ret_line = line.number;
        if (!take_line (reader, &line, error))
            return FALSE;
    }
    if (result == LINES_END)
        return take_end (reader, error);
    *ret_line = line.number;
    const char *reason = result == LINES_FAILED ? why (user_data) : "it is longer than any that regreplay writes";
    return member_complain (error, "%s", reason ? reason : g_strerror (errno));
}

Played *played_read (FILE *stream, const char *file, const char *(*why) (gpointer user_data), gpointer user_data,
                     GError **error)
{
    g_autoptr (Played) side = g_new0 (Played, 1);
    g_autoptr (Lines) lines = lines_new (stream);
    g_autoptr (GError) wrong = NULL;
    Reader reader = { .side = side };
    guint64 line;

    side->file = g_strdup (file);
    side->runs = g_ptr_array_new_with_free_func (run_free);
    gboolean is_good = read_lines (&reader, lines, &line, why, user_data, &wrong);
    storm_free (reader.fresh);
    g_free (reader.capture);
    if (is_good && finish (side, &wrong))
        return g_steal_pointer (&side);
    if (is_good || !line)
        member_complain (error, "%s: %s", file, wrong->message);
    else
        member_complain (error, "%s, line %" G_GUINT64_FORMAT ": %s", file, line, wrong->message);
    return NULL;
}
