/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/tips/explain.h"

#include "registration/protocols/sccp_catalog.h"
#include "registration/terms/sip_refusals.h"

#include <string.h>

typedef struct {
    const Flow *flow;
    const Tips *tips;
    const Note *note;
    NoteId id;
    const Finding *finding;                                        /* NULL for what one message says */
    char buffer[MAX (EXPLAIN_MESSAGE_SIZE, IP_ADDRESS_TEXT_SIZE)]; /* holds one looked-up text until the next */
} Context;

/* "429 Too Many Requests": what was sent, and not what the code is called in its list. NULL where both say the same. */
static const char *own_phrase (const Flow *flow, const Note *note, char buffer[EXPLAIN_MESSAGE_SIZE])
{
    const MessageKind *kind = catalog_kind (note->kind);
    const char *end;
    Value phrase;

    if (kind->protocol != PROTOCOL_SIP || !kind->is_answer || kind->id < 300 ||
        !values_find (notes_values (flow_notes (flow), note), VALUE_TEXT, &phrase))
        return NULL;
    g_snprintf (buffer, EXPLAIN_MESSAGE_SIZE, "%u %.*s", kind->id, (int) phrase.text_size, phrase.text);
    if (!sip_phrase_is_another (kind->id, buffer + strlen ("429 ")))
        return NULL;
    g_utf8_validate (buffer, -1, &end);
    buffer[end - buffer] = '\0';
    return buffer;
}

const char *explain_message (const Flow *flow, const Note *note, char buffer[EXPLAIN_MESSAGE_SIZE])
{
    const MessageKind *kind = catalog_kind (note->kind);
    const char *sent;
    Value id;

    if (kind->protocol == PROTOCOL_TCP || kind->protocol == PROTOCOL_FRAME)
        return NULL;
    sent = own_phrase (flow, note, buffer);
    if (sent)
        return sent;
    if (!values_find (notes_values (flow_notes (flow), note), VALUE_MESSAGE_ID, &id))
        return kind->name;
    g_snprintf (buffer, EXPLAIN_MESSAGE_SIZE, "Unknown 0x%04x", (guint) id.number);
    return buffer;
}

/* What happens on a way that several lines share, and what names none of them, is of the phone. */
static gboolean is_of_line (const Flow *flow, const Note *note, const Registration *registration)
{
    const Protocol protocol = catalog_kind (note->kind)->protocol;
    Value number;

    return !registration->shares_way || ((protocol == PROTOCOL_SIP || protocol == PROTOCOL_ICMP) &&
                                         values_find (notes_values (flow_notes (flow), note), VALUE_NUMBER, &number));
}

const char *explain_device (const Flow *flow, NoteId id, char buffer[IP_ADDRESS_TEXT_SIZE])
{
    const Phones *phones = flow_phones (flow);
    const Note *note = notes_get (flow_notes (flow), id);
    const PhoneId phone = flow_note_phone (flow, note);
    const Registration *registration = flow_registration (flow, note->registration);

    /* A phone that tells no name of its own is called by the account that it speaks for here. */
    if (registration && registration->line && phones_get (phones, phone)->name_rank == NAME_ACCOUNT &&
        is_of_line (flow, note, registration))
        return registration->line;
    /* What it was called then, unless the connection has turned out to be somebody else's since. */
    return phones_label_at (phones, phones_current (phones, note->phone) == phone ? note->phone : phone, id, buffer);
}

guint32 explain_phone (const Flow *flow, const Note *note)
{
    return flow_note_phone (flow, note) + 1;
}

const char *explain_server (const Flow *flow, const Note *note, char buffer[IP_ADDRESS_TEXT_SIZE])
{
    const Endpoint *server = flow_server (flow, note);

    buffer[0] = '\0';
    return server ? ip_address_format (&server->address, buffer) : buffer;
}

