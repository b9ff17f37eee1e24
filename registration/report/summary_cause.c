/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why: of all that was found about a phone, what keeps it from where it wants to be. */
#include "registration/report/summary_internal.h"

#include "registration/flow/boot_state.h"
#include "registration/terms/boot_file.h"
#include "registration/wire/times.h"

static const Note *evidence_of (const Summary *summary, const Finding *finding, guint index)
{
    return notes_get (flow_notes (summary->flow), finding->evidence[index]);
}

const Registration *summary_failed (const Summary *summary, const Finding *finding)
{
    const Note *note = notes_get (flow_notes (summary->flow), finding_values_note (finding));
    const Registration *registration = flow_registration (summary->flow, note->registration);

    return registration && registration->into ? flow_registration (summary->flow, registration->into) : registration;
}

/* --- Overcome */

Phase summary_phase_of (const Summary *summary, const Finding *finding)
{
    Phase furthest = PHASE_NONE;

    for (guint i = 0; i < finding->n_evidence; i++) {
        Phase phase = evidence_of (summary, finding, i)->phase;
        if (phase <= PHASE_FINISH)
            furthest = MAX (furthest, phase);
    }
    return furthest;
}

/* The next lease mends it. */
static gboolean is_about_lease (const Finding *finding)
{
    return finding->problem == PROBLEM_DHCP_NO_OFFER || finding->problem == PROBLEM_DHCP_NO_ACK ||
           finding->problem == PROBLEM_DHCP_REFUSED || finding->problem == PROBLEM_DUPLICATE_IP;
}

/* A configuration that did not come: the next one that does shows that it can. */
static gboolean is_about_fetching (const Summary *summary, const Finding *finding)
{
    const Notes *notes = flow_notes (summary->flow);
    Value name;

    return finding->problem == PROBLEM_TFTP_STALLED &&
           values_find (notes_values (notes, notes_get (notes, finding_values_note (finding))), VALUE_FILE, &name) &&
           boot_file_is_configuration (boot_file_kind (name.text, name.text_size));
}

/* A configuration that comes later mends it. */
static gboolean is_about_configuration (const Finding *finding)
{
    return finding->problem == PROBLEM_NO_CONFIG_AT_ALL || finding->problem == PROBLEM_TFTP_SERVER_AS_CALL_MANAGER;
}

/* Only its own one does: whoever registers by the default one, or by what it has kept, still has none on that server.
 */
static gboolean is_about_own_configuration (const Finding *finding)
{
    return finding->problem == PROBLEM_CONFIG_NOT_FOUND;
}

/* Later it talks to a server whose side the capture lacks. */
static gboolean phone_reaches_server (const Summary *summary, const PhoneSummary *phone, Phase phase, gint64 time)
{
    for (guint i = 0; phase != PHASE_NONE && phase < PHASE_CONNECT && i < phone->attempts->len; i++) {
        const Registration *other = summary_registration (summary, summary_attempt (phone, i));
        if (other && other->lacks_server && summary_time (summary, other->first) > time)
            return TRUE;
    }
    return FALSE;
}

/* On the way: later a server has answered the phone in a phase behind that of the finding. */
static gboolean has_gone_on (const Summary *summary, const PhoneSummary *phone, Phase phase, gint64 time)
{
    for (guint later = phase + 1; phase != PHASE_NONE && later <= PHASE_FINISH; later++)
        if (summary_time (summary, phone->answered[later]) > time)
            return TRUE;
    return phone_reaches_server (summary, phone, phase, time);
}

/* The same wish was granted later: by the same server, or, for a connection on which nothing could be asked, by the
 * server that the phone went on to when its configuration does not name this one before that. */
static gboolean is_granted_later (const Summary *summary, const PhoneSummary *phone, const Registration *failed,
                                  NoteId since)
{
    if (summary_granted (summary, phone, failed) > since)
        return TRUE;
    /* An answer has named the account that was asked for, where the capture lacks the question. */
    if (failed->steps[MOVE_ASK] || failed->line)
        return FALSE;
    /* The phone has reached a server all the same, and wants no more. */
    if (phone->outcome == OUTCOME_UNREGISTERED && summary_signed_off (phone) > since)
        return TRUE;
    return !phone->is_elsewhere && summary_granted_any (phone) > since;
}

