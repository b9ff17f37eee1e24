/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/sccp_internal.h"

#include "registration/terms/codecs.h"
#include "registration/terms/labels.h"
#include "registration/terms/models.h"
#include "registration/terms/outage.h"
#include "registration/terms/rejects.h"

#include <string.h>

gssize sccp_frame (const guint8 *data, gsize size, SccpPdu *ret_pdu)
{
    Bytes bytes;

    bytes_init (&bytes, data, size);
    if (!bytes_have (&bytes, 4))
        return 0;
    guint32 length = bytes_le32 (&bytes);
    if (length < 4 || length > SCCP_DATA_LENGTH_MAX)
        return -1;
    if (size < SCCP_HEADER_SIZE + (gsize) length)
        return 0;
    SccpPdu pdu = { .header_version = bytes_le32 (&bytes), .id = bytes_le32 (&bytes) };
    pdu.body = bytes_view (&bytes, length - 4);
    pdu.octets = (View){ data, SCCP_HEADER_SIZE + (gsize) length };
    *ret_pdu = pdu;
    return (gssize) (SCCP_HEADER_SIZE + length);
}

#define SCCP_PROBE_SIZE 8 /* length and header version */

gboolean sccp_is_plausible (const guint8 *data, gsize size)
{
    Bytes bytes;

    bytes_init (&bytes, data, size);
    if (!bytes_have (&bytes, SCCP_PROBE_SIZE) || bytes_le32 (&bytes) < 4)
        return FALSE;
    /* Nothing, or a version of the protocol (reference 1.2): phones speak 3 to 22. Wireshark knows some of them. */
    guint32 version = bytes_le32 (&bytes);
    return version == 0 || (version >= 3 && version <= 22);
}

gboolean sccp_is_other (View begun)
{
    Bytes bytes;

    bytes_init (&bytes, begun.data, begun.size);
    if (!bytes_have (&bytes, sizeof (guint32)))
        return FALSE;
    return bytes_le32 (&bytes) < 4 ||
           (bytes_have (&bytes, sizeof (guint32)) && !sccp_is_plausible (begun.data, begun.size));
}

#define DEVICE_NAME_SIZE 15 /* SEP or ATA, and the MAC address in hexadecimal */

static gboolean is_device_name (const guint8 *text)
{
    if (memcmp (text, "SEP", 3) != 0 && memcmp (text, "ATA", 3) != 0)
        return FALSE;
    for (guint i = 3; i < DEVICE_NAME_SIZE; i++)
        if (!g_ascii_isxdigit (text[i]))
            return FALSE;
    return TRUE;
}

/* "25: Name=SEP001122334455 Load=…" */
static gboolean alarm_names_phone (View text)
{
    static const char key[] = "Name=";
    const char *name = g_strstr_len ((const char *) text.data, (gssize) text.size, key);
    const gsize before = name ? (gsize) ((const guint8 *) name - text.data) + strlen (key) : 0;

    return name && text.size - before >= DEVICE_NAME_SIZE && is_device_name (text.data + before);
}

gboolean sccp_names_phone (View payload)
{
    enum { BODY = SCCP_HEADER_SIZE + 4, NAME_BOX = 16, ALARM_BOX = 80 };
    Bytes bytes;

    /* Nearly everything ends here: of the length the upper half is zero. */
    if (payload.size < BODY + NAME_BOX || payload.data[2] || payload.data[3] ||
        !sccp_is_plausible (payload.data, payload.size))
        return FALSE;
    bytes_init (&bytes, payload.data + SCCP_HEADER_SIZE, 4);
    const guint8 *body = payload.data + BODY;
    switch (bytes_le32 (&bytes)) {
    case SCCP_REGISTER_REQ:
    case SCCP_REGISTER_TOKEN_REQ:
    case SCCP_SPCP_REGISTER_TOKEN_REQ:
        return is_device_name (body) && !body[DEVICE_NAME_SIZE];
    case SCCP_ALARM:
        return payload.size >= BODY + 4 + ALARM_BOX && alarm_names_phone ((View){ body + 4, ALARM_BOX });
    default:
        return FALSE;
    }
}

