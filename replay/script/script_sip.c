/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/script/script_sip.h"

#include "registration/protocols/sip.h"
#include "registration/protocols/sip_auth.h"
#include "registration/protocols/sip_cisco.h"
#include "replay/script/rewrite_sip.h"
#include "replay/script/script_fill.h"

#include <string.h>

static const MessageKind *kind_at (const Recording *recording, guint index)
{
    return catalog_kind (recording_note (recording, recording_message (recording, index))->kind);
}

static gboolean read_message (const Recording *recording, guint index, SipMessage *ret_sip)
{
    View octets = recording_octets (recording, recording_message (recording, index));
    return octets.size && sip_parse (octets.data, octets.size, ret_sip);
}

static PhoneId phone_at (const Recording *recording, guint index)
{
    const Note *note = recording_note (recording, recording_message (recording, index));
    return flow_note_phone (recording_flow (recording), note);
}

static gboolean is_register (const Recording *recording, guint index)
{
    const MessageKind *kind = kind_at (recording, index);
    return kind->protocol == PROTOCOL_SIP && kind->is_request && kind->id == SIP_REGISTER;
}

gboolean script_sip_begins (const Recording *recording, guint index)
{
    const Note *note = recording_note (recording, recording_message (recording, index));
    SipMessage sip;

    if (!is_register (recording, index) || note->variant == VARIANT_AGAIN || note->variant == VARIANT_UNHEARD ||
        !read_message (recording, index, &sip))
        return FALSE;
    SipRegisterKind kind = sip_cisco_register_kind (&sip);
    return kind == SIP_REGISTER_INITIAL || kind == SIP_REGISTER_REFRESH || kind == SIP_REGISTER_BINDING;
}

char *script_sip_attempt (const Recording *recording, guint index)
{
    const Note *note = recording_note (recording, recording_message (recording, index));
    SipMessage sip;

    if (!is_register (recording, index) || !read_message (recording, index, &sip))
        return NULL;
    g_autofree char *call_id = view_dup (sip.call_id);
    g_autofree char *number = view_dup (sip.to.uri.user);
    return g_strdup_printf ("%u %u %s %s", phone_at (recording, index),
                            flow_note_attempt (recording_flow (recording), note), number, call_id);
}

typedef struct {
    Script *script;
    const Recording *recording;
    const RecordedMessage *begins;
    PhoneId phone;
    char *attempt;      /* owned */
    GHashTable *places; /* NoteId → index in the script + 1 */
    gint64 anchor;
    gboolean accepted, has_refresh, has_signed_off;
} Filling;

/* The same two, over the same connection; over UDP, where ports may change, between the same addresses. */
static gboolean is_between_them (const Filling *filling, guint index)
{
    const RecordedMessage *message = recording_message (filling->recording, index);

    return message->connection == filling->begins->connection &&
           ip_address_equal (&message->server.address, &filling->begins->server.address) &&
           ip_address_equal (&message->phone.address, &filling->begins->phone.address) &&
           phone_at (filling->recording, index) == filling->phone;
}

static gboolean is_whole (const SipMessage *sip)
{
    return sip->head_ended && !sip->body_cut;
}

static SipRole role_of (const Filling *filling, const SipMessage *sip)
{
    gboolean has_login = FALSE;

    for (guint i = 0; i < sip->n_auth; i++)
        has_login |= sip->auth[i].id == SIP_HEADER_AUTHORIZATION || sip->auth[i].id == SIP_HEADER_PROXY_AUTHORIZATION;
    if (sip_cisco_register_kind (sip) == SIP_REGISTER_UNREGISTER)
        return SIP_ROLE_SIGN_OFF;
    if (filling->accepted)
        return SIP_ROLE_REFRESH;
    return has_login ? SIP_ROLE_LOGIN : SIP_ROLE_FIRST;
}

/* Hours of refreshes say no more than the first one that was answered. */
static gboolean is_wanted_register (Filling *filling, guint index, const Note *note, const SipMessage *sip,
                                    SipRole *ret_role)
{
    g_autofree char *attempt = script_sip_attempt (filling->recording, index);

    if (g_strcmp0 (attempt, filling->attempt) != 0 ||
        !sip_can_rewrite (recording_octets (filling->recording, recording_message (filling->recording, index))))
        return FALSE;
    *ret_role = role_of (filling, sip);
    if (*ret_role == SIP_ROLE_REFRESH && filling->has_refresh)
        return FALSE;
    filling->has_signed_off |= *ret_role == SIP_ROLE_SIGN_OFF;
    return *ret_role != SIP_ROLE_REFRESH || note->partner;
}

