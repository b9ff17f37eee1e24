/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/dhcp.h"
#include "tests/registration/damage.h"

#include <criterion/criterion.h>

enum { HEAD_SIZE = 236, MESSAGE_MAX = 1500 };

/* A message under construction: the fixed head first, then options. */
typedef struct {
    guint8 data[MESSAGE_MAX];
    gsize size;
} Draft;

static void add (Draft *draft, const void *data, gsize size)
{
    memcpy (draft->data + draft->size, data, size);
    draft->size += size;
}

static void add_option (Draft *draft, guint8 code, const void *value, guint8 size)
{
    add (draft, (guint8[]){ code, size }, 2);
    add (draft, value, size);
}

static Draft head (guint8 op)
{
    static const guint8 fields[] = {
        0,    1,    6,    0,                /* op, Ethernet, 6 octets, hops */
        0x11, 0x22, 0x33, 0x44,             /* xid */
        0,    7,    0x80, 0,                /* secs, flags */
        0,    0,    0,    0,                /* ciaddr */
        10,   99,   0,    91,               /* yiaddr */
        10,   99,   0,    1,                /* siaddr */
        10,   99,   0,    254,              /* giaddr */
        0,    0x11, 0x22, 0x33, 0x44, 0x55, /* chaddr */
    };
    Draft draft = { .size = HEAD_SIZE };

    memcpy (draft.data, fields, sizeof fields);
    draft.data[0] = op;
    memcpy (draft.data + 44, "tftp-host", 9);
    memcpy (draft.data + 108, "boot.bin", 8);
    add (&draft, (guint8[]){ 0x63, 0x82, 0x53, 0x63 }, 4); /* magic cookie */
    return draft;
}

static Draft acknowledgement (void)
{
    Draft draft = head (2);

    add_option (&draft, 53, "\5", 1);                        /* ACK */
    add_option (&draft, 54, "\x0A\x63\0\1", 4);              /* server 10.99.0.1 */
    add_option (&draft, 51, "\0\1\x51\x80", 4);              /* lease 86400 s */
    add_option (&draft, 58, "\0\0\xA8\xC0", 4);              /* renewal 43200 s */
    add_option (&draft, 1, "\xFF\xFF\xFF\0", 4);             /* mask */
    add_option (&draft, 3, "\x0A\x63\0\xFE", 4);             /* router */
    add_option (&draft, 6, "\x0A\x63\0\2\x0A\x63\0\3", 8);   /* two DNS servers */
    add (&draft, "\0\0", 2);                                 /* padding */
    add_option (&draft, 15, "voice.example\0", 14);          /* domain, with a NUL */
    add_option (&draft, 42, "\x0A\x63\0\4", 4);              /* NTP */
    add_option (&draft, 66, "10.99.0.1", 9);                 /* TFTP name */
    add_option (&draft, 82, "\x96\4\1\2\3\4", 6);            /* relay information with its own number 150 */
    add_option (&draft, 150, "\x0A\x63\0\1\x0A\x63\0\2", 8); /* two TFTP servers */
    add (&draft, "\xFF", 1);                                 /* end */
    add_option (&draft, 12, "after the end", 13);
    return draft;
}

static const char *listed (const DhcpAddresses *list)
{
    static char text[DHCP_ADDRESSES_MAX * IP_ADDRESS_TEXT_SIZE];
    char one[IP_ADDRESS_TEXT_SIZE];

    text[0] = '\0';
    for (guint i = 0; i < list->n; i++) {
        g_strlcat (text, i ? " " : "", sizeof text);
        g_strlcat (text, ip_address_format (&list->address[i], one), sizeof text);
    }
    return text;
}

static const char *formatted (IpAddress address)
{
    static char text[IP_ADDRESS_TEXT_SIZE];
    return ip_address_format (&address, text);
}

