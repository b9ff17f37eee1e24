/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/merge/storm_internal.h"

#include "registration/wire/times.h"
#include "replay/duration.h"
#include "replay/merge/members.h"

#include <string.h>

/* Sentences that are kept of each kind. */
#define MOST_TEXTS 50
/* Numbers of missing parts, or ranges of them, that are told. */
#define MISSING_TOLD 20
/* Whoever begins later after the time that all were told did not play with the others. */
#define START_TOLERANCE SECONDS (1)

const char *storm_end_name (StormEnd end)
{
    static const char *const names[] = {
#define X(symbol, name) name,
        STORM_ENDS (X)
#undef X
    };
    return names[end];
}

/* --- Plain data */

static void part_free (gpointer data)
{
    StormPart *part = data;
    char *texts[] = { part->file,   part->capture, part->recorded_phone, part->recording, part->phone,
                      part->target, part->speed,   part->tolerance,      part->result };

    for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        g_free (texts[i]);
    g_free (part);
}

static void target_times_free (gpointer data)
{
    StormTargetTimes *times = data;

    g_free (times->target);
    spread_free (times->times);
    g_free (times);
}

static void exchange_free (gpointer data)
{
    StormExchange *exchange = data;

    g_free (exchange->name);
    g_free (exchange->detail);
    spread_free (exchange->times);
    spread_free (exchange->least);
    g_ptr_array_unref (exchange->targets);
    told_free (exchange->told);
    g_free (exchange);
}

static void push_free (gpointer data)
{
    StormPush *push = data;

    g_free (push->message);
    g_free (push);
}

Storm *storm_new (guint64 exact)
{
    Storm *storm = g_new0 (Storm, 1);

    storm->exact = exact;
    storm->is_exact = storm->pushes_awaited = TRUE;
    storm->parts = g_ptr_array_new_with_free_func (part_free);
    storm->exchanges = g_ptr_array_new_with_free_func (exchange_free);
    storm->exchanges_of = g_hash_table_new (g_str_hash, g_str_equal);
    storm->phones = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    storm->pushes = g_ptr_array_new_with_free_func (push_free);
    storm->failures = g_ptr_array_new_with_free_func (g_free);
    storm->notes = g_ptr_array_new_with_free_func (g_free);
    storm->accepted = spread_new (G_MAXUINT);
    storm->ready = spread_new (G_MAXUINT);
    return storm;
}

void storm_free (Storm *storm)
{
    if (!storm)
        return;
    g_hash_table_unref (storm->exchanges_of);
    g_hash_table_unref (storm->phones);
    g_ptr_array_unref (storm->parts);
    g_ptr_array_unref (storm->exchanges);
    g_ptr_array_unref (storm->pushes);
    g_ptr_array_unref (storm->failures);
    g_ptr_array_unref (storm->notes);
    spread_free (storm->accepted);
    spread_free (storm->ready);
    g_free (storm->result);
    g_free (storm);
}

/* --- Filling */

Storm *storm_new_part (const char *file, guint64 line, guint64 number, guint64 of, guint64 exact)
{
    Storm *storm = storm_new (exact);
    StormPart *part = g_new0 (StormPart, 1);

    *part = (StormPart){ .file = g_strdup (file), .line = line, .part = number, .parts = of };
    g_ptr_array_add (storm->parts, part);
    return storm;
}

StormExchange *storm_exchange (Storm *storm, const char *name)
{
    StormExchange *exchange = g_hash_table_lookup (storm->exchanges_of, name);

    if (exchange)
        return exchange;
    exchange = g_new0 (StormExchange, 1);
    *exchange = (StormExchange){ .name = g_strdup (name),
                                 .recorded = -1,
                                 .allowed = -1,
                                 .times = spread_new (G_MAXUINT),
                                 .least = spread_new (G_MAXUINT),
                                 .targets = g_ptr_array_new_with_free_func (target_times_free),
                                 .told = told_new () };
    if (!storm->is_exact) {
        spread_estimate (exchange->times);
        spread_estimate (exchange->least);
    }
    g_ptr_array_add (storm->exchanges, exchange);
    g_hash_table_insert (storm->exchanges_of, exchange->name, exchange);
    return exchange;
}

