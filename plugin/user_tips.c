/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugin/user_tips.h"

#include <string.h>
#include <wsutil/report_message.h>

static void add_file (Tips *tips, const char *path)
{
    g_autofree char *data = NULL;
    g_autoptr (GError) error = NULL;
    gsize size;

    if (!g_file_get_contents (path, &data, &size, &error) || !tips_add (tips, data, size, path, &error))
        report_failure ("regflow: %s. The tips of this file are not used.", error->message);
}

static int compare_paths (gconstpointer a, gconstpointer b)
{
    return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* In the order of their names, so that it does not depend on the file system which of two files wins. */
GPtrArray *user_tips_files (const char *folder, GError **error)
{
    g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
    GPtrArray *paths = dir ? g_ptr_array_new_with_free_func (g_free) : NULL;

    if (!dir)
        return NULL;
    for (const char *name; (name = g_dir_read_name (dir));)
        if (g_str_has_suffix (name, ".tips"))
            g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
    g_ptr_array_sort (paths, compare_paths);
    return paths;
}

static void add_folder (Tips *tips, const char *folder)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) paths = user_tips_files (folder, &error);

    if (!paths)
        report_failure ("regflow: the folder of own tips cannot be read: %s.", error->message);
    for (guint i = 0; paths && i < paths->len; i++)
        add_file (tips, paths->pdata[i]);
}

Tips *user_tips_load (const char *language, const char *folder)
{
    g_autoptr (GError) error = NULL;
    const char *wanted = language && *language ? language : g_get_language_names ()[0];
    Tips *tips = tips_new_shipped (wanted, &error);

    if (!tips) {
        report_failure ("regflow: the built-in tips are broken: %s.", error->message);
        tips = tips_new (wanted);
    }
    if (folder && *folder)
        add_folder (tips, folder);
    return tips;
}
