/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/output.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_OPEN_FILES 65536 /* that are looked at */

struct Output {
    FILE *file;  /* owned, unless it is standard output; NULL once closed */
    char *path;  /* as the user named it; NULL: standard output; owned */
    char *place; /* where the file will stand, behind all links; NULL: path is written as it is; owned */
    char *draft; /* the file that is written meanwhile; NULL: it has no name; owned */
    int trouble; /* errno of what went wrong first; 0 */
};

static gboolean set_error (GError **error, const char *path, int trouble)
{
    g_set_error (error, G_IO_ERROR, (gint) g_io_error_from_errno (trouble), "%s cannot be written: %s",
                 path ? path : "standard output", g_strerror (trouble));
    return FALSE;
}

/* --- What must not be overwritten, and who may read it */

static gboolean is_same (const struct stat *first, const struct stat *second)
{
    return S_ISREG (first->st_mode) && first->st_dev == second->st_dev && first->st_ino == second->st_ino;
}

static gboolean find_input (const char *input, struct stat *ret_about)
{
    return strcmp (input, "-") == 0 ? fstat (STDIN_FILENO, ret_about) == 0 : stat (input, ret_about) == 0;
}

static gboolean refuse (const char *path, GError **error)
{
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                 "%s is read, and would be lost: name another file for the output", path);
    return FALSE;
}

/* What the program has open for reading: it reads files that nobody here knows of, as tshark its capture. */
static gboolean is_open (const struct stat *present)
{
    struct stat about;
    struct rlimit most;

    if (getrlimit (RLIMIT_NOFILE, &most) != 0)
        return FALSE;
    for (int file = 0; file < (int) MIN (most.rlim_cur, MAX_OPEN_FILES); file++)
        if (fstat (file, &about) == 0 && is_same (present, &about) && (fcntl (file, F_GETFL) & O_ACCMODE) != O_WRONLY)
            return TRUE;
    return FALSE;
}

static gboolean check_inputs (const char *path, const struct stat *present, const char *const *inputs, GError **error)
{
    struct stat about;

    for (const char *const *input = inputs; input && *input; input++)
        if (find_input (*input, &about) && is_same (present, &about))
            return refuse (path, error);
    return is_open (present) ? refuse (path, error) : TRUE;
}

/* Where a file that is not there yet will stand; NULL when its folder is not there either. */
static char *future_place (const char *path)
{
    g_autofree char *folder = g_path_get_dirname (path), *name = g_path_get_basename (path);
    char *real = realpath (folder, NULL), *place = real ? g_build_filename (real, name, NULL) : NULL;

    free (real);
    return place;
}

/* Two outputs of one name, neither there yet: the second would replace the first. */
static gboolean check_new (const char *path, const char *const *inputs, GError **error)
{
    g_autofree char *place = future_place (path);

    for (const char *const *input = inputs; input && *input && place; input++) {
        g_autofree char *other = future_place (*input);
        if (other && g_str_equal (place, other)) {
            g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, "%s is named twice: name another file for the output",
                         path);
            return FALSE;
        }
    }
    return TRUE;
}

static mode_t mode_of_new (const char *const *inputs)
{
    const mode_t masked = umask (0);
    mode_t mode = 0666 & ~masked;
    struct stat about;

    umask (masked);
    for (const char *const *input = inputs; input && *input; input++)
        if (find_input (*input, &about) && S_ISREG (about.st_mode))
            mode &= about.st_mode | S_IRUSR | S_IWUSR;
    return mode;
}

/* --- Opening */

/* One that can be given a name later. */
static int open_nameless (const char *folder)
{
#ifdef O_TMPFILE
    if (access ("/proc/self/fd", X_OK) == 0)
        return open (folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR);
#endif
    (void) folder;
    return -1;
}

/* Nobody knows the name before, and none that is there is followed. */
static char *name_beside (const char *place)
{
    g_autofree char *folder = g_path_get_dirname (place), *name = g_path_get_basename (place);
    return g_strdup_printf ("%s/.%s.XXXXXX", folder, name);
}

static int open_draft (Output *output)
{
    g_autofree char *folder = g_path_get_dirname (output->place);
    int draft = open_nameless (folder);

    if (draft >= 0)
        return draft;
    output->draft = name_beside (output->place);
    return g_mkstemp_full (output->draft, O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR);
}

