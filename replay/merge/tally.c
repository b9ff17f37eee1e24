/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/merge/tally.h"

#include <string.h>

/* Between a group and a cause. */
#define BETWEEN "\x1f"
/* Causes of groups, all together. */
#define REASONS (4 * TALLY_NAMES)
/* Longer names are cut, so that their number bounds the memory. */
#define NAME_SIZE 200

#define HOUR_SIZE sizeof "2026-12-01T13:00Z"

const char *dimension_name (Dimension dimension)
{
    static const char *const names[] = {
#define X(symbol, name) name,
        DIMENSIONS (X)
#undef X
    };
    return names[dimension];
}

Tally *tally_new (guint top)
{
    Tally *tally = g_new0 (Tally, 1);

    tally->causes = counts_new (TALLY_NAMES);
    for (Dimension dimension = 0; dimension < N_DIMENSIONS; dimension++) {
        tally->groups[dimension] = counts_new (TALLY_NAMES);
        tally->reasons[dimension] = counts_new (REASONS);
    }
    for (guint which = 0; which < N_TIMES; which++)
        tally->times[which] = spread_new (TALLY_EXACT);
    tally->kinds = kinds_new (top);
    return tally;
}

void tally_free (Tally *tally)
{
    if (!tally)
        return;
    counts_free (tally->causes);
    for (Dimension dimension = 0; dimension < N_DIMENSIONS; dimension++) {
        counts_free (tally->groups[dimension]);
        counts_free (tally->reasons[dimension]);
    }
    for (guint which = 0; which < N_TIMES; which++)
        spread_free (tally->times[which]);
    kinds_free (tally->kinds);
    g_free (tally);
}

/* The hour that a phone's registration began in, as ISO 8601 has it; NULL when the clock says nothing sensible. */
static const char *hour_text (gint64 hour, char text[HOUR_SIZE])
{
    g_autoptr (GDateTime) time = hour == NO_HOUR ? NULL : g_date_time_new_from_unix_utc (hour);

    if (!time)
        return NULL;
    g_snprintf (text, HOUR_SIZE, "%04d-%02d-%02dT%02d:00Z", g_date_time_get_year (time), g_date_time_get_month (time),
                g_date_time_get_day_of_month (time), g_date_time_get_hour (time));
    return text;
}

/* The name as it is counted: "" for none, and never with what stands between two. Owned by the caller. */
static char *name_of (const char *text)
{
    char *name = g_strndup (text ? text : "", NAME_SIZE);
    const char *end;

    if (!g_utf8_validate (name, -1, &end)) /* cut within a character */
        name[end - name] = '\0';
    return g_strdelimit (name, BETWEEN, '?');
}

static void count_reason (Tally *tally, Dimension dimension, const char *group, const char *cause)
{
    g_autofree char *both = g_strconcat (group, BETWEEN, cause, NULL);
    counts_add (tally->reasons[dimension], both, 1, 1);
}

static void count_groups (Tally *tally, const Row *row, const char *site, const char *cause)
{
    char hour[HOUR_SIZE];
    const char *const texts[N_DIMENSIONS] = { [BY_MODEL] = row->model,
                                              [BY_LOAD] = row->load,
                                              [BY_SERVER] = row->server,
                                              [BY_SITE] = site,
                                              [BY_HOUR] = hour_text (row->hour, hour) };

    for (Dimension dimension = 0; dimension < N_DIMENSIONS; dimension++) {
        g_autofree char *group = name_of (texts[dimension]);
        counts_add (tally->groups[dimension], group, 1, row->fails ? 1 : 0);
        if (row->fails)
            count_reason (tally, dimension, group, cause);
    }
}

static gboolean is_registered (Outcome outcome)
{
    return outcome == OUTCOME_READY || outcome == OUTCOME_REGISTERED || outcome == OUTCOME_AUTO;
}

void tally_add (Tally *tally, const Row *row, const char *capture, const char *site)
{
    g_autofree char *cause = name_of (row->cause ? row->cause : outcome_name (row->outcome));

    tally->phones++;
    tally->registered += is_registered (row->outcome) ? 1 : 0;
    tally->fails += row->fails ? 1 : 0;
    tally->outcomes[row->outcome]++;
    tally->backwards += row->backwards;
    if (row->fails)
        counts_add (tally->causes, cause, 1, 1);
    count_groups (tally, row, site, cause);
    for (guint i = 0; i < row->times->len; i++) {
        const RowTime *time = &g_array_index (row->times, RowTime, i);
        spread_add (tally->times[time->which], time->took);
    }
    if (row->model && row->ready_after >= 0) {
        g_autofree char *model = name_of (row->model), *phone = name_of (row->phone);
        kinds_add (tally->kinds, model, phone, capture, row->ready_after);
    }
}

void tally_join (Tally *tally, const Tally *other)
{
    tally->captures += other->captures;
    tally->troubles += other->troubles;
    tally->phones += other->phones;
    tally->registered += other->registered;
    tally->fails += other->fails;
    tally->backwards += other->backwards;
    for (Outcome outcome = 0; outcome < N_OUTCOMES; outcome++)
        tally->outcomes[outcome] += other->outcomes[outcome];
    counts_join (tally->causes, other->causes);
    for (Dimension dimension = 0; dimension < N_DIMENSIONS; dimension++) {
        counts_join (tally->groups[dimension], other->groups[dimension]);
        counts_join (tally->reasons[dimension], other->reasons[dimension]);
    }
    for (guint which = 0; which < N_TIMES; which++)
        spread_join (tally->times[which], other->times[which]);
    kinds_join (tally->kinds, other->kinds);
}

GArray *tally_reasons (const Tally *tally, Dimension dimension, const char *group, guint top)
{
    g_autofree char *prefix = g_strconcat (group, BETWEEN, NULL);
    GArray *found = counts_top (tally->reasons[dimension], prefix, top);

    for (guint i = 0; i < found->len; i++)
        g_array_index (found, Count, i).name += strlen (prefix);
    return found;
}
