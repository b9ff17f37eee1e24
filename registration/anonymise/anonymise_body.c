/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/anonymise/anonymise_internal.h"
#include "registration/terms/boot_file.h"
#include "registration/terms/outage.h"

#include <string.h>

#define DEPTH_MAX   32
#define SETTING_MAX 48 /* octets of a setting's name; longer words are something else */

static gboolean view_is (View text, const char *word)
{
    return text.size == strlen (word) && octets_same_caseless (text.data, word, text.size);
}

static gboolean view_has (View text, const char *word)
{
    const gsize size = strlen (word);

    for (gsize i = 0; i + size <= text.size; i++)
        if (octets_same_caseless (text.data + i, word, size))
            return TRUE;
    return FALSE;
}

static gboolean is_one_of (View text, const char *const *words, gsize n)
{
    for (gsize i = 0; i < n; i++)
        if (view_is (text, words[i]))
            return TRUE;
    return FALSE;
}

static gboolean has_one_of (View text, const char *const *words, gsize n)
{
    for (gsize i = 0; i < n; i++)
        if (view_has (text, words[i]))
            return TRUE;
    return FALSE;
}

/* What a setting holds, by its name: an element, an attribute or the word before a colon. */
static TextKind kind_of_setting (View name, View value)
{
    static const char *const kept[] = { "deviceProtocol",
                                        "versionStamp",
                                        "configVersionStamp",
                                        "dialplanVersionStamp",
                                        "softkeyVersionStamp",
                                        "featureControlVersionStamp",
                                        "softKeyFile",
                                        "dialTemplate",
                                        "imageVersion",
                                        "image_version",
                                        "srstOption",
                                        "userLocale",
                                        "networkLocale",
                                        "langCode",
                                        "winCharSet",
                                        "timeZone",
                                        "dateTemplate",
                                        "model",
                                        "ModelNumber",
                                        "charset",
                                        "encoding",
                                        "version",
                                        "xmlns",
                                        "preferredCodec",
                                        "Content-Type",
                                        "ReasonForOutOfService",
                                        "LastReasonForOutOfService",
                                        "NeighborPortID" };
    static const char *const secrets[] = { "password", "passwd",   "passphrase", "passcode", "secret",
                                           "psk",      "privateK", "credential", "wepkey",   "token",
                                           "cookie",   "hash",     "capfAuth",   "pin",      "communityString" };
    static const char *const sentences[] = { "LastProtocolEventSent", "LastProtocolEventReceived" };
    static const char *const names[] = { "name",  "label",  "number", "user",   "contact",
                                         "pilot", "extens", "dest",   "caller", "callee" };
    gboolean is_number = value.size > 0;

    for (gsize i = 0; i < value.size; i++)
        is_number = is_number && g_ascii_isdigit (value.data[i]);
    if (view_has (name, "load") || is_one_of (name, kept, G_N_ELEMENTS (kept)))
        return TEXT_KEPT;
    if (has_one_of (name, secrets, G_N_ELEMENTS (secrets)))
        return TEXT_SECRET;
    if (is_one_of (name, sentences, G_N_ELEMENTS (sentences)))
        return TEXT_WHERE;
    /* Settings are numbers, too: ports, times, and what stands for yes and no. */
    if (is_number && !has_one_of (name, names, G_N_ELEMENTS (names)))
        return TEXT_WORDS;
    return TEXT_WHERE;
}

/* --- XML */

typedef struct {
    const Pen *pen;
    guint8 *data;
    gsize size, at;
    View stack[DEPTH_MAX]; /* names of the open elements, or what of them tells */
    guint depth;           /* may be more than there is place for */
    guint locale;          /* depth of the outermost that is about a language, whose name is no one's; or 0 */
} Xml;