static gboolean is_wanted_request (Filling *filling, guint index, const Note *note, const SipMessage *sip,
                                   SipRole *ret_role)
{
    const MessageKind *kind = catalog_kind (note->kind);

    *ret_role = SIP_ROLE_FIRST;
    if (note->variant == VARIANT_AGAIN || g_strcmp0 (kind->group, "sip.call") == 0)
        return FALSE;
    if (kind->id == SIP_REGISTER)
        return is_wanted_register (filling, index, note, sip, ret_role);
    if (!is_between_them (filling, index))
        return FALSE;
    if (note->from_server)
        return TRUE;
    /* Within a dialogue of the recorded server nothing can be said to another one. */
    return (kind->id == SIP_REFER || kind->id == SIP_SUBSCRIBE) && sip_tag (&sip->to).size == 0 &&
           sip_can_rewrite (recording_octets (filling->recording, recording_message (filling->recording, index)));
}

static void learn_login (Script *script, const SipMessage *sip)
{
    for (guint i = 0; i < sip->n_auth && !script->user; i++) {
        SipCredentials credentials;
        gboolean is_login =
            sip->auth[i].id == SIP_HEADER_AUTHORIZATION || sip->auth[i].id == SIP_HEADER_PROXY_AUTHORIZATION;
        if (is_login && sip_credentials_parse (sip->auth[i].value, &credentials) && credentials.username.size)
            script->user = view_dup (credentials.username);
    }
}

/* What the server grants stands with our Contact, or for all of them (RFC 3261, 10.2.4). */
static guint granted (const SipMessage *sip)
{
    gint64 expires = sip->n_contacts ? sip->contacts[0].expires : -1;

    if (expires < 0)
        expires = sip->expires;
    return expires > 0 && expires < G_MAXINT32 ? (guint) expires : 0;
}

static void learn_answer (Filling *filling, const ScriptMessage *request, const SipMessage *sip, gint64 time)
{
    Script *script = filling->script;

    if (catalog_kind (request->kind)->id != SIP_REGISTER)
        return;
    if (request->instance == SIP_ROLE_REFRESH && sip->status != 401 && sip->status != 407)
        filling->has_refresh = TRUE;
    if (request->instance == SIP_ROLE_SIGN_OFF) {
        script->has_ended |= sip->status == 200;
        return;
    }
    if (sip->status < 200 || sip->status > 299)
        return;
    filling->accepted = TRUE;
    if (script->accepted_after < 0) {
        script->accepted_after = script->ready_after = time;
        script->keepalive = granted (sip);
        script->level = LEVEL_READY;
    }
}

static void append_answer (Filling *filling, const RecordedMessage *recorded, const Note *note, const SipMessage *sip)
{
    Script *script = filling->script;
    gpointer place = g_hash_table_lookup (filling->places, GUINT_TO_POINTER (note->partner));

    if (!place || sip->status < 200 || note->variant == VARIANT_AGAIN)
        return;
    guint request = GPOINTER_TO_UINT (place) - 1;
    if (script_message (script, request)->from_server || script_message (script, request)->partner != SCRIPT_NONE)
        return;
    guint count = script_append (script, filling->recording, recorded, filling->anchor, 0);
    g_array_index (script->messages, ScriptMessage, count).partner = request;
    g_array_index (script->messages, ScriptMessage, request).partner = count;
    learn_answer (filling, script_message (script, request), sip, script_message (script, count)->time);
}

static void take (Filling *filling, guint index)
{
    const RecordedMessage *recorded = recording_message (filling->recording, index);
    const Note *note = recording_note (filling->recording, recorded);
    SipMessage sip;
    SipRole role;

    if (catalog_kind (note->kind)->protocol != PROTOCOL_SIP || !read_message (filling->recording, index, &sip) ||
        !is_whole (&sip))
        return;
    if (sip.is_answer) {
        append_answer (filling, recorded, note, &sip);
    } else if (is_wanted_request (filling, index, note, &sip, &role)) {
        guint count = script_append (filling->script, filling->recording, recorded, filling->anchor, role);
        g_hash_table_insert (filling->places, GUINT_TO_POINTER (recorded->note), GUINT_TO_POINTER (count + 1));
        learn_login (filling->script, &sip);
    }
}

