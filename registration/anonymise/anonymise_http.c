/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/anonymise/anonymise_internal.h"
#include "registration/protocols/sip_text.h"

#include <string.h>

static TextKind kind_of_header (View name)
{
    static const char *const secrets[] = { "Authorization", "Proxy-Authorization", "Cookie",       "Set-Cookie",
                                           "ETag",          "If-None-Match",       "X-Amz-Cf-Id",  "WWW-Authenticate",
                                           "X-Request-Id",  "Authentication-Info", "X-Auth-Token", "X-Api-Key" };
    static const char *const kept[] = { "Content-Length",
                                        "Content-Type",
                                        "Content-Encoding",
                                        "Content-Transfer-Encoding",
                                        "Date",
                                        "Accept",
                                        "Accept-Encoding",
                                        "Accept-Language",
                                        "Accept-Charset",
                                        "Accept-Ranges",
                                        "Connection",
                                        "Keep-Alive",
                                        "Cache-Control",
                                        "Transfer-Encoding",
                                        "Last-Modified",
                                        "If-Modified-Since",
                                        "Expires",
                                        "Pragma",
                                        "Range",
                                        "Content-Range",
                                        "Upgrade",
                                        "Vary",
                                        "Age" };

    static const char *const products[] = { "Server", "User-Agent", "X-Powered-By" };

    for (gsize i = 0; i < G_N_ELEMENTS (secrets); i++)
        if (sip_equal (name, secrets[i]))
            return TEXT_SECRET;
    for (gsize i = 0; i < G_N_ELEMENTS (products); i++)
        if (sip_equal (name, products[i]))
            return TEXT_PRODUCT;
    for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
        if (sip_equal (name, kept[i]))
            return TEXT_KEPT;
    return TEXT_WHERE;
}

/* Method, path and version, or version, status and reason. */
static void write_start_line (const Pen *pen, View line)
{
    const guint8 *blank = line.size ? memchr (line.data, ' ', line.size) : NULL;
    View path = { NULL, 0 };

    if (sip_starts_with (line, "HTTP/") || !blank) {
        const guint8 *reason = blank ? memchr (blank + 1, ' ', line.size - (gsize) (blank + 1 - line.data)) : NULL;
        const gsize at = reason ? (gsize) (reason - line.data) : line.size;
        pen_text (pen, (guint8 *) line.data, at, TEXT_WORDS);
        pen_text (pen, (guint8 *) line.data + at, line.size - at, TEXT_FREE);
        return;
    }
    pen_text (pen, (guint8 *) line.data, (gsize) (blank - line.data), TEXT_CALLED);
    path.data = blank + 1;
    path.size = line.size - (gsize) (path.data - line.data);
    const guint8 *end = path.size ? memchr (path.data, ' ', path.size) : NULL;
    const guint8 *query = path.size ? memchr (path.data, '?', path.size) : NULL;
    path.size = end ? (gsize) (end - path.data) : path.size;
    if (query && query < path.data + path.size) {
        pen_text (pen, (guint8 *) query, path.size - (gsize) (query - path.data), TEXT_WHERE);
        path.size = (gsize) (query - path.data);
    }
    anonymise_file_name (pen, path);
}

/* The name is changed last: the value is told by it. */
static void write_header (const Pen *pen, View name, View value)
{
    if (sip_equal (name, "Content-Type"))
        anonymise_content_type (pen, value);
    else if (sip_equal (name, "Host"))
        pen_host (pen, sip_trim (value));
    else
        pen_view (pen, value, kind_of_header (name));
    pen_view (pen, name, TEXT_CALLED);
}

void anonymise_http_head (const Pen *pen, guint8 *data, gsize size)
{
    gboolean is_first = TRUE;

    for (gsize at = 0; at < size; is_first = FALSE) {
        const guint8 *lf = memchr (data + at, '\n', size - at);
        const gsize end = lf ? (gsize) (lf - data) : size;
        const View line = sip_trim ((View){ data + at, end - at });
        const guint8 *colon = line.size ? memchr (line.data, ':', line.size) : NULL;
        const gsize name = colon ? (gsize) (colon - line.data) : 0;
        if (is_first)
            write_start_line (pen, line);
        else if (!colon)
            pen_view (pen, line, TEXT_WHERE);
        else
            write_header (pen, sip_trim ((View){ line.data, name }), (View){ colon + 1, line.size - name - 1 });
        at = end + 1;
    }
}
