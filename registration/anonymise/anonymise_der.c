/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DER: ITU-T X.690, as certificates are written (RFC 5280). What is read is replaced or stays; what is not, as all that
 * a cut leaves of a number or of octets, becomes zeros. */
#include "registration/anonymise/anonymise_internal.h"

#include <string.h>

#define DEPTH_MAX 24

enum {
    DER_BOOLEAN = 0x01,
    DER_INTEGER = 0x02,
    DER_BITS = 0x03,
    DER_OCTETS = 0x04,
    DER_NULL = 0x05,
    DER_KIND = 0x06,
    DER_ENUMERATED = 0x0A,
    DER_UNIVERSAL = 0x1C,
    DER_UTC_TIME = 0x17,
    DER_TIME = 0x18,
    DER_BMP = 0x1E,
    DER_CONSTRUCTED = 0x20,
    DER_SEQUENCE = 0x30,
    DER_SET = 0x31,
    DER_CONTEXT = 0x80,
    DER_CONTEXT_SERIAL = 0x82,  /* of whose key has signed */
    DER_CONTEXT_ADDRESS = 0x87, /* of an alternative name */
    DER_CONTEXT_KIND = 0x88,
};

/* Serial numbers have at most so many octets, and one that says that they are positive; numbers of keys have more, and
 * versions fewer. */
enum { SERIAL_LEAST = 5, SERIAL_MOST = 21, FEW = 4 };

/* UTF8, Numeric, Printable, T61, Videotex, IA5, Graphic, Visible, General, and a description. */
static gboolean is_text_tag (guint8 tag)
{
    return tag != 0 && strchr ("\x0C\x12\x13\x14\x15\x16\x19\x1A\x1B\x07", tag) != NULL;
}

typedef enum { ELEMENT_NONE, ELEMENT_CUT, ELEMENT_WHOLE } Element;

/* Tag and length; at is then at the value, of which there is no more than size tells. */
static Element next_element (const guint8 *data, gsize size, gsize *at, guint8 *ret_tag, gsize *ret_size)
{
    enum { LONG_TAG = 0x1F, LONG = 0x80 };

    if (size - *at < 2)
        return ELEMENT_NONE;
    *ret_tag = data[(*at)++];
    gsize length = data[(*at)++];
    if ((*ret_tag & LONG_TAG) == LONG_TAG)
        return ELEMENT_NONE;
    if (length == LONG && *ret_tag & DER_CONSTRUCTED) { /* to an end that is marked */
        *ret_size = size - *at;
        return ELEMENT_WHOLE;
    }
    if (length & LONG) {
        guint n = length & 0x7F;
        if (n == 0 || n > 4 || n > size - *at)
            return ELEMENT_NONE;
        for (length = 0; n; n--)
            length = length << 8 | data[(*at)++];
    }
    *ret_size = MIN (length, size - *at);
    return *ret_size == length ? ELEMENT_WHOLE : ELEMENT_CUT;
}

static gboolean is_der (const guint8 *data, gsize size)
{
    guint8 tag;
    gsize length;

    for (gsize at = 0; at < size; at += length)
        if (next_element (data, size, &at, &tag, &length) != ELEMENT_WHOLE)
            return FALSE;
    return size > 0;
}

/* What begins with something that is part of a certificate. */
static gboolean begins_der (const guint8 *data, gsize size)
{
    guint8 tag;
    gsize length, at = 0;

    return next_element (data, size, &at, &tag, &length) != ELEMENT_NONE &&
           (tag == DER_SEQUENCE || tag == DER_SET || tag == DER_OCTETS || is_text_tag (tag));
}

/* How much in front is text in UTF-8. */
static gsize text_size (const guint8 *data, gsize size)
{
    gsize n = 0;

    while (n < size) {
        const gunichar c = g_utf8_get_char_validated ((const char *) data + n, (gssize) MIN (size - n, 6));
        if (c == (gunichar) -1 || c == (gunichar) -2 || c < 0x20 || c == 0x7F)
            break;
        n += (gsize) g_unichar_to_utf8 (c, NULL);
    }
    return n;
}

static gboolean is_text (const guint8 *data, gsize size)
{
    return size > FEW && text_size (data, size) == size;
}

/* The first octet says that it is positive. */
void anonymise_serial (const Pen *pen, guint8 *octets, gsize size)
{
    while (size && *octets == 0)
        octets++, size--;
    if (pen->writes && size > 1)
        pseudonyms_octets (pen->pseudonyms, octets + 1, size - 1);
}

static void write_text (const Pen *pen, guint8 *value, gsize size)
{
    const gsize text = text_size (value, size);

    pen_text (pen, value, text, TEXT_WHERE);
    pen_blank (pen, value + text, size - text);
}

static void write_wide (const Pen *pen, guint8 *value, gsize size)
{
    gsize n = 0;

    while (n + 2 <= size && (value[n] || value[n + 1] >= 0x20))
        n += 2;
    pen_wide_text (pen, value, n, TRUE, TEXT_NAME);
    pen_blank (pen, value + n, size - n);
}

