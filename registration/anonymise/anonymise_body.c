/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts of files and messages: markup, objects, and lines. */
#include "registration/anonymise/anonymise_internal.h"
#include "registration/anonymise/words_of.h"
#include "registration/terms/outage.h"

#define DEPTH_MAX 32

/* --- XML */

typedef struct {
    const Pen *pen;
    guint8 *data;
    gsize size, at;
    SettingName stack[DEPTH_MAX]; /* of the open elements, or what of them tells */
    guint depth;                  /* may be more than there is place for */
    guint locale;                 /* depth of the outermost that is about a language, whose name is no one's; or 0 */
} Xml;

static View innermost (const Xml *xml)
{
    return xml->depth && xml->depth <= DEPTH_MAX ? setting_name_view (&xml->stack[xml->depth - 1]) : (View){ NULL, 0 };
}

static gsize find (const Xml *xml, gsize from, guint8 c)
{
    const guint8 *found = from < xml->size ? memchr (xml->data + from, c, xml->size - from) : NULL;
    return found ? (gsize) (found - xml->data) : xml->size;
}

static void write_value (const Xml *xml, View name, View value)
{
    if (xml->locale)
        pen_view (xml->pen, value, TEXT_KEPT);
    else
        anonymise_setting (xml->pen, name, value);
}

/* Namespaces have names of their own, and attributes may be of one. */
static void write_attribute (const Xml *xml, View key, View value)
{
    const guint8 *colon = key.size ? memchr (key.data, ':', key.size) : NULL;
    const View space = { key.data, colon ? (gsize) (colon - key.data) : key.size };

    if (view_is (space, "xmlns") || view_is (space, "xsi") || (colon && view_is (space, "xml"))) {
        pen_view (xml->pen, value, TEXT_KEPT);
        return;
    }
    View name = colon ? (View){ colon + 1, key.size - space.size - 1 } : key;
    name.size = MIN (name.size, SETTING_MAX);
    write_value (xml, name, value);
}

/* Name="value" up to the end of the tag; marks of quotation, or the value, may be missing. A value of "name" may say
 * what the element is (<String name="DeviceName">); that is returned then, as it was. */
static SettingName write_attributes (const Xml *xml, gsize at, gsize end, gboolean is_parameter)
{
    SettingName parameter = { 0 };

    while (at < end) {
        while (at < end && (octet_is_space (xml->data[at]) || xml->data[at] == '/' || xml->data[at] == '?'))
            at++;
        const gsize name = at;
        while (at < end && xml->data[at] != '=' && !octet_is_space (xml->data[at]))
            at++;
        const View key = { xml->data + name, at - name };
        while (at < end && octet_is_space (xml->data[at]))
            at++;
        if (at < end && xml->data[at] == '=') {
            gsize begin = at + 1;
            while (begin < end && octet_is_space (xml->data[begin]))
                begin++;
            const gboolean is_quoted = begin < end && (xml->data[begin] == '"' || xml->data[begin] == '\'');
            at = begin + is_quoted;
            if (is_quoted)
                at = MIN (find (xml, at, xml->data[begin]), end);
            while (!is_quoted && at < end && !octet_is_space (xml->data[at]))
                at++;
            begin += is_quoted;
            const View value = { xml->data + begin, at > begin ? at - begin : 0 };
            if (is_parameter && view_is (key, "name")) {
                parameter = setting_name (value);
                pen_view (xml->pen, value, TEXT_CALLED);
            } else {
                write_attribute (xml, key, value);
            }
            at += is_quoted;
        }
        pen_view (xml->pen, key, TEXT_CALLED);
    }
    return parameter;
}

