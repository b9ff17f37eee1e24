/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/verdict.h"

ExitCode verdict_code (const Verdict *verdict)
{
    if (verdict->unreachable || verdict->gone)
        return REGREPLAY_UNREACHABLE;
    if (verdict->refused || verdict->different || verdict->interrupted || verdict->short_of_level || verdict->late ||
        verdict->differing || verdict->keepalives_lost || verdict->unsigned_off || verdict->runs == 0)
        return REGREPLAY_DIFFERS;
    return verdict->strict && verdict->harmless ? REGREPLAY_DIFFERS : REGREPLAY_OK;
}

static char *count_phrase (guint64 count, const char *one, const char *many)
{
    return g_strdup_printf ("%" G_GUINT64_FORMAT " %s", count, count == 1 ? one : many);
}

static void add_phrase (GString *out, guint64 count, const char *one, const char *many)
{
    if (!count)
        return;
    g_autofree char *phrase = count_phrase (count, one, many);
    g_string_append_printf (out, "%s%s", out->len ? ", " : "", phrase);
}

static char *say_good (const Verdict *verdict)
{
    const char *in_time = verdict->uncertain ? "" : " and on time";

    if (verdict->better && verdict->runs == 1)
        return g_strdup ("registered, which the recorded phone was not; what can be compared is as recorded");
    if (verdict->better)
        return g_strdup_printf ("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " registered, which the recorded phone "
                                "was not; what can be compared is as recorded",
                                verdict->better, verdict->runs);
    return verdict->runs == 1
               ? g_strdup_printf ("registered as recorded%s", in_time)
               : g_strdup_printf ("all %" G_GUINT64_FORMAT " registered as recorded%s", verdict->runs, in_time);
}

/* How registrations ended that are not told one by one. */
static void add_ends (GString *bad, const Verdict *verdict)
{
    add_phrase (bad, verdict->unreachable, "got no connection or no answer", "got no connection or no answer");
    add_phrase (bad, verdict->gone, "connection lost", "connections lost");
    add_phrase (bad, verdict->refused, "refused", "refused");
    add_phrase (bad, verdict->different, "not carried on as recorded", "not carried on as recorded");
    add_phrase (bad, verdict->interrupted, "interrupted", "interrupted");
}

static void add_faults (GString *bad, const Verdict *verdict)
{
    const gboolean one = verdict->runs == 1;

    add_phrase (bad, verdict->differing, "answer differs", "answers differ");
    if (verdict->is_saturated && verdict->late)
        g_string_append_printf (bad, "%stimes not judged, because this machine itself was late", bad->len ? ", " : "");
    else
        add_phrase (bad, verdict->late, "answer late", "answers late");
    add_phrase (bad, one ? 0 : verdict->short_of_level, "registration did not come as far as recorded",
                "registrations did not come as far as recorded");
    add_phrase (bad, verdict->keepalives_lost, "keepalive without answer", "keepalives without answer");
    add_phrase (bad, verdict->unsigned_off, "phone may be registered still", "phones may be registered still");
    if (verdict->strict)
        add_phrase (bad, verdict->harmless, "harmless difference (--strict)", "harmless differences (--strict)");
    if (verdict->runs == 0)
        g_string_append (bad, "nothing was run");
    if (one && verdict->short_of_level)
        g_string_append_printf (bad, "%sthe phone did not come as far as the recorded one", bad->len ? ", " : "");
}

char *verdict_sentence (const Verdict *verdict)
{
    g_autoptr (GString) bad = g_string_new (NULL);
    const gboolean one = verdict->runs == 1;

    if (!one)
        add_ends (bad, verdict);
    add_faults (bad, verdict);
    if (bad->len)
        return g_strdup_printf ("%s%s",
                                !one                  ? "not as recorded: "
                                : verdict->registered ? "registered; "
                                                      : "",
                                bad->str);
    g_autofree char *good = say_good (verdict);
    if (!verdict->uncertain)
        return g_steal_pointer (&good);
    g_autofree char *count = count_phrase (verdict->uncertain, "time", "times");
    return g_strdup_printf ("%s; %s not judged, because this machine may have been late itself", good, count);
}
