/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/config_file.h"

#include <string.h>

G_DEFINE_QUARK (config - file - error - quark, config_file_error)

/* Elements that mean something here. The letters' case is as phones want it, but not insisted on. */
#define ELEMENTS(X)                                                                                                    \
    X (DEVICE, "device")                                                                                               \
    X (DEFAULT, "Default")                                                                                             \
    X (DEVICE_PROTOCOL, "deviceProtocol")                                                                              \
    X (MEMBER, "member")                                                                                               \
    X (CALL_MANAGER, "callManager")                                                                                    \
    X (PORTS, "ports")                                                                                                 \
    X (SCCP_PORT, "ethernetPhonePort")                                                                                 \
    X (SIP_PORT, "sipPort")                                                                                            \
    X (SECURED_SIP_PORT, "securedSipPort")                                                                             \
    X (PROCESS_NODE, "processNodeName")                                                                                \
    X (NAME, "name")                                                                                                   \
    X (LOAD, "loadInformation")                                                                                        \
    X (SECURITY_MODE, "deviceSecurityMode")                                                                            \
    X (TRANSPORT, "transportLayerProtocol")                                                                            \
    X (SRST, "srstInfo")                                                                                               \
    X (SRST_OPTION, "srstOption")                                                                                      \
    X (SRST_ADDRESS_1, "ipAddr1")                                                                                      \
    X (SRST_ADDRESS_2, "ipAddr2")                                                                                      \
    X (SRST_ADDRESS_3, "ipAddr3")                                                                                      \
    X (SRST_SIP_ADDRESS_1, "sipIpAddr1")                                                                               \
    X (SRST_SIP_ADDRESS_2, "sipIpAddr2")                                                                               \
    X (SRST_SIP_ADDRESS_3, "sipIpAddr3")                                                                               \
    X (SRST_PORT_1, "port1")                                                                                           \
    X (SRST_PORT_2, "port2")                                                                                           \
    X (SRST_PORT_3, "port3")                                                                                           \
    X (SRST_SIP_PORT_1, "sipPort1")                                                                                    \
    X (SRST_SIP_PORT_2, "sipPort2")                                                                                    \
    X (SRST_SIP_PORT_3, "sipPort3")                                                                                    \
    X (VERSION_STAMP, "versionStamp")                                                                                  \
    X (AUTO_REGISTRATION, "autoRegistration")                                                                          \
    X (AUTO_REGISTRATION_NAME, "autoRegistrationName")                                                                 \
    X (LINE, "line")                                                                                                   \
    X (FEATURE_ID, "featureID")                                                                                        \
    X (FEATURE_LABEL, "featureLabel")                                                                                  \
    X (DISPLAY_NAME, "displayName")                                                                                    \
    X (AUTH_NAME, "authName")                                                                                          \
    X (CONTACT, "contact")                                                                                             \
    X (PROXY, "proxy")                                                                                                 \
    X (PORT, "port")                                                                                                   \
    X (USER_LOCALE, "userLocale")                                                                                      \
    X (NETWORK_LOCALE, "networkLocale")                                                                                \
    X (SOFT_KEY_FILE, "softKeyFile")                                                                                   \
    X (DIAL_TEMPLATE, "dialTemplate")

typedef enum {
    ELEMENT_OTHER,
    ELEMENT_MODEL_LOAD, /* loadInformation and a number */
#define X(symbol, name) ELEMENT_##symbol,
    ELEMENTS (X)
#undef X
        N_ELEMENTS
} Element;

static const char *const element_names[N_ELEMENTS] = {
#define X(symbol, name) [ELEMENT_##symbol] = name,
    ELEMENTS (X)
#undef X
};

static const guint8 element_sizes[N_ELEMENTS] = {
#define X(symbol, name) [ELEMENT_##symbol] = sizeof name - 1,
    ELEMENTS (X)
#undef X
};

enum { SRST_SLOTS = 6 };

