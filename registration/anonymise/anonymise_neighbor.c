/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How neighbors introduce themselves: CDP, LLDP (IEEE 802.1AB, ANSI/TIA-1057) and 802.1X. */
#include "registration/anonymise/anonymise_internal.h"
#include "registration/protocols/eapol.h"
#include "registration/terms/models.h"

#include <string.h>

/* The model in it is read; whose system it is may stand beside that. */
static void write_description (const Pen *pen, guint8 *text, gsize size)
{
    const View model = model_in_text ((View){ text, size });
    const gsize at = model.size ? (gsize) (model.data - text) : size;

    pen_text (pen, text, at, TEXT_PRODUCT);
    pen_view (pen, model, TEXT_KEPT);
    if (at < size)
        pen_text (pen, text + at + model.size, size - at - model.size, TEXT_PRODUCT);
}

/* --- CDP */

static void write_cdp_addresses (const Pen *pen, guint8 *data, gsize size)
{
    gsize at = 4;

    while (at + 2 <= size) {
        const gsize protocol = 2 + (gsize) data[at + 1];
        const gsize length = at + protocol + 2 <= size ? be16 (data + at + protocol) : G_MAXUINT16;
        if (at + protocol + 2 + length > size)
            break;
        at += protocol + 2;
        if (length == 4)
            pen_ipv4 (pen, data + at);
        else if (length == 16)
            pen_ipv6 (pen, data + at);
        at += length;
    }
    if (at < size)
        pen_known (pen, data + at, size - at);
}

static void write_cdp_value (const Pen *pen, guint16 type, guint8 *data, gsize size)
{
    switch (type) {
    case 0x0001: /* device */
    case 0x0009: /* VTP domain */
    case 0x0014: /* system name */
        pen_text (pen, data, size, TEXT_NAME);
        break;
    case 0x0017: /* location */
        pen_texts (pen, data, size, 1, TEXT_NAME);
        break;
    case 0x0002:
    case 0x0016: /* of management */
        write_cdp_addresses (pen, data, size);
        break;
    case 0x0003: /* port */
    case 0x0005: /* software */
    case 0x0006: /* platform */
        write_description (pen, data, size);
        break;
    case 0x0007: /* prefixes, each with its length */
        for (gsize at = 0; at + 5 <= size; at += 5)
            pen_ipv4 (pen, data + at);
        if (size == 4)
            pen_ipv4 (pen, data);
        break;
    case 0x0004: /* capabilities */
    case 0x0015: /* of the system, a number of SNMP's */
    case 0x0019: /* power */
    case 0x001A:
        break;
    default:
        if (type < 0x000A || type > 0x0013) /* VLANs, duplex, power, trust */
            anonymise_unknown (pen, data, size);
    }
}

void anonymise_cdp (const Pen *pen, guint8 *data, gsize size)
{
    gsize at = 4;

    while (at + 4 <= size) {
        const gsize length = be16 (data + at + 2);
        if (length < 4)
            break;
        write_cdp_value (pen, be16 (data + at), data + at + 4, MIN (length, size - at) - 4);
        at += MIN (length, size - at);
    }
    if (at < size)
        pen_blank (pen, data + at, size - at);
}

/* --- LLDP: IEEE 802.1AB, ANSI/TIA-1057 */

static void write_lldp_address (const Pen *pen, guint8 *data, gsize size)
{
    if (size == 5 && data[0] == 1)
        pen_ipv4 (pen, data + 1);
    else if (size == 17 && data[0] == 2)
        pen_ipv6 (pen, data + 1);
    else if (size == 7 && data[0] == 6)
        pen_mac (pen, data + 1);
    else
        anonymise_unknown (pen, data, size);
}

/* Chassis: MAC 4, address 5. Port: MAC 3, address 4; the name of an interface (5) names nobody. */
static void write_lldp_id (const Pen *pen, guint8 *data, gsize size, guint8 mac, guint8 address, gboolean is_port)
{
    if (size < 2)
        return;
    if (data[0] == mac && size == 7)
        pen_mac (pen, data + 1);
    else if (data[0] == address)
        write_lldp_address (pen, data + 1, size - 1);
    else
        pen_text (pen, data + 1, size - 1, is_port && data[0] == 5 ? TEXT_KEPT : is_port ? TEXT_FREE : TEXT_NAME);
}

/* Behind the kind of the location: coordinates; an address (RFC 4776) behind its length, whose it is and a country, in
 * pieces; or a number. */
static void write_location (const Pen *pen, guint8 kind, guint8 *data, gsize size)
{
    enum { CIVIC = 2, NUMBER = 3, HEAD = 4 };
    gsize at = HEAD;

    if (kind == NUMBER) {
        pen_text (pen, data, size, TEXT_NAME);
        return;
    }
    if (kind != CIVIC || size < HEAD) {
        pen_blank (pen, data, size);
        return;
    }
    if (pen->writes)
        memcpy (data + 2, "XX", 2); /* no country's: ISO 3166-1 */
    while (at + 2 <= size && data[at + 1] <= size - at - 2) {
        pen_text (pen, data + at + 2, data[at + 1], TEXT_NAME);
        at += 2 + (gsize) data[at + 1];
    }
    pen_blank (pen, data + MIN (at, size), size - MIN (at, size));
}

/* So many octets are numbers that this kind has; behind them nothing is known. */
static void keep_front (const Pen *pen, guint8 *data, gsize size, gsize known)
{
    pen_blank (pen, data + MIN (known, size), size - MIN (known, size));
}

/* Of IEEE 802.1 and 802.3: how many octets of numbers the value of each kind has, from the first kind on. */
static const guint8 sizes_802_1[] = { 2, 3, 0, 0, 4, 2, 5, 2, 21, 21, 2, 1, 9 };
static const guint8 sizes_802_3[] = { 5, 3, 5, 2, 10, 2, 2, 26 };

