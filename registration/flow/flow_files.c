/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files are that a phone fetches before it registers, and what its configuration says. */
#include "registration/flow/flow_files_internal.h"

#include "registration/protocols/config_file.h"
#include "registration/terms/models.h"
#include "registration/terms/ports.h"

#include <string.h>

const struct BootState *phone_boot (const Phone *phone)
{
    static const struct BootState nothing;
    return phone->boot ? phone->boot : &nothing;
}

struct BootState *flow_boot_state (Flow *flow, PhoneId phone)
{
    Phone *known = phones_get (flow->phones, phones_current (flow->phones, phone));

    if (!known->boot)
        known->boot = g_new0 (struct BootState, 1);
    return known->boot;
}

/* The protocol that a configuration asks for: it says so, or the name of the firmware does. */
static const char *configured_protocol (const ConfigFile *config)
{
    if (config->device_protocol)
        return config->device_protocol;
    switch (config->load ? load_protocol (config->load, strlen (config->load)) : LOAD_UNKNOWN) {
    case LOAD_SIP:
        return "SIP";
    case LOAD_SCCP:
        return "SCCP";
    default:
        return NULL;
    }
}

int flow_configured_name (const struct BootState *boot, View name)
{
    for (gsize size = 1; size <= name.size; size++) {
        if (size < name.size && name.data[size] != '.')
            continue;
        guint32 hash = (guint32) view_hash_caseless ((View){ name.data, size });
        for (guint i = 0; i < boot->configuration.n_servers; i++)
            if (boot->configuration.names[i] == hash)
                return (int) i;
    }
    return -1;
}

void flow_add_configured (const Flow *flow, PhoneId phone, Values *values)
{
    const struct BootState *boot = phones_get (flow->phones, phones_current (flow->phones, phone))->boot;
    g_autoptr (GString) list = g_string_new (NULL);
    char text[IP_ADDRESS_TEXT_SIZE];

    for (guint i = 0; boot && i < boot->configuration.n_servers; i++)
        if (boot->configuration.servers[i].size)
            g_string_append_printf (list, "%s%s", list->len ? ", " : "",
                                    ip_address_format (&boot->configuration.servers[i], text));
    values_add_text (values, VALUE_CALL_MANAGERS, list->str, (gssize) list->len);
    if (boot && (boot->configuration.protocol == LOAD_SIP || boot->configuration.protocol == LOAD_SCCP))
        values_add_text (values, VALUE_PROTOCOL, boot->configuration.protocol == LOAD_SIP ? "SIP" : "SCCP", -1);
}

void flow_add_spoken (const Flow *flow, PhoneId phone, const char *spoken, Values *values)
{
    const struct BootState *boot = phone_boot (phones_get (flow->phones, phones_current (flow->phones, phone)));
    const LoadProtocol wanted = boot ? boot->configuration.protocol : LOAD_UNKNOWN;
    const char *configured = wanted == LOAD_SIP ? "SIP" : wanted == LOAD_SCCP ? "SCCP" : NULL;

    if (!configured || !boot->configuration.note || g_str_equal (configured, spoken))
        return;
    values_add_text (values, VALUE_PROTOCOL, configured, -1);
    values_add_text (values, VALUE_SPOKEN, spoken, -1);
}

/* Ports that somebody has changed. Those below 1024 belong to other services as well. */
static void use_ports (Flow *flow, const ConfigServer *server)
{
    const guint16 ports[] = { server->sccp_port, server->sip_port, server->secured_sip_port };

    for (guint i = 0; i < G_N_ELEMENTS (ports); i++)
        if (ports[i] >= 1024 && !port_is_web (ports[i]))
            flow_use_tcp_port (flow, ports[i]);
}

