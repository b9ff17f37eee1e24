/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/wire/address.h"

#include <string.h>

IpAddress ip_address_v4 (const guint8 octets[4])
{
    IpAddress address = { .size = 4 };
    memcpy (address.octets, octets, 4);
    return address;
}

IpAddress ip_address_v6 (const guint8 octets[16])
{
    IpAddress address = { .size = 16 };
    memcpy (address.octets, octets, 16);
    return address;
}

static gboolean parse_v4 (const char *text, guint8 octets[4])
{
    for (int i = 0; i < 4; i++) {
        guint value = 0, digits = 0;
        for (; g_ascii_isdigit (*text) && digits < 3; text++, digits++)
            value = value * 10 + (guint) (*text - '0');
        if (digits == 0 || value > 255 || *text != (i < 3 ? '.' : '\0'))
            return FALSE;
        octets[i] = (guint8) value;
        text++;
    }
    return TRUE;
}

static gboolean parse_v6 (const char *text, guint8 octets[16])
{
    guint8 head[16] = { 0 }, tail[16];
    guint n_head = 0, n_tail = 0;
    gboolean gap = FALSE;

    if (g_str_has_prefix (text, "::")) {
        gap = TRUE;
        text += 2;
    }
    while (*text) {
        guint8 group[4];
        guint size = 2;
        char *end = NULL;

        if (strchr (text, '.') && !strchr (text, ':')) {
            if (!parse_v4 (text, group))
                return FALSE;
            size = 4;
            end = (char *) text + strlen (text);
        } else {
            gsize digits = strspn (text, "0123456789abcdefABCDEF");
            if (digits == 0 || digits > 4)
                return FALSE;
            guint64 value = g_ascii_strtoull (text, &end, 16);
            group[0] = (guint8) (value >> 8);
            group[1] = (guint8) value;
        }
        if (n_head + n_tail + size > 16)
            return FALSE;
        memcpy (gap ? tail + n_tail : head + n_head, group, size);
        *(gap ? &n_tail : &n_head) += size;
        text = end;
        if (*text == '\0')
            break;
        if (*text++ != ':')
            return FALSE;
        if (*text == ':') {
            if (gap)
                return FALSE;
            gap = TRUE;
            text++;
        } else if (*text == '\0') {
            return FALSE;
        }
    }
    if (gap ? n_head + n_tail > 14 : n_head != 16)
        return FALSE;
    memcpy (octets, head, 16);
    if (gap)
        memcpy (octets + 16 - n_tail, tail, n_tail);
    return TRUE;
}

gboolean ip_address_parse (const char *text, gsize size, IpAddress *ret_address)
{
    char copy[IP_ADDRESS_TEXT_SIZE];
    guint8 octets[16];

    if (size == 0 || size >= sizeof copy || memchr (text, 0, size))
        return FALSE;
    memcpy (copy, text, size);
    copy[size] = '\0';
    if (parse_v4 (copy, octets)) {
        *ret_address = ip_address_v4 (octets);
        return TRUE;
    }
    if (strchr (copy, ':') && parse_v6 (copy, octets)) {
        *ret_address = ip_address_v6 (octets);
        return TRUE;
    }
    return FALSE;
}

gboolean ip_address_equal (const IpAddress *a, const IpAddress *b)
{
    return a->size == b->size && memcmp (a->octets, b->octets, sizeof a->octets) == 0;
}

gboolean ip_address_is_unspecified (const IpAddress *address)
{
    static const guint8 zero[16];
    return memcmp (address->octets, zero, sizeof zero) == 0;
}

guint ip_address_hash (const IpAddress *address)
{
    guint32 words[4];
    memcpy (words, address->octets, sizeof words);
    guint32 hash = words[0] ^ words[1] * 0x9E3779B1u ^ words[2] * 0x85EBCA77u ^ words[3] * 0xC2B2AE3Du;
    /* Addresses of one subnet differ in the last octet, which is the high byte of a little-endian word: mix. */
    hash ^= hash >> 15;
    hash *= 0x2C1B3C6Du;
    return hash ^ hash >> 13;
}

guint ip_address_key_hash (gconstpointer address)
{
    return ip_address_hash (address);
}

gboolean ip_address_key_equal (gconstpointer a, gconstpointer b)
{
    return ip_address_equal (a, b);
}

static const char *format_v4 (const guint8 octets[4], char text[IP_ADDRESS_TEXT_SIZE])
{
    char *p = text;

    for (guint i = 0; i < 4; i++) {
        guint octet = octets[i];
        if (octet >= 100)
            *p++ = (char) ('0' + octet / 100);
        if (octet >= 10)
            *p++ = (char) ('0' + octet / 10 % 10);
        *p++ = (char) ('0' + octet % 10);
        *p++ = i < 3 ? '.' : '\0';
    }
    return text;
}

const char *ip_address_format (const IpAddress *address, char text[IP_ADDRESS_TEXT_SIZE])
{
    const guint8 *o = address->octets;

    if (address->size == 4)
        return format_v4 (o, text);
    text[0] = '\0';
    if (address->size != 16)
        return text;

    /* RFC 5952: the longest run of two or more zero groups becomes "::", the first of equals. */
    int best = -1, best_length = 1;
    for (int i = 0; i < 8; i++) {
        int length = 0;
        while (i + length < 8 && o[(i + length) * 2] == 0 && o[(i + length) * 2 + 1] == 0)
            length++;
        if (length > best_length) {
            best = i;
            best_length = length;
        }
        i += length;
    }
    char *p = text, *end = text + IP_ADDRESS_TEXT_SIZE;
    for (int i = 0; i < 8; i++) {
        if (i == best) {
            p += g_snprintf (p, (gulong) (end - p), i + best_length == 8 ? "::" : ":");
            i += best_length - 1;
            continue;
        }
        p += g_snprintf (p, (gulong) (end - p), i ? ":%x" : "%x", o[i * 2] << 8 | o[i * 2 + 1]);
    }
    return text;
}

gboolean endpoint_equal (const Endpoint *a, const Endpoint *b)
{
    return a->port == b->port && ip_address_equal (&a->address, &b->address);
}

guint endpoint_hash (const Endpoint *endpoint)
{
    return ip_address_hash (&endpoint->address) * 31 + endpoint->port * 0x9E3779B1u;
}

gboolean endpoint_key_equal (gconstpointer a, gconstpointer b)
{
    return endpoint_equal (a, b);
}

guint endpoint_key_hash (gconstpointer endpoint)
{
    return endpoint_hash (endpoint);
}

gboolean mac_address_is_unknown (const MacAddress *mac)
{
    static const MacAddress unknown;
    return memcmp (mac, &unknown, sizeof unknown) == 0;
}

const char *mac_address_format (const MacAddress *mac, char text[MAC_ADDRESS_TEXT_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    char *p = text;

    for (guint i = 0; i < sizeof mac->octets; i++) {
        *p++ = digits[mac->octets[i] >> 4];
        *p++ = digits[mac->octets[i] & 0xF];
        *p++ = i < sizeof mac->octets - 1 ? ':' : '\0';
    }
    return text;
}

gboolean mac_address_parse_hex (const char *digits, MacAddress *ret_mac)
{
    MacAddress mac;

    if (strlen (digits) != 12)
        return FALSE;
    for (int i = 0; i < 6; i++) {
        int high = g_ascii_xdigit_value (digits[i * 2]), low = g_ascii_xdigit_value (digits[i * 2 + 1]);
        if (high < 0 || low < 0)
            return FALSE;
        mac.octets[i] = (guint8) (high << 4 | low);
    }
    *ret_mac = mac;
    return TRUE;
}