typedef struct {
    ConfigFile *config;
    Element stack[CONFIG_FILE_DEPTH_MAX];
    guint depth;
    guint secret_depth; /* depth of the outermost open element that holds secrets, or 0 */
    guint n_elements;
    gboolean is_leaf;     /* nothing but text so far in the innermost element */
    gboolean done;        /* the root has been closed; what follows is not ours */
    GString *text;        /* of the innermost element */
    guint priority;       /* of the open member */
    ConfigServer *server; /* open, and in the list already */
    ConfigLine *line;     /* the same */
    ConfigLoad *load;     /* the same */
    char *srst_address[SRST_SLOTS];
    guint16 srst_port[SRST_SLOTS];
} Reader;

static Element find_element (const char *name)
{
    gsize size = strlen (name), prefix = element_sizes[ELEMENT_LOAD];

    for (Element element = ELEMENT_MODEL_LOAD + 1; element < N_ELEMENTS; element++)
        if (element_sizes[element] == size && octets_same_caseless (name, element_names[element], size))
            return element;
    if (size > prefix && g_ascii_isdigit (name[prefix]) &&
        octets_same_caseless (name, element_names[ELEMENT_LOAD], prefix))
        return ELEMENT_MODEL_LOAD;
    return ELEMENT_OTHER;
}

static gboolean begins_secret (const char *text)
{
    static const char *const words[] = { "password", "passwd",     "passphrase", "passcode",  "secret",
                                         "psk",      "privatekey", "wepkey",     "credential" };

    for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
        if ((*text | 0x20) == *words[i] && g_ascii_strncasecmp (text, words[i], strlen (words[i])) == 0)
            return TRUE;
    return FALSE;
}

static gboolean holds_secrets (const char *name)
{
    for (; (name = strpbrk (name, "PpSsWwCc")); name++)
        if (begins_secret (name))
            return TRUE;
    return FALSE;
}

/* Digits up to max; 0 for anything else. */
static guint parse_number (const char *text, guint max)
{
    guint64 number = 0;
    return g_ascii_string_to_unsigned (text, 10, 0, max, &number, NULL) ? (guint) number : 0;
}

static void free_server (gpointer data)
{
    ConfigServer *server = data;
    g_free (server->name);
    g_free (server);
}

static void free_srst (gpointer data)
{
    ConfigSrst *srst = data;
    g_free (srst->address);
    g_free (srst);
}

static void free_load (gpointer data)
{
    ConfigLoad *load = data;
    g_free (load->model);
    g_free (load->load);
    g_free (load);
}

static void free_line (gpointer data)
{
    ConfigLine *line = data;
    g_free (line->name);
    g_free (line->label);
    g_free (line->display_name);
    g_free (line->auth_name);
    g_free (line->contact);
    g_free (line->proxy);
    g_free (line);
}

void config_file_free (ConfigFile *config)
{
    if (!config)
        return;
    g_free (config->device_protocol);
    g_free (config->load);
    g_free (config->version_stamp);
    g_free (config->auto_registration);
    g_free (config->user_locale);
    g_free (config->network_locale);
    g_free (config->soft_key_file);
    g_free (config->dial_template);
    g_free (config->srst_option);
    g_ptr_array_unref (config->servers);
    g_ptr_array_unref (config->srst);
    g_ptr_array_unref (config->loads);
    g_ptr_array_unref (config->lines);
    g_free (config);
}

static ConfigFile *config_file_new (ConfigForm form)
{
    ConfigFile *config = g_new0 (ConfigFile, 1);

    config->form = form;
    config->servers = g_ptr_array_new_with_free_func (free_server);
    config->srst = g_ptr_array_new_with_free_func (free_srst);
    config->loads = g_ptr_array_new_with_free_func (free_load);
    config->lines = g_ptr_array_new_with_free_func (free_line);
    return config;
}

/* The element above the innermost one, or the one above that. */
static Element above (const Reader *reader, guint levels)
{
    return reader->depth > levels ? reader->stack[reader->depth - 1 - levels] : ELEMENT_OTHER;
}

