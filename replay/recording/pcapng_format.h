/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What both readers of pcapng know of its octets: draft-ietf-opsawg-pcapng. */

enum {
    BLOCK_SECTION = 0x0A0D0D0A,
    BLOCK_INTERFACE = 1,
    BLOCK_OLD_PACKET = 2,
    BLOCK_SIMPLE_PACKET = 3,
    BLOCK_PACKET = 6,
    BLOCK_SECRETS = 10,
};

enum { OPTION_END = 0, OPTION_COMMENT = 1 };
/* Of an interface. */
enum { OPTION_SPEED = 8, OPTION_TIME_RESOLUTION = 9, OPTION_FCS_LENGTH = 13, OPTION_TIME_OFFSET = 14 };
/* Of a packet. */
enum { OPTION_FLAGS = 2, OPTION_DROPPED = 4 };

#define BYTE_ORDER_MAGIC 0x1A2B3C4Du
/* Block type, length, and the length again at the end. */
#define BLOCK_OVERHEAD 12u
/* No packet is longer; what says so is damaged. */
#define BLOCK_MAX (64u * 1024 * 1024)
