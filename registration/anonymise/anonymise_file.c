/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that phones load: their names, and what is in them. */
#include "registration/anonymise/anonymise_internal.h"
#include "registration/anonymise/words_of.h"
#include "registration/terms/boot_file.h"

static View extension_of (View name)
{
    for (gsize i = name.size; i-- > 0;)
        if (name.data[i] == '.')
            return (View){ name.data + i + 1, name.size - i - 1 };
    return (View){ NULL, 0 };
}

gboolean anonymise_is_firmware (View name)
{
    static const char *const kinds[] = { "sbn", "bin", "zz", "zup", "sb2", "sebn", "cop", "ebin", "img", "tar", "pkg" };
    return view_is_one_of (extension_of (name), kinds, G_N_ELEMENTS (kinds));
}

/* By which a server has told files apart. */
static gboolean is_guid (View text)
{
    for (gsize i = 0; i < text.size; i++)
        if (!g_ascii_isxdigit (text.data[i]) && text.data[i] != '-' && text.data[i] != '_')
            return FALSE;
    return text.size >= 8;
}

/* What everybody's phones ask for, and what tells whose file it is by an address. */
static gboolean has_usual_name (View name)
{
    switch (boot_file_kind ((const char *) name.data, name.size)) {
    case BOOT_FILE_UNKNOWN:
    case BOOT_FILE_RING_LIST:
    case BOOT_FILE_RING_TONE:
    case BOOT_FILE_SOFT_KEYS:
    case BOOT_FILE_DIAL_PLAN:
    case BOOT_FILE_DIAL_RULES:
        return FALSE;
    case BOOT_FILE_PHONE_CONFIG:
    case BOOT_FILE_PHONE_CONFIG_OLD:
    case BOOT_FILE_CTL:
    case BOOT_FILE_ITL:
        return boot_file_names_phone ((const char *) name.data, name.size);
    case BOOT_FILE_OPTIONAL:
        return boot_file_own_part ((const char *) name.data, name.size).size == 0;
    default:
        return TRUE;
    }
}

void anonymise_device_name (const Pen *pen, View name)
{
    pen_view (pen, name, TEXT_DEVICE);
}

void anonymise_file_name (const Pen *pen, View name)
{
    gsize folder = name.size;

    while (folder && name.data[folder - 1] != '/' && name.data[folder - 1] != '\\')
        folder--;
    const View own = boot_file_own_part ((const char *) name.data, name.size);
    const View device = boot_file_device_name ((const char *) name.data, name.size);
    pen_text (pen, (guint8 *) name.data, folder, TEXT_FREE);
    if (device.size && boot_file_names_phone ((const char *) name.data, name.size)) {
        const gsize at = (gsize) (device.data - name.data), end = at + device.size;
        pen_text (pen, (guint8 *) name.data + folder, at - folder, TEXT_WORDS);
        anonymise_device_name (pen, device);
        pen_text (pen, (guint8 *) name.data + end, name.size - end, TEXT_WORDS);
    } else if (anonymise_is_firmware (name))
        pen_text (pen, (guint8 *) name.data + folder, name.size - folder, TEXT_KEPT);
    else if (has_usual_name (name))
        pen_text (pen, (guint8 *) name.data + folder, name.size - folder, TEXT_WORDS);
    else if (boot_file_kind ((const char *) name.data, name.size) == BOOT_FILE_UNKNOWN)
        pen_text (pen, (guint8 *) name.data + folder, name.size - folder, TEXT_FREE);
    else
        pen_view (pen, own, is_guid (own) ? TEXT_SECRET : TEXT_FREE);
}

/* What is binary and still has names in it that are to be read. */
static gboolean has_names (View name)
{
    static const char *const kinds[] = { "tlv", "sgn", "xml", "cnf", "enc", "cer", "crt", "der", "pem" };
    return view_is_one_of (extension_of (name), kinds, G_N_ELEMENTS (kinds));
}

static void write_field (const Pen *pen, guint8 tag, guint8 *value, gsize size)
{
    enum { FILE_NAME = 14, TIME = 15, NUMBER_MAX = 2, SERIAL_MAX = 32 };

    if (size <= NUMBER_MAX || (tag == TIME && size == 4) || anonymise_der (pen, value, size))
        return;
    if (tag == FILE_NAME && view_plain_size ((View){ value, size - 1 }) == size - 1)
        anonymise_file_name (pen, (View){ value, size - (value[size - 1] == 0) });
    else if (size > 4 && size != 16 && size <= SERIAL_MAX && view_plain_size ((View){ value, size - 1 }) < size - 1)
        anonymise_serial (pen, value, size);
    else
        pen_unknown (pen, value, size);
}

/* Tag, length and value one behind the other, as the head of all that is signed has it, and a list of whom to trust
 * (of version 1). Returns the end; 0 when it is something else. */
static gsize write_fields (const Pen *pen, guint8 *data, gsize size)
{
    enum { HEAD = 3, TAG_MAX = 31 };
    static const guint8 begin[] = { 1, 0, 2 };
    gsize at = 0;

    if (size < sizeof begin || memcmp (data, begin, sizeof begin) != 0)
        return 0;
    while (at + HEAD <= size && data[at] && data[at] <= TAG_MAX) {
        const gsize length = (gsize) data[at + 1] << 8 | data[at + 2];
        if (length > size - at - HEAD)
            break;
        write_field (pen, data[at], data + at + HEAD, length);
        at += HEAD + length;
    }
    return at;
}

/* Behind the head, if any: certificates, and perhaps a text. */
static void write_binary (const Pen *pen, guint8 *data, gsize size)
{
    gsize xml = size;

    for (gsize i = 0; i + 5 < size; i++)
        if (memcmp (data + i, "<?xml", 5) == 0 || memcmp (data + i, "<devi", 5) == 0 ||
            memcmp (data + i, "<Defa", 5) == 0) {
            xml = i;
            break;
        }
    for (gsize at = write_fields (pen, data, xml); at < xml;) {
        gsize end = at;
        const gsize whole = at + 4 < xml && data[at] == 0x30 && data[at + 1] == 0x82
                                ? 4 + (gsize) (data[at + 2] << 8 | data[at + 3])
                                : 0;
        if (whole > xml - at && xml == size) { /* its end is missing */
            anonymise_der_begun (pen, data + at, size - at);
            return;
        }
        if (whole && whole <= xml - at && anonymise_der (pen, data + at, whole)) {
            at += whole;
            continue;
        }
        while (end < xml && data[end] >= 0x20 && data[end] < 0x7F)
            end++;
        if (end - at >= 6)
            pen_text (pen, data + at, end - at, TEXT_WHERE);
        at = end + 1;
    }
    if (xml < size)
        anonymise_xml (pen, data + xml, size - xml);
}

void anonymise_file (const Pen *pen, View name, guint8 *data, gsize size)
{
    gboolean big_endian;

    if (anonymise_is_firmware (name))
        pen_blank (pen, data, size);
    else if (view_has (extension_of (name), "loads"))
        pen_texts (pen, data, size, 1, TEXT_KEPT);
    else if (anonymise_is_text (data, size) || anonymise_is_wide (data, size, &big_endian))
        anonymise_body (pen, data, size);
    else if (anonymise_is_packed (data, size))
        anonymise_packed (pen, data, size);
    else if (has_names (name))
        write_binary (pen, data, size);
    else
        pen_blank (pen, data, size);
}
