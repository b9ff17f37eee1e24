/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/address.h"

#include <glib.h>

/* TLS (1.2 or newer) for the connections of this process: all of them to one server, or all of them from phones. */

/* Whose handshake did not come about, and why, in words that follow the name of who it was. */
typedef void (*TlsRefused) (const Endpoint *phone, const char *why, gpointer user_data);

typedef struct {
    gboolean is_server;
    const char *host;        /* client: the name or address that the certificate has to be for; a name goes into SNI */
    gboolean insecure;       /* client: take any certificate */
    const char *ca;          /* PEM file of authorities to trust. Client: NULL: those of the system. Server: phones must
                                have a certificate of theirs; NULL: they are asked for none */
    const char *certificate; /* PEM file with our own certificate and what it is signed with; client: NULL: none */
    const char *key;         /* PEM file with its key; NULL: in the same file */
    TlsRefused refused;      /* server; or NULL */
    gpointer user_data;
    const char *key_log; /* where the secrets of all connections are added, so that tshark and Wireshark can read a
                          * capture of them; NULL: the file that the environment's SSLKEYLOGFILE names, or none */
} TlsSettings;

/* After live_open(). FALSE with error set when a file cannot be used. live_close() undoes it. */
gboolean live_tls_open (const TlsSettings *settings, GError **error);
/* FALSE with error set when the key log has not taken all secrets so far. Before live_close(). */
gboolean live_tls_keys_written (GError **error);
void live_tls_close (void);
