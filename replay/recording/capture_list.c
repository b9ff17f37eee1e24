/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/recording/capture_list.h"

#include "replay/recording/capture.h"

#include <dirent.h>
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

typedef struct {
    GPtrArray *found; /* of char *, owned */
    void (*problem) (const char *sentence, gpointer user_data);
    gpointer user_data;
    guint problems;      /* told so far */
    GRegex *like_a_name; /* of captures; borrowed */
} Search;

static void tell (Search *search, const char *path, const char *what, const char *reason)
{
    g_autofree char *sentence = g_strconcat (path, what, reason, NULL);
    search->problems++;
    search->problem (sentence, search->user_data);
}

static gint compare_names (gconstpointer a, gconstpointer b)
{
    return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The names in a folder, in order; NULL with errno set. */
static GPtrArray *names_in (const char *folder)
{
    DIR *dir = opendir (folder);
    GPtrArray *names;

    if (!dir)
        return NULL;
    names = g_ptr_array_new_with_free_func (g_free);
    for (const struct dirent *entry; (entry = readdir (dir));)
        if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
            g_ptr_array_add (names, g_strdup (entry->d_name));
    closedir (dir);
    g_ptr_array_sort (names, compare_names);
    return names;
}

/* "boot.pcapng", "day.pcap.gz", and "trunk.pcap3" as tcpdump counts them. */
#define LIKE_A_NAME "\\.(pcap|pcapng|cap)[0-9]*(\\.(gz|zst|lz4|xz|bz2))?$"

/* A file, by itself or where a link leads to, that is a capture. The name tells most of them, and to look into each of
 * thousands takes longer than to read the small ones. */
static gboolean is_capture (const Search *search, const char *path, const char *name)
{
    return g_file_test (path, G_FILE_TEST_IS_REGULAR) &&
           (g_regex_match (search->like_a_name, name, 0, NULL) || capture_is_one (path));
}

static void search_folder (Search *search, const char *folder)
{
    g_autoptr (GPtrArray) names = names_in (folder);

    if (!names) {
        tell (search, folder, " cannot be opened: ", g_strerror (errno));
        return;
    }
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *path = g_build_filename (folder, names->pdata[i], NULL);
        struct stat itself;
        if (lstat (path, &itself) == 0 && S_ISDIR (itself.st_mode))
            search_folder (search, path);
        else if (is_capture (search, path, names->pdata[i]))
            g_ptr_array_add (search->found, g_steal_pointer (&path));
    }
}

char **capture_list (char **paths, void (*problem) (const char *sentence, gpointer user_data), gpointer user_data)
{
    g_autoptr (GRegex) like_a_name = g_regex_new (LIKE_A_NAME, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, NULL);
    Search search = { .found = g_ptr_array_new_with_free_func (g_free),
                      .problem = problem,
                      .user_data = user_data,
                      .like_a_name = like_a_name };

    for (char **path = paths; *path; path++) {
        const guint before = search.found->len + search.problems;
        if (!g_file_test (*path, G_FILE_TEST_IS_DIR)) {
            g_ptr_array_add (search.found, g_strdup (*path));
            continue;
        }
        search_folder (&search, *path);
        if (search.found->len + search.problems == before)
            tell (&search, *path, " holds no capture that can be read (pcap or pcapng, also as gzip, zstd or lz4)", "");
    }
    g_ptr_array_add (search.found, NULL);
    return (char **) g_ptr_array_free (search.found, FALSE);
}
