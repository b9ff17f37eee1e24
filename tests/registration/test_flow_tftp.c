/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/registration/boot.h"

TestSuite (flow_tftp, .init = set_up, .fini = tear_down);

Test (flow_tftp, a_file_comes_block_by_block)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);

    NoteId request = read_request (&tftp, "RINGLIST.XML");
    cr_assert_eq (request, 0, "a ring list alone makes nobody a phone");
    request = read_request (&tftp, "CTLSEP001122334455.tlv");
    SAYS (request, "TFTP Read Request", "files", "");
    cr_assert_str_eq (device_at (request), NAME);
    cr_assert_str_eq (value_of (request, VALUE_WHAT), "FILE_CTL");
    NoteId first = tftp_data (&tftp, 1, block_of ('x'), 512), ack = tftp_ack (&tftp, 1);
    NoteId last = tftp_data (&tftp, 2, block_of ('x'), 10), done = tftp_ack (&tftp, 2);
    SAYS (first, "TFTP Data", "files", "");
    SAYS (ack, "TFTP ACK", "files", "");
    SAYS (last, "TFTP Data", "files", "delivered");
    SAYS (done, "TFTP ACK", "files", "delivered");
    cr_assert_eq (note_of (first)->partner, request);
    cr_assert_eq (note_of (last)->partner, ack);
    cr_assert_eq (note_of (done)->partner, 0);
    cr_assert_str_eq (value_of (last, VALUE_SIZE), "522");
    cr_assert_eq (note_of (first)->from_server, 1);
    cr_assert_eq (note_of (ack)->from_server, 0);
    check_all_notes ();
}

Test (flow_tftp, the_port_that_the_server_answers_from_is_the_transfers)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000), stranger = tftp;

    cr_assert (!flow_wants_ports (flow, TRANSPORT_UDP, 50000, 40001));
    read_request (&tftp, CONFIG);
    cr_assert (flow_wants_ports (flow, TRANSPORT_UDP, 40001, 50000), "before the answer its port is not known");
    SAYS (tftp_data (&tftp, 1, block_of ('x'), 512), "TFTP Data", "files", "");
    SAYS (tftp_data (&tftp, 2, block_of ('x'), 512), "TFTP Data", "files", "");
    stranger.server = endpoint ("10.0.0.6", 40001);
    cr_assert_eq (tftp_data (&stranger, 3, "x", 1), 0, "another host is not that server");
}

Test (flow_tftp, another_address_answers_and_the_phone_shows_whether_it_takes_that)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);

    NoteId request = read_request (&tftp, CONFIG);
    tftp.server = endpoint ("10.0.0.6", 40001);
    NoteId first = tftp_data (&tftp, 1, block_of ('x'), 512);
    SAYS (first, "TFTP Data", "files", "stray");
    cr_assert_str_eq (value_of (first, VALUE_SOURCE), "10.0.0.6");
    cr_assert_eq (note_of (first)->partner, request);
    SAYS (tftp_ack (&tftp, 1), "TFTP ACK", "files", "");
    NoteId last = tftp_data (&tftp, 2, block_of ('x'), 10);
    cr_assert_str_eq (value_of (last, VALUE_SIZE), "522");
}

Test (flow_tftp, an_error_for_a_repeated_request_is_a_second_answer)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000), again = tftp;

    read_request (&tftp, CONFIG);
    read_request (&tftp, CONFIG);
    again.server.port = (guint16) (tftp.server.port + 1);
    SAYS (tftp_error (&tftp, 1, "File not found"), "TFTP Error", "files", "not-found");
    NoteId second = tftp_error (&again, 1, "File not found");
    SAYS (second, "TFTP Error", "files", "stray");
    cr_assert_str_eq (value_of (second, VALUE_IP), "10.0.0.5");
}

Test (flow_tftp, the_server_may_not_choose_larger_blocks_than_it_was_asked_for)
{
    static const struct {
        const char *asked, *variant;
    } cases[] = { { NULL, "broken" }, { "1023", "broken" }, { "1024", "" }, { "1468", "" } };
    static const guint8 agreed[] = "\0\6blksize\0"
                                   "1024";

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        Tftp tftp = new_tftp ("10.0.0.15", (guint16) (50000 + i));
        request_blocks (&tftp, CONFIG, cases[i].asked);
        SAYS (send_udp (tftp.server, tftp.client, agreed, sizeof agreed), "TFTP Option ACK", "files", cases[i].variant);
    }
}