/* What no rule tells: a text, a hash, which stays the same one wherever it stands, or something else. */
static void write_octets (const Pen *pen, guint8 *value, gsize size)
{
    enum { HASH_LEAST = 16, HASH_MOST = 64 };

    if (is_text (value, size))
        pen_text (pen, value, size, TEXT_WHERE);
    else if (size >= HASH_LEAST && size <= HASH_MOST && pen->writes)
        pseudonyms_octets (pen->pseudonyms, value, size);
    else if (size > FEW)
        pen_blank (pen, value, size);
}

/* 20400101000000Z. When somebody was born stands in a set of his attributes (RFC 3739). */
static void write_time (const Pen *pen, guint8 tag, guint8 parent, guint8 *value, gsize size)
{
    static const char some[] = "19700101000000";
    gsize n = 0;

    while (n < size && (g_ascii_isdigit (value[n]) || (value[n] && strchr ("Z.+-", value[n]))))
        n++;
    if (n < size)
        write_octets (pen, value, size);
    else if (tag == DER_TIME && parent == DER_SET && pen->writes)
        memcpy (value, some, MIN (size, sizeof some - 1));
}

static void write_address (const Pen *pen, guint8 *value, gsize size)
{
    enum { IPV4 = 4, IPV6 = 16 }; /* with a mask behind it in what is allowed (RFC 5280, 4.2.1.10) */

    if (size == IPV4 || size == 2 * IPV4)
        pen_ipv4 (pen, value);
    else if (size == IPV6 || size == 2 * IPV6)
        pen_ipv6 (pen, value);
    else
        write_octets (pen, value, size);
}

/* Behind an algorithm: a key, or a signature. Else flags, few of them, or who somebody is. */
static void write_bits (const Pen *pen, guint8 last_tag, guint8 *value, gsize size)
{
    if (last_tag != DER_SEQUENCE && size)
        write_octets (pen, value + 1, size - 1);
}

/* What a DER text is part of. */
typedef enum { DER_OF_CERTIFICATE, DER_OF_STATUS } DerOf;

/* In an answer about a certificate (RFC 6960, 4.1.1): the serial number of which one it is, and hashes of its issuer's
 * name and key. What stands behind a kind, or behind a mark, is DER again. */
static gboolean write_status (const Pen *pen, guint8 tag, guint8 last_tag, guint8 *value, gsize size)
{
    if (tag == DER_INTEGER && size >= SERIAL_LEAST)
        anonymise_serial (pen, value, size);
    else if (tag != DER_OCTETS || last_tag == DER_KIND || last_tag == DER_BOOLEAN)
        return FALSE;
    else if (pen->writes)
        pseudonyms_octets (pen->pseudonyms, value, size);
    return TRUE;
}

static void write_primitive (const Pen *pen, guint8 tag, guint8 last_tag, guint8 parent, guint8 *value, gsize size)
{
    if (is_text_tag (tag))
        write_text (pen, value, size);
    else if (tag == DER_BMP)
        write_wide (pen, value, size);
    else if (tag == DER_TIME || tag == DER_UTC_TIME)
        write_time (pen, tag, parent, value, size);
    else if (tag == DER_BITS)
        write_bits (pen, last_tag, value, size);
    else if (tag == DER_CONTEXT_ADDRESS)
        write_address (pen, value, size);
    else if (size >= SERIAL_LEAST && size <= SERIAL_MOST &&
             (tag == DER_INTEGER || (tag == DER_CONTEXT_SERIAL && !is_text (value, size))))
        anonymise_serial (pen, value, size);
    else if (tag != DER_INTEGER && tag != DER_KIND && tag != DER_CONTEXT_KIND)
        write_octets (pen, value, size);
}

static void write_der (const Pen *pen, guint8 *data, gsize size, DerOf of, guint8 parent, guint depth)
{
    guint8 tag = 0;
    gsize length;

    for (gsize at = 0; at < size; at += length) {
        const guint8 last_tag = tag;
        const gsize begin = at;
        const Element element = next_element (data, size, &at, &tag, &length);
        if (element == ELEMENT_NONE) {
            pen_blank (pen, data + begin, size - begin);
            break;
        }
        guint8 *value = data + at;
        const gboolean is_whole = element == ELEMENT_WHOLE;
        const gboolean has_der =
            tag & DER_CONSTRUCTED ||
            (tag == DER_OCTETS && (is_whole ? is_der (value, length) : begins_der (value, length)));
        if (of == DER_OF_STATUS && is_whole && write_status (pen, tag, last_tag, value, length))
            continue;
        if (has_der && depth < DEPTH_MAX)
            write_der (pen, value, length, of, tag, depth + 1);
        else if (has_der || (!is_whole && !is_text_tag (tag) && tag != DER_BMP))
            pen_blank (pen, value, length);
        else
            write_primitive (pen, tag, last_tag, parent, value, length);
    }
}

gboolean anonymise_der (const Pen *pen, guint8 *data, gsize size)
{
    if (!is_der (data, size))
        return FALSE;
    anonymise_der_begun (pen, data, size);
    return TRUE;
}

void anonymise_der_begun (const Pen *pen, guint8 *data, gsize size)
{
    write_der (pen, data, size, DER_OF_CERTIFICATE, 0, 0);
}

void anonymise_der_status (const Pen *pen, guint8 *data, gsize size)
{
    write_der (pen, data, size, DER_OF_STATUS, 0, 0);
}
