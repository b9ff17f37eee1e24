/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/anonymise/anonymiser.h"

#include "registration/anonymise/anonymise_internal.h"
#include "registration/anonymise/checksum.h"
#include "registration/anonymise/conversation.h"
#include "registration/anonymise/pieces.h"
#include "registration/anonymise/transfers.h"
#include "registration/protocols/sccp.h"
#include "registration/protocols/sip.h"
#include "registration/terms/ports.h"
#include "registration/wire/link.h"
#include "registration/wire/packet.h"
#include "registration/wire/unpack.h"

#include <string.h>

/* Tunnels in tunnels, and packets in the errors about them. */
#define DEPTH_MAX 8
/* How far inside a datagram a message of SIP is looked for. */
#define JUNK_MAX 512

enum { IP_ICMP = 1, IP_IGMP = 2, IP_TCP = 6, IP_UDP = 17, IP_ESP = 50, IP_ICMPV6 = 58 };

/* Two ends of a TCP connection, the smaller one first. */
typedef struct {
    Endpoint ends[2];
} Ends;

/* What packets of one capture carry together. */
typedef struct {
    GHashTable *conversations;   /* Ends, owned → the latest Conversation between them */
    GPtrArray *all;              /* conversations in the order in which they began; owned */
    guint n_seen;                /* of all, in this round */
    Transfers *transfers;        /* owned */
    Pieces *pieces;              /* owned */
    guint8 sip_ports[65536 / 8]; /* where a message of SIP was seen */
} Traffic;

struct Anonymiser {
    AnonymiserRound round;
    Pen pen;
    Pseudonyms *pseudonyms; /* owned */
    GPtrArray *captures;    /* of Traffic, one for each; owned */
    guint at;               /* whose packets are shown … */
    Traffic *traffic;       /* … and what is known of them; in captures */
};

/* A stretch of a packet: what it was, and what it becomes. The same octets while nothing is written. */
typedef struct {
    const guint8 *before;
    guint8 *data;
    gsize size;
} Stretch;

static Stretch stretch_of (Stretch whole, View part)
{
    return (Stretch){ part.data, whole.data + (part.data - whole.before), part.size };
}

static Stretch stretch_from (Stretch whole, gsize at)
{
    at = MIN (at, whole.size);
    return (Stretch){ whole.before + at, whole.data + at, whole.size - at };
}

static guint ends_hash (gconstpointer ends)
{
    const Ends *both = ends;
    return endpoint_hash (&both->ends[0]) * 31 + endpoint_hash (&both->ends[1]);
}

static gboolean ends_equal (gconstpointer a, gconstpointer b)
{
    const Ends *first = a, *second = b;
    return endpoint_equal (&first->ends[0], &second->ends[0]) && endpoint_equal (&first->ends[1], &second->ends[1]);
}

static void free_conversation (gpointer data)
{
    conversation_free (data);
}

static Traffic *traffic_new (const Pen *pen)
{
    Traffic *traffic = g_new0 (Traffic, 1);

    traffic->conversations = g_hash_table_new_full (ends_hash, ends_equal, g_free, NULL);
    traffic->all = g_ptr_array_new_with_free_func (free_conversation);
    traffic->transfers = transfers_new (pen);
    traffic->pieces = pieces_new ();
    return traffic;
}

static void traffic_free (gpointer data)
{
    Traffic *traffic = data;

    pieces_free (traffic->pieces);
    transfers_free (traffic->transfers);
    g_hash_table_unref (traffic->conversations);
    g_ptr_array_unref (traffic->all);
    g_free (traffic);
}

static void turn_to (Anonymiser *anonymiser, guint capture)
{
    if (capture == anonymiser->captures->len)
        g_ptr_array_add (anonymiser->captures, traffic_new (&anonymiser->pen));
    anonymiser->at = capture;
    anonymiser->traffic = g_ptr_array_index (anonymiser->captures, capture);
}

