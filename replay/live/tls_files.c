/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/live/tls_files.h"

#include "replay/transport.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <unistd.h>

/* OpenSSL would ask for a passphrase on the terminal, in the middle of a test that nobody looks at. */
static int on_passphrase (G_GNUC_UNUSED char *buffer, G_GNUC_UNUSED int size, G_GNUC_UNUSED int for_writing,
                          void *user_data)
{
    *(gboolean *) user_data = TRUE;
    return -1;
}

static gboolean refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean refuse (GError **error, const char *format, ...)
{
    va_list arguments;

    ERR_clear_error ();
    va_start (arguments, format);
    if (error)
        *error = g_error_new_valist (TRANSPORT_ERROR, 0, format, arguments);
    va_end (arguments);
    return FALSE;
}

static gboolean is_readable (const char *file, GError **error)
{
    return g_access (file, R_OK) == 0 || refuse (error, "%s cannot be read: %s", file, g_strerror (errno));
}

static gboolean load_key (SSL_CTX *context, const char *certificate, const char *file, gboolean is_apart,
                          GError **error)
{
    gboolean wants_passphrase = FALSE;
    if (!is_readable (file, error))
        return FALSE;
    BIO *bio = BIO_new_file (file, "r");
    if (!bio)
        return refuse (error, "%s cannot be read", file);
    EVP_PKEY *key = PEM_read_bio_PrivateKey (bio, NULL, on_passphrase, &wants_passphrase);
    BIO_free (bio);
    if (wants_passphrase)
        return refuse (error,
                       "the key in %s is locked with a passphrase: take one without (openssl pkey -in %s -out FILE) "
                       "and name it with --key FILE",
                       file, file);
    if (!key && is_apart)
        return refuse (error, "%s holds no private key in PEM form", file);
    if (!key)
        return refuse (error, "%s holds no private key in PEM form: name the file that does with --key FILE", file);
    gboolean fits = X509_check_private_key (SSL_CTX_get0_certificate (context), key) == 1;
    gboolean taken = fits && SSL_CTX_use_PrivateKey (context, key) == 1;
    EVP_PKEY_free (key);
    if (!fits)
        return refuse (error, "the key in %s does not belong to the certificate in %s%s", file, certificate,
                       is_apart ? "" : " (the first one of the file counts)");
    return taken || refuse (error, "the key in %s is of a kind that TLS cannot use", file);
}

gboolean tls_files_own (SSL_CTX *context, const char *certificate, const char *key, GError **error)
{
    if (!is_readable (certificate, error))
        return FALSE;
    ERR_clear_error ();
    if (SSL_CTX_use_certificate_chain_file (context, certificate) != 1) {
        int number = ERR_GET_REASON (ERR_peek_last_error ());
        const char *reason = ERR_reason_error_string (ERR_peek_last_error ());
        if (number != SSL_R_EE_KEY_TOO_SMALL && number != SSL_R_CA_MD_TOO_WEAK && number != SSL_R_CA_KEY_TOO_SMALL)
            return refuse (error, "%s holds no certificate in PEM form", certificate);
        return refuse (error, "the certificate in %s is too weak for TLS here: %s", certificate, reason);
    }
    return load_key (context, certificate, key ? key : certificate, key != NULL, error);
}

gboolean tls_files_authorities (SSL_CTX *context, const char *ca, GError **error)
{
    if (!is_readable (ca, error))
        return FALSE;
    return SSL_CTX_load_verify_locations (context, ca, NULL) == 1 ||
           refuse (error, "%s holds no certificate in PEM form", ca);
}
