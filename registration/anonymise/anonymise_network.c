/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What finds phones their place in the network: DHCP, DNS, ARP, neighbor discovery, CDP and LLDP. */
#include "registration/anonymise/anonymise_internal.h"
#include "registration/terms/models.h"

#include <string.h>

static guint16 be16 (const guint8 *data)
{
    return (guint16) (data[0] << 8 | data[1]);
}

static gboolean is_printable (const guint8 *data, gsize size)
{
    while (size && data[size - 1] == 0)
        size--;
    for (gsize i = 0; i < size; i++)
        if (data[i] < 0x20 || data[i] == 0x7F)
            return FALSE;
    return size > 0;
}

/* --- DHCP: RFC 2131, RFC 2132 */

enum { CLIENT_MAC = 1, CLIENT_DUID = 255, DHCP_FIXED = 236, DHCP_OPTIONS = 240 };

typedef enum {
    OPTION_BINARY, /* numbers, or nobody's business: stays */
    OPTION_ADDRESSES,
    OPTION_MASK,
    OPTION_NAME,
    OPTION_SENTENCE,
    OPTION_PRODUCT,
    OPTION_CLASS,  /* of users */
    OPTION_ROUTES, /* networks and their routers (RFC 3442) */
    OPTION_FILE,
    OPTION_CLIENT,
    OPTION_LABELS,    /* names as DNS has them (RFC 1035) */
    OPTION_KIND,      /* an octet that tells what follows, perhaps names */
    OPTION_FQDN,      /* RFC 4702 */
    OPTION_NESTED,    /* options in it: code, length, value */
    OPTION_BY_VENDOR, /* the same for each vendor (RFC 3925) */
    OPTION_BLANK,
    OPTION_UNKNOWN, /* by how it looks */
} OptionForm;

/* From one code to another; what stands in none of them is unknown. */
static const struct {
    guint8 first, last;
    guint8 form; /* an OptionForm */
} option_forms[] = {
    { 1, 1, OPTION_MASK },          { 2, 2, OPTION_BINARY },
    { 3, 11, OPTION_ADDRESSES }, /* routers and servers */
    { 12, 12, OPTION_NAME },        { 13, 13, OPTION_BINARY },
    { 14, 14, OPTION_FILE },        { 15, 15, OPTION_NAME },
    { 16, 16, OPTION_ADDRESSES }, /* swap server */
    { 17, 18, OPTION_FILE },        { 19, 20, OPTION_BINARY },
    { 21, 21, OPTION_ADDRESSES },                                 /* filter of addresses and masks */
    { 22, 27, OPTION_BINARY },      { 28, 28, OPTION_ADDRESSES }, /* broadcast */
    { 29, 31, OPTION_BINARY },      { 32, 33, OPTION_ADDRESSES }, /* routers, routes */
    { 34, 39, OPTION_BINARY },      { 40, 40, OPTION_NAME },
    { 41, 42, OPTION_ADDRESSES },                                 /* NIS, NTP */
    { 43, 43, OPTION_NESTED },      { 44, 45, OPTION_ADDRESSES }, /* NetBIOS */
    { 46, 46, OPTION_BINARY },      { 47, 47, OPTION_NAME },
    { 48, 50, OPTION_ADDRESSES },                                 /* X, requested address */
    { 51, 53, OPTION_BINARY },      { 54, 54, OPTION_ADDRESSES }, /* server identifier */
    { 55, 55, OPTION_BINARY },      { 56, 56, OPTION_SENTENCE },
    { 57, 59, OPTION_BINARY },      { 60, 60, OPTION_PRODUCT },
    { 61, 61, OPTION_CLIENT },      { 62, 62, OPTION_NAME },
    { 63, 63, OPTION_BINARY },      { 64, 64, OPTION_NAME },
    { 65, 65, OPTION_ADDRESSES },   { 66, 66, OPTION_NAME },
    { 67, 67, OPTION_FILE },        { 68, 76, OPTION_ADDRESSES },
    { 77, 77, OPTION_CLASS },       { 78, 79, OPTION_KIND }, /* service location: RFC 2610 */
    { 81, 81, OPTION_FQDN },        { 82, 82, OPTION_NESTED },
    { 85, 85, OPTION_ADDRESSES },   { 86, 87, OPTION_NAME },
    { 88, 88, OPTION_LABELS },                                      /* BCMCS: RFC 4280 */
    { 89, 89, OPTION_ADDRESSES },   { 90, 90, OPTION_BLANK },       /* authentication */
    { 92, 92, OPTION_ADDRESSES },                                   /* of who asks: RFC 4388 */
    { 93, 94, OPTION_BINARY },      { 97, 97, OPTION_BLANK },       /* a machine's identity: RFC 4578 */
    { 99, 99, OPTION_BLANK },                                       /* where it stands: RFC 4776, RFC 6225 */
    { 112, 112, OPTION_ADDRESSES },                                 /* NetInfo */
    { 116, 117, OPTION_BINARY },    { 118, 118, OPTION_ADDRESSES }, /* subnet selection */
    { 119, 119, OPTION_LABELS },    { 120, 120, OPTION_KIND },      /* SIP servers: RFC 3361 */
    { 121, 121, OPTION_ROUTES },    { 123, 123, OPTION_BLANK },     /* coordinates */
    { 124, 125, OPTION_BY_VENDOR }, { 136, 136, OPTION_ADDRESSES }, /* PANA: RFC 5192 */
    { 137, 137, OPTION_LABELS },                                    /* LoST: RFC 5223 */
    { 138, 138, OPTION_ADDRESSES },                                 /* CAPWAP: RFC 5417 */
    { 139, 140, OPTION_NESTED },                                    /* mobility: RFC 5678 */
    { 141, 141, OPTION_LABELS },                                    /* SIP user agents: RFC 6011 */
    { 142, 142, OPTION_ADDRESSES },                                 /* ANDSF: RFC 6153 */
    { 144, 144, OPTION_BLANK },                                     /* coordinates */
    { 150, 150, OPTION_ADDRESSES }, { 213, 213, OPTION_LABELS },    /* access network: RFC 5986 */
    { 249, 249, OPTION_ROUTES },
};