Anonymiser *anonymiser_new (void)
{
    Anonymiser *anonymiser = g_new0 (Anonymiser, 1);

    anonymiser->pseudonyms = pseudonyms_new ();
    anonymiser->pen.pseudonyms = anonymiser->pseudonyms;
    anonymiser->captures = g_ptr_array_new_with_free_func (traffic_free);
    turn_to (anonymiser, 0);
    return anonymiser;
}

void anonymiser_free (Anonymiser *anonymiser)
{
    if (!anonymiser)
        return;
    g_ptr_array_unref (anonymiser->captures);
    pseudonyms_free (anonymiser->pseudonyms);
    g_free (anonymiser);
}

Pseudonyms *anonymiser_pseudonyms (Anonymiser *anonymiser)
{
    return anonymiser->pseudonyms;
}

void anonymiser_rename (const Anonymiser *anonymiser, char *text)
{
    pen_text (&anonymiser->pen, (guint8 *) text, strlen (text), TEXT_WORDS);
}

static gboolean reads (const Anonymiser *anonymiser)
{
    return anonymiser->round != ANONYMISER_WRITES;
}

/* Whoever is shown whole messages: not while only what packets carry together is read. */
static gboolean is_at_packets (const Anonymiser *anonymiser)
{
    return anonymiser->round != ANONYMISER_READS;
}

static void blank (const Anonymiser *anonymiser, Stretch stretch)
{
    if (anonymiser->round == ANONYMISER_WRITES)
        pen_blank (&anonymiser->pen, stretch.data, stretch.size);
}

/* --- UDP */

static gboolean is_sip_port (const Anonymiser *anonymiser, guint16 port)
{
    return port_service (port) == SERVICE_SIP || (anonymiser->traffic->sip_ports[port / 8] >> port % 8 & 1);
}

static void write_sip (Anonymiser *anonymiser, const Frame *frame, Stretch payload)
{
    const View view = { payload.before, payload.size };

    if (sip_begins (view)) {
        anonymiser->traffic->sip_ports[frame->source.port / 8] |= (guint8) (1u << frame->source.port % 8);
        anonymiser->traffic->sip_ports[frame->destination.port / 8] |= (guint8) (1u << frame->destination.port % 8);
        anonymise_sip (&anonymiser->pen, payload.data, payload.size);
    } else if (!sip_is_keepalive (payload.before, payload.size)) {
        const gsize last = MIN (payload.size, JUNK_MAX);
        gsize begin = 0;
        /* A message behind octets that are none of SIP's, or none at all. */
        while (begin < last && !sip_begins ((View){ payload.before + begin, payload.size - begin }))
            begin++;
        if (begin == last)
            begin = payload.size;
        pen_texts (&anonymiser->pen, payload.data, begin, 1, TEXT_WHERE);
        anonymise_sip (&anonymiser->pen, payload.data + begin, payload.size - begin);
    }
}

static void take_datagram (Anonymiser *anonymiser, const Frame *frame, Stretch payload)
{
    enum { PORT_DHCP_CLIENT = 68, PORT_MDNS = 5353, PORT_LLMNR = 5355 };
    const guint16 source = frame->source.port, destination = frame->destination.port;
    const gboolean is_sip = sip_begins ((View){ payload.before, payload.size });

    /* From a port from which also a file was asked for. */
    const gboolean is_dhcp = source == PORT_DHCP || destination == PORT_DHCP || source == PORT_DHCP_CLIENT;
    const gboolean is_dns =
        source == PORT_DNS || destination == PORT_DNS || destination == PORT_MDNS || destination == PORT_LLMNR;

    if (!is_sip && !is_dhcp && !is_dns &&
        transfers_take (anonymiser->traffic->transfers, frame, payload.data, anonymiser->round))
        return;
    if (!is_at_packets (anonymiser))
        return;
    if (is_sip)
        write_sip (anonymiser, frame, payload);
    else if (is_dhcp)
        anonymise_dhcp (&anonymiser->pen, payload.data, payload.size);
    else if (is_dns)
        anonymise_dns (&anonymiser->pen, payload.data, payload.size);
    else if (is_sip_port (anonymiser, source) || is_sip_port (anonymiser, destination))
        write_sip (anonymiser, frame, payload);
    else
        blank (anonymiser, payload);
}