Test (dhcp, an_acknowledgement_says_where_everything_is)
{
    Draft draft = acknowledgement ();
    DhcpMessage message;
    char mac[MAC_ADDRESS_TEXT_SIZE];

    cr_assert (dhcp_decode (draft.data, draft.size, &message));
    cr_assert_eq (message.type, DHCP_ACK);
    cr_assert_eq (message.op, 2);
    cr_assert_eq (message.xid, 0x11223344);
    cr_assert_eq (message.secs, 7);
    cr_assert_eq (message.ciaddr.size, 0);
    cr_assert_str_eq (formatted (message.yiaddr), "10.99.0.91");
    cr_assert_str_eq (formatted (message.siaddr), "10.99.0.1");
    cr_assert_str_eq (formatted (message.giaddr), "10.99.0.254");
    cr_assert_str_eq (mac_address_format (&message.chaddr, mac), "00:11:22:33:44:55");
    cr_assert (view_is (message.sname, "tftp-host"));
    cr_assert (view_is (message.file, "boot.bin"));
    cr_assert_str_eq (formatted (message.server_id), "10.99.0.1");
    cr_assert_str_eq (formatted (message.subnet_mask), "255.255.255.0");
    cr_assert_eq (message.lease, 86400);
    cr_assert_eq (message.renewal, 43200);
    cr_assert_str_eq (listed (&message.routers), "10.99.0.254");
    cr_assert_str_eq (listed (&message.dns_servers), "10.99.0.2 10.99.0.3");
    cr_assert_str_eq (listed (&message.ntp_servers), "10.99.0.4");
    cr_assert (view_is (message.domain, "voice.example"));
    cr_assert (view_is (message.tftp_name, "10.99.0.1"));
    cr_assert_eq (message.relay.size, 6);
    cr_assert_str_eq (listed (&message.tftp_servers), "10.99.0.1 10.99.0.2");
    cr_assert_not (message.option_150_bad);
    cr_assert_not (message.damaged);
    cr_assert_not (dhcp_has_option (&message, DHCP_OPTION_HOST_NAME));
}

Test (dhcp, a_discover_says_who_asks_and_for_what)
{
    Draft draft = head (1);
    DhcpMessage message;

    add_option (&draft, 53, "\1", 1);                                       /* Discover */
    add_option (&draft, 61, "\1\0\x11\x22\x33\x44\x55", 7);                 /* client id */
    add_option (&draft, 12, "SEP001122334455", 15);                         /* host name */
    add_option (&draft, 50, "\x0A\x63\0\x5B", 4);                           /* requested address */
    add_option (&draft, 60, "Cisco Systems, Inc. IP Phone CP-7941G\0", 38); /* vendor class */
    add_option (&draft, 55, "\1\x42\6\3\x0F\x96\x23", 7);                   /* 1 66 6 3 15 150 35 */
    cr_assert (dhcp_decode (draft.data, draft.size, &message));
    cr_assert_eq (message.type, DHCP_DISCOVER);
    cr_assert (view_is (message.host_name, "SEP001122334455"));
    cr_assert (view_is (message.vendor_class, "Cisco Systems, Inc. IP Phone CP-7941G"));
    cr_assert_eq (message.client_id.size, 7);
    cr_assert_str_eq (formatted (message.requested_address), "10.99.0.91");
    cr_assert (dhcp_asks_for (&message, 150));
    cr_assert_not (dhcp_asks_for (&message, 42));
    cr_assert_not (dhcp_has_option (&message, 150));
    cr_assert_not (message.option_150_bad);
}

