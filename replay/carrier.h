/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* What carries a protocol's messages. X (symbol, name on the command line, name in a Via (RFC 3261, 18)) */
#define CARRIERS(X)                                                                                                    \
    X (TCP, "tcp", "TCP")                                                                                              \
    X (UDP, "udp", "UDP")                                                                                              \
    X (TLS, "tls", "TLS")

typedef enum {
#define X(symbol, name, via) CARRIER_##symbol,
    CARRIERS (X)
#undef X
        N_CARRIERS
} Carrier;

/* Static: "tcp", "udp", "tls". */
const char *carrier_name (Carrier carrier);
/* Static: "TCP", "UDP", "TLS". */
const char *carrier_via (Carrier carrier);
/* N_CARRIERS when nothing is called that; case does not matter. */
Carrier carrier_find (const char *name);
