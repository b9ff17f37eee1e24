/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How far the registration of each line of a phone has come. */
#include "registration/flow/flow_sip_internal.h"

#include "registration/protocols/sip_timers.h"
#include "registration/wire/times.h"

#include <string.h>

/* Phones with several accounts may use one Call-ID for all of them (sip.pcap, frames 73 and 74), and go to another
 * server with the one that they have. */
static guint64 dialog_key (const SipMessage *sip, const IpAddress *server)
{
    return hash_number (view_hash (sip->call_id) * 31 + view_hash (sip->to.uri.user), ip_address_hash (server));
}

Dialog *flow_sip_dialog (Flow *flow, const SipMessage *sip, const IpAddress *server)
{
    guint64 key = dialog_key (sip, server);
    Dialog *dialog = g_hash_table_lookup (flow->dialogs, &key);

    return dialog && dialog->line ? dialog : NULL;
}

/* --- Lines */

static guint hash_line (gconstpointer data)
{
    const SipLine *line = data;
    return (guint) (line->number ^ line->number >> 32) ^ line->phone * 0x9E3779B1u;
}

static gboolean equal_line (gconstpointer a, gconstpointer b)
{
    const SipLine *x = a, *y = b;
    return x->number == y->number && x->phone == y->phone;
}

GHashTable *flow_sip_lines_new (void)
{
    return g_hash_table_new_full (hash_line, equal_line, g_free, NULL);
}

gboolean flow_sip_has_line (const Flow *flow, PhoneId phone, const SipMessage *sip)
{
    const SipLine key = { .phone = phone, .number = view_hash (sip->to.uri.user) };
    return g_hash_table_contains (flow->sip_lines, &key);
}

static SipLine *line_of (Flow *flow, PhoneId phone, const SipMessage *sip)
{
    SipLine key = { .phone = phone, .number = view_hash (sip->to.uri.user) };
    SipLine *line = g_hash_table_lookup (flow->sip_lines, &key);

    if (!line) {
        line = g_memdup2 (&key, sizeof key);
        g_hash_table_add (flow->sip_lines, line);
    }
    return line;
}

/* Lines that a phone registers within this time belong to one attempt, also when the first of them is refused. */
#define LINES_TOGETHER SECONDS (5)

/* A line begins anew: that is another attempt of the phone, unless it is one of several lines that do. */
static void begin_attempt (Phone *phone, SipLine *line, gint64 time)
{
    gboolean goes_on =
        phone->lines_registered || (time >= phone->line_time && time - phone->line_time < LINES_TOGETHER);

    if (!phone->attempts || line->attempt == phone->attempts || !goes_on)
        phone->attempts++;
    line->attempt = phone->attempts;
    phone->line_time = time;
}

static void set_registered (Phone *phone, SipLine *line, gboolean registered)
{
    if (line->registered == registered)
        return;
    line->registered = registered;
    phone->lines_registered += registered ? 1 : -1;
}

/* --- Dialogs */

/* What phones ask for (reference 3.2); servers grant less. */
#define HEARTBEAT_MAX 3600

/* A Cisco phone's REGISTER without alarm and body is a heartbeat when the capture joins a registration that goes on. It
 * is none when the connection or the count has only just begun, or when the capture has shown how the phone came here:
 * its address, its files, or an earlier registration. And none when the capture has gone on for longer than heartbeats
 * are apart: then it would hold one before. */
static gboolean begins_here (const Flow *flow, const Session *session, const Frame *frame, const SipMessage *sip,
                             const Phone *phone, const Dialog *dialog)
{
    gint64 apart = (sip->expires > 0 ? MIN (sip->expires, HEARTBEAT_MAX) : HEARTBEAT_MAX) * SECOND;

    return frame->time - flow->begin > apart || (phone->boot && phone->boot->lease.note) ||
           (session && session->tcp.syn_note) || flow_sip_counts_from_start (sip) || dialog->line->attempt ||
           dialog->heard || (phone->boot && phone->boot->files.note);
}

