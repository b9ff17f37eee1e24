/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/tls_record.h"

#include <string.h>

enum {
    RECORD_CHANGE_CIPHER_SPEC = 20,
    RECORD_ALERT = 21,
    RECORD_HANDSHAKE = 22,
    RECORD_APPLICATION_DATA = 23,
    RECORD_HEARTBEAT = 24,
    RECORD_SIZE_MAX = 16384 + 2048,

    HANDSHAKE_HELLO_REQUEST = 0,
    HANDSHAKE_CLIENT_HELLO = 1,
    HANDSHAKE_SERVER_HELLO = 2,
    HANDSHAKE_CERTIFICATE = 11,
    HANDSHAKE_FINISHED = 20,
    HANDSHAKE_SIZE_MAX = 1 << 18, /* a long chain of certificates; random octets would mostly say more */

    EXTENSION_SERVER_NAME = 0,
    EXTENSION_ALPN = 16,
    EXTENSION_SUPPORTED_VERSIONS = 43,
};

static const char *const handshake_names[] = {
    [0] = "HelloRequest",        [1] = "ClientHello",         [2] = "ServerHello",        [3] = "HelloVerifyRequest",
    [4] = "NewSessionTicket",    [8] = "EncryptedExtensions", [11] = "Certificate",       [12] = "ServerKeyExchange",
    [13] = "CertificateRequest", [14] = "ServerHelloDone",    [15] = "CertificateVerify", [16] = "ClientKeyExchange",
    [20] = "Finished",           [21] = "CertificateURL",     [22] = "CertificateStatus", [24] = "KeyUpdate",
};

Word tls_alert_word (guint description)
{
    switch (description) {
#define ROW(number, symbol, english)                                                                                   \
    case number:                                                                                                       \
        return WORD_ALERT_##symbol;
        TLS_ALERTS (ROW)
#undef ROW
    default:
        return N_WORDS;
    }
}

const char *tls_version_name (guint version)
{
    static const char *const names[] = { "SSL 3.0", "TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3" };
    return version >= 0x0300 && version - 0x0300 < G_N_ELEMENTS (names) ? names[version - 0x0300] : NULL;
}

const char *tls_handshake_name (guint type)
{
    return type < G_N_ELEMENTS (handshake_names) ? handshake_names[type] : NULL;
}

Word tls_handshake_word (guint type)
{
    switch (type) {
    case 0:
        return WORD_TLS_ASKS_ANEW;
    case 4:
        return WORD_TLS_TICKET;
    case 8:
        return WORD_TLS_EXTENSIONS;
    case 12:
    case 16:
        return WORD_TLS_KEY_PART;
    case 13:
        return WORD_TLS_ASKS_CERTIFICATE;
    case 14:
        return WORD_TLS_HAS_SAID;
    case 15:
        return WORD_TLS_PROOF;
    case 22:
        return WORD_TLS_STATUS;
    case 24:
        return WORD_TLS_NEW_KEY;
    default:
        return N_WORDS;
    }
}

static guint32 be24 (Bytes *bytes)
{
    guint32 high = bytes_u8 (bytes);
    return high << 16 | bytes_be16 (bytes);
}

/* A cursor over the next size octets, or over what is there of them (*ret_cut). */
static Bytes part (Bytes *bytes, gsize size, gboolean *ret_cut)
{
    Bytes inner;

    if (!bytes_have (bytes, size)) {
        size = bytes_left (bytes);
        *ret_cut = TRUE;
    }
    View view = bytes_view (bytes, size);
    bytes_init (&inner, view.data, view.size);
    return inner;
}

static void read_server_name (Bytes *extension, TlsEvent *event)
{
    bytes_skip (extension, 2); /* size of the list */
    guint8 type = bytes_u8 (extension);
    View name = bytes_view (extension, bytes_be16 (extension));
    if (type == 0 && !extension->missing)
        event->server_name = name;
}

