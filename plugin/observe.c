/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugin/observe.h"

#include <epan/proto.h>
#include <wsutil/report_message.h>

/* The foreign fields that we read. Every one makes Wireshark build tree items on the first pass, so there are few. */
typedef enum { FIELD_SKINNY, FIELD_TCP, FIELD_TCP_LENGTH, FIELD_ICMP, FIELD_ICMPV6, N_FIELDS } Field;

static const char *const field_names[N_FIELDS] = {
    [FIELD_SKINNY] = "skinny", [FIELD_TCP] = "tcp",       [FIELD_TCP_LENGTH] = "tcp.len",
    [FIELD_ICMP] = "icmp",     [FIELD_ICMPV6] = "icmpv6",
};
static int field_ids[N_FIELDS];

/* More messages than this in one frame are read in full, but reported to nobody: no TCP segment holds so many. */
#define MESSAGES_MAX 8192

void observe_init (dissector_handle_t postdissector)
{
    GArray *wanted = g_array_new (FALSE, FALSE, sizeof (int));

    for (int i = 0; i < N_FIELDS; i++) {
        field_ids[i] = proto_registrar_get_id_byname (field_names[i]);
        if (field_ids[i] < 0)
            report_warning ("regflow: this Wireshark has no field \"%s\"; what it shows will not be explained.",
                            field_names[i]);
        else
            g_array_append_val (wanted, field_ids[i]);
    }
    set_postdissector_wanted_hfids (postdissector, wanted); /* takes the array */
}

/* All occurrences of a field in this frame, outermost first; NULL when there are none. */
static const GPtrArray *occurrences (const proto_tree *tree, Field field)
{
    const GPtrArray *found = field_ids[field] < 0 ? NULL : proto_get_finfo_ptr_array (tree, field_ids[field]);
    return found && found->len ? found : NULL;
}

/* With several layers of a protocol (tunnels) the innermost is the one that the addresses of packet_info belong to. */
static field_info *innermost (const proto_tree *tree, Field field)
{
    const GPtrArray *found = occurrences (tree, field);
    return found ? found->pdata[found->len - 1] : NULL;
}

/* The captured octets of an item; may be fewer than the item's length. */
static View item_bytes (const field_info *item)
{
    if (!item->ds_tvb || item->start < 0 || item->length <= 0)
        return (View){ NULL, 0 };
    int captured = (int)tvb_captured_length_remaining (item->ds_tvb, item->start);
    int size = MIN (captured, item->length);
    return size > 0 ? (View){ tvb_get_ptr (item->ds_tvb, item->start, size), (gsize)size } : (View){ NULL, 0 };
}

static Endpoint endpoint_of (const address *addr, guint32 port)
{
    Endpoint endpoint = { .port = (guint16)port };

    if (addr->type == AT_IPv4 && addr->len == 4)
        endpoint.address = ip_address_v4 (addr->data);
    else if (addr->type == AT_IPv6 && addr->len == 16)
        endpoint.address = ip_address_v6 (addr->data);
    return endpoint;
}

#define TCP_HEADER_MIN 20

static gboolean read_tcp (const proto_tree *tree, TcpSegment *ret_tcp)
{
    field_info *header = innermost (tree, FIELD_TCP), *length = innermost (tree, FIELD_TCP_LENGTH);
    View view = header ? item_bytes (header) : (View){ NULL, 0 };
    Bytes bytes;

    if (view.size < TCP_HEADER_MIN || !length)
        return FALSE;
    bytes_init (&bytes, view.data, view.size);
    bytes_skip (&bytes, 4);
    ret_tcp->sequence = bytes_be32 (&bytes);
    ret_tcp->acknowledgment = bytes_be32 (&bytes);
    bytes_skip (&bytes, 1);
    ret_tcp->flags = bytes_u8 (&bytes);
    ret_tcp->length = fvalue_get_uinteger (FINFO_VALUE (length));
    return TRUE;
}

NoteId observe_frame (Flow *flow, packet_info *pinfo, proto_tree *tree, const ObservedProtocols *protocols,
                      guint *ret_count)
{
    Frame frame = { .number = pinfo->num };
    const GPtrArray *skinny;

    *ret_count = 0;
    if (!tree || !protocols->sccp)
        return 0;
    /* An ICMP error quotes the packet that it is about: those headers and messages were not sent now. */
    if (occurrences (tree, FIELD_ICMP) || occurrences (tree, FIELD_ICMPV6))
        return 0;
    skinny = occurrences (tree, FIELD_SKINNY);
    if (read_tcp (tree, &frame.tcp))
        frame.transport = TRANSPORT_TCP;
    else if (!skinny)
        return 0;

    frame.time = (gint64)pinfo->abs_ts.secs * G_GINT64_CONSTANT (1000000000) + pinfo->abs_ts.nsecs;
    frame.source = endpoint_of (&pinfo->src, pinfo->srcport);
    frame.destination = endpoint_of (&pinfo->dst, pinfo->destport);
    frame.n_messages = skinny ? MIN (skinny->len, MESSAGES_MAX) : 0;
    Message *messages = wmem_alloc_array (pinfo->pool, Message, MAX (frame.n_messages, 1));
    for (guint i = 0; i < frame.n_messages; i++) {
        View pdu = item_bytes (skinny->pdata[i]);
        messages[i] = (Message){ PROTOCOL_SCCP, pdu.data, pdu.size };
    }
    frame.messages = messages;
    return flow_frame (flow, &frame, ret_count);
}
