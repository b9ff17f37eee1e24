/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/bytes.h"
#include "registration/wire/frame.h"

#include <glib.h>

/* One direction of a TCP connection: puts segments in order and hands whole messages on.
 *
 * Octets behind a gap wait for what is missing, because it may turn up. They stop waiting when it cannot turn up any
 * more: who has acknowledged octets has got them, nobody will send them again, and it is the capture that has lost
 * them. Then reading goes on where the next message begins. A receiver that has acknowledged up to the gap only (and
 * selectively what lies behind it) has not got them: they will be sent again, and the waiting goes on. */

typedef struct {
    guint32 next;                 /* sequence number that continues what was handed on */
    guint32 late_start, late_end; /* the gap given up last, as far as it has not turned up since; equal: none */
    guint32 acknowledged;         /* by the other side, up to here; only with has_acknowledgment */
    gint64 time;                  /* when what was handed on last, or is just now, was captured */
    guint32 end;                  /* where a FIN has said that the stream ends; only with has_ended */
    guint32 drop;                 /* octets from next on that belong to a message whose beginning is lost */
    guint32 held_size : 28;       /* octets of held */
    guint32 started : 1;          /* next is known */
    guint32 expected : 1;         /* … from the other side's word only: nothing of this one was seen */
    guint32 has_acknowledgment : 1;
    guint32 has_ended : 1;
    guint32 searches : 1; /* octets were lost: where the next message begins has yet to be found */
    GByteArray *partial;  /* the beginning of a message; owned, NULL when there is none */
    GPtrArray *held;      /* of segments that wait for a gap to be filled, by sequence; owned, or NULL */
} Stream;

typedef enum {
    STREAM_NEW,      /* handed on, all or its new part */
    STREAM_REPEATED, /* nothing new in it */
    STREAM_HELD,     /* octets before it are missing: kept until they come, or never will */
    STREAM_TAIL,     /* nothing in it can be read: it belongs to a message whose beginning is lost */
} StreamVerdict;

typedef struct {
    guint32 size;          /* octets that are lost */
    gboolean acknowledged; /* the other side has got them */
    View begun;            /* the beginning of the message that they tear apart; empty when none had begun */
} StreamLoss;

typedef struct {
    /* Gets what stands at the front of the stream and returns how many octets it has used: whole messages, as a rule.
     * The rest is shown again, longer, when more has come. cut: so many octets that follow the capture did not keep,
     * and never will show. */
    gsize (*read) (const guint8 *data, gsize size, guint32 cut, gpointer user_data);
    /* Octets are lost between what was read and what is read next. Returns TRUE when the next message has to be looked
     * for, with ret_drop the number of octets behind the loss that are known to belong to the one that was torn apart;
     * FALSE when read() knows how to go on behind them. */
    gboolean (*lose) (const StreamLoss *loss, guint32 *ret_drop, gpointer user_data);
    /* Looks for the beginning of a message. TRUE: at ret_offset. FALSE: there is none for certain; from ret_offset on
     * it is worth while to look again when more has come. */
    gboolean (*find) (const guint8 *data, gsize size, gsize *ret_offset, gpointer user_data);
} StreamReader;

/* Takes a segment with its payload, captured at that time. Memory is bounded: when more waits than fits, the gap is
 * given up. */
StreamVerdict stream_segment (Stream *stream, const TcpSegment *segment, gint64 time, View payload,
                              const StreamReader *reader, gpointer user_data);
/* Nothing of the stream was seen, and the other side says that it has all octets before this one: what follows them is
 * missing when the first that is seen lies further behind. Does nothing once the stream has begun. */
void stream_expect (Stream *stream, guint32 sequence);
/* The other side has acknowledged everything before this number: gaps before it are lost. TRUE when something waits
 * that may be behind one of them: read it. */
gboolean stream_acknowledge (Stream *stream, guint32 acknowledgment);
/* Reads what waits behind gaps that are lost. What was acknowledged may still turn up as long as nothing behind it has.
 */
void stream_read_acknowledged (Stream *stream, const StreamReader *reader, gpointer user_data);
/* Nothing that is missing will turn up: all that waits is read. Returns the verdict on the segment that stands last. */
StreamVerdict stream_give_up (Stream *stream, const StreamReader *reader, gpointer user_data);
/* A message has begun, and waits for its end. */
gboolean stream_has_begun (const Stream *stream);
/* Its end will not come: what there is of it is shown once more, and then it is forgotten. */
void stream_read_begun (Stream *stream, const StreamReader *reader, gpointer user_data);
/* The capture shows the stream from the middle of a message on: where the next one begins has to be found. */
void stream_search (Stream *stream);
/* The sequence number up to which all octets were seen, from where reading began. */
guint32 stream_seen (const Stream *stream);
/* How many segments wait for octets that are missing. Inline: asked for each segment, and nearly always none. */
static inline guint stream_waits (const Stream *stream)
{
    return stream->held ? stream->held->len : 0;
}
/* Octets of this direction are missing: so far, or for good. */
gboolean stream_has_gap (const Stream *stream);
void stream_clear (Stream *stream);