/* What is concluded from a server's refusal over SIP ends with it. */
static gboolean rests_on_refusal (const Summary *summary, const Finding *finding)
{
    const Note *note = notes_get (flow_notes (summary->flow), finding_values_note (finding));
    const MessageKind *kind = catalog_kind (note->kind);

    return kind->protocol == PROTOCOL_SIP && note->from_server && kind->id >= 400 && kind->id < 700;
}

/* What a server cannot do now another one of its domain does (RFC 3263, 4.3). What one refuses is refused. */
static gboolean is_done_elsewhere (const Summary *summary, const PhoneSummary *phone, const Registration *failed,
                                   const Finding *finding, NoteId since)
{
    return summary_granted_by_domain (phone, failed) > since &&
           (!rests_on_refusal (summary, finding) || finding->problem == PROBLEM_SIP_SERVER_ERROR);
}

/* Whatever is wrong with a sign-off keeps nobody from being registered. */
static gboolean is_about_sign_off (const Summary *summary, const Finding *finding)
{
    return notes_get (flow_notes (summary->flow), finding_values_note (finding))->phase == PHASE_UNREGISTER &&
           summary_failed (summary, finding) && summary_failed (summary, finding)->steps[MOVE_SIGN_OFF];
}

gboolean summary_is_of_sign_off (const Summary *summary, const Finding *finding)
{
    const Registration *failed = summary_failed (summary, finding);

    return failed && failed->protocol == PROTOCOL_SIP && is_about_sign_off (summary, finding);
}

/* What it refuses is not in the capture, and the phone has signed off since: it may have been that. */
static gboolean may_be_of_sign_off (const Summary *summary, const Registration *failed, const Finding *finding)
{
    const Note *note = notes_get (flow_notes (summary->flow), finding_values_note (finding));

    return rests_on_refusal (summary, finding) && !note->partner && !failed->steps[MOVE_ASK] &&
           failed->steps[MOVE_SIGN_OFF_ACCEPT] > finding->note;
}

/* Since then the same phone has taken that step at the server, by whatever try. */
static gboolean takes_later (const Summary *summary, const PhoneSummary *phone, const Registration *failed,
                             RegistrationMove step, NoteId since)
{
    for (guint i = 0; i < phone->attempts->len; i++) {
        const Registration *other = summary_registration (summary, summary_attempt (phone, i));
        if (other && other->server == failed->server && other->steps[step] > since)
            return TRUE;
    }
    return FALSE;
}

static gboolean is_about_tls (const Finding *finding)
{
    return finding->problem == PROBLEM_TLS_ALERT || finding->problem == PROBLEM_TLS_UNANSWERED ||
           finding->problem == PROBLEM_CERTIFICATE_EXPIRED;
}

/* What comes after the acceptance: another answer of the server, as that to a keepalive, does not make up for it. */
static gboolean is_about_provisioning (const Finding *finding)
{
    return finding->problem == PROBLEM_CAPABILITIES_UNANSWERED || finding->problem == PROBLEM_PROVISIONING_STALLED;
}

gboolean summary_is_open_since (const Summary *summary, const PhoneSummary *phone, const Registration *failed)
{
    return failed->state == STATE_UNREACHABLE &&
           (takes_later (summary, phone, failed, MOVE_CONNECTED, failed->latest) ||
            flow_taken_as (summary->flow, failed->server, phone->phone) > failed->latest);
}

/* A configuration that came after that names other servers, and one of them has granted what the phone wants. */
static gboolean is_no_longer_named (const Summary *summary, const PhoneSummary *phone, const Registration *failed,
                                    const Finding *finding)
{
    const struct BootState *boot = phones_get (flow_phones (summary->flow), phone->phone)->boot;
    const Note at = { .server = failed->server };
    const Endpoint *server = flow_server (summary->flow, &at);

    if (!boot || !server || boot->configuration.note <= finding->note || !boot->configuration.n_servers ||
        boot->configuration.has_more || summary_granted_any (phone) <= boot->configuration.note)
        return FALSE;
    for (guint i = 0; i < boot->configuration.n_servers; i++) {
        const IpAddress *named = &boot->configuration.servers[i];
        if (!named->size || ip_address_equal (named, &server->address))
            return FALSE;
    }
    return TRUE;
}

