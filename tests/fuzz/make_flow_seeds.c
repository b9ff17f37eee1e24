/* SPDX-License-Identifier: GPL-2.0-or-later */
/* make_flow_seeds FOLDER: writes a few starts of phones as seeds of fuzz_flow. */
#include "tests/fuzz/flow_frames.h"
#include "tests/support/sccp_messages.h"

#include <stdio.h>

enum { PORT_67, PORT_69, PORT_53, PORT_5060, PORT_2000, PORT_2443, PORT_5061, PORT_6970, PORT_40001 = 12 };
enum { ACK, SYN, SYN_ACK, FIN, RST };

static void add_frame (GByteArray *seed, guint what, guint phone_port, guint server_port, guint flags, const void *data,
                       gsize size)
{
    guint8 header[] = { (guint8) what,       (guint8) (phone_port | server_port << 4), (guint8) flags, 5, (guint8) size,
                        (guint8) (size >> 8) };

    g_byte_array_append (seed, header, sizeof header);
    g_byte_array_append (seed, data, (guint) size);
}

#define BYTES(text) (text), sizeof (text) - 1

static void add_dhcp (GByteArray *seed, guint type, guint host)
{
    gboolean answer = type == 2 || type == 5 || type == 6;
    guint8 data[264] = { answer ? 2 : 1, 1, 6, 0, 0, 0, 0, 7 };
    static const guint8 mac[] = { 0, 0x11, 0x22, 0x33, 0 };

    memcpy (data + 28, mac, sizeof mac);
    data[33] = (guint8) host;
    if (answer)
        memcpy (data + 16, (guint8[]){ 10, 0, 0, (guint8) (15 + host) }, 4);
    memcpy (data + 236, "\x63\x82\x53\x63\x35\x01", 6);
    data[242] = (guint8) type;
    memcpy (data + 243, answer ? "\x96\x04\x0A\0\0\1\xFF" : "\x37\x02\x42\x96\xFF  ", 7);
    add_frame (seed, FUZZ_UDP | host << 4 | (answer ? FUZZ_FROM_SERVER : 0), 3, PORT_67, 0, data, sizeof data);
}

static void add_address (GByteArray *seed, guint host)
{
    static const guint types[] = { 1, 1, 2, 2, 3, 5 };

    for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
        add_dhcp (seed, types[i], host);
}

#define CONFIGURATION                                                                                                  \
    "<device><deviceProtocol>SCCP</deviceProtocol><devicePool><callManagerGroup><members><member><callManager>"        \
    "<processNodeName>10.0.0.1</processNodeName></callManager></member></members></callManagerGroup></devicePool>"     \
    "</device>"

static void add_files (GByteArray *seed)
{
    add_frame (seed, FUZZ_UDP, 0, PORT_69, 0, BYTES ("\0\1CTLSEP001122330000.tlv\0octet\0"));
    add_frame (seed, FUZZ_UDP | FUZZ_FROM_SERVER, 0, PORT_40001, 0, BYTES ("\0\5\0\1File not found\0"));
    add_frame (seed, FUZZ_UDP, 1, PORT_69, 0, BYTES ("\0\1SEP001122330000.cnf.xml\0octet\0blksize\0001024\0"));
    add_frame (seed, FUZZ_UDP, 1, PORT_69, 0, BYTES ("\0\1SEP001122330000.cnf.xml\0octet\0blksize\0001024\0"));
    add_frame (seed, FUZZ_UDP | FUZZ_FROM_SERVER, 1, PORT_40001, 0, BYTES ("\0\6blksize\0001024\0"));
    add_frame (seed, FUZZ_UDP, 1, PORT_40001, 0, BYTES ("\0\4\0\0"));
    add_frame (seed, FUZZ_UDP | FUZZ_FROM_SERVER, 1, PORT_40001, 0, BYTES ("\0\3\0\1" CONFIGURATION));
    add_frame (seed, FUZZ_UDP, 1, PORT_40001, 0, BYTES ("\0\4\0\1"));
}

static void add_handshake (GByteArray *seed, guint phone_port, guint server_port)
{
    add_frame (seed, FUZZ_TCP, phone_port, server_port, SYN, "", 0);
    add_frame (seed, FUZZ_TCP | FUZZ_FROM_SERVER, phone_port, server_port, SYN_ACK, "", 0);
    add_frame (seed, FUZZ_TCP, phone_port, server_port, ACK, "", 0);
}