static const char *attribute (const char **names, const char **values, const char *wanted)
{
    for (; *names; names++, values++)
        if (g_ascii_strcasecmp (*names, wanted) == 0)
            return *values;
    return "";
}

/* A copy of a text without the blanks around it, cut between characters. */
static char *tidy (const char *text)
{
    while (g_ascii_isspace (*text))
        text++;
    gsize size = strlen (text);
    if (size > CONFIG_FILE_TEXT_MAX) {
        size = CONFIG_FILE_TEXT_MAX;
        while (size > 0 && ((guint8) text[size] & 0xC0) == 0x80)
            size--;
    }
    while (size > 0 && g_ascii_isspace (text[size - 1]))
        size--;
    return size ? g_strndup (text, size) : NULL;
}

/* The first value counts. */
static void keep (char **target, const char *text)
{
    if (!*target)
        *target = tidy (text);
}

static gpointer add_to (GPtrArray *list, gsize size)
{
    if (list->len >= CONFIG_FILE_LIST_MAX)
        return NULL;
    gpointer entry = g_malloc0 (size);
    g_ptr_array_add (list, entry);
    return entry;
}

static void open_element (Reader *reader, Element element, const char *name, const char **names, const char **values)
{
    ConfigFile *config = reader->config;

    switch (element) {
    case ELEMENT_MEMBER:
        reader->priority = parse_number (attribute (names, values, "priority"), 9999);
        break;
    case ELEMENT_CALL_MANAGER:
        reader->server = add_to (config->servers, sizeof (ConfigServer));
        if (reader->server)
            reader->server->priority = reader->priority;
        break;
    case ELEMENT_LINE:
        reader->line = add_to (config->lines, sizeof (ConfigLine));
        if (reader->line) {
            reader->line->button = parse_number (attribute (names, values, "button"), 9999);
            reader->line->line_index = parse_number (attribute (names, values, "lineIndex"), 9999);
        }
        break;
    case ELEMENT_MODEL_LOAD:
        reader->load = add_to (config->loads, sizeof (ConfigLoad));
        if (reader->load) {
            reader->load->device_type = parse_number (name + strlen (element_names[ELEMENT_LOAD]), G_MAXINT);
            keep (&reader->load->model, attribute (names, values, "model"));
        }
        break;
    default:
        break;
    }
}

static void close_server_value (Reader *reader, Element element, const char *text)
{
    ConfigServer *server = reader->server;

    switch (element) {
    case ELEMENT_PROCESS_NODE: {
        g_autofree char *name = tidy (text);
        if (name) {
            g_free (server->name);
            server->name = g_steal_pointer (&name);
        }
        break;
    }
    case ELEMENT_NAME:
        if (above (reader, 1) == ELEMENT_CALL_MANAGER)
            keep (&server->name, text);
        break;
    case ELEMENT_SCCP_PORT:
        server->sccp_port = (guint16) parse_number (text, G_MAXUINT16);
        break;
    case ELEMENT_SIP_PORT:
        server->sip_port = (guint16) parse_number (text, G_MAXUINT16);
        break;
    case ELEMENT_SECURED_SIP_PORT:
        server->secured_sip_port = (guint16) parse_number (text, G_MAXUINT16);
        break;
    default:
        break;
    }
}

static void close_line_value (Reader *reader, Element element, const char *text)
{
    ConfigLine *line = reader->line;

    if (above (reader, 1) != ELEMENT_LINE)
        return;
    switch (element) {
    case ELEMENT_FEATURE_ID:
        line->feature_id = parse_number (text, 9999);
        break;
    case ELEMENT_FEATURE_LABEL:
        keep (&line->label, text);
        break;
    case ELEMENT_NAME:
        keep (&line->name, text);
        break;
    case ELEMENT_DISPLAY_NAME:
        keep (&line->display_name, text);
        break;
    case ELEMENT_AUTH_NAME:
        keep (&line->auth_name, text);
        break;
    case ELEMENT_CONTACT:
        keep (&line->contact, text);
        break;
    case ELEMENT_PROXY:
        keep (&line->proxy, text);
        break;
    case ELEMENT_PORT:
        line->port = (guint16) parse_number (text, G_MAXUINT16);
        break;
    default:
        break;
    }
}