/* The server has kept the phone since then, and for longer than any of those registrations lasted. */
static gboolean outlasts_loop (const Summary *summary, const PhoneSummary *phone, const Registration *failed,
                               const Finding *loop)
{
    const Notes *notes = flow_notes (summary->flow);
    const NoteId kept = summary_granted (summary, phone, failed);
    const Registration *later = kept ? flow_registration (summary->flow, notes_get (notes, kept)->registration) : NULL;
    const NoteId accepted = later ? later->steps[MOVE_ACCEPT] : 0;
    Value keepalive;

    return accepted > loop->note &&
           values_find (notes_values (notes, notes_get (notes, finding_values_note (loop))), VALUE_KEEPALIVE,
                        &keepalive) &&
           summary_time (summary, kept) - summary_time (summary, accepted) >= 2 * SECONDS ((gint64) keepalive.number);
}

gboolean summary_stands (const Summary *summary, const PhoneSummary *phone, const Finding *finding)
{
    const gint64 time = summary_time (summary, finding->note);
    const Registration *failed = summary_failed (summary, finding);

    if (finding->problem == PROBLEM_REGISTER_LOOP && failed && outlasts_loop (summary, phone, failed, finding))
        return FALSE;

    if (finding_effect (finding) == EFFECT_STANDING && !rests_on_refusal (summary, finding))
        return TRUE;
    if (summary_is_of_sign_off (summary, finding) || finding_is_answered (flow_notes (summary->flow), finding))
        return FALSE;
    if (failed && may_be_of_sign_off (summary, failed, finding))
        return FALSE;
    if (finding->problem == PROBLEM_CONTACT_UNREACHABLE)
        return phone->heard < finding_values_note (finding);
    if (finding->problem == PROBLEM_DOT1X_FAILED)
        return phone->let_in < finding->note;
    if (is_about_fetching (summary, finding) && phone->fetched > time)
        return FALSE;
    if (is_about_lease (finding) && phone->leased > time)
        return FALSE;
    if (is_about_own_configuration (finding))
        return phone->own_configured <= time;
    if (is_about_configuration (finding) && phone->configured > time)
        return FALSE;
    if (failed && summary_is_open_since (summary, phone, failed))
        return FALSE;
    if (failed && is_about_tls (finding) && takes_later (summary, phone, failed, MOVE_ENCRYPTED, finding->note))
        return FALSE;
    if (failed && is_about_provisioning (finding))
        return !takes_later (summary, phone, failed, MOVE_READY, finding->note);
    if (failed && failed->role != ROLE_WAY && is_no_longer_named (summary, phone, failed, finding))
        return FALSE;
    if (failed && failed->role != ROLE_WAY) {
        const NoteId since = summary_failed_last (phone, finding, failed);
        return !is_granted_later (summary, phone, failed, since) &&
               !is_done_elsewhere (summary, phone, failed, finding, since);
    }
    /* What silence proves has begun with what it is about, and is said later. */
    return !has_gone_on (summary, phone, summary_phase_of (summary, finding),
                         finding->by_silence ? summary_time (summary, finding_values_note (finding)) : time);
}

gboolean summary_is_overcome (const Summary *summary, const PhoneSummary *phone, const Finding *finding)
{
    /* The line of which it tells may be there by now, and another one is not. */
    if (finding->problem == PROBLEM_PARTIAL_REGISTRATION && phone->outcome == OUTCOME_PARTIAL)
        return FALSE;
    return (finding_severity (finding) == SEVERITY_ERROR || is_about_configuration (finding) ||
            is_about_own_configuration (finding) || finding->problem == PROBLEM_CONTACT_UNREACHABLE ||
            (finding->problem == PROBLEM_PARTIAL_REGISTRATION && rests_on_refusal (summary, finding))) &&
           !summary_stands (summary, phone, finding);
}

/* --- The cause */

static gboolean is_error (const Finding *finding)
{
    return finding_severity (finding) == SEVERITY_ERROR;
}

/* A token that is refused is refused for a while; for longer than this, something is wrong (reference 5.3, R4). */
#define TOKEN_PATIENCE SECONDS (60)