gsize sccp_read_stream (const guint8 *data, gsize size, gboolean cut, SccpSink sink, gpointer user_data)
{
    gsize offset = 0;

    if (!sccp_is_plausible (data, size))
        return size;
    while (size - offset >= 4) {
        Bytes bytes;
        bytes_init (&bytes, data + offset, size - offset);
        /* Wraps for absurd lengths, as it does in Wireshark. */
        guint32 whole = bytes_le32 (&bytes) + SCCP_HEADER_SIZE;
        if (whole < 4)
            return size;
        if (whole > size - offset && !cut)
            break;
        gsize here = MIN (whole, size - offset);
        if (here >= SCCP_HEADER_SIZE + 4) {
            SccpPdu pdu = { .header_version = bytes_le32 (&bytes), .id = bytes_le32 (&bytes) };
            pdu.body = bytes_view (&bytes, here - SCCP_HEADER_SIZE - 4);
            pdu.octets = (View){ data + offset, here };
            pdu.cut = whole - here;
            sink (&pdu, user_data);
        }
        offset += here;
    }
    return offset;
}

Bytes sccp_body (const SccpPdu *pdu)
{
    Bytes body;

    bytes_init (&body, pdu->body.data, pdu->body.size);
    body.in_order = TRUE;
    body.cut = pdu->cut != 0;
    return body;
}

gboolean sccp_have_field (Bytes *body, gsize size)
{
    if (bytes_have (body, size))
        return TRUE;
    bytes_skip (body, size);
    return FALSE;
}

Variant sccp_add_text (Values *values, ValueKey key, View text)
{
    if (text.size == 0)
        return VARIANT_EMPTY;
    if (view_is_plain (text)) {
        while (text.size && text.data[0] == ' ')
            text = (View){ text.data + 1, text.size - 1 };
        while (text.size && text.data[text.size - 1] == ' ')
            text.size--;
        values_add_view (values, key, text);
        return text.size ? VARIANT_NONE : VARIANT_EMPTY;
    }
    g_autoptr (GString) translated = g_string_sized_new (text.size + 16);
    labels_translate (text, translated);
    g_strstrip (translated->str);
    values_add_text (values, key, translated->str, -1);
    if (key == VALUE_TEXT && text.size == 2 && *translated->str)
        values_add_number (values, VALUE_CODE, text.data[1]);
    return *translated->str ? VARIANT_NONE : VARIANT_EMPTY;
}

void sccp_add_number (Values *values, ValueKey key, Bytes *body)
{
    if (sccp_have_field (body, 4))
        values_add_number (values, key, bytes_le32 (body));
}

static Variant describe_ip_port (Bytes *body, Values *values)
{
    if (!sccp_have_field (body, 4))
        return VARIANT_NONE;
    guint32 port = bytes_le32 (body);
    values_add_number (values, VALUE_PORT, port);
    return port == 0 ? VARIANT_NONE_LEFT : VARIANT_NONE;
}

void sccp_add_ipv4 (Values *values, ValueKey key, Bytes *body)
{
    View octets = bytes_view (body, 4);

    if (octets.size) {
        IpAddress address = ip_address_v4 (octets.data);
        if (!ip_address_is_unspecified (&address))
            values_add_address (values, key, &address);
    }
}

static void add_ipv6 (Values *values, ValueKey key, Bytes *body)
{
    View octets = bytes_view (body, 16);

    if (octets.size) {
        IpAddress address = ip_address_v6 (octets.data);
        if (!ip_address_is_unspecified (&address))
            values_add_address (values, key, &address);
    }
}

static void add_device_type (Values *values, Bytes *body)
{
    if (!sccp_have_field (body, 4))
        return;
    guint32 type = bytes_le32 (body);
    const char *model = model_name (type);
    values_add_number (values, VALUE_DEVICE_TYPE, type);
    if (model) {
        values_add_text (values, VALUE_MODEL, model, -1);
    } else {
        char text[32];
        g_snprintf (text, sizeof text, "device type %u", type);
        values_add_text (values, VALUE_MODEL, text, -1);
    }
}

