/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/protocols/sccp.h"

/* What the parts of the reader of SCCP share: sccp.c (frames, registration, display), sccp_keys.c and sccp_calls.c. */

/* Whether the next field is there; when it is not, none behind it is. */
gboolean sccp_have_field (Bytes *body, gsize size);
/* A text that a phone displays: label codes become words (reference 1.3, point 3), spaces around it go. Of a text that
 * is nothing but one phrase of the phone's own, VALUE_CODE is its number. VARIANT_EMPTY when nothing is left
 * to see: CallManager 4.1 labels unused keys with the code of an empty phrase (sccp_7912_tftp_register_cm41, frame 50).
 */
Variant sccp_add_text (Values *values, ValueKey key, View text);
void sccp_add_number (Values *values, ValueKey key, Bytes *body);
void sccp_add_ipv4 (Values *values, ValueKey key, Bytes *body);

/* FALSE when the message is about no key. */
gboolean sccp_describe_key (const SccpPdu *pdu, guint version, Bytes *body, Values *values, Variant *ret_variant);
void sccp_describe_call (const SccpPdu *pdu, guint version, Values *values);
