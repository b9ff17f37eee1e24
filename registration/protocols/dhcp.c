/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/dhcp.h"

#include <string.h>

enum {
    OPTION_PAD = 0,
    OPTION_END = 255,
    OVERLOAD_FILE = 1,
    OVERLOAD_SNAME = 2,
    SNAME_SIZE = 64,
    FILE_SIZE = 128,
};

#define MAGIC_COOKIE 0x63825363u

gboolean dhcp_has_option (const DhcpMessage *message, guint8 code)
{
    return (message->seen[code / 8] >> code % 8) & 1;
}

gboolean dhcp_asks_for (const DhcpMessage *message, guint8 code)
{
    return message->parameters.size > 0 && memchr (message->parameters.data, code, message->parameters.size) != NULL;
}

/* The fields that hold options, in the order in which RFC 3396 joins them. */
typedef struct {
    View field[3];
    guint n;
} OptionFields;

/* The next option of a field; FALSE at its end or where it is damaged (*ret_damaged). */
static gboolean next_option (Bytes *field, guint8 *ret_code, View *ret_value, gboolean *ret_damaged)
{
    while (bytes_left (field) > 0) {
        guint8 code = bytes_u8 (field);
        if (code == OPTION_PAD)
            continue;
        if (code == OPTION_END)
            return FALSE;
        guint8 size = bytes_u8 (field);
        *ret_value = bytes_view (field, size);
        if (field->missing) {
            *ret_damaged = TRUE;
            return FALSE;
        }
        *ret_code = code;
        return TRUE;
    }
    return FALSE;
}

static void note_options (DhcpMessage *message, const OptionFields *fields)
{
    for (guint i = 0; i < fields->n; i++) {
        Bytes field;
        guint8 code;
        View value;

        bytes_init (&field, fields->field[i].data, fields->field[i].size);
        while (next_option (&field, &code, &value, &message->damaged))
            message->seen[code / 8] |= (guint8) (1u << code % 8);
    }
}

static View join (DhcpMessage *message, View head, View tail)
{
    guint8 *end = message->joined + message->n_joined;

    if (head.size == 0)
        return tail;
    if (tail.size == 0)
        return head;
    if (head.data + head.size != end || head.data < message->joined) {
        if (head.size > sizeof message->joined - message->n_joined)
            return head;
        memcpy (end, head.data, head.size);
        head.data = end;
        message->n_joined += (guint) head.size;
        end += head.size;
    }
    if (tail.size > sizeof message->joined - message->n_joined) {
        message->damaged = TRUE;
        return head;
    }
    memcpy (end, tail.data, tail.size);
    message->n_joined += (guint) tail.size;
    return (View){ head.data, head.size + tail.size };
}

/* All instances of one option as one value. */
static View option (DhcpMessage *message, const OptionFields *fields, guint8 wanted)
{
    View whole = { NULL, 0 };

    if (!dhcp_has_option (message, wanted))
        return whole;
    for (guint i = 0; i < fields->n; i++) {
        Bytes field;
        guint8 code;
        View value;

        bytes_init (&field, fields->field[i].data, fields->field[i].size);
        while (next_option (&field, &code, &value, &message->damaged))
            if (code == wanted)
                whole = join (message, whole, value);
    }
    return whole;
}

static View text_option (DhcpMessage *message, const OptionFields *fields, guint8 code)
{
    View text = option (message, fields, code);
    while (text.size > 0 && text.data[text.size - 1] == 0)
        text.size--;
    return text;
}

static IpAddress read_address (const guint8 *octets)
{
    static const guint8 none[4];
    return memcmp (octets, none, 4) == 0 ? (IpAddress){ .size = 0 } : ip_address_v4 (octets);
}

static IpAddress address_option (DhcpMessage *message, const OptionFields *fields, guint8 code)
{
    View value = option (message, fields, code);
    return value.size == 4 ? read_address (value.data) : (IpAddress){ .size = 0 };
}

static guint32 number_option (DhcpMessage *message, const OptionFields *fields, guint8 code)
{
    View value = option (message, fields, code);
    Bytes bytes;

    bytes_init (&bytes, value.data, value.size);
    return value.size == 4 ? bytes_be32 (&bytes) : 0;
}

/* The addresses that are not 0.0.0.0. */
static DhcpAddresses read_addresses (View value)
{
    DhcpAddresses list = { .n = 0 };

    for (gsize i = 0; i + 4 <= value.size && list.n < DHCP_ADDRESSES_MAX; i += 4) {
        IpAddress address = read_address (value.data + i);
        if (address.size)
            list.address[list.n++] = address;
    }
    return list;
}

/* Four octets that happen to be letters are an address, not a text: only what is longer can be told apart. */
static gboolean looks_like_text (View value)
{
    while (value.size > 0 && value.data[value.size - 1] == 0)
        value.size--;
    if (value.size <= 4)
        return FALSE;
    for (gsize i = 0; i < value.size; i++)
        if (!g_ascii_isalnum (value.data[i]) && (value.data[i] == 0 || !strchr ("._-,: ", value.data[i])))
            return FALSE;
    return TRUE;
}

