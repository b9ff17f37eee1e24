/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Where the servers of phones listen (reference 3.1, 4.4, 4.6). X (symbol, port, what carries it, what is spoken there)
 */
#define SERVER_PORTS(X)                                                                                                \
    X (DNS, 53, PORT_BY_UDP, DNS)                                                                                      \
    X (DHCP, 67, PORT_BY_UDP, DHCP)                                                                                    \
    X (TFTP, 69, PORT_BY_UDP, TFTP)                                                                                    \
    X (SCCP, 2000, PORT_BY_TCP, SCCP)                                                                                  \
    X (SCCP_TLS, 2443, PORT_BY_TLS, SCCP)                                                                              \
    X (TVS, 2445, PORT_BY_TLS, TVS) /* Trust Verification Service: whether a certificate is good */                    \
    X (SIP, 5060, PORT_BY_UDP | PORT_BY_TCP, SIP)                                                                      \
    X (SIPS, 5061, PORT_BY_TLS, SIP)                                                                                   \
    X (SIP_OAUTH, 5090, PORT_BY_TLS, SIP)                                                                              \
    X (SIP_OAUTH_2, 5091, PORT_BY_TLS, SIP)                                                                            \
    X (FILES, 6970, PORT_BY_TCP, HTTP) /* phones ask here first, and go on with TFTP when it is closed */              \
    X (FILES_TLS, 6971, PORT_BY_TLS, HTTP)                                                                             \
    X (FILES_TLS_2, 6972, PORT_BY_TLS, HTTP)

enum { PORT_BY_UDP = 1 << 0, PORT_BY_TCP = 1 << 1, PORT_BY_TLS = 1 << 2 };

enum {
#define X(symbol, port, carriers, service) PORT_##symbol = port,
    SERVER_PORTS (X)
#undef X
};

typedef enum {
    SERVICE_OTHER, /* the port tells nothing */
    SERVICE_DHCP,
    SERVICE_DNS,
    SERVICE_HTTP, /* files */
    SERVICE_SCCP,
    SERVICE_SIP,
    SERVICE_TFTP,
    SERVICE_TVS
} Service;

static inline Service port_service (guint16 port)
{
    switch (port) {
#define X(symbol, number, carriers, service)                                                                           \
    case number:                                                                                                       \
        return SERVICE_##service;
        SERVER_PORTS (X)
#undef X
    default:
        return SERVICE_OTHER;
    }
}

/* PORT_BY_…, or 0 where the port tells nothing. */
static inline guint port_carriers (guint16 port)
{
    switch (port) {
#define X(symbol, number, carriers, service)                                                                           \
    case number:                                                                                                       \
        return carriers;
        SERVER_PORTS (X)
#undef X
    default:
        return 0;
    }
}

/* Where a phone registers: a call manager, or a SIP server. */
static inline gboolean port_is_for_registration (guint16 port)
{
    Service service = port_service (port);
    return service == SERVICE_SCCP || service == SERVICE_SIP;
}

/* Phones have other business with their servers on these: services, directories, applications. */
static inline gboolean port_is_web (guint16 port)
{
    return port == 443 || port == 8443 || port == 8080 || port == 80;
}