Test (flow_tftp, the_server_may_agree_to_larger_blocks)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);
    static const guint8 agreed[] = "\0\6blksize\0"
                                   "1024\0tsize\0"
                                   "1500";

    NoteId request = request_blocks (&tftp, CONFIG, "1024");
    NoteId oack = send_udp (tftp.server, tftp.client, agreed, sizeof agreed);
    SAYS (oack, "TFTP Option ACK", "files", "");
    cr_assert_eq (note_of (oack)->partner, request);
    cr_assert_str_eq (value_of (oack, VALUE_SIZE), "1500");
    NoteId zero = tftp_ack (&tftp, 0), data = tftp_data (&tftp, 1, block_of ('x'), 1024);
    cr_assert_eq (note_of (data)->partner, zero);
    SAYS (data, "TFTP Data", "files", "");
    SAYS (tftp_data (&tftp, 2, block_of ('x'), 512), "TFTP Data", "files", "broken");
    check_all_notes ();
}

Test (flow_tftp, a_repeated_request_has_no_answer_yet)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);

    NoteId first = read_request (&tftp, CONFIG);
    now += 4 * SECOND - MILLISECOND;
    NoteId second = read_request (&tftp, CONFIG);
    SAYS (second, "TFTP Read Request", "files", "refused");
    cr_assert_str_eq (value_of (second, VALUE_REPEATS), "1");
    cr_assert_str_eq (value_of (second, VALUE_SINCE), "4");
    NoteId data = tftp_data (&tftp, 1, "<device/>", 9);
    cr_assert_eq (note_of (data)->partner, first);
    check_all_notes ();
}

Test (flow_tftp, another_server_is_asked_not_again)
{
    Tftp one = new_tftp ("10.0.0.15", 50000), two = one;

    two.server = endpoint ("10.0.0.6", 40002);
    read_request (&one, CONFIG);
    now += SECOND;
    NoteId other = read_request (&two, CONFIG);
    SAYS (other, "TFTP Read Request", "files", "");
    cr_assert_str_eq (value_of (other, VALUE_FORMER_SERVER), "10.0.0.5");
    NoteId data = tftp_data (&two, 1, "<device/>", 9);
    cr_assert_eq (note_of (data)->partner, other);
    check_all_notes ();
}

Test (flow_tftp, the_same_configuration_later_is_fetched_again)
{
    Tftp one = new_tftp ("10.0.0.15", 50000), two = new_tftp ("10.0.0.15", 50001);

    fetch (&one, CONFIG, configuration, sizeof configuration - 1);
    now += 34 * SECOND;
    NoteId again = read_request (&two, CONFIG);
    SAYS (again, "TFTP Read Request", "files", "again");
    cr_assert_neq (value_of (again, VALUE_SINCE)[0], '\0');
    SAYS (tftp_data (&two, 1, configuration, 512), "TFTP Data", "files", "");
    check_all_notes ();
}

Test (flow_tftp, a_repeated_block_changes_nothing)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);

    read_request (&tftp, CONFIG);
    NoteId first = tftp_data (&tftp, 1, configuration, 512);
    NoteId again = tftp_data (&tftp, 1, configuration, 512);
    SAYS (again, "TFTP Data", "files", "again");
    cr_assert_eq (note_of (again)->partner, 0);
    cr_assert_neq (note_of (first)->partner, 0);
    tftp_ack (&tftp, 1);
    NoteId last = tftp_data (&tftp, 2, configuration + 512, sizeof configuration - 1 - 512);
    SAYS (last, "TFTP Data", "files", "config");
    SAYS (tftp_data (&tftp, 2, configuration + 512, 10), "TFTP Data", "files", "again");
    check_all_notes ();
}

Test (flow_tftp, an_empty_file_repeated_is_a_repetition)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);

    read_request (&tftp, "CTLSEP001122334455.tlv");
    SAYS (tftp_data (&tftp, 1, "", 0), "TFTP Data", "files", "delivered");
    SAYS (tftp_data (&tftp, 1, "", 0), "TFTP Data", "files", "again");
}

Test (flow_tftp, a_block_that_comes_too_early_is_no_repetition)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);

    read_request (&tftp, CONFIG);
    tftp_data (&tftp, 1, block_of ('x'), 512);
    NoteId third = tftp_data (&tftp, 3, block_of ('x'), 512); /* the capture lacks the second */
    cr_assert_str_neq (variant_of (third), "again");
    NoteId last = tftp_data (&tftp, 4, "end", 3);
    SAYS (last, "TFTP Data", "files", "delivered");
    check_all_notes ();
}

