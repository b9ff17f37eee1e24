/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* A live answer beside the recorded one (reference 6.2). */
typedef enum {
    CONTENT_SAME,       /* the same message, or the same silence */
    CONTENT_EQUIVALENT, /* the same in another form (fixed and dynamic ones) */
    CONTENT_DIFFERS,
    CONTENT_MISSING,     /* recorded, but not answered now */
    CONTENT_EXTRA,       /* answered now, but not in the recording */
    CONTENT_NEW,         /* the question itself is not in the recording: the live template has more keys */
    CONTENT_NOT_REACHED, /* the registration had ended before its turn came */
} Content;

#define N_CONTENTS (CONTENT_NOT_REACHED + 1)

/* Static: "same", "equivalent form", "differs", "missing", "extra", "new", "not reached". */
const char *content_name (Content content);
/* FALSE when there is none of that name. */
gboolean content_find (const char *name, Content *ret_content);
/* Of two, the one that is less as recorded: which tells more of several registrations. */
Content content_telling (Content a, Content b);
/* It is told, and fails nothing unless somebody is strict; fails: some of it counts. */
gboolean content_is_harmless (Content content, gboolean fails);
