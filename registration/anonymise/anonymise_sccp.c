/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/anonymise/anonymise_internal.h"
#include "registration/protocols/sccp.h"
#include "registration/protocols/sccp_catalog.h"
#include "registration/terms/outage.h"
#include "registration/wire/bytes.h"

#include <string.h>

/* What stands in a message, from its body on (reference 1.2 to 1.5). */
typedef enum {
    FIELD_TEXTS, /* up to the end of the field, in boxes or packed: kind tells what they are */
    FIELD_IPV4,
    FIELD_IPV6,
    FIELD_MEDIA, /* an address of IPv4; or its kind, and 16 octets with one of either (from version 17 on) */
    FIELD_KEYS,  /* by which media are encrypted */
    FIELD_MAC,
    FIELD_TABLE, /* at: of the number of entries, size: of one; what is behind them is old memory */
} FieldForm;

#define TO_THE_END 0xFFFF
/* The key and salt of media, and what stands before them and behind the address to which they are sent. */
enum { KEYS_SIZE = 32, BEFORE_KEYS = 40 };

typedef struct {
    guint16 id;
    FieldForm form : 8;
    TextKind kind : 8;
    guint16 at, size;
} Field;

#define TEXTS(message, text_kind, at, size)                                                                            \
    {                                                                                                                  \
        SCCP_##message, FIELD_TEXTS, text_kind, at, size                                                               \
    }
#define ADDRESS(message, form, at, size)                                                                               \
    {                                                                                                                  \
        SCCP_##message, FIELD_##form, TEXT_KEPT, at, size                                                              \
    }
#define TABLE(message, at, size)                                                                                       \
    {                                                                                                                  \
        SCCP_##message, FIELD_TABLE, TEXT_KEPT, at, size                                                               \
    }

