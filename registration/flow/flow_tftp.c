/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/flow/flow_files_internal.h"
#include "registration/protocols/tftp.h"
#include "registration/terms/ports.h"

#include <string.h>

/* So many blocks acknowledged, and none of them seen: the capture holds one direction only. */
#define BLOCKS_NOT_SEEN 3

/* A configuration file larger than this is none. */
#define CONTENT_MAX (256 * 1024)

typedef struct {
    Endpoint client; /* the key; stays first */
    IpAddress server;
    IpAddress elsewhere; /* has answered, although the server was asked; size 0 nobody has */
    guint16 server_port; /* of the transfer; 0 until the server has answered */
    guint16 former_port; /* of the transfer that used this client's port before; 0 none */
    guint16 former_block;
    gsize former_size; /* of that block */
    gsize last_size;
    guint16 place;
    PhoneId phone;
    char *file;
    NoteId request;    /* waiting for its answer: the read request or the last ACK */
    guint16 answering; /* the block that answers it */
    guint16 repeats;   /* of the read request */
    Word denied;       /* what the network says about it; N_WORDS: nothing */
    gint64 started;
    guint64 asked_size; /* of blocks, by the request; 0 it does not ask for one */
    gboolean asks_all;  /* the capture has the whole request */
    guint32 block_size;
    guint64 received;
    guint16 last_block;
    guint16 again, acks_again; /* how often the last block, or its acknowledgment, has come once more */
    guint16 resent;            /* the same of the block, whether it was acknowledged in between or not */
    guint16 last_ack;
    gint64 last_time, last_ack_time; /* of these two */
    NoteId alone;                    /* acknowledges a block that was not seen yet; 0 none */
    gboolean has_hole;               /* the block before the last one may still come: frames were swapped */
    guint hole;                      /* where it belongs in the content */
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
           (ip_address_equal (&frame->source.address, &transfer->server) ||
            (transfer->elsewhere.size && ip_address_equal (&frame->source.address, &transfer->elsewhere)));
}

static NoteId note_transfer (Flow *flow, const Frame *frame, const Transfer *transfer, guint opcode, Variant variant,
                             const Values *values)
{
    NoteFacts facts = { .phone = transfer->phone,
                        .server = transfer->place,
                        .registration = flow_way (flow, transfer->phone),
                        .kind = catalog_find (PROTOCOL_TFTP, opcode),
                        .phase = PHASE_FILES,
                        .variant = variant,
                        .from_server = comes_from_server (frame, transfer) };
    return flow_note (flow, frame, &facts, values);
}

/* Phones take all their files as octets; people's clients ask in "netascii", unless they are told otherwise. */
static gboolean is_persons (const Flow *flow, const Frame *frame, const TftpPacket *packet)
{
    const char octet[] = "octet";
    const PhoneId id = phones_find_address (flow->phones, &frame->source.address);

    return !packet->unfinished &&
           !(packet->mode.size == sizeof octet - 1 &&
             octets_same_caseless (packet->mode.data, octet, sizeof octet - 1)) &&
           (id == PHONE_NONE || !phones_get (flow->phones, id)->has_spoken);
}

/* An address that was given to another phone since then, which happens to take the same port. */
static gboolean is_of_another (const Flow *flow, const Transfer *transfer)
{
    const PhoneId now = phones_find_address (flow->phones, &transfer->client.address);
    return now != PHONE_NONE && now != phones_current (flow->phones, transfer->phone);
}

/* The phone has got its address anew: it asks anew, too. */
static gboolean has_started_since (Flow *flow, const Transfer *transfer)
{
    const Note *lease = notes_get (flow->notes, flow_boot_state (flow, transfer->phone)->lease.note);
    return lease && lease->time > transfer->started;
}

/* The phone has its address, and that of this server is not from there. */
static gboolean is_from_elsewhere (const Lease *lease, const IpAddress *server)
{
    if (!lease->note || lease->is_cut || lease->tftp_name || ip_address_equal (&lease->next_server, server))
        return FALSE;
    for (guint i = 0; i < lease->n_tftp; i++)
        if (ip_address_equal (&lease->tftp[i], server))
            return FALSE;
    return lease->n_tftp < SERVERS_KEPT;
}

