/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/phone_name.h"
#include "replay/script/script_sccp.h"
#include "replay/script/script_sip.h"

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
    Candidate candidate = { index, flow_note_phone (recording_flow (recording), note),
                            flow_note_number (recording_flow (recording), note), was_accepted (recording, note) };

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

/* A line stands for its phone, of which an attempt is chosen by its number; otherwise the line's own is meant. */
static gboolean fits (const Recording *recording, const Candidate *candidate, const ScriptChoice *choice,
                      GHashTable *called)
{
    const Flow *flow = recording_flow (recording);

    if (called && !g_hash_table_contains (called, GUINT_TO_POINTER (candidate->phone)))
        return FALSE;
    if (choice->attempt)
        return choice->attempt == candidate->attempt;
    const Note *note = recording_note (recording, recording_message (recording, candidate->index));
    const Registration *registration = flow_registration (flow, note->registration);
    return !called || !registration || !registration->line || phone_is_called (flow, candidate->phone, choice->phone) ||
           line_is_called (registration, choice->phone);
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

/* "1, 3": of these phones what can be replayed, and has a number; at most as many as of phones. */
static char *list_attempts (const GArray *candidates, GHashTable *called)
{
    GString *numbers = g_string_new (NULL);
    guint count = 0;

    for (guint i = 0; i < candidates->len; i++) {
        const Candidate *candidate = &g_array_index (candidates, Candidate, i);
        if (!candidate->attempt || !g_hash_table_contains (called, GUINT_TO_POINTER (candidate->phone)))
            continue;
        if (++count <= NAMES_LISTED)
            g_string_append_printf (numbers, "%s%u", numbers->len ? ", " : "", candidate->attempt);
    }
    if (count > NAMES_LISTED)
        g_string_append_printf (numbers, " and %u more", count - NAMES_LISTED);
    return g_string_free (numbers, FALSE);
}

static guint choose (const Recording *recording, const GArray *candidates, const ScriptChoice *choice,
                     GHashTable *called)
{
    guint first = SCRIPT_NONE;

    for (guint i = 0; i < candidates->len; i++) {
        const Candidate *candidate = &g_array_index (candidates, Candidate, i);
        if (!fits (recording, candidate, choice, called))
            continue;
        if (candidate->accepted)
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

static void explain_no_choice (const GArray *candidates, const ScriptChoice *choice, GHashTable *called,
                               const char *capture, const char *names, GError **error)
{
    g_autofree char *attempts = called ? list_attempts (candidates, called) : NULL;

    if (candidates->len == 0)
        g_set_error (error, SCRIPT_ERROR, SCRIPT_ERROR_NO_REGISTRATION,
                     "%s: no registration in this capture (neither RegisterReq nor REGISTER was found); regreplay "
                     "inspect shows what "
                     "there is",
                     capture);
    else if (attempts && *attempts && choice->attempt)
        g_set_error (error, SCRIPT_ERROR, SCRIPT_ERROR_NO_SUCH,
                     "%s: no registration attempt %u of %s in this capture can be replayed; these can, as regreplay "
                     "inspect numbers them: %s",
                     capture, choice->attempt, choice->phone, attempts);
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
    g_autoptr (GHashTable) called = choice->phone ? phones_called (recording_flow (recording), choice->phone) : NULL;
    guint place = choose (recording, candidates, choice, called);

    if (place == SCRIPT_NONE) {
        explain_no_choice (candidates, choice, called, capture, names, error);
        return NULL;
    }
    const Candidate *chosen = &g_array_index (candidates, Candidate, place);
    g_autoptr (Script) script = g_new0 (Script, 1);
    script->capture = g_strdup (capture);
    script->phone = g_strdup (phone_name (recording, chosen, buffer));
    script->attempt = chosen->attempt;
    script->messages = g_array_new (FALSE, TRUE, sizeof (ScriptMessage));
    script->octets = g_byte_array_new ();
    script->round_trip = script->accepted_after = script->ready_after = -1;
    const RecordedMessage *first = recording_message (recording, chosen->index);
    gboolean is_sip = catalog_kind (recording_note (recording, first)->kind)->protocol == PROTOCOL_SIP;
    if (!(is_sip ? script_sip_fill : script_sccp_fill) (script, recording, chosen->index, error))
        return NULL;
    fill_files (script, recording, candidates, place);
    g_autofree char *tried = script_tried (script);
    if (note_out)
        *note_out = !choice->phone && n_phones > 1
                        ? g_strdup_printf ("%u phones register in this capture (%s); taking %s, %s. --phone NAME takes "
                                           "another one.",
                                           n_phones, names, script->phone, tried)
                        : NULL;
    return g_steal_pointer (&script);
}