static void keep_servers (Flow *flow, PhoneId phone, const ConfigFile *config, Values *values)
{
    struct BootState *boot = flow_boot_state (flow, phone);
    g_autoptr (GString) list = g_string_new (NULL);

    boot->configuration.n_servers = 0;
    for (guint i = 0; i < config->servers->len; i++)
        use_ports (flow, config->servers->pdata[i]);
    boot->configuration.secured_sip_port =
        config->servers->len ? ((const ConfigServer *) config->servers->pdata[0])->secured_sip_port : 0;
    boot->configuration.has_more = config->servers->len > SERVERS_KEPT || config->srst->len > 0;
    for (guint i = 0; i < config->servers->len; i++) {
        const ConfigServer *server = config->servers->pdata[i];
        IpAddress *slot = &boot->configuration.servers[boot->configuration.n_servers];
        if (!server->name)
            continue;
        g_string_append_printf (list, "%s%s", list->len ? ", " : "", server->name);
        if (boot->configuration.n_servers == SERVERS_KEPT)
            continue;
        boot->configuration.names[boot->configuration.n_servers++] =
            (guint32) view_hash_caseless (text_view (server->name));
        const IpAddress *looked_up = g_hash_table_lookup (flow->names, server->name);
        if (!ip_address_parse (server->name, strlen (server->name), slot))
            *slot = looked_up ? *looked_up : (IpAddress){ 0 };
    }
    values_add_text (values, VALUE_CALL_MANAGERS, list->str, (gssize) list->len);
}

/* What this model never asks for (reference 4.7): nobody shall wait for it. */
static void add_not_fetched (const struct BootState *boot, Values *values)
{
    SipCapabilities can;

    if (!model_sip_capabilities (boot->model, strlen (boot->model), &can) || can.fetches_soft_keys)
        return;
    values_add_text (values, VALUE_MODEL, boot->model, -1);
    values_add_word (values, VALUE_NOT_FETCHED,
                     can.fetches_dial_plan ? WORD_SOFT_KEY_FILE : WORD_SOFT_KEYS_AND_DIAL_PLAN);
}

/* The firmware that the default configuration names for this phone's model; NULL when it names none. */
static const char *load_of_model (const struct BootState *boot, const ConfigFile *config)
{
    for (guint i = 0; *boot->model && i < config->loads->len; i++) {
        const ConfigLoad *load = config->loads->pdata[i];
        const char *by_number = model_name (load->device_type);
        if (load->load &&
            (g_strcmp0 (by_number, boot->model) == 0 || (load->model && g_str_has_suffix (load->model, boot->model))))
            return load->load;
    }
    return NULL;
}

/* Of the firmware that the configuration names: its list of images, or the one image of older phones. */
static gboolean is_of_wanted_load (const struct BootState *boot, const char *name)
{
    const char *load = boot->configuration.wanted_load;
    return *load && g_ascii_strncasecmp (name, load, strlen (load)) == 0;
}

/* What the phone will have to do according to it. */
static void keep_demands (struct BootState *boot, const ConfigFile *config, const char *protocol)
{
    boot->configuration.is_default = config->is_default;
    boot->configuration.has_images = FALSE;
    boot->configuration.security = config->is_default ? 0 : (guint8) MIN (config->device_security_mode, 255);
    boot->configuration.protocol = !protocol                                    ? LOAD_UNKNOWN
                                   : g_ascii_strcasecmp (protocol, "SIP") == 0  ? LOAD_SIP
                                   : g_ascii_strcasecmp (protocol, "SCCP") == 0 ? LOAD_SCCP
                                                                                : LOAD_UNKNOWN;
    g_strlcpy (boot->configuration.wanted_load, config->load ? config->load : "",
               sizeof boot->configuration.wanted_load);
}

