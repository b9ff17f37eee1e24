/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/report/summary.h"
#include "tests/support/play.h"

#define NAME   "SEP001122334455"
#define CONFIG "SEP001122334455.cnf.xml"

TestSuite (flow_boot, .init = set_up, .fini = tear_down);

static const MacAddress phone_mac = { { 0, 0x11, 0x22, 0x33, 0x44, 0x55 } };
static const MacAddress other_mac = { { 0, 0x11, 0x22, 0x33, 0x44, 0x66 } };
static const MacAddress switch_mac = { { 0, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE } };

/* --- DHCP --- */

#define PHONE_CLASS                                                                                                    \
    "\x3C\x23"                                                                                                         \
    "Cisco Systems, Inc. IP Phone CP-7941G"
#define ASKS_FOR_150   "\x37\x03\x01\x42\x96"
#define ASKS_LIKE_A_PC "\x37\x03\x01\x03\x06"

enum { DISCOVER = 1, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE, INFORM };

typedef struct {
    const MacAddress *mac;
    guint32 xid;
    const char *yiaddr, *ciaddr, *giaddr, *server; /* or NULL */
    const char *options;                           /* behind the message type */
    gsize options_size;
} Lease;

static void put_address (guint8 *at, const char *text)
{
    if (text)
        memcpy (at, endpoint (text, 0).address.octets, 4);
}

static NoteId dhcp (guint type, const Lease *lease)
{
    gboolean answer = type == OFFER || type == ACK || type == NAK;
    Endpoint none = { .port = 68 }, client = none, server = endpoint (lease->server ? lease->server : "10.0.0.1", 67);
    guint8 data[600] = { answer ? 2 : 1, 1, 6, 0, 0, 0, 0, (guint8) lease->xid };

    put_address (data + 12, lease->ciaddr);
    put_address (data + 16, lease->yiaddr);
    put_address (data + 24, lease->giaddr);
    memcpy (data + 28, lease->mac->octets, 6);
    memcpy (data + 236, "\x63\x82\x53\x63\x35\x01", 6);
    data[242] = (guint8) type;
    memcpy (data + 243, lease->options ? lease->options : "", lease->options_size);
    data[243 + lease->options_size] = 0xFF;
    if (lease->giaddr)
        client = endpoint (lease->giaddr, 67);
    return answer ? send_udp (server, client, data, 300) : send_udp (client, server, data, 300);
}

#define OPTIONS(text) (text), sizeof (text) - 1
#define PHONE_ASKS    .mac = &phone_mac, .xid = 7, .options = ASKS_FOR_150, .options_size = 5
#define OPTION_150    "\x96\x04\x0A\x00\x00\x05"
#define SERVER_GIVES  .mac = &phone_mac, .xid = 7, .yiaddr = "10.0.0.15", .options = OPTION_150, .options_size = 6

static const Lease asks = { PHONE_ASKS }, gives = { SERVER_GIVES };

static void get_address (void)
{
    dhcp (DISCOVER, &asks);
    dhcp (OFFER, &gives);
    dhcp (REQUEST, &asks);
    dhcp (ACK, &gives);
}

Test (flow_boot, a_phone_gets_its_address)
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
    cr_assert_eq (note_of (ack)->attempt, 1, "it belongs to the registration to come");
    cr_assert_eq (phones_count (flow_phones (flow)), 1);
    IpAddress address = endpoint ("10.0.0.15", 0).address;
    cr_assert_eq (phones_find_address (flow_phones (flow), &address), phone_of (discover));
    check_all_notes ();
}

Test (flow_boot, a_discover_repeated_is_counted)
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

Test (flow_boot, an_offer_answers_the_discover_of_its_transaction_only)
{
    Lease late = gives;
    NoteId discover = dhcp (DISCOVER, &asks);

    late.xid = 99;
    cr_assert_eq (note_of (dhcp (OFFER, &late))->partner, 0);
    cr_assert_eq (note_of (discover)->partner, 0);
    check_all_notes ();
}

Test (flow_boot, a_second_server_does_not_take_the_answer_of_the_first)
{
    Lease second = gives;
    NoteId discover = dhcp (DISCOVER, &asks), offer = dhcp (OFFER, &gives);

    second.server = "10.0.0.2";
    dhcp (OFFER, &second);
    cr_assert_eq (note_of (discover)->partner, offer);
    cr_assert_eq (note_of (offer)->partner, discover);
    check_all_notes ();
}

Test (flow_boot, two_phones_that_start_together_stay_apart)
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

Test (flow_boot, a_refused_address_belongs_to_nobody)
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

Test (flow_boot, what_dhcp_says_of_tftp_servers_is_judged)
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

