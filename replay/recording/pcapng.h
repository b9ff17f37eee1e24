/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>
#include <stdio.h>

/* Writes a capture again, with comments at its packets. Of a pcapng file every block is copied octet by octet, known or
 * not: libwiretap would drop blocks and options that it does not know, and names. Only packets that get a comment grow,
 * and a section no longer says how long it is. A pcap file becomes pcapng with the same packets and the same
 * resolution of time. */

typedef enum {
    PCAPNG_ERROR_READ,  /* not there, or no capture */
    PCAPNG_ERROR_CUT,   /* damaged or cut off in the middle; what comes before was written */
    PCAPNG_ERROR_WRITE, /* the output */
} PcapngError;
#define PCAPNG_ERROR (pcapng_error_quark ())
GQuark pcapng_error_quark (void);

/* Adds the comments of a packet (1, 2, 3 … in the file) to a list that frees them. */
typedef void (*PacketComments) (guint32 packet, GPtrArray *comments, gpointer user_data);

typedef struct {
    guint32 packets;
    guint32 comments;    /* written */
    guint32 uncommented; /* packets that cannot hold one: simple packet blocks, and blocks whose options are damaged */
} PcapngCount;

/* Reads a capture_source() from its beginning and writes to output; both stay the caller's. The message of an error is
 * one sentence that names the file by path. */
gboolean pcapng_annotate (int source, const char *path, FILE *output, PacketComments comments, gpointer user_data,
                          PcapngCount *ret_count, GError **error);

/* What becomes of the octets of a packet, in place. link_type as in registration/wire/link.h. */
typedef void (*PacketChange) (guint32 link_type, guint8 *data, gsize size, gpointer user_data);

/* Writes the packets as they have become, in their order, with their times and those of their blocks' values that name
 * nobody: comments, interface names, resolved names and secrets are left out. ret_secrets: how many blocks of the
 * latter there were. output NULL: nothing is written; packets are shown all the same. Otherwise as above. */
gboolean pcapng_change (int source, const char *path, FILE *output, PacketChange change, gpointer user_data,
                        guint32 *ret_secrets, GError **error);
