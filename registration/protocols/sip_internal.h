/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/protocols/sip.h"

/* What the files of sip.h share: sip_names.c knows what methods and headers are called, sip_frame.c where lines,
 * headers and messages end, sip.c what headers say, sip_cisco.c what Cisco means by them. */

#define SIP_VERSION "SIP/2.0"

typedef struct {
    gboolean is_answer;
    guint status;
    View reason_phrase;
    SipMethod method;
    View method_name;
    SipUri request_uri;
} SipStartLine;

/* Without the line ends that may come before a message (RFC 3261, 7.5). */
View sip_skip_line_ends (View data);
/* Takes the next line; ret_line comes without its end. FALSE when no line end is left. */
gboolean sip_take_line (View *rest, View *ret_line);
/* FALSE when it is no start line of SIP; what ret_start holds then means nothing. */
gboolean sip_parse_start_line (View line, SipStartLine *ret_start);
/* Takes one header line with its folds. FALSE at the empty line that ends the head (which is taken), or when no line
 * end is left (and then *head is empty): ret_ended tells. A line that is no header comes with an empty name. */
gboolean sip_take_header (View *head, SipHeader *ret_header, gboolean *ret_ended);

/* sip_cisco_is_phone() of a message that is read but for that. */
gboolean sip_cisco_recognise_phone (const SipMessage *message);

/* Of headers that come once the first counts: number is negative before it. */
static inline void sip_set_number (gint64 *number, View value)
{
    guint32 read;

    if (*number < 0 && sip_number (value, &read))
        *number = read;
}
