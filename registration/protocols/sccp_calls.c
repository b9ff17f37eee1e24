/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What SCCP says of calls: one value or two of each message, as Wireshark's SkinnyProtocolOptimized.xml has them. */
#include "registration/protocols/sccp_internal.h"

#include "registration/terms/codecs.h"
#include "registration/terms/stimuli.h"

static void add_word_from (Values *values, ValueKey key, Word first, Word last, guint32 number)
{
    if (number >= 1 && number <= (guint32) (last - first) + 1)
        values_add_word (values, key, first + number - 1);
}

static void add_codec (Values *values, Bytes *body)
{
    if (!sccp_have_field (body, 4))
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
        sccp_add_ipv4 (values, VALUE_IP, body);
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
    sccp_add_number (values, VALUE_LINE, body);
}

static void describe_stimulus (Bytes *body, Values *values)
{
    guint32 stimulus = bytes_le32 (body);
    const char *name = !body->missing && stimulus < 256 ? button_type_name ((guint8) stimulus) : NULL;

    if (name)
        values_add_text (values, VALUE_TEXT, name, -1);
    sccp_add_number (values, VALUE_INSTANCE, body);
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
    sccp_add_number (values, VALUE_LINE, body);
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
    sccp_add_number (values, VALUE_LINE, body);
}

static void describe_open_channel_ack (Bytes *body, gboolean wide, Values *values)
{
    guint32 status = bytes_le32 (body);

    if (!body->missing)
        values_add_number (values, VALUE_CODE, status);
    add_media_address (values, wide, body);
    sccp_add_number (values, VALUE_PORT, body);
}

static void describe_start_media (Bytes *body, gboolean wide, Values *values)
{
    bytes_skip (body, 8); /* conference, party */
    add_media_address (values, wide, body);
    sccp_add_number (values, VALUE_PORT, body);
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
    sccp_add_number (values, VALUE_COUNT, body);
    bytes_skip (body, 4); /* octets received */
    sccp_add_number (values, VALUE_LOST, body);
    sccp_add_number (values, VALUE_JITTER, body);
}

static void describe_call_info (Bytes *body, Values *values)
{
    sccp_add_text (values, VALUE_NAME, bytes_text_box (body, 40));
    sccp_add_text (values, VALUE_NUMBER, bytes_text_box (body, 24));
    bytes_skip (body, 40);
    sccp_add_text (values, VALUE_REGISTERED_NUMBER, bytes_text_box (body, 24));
}

static void describe_call_info_v2 (Bytes *body, Values *values)
{
    bytes_skip (body, 32); /* line, call, its type, two reasons, instance, security, restrictions */
    sccp_add_text (values, VALUE_NUMBER, bytes_text (body));
    bytes_text (body); /* another number of the caller */
    sccp_add_text (values, VALUE_REGISTERED_NUMBER, bytes_text (body));
}

void sccp_describe_call (const SccpPdu *pdu, guint version, Values *values)
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
        sccp_add_text (values, VALUE_NUMBER, bytes_text_box (&body, 24));
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
