/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/engine/player_internal.h"

#include "registration/protocols/sip.h"
#include "registration/protocols/sip_cisco.h"
#include "replay/duration.h"
#include "replay/engine/compare_sip.h"
#include "replay/engine/sip_login.h"
#include "replay/engine/sip_reply.h"
#include "replay/engine/sip_request.h"
#include "replay/script/rewrite_sip.h"
#include "replay/script/script_sip.h"

#include <string.h>

/* What is not the registration itself may fail, and is not waited for as long. */
#define SIDE_PATIENCE (5 * NSEC_PER_SEC)
/* How often a server may send the phone away to come again later, and for how long. */
#define WAITS_MAX       3
#define RETRY_AFTER_MAX 3600
/* How long before the end of a registration it is refreshed (reference 2.5). */
#define REFRESH_AHEAD 5
/* A Min-Expires beyond this is no sensible one. */
#define EXPIRES_MAX (30 * 24 * 3600)
/* Copies of a server's request are answered like it, but count once: the last so many are known. */
#define KNOWN_REQUESTS 16

typedef enum { STAGE_REGISTERING, STAGE_STAYING, STAGE_SIGNING_OFF } Stage;

typedef struct {
    Player *player;
    Stage stage;
    guint next; /* message of the script that is next */
    SipRequest request;
    guint asked;    /* message of the script that the request stands for; SCRIPT_NONE */
    SipMethod asks; /* its method */
    SipRole role;   /* of a REGISTER */
    guint exchange; /* place + 1 */
    char token[33]; /* digits that nobody else has */
    char *call_id, *tag;
    guint32 cseq;
    guint branches;
    SipLogin login;
    gboolean login_is_new; /* the credentials answer a challenge that nothing was answered to before */
    gboolean stale_used;
    gint64 expires; /* asked for; -1: as recorded */
    guint waits;
    gboolean has_asked, accepted;
    gint64 planned; /* when the next request is due to be sent; what think times count from */
    guint granted;  /* seconds */
    guint known[KNOWN_REQUESTS], n_known;
    Appointment step, refresh;
} Sip;

static void proceed (Sip *sip);
static void sign_off (Sip *sip);

static const Script *script_of (const Sip *sip)
{
    return sip->player->settings->script;
}

static Agenda *agenda_of (const Sip *sip)
{
    return sip->player->settings->agenda;
}

static const char *target_of (const Sip *sip)
{
    return sip->player->target_text;
}

static const char *number_of (const Sip *sip)
{
    const Identity *identity = &sip->player->identity;
    return *identity->number ? identity->number : script_of (sip)->number;
}

/* Phones without a login of their own log in as their number (reference 3.4). */
static const char *user_of (const Sip *sip)
{
    const Identity *identity = &sip->player->identity;
    return *identity->user ? identity->user : number_of (sip);
}

static guint find_register (const Sip *sip, SipRole role, guint nth)
{
    return script_find (script_of (sip), catalog_find (PROTOCOL_SIP, SIP_REGISTER), role, nth);
}

/* --- Sending
 * --------------------------------------------------------------------------------------------------------------- */

static void make_token (char token[33])
{
    for (guint i = 0; i < 4; i++)
        g_snprintf (token + 8 * i, 9, "%08x", g_random_int ());
}

static char *own_host (const Sip *sip)
{
    const PlayerSettings *settings = sip->player->settings;
    char text[IP_ADDRESS_TEXT_SIZE];

    if (settings->host)
        return g_strdup (settings->host);
    ip_address_format (&sip->player->target.address, text);
    return g_strdup_printf (sip->player->target.address.size == 16 ? "[%s]" : "%s", text);
}

static guint16 written_port (const Player *player)
{
    guint16 usual = player->settings->carrier == CARRIER_TLS ? CARRIER_SIPS_PORT : CARRIER_SIP_PORT;
    return player->target.port == usual ? 0 : player->target.port;
}

