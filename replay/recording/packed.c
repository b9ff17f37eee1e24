/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/recording/packed.h"

#include "replay/recording/capture.h"

#include <errno.h>
#include <lz4frame.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

/* Packed captures are read in pieces of this size. */
#define READ_SIZE (1024 * 1024)

/* No capture of phones shrinks so much; what does costs hours of reading, and holds nothing. It may, as long as it is
 * small. */
#define TIMES_LARGER 250
#define SMALL        (G_GUINT64_CONSTANT (256) * 1024 * 1024)

typedef enum {
    STEP_ON,      /* go on: with what was made, or with more to read */
    STEP_BETWEEN, /* the same, and nothing is begun: the file may end here */
    STEP_END,     /* what follows is something else, as gzip takes it, too */
    STEP_DAMAGED,
} Step;

struct Packed {
    int source;                  /* owned */
    const struct Format *format; /* NULL: it is not compressed */
    gpointer state;              /* of the format; owned */
    guint8 *octets;              /* of source, READ_SIZE; owned */
    gsize size, at;              /* of octets: how many, and how many of these are used up */
    gboolean has_ended;          /* the source */
    gboolean is_between;         /* all that has begun is complete */
    guint64 taken, given;
    char *trouble; /* owned, or NULL */
};

/* --- The formats */

typedef struct Format {
    const char *name;
    const char *magic;
    gsize magic_size;
    const char *remedy; /* the program that unpacks what is not read here; else NULL */
    gpointer (*begin) (void);
    void (*end) (gpointer state);
    Step (*step) (Packed *packed, void *made, gsize size, gsize *ret_made);
} Format;

/* A window of any size, behind a header of gzip (zlib.h, inflateInit2). */
#define GZIP_WINDOW (15 + 16)

static gpointer gzip_begin (void)
{
    z_stream *stream = g_new0 (z_stream, 1);

    if (inflateInit2 (stream, GZIP_WINDOW) == Z_OK)
        return stream;
    g_free (stream);
    return NULL;
}

static void gzip_end (gpointer state)
{
    inflateEnd (state);
    g_free (state);
}

/* Behind one gzip file there may be another: "cat a.gz b.gz" is the file of both. */
static Step gzip_end_of_one (Packed *packed)
{
    const guint8 *rest = packed->octets + packed->at;

    inflateReset (packed->state);
    return packed->size - packed->at >= 2 && (rest[0] != 0x1F || rest[1] != 0x8B) ? STEP_END : STEP_BETWEEN;
}

static Step gzip_step (Packed *packed, void *made, gsize size, gsize *ret_made)
{
    z_stream *stream = packed->state;

    size = MIN (size, G_MAXUINT);
    stream->next_in = packed->octets + packed->at;
    stream->avail_in = (uInt) (packed->size - packed->at);
    stream->next_out = made;
    stream->avail_out = (uInt) size;
    const int result = inflate (stream, Z_NO_FLUSH);
    packed->at = packed->size - stream->avail_in;
    *ret_made = size - stream->avail_out;
    if (result == Z_STREAM_END)
        return gzip_end_of_one (packed);
    return result == Z_OK || result == Z_BUF_ERROR ? STEP_ON : STEP_DAMAGED; /* the latter: nothing more to read */
}

static gpointer zstd_begin (void)
{
    return ZSTD_createDStream ();
}

static void zstd_end (gpointer state)
{
    ZSTD_freeDStream (state);
}

static Step zstd_step (Packed *packed, void *made, gsize size, gsize *ret_made)
{
    ZSTD_inBuffer in = { packed->octets, packed->size, packed->at };
    ZSTD_outBuffer out = { made, size, 0 };
    const gsize wants = ZSTD_decompressStream (packed->state, &out, &in);

    packed->at = in.pos;
    *ret_made = out.pos;
    return ZSTD_isError (wants) ? STEP_DAMAGED : wants == 0 ? STEP_BETWEEN : STEP_ON;
}

static gpointer lz4_begin (void)
{
    LZ4F_dctx *context = NULL;
    return LZ4F_isError (LZ4F_createDecompressionContext (&context, LZ4F_VERSION)) ? NULL : context;
}

static void lz4_end (gpointer state)
{
    LZ4F_freeDecompressionContext (state);
}

static Step lz4_step (Packed *packed, void *made, gsize size, gsize *ret_made)
{
    size_t used = packed->size - packed->at, given = size;
    const size_t wants = LZ4F_decompress (packed->state, made, &given, packed->octets + packed->at, &used, NULL);

    if (LZ4F_isError (wants))
        return STEP_DAMAGED;
    packed->at += used;
    *ret_made = given;
    return wants == 0 ? STEP_BETWEEN : STEP_ON;
}

static const Format formats[] = {
    { "gzip", "\x1F\x8B", 2, NULL, gzip_begin, gzip_end, gzip_step },
    { "zstd", "\x28\xB5\x2F\xFD", 4, NULL, zstd_begin, zstd_end, zstd_step },
    { "lz4", "\x04\x22\x4D\x18", 4, NULL, lz4_begin, lz4_end, lz4_step },
    { "xz",
      "\xFD"
      "7zXZ",
      5, "unxz", NULL, NULL, NULL },
    { "bzip2", "BZh", 3, "bunzip2", NULL, NULL, NULL },
};

