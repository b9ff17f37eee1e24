/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/engine/fetch_internal.h"

static void on_too_long (G_GNUC_UNUSED gint64 deadline, gpointer user_data)
{
    Fetch *fetch = user_data;

    fetch_end (fetch, FILE_BROKEN_OFF, 0,
               g_strdup_printf ("not at its end after %u seconds and %" G_GUINT64_FORMAT " octets",
                                (guint) (FETCH_TIME_MAX / SECOND), fetch->result.size));
}

void fetch_init (Fetch *fetch, const FetchSettings *settings, FetchDone done, gpointer user_data,
                 void (*close) (Fetch *fetch))
{
    fetch->settings = *settings;
    fetch->done = done;
    fetch->user_data = user_data;
    fetch->close = close;
    fetch->result = (FetchResult){ .asked = clock_now (), .asked_by = clock_now (), .answered = -1, .finished = -1 };
    if (settings->keeps)
        fetch->result.content = g_byte_array_new ();
    agenda_make (settings->agenda, &fetch->longest, fetch->result.asked + FETCH_TIME_MAX, on_too_long, fetch);
}

void fetch_answered (Fetch *fetch)
{
    Arrival arrival = clock_heard ();

    if (fetch->result.answered >= 0)
        return;
    fetch->result.answered = arrival.time;
    fetch->result.answered_from = arrival.first_from;
}

gboolean fetch_take (Fetch *fetch, View octets)
{
    FetchResult *result = &fetch->result;

    result->size += octets.size;
    if (result->size > FETCH_SIZE_MAX) {
        fetch_end_too_large (fetch, result->size);
        return FALSE;
    }
    if (result->content && result->size > FETCH_KEPT_MAX)
        g_clear_pointer (&result->content, g_byte_array_unref);
    if (result->content && octets.size)
        g_byte_array_append (result->content, octets.data, (guint) octets.size);
    return TRUE;
}

void fetch_end (Fetch *fetch, FileResult result, guint code, char *text)
{
    fetch->result.result = result;
    fetch->result.code = code;
    fetch->result.text = text;
    fetch->result.finished = clock_heard ().time;
    if (result != FILE_DELIVERED)
        g_clear_pointer (&fetch->result.content, g_byte_array_unref);
    agenda_cancel (&fetch->patience);
    agenda_cancel (&fetch->longest);
    fetch->close (fetch);
    fetch->done (fetch, &fetch->result, fetch->user_data);
}

void fetch_end_too_large (Fetch *fetch, guint64 size)
{
    fetch_end (fetch, FILE_BROKEN_OFF, 0,
               g_strdup_printf ("%" G_GUINT64_FORMAT " octets: larger than any boot file (%u MiB at most are taken)",
                                size, FETCH_SIZE_MAX / 1024 / 1024));
}

void fetch_free (Fetch *fetch)
{
    if (!fetch)
        return;
    agenda_cancel (&fetch->patience);
    agenda_cancel (&fetch->longest);
    fetch->close (fetch);
    g_free (fetch->result.text);
    g_clear_pointer (&fetch->result.content, g_byte_array_unref);
    g_free (fetch);
}
