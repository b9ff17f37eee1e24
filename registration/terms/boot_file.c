/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/boot_file.h"

#include <string.h>

static const struct {
    MissingFile missing;
} kinds[N_BOOT_FILE_KINDS] = {
#define X(symbol, file_missing, file_what, file_if_missing) [BOOT_FILE_##symbol] = { MISSING_##file_missing },
    BOOT_FILES (X)
#undef X
};

MissingFile boot_file_missing (BootFileKind kind)
{
    return kinds[kind < N_BOOT_FILE_KINDS ? kind : BOOT_FILE_UNKNOWN].missing;
}

/* A borrowed piece of a name. */
typedef struct {
    const char *text;
    gsize size;
} Piece;

static gboolean begins (const char *text, const char *with, gsize size)
{
    return octets_same_caseless (text, with, size);
}

static gboolean starts (Piece piece, const char *prefix)
{
    gsize size = strlen (prefix);
    return piece.size >= size && begins (piece.text, prefix, size);
}

static gboolean ends (Piece piece, const char *suffix)
{
    gsize size = strlen (suffix);
    return piece.size >= size && begins (piece.text + piece.size - size, suffix, size);
}

static gboolean fits (Piece name, Piece prefix, Piece suffix)
{
    return name.size >= prefix.size + suffix.size && begins (name.text, prefix.text, prefix.size) &&
           begins (name.text + name.size - suffix.size, suffix.text, suffix.size);
}

static gboolean is (Piece piece, const char *text)
{
    return piece.size == strlen (text) && starts (piece, text);
}

static gboolean has (Piece piece, const char *text)
{
    for (; piece.size > 0; piece.text++, piece.size--)
        if (starts (piece, text))
            return TRUE;
    return FALSE;
}

static Piece without_prefix (Piece piece, gsize size)
{
    return (Piece){ piece.text + size, piece.size - size };
}

static Piece without_suffix (Piece piece, const char *suffix)
{
    if (ends (piece, suffix))
        piece.size -= strlen (suffix);
    return piece;
}

/* The path without the query of a URI. */
static Piece path_of (const char *name, gsize size)
{
    const char *query = size ? memchr (name, '?', size) : NULL;
    return (Piece){ name, query ? (gsize) (query - name) : size };
}

static Piece last_component (Piece path)
{
    /* Most have no folders. */
    if (!path.size || (!memchr (path.text, '/', path.size) && !memchr (path.text, '\\', path.size)))
        return path;
    for (gsize i = path.size; i > 0; i--)
        if (path.text[i - 1] == '/' || path.text[i - 1] == '\\')
            return without_prefix (path, i);
    return path;
}

/* The last component without its signature and encryption endings. */
static Piece plain_name (Piece path)
{
    Piece name = without_suffix (last_component (path), ".sgn");
    return without_suffix (name, ".enc");
}

gboolean boot_file_is_configuration (BootFileKind kind)
{
    return kind == BOOT_FILE_PHONE_CONFIG || kind == BOOT_FILE_DEFAULT_CONFIG || kind == BOOT_FILE_MODEL_DEFAULT;
}

gboolean boot_file_is_signed (const char *name, gsize size)
{
    return ends (path_of (name, size), ".sgn");
}

gboolean boot_file_is_encrypted (const char *name, gsize size)
{
    return ends (path_of (name, size), ".enc.sgn");
}

/* Twelve hexadecimal digits at the start, and no letter or digit after them. */
static gboolean starts_with_mac (Piece piece, MacAddress *ret_mac)
{
    char digits[13];

    if (piece.size < 12 || (piece.size > 12 && g_ascii_isalnum (piece.text[12])))
        return FALSE;
    memcpy (digits, piece.text, 12);
    digits[12] = '\0';
    return mac_address_parse_hex (digits, ret_mac);
}

gboolean boot_file_mac (const char *name, gsize size, MacAddress *ret_mac)
{
    static const char *const prefixes[] = { "CTLSEP", "ITLSEP", "SEP", "SIP", "gk", "ld", "ata" };
    Piece file = plain_name (path_of (name, size));

    for (gsize i = 0; i < G_N_ELEMENTS (prefixes); i++)
        if (starts (file, prefixes[i]) && starts_with_mac (without_prefix (file, strlen (prefixes[i])), ret_mac))
            return TRUE;
    return FALSE;
}

