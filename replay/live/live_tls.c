/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libre does the handshakes; OpenSSL's own settings say whom to trust, because libre checks neither addresses nor
 * times. */
#include "replay/live/live_tls.h"

#include "replay/live/live_internal.h"
#include "replay/live/tls_files.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct {
    struct tls *context; /* NULL: not open */
    gboolean is_server, has_certificate;
    char *expected;    /* client */
    char *server_name; /* client; for SNI; NULL: the server is an address (RFC 6066, 3) */
    TlsRefused refused;
    gpointer user_data;
    FILE *key_log;          /* NULL: none */
    const char *key_option; /* that named it */
    int key_trouble;        /* errno of the first secret that could not be written; 0 */
} tls;

/* --- What has happened on one connection */

/* libre keeps its SSL to itself: each gets to know its facts, and we get to know it, when OpenSSL makes it. */
static TlsFacts *starting;
static Ssl *started;
static int place = -1;

static void on_new_ssl (void *parent, G_GNUC_UNUSED void *value, CRYPTO_EX_DATA *data, int index,
                        G_GNUC_UNUSED long number, G_GNUC_UNUSED void *argument)
{
    CRYPTO_set_ex_data (data, index, starting);
    started = parent;
}

/* NULL for one that is not of live_tls_start(). */
static TlsFacts *facts_of (const SSL *ssl)
{
    return SSL_get_ex_data (ssl, place);
}

/* At most this much of what a certificate says. */
#define NAMES_MAX 4
#define NAME_SIZE 64

static void append_name (GString *names, const guint8 *text, gsize size)
{
    g_string_append (names, names->len ? ", " : "");
    for (gsize i = 0; i < MIN (size, NAME_SIZE); i++)
        g_string_append_c (names, g_ascii_isgraph ((char) text[i]) ? (char) text[i] : '?');
}

static void append_address (GString *names, const guint8 *octets, gsize size)
{
    IpAddress address = { .size = size == 4 || size == 16 ? (guint8) size : 0 };
    char text[IP_ADDRESS_TEXT_SIZE];

    if (!address.size)
        return;
    memcpy (address.octets, octets, size);
    ip_address_format (&address, text);
    append_name (names, (const guint8 *) text, strlen (text));
}

/* The names and addresses that a certificate is for. */
static char *name_certificate (X509 *certificate)
{
    GENERAL_NAMES *all = certificate ? X509_get_ext_d2i (certificate, NID_subject_alt_name, NULL, NULL) : NULL;
    g_autoptr (GString) names = g_string_new (NULL);
    char common[NAME_SIZE];

    for (int i = 0; i < MIN (sk_GENERAL_NAME_num (all), NAMES_MAX); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value (all, i);
        if (name->type == GEN_DNS)
            append_name (names, ASN1_STRING_get0_data (name->d.dNSName), (gsize) ASN1_STRING_length (name->d.dNSName));
        else if (name->type == GEN_IPADD)
            append_address (names, ASN1_STRING_get0_data (name->d.iPAddress),
                            (gsize) ASN1_STRING_length (name->d.iPAddress));
    }
    GENERAL_NAMES_free (all);
    if (!names->len && certificate &&
        X509_NAME_get_text_by_NID (X509_get_subject_name (certificate), NID_commonName, common, sizeof common) > 0)
        append_name (names, (const guint8 *) common, strlen (common));
    return names->len ? g_strdup (names->str) : NULL;
}

static int on_verify (int good, X509_STORE_CTX *store)
{
    const SSL *ssl = X509_STORE_CTX_get_ex_data (store, SSL_get_ex_data_X509_STORE_CTX_idx ());
    TlsFacts *facts = facts_of (ssl);

    if (!good && facts) {
        facts->certificate_fault = X509_STORE_CTX_get_error (store);
        g_free (facts->certificate_names);
        facts->certificate_names = name_certificate (X509_STORE_CTX_get_current_cert (store));
    }
    return good;
}

/* The server asks for a certificate, whether we have one or not. */
static int on_certificate_asked (SSL *ssl, G_GNUC_UNUSED void *argument)
{
    TlsFacts *facts = facts_of (ssl);

    if (facts)
        facts->was_asked = TRUE;
    return 1;
}

/* libre's versions have different functions for the name (2.0 only together with its own verification): it is set when
 * OpenSSL begins the handshake, before the ClientHello is written. */
