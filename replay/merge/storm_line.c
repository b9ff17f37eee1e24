/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/merge/storm_internal.h"

#include "registration/wire/times.h"
#include "replay/merge/members.h"

#include <math.h>
#include <string.h>

#define SCHEMA 1
/* What no run has: the lines are somebody else's. */
#define MOST_EXCHANGES 10000
#define MOST_PARTS     65536
/* Microseconds: more than a year, and few enough for nanoseconds. */
#define MOST_MICROSECONDS 4e13

static const char begin[] = "{\"type\":\"replay\",";

static gboolean begins_with (const Line *line, const char *head)
{
    const gsize size = strlen (head);
    return line->size >= size && memcmp (line->text, head, size) == 0;
}

gboolean storm_begins (const Line *line)
{
    return begins_with (line, begin);
}

/* --- Members */

static gboolean get_count (json_t *object, const char *key, guint64 *ret_count, GError **error)
{
    gint64 number;

    if (!member_number (object, key, &number, error))
        return FALSE;
    *ret_count = (guint64) number;
    return TRUE;
}

static gboolean copy_text (json_t *object, const char *key, char **ret_text, GError **error)
{
    const char *text;

    if (!member_text (object, key, &text, error))
        return FALSE;
    g_free (*ret_text);
    *ret_text = g_strdup (text);
    return TRUE;
}

static gboolean read_microseconds (json_t *member, gint64 *ret_time)
{
    const double number = json_number_value (member);

    *ret_time = llround (number * 1000);
    return json_is_number (member) && number >= 0 && number < MOST_MICROSECONDS;
}

/* --- Lines */

Storm *storm_begin (const Line *line, const char *file, guint64 exact, GError **error)
{
    json_t *json = member_parse (line, error);
    gint64 schema;
    guint64 number, of;

    if (!json)
        return NULL;
    gboolean is_good = member_number (json, "schema", &schema, error);
    if (is_good && schema != SCHEMA)
        is_good =
            member_complain (error, "it is of schema %" G_GINT64_FORMAT ", and this version reads %d", schema, SCHEMA);
    is_good = is_good && get_count (json, "part", &number, error) && get_count (json, "parts", &of, error);
    if (is_good && (number < 1 || number > of || of > MOST_PARTS))
        is_good = member_fail ("part", error);
    json_decref (json);
    return is_good ? storm_new_part (file, line->number, number, of, exact) : NULL;
}

/* How late this machine may have been in the time of that place; 0 where the line says nothing. */
static gboolean get_own (json_t *own, const char *name, size_t place, gint64 *ret_own)
{
    json_t *all = json_object_get (own, name);

    *ret_own = 0;
    return !all || read_microseconds (json_array_get (all, place), ret_own);
}

static gboolean add_times (Storm *part, const char *name, json_t *times, json_t *own, GError **error)
{
    StormExchange *exchange = storm_exchange (part, name);

    if (part->exchanges->len > MOST_EXCHANGES)
        return member_complain (error, "it has more exchanges than any run");
    for (size_t i = 0; i < json_array_size (times); i++) {
        gint64 took, late;
        if (!read_microseconds (json_array_get (times, i), &took) || !get_own (own, name, i, &late) || late > took)
            return member_fail ("times", error);
        storm_add_time (part, exchange, took, took - late);
    }
    return json_is_array (times) || member_fail ("times", error);
}

static gboolean add_moment (json_t *json, const char *key, Spread *spread, GError **error)
{
    json_t *member = json_object_get (json, key);
    gint64 took;

    if (json_is_null (member))
        return TRUE;
    if (!read_microseconds (member, &took))
        return member_fail (key, error);
    spread_add (spread, took);
    return TRUE;
}

static gboolean take_samples (Storm *part, json_t *json, GError **error)
{
    json_t *times = json_object_get (json, "times"), *own = json_object_get (json, "own"), *all;
    const char *phone, *name;
    guint64 turn;

    if (!member_text (json, "phone", &phone, error) || !get_count (json, "round", &turn, error))
        return FALSE;
    if (!json_is_object (times) || !json_is_object (own))
        return member_fail (json_is_object (times) ? "own" : "times", error);
    if (!storm_add_phone (part, phone, turn))
        return member_complain (error, "%s has come before in this run, in round %" G_GUINT64_FORMAT, phone, turn);
    json_object_foreach (times, name, all) if (!add_times (part, name, all, own, error)) return FALSE;
    part->n_samples++;
    return add_moment (json, "accepted", part->accepted, error) && add_moment (json, "ready", part->ready, error);
}

