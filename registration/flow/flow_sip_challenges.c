/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which challenge a REGISTER answers, and what does not fit in its answer. */
#include "registration/flow/flow_sip_internal.h"

#include "registration/terms/ports.h"

#include <string.h>

static gboolean read_credentials (const SipAuth *auth, SipCredentials *ret_credentials, guint *ret_by)
{
    if ((auth->id != SIP_HEADER_AUTHORIZATION && auth->id != SIP_HEADER_PROXY_AUTHORIZATION) ||
        !sip_credentials_parse (auth->value, ret_credentials))
        return FALSE;
    *ret_by = auth->id == SIP_HEADER_PROXY_AUTHORIZATION ? BY_PROXY : BY_REGISTRAR;
    return ret_credentials->scheme != SIP_SCHEME_DIGEST ||
           (ret_credentials->nonce.size && ret_credentials->response.size);
}

gboolean flow_sip_was_challenged (const Dialog *dialog)
{
    return dialog->asked[BY_REGISTRAR].nonce || dialog->asked[BY_PROXY].nonce;
}

void flow_sip_close_challenges (Dialog *dialog)
{
    dialog->asked[BY_REGISTRAR].is_open = dialog->asked[BY_PROXY].is_open = FALSE;
}

/* --- Across Call-IDs: some phones take a new one for each request */

static guint64 asked_key (const Flow *flow, const Dialog *dialog, const IpAddress *server, guint64 realm, guint by)
{
    const guint64 who = (guint64) phones_current (flow->phones, dialog->phone) << 1 | by;
    return (who * 31 + ip_address_hash (server)) * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15) + realm;
}

static void remember_asked (Flow *flow, const Dialog *dialog, const IpAddress *server, guint64 realm, guint by)
{
    const guint64 key = asked_key (flow, dialog, server, realm, by);
    g_hash_table_replace (flow->sip_asked, g_memdup2 (&key, sizeof key), g_memdup2 (&dialog->key, sizeof dialog->key));
}

/* The challenge of another Call-ID that carries this nonce, if it waits for an answer, is this one's. */
static void carry_over (const Flow *flow, Dialog *dialog, const IpAddress *server, View realm, View nonce, guint by)
{
    const guint64 key = asked_key (flow, dialog, server, view_hash (realm), by);
    const guint64 *place = g_hash_table_lookup (flow->sip_asked, &key);
    const Dialog *other = place ? g_hash_table_lookup (flow->dialogs, place) : NULL;

    if (other && other != dialog && other->asked[by].is_open && other->asked[by].nonce == view_hash (nonce))
        dialog->asked[by] = other->asked[by];
}

/* --- Answers */

static void show_nonce (View nonce, char text[NONCE_SHOWN + 4])
{
    const gsize size = MIN (nonce.size, NONCE_SHOWN);

    if (size)
        memcpy (text, nonce.data, size);
    strcpy (text + size, nonce.size > size ? "..." : "");
}

/* What may be offered in qop, a bit each. */
enum { QOP_AUTH = 1, QOP_AUTH_INT = 2, QOP_OTHER = 4 };

static guint8 offered_qops (const SipChallenge *offer)
{
    const guint8 known = (guint8) ((offer->offers_auth ? QOP_AUTH : 0) | (offer->offers_auth_int ? QOP_AUTH_INT : 0));
    return offer->has_qop && !known ? QOP_OTHER : known;
}

/* One of those that are offered has to be in the answer, and none where none is (RFC 3261, 22.4, 8). */
static gboolean has_offered_qop (guint8 offered, View qop)
{
    if (sip_equal (qop, "auth"))
        return offered & QOP_AUTH;
    if (sip_equal (qop, "auth-int"))
        return offered & QOP_AUTH_INT;
    return !qop.size ? !offered : offered & QOP_OTHER;
}

static guint16 port_of (const SipUri *uri)
{
    return uri->port ? uri->port : PORT_SIP;
}