gboolean flow_sip_counts_from_start (const SipMessage *sip)
{
    return sip->cseq <= 1 || sip->cseq == 101; /* Cisco phones (reference 3.2) */
}

static void keep_grant (Dialog *dialog, gint64 now, guint32 granted)
{
    dialog->granted_at = now;
    dialog->lives_until = granted ? now + granted * SECOND + SECONDS (SIP_GRACE_DEFAULT) : 0;
}

Dialog *flow_sip_open_dialog (Flow *flow, const SipMessage *sip, const IpAddress *server)
{
    guint64 key = dialog_key (sip, server);
    Dialog *dialog = g_hash_table_lookup (flow->dialogs, &key);

    if (dialog)
        return dialog;
    dialog = g_new0 (Dialog, 1);
    dialog->key = key;
    dialog->ended = TRUE;
    g_hash_table_insert (flow->dialogs, &dialog->key, dialog);
    return dialog;
}

void flow_sip_join_alone (Flow *flow, const Frame *frame, const SipMessage *sip, RegistrationId id, guint32 granted)
{
    Dialog *dialog = flow_sip_open_dialog (flow, sip, &frame->source.address);

    dialog->registration = id;
    if (sip->status >= 300)
        return;
    dialog->registered = TRUE;
    dialog->ended = FALSE;
    keep_grant (dialog, frame->time, granted);
}

void flow_sip_forget_unasked (Flow *flow, const SipMessage *sip, const IpAddress *server)
{
    guint64 key = dialog_key (sip, server);
    const Dialog *dialog = g_hash_table_lookup (flow->dialogs, &key);

    if (dialog && !dialog->line)
        g_hash_table_remove (flow->dialogs, &key);
}

/* Credentials may answer what another server of the same name has asked in this Call-ID. */
static void take_challenge (const SipMessage *sip, const SipLine *line, Dialog *dialog)
{
    const Dialog *before = line->latest;

    if (before && before != dialog && sip->n_auth && !flow_sip_was_challenged (dialog) &&
        before->call_id == view_hash (sip->call_id))
        memcpy (dialog->asked, before->asked, sizeof dialog->asked);
}

static gboolean has_run_out (const Flow *flow, const Dialog *dialog, gint64 now)
{
    return dialog->lives_until && now - flow_paused (flow, dialog->granted_at, now, TRUE) > dialog->lives_until;
}

/* The phone acknowledges octets of the server that the capture has not shown. */
static gboolean has_got_more (const Session *session, const Frame *frame)
{
    const Stream *answers = &session->tcp.streams[FROM_SERVER];
    return answers->started && (gint32) (frame->tcp.acknowledgment - stream_seen (answers)) > 0;
}

/* It has asked in time, and goes on as after an answer, which the capture may lack: over UDP it would have asked again
 * without one. Or the capture lacks what it has asked. */
static gboolean may_have_refreshed (const Session *session, const Frame *frame, const Dialog *dialog)
{
    if (dialog->lacks_since)
        return TRUE;
    if (dialog->unheard_at <= dialog->granted_at || dialog->unheard_at > dialog->lives_until)
        return FALSE;
    return frame->transport == TRANSPORT_UDP ? sip_stops_early (dialog->unheard_at, dialog->repeated_at, frame->time)
                                             : session && has_got_more (session, frame);
}