static Variant describe_register (Bytes *body, Values *values)
{
    values_add_view (values, VALUE_DEVICE, bytes_text_box (body, 16));
    bytes_skip (body, 8); /* reserved, instance */
    sccp_add_ipv4 (values, VALUE_IP, body);
    add_device_type (values, body);
    bytes_skip (body, 8); /* maximum and active streams */
    if (sccp_have_field (body, 1))
        values_add_number (values, VALUE_OFFERED, bytes_u8 (body));
    bytes_skip (body, 3 + 8); /* features, conferences */
    View mac = bytes_view (body, 12);
    MacAddress address = { 0 };
    char text[MAC_ADDRESS_TEXT_SIZE];
    if (mac.size)
        memcpy (address.octets, mac.data, 6);
    if (!mac_address_is_unknown (&address))
        values_add_text (values, VALUE_MAC, mac_address_format (&address, text), -1);
    bytes_skip (body, 8); /* address scope, lines */
    add_ipv6 (values, VALUE_IPV6, body);
    bytes_skip (body, 4);
    values_add_view (values, VALUE_LOAD, bytes_text_box (body, 32));
    return VARIANT_NONE;
}

/* 0 names none. */
static void add_interval (Values *values, ValueKey key, Bytes *body)
{
    const guint32 seconds = bytes_le32 (body);

    if (!body->missing && seconds)
        values_add_number (values, key, seconds);
}

static Variant describe_register_ack (Bytes *body, Values *values)
{
    add_interval (values, VALUE_KEEPALIVE, body);
    /* Six octets, then padding that is garbage on CallManager 2 (reference M1). */
    values_add_view (values, VALUE_DATE_TEMPLATE, bytes_text_box (body, 6));
    bytes_skip (body, 2);
    if (!sccp_have_field (body, 4))
        return body->cut ? VARIANT_NONE : VARIANT_OLD;
    add_interval (values, VALUE_BACKUP_KEEPALIVE, body);
    if (sccp_have_field (body, 1))
        values_add_number (values, VALUE_GRANTED, bytes_u8 (body));
    return VARIANT_NONE;
}

/* The sentence for a cause is a word of ours; the text as the device wrote it stands beside it. */
static Variant describe_alarm (Bytes *body, Values *values)
{
    bytes_skip (body, 4); /* severity */
    View text = bytes_text_box (body, 80);
    AlarmText alarm;

    alarm_text_parse ((const char *) text.data, text.size, &alarm);
    values_add_view (values, VALUE_DEVICE, alarm.name);
    values_add_view (values, VALUE_LOAD, alarm.load);
    bytes_skip (body, 4); /* the first parameter; the second is the phone's address */
    sccp_add_ipv4 (values, VALUE_OWN_IP, body);
    if (alarm.last.size == 0) {
        values_add_view (values, VALUE_TEXT, text);
        return VARIANT_EMPTY;
    }
    OutageCause cause = alarm_text_cause (&alarm);
    values_add_view (values, VALUE_REASON, alarm.last);
    values_add_word (values, VALUE_CAUSE, word_of_outage (cause));
    return cause == OUTAGE_POWER_UP ? VARIANT_BOOTED : VARIANT_NONE;
}

/* Decimal digits; 0 for anything else. */
static guint64 xml_number (View text)
{
    return text.size && g_ascii_isdigit (text.data[0]) ? g_ascii_strtoull ((const char *) text.data, NULL, 10) : 0;
}

/* The value of <String name="NAME">…</String> or <Enum …>: the parameters of a phone's XML alarm. */
static View xml_parameter (View xml, const char *name)
{
    const char *text = (const char *) xml.data;
    g_autofree char *start = g_strdup_printf ("name=\"%s\"", name);
    const char *at = xml.size ? g_strstr_len (text, (gssize) xml.size, start) : NULL;

    if (!at)
        return (View){ NULL, 0 };
    const char *end = text + xml.size, *open = memchr (at, '>', (gsize) (end - at));
    if (!open || open[-1] == '/')
        return (View){ NULL, 0 };
    const char *close = memchr (open, '<', (gsize) (end - open));
    if (!close)
        return (View){ NULL, 0 };
    return (View){ (const guint8 *) open + 1, (gsize) (close - open - 1) };
}

