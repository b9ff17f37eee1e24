/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/merge/merger.h"

#include "registration/report/report.h"
#include "replay/merge/lines.h"
#include "replay/merge/seen.h"

#include <errno.h>
#include <string.h>

/* So many troubles are kept for reports; all are told. */
#define MOST_TROUBLES 1000
/* So many causes of a capture are named. */
#define CAUSES_TOLD 3

struct Merger {
    const MergeSite *where;
    gboolean is_cluster;
    MergeTell tell;
    gpointer user_data;
    Merged merged;
    Row *row;         /* owned */
    Seen *phones_of;  /* captures by their phones; owned */
    Seen *names;      /* and by their names; owned */
    const char *file; /* that is read; borrowed */
    guint64 line;
    gboolean skips;     /* up to the beginning of the next run … */
    gboolean skips_all; /* … or of the next file */
    gboolean in_run;
    guint64 run_line, run_captures, run_phones; /* where it begins, and what has come of it */
    guint64 loose;                              /* captures of this file that are in no run */
    /* The capture that is read. */
    Tally *part;   /* NULL: none; owned */
    char *capture; /* owned, or NULL: it has no name */
    char *site;    /* owned, or NULL */
    char *error;   /* owned, or NULL */
    guint64 begin; /* the line that it begins with */
    /* The part of a run that is read, and those of which there is nothing more to say. */
    Storm *fresh;           /* NULL: none; owned */
    GHashTable *told_parts; /* of guint64; owned */
    GChecksum *checksum;    /* of its phones; owned */
};

/* --- Plain data */

static void captures_clear (MergedCapture *capture)
{
    g_free (capture->capture);
    g_free (capture->file);
    g_free (capture->site);
    g_free (capture->causes);
    g_free (capture->error);
}

static void trouble_clear (MergeTrouble *trouble)
{
    g_free (trouble->file);
    g_free (trouble->text);
}

static GArray *array_new (guint size, GDestroyNotify clear)
{
    GArray *array = g_array_new (FALSE, FALSE, size);

    g_array_set_clear_func (array, clear);
    return array;
}

Merger *merger_new (guint top, const MergeSite *site, MergeTell tell, gpointer user_data)
{
    Merger *merger = g_new0 (Merger, 1);

    merger->where = site;
    merger->tell = tell;
    merger->user_data = user_data;
    merger->row = row_new ();
    merger->phones_of = seen_new ();
    merger->names = seen_new ();
    merger->checksum = g_checksum_new (G_CHECKSUM_MD5);
    merger->told_parts = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
    merger->merged = (Merged){ .tally = tally_new (top),
                               .top = top,
                               .worst = array_new (sizeof (MergedCapture), (GDestroyNotify) captures_clear),
                               .unread = array_new (sizeof (MergedCapture), (GDestroyNotify) captures_clear),
                               .troubles = array_new (sizeof (MergeTrouble), (GDestroyNotify) trouble_clear) };
    return merger;
}

void merger_fit (Merger *merger, guint columns)
{
    merger->merged.columns = columns;
}

void merger_expect_cluster (Merger *merger)
{
    merger->is_cluster = TRUE;
}

static void forget_capture (Merger *merger)
{
    g_clear_pointer (&merger->part, tally_free);
    g_clear_pointer (&merger->capture, g_free);
    g_clear_pointer (&merger->site, g_free);
    g_clear_pointer (&merger->error, g_free);
}

void merger_free (Merger *merger)
{
    if (!merger)
        return;
    forget_capture (merger);
    row_free (merger->row);
    seen_free (merger->phones_of);
    seen_free (merger->names);
    g_checksum_free (merger->checksum);
    storm_free (merger->fresh);
    g_hash_table_unref (merger->told_parts);
    storm_free (merger->merged.storm);
    tally_free (merger->merged.tally);
    g_array_unref (merger->merged.worst);
    g_array_unref (merger->merged.unread);
    g_array_unref (merger->merged.troubles);
    g_free (merger);
}

const Merged *merger_merged (const Merger *merger)
{
    return &merger->merged;
}

/* --- Troubles */

static void complain (Merger *merger, guint64 line, const char *sentence)
{
    GString *clean = g_string_new (sentence);

    report_clean (clean, 0);
    g_strdelimit (clean->str, "\n\r", '?');
    if (merger->merged.troubles->len < MOST_TROUBLES)
        g_array_append_vals (merger->merged.troubles,
                             &(MergeTrouble){ g_strdup (merger->file), line, g_strdup (clean->str) }, 1);
    merger->merged.n_troubles++;
    merger->tell (clean->str, merger->user_data);
    g_string_free (clean, TRUE);
}

