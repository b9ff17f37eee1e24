/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DNS: RFC 1035. A label stands in one place only, whatever points there. */
#include "registration/anonymise/anonymise_internal.h"

#include <string.h>

enum { TYPE_A = 1, TYPE_NS = 2, TYPE_CNAME = 5, TYPE_SOA = 6, TYPE_PTR = 12, TYPE_MX = 15, TYPE_TXT = 16 };
enum { TYPE_AAAA = 28, TYPE_SRV = 33, TYPE_NAPTR = 35, TYPE_OPT = 41, TYPE_SVCB = 64, TYPE_HTTPS = 65 };
enum { LABELS_MAX = 128 };

/* Where the name that begins here ends, and where its labels are, those that it points to left out. ret_damaged: where
 * it stops to be one, or its end. */
static gsize read_labels (const guint8 *data, gsize size, gsize at, gsize *ret_labels, guint *ret_n, gsize *ret_damaged)
{
    *ret_n = 0;
    for (*ret_damaged = size; at < size; *ret_damaged = at) {
        const guint8 length = data[at];
        *ret_damaged = size;
        if (length == 0)
            return at + 1;
        if (length >= 0xC0)
            return MIN (at + 2, size);
        if (length > 63 || at + 1 + length > size) {
            *ret_damaged = at;
            return size;
        }
        if (*ret_n < LABELS_MAX)
            ret_labels[(*ret_n)++] = at;
        at += 1 + (gsize) length;
    }
    return size;
}

static gboolean label_is (const guint8 *label, const char *word)
{
    return label[0] == strlen (word) && octets_same_caseless (label + 1, word, label[0]);
}

/* 10.2.0.192.in-addr.arpa: the octets of an address from its end on, if that is what the labels are. */
static gboolean write_reverse_ipv4 (const Pen *pen, guint8 *data, const gsize *labels, guint n)
{
    guint8 octets[4];

    if (n < 6 || !label_is (data + labels[n - 2], "in-addr") || !label_is (data + labels[n - 1], "arpa"))
        return FALSE;
    for (guint i = 0; i < 4; i++) {
        const guint8 *label = data + labels[n - 3 - i];
        guint value = 0;
        for (guint k = 1; k <= label[0]; k++) {
            if (!g_ascii_isdigit (label[k]) || label[0] > 3)
                return FALSE;
            value = value * 10 + (guint) (label[k] - '0');
        }
        if (value > 255)
            return FALSE;
        octets[i] = (guint8) value;
    }
    pen_ipv4 (pen, octets);
    for (guint i = 0; pen->writes && i < 4; i++) {
        guint8 *label = data + labels[n - 3 - i];
        for (guint k = label[0], value = octets[i]; k > 0; k--, value /= 10)
            label[k] = (guint8) ('0' + value % 10);
    }
    return TRUE;
}

static gboolean write_reverse_ipv6 (const Pen *pen, guint8 *data, const gsize *labels, guint n)
{
    guint8 octets[16] = { 0 };

    if (n < 34 || !label_is (data + labels[n - 2], "ip6") || !label_is (data + labels[n - 1], "arpa"))
        return FALSE;
    for (guint i = 0; i < 32; i++) {
        const guint8 *label = data + labels[n - 3 - i];
        if (label[0] != 1 || !g_ascii_isxdigit (label[1]))
            return FALSE;
        octets[i / 2] |= (guint8) (g_ascii_xdigit_value ((char) label[1]) << (i % 2 ? 0 : 4));
    }
    pen_ipv6 (pen, octets);
    for (guint i = 0; pen->writes && i < 32; i++)
        data[labels[n - 3 - i] + 1] = (guint8) "0123456789abcdef"[octets[i / 2] >> (i % 2 ? 0 : 4) & 15];
    return TRUE;
}

/* 0.3.8.8.e164.arpa: the digits of a telephone number from its end on (RFC 6116). */
static gboolean write_reverse_number (const Pen *pen, guint8 *data, const gsize *labels, guint n)
{
    guint8 digits[LABELS_MAX];

    if (n < 5 || !label_is (data + labels[n - 2], "e164") || !label_is (data + labels[n - 1], "arpa"))
        return FALSE;
    for (guint i = 0; i < n - 2; i++) {
        const guint8 *label = data + labels[n - 3 - i];
        if (label[0] != 1 || !g_ascii_isdigit (label[1]))
            return FALSE;
        digits[i] = label[1];
    }
    pen_text (pen, digits, n - 2, TEXT_NAME);
    for (guint i = 0; pen->writes && i < n - 2; i++)
        data[labels[n - 3 - i] + 1] = digits[i];
    return TRUE;
}

static gsize write_name (const Pen *pen, guint8 *data, gsize size, gsize at)
{
    gsize labels[LABELS_MAX], damaged;
    guint n;
    const gsize end = read_labels (data, size, at, labels, &n, &damaged);

    if (!write_reverse_ipv4 (pen, data, labels, n) && !write_reverse_ipv6 (pen, data, labels, n) &&
        !write_reverse_number (pen, data, labels, n))
        for (guint i = 0; i < n; i++)
            pen_text (pen, data + labels[i] + 1, data[labels[i]], TEXT_NAME);
    if (damaged < size)
        pen_texts (pen, data + damaged, size - damaged, 1, TEXT_NAME);
    return end;
}