/* An address, perhaps with the length of its prefix behind a slash. */
static void add_xml_address (Values *values, ValueKey key, View text)
{
    const guint8 *slash = text.size ? memchr (text.data, '/', text.size) : NULL;
    gsize size = slash ? (gsize) (slash - text.data) : text.size;
    IpAddress address;

    if (ip_address_parse ((const char *) text.data, size, &address) && !ip_address_is_unspecified (&address))
        values_add_address (values, key, &address);
}

static Variant describe_xml_alarm (Bytes *body, Values *values)
{
    /* Of what is cut the parameters that are whole. */
    View xml = body->cut ? bytes_view (body, bytes_left (body)) : bytes_text (body);
    body->missing |= body->cut;
    View reason = xml_parameter (xml, "ReasonForOutOfService");

    values_add_view (values, VALUE_DEVICE, xml_parameter (xml, "DeviceName"));
    values_add_view (values, VALUE_MODEL, xml_parameter (xml, "ModelNumber"));
    values_add_view (values, VALUE_LAST_SENT, xml_parameter (xml, "LastProtocolEventSent"));
    values_add_view (values, VALUE_LAST_RECEIVED, xml_parameter (xml, "LastProtocolEventReceived"));
    add_xml_address (values, VALUE_OWN_IP, xml_parameter (xml, "DeviceIPv4Address"));
    values_add_view (values, VALUE_NEIGHBOR, xml_parameter (xml, "NeighborDeviceID"));
    values_add_view (values, VALUE_NEIGHBOR_PORT, xml_parameter (xml, "NeighborPortID"));
    add_xml_address (values, VALUE_IP, xml_parameter (xml, "UnifiedCMIPAddress"));
    View vlan = xml_parameter (xml, "VoiceVLAN");
    /* A port that announces none has 4095 there; 0 and 4095 are no VLANs (IEEE 802.1Q). */
    guint64 number = vlan.size < 6 ? xml_number (vlan) : 0;
    if (number >= 1 && number <= 4094)
        values_add_number (values, VALUE_VLAN, number);
    if (reason.size == 0)
        return VARIANT_EMPTY;
    OutageCause cause = outage_cause ((const char *) reason.data, reason.size);
    values_add_view (values, VALUE_REASON, reason);
    values_add_word (values, VALUE_CAUSE, word_of_outage (cause));
    return cause == OUTAGE_POWER_UP ? VARIANT_BOOTED : VARIANT_NONE;
}

static Variant describe_reject (Bytes *body, Values *values)
{
    /* 32 octets by Wireshark, 33 and padding from CallManager 2: read to the NUL (reference M8). */
    View text = bytes_text (body);
    g_autoptr (GString) translated = g_string_new (NULL);

    labels_translate (text, translated);
    if (!body->missing)
        values_add_text (values, VALUE_TEXT, translated->str, (gssize) translated->len);
    RejectCause cause = reject_cause ((const char *) text.data, text.size);
    values_add_word (values, VALUE_CAUSE, word_of_reject_meaning (cause));
    values_add_word (values, VALUE_ADVICE, word_of_reject_fix (cause));
    return translated->len ? VARIANT_NONE : VARIANT_EMPTY;
}

static Variant describe_token (Bytes *body, Values *values)
{
    values_add_view (values, VALUE_DEVICE, bytes_text_box (body, 16));
    bytes_skip (body, 8);
    /* Network order; Wireshark prints these octets reversed (reference 1.5). */
    sccp_add_ipv4 (values, VALUE_IP, body);
    add_device_type (values, body);
    add_ipv6 (values, VALUE_IPV6, body);
    return VARIANT_NONE;
}

#define CAPABILITY_SLOTS 18

