/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/phone_name.h"

#include "registration/protocols/catalog.h"
#include "registration/protocols/sccp.h"

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

gboolean phone_is_called (const Flow *flow, PhoneId id, const char *wanted)
{
    const Phones *phones = flow_phones (flow);
    const Phone *phone = phones_get (phones, id);
    char label[IP_ADDRESS_TEXT_SIZE], address[IP_ADDRESS_TEXT_SIZE];
    const char *name = phones_label_at (phones, id, notes_count (flow_notes (flow)), label);
    MacAddress mac;

    if (!g_ascii_strcasecmp (wanted, name) ||
        !g_ascii_strcasecmp (wanted, ip_address_format (&phone->address, address)))
        return TRUE;
    return read_mac (wanted, &mac) && !mac_address_is_unknown (&mac) &&
           (memcmp (&mac, &phone->mac, sizeof mac) == 0 || holds (name, &mac));
}

gboolean line_is_called (const Registration *registration, const char *wanted)
{
    const char *line = registration->line;

    if (!line)
        return FALSE;
    return g_ascii_strcasecmp (line, wanted) == 0 || (strlen (wanted) == registration->line_user &&
                                                      g_ascii_strncasecmp (line, wanted, registration->line_user) == 0);
}

/* Over SCCP the call manager tells the directory number of each line. */
static gboolean gives_number (const Flow *flow, const Note *note, const char *wanted)
{
    const MessageKind *kind = catalog_kind (note->kind);
    Value number;

    return kind->protocol == PROTOCOL_SCCP && (kind->id == SCCP_LINE_STAT_RES || kind->id == SCCP_LINE_STAT_V2_RES) &&
           values_find (notes_values (flow_notes (flow), note), VALUE_NUMBER, &number) &&
           number.text_size == strlen (wanted) && g_ascii_strncasecmp (number.text, wanted, number.text_size) == 0;
}

GHashTable *phones_called (const Flow *flow, const char *wanted)
{
    const Notes *notes = flow_notes (flow);
    const Phones *phones = flow_phones (flow);
    GHashTable *called = g_hash_table_new (NULL, NULL);

    for (PhoneId id = 0; id < phones_count (phones); id++)
        if (phones_current (phones, id) == id && phone_is_called (flow, id, wanted))
            g_hash_table_add (called, GUINT_TO_POINTER (id));
    for (RegistrationId id = 1; id <= registrations_count (flow_registrations (flow)); id++) {
        const Registration *registration = flow_registration (flow, id);
        if (line_is_called (registration, wanted))
            g_hash_table_add (called, GUINT_TO_POINTER (phones_current (phones, registration->phone)));
    }
    for (NoteId id = 1; id <= notes_count (notes); id++) {
        const Note *note = notes_get (notes, id);
        if (gives_number (flow, note, wanted))
            g_hash_table_add (called, GUINT_TO_POINTER (flow_note_phone (flow, note)));
    }
    return called;
}