/* "h2", "http/1.1" (RFC 7301, 6): a browser, or what tests web servers. */
static void read_protocols (Bytes *extension, TlsEvent *event)
{
    bytes_skip (extension, 2); /* size of the list */
    while (bytes_have (extension, 1)) {
        const View name = bytes_view (extension, bytes_u8 (extension));
        event->wants_http |= (name.size == 2 && memcmp (name.data, "h2", 2) == 0) ||
                             (name.size >= 5 && memcmp (name.data, "http/", 5) == 0);
    }
}

/* The reserved values 0x0A0A, 0x1A1A … that some clients strew in (RFC 8701) are no versions. */
static void read_offered_versions (Bytes *extension, TlsEvent *event)
{
    bytes_skip (extension, 1); /* size of the list */
    while (bytes_have (extension, 2)) {
        guint16 version = bytes_be16 (extension);
        if (tls_version_name (version) && version > event->version)
            event->version = version;
    }
}

/* TRUE: one of them tells the version. */
static gboolean read_extensions (Bytes *hello, TlsEvent *event)
{
    gboolean tells = FALSE;
    Bytes extensions = part (hello, bytes_be16 (hello), &event->cut);

    while (bytes_have (&extensions, 4)) {
        guint16 type = bytes_be16 (&extensions);
        gboolean is_cut = FALSE;
        Bytes extension = part (&extensions, bytes_be16 (&extensions), &is_cut);
        if (event->kind == TLS_CLIENT_HELLO && type == EXTENSION_SERVER_NAME)
            read_server_name (&extension, event);
        else if (event->kind == TLS_CLIENT_HELLO && type == EXTENSION_ALPN)
            read_protocols (&extension, event);
        else if (event->kind == TLS_CLIENT_HELLO && type == EXTENSION_SUPPORTED_VERSIONS)
            read_offered_versions (&extension, event);
        else if (type == EXTENSION_SUPPORTED_VERSIONS && bytes_have (&extension, 2))
            event->version = bytes_be16 (&extension);
        tells |= type == EXTENSION_SUPPORTED_VERSIONS && !is_cut;
        event->cut |= is_cut;
    }
    return tells;
}

/* All newer versions say in the old place that they are 1.2, and the truth in an extension (RFC 8446, 4.2.1). */
static void read_hello (Bytes *hello, TlsEvent *event)
{
    gboolean tells = FALSE;

    event->version = bytes_be16 (hello);
    bytes_skip (hello, 32);               /* random */
    bytes_skip (hello, bytes_u8 (hello)); /* session */
    if (event->kind == TLS_CLIENT_HELLO) {
        gboolean is_cut = FALSE;
        Bytes ciphers = part (hello, bytes_be16 (hello), &is_cut);
        event->n_ciphers = is_cut ? 0 : (guint) (bytes_left (&ciphers) / 2);
        event->cipher = bytes_be16 (&ciphers);
        event->cut |= is_cut;
        bytes_skip (hello, bytes_u8 (hello)); /* compression methods */
    } else {
        event->cipher = bytes_be16 (hello);
        bytes_skip (hello, 1); /* compression method */
    }
    if (hello->missing)
        event->cut = TRUE;
    else if (bytes_left (hello) > 0)
        tells = read_extensions (hello, event);
    if (event->cut && !tells && event->version == TLS_VERSION_1_2)
        event->version = 0;
}

enum { DER_UTC_TIME = 0x17, DER_GENERALIZED_TIME = 0x18, DER_SEQUENCE = 0x30, DER_VERSION = 0xA0 };

/* The next DER value; FALSE when it is not there whole. */
static gboolean next_der (Bytes *bytes, guint8 *ret_tag, Bytes *ret_value)
{
    *ret_tag = bytes_u8 (bytes);
    gsize size = bytes_u8 (bytes);
    if (size & 0x80) {
        guint octets = size & 0x7F;
        if (octets == 0 || octets > 3)
            return FALSE;
        for (size = 0; octets > 0; octets--)
            size = size << 8 | bytes_u8 (bytes);
    }
    View value = bytes_view (bytes, size);
    bytes_init (ret_value, value.data, value.size);
    return !bytes->missing;
}