static gboolean is_space (guint8 c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static View innermost (const Xml *xml)
{
    return xml->depth && xml->depth <= DEPTH_MAX ? xml->stack[xml->depth - 1] : (View){ NULL, 0 };
}

static gsize find (const Xml *xml, gsize from, guint8 c)
{
    const guint8 *found = from < xml->size ? memchr (xml->data + from, c, xml->size - from) : NULL;
    return found ? (gsize) (found - xml->data) : xml->size;
}

static View trimmed (guint8 *data, gsize size)
{
    while (size && is_space (*data))
        data++, size--;
    while (size && is_space (data[size - 1]))
        size--;
    return (View){ data, size };
}

static void write_value (const Xml *xml, View name, View value)
{
    pen_view (xml->pen, value, xml->locale ? TEXT_KEPT : kind_of_setting (name, value));
}

/* Name="value" up to the end of the tag. A value of "name" may say what the element is (<String name="DeviceName">);
 * that is returned then. */
static View write_attributes (const Xml *xml, gsize at, gsize end, gboolean is_parameter)
{
    View parameter = { NULL, 0 };

    while (at < end) {
        while (at < end && (is_space (xml->data[at]) || xml->data[at] == '/'))
            at++;
        const gsize name = at;
        while (at < end && xml->data[at] != '=' && !is_space (xml->data[at]))
            at++;
        const View key = { xml->data + name, MIN (at - name, SETTING_MAX) };
        while (at < end && xml->data[at] != '"' && xml->data[at] != '\'')
            at++;
        if (at >= end)
            break;
        const gsize begin = at + 1;
        at = MIN (find (xml, begin, xml->data[at]), end);
        const View value = { xml->data + begin, at - begin };
        if (is_parameter && view_is (key, "name"))
            parameter = value;
        else if (!memchr (key.data, ':', key.size))
            write_value (xml, key, value);
        at++;
    }
    return parameter;
}

static void read_tag (Xml *xml, gsize begin, gsize end)
{
    static const char *const parameters[] = { "String", "Enum", "Int", "Integer", "Boolean", "Alarm", "ParameterList" };
    gsize at = begin;

    while (at < end && !is_space (xml->data[at]) && xml->data[at] != '/')
        at++;
    View name = { xml->data + begin, at - begin };
    pen_view (xml->pen, name, TEXT_WORDS); /* what somebody has called himself may look like markup */
    const View parameter = write_attributes (xml, at, end, is_one_of (name, parameters, G_N_ELEMENTS (parameters)));
    if (end > begin && xml->data[end - 1] == '/')
        return;
    name = parameter.size ? parameter : name;
    name.size = MIN (name.size, SETTING_MAX);
    if (xml->depth < DEPTH_MAX)
        xml->stack[xml->depth] = name;
    xml->depth++;
    if (!xml->locale && view_has (name, "locale"))
        xml->locale = xml->depth;
}

/* From "<" on; returns what is behind ">". */
static gsize read_markup (Xml *xml, gsize at)
{
    static const char comment[] = "<!--", cdata[] = "<![CDATA[";
    const char *text = (const char *) xml->data + at;
    const gsize left = xml->size - at;

    if (left >= 4 && memcmp (text, comment, 4) == 0) {
        const char *stop = g_strstr_len (text, (gssize) left, "-->");
        const gsize end = stop ? (gsize) (stop - text) : left;
        pen_text (xml->pen, xml->data + at + 4, end - 4 > left ? 0 : end - 4, TEXT_WHERE);
        return at + MIN (left, end + 3);
    }
    if (left >= 9 && memcmp (text, cdata, 9) == 0)
        return at + 9; /* what is inside is text, or XML again */
    const gsize end = find (xml, at, '>');
    if (left > 1 && text[1] == '/') {
        if (xml->locale == xml->depth)
            xml->locale = 0;
        xml->depth -= xml->depth > 0;
        pen_text (xml->pen, xml->data + at + 2, end > at + 2 ? end - at - 2 : 0, TEXT_WORDS);
    } else if (left > 1 && text[1] != '?' && text[1] != '!') {
        read_tag (xml, at + 1, end);
    }
    return MIN (end + 1, xml->size);
}

static void write_xml (const Pen *pen, guint8 *data, gsize size)
{
    Xml xml = { .pen = pen, .data = data, .size = size };

    while (xml.at < size) {
        const gsize end = find (&xml, xml.at, '<');
        const View value = trimmed (data + xml.at, end - xml.at);
        if (value.size)
            write_value (&xml, innermost (&xml), value);
        xml.at = end < size ? read_markup (&xml, end) : size;
    }
}

/* --- Lines */

static void write_line (const Pen *pen, View line)
{
    gsize mark = 0;

    if (line.size > 2 && line.data[1] == '=' && g_ascii_islower (line.data[0])) {
        anonymise_sdp_line (pen, line.data[0], (View){ line.data + 2, line.size - 2 });
        return;
    }
    while (mark < line.size && line.data[mark] != ':' && line.data[mark] != '=')
        mark++;
    const View name = trimmed ((guint8 *) line.data, mark);
    const View value =
        mark < line.size ? trimmed ((guint8 *) line.data + mark + 1, line.size - mark - 1) : (View){ NULL, 0 };
    /* A setting has a name of one word; else this is a comment, base64, or any text. */
    if (mark == line.size || line.data[0] == '#' || name.size == 0 || name.size > SETTING_MAX ||
        memchr (name.data, ' ', name.size) || (value.size && *value.data == '=')) {
        pen_view (pen, line, TEXT_WHERE);
        return;
    }
    pen_view (pen, name, TEXT_WORDS);
    if (view_is (name, "RegisterCallId") || view_is (name, "Content-ID"))
        pen_view (pen, value, TEXT_SECRET);
    else
        pen_view (pen, value, kind_of_setting (name, value));
}

static void write_lines (const Pen *pen, guint8 *data, gsize size)
{
    for (gsize at = 0; at < size;) {
        const guint8 *lf = memchr (data + at, '\n', size - at);
        const gsize end = lf ? (gsize) (lf - data) : size;
        const View line = trimmed (data + at, end - at);
        const guint8 *markup = line.size ? memchr (line.data, '<', line.size) : NULL;
        if (markup && (gsize) (markup - line.data) < 1) { /* a part that is XML, up to the next boundary or the end */
            const char *next = g_strstr_len ((const char *) data + at, (gssize) (size - at), "\n--");
            const gsize stop = next ? (gsize) ((const guint8 *) next - data) : size;
            write_xml (pen, data + at, stop - at);
            at = stop + 1;
            continue;
        }
        if (line.size && !(line.size > 2 && memcmp (line.data, "--", 2) == 0))
            write_line (pen, line);
        else if (line.size)
            pen_view (pen, line, TEXT_NAME); /* the boundary of parts: as in their header */
        at = end + 1;
    }
}

static gboolean is_text (const guint8 *data, gsize size)
{
    gsize odd = 0;

    for (gsize i = 0; i < MIN (size, 512); i++)
        odd += data[i] < 0x20 && !is_space (data[i]);
    return odd == 0;
}

/* Compressed: as gzip, zlib, or zip does it. */
static gboolean is_packed (const guint8 *data, gsize size)
{
    return size >= 2 && ((data[0] == 0x1F && data[1] == 0x8B) ||
                         (data[0] == 0x78 && (data[0] << 8 | data[1]) % 31 == 0) || (data[0] == 'P' && data[1] == 'K'));
}

/* UTF-16: behind its mark (Unicode 15, 23.8), or markup without one. */
static gboolean is_wide (const guint8 *data, gsize size, gboolean *ret_big_endian)
{
    static const guint8 begins[][2] = { { 0xFF, 0xFE }, { '<', 0 }, { 0xFE, 0xFF }, { 0, '<' } };

    for (guint i = 0; i < G_N_ELEMENTS (begins) && size >= 2; i++)
        if (memcmp (data, begins[i], 2) == 0) {
            *ret_big_endian = i >= 2;
            return TRUE;
        }
    return FALSE;
}

static void write_wide (const Pen *pen, guint8 *data, gsize size, gboolean big_endian)
{
    const gsize mark = data[0] >= 0xFE ? 2 : 0, used = (size - mark) / 2 * 2;
    g_autofree guint8 *narrow = pen_narrow (data + mark, used, big_endian);

    if (!is_text (narrow, used / 2)) {
        pen_blank (pen, data + mark, size - mark);
        return;
    }
    write_lines (pen, narrow, used / 2);
    pen_widen (pen, data + mark, used, big_endian, narrow);
    pen_blank (pen, data + mark + used, size - mark - used);
}

void anonymise_body (const Pen *pen, guint8 *data, gsize size)
{
    gboolean big_endian;

    if (is_wide (data, size, &big_endian))
        write_wide (pen, data, size, big_endian);
    else if (is_packed (data, size) && !is_text (data, size))
        pen_blank (pen, data, size);
    else
        write_lines (pen, data, size);
}

void anonymise_content_type (const Pen *pen, View value)
{
    static const char boundary[] = "boundary=";
    gsize at = 0;

    while (at < value.size && !(value.size - at >= sizeof boundary - 1 &&
                                octets_same_caseless (value.data + at, boundary, sizeof boundary - 1)))
        at++;
    pen_view (pen, (View){ value.data, at }, TEXT_KEPT);
    pen_text (pen, (guint8 *) value.data + at, value.size - at, TEXT_NAME);
}

/* --- Sentences */

static gboolean follows_load (const guint8 *text, gsize at)
{
    static const char key[] = "Load=";
    return at >= sizeof key - 1 && octets_same_caseless (text + at - (sizeof key - 1), key, sizeof key - 1);
}

/* The name or firmware that begins here, or nothing. */
static View alarm_part (const AlarmText *alarm, const guint8 *text, gsize size, gsize at)
{
    View part = { text + at, 0 };

    if (part.data == alarm->name.data)
        return alarm->name;
    if (part.data == alarm->load.data)
        return alarm->load;
    while (follows_load (text, at) && at + part.size < size && !strchr (" \"", text[at + part.size]))
        part.size++;
    return part;
}

void anonymise_alarm_text (const Pen *pen, guint8 *text, gsize size)
{
    gsize from = 0;
    AlarmText alarm;

    alarm_text_parse ((const char *) text, size, &alarm);
    for (gsize at = 0; alarm.name.size && at < size;) {
        const View part = alarm_part (&alarm, text, size, at);
        if (!part.size) {
            at++;
            continue;
        }
        pen_text (pen, text + from, at - from, TEXT_FREE);
        pen_view (pen, part, part.data == alarm.name.data ? TEXT_NAME : TEXT_KEPT);
        at = from = at + part.size;
    }
    pen_text (pen, text + from, size - from, TEXT_FREE);
}

/* --- Files */

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
    return is_one_of (extension_of (name), kinds, G_N_ELEMENTS (kinds));
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
        return anonymise_is_firmware (name);
    case BOOT_FILE_PHONE_CONFIG:
    case BOOT_FILE_PHONE_CONFIG_OLD:
    case BOOT_FILE_CTL:
    case BOOT_FILE_ITL:
        return boot_file_names_phone ((const char *) name.data, name.size);
    default:
        return TRUE;
    }
}

