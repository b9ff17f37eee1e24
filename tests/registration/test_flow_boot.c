/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/registration/boot.h"

TestSuite (flow_boot, .init = set_up, .fini = tear_down);

Test (flow_boot, one_phone_is_one_phone_from_dhcp_to_sccp)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);
    Link link = new_link ("10.0.0.15", 50010, "10.0.0.2");
    gint64 before = -1;

    get_address ();
    arp (1, &phone_mac, "10.0.0.15", "10.0.0.5");
    read_request (&tftp, "CTLSEP001122334455.tlv");
    tftp_error (&tftp, 1, "File not found");
    fetch (&tftp, CONFIG, configuration, sizeof configuration - 1);
    NoteId syn = tcp (&link, FALSE, TCP_SYN);
    cr_assert_str_eq (value_of (syn, VALUE_RANK), "1");
    tcp (&link, TRUE, TCP_SYN | TCP_ACK);
    tcp (&link, FALSE, TCP_ACK);
    ask_to_register (&link, NAME, 115);
    accept_registration (&link);
    say (&link, SCCP_TIME_DATE_REQ, NO_FIELDS);
    cr_assert_str_eq (level_of (set_clock (&link)), "ready");
    for (NoteId id = 1; id <= notes_count (flow_notes (flow)); id++) {
        cr_assert_eq (phone_of (id), 0);
        cr_assert_eq (note_of (id)->phone, 0);
        cr_assert_eq (attempt_of (id), 1, "note %u", id);
        cr_assert_gt (explain_elapsed (flow, id), before);
        before = explain_elapsed (flow, id);
    }
    cr_assert_eq (phones_count (flow_phones (flow)), 1);
    check_all_notes ();
}

/* The capture lacks the ACK, so nothing but the MAC ties the address to the phone. */
Test (flow_boot, a_phone_known_by_its_mac_is_found_again_by_its_name)
{
    Link link = new_link ("10.0.0.15", 50010, "10.0.0.2");

    NoteId discover = dhcp (DISCOVER, &asks);
    shake_hands (&link);
    NoteId request = ask_to_register (&link, NAME, 115);
    cr_assert_eq (phone_of (discover), phone_of (request));
    cr_assert_gt (explain_elapsed (flow, request), 4 * MILLISECOND - 1);
    check_all_notes ();
}

Test (flow_boot, a_capture_that_starts_in_the_middle_claims_nothing)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);

    cr_assert_eq (tftp_data (&tftp, 5, block_of ('x'), 512), 0);
    cr_assert_eq (tftp_ack (&tftp, 5), 0);
    cr_assert_eq (tftp_error (&tftp, 1, "File not found"), 0);
    NoteId ack = dhcp (ACK, &gives);
    SAYS (ack, "DHCP ACK", "address", "");
    cr_assert_eq (note_of (ack)->partner, 0);
    cr_assert_str_eq (level_of (ack), "");
    check_all_notes ();
}

Test (flow_boot, secrets_of_a_configuration_are_nowhere)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);

    fetch (&tftp, CONFIG, configuration, sizeof configuration - 1);
    for (NoteId id = 1; id <= notes_count (flow_notes (flow)); id++) {
        g_autofree char *values = wire_values_text (notes_values (flow_notes (flow), note_of (id)));
        cr_assert_null (strstr (values, "hunter"));
    }
}