/* From now on times are counted in steps. */
static void estimate (Storm *storm)
{
    storm->is_exact = FALSE;
    for (guint i = 0; i < storm->exchanges->len; i++) {
        StormExchange *exchange = storm->exchanges->pdata[i];
        spread_estimate (exchange->times);
        spread_estimate (exchange->least);
        for (guint j = 0; j < exchange->targets->len; j++)
            spread_estimate (((StormTargetTimes *) exchange->targets->pdata[j])->times);
    }
    spread_estimate (storm->accepted);
    spread_estimate (storm->ready);
}

void storm_add_time (Storm *storm, StormExchange *exchange, gint64 took, gint64 least)
{
    if (storm->is_exact && storm->n_times == storm->exact)
        estimate (storm);
    spread_add (exchange->times, took);
    spread_add (exchange->least, least);
    storm->n_times++;
}

gboolean storm_add_phone (Storm *part, const char *phone, guint64 turn)
{
    const guint before = GPOINTER_TO_UINT (g_hash_table_lookup (part->phones, phone));

    if (turn <= before || turn > G_MAXUINT)
        return FALSE;
    g_hash_table_insert (part->phones, g_strdup (phone), GUINT_TO_POINTER ((guint) turn));
    return TRUE;
}

void storm_add_push (Storm *storm, const char *message, guint64 recorded, guint64 live)
{
    StormPush *push = NULL;

    for (guint i = 0; i < storm->pushes->len && !push; i++)
        if (g_str_equal (((StormPush *) storm->pushes->pdata[i])->message, message))
            push = storm->pushes->pdata[i];
    if (!push) {
        if (storm->pushes->len == MOST_TEXTS)
            return;
        push = g_new0 (StormPush, 1);
        push->message = g_strdup (message);
        g_ptr_array_add (storm->pushes, push);
    }
    push->recorded += recorded;
    push->live += live;
}

void storm_add_text (GPtrArray *texts, const char *text)
{
    for (guint i = 0; i < texts->len; i++)
        if (g_str_equal (texts->pdata[i], text))
            return;
    if (texts->len < MOST_TEXTS)
        g_ptr_array_add (texts, g_strdup (text));
}

/* --- Whether it belongs to the others */