/* Behind the organisation and the kind. */
static void write_numbers (const Pen *pen, guint8 kind, guint8 *data, gsize size, const guint8 *sizes, gsize n_sizes)
{
    const gsize known = kind && kind <= n_sizes ? sizes[kind - 1] : 0;
    keep_front (pen, data, size, size < known ? 0 : known);
}

static void write_management (const Pen *pen, guint8 *data, gsize size)
{
    enum { INTERFACE = 5 }; /* kind and number; then what else identifies it, behind its length */
    const gsize address = size ? MIN (data[0], size - 1) : 0;

    if (!size)
        return;
    write_lldp_address (pen, data + 1, address);
    keep_front (pen, data, size, 1 + address + INTERFACE + 1);
    if (pen->writes && size > 1 + address + INTERFACE)
        data[1 + address + INTERFACE] = 0;
}

static void write_lldp_organisation (const Pen *pen, guint8 *data, gsize size)
{
    static const guint8 med[] = { 0x00, 0x12, 0xBB }, ieee[] = { 0x00, 0x80, 0xC2 }, ethernet[] = { 0x00, 0x12, 0x0F };
    enum { VLAN_NAME = 3, HEAD = 4, VLAN_HEAD = 7 };

    if (size < HEAD)
        return;
    if (memcmp (data, ethernet, 3) == 0) { /* speeds and power */
        write_numbers (pen, data[3], data + HEAD, size - HEAD, sizes_802_3, sizeof sizes_802_3);
        return;
    }
    if (memcmp (data, ieee, 3) == 0 && data[3] == VLAN_NAME) {
        const gsize head = MIN (VLAN_HEAD, size), name = size > head ? MIN (data[6], size - head) : 0;
        pen_text (pen, data + head, name, TEXT_NAME);
        keep_front (pen, data, size, head + name);
        return;
    }
    if (memcmp (data, ieee, 3) == 0) {
        write_numbers (pen, data[3], data + HEAD, size - HEAD, sizes_802_1, sizeof sizes_802_1);
        return;
    }
    if (memcmp (data, med, 3) != 0) {
        anonymise_unknown (pen, data + 4, size - 4);
        return;
    }
    switch (data[3]) {
    case 3: /* location */
        if (size > 5)
            write_location (pen, data[4], data + 5, size - 5);
        break;
    case 8:  /* serial number */
    case 11: /* asset */
        pen_text (pen, data + 4, size - 4, TEXT_NAME);
        break;
    case 5:
    case 6:
    case 7:
    case 9:
    case 10:
        write_description (pen, data + 4, size - 4);
        break;
    default: /* what it can, which VLAN, power */
        keep_front (pen, data + 4, size - 4, data[3] <= 4 ? 4 : 0);
        break;
    }
}

void anonymise_lldp (const Pen *pen, guint8 *data, gsize size)
{
    gsize at = 0;

    while (at + 2 <= size) {
        const guint type = data[at] >> 1;
        const gsize length = MIN (be16 (data + at) & 0x1FFu, size - at - 2);
        guint8 *value = data + at + 2;
        switch (type) {
        case 1:
            write_lldp_id (pen, value, length, 4, 5, FALSE);
            break;
        case 2:
            write_lldp_id (pen, value, length, 3, 4, TRUE);
            break;
        case 4: /* description of the port */
            pen_text (pen, value, length, TEXT_FREE);
            break;
        case 5: /* name of the system */
            pen_text (pen, value, length, TEXT_NAME);
            break;
        case 6: /* its description */
            write_description (pen, value, length);
            break;
        case 3: /* how long it holds */
            keep_front (pen, value, length, 2);
            break;
        case 7: /* what it can */
            keep_front (pen, value, length, 4);
            break;
        case 8:
            write_management (pen, value, length);
            break;
        case 127:
            write_lldp_organisation (pen, value, length);
            break;
        default:
            pen_blank (pen, value, length);
            break;
        }
        at += 2 + length;
        if (type == 0)
            break;
    }
    pen_blank (pen, data + at, size - at);
}

/* --- 802.1X */

/* "CP-8841-SEP001122334455": a model, and the phone's own name. */
static void write_identity (const Pen *pen, guint8 *text, gsize size)
{
    enum { DEVICE = 15 };
    const gsize front = size >= DEVICE && memcmp (text + size - DEVICE, "SEP", 3) == 0 ? size - DEVICE : size;

    if (front == size) {
        pen_text (pen, text, size, TEXT_NAME);
        return;
    }
    write_description (pen, text, front);
    pen_text (pen, text + front, DEVICE, TEXT_DEVICE);
}

/* Head, code, number, length and method stay; so do the methods that somebody wants, and an alert of TLS. */
void anonymise_eapol (const Pen *pen, guint8 *data, gsize size)
{
    enum { IS_EAP = 0, HEAD = 4, EAP_LENGTH = 6, METHOD = 8, VALUE = 9 };
    EapolPacket packet;

    if (size <= METHOD || data[1] != IS_EAP || !eapol_decode (data, size, &packet) || !packet.method) {
        keep_front (pen, data, size, size > METHOD && data[1] == IS_EAP ? METHOD : HEAD);
        return;
    }
    const gsize end = CLAMP (HEAD + (gsize) be16 (data + EAP_LENGTH), VALUE, size);
    if (packet.identity.size)
        write_identity (pen, data + VALUE, end - VALUE);
    else if (packet.method != EAP_NAK && !packet.alert)
        pen_blank (pen, data + VALUE, end - VALUE);
    pen_blank (pen, data + end, size - end);
}
