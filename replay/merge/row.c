/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/merge/row.h"

#include "registration/wire/times.h"
#include "replay/merge/members.h"

#include <math.h>
#include <string.h>

#define SECONDS_OF_HOUR 3600

Row *row_new (void)
{
    Row *row = g_new0 (Row, 1);

    row->times = g_array_new (FALSE, FALSE, sizeof (RowTime));
    return row;
}

void row_free (Row *row)
{
    if (!row)
        return;
    json_decref (row->json);
    g_array_free (row->times, TRUE);
    g_free (row);
}

const char *time_name (guint which)
{
    static const char *const names[] = {
#define X(symbol, name) [TIME_##symbol] = name,
        MOMENTS (X)
#undef X
    };
    return which < N_PHASES ? phase_name ((Phase) which) : names[which];
}

/* --- Members */

static gboolean get_outcome (json_t *object, Outcome *ret_outcome, GError **error)
{
    const char *name;

    if (!member_text (object, "outcome", &name, error))
        return FALSE;
    for (Outcome outcome = 0; outcome < N_OUTCOMES; outcome++)
        if (g_str_equal (outcome_name (outcome), name)) {
            *ret_outcome = outcome;
            return TRUE;
        }
    return member_fail ("outcome", error);
}

static gboolean get_phase (json_t *object, guint *ret_phase, GError **error)
{
    const char *name;

    if (!member_text (object, "phase", &name, error))
        return FALSE;
    for (guint phase = PHASE_NONE + 1; phase < N_PHASES; phase++)
        if (g_str_equal (phase_name (phase), name)) {
            *ret_phase = phase;
            return TRUE;
        }
    return member_fail ("phase", error);
}

/* --- A phone */

static void add_time (Row *row, guint which, double seconds)
{
    const RowTime time = { which, llround (seconds * SECOND) };

    if (time.took < 0)
        row->backwards++;
    else
        g_array_append_val (row->times, time);
}

/* Of a single message there is no time from the first to the last. */
static gboolean read_phase (Row *row, json_t *phase, GError **error)
{
    gint64 steps;
    double took;
    guint which = 0;

    if (!get_phase (phase, &which, error) || !member_number (phase, "steps", &steps, error) ||
        !member_seconds (phase, "took", &took, error))
        return FALSE;
    if (steps > 1)
        add_time (row, which, took);
    return TRUE;
}

static gboolean read_moments (Row *row, json_t *attempt, GError **error)
{
    for (guint which = TIMES_OF_MOMENTS + 1; which < N_TIMES; which++) {
        double seconds;
        if (json_is_null (json_object_get (attempt, time_name (which))))
            continue;
        if (!member_seconds (attempt, time_name (which), &seconds, error))
            return FALSE;
        add_time (row, which, seconds);
        if (which == TIME_READY_AFTER)
            row->ready_after = MAX (row->ready_after, llround (seconds * SECOND));
    }
    return TRUE;
}

static gboolean read_attempt (Row *row, json_t *attempt, GError **error)
{
    json_t *phases;
    double begin;
    const char *server;

    if (!member_text_or_null (attempt, "server", &server, error) || !member_seconds (attempt, "begin", &begin, error) ||
        !member_array (attempt, "phases", &phases, error) || !read_moments (row, attempt, error))
        return FALSE;
    if (server)
        row->server = server;
    if (row->hour == NO_HOUR)
        row->hour = (gint64) floor (begin / SECONDS_OF_HOUR) * SECONDS_OF_HOUR;
    for (size_t i = 0; i < json_array_size (phases); i++)
        if (!read_phase (row, json_array_get (phases, i), error))
            return FALSE;
    return TRUE;
}

static gboolean is_registered (Outcome outcome)
{
    return outcome == OUTCOME_READY || outcome == OUTCOME_REGISTERED || outcome == OUTCOME_AUTO ||
           outcome == OUTCOME_BACKUP;
}

/* The first line that ended as the phone did; of a phone of which only some lines are registered, one that is not. */
static gboolean read_lines (Row *row, json_t *phone, GError **error)
{
    gboolean is_found = FALSE;
    json_t *lines;

    if (!member_array (phone, "lines", &lines, error))
        return FALSE;
    for (size_t i = 0; i < json_array_size (lines); i++) {
        json_t *line = json_array_get (lines, i);
        const char *server;
        Outcome outcome;
        if (!get_outcome (line, &outcome, error) || !member_text_or_null (line, "server", &server, error))
            return FALSE;
        const gboolean tells = row->outcome == OUTCOME_PARTIAL ? !is_registered (outcome) : outcome == row->outcome;
        if (tells && server && !is_found) {
            row->server = server;
            is_found = TRUE;
        }
    }
    return TRUE;
}