static gboolean waits_for_ever (const Summary *summary, const PhoneSummary *phone, const Registration *decides)
{
    gint64 since = G_MAXINT64;

    if (!decides || decides->state != STATE_WAITING)
        return FALSE;
    for (guint i = phone->attempts->len; i > 0; i--) {
        const Registration *before = summary_registration (summary, summary_attempt (phone, i - 1));
        if (before && before->steps[MOVE_ACCEPT])
            break;
        if (before && before->steps[MOVE_TOKEN_REFUSE])
            since = summary_time (summary, before->first);
    }
    return since != G_MAXINT64 && summary_time (summary, decides->latest) - since > TOKEN_PATIENCE;
}

/* A phone that has a firmware keeps it, and connects: one that has none begins anew instead. */
static gboolean asks_on (const Summary *summary, const PhoneSummary *phone, const Finding *finding)
{
    return summary_time (summary, phone->step) > summary_time (summary, finding->note);
}

/* An error, or a warning that explains why the phone is not where it wants to be: what was wrong on the way keeps
 * nobody from being ready who was accepted. */
static gboolean may_be_cause (const Summary *summary, const PhoneSummary *phone, const Registration *decides,
                              const Finding *finding, gboolean waits)
{
    const Registration *registration = summary_failed (summary, finding);

    if (is_error (finding) || (waits && finding->problem == PROBLEM_TOKEN_REJECTED))
        return TRUE;
    if (finding_effect (finding) != EFFECT_EXPLAINS)
        return FALSE;
    if (finding->problem == PROBLEM_FIRMWARE_NOT_FOUND)
        return !decides && asks_on (summary, phone, finding);
    return !registration || registration->role != ROLE_WAY || !decides || !decides->steps[MOVE_ACCEPT];
}

/* It has asked for a token before, and asks for none when it refuses. */
static gboolean is_refused_since (const Registration *registration, const Finding *finding)
{
    return finding->problem == PROBLEM_OAUTH_REQUIRED && registration->state == STATE_REFUSED &&
           registration->steps[MOVE_REFUSE] > finding->note;
}

/* What went wrong before a registration was accepted has not ended it, and what went wrong before the phone signed off
 * is no reason for what the server says to that. */
static gboolean is_past (const Registration *decides, const Finding *finding)
{
    if (!decides || finding_effect (finding) == EFFECT_STANDING)
        return FALSE;
    switch (decides->state) {
    case STATE_LOST:
    case STATE_REMOVED:
    case STATE_EXPIRED:
        return decides->steps[MOVE_ACCEPT] > finding->note;
    case STATE_LEAVING:
    case STATE_SIGNED_OFF:
    case STATE_SIGN_OFF_REFUSED:
        return decides->steps[MOVE_SIGN_OFF] > finding_values_note (finding);
    case STATE_REFUSED:
        return is_refused_since (decides, finding);
    default:
        return FALSE;
    }
}

/* The one who was shown the expired certificate has said what is wrong, and it is something else. */
static gboolean is_refuted (const Summary *summary, const PhoneSummary *phone, const Finding *finding)
{
    enum { UNKNOWN_CA = 48 };
    const Registration *failed = summary_failed (summary, finding);

    if (finding->problem != PROBLEM_CERTIFICATE_EXPIRED)
        return FALSE;
    for (guint i = 0; i < phone->found->len; i++) {
        const Finding *alert = summary_finding (summary, phone, i);
        const Registration *of = summary_failed (summary, alert);
        Value code;
        if (alert->problem == PROBLEM_TLS_ALERT && of && failed && of->server == failed->server &&
            values_find (notes_values (flow_notes (summary->flow),
                                       notes_get (flow_notes (summary->flow), finding_values_note (alert))),
                         VALUE_CODE, &code) &&
            code.number == UNKNOWN_CA)
            return TRUE;
    }
    return FALSE;
}

/* What befell another registration says nothing about this one; the way leads to all of them. */
static gboolean is_about (const Summary *summary, const Registration *decides, const Finding *finding)
{
    const Registration *registration = summary_failed (summary, finding);

    if (is_past (decides, finding))
        return FALSE;
    return !decides || !registration || registration->role == ROLE_WAY || registration->role == ROLE_CONNECTION ||
           !registration->line || !decides->line || registration->line == decides->line ||
           summary_same_aim (registration, decides);
}