static SipRewrite describe_rewrite (Sip *sip, const char *host, const char *branch)
{
    Player *player = sip->player;

    return (SipRewrite){ .script = script_of (sip),
                         .identity = &player->identity,
                         .carrier = player->settings->carrier,
                         .local = player->local,
                         .host = host,
                         .port = written_port (player),
                         .call_id = sip->call_id,
                         .tag = sip->tag,
                         .branch = branch,
                         .token = sip->token,
                         .cseq = sip->cseq,
                         .expires = -1,
                         .date = g_get_real_time () / G_USEC_PER_SEC };
}

static guint open_exchange (Sip *sip, guint request, KindIndex kind, SipRole role)
{
    GArray *exchanges = sip->player->outcome.exchanges;
    Exchange exchange = { .kind = kind, .instance = role, .live = -1 };

    for (guint i = 0; i < exchanges->len; i++) {
        const Exchange *other = &g_array_index (exchanges, Exchange, i);
        exchange.nth += other->kind == kind && other->instance == role;
    }
    if (role == SIP_ROLE_REFRESH)
        exchange.nth = 0;
    exchange.request = request;
    exchange.recorded = script_response (script_of (sip), request);
    g_array_append_val (exchanges, exchange);
    return exchanges->len;
}

static Exchange *current_exchange (const Sip *sip)
{
    return sip->exchange ? &g_array_index (sip->player->outcome.exchanges, Exchange, sip->exchange - 1) : NULL;
}

/* The question of the recording that this one is compared with: the nth of its role. */
static guint counterpart (const Sip *sip, SipRole role)
{
    const GArray *exchanges = sip->player->outcome.exchanges;
    KindIndex kind = catalog_find (PROTOCOL_SIP, SIP_REGISTER);
    guint nth = 0;

    for (guint i = 0; i < exchanges->len && role != SIP_ROLE_REFRESH; i++) {
        const Exchange *other = &g_array_index (exchanges, Exchange, i);
        nth += other->kind == kind && other->instance == role;
    }
    guint found = find_register (sip, role, nth);
    /* script_find() gives the last one for those beyond it. */
    if (nth && found == find_register (sip, role, nth - 1))
        return SCRIPT_NONE;
    return found;
}

static void ask (Sip *sip, View recorded, SipRewrite *rewrite, guint asked, KindIndex kind, SipRole role, gint64 due)
{
    gboolean is_register = catalog_kind (kind)->id == SIP_REGISTER;
    gint64 patience = MIN (SIP_ANSWER_MAX, sip->player->settings->timeout);

    sip->asked = asked;
    sip->asks = (SipMethod) catalog_kind (kind)->id;
    sip->role = role;
    sip->exchange = open_exchange (sip, asked, kind, role);
    sip_request_send (&sip->request, sip_rewrite (recorded, rewrite), rewrite->branch,
                      is_register ? patience : MIN (patience, SIDE_PATIENCE), due);
}

static char *next_branch (Sip *sip)
{
    return g_strdup_printf ("z9hG4bK%s%u", sip->token, ++sip->branches);
}

/* What a REGISTER of that role is made of: the recorded one, or the one that is most like it. */
static View base_of (const Sip *sip, SipRole role)
{
    static const SipRole likes[N_SIP_ROLES][N_SIP_ROLES] = {
        { SIP_ROLE_FIRST, SIP_ROLE_LOGIN, SIP_ROLE_REFRESH, SIP_ROLE_SIGN_OFF },
        { SIP_ROLE_LOGIN, SIP_ROLE_FIRST, SIP_ROLE_REFRESH, SIP_ROLE_SIGN_OFF },
        { SIP_ROLE_REFRESH, SIP_ROLE_LOGIN, SIP_ROLE_FIRST, SIP_ROLE_SIGN_OFF },
        { SIP_ROLE_SIGN_OFF, SIP_ROLE_REFRESH, SIP_ROLE_LOGIN, SIP_ROLE_FIRST },
    };

    for (guint i = 0; i < N_SIP_ROLES; i++) {
        const ScriptMessage *message = script_message (script_of (sip), find_register (sip, likes[role][i], 0));
        if (message)
            return message->octets;
    }
    return script_message (script_of (sip), 0)->octets;
}

