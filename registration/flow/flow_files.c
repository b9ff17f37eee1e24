/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files that a phone fetches before it registers, by TFTP and HTTP, and what its configuration says. */
#include "registration/flow/flow_internal.h"

#include "registration/protocols/config_file.h"
#include "registration/protocols/http.h"
#include "registration/protocols/tftp.h"
#include "registration/terms/boot_file.h"
#include "registration/terms/models.h"

#include <string.h>

struct BootState *flow_boot_state (Flow *flow, PhoneId phone)
{
    Phone *known = phones_get (flow->phones, phones_current (flow->phones, phone));

    if (!known->boot)
        known->boot = g_new0 (struct BootState, 1);
    return known->boot;
}

/* --- Configuration files ---------------------------------------------------------------------------------------- */

static gboolean is_configuration (BootFileKind kind)
{
    return kind == BOOT_FILE_PHONE_CONFIG || kind == BOOT_FILE_DEFAULT_CONFIG || kind == BOOT_FILE_MODEL_DEFAULT;
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

/* Names of hosts mean the same in capitals. */
static guint hash_name (View name)
{
    guint hash = 5381;

    for (gsize i = 0; i < name.size; i++)
        hash = hash * 33 + (guint) g_ascii_tolower ((char) name.data[i]);
    return hash;
}

int flow_configured_name (const struct BootState *boot, View name)
{
    for (gsize size = 1; size <= name.size; size++) {
        if (size < name.size && name.data[size] != '.')
            continue;
        guint hash = hash_name ((View){ name.data, size });
        for (guint i = 0; i < boot->n_configured; i++)
            if (boot->configured_names[i] == hash)
                return (int) i;
    }
    return -1;
}

void flow_add_configured (const Flow *flow, PhoneId phone, Values *values)
{
    const struct BootState *boot = phones_get (flow->phones, phones_current (flow->phones, phone))->boot;
    g_autoptr (GString) list = g_string_new (NULL);
    char text[IP_ADDRESS_TEXT_SIZE];

    for (guint i = 0; boot && i < boot->n_configured; i++)
        if (boot->configured[i].size)
            g_string_append_printf (list, "%s%s", list->len ? ", " : "",
                                    ip_address_format (&boot->configured[i], text));
    values_add_text (values, VALUE_CALL_MANAGERS, list->str, (gssize) list->len);
    if (boot && (boot->protocol == LOAD_SIP || boot->protocol == LOAD_SCCP))
        values_add_text (values, VALUE_PROTOCOL, boot->protocol == LOAD_SIP ? "SIP" : "SCCP", -1);
}

/* Ports that somebody has changed. Those below 1024 belong to other services as well. */
static void use_ports (Flow *flow, const ConfigServer *server)
{
    const guint16 ports[] = { server->sccp_port, server->sip_port, server->secured_sip_port };

    for (guint i = 0; i < G_N_ELEMENTS (ports); i++)
        if (ports[i] >= 1024 && ports[i] != 8080 && ports[i] != 8443)
            flow_use_tcp_port (flow, ports[i]);
}

static void keep_servers (Flow *flow, PhoneId phone, const ConfigFile *config, Values *values)
{
    struct BootState *boot = flow_boot_state (flow, phone);
    g_autoptr (GString) list = g_string_new (NULL);

    boot->n_configured = 0;
    for (guint i = 0; i < config->servers->len; i++)
        use_ports (flow, config->servers->pdata[i]);
    boot->secured_sip_port =
        config->servers->len ? ((const ConfigServer *) config->servers->pdata[0])->secured_sip_port : 0;
    boot->has_more_servers = config->servers->len > SERVERS_KEPT || config->srst->len > 0;
    for (guint i = 0; i < config->servers->len; i++) {
        const ConfigServer *server = config->servers->pdata[i];
        IpAddress *slot = &boot->configured[boot->n_configured];
        if (!server->name)
            continue;
        g_string_append_printf (list, "%s%s", list->len ? ", " : "", server->name);
        if (boot->n_configured == SERVERS_KEPT)
            continue;
        boot->configured_names[boot->n_configured++] =
            hash_name ((View){ (const guint8 *) server->name, strlen (server->name) });
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

/* What the phone will have to do according to it. */
static void keep_demands (struct BootState *boot, const ConfigFile *config, const char *protocol)
{
    boot->security = config->is_default ? 0 : (guint8) MIN (config->device_security_mode, 255);
    boot->protocol = !protocol                                    ? LOAD_UNKNOWN
                     : g_ascii_strcasecmp (protocol, "SIP") == 0  ? LOAD_SIP
                     : g_ascii_strcasecmp (protocol, "SCCP") == 0 ? LOAD_SCCP
                                                                  : LOAD_UNKNOWN;
    g_strlcpy (boot->wanted_load, config->load ? config->load : "", sizeof boot->wanted_load);
}

Variant flow_file_delivered (Flow *flow, PhoneId phone, const char *name, View content, Values *values)
{
    BootFileKind kind = boot_file_kind (name, strlen (name));
    g_autoptr (GError) error = NULL;

    if (!is_configuration (kind) || content.size == 0)
        return VARIANT_DELIVERED;
    g_autoptr (ConfigFile) config = config_file_read (content.data, content.size, &error);
    const char *protocol = configured_protocol (config);
    if (protocol)
        values_add_text (values, VALUE_PROTOCOL, protocol, -1);
    if (config->load)
        values_add_text (values, VALUE_LOAD, config->load, -1);
    if (config->device_security_mode)
        values_add_number (values, VALUE_SECURITY, config->device_security_mode);
    keep_servers (flow, phone, config, values);
    keep_demands (flow_boot_state (flow, phone), config, protocol);
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

    return boot && ((boot->has_asked_for_files && ip_address_equal (&boot->file_server, server)) ||
                    flow_configured_rank (flow, phone, server));
}

guint flow_configured_security (const Flow *flow, PhoneId phone)
{
    const struct BootState *boot = phones_get (flow->phones, phones_current (flow->phones, phone))->boot;
    return boot ? boot->security : 0;
}

guint flow_configured_secure_port (const Flow *flow, PhoneId phone)
{
    const struct BootState *boot = phones_get (flow->phones, phones_current (flow->phones, phone))->boot;
    return boot ? boot->secured_sip_port : 0;
}

NoteId flow_configuration_note (const Flow *flow, PhoneId phone)
{
    const struct BootState *boot = phones_get (flow->phones, phones_current (flow->phones, phone))->boot;
    return boot ? boot->config : 0;
}

guint flow_configured_rank (const Flow *flow, PhoneId phone, const IpAddress *server)
{
    const struct BootState *boot = phones_get (flow->phones, phones_current (flow->phones, phone))->boot;

    for (guint i = 0; boot && i < boot->n_configured; i++)
        if (ip_address_equal (&boot->configured[i], server))
            return i + 1;
    return 0;
}

/* Files that nobody but Cisco's phones asks for; a client that asks for one is a phone. */
static gboolean is_phone_file (BootFileKind kind)
{
    switch (kind) {
    case BOOT_FILE_CTL:
    case BOOT_FILE_CTL_SHARED:
    case BOOT_FILE_ITL:
    case BOOT_FILE_ITL_SHARED:
    case BOOT_FILE_PHONE_CONFIG:
    case BOOT_FILE_PHONE_CONFIG_OLD:
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

/* A file name tells more than itself: what it is for, and often which device asks. Returns the phone. */
static PhoneId describe_file (Flow *flow, const Frame *frame, const IpAddress *address, const char *name,
                              Values *values)
{
    gsize size = strlen (name);
    BootFileKind kind = boot_file_kind (name, size);
    View device = boot_file_device_name (name, size);
    PhoneId id = phones_find_address (flow->phones, address);

    if (id == PHONE_NONE && !is_phone_file (kind))
        return PHONE_NONE;
    id = flow_phone_at (flow, frame, address);
    if (is_phone_file (kind))
        phones_get (flow->phones, id)->has_spoken = TRUE;
    if (device.size) {
        g_autofree char *text = g_ascii_strup ((const char *) device.data, (gssize) device.size);
        id = flow_name_phone (flow, id, frame, address, text);
    }
    flow_boot_state (flow, id)->has_asked_for_files = TRUE;
    flow_boot_state (flow, id)->file_server = frame->destination.address;
    values_add_text (values, VALUE_FILE, name, (gssize) size);
    values_add_word (values, VALUE_WHAT, word_of_file (kind));
    values_add_word (values, VALUE_IF_MISSING, word_of_missing_file (kind));
    return id;
}

/* The same configuration again: how long after the last time. */
static Variant repeated_file (Flow *flow, const Frame *frame, PhoneId phone, const char *name, Values *values)
{
    struct BootState *boot = flow_boot_state (flow, phone);
    guint32 hash = g_str_hash (name);
    gboolean again = boot->last_file == hash && frame->time > boot->last_file_time;

    if (!is_configuration (boot_file_kind (name, strlen (name))))
        return VARIANT_NONE;
    if (again)
        values_add_number (values, VALUE_SINCE, (guint64) (frame->time - boot->last_file_time));
    boot->last_file = hash;
    boot->last_file_time = frame->time;
    return again ? VARIANT_AGAIN : VARIANT_NONE;
}

gboolean flow_asked_tftp_name (const Flow *flow, const Note *note)
{
    const struct BootState *boot = phones_get (flow->phones, phones_current (flow->phones, note->phone))->boot;
    Value name;

    if (!boot || !boot->tftp_name || !values_find (notes_values (flow->notes, note), VALUE_NAME, &name))
        return FALSE;
    g_autofree char *text = g_strndup (name.text, name.text_size);
    return g_str_hash (text) == boot->tftp_name;
}

gboolean flow_has_asked_for_files (const Flow *flow, PhoneId phone)
{
    const struct BootState *boot = phones_get (flow->phones, phones_current (flow->phones, phone))->boot;
    return boot && boot->has_asked_for_files;
}

/* --- TFTP ------------------------------------------------------------------------------------------------------- */

/* So many blocks acknowledged, and none of them seen: the capture holds one direction only. */
#define BLOCKS_NOT_SEEN 3

/* A configuration file larger than this is none. */
#define CONTENT_MAX (256 * 1024)

typedef struct {
    Endpoint client; /* the key; stays first */
    IpAddress server;
    guint16 server_port; /* of the transfer; 0 until the server has answered */
    guint16 former_port; /* of the transfer that used this client's port before; 0 none */
    guint16 former_block;
    gsize former_size; /* of that block */
    gsize last_size;
    guint16 place;
    PhoneId phone;
    char *file;
    NoteId request;  /* waiting for its answer: the read request or the last ACK */
    guint16 repeats; /* of the read request */
    gint64 started;
    guint32 block_size;
    guint64 received;
    guint16 last_block;
    guint16 again, acks_again; /* how often the last block, or its acknowledgment, has come once more */
    guint16 last_ack;
    gboolean has_acked, is_write;
    gboolean is_complete, has_failed;
    GByteArray *content; /* of a configuration file; or NULL */
} Transfer;

static void transfer_free (gpointer data)
{
    Transfer *transfer = data;

    g_free (transfer->file);
    g_clear_pointer (&transfer->content, g_byte_array_unref);
    g_free (transfer);
}

static gboolean comes_from_server (const Frame *frame, const Transfer *transfer)
{
    return !endpoint_equal (&frame->source, &transfer->client) &&
           ip_address_equal (&frame->source.address, &transfer->server);
}

static NoteId note_transfer (Flow *flow, const Frame *frame, const Transfer *transfer, guint opcode, Variant variant,
                             const Values *values)
{
    NoteFacts facts = { .phone = transfer->phone,
                        .server = transfer->place,
                        .attempt = flow_attempt (flow, transfer->phone),
                        .kind = catalog_find (PROTOCOL_TFTP, opcode),
                        .phase = PHASE_FILES,
                        .variant = variant,
                        .from_server = comes_from_server (frame, transfer) };
    return flow_note (flow, frame, &facts, values);
}

/* A new request; the same one again from the same port is a repetition of it. */
static void on_read_request (Flow *flow, const Frame *frame, const TftpPacket *packet)
{
    g_autofree char *name = view_dup (packet->file);
    Transfer *transfer = g_hash_table_lookup (flow->transfers, &frame->source);
    Values values;

    values_init (&values);
    if (transfer && g_str_equal (transfer->file, name) && !transfer->server_port) {
        values_add_text (&values, VALUE_FILE, name, -1);
        values_add_number (&values, VALUE_REPEATS, ++transfer->repeats);
        values_add_number (&values, VALUE_SINCE, (guint64) MAX (0, frame->time - transfer->started));
        note_transfer (flow, frame, transfer, packet->opcode, VARIANT_REFUSED, &values);
        return;
    }
    PhoneId phone = describe_file (flow, frame, &frame->source.address, name, &values);
    if (phone == PHONE_NONE)
        return;
    Transfer *former = g_hash_table_lookup (flow->transfers, &frame->source);
    transfer = g_new0 (Transfer, 1);
    if (former && ip_address_equal (&former->server, &frame->destination.address)) {
        transfer->former_port = former->server_port;
        transfer->former_block = former->last_block;
        transfer->former_size = former->last_size;
    }
    transfer->client = frame->source;
    transfer->is_write = packet->opcode == TFTP_WRQ;
    transfer->server = frame->destination.address;
    transfer->place = flow_server_place (flow, &frame->destination);
    transfer->phone = phone;
    transfer->file = g_steal_pointer (&name);
    transfer->started = frame->time;
    transfer->block_size = TFTP_DEFAULT_BLKSIZE;
    if (packet->opcode == TFTP_RRQ && is_configuration (boot_file_kind (transfer->file, strlen (transfer->file))))
        transfer->content = g_byte_array_new ();
    g_hash_table_replace (flow->transfers, &transfer->client, transfer);
    flow_use_udp_port (flow, frame->source.port);
    Variant variant = repeated_file (flow, frame, phone, transfer->file, &values);
    transfer->request = note_transfer (flow, frame, transfer, packet->opcode, variant, &values);
}

static Variant on_data (Flow *flow, const Frame *frame, Transfer *transfer, const TftpPacket *packet, Values *values)
{
    gint16 ahead = (gint16) (packet->block - transfer->last_block); /* block numbers wrap around */
    gsize size = packet->payload.size + frame->cut;
    gboolean is_last = size < transfer->block_size;

    values_add_number (values, VALUE_BLOCK, packet->block);
    if (ahead <= 0) {
        gboolean had_it = transfer->received || transfer->is_complete;
        if (had_it && ahead == 0)
            values_add_number (values, VALUE_REPEATS, ++transfer->again);
        return had_it ? VARIANT_AGAIN : VARIANT_NONE;
    }
    transfer->last_block = packet->block;
    transfer->last_size = size;
    transfer->again = transfer->acks_again = 0;
    /* Blocks that the capture lacks count, but then the content is not whole. */
    transfer->received += (guint64) (ahead - 1) * transfer->block_size + size;
    if (transfer->content && ahead == 1 && frame->cut == 0 && transfer->received <= CONTENT_MAX)
        g_byte_array_append (transfer->content, packet->payload.data, (guint) packet->payload.size);
    else
        g_clear_pointer (&transfer->content, g_byte_array_unref);
    if (!is_last)
        return VARIANT_NONE;
    transfer->is_complete = TRUE;
    View content = { transfer->content ? transfer->content->data : NULL,
                     transfer->content ? transfer->content->len : 0 };
    values_add_number (values, VALUE_SIZE, transfer->received);
    values_add_number (values, VALUE_SINCE, (guint64) MAX (0, frame->time - transfer->started));
    Variant variant = VARIANT_DELIVERED;
    if (!transfer->is_write)
        variant = flow_file_delivered (flow, transfer->phone, transfer->file, content, values);
    g_clear_pointer (&transfer->content, g_byte_array_unref);
    return variant;
}

/* What it means that a server does not have a file. A missing trust list is normal unless the configuration demands
 * secure mode, which only what follows can show. */
static Variant missing_file (const char *name)
{
    const gsize size = strlen (name);
    const BootFileKind kind = boot_file_kind (name, size);

    if (boot_file_missing (kind) == MISSING_HARMLESS || kind == BOOT_FILE_CTL || kind == BOOT_FILE_CTL_SHARED)
        return VARIANT_HARMLESS;
    return boot_file_is_signed (name, size) ? VARIANT_SIGNED : VARIANT_NOT_FOUND;
}

static Variant on_error (const Transfer *transfer, const TftpPacket *packet, Values *values)
{
    BootFileKind kind = boot_file_kind (transfer->file, strlen (transfer->file));
    const char *name = tftp_error_name (packet->error_code);

    values_add_number (values, VALUE_CODE, packet->error_code);
    if (packet->error_text.size)
        values_add_view (values, VALUE_TEXT, packet->error_text);
    else if (name)
        values_add_text (values, VALUE_TEXT, name, -1);
    values_add_word (values, VALUE_IF_MISSING, word_of_missing_file (kind));
    return packet->error_code == TFTP_FILE_NOT_FOUND ? missing_file (transfer->file) : VARIANT_NONE;
}

/* A server that gets a request twice may answer twice, each time from a new port; the client goes on with one and
 * refuses the other (RFC 1350, section 4). */
static gboolean is_stray (const Frame *frame, const Transfer *transfer)
{
    const Endpoint *server = comes_from_server (frame, transfer) ? &frame->source : &frame->destination;

    return transfer->server_port && server->port != transfer->server_port;
}

/* What still comes for the transfer that used the client's port before. Servers take a new port for each transfer; for
 * those that do not, the first block tells. */
static gboolean is_late (const Frame *frame, const Transfer *transfer, const TftpPacket *packet)
{
    if (transfer->server_port || !transfer->former_port || !comes_from_server (frame, transfer) ||
        frame->source.port != transfer->former_port || transfer->former_block == 0 || packet->opcode != TFTP_DATA)
        return FALSE;
    return packet->block != 1 ||
           (transfer->former_block == 1 && packet->payload.size + frame->cut == transfer->former_size);
}

static Variant on_ack (Transfer *transfer, const TftpPacket *packet, Values *values)
{
    gboolean again = transfer->has_acked && packet->block == transfer->last_ack;

    values_add_number (values, VALUE_BLOCK, packet->block);
    transfer->has_acked = TRUE;
    transfer->last_ack = packet->block;
    if (packet->block == transfer->last_block)
        transfer->again = 0;
    if (transfer->is_complete && packet->block == transfer->last_block)
        return VARIANT_DELIVERED;
    if (transfer->has_failed) /* some clients confirm the error, which nobody needs */
        return VARIANT_HARMLESS;
    if (again)
        values_add_number (values, VALUE_REPEATS, ++transfer->acks_again);
    if (packet->block == 0)
        return VARIANT_FIRST;
    return again ? VARIANT_AGAIN : VARIANT_NONE;
}

static void on_transfer_packet (Flow *flow, const Frame *frame, Transfer *transfer, const TftpPacket *packet)
{
    gboolean answers = comes_from_server (frame, transfer);
    Variant variant = VARIANT_NONE;
    Values values;

    values_init (&values);
    values_add_text (&values, VALUE_FILE, transfer->file, -1);
    gboolean late = is_late (frame, transfer, packet);
    if (!late && !transfer->server_port && answers)
        transfer->server_port = frame->source.port;
    if (late || is_stray (frame, transfer)) {
        values_add_number (&values, VALUE_BLOCK, packet->block);
        values_add_number (&values, VALUE_CODE, packet->error_code);
        values_add_view (&values, VALUE_TEXT, packet->error_text);
        note_transfer (flow, frame, transfer, packet->opcode, VARIANT_STRAY, &values);
        return;
    }
    switch (packet->opcode) {
    case TFTP_DATA:
        variant = on_data (flow, frame, transfer, packet, &values);
        break;
    case TFTP_ERROR:
        variant = on_error (transfer, packet, &values);
        transfer->has_failed = TRUE;
        break;
    case TFTP_ACK:
        variant = on_ack (transfer, packet, &values);
        break;
    case TFTP_OACK:
        if (packet->options.present & TFTP_HAS_BLKSIZE)
            transfer->block_size = (guint32) MIN (packet->options.blksize, 65464);
        if (packet->options.present & TFTP_HAS_TSIZE)
            values_add_number (&values, VALUE_SIZE, packet->options.tsize);
        break;
    default:
        return;
    }
    NoteId note = note_transfer (flow, frame, transfer, packet->opcode, variant, &values);
    if (answers && transfer->request && variant != VARIANT_AGAIN) {
        flow_pair (flow, transfer->request, note);
        transfer->request = 0;
    } else if (!answers && (packet->opcode == TFTP_ACK || packet->opcode == TFTP_DATA) &&
               (transfer->is_write || !transfer->is_complete)) {
        transfer->request = note;
    }
    /* What is acknowledged was sent, from another port than the request went to. */
    if (packet->opcode == TFTP_ACK && !transfer->server_port && frame->destination.port != 69) {
        if (packet->block < BLOCKS_NOT_SEEN)
            flow_missed_packets (flow, note);
        else
            flow_one_direction (flow, note);
    }
}

void flow_tftp (Flow *flow, const Frame *frame)
{
    TftpPacket packet;

    if (!tftp_decode (frame->payload.data, frame->payload.size, &packet))
        return;
    if (packet.opcode == TFTP_RRQ || packet.opcode == TFTP_WRQ) {
        if (frame->destination.port == 69)
            on_read_request (flow, frame, &packet);
        return;
    }
    Transfer *transfer = g_hash_table_lookup (flow->transfers, &frame->source);
    if (!transfer)
        transfer = g_hash_table_lookup (flow->transfers, &frame->destination);
    if (transfer && (ip_address_equal (&frame->source.address, &transfer->server) ||
                     ip_address_equal (&frame->destination.address, &transfer->server)))
        on_transfer_packet (flow, frame, transfer, &packet);
}

/* --- HTTP ------------------------------------------------------------------------------------------------------- */

#define HTTP_START_LINE_MAX 2048

/* The file that a request names: its path without the first slash and without a query. */
static View file_of_path (View path)
{
    const guint8 *query = path.size ? memchr (path.data, '?', path.size) : NULL;
    View file = { path.data, query ? (gsize) (query - path.data) : path.size };

    while (file.size && *file.data == '/') {
        file.data++;
        file.size--;
    }
    return file;
}

static void note_http_request (Flow *flow, Session *session, const Frame *frame, const HttpMessage *http)
{
    View file = file_of_path (http->path);
    Values values;

    values_init (&values);
    g_free (session->file);
    session->file = view_dup (file);
    PhoneId phone = describe_file (flow, frame, &session->tcp.ends[FROM_PHONE].address, session->file, &values);
    if (phone != PHONE_NONE)
        session->phone = phone;
    values_add_view (&values, VALUE_AGENT, http->user_agent);
    session->phase = PHASE_FILES;
    Variant variant = repeated_file (flow, frame, session->phone, session->file, &values);
    NoteId note = flow_note_session (flow, session, frame, catalog_find (PROTOCOL_HTTP, HTTP_REQUEST), PHASE_FILES,
                                     variant, FALSE, &values);
    session_ask (session, flow->notes, HTTP_REQUEST, 0, note, frame->time);
}

/* The file that an answer brings; "" when its request is not in the capture. */
static char *file_of_request (const Flow *flow, const Session *session, NoteId request)
{
    Value file;

    if (request && values_find (notes_values (flow->notes, notes_get (flow->notes, request)), VALUE_FILE, &file))
        return g_strndup (file.text, file.text_size);
    return g_strdup (session->file ? session->file : "");
}

static void note_http_answer (Flow *flow, Session *session, const Frame *frame, const HttpMessage *http, gboolean whole)
{
    NoteId request = session_answer (session, HTTP_REQUEST, 0);
    g_autofree char *file = file_of_request (flow, session, request);
    BootFileKind kind = boot_file_kind (file, strlen (file));
    Variant variant = VARIANT_NONE;
    Values values;

    values_init (&values);
    values_add_text (&values, VALUE_FILE, file, -1);
    values_add_number (&values, VALUE_CODE, http->status);
    values_add_view (&values, VALUE_TEXT, http->reason);
    values_add_word (&values, VALUE_IF_MISSING, word_of_missing_file (kind));
    if (http->status == 404) {
        variant = missing_file (file);
    } else if (http->status == 200 && http->has_content_length && whole) { /* else nothing here tells its end */
        values_add_number (&values, VALUE_SIZE, http->content_length);
        View content = !http->chunked ? http->body : (View){ NULL, 0 };
        variant = flow_file_delivered (flow, session->phone, file, content, &values);
    }
    NoteId note = flow_note_session (flow, session, frame, catalog_find (PROTOCOL_HTTP, HTTP_RESPONSE), PHASE_FILES,
                                     variant, TRUE, &values);
    if (request)
        flow_pair (flow, request, note);
}

gsize flow_http_read (Flow *flow, Session *session, const Frame *frame, gboolean from_server, View data, gboolean cut)
{
    guint32 *skip = &session->skip[from_server ? FROM_SERVER : FROM_PHONE];
    gsize used = MIN (*skip, data.size);
    HttpMessage http;

    *skip -= (guint32) used;
    while (used < data.size) {
        const guint8 *start = data.data + used;
        gsize left = data.size - used;
        if (!http_decode (start, left, &http)) /* perhaps only the beginning of a start line */
            return left < HTTP_START_LINE_MAX && !memchr (start, '\n', left) && !cut ? used : data.size;
        if (!http.head_complete && !cut)
            return used;
        gsize head = (gsize) (http.body.data - start);
        if (!http.head_complete || !http.body.data)
            head = left;
        guint64 length = http.has_content_length ? http.content_length : http.is_request ? 0 : http.body.size;
        gboolean whole = http.body.size >= length;
        if (!whole && length <= HTTP_BODY_MAX && !cut)
            return used;
        NoteId next = flow_next_note (flow);
        if (http.is_request)
            note_http_request (flow, session, frame, &http);
        else
            note_http_answer (flow, session, frame, &http, whole);
        gsize body = (gsize) MIN (length, left - head);
        flow_tell (flow, next, frame, session, (View){ start, head + body });
        *skip = cut ? 0 : (guint32) MIN (length - body, G_MAXUINT32);
        used += head + body;
    }
    return data.size;
}

void flow_files_init (Flow *flow)
{
    flow->transfers = g_hash_table_new_full (endpoint_key_hash, endpoint_key_equal, NULL, transfer_free);
    flow->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

void flow_files_clear (Flow *flow)
{
    g_hash_table_unref (flow->transfers);
    g_hash_table_unref (flow->names);
}