/* Of the present try or the way to it first; an error before a warning; then certain before likely, and what explains
 * before what it explains. */
static guint64 weight (const Summary *summary, const Finding *finding)
{
    guint32 attempt = 0;

    for (guint i = 0; i < finding->n_evidence; i++)
        attempt = MAX (attempt, flow_note_attempt (summary->flow, evidence_of (summary, finding, i)));
    return (guint64) attempt << 8 | (guint) is_error (finding) << 4 | (guint) finding->certainty << 1 |
           (finding_effect (finding) == EFFECT_SYMPTOM ? 0 : 1);
}

/* --- What to look at for one line */

static gpointer user_key (const Registration *registration)
{
    if (!registration || !registration->line)
        return NULL;
    return (gpointer) (gsize) (view_hash (summary_user (registration)) | 1);
}

static void sort_in (PhoneSummary *phone, const Registration *registration, guint index)
{
    const gpointer key = user_key (registration);
    GArray *list = g_hash_table_lookup (phone->found_of, key);

    if (!list) {
        list = g_array_new (FALSE, FALSE, sizeof (guint));
        g_hash_table_insert (phone->found_of, key, list);
    }
    if (!list->len || g_array_index (list, guint, list->len - 1) != index)
        g_array_append_val (list, index);
}

void summary_sort_found (const Summary *summary, PhoneSummary *phone)
{
    phone->found_of = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_array_unref);
    for (guint i = 0; i < phone->found->len; i++) {
        const guint index = g_array_index (phone->found, guint, i);
        const Finding *finding = findings_get (summary->findings, index);
        sort_in (phone, summary_failed (summary, finding), index);
        for (guint j = 0; j < finding->n_evidence; j++)
            sort_in (phone, flow_registration (summary->flow, evidence_of (summary, finding, j)->registration), index);
    }
}

/* What was found about one user, and what is about no line, in order; or all of it. */
typedef struct {
    const GArray *lists[2]; /* of indices that rise; NULL: none */
    guint at[2];
} Found;

static Found found_about (const PhoneSummary *phone, const Registration *registration)
{
    const gpointer key = user_key (registration);

    if (!key || !phone->found_of)
        return (Found){ .lists = { phone->found, NULL } };
    return (
        Found){ .lists = { g_hash_table_lookup (phone->found_of, key), g_hash_table_lookup (phone->found_of, NULL) } };
}

/* NULL when there are no more. */
static const Finding *next_found (const Summary *summary, Found *found)
{
    guint next[2];

    for (guint i = 0; i < 2; i++)
        next[i] = found->lists[i] && found->at[i] < found->lists[i]->len
                      ? g_array_index (found->lists[i], guint, found->at[i])
                      : G_MAXUINT;
    const guint index = MIN (next[0], next[1]);
    for (guint i = 0; i < 2; i++)
        found->at[i] += next[i] == index;
    return index == G_MAXUINT ? NULL : findings_get (summary->findings, index);
}

static const Finding *heaviest (const Summary *summary, const PhoneSummary *phone, const Registration *decides)
{
    const gboolean waits = waits_for_ever (summary, phone, decides);
    Found found = found_about (phone, decides);
    const Finding *cause = NULL;

    for (const Finding *finding; (finding = next_found (summary, &found));)
        if (may_be_cause (summary, phone, decides, finding, waits) && is_about (summary, decides, finding) &&
            !is_refuted (summary, phone, finding) && summary_stands (summary, phone, finding) &&
            (!cause || weight (summary, finding) >= weight (summary, cause)))
            cause = finding;
    return cause;
}

