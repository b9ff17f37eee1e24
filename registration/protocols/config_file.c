/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/config_file.h"

#include "registration/protocols/config_elements.h"
#include "registration/protocols/xml.h"

#include <string.h>

G_DEFINE_QUARK (config - file - error - quark, config_file_error)

enum { SRST_SLOTS = 6 };

typedef struct {
    ConfigFile *config;
    Element stack[CONFIG_FILE_DEPTH_MAX];
    View names[CONFIG_FILE_DEPTH_MAX]; /* of the same, as they stand in the file */
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

/* Owned by the caller. */
static char *attribute (View attributes, const char *name)
{
    GString *value = g_string_new (NULL);

    xml_append_text (value, xml_attribute (attributes, name), 2 * CONFIG_FILE_TEXT_MAX);
    return g_string_free (value, FALSE);
}

static guint number_of (View attributes, const char *name)
{
    g_autofree char *value = attribute (attributes, name);
    return parse_number (value, 9999);
}

static void open_load (Reader *reader, View name, View attributes)
{
    const gsize prefix = strlen (config_element_name (ELEMENT_LOAD));
    g_autofree char *type = view_dup ((View){ name.data + prefix, name.size - prefix });
    g_autofree char *model = attribute (attributes, "model");

    reader->load = add_to (reader->config->loads, sizeof (ConfigLoad));
    if (!reader->load)
        return;
    reader->load->device_type = parse_number (type, G_MAXINT);
    keep (&reader->load->model, model);
}

static void open_element (Reader *reader, Element element, View name, View attributes)
{
    ConfigFile *config = reader->config;

    switch (element) {
    case ELEMENT_MEMBER:
        reader->priority = number_of (attributes, "priority");
        break;
    case ELEMENT_CALL_MANAGER:
        reader->server = add_to (config->servers, sizeof (ConfigServer));
        if (reader->server)
            reader->server->priority = reader->priority;
        break;
    case ELEMENT_LINE:
        reader->line = add_to (config->lines, sizeof (ConfigLine));
        if (reader->line) {
            reader->line->button = number_of (attributes, "button");
            reader->line->line_index = number_of (attributes, "lineIndex");
        }
        break;
    case ELEMENT_MODEL_LOAD:
        open_load (reader, name, attributes);
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

/* FALSE with error set when reading ends here. */
static gboolean on_start (Reader *reader, View name, View attributes, GError **error)
{
    Element element = config_element_find (name);

    if (reader->depth == 0) {
        if (element != ELEMENT_DEVICE && element != ELEMENT_DEFAULT) {
            g_set_error_literal (error, CONFIG_FILE_ERROR, CONFIG_FILE_ERROR_OTHER_FILE,
                                 "this is XML, but not the configuration of a phone");
            return FALSE;
        }
        reader->config->is_default = element == ELEMENT_DEFAULT;
    }
    if (reader->depth == CONFIG_FILE_DEPTH_MAX || ++reader->n_elements > CONFIG_FILE_ELEMENTS_MAX) {
        g_set_error_literal (error, CONFIG_FILE_ERROR, CONFIG_FILE_ERROR_LIMIT,
                             reader->depth == CONFIG_FILE_DEPTH_MAX ? "elements are nested too deeply"
                                                                    : "there are too many elements");
        return FALSE;
    }
    reader->names[reader->depth] = name;
    reader->stack[reader->depth++] = element;
    reader->is_leaf = TRUE;
    g_string_truncate (reader->text, 0);
    if (reader->secret_depth == 0 && config_element_holds_secrets (name))
        reader->secret_depth = reader->depth;
    if (reader->secret_depth == 0)
        open_element (reader, element, name, attributes);
    return TRUE;
}

static void close_element (Reader *reader)
{
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

#define NOT_WELL_FORMED "this is not well-formed XML"

static gboolean on_end (Reader *reader, View name, GError **error)
{
    View open = reader->depth ? reader->names[reader->depth - 1] : (View){ NULL, 0 };

    if (name.size != open.size || memcmp (name.data, open.data, name.size) != 0) {
        g_set_error_literal (error, CONFIG_FILE_ERROR, CONFIG_FILE_ERROR_SYNTAX, NOT_WELL_FORMED);
        return FALSE;
    }
    close_element (reader);
    return TRUE;
}

static gboolean is_blank (View text)
{
    for (gsize i = 0; i < text.size; i++)
        if (!g_ascii_isspace (text.data[i]))
            return FALSE;
    return TRUE;
}

static gboolean on_text (Reader *reader, View text, gboolean is_cdata, GError **error)
{
    if (reader->depth == 0) {
        if (is_blank (text))
            return TRUE;
        g_set_error_literal (error, CONFIG_FILE_ERROR, CONFIG_FILE_ERROR_SYNTAX, NOT_WELL_FORMED);
        return FALSE;
    }
    if (reader->secret_depth) {
        reader->config->has_secrets |= !is_blank (text);
        return TRUE;
    }
    /* Room for blanks around the value; tidy() makes the final cut. */
    if (!reader->is_leaf || reader->text->len >= 2 * CONFIG_FILE_TEXT_MAX)
        return TRUE;
    if (is_cdata)
        g_string_append_len (reader->text, (const char *) text.data,
                             (gssize) MIN (text.size, 4 * CONFIG_FILE_TEXT_MAX));
    else
        xml_append_text (reader->text, text, 4 * CONFIG_FILE_TEXT_MAX);
    return TRUE;
}

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

/* Old call managers write ISO 8859-1, whatever they declare; a file that only ends within a character, or has a NUL, is
 * not one of those, and is read up to there. ret_owned: to be freed, or NULL. */
static View as_utf8 (View xml, char **ret_owned)
{
    const char *text = (const char *) xml.data, *bad;
    gsize ascii = 0;

    *ret_owned = NULL;
    while (ascii < xml.size && xml.data[ascii] > 0 && xml.data[ascii] < 0x80)
        ascii++;
    if (g_utf8_validate_len (text + ascii, xml.size - ascii, &bad) || xml.size - (gsize) (bad - text) < 4 ||
        *bad == '\0')
        return (View){ xml.data, (gsize) (bad - text) };
    GString *utf8 = g_string_sized_new (xml.size + xml.size / 8);
    for (gsize i = 0; i < xml.size; i++) {
        if (xml.data[i] < 0x80)
            g_string_append_c (utf8, (char) xml.data[i]);
        else
            g_string_append_unichar (utf8, xml.data[i]);
    }
    gsize size = utf8->len;
    *ret_owned = g_string_free (utf8, FALSE);
    return (View){ (const guint8 *) *ret_owned, size };
}

/* Says where, but nothing of what stands there, which may be a password. */
static void explain (const Reader *reader, const XmlReader *xml, const GError *cause, GError **error)
{
    guint line = xml_line (xml);
    Element inside = reader->depth ? reader->stack[reader->depth - 1] : ELEMENT_OTHER;

    if (!reader->secret_depth && config_element_name (inside))
        g_set_error (error, CONFIG_FILE_ERROR, cause->code, "line %u: %s (inside <%s>)", line, cause->message,
                     config_element_name (inside));
    else
        g_set_error (error, CONFIG_FILE_ERROR, cause->code, "line %u: %s", line, cause->message);
}

/* FALSE with error set where reading ends before the root is closed. */
static gboolean take_token (Reader *reader, XmlReader *xml, gboolean ends_with_nul, GError **error)
{
    switch (xml_next (xml)) {
    case XML_START:
        return on_start (reader, xml->name, xml->attributes, error);
    case XML_END:
        return on_end (reader, xml->name, error);
    case XML_TEXT:
        return on_text (reader, xml->text, xml->is_cdata, error);
    case XML_CUT:
        xml->position = xml->document.size;
        g_set_error_literal (error, CONFIG_FILE_ERROR, CONFIG_FILE_ERROR_SYNTAX,
                             ends_with_nul ? "there are octets that are no text" : "the file ends too early");
        return FALSE;
    case XML_BROKEN:
        break;
    }
    g_set_error_literal (error, CONFIG_FILE_ERROR, CONFIG_FILE_ERROR_SYNTAX, NOT_WELL_FORMED);
    return FALSE;
}

/* After the root there may be padding, or the rest of a signature. */
static void parse (Reader *reader, View data, GError **error)
{
    g_autofree char *owned = NULL;
    g_autoptr (GError) cause = NULL;
    View document = as_utf8 (data, &owned);
    gboolean ends_with_nul = !owned && document.size < data.size && data.data[document.size] == 0;
    XmlReader xml;

    xml_init (&xml, document);
    while (!reader->done && take_token (reader, &xml, ends_with_nul, &cause))
        ;
    if (cause)
        explain (reader, &xml, cause, error);
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