/* Those of a message in their order. */
static const Field fields[] = {
    TEXTS (REGISTER_REQ, TEXT_DEVICE, 0, 16),
    ADDRESS (REGISTER_REQ, IPV4, 24, 4),
    ADDRESS (REGISTER_REQ, MAC, 52, 6),
    ADDRESS (REGISTER_REQ, IPV6, 72, 16),
    TEXTS (REGISTER_REQ, TEXT_KEPT, 92, TO_THE_END),
    TEXTS (REGISTER_TOKEN_REQ, TEXT_DEVICE, 0, 16),
    ADDRESS (REGISTER_TOKEN_REQ, IPV4, 24, 4),
    ADDRESS (REGISTER_TOKEN_REQ, IPV6, 32, 16),
    TEXTS (SPCP_REGISTER_TOKEN_REQ, TEXT_DEVICE, 0, 16),
    ADDRESS (SPCP_REGISTER_TOKEN_REQ, IPV4, 24, 4),
    TEXTS (REGISTER_ACK, TEXT_KEPT, 4, 6),
    TEXTS (ENBLOC_CALL, TEXT_LABEL, 0, 24),
    TEXTS (OFF_HOOK_WITH_CALLING_PARTY_NUMBER, TEXT_LABEL, 0, 24),
    TEXTS (DIALED_NUMBER, TEXT_LABEL, 0, 24),
    TEXTS (CONNECTION_STATISTICS_RES, TEXT_LABEL, 0, 24),
    TEXTS (FORWARD_STAT_RES, TEXT_LABEL, 12, 24),
    TEXTS (FORWARD_STAT_RES, TEXT_LABEL, 36, TO_THE_END),
    TEXTS (SPEED_DIAL_STAT_RES, TEXT_LABEL, 4, TO_THE_END),
    TEXTS (SPEED_DIAL_STAT_V2_RES, TEXT_LABEL, 4, TO_THE_END),
    TEXTS (LINE_STAT_RES, TEXT_LABEL, 4, TO_THE_END),
    TEXTS (LINE_STAT_V2_RES, TEXT_LABEL, 8, TO_THE_END),
    TEXTS (CONFIG_STAT_RES, TEXT_DEVICE, 0, 16),
    TEXTS (CONFIG_STAT_RES, TEXT_NAME, 24, 80),
    TEXTS (CONFIG_STAT_V2_RES, TEXT_NAME, 0, TO_THE_END),
    TEXTS (FEATURE_STAT_RES, TEXT_LABEL, 8, 40),
    TEXTS (FEATURE_STAT_V2_RES, TEXT_LABEL, 12, TO_THE_END),
    TEXTS (SERVICE_URL_STAT_RES, TEXT_WHERE, 4, 256),
    TEXTS (SERVICE_URL_STAT_RES, TEXT_LABEL, 260, 40),
    TEXTS (SERVICE_URL_STAT_V2_RES, TEXT_WHERE, 4, TO_THE_END),
    TEXTS (CALL_INFO, TEXT_LABEL, 0, TO_THE_END),
    TEXTS (CALL_INFO_V2, TEXT_LABEL, 32, TO_THE_END),
    TEXTS (CALL_HISTORY_INFO, TEXT_LABEL, 4, TO_THE_END),
    TEXTS (SUBSCRIPTION_STAT_REQ, TEXT_LABEL, 12, TO_THE_END),
    TEXTS (NOTIFICATION, TEXT_LABEL, 12, TO_THE_END),
    TEXTS (VERSION_RES, TEXT_KEPT, 0, TO_THE_END),
    TEXTS (SERVER_RES, TEXT_NAME, 0, 240),
    ADDRESS (SERVER_RES, IPV4, 260, 20),
    ADDRESS (PORT_RES, MEDIA, 12, 20),
    ADDRESS (OPEN_RECEIVE_CHANNEL, KEYS, 36, KEYS_SIZE),
    ADDRESS (OPEN_RECEIVE_CHANNEL, MEDIA, 100, 20),
    ADDRESS (OPEN_RECEIVE_CHANNEL_ACK, MEDIA, 4, 20),
    ADDRESS (OPEN_MULTIMEDIA_RECEIVE_CHANNEL_ACK, MEDIA, 4, 20),
    ADDRESS (START_MEDIA_TRANSMISSION, MEDIA, 8, 20),
    ADDRESS (START_MEDIA_TRANSMISSION_ACK, MEDIA, 12, 20),
    ADDRESS (START_MULTIMEDIA_TRANSMISSION, MEDIA, 12, 20),
    ADDRESS (START_MULTIMEDIA_TRANSMISSION_ACK, MEDIA, 12, 20),
    TEXTS (DISPLAY_TEXT, TEXT_LABEL, 0, TO_THE_END),
    TEXTS (DISPLAY_PROMPT_STATUS, TEXT_LABEL, 4, 32),
    TEXTS (DISPLAY_PROMPT_STATUS_V2, TEXT_LABEL, 12, TO_THE_END),
    TEXTS (DISPLAY_NOTIFY, TEXT_LABEL, 4, TO_THE_END),
    TEXTS (DISPLAY_NOTIFY_V2, TEXT_LABEL, 4, TO_THE_END),
    TEXTS (DISPLAY_PRI_NOTIFY, TEXT_LABEL, 8, TO_THE_END),
    TEXTS (DISPLAY_PRI_NOTIFY_V2, TEXT_LABEL, 8, TO_THE_END),
    TEXTS (REGISTER_REJECT, TEXT_FREE, 0, TO_THE_END),
    /* What follows has no names, whatever its numbers look like. */
    TABLE (CAPABILITIES_RES, 0, 16),
    TABLE (BUTTON_TEMPLATE_RES, 4, 2),
    TABLE (SOFT_KEY_TEMPLATE_RES, 4, 20),
    TEXTS (SOFT_KEY_TEMPLATE_RES, TEXT_KEPT, 12, TO_THE_END), /* the names of keys */
    TABLE (SOFT_KEY_SET_RES, 4, 48),
    TEXTS (TIME_DATE_RES, TEXT_KEPT, 0, 0),
};

/* An address of a network that was seen, where no list says that there is one: media, and what nobody knows. Small
 * numbers, which other fields have, end with zeros. */
static gboolean may_be_address (const Pen *pen, const guint8 *octets)
{
    return (octets[2] || octets[3]) && pseudonyms_know_network (pen->pseudonyms, octets);
}

/* Addresses of whoever was seen, also in old memory, where they stand anywhere. */
static void write_addresses (const Pen *pen, guint8 *body, gsize size)
{
    for (gsize at = 0; pen->writes && at + 4 <= size; at++)
        if (at + 6 <= size && pseudonyms_know_mac (pen->pseudonyms, body + at)) {
            pen_mac (pen, body + at);
            at += 5;
        } else if (at % 4 == 0 ? may_be_address (pen, body + at)
                               : body[at + 2] && body[at + 3] && pseudonyms_know_ipv4 (pen->pseudonyms, body + at)) {
            pen_ipv4 (pen, body + at);
            at += 3;
        }
}