/* present: what stands there already; NULL for nothing. */
static gboolean open_file (Output *output, const struct stat *present, const char *const *inputs, GError **error)
{
    const mode_t mode = present ? present->st_mode & 07777 : mode_of_new (inputs);
    char *real = present ? realpath (output->path, NULL) : NULL;

    output->place = g_strdup (real ? real : output->path);
    free (real);
    if (present && access (output->place, W_OK) != 0)
        return set_error (error, output->path, errno);
    const int draft = open_draft (output);
    if (draft < 0) {
        g_clear_pointer (&output->draft, g_free);
        return set_error (error, output->path, errno);
    }
    /* Not everybody may give files away; then it is the writer's, as a new one would be. */
    if (present && fchown (draft, present->st_uid, present->st_gid) != 0 && errno != EPERM)
        output->trouble = errno;
    if (fchmod (draft, mode) != 0)
        output->trouble = errno;
    output->file = fdopen (draft, "wb");
    return TRUE;
}

static gboolean open_as_it_is (Output *output, GError **error)
{
    const int device = open (output->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);

    if (device < 0)
        return set_error (error, output->path, errno);
    output->file = fdopen (device, "wb");
    return TRUE;
}

Output *output_open (const char *path, const char *const *inputs, GError **error)
{
    g_autoptr (Output) output = g_new0 (Output, 1);
    struct stat present, link;

    output->file = stdout;
    if (!path || strcmp (path, "-") == 0)
        return g_steal_pointer (&output);
    output->path = g_strdup (path);
    output->file = NULL;
    const gboolean is_there = stat (path, &present) == 0;
    if (!is_there && (errno != ENOENT || lstat (path, &link) == 0)) {
        set_error (error, path, errno);
        return NULL;
    }
    if (!(is_there ? check_inputs (path, &present, inputs, error) : check_new (path, inputs, error)))
        return NULL;
    if (!(is_there && !S_ISREG (present.st_mode) ? open_as_it_is (output, error)
                                                 : open_file (output, is_there ? &present : NULL, inputs, error)))
        return NULL;
    return g_steal_pointer (&output);
}

/* --- Writing */

FILE *output_file (Output *output)
{
    return output->file;
}

void output_write (const char *text, gsize size, gpointer user_data)
{
    Output *output = user_data;

    if (!output->trouble && fwrite (text, 1, size, output->file) != size)
        output->trouble = errno;
}

/* --- Closing */

/* FALSE with errno set. linkat() replaces nothing: over a file that is there it takes a name beside it first. */
static gboolean give_name (Output *output, int file)
{
    g_autofree char *nameless = g_strdup_printf ("/proc/self/fd/%d", file);

    if (linkat (AT_FDCWD, nameless, AT_FDCWD, output->place, AT_SYMLINK_FOLLOW) == 0)
        return TRUE;
    for (guint tries = 0; errno == EEXIST && tries < 100; tries++) {
        g_autofree char *beside = name_beside (output->place);
        g_snprintf (beside + strlen (beside) - 6, 7, "%06x", g_random_int () & 0xFFFFFF);
        if (linkat (AT_FDCWD, nameless, AT_FDCWD, beside, AT_SYMLINK_FOLLOW) != 0)
            continue;
        output->draft = g_steal_pointer (&beside);
        return rename (output->draft, output->place) == 0;
    }
    return FALSE;
}

static gboolean put_in_place (Output *output)
{
    if (!output->place)
        return TRUE;
    return output->draft ? rename (output->draft, output->place) == 0 : give_name (output, fileno (output->file));
}

static void drop_draft (Output *output)
{
    if (output->draft)
        unlink (output->draft);
}

gboolean output_has_failed (const Output *output)
{
    return output->trouble || ferror (output->file);
}

gboolean output_close (Output *output, GError **error)
{
    FILE *file = output->file;

    /* What a disk or a pipe did not take is told by the flush, and earlier by the stream's own mark. */
    if ((ferror (file) || fflush (file) != 0) && !output->trouble)
        output->trouble = errno ? errno : EIO;
    if (!output->trouble && !put_in_place (output))
        output->trouble = errno;
    output->file = NULL;
    if (output->path && fclose (file) != 0 && !output->trouble)
        output->trouble = errno;
    if (!output->trouble)
        return TRUE;
    drop_draft (output);
    clearerr (stdout); /* told here */
    return set_error (error, output->path, output->trouble);
}

void output_free (Output *output)
{
    if (!output)
        return;
    if (output->file && output->path) {
        fclose (output->file);
        drop_draft (output);
    }
    g_free (output->path);
    g_free (output->place);
    g_free (output->draft);
    g_free (output);
}
