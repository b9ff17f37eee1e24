/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets from a pipe, from a file, and from the files of a folder that still grows. */
#include "replay/watch/packets_internal.h"

#include "registration/wire/times.h"
#include "replay/recording/capture.h"
#include "replay/recording/packed.h"
#include "replay/watch/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Between two looks whether a file has grown, or another one has begun, in milliseconds; and that much more for each
 * file that has to be looked at. */
#define LOOK_AGAIN     100
#define FILES_A_MILLIS 10

typedef struct {
    char *path;       /* of the stream or the folder; owned */
    int stop;         /* an event that ends all waiting; owned */
    Packets *packets; /* folder: to say what cannot be read */
    gboolean is_regular, is_away;
    Folder *folder; /* owned; NULL: it is none */
} Source;

static Source *source_new (const char *path)
{
    Source *source = g_new0 (Source, 1);

    source->path = g_strdup (path);
    source->stop = eventfd (0, EFD_CLOEXEC);
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
    folder_free (source->folder);
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
    guint8 head[8]; /* what it begins with, read to see what it is */
    gsize head_size, head_at;
} Reading;

static gboolean has_next (Source *source);

static int look_again (const Source *source)
{
    return LOOK_AGAIN + (int) (folder_size (source->folder) / FILES_A_MILLIS);
}

static ssize_t read_on (void *cookie, char *buffer, size_t size)
{
    Reading *reading = cookie;

    if (reading->head_at < reading->head_size) {
        const gsize taken = MIN (size, reading->head_size - reading->head_at);
        memcpy (buffer, reading->head + reading->head_at, taken);
        reading->head_at += taken;
        return (ssize_t) taken;
    }
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
        if (!reading->has_next && !wait_for (reading->source, -1, look_again (reading->source)))
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

/* What comes through a pipe is not unpacked: for that others are there. */
static gboolean look_at_head (Reading *reading, const char *name, GError **error)
{
    while (reading->head_size < sizeof reading->head) {
        reading->head_at = reading->head_size; /* read_on() reads, and gives nothing of it back */
        const ssize_t got =
            read_on (reading, (char *) reading->head + reading->head_size, sizeof reading->head - reading->head_size);
        if (got <= 0)
            break;
        reading->head_size += (gsize) got;
    }
    reading->head_at = 0;
    const char *packed = packed_name (reading->head, reading->head_size);
    if (packed)
        g_set_error (
            error, CAPTURE_ERROR, CAPTURE_ERROR_FORMAT, "%s is compressed with %s: unpack it first (%s)", name, packed,
            g_str_equal (packed, "gzip") ? "zcat FILE | regreplay watch -" : "as zstdcat FILE | regreplay watch -");
    else if (reading->head_size == 0)
        g_set_error (error, CAPTURE_ERROR, CAPTURE_ERROR_FORMAT, "%s is empty, and no capture", name);
    return !packed && reading->head_size;
}

/* Takes the descriptor over. */
static Capture *open_reading (Source *source, int descriptor, gboolean grows, const char *name, GError **error)
{
    static const cookie_io_functions_t functions = { .read = read_on, .close = close_reading };
    Reading *reading = g_new0 (Reading, 1);

    *reading = (Reading){ .source = source, .descriptor = descriptor, .grows = grows };
    if (!grows && !look_at_head (reading, name, error)) {
        close_reading (reading);
        return NULL;
    }
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
    static const PacketsReader reader = { run_stream, stop_source, free_source, NULL, SECONDS (3) };
    Source *source = source_new (path);

    source->is_regular = strcmp (path, "-") != 0 && g_file_test (path, G_FILE_TEST_IS_REGULAR);
    Packets *packets = packets_new (&reader, source);
    packets_begin (packets);
    return packets;
}

/* --- A folder */

/* A folder may go away, as with the disk that it is on, and come back. */
static void look_whether_away (Source *source)
{
    const gboolean is_away = !g_file_test (source->path, G_FILE_TEST_IS_DIR);

    if (is_away == source->is_away)
        return;
    source->is_away = is_away;
    g_autofree char *news = g_strdup_printf ("%s is %s", source->path, is_away ? "away" : "back");
    packets_say (source->packets, news);
    packets_set_trouble (source->packets, is_away ? news : NULL);
}

static gboolean has_next (Source *source)
{
    const gboolean has = folder_look (source->folder);
    g_autofree char *news = folder_news (source->folder);

    look_whether_away (source);

    if (news)
        packets_say (source->packets, news);
    return has;
}

static Capture *open_of_folder (Source *source, const char *path, GError **error)
{
    if (folder_is_packed (path))
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
    gboolean told = FALSE;

    source->packets = packets;
    while (!packets_stop (packets)) {
        if (!has_next (source)) {
            if (!told && !folder_size (source->folder))
                packets_say (packets, "the folder holds no capture yet, and is watched for some");
            told = TRUE;
            wait_for (source, -1, look_again (source));
            continue;
        }
        told = TRUE;
        g_autofree char *path = folder_take (source->folder);
        read_of_folder (packets, source, path);
    }
}

Packets *packets_from_folder (const char *path, GError **error)
{
    static const PacketsReader reader = { run_folder, stop_source, free_source, NULL, SECONDS (3) };
    GDir *folder = g_dir_open (path, 0, error);

    if (!folder)
        return NULL;
    g_dir_close (folder);
    Source *source = source_new (path);
    source->folder = folder_new (path);
    Packets *packets = packets_new (&reader, source);
    packets_begin (packets);
    return packets;
}