static void read_tag (Xml *xml, gsize begin, gsize end)
{
    static const char *const parameters[] = { "String", "Enum", "Int", "Integer", "Boolean", "Alarm", "ParameterList" };
    gsize at = begin;

    while (at < end && !octet_is_space (xml->data[at]) && xml->data[at] != '/')
        at++;
    const View view = { xml->data + begin, at - begin };
    const SettingName name = setting_name (view);
    const gboolean is_parameter = view_is_one_of (view, parameters, G_N_ELEMENTS (parameters));
    pen_view (xml->pen, view, TEXT_CALLED);
    const SettingName parameter = write_attributes (xml, at, end, is_parameter);
    const SettingName *told = parameter.size ? &parameter : &name;
    if (end > begin && xml->data[end - 1] == '/')
        return;
    if (xml->depth < DEPTH_MAX)
        xml->stack[xml->depth] = *told;
    xml->depth++;
    if (!xml->locale && view_has (setting_name_view (told), "locale"))
        xml->locale = xml->depth;
}

/* <!ENTITY name "value">, <!DOCTYPE name PUBLIC "…" [ … The name of an entity is written like a word of a text, as it
 * is where the text has it. */
static void write_declaration (const Xml *xml, gsize at, gsize end)
{
    const View whole = { xml->data + at, end - at };
    const guint8 *quote = memchr (whole.data, '"', whole.size);
    const gsize head = view_has (whole, "<!entity") ? 0 : quote ? (gsize) (quote - whole.data) : whole.size;

    pen_view (xml->pen, (View){ whole.data, head }, TEXT_CALLED);
    pen_view (xml->pen, (View){ whole.data + head, whole.size - head }, TEXT_WHERE);
}

/* <?xml version="1.0"?>, and what is told to whoever works with it. */
static void write_instruction (const Xml *xml, gsize at, gsize end)
{
    gsize stop = at;

    while (stop < end && !octet_is_space (xml->data[stop]) && xml->data[stop] != '?')
        stop++;
    const View target = { xml->data + at, stop - at };
    if (view_is (target, "xml"))
        write_attributes (xml, stop, end, FALSE);
    else
        pen_text (xml->pen, xml->data + stop, end - stop, TEXT_WHERE);
    pen_view (xml->pen, target, TEXT_CALLED);
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
        pen_text (xml->pen, xml->data + at + 2, end > at + 2 ? end - at - 2 : 0, TEXT_CALLED);
    } else if (left > 1 && text[1] == '!') {
        write_declaration (xml, at, end);
    } else if (left > 1 && text[1] == '?') {
        write_instruction (xml, at + 2, end);
    } else if (left > 1) {
        read_tag (xml, at + 1, end);
    }
    return MIN (end + 1, xml->size);
}

void anonymise_xml (const Pen *pen, guint8 *data, gsize size)
{
    Xml xml = { .pen = pen, .data = data, .size = size };

    while (xml.at < size) {
        const gsize end = find (&xml, xml.at, '<');
        const View value = view_trimmed (data + xml.at, end - xml.at);
        if (value.size)
            write_value (&xml, innermost (&xml), value);
        xml.at = end < size ? read_markup (&xml, end) : size;
    }
}

/* --- JSON: RFC 8259 */

/* Behind the quotation mark: where the text ends. */
static gsize json_text_end (const guint8 *data, gsize size, gsize at)
{
    while (at < size && data[at] != '"')
        at += data[at] == '\\' ? 2 : 1;
    return MIN (at, size);
}

/* Where the escape ends that begins here. */
static gsize json_escape_end (const guint8 *text, gsize size, gsize at)
{
    enum { ESCAPE = 2, UNICODE = 6 };
    return MIN (at + (at + 1 < size && text[at + 1] == 'u' ? UNICODE : ESCAPE), size);
}

/* Escapes stay, and part words. name: of the setting; what has escapes is none. */
static void write_json_text (const Pen *pen, View name, guint8 *text, gsize size)
{
    for (gsize at = 0; at < size;) {
        const guint8 *mark = memchr (text + at, '\\', size - at);
        const gsize end = mark ? (gsize) (mark - text) : size;
        anonymise_setting (pen, name, (View){ text + at, end - at });
        at = mark ? json_escape_end (text, size, end) : size;
    }
}

static void write_json_name (const Pen *pen, View name)
{
    const View nothing = { NULL, 0 };

    if (memchr (name.data, '\\', name.size))
        write_json_text (pen, nothing, (guint8 *) name.data, name.size);
    else
        anonymise_setting_name (pen, name);
}

