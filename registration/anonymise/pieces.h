/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/packet.h"

#include <glib.h>

/* IP packets in fragments: put together to be read, and given back fragment by fragment, in the same order. */

typedef struct Pieces Pieces;

Pieces *pieces_new (void);
void pieces_free (Pieces *pieces);
/* All forgotten. */
void pieces_clear (Pieces *pieces);

void pieces_add (Pieces *pieces, const IpPacket *fragment);
/* What is not complete will not be: of it there is what stands at its beginning. */
void pieces_give_up (Pieces *pieces);

/* The packet's payload, to be changed, and as it was; packet: of one of its fragments, for addresses and protocol. */
typedef void (*PiecesPacket) (const IpPacket *packet, guint8 *octets, const guint8 *before, gsize size,
                              gpointer user_data);
void pieces_each (Pieces *pieces, PiecesPacket each, gpointer user_data);

/* The next fragment, in the order in which they were added: as it has become. */
void pieces_write (Pieces *pieces, guint8 *data, gsize size);
