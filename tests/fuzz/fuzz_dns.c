/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/dns.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    DnsMessage message;

    if (dns_decode (data, size, &message) &&
        (!memchr (message.name, 0, DNS_NAME_MAX) || message.n_addresses > DNS_ADDRESSES_MAX))
        g_error ("a message outside of its limits");
    return 0;
}
