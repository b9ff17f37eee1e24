/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/watch/packets.h"

/* What the queue and its sources share. Nothing outside includes this. */

/* A source of packets, in a thread of its own. */
typedef struct {
    /* Puts packets until there are no more, or packets_stop(). Sets error when that was not the end. */
    void (*run) (Packets *packets, gpointer source, GError **error);
    /* From another thread: run() is to return soon. */
    void (*stop) (gpointer source);
    void (*free) (gpointer source);
    /* From the thread that takes packets, now and then: what run() cannot see while it waits. Or NULL. */
    void (*look) (Packets *packets, gpointer source);
    gint64 lateness; /* see packets_lateness() */
} PacketsReader;

struct Packets {
    const PacketsReader *reader;
    gpointer source;
    GThread *thread;
    int event;
    GMutex lock; /* of what follows, but for taking and at */
    GCond taken;
    GByteArray *filling, *taking; /* owned */
    guint at;                     /* in taking: the next packet */
    gboolean has_ended;
    GError *error; /* owned */
    char *news;    /* owned */
    char *trouble; /* owned, or NULL */
    guint64 dropped;
    gint stops; /* atomic */
};

/* Takes over the source; packets_begin() starts it. */
Packets *packets_new (const PacketsReader *reader, gpointer source);
void packets_begin (Packets *packets);

/* For the source, in its thread. */
gboolean packets_stop (Packets *packets);
/* Waits while there is no room. */
void packets_put (Packets *packets, const CapturedPacket *packet);
void packets_say (Packets *packets, const char *news);
/* See packets_trouble(); NULL: it is over. */
void packets_set_trouble (Packets *packets, const char *trouble);
void packets_set_dropped (Packets *packets, guint64 dropped);
