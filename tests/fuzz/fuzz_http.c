/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/http.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    HttpMessage message;

    if (http_decode (data, size, &message) && message.body.size > 0 &&
        message.body.data + message.body.size > data + size)
        g_error ("the body runs over the end");
    for (gsize at = 0; at < size;) {
        View chunk;
        gssize used = http_chunk (data + at, size - at, &chunk);
        if (used <= 0)
            break;
        if (chunk.data < data || chunk.data + chunk.size > data + size || (gsize) used > size - at)
            g_error ("the chunk runs over the end");
        at += (gsize) used;
    }
    return 0;
}
