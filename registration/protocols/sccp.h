/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/protocols/catalog.h"
#include "registration/protocols/sccp_catalog.h"
#include "registration/terms/values.h"
#include "registration/wire/bytes.h"

#include <glib.h>

/* SCCP on the wire (reference 1.1-1.5). Little-endian; IPv4 addresses and MACs in network order. */

#define SCCP_HEADER_SIZE 8 /* length and header version; the message id counts as body there */
/* The longest message that a registration has is UpdateCapabilitiesV3 with under 4 KiB; chan-sccp and CUCM close the
 * connection far below this. */
#define SCCP_DATA_LENGTH_MAX 65536

static inline KindIndex sccp_kind (guint32 id)
{
    return catalog_find (PROTOCOL_SCCP, id);
}

/* One PDU. body begins behind the message id and is borrowed. */
typedef struct {
    guint32 header_version;
    guint32 id;
    View body;
    View octets; /* header and body as they came; borrowed likewise */
    gsize cut;   /* octets at its end that the capture does not have */
} SccpPdu;

/* Takes the first PDU from data. Returns the octets that it takes; 0 when more are needed; -1 when these octets cannot
 * be SCCP (a length below 4 or absurd), after which the stream cannot be resynchronised. Never reads past size;
 * ret_pdu is untouched unless the result is positive. */
gssize sccp_frame (const guint8 *data, gsize size, SccpPdu *ret_pdu);

/* Whether these octets may begin an SCCP stream: a length of at least 4, and a header version of 0 or one that the
 * protocol has. */
gboolean sccp_is_plausible (const guint8 *data, gsize size);

/* The first octets of a stream that is not SCCP: a length below 4, or a header version that is none. Too few of them
 * tell nothing. */
gboolean sccp_is_other (View begun);

/* A phone says here who it is: RegisterReq, the question for a token, or Alarm, with a device name made of a MAC
 * address. Nothing else on any port begins like that. */
gboolean sccp_names_phone (View payload);

/* Hands every whole PDU at the front of a stream to sink, and returns how many octets are done with: all of them when
 * they cannot be SCCP. cut: what follows was not captured; a PDU that
 * reaches into it is handed on as far as it is there. The rules are those of Wireshark's dissector: a stream is tested
 * once where reading begins, not PDU by PDU; lengths that cannot hold a message id are stepped over. */
typedef void (*SccpSink) (const SccpPdu *pdu, gpointer user_data);
gsize sccp_read_stream (const guint8 *data, gsize size, gboolean cut, SccpSink sink, gpointer user_data);

/* Where a message begins in octets that may begin inside of one: a plausible header with the id of a known message of
 * that side, and behind that message another such header or the end of the octets. TRUE: at ret_offset. FALSE: there is
 * none, but from ret_offset on one may have begun that goes on behind these octets. */
gboolean sccp_find (const guint8 *data, gsize size, Side from, gsize *ret_offset);
/* Its header, when there is enough of it, and it is plausible for a known message of that side. */
gboolean sccp_begins (View begun, Side from, SccpPdu *ret_pdu);
/* How many octets a message that has begun with these still lacks; 0 when they do not tell. */
gsize sccp_rest (View begun);

/* Adds what the PDU says to values, field by field while octets remain: short forms of old servers give fewer values,
 * never wrong ones. Of a message that the capture has cut, what is cut is missing too: texts are whole or missing,
 * counts are those of the message. version is the negotiated protocol version, 0 when not known; layouts that depend on
 * it and cannot be told apart by their length are then left out. Returns the variant of the tip that fits. */
Variant sccp_describe (const SccpPdu *pdu, guint version, Values *values);

/* The body, to be read field by field: behind the first that is missing all are. */
Bytes sccp_body (const SccpPdu *pdu);

/* What a DefineTimeDate says in seconds since 1970, UTC; 0 when it does not. */
guint32 sccp_unix_time (const SccpPdu *pdu);

typedef struct {
    guint8 instance;
    guint8 type; /* stimulus: 0x09 line, 0x02 speed dial, …; see stimuli.h */
} SccpButton;

/* The buttons of a ButtonTemplateRes that are in use, at most max of them; returns their number. */
guint sccp_buttons (const SccpPdu *pdu, SccpButton *ret_buttons, guint max);