void anonymise_file_name (const Pen *pen, View name)
{
    gsize folder = name.size;

    while (folder && name.data[folder - 1] != '/' && name.data[folder - 1] != '\\')
        folder--;
    pen_text (pen, (guint8 *) name.data, folder, TEXT_FREE);
    pen_text (pen, (guint8 *) name.data + folder, name.size - folder,
              has_usual_name ((View){ name.data + folder, name.size - folder }) ? TEXT_WORDS : TEXT_FREE);
}

/* What is binary and still has names in it that are to be read. */
static gboolean has_names (View name)
{
    static const char *const kinds[] = { "tlv", "sgn", "xml", "cnf", "enc", "cer", "crt", "der", "pem" };
    return is_one_of (extension_of (name), kinds, G_N_ELEMENTS (kinds));
}

/* Trust lists, and what is signed: a head in binary with names and certificates in it, then perhaps a text. */
static void write_binary (const Pen *pen, guint8 *data, gsize size)
{
    gsize xml = size;

    for (gsize i = 0; i + 5 < size; i++)
        if (memcmp (data + i, "<?xml", 5) == 0 || memcmp (data + i, "<devi", 5) == 0 ||
            memcmp (data + i, "<Defa", 5) == 0) {
            xml = i;
            break;
        }
    for (gsize at = 0; at < xml;) {
        gsize end = at;
        const gsize whole = at + 4 < xml && data[at] == 0x30 && data[at + 1] == 0x82
                                ? 4 + (gsize) (data[at + 2] << 8 | data[at + 3])
                                : 0;
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
        write_xml (pen, data + xml, size - xml);
}

void anonymise_file (const Pen *pen, View name, guint8 *data, gsize size)
{
    gboolean big_endian;

    if (anonymise_is_firmware (name))
        pen_blank (pen, data, size);
    else if (view_has (extension_of (name), "loads"))
        pen_texts (pen, data, size, 1, TEXT_KEPT);
    else if (is_text (data, size) || is_wide (data, size, &big_endian))
        anonymise_body (pen, data, size);
    else if (has_names (name) && !is_packed (data, size))
        write_binary (pen, data, size);
    else
        pen_blank (pen, data, size);
}
