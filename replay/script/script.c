/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/script/script.h"

#include "replay/script/script_internal.h"
#include "replay/script/script_sccp.h"
#include "replay/script/script_sip.h"

#include <string.h>

G_DEFINE_QUARK (script - error - quark, script_error)

/* A registration that a script could be made of. */
typedef struct {
    guint index; /* of the message in the recording that begins it */
    PhoneId phone;
    guint attempt;
    gboolean accepted;
} Candidate;

static gboolean begins_sccp (const Recording *recording, const RecordedMessage *message)
{
    const MessageKind *kind = catalog_kind (recording_note (recording, message)->kind);
    return kind->protocol == PROTOCOL_SCCP && kind->id == SCCP_REGISTER_REQ;
}

static gboolean was_accepted (const Recording *recording, const Note *request)
{
    const Note *answer = notes_get (flow_notes (recording_flow (recording)), request->partner);
    const MessageKind *kind = answer ? catalog_kind (answer->kind) : NULL;

    return kind && kind->id == (kind->protocol == PROTOCOL_SIP ? 200 : SCCP_REGISTER_ACK);
}

static void add_candidate (GArray *candidates, const Recording *recording, guint index)
{
    const Note *note = recording_note (recording, recording_message (recording, index));
    Candidate candidate = { index, phones_current (flow_phones (recording_flow (recording)), note->phone),
                            note->attempt, was_accepted (recording, note) };

    g_array_append_val (candidates, candidate);
}

/* The REGISTERs of one attempt are one candidate: the first of them. */
static void add_sip (GArray *candidates, GHashTable *attempts, const Recording *recording, guint index)
{
    const RecordedMessage *message = recording_message (recording, index);
    const Note *note = recording_note (recording, message);
    g_autofree char *key = script_sip_attempt (recording, index);
    gpointer place = key ? g_hash_table_lookup (attempts, key) : NULL;

    if (!key)
        return;
    if (place) {
        g_array_index (candidates, Candidate, GPOINTER_TO_UINT (place) - 1).accepted |= was_accepted (recording, note);
    } else if (script_sip_begins (recording, index)) {
        add_candidate (candidates, recording, index);
        g_hash_table_insert (attempts, g_steal_pointer (&key), GUINT_TO_POINTER (candidates->len));
    }
}

static GArray *find_candidates (const Recording *recording)
{
    g_autoptr (GHashTable) attempts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    GArray *candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));

    for (guint i = 0; i < recording_count (recording); i++) {
        if (begins_sccp (recording, recording_message (recording, i)))
            add_candidate (candidates, recording, i);
        else
            add_sip (candidates, attempts, recording, i);
    }
    return candidates;
}

static const char *phone_name (const Recording *recording, const Candidate *candidate,
                               char buffer[IP_ADDRESS_TEXT_SIZE])
{
    const Flow *flow = recording_flow (recording);
    NoteId last = notes_count (flow_notes (flow));

    return phones_label_at (flow_phones (flow), candidate->phone, last, buffer);
}

/* Attempts are counted among the candidates: a phone's first registration in the capture is its attempt 1, whatever
 * was seen of it before. */
static guint count_attempt (const GArray *candidates, guint place)
{
    const Candidate *wanted = &g_array_index (candidates, Candidate, place);
    guint attempt = 0;

    for (guint i = 0; i <= place; i++)
        attempt += g_array_index (candidates, Candidate, i).phone == wanted->phone;
    return attempt;
}

static gboolean fits (const Recording *recording, const GArray *candidates, guint place, const ScriptChoice *choice)
{
    char buffer[IP_ADDRESS_TEXT_SIZE];
    const Candidate *candidate = &g_array_index (candidates, Candidate, place);

    if (choice->phone && g_ascii_strcasecmp (choice->phone, phone_name (recording, candidate, buffer)) != 0)
        return FALSE;
    return choice->attempt == 0 || choice->attempt == count_attempt (candidates, place);
}

/* The names of all phones that register, each once; at most this many are listed. */
#define NAMES_LISTED 20

static char *list_phones (const Recording *recording, const GArray *candidates, guint *ret_count)
{
    g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
    g_autoptr (GString) names = g_string_new (NULL);
    char buffer[IP_ADDRESS_TEXT_SIZE];

    for (guint i = 0; i < candidates->len; i++) {
        const Candidate *candidate = &g_array_index (candidates, Candidate, i);
        if (!g_hash_table_add (seen, GUINT_TO_POINTER (candidate->phone)))
            continue;
        if (g_hash_table_size (seen) <= NAMES_LISTED)
            g_string_append_printf (names, "%s%s", names->len ? ", " : "", phone_name (recording, candidate, buffer));
    }
    *ret_count = g_hash_table_size (seen);
    if (*ret_count > NAMES_LISTED)
        g_string_append_printf (names, " and %u more", *ret_count - NAMES_LISTED);
    return g_strdup (names->str);
}

