/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/registration/boot.h"

TestSuite (flow_dhcp, .init = set_up, .fini = tear_down);

#define ASKS_LIKE_A_PC "\x37\x03\x01\x03\x06"

static Outcome outcome_now (void)
{
    g_autoptr (Summary) summary = summary_new (diagnosis, NULL, NULL);
    return summary->phones->len ? summary_phone (summary, 0)->outcome : N_OUTCOMES;
}

Test (flow_dhcp, who_renews_its_lease_is_not_on_its_way)
{
    Lease looks = asks;
    looks.options = "\x0C\x0F" NAME;
    looks.options_size = 17;
    Lease renews = looks;

    dhcp (DISCOVER, &looks);
    dhcp (OFFER, &gives);
    dhcp (REQUEST, &looks);
    dhcp (ACK, &gives);
    cr_assert_eq (outcome_now (), OUTCOME_TRYING);
    now += 4 * 3600 * SECOND;
    renews.ciaddr = "10.0.0.15";
    dhcp (REQUEST, &renews);
    dhcp (ACK, &gives);
    cr_assert_eq (outcome_now (), OUTCOME_NONE);
    dhcp (DISCOVER, &looks);
    cr_assert_eq (outcome_now (), OUTCOME_TRYING);
}

Test (flow_dhcp, a_phone_gets_its_address)
{
    NoteId discover = dhcp (DISCOVER, &asks), offer = dhcp (OFFER, &gives);
    NoteId request = dhcp (REQUEST, &asks), ack = dhcp (ACK, &gives);
    char buffer[IP_ADDRESS_TEXT_SIZE];

    SAYS (discover, "DHCP Discover", "address", "");
    SAYS (offer, "DHCP Offer", "address", "");
    SAYS (request, "DHCP Request", "address", "");
    SAYS (ack, "DHCP ACK", "address", "");
    cr_assert_eq (note_of (offer)->partner, discover);
    cr_assert_eq (note_of (discover)->partner, offer);
    cr_assert_eq (note_of (ack)->partner, request);
    cr_assert_str_eq (device_at (discover), "00:11:22:33:44:55");
    cr_assert_str_eq (value_of (ack, VALUE_TFTP_SERVERS), "10.0.0.5");
    cr_assert_str_eq (value_of (ack, VALUE_IP), "10.0.0.15");
    cr_assert_str_eq (explain_server (flow, note_of (ack), buffer), "10.0.0.1");
    cr_assert_eq (attempt_of (ack), 1, "it belongs to the registration to come");
    cr_assert_eq (phones_count (flow_phones (flow)), 1);
    IpAddress address = endpoint ("10.0.0.15", 0).address;
    cr_assert_eq (phones_find_address (flow_phones (flow), &address), phone_of (discover));
    check_all_notes ();
}

Test (flow_dhcp, a_discover_repeated_is_counted)
{
    dhcp (DISCOVER, &asks);
    NoteId second = dhcp (DISCOVER, &asks), third = dhcp (DISCOVER, &asks);

    SAYS (second, "DHCP Discover", "address", "again");
    cr_assert_str_eq (value_of (second, VALUE_REPEATS), "1");
    cr_assert_str_eq (value_of (third, VALUE_REPEATS), "2");
    Lease anew = asks;
    anew.xid = 8;
    NoteId fresh = dhcp (DISCOVER, &anew);
    SAYS (fresh, "DHCP Discover", "address", "");
    SAYS (dhcp (DISCOVER, &anew), "DHCP Discover", "address", "again");
    cr_assert_str_eq (value_of (fresh + 1, VALUE_REPEATS), "1");
    check_all_notes ();
}

Test (flow_dhcp, an_offer_answers_the_discover_of_its_transaction_only)
{
    Lease late = gives;
    NoteId discover = dhcp (DISCOVER, &asks);

    late.xid = 99;
    cr_assert_eq (note_of (dhcp (OFFER, &late))->partner, 0);
    cr_assert_eq (note_of (discover)->partner, 0);
    check_all_notes ();
}

Test (flow_dhcp, a_second_server_does_not_take_the_answer_of_the_first)
{
    Lease second = gives;
    NoteId discover = dhcp (DISCOVER, &asks), offer = dhcp (OFFER, &gives);

    second.server = "10.0.0.2";
    dhcp (OFFER, &second);
    cr_assert_eq (note_of (discover)->partner, offer);
    cr_assert_eq (note_of (offer)->partner, discover);
    check_all_notes ();
}

