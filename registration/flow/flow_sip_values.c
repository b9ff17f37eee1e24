/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What SIP messages say, as values of their notes. */
#include "registration/flow/flow_sip_internal.h"

#include "registration/terms/models.h"
#include "registration/terms/sip_refusals.h"
#include "registration/wire/times.h"

#include <string.h>

char *flow_sip_text (View view)
{
    char buffer[VALUES_TEXT_MAX + 1];

    sip_text (view, buffer, sizeof buffer);
    return g_strdup (buffer);
}

void flow_sip_add_text (Values *values, ValueKey key, View view)
{
    char buffer[VALUES_TEXT_MAX + 1];

    if (view.size)
        values_add_text (values, key, buffer, (gssize) sip_text (view, buffer, sizeof buffer));
}

/* Those that are to be kept: what names no time more is taken back. */
static guint n_wanted_contacts (const SipMessage *sip)
{
    guint n = sip->n_contacts;

    for (guint i = 0; i < sip_contacts_kept (sip); i++)
        n -= sip_contact_expires (sip, &sip->contacts[i]) == 0;
    return n;
}

static void describe_identity (const SipMessage *sip, Values *values)
{
    const SipContact *contact = sip_wanted_contact (sip);
    View model_name_view = { 0 }, version = { 0 };
    guint32 model;

    flow_sip_add_text (values, VALUE_NUMBER, sip->to.uri.user);
    flow_sip_add_text (values, VALUE_AGENT, sip->user_agent);
    if (sip_cisco_model (sip, &model) && model_name (model))
        values_add_text (values, VALUE_MODEL, model_name (model), -1);
    else if (sip_cisco_phone_agent (sip->user_agent, &model_name_view, &version))
        values_add_view (values, VALUE_MODEL, model_name_view);
    if (contact)
        flow_sip_add_contact (sip, contact, values);
    if (n_wanted_contacts (sip) > 1)
        values_add_number (values, VALUE_COUNT, n_wanted_contacts (sip));
}

/* Looks like CUCM: it says so, or challenges with the realm that CUCM has unless somebody changed it. */
static gboolean is_cucm_realm (View realm)
{
    return sip_equal (realm, "ccmsipline");
}

/* asked_without: the REGISTER before had none, and what came between them is not in the capture. */
static Variant describe_credentials (Flow *flow, const SipMessage *sip, const Frame *frame, Dialog *dialog,
                                     gboolean asked_without, Values *values)
{
    const SipAnswered answered = flow_sip_answer_challenge (flow, sip, frame, dialog);
    const SipCredentials *credentials = &answered.first;
    const gboolean is_token = answered.has_credentials && credentials->scheme == SIP_SCHEME_BEARER;

    dialog->checked = DIGEST_UNCHECKED;
    dialog->has_credentials = answered.has_credentials;
    dialog->has_token = is_token;
    dialog->sides = answered.sides;
    dialog->has_no_user = FALSE;
    if (!answered.has_credentials)
        return VARIANT_NONE;
    dialog->has_no_user = credentials->scheme == SIP_SCHEME_DIGEST && !credentials->username.size;
    flow_sip_add_text (values, VALUE_USER, credentials->username);
    flow_sip_add_text (values, VALUE_REALM, credentials->realm);
    flow_sip_add_text (values, VALUE_ALGORITHM, credentials->algorithm_name);
    dialog->checked = passwords_check (flow->passwords, credentials, sip->method_name, sip->body,
                                       dialog->asked[answered.by].misfit == OTHER_REALM, sip->to.uri.user);
    if (dialog->checked)
        values_add_word (values, VALUE_CHECKED, word_of_check (dialog->checked));
    else if (dialog->has_no_user)
        values_add_word (values, VALUE_CHECKED, WORD_ANSWER_NO_USER);
    /* No number binds a token to its challenge, and none is needed. */
    const gboolean in_advance = is_token ? !dialog->wants_token : !answered.fits_a_challenge;
    if (is_token)
        values_add_word (values, in_advance ? VALUE_CAUSE : VALUE_CHECKED, WORD_ANSWER_TOKEN);
    if (in_advance && !asked_without)
        return VARIANT_ADVANCE;
    return is_cucm_realm (credentials->realm) && !sip_cisco_is_phone (sip) ? VARIANT_IDENTIFIED : VARIANT_ANSWERED;
}