/* Enters the next sequence even when its end was not captured. */
static gboolean enter_sequence (Bytes *bytes)
{
    if (bytes_u8 (bytes) != DER_SEQUENCE)
        return FALSE;
    guint8 size = bytes_u8 (bytes);
    if (size & 0x80)
        bytes_skip (bytes, size & 0x7F);
    return !bytes->missing;
}

/* YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ, the only forms that certificates may have (RFC 5280). */
static gboolean read_time (guint8 tag, Bytes *text, gint64 *ret_seconds)
{
    guint fields[7] = { 0 }; /* century, year, month, day, hour, minute, second */
    guint first = tag == DER_UTC_TIME ? 1 : 0;

    if ((tag != DER_UTC_TIME && tag != DER_GENERALIZED_TIME) || bytes_left (text) != 15u - first * 2)
        return FALSE;
    for (guint i = first; i < G_N_ELEMENTS (fields); i++) {
        guint8 tens = bytes_u8 (text), ones = bytes_u8 (text);
        if (!g_ascii_isdigit (tens) || !g_ascii_isdigit (ones))
            return FALSE;
        fields[i] = (tens - '0') * 10u + (ones - '0');
    }
    if (bytes_u8 (text) != 'Z')
        return FALSE;
    if (tag == DER_UTC_TIME)
        fields[0] = fields[1] < 50 ? 20 : 19;
    g_autoptr (GDateTime) date = g_date_time_new_utc ((gint) (fields[0] * 100 + fields[1]), (gint) fields[2],
                                                      (gint) fields[3], (gint) fields[4], (gint) fields[5], fields[6]);
    if (!date)
        return FALSE;
    *ret_seconds = g_date_time_to_unix (date);
    return TRUE;
}

enum {
    DER_OID = 0x06,
    DER_UTF8_STRING = 0x0C,
    DER_PRINTABLE_STRING = 0x13,
    DER_T61_STRING = 0x14,
    DER_IA5_STRING = 0x16,
    DER_SET = 0x31
};

/* Of a Name (RFC 5280, 4.1.2.4); empty when it has none, or in another alphabet. */
static View common_name (Bytes name)
{
    static const guint8 oid[] = { 0x55, 0x04, 0x03 }; /* 2.5.4.3 */
    guint8 tag;
    Bytes set, pair, value;

    while (bytes_left (&name) && next_der (&name, &tag, &set) && tag == DER_SET) {
        if (!next_der (&set, &tag, &pair) || tag != DER_SEQUENCE || !next_der (&pair, &tag, &value) || tag != DER_OID)
            break;
        View type = bytes_view (&value, bytes_left (&value));
        if (type.size != sizeof oid || memcmp (type.data, oid, sizeof oid) != 0)
            continue;
        if (!next_der (&pair, &tag, &value) ||
            (tag != DER_UTF8_STRING && tag != DER_PRINTABLE_STRING && tag != DER_T61_STRING && tag != DER_IA5_STRING))
            break;
        return bytes_view (&value, bytes_left (&value));
    }
    return (View){ NULL, 0 };
}

