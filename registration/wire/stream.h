/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/bytes.h"
#include "registration/wire/frame.h"

#include <glib.h>

/* One direction of a TCP connection: puts segments in order and hands whole messages on. */

typedef struct {
    guint32 next;                 /* sequence number that continues what was handed on */
    guint32 late_start, late_end; /* skipped while not waiting for it; equal when nothing was */
    guint32 held_size : 31;       /* octets of held */
    guint32 started : 1;          /* next is known */
    GByteArray *partial;          /* the beginning of a message; owned, NULL when there is none */
    GPtrArray *held;              /* of segments that wait for a gap to be filled, by sequence; owned, or NULL */
} Stream;

typedef enum {
    STREAM_NEW,      /* handed on, all or its new part */
    STREAM_REPEATED, /* nothing new in it */
    STREAM_HELD,     /* octets before it are missing: kept until they come */
} StreamVerdict;

/* Gets what stands at the front of the stream and returns how many octets it has used: whole messages, as a rule. The
 * rest is shown again, longer, when more has come. cut: the capture did not keep what follows, and never
 * will show it. */
typedef gsize (*StreamReader) (const guint8 *data, gsize size, gboolean cut, gpointer user_data);

/* Takes a segment with its payload. wait_for_gaps: octets behind a gap wait until it is filled, for ever if need be (as
 * Wireshark does with tcp.reassemble_out_of_order); otherwise reading starts anew behind it. Memory is bounded: what
 * exceeds it is forgotten. */
StreamVerdict stream_segment (Stream *stream, const TcpSegment *segment, View payload, gboolean wait_for_gaps,
                              StreamReader reader, gpointer user_data);
/* The sequence number up to which all octets were seen, from where reading began. */
guint32 stream_seen (const Stream *stream);
/* Octets of this direction are missing: so far, or for good. */
gboolean stream_has_gap (const Stream *stream);
void stream_clear (Stream *stream);
