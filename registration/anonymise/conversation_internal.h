/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/anonymise/anonymise_internal.h"
#include "registration/anonymise/conversation.h"

/* What the parts of a conversation share. Nothing outside includes this. */

typedef enum { SPEECH_UNKNOWN, SPEECH_SCCP, SPEECH_SIP, SPEECH_HTTP, SPEECH_TLS, SPEECH_DNS } Speech;

typedef struct {
    guint64 at;
    guint32 size;
} HandshakePiece;

typedef struct {
    Conversation *conversation;
    Lane *lane;         /* owned */
    gboolean has_begun; /* with a SYN, whose number is first */
    gboolean has_spoken;
    guint32 first;
    Speech speech;         /* SPEECH_UNKNOWN: as the other one, or as the port says */
    gboolean is_encrypted; /* TLS: behind the ChangeCipherSpec */
    GByteArray *handshake; /* TLS: of the message that has begun; owned */
    GArray *pieces;        /* where its octets stand; of HandshakePiece, owned */
} Direction;

struct Conversation {
    const Pen *pen;
    guint16 port, other_port;
    guint mac_size;    /* TLS: of a cipher that only signs */
    gboolean is_plain; /* TLS: what it carries can be read, whatever cipher that is */
    char *file;        /* HTTP: that was asked for last, or NULL; owned */
    gboolean is_head;  /* HTTP: only about it was asked */
    Direction directions[2];
};

/* What stands there before it is changed, when something is written at all; owned by the caller, or NULL. */
guint8 *conversation_copy (const Direction *direction, const guint8 *data, gsize size);
/* What has become of it. Returns the size. */
gsize conversation_keep (Direction *direction, guint64 at, const guint8 *before, const guint8 *now, gsize size);
/* What is no message must not become one: zeros would be keepalives, and these are longer than any. Where lines begin,
 * the next message may. Returns the size. */
gsize conversation_blot_out (Direction *direction, guint64 at, guint8 *data, gsize size, gboolean has_lines);
/* Where a message begins; FALSE: nowhere, and *ret_offset octets are none of one. */
typedef gboolean (*ConversationFind) (View data, gsize *ret_offset);
/* How much in front belongs to no message. As streams are read everywhere: one may begin anywhere, or else where the
 * latest segment does, since most segments begin with a message. */
gsize conversation_strange_size (const Direction *direction, guint64 at, View data, gboolean at_end,
                                 ConversationFind find);

/* A record of TLS begins there; a line that a message of HTTP begins with. */
gboolean conversation_is_record (const guint8 *data, gsize size);
gboolean conversation_begins_http (const guint8 *data, gsize size);

/* How much of a message they have taken: 0 when more is needed. */
gsize conversation_read_http (Direction *direction, guint64 at, guint8 *data, gsize size, gboolean at_end);
gsize conversation_read_tls (Direction *direction, guint64 at, guint8 *data, gsize size, gboolean at_end);
/* Octets of a handshake that come together in records; at_end: no more will. */
void conversation_read_handshake (Direction *direction, guint64 at, const guint8 *data, gsize size, gboolean at_end);
