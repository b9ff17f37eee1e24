/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/times.h"
#include "replay/engine/agenda.h"
#include "replay/script/script_files.h"
#include "replay/transport.h"

#include <glib.h>

/* One boot file asked for from a live server, by TFTP (fetch_tftp.c) or HTTP (fetch_http.c). Everything is bounded: a
 * file that is announced or becomes larger than FETCH_SIZE_MAX, or takes longer than FETCH_TIME_MAX, is broken off. */

#define FETCH_SIZE_MAX (64 * 1024 * 1024)
#define FETCH_TIME_MAX SECONDS (120)
/* Of a file whose content counts. */
#define FETCH_KEPT_MAX (1024 * 1024)

/* A phone sends again after four seconds, three times, then gives up (reference 6.4). */
#define FETCH_PATIENCE SECONDS (4)
#define FETCH_REPEATS  3

typedef struct {
    Agenda *agenda; /* borrowed */
    Endpoint server;
    IpAddress source;          /* unspecified: the system's choice */
    gboolean first_block_only; /* that it is there is all that counts: firmware */
    gboolean keeps;            /* its content is wanted */
} FetchSettings;

typedef struct {
    FileResult result;
    guint code;                       /* of the error, TFTP's or HTTP's */
    char *text;                       /* what went wrong, in the server's words or ours; NULL: nothing; owned */
    guint64 size;                     /* octets that came */
    GByteArray *content;              /* when it is kept and whole; else NULL; owned */
    gint64 asked, answered, finished; /* times of clock_now(): first request, first answer, end; -1: none */
    gint64 asked_by;                  /* the request had gone for certain */
    gint64 answered_from;             /* the first answer came no earlier */
    guint repeats;                    /* requests and acknowledgements that were sent again for want of an answer */
    guint strays;                     /* TFTP: packets from elsewhere than the server's port, refused */
    Endpoint stray;                   /* where the first of them came from */
} FetchResult;

typedef struct Fetch Fetch;

/* Called once. The result is borrowed for the call, in which the fetch may be freed. */
typedef void (*FetchDone) (Fetch *fetch, FetchResult *result, gpointer user_data);

/* request: a whole read request; plain: the same without options, for a server that does not like them, or NULL when
 * there are none. Both are taken over. Begins at once; done is called later. NULL with error set when no port can be
 * opened. */
Fetch *fetch_tftp (const FetchSettings *settings, GByteArray *request, GByteArray *plain, FetchDone done,
                   gpointer user_data, GError **error);
/* The head of a GET, taken over. */
Fetch *fetch_http (const FetchSettings *settings, GByteArray *request, FetchDone done, gpointer user_data,
                   GError **error);
/* done is not called any more. NULL is ignored. */
void fetch_free (Fetch *fetch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fetch, fetch_free)
