/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/commands/carrier_options.h"

#include "registration/terms/ports.h"
#include "replay/usage.h"

#include <string.h>

/* RFC 1035, 3.1 */
#define SERVER_NAME_MAX 253

GOptionEntry *carrier_options_of_run (CarrierOptions *options)
{
    const GOptionEntry entries[] = {
        { "transport", 0, 0, G_OPTION_ARG_STRING, &options->transport,
          "udp (SIP only), tcp or tls (as recorded; SCCP: tcp)", "TRANSPORT" },
        { "ca", 0, 0, G_OPTION_ARG_FILENAME, &options->ca,
          "TLS: trust the authorities in this file (PEM) instead of the system's", "FILE" },
        { "certificate", 0, 0, G_OPTION_ARG_FILENAME, &options->certificate,
          "TLS: the phone's own certificate, for servers that ask for one (PEM)", "FILE" },
        { "key", 0, 0, G_OPTION_ARG_FILENAME, &options->key,
          "TLS: its private key, without a passphrase (PEM; in the file of --certificate)", "FILE" },
        { "server-name", 0, 0, G_OPTION_ARG_STRING, &options->server_name,
          "TLS: the name to ask for (SNI) and to expect in the certificate (the target's)", "NAME" },
        { "insecure", 0, 0, G_OPTION_ARG_NONE, &options->insecure,
          "TLS: take any certificate, also of somebody who listens in between", NULL },
        { "keylog", 0, 0, G_OPTION_ARG_FILENAME, &options->key_log,
          "TLS: add the secrets to this file, with which Wireshark reads a capture of them", "FILE" },
        { NULL },
    };

    return g_memdup2 (entries, sizeof entries);
}

GOptionEntry *carrier_options_of_serve (CarrierOptions *options)
{
    const GOptionEntry entries[] = {
        { "transport", 0, 0, G_OPTION_ARG_STRING, &options->transport,
          "udp (SIP only), tcp or tls (as recorded; SCCP: tcp)", "TRANSPORT" },
        { "certificate", 0, 0, G_OPTION_ARG_FILENAME, &options->certificate,
          "TLS: the server's certificate, with those that it is signed with (PEM)", "FILE" },
        { "key", 0, 0, G_OPTION_ARG_FILENAME, &options->key,
          "TLS: its private key, without a passphrase (PEM; in the file of --certificate)", "FILE" },
        { "ca", 0, 0, G_OPTION_ARG_FILENAME, &options->ca,
          "TLS: let in only phones with a certificate of the authorities in this file (PEM; phones are asked for none)",
          "FILE" },
        { "keylog", 0, 0, G_OPTION_ARG_FILENAME, &options->key_log,
          "TLS: add the secrets to this file, with which Wireshark reads a capture of them", "FILE" },
        { NULL },
    };

    return g_memdup2 (entries, sizeof entries);
}

void carrier_options_clear (CarrierOptions *options)
{
    char **texts[] = { &options->transport, &options->ca,          &options->certificate,
                       &options->key,       &options->server_name, &options->key_log };

    for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        g_clear_pointer (texts[i], g_free);
}

/* The first option of TLS that was given; NULL: none. */
static const char *tls_option (const CarrierOptions *options)
{
    return options->ca            ? "--ca"
           : options->certificate ? "--certificate"
           : options->key         ? "--key"
           : options->server_name ? "--server-name"
           : options->insecure    ? "--insecure"
           : options->key_log     ? "--keylog"
                                  : NULL;
}

/* A name that SNI can hold, or an address. */
static gboolean is_server_name (const char *name)
{
    gsize size = strlen (name);
    gboolean good = size > 0 && size <= SERVER_NAME_MAX;

    for (gsize i = 0; i < size && good; i++)
        good = g_ascii_isalnum (name[i]) || strchr ("-._:", name[i]);
    return good;
}

static gboolean check_tls (const CarrierOptions *options, Carrier carrier, GError **error)
{
    const char *given = tls_option (options);

    if (carrier != CARRIER_TLS && given)
        g_set_error (error, USAGE_ERROR, 0, "%s is about TLS, and this is over %s; add --transport tls", given,
                     carrier_via (carrier));
    else if (options->key && !options->certificate)
        g_set_error (error, USAGE_ERROR, 0, "--key needs the certificate that it belongs to: --certificate FILE");
    else if (options->server_name && !is_server_name (options->server_name))
        g_set_error (error, USAGE_ERROR, 0, "--server-name: \"%s\" is no name of a host, as in lab.example.com",
                     options->server_name);
    else
        return TRUE;
    return FALSE;
}

gboolean carrier_options_choose (const CarrierOptions *options, const Script *script, Carrier *ret_carrier,
                                 GError **error)
{
    *ret_carrier = options->transport ? carrier_find (options->transport) : script->carrier;
    if (*ret_carrier == N_CARRIERS) {
        g_set_error (error, USAGE_ERROR, 0, "--transport: there is no transport \"%s\"; there are udp, tcp and tls",
                     options->transport);
        return FALSE;
    }
    if (*ret_carrier == CARRIER_UDP && script->protocol == PROTOCOL_SCCP) {
        g_set_error (error, USAGE_ERROR, 0, "--transport udp is for SIP, and the registration of %s in %s is SCCP",
                     script->phone, script->capture);
        return FALSE;
    }
    return check_tls (options, *ret_carrier, error);
}

guint16 carrier_usual_port (Protocol protocol, Carrier carrier)
{
    if (protocol == PROTOCOL_SCCP)
        return carrier == CARRIER_TLS ? PORT_SCCP_TLS : PORT_SCCP;
    return carrier == CARRIER_TLS ? PORT_SIPS : PORT_SIP;
}

gboolean carrier_options_open_client (const CarrierOptions *options, const char *host, GError **error)
{
    TlsSettings settings = { .host = options->server_name ? options->server_name : host,
                             .insecure = options->insecure,
                             .ca = options->ca,
                             .certificate = options->certificate,
                             .key = options->key,
                             .key_log = options->key_log };

    return live_tls_open (&settings, error);
}

gboolean carrier_options_open_server (const CarrierOptions *options, TlsRefused refused, GError **error)
{
    TlsSettings settings = { .is_server = TRUE,
                             .ca = options->ca,
                             .certificate = options->certificate,
                             .key = options->key,
                             .key_log = options->key_log,
                             .refused = refused };

    if (settings.certificate)
        return live_tls_open (&settings, error);
    g_set_error (error, USAGE_ERROR, 0,
                 "--transport tls needs the server's certificate and its key: --certificate FILE, and --key FILE when "
                 "it is in another one");
    return FALSE;
}
