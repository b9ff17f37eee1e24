/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CDP and LLDP: the first octet selects. */
#include "registration/protocols/cdp.h"
#include "registration/protocols/lldp.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    CdpPacket cdp;
    LldpPacket lldp;

    if (size == 0)
        return 0;
    if (data[0] & 1) {
        if (lldp_decode (data + 1, size - 1, &lldp) && lldp.n_policies > LLDP_POLICIES_MAX)
            g_error ("too many policies");
    } else if (cdp_decode (data + 1, size - 1, &cdp) && cdp.n_addresses > CDP_ADDRESSES_MAX) {
        g_error ("too many addresses");
    }
    return 0;
}