static char *make_login (Sip *sip, View recorded, SipRewrite *rewrite)
{
    g_autofree char *uri = sip_new_request_uri (recorded, rewrite);
    g_autofree char *cnonce = g_strdup_printf ("%.16s", sip->token);
    g_autoptr (GByteArray) plain = NULL;
    SipMessage message = { 0 };

    /* auth-int protects the body as it is sent. */
    if (sip->login.qop == DIGEST_QOP_AUTH_INT) {
        plain = sip_rewrite (recorded, rewrite);
        sip_parse (plain->data, plain->len, &message);
    }
    return sip_login_line (&sip->login, user_of (sip), sip->player->settings->password, "REGISTER", uri, message.body,
                           cnonce);
}

static void send_register (Sip *sip, SipRole role, gint64 due)
{
    View recorded = base_of (sip, role);
    g_autofree char *host = own_host (sip), *branch = next_branch (sip), *login = NULL;

    sip->cseq++;
    SipRewrite rewrite = describe_rewrite (sip, host, branch);
    rewrite.is_bare = role == SIP_ROLE_REFRESH || role == SIP_ROLE_SIGN_OFF;
    rewrite.expires = role == SIP_ROLE_SIGN_OFF ? 0 : sip->expires;
    if (sip->login.is_challenged) {
        login = make_login (sip, recorded, &rewrite);
        rewrite.login = login;
    }
    sip->has_asked |= role != SIP_ROLE_SIGN_OFF;
    ask (sip, recorded, &rewrite, counterpart (sip, role), catalog_find (PROTOCOL_SIP, SIP_REGISTER), role, due);
}

/* A REFER before the registration, a SUBSCRIBE behind it: in dialogues of their own. */
static void send_side (Sip *sip, guint index, gint64 due)
{
    const ScriptMessage *message = script_message (script_of (sip), index);
    g_autofree char *host = own_host (sip), *branch = next_branch (sip);
    SipRewrite rewrite = describe_rewrite (sip, host, branch);
    char token[33];
    SipMessage recorded;

    make_token (token);
    rewrite.token = token;
    sip_parse (message->octets.data, message->octets.size, &recorded);
    g_autofree char *call_id = sip_new_call_id (recorded.call_id, &rewrite);
    g_autofree char *tag = sip_new_tag (recorded.from.tag, &rewrite);
    rewrite.call_id = call_id;
    rewrite.tag = tag;
    rewrite.cseq = (guint32) recorded.cseq;
    ask (sip, message->octets, &rewrite, index, message->kind, SIP_ROLE_FIRST, due);
}

/* --- What comes next
 * ------------------------------------------------------------------------------------------------------- */

static gboolean is_register (const ScriptMessage *message)
{
    return catalog_kind (message->kind)->id == SIP_REGISTER;
}

/* The next request that a phone sends of its own accord while it registers: each REFER and SUBSCRIBE, and one REGISTER,
 * which the server's answers lead on from. */
static guint next_request (const Sip *sip)
{
    const Script *script = script_of (sip);

    for (guint i = sip->next; i < script->messages->len; i++) {
        const ScriptMessage *message = script_message (script, i);
        if (message->from_server || !catalog_kind (message->kind)->is_request)
            continue;
        if (!is_register (message) || !sip->has_asked)
            return i;
    }
    return SCRIPT_NONE;
}

/* From the last that the phone had sent or heard before it. */
static gint64 think_before (const Script *script, guint index)
{
    const ScriptMessage *message = script_message (script, index);
    gint64 before = index ? script_message (script, index - 1)->time : script->connected_after;

    return message ? MAX (0, message->time - before) : 0;
}