static OptionForm form_of_option (guint8 code)
{
    for (guint i = 0; i < G_N_ELEMENTS (option_forms); i++)
        if (code >= option_forms[i].first && code <= option_forms[i].last)
            return option_forms[i].form;
    return OPTION_UNKNOWN;
}

static void write_labels (const Pen *pen, guint8 *data, gsize size);

/* Names as DNS has them, each with its end, and nothing else. */
static gboolean are_labels (const guint8 *data, gsize size)
{
    guint n = 0;

    for (gsize at = 0; at < size; at += 1 + (gsize) data[at]) {
        if (data[at] > 63 || data[at] >= size - at || (data[at] && !is_printable (data + at + 1, data[at])))
            return FALSE;
        n += data[at] > 0;
    }
    return n > 1 && size && data[size - 1] == 0;
}

static void write_unknown (const Pen *pen, guint8 *data, gsize size)
{
    enum { VLAN_AND_PORT = 4 };

    if (size == 2 + VLAN_AND_PORT && data[0] == 0 && data[1] == VLAN_AND_PORT)
        return;
    if (size == 8 && data[0] == 0 && data[1] == 6) /* a switch that relays, by its MAC address */
        pen_mac (pen, data + 2);
    else if (size > 2 && data[0] <= 1 && data[1] == size - 2) /* of the same, in words of somebody's own: RFC 3046 */
        pen_unknown (pen, data + 2, size - 2);
    else if (size > 2 && data[0] == size - 1)
        pen_unknown (pen, data + 1, size - 1);
    else if (are_labels (data, size))
        write_labels (pen, data, size);
    else
        pen_unknown (pen, data, size);
}

/* Codes, lengths and values to the very end; FALSE, and nothing written, when it is something else. */
static gboolean write_nested (const Pen *pen, guint8 *data, gsize size)
{
    enum { PAD = 0, END = 255 };
    gsize at = 0;

    while (at + 2 <= size && data[at] != END && data[at + 1] <= size - at - 2)
        at += data[at] == PAD && data[at + 1] == PAD ? 1 : 2 + (gsize) data[at + 1];
    if (at < size && data[at] != END && data[at] != PAD)
        return FALSE;
    for (gsize i = 0; i + 2 <= at;) {
        if (data[i] == PAD && data[i + 1] == PAD) {
            i++;
            continue;
        }
        write_unknown (pen, data + i + 2, data[i + 1]);
        i += 2 + (gsize) data[i + 1];
    }
    if (at < size)
        pen_blank (pen, data + at + 1, size - at - 1);
    return TRUE;
}

/* Number of the vendor, length, and what that vendor likes. */
static void write_by_vendor (const Pen *pen, guint8 *data, gsize size)
{
    enum { HEAD = 5 };
    gsize at = 0;

    while (at + HEAD <= size && data[at + 4] <= size - at - HEAD) {
        guint8 *value = data + at + HEAD;
        if (!write_nested (pen, value, data[at + 4]))
            write_unknown (pen, value, data[at + 4]);
        at += HEAD + (gsize) data[at + 4];
    }
    write_unknown (pen, data + at, size - at);
}

/* Whose lease this is: RFC 4361. Behind a number the identity of RFC 8415, 11: with time and address, of a vendor, or
 * with an address. */