/* Rests on the note that completes the other one, or on another one of the same connection, and says more about it. */
static gboolean explains (const Summary *summary, const Finding *finding, const Finding *symptom)
{
    const Registration *failed = summary_failed (summary, symptom), *other;
    const Effect effect = finding_effect (finding);

    if (effect != EFFECT_EXPLAINS && effect != EFFECT_STANDING)
        return FALSE;
    /* That something had run out before is no reason why nobody answers now. */
    if (finding->problem == PROBLEM_REFRESH_MISSED || (failed && is_refused_since (failed, finding)))
        return FALSE;
    /* Without an address for its call managers a phone tries its TFTP server, where nothing need listen. */
    if (finding->problem == PROBLEM_SERVER_NAME_UNRESOLVED && failed && failed->role != ROLE_WAY && !failed->rank &&
        (symptom->problem == PROBLEM_PORT_CLOSED || symptom->problem == PROBLEM_PORT_FILTERED))
        return TRUE;
    /* That other lines are registered is no reason why this one is refused. */
    if (finding->problem == PROBLEM_PARTIAL_REGISTRATION)
        return FALSE;
    for (guint i = 0; i < finding->n_evidence; i++) {
        const Note *note = evidence_of (summary, finding, i);
        if (finding->evidence[i] == finding_values_note (symptom))
            return TRUE;
        if (!failed || failed->role == ROLE_WAY)
            continue;
        other = flow_registration (summary->flow, note->registration);
        if (other == failed)
            return TRUE;
        /* What no try has changed was there in the try before. */
        if (effect == EFFECT_STANDING && other && other->role != ROLE_WAY && summary_same_aim (failed, other))
            return TRUE;
    }
    return FALSE;
}

static gboolean same_text (const Summary *summary, const Finding *a, const Finding *b)
{
    const Notes *notes = flow_notes (summary->flow);
    Value x, y;

    return values_find (notes_values (notes, notes_get (notes, finding_values_note (a))), VALUE_TEXT, &x) &&
           values_find (notes_values (notes, notes_get (notes, finding_values_note (b))), VALUE_TEXT, &y) &&
           x.text_size == y.text_size && memcmp (x.text, y.text, x.text_size) == 0;
}

/* One more refusal in the same words goes on with what was a loop before. */
static const Finding *loop_before (const Summary *summary, const PhoneSummary *phone, const Finding *refusal)
{
    const Registration *refused = summary_failed (summary, refusal), *before;

    for (guint i = phone->found->len; i > 0 && refused; i--) {
        const Finding *loop = summary_finding (summary, phone, i - 1);
        if (loop->problem != PROBLEM_REJECT_LOOP || !summary_stands (summary, phone, loop))
            continue;
        before = summary_failed (summary, loop);
        return before && summary_same_aim (before, refused) && same_text (summary, loop, refusal) ? loop : refusal;
    }
    return refusal;
}

const Finding *summary_cause (const Summary *summary, const PhoneSummary *phone, RegistrationId decides)
{
    const Finding *cause = heaviest (summary, phone, flow_registration (summary->flow, decides));

    if (!cause || finding_effect (cause) != EFFECT_SYMPTOM)
        return cause;
    const Finding *symptom = cause;
    /* A guess explains nothing, and what the server has said itself is explained by nothing less certain. */
    const Certainty least = symptom->problem == PROBLEM_REGISTER_REJECTED ? symptom->certainty : CERTAINTY_LIKELY;
    Found found = found_about (phone, summary_failed (summary, symptom));
    for (const Finding *finding; (finding = next_found (summary, &found));)
        if (finding->certainty >= least && explains (summary, finding, symptom) &&
            !is_refuted (summary, phone, finding))
            cause = finding;
    return cause->problem == PROBLEM_REGISTER_REJECTED ? loop_before (summary, phone, cause) : cause;
}

/* --- What fails a job */

gboolean summary_is_registered (const PhoneSummary *phone)
{
    return phone->outcome == OUTCOME_READY || phone->outcome == OUTCOME_REGISTERED || phone->outcome == OUTCOME_AUTO;
}

const Finding *summary_standing_error (const Summary *summary, const PhoneSummary *phone)
{
    const Finding *first = NULL;

    for (guint i = 0; i < phone->found->len; i++) {
        const Finding *finding = summary_finding (summary, phone, i);
        if (!is_error (finding) || !summary_stands (summary, phone, finding))
            continue;
        /* What is said to one of two devices may come of the other. */
        if (!first || finding->problem == PROBLEM_DUPLICATE_DEVICE ||
            (finding_effect (first) == EFFECT_SYMPTOM && explains (summary, finding, first)))
            first = finding;
    }
    return first;
}

gboolean summary_phone_fails (const Summary *summary, const PhoneSummary *phone)
{
    return outcome_fails (phone->outcome) || phone->cause || summary_standing_error (summary, phone);
}
