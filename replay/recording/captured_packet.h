/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* A packet as a capture holds it. */
typedef struct {
    guint32 link_type;
    gint64 time;        /* nanoseconds since 1970; 0 where the capture has none */
    const guint8 *data; /* borrowed from whoever reads the capture, until it reads on */
    gsize size;
} CapturedPacket;
