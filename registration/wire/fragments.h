/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/packet.h"
#include "registration/wire/times.h"

#include <glib.h>

/* Puts the fragments of IP packets together (RFC 791, RFC 8200 4.5). A SIP REGISTER over UDP is often larger than one
 * Ethernet frame. Memory is bounded: what waits longest is forgotten first. */

typedef struct Fragments Fragments;

/* Fragments of one packet that are further apart than this belong to two (RFC 8200: 60 s; IPv4 hosts wait less). */
#define FRAGMENT_PATIENCE SECONDS (60)

Fragments *fragments_new (void);
void fragments_free (Fragments *fragments);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fragments, fragments_free)

/* Takes a fragment, seen at this time (nanoseconds since 1970). TRUE when it completes its packet: ret_payload is the
 * whole payload then, borrowed until the next call. Of octets that come twice the first ones count. Fragments that the
 * capture cut complete nothing. */
gboolean fragments_add (Fragments *fragments, const IpPacket *packet, gint64 time, View *ret_payload);