/* --- Addresses and clocks */

static void add_difference (const IpAddress *own, const IpAddress *source, Values *values)
{
    values_add_address (values, VALUE_OWN_ADDRESS, own);
    values_add_address (values, VALUE_SOURCE, source);
}

/* What a phone calls its own address, against where its packet comes from (reference 5.7, G1 and G2). A request that a
 * proxy has passed on comes from the proxy. */
static void compare_addresses (const SipMessage *sip, const Frame *frame, const Phone *phone, Values *values)
{
    const IpAddress *source = &frame->source.address;
    IpAddress contact, via;

    if (sip->n_vias != 1)
        return;
    const SipContact *own = sip_wanted_contact (sip);
    /* What it takes back may be where it was before. */
    const gboolean has_contact =
        own && sip_contact_expires (sip, own) != 0 && flow_sip_read_host (own->uri.host, &contact);
    gboolean has_via = flow_sip_read_host (sip->via.host, &via);
    if (has_contact && !ip_address_equal (&contact, source))
        add_difference (&contact, source, values);
    else if (has_via && !ip_address_equal (&via, source))
        add_difference (&via, source, values);
    /* One of them fits: somebody has changed it on the way, unless the phone has been told, here or before. */
    if (flow_sip_counts_from_start (sip) && has_contact && has_via && !phone->knows_outside &&
        ip_address_equal (&contact, source) && !ip_address_equal (&via, source))
        flow_sip_add_text (values, VALUE_VIA, sip->via.host);
}

gboolean flow_sip_tells_source (const SipMessage *answer)
{
    return answer->via.received.size || answer->via.rport;
}

/* The server sees another address than the phone has written into its Via. */
static void compare_received (const SipMessage *sip, Values *values)
{
    IpAddress own, received;

    if (sip->n_vias == 1 && flow_sip_read_host (sip->via.host, &own) &&
        flow_sip_read_host (sip->via.received, &received) && !ip_address_equal (&own, &received))
        add_difference (&own, &received, values);
}

/* Beyond this a date is nonsense, and differences overflow. */
#define DATE_MAX (G_GINT64_CONSTANT (4102444800)) /* the year 2100 */

static gboolean read_date (const SipMessage *sip, gint64 *ret_seconds)
{
    return sip->date.size && sip_date (sip->date, ret_seconds) && ABS (*ret_seconds) < DATE_MAX;
}

static void add_time (Values *values, ValueKey key, gint64 seconds)
{
    g_autoptr (GDateTime) moment = g_date_time_new_from_unix_utc (seconds);
    g_autofree char *text = moment ? g_date_time_format (moment, "%Y-%m-%d %H:%M:%S UTC") : NULL;

    if (text)
        values_add_text (values, key, text, -1);
}

/* Many phones without a battery begin to count here or in 1980 when they boot. */
#define YEAR_2000 (G_GINT64_CONSTANT (946684800))

/* Clocks of phone and server, by what both have written into one exchange (reference 5.7, G3). While the server
 * answered the phone's has gone on, at most for as long as the capture says, whose own clock may have been set
 * meanwhile. */
static void compare_clocks (const SipMessage *sip, const Frame *frame, const Dialog *dialog, Values *values)
{
    const gint64 went_on = MAX (0, frame->time - dialog->date_time) / SECOND;
    gint64 phone = dialog->date, server;

    /* The phone has not told the time: how far the server's is from that of the capture. */
    if (!dialog->has_date && read_date (sip, &server))
        values_add_number (values, VALUE_SKEW, (guint64) ABS (server * SECOND - frame->time));
    if (!dialog->has_date)
        return;
    if (read_date (sip, &server)) {
        phone = CLAMP (server, phone, phone + went_on);
        values_add_number (values, VALUE_SKEW, (guint64) (ABS (server - phone) * SECOND));
        add_time (values, VALUE_SERVER_TIME, server);
        add_time (values, VALUE_PHONE_TIME, phone);
    } else if (phone < YEAR_2000) {
        add_time (values, VALUE_PHONE_TIME, phone);
    }
}

