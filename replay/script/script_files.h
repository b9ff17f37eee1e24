/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/flow/phones.h"
#include "registration/protocols/catalog.h"
#include "registration/terms/boot_file.h"
#include "replay/recording/recording.h"

#include <glib.h>

/* The boot files that a recorded phone asked for before it registered, and what became of each. Pure data: the player
 * asks for them again, the stand-in gives them out, --dry-run prints them. */

/* X (symbol, name) */
#define FILE_RESULTS(X)                                                                                                \
    X (DELIVERED, "delivered")                                                                                         \
    X (NOT_FOUND, "not found")                                                                                         \
    X (REFUSED, "refused") /* by another error */                                                                      \
    X (UNANSWERED, "no answer")                                                                                        \
    X (NO_SERVER, "no server")   /* nothing listens there */                                                           \
    X (BROKEN_OFF, "broken off") /* it began, and did not come to its end */

typedef enum {
#define X(symbol, name) FILE_##symbol,
    FILE_RESULTS (X)
#undef X
        N_FILE_RESULTS
} FileResult;

/* Static. */
const char *file_result_name (FileResult result);

typedef struct {
    Protocol protocol; /* TFTP or HTTP */
    char *name;        /* as asked for; a path without its first slash and its query; owned */
    BootFileKind kind;
    GBytes *request;             /* the read request, or the head of the HTTP request; owned */
    guint32 frame, answer_frame; /* of the first request and the first answer; 0: none */
    FileResult result;
    guint code; /* of the error, TFTP's or HTTP's */
    char *text; /* of the error, as sent; NULL: none; owned */
    guint64 size;
    GByteArray *content;  /* as far as the recording has it, zeros where it lacks a part; NULL: nothing of use; owned */
    gboolean has_options; /* the server has agreed to TFTP options */
    /* Nanoseconds; -1: none. */
    gint64 think;    /* from the end of the file before it to its request; 0 for the first one */
    gint64 response; /* from the first request to the first answer */
    gint64 duration; /* from the first request to the last block */
} ScriptFile;

typedef struct {
    GPtrArray *files;  /* of ScriptFile, owned, in the order of their requests */
    gint64 began;      /* time of the recording of the first request; 0: no files */
    gint64 ended;      /* time of the recording when the last of them was done with */
    gint64 configured; /* time of the recording when the first configuration was there; 0: none was */
    char *left_out;    /* what cannot be replayed, as a sentence for the user; NULL: nothing; owned */
} ScriptFiles;

/* The files that this phone asked for behind the message with index from and before the one with index to. */
void script_files_fill (ScriptFiles *files, const Recording *recording, PhoneId phone, guint from, guint to);
void script_files_clear (ScriptFiles *files);
/* Borrowed. */
const ScriptFile *script_file (const ScriptFiles *files, guint index);

/* The images of a firmware: never fetched (reference 6.4). */
gboolean script_file_is_firmware (const ScriptFile *file);
/* A phone has what it needs when this one is delivered, and asks for no further configuration. */
gboolean script_file_is_configuration (const ScriptFile *file);
/* A phone starts all the same when it is not there (reference 4.3): the trust lists, ring tones, languages … */
gboolean script_file_is_harmless (const ScriptFile *file);

/* The body of an HTTP answer as the file that it brings: without the sizes of chunks. FALSE when it is not whole, then
 * with what there is. */
gboolean http_body_append (View body, gboolean chunked, GByteArray *content);