static void write_duid (const Pen *pen, guint8 *data, gsize size)
{
    enum { NUMBER = 4, TYPE = 2, WITH_TIME = 1, WITH_ADDRESS = 3 };
    const gsize head = NUMBER + TYPE;
    const guint type = size >= head ? be16 (data + NUMBER) : 0;
    const gsize at = type == WITH_TIME ? head + 6 : head + 2;

    if (pen->writes && size >= NUMBER) /* made of the address by some */
        pseudonyms_octets (pen->pseudonyms, data, NUMBER);
    if ((type == WITH_TIME || type == WITH_ADDRESS) && size == at + 6)
        pen_mac (pen, data + at);
    else if (pen->writes && size > head)
        pseudonyms_octets (pen->pseudonyms, data + head, size - head);
}

/* Of a network there are only as many octets as it has. */
static void write_routes (const Pen *pen, guint8 *data, gsize size)
{
    gsize at = 0;

    while (at < size && data[at] <= 32) {
        const guint width = data[at];
        const gsize octets = (width + 7) / 8;
        guint8 network[4] = { 0 };
        if (at + 1 + octets + 4 > size)
            break;
        memcpy (network, data + at + 1, octets);
        pen_ipv4 (pen, network);
        if (pen->writes && width % 8)
            network[octets - 1] &= (guint8) (0xFF00 >> width % 8);
        if (pen->writes)
            memcpy (data + at + 1, network, octets);
        pen_ipv4 (pen, data + at + 1 + octets);
        at += 1 + octets + 4;
    }
    if (at < size)
        write_unknown (pen, data + at, size - at);
}

static void write_option (const Pen *pen, guint8 code, guint8 *data, gsize size)
{
    switch (form_of_option (code)) {
    case OPTION_BINARY:
        pen_known (pen, data, size);
        break;
    case OPTION_MASK:
        pen_known (pen, data, size);
        if (size == 4 && !pen->writes)
            pseudonyms_learn_mask (pen->pseudonyms, data);
        break;
    case OPTION_ADDRESSES:
        if (size > 4 && is_printable (data, size)) /* a mistake that is often made */
            pen_text (pen, data, size, TEXT_NAME);
        else
            pen_ipv4_list (pen, data, size);
        if (size % 4)
            pen_unknown (pen, data + size / 4 * 4, size % 4);
        break;
    case OPTION_NAME:
        pen_text (pen, data, size, TEXT_NAME);
        break;
    case OPTION_SENTENCE:
        pen_text (pen, data, size, TEXT_FREE);
        break;
    case OPTION_ROUTES:
        write_routes (pen, data, size);
        break;
    case OPTION_CLASS:
        if (size > 1 && data[0] == size - 1) /* behind its length: RFC 3004 */
            pen_text (pen, data + 1, size - 1, TEXT_NAME);
        else
            pen_text (pen, data, size, TEXT_NAME);
        break;
    case OPTION_PRODUCT:
        pen_text (pen, data, size, TEXT_KEPT);
        break;
    case OPTION_FILE:
        anonymise_file_name (pen, (View){ data, size });
        break;
    case OPTION_CLIENT:
        if (size == 7 && data[0] == CLIENT_MAC)
            pen_mac (pen, data + 1);
        else if (size && data[0] == 0)
            pen_text (pen, data + 1, size - 1, TEXT_NAME);
        else if (size > 1 && data[0] == CLIENT_DUID)
            write_duid (pen, data + 1, size - 1);
        else
            write_unknown (pen, data, size);
        break;
    case OPTION_LABELS:
        write_labels (pen, data, size);
        break;
    case OPTION_KIND:
        if (size > 1 && code == 120 && data[0] == 0)
            write_labels (pen, data + 1, size - 1);
        else if (size > 1)
            pen_unknown (pen, data + 1, size - 1);
        break;
    case OPTION_FQDN: /* flags and two results; bit 2: as DNS has it */
        if (size > 3 && data[0] & 4)
            write_labels (pen, data + 3, size - 3);
        else if (size > 3)
            pen_text (pen, data + 3, size - 3, TEXT_NAME);
        break;
    case OPTION_NESTED:
        if (is_printable (data, size) || !write_nested (pen, data, size))
            write_unknown (pen, data, size);
        break;
    case OPTION_BY_VENDOR:
        write_by_vendor (pen, data, size);
        break;
    case OPTION_BLANK:
        pen_blank (pen, data, size);
        break;
    case OPTION_UNKNOWN:
        write_unknown (pen, data, size);
        break;
    }
}