/* An end has no name on the wire; how it came has one. */
static const char *end_name (const Note *note)
{
    const MessageKind *kind = catalog_kind (note->kind);
    gboolean is_end = kind->protocol == PROTOCOL_TCP && (kind->id == TCP_EVENT_CLOSE || kind->id == TCP_EVENT_RESET);
    return is_end ? kind->name : NULL;
}

/* Who has sent this, where it is not the server: of what happens to a connection that carries the phone it is the one
 * in between. */
static const char *other_side (Context *context)
{
    Value value;

    if (context->note->variant == VARIANT_CARRIED &&
        values_find (notes_values (flow_notes (context->flow), context->note), VALUE_FORWARDER, &value))
        return ip_address_format (&value.address, context->buffer);
    return explain_device (context->flow, context->id, context->buffer);
}

/* What every tip may use, whether the message says it or not. */
static gboolean context_text (Context *context, ValueKey key, Value *ret_value)
{
    const char *text = NULL;

    switch (key) {
    case VALUE_DEVICE:
        text = explain_device (context->flow, context->id, context->buffer);
        break;
    case VALUE_SERVER:
        text = explain_server (context->flow, context->note, context->buffer);
        break;
    case VALUE_SENDER:
    case VALUE_RECEIVER:
        text = context->note->from_server == (key == VALUE_SENDER)
                   ? explain_server (context->flow, context->note, context->buffer)
                   : other_side (context);
        break;
    case VALUE_LEFT_BY:
        if (!context->note->from_server)
            text = other_side (context);
        break;
    case VALUE_MESSAGE:
        text = explain_message (context->flow, context->note, context->buffer);
        if (!text)
            text = end_name (context->note);
        break;
    default:
        break;
    }
    if (!text || !*text)
        return FALSE;
    *ret_value = (Value){ .key = key, .text = text, .text_size = strlen (text) };
    return TRUE;
}

/* The line that the proof begins with: beside it another one is told about. */
static gboolean accepted_line (const Context *context, Value *ret_value)
{
    const Note *first = context->finding ? notes_get (flow_notes (context->flow), context->finding->evidence[0]) : NULL;
    const Registration *registration = first ? flow_registration (context->flow, first->registration) : NULL;

    if (!registration || !registration->line)
        return FALSE;
    *ret_value = (Value){ .key = VALUE_ACCEPTED, .text = registration->line, .text_size = strlen (registration->line) };
    return TRUE;
}

/* How it showed that another server does not register it. N_WORDS: it is not that simple. */
static Word failure_of (const MessageKind *kind)
{
    if (kind->protocol == PROTOCOL_SIP)
        return kind->is_answer ? WORD_BACKUP_REFUSED : WORD_BACKUP_SILENT;
    return kind->protocol == PROTOCOL_TCP && (kind->id == TCP_EVENT_CONNECT || kind->id == TCP_EVENT_CONNECT_AGAIN ||
                                              kind->id == TCP_EVENT_REFUSED)
               ? WORD_BACKUP_CLOSED
               : N_WORDS;
}

static gboolean former_server (const Context *context, const Note *failed, ValueKey key, Value *ret_value)
{
    const Word failure = failure_of (catalog_kind (failed->kind));
    const Endpoint *server = flow_server (context->flow, failed);

    if (failure == N_WORDS || !server)
        return FALSE;
    if (key == VALUE_FORMER_SERVER)
        *ret_value = (Value){ .key = key, .address = server->address };
    else if (key == VALUE_CAUSE)
        *ret_value = value_of_word (key, failure);
    return key == VALUE_FORMER_SERVER || key == VALUE_CAUSE;
}

static gboolean frame_before (const Context *context, NoteId step, ValueKey key, Value *ret_value)
{
    if (!step || step >= context->finding->evidence[0])
        return FALSE;
    *ret_value = value_of_number (key, notes_get (flow_notes (context->flow), step)->frame);
    return TRUE;
}

/* What the server had said to this registration before it fell silent: it has granted it, or asked for the credentials
 * that this request has. */
