/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where SCCP goes on behind octets that are lost. */
#include "registration/protocols/sccp.h"

#define HEADER_SIZE (SCCP_HEADER_SIZE + 4) /* with the message id */
/* No message of a registration is longer (see SCCP_DATA_LENGTH_MAX). */
#define FOUND_LENGTH_MAX 8192

/* The inside of messages is full of small numbers, and 0 is KeepAliveReq, which has nothing but its header. */
static gboolean is_known_message (guint32 id, guint32 length, Side from)
{
    if (!catalog_knows (PROTOCOL_SCCP, id) || (id == SCCP_KEEP_ALIVE_REQ && length != 4))
        return FALSE;
    Side side = catalog_kind (catalog_find (PROTOCOL_SCCP, id))->from;
    return side == SIDE_ANY || from == SIDE_ANY || side == from;
}

/* Octets of the message that these may begin, as far as they are there; 0 when they cannot. A number that no list has
 * is taken for one only where something else speaks for it. */
static gsize may_begin (const guint8 *data, gsize size, Side from, gboolean *ret_is_known)
{
    Bytes bytes;

    bytes_init (&bytes, data, size);
    guint32 length = bytes_le32 (&bytes);
    bytes_skip (&bytes, 4);
    guint32 id = bytes_le32 (&bytes);
    *ret_is_known = FALSE;
    if (size < 4)
        return HEADER_SIZE;
    if (length < 4 || length > FOUND_LENGTH_MAX || (size >= SCCP_HEADER_SIZE && !sccp_is_plausible (data, size)))
        return 0;
    *ret_is_known = size >= HEADER_SIZE && is_known_message (id, length, from);
    return SCCP_HEADER_SIZE + (gsize) length;
}

/* Whether whole messages follow each other from here to the end, or up to one that may go on behind it. */
static gboolean chain_holds (const guint8 *data, gsize size, Side from)
{
    gboolean is_known;
    gsize whole = may_begin (data, size, from, &is_known);

    if (whole == 0 || whole > size)
        return FALSE;
    if (whole == size)
        return TRUE;
    gsize next = may_begin (data + whole, size - whole, from, &is_known);
    return next && (is_known || size - whole < HEADER_SIZE);
}

gboolean sccp_find (const guint8 *data, gsize size, Side from, gsize *ret_offset)
{
    gsize perhaps = size;

    for (gsize offset = 0; offset < size; offset++) {
        gboolean is_known;
        gsize whole = may_begin (data + offset, size - offset, from, &is_known);
        if (whole == 0)
            continue;
        gsize left = size - offset;
        /* Most segments begin with a message, and end with one. */
        if (chain_holds (data + offset, left, from) && (is_known || (offset == 0 && whole == size))) {
            *ret_offset = offset;
            return TRUE;
        }
        if (whole > left && (is_known || left < HEADER_SIZE))
            perhaps = MIN (perhaps, offset);
    }
    *ret_offset = perhaps;
    return FALSE;
}

gsize sccp_rest (View begun)
{
    Bytes bytes;

    bytes_init (&bytes, begun.data, begun.size);
    if (!bytes_have (&bytes, 4))
        return 0;
    gsize whole = SCCP_HEADER_SIZE + (gsize) bytes_le32 (&bytes);
    return whole > begun.size && whole <= SCCP_HEADER_SIZE + SCCP_DATA_LENGTH_MAX ? whole - begun.size : 0;
}

gboolean sccp_begins (View begun, Side from, SccpPdu *ret_pdu)
{
    Bytes bytes;
    gboolean is_known;

    bytes_init (&bytes, begun.data, begun.size);
    bytes_skip (&bytes, 4);
    *ret_pdu = (SccpPdu){ .header_version = bytes_le32 (&bytes), .id = bytes_le32 (&bytes) };
    return begun.size && may_begin (begun.data, begun.size, from, &is_known) && is_known;
}
