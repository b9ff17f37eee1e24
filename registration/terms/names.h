/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Tables that name numbers: plain static data, rows sorted by number and no number twice (a test looks at every table
 * below), so that a lookup is a binary search. */

typedef struct {
    guint32 number;
    const char *name; /* UTF-8, static */
    guint flags;      /* what they mean is the table's own business */
} NameRow;

typedef struct {
    const NameRow *rows;
    gsize n_rows;
} NameTable;

/* NULL when the table has no such number. */
const NameRow *name_table_find (const NameTable *table, guint32 number);

/* For the modules that own them and for their tests; everybody else asks labels.h, models.h, codecs.h and stimuli.h. */
extern const NameTable names_labels_80;
extern const NameTable names_labels_1e;
extern const NameTable names_models;
extern const NameTable names_codecs;
extern const NameTable names_buttons;
