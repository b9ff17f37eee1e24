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

static gboolean view_begins (View text, const char *word)
{
    const gsize size = strlen (word);
    return text.size >= size && octets_same_caseless (text.data, word, size);
}

static gboolean has_one_of (View text, const char *const *words, gsize n)
{
    for (gsize i = 0; i < n; i++)
        if (view_has (text, words[i]))
            return TRUE;
    return FALSE;
}

static gboolean is_space (guint8 c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* --- Settings: a name, which is an element, an attribute, a key or the word before a colon, and a value */

typedef enum {
    SETTING_STAYS, /* a number that measures something, or says yes or no */
    SETTING_FILE,
    SETTING_ID, /* of a call or dialog */
    SETTING_TEXT,
} SettingForm;

/* The next word of a name: "voipControlPort" has three, and so has "sip.1.expires". */
static View next_name_word (View *name)
{
    gsize begin = 0, end;

    while (begin < name->size && !g_ascii_isalpha (name->data[begin]))
        begin++;
    for (end = begin; end < name->size && g_ascii_isalpha (name->data[end]); end++)
        if (end > begin && g_ascii_isupper (name->data[end]) && g_ascii_islower (name->data[end - 1]))
            break;
    const View word = { name->data + begin, end - begin };
    *name = (View){ name->data + end, name->size - end };
    return word;
}

static gboolean ends_with_one_of (View text, const char *const *words, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        const gsize size = strlen (words[i]);
        if (text.size >= size && octets_same_caseless (text.data + text.size - size, words[i], size))
            return TRUE;
    }
    return FALSE;
}

/* Whether the number that has this name counts or measures: ports, times, versions. All others somebody may dial. */
static gboolean is_quantity (View name)
{
    static const char *const words[] = {
        "age",   "bandwidth", "bitrate",  "bits",   "bytes",   "cos",       "count",   "counter", "date",    "delta",
        "depth", "dscp",      "error",    "gain",   "height",  "hour",      "hours",   "index",   "level",   "lifetime",
        "limit", "max",       "maximum",  "min",    "minimum", "minute",    "minutes", "mode",    "mtu",     "offset",
        "ports", "prio",      "priority", "qos",    "rate",    "redirects", "retries", "retry",   "seconds", "sec",
        "secs",  "size",      "stamp",    "status", "time",    "timers",    "times",   "tos",     "ttl",     "volume",
        "vlan",  "vlanid",    "width",    "year",   "zone",
    };
    static const char *const ends[] = { "delay",    "duration",  "expire",    "expires",  "expiry",  "expiration",
                                        "interval", "keepalive", "length",    "millis",   "period",  "threshold",
                                        "timeout",  "timer",     "timestamp", "timezone", "version", "versionstamp" };
    static const char *const no_ports[] = { "support", "transport", "report", "import", "export" };
    static const char *const ports[] = { "port" };

    while (name.size) {
        const View word = next_name_word (&name);
        if (is_one_of (word, words, G_N_ELEMENTS (words)) || ends_with_one_of (word, ends, G_N_ELEMENTS (ends)) ||
            (ends_with_one_of (word, ports, G_N_ELEMENTS (ports)) &&
             !ends_with_one_of (word, no_ports, G_N_ELEMENTS (no_ports))))
            return TRUE;
    }
    return FALSE;
}

/* Digits, or several numbers: "12:30", "3|5|7". */
static gboolean is_number (View value, gboolean *ret_several)
{
    gsize digits = 0;

    *ret_several = FALSE;
    for (gsize i = 0; i < value.size; i++)
        if (g_ascii_isdigit (value.data[i]))
            digits++;
        else if (strchr (":|,", value.data[i]) && value.data[i])
            *ret_several = TRUE;
        else
            return FALSE;
    return digits > 0;
}

/* A path, perhaps behind the protocol that fetches it, and no URI. */
static gboolean is_file_name (View value)
{
    static const char *const ends[] = { ".xml", ".png", ".raw", ".loads", ".jar", ".cnf", ".sbn" };

    for (gsize i = 0; i < value.size; i++)
        if (is_space (value.data[i]) || strchr ("@?\"'", value.data[i]))
            return FALSE;
    return ends_with_one_of (value, ends, G_N_ELEMENTS (ends)) && !view_has (value, "://");
}