static void describe_alarm_reason (const SipMessage *sip, Values *values)
{
    SipCiscoAlarm alarm;

    if (!sip_cisco_alarm_parse (sip->reason_text, &alarm))
        return;
    values_add_view (values, VALUE_LOAD, alarm.load);
    if (alarm.last.size == 0)
        return;
    values_add_view (values, VALUE_REASON, alarm.last);
    const AlarmText text = { .has_number = TRUE, .number = alarm.number, .last = alarm.last };
    values_add_word (values, VALUE_CAUSE, word_of_outage (alarm_text_cause (&text)));
}

/* A server may say, in whole seconds, when it wants to be asked again (RFC 3261, 20.33). A phone may count them from
 * when it has asked. */
static void look_for_haste (const Frame *frame, Dialog *dialog, Values *values)
{
    const SipLine *line = dialog->line;
    const gint64 waited = frame->time - line->told;

    dialog->hastens = 0;
    if (!line->wait || line->waits_at != dialog->server || waited < 0 || (waited + SECOND / 2) / SECOND >= line->wait)
        return;
    dialog->hastens = waited;
    values_add_number (values, VALUE_SECONDS, (guint64) line->wait);
    values_add_number (values, VALUE_INTERVAL, (guint64) waited);
}

static void keep_wait (const SipMessage *sip, const Frame *frame, const Dialog *dialog, Values *values)
{
    SipLine *line = dialog->line;

    if (sip->status < 200 || !line)
        return;
    line->wait = sip->status >= 300 ? MAX (sip->retry_after, 0) : 0;
    line->waits_at = dialog->server;
    line->told = frame->time;
    if (sip->status >= 400 && dialog->hastens)
        values_add_number (values, VALUE_INTERVAL, (guint64) dialog->hastens);
}

/* Of REGISTERs that are no first ones, and of their answers. */
static Variant variant_of_register (SipRegisterKind kind)
{
    switch (kind) {
    case SIP_REGISTER_UNREGISTER:
        return VARIANT_UNREGISTER;
    case SIP_REGISTER_STANDBY:
        return VARIANT_BACKUP;
    case SIP_REGISTER_QUERY:
        return VARIANT_EMPTY;
    case SIP_REGISTER_REFRESH:
        return VARIANT_REFRESH;
    default:
        return VARIANT_NONE;
    }
}

/* The latest REGISTER: it may be a sign-off. */
static gboolean says_not_how_long (const Dialog *dialog)
{
    return dialog->is_cut && dialog->asks < 0;
}

