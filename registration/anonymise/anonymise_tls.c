/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/anonymise/anonymise_internal.h"
#include "registration/wire/bytes.h"

#include <string.h>

#define DEPTH_MAX 24

enum { CLIENT_HELLO = 1, SERVER_HELLO = 2, NEW_TICKET = 4, CERTIFICATE = 11, CERTIFICATE_REQUEST = 13 };
enum { KEY_EXCHANGE = 16, CERTIFICATE_STATUS = 22 };
enum { EXTENSION_SERVER_NAME = 0, EXTENSION_USER = 12, EXTENSION_TICKET = 35, EXTENSION_SHARED_KEYS = 41 };

/* --- DER: ITU-T X.690 */

enum {
    DER_BOOLEAN = 0x01,
    DER_INTEGER = 0x02,
    DER_OCTETS = 0x04,
    DER_KIND = 0x06,
    DER_UTF8 = 0x0C,
    DER_NUMERIC = 0x12,
    DER_PRINTABLE = 0x13,
    DER_T61 = 0x14,
    DER_IA5 = 0x16,
    DER_VISIBLE = 0x1A,
    DER_BMP = 0x1E,
    DER_CONSTRUCTED = 0x20,
    DER_CONTEXT = 0x80,
    DER_CONTEXT_SERIAL = 0x82,  /* of whose key has signed */
    DER_CONTEXT_ADDRESS = 0x87, /* of an alternative name */
};

/* Of a certificate (RFC 5280, 4.1): the first number inside of what is signed. Shorter ones are versions and such. */
#define DEPTH_SERIAL 2
#define SERIAL_LEAST 5

/* Tag and length; FALSE when there is no whole element, with length 0 when there is no length either. */
static gboolean next_element (const guint8 *data, gsize size, gsize *at, guint8 *ret_tag, gsize *ret_size)
{
    *ret_size = 0;
    if (size - *at < 2)
        return FALSE;
    *ret_tag = data[(*at)++];
    gsize length = data[(*at)++];
    if (length & 0x80) {
        guint n = length & 0x7F;
        if (n == 0 || n > 4 || n > size - *at)
            return FALSE;
        for (length = 0; n; n--)
            length = length << 8 | data[(*at)++];
    }
    *ret_size = length;
    return length <= size - *at;
}

static gboolean is_der (const guint8 *data, gsize size)
{
    guint8 tag;
    gsize length;

    for (gsize at = 0; at < size; at += length)
        if (!next_element (data, size, &at, &tag, &length))
            return FALSE;
    return size > 0;
}

static gboolean is_ascii_text (const guint8 *data, gsize size)
{
    for (gsize i = 0; i < size; i++)
        if (data[i] < 0x20 || data[i] > 0x7E)
            return FALSE;
    return size > 0;
}

