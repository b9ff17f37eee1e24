/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an answer other than success means: by its code, its headers, and what it answers. */
#include "registration/flow/flow_sip_internal.h"

#include "registration/terms/sip_refusals.h"

#include <string.h>

static gboolean mentions (View text, const char *part)
{
    g_autofree char *plain = flow_sip_text (text);
    g_autofree char *lower = g_ascii_strdown (plain, -1);
    return strstr (lower, part) != NULL;
}

/* Kamailio: 478 "Unresolvable destination"; a Warning "No DNS results for …". */
static gboolean speaks_of_names (const SipMessage *sip)
{
    return mentions (sip->warning, "dns") || mentions (sip->warning, "resolv") ||
           mentions (sip->reason_phrase, "dns") || mentions (sip->reason_phrase, "resolv");
}

static gboolean is_cucm (const SipMessage *sip)
{
    return sip_starts_with (sip->server.size ? sip->server : sip->user_agent, "Cisco-CUCM");
}

/* The usual words, or their translation: they may be in any language (RFC 3261, 7.2). */
static gboolean is_named_so (const SipMessage *sip)
{
    const KindIndex kind = catalog_find (PROTOCOL_SIP, sip->status);

    return sip_equal (sip->reason_phrase, catalog_kind (kind)->name + strlen ("400 ")) ||
           sip_phrase_is_usual (sip->status, sip->reason_phrase);
}

/* More than what RFC 3261 (21) and most servers call the code. Of a code that has no name nobody knows. */
static gboolean has_own_phrase (const SipMessage *sip)
{
    return sip->reason_phrase.size && catalog_kind (catalog_find (PROTOCOL_SIP, sip->status))->id == sip->status &&
           !is_named_so (sip);
}

/* Some servers take a code for something else, and say so. */
static gboolean means_something_else (const SipMessage *sip)
{
    g_autofree char *phrase = flow_sip_text (sip->reason_phrase);
    return !is_named_so (sip) && sip_phrase_is_another (sip->status, phrase);
}

/* The code leaves it open, and the server says more than that. */
static gboolean tells_itself (const SipMessage *sip, SipRefusal refusal)
{
    switch (refusal) {
    case SIP_REFUSAL_REQUEST:
    case SIP_REFUSAL_SERVER:
    case SIP_REFUSAL_EVERYWHERE:
    case SIP_REFUSAL_SYNTAX:
    case SIP_REFUSAL_OF_CALLS:
    case SIP_REFUSAL_ACCEPT:
    case SIP_REFUSAL_UNAVAILABLE:
    case SIP_REFUSAL_BUSY:
    case SIP_REFUSAL_DECLINED:
        return sip->warning.size || sip->reason.size || has_own_phrase (sip);
    default:
        return means_something_else (sip);
    }
}

/* "Wrong password", "bad auth", "Authentication failed". */
static gboolean blames_credentials (View words)
{
    static const char *const failures[] = { "bad", "wrong", "fail", "invalid", "incorrect", "mismatch" };

    if (mentions (words, "password") || mentions (words, "credential"))
        return TRUE;
    for (guint i = 0; mentions (words, "auth") && i < G_N_ELEMENTS (failures); i++)
        if (mentions (words, failures[i]))
            return TRUE;
    return FALSE;
}

/* "Too Many Requests" (429 and 503), "Rate limit exceeded". */
static gboolean blames_haste (View words)
{
    return mentions (words, "too many requests") || mentions (words, "too many attempts") ||
           mentions (words, "rate limit") || mentions (words, "throttl");
}

/* Why, in the server's own words, of which nobody has a list. */
static SipRefusal as_said (const SipMessage *sip, const Dialog *dialog, SipRefusal otherwise)
{
    if (blames_haste (sip->reason_phrase) || blames_haste (sip->warning))
        return SIP_REFUSAL_RATE;
    const gboolean blames = blames_credentials (sip->reason_phrase) || blames_credentials (sip->warning);
    return blames && (!dialog || (dialog->has_credentials && !dialog->has_token)) ? SIP_REFUSAL_SAID_CREDENTIALS
                                                                                  : otherwise;
}

/* What it says besides the code. */
static SipRefusal by_header (const SipMessage *sip)
{
    return sip->warning.size ? SIP_REFUSAL_BY_WARNING : sip->reason.size ? SIP_REFUSAL_BY_REASON : SIP_REFUSAL_SAID;
}

/* CUCM's words for that: they are about the device, unless it has just taken another line of it. */
static gboolean lacks_device (const SipMessage *sip, const Dialog *dialog)
{
    return (mentions (sip->warning, "device handler") || mentions (sip->warning, "device not found")) &&
           !(dialog && dialog->has_siblings);
}

static SipRefusal forbidden (const SipMessage *sip, const Dialog *dialog)
{
    if (dialog && dialog->has_no_user)
        return SIP_REFUSAL_NO_USER;
    if (lacks_device (sip, dialog))
        return SIP_REFUSAL_NO_DEVICE;
    if (dialog && dialog->was_distrusted && dialog->has_credentials && !dialog->has_token)
        return SIP_REFUSAL_AFTER_CREDENTIALS;
    if (sip->warning.size || sip->reason.size || has_own_phrase (sip))
        return as_said (sip, dialog, by_header (sip));
    /* Between the two a challenge may be missing from the capture: then nothing is said about it. */
    if (dialog && !dialog->is_cut && !flow_sip_was_challenged (dialog) && !dialog->has_credentials)
        return SIP_REFUSAL_AT_ONCE;
    if (dialog && dialog->has_token)
        return SIP_REFUSAL_OAUTH;
    return dialog && flow_sip_was_accepted (sip, dialog) ? SIP_REFUSAL_NO_LONGER : SIP_REFUSAL_CREDENTIALS;
}

