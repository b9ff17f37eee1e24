/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stands in for libFuzzer's main where the build has none: runs the target once on every file of the folders (or
 * files) given, so that a seed that once broke something is a test everywhere. */
#include <glib.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static guint run_file (const char *path)
{
    g_autofree char *data = NULL;
    gsize size = 0;
    g_autoptr (GError) error = NULL;

    if (!g_file_get_contents (path, &data, &size, &error))
        g_error ("%s", error->message);
    LLVMFuzzerTestOneInput ((const guint8 *) data, size);
    return 1;
}

int main (int argc, char **argv)
{
    guint ran = 0;

    for (int i = 1; i < argc; i++) {
        g_autoptr (GDir) dir = g_dir_open (argv[i], 0, NULL);
        if (!dir) {
            ran += run_file (argv[i]);
            continue;
        }
        for (const char *name; (name = g_dir_read_name (dir));) {
            g_autofree char *path = g_build_filename (argv[i], name, NULL);
            ran += run_file (path);
        }
    }
    printf ("%u seeds ran\n", ran);
    return ran ? 0 : 1;
}
