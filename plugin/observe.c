/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugin/observe.h"

#include "registration/packet.h"
#include "registration/sccp.h"

#include <epan/prefs-int.h>
#include <epan/proto.h>
#include <epan/tvbuff.h>
#include <string.h>

static int proto_skinny, proto_icmp, proto_icmpv6;

void observe_init (void)
{
    proto_skinny = proto_get_id_by_filter_name ("skinny");
    proto_icmp = proto_get_id_by_filter_name ("icmp");
    proto_icmpv6 = proto_get_id_by_filter_name ("icmpv6");
}

gboolean observe_waits_for_gaps (void)
{
    module_t *tcp = prefs_find_module ("tcp");
    pref_t *wait = tcp ? prefs_find_preference (tcp, "reassemble_out_of_order") : NULL;
    return wait && prefs_get_bool_value (wait, pref_current);
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

    guint8 pair[32];
    memcpy (pair, source, 16);
    memcpy (pair + 16, pinfo->net_dst.data, 16);
    const guint8 *at = memmem (octets, (gsize) size, pair, sizeof pair);
    return at && at >= octets + 8 ? (int) (at - octets) - 8 : -1;
}

/* The payload of fragments stands in a data source of its own once the last has come. */
static gboolean read_reassembled (packet_info *pinfo, guint8 protocol, Frame *frame)
{
    tvbuff_t *whole = get_data_source_tvb_by_name (pinfo, "Reassembled IPv4");

    if (!whole)
        whole = get_data_source_tvb_by_name (pinfo, "Reassembled IPv6");
    if (!whole)
        return FALSE;
    gsize size = tvb_captured_length (whole);
    return packet_read_transport (protocol, tvb_get_ptr (whole, 0, (int) size), size, size, frame) == PACKET_WHOLE;
}

static gboolean is_known_port (guint16 port)
{
    return port == SCCP_PORT || port == SCCP_TLS_PORT;
}

gboolean observe_frame (tvbuff_t *tvb, packet_info *pinfo, Frame *ret_frame)
{
    int size = (int) tvb_captured_length (tvb);
    guint8 protocol;

    if (pinfo->ptype != PT_TCP || size <= 0 || (pinfo->net_src.type != AT_IPv4 && pinfo->net_src.type != AT_IPv6))
        return FALSE;
    const guint8 *octets = tvb_get_ptr (tvb, 0, size);
    int offset = ip_header_offset (octets, size, pinfo);
    if (offset < 0)
        return FALSE;
    *ret_frame = (Frame){ .number = pinfo->num };
    PacketKind kind = packet_read_ip (octets + offset, (gsize) (size - offset), ret_frame, &protocol);
    if (kind == PACKET_OTHER || (kind == PACKET_FRAGMENT && !read_reassembled (pinfo, protocol, ret_frame)))
        return FALSE;
    if (!is_known_port (ret_frame->source.port) && !is_known_port (ret_frame->destination.port))
        ret_frame->is_sccp = has_layer (pinfo, proto_skinny);
    else if (has_layer (pinfo, proto_icmp) || has_layer (pinfo, proto_icmpv6))
        return FALSE; /* an ICMP error quotes the packet that it is about: that was not sent now */
    ret_frame->time = (gint64) pinfo->abs_ts.secs * G_GINT64_CONSTANT (1000000000) + pinfo->abs_ts.nsecs;
    return TRUE;
}
