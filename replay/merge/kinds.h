/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/merge/spread.h"

#include <glib.h>

/* How long phones of each model take until they are ready, and which take longest. */

typedef struct Kinds Kinds;

/* A kind has to have so many phones that were ready, and a phone must take so many times its median. */
#define KIND_LEAST  10
#define KIND_SLOWER 2

/* Plain data. */
typedef struct {
    char *phone, *capture, *model; /* owned, or NULL: no name */
    gint64 ready_after, median;    /* nanoseconds; the latter of its kind, once it is told */
} SlowPhone;

void slow_phone_clear (SlowPhone *phone);

/* top: so many phones are told at most. */
Kinds *kinds_new (guint top);
void kinds_free (Kinds *kinds);

/* A phone that was ready; the texts are copied. capture may be NULL. */
void kinds_add (Kinds *kinds, const char *model, const char *phone, const char *capture, gint64 ready_after);
void kinds_join (Kinds *kinds, const Kinds *others);

/* TRUE when there were more models than are told apart: phones of the rest are compared with nobody. */
gboolean kinds_is_full (const Kinds *kinds);
/* Of SlowPhone: those that took at least KIND_SLOWER times the median of their model, of which KIND_LEAST were ready;
 * first what is most times as long. Owned by the caller. */
GArray *kinds_slowest (Kinds *kinds);