/* A new request; the same one again from the same port to the same server is a repetition of it. */
static void on_read_request (Flow *flow, const Frame *frame, const TftpPacket *packet)
{
    const gboolean is_cut = frame->cut && packet->name_unfinished;
    g_autofree char *name =
        is_cut ? g_strdup_printf ("%.*s…", (int) packet->file.size, packet->file.data) : view_dup (packet->file);
    Transfer *transfer = g_hash_table_lookup (flow->transfers, &frame->source);
    Values values;

    values_init (&values);
    if (transfer && g_str_equal (transfer->file, name) && !transfer->server_port &&
        ip_address_equal (&transfer->server, &frame->destination.address) && !is_of_another (flow, transfer) &&
        !has_started_since (flow, transfer)) {
        values_add_text (&values, VALUE_FILE, name, -1);
        values_add_number (&values, VALUE_REPEATS, ++transfer->repeats);
        flow_add_since (flow, transfer->started, flow->steps_back, frame->time, &values);
        if (transfer->denied != N_WORDS)
            values_add_word (&values, VALUE_TEXT, transfer->denied);
        struct BootState *boot = flow_boot_state (flow, transfer->phone);
        flow_server_tried (boot, &transfer->server, SILENT_TO_REQUEST, flow_next_note (flow), frame->time);
        if (boot->files.trying.heard)
            values_add_number (&values, VALUE_FRAME, boot->files.trying.heard);
        if (boot->lease.n_tftp)
            values_add_addresses (&values, VALUE_TFTP_SERVERS, boot->lease.tftp, boot->lease.n_tftp);
        if (is_from_elsewhere (&boot->lease, &transfer->server)) {
            values_add_word (&values, VALUE_CAUSE,
                             boot->lease.n_tftp ? WORD_TFTP_NOT_OF_LEASE : WORD_TFTP_WITHOUT_LEASE);
            values_add_word (&values, VALUE_ADVICE, WORD_TFTP_ELSEWHERE_FIX);
        }
        note_transfer (flow, frame, transfer, packet->opcode, VARIANT_REFUSED, &values);
        return;
    }
    if (is_persons (flow, frame, packet))
        return;
    PhoneId phone = flow_file_asked (flow, frame, &frame->source.address, name, (View){ NULL, 0 }, &values);
    if (phone == PHONE_NONE)
        return;
    Transfer *former = g_hash_table_lookup (flow->transfers, &frame->source);
    transfer = g_new0 (Transfer, 1);
    transfer->denied = N_WORDS;
    flow_server_tried (flow_boot_state (flow, phone), &frame->destination.address, SILENT_TO_REQUEST,
                       flow_next_note (flow), frame->time);
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
    transfer->asks_all = !packet->unfinished && !frame->cut;
    transfer->asked_size = packet->options.blksize;
    if (packet->opcode == TFTP_RRQ &&
        boot_file_is_configuration (boot_file_kind (transfer->file, strlen (transfer->file))))
        transfer->content = g_byte_array_new ();
    g_hash_table_replace (flow->transfers, &transfer->client, transfer);
    flow_use_udp_port (flow, frame->source.port);
    const Variant again = flow_file_again (flow, frame, phone, transfer->file, &values);
    const Variant variant = is_cut ? VARIANT_BROKEN : again;
    transfer->request = note_transfer (flow, frame, transfer, packet->opcode, variant, &values);
    transfer->answering = 1;
}

/* No server repeats a block, and no client an acknowledgment, so soon: what stands behind the next one within that time
 * was captured in another order than it was sent. */
static gboolean is_swapped (const Frame *frame, gint64 time)
{
    return ABS (frame->time - time) < SWAPPED_WITHIN;
}

/* The block that was left out, behind the one that follows it. */
static void fill_hole (Transfer *transfer, View payload)
{
    GByteArray *content = transfer->content;

    transfer->has_hole = FALSE;
    if (!content)
        return;
    const guint behind = content->len - transfer->hole;
    g_byte_array_set_size (content, content->len + (guint) payload.size);
    memmove (content->data + transfer->hole + payload.size, content->data + transfer->hole, behind);
    memcpy (content->data + transfer->hole, payload.data, payload.size);
}

/* What a block adds to the content of a configuration file. Blocks that the capture lacks count, but then it is not
 * whole. */
static void keep_content (Transfer *transfer, const Frame *frame, View payload, gint16 ahead)
{
    if (!transfer->content)
        return;
    const gboolean has_hole = ahead == 2 && transfer->last_block;
    if ((ahead != 1 && !has_hole) || transfer->has_hole || frame->cut || transfer->received > CONTENT_MAX) {
        g_clear_pointer (&transfer->content, g_byte_array_unref);
        return;
    }
    transfer->hole = transfer->content->len;
    g_byte_array_append (transfer->content, payload.data, (guint) payload.size);
}

