/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/terms/phase.h"
#include "registration/terms/values.h"
#include "registration/wire/frame.h"

#include <glib.h>

typedef enum { SIDE_ANY, SIDE_PHONE, SIDE_SERVER } Side;

/* One kind of message, or one kind of TCP event. Rows are static; everything that differs between kinds by table alone
 * stands here. */
typedef struct {
    Protocol protocol;
    guint32 id;             /* SCCP: message id. Others: their own numbering, see their headers */
    const char *name;       /* as in regflow.message: Wireshark's name where it has one */
    Side from;              /* who sends it */
    Phase phase;            /* PHASE_NONE: not part of a registration */
    const char *group;      /* tip group when it is not "<protocol>.<name>" */
    gboolean also_in_calls; /* part of the registration only while one is going on (lamps, prompts, clock …) */
    gboolean is_request;    /* something answers it */
    gboolean is_answer;
    guint32 answers;   /* id of the request that it answers */
    ValueKey instance; /* requests and answers are paired by this value too (line 1, line 2 …); or VALUE_END */
} MessageKind;

/* Which of several texts about one kind of message fits this message: the part of a tip group's name behind the
 * slash ("sccp.Reset/restart"). X (symbol, name). */
#define VARIANTS(X)                                                                                                    \
    X (NONE, "")                                                                                                       \
    X (FINISH, "finish")  /* sent while a registration is going on */                                                  \
    X (EMPTY, "empty")    /* the list, number or text in it is empty */                                                \
    X (NONE_LEFT, "none") /* it says "zero" */                                                                         \
    X (RESET, "reset")                                                                                                 \
    X (RESTART, "restart")                                                                                             \
    X (APPLY, "apply")                                                                                                 \
    X (PHONE, "phone")         /* the phone did it */                                                                  \
    X (SERVER, "server")       /* the server did it */                                                                 \
    X (BACKUP, "backup")       /* on a connection to a backup server */                                                \
    X (FIRST, "first")         /* the first of its kind */                                                             \
    X (AGAIN, "again")         /* repeated */                                                                          \
    X (REFUSED, "refused")     /* with a status other than success */                                                  \
    X (SRST, "srst")           /* a branch router says that it has taken over */                                       \
    X (MEDIA, "media")         /* a media resource: no keys, no lines, no clock */                                     \
    X (GATEWAY, "gateway")     /* a gateway or a port of one */                                                        \
    X (DELIVERED, "delivered") /* the last part of a file */                                                           \
    X (CONFIG, "config")       /* … that was a configuration */                                                      \
    X (BROKEN, "broken")       /* … that was one, but cannot be read */                                              \
    X (HARMLESS, "harmless")                                                                                           \
    X (NOT_FOUND, "not-found")                                                                                         \
    X (REFRESH, "refresh")       /* a registration goes on */                                                          \
    X (ANSWERED, "answered")     /* a request that answers a challenge */                                              \
    X (IDENTIFIED, "identified") /* … of CUCM, which tells a third-party phone by its digest user */                 \
    X (ADVANCE, "advance")       /* with credentials that nobody waits for */                                          \
    X (ALONE, "alone")           /* an answer whose request is not there */                                            \
    X (UNHEARD, "unheard")       /* repeated, after the answer has come */                                             \
    X (UNREGISTER, "unregister")                                                                                       \
    X (OTHERS, "others") /* about others than what is the phone's own */                                               \
    X (MOVED, "moved")   /* a registration goes on, but at another contact */                                          \
    X (STALE, "stale")                                                                                                 \
    X (ALARM, "alarm")                                                                                                 \
    X (TOKEN, "token")                                                                                                 \
    X (ANNOUNCE, "announce")         /* somebody tells what is its own */                                              \
    X (SIGNED, "signed")             /* only a signed file would do */                                                 \
    X (CUT, "cut")                   /* the capture does not have what would tell the variant */                       \
    X (STRAY, "stray")               /* does not belong to the transfer that goes on */                                \
    X (PROVISIONING, "provisioning") /* a URL instead of a TFTP server */                                              \
    X (CISCO, "cisco")               /* a Cisco phone's own form */                                                    \
    X (ROUTED, "routed")             /* … that a router has passed on in between */                                  \
    X (RECORD, "record")             /* DNS: another record than an address */                                         \
    X (KEPT, "kept")                 /* a server that the phone has kept from before */                                \
    X (OLD, "old")                   /* the short form of old servers or phones */                                     \
    X (BOOTED, "booted")             /* the phone has just started */                                                  \
    X (LATE, "late")                 /* later than it should be */                                                     \
    X (OWN, "own")                   /* the phone tells what is its own */                                             \
    X (EXPIRED, "expired")           /* its time to live ran out on the way */                                         \
    X (REDIRECT, "redirect")         /* a shorter way is named */                                                      \
    X (STANDBY, "standby")           /* nobody has asked to be registered on the connection */                         \
    X (UNDECIDED, "undecided")       /* a question of before has no answer yet */                                      \
    X (CARRIED, "carried")           /* it happens to the connection of somebody in between, and concerns this phone */

