/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/commands/tips_folder.h"

#include "replay/usage.h"

#include <errno.h>
#include <string.h>

static int compare_paths (gconstpointer a, gconstpointer b)
{
    return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static gboolean add_file (Tips *tips, const char *path, GError **error)
{
    g_autofree char *data = NULL;
    gsize size;

    return g_file_get_contents (path, &data, &size, error) && tips_add (tips, data, size, path, error);
}

/* In the order of their names. NULL with errno set. */
static GPtrArray *list_folder (const char *folder)
{
    g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
    GPtrArray *paths = dir ? g_ptr_array_new_with_free_func (g_free) : NULL;

    if (!dir)
        return NULL;
    for (const char *name; (name = g_dir_read_name (dir));)
        if (g_str_has_suffix (name, ".tips"))
            g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
    g_ptr_array_sort (paths, compare_paths);
    return paths;
}

char **tips_folder_inputs (const char *const *captures, const char *folder)
{
    g_autoptr (GPtrArray) paths = folder ? list_folder (folder) : NULL;
    g_autoptr (GStrvBuilder) inputs = g_strv_builder_new ();

    if (captures)
        g_strv_builder_addv (inputs, (const char **) captures);
    for (guint i = 0; paths && i < paths->len; i++)
        g_strv_builder_add (inputs, paths->pdata[i]);
    return g_strv_builder_end (inputs);
}

static gboolean add_folder (Tips *tips, const char *folder, GError **error)
{
    g_autoptr (GPtrArray) paths = list_folder (folder);

    if (!paths) {
        g_set_error (error, G_FILE_ERROR, (gint) g_file_error_from_errno (errno), "--tips: %s cannot be read: %s",
                     folder, g_strerror (errno));
        return FALSE;
    }
    for (guint i = 0; i < paths->len; i++)
        if (!add_file (tips, paths->pdata[i], error))
            return FALSE;
    return TRUE;
}

/* English is what everything is written in first; "de_AT.UTF-8" has German. */
static gboolean is_language (const char *language, const char *const *shipped)
{
    g_auto (GStrv) variants = g_get_locale_variants (language);

    for (char **variant = variants; *variant; variant++)
        if (g_str_equal (*variant, "en") || g_str_equal (*variant, "C") || g_str_equal (*variant, "POSIX") ||
            g_strv_contains (shipped, *variant))
            return TRUE;
    return FALSE;
}

static gboolean check_language (const char *language, GError **error)
{
    g_auto (GStrv) shipped = tips_languages ();

    if (is_language (language, (const char *const *) shipped))
        return TRUE;
    g_autofree char *names = g_strjoinv (", ", shipped);
    g_set_error (error, USAGE_ERROR, 0, "--language: there is no language \"%s\"; choose one of en, %s", language,
                 names);
    return FALSE;
}

Tips *tips_folder_load (const char *language, const char *folder, GError **error)
{
    if (language && !check_language (language, error))
        return NULL;
    g_autoptr (Tips) tips = tips_new_shipped (language ? language : g_get_language_names ()[0], error);

    if (!tips || (folder && !add_folder (tips, folder, error)))
        return NULL;
    return g_steal_pointer (&tips);
}
