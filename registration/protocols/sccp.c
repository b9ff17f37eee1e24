/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/sccp.h"

#include "registration/terms/codecs.h"
#include "registration/terms/labels.h"
#include "registration/terms/models.h"
#include "registration/terms/outage.h"
#include "registration/terms/rejects.h"
#include "registration/terms/stimuli.h"

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
    /* Reference 1.2: the versions that Wireshark accepts. chan-sccp knows 3, 5, 8 and 9 too, but stamps 0 for them. */
    guint32 version = bytes_le32 (&bytes);
    return version == 0 || version == 10 || version == 11 || (version >= 15 && version <= 22);
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

/* Whether the next field is there; when it is not, none behind it is. */
static gboolean have_field (Bytes *body, gsize size)
{
    if (bytes_have (body, size))
        return TRUE;
    bytes_skip (body, size);
    return FALSE;
}

/* A text that a phone displays: label codes become words (reference 1.3, point 3), spaces around it go. Of a text that
 * is nothing but one phrase of the phone's own, VALUE_CODE is its number. VARIANT_EMPTY when nothing is left
 * to see: CallManager 4.1 labels unused keys with the code of an empty phrase (sccp_7912_tftp_register_cm41, frame 50).
 */
static Variant add_display_text (Values *values, ValueKey key, View text)
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

static void add_number (Values *values, ValueKey key, Bytes *body)
{
    if (have_field (body, 4))
        values_add_number (values, key, bytes_le32 (body));
}

static Variant describe_ip_port (Bytes *body, Values *values)
{
    if (!have_field (body, 4))
        return VARIANT_NONE;
    guint32 port = bytes_le32 (body);
    values_add_number (values, VALUE_PORT, port);
    return port == 0 ? VARIANT_NONE_LEFT : VARIANT_NONE;
}

static void add_ipv4 (Values *values, ValueKey key, Bytes *body)
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
    if (!have_field (body, 4))
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
    add_ipv4 (values, VALUE_IP, body);
    add_device_type (values, body);
    bytes_skip (body, 8); /* maximum and active streams */
    if (have_field (body, 1))
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

static Variant describe_register_ack (Bytes *body, Values *values)
{
    add_number (values, VALUE_KEEPALIVE, body);
    /* Six octets, then padding that is garbage on CallManager 2 (reference M1). */
    values_add_view (values, VALUE_DATE_TEMPLATE, bytes_text_box (body, 6));
    bytes_skip (body, 2);
    if (!have_field (body, 4))
        return body->cut ? VARIANT_NONE : VARIANT_OLD;
    add_number (values, VALUE_BACKUP_KEEPALIVE, body);
    if (have_field (body, 1))
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
    add_ipv4 (values, VALUE_OWN_IP, body);
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
    add_ipv4 (values, VALUE_IP, body);
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
    return known ? VARIANT_NONE : VARIANT_EMPTY;
}

static Variant describe_update_capabilities (Bytes *body, Values *values)
{
    add_number (values, VALUE_AUDIO, body);
    add_number (values, VALUE_VIDEO, body);
    add_number (values, VALUE_DATA, body);
    return VARIANT_NONE;
}

guint sccp_buttons (const SccpPdu *pdu, SccpButton *ret_buttons, guint max)
{
    Bytes body = sccp_body (pdu);
    guint used = 0;

    bytes_skip (&body, 4);
    guint32 count = bytes_le32 (&body);
    bytes_skip (&body, 4);
    /* Wireshark allows 42 buttons, chan-sccp 56: the body decides (reference M11). */
    for (guint32 i = 0; i < count && bytes_have (&body, 2) && used < max; i++) {
        SccpButton button = { .instance = bytes_u8 (&body), .type = bytes_u8 (&body) };
        if (button.type != BUTTON_UNUSED && button.type != 0)
            ret_buttons[used++] = button;
    }
    return used;
}

/* The numbers that begin every table: offset, count, total. A long one comes in several messages. TRUE when this is one
 * of them. */