static guint choose (const Recording *recording, const GArray *candidates, const ScriptChoice *choice)
{
    guint first = SCRIPT_NONE;

    for (guint i = 0; i < candidates->len; i++) {
        if (!fits (recording, candidates, i, choice))
            continue;
        if (g_array_index (candidates, Candidate, i).accepted)
            return i;
        if (first == SCRIPT_NONE)
            first = i;
    }
    return first;
}

/* Its boot files are those since its last registration that was accepted: a phone that is refused begins anew. */
static void fill_files (Script *script, const Recording *recording, const GArray *candidates, guint place)
{
    const Candidate *chosen = &g_array_index (candidates, Candidate, place);
    guint from = 0;

    for (guint i = 0; i < place; i++) {
        const Candidate *earlier = &g_array_index (candidates, Candidate, i);
        if (earlier->phone == chosen->phone && earlier->accepted)
            from = earlier->index + 1;
    }
    script_files_fill (&script->files, recording, chosen->phone, from, chosen->index);
    const Note *begins = recording_note (recording, recording_message (recording, chosen->index));
    for (guint i = 0; i < script->messages->len; i++) {
        const ScriptMessage *message = script_message (script, i);
        if (message->frame == begins->frame && message->kind == begins->kind)
            script->files_think = MAX (0, begins->time - message->time - script->files.ended);
    }
}

static void explain_no_choice (const GArray *candidates, const ScriptChoice *choice, const char *capture,
                               const char *names, GError **error)
{
    if (candidates->len == 0)
        g_set_error (error, SCRIPT_ERROR, SCRIPT_ERROR_NO_REGISTRATION,
                     "%s: no registration in this capture (neither RegisterReq nor REGISTER was found); regreplay "
                     "inspect shows what "
                     "there is",
                     capture);
    else if (choice->phone && choice->attempt)
        g_set_error (error, SCRIPT_ERROR, SCRIPT_ERROR_NO_SUCH,
                     "%s: no registration attempt %u of %s in this capture; the phones that register: %s", capture,
                     choice->attempt, choice->phone, names);
    else if (choice->phone)
        g_set_error (error, SCRIPT_ERROR, SCRIPT_ERROR_NO_SUCH,
                     "%s: no phone %s registers in this capture; those that do: %s", capture, choice->phone, names);
    else
        g_set_error (error, SCRIPT_ERROR, SCRIPT_ERROR_NO_SUCH,
                     "%s: no phone has a registration attempt %u in this capture; the phones that register: %s",
                     capture, choice->attempt, names);
}

Script *script_new (const Recording *recording, const char *capture, const ScriptChoice *choice, char **note_out,
                    GError **error)
{
    g_autoptr (GArray) candidates = find_candidates (recording);
    char buffer[IP_ADDRESS_TEXT_SIZE];
    guint n_phones = 0;
    g_autofree char *names = list_phones (recording, candidates, &n_phones);
    guint place = choose (recording, candidates, choice);

    if (place == SCRIPT_NONE) {
        explain_no_choice (candidates, choice, capture, names, error);
        return NULL;
    }
    const Candidate *chosen = &g_array_index (candidates, Candidate, place);
    g_autoptr (Script) script = g_new0 (Script, 1);
    script->capture = g_strdup (capture);
    script->phone = g_strdup (phone_name (recording, chosen, buffer));
    script->attempt = count_attempt (candidates, place);
    script->messages = g_array_new (FALSE, TRUE, sizeof (ScriptMessage));
    script->octets = g_byte_array_new ();
    script->round_trip = script->accepted_after = script->ready_after = -1;
    const RecordedMessage *first = recording_message (recording, chosen->index);
    gboolean is_sip = catalog_kind (recording_note (recording, first)->kind)->protocol == PROTOCOL_SIP;
    if (!(is_sip ? script_sip_fill : script_sccp_fill) (script, recording, chosen->index, error))
        return NULL;
    fill_files (script, recording, candidates, place);
    if (note_out)
        *note_out =
            !choice->phone && n_phones > 1
                ? g_strdup_printf ("%u phones register in this capture (%s); taking %s, attempt %u. --phone NAME "
                                   "takes another one.",
                                   n_phones, names, script->phone, script->attempt)
                : NULL;
    return g_steal_pointer (&script);
}

void script_read_handshake (Script *script, const Recording *recording, guint index, gint64 *ret_first)
{
    guint32 connection = recording_message (recording, index)->connection;
    gint64 last_syn = 0;

    *ret_first = 0;
    for (guint i = 0; i < index; i++) {
        const RecordedMessage *message = recording_message (recording, i);
        const Note *note = recording_note (recording, message);
        const MessageKind *kind = catalog_kind (note->kind);
        if (kind->protocol != PROTOCOL_TCP || message->connection != connection)
            continue;
        if (kind->id == TCP_EVENT_CONNECT)
            *ret_first = note->time;
        if (kind->id == TCP_EVENT_CONNECT || kind->id == TCP_EVENT_CONNECT_AGAIN) {
            last_syn = note->time;
            script->syn_frame = note->frame;
        } else if (kind->id == TCP_EVENT_ACCEPT && script->syn_frame && !script->accept_frame) {
            script->accept_frame = note->frame;
            script->round_trip = MAX (0, note->time - last_syn);
            script->connected_after = MAX (0, note->time - *ret_first);
        }
    }
}

