/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/recording/capture.h"

#include "registration/wire/link.h"
#include "registration/wire/times.h"
#include "registration/wire/unpack.h"
#include "replay/recording/packed.h"
#include "replay/recording/pcapng_packets.h"

#include <errno.h>
#include <fcntl.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Large captures are read in pieces of this size: a system call a frame would cost more than the rest. */
#define READ_SIZE (1024 * 1024)

struct Capture {
    pcap_t *pcap;         /* owned; closes the file, too; NULL once the links are mixed */
    char *buffer;         /* of the file that pcap reads; owned, and needed until that is closed */
    PcapngPackets *mixed; /* owned; NULL while all links are of one type, which libpcap reads */
    Packed *packed;       /* through which either reads; borrowed from its stream; NULL: the file itself */
    int again;            /* the file, to begin anew for that; -1 it is a pipe */
    char *path;           /* owned */
    Unpacker *unpacker;   /* owned */
    guint32 link_type;
    guint32 frames;
    guint32 unread;    /* frames of links that nothing here reads … */
    char *unread_link; /* … as the first of them is called; owned; NULL while there are none */
    gint64 latest;
};

G_DEFINE_QUARK (regreplay - capture - error, capture_error)

static gboolean is_standard_input (const char *path)
{
    return strcmp (path, "-") == 0;
}

static const char *name_of (const char *path)
{
    return is_standard_input (path) ? "standard input" : path;
}

static void set_open_error (GError **error, const char *path)
{
    g_set_error (error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s cannot be opened: %s", name_of (path),
                 g_strerror (errno));
}