void merger_complain (Merger *merger, const char *file, const char *sentence)
{
    merger->file = file;
    complain (merger, 0, sentence);
}

static void complain_at (Merger *merger, guint64 line, const char *format, ...) G_GNUC_PRINTF (3, 4);

static void complain_at (Merger *merger, guint64 line, const char *format, ...)
{
    va_list values;

    va_start (values, format);
    g_autofree char *what = g_strdup_vprintf (format, values);
    va_end (values);
    g_autofree char *sentence = g_strdup_printf ("%s, line %" G_GUINT64_FORMAT ": %s", merger->file, line, what);
    complain (merger, line, sentence);
}

/* What is wrong with the part of a run that is read; nothing of it counts. */
static void give_up_part (Merger *merger, guint64 line, const char *what)
{
    const StormPart *part = merger->fresh->parts->pdata[0];
    g_autofree char *name = storm_part_name (part);

    complain_at (merger, line, "%s; %s is not counted", what, name);
    g_hash_table_add (merger->told_parts, g_memdup2 (&part->part, sizeof part->part));
    g_clear_pointer (&merger->fresh, storm_free);
    merger->skips = TRUE;
}

static const char *name_of (const Merger *merger)
{
    return merger->capture ? merger->capture : merger->file;
}

/* What a capture lacks is not known: nothing of it counts, nor of what follows, up to the next run. */
static void give_up (Merger *merger, const char *what)
{
    g_autofree char *lost = merger->part
                                ? g_strdup_printf ("the capture %s is not counted, nor what follows", name_of (merger))
                                : g_strdup ("what follows is not counted");

    complain_at (merger, merger->line, "%s; %s%s", what, lost, merger->in_run ? " of this run" : "");
    forget_capture (merger);
    merger->skips = TRUE;
    merger->in_run = FALSE;
}

/* --- A capture is whole */

static char *causes_of (const Tally *part)
{
    g_autoptr (GArray) causes = counts_top (part->causes, NULL, CAUSES_TOLD);
    GString *text = g_string_new (NULL);

    for (guint i = 0; i < causes->len; i++) {
        const Count *cause = &g_array_index (causes, Count, i);
        g_string_append_printf (text, "%s%s (%" G_GUINT64_FORMAT ")", i ? ", " : "", cause->name, cause->fails);
    }
    if (counts_size (part->causes) > causes->len)
        g_string_append (text, ", …");
    return g_string_free (text, FALSE);
}

static MergedCapture describe (const Merger *merger)
{
    return (MergedCapture){ g_strdup (name_of (merger)), g_strdup (merger->file), g_strdup (merger->site),
                            merger->part->phones,        merger->part->fails,     causes_of (merger->part),
                            g_strdup (merger->error) };
}

static gint compare_captures (const MergedCapture *a, const MergedCapture *b)
{
    if (a->fails != b->fails)
        return a->fails > b->fails ? -1 : 1;
    if (a->phones != b->phones) /* of more phones as many are less */
        return a->phones < b->phones ? -1 : 1;
    const gint by_name = strcmp (a->capture, b->capture);
    return by_name ? by_name : strcmp (a->file, b->file);
}

static void rank (Merger *merger)
{
    GArray *worst = merger->merged.worst;
    guint place = worst->len;

    if (!merger->part->fails)
        return;
    MergedCapture capture = describe (merger);
    while (place && compare_captures (&capture, &g_array_index (worst, MergedCapture, place - 1)) < 0)
        place--;
    if (place >= merger->merged.top) {
        captures_clear (&capture);
        return;
    }
    g_array_insert_val (worst, place, capture);
    g_array_set_size (worst, MIN (worst->len, merger->merged.top));
}

/* Times have nanoseconds: no two captures hold the same phones at the same times. */
static gboolean has_come_before (Merger *merger)
{
    guint8 digest[SEEN_SIZE];
    gsize size = sizeof digest;

    if (!merger->part->phones)
        return FALSE;
    g_checksum_get_digest (merger->checksum, digest, &size);
    return seen_before (merger->phones_of, digest);
}

static void add_up (Merger *merger)
{
    merger->part->captures = 1;
    merger->part->troubles = merger->error ? 1 : 0;
    tally_join (merger->merged.tally, merger->part);
    rank (merger);
    if (merger->error && merger->merged.unread->len < merger->merged.top) {
        const MergedCapture unread = describe (merger);
        g_array_append_val (merger->merged.unread, unread);
    }
    if (merger->capture && seen_text_before (merger->names, merger->capture))
        merger->merged.same_names++;
}