Variant flow_sip_describe_register (Flow *flow, const SipMessage *sip, const Frame *frame, Dialog *dialog,
                                    Values *values)
{
    const Phone *phone = phones_get (flow->phones, dialog->phone);
    const gboolean asked_without = dialog->date_time && !dialog->has_credentials && !flow_sip_was_challenged (dialog);
    Variant credentials = describe_credentials (flow, sip, frame, dialog, asked_without, values);

    dialog->has_date = read_date (sip, &dialog->date);
    dialog->date_time = frame->time;
    flow_sip_keep_binding (sip, frame, dialog);
    dialog->is_cut = !sip->head_ended;
    compare_addresses (sip, frame, phone, values);

    dialog->answers = credentials == VARIANT_ANSWERED || credentials == VARIANT_IDENTIFIED;
    describe_identity (sip, values);
    describe_alarm_reason (sip, values);
    /* With Contact * only Expires 0 is valid (RFC 3261, 10.2.2). */
    if (sip->contact_wildcard && sip->expires > 0)
        values_add_number (values, VALUE_OFFERED, (guint64) sip->expires);
    if (sip->body_cut && !flow_is_cut (frame) && !flow->is_over) {
        if (sip->content_length < G_MAXUINT32) /* more is not kept */
            values_add_number (values, VALUE_CONTENT_LENGTH, (guint64) sip->content_length);
        values_add_number (values, VALUE_SIZE, sip->body.size);
    }
    const SipLine *line = dialog->line;
    dialog->asks = flow_sip_asked_expires (sip);
    dialog->was_told = line->least && line->least_at == dialog->server && dialog->asks > 0;
    dialog->asks_too_little = dialog->was_told && dialog->asks < line->least;
    if (dialog->asks >= 0)
        values_add_number (values, VALUE_EXPIRES, (guint64) dialog->asks);
    look_for_haste (frame, dialog, values);
    Variant goes_on = dialog->removes_others ? VARIANT_OTHERS : variant_of_register (dialog->latest);
    if (says_not_how_long (dialog) && flow_is_cut (frame) && !dialog->answers &&
        (goes_on == VARIANT_NONE || goes_on == VARIANT_REFRESH))
        return VARIANT_CUT;
    if (goes_on == VARIANT_REFRESH && flow_sip_has_moved (dialog))
        return VARIANT_MOVED;
    if (goes_on != VARIANT_NONE)
        return goes_on;
    if (credentials != VARIANT_NONE)
        return credentials;
    return sip_cisco_is_phone (sip) ? VARIANT_CISCO : VARIANT_NONE;
}

static gboolean contains (View text, const char *part)
{
    return text.size && g_strstr_len ((const char *) text.data, (gssize) text.size, part);
}

/* The package, whatever parameters stand behind it. */
static gboolean is_event (View event, const char *package)
{
    const gsize size = strlen (package);
    return sip_starts_with (event, package) && (event.size == size || strchr ("; \t", event.data[size]));
}

static Variant ordered (Variant order, Values *values)
{
    values_add_word (values, VALUE_WHAT, order == VARIANT_RESET ? WORD_RESET_ORDER : WORD_RESTART_ORDER);
    return order;
}

/* Why the subscription ends (RFC 6665, 4.1.3). Without a reason it may be that of a notice which nobody has subscribed
 * to, as Asterisk sends them. */
static void add_end (const SipMessage *sip, Values *values)
{
    View reason;

    if (sip_starts_with (sip->subscription_state, "terminated") &&
        sip_param (sip->subscription_state, "reason", &reason))
        flow_sip_add_text (values, VALUE_REASON, reason);
}

Variant flow_sip_describe_notify (const SipMessage *sip, Values *values)
{
    SipServiceControl control;
    gboolean waiting;

    flow_sip_add_text (values, VALUE_EVENT, sip->event);
    if (sip_cisco_service_control_parse (sip->body, &control)) {
        values_add_view (values, VALUE_ACTION, control.action);
        if (sip_equal (control.action, "reset"))
            return ordered (VARIANT_RESET, values);
        if (sip_equal (control.action, "check-version") || sip_equal (control.action, "apply-config"))
            return VARIANT_APPLY;
        return sip_equal (control.action, "restart") ? ordered (VARIANT_RESTART, values) : VARIANT_NONE;
    }
    /* Other makes: check-sync, with or without ";reboot=true", as Sipura, Polycom, Yealink and snom have it; reboot_now
     * and restart_now, a cold and a warm start, as those that came from Sipura have (Linksys, Cisco SPA, multiplatform
     * phones). */
    if (is_event (sip->event, "reboot") || is_event (sip->event, "reboot_now") ||
        (is_event (sip->event, "check-sync") && contains (sip->event, "reboot=true")))
        return ordered (VARIANT_RESET, values);
    if (is_event (sip->event, "restart_now"))
        return ordered (VARIANT_RESTART, values);
    if (is_event (sip->event, "check-sync") || is_event (sip->event, "resync"))
        return VARIANT_APPLY;
    /* Sipura's way to keep a NAT open, and that of all phones that came from there. */
    if (is_event (sip->event, "keep-alive"))
        return VARIANT_HARMLESS;
    if (is_event (sip->event, "refer"))
        return VARIANT_OTHERS;
    add_end (sip, values);
    if (is_event (sip->event, "reg"))
        return flow_sip_describe_registrar (sip, values);
    if (!sip_message_summary_parse (sip->body, &waiting))
        return VARIANT_NONE;
    values_add_word (values, VALUE_MODE, waiting ? WORD_ON : WORD_OFF);
    return VARIANT_FINISH;
}