Test (dhcp, a_wrong_option_150_is_marked)
{
    static const struct {
        const char *value;
        guint8 size;
        gboolean bad, text;
        const char *addresses;
    } cases[] = {
        { "\x0A\0\0\1", 4, FALSE, FALSE, "10.0.0.1" },
        { "", 0, TRUE, FALSE, "" },
        { "\x0A\0\0", 3, TRUE, FALSE, "" },
        { "\x0A\0\0\1\x0A", 5, TRUE, FALSE, "10.0.0.1" },
        { "\0\0\0\0", 4, TRUE, FALSE, "" },
        { "\x0A\0\0\1\0\0\0\0", 8, TRUE, FALSE, "10.0.0.1" },
        { "10.0.0.1", 8, TRUE, TRUE, "" },
        { "10.102.10.209", 13, TRUE, TRUE, "" },
        { "tftp.example", 12, TRUE, TRUE, "" },
        { "ABCD", 4, FALSE, FALSE, "65.66.67.68" },
        { "A\0\0B0\0\0C", 8, FALSE, FALSE, "65.0.0.66 48.0.0.67" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
        Draft draft = head (2);
        DhcpMessage message;

        add_option (&draft, 150, cases[i].value, cases[i].size);
        cr_assert (dhcp_decode (draft.data, draft.size, &message));
        cr_assert_eq (message.option_150_bad, cases[i].bad, "case %zu", i);
        cr_assert_eq (message.option_150_text, cases[i].text, "case %zu", i);
        cr_assert_str_eq (listed (&message.tftp_servers), cases[i].addresses, "case %zu", i);
    }
}

Test (dhcp, split_options_are_joined)
{
    Draft draft = head (2);
    DhcpMessage message;

    add_option (&draft, 66, "tftp.", 5);
    add_option (&draft, 150, "\x0A\0", 2);
    add_option (&draft, 66, "voice.", 6);
    add_option (&draft, 150, "\0\1", 2);
    add_option (&draft, 66, "example", 7);
    cr_assert (dhcp_decode (draft.data, draft.size, &message));
    cr_assert (view_is (message.tftp_name, "tftp.voice.example"));
    cr_assert_str_eq (listed (&message.tftp_servers), "10.0.0.1");
}

Test (dhcp, split_options_beyond_the_room_are_cut)
{
    Draft draft = head (2);
    DhcpMessage message;
    guint8 piece[255];

    memset (piece, 'x', sizeof piece);
    for (int i = 0; i < 4; i++)
        add_option (&draft, 43, piece, sizeof piece);
    add_option (&draft, 43, piece, 100);
    cr_assert (dhcp_decode (draft.data, draft.size, &message));
    cr_assert_eq (message.vendor.size, 4 * 255);
    cr_assert (message.damaged);
}

Test (dhcp, file_and_sname_may_hold_options)
{
    Draft draft = head (2);
    DhcpMessage message;

    memcpy (draft.data + 108, "\x42\4host\xFF", 7);      /* file: option 66 */
    memcpy (draft.data + 44, "\x96\4\x0A\0\0\7\xFF", 7); /* sname: option 150 */
    add_option (&draft, 52, "\3", 1);                    /* both are overloaded */
    cr_assert (dhcp_decode (draft.data, draft.size, &message));
    cr_assert (view_is (message.tftp_name, "host"));
    cr_assert_str_eq (listed (&message.tftp_servers), "10.0.0.7");
    cr_assert_eq (message.file.size, 0);
    cr_assert_eq (message.sname.size, 0);
}

Test (dhcp, an_option_over_the_end_is_damage)
{
    Draft draft = head (2);
    DhcpMessage message;

    add_option (&draft, 53, "\2", 1);
    add (&draft, "\x96\x08\x0A\0\0\1", 6); /* eight octets announced, four there */
    cr_assert (dhcp_decode (draft.data, draft.size, &message));
    cr_assert (message.damaged);
    cr_assert_eq (message.type, DHCP_OFFER);
    cr_assert_not (dhcp_has_option (&message, 150));
}

Test (dhcp, bootp_has_no_options)
{
    Draft draft = head (1);
    DhcpMessage message;

    cr_assert (dhcp_decode (draft.data, HEAD_SIZE, &message));
    cr_assert_eq (message.type, 0);
    cr_assert_not (dhcp_decode (draft.data, HEAD_SIZE - 1, &message));
    draft.data[0] = 3;
    cr_assert_not (dhcp_decode (draft.data, HEAD_SIZE, &message));
}

static void decode_anything (const guint8 *data, gsize size)
{
    DhcpMessage message;

    if (!dhcp_decode (data, size, &message))
        return;
    const View views[] = { message.sname,        message.file,      message.host_name, message.domain,
                           message.vendor_class, message.tftp_name, message.vendor,    message.parameters,
                           message.client_id,    message.relay,     message.boot_file };
    for (gsize i = 0; i < G_N_ELEMENTS (views); i++)
        cr_assert (view_inside (views[i], data, size) || view_inside (views[i], message.joined, sizeof message.joined));
    cr_assert_leq (message.tftp_servers.n, DHCP_ADDRESSES_MAX);
}

Test (dhcp, damaged_and_cut_messages_are_decoded_safely)
{
    Draft draft = acknowledgement ();
    try_every_damage (draft.data, draft.size, decode_anything);
}