static void write_options (const Pen *pen, guint8 *data, gsize size)
{
    gsize at = 0;

    while (at < size && data[at] != 255) {
        if (data[at] == 0) {
            at++;
            continue;
        }
        if (at + 2 > size || data[at + 1] > size - at - 2)
            break;
        write_option (pen, data[at], data + at + 2, data[at + 1]);
        at += 2 + (gsize) data[at + 1];
    }
    at += at < size && data[at] == 255;
    if (at < size) /* behind the end, or damaged */
        write_unknown (pen, data + at, size - at);
}

/* Text, or options (option 52): the name of a server has 64 octets, that of a file 128. */
static void write_box (const Pen *pen, guint8 *box, gsize size, gboolean is_file, gboolean has_options)
{
    if (has_options) {
        write_options (pen, box, size);
        return;
    }
    const guint8 *nul = memchr (box, 0, size);
    const gsize used = nul ? (gsize) (nul - box) : size;
    if (is_file)
        anonymise_file_name (pen, (View){ box, used });
    else
        pen_text (pen, box, used, TEXT_NAME);
    pen_texts (pen, box + used, size - used, 1, TEXT_NAME);
}

static guint8 overload_of (const guint8 *data, gsize size)
{
    for (gsize at = 0; at + 2 < size && data[at] != 255;) {
        if (data[at] == 0) {
            at++;
            continue;
        }
        if (data[at] == 52 && data[at + 1] == 1)
            return data[at + 2];
        at += 2 + (gsize) data[at + 1];
    }
    return 0;
}

void anonymise_dhcp (const Pen *pen, guint8 *data, gsize size)
{
    guint8 overload = 0;

    if (size < 28) {
        pen_blank (pen, data, size);
        return;
    }
    pen_ipv4_list (pen, data + 12, 16);
    if (size >= 34)
        pen_mac (pen, data + 28);
    if (size > 34) /* other addresses are longer */
        pen_blank (pen, data + 34, MIN (size, 44) - 34);
    if (size < DHCP_FIXED) {
        pen_texts (pen, data + 44, size > 44 ? size - 44 : 0, 1, TEXT_NAME);
        return;
    }
    if (size > DHCP_OPTIONS) {
        overload = overload_of (data + DHCP_OPTIONS, size - DHCP_OPTIONS);
        write_options (pen, data + DHCP_OPTIONS, size - DHCP_OPTIONS);
    }
    write_box (pen, data + 44, 64, FALSE, overload & 2);
    write_box (pen, data + 108, 128, TRUE, overload & 1);
}

/* --- DNS: RFC 1035. A label stands in one place only, whatever points there. */

enum { TYPE_A = 1, TYPE_NS = 2, TYPE_CNAME = 5, TYPE_SOA = 6, TYPE_PTR = 12, TYPE_MX = 15, TYPE_TXT = 16 };
enum { TYPE_AAAA = 28, TYPE_SRV = 33, TYPE_NAPTR = 35, TYPE_OPT = 41, TYPE_SVCB = 64, TYPE_HTTPS = 65 };
enum { LABELS_MAX = 128 };

/* Where the name that begins here ends, and where its labels are, those that it points to left out. ret_damaged: where
 * it stops to be one, or its end. */
static gsize read_labels (const guint8 *data, gsize size, gsize at, gsize *ret_labels, guint *ret_n, gsize *ret_damaged)
{
    *ret_n = 0;
    for (*ret_damaged = size; at < size; *ret_damaged = at) {
        const guint8 length = data[at];
        *ret_damaged = size;
        if (length == 0)
            return at + 1;
        if (length >= 0xC0)
            return MIN (at + 2, size);
        if (length > 63 || at + 1 + length > size) {
            *ret_damaged = at;
            return size;
        }
        if (*ret_n < LABELS_MAX)
            ret_labels[(*ret_n)++] = at;
        at += 1 + (gsize) length;
    }
    return size;
}

static gboolean label_is (const guint8 *label, const char *word)
{
    return label[0] == strlen (word) && octets_same_caseless (label + 1, word, label[0]);
}

/* 10.2.0.192.in-addr.arpa: the octets of an address from its end on, if that is what the labels are. */
static gboolean write_reverse_ipv4 (const Pen *pen, guint8 *data, const gsize *labels, guint n)
{
    guint8 octets[4];

    if (n < 6 || !label_is (data + labels[n - 2], "in-addr") || !label_is (data + labels[n - 1], "arpa"))
        return FALSE;
    for (guint i = 0; i < 4; i++) {
        const guint8 *label = data + labels[n - 3 - i];
        guint value = 0;
        for (guint k = 1; k <= label[0]; k++) {
            if (!g_ascii_isdigit (label[k]) || label[0] > 3)
                return FALSE;
            value = value * 10 + (guint) (label[k] - '0');
        }
        if (value > 255)
            return FALSE;
        octets[i] = (guint8) value;
    }
    pen_ipv4 (pen, octets);
    for (guint i = 0; pen->writes && i < 4; i++) {
        guint8 *label = data + labels[n - 3 - i];
        for (guint k = label[0], value = octets[i]; k > 0; k--, value /= 10)
            label[k] = (guint8) ('0' + value % 10);
    }
    return TRUE;
}