static gboolean add_table_part (Values *values, const SccpPdu *pdu)
{
    Bytes table = sccp_body (pdu);
    const guint32 offset = bytes_le32 (&table), count = bytes_le32 (&table), total = bytes_le32 (&table);

    if (table.missing || count == 0 || total > 1000 || offset >= total || count >= total || count > total - offset)
        return FALSE;
    values_add_number (values, VALUE_FIRST, offset + 1);
    values_add_number (values, VALUE_LAST, offset + count);
    values_add_number (values, VALUE_SIZE, total);
    return TRUE;
}

/* Whether the capture has cut some of the buttons. */
static gboolean lacks_buttons (const SccpPdu *pdu)
{
    Bytes body = sccp_body (pdu);

    bytes_skip (&body, 4);
    const guint32 count = bytes_le32 (&body);
    bytes_skip (&body, 4);
    return pdu->cut && (body.missing || bytes_left (&body) / 2 < count);
}

static Variant describe_buttons (const SccpPdu *pdu, Values *values)
{
    SccpButton buttons[256];
    guint count = sccp_buttons (pdu, buttons, G_N_ELEMENTS (buttons)), lines = 0, speed_dials = 0, busy_lamps = 0;
    g_autoptr (GString) others = g_string_new (NULL);

    if (lacks_buttons (pdu))
        return VARIANT_NONE;
    for (guint i = 0; i < count; i++) {
        const char *name = button_type_name (buttons[i].type);
        busy_lamps += buttons[i].type == BUTTON_BLF_SPEED_DIAL;
        if (buttons[i].type == BUTTON_LINE)
            lines++;
        else if (buttons[i].type == BUTTON_SPEED_DIAL || buttons[i].type == BUTTON_BLF_SPEED_DIAL)
            speed_dials++;
        else if (name)
            g_string_append_printf (others, "%s%s", others->len ? ", " : "", name);
    }
    values_add_number (values, VALUE_COUNT, count);
    values_add_number (values, VALUE_LINES, lines);
    values_add_number (values, VALUE_SPEED_DIALS, speed_dials);
    if (busy_lamps)
        values_add_number (values, VALUE_BUSY_LAMPS, busy_lamps);
    values_add_number (values, VALUE_OTHER_KEYS, count - lines - speed_dials);
    values_add_text (values, VALUE_OTHER_KEY_NAMES, others->str, (gssize) others->len);
    return add_table_part (values, pdu) || lines ? VARIANT_NONE : VARIANT_NONE_LEFT;
}

static void add_table_count (Values *values, ValueKey key, const SccpPdu *pdu, guint32 entry_size)
{
    Bytes table = sccp_body (pdu), *body = &table;

    bytes_skip (body, 4);
    guint32 count = bytes_le32 (body);
    bytes_skip (body, 4);
    if (!body->missing)
        values_add_number (values, key, MIN (count, (bytes_left (body) + pdu->cut) / entry_size));
    add_table_part (values, pdu);
}

static Variant describe_config_stat (Bytes *body, Values *values)
{
    /* The device name is garbage on CallManager 2 and 3.1 (reference M9): not shown. */
    bytes_skip (body, 16 + 8);
    View user = bytes_text_box (body, 40), server = bytes_text_box (body, 40);
    values_add_view (values, VALUE_USER, user);
    values_add_view (values, VALUE_SERVER_NAME, server);
    guint32 lines = bytes_le32 (body);
    if (body->missing)
        return VARIANT_NONE;
    values_add_number (values, VALUE_LINES, lines);
    add_number (values, VALUE_SPEED_DIALS, body);
    return lines ? VARIANT_NONE : VARIANT_NONE_LEFT;
}

/* Wireshark's decoder: name, two words, lines, speed dials, user, server. chan-sccp has another order but never sends
 * it (reference M3). Shown only when the numbers are plausible for a phone. */
static Variant describe_config_stat_v2 (Bytes *body, Values *values)
{
    bytes_text (body);
    bytes_skip (body, 8);
    guint32 lines = bytes_le32 (body), speed_dials = bytes_le32 (body);
    View user = bytes_text (body), server = bytes_text (body);

    if (body->missing || lines > 256 || speed_dials > 256)
        return VARIANT_NONE;
    values_add_number (values, VALUE_LINES, lines);
    values_add_number (values, VALUE_SPEED_DIALS, speed_dials);
    values_add_view (values, VALUE_USER, user);
    values_add_view (values, VALUE_SERVER_NAME, server);
    return lines ? VARIANT_NONE : VARIANT_NONE_LEFT;
}

