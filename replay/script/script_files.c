/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/script/script_files.h"

#include "registration/protocols/http.h"
#include "registration/protocols/tftp.h"
#include "registration/terms/ports.h"

#include <string.h>

/* Gaps in a recorded file are filled up to this; beyond it the recording is no use as a source of the file. */
#define GAP_MAX (1024 * 1024)

const char *file_result_name (FileResult result)
{
    static const char *const names[N_FILE_RESULTS] = {
#define X(symbol, name) name,
        FILE_RESULTS (X)
#undef X
    };
    return names[result];
}

gboolean script_file_is_firmware (const ScriptFile *file)
{
    return file->kind == BOOT_FILE_FIRMWARE;
}

gboolean script_file_is_configuration (const ScriptFile *file)
{
    switch (file->kind) {
    case BOOT_FILE_PHONE_CONFIG:
    case BOOT_FILE_PHONE_CONFIG_OLD:
    case BOOT_FILE_DEFAULT_CONFIG:
    case BOOT_FILE_DEFAULT_CONFIG_OLD:
    case BOOT_FILE_MODEL_DEFAULT:
    case BOOT_FILE_SIP_PHONE:
    case BOOT_FILE_GK_PROFILE:
    case BOOT_FILE_LD_PROFILE:
    case BOOT_FILE_ATA_PROFILE:
        return TRUE;
    default:
        return FALSE;
    }
}

gboolean script_file_is_harmless (const ScriptFile *file)
{
    return boot_file_missing (file->kind) == MISSING_HARMLESS || file->kind == BOOT_FILE_CTL ||
           file->kind == BOOT_FILE_CTL_SHARED;
}

/* --- Filling */

/* A TFTP transfer while it is read; its key is the phone's own port. */
typedef struct {
    Endpoint client; /* stays first */
    ScriptFile *file;
    guint16 server_port; /* 0: not answered yet */
    guint32 block_size;
    guint16 last_block;
    gint64 asked;
    gboolean has_ended, lacks_too_much;
} Transfer;

typedef struct {
    ScriptFiles *files;
    const Recording *recording;
    GHashTable *transfers; /* by client, owned */
    GHashTable *requests;  /* NoteId of an HTTP request → ScriptFile */
    GHashTable *asked;     /* ScriptFile → time of its request, owned */
} Filling;

static void free_file (gpointer data)
{
    ScriptFile *file = data;

    g_free (file->name);
    g_free (file->text);
    g_bytes_unref (file->request);
    g_clear_pointer (&file->content, g_byte_array_unref);
    g_free (file);
}

static ScriptFile *add_file (Filling *filling, Protocol protocol, char *name, View request, const Note *note)
{
    ScriptFile *file = g_new0 (ScriptFile, 1);

    file->protocol = protocol;
    file->name = name;
    file->kind = boot_file_kind (name, strlen (name));
    file->request = g_bytes_new (request.data, request.size);
    file->frame = note->frame;
    file->result = FILE_UNANSWERED;
    file->think = filling->files->files->len ? MAX (0, note->time - filling->files->ended) : 0;
    file->response = file->duration = -1;
    if (!filling->files->files->len)
        filling->files->began = note->time;
    filling->files->ended = MAX (filling->files->ended, note->time);
    g_ptr_array_add (filling->files->files, file);
    return file;
}

static void note_answer (Filling *filling, ScriptFile *file, const Note *note, gint64 asked)
{
    filling->files->ended = MAX (filling->files->ended, note->time);
    if (file->answer_frame)
        return;
    file->answer_frame = note->frame;
    file->response = MAX (0, note->time - asked);
}

static void on_read_request (Filling *filling, const RecordedMessage *message, const TftpPacket *packet, View octets)
{
    Transfer *transfer = g_hash_table_lookup (filling->transfers, &message->phone);
    g_autofree char *name = view_dup (packet->file);
    const Note *note = recording_note (filling->recording, message);

    /* The same one again, which has not been answered yet. */
    if (transfer && !transfer->server_port && strcmp (transfer->file->name, name) == 0)
        return;
    transfer = g_new0 (Transfer, 1);
    transfer->client = message->phone;
    transfer->file = add_file (filling, PROTOCOL_TFTP, g_steal_pointer (&name), octets, note);
    transfer->block_size = TFTP_DEFAULT_BLKSIZE;
    transfer->asked = note->time;
    g_hash_table_replace (filling->transfers, &transfer->client, transfer);
}