static gboolean write_reverse_ipv6 (const Pen *pen, guint8 *data, const gsize *labels, guint n)
{
    guint8 octets[16] = { 0 };

    if (n < 34 || !label_is (data + labels[n - 2], "ip6") || !label_is (data + labels[n - 1], "arpa"))
        return FALSE;
    for (guint i = 0; i < 32; i++) {
        const guint8 *label = data + labels[n - 3 - i];
        if (label[0] != 1 || !g_ascii_isxdigit (label[1]))
            return FALSE;
        octets[i / 2] |= (guint8) (g_ascii_xdigit_value ((char) label[1]) << (i % 2 ? 0 : 4));
    }
    pen_ipv6 (pen, octets);
    for (guint i = 0; pen->writes && i < 32; i++)
        data[labels[n - 3 - i] + 1] = (guint8) "0123456789abcdef"[octets[i / 2] >> (i % 2 ? 0 : 4) & 15];
    return TRUE;
}

/* 0.3.8.8.e164.arpa: the digits of a telephone number from its end on (RFC 6116). */
static gboolean write_reverse_number (const Pen *pen, guint8 *data, const gsize *labels, guint n)
{
    guint8 digits[LABELS_MAX];

    if (n < 5 || !label_is (data + labels[n - 2], "e164") || !label_is (data + labels[n - 1], "arpa"))
        return FALSE;
    for (guint i = 0; i < n - 2; i++) {
        const guint8 *label = data + labels[n - 3 - i];
        if (label[0] != 1 || !g_ascii_isdigit (label[1]))
            return FALSE;
        digits[i] = label[1];
    }
    pen_text (pen, digits, n - 2, TEXT_NAME);
    for (guint i = 0; pen->writes && i < n - 2; i++)
        data[labels[n - 3 - i] + 1] = digits[i];
    return TRUE;
}

static gsize write_name (const Pen *pen, guint8 *data, gsize size, gsize at)
{
    gsize labels[LABELS_MAX], damaged;
    guint n;
    const gsize end = read_labels (data, size, at, labels, &n, &damaged);

    if (!write_reverse_ipv4 (pen, data, labels, n) && !write_reverse_ipv6 (pen, data, labels, n) &&
        !write_reverse_number (pen, data, labels, n))
        for (guint i = 0; i < n; i++)
            pen_text (pen, data + labels[i] + 1, data[labels[i]], TEXT_NAME);
    if (damaged < size)
        pen_texts (pen, data + damaged, size - damaged, 1, TEXT_NAME);
    return end;
}

static void write_labels (const Pen *pen, guint8 *data, gsize size)
{
    for (gsize at = 0; at < size;)
        at = write_name (pen, data, size, at);
}

/* Hints how to reach a service: RFC 9460. Behind a priority and a name, keys with their values. */
static void write_service (const Pen *pen, guint8 *data, gsize at, gsize end)
{
    enum { KEY_PROTOCOLS = 1, KEY_PORT = 3, KEY_IPV4 = 4, KEY_ECH = 5, KEY_IPV6 = 6, KEY_PATH = 7 };

    at = write_name (pen, data, end, MIN (at + 2, end));
    while (at + 4 <= end) {
        const guint key = be16 (data + at);
        guint8 *value = data + at + 4;
        const gsize size = MIN (be16 (data + at + 2), end - at - 4);
        if (key == KEY_IPV4)
            pen_ipv4_list (pen, value, size);
        else if (key == KEY_PATH)
            pen_text (pen, value, size, TEXT_WHERE);
        else if (key == KEY_ECH && size > 6) /* lengths, and a version of nobody */
            pen_blank (pen, value + 4, size - 4), pen_blank (pen, value + 2, 2);
        else if (key > KEY_PATH || key == KEY_ECH)
            pen_blank (pen, value, size);
        for (gsize i = 0; key == KEY_IPV6 && i + 16 <= size; i += 16)
            pen_ipv6 (pen, value + i);
        at += 4 + size;
    }
    pen_blank (pen, data + at, end - at);
}

/* Keys with their values: RFC 6891. A client's network has its kind and sizes in front (RFC 7871). */
static void write_extensions (const Pen *pen, guint8 *data, gsize size)
{
    enum { CLIENT_SUBNET = 8, SUBNET_HEAD = 4 };

    for (gsize at = 0; at + 4 <= size;) {
        const gsize length = MIN (be16 (data + at + 2), size - at - 4);
        const gsize head = be16 (data + at) == CLIENT_SUBNET ? MIN (length, SUBNET_HEAD) : 0;
        pen_blank (pen, data + at + 4 + head, length - head);
        at += 4 + length;
    }
}