Variant flow_sip_describe_subscription (const SipMessage *sip, Values *values)
{
    flow_sip_add_text (values, VALUE_EVENT, sip->event);
    return sip->expires == 0 ? VARIANT_UNREGISTER : VARIANT_NONE;
}

Variant flow_sip_describe_refer (const SipMessage *sip, gboolean from_phone, Values *values)
{
    /* A reference into the body says nothing to a reader, and the URI of somebody may hold a password. */
    if (!contains (sip->refer_to, "cid:") && !contains (sip->refer_to, "@"))
        flow_sip_add_text (values, VALUE_EVENT, sip->refer_to);
    if (contains (sip->refer_to, "token-registration"))
        return VARIANT_TOKEN;
    if (sip_cisco_content (sip) == SIP_CONTENT_ALARM)
        return VARIANT_ALARM;
    return from_phone ? VARIANT_PHONE : VARIANT_SERVER;
}

/* A bare 403 says nothing of what the credentials are that it refuses. */
static void add_misfit (const SipMessage *sip, const Dialog *dialog, Values *values)
{
    static const struct {
        Word says, fix;
    } words[] = {
        [OTHER_REALM] = { WORD_ANSWER_REALM, WORD_ANSWER_REALM_FIX },
        [OTHER_QOP] = { WORD_ANSWER_QOP, WORD_ANSWER_QOP_FIX },
        [OTHER_URI] = { WORD_ANSWER_URI, WORD_ANSWER_URI_FIX },
        [OTHER_HEADER] = { WORD_ANSWER_HEADER, WORD_ANSWER_HEADER_FIX },
    };
    const SipAsked *asked = &dialog->asked[BY_REGISTRAR];

    if (sip->status != 403 || sip->warning.size || sip->reason.size || !sip_equal (sip->reason_phrase, "Forbidden") ||
        !asked->is_answered || asked->misfit == FITS || asked->misfit == OTHER_ALGORITHM ||
        asked->misfit == OTHER_NONCE)
        return;
    values_add_word (values, VALUE_CHECKED, words[asked->misfit].says);
    values_add_word (values, VALUE_ADVICE, words[asked->misfit].fix);
}

/* A refusal, and what the challenge or the password file says about the response that it refuses. */
static void add_check (const SipMessage *sip, const Dialog *dialog, Values *values)
{
    if (sip->status < 400 || !dialog->has_credentials)
        return;
    if (dialog->checked == DIGEST_UNCHECKED) {
        add_misfit (sip, dialog, values);
        return;
    }
    values_add_word (values, VALUE_CHECKED, word_of_check (dialog->checked));
    values_add_word (values, VALUE_ADVICE, word_of_check_fix (dialog->checked));
}

/* What was asked for is not what a registration needs. */
static Variant variant_of_refusal (SipRegisterKind latest)
{
    return latest == SIP_REGISTER_UNREGISTER ? VARIANT_UNREGISTER
           : latest == SIP_REGISTER_STANDBY  ? VARIANT_BACKUP
                                             : VARIANT_NONE;
}

/* The server had to make a registration, rather than to prolong one (reference 3.2). */
static gboolean is_new_registration (const SipMessage *sip)
{
    for (guint i = 0; i < sip_contacts_kept (sip); i++)
        if (sip->contacts[i].new_registration)
            return TRUE;
    return FALSE;
}

/* A 200 that grants some time, to a REGISTER that is not in the capture. */
static gboolean is_alone_acceptance (const SipMessage *sip)
{
    return sip->status == 200 && sip_equal (sip->cseq_method, "REGISTER") && flow_sip_granted_expires (sip, NULL) > 0;
}

