/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/engine/agenda.h"

#include "replay/clock.h"

/* A binary heap; of equal deadlines the order of making decides. */
typedef struct {
    gint64 deadline;
    guint64 order;
    Appointment *appointment; /* borrowed */
} Entry;

struct Agenda {
    GArray *heap; /* of Entry */
    guint64 made;
    gboolean is_working; /* inside the handlers: the clock is set when all are done */
};

static void work (gpointer user_data);

static Entry *entry_at (Agenda *agenda, guint place)
{
    return &g_array_index (agenda->heap, Entry, place);
}

static gboolean is_before (const Entry *a, const Entry *b)
{
    return a->deadline != b->deadline ? a->deadline < b->deadline : a->order < b->order;
}

static void put (Agenda *agenda, guint place, Entry entry)
{
    *entry_at (agenda, place) = entry;
    entry.appointment->place = place;
}

static void rise (Agenda *agenda, guint place, Entry entry)
{
    while (place > 0 && is_before (&entry, entry_at (agenda, (place - 1) / 2))) {
        put (agenda, place, *entry_at (agenda, (place - 1) / 2));
        place = (place - 1) / 2;
    }
    put (agenda, place, entry);
}

static void sink (Agenda *agenda, guint place, Entry entry)
{
    for (guint child = 2 * place + 1; child < agenda->heap->len; child = 2 * place + 1) {
        if (child + 1 < agenda->heap->len && is_before (entry_at (agenda, child + 1), entry_at (agenda, child)))
            child++;
        if (is_before (&entry, entry_at (agenda, child)))
            break;
        put (agenda, place, *entry_at (agenda, child));
        place = child;
    }
    put (agenda, place, entry);
}

static void set_clock (Agenda *agenda)
{
    if (!agenda->is_working)
        clock_wake (agenda->heap->len ? entry_at (agenda, 0)->deadline : G_MAXINT64, work, agenda);
}

Agenda *agenda_new (void)
{
    Agenda *agenda = g_new0 (Agenda, 1);

    agenda->heap = g_array_new (FALSE, FALSE, sizeof (Entry));
    return agenda;
}

void agenda_free (Agenda *agenda)
{
    if (!agenda)
        return;
    clock_wake (G_MAXINT64, work, agenda);
    g_array_unref (agenda->heap);
    g_free (agenda);
}

static void take_out (Appointment *appointment)
{
    Agenda *agenda = appointment->agenda;
    guint place = appointment->place;
    Entry last = *entry_at (agenda, agenda->heap->len - 1);

    appointment->agenda = NULL;
    g_array_set_size (agenda->heap, agenda->heap->len - 1);
    if (last.appointment == appointment)
        return;
    if (place > 0 && is_before (&last, entry_at (agenda, (place - 1) / 2)))
        rise (agenda, place, last);
    else
        sink (agenda, place, last);
}

void agenda_make (Agenda *agenda, Appointment *appointment, gint64 deadline, AppointmentHandler handler,
                  gpointer user_data)
{
    Entry entry = { deadline, agenda->made++, appointment };

    if (appointment->agenda)
        take_out (appointment);
    *appointment = (Appointment){ .deadline = deadline, .handler = handler, .user_data = user_data, .agenda = agenda };
    g_array_append_val (agenda->heap, entry);
    rise (agenda, agenda->heap->len - 1, entry);
    if (appointment->place == 0)
        set_clock (agenda);
}

void agenda_cancel (Appointment *appointment)
{
    Agenda *agenda = appointment->agenda;

    if (!agenda)
        return;
    gboolean was_next = appointment->place == 0;
    take_out (appointment);
    if (was_next)
        set_clock (agenda);
}

gboolean agenda_is_made (const Appointment *appointment)
{
    return appointment->agenda != NULL;
}

/* What becomes due meanwhile waits for the next round, so that sockets get their turn. */
static void work (gpointer user_data)
{
    Agenda *agenda = user_data;
    gint64 now = clock_now ();
    guint64 made = agenda->made;

    agenda->is_working = TRUE;
    while (agenda->heap->len && entry_at (agenda, 0)->deadline <= now && entry_at (agenda, 0)->order < made) {
        Appointment *next = entry_at (agenda, 0)->appointment;
        take_out (next);
        next->handler (next->deadline, next->user_data);
    }
    agenda->is_working = FALSE;
    set_clock (agenda);
}
