/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/watch/watch.h"

/* What a change says, for people and for programs. */

/* One line, or, of a phone that begins to fail, two: what has happened, and what to do. */
void watch_change_text (const WatchChange *change, const Tips *tips, GString *out);
/* One object on a line (docs/watch.schema.json). */
void watch_change_json (const WatchChange *change, const Tips *tips, GString *out);
/* How all phones stand: "In all: 12 phones, 11 of them registered; 1 phone fails: config-not-found (1)". */
void watch_totals_text (const Watch *watch, const Tips *tips, GString *out);
/* A phone in words, without its name: "registered and ready after 0.153 s". */
/* Appends its outcome in words, and that it is missing. */
void watch_state_text (const WatchPhone *phone, const Tips *tips, GString *out);
void watch_phone_text (const WatchPhone *phone, const Tips *tips, GString *out);
/* "2026-11-30 07:14:32.120", in this machine's time zone. */
void watch_time_text (gint64 time, const char *format, GString *out);
