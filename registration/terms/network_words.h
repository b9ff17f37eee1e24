/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What the network says in numbers, and people read in words. */

/* ICMP's codes (RFC 792, RFC 1812 section 5.2.7.1) and those of ICMPv6 (RFC 4443); icmp.c says which is which.
 * X (symbol, English) */
#define ICMP_WORDS(X)                                                                                                  \
    X (ICMP_NETWORK_UNREACHABLE, "network unreachable")                                                                \
    X (ICMP_HOST_UNREACHABLE, "host unreachable")                                                                      \
    X (ICMP_PROTOCOL_UNREACHABLE, "protocol unreachable")                                                              \
    X (ICMP_PORT_UNREACHABLE, "port unreachable")                                                                      \
    X (ICMP_FRAGMENTATION_NEEDED, "fragmentation needed")                                                              \
    X (ICMP_SOURCE_ROUTE_FAILED, "source route failed")                                                                \
    X (ICMP_NETWORK_UNKNOWN, "destination network unknown")                                                            \
    X (ICMP_HOST_UNKNOWN, "destination host unknown")                                                                  \
    X (ICMP_HOST_ISOLATED, "source host isolated")                                                                     \
    X (ICMP_NETWORK_PROHIBITED, "network administratively prohibited")                                                 \
    X (ICMP_HOST_PROHIBITED, "host administratively prohibited")                                                       \
    X (ICMP_NETWORK_SERVICE, "network unreachable for this type of service")                                           \
    X (ICMP_HOST_SERVICE, "host unreachable for this type of service")                                                 \
    X (ICMP_FILTERED, "communication administratively filtered")                                                       \
    X (ICMP_HOST_PRECEDENCE, "host precedence violation")                                                              \
    X (ICMP_PRECEDENCE_CUTOFF, "precedence cutoff in effect")                                                          \
    X (ICMP_TIME_TO_LIVE, "time to live exceeded in transit")                                                          \
    X (ICMP_REASSEMBLY_TIME, "fragment reassembly time exceeded")                                                      \
    X (ICMP_SOURCE_QUENCH, "source quench")                                                                            \
    X (ICMP_REDIRECT, "redirect")                                                                                      \
    X (ICMP_PARAMETER_PROBLEM, "parameter problem")                                                                    \
    X (ICMP_ECHO_REQUEST, "echo request")                                                                              \
    X (ICMP_ECHO_REPLY, "echo reply")                                                                                  \
    X (ICMP_NO_ROUTE, "no route to destination")                                                                       \
    X (ICMP_PROHIBITED, "communication administratively prohibited")                                                   \
    X (ICMP_BEYOND_SCOPE, "beyond scope of source address")                                                            \
    X (ICMP_ADDRESS_UNREACHABLE, "address unreachable")                                                                \
    X (ICMP_SOURCE_POLICY, "source address failed policy")                                                             \
    X (ICMP_ROUTE_REJECTED, "route to destination rejected")                                                           \
    X (ICMP_PACKET_TOO_BIG, "packet too big")                                                                          \
    X (ICMP_HOP_LIMIT, "hop limit exceeded in transit")                                                                \
    X (ICMP_ROUTER_SOLICITATION, "router solicitation")                                                                \
    X (ICMP_ROUTER_ADVERTISEMENT, "router advertisement")                                                              \
    X (ICMP_NEIGHBOR_SOLICITATION, "neighbor solicitation")                                                            \
    X (ICMP_NEIGHBOR_ADVERTISEMENT, "neighbor advertisement")

/* TLS's alerts (RFC 5246 section 7.2, RFC 8446 section 6, and IANA's list). X (number, symbol, English) */
#define TLS_ALERTS(X)                                                                                                  \
    X (0, CLOSE_NOTIFY, "close notify")                                                                                \
    X (10, UNEXPECTED_MESSAGE, "unexpected message")                                                                   \
    X (20, BAD_RECORD_MAC, "bad record MAC")                                                                           \
    X (21, DECRYPTION_FAILED, "decryption failed")                                                                     \
    X (22, RECORD_OVERFLOW, "record overflow")                                                                         \
    X (30, DECOMPRESSION_FAILURE, "decompression failure")                                                             \
    X (40, HANDSHAKE_FAILURE, "handshake failure")                                                                     \
    X (41, NO_CERTIFICATE, "no certificate")                                                                           \
    X (42, BAD_CERTIFICATE, "bad certificate")                                                                         \
    X (43, UNSUPPORTED_CERTIFICATE, "unsupported certificate")                                                         \
    X (44, CERTIFICATE_REVOKED, "certificate revoked")                                                                 \
    X (45, CERTIFICATE_EXPIRED, "certificate expired")                                                                 \
    X (46, CERTIFICATE_UNKNOWN, "certificate unknown")                                                                 \
    X (47, ILLEGAL_PARAMETER, "illegal parameter")                                                                     \
    X (48, UNKNOWN_CA, "unknown CA")                                                                                   \
    X (49, ACCESS_DENIED, "access denied")                                                                             \
    X (50, DECODE_ERROR, "decode error")                                                                               \
    X (51, DECRYPT_ERROR, "decrypt error")                                                                             \
    X (60, EXPORT_RESTRICTION, "export restriction")                                                                   \
    X (70, PROTOCOL_VERSION, "protocol version")                                                                       \
    X (71, INSUFFICIENT_SECURITY, "insufficient security")                                                             \
    X (80, INTERNAL_ERROR, "internal error")                                                                           \
    X (86, INAPPROPRIATE_FALLBACK, "inappropriate fallback")                                                           \
    X (90, USER_CANCELED, "user canceled")                                                                             \
    X (100, NO_RENEGOTIATION, "no renegotiation")                                                                      \
    X (109, MISSING_EXTENSION, "missing extension")                                                                    \
    X (110, UNSUPPORTED_EXTENSION, "unsupported extension")                                                            \
    X (111, CERTIFICATE_UNOBTAINABLE, "certificate unobtainable")                                                      \
    X (112, UNRECOGNIZED_NAME, "unrecognized name")                                                                    \
    X (113, BAD_CERTIFICATE_STATUS_RESPONSE, "bad certificate status response")                                        \
    X (114, BAD_CERTIFICATE_HASH_VALUE, "bad certificate hash value")                                                  \
    X (115, UNKNOWN_PSK_IDENTITY, "unknown PSK identity")                                                              \
    X (116, CERTIFICATE_REQUIRED, "certificate required")                                                              \
    X (120, NO_APPLICATION_PROTOCOL, "no application protocol")

/* DNS's response codes (RFC 1035 section 4.1.1). X (number, symbol, English) */
#define DNS_RCODES(X)                                                                                                  \
    X (0, NO_ERROR, "No error")                                                                                        \
    X (1, FORMAT_ERROR, "Format error")                                                                                \
    X (2, SERVER_FAILURE, "Server failure")                                                                            \
    X (3, NO_SUCH_NAME, "No such name")                                                                                \
    X (4, NOT_IMPLEMENTED, "Not implemented")                                                                          \
    X (5, REFUSED, "Refused")
