/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* What an alert of TLS that ends a connection means (RFC 8446, 6.2; RFC 6066; RFC 7301), and what to do about it, by
 * the side that has sent it.
 * X (symbol, meaning, fix when the phone has sent it, fix when the server has): the meaning is an English clause that
 * stands behind a colon, a fix whole sentences. */
#define TLS_REFUSALS(X)                                                                                                \
    X (CERTIFICATE, "it does not accept the other's certificate",                                                      \
       "Check the server's certificate: validity, key and name. A Cisco phone needs it in its trust list (CTL, ITL); " \
       "load the CA into a phone of another make.",                                                                    \
       "Check the phone's certificate: install a new LSC (CUCM: Device > Phone, Certificate Operation), and have its " \
       "CA (CAPF, Cisco manufacturing CA) in the server's trust store.")                                               \
    X (AUTHORITY, "it does not trust who has signed the other's certificate",                                          \
       "Let the phone get the CA of the server's certificate: a new trust list (CTL, ITL) for a Cisco phone, the CA "  \
       "as a trusted certificate for any other.",                                                                      \
       "Load the CA of the phone's certificate (CAPF, Cisco manufacturing CA) into the server's trust store (CUCM: "   \
       "CallManager-trust), or install a new LSC on the phone.")                                                       \
    X (EXPIRED, "to it the other's certificate has expired, or is not valid yet",                                      \
       "Check the clock of the phone (NTP) first, then renew the server's certificate.",                               \
       "Check the clock of the server first, then install a new LSC on the phone.")                                    \
    X (EARLY, "it does not accept the other's certificate, which by the time of this capture is not valid yet",        \
       "Check the clock of the phone (NTP) and from when on the server's certificate is valid, then its name and "     \
       "who has signed it.",                                                                                           \
       "Check the clock of the server and from when on the phone's certificate is valid, then who has signed it "      \
       "(install a new LSC).")                                                                                         \
    X (REVOKED, "the other's certificate has been revoked", "Give the server a new certificate.",                      \
       "Install a new LSC on the phone.")                                                                              \
    X (REQUIRED, "it demands a certificate and has been shown none", "Give the server a certificate.",                 \
       "Install a certificate (LSC) on the phone, or let the server do without (Asterisk: verify_client = no; "        \
       "Kamailio: require_certificate = no). CUCM takes no TLS from third-party phones: give these a security "        \
       "profile that is not secure.")                                                                                  \
    X (HANDSHAKE, "it finds no cipher, curve or certificate that suits both sides",                                    \
       "Compare the ciphers and the kind of key (RSA, EC) of the server's certificate with what the phone can do.",    \
       "Compare the ciphers that the phone offers with those that the server allows; some servers also say so when "   \
       "the phone shows no certificate.")                                                                              \
    X (VERSION, "it does not accept the version of TLS",                                                               \
       "Allow on the server a version of TLS that the phone speaks, or update the phone.",                             \
       "Let both allow one version of TLS: if the phone offers only old ones, allow them on the server (CUCM: set "    \
       "tls "                                                                                                          \
       "min-version) or update the phone; if only new ones, allow older ones on the phone or update the server.")      \
    X (FALLBACK, "the phone offers an older version of TLS than both could speak, as after a try that has failed",     \
       "Look for why the try before has failed, or forbid old versions of TLS on the phone.",                          \
       "Look for why the phone's try with a newer version of TLS has failed just before (RFC 7507).")                  \
    X (NAME, "it does not know the name that it was asked for, or the name does not fit",                              \
       "Let the server's certificate have the name that the phone is configured with.",                                \
       "Configure the phone with the name that the server is known by in its certificate.")                            \
    X (PROTOCOL, "the other offers no application protocol that it speaks (ALPN)",                                     \
       "Turn ALPN off on the server, or on for SIP.", "Turn ALPN off on the phone, or on for SIP on the server.")      \
    X (DENIED, "a rule of its own does not let the other in (access control)",                                         \
       "Look for the rule on the phone that allows only other servers.",                                               \
       "Look for the rule on the server that keeps this phone out: by its certificate, where it has shown one (CUCM: " \
       "X.509 Subject Name of the security profile), or by its address.")                                              \
    X (STATUS, "it does not accept the proof that the certificate is still good (OCSP)",                               \
       "Check the OCSP responder of the server's certificate, or turn stapling off.",                                  \
       "Check the OCSP responder of the phone's certificate.")                                                         \
    X (KEY, "it does not know the shared key (PSK) that it was offered", "Compare the shared key of both sides.",      \
       "Compare the shared key of both sides.")                                                                        \
    X (INTERNAL, "it has failed for a reason of its own", "Look into the log of the phone, and update its firmware.",  \
       "Look into the log of the server at this time (memory, key file, permissions).")                                \
    X (CANCELED, "it has given up, without a fault of TLS", "Look into the log of the phone at this time.",            \
       "Look into the log of the server at this time.")                                                                \
    X (MISSING, "an extension of TLS that it needs is missing in what the other has sent",                             \
       "Look for what takes extensions out on the way, then update both sides.",                                       \
       "Look for what takes extensions out on the way, then update both sides.")                                       \
    X (PLAIN, "what it answers is no TLS", "Let the server use TLS on this port, or the phone none.",                  \
       "Let the phone use TLS on this port, or the port of the server without TLS.")                                   \
    X (FORM, "it cannot read or verify what the other has sent",                                                       \
       "Look for what changes packets on the way, then update both sides; a wrong key beside the server's "            \
       "certificate also looks like this.",                                                                            \
       "Look for what changes packets on the way, then update both sides; a phone that speaks no TLS on this port "    \
       "also looks like this.")

typedef enum {
#define X(symbol, meaning, phone_fix, server_fix) TLS_REFUSAL_##symbol,
    TLS_REFUSALS (X)
#undef X
        N_TLS_REFUSALS
} TlsRefusal;

/* N_TLS_REFUSALS for those that end nothing, and for unknown ones. */
TlsRefusal tls_refusal (guint description);
