/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/bytes.h"

/* Tags and texts of an XML document (XML 1.0), one at a time. Nothing is allocated, and views point into the document,
 * which must be UTF-8. Instructions, comments and document types are passed over; entities are the five of XML and
 * characters by number. Whether each end tag fits its start tag is for the caller to see, who knows what is open. */

typedef enum {
    XML_START,  /* name, attributes */
    XML_END,    /* name; behind the XML_START of <name/> too */
    XML_TEXT,   /* text: up to the next tag, never empty; with references unless is_cdata */
    XML_CUT,    /* the document ends within something, or there is nothing left */
    XML_BROKEN, /* not well-formed; the cursor stays there */
} XmlToken;

typedef struct {
    View document;   /* borrowed */
    gsize position;  /* behind the latest token, or where it is not well-formed */
    gboolean closes; /* the end of <name/> is to be told */
    gboolean is_cdata;
    View name, attributes, text; /* of the latest token */
} XmlReader;

void xml_init (XmlReader *reader, View document);
XmlToken xml_next (XmlReader *reader);
/* 1, 2, 3 …: where the cursor stands. Takes time in proportion to what stands before it. */
guint xml_line (const XmlReader *reader);

/* The value of an attribute with that name, in any case, as it stands in the document; empty when there is none. */
View xml_attribute (View attributes, const char *name);
/* Appends a text with its references replaced and its line ends as "\n", up to max octets more or less: whole
 * characters.
 */
void xml_append_text (GString *out, View text, gsize max);
