/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/script/identity.h"

#include <string.h>

G_DEFINE_QUARK (identity - error - quark, identity_error)

#define MAC_DIGITS 12

static gboolean is_name_character (char c)
{
    return g_ascii_isalnum (c) || c == '_' || c == '-' || c == '.';
}

gboolean identity_init (Identity *identity, const char *name, GError **error)
{
    gsize size = strlen (name);

    *identity = (Identity){ 0 };
    if (size == 0 || size > DEVICE_NAME_MAX) {
        g_set_error (error, IDENTITY_ERROR, 0,
                     "\"%s\" is no device name: it has %" G_GSIZE_FORMAT
                     " characters, and a name has 1 to %u, as in SEP001122334455",
                     name, size, DEVICE_NAME_MAX);
        return FALSE;
    }
    for (gsize i = 0; i < size; i++) {
        if (is_name_character (name[i]))
            continue;
        g_set_error (error, IDENTITY_ERROR, 0,
                     "\"%s\" is no device name: only letters, digits, '_', '-' and '.' are allowed", name);
        return FALSE;
    }
    memcpy (identity->name, name, size);
    if (g_str_has_prefix (name, "SEP") && mac_address_parse_hex (name + 3, &identity->mac))
        /* The wire has upper case (reference 1.5), and servers compare names as they are. */
        for (gsize i = 3; i < size; i++)
            identity->name[i] = g_ascii_toupper (name[i]);
    return TRUE;
}

static gboolean no_more_names (const Identity *first, guint count, GError **error)
{
    g_set_error (error, IDENTITY_ERROR, 0, "there are no %u names from %s on: begin with a lower number, as in %s",
                 count + 1, *first->name ? first->name : first->user, "SEP001122330000 or LAB0001");
    return FALSE;
}

/* The decimal number at the end of a text, so much higher; a text without one gets it. FALSE when that does not fit. */
static gboolean count_text (const char *first, guint count, gsize max, char *ret_text)
{
    gsize size = strlen (first), digits = 0;

    while (digits < size && digits < 18 && g_ascii_isdigit (first[size - digits - 1]))
        digits++;
    guint64 number = digits ? g_ascii_strtoull (first + size - digits, NULL, 10) : 0;
    char counted[32], *digit = counted + sizeof counted;

    if (!count)
        return g_strlcpy (ret_text, first, max + 1) <= max;
    for (number += count; number || counted + sizeof counted - digit < (gssize) MAX (digits, 1); number /= 10)
        *--digit = (char) ('0' + number % 10);
    const gsize written = (gsize) (counted + sizeof counted - digit);
    if (size - digits + written > max)
        return FALSE;
    memcpy (ret_text, first, size - digits);
    memcpy (ret_text + size - digits, digit, written);
    ret_text[size - digits + written] = '\0';
    return TRUE;
}

/* What a SIP phone has beside its name, or instead of it. */
static gboolean count_users (const Identity *first, guint count, Identity *identity)
{
    return (!*first->user || count_text (first->user, count, SIP_USER_MAX, identity->user)) &&
           (!*first->number || count_text (first->number, count, SIP_USER_MAX, identity->number));
}

gboolean identity_count_up (const Identity *first, guint count, Identity *ret_identity, GError **error)
{
    char name[DEVICE_NAME_MAX + 1] = "";

    if (!mac_address_is_unknown (&first->mac)) {
        guint64 number = g_ascii_strtoull (first->name + 3, NULL, 16) + count;
        if (number >> 48)
            return no_more_names (first, count, error);
        memcpy (name, "SEP", 3);
        for (guint i = 0; i < MAC_DIGITS; i++, number >>= 4)
            name[2 + MAC_DIGITS - i] = "0123456789ABCDEF"[number & 15];
    } else if (*first->name && !count_text (first->name, count, DEVICE_NAME_MAX, name)) {
        return no_more_names (first, count, error);
    }
    *ret_identity = (Identity){ 0 };
    if (*name && !identity_init (ret_identity, name, error))
        return FALSE;
    if (!count_users (first, count, ret_identity))
        return no_more_names (first, count, error);
    ret_identity->address = first->address;
    ret_identity->is_recorded = first->is_recorded && count == 0;
    return TRUE;
}
