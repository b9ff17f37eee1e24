/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Datagrams that leave together. Going through the kernel costs more than all else that is done for one; those of one
 * size to one target go through it as one (UDP_SEGMENT in udp(7)), and are cut on the other side of it. */
#include "replay/clock.h"
#include "replay/live/live_internal.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <sys/socket.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

/* As many segments as every kernel takes that knows them, and less than what one datagram can hold. */
#define BATCH_MAX    64
#define BATCH_OCTETS 60000

typedef struct {
    struct sa target;
    gsize at, size; /* in octets */
    Posted posted;
} Entry;

/* Of one port at a time. */
static struct {
    UdpPort *port; /* borrowed; NULL: it is empty */
    guint n;
    gsize used;
    Entry entries[BATCH_MAX];
    guint8 octets[BATCH_OCTETS];
} batch;

/* Messages to the kernel, each with one datagram or with several of one size. */
typedef struct {
    guint order[BATCH_MAX]; /* of the entries; those of one message stand together */
    guint n;
    guint begins[BATCH_MAX + 1]; /* in order; behind the last one stands the end */
    struct mmsghdr headers[BATCH_MAX];
    struct iovec parts[BATCH_MAX];
    union {
        struct cmsghdr header;
        guint8 octets[CMSG_SPACE (sizeof (guint16))];
    } controls[BATCH_MAX];
} Messages;

static int compare_entries (const void *a, const void *b)
{
    const guint x = *(const guint *) a, y = *(const guint *) b;
    const Entry *first = &batch.entries[x], *second = &batch.entries[y];

    if (first->size != second->size)
        return first->size < second->size ? -1 : 1;
    return (x > y) - (x < y);
}

static gboolean may_join (const Entry *first, const Entry *next)
{
    return first->size == next->size && sa_cmp (&first->target, &next->target, SA_ALL);
}

static void begin_message (Messages *messages, guint place)
{
    const guint i = messages->n++;
    Entry *entry = &batch.entries[messages->order[place]];

    messages->begins[i] = place;
    messages->headers[i].msg_hdr = (struct msghdr){ .msg_name = &entry->target.u,
                                                    .msg_namelen = entry->target.len,
                                                    .msg_iov = &messages->parts[place] };
}

static void cut_into (Messages *messages, guint i, gsize size)
{
    struct msghdr *header = &messages->headers[i].msg_hdr;
    const guint16 segment = (guint16) size;

    header->msg_control = &messages->controls[i];
    header->msg_controllen = sizeof messages->controls[i];
    messages->controls[i].header =
        (struct cmsghdr){ .cmsg_level = SOL_UDP, .cmsg_type = UDP_SEGMENT, .cmsg_len = CMSG_LEN (sizeof segment) };
    memcpy (CMSG_DATA (&messages->controls[i].header), &segment, sizeof segment);
}

/* joins: datagrams of one size to one target are one message. */
static void make_messages (Messages *messages, gboolean joins)
{
    messages->n = 0;
    for (guint place = 0; place < batch.n; place++) {
        const Entry *entry = &batch.entries[messages->order[place]];
        const guint begin = messages->n ? messages->begins[messages->n - 1] : 0;
        if (!messages->n || !joins || !may_join (&batch.entries[messages->order[begin]], entry))
            begin_message (messages, place);
        messages->parts[place] = (struct iovec){ batch.octets + entry->at, entry->size };
        struct msghdr *header = &messages->headers[messages->n - 1].msg_hdr;
        if (++header->msg_iovlen == 2)
            cut_into (messages, messages->n - 1, entry->size);
    }
    messages->begins[messages->n] = batch.n;
}

/* Segments are refused where they do not fit into a packet, or where the kernel cannot cut them. */
static gboolean refuses_segments (int failure)
{
    return failure == EINVAL || failure == EIO || failure == EMSGSIZE || failure == EOPNOTSUPP;
}

static void tell_sent (const Messages *messages, guint i, Departure left, gboolean is_stamped)
{
    for (guint place = messages->begins[i]; place < messages->begins[i + 1]; place++) {
        const Entry *entry = &batch.entries[messages->order[place]];
        live_udp_port_sent (batch.port, &entry->posted, (View){ batch.octets + entry->at, entry->size }, left,
                            is_stamped);
    }
}

/* Those messages from first on that one call has sent. A stamp is that of a message's first datagram. */
static void tell_all_sent (const Messages *messages, guint first, guint n, gint64 called)
{
    const gint64 by = clock_now ();
    gint64 stamps[BATCH_MAX];
    const gboolean is_stamped = live_udp_port_stamps (batch.port, called, by, n, stamps);

    for (guint i = 0; i < n; i++) {
        const gboolean is_one = messages->begins[first + i + 1] - messages->begins[first + i] == 1;
        Departure left = { called, by };
        if (is_stamped)
            left = (Departure){ stamps[i], is_one ? stamps[i] : by };
        tell_sent (messages, first + i, left, is_stamped);
    }
}

/* Sends what it can of those from done on; returns how many are dealt with. is_again: the same call has failed. */
static guint send_some (Messages *messages, guint done, gboolean is_again)
{
    const gint64 called = clock_now ();
    const int sent =
        sendmmsg (live_udp_port_descriptor (batch.port), messages->headers + done, messages->n - done, MSG_NOSIGNAL);

    if (sent > 0) {
        tell_all_sent (messages, done, (guint) sent, called);
        return (guint) sent;
    }
    /* The complaint about an earlier datagram may be told once in place of taking this one. */
    if (!is_again)
        return 0;
    tell_sent (messages, done, (Departure){ called, clock_now () }, FALSE);
    return 1;
}

/* What has left is done with; the rest goes one by one. */
static void cut_apart (Messages *messages, guint done)
{
    const guint rest = messages->begins[done];

    live_udp_port_never_join (batch.port);
    memmove (messages->order, messages->order + rest, (batch.n - rest) * sizeof *messages->order);
    batch.n -= rest;
    make_messages (messages, FALSE);
}

guint live_udp_batch_send (void)
{
    static Messages messages;
    const guint n = batch.n;
    guint done = 0;
    gboolean is_again = FALSE;

    for (guint i = 0; i < n; i++)
        messages.order[i] = i;
    qsort (messages.order, n, sizeof *messages.order, compare_entries);
    make_messages (&messages, batch.port && live_udp_port_joins (batch.port));
    while (done < messages.n) {
        const guint more = send_some (&messages, done, is_again);
        const gboolean is_refused = !more && messages.headers[done].msg_hdr.msg_control && refuses_segments (errno);
        if (is_refused)
            cut_apart (&messages, done);
        done = is_refused ? 0 : done + more;
        is_again = !more && !is_refused;
    }
    batch.n = 0;
    batch.used = 0;
    batch.port = NULL;
    return n;
}

void live_udp_batch_add (UdpPort *port, const Endpoint *target, View octets, const Posted *posted)
{
    if (octets.size > BATCH_OCTETS)
        return;
    if (batch.port && (batch.port != port || batch.n == BATCH_MAX || octets.size > BATCH_OCTETS - batch.used))
        udp_port_flush (batch.port);
    Entry *entry = &batch.entries[batch.n++];
    batch.port = port;
    live_to_sa (&target->address, target->port, &entry->target);
    entry->at = batch.used;
    entry->size = octets.size;
    entry->posted = *posted;
    memcpy (batch.octets + batch.used, octets.data, octets.size);
    batch.used += octets.size;
}

UdpPort *live_udp_batch_port (void)
{
    return batch.port;
}