static void on_info (const SSL *ssl, int where, int value)
{
    TlsFacts *facts = facts_of (ssl);

    if (!facts)
        return;
    if (where & SSL_CB_HANDSHAKE_START) {
        facts->has_begun = TRUE;
        if (tls.server_name)
            SSL_set_tlsext_host_name ((SSL *) ssl, tls.server_name);
    }
    if ((where & SSL_CB_ALERT) && value >> 8 == SSL3_AL_FATAL && !facts->alert) {
        facts->alert = value & 0xFF;
        facts->alert_is_ours = (where & SSL_CB_WRITE) != 0;
        facts->reason = ERR_peek_last_error ();
    }
}

/* Something else than TLS is told by its first octets: the header of a record has its type and version there. */
static void on_record (int is_written, G_GNUC_UNUSED int version, int type, const void *octets, size_t size, SSL *ssl,
                       G_GNUC_UNUSED void *argument)
{
    TlsFacts *facts = facts_of (ssl);
    const guint8 *header = octets;

    if (is_written || type != SSL3_RT_HEADER || !facts || facts->has_record || size < SSL3_RT_HEADER_LENGTH)
        return;
    facts->has_record = TRUE;
    if (header[0] >= SSL3_RT_CHANGE_CIPHER_SPEC && header[0] <= SSL3_RT_APPLICATION_DATA &&
        header[1] == SSL3_VERSION_MAJOR)
        return;
    for (gsize i = 0; i < sizeof facts->opening - 1; i++)
        facts->opening[i] = g_ascii_isprint ((char) header[i]) ? (char) header[i] : '.';
}

/* --- Settings */

