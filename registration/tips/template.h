/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/terms/values.h"

#include <glib.h>

/* The text of a tip with places for values, compiled once and filled in often.
 *
 *   {key}              the value
 *   {key:line|lines}   a number with its noun: "1 line", "2 lines"
 *   [with load {load}] left out when a value in it is missing
 *   [on {load}|on an unnamed load]   the second text when a value of the first is missing
 *   [{name}|{number}|nobody]         of several, the first whose values are all there; the last one needs none
 *   {{ }} [[ ]] ||     the characters themselves (| needs doubling only inside brackets)
 *
 * Outside brackets a missing value prints as "?". Brackets do not nest. */

typedef struct Template Template;

typedef enum { TEMPLATE_ERROR_SYNTAX, TEMPLATE_ERROR_KEY } TemplateError;
#define TEMPLATE_ERROR (template_error_quark ())
GQuark template_error_quark (void);

/* NULL with error set when the text is not well formed or names a key that no message has. */
Template *template_new (const char *text, GError **error);
/* The same for one of our words, whose values are those that its English text uses. */
Template *template_new_word (const char *text, const char *english, GError **error);
void template_free (Template *template);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Template, template_free)

/* Where the values come from. FALSE: missing. */
typedef gboolean (*ValueLookup) (ValueKey key, Value *ret_value, gpointer user_data);

/* FALSE when something outside brackets was missing. */
gboolean template_format (const Template *template, ValueLookup lookup, WordTranslator translate, gpointer user_data,
                          GString *out);
/* Keys used, in order, for tests that compare translations; of ValueKey as gint, owned by the caller. */
GArray *template_keys (const Template *template);
