/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/tls_record.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    TlsWalk walk;
    TlsEvent event;
    gsize n = 0;

    tls_walk_init (&walk, data, size, FALSE, 0);
    while (tls_walk_next (&walk, &event))
        if (++n > size)
            g_error ("more events than octets");
    return 0;
}
