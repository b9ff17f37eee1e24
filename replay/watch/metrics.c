/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/watch/metrics.h"

#include "registration/wire/times.h"

static void begin (const char *name, const char *type, const char *help, GString *out)
{
    g_string_append_printf (out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void single (const char *name, const char *type, const char *help, guint64 value, GString *out)
{
    begin (name, type, help, out);
    g_string_append_printf (out, "%s %" G_GUINT64_FORMAT "\n", name, value);
}

static const char *cause_name (guint problem)
{
    return problem < N_PROBLEMS ? problem_name ((Problem) problem) : "unknown";
}

static void labelled (const char *name, const char *label, const char *value, guint64 number, GString *out)
{
    g_string_append_printf (out, "%s{%s=\"%s\"} %" G_GUINT64_FORMAT "\n", name, label, value, number);
}

/* Without printf's decimal comma. */
static void seconds (gint64 nanoseconds, GString *out)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append (out, g_ascii_formatd (text, sizeof text, "%.9g", (double) nanoseconds / (double) SECOND));
}

static void histogram (const char *name, const char *help, const WatchTimes *times, GString *out)
{
    guint64 count = 0;

    begin (name, "histogram", help, out);
    for (guint i = 0; i < WATCH_TIMES; i++) {
        count += times->counts[i];
        g_string_append_printf (out, "%s_bucket{le=\"", name);
        seconds (watch_times[i], out);
        g_string_append_printf (out, "\"} %" G_GUINT64_FORMAT "\n", count);
    }
    count += times->counts[WATCH_TIMES];
    g_string_append_printf (out, "%s_bucket{le=\"+Inf\"} %" G_GUINT64_FORMAT "\n%s_sum ", name, count, name);
    seconds ((gint64) times->sum, out);
    g_string_append_printf (out, "\n%s_count %" G_GUINT64_FORMAT "\n", name, count);
}

static void phones (const Watch *watch, GString *out)
{
    guint64 by_outcome[N_OUTCOMES] = { 0 }, by_cause[N_PROBLEMS + 1] = { 0 }, missing = 0;

    for (guint i = 0; i < watch_n_phones (watch); i++) {
        const WatchPhone *phone = watch_phone (watch, i);
        by_outcome[phone->outcome]++;
        missing += phone->missing;
        if (phone->fails)
            by_cause[phone->problem == NO_CAUSE ? N_PROBLEMS : (guint) phone->problem]++;
    }
    begin ("regflow_phones", "gauge", "Phones, by how they stand.", out);
    for (guint i = 0; i < N_OUTCOMES; i++)
        labelled ("regflow_phones", "outcome", outcome_name ((Outcome) i), by_outcome[i], out);
    begin ("regflow_phones_failing", "gauge", "Phones that fail now, by cause.", out);
    for (guint i = 0; i <= N_PROBLEMS; i++)
        if (by_cause[i])
            labelled ("regflow_phones_failing", "cause", cause_name (i), by_cause[i], out);
    single ("regflow_phones_missing", "gauge",
            "Phones that were registered, went without a word, and have not come back for a minute.", missing, out);
}

void metrics_text (const Watch *watch, guint64 dropped, GString *out)
{
    const WatchCounts *counts = watch_counts (watch);

    phones (watch, out);
    /* From 0 on: of what begins with its first failure, nobody sees that it grows. */
    begin ("regflow_failures_total", "counter", "Times that a phone began to fail, or to fail for another cause.", out);
    for (guint i = 0; i <= N_PROBLEMS; i++)
        if (i == N_PROBLEMS || problem_severity ((Problem) i) >= SEVERITY_WARNING || counts->failures[i])
            labelled ("regflow_failures_total", "cause", cause_name (i), counts->failures[i], out);
    single ("regflow_missing_total", "counter", "Times that a phone went missing.", counts->missing, out);
    single ("regflow_registrations_asked_total", "counter", "Registrations asked for; refreshes are none.",
            counts->asked, out);
    single ("regflow_registrations_accepted_total", "counter", "Registrations accepted; refreshes are none.",
            counts->accepted, out);
    single ("regflow_registrations_ready_total", "counter", "Registrations whose phone became ready.", counts->ready,
            out);
    single ("regflow_registrations_refused_total", "counter", "Registrations refused.", counts->refused, out);
    histogram ("regflow_accept_seconds", "From the question to its acceptance.", &counts->accept_times, out);
    histogram ("regflow_ready_seconds", "From the first step towards the server until the phone was ready.",
               &counts->ready_times, out);
    single ("regflow_packets_total", "counter", "Packets read.", counts->packets, out);
    single ("regflow_packets_dropped_total", "counter", "Packets that the kernel dropped, not taken in time.", dropped,
            out);
    single ("regflow_phones_forgotten_total", "counter", "Phones forgotten for want of room.", counts->forgotten, out);
}