/* --- TCP */

static gboolean is_second (const Endpoint *source, const Endpoint *destination)
{
    const int order = memcmp (source->address.octets, destination->address.octets, sizeof source->address.octets);
    return order ? order > 0 : source->port > destination->port;
}

static Conversation *begin_conversation (Anonymiser *anonymiser, const Ends *ends)
{
    Conversation *conversation;

    if (anonymiser->traffic->n_seen < anonymiser->traffic->all->len) {
        conversation = g_ptr_array_index (anonymiser->traffic->all, anonymiser->traffic->n_seen);
        conversation_rewind (conversation);
    } else {
        conversation = conversation_new (&anonymiser->pen, ends->ends[0].port, ends->ends[1].port);
        g_ptr_array_add (anonymiser->traffic->all, conversation);
    }
    anonymiser->traffic->n_seen++;
    g_hash_table_replace (anonymiser->traffic->conversations, g_memdup2 (ends, sizeof *ends), conversation);
    return conversation;
}

static void take_segment (Anonymiser *anonymiser, const Frame *frame, Stretch payload)
{
    const gboolean is_back = is_second (&frame->source, &frame->destination);
    Ends ends;

    memset (&ends, 0, sizeof ends);
    ends.ends[is_back] = frame->source;
    ends.ends[!is_back] = frame->destination;
    Conversation *conversation = g_hash_table_lookup (anonymiser->traffic->conversations, &ends);
    if (!conversation || !conversation_takes (conversation, is_back, &frame->tcp))
        conversation = begin_conversation (anonymiser, &ends);
    if (reads (anonymiser))
        conversation_add (conversation, is_back, &frame->tcp, (View){ payload.before, payload.size });
    else
        conversation_write (conversation, is_back, &frame->tcp, payload.data, payload.size);
}

/* Those that have addresses or keys in them (RFC 8684, RFC 7413, RFC 2385) become none. */
static void write_tcp_options (guint8 *header, gsize size)
{
    enum { OPTION_END = 0, OPTION_NONE = 1, LAST_USUAL = 8 }; /* up to time stamps: RFC 7323 */

    for (gsize at = 20; at < size && header[at] != OPTION_END;) {
        const gsize length = header[at] == OPTION_NONE ? 1 : at + 1 < size ? header[at + 1] : 0;
        if (length == 0 || length > size - at)
            break;
        if (header[at] > LAST_USUAL)
            memset (header + at, OPTION_NONE, length);
        at += length;
    }
}

/* --- IP */

static void take_ip (Anonymiser *anonymiser, Stretch packet, guint depth, gboolean is_quoted);
static void take_frame (Anonymiser *anonymiser, guint32 link_type, Stretch frame, guint depth);

/* Errors have the beginning of a packet in them. Others have addresses, or what a host likes to send. */
static void take_icmp (Anonymiser *anonymiser, Stretch message, guint depth)
{
    enum { UNREACHABLE = 3, QUENCH = 4, REDIRECT = 5, TIME_EXCEEDED = 11, PARAMETER = 12 };
    const guint8 type = message.size ? message.before[0] : 0;

    if (type == REDIRECT && message.size >= 8 && is_at_packets (anonymiser))
        pen_ipv4 (&anonymiser->pen, message.data + 4);
    if (type == UNREACHABLE || type == QUENCH || type == REDIRECT || type == TIME_EXCEEDED || type == PARAMETER)
        take_ip (anonymiser, stretch_from (message, 8), depth + 1, TRUE);
    else
        blank (anonymiser, stretch_from (message, 8));
}

