/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/script/rewrite_sccp.h"

#include "replay/script/rules_sccp.h"

#include <string.h>

/* Offsets from the first octet of the message (reference 1.5). */
#define NAME_AT          12
#define NAME_BOX         16
#define NUMBER_AT        12
#define ALARM_TEXT_AT    16
#define ALARM_TEXT_BOX   80
#define ALARM_ADDRESS_AT 100
#define IPV4_AT          36
#define TOKEN_IPV6_AT    44
#define ACTIVE_STREAMS   48
#define MAX_CONFERENCES  56
#define CONFERENCES      60
#define MAC_AT           64
#define MAC_BOX          12
#define IPV4_SCOPE       76
#define IPV6_AT          84
#define IPV6_SCOPE       100
#define STAMP_AT         136

#define COUNT_MAX 1000 /* streams or conferences: more is old memory (reference 6.1) */

guint32 sccp_header_version (guint offered, guint granted)
{
    guint version = offered && granted ? MIN (offered, granted) : granted;
    return version >= 10 ? version : 0;
}

static gboolean has (const GByteArray *message, gsize at, gsize size)
{
    return at + size <= message->len;
}

static guint32 get_number (const GByteArray *message, gsize at)
{
    guint32 number;

    memcpy (&number, message->data + at, 4);
    return GUINT32_FROM_LE (number);
}

/* Short forms of old phones lack fields; what is not there is not made up. */
static void set_number (GByteArray *message, gsize at, guint32 number)
{
    number = GUINT32_TO_LE (number);
    if (has (message, at, 4))
        memcpy (message->data + at, &number, 4);
}

static void clear (GByteArray *message, gsize at, gsize size)
{
    if (at < message->len)
        memset (message->data + at, 0, MIN (size, message->len - at));
}

static void set_text (GByteArray *message, gsize at, gsize box, const char *text)
{
    clear (message, at, box);
    if (has (message, at, box))
        memcpy (message->data + at, text, MIN (strlen (text), box));
}

static void set_address (GByteArray *message, gsize ipv4_at, gsize ipv6_at, const IpAddress *address)
{
    clear (message, ipv4_at, 4);
    clear (message, ipv6_at, 16);
    gsize at = address->size == 4 ? ipv4_at : ipv6_at;
    if (address->size && has (message, at, address->size))
        memcpy (message->data + at, address->octets, address->size);
}

/* One 6961 sends its MAC as text (reference 1.5). */
static gboolean is_hex_text (const guint8 *octets)
{
    for (guint i = 0; i < MAC_BOX; i++)
        if (!g_ascii_isxdigit ((char) octets[i]))
            return FALSE;
    return TRUE;
}

static void set_mac (GByteArray *message, const Identity *identity)
{
    static const guint8 none[6];

    if (!has (message, MAC_AT, MAC_BOX) || memcmp (message->data + MAC_AT, none, sizeof none) == 0)
        return;
    gboolean known = !mac_address_is_unknown (&identity->mac);
    if (!known && identity->is_recorded)
        return;
    if (is_hex_text (message->data + MAC_AT)) {
        set_text (message, MAC_AT, MAC_BOX, known ? identity->name + 3 : "");
        return;
    }
    clear (message, MAC_AT, MAC_BOX);
    if (known)
        memcpy (message->data + MAC_AT, identity->mac.octets, sizeof identity->mac.octets);
}

static void rewrite_register (GByteArray *message, const SccpRewrite *rewrite)
{
    static const gsize counts[] = { ACTIVE_STREAMS, MAX_CONFERENCES, CONFERENCES };

    set_text (message, NAME_AT, NAME_BOX, rewrite->identity->name);
    set_address (message, IPV4_AT, IPV6_AT, &rewrite->identity->address);
    for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
        if (has (message, counts[i], 4) && get_number (message, counts[i]) > COUNT_MAX)
            set_number (message, counts[i], 0);
    set_mac (message, rewrite->identity);
    clear (message, IPV4_SCOPE, 4);
    clear (message, IPV6_SCOPE, 4);
    if (!rewrite->same_server)
        clear (message, STAMP_AT, message->len);
}