/* A telephone, or who has it, in few letters. */
static gboolean names_device (View name)
{
    static const char *const words[] = { "agent", "device", "dn", "ext", "from", "hno", "room" };

    while (name.size) {
        const View word = next_name_word (&name);
        if (is_one_of (word, words, G_N_ELEMENTS (words)))
            return TRUE;
    }
    return FALSE;
}

static SettingForm form_of_number (const Pen *pen, View name, View value, gboolean is_several, TextKind *ret_kind)
{
    /* Of whom or what a short number is, too. */
    static const char *const names[] = { "name", "label",   "number", "user",   "contact",  "pilot",   "extens",
                                         "dest", "caller",  "callee", "phone",  "tel",      "forward", "speed",
                                         "dial", "mailbox", "mobile", "office", "callback", "pickup",  "address" };
    enum { SMALL = 3, TOLD = 2 };
    const gboolean is_somebodys =
        has_one_of (name, names, G_N_ELEMENTS (names)) || (value.size == SMALL && names_device (name));

    if (is_quantity (name) || (!is_several && pen_is_port (pen, value)))
        return SETTING_STAYS;
    if (!is_several && value.size <= SMALL && !is_somebodys &&
        !(value.size > TOLD && pseudonyms_know_name (pen->pseudonyms, value)))
        return SETTING_STAYS;
    if (value.size == 1 && !view_is (name, "number"))
        return SETTING_STAYS;
    *ret_kind = TEXT_WHERE;
    return SETTING_TEXT;
}

static gboolean are_digits (View text)
{
    for (gsize i = 0; i < text.size; i++)
        if (!g_ascii_isdigit (text.data[i]))
            return FALSE;
    return TRUE;
}

/* The firmware of a phone, where a setting of one is called so: a name of letters, digits and marks, which has a digit,
 * and is no host and no address: what stands behind its last point is no word. */
static gboolean is_load (View name, View value)
{
    static const char *const names[] = { "load",      "activeLoad", "inactiveLoad", "activeLoadID", "inactiveLoadID",
                                         "appLoadID", "bootLoadID", "phoneLoad",    "defaultLoad",  "loadID" };
    static const char information[] = "loadInformation";
    const gsize n = sizeof information - 1;
    gsize points = 0, last = 0, digits = 0, letters = 0;

    if (!is_one_of (name, names, G_N_ELEMENTS (names)) &&
        !(name.size >= n && octets_same_caseless (name.data, information, n) &&
          are_digits ((View){ name.data + n, name.size - n })))
        return FALSE;
    for (gsize i = 0; i < value.size; i++) {
        if (!g_ascii_isalnum (value.data[i]) && (!value.data[i] || !strchr (".-_", value.data[i])))
            return FALSE;
        if (value.data[i] == '.')
            points++, last = i + 1;
        digits += g_ascii_isdigit (value.data[i]);
        letters += g_ascii_isalpha (value.data[i]);
    }
    return digits && letters && (!points || (last < value.size && g_ascii_isdigit (value.data[last])));
}

static gboolean is_secret (View name)
{
    static const char *const secrets[] = { "password", "passwd",   "passphrase", "passcode", "secret",
                                           "psk",      "privateK", "credential", "wepkey",   "token",
                                           "cookie",   "hash",     "capfAuth",   "pin",      "communityString" };
    return has_one_of (name, secrets, G_N_ELEMENTS (secrets));
}

