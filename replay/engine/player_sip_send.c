/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/engine/player_sip_internal.h"

#include "registration/terms/ports.h"

#include <string.h>

/* What is not the registration itself may fail, and is not waited for as long. */
#define SIDE_PATIENCE SECONDS (5)

static SipForms *forms_of (const Sip *sip)
{
    return sip->player->settings->forms;
}

static char *name_host (const Player *player)
{
    char text[IP_ADDRESS_TEXT_SIZE];

    if (player->settings->host)
        return g_strdup (player->settings->host);
    ip_address_format (&player->target.address, text);
    return g_strdup_printf (player->target.address.size == 16 ? "[%s]" : "%s", text);
}

static guint16 written_port (const Player *player)
{
    guint16 usual = player->settings->carrier == CARRIER_TLS ? PORT_SIPS : PORT_SIP;
    return player->target.port == usual || player_found_port (player) ? 0 : player->target.port;
}

static SipRewrite describe_rewrite (Sip *sip, const char *branch)
{
    Player *player = sip->player;

    return (SipRewrite){ .identity = &player->identity,
                         .carrier = player->settings->carrier,
                         .local = player->local,
                         .host = sip->host,
                         .port = written_port (player),
                         .call_id = sip->call_id,
                         .tag = sip->tag,
                         .branch = branch,
                         .token = sip->token,
                         .cseq = sip->cseq,
                         .expires = -1,
                         .date = g_get_real_time () / G_USEC_PER_SEC };
}

guint sip_find_register (const Sip *sip, SipRole role, guint nth)
{
    return script_find (script_of (sip->player), catalog_find (PROTOCOL_SIP, SIP_REGISTER), role, nth);
}

Exchange *sip_exchange (const Sip *sip)
{
    return outcome_exchange (&sip->player->outcome, sip->exchange);
}

/* The question of the recording that this one is compared with: the nth of its role. */
static guint counterpart (const Sip *sip, SipRole role)
{
    KindIndex kind = catalog_find (PROTOCOL_SIP, SIP_REGISTER);
    guint nth = role == SIP_ROLE_REFRESH ? 0 : outcome_count (&sip->player->outcome, kind, role);
    guint found = sip_find_register (sip, role, nth);
    /* script_find() gives the last one for those beyond it. */
    if (nth && found == sip_find_register (sip, role, nth - 1))
        return SCRIPT_NONE;
    return found;
}

static void ask (Sip *sip, View recorded, SipRewrite *rewrite, guint asked, KindIndex kind, SipRole role, gint64 due)
{
    gboolean is_register = catalog_kind (kind)->id == SIP_REGISTER;
    gint64 patience = MIN (SIP_ANSWER_MAX, sip->player->settings->timeout);

    sip->patience = player_patience (sip->player, is_register ? patience : MIN (patience, SIDE_PATIENCE));
    sip->asked = asked;
    sip->asks = (SipMethod) catalog_kind (kind)->id;
    sip->role = role;
    sip->exchange = outcome_open_exchange (&sip->player->outcome, script_of (sip->player), asked, kind, role);
    if (role == SIP_ROLE_REFRESH)
        sip_exchange (sip)->nth = 0;
    sip_request_send (&sip->request, sip_rewrite (forms_of (sip), recorded, rewrite), rewrite->branch, rewrite->cseq,
                      sip->patience, due);
}

static const char *next_branch (Sip *sip, char branch[SIP_BRANCH_SIZE])
{
    char digits[SIP_BRANCH_SIZE], *digit = digits + sizeof digits - 1;
    guint number = ++sip->branches;

    *digit = '\0';
    do
        *--digit = (char) ('0' + number % 10);
    while (number /= 10);
    strcpy (stpcpy (stpcpy (branch, "z9hG4bK"), sip->token), digit);
    return branch;
}

/* What a REGISTER of that role is made of: the recorded one, or the one that is most like it; an index of the script.
 */
static guint base_of (const Sip *sip, SipRole role)
{
    static const SipRole likes[SIP_ROLE_SIGN_OFF][N_SIP_ROLES] = {
        { SIP_ROLE_FIRST, SIP_ROLE_LOGIN, SIP_ROLE_REFRESH, SIP_ROLE_SIGN_OFF },
        { SIP_ROLE_LOGIN, SIP_ROLE_FIRST, SIP_ROLE_REFRESH, SIP_ROLE_SIGN_OFF },
        { SIP_ROLE_REFRESH, SIP_ROLE_LOGIN, SIP_ROLE_FIRST, SIP_ROLE_SIGN_OFF },
    };

    for (guint i = 0; i < N_SIP_ROLES; i++) {
        guint index = sip_find_register (sip, likes[role][i], 0);
        if (index != SCRIPT_NONE)
            return index;
    }
    return 0;
}