static void on_step (gint64 deadline, gpointer user_data)
{
    Sip *sip = user_data;
    guint index = next_request (sip);

    sip->next = index + 1;
    if (is_register (script_message (script_of (sip), index)))
        send_register (sip, SIP_ROLE_FIRST, deadline);
    else
        send_side (sip, index, deadline);
}

static void stay (Sip *sip)
{
    Player *player = sip->player;

    sip->stage = STAGE_STAYING;
    player->outcome.pushes_awaited = player->settings->stays;
    if (!player->settings->stays) {
        sign_off (sip);
        return;
    }
    player->has_settled = TRUE;
    if (player->settled)
        player->settled (player, player->user_data);
}

static void proceed (Sip *sip)
{
    if (sip->player->has_ended || sip->stage != STAGE_REGISTERING || sip_request_waits (&sip->request) ||
        agenda_is_made (&sip->step))
        return;
    guint index = next_request (sip);
    if (index == SCRIPT_NONE) {
        stay (sip);
        return;
    }
    gint64 think = player_think (sip->player, think_before (script_of (sip), index));
    agenda_make (agenda_of (sip), &sip->step, clock_now () + think, on_step, sip);
}

/* --- The end
 * --------------------------------------------------------------------------------------------------------------- */

static void sign_off (Sip *sip)
{
    agenda_cancel (&sip->step);
    agenda_cancel (&sip->refresh);
    sip_request_drop (&sip->request);
    if (!sip->has_asked) {
        player_end (sip->player, END_COMPLETE, NULL);
        return;
    }
    sip->stage = STAGE_SIGNING_OFF;
    sip->login_is_new = sip->stale_used = FALSE;
    sip->player->outcome.signed_off = TRUE;
    send_register (sip, SIP_ROLE_SIGN_OFF, -1);
}

/* Nothing is registered, so nothing has to be taken back; after a yes it has. */
static void refuse (Sip *sip, const char *sentence)
{
    const Exchange *exchange = current_exchange (sip);
    const ScriptMessage *asked = script_message (script_of (sip), sip->asked);
    const ScriptMessage *recorded = asked ? script_message (script_of (sip), asked->partner) : NULL;
    PlayerOutcome *outcome = &sip->player->outcome;

    outcome->as_recorded =
        recorded && script_of (sip)->level != LEVEL_READY && exchange && recorded->kind == exchange->answer;
    if (!sip->accepted) {
        outcome->level = LEVEL_REJECTED;
        player_end (sip->player, END_REFUSED, "%s", sentence);
        return;
    }
    player_set_end (sip->player, END_REFUSED, "%s", sentence);
    sign_off (sip);
}

static char *quote (View text, gsize max)
{
    return view_dup ((View){ text.data, MIN (text.size, max) });
}

static char *name_answer (const SipMessage *answer)
{
    g_autofree char *phrase = quote (answer->reason_phrase, 80);
    g_autofree char *warning = quote (answer->warning, 200);

    return g_strdup_printf ("%u%s%s%s%s", answer->status, *phrase ? " " : "", phrase, *warning ? ", Warning: " : "",
                            warning);
}

static void refuse_with (Sip *sip, const SipMessage *answer, const char *why)
{
    g_autofree char *name = name_answer (answer);
    g_autofree char *sentence = g_strdup_printf ("%s refuses to register %s: %s%s%s", target_of (sip), number_of (sip),
                                                 name, *why ? "; " : "", why);

    refuse (sip, sentence);
}

/* --- What the server answers
 * ----------------------------------------------------------------------------------------------- */

