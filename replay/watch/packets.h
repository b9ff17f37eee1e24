/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/recording/captured_packet.h"

#include <glib.h>

/* Packets as they come: from an interface, a pipe, or captures in a folder that still grow. A thread of its own reads
 * them, so that whoever draws or waits loses none; what it has read waits in memory of PACKETS_WAITING octets at most,
 * and then in the kernel or in the pipe. */

#define PACKETS_WAITING (8u * 1024 * 1024)

typedef struct Packets Packets;

/* An interface ("any": all of them). filter: of libpcap, or NULL for packets_filter(). NULL with error set: one
 * sentence that says what is missing. */
Packets *packets_from_interface (const char *interface, const char *filter, GError **error);
/* A capture that comes through a pipe, or one that is whole; "-": standard input. Whatever is wrong with it is told
 * when it is read. */
Packets *packets_from_stream (const char *path);
/* The captures in a folder, in the order of their names, and those that come later; the last of them is read on as it
 * grows. */
Packets *packets_from_folder (const char *path, GError **error);
/* Ends the thread. */
void packets_free (Packets *packets);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Packets, packets_free)

/* To be polled for reading: packets have come, or the end. Owned by packets. */
int packets_descriptor (const Packets *packets);

typedef enum {
    PACKETS_NONE, /* at present */
    PACKETS_ONE,
    PACKETS_END,    /* there are no more */
    PACKETS_FAILED, /* no more; error is set */
} PacketsResult;

/* The next packet that was read; never waits. */
PacketsResult packets_next (Packets *packets, CapturedPacket *ret_packet, GError **error);
/* A word for people about what has happened to the source (an interface that goes down and comes back), or NULL. Owned
 * by the caller. */
char *packets_news (Packets *packets);
/* What keeps packets from coming at present (the interface is away), or NULL. Owned by the caller. */
char *packets_trouble (Packets *packets);
/* Packets that the kernel has dropped since the beginning, because nobody took them in time. */
guint64 packets_dropped (Packets *packets);
/* How much later than their times packets may come, in nanoseconds: silence can be told only after that. */
gint64 packets_lateness (const Packets *packets);

/* What is captured where nobody says otherwise: what a flow wants, and no voice. has_ethernet: the link is Ethernet,
 * and not one that libpcap makes of several. Owned by the caller. */
char *packets_filter (gboolean has_ethernet);
