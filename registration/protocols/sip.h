/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/protocols/sip_text.h"
#include "registration/wire/bytes.h"

#include <glib.h>

/* Reads SIP messages (RFC 3261) as far as registrations need it. All views borrow from the message's bytes. Broken
 * messages are normal input: what cannot be read is absent, the rest is still told. */

/* Longer heads and bodies are refused in streams, where they would make the receiver wait for ever. */
#define SIP_HEAD_MAX     65536
#define SIP_BODY_MAX     1048576
#define SIP_MAX_CONTACTS 8 /* kept per message; all are counted */
#define SIP_MAX_AUTH     4

/* X (symbol, name) */
#define SIP_METHODS(X)                                                                                                 \
    X (REGISTER, "REGISTER")                                                                                           \
    X (INVITE, "INVITE")                                                                                               \
    X (ACK, "ACK")                                                                                                     \
    X (BYE, "BYE")                                                                                                     \
    X (CANCEL, "CANCEL")                                                                                               \
    X (OPTIONS, "OPTIONS")                                                                                             \
    X (REFER, "REFER")                                                                                                 \
    X (NOTIFY, "NOTIFY")                                                                                               \
    X (SUBSCRIBE, "SUBSCRIBE")                                                                                         \
    X (PUBLISH, "PUBLISH")                                                                                             \
    X (INFO, "INFO")                                                                                                   \
    X (MESSAGE, "MESSAGE")                                                                                             \
    X (PRACK, "PRACK")                                                                                                 \
    X (UPDATE, "UPDATE")

typedef enum {
    SIP_OTHER, /* any other token */
#define X(symbol, name) SIP_##symbol,
    SIP_METHODS (X)
#undef X
} SipMethod;

/* The headers that have a name here. X (symbol, name) */
#define SIP_HEADERS(X)                                                                                                 \
    X (VIA, "Via")                                                                                                     \
    X (FROM, "From")                                                                                                   \
    X (TO, "To")                                                                                                       \
    X (CALL_ID, "Call-ID")                                                                                             \
    X (CSEQ, "CSeq")                                                                                                   \
    X (CONTACT, "Contact")                                                                                             \
    X (EXPIRES, "Expires")                                                                                             \
    X (MIN_EXPIRES, "Min-Expires")                                                                                     \
    X (RETRY_AFTER, "Retry-After")                                                                                     \
    X (USER_AGENT, "User-Agent")                                                                                       \
    X (SERVER, "Server")                                                                                               \
    X (DATE, "Date")                                                                                                   \
    X (SUPPORTED, "Supported")                                                                                         \
    X (REASON, "Reason")                                                                                               \
    X (WARNING, "Warning")                                                                                             \
    X (REQUIRE, "Require")                                                                                             \
    X (ALLOW, "Allow")                                                                                                 \
    X (ALLOW_EVENTS, "Allow-Events")                                                                                   \
    X (EVENT, "Event")                                                                                                 \
    X (SUBSCRIPTION_STATE, "Subscription-State")                                                                       \
    X (REFER_TO, "Refer-To")                                                                                           \
    X (REFERRED_BY, "Referred-By")                                                                                     \
    X (CONTENT_TYPE, "Content-Type")                                                                                   \
    X (CONTENT_LENGTH, "Content-Length")                                                                               \
    X (CONTENT_ENCODING, "Content-Encoding")                                                                           \
    X (CONTENT_ID, "Content-ID")                                                                                       \
    X (AUTHORIZATION, "Authorization")                                                                                 \
    X (PROXY_AUTHORIZATION, "Proxy-Authorization")                                                                     \
    X (WWW_AUTHENTICATE, "WWW-Authenticate")                                                                           \
    X (PROXY_AUTHENTICATE, "Proxy-Authenticate")                                                                       \
    X (SESSION_ID, "Session-ID")                                                                                       \
    X (SESSION_EXPIRES, "Session-Expires")                                                                             \
    X (MAX_FORWARDS, "Max-Forwards")                                                                                   \
    X (ROUTE, "Route")                                                                                                 \
    X (RECORD_ROUTE, "Record-Route")                                                                                   \
    X (UNSUPPORTED, "Unsupported")                                                                                     \
    X (PATH, "Path")                                                                                                   \
    X (SUBJECT, "Subject")

typedef enum {
    SIP_HEADER_OTHER,
#define X(symbol, name) SIP_HEADER_##symbol,
    SIP_HEADERS (X)
#undef X
        N_SIP_HEADERS
} SipHeaderId;

typedef struct {
    SipHeaderId id;
    View name;  /* as sent, compact names included */
    View value; /* trimmed; holds the folds */
    View line;  /* all of it, folds and the last line end included */
} SipHeader;

/* From and To. */
typedef struct {
    View value; /* the whole header */
    SipUri uri;
    View params; /* behind the URI: for sip_param() and sip_tag() */
} SipAddress;

typedef struct {
    View value;     /* the topmost Via alone */
    View transport; /* "UDP", "TCP", "TLS" … as sent */
    View sent_by;   /* host and port */
    View host;      /* without brackets */
    guint16 port;   /* 0: none */
    View branch;
    View received;
    guint16 rport;      /* 0: none, or not filled in */
    gboolean has_rport; /* with or without a number */
} SipVia;

typedef struct {
    View value; /* this contact alone */
    SipUri uri;
    View transport; /* of the URI */
    gint64 expires; /* -1: none */
    View q;
    View instance;             /* of +sip.instance, with its angle brackets */
    gint64 reg_id;             /* -1: none */
    View device_name;          /* of +u.sip!devicename.ccm.cisco.com */
    View model;                /* of +u.sip!model.ccm.cisco.com */
    gboolean keep_alive;       /* ;cisco-keep-alive */
    gboolean new_registration; /* ;x-cisco-newreg */
} SipContact;