/* Borrowed, until the next one. */
static const char *make_login (Sip *sip, View recorded, SipRewrite *rewrite)
{
    const char *uri = sip_new_request_uri (forms_of (sip), recorded, rewrite);
    GString *line = sip_forms_login (forms_of (sip));
    char cnonce[17] = "";
    g_autoptr (GByteArray) plain = NULL;
    SipMessage message = { 0 };

    /* auth-int protects the body as it is sent. */
    if (sip->login.qop == DIGEST_QOP_AUTH_INT) {
        plain = sip_rewrite (forms_of (sip), recorded, rewrite);
        sip_parse (plain->data, plain->len, &message);
    }
    memcpy (cnonce, sip->token, sizeof cnonce - 1);
    g_string_truncate (line, 0);
    sip_login_line (&sip->login, user_of (sip), sip->player->settings->password, "REGISTER", uri, message.body, cnonce,
                    line);
    return line->str;
}

/* base: index of the message that it is made of; asked: of the one that it stands for, or SCRIPT_NONE. */
static void send_register (Sip *sip, guint base, guint asked, SipRole role, gint64 due)
{
    View recorded = script_message (script_of (sip->player), base)->octets;
    char branch[SIP_BRANCH_SIZE];

    sip->cseq++;
    SipRewrite rewrite = describe_rewrite (sip, next_branch (sip, branch));
    rewrite.is_bare = role == SIP_ROLE_REFRESH || role == SIP_ROLE_SIGN_OFF;
    rewrite.expires = role == SIP_ROLE_SIGN_OFF ? 0 : sip->expires;
    if (sip->login.is_challenged)
        rewrite.login = make_login (sip, recorded, &rewrite);
    ask (sip, recorded, &rewrite, asked, catalog_find (PROTOCOL_SIP, SIP_REGISTER), role, due);
}

void sip_send_register (Sip *sip, SipRole role, gint64 due)
{
    sip->has_asked = TRUE;
    sip->base = base_of (sip, role);
    send_register (sip, sip->base, counterpart (sip, role), role, due);
}

void sip_send_sign_off (Sip *sip)
{
    const guint bound = sip->n_bound ? sip->bound[MIN (sip->n_taken_back, sip->n_bound - 1)] : sip->base;
    const guint recorded = script_message (script_of (sip->player), bound)->taken_back_by;

    send_register (sip, recorded == SCRIPT_NONE ? bound : recorded, recorded, SIP_ROLE_SIGN_OFF, -1);
}

/* A REFER before the registration, a SUBSCRIBE behind it: in dialogues of their own. */
void sip_send_side (Sip *sip, guint index, gint64 due)
{
    const ScriptMessage *message = script_message (script_of (sip->player), index);
    char branch[SIP_BRANCH_SIZE];
    SipRewrite rewrite = describe_rewrite (sip, next_branch (sip, branch));
    char token[SIP_TOKEN_SIZE];
    const SipMessage *recorded = sip_forms_message (forms_of (sip), message->octets);

    sip_token_make (token);
    rewrite.token = token;
    g_autofree char *call_id = sip_new_call_id (script_of (sip->player), recorded->call_id, &rewrite);
    g_autofree char *tag = sip_new_tag (script_of (sip->player), sip_tag (&recorded->from), &rewrite);
    rewrite.call_id = call_id;
    rewrite.tag = tag;
    rewrite.cseq = (guint32) recorded->cseq;
    ask (sip, message->octets, &rewrite, index, message->kind, SIP_ROLE_FIRST, due);
}

void sip_begin_dialogue (Sip *sip)
{
    const ScriptMessage *first = script_message (script_of (sip->player), base_of (sip, SIP_ROLE_FIRST));
    const SipMessage *recorded = sip_forms_message (forms_of (sip), first->octets);

    sip->host = name_host (sip->player);
    if (!recorded)
        return;
    SipRewrite rewrite = describe_rewrite (sip, NULL);
    sip->call_id = sip_new_call_id (script_of (sip->player), recorded->call_id, &rewrite);
    sip->tag = sip_new_tag (script_of (sip->player), sip_tag (&recorded->from), &rewrite);
    sip->cseq = (guint32) MAX (0, recorded->cseq - 1) % G_MAXINT32;
}
