/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/tftp.h"
#include "tests/registration/damage.h"

#include <criterion/criterion.h>

static const guint8 read_request[] = "\0\1"                      /* RRQ */
                                     "SEP001122334455.cnf.xml\0" /* file */
                                     "octet\0"                   /* mode */
                                     "tsize\0"
                                     "0\0" /* an option and its value */
                                     "BlkSize\0"
                                     "1024\0"
                                     "windowsize\0"
                                     "many\0" /* no number */
                                     "blksize\0"
                                     "8\0" /* a second time */
                                     "timeout\0"
                                     "5";

static void decode_anything (const guint8 *data, gsize size)
{
    TftpPacket packet;

    if (!tftp_decode (data, size, &packet))
        return;
    cr_assert (packet.opcode >= TFTP_RRQ && packet.opcode <= TFTP_OACK);
    cr_assert (view_inside (packet.file, data, size));
    cr_assert (view_inside (packet.mode, data, size));
    cr_assert (view_inside (packet.payload, data, size));
    cr_assert (view_inside (packet.error_text, data, size));
}

Test (tftp, a_read_request_names_the_file_and_its_options)
{
    TftpPacket packet;

    cr_assert (tftp_decode (read_request, sizeof read_request, &packet));
    cr_assert_eq (packet.opcode, TFTP_RRQ);
    cr_assert (view_is (packet.file, "SEP001122334455.cnf.xml"));
    cr_assert (view_is (packet.mode, "octet"));
    cr_assert_eq (packet.options.present, TFTP_HAS_TSIZE | TFTP_HAS_BLKSIZE | TFTP_HAS_TIMEOUT);
    cr_assert_eq (packet.options.tsize, 0);
    cr_assert_eq (packet.options.blksize, 1024);
    cr_assert_eq (packet.options.timeout, 5);
    cr_assert_not (packet.unfinished);
}

Test (tftp, a_text_without_its_nul_is_read_and_marked)
{
    TftpPacket packet;

    cr_assert (tftp_decode (read_request, 2 + 10, &packet));
    cr_assert (view_is (packet.file, "SEP0011223"));
    cr_assert (packet.unfinished);
}

Test (tftp, data_and_acknowledgement_carry_their_block)
{
    static const guint8 data[] = { 0, 3, 0x01, 0x02, 'x', 0 }; /* DATA, block 258, two octets */
    static const guint8 last[] = { 0, 3, 0xFF, 0xFF };         /* DATA, block 65535, nothing: the end */
    static const guint8 ack[] = { 0, 4, 0, 0, 0, 0, 0 };       /* ACK 0, and padding of a short Ethernet frame */
    TftpPacket packet;

    cr_assert (tftp_decode (data, sizeof data, &packet));
    cr_assert_eq (packet.block, 258);
    cr_assert_eq (packet.payload.size, 2);
    cr_assert (tftp_decode (last, sizeof last, &packet));
    cr_assert_eq (packet.block, 65535);
    cr_assert_eq (packet.payload.size, 0);
    cr_assert (tftp_decode (ack, sizeof ack, &packet));
    cr_assert_eq (packet.opcode, TFTP_ACK);
    cr_assert_eq (packet.block, 0);
}

Test (tftp, an_error_has_a_code_and_perhaps_a_text)
{
    static const guint8 not_found[] = "\0\5\0\1no such file"; /* ERROR, code 1, text, NUL */
    static const guint8 bare[] = { 0, 5, 0, 2 };
    TftpPacket packet;

    cr_assert (tftp_decode (not_found, sizeof not_found, &packet));
    cr_assert_str_eq (tftp_error_name (packet.error_code), "File not found");
    cr_assert (view_is (packet.error_text, "no such file"));
    cr_assert (tftp_decode (bare, sizeof bare, &packet));
    cr_assert_eq (packet.error_code, TFTP_ACCESS_VIOLATION);
    cr_assert_null (tftp_error_name (99));
}

Test (tftp, an_option_acknowledgement_is_a_list_of_options)
{
    static const guint8 oack[] = "\0\6tsize\0"
                                 "0002813\0"
                                 "blksize"; /* OACK, one option, and a name without a value */
    TftpPacket packet;

    cr_assert (tftp_decode (oack, sizeof oack, &packet));
    cr_assert_eq (packet.options.present, TFTP_HAS_TSIZE);
    cr_assert_eq (packet.options.tsize, 2813);
    cr_assert (packet.unfinished);
}

Test (tftp, other_things_on_the_port_are_refused)
{
    static const guint8 unknown[] = { 0, 7, 0, 0 }, none[] = { 0, 0, 0, 0 }, no_name[] = { 0, 1, 0, 0 },
                        no_block[] = { 0, 4, 0 };
    TftpPacket packet;

    cr_assert_not (tftp_decode (unknown, sizeof unknown, &packet));
    cr_assert_not (tftp_decode (none, sizeof none, &packet));
    cr_assert_not (tftp_decode (no_name, sizeof no_name, &packet));
    cr_assert_not (tftp_decode (no_block, sizeof no_block, &packet));
    cr_assert_not (tftp_decode (NULL, 0, &packet));
}

Test (tftp, damaged_and_cut_packets_are_decoded_safely)
{
    static const guint8 error[] = "\0\5\0\1gone";
    static const guint8 oack[] = "\0\6blksize\0"
                                 "512\0"
                                 "tsize\0"
                                 "99";

    try_every_damage (read_request, sizeof read_request, decode_anything);
    try_every_damage (error, sizeof error, decode_anything);
    try_every_damage (oack, sizeof oack, decode_anything);
}
