/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/frame.h"

#include <glib.h>

/* How fuzz_flow reads a byte string as frames: six octets, then the payload.
 *   0  what: transport (bits 0-2), from the server (3), phone (4-5), server (6-7)
 *   1  ports: the phone's (bits 0-3) and the server's (4-7)
 *   2  TCP flags (bits 0-2), a gap before it (3), cut by the capture (4), known as SIP (5; FUZZ_CDP: it is EAPOL) or
 *      SCCP (6), decrypted (7)
 *   3  time since the frame before, signed, in tenths of a second
 *   4  octets of payload, two octets, little-endian */

#define FUZZ_FRAME_HEADER 6

enum { FUZZ_UDP, FUZZ_TCP, FUZZ_ICMP, FUZZ_ARP, FUZZ_CDP, FUZZ_LLDP, FUZZ_ICMPV6, FUZZ_FRAGMENT };
enum { FUZZ_FROM_SERVER = 0x08 };
enum { FUZZ_GAP = 0x08, FUZZ_CUT = 0x10, FUZZ_SIP = 0x20, FUZZ_SCCP = 0x40, FUZZ_DECRYPTED = 0x80 };

static const guint16 fuzz_phone_ports[16] = { 50000, 50001, 50002, 68, 5060, 1024, 69, 50003 };
static const guint16 fuzz_server_ports[16] = { 67,   69,   53,   5060, 2000,  2443, 5061, 6970,
                                               6971, 2445, 5070, 67,   40001, 4002, 2001, 80 };
static const guint8 fuzz_tcp_flags[8] = { TCP_ACK, TCP_SYN,           TCP_SYN | TCP_ACK, TCP_FIN | TCP_ACK,
                                          TCP_RST, TCP_PSH | TCP_ACK, TCP_RST | TCP_ACK, 0 };
