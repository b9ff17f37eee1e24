/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Handshakes: RFC 5246, RFC 8446, RFC 6066. What is read is replaced or stays; what is not becomes zeros. */
#include "registration/anonymise/anonymise_internal.h"
#include "registration/anonymise/words_of.h"

#include <string.h>

enum {
    CLIENT_HELLO = 1,
    SERVER_HELLO = 2,
    NEW_TICKET = 4,
    CERTIFICATE = 11,
    SERVER_KEY_EXCHANGE = 12,
    CERTIFICATE_REQUEST = 13,
    CERTIFICATE_VERIFY = 15,
    CLIENT_KEY_EXCHANGE = 16,
    FINISHED = 20,
    CERTIFICATE_STATUS = 22,
    KEY_UPDATE = 24
};

enum {
    EXTENSION_SERVER_NAME = 0,
    EXTENSION_TRUSTED_KEYS = 3,
    EXTENSION_STATUS = 5,
    EXTENSION_USER = 12,
    EXTENSION_PROTOCOLS = 16,
    EXTENSION_SHARED_KEYS = 41,
    EXTENSION_AUTHORITIES = 47,
    EXTENSION_KEY_SHARE = 51
};

/* Numbers only, each with a length in front where there are several (IANA, TLS ExtensionType Values). */
static gboolean is_of_numbers (guint16 type)
{
    static const guint8 types[] = {
        1,  4,  7,  8,  9,         /* fragments, certificates' types */
        10, 11, 13, 14, 15,        /* groups, points, signatures, SRTP, heartbeat */
        19, 20, 22, 23,            /* types of keys, encrypt then MAC, master secret */
        27, 28, 34, 42, 43, 45, 50 /* compression, sizes, versions, modes of keys, signatures */
    };

    return type < 256 && memchr (types, type, sizeof types);
}

static void blank_view (const Pen *pen, View view)
{
    pen_blank (pen, (guint8 *) view.data, view.size);
}

/* What is left. */
static void blank_rest (const Pen *pen, Bytes *bytes)
{
    blank_view (pen, bytes_view (bytes, bytes_left (bytes)));
}

static View sized_view (Bytes *bytes, gsize size)
{
    return bytes_view (bytes, MIN (size, bytes_left (bytes)));
}

static void write_der_view (const Pen *pen, View der)
{
    anonymise_der_begun (pen, (guint8 *) der.data, der.size);
}

static void write_server_names (const Pen *pen, Bytes *extension)
{
    bytes_skip (extension, 2);
    while (bytes_have (extension, 3)) {
        bytes_skip (extension, 1); /* the kind of name: there is one */
        const guint16 length = bytes_be16 (extension);
        pen_view (pen, sized_view (extension, length), TEXT_NAME);
    }
}

/* Keys that both know, by names of theirs, each with its age; then what proves that (RFC 8446, 4.2.11). */
static void write_shared_keys (const Pen *pen, Bytes *extension)
{
    bytes_skip (extension, 2);
    while (bytes_have (extension, 2)) {
        const guint16 length = bytes_be16 (extension);
        if (!bytes_have (extension, (gsize) length + 4))
            break;
        blank_view (pen, bytes_view (extension, length));
        bytes_skip (extension, 4);
    }
    blank_rest (pen, extension);
}

/* Names of those who sign, each behind its length. */
static void write_authorities (const Pen *pen, Bytes *names)
{
    while (bytes_have (names, 2)) {
        const guint16 length = bytes_be16 (names);
        write_der_view (pen, sized_view (names, length));
    }
    blank_rest (pen, names);
}

/* The same, or a hash, behind what it is (RFC 6066, 6). */
static void write_trusted_keys (const Pen *pen, Bytes *extension)
{
    enum { NAME = 2 };

    bytes_skip (extension, 2);
    while (bytes_have (extension, 3)) {
        if (bytes_u8 (extension) != NAME)
            break;
        const guint16 length = bytes_be16 (extension);
        write_der_view (pen, sized_view (extension, length));
    }
    blank_rest (pen, extension);
}

/* Who shall say whether a certificate is good (RFC 6066, 8). */
static void write_status_request (const Pen *pen, Bytes *extension)
{
    Bytes names;

    bytes_skip (extension, 1);
    const guint16 length = bytes_be16 (extension);
    const View list = sized_view (extension, length);
    bytes_init (&names, list.data, list.size);
    write_authorities (pen, &names);
    bytes_skip (extension, 2);
    blank_rest (pen, extension);
}