/* The first octet says that it is positive. */
void anonymise_serial (const Pen *pen, guint8 *octets, gsize size)
{
    while (size && *octets == 0)
        octets++, size--;
    if (pen->writes && size > 1)
        pseudonyms_octets (pen->pseudonyms, octets + 1, size - 1);
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

static void write_der (const Pen *pen, guint8 *data, gsize size, DerOf of, guint depth)
{
    guint8 tag = 0;
    gsize length;

    for (gsize at = 0; at < size; at += length) {
        const guint8 last_tag = tag;
        /* What is cut has names, too. */
        if (!next_element (data, size, &at, &tag, &length) && length <= size - at)
            break;
        length = MIN (length, size - at);
        guint8 *value = data + at;
        if (of == DER_OF_STATUS && write_status (pen, tag, last_tag, value, length))
            continue;
        if (tag == DER_BMP)
            pen_wide_text (pen, value, length, TRUE, TEXT_NAME);
        else if (tag == DER_UTF8 || tag == DER_NUMERIC || tag == DER_PRINTABLE || tag == DER_T61 || tag == DER_IA5 ||
                 tag == DER_VISIBLE)
            pen_text (pen, value, length, TEXT_WHERE);
        else if (tag == DER_CONTEXT_ADDRESS && length == 4)
            pen_ipv4 (pen, value);
        else if (tag == DER_CONTEXT_ADDRESS && length == 16)
            pen_ipv6 (pen, value);
        else if ((tag & ~0x0F) == DER_CONTEXT && is_ascii_text (value, length))
            pen_text (pen, value, length, TEXT_WHERE);
        else if (length >= SERIAL_LEAST && (tag == DER_CONTEXT_SERIAL || (tag == DER_INTEGER && depth == DEPTH_SERIAL)))
            anonymise_serial (pen, value, length);
        else if (depth < DEPTH_MAX && (tag & DER_CONSTRUCTED || (tag == DER_OCTETS && is_der (value, length))))
            write_der (pen, value, length, of, depth + 1);
    }
}

gboolean anonymise_der (const Pen *pen, guint8 *data, gsize size)
{
    if (!is_der (data, size))
        return FALSE;
    write_der (pen, data, size, DER_OF_CERTIFICATE, 0);
    return TRUE;
}

/* --- Handshakes: RFC 5246, RFC 8446, RFC 6066 */

static void write_server_names (const Pen *pen, Bytes extension)
{
    bytes_skip (&extension, 2);
    while (bytes_have (&extension, 3)) {
        bytes_skip (&extension, 1); /* the kind of name: there is one */
        const guint16 length = bytes_be16 (&extension);
        pen_view (pen, bytes_view (&extension, MIN (length, bytes_left (&extension))), TEXT_NAME);
    }
}

/* Keys that both know, by names of theirs, each with its age; then what proves that (RFC 8446, 4.2.11). */
static void write_shared_keys (const Pen *pen, Bytes extension)
{
    bytes_skip (&extension, 2);
    while (bytes_have (&extension, 2)) {
        const guint16 length = bytes_be16 (&extension);
        if (!bytes_have (&extension, (gsize) length + 4))
            break;
        const View name = bytes_view (&extension, length);
        pen_blank (pen, (guint8 *) name.data, name.size);
        bytes_skip (&extension, 4);
    }
}

/* Who a client is to a server with which it shares a key (RFC 4279): its name, and perhaps more behind it. */
static void write_key_exchange (const Pen *pen, Bytes *bytes)
{
    const guint16 length = bytes_be16 (bytes);
    const View name = bytes_view (bytes, MIN (length, bytes_left (bytes)));

    if (name.size && view_is_plain (name))
        pen_view (pen, name, TEXT_NAME);
}

/* Behind its kind and length: what somebody says of a certificate (RFC 6066, 8). */
static void write_certificate_status (const Pen *pen, Bytes *bytes)
{
    bytes_skip (bytes, 4);
    const View status = bytes_view (bytes, bytes_left (bytes));
    write_der (pen, (guint8 *) status.data, status.size, DER_OF_STATUS, 0);
}

/* Behind version and random number: which session it is goes on in others. */
static void write_session (const Pen *pen, Bytes *bytes)
{
    bytes_skip (bytes, 2 + 32);
    const guint8 length = bytes_u8 (bytes);
    const View session = bytes_view (bytes, MIN (length, bytes_left (bytes)));
    pen_blank (pen, (guint8 *) session.data, session.size);
}

/* Behind how long it is good and its length: what a later hello shows again (RFC 5077, 3.3). */
static void write_ticket (const Pen *pen, Bytes *bytes)
{
    bytes_skip (bytes, 4 + 2);
    const View ticket = bytes_view (bytes, bytes_left (bytes));
    pen_blank (pen, (guint8 *) ticket.data, ticket.size);
}

static void write_client_hello (const Pen *pen, Bytes *bytes)
{
    write_session (pen, bytes);
    bytes_skip (bytes, bytes_be16 (bytes)); /* ciphers */
    bytes_skip (bytes, bytes_u8 (bytes));   /* compression */
    bytes_skip (bytes, 2);
    while (bytes_have (bytes, 4)) {
        const guint16 type = bytes_be16 (bytes), length = bytes_be16 (bytes);
        const View value = bytes_view (bytes, MIN (length, bytes_left (bytes)));
        Bytes extension;
        bytes_init (&extension, value.data, value.size);
        if (type == EXTENSION_SERVER_NAME)
            write_server_names (pen, extension);
        else if (type == EXTENSION_USER && value.size > 1)
            pen_text (pen, (guint8 *) value.data + 1, value.size - 1, TEXT_NAME);
        else if (type == EXTENSION_SHARED_KEYS)
            write_shared_keys (pen, extension);
        else if (type == EXTENSION_TICKET)
            pen_blank (pen, (guint8 *) value.data, value.size);
    }
}

static gsize be24 (Bytes *bytes)
{
    const gsize high = bytes_u8 (bytes);
    return high << 16 | bytes_be16 (bytes);
}

static void write_certificates (const Pen *pen, Bytes *bytes)
{
    bytes_skip (bytes, 3);
    while (bytes_have (bytes, 3)) {
        const gsize length = be24 (bytes);
        const View one = bytes_view (bytes, MIN (length, bytes_left (bytes)));
        write_der (pen, (guint8 *) one.data, one.size, DER_OF_CERTIFICATE, 0);
    }
}

/* Types, algorithms, then the names of those who may have signed. */
static void write_certificate_request (const Pen *pen, Bytes *bytes)
{
    bytes_skip (bytes, bytes_u8 (bytes));
    const Bytes before = *bytes;
    /* TLS 1.2 has algorithms in between, in pairs; before it, what follows fills the message. */
    const guint16 first = bytes_be16 (bytes);
    if (bytes_left (bytes) == first)
        *bytes = before;
    else
        bytes_skip (bytes, first);
    bytes_skip (bytes, 2);
    while (bytes_have (bytes, 2)) {
        const guint16 length = bytes_be16 (bytes);
        const View one = bytes_view (bytes, MIN (length, bytes_left (bytes)));
        write_der (pen, (guint8 *) one.data, one.size, DER_OF_CERTIFICATE, 0);
    }
}

/* The types of IANA's list that TLS of any version speaks in the clear. */
static gboolean is_handshake (guint8 type)
{
    return type <= 6 ||                  /* hellos, ticket */
           type == 8 ||                  /* extensions */
           (type >= 11 && type <= 16) || /* certificates and keys */
           (type >= 20 && type <= 24);   /* finished, status and update */
}

void anonymise_tls_handshake (const Pen *pen, guint8 *data, gsize size)
{
    Bytes bytes;

    bytes_init (&bytes, data, size);
    const guint8 type = bytes_u8 (&bytes);
    bytes_skip (&bytes, 3);
    if (bytes.missing)
        return;
    if (type == CLIENT_HELLO)
        write_client_hello (pen, &bytes);
    else if (type == SERVER_HELLO)
        write_session (pen, &bytes);
    else if (type == NEW_TICKET)
        write_ticket (pen, &bytes);
    else if (type == CERTIFICATE)
        write_certificates (pen, &bytes);
    else if (type == CERTIFICATE_REQUEST)
        write_certificate_request (pen, &bytes);
    else if (type == KEY_EXCHANGE)
        write_key_exchange (pen, &bytes);
    else if (type == CERTIFICATE_STATUS)
        write_certificate_status (pen, &bytes);
    else if (!is_handshake (type)) /* the rest of one whose beginning is cut off, and names in it */
        pen_blank (pen, data + bytes.position, size - bytes.position);
}
