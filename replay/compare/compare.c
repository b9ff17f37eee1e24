/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/compare/compare.h"

#include "replay/duration.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define REGISTRATION "registration"
#define UNSOLICITED  "unsolicited"
#define RECORDING    "recording"

/* Two shares of many differ by chance by so many standard errors once in a thousand times. */
#define CHANCE 3.3
/* A median lies within so many roots of the number of times, in ranks, beside that of any number of them: two that do
 * not differ have intervals that do not overlap once in a thousand times (order statistics: half of sqrt (n), and of
 * CHANCE each has its part). */
#define MEDIAN_RANKS (CHANCE / 2 / G_SQRT2)

static void difference_free (gpointer data)
{
    Difference *difference = data;

    g_free (difference->exchange);
    g_free (difference->what);
    g_free (difference->a);
    g_free (difference->b);
    g_free (difference);
}

static void comparison_free (gpointer data)
{
    Comparison *comparison = data;

    g_free (comparison->capture);
    g_ptr_array_unref (comparison->differences);
    g_ptr_array_unref (comparison->left_out);
    g_free (comparison);
}

/* a and b are taken over. */
static void add (Comparison *comparison, const char *exchange, const char *what, char *a, char *b, gboolean is_noticed)
{
    Difference *difference = g_new0 (Difference, 1);

    *difference = (Difference){ g_strdup (exchange), g_strdup (what), a, b, is_noticed };
    g_ptr_array_add (comparison->differences, difference);
}

/* --- Shares */

/* So many of so many, here and there: more than chance makes of one thing. Never or always is no chance. */
static gboolean shares_differ (guint64 a, guint64 of_a, guint64 b, guint64 of_b)
{
    if (!of_a || !of_b)
        return of_a != of_b;
    const gboolean is_all_a = a == of_a, is_all_b = b == of_b;
    if (!a != !b || is_all_a != is_all_b)
        return TRUE;
    const double x = (double) a / (double) of_a, y = (double) b / (double) of_b;
    const double p = (double) (a + b) / (double) (of_a + of_b);
    return fabs (x - y) > CHANCE * sqrt (p * (1 - p) * (1 / (double) of_a + 1 / (double) of_b));
}

/* "refused (3 of 20)", "200 OK". Owned by the caller. */
static void append_share (GString *out, const char *name, guint64 number, guint64 of)
{
    g_string_append_printf (out, "%s%s", out->len ? ", " : "", name);
    if (number != of)
        g_string_append_printf (out, " (%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT ")", number, of);
}

/* --- How it ended */

static gboolean ends_differ (const Storm *a, const Storm *b)
{
    for (StormEnd end = 0; end < N_STORM_ENDS; end++)
        if (shares_differ (a->ends[end], a->verdict.runs, b->ends[end], b->verdict.runs))
            return TRUE;
    return FALSE;
}

/* Owned by the caller. */
static char *say_ends (const Storm *storm)
{
    GString *text = g_string_new (NULL);

    for (StormEnd end = 0; end < N_STORM_ENDS; end++)
        if (storm->ends[end])
            append_share (text, storm_end_name (end), storm->ends[end], storm->verdict.runs);
    /* "SEP…: what happened": whose name it is hangs on the command line. */
    if (storm->failures->len) {
        const char *said = strstr (storm->failures->pdata[0], ": ");
        g_string_append_printf (text, ": %s", said ? said + 2 : (const char *) storm->failures->pdata[0]);
    }
    return g_string_free (text, FALSE);
}

static void compare_count (Comparison *comparison, const char *what, const Storm *a, guint64 of_a, const Storm *b,
                           guint64 of_b)
{
    if (!shares_differ (of_a, a->verdict.runs, of_b, b->verdict.runs))
        return;
    add (comparison, REGISTRATION, what, g_strdup_printf ("%" G_GUINT64_FORMAT, of_a),
         g_strdup_printf ("%" G_GUINT64_FORMAT, of_b), TRUE);
}