static void end_capture (Merger *merger)
{
    if (!merger->part)
        return;
    merger->run_captures++;
    merger->run_phones += merger->part->phones;
    merger->loose += merger->in_run ? 0 : 1;
    if (has_come_before (merger))
        complain_at (merger, merger->begin,
                     "the capture %s holds the same phones at the same times as one before it, and is counted once",
                     name_of (merger));
    else
        add_up (merger);
    forget_capture (merger);
}

/* --- Parts of a run */

static gboolean is_about_captures (const Merger *merger)
{
    return merger->part || merger->in_run || merger->merged.runs || merger->merged.tally->captures;
}

static void lose_part (Merger *merger, guint64 line)
{
    const StormPart *part = merger->fresh->parts->pdata[0];
    g_autofree char *what =
        g_strdup_printf ("the run that begins in line %" G_GUINT64_FORMAT " has no end: it is cut off", part->line);

    give_up_part (merger, line, what);
    merger->skips = FALSE;
}

static void end_part (Merger *merger)
{
    g_autoptr (GError) error = NULL;

    if (!merger->merged.storm) {
        merger->merged.storm = storm_new (STORM_EXACT);
        merger->merged.storm->is_cluster = merger->is_cluster;
    }
    if (!storm_join (merger->merged.storm, merger->fresh, &error)) {
        give_up_part (merger, ((const StormPart *) merger->fresh->parts->pdata[0])->line, error->message);
        merger->skips = FALSE;
    }
    g_clear_pointer (&merger->fresh, storm_free);
}

static void begin_part (Merger *merger, const Line *line)
{
    g_autoptr (GError) error = NULL;

    merger->line = line->number;
    if (merger->fresh)
        lose_part (merger, line->number);
    if (is_about_captures (merger)) {
        give_up (merger, "regreplay run has written what begins here, and regreplay inspect what stands before it: "
                         "they are merged each alone");
        return;
    }
    merger->skips = FALSE;
    merger->fresh = storm_begin (line, merger->file, STORM_EXACT, &error);
    if (!merger->fresh)
        give_up (merger, error->message);
}

static void take_part (Merger *merger, const Line *line)
{
    g_autoptr (GError) error = NULL;

    merger->line = line->number;
    if (!storm_take (merger->fresh, line, &error))
        give_up_part (merger, line->number, error->message);
    else if (merger->fresh->is_whole)
        end_part (merger);
}

/* --- Lines */

/* Owned by the caller; NULL: nothing tells. */
static char *site_of (const Merger *merger)
{
    g_autoptr (GMatchInfo) match = NULL;
    const char *slash = merger->capture ? strrchr (merger->capture, '/') : NULL;

    if (merger->where->is_file)
        return g_strdup (merger->file);
    if (!merger->where->of_name)
        return slash ? g_strndup (merger->capture, (gsize) MAX (slash - merger->capture, 1)) : NULL;
    if (!merger->capture || !g_regex_match (merger->where->of_name, merger->capture, 0, &match))
        return NULL;
    char *group = g_match_info_fetch (match, g_match_info_get_match_count (match) > 1 ? 1 : 0);
    if (group && !*group)
        g_clear_pointer (&group, g_free);
    return group;
}

static void begin_capture (Merger *merger, const char *name, const char *error)
{
    end_capture (merger);
    merger->part = tally_new (merger->merged.top);
    merger->capture = g_strdup (name);
    merger->error = g_strdup (error);
    merger->site = site_of (merger);
    merger->begin = merger->line;
    g_checksum_reset (merger->checksum);
}

/* Messages and findings stand before the phones: behind them another capture has begun, which has no name. */
static void take_detail (Merger *merger)
{
    if (merger->in_run && (!merger->part || merger->part->phones))
        give_up (merger, "a message without its capture: lines are missing here, or two programs have written at once");
    else if (!merger->part || merger->part->phones)
        begin_capture (merger, NULL, NULL);
}

static void take_phone (Merger *merger, const Line *line)
{
    if (!merger->part && merger->in_run) {
        give_up (merger, "a phone without its capture: lines are missing here, or two programs have written at once");
        return;
    }
    if (!merger->part)
        begin_capture (merger, NULL, NULL);
    tally_add (merger->part, merger->row, name_of (merger), merger->site);
    g_checksum_update (merger->checksum, (const guchar *) line->text, (gssize) line->size);
}

static void lose_end (Merger *merger, guint64 line)
{
    g_autofree char *lost = merger->part ? g_strdup_printf ("; the capture %s is not counted", name_of (merger)) : NULL;

    complain_at (merger, line, "the run that begins in line %" G_GUINT64_FORMAT " has no end: it is cut off%s",
                 merger->run_line, lost ? lost : "");
    forget_capture (merger);
    merger->in_run = FALSE;
}

