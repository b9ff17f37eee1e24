/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses in texts. Each of the functions that take one looks at the front of a text and returns how much it has
 * taken, 0 when it is something else. */
#include "registration/anonymise/pen_internal.h"

#include "registration/wire/address.h"

#include <string.h>

void pen_put_hex (guint8 *text, guint value, guint digits)
{
    for (guint i = digits; i-- > 0; value >>= 4) {
        const char digit = "0123456789abcdef"[value & 15];
        text[i] = (guint8) (g_ascii_isupper (text[i]) ? g_ascii_toupper (digit) : digit);
    }
}

void pen_put_mac (guint8 *text, const guint8 *octets, guint n, guint from)
{
    gboolean upper = FALSE, lower = FALSE;

    for (guint i = 0; i < 2 * n; i++) {
        upper |= g_ascii_isupper (text[i]);
        lower |= g_ascii_islower (text[i]);
    }
    for (guint i = from; i < n; i++) {
        pen_put_hex (text + 2 * i, octets[i], 2);
        for (guint k = 2 * i; k < 2 * i + 2; k++)
            text[k] = (guint8) (lower && !upper ? g_ascii_tolower ((char) text[k]) : g_ascii_toupper ((char) text[k]));
    }
}

gboolean pen_read_hex (const guint8 *text, gsize n_octets, guint8 *ret_octets)
{
    for (gsize i = 0; i < n_octets; i++) {
        const int high = g_ascii_xdigit_value ((char) text[2 * i]),
                  low = high < 0 ? -1 : g_ascii_xdigit_value ((char) text[2 * i + 1]);
        if (low < 0)
            return FALSE;
        ret_octets[i] = (guint8) (high << 4 | low);
    }
    return TRUE;
}

/* Letters of an IPv6 address, at most. */
#define GROUPS_MAX 40

/* 00:13:80:ad:9e:5f, 00-13-80-AD-9E-5F, 0013.80ad.9e5f, 001380-AD9E5F */
static gsize take_mac (const Pen *pen, guint8 *text, gsize size)
{
    static const struct {
        char mark;
        guint8 digits, size;
    } forms[] = { { ':', 2, 17 }, { '-', 2, 17 }, { '.', 4, 14 }, { '-', 6, 13 } };

    for (gsize f = 0; f < G_N_ELEMENTS (forms); f++) {
        const guint step = forms[f].digits + 1u;
        guint8 digits[12], octets[6];
        guint n = 0;
        if (size < forms[f].size || text[forms[f].digits] != forms[f].mark ||
            (size > forms[f].size && (pen_is_letter (text[forms[f].size]) || text[forms[f].size] == forms[f].mark)))
            continue;
        for (gsize i = 0; i < forms[f].size && n < sizeof digits; i++)
            if (i % step < forms[f].digits)
                digits[n++] = text[i];
            else if (text[i] != forms[f].mark)
                break;
        if (n < sizeof digits || !pen_read_hex (digits, 6, octets))
            continue;
        pen_mac (pen, octets);
        pen_put_mac (digits, octets, 6, 0);
        n = 0;
        for (gsize i = 0; pen->writes && i < forms[f].size; i++)
            if (i % step < forms[f].digits)
                text[i] = digits[n++];
        return forms[f].size;
    }
    return 0;
}

