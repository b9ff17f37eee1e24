/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/stand_in/stand_in_files_internal.h"

#include "replay/script/rewrite_files.h"

#include <string.h>

/* Phones and names that are remembered; a stranger who asks for ever more names makes us forget. */
#define ASKED_MAX 65536

const ScriptFile *stand_in_files_choose (StandInFiles *files, const IpAddress *phone, const char *name)
{
    const ScriptFiles *recorded = &files->settings.script->files;
    g_autofree char *key = boot_name_key (name);
    char host[IP_ADDRESS_TEXT_SIZE];
    guint same = 0;

    for (guint i = 0; i < files->keys->len; i++)
        same += strcmp (files->keys->pdata[i], key) == 0;
    if (!same)
        return NULL;
    char *who = g_strdup_printf ("%s %s", ip_address_format (phone, host), key);
    guint before = GPOINTER_TO_UINT (g_hash_table_lookup (files->asked, who));
    if (g_hash_table_size (files->asked) >= ASKED_MAX)
        g_hash_table_remove_all (files->asked);
    g_hash_table_replace (files->asked, who, GUINT_TO_POINTER (before + 1));
    guint wanted = before % same;
    for (guint i = 0; i < files->keys->len; i++)
        if (strcmp (files->keys->pdata[i], key) == 0 && wanted-- == 0)
            return script_file (recorded, i);
    return NULL;
}

gint64 stand_in_files_delay (const StandInFiles *files, const ScriptFile *file)
{
    gint64 response = file ? MAX (0, file->response - MAX (0, files->settings.script->round_trip)) : 0;
    return files->settings.speed > 0 ? (gint64) ((double) response / files->settings.speed) : 0;
}

StandInFiles *stand_in_files_new (const StandInFilesSettings *settings)
{
    StandInFiles *files = g_new0 (StandInFiles, 1);

    files->settings = *settings;
    files->keys = g_ptr_array_new_with_free_func (g_free);
    files->asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < settings->script->files.files->len; i++)
        g_ptr_array_add (files->keys, boot_name_key (script_file (&settings->script->files, i)->name));
    return files;
}

void stand_in_files_free (StandInFiles *files)
{
    if (!files)
        return;
    udp_port_free (files->tftp);
    guests_free (files->http);
    g_clear_pointer (&files->transfers, g_hash_table_unref);
    g_hash_table_unref (files->asked);
    g_ptr_array_unref (files->keys);
    g_free (files);
}

Endpoint stand_in_files_tftp (const StandInFiles *files)
{
    return files->tftp ? udp_port_local (files->tftp) : (Endpoint){ 0 };
}

Endpoint stand_in_files_http (const StandInFiles *files)
{
    return files->http ? guests_local (files->http) : (Endpoint){ 0 };
}
