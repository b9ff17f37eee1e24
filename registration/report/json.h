/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

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
/* null for NULL. Control characters are escaped; what is no UTF-8 becomes U+FFFD. */
void json_string (Json *json, const char *key, const char *text);
void json_bool (Json *json, const char *key, gboolean yes);
void json_number (Json *json, const char *key, gint64 number);
/* null for 0. */
void json_number_or_null (Json *json, const char *key, gint64 number);
/* Seconds with nine decimals, as Wireshark writes times. */
void json_seconds (Json *json, const char *key, gint64 nanoseconds);
/* Microseconds with three decimals: of many times as exact, and shorter. */
void json_microseconds (Json *json, const char *key, gint64 nanoseconds);