/* Where the trust list is erased on this model; nothing when the model is not known. */
static void add_trust_list_path (const struct BootState *boot, Values *values)
{
    static const struct {
        const char *begin;
        Word path;
    } paths[] = { { "7940", WORD_ERASE_7940 }, { "7960", WORD_ERASE_7940 }, { "79", WORD_ERASE_79XX },
                  { "78", WORD_ERASE_78XX },   { "88", WORD_ERASE_78XX },   { "89", WORD_ERASE_89XX },
                  { "99", WORD_ERASE_89XX } };

    for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
        if (g_str_has_prefix (boot->model, paths[i].begin)) {
            values_add_word (values, VALUE_ADVICE, paths[i].path);
            return;
        }
}

/* The file is named after another device than the one whose connection brings it: two live at one address. */
static gboolean is_of_another (const Flow *flow, PhoneId id, const char *name)
{
    const View device = boot_file_device_name (name, strlen (name));
    const Phone *phone = phones_get (flow->phones, phones_current (flow->phones, id));

    return device.size && phone->name_rank == NAME_DEVICE &&
           (strlen (phone->name) != device.size || !octets_same_caseless (phone->name, device.data, device.size));
}

Variant flow_file_delivered (Flow *flow, PhoneId phone, const char *name, View content, Values *values)
{
    BootFileKind kind = boot_file_kind (name, strlen (name));
    g_autoptr (GError) error = NULL;

    if (kind == BOOT_FILE_LOADS && is_of_wanted_load (flow_boot_state (flow, phone), name))
        flow_boot_state (flow, phone)->configuration.has_images = TRUE;
    if (!boot_file_is_configuration (kind) || is_of_another (flow, phone, name))
        return VARIANT_DELIVERED;
    flow_boot_state (flow, phone)->configuration.note = flow_next_note (flow);
    if (boot_file_is_signed (name, strlen (name)))
        add_trust_list_path (flow_boot_state (flow, phone), values);
    if (kind == BOOT_FILE_PHONE_CONFIG)
        flow_boot_state (flow, phone)->files.own_missing = FALSE;
    if (content.size == 0 || boot_file_is_encrypted (name, strlen (name)))
        return VARIANT_DELIVERED;
    g_autoptr (ConfigFile) config = config_file_read (content.data, content.size, &error);
    const char *protocol = configured_protocol (config);
    if (protocol)
        values_add_text (values, VALUE_PROTOCOL, protocol, -1);
    const char *load = config->load ? config->load : load_of_model (flow_boot_state (flow, phone), config);
    if (load)
        values_add_text (values, VALUE_LOAD, load, -1);
    if (config->device_security_mode)
        values_add_number (values, VALUE_SECURITY, config->device_security_mode);
    if (config->device_security_mode >= 1 && config->device_security_mode <= 3)
        values_add_word (values, VALUE_MODE, (Word) (WORD_SECURITY_NONE + config->device_security_mode - 1));
    keep_servers (flow, phone, config, values);
    keep_demands (flow_boot_state (flow, phone), config, protocol);
    flow_boot_state (flow, phone)->configuration.is_default |=
        kind == BOOT_FILE_DEFAULT_CONFIG || kind == BOOT_FILE_DEFAULT_CONFIG_OLD;
    if (protocol && g_ascii_strcasecmp (protocol, "SIP") == 0)
        add_not_fetched (flow_boot_state (flow, phone), values);
    if (!error)
        return VARIANT_CONFIG;
    values_add_text (values, VALUE_TEXT, error->message, -1);
    return VARIANT_BROKEN;
}

gboolean flow_is_server_of (const Flow *flow, PhoneId phone, const IpAddress *server)
{
    const struct BootState *boot = phones_get (flow->phones, phones_current (flow->phones, phone))->boot;

    return boot && ((boot->files.note && ip_address_equal (&boot->files.server, server)) ||
                    flow_configured_rank (flow, phone, server));
}

guint flow_configured_security (const Flow *flow, PhoneId phone)
{
    const struct BootState *boot = phones_get (flow->phones, phones_current (flow->phones, phone))->boot;
    return boot ? boot->configuration.security : 0;
}