Test (flow_boot, a_pc_that_wants_an_address_is_left_alone)
{
    Lease pc = { .mac = &other_mac, .xid = 1, .options = ASKS_LIKE_A_PC, .options_size = 5 };
    Lease answer = { .mac = &other_mac, .xid = 1, .yiaddr = "10.0.0.77" };

    cr_assert_eq (dhcp (DISCOVER, &pc), 0);
    cr_assert_eq (dhcp (OFFER, &answer), 0);
    cr_assert_eq (dhcp (REQUEST, &pc), 0);
    cr_assert_eq (dhcp (ACK, &answer), 0);
    cr_assert_eq (phones_count (flow_phones (flow)), 0);
}

Test (flow_boot, a_phone_tells_what_it_is_in_its_vendor_class)
{
    Lease phone = asks;

    phone.options = "\x3C\x25"
                    "Cisco Systems, Inc. IP Phone CP-7941G";
    phone.options_size = 2 + 0x25;
    NoteId discover = dhcp (DISCOVER, &phone);
    cr_assert_str_eq (value_of (discover, VALUE_MODEL), "7941");
    cr_assert_str_eq (value_of (discover, VALUE_VENDOR), "Cisco Systems, Inc. IP Phone CP-7941G");
    cr_assert_str_eq (value_of (discover, VALUE_MAC), "00:11:22:33:44:55");
}

Test (flow_boot, the_host_name_names_the_phone)
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

Test (flow_boot, a_relay_is_named_and_is_not_the_server)
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

Test (flow_boot, an_ack_to_an_inform_gives_no_address_and_says_so)
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

Test (flow_boot, an_address_that_moves_to_another_phone_takes_its_files_along)
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

/* --- TFTP --- */

typedef struct {
    Endpoint client, server;
} Tftp;

static Tftp new_tftp (const char *client, guint16 port)
{
    return (Tftp){ endpoint (client, port), endpoint ("10.0.0.5", 40001) };
}

static NoteId read_request (const Tftp *tftp, const char *file)
{
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    Endpoint well_known = tftp->server;

    well_known.port = 69;
    g_byte_array_append (bytes, (const guint8 *) "\0\1", 2);
    g_byte_array_append (bytes, (const guint8 *) file, (guint) strlen (file) + 1);
    g_byte_array_append (bytes, (const guint8 *) "octet", 6);
    return send_udp (tftp->client, well_known, bytes->data, bytes->len);
}

static NoteId tftp_data (const Tftp *tftp, guint block, const char *text, gsize size)
{
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    guint8 head[] = { 0, 3, (guint8) (block >> 8), (guint8) block };

    g_byte_array_append (bytes, head, 4);
    g_byte_array_append (bytes, (const guint8 *) text, (guint) size);
    return send_udp (tftp->server, tftp->client, bytes->data, bytes->len);
}

static NoteId tftp_ack (const Tftp *tftp, guint block)
{
    guint8 data[] = { 0, 4, (guint8) (block >> 8), (guint8) block };
    return send_udp (tftp->client, tftp->server, data, 4);
}

static NoteId tftp_error (const Tftp *tftp, guint code, const char *text)
{
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    guint8 head[] = { 0, 5, 0, (guint8) code };

    g_byte_array_append (bytes, head, 4);
    g_byte_array_append (bytes, (const guint8 *) text, (guint) strlen (text) + 1);
    return send_udp (tftp->server, tftp->client, bytes->data, bytes->len);
}

static const char *block_of (gchar fill)
{
    static char block[1024];
    memset (block, fill, sizeof block);
    return block;
}

/* The whole file. Returns the note of its last DATA. */
static NoteId fetch (const Tftp *tftp, const char *file, const char *content, gsize size)
{
    NoteId last = 0;
    guint block = 1;

    read_request (tftp, file);
    for (gsize at = 0;; at += 512, block++) {
        last = tftp_data (tftp, block, content + at, MIN (512, size - at));
        tftp_ack (tftp, block);
        if (size - at < 512)
            return last;
    }
}

#define MEMBER(name)                                                                                                   \
    "<member><callManager><ports><ethernetPhonePort>2000</ethernetPhonePort></ports>"                                  \
    "<processNodeName>" name "</processNodeName></callManager></member>"

static const char configuration[] =
    "<?xml "
    "version=\"1.0\"?>\n<device><deviceProtocol>SCCP</deviceProtocol><devicePool><callManagerGroup><members>" MEMBER (
        "10.0.0.2") MEMBER ("10.0.0.3")
        MEMBER (
            "cucm.example") "</members></callManagerGroup></devicePool><loadInformation>SCCP41.9-4-2SR3-1S</"
                            "loadInformation>"
                            "<sshPassword>hunter2</sshPassword><deviceSecurityMode>1</deviceSecurityMode></device>\n";

Test (flow_boot, a_file_comes_block_by_block)
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

Test (flow_boot, the_port_that_the_server_answers_from_is_the_transfers)
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

Test (flow_boot, the_server_may_agree_to_larger_blocks)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);
    static const guint8 agreed[] = "\0\6blksize\0"
                                   "1024\0tsize\0"
                                   "1500";

    NoteId request = read_request (&tftp, CONFIG);
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