/* Alarms that a Cisco phone sends before its first REGISTER (reference 3.2). */
static guint find_start (const Filling *filling, guint index)
{
    guint start = index;

    for (guint i = index; i-- > 0;) {
        const MessageKind *kind = kind_at (filling->recording, i);
        if (kind->protocol != PROTOCOL_SIP || !is_between_them (filling, i))
            continue;
        gboolean is_refer = kind->is_request && kind->id == SIP_REFER;
        gboolean is_answer = kind->is_answer && kind->id < 300;
        if (!is_refer && !is_answer)
            return start;
        if (is_refer)
            start = i;
    }
    return start;
}

/* The next attempt with the same name begins. */
static gboolean is_over (const Filling *filling, guint index)
{
    const Flow *flow = recording_flow (filling->recording);
    const Note *note = recording_note (filling->recording, recording_message (filling->recording, index));
    const Note *first = recording_note (filling->recording, filling->begins);

    return is_register (filling->recording, index) && phone_at (filling->recording, index) == filling->phone &&
           flow_note_attempt (flow, note) > flow_note_attempt (flow, first);
}

/* The answer to the last credentials that were refused with another challenge before the phone was accepted;
 * SCRIPT_NONE. Such a phone may have tried for minutes, with credentials for a nonce that was no longer the server's
 * (seen in sip.pcap, frames 6 to 13): what counts is the try that went through. */
static guint find_last_failure (const Script *script)
{
    guint last = SCRIPT_NONE;

    for (guint i = 0; i < script->messages->len; i++) {
        const ScriptMessage *message = script_message (script, i);
        const ScriptMessage *request = script_message (script, message->partner);
        guint32 id = catalog_kind (message->kind)->id;
        if (!message->from_server || !request || script_is_push (message) || request->instance == SIP_ROLE_REFRESH)
            continue;
        if (message->time == script->accepted_after && id / 100 == 2)
            return last;
        if (request->instance == SIP_ROLE_LOGIN && (id == 401 || id == 407))
            last = i;
    }
    return SCRIPT_NONE;
}

static void drop_failed_tries (Script *script)
{
    guint last = script->accepted_after >= 0 ? find_last_failure (script) : SCRIPT_NONE;

    if (last == SCRIPT_NONE)
        return;
    g_array_remove_range (script->messages, 0, last + 1);
    gint64 begin = script_message (script, 0)->time;
    for (guint i = 0; i < script->messages->len; i++) {
        ScriptMessage *message = &g_array_index (script->messages, ScriptMessage, i);
        message->time -= begin;
        if (message->partner != SCRIPT_NONE)
            message->partner -= last + 1;
    }
    script->accepted_after -= begin;
    script->ready_after -= begin;
    script->connected_after = 0;
}

/* --- What takes back what */

static gboolean is_register_message (const ScriptMessage *message)
{
    return message && !message->from_server && catalog_kind (message->kind)->protocol == PROTOCOL_SIP &&
           catalog_kind (message->kind)->id == SIP_REGISTER;
}

static gboolean read_register (const Script *script, guint index, SipMessage *ret_sip)
{
    const ScriptMessage *message = script_message (script, index);
    return is_register_message (message) && sip_parse (message->octets.data, message->octets.size, ret_sip);
}

static gboolean names_contact (const SipMessage *sip, View uri)
{
    for (guint i = 0; i < sip_contacts_kept (sip); i++) {
        const View own = sip->contacts[i].uri.text;
        if (own.size == uri.size && memcmp (own.data, uri.data, uri.size) == 0)
            return TRUE;
    }
    return FALSE;
}

/* One that takes all back ("*") does not: on a live server that is also what others have bound. */
static gboolean names_all (const SipMessage *sip, const SipMessage *bound)
{
    for (guint i = 0; i < sip_contacts_kept (bound); i++)
        if (!names_contact (sip, bound->contacts[i].uri.text))
            return FALSE;
    return bound->n_contacts > 0;
}

static guint find_sign_off (const Script *script, guint bound)
{
    SipMessage of_bound, sip;

    for (guint i = 0; read_register (script, bound, &of_bound) && i < script->messages->len; i++)
        if (script_message (script, i)->instance == SIP_ROLE_SIGN_OFF && read_register (script, i, &sip) &&
            names_all (&sip, &of_bound))
            return i;
    return SCRIPT_NONE;
}

