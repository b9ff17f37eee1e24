/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/http.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    HttpMessage message;

    if (http_decode (data, size, &message) && message.body.size > 0 &&
        message.body.data + message.body.size > data + size)
        g_error ("the body runs over the end");
    return 0;
}