static void close_srst_value (Reader *reader, Element element, const char *text)
{
    if (element >= ELEMENT_SRST_ADDRESS_1 && element <= ELEMENT_SRST_SIP_ADDRESS_3)
        keep (&reader->srst_address[element - ELEMENT_SRST_ADDRESS_1], text);
    else if (element >= ELEMENT_SRST_PORT_1 && element <= ELEMENT_SRST_SIP_PORT_3)
        reader->srst_port[element - ELEMENT_SRST_PORT_1] = (guint16) parse_number (text, G_MAXUINT16);
    else if (element == ELEMENT_SRST_OPTION)
        keep (&reader->config->srst_option, text);
}

/* Values that are told apart by their own name. Those that matter to the whole device stand directly below the root, or
 * in a profile there; the same names deeper down belong to something else (the load of an add-on module). */
static void close_device_value (Reader *reader, Element element, const char *text)
{
    ConfigFile *config = reader->config;

    switch (element) {
    case ELEMENT_DEVICE_PROTOCOL:
        keep (&config->device_protocol, text);
        break;
    case ELEMENT_LOAD:
        if (reader->depth == 2)
            keep (&config->load, text);
        break;
    case ELEMENT_SECURITY_MODE:
        config->device_security_mode = parse_number (text, 9999);
        break;
    case ELEMENT_TRANSPORT:
        config->transport_protocol = parse_number (text, 9999);
        break;
    case ELEMENT_VERSION_STAMP:
        keep (&config->version_stamp, text);
        break;
    case ELEMENT_AUTO_REGISTRATION:
    case ELEMENT_AUTO_REGISTRATION_NAME:
        keep (&config->auto_registration, text);
        break;
    case ELEMENT_NAME:
        if (above (reader, 1) == ELEMENT_USER_LOCALE)
            keep (&config->user_locale, text);
        break;
    case ELEMENT_USER_LOCALE:
        keep (&config->user_locale, text);
        break;
    case ELEMENT_NETWORK_LOCALE:
        keep (&config->network_locale, text);
        break;
    case ELEMENT_SOFT_KEY_FILE:
        keep (&config->soft_key_file, text);
        break;
    case ELEMENT_DIAL_TEMPLATE:
        keep (&config->dial_template, text);
        break;
    default:
        break;
    }
}

static void close_value (Reader *reader, Element element, const char *text)
{
    if (element == ELEMENT_MODEL_LOAD && reader->load)
        keep (&reader->load->load, text);
    else if (reader->server)
        close_server_value (reader, element, text);
    else if (reader->line)
        close_line_value (reader, element, text);
    else if (above (reader, 1) == ELEMENT_SRST)
        close_srst_value (reader, element, text);
    else
        close_device_value (reader, element, text);
}

static void on_start (GMarkupParseContext *context, const char *name, const char **names, const char **values,
                      gpointer user_data, GError **error)
{
    Reader *reader = user_data;
    (void) context;

    if (reader->done)
        return;
    Element element = find_element (name);
    if (reader->depth == 0) {
        if (element != ELEMENT_DEVICE && element != ELEMENT_DEFAULT) {
            g_set_error_literal (error, CONFIG_FILE_ERROR, CONFIG_FILE_ERROR_OTHER_FILE,
                                 "this is XML, but not the configuration of a phone");
            return;
        }
        reader->config->is_default = element == ELEMENT_DEFAULT;
    }
    if (reader->depth == CONFIG_FILE_DEPTH_MAX || ++reader->n_elements > CONFIG_FILE_ELEMENTS_MAX) {
        g_set_error_literal (error, CONFIG_FILE_ERROR, CONFIG_FILE_ERROR_LIMIT,
                             reader->depth == CONFIG_FILE_DEPTH_MAX ? "elements are nested too deeply"
                                                                    : "there are too many elements");
        return;
    }
    reader->stack[reader->depth++] = element;
    reader->is_leaf = TRUE;
    g_string_truncate (reader->text, 0);
    if (reader->secret_depth == 0 && holds_secrets (name))
        reader->secret_depth = reader->depth;
    if (reader->secret_depth == 0)
        open_element (reader, element, name, names, values);
}