static void add_sccp (GByteArray *seed)
{
    static const guint32 ids[] = { SCCP_ALARM,
                                   SCCP_REGISTER_REQ,
                                   SCCP_REGISTER_ACK,
                                   SCCP_CAPABILITIES_REQ,
                                   SCCP_CAPABILITIES_RES,
                                   SCCP_BUTTON_TEMPLATE_REQ,
                                   SCCP_BUTTON_TEMPLATE_RES,
                                   SCCP_LINE_STAT_REQ,
                                   SCCP_LINE_STAT_RES,
                                   SCCP_KEEP_ALIVE_REQ };

    add_handshake (seed, 2, PORT_2000);
    for (gsize i = 0; i < G_N_ELEMENTS (ids); i++) {
        g_autoptr (GByteArray) pdu = g_byte_array_new ();
        gboolean server = catalog_kind (catalog_find (PROTOCOL_SCCP, ids[i]))->from == SIDE_SERVER;
        for (gsize row = 0; row < G_N_ELEMENTS (sccp_messages) && pdu->len == 0; row++)
            if (sccp_messages[row].id == ids[i])
                wire_pdu (pdu, 0, ids[i], sccp_messages[row].body);
        add_frame (seed, FUZZ_TCP | (server ? FUZZ_FROM_SERVER : 0), 2, PORT_2000, ACK, pdu->data, pdu->len);
    }
    add_frame (seed, FUZZ_TCP, 2, PORT_2000, FIN, "", 0);
}

#define SIP_HEAD(cseq)                                                                                                 \
    "Via: SIP/2.0/UDP 10.0.0.15\r\nFrom: <sip:1@h>;tag=1\r\nTo: <sip:1@h>\r\nCall-ID: a\r\nCSeq: " cseq " REGISTER\r"  \
    "\n"
#define SIP_REGISTER(cseq, more)                                                                                       \
    "REGISTER sip:h SIP/2.0\r\n" SIP_HEAD (cseq) "Contact: <sip:1@10.0.0.15>" more "\r\nContent-Length: 0\r\n\r\n"
#define SIP_ANSWER(cseq, status, more) "SIP/2.0 " status "\r\n" SIP_HEAD (cseq) more "Content-Length: 0\r\n\r\n"
#define CREDENTIALS                    "\r\nAuthorization: Digest username=\"u\",realm=\"ccmsipline\",nonce=\"n\",uri=\"h\",response=\"0\""
#define CISCO                                                                                                          \
    ";+u.sip!devicename.ccm.cisco.com=\"SEP001122330000\"\r\nSupported: X-cisco-sis-7.0.0\r\n"                         \
    "Reason: SIP;cause=200;text=\"cisco-alarm:23 Name=SEP001122330000 Load=x Last=reset-restart\""

static void add_sip (GByteArray *seed, guint transport, guint port)
{
    guint server = transport | FUZZ_FROM_SERVER;

    add_frame (seed, transport, port, PORT_5060, ACK, BYTES (SIP_REGISTER ("1", "")));
    add_frame (seed, transport, port, PORT_5060, ACK, BYTES (SIP_REGISTER ("1", "")));
    add_frame (seed, server, port, PORT_5060, ACK, BYTES (SIP_ANSWER ("1", "100 Trying", "")));
    add_frame (seed, server, port, PORT_5060, ACK,
               BYTES (SIP_ANSWER ("1", "401 Who", "WWW-Authenticate: Digest realm=\"ccmsipline\",nonce=\"n\"\r\n")));
    add_frame (seed, transport, port, PORT_5060, ACK, BYTES (SIP_REGISTER ("2", CREDENTIALS)));
    add_frame (seed, server, port, PORT_5060, ACK, BYTES (SIP_ANSWER ("2", "200 OK", "Expires: 60\r\n")));
    add_frame (seed, server, port, PORT_5060, ACK, BYTES (SIP_ANSWER ("2", "200 OK", "Expires: 60\r\n")));
    add_frame (seed, transport, port, PORT_5060, ACK, BYTES (SIP_REGISTER ("3", CISCO)));
    add_frame (seed, server, port, PORT_5060, ACK, BYTES (SIP_ANSWER ("3", "503 No", "Retry-After: 3\r\n")));
    add_frame (seed, transport, port, PORT_5060, ACK, BYTES (SIP_REGISTER ("4", ";expires=0")));
    add_frame (seed, server, port, PORT_5060, ACK, BYTES (SIP_ANSWER ("4", "200 OK", "")));
}

