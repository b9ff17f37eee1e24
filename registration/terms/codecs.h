/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* A short name for a codec of SCCP's capability lists, for a list in one line: "G.711 µ-law", "G.722 56k". UTF-8,
 * static; NULL when the number is not known. A rate is named only where the usual one is meant otherwise: plain G.711
 * and G.722 are 64k. Not everything in these lists is a codec: 257 says that RFC 2833 events are understood. */
const char *codec_name (guint32 id);
