/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Why a TLS connection came to its end, in words that follow the name of the other side, as in "has a certificate that
 * has expired". */

typedef struct {
    /* What we are, and have. */
    gboolean is_server, has_certificate;
    const char *expected;  /* client: the name that the certificate should have; NULL: any. Borrowed */
    const char *sent_name; /* client: what SNI said; NULL: nothing. Borrowed */
    /* What has happened. */
    gboolean has_begun;      /* the handshake has: TCP stands */
    gboolean is_up;          /* it is through */
    gboolean has_record;     /* the first record has come */
    gboolean has_heard;      /* something has come behind it */
    gboolean was_asked;      /* the server wants our certificate */
    int certificate_fault;   /* X509_V_ERR_…, of the other side's certificate; 0: none */
    char *certificate_names; /* whose it is; owned; NULL: it does not say */
    char opening[6];         /* the first octets that came, when they are no TLS; "" */
    int alert;               /* a fatal one; 0: none */
    gboolean alert_is_ours;  /* we have sent it … */
    unsigned long reason;    /* … for this, an error of OpenSSL */
} TlsFacts;

/* NULL: it was not TLS, or nothing that it tells. Owned by the caller. */
char *tls_words (const TlsFacts *facts);
/* NULL is ignored. */
void tls_facts_free (TlsFacts *facts);