static void expect_host (SSL_CTX *ssl, const char *host)
{
    X509_VERIFY_PARAM *expected = SSL_CTX_get0_param (ssl);
    IpAddress address;

    tls.expected = g_strdup (host);
    if (ip_address_parse (host, strlen (host), &address)) {
        X509_VERIFY_PARAM_set1_ip (expected, address.octets, address.size);
        return;
    }
    X509_VERIFY_PARAM_set_hostflags (expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    X509_VERIFY_PARAM_set1_host (expected, host, 0);
    tls.server_name = g_strdup (host);
}

static gboolean trust (SSL_CTX *ssl, const TlsSettings *settings, GError **error)
{
    if (settings->ca)
        return tls_files_authorities (ssl, settings->ca, error);
    if (settings->is_server || SSL_CTX_set_default_verify_paths (ssl) == 1)
        return TRUE;
    g_set_error (error, TRANSPORT_ERROR, 0,
                 "the system's store of authorities cannot be read: name one with --ca FILE");
    return FALSE;
}

static void on_secret (G_GNUC_UNUSED const SSL *ssl, const char *line)
{
    if ((fprintf (tls.key_log, "%s\n", line) < 0 || fflush (tls.key_log) != 0) && !tls.key_trouble)
        tls.key_trouble = errno ? errno : EIO;
}

gboolean live_tls_keys_written (GError **error)
{
    if (!tls.key_trouble)
        return TRUE;
    g_set_error (error, TRANSPORT_ERROR, tls.key_trouble, "%s: keys are lost, the file could not be written: %s",
                 tls.key_option, g_strerror (tls.key_trouble));
    return FALSE;
}

/* FALSE: it is something else (a capture, a key), which lines at its end would spoil. Key logs have comments, and lines
 * that begin with a label in capitals. */
static gboolean may_be_key_log (int file)
{
    char begin[64];
    const ssize_t size = pread (file, begin, sizeof begin, 0);
    ssize_t label = 0;
    struct stat about;

    if (size <= 0 || begin[0] == '#' || fstat (file, &about) != 0 || !S_ISREG (about.st_mode))
        return TRUE;
    while (label < size && (g_ascii_isupper (begin[label]) || g_ascii_isdigit (begin[label]) || begin[label] == '_'))
        label++;
    return label > 0 && label < size && begin[label] == ' ';
}

/* Its lines would stand between those of the report. */
static gboolean is_standard_output (int file)
{
    struct stat log, output;

    return fstat (file, &log) == 0 && S_ISREG (log.st_mode) && fstat (STDOUT_FILENO, &output) == 0 &&
           log.st_dev == output.st_dev && log.st_ino == output.st_ino;
}

/* A full disk is better known before the first handshake. */
static gboolean begin_key_log (FILE *log)
{
    struct stat about;

    if (fstat (fileno (log), &about) == 0 && S_ISREG (about.st_mode) && about.st_size)
        return TRUE;
    return fputs ("# secrets of TLS connections, for tls.keylog_file of Wireshark\n", log) >= 0 && fflush (log) == 0;
}

/* The variable is that of browsers and curl. */
static gboolean open_key_log (SSL_CTX *ssl, const char *chosen, GError **error)
{
    const char *file = chosen ? chosen : g_getenv ("SSLKEYLOGFILE");

    tls.key_option = chosen ? "--keylog" : "SSLKEYLOGFILE";
    if (!file || !*file)
        return TRUE;
    if (strcmp (file, "-") == 0) {
        g_set_error (error, TRANSPORT_ERROR, 0, "%s: keys go to a file, not to standard output", tls.key_option);
        return FALSE;
    }
    /* With these secrets whoever has the packets reads them. */
    const int log = open (file, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (log >= 0 && is_standard_output (log)) {
        g_set_error (error, TRANSPORT_ERROR, 0, "%s: %s is standard output: name another file for the keys",
                     tls.key_option, file);
        close (log);
        return FALSE;
    }
    if (log >= 0 && !may_be_key_log (log)) {
        g_set_error (error, TRANSPORT_ERROR, 0, "%s: %s holds something else than keys, and would be spoilt",
                     tls.key_option, file);
        close (log);
        return FALSE;
    }
    tls.key_log = log >= 0 ? fdopen (log, "a") : NULL;
    if (!tls.key_log || !begin_key_log (tls.key_log)) {
        g_set_error (error, TRANSPORT_ERROR, errno, "%s: %s cannot be written: %s", tls.key_option, file,
                     g_strerror (errno));
        return FALSE;
    }
    SSL_CTX_set_keylog_callback (ssl, on_secret);
    return TRUE;
}

static int verify_mode (const TlsSettings *settings)
{
    if (settings->is_server)
        return settings->ca ? SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT : SSL_VERIFY_NONE;
    return settings->insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER;
}

gboolean live_tls_open (const TlsSettings *settings, GError **error)
{
    ERR_clear_error ();
    if (place < 0)
        place = SSL_get_ex_new_index (0, NULL, on_new_ssl, NULL, NULL);
    if (tls_alloc (&tls.context, TLS_METHOD_SSLV23, NULL, NULL) != 0) {
        g_set_error (error, TRANSPORT_ERROR, 0, "TLS cannot be set up: %s",
                     ERR_reason_error_string (ERR_peek_last_error ()));
        return FALSE;
    }
    SSL_CTX *ssl = tls_openssl_context (tls.context);
    tls.is_server = settings->is_server;
    tls.has_certificate = settings->certificate != NULL;
    tls.refused = settings->refused;
    tls.user_data = settings->user_data;
    SSL_CTX_set_min_proto_version (ssl, TLS1_2_VERSION);
    SSL_CTX_set_info_callback (ssl, on_info);
    if (!settings->is_server)
        SSL_CTX_set_cert_cb (ssl, on_certificate_asked, NULL);
    SSL_CTX_set_msg_callback (ssl, on_record);
    SSL_CTX_set_verify (ssl, verify_mode (settings), verify_mode (settings) == SSL_VERIFY_NONE ? NULL : on_verify);
    /* Each phone shakes hands in full, and shows its certificate when one is wanted. */
    if (settings->is_server) {
        SSL_CTX_set_session_cache_mode (ssl, SSL_SESS_CACHE_OFF);
        SSL_CTX_set_options (ssl, SSL_OP_NO_TICKET);
        SSL_CTX_set_num_tickets (ssl, 0);
    } else {
        expect_host (ssl, settings->host);
    }
    return (!settings->certificate || tls_files_own (ssl, settings->certificate, settings->key, error)) &&
           trust (ssl, settings, error) && open_key_log (ssl, settings->key_log, error);
}

void live_tls_close (void)
{
    mem_deref (tls.context);
    g_free (tls.expected);
    g_free (tls.server_name);
    if (tls.key_log)
        fclose (tls.key_log);
    memset (&tls, 0, sizeof tls);
}

/* --- Connections */

int live_tls_start (Connection *connection)
{
    if (!tls.context)
        return EPROTONOSUPPORT;
    connection->facts = g_new0 (TlsFacts, 1);
    *connection->facts = (TlsFacts){ .is_server = tls.is_server,
                                     .has_certificate = tls.has_certificate,
                                     .expected = tls.expected,
                                     .sent_name = tls.server_name };
    starting = connection->facts;
    started = NULL;
    int failure = tls_start_tcp (&connection->tls, tls.context, connection->tcp, 0);
    connection->ssl = failure ? NULL : started;
    starting = NULL;
    return failure;
}

/* --- Reading */

gboolean live_tls_can_read (const Connection *connection)
{
    const BIO *source = connection->ssl ? SSL_get_rbio (connection->ssl) : NULL;

    /* libre puts what it reads there. */
    return source && BIO_method_type (source) == BIO_TYPE_MEM && SSL_is_init_finished (connection->ssl);
}

int live_tls_read (Connection *connection, View octets, GByteArray *plain, gboolean *ret_is_within)
{
    BIO *source = SSL_get_rbio (connection->ssl);
    guint8 part[SSL3_RT_MAX_PLAIN_LENGTH];
    int size = 0, why;

    *ret_is_within = FALSE;
    if (BIO_write (source, octets.data, (int) octets.size) != (int) octets.size)
        return ENOMEM;
    do {
        ERR_clear_error ();
        size = SSL_read (connection->ssl, part, sizeof part);
        if (size > 0)
            g_byte_array_append (plain, part, (guint) size);
    } while (size > 0);
    why = SSL_get_error (connection->ssl, size);
    *ret_is_within = SSL_has_pending (connection->ssl) || BIO_pending (source) > 0;
    ERR_clear_error ();
    return why == SSL_ERROR_WANT_READ ? 0 : why == SSL_ERROR_ZERO_RETURN ? -1 : EPROTO;
}

/* --- Listening */

/* How many handshakes may go on at once, and how long one may take: a phone's takes a few round trips. */
#define HANDSHAKES_MAX     1024
#define HANDSHAKE_MAX_MSEC 10000

/* One that goes on. */
struct Handshake {
    Connection *connection;
    Listener *listener;
    Endpoint phone;
    GList link; /* in the listener's queue, the oldest one first */
    struct tmr patience;
};

static void end_handshake (Connection *connection)
{
    Handshake *handshake = g_steal_pointer (&connection->handshake);

    if (!handshake)
        return;
    tmr_cancel (&handshake->patience);
    g_queue_unlink (&handshake->listener->handshakes, &handshake->link);
    g_free (handshake);
}

void live_tls_free (Connection *connection)
{
    end_handshake (connection);
    mem_deref (connection->tls);
    tls_facts_free (connection->facts);
}

void live_tls_give_up (Connection *connection)
{
    g_autofree char *why = tls_words (connection->facts);

    if (tls.refused && why)
        tls.refused (&connection->handshake->phone, why, tls.user_data);
    connection_free (connection);
}

static void on_too_long (void *arg)
{
    live_tls_give_up (arg);
}

int live_tls_shake_hands (Listener *listener, Connection *connection)
{
    int failure = live_tls_start (connection);

    if (failure)
        return failure;
    Handshake *handshake = g_new0 (Handshake, 1);
    *handshake = (Handshake){
        .connection = connection, .listener = listener, .phone = connection_peer (connection), .link.data = handshake
    };
    connection->handshake = handshake;
    g_queue_push_tail_link (&listener->handshakes, &handshake->link);
    tmr_start (&handshake->patience, HANDSHAKE_MAX_MSEC, on_too_long, connection);
    if (listener->handshakes.length > HANDSHAKES_MAX)
        live_tls_give_up (((Handshake *) listener->handshakes.head->data)->connection);
    return 0;
}

void live_tls_shaken (Connection *connection)
{
    Listener *listener = connection->handshake->listener;

    end_handshake (connection);
    listener->waiting = connection;
    listener->accept (listener, listener->user_data);
    /* Nobody has taken it. */
    g_clear_pointer (&listener->waiting, connection_free);
}

void live_tls_listener_close (Listener *listener)
{
    while (listener->handshakes.head)
        connection_free (((Handshake *) listener->handshakes.head->data)->connection);
}
