/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/watch/watch_lines.h"

#include "registration/report/json.h"
#include "registration/report/report.h"
#include "registration/report/totals.h"
#include "registration/terms/seconds.h"
#include "registration/wire/times.h"
#include "replay/duration.h"

#include <string.h>

void watch_time_text (gint64 time, const char *format, GString *out)
{
    g_autoptr (GDateTime) moment = g_date_time_new_from_unix_local (time / SECOND);
    g_autofree char *text = moment ? g_date_time_format (moment, format) : NULL;

    if (text)
        g_string_append_printf (out, "%s.%03d", text, (int) (time % SECOND / MILLISECONDS (1)));
    else
        seconds_append (out, time, 0);
}

/* How long it took to come so far; NOT_SEEN when that says nothing. */
static gint64 took (const WatchPhone *phone)
{
    switch (phone->outcome) {
    case OUTCOME_READY:
    case OUTCOME_BACKUP:
    case OUTCOME_AUTO:
        return phone->ready_in;
    case OUTCOME_ACCEPTED:
        return phone->accepted_in;
    default:
        return NOT_SEEN;
    }
}

static char *state_text (const WatchPhone *phone, const Tips *tips)
{
    char duration[DURATION_TEXT_SIZE];
    GString *text = g_string_new (NULL);

    if (phone->missing) {
        const gint64 silence = phone->since - phone->last_seen;
        const Value gone[] = { value_of_text (VALUE_TEXT, phone->text),
                               value_of_text (VALUE_TOOK, duration_format (phone->registered ? silence : WATCH_MISSING,
                                                                           duration)) };
        tips_say (tips, phone->registered ? WORD_WATCH_SILENT : WORD_WATCH_MISSING, gone, G_N_ELEMENTS (gone), text);
        return g_string_free (text, FALSE);
    }

    if (took (phone) == NOT_SEEN)
        return g_string_free (g_string_append (text, phone->text), FALSE);
    const Value values[] = { value_of_text (VALUE_TEXT, phone->text),
                             value_of_text (VALUE_TOOK, duration_format (took (phone), duration)),
                             value_of_text (VALUE_SERVER, phone->server) };
    /* On a backup, the server is named already. */
    tips_say (tips, phone->outcome == OUTCOME_ACCEPTED ? WORD_WATCH_ACCEPTED : WORD_WATCH_TOOK, values,
              phone->outcome == OUTCOME_BACKUP ? 2 : 3, text);
    return g_string_free (text, FALSE);
}

void watch_state_text (const WatchPhone *phone, const Tips *tips, GString *out)
{
    g_autofree char *text = phone->missing ? state_text (phone, tips) : g_strdup (phone->text);
    g_string_append (out, text);
}

void watch_phone_text (const WatchPhone *phone, const Tips *tips, GString *out)
{
    g_autofree char *state = state_text (phone, tips);

    if (phone->problem == NO_CAUSE) {
        g_string_append (out, state);
        return;
    }
    const Value values[] = { value_of_text (VALUE_TEXT, state), value_of_text (VALUE_TITLE, phone->title),
                             value_of_text (VALUE_PROBLEM, problem_name ((Problem) phone->problem)),
                             value_of_word (VALUE_CERTAINTY, certainty_word (phone->certainty)) };
    tips_say (tips, phone->registered ? WORD_REPORT_BUT : WORD_REPORT_CAUSE, values, G_N_ELEMENTS (values), out);
}

void watch_change_text (const WatchChange *change, const Tips *tips, GString *out)
{
    const WatchPhone *phone = change->phone;
    const gsize from = out->len;
    g_autoptr (GString) state = g_string_new (NULL);

    watch_phone_text (phone, tips, state);
    const gboolean has_address = phone->address && strcmp (phone->address, phone->name) != 0;
    const Value values[] = { value_of_text (VALUE_DEVICE, phone->name),
                             value_of_text (VALUE_TEXT, state->str),
                             value_of_text (VALUE_MODEL, phone->model),
                             { .key = VALUE_IP, .address = phone->ip } };
    watch_time_text (change->time, "%F %T", out);
    g_string_append (out, "  ");
    tips_say (tips, WORD_REPORT_PHONE, values, G_N_ELEMENTS (values) - (has_address ? 0 : 1), out);
    g_string_append_c (out, '\n');
    if (change->has_begun_to_fail && phone->fix) {
        g_string_append (out, "    ");
        report_labelled (tips, WORD_TO_DO, phone->fix, out);
        g_string_append_c (out, '\n');
    }
    report_clean (out, from);
}

static void write_seconds (Json *json, const char *key, gint64 nanoseconds)
{
    if (nanoseconds == NOT_SEEN)
        json_string (json, key, NULL);
    else
        json_seconds (json, key, nanoseconds);
}

void watch_change_json (const WatchChange *change, const Tips *tips, GString *out)
{
    const WatchPhone *phone = change->phone;
    const gboolean has_cause = phone->problem != NO_CAUSE;
    Json json = { .out = out };

    json_open_object (&json, NULL);
    json_string (&json, "type", change->is_gone ? "gone" : "change");
    json_seconds (&json, "time", change->time);
    json_number (&json, "number", phone->number);
    json_string (&json, "phone", phone->name);
    if (change->is_gone) {
        json_close_object (&json);
        g_string_append_c (out, '\n');
        return;
    }
    json_string (&json, "address", phone->address);
    json_string (&json, "model", phone->model);
    json_string (&json, "server", phone->server);
    json_string (&json, "outcome", outcome_name (phone->outcome));
    json_string (&json, "before", change->is_new ? NULL : outcome_name (change->before));
    json_string (&json, "phase", *phase_name (phone->phase) ? phase_name (phone->phase) : NULL);
    json_bool (&json, "registered", phone->registered);
    json_bool (&json, "fails", phone->fails);
    json_bool (&json, "missing", phone->missing);
    write_seconds (&json, "accepted_in", phone->accepted_in);
    write_seconds (&json, "ready_after", phone->ready_in);
    g_autoptr (GString) text = g_string_new (NULL);
    watch_state_text (phone, tips, text);
    json_string (&json, "text", text->str);
    json_string (&json, "cause", has_cause ? problem_name ((Problem) phone->problem) : NULL);
    json_string (&json, "severity", has_cause ? severity_name (phone->severity) : NULL);
    json_string (&json, "certainty", has_cause ? certainty_name (phone->certainty) : NULL);
    json_string (&json, "title", phone->title);
    json_string (&json, "why", phone->why);
    json_string (&json, "fix", phone->fix);
    json_number_or_null (&json, "packet", (gint64) phone->packet);
    json_close_object (&json);
    g_string_append_c (out, '\n');
}

void watch_totals_text (const Watch *watch, const Tips *tips, GString *out)
{
    g_autoptr (GString) all = g_string_new (NULL);
    Totals totals = { 0 };

    for (guint i = 0; i < watch_n_phones (watch); i++) {
        const WatchPhone *phone = watch_phone (watch, i);
        const Problem problem = phone->problem == NO_CAUSE ? N_PROBLEMS : (Problem) phone->problem;
        totals_add (&totals, phone->registered, phone->fails, problem, phone->outcome);
        totals.missing += phone->missing ? 1 : 0;
    }
    totals_say (&totals, tips, all);
    const Value text = value_of_text (VALUE_TEXT, all->str);
    tips_say (tips, WORD_REPORT_TOTAL, &text, 1, out);
}