static Variant describe_capabilities (Bytes *body, Values *values)
{
    guint32 count = bytes_le32 (body);
    g_autoptr (GString) list = g_string_new (NULL);
    guint known = 0;

    if (body->missing)
        return VARIANT_EMPTY;
    /* Only the first count slots are valid, the others are old memory (reference 1.3). */
    for (guint i = 0; i < MIN (count, CAPABILITY_SLOTS) && bytes_have (body, 16); i++) {
        guint32 id = bytes_le32 (body);
        const char *name = codec_name (id);
        bytes_skip (body, 12);
        if (list->len)
            g_string_append (list, ", ");
        if (name)
            g_string_append (list, name);
        else
            g_string_append_printf (list, "codec %u", id);
        known++;
    }
    const guint slots = MIN (count, CAPABILITY_SLOTS);
    if (body->cut && known < slots) {
        values_add_number (values, VALUE_COUNT, slots);
        if (known) {
            g_string_append (list, ", …");
            values_add_text (values, VALUE_CODECS, list->str, (gssize) list->len);
        }
        return VARIANT_NONE;
    }
    values_add_number (values, VALUE_COUNT, known);
    values_add_text (values, VALUE_CODECS, list->str, (gssize) list->len);
    return known ? VARIANT_NONE : count ? VARIANT_BROKEN : VARIANT_EMPTY;
}

static Variant describe_update_capabilities (Bytes *body, Values *values)
{
    sccp_add_number (values, VALUE_AUDIO, body);
    sccp_add_number (values, VALUE_VIDEO, body);
    sccp_add_number (values, VALUE_DATA, body);
    return VARIANT_NONE;
}

static gboolean is_name_octet (guint8 octet)
{
    return g_ascii_isalnum (octet) || (octet && strchr ("_-.:", octet));
}

/* Data of applications are XML behind some numbers: the name of its first element. */
static void describe_user_data (Bytes *body, Values *values)
{
    enum { NAME_MAX_SIZE = 40 };
    View data = bytes_view (body, bytes_left (body));

    for (gsize i = 0; i + 1 < data.size; i++) {
        gsize end = i + 1;
        if (data.data[i] != '<' || !g_ascii_isalpha (data.data[end]))
            continue;
        while (end < data.size && is_name_octet (data.data[end]))
            end++;
        if (end == data.size || end - i > NAME_MAX_SIZE) /* cut, or no name */
            return;
        values_add_text (values, VALUE_TEXT, (const char *) data.data + i + 1, (gssize) (end - i - 1));
        return;
    }
}

static Variant describe_time (Bytes *body, Values *values)
{
    guint32 year = bytes_le32 (body), month = bytes_le32 (body);
    bytes_skip (body, 4); /* day of week */
    guint32 day = bytes_le32 (body), hour = bytes_le32 (body), minute = bytes_le32 (body), second = bytes_le32 (body);
    char text[48];

    if (body->missing || year > 9999 || month > 12 || day > 31 || hour > 23 || minute > 59 || second > 60)
        return VARIANT_NONE;
    g_snprintf (text, sizeof text, "%04u-%02u-%02u %02u:%02u:%02u", year, month, day, hour, minute, second);
    values_add_text (values, VALUE_TIME, text, -1);
    return VARIANT_NONE;
}

guint32 sccp_unix_time (const SccpPdu *pdu)
{
    Bytes body = sccp_body (pdu);

    bytes_skip (&body, 32); /* the local time, in eight words */
    guint32 seconds = bytes_le32 (&body);
    return body.missing ? 0 : seconds;
}

#define SERVER_SLOTS 5

