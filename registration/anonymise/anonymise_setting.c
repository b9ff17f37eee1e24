/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings: a name, which is an element, an attribute, a key or the word before a colon, and a value. */
#include "registration/anonymise/anonymise_internal.h"
#include "registration/anonymise/words_of.h"

static gboolean has_one_of (View text, const char *const *words, gsize n)
{
    for (gsize i = 0; i < n; i++)
        if (view_has (text, words[i]))
            return TRUE;
    return FALSE;
}

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

/* How many digits of a number that is called so measure something, and are nobody's: those of ports, of modes and
 * priorities, of times and versions. All others somebody may dial. */
static gsize quantity_digits (View name)
{
    enum { LEVEL = 4, PORT = 5, ANY = 64 };
    static const char *const levels[] = { "cos",      "dscp",   "index",   "level",    "mode", "prio",
                                          "priority", "qos",    "retries", "retry",    "tos",  "ttl",
                                          "vlan",     "vlanid", "year",    "redirects" };
    static const char *const words[] = {
        "age",    "bandwidth", "bitrate",  "bits",   "bytes",  "count", "counter", "date",    "delta", "depth",
        "error",  "gain",      "height",   "hour",   "hours",  "limit", "max",     "maximum", "min",   "minimum",
        "minute", "minutes",   "lifetime", "mtu",    "offset", "rate",  "seconds", "sec",     "secs",  "size",
        "stamp",  "status",    "time",     "timers", "times",  "width", "volume",  "zone",
    };
    static const char *const ends[] = { "delay",    "duration",  "expire",    "expires",  "expiry",  "expiration",
                                        "interval", "keepalive", "length",    "millis",   "period",  "threshold",
                                        "timeout",  "timer",     "timestamp", "timezone", "version", "versionstamp" };
    static const char *const no_ports[] = { "support", "transport", "report", "import", "export" };
    static const char *const ports[] = { "port", "ports" };
    gsize most = 0;

    while (name.size) {
        const View word = next_name_word (&name);
        if (view_is_one_of (word, words, G_N_ELEMENTS (words)) || ends_with_one_of (word, ends, G_N_ELEMENTS (ends)))
            most = ANY;
        else if (ends_with_one_of (word, ports, G_N_ELEMENTS (ports)) &&
                 !ends_with_one_of (word, no_ports, G_N_ELEMENTS (no_ports)))
            most = MAX (most, PORT);
        else if (view_is_one_of (word, levels, G_N_ELEMENTS (levels)))
            most = MAX (most, LEVEL);
    }
    return most;
}

gboolean anonymise_is_of_field (const Pen *pen, View name)
{
    while (name.size && g_ascii_isdigit (name.data[name.size - 1]))
        name.size--;
    for (gsize i = 0; i < name.size; i++)
        if (!g_ascii_isalpha (name.data[i]))
            return FALSE;
    while (name.size)
        if (!pseudonyms_is_field (pen->pseudonyms, next_name_word (&name)))
            return FALSE;
    return TRUE;
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
        if (octet_is_space (value.data[i]) || strchr ("@?\"'", value.data[i]))
            return FALSE;
    return ends_with_one_of (value, ends, G_N_ELEMENTS (ends)) && !view_has (value, "://");
}

/* A telephone, or who has it, in few letters. */
static gboolean names_device (View name)
{
    static const char *const words[] = { "agent", "device", "dn", "ext", "from", "hno", "room" };

    while (name.size) {
        const View word = next_name_word (&name);
        if (view_is_one_of (word, words, G_N_ELEMENTS (words)))
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

    const gsize digits = quantity_digits (name);
    if (digits && (is_several || value.size <= digits))
        return SETTING_STAYS;
    if (!is_several && pen_is_port (pen, value))
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

    if (!view_is_one_of (name, names, G_N_ELEMENTS (names)) &&
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

gboolean anonymise_is_secret (View name)
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
    static const char *const persons[] = { "displayName", "display_name", "display-name", "display",  "firstName",
                                           "first_name",  "lastName",     "last_name",    "realname", "fullName",
                                           "FN" };
    gboolean is_several;

    *ret_kind = TEXT_WHERE;
    if (view_is_one_of (name, files, G_N_ELEMENTS (files)) || is_file_name (value))
        return SETTING_FILE;
    if (view_is_one_of (name, ids, G_N_ELEMENTS (ids)))
        return SETTING_ID;
    if (anonymise_is_secret (name))
        *ret_kind = TEXT_SECRET;
    else if (is_load (name, value) || view_is_one_of (name, kept, G_N_ELEMENTS (kept)))
        *ret_kind = TEXT_KEPT;
    else if (view_is_one_of (name, keys, G_N_ELEMENTS (keys)))
        *ret_kind = TEXT_KEYS;
    else if (is_number (value, &is_several))
        return form_of_number (pen, name, value, is_several, ret_kind);
    else if (view_is_one_of (name, persons, G_N_ELEMENTS (persons)))
        *ret_kind = TEXT_PERSON;
    return SETTING_TEXT;
}

/* Several words, or one that no program calls anything by, may be all of somebody's name. */
static gboolean is_text (View name)
{
    for (gsize i = 0; i < name.size; i++)
        if (octet_is_space (name.data[i]) || name.data[i] >= 0x80 || name.data[i] == '@')
            return TRUE;
    return FALSE;
}

void anonymise_setting_name (const Pen *pen, View name)
{
    pen_view (pen, name, is_text (name) ? TEXT_WHERE : TEXT_CALLED);
}

void anonymise_setting (const Pen *pen, View name, View value)
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
