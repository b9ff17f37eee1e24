/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* TLS for the connections of this process, all to one server. */

typedef struct {
    const char *host;        /* the name or address that the certificate has to be for */
    const char *ca;          /* PEM file of authorities to trust; NULL: those of the system */
    const char *certificate; /* PEM file with our own certificate and its key; NULL: none */
    gboolean insecure;       /* take any certificate */
} TlsSettings;

/* After live_open(). FALSE with error set when a file cannot be used. live_close() undoes it. */
gboolean live_tls_open (const TlsSettings *settings, GError **error);
void live_tls_close (void);
