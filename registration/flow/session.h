/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/flow/connection.h"
#include "registration/flow/notes.h"
#include "registration/flow/phones.h"
#include "registration/wire/times.h"

#include <glib.h>

/* A phone's dealings with one server over one connection: what has been asked and answered, and how far the
 * registration has come. One object a connection; plain data for flow.c and the protocol's part of it. */

/* How long an unanswered request keeps a new one of its kind from taking its place. No phone repeats an SCCP request
 * sooner in any capture seen; keepalives come every 30 s and must not queue up behind a lost one. */
#define REQUEST_PATIENCE SECONDS (10)
/* Reference 2.2: a template or status request that has no answer by then holds "provisioned" no longer. */
#define PROVISION_PATIENCE SECONDS (5)
/* Reference 2.3: idle display within 1-3 s of the acceptance; what comes later than this after "ready" is daily life.
 */
#define FINISH_TIME SECONDS (10)

typedef enum { APP_SCCP, APP_SIP, APP_HTTP, APP_TLS } SessionApp;

/* A later piece of an IP packet whose first piece is not in the capture. */
typedef struct {
    guint32 frame; /* 0: none */
    guint32 end;   /* octets of the packet up to here, TCP header included */
} LostPiece;

typedef struct Session {
    TcpState tcp;
    gint64 latest[2]; /* time of the latest segment of each direction */
    gint64 before;    /* … and of the one before the present segment, in its direction */
    guint32 number;   /* 1, 2, 3 …, in the order in which connections were opened */
    SessionApp app;
    PhoneId phone;
    guint16 server;              /* place in the flow's list of servers */
    RegistrationId registration; /* the latest that it carries; 0 none: it fetches files */
    GArray *carried;             /* of a hop: RegistrationId of what it carries, owned; NULL none */
    guint8 is_hop;               /* somebody in between: phone is that one, registration the connection alone */
    guint8 has_ended;            /* the first FIN or RST has come */
    guint8 answers_end;     /* … and the FIN of the other side was before it, which the capture has later, or not */
    guint8 data_records;    /* TLS: the phone's, which may hold messages that cannot be read */
    Phase phase;            /* of the latest message, for the segments between */
    KindIndex last_kind[2]; /* latest message of each direction */
    guint8 has_last_kind[2];

    struct PendingRequest *pending; /* unanswered requests, oldest first; owned */
    guint8 n_pending;

    struct EarlyAnswer *early; /* captured before the requests that they acknowledge, oldest first; owned */
    guint8 n_early;
    NoteId early_decision; /* RegisterAck or RegisterReject of these, whose RegisterReq is still to come; 0 none */

    NoteId denied[2]; /* the network says that the segment of that side which begins here is dropped; 0 none */
    guint32 denied_sequence[2];
    LostPiece lost_piece[2]; /* since the latest octets of that side */
    NoteId lacking[2];       /* tells of the latest gap in that side, which may still be filled; 0 none */
    guint32 lacking_size[2]; /* … and its octets */
    guint32 skip[2];         /* HTTP: octets of a body that are still to come and not wanted */
    guint8 speaks_tls[2];    /* TLS: a record of this direction was read */
    guint32 babble;          /* frame of the server's first octets that are no whole message; 0 none */
    guint8 answers_plainly;  /* TLS: what the server says first is none */
    guint8 encrypted[2];     /* TLS: a ChangeCipherSpec was seen in this direction */
    guint8 early_refusal;    /* swapped frames: the reset of its SYN stood before that, and is not told yet */
    guint8 bare[2];          /* TLS: this side has shown no certificate, its list of them was empty */
    guint8 shown[2];         /* … one at least */
    guint8 shown_early[2];   /* TLS: the certificate of this side is not valid yet */
    guint8 is_tls13;         /* TLS: all but the hellos is encrypted */
    guint8 goes_on;          /* TLS 1.3: the server has sent more than an alert after the phone's Finished */
    guint16 tls_version;     /* TLS: that the server has chosen; 0 not seen */
    guint8 mac_size;         /* TLS: tls_null_mac() of the cipher; 0: it encrypts, or is not known */
    GByteArray *plain[2];    /* TLS: decrypted octets that are no whole message yet; owned, or NULL */
    guint8 is_scan;          /* SIP: somebody looks for accounts on it, and nothing is told of the messages */

    /* SCCP, also inside TLS */
    guint8 registers;     /* RegisterReq seen */
    guint8 is_begun[2];   /* the first octets of that side were seen, behind the handshake */
    guint8 is_foreign[2]; /* … and are no SCCP: nothing that comes later is */
    guint8 own_address;   /* what the phone calls its address is where it speaks from: no NAT in between */
    guint8 registering;   /* from RegisterReq until daily life begins */
    guint8 accepted;      /* RegisterAck seen, not yet unregistered */
    guint8 ready;
    guint8 confirmed;        /* … not seen, and an answer shows it that only those get who are registered */
    guint8 has_asked;        /* a RegisterReq was seen */
    Level level;             /* of the registration on this connection, not yet ended */
    NoteId open_register;    /* SIP: the REGISTER that waits for its final answer here; 0 none */
    guint8 media_resource;   /* ready without templates and time */
    guint8 has_line;         /* a LineStatRes gave a number */
    guint8 offered, version; /* protocol versions: offered by the phone, in force; 0 unknown */
    guint16 outstanding;     /* template and status requests without an answer */
    gint64 last_request;     /* time of the latest of them */
    gint64 accept_time;
    guint32 accept_steps; /* the flow's steps_back then */
    guint8 reset_ordered; /* since RegisterAck: the Variant of the latest Reset; 0 none */
    gint64 ready_time;
    gint64 last_heartbeat;               /* time of the latest KeepAliveReq or RegisterAck; 0 none */
    guint8 has_heartbeat;                /* it was a KeepAliveReq */
    guint8 lacks_heartbeat;              /* only its answer is in the capture, or stands before it */
    guint8 alarm_fits;                   /* what its alarm calls its address is where it speaks from */
    guint32 empty_lines;                 /* lines that the server does not have, a bit each, line 1 in bit 0 */
    guint32 keepalive, backup_keepalive; /* seconds; 0 unknown */
} Session;

Session *session_new (const Endpoint *phone, const Endpoint *server);
void session_free (Session *session);

/* Requests that wait for an answer at the same time: a phone asks for some dozen keys and lines at most. When a broken
 * or hostile phone asks more, the oldest are forgotten. */
#define PENDING_MAX 64

/* Remembers a request, by kind and instance. */
void session_ask (Session *session, const Notes *notes, guint32 id, guint64 instance, NoteId request, gint64 time);
/* Another request of that kind and instance is under way: those that have waited for longer than REQUEST_PATIENCE get
 * no answer any more. */
void session_forget_old (Session *session, const Notes *notes, guint32 id, guint64 instance, gint64 time);
/* Swapped frames: an answer whose segment acknowledges octets that the capture has not shown yet. */
void session_answer_early (Session *session, guint32 id, guint64 instance, NoteId answer, guint32 acknowledgment);
/* The answer to a request of that kind and instance which has acknowledged it already, its octets up to end, and is
 * then forgotten; 0 when there is none. */
NoteId session_take_early (Session *session, guint32 id, guint64 instance, guint32 end);
/* Whether a request of that kind and instance is pending. */
gboolean session_waits (const Session *session, guint32 id, guint64 instance);
/* The request that an answer of that kind and instance belongs to, which is then no longer pending; 0 when none is. */
NoteId session_answer (Session *session, guint32 id, guint64 instance);
