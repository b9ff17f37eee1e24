/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* What is to be done when: all deadlines of all phones in one heap, over the one call of clock.h. */

typedef struct Agenda Agenda;
typedef struct Appointment Appointment;

/* deadline is the one asked for; how late it is kept, clock_now() tells. May make and cancel appointments, this one
 * too. */
typedef void (*AppointmentHandler) (gint64 deadline, gpointer user_data);

/* Lives in its owner, zeroed before first use; the owner cancels it before it goes. */
struct Appointment {
    gint64 deadline;
    AppointmentHandler handler;
    gpointer user_data;
    Agenda *agenda; /* NULL: not made */
    guint place;
};

Agenda *agenda_new (void);
/* With no appointments left. */
void agenda_free (Agenda *agenda);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Agenda, agenda_free)

/* In place of an earlier deadline of the same appointment. Of equal deadlines the one made first comes first. */
void agenda_make (Agenda *agenda, Appointment *appointment, gint64 deadline, AppointmentHandler handler,
                  gpointer user_data);
void agenda_cancel (Appointment *appointment);
gboolean agenda_is_made (const Appointment *appointment);