gboolean flow_has_default_configuration (const Flow *flow, PhoneId phone)
{
    const struct BootState *boot = phones_get (flow->phones, phones_current (flow->phones, phone))->boot;
    return boot && boot->configuration.is_default;
}

guint flow_configured_rank (const Flow *flow, PhoneId phone, const IpAddress *server)
{
    const struct BootState *boot = phones_get (flow->phones, phones_current (flow->phones, phone))->boot;

    for (guint i = 0; boot && i < boot->configuration.n_servers; i++)
        if (ip_address_equal (&boot->configuration.servers[i], server))
            return i + 1;
    return 0;
}

/* Files that nobody but Cisco's phones asks for; a client that asks for one is a phone. */
static gboolean is_phone_file (const char *name, gsize size)
{
    switch (boot_file_kind (name, size)) {
    case BOOT_FILE_CTL:
    case BOOT_FILE_ITL:
    case BOOT_FILE_PHONE_CONFIG:
    case BOOT_FILE_PHONE_CONFIG_OLD:
        return boot_file_names_phone (name, size);
    case BOOT_FILE_CTL_SHARED:
    case BOOT_FILE_ITL_SHARED:
    case BOOT_FILE_DEFAULT_CONFIG:
    case BOOT_FILE_DEFAULT_CONFIG_OLD:
    case BOOT_FILE_SIP_DEFAULT:
    case BOOT_FILE_SIP_PHONE:
    case BOOT_FILE_OS79XX:
    case BOOT_FILE_GK_PROFILE:
    case BOOT_FILE_LD_PROFILE:
    case BOOT_FILE_ATA_PROFILE:
    case BOOT_FILE_MODEL_DEFAULT:
    case BOOT_FILE_LOADS:
        return TRUE;
    default:
        return FALSE;
    }
}

/* --- Servers that do not answer */

/* So often, or for so long, nobody goes on asking for fun; the network's own word is enough at once. */
#define TRIES_IN_VAIN 3
#define TIME_IN_VAIN  SECONDS (4)
/* What was tried longer ago than any phone keeps trying has nothing to do with what it asks now. */
#define TRIED_LONG_AGO SECONDS (300)

/* The frame in which this server has answered about another file of the same start; 0 none. */
static guint32 heard_before (const Files *files, const IpAddress *server, gint64 time)
{
    return ip_address_equal (&files->heard.server, server) && time - files->heard.time <= TRIED_LONG_AGO
               ? files->heard.frame
               : 0;
}

void flow_server_tried (struct BootState *boot, const IpAddress *server, guint how, NoteId note, gint64 time)
{
    SilentServer *trying = &boot->files.trying;

    if (!trying->server.size || !ip_address_equal (&trying->server, server))
        *trying = (SilentServer){
            .first = note, .since = time, .server = *server, .heard = heard_before (&boot->files, server, time)
        };
    trying->count++;
    trying->how |= (guint8) how;
}

void flow_server_answered (struct BootState *boot, const IpAddress *server)
{
    if (ip_address_equal (&boot->files.trying.server, server))
        boot->files.trying.server.size = 0;
}

/* The phone asks this server: has it just turned away from another one? */
static void add_skipped (struct BootState *boot, const Frame *frame, Values *values)
{
    SilentServer *trying = &boot->files.trying;

    boot->files.skipped.first = 0;
    if (!trying->server.size || ip_address_equal (&trying->server, &frame->destination.address))
        return;
    const gint64 waited = MAX (frame->time - trying->since, 0);
    if (waited <= TRIED_LONG_AGO &&
        (trying->count >= TRIES_IN_VAIN || waited >= TIME_IN_VAIN || (trying->how & SILENT_BY_ICMP))) {
        boot->files.skipped = *trying;
        values_add_address (values, VALUE_SILENT_SERVER, &trying->server);
        values_add_number (values, VALUE_WAITED, (guint64) waited);
        if (trying->heard)
            values_add_number (values, VALUE_FRAME, trying->heard);
        if (trying->how & CLOSED_BY_ICMP)
            values_add_word (values, VALUE_REASON, WORD_ICMP_PORT_UNREACHABLE);
    }
    trying->server.size = 0;
}