static double preference (const SipContact *contact)
{
    g_autofree char *q = flow_sip_text (contact->q);
    return *q ? g_ascii_strtod (q, NULL) : 1;
}

/* The one that is to be tried first (RFC 3261, 8.1.3.4); of several the first. */
static const SipContact *preferred_contact (const SipMessage *sip)
{
    const SipContact *best = &sip->contacts[0];

    for (guint i = 1; i < sip_contacts_kept (sip); i++)
        if (preference (&sip->contacts[i]) > preference (best))
            best = &sip->contacts[i];
    return best;
}

/* 423: the phone has been told the least time before, and has asked for less again; or for as much, in vain. */
static Variant too_brief (const SipMessage *sip, Dialog *dialog, Values *values)
{
    if (dialog->line) {
        dialog->line->least = MAX (sip->min_expires, 0);
        dialog->line->least_at = dialog->server;
    }
    if (!dialog->was_told && sip->min_expires > 0 && dialog->asks >= sip->min_expires &&
        dialog->latest != SIP_REGISTER_STANDBY) {
        values_add_word (values, VALUE_CAUSE, word_of_sip_refusal (SIP_REFUSAL_ENOUGH));
        values_add_word (values, VALUE_ADVICE, word_of_sip_refusal_fix (SIP_REFUSAL_ENOUGH));
        return VARIANT_REFUSED;
    }
    if (!dialog->was_told)
        return variant_of_refusal (dialog->latest);
    const SipRefusal refusal = dialog->asks_too_little ? SIP_REFUSAL_NOT_RAISED : SIP_REFUSAL_RAISED;
    values_add_word (values, VALUE_CAUSE, word_of_sip_refusal (refusal));
    values_add_word (values, VALUE_ADVICE, word_of_sip_refusal_fix (refusal));
    /* Who wants more than before may get it. */
    return dialog->asks_too_little || sip->min_expires <= dialog->asks ? VARIANT_REFUSED : VARIANT_NONE;
}

/* An answer to what the capture lacks or has cut before its Expires: that may be a sign-off or a heartbeat, which leave
 * the phone without any time here, and change nothing when they are refused. */
static gboolean is_undecided (const SipMessage *sip, const Dialog *dialog, const Note *request)
{
    const gboolean is_known = dialog->latest == SIP_REGISTER_UNREGISTER || dialog->latest == SIP_REGISTER_STANDBY ||
                              dialog->latest == SIP_REGISTER_QUERY;

    if (request && (is_known || !says_not_how_long (dialog)))
        return FALSE;
    if (sip->status >= 300)
        return sip->status != 423 && (is_known || dialog->registered);
    if (sip->status != 200)
        return FALSE;
    return is_known || flow_sip_granted_expires (sip, dialog) <= 0 || flow_sip_is_unlisted (sip, dialog);
}

/* 200 that grants no time at all: nothing is registered by it (RFC 3261, 10.2.2). */
static Variant accepted_as (const SipMessage *sip, const Dialog *dialog)
{
    const Variant variant = variant_of_register (dialog->latest);
    const gboolean wants_time = variant == VARIANT_NONE || variant == VARIANT_REFRESH;

    return wants_time && flow_sip_granted_expires (sip, dialog) == 0 ? VARIANT_NONE_LEFT : variant;
}

/* The server is well, and would refuse the same again. */
static gboolean is_lasting (guint status)
{
    switch (sip_refusal_of_code (status)) {
    case SIP_REFUSAL_NO_REGISTRAR:
    case SIP_REFUSAL_VERSION:
    case SIP_REFUSAL_TOO_LARGE:
    case SIP_REFUSAL_PUSH:
        return status >= 500;
    default:
        return FALSE;
    }
}

static Variant refused_as (const SipMessage *sip, const Dialog *dialog)
{
    const Variant variant = variant_of_refusal (dialog->latest);
    return variant == VARIANT_NONE && is_lasting (sip->status) ? VARIANT_REFUSED : variant;
}

