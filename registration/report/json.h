/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/text.h"

/* Writes JSON (RFC 8259) as it goes, without a tree in memory. */

typedef struct {
    GString *out;  /* borrowed; whoever empties it in between may */
    gboolean more; /* something stands before the next member */
    /* For a <script> element: nothing in a text can end it or its lines, or turn the direction of what follows. */
    gboolean in_html;
} Json;

/* key is NULL in arrays; it is one of our own names, in which nothing needs escaping. */
void json_open_object (Json *json, const char *key);
void json_close_object (Json *json);
void json_open_array (Json *json, const char *key);
void json_close_array (Json *json);
/* A text that is appended to json->out in between, as it is, rather than put together elsewhere: begin is what
 * json_open_text() has returned. */
static inline gsize json_open_text (Json *json, const char *key);
void json_close_text (const Json *json, gsize begin);
/* null for NULL. Control characters are escaped; what is no UTF-8 becomes U+FFFD. */
static inline void json_string (Json *json, const char *key, const char *text);
/* The same of a name of our own, in which nothing needs escaping. */
static inline void json_name (Json *json, const char *key, const char *name);
void json_bool (Json *json, const char *key, gboolean yes);
static inline void json_null (Json *json, const char *key);
static inline void json_number (Json *json, const char *key, gint64 number);
/* null for 0. */
static inline void json_number_or_null (Json *json, const char *key, gint64 number);
/* Seconds with nine decimals, as Wireshark writes times. */
static inline void json_seconds (Json *json, const char *key, gint64 nanoseconds);
/* Microseconds with three decimals: of many times as exact, and shorter. */
void json_microseconds (Json *json, const char *key, gint64 nanoseconds);

/* --- Inline: the compiler knows the keys, and a report of messages has a million of them */

/* What stands in front of every value. */
G_ALWAYS_INLINE static inline void json_begin (Json *json, const char *key)
{
    const gsize size = key ? strlen (key) : 0;
    char *at = text_room (json->out, size + strlen (",\"\":"));

    if (json->more)
        *at++ = ',';
    json->more = TRUE;
    if (key) {
        *at++ = '"';
        memcpy (at, key, size);
        at += size;
        *at++ = '"';
        *at++ = ':';
    }
    text_took (json->out, at);
}

/* What stands behind a key. */
void json_append_text (const Json *json, const char *text);
void json_append_name (const Json *json, const char *name);
void json_append_null (const Json *json);
void json_append_number (const Json *json, gint64 number);
void json_append_seconds (const Json *json, gint64 nanoseconds);

static inline gsize json_open_text (Json *json, const char *key)
{
    json_begin (json, key);
    char *at = text_room (json->out, 1);
    *at++ = '"';
    text_took (json->out, at);
    return json->out->len;
}

static inline void json_null (Json *json, const char *key)
{
    json_begin (json, key);
    json_append_null (json);
}

static inline void json_string (Json *json, const char *key, const char *text)
{
    json_begin (json, key);
    if (text)
        json_append_text (json, text);
    else
        json_append_null (json);
}

static inline void json_name (Json *json, const char *key, const char *name)
{
    json_begin (json, key);
    if (name)
        json_append_name (json, name);
    else
        json_append_null (json);
}

static inline void json_number (Json *json, const char *key, gint64 number)
{
    json_begin (json, key);
    json_append_number (json, number);
}

static inline void json_number_or_null (Json *json, const char *key, gint64 number)
{
    json_begin (json, key);
    if (number)
        json_append_number (json, number);
    else
        json_append_null (json);
}

static inline void json_seconds (Json *json, const char *key, gint64 nanoseconds)
{
    json_begin (json, key);
    json_append_seconds (json, nanoseconds);
}