static void take_icmpv6 (Anonymiser *anonymiser, Stretch message, guint depth)
{
    enum { LAST_ERROR = 4 };

    if (message.size && message.before[0] <= LAST_ERROR)
        take_ip (anonymiser, stretch_from (message, 8), depth + 1, TRUE);
    else if (is_at_packets (anonymiser))
        anonymise_icmpv6 (&anonymiser->pen, message.data, message.size);
}

/* Whose checksum is where, and over what besides the payload: the addresses. */
static void correct (const Anonymiser *anonymiser, guint8 protocol, gboolean is_ipv6, Stretch payload,
                     guint32 addresses)
{
    gsize at;

    switch (protocol) {
    case IP_TCP:
        at = 16;
        break;
    case IP_UDP:
        at = 6;
        break;
    case IP_ICMP:
    case IP_ICMPV6:
        at = 2;
        addresses = is_ipv6 ? addresses : 0;
        break;
    default:
        return;
    }
    if (anonymiser->round != ANONYMISER_WRITES || at + 2 > payload.size)
        return;
    const gboolean is_udp = protocol == IP_UDP;
    if (is_udp) /* what stands behind it counts for nothing */
        payload.size = CLAMP ((gsize) be16 (payload.before + 4), at + 2, payload.size);
    if (is_udp && payload.data[at] == 0 && payload.data[at + 1] == 0)
        return; /* it has none */
    checksum_correct (payload.data + at, checksum_change (payload.before, payload.data, payload.size) + addresses,
                      is_udp);
}

/* What begins a message tells whose it was; anything else of a connection nobody needs twice. */
static void write_quoted (Anonymiser *anonymiser, const Frame *frame, Stretch payload)
{
    const gboolean is_sccp =
        port_service (frame->source.port) == SERVICE_SCCP || port_service (frame->destination.port) == SERVICE_SCCP;

    if (!is_at_packets (anonymiser))
        return;
    if (sip_begins ((View){ payload.before, payload.size }))
        anonymise_sip (&anonymiser->pen, payload.data, payload.size);
    else if (is_sccp && sccp_is_plausible (payload.before, payload.size))
        anonymise_sccp (&anonymiser->pen, payload.data, payload.size);
    else
        blank (anonymiser, payload);
}

/* Behind the headers of IP, of a packet that is whole or put together. addresses: by what their change changes a
 * checksum. */
static void take_payload (Anonymiser *anonymiser, const IpPacket *packet, Stretch payload, guint32 addresses,
                          guint depth, gboolean is_quoted)
{
    enum { TCP_HEADER = 20 };
    const gboolean is_ipv6 = packet->source.size == 16;
    Frame frame = { .source.address = packet->source, .destination.address = packet->destination };
    Tunnel tunnel;
    const View whole = { payload.before, payload.size };
    IpPacket put_together = *packet;

    put_together.payload = whole;
    if (!is_quoted && unpack_tunnel (&put_together, &tunnel)) {
        if (tunnel.frame.size)
            take_frame (anonymiser, LINK_TYPE_ETHERNET, stretch_of (payload, tunnel.frame), depth + 1);
        else
            take_ip (anonymiser, stretch_of (payload, tunnel.packet), depth + 1, FALSE);
    } else if (packet->protocol == IP_ICMP) {
        take_icmp (anonymiser, payload, depth);
    } else if (packet->protocol == IP_ICMPV6) {
        take_icmpv6 (anonymiser, payload, depth);
    } else if (packet->protocol == IP_ESP || packet->protocol == IP_IGMP) {
        /* encrypted; groups, which stay */
    } else if (packet_read_transport (packet->protocol, payload.before, payload.size, packet->wire_size, &frame) !=
               PACKET_WHOLE) {
        /* ports and numbers; a header of TCP that a quote has cut goes on with some more */
        const gsize head = packet->protocol == IP_TCP && payload.size < TCP_HEADER    ? payload.size
                           : packet->protocol == IP_TCP || packet->protocol == IP_UDP ? 8
                                                                                      : 0;
        blank (anonymiser, stretch_from (payload, head));
    } else {
        const Stretch rest = stretch_of (payload, frame.payload);
        if (frame.transport == TRANSPORT_TCP && anonymiser->round == ANONYMISER_WRITES)
            write_tcp_options (payload.data, (gsize) (rest.before - payload.before));
        if (frame.transport == TRANSPORT_TCP && is_quoted)
            write_quoted (anonymiser, &frame, rest);
        else if (frame.transport == TRANSPORT_TCP)
            take_segment (anonymiser, &frame, rest);
        else
            take_datagram (anonymiser, &frame, rest);
        if (frame.transport == TRANSPORT_UDP) /* behind the length that UDP tells */
            blank (anonymiser, stretch_from (payload, (gsize) (rest.before - payload.before) + rest.size));
    }
    correct (anonymiser, packet->protocol, is_ipv6, payload, addresses);
}