static void read_option_150 (DhcpMessage *message, const OptionFields *fields)
{
    View value = option (message, fields, DHCP_OPTION_TFTP_SERVERS);

    if (!dhcp_has_option (message, DHCP_OPTION_TFTP_SERVERS))
        return;
    message->tftp_servers_raw = value;
    message->option_150_text = looks_like_text (value);
    message->option_150_bad = value.size == 0 || value.size % 4 != 0 || message->option_150_text;
    if (message->option_150_text)
        return;
    message->tftp_servers = read_addresses (value);
    for (gsize i = 0; i + 4 <= value.size; i += 4)
        if (!read_address (value.data + i).size)
            message->option_150_bad = TRUE;
}

static void read_options (DhcpMessage *message, const OptionFields *fields)
{
    View type = option (message, fields, DHCP_OPTION_TYPE);

    message->type = type.size == 1 ? type.data[0] : 0;
    message->subnet_mask = address_option (message, fields, DHCP_OPTION_SUBNET_MASK);
    message->requested_address = address_option (message, fields, DHCP_OPTION_REQUESTED_ADDRESS);
    message->server_id = address_option (message, fields, DHCP_OPTION_SERVER_ID);
    message->routers = read_addresses (option (message, fields, DHCP_OPTION_ROUTERS));
    message->dns_servers = read_addresses (option (message, fields, DHCP_OPTION_DNS_SERVERS));
    message->ntp_servers = read_addresses (option (message, fields, DHCP_OPTION_NTP_SERVERS));
    message->lease = number_option (message, fields, DHCP_OPTION_LEASE);
    message->renewal = number_option (message, fields, DHCP_OPTION_RENEWAL);
    message->host_name = text_option (message, fields, DHCP_OPTION_HOST_NAME);
    message->domain = text_option (message, fields, DHCP_OPTION_DOMAIN);
    message->vendor_class = text_option (message, fields, DHCP_OPTION_VENDOR_CLASS);
    message->tftp_name = text_option (message, fields, DHCP_OPTION_TFTP_NAME);
    message->boot_file = text_option (message, fields, DHCP_OPTION_BOOT_FILE);
    message->words = text_option (message, fields, DHCP_OPTION_MESSAGE);
    message->vendor = option (message, fields, DHCP_OPTION_VENDOR);
    message->parameters = option (message, fields, DHCP_OPTION_PARAMETERS);
    message->client_id = option (message, fields, DHCP_OPTION_CLIENT_ID);
    message->relay = option (message, fields, DHCP_OPTION_RELAY);
    read_option_150 (message, fields);
}

/* The value of option 52 in the options field, which alone may hold it. */
static guint8 overload (View options)
{
    Bytes field;
    guint8 code;
    View value;
    gboolean damaged = FALSE;

    bytes_init (&field, options.data, options.size);
    while (next_option (&field, &code, &value, &damaged))
        if (code == DHCP_OPTION_OVERLOAD && value.size == 1)
            return value.data[0];
    return 0;
}

static View until_nul (View box)
{
    Bytes bytes;
    bytes_init (&bytes, box.data, box.size);
    return bytes_text (&bytes);
}

gboolean dhcp_decode (const guint8 *data, gsize size, DhcpMessage *ret_message)
{
    Bytes bytes;
    DhcpMessage *message = ret_message;

    memset (message, 0, sizeof *message);
    bytes_init (&bytes, data, size);
    message->op = bytes_u8 (&bytes);
    guint8 hardware = bytes_u8 (&bytes), hardware_size = bytes_u8 (&bytes);
    bytes_skip (&bytes, 1); /* hops */
    message->xid = bytes_be32 (&bytes);
    message->secs = bytes_be16 (&bytes);
    bytes_skip (&bytes, 2); /* flags */
    View addresses = bytes_view (&bytes, 16), chaddr = bytes_view (&bytes, 16);
    View sname = bytes_view (&bytes, SNAME_SIZE), file = bytes_view (&bytes, FILE_SIZE);
    if (bytes.missing || (message->op != 1 && message->op != 2))
        return FALSE;

    message->ciaddr = read_address (addresses.data);
    message->yiaddr = read_address (addresses.data + 4);
    message->siaddr = read_address (addresses.data + 8);
    message->giaddr = read_address (addresses.data + 12);
    if (hardware == 1 && hardware_size == 6)
        memcpy (message->chaddr.octets, chaddr.data, 6);

    guint8 overloaded = 0;
    if (bytes_have (&bytes, 4) && bytes_be32 (&bytes) == MAGIC_COOKIE) {
        OptionFields fields = { .field = { bytes_view (&bytes, bytes_left (&bytes)) }, .n = 1 };
        overloaded = overload (fields.field[0]);
        if (overloaded & OVERLOAD_FILE)
            fields.field[fields.n++] = file;
        if (overloaded & OVERLOAD_SNAME)
            fields.field[fields.n++] = sname;
        note_options (message, &fields);
        read_options (message, &fields);
    }
    if (!(overloaded & OVERLOAD_SNAME))
        message->sname = until_nul (sname);
    if (!(overloaded & OVERLOAD_FILE))
        message->file = until_nul (file);
    return TRUE;
}