static void begin_run (Merger *merger)
{
    if (merger->in_run)
        lose_end (merger, merger->line);
    end_capture (merger);
    merger->in_run = TRUE;
    merger->skips = FALSE;
    merger->run_line = merger->line;
    merger->run_captures = merger->run_phones = 0;
    if (merger->row->schema == REPORT_NDJSON_SCHEMA)
        return;
    g_autofree char *what = g_strdup_printf ("it is of schema %" G_GINT64_FORMAT ", and this version reads %d",
                                             merger->row->schema, REPORT_NDJSON_SCHEMA);
    give_up (merger, what);
}

static void end_run (Merger *merger)
{
    if (!merger->in_run) {
        give_up (merger, "the end of a run whose beginning is missing");
        return;
    }
    end_capture (merger);
    merger->in_run = FALSE;
    if (merger->row->n_captures == merger->run_captures && merger->row->n_phones == merger->run_phones)
        merger->merged.runs++;
    else
        complain_at (merger, merger->line,
                     "the run had %" G_GUINT64_FORMAT " captures and %" G_GUINT64_FORMAT
                     " phones, and %" G_GUINT64_FORMAT " and %" G_GUINT64_FORMAT " are there: lines are missing",
                     merger->row->n_captures, merger->row->n_phones, merger->run_captures, merger->run_phones);
}

static void take_line (Merger *merger, const Line *line)
{
    g_autoptr (GError) error = NULL;

    if (merger->skips_all)
        return;
    if (storm_begins (line)) {
        begin_part (merger, line);
        return;
    }
    if (merger->fresh) {
        take_part (merger, line);
        return;
    }
    merger->line = line->number;
    if (!row_read (merger->row, line, &error)) {
        if (!merger->skips)
            give_up (merger, error->message);
        merger->skips_all = row_is_of_suite (line);
        return;
    }
    if (merger->row->kind == ROW_REPLAY) {
        begin_part (merger, line);
        return;
    }
    if (merger->skips && merger->row->kind != ROW_INSPECT)
        return;
    if (merger->merged.storm) {
        give_up (merger, "regreplay inspect has written what begins here, and regreplay run what stands before it: "
                         "they are merged each alone");
        return;
    }
    switch (merger->row->kind) {
    case ROW_DETAIL:
        take_detail (merger);
        break;
    case ROW_INSPECT:
        begin_run (merger);
        break;
    case ROW_CAPTURE:
        begin_capture (merger, merger->row->capture, merger->row->error);
        break;
    case ROW_PHONE:
        take_phone (merger, line);
        break;
    case ROW_END:
        end_run (merger);
        break;
    case ROW_REPLAY:
        break;
    }
}

static void end_file (Merger *merger)
{
    if (merger->fresh)
        lose_part (merger, merger->line);
    if (merger->in_run)
        lose_end (merger, merger->line);
    end_capture (merger);
    merger->merged.unframed += merger->loose ? 1 : 0;
}

void merger_read (Merger *merger, FILE *stream, const char *name, MergeWhy why, gpointer user_data)
{
    g_autoptr (Lines) lines = lines_new (stream);
    LinesResult result;
    Line line;

    merger->file = name;
    merger->line = merger->loose = 0;
    merger->skips = merger->skips_all = FALSE;
    while ((result = lines_next (lines, &line)) == LINES_LINE)
        take_line (merger, &line);
    if (result != LINES_END) {
        const char *reason = result == LINES_FAILED ? why (user_data) : "it is longer than any that inspect writes";
        merger->line = line.number;
        if (merger->fresh)
            give_up_part (merger, line.number, reason ? reason : g_strerror (errno));
        else
            give_up (merger, reason ? reason : g_strerror (errno));
    }
    end_file (merger);
}

/* Parts that somebody has, and of which nothing was said. */
static void complain_of_missing (Merger *merger)
{
    const Storm *storm = merger->merged.storm;
    guint missing;
    g_autofree char *numbers = storm_missing (storm, merger->told_parts, &missing);

    if (!numbers)
        return;
    const StormPart *first = storm->parts->pdata[0];
    g_autofree char *name = storm_part_name (first);
    merger->file = first->file;
    complain_at (merger, first->line, "this is %s, and of the others %u %s not there: %s", name, missing,
                 missing == 1 ? "is" : "are", numbers);
}

void merger_finish (Merger *merger)
{
    Storm *storm = merger->merged.storm;

    if (storm && !storm->parts->len)
        g_clear_pointer (&merger->merged.storm, storm_free);
    if (!merger->merged.storm)
        return;
    complain_of_missing (merger);
    storm_judge (storm);
}