static gboolean is_accepted (const Script *script, guint index)
{
    const ScriptMessage *answer = script_partner (script, index);
    return answer && catalog_kind (answer->kind)->id / 100 == 2;
}

gboolean script_sip_is_needed (const Script *script, guint sign_off)
{
    gboolean is_needed = FALSE, has_accepted = FALSE;

    /* What nobody has accepted in the recording may be accepted now. */
    for (guint i = 0; i < script->messages->len; i++) {
        const ScriptMessage *message = script_message (script, i);
        if (!is_register_message (message) || message->instance == SIP_ROLE_SIGN_OFF ||
            (has_accepted && !is_accepted (script, i)))
            continue;
        if (is_accepted (script, i) && !has_accepted)
            is_needed = FALSE;
        has_accepted |= is_accepted (script, i);
        is_needed |= message->taken_back_by == sign_off;
    }
    return is_needed;
}

static guint find_first_alike (const Script *script, guint index)
{
    SipMessage first, own;

    for (guint i = 0; read_register (script, index, &own) && i < index; i++)
        if (script_message (script, i)->instance != SIP_ROLE_SIGN_OFF && read_register (script, i, &first) &&
            names_all (&first, &own) && names_all (&own, &first))
            return i;
    return index;
}

/* Asked for once a phone, so known beforehand. */
static void settle_sign_offs (Script *script)
{
    for (guint i = 0; i < script->messages->len; i++) {
        ScriptMessage *message = &g_array_index (script->messages, ScriptMessage, i);
        message->taken_back_by = SCRIPT_NONE;
        message->binds_as = i;
        if (!is_register_message (message) || message->instance == SIP_ROLE_SIGN_OFF)
            continue;
        message->taken_back_by = find_sign_off (script, i);
        message->binds_as = find_first_alike (script, i);
    }
}

/* --- All of it */

static gboolean check_whole (Script *script, const Recording *recording, guint index, GError **error)
{
    const RecordedMessage *begins = recording_message (recording, index);
    SipMessage sip;

    if (sip_can_rewrite (recording_octets (recording, begins)))
        return TRUE;
    if (read_message (recording, index, &sip) && sip.n_contacts > SIP_MAX_CONTACTS)
        g_set_error (error, SCRIPT_ERROR, SCRIPT_ERROR_NO_REGISTRATION,
                     "%s: the REGISTER in frame %u cannot be sent again: it names %u contacts, and up to %u can be "
                     "bound and signed off",
                     script->capture, recording_note (recording, begins)->frame, sip.n_contacts, SIP_MAX_CONTACTS);
    else
        g_set_error (error, SCRIPT_ERROR, SCRIPT_ERROR_NO_REGISTRATION,
                     "%s: the REGISTER in frame %u cannot be sent again: it is not whole (%" G_GSIZE_FORMAT
                     " octets of it are there), or lacks Via, Call-ID or CSeq",
                     script->capture, recording_note (recording, begins)->frame, begins->size);
    return FALSE;
}

gboolean script_sip_fill (Script *script, const Recording *recording, guint index, GError **error)
{
    const RecordedMessage *begins = recording_message (recording, index);
    g_autoptr (GHashTable) places = g_hash_table_new (NULL, NULL);
    g_autofree char *attempt = script_sip_attempt (recording, index);
    Filling filling = { .script = script,
                        .recording = recording,
                        .begins = begins,
                        .phone = phone_at (recording, index),
                        .attempt = attempt,
                        .places = places };
    SipMessage sip;
    gint64 first_syn = 0;

    if (!check_whole (script, recording, index, error))
        return FALSE;
    read_message (recording, index, &sip);
    script->protocol = PROTOCOL_SIP;
    script->carrier = begins->connection ? CARRIER_TCP : CARRIER_UDP;
    script->phone_end = begins->phone;
    script->server_end = begins->server;
    script->number = view_dup (sip.to.uri.user);
    guint start = find_start (&filling, index);
    if (begins->connection)
        script_read_handshake (script, recording, start, &first_syn);
    filling.anchor = script_choose_anchor (script, recording, start, first_syn);
    for (guint i = start; i < recording_count (recording) && !is_over (&filling, i); i++)
        take (&filling, i);
    drop_failed_tries (script);
    script_settle_octets (script);
    settle_sign_offs (script);
    return TRUE;
}
