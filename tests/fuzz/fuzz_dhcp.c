/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/dhcp.h"
#include "registration/terms/models.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    DhcpMessage message;
    guint sum = 0;

    if (!dhcp_decode (data, size, &message))
        return 0;
    const View views[] = { message.vendor_class, message.tftp_name, message.parameters, message.tftp_servers_raw,
                           model_in_text (message.vendor_class) };
    for (gsize i = 0; i < G_N_ELEMENTS (views); i++)
        for (gsize j = 0; j < views[i].size; j++)
            sum += views[i].data[j];
    if (sum > 255 * G_N_ELEMENTS (views) * 65536)
        g_error ("the views are longer than any message");
    return 0;
}
