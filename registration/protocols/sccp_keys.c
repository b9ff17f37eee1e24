/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What SCCP says of a phone's keys, lines and soft keys. */
#include "registration/protocols/sccp_internal.h"

#include "registration/terms/stimuli.h"

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
    sccp_add_number (values, VALUE_SPEED_DIALS, body);
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

    sccp_add_number (values, VALUE_LINE, body);
    View number = bytes_text_box (body, box), name = bytes_text_box (body, 40), label = bytes_text_box (body, 40);
    Variant variant = sccp_add_text (values, VALUE_NUMBER, number);
    sccp_add_text (values, VALUE_NAME, name);
    sccp_add_text (values, VALUE_LABEL, label);
    return variant;
}

static Variant describe_line_v2 (Bytes *body, Values *values)
{
    sccp_add_number (values, VALUE_LINE, body);
    bytes_skip (body, 4);
    View number = bytes_text (body), name = bytes_text (body), label = bytes_text (body);
    Variant variant = sccp_add_text (values, VALUE_NUMBER, number);
    sccp_add_text (values, VALUE_NAME, name);
    sccp_add_text (values, VALUE_LABEL, label);
    return variant;
}

static Variant describe_speed_dial (Bytes *body, gsize whole, guint version, Values *values)
{
    gsize box = number_box (version, whole, 4 + 25 + 40);

    sccp_add_number (values, VALUE_INSTANCE, body);
    Variant variant = sccp_add_text (values, VALUE_NUMBER, bytes_text_box (body, box));
    sccp_add_text (values, VALUE_LABEL, bytes_text_box (body, 40));
    return variant;
}

static Variant describe_speed_dial_v2 (Bytes *body, Values *values)
{
    sccp_add_number (values, VALUE_INSTANCE, body);
    Variant variant = sccp_add_text (values, VALUE_NUMBER, bytes_text (body));
    sccp_add_text (values, VALUE_LABEL, bytes_text (body));
    return variant;
}

static Variant describe_forward (Bytes *body, gsize whole, guint version, Values *values)
{
    static const ValueKey keys[] = { VALUE_FORWARD_ALL, VALUE_FORWARD_BUSY, VALUE_FORWARD_NO_ANSWER };
    gsize box = number_box (version, whole, 8 + 3 * (4 + 25));
    gboolean any = FALSE;

    bytes_skip (body, 4);
    sccp_add_number (values, VALUE_LINE, body);
    for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
        guint32 active = bytes_le32 (body);
        View number = bytes_text_box (body, box);
        if (!active || body->missing)
            continue;
        any = TRUE;
        if (number.size)
            sccp_add_text (values, keys[i], number);
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
    sccp_add_number (values, VALUE_INSTANCE, body);
    guint32 type = bytes_le32 (body), status = v2 ? bytes_le32 (body) : 0;
    if (!body->missing)
        add_key_kind (values, type);
    Variant variant = sccp_add_text (values, VALUE_LABEL, v2 ? bytes_text (body) : bytes_text_box (body, 40));
    if (!v2)
        status = bytes_le32 (body);
    if (!body->missing)
        add_key_state (values, type, status);
    return variant;
}

static Variant describe_service (Bytes *body, gboolean v2, Values *values)
{
    sccp_add_number (values, VALUE_INSTANCE, body);
    View url = v2 ? bytes_text (body) : bytes_text_box (body, 256);
    values_add_view (values, VALUE_URL, url);
    sccp_add_text (values, VALUE_LABEL, v2 ? bytes_text (body) : bytes_text_box (body, 40));
    return url.size ? VARIANT_NONE : VARIANT_EMPTY;
}

static gboolean give (Variant variant, Variant *ret_variant)
{
    *ret_variant = variant;
    return TRUE;
}

gboolean sccp_describe_key (const SccpPdu *pdu, guint version, Bytes *body, Values *values, Variant *ret_variant)
{
    const gsize whole = pdu->body.size + pdu->cut;

    switch (pdu->id) {
    case SCCP_FORWARD_STAT_RES:
        return give (describe_forward (body, whole, version, values), ret_variant);
    case SCCP_SPEED_DIAL_STAT_RES:
        return give (describe_speed_dial (body, whole, version, values), ret_variant);
    case SCCP_LINE_STAT_RES:
        return give (describe_line (body, whole, version, values), ret_variant);
    case SCCP_CONFIG_STAT_RES:
        return give (describe_config_stat (body, values), ret_variant);
    case SCCP_BUTTON_TEMPLATE_RES:
        return give (describe_buttons (pdu, values), ret_variant);
    case SCCP_SOFT_KEY_TEMPLATE_RES:
        add_table_count (values, VALUE_SOFT_KEYS, pdu, 20);
        return give (VARIANT_NONE, ret_variant);
    case SCCP_SOFT_KEY_SET_RES:
        add_table_count (values, VALUE_SETS, pdu, 48);
        return give (VARIANT_NONE, ret_variant);
    case SCCP_FEATURE_STAT_RES:
        return give (describe_feature (body, FALSE, values), ret_variant);
    case SCCP_FEATURE_STAT_V2_RES:
        return give (describe_feature (body, TRUE, values), ret_variant);
    case SCCP_SERVICE_URL_STAT_RES:
        return give (describe_service (body, FALSE, values), ret_variant);
    case SCCP_SERVICE_URL_STAT_V2_RES:
        return give (describe_service (body, TRUE, values), ret_variant);
    case SCCP_CONFIG_STAT_V2_RES:
        return give (describe_config_stat_v2 (body, values), ret_variant);
    case SCCP_LINE_STAT_V2_RES:
        return give (describe_line_v2 (body, values), ret_variant);
    case SCCP_SPEED_DIAL_STAT_V2_RES:
        return give (describe_speed_dial_v2 (body, values), ret_variant);
    default:
        return FALSE;
    }
}
