/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/merge/members.h"

#include "registration/wire/times.h"

#include <math.h>

G_DEFINE_QUARK (merge_error, merge_error)

/* More seconds than any capture has, and few enough for nanoseconds. */
#define MOST_SECONDS 4e9

gboolean member_complain (GError **error, const char *format, ...)
{
    va_list values;

    va_start (values, format);
    g_autofree char *sentence = g_strdup_vprintf (format, values);
    va_end (values);
    g_set_error_literal (error, MERGE_ERROR, 0, sentence);
    return FALSE;
}

json_t *member_parse (const Line *line, GError **error)
{
    json_error_t why;
    json_t *json = json_loadb (line->text, line->size, JSON_REJECT_DUPLICATES, &why);

    if (json_is_object (json))
        return json;
    if (!json && line->is_endless && line->text[0] == '{')
        member_complain (error, "it is cut off");
    else if (line->number == 1) /* a file of another kind: a capture, a report for people */
        member_complain (error, "it is not a JSON object, as inspect, run and test write them with --format ndjson");
    else
        member_complain (error, "it is not a JSON object");
    json_decref (json);
    return NULL;
}

gboolean member_fail (const char *key, GError **error)
{
    return member_complain (error, "\"%s\" is missing or not as regreplay writes it, in this version at least", key);
}

gboolean member_text (json_t *object, const char *key, const char **ret_text, GError **error)
{
    json_t *member = json_object_get (object, key);

    if (!json_is_string (member))
        return member_fail (key, error);
    *ret_text = json_string_value (member);
    return TRUE;
}

/* NULL for null. */
gboolean member_text_or_null (json_t *object, const char *key, const char **ret_text, GError **error)
{
    *ret_text = NULL;
    return json_is_null (json_object_get (object, key)) || member_text (object, key, ret_text, error);
}

gboolean member_flag (json_t *object, const char *key, gboolean *ret_flag, GError **error)
{
    json_t *member = json_object_get (object, key);

    *ret_flag = json_is_true (member);
    return json_is_boolean (member) || member_fail (key, error);
}

gboolean member_number (json_t *object, const char *key, gint64 *ret_number, GError **error)
{
    json_t *member = json_object_get (object, key);

    *ret_number = json_integer_value (member);
    return (json_is_integer (member) && *ret_number >= 0) || member_fail (key, error);
}

gboolean member_seconds (json_t *object, const char *key, double *ret_seconds, GError **error)
{
    json_t *member = json_object_get (object, key);

    *ret_seconds = json_number_value (member);
    return (json_is_number (member) && fabs (*ret_seconds) < MOST_SECONDS) || member_fail (key, error);
}

gboolean member_array (json_t *object, const char *key, json_t **ret_array, GError **error)
{
    *ret_array = json_object_get (object, key);
    return json_is_array (*ret_array) || member_fail (key, error);
}

gboolean member_time (json_t *object, const char *key, gint64 *ret_time, GError **error)
{
    double seconds;

    *ret_time = -1;
    if (json_is_null (json_object_get (object, key)))
        return TRUE;
    if (!member_seconds (object, key, &seconds, error))
        return FALSE;
    *ret_time = llround (seconds * SECOND);
    return seconds >= 0 || member_fail (key, error);
}
