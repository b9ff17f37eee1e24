/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/config_file.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (ConfigFile) config = config_file_read (data, size, &error);

    if (error && error->domain != CONFIG_FILE_ERROR)
        g_error ("an error of somebody else's: %s", error->message);
    for (guint i = 0; i < config->servers->len; i++) {
        const ConfigServer *server = config->servers->pdata[i];
        if (server->name && !g_utf8_validate (server->name, -1, NULL))
            g_error ("a name that is not UTF-8");
    }
    return 0;
}