char *storm_part_name (const StormPart *part)
{
    return part->parts > 1
               ? g_strdup_printf ("part %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT, part->part, part->parts)
               : g_strdup ("the run");
}

static gboolean is_of_one_recording (const StormPart *first, const StormPart *part, GError **error)
{
    if (g_str_equal (first->recording, part->recording))
        return TRUE;
    return member_complain (error,
                            "it does %s of %s again (attempt %" G_GUINT64_FORMAT
                            "), and what %s has is another recording: %s of %s (attempt %" G_GUINT64_FORMAT ")",
                            part->recorded_phone, part->capture, part->attempt, first->file, first->recorded_phone,
                            first->capture, first->attempt);
}

/* Each may have its stand-in, or its node of a cluster. */
static gboolean is_of_one_target (const StormPart *first, const StormPart *part, gboolean is_cluster, GError **error)
{
    if (is_cluster || (first->is_embedded && part->is_embedded) || g_str_equal (first->target, part->target))
        return TRUE;
    return member_complain (error,
                            "its target is %s, and that of what %s has is %s; parts at the nodes of one cluster are "
                            "merged with --cluster",
                            part->target, first->file, first->target);
}

static gboolean is_of_one_command (const StormPart *first, const StormPart *part, GError **error)
{
    const struct {
        const char *what, *theirs, *ours;
    } texts[] = { { "--speed", first->speed, part->speed }, { "--tolerance", first->tolerance, part->tolerance } };
    const struct {
        const char *what;
        guint64 theirs, ours;
    } numbers[] = { { "number of parts", first->parts, part->parts },
                    { "--repeat", first->rounds, part->rounds },
                    { "--phones", part->parts > 1 ? first->all_phones : 0, part->parts > 1 ? part->all_phones : 0 } };

    for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        if (!g_str_equal (texts[i].theirs, texts[i].ours))
            return member_complain (error, "its %s is %s, and that of what %s has is %s: they are parts of two runs",
                                    texts[i].what, texts[i].ours, first->file, texts[i].theirs);
    for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
        if (numbers[i].theirs != numbers[i].ours)
            return member_complain (error,
                                    "its %s is %" G_GUINT64_FORMAT ", and that of what %s has is %" G_GUINT64_FORMAT
                                    ": they are parts of two runs",
                                    numbers[i].what, numbers[i].ours, first->file, numbers[i].theirs);
    if (first->is_corrected == part->is_corrected)
        return TRUE;
    return member_complain (error, "its times are %s the network's round trip, and those of %s are %s it",
                            part->is_corrected ? "without" : "with", first->file,
                            first->is_corrected ? "without" : "with");
}

/* As ISO 8601 has it, in microseconds. Owned by the caller. */
static char *time_text (gint64 time)
{
    g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (time / SECOND);
    g_autofree char *seconds = date ? g_date_time_format (date, "%Y-%m-%dT%H:%M:%S") : NULL;

    return g_strdup_printf ("%s.%06dZ", seconds ? seconds : "?", (int) (time % SECOND / 1000));
}

static gboolean has_begun_in_time (const StormPart *part, GError **error)
{
    const gint64 late = part->began - part->start_at;
    char text[DURATION_TEXT_SIZE];

    if (part->start_at < 0 || part->began < 0 || ABS (late) <= START_TOLERANCE)
        return TRUE;
    g_autofree char *told = time_text (part->start_at);
    return member_complain (error,
                            "it was told to begin at %s, and by its clock it began %s %s: it did not play with "
                            "the others",
                            told, duration_format (ABS (late), text), late > 0 ? "later" : "earlier");
}

static gboolean began_together (const StormPart *first, const StormPart *part, GError **error)
{
    if (first->start_at == part->start_at)
        return TRUE;
    g_autofree char *theirs = first->start_at < 0 ? g_strdup ("at once") : time_text (first->start_at);
    g_autofree char *ours = part->start_at < 0 ? g_strdup ("at once") : time_text (part->start_at);
    return member_complain (error, "it was told to begin at another time (%s) than what %s has (%s)", ours, first->file,
                            theirs);
}

static gboolean comes_once (const Storm *storm, const Storm *fresh, GError **error)
{
    const StormPart *part = fresh->parts->pdata[0];
    GHashTableIter iter;
    gpointer phone;

    for (guint i = 0; i < storm->parts->len && part->parts > 1; i++) {
        const StormPart *other = storm->parts->pdata[i];
        if (other->part == part->part)
            return member_complain (error, "part %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " has come before, in %s",
                                    part->part, part->parts, other->file);
    }
    g_hash_table_iter_init (&iter, fresh->phones);
    while (g_hash_table_iter_next (&iter, &phone, NULL)) {
        const StormPart *other = g_hash_table_lookup (storm->phones, phone);
        if (other)
            return member_complain (error, "what %s has played %s, too: the parts overlap", other->file,
                                    (const char *) phone);
    }
    return TRUE;
}

static gboolean belongs (const Storm *storm, const Storm *fresh, GError **error)
{
    const StormPart *part = fresh->parts->pdata[0];
    const StormPart *first = storm->parts->len ? storm->parts->pdata[0] : NULL;

    if (first && storm->verdict.strict != fresh->verdict.strict)
        return member_complain (error, "it was told %s--strict, and what %s has was not: they are parts of two runs",
                                fresh->verdict.strict ? "" : "no ", first->file);
    return has_begun_in_time (part, error) &&
           (!first ||
            (is_of_one_recording (first, part, error) && is_of_one_target (first, part, storm->is_cluster, error) &&
             is_of_one_command (first, part, error) && began_together (first, part, error) &&
             comes_once (storm, fresh, error)));
}

/* --- Adding */

static Spread *times_of_target (const Storm *storm, const StormExchange *exchange, const char *target)
{
    StormTargetTimes *times;

    for (guint i = 0; i < exchange->targets->len; i++) {
        times = exchange->targets->pdata[i];
        if (g_str_equal (times->target, target))
            return times->times;
    }
    times = g_new0 (StormTargetTimes, 1);
    *times = (StormTargetTimes){ g_strdup (target), spread_new (G_MAXUINT) };
    if (!storm->is_exact)
        spread_estimate (times->times);
    g_ptr_array_add (exchange->targets, times);
    return times->times;
}

static void join_exchange (Storm *storm, const StormExchange *fresh, const StormPart *part)
{
    StormExchange *exchange = storm_exchange (storm, fresh->name);
    const GArray *said = told_values (fresh->told);

    if (exchange->recorded < 0) {
        exchange->recorded = fresh->recorded;
        exchange->allowed = fresh->allowed;
    }
    spread_join (exchange->times, fresh->times);
    spread_join (exchange->least, fresh->least);
    if (storm->is_cluster)
        spread_join (times_of_target (storm, exchange, part->target), fresh->times);
    exchange->content = content_telling (exchange->content, fresh->content);
    exchange->differing += fresh->differing;
    exchange->repeats += fresh->repeats;
    exchange->is_known = TRUE;
    if (!exchange->detail)
        exchange->detail = g_strdup (fresh->detail);
    for (guint i = 0; i < said->len; i++) {
        const ToldValue *value = &g_array_index (said, ToldValue, i);
        told_add (exchange->told, value->what, value->value, value->times);
    }
}

static void join_counts (Storm *storm, const Storm *fresh)
{
    Verdict *all = &storm->verdict;
    const Verdict *more = &fresh->verdict;

    for (StormEnd end = 0; end < N_STORM_ENDS; end++)
        storm->ends[end] += fresh->ends[end];
    storm->as_recorded += fresh->as_recorded;
    storm->keepalives += fresh->keepalives;
    storm->n_times += fresh->n_times;
    storm->pushes_awaited &= fresh->pushes_awaited;
    all->strict = more->strict;
    all->registered += more->registered;
    all->better += more->better;
    all->short_of_level += more->short_of_level;
    all->keepalives_lost += more->keepalives_lost;
    all->unsigned_off += more->unsigned_off;
}

static void join_texts (GPtrArray *all, const GPtrArray *more)
{
    for (guint i = 0; i < more->len; i++)
        storm_add_text (all, more->pdata[i]);
}

gboolean storm_join (Storm *storm, Storm *part, GError **error)
{
    StormPart *who = part->parts->pdata[0];
    GHashTableIter iter;
    gpointer phone;

    if (!belongs (storm, part, error))
        return FALSE;
    if (storm->is_exact && (!part->is_exact || storm->n_times + part->n_times > storm->exact))
        estimate (storm);
    g_hash_table_iter_init (&iter, part->phones);
    while (g_hash_table_iter_next (&iter, &phone, NULL)) {
        g_hash_table_iter_steal (&iter);
        g_hash_table_insert (storm->phones, phone, who);
    }
    for (guint i = 0; i < part->exchanges->len; i++)
        join_exchange (storm, part->exchanges->pdata[i], who);
    for (guint i = 0; i < part->pushes->len; i++) {
        const StormPush *push = part->pushes->pdata[i];
        storm_add_push (storm, push->message, push->recorded, push->live);
    }
    spread_join (storm->accepted, part->accepted);
    spread_join (storm->ready, part->ready);
    join_counts (storm, part);
    join_texts (storm->failures, part->failures);
    join_texts (storm->notes, part->notes);
    g_ptr_array_add (storm->parts, g_ptr_array_steal_index (part->parts, 0));
    return TRUE;
}

GPtrArray *storm_targets (const Storm *storm)
{
    GPtrArray *targets = g_ptr_array_new ();

    for (guint i = 0; i < storm->parts->len; i++) {
        char *target = ((const StormPart *) storm->parts->pdata[i])->target;
        if (!g_ptr_array_find_with_equal_func (targets, target, g_str_equal, NULL))
            g_ptr_array_add (targets, target);
    }
    return targets;
}

/* --- What it means */

static void judge_exchange (Storm *storm, StormExchange *exchange)
{
    Verdict *verdict = &storm->verdict;
    const gboolean is_timed = spread_count (exchange->times) > 0;

    exchange->timing = timing_judge_within (exchange->allowed, is_timed ? spread_percentile (exchange->times, 50) : -1,
                                            is_timed ? spread_percentile (exchange->least, 50) : -1);
    verdict->late += exchange->timing == TIMING_LATE ? 1 : 0;
    verdict->uncertain += exchange->timing == TIMING_UNCERTAIN ? 1 : 0;
    verdict->differing += exchange->differing ? 1 : 0;
    verdict->harmless += content_is_harmless (exchange->content, exchange->differing > 0) ? 1 : 0;
}

static gboolean push_differs (const Storm *storm, const StormPush *push)
{
    return push->recorded > push->live ? storm->pushes_awaited : push->recorded < push->live;
}

void storm_judge (Storm *storm)
{
    Verdict *verdict = &storm->verdict;

    verdict->runs = 0;
    for (StormEnd end = 0; end < N_STORM_ENDS; end++)
        verdict->runs += storm->ends[end];
    verdict->unreachable = storm->ends[STORM_UNREACHABLE];
    verdict->gone = storm->ends[STORM_GONE];
    verdict->different = storm->ends[STORM_DIFFERENT];
    verdict->interrupted = storm->ends[STORM_INTERRUPTED];
    verdict->refused = storm->ends[STORM_REFUSED] - MIN (storm->as_recorded, storm->ends[STORM_REFUSED]);
    verdict->late = verdict->uncertain = verdict->differing = verdict->harmless = 0;
    for (guint i = 0; i < storm->parts->len; i++)
        verdict->is_saturated |= ((const StormPart *) storm->parts->pdata[i])->is_saturated;
    for (guint i = 0; i < storm->exchanges->len; i++)
        judge_exchange (storm, storm->exchanges->pdata[i]);
    for (guint i = 0; i < storm->pushes->len; i++)
        verdict->harmless += push_differs (storm, storm->pushes->pdata[i]) ? 1 : 0;
    g_free (storm->result);
    /* Of a single registration the part tells more than counts do. */
    storm->result = verdict->runs == 1 && storm->parts->len == 1
                        ? g_strdup (((const StormPart *) storm->parts->pdata[0])->result)
                        : verdict_sentence (verdict);
    storm->code = verdict_code (verdict);
}

/* --- What is missing */

static void append_range (GString *out, guint64 first, guint64 last)
{
    g_string_append_printf (out, "%s%" G_GUINT64_FORMAT, out->len ? ", " : "", first);
    if (last > first)
        g_string_append_printf (out, "%s%" G_GUINT64_FORMAT, last == first + 1 ? ", " : " to ", last);
}

char *storm_missing (const Storm *storm, GHashTable *known, guint *ret_number)
{
    g_autoptr (GHashTable) here = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
    const guint64 of = storm->parts->len ? ((const StormPart *) storm->parts->pdata[0])->parts : 1;
    GString *out = g_string_new (NULL);
    guint64 begin = 0;
    guint told = 0;

    *ret_number = 0;
    for (guint i = 0; i < storm->parts->len; i++)
        g_hash_table_add (here, g_memdup2 (&((const StormPart *) storm->parts->pdata[i])->part, sizeof (guint64)));
    for (guint64 number = 1; number <= of + 1 && of > 1; number++) {
        const gboolean is_here =
            number > of || g_hash_table_contains (here, &number) || g_hash_table_contains (known, &number);
        *ret_number += is_here ? 0 : 1;
        if (!is_here && !begin)
            begin = number;
        if (!is_here || !begin)
            continue;
        if (told++ < MISSING_TOLD)
            append_range (out, begin, number - 1);
        begin = 0;
    }
    if (told > MISSING_TOLD)
        g_string_append (out, ", …");
    return g_string_free (out, out->len == 0);
}
