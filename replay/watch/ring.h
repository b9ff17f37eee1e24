/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/watch/watch.h"

#include <glib.h>

/* The latest packets that were about phones, for saving: those that were there longest go first. */

typedef struct Ring Ring;

/* size: of the packets, in octets. */
Ring *ring_new (gsize size);
void ring_free (Ring *ring);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Ring, ring_free)

/* Keeps a copy. number: of the packet, which rises. */
void ring_put (Ring *ring, guint64 number, const CapturedPacket *packet);

typedef struct {
    guint packets, comments;
    gboolean is_whole; /* all packets that the watch knows of are in it */
} RingSaved;

/* Writes what the ring has of a phone as pcapng, with what is said of each packet as its comment. FALSE with error set
 * when it cannot be written: one sentence without a full stop. */
gboolean ring_save (const Ring *ring, Watch *watch, const WatchPhone *phone, const char *path, RingSaved *ret_saved,
                    GError **error);
