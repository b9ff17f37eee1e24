/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libre does the handshakes; OpenSSL's own settings say whom to trust, because libre checks neither addresses nor
 * times. */
#include "replay/live/live_tls.h"

#include "registration/wire/address.h"
#include "replay/live/live_internal.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <errno.h>
#include <string.h>

static struct tls *context;
static char *server_name; /* for SNI; NULL: the server is an address (RFC 6066, 3) */

/* Of the handshake that goes on: a failed one ends its connection before another one has its turn. */
static int certificate_fault, alert;
static char *trouble;

/* What is wrong with a certificate, in words that follow the server's name; OpenSSL's own for the rest. */
static const struct {
    int fault;
    const char *words;
} faults[] = {
    { X509_V_ERR_CERT_HAS_EXPIRED, "has a certificate that has expired" },
    { X509_V_ERR_CERT_NOT_YET_VALID, "has a certificate that is not valid yet: compare the clocks" },
    { X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
      "has a self-signed certificate, which nobody vouches for; if it is the right one, name it with --ca FILE" },
    { X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
      "has a certificate of an authority that is not trusted here; if it is the right one, name it with --ca FILE" },
    { X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
      "has a certificate of an authority that is not trusted here; if it is the right one, name it with --ca FILE" },
    { X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
      "has a certificate of an authority that is not trusted here; if it is the right one, name it with --ca FILE" },
    { X509_V_ERR_HOSTNAME_MISMATCH, "has a certificate for another name" },
    { X509_V_ERR_IP_ADDRESS_MISMATCH, "has a certificate for another address or name" },
    { X509_V_ERR_INVALID_PURPOSE, "has a certificate that is not made for servers" },
    { X509_V_ERR_CERT_REVOKED, "has a certificate that was revoked" },
};

static int on_verify (int good, X509_STORE_CTX *store)
{
    if (!good)
        certificate_fault = X509_STORE_CTX_get_error (store);
    return good;
}

/* libre shows no connection's SSL, and its versions have different functions for the name (2.0 only together with its
 * own verification): it is set when OpenSSL begins the handshake, before the ClientHello is written. */
static void on_info (const SSL *ssl, int where, int value)
{
    if (where & SSL_CB_HANDSHAKE_START) {
        certificate_fault = alert = 0;
        if (server_name)
            SSL_set_tlsext_host_name ((SSL *) ssl, server_name);
    } else if (where & SSL_CB_ALERT)
        alert = value & 0xFF;
}

static const char *keep (char *words)
{
    g_free (trouble);
    trouble = words;
    return trouble;
}

const char *live_tls_trouble (void)
{
    for (gsize i = 0; i < G_N_ELEMENTS (faults) && certificate_fault; i++)
        if (faults[i].fault == certificate_fault)
            return faults[i].words;
    if (certificate_fault)
        return keep (g_strdup_printf ("has a certificate that cannot be trusted: %s",
                                      X509_verify_cert_error_string (certificate_fault)));
    if (alert == SSL_AD_PROTOCOL_VERSION)
        return "speaks no version of TLS that is safe: at least 1.2 is needed";
    if (alert == SSL_AD_BAD_CERTIFICATE || alert == SSL_AD_CERTIFICATE_REQUIRED || alert == SSL_AD_UNKNOWN_CA)
        return keep (g_strdup_printf ("asks for a certificate of the phone that it knows (%s); name one with "
                                      "--certificate FILE",
                                      SSL_alert_desc_string_long (alert)));
    if (alert)
        return keep (g_strdup_printf ("ends the TLS handshake: %s", SSL_alert_desc_string_long (alert)));
    return "does not complete a TLS handshake: is it a port for TLS?";
}

static void expect_host (SSL_CTX *ssl, const char *host)
{
    X509_VERIFY_PARAM *expected = SSL_CTX_get0_param (ssl);
    IpAddress address;

    if (ip_address_parse (host, strlen (host), &address)) {
        X509_VERIFY_PARAM_set1_ip (expected, address.octets, address.size);
        return;
    }
    X509_VERIFY_PARAM_set_hostflags (expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    X509_VERIFY_PARAM_set1_host (expected, host, 0);
    server_name = g_strdup (host);
}

static gboolean fail (GError **error, const char *what, const char *file)
{
    const char *reason = ERR_reason_error_string (ERR_peek_last_error ());

    g_set_error (error, TRANSPORT_ERROR, 0, "%s %s: %s", file, what, reason ? reason : "it cannot be read");
    ERR_clear_error ();
    return FALSE;
}

gboolean live_tls_open (const TlsSettings *settings, GError **error)
{
    ERR_clear_error ();
    if (tls_alloc (&context, TLS_METHOD_SSLV23, settings->certificate, NULL) != 0) {
        if (settings->certificate)
            return fail (error, "holds no certificate with its key in PEM form", settings->certificate);
        return fail (error, "cannot be set up", "TLS");
    }
    SSL_CTX *ssl = tls_openssl_context (context);
    SSL_CTX_set_min_proto_version (ssl, TLS1_2_VERSION);
    SSL_CTX_set_info_callback (ssl, on_info);
    if (settings->ca ? !SSL_CTX_load_verify_locations (ssl, settings->ca, NULL)
                     : !SSL_CTX_set_default_verify_paths (ssl))
        return fail (error, "holds no certificate in PEM form", settings->ca ? settings->ca : "the system's store");
    expect_host (ssl, settings->host);
    SSL_CTX_set_verify (ssl, settings->insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, on_verify);
    return TRUE;
}

void live_tls_close (void)
{
    context = mem_deref (context);
    g_clear_pointer (&server_name, g_free);
    g_clear_pointer (&trouble, g_free);
}

int live_tls_start (Connection *connection)
{
    if (!context)
        return EPROTONOSUPPORT;
    return tls_start_tcp (&connection->tls, context, connection->tcp, 0);
}