static gboolean take_said (StormExchange *exchange, json_t *json, GError **error)
{
    json_t *said;

    if (!member_array (json, "said", &said, error))
        return FALSE;
    for (size_t i = 0; i < json_array_size (said); i++) {
        json_t *value = json_array_get (said, i);
        const char *what, *text;
        guint64 times;
        if (!member_text (value, "what", &what, error) || !member_text_or_null (value, "value", &text, error) ||
            !get_count (value, "times", &times, error))
            return FALSE;
        told_add (exchange->told, what, text, times);
    }
    return TRUE;
}

static gboolean take_exchange (Storm *part, json_t *json, GError **error)
{
    const char *name, *content, *detail;
    guint64 n_times;

    if (!member_text (json, "exchange", &name, error))
        return FALSE;
    StormExchange *exchange = storm_exchange (part, name);
    if (exchange->is_known)
        return member_complain (error, "the exchange %s has come before in this run", name);
    if (part->exchanges->len > MOST_EXCHANGES)
        return member_complain (error, "it has more exchanges than any run");
    if (!member_time (json, "recorded", &exchange->recorded, error) ||
        !member_time (json, "allowed", &exchange->allowed, error) || !member_text (json, "content", &content, error) ||
        !member_text_or_null (json, "detail", &detail, error) ||
        !get_count (json, "differing", &exchange->differing, error) ||
        !get_count (json, "sent_again", &exchange->repeats, error) || !get_count (json, "samples", &n_times, error) ||
        !take_said (exchange, json, error))
        return FALSE;
    if (!content_find (content, &exchange->content))
        return member_fail ("content", error);
    if (n_times != spread_count (exchange->times))
        return member_complain (error,
                                "%s has %" G_GUINT64_FORMAT " times, and %" G_GUINT64_FORMAT
                                " stand in the lines before: lines are missing",
                                name, n_times, spread_count (exchange->times));
    exchange->detail = g_strdup (detail);
    exchange->is_known = TRUE;
    part->n_exchange_lines++;
    return TRUE;
}

/* --- The end */

static gboolean take_texts (json_t *json, const char *key, GPtrArray *texts, GError **error)
{
    json_t *all;

    if (!member_array (json, key, &all, error))
        return FALSE;
    for (size_t i = 0; i < json_array_size (all); i++) {
        const char *text = json_string_value (json_array_get (all, i));
        if (!text)
            return member_fail (key, error);
        storm_add_text (texts, text);
    }
    return TRUE;
}

static gboolean take_pushes (Storm *part, json_t *json, GError **error)
{
    json_t *all;

    if (!member_array (json, "unsolicited", &all, error) ||
        !member_flag (json, "unsolicited_awaited", &part->pushes_awaited, error))
        return FALSE;
    for (size_t i = 0; i < json_array_size (all); i++) {
        json_t *push = json_array_get (all, i);
        guint64 recorded, live;
        const char *message;
        if (!member_text (push, "message", &message, error) || !get_count (push, "recorded", &recorded, error) ||
            !get_count (push, "live", &live, error))
            return FALSE;
        storm_add_push (part, message, recorded, live);
    }
    return TRUE;
}

static gboolean take_who (StormPart *who, json_t *json, GError **error)
{
    return copy_text (json, "capture", &who->capture, error) &&
           copy_text (json, "recorded_phone", &who->recorded_phone, error) &&
           copy_text (json, "recording", &who->recording, error) && copy_text (json, "phone", &who->phone, error) &&
           copy_text (json, "target", &who->target, error) && copy_text (json, "speed", &who->speed, error) &&
           copy_text (json, "tolerance", &who->tolerance, error) && copy_text (json, "result", &who->result, error) &&
           get_count (json, "attempt", &who->attempt, error) && get_count (json, "phones", &who->phones, error) &&
           get_count (json, "all_phones", &who->all_phones, error) && get_count (json, "rounds", &who->rounds, error) &&
           get_count (json, "registrations", &who->registrations, error) &&
           get_count (json, "exit_code", &who->exit_code, error);
}