/* What will be spoken (RFC 7301): names that IANA has, or somebody's own. */
static void write_protocols (const Pen *pen, Bytes *extension)
{
    static const char *const known[] = {
        "h2",  "h2c",      "h3",   "http/1.0", "http/1.1",    "spdy/3",      "spdy/3.1", "sip/2",      "webrtc",
        "ftp", "c-webrtc", "coap", "mqtt",     "xmpp-client", "xmpp-server", "dot",      "acme-tls/1", "stun.turn"
    };

    bytes_skip (extension, 2);
    while (bytes_have (extension, 1)) {
        const guint8 length = bytes_u8 (extension);
        const View name = sized_view (extension, length);
        if (view_is_one_of (name, known, G_N_ELEMENTS (known)))
            continue;
        if (view_is_plain (name))
            pen_view (pen, name, TEXT_NAME);
        else
            blank_view (pen, name);
    }
}

/* Keys of which nobody knows the other half, each of a group. */
static void write_key_shares (const Pen *pen, Bytes *extension, gboolean is_list)
{
    if (is_list)
        bytes_skip (extension, 2);
    while (bytes_have (extension, 4)) {
        bytes_skip (extension, 2);
        const guint16 length = bytes_be16 (extension);
        sized_view (extension, length);
    }
    if (bytes_left (extension) != 2) /* a group alone asks for one */
        blank_rest (pen, extension);
}

static void write_extension (const Pen *pen, guint16 type, View value, gboolean is_whole, gboolean from_server)
{
    enum { FEW = 2 };
    Bytes extension;

    bytes_init (&extension, value.data, value.size);
    if (type == EXTENSION_SERVER_NAME) {
        write_server_names (pen, &extension);
    } else if (type == EXTENSION_USER && value.size > 1) {
        pen_text (pen, (guint8 *) value.data + 1, value.size - 1, TEXT_NAME);
    } else if (type == EXTENSION_SHARED_KEYS && !from_server) {
        write_shared_keys (pen, &extension);
    } else if (type == EXTENSION_AUTHORITIES) {
        bytes_skip (&extension, 2);
        write_authorities (pen, &extension);
    } else if (type == EXTENSION_TRUSTED_KEYS) {
        write_trusted_keys (pen, &extension);
    } else if (type == EXTENSION_STATUS) {
        write_status_request (pen, &extension);
    } else if (type == EXTENSION_PROTOCOLS) {
        write_protocols (pen, &extension);
    } else if (type == EXTENSION_KEY_SHARE) {
        write_key_shares (pen, &extension, !from_server);
    } else if (value.size > FEW) {
        /* A length in front of all the rest stays. */
        const gsize head = (gsize) be16 (value.data) + 2 == value.size ? 2 : (gsize) value.data[0] + 1 == value.size;
        if (!is_of_numbers (type) || (!head && is_whole))
            pen_blank (pen, (guint8 *) value.data + head, value.size - head);
    }
}

static void write_extensions (const Pen *pen, Bytes *bytes, gboolean from_server)
{
    bytes_skip (bytes, 2);
    while (bytes_have (bytes, 4)) {
        const guint16 type = bytes_be16 (bytes), length = bytes_be16 (bytes);
        const View value = sized_view (bytes, length);
        write_extension (pen, type, value, value.size == length, from_server);
    }
    blank_rest (pen, bytes);
}

/* A key of one of the ways to agree on one: of a curve, or of a prime; what signs it stands behind. FALSE: neither. */
static gboolean is_server_key (Bytes bytes)
{
    enum { NAMED_CURVE = 3, PRIME_LEAST = 64, POINT_LEAST = 16 };
    Bytes curve = bytes;

    if (bytes_u8 (&curve) == NAMED_CURVE) {
        bytes_skip (&curve, 2);
        const guint8 size = bytes_u8 (&curve);
        bytes_skip (&curve, size);
        return size >= POINT_LEAST && !curve.missing;
    }
    const guint16 prime = bytes_be16 (&bytes);
    bytes_skip (&bytes, prime);
    bytes_skip (&bytes, bytes_be16 (&bytes));
    bytes_skip (&bytes, bytes_be16 (&bytes));
    return prime >= PRIME_LEAST && !bytes.missing;
}

/* A client's: of a curve, or encrypted, or of a prime. */
static gboolean is_client_key (Bytes bytes)
{
    enum { ENCRYPTED_LEAST = 48 };
    Bytes point = bytes;

    const guint8 point_size = bytes_u8 (&point);
    if (point_size && point_size == bytes_left (&point))
        return TRUE;
    const guint16 size = bytes_be16 (&bytes);
    return size == bytes_left (&bytes) && size >= ENCRYPTED_LEAST && !view_is_plain (bytes_view (&bytes, size));
}

