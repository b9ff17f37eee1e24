/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/watch/folder.h"

#include "replay/recording/capture.h"
#include "replay/recording/packed.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What has so many octets and does not begin like a capture never will. */
#define BEGIN_SIZE 24
/* A packed capture is read as a whole: once nobody has written to it for so long, in microseconds. */
#define STILL G_USEC_PER_SEC
/* Of so many captures it is remembered that they were taken, and of more only while they are there. */
#define TAKEN_MAX 100000

/* A file, as it was when it was looked at. It is opened again only when it is not any more. */
typedef struct {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec changed;
    char *begin; /* what the capture begins with; owned; NULL: no packet yet, or no capture */
    gint64 time; /* of its first packet */
    gint64 seen; /* as it is now for the first time, as g_get_monotonic_time() counts */
    gboolean is_packed, was_told, is_there;
} File;

struct Folder {
    char *path;        /* owned */
    GHashTable *files; /* name to File; owned */
    GHashTable *taken; /* a set of what captures begin with; owned */
    char *first;       /* of those that were not taken, the name of the one that begins first; owned, or NULL */
    GString *news;     /* owned */
};

static void file_free (gpointer data)
{
    File *file = data;

    g_free (file->begin);
    g_free (file);
}

Folder *folder_new (const char *path)
{
    Folder *folder = g_new0 (Folder, 1);

    folder->path = g_strdup (path);
    folder->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, file_free);
    folder->taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    folder->news = g_string_new (NULL);
    return folder;
}

void folder_free (Folder *folder)
{
    if (!folder)
        return;
    g_string_free (folder->news, TRUE);
    g_free (folder->first);
    g_hash_table_unref (folder->taken);
    g_hash_table_unref (folder->files);
    g_free (folder->path);
    g_free (folder);
}

/* Once, and not while it may still become one. */
static void tell (Folder *folder, File *file, const char *path)
{
    if (file->was_told || file->size < BEGIN_SIZE)
        return;
    file->was_told = TRUE;
    g_string_append_printf (folder->news, "%s%s is no capture that can be read", folder->news->len ? "; " : "", path);
}

gboolean folder_is_packed (const char *path)
{
    guint8 begin[8];
    const int opened = open (path, O_RDONLY | O_CLOEXEC);
    const ssize_t size = opened >= 0 ? read (opened, begin, sizeof begin) : -1;

    if (opened >= 0)
        close (opened);
    return size > 0 && packed_name (begin, (gsize) size);
}

/* Time and octets of its first packet. NULL when it holds none yet, or is no capture. */
static char *read_begin (Folder *folder, File *file, const char *path)
{
    CapturedPacket packet;

    if (!capture_is_one (path)) {
        tell (folder, file, path);
        return NULL;
    }
    g_autoptr (Capture) capture = capture_open (path, NULL);
    if (!capture || capture_next_packet (capture, &packet, NULL) != CAPTURE_FRAME)
        return NULL;
    file->time = packet.time;
    g_autofree char *octets = g_compute_checksum_for_data (G_CHECKSUM_SHA256, packet.data, packet.size);
    return g_strdup_printf ("%" G_GINT64_FORMAT " %s", packet.time, octets);
}

static gboolean is_as_before (const File *file, const struct stat *about)
{
    return file->device == about->st_dev && file->inode == about->st_ino && file->size == about->st_size &&
           file->changed.tv_sec == about->st_mtim.tv_sec && file->changed.tv_nsec == about->st_mtim.tv_nsec;
}

static void look_at (Folder *folder, const char *name)
{
    g_autofree char *path = g_build_filename (folder->path, name, NULL);
    File *file = g_hash_table_lookup (folder->files, name);
    struct stat about;

    if (stat (path, &about) != 0 || !S_ISREG (about.st_mode))
        return;
    if (!file) {
        file = g_new0 (File, 1);
        g_hash_table_insert (folder->files, g_strdup (name), file);
    }
    file->is_there = TRUE;
    if (is_as_before (file, &about))
        return;
    file->device = about.st_dev;
    file->inode = about.st_ino;
    file->size = about.st_size;
    file->changed = about.st_mtim;
    file->seen = g_get_monotonic_time ();
    file->is_packed = folder_is_packed (path);
    g_free (file->begin);
    file->begin = read_begin (folder, file, path);
}

static void find_first (Folder *folder)
{
    GHashTableIter iter;
    gpointer name, value;
    const char *first = NULL;
    const gint64 now = g_get_monotonic_time ();
    gint64 time = 0;

    g_hash_table_iter_init (&iter, folder->files);
    while (g_hash_table_iter_next (&iter, &name, &value)) {
        const File *file = value;
        if (!file->begin || g_hash_table_contains (folder->taken, file->begin) || (first && file->time >= time) ||
            (file->is_packed && now - file->seen < STILL))
            continue;
        first = name;
        time = file->time;
    }
    g_free (folder->first);
    folder->first = g_strdup (first);
}

static gboolean is_gone (G_GNUC_UNUSED gpointer name, gpointer value, G_GNUC_UNUSED gpointer user_data)
{
    File *file = value;
    const gboolean gone = !file->is_there;

    file->is_there = FALSE;
    return gone;
}

/* Of those that are gone it is not known any more that they were taken. */
static void forget (Folder *folder)
{
    GHashTable *kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, folder->files);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        const File *file = value;
        if (file->begin && g_hash_table_contains (folder->taken, file->begin))
            g_hash_table_add (kept, g_strdup (file->begin));
    }
    g_hash_table_unref (folder->taken);
    folder->taken = kept;
}

gboolean folder_look (Folder *folder)
{
    GDir *open = g_dir_open (folder->path, 0, NULL);

    for (const char *name; open && (name = g_dir_read_name (open));)
        look_at (folder, name);
    g_clear_pointer (&open, g_dir_close);
    g_hash_table_foreach_remove (folder->files, is_gone, NULL);
    if (g_hash_table_size (folder->taken) > TAKEN_MAX)
        forget (folder);
    find_first (folder);
    return folder->first != NULL;
}

char *folder_take (Folder *folder)
{
    const File *file = folder->first ? g_hash_table_lookup (folder->files, folder->first) : NULL;

    if (!file)
        return NULL;
    g_hash_table_add (folder->taken, g_strdup (file->begin));
    char *path = g_build_filename (folder->path, folder->first, NULL);
    g_clear_pointer (&folder->first, g_free);
    return path;
}

char *folder_news (Folder *folder)
{
    char *news = folder->news->len ? g_strdup (folder->news->str) : NULL;

    g_string_truncate (folder->news, 0);
    return news;
}

guint folder_size (const Folder *folder)
{
    return g_hash_table_size (folder->files);
}
