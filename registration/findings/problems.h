/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/terms/words.h"

#include <glib.h>

/* The findings that the library can make. Names are promises: users filter on them and CI counts them. What each one
 * means, and how to mend it, stands in annotations/problems.tips.
 * X (symbol, name, severity, role). What has the role SYMPTOM other findings may explain: that somebody refuses, hangs
 * up or is silent. */
#define PROBLEMS(X)                                                                                                    \
    X (DHCP_NO_OFFER, "dhcp-no-offer", ERROR, CAUSE)                                                                   \
    X (DHCP_REFUSED, "dhcp-refused", ERROR, SYMPTOM)                                                                   \
    X (DHCP_NO_TFTP_OPTION, "dhcp-no-tftp-option", ERROR, CAUSE)                                                       \
    X (DHCP_BAD_OPTION_150, "dhcp-bad-option-150", ERROR, CAUSE)                                                       \
    X (TFTP_NAME_UNRESOLVED, "tftp-name-unresolved", ERROR, CAUSE)                                                     \
    X (TFTP_SERVER_UNREACHABLE, "tftp-server-unreachable", ERROR, CAUSE)                                               \
    X (WRONG_VLAN, "wrong-vlan", WARNING, CAUSE)                                                                       \
    X (DUPLICATE_IP, "duplicate-ip", ERROR, CAUSE)                                                                     \
    X (DUPLICATE_DEVICE, "duplicate-device", ERROR, CAUSE)                                                             \
    X (DHCP_NO_ROUTER, "dhcp-no-router", WARNING, CAUSE)                                                               \
    X (TFTP_TIMEOUT, "tftp-timeout", ERROR, SYMPTOM)                                                                   \
    X (TFTP_STALLED, "tftp-stalled", ERROR, CAUSE)                                                                     \
    X (CONFIG_NOT_FOUND, "config-not-found", WARNING, CAUSE)                                                           \
    X (NO_CONFIG_AT_ALL, "no-config-at-all", ERROR, CAUSE)                                                             \
    X (OPTIONAL_FILE_NOT_FOUND, "optional-file-not-found", NOTE, CAUSE)                                                \
    X (TRUST_LIST_LOOP, "trust-list-loop", ERROR, CAUSE)                                                               \
    X (TFTP_REFUSED, "tftp-refused", ERROR, CAUSE)                                                                     \
    X (CONFIG_LOOP, "config-loop", ERROR, SYMPTOM)                                                                     \
    X (SIGNED_CONFIG_LOCK, "signed-config-lock", ERROR, CAUSE)                                                         \
    X (CONFIG_SIGNATURE_REJECTED, "config-signature-rejected", ERROR, CAUSE)                                           \
    X (FIRMWARE_NOT_FOUND, "firmware-not-found", WARNING, CAUSE)                                                       \
    X (FIRMWARE_LOOP, "firmware-loop", ERROR, CAUSE)                                                                   \
    X (PROTOCOL_MISMATCH, "protocol-mismatch", ERROR, CAUSE)                                                           \
    X (NO_CONNECT_AFTER_CONFIG, "no-connect-after-config", ERROR, SYMPTOM)                                             \
    X (SERVER_NAME_UNRESOLVED, "server-name-unresolved", ERROR, CAUSE)                                                 \
    X (PHONE_DISK_FULL, "phone-disk-full", ERROR, CAUSE)                                                               \
    X (PORT_FILTERED, "port-filtered", ERROR, SYMPTOM)                                                                 \
    X (PORT_CLOSED, "port-closed", ERROR, SYMPTOM)                                                                     \
    X (ICMP_UNREACHABLE, "icmp-unreachable", ERROR, CAUSE)                                                             \
    X (UNEXPECTED_SERVER, "unexpected-server", WARNING, CAUSE)                                                         \
    X (TFTP_SERVER_AS_CALL_MANAGER, "tftp-server-as-call-manager", WARNING, CAUSE)                                     \
    X (CLOSED_BY_SERVER, "closed-by-server", ERROR, SYMPTOM)                                                           \
    X (TLS_ALERT, "tls-alert", ERROR, SYMPTOM)                                                                         \
    X (TLS_UNANSWERED, "tls-unanswered", ERROR, SYMPTOM)                                                               \
    X (SECURITY_PORT_MISMATCH, "security-port-mismatch", ERROR, CAUSE)                                                 \
    X (MTU_BLACK_HOLE, "mtu-black-hole", ERROR, CAUSE)                                                                 \
    X (ARP_CHANGED, "arp-changed", WARNING, CAUSE)                                                                     \
    X (REGISTER_REJECTED, "register-rejected", ERROR, SYMPTOM)                                                         \
    X (REJECT_LOOP, "reject-loop", ERROR, SYMPTOM)                                                                     \
    X (REGISTER_UNANSWERED, "register-unanswered", ERROR, SYMPTOM)                                                     \
    X (TOKEN_REJECTED, "token-rejected", NOTE, CAUSE)                                                                  \
    X (REGISTER_LOOP, "register-loop", ERROR, SYMPTOM)                                                                 \
    X (CLOSED_AFTER_REGISTER, "closed-after-register", ERROR, SYMPTOM)                                                 \
    X (KEEPALIVE_UNANSWERED, "keepalive-unanswered", ERROR, SYMPTOM)                                                   \
    X (PHONE_SILENT, "phone-silent", ERROR, SYMPTOM)                                                                   \
    X (PROVISIONING_STALLED, "provisioning-stalled", WARNING, CAUSE)                                                   \
    X (NO_LINE, "no-line", WARNING, CAUSE)                                                                             \
    X (DEVICE_TYPE_MISMATCH, "device-type-mismatch", WARNING, CAUSE)                                                   \
    X (PROTOCOL_VERSION_MISMATCH, "protocol-version-mismatch", WARNING, CAUSE)                                         \
    X (FIRMWARE_CHANGE, "firmware-change", NOTE, CAUSE)                                                                \
    X (RESET_ORDERED, "reset-ordered", NOTE, CAUSE)                                                                    \
    X (NO_STREAMS, "no-streams", WARNING, CAUSE)                                                                       \
    X (CAPABILITIES_UNANSWERED, "capabilities-unanswered", WARNING, CAUSE)                                             \
    X (AUTH_LOOP, "auth-loop", ERROR, SYMPTOM)                                                                         \
    X (STALE_NONCE, "stale-nonce", NOTE, CAUSE)                                                                        \
    X (AUTH_NOT_RETRIED, "auth-not-retried", ERROR, CAUSE)                                                             \
    X (SIP_FORBIDDEN, "sip-forbidden", ERROR, SYMPTOM)                                                                 \
    X (SIP_NOT_FOUND, "sip-not-found", ERROR, SYMPTOM)                                                                 \
    X (INTERVAL_TOO_BRIEF, "interval-too-brief", NOTE, CAUSE)                                                          \
    X (SIP_SERVER_ERROR, "sip-server-error", ERROR, CAUSE)                                                             \
    X (UNKNOWN_DIGEST_USER, "unknown-digest-user", ERROR, CAUSE)                                                       \
    X (SHARED_DIGEST_USER, "shared-digest-user", WARNING, CAUSE)                                                       \
    X (SIP_UNANSWERED, "sip-unanswered", ERROR, SYMPTOM)                                                               \
    X (WRONG_DIRECTORY_NUMBER, "wrong-directory-number", ERROR, CAUSE)                                                 \
    X (OAUTH_REQUIRED, "oauth-required", ERROR, CAUSE)                                                                 \
    X (REDIRECTED, "redirected", NOTE, CAUSE)                                                                          \
    X (SIP_REQUEST_REJECTED, "sip-request-rejected", ERROR, CAUSE)                                                     \
    X (CLOSED_MID_REGISTER, "closed-mid-register", ERROR, SYMPTOM)                                                     \
    X (UNREGISTERED, "unregistered", NOTE, CAUSE)                                                                      \
    X (REFRESH_MISSED, "refresh-missed", WARNING, CAUSE)                                                               \
    X (REGISTERED_ON_BACKUP, "registered-on-backup", NOTE, CAUSE)                                                      \
    X (PARTIAL_REGISTRATION, "partial-registration", WARNING, CAUSE)                                                   \
    X (REGISTRATION_FLAPPING, "registration-flapping", ERROR, SYMPTOM)                                                 \
    X (NAT, "nat", NOTE, CAUSE)                                                                                        \
    X (SIP_ALG, "sip-alg", WARNING, CAUSE)                                                                             \
    X (CLOCK_SKEW, "clock-skew", WARNING, CAUSE)                                                                       \
    X (CERTIFICATE_EXPIRED, "certificate-expired", ERROR, CAUSE)                                                       \
    X (PACKET_LOSS, "packet-loss", NOTE, CAUSE)                                                                        \
    X (ONE_SIDED_CAPTURE, "one-sided-capture", NOTE, CAUSE)                                                            \
    X (MAC_AGING, "mac-aging", NOTE, CAUSE)

typedef enum {
#define X(symbol, name, severity, role) PROBLEM_##symbol,
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
gboolean problem_is_symptom (Problem problem);
/* "note", "warning", "error": names, the same in every language. */
const char *severity_name (Severity severity);
const char *certainty_name (Certainty certainty);
/* The same for people. */
Word severity_word (Severity severity);
Word certainty_word (Certainty certainty);
