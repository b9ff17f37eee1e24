/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What finds phones their place in the network: ARP, neighbor discovery, and fields of it that nobody reads. */
#include "registration/anonymise/anonymise_internal.h"

/* --- Fields that nobody reads */

gboolean octets_are_printable (const guint8 *data, gsize size)
{
    while (size && data[size - 1] == 0)
        size--;
    for (gsize i = 0; i < size; i++)
        if (data[i] < 0x20 || data[i] == 0x7F)
            return FALSE;
    return size > 0;
}

/* Names as DNS has them, each with its end, and nothing else. */
static gboolean are_labels (const guint8 *data, gsize size)
{
    guint n = 0;

    for (gsize at = 0; at < size; at += 1 + (gsize) data[at]) {
        if (data[at] > 63 || data[at] >= size - at || (data[at] && !octets_are_printable (data + at + 1, data[at])))
            return FALSE;
        n += data[at] > 0;
    }
    return n > 1 && size && data[size - 1] == 0;
}

void anonymise_unknown (const Pen *pen, guint8 *data, gsize size)
{
    enum { VLAN_AND_PORT = 4 };

    if (size == 2 + VLAN_AND_PORT && data[0] == 0 && data[1] == VLAN_AND_PORT)
        return;
    if (size == 8 && data[0] == 0 && data[1] == 6) /* a switch that relays, by its MAC address */
        pen_mac (pen, data + 2);
    else if (size > 2 && data[0] <= 1 && data[1] == size - 2) /* of the same, in words of somebody's own: RFC 3046 */
        pen_unknown (pen, data + 2, size - 2);
    else if (size > 2 && data[0] == size - 1)
        pen_unknown (pen, data + 1, size - 1);
    else if (are_labels (data, size))
        anonymise_labels (pen, data, size);
    else
        pen_unknown (pen, data, size);
}

/* --- ARP: RFC 826 */

void anonymise_arp (const Pen *pen, guint8 *data, gsize size)
{
    if (size < 28 || data[4] != 6 || data[5] != 4) {
        pen_blank (pen, data, size);
        return;
    }
    pen_mac (pen, data + 8);
    pen_ipv4 (pen, data + 14);
    pen_mac (pen, data + 18);
    pen_ipv4 (pen, data + 24);
    pen_blank (pen, data + 28, size - 28);
}

/* --- Options of IPv6: RFC 8200, 4.2 */

void anonymise_ipv6_options (const Pen *pen, guint8 *options, gsize size)
{
    enum { PAD_1 = 0, ROUTER_ALERT = 5, JUMBO = 0xC2, HOME_ADDRESS = 0xC9, HEAD = 2, ADDRESS = 16 };

    for (gsize at = 0, step; at < size; at += step) {
        const guint8 type = options[at];
        step = type == PAD_1 ? 1 : at + 1 < size ? MIN (HEAD + (gsize) options[at + 1], size - at) : HEAD;
        if (type == PAD_1 || step <= HEAD || type == ROUTER_ALERT || type == JUMBO)
            continue;
        if (type == HOME_ADDRESS && step == HEAD + ADDRESS)
            pen_ipv6 (pen, options + at + HEAD);
        else
            pen_blank (pen, options + at + HEAD, step - HEAD);
    }
}

/* --- Neighbor discovery: RFC 4861, RFC 8106 */

enum { ND_ROUTER_SOLICITATION = 133, ND_ROUTER = 134, ND_SOLICITATION = 135, ND_NEIGHBOR = 136, ND_REDIRECT = 137 };
enum { ND_SOURCE = 1, ND_TARGET = 2, ND_PREFIX = 3, ND_DNS_SERVERS = 25, ND_DOMAINS = 31 };

/* Who listens to a group: RFC 2710, RFC 3810. */
enum { LISTENER_QUERY = 130, LISTENER_DONE = 132, LISTENER_REPORT = 143 };

static void write_sources (const Pen *pen, guint8 *data, gsize size)
{
    gsize at = 0;

    for (; at + 16 <= size; at += 16)
        pen_ipv6 (pen, data + at);
    pen_blank (pen, data + at, size - at);
}

/* Each behind its type, the length of what is added, and the number of sources. */
static void write_groups (const Pen *pen, guint8 *data, gsize size)
{
    enum { HEAD = 4, WORD = 4 };
    gsize at = 0;

    while (at + HEAD + 16 <= size) {
        const gsize sources = MIN (be16 (data + at + 2) * 16u, size - at - HEAD - 16);
        const gsize more = MIN (data[at + 1] * (gsize) WORD, size - at - HEAD - 16 - sources);
        pen_ipv6 (pen, data + at + HEAD);
        at += HEAD + 16;
        write_sources (pen, data + at, sources);
        pen_blank (pen, data + at + sources, more);
        at += sources + more;
    }
    pen_blank (pen, data + at, size - at);
}

void anonymise_icmpv6 (const Pen *pen, guint8 *data, gsize size)
{
    gsize at = 8;

    if (size >= 24 && data[0] >= LISTENER_QUERY && data[0] <= LISTENER_DONE) {
        pen_ipv6 (pen, data + 8);
        if (data[0] == LISTENER_QUERY && size >= 28)
            write_sources (pen, data + 28, size - 28);
        else
            pen_blank (pen, data + 24, size - 24);
        return;
    }
    if (size >= 8 && data[0] == LISTENER_REPORT) {
        write_groups (pen, data + 8, size - 8);
        return;
    }
    if (size < 8 || data[0] < ND_ROUTER_SOLICITATION || data[0] > ND_REDIRECT) {
        if (size > 8)
            pen_blank (pen, data + 8, size - 8); /* what an echo carries, and groups */
        return;
    }
    if (data[0] == ND_ROUTER)
        at = 16;
    for (guint n = data[0] == ND_REDIRECT                                 ? 2
                   : data[0] == ND_SOLICITATION || data[0] == ND_NEIGHBOR ? 1
                                                                          : 0;
         n && at + 16 <= size; n--, at += 16)
        pen_ipv6 (pen, data + at);
    while (at + 8 <= size) {
        const gsize length = MIN ((gsize) data[at + 1] * 8, size - at);
        if (length < 8)
            break;
        if (data[at] == ND_SOURCE || data[at] == ND_TARGET)
            pen_mac (pen, data + at + 2);
        else if (data[at] == ND_PREFIX && length >= 32)
            pen_ipv6 (pen, data + at + 16);
        else if (data[at] == ND_DNS_SERVERS)
            for (gsize k = 8; k + 16 <= length; k += 16)
                pen_ipv6 (pen, data + at + k);
        else if (data[at] == ND_DOMAINS)
            anonymise_labels (pen, data + at + 8, length - 8);
        else if (data[at] != 5) /* MTU */
            pen_blank (pen, data + at + 2, length - 2);
        at += length;
    }
}
