/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/clock.h"
#include "replay/engine/fetch.h"

/* What both ways of fetching share. */

struct Fetch {
    FetchSettings settings;
    FetchDone done;
    gpointer user_data;
    FetchResult result;
    Appointment patience;         /* until something is sent again, or given up */
    Appointment longest;          /* until all of it is given up */
    void (*close) (Fetch *fetch); /* the way's own part, at the end */
};

/* Fills in a fetch that begins now. */
void fetch_init (Fetch *fetch, const FetchSettings *settings, FetchDone done, gpointer user_data,
                 void (*close) (Fetch *fetch));
/* Something has come from the server. */
void fetch_answered (Fetch *fetch);
/* Takes octets of the file. FALSE when it is too large: the fetch is at its end then. */
gboolean fetch_take (Fetch *fetch, View octets);
/* The outcome stands: the fetch may be gone when this returns. text: owned by the fetch from now on, or NULL. */
void fetch_end (Fetch *fetch, FileResult result, guint code, char *text);
/* Too large for us, as announced. */
void fetch_end_too_large (Fetch *fetch, guint64 size);