static void compare (Sip *sip, const SipMessage *answer)
{
    const ScriptMessage *asked = script_message (script_of (sip), sip->asked);
    const ScriptMessage *recorded = asked ? script_message (script_of (sip), asked->partner) : NULL;
    Exchange *exchange = current_exchange (sip);
    SipMessage before;

    exchange->live = clock_now () - sip->request.sent;
    exchange->repeats = sip->request.copies;
    exchange->answer = catalog_find (PROTOCOL_SIP, answer->status);
    exchange->has_answer = TRUE;
    if (!asked)
        exchange->content = CONTENT_NEW;
    else if (!recorded || !sip_parse (recorded->octets.data, recorded->octets.size, &before))
        exchange->content = CONTENT_EXTRA;
    else
        exchange->content =
            sip_compare (&before, &script_of (sip)->phone_end, answer, &sip->player->local,
                         sip->asks == SIP_REGISTER ? sip->role : N_SIP_ROLES, &exchange->detail, &exchange->fails);
    /* Not every recording goes on to the sign-off, and few phones are let in without a question. */
    gboolean accepts = answer->status / 100 == 2;
    if (!asked && accepts && (sip->role == SIP_ROLE_SIGN_OFF || sip->role == SIP_ROLE_REFRESH))
        exchange->content = CONTENT_SAME;
}

static void on_refresh (gint64 deadline, gpointer user_data)
{
    Sip *sip = user_data;

    sip->login_is_new = sip->stale_used = FALSE;
    sip->waits = 0;
    sip->player->outcome.keepalives++;
    send_register (sip, SIP_ROLE_REFRESH, deadline);
}

static void plan_refresh (Sip *sip)
{
    gint64 after = sip->granted > 2 * REFRESH_AHEAD ? (gint64) (sip->granted - REFRESH_AHEAD) * NSEC_PER_SEC
                                                    : (gint64) sip->granted * NSEC_PER_SEC / 2;

    if (sip->granted)
        agenda_make (agenda_of (sip), &sip->refresh, sip->request.sent + after, on_refresh, sip);
}

static void on_accepted (Sip *sip, const SipMessage *answer)
{
    PlayerOutcome *outcome = &sip->player->outcome;

    sip->granted = sip_granted (answer, &sip->player->local);
    if (!sip->accepted) {
        sip->accepted = TRUE;
        outcome->level = LEVEL_READY;
        outcome->accepted_after = outcome->ready_after = clock_now () - sip->player->started;
        if (sip->login.is_challenged && !sip->player->settings->password)
            outcome_remark (outcome, "no password was given, and the server took any: it only wants to know who "
                                     "registers, and verifies nothing");
    }
    if (!sip->granted)
        outcome_remark (outcome, "the server does not say how long the registration lasts, so it is not refreshed");
    plan_refresh (sip);
    proceed (sip);
}

/* The same REGISTER once more, as its role says; with credentials it is another one. */
static void on_repeat (gint64 deadline, gpointer user_data)
{
    Sip *sip = user_data;
    gboolean is_first = sip->role == SIP_ROLE_FIRST && sip->login.is_challenged;

    send_register (sip, is_first ? SIP_ROLE_LOGIN : sip->role, deadline);
}

static void repeat_after (Sip *sip, gint64 delay)
{
    agenda_make (agenda_of (sip), &sip->step, clock_now () + delay, on_repeat, sip);
}

static gint64 think_about_challenge (const Sip *sip)
{
    guint login = find_register (sip, SIP_ROLE_LOGIN, 0);

    if (sip->role != SIP_ROLE_FIRST || login == SCRIPT_NONE)
        return 0;
    return player_think (sip->player, think_before (script_of (sip), login));
}

