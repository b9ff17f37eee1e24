/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/report/summary.h"
#include "tests/support/play.h"

/* A phone on its way to its call manager, for tests: what it says before it registers. Header only. */

#define NAME   "SEP001122334455"
#define CONFIG "SEP001122334455.cnf.xml"

static const MacAddress phone_mac = { { 0, 0x11, 0x22, 0x33, 0x44, 0x55 } };
static const MacAddress other_mac = { { 0, 0x11, 0x22, 0x33, 0x44, 0x66 } };
static const MacAddress switch_mac = { { 0, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE } };

/* The model that reports give the phone of a note; "" for none. Borrowed from the flow. */
static inline const char *model_at (NoteId note)
{
    g_autoptr (Summary) summary = summary_new (diagnosis, NULL, NULL);

    for (guint i = 0; i < summary->phones->len; i++) {
        const PhoneSummary *phone = summary_phone (summary, i);
        const char *model = summary_model (summary, phone);
        if (phone->phone == phone_of (note))
            return model ? model : "";
    }
    return "no phone";
}

/* --- DHCP */

#define ASKS_FOR_150 "\x37\x03\x01\x42\x96"

enum { DISCOVER = 1, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE, INFORM };

typedef struct {
    const MacAddress *mac;
    guint32 xid;
    const char *yiaddr, *ciaddr, *giaddr, *server; /* or NULL */
    const char *options;                           /* behind the message type */
    gsize options_size;
} Lease;

static inline void put_address (guint8 *at, const char *text)
{
    if (text)
        memcpy (at, endpoint (text, 0).address.octets, 4);
}

static inline NoteId dhcp (guint type, const Lease *lease)
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

static inline void get_address (void)
{
    dhcp (DISCOVER, &asks);
    dhcp (OFFER, &gives);
    dhcp (REQUEST, &asks);
    dhcp (ACK, &gives);
}

static inline NoteId arp (guint operation, const MacAddress *sender, const char *sender_ip, const char *target_ip)
{
    guint8 data[28] = { 0, 1, 8, 0, 6, 4, 0, (guint8) operation };
    Endpoint none = { .port = 0 };

    memcpy (data + 8, sender->octets, 6);
    put_address (data + 14, sender_ip);
    put_address (data + 24, target_ip);
    return send_payload (TRANSPORT_ARP, none, none, sender, data, sizeof data);
}

/* --- TFTP */

typedef struct {
    Endpoint client, server;
} Tftp;

static inline Tftp new_tftp (const char *client, guint16 port)
{
    return (Tftp){ endpoint (client, port), endpoint ("10.0.0.5", 40001) };
}

/* block_size: as text; NULL the request asks for none. */
static inline NoteId request_blocks (const Tftp *tftp, const char *file, const char *block_size)
{
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    Endpoint well_known = tftp->server;

    well_known.port = 69;
    g_byte_array_append (bytes, (const guint8 *) "\0\1", 2);
    g_byte_array_append (bytes, (const guint8 *) file, (guint) strlen (file) + 1);
    g_byte_array_append (bytes, (const guint8 *) "octet", 6);
    if (block_size) {
        g_byte_array_append (bytes, (const guint8 *) "blksize", 8);
        g_byte_array_append (bytes, (const guint8 *) block_size, (guint) strlen (block_size) + 1);
    }
    return send_udp (tftp->client, well_known, bytes->data, bytes->len);
}

static inline NoteId read_request (const Tftp *tftp, const char *file)
{
    return request_blocks (tftp, file, NULL);
}

static inline NoteId tftp_data (const Tftp *tftp, guint block, const char *text, gsize size)
{
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    guint8 head[] = { 0, 3, (guint8) (block >> 8), (guint8) block };

    g_byte_array_append (bytes, head, 4);
    g_byte_array_append (bytes, (const guint8 *) text, (guint) size);
    return send_udp (tftp->server, tftp->client, bytes->data, bytes->len);
}

static inline NoteId tftp_ack (const Tftp *tftp, guint block)
{
    guint8 data[] = { 0, 4, (guint8) (block >> 8), (guint8) block };
    return send_udp (tftp->client, tftp->server, data, 4);
}

static inline NoteId tftp_error (const Tftp *tftp, guint code, const char *text)
{
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    guint8 head[] = { 0, 5, 0, (guint8) code };

    g_byte_array_append (bytes, head, 4);
    g_byte_array_append (bytes, (const guint8 *) text, (guint) strlen (text) + 1);
    return send_udp (tftp->server, tftp->client, bytes->data, bytes->len);
}

static inline const char *block_of (gchar fill)
{
    static char block[1024];
    memset (block, fill, sizeof block);
    return block;
}

/* The whole file. Returns the note of its last DATA. */
static inline NoteId fetch (const Tftp *tftp, const char *file, const char *content, gsize size)
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
