/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/flow/notes.h"
#include "registration/protocols/catalog.h"
#include "registration/wire/frame.h"
#include "registration/wire/stream.h"

#include <glib.h>

/* One TCP connection between a phone and a server, as far as its segments tell. What runs over it is not known here. */

enum { FROM_PHONE = 0, FROM_SERVER = 1 };

typedef struct {
    Endpoint ends[2];     /* FROM_PHONE, FROM_SERVER; the key of the flow's table: stays first */
    Stream streams[2];    /* the same */
    guint32 syn_sequence; /* of the phone's SYN; where that was not seen, before what it has said first */
    guint32 syn_ip_id;    /* of the SYN; 0 not known */
    guint8 has_syn;       /* syn_sequence is known */
    NoteId syn_note;      /* 0 when the capture began later */
    guint32 syn_repeats;  /* SYNs sent, the first included */
    guint8 accepted;      /* SYN with ACK seen */
    guint8 established;   /* anything behind the handshake seen */
    guint8 closed;        /* RST, or a FIN of either side */
    guint8 ended[2];      /* a FIN of that side was seen */
    guint8 lacks_end;     /* a RST of one side stands behind octets of it that are not there */
    guint8 acked[2];      /* that side has acknowledged something: up to acknowledgment */
    guint32 acknowledgment[2];
    /* Payloads, by direction: the largest that has arrived, the largest under way and where it ends, and what is sent
     * again and again without arriving. */
    guint32 arrived[2], under_way[2], under_way_end[2];
    guint32 repeated[2];
    guint16 repeats[2];
    gint64 waits_since[2]; /* octets of that side wait for others, if they do */
    guint8 answered[2];    /* … and the other side has spoken since: its acknowledgments will tell what has arrived */
    guint8 unseen_acks;    /* segments that acknowledge something of a side of which nothing was seen */
} TcpState;

/* What a segment is to a reader, as TCP_EVENT_*; updates the state. verdict is what the stream said of its payload;
 * has_messages: whole messages end in this frame, so that plain data needs no words of its own: N_TCP_EVENTS means that
 * there is nothing to add to them. */
guint tcp_state_segment (TcpState *state, gboolean from_server, const TcpSegment *segment, gboolean probe,
                         StreamVerdict verdict, gboolean has_messages);
/* That side has sent these octets again, and the other one has acknowledged none of them: how many times so far. 0 when
 * they had arrived. For a segment that is TCP_EVENT_RETRANSMISSION, behind tcp_state_segment(). */
guint tcp_state_in_vain (TcpState *state, gboolean from_server, const TcpSegment *segment);
/* Whether that is so still: of what that side has sent again and again the other one, which has acknowledged what came
 * before, has acknowledged nothing. */
gboolean tcp_state_is_unheard (const TcpState *state, gboolean from_server);
/* Octets of that side wait (STREAM_HELD), the first of them from this time on. */
void tcp_state_wait (TcpState *state, gboolean from_server, gint64 time);
/* Whether that is in vain: that side sends new octets now, and in all the time between neither what is missing nor a
 * word of the other side has been seen. Where only one direction was captured nothing else ends the waiting. */
gboolean tcp_state_waits_in_vain (TcpState *state, gboolean from_server, const TcpSegment *segment, gint64 time);

typedef enum {
    CAPTURE_WHOLE,         /* nothing speaks against it */
    CAPTURE_LACKS_PACKETS, /* something was acknowledged that the capture does not show */
    CAPTURE_CUT,           /* of a packet only the beginning was kept: what the rest holds counts as not seen */
    CAPTURE_ONE_SIDED,     /* again and again, and nothing at all of the other side is there */
} CaptureHolds;

/* What a segment tells about the capture. To be asked after the segment was given to the stream, and before
 * tcp_state_segment(). What was acknowledged and is not there is missed at the next segment of who did, not at once. */
CaptureHolds tcp_state_capture (TcpState *state, gboolean from_server, const TcpSegment *segment);
/* That side has sent octets, none of them again, and this segment of the other one is the first to acknowledge them. */
gboolean tcp_state_is_unrepeated (const TcpState *state, guint own, const TcpSegment *segment);
/* What the phone has sent is acknowledged by nobody, and TCP does not send it again: no segment of the server is in the
 * capture. */
gboolean tcp_state_lacks_server (const TcpState *state);
/* The latest of what the phone has sent is acknowledged nowhere, and TCP has not sent it again: after TCP_REPEATED_BY
 * the capture lacks that acknowledgment, or the phone is gone. */
gboolean tcp_state_lacks_acknowledgment (const TcpState *state);
/* The segment, with which that side ends the connection, acknowledges one octet that the capture has not shown: the FIN
 * of the other side, which has come first (RFC 9293, 3.4). */
gboolean tcp_state_answers_end (const TcpState *state, gboolean from_server, const TcpSegment *segment);
/* So far one side has acknowledged more than the capture has of the other: packets are missing, or come in a moment. */
gboolean tcp_state_lacks_octets (const TcpState *state);
/* A keep-alive of TCP itself: one octet or none, just before what comes next (RFC 1122, 4.2.3.6). To be asked before
 * the segment is given to the stream. */
gboolean tcp_state_is_probe (const TcpState *state, gboolean from_server, const TcpSegment *segment);