static void on_challenge (Sip *sip, const SipMessage *answer)
{
    g_autofree char *why = NULL;

    if (!sip_login_learn (&sip->login, answer, &why)) {
        g_autofree char *clause = g_strdup_printf ("it %s", why);
        refuse_with (sip, answer, clause);
        return;
    }
    /* The challenge answers credentials that were made for it: they are wrong, unless only the nonce was too old. */
    if (sip->login_is_new && (!sip->login.stale || sip->stale_used)) {
        g_autofree char *clause =
            sip->player->settings->password
                ? g_strdup_printf ("the password of %s is not the one that it knows, or it does not know %s",
                                   user_of (sip), user_of (sip))
                : g_strdup_printf ("it wants the password of %s, and none was given (--password-file)", user_of (sip));
        refuse_with (sip, answer, clause);
        return;
    }
    sip->stale_used |= sip->login_is_new;
    sip->login_is_new = TRUE;
    repeat_after (sip, think_about_challenge (sip));
}

static void on_too_brief (Sip *sip, const SipMessage *answer)
{
    gboolean is_new =
        answer->min_expires > 0 && answer->min_expires <= EXPIRES_MAX && answer->min_expires > sip->expires;

    if (!is_new || sip->waits == WAITS_MAX) {
        refuse_with (sip, answer, "it names no time that is long enough");
        return;
    }
    sip->waits++;
    sip->expires = answer->min_expires;
    outcome_remark (&sip->player->outcome,
                    "the server wants registrations to last %u s at least, so that was asked for",
                    (guint) sip->expires);
    repeat_after (sip, 0);
}

static void on_unavailable (Sip *sip, const SipMessage *answer)
{
    if (answer->retry_after < 0 || answer->retry_after > RETRY_AFTER_MAX || sip->waits == WAITS_MAX) {
        refuse_with (sip, answer,
                     sip->waits ? "and that after it was waited for" : "it does not say when to come again");
        return;
    }
    sip->waits++;
    outcome_remark (&sip->player->outcome, "the server let the phone wait %u s (503, Retry-After)",
                    (guint) answer->retry_after);
    repeat_after (sip, answer->retry_after * NSEC_PER_SEC);
}

static void on_moved (Sip *sip, const SipMessage *answer)
{
    g_autofree char *where =
        sip_contacts_kept (answer) ? quote (answer->contacts[0].uri.text, 200) : g_strdup ("nowhere (no Contact)");
    g_autofree char *clause =
        g_strdup_printf ("it sends the phone to %s; a replay goes only where --target says", where);

    refuse_with (sip, answer, clause);
}

static void on_registered_answer (Sip *sip, const SipMessage *answer)
{
    switch (answer->status) {
    case 401:
    case 407:
        on_challenge (sip, answer);
        break;
    case 423:
        on_too_brief (sip, answer);
        break;
    case 503:
        on_unavailable (sip, answer);
        break;
    default:
        if (answer->status < 300)
            on_accepted (sip, answer);
        else if (answer->status < 400)
            on_moved (sip, answer);
        else
            refuse_with (sip, answer, "");
        break;
    }
}

static void on_signed_off (Sip *sip, const SipMessage *answer)
{
    g_autofree char *name = name_answer (answer);
    g_autofree char *why = NULL;
    gboolean is_challenge = answer->status == 401 || answer->status == 407;

    if (is_challenge && !sip->login_is_new && sip_login_learn (&sip->login, answer, &why)) {
        sip->login_is_new = TRUE;
        repeat_after (sip, 0);
        return;
    }
    if (answer->status >= 300)
        outcome_remark (&sip->player->outcome, "the sign-off was refused: %s", name);
    player_end (sip->player, END_COMPLETE, NULL);
}

static void on_answer (Sip *sip, const SipMessage *answer)
{
    gboolean is_ours = sip_request_takes (&sip->request, answer);

    if (!is_ours) {
        /* A copy of an answer that has been dealt with has a branch of ours. */
        g_autofree char *branch = view_dup (answer->via.branch);
        if (!strstr (branch, sip->token) && answer->status >= 200)
            outcome_remark (&sip->player->outcome, "the server answered a request that was never sent (another "
                                                   "branch, method or number): ignored");
        return;
    }
    if (answer->status < 200)
        return;
    compare (sip, answer);
    if (sip->asks != SIP_REGISTER)
        proceed (sip);
    else if (sip->stage == STAGE_SIGNING_OFF)
        on_signed_off (sip, answer);
    else
        on_registered_answer (sip, answer);
}