Dialog *flow_sip_follow_register (Flow *flow, Session *session, const Frame *frame, const SipMessage *sip, PhoneId id)
{
    Dialog *dialog = flow_sip_open_dialog (flow, sip, &frame->destination.address);
    Phone *phone = phones_get (flow->phones, id);
    SipRegisterKind kind = sip_cisco_register_kind (sip);
    if (kind == SIP_REGISTER_QUERY && !sip->head_ended) /* its Contact may be missing here only */
        kind = SIP_REGISTER_BINDING;
    gboolean begins = kind == SIP_REGISTER_INITIAL || kind == SIP_REGISTER_BINDING || kind == SIP_REGISTER_REFRESH;

    dialog->phone = id;
    dialog->line = line_of (flow, id, sip);
    dialog->call_id = view_hash (sip->call_id);
    dialog->has_siblings = phone->lines_registered > (dialog->line->registered ? 1 : 0);
    take_challenge (sip, dialog->line, dialog);
    dialog->counts_back = sip->cseq > 0 && sip->cseq < dialog->cseq;
    dialog->cseq = MAX (dialog->cseq, sip->cseq);
    if (!flow_sip_count (flow, frame, sip, &dialog->lacks_since))
        dialog->lacks_since = 0;
    /* It has gone elsewhere in between, and tries here once more. */
    if (begins && dialog->line->latest && dialog->line->latest != dialog && !dialog->registered &&
        !(dialog->challenged && sip->n_auth))
        dialog->ended = TRUE;
    if (begins)
        dialog->line->latest = dialog;
    dialog->server = flow_server_place (flow, &frame->destination);
    /* What comes too late refreshes nothing: the server has nothing left. */
    if (dialog->registered && has_run_out (flow, dialog, frame->time) && !may_have_refreshed (session, frame, dialog)) {
        flow_sip_run_out (flow, dialog);
        dialog->registered = FALSE;
        dialog->ended = TRUE;
        set_registered (phone, dialog->line, FALSE);
    }
    if (kind == SIP_REGISTER_REFRESH && dialog->ended && begins_here (flow, session, frame, sip, phone, dialog))
        kind = SIP_REGISTER_INITIAL;
    if (dialog->registered && begins)
        kind = SIP_REGISTER_REFRESH;
    else if (begins)
        kind = kind == SIP_REGISTER_REFRESH && !dialog->challenged ? SIP_REGISTER_BINDING : SIP_REGISTER_INITIAL;
    dialog->latest = kind;
    dialog->unheard_at = dialog->repeated_at = begins ? frame->time : 0;
    const gboolean is_new = dialog->ended && begins;
    if (is_new) {
        /* What begins before the capture is no attempt of which the beginning is known. */
        if (kind == SIP_REGISTER_INITIAL)
            begin_attempt (phone, dialog->line, frame->time);
        phone->is_trying = TRUE;
        if (phone->level == LEVEL_REJECTED)
            phone->level = LEVEL_NONE;
        dialog->ended = dialog->challenged = FALSE;
    }
    flow_sip_ask (flow, session, frame, sip, dialog, is_new);
    return dialog;
}

static guint64 account_at (const SipMessage *sip, const Dialog *dialog)
{
    return hash_number (view_hash (sip->to.uri.host), dialog->server) | 1;
}

gboolean flow_sip_was_accepted (const SipMessage *sip, const Dialog *dialog)
{
    return dialog->registered || (dialog->line && dialog->line->accepted == account_at (sip, dialog));
}

/* One line less. The phone is refused when none is left. */
static void lose_line (const SipMessage *sip, Dialog *dialog, Phone *phone)
{
    dialog->registered = FALSE;
    dialog->ended = TRUE;
    set_registered (phone, dialog->line, FALSE);
    if (phone->lines_registered || (sip->status == 404 && sip_is_placeholder (sip->to.uri.user)))
        return;
    phone->level = LEVEL_REJECTED;
    phone->is_trying = FALSE;
}

static void sign_off (const SipMessage *sip, Dialog *dialog, Phone *phone)
{
    if (dialog->removes_others && sip->status >= 300)
        return;
    dialog->registered = FALSE;
    dialog->ended = TRUE;
    if (sip->status >= 300)
        return;
    set_registered (phone, dialog->line, FALSE);
    if (phone->lines_registered)
        return;
    phone->level = LEVEL_NONE;
    phone->is_trying = FALSE;
}