void anonymise_labels (const Pen *pen, guint8 *data, gsize size)
{
    for (gsize at = 0; at < size;)
        at = write_name (pen, data, size, at);
}

/* Hints how to reach a service: RFC 9460. Behind a priority and a name, keys with their values. */
static void write_service (const Pen *pen, guint8 *data, gsize at, gsize end)
{
    enum { KEY_PROTOCOLS = 1, KEY_PORT = 3, KEY_IPV4 = 4, KEY_ECH = 5, KEY_IPV6 = 6, KEY_PATH = 7 };

    at = write_name (pen, data, end, MIN (at + 2, end));
    while (at + 4 <= end) {
        const guint key = be16 (data + at);
        guint8 *value = data + at + 4;
        const gsize size = MIN (be16 (data + at + 2), end - at - 4);
        if (key == KEY_IPV4)
            pen_ipv4_list (pen, value, size);
        else if (key == KEY_PATH)
            pen_text (pen, value, size, TEXT_WHERE);
        else if (key == KEY_ECH && size > 6) /* lengths, and a version of nobody */
            pen_blank (pen, value + 4, size - 4), pen_blank (pen, value + 2, 2);
        else if (key > KEY_PATH || key == KEY_ECH)
            pen_blank (pen, value, size);
        for (gsize i = 0; key == KEY_IPV6 && i + 16 <= size; i += 16)
            pen_ipv6 (pen, value + i);
        at += 4 + size;
    }
    pen_blank (pen, data + at, end - at);
}

/* Keys with their values: RFC 6891. A client's network has its kind and sizes in front (RFC 7871). */
static void write_extensions (const Pen *pen, guint8 *data, gsize size)
{
    enum { CLIENT_SUBNET = 8, SUBNET_HEAD = 4 };

    for (gsize at = 0; at + 4 <= size;) {
        const gsize length = MIN (be16 (data + at + 2), size - at - 4);
        const gsize head = be16 (data + at) == CLIENT_SUBNET ? MIN (length, SUBNET_HEAD) : 0;
        pen_blank (pen, data + at + 4 + head, length - head);
        at += 4 + length;
    }
}

/* at: of the data, behind its length; names in it point into the whole message. */
static void write_record (const Pen *pen, guint8 *data, gsize at, gsize size, guint16 type)
{
    const gsize end = at + size;

    switch (type) {
    case TYPE_A:
        pen_ipv4_list (pen, data + at, size);
        break;
    case TYPE_AAAA:
        if (size == 16)
            pen_ipv6 (pen, data + at);
        break;
    case TYPE_NS:
    case TYPE_CNAME:
    case TYPE_PTR:
        write_name (pen, data, end, at);
        break;
    case TYPE_SOA:
        write_name (pen, data, end, write_name (pen, data, end, at));
        break;
    case TYPE_MX:
        write_name (pen, data, end, MIN (at + 2, end));
        break;
    case TYPE_SRV:
        write_name (pen, data, end, MIN (at + 6, end));
        break;
    case TYPE_NAPTR: /* order, preference, three texts, name */
        at = MIN (at + 4, end);
        for (guint i = 0; i < 3 && at < end; i++) {
            const gsize length = MIN (data[at], end - at - 1);
            if (i == 2)
                pen_text (pen, data + at + 1, length, TEXT_WHERE);
            at += 1 + length;
        }
        write_name (pen, data, end, at);
        break;
    case TYPE_SVCB:
    case TYPE_HTTPS:
        write_service (pen, data, at, end);
        break;
    case TYPE_OPT:
        write_extensions (pen, data + at, size);
        break;
    case TYPE_TXT: /* each behind its length */
        for (; at < end; at += 1 + MIN (data[at], end - at - 1))
            pen_text (pen, data + at + 1, MIN (data[at], end - at - 1), TEXT_WHERE);
        break;
    default:
        pen_blank (pen, data + at, size);
    }
}

void anonymise_dns (const Pen *pen, guint8 *data, gsize size)
{
    if (size < 12) {
        pen_blank (pen, data, size);
        return;
    }
    const guint questions = be16 (data + 4), records = be16 (data + 6) + be16 (data + 8) + be16 (data + 10);
    gsize at = 12;

    for (guint i = 0; i < questions && at < size; i++) {
        at = write_name (pen, data, size, at);
        at = MIN (at + 4, size);
    }
    for (guint i = 0; i < records && at < size; i++) {
        at = write_name (pen, data, size, at);
        if (at + 10 > size)
            break;
        const gsize length = MIN (be16 (data + at + 8), size - at - 10);
        write_record (pen, data, at + 10, length, be16 (data + at));
        at += 10 + length;
    }
    pen_blank (pen, data + at, size - at);
}