/* -1 with error set. */
static int open_path (const char *path, GError **error)
{
    struct stat about;
    const int source = is_standard_input (path) ? dup (STDIN_FILENO) : open (path, O_RDONLY | O_CLOEXEC);

    if (source < 0) {
        set_open_error (error, path);
        return -1;
    }
    if (fstat (source, &about) == 0 && S_ISDIR (about.st_mode)) {
        g_set_error (error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s is a folder, not a capture", name_of (path));
        close (source);
        return -1;
    }
    return source;
}

gboolean capture_is_one (const char *path)
{
    static const char *const magics[] = { "\x0A\x0D\x0D\x0A", "\xD4\xC3\xB2\xA1", "\xA1\xB2\xC3\xD4",
                                          "\x4D\x3C\xB2\xA1", "\xA1\xB2\x3C\x4D" };
    Packed *packed;
    char head[4];
    const int source = open_path (path, NULL);
    FILE *file = source >= 0 ? packed_open (source, path, &packed, NULL) : NULL;
    gboolean is_one = FALSE;

    if (!file)
        return FALSE;
    if (fread (head, 1, sizeof head, file) == sizeof head)
        for (guint i = 0; i < G_N_ELEMENTS (magics); i++)
            is_one |= memcmp (head, magics[i], sizeof head) == 0;
    fclose (file);
    return is_one;
}

/* --- What is read twice */

/* Takes over the file. */
static FILE *keep (FILE *file, const Packed *packed, const char *path, GError **error)
{
    FILE *kept = tmpfile ();
    char *octets = g_malloc (READ_SIZE);
    gsize size;

    while (kept && (size = fread (octets, 1, READ_SIZE, file)) > 0)
        if (fwrite (octets, 1, size, kept) != size)
            break;
    g_free (octets);
    if (packed_trouble (packed)) {
        g_set_error (error, CAPTURE_ERROR, CAPTURE_ERROR_FORMAT, "%s cannot be read: %s", name_of (path),
                     packed_trouble (packed));
        g_clear_pointer (&kept, fclose);
    } else if (!kept || ferror (file) || ferror (kept) || fflush (kept) != 0) {
        g_set_error (error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN,
                     "%s has to be read twice, and cannot be kept in a temporary file: %s", name_of (path),
                     g_strerror (errno));
        g_clear_pointer (&kept, fclose);
    }
    fclose (file);
    return kept;
}

int capture_source (const char *path, GError **error)
{
    Packed *packed;
    const int opened = open_path (path, error);
    FILE *file = opened >= 0 ? packed_open (opened, name_of (path), &packed, error) : NULL;

    if (file && packed)
        file = keep (file, packed, path, error);
    const int source = file ? dup (fileno (file)) : -1;
    if (file && source < 0)
        set_open_error (error, path);
    g_clear_pointer (&file, fclose);
    return source;
}

FILE *capture_source_stream (int source)
{
    const int again = lseek (source, 0, SEEK_SET) == 0 ? dup (source) : -1;
    FILE *stream = again >= 0 ? fdopen (again, "rb") : NULL;

    if (!stream && again >= 0)
        close (again);
    return stream;
}

/* --- The reader */

static void close_again (int again)
{
    if (again >= 0)
        close (again);
}

/* Takes over the file, and again. Without a buffer of our own the C library reads 4 KiB at a time, whatever size
 * setvbuf is told. */
static Capture *open_stream (FILE *file, Packed *packed, int again, const char *path, GError **error)
{
    char message[PCAP_ERRBUF_SIZE];
    g_autofree char *buffer = g_malloc (READ_SIZE);

    setvbuf (file, buffer, _IOFBF, READ_SIZE);
    pcap_t *pcap = pcap_fopen_offline_with_tstamp_precision (file, PCAP_TSTAMP_PRECISION_NANO, message);
    if (!pcap) {
        g_set_error (error, CAPTURE_ERROR, CAPTURE_ERROR_FORMAT,
                     "%s is no capture that can be read (pcap or pcapng): %s", name_of (path),
                     packed_trouble (packed) ? packed_trouble (packed) : message);
        fclose (file);
        close_again (again);
        return NULL;
    }
    int link_type = pcap_datalink (pcap);
    if (!link_is_known ((guint32) link_type)) {
        const char *name = pcap_datalink_val_to_name (link_type);
        g_set_error (
            error, CAPTURE_ERROR, CAPTURE_ERROR_FORMAT,
            "%s was captured on a link of type %d (%s), which is not supported: Ethernet, Linux cooked, raw IP "
            "and loopback are",
            name_of (path), link_type, name ? name : "unknown");
        pcap_close (pcap);
        close_again (again);
        return NULL;
    }
    Capture *capture = g_new0 (Capture, 1);
    capture->pcap = pcap;
    capture->buffer = g_steal_pointer (&buffer);
    capture->packed = packed;
    capture->again = again;
    capture->path = g_strdup (name_of (path));
    capture->unpacker = unpacker_new ();
    capture->link_type = (guint32) link_type;
    capture->latest = G_MININT64;
    return capture;
}

Capture *capture_open (const char *path, GError **error)
{
    Packed *packed;
    const int source = open_path (path, error);
    const int again = source >= 0 && lseek (source, 0, SEEK_CUR) >= 0 ? dup (source) : -1;
    FILE *file = source >= 0 ? packed_open (source, name_of (path), &packed, error) : NULL;

    if (file)
        return open_stream (file, packed, again, path, error);
    close_again (again);
    return NULL;
}

Capture *capture_open_source (int source, const char *path, GError **error)
{
    FILE *file = capture_source_stream (source);

    if (file)
        return open_stream (file, NULL, dup (source), path, error);
    set_open_error (error, path);
    return NULL;
}

Capture *capture_open_stream (FILE *stream, const char *name, GError **error)
{
    return open_stream (stream, NULL, -1, name, error);
}

void capture_free (Capture *capture)
{
    if (!capture)
        return;
    g_clear_pointer (&capture->pcap, pcap_close);
    g_clear_pointer (&capture->mixed, pcapng_packets_free);
    g_free (capture->buffer);
    close_again (capture->again);
    unpacker_free (capture->unpacker);
    g_free (capture->path);
    g_free (capture->unread_link);
    g_free (capture);
}

/* With nanoseconds asked for, tv_usec holds them. The 32 bits that pcap files have for seconds are without a sign
 * (draft-ietf-opsawg-pcap, 5), which libpcap gives them from 2038 on. */
static gint64 time_of (const struct pcap_pkthdr *header)
{
    const gint64 seconds = header->ts.tv_sec;

    return time_of_parts (seconds < 0 && seconds >= G_MININT32 ? (guint32) seconds : seconds, header->ts.tv_usec);
}

/* Libpcap reads one type of link in a file, and one snapshot length. */
static gboolean is_another_interface (const char *why)
{
    int other;

    return sscanf (why, "an interface has a type %d different from the type of the first interface", &other) == 1 ||
           sscanf (why,
                   "an interface has a snapshot length %d different from the snapshot length of the first interface",
                   &other) == 1;
}

/* TRUE: the file is read anew, up to where libpcap had come. */
static gboolean mix (Capture *capture)
{
    CapturedPacket packet;

    if (!is_another_interface (pcap_geterr (capture->pcap)) || capture->again < 0 ||
        lseek (capture->again, 0, SEEK_SET) != 0)
        return FALSE;
    FILE *file = packed_open (capture->again, name_of (capture->path), &capture->packed, NULL);
    capture->again = -1;
    if (!file)
        return FALSE;
    capture->mixed = pcapng_packets_new (file);
    g_clear_pointer (&capture->pcap, pcap_close);
    for (guint32 i = 0; i < capture->frames; i++)
        pcapng_packets_next (capture->mixed, &packet);
    return TRUE;
}

static void set_read_error (const Capture *capture, GError **error)
{
    const char *reason = packed_trouble (capture->packed);

    if (!reason && capture->mixed)
        reason = "a block is damaged or cut off";
    else if (!reason && is_another_interface (pcap_geterr (capture->pcap)))
        reason = "an interface differs from the first one, which inspect can read from a file and not from a stream";
    else if (!reason)
        reason = pcap_geterr (capture->pcap);
    if (capture->frames)
        g_set_error (error, CAPTURE_ERROR, CAPTURE_ERROR_CUT, "%s cannot be read beyond frame %u: %s", capture->path,
                     capture->frames, reason);
    else
        g_set_error (error, CAPTURE_ERROR, CAPTURE_ERROR_FORMAT, "%s cannot be read: %s", capture->path, reason);
}

static CaptureResult next_mixed (Capture *capture, CapturedPacket *ret_packet, GError **error)
{
    switch (pcapng_packets_next (capture->mixed, ret_packet)) {
    case PCAPNG_PACKET:
        return CAPTURE_FRAME;
    case PCAPNG_END:
        return CAPTURE_END;
    default:
        set_read_error (capture, error);
        return CAPTURE_FAILED;
    }
}

static CaptureResult read_packet (Capture *capture, CapturedPacket *ret_packet, GError **error)
{
    struct pcap_pkthdr *header;

    if (capture->mixed)
        return next_mixed (capture, ret_packet, error);
    switch (pcap_next_ex (capture->pcap, &header, &ret_packet->data)) {
    case 1:
        ret_packet->link_type = capture->link_type;
        ret_packet->time = time_of (header);
        ret_packet->size = header->caplen;
        return CAPTURE_FRAME;
    case PCAP_ERROR_BREAK:
        return CAPTURE_END;
    default:
        if (mix (capture))
            return next_mixed (capture, ret_packet, error);
        set_read_error (capture, error);
        return CAPTURE_FAILED;
    }
}

CaptureResult capture_next_packet (Capture *capture, CapturedPacket *ret_packet, GError **error)
{
    const CaptureResult result = read_packet (capture, ret_packet, error);

    if (result != CAPTURE_FRAME)
        return result;
    capture->frames++;
    capture->latest = clock_goes_on (capture->latest, ret_packet->time);
    return CAPTURE_FRAME;
}

/* Many types have no name in libpcap: the number always stands there. */
static char *name_of_link (guint32 type)
{
    const char *name = type <= G_MAXINT ? pcap_datalink_val_to_name ((int) type) : NULL;

    return name ? g_strdup_printf ("%s, %" G_GUINT32_FORMAT, name, type) : g_strdup_printf ("%" G_GUINT32_FORMAT, type);
}

CaptureResult capture_next (Capture *capture, Frame *ret_frame, GError **error)
{
    CapturedPacket packet;
    const CaptureResult result = capture_next_packet (capture, &packet, error);

    if (result != CAPTURE_FRAME)
        return result;
    ret_frame->number = capture->frames;
    ret_frame->time = packet.time;
    if (!unpacker_read (capture->unpacker, packet.link_type, packet.data, packet.size, ret_frame))
        *ret_frame = (Frame){ .number = capture->frames, .time = packet.time };
    /* Of a file of one type it is known that it is read. */
    if (capture->mixed && !link_is_known (packet.link_type) && capture->unread++ == 0)
        capture->unread_link = name_of_link (packet.link_type);
    return CAPTURE_FRAME;
}

guint32 capture_unread (const Capture *capture, const char **ret_link)
{
    *ret_link = capture->unread_link;
    return capture->unread;
}

gboolean capture_feed_some (Capture *capture, Flow *flow, guint32 frames, GError **error)
{
    CaptureResult result = CAPTURE_FRAME;
    Frame frame;
    guint count;

    while (frames-- && (result = capture_next (capture, &frame, error)) == CAPTURE_FRAME)
        if (flow_wants_frame (flow, &frame))
            flow_frame (flow, &frame, &count);
    if (result != CAPTURE_FRAME)
        flow_finish (flow, capture->latest);
    return result == CAPTURE_FRAME;
}

gboolean capture_feed (Capture *capture, Flow *flow, GError **error)
{
    g_autoptr (GError) own = NULL;

    while (capture_feed_some (capture, flow, G_MAXUINT32, &own))
        ;
    const gboolean whole = !own;
    if (own)
        g_propagate_error (error, g_steal_pointer (&own));
    return whole;
}