static void compare_ends (Comparison *comparison, const Storm *a, const Storm *b)
{
    if (ends_differ (a, b))
        add (comparison, REGISTRATION, "end", say_ends (a), say_ends (b), TRUE);
    else
        compare_count (comparison, "did not come as far as recorded", a, a->verdict.short_of_level, b,
                       b->verdict.short_of_level);
    compare_count (comparison, "keepalives without answer", a, MIN (a->verdict.keepalives_lost, a->verdict.runs), b,
                   MIN (b->verdict.keepalives_lost, b->verdict.runs));
    compare_count (comparison, "may be registered still", a, a->verdict.unsigned_off, b, b->verdict.unsigned_off);
}

/* --- What was answered */

/* The values of one name. */
typedef struct {
    const ToldValue *values;
    guint number;
    guint64 times;    /* of all of them */
    gboolean is_open; /* there are further ones */
} Group;

static Group find_group (const StormExchange *exchange, const char *what)
{
    const GArray *values = told_values (exchange->told);
    Group group = { NULL };

    for (guint i = 0; i < values->len; i++) {
        const ToldValue *value = &g_array_index (values, ToldValue, i);
        if (strcmp (value->what, what) != 0)
            continue;
        if (!group.number)
            group.values = value;
        group.number++;
        group.times += value->times;
        group.is_open |= !value->value;
    }
    return group;
}

/* Seconds that are counted down while they are asked for. */
static gboolean is_same_value (const char *what, const char *a, const char *b)
{
    if (strcmp (what, "expires") != 0)
        return strcmp (a, b) == 0;
    return llabs (g_ascii_strtoll (a, NULL, 10) - g_ascii_strtoll (b, NULL, 10)) <= 1;
}

static guint64 times_of (const Group *group, const char *what, const char *value)
{
    guint64 times = 0;

    for (guint i = 0; i < group->number; i++)
        if (group->values[i].value && is_same_value (what, group->values[i].value, value))
            times += group->values[i].times;
    return times;
}

static gboolean lacks_values_of (const Group *group, const Group *other, const char *what)
{
    for (guint i = 0; i < other->number; i++)
        if (shares_differ (other->values[i].value ? times_of (other, what, other->values[i].value) : 0, other->times,
                           other->values[i].value ? times_of (group, what, other->values[i].value) : 0, group->times))
            return TRUE;
    return FALSE;
}

static gboolean groups_differ (const Group *a, const Group *b, const char *what)
{
    return lacks_values_of (a, b, what) || lacks_values_of (b, a, what) || !a->number != !b->number;
}

/* Owned by the caller. */
static char *say_group (const Group *group)
{
    GString *text = g_string_new (NULL);

    for (guint i = 0; i < group->number; i++)
        append_share (text, group->values[i].value ? group->values[i].value : "others", group->values[i].times,
                      group->times);
    return g_string_free (text->len ? text : g_string_append (text, "none"), FALSE);
}

/* What is only for people who read a trace, or for whoever keeps passwords. */
static gboolean phones_go_by (const char *what)
{
    static const char *const others[] = { "phrase", "realm" };

    for (guint i = 0; i < G_N_ELEMENTS (others); i++)
        if (strcmp (others[i], what) == 0)
            return FALSE;
    return TRUE;
}

/* Of another answer: what it asks of the phone. */
static gboolean is_demand (const char *what)
{
    static const char *const demands[] = { "retry_after", "min_expires", "require", "unsupported" };

    for (guint i = 0; i < G_N_ELEMENTS (demands); i++)
        if (strcmp (demands[i], what) == 0)
            return TRUE;
    return FALSE;
}

static gboolean is_as_recorded (const StormExchange *exchange)
{
    return exchange->content == CONTENT_SAME || exchange->content == CONTENT_EQUIVALENT;
}

typedef enum { ANSWERS_SAME, ANSWERS_EQUIVALENT, ANSWERS_OTHER } Answers;