/* Between the fields are numbers, unless the message is not what it says. */
static void write_gap (const Pen *pen, guint8 *data, gsize size)
{
    enum { TELLING = 6 };

    pen_texts (pen, data, size, TELLING, TEXT_LABEL);
    pen_known (pen, data, size);
}

/* The second number of an alarm is the phone's own address, and its text may tell both of its numbers. */
static void write_address_number (const Pen *pen, guint8 *text, gsize size, const guint8 before[4],
                                  const guint8 after[4])
{
    const guint32 old =
        (guint32) before[0] | (guint32) before[1] << 8 | (guint32) before[2] << 16 | (guint32) before[3] << 24;
    const guint32 new =
        (guint32) after[0] | (guint32) after[1] << 8 | (guint32) after[2] << 16 | (guint32) after[3] << 24;
    char wanted[16];
    const char *found;

    for (guint i = 0; i < 3 && pen->writes && size; i++) {
        static const char *const forms[] = { "%u", "%d", "%X" };
        g_snprintf (wanted, sizeof wanted, forms[i], old);
        const gsize digits = strlen (wanted);
        if (digits < 6 || !(found = g_strstr_len ((const char *) text, (gssize) size, wanted)))
            continue;
        char put[16];
        g_snprintf (put, sizeof put, forms[i], new);
        const gsize n = strlen (put);
        guint8 *to = text + (found - (const char *) text);
        /* One digit less leaves a zero in front, behind the sign; one more, which its last octet nearly excludes, is
         * lost. */
        const gsize sign = put[0] == '-';
        for (gsize k = sign; k < digits; k++)
            to[k] = (guint8) (digits - k <= n - sign ? put[n - (digits - k)] : '0');
    }
}

static void write_alarm (const Pen *pen, guint8 *body, gsize size)
{
    const gsize text_size = size > 4 ? MIN (size - 4, 80) : 0;
    guint8 *text = body + 4, before[4];
    const guint8 *nul = text_size ? memchr (text, 0, text_size) : NULL;
    const gsize used = nul ? (gsize) (nul - text) : text_size;

    anonymise_alarm_text (pen, text, used);
    pen_texts (pen, text + used, text_size - used, 1, TEXT_NAME); /* old memory */
    if (size >= 92) {
        memcpy (before, body + 88, 4);
        pen_ipv4 (pen, body + 88);
        write_address_number (pen, text, used, before, body + 88);
        write_gap (pen, body + 92, size - 92);
    }
}

/* A message of XML, perhaps behind numbers. */
static void write_xml (const Pen *pen, guint8 *body, gsize size)
{
    const guint8 *begin = size ? memchr (body, '<', size) : NULL;
    const gsize at = begin ? (gsize) (begin - body) : 0;

    if (begin) {
        write_addresses (pen, body, at);
        pen_texts (pen, body, at, 4, TEXT_LABEL);
        anonymise_body (pen, body + at, size - at);
    } else {
        pen_texts (pen, body, size, 4, TEXT_LABEL);
    }
}

/* How far a table reaches. Only the capabilities have no total behind their number. */
static gsize table_end (const Field *field, const guint8 *body, gsize size)
{
    Bytes bytes;

    bytes_init (&bytes, body, size);
    bytes_seek (&bytes, field->at);
    const guint64 used = field->at + (field->at ? 8 : 4) + (guint64) bytes_le32 (&bytes) * field->size;
    return (gsize) MIN (used, size);
}

/* Returns how much of it there is. A number that is no address, as a port, ends with zeros, and so does a kind. */
static gsize write_media (const Pen *pen, guint8 *at, gsize size)
{
    enum { KIND = 4, IPV4 = 4, IPV6 = 16, LAST_KIND = 3 };
    const gboolean has_kind = size >= KIND + IPV6 && at[0] <= LAST_KIND && !at[1] && !at[2] && !at[3];
    guint8 *address = at + (has_kind ? KIND : 0);

    if (has_kind && ((address[0] & 0xE0) == 0x20 || address[0] >= 0xFC) && at[0] != 0)
        pen_ipv6 (pen, address);
    else if (size >= IPV4 && (address[2] || address[3]))
        pen_ipv4 (pen, address);
    else
        return 0;
    return has_kind ? KIND + IPV6 : IPV4;
}