static void on_timeout (gpointer user_data)
{
    Sip *sip = user_data;
    Exchange *exchange = current_exchange (sip);
    gboolean was_heard = sip->player->has_received;
    char text[DURATION_TEXT_SIZE];

    exchange->repeats = sip->request.copies;
    exchange->content = script_response (script_of (sip), sip->asked) >= 0 ? CONTENT_MISSING : CONTENT_SAME;
    exchange->fails = sip->asks == SIP_REGISTER && exchange->content == CONTENT_MISSING;
    if (sip->stage == STAGE_SIGNING_OFF) {
        exchange->fails = FALSE;
        outcome_remark (&sip->player->outcome,
                        "the sign-off was not answered: the registration may last until it expires");
        player_end (sip->player, END_COMPLETE, NULL);
        return;
    }
    if (sip->asks != SIP_REGISTER) {
        proceed (sip);
        return;
    }
    player_set_end (sip->player, was_heard ? END_GONE : END_UNREACHABLE,
                    "%s does not answer REGISTER within %s (sent %u time%s)", target_of (sip),
                    duration_format (MIN (SIP_ANSWER_MAX, sip->player->settings->timeout), text),
                    sip->request.copies + 1, sip->request.copies ? "s" : "");
    /* It may have accepted all the same, too late: once more, without waiting. */
    sip->player->outcome.signed_off = TRUE;
    send_register (sip, SIP_ROLE_SIGN_OFF, -1);
    g_array_set_size (sip->player->outcome.exchanges, sip->exchange - 1);
    player_end (sip->player, END_COMPLETE, NULL);
}

/* --- What the server asks
 * -------------------------------------------------------------------------------------------------- */

static void count_push (PlayerOutcome *outcome, KindIndex kind, guint recorded, guint live)
{
    for (guint i = 0; i < outcome->pushes->len; i++) {
        Push *push = &g_array_index (outcome->pushes, Push, i);
        if (push->kind != kind)
            continue;
        push->recorded += recorded;
        push->live += live;
        return;
    }
    Push push = { kind, recorded, live };
    g_array_append_val (outcome->pushes, push);
}

/* A request that has come before is the server's copy of it. */
static gboolean is_known (Sip *sip, const SipMessage *request)
{
    g_autofree char *key = g_strdup_printf (
        "%.*s %" G_GINT64_FORMAT " %.*s", (int) MIN (request->call_id.size, 256), (const char *) request->call_id.data,
        request->cseq, (int) MIN (request->method_name.size, 32), (const char *) request->method_name.data);
    guint hash = g_str_hash (key);

    for (guint i = 0; i < MIN (sip->n_known, KNOWN_REQUESTS); i++)
        if (sip->known[i] == hash)
            return TRUE;
    sip->known[sip->n_known++ % KNOWN_REQUESTS] = hash;
    return FALSE;
}

/* What makes a real phone reboot ends this one's registration (reference 3.3). */
static void obey (Sip *sip, const SipMessage *request)
{
    SipServiceControl control;
    gboolean orders = request->method == SIP_NOTIFY && sip_equal (request->event, "service-control") &&
                      sip_cisco_service_control_parse (request->body, &control) &&
                      (sip_starts_with (control.action, "reset") || sip_starts_with (control.action, "restart"));

    if (!orders || sip->stage == STAGE_SIGNING_OFF)
        return;
    g_autofree char *action = quote (control.action, 40);
    player_set_end (sip->player, END_DIFFERENT, "%s told the phone to %s", target_of (sip), action);
    sign_off (sip);
}