/* The uri that the response is computed over is that of the request (RFC 3261, 22.4, 1; RFC 7616, 3.4.6). Behind a
 * proxy that may have been changed. */
static gboolean has_request_uri (const SipMessage *sip, View text)
{
    SipUri uri;

    if (sip->n_vias != 1 || !text.size || !sip->request_uri.host.size || !sip_uri_parse (text, &uri) || !uri.host.size)
        return TRUE;
    return view_hash_caseless (uri.host) == view_hash_caseless (sip->request_uri.host) &&
           view_hash (uri.user) == view_hash (sip->request_uri.user) && port_of (&uri) == port_of (&sip->request_uri);
}

static gboolean has_asked_with (const SipAsked *asked, guint64 nonce)
{
    for (guint i = 0; i < asked->n_offers; i++)
        if (asked->nonces[i] == nonce)
            return TRUE;
    return nonce == asked->nonce || nonce == asked->other_nonce;
}

static SipMisfit misfit_of (const SipMessage *sip, const SipAsked *asked, const SipCredentials *credentials)
{
    const guint64 nonce = view_hash (credentials->nonce), realm = view_hash (credentials->realm);
    SipMisfit misfit = OTHER_REALM;

    if (!has_asked_with (asked, nonce))
        return OTHER_NONCE;
    for (guint i = 0; i < asked->n_offers; i++) {
        if (asked->realms[i] != realm)
            continue;
        if (asked->algorithms[i] == credentials->algorithm)
            return !has_offered_qop (asked->qops[i], credentials->qop_name) ? OTHER_QOP
                   : !has_request_uri (sip, credentials->uri)               ? OTHER_URI
                                                                            : FITS;
        misfit = OTHER_ALGORITHM;
    }
    return misfit;
}

/* How well credentials fit what is asked for: those of another realm may be for another server (RFC 3261, 22.3). */
static guint fitness (const SipMessage *sip, const SipAsked *asked, const SipCredentials *credentials)
{
    if (!asked->is_open)
        return 0;
    if (credentials->scheme != SIP_SCHEME_DIGEST || misfit_of (sip, asked, credentials) == FITS)
        return 4;
    for (guint i = 0; i < asked->n_offers; i++)
        if (asked->realms[i] == view_hash (credentials->realm))
            return 3;
    return has_asked_with (asked, view_hash (credentials->nonce)) ? 2 : 1;
}

/* The header says for whom credentials are (RFC 3261, 22.2 and 22.3), and the nonce whose challenge they answer. */
static gboolean is_in_other_header (const SipAsked asked[2], guint by, const SipCredentials *credentials)
{
    const guint64 nonce = view_hash (credentials->nonce);

    return credentials->scheme == SIP_SCHEME_DIGEST && asked[!by].is_open && has_asked_with (&asked[!by], nonce) &&
           !has_asked_with (&asked[by], nonce);
}

static void answer_with (const SipMessage *sip, SipAsked *asked, const SipCredentials *credentials,
                         gboolean is_other_header)
{
    asked->is_answered = TRUE;
    if (credentials->scheme != SIP_SCHEME_DIGEST)
        return;
    asked->misfit = is_other_header ? OTHER_HEADER : (guint8) misfit_of (sip, asked, credentials);
    show_nonce (credentials->nonce, asked->answered_nonce);
}

