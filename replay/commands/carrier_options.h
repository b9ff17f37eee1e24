/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/live/live_tls.h"
#include "replay/script/script.h"

#include <glib.h>

/* The part of the command line that says what carries the messages, and whom TLS trusts. */

typedef struct {
    char *transport, *ca, *certificate, *key, *server_name, *key_log;
    gboolean insecure;
} CarrierOptions;

/* Those of regreplay run, and of regreplay serve. Owned by the caller; end with an empty entry. */
GOptionEntry *carrier_options_of_run (CarrierOptions *options);
GOptionEntry *carrier_options_of_serve (CarrierOptions *options);
void carrier_options_clear (CarrierOptions *options);

/* As asked for, or as recorded. FALSE with error set for a transport that there is not, or that the protocol does not
 * use, and for options of TLS without it. */
gboolean carrier_options_choose (const CarrierOptions *options, const Script *script, Carrier *ret_carrier,
                                 GError **error);
/* Where such servers listen. */
guint16 carrier_usual_port (Protocol protocol, Carrier carrier);
/* Before the first connection. Client: host is the target's, without brackets. FALSE with error set when a file cannot
 * be used. */
gboolean carrier_options_open_client (const CarrierOptions *options, const char *host, GError **error);
gboolean carrier_options_open_server (const CarrierOptions *options, TlsRefused refused, GError **error);