/* It says that it takes REGISTER. */
static gboolean allows_register (const SipMessage *sip)
{
    return (sip->status == 405 || sip->status == 501) && sip_list_has (sip->allow, "REGISTER");
}

static SipRefusal of_register (const SipMessage *sip, const Dialog *dialog, Variant variant)
{
    if (sip->status == 401 || sip->status == 407)
        return variant == VARIANT_EMPTY ? SIP_REFUSAL_NO_CHALLENGE : SIP_REFUSAL_NONE;
    if (variant == VARIANT_BACKUP)
        return SIP_REFUSAL_STANDBY;
    if (variant == VARIANT_UNREGISTER)
        return SIP_REFUSAL_SIGN_OFF;
    if (sip->status < 500 && sip->status >= 400 && sip->head_ended && sip->to.value.size && !sip->to.uri.user.size)
        return SIP_REFUSAL_NO_ACCOUNT;
    if (sip->status >= 400 && speaks_of_names (sip))
        return SIP_REFUSAL_DOMAIN;
    if (sip->status == 403)
        return forbidden (sip, dialog);
    if (lacks_device (sip, dialog))
        return SIP_REFUSAL_NO_DEVICE;
    if (dialog && dialog->counts_back && (sip->status == 500 || mentions (sip->reason_phrase, "cseq")))
        return SIP_REFUSAL_CSEQ;
    const SipRefusal refusal = allows_register (sip) ? SIP_REFUSAL_REQUEST : sip_refusal_of_code (sip->status);
    if (tells_itself (sip, refusal))
        return as_said (sip, dialog, by_header (sip));
    if (refusal == SIP_REFUSAL_NOT_FOUND && dialog && flow_sip_was_accepted (sip, dialog))
        return SIP_REFUSAL_KNOWN_BEFORE;
    if (refusal == SIP_REFUSAL_NOT_FOUND && is_cucm (sip))
        return SIP_REFUSAL_UNKNOWN_TO_CUCM;
    return sip->status >= 500 && sip->status < 600 && is_cucm (sip) ? SIP_REFUSAL_CUCM : refusal;
}

/* An order to the phone, which nobody has to subscribe to. */
static gboolean is_order (const Note *request)
{
    return request && (request->variant == VARIANT_RESET || request->variant == VARIANT_RESTART ||
                       request->variant == VARIANT_APPLY);
}

/* Of the phone, or of the server, to what is no REGISTER. */
static SipRefusal of_request (const SipMessage *sip, const Note *request)
{
    if (sip->status == 401 || sip->status == 407)
        return SIP_REFUSAL_NONE;
    if (sip_is_for_another (sip->status))
        return SIP_REFUSAL_NOT_HEARD;
    if (sip_equal (sip->cseq_method, "OPTIONS"))
        return SIP_REFUSAL_ALIVE;
    if (sip->status == 487) /* RFC 3261, 9.2 and 15.1.2 */
        return SIP_REFUSAL_CANCELLED;
    if (!sip_equal (sip->cseq_method, "NOTIFY"))
        return SIP_REFUSAL_NONE;
    if (request && request->variant == VARIANT_HARMLESS)
        return SIP_REFUSAL_ALIVE;
    if (is_order (request))
        return SIP_REFUSAL_ORDER;
    return sip->status == 481 ? SIP_REFUSAL_UNASKED : sip->status == 489 ? SIP_REFUSAL_NO_EVENT : SIP_REFUSAL_NONE;
}

void flow_sip_explain_refusal (const SipMessage *sip, const Dialog *dialog, const Note *request, Variant variant,
                               Values *values)
{
    SipRefusal refusal = SIP_REFUSAL_NONE;

    if (sip->status < 300 || sip->status == 423)
        return;
    if (sip->status != 401 && sip->status != 407)
        flow_sip_add_text (values, VALUE_REASON, sip->reason);
    flow_sip_add_text (values, VALUE_UNSUPPORTED, sip->unsupported);
    flow_sip_add_text (values, VALUE_REQUIRED, sip->require);
    if (sip->status == 405 || sip->status == 501)
        flow_sip_add_text (values, VALUE_ALLOWED, sip->allow);
    if (variant == VARIANT_TOKEN && sip->status != 401 && sip->status != 407)
        refusal = SIP_REFUSAL_TOKEN;
    else if (sip_equal (sip->cseq_method, "REGISTER"))
        refusal = of_register (sip, request ? dialog : NULL, variant);
    else
        refusal = of_request (sip, request);
    if (refusal == SIP_REFUSAL_NONE)
        return;
    if (refusal == SIP_REFUSAL_KNOWN_BEFORE)
        values_add_word (values, VALUE_REGISTERED_BEFORE, WORD_ACCEPTED_BEFORE);
    values_add_word (values, VALUE_CAUSE, word_of_sip_refusal (refusal));
    values_add_word (values, VALUE_ADVICE, word_of_sip_refusal_fix (refusal));
}