/* The routers that a packet shall pass (RFC 8200, 4.4), and options, stand between header and payload. */
static void write_extensions (Anonymiser *anonymiser, Stretch packet, gsize end)
{
    enum { NEXT = 6, HOP_BY_HOP = 0, ROUTING = 43, FRAGMENT = 44, DESTINATION = 60 };
    guint8 kind = packet.before[NEXT];

    for (gsize at = 40; at + 8 <= end;) {
        const gsize size = kind == FRAGMENT ? 8 : ((gsize) packet.before[at + 1] + 1) * 8;
        if (size > end - at || (kind != HOP_BY_HOP && kind != ROUTING && kind != FRAGMENT && kind != DESTINATION))
            break;
        for (gsize k = 8; kind == ROUTING && k + 16 <= size; k += 16)
            pen_ipv6 (&anonymiser->pen, packet.data + at + k);
        if (kind == HOP_BY_HOP || kind == DESTINATION)
            anonymise_ipv6_options (&anonymiser->pen, packet.data + at + 2, size - 2);
        kind = packet.before[at];
        at += size;
    }
}

/* Puts the addresses into a header; returns by how much that changes checksums over them. */
static guint32 write_addresses (Anonymiser *anonymiser, Stretch packet)
{
    const gboolean is_ipv6 = packet.before[0] >> 4 == 6;
    const gsize at = is_ipv6 ? 8 : 12, size = is_ipv6 ? 16 : 4;

    if (!is_at_packets (anonymiser))
        return 0;
    for (gsize i = 0; i < 2; i++)
        if (is_ipv6)
            pen_ipv6 (&anonymiser->pen, packet.data + at + i * size);
        else
            pen_ipv4 (&anonymiser->pen, packet.data + at + i * size);
    if (!is_ipv6) { /* options have addresses of routers in them */
        const gsize header = (gsize) (packet.before[0] & 15) * 4;
        if (header > 20)
            blank (anonymiser, (Stretch){ packet.before + 20, packet.data + 20, header - 20 });
        if (anonymiser->round == ANONYMISER_WRITES)
            checksum_correct (packet.data + 10, checksum_change (packet.before, packet.data, header), FALSE);
    }
    return checksum_change (packet.before + at, packet.data + at, 2 * size);
}