void flow_sip_follow_answer (Flow *flow, const Frame *frame, const SipMessage *sip, Dialog *dialog, guint32 granted)
{
    Phone *phone = phones_get (flow->phones, phones_current (flow->phones, dialog->phone));

    if (sip->status < 200)
        return;
    dialog->heard = frame->time;
    dialog->unheard_at = 0;
    if (dialog->is_unlisted) {
        flow_sip_unlist (flow, dialog);
        dialog->registered = dialog->challenged = FALSE;
        set_registered (phone, dialog->line, FALSE);
        flow_sip_close_challenges (dialog);
        return;
    }
    if (dialog->is_undecided) {
        flow_sip_lose_sight (flow, dialog);
        dialog->challenged = FALSE;
        flow_sip_close_challenges (dialog);
        return;
    }
    flow_sip_answer (flow, frame, sip, dialog, granted);
    if (sip->status == 401 || sip->status == 407) {
        dialog->challenged = TRUE;
        return;
    }
    if (sip->status == 423) /* the phone only has to ask for more time */
        return;
    dialog->challenged = FALSE;
    flow_sip_close_challenges (dialog);
    if (dialog->latest == SIP_REGISTER_STANDBY || dialog->latest == SIP_REGISTER_QUERY)
        return;
    if (dialog->latest == SIP_REGISTER_UNREGISTER && !dialog->is_kept) {
        sign_off (sip, dialog, phone);
    } else if (sip->status < 300) {
        dialog->registered = TRUE;
        flow_sip_keep_bound (sip, dialog);
        dialog->line->accepted = account_at (sip, dialog);
        dialog->ended = FALSE;
        dialog->was_distrusted = FALSE;
        keep_grant (dialog, frame->time, granted);
        set_registered (phone, dialog->line, TRUE);
        phone->level = LEVEL_READY;
    } else if (sip->status >= 400) {
        lose_line (sip, dialog, phone);
    }
}

Phase flow_sip_register_phase (const Dialog *dialog)
{
    switch (dialog->latest) {
    case SIP_REGISTER_UNREGISTER:
        return PHASE_UNREGISTER;
    case SIP_REGISTER_STANDBY:
    case SIP_REGISTER_REFRESH:
        return PHASE_KEEPALIVE;
    default:
        return dialog->answers ? PHASE_AUTHENTICATE : PHASE_REGISTER;
    }
}

/* The challenge of a refresh or of a sign-off is no part of the way to be registered. */
Phase flow_sip_answer_phase (const Dialog *dialog, guint status)
{
    const Phase phase = flow_sip_register_phase (dialog);
    return phase == PHASE_REGISTER && (status == 401 || status == 407) ? PHASE_AUTHENTICATE : phase;
}

/* What surrounds a registration belongs to it while the phone is not ready, and a few seconds longer. */
Phase flow_sip_side_phase (const Phone *phone, const SipMessage *sip, Variant variant)
{
    switch (sip->method) {
    case SIP_REFER:
        return variant == VARIANT_TOKEN ? PHASE_TOKEN : variant == VARIANT_ALARM ? PHASE_REGISTER : PHASE_FINISH;
    case SIP_NOTIFY:
        if (variant == VARIANT_HARMLESS)
            return phone->level == LEVEL_READY ? PHASE_KEEPALIVE : PHASE_NONE;
        if (variant == VARIANT_OTHERS)
            return PHASE_NONE;
        return variant == VARIANT_RESET || variant == VARIANT_RESTART ? PHASE_UNREGISTER : PHASE_FINISH;
    case SIP_SUBSCRIBE:
        return PHASE_FINISH;
    case SIP_OPTIONS:
        return phone->level == LEVEL_READY ? PHASE_KEEPALIVE : PHASE_NONE;
    default:
        return PHASE_NONE;
    }
}
