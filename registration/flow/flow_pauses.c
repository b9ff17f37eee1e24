/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the capture itself jumps: it was paused, or its clock set forward. Nothing in a frame says so; what tells is
 * that nobody is heard for longer than somebody should have been silent. */
#include "registration/flow/flow_internal.h"

#include "registration/wire/times.h"

/* What a phone that is registered over SCCP misses when it is silent for so many of its heartbeats (reference 2.6). */
#define HEARTBEATS 3

/* Who should have spoken while nobody did. */
typedef struct {
    gint64 from, to;
    PhoneId phone; /* the first of them; PHONE_NONE while there is none */
    gboolean several;
} Due;

/* It was to be heard of again by that time, or so much later. Who was late before nobody was heard is none of them. */
static void look_at_phone (const Flow *flow, Due *due, PhoneId phone, gint64 until, gint64 grace)
{
    const PhoneId current = phones_current (flow->phones, phone);

    if (until < due->from || until + grace >= due->to)
        return;
    due->several |= due->phone != PHONE_NONE && due->phone != current;
    due->phone = current;
}

static void look_at_sccp (const Flow *flow, Due *due)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, flow->sessions);
    while (!due->several && g_hash_table_iter_next (&iter, NULL, &value)) {
        const Session *session = value;
        const gint64 interval = SECONDS (MIN (session->keepalive, G_MAXUINT16)); /* anybody may say anything */
        if (session->accepted && !session->has_ended && interval && session->last_heartbeat)
            look_at_phone (flow, due, session->phone, session->last_heartbeat + interval, (HEARTBEATS - 1) * interval);
    }
}

static void look_at_sip (const Flow *flow, Due *due)
{
    for (RegistrationId id = 1; !due->several && id <= registrations_count (flow->registrations); id++) {
        const Registration *registration = registrations_get (flow->registrations, id);
        const Note *granted = notes_get (flow->notes, registration_granted (registration));
        if (registration->protocol == PROTOCOL_SIP && granted && registration->granted &&
            registration_state_is_live (registration->state))
            look_at_phone (flow, due, registration->phone, granted->time + SECONDS (registration->granted),
                           SECONDS (SIP_GRACE_DEFAULT));
    }
}

/* Beyond the last one that there is room for, all is one pause. */
static void keep (Flow *flow, const Due *due, guint32 frame)
{
    if (flow->n_pauses == PAUSES_KEPT) {
        flow->pauses[PAUSES_KEPT - 1].to = due->to;
        flow->pauses[PAUSES_KEPT - 1].several |= due->several;
        return;
    }
    flow->pauses[flow->n_pauses++] = (Pause){ due->from, due->to, frame, due->several };
}

void flow_look_for_pause (Flow *flow, guint32 frame, gint64 now)
{
    Due due = { .from = flow->latest, .to = now, .phone = PHONE_NONE };
    const guint32 size = g_hash_table_size (flow->sessions) + registrations_count (flow->registrations);

    if (size > flow->pause_budget)
        return;
    flow->pause_budget -= size;
    look_at_sccp (flow, &due);
    look_at_sip (flow, &due);
    if (due.phone == PHONE_NONE)
        return;
    keep (flow, &due, frame);
    if (due.several && flow->observer)
        flow->observer->paused (due.to - due.from, flow->observer_data);
}

gint64 flow_paused (const Flow *flow, gint64 since, gint64 until, gboolean several)
{
    gint64 paused = 0;

    for (guint i = 0; i < flow->n_pauses; i++) {
        const Pause *pause = &flow->pauses[i];
        if (pause->several || !several)
            paused += MAX (MIN (until, pause->to) - MAX (since, pause->from), 0);
    }
    return paused;
}

guint32 flow_longest_pause (const Flow *flow, gint64 *ret_duration)
{
    guint32 frame = 0;

    *ret_duration = 0;
    for (guint i = 0; i < flow->n_pauses; i++) {
        const Pause *pause = &flow->pauses[i];
        if (!pause->several || pause->to - pause->from <= *ret_duration)
            continue;
        *ret_duration = pause->to - pause->from;
        frame = pause->frame;
    }
    return frame;
}
