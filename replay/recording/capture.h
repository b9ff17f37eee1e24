/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/flow/flow.h"
#include "registration/wire/frame.h"
#include "replay/recording/captured_packet.h"

#include <glib.h>
#include <stdio.h>

/* A capture file: pcap (with micro- or nanoseconds) and pcapng, as libpcap reads them, also as gzip, zstd or lz4; down
 * to the transport's payload as registration/wire/link.h does. */

typedef struct Capture Capture;

typedef enum {
    CAPTURE_ERROR_OPEN,   /* missing, not allowed, a folder */
    CAPTURE_ERROR_FORMAT, /* no capture, compressed otherwise, or of link types that nobody reads: no frame of it was
                             read */
    CAPTURE_ERROR_CUT,    /* damaged or cut off in the middle; the frames before that were read */
} CaptureError;
#define CAPTURE_ERROR (capture_error_quark ())
GQuark capture_error_quark (void);

/* TRUE when the file begins like a capture; one that cannot be opened does not. */
gboolean capture_is_one (const char *path);

/* path "-": standard input. NULL with error set when it cannot be read; the message is one sentence that names the
 * file. */
Capture *capture_open (const char *path, GError **error);

/* A descriptor of what is at path, to be read as often as wanted: what comes through a pipe is kept in a temporary file
 * that has no name. The caller's, to be closed; -1 with error set as above. */
int capture_source (const char *path, GError **error);
/* A stream of its beginning; source stays the caller's. NULL with errno set. */
FILE *capture_source_stream (int source);
/* Reads it from its beginning; path is for messages. source stays the caller's. */
Capture *capture_open_source (int source, const char *path, GError **error);
/* Reads a stream from where it stands, once, and takes it over; name is for messages. Whoever made it decides how long
 * it waits for more. Nothing is unpacked. */
Capture *capture_open_stream (FILE *stream, const char *name, GError **error);
void capture_free (Capture *capture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Capture, capture_free)

typedef enum {
    CAPTURE_FRAME,
    CAPTURE_END,
    CAPTURE_FAILED, /* error is set; there are no more frames */
} CaptureResult;

/* The next frame, with its number as Wireshark counts and its time. What is no TCP, UDP, ICMP, ARP, CDP, LLDP or EAPOL
 * (or an IP fragment that completes nothing) has TRANSPORT_NONE. payload points into the capture's memory: valid until
 * the next call. */
CaptureResult capture_next (Capture *capture, Frame *ret_frame, GError **error);

/* The same packet as it is, for whoever takes it apart himself. */
CaptureResult capture_next_packet (Capture *capture, CapturedPacket *ret_packet, GError **error);

/* Frames so far of links that nothing here reads; ret_link: name and number of the first one's link type, borrowed from
 * the capture; NULL when there are none. */
guint32 capture_unread (const Capture *capture, const char **ret_link);

/* Runs the rest of the capture through a flow, its end included (flow_finish()). On failure the flow has seen what
 * comes before the damage, and its end. */
gboolean capture_feed (Capture *capture, Flow *flow, GError **error);
/* The same for at most so many frames. FALSE when that was the rest: with error set when it failed. */
gboolean capture_feed_some (Capture *capture, Flow *flow, guint32 frames, GError **error);
