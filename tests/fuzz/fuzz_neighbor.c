/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CDP, LLDP and 802.1X: the first octet selects. */
#include "registration/protocols/cdp.h"
#include "registration/protocols/eapol.h"
#include "registration/protocols/lldp.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    CdpPacket cdp;
    LldpPacket lldp;
    EapolPacket eapol;

    if (size == 0)
        return 0;
    if (data[0] & 2) {
        if (eapol_decode (data + 1, size - 1, &eapol) && eapol.identity.size > size)
            g_error ("an identity that is longer than its packet");
    } else if (data[0] & 1) {
        if (lldp_decode (data + 1, size - 1, &lldp) && lldp.n_policies > LLDP_POLICIES_MAX)
            g_error ("too many policies");
    } else if (cdp_decode (data + 1, size - 1, &cdp) && cdp.n_addresses > CDP_ADDRESSES_MAX) {
        g_error ("too many addresses");
    }
    return 0;
}
