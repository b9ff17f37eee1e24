/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/tftp.h"

#include <string.h>

static const char *const error_names[] = {
    "Not defined",
    "File not found",
    "Access violation",
    "Disk full or allocation exceeded",
    "Illegal TFTP operation",
    "Unknown transfer ID",
    "File already exists",
    "No such user",
    "Option negotiation failed",
};

static const struct {
    const char *name;
    guint flag;
    gsize offset;
} option_table[] = {
    { "blksize", TFTP_HAS_BLKSIZE, G_STRUCT_OFFSET (TftpOptions, blksize) },
    { "tsize", TFTP_HAS_TSIZE, G_STRUCT_OFFSET (TftpOptions, tsize) },
    { "timeout", TFTP_HAS_TIMEOUT, G_STRUCT_OFFSET (TftpOptions, timeout) },
    { "windowsize", TFTP_HAS_WINDOWSIZE, G_STRUCT_OFFSET (TftpOptions, windowsize) },
};

const char *tftp_error_name (guint code)
{
    return code < G_N_ELEMENTS (error_names) ? error_names[code] : NULL;
}

static View next_text (Bytes *bytes, TftpPacket *packet)
{
    gsize left = bytes_left (bytes);
    View text = bytes_text (bytes);
    if (text.size == left)
        packet->unfinished = TRUE;
    return text;
}

static void add_option (TftpOptions *options, View name, View value)
{
    for (gsize i = 0; i < G_N_ELEMENTS (option_table); i++) {
        const char *known = option_table[i].name;
        guint64 number;

        if (name.size != strlen (known) || !octets_same_caseless (name.data, known, name.size))
            continue;
        if (!(options->present & option_table[i].flag) && view_decimal (value, &number)) {
            G_STRUCT_MEMBER (guint64, options, option_table[i].offset) = number;
            options->present |= option_table[i].flag;
        }
        return;
    }
}

static void read_options (Bytes *bytes, TftpPacket *packet)
{
    while (bytes_left (bytes) > 0) {
        View name = next_text (bytes, packet);
        if (bytes_left (bytes) == 0) {
            packet->unfinished = TRUE; /* a name without its value */
            return;
        }
        View value = next_text (bytes, packet);
        add_option (&packet->options, name, value);
    }
}

gboolean tftp_decode (const guint8 *data, gsize size, TftpPacket *ret_packet)
{
    Bytes bytes;
    TftpPacket packet = { 0 };

    bytes_init (&bytes, data, size);
    guint16 opcode = bytes_be16 (&bytes);
    if (opcode < TFTP_RRQ || opcode > TFTP_OACK)
        return FALSE;
    packet.opcode = opcode;
    switch (packet.opcode) {
    case TFTP_RRQ:
    case TFTP_WRQ:
        packet.file = next_text (&bytes, &packet);
        if (packet.file.size == 0)
            return FALSE;
        packet.name_unfinished = packet.unfinished;
        packet.mode = next_text (&bytes, &packet);
        read_options (&bytes, &packet);
        break;
    case TFTP_DATA:
        packet.block = bytes_be16 (&bytes);
        packet.payload = bytes_view (&bytes, bytes_left (&bytes));
        break;
    case TFTP_ACK:
        packet.block = bytes_be16 (&bytes);
        break;
    case TFTP_ERROR:
        packet.error_code = bytes_be16 (&bytes);
        packet.error_text = next_text (&bytes, &packet);
        break;
    case TFTP_OACK:
        read_options (&bytes, &packet);
        break;
    }
    if (bytes.missing)
        return FALSE;
    *ret_packet = packet;
    return TRUE;
}