static gsize skip_space (const guint8 *data, gsize size, gsize at)
{
    while (at < size && octet_is_space (data[at]))
        at++;
    return at;
}

/* Names stand before a colon; a value belongs to the name before it, also one of many in a list. */
static void write_json (const Pen *pen, guint8 *data, gsize size)
{
    SettingName name = { 0 };

    for (gsize at = 0; at < size;) {
        gsize end = at + 1;
        if (data[at] == '"') {
            end = json_text_end (data, size, at + 1);
            const gsize behind = skip_space (data, size, MIN (end + 1, size));
            if (behind < size && data[behind] == ':') {
                const View text = { data + at + 1, end - at - 1 };
                name = setting_name (text);
                write_json_name (pen, text);
            } else if (end > at + 1) {
                write_json_text (pen, setting_name_view (&name), data + at + 1, end - at - 1);
            }
            end++;
        } else if (g_ascii_isdigit (data[at])) {
            while (end < size && (g_ascii_isalnum (data[end]) || data[end] == '.'))
                end++;
            anonymise_setting (pen, setting_name_view (&name), (View){ data + at, end - at });
        } else if (g_ascii_isalpha (data[at])) { /* true, or what is no JSON */
            while (end < size && !strchr ("\",:[]{}", data[end]) && !octet_is_space (data[end]))
                end++;
            pen_text (pen, data + at, end - at, TEXT_WHERE);
        }
        at = end;
    }
}

/* --- Lines, and what stands between them */

/* Markup, or an object or list: what is to be read to its end. */
static gboolean begins_json (View line)
{
    gsize at = 1;

    if (line.size == 0 || (*line.data != '{' && *line.data != '['))
        return FALSE;
    while (at < line.size && octet_is_space (line.data[at]))
        at++;
    return at == line.size || strchr ("\"[]{}", line.data[at]) != NULL;
}

/* What UTF-8 may begin with. */
static View without_mark (View text)
{
    static const guint8 mark[] = { 0xEF, 0xBB, 0xBF };

    if (text.size > sizeof mark && memcmp (text.data, mark, sizeof mark) == 0)
        return (View){ text.data + sizeof mark, text.size - sizeof mark };
    return text;
}

static void write_lines (const Pen *pen, guint8 *data, gsize size)
{
    for (gsize at = 0; at < size;) {
        const guint8 *lf = memchr (data + at, '\n', size - at);
        const gsize end = lf ? (gsize) (lf - data) : size;
        const View line = without_mark (view_trimmed (data + at, end - at));
        const gsize begin = (gsize) (line.data - data);
        const gboolean is_xml = line.size && *line.data == '<';
        if (is_xml || begins_json (line)) { /* a part that is no lines, up to the next boundary or the end */
            const char *next = g_strstr_len ((const char *) data + at, (gssize) (size - at), "\n--");
            const gsize stop = next ? (gsize) ((const guint8 *) next - data) : size;
            if (is_xml)
                anonymise_xml (pen, data + begin, stop - begin);
            else
                write_json (pen, data + begin, stop - begin);
            at = stop + 1;
            continue;
        }
        if (line.size && !(line.size > 2 && memcmp (line.data, "--", 2) == 0))
            anonymise_line (pen, line);
        else if (line.size)
            pen_view (pen, line, TEXT_NAME); /* the boundary of parts: as in their header */
        at = end + 1;
    }
}

gboolean anonymise_is_text (const guint8 *data, gsize size)
{
    gsize odd = 0;

    for (gsize i = 0; i < MIN (size, 512); i++)
        odd += data[i] < 0x20 && !octet_is_space (data[i]);
    return odd == 0;
}

/* Compressed: as gzip, zlib, or zip does it. */
gboolean anonymise_is_packed (const guint8 *data, gsize size)
{
    return size >= 2 && ((data[0] == 0x1F && data[1] == 0x8B) ||
                         (data[0] == 0x78 && (data[0] << 8 | data[1]) % 31 == 0) || (data[0] == 'P' && data[1] == 'K'));
}