Test (flow_boot, a_repeated_request_has_no_answer_yet)
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

Test (flow_boot, the_same_configuration_later_is_fetched_again)
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

Test (flow_boot, a_repeated_block_changes_nothing)
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

Test (flow_boot, an_empty_file_repeated_is_a_repetition)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);

    read_request (&tftp, "CTLSEP001122334455.tlv");
    SAYS (tftp_data (&tftp, 1, "", 0), "TFTP Data", "files", "delivered");
    SAYS (tftp_data (&tftp, 1, "", 0), "TFTP Data", "files", "again");
}

Test (flow_boot, a_block_that_comes_too_early_is_no_repetition)
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

Test (flow_boot, a_missing_file_is_harmless_or_not_by_what_it_is)
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

Test (flow_boot, an_error_without_a_text_gets_the_one_of_its_code)
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

Test (flow_boot, a_phone_that_gives_up_does_not_answer_itself)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);
    static const guint8 error[] = "\0\5\0\0stopped";

    NoteId request = read_request (&tftp, CONFIG);
    NoteId stop = send_udp (tftp.client, tftp.server, error, sizeof error);
    cr_assert_eq (note_of (stop)->from_server, 0);
    cr_assert_eq (note_of (request)->partner, 0);
    check_all_notes ();
}

Test (flow_boot, the_tftp_of_strangers_is_left_alone)
{
    Tftp tftp = new_tftp ("10.0.0.77", 50000);

    cr_assert_eq (read_request (&tftp, "rfc1350.txt"), 0);
    cr_assert_eq (read_request (&tftp, "router-confg"), 0);
    cr_assert_eq (tftp_data (&tftp, 1, "x", 1), 0);
    cr_assert_eq (tftp_ack (&tftp, 1), 0);
    cr_assert_eq (phones_count (flow_phones (flow)), 0);
    cr_assert (!flow_wants_ports (flow, TRANSPORT_UDP, 50000, 40001));
}

Test (flow_boot, several_transfers_of_one_phone_do_not_mix)
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

Test (flow_boot, a_port_used_again_is_the_next_files)
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

Test (flow_boot, a_late_block_of_the_port_s_last_transfer_spoils_nothing)
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

Test (flow_boot, a_server_may_answer_from_one_port_always)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);

    fetch (&tftp, "CTLSEP001122334455.tlv", block_of ('x'), 600);
    NoteId last = fetch (&tftp, CONFIG, configuration, sizeof configuration - 1);
    SAYS (last, "TFTP Data", "files", "config");
}

Test (flow_boot, a_block_that_the_capture_cut_is_not_the_last)
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

Test (flow_boot, a_file_that_the_phone_writes_goes_the_other_way)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);
    static const guint8 write[] = "\0\2SEP001122334455.cnf.xml\0octet";

    NoteId request = send_udp (tftp.client, endpoint ("10.0.0.5", 69), write, sizeof write);
    SAYS (request, "TFTP Write Request", "files", "");
    static const guint8 go[] = { 0, 4, 0, 0 }, got[] = { 0, 4, 0, 1 }, data[] = { 0, 3, 0, 1, 'h', 'i' };
    NoteId ready = send_udp (tftp.server, tftp.client, go, sizeof go);
    NoteId block = send_udp (tftp.client, tftp.server, data, sizeof data);
    NoteId done = send_udp (tftp.server, tftp.client, got, sizeof got);
    cr_assert_eq (note_of (ready)->partner, request);
    cr_assert_eq (note_of (ready)->from_server, 1);
    cr_assert_eq (note_of (block)->from_server, 0);
    cr_assert_eq (note_of (done)->from_server, 1);
    cr_assert_eq (note_of (done)->partner, block);
    check_all_notes ();
}

Test (flow_boot, firmware_of_ten_thousand_blocks_keeps_nothing)
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

Test (flow_boot, block_numbers_wrap_around)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);

    get_address ();
    read_request (&tftp, "cnu41.9-4-2.sbn");
    for (guint block = 1; block <= 65536; block++)
        cr_assert_str_eq (variant_of (tftp_data (&tftp, block & 0xFFFF, block_of ('x'), 512)), "");
    SAYS (tftp_data (&tftp, 1, "end", 3), "TFTP Data", "files", "delivered");
}

Test (flow_boot, a_configuration_without_end_is_not_kept)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);

    read_request (&tftp, CONFIG);
    for (guint block = 1; block <= 600; block++)
        tftp_data (&tftp, block, block_of ('x'), 512);
    SAYS (tftp_data (&tftp, 601, "end", 3), "TFTP Data", "files", "delivered");
}

/* --- What a configuration says --- */

