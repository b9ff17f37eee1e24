/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Files that are part of the program: registration/ship.py writes their tables when it is built. */

typedef struct {
    const char *name; /* its path below its folder; NULL ends the table */
    const char *data; /* followed by a NUL that does not count */
    gsize size;
} ShippedFile;

/* In the order of their names. */
extern const ShippedFile shipped_tips[]; /* of annotations/ */
extern const ShippedFile shipped_page[]; /* of registration/report/page/ */

/* NULL when there is none of that name. */
const ShippedFile *shipped_find (const ShippedFile *files, const char *name);
