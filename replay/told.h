/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* What the answers to one question said, all registrations together: of so many values, and so many of each, how often
 * it was said. */

#define TOLD_WHATS  64
#define TOLD_VALUES 16

/* Plain data. */
typedef struct {
    char *what;    /* owned */
    char *value;   /* owned; NULL: further ones, which are not told apart */
    guint64 times; /* how often */
} ToldValue;

typedef struct Told Told;

Told *told_new (void);
void told_free (Told *told);

/* Counts a value that was said so many times; NULL: some further ones. */
void told_add (Told *told, const char *what, const char *value, guint64 times);
/* All lines of said_add(), each of which was said so many times. */
void told_add_said (Told *told, const char *said, guint64 times);
/* Of ToldValue, those of one name together, in the order in which they came. Borrowed, until more is added. */
const GArray *told_values (const Told *told);