/* Whose an X.509 certificate is, and when it is valid. */
static gboolean read_certificate (Bytes *certificate, TlsEvent *event)
{
    guint8 tag;
    Bytes value, validity, issuer, subject;

    if (!enter_sequence (certificate) || !enter_sequence (certificate) || !next_der (certificate, &tag, &value))
        return FALSE;
    if (tag == DER_VERSION && !next_der (certificate, &tag, &value)) /* the serial number follows */
        return FALSE;
    if (!next_der (certificate, &tag, &value) ||    /* algorithm */
        !next_der (certificate, &tag, &issuer) ||   /* who has signed it */
        !next_der (certificate, &tag, &validity) || /* validity: two times */
        !next_der (&validity, &tag, &value))
        return FALSE;
    event->has_not_before = read_time (tag, &value, &event->not_before);
    if (!next_der (&validity, &tag, &value))
        return FALSE;
    gboolean has_time = read_time (tag, &value, &event->not_after);
    event->issuer = common_name (issuer);
    if (next_der (certificate, &tag, &subject))
        event->subject = common_name (subject);
    return has_time;
}

/* In TLS 1.3 there is a context before the list, empty in a handshake, and extensions behind each certificate (RFC
 * 8446, 4.4.2). Nobody sees that one without keys. */
static gboolean is_certificate_of_1_3 (Bytes message)
{
    return bytes_left (&message) > 4 && bytes_u8 (&message) == 0 && be24 (&message) == bytes_left (&message);
}

static void read_certificates (Bytes *message, TlsEvent *event)
{
    gboolean has_extensions = is_certificate_of_1_3 (*message);

    bytes_skip (message, has_extensions ? 1 : 0);
    Bytes list = part (message, be24 (message), &event->cut);
    while (bytes_have (&list, 3)) {
        Bytes certificate = part (&list, be24 (&list), &event->cut);
        if (has_extensions)
            bytes_skip (&list, bytes_be16 (&list));
        if (event->n_certificates++ == 0)
            event->has_not_after = read_certificate (&certificate, event);
    }
}

guint8 tls_plaintext_type (View text)
{
    Bytes bytes;

    if (text.size == 2 && (text.data[0] == TLS_ALERT_WARNING || text.data[0] == TLS_ALERT_FATAL) &&
        tls_alert_word (text.data[1]) != N_WORDS)
        return RECORD_ALERT;
    bytes_init (&bytes, text.data, text.size);
    while (bytes_have (&bytes, 4)) {
        guint8 type = bytes_u8 (&bytes);
        guint32 length = be24 (&bytes);
        bytes_skip (&bytes, length);
        /* Without the empty ones, as which the octets of an SCCP KeepAliveReq could be read. */
        if (bytes.missing || length == 0 || !tls_handshake_name (type))
            return 0;
    }
    return text.size && !bytes_left (&bytes) ? RECORD_HANDSHAKE : 0;
}

guint tls_null_mac (guint16 cipher)
{
    enum { MD5 = 16, SHA = 20, SHA256 = 32, SHA384 = 48 };

    switch (cipher) {
    case 0x0001: /* RSA */
        return MD5;
    case 0x0002: /* RSA */
    case 0x002C: /* PSK, DHE-PSK, RSA-PSK */
    case 0x002D:
    case 0x002E:
    case 0xC001: /* ECDH-ECDSA, ECDHE-ECDSA, ECDH-RSA, ECDHE-RSA, ECDH anonymous, ECDHE-PSK */
    case 0xC006:
    case 0xC00B:
    case 0xC010:
    case 0xC015:
    case 0xC039:
        return SHA;
    case 0x003B: /* RSA */
    case 0x00B0: /* PSK, DHE-PSK, RSA-PSK, ECDHE-PSK */
    case 0x00B4:
    case 0x00B8:
    case 0xC03A:
        return SHA256;
    case 0x00B1: /* the same four */
    case 0x00B5:
    case 0x00B9:
    case 0xC03B:
        return SHA384;
    default:
        return 0;
    }
}

void tls_walk_init (TlsWalk *walk, const guint8 *data, gsize size, gboolean encrypted, guint mac_size)
{
    *walk = (TlsWalk){ .encrypted = encrypted, .mac_size = mac_size };
    bytes_init (&walk->bytes, data, size);
    bytes_init (&walk->messages, NULL, 0);
}