static gboolean was_in_use (const Recording *recording, guint start)
{
    guint32 connection = recording_message (recording, start)->connection;

    for (guint i = 0; i < start; i++) {
        const RecordedMessage *message = recording_message (recording, i);
        if (message->connection == connection &&
            catalog_kind (recording_note (recording, message)->kind)->protocol != PROTOCOL_TCP)
            return TRUE;
    }
    return FALSE;
}

gint64 script_choose_anchor (Script *script, const Recording *recording, guint start, gint64 first_syn)
{
    if (script->syn_frame && !was_in_use (recording, start))
        return first_syn;
    script->connected_after = 0;
    return recording_note (recording, recording_message (recording, start))->time;
}

guint script_append (Script *script, const Recording *recording, const RecordedMessage *recorded, gint64 anchor,
                     guint64 instance)
{
    const Note *note = recording_note (recording, recorded);
    View octets = recording_octets (recording, recorded);
    guint count = script->messages->len;
    ScriptMessage message = { .frame = note->frame,
                              .time = MAX (0, note->time - anchor),
                              .kind = note->kind,
                              .instance = instance,
                              .partner = SCRIPT_NONE,
                              .from_server = note->from_server,
                              .phase = note->phase,
                              .octets = { GSIZE_TO_POINTER (script->octets->len), octets.size } };

    if (count)
        message.time = MAX (message.time, script_message (script, count - 1)->time);
    g_byte_array_append (script->octets, octets.data, (guint) octets.size);
    g_array_append_val (script->messages, message);
    script->last_frame = note->frame;
    return count;
}

/* A place of the store may move while it grows. */
void script_settle_octets (Script *script)
{
    for (guint i = 0; i < script->messages->len; i++) {
        ScriptMessage *message = &g_array_index (script->messages, ScriptMessage, i);
        message->octets.data = script->octets->data + GPOINTER_TO_SIZE (message->octets.data);
    }
}

void script_free (Script *script)
{
    if (!script)
        return;
    g_free (script->capture);
    g_free (script->phone);
    g_free (script->number);
    g_free (script->user);
    if (script->messages)
        g_array_unref (script->messages);
    if (script->octets)
        g_byte_array_unref (script->octets);
    script_files_clear (&script->files);
    g_free (script);
}

const ScriptMessage *script_message (const Script *script, guint index)
{
    return index < script->messages->len ? &g_array_index (script->messages, ScriptMessage, index) : NULL;
}

const ScriptMessage *script_partner (const Script *script, guint index)
{
    const ScriptMessage *message = script_message (script, index);
    return message ? script_message (script, message->partner) : NULL;
}

const char *script_message_name (const ScriptMessage *message)
{
    return catalog_kind (message->kind)->name;
}

char *script_describe_kind (KindIndex index, guint64 instance)
{
    const MessageKind *kind = catalog_kind (index);

    if (!instance)
        return g_strdup (kind->name);
    if (kind->protocol == PROTOCOL_SIP)
        return g_strdup_printf ("%s %s", kind->name, sip_role_name ((SipRole) instance));
    return g_strdup_printf ("%s %" G_GUINT64_FORMAT, kind->name, instance);
}

gboolean script_is_push (const ScriptMessage *message)
{
    return message->from_server && (message->partner == SCRIPT_NONE || catalog_kind (message->kind)->is_request);
}

gint64 script_response (const Script *script, guint request)
{
    const ScriptMessage *asked = script_message (script, request);
    const ScriptMessage *answer = script_partner (script, request);

    return answer ? answer->time - asked->time : -1;
}

gboolean script_has_answer (const Script *script)
{
    for (guint i = 0; i < script->messages->len; i++) {
        const ScriptMessage *message = script_message (script, i);
        const MessageKind *kind = catalog_kind (message->kind);
        gboolean is_register = !message->from_server && kind->is_request && kind->phase == PHASE_REGISTER;
        if (is_register && message->partner != SCRIPT_NONE)
            return TRUE;
    }
    return FALSE;
}

guint script_find (const Script *script, KindIndex kind, guint64 instance, guint nth)
{
    guint found = SCRIPT_NONE;

    for (guint i = 0; i < script->messages->len; i++) {
        const ScriptMessage *message = script_message (script, i);
        if (message->kind != kind || message->instance != instance)
            continue;
        found = i;
        if (nth-- == 0)
            break;
    }
    return found;
}