/* Exact names, and names known by how they begin and end ("" for any). The first that fits counts. X (prefix, suffix,
 * kind) */
#define BOOT_FILE_PATTERNS(X)                                                                                          \
    X ("CTLFile", ".tlv", CTL_SHARED)                                                                                  \
    X ("CTL", ".tlv", CTL)                                                                                             \
    X ("ITLFile", ".tlv", ITL_SHARED)                                                                                  \
    X ("ITL", ".tlv", ITL)                                                                                             \
    X ("SPDefault", ".cnf.xml", OPTIONAL) /* service profile, named in userId of newer configurations */               \
    X ("XMLDefault.", "cnf.xml", DEFAULT_CONFIG)                                                                       \
    X ("XMLDefault", ".cnf.xml", MODEL_DEFAULT)                                                                        \
    X ("ATADefault", ".cnf.xml", MODEL_DEFAULT)                                                                        \
    X ("", ".cnf.xml", PHONE_CONFIG) /* or that of a gateway: see is_too_long() */                                     \
    X ("SEPDefault", ".cnf", DEFAULT_CONFIG_OLD)                                                                       \
    X ("SIPDefault", ".cnf", SIP_DEFAULT)                                                                              \
    X ("MTPDefault", ".cnf", MEDIA_DEFAULT)                                                                            \
    X ("CFBDefault", ".cnf", MEDIA_DEFAULT)                                                                            \
    X ("SAADefault", ".cnf", MEDIA_DEFAULT)                                                                            \
    X ("SDADefault", ".cnf", MEDIA_DEFAULT)                                                                            \
    X ("SEP", ".cnf", PHONE_CONFIG_OLD)                                                                                \
    X ("OS79XX", ".txt", OS79XX)                                                                                       \
    X ("ringlist", ".dat", RING_LIST)                                                                                  \
    X ("ringlist", ".xml", RING_LIST)                                                                                  \
    X ("distinctiveringlist", ".xml", RING_LIST)                                                                       \
    X ("", ".raw", RING_TONE)                                                                                          \
    X ("gkdefault", ".cfg", GK_PROFILE)                                                                                \
    X ("lddefault", ".cfg", LD_PROFILE)                                                                                \
    X ("atadefault", ".cfg", ATA_PROFILE)                                                                              \
    X ("", ".loads", LOADS)                                                                                            \
    X ("tzupdater", ".jar", OPTIONAL)                                                                                  \
    X ("", "sccp.jar", LOCALE)                                                                                         \
    X ("", "sip.jar", LOCALE)                                                                                          \
    X ("", "-dictionary.xml", LOCALE)                                                                                  \
    X ("", "-dictionary-ext.xml", LOCALE)                                                                              \
    X ("", "-font.xml", LOCALE)                                                                                        \
    X ("", "-kate.xml", LOCALE)                                                                                        \
    X ("g3-tones", ".xml", TONES)                                                                                      \
    X ("g4-tones", ".xml", TONES)                                                                                      \
    X ("tones", ".xml", TONES)                                                                                         \
    X ("softkey", ".xml", SOFT_KEYS)                                                                                   \
    X ("dialplan", ".xml", DIAL_PLAN)                                                                                  \
    X ("dialtemplate", ".xml", DIAL_PLAN)                                                                              \
    X ("AppDialRules", ".xml", DIAL_RULES)                                                                             \
    X ("DirLookupDialRules", ".xml", DIAL_RULES)                                                                       \
    X ("FeaturePolicy", ".xml", OPTIONAL)                                                                              \
    X ("defaultheadsetconfig", ".json", OPTIONAL)                                                                      \
    X ("jabber-config", ".xml", OPTIONAL)                                                                              \
    X ("", ".sbn", FIRMWARE)                                                                                           \
    X ("", ".bin", FIRMWARE)                                                                                           \
    X ("", ".sbin", FIRMWARE)                                                                                          \
    X ("", ".sb2", FIRMWARE)                                                                                           \
    X ("", ".zup", FIRMWARE)                                                                                           \
    X ("", ".zz", FIRMWARE)                                                                                            \
    X ("", ".cop", FIRMWARE)

