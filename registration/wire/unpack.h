/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/frame.h"
#include "registration/wire/packet.h"

#include <glib.h>

/* From the octets of a captured frame to the payload of its innermost packet, without Wireshark: through link headers
 * (link.h), tunnels and fragments. Tunnels: IP in IP, GRE, also with Ethernet or a switch's mirrored frames in it
 * (ERSPAN), VXLAN, GENEVE and GTP-U. */

typedef struct Unpacker Unpacker;

/* Holds the fragments of one capture. */
Unpacker *unpacker_new (void);
void unpacker_free (Unpacker *unpacker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Unpacker, unpacker_free)

/* Fills in everything but the frame's number and time, which are there already. FALSE when the frame carries nothing
 * that a flow takes; the frame is undefined then but for number and time. payload points
 * into data, or is valid until the next call. */
gboolean unpacker_read (Unpacker *unpacker, guint32 link_type, const guint8 *data, gsize size, Frame *frame);

/* What a tunnel carries; views into the packet. */
typedef struct {
    View packet; /* from its IP header on */
    View frame;  /* the Ethernet frame that it stands in; empty when there is none */
} Tunnel;

/* FALSE when the packet is none of the tunnels above: ret_tunnel may have a frame of another kind then. */
gboolean unpack_tunnel (const IpPacket *packet, Tunnel *ret_tunnel);
