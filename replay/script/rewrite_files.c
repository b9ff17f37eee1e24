/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/script/rewrite_files.h"

#include "registration/protocols/tftp.h"
#include "registration/terms/boot_file.h"

#include <string.h>

#define MAC_DIGITS 12

/* As in a name: "SEP" and digits of its own length are not needed. */
static void mac_digits (const MacAddress *mac, char digits[MAC_DIGITS + 1])
{
    for (guint i = 0; i < sizeof mac->octets; i++)
        g_snprintf (digits + 2 * i, 3, "%02x", mac->octets[i]);
}

/* Digits follow the case of the recorded ones; where those show none, that of the letter before them ("gk…", "SEP…").
 */
static gboolean is_small (const char *digits, char before)
{
    for (guint i = 0; i < MAC_DIGITS; i++)
        if (g_ascii_isalpha (digits[i]))
            return g_ascii_islower (digits[i]);
    return g_ascii_islower (before);
}

/* The text with one address in the place of every occurrence of the other. */
static char *replace_mac (const char *text, const MacAddress *old_mac, const MacAddress *new_mac)
{
    g_autoptr (GString) out = g_string_new (NULL);
    char from[MAC_DIGITS + 1], to[MAC_DIGITS + 1];
    char before = '\0';

    mac_digits (old_mac, from);
    mac_digits (new_mac, to);
    while (*text) {
        if (g_ascii_strncasecmp (text, from, MAC_DIGITS) != 0) {
            before = *text;
            g_string_append_c (out, *text++);
            continue;
        }
        gboolean small = is_small (text, before);
        for (guint i = 0; i < MAC_DIGITS; i++)
            g_string_append_c (out, small ? to[i] : g_ascii_toupper (to[i]));
        before = text[MAC_DIGITS - 1];
        text += MAC_DIGITS;
    }
    return g_strdup (out->str);
}

/* The recorded phone's own address, as the name of the file or of the phone tells it. */
static gboolean recorded_mac (const char *name, const char *phone, MacAddress *ret_mac)
{
    return boot_file_mac (name, strlen (name), ret_mac) ||
           (strlen (phone) == 3 + MAC_DIGITS && mac_address_parse_hex (phone + 3, ret_mac));
}

static char *replace_view (const char *text, View what, const char *with)
{
    gsize at = (gsize) ((const char *) what.data - text);
    return g_strdup_printf ("%.*s%s%s", (int) at, text, with, text + at + what.size);
}

char *boot_name_rewrite (const char *name, const char *phone, const Identity *identity)
{
    View device = boot_file_device_name (name, strlen (name));
    gboolean is_own =
        device.size == strlen (phone) && g_ascii_strncasecmp ((const char *) device.data, phone, device.size) == 0;
    gboolean names_mac;
    MacAddress mac;

    names_mac = boot_file_mac (name, strlen (name), &mac);
    if (recorded_mac (name, phone, &mac) && !mac_address_is_unknown (&identity->mac))
        return is_own && !names_mac ? replace_view (name, device, identity->name)
                                    : replace_mac (name, &mac, &identity->mac);
    if (device.size && (is_own || names_mac))
        return *identity->name ? replace_view (name, device, identity->name) : NULL;
    return names_mac ? NULL : g_strdup (name);
}

char *boot_name_key (const char *name)
{
    g_autofree char *path = g_ascii_strdown (name + strspn (name, "/"), -1);
    View device;
    MacAddress mac;

    path[strcspn (path, "?")] = '\0';
    device = boot_file_device_name (path, strlen (path));
    if (device.size)
        return replace_view (path, device, "*");
    if (boot_file_mac (path, strlen (path), &mac)) {
        char digits[MAC_DIGITS + 1];
        mac_digits (&mac, digits);
        const char *at = strstr (path, digits);
        if (at)
            return replace_view (path, (View){ (const guint8 *) at, MAC_DIGITS }, "*");
    }
    return g_steal_pointer (&path);
}

static void append_text (GByteArray *out, const char *text)
{
    g_byte_array_append (out, (const guint8 *) text, (guint) strlen (text) + 1);
}

static void append_option (GByteArray *out, const char *name, guint64 value)
{
    g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, value);

    append_text (out, name);
    append_text (out, text);
}

GByteArray *tftp_request_rewrite (View recorded, const char *name, gboolean with_options)
{
    static const guint8 opcode[2] = { 0, TFTP_RRQ };
    GByteArray *out = g_byte_array_new ();
    TftpPacket packet = { 0 };
    g_autofree char *mode = NULL;

    if (tftp_decode (recorded.data, recorded.size, &packet) && packet.mode.size)
        mode = view_dup (packet.mode);
    g_byte_array_append (out, opcode, sizeof opcode);
    append_text (out, name);
    append_text (out, mode ? mode : "octet");
    if (!with_options)
        return out;
    if (packet.options.present & TFTP_HAS_BLKSIZE)
        append_option (out, "blksize", packet.options.blksize);
    if (packet.options.present & TFTP_HAS_TSIZE)
        append_option (out, "tsize", packet.options.tsize);
    if (packet.options.present & TFTP_HAS_TIMEOUT)
        append_option (out, "timeout", packet.options.timeout);
    return out;
}

static gboolean is_header (const char *line, const char *name)
{
    gsize size = strlen (name);
    return g_ascii_strncasecmp (line, name, size) == 0 && line[size] == ':';
}

/* What a header line becomes; NULL: it is left out. Owned by the caller. */
static char *rewrite_header (const char *line, const char *phone, const Identity *identity, const MacAddress *mac,
                             const char *host)
{
    if (is_header (line, "Host"))
        return g_strdup_printf ("%.4s: %s", line, host);
    /* One connection a file, and nobody's credentials (reference 6.0, rule 4). */
    if (is_header (line, "Authorization") || is_header (line, "Proxy-Authorization") || is_header (line, "Cookie") ||
        is_header (line, "Connection") || is_header (line, "Content-Length") || is_header (line, "Transfer-Encoding"))
        return NULL;
    if (mac && !mac_address_is_unknown (&identity->mac))
        return replace_mac (line, mac, &identity->mac);
    /* Nothing of the recorded phone goes out when there is nothing to put in its place. */
    g_autofree char *lower = g_ascii_strdown (line, -1), *own = g_ascii_strdown (phone, -1);
    return *own && strstr (lower, own) ? NULL : g_strdup (line);
}

GByteArray *http_request_rewrite (View recorded, const char *name, const char *phone, const Identity *identity,
                                  const char *host)
{
    g_autofree char *text = view_dup (recorded);
    g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
    g_auto (GStrv) words = g_strsplit (g_strchomp (lines[0]), " ", 3);
    g_autoptr (GString) out = g_string_new (NULL);
    MacAddress mac;
    gboolean has_mac = recorded_mac (name, phone, &mac);

    if (g_strv_length (words) != 3)
        return NULL;
    g_autofree char *path = boot_name_rewrite (words[1], phone, identity);
    if (!path)
        return NULL;
    g_string_append_printf (out, "%s %s %s\r\n", words[0], path, words[2]);
    for (char **line = lines + 1; *line && *g_strchomp (*line); line++) {
        g_autofree char *changed = rewrite_header (*line, phone, identity, has_mac ? &mac : NULL, host);
        if (changed)
            g_string_append_printf (out, "%s\r\n", changed);
    }
    g_string_append (out, "Connection: close\r\n\r\n");
    GByteArray *octets = g_byte_array_new ();
    g_byte_array_append (octets, (const guint8 *) out->str, (guint) out->len);
    return octets;
}
