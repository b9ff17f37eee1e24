/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/flow/flow_internal.h"
#include "registration/terms/boot_file.h"

/* What the ways to fetch a file share: flow_tftp.c and flow_http.c know how it comes, flow_files.c what it is. */

/* Somebody at this address has asked for a file: what its name tells, often which device asks. agent: what it calls
 * itself over HTTP, or empty. Returns the phone; PHONE_NONE, with no values, when nothing says that it is one. */
PhoneId flow_file_asked (Flow *flow, const Frame *frame, const IpAddress *address, const char *name, View agent,
                         Values *values);
/* Whether a phone at this address may ask for that file, by what else is known. */
gboolean flow_asks_for_itself (const Flow *flow, const IpAddress *address, const char *name, View agent);
/* This phone has, for a file of that kind. */
void flow_has_asked (Flow *flow, const IpAddress *address, PhoneId id, BootFileKind kind);
/* One of its TFTP servers is tried, and has not answered yet; note is the one that is about to be made. */
void flow_server_tried (struct BootState *boot, const IpAddress *server, guint how, NoteId note, gint64 time);
void flow_server_answered (struct BootState *boot, const IpAddress *server);
/* The server does not have the file: what the phone will ask for next. */
void flow_file_missed (Flow *flow, PhoneId phone, const char *name, Values *values);
/* The network, or the server itself, says that this client's requests do not arrive. */
/* An answer has come to that port of a client from an address that was not asked, and the client has not taken it. */
gboolean flow_tftp_answers_from_elsewhere (const Flow *flow, const Endpoint *client);
void flow_tftp_denied (Flow *flow, const Endpoint *client, const IpAddress *by, Word why);
/* Behind it: whether the phone has asked for the same configuration before, and how long ago. */
Variant flow_file_again (Flow *flow, const Frame *frame, PhoneId phone, const char *name, Values *values);
/* What it means that a server does not have a file. A missing trust list is normal unless the configuration demands
 * secure mode, which only what follows can show. */
Variant flow_file_missing (const char *name);