static void take_ip (Anonymiser *anonymiser, Stretch packet, guint depth, gboolean is_quoted)
{
    IpPacket read;

    if (depth > DEPTH_MAX || !packet_read_header (packet.before, packet.size, &read)) {
        blank (anonymiser, stretch_from (packet, MIN (packet.size, packet.size && *packet.before >> 4 == 6 ? 8 : 12)));
        return;
    }
    const Stretch payload = stretch_of (packet, read.payload);
    const guint32 addresses = write_addresses (anonymiser, packet);
    if (read.source.size == 16 && is_at_packets (anonymiser))
        write_extensions (anonymiser, packet, (gsize) (payload.before - packet.before));
    if (!packet_is_fragment (&read))
        take_payload (anonymiser, &read, payload, addresses, depth, is_quoted);
    else if (is_quoted && !read.offset)
        take_payload (anonymiser, &read, payload, addresses, depth, TRUE);
    else if (is_quoted)
        blank (anonymiser, payload);
    else if (anonymiser->round == ANONYMISER_WRITES)
        pieces_write (anonymiser->traffic->pieces, payload.data, payload.size);
    else
        pieces_add (anonymiser->traffic->pieces, &read);
    blank (anonymiser, stretch_from (packet, (gsize) (payload.before - packet.before) + payload.size));
}

/* A packet that came in fragments: read like one that did not. */
static void take_put_together (const IpPacket *packet, guint8 *octets, const guint8 *before, gsize size,
                               gpointer user_data)
{
    Anonymiser *anonymiser = user_data;
    guint32 addresses = 0;

    if (anonymiser->round == ANONYMISER_WRITES) {
        guint8 header[32];
        const gsize n = packet->source.size;
        memcpy (header, packet->source.octets, n);
        memcpy (header + n, packet->destination.octets, n);
        for (gsize i = 0; i < 2; i++)
            if (n == 16)
                pen_ipv6 (&anonymiser->pen, header + i * n);
            else
                pen_ipv4 (&anonymiser->pen, header + i * n);
        addresses = checksum_change (packet->source.octets, header, n) +
                    checksum_change (packet->destination.octets, header + n, n);
    }
    take_payload (anonymiser, packet, (Stretch){ before, octets, size }, addresses, 0, FALSE);
}

/* --- Links */

static void write_link_addresses (Anonymiser *anonymiser, guint32 link_type, Stretch frame)
{
    if (!is_at_packets (anonymiser))
        return;
    if (link_type == LINK_TYPE_ETHERNET) {
        for (gsize at = 0; at < 12 && at + 6 <= frame.size; at += 6)
            pen_mac (&anonymiser->pen, frame.data + at);
        if (frame.size % 6 && frame.size < 12)
            blank (anonymiser, stretch_from (frame, frame.size / 6 * 6));
    } else if (link_type == LINK_TYPE_COOKED && frame.size >= 12 && frame.before[4] == 0 && frame.before[5] == 6) {
        pen_mac (&anonymiser->pen, frame.data + 6);
    } else if (link_type == LINK_TYPE_COOKED2 && frame.size >= 18 && frame.before[11] == 6) {
        pen_mac (&anonymiser->pen, frame.data + 12);
    }
}

/* Where what nobody reads begins: behind addresses, tags and type. */
static gsize head_of (guint32 link_type, const guint8 *data, gsize size)
{
    gsize at;

    switch (link_type) {
    case LINK_TYPE_ETHERNET:
        for (at = 14; at + 4 <= size && data[at - 2] == 0x81 && data[at - 1] == 0; at += 4)
            ;
        if (data[12] < 6 && at == 14) /* IEEE 802.2, and SNAP */
            at += size > 14 && data[14] == 0xAA ? 8 : 3;
        return at;
    case LINK_TYPE_COOKED:
        return 16;
    case LINK_TYPE_COOKED2:
        return 20;
    default:
        return 4;
    }
}

static void take_link_message (Anonymiser *anonymiser, Network network, Stretch payload)
{
    if (!is_at_packets (anonymiser))
        return;
    if (network == NETWORK_ARP)
        anonymise_arp (&anonymiser->pen, payload.data, payload.size);
    else if (network == NETWORK_LLDP)
        anonymise_lldp (&anonymiser->pen, payload.data, payload.size);
    else if (network == NETWORK_EAPOL)
        anonymise_eapol (&anonymiser->pen, payload.data, payload.size);
    else
        anonymise_cdp (&anonymiser->pen, payload.data, payload.size);
    if (network == NETWORK_CDP && anonymiser->round == ANONYMISER_WRITES && payload.size >= 4)
        checksum_correct (payload.data + 2, checksum_change_cdp (payload.before, payload.data, payload.size), FALSE);
}