/* Directory numbers are 24 octets, 25 from protocol 18 on. Servers that stamp 0 or ignore the version keep 24
 * (chan_skinny), so the longer form is believed only when the body has room for it; then it is also believed when the
 * version is not known, since no server is known to send the shorter form with more behind it. */
static gsize number_box (guint version, gsize body_size, gsize size_with_25)
{
    return (version == 0 || version >= 18) && body_size >= size_with_25 ? 25 : 24;
}

static Variant describe_line (Bytes *body, gsize whole, guint version, Values *values)
{
    gsize box = number_box (version, whole, 4 + 25 + 40 + 40 + 4);

    add_number (values, VALUE_LINE, body);
    View number = bytes_text_box (body, box), name = bytes_text_box (body, 40), label = bytes_text_box (body, 40);
    Variant variant = add_display_text (values, VALUE_NUMBER, number);
    add_display_text (values, VALUE_NAME, name);
    add_display_text (values, VALUE_LABEL, label);
    return variant;
}

static Variant describe_line_v2 (Bytes *body, Values *values)
{
    add_number (values, VALUE_LINE, body);
    bytes_skip (body, 4);
    View number = bytes_text (body), name = bytes_text (body), label = bytes_text (body);
    Variant variant = add_display_text (values, VALUE_NUMBER, number);
    add_display_text (values, VALUE_NAME, name);
    add_display_text (values, VALUE_LABEL, label);
    return variant;
}

static Variant describe_speed_dial (Bytes *body, gsize whole, guint version, Values *values)
{
    gsize box = number_box (version, whole, 4 + 25 + 40);

    add_number (values, VALUE_INSTANCE, body);
    Variant variant = add_display_text (values, VALUE_NUMBER, bytes_text_box (body, box));
    add_display_text (values, VALUE_LABEL, bytes_text_box (body, 40));
    return variant;
}

static Variant describe_speed_dial_v2 (Bytes *body, Values *values)
{
    add_number (values, VALUE_INSTANCE, body);
    Variant variant = add_display_text (values, VALUE_NUMBER, bytes_text (body));
    add_display_text (values, VALUE_LABEL, bytes_text (body));
    return variant;
}

static Variant describe_forward (Bytes *body, gsize whole, guint version, Values *values)
{
    static const ValueKey keys[] = { VALUE_FORWARD_ALL, VALUE_FORWARD_BUSY, VALUE_FORWARD_NO_ANSWER };
    gsize box = number_box (version, whole, 8 + 3 * (4 + 25));
    gboolean any = FALSE;

    bytes_skip (body, 4);
    add_number (values, VALUE_LINE, body);
    for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
        guint32 active = bytes_le32 (body);
        View number = bytes_text_box (body, box);
        if (!active || body->missing)
            continue;
        any = TRUE;
        if (number.size)
            add_display_text (values, keys[i], number);
        else
            values_add_text (values, keys[i], "?", -1);
    }
    return any ? VARIANT_NONE : VARIANT_NONE_LEFT;
}

/* What a key is for, unless it is any feature. */
static void add_key_kind (Values *values, guint32 type)
{
    const char *name =
        type < 256 && type != BUTTON_FEATURE && type != BUTTON_UNUSED ? button_type_name ((guint8) type) : NULL;
    if (name)
        values_add_text (values, VALUE_NAME, name, -1);
}

/* Of busy lamps chan-sccp names the states (skinny_busylampfield_state). Later phones get colours for other keys. */
static void add_key_state (Values *values, guint32 type, guint32 status)
{
    static const Word busy_lamp[] = { WORD_LAMP_STATE_UNKNOWN, WORD_LAMP_STATE_IDLE, WORD_LAMP_STATE_IN_USE,
                                      WORD_LAMP_STATE_NOT_DISTURBED, WORD_LAMP_STATE_RINGING };

    if (type == BUTTON_BLF_SPEED_DIAL && status < G_N_ELEMENTS (busy_lamp))
        values_add_word (values, VALUE_STATUS, busy_lamp[status]);
    else
        values_add_number (values, VALUE_CODE, status);
}