/* --- What comes after a file that is not there (reference 4.3) */

static void add_next (Values *values, ValueKey key, const char *before, View device, const char *ending)
{
    g_autofree char *name = g_strdup_printf ("%s%.*s%s", before, (int) device.size, (const char *) device.data, ending);
    values_add_text (values, key, name, -1);
}

static void add_next_file (const Flow *flow, PhoneId phone, const char *name, Values *values)
{
    const gsize size = strlen (name);
    const char *ending = boot_file_is_signed (name, size) ? ".cnf.xml.sgn" : ".cnf.xml";
    const Phone *known = phones_get (flow->phones, phones_current (flow->phones, phone));
    View device = boot_file_device_name (name, size);

    if (!device.size && known->name_rank == NAME_DEVICE)
        device = text_view (known->name);
    if (device.size != 15 || memcmp (device.data, "SEP", 3) != 0)
        return;
    switch (boot_file_kind (name, size)) {
    case BOOT_FILE_CTL:
        add_next (values, VALUE_NEXT_FILE, "ITL", device, ".tlv");
        add_next (values, VALUE_OTHER_FILE, "", device, ".cnf.xml");
        break;
    case BOOT_FILE_ITL:
        values_add_text (values, VALUE_NEXT_FILE, "ITLFile.tlv", -1);
        break;
    case BOOT_FILE_ITL_SHARED:
        add_next (values, VALUE_NEXT_FILE, "", device, ".cnf.xml");
        add_next (values, VALUE_OTHER_FILE, "", device, ".cnf.xml.sgn");
        break;
    case BOOT_FILE_PHONE_CONFIG:
        if (!boot_file_is_encrypted (name, size))
            add_next (values, VALUE_NEXT_FILE, "XMLDefault", (View){ (const guint8 *) "", 0 }, ending);
        break;
    default:
        break;
    }
}

void flow_file_missed (Flow *flow, PhoneId phone, const char *name, Values *values)
{
    const BootFileKind kind = boot_file_kind (name, strlen (name));
    struct BootState *boot = flow_boot_state (flow, phone);

    if (kind == BOOT_FILE_PHONE_CONFIG && !is_of_another (flow, phone, name))
        boot->files.own_missing = TRUE;
    if ((kind == BOOT_FILE_FIRMWARE && boot->configuration.has_images) ||
        ((kind == BOOT_FILE_FIRMWARE || kind == BOOT_FILE_LOADS) && is_of_wanted_load (boot, name)))
        values_add_text (values, VALUE_LOAD, boot->configuration.wanted_load, -1);
    if (boot_file_is_signed (name, strlen (name)))
        add_trust_list_path (boot, values);
    add_next_file (flow, phone, name, values);
}

/* --- What is asked for */

static Word what_is_asked (const struct BootState *boot, BootFileKind kind)
{
    return kind == BOOT_FILE_DEFAULT_CONFIG && boot->files.own_missing ? WORD_DEFAULT_BECAUSE_OWN_IS_MISSING
                                                                       : word_of_file (kind);
}

static void add_servers (const Lease *lease, Values *values)
{
    if (lease->n_tftp)
        values_add_addresses (values, VALUE_TFTP_SERVERS, lease->tftp, lease->n_tftp);
}

/* MAC addresses stand in capitals, whoever asks; people have chosen the other names as they are written. */
static char *name_of_device (const char *file, View device)
{
    MacAddress mac;

    return boot_file_mac (file, strlen (file), &mac) ? g_ascii_strup ((const char *) device.data, (gssize) device.size)
                                                     : view_dup (device);
}

/* So soon an address goes over to nobody else. */
#define STILL_THERE SECONDS (60)

