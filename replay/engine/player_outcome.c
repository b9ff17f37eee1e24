/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/engine/player_outcome.h"

#include "replay/clean.h"

const char *end_name (End end)
{
    static const char *const names[] = { "complete", "refused", "different", "unreachable", "gone", "interrupted" };
    return names[end];
}

AskedFile *asked_file_copy (const AskedFile *file)
{
    AskedFile *copy = file ? g_memdup2 (file, sizeof *file) : NULL;

    if (copy)
        copy->name = g_strdup (file->name);
    return copy;
}

void asked_file_free (AskedFile *file)
{
    if (!file)
        return;
    g_free (file->name);
    g_free (file);
}

void exchange_clear (Exchange *exchange)
{
    g_clear_pointer (&exchange->detail, g_free);
    g_clear_pointer (&exchange->said, g_ref_string_release);
    g_clear_pointer (&exchange->file, asked_file_free);
    g_clear_pointer (&exchange->more, g_array_unref);
}

void exchange_set_said (Exchange *exchange, char *said)
{
    exchange->said = said ? g_ref_string_new_intern (said) : NULL;
    g_free (said);
}

void outcome_init (PlayerOutcome *outcome, guint exchanges)
{
    *outcome = (PlayerOutcome){
        .round_trip = -1, .accepted_after = -1, .ready_after = -1, .accepted_own = -1, .ready_own = -1, .files_took = -1
    };
    outcome->exchanges = g_new (Exchange, exchanges);
    outcome->room = exchanges;
    outcome->pushes = g_array_new (FALSE, TRUE, sizeof (Push));
    outcome->remarks = g_ptr_array_new_with_free_func (g_free);
}

void outcome_clear (PlayerOutcome *outcome)
{
    g_free (outcome->sentence);
    outcome_cut_exchanges (outcome, 0);
    g_clear_pointer (&outcome->exchanges, g_free);
    outcome->room = 0;
    g_clear_pointer (&outcome->pushes, g_array_unref);
    g_clear_pointer (&outcome->remarks, g_ptr_array_unref);
}

char *outcome_words (const char *format, va_list arguments)
{
    g_autofree char *raw = g_strdup_vprintf (format, arguments);
    return clean_line (raw);
}

void outcome_append (PlayerOutcome *outcome, const char *words)
{
    if (!outcome->sentence)
        return;
    g_autofree char *clean = clean_line (words);
    char *longer = g_strconcat (outcome->sentence, clean, NULL);
    g_free (outcome->sentence);
    outcome->sentence = longer;
}

guint outcome_count (const PlayerOutcome *outcome, KindIndex kind, guint64 instance)
{
    guint count = 0;

    for (guint i = 0; i < outcome->n_exchanges; i++) {
        const Exchange *exchange = &outcome->exchanges[i];
        count += exchange->kind == kind && exchange->instance == instance;
    }
    return count;
}

/* A phone that stays has some more behind those that were likely. */
#define MORE_ROOM 4

void outcome_add_exchange (PlayerOutcome *outcome, const Exchange *exchange)
{
    if (outcome->n_exchanges == outcome->room) {
        outcome->room += MAX (MORE_ROOM, outcome->room / 4);
        outcome->exchanges = g_renew (Exchange, outcome->exchanges, outcome->room);
    }
    outcome->exchanges[outcome->n_exchanges++] = *exchange;
}

void outcome_cut_exchanges (PlayerOutcome *outcome, guint n)
{
    while (outcome->n_exchanges > n)
        exchange_clear (&outcome->exchanges[--outcome->n_exchanges]);
}

guint outcome_open_exchange (PlayerOutcome *outcome, const Script *script, guint request, KindIndex kind,
                             guint64 instance)
{
    Exchange exchange = { .request = request,
                          .kind = kind,
                          .instance = instance,
                          .nth = outcome_count (outcome, kind, instance),
                          .recorded = script_response (script, request),
                          .live = -1,
                          .least = -1 };

    outcome_add_exchange (outcome, &exchange);
    return outcome->n_exchanges;
}

Exchange *outcome_exchange (const PlayerOutcome *outcome, guint place)
{
    return place ? &outcome->exchanges[place - 1] : NULL;
}

/* As regular as any. */
static gboolean may_fold (const Exchange *exchange)
{
    return exchange->live >= 0 && !exchange->fails && !exchange->repeats && !exchange->detail && !exchange->file;
}

static gboolean went_alike (const Exchange *a, const Exchange *b)
{
    return a->kind == b->kind && a->instance == b->instance && a->request == b->request && a->answer == b->answer &&
           a->has_answer == b->has_answer && a->content == b->content && a->said == b->said;
}

gboolean outcome_fold (PlayerOutcome *outcome)
{
    const guint n = outcome->n_exchanges;
    const Exchange *last = n ? &outcome->exchanges[n - 1] : NULL;

    if (!last || !may_fold (last))
        return FALSE;
    for (guint i = n - 1; i > 0; i--) {
        Exchange *earlier = &outcome->exchanges[i - 1];
        const ExchangeTime time = { last->live, last->least };
        if (!may_fold (earlier) || !went_alike (earlier, last))
            continue;
        if (!earlier->more)
            earlier->more = g_array_new (FALSE, FALSE, sizeof (ExchangeTime));
        g_array_append_val (earlier->more, time);
        outcome_cut_exchanges (outcome, n - 1);
        return TRUE;
    }
    return FALSE;
}

Push *outcome_push (PlayerOutcome *outcome, KindIndex kind)
{
    Push fresh = { .kind = kind };

    for (guint i = 0; i < outcome->pushes->len; i++)
        if (g_array_index (outcome->pushes, Push, i).kind == kind)
            return &g_array_index (outcome->pushes, Push, i);
    g_array_append_val (outcome->pushes, fresh);
    return &g_array_index (outcome->pushes, Push, outcome->pushes->len - 1);
}

void outcome_count_recorded_pushes (PlayerOutcome *outcome, const Script *script)
{
    for (guint i = 0; i < script->messages->len; i++)
        if (script_is_push (script_message (script, i)))
            outcome_push (outcome, script_message (script, i)->kind)->recorded++;
}

/* A server that floods must not fill our memory. */
#define REMARKS_MAX 50

void outcome_remark (PlayerOutcome *outcome, const char *format, ...)
{
    va_list arguments;

    if (outcome->remarks->len >= REMARKS_MAX)
        return;
    va_start (arguments, format);
    g_ptr_array_add (outcome->remarks, outcome_words (format, arguments));
    va_end (arguments);
}
