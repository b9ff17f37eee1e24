/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/tftp.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    TftpPacket packet;

    if (tftp_decode (data, size, &packet) &&
        (packet.opcode < TFTP_RRQ || packet.opcode > TFTP_OACK || packet.payload.size > size))
        g_error ("an accepted packet makes no sense");
    return 0;
}
