/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/dns.h"
#include "registration/wire/bytes.h"

#include <string.h>

enum {
    FLAG_ANSWER = 0x8000,
    FLAG_TRUNCATED = 0x0200,
    CLASS_IN = 1,
    LABEL_MAX = 63,
    POINTER = 0xC0,
    RECORDS_MAX = 256, /* of a datagram; more are not looked at */
};

Word dns_rcode_word (guint rcode)
{
    static const Word words[] = {
#define ROW(number, symbol, english) [number] = WORD_DNS_##symbol,
        DNS_RCODES (ROW)
#undef ROW
    };
    return rcode < G_N_ELEMENTS (words) ? words[rcode] : N_WORDS;
}

const char *dns_type_name (guint16 type)
{
    static const struct {
        guint16 type;
        const char *name;
    } names[] = { { 1, "A" },    { 2, "NS" },    { 5, "CNAME" }, { 6, "SOA" },    { 12, "PTR" },  { 15, "MX" },
                  { 16, "TXT" }, { 28, "AAAA" }, { 33, "SRV" },  { 35, "NAPTR" }, { 65, "HTTPS" } };

    for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        if (names[i].type == type)
            return names[i].name;
    return NULL;
}

/* Appends a label; FALSE when the name gets too long. */
static gboolean append_label (char *name, gsize *size, View label)
{
    if (*size + label.size + 2 > DNS_NAME_MAX)
        return FALSE;
    if (*size)
        name[(*size)++] = '.';
    for (gsize i = 0; i < label.size; i++)
        name[(*size)++] = g_ascii_isgraph (label.data[i]) && label.data[i] != '.' ? (char) label.data[i] : '?';
    return TRUE;
}

/* Reads a name at the cursor, which ends behind it. A pointer must lead to before everything that was read of the name,
 * so there are fewer jumps than octets, and no circles. */
static gboolean read_name (Bytes *bytes, char name[DNS_NAME_MAX])
{
    gsize size = 0, lowest = bytes->position;
    Bytes at = *bytes;
    gboolean jumped = FALSE;

    for (;;) {
        guint8 length = bytes_u8 (&at);
        if (at.missing)
            return FALSE;
        if (length == 0)
            break;
        if ((length & POINTER) == POINTER) {
            gsize target = (gsize) (length & ~POINTER) << 8 | bytes_u8 (&at);
            if (at.missing || target >= lowest)
                return FALSE;
            if (!jumped)
                bytes->position = at.position;
            jumped = TRUE;
            lowest = target;
            bytes_seek (&at, target);
            continue;
        }
        View label = bytes_view (&at, length);
        if (length > LABEL_MAX || at.missing || !append_label (name, &size, label))
            return FALSE;
    }
    if (!jumped)
        bytes->position = at.position;
    name[size] = '\0';
    return TRUE;
}

/* Steps over a name without following it. */
static gboolean skip_name (Bytes *bytes)
{
    for (;;) {
        guint8 length = bytes_u8 (bytes);
        if ((length & POINTER) == POINTER)
            bytes_skip (bytes, 1);
        else if (length > LABEL_MAX)
            return FALSE;
        else
            bytes_skip (bytes, length);
        if (bytes->missing)
            return FALSE;
        if (length == 0 || (length & POINTER) == POINTER)
            return TRUE;
    }
}

static gboolean read_question (Bytes *bytes, DnsMessage *message, gboolean first)
{
    char name[DNS_NAME_MAX];

    if (first ? !read_name (bytes, name) : !skip_name (bytes))
        return FALSE;
    guint16 type = bytes_be16 (bytes);
    bytes_skip (bytes, 2); /* class */
    if (bytes->missing)
        return FALSE;
    if (first) {
        g_strlcpy (message->name, name, sizeof message->name);
        message->type = type;
    }
    return TRUE;
}

/* Where a record leads to: SRV (RFC 2782), NAPTR (RFC 3403), PTR (RFC 1035, 3.3.12). bytes stands at its data. */
static void read_target (Bytes bytes, guint16 type, DnsMessage *message)
{
    char name[DNS_NAME_MAX];
    guint16 port = 0;

    if (type == DNS_TYPE_SRV) {
        bytes_skip (&bytes, 4); /* priority, weight */
        port = bytes_be16 (&bytes);
    } else if (type == DNS_TYPE_NAPTR) {
        bytes_skip (&bytes, 4); /* order, preference */
        for (guint i = 0; i < 3; i++)
            bytes_skip (&bytes, bytes_u8 (&bytes)); /* flags, services, expression */
    } else if (type != DNS_TYPE_PTR) {
        return;
    }
    if (*message->target || bytes.missing || !read_name (&bytes, name))
        return;
    g_strlcpy (message->target, name, sizeof message->target);
    message->target_port = port;
}

static gboolean read_answer (Bytes *bytes, DnsMessage *message)
{
    if (!skip_name (bytes))
        return FALSE;
    guint16 type = bytes_be16 (bytes), class = bytes_be16 (bytes);
    bytes_skip (bytes, 4); /* time to live */
    const guint16 size = bytes_be16 (bytes);
    const Bytes at = *bytes;
    View data = bytes_view (bytes, size);
    if (bytes->missing)
        return FALSE;
    if (class == CLASS_IN)
        read_target (at, type, message);
    if (class != CLASS_IN || message->n_addresses == DNS_ADDRESSES_MAX)
        return TRUE;
    if (type == DNS_TYPE_A && data.size == 4)
        message->addresses[message->n_addresses++] = ip_address_v4 (data.data);
    else if (type == DNS_TYPE_AAAA && data.size == 16)
        message->addresses[message->n_addresses++] = ip_address_v6 (data.data);
    return TRUE;
}

gboolean dns_decode (const guint8 *data, gsize size, DnsMessage *ret_message)
{
    Bytes bytes;
    DnsMessage message = { 0 };

    bytes_init (&bytes, data, size);
    message.id = bytes_be16 (&bytes);
    guint16 flags = bytes_be16 (&bytes);
    message.n_questions = bytes_be16 (&bytes);
    message.n_answers = bytes_be16 (&bytes);
    bytes_skip (&bytes, 4); /* authorities, additional records */
    if (bytes.missing)
        return FALSE;
    message.is_answer = (flags & FLAG_ANSWER) != 0;
    message.truncated = (flags & FLAG_TRUNCATED) != 0;
    message.opcode = flags >> 11 & 15;
    message.rcode = flags & 15;

    for (guint i = 0; i < MIN (message.n_questions, RECORDS_MAX) && !message.damaged; i++)
        message.damaged = !read_question (&bytes, &message, i == 0);
    if (message.n_questions <= RECORDS_MAX)
        for (guint i = 0; i < MIN (message.n_answers, RECORDS_MAX) && !message.damaged; i++)
            message.damaged = !read_answer (&bytes, &message);
    *ret_message = message;
    return TRUE;
}