/* Whether the rest of a handshake record can be a message in the clear, going by its first octets. In TLS 1.3 a cipher
 * change is for show, and the second pair of hellos that a HelloRetryRequest asks for comes after it. */
static gboolean is_readable (const TlsWalk *walk)
{
    Bytes head = walk->messages;
    gsize left = bytes_left (&head);

    if (left < 4)
        return FALSE;
    guint8 type = bytes_u8 (&head);
    guint32 size = be24 (&head);
    if (walk->encrypted && !walk->mac_size)
        return (type == HANDSHAKE_CLIENT_HELLO || type == HANDSHAKE_SERVER_HELLO) && size + 4 == left &&
               bytes_u8 (&head) == 3;
    if (!tls_handshake_name (type) || size > HANDSHAKE_SIZE_MAX || (walk->encrypted && size + 4 > left))
        return FALSE;
    /* The explicit nonce that some ciphers begin with is often zero. */
    return type != HANDSHAKE_HELLO_REQUEST || (size == 0 && walk->messages.size == 4);
}

static void read_handshake (TlsWalk *walk, TlsEvent *event)
{
    if (!is_readable (walk)) {
        event->kind = TLS_ENCRYPTED_HANDSHAKE;
        event->cut = walk->record_cut;
        bytes_seek (&walk->messages, walk->messages.size);
        return;
    }
    event->handshake_type = bytes_u8 (&walk->messages);
    gsize size = be24 (&walk->messages);
    gsize there = MIN (size, bytes_left (&walk->messages));
    Bytes body = part (&walk->messages, size, &event->cut);
    if (!walk->record_cut)
        walk->skip = size - there;
    switch (event->handshake_type) {
    case HANDSHAKE_CLIENT_HELLO:
        event->kind = TLS_CLIENT_HELLO;
        read_hello (&body, event);
        break;
    case HANDSHAKE_SERVER_HELLO:
        event->kind = TLS_SERVER_HELLO;
        read_hello (&body, event);
        break;
    case HANDSHAKE_CERTIFICATE:
        event->kind = TLS_CERTIFICATE;
        read_certificates (&body, event);
        break;
    case HANDSHAKE_FINISHED:
        event->kind = TLS_FINISHED;
        break;
    default:
        event->kind = TLS_HANDSHAKE;
        break;
    }
}

/* Octets behind each text, when it is readable at all. */
static guint signed_with (const TlsWalk *walk)
{
    return walk->encrypted ? walk->mac_size : 0;
}

static void read_alert (const TlsWalk *walk, Bytes *record, TlsEvent *event)
{
    event->kind = TLS_ALERT;
    event->cut = walk->record_cut;
    /* An encrypted alert is always longer than two octets. */
    if (bytes_left (record) != 2 + signed_with (walk) || walk->record_cut)
        return;
    event->alert_level = bytes_u8 (record);
    event->alert_description = bytes_u8 (record);
    event->alert_readable = TRUE;
}

/* Reads the next record. *ret_told tells whether it is an event by itself; a handshake record is opened instead. */
static gboolean next_record (TlsWalk *walk, TlsEvent *event, gboolean *ret_told)
{
    guint8 type = bytes_u8 (&walk->bytes);
    walk->record_version = bytes_be16 (&walk->bytes);
    guint16 size = bytes_be16 (&walk->bytes);
    if (walk->bytes.missing || type < RECORD_CHANGE_CIPHER_SPEC || type > RECORD_HEARTBEAT ||
        walk->record_version >> 8 != 3 || size > RECORD_SIZE_MAX) {
        walk->bad = TRUE;
        return FALSE;
    }
    walk->record_cut = FALSE;
    Bytes record = part (&walk->bytes, size, &walk->record_cut);
    event->record_version = walk->record_version;
    *ret_told = TRUE;
    switch (type) {
    case RECORD_CHANGE_CIPHER_SPEC:
        event->kind = TLS_CHANGE_CIPHER_SPEC;
        walk->encrypted = TRUE;
        break;
    case RECORD_ALERT:
        read_alert (walk, &record, event);
        break;
    case RECORD_HANDSHAKE:
        walk->messages = record;
        if (signed_with (walk) && bytes_left (&record) > walk->mac_size && !walk->record_cut) {
            View text = bytes_view (&record, bytes_left (&record) - walk->mac_size);
            bytes_init (&walk->messages, text.data, text.size);
        }
        *ret_told = FALSE;
        break;
    case RECORD_APPLICATION_DATA:
        event->kind = TLS_APPLICATION_DATA;
        event->size = bytes_left (&record);
        if (signed_with (walk) && event->size > walk->mac_size && !walk->record_cut)
            event->text = bytes_view (&record, event->size - walk->mac_size);
        event->cut = walk->record_cut;
        break;
    default:
        event->kind = TLS_HEARTBEAT;
        break;
    }
    return TRUE;
}

