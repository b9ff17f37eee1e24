/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/terms/words.h"
#include "registration/wire/bytes.h"

/* What can be read of a TLS connection without keys: the open part of the handshake, and alerts. A walk over the
 * records of one direction gives one event per handshake message or record. */

typedef enum {
    TLS_CLIENT_HELLO,
    TLS_SERVER_HELLO,
    TLS_CERTIFICATE,
    TLS_FINISHED,            /* readable only with a cipher that encrypts nothing */
    TLS_HANDSHAKE,           /* any other handshake message, see handshake_type */
    TLS_ENCRYPTED_HANDSHAKE, /* after the ChangeCipherSpec; the first one is the Finished */
    TLS_CHANGE_CIPHER_SPEC,
    TLS_ALERT,
    TLS_APPLICATION_DATA, /* in TLS 1.3 also the rest of the handshake, and alerts */
    TLS_HEARTBEAT,
} TlsEventKind;

enum { TLS_ALERT_WARNING = 1, TLS_ALERT_FATAL = 2 };
enum { TLS_VERSION_1_0 = 0x0301, TLS_VERSION_1_1 = 0x0302, TLS_VERSION_1_2 = 0x0303, TLS_VERSION_1_3 = 0x0304 };

/* Plain data; what the kind does not have is zero or empty. */
typedef struct {
    TlsEventKind kind;
    guint16 record_version;
    guint8 handshake_type; /* of readable handshake messages, as on the wire */
    gboolean cut;          /* more of it is in another record or was not captured: numbers may be too small */
    gsize size;            /* application data: octets of it that are here */
    View text;             /* application data that is not encrypted, see tls_null_mac(); borrowed */

    guint16 version;      /* ClientHello: the highest offered; ServerHello: the chosen one; 0: what tells is cut off */
    guint n_ciphers;      /* ClientHello; 0 also: the list is cut off */
    guint16 cipher;       /* ServerHello; of a ClientHello the first one */
    gboolean wants_http;  /* ClientHello: ALPN offers HTTP */
    View server_name;     /* ClientHello: SNI; borrowed from the records */
    guint n_certificates; /* Certificate */
    gboolean has_not_after; /* Certificate: the first one's end was found */
    gboolean has_not_before;
    gint64 not_before, not_after; /* Certificate: seconds since 1970 */
    View subject, issuer;         /* Certificate: common names of the first one; borrowed, as they are on the wire */

    gboolean alert_readable; /* Alert: it was not encrypted */
    guint8 alert_level, alert_description;
} TlsEvent;

/* A walk in progress. Plain data, on the stack; borrows the records. */
typedef struct {
    Bytes bytes;
    Bytes messages;         /* the rest of the current handshake record */
    guint16 record_version; /* of it */
    gsize skip;             /* octets of a handshake message that the next handshake records still hold */
    gboolean record_cut;    /* the current record was not captured whole */
    gboolean encrypted;     /* a ChangeCipherSpec was seen in this direction */
    guint mac_size;         /* of a cipher that only signs: octets behind each text; 0 for those that encrypt */
    gboolean bad;           /* what comes next is no TLS record; nothing after it is read */
} TlsWalk;

/* What somebody with the keys has decrypted of one record may be TLS's own: the type of a record that holds such
 * messages, whole; 0: it is the application's. */
guint8 tls_plaintext_type (View text);

/* Cipher suites up to TLS 1.2 that sign and do not encrypt (RFC 5246, A.5; RFC 4785, 4492, 5487, 5489): the octets of
 * the signature (MAC) behind each text. 0: it encrypts. Cisco phones use such ones in the mode "authenticated". */
guint tls_null_mac (guint16 cipher);

/* encrypted: a ChangeCipherSpec was seen in this direction before these records. mac_size: tls_null_mac() of the cipher
 * that it was about. */
void tls_walk_init (TlsWalk *walk, const guint8 *data, gsize size, gboolean encrypted, guint mac_size);
/* FALSE (and ret_event untouched) at the end. */
gboolean tls_walk_next (TlsWalk *walk, TlsEvent *ret_event);

/* A TCP stream that begins so begins with a ClientHello. */
gboolean tls_begins (View data);
/* … and the answer to it with a ServerHello. */
gboolean tls_answers (View data);

/* These octets are an alert in the clear, and nothing else. */
gboolean tls_is_alert (View data);

/* Where a record begins in octets that may begin inside of one: a plausible header, and behind that record another one
 * or the end of the octets. FALSE: none, but from ret_offset on one may have begun that goes on behind these octets. */
gboolean tls_find (View data, gsize *ret_offset);
/* How many octets a record that has begun with these still lacks; 0 when they do not tell. */
gsize tls_rest (View begun);

/* "handshake failure"; N_WORDS for an unknown description. */
Word tls_alert_word (guint description);
/* "TLS 1.2"; NULL for an unknown version. Static, as below. */
const char *tls_version_name (guint version);
/* "ServerHelloDone"; NULL for an unknown type. */
const char *tls_handshake_name (guint type);
/* What a step of the handshake is for (RFC 5246, 7.4; RFC 8446, 4); N_WORDS for one without a word here. */
Word tls_handshake_word (guint type);
