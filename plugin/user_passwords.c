/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugin/user_passwords.h"

#include <wsutil/report_message.h>

static void wipe (char *data, gsize size)
{
    for (volatile char *p = data; p < data + size; p++)
        *p = '\0';
}

Passwords *user_passwords_load (const char *path)
{
    g_autofree char *data = NULL;
    g_autoptr (GError) error = NULL;
    Passwords *passwords = NULL;
    gsize size = 0;

    if (!path || !*path)
        return NULL;
    if (g_file_get_contents (path, &data, &size, &error))
        passwords = passwords_new (data, size, &error);
    if (!passwords)
        report_failure ("regflow: the password file \"%s\" is not used: %s.", path, error->message);
    if (data)
        wipe (data, size);
    return passwords;
}
