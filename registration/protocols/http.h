/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/bytes.h"

/* One HTTP/1 request or answer: phones ask for their files this way on ports 6970 to 6972, and their servers answer. */

/* Plain data; the views are borrowed from the message, without blanks around them, and empty when absent. */
typedef struct {
    gboolean is_request;
    View method, path;                                     /* of a request; the path as sent, with its query */
    guint status;                                          /* of an answer */
    View reason;                                           /* of an answer, may be empty */
    View version;                                          /* "HTTP/1.1" */
    View host, content_type, user_agent, server, location; /* the first header of the name counts */
    gboolean has_content_length;
    gboolean bad_content_length; /* it is no number, or there are two different ones: where the body ends is unknown */
    guint64 content_length;
    gboolean chunked;       /* Transfer-Encoding: chunked; then the body holds chunk sizes too */
    gboolean head_complete; /* the empty line after the headers was there */
    View body;              /* what is there of it; not more than content_length */
} HttpMessage;

/* FALSE (and ret_message untouched) when there is no HTTP start line. */
gboolean http_decode (const guint8 *data, gsize size, HttpMessage *ret_message);

/* Where a message begins in octets that may begin inside of one: a start line. FALSE: none, but from ret_offset on one
 * may have begun that goes on behind these octets. */
gboolean http_find (View data, gsize *ret_offset);
/* How many octets a message that has begun with these still lacks; 0 when they do not tell. */
guint64 http_rest (View begun);

/* A chunk larger than this is taken for nonsense. */
#define HTTP_CHUNK_MAX (16 * 1024 * 1024)

/* Takes one whole chunk off the front of a chunked body (RFC 9112, section 7.1). Returns how many octets it has with
 * its size line and its end, 0 when more are needed to tell, and -1 for what is no chunk. An empty chunk is the last
 * one; headers may follow it, which nobody needs. */
gssize http_chunk (const guint8 *data, gsize size, View *ret_chunk);