static void rewrite_token (GByteArray *message, const SccpRewrite *rewrite)
{
    set_text (message, NAME_AT, NAME_BOX, rewrite->identity->name);
    set_address (message, IPV4_AT, TOKEN_IPV6_AT, &rewrite->identity->address);
}

/* "25: Name=SEP… Load=… Last=…": the name becomes ours, and so does every address in the text. */
static char *rewrite_alarm_text (const char *text, const Identity *identity)
{
    static const char key[] = "Name=";
    char own[IP_ADDRESS_TEXT_SIZE];
    g_autoptr (GRegex) dotted = g_regex_new ("\\d{1,3}(\\.\\d{1,3}){3}", G_REGEX_RAW, 0, NULL);
    g_autofree char *here =
        g_regex_replace_literal (dotted, text, -1, 0, ip_address_format (&identity->address, own), 0, NULL);
    const char *name = strstr (here, key);

    if (!name)
        return g_strdup (here);
    name += strlen (key);
    return g_strdup_printf ("%.*s%s%s", (int) (name - here), here, identity->name, name + strcspn (name, " "));
}

static void rewrite_alarm (GByteArray *message, const SccpRewrite *rewrite)
{
    if (has (message, ALARM_ADDRESS_AT, 4)) {
        clear (message, ALARM_ADDRESS_AT, 4);
        if (rewrite->identity->address.size == 4)
            memcpy (message->data + ALARM_ADDRESS_AT, rewrite->identity->address.octets, 4);
    }
    if (message->len <= ALARM_TEXT_AT)
        return;
    gsize box = MIN ((gsize) ALARM_TEXT_BOX, message->len - ALARM_TEXT_AT);
    g_autofree char *text = g_strndup ((const char *) message->data + ALARM_TEXT_AT, box);
    g_autofree char *own = rewrite_alarm_text (text, rewrite->identity);
    set_text (message, ALARM_TEXT_AT, box, own);
}

static void rewrite_lines (GByteArray *message, const SccpRewrite *rewrite)
{
    if (has (message, NUMBER_AT, 4))
        set_number (message, NUMBER_AT, MIN (get_number (message, NUMBER_AT), rewrite->lines));
}

GByteArray *sccp_rewrite (View octets, const SccpRewrite *rewrite)
{
    GByteArray *message = g_byte_array_sized_new ((guint) octets.size);

    g_byte_array_append (message, octets.data, (guint) octets.size);
    set_number (message, 0, message->len - SCCP_HEADER_SIZE);
    set_number (message, 4, rewrite->header_version);
    switch (sccp_rule_find (get_number (message, SCCP_HEADER_SIZE))->rewrite) {
    case REWRITE_REGISTER:
        rewrite_register (message, rewrite);
        break;
    case REWRITE_TOKEN:
        rewrite_token (message, rewrite);
        break;
    case REWRITE_ALARM:
        rewrite_alarm (message, rewrite);
        break;
    case REWRITE_PORT:
        clear (message, NUMBER_AT, message->len);
        break;
    case REWRITE_INSTANCE:
        if (rewrite->instance)
            set_number (message, NUMBER_AT, rewrite->instance);
        break;
    case REWRITE_LINES:
        rewrite_lines (message, rewrite);
        break;
    case REWRITE_NOTHING:
        break;
    }
    return message;
}

GByteArray *sccp_message (guint32 header_version, guint32 id, gboolean has_number, guint32 number)
{
    GByteArray *message = g_byte_array_new ();

    g_byte_array_set_size (message, has_number ? 16 : 12);
    set_number (message, 0, message->len - SCCP_HEADER_SIZE);
    set_number (message, 4, header_version);
    set_number (message, SCCP_HEADER_SIZE, id);
    set_number (message, NUMBER_AT, number);
    return message;
}