static Variant describe_servers (Bytes *body, guint version, Values *values)
{
    g_autoptr (GString) list = g_string_new (NULL);

    for (guint i = 0; i < SERVER_SLOTS && (body->cut ? sccp_have_field (body, 48) : bytes_have (body, 48)); i++) {
        View name = bytes_text_box (body, 48);
        if (name.size == 0 || !g_utf8_validate_len ((const char *) name.data, name.size, NULL))
            continue;
        if (list->len)
            g_string_append (list, ", ");
        g_string_append_len (list, (const char *) name.data, (gssize) name.size);
    }
    if (body->missing && list->len)
        g_string_append (list, ", …");
    bytes_skip (body, SERVER_SLOTS * 4);
    /* Some servers give addresses only. From protocol 17 on each has a type word and 16 octets. */
    gboolean addresses_only = list->len == 0 && version < 17;
    for (guint i = 0; i < SERVER_SLOTS && addresses_only && bytes_have (body, 4); i++) {
        IpAddress address = ip_address_v4 (bytes_view (body, 4).data);
        char text[IP_ADDRESS_TEXT_SIZE];
        if (!ip_address_is_unspecified (&address))
            g_string_append_printf (list, "%s%s", list->len ? ", " : "", ip_address_format (&address, text));
    }
    values_add_text (values, VALUE_SERVERS, list->str, (gssize) list->len);
    return list->len || body->cut ? VARIANT_NONE : VARIANT_EMPTY;
}

static Word lamp_mode_word (guint32 mode)
{
    static const Word modes[] = { WORD_UNKNOWN, WORD_OFF, WORD_ON, WORD_WINK, WORD_FLASH, WORD_BLINK };
    return mode < G_N_ELEMENTS (modes) ? modes[mode] : WORD_UNKNOWN;
}

static Variant describe_lamp (Bytes *body, Values *values)
{
    guint32 stimulus = bytes_le32 (body), instance = bytes_le32 (body), mode = bytes_le32 (body);

    if (body->missing)
        return VARIANT_NONE;
    if (stimulus != 0x0F)
        values_add_number (values, VALUE_INSTANCE, instance);
    values_add_word (values, VALUE_LAMP, stimulus == 0x0F ? WORD_VOICE_MAIL : stimulus == 0x09 ? WORD_LINE : WORD_KEY);
    values_add_word (values, VALUE_MODE, lamp_mode_word (mode));
    return VARIANT_NONE;
}

static Variant describe_media_path (Bytes *body, gboolean capability, Values *values)
{
    static const Word paths[] = { WORD_UNKNOWN, WORD_HEADSET, WORD_HANDSET, WORD_SPEAKER };
    guint32 path = bytes_le32 (body), state = bytes_le32 (body);

    if (body->missing)
        return VARIANT_NONE;
    values_add_word (values, VALUE_PATH, path < G_N_ELEMENTS (paths) ? paths[path] : WORD_UNKNOWN);
    values_add_word (values, VALUE_MODE,
                     state == 1                 ? (capability ? WORD_ENABLED : WORD_ON)
                     : state == 2               ? (capability ? WORD_DISABLED : WORD_OFF)
                     : state == 3 && capability ? WORD_MONITOR
                                                : WORD_UNKNOWN);
    return VARIANT_NONE;
}

static Variant describe_available_lines (Bytes *body, Values *values)
{
    guint32 lines = bytes_le32 (body);

    if (body->missing)
        return VARIANT_NONE;
    values_add_number (values, VALUE_LINES, lines);
    return lines ? VARIANT_NONE : VARIANT_NONE_LEFT;
}

static Variant describe_ringer (Bytes *body, Values *values)
{
    guint32 mode = bytes_le32 (body);

    if (!body->missing && mode >= 1 && mode <= WORD_RING_PRECEDENCE - WORD_RING_OFF + 1)
        values_add_word (values, VALUE_MODE, WORD_RING_OFF + mode - 1);
    return VARIANT_NONE;
}

static Variant describe_soft_key_set (Bytes *body, Values *values)
{
    bytes_skip (body, 8); /* line, call */
    guint32 set = bytes_le32 (body);

    if (!body->missing && set <= WORD_SET_IN_USE - WORD_SET_ON_HOOK)
        values_add_word (values, VALUE_SET, WORD_SET_ON_HOOK + set);
    return VARIANT_NONE;
}

static Variant describe_unregister_ack (Bytes *body, Values *values)
{
    guint32 status = bytes_le32 (body);

    if (body->missing || status == 0)
        return VARIANT_NONE;
    if (status <= 2)
        values_add_word (values, VALUE_CAUSE, status == 2 ? WORD_SIGN_OFF_CALL : WORD_SIGN_OFF_ERROR);
    return VARIANT_REFUSED;
}