/* Zstd and lz4 may begin with frames that say nothing (RFC 8878, 3.1.2): parallel programs put their table there. */
static gsize skippable (const guint8 *head, gsize size)
{
    gsize at = 0;

    while (at + 8 <= size && (head[at] & 0xF0) == 0x50 && memcmp (head + at + 1, "\x2A\x4D\x18", 3) == 0) {
        const guint8 *length = head + at + 4;
        at += 8 + (length[0] | (gsize) length[1] << 8 | (gsize) length[2] << 16 | (gsize) length[3] << 24);
    }
    return MIN (at, size);
}

static const Format *find_format (const guint8 *whole_head, gsize whole_size)
{
    const gsize skipped = skippable (whole_head, whole_size), size = whole_size - skipped;
    const guint8 *head = whole_head + skipped;

    for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
        if (size >= formats[i].magic_size && memcmp (head, formats[i].magic, formats[i].magic_size) == 0)
            return &formats[i];
    return NULL;
}

const char *packed_name (const guint8 *begin, gsize size)
{
    const Format *format = find_format (begin, size);
    return format ? format->name : NULL;
}

/* --- The stream */

static void packed_free (Packed *packed)
{
    if (packed->source >= 0)
        close (packed->source);
    if (packed->state)
        packed->format->end (packed->state);
    g_free (packed->octets);
    g_free (packed->trouble);
    g_free (packed);
}

const char *packed_trouble (const Packed *packed)
{
    return packed ? packed->trouble : NULL;
}

/* FALSE with errno set. */
static gboolean fill (Packed *packed)
{
    gssize got;

    do
        got = read (packed->source, packed->octets, READ_SIZE);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return FALSE;
    packed->at = 0;
    packed->size = (gsize) got;
    packed->taken += (gsize) got;
    packed->has_ended = got == 0;
    return TRUE;
}

static gssize fail (Packed *packed, const char *what)
{
    g_free (packed->trouble);
    packed->trouble = g_strdup_printf ("its %s data %s", packed->format->name, what);
    errno = EIO;
    return -1;
}

static gssize give_plain (Packed *packed, char *buffer, gsize size)
{
    size = MIN (size, packed->size - packed->at);
    memcpy (buffer, packed->octets + packed->at, size);
    packed->at += size;
    return (gssize) size;
}

static ssize_t read_packed (void *cookie, char *buffer, size_t size)
{
    Packed *packed = cookie;

    for (;;) {
        gsize made = 0;
        if (packed->at == packed->size && !packed->has_ended && !fill (packed))
            return -1;
        if (!packed->format)
            return give_plain (packed, buffer, size);
        if (packed->has_ended && packed->is_between)
            return 0;
        const Step step = packed->format->step (packed, buffer, size, &made);
        if (step == STEP_DAMAGED)
            return fail (packed, "is damaged");
        packed->is_between = step != STEP_ON;
        if (step == STEP_END) {
            packed->has_ended = TRUE;
            packed->at = packed->size;
        }
        packed->given += made;
        if (packed->given > SMALL && packed->given / TIMES_LARGER > packed->taken)
            return fail (packed, "becomes so much larger that it is no capture");
        if (made)
            return (gssize) made;
        if (packed->has_ended && !packed->is_between)
            return fail (packed, "is cut off");
    }
}

static int close_packed (void *cookie)
{
    packed_free (cookie);
    return 0;
}

static FILE *stream_of (Packed *packed)
{
    const cookie_io_functions_t functions = { .read = read_packed, .close = close_packed };

    return fopencookie (packed, "rb", functions);
}

/* A file that can be read as it is. Takes source over. */
static FILE *plain_file (int source)
{
    FILE *file = fdopen (source, "rb");

    if (!file)
        close (source);
    return file;
}

/* Enough to know what it is. FALSE with errno set. */
static gboolean read_head (Packed *packed)
{
    gsize size = 0;

    while (size < 8) {
        gssize got = read (packed->source, packed->octets + size, READ_SIZE - size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return FALSE;
        if (got == 0)
            break;
        size += (gsize) got;
    }
    packed->size = packed->taken = size;
    return TRUE;
}

static gboolean begin (Packed *packed, const char *name, GError **error)
{
    if (!read_head (packed)) {
        g_set_error (error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s cannot be read: %s", name, g_strerror (errno));
        return FALSE;
    }
    if (packed->size == 0) {
        g_set_error (error, CAPTURE_ERROR, CAPTURE_ERROR_FORMAT, "%s is empty", name);
        return FALSE;
    }
    packed->format = find_format (packed->octets, packed->size);
    if (packed->format && packed->format->remedy) {
        g_set_error (error, CAPTURE_ERROR, CAPTURE_ERROR_FORMAT, "%s is compressed with %s: unpack it first (%s)", name,
                     packed->format->name, packed->format->remedy);
        return FALSE;
    }
    if (packed->format && !(packed->state = packed->format->begin ())) {
        g_set_error (error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s cannot be unpacked: there is no memory", name);
        return FALSE;
    }
    return TRUE;
}

FILE *packed_open (int source, const char *name, Packed **ret_packed, GError **error)
{
    Packed *packed = g_new0 (Packed, 1);
    FILE *stream;

    *ret_packed = NULL;
    packed->source = source;
    packed->octets = g_malloc (READ_SIZE);
    if (!begin (packed, name, error)) {
        packed_free (packed);
        return NULL;
    }
    if (!packed->format && lseek (source, -(off_t) packed->size, SEEK_CUR) >= 0) {
        packed->source = -1;
        packed_free (packed);
        stream = plain_file (source);
    } else if ((stream = stream_of (packed))) {
        *ret_packed = packed;
    } else {
        packed_free (packed);
    }
    if (!stream)
        g_set_error (error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s cannot be opened: %s", name, g_strerror (errno));
    return stream;
}