typedef enum {
#define X(symbol, name) VARIANT_##symbol,
    VARIANTS (X)
#undef X
        N_VARIANTS
} Variant;

/* Static; "" for VARIANT_NONE. */
const char *variant_name (Variant variant);

/* An index into the catalogue; fits 16 bits. */
typedef guint16 KindIndex;

const MessageKind *catalog_kind (KindIndex index);
guint catalog_size (void);
/* The row of an id; for an id that nobody knows the protocol's row named "unknown". */
KindIndex catalog_find (Protocol protocol, guint32 id);
/* It is a protocol's row named "unknown". */
gboolean catalog_is_unknown (const MessageKind *kind);
/* FALSE when catalog_find() finds the row named "unknown", whatever the id. */
gboolean catalog_knows (Protocol protocol, guint32 id);
/* "sccp", "tcp" …: the first half of a tip group's name. */
const char *protocol_name (Protocol protocol);

/* Ids of the protocols whose own numbers do not serve: SIP uses SipMethod for requests and the status for answers, DHCP
 * its message type, TFTP its opcode, TLS a TlsEventKind, EAPOL an EapolKind, ARP its operation. */
enum { HTTP_REQUEST, HTTP_RESPONSE };
enum { DNS_QUERY, DNS_RESPONSE };
enum { ICMP_SAYS_UNREACHABLE, ICMP_SAYS_TOO_BIG, ICMP_SAYS_OTHER };

enum {
    FRAME_IS_COPY,
    FRAME_IS_FRAGMENT,
    FRAME_IS_PIECE,     /* a later fragment of a packet whose first one is not there */
    FRAME_IS_PASSED_ON, /* a SIP message between a proxy and its next hop */
    FRAME_IS_LINE_ENDS, /* a keepalive of SIP: no message */
    FRAME_IS_CUT,       /* a message of which the capture lacks what tells its meaning */
};

/* TCP events on a phone's connections, as ids of PROTOCOL_TCP. */
enum {
    TCP_EVENT_CONNECT,        /* SYN */
    TCP_EVENT_CONNECT_AGAIN,  /* the same SYN repeated */
    TCP_EVENT_ACCEPT,         /* SYN with ACK */
    TCP_EVENT_ESTABLISHED,    /* the third step of the handshake */
    TCP_EVENT_REFUSED,        /* RST in answer to a SYN */
    TCP_EVENT_ACK,            /* nothing but an acknowledgment */
    TCP_EVENT_SEGMENT,        /* data, but no message ends here */
    TCP_EVENT_HELD,           /* data behind octets that are not in the capture */
    TCP_EVENT_TAIL,           /* data of a message whose beginning is lost */
    TCP_EVENT_GAP,            /* octets that the capture lacks, and no longer can show */
    TCP_EVENT_RETRANSMISSION, /* data seen before */
    TCP_EVENT_CLOSE,          /* FIN */
    TCP_EVENT_RESET,          /* RST later on */
    N_TCP_EVENTS
};