Test (flow_boot, a_configuration_says_where_the_phone_will_connect)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);

    NoteId last = fetch (&tftp, CONFIG, configuration, sizeof configuration - 1);
    SAYS (last, "TFTP Data", "files", "config");
    cr_assert_str_eq (value_of (last, VALUE_PROTOCOL), "SCCP");
    cr_assert_str_eq (value_of (last, VALUE_LOAD), "SCCP41.9-4-2SR3-1S");
    cr_assert_str_eq (value_of (last, VALUE_CALL_MANAGERS), "10.0.0.2, 10.0.0.3, cucm.example");
    cr_assert_str_eq (value_of (last, VALUE_SECURITY), "1");
    Link second = new_link ("10.0.0.15", 50000, "10.0.0.3"), stranger = new_link ("10.0.0.15", 50001, "10.0.0.9");
    cr_assert_str_eq (value_of (tcp (&second, FALSE, TCP_SYN), VALUE_RANK), "2");
    cr_assert_str_eq (value_of (tcp (&stranger, FALSE, TCP_SYN), VALUE_RANK), "");
    check_all_notes ();
}

Test (flow_boot, a_signed_configuration_is_read_too)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);
    g_autoptr (GByteArray) file = g_byte_array_new ();

    g_byte_array_append (file, (const guint8 *) "\1\0\2\1\1\2\0\2\1\x58\3\0\0\4", 14);
    g_byte_array_append (file, (const guint8 *) configuration, sizeof configuration - 1);
    NoteId last = fetch (&tftp, CONFIG ".sgn", (const char *) file->data, file->len);
    SAYS (last, "TFTP Data", "files", "config");
    cr_assert_str_eq (value_of (last, VALUE_PROTOCOL), "SCCP");
}

Test (flow_boot, the_firmware_tells_the_protocol_when_the_configuration_does_not)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);
    static const char text[] = "<device><loadInformation>SIP41.9-4-2SR3-1S</loadInformation></device>";

    NoteId last = fetch (&tftp, CONFIG, text, sizeof text - 1);
    cr_assert_str_eq (value_of (last, VALUE_PROTOCOL), "SIP");
}

Test (flow_boot, a_broken_configuration_says_what_is_wrong)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000), next = new_tftp ("10.0.0.15", 50001);
    static const char binary[] = "\1\2\3\4 encrypted";

    NoteId last = fetch (&tftp, CONFIG, configuration, 400);
    SAYS (last, "TFTP Data", "files", "broken");
    cr_assert_neq (value_of (last, VALUE_TEXT)[0], '\0');
    cr_assert_str_eq (value_of (last, VALUE_PROTOCOL), "SCCP", "what could be read is told");
    SAYS (fetch (&next, CONFIG, binary, sizeof binary), "TFTP Data", "files", "broken");
    check_all_notes ();
}

static void append_dns_name (GByteArray *bytes, const char *name)
{
    g_auto (GStrv) labels = g_strsplit (name, ".", -1);

    for (guint i = 0; labels[i]; i++) {
        guint8 size = (guint8) strlen (labels[i]);
        g_byte_array_append (bytes, &size, 1);
        g_byte_array_append (bytes, (const guint8 *) labels[i], size);
    }
    g_byte_array_append (bytes, (const guint8 *) "\0\0\1\0\1", 5);
}

/* address: the answer, or NULL for "no such name"; a question when answer is FALSE. */
static NoteId dns (const char *client, gboolean answer, const char *name, const char *address)
{
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    Endpoint phone = endpoint (client, 50053), server = endpoint ("10.0.0.53", 53);
    guint8 head[12] = { 0, 9, 1, 0, 0, 1 };

    if (answer) {
        head[2] = 0x85;
        head[3] = address ? 0x80 : 0x83;
        head[7] = address != NULL;
    }
    g_byte_array_append (bytes, head, 12);
    append_dns_name (bytes, name);
    if (answer && address) {
        g_byte_array_append (bytes, (const guint8 *) "\xC0\x0C\0\1\0\1\0\0\0\x3C\0\4", 12);
        g_byte_array_append (bytes, endpoint (address, 0).address.octets, 4);
    }
    return answer ? send_udp (server, phone, bytes->data, bytes->len)
                  : send_udp (phone, server, bytes->data, bytes->len);
}

Test (flow_boot, names_are_looked_up_by_phones_only)
{
    cr_assert_eq (dns ("10.0.0.77", FALSE, "www.example", NULL), 0);
    cr_assert_eq (dns ("10.0.0.77", TRUE, "www.example", "10.1.1.1"), 0);
    get_address ();
    NoteId query = dns ("10.0.0.15", FALSE, "tftp.example", NULL);
    SAYS (query, "DNS Query", "address", "");
    NoteId answer = dns ("10.0.0.15", TRUE, "tftp.example", "10.0.0.5");
    SAYS (answer, "DNS Response", "address", "");
    cr_assert_eq (note_of (answer)->partner, query);
    cr_assert_eq (note_of (query)->partner, answer);
    cr_assert_str_eq (value_of (answer, VALUE_SERVERS), "10.0.0.5");
    NoteId missing = dns ("10.0.0.15", TRUE, "CiscoCM1", NULL);
    SAYS (missing, "DNS Response", "address", "not-found");
    cr_assert_str_eq (value_of (missing, VALUE_TEXT), "No such name");
    cr_assert_eq (dns ("10.0.0.77", FALSE, "www.example", NULL), 0);
    check_all_notes ();
}