/* More pairs of digits than an address has: the fingerprint of a certificate, or a key. */
static gsize take_fingerprint (const Pen *pen, guint8 *text, gsize size)
{
    enum { LEAST = 7 };
    gsize pairs = 0;

    while (3 * pairs + 2 <= size && g_ascii_isxdigit (text[3 * pairs]) && g_ascii_isxdigit (text[3 * pairs + 1]) &&
           (pairs == 0 || text[3 * pairs - 1] == ':'))
        pairs++;
    const gsize end = pairs ? 3 * pairs - 1 : 0;
    if (pairs < LEAST || (end < size && pen_is_letter (text[end])))
        return 0;
    g_autofree guint8 *digits = g_malloc (2 * pairs);
    gboolean upper = FALSE;
    for (gsize i = 0; i < 2 * pairs; i++) {
        upper |= g_ascii_isupper (text[i / 2 * 3 + i % 2]);
        digits[i] = (guint8) g_ascii_tolower ((char) text[i / 2 * 3 + i % 2]);
    }
    if (pen->writes)
        pseudonyms_secret (pen->pseudonyms, digits, 2 * pairs);
    for (gsize i = 0; pen->writes && i < 2 * pairs; i++)
        text[i / 2 * 3 + i % 2] = (guint8) (upper ? g_ascii_toupper ((char) digits[i]) : (char) digits[i]);
    return end;
}

/* Decimal octets; as many digits are written as were there. */
static gsize take_ipv4 (const Pen *pen, guint8 *text, gsize size, TextKind kind)
{
    enum { VERSION_MAX = 10 }; /* 1.0.9.132 is the release of a product, and no network is called so */
    guint8 octets[4], begins[4], ends[4];
    gsize at = 0;

    for (guint i = 0; i < 4; i++) {
        guint value = 0;
        begins[i] = (guint8) at;
        while (at < size && g_ascii_isdigit (text[at]) && at < begins[i] + 3u)
            value = value * 10 + (guint) (text[at++] - '0');
        ends[i] = (guint8) at;
        if (at == begins[i] || value > 255 || (i < 3 && (at == size || text[at++] != '.')))
            return 0;
        octets[i] = (guint8) value;
    }
    if (at < size && (pen_is_letter (text[at]) || (text[at] == '.' && at + 1 < size && g_ascii_isdigit (text[at + 1]))))
        return 0;
    if ((kind == TEXT_KEPT || (kind == TEXT_PRODUCT && octets[0] < VERSION_MAX)) &&
        !pseudonyms_know_ipv4 (pen->pseudonyms, octets))
        return 0;
    pen_ipv4 (pen, octets);
    for (guint i = 0; pen->writes && i < 4; i++)
        for (guint value = octets[i], k = ends[i]; k > begins[i]; value /= 10)
            text[--k] = (guint8) ('0' + value % 10);
    return at;
}

/* The groups before "::" count from the front, those behind it from the end. */
static void put_groups (guint8 *text, gsize size, const guint8 octets[16])
{
    const char *gap = g_strstr_len ((const char *) text, (gssize) size, "::");
    guint n = 0, behind = 0;

    for (const char *at = gap; at && at < (const char *) text + size;) {
        if (*at == ':') {
            at++;
            continue;
        }
        behind++;
        while (at < (const char *) text + size && *at != ':')
            at++;
    }
    for (gsize at = 0; at < size; n++) {
        if (gap && at >= (gsize) (gap - (const char *) text) && n < 8 - behind)
            n = 8 - behind;
        while (at < size && text[at] == ':')
            at++;
        guint digits = 0;
        while (at + digits < size && text[at + digits] != ':')
            digits++;
        if (digits && n < 8)
            pen_put_hex (text + at, (guint) octets[2 * n] << 8 | octets[2 * n + 1], digits);
        at += digits;
    }
}

/* The digits in front of a point. */
static gboolean digits_of_octet (const guint8 *text, gsize size)
{
    gsize n = 0;

    while (n < size && g_ascii_isdigit (text[n]))
        n++;
    return n > 0 && n <= 3 && n < size && text[n] == '.';
}

