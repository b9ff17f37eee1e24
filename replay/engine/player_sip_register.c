/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/engine/player_sip_internal.h"

#include "replay/duration.h"
#include "replay/engine/compare_sip.h"
#include "replay/script/sip_contacts.h"

/* How often a server may send the phone away to come again later; for how long, --timeout says. */
#define WAITS_MAX 3
/* How long before the end of a registration it is refreshed (reference 2.5). */
#define REFRESH_AHEAD 5
/* A Min-Expires beyond this is no sensible one. */
#define EXPIRES_MAX (30 * 24 * 3600)

void sip_sign_off (Sip *sip)
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
    sip_send_sign_off (sip);
}

void sip_end_sign_off (Sip *sip, SignOff how, const char *why)
{
    PlayerOutcome *outcome = &sip->player->outcome;

    outcome->sign_off = how;
    if (how == SIGN_OFF_DONE)
        outcome_append (outcome, "; signed off");
    else
        outcome_remark (outcome, "%s%s", why, sip->accepted ? ": the phone may be registered until that runs out" : "");
    player_end (sip->player, END_COMPLETE, NULL);
}

/* Nothing is registered, so nothing has to be taken back; after a yes it has. */
static void refuse (Sip *sip, const char *sentence)
{
    const Exchange *exchange = sip_exchange (sip);
    const ScriptMessage *recorded = script_partner (script_of (sip->player), sip->asked);
    PlayerOutcome *outcome = &sip->player->outcome;

    outcome->as_recorded =
        recorded && script_of (sip->player)->level != LEVEL_READY && exchange && recorded->kind == exchange->answer;
    if (!sip->accepted) {
        outcome->level = LEVEL_REJECTED;
        player_end (sip->player, END_REFUSED, "%s", sentence);
        return;
    }
    player_set_end (sip->player, END_REFUSED, "%s", sentence);
    sip_sign_off (sip);
}

static char *name_answer (const SipMessage *answer)
{
    g_autofree char *phrase = sip_quote (answer->reason_phrase, 80);
    g_autofree char *warning = sip_quote (answer->warning, 200);

    return g_strdup_printf ("%u%s%s%s%s", answer->status, *phrase ? " " : "", phrase, *warning ? ", Warning: " : "",
                            warning);
}

static void refuse_with (Sip *sip, const SipMessage *answer, const char *why)
{
    g_autofree char *name = name_answer (answer);
    g_autofree char *sentence = g_strdup_printf ("%s refuses to register %s: %s%s%s", target_of (sip->player),
                                                 number_of (sip), name, *why ? "; " : "", why);

    refuse (sip, sentence);
}

static void on_refresh (gint64 deadline, gpointer user_data)
{
    Sip *sip = user_data;

    sip->login_is_new = sip->stale_used = FALSE;
    sip->waits = 0;
    sip->player->outcome.keepalives++;
    sip_send_register (sip, SIP_ROLE_REFRESH, deadline);
}

static void plan_refresh (Sip *sip)
{
    gint64 after = sip->granted > 2 * REFRESH_AHEAD ? (gint64) (sip->granted - REFRESH_AHEAD) * SECOND
                                                    : SECONDS (sip->granted) / 2;

    if (sip->granted)
        agenda_make (agenda_of (sip->player), &sip->refresh, sip->request.sent + after, on_refresh, sip);
}

static guint count_bound (const Sip *sip, const SipMessage *answer)
{
    return sip_contacts_count_bound (sip_forms_contacts (sip->player->settings->forms), answer, &sip->player->local);
}

/* Registrars may keep fewer than they are asked to; one that knows the phone by another address says nothing here. */
static void compare_count (Sip *sip, const SipMessage *answer)
{
    const View base = script_message (script_of (sip->player), sip->base)->octets;
    const SipMessage *asked = sip_forms_message (sip->player->settings->forms, base);
    const guint bound = count_bound (sip, answer);
    guint wanted = 0;

    for (guint i = 0; asked && i < sip_contacts_kept (asked); i++)
        wanted += asked->contacts[i].expires != 0;
    if (bound && bound < wanted && answer->n_contacts == sip_contacts_kept (answer))
        outcome_remark (&sip->player->outcome, "the phone names %u contacts, and the server lists %u of them", wanted,
                        bound);
}

static void keep_bound (Sip *sip)
{
    for (guint i = 0; i < sip->n_bound; i++)
        if (script_message (script_of (sip->player), sip->bound[i])->binds_as ==
            script_message (script_of (sip->player), sip->base)->binds_as)
            return;
    if (sip->n_bound < SIP_BOUND_MAX)
        sip->bound[sip->n_bound++] = sip->base;
}