static void compare_value (Comparison *comparison, const StormExchange *a, const StormExchange *b, const char *what,
                           Answers answers)
{
    const Group of_a = find_group (a, what), of_b = find_group (b, what);

    if ((answers == ANSWERS_OTHER && !is_demand (what)) ||
        (answers == ANSWERS_EQUIVALENT && (!of_a.number || !of_b.number)))
        return;
    if (of_a.is_open || of_b.is_open) {
        g_ptr_array_add (comparison->left_out, g_strdup_printf ("%s: %s has more than %d values, and is not compared",
                                                                a->name, what, TOLD_VALUES));
        return;
    }
    if (groups_differ (&of_a, &of_b, what))
        add (comparison, a->name, what, say_group (&of_a), say_group (&of_b), phones_go_by (what));
}

/* The names of one side, and those that only the other one has. */
static void compare_values (Comparison *comparison, const StormExchange *a, const StormExchange *b, Answers answers)
{
    const StormExchange *const sides[] = { a, b };

    for (guint side = 0; side < 2; side++) {
        const GArray *values = told_values (sides[side]->told);
        for (guint i = 0; i < values->len; i++) {
            const char *what = g_array_index (values, ToldValue, i).what;
            const gboolean is_new = i == 0 || strcmp (what, g_array_index (values, ToldValue, i - 1).what) != 0;
            if (is_new && strcmp (what, "answer") != 0 && (side == 0 || !find_group (a, what).number))
                compare_value (comparison, a, b, what, answers);
        }
    }
}

/* --- How long it took */

/* What the median of these may be, had there been any number of them: the least, or the most. */
static gint64 median_within (Spread *times, gint direction)
{
    const gint64 count = (gint64) spread_count (times);
    const gint64 off = (gint64) ceil (MEDIAN_RANKS * sqrt ((double) count));
    const gint64 middle = (gint64) percentile_rank ((guint64) count, 50);

    return spread_nth (times, (guint64) CLAMP (middle + direction * off, 1, count));
}

/* Of few times all lie in between. */
static gboolean medians_differ (Spread *fast, Spread *slow)
{
    return median_within (fast, 1) < median_within (slow, -1);
}

static void compare_times (Comparison *comparison, const Storm *a, const StormExchange *of_a, const Storm *b,
                           const StormExchange *of_b, const Tolerance *tolerance)
{
    char text_a[DURATION_TEXT_SIZE], text_b[DURATION_TEXT_SIZE];

    if (!spread_count (of_a->times) || !spread_count (of_b->times) || a->verdict.is_saturated ||
        b->verdict.is_saturated)
        return;
    const gint64 median_a = spread_percentile (of_a->times, 50), median_b = spread_percentile (of_b->times, 50);
    const StormExchange *slow = median_a > median_b ? of_a : of_b, *fast = median_a > median_b ? of_b : of_a;
    if (timing_judge (tolerance, MIN (median_a, median_b), MAX (median_a, median_b),
                      spread_percentile (slow->least, 50)) != TIMING_LATE ||
        !medians_differ (fast->times, slow->times))
        return;
    add (comparison, of_a->name, "response time", g_strdup (duration_format (median_a, text_a)),
         g_strdup (duration_format (median_b, text_b)), TRUE);
}

/* --- A recording */

static gboolean was_asked (const StormExchange *exchange)
{
    return exchange && find_group (exchange, "answer").number;
}

static void compare_exchange (Comparison *comparison, const Storm *a, const StormExchange *of_a, const Storm *b,
                              const StormExchange *of_b, const Tolerance *tolerance)
{
    const Group answer_a = find_group (of_a, "answer"), answer_b = find_group (of_b, "answer");
    Answers answers = ANSWERS_SAME;

    if (groups_differ (&answer_a, &answer_b, "answer")) {
        answers = is_as_recorded (of_a) && is_as_recorded (of_b) ? ANSWERS_EQUIVALENT : ANSWERS_OTHER;
        add (comparison, of_a->name, "answer", say_group (&answer_a), say_group (&answer_b), answers == ANSWERS_OTHER);
    }
    compare_values (comparison, of_a, of_b, answers);
    compare_times (comparison, a, of_a, b, of_b, tolerance);
}

