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
    g_clear_pointer (&exchange->said, g_free);
    g_clear_pointer (&exchange->file, asked_file_free);
}

void outcome_init (PlayerOutcome *outcome)
{
    *outcome = (PlayerOutcome){
        .round_trip = -1, .accepted_after = -1, .ready_after = -1, .accepted_own = -1, .ready_own = -1, .files_took = -1
    };
    outcome->exchanges = g_array_new (FALSE, TRUE, sizeof (Exchange));
    g_array_set_clear_func (outcome->exchanges, (GDestroyNotify) exchange_clear);
    outcome->pushes = g_array_new (FALSE, TRUE, sizeof (Push));
    outcome->remarks = g_ptr_array_new_with_free_func (g_free);
}

void outcome_clear (PlayerOutcome *outcome)
{
    g_free (outcome->sentence);
    g_clear_pointer (&outcome->exchanges, g_array_unref);
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

    for (guint i = 0; i < outcome->exchanges->len; i++) {
        const Exchange *exchange = &g_array_index (outcome->exchanges, Exchange, i);
        count += exchange->kind == kind && exchange->instance == instance;
    }
    return count;
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

    g_array_append_val (outcome->exchanges, exchange);
    return outcome->exchanges->len;
}

Exchange *outcome_exchange (const PlayerOutcome *outcome, guint place)
{
    return place ? &g_array_index (outcome->exchanges, Exchange, place - 1) : NULL;
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