Test (flow_tftp, a_missing_file_is_harmless_or_not_by_what_it_is)
{
    static const struct {
        const char *file, *variant;
    } rows[] = {
        { CONFIG, "not-found" },           { "CTLSEP001122334455.tlv", "harmless" },
        { "CTLFile.tlv", "harmless" },     { "ITLSEP001122334455.tlv", "harmless" },
        { "ITLFile.tlv", "harmless" },     { "XMLDefault.cnf.xml", "not-found" },
        { "SIPDefault.cnf", "not-found" }, { "OS79XX.TXT", "harmless" },
        { "ringlist.dat", "harmless" },    { "term41.default.loads", "not-found" },
        { "jar41sccp.sbn", "not-found" },  { "g3-tones.xml", "harmless" },
        { "dialplan.xml", "harmless" },    { "SK5A6B7C8D.xml", "harmless" },
        { "mk-sip.jar", "harmless" },      { "lddefault.cfg", "not-found" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
        Tftp tftp = new_tftp ("10.0.0.15", (guint16) (50000 + i));
        NoteId request = read_request (&tftp, rows[i].file);
        NoteId error = tftp_error (&tftp, 1, "File not found");
        cr_expect_str_eq (variant_of (error), rows[i].variant, "%s", rows[i].file);
        cr_expect_eq (note_of (error)->partner, request);
        cr_expect_str_eq (value_of (error, VALUE_TEXT), "File not found");
        NoteId ack = tftp_ack (&tftp, 0);
        cr_expect_str_eq (variant_of (ack), "harmless");
        cr_expect_eq (note_of (ack)->partner, 0);
    }
    check_all_notes ();
}

Test (flow_tftp, an_error_without_a_text_gets_the_one_of_its_code)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);

    read_request (&tftp, CONFIG);
    NoteId error = tftp_error (&tftp, 2, "");
    SAYS (error, "TFTP Error", "files", "");
    cr_assert_str_eq (value_of (error, VALUE_TEXT), "Access violation");
    read_request (&tftp, CONFIG);
    NoteId odd = tftp_error (&tftp, 77, "");
    g_autofree char *title = tip_of (odd, TIP_TITLE);
    cr_expect_null (strchr (title, '?'), "%s", title);
}

Test (flow_tftp, a_phone_that_gives_up_does_not_answer_itself)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);
    static const guint8 error[] = "\0\5\0\0stopped";

    NoteId request = read_request (&tftp, CONFIG);
    NoteId stop = send_udp (tftp.client, tftp.server, error, sizeof error);
    cr_assert_eq (note_of (stop)->from_server, 0);
    cr_assert_eq (note_of (request)->partner, 0);
    check_all_notes ();
}

Test (flow_tftp, the_tftp_of_strangers_is_left_alone)
{
    Tftp tftp = new_tftp ("10.0.0.77", 50000);

    cr_assert_eq (read_request (&tftp, "rfc1350.txt"), 0);
    cr_assert_eq (read_request (&tftp, "router-confg"), 0);
    cr_assert_eq (tftp_data (&tftp, 1, "x", 1), 0);
    cr_assert_eq (tftp_ack (&tftp, 1), 0);
    cr_assert_eq (phones_count (flow_phones (flow)), 0);
    cr_assert (!flow_wants_ports (flow, TRANSPORT_UDP, 50000, 40001));
}

Test (flow_tftp, several_transfers_of_one_phone_do_not_mix)
{
    Tftp one = new_tftp ("10.0.0.15", 50000), two = new_tftp ("10.0.0.15", 50001);

    two.server.port = 40002;
    NoteId config = read_request (&one, CONFIG), ring = read_request (&two, "ringlist.xml");
    NoteId ring_data = tftp_data (&two, 1, "<r/>", 4), config_data = tftp_data (&one, 1, configuration, 512);
    cr_assert_eq (note_of (ring_data)->partner, ring);
    cr_assert_eq (note_of (config_data)->partner, config);
    SAYS (ring_data, "TFTP Data", "files", "delivered");
    SAYS (tftp_data (&one, 2, configuration + 512, sizeof configuration - 1 - 512), "TFTP Data", "files", "config");
    cr_assert_eq (phone_of (config), phone_of (ring));
}

Test (flow_tftp, a_port_used_again_is_the_next_files)
{
    Tftp one = new_tftp ("10.0.0.15", 50000), two = one;

    two.server.port = 40002;
    read_request (&one, "CTLSEP001122334455.tlv");
    tftp_error (&one, 1, "File not found");
    NoteId next = read_request (&two, CONFIG), data = tftp_data (&two, 1, "<device/>", 9);
    cr_assert_eq (note_of (data)->partner, next);
    cr_assert_str_eq (value_of (data, VALUE_FILE), CONFIG);
    SAYS (tftp_ack (&two, 1), "TFTP ACK", "files", "delivered");
    check_all_notes ();
}