/* What a setting holds, by its name and how its value looks. */
static SettingForm form_of_setting (const Pen *pen, View name, View value, TextKind *ret_kind)
{
    static const char *const kept[] = { "deviceProtocol",
                                        "versionStamp",
                                        "configVersionStamp",
                                        "dialplanVersionStamp",
                                        "softkeyVersionStamp",
                                        "featureControlVersionStamp",
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
    static const char *const files[] = { "softKeyFile", "dialTemplate" };
    static const char *const ids[] = { "call-id", "callid", "call_id", "local-tag",  "localtag", "from-tag",
                                       "fromtag", "to-tag", "totag",   "remote-tag", "remotetag" };
    static const char *const keys[] = { "digit", "digits", "dtmf", "signal" };
    gboolean is_several;

    *ret_kind = TEXT_WHERE;
    if (is_one_of (name, files, G_N_ELEMENTS (files)) || is_file_name (value))
        return SETTING_FILE;
    if (is_one_of (name, ids, G_N_ELEMENTS (ids)))
        return SETTING_ID;
    if (is_secret (name))
        *ret_kind = TEXT_SECRET;
    else if (is_load (name, value) || is_one_of (name, kept, G_N_ELEMENTS (kept)))
        *ret_kind = TEXT_KEPT;
    else if (is_one_of (name, keys, G_N_ELEMENTS (keys)))
        *ret_kind = TEXT_KEYS;
    else if (is_number (value, &is_several))
        return form_of_number (pen, name, value, is_several, ret_kind);
    return SETTING_TEXT;
}

/* What has no word like a setting's: several, or one that begins as a name does, or none at all. */
static gboolean is_somebody (const Pen *pen, View name, View value)
{
    enum { LEAST = 3, DIALLED = 4 };
    gboolean letters_only = name.size >= LEAST, is_several;

    for (gsize i = 0; i < name.size; i++) {
        if (is_space (name.data[i]) || name.data[i] >= 0x80 || name.data[i] == '@')
            return TRUE;
        letters_only &= g_ascii_isalpha (name.data[i]) && (i == 0 || g_ascii_islower (name.data[i]));
    }
    if (is_number (name, &is_several))
        return name.size >= DIALLED;
    if (!letters_only || pseudonyms_is_wording (pen->pseudonyms, name))
        return FALSE;
    return g_ascii_isupper (*name.data) ||
           (is_number (value, &is_several) && value.size >= DIALLED && !is_quantity (name));
}

static void write_setting_name (const Pen *pen, View name, View value)
{
    pen_view (pen, name, is_somebody (pen, name, value) ? TEXT_WHERE : TEXT_WORDS);
}

static void write_setting (const Pen *pen, View name, View value)
{
    TextKind kind;

    switch (form_of_setting (pen, name, value, &kind)) {
    case SETTING_STAYS:
        break;
    case SETTING_FILE:
        anonymise_file_name (pen, value);
        break;
    case SETTING_ID:
        anonymise_id (pen, value);
        break;
    case SETTING_TEXT:
        if (kind == TEXT_WHERE)
            pen_learn_number (pen, value);
        pen_view (pen, value, kind);
        break;
    }
}

/* --- XML */

typedef struct {
    const Pen *pen;
    guint8 *data;
    gsize size, at;
    View stack[DEPTH_MAX]; /* names of the open elements, or what of them tells */
    guint depth;           /* may be more than there is place for */
    guint locale;          /* depth of the outermost that is about a language, whose name is no one's; or 0 */
    GHashTable *ended;     /* names of all elements that end somewhere; a set, owned, as are they */
} Xml;

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
    if (xml->locale)
        pen_view (xml->pen, value, TEXT_KEPT);
    else
        write_setting (xml->pen, name, value);
}

/* The name of the element behind "<" or "</". Up to SETTING_MAX octets of it. */
static char *element_name (const Xml *xml, gsize at)
{
    gsize end = at;

    while (end < xml->size && end - at < SETTING_MAX && !is_space (xml->data[end]) && !strchr ("/<>", xml->data[end]))
        end++;
    return g_strndup ((const char *) xml->data + at, end - at);
}

static GHashTable *find_ended (const Xml *xml)
{
    GHashTable *ended = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

    for (gsize at = find (xml, 0, '<'); at + 1 < xml->size; at = find (xml, at + 1, '<'))
        if (xml->data[at + 1] == '/')
            g_hash_table_add (ended, element_name (xml, at + 2));
    return ended;
}