Test (flow_dhcp, two_phones_that_start_together_stay_apart)
{
    Lease other_asks = asks, other_gives = gives;

    other_asks.mac = other_gives.mac = &other_mac;
    other_gives.yiaddr = "10.0.0.16";
    NoteId one = dhcp (DISCOVER, &asks), two = dhcp (DISCOVER, &other_asks); /* the same xid even */
    NoteId offer_two = dhcp (OFFER, &other_gives), offer_one = dhcp (OFFER, &gives);
    NoteId request_one = dhcp (REQUEST, &asks), request_two = dhcp (REQUEST, &other_asks);
    NoteId ack_two = dhcp (ACK, &other_gives), ack_one = dhcp (ACK, &gives);
    cr_assert_neq (phone_of (one), phone_of (two));
    cr_assert_eq (note_of (offer_one)->partner, one);
    cr_assert_eq (note_of (offer_two)->partner, two);
    cr_assert_eq (note_of (ack_one)->partner, request_one);
    cr_assert_eq (note_of (ack_two)->partner, request_two);
    cr_assert_eq (phones_count (flow_phones (flow)), 2);
    check_all_notes ();
}

Test (flow_dhcp, a_refused_address_belongs_to_nobody)
{
    Lease renews = asks, refuses = { .mac = &phone_mac, .xid = 7 };

    renews.ciaddr = "10.9.9.9";
    NoteId request = dhcp (REQUEST, &renews), nak = dhcp (NAK, &refuses);
    SAYS (nak, "DHCP NAK", "address", "not-found");
    cr_assert_eq (note_of (nak)->partner, request);
    IpAddress address = endpoint ("10.9.9.9", 0).address;
    cr_assert_eq (phones_find_address (flow_phones (flow), &address), PHONE_NONE);
    SAYS (dhcp (DISCOVER, &asks), "DHCP Discover", "address", "");
    g_autofree char *title = tip_of (nak, TIP_TITLE);
    cr_assert_str_eq (title, "Address refused");
    check_all_notes ();
}

