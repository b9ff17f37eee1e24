/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugin/observe.h"

#include "registration/wire/link.h"
#include "registration/wire/packet.h"
#include "registration/wire/times.h"
#include "registration/wire/unpack.h"

#include <epan/proto.h>
#include <epan/tvbuff.h>
#include <string.h>

static int proto_skinny, proto_sip, proto_icmp, proto_icmpv6;

void observe_init (void)
{
    proto_skinny = proto_get_id_by_filter_name ("skinny");
    proto_sip = proto_get_id_by_filter_name ("sip");
    proto_icmp = proto_get_id_by_filter_name ("icmp");
    proto_icmpv6 = proto_get_id_by_filter_name ("icmpv6");
}

/* Wireshark has no tree for us, but it keeps the list of the protocols that it found. */
static gboolean has_layer (packet_info *pinfo, int proto)
{
    for (wmem_list_frame_t *layer = wmem_list_head (pinfo->layers); layer; layer = wmem_list_frame_next (layer))
        if (GPOINTER_TO_INT (wmem_list_frame_data (layer)) == proto)
            return TRUE;
    return FALSE;
}

/* Offset of the innermost IP header in the frame's own octets, or -1 when it is not there (an IP packet out of a
 * reassembled tunnel). Wireshark's IPv4 source address points right into the frame; its IPv6 addresses are copies,
 * which are looked for. */
static int ip_header_offset (const guint8 *octets, int size, const packet_info *pinfo)
{
    const guint8 *source = pinfo->net_src.data;

    if (pinfo->net_src.type == AT_IPv4)
        return source >= octets + 12 && source < octets + size ? (int) (source - octets) - 12 : -1;
    /* A capture that cuts the header between its addresses. */
    if (pinfo->net_dst.type != AT_IPv6)
        return -1;

    guint8 pair[32];
    memcpy (pair, source, 16);
    memcpy (pair + 16, pinfo->net_dst.data, 16);
    const guint8 *at = memmem (octets, (gsize) size, pair, sizeof pair);
    return at && at >= octets + 8 ? (int) (at - octets) - 8 : -1;
}

/* The payload of fragments stands in a data source of its own once the last has come; until then FALSE. ret_kind: what
 * it is. */
static gboolean read_reassembled (packet_info *pinfo, guint8 protocol, Frame *frame, PacketKind *ret_kind)
{
    tvbuff_t *whole = compat_data_source_tvb (pinfo, "Reassembled IPv4");

    if (!whole)
        whole = compat_data_source_tvb (pinfo, "Reassembled IPv6");
    if (!whole)
        return FALSE;
    gsize size = tvb_captured_length (whole);
    *ret_kind = packet_read_transport (protocol, tvb_get_ptr (whole, 0, (int) size), size, size, frame);
    return TRUE;
}

static gboolean is_icmp (packet_info *pinfo)
{
    return has_layer (pinfo, proto_icmp) || has_layer (pinfo, proto_icmpv6);
}

/* The numbers of link.h, for the links whose header says more than where IP begins. */
static gboolean find_link_type (const packet_info *pinfo, guint32 *ret_link_type)
{
    static const struct {
        int encapsulation;
        guint32 link_type;
    } links[] = { { WTAP_ENCAP_ETHERNET, LINK_TYPE_ETHERNET },
                  { WTAP_ENCAP_SLL, LINK_TYPE_COOKED },
                  { WTAP_ENCAP_SLL2, LINK_TYPE_COOKED2 } };

    for (guint i = 0; i < G_N_ELEMENTS (links); i++) {
        *ret_link_type = links[i].link_type;
        if (pinfo->rec->rec_header.packet_header.pkt_encap == links[i].encapsulation)
            return TRUE;
    }
    return FALSE;
}

/* Who sent an IP packet on this link, and in which VLAN; not of the packet in a tunnel, whose link is another one. */
static void observe_sender (const guint8 *octets, int size, int ip_offset, const packet_info *pinfo, Frame *frame)
{
    LinkHeader header;
    guint32 link_type;
    View payload;

    if (!find_link_type (pinfo, &link_type) ||
        link_read (link_type, octets, (gsize) size, &payload, &header) != NETWORK_IP ||
        payload.data != octets + ip_offset)
        return;
    frame->source_mac = header.source;
    frame->vlan = header.vlan;
}

/* How many octets there are of the IP packet at that offset: the one that carries it, in a tunnel, may end before the
 * frame does. */
static gsize octets_of_packet (const guint8 *octets, int size, int offset, const packet_info *pinfo)
{
    const gsize all = (gsize) (size - offset);
    LinkHeader header;
    guint32 link_type;
    View packet;
    IpPacket outer;
    Tunnel inner;

    if (!find_link_type (pinfo, &link_type) ||
        link_read (link_type, octets, (gsize) size, &packet, &header) != NETWORK_IP)
        return all;
    while (packet.data < octets + offset) {
        if (!packet_read_header (packet.data, packet.size, &outer) || packet_is_fragment (&outer) ||
            !unpack_tunnel (&outer, &inner))
            return all;
        packet = inner.packet;
    }
    return packet.data == octets + offset ? packet.size : all;
}