/* What somebody has called himself may look like markup, but never ends. */
static gboolean is_element (const Xml *xml, gsize at, gsize end)
{
    g_autofree char *name = element_name (xml, at);
    return (end > at && xml->data[end - 1] == '/') || g_hash_table_contains (xml->ended, name);
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
    if (!is_element (xml, begin, end))
        pen_view (xml->pen, name, TEXT_WORDS);
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
    } else if (left > 1 && text[1] != '?' && text[1] != '!') {
        read_tag (xml, at + 1, end);
    }
    return MIN (end + 1, xml->size);
}

static void write_xml (const Pen *pen, guint8 *data, gsize size)
{
    Xml xml = { .pen = pen, .data = data, .size = size };

    xml.ended = find_ended (&xml);
    while (xml.at < size) {
        const gsize end = find (&xml, xml.at, '<');
        const View value = trimmed (data + xml.at, end - xml.at);
        if (value.size)
            write_value (&xml, innermost (&xml), value);
        xml.at = end < size ? read_markup (&xml, end) : size;
    }
    g_hash_table_unref (xml.ended);
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
        write_setting (pen, name, (View){ text + at, end - at });
        at = mark ? json_escape_end (text, size, end) : size;
    }
}

static void write_json_name (const Pen *pen, View name, View value)
{
    const View nothing = { NULL, 0 };

    if (memchr (name.data, '\\', name.size))
        write_json_text (pen, nothing, (guint8 *) name.data, name.size);
    else if (!pseudonyms_is_wording (pen->pseudonyms, name))
        write_setting_name (pen, name, value);
}

static gsize skip_space (const guint8 *data, gsize size, gsize at)
{
    while (at < size && is_space (data[at]))
        at++;
    return at;
}

/* The number that begins behind blanks, in quotation marks or not; or nothing. */
static View json_number (const guint8 *data, gsize size, gsize at)
{
    at = skip_space (data, size, at);
    at += at < size && data[at] == '"';
    gsize end = at;
    while (end < size && g_ascii_isdigit (data[end]))
        end++;
    return (View){ data + at, end - at };
}

/* Names stand before a colon; a value belongs to the name before it, also one of many in a list. */
static void write_json (const Pen *pen, guint8 *data, gsize size)
{
    View name = { NULL, 0 };

    for (gsize at = 0; at < size;) {
        gsize end = at + 1;
        if (data[at] == '"') {
            end = json_text_end (data, size, at + 1);
            const gsize behind = skip_space (data, size, MIN (end + 1, size));
            if (behind < size && data[behind] == ':') {
                name = (View){ data + at + 1, end - at - 1 };
                write_json_name (pen, name, json_number (data, size, behind + 1));
                name.size = MIN (name.size, SETTING_MAX);
            } else if (end > at + 1) {
                write_json_text (pen, name, data + at + 1, end - at - 1);
            }
            end++;
        } else if (g_ascii_isdigit (data[at])) {
            while (end < size && (g_ascii_isalnum (data[end]) || data[end] == '.'))
                end++;
            write_setting (pen, name, (View){ data + at, end - at });
        } else if (g_ascii_isalpha (data[at])) { /* true, or what is no JSON */
            while (end < size && !strchr ("\",:[]{}", data[end]) && !is_space (data[end]))
                end++;
            pen_text (pen, data + at, end - at, TEXT_WHERE);
        }
        at = end;
    }
}

/* --- Lines */