static void note_delivered (ScriptFiles *files, ScriptFile *file, gint64 time)
{
    file->result = FILE_DELIVERED;
    if (!files->configured && script_file_is_configuration (file))
        files->configured = time;
}

/* What the recording lacks of the file becomes zeros, as long as that is little. */
static void append_block (Transfer *transfer, guint missing, View payload)
{
    ScriptFile *file = transfer->file;
    gsize gap = (gsize) missing * transfer->block_size;

    file->size += gap + payload.size;
    transfer->lacks_too_much |= gap > GAP_MAX;
    if (transfer->lacks_too_much) {
        g_clear_pointer (&file->content, g_byte_array_unref);
        return;
    }
    if (!file->content)
        file->content = g_byte_array_new ();
    guint before = file->content->len;
    g_byte_array_set_size (file->content, before + (guint) gap);
    if (gap)
        memset (file->content->data + before, 0, gap);
    if (payload.size)
        g_byte_array_append (file->content, payload.data, (guint) payload.size);
}

static void on_data (ScriptFiles *files, Transfer *transfer, const TftpPacket *packet, gint64 time)
{
    gint16 ahead = (gint16) (packet->block - transfer->last_block); /* block numbers wrap around */

    if (ahead <= 0 || transfer->has_ended)
        return;
    append_block (transfer, (guint) ahead - 1, packet->payload);
    transfer->last_block = packet->block;
    transfer->file->result = FILE_BROKEN_OFF;
    transfer->file->duration = MAX (0, time - transfer->asked);
    if (packet->payload.size < transfer->block_size) {
        transfer->has_ended = TRUE;
        note_delivered (files, transfer->file, time);
    }
}

static void on_error (Transfer *transfer, const TftpPacket *packet)
{
    ScriptFile *file = transfer->file;

    transfer->has_ended = TRUE;
    file->code = packet->error_code;
    if (packet->error_text.size && !file->text)
        file->text = view_dup (packet->error_text);
    if (file->result == FILE_UNANSWERED)
        file->result = packet->error_code == TFTP_FILE_NOT_FOUND ? FILE_NOT_FOUND : FILE_REFUSED;
}

static void on_tftp (Filling *filling, const RecordedMessage *message)
{
    View octets = recording_octets (filling->recording, message);
    const Note *note = recording_note (filling->recording, message);
    TftpPacket packet;

    if (!tftp_decode (octets.data, octets.size, &packet))
        return;
    if (packet.opcode == TFTP_RRQ) {
        on_read_request (filling, message, &packet, octets);
        return;
    }
    Transfer *transfer = g_hash_table_lookup (filling->transfers, &message->phone);
    /* Another port of the server answers a request that it has had twice; the phone went on with the first. */
    if (!transfer || !note->from_server || transfer->has_ended ||
        (transfer->server_port && transfer->server_port != message->server.port))
        return;
    transfer->server_port = message->server.port;
    note_answer (filling, transfer->file, note, transfer->asked);
    if (packet.opcode == TFTP_OACK) {
        transfer->file->has_options = TRUE;
        if (packet.options.present & TFTP_HAS_BLKSIZE)
            transfer->block_size = (guint32) CLAMP (packet.options.blksize, 8, 65464);
    } else if (packet.opcode == TFTP_DATA) {
        on_data (filling->files, transfer, &packet, note->time);
    } else if (packet.opcode == TFTP_ERROR) {
        on_error (transfer, &packet);
    }
}

gboolean http_body_append (View body, gboolean chunked, GByteArray *content)
{
    if (!chunked) {
        if (body.size)
            g_byte_array_append (content, body.data, (guint) body.size);
        return TRUE;
    }
    for (gsize at = 0;;) {
        View chunk;
        gssize used = http_chunk (body.data + at, body.size - at, &chunk);
        if (used <= 0)
            return FALSE;
        if (chunk.size == 0)
            return TRUE;
        g_byte_array_append (content, chunk.data, (guint) chunk.size);
        at += (gsize) used;
    }
}

