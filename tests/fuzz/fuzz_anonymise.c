/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Captured frames, anonymised: each as in fuzz_unpack.c. */
#include "registration/anonymise/anonymiser.h"
#include "registration/wire/link.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static const guint32 link_types[] = { LINK_TYPE_ETHERNET,
                                      LINK_TYPE_RAW,
                                      LINK_TYPE_COOKED,
                                      LINK_TYPE_COOKED2,
                                      LINK_TYPE_NULL,
                                      LINK_TYPE_LOOP,
                                      LINK_TYPE_IPV4,
                                      LINK_TYPE_RAW_BSD,
                                      LINK_TYPE_RAW_OPENBSD,
                                      LINK_TYPE_IPV6,
                                      9999 };

static void show_all (Anonymiser *anonymiser, const guint8 *data, gsize size)
{
    Bytes bytes;

    bytes_init (&bytes, data, size);
    while (bytes_have (&bytes, 4)) {
        guint32 link_type = link_types[bytes_u8 (&bytes) % G_N_ELEMENTS (link_types)];
        bytes_skip (&bytes, 1);
        gsize length = bytes_le16 (&bytes);
        View octets = bytes_view (&bytes, MIN (length, bytes_left (&bytes)));
        /* Memory of exactly this size, for AddressSanitizer. */
        g_autofree guint8 *copy = g_malloc (MAX (octets.size, 1));
        if (octets.size)
            memcpy (copy, octets.data, octets.size);
        anonymiser_packet (anonymiser, link_type, copy, octets.size);
    }
}

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    g_autoptr (Anonymiser) anonymiser = anonymiser_new ();

    do {
        show_all (anonymiser, data, size);
    } while (anonymiser_next_round (anonymiser) != ANONYMISER_DONE);
    return 0;
}