static void write_line (const Pen *pen, View line)
{
    enum { STATUS = 8 };
    gsize mark = 0;

    if (line.size > 2 && line.data[1] == '=' && g_ascii_islower (line.data[0])) {
        anonymise_sdp_line (pen, line.data[0], (View){ line.data + 2, line.size - 2 });
        return;
    }
    if (view_begins (line, "SIP/2.0 ") || view_begins (line, "#!version:")) {
        /* What became of a request (RFC 3420), and its reason phrase; the release of a form of settings. */
        gsize at = STATUS;
        while (at < line.size && !is_space (line.data[at]))
            at++;
        pen_text (pen, (guint8 *) line.data + at, line.size - at, TEXT_FREE);
        return;
    }
    while (mark < line.size && line.data[mark] != ':' && line.data[mark] != '=')
        mark++;
    const View name = trimmed ((guint8 *) line.data, mark);
    const View value =
        mark < line.size ? trimmed ((guint8 *) line.data + mark + 1, line.size - mark - 1) : (View){ NULL, 0 };
    if (mark < line.size && line.data[0] != '#' && name.size && name.size <= SETTING_MAX &&
        memchr (name.data, ' ', name.size) && is_secret (name)) { /* "sip line1 password: …" */
        pen_view (pen, name, TEXT_FREE);
        pen_view (pen, value, TEXT_SECRET);
        return;
    }
    /* A setting has a name of one word; else this is a comment, base64, or any text. */
    if (mark == line.size || line.data[0] == '#' || name.size == 0 || name.size > SETTING_MAX ||
        memchr (name.data, ' ', name.size) || (value.size && *value.data == '=')) {
        pen_view (pen, line, TEXT_WHERE);
        return;
    }
    write_setting_name (pen, name, value);
    if (view_is (name, "RegisterCallId") || view_is (name, "Content-ID"))
        pen_view (pen, value, TEXT_SECRET);
    else
        write_setting (pen, name, value);
}

/* Markup, or an object or list: what is to be read to its end. */
static gboolean begins_json (View line)
{
    gsize at = 1;

    if (line.size == 0 || (*line.data != '{' && *line.data != '['))
        return FALSE;
    while (at < line.size && is_space (line.data[at]))
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
        const View line = without_mark (trimmed (data + at, end - at));
        const gsize begin = (gsize) (line.data - data);
        const gboolean is_xml = line.size && *line.data == '<';
        if (is_xml || begins_json (line)) { /* a part that is no lines, up to the next boundary or the end */
            const char *next = g_strstr_len ((const char *) data + at, (gssize) (size - at), "\n--");
            const gsize stop = next ? (gsize) ((const guint8 *) next - data) : size;
            if (is_xml)
                write_xml (pen, data + begin, stop - begin);
            else
                write_json (pen, data + begin, stop - begin);
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

static void write_packed (const Pen *pen, guint8 *data, gsize size)
{
    if (data[0] != 0x1F || !write_gzip (pen, data, size))
        pen_blank (pen, data, size);
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

/* Nothing but keys that were pressed: "5" (application/dtmf). */
static gboolean are_keys (const guint8 *data, gsize size)
{
    enum { KEYS_MAX = 32 };

    for (gsize i = 0; i < size; i++)
        if (!g_ascii_isdigit (data[i]) && !is_space (data[i]) && (!data[i] || !strchr ("*#,ABCD", data[i])))
            return FALSE;
    return size > 0 && size <= KEYS_MAX;
}

void anonymise_body (const Pen *pen, guint8 *data, gsize size)
{
    gboolean big_endian;

    if (is_wide (data, size, &big_endian))
        write_wide (pen, data, size, big_endian);
    else if (is_packed (data, size) && !is_text (data, size))
        write_packed (pen, data, size);
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
        return anonymise_is_firmware (name);
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

void anonymise_file_name (const Pen *pen, View name)
{
    gsize folder = name.size;

    while (folder && name.data[folder - 1] != '/' && name.data[folder - 1] != '\\')
        folder--;
    const View own = boot_file_own_part ((const char *) name.data, name.size);
    pen_text (pen, (guint8 *) name.data, folder, TEXT_FREE);
    if (has_usual_name (name))
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
    return is_one_of (extension_of (name), kinds, G_N_ELEMENTS (kinds));
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
    const gsize head = write_fields (pen, data, size);

    for (gsize i = head; i + 5 < size; i++)
        if (memcmp (data + i, "<?xml", 5) == 0 || memcmp (data + i, "<devi", 5) == 0 ||
            memcmp (data + i, "<Defa", 5) == 0) {
            xml = i;
            break;
        }
    for (gsize at = head; at < xml;) {
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
    else if (is_packed (data, size))
        write_packed (pen, data, size);
    else if (has_names (name))
        write_binary (pen, data, size);
    else
        pen_blank (pen, data, size);
}
