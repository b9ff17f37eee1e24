/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/bytes.h"

/* One HTTP/1 request or answer: phones ask for their files this way on ports 6970 to 6972, and their servers answer. */

/* Plain data; the views are borrowed from the message, without blanks around them, and empty when absent. */
typedef struct {
    gboolean is_request;
    View method, path;                           /* of a request; the path as sent, with its query */
    guint status;                                /* of an answer */
    View reason;                                 /* of an answer, may be empty */
    View version;                                /* "HTTP/1.1" */
    View host, content_type, user_agent, server; /* the first header of the name counts */
    gboolean has_content_length;
    guint64 content_length;
    gboolean chunked;       /* Transfer-Encoding: chunked; then the body holds chunk sizes too */
    gboolean head_complete; /* the empty line after the headers was there */
    View body;              /* what is there of it; not more than content_length */
} HttpMessage;

/* FALSE (and ret_message untouched) when there is no HTTP start line. */
gboolean http_decode (const guint8 *data, gsize size, HttpMessage *ret_message);
