/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/engine/tftp_packets.h"

#include <string.h>

void tftp_send_ack (UdpPort *port, const Endpoint *target, guint16 block)
{
    const guint8 packet[4] = { 0, TFTP_ACK, (guint8) (block >> 8), (guint8) block };

    udp_port_send (port, target, (View){ packet, sizeof packet });
}

void tftp_send_error (UdpPort *port, const Endpoint *target, guint code, const char *text)
{
    guint8 packet[256] = { 0, TFTP_ERROR, (guint8) (code >> 8), (guint8) code };
    gsize size = MIN (strlen (text), sizeof packet - 5);

    memcpy (packet + 4, text, size);
    udp_port_send (port, target, (View){ packet, 4 + size + 1 });
}

void tftp_refuse_stray (UdpPort *port, const Endpoint *source, View octets)
{
    TftpPacket packet;

    if (tftp_decode (octets.data, octets.size, &packet) && packet.opcode != TFTP_ERROR)
        tftp_send_error (port, source, TFTP_UNKNOWN_TRANSFER, tftp_error_name (TFTP_UNKNOWN_TRANSFER));
}
