/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/anonymise/lane.h"
#include "registration/anonymise/pen.h"
#include "registration/wire/frame.h"

/* A TCP connection: what is spoken on it, and what becomes of it. */

typedef struct Conversation Conversation;

Conversation *conversation_new (const Pen *pen, guint16 port, guint16 other_port);
void conversation_free (Conversation *conversation);
/* What was decided stays; the packets come once more. */
void conversation_rewind (Conversation *conversation);

/* FALSE when this segment begins another connection between the same ends. */
gboolean conversation_takes (const Conversation *conversation, gboolean is_back, const TcpSegment *segment);
/* Reads a segment; is_back: from the second end. */
void conversation_add (Conversation *conversation, gboolean is_back, const TcpSegment *segment, View payload);
void conversation_finish (Conversation *conversation);
/* Writes what was decided over the payload of a segment. */
void conversation_write (Conversation *conversation, gboolean is_back, const TcpSegment *segment, guint8 *payload,
                         gsize size);