static gboolean said_before (const Context *context, const Note *asked, ValueKey key, Value *ret_value)
{
    const Registration *registration = flow_registration (context->flow, asked->registration);

    if (!registration)
        return FALSE;
    if (key == VALUE_FRAME)
        return frame_before (context, registration->steps[MOVE_ACCEPT], key, ret_value);
    return key == VALUE_ANSWERED && asked->phase == PHASE_AUTHENTICATE &&
           frame_before (context, registration->steps[MOVE_CHALLENGE], key, ret_value);
}

/* The port is closed for TCP, and the server has registered the phone there over UDP since. */
static gboolean taken_over_udp (const Context *context, const Note *refused, ValueKey key, Value *ret_value)
{
    const Endpoint *server = flow_server (context->flow, refused);
    const RegistrationId home =
        server ? flow_latest_at (context->flow, flow_note_phone (context->flow, refused), &server->address) : 0;
    const Registration *since = flow_registration (context->flow, home);
    const NoteId accepted = since ? since->steps[MOVE_ACCEPT] : 0;

    if (!accepted || since->protocol != PROTOCOL_SIP || since->server != refused->server || since->is_unsure ||
        since->steps[MOVE_CONNECTED] || since->first < context->id)
        return FALSE;
    if (key == VALUE_PROTOCOL)
        *ret_value = value_of_text (key, "UDP");
    else if (key == VALUE_FRAME)
        *ret_value = value_of_number (key, notes_get (flow_notes (context->flow), accepted)->frame);
    return key == VALUE_PROTOCOL || key == VALUE_FRAME;
}

/* The port has been open for this phone itself, after that note. */
static gboolean answered_since (const Context *context, const Note *failed, NoteId after, Value *ret_value)
{
    const NoteId answered = flow_taken_of_phone (context->flow, failed);

    if (answered <= after)
        return FALSE;
    *ret_value = value_of_number (VALUE_ANSWERED, notes_get (flow_notes (context->flow), answered)->frame);
    return TRUE;
}

/* Connections to the port that does not answer: of the phone itself at another time, else all are of others. */
static gboolean taken_elsewhere (const Context *context, const Note *unanswered, ValueKey key, Value *ret_value)
{
    const guint32 taken = flow_connections_taken (context->flow, unanswered);

    if (key == VALUE_ANSWERED)
        return answered_since (context, unanswered, 0, ret_value);
    if (key != VALUE_TAKEN || !taken)
        return FALSE;
    *ret_value = value_of_number (key, taken);
    return TRUE;
}

/* The port was closed then, and has been open since: for the phone itself, else for others. */
static gboolean taken_since (const Context *context, ValueKey key, Value *ret_value)
{
    const guint32 taken = flow_connections_taken (context->flow, context->note);
    Value before = { 0 };

    if (key == VALUE_ANSWERED)
        return answered_since (context, context->note, context->id, ret_value);
    values_find (notes_values (flow_notes (context->flow), context->note), VALUE_COUNT, &before);
    if (key != VALUE_TAKEN || taken <= before.number)
        return FALSE;
    *ret_value = value_of_number (key, taken - before.number);
    return TRUE;
}

/* Whom this server refuses another one has registered since. */
static gboolean accepted_elsewhere (const Context *context, ValueKey key, Value *ret_value)
{
    const RegistrationId home = flow_registered (context->flow, flow_note_phone (context->flow, context->note));
    const Registration *since = flow_registration (context->flow, home);
    const NoteId accepted = since ? since->steps[MOVE_ACCEPT] : 0;
    const Note *note = notes_get (flow_notes (context->flow), accepted);
    const Endpoint *other = note ? flow_server (context->flow, note) : NULL;
    const Endpoint *server = flow_server (context->flow, context->note);

    if (accepted <= context->id || !other || !server || ip_address_equal (&other->address, &server->address))
        return FALSE;
    if (key == VALUE_IP)
        *ret_value = (Value){ .key = key, .address = other->address };
    else if (key == VALUE_FRAME)
        *ret_value = value_of_number (key, note->frame);
    return key == VALUE_IP || key == VALUE_FRAME;
}