static void on_accepted (Sip *sip, const SipMessage *answer)
{
    PlayerOutcome *outcome = &sip->player->outcome;
    const gint64 granted = sip_granted (answer, &sip->player->local);

    if (granted == 0) {
        refuse_with (sip, answer, "but for 0 s: nothing is registered");
        return;
    }
    keep_bound (sip);
    sip->granted = (guint) MAX (0, granted);
    if (!sip->accepted) {
        sip->accepted = TRUE;
        compare_count (sip, answer);
        outcome->level = LEVEL_READY;
        outcome->accepted_after = outcome->ready_after = clock_heard ().time - sip->player->started;
        outcome->accepted_own = outcome->ready_own = sip->player->own_wait;
        if (sip->login.is_challenged && !sip->player->settings->password)
            outcome_remark (outcome, "no password was given, and the server took any: it only wants to know who "
                                     "registers, and verifies nothing");
    }
    if (!sip->granted)
        outcome_remark (outcome, "the server does not say how long the registration lasts, so it is not refreshed");
    plan_refresh (sip);
    if (sip->role == SIP_ROLE_REFRESH && outcome_fold (outcome))
        sip->exchange = 0;
    sip_proceed (sip);
}

static gint64 think_about_challenge (const Sip *sip)
{
    guint login = sip_find_register (sip, SIP_ROLE_LOGIN, 0);

    if (sip->role != SIP_ROLE_FIRST || login == SCRIPT_NONE)
        return 0;
    return player_think (sip->player, sip_think_before (script_of (sip->player), login));
}

/* The same REGISTER once more, as its role says; with credentials it is another one. */
static void on_repeat (gint64 deadline, gpointer user_data)
{
    Sip *sip = user_data;
    gboolean is_first = sip->role == SIP_ROLE_FIRST && sip->login.is_challenged;

    if (is_first && !sip->let_wait)
        player_count_wait (sip->player, deadline - think_about_challenge (sip));
    if (sip->let_wait)
        outcome_remark (&sip->player->outcome, "the server let the phone wait %u s (503, Retry-After)", sip->let_wait);
    sip->let_wait = 0;
    if (sip->role == SIP_ROLE_SIGN_OFF)
        sip_send_sign_off (sip);
    else
        sip_send_register (sip, is_first ? SIP_ROLE_LOGIN : sip->role, deadline);
}

static void repeat_after (Sip *sip, gint64 delay)
{
    agenda_make (agenda_of (sip->player), &sip->step, clock_now () + delay, on_repeat, sip);
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
            sip->login.stale
                ? g_strdup ("it calls the nonce of each answer too old (stale=true), which says that the password is "
                            "right (RFC 7616, 3.3), and accepts none")
            : sip->player->settings->password
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

    if (!is_new) {
        refuse_with (sip, answer, "it names no time that is long enough");
        return;
    }
    if (sip->waits == WAITS_MAX) {
        g_autofree char *clause = g_strdup_printf (
            "it wants a longer time again, after %u s had been asked for as it wanted", (guint) sip->expires);
        refuse_with (sip, answer, clause);
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
    const gint64 timeout = sip->player->settings->timeout;
    g_autofree char *name = name_answer (answer);
    char text[DURATION_TEXT_SIZE];

    if (!sip->accepted && player_try_next (sip->player, "%s answers %s", target_of (sip->player), name))
        return;
    if (answer->retry_after < 0 || sip->waits == WAITS_MAX) {
        refuse_with (sip, answer,
                     sip->waits ? "and that after it was waited for" : "it does not say when to come again");
        return;
    }
    if (answer->retry_after > timeout / SECOND) {
        g_autofree char *clause =
            g_strdup_printf ("it lets the phone wait for %" G_GINT64_FORMAT " s, longer than --timeout (%s)",
                             answer->retry_after, duration_format (timeout, text));
        refuse_with (sip, answer, clause);
        return;
    }
    sip->waits++;
    sip->let_wait = (guint) answer->retry_after;
    repeat_after (sip, answer->retry_after * SECOND);
}

static void on_moved (Sip *sip, const SipMessage *answer)
{
    g_autofree char *where =
        sip_contacts_kept (answer) ? sip_quote (answer->contacts[0].uri.text, 200) : g_strdup ("nowhere (no Contact)");
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
            refuse_with (sip, answer,
                         sip->login.is_challenged && !sip->player->settings->password
                             ? "it had asked for a password, and none was given (--password-file)"
                             : "");
        break;
    }
}

static void on_signed_off (Sip *sip, const SipMessage *answer)
{
    g_autofree char *why = NULL;
    gboolean is_challenge = answer->status == 401 || answer->status == 407;

    if (is_challenge && !sip->login_is_new && sip_login_learn (&sip->login, answer, &why)) {
        sip->login_is_new = TRUE;
        repeat_after (sip, 0);
        return;
    }
    if (answer->status >= 300) {
        g_autofree char *name = name_answer (answer);
        g_autofree char *refused = g_strdup_printf ("the sign-off was refused: %s", name);
        sip_end_sign_off (sip, SIGN_OFF_REFUSED, refused);
        return;
    }
    if (++sip->n_taken_back < sip->n_bound) {
        sip_send_sign_off (sip);
        return;
    }
    if (count_bound (sip, answer))
        sip_end_sign_off (sip, SIGN_OFF_KEPT, "the server agrees to the sign-off, and lists the phone's contact still");
    else
        sip_end_sign_off (sip, SIGN_OFF_DONE, NULL);
}

void sip_on_register_answer (Sip *sip, const SipMessage *answer)
{
    if (sip->stage == STAGE_SIGNING_OFF)
        on_signed_off (sip, answer);
    else
        on_registered_answer (sip, answer);
}