/* What only one of both was asked says nothing when the other registration had ended before. */
static void compare_exchanges (Comparison *comparison, const Storm *a, const Storm *b, const Tolerance *tolerance)
{
    const gboolean is_told = !ends_differ (a, b);

    for (guint i = 0; i < a->exchanges->len; i++) {
        const StormExchange *of_a = a->exchanges->pdata[i], *of_b = g_hash_table_lookup (b->exchanges_of, of_a->name);
        if (was_asked (of_a) && was_asked (of_b))
            compare_exchange (comparison, a, of_a, b, of_b, tolerance);
        else if (was_asked (of_a) != was_asked (of_b) && is_told)
            add (comparison, of_a->name, "question", g_strdup (was_asked (of_a) ? "asked" : "not asked"),
                 g_strdup (was_asked (of_b) ? "asked" : "not asked"), TRUE);
    }
    for (guint i = 0; i < b->exchanges->len && is_told; i++) {
        const StormExchange *of_b = b->exchanges->pdata[i];
        if (was_asked (of_b) && !g_hash_table_lookup (a->exchanges_of, of_b->name))
            add (comparison, of_b->name, "question", g_strdup ("not asked"), g_strdup ("asked"), TRUE);
    }
}

/* Of a registration, to the nearest whole number: a few that came a moment too late are no other behaviour. */
static gint64 pushes_of (const Storm *storm, const char *message)
{
    for (guint i = 0; i < storm->pushes->len; i++) {
        const StormPush *push = storm->pushes->pdata[i];
        if (g_str_equal (push->message, message))
            return storm->verdict.runs ? llround ((double) push->live / (double) storm->verdict.runs) : 0;
    }
    return 0;
}

static void compare_push (Comparison *comparison, const Storm *a, const Storm *b, const char *message)
{
    const gint64 of_a = pushes_of (a, message), of_b = pushes_of (b, message);

    /* What a run has not waited for may only not have come yet. */
    if (of_a == of_b || !(of_a < of_b ? a : b)->pushes_awaited)
        return;
    add (comparison, UNSOLICITED, message, g_strdup_printf ("%" G_GINT64_FORMAT, of_a),
         g_strdup_printf ("%" G_GINT64_FORMAT, of_b), TRUE);
}

static void compare_pushes (Comparison *comparison, const Storm *a, const Storm *b)
{
    if (ends_differ (a, b))
        return;
    for (guint i = 0; i < a->pushes->len; i++)
        compare_push (comparison, a, b, ((const StormPush *) a->pushes->pdata[i])->message);
    for (guint i = 0; i < b->pushes->len; i++) {
        const char *message = ((const StormPush *) b->pushes->pdata[i])->message;
        gboolean is_known = FALSE;
        for (guint k = 0; k < a->pushes->len && !is_known; k++)
            is_known = g_str_equal (((const StormPush *) a->pushes->pdata[k])->message, message);
        if (!is_known)
            compare_push (comparison, a, b, message);
    }
}

static gboolean are_same_phones (const Storm *a, const Storm *b)
{
    GHashTableIter iter;
    gpointer phone;

    if (g_hash_table_size (a->phones) != g_hash_table_size (b->phones))
        return FALSE;
    g_hash_table_iter_init (&iter, a->phones);
    while (g_hash_table_iter_next (&iter, &phone, NULL))
        if (!g_hash_table_contains (b->phones, phone))
            return FALSE;
    return TRUE;
}

static void leave_out (Comparison *comparison, const Storm *a, const Storm *b)
{
    if (!are_same_phones (a, b))
        g_ptr_array_add (comparison->left_out,
                         g_strdup ("the phones of both are not the same ones: what a server has for each phone may "
                                   "differ for that"));
    if (a->verdict.is_saturated || b->verdict.is_saturated)
        g_ptr_array_add (comparison->left_out,
                         g_strdup_printf ("the machine that played %s was too busy: times are not compared",
                                          a->verdict.is_saturated ? "A" : "B"));
}

