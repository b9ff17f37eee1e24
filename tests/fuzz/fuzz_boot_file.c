/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/boot_file.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    const char *name = (const char *) data;
    MacAddress mac;

    boot_file_kind (name, size);
    boot_file_mac (name, size, &mac);
    if (boot_file_device_name (name, size).size > size)
        g_error ("a device name longer than its file name");
    load_protocol (name, size);
    load_family (name, size);
    return 0;
}
