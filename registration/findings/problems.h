/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/terms/words.h"

#include <glib.h>

/* The findings that the library can make. Names are promises: users filter on them and CI counts them. What each one
 * means, and how to mend it, stands in annotations/problems.tips.
 * X (symbol, name, severity, effect) */
#define PROBLEMS(X)                                                                                                    \
    X (DOT1X_FAILED, "dot1x-failed", ERROR, EXPLAINS)                                                                  \
    X (DHCP_NO_OFFER, "dhcp-no-offer", ERROR, EXPLAINS)                                                                \
    X (DHCP_NO_ACK, "dhcp-no-ack", ERROR, EXPLAINS)                                                                    \
    X (DHCP_REFUSED, "dhcp-refused", ERROR, SYMPTOM)                                                                   \
    X (DHCP_NO_TFTP_OPTION, "dhcp-no-tftp-option", ERROR, EXPLAINS)                                                    \
    X (DHCP_BAD_OPTION_150, "dhcp-bad-option-150", ERROR, EXPLAINS)                                                    \
    X (TFTP_NAME_UNRESOLVED, "tftp-name-unresolved", ERROR, EXPLAINS)                                                  \
    X (TFTP_SERVER_UNREACHABLE, "tftp-server-unreachable", ERROR, EXPLAINS)                                            \
    X (WRONG_VLAN, "wrong-vlan", WARNING, EXPLAINS)                                                                    \
    X (DUPLICATE_IP, "duplicate-ip", ERROR, EXPLAINS)                                                                  \
    X (DUPLICATE_DEVICE, "duplicate-device", ERROR, STANDING)                                                          \
    X (DHCP_NO_ROUTER, "dhcp-no-router", WARNING, EXPLAINS)                                                            \
    X (TFTP_TIMEOUT, "tftp-timeout", ERROR, SYMPTOM)                                                                   \
    X (TFTP_STALLED, "tftp-stalled", ERROR, EXPLAINS)                                                                  \
    X (CONFIG_NOT_FOUND, "config-not-found", WARNING, ASIDE)                                                           \
    X (NO_CONFIG_AT_ALL, "no-config-at-all", ERROR, EXPLAINS)                                                          \
    X (OPTIONAL_FILE_NOT_FOUND, "optional-file-not-found", NOTE, ASIDE)                                                \
    X (TRUST_LIST_LOOP, "trust-list-loop", ERROR, EXPLAINS)                                                            \
    X (TFTP_REFUSED, "tftp-refused", ERROR, EXPLAINS)                                                                  \
    X (CONFIG_LOOP, "config-loop", ERROR, SYMPTOM)                                                                     \
    X (SIGNED_CONFIG_LOCK, "signed-config-lock", ERROR, EXPLAINS)                                                      \
    X (CONFIG_SIGNATURE_REJECTED, "config-signature-rejected", ERROR, EXPLAINS)                                        \
    X (FIRMWARE_NOT_FOUND, "firmware-not-found", WARNING, EXPLAINS)                                                    \
    X (FIRMWARE_LOOP, "firmware-loop", ERROR, EXPLAINS)                                                                \
    X (PROTOCOL_MISMATCH, "protocol-mismatch", ERROR, EXPLAINS)                                                        \
    X (NO_CONNECT_AFTER_CONFIG, "no-connect-after-config", ERROR, SYMPTOM)                                             \
    X (SERVER_NAME_UNRESOLVED, "server-name-unresolved", ERROR, EXPLAINS)                                              \
    X (PHONE_DISK_FULL, "phone-disk-full", ERROR, EXPLAINS)                                                            \
    X (PORT_FILTERED, "port-filtered", ERROR, SYMPTOM)                                                                 \
    X (PORT_CLOSED, "port-closed", ERROR, SYMPTOM)                                                                     \
    X (ICMP_UNREACHABLE, "icmp-unreachable", ERROR, EXPLAINS)                                                          \
    X (UNEXPECTED_SERVER, "unexpected-server", WARNING, EXPLAINS)                                                      \
    X (TFTP_SERVER_AS_CALL_MANAGER, "tftp-server-as-call-manager", WARNING, EXPLAINS)                                  \
    X (CLOSED_BY_SERVER, "closed-by-server", ERROR, SYMPTOM)                                                           \
    X (TLS_ALERT, "tls-alert", ERROR, SYMPTOM)                                                                         \
    X (TLS_UNANSWERED, "tls-unanswered", ERROR, SYMPTOM)                                                               \
    X (SECURITY_PORT_MISMATCH, "security-port-mismatch", ERROR, STANDING)                                              \
    X (MTU_BLACK_HOLE, "mtu-black-hole", ERROR, EXPLAINS)                                                              \
    X (ARP_CHANGED, "arp-changed", WARNING, EXPLAINS)                                                                  \
    X (REGISTER_REJECTED, "register-rejected", ERROR, SYMPTOM)                                                         \
    X (REJECT_LOOP, "reject-loop", ERROR, SYMPTOM)                                                                     \
    X (REGISTER_UNANSWERED, "register-unanswered", ERROR, SYMPTOM)                                                     \
    X (TOKEN_REJECTED, "token-rejected", NOTE, ASIDE)                                                                  \
    X (REGISTER_LOOP, "register-loop", ERROR, STANDING)                                                                \
    X (CLOSED_AFTER_REGISTER, "closed-after-register", ERROR, SYMPTOM)                                                 \
    X (KEEPALIVE_UNANSWERED, "keepalive-unanswered", ERROR, SYMPTOM)                                                   \
    X (PHONE_SILENT, "phone-silent", ERROR, SYMPTOM)                                                                   \
    X (PROVISIONING_STALLED, "provisioning-stalled", WARNING, EXPLAINS)                                                \
    X (NO_LINE, "no-line", WARNING, EXPLAINS)                                                                          \
    X (DEVICE_TYPE_MISMATCH, "device-type-mismatch", WARNING, EXPLAINS)                                                \
    X (PROTOCOL_VERSION_MISMATCH, "protocol-version-mismatch", WARNING, EXPLAINS)                                      \
    X (FIRMWARE_CHANGE, "firmware-change", NOTE, ASIDE)                                                                \
    X (RESET_ORDERED, "reset-ordered", NOTE, ASIDE)                                                                    \
    X (NO_STREAMS, "no-streams", WARNING, ASIDE)                                                                       \
    X (CAPABILITIES_UNANSWERED, "capabilities-unanswered", WARNING, EXPLAINS)                                          \
    X (AUTH_LOOP, "auth-loop", ERROR, SYMPTOM)                                                                         \
    X (STALE_NONCE, "stale-nonce", NOTE, ASIDE)                                                                        \
    X (STALE_LOOP, "stale-loop", ERROR, EXPLAINS)                                                                      \
    X (BINDING_NOT_LISTED, "binding-not-listed", ERROR, EXPLAINS)                                                      \
    X (ANSWER_NOT_HEARD, "answer-not-heard", ERROR, STANDING)                                                          \
    X (AUTH_NOT_RETRIED, "auth-not-retried", ERROR, EXPLAINS)                                                          \
    X (SIP_FORBIDDEN, "sip-forbidden", ERROR, SYMPTOM)                                                                 \
    X (SIP_NOT_FOUND, "sip-not-found", ERROR, SYMPTOM)                                                                 \
    X (INTERVAL_TOO_BRIEF, "interval-too-brief", NOTE, ASIDE)                                                          \
    X (INTERVAL_REFUSED, "interval-refused", ERROR, EXPLAINS)                                                          \
    X (SIP_SERVER_ERROR, "sip-server-error", ERROR, EXPLAINS)                                                          \
    X (UNKNOWN_DIGEST_USER, "unknown-digest-user", ERROR, EXPLAINS)                                                    \
    X (SHARED_DIGEST_USER, "shared-digest-user", WARNING, STANDING)                                                    \
    X (SIP_UNANSWERED, "sip-unanswered", ERROR, SYMPTOM)                                                               \
    X (WRONG_DIRECTORY_NUMBER, "wrong-directory-number", ERROR, STANDING)                                              \
    X (OAUTH_REQUIRED, "oauth-required", ERROR, EXPLAINS)                                                              \
    X (REDIRECTED, "redirected", NOTE, ASIDE)                                                                          \
    X (SIP_REQUEST_REJECTED, "sip-request-rejected", ERROR, EXPLAINS)                                                  \
    X (CLOSED_MID_REGISTER, "closed-mid-register", ERROR, SYMPTOM)                                                     \
    X (UNREGISTERED, "unregistered", NOTE, ASIDE)                                                                      \
    X (CONTACT_UNREACHABLE, "contact-unreachable", WARNING, ASIDE)                                                     \
    X (REFRESH_MISSED, "refresh-missed", WARNING, EXPLAINS)                                                            \
    X (REGISTERED_ON_BACKUP, "registered-on-backup", NOTE, ASIDE)                                                      \
    X (PARTIAL_REGISTRATION, "partial-registration", WARNING, EXPLAINS)                                                \
    X (REGISTRATION_FLAPPING, "registration-flapping", ERROR, STANDING)                                                \
    X (NAT, "nat", NOTE, ASIDE)                                                                                        \
    X (SIP_ALG, "sip-alg", WARNING, ASIDE)                                                                             \
    X (CLOCK_SKEW, "clock-skew", WARNING, ASIDE)                                                                       \
    X (CERTIFICATE_EXPIRED, "certificate-expired", ERROR, EXPLAINS)                                                    \
    X (PACKET_LOSS, "packet-loss", NOTE, ASIDE)                                                                        \
    X (ONE_SIDED_CAPTURE, "one-sided-capture", NOTE, ASIDE)                                                            \
    X (MAC_AGING, "mac-aging", NOTE, ASIDE)

typedef enum {
#define X(symbol, name, severity, effect) PROBLEM_##symbol,
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

/* What it has to do with a phone's not being registered. */
typedef enum {
    EFFECT_ASIDE,    /* nothing */
    EFFECT_SYMPTOM,  /* it is what other findings may explain: that somebody refuses, hangs up or is silent */
    EFFECT_EXPLAINS, /* why */
    EFFECT_STANDING, /* it is wrong, whatever the server accepts later */
} Effect;

typedef enum {
    CERTAINTY_HINT,
    CERTAINTY_LIKELY,  /* fits, but other causes remain; the most that silence can prove */
    CERTAINTY_CERTAIN, /* the wire says so */
    N_CERTAINTIES
} Certainty;

/* Static. */
const char *problem_name (Problem problem);
Severity problem_severity (Problem problem);
Effect problem_effect (Problem problem);
/* "note", "warning", "error": names, the same in every language. */
const char *severity_name (Severity severity);
const char *certainty_name (Certainty certainty);
/* The same for people. */
Word severity_word (Severity severity);
Word certainty_word (Certainty certainty);