/* at: of the data, behind its length; names in it point into the whole message. */
static void write_record (const Pen *pen, guint8 *data, gsize at, gsize size, guint16 type)
{
    const gsize end = at + size;

    switch (type) {
    case TYPE_A:
        pen_ipv4_list (pen, data + at, size);
        break;
    case TYPE_AAAA:
        if (size == 16)
            pen_ipv6 (pen, data + at);
        break;
    case TYPE_NS:
    case TYPE_CNAME:
    case TYPE_PTR:
        write_name (pen, data, end, at);
        break;
    case TYPE_SOA:
        write_name (pen, data, end, write_name (pen, data, end, at));
        break;
    case TYPE_MX:
        write_name (pen, data, end, MIN (at + 2, end));
        break;
    case TYPE_SRV:
        write_name (pen, data, end, MIN (at + 6, end));
        break;
    case TYPE_NAPTR: /* order, preference, three texts, name */
        at = MIN (at + 4, end);
        for (guint i = 0; i < 3 && at < end; i++) {
            const gsize length = MIN (data[at], end - at - 1);
            if (i == 2)
                pen_text (pen, data + at + 1, length, TEXT_WHERE);
            at += 1 + length;
        }
        write_name (pen, data, end, at);
        break;
    case TYPE_SVCB:
    case TYPE_HTTPS:
        write_service (pen, data, at, end);
        break;
    case TYPE_OPT:
        write_extensions (pen, data + at, size);
        break;
    case TYPE_TXT: /* each behind its length */
        for (; at < end; at += 1 + MIN (data[at], end - at - 1))
            pen_text (pen, data + at + 1, MIN (data[at], end - at - 1), TEXT_WHERE);
        break;
    default:
        pen_blank (pen, data + at, size);
    }
}

void anonymise_dns (const Pen *pen, guint8 *data, gsize size)
{
    if (size < 12) {
        pen_blank (pen, data, size);
        return;
    }
    const guint questions = be16 (data + 4), records = be16 (data + 6) + be16 (data + 8) + be16 (data + 10);
    gsize at = 12;

    for (guint i = 0; i < questions && at < size; i++) {
        at = write_name (pen, data, size, at);
        at = MIN (at + 4, size);
    }
    for (guint i = 0; i < records && at < size; i++) {
        at = write_name (pen, data, size, at);
        if (at + 10 > size)
            break;
        const gsize length = MIN (be16 (data + at + 8), size - at - 10);
        write_record (pen, data, at + 10, length, be16 (data + at));
        at += 10 + length;
    }
    pen_blank (pen, data + at, size - at);
}

/* --- ARP: RFC 826 */

void anonymise_arp (const Pen *pen, guint8 *data, gsize size)
{
    if (size < 28 || data[4] != 6 || data[5] != 4) {
        pen_blank (pen, data, size);
        return;
    }
    pen_mac (pen, data + 8);
    pen_ipv4 (pen, data + 14);
    pen_mac (pen, data + 18);
    pen_ipv4 (pen, data + 24);
    pen_blank (pen, data + 28, size - 28);
}

/* --- Neighbor discovery: RFC 4861, RFC 8106 */

enum { ND_ROUTER_SOLICITATION = 133, ND_ROUTER = 134, ND_SOLICITATION = 135, ND_NEIGHBOR = 136, ND_REDIRECT = 137 };
enum { ND_SOURCE = 1, ND_TARGET = 2, ND_PREFIX = 3, ND_DNS_SERVERS = 25, ND_DOMAINS = 31 };

/* Who listens to a group: RFC 2710, RFC 3810. */
enum { LISTENER_QUERY = 130, LISTENER_DONE = 132, LISTENER_REPORT = 143 };

static void write_sources (const Pen *pen, guint8 *data, gsize size)
{
    gsize at = 0;

    for (; at + 16 <= size; at += 16)
        pen_ipv6 (pen, data + at);
    pen_blank (pen, data + at, size - at);
}

/* Each behind its type, the length of what is added, and the number of sources. */
static void write_groups (const Pen *pen, guint8 *data, gsize size)
{
    enum { HEAD = 4, WORD = 4 };
    gsize at = 0;

    while (at + HEAD + 16 <= size) {
        const gsize sources = MIN (be16 (data + at + 2) * 16u, size - at - HEAD - 16);
        const gsize more = MIN (data[at + 1] * (gsize) WORD, size - at - HEAD - 16 - sources);
        pen_ipv6 (pen, data + at + HEAD);
        at += HEAD + 16;
        write_sources (pen, data + at, sources);
        pen_blank (pen, data + at + sources, more);
        at += sources + more;
    }
    pen_blank (pen, data + at, size - at);
}

