/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/bytes.h"

#include <glib.h>
#include <string.h>

/* The pieces that SIP header values are made of. Everything here looks only at the view it is given, takes time in
 * proportion to it, and hands out views into the same bytes. A folded header keeps its line ends inside the view (RFC
 * 3261, 7.3.1); they count as white space everywhere, and sip_text() turns them into one space. */

/* A URI, or what was found where one was expected. Absent parts are empty. */
typedef struct {
    View text;       /* all of it, without angle brackets */
    View scheme;     /* "sip", "sips", "tel" in the sender's case; empty when there is no colon */
    View user;       /* without password, still escaped; of tel: the number */
    View password;   /* what follows the user's colon */
    View host;       /* without the brackets of an IPv6 address; only of sip: and sips: */
    guint16 port;    /* 0: none, or unreadable */
    gboolean is_ip6; /* the host stood in brackets */
    View params;     /* from the first ";" on: for sip_param() */
    View headers;    /* from the "?" on */
} SipUri;

static inline gboolean sip_is_space (guint8 c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* White space of SIP at both ends removed. Inline, because most texts have none. */
static inline View sip_trim (View text)
{
    while (text.size && sip_is_space (text.data[text.size - 1]))
        text.size--;
    while (text.size && sip_is_space (*text.data)) {
        text.data++;
        text.size--;
    }
    return text;
}

/* But for ASCII case, which most senders write as the RFCs do. Inline, because nearly all are compared with a literal,
 * whose length is known then. */
G_ALWAYS_INLINE static inline gboolean sip_starts_with (View text, const char *prefix)
{
    const gsize size = strlen (prefix);

    if (size == 0 || text.size < size)
        return size == 0;
    /* Nearly always it does not, and the first letter tells. */
    return ((text.data[0] ^ (guint8) prefix[0]) & 0xDF) == 0 &&
           (memcmp (text.data, prefix, size) == 0 || octets_same_caseless (text.data, prefix, size));
}

static inline gboolean sip_equal (View text, const char *expected)
{
    return text.size == strlen (expected) && sip_starts_with (text, expected);
}

/* Takes the next value from a comma-separated list; commas inside quoted strings and angle brackets do not separate.
 * The value is trimmed and may be empty (two commas in a row). FALSE at the end of the list. */
gboolean sip_next_value (View *list, View *ret_value);
/* TRUE when the list has this value, but for case and for the value's parameters. */
gboolean sip_list_has (View list, const char *value);

/* Finds ";name=value" in one value: after its address and outside quoted strings. The value comes without its
 * quotation marks but with its escapes, and is empty for a bare ";name". ret_value may be NULL. */
gboolean sip_param (View value, const char *name, View *ret_value);
/* Iterates over the same; *params starts as the value or as SipUri's params. */
gboolean sip_next_param (View *params, View *ret_name, View *ret_value);

/* Reads digits at the front, as in "3600" or "18000;duration=3600" or "5 (busy)". FALSE when there is none. Too large
 * numbers become G_MAXUINT32. */
gboolean sip_number (View text, guint32 *ret_number);

/* FALSE when there is not even a scheme; ret_uri has the text in any case. */
gboolean sip_uri_parse (View text, SipUri *ret_uri);

/* Copies a text for reading: outer quotation marks and escapes go, a fold becomes one space. Cuts what does not fit
 * into size (which includes the NUL that is always written, so it must not be 0); returns the length. */
gsize sip_text (View text, char *buffer, gsize size);

/* A hash of the product that a User-Agent names, "Yealink SIP-T46S" of "Yealink SIP-T46S 66.85.0.5", together with a
 * MAC address that stands there. What is new with each release is left out; 0: no more is there. */
guint64 sip_product_hash (View agent);

/* "Sat, 13 Nov 2010 23:29:00 GMT" as seconds since 1970. */
gboolean sip_date (View text, gint64 *ret_seconds);
/* The other way round. Owned by the caller. */
char *sip_date_format (gint64 seconds);
