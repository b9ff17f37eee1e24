/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/stand_in/stand_in_outbox.h"

#include "replay/clock.h"

typedef struct {
    Outbox *outbox;
    KindIndex kind;
    guint index; /* in the script; SCRIPT_NONE: made anew */
    GByteArray *octets;
    GList link;
    Appointment appointment;
} Message;

gint64 stand_in_scale (const StandInSettings *settings, gint64 recorded)
{
    return settings->speed > 0 ? (gint64) ((double) MAX (recorded, 0) / settings->speed) : 0;
}

static void free_message (Message *message)
{
    agenda_cancel (&message->appointment);
    g_queue_unlink (&message->outbox->waiting, &message->link);
    g_byte_array_unref (message->octets);
    g_free (message);
}

void outbox_init (Outbox *outbox, const StandInSettings *settings, const OutboxRules *rules, Guest *guest,
                  gpointer user_data)
{
    *outbox = (Outbox){ .settings = settings, .rules = rules, .guest = guest, .user_data = user_data };
    g_queue_init (&outbox->waiting);
}

void outbox_clear (Outbox *outbox)
{
    while (outbox->waiting.head)
        free_message (outbox->waiting.head->data);
    agenda_cancel (&outbox->trickling);
    g_clear_pointer (&outbox->trickle, g_byte_array_unref);
}

gboolean outbox_is_empty (const Outbox *outbox)
{
    return !outbox->waiting.length;
}

static const Tweak *find_tweak (const Outbox *outbox, KindIndex kind)
{
    const GArray *tweaks = outbox->settings->tweaks;

    for (guint i = 0; tweaks && i < tweaks->len; i++)
        if (g_array_index (tweaks, Tweak, i).kind == kind)
            return &g_array_index (tweaks, Tweak, i);
    return NULL;
}

static void on_trickle (gint64 deadline, gpointer user_data)
{
    Outbox *outbox = user_data;

    connection_send (guest_connection (outbox->guest), (View){ outbox->trickle->data, 1 });
    g_byte_array_remove_index (outbox->trickle, 0);
    if (outbox->trickle->len)
        agenda_make (outbox->settings->agenda, &outbox->trickling, deadline + MILLISECOND, on_trickle, outbox);
}

static void trickle (Outbox *outbox, const GByteArray *octets)
{
    if (!outbox->trickle)
        outbox->trickle = g_byte_array_new ();
    g_byte_array_append (outbox->trickle, octets->data, octets->len);
    if (!agenda_is_made (&outbox->trickling))
        agenda_make (outbox->settings->agenda, &outbox->trickling, clock_now (), on_trickle, outbox);
}

/* FALSE when the guest is gone. */
static gboolean send_with_fault (Outbox *outbox, const GByteArray *octets, Fault fault)
{
    Connection *connection = guest_connection (outbox->guest);

    switch (fault) {
    case FAULT_CLOSE:
        guest_dismiss (outbox->guest);
        return FALSE;
    case FAULT_RESET:
        guest_reset (outbox->guest);
        return FALSE;
    case FAULT_GARBAGE:
        connection_send (connection, outbox->rules->garbage);
        outbox->is_mute = TRUE;
        break;
    case FAULT_HALF:
        connection_send (connection, (View){ octets->data, octets->len / 2 });
        outbox->is_mute = TRUE;
        break;
    case FAULT_SILENT:
        outbox->is_mute = TRUE;
        break;
    case FAULT_BYTES:
        trickle (outbox, octets);
        break;
    case N_FAULTS:
        if (outbox->trickle)
            trickle (outbox, octets);
        else
            connection_send (connection, (View){ octets->data, octets->len });
        break;
    }
    return TRUE;
}

static void on_turn (G_GNUC_UNUSED gint64 deadline, gpointer user_data)
{
    Message *message = user_data;
    Outbox *outbox = message->outbox;
    const Tweak *tweak = find_tweak (outbox, message->kind);
    g_autoptr (GByteArray) octets = g_byte_array_ref (message->octets);
    guint index = message->index;

    free_message (message);
    if (outbox->is_mute || !send_with_fault (outbox, octets, tweak ? tweak->fault : N_FAULTS))
        return;
    if (index != SCRIPT_NONE && outbox->rules->had_turn)
        outbox->rules->had_turn (index, outbox->user_data);
}

void outbox_add (Outbox *outbox, KindIndex kind, guint index, GByteArray *octets, gint64 after)
{
    const Tweak *tweak = find_tweak (outbox, kind);

    if (outbox->is_mute || outbox->waiting.length >= outbox->rules->waiting_max) {
        g_byte_array_unref (octets);
        return;
    }
    Message *message = g_new0 (Message, 1);
    *message = (Message){ .outbox = outbox, .kind = kind, .index = index, .octets = octets };
    message->link.data = message;
    g_queue_push_tail_link (&outbox->waiting, &message->link);
    agenda_make (outbox->settings->agenda, &message->appointment, clock_now () + after + (tweak ? tweak->delay : 0),
                 on_turn, message);
}

void outbox_repeat (Outbox *outbox, const GByteArray *octets)
{
    if (!outbox->is_mute)
        send_with_fault (outbox, octets, N_FAULTS);
}
