/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/findings/problems.h"
#include "registration/protocols/catalog.h"
#include "registration/tips/template.h"

#include <glib.h>

/* The texts of the tips: key files (annotations/README.md is the format) compiled for use. */

typedef struct Tips Tips;

typedef enum {
    TIP_TITLE, /* a few words */
    TIP_TEXT,  /* what this message says, with its values */
    TIP_NEXT,  /* what should come next; not every tip has one, and no problem */
    TIP_FIX,   /* how to mend it; problems only */
    N_TIP_PARTS
} TipPart;

typedef enum {
    TIPS_ERROR_FORMAT,     /* not a key file, or a text that does not compile */
    TIPS_ERROR_UNKNOWN,    /* a group or key that nothing uses: most likely misspelt */
    TIPS_ERROR_INCOMPLETE, /* something has no tip */
} TipsError;
#define TIPS_ERROR (tips_error_quark ())
GQuark tips_error_quark (void);

/* The shipped tips in a language ("de", "pt_BR"; NULL or "en" for English; what is not translated is English). Never
 * fails on an installed build: a test loads every shipped file. */
Tips *tips_new_shipped (const char *language, GError **error);
/* An empty set in that language. */
Tips *tips_new (const char *language);
void tips_free (Tips *tips);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Tips, tips_free)

/* Adds the tips of one file, replacing those of the same name part by part. On failure nothing of the file is added;
 * the message names file, group and key. file_name is for messages only. */
gboolean tips_add (Tips *tips, const char *data, gsize size, const char *file_name, GError **error);
/* FALSE when some kind of message has no title or text, or some problem no title, text or fix; the message lists them.
 * Words need no entry: without one they are English. */
gboolean tips_check_complete (const Tips *tips, GError **error);

/* The text for a kind of message: that of its variant when there is one, else the plain one, part by part. NULL when
 * there is none. Borrowed. */
const Template *tips_find (const Tips *tips, KindIndex kind, Variant variant, TipPart part);
/* The same for a problem. */
const Template *tips_find_problem (const Tips *tips, Problem problem, TipPart part);
/* A word in the tips' language, English where they do not have it; a WordTranslator's body. One that takes values has
 * them in braces. Borrowed. */
const char *tips_word (const Tips *tips, Word word);
/* Appends a word with its values; a text that is NULL is missing. */
void tips_say (const Tips *tips, Word word, const Value *values, guint n, GString *out);
/* The language that the words are in: "de", "en". Borrowed. */
const char *tips_language (const Tips *tips);
/* FALSE: tips_word() gives the English one. */
gboolean tips_has_word (const Tips *tips, Word word);
/* The languages that are shipped besides English, as "de"; owned by the caller. */
char **tips_languages (void);
/* Names of the shipped English files, NULL-terminated, static. Translations are named "de/sccp.tips". */
const char *const *tips_shipped_files (void);
/* The bytes of a shipped file; owned by the caller; NULL when there is no such file. */
GBytes *tips_shipped_file (const char *name);
