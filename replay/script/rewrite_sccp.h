/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/protocols/sccp.h"
#include "replay/script/identity.h"

#include <glib.h>

/* What must change in a recorded message of a phone before it may be sent again (reference 6.1). */

typedef struct {
    const Identity *identity;
    guint32 header_version; /* see sccp_header_version() */
    guint32 instance;       /* of a request about a line or key; 0: as recorded */
    guint lines;            /* line keys of the live template; G_MAXUINT: not known */
    gboolean same_server;   /* the server holds the configuration that the phone says it has */
} SccpRewrite;

/* The version in the header of a message: 0 up to the RegisterAck, then the lower of both offers when that is 10 or
 * more (reference 1.2). granted 0: not accepted yet, or an old server that does not say. */
guint32 sccp_header_version (guint offered, guint granted);

/* The message as it is to be sent, length recomputed. Owned by the caller. octets is one whole message. */
GByteArray *sccp_rewrite (View octets, const SccpRewrite *rewrite);

/* A message without recorded octets: this id, and one number as body if has_number. Owned by the caller. */
GByteArray *sccp_message (guint32 header_version, guint32 id, gboolean has_number, guint32 number);