SipAnswered flow_sip_answer_challenge (Flow *flow, const SipMessage *sip, const Frame *frame, Dialog *dialog)
{
    SipAsked *asked = dialog->asked;
    SipAnswered answered = { 0 };
    SipCredentials credentials;
    guint by, best[2] = { 0, 0 };

    for (by = BY_REGISTRAR; by <= BY_PROXY; by++) {
        asked[by].is_answered = asked[by].is_told = FALSE;
        asked[by].misfit = FITS;
    }
    for (guint i = 0; i < sip->n_auth; i++) {
        if (!read_credentials (&sip->auth[i], &credentials, &by))
            continue;
        answered.sides |= (guint8) (1 << by);
        if (!asked[by].nonce)
            carry_over (flow, dialog, &frame->destination.address, credentials.realm, credentials.nonce, by);
        const gboolean is_other_header = is_in_other_header (asked, by, &credentials);
        by = is_other_header ? !by : by;
        const guint fits = is_other_header ? 1 : fitness (sip, &asked[by], &credentials);
        const gboolean is_later = asked[by].is_latest && !asked[answered.by].is_latest;
        const guint most = MAX (best[0], best[1]);
        const gboolean is_first = !answered.has_credentials, is_better = fits > most || (fits == most && is_later);
        if (fits > best[by]) {
            best[by] = fits;
            answer_with (sip, &asked[by], &credentials, is_other_header);
        }
        if (is_first || is_better)
            answered =
                (SipAnswered){ .has_credentials = TRUE, .sides = answered.sides, .by = by, .first = credentials };
    }
    asked[answered.by].is_told = answered.has_credentials;
    answered.fits_a_challenge = asked[BY_REGISTRAR].is_answered || asked[BY_PROXY].is_answered;
    return answered;
}

guint8 flow_sip_credentials (const SipMessage *sip)
{
    SipCredentials credentials;
    guint8 sides = 0;
    guint by;

    for (guint i = 0; i < sip->n_auth; i++)
        if (read_credentials (&sip->auth[i], &credentials, &by))
            sides |= (guint8) (1 << by);
    return sides;
}

/* --- Challenges */

static void add_misfit (const Flow *flow, Dialog *dialog, const SipAsked *asked, const Note *request, Values *values)
{
    const guint8 *said = request ? notes_values (flow->notes, request) : NULL;
    Value value;

    switch (said ? (SipMisfit) asked->misfit : FITS) {
    case OTHER_REALM:
        if (asked->is_told && values_find (said, VALUE_REALM, &value))
            values_add_text (values, VALUE_ANSWERED_REALM, value.text, (gssize) value.text_size);
        break;
    case OTHER_ALGORITHM:
        if (!asked->is_told)
            break;
        values_add_text (values, VALUE_ANSWERED_ALGORITHM,
                         values_find (said, VALUE_ALGORITHM, &value) ? value.text : "MD5",
                         values_find (said, VALUE_ALGORITHM, &value) ? (gssize) value.text_size : -1);
        break;
    case OTHER_NONCE:
        values_add_text (values, VALUE_ANSWERED_NONCE, asked->answered_nonce, -1);
        values_add_text (values, VALUE_NONCE, asked->nonce_text, -1);
        break;
    case OTHER_QOP:
        values_add_word (values, VALUE_CAUSE, WORD_ANSWER_QOP);
        values_add_word (values, VALUE_ADVICE, WORD_ANSWER_QOP_FIX);
        break;
    case OTHER_URI:
        values_add_word (values, VALUE_CAUSE, WORD_ANSWER_URI);
        values_add_word (values, VALUE_ADVICE, WORD_ANSWER_URI_FIX);
        break;
    case OTHER_HEADER:
        values_add_word (values, VALUE_CAUSE, WORD_ANSWER_HEADER);
        values_add_word (values, VALUE_ADVICE, WORD_ANSWER_HEADER_FIX);
        break;
    case FITS:
        if (dialog->checked != DIGEST_UNCHECKED)
            break;
        dialog->was_distrusted |= !asked->has_passed;
        values_add_word (values, VALUE_CAUSE, asked->has_passed ? WORD_ANSWER_PASSED : WORD_ANSWER_FITS);
        values_add_word (values, VALUE_ADVICE, asked->has_passed ? WORD_ANSWER_PASSED_FIX : WORD_ANSWER_FITS_FIX);
        break;
    }
}