/* Somebody else than who has just fetched files from there asks for them: two devices live at this address, which says
 * nothing by itself from now on. */
static void look_for_neighbor (Flow *flow, const Frame *frame, PhoneId here, const char *name)
{
    Phone *phone = here == PHONE_NONE ? NULL : phones_get (flow->phones, here);
    const Note *latest = phone && phone->boot ? notes_get (flow->notes, phone->boot->files.note) : NULL;

    if (latest && frame->time - latest->time < STILL_THERE && is_of_another (flow, here, name))
        phone->shares_address = TRUE;
}

PhoneId flow_file_asked (Flow *flow, const Frame *frame, const IpAddress *address, const char *name, View agent,
                         Values *values)
{
    gsize size = strlen (name);
    BootFileKind kind = boot_file_kind (name, size);
    View device = boot_file_device_name (name, size);
    PhoneId id = phones_find_address (flow->phones, address);

    look_for_neighbor (flow, frame, id, name);
    const gboolean asks_for_itself = flow_asks_for_itself (flow, address, name, agent);
    if (id == PHONE_NONE && !is_phone_file (name, size))
        return PHONE_NONE;
    if (!asks_for_itself && (id == PHONE_NONE || device.size || !phones_get (flow->phones, id)->has_spoken))
        return PHONE_NONE;
    id = flow_phone_at (flow, frame, address);
    if (device.size) {
        const gboolean is_shared = phones_get (flow->phones, id)->shares_address;
        g_autofree char *text = name_of_device (name, device);
        id = flow_name_phone (flow, id, frame, address, text);
        phones_get (flow->phones, id)->shares_address |= is_shared;
    }
    if (is_phone_file (name, size) && asks_for_itself)
        flow_has_asked (flow, address, id, kind);
    struct BootState *boot = flow_boot_state (flow, id);
    boot->files.note = flow_next_note (flow);
    boot->files.server = frame->destination.address;
    add_skipped (boot, frame, values);
    add_servers (&boot->lease, values);
    values_add_text (values, VALUE_FILE, name, (gssize) size);
    values_add_word (values, VALUE_WHAT, what_is_asked (boot, kind));
    values_add_word (values, VALUE_IF_MISSING, word_of_missing_file (kind));
    return id;
}

Variant flow_file_again (Flow *flow, const Frame *frame, PhoneId phone, const char *name, Values *values)
{
    struct BootState *boot = flow_boot_state (flow, phone);
    guint32 hash = (guint32) view_hash (text_view (name));
    const gboolean asked = boot->files.last == hash && frame->time > boot->files.last_time;
    const gboolean again = asked && ip_address_equal (&boot->files.last_server, &frame->destination.address);

    if (!boot_file_is_configuration (boot_file_kind (name, strlen (name))))
        return VARIANT_NONE;
    if (again)
        values_add_number (values, VALUE_SINCE, (guint64) (frame->time - boot->files.last_time));
    else if (asked && !boot->files.skipped.first)
        values_add_address (values, VALUE_FORMER_SERVER, &boot->files.last_server);
    boot->files.last = hash;
    boot->files.last_time = frame->time;
    boot->files.last_server = frame->destination.address;
    return again ? VARIANT_AGAIN : VARIANT_NONE;
}

gboolean flow_is_tftp_name (const struct BootState *boot, View name)
{
    return boot->lease.tftp_name && name.size && (guint32) view_hash (name) == boot->lease.tftp_name;
}

Variant flow_file_missing (const char *name)
{
    const gsize size = strlen (name);
    const BootFileKind kind = boot_file_kind (name, size);

    if (boot_file_missing (kind) == MISSING_HARMLESS || kind == BOOT_FILE_CTL || kind == BOOT_FILE_CTL_SHARED)
        return VARIANT_HARMLESS;
    return boot_file_is_signed (name, size) ? VARIANT_SIGNED : VARIANT_NOT_FOUND;
}
