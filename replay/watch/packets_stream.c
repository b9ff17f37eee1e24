/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets from a pipe, from a file, and from the files of a folder that still grows. */
#include "replay/watch/packets_internal.h"

#include "registration/wire/times.h"
#include "replay/recording/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

/* Between two looks whether a file has grown, or another one has begun, in milliseconds. */
#define LOOK_AGAIN 100

typedef struct {
    char *path;       /* of the stream or the folder; owned */
    int stop;         /* an event that ends all waiting; owned */
    Packets *packets; /* folder: to say what cannot be read */
    gboolean is_regular;
    GHashTable *done; /* folder: captures that were begun, as name and time of the first packet; owned */
} Source;

static Source *source_new (const char *path)
{
    Source *source = g_new0 (Source, 1);

    source->path = g_strdup (path);
    source->stop = eventfd (0, EFD_CLOEXEC);
    source->done = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    return source;
}

static void stop_source (gpointer data)
{
    const Source *source = data;

    if (source->stop >= 0)
        eventfd_write (source->stop, 1);
}

static void free_source (gpointer data)
{
    Source *source = data;

    if (source->stop >= 0)
        close (source->stop);
    g_hash_table_unref (source->done);
    g_free (source->path);
    g_free (source);
}

/* FALSE when waiting is to end. */
static gboolean wait_for (const Source *source, int descriptor, int milliseconds)
{
    struct pollfd polled[] = { { source->stop, POLLIN, 0 }, { descriptor, POLLIN, 0 } };
    int status;

    do
        status = poll (polled, descriptor >= 0 ? 2 : 1, milliseconds);
    while (status < 0 && errno == EINTR);
    return !polled[0].revents;
}

/* --- A stream */

typedef struct {
    Source *source;
    int descriptor; /* owned */
    gboolean grows; /* a file of a folder: at its end it is waited for more, until another one begins */
    gboolean has_next;
} Reading;

static gboolean has_next (Source *source);