/* Reference M4: the state stands behind the label, in the later form before it. */
static Variant describe_feature (Bytes *body, gboolean v2, Values *values)
{
    add_number (values, VALUE_INSTANCE, body);
    guint32 type = bytes_le32 (body), status = v2 ? bytes_le32 (body) : 0;
    if (!body->missing)
        add_key_kind (values, type);
    Variant variant = add_display_text (values, VALUE_LABEL, v2 ? bytes_text (body) : bytes_text_box (body, 40));
    if (!v2)
        status = bytes_le32 (body);
    if (!body->missing)
        add_key_state (values, type, status);
    return variant;
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

static Variant describe_service (Bytes *body, gboolean v2, Values *values)
{
    add_number (values, VALUE_INSTANCE, body);
    View url = v2 ? bytes_text (body) : bytes_text_box (body, 256);
    values_add_view (values, VALUE_URL, url);
    add_display_text (values, VALUE_LABEL, v2 ? bytes_text (body) : bytes_text_box (body, 40));
    return url.size ? VARIANT_NONE : VARIANT_EMPTY;
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

    for (guint i = 0; i < SERVER_SLOTS && (body->cut ? have_field (body, 48) : bytes_have (body, 48)); i++) {
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
    return VARIANT_NONE;
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
    add_number (values, VALUE_OUT_OF_SERVICE, body);
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
    Variant variant = add_display_text (values, VALUE_TEXT, text);
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

/* --- Calls: one value or two of each message, as Wireshark's SkinnyProtocolOptimized.xml has them */

static void add_word_from (Values *values, ValueKey key, Word first, Word last, guint32 number)
{
    if (number >= 1 && number <= (guint32) (last - first) + 1)
        values_add_word (values, key, first + number - 1);
}

static void add_codec (Values *values, Bytes *body)
{
    if (!have_field (body, 4))
        return;
    guint32 id = bytes_le32 (body);
    const char *name = codec_name (id);
    char text[24];

    g_snprintf (text, sizeof text, "codec %u", id);
    values_add_text (values, VALUE_CODECS, name ? name : text, -1);
}

/* From protocol 17 on an address has a type word and 16 octets. */
static void add_media_address (Values *values, gboolean wide, Bytes *body)
{
    if (!wide) {
        add_ipv4 (values, VALUE_IP, body);
        return;
    }
    guint32 type = bytes_le32 (body);
    View octets = bytes_view (body, 16);
    if (!octets.size)
        return;
    IpAddress address = type == 0 ? ip_address_v4 (octets.data) : ip_address_v6 (octets.data);
    if (!ip_address_is_unspecified (&address))
        values_add_address (values, VALUE_IP, &address);
}

static void describe_keypad (Bytes *body, Values *values)
{
    static const char keys[] = "0123456789ABCD*#";
    guint32 key = bytes_le32 (body);

    if (!body->missing && key < sizeof keys - 1)
        values_add_text (values, VALUE_TEXT, &keys[key], 1);
    add_number (values, VALUE_LINE, body);
}

static void describe_stimulus (Bytes *body, Values *values)
{
    guint32 stimulus = bytes_le32 (body);
    const char *name = !body->missing && stimulus < 256 ? button_type_name ((guint8) stimulus) : NULL;

    if (name)
        values_add_text (values, VALUE_TEXT, name, -1);
    add_number (values, VALUE_INSTANCE, body);
}

/* By the names that the call manager gives these keys (reference 1.3): the same in every language. */
static void describe_soft_key (Bytes *body, Values *values)
{
    static const char *const keys[] = { "Redial",       "NewCall", "Hold",    "Transfer", "CFwdALL", "CFwdBusy",
                                        "CFwdNoAnswer", "<<",      "EndCall", "Resume",   "Answer",  "Info",
                                        "Confrn",       "Park",    "Join",    "MeetMe",   "PickUp",  "GPickUp" };
    guint32 key = bytes_le32 (body);

    if (!body->missing && key >= 1 && key <= G_N_ELEMENTS (keys))
        values_add_text (values, VALUE_TEXT, keys[key - 1], -1);
    add_number (values, VALUE_LINE, body);
}

static void describe_tone (Bytes *body, Values *values)
{
    static const struct {
        guint32 number;
        Word word;
    } tones[] = {
#define X(tone_number, symbol, english) { tone_number, WORD_##symbol },
        TONES (X)
#undef X
    };
    guint32 tone = bytes_le32 (body);

    for (gsize i = 0; !body->missing && i < G_N_ELEMENTS (tones); i++)
        if (tones[i].number == tone)
            values_add_word (values, VALUE_STATUS, tones[i].word);
}

static void describe_call_state (Bytes *body, Values *values)
{
    add_word_from (values, VALUE_STATUS, WORD_CALL_OFF_HOOK, WORD_CALL_HOLD_REVERT, bytes_le32 (body));
    add_number (values, VALUE_LINE, body);
}

static void describe_open_channel_ack (Bytes *body, gboolean wide, Values *values)
{
    guint32 status = bytes_le32 (body);

    if (!body->missing)
        values_add_number (values, VALUE_CODE, status);
    add_media_address (values, wide, body);
    add_number (values, VALUE_PORT, body);
}

static void describe_start_media (Bytes *body, gboolean wide, Values *values)
{
    bytes_skip (body, 8); /* conference, party */
    add_media_address (values, wide, body);
    add_number (values, VALUE_PORT, body);
    bytes_skip (body, 4); /* length of packets */
    add_codec (values, body);
}

static void describe_open_channel (Bytes *body, Values *values)
{
    bytes_skip (body, 12); /* conference, party, length of packets */
    add_codec (values, body);
}

static void describe_statistics (Bytes *body, guint version, Values *values)
{
    bytes_skip (body, version >= 18 ? 28 : 24); /* number, padded */
    bytes_skip (body, 8 + 8);                   /* call, mode, packets and octets sent */
    add_number (values, VALUE_COUNT, body);
    bytes_skip (body, 4); /* octets received */
    add_number (values, VALUE_LOST, body);
    add_number (values, VALUE_JITTER, body);
}

static void describe_call_info (Bytes *body, Values *values)
{
    add_display_text (values, VALUE_NAME, bytes_text_box (body, 40));
    add_display_text (values, VALUE_NUMBER, bytes_text_box (body, 24));
    bytes_skip (body, 40);
    add_display_text (values, VALUE_REGISTERED_NUMBER, bytes_text_box (body, 24));
}

static void describe_call_info_v2 (Bytes *body, Values *values)
{
    bytes_skip (body, 32); /* line, call, its type, two reasons, instance, security, restrictions */
    add_display_text (values, VALUE_NUMBER, bytes_text (body));
    bytes_text (body); /* another number of the caller */
    add_display_text (values, VALUE_REGISTERED_NUMBER, bytes_text (body));
}

static void describe_call (const SccpPdu *pdu, guint version, Values *values)
{
    const guint known = version ? version : pdu->header_version;
    Bytes body = sccp_body (pdu);

    switch (pdu->id) {
    case SCCP_KEYPAD_BUTTON:
        describe_keypad (&body, values);
        break;
    case SCCP_STIMULUS:
        describe_stimulus (&body, values);
        break;
    case SCCP_SOFT_KEY_EVENT:
        describe_soft_key (&body, values);
        break;
    case SCCP_START_TONE:
        describe_tone (&body, values);
        break;
    case SCCP_CALL_STATE:
        describe_call_state (&body, values);
        break;
    case SCCP_DIALED_NUMBER:
        add_display_text (values, VALUE_NUMBER, bytes_text_box (&body, 24));
        break;
    case SCCP_OPEN_RECEIVE_CHANNEL:
        describe_open_channel (&body, values);
        break;
    case SCCP_OPEN_RECEIVE_CHANNEL_ACK:
        describe_open_channel_ack (&body, known >= 17, values);
        break;
    case SCCP_START_MEDIA_TRANSMISSION:
        describe_start_media (&body, known >= 17, values);
        break;
    case SCCP_CONNECTION_STATISTICS_RES:
        describe_statistics (&body, known, values);
        break;
    case SCCP_CALL_INFO:
        describe_call_info (&body, values);
        break;
    case SCCP_CALL_INFO_V2:
        describe_call_info_v2 (&body, values);
        break;
    default:
        break;
    }
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
        add_number (values, VALUE_LINE, body);
        return VARIANT_NONE;
    case SCCP_SPEED_DIAL_STAT_REQ:
    case SCCP_SERVICE_URL_STAT_REQ:
    case SCCP_FEATURE_STAT_REQ:
        add_number (values, VALUE_INSTANCE, body);
        return VARIANT_NONE;
    case SCCP_CAPABILITIES_RES:
        return describe_capabilities (body, values);
    case SCCP_ALARM:
        return describe_alarm (body, values);
    case SCCP_REGISTER_TOKEN_REQ:
        return describe_token (body, values);
    case SCCP_HEADSET_STATUS:
        if (have_field (body, 4))
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
        if (have_field (body, 4))
            values_add_word (values, VALUE_MODE, bytes_le32 (body) == 1 ? WORD_ON : WORD_OFF);
        return VARIANT_NONE;
    case SCCP_FORWARD_STAT_RES:
        return describe_forward (body, pdu->body.size + pdu->cut, version, values);
    case SCCP_SPEED_DIAL_STAT_RES:
        return describe_speed_dial (body, pdu->body.size + pdu->cut, version, values);
    case SCCP_LINE_STAT_RES:
        return describe_line (body, pdu->body.size + pdu->cut, version, values);
    case SCCP_CONFIG_STAT_RES:
        return describe_config_stat (body, values);
    case SCCP_TIME_DATE_RES:
        return describe_time (body, values);
    case SCCP_BUTTON_TEMPLATE_RES:
        return describe_buttons (pdu, values);
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
    case SCCP_SOFT_KEY_TEMPLATE_RES:
        add_table_count (values, VALUE_SOFT_KEYS, pdu, 20);
        return VARIANT_NONE;
    case SCCP_SOFT_KEY_SET_RES:
        add_table_count (values, VALUE_SETS, pdu, 48);
        return VARIANT_NONE;
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
        add_number (values, VALUE_LINE, body);
        return VARIANT_NONE;
    case SCCP_REGISTER_TOKEN_REJECT:
    case SCCP_SPCP_REGISTER_TOKEN_REJECT:
        add_number (values, VALUE_SECONDS, body);
        return VARIANT_NONE;
    case SCCP_DEVICE_TO_USER_DATA:
    case SCCP_DEVICE_TO_USER_DATA_RESPONSE:
    case SCCP_DEVICE_TO_USER_DATA_VERSION_1:
    case SCCP_DEVICE_TO_USER_DATA_RESPONSE_VERSION_1:
    case SCCP_USER_TO_DEVICE_DATA:
    case SCCP_USER_TO_DEVICE_DATA_VERSION_1:
        describe_user_data (body, values);
        return VARIANT_NONE;
    case SCCP_FEATURE_STAT_RES:
        return describe_feature (body, FALSE, values);
    case SCCP_FEATURE_STAT_V2_RES:
        return describe_feature (body, TRUE, values);
    case SCCP_SERVICE_URL_STAT_RES:
        return describe_service (body, FALSE, values);
    case SCCP_SERVICE_URL_STAT_V2_RES:
        return describe_service (body, TRUE, values);
    case SCCP_CONFIG_STAT_V2_RES:
        return describe_config_stat_v2 (body, values);
    case SCCP_LINE_STAT_V2_RES:
        return describe_line_v2 (body, values);
    case SCCP_SPEED_DIAL_STAT_V2_RES:
        return describe_speed_dial_v2 (body, values);
    case SCCP_ENHANCED_ALARM:
        return describe_xml_alarm (body, values);
    default:
        describe_call (pdu, version, values);
        return VARIANT_NONE;
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
