/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/terms/words.h"
#include "registration/wire/address.h"

/* One DNS message over UDP: what was asked, and which addresses were the answer. */

enum { DNS_TYPE_A = 1, DNS_TYPE_PTR = 12, DNS_TYPE_AAAA = 28, DNS_TYPE_SRV = 33, DNS_TYPE_NAPTR = 35 };
enum { DNS_NO_ERROR = 0, DNS_SERVER_FAILURE = 2, DNS_NO_SUCH_NAME = 3, DNS_REFUSED = 5 };

#define DNS_NAME_MAX      255 /* as text, with its NUL */
#define DNS_ADDRESSES_MAX 8

/* Plain data. */
typedef struct {
    guint16 id;
    gboolean is_answer;
    gboolean truncated; /* the server says so: there is more over TCP */
    guint8 opcode, rcode;
    guint16 n_questions, n_answers; /* as the header says */
    char name[DNS_NAME_MAX];        /* of the first question, without the last dot; odd octets as '?'. "" for none */
    guint16 type;                   /* of the first question */
    IpAddress addresses[DNS_ADDRESSES_MAX]; /* of the A and AAAA answers, in order; the rest is left out */
    guint n_addresses;
    char target[DNS_NAME_MAX]; /* of the first SRV, NAPTR or PTR answer; "" for none */
    guint16 target_port;       /* of an SRV answer; 0 unknown */
    gboolean damaged;          /* a name or record runs over the end or in circles; what is after it is lost */
} DnsMessage;

/* FALSE (and ret_message untouched) for less than a header. */
gboolean dns_decode (const guint8 *data, gsize size, DnsMessage *ret_message);
/* "SRV"; NULL for a type that is not known here. Static. */
const char *dns_type_name (guint16 type);
/* "No such name"; N_WORDS for an unknown code. */
Word dns_rcode_word (guint rcode);
