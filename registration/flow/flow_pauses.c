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
    PhoneId phone;    /* the first of them; PHONE_NONE while there is none */
    gboolean is_sure; /* it is the capture's doing: there are several of them, or TCP shows it */
} Due;

/* It was to be heard of again by that time, or so much later. Who was late before nobody was heard is none of them. */
static void look_at_phone (const Flow *flow, Due *due, PhoneId phone, gint64 until, gint64 grace)
{
    const PhoneId current = phones_current (flow->phones, phone);

    if (until < due->from || until + grace >= due->to)
        return;
    due->is_sure |= due->phone != PHONE_NONE && due->phone != current;
    due->phone = current;
}

static void look_at_sccp (const Flow *flow, Due *due)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, flow->sessions);
    while (!due->is_sure && g_hash_table_iter_next (&iter, NULL, &value)) {
        const Session *session = value;
        const gint64 interval = SECONDS (MIN (session->keepalive, G_MAXUINT16)); /* anybody may say anything */
        if (session->accepted && !session->has_ended && interval && session->last_heartbeat)
            look_at_phone (flow, due, session->phone, session->last_heartbeat + interval, (HEARTBEATS - 1) * interval);
    }
}

/* When the binding was prolonged, as far as the capture tells: a refresh whose answer it lacks makes the phone due as
 * much later. */
static gint64 refreshed (const Flow *flow, const Registration *registration, const Note *granted)
{
    const Note *asked = notes_get (flow->notes, registration->asked);
    return asked && asked->variant == VARIANT_REFRESH ? MAX (asked->time, granted->time) : granted->time;
}

static void look_at_sip (const Flow *flow, Due *due)
{
    for (RegistrationId id = 1; !due->is_sure && id <= registrations_count (flow->registrations); id++) {
        const Registration *registration = registrations_get (flow->registrations, id);
        const Note *granted = notes_get (flow->notes, registration_granted (registration));
        if (registration->protocol == PROTOCOL_SIP && granted && registration->granted &&
            registration_state_is_live (registration->state))
            look_at_phone (flow, due, registration->phone,
                           refreshed (flow, registration, granted) + SECONDS (registration->granted),
                           SECONDS (SIP_GRACE_DEFAULT));
    }
}

/* Who gets no acknowledgment sends again after a second, or three (RFC 6298, 2.1), and who has got octets says so at
 * once. Here nothing was sent again, and a bare acknowledgment, which somebody may have filtered away elsewhere, comes
 * after a minute. */
static void look_at_tcp (const Flow *flow, Due *due, const Frame *frame)
{
    if (frame->transport != TRANSPORT_TCP || frame->tcp.length ||
        (frame->tcp.flags & (TCP_SYN | TCP_FIN | TCP_RST | TCP_ACK)) != TCP_ACK)
        return;
    const Session *session = flow_find_session (flow, frame);
    if (!session || session->tcp.closed)
        return;
    const guint own = endpoint_equal (&frame->source, &session->tcp.ends[FROM_SERVER]) ? FROM_PHONE : FROM_SERVER;
    due->is_sure |= session->latest[own] <= due->from && tcp_state_is_unrepeated (&session->tcp, own, &frame->tcp);
}

/* Beyond the last one that there is room for, all is one pause. */
static void keep (Flow *flow, const Due *due, guint32 frame)
{
    if (flow->n_pauses == PAUSES_KEPT) {
        flow->pauses[PAUSES_KEPT - 1].to = due->to;
        flow->pauses[PAUSES_KEPT - 1].is_sure |= due->is_sure;
        return;
    }
    flow->pauses[flow->n_pauses++] = (Pause){ due->from, due->to, frame, due->is_sure };
}

void flow_look_for_pause (Flow *flow, const Frame *frame, gint64 now)
{
    Due due = { .from = flow->latest, .to = now, .phone = PHONE_NONE };
    const guint32 size = g_hash_table_size (flow->sessions) + registrations_count (flow->registrations);

    look_at_tcp (flow, &due, frame);
    if (!due.is_sure && size <= flow->pause_budget) {
        flow->pause_budget -= size;
        look_at_sccp (flow, &due);
        look_at_sip (flow, &due);
    }
    if (!due.is_sure && due.phone == PHONE_NONE)
        return;
    keep (flow, &due, frame->number);
    if (due.is_sure && flow->observer)
        flow->observer->paused (due.to - due.from, flow->observer_data);
}

gint64 flow_paused (const Flow *flow, gint64 since, gint64 until, gboolean is_sure)
{
    gint64 paused = 0;

    for (guint i = 0; i < flow->n_pauses; i++) {
        const Pause *pause = &flow->pauses[i];
        if (pause->is_sure || !is_sure)
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
        if (!pause->is_sure || pause->to - pause->from <= *ret_duration)
            continue;
        *ret_duration = pause->to - pause->from;
        frame = pause->frame;
    }
    return frame;
}
