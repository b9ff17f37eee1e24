/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/bytes.h"

/* One TFTP packet (RFC 1350, options of RFC 2347 to 2349 and 7440). */

typedef enum {
    TFTP_RRQ = 1,
    TFTP_WRQ = 2,
    TFTP_DATA = 3,
    TFTP_ACK = 4,
    TFTP_ERROR = 5,
    TFTP_OACK = 6,
} TftpOpcode;

enum {
    TFTP_FILE_NOT_FOUND = 1,
    TFTP_ACCESS_VIOLATION = 2,
    TFTP_DISK_FULL = 3,
    TFTP_ILLEGAL_OPERATION = 4,
    TFTP_UNKNOWN_TRANSFER = 5,
    TFTP_NO_SUCH_USER = 7,
    TFTP_OPTIONS_REFUSED = 8,
};

#define TFTP_DEFAULT_BLKSIZE 512

/* Options as numbers; each counts only when its flag is in present. */
typedef struct {
    enum {
        TFTP_HAS_BLKSIZE = 1 << 0,
        TFTP_HAS_TSIZE = 1 << 1,
        TFTP_HAS_TIMEOUT = 1 << 2,
        TFTP_HAS_WINDOWSIZE = 1 << 3,
    } present;
    guint64 blksize;
    guint64 tsize;
    guint64 timeout; /* seconds */
    guint64 windowsize;
} TftpOptions;

/* Plain data; the views are borrowed from the packet. What the opcode does not have is zero or empty. */
typedef struct {
    TftpOpcode opcode;
    View file;           /* RRQ, WRQ: never empty */
    View mode;           /* RRQ, WRQ: "octet" and the like, case as sent */
    TftpOptions options; /* RRQ, WRQ, OACK; the first of equal names counts, values that are no number are left out */
    guint16 block;       /* DATA, ACK */
    View payload;        /* DATA */
    guint16 error_code;  /* ERROR */
    View error_text;     /* ERROR */
    gboolean name_unfinished; /* that of the file did */
    gboolean unfinished;      /* the last text ended with the packet instead of a NUL */
} TftpPacket;

/* FALSE (and ret_packet untouched) for what is no TFTP packet. */
gboolean tftp_decode (const guint8 *data, gsize size, TftpPacket *ret_packet);
/* "File not found"; NULL for an unknown code. */
const char *tftp_error_name (guint code);