static guint32 crc32_of (const guint8 *data, gsize size)
{
    guint32 crc = 0xFFFFFFFF;

    for (gsize i = 0; i < size; i++) {
        crc ^= data[i];
        for (guint bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
    }
    return ~crc;
}

static void put_le32 (guint8 *to, guint32 value)
{
    for (guint i = 0; i < 4; i++)
        to[i] = (guint8) (value >> 8 * i);
}

/* Nothing, packed by gzip (RFC 1952) so that it is as long as before: an object of JSON without members, and blanks,
 * in blocks that are not compressed (RFC 1951, 3.2.4). FALSE when there is no place for it. */
static gboolean write_gzip (const Pen *pen, guint8 *data, gsize size)
{
    enum { HEAD = 10, BLOCK = 5, BLOCK_MAX = 65535, TAIL = 8 };
    static const guint8 head[HEAD] = { 0x1F, 0x8B, 8, [9] = 255 }, nothing[] = { '{', '}' };
    const gsize blocks = size > HEAD + TAIL ? (size - HEAD - TAIL + BLOCK + BLOCK_MAX - 1) / (BLOCK + BLOCK_MAX) : 0;
    gsize at = HEAD;

    if (size < HEAD + BLOCK + TAIL + sizeof nothing || blocks * BLOCK > size - HEAD - TAIL)
        return FALSE;
    if (!pen->writes)
        return TRUE;
    const gsize content = size - HEAD - TAIL - blocks * BLOCK;
    g_autofree guint8 *text = g_malloc (content);
    memset (text, ' ', content);
    memcpy (text, nothing, sizeof nothing);
    memcpy (data, head, HEAD);
    for (gsize from = 0, i = 0; i < blocks; i++) {
        const guint16 part = (guint16) MIN (content - from, BLOCK_MAX);
        data[at] = i + 1 == blocks;
        data[at + 1] = (guint8) part, data[at + 2] = (guint8) (part >> 8);
        data[at + 3] = (guint8) ~part, data[at + 4] = (guint8) (~part >> 8);
        memcpy (data + at + BLOCK, text + from, part);
        at += BLOCK + (gsize) part;
        from += part;
    }
    put_le32 (data + at, crc32_of (text, content));
    put_le32 (data + at + 4, (guint32) content);
    return TRUE;
}

void anonymise_packed (const Pen *pen, guint8 *data, gsize size)
{
    if (data[0] != 0x1F || !write_gzip (pen, data, size))
        pen_blank (pen, data, size);
}

/* UTF-16: behind its mark (Unicode 15, 23.8), or markup without one. */
gboolean anonymise_is_wide (const guint8 *data, gsize size, gboolean *ret_big_endian)
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

    if (!anonymise_is_text (narrow, used / 2)) {
        pen_blank (pen, data + mark, size - mark);
        return;
    }
    write_lines (pen, narrow, used / 2);
    pen_widen (pen, data + mark, used, big_endian, narrow);
    pen_blank (pen, data + mark + used, size - mark - used);
}

/* Nothing but keys that were pressed: "5" (application/dtmf). */
static gboolean are_keys (const guint8 *data, gsize size)
{
    enum { KEYS_MAX = 32 };

    for (gsize i = 0; i < size; i++)
        if (!g_ascii_isdigit (data[i]) && !octet_is_space (data[i]) && (!data[i] || !strchr ("*#,ABCD", data[i])))
            return FALSE;
    return size > 0 && size <= KEYS_MAX;
}

void anonymise_body (const Pen *pen, guint8 *data, gsize size)
{
    gboolean big_endian;

    if (anonymise_is_wide (data, size, &big_endian))
        write_wide (pen, data, size, big_endian);
    else if (anonymise_is_packed (data, size) && !anonymise_is_text (data, size))
        anonymise_packed (pen, data, size);
    else if (are_keys (data, size))
        pen_text (pen, data, size, TEXT_KEYS);
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