typedef struct {
    SipHeaderId id; /* one of the four */
    View value;     /* for sip_credentials_parse() or sip_challenge_parse() */
} SipAuth;

/* One message: where its headers are, and what is read of them for nearly all that is done with it. What few want to
 * know is read when they ask (sip_tag(), sip_credentials_parse() …). Plain data. A header that may stand only once
 * counts where it stands first. Numbers are -1 when absent or unreadable; views are empty. */
typedef struct {
    gboolean is_answer;
    SipMethod method;   /* of a request */
    View method_name;   /* of a request */
    SipUri request_uri; /* of a request */
    guint status;       /* of an answer: 100 to 699 */
    View reason_phrase; /* of an answer */

    gboolean is_of_cisco_phone; /* see sip_cisco_is_phone() */

    View head;           /* all header lines: for sip_next_header() */
    gboolean head_ended; /* there is an empty line; else the message was cut, or is broken */
    View body;           /* at most Content-Length; without one, what there is */
    gboolean body_cut;   /* Content-Length promised more */
    guint n_headers;     /* readable header lines */

    SipVia via; /* the topmost: who is answered next */
    guint n_vias;
    SipVia origin; /* the last: who has sent the request first; as via when there is one */
    SipAddress from, to;
    View call_id;
    gint64 cseq;
    View cseq_method;
    guint n_contacts;          /* in the message: may be more than are kept */
    gboolean contact_wildcard; /* "Contact: *" (counts as no contact) */
    SipAuth auth[SIP_MAX_AUTH];
    guint n_auth; /* kept */

    gint64 expires;        /* seconds */
    gint64 min_expires;    /* seconds */
    gint64 retry_after;    /* seconds */
    gint64 content_length; /* octets */
    gint64 max_forwards;

    View user_agent, server, date, warning, require, allow, unsupported, allow_events, event, subscription_state,
        refer_to, content_type, session_id;
    View supported;            /* the first line of it */
    gboolean supports_x_cisco; /* X-cisco-sis-… or X-cisco-callinfo in any line of it; others send the rest, too */
    View sis_version;          /* "7.0.0" of X-cisco-sis-7.0.0 */
    View reason;               /* the Reason header */
    View reason_text;          /* its first text="…", escapes included */
    gint64 reason_cause;       /* the cause of the same value */

    SipContact contacts[SIP_MAX_CONTACTS]; /* set as far as sip_contacts_kept(); stays last */
} SipMessage;

/* FALSE when data does not begin with a SIP start line; line ends before it are skipped (RFC 3261, 7.5), other junk is
 * not, as in Wireshark. One pass over the head, no allocation. */
gboolean sip_parse (const guint8 *data, gsize size, SipMessage *ret_message);

/* Iterates over header lines; *head starts as SipMessage's head. Lines that are no headers are passed over. */
gboolean sip_next_header (View *head, SipHeader *ret_header);
/* The tag of From or To; empty when there is none. */
View sip_tag (const SipAddress *address);
/* The contacts that are kept: MIN (n_contacts, SIP_MAX_CONTACTS). */
guint sip_contacts_kept (const SipMessage *message);
/* For how many seconds a contact is to be kept, or is: 0 removes it (RFC 3261, 10.2.2). -1: the message does not say.
 */
gint64 sip_contact_expires (const SipMessage *message, const SipContact *contact);
/* By which contact the sender of a REGISTER wants to be reached: the first that it does not remove; the first when it
 * removes all. NULL: it names none. */
const SipContact *sip_wanted_contact (const SipMessage *message);

/* SIP_HEADER_OTHER for names without a place here. Any case, compact forms too. */
SipHeaderId sip_header_find (View name);
/* The long name; NULL for SIP_HEADER_OTHER. Static. */
const char *sip_header_name (SipHeaderId id);
/* Method names are case-sensitive (RFC 3261, 7.1). */
SipMethod sip_method_find (View name);

/* Codes by which a hop answers in place of somebody that it has not reached (RFC 3261, 16.7 and 21.5.5; RFC
 * 5626, 5.3.1). */
static inline gboolean sip_is_for_another (guint32 status)
{
    return status == 408 || status == 430 || status == 504;
}

/* The octets begin with a whole request line or status line of SIP/2.0. */
gboolean sip_has_start_line (View data);
/* The same, for next to nothing where it is not so: every method begins with a capital letter, and so does the
 * version. */
static inline gboolean sip_begins (View data)
{
    return data.size && *data.data >= 'A' && *data.data <= 'Z' && sip_has_start_line (data);
}

/* Where a message begins in octets that may begin inside of one: a start line with a header line behind it. Keepalives
 * (line ends) begin anywhere. FALSE: none, but from ret_offset on one may have begun that goes on behind these octets.
 */
gboolean sip_find (View data, gsize *ret_offset);

/* How much to take from the front of data: line ends (keep-alives, RFC 5626, 3.5.1) together with the whole message
 * behind them, or the line ends alone when nothing follows yet. In a stream, 0 means that more bytes are needed, and a
 * message without Content-Length has no body. A datagram ends its message: never 0 unless it is empty, and bytes behind
 * the Content-Length are left over. Negative: this is no SIP, or a head or body larger than allowed; a stream cannot be
 * resynchronised after that. */
gssize sip_frame_length (const guint8 *data, gsize size, gboolean stream);
/* Nothing but line ends. */
gboolean sip_is_keepalive (const guint8 *data, gsize size);