static gboolean starts_with (const Value *value, const char *start)
{
    const gsize size = strlen (start);
    return value->text_size >= size && memcmp (value->text, start, size) == 0;
}

/* It says so; one that does not say what it is challenges for the realm that CUCM has unless somebody changed it. */
static gboolean is_of_cucm (const Context *context)
{
    const guint8 *said = notes_values (flow_notes (context->flow), context->note);
    Value value;

    if (values_find (said, VALUE_AGENT, &value))
        return starts_with (&value, "Cisco-CUCM");
    return values_find (said, VALUE_REALM, &value) && starts_with (&value, "ccmsipline");
}

/* No answer at all does; what does not fit in one has a remedy of its own. */
static gboolean blames_password (const Context *context)
{
    Value advice;

    if (!values_find (notes_values (flow_notes (context->flow), context->note), VALUE_ADVICE, &advice))
        return context->finding->problem == PROBLEM_AUTH_NOT_RETRIED;
    return advice.number == WORD_ANSWER_FITS_FIX ||
           advice.number == (guint64) word_of_check_fix (DIGEST_IS_WRONG_PASSWORD);
}

/* A Cisco phone that CUCM challenges takes user and password from its configuration: nobody enters them there. */
static gboolean configured_by_cucm (const Context *context, ValueKey key, Value *ret_value)
{
    const Phone *phone = phones_get (flow_phones (context->flow), flow_note_phone (context->flow, context->note));

    if (key != VALUE_ADVICE || phone->name_rank != NAME_DEVICE || !blames_password (context) || !is_of_cucm (context))
        return FALSE;
    *ret_value = value_of_word (key, WORD_CUCM_DIGEST_FIX);
    return TRUE;
}

/* What else the capture proves about what was found. FALSE: nothing of this. */
static gboolean proved_beside (const Context *context, ValueKey key, Value *ret_value)
{
    const Note *first = notes_get (flow_notes (context->flow), context->finding->evidence[0]);

    switch (context->finding->problem) {
    case PROBLEM_REGISTERED_ON_BACKUP:
        return former_server (context, first, key, ret_value);
    case PROBLEM_SIP_UNANSWERED:
        return said_before (context, first, key, ret_value);
    case PROBLEM_PORT_FILTERED:
        return taken_elsewhere (context, first, key, ret_value);
    case PROBLEM_AUTH_LOOP:
    case PROBLEM_AUTH_NOT_RETRIED:
        return configured_by_cucm (context, key, ret_value);
    case PROBLEM_PORT_CLOSED:
        return taken_since (context, key, ret_value) || taken_over_udp (context, first, key, ret_value);
    case PROBLEM_REGISTER_REJECTED:
        return accepted_elsewhere (context, key, ret_value);
    default:
        return FALSE;
    }
}

/* Messages that name a port themselves: where it is not captured, it is not the server's. */
static gboolean names_port (const MessageKind *kind)
{
    return kind->protocol == PROTOCOL_ICMP ||
           (kind->protocol == PROTOCOL_SCCP && (kind->id == SCCP_IP_PORT || kind->id == SCCP_OPEN_RECEIVE_CHANNEL_ACK ||
                                                kind->id == SCCP_START_MEDIA_TRANSMISSION));
}

