/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A capture file, annotated and anonymised: the copies can be read, and have the same packets, anonymised ones in
 * number and length. */
#include "replay/recording/anonymous_copies.h"
#include "replay/recording/comments.h"
#include "replay/recording/inspection.h"
#include "tests/fuzz/capture_input.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static const Tips *shipped (void)
{
    static Tips *tips;

    if (!tips && !(tips = tips_new_shipped ("de", NULL)))
        g_error ("no tips");
    return tips;
}

/* Up to where the original can be read. What is no capture has no copy. */
static void check_copy (int original, int copy, gboolean is_same)
{
    g_autoptr (Capture) one = capture_open_source (original, "original", NULL);
    g_autoptr (Capture) other = capture_open_source (copy, "copy", NULL);
    CapturedPacket packet, copied;

    if (!one)
        return;
    while (capture_next_packet (one, &packet, NULL) == CAPTURE_FRAME) {
        if (!other || capture_next_packet (other, &copied, NULL) != CAPTURE_FRAME)
            g_error ("a packet is missing");
        if (packet.size != copied.size || packet.link_type != copied.link_type)
            g_error ("a packet of %u octets has become one of %u", (guint) packet.size, (guint) copied.size);
        if (is_same && packet.size && memcmp (packet.data, copied.data, packet.size) != 0)
            g_error ("a packet was changed");
    }
}

/* The annotated copy, to be closed; -1: there is none. */
static int annotate (int source)
{
    g_autoptr (Inspection) inspection = inspection_new_source (source, "fuzzed");
    PcapngCount count;

    while (inspection_read (inspection, G_MAXUINT32))
        ;
    inspection_sum_up (inspection);
    if (!inspection_source (inspection)->summary)
        return -1;
    const int copy = memfd_create ("copy", MFD_CLOEXEC);
    FILE *output = fdopen (dup (copy), "wb");
    comments_write (source, inspection_source (inspection), shipped (), output, &count, NULL);
    if (fclose (output) != 0)
        g_error ("no copy can be written");
    return copy;
}

static void ignore (G_GNUC_UNUSED const char *text, G_GNUC_UNUSED gsize size, G_GNUC_UNUSED gpointer user_data)
{
}

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    const int source = capture_input_file (data, size), annotated = annotate (source);
    g_autoptr (AnonymousCopies) copies = anonymous_copies_new ();
    guint32 secrets;

    if (annotated >= 0) {
        check_copy (source, annotated, TRUE);
        close (annotated);
    }
    anonymous_copies_add (copies, dup (source), "fuzzed");
    const int anonymous = anonymous_copies_next (copies, &secrets, NULL);
    if (anonymous >= 0) {
        anonymous_copies_map (copies, ignore, NULL);
        check_copy (source, anonymous, FALSE);
        const int both = annotate (anonymous);
        if (both >= 0) {
            check_copy (anonymous, both, TRUE);
            close (both);
        }
        close (anonymous);
    }
    close (source);
    return 0;
}