static void take_frame (Anonymiser *anonymiser, guint32 link_type, Stretch frame, guint depth)
{
    LinkHeader header;
    View view;
    const Network network = link_read (link_type, frame.before, frame.size, &view, &header);

    write_link_addresses (anonymiser, link_type, frame);
    if (network == NETWORK_OTHER) {
        blank (anonymiser,
               stretch_from (frame, frame.size < 14 ? frame.size : head_of (link_type, frame.before, frame.size)));
        return;
    }
    const Stretch payload = stretch_of (frame, view);
    if (network == NETWORK_IP)
        take_ip (anonymiser, payload, depth, FALSE);
    else
        take_link_message (anonymiser, network, payload);
    blank (anonymiser, stretch_from (frame, (gsize) (payload.before - frame.before) + payload.size));
}

/* --- Rounds */

void anonymiser_packet (Anonymiser *anonymiser, guint32 link_type, guint8 *data, gsize size)
{
    const gboolean writes = anonymiser->round == ANONYMISER_WRITES;
    g_autofree guint8 *before = writes ? g_memdup2 (data, MAX (size, 1)) : NULL;

    if (link_is_known (link_type))
        take_frame (anonymiser, link_type, (Stretch){ before ? before : data, data, size }, 0);
    else
        blank (anonymiser, (Stretch){ data, data, size });
}

static void finish_reading (Anonymiser *anonymiser)
{
    Traffic *traffic = anonymiser->traffic;

    pieces_give_up (traffic->pieces);
    pieces_each (traffic->pieces, take_put_together, anonymiser);
    for (guint i = 0; i < traffic->all->len; i++)
        conversation_finish (g_ptr_array_index (traffic->all, i));
    transfers_finish (traffic->transfers);
}

/* What was decided stays; the packets come once more. */
static void rewind_traffic (Traffic *traffic)
{
    g_hash_table_remove_all (traffic->conversations);
    transfers_rewind (traffic->transfers);
    traffic->n_seen = 0;
}

void anonymiser_next_capture (Anonymiser *anonymiser)
{
    turn_to (anonymiser, anonymiser->at + 1);
}

static void end_round (Anonymiser *anonymiser, void (*end) (Anonymiser *anonymiser))
{
    for (guint i = 0; i < anonymiser->captures->len; i++) {
        turn_to (anonymiser, i);
        end (anonymiser);
    }
    turn_to (anonymiser, 0);
}

static void begin_to_read (Anonymiser *anonymiser)
{
    rewind_traffic (anonymiser->traffic);
    pieces_clear (anonymiser->traffic->pieces);
}

static void begin_to_write (Anonymiser *anonymiser)
{
    pieces_each (anonymiser->traffic->pieces, take_put_together, anonymiser);
    rewind_traffic (anonymiser->traffic);
}

AnonymiserRound anonymiser_next_round (Anonymiser *anonymiser)
{
    switch (anonymiser->round) {
    case ANONYMISER_LEARNS:
        end_round (anonymiser, finish_reading);
        pseudonyms_settle (anonymiser->pseudonyms);
        end_round (anonymiser, begin_to_read);
        anonymiser->pen.writes = TRUE;
        break;
    case ANONYMISER_READS:
        end_round (anonymiser, finish_reading);
        anonymiser->round = ANONYMISER_WRITES;
        end_round (anonymiser, begin_to_write);
        return ANONYMISER_WRITES;
    case ANONYMISER_WRITES:
    case ANONYMISER_DONE:
        return anonymiser->round = ANONYMISER_DONE;
    }
    return ++anonymiser->round;
}