static const struct {
    Piece prefix, suffix;
    BootFileKind kind;
} patterns[] = {
#define X(prefix, suffix, kind) { { prefix, sizeof prefix - 1 }, { suffix, sizeof suffix - 1 }, BOOT_FILE_##kind },
    BOOT_FILE_PATTERNS (X)
#undef X
};

void boot_file_patterns_each (void (*each) (const char *text, gpointer user_data), gpointer user_data)
{
    for (gsize i = 0; i < G_N_ELEMENTS (patterns); i++) {
        each (patterns[i].prefix.text, user_data);
        each (patterns[i].suffix.text, user_data);
    }
}

/* SK<guid>.xml and DR<guid>.xml: digits in groups. */
static gboolean is_guid_xml (Piece name, const char *prefix)
{
    if (!starts (name, prefix) || !ends (name, ".xml"))
        return FALSE;
    Piece guid = without_suffix (without_prefix (name, strlen (prefix)), ".xml");
    for (gsize i = 0; i < guid.size; i++)
        if (!g_ascii_isxdigit (guid.text[i]) && guid.text[i] != '-' && guid.text[i] != '_')
            return FALSE;
    return guid.size >= 4;
}

/* Pictures behind the text, and their list. */
static gboolean is_background (Piece path, Piece file)
{
    return has (path, "Desktops/") && (is (file, "List.xml") || ends (file, ".png"));
}

static BootFileKind kind_with_mac (Piece name)
{
    MacAddress mac;

    if (!boot_file_mac (name.text, name.size, &mac))
        return BOOT_FILE_UNKNOWN;
    if (starts (name, "SIP") && ends (name, ".cnf"))
        return BOOT_FILE_SIP_PHONE;
    if (starts (name, "gk"))
        return BOOT_FILE_GK_PROFILE;
    if (starts (name, "ld"))
        return BOOT_FILE_LD_PROFILE;
    return starts (name, "ata") ? BOOT_FILE_ATA_PROFILE : BOOT_FILE_UNKNOWN;
}

/* Device names of phones have 15 characters at most. Gateways with MGCP fetch a file of their host name with its
 * domain, and do not register as phones do. */
static gboolean is_too_long (Piece file, BootFileKind kind)
{
    enum { LONGEST_NAME = 15 };

    return kind == BOOT_FILE_PHONE_CONFIG && without_suffix (file, ".cnf.xml").size > LONGEST_NAME;
}

BootFileKind boot_file_kind (const char *name, gsize size)
{
    Piece path = path_of (name, size), file = plain_name (path);

    for (gsize i = 0; i < G_N_ELEMENTS (patterns); i++)
        if (fits (file, patterns[i].prefix, patterns[i].suffix))
            return is_too_long (file, patterns[i].kind) ? BOOT_FILE_UNKNOWN : patterns[i].kind;
    if (is_guid_xml (file, "SK"))
        return BOOT_FILE_SOFT_KEYS;
    if (is_guid_xml (file, "DR"))
        return BOOT_FILE_DIAL_PLAN;
    if (is_background (path, file))
        return BOOT_FILE_OPTIONAL;
    return kind_with_mac (file);
}

View boot_file_own_part (const char *name, gsize size)
{
    Piece path = path_of (name, size), file = plain_name (path);

    for (gsize i = 0; i < G_N_ELEMENTS (patterns); i++)
        if (fits (file, patterns[i].prefix, patterns[i].suffix)) {
            file = without_suffix (without_prefix (file, patterns[i].prefix.size), patterns[i].suffix.text);
            return (View){ (const guint8 *) file.text, file.size };
        }
    if (is_guid_xml (file, "SK") || is_guid_xml (file, "DR"))
        file = without_suffix (without_prefix (file, 2), ".xml");
    else if (is_background (path, file))
        file = is (file, "List.xml") ? without_prefix (file, file.size) : without_suffix (file, ".png");
    return (View){ (const guint8 *) file.text, file.size };
}