static void add_http (GByteArray *seed, guint port)
{
    add_handshake (seed, 0, port);
    add_frame (seed, FUZZ_TCP, 0, port, ACK, BYTES ("GET /SEP001122330000.cnf.xml HTTP/1.1\r\nHost: h\r\n\r\n"));
    add_frame (seed, FUZZ_TCP | FUZZ_FROM_SERVER, 0, port, ACK,
               BYTES ("HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n<device></device>"));
    add_frame (seed, FUZZ_TCP | FUZZ_FROM_SERVER, 0, port, RST, "", 0);
}

static void add_surroundings (GByteArray *seed)
{
    static const guint8 arp[28] = { 0,  1, 8, 0,  6, 4, 0, 1, 0, 0x11, 0x22, 0x33, 0, 0,
                                    10, 0, 0, 15, 0, 0, 0, 0, 0, 0,    10,   0,    0, 1 };
    static const guint8 icmp[36] = { 3,  3,  0, 0, 0,  0, 0, 0,  0x45, 0, 0, 60, 0,    1,    0, 0,
                                     64, 17, 0, 0, 10, 0, 0, 15, 10,   0, 0, 1,  0xC3, 0x50, 0, 69 };

    add_frame (seed, FUZZ_CDP, 0, 0, 0,
               BYTES ("\2\xB4\0\0\0\1\0\x13SEP001122330000\0\4\0\x08\0\0\4\x90\0\x0E\0\7\1\0\x6E"));
    add_frame (seed, FUZZ_LLDP, 0, 0, 0,
               BYTES ("\2\7\4\0\x11\x22\x33\0\0\4\7\3\0\x11\x22\x33\0\0\6\2\0\xB4\x0A\x0FSEP001122330000"
                      "\x0E\4\0\x24\0\x24\xFE\x08\0\x12\xBB\2\1\x40\xDD\x6E\0\0"));
    add_frame (seed, FUZZ_CDP, 0, FUZZ_SIP, 0, BYTES ("\2\0\0\x1C\2\1\0\x1C\1CP-8841-SEP001122330000"));
    add_frame (seed, FUZZ_CDP | FUZZ_FROM_SERVER, 0, FUZZ_SIP, 0, BYTES ("\2\0\0\4\4\1\0\4"));
    add_frame (seed, FUZZ_ARP, 0, 0, 0, arp, sizeof arp);
    add_frame (seed, FUZZ_UDP, 0, PORT_53, 0, BYTES ("\0\1\1\0\0\1\0\0\0\0\0\0\4cucm\0\0\1\0\1"));
    add_frame (seed, FUZZ_UDP | FUZZ_FROM_SERVER, 0, PORT_53, 0,
               BYTES ("\0\1\x85\x80\0\1\0\1\0\0\0\0\4cucm\0\0\1\0\1\xC0\x0C\0\1\0\1\0\0\0\x3C\0\4\x0A\0\0\1"));
    add_frame (seed, FUZZ_ICMP | FUZZ_FROM_SERVER, 0, PORT_69, 0, icmp, sizeof icmp);
}

static void write_seed (const char *folder, const char *name, GByteArray *seed)
{
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_autoptr (GError) error = NULL;

    if (!g_file_set_contents (path, (const char *) seed->data, seed->len, &error))
        g_error ("%s", error->message);
    g_byte_array_set_size (seed, 0);
}

int main (int argc, char **argv)
{
    g_autoptr (GByteArray) seed = g_byte_array_new ();

    if (argc != 2) {
        fprintf (stderr, "usage: make_flow_seeds FOLDER\n");
        return 2;
    }
    add_address (seed, 0);
    add_files (seed);
    add_sccp (seed);
    write_seed (argv[1], "dhcp_tftp_sccp", seed);
    add_address (seed, 0);
    add_address (seed, 1);
    add_surroundings (seed);
    write_seed (argv[1], "surroundings", seed);
    add_sip (seed, FUZZ_UDP, 4);
    write_seed (argv[1], "sip_udp", seed);
    add_handshake (seed, 0, PORT_5060);
    add_sip (seed, FUZZ_TCP, 0);
    write_seed (argv[1], "sip_tcp", seed);
    add_http (seed, PORT_6970);
    add_files (seed);
    write_seed (argv[1], "http_tftp", seed);
    add_handshake (seed, 0, PORT_5061);
    add_frame (seed, FUZZ_TCP, 0, PORT_5061, ACK, BYTES ("\x15\3\3\0\2\2\x30"));
    add_frame (seed, FUZZ_TCP, 0, PORT_5061, FUZZ_DECRYPTED, BYTES (SIP_REGISTER ("1", "")));
    write_seed (argv[1], "sip_tls", seed);
    return 0;
}