static ssize_t read_on (void *cookie, char *buffer, size_t size)
{
    Reading *reading = cookie;

    for (;;) {
        if (!wait_for (reading->source, reading->descriptor, -1))
            return 0;
        const ssize_t got = read (reading->descriptor, buffer, size);
        if (got > 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
            return got;
        if (got < 0)
            continue;
        /* Whoever writes them has written all of this one before the next one is there; so look once more. */
        if (!reading->grows || reading->has_next)
            return 0;
        reading->has_next = has_next (reading->source);
        if (!reading->has_next && !wait_for (reading->source, -1, LOOK_AGAIN))
            return 0;
    }
}

static int close_reading (void *cookie)
{
    Reading *reading = cookie;

    close (reading->descriptor);
    g_free (reading);
    return 0;
}

/* Takes the descriptor over. */
static Capture *open_reading (Source *source, int descriptor, gboolean grows, const char *name, GError **error)
{
    static const cookie_io_functions_t functions = { .read = read_on, .close = close_reading };
    Reading *reading = g_new0 (Reading, 1);

    *reading = (Reading){ .source = source, .descriptor = descriptor, .grows = grows };
    FILE *stream = fopencookie (reading, "r", functions);
    if (!stream) {
        g_set_error (error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s cannot be opened: %s", name, g_strerror (errno));
        close_reading (reading);
        return NULL;
    }
    return capture_open_stream (stream, name, error);
}

static Capture *open_source (Source *source, GError **error)
{
    if (strcmp (source->path, "-") == 0) {
        const int input = dup (STDIN_FILENO);
        return open_reading (source, input, FALSE, "standard input", error);
    }
    /* What is compressed is unpacked there. */
    if (source->is_regular)
        return capture_open (source->path, error);
    /* Whoever writes to a FIFO may come later. */
    const int opened = open (source->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (opened < 0) {
        g_set_error (error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s cannot be opened: %s", source->path,
                     g_strerror (errno));
        return NULL;
    }
    return open_reading (source, opened, FALSE, source->path, error);
}

/* FALSE when it ended with an error that is no end. */
static gboolean put_all (Packets *packets, Capture *capture, GError **error)
{
    CapturedPacket packet;
    CaptureResult result = CAPTURE_FRAME;

    while (!packets_stop (packets) && (result = capture_next_packet (capture, &packet, error)) == CAPTURE_FRAME)
        packets_put (packets, &packet);
    return result != CAPTURE_FAILED;
}

static void run_stream (Packets *packets, gpointer data, GError **error)
{
    g_autoptr (Capture) capture = open_source (data, error);

    if (capture && !put_all (packets, capture, error) && packets_stop (packets))
        g_clear_error (error);
}

Packets *packets_from_stream (const char *path)
{
    static const PacketsReader reader = { run_stream, stop_source, free_source, SECONDS (3) };
    Source *source = source_new (path);

    source->is_regular = strcmp (path, "-") != 0 && g_file_test (path, G_FILE_TEST_IS_REGULAR);
    Packets *packets = packets_new (&reader, source);
    packets_begin (packets);
    return packets;
}

/* --- A folder */

/* What has so many octets and does not begin like a capture never will. */
#define BEGIN_SIZE 24

static void say_once (Source *source, const char *name, const char *path)
{
    char *key = g_strconcat (name, "!", NULL);

    if (!g_hash_table_add (source->done, key))
        return;
    g_autofree char *news = g_strdup_printf ("%s is no capture that can be read", path);
    packets_say (source->packets, news);
}

/* A name may be used again, for another capture. NULL when it holds no packet yet, or is no capture. */
static char *identity (Source *source, const char *name, gint64 *ret_time)
{
    g_autofree char *path = g_build_filename (source->path, name, NULL);
    struct stat about;
    CapturedPacket packet;

    if (stat (path, &about) != 0 || !S_ISREG (about.st_mode))
        return NULL;
    if (!capture_is_one (path)) {
        if (about.st_size >= BEGIN_SIZE)
            say_once (source, name, path);
        return NULL;
    }
    g_autoptr (Capture) capture = capture_open (path, NULL);
    if (!capture || capture_next_packet (capture, &packet, NULL) != CAPTURE_FRAME)
        return NULL;
    *ret_time = packet.time;
    return g_strdup_printf ("%s %" G_GINT64_FORMAT, name, packet.time);
}

/* Of the captures that were not begun, the one that begins first. Owned by the caller; NULL when there is none. */
static char *next_capture (Source *source, char **ret_identity)
{
    GDir *folder = g_dir_open (source->path, 0, NULL);
    char *first = NULL;
    gint64 time_of_first = 0;

    *ret_identity = NULL;
    for (const char *name; folder && (name = g_dir_read_name (folder));) {
        gint64 time;
        g_autofree char *one = identity (source, name, &time);
        if (!one || g_hash_table_contains (source->done, one) || (first && time >= time_of_first))
            continue;
        g_free (first);
        g_free (*ret_identity);
        first = g_build_filename (source->path, name, NULL);
        *ret_identity = g_steal_pointer (&one);
        time_of_first = time;
    }
    g_clear_pointer (&folder, g_dir_close);
    return first;
}

static gboolean has_next (Source *source)
{
    g_autofree char *one = NULL, *next = next_capture (source, &one);
    return next != NULL;
}

static gboolean is_packed (const char *path)
{
    static const guint8 magics[][4] = { { 0x1F, 0x8B }, { 0x28, 0xB5, 0x2F, 0xFD }, { 0x04, 0x22, 0x4D, 0x18 } };
    guint8 begin[4] = { 0 };
    const int opened = open (path, O_RDONLY | O_CLOEXEC);
    const gboolean is_read = opened >= 0 && read (opened, begin, sizeof begin) == sizeof begin;

    if (opened >= 0)
        close (opened);
    return is_read && (memcmp (begin, magics[0], 2) == 0 || memcmp (begin, magics[1], 4) == 0 ||
                       memcmp (begin, magics[2], 4) == 0);
}

static Capture *open_of_folder (Source *source, const char *path, GError **error)
{
    if (is_packed (path))
        return capture_open (path, error);
    const int opened = open (path, O_RDONLY | O_CLOEXEC);
    if (opened < 0) {
        g_set_error (error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s cannot be opened: %s", path, g_strerror (errno));
        return NULL;
    }
    return open_reading (source, opened, TRUE, path, error);
}

/* One that is damaged does not end the rest. */
static void read_of_folder (Packets *packets, Source *source, const char *path)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (Capture) capture = open_of_folder (source, path, &error);

    if (capture)
        put_all (packets, capture, &error);
    if (error && !packets_stop (packets))
        packets_say (packets, error->message);
}

static void run_folder (Packets *packets, gpointer data, GError **error G_GNUC_UNUSED)
{
    Source *source = data;

    source->packets = packets;
    while (!packets_stop (packets)) {
        char *one;
        g_autofree char *path = next_capture (source, &one);
        if (!path) {
            wait_for (source, -1, LOOK_AGAIN);
            continue;
        }
        g_hash_table_add (source->done, one);
        read_of_folder (packets, source, path);
    }
}

Packets *packets_from_folder (const char *path, GError **error)
{
    static const PacketsReader reader = { run_folder, stop_source, free_source, SECONDS (3) };
    GDir *folder = g_dir_open (path, 0, error);

    if (!folder)
        return NULL;
    g_dir_close (folder);
    Packets *packets = packets_new (&reader, source_new (path));
    packets_begin (packets);
    return packets;
}
