/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/live/tls_words.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

static const char untrusted[] =
    "has a certificate of an authority that is not trusted here; if it is the right one, name it with --ca FILE";

/* What is wrong with a certificate; OpenSSL's own words for the rest. */
static const struct {
    int fault;
    const char *words;
} faults[] = {
    { X509_V_ERR_CERT_HAS_EXPIRED, "has a certificate that has expired" },
    { X509_V_ERR_CERT_NOT_YET_VALID, "has a certificate that is not valid yet: compare the clocks" },
    { X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
      "has a self-signed certificate, which nobody vouches for; if it is the right one, name it with --ca FILE" },
    { X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, untrusted },
    { X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, untrusted },
    { X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, untrusted },
    { X509_V_ERR_CERT_REVOKED, "has a certificate that was revoked" },
};

static char *name_certificate_fault (const TlsFacts *facts)
{
    int fault = facts->certificate_fault;

    if (fault == X509_V_ERR_HOSTNAME_MISMATCH || fault == X509_V_ERR_IP_ADDRESS_MISMATCH)
        return g_strdup_printf ("has a certificate for another name: %s, not %s; if that is the right server, call it "
                                "so with --server-name NAME",
                                facts->certificate_names ? facts->certificate_names : "none", facts->expected);
    if (fault == X509_V_ERR_INVALID_PURPOSE)
        return g_strdup_printf ("has a certificate that is not made for %s", facts->is_server ? "clients" : "servers");
    for (gsize i = 0; i < G_N_ELEMENTS (faults); i++) {
        if (faults[i].fault != fault)
            continue;
        if (facts->is_server && faults[i].words == untrusted)
            return g_strdup ("has a certificate of an authority that is not in the file of --ca");
        return g_strdup (faults[i].words);
    }
    return g_strdup_printf ("has a certificate that cannot be trusted: %s", X509_verify_cert_error_string (fault));
}

/* What a server says of ours. X (alert, what it means) */
#define CERTIFICATE_ALERTS(X)                                                                                          \
    X (SSL_AD_UNKNOWN_CA, "it does not trust who has signed it")                                                       \
    X (SSL_AD_CERTIFICATE_EXPIRED, "it has expired, or is not valid yet")                                              \
    X (SSL_AD_CERTIFICATE_REVOKED, "it was revoked")                                                                   \
    X (SSL_AD_CERTIFICATE_UNKNOWN, "it does not accept it")                                                            \
    X (SSL_AD_UNSUPPORTED_CERTIFICATE, "it is of a kind that it does not support")                                     \
    X (SSL_AD_BAD_CERTIFICATE, "it cannot verify it")                                                                  \
    X (SSL_AD_ACCESS_DENIED, "who it belongs to may not come in")

static const char *meaning_of_certificate_alert (int alert)
{
    switch (alert) {
#define X(number, words)                                                                                               \
    case number:                                                                                                       \
        return words;
        CERTIFICATE_ALERTS (X)
#undef X
    default:
        return NULL;
    }
}

/* OpenSSL 3.0 has no word for the youngest one (RFC 8446, 6.2). */
static const char *name_of_alert (int alert)
{
    return alert == SSL_AD_CERTIFICATE_REQUIRED ? "certificate required" : SSL_alert_desc_string_long (alert);
}

/* The other side has said what it does not like. */
static char *name_alert (const TlsFacts *facts)
{
    const char *name = name_of_alert (facts->alert);
    const char *meaning = meaning_of_certificate_alert (facts->alert);
    const char *what = facts->is_up ? "connection" : "handshake";
    gboolean wants_one =
        meaning || facts->alert == SSL_AD_CERTIFICATE_REQUIRED || (facts->was_asked && !facts->has_heard);

    if (facts->is_server)
        return meaning ? g_strdup_printf ("does not accept our certificate (%s)", name)
                       : g_strdup_printf ("ends the TLS %s: %s", what, name);
    if (!facts->has_certificate && wants_one)
        return g_strdup_printf ("wants a certificate of the phone, and none was given (%s): name one that it trusts "
                                "with --certificate FILE",
                                name);
    if (meaning)
        return g_strdup_printf ("refuses the certificate of --certificate: %s (%s)", meaning, name);
    if (facts->alert == SSL_AD_UNRECOGNIZED_NAME && facts->sent_name)
        return g_strdup_printf ("knows no server of the name %s, which SNI asks for: another name goes with "
                                "--server-name NAME",
                                facts->sent_name);
    if (facts->alert == SSL_AD_UNRECOGNIZED_NAME)
        return g_strdup_printf ("wants to be called by a name (SNI), and %s is an address: --server-name NAME says one",
                                facts->expected);
    return g_strdup_printf ("ends the TLS %s: %s", what, name);
}

/* We have not liked something; OpenSSL knows better than the alert what it was. */
static char *name_own_alert (const TlsFacts *facts)
{
    const char *reason = ERR_reason_error_string (facts->reason);

    if (ERR_GET_REASON (facts->reason) == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE)
        return g_strdup ("has shown no certificate, and --ca wants one");
    return g_strdup_printf ("cannot be talked to over TLS: %s", reason ? reason : name_of_alert (facts->alert));
}

/* It ended without a word. */
static char *name_silence (const TlsFacts *facts)
{
    if (!facts->has_begun)
        return NULL;
    if (!facts->is_up)
        return g_strdup (facts->is_server ? "does not complete a TLS handshake"
                                          : "does not complete a TLS handshake: is it a port for TLS?");
    if (facts->is_server || facts->has_heard || !facts->was_asked)
        return NULL;
    return g_strdup (facts->has_certificate
                         ? "has asked for a certificate of the phone and closed the connection right after it, without "
                           "saying why: does it trust who has signed that of --certificate?"
                         : "has asked for a certificate of the phone, got none and closed the connection: name one "
                           "that it trusts with --certificate FILE");
}

char *tls_words (const TlsFacts *facts)
{
    if (facts->certificate_fault)
        return name_certificate_fault (facts);
    if (*facts->opening)
        return g_strdup_printf ("begins with \"%s\", which is no TLS%s", facts->opening,
                                facts->is_server ? "" : ": is it a port for TLS?");
    if (facts->alert == SSL_AD_PROTOCOL_VERSION)
        return g_strdup ("speaks no version of TLS that is safe: at least 1.2 is needed");
    if (facts->alert && facts->alert_is_ours)
        return name_own_alert (facts);
    return facts->alert ? name_alert (facts) : name_silence (facts);
}

void tls_facts_free (TlsFacts *facts)
{
    if (!facts)
        return;
    g_free (facts->certificate_names);
    g_free (facts);
}
