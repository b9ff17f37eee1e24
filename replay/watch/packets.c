/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The queue between the thread that reads packets and whoever takes them. */
#include "replay/watch/packets_internal.h"

#include "registration/wire/times.h"

#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* What stands before the octets of each packet. */
typedef struct {
    gint64 time;
    guint32 link_type, size;
} Head;

Packets *packets_new (const PacketsReader *reader, gpointer source)
{
    Packets *packets = g_new0 (Packets, 1);

    packets->reader = reader;
    packets->source = source;
    g_mutex_init (&packets->lock);
    g_cond_init (&packets->taken);
    packets->filling = g_byte_array_new ();
    packets->taking = g_byte_array_new ();
    packets->event = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (packets->event < 0)
        g_error ("no descriptor is left");
    return packets;
}

static gpointer run (gpointer data)
{
    Packets *packets = data;
    g_autoptr (GError) error = NULL;

    packets->reader->run (packets, packets->source, &error);
    g_mutex_lock (&packets->lock);
    packets->has_ended = TRUE;
    packets->error = g_steal_pointer (&error);
    g_mutex_unlock (&packets->lock);
    eventfd_write (packets->event, 1);
    return NULL;
}

void packets_begin (Packets *packets)
{
    packets->thread = g_thread_new ("packets", run, packets);
}

void packets_free (Packets *packets)
{
    if (!packets)
        return;
    g_atomic_int_set (&packets->stops, TRUE);
    g_mutex_lock (&packets->lock);
    g_cond_broadcast (&packets->taken);
    g_mutex_unlock (&packets->lock);
    packets->reader->stop (packets->source);
    if (packets->thread)
        g_thread_join (packets->thread);
    packets->reader->free (packets->source);
    g_byte_array_unref (packets->filling);
    g_byte_array_unref (packets->taking);
    g_clear_error (&packets->error);
    g_free (packets->news);
    g_free (packets->trouble);
    g_mutex_clear (&packets->lock);
    g_cond_clear (&packets->taken);
    close (packets->event);
    g_free (packets);
}

int packets_descriptor (const Packets *packets)
{
    return packets->event;
}

gboolean packets_stop (Packets *packets)
{
    return g_atomic_int_get (&packets->stops);
}

void packets_put (Packets *packets, const CapturedPacket *packet)
{
    const Head head = { packet->time, packet->link_type, (guint32) packet->size };

    g_mutex_lock (&packets->lock);
    while (packets->filling->len + packet->size > PACKETS_WAITING && packets->filling->len && !packets_stop (packets))
        g_cond_wait (&packets->taken, &packets->lock);
    const gboolean is_first = packets->filling->len == 0;
    g_byte_array_append (packets->filling, (const guint8 *) &head, sizeof head);
    g_byte_array_append (packets->filling, packet->data, (guint) packet->size);
    g_mutex_unlock (&packets->lock);
    if (is_first)
        eventfd_write (packets->event, 1);
}

/* Nobody reads more at once. */
#define NEWS_MAX 2000

void packets_say (Packets *packets, const char *news)
{
    g_mutex_lock (&packets->lock);
    char *before = packets->news;
    packets->news = before && strlen (before) < NEWS_MAX ? g_strconcat (before, "; ", news, NULL) : g_strdup (news);
    g_free (before);
    g_mutex_unlock (&packets->lock);
    eventfd_write (packets->event, 1);
}

void packets_set_dropped (Packets *packets, guint64 dropped)
{
    g_mutex_lock (&packets->lock);
    packets->dropped = dropped;
    g_mutex_unlock (&packets->lock);
}

char *packets_news (Packets *packets)
{
    if (packets->reader->look)
        packets->reader->look (packets, packets->source);
    g_mutex_lock (&packets->lock);
    char *news = g_steal_pointer (&packets->news);
    g_mutex_unlock (&packets->lock);
    return news;
}

void packets_set_trouble (Packets *packets, const char *trouble)
{
    g_mutex_lock (&packets->lock);
    g_free (packets->trouble);
    packets->trouble = g_strdup (trouble);
    g_mutex_unlock (&packets->lock);
}

char *packets_trouble (Packets *packets)
{
    g_mutex_lock (&packets->lock);
    char *trouble = g_strdup (packets->trouble);
    g_mutex_unlock (&packets->lock);
    return trouble;
}

guint64 packets_dropped (Packets *packets)
{
    g_mutex_lock (&packets->lock);
    const guint64 dropped = packets->dropped;
    g_mutex_unlock (&packets->lock);
    return dropped;
}

gint64 packets_lateness (const Packets *packets)
{
    return packets->reader->lateness;
}

/* What has been read comes to the front. FALSE when there is nothing. */
static gboolean turn_round (Packets *packets, gboolean *ret_has_ended)
{
    eventfd_t events;

    eventfd_read (packets->event, &events);
    g_mutex_lock (&packets->lock);
    GByteArray *read = packets->filling;
    packets->filling = packets->taking;
    packets->taking = read;
    g_byte_array_set_size (packets->filling, 0);
    packets->at = 0;
    *ret_has_ended = packets->has_ended;
    g_cond_broadcast (&packets->taken);
    g_mutex_unlock (&packets->lock);
    return packets->taking->len > 0;
}

PacketsResult packets_next (Packets *packets, CapturedPacket *ret_packet, GError **error)
{
    gboolean has_ended;
    Head head;

    if (packets->at == packets->taking->len && !turn_round (packets, &has_ended)) {
        if (has_ended && packets->error) {
            g_propagate_error (error, g_steal_pointer (&packets->error));
            return PACKETS_FAILED;
        }
        return has_ended ? PACKETS_END : PACKETS_NONE;
    }
    memcpy (&head, packets->taking->data + packets->at, sizeof head);
    *ret_packet =
        (CapturedPacket){ head.link_type, head.time, packets->taking->data + packets->at + sizeof head, head.size };
    packets->at += (guint) (sizeof head + head.size);
    return PACKETS_ONE;
}