static Variant describe_media_resource (Bytes *body, Values *values)
{
    Bytes type = *body;
    gboolean offers_streams = model_is_media_resource (bytes_le32 (&type));

    add_device_type (values, body);
    guint32 in_service = bytes_le32 (body);
    if (body->missing)
        return VARIANT_NONE;
    values_add_number (values, VALUE_IN_SERVICE, in_service);
    bytes_skip (body, 4);
    sccp_add_number (values, VALUE_OUT_OF_SERVICE, body);
    if (in_service)
        return VARIANT_NONE;
    return offers_streams ? VARIANT_NONE_LEFT : VARIANT_HARMLESS;
}

static Variant describe_reset (Bytes *body)
{
    switch (bytes_le32 (body)) {
    case 1:
        return VARIANT_RESET;
    case 2:
        return VARIANT_RESTART;
    case 3:
        return VARIANT_APPLY;
    default:
        return VARIANT_NONE;
    }
}

/* The phrase that a branch router in survivable mode (SRST) shows on every phone (label 0x1E 0x0A). */
#define SRST_PHRASE "CM Fallback Service Operating"

static Variant describe_shown_text (View text, Values *values)
{
    Variant variant = sccp_add_text (values, VALUE_TEXT, text);
    Value shown;

    if (values_find (values->packed, VALUE_TEXT, &shown) &&
        g_strstr_len (shown.text, (gssize) shown.text_size, SRST_PHRASE))
        return VARIANT_SRST;
    return variant;
}

static Variant describe_text (Bytes *body, gsize skip, Values *values)
{
    bytes_skip (body, skip);
    return describe_shown_text (bytes_text (body), values);
}

/* Seconds, none for "until something else comes"; then, behind other words, the text. */
static Variant describe_notice (Bytes *body, gsize skip, Values *values)
{
    guint32 seconds = bytes_le32 (body);

    if (seconds)
        values_add_number (values, VALUE_SECONDS, seconds);
    return describe_text (body, skip, values);
}

static Variant describe_rest (const SccpPdu *pdu, guint version, Bytes *body, Values *values)
{
    Variant variant;

    if (sccp_describe_key (pdu, version, body, values, &variant))
        return variant;
    sccp_describe_call (pdu, version, values);
    return VARIANT_NONE;
}