Test (flow_dhcp, what_dhcp_says_of_tftp_servers_is_judged)
{
    static const struct {
        const char *options;
        gsize size;
        const char *variant, *servers, *name;
    } rows[] = {
        { OPTIONS ("\x96\x08\x0A\x00\x00\x05\x0A\x00\x00\x06"), "", "10.0.0.5, 10.0.0.6", "" },
        { OPTIONS ("\x42\x04tftp"), "", "", "tftp" },
        { OPTIONS ("\x42\x04tftp\x96\x04\x0A\x00\x00\x05"), "", "10.0.0.5", "tftp" },
        { OPTIONS ("\x03\x04\x0A\x00\x00\xFE"), "not-found", "", "" },
        { OPTIONS ("\x96\x08"
                   "10.0.0.5"),
          "broken", "", "" },
        { OPTIONS ("\x96\x03\x0A\x00\x00"), "broken", "", "" },
        { OPTIONS ("\x96\x00"), "broken", "", "" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
        Lease answer = gives;
        answer.options = rows[i].options;
        answer.options_size = rows[i].size;
        dhcp (DISCOVER, &asks);
        NoteId offer = dhcp (OFFER, &answer);
        dhcp (REQUEST, &asks);
        NoteId ack = dhcp (ACK, &answer);
        cr_expect_str_eq (variant_of (offer), rows[i].variant, "row %zu", i);
        cr_expect_str_eq (variant_of (ack), rows[i].variant, "row %zu", i);
        cr_expect_str_eq (value_of (ack, VALUE_TFTP_NAME), rows[i].name, "row %zu", i);
        if (!g_str_equal (rows[i].variant, "broken"))
            cr_expect_str_eq (value_of (ack, VALUE_TFTP_SERVERS), rows[i].servers, "row %zu", i);
    }
    check_all_notes ();
}

Test (flow_dhcp, a_pc_that_wants_an_address_is_left_alone)
{
    Lease pc = { .mac = &other_mac, .xid = 1, .options = ASKS_LIKE_A_PC, .options_size = 5 };
    Lease answer = { .mac = &other_mac, .xid = 1, .yiaddr = "10.0.0.77" };

    cr_assert_eq (dhcp (DISCOVER, &pc), 0);
    cr_assert_eq (dhcp (OFFER, &answer), 0);
    cr_assert_eq (dhcp (REQUEST, &pc), 0);
    cr_assert_eq (dhcp (ACK, &answer), 0);
    cr_assert_eq (phones_count (flow_phones (flow)), 0);
}

Test (flow_dhcp, a_phone_tells_what_it_is_in_its_vendor_class)
{
    Lease phone = asks;

    phone.options = "\x3C\x25"
                    "Cisco Systems, Inc. IP Phone CP-7941G";
    phone.options_size = 2 + 0x25;
    NoteId discover = dhcp (DISCOVER, &phone);
    cr_assert_str_eq (value_of (discover, VALUE_MODEL), "7941");
    cr_assert_str_eq (value_of (discover, VALUE_VENDOR), "Cisco Systems, Inc. IP Phone CP-7941G");
    cr_assert_str_eq (value_of (discover, VALUE_MAC), "00:11:22:33:44:55");
    cr_assert_str_eq (model_at (discover), "7941", "reports say it before it registers");
    phone.options_size = 0;
    cr_assert_str_eq (model_at (dhcp (REQUEST, &phone)), "7941", "and go on, when a message does not");
}

Test (flow_dhcp, the_number_that_a_phone_registers_with_says_its_model_best)
{
    Lease phone = asks, answer = { .mac = &phone_mac, .xid = 1, .yiaddr = "10.0.0.15" };

    phone.options = "\x3C\x25"
                    "Cisco Systems, Inc. IP Phone CP-7941G";
    phone.options_size = 2 + 0x25;
    answer.xid = phone.xid;
    NoteId discover = dhcp (DISCOVER, &phone);
    dhcp (REQUEST, &phone);
    dhcp (ACK, &answer);
    Link link = new_link ("10.0.0.15", 49175, "10.0.0.1");
    shake_hands (&link);
    NoteId asked = ask_to_register (&link, NAME, 30018);
    cr_assert_eq (phone_of (asked), phone_of (discover));
    cr_assert_str_eq (model_at (asked), "7961");
}

Test (flow_dhcp, the_host_name_names_the_phone)
{
    Lease named = asks;

    named.options = "\x37\x03\x01\x42\x96\x0C\x0F" NAME;
    named.options_size = 5 + 2 + 15;
    NoteId discover = dhcp (DISCOVER, &asks), request = dhcp (REQUEST, &named);
    cr_assert_str_eq (device_at (discover), "00:11:22:33:44:55");
    cr_assert_str_eq (device_at (request), NAME);
    cr_assert_eq (phone_of (discover), phone_of (request));
    check_all_notes ();
}

Test (flow_dhcp, what_a_relay_passes_on_is_no_repetition)
{
    Lease passed_on = asks;

    passed_on.giaddr = "10.0.0.254";
    NoteId discover = dhcp (DISCOVER, &asks), copy = dhcp (DISCOVER, &passed_on);
    NoteId second = dhcp (DISCOVER, &asks), offer = dhcp (OFFER, &gives);
    NoteId request = dhcp (REQUEST, &asks), other_copy = dhcp (REQUEST, &passed_on), ack = dhcp (ACK, &gives);

    SAYS (copy, "DHCP Discover", "address", "routed");
    cr_assert_str_eq (value_of (copy, VALUE_RELAY), "10.0.0.254");
    cr_assert_str_eq (value_of (second, VALUE_REPEATS), "1");
    SAYS (other_copy, "DHCP Request", "address", "routed");
    cr_assert_eq (note_of (offer)->partner, discover);
    cr_assert_eq (note_of (ack)->partner, request);
    check_all_notes ();
}

Test (flow_dhcp, a_relay_alone_speaks_for_the_phone)
{
    Lease passed_on = asks;

    passed_on.giaddr = "10.0.0.254";
    dhcp (DISCOVER, &passed_on);
    SAYS (dhcp (DISCOVER, &passed_on), "DHCP Discover", "address", "again");
    check_all_notes ();
}

Test (flow_dhcp, a_relay_is_named_and_is_not_the_server)
{
    Lease relayed = asks, answer = gives;
    char buffer[IP_ADDRESS_TEXT_SIZE];

    relayed.giaddr = answer.giaddr = "10.5.0.1";
    answer.options = "\x36\x04\x0A\x63\x00\x01" OPTION_150;
    answer.options_size = 12;
    NoteId discover = dhcp (DISCOVER, &relayed), offer = dhcp (OFFER, &answer);
    cr_assert_eq (note_of (offer)->partner, discover);
    cr_assert_str_eq (value_of (offer, VALUE_RELAY), "10.5.0.1");
    cr_assert_str_eq (explain_server (flow, note_of (offer), buffer), "10.99.0.1", "the server identifier counts");
}

Test (flow_dhcp, an_ack_to_an_inform_gives_no_address_and_says_so)
{
    Lease inform = asks, answer = gives;

    inform.ciaddr = "10.0.0.15";
    answer.yiaddr = NULL;
    dhcp (INFORM, &inform);
    NoteId ack = dhcp (ACK, &answer);
    g_autofree char *title = tip_of (ack, TIP_TITLE), *text = tip_of (ack, TIP_TEXT);
    cr_expect_null (strchr (title, '?'), "%s", title);
    cr_expect_null (strchr (text, '?'), "%s", text);
}

Test (flow_dhcp, an_address_that_moves_to_another_phone_takes_its_files_along)
{
    Lease other_asks = asks, other_gives = gives;

    get_address ();
    other_asks.mac = other_gives.mac = &other_mac;
    dhcp (DISCOVER, &other_asks);
    dhcp (REQUEST, &other_asks);
    NoteId ack = dhcp (ACK, &other_gives);
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.2");
    NoteId syn = tcp (&link, FALSE, TCP_SYN);
    cr_assert_eq (phone_of (syn), phone_of (ack));
    cr_assert_str_eq (device_at (syn), "00:11:22:33:44:66");
    check_all_notes ();
}