Test (flow_tftp, a_late_block_of_the_port_s_last_transfer_spoils_nothing)
{
    Tftp one = new_tftp ("10.0.0.15", 50000), two = one;

    fetch (&one, "CTLSEP001122334455.tlv", block_of ('x'), 600);
    two.server.port = 40002;
    read_request (&two, CONFIG);
    SAYS (tftp_data (&one, 2, block_of ('x'), 88), "TFTP Data", "files", "stray");
    SAYS (tftp_data (&two, 1, configuration, 512), "TFTP Data", "files", "");
    tftp_ack (&two, 1);
    SAYS (tftp_data (&two, 2, configuration + 512, sizeof configuration - 1 - 512), "TFTP Data", "files", "config");
    check_all_notes ();
}

Test (flow_tftp, a_server_may_answer_from_one_port_always)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);

    fetch (&tftp, "CTLSEP001122334455.tlv", block_of ('x'), 600);
    NoteId last = fetch (&tftp, CONFIG, configuration, sizeof configuration - 1);
    SAYS (last, "TFTP Data", "files", "config");
}

Test (flow_tftp, a_block_that_the_capture_cut_is_not_the_last)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);
    guint8 head[64] = { 0, 3, 0, 1, '<' };
    Frame frame = { .time = now += MILLISECOND,
                    .transport = TRANSPORT_UDP,
                    .source = tftp.server,
                    .destination = tftp.client,
                    .payload = { head, sizeof head },
                    .cut = 516 - sizeof head };
    guint count = 0;

    read_request (&tftp, CONFIG);
    frame.number = ++frame_number;
    SAYS (flow_frame (flow, &frame, &count), "TFTP Data", "files", "");
    NoteId last = tftp_data (&tftp, 2, "end", 3);
    SAYS (last, "TFTP Data", "files", "delivered");
    cr_assert_str_eq (value_of (last, VALUE_SIZE), "515");
}

Test (flow_tftp, a_file_that_the_phone_writes_goes_the_other_way)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);
    static const guint8 write[] = "\0\2SEP001122334455.cnf.xml\0octet";

    NoteId request = send_udp (tftp.client, endpoint ("10.0.0.5", 69), write, sizeof write);
    SAYS (request, "TFTP Write Request", "files", "");
    static const guint8 go[] = { 0, 4, 0, 0 }, got[] = { 0, 4, 0, 1 }, data[] = { 0, 3, 0, 1, 'h', 'i' };
    NoteId ready = send_udp (tftp.server, tftp.client, go, sizeof go);
    NoteId block = send_udp (tftp.client, tftp.server, data, sizeof data);
    NoteId done = send_udp (tftp.server, tftp.client, got, sizeof got);
    SAYS (ready, "TFTP ACK", "files", "server");
    cr_assert_eq (note_of (ready)->partner, 0, "by its kind an acknowledgment is no answer");
    cr_assert_eq (note_of (ready)->from_server, 1);
    cr_assert_eq (note_of (block)->from_server, 0);
    cr_assert_eq (note_of (done)->from_server, 1);
    cr_assert_eq (note_of (done)->partner, 0);
    check_all_notes ();
}

Test (flow_tftp, firmware_of_ten_thousand_blocks_keeps_nothing)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);

    get_address ();
    read_request (&tftp, "cnu41.9-4-2.sbn");
    for (guint block = 1; block <= 10000; block++) {
        tftp_data (&tftp, block, block_of ('x'), 512);
        tftp_ack (&tftp, block);
    }
    NoteId last = tftp_data (&tftp, 10001, "end", 3);
    SAYS (last, "TFTP Data", "files", "delivered");
    cr_assert_str_eq (value_of (last, VALUE_SIZE), "5120003");
    cr_assert_eq (phones_count (flow_phones (flow)), 1);
}

Test (flow_tftp, block_numbers_wrap_around)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);

    get_address ();
    read_request (&tftp, "cnu41.9-4-2.sbn");
    for (guint block = 1; block <= 65536; block++)
        cr_assert_str_eq (variant_of (tftp_data (&tftp, block & 0xFFFF, block_of ('x'), 512)), "");
    SAYS (tftp_data (&tftp, 1, "end", 3), "TFTP Data", "files", "delivered");
}

Test (flow_tftp, a_configuration_without_end_is_not_kept)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);

    read_request (&tftp, CONFIG);
    for (guint block = 1; block <= 600; block++)
        tftp_data (&tftp, block, block_of ('x'), 512);
    SAYS (tftp_data (&tftp, 601, "end", 3), "TFTP Data", "files", "delivered");
}