static Variant on_data (Flow *flow, const Frame *frame, Transfer *transfer, const TftpPacket *packet, Values *values)
{
    gint16 ahead = (gint16) (packet->block - transfer->last_block); /* block numbers wrap around */
    gsize size = packet->payload.size + frame->cut;
    gboolean is_last = size < transfer->block_size;

    values_add_number (values, VALUE_BLOCK, packet->block);
    if (ahead == -1 && transfer->has_hole && !frame->cut && size == transfer->block_size &&
        is_swapped (frame, transfer->last_time)) {
        fill_hole (transfer, packet->payload);
        return VARIANT_LATE;
    }
    if (ahead <= 0) {
        gboolean had_it = transfer->received || transfer->is_complete;
        if (had_it && ahead == 0) {
            transfer->resent++;
            values_add_number (values, VALUE_REPEATS, ++transfer->again);
        }
        return had_it ? VARIANT_AGAIN : VARIANT_NONE;
    }
    transfer->last_block = packet->block;
    transfer->last_size = size;
    transfer->last_time = frame->time;
    transfer->again = transfer->acks_again = transfer->resent = 0;
    transfer->received += (guint64) (ahead - 1) * transfer->block_size + size;
    keep_content (transfer, frame, packet->payload, ahead);
    transfer->has_hole = ahead == 2;
    if (!is_last)
        return VARIANT_NONE;
    transfer->is_complete = TRUE;
    View content = { NULL, 0 };
    if (transfer->content && !transfer->has_hole)
        content = (View){ transfer->content->data, transfer->content->len };
    if (transfer->received)
        values_add_number (values, VALUE_SIZE, transfer->received);
    if (frame->time >= transfer->started) /* else the clock was set back: nobody knows how long it took */
        values_add_number (values, VALUE_SINCE, (guint64) (frame->time - transfer->started));
    Variant variant = VARIANT_DELIVERED;
    if (!transfer->is_write)
        variant = flow_file_delivered (flow, transfer->phone, transfer->file, content, values);
    g_clear_pointer (&transfer->content, g_byte_array_unref);
    return variant;
}

/* RFC 1350, appendix; RFC 2347 for options. */
static Word remedy (guint16 error)
{
    switch (error) {
    case TFTP_ACCESS_VIOLATION:
        return WORD_TFTP_RIGHTS_FIX;
    case TFTP_DISK_FULL:
        return WORD_TFTP_SPACE_FIX;
    case TFTP_ILLEGAL_OPERATION:
    case TFTP_OPTIONS_REFUSED:
        return WORD_TFTP_REQUEST_FIX;
    case TFTP_UNKNOWN_TRANSFER:
        return WORD_TFTP_PORT_FIX;
    case TFTP_NO_SUCH_USER:
        return WORD_TFTP_USER_FIX;
    default:
        return WORD_TFTP_LOG_FIX;
    }
}