static void on_http_request (Filling *filling, const RecordedMessage *message, const HttpMessage *http, View octets)
{
    const Note *note = recording_note (filling->recording, message);
    g_autofree char *path = view_dup (http->path);
    gsize head = http->body.data ? (gsize) (http->body.data - octets.data) : octets.size;

    /* Only what a phone fetches; it never stores anything there. */
    if (http->method.size != 3 || memcmp (http->method.data, "GET", 3) != 0 || !http->head_complete)
        return;
    path[strcspn (path, "?")] = '\0';
    ScriptFile *file =
        add_file (filling, PROTOCOL_HTTP, g_strdup (path + strspn (path, "/")), (View){ octets.data, head }, note);
    g_hash_table_insert (filling->requests, GUINT_TO_POINTER (message->note), file);
    g_hash_table_insert (filling->asked, file, g_memdup2 (&note->time, sizeof note->time));
}

static void on_http_answer (Filling *filling, const RecordedMessage *message, const HttpMessage *http)
{
    const Note *note = recording_note (filling->recording, message);
    ScriptFile *file = g_hash_table_lookup (filling->requests, GUINT_TO_POINTER (note->partner));

    if (!file || file->answer_frame)
        return;
    note_answer (filling, file, note, *(const gint64 *) g_hash_table_lookup (filling->asked, file));
    if (http->status != 200) {
        file->result = http->status == 404 ? FILE_NOT_FOUND : FILE_REFUSED;
        file->code = http->status;
        file->text = http->reason.size ? view_dup (http->reason) : NULL;
        return;
    }
    file->content = g_byte_array_new ();
    gboolean whole = http_body_append (http->body, http->chunked, file->content);
    file->size = http->has_content_length && !http->chunked ? http->content_length : file->content->len;
    file->duration = file->response;
    /* A long one was not kept; that it was delivered, the connection knew better than the capture. */
    if (whole)
        note_delivered (filling->files, file, note->time);
    else
        file->result = FILE_BROKEN_OFF;
    if (file->content->len < file->size)
        g_clear_pointer (&file->content, g_byte_array_unref);
}

static void on_http (Filling *filling, const RecordedMessage *message)
{
    View octets = recording_octets (filling->recording, message);
    HttpMessage http;

    if (!http_decode (octets.data, octets.size, &http))
        return;
    if (http.is_request)
        on_http_request (filling, message, &http, octets);
    else
        on_http_answer (filling, message, &http);
}

/* Ports of files by TLS, as CUCM has them: their names and contents are not to be seen, and who is asked would have to
 * trust us (reference 6.4). */
static gboolean is_tls_port (guint16 port)
{
    return port_service (port) == SERVICE_HTTP && port_carriers (port) == PORT_BY_TLS;
}

static void leave_out (Filling *filling, const RecordedMessage *message)
{
    const Note *note = recording_note (filling->recording, message);

    if (!filling->files->left_out)
        filling->files->left_out =
            g_strdup_printf ("the recorded phone also asked for files by HTTPS (port %u, from frame %u on), which is "
                             "not replayed",
                             message->server.port, note->frame);
}

void script_files_fill (ScriptFiles *files, const Recording *recording, PhoneId phone, guint from, guint to)
{
    const Flow *flow = recording_flow (recording);
    g_autoptr (GHashTable) transfers = g_hash_table_new_full (endpoint_key_hash, endpoint_key_equal, NULL, g_free);
    g_autoptr (GHashTable) requests = g_hash_table_new (NULL, NULL);
    g_autoptr (GHashTable) asked = g_hash_table_new_full (NULL, NULL, NULL, g_free);
    Filling filling = { files, recording, transfers, requests, asked };

    files->files = g_ptr_array_new_with_free_func (free_file);
    for (guint i = from; i < to; i++) {
        const RecordedMessage *message = recording_message (recording, i);
        const Note *note = recording_note (recording, message);
        if (flow_note_phone (flow, note) != phone)
            continue;
        if (is_tls_port (message->server.port))
            leave_out (&filling, message);
        else if (catalog_kind (note->kind)->protocol == PROTOCOL_TFTP)
            on_tftp (&filling, message);
        else if (catalog_kind (note->kind)->protocol == PROTOCOL_HTTP)
            on_http (&filling, message);
    }
}

void script_files_clear (ScriptFiles *files)
{
    g_clear_pointer (&files->files, g_ptr_array_unref);
    g_clear_pointer (&files->left_out, g_free);
}

const ScriptFile *script_file (const ScriptFiles *files, guint index)
{
    return index < files->files->len ? files->files->pdata[index] : NULL;
}
