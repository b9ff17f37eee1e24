/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/phone_name.h"

#include <string.h>

/* FALSE for what is no MAC address. */
static gboolean read_mac (const char *text, MacAddress *ret_mac)
{
    char digits[13];
    guint n = 0;

    for (const char *at = text; *at; at++) {
        if (strchr (":-.", *at))
            continue;
        if (!g_ascii_isxdigit (*at) || n == sizeof digits - 1)
            return FALSE;
        digits[n++] = *at;
    }
    digits[n] = '\0';
    return n == sizeof digits - 1 && mac_address_parse_hex (digits, ret_mac);
}

/* "SEP001380AD9E5F": the name holds the address. */
static gboolean holds (const char *name, const MacAddress *mac)
{
    const gsize size = strlen (name);
    MacAddress of_name;

    return size > 12 && mac_address_parse_hex (name + size - 12, &of_name) && memcmp (&of_name, mac, sizeof *mac) == 0;
}

gboolean phone_is_called (const Phones *phones, PhoneId id, NoteId note, const char *wanted)
{
    const Phone *phone = phones_get (phones, id);
    char label[IP_ADDRESS_TEXT_SIZE], address[IP_ADDRESS_TEXT_SIZE];
    const char *name = phones_label_at (phones, id, note, label);
    MacAddress mac;

    if (!g_ascii_strcasecmp (wanted, name) ||
        !g_ascii_strcasecmp (wanted, ip_address_format (&phone->address, address)))
        return TRUE;
    return read_mac (wanted, &mac) && !mac_address_is_unknown (&mac) &&
           (memcmp (&mac, &phone->mac, sizeof mac) == 0 || holds (name, &mac));
}