void anonymise_icmpv6 (const Pen *pen, guint8 *data, gsize size)
{
    gsize at = 8;

    if (size >= 24 && data[0] >= LISTENER_QUERY && data[0] <= LISTENER_DONE) {
        pen_ipv6 (pen, data + 8);
        if (data[0] == LISTENER_QUERY && size >= 28)
            write_sources (pen, data + 28, size - 28);
        else
            pen_blank (pen, data + 24, size - 24);
        return;
    }
    if (size >= 8 && data[0] == LISTENER_REPORT) {
        write_groups (pen, data + 8, size - 8);
        return;
    }
    if (size < 8 || data[0] < ND_ROUTER_SOLICITATION || data[0] > ND_REDIRECT) {
        if (size > 8)
            pen_blank (pen, data + 8, size - 8); /* what an echo carries, and groups */
        return;
    }
    if (data[0] == ND_ROUTER)
        at = 16;
    for (guint n = data[0] == ND_REDIRECT                                 ? 2
                   : data[0] == ND_SOLICITATION || data[0] == ND_NEIGHBOR ? 1
                                                                          : 0;
         n && at + 16 <= size; n--, at += 16)
        pen_ipv6 (pen, data + at);
    while (at + 8 <= size) {
        const gsize length = MIN ((gsize) data[at + 1] * 8, size - at);
        if (length < 8)
            break;
        if (data[at] == ND_SOURCE || data[at] == ND_TARGET)
            pen_mac (pen, data + at + 2);
        else if (data[at] == ND_PREFIX && length >= 32)
            pen_ipv6 (pen, data + at + 16);
        else if (data[at] == ND_DNS_SERVERS)
            for (gsize k = 8; k + 16 <= length; k += 16)
                pen_ipv6 (pen, data + at + k);
        else if (data[at] == ND_DOMAINS)
            write_labels (pen, data + at + 8, length - 8);
        else if (data[at] != 5) /* MTU */
            pen_blank (pen, data + at + 2, length - 2);
        at += length;
    }
}

/* The model in it is read; whose system it is may stand beside that. */
static void write_description (const Pen *pen, guint8 *text, gsize size)
{
    const View model = model_in_text ((View){ text, size });
    const gsize at = model.size ? (gsize) (model.data - text) : size;

    pen_text (pen, text, at, TEXT_PRODUCT);
    pen_view (pen, model, TEXT_KEPT);
    if (at < size)
        pen_text (pen, text + at + model.size, size - at - model.size, TEXT_PRODUCT);
}

/* --- CDP */

static void write_cdp_addresses (const Pen *pen, guint8 *data, gsize size)
{
    gsize at = 4;

    while (at + 2 <= size) {
        const gsize protocol = 2 + (gsize) data[at + 1];
        const gsize length = at + protocol + 2 <= size ? be16 (data + at + protocol) : G_MAXUINT16;
        if (at + protocol + 2 + length > size)
            break;
        at += protocol + 2;
        if (length == 4)
            pen_ipv4 (pen, data + at);
        else if (length == 16)
            pen_ipv6 (pen, data + at);
        at += length;
    }
    if (at < size)
        pen_known (pen, data + at, size - at);
}

static void write_cdp_value (const Pen *pen, guint16 type, guint8 *data, gsize size)
{
    switch (type) {
    case 0x0001: /* device */
    case 0x0009: /* VTP domain */
    case 0x0014: /* system name */
        pen_text (pen, data, size, TEXT_NAME);
        break;
    case 0x0017: /* location */
        pen_texts (pen, data, size, 1, TEXT_NAME);
        break;
    case 0x0002:
    case 0x0016: /* of management */
        write_cdp_addresses (pen, data, size);
        break;
    case 0x0003: /* port */
    case 0x0005: /* software */
    case 0x0006: /* platform */
        write_description (pen, data, size);
        break;
    case 0x0007: /* prefixes, each with its length */
        for (gsize at = 0; at + 5 <= size; at += 5)
            pen_ipv4 (pen, data + at);
        if (size == 4)
            pen_ipv4 (pen, data);
        break;
    case 0x0004: /* capabilities */
    case 0x0015: /* of the system, a number of SNMP's */
    case 0x0019: /* power */
    case 0x001A:
        break;
    default:
        if (type < 0x000A || type > 0x0013) /* VLANs, duplex, power, trust */
            write_unknown (pen, data, size);
    }
}

