/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DHCP: RFC 2131, RFC 2132. */
#include "registration/anonymise/anonymise_internal.h"

#include <string.h>

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
        anonymise_unknown (pen, data + i + 2, data[i + 1]);
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
            anonymise_unknown (pen, value, data[at + 4]);
        at += HEAD + (gsize) data[at + 4];
    }
    anonymise_unknown (pen, data + at, size - at);
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
        anonymise_unknown (pen, data + at, size - at);
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
        if (size > 4 && octets_are_printable (data, size)) /* a mistake that is often made */
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
        pen_text (pen, data, size, TEXT_PRODUCT);
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
            anonymise_unknown (pen, data, size);
        break;
    case OPTION_LABELS:
        anonymise_labels (pen, data, size);
        break;
    case OPTION_KIND:
        if (size > 1 && code == 120 && data[0] == 0)
            anonymise_labels (pen, data + 1, size - 1);
        else if (size > 1)
            pen_unknown (pen, data + 1, size - 1);
        break;
    case OPTION_FQDN: /* flags and two results; bit 2: as DNS has it */
        if (size > 3 && data[0] & 4)
            anonymise_labels (pen, data + 3, size - 3);
        else if (size > 3)
            pen_text (pen, data + 3, size - 3, TEXT_NAME);
        break;
    case OPTION_NESTED:
        if (octets_are_printable (data, size) || !write_nested (pen, data, size))
            anonymise_unknown (pen, data, size);
        break;
    case OPTION_BY_VENDOR:
        write_by_vendor (pen, data, size);
        break;
    case OPTION_BLANK:
        pen_blank (pen, data, size);
        break;
    case OPTION_UNKNOWN:
        anonymise_unknown (pen, data, size);
        break;
    }
}

/* What a cut, or a wrong length, leaves of one: a text is one however long; what has a form is none any more. */
static void write_cut_option (const Pen *pen, guint8 code, guint8 *data, gsize size)
{
    switch (form_of_option (code)) {
    case OPTION_NAME:
    case OPTION_SENTENCE:
    case OPTION_PRODUCT:
    case OPTION_FILE:
    case OPTION_BINARY:
        write_option (pen, code, data, size);
        break;
    case OPTION_ADDRESSES:
        pen_ipv4_list (pen, data, size);
        pen_blank (pen, data + size / 4 * 4, size % 4);
        break;
    default:
        pen_blank (pen, data, size);
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
        if (at + 2 > size)
            return; /* a code, of which the capture has cut the rest */
        if (data[at + 1] > size - at - 2) {
            write_cut_option (pen, data[at], data + at + 2, size - at - 2);
            return;
        }
        write_option (pen, data[at], data + at + 2, data[at + 1]);
        at += 2 + (gsize) data[at + 1];
    }
    at += at < size && data[at] == 255;
    if (at < size) /* behind the end */
        anonymise_unknown (pen, data + at, size - at);
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