gboolean tls_walk_next (TlsWalk *walk, TlsEvent *ret_event)
{
    TlsEvent event = { 0 };
    gboolean told = FALSE;

    while (!told) {
        gsize skip = MIN (walk->skip, bytes_left (&walk->messages));
        bytes_skip (&walk->messages, skip);
        walk->skip -= skip;
        if (bytes_left (&walk->messages) > 0) {
            event.record_version = walk->record_version;
            read_handshake (walk, &event);
            break;
        }
        if (walk->bad || bytes_left (&walk->bytes) == 0 || !next_record (walk, &event, &told))
            return FALSE;
    }
    *ret_event = event;
    return TRUE;
}

static gboolean begins_with (View data, guint8 handshake_type)
{
    enum { HEADER = 5 };

    return data.size > HEADER && data.data[0] == RECORD_HANDSHAKE && data.data[1] == 3 && data.data[2] <= 4 &&
           data.data[HEADER] == handshake_type;
}

gboolean tls_begins (View data)
{
    return begins_with (data, HANDSHAKE_CLIENT_HELLO);
}

gboolean tls_answers (View data)
{
    return begins_with (data, HANDSHAKE_SERVER_HELLO);
}

gboolean tls_is_alert (View data)
{
    enum { HEADER = 5, SIZE = HEADER + 2 };

    return data.size == SIZE && data.data[0] == RECORD_ALERT && data.data[1] == 3 && data.data[2] <= 4 &&
           data.data[3] == 0 && data.data[4] == 2 &&
           (data.data[HEADER] == TLS_ALERT_WARNING || data.data[HEADER] == TLS_ALERT_FATAL);
}

/* Octets of the record that these may begin, as far as they are there; 0 when they cannot. */
static gsize may_begin (const guint8 *data, gsize size)
{
    enum { HEADER = 5 };
    gsize length = size >= HEADER ? (gsize) data[3] << 8 | data[4] : 1;

    if (data[0] < RECORD_CHANGE_CIPHER_SPEC || data[0] > RECORD_HEARTBEAT || (size > 1 && data[1] != 3) ||
        (size > 2 && data[2] > 4))
        return 0;
    return length >= 1 && length <= RECORD_SIZE_MAX ? HEADER + length : 0;
}

gboolean tls_find (View data, gsize *ret_offset)
{
    gsize perhaps = data.size;

    for (gsize offset = 0; offset < data.size; offset++) {
        gsize left = data.size - offset, whole = may_begin (data.data + offset, left);
        if (whole == 0)
            continue;
        if (whole == left || (whole < left && may_begin (data.data + offset + whole, left - whole))) {
            *ret_offset = offset;
            return TRUE;
        }
        if (whole > left)
            perhaps = MIN (perhaps, offset);
    }
    *ret_offset = perhaps;
    return FALSE;
}

gsize tls_rest (View begun)
{
    gsize whole = begun.size ? may_begin (begun.data, begun.size) : 0;
    return whole > begun.size ? whole - begun.size : 0;
}