static void on_end (GMarkupParseContext *context, const char *name, gpointer user_data, GError **error)
{
    Reader *reader = user_data;
    (void) context;
    (void) name;
    (void) error;

    if (reader->done)
        return;
    Element element = reader->stack[reader->depth - 1];
    if (reader->secret_depth == 0) {
        if (reader->is_leaf)
            close_value (reader, element, reader->text->str);
        if (element == ELEMENT_CALL_MANAGER)
            reader->server = NULL;
        else if (element == ELEMENT_LINE)
            reader->line = NULL;
        else if (element == ELEMENT_MODEL_LOAD)
            reader->load = NULL;
        else if (element == ELEMENT_MEMBER)
            reader->priority = 0;
    } else if (reader->secret_depth == reader->depth) {
        reader->secret_depth = 0;
    }
    g_string_truncate (reader->text, 0);
    reader->is_leaf = FALSE;
    reader->depth--;
    reader->done = reader->depth == 0;
}

static void on_text (GMarkupParseContext *context, const char *text, gsize size, gpointer user_data, GError **error)
{
    Reader *reader = user_data;
    (void) context;
    (void) error;

    if (reader->done || reader->depth == 0)
        return;
    if (reader->secret_depth) {
        for (gsize i = 0; i < size; i++)
            if (!g_ascii_isspace (text[i]))
                reader->config->has_secrets = TRUE;
        return;
    }
    /* Room for blanks around the value; tidy() makes the final cut. */
    if (reader->is_leaf && reader->text->len < 2 * CONFIG_FILE_TEXT_MAX)
        g_string_append_len (reader->text, text, (gssize) MIN (size, 4 * CONFIG_FILE_TEXT_MAX));
}

static const GMarkupParser parser = { .start_element = on_start, .end_element = on_end, .text = on_text };

ConfigForm config_file_form (const guint8 *data, gsize size, View *ret_xml)
{
    static const char *const starts[] = { "<?xml", "<device", "<Default" };
    static const guint8 byte_order_mark[] = { 0xEF, 0xBB, 0xBF };
    enum { HEADER_MAX = 4096 };
    gsize blank = size >= 3 && memcmp (data, byte_order_mark, 3) == 0 ? 3 : 0;

    while (blank < size && g_ascii_isspace (data[blank]))
        blank++;
    if (blank < size && data[blank] == '<') {
        if (ret_xml)
            *ret_xml = (View){ data + blank, size - blank };
        return CONFIG_FORM_XML;
    }
    for (gsize at = blank; at < MIN (size, HEADER_MAX); at++) {
        for (gsize i = 0; data[at] == '<' && i < G_N_ELEMENTS (starts); i++) {
            gsize length = strlen (starts[i]);
            if (size - at < length || memcmp (data + at, starts[i], length) != 0)
                continue;
            if (ret_xml)
                *ret_xml = (View){ data + at, size - at };
            return CONFIG_FORM_SIGNED;
        }
    }
    if (ret_xml)
        *ret_xml = (View){ NULL, 0 };
    return CONFIG_FORM_BINARY;
}

/* GMarkup wants UTF-8. Old call managers write ISO 8859-1, whatever they declare; a file that only ends within a
 * character is not one of those. */
static char *as_utf8 (View xml, gsize *ret_size)
{
    const char *text = (const char *) xml.data, *bad;
    GString *utf8;

    if (g_utf8_validate_len (text, xml.size, &bad) || xml.size - (gsize) (bad - text) < 4 || *bad == '\0') {
        *ret_size = xml.size;
        return g_memdup2 (text, xml.size);
    }
    utf8 = g_string_sized_new (xml.size + xml.size / 8);
    for (gsize i = 0; i < xml.size; i++) {
        if (xml.data[i] < 0x80)
            g_string_append_c (utf8, (char) xml.data[i]);
        else
            g_string_append_unichar (utf8, xml.data[i]);
    }
    *ret_size = utf8->len;
    return g_string_free (utf8, FALSE);
}