/* "SHA-256, MD5" */
static void add_offer (GString *algorithms, const SipChallenge *challenge)
{
    g_autofree char *name = flow_sip_text (challenge->algorithm_name);

    if (*name || algorithms->len)
        g_string_append_printf (algorithms, "%s%s", algorithms->len ? ", " : "", *name ? name : "MD5");
}

static gboolean is_one_realm (const SipChallenge *offers, guint n_offers)
{
    for (guint i = 1; i < n_offers; i++)
        if (view_hash (offers[i].realm) != view_hash (offers[0].realm))
            return FALSE;
    return TRUE;
}

/* That is what every phone knows. */
static gboolean offers_md5 (const SipChallenge *offers, guint n_offers)
{
    for (guint i = 0; i < n_offers; i++)
        if (!offers[i].algorithm_name.size || sip_equal (offers[i].algorithm_name, "MD5"))
            return TRUE;
    return FALSE;
}

/* "one.example (SHA-256), two.example (MD5)": of several realms each with what it wants. */
static void add_realms (const SipChallenge *offers, guint n_offers, Values *values)
{
    g_autoptr (GString) realms = g_string_new (NULL);

    for (guint i = 0; i < n_offers; i++) {
        g_autofree char *name = flow_sip_text (offers[i].realm);
        g_autofree char *algorithm = flow_sip_text (offers[i].algorithm_name);
        g_string_append_printf (realms, "%s%s (%s)", i ? ", " : "", name, *algorithm ? algorithm : "MD5");
    }
    values_add_text (values, VALUE_REALM, realms->str, -1);
}

/* Of a phrase that nobody has given a meaning ("nonce has changed", beside stale=false: sip.pcap, frames 9, 13, 64). */
static gboolean phrase_blames_nonce (View phrase)
{
    static const char *const ages[] = { "changed", "expired", "stale", "old", "timeout" };
    g_autofree char *text = flow_sip_text (phrase);
    g_autofree char *lower = g_ascii_strdown (text, -1);

    if (!strstr (lower, "nonce") || strstr (lower, "password"))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS (ages); i++)
        if (strstr (lower, ages[i]))
            return TRUE;
    return FALSE;
}

/* What is asked for from now on. */
static void ask_anew (SipAsked *asked, const SipChallenge *offers, guint n_offers, gboolean again)
{
    const guint64 nonce = view_hash (offers[0].nonce);

    asked->is_open = TRUE;
    if (again) {
        asked->other_nonce = nonce;
        return;
    }
    asked->nonce = nonce;
    asked->other_nonce = 0;
    asked->n_offers = (guint8) n_offers;
    show_nonce (offers[0].nonce, asked->nonce_text);
    for (guint i = 0; i < n_offers; i++) {
        asked->realms[i] = view_hash (offers[i].realm);
        asked->nonces[i] = view_hash (offers[i].nonce);
        asked->algorithms[i] = offers[i].algorithm;
        asked->qops[i] = offered_qops (&offers[i]);
    }
}

/* Why it wants one, or another one: "invalid_token: The access token expired". */
static void add_token_refusal (const Dialog *dialog, const Note *request, const SipChallenge *wanted, Values *values)
{
    g_autofree char *error = flow_sip_text (wanted->error), *text = flow_sip_text (wanted->error_text);
    g_autofree char *both = g_strdup_printf ("%s%s%s", error, *error && *text ? ": " : "", text);

    values_add_text (values, VALUE_REASON, both, -1);
    if (dialog && dialog->has_token && request)
        values_add_number (values, VALUE_ANSWERED, request->frame);
}

