/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/tips/shipped.h"

const ShippedFile *shipped_find (const ShippedFile *files, const char *name)
{
    for (const ShippedFile *file = files; file->name; file++)
        if (g_str_equal (file->name, name))
            return file;
    return NULL;
}