/* GMarkup's own texts quote what they complain about, which may be a password: only its kind of error is passed on. */
static void explain (Reader *reader, GMarkupParseContext *context, const GError *cause, gboolean at_end, GError **error)
{
    int line = 1;
    const char *what = "this is not well-formed XML";
    Element inside = reader->depth ? reader->stack[reader->depth - 1] : ELEMENT_OTHER;
    gboolean named = !reader->secret_depth && inside < N_ELEMENTS && element_names[inside];
    int code = CONFIG_FILE_ERROR_SYNTAX;

    g_markup_parse_context_get_position (context, &line, NULL);
    if (at_end) {
        what = "the file ends too early";
    } else if (cause->domain == CONFIG_FILE_ERROR) {
        what = cause->message;
        code = cause->code;
    } else if (g_error_matches (cause, G_MARKUP_ERROR, G_MARKUP_ERROR_BAD_UTF8)) {
        what = "there are octets that are no text";
    }
    if (named)
        g_set_error (error, CONFIG_FILE_ERROR, code, "line %d: %s (inside <%s>)", line, what, element_names[inside]);
    else
        g_set_error (error, CONFIG_FILE_ERROR, code, "line %d: %s", line, what);
}

static void parse (Reader *reader, View xml, GError **error)
{
    gsize size;
    g_autofree char *text = as_utf8 (xml, &size);
    g_autoptr (GMarkupParseContext) context =
        g_markup_parse_context_new (&parser, G_MARKUP_TREAT_CDATA_AS_TEXT, reader, NULL);
    g_autoptr (GError) cause = NULL;

    gboolean at_end = g_markup_parse_context_parse (context, text, (gssize) size, &cause);
    if (at_end)
        g_markup_parse_context_end_parse (context, NULL);
    /* After the root there may be padding, or the rest of a signature. */
    if (!reader->done)
        explain (reader, context, cause, at_end, error);
}

static int compare_priorities (gconstpointer a, gconstpointer b)
{
    const ConfigServer *one = *(ConfigServer *const *) a, *other = *(ConfigServer *const *) b;
    return one->priority < other->priority ? -1 : one->priority > other->priority;
}

static void finish (Reader *reader)
{
    ConfigFile *config = reader->config;

    for (guint i = 0; i < SRST_SLOTS; i++) {
        if (!reader->srst_address[i])
            continue;
        ConfigSrst *srst = add_to (config->srst, sizeof *srst);
        srst->address = g_steal_pointer (&reader->srst_address[i]);
        srst->port = reader->srst_port[i];
        srst->sip = i >= SRST_SLOTS / 2;
    }
    g_ptr_array_sort (config->servers, compare_priorities);
}

ConfigFile *config_file_read (const guint8 *data, gsize size, GError **error)
{
    View xml;
    ConfigForm form = config_file_form (data, size, &xml);
    g_autoptr (ConfigFile) config = config_file_new (form);
    g_autoptr (GString) text = g_string_new (NULL);
    Reader reader = { .config = config, .text = text };

    if (size > CONFIG_FILE_SIZE_MAX) {
        g_set_error_literal (error, CONFIG_FILE_ERROR, CONFIG_FILE_ERROR_LIMIT, "the file is larger than 1 MiB");
    } else if (form == CONFIG_FORM_BINARY) {
        g_set_error_literal (error, CONFIG_FILE_ERROR, CONFIG_FILE_ERROR_NOT_XML,
                             size ? "there is no XML in this file: it may be encrypted" : "the file is empty");
    } else {
        parse (&reader, xml, error);
        finish (&reader);
    }
    return g_steal_pointer (&config);
}