static Variant on_error (Flow *flow, const Transfer *transfer, const TftpPacket *packet, gboolean answers,
                         Values *values)
{
    BootFileKind kind = boot_file_kind (transfer->file, strlen (transfer->file));
    const char *name = tftp_error_name (packet->error_code);

    values_add_number (values, VALUE_CODE, packet->error_code);
    if (packet->error_text.size)
        values_add_view (values, VALUE_TEXT, packet->error_text);
    else if (name)
        values_add_text (values, VALUE_TEXT, name, -1);
    if (!answers)
        return VARIANT_PHONE;
    values_add_word (values, VALUE_IF_MISSING, word_of_missing_file (kind));
    if (packet->error_code != TFTP_FILE_NOT_FOUND) {
        values_add_word (values, VALUE_ADVICE, remedy (packet->error_code));
        return VARIANT_NONE;
    }
    flow_file_missed (flow, transfer->phone, transfer->file, values);
    return flow_file_missing (transfer->file);
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

static Variant on_ack (Transfer *transfer, const Frame *frame, const TftpPacket *packet, Values *values)
{
    const gint16 ahead = (gint16) (packet->block - transfer->last_ack);
    gboolean again = transfer->has_acked && ahead == 0;

    values_add_number (values, VALUE_BLOCK, packet->block);
    if (transfer->has_acked && ahead == -1 && is_swapped (frame, transfer->last_ack_time))
        return VARIANT_NONE;
    transfer->has_acked = TRUE;
    transfer->last_ack = packet->block;
    transfer->last_ack_time = frame->time;
    if (packet->block == transfer->last_block)
        transfer->again = 0;
    if (transfer->is_complete && packet->block == transfer->last_block)
        return VARIANT_DELIVERED;
    if (transfer->has_failed) /* some clients confirm the error, which nobody needs */
        return VARIANT_HARMLESS;
    if (again)
        values_add_number (values, VALUE_REPEATS, ++transfer->acks_again);
    if (again && transfer->resent && packet->block == transfer->last_block)
        values_add_number (values, VALUE_COUNT, transfer->resent);
    /* The capture has nothing of what the server says, which may be an error: some clients confirm it as a block. */
    if (!transfer->server_port && !transfer->is_write)
        return VARIANT_ALONE;
    if (packet->block == 0)
        return transfer->is_write ? VARIANT_SERVER : VARIANT_FIRST;
    return again ? VARIANT_AGAIN : VARIANT_NONE;
}

/* A server may grant smaller blocks than it was asked for, and only what it was asked for (RFC 2347, RFC 2348). */
static Variant on_option_ack (Transfer *transfer, const TftpOptions *options, Values *values)
{
    if (options->present & TFTP_HAS_BLKSIZE)
        transfer->block_size = (guint32) MIN (options->blksize, 65464);
    if (options->present & TFTP_HAS_TSIZE)
        values_add_number (values, VALUE_SIZE, options->tsize);
    if (!transfer->asks_all || !(options->present & TFTP_HAS_BLKSIZE) || options->blksize <= transfer->asked_size)
        return VARIANT_NONE;
    if (transfer->asked_size)
        values_add_number (values, VALUE_OFFERED, transfer->asked_size);
    values_add_number (values, VALUE_GRANTED, options->blksize);
    return VARIANT_BROKEN;
}

static void keep_answer (struct BootState *boot, const IpAddress *server, const Frame *frame)
{
    flow_server_answered (boot, server);
    boot->files.heard.server = *server;
    boot->files.heard.frame = frame->number;
    boot->files.heard.time = frame->time;
}

static NoteId note_stray (Flow *flow, const Frame *frame, const Transfer *transfer, const TftpPacket *packet,
                          Values *values)
{
    values_add_number (values, VALUE_BLOCK, packet->block);
    values_add_number (values, VALUE_CODE, packet->error_code);
    values_add_view (values, VALUE_TEXT, packet->error_text);
    return note_transfer (flow, frame, transfer, packet->opcode, VARIANT_STRAY, values);
}

/* A block was captured behind its acknowledgment: what that has seemed to lack is there. */
static void take_back_alone (const Flow *flow, const Frame *frame, Transfer *transfer)
{
    Note *alone = notes_get (flow->notes, transfer->alone);

    if (!alone)
        return;
    if (transfer->last_block == transfer->last_ack && is_swapped (frame, alone->time)) {
        alone->variant = VARIANT_NONE;
        if (flow->observer)
            flow->observer->found (transfer->alone, flow->observer_data);
    }
    transfer->alone = 0;
}

static void on_transfer_packet (Flow *flow, const Frame *frame, Transfer *transfer, const TftpPacket *packet)
{
    gboolean answers = comes_from_server (frame, transfer);
    Variant variant = VARIANT_NONE;
    Values values;

    values_init (&values);
    values_add_text (&values, VALUE_FILE, transfer->file, -1);
    if (answers)
        keep_answer (flow_boot_state (flow, transfer->phone), &transfer->server, frame);
    gboolean late = is_late (frame, transfer, packet);
    if (!late && !transfer->server_port && answers)
        transfer->server_port = frame->source.port;
    if (late || is_stray (frame, transfer)) {
        if (answers)
            values_add_address (&values, VALUE_IP, &frame->source.address);
        note_stray (flow, frame, transfer, packet, &values);
        return;
    }
    switch (packet->opcode) {
    case TFTP_DATA:
        variant = on_data (flow, frame, transfer, packet, &values);
        take_back_alone (flow, frame, transfer);
        break;
    case TFTP_ERROR:
        variant = on_error (flow, transfer, packet, answers, &values);
        transfer->has_failed = TRUE;
        break;
    case TFTP_ACK:
        variant = on_ack (transfer, frame, packet, &values);
        break;
    case TFTP_OACK:
        variant = on_option_ack (transfer, &packet->options, &values);
        break;
    default:
        return;
    }
    NoteId note = note_transfer (flow, frame, transfer, packet->opcode, variant, &values);
    /* Of a file that the phone writes, too, a block is no request, and an acknowledgment no answer: they are not
     * paired. */
    if (answers && transfer->request && variant != VARIANT_AGAIN &&
        (packet->opcode != TFTP_DATA || packet->block == transfer->answering) &&
        catalog_kind (catalog_find (PROTOCOL_TFTP, packet->opcode))->is_answer) {
        flow_pair (flow, transfer->request, note);
        transfer->request = 0;
    } else if (!answers && packet->opcode == TFTP_ACK && packet->block == transfer->last_ack &&
               variant != VARIANT_ALONE && !transfer->is_complete) {
        transfer->request = note;
        transfer->answering = packet->block + 1;
    }
    /* What is acknowledged was sent, from another port than the request went to. */
    if (packet->opcode == TFTP_ACK && !transfer->server_port && frame->destination.port != PORT_TFTP) {
        transfer->alone = note;
        flow_lacks (flow, note, packet->block < BLOCKS_NOT_SEEN ? CAPTURE_LACKS_PACKETS : CAPTURE_ONE_SIDED);
    }
}

/* A server with several addresses answers from the one that is nearest. Whether the client takes that, it shows: what
 * the answer says is not said of the file before. */
static void on_answer_from_elsewhere (Flow *flow, const Frame *frame, Transfer *transfer, const TftpPacket *packet)
{
    Values values, unsaid;

    values_init (&unsaid);
    transfer->elsewhere = frame->source.address;
    transfer->server_port = frame->source.port;
    flow_server_answered (flow_boot_state (flow, transfer->phone), &transfer->server);
    if (packet->opcode == TFTP_DATA && packet->payload.size + frame->cut >= transfer->block_size)
        on_data (flow, frame, transfer, packet, &unsaid);
    else if (packet->opcode == TFTP_OACK)
        on_option_ack (transfer, &packet->options, &unsaid);
    values_init (&values);
    values_add_text (&values, VALUE_FILE, transfer->file, -1);
    values_add_address (&values, VALUE_SOURCE, &transfer->elsewhere);
    const NoteId note = note_stray (flow, frame, transfer, packet, &values);
    if (transfer->request)
        flow_pair (flow, transfer->request, note);
    transfer->request = 0;
}

/* Neither from nor to the server that was asked. */
static void on_other_address (Flow *flow, const Frame *frame, Transfer *transfer, const TftpPacket *packet)
{
    if (endpoint_equal (&frame->source, &transfer->client)) {
        if (!transfer->elsewhere.size || packet->opcode != TFTP_ACK ||
            !ip_address_equal (&frame->destination.address, &transfer->elsewhere))
            return;
        transfer->server = transfer->elsewhere;
        transfer->place = flow_server_place (flow, &frame->destination);
        on_transfer_packet (flow, frame, transfer, packet);
    } else if (!transfer->server_port && !transfer->is_write &&
               (packet->opcode == TFTP_ERROR || packet->opcode == TFTP_OACK ||
                (packet->opcode == TFTP_DATA && packet->block == 1))) {
        on_answer_from_elsewhere (flow, frame, transfer, packet);
    }
}

gboolean flow_tftp_answers_from_elsewhere (const Flow *flow, const Endpoint *client)
{
    const Transfer *transfer = g_hash_table_lookup (flow->transfers, client);

    return transfer && transfer->elsewhere.size && !ip_address_equal (&transfer->server, &transfer->elsewhere);
}

void flow_tftp (Flow *flow, const Frame *frame)
{
    TftpPacket packet;

    if (!tftp_decode (frame->payload.data, frame->payload.size, &packet))
        return;
    if (packet.opcode == TFTP_RRQ || packet.opcode == TFTP_WRQ) {
        if (frame->destination.port == PORT_TFTP)
            on_read_request (flow, frame, &packet);
        return;
    }
    Transfer *transfer = g_hash_table_lookup (flow->transfers, &frame->source);
    if (!transfer)
        transfer = g_hash_table_lookup (flow->transfers, &frame->destination);
    if (!transfer)
        return;
    if (ip_address_equal (&frame->source.address, &transfer->server) ||
        ip_address_equal (&frame->destination.address, &transfer->server))
        on_transfer_packet (flow, frame, transfer, &packet);
    else
        on_other_address (flow, frame, transfer, &packet);
}

void flow_tftp_denied (Flow *flow, const Endpoint *client, const IpAddress *by, Word why)
{
    Transfer *transfer = g_hash_table_lookup (flow->transfers, client);

    if (!transfer || transfer->server_port)
        return;
    transfer->denied = why;
    SilentServer *trying = &flow_boot_state (flow, transfer->phone)->files.trying;
    trying->how |= SILENT_BY_ICMP;
    if (why == WORD_ICMP_PORT_UNREACHABLE && ip_address_equal (by, &transfer->server) &&
        ip_address_equal (by, &trying->server))
        trying->how |= CLOSED_BY_ICMP;
}

void flow_tftp_init (Flow *flow)
{
    flow->transfers = g_hash_table_new_full (endpoint_key_hash, endpoint_key_equal, NULL, transfer_free);
}

void flow_tftp_clear (Flow *flow)
{
    g_hash_table_unref (flow->transfers);
}
