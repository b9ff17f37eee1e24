/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __APPLE__
#define st_mtim st_mtimespec
#endif

#define MAX_OPEN_FILES 65536 /* that are looked at */

struct Output {
    FILE *file;  /* owned, unless it is standard output; NULL once closed */
    char *path;  /* as the user named it; NULL: standard output; owned */
    char *place; /* where the file will stand, behind all links; NULL: path is written as it is; owned */
    char *draft; /* the file that is written meanwhile; NULL: it has no name; owned */
    int trouble; /* errno of what went wrong first; 0 */
    gboolean was_there;
    struct stat before; /* what stood there when it was opened */
};

static gboolean set_error (GError **error, const char *path, int trouble)
{
    g_set_error (error, G_FILE_ERROR, (gint) g_file_error_from_errno (trouble), "%s cannot be written: %s",
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
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_EXIST,
                 "%s is read, and would be lost: name another file for the output", path);
    return FALSE;
}

static gboolean refuse_open (const char *path, GError **error)
{
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_EXIST,
                 "%s is open in this very program, and would be lost: name another file for the output", path);
    return FALSE;
}

static int max_open_files (void)
{
    struct rlimit most;

    return getrlimit (RLIMIT_NOFILE, &most) == 0 ? (int) MIN (most.rlim_cur, MAX_OPEN_FILES) : 0;
}

/* The numbers of what the program has open: it reads and writes files that nobody here knows of, as tshark its
 * captures. Where the system lists them, it is not asked about each number that there may be. Of int; owned by the
 * caller. */
static GArray *open_files (void)
{
    g_autoptr (GDir) listed = g_dir_open ("/dev/fd", 0, NULL);
    GArray *files = g_array_new (FALSE, FALSE, sizeof (int));

    for (const char *name; listed && (name = g_dir_read_name (listed));) {
        const int file = (int) g_ascii_strtoll (name, NULL, 10);
        g_array_append_val (files, file);
    }
    for (int file = 0, end = listed ? 0 : max_open_files (); file < end; file++)
        g_array_append_val (files, file);
    return files;
}

static gboolean is_open (const struct stat *present)
{
    g_autoptr (GArray) files = open_files ();
    struct stat about;

    for (guint i = 0; i < files->len; i++)
        if (fstat (g_array_index (files, int, i), &about) == 0 && is_same (present, &about))
            return TRUE;
    return FALSE;
}

static gboolean check_inputs (const char *path, const struct stat *present, const char *const *inputs, GError **error)
{
    struct stat about;

    for (const char *const *input = inputs; input && *input; input++)
        if (find_input (*input, &about) && is_same (present, &about))
            return refuse (path, error);
    return is_open (present) ? refuse_open (path, error) : TRUE;
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
            g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_EXIST, "%s is named twice: name another file for the output",
                         path);
            return FALSE;
        }
    }
    return TRUE;
}

/* Of a file of this group that is made of the input. Another group than the input's are others to it. */
static mode_t mode_made_of (const struct stat *input, gid_t group)
{
    const mode_t mode = input->st_mode | S_IRUSR | S_IWUSR;

    return input->st_gid == group ? mode : (mode & ~(mode_t) S_IRWXG) | (mode & S_IRWXO) << 3;
}

/* made: it is there, and who may read it is to be decided. */
static mode_t mode_of_new (int made, const char *const *inputs)
{
    g_autoptr (GArray) files = open_files ();
    const mode_t masked = umask (0);
    mode_t mode = 0666 & ~masked;
    struct stat about, input;

    umask (masked);
    if (fstat (made, &about) != 0)
        return mode & (S_IRUSR | S_IWUSR);
    for (const char *const *name = inputs; name && *name; name++)
        if (find_input (*name, &input) && S_ISREG (input.st_mode))
            mode &= mode_made_of (&input, about.st_gid);
    for (guint i = 0; i < files->len; i++) {
        const int file = g_array_index (files, int, i);
        if (file != made && fstat (file, &input) == 0 && S_ISREG (input.st_mode) && input.st_nlink &&
            (fcntl (file, F_GETFL) & O_ACCMODE) == O_RDONLY)
            mode &= mode_made_of (&input, about.st_gid);
    }
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
    g_autofree char *folder = g_path_get_dirname (place);
    return g_strdup_printf ("%s/.regflow.XXXXXX", folder);
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

static void drop_draft (Output *output)
{
    if (output->draft)
        unlink (output->draft);
}

/* Takes over the descriptor. */
static gboolean open_stream (Output *output, int descriptor, GError **error)
{
    output->file = fdopen (descriptor, "wb");
    if (output->file)
        return TRUE;
    set_error (error, output->path, errno);
    close (descriptor);
    drop_draft (output);
    return FALSE;
}

/* present: what stands there already; NULL for nothing. */
static gboolean open_file (Output *output, const struct stat *present, const char *const *inputs, GError **error)
{
    char *real = present ? realpath (output->path, NULL) : NULL;

    output->place = g_strdup (real ? real : output->path);
    free (real);
    if (present && access (output->place, W_OK) != 0)
        return set_error (error, output->path, errno);
    const int draft = open_draft (output);
    if (draft < 0) {
        g_clear_pointer (&output->draft, g_free);
        if (!present || (errno != EACCES && errno != EPERM && errno != EROFS))
            return set_error (error, output->path, errno);
        g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_ACCES,
                     "%s cannot be replaced: nothing can be written into its folder", output->path);
        return FALSE;
    }
    /* Not everybody may give files away; then it is the writer's, as a new one would be. */
    if (present && fchown (draft, present->st_uid, present->st_gid) != 0 && errno != EPERM)
        output->trouble = errno;
    if (fchmod (draft, present ? present->st_mode & 07777 : mode_of_new (draft, inputs)) != 0)
        output->trouble = errno;
    return open_stream (output, draft, error);
}

