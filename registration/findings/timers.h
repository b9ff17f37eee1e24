/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* How long things may take, and how often they may happen, before regflow calls it a problem. One table for the rules,
 * the preferences and the documentation. No timer proves a fault by itself: it only closes a "no answer" (reference
 * 2.5).
 * X (symbol, name, value by default, unit, what it says) */
#define TIMERS(X)                                                                                                      \
    X (DHCP_OFFER, "dhcp_offer", 10, "s", "Discovers have gone without an offer for so long")                          \
    X (DHCP_DISCOVERS, "dhcp_discovers", 3, "times", "Discovers sent without an offer")                                \
    X (DHCP_ACK, "dhcp_ack", 10, "s", "Requests for an offered address have gone without an answer for so long")       \
    X (DHCP_REQUESTS, "dhcp_requests", 3, "times", "Requests for an offered address sent without an answer")           \
    X (FILES_AFTER_LEASE, "files_after_lease", 10, "s", "A phone asks for its first file this soon after its address") \
    X (LAST_ANSWER, "last_answer", 4, "s",                                                                             \
       "The last of several unanswered requests may still be answered for so long")                                    \
    X (ARP_REQUESTS, "arp_requests", 3, "times", "Requests for the same Ethernet address without an answer")           \
    X (VLAN_MOVE, "vlan_move", 10, "s", "A phone follows an announced voice VLAN within this time")                    \
    X (DUPLICATE, "duplicate", 120, "s", "Two hosts with the same device name take turns within this time")            \
    X (TFTP_REQUESTS, "tftp_requests", 3, "times", "Requests for the same file without an answer")                     \
    X (SIGNED_FILES, "signed_files", 3, "times", "Signed files asked for and not found")                               \
    X (TFTP_STALL, "tftp_stall", 10, "s", "A transfer that has begun goes on within this time")                        \
    X (TFTP_BLOCKS, "tftp_blocks", 3, "times", "The same block or acknowledgment sent once more")                      \
    X (TRUST_LISTS, "trust_lists", 3, "times", "The same trust list asked for and not found, and no configuration")    \
    X (CONFIG_ROUNDS, "config_rounds", 3, "times", "The same configuration fetched, and no connection between")        \
    X (CONFIG_ROUND, "config_round", 300, "s", "Longer between two configurations is no loop")                         \
    X (FIRMWARE_ROUNDS, "firmware_rounds", 3, "times",                                                                 \
       "The same firmware asked for at each start, without a connection")                                              \
    X (CONNECT_AFTER_CONFIG, "connect_after_config", 60, "s", "A phone connects this soon after its last file")        \
    X (DNS_QUERIES, "dns_queries", 3, "times", "Queries for the same name without an answer")                          \
    X (PACKETS_LOST, "packets_lost", 2, "times", "Packets to the server that stay without an answer")                  \
    X (MAC_GAP, "mac_gap", 60, "s", "Silence after which a switch may have forgotten where a phone is")                \
    X (MAC_GAP_MAX, "mac_gap_max", 150, "s", "A longer silence is not this")                                           \
    X (CONNECTS, "connects", 3, "times", "SYNs to the same port without an answer")                                    \
    X (REGISTER_ANSWER, "register_answer", 10, "s", "A server answers a RegisterReq within this time")                 \
    X (CLOSED_AFTER_ACK, "closed_after_ack", 5, "s",                                                                   \
       "Closed so soon after RegisterAck: the server does not want the phone")                                         \
    X (REGISTRATIONS, "registrations", 3, "times", "Registrations that end within two keepalive intervals")            \
    X (REGISTER_AGAIN, "register_again", 300, "s",                                                                     \
       "A registration this soon after the end of the one before follows it")                                          \
    X (KEEPALIVES, "keepalives", 3, "times", "KeepAliveReqs without an answer")                                        \
    X (PROVISION_ANSWER, "provision_answer", 10, "s", "Templates, lines, keys and capabilities are answered in time")  \
    X (TLS_ANSWER, "tls_answer", 10, "s", "A ClientHello is answered within this time")                                \
    X (SAME_SEGMENTS, "same_segments", 3, "times", "The same large TCP segment sent again in vain")                    \
    X (REPEATS, "repeats", 3, "times", "TCP segments sent again during one registration")                              \
    X (ROUND_TRIP, "round_trip", 1, "s", "A server accepts a connection within this time")                             \
    X (REJECTS, "rejects", 3, "times", "RegisterRejects from the same server")                                         \
    X (SIP_REGISTERS, "sip_registers", 5, "times", "The same REGISTER sent without an answer")                         \
    X (SIP_CHALLENGES, "sip_challenges", 3, "times", "Challenges that answer a REGISTER with credentials")             \
    X (SIP_ANSWER, "sip_answer", 32, "s", "A REGISTER is answered, and a challenge too, within this time")             \
    X (SIP_GRACE, "sip_grace", 15, "s", "A refresh may be so late: the server keeps the phone so much longer")         \
    X (SIP_SIGN_OFF, "sip_sign_off", 60, "s", "A phone that signs off so soon after 200 has not been content")         \
    X (SIP_SIGN_OFFS, "sip_sign_offs", 3, "times", "Such sign-offs, each at another server than the one before")       \
    X (CLOCK_SKEW, "clock_skew", 60, "s", "Clocks of phone and server may differ by so much")

typedef enum {
#define X(symbol, name, value, unit, text) TIMER_##symbol,
    TIMERS (X)
#undef X
        N_TIMERS
} TimerId;

typedef struct {
    guint32 value[N_TIMERS]; /* in the unit of the table */
} Timers;

typedef struct {
    const char *name; /* of the preference, behind "regflow.timer." */
    guint32 value;    /* by default */
    const char *unit; /* "s", "times" or "%" */
    const char *text; /* a sentence without its full stop */
} TimerInfo;

/* Static. */
const TimerInfo *timer_info (TimerId id);
/* Every timer as the table has it. */
Timers timers_default (void);
