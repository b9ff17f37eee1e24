/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/terms/words.h"

#include <glib.h>

/* The findings that the library can make. Names are promises: users filter on them and CI counts them. What each one
 * means, and how to mend it, stands in annotations/problems.tips.
 * X (symbol, name, severity) */
#define PROBLEMS(X)                                                                                                    \
    X (DHCP_NO_OFFER, "dhcp-no-offer", ERROR)                                                                          \
    X (DHCP_REFUSED, "dhcp-refused", ERROR)                                                                            \
    X (DHCP_NO_TFTP_OPTION, "dhcp-no-tftp-option", ERROR)                                                              \
    X (DHCP_BAD_OPTION_150, "dhcp-bad-option-150", ERROR)                                                              \
    X (TFTP_NAME_UNRESOLVED, "tftp-name-unresolved", ERROR)                                                            \
    X (TFTP_SERVER_UNREACHABLE, "tftp-server-unreachable", ERROR)                                                      \
    X (WRONG_VLAN, "wrong-vlan", WARNING)                                                                              \
    X (DUPLICATE_IP, "duplicate-ip", ERROR)                                                                            \
    X (DUPLICATE_DEVICE, "duplicate-device", ERROR)                                                                    \
    X (DHCP_NO_ROUTER, "dhcp-no-router", WARNING)                                                                      \
    X (TFTP_TIMEOUT, "tftp-timeout", ERROR)                                                                            \
    X (TFTP_STALLED, "tftp-stalled", ERROR)                                                                            \
    X (CONFIG_NOT_FOUND, "config-not-found", WARNING)                                                                  \
    X (NO_CONFIG_AT_ALL, "no-config-at-all", ERROR)                                                                    \
    X (OPTIONAL_FILE_NOT_FOUND, "optional-file-not-found", NOTE)                                                       \
    X (TRUST_LIST_LOOP, "trust-list-loop", ERROR)                                                                      \
    X (TFTP_REFUSED, "tftp-refused", ERROR)                                                                            \
    X (CONFIG_LOOP, "config-loop", ERROR)                                                                              \
    X (SIGNED_CONFIG_LOCK, "signed-config-lock", ERROR)                                                                \
    X (CONFIG_SIGNATURE_REJECTED, "config-signature-rejected", ERROR)                                                  \
    X (FIRMWARE_NOT_FOUND, "firmware-not-found", WARNING)                                                              \
    X (FIRMWARE_LOOP, "firmware-loop", ERROR)                                                                          \
    X (PROTOCOL_MISMATCH, "protocol-mismatch", ERROR)                                                                  \
    X (NO_CONNECT_AFTER_CONFIG, "no-connect-after-config", ERROR)                                                      \
    X (SERVER_NAME_UNRESOLVED, "server-name-unresolved", ERROR)                                                        \
    X (PHONE_DISK_FULL, "phone-disk-full", ERROR)                                                                      \
    X (PORT_FILTERED, "port-filtered", ERROR)                                                                          \
    X (PORT_CLOSED, "port-closed", ERROR)                                                                              \
    X (ICMP_UNREACHABLE, "icmp-unreachable", ERROR)                                                                    \
    X (UNEXPECTED_SERVER, "unexpected-server", WARNING)                                                                \
    X (TFTP_SERVER_AS_CALL_MANAGER, "tftp-server-as-call-manager", WARNING)                                            \
    X (CLOSED_BY_SERVER, "closed-by-server", ERROR)                                                                    \
    X (TLS_ALERT, "tls-alert", ERROR)                                                                                  \
    X (TLS_UNANSWERED, "tls-unanswered", ERROR)                                                                        \
    X (SECURITY_PORT_MISMATCH, "security-port-mismatch", ERROR)                                                        \
    X (MTU_BLACK_HOLE, "mtu-black-hole", ERROR)                                                                        \
    X (ARP_CHANGED, "arp-changed", WARNING)                                                                            \
    X (REGISTER_REJECTED, "register-rejected", ERROR)                                                                  \
    X (REJECT_LOOP, "reject-loop", ERROR)                                                                              \
    X (REGISTER_UNANSWERED, "register-unanswered", ERROR)                                                              \
    X (TOKEN_REJECTED, "token-rejected", NOTE)                                                                         \
    X (REGISTER_LOOP, "register-loop", ERROR)                                                                          \
    X (CLOSED_AFTER_REGISTER, "closed-after-register", ERROR)                                                          \
    X (KEEPALIVE_UNANSWERED, "keepalive-unanswered", ERROR)                                                            \
    X (PHONE_SILENT, "phone-silent", ERROR)                                                                            \
    X (PROVISIONING_STALLED, "provisioning-stalled", WARNING)                                                          \
    X (NO_LINE, "no-line", WARNING)                                                                                    \
    X (DEVICE_TYPE_MISMATCH, "device-type-mismatch", WARNING)                                                          \
    X (PROTOCOL_VERSION_MISMATCH, "protocol-version-mismatch", WARNING)                                                \
    X (FIRMWARE_CHANGE, "firmware-change", NOTE)                                                                       \
    X (RESET_ORDERED, "reset-ordered", NOTE)                                                                           \
    X (NO_STREAMS, "no-streams", WARNING)                                                                              \
    X (CAPABILITIES_UNANSWERED, "capabilities-unanswered", WARNING)                                                    \
    X (AUTH_LOOP, "auth-loop", ERROR)                                                                                  \
    X (STALE_NONCE, "stale-nonce", NOTE)                                                                               \
    X (AUTH_NOT_RETRIED, "auth-not-retried", ERROR)                                                                    \
    X (SIP_FORBIDDEN, "sip-forbidden", ERROR)                                                                          \
    X (SIP_NOT_FOUND, "sip-not-found", ERROR)                                                                          \
    X (INTERVAL_TOO_BRIEF, "interval-too-brief", NOTE)                                                                 \
    X (SIP_SERVER_ERROR, "sip-server-error", ERROR)                                                                    \
    X (UNKNOWN_DIGEST_USER, "unknown-digest-user", ERROR)                                                              \
    X (SHARED_DIGEST_USER, "shared-digest-user", WARNING)                                                              \
    X (SIP_UNANSWERED, "sip-unanswered", ERROR)                                                                        \
    X (WRONG_DIRECTORY_NUMBER, "wrong-directory-number", ERROR)                                                        \
    X (OAUTH_REQUIRED, "oauth-required", ERROR)                                                                        \
    X (REDIRECTED, "redirected", NOTE)                                                                                 \
    X (SIP_REQUEST_REJECTED, "sip-request-rejected", ERROR)                                                            \
    X (CLOSED_MID_REGISTER, "closed-mid-register", ERROR)                                                              \
    X (UNREGISTERED, "unregistered", NOTE)                                                                             \
    X (REFRESH_MISSED, "refresh-missed", WARNING)                                                                      \
    X (REGISTERED_ON_BACKUP, "registered-on-backup", NOTE)                                                             \
    X (PARTIAL_REGISTRATION, "partial-registration", WARNING)                                                          \
    X (REGISTRATION_FLAPPING, "registration-flapping", ERROR)                                                          \
    X (NAT, "nat", NOTE)                                                                                               \
    X (SIP_ALG, "sip-alg", WARNING)                                                                                    \
    X (CLOCK_SKEW, "clock-skew", WARNING)                                                                              \
    X (CERTIFICATE_EXPIRED, "certificate-expired", ERROR)                                                              \
    X (PACKET_LOSS, "packet-loss", NOTE)                                                                               \
    X (ONE_SIDED_CAPTURE, "one-sided-capture", NOTE)                                                                   \
    X (MAC_AGING, "mac-aging", NOTE)

typedef enum {
#define X(symbol, name, severity) PROBLEM_##symbol,
    PROBLEMS (X)
#undef X
        N_PROBLEMS
} Problem;

typedef enum {
    SEVERITY_NOTE,    /* looks alarming and is normal, or is useful to know */
    SEVERITY_WARNING, /* it works, or may, but something is wrong */
    SEVERITY_ERROR,   /* the registration fails, or the phone cannot be used */
    N_SEVERITIES
} Severity;

typedef enum {
    CERTAINTY_HINT,
    CERTAINTY_LIKELY,  /* fits, but other causes remain; the most that silence can prove */
    CERTAINTY_CERTAIN, /* the wire says so */
    N_CERTAINTIES
} Certainty;

/* Static. */
const char *problem_name (Problem problem);
Severity problem_severity (Problem problem);
/* What other findings may explain: that somebody refuses, hangs up or is silent. */
gboolean problem_is_symptom (Problem problem);
/* "note", "warning", "error": names, the same in every language. */
const char *severity_name (Severity severity);
const char *certainty_name (Certainty certainty);
/* The same for people. */
Word severity_word (Severity severity);
Word certainty_word (Certainty certainty);