/* Wireshark has been told what runs here ("Decode As"). */
static gboolean is_known_otherwise (packet_info *pinfo, Frame *frame)
{
    frame->is_sccp = frame->transport == TRANSPORT_TCP && has_layer (pinfo, proto_skinny);
    frame->is_sip = has_layer (pinfo, proto_sip);
    return frame->is_sccp || frame->is_sip;
}

/* IP of any kind, through whatever tunnels. */
static gboolean observe_ip (const Flow *flow, tvbuff_t *tvb, packet_info *pinfo, Frame *frame)
{
    int size = (int) tvb_captured_length (tvb);
    guint8 protocol;

    /* Wireshark's ports are those of a packet that an ICMP error quotes, too; a fragment has none. */
    if (pinfo->ptype != PT_TCP && pinfo->ptype != PT_UDP && pinfo->ptype != PT_NONE && !is_icmp (pinfo))
        return FALSE;
    const guint8 *octets = tvb_get_ptr (tvb, 0, size);
    int offset = ip_header_offset (octets, size, pinfo);
    if (offset < 0)
        return FALSE;
    PacketKind kind =
        packet_read_ip (octets + offset, octets_of_packet (octets, size, offset, pinfo), frame, &protocol);
    const gboolean is_part = kind == PACKET_FRAGMENT && !read_reassembled (pinfo, protocol, frame, &kind);
    if (is_part ? frame->transport == TRANSPORT_NONE : kind != PACKET_WHOLE)
        return FALSE;
    if (!flow_wants_frame (flow, frame) && !is_known_otherwise (pinfo, frame))
        return FALSE;
    observe_sender (octets, size, offset, pinfo, frame);
    return TRUE;
}

/* An ICMP error: what its own header says, found in front of the quoted one that Wireshark points to. */
static gboolean observe_icmp (tvbuff_t *tvb, packet_info *pinfo, Frame *frame)
{
    int size = (int) tvb_captured_length (tvb);
    const guint8 *octets = tvb_get_ptr (tvb, 0, size);
    guint8 protocol;

    for (int offset = 0; offset + 20 <= size; offset++) {
        gboolean v4 = octets[offset] >> 4 == 4 && octets[offset + 9] == 1;
        gboolean v6 = octets[offset] >> 4 == 6 && octets[offset + 6] == 58;
        if ((!v4 && !v6) || (v4 && memcmp (octets + offset + 12, pinfo->src.data, 4) != 0) ||
            (v6 && (offset + 40 > size || memcmp (octets + offset + 8, pinfo->src.data, 16) != 0)))
            continue;
        PacketKind kind = packet_read_ip (octets + offset, (gsize) (size - offset), frame, &protocol);
        if (kind == PACKET_FRAGMENT)
            read_reassembled (pinfo, protocol, frame, &kind);
        if (kind == PACKET_WHOLE)
            return frame->transport == TRANSPORT_ICMP;
    }
    return FALSE;
}

static gboolean observe_link (tvbuff_t *tvb, packet_info *pinfo, Frame *frame)
{
    int size = (int) tvb_captured_length (tvb);
    guint32 link_type;
    guint8 protocol;

    return find_link_type (pinfo, &link_type) &&
           packet_read_link (link_type, tvb_get_ptr (tvb, 0, size), (gsize) size, frame, &protocol) == PACKET_WHOLE &&
           transport_is_link (frame->transport);
}

#define PLAINTEXTS_MAX 16

/* What Wireshark has decrypted with the user's key log stands in data sources of its own. */
static void observe_plaintexts (packet_info *pinfo, Frame *frame)
{
    View *texts = NULL;

    for (GSList *item = pinfo->data_src; item && frame->n_plaintexts < PLAINTEXTS_MAX; item = item->next) {
        const struct data_source *source = item->data;
        char *name = compat_data_source_text (source);
        gboolean decrypted = g_str_has_prefix (name, "Decrypted TLS");
        wmem_free (NULL, name);
        if (!decrypted)
            continue;
        tvbuff_t *text = get_data_source_tvb (source);
        gsize size = tvb_captured_length (text);
        if (!texts)
            texts = wmem_alloc_array (pinfo->pool, View, PLAINTEXTS_MAX);
        texts[frame->n_plaintexts++] = (View){ tvb_get_ptr (text, 0, (int) size), size };
    }
    frame->plaintexts = texts;
}

gint64 observe_time (const packet_info *pinfo)
{
    return time_of_parts (pinfo->abs_ts.secs, pinfo->abs_ts.nsecs);
}

gboolean observe_frame (const Flow *flow, tvbuff_t *tvb, packet_info *pinfo, Frame *ret_frame)
{
    gboolean ip = pinfo->net_src.type == AT_IPv4 || pinfo->net_src.type == AT_IPv6;

    if (tvb_captured_length (tvb) == 0)
        return FALSE;
    *ret_frame = (Frame){ .number = pinfo->num };
    if (!(ip ? observe_ip (flow, tvb, pinfo, ret_frame) : observe_link (tvb, pinfo, ret_frame)))
        return FALSE;
    if (ip && is_icmp (pinfo)) {
        *ret_frame = (Frame){ .number = pinfo->num };
        if (!observe_icmp (tvb, pinfo, ret_frame))
            return FALSE;
    }
    if (ret_frame->transport == TRANSPORT_TCP && pinfo->data_src && pinfo->data_src->next)
        observe_plaintexts (pinfo, ret_frame);
    ret_frame->time = observe_time (pinfo);
    return TRUE;
}