/* A sign-off is about the contact that it names: the phone may have others. */
static Variant kept_as (const SipMessage *sip, const Dialog *dialog, const SipContact *left, Values *values)
{
    if (!flow_sip_has_signed_off (sip, dialog))
        return VARIANT_KEPT;
    flow_sip_add_contact (sip, left, values);
    return VARIANT_OTHERS;
}

Variant flow_sip_describe_answer (Flow *flow, const SipMessage *sip, const Frame *frame, Dialog *dialog,
                                  const Note *request, gboolean again, Values *values)
{
    const gint64 granted = flow_sip_granted_expires (sip, dialog);

    values_add_number (values, VALUE_CODE, sip->status);
    flow_sip_add_text (values, VALUE_TEXT, sip->reason_phrase);
    flow_sip_add_text (values, VALUE_REQUEST, sip->cseq_method);
    if (dialog || sip_equal (sip->cseq_method, "REGISTER"))
        flow_sip_add_text (values, VALUE_NUMBER, sip->to.uri.user);
    flow_sip_add_text (values, VALUE_WARNING, sip->warning);
    flow_sip_add_text (values, VALUE_AGENT, sip->server.size ? sip->server : sip->user_agent);
    if (sip->retry_after >= 0)
        values_add_number (values, VALUE_SECONDS, (guint64) sip->retry_after);
    if (sip->min_expires >= 0)
        values_add_number (values, VALUE_EXPIRES, (guint64) sip->min_expires);
    else if (granted >= 0)
        values_add_number (values, VALUE_EXPIRES, (guint64) granted);
    if (sip->status >= 300 && sip->status < 400 && sip_contacts_kept (sip))
        flow_sip_add_contact (sip, preferred_contact (sip), values);
    if (dialog) {
        compare_received (sip, values);
        compare_clocks (sip, frame, dialog, values);
        if (request)
            add_check (sip, dialog, values);
        if (!again)
            keep_wait (sip, frame, dialog, values);
        if (sip->status == 200 && dialog->latest != SIP_REGISTER_QUERY)
            flow_sip_add_other_user (sip, dialog, values);
        else if (sip->status == 200 && sip->head_ended)
            flow_sip_add_listed (sip, values);
    }
    if (dialog)
        dialog->is_undecided = dialog->is_kept = dialog->is_unlisted = FALSE;
    if (sip->status == 401 || sip->status == 407)
        return flow_sip_challenge (flow, sip, frame, dialog, request, again, values);
    if (!dialog) /* of something else than a REGISTER, or of one that is not there */
        return is_alone_acceptance (sip) ? VARIANT_ALONE : VARIANT_EMPTY;
    dialog->is_undecided = is_undecided (sip, dialog, request);
    if (dialog->is_undecided)
        return VARIANT_EMPTY;
    const SipContact *left =
        sip->status == 200 && dialog->latest == SIP_REGISTER_UNREGISTER ? flow_sip_left (sip, dialog) : NULL;
    dialog->is_kept = left != NULL;
    dialog->is_unlisted = (dialog->latest == SIP_REGISTER_INITIAL || dialog->latest == SIP_REGISTER_BINDING ||
                           dialog->latest == SIP_REGISTER_REFRESH) &&
                          flow_sip_is_unlisted (sip, dialog);
    if (dialog->is_unlisted) {
        if (sip_contacts_kept (sip))
            flow_sip_add_contact (sip, &sip->contacts[0], values);
        return VARIANT_NOT_FOUND;
    }
    if (is_new_registration (sip))
        values_add_word (values, VALUE_REGISTERED_BEFORE, WORD_NOT_REGISTERED_BEFORE);
    if (sip->status == 423)
        return too_brief (sip, dialog, values);
    if (sip->status != 200)
        return refused_as (sip, dialog);
    if (left)
        return kept_as (sip, dialog, left, values);
    const Variant accepted = accepted_as (sip, dialog);
    if (accepted == VARIANT_UNREGISTER)
        flow_sip_add_others (sip, values);
    dialog->is_unlisted = accepted == VARIANT_NONE_LEFT;
    if (dialog->is_unlisted)
        values_add_number (values, VALUE_GRANTED, 0);
    return accepted;
}
