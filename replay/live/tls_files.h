/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>
#include <openssl/ssl.h>

/* PEM files that the user names. FALSE with error set, in one sentence that names the file and what to do. Nobody is
 * ever asked for a passphrase. */

/* key NULL: it is in the same file. */
gboolean tls_files_own (SSL_CTX *context, const char *certificate, const char *key, GError **error);
/* Authorities to trust. */
gboolean tls_files_authorities (SSL_CTX *context, const char *ca, GError **error);