static gboolean open_as_it_is (Output *output, GError **error)
{
    const int device = open (output->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);

    if (device < 0)
        return set_error (error, output->path, errno);
    return open_stream (output, device, error);
}

/* FALSE with error set when the path is no place for an output. ret_present: what stands there; untouched when
 * ret_is_there is FALSE. */
static gboolean check_place (const char *path, const char *const *inputs, struct stat *ret_present,
                             gboolean *ret_is_there, GError **error)
{
    struct stat link;

    *ret_is_there = stat (path, ret_present) == 0;
    if (!*ret_is_there && errno == ENOENT && lstat (path, &link) == 0) {
        g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT,
                     "%s cannot be written: it is a link, and what it leads to is not there", path);
        return FALSE;
    }
    if (!*ret_is_there && errno != ENOENT)
        return set_error (error, path, errno);
    return *ret_is_there ? check_inputs (path, ret_present, inputs, error) : check_new (path, inputs, error);
}

static gboolean check_standard_output (const char *const *inputs, GError **error)
{
    struct stat present, about;

    if (fstat (STDOUT_FILENO, &present) != 0)
        return TRUE;
    for (const char *const *input = inputs; input && *input; input++)
        if (find_input (*input, &about) && is_same (&present, &about))
            return refuse ("standard output", error);
    return TRUE;
}

Output *output_open (const char *path, const char *const *inputs, GError **error)
{
    g_autoptr (Output) output = g_new0 (Output, 1);

    if (!path || strcmp (path, "-") == 0) {
        output->file = stdout;
        return check_standard_output (inputs, error) ? g_steal_pointer (&output) : NULL;
    }
    output->path = g_strdup (path);
    if (!check_place (path, inputs, &output->before, &output->was_there, error))
        return NULL;
    if (!(output->was_there && !S_ISREG (output->before.st_mode)
              ? open_as_it_is (output, error)
              : open_file (output, output->was_there ? &output->before : NULL, inputs, error)))
        return NULL;
    return g_steal_pointer (&output);
}

int output_append (const char *path, const char *const *inputs, GError **error)
{
    struct stat present;
    gboolean is_there;

    if (!check_place (path, inputs, &present, &is_there, error))
        return -1;
    const int flags = O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY;
    const int file = open (path, is_there ? flags : flags | O_CREAT | O_EXCL, S_IRUSR | S_IWUSR);
    if (file < 0 || (!is_there && fchmod (file, mode_of_new (file, inputs)) != 0)) {
        set_error (error, path, errno);
        if (file >= 0)
            close (file);
        return -1;
    }
    return file;
}

void output_make_private (Output *output)
{
    if (output->place && fchmod (fileno (output->file), S_IRUSR | S_IWUSR) != 0)
        output->trouble = errno;
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

    if (!output->was_there)
        return linkat (AT_FDCWD, nameless, AT_FDCWD, output->place, AT_SYMLINK_FOLLOW) == 0;
    errno = EEXIST;
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

/* Somebody has written there since it was opened: another output of the same name, or the program itself. */
static gboolean has_changed (const Output *output)
{
    const struct stat *before = &output->before;
    struct stat now;

    if (stat (output->place, &now) != 0)
        return FALSE;
    return !output->was_there || !is_same (before, &now) || before->st_size != now.st_size ||
           before->st_mtim.tv_sec != now.st_mtim.tv_sec || before->st_mtim.tv_nsec != now.st_mtim.tv_nsec;
}

static gboolean put_in_place (Output *output)
{
    if (!output->place)
        return TRUE;
    /* The program may have opened it since, as tshark the file of keys that its capture needs. */
    errno = has_changed (output) ? EEXIST : output->was_there && is_open (&output->before) ? EBUSY : 0;
    if (errno)
        return FALSE;
    return output->draft ? rename (output->draft, output->place) == 0 : give_name (output, fileno (output->file));
}

gboolean output_reader_left (void)
{
    struct pollfd standard = { .fd = STDOUT_FILENO };

    return poll (&standard, 1, 0) == 1 && (standard.revents & (POLLERR | POLLHUP));
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
    /* Who reads it has seen enough: nobody is left to be told, and the program ends as SIGPIPE would have ended it. */
    if (output->trouble == EPIPE && !output->path)
        return TRUE;
    drop_draft (output);
    clearerr (stdout); /* told here */
    if (output->trouble == EBUSY)
        return refuse_open (output->path, error);
    if (output->trouble == EEXIST) {
        g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_EXIST,
                     "%s has been written meanwhile by something else, and stays as it is now", output->path);
        return FALSE;
    }
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