/* Texts that are nothing but a number. */
static void learn_numbers (const Pen *pen, const guint8 *data, gsize size)
{
    for (gsize begin = 0, end; begin < size; begin = end + 1) {
        const guint8 *nul = memchr (data + begin, 0, size - begin);
        end = nul ? (gsize) (nul - data) : size;
        pen_learn_number (pen, (View){ data + begin, end - begin });
    }
}

/* Returns the end of the field. */
static gsize write_field (const Pen *pen, const Field *field, guint8 *body, gsize size)
{
    guint8 *at = body + field->at;
    const gsize left = field->size == TO_THE_END ? size - field->at : MIN (field->size, size - field->at);

    switch (field->form) {
    case FIELD_TEXTS:
        if (field->kind == TEXT_LABEL)
            learn_numbers (pen, at, left);
        pen_texts (pen, at, left, 1, field->kind);
        if (field->size == TO_THE_END)
            pen_known (pen, at, left);
        break;
    case FIELD_IPV4:
        pen_ipv4_list (pen, at, left);
        break;
    case FIELD_IPV6:
        if (left == 16)
            pen_ipv6 (pen, at);
        break;
    case FIELD_MEDIA: {
        const gsize n = write_media (pen, at, left), keys = MIN (field->at + n + BEFORE_KEYS, size);
        if (field->id == SCCP_START_MEDIA_TRANSMISSION && n)
            pen_blank (pen, body + keys, MIN (KEYS_SIZE, size - keys));
        return field->at + n;
    }
    case FIELD_KEYS:
        pen_blank (pen, at, left);
        break;
    case FIELD_MAC:
        if (left == 6)
            pen_mac (pen, at);
        break;
    case FIELD_TABLE: {
        const gsize end = table_end (field, body, size);
        pen_blank (pen, body + end, size - end);
        return field->at;
    }
    }
    return field->at + left;
}

/* Keys that somebody presses, and the tones of them: all those of digits become the same one. */
static void write_key (const Pen *pen, guint32 id, guint8 *body, gsize size)
{
    enum { TONE_0 = 10 };
    const gboolean is_rest_zero = size >= 4 && !body[1] && !body[2] && !body[3];

    if (is_rest_zero && pen->writes && (id == SCCP_KEYPAD_BUTTON ? body[0] < 10 : body[0] > 0 && body[0] <= TONE_0))
        body[0] = PEN_KEY - '0';
    if (size > 4)
        write_addresses (pen, body + 4, size - 4);
}

static void write_body (const Pen *pen, guint32 id, guint8 *body, gsize size)
{
    gboolean is_listed = FALSE;
    gsize end = 0;

    for (gsize i = 0; i < G_N_ELEMENTS (fields); i++) {
        if (fields[i].id != id)
            continue;
        is_listed = TRUE;
        if (fields[i].at >= size)
            break;
        if (fields[i].at > end)
            write_gap (pen, body + end, fields[i].at - end);
        end = write_field (pen, &fields[i], body, size);
    }
    if (is_listed) {
        write_gap (pen, body + end, size - end);
        return;
    }
    switch (id) {
    case SCCP_KEYPAD_BUTTON:
    case SCCP_START_TONE:
    case SCCP_NOTIFY_DTMF_TONE:
    case SCCP_SEND_DTMF_TONE:
        write_key (pen, id, body, size);
        break;
    case SCCP_ALARM:
        write_alarm (pen, body, size);
        break;
    case SCCP_ENHANCED_ALARM:
    case SCCP_LOCATION_INFO:
    case SCCP_DEVICE_TO_USER_DATA:
    case SCCP_DEVICE_TO_USER_DATA_RESPONSE:
    case SCCP_DEVICE_TO_USER_DATA_VERSION_1:
    case SCCP_DEVICE_TO_USER_DATA_RESPONSE_VERSION_1:
    case SCCP_USER_TO_DEVICE_DATA:
    case SCCP_USER_TO_DEVICE_DATA_VERSION_1:
        write_xml (pen, body, size);
        break;
    default:
        write_addresses (pen, body, size);
        pen_texts (pen, body, size, 4, TEXT_LABEL);
    }
}

void anonymise_sccp (const Pen *pen, guint8 *data, gsize size)
{
    Bytes bytes;

    bytes_init (&bytes, data, size);
    bytes_skip (&bytes, 8);
    const guint32 id = bytes_le32 (&bytes);
    if (!bytes.missing)
        write_body (pen, id, data + bytes.position, bytes_left (&bytes));
}
