/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugin/tally.h"

#include "plugin/note_set.h"

#include <epan/tap.h>

struct Tally {
    TallyShow show;
    gpointer target;
    const Diagnosis *diagnosis; /* of its notes; NULL while there are none */
    const Tips *tips;
    NoteSet notes;
    NoteId last;
    gboolean changed;     /* since it was shown */
    gboolean first_visit; /* its notes came while the file was read for the first time */
};

static GSList *tallies;
static void (*finish_flow) (void);

void tally_set_finish (void (*finish) (void))
{
    finish_flow = finish;
}

static void show (Tally *tally)
{
    if (!tally->changed)
        return;
    if (tally->first_visit)
        finish_flow ();
    tally->changed = FALSE;
    Summary *summary = summary_new (tally->diagnosis, note_set_has, &tally->notes);
    tally->show (summary, tally->tips, tally->target);
    summary_free (summary);
}

static void show_all (void *data _U_)
{
    for (GSList *item = tallies; item; item = item->next)
        show (item->data);
}

/* The last note of the flow that a reading of the file can come across. */
static gboolean is_last (const RegflowTap *tap)
{
    const Notes *notes = flow_notes (tap->flow);

    for (NoteId later = tap->note + 1; later <= notes_count (notes); later++)
        if (!notes_get (notes, later)->dropped)
            return FALSE;
    return TRUE;
}

/* A filter may keep the last note from a tally: this listener gets all. */
static tap_packet_status on_packet (void *data, packet_info *pinfo _U_, epan_dissect_t *dissect _U_, const void *record,
                                    tap_flags_t flags _U_)
{
    const RegflowTap *tap = record;

    if (!tap->first_visit && is_last (tap))
        show_all (data);
    return TAP_PACKET_DONT_REDRAW;
}

/* Listeners that come later are drawn earlier, so ours has to come after that of the table: with its first note. */
static void listen (void)
{
    static gboolean listening;
    static int anything; /* Wireshark tells listeners apart by their data */

    if (listening)
        return;
    listening = TRUE;
    GString *error =
        register_tap_listener ("regflow", &anything, NULL, TL_REQUIRES_NOTHING, NULL, on_packet, show_all, NULL);
    g_assert (!error); /* the tap is ours, and there is no filter */
}

Tally *tally_new (TallyShow show_it, gpointer target)
{
    Tally *tally = g_new0 (Tally, 1);

    tally->show = show_it;
    tally->target = target;
    tallies = g_slist_prepend (tallies, tally);
    return tally;
}

void tally_clear (Tally *tally)
{
    note_set_clear (&tally->notes);
    tally->diagnosis = NULL;
    tally->changed = FALSE;
    tally->last = 0;
}

void tally_free (Tally *tally)
{
    if (!tally)
        return;
    tally_clear (tally);
    tallies = g_slist_remove (tallies, tally);
    g_free (tally);
}

void tally_file_closed (void)
{
    g_slist_foreach (tallies, (GFunc) (void (*) (void)) tally_clear, NULL);
}

void tally_add (Tally *tally, const RegflowTap *tap)
{
    listen ();
    if (tap->note <= tally->last) /* the file is read once more */
        tally_clear (tally);
    if (!tally->diagnosis)
        tally->first_visit = tap->first_visit;
    tally->diagnosis = tap->diagnosis;
    tally->tips = tap->tips;
    note_set_add (&tally->notes, tap->note);
    tally->last = tap->note;
    tally->changed = TRUE;
    if (!tap->first_visit && is_last (tap))
        show (tally);
}