static gboolean read_phone (Row *row, json_t *phone, GError **error)
{
    json_t *attempts;

    if (!member_text (phone, "phone", &row->phone, error) ||
        !member_text_or_null (phone, "model", &row->model, error) ||
        !member_text_or_null (phone, "load", &row->load, error) || !get_outcome (phone, &row->outcome, error) ||
        !member_flag (phone, "fails", &row->fails, error) ||
        !member_text_or_null (phone, "cause", &row->cause, error) ||
        !member_array (phone, "attempts", &attempts, error))
        return FALSE;
    row->server = NULL;
    row->hour = NO_HOUR;
    row->ready_after = -1;
    row->backwards = 0;
    g_array_set_size (row->times, 0);
    for (size_t i = 0; i < json_array_size (attempts); i++)
        if (!read_attempt (row, json_array_get (attempts, i), error))
            return FALSE;
    return read_lines (row, phone, error);
}

/* --- A line */

static gboolean begins_with (const Line *line, const char *head)
{
    const gsize size = strlen (head);
    return line->size >= size && memcmp (line->text, head, size) == 0;
}

gboolean row_is_of_suite (const Line *line)
{
    return begins_with (line, "{\"type\":\"suite\",");
}

/* Most lines are of these, and nothing of them is merged: they are not parsed. No text within a line can hold
 * {"type":", whose quotes would be escaped there. */
static gboolean is_detail (const Line *line)
{
    static const char *const heads[] = { "{\"type\":\"message\",", "{\"type\":\"event\",", "{\"type\":\"finding\"," };
    static const char head[] = "{\"type\":\"";
    gboolean is_one = FALSE;

    for (guint i = 0; i < G_N_ELEMENTS (heads) && !is_one; i++)
        is_one = begins_with (line, heads[i]);
    return is_one && !line->is_endless && line->text[line->size - 1] == '}' &&
           !memmem (line->text + 1, line->size - 1, head, sizeof head - 1);
}

static gboolean parse (Row *row, const Line *line, GError **error)
{
    json_decref (row->json);
    row->json = member_parse (line, error);
    return row->json != NULL;
}

/* Who else writes lines of this kind. */
static gboolean fail_type (const char *type, GError **error)
{
    if (g_str_equal (type, "samples") || g_str_equal (type, "exchange") || g_str_equal (type, "run"))
        return member_complain (error, "regreplay run has written it, and the line of type \"replay\" that its run "
                                       "begins with is missing");
    if (g_str_equal (type, "suite") || g_str_equal (type, "case") || g_str_equal (type, "tested"))
        return member_complain (error, "regreplay test has written it, of several recordings; parts of one run are "
                                       "merged, and regreplay compare reads suites");
    if (g_str_equal (type, "change") || g_str_equal (type, "gone"))
        return member_complain (error, "regreplay watch has written it, and what regreplay inspect writes is merged");
    return member_complain (error, "a line of type \"%.40s\" is not known in this version", type);
}

static gboolean read_kind (Row *row, const char *type, GError **error)
{
    json_t *json = row->json;
    gint64 captures, phones;

    if (g_str_equal (type, "phone")) {
        row->kind = ROW_PHONE;
        return read_phone (row, json, error);
    }
    if (g_str_equal (type, "capture")) {
        row->kind = ROW_CAPTURE;
        return member_text_or_null (json, "capture", &row->capture, error) &&
               member_text_or_null (json, "error", &row->error, error);
    }
    if (g_str_equal (type, "inspect")) {
        row->kind = ROW_INSPECT;
        return member_number (json, "schema", &row->schema, error);
    }
    if (g_str_equal (type, "end")) {
        row->kind = ROW_END;
        if (!member_number (json, "captures", &captures, error) || !member_number (json, "phones", &phones, error))
            return FALSE;
        row->n_captures = (guint64) captures;
        row->n_phones = (guint64) phones;
        return TRUE;
    }
    if (g_str_equal (type, "replay")) {
        row->kind = ROW_REPLAY;
        return TRUE;
    }
    row->kind = ROW_DETAIL;
    return g_str_equal (type, "message") || g_str_equal (type, "event") || g_str_equal (type, "finding") ||
           fail_type (type, error);
}

gboolean row_read (Row *row, const Line *line, GError **error)
{
    const char *type;

    row->kind = ROW_DETAIL;
    if (is_detail (line))
        return TRUE;
    if (!parse (row, line, error))
        return FALSE;
    if (!json_is_string (json_object_get (row->json, "type")))
        return member_complain (error, "it has no \"type\": lines of --format ndjson are merged");
    return member_text (row->json, "type", &type, error) && read_kind (row, type, error);
}