static void on_request (Sip *sip, const SipMessage *request)
{
    g_autoptr (GByteArray) reply = request->n_vias && request->call_id.size ? sip_reply (request, sip->tag) : NULL;

    if (!reply)
        return;
    player_send (sip->player, (View){ reply->data, reply->len }, -1);
    if (is_known (sip, request))
        return;
    count_push (&sip->player->outcome, catalog_find (PROTOCOL_SIP, request->method), 0, 1);
    if (request->method == SIP_INVITE)
        outcome_remark (&sip->player->outcome, "a call came, and a replayed phone takes none: answered with 486 Busy "
                                               "Here");
    obey (sip, request);
}

/* --- The part
 * -------------------------------------------------------------------------------------------------------------- */

static void count_recorded_pushes (Sip *sip)
{
    const Script *script = script_of (sip);

    for (guint i = 0; i < script->messages->len; i++)
        if (script_is_push (script_message (script, i)))
            count_push (&sip->player->outcome, script_message (script, i)->kind, 1, 0);
}

static gpointer sip_create (Player *player)
{
    Sip *sip = g_new0 (Sip, 1);

    sip->player = player;
    sip->expires = -1;
    make_token (sip->token);
    sip_request_init (&sip->request, player, on_timeout, sip);
    count_recorded_pushes (sip);
    return sip;
}

static void sip_settle (gpointer part)
{
    Sip *sip = part;

    agenda_cancel (&sip->step);
    agenda_cancel (&sip->refresh);
    sip_request_drop (&sip->request);
}

static void sip_destroy (gpointer part)
{
    Sip *sip = part;

    sip_settle (sip);
    sip_login_clear (&sip->login);
    g_free (sip->call_id);
    g_free (sip->tag);
    g_free (sip);
}

static void sip_connected (gpointer part)
{
    Sip *sip = part;
    g_autofree char *host = own_host (sip);
    SipRewrite rewrite = describe_rewrite (sip, host, NULL);
    SipMessage recorded = { 0 };
    View first = base_of (sip, SIP_ROLE_FIRST);

    if (sip_parse (first.data, first.size, &recorded)) {
        sip->call_id = sip_new_call_id (recorded.call_id, &rewrite);
        sip->tag = sip_new_tag (recorded.from.tag, &rewrite);
        sip->cseq = (guint32) MAX (0, recorded.cseq - 1) % G_MAXINT32;
    }
    proceed (sip);
}

static void take (Sip *sip, View octets)
{
    SipMessage message;

    if (!sip_parse (octets.data, octets.size, &message))
        return;
    player_tell (sip->player, clock_now (), TRUE, octets);
    sip->player->has_received = TRUE;
    if (message.is_answer)
        on_answer (sip, &message);
    else
        on_request (sip, &message);
}

static gssize sip_received (gpointer part, View octets)
{
    Sip *sip = part;
    gsize used = 0;

    if (sip->player->settings->carrier == CARRIER_UDP) {
        take (sip, octets);
        return (gssize) octets.size;
    }
    while (!sip->player->has_ended && used < octets.size) {
        gssize size = sip_frame_length (octets.data + used, octets.size - used, TRUE);
        if (size < 0)
            return -1;
        if (size == 0)
            break;
        take (sip, (View){ octets.data + used, (gsize) size });
        used += (gsize) size;
    }
    return (gssize) used;
}

static void sip_stop (gpointer part)
{
    Sip *sip = part;

    if (sip->stage == STAGE_SIGNING_OFF)
        return;
    if (sip->stage != STAGE_STAYING)
        player_set_end (sip->player, END_INTERRUPTED, "interrupted before the registration was complete; signed off");
    sign_off (sip);
}

static gboolean sip_closed (gpointer part)
{
    Sip *sip = part;

    if (sip->stage != STAGE_SIGNING_OFF)
        return FALSE;
    player_end (sip->player, END_COMPLETE, NULL);
    return TRUE;
}

const PlayerPart player_part_sip = { sip_create, sip_destroy, sip_connected, sip_received,
                                     sip_stop,   sip_closed,  sip_settle };
