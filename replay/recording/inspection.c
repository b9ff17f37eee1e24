/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/recording/inspection.h"

#include "replay/phone_name.h"
#include "replay/recording/capture.h"

struct Inspection {
    char *path;           /* owned */
    Capture *capture;     /* owned; NULL when it cannot be opened */
    Flow *flow;           /* owned */
    Diagnosis *diagnosis; /* owned */
    gboolean has_ended;   /* it was read to its end, or to where it cannot be read further */
    GError *error;        /* why not to its end; owned, or NULL */
    char *phone;          /* what the phones are called that are meant; owned; NULL: all */
    GHashTable *chosen;   /* set of PhoneId: those; owned, or NULL */
    Summary *summary;     /* owned; NULL when nothing of it could be read */
    char *trouble;        /* owned, or NULL */
    ReportSource source;
};

static Inspection *new_inspection (const char *path, Capture *capture, GError *error)
{
    Inspection *inspection = g_new0 (Inspection, 1);

    inspection->path = g_strdup (path);
    inspection->capture = capture;
    inspection->error = error;
    inspection->has_ended = !capture;
    inspection->flow = flow_new (NULL);
    inspection->diagnosis = diagnosis_new (inspection->flow, NULL);
    return inspection;
}

Inspection *inspection_new (const char *path)
{
    GError *error = NULL;
    Capture *capture = capture_open (path, &error);

    return new_inspection (path, capture, error);
}

Inspection *inspection_new_source (int source, const char *path)
{
    GError *error = NULL;
    Capture *capture = capture_open_source (source, path, &error);

    return new_inspection (path, capture, error);
}

static void forget_summary (Inspection *inspection)
{
    g_clear_pointer (&inspection->summary, summary_free);
    g_clear_pointer (&inspection->chosen, g_hash_table_unref);
    g_clear_pointer (&inspection->trouble, g_free);
    inspection->source = (ReportSource){ .capture = inspection->path };
}

void inspection_free (Inspection *inspection)
{
    if (!inspection)
        return;
    forget_summary (inspection);
    diagnosis_free (inspection->diagnosis);
    flow_free (inspection->flow);
    capture_free (inspection->capture);
    g_clear_error (&inspection->error);
    g_free (inspection->phone);
    g_free (inspection->path);
    g_free (inspection);
}

gboolean inspection_read (Inspection *inspection, guint32 frames)
{
    if (!inspection->has_ended)
        inspection->has_ended = !capture_feed_some (inspection->capture, inspection->flow, frames, &inspection->error);
    return !inspection->has_ended;
}

/* --- Which phones are meant */

/* The messages of the phones that are meant. */
static gboolean is_of_chosen (NoteId id, gconstpointer user_data)
{
    const Inspection *inspection = user_data;
    const Note *note = notes_get (flow_notes (inspection->flow), id);

    return g_hash_table_contains (inspection->chosen, GUINT_TO_POINTER (flow_note_phone (inspection->flow, note)));
}

static void narrow_down (Inspection *inspection)
{
    inspection->chosen = phones_called (inspection->flow, inspection->phone);
    summary_free (inspection->summary);
    inspection->summary = summary_new (inspection->diagnosis, is_of_chosen, inspection);
    inspection->source.filter = is_of_chosen;
    inspection->source.user_data = inspection;
}

void inspection_choose (Inspection *inspection, const char *phone)
{
    inspection->phone = g_strdup (phone);
}

/* --- What it says */

/* What is said of a capture beside its report; NULL when there is nothing to say. Owned by the caller. */
static char *trouble_of (const Inspection *inspection)
{
    const char *path = inspection->path;

    if (inspection->error)
        return g_strdup (inspection->error->message);
    if (!inspection->has_ended)
        return NULL;
    if (inspection->phone && !inspection_has_phones (inspection))
        return g_strdup_printf ("%s holds no phone %s (regreplay inspect %s tells its phones)", path, inspection->phone,
                                path);
    return summary_has_registration (inspection->summary) ? NULL : report_no_registration (path, inspection->flow);
}

void inspection_sum_up (Inspection *inspection)
{
    ReportSource *source = &inspection->source;

    forget_summary (inspection);
    /* Of a capture of which nothing could be read there is nothing to report. */
    if (inspection->capture && !g_error_matches (inspection->error, CAPTURE_ERROR, CAPTURE_ERROR_FORMAT))
        inspection->summary = summary_new (inspection->diagnosis, NULL, NULL);
    if (inspection->capture)
        source->n_unread = capture_unread (inspection->capture, &source->unread_link);
    if (inspection->summary && inspection->phone)
        narrow_down (inspection);
    if (inspection->summary)
        inspection->summary->goes_on = !inspection->has_ended;
    source->summary = inspection->summary;
    source->trouble = inspection->trouble = trouble_of (inspection);
}

const ReportSource *inspection_source (const Inspection *inspection)
{
    return &inspection->source;
}

ExitCode inspection_code (const Inspection *inspection)
{
    if (inspection->trouble)
        return REGREPLAY_UNREADABLE;
    return inspection->summary && summary_has_errors (inspection->summary) ? REGREPLAY_DIFFERS : REGREPLAY_OK;
}

gboolean inspection_has_phones (const Inspection *inspection)
{
    return inspection->summary && inspection->summary->phones->len;
}

gboolean inspection_is_whole (const Inspection *inspection)
{
    return inspection->has_ended && !inspection->error;
}