Variant flow_sip_challenge (Flow *flow, const SipMessage *sip, const Frame *frame, Dialog *dialog, const Note *request,
                            gboolean again, Values *values)
{
    SipChallenge offers[SIP_MAX_AUTH];
    guint n_offers = 0, n_challenges = 0, by = sip->status == 407 ? BY_PROXY : BY_REGISTRAR;
    SipChallenge wanted = { 0 }; /* of Bearer: the last */
    gboolean wants_token = FALSE, is_stale = FALSE;
    View realm = { NULL, 0 }; /* of the first, when none wants a digest */
    g_autoptr (GString) algorithms = g_string_new (NULL);

    for (guint i = 0; i < sip->n_auth; i++) {
        SipChallenge *offer = &offers[n_offers];
        if ((sip->auth[i].id != SIP_HEADER_WWW_AUTHENTICATE && sip->auth[i].id != SIP_HEADER_PROXY_AUTHENTICATE) ||
            !sip_challenge_parse (sip->auth[i].value, offer))
            continue;
        n_challenges += offer->scheme != SIP_SCHEME_BASIC;
        if (offer->scheme == SIP_SCHEME_BEARER) {
            wants_token = TRUE;
            wanted = *offer;
        }
        if (realm.size == 0)
            realm = offer->realm;
        if (offer->scheme != SIP_SCHEME_DIGEST)
            continue;
        if (n_offers == 0)
            by = sip->auth[i].id == SIP_HEADER_PROXY_AUTHENTICATE ? BY_PROXY : BY_REGISTRAR;
        add_offer (algorithms, offer);
        is_stale |= offer->stale;
        n_offers++;
    }
    if (n_offers > 1 && !is_one_realm (offers, n_offers)) {
        add_realms (offers, n_offers, values);
    } else {
        flow_sip_add_text (values, VALUE_REALM, n_offers ? offers[0].realm : realm);
        values_add_text (values, VALUE_ALGORITHM, algorithms->str, -1);
    }
    if (dialog)
        dialog->wants_token |= wants_token;
    if (n_offers == 0 && wants_token)
        add_token_refusal (dialog, request, &wanted, values);
    if (n_offers == 0)
        return wants_token ? VARIANT_TOKEN : !n_challenges && sip->head_ended ? VARIANT_EMPTY : VARIANT_NONE;
    /* The phone may answer what its own request is not there for. */
    if (!dialog && sip_equal (sip->cseq_method, "REGISTER"))
        dialog = flow_sip_open_dialog (flow, sip, &frame->source.address);
    if (!dialog)
        return is_stale ? VARIANT_STALE : VARIANT_NONE;
    SipAsked *asked = &dialog->asked[by];
    /* Whether a request that is not there has answered is not known. */
    const gboolean is_answered = request && asked->is_answered;
    char other[NONCE_SHOWN + 4];
    /* A server that keeps no state challenges each copy of a request anew. */
    if (again && !has_asked_with (asked, view_hash (offers[0].nonce))) {
        show_nonce (offers[0].nonce, other);
        values_add_text (values, VALUE_NONCE, other, -1);
    }
    if (by == BY_REGISTRAR && dialog->asked[BY_PROXY].is_answered)
        dialog->asked[BY_PROXY].has_passed = TRUE;
    if (is_answered)
        add_misfit (flow, dialog, asked, request, values);
    else if (!offers_md5 (offers, n_offers)) {
        values_add_word (values, VALUE_CAUSE, WORD_NO_MD5);
        values_add_word (values, VALUE_ADVICE, WORD_NO_MD5_FIX);
    }
    ask_anew (asked, offers, n_offers, again);
    dialog->asked[BY_REGISTRAR].is_latest = by == BY_REGISTRAR;
    dialog->asked[BY_PROXY].is_latest = by == BY_PROXY;
    for (guint i = 0; dialog->line && i < n_offers; i++)
        remember_asked (flow, dialog, &frame->source.address, view_hash (offers[i].realm), by);
    if (!is_stale && phrase_blames_nonce (sip->reason_phrase)) {
        flow_sip_add_text (values, VALUE_REASON, sip->reason_phrase);
        is_stale = TRUE;
    }
    return is_stale ? VARIANT_STALE : is_answered ? VARIANT_REFUSED : VARIANT_NONE;
}