static void compare_runs (Comparison *comparison, const PlayedRun *a, const PlayedRun *b, const Tolerance *tolerance)
{
    if (!a->storm || !b->storm) {
        if (a->storm || b->storm)
            add (comparison, RECORDING, "tested", g_strdup (a->storm ? "tested" : a->why),
                 g_strdup (b->storm ? "tested" : b->why), TRUE);
        else
            g_ptr_array_add (comparison->left_out, g_strdup_printf ("tested on neither side: %s", a->why));
        return;
    }
    const StormPart *of_a = a->storm->parts->pdata[0], *of_b = b->storm->parts->pdata[0];
    if (!g_str_equal (of_a->recording, of_b->recording)) {
        add (comparison, RECORDING, "what it is", g_strdup_printf ("%s of %s", of_a->recorded_phone, of_a->capture),
             g_strdup_printf ("another one: %s of %s", of_b->recorded_phone, of_b->capture), FALSE);
        return;
    }
    compare_ends (comparison, a->storm, b->storm);
    compare_exchanges (comparison, a->storm, b->storm, tolerance);
    compare_pushes (comparison, a->storm, b->storm);
    leave_out (comparison, a->storm, b->storm);
}

/* --- All of them */

static gboolean is_same_recording (const PlayedRun *a, const PlayedRun *b)
{
    return a->storm && b->storm &&
           g_str_equal (((const StormPart *) a->storm->parts->pdata[0])->recording,
                        ((const StormPart *) b->storm->parts->pdata[0])->recording);
}

/* The same recording under the same name, else under another one, else the same name. taken: of PlayedRun. */
static const PlayedRun *find_partner (const Played *side, const PlayedRun *run, GHashTable *taken)
{
    const PlayedRun *found = NULL;
    guint best = 0;

    for (guint i = 0; i < side->runs->len; i++) {
        const PlayedRun *other = side->runs->pdata[i];
        const guint fit =
            (is_same_recording (run, other) ? 2 : 0) + (g_str_equal (run->capture, other->capture) ? 1 : 0);
        if (fit <= best || g_hash_table_contains (taken, other))
            continue;
        best = fit;
        found = other;
    }
    return found;
}

static Comparison *begin (GPtrArray *all, const char *capture)
{
    Comparison *comparison = g_new0 (Comparison, 1);

    comparison->capture = g_strdup (capture);
    comparison->differences = g_ptr_array_new_with_free_func (difference_free);
    comparison->left_out = g_ptr_array_new_with_free_func (g_free);
    g_ptr_array_add (all, comparison);
    return comparison;
}

GPtrArray *compare_sides (const Played *a, const Played *b, const Tolerance *tolerance)
{
    GPtrArray *all = g_ptr_array_new_with_free_func (comparison_free);
    g_autoptr (GHashTable) taken = g_hash_table_new (NULL, NULL);
    /* Of two single runs whoever compares them means both, however they are called. */
    const gboolean are_single = a->runs->len == 1 && b->runs->len == 1;

    for (guint i = 0; i < a->runs->len; i++) {
        const PlayedRun *run = a->runs->pdata[i], *other = find_partner (b, run, taken);
        Comparison *comparison = begin (all, run->capture);
        if (!other && are_single)
            other = b->runs->pdata[0];
        if (!other) {
            add (comparison, RECORDING, "tested", g_strdup ("tested"), g_strdup ("not there"), FALSE);
            continue;
        }
        g_hash_table_add (taken, (gpointer) other);
        compare_runs (comparison, run, other, tolerance);
    }
    for (guint i = 0; i < b->runs->len; i++) {
        const PlayedRun *run = b->runs->pdata[i];
        if (!g_hash_table_contains (taken, run))
            add (begin (all, run->capture), RECORDING, "tested", g_strdup ("not there"), g_strdup ("tested"), FALSE);
    }
    return all;
}

guint comparisons_count (const GPtrArray *comparisons, guint *ret_noticed)
{
    guint count = 0;

    *ret_noticed = 0;
    for (guint i = 0; i < comparisons->len; i++) {
        const Comparison *comparison = comparisons->pdata[i];
        count += comparison->differences->len;
        for (guint k = 0; k < comparison->differences->len; k++)
            *ret_noticed += ((const Difference *) comparison->differences->pdata[k])->is_noticed ? 1 : 0;
    }
    return count;
}