void anonymise_cdp (const Pen *pen, guint8 *data, gsize size)
{
    gsize at = 4;

    while (at + 4 <= size) {
        const gsize length = be16 (data + at + 2);
        if (length < 4)
            break;
        write_cdp_value (pen, be16 (data + at), data + at + 4, MIN (length, size - at) - 4);
        at += MIN (length, size - at);
    }
    if (at < size)
        pen_blank (pen, data + at, size - at);
}

/* --- LLDP: IEEE 802.1AB, ANSI/TIA-1057 */

static void write_lldp_address (const Pen *pen, guint8 *data, gsize size)
{
    if (size == 5 && data[0] == 1)
        pen_ipv4 (pen, data + 1);
    else if (size == 17 && data[0] == 2)
        pen_ipv6 (pen, data + 1);
    else if (size == 7 && data[0] == 6)
        pen_mac (pen, data + 1);
    else
        write_unknown (pen, data, size);
}

/* Chassis: MAC 4, address 5. Port: MAC 3, address 4; the name of an interface (5) names nobody. */
static void write_lldp_id (const Pen *pen, guint8 *data, gsize size, guint8 mac, guint8 address, gboolean is_port)
{
    if (size < 2)
        return;
    if (data[0] == mac && size == 7)
        pen_mac (pen, data + 1);
    else if (data[0] == address)
        write_lldp_address (pen, data + 1, size - 1);
    else
        pen_text (pen, data + 1, size - 1, is_port && data[0] == 5 ? TEXT_KEPT : is_port ? TEXT_FREE : TEXT_NAME);
}

/* Behind the kind of the location: coordinates; an address (RFC 4776) behind its length, whose it is and a country, in
 * pieces; or a number. */
static void write_location (const Pen *pen, guint8 kind, guint8 *data, gsize size)
{
    enum { CIVIC = 2, NUMBER = 3, HEAD = 4 };
    gsize at = HEAD;

    if (kind == NUMBER) {
        pen_text (pen, data, size, TEXT_NAME);
        return;
    }
    if (kind != CIVIC || size < HEAD) {
        pen_blank (pen, data, size);
        return;
    }
    if (pen->writes)
        memcpy (data + 2, "XX", 2); /* no country's: ISO 3166-1 */
    while (at + 2 <= size && data[at + 1] <= size - at - 2) {
        pen_text (pen, data + at + 2, data[at + 1], TEXT_NAME);
        at += 2 + (gsize) data[at + 1];
    }
    pen_blank (pen, data + MIN (at, size), size - MIN (at, size));
}

static void write_lldp_organisation (const Pen *pen, guint8 *data, gsize size)
{
    static const guint8 med[] = { 0x00, 0x12, 0xBB }, ieee[] = { 0x00, 0x80, 0xC2 }, ethernet[] = { 0x00, 0x12, 0x0F };
    enum { VLAN_NAME = 3 };

    if (size < 4 || memcmp (data, ethernet, 3) == 0) /* speeds and power */
        return;
    if (memcmp (data, ieee, 3) == 0) {
        if (data[3] == VLAN_NAME && size > 7)
            pen_text (pen, data + 7, size - 7, TEXT_NAME);
        return;
    }
    if (memcmp (data, med, 3) != 0) {
        write_unknown (pen, data + 4, size - 4);
        return;
    }
    switch (data[3]) {
    case 3: /* location */
        if (size > 5)
            write_location (pen, data[4], data + 5, size - 5);
        break;
    case 8:  /* serial number */
    case 11: /* asset */
        pen_text (pen, data + 4, size - 4, TEXT_NAME);
        break;
    case 5:
    case 6:
    case 7:
    case 9:
    case 10:
        write_description (pen, data + 4, size - 4);
        break;
    default:
        break;
    }
}

void anonymise_lldp (const Pen *pen, guint8 *data, gsize size)
{
    gsize at = 0;

    while (at + 2 <= size) {
        const guint type = data[at] >> 1;
        const gsize length = MIN (be16 (data + at) & 0x1FFu, size - at - 2);
        guint8 *value = data + at + 2;
        switch (type) {
        case 1:
            write_lldp_id (pen, value, length, 4, 5, FALSE);
            break;
        case 2:
            write_lldp_id (pen, value, length, 3, 4, TRUE);
            break;
        case 4: /* description of the port */
            pen_text (pen, value, length, TEXT_FREE);
            break;
        case 5: /* name of the system */
            pen_text (pen, value, length, TEXT_NAME);
            break;
        case 6: /* its description */
            write_description (pen, value, length);
            break;
        case 8:
            if (length > 1)
                write_lldp_address (pen, value + 1, MIN (value[0], length - 1));
            break;
        case 127:
            write_lldp_organisation (pen, value, length);
            break;
        default:
            break;
        }
        at += 2 + length;
        if (type == 0)
            break;
    }
    pen_blank (pen, data + at, size - at);
}