View boot_file_device_name (const char *name, gsize size)
{
    Piece file = plain_name (path_of (name, size));
    Piece device = { NULL, 0 };

    switch (boot_file_kind (name, size)) {
    case BOOT_FILE_CTL:
    case BOOT_FILE_ITL:
        device = without_suffix (without_prefix (file, 3), ".tlv");
        break;
    case BOOT_FILE_PHONE_CONFIG:
        device = without_suffix (file, ".cnf.xml");
        break;
    case BOOT_FILE_PHONE_CONFIG_OLD:
        device = without_suffix (file, ".cnf");
        break;
    default:
        break;
    }
    return device.size ? (View){ (const guint8 *) device.text, device.size } : (View){ NULL, 0 };
}

gsize boot_file_device_prefix (View device)
{
    static const char *const prefixes[] = { "SEP", "ATA", "CSF", "TCT", "BOT", "TAB" };

    for (gsize i = 0; i < G_N_ELEMENTS (prefixes); i++)
        if (starts ((Piece){ (const char *) device.data, device.size }, prefixes[i]))
            return strlen (prefixes[i]);
    return 0;
}

gboolean boot_file_names_phone (const char *name, gsize size)
{
    return boot_file_device_prefix (boot_file_device_name (name, size)) > 0;
}

/* Load names that do not say their protocol in words. */
static const struct {
    const char *prefix;
    LoadProtocol protocol;
} load_prefixes[] = {
    { "P0S3", LOAD_SIP },    { "P003-", LOAD_EITHER }, /* the universal loader, which comes with both */
    { "P003", LOAD_SCCP },   { "P005", LOAD_SCCP },      { "S00104", LOAD_SCCP },
    { "S00105", LOAD_SCCP }, { "cmterm_79", LOAD_SCCP }, { "term", LOAD_EITHER },
    { "apps", LOAD_EITHER }, { "cnu", LOAD_EITHER },     { "dsp", LOAD_EITHER },
};

LoadProtocol load_protocol (const char *load_name, gsize size)
{
    Piece load = last_component (path_of (load_name, size));
    gboolean sip = has (load, "sip"), sccp = has (load, "sccp");

    if (sip || sccp)
        return sip && sccp ? LOAD_EITHER : sip ? LOAD_SIP : LOAD_SCCP;
    for (gsize i = 0; i < G_N_ELEMENTS (load_prefixes); i++)
        if (starts (load, load_prefixes[i].prefix))
            return load_prefixes[i].protocol;
    return LOAD_UNKNOWN;
}

/* After a word of image_words, the number of the family. */
static const char *const image_words[] = { "SIP", "SCCP", "term", "jar", "cvm", "apps", "cnu", "dsp" };

static const struct {
    const char *number, *models;
} families[] = {
    { "11", "7906/7911" },     { "41", "7941/7961" },      { "42", "7942/7962" },     { "45", "7945/7965" },
    { "70", "7970/7971" },     { "75", "7975" },           { "69xx", "6900 series" }, { "78xx", "7800 series" },
    { "88xx", "8800 series" }, { "8845_65", "8845/8865" }, { "894x", "8941/8945" },
};

static const struct {
    const char *prefix, *models;
} family_prefixes[] = {
    { "P0S3", "7940/7960" }, { "P003", "7940/7960" },   { "P005", "7935" },        { "S00104", "7914" },
    { "S00105", "7914" },    { "cmterm_7920", "7920" }, { "ATA0", "ATA 186/188" }, { "CP7905", "7905" },
    { "CP7912", "7912" },    { "sip9971", "9971" },
};

/* A number ends where no digit or x follows; but a name without a dot ("jar41sip") may go on with letters. */
static gboolean starts_with_number (Piece rest, const char *number)
{
    gsize size = strlen (number);
    return starts (rest, number) &&
           (rest.size == size || (!g_ascii_isdigit (rest.text[size]) && g_ascii_tolower (rest.text[size]) != 'x'));
}

const char *load_family (const char *load_name, gsize size)
{
    Piece load = last_component (path_of (load_name, size));

    for (gsize i = 0; i < G_N_ELEMENTS (family_prefixes); i++)
        if (starts (load, family_prefixes[i].prefix))
            return family_prefixes[i].models;
    for (gsize i = 0; i < G_N_ELEMENTS (image_words); i++) {
        if (!starts (load, image_words[i]))
            continue;
        Piece rest = without_prefix (load, strlen (image_words[i]));
        for (gsize j = 0; j < G_N_ELEMENTS (families); j++)
            if (starts_with_number (rest, families[j].number))
                return families[j].models;
    }
    return NULL;
}
