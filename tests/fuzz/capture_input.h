/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/recording/capture.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Inputs of fuzz targets that are whole capture files, so that every capture is a seed. Header only. */

/* The octets as a file without a name; to be closed. */
static inline int capture_input_file (const guint8 *data, gsize size)
{
    const int file = memfd_create ("capture", MFD_CLOEXEC);

    if (file < 0 || write (file, data, size) != (gssize) size || lseek (file, 0, SEEK_SET) != 0)
        g_error ("no file can be made");
    return file;
}

#define CAPTURE_INPUT_KNOBS 8

/* Octets of the file's head that no reader looks at, for whoever has more to choose than the capture: the time zone and
 * accuracy of pcap, the length of pcapng's section. All are 0 in what programs write. */
static inline void capture_input_knobs (const guint8 *data, gsize size, guint8 ret_knobs[CAPTURE_INPUT_KNOBS])
{
    const gboolean is_pcapng = size >= 4 && memcmp (data, "\x0A\x0D\x0D\x0A", 4) == 0;
    const gsize at = is_pcapng ? 16 : 8;

    memset (ret_knobs, 0, CAPTURE_INPUT_KNOBS);
    for (gsize i = 0; i < CAPTURE_INPUT_KNOBS && at + i < size; i++)
        ret_knobs[i] = is_pcapng ? (guint8) ~data[at + i] : data[at + i];
}