Test (flow_boot, a_call_manager_named_in_the_configuration_is_known_by_the_address_looked_up)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.4");

    get_address ();
    dns ("10.0.0.15", TRUE, "cucm.example", "10.0.0.4");
    fetch (&tftp, CONFIG, configuration, sizeof configuration - 1);
    cr_assert_str_eq (value_of (tcp (&link, FALSE, TCP_SYN), VALUE_RANK), "3");
}

Test (flow_boot, the_name_may_be_looked_up_after_the_configuration)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.4");

    fetch (&tftp, CONFIG, configuration, sizeof configuration - 1);
    dns ("10.0.0.15", TRUE, "cucm.example", "10.0.0.4");
    cr_assert_str_eq (value_of (tcp (&link, FALSE, TCP_SYN), VALUE_RANK), "3");
}

/* --- HTTP --- */

static Link new_http (guint16 port)
{
    return (Link){ endpoint ("10.0.0.15", port), endpoint ("10.0.0.5", 6970), { 1000, 5000 } };
}

static NoteId http_text (Link *link, gboolean from_server, const char *text)
{
    return send_bytes (link, from_server, (const guint8 *) text, strlen (text));
}

#define GET_CONFIG "GET /" CONFIG " HTTP/1.1\r\nHost: 10.0.0.5:6970\r\nUser-Agent: Cisco-CP8851\r\n\r\n"

static char *http_answer (const char *body)
{
    return g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %zu\r\n\r\n%s", strlen (body),
                            body);
}

Test (flow_boot, a_configuration_comes_over_http)
{
    Link link = new_http (50000);
    g_autofree char *answer = http_answer (configuration);

    CHECK (tcp (&link, FALSE, TCP_SYN), "Connect", "files", "");
    CHECK (tcp (&link, TRUE, TCP_SYN | TCP_ACK), "Accept", "files", "");
    tcp (&link, FALSE, TCP_ACK);
    NoteId request = http_text (&link, FALSE, GET_CONFIG), response = http_text (&link, TRUE, answer);
    SAYS (request, "HTTP Request", "files", "");
    SAYS (response, "HTTP Response", "files", "config");
    cr_assert_str_eq (device_at (request), NAME);
    cr_assert_str_eq (value_of (request, VALUE_FILE), CONFIG);
    cr_assert_str_eq (value_of (response, VALUE_CALL_MANAGERS), "10.0.0.2, 10.0.0.3, cucm.example");
    cr_assert_eq (note_of (response)->partner, request);
    check_all_notes ();
}

Test (flow_boot, http_split_over_segments_counts_where_it_ends)
{
    Link link = new_http (50000);
    g_autofree char *answer = http_answer (configuration);
    NoteId note = 0;

    shake_hands (&link);
    for (gsize at = 0; at < strlen (GET_CONFIG); at += 20)
        note = send_bytes (&link, FALSE, (const guint8 *) GET_CONFIG + at, MIN (20, strlen (GET_CONFIG) - at));
    SAYS (note, "HTTP Request", "files", "");
    for (gsize at = 0; at < strlen (answer); at += 100)
        note = send_bytes (&link, TRUE, (const guint8 *) answer + at, MIN (100, strlen (answer) - at));
    SAYS (note, "HTTP Response", "files", "config");
    check_all_notes ();
}

