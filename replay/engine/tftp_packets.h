/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/protocols/tftp.h"
#include "replay/transport.h"

/* TFTP packets of our own (RFC 1350, 2347), for both sides. Each sends one. */

void tftp_send_ack (UdpPort *port, const Endpoint *target, guint16 block);
void tftp_send_error (UdpPort *port, const Endpoint *target, guint code, const char *text);
/* Refuses a packet that came from a port that has no part in the transfer; errors are never answered (RFC 1350,
 * section 4). */
void tftp_refuse_stray (UdpPort *port, const Endpoint *source, View octets);