static gboolean take_machine (StormPart *who, json_t *json, GError **error)
{
    return member_flag (json, "embedded", &who->is_embedded, error) &&
           member_flag (json, "round_trip_corrected", &who->is_corrected, error) &&
           member_flag (json, "generator_saturated", &who->is_saturated, error) &&
           member_time (json, "began", &who->began, error) && member_time (json, "start_at", &who->start_at, error) &&
           member_time (json, "clock_error", &who->clock_error, error) &&
           member_time (json, "round_trip", &who->round_trip, error) &&
           member_time (json, "round_trip_recorded", &who->round_trip_recorded, error) &&
           member_time (json, "own_lateness_median", &who->lateness_median, error) &&
           member_time (json, "own_lateness_p99", &who->lateness_p99, error) &&
           member_time (json, "own_reading_median", &who->reading_median, error) &&
           member_time (json, "own_reading_p99", &who->reading_p99, error);
}

static gboolean take_ends (Storm *part, json_t *json, GError **error)
{
    json_t *ends = json_object_get (json, "ends");
    guint64 all = 0;

    for (StormEnd end = 0; end < N_STORM_ENDS; end++) {
        if (!get_count (ends, storm_end_name (end), &part->ends[end], error))
            return FALSE;
        all += part->ends[end];
    }
    return all == ((StormPart *) part->parts->pdata[0])->registrations || member_fail ("ends", error);
}

static gboolean take_counts (Storm *part, json_t *json, GError **error)
{
    Verdict *counts = &part->verdict;

    return member_flag (json, "strict", &counts->strict, error) &&
           get_count (json, "refused_as_recorded", &part->as_recorded, error) &&
           get_count (json, "registered", &counts->registered, error) &&
           get_count (json, "better_than_recorded", &counts->better, error) &&
           get_count (json, "short_of_recorded", &counts->short_of_level, error) &&
           get_count (json, "keepalives", &part->keepalives, error) &&
           get_count (json, "keepalives_lost", &counts->keepalives_lost, error) &&
           get_count (json, "still_registered", &counts->unsigned_off, error);
}

static gboolean take_run (Storm *part, json_t *json, GError **error)
{
    StormPart *who = part->parts->pdata[0];
    guint64 samples, exchanges;

    if (!take_who (who, json, error) || !take_machine (who, json, error) || !take_ends (part, json, error) ||
        !take_counts (part, json, error) || !take_pushes (part, json, error) ||
        !take_texts (json, "failures", part->failures, error) || !take_texts (json, "notes", part->notes, error) ||
        !get_count (json, "n_samples", &samples, error) || !get_count (json, "n_exchanges", &exchanges, error))
        return FALSE;
    if (samples != part->n_samples || exchanges != part->n_exchange_lines || part->exchanges->len != exchanges ||
        samples != who->registrations)
        return member_complain (error,
                                "the run had %" G_GUINT64_FORMAT " registrations and %" G_GUINT64_FORMAT
                                " exchanges, and %" G_GUINT64_FORMAT " and %" G_GUINT64_FORMAT
                                " are there: lines are missing",
                                who->registrations, exchanges, part->n_samples, part->n_exchange_lines);
    part->is_whole = TRUE;
    return TRUE;
}

/* Live messages and what they mean: nothing of them is merged. No text within a line can hold {"type":", whose quotes
 * would be escaped there. */
static gboolean is_detail (const Line *line)
{
    static const char *const heads[] = { "{\"type\":\"message\",", "{\"type\":\"event\",", "{\"type\":\"finding\",",
                                         "{\"type\":\"phone\"," };
    static const char head[] = "{\"type\":\"";
    gboolean is_one = FALSE;

    for (guint i = 0; i < G_N_ELEMENTS (heads) && !is_one; i++)
        is_one = begins_with (line, heads[i]);
    return is_one && !line->is_endless && line->text[line->size - 1] == '}' &&
           !memmem (line->text + 1, line->size - 1, head, sizeof head - 1);
}

static gboolean take (Storm *part, json_t *json, GError **error)
{
    const char *type;

    if (!member_text (json, "type", &type, error))
        return FALSE;
    if (g_str_equal (type, "samples"))
        return take_samples (part, json, error);
    if (g_str_equal (type, "exchange"))
        return take_exchange (part, json, error);
    if (g_str_equal (type, "run"))
        return take_run (part, json, error);
    return g_str_equal (type, "message") || g_str_equal (type, "event") || g_str_equal (type, "finding") ||
           g_str_equal (type, "phone") || g_str_equal (type, "capture") ||
           member_complain (error, "a line of type \"%.40s\" does not belong to a run", type);
}

gboolean storm_take (Storm *part, const Line *line, GError **error)
{
    if (is_detail (line))
        return TRUE;
    json_t *json = member_parse (line, error);
    const gboolean is_good = json && take (part, json, error);

    json_decref (json);
    return is_good;
}