Test (flow_boot, http_requests_may_come_one_behind_the_other)
{
    Link link = new_http (50000);

    shake_hands (&link);
    NoteId first = http_text (&link, FALSE, "GET /CTLSEP001122334455.tlv HTTP/1.1\r\n\r\n" GET_CONFIG);
    NoteId answers = http_text (&link, TRUE,
                                "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
                                "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    SAYS (first, "HTTP Request", "files", "");
    SAYS (first + 1, "HTTP Request", "files", "");
    cr_expect_eq (note_of (answers)->partner, first);
    cr_expect_eq (note_of (answers + 1)->partner, first + 1);
    cr_expect_str_eq (value_of (answers, VALUE_FILE), "CTLSEP001122334455.tlv");
    cr_expect_str_eq (variant_of (answers), "harmless");
    cr_expect_str_eq (value_of (answers + 1, VALUE_FILE), CONFIG);
    cr_expect_str_eq (variant_of (answers + 1), "not-found");
    check_all_notes ();
}

Test (flow_boot, a_long_body_is_passed_over)
{
    Link link = new_http (50000);
    g_autofree char *body = g_strnfill (1000, 'x');

    shake_hands (&link);
    http_text (&link, FALSE, "GET /sip88xx.12-1-1-12.loads HTTP/1.1\r\n\r\n");
    NoteId head = http_text (&link, TRUE, "HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n");
    /* The head promises; what was delivered is not known yet. */
    SAYS (head, "HTTP Response", "files", "");
    for (guint i = 0; i < 200; i++)
        CHECK (http_text (&link, TRUE, body), "Segment", "files", "");
    http_text (&link, FALSE, "GET /ringlist.xml HTTP/1.1\r\n\r\n");
    SAYS (http_text (&link, TRUE, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"), "HTTP Response", "files",
          "delivered");
    check_all_notes ();
}

/* One frame of a TLS connection, with what it says in clear. */
static NoteId decrypted (Link *link, gboolean from_server, const char *text, gsize size)
{
    static const guint8 record[] = { 23, 3, 3, 0, 1, 0 };
    View plain = { (const guint8 *) text, size };
    Frame frame = { .number = ++frame_number,
                    .time = now += MILLISECOND,
                    .transport = TRANSPORT_TCP,
                    .source = from_server ? link->server : link->phone,
                    .destination = from_server ? link->phone : link->server,
                    .tcp = { link->sequence[from_server], link->sequence[!from_server], sizeof record, TCP_ACK },
                    .payload = { record, sizeof record },
                    .plaintexts = &plain,
                    .n_plaintexts = 1 };
    guint count = 0;

    link->sequence[from_server] += sizeof record;
    NoteId first = flow_frame (flow, &frame, &count);
    return count ? first + count - 1 : 0;
}

Test (flow_boot, a_long_configuration_over_https_is_read_whole)
{
    Link link = new_http (50000);
    g_autofree char *filler = g_strnfill (80000, ' ');
    g_autofree char *body = g_strconcat (configuration, filler, NULL), *answer = http_answer (body);
    NoteId last = 0;

    link.server.port = 6972;
    shake_hands (&link);
    decrypted (&link, FALSE, GET_CONFIG, sizeof GET_CONFIG - 1);
    for (gsize at = 0; at < strlen (answer); at += 16000)
        last = decrypted (&link, TRUE, answer + at, MIN (16000, strlen (answer) - at));
    SAYS (last, "HTTP Response", "files", "config");
}

Test (flow_boot, whoever_knocks_at_a_port_is_no_phone_yet)
{
    Link http = new_http (50000), sip = new_http (50001), page = new_http (50002);

    sip.server.port = 5060;
    for (guint i = 0; i < 5; i++) {
        tcp (&http, FALSE, TCP_SYN);
        tcp (&sip, FALSE, TCP_SYN);
        tcp (&sip, TRUE, TCP_RST | TCP_ACK);
    }
    shake_hands (&page);
    http_text (&page, FALSE, "GET /index.html HTTP/1.1\r\n\r\n");
    flow_finish (flow, now + 60 * SECOND);
    g_autoptr (Summary) summary = summary_new (flow, NULL, NULL);
    cr_assert_eq (summary->phones->len, 0);
    cr_assert_eq (findings_count (flow_findings (flow)), 0);
}

Test (flow_boot, a_body_that_ends_with_the_connection_is_not_called_broken)
{
    Link link = new_http (50000);
    g_autofree char *answer = g_strconcat ("HTTP/1.0 200 OK\r\n\r\n", configuration, NULL);

    shake_hands (&link);
    http_text (&link, FALSE, GET_CONFIG);
    NoteId first = send_bytes (&link, TRUE, (const guint8 *) answer, 300);
    cr_expect_str_neq (variant_of (first), "broken");
    send_bytes (&link, TRUE, (const guint8 *) answer + 300, strlen (answer) - 300);
    check_all_notes ();
}

Test (flow_boot, http_refused_is_no_fault_and_leaves_the_phase)
{
    Link link = new_http (50000);
    Tftp tftp = new_tftp ("10.0.0.15", 50000);

    NoteId syn = tcp (&link, FALSE, TCP_SYN), refused = tcp (&link, TRUE, TCP_RST | TCP_ACK);
    CHECK (refused, "Refused", "files", "");
    cr_assert_eq (note_of (refused)->partner, syn);
    NoteId request = read_request (&tftp, CONFIG);
    SAYS (request, "TFTP Read Request", "files", "");
    cr_assert_eq (phone_of (syn), phone_of (request));
    check_all_notes ();
}

Test (flow_boot, the_end_of_http_ends_no_registration)
{
    Link sccp = new_link ("10.0.0.15", 50000, "10.0.0.1"), http = new_http (50001);

    register_phone (&sccp, NAME);
    shake_hands (&http);
    http_text (&http, FALSE, "GET /ringlist.xml HTTP/1.1\r\n\r\n");
    CHECK (tcp (&http, TRUE, TCP_RST), "Reset", "files", "ready");
    CHECK (tcp (&http, FALSE, TCP_FIN | TCP_ACK), "Close", "files", "ready");
}

Test (flow_boot, an_http_answer_without_its_request_claims_no_file)
{
    Link link = new_http (50000);

    NoteId response = http_text (&link, TRUE, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
    g_autofree char *title = tip_of (response, TIP_TITLE), *text = tip_of (response, TIP_TEXT);
    cr_expect_null (strchr (title, '?'), "%s", title);
    cr_expect_null (strchr (text, '?'), "%s", text);
    cr_assert_eq (note_of (response)->partner, 0);
}

/* --- Neighbours --- */

static NoteId arp (guint operation, const MacAddress *sender, const char *sender_ip, const char *target_ip)
{
    guint8 data[28] = { 0, 1, 8, 0, 6, 4, 0, (guint8) operation };
    Endpoint none = { .port = 0 };

    memcpy (data + 8, sender->octets, 6);
    put_address (data + 14, sender_ip);
    put_address (data + 24, target_ip);
    return send_payload (TRANSPORT_ARP, none, none, sender, data, sizeof data);
}

Test (flow_boot, arp_is_told_for_phones_only)
{
    cr_assert_eq (arp (1, &other_mac, "10.0.0.77", "10.0.0.1"), 0);
    cr_assert_eq (arp (1, &phone_mac, "10.0.0.15", "10.0.0.1"), 0, "nor before the phone is known");
    get_address ();
    NoteId probe = arp (1, &phone_mac, NULL, "10.0.0.15");
    SAYS (probe, "ARP Request", "address", "first");
    NoteId request = arp (1, &phone_mac, "10.0.0.15", "10.0.0.5");
    SAYS (request, "ARP Request", "address", "phone");
    cr_assert_str_eq (value_of (request, VALUE_IP), "10.0.0.5");
    NoteId about = arp (1, &other_mac, "10.0.0.77", "10.0.0.15");
    SAYS (about, "ARP Request", "address", "");
    cr_assert_eq (note_of (about)->from_server, 1);
    NoteId reply = arp (2, &phone_mac, "10.0.0.15", "10.0.0.77");
    cr_assert_str_eq (value_of (reply, VALUE_IP), "10.0.0.15");
    cr_assert_eq (arp (1, &other_mac, "10.0.0.77", "10.0.0.1"), 0);
    check_all_notes ();
}

static const guint8 phone_cdp[] = "\2\xB4\0\0"                /* version 2 */
                                  "\0\1\0\x13SEP001122334455" /* device id */
                                  "\0\4\0\x08\0\0\4\x90"      /* a phone */
                                  "\0\5\0\x0FSCCP41.8-5S"     /* software */
                                  "\0\6\0\x17"
                                  "Cisco IP Phone 7961";
static const guint8 switch_cdp[] = "\2\xB4\0\0"
                                   "\0\1\0\x07"
                                   "sw1"
                                   "\0\4\0\x08\0\0\0\x08" /* a switch */
                                   "\0\x0E\0\7\1\0\x6E";  /* voice VLAN 110 */

static NoteId announce (Transport transport, const MacAddress *mac, const guint8 *data, gsize size)
{
    Endpoint none = { .port = 0 };
    return send_payload (transport, none, none, mac, data, size);
}

Test (flow_boot, phone_and_switch_introduce_themselves_by_cdp)
{
    cr_assert_eq (announce (TRANSPORT_CDP, &switch_mac, switch_cdp, sizeof switch_cdp - 1), 0, "no phone yet");
    NoteId phone = announce (TRANSPORT_CDP, &phone_mac, phone_cdp, sizeof phone_cdp - 1);
    SAYS (phone, "CDP Announcement", "link", "phone");
    cr_assert_str_eq (device_at (phone), NAME);
    cr_assert_str_eq (value_of (phone, VALUE_LOAD), "SCCP41.8-5S");
    NoteId neighbor = announce (TRANSPORT_CDP, &switch_mac, switch_cdp, sizeof switch_cdp - 1);
    SAYS (neighbor, "CDP Announcement", "link", "server");
    cr_assert_str_eq (value_of (neighbor, VALUE_VLAN), "110");
    NoteId discover = dhcp (DISCOVER, &asks);
    cr_assert_eq (phone_of (discover), phone_of (phone), "its address is asked for by the same MAC");
    Lease other = asks;
    other.mac = &other_mac;
    dhcp (DISCOVER, &other);
    cr_assert_eq (announce (TRANSPORT_CDP, &switch_mac, switch_cdp, sizeof switch_cdp - 1), 0, "to whom, of two?");
    check_all_notes ();
}

Test (flow_boot, phone_and_switch_introduce_themselves_by_lldp)
{
    static const guint8 phone[] = "\2\6\5\1\x0A\x63\0\x5B"       /* chassis */
                                  "\4\7\3\0\x11\x22\x33\x44\x55" /* port */
                                  "\6\2\0\xB4"                   /* 180 s */
                                  "\x0A\x0FSEP001122334455"      /* system name */
                                  "\x0E\4\0\x24\0\x24"           /* a phone */
                                  "\0\0";
    static const guint8 neighbor[] = "\2\7\4\0\xAA\xBB\xCC\xDD\xEE"
                                     "\4\6\5Gi0/1"
                                     "\6\2\0\x78"
                                     "\xFE\x08\0\x12\xBB\2\1\x40\xDD\x6E" /* voice: VLAN 110 */
                                     "\0\0";

    NoteId first = announce (TRANSPORT_LLDP, &phone_mac, phone, sizeof phone - 1);
    SAYS (first, "LLDP Announcement", "link", "phone");
    cr_assert_str_eq (device_at (first), NAME);
    NoteId second = announce (TRANSPORT_LLDP, &switch_mac, neighbor, sizeof neighbor - 1);
    SAYS (second, "LLDP Announcement", "link", "server");
    cr_assert_str_eq (value_of (second, VALUE_VLAN), "110");
    check_all_notes ();
}

/* --- ICMP --- */

static NoteId icmp (guint type, guint code, guint8 transport, Endpoint source, Endpoint destination)
{
    guint8 data[36] = { (guint8) type, (guint8) code, 0, 0, 0, 0, 0, 0, 0x45, 0, 0, 60, 0, 1, 0, 0, 64, transport };

    memcpy (data + 20, source.address.octets, 4);
    memcpy (data + 24, destination.address.octets, 4);
    data[28] = (guint8) (source.port >> 8);
    data[29] = (guint8) source.port;
    data[30] = (guint8) (destination.port >> 8);
    data[31] = (guint8) destination.port;
    Endpoint from = { destination.address, 0 }, to = { source.address, 0 };
    return send_payload (TRANSPORT_ICMP, from, to, NULL, data, sizeof data);
}

Test (flow_boot, a_syn_that_is_turned_away_is_told_in_its_phase)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");
    char buffer[IP_ADDRESS_TEXT_SIZE];

    tcp (&link, FALSE, TCP_SYN);
    NoteId note = icmp (3, 13, 6, link.phone, link.server);
    SAYS (note, "ICMP Destination Unreachable", "connect", "");
    cr_assert_str_eq (value_of (note, VALUE_TEXT), "communication administratively filtered");
    cr_assert_str_eq (explain_server (flow, note_of (note), buffer), "10.0.0.1");
    check_all_notes ();
}

Test (flow_boot, a_tftp_server_that_is_not_there_is_told)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);
    Endpoint well_known = tftp.server;

    read_request (&tftp, CONFIG);
    well_known.port = 69;
    SAYS (icmp (3, 3, 17, tftp.client, well_known), "ICMP Destination Unreachable", "files", "");
}