static Variant describe (const SccpPdu *pdu, guint version, Bytes *body, Values *values)
{
    switch (pdu->id) {
    case SCCP_REGISTER_REQ:
        return describe_register (body, values);
    case SCCP_IP_PORT:
        return describe_ip_port (body, values);
    case SCCP_FORWARD_STAT_REQ:
    case SCCP_LINE_STAT_REQ:
        sccp_add_number (values, VALUE_LINE, body);
        return VARIANT_NONE;
    case SCCP_SPEED_DIAL_STAT_REQ:
    case SCCP_SERVICE_URL_STAT_REQ:
    case SCCP_FEATURE_STAT_REQ:
        sccp_add_number (values, VALUE_INSTANCE, body);
        return VARIANT_NONE;
    case SCCP_CAPABILITIES_RES:
        return describe_capabilities (body, values);
    case SCCP_ALARM:
        return describe_alarm (body, values);
    case SCCP_REGISTER_TOKEN_REQ:
        return describe_token (body, values);
    case SCCP_HEADSET_STATUS:
        if (sccp_have_field (body, 4))
            values_add_word (values, VALUE_MODE, bytes_le32 (body) == 1 ? WORD_ON : WORD_OFF);
        return VARIANT_NONE;
    case SCCP_MEDIA_RESOURCE_NOTIFICATION:
        return describe_media_resource (body, values);
    case SCCP_REGISTER_AVAILABLE_LINES:
        return describe_available_lines (body, values);
    case SCCP_UPDATE_CAPABILITIES:
    case SCCP_CAPABILITIES_V2_RES:
    case SCCP_CAPABILITIES_V3_RES:
        return describe_update_capabilities (body, values);
    case SCCP_MEDIA_PATH_EVENT:
        return describe_media_path (body, FALSE, values);
    case SCCP_MEDIA_PATH_CAPABILITY:
        return describe_media_path (body, TRUE, values);
    case SCCP_REGISTER_ACK:
        return describe_register_ack (body, values);
    case SCCP_SET_LAMP:
        return describe_lamp (body, values);
    case SCCP_SET_SPEAKER_MODE:
        if (sccp_have_field (body, 4))
            values_add_word (values, VALUE_MODE, bytes_le32 (body) == 1 ? WORD_ON : WORD_OFF);
        return VARIANT_NONE;
    case SCCP_TIME_DATE_RES:
        return describe_time (body, values);
    case SCCP_VERSION_RES: {
        View load = bytes_text_box (body, 16);
        values_add_view (values, VALUE_LOAD, load);
        return load.size ? VARIANT_NONE : VARIANT_EMPTY;
    }
    case SCCP_DISPLAY_TEXT:
        return describe_text (body, 0, values);
    case SCCP_REGISTER_REJECT:
        return describe_reject (body, values);
    case SCCP_SERVER_RES:
        return describe_servers (body, version, values);
    case SCCP_RESET:
        return describe_reset (body);
    case SCCP_DISPLAY_PROMPT_STATUS: /* timeout, text[32], line, call */
        bytes_skip (body, 4);
        return describe_shown_text (bytes_text_box (body, 32), values);
    case SCCP_DISPLAY_NOTIFY: /* timeout, text */
    case SCCP_DISPLAY_NOTIFY_V2:
        return describe_notice (body, 0, values);
    case SCCP_DISPLAY_PRI_NOTIFY: /* timeout, priority, text */
    case SCCP_DISPLAY_PRI_NOTIFY_V2:
        return describe_notice (body, 4, values);
    case SCCP_DISPLAY_PROMPT_STATUS_V2: /* timeout, line, call, text */
        return describe_text (body, 12, values);
    case SCCP_SUBSCRIPTION_STAT_REQ: /* transaction, feature, timer, number */
        bytes_skip (body, 12);
        values_add_view (values, VALUE_NUMBER, bytes_text (body));
        return VARIANT_NONE;
    case SCCP_UNREGISTER_REQ:
        if (bytes_le32 (body) == 1)
            values_add_word (values, VALUE_REASON, WORD_POWER_SAVE);
        return VARIANT_NONE;
    case SCCP_UNREGISTER_ACK:
        return describe_unregister_ack (body, values);
    case SCCP_SET_RINGER:
        return describe_ringer (body, values);
    case SCCP_SELECT_SOFT_KEYS:
        return describe_soft_key_set (body, values);
    case SCCP_ACTIVATE_CALL_PLANE:
        sccp_add_number (values, VALUE_LINE, body);
        return VARIANT_NONE;
    case SCCP_REGISTER_TOKEN_REJECT:
    case SCCP_SPCP_REGISTER_TOKEN_REJECT:
        sccp_add_number (values, VALUE_SECONDS, body);
        return VARIANT_NONE;
    case SCCP_DEVICE_TO_USER_DATA:
    case SCCP_DEVICE_TO_USER_DATA_RESPONSE:
    case SCCP_DEVICE_TO_USER_DATA_VERSION_1:
    case SCCP_DEVICE_TO_USER_DATA_RESPONSE_VERSION_1:
    case SCCP_USER_TO_DEVICE_DATA:
    case SCCP_USER_TO_DEVICE_DATA_VERSION_1:
        describe_user_data (body, values);
        return VARIANT_NONE;
    case SCCP_ENHANCED_ALARM:
        return describe_xml_alarm (body, values);
    default:
        return describe_rest (pdu, version, body, values);
    }
}

Variant sccp_describe (const SccpPdu *pdu, guint version, Values *values)
{
    Bytes body = sccp_body (pdu);
    Variant variant = describe (pdu, version, &body, values);

    /* What is cut is not known to be empty. */
    return body.cut && body.missing && (variant == VARIANT_EMPTY || variant == VARIANT_NONE_LEFT) ? VARIANT_CUT
                                                                                                  : variant;
}