/* The groups of an address whose last two are written as one of IPv4, which follows them. */
static gsize take_front (const Pen *pen, guint8 *text, gsize front, gsize size)
{
    static const char groups[] = "1234:5678";
    char copy[GROUPS_MAX + sizeof groups];
    guint8 octets[4] = { 0 };
    IpAddress address;
    gsize at = front;

    for (guint i = 0; i < 4; i++, at++)
        for (guint n = 0; at < size && n < 3 && g_ascii_isdigit (text[at]); n++, at++)
            octets[i] = (guint8) (octets[i] * 10 + (text[at] - '0'));
    memcpy (copy, text, front);
    memcpy (copy + front, groups, sizeof groups - 1);
    if (!ip_address_parse (copy, front + sizeof groups - 1, &address) || address.size != 16)
        return 0;
    memcpy (address.octets + 12, octets, 4);
    pen_ipv6 (pen, address.octets);
    if (pen->writes) {
        put_groups ((guint8 *) copy, front + sizeof groups - 1, address.octets);
        memcpy (text, copy, front);
    }
    return front;
}

static gsize take_ipv6 (const Pen *pen, guint8 *text, gsize size)
{
    static const guint8 mapped[12] = { [10] = 0xFF, [11] = 0xFF };
    gsize end = 0, colons = 0, front = 0;
    IpAddress address;

    for (; end < size && end < GROUPS_MAX && (g_ascii_isxdigit (text[end]) || text[end] == ':'); end++)
        if (text[end] == ':') {
            colons++;
            front = end + 1;
        }
    if (colons >= 2 && end < size && text[end] == '.' && digits_of_octet (text + front, size - front))
        return take_front (pen, text, front, size);
    if (colons < 2 || end == GROUPS_MAX || (end < size && pen_is_letter (text[end])) ||
        !ip_address_parse ((const char *) text, end, &address) || address.size != 16 ||
        (address.octets[0] == 0 && address.octets[1] == 0 && /* nobody has one that begins so, but for IPv4 */
         memcmp (address.octets, mapped, sizeof mapped) != 0))
        return 0;
    pen_ipv6 (pen, address.octets);
    if (pen->writes)
        put_groups (text, end, address.octets);
    return end;
}

/* A MAC address whose octets lack their leading zeros. */
static gsize take_short_mac (const Pen *pen, guint8 *text, gsize size)
{
    guint8 begins[6], digits[6], octets[6];
    gsize at = 0;

    for (guint i = 0; i < 6; i++) {
        if (i && (at >= size || text[at++] != ':'))
            return 0;
        begins[i] = (guint8) at;
        octets[i] = 0;
        for (digits[i] = 0; at < size && digits[i] < 2 && g_ascii_isxdigit (text[at]); digits[i]++, at++)
            octets[i] = (guint8) (octets[i] << 4 | g_ascii_xdigit_value ((char) text[at]));
        if (!digits[i])
            return 0;
    }
    if (at < size && (pen_is_letter (text[at]) || text[at] == ':'))
        return 0;
    pen_mac (pen, octets);
    for (guint i = 3; pen->writes && i < 6; i++)
        pen_put_hex (text + begins[i], octets[i], digits[i]);
    return at;
}

/* What stands behind a point and an octet of another address, or of a release: "9.4.2.3.1". */
static gboolean follows_octet (const guint8 *text, gsize at)
{
    gsize n = 0;

    if (at < 2 || text[at - 1] != '.')
        return FALSE;
    while (n < at - 1 && g_ascii_isdigit (text[at - 2 - n]))
        n++;
    return n > 0 && n <= 3 && (n == at - 1 || !pen_is_letter (text[at - 2 - n]));
}

gsize pen_take_address (const Pen *pen, guint8 *text, gsize size, gsize at, TextKind kind)
{
    guint8 *here = text + at;
    const gsize left = size - at;
    const guint8 before = at ? text[at - 1] : ' ';
    gsize taken;

    if (*here == ':' && (pen_is_letter (before) || before == ':'))
        return 0;
    if ((taken = take_fingerprint (pen, here, left)) || (taken = take_mac (pen, here, left)))
        return taken;
    if (!follows_octet (text, at) && (taken = take_ipv4 (pen, here, left, kind)))
        return taken;
    taken = take_ipv6 (pen, here, left);
    return taken ? taken : take_short_mac (pen, here, left);
}