Test (flow_boot, a_sip_server_that_is_not_there_is_no_harmless_thing)
{
    static const char request[] = "REGISTER sip:10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.15:5060;branch=z9\r\n"
                                  "From: <sip:1001@10.0.0.1>;tag=1\r\nTo: <sip:1001@10.0.0.1>\r\nCall-ID: a\r\n"
                                  "CSeq: 1 REGISTER\r\nContact: <sip:1001@10.0.0.15>\r\nExpires: 60\r\n\r\n";
    Endpoint phone = endpoint ("10.0.0.15", 5060), server = endpoint ("10.0.0.1", 5060);

    send_udp (phone, server, request, sizeof request - 1);
    SAYS (icmp (3, 3, 17, phone, server), "ICMP Destination Unreachable", "register", "");
}

Test (flow_boot, a_late_acknowledgment_turned_away_is_harmless)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);

    read_request (&tftp, "CTLSEP001122334455.tlv");
    tftp_error (&tftp, 1, "File not found");
    tftp_ack (&tftp, 0);
    SAYS (icmp (3, 3, 17, tftp.client, tftp.server), "ICMP Destination Unreachable", "", "harmless");
    SAYS (icmp (3, 3, 17, tftp.server, tftp.client), "ICMP Destination Unreachable", "", "harmless");
    check_all_notes ();
}

Test (flow_boot, what_the_network_says_about_strangers_is_left_alone)
{
    cr_assert_eq (icmp (3, 3, 17, endpoint ("10.0.0.77", 5000), endpoint ("10.0.0.78", 53)), 0);
    get_address ();
    cr_assert_eq (icmp (3, 3, 17, endpoint ("10.0.0.77", 5000), endpoint ("10.0.0.78", 69)), 0);
    cr_assert_eq (icmp (8, 0, 17, endpoint ("10.0.0.15", 5000), endpoint ("10.0.0.78", 69)), 0,
                  "a ping quotes nothing");
}

Test (flow_boot, an_unknown_reason_of_the_network_is_not_a_question_mark)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");

    tcp (&link, FALSE, TCP_SYN);
    NoteId note = icmp (3, 99, 6, link.phone, link.server);
    g_autofree char *text = tip_of (note, TIP_TEXT);
    cr_expect_null (strchr (text, '?'), "%s", text);
}

/* --- All together --- */

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
        cr_assert_eq (note_of (id)->attempt, 1, "note %u", id);
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
