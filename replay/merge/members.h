/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/merge/lines.h"

#include <glib.h>
#include <jansson.h>

/* What regreplay has written as lines of JSON, member by member. Each is FALSE with error set (MERGE_ERROR), a sentence
 * about the line without a full stop, when it is not there or something else. What is got is borrowed from the object.
 */

#define MERGE_ERROR (merge_error_quark ())
GQuark merge_error_quark (void);

/* Both are FALSE. */
gboolean member_complain (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);
gboolean member_fail (const char *key, GError **error);

/* NULL with error set when it is no object. Owned by the caller. */
json_t *member_parse (const Line *line, GError **error);

gboolean member_text (json_t *object, const char *key, const char **ret_text, GError **error);
/* NULL for null. */
gboolean member_text_or_null (json_t *object, const char *key, const char **ret_text, GError **error);
gboolean member_flag (json_t *object, const char *key, gboolean *ret_flag, GError **error);
/* Not below zero. */
gboolean member_number (json_t *object, const char *key, gint64 *ret_number, GError **error);
/* May be below zero. */
gboolean member_seconds (json_t *object, const char *key, double *ret_seconds, GError **error);
/* Nanoseconds of a duration, or -1 for null. */
gboolean member_time (json_t *object, const char *key, gint64 *ret_time, GError **error);
gboolean member_array (json_t *object, const char *key, json_t **ret_array, GError **error);