static gboolean look_up (ValueKey key, Value *ret_value, gpointer user_data)
{
    Context *context = user_data;
    const Endpoint *server;

    /* Either one server is silent, and the phone has gone on to another one, or all of them are. */
    if (context->finding && key == (context->finding->is_eased ? VALUE_TFTP_SERVERS : VALUE_SILENT_SERVER))
        return FALSE;
    if (context->finding && proved_beside (context, key, ret_value))
        return TRUE;
    if (values_find (notes_values (flow_notes (context->flow), context->note), key, ret_value))
        return TRUE;
    switch (key) {
    case VALUE_PORT:
        server = names_port (catalog_kind (context->note->kind)) ? NULL : flow_server (context->flow, context->note);
        *ret_value = (Value){ .key = key, .number = server ? server->port : 0 };
        return server != NULL;
    case VALUE_ATTEMPT:
        *ret_value = (Value){ .key = key, .number = flow_note_number (context->flow, context->note) };
        return ret_value->number != 0;
    case VALUE_ACCEPTED:
        return accepted_line (context, ret_value);
    default:
        return context_text (context, key, ret_value);
    }
}

static const char *translate (Word word, gpointer user_data)
{
    return tips_word (((Context *) user_data)->tips, word);
}

/* FALSE when a value is missing. */
static gboolean fill_in (const Flow *flow, const Tips *tips, NoteId id, const Finding *finding,
                         const Template *template, GString *out)
{
    Context context = {
        .flow = flow, .tips = tips, .note = notes_get (flow_notes (flow), id), .id = id, .finding = finding
    };

    return template_format (template, look_up, translate, &context, out);
}

gboolean explain_append_tip (const Flow *flow, const Tips *tips, NoteId id, TipPart part, GString *out)
{
    const Note *note = notes_get (flow_notes (flow), id);
    const Template *template = tips_find (tips, note->kind, note->variant, part);
    const gsize begin = out->len;
    Value cut;

    /* What the capture has cut off cannot be told. */
    if (template && !fill_in (flow, tips, id, NULL, template, out) &&
        values_find (notes_values (flow_notes (flow), note), VALUE_CUT, &cut)) {
        g_string_truncate (out, begin);
        template = tips_find (tips, catalog_find (PROTOCOL_FRAME, FRAME_IS_CUT), VARIANT_NONE, part);
        if (template)
            fill_in (flow, tips, id, NULL, template, out);
    }
    return out->len > begin;
}

char *explain_tip (const Flow *flow, const Tips *tips, NoteId id, TipPart part)
{
    GString *text = g_string_new (NULL);
    const gboolean is_there = explain_append_tip (flow, tips, id, part, text);

    return g_string_free (text, !is_there);
}

char *explain_problem (const Flow *flow, const Tips *tips, const Finding *finding, TipPart part)
{
    const Template *template = tips_find_problem (tips, finding->problem, part);

    if (!template)
        return NULL;
    GString *text = g_string_new (NULL);
    fill_in (flow, tips, finding_values_note (finding), finding, template, text);
    return g_string_free (text, FALSE);
}

gboolean explain_response_time (const Flow *flow, const Note *note, gint64 *ret_nanoseconds)
{
    const Note *request = notes_get (flow_notes (flow), note->partner);
    const MessageKind *kind = catalog_kind (note->kind);
    const gboolean is_provisional = kind->protocol == PROTOCOL_SIP && kind->id < 200; /* 100 Trying */

    if (!request || !kind->is_answer || is_provisional)
        return FALSE;
    *ret_nanoseconds = note->time - request->time;
    return *ret_nanoseconds >= 0;
}

gint64 explain_elapsed (const Flow *flow, NoteId id)
{
    const Note *note = notes_get (flow_notes (flow), id);
    return note->time - phones_first_time_at (flow_phones (flow), flow_note_phone (flow, note), id);
}

static guint32 partner_frame (const Flow *flow, const Note *note)
{
    const Note *partner = notes_get (flow_notes (flow), note->partner);
    return partner ? partner->frame : 0;
}

guint32 explain_request_in (const Flow *flow, const Note *note)
{
    return catalog_kind (note->kind)->is_answer ? partner_frame (flow, note) : 0;
}

guint32 explain_answer_in (const Flow *flow, const Note *note)
{
    return catalog_kind (note->kind)->is_answer ? 0 : partner_frame (flow, note);
}