/* Who somebody is to whom he shares a key with (RFC 4279), or what shall tell him which one; perhaps a key behind it.
 */
static void write_identity (const Pen *pen, Bytes *bytes, gboolean (*is_key) (Bytes bytes))
{
    if (is_key (*bytes))
        return;
    const guint16 length = bytes_be16 (bytes);
    const View name = sized_view (bytes, length);
    if (name.size && view_is_plain (name))
        pen_view (pen, name, TEXT_NAME);
    else
        blank_view (pen, name);
    if (bytes_left (bytes) && !is_key (*bytes))
        blank_rest (pen, bytes);
}

/* Behind its kind and length: what somebody says of a certificate (RFC 6066, 8). */
static void write_certificate_status (const Pen *pen, Bytes *bytes)
{
    bytes_skip (bytes, 4);
    const View status = bytes_view (bytes, bytes_left (bytes));
    anonymise_der_status (pen, (guint8 *) status.data, status.size);
}

/* Behind version and random number: which session it is goes on in others. */
static void write_session (const Pen *pen, Bytes *bytes)
{
    bytes_skip (bytes, 2 + 32);
    const guint8 length = bytes_u8 (bytes);
    blank_view (pen, sized_view (bytes, length));
}

/* Behind how long it is good and its length: what a later hello shows again (RFC 5077, 3.3). */
static void write_ticket (const Pen *pen, Bytes *bytes)
{
    bytes_skip (bytes, 4 + 2);
    blank_rest (pen, bytes);
}

static void write_client_hello (const Pen *pen, Bytes *bytes)
{
    write_session (pen, bytes);
    bytes_skip (bytes, bytes_be16 (bytes)); /* ciphers */
    bytes_skip (bytes, bytes_u8 (bytes));   /* compression */
    write_extensions (pen, bytes, FALSE);
}

static void write_server_hello (const Pen *pen, Bytes *bytes)
{
    write_session (pen, bytes);
    bytes_skip (bytes, 2 + 1); /* cipher and compression */
    write_extensions (pen, bytes, TRUE);
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
        write_der_view (pen, sized_view (bytes, length));
    }
    blank_rest (pen, bytes);
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
    write_authorities (pen, bytes);
}

/* An algorithm, and a signature that fills the message; before TLS 1.2 the latter only. */
static void write_signature (const Pen *pen, Bytes *bytes)
{
    Bytes alone = *bytes;

    bytes_skip (bytes, 2);
    const guint16 old_size = bytes_be16 (&alone), size = bytes_be16 (bytes);
    if (size != bytes_left (bytes) && old_size != bytes_left (&alone))
        blank_rest (pen, bytes);
}

void anonymise_tls_handshake (const Pen *pen, guint8 *data, gsize size)
{
    enum { VERIFY_SIZE = 12, VERIFY_OLD_SIZE = 36, UPDATE_SIZE = 1 };
    Bytes bytes;

    bytes_init (&bytes, data, size);
    bytes.in_order = TRUE;
    const guint8 type = bytes_u8 (&bytes);
    bytes_skip (&bytes, 3);
    if (bytes.missing)
        return;
    const gsize left = bytes_left (&bytes);
    if (type == CLIENT_HELLO)
        write_client_hello (pen, &bytes);
    else if (type == SERVER_HELLO)
        write_server_hello (pen, &bytes);
    else if (type == NEW_TICKET)
        write_ticket (pen, &bytes);
    else if (type == CERTIFICATE)
        write_certificates (pen, &bytes);
    else if (type == CERTIFICATE_REQUEST)
        write_certificate_request (pen, &bytes);
    else if (type == CERTIFICATE_VERIFY)
        write_signature (pen, &bytes);
    else if (type == SERVER_KEY_EXCHANGE)
        write_identity (pen, &bytes, is_server_key);
    else if (type == CLIENT_KEY_EXCHANGE)
        write_identity (pen, &bytes, is_client_key);
    else if (type == CERTIFICATE_STATUS)
        write_certificate_status (pen, &bytes);
    else if ((type != FINISHED || (left != VERIFY_SIZE && left != VERIFY_OLD_SIZE)) &&
             (type != KEY_UPDATE || left != UPDATE_SIZE))
        blank_rest (pen, &bytes); /* or the rest of one whose beginning is cut off, and names in it */
}
