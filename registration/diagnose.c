/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is wrong: looks at each note once, when all notes of its frame are written and paired. */
#include "registration/flow_internal.h"

#include "registration/boot_file.h"
#include "registration/dhcp.h"
#include "registration/models.h"
#include "registration/sccp.h"
#include "registration/sip.h"
#include "registration/tftp.h"
#include "registration/tls_record.h"

#include <string.h>

/* One problem of one phone, so that what goes on for hours is said once: about what, and how often so far. */
typedef struct {
    PhoneId phone;
    guint32 problem;
    guint32 about; /* server, or hash of a file name */
} CaseKey;

typedef struct {
    CaseKey key;                /* stays first */
    NoteId first, second, last; /* last: where the count was full */
    guint32 count;
} Case;

/* Something that ought to follow a note, and the time by which. */
typedef struct {
    NoteId note;
    gint64 deadline;
    guint32 problem, about; /* of the case that it is about, if it is about one */
} Watch;

/* No server takes longer to decide about a RegisterReq and then says yes (reference 5.4, R3). */
#define REGISTER_PATIENCE (10 * G_GINT64_CONSTANT (1000000000))
/* A phone asks for its first file within seconds of its address (reference 5.1, D3). */
#define FILES_PATIENCE (10 * G_GINT64_CONSTANT (1000000000))
/* Reference 5.1, D1. */
#define OFFER_PATIENCE (10 * G_GINT64_CONSTANT (1000000000))

/* The longest that a phone waits before it sends the same once more (TFTP, and SIP in the end). */
#define ANSWER_PATIENCE (4 * G_GINT64_CONSTANT (1000000000))

/* Phones ask here for their files first, and go on with TFTP when it is closed or filtered (reference 4.4). */
#define HTTP_FILES_PORT 6970

/* So many in a row without an answer, or with the same answer. */
#define DISCOVERS_LOST     3 /* reference 5.1, D1 */
#define REQUESTS_TIMED_OUT 3 /* the request and two repetitions: reference 5.2, B1 */
#define SIGNED_LOCKED      3 /* reference 5.2, B9 */
#define SYNS_FILTERED      3 /* reference 5.3, X1 */
#define REGISTERS_LOST     5 /* after 0.5 + 1 + 2 + 4 s (RFC 3261, timer E) */
#define REJECTS_LOOP       3 /* reference 5.4, R2 */
#define CHALLENGES_LOOP    3 /* reference 5.6, A2 */

static guint hash_case (gconstpointer data)
{
    const CaseKey *key = data;
    return key->phone * 0x9E3779B1u ^ key->problem * 0x85EBCA77u ^ key->about;
}

static gboolean equal_case (gconstpointer a, gconstpointer b)
{
    return memcmp (a, b, sizeof (CaseKey)) == 0;
}

static Case *case_of (Flow *flow, const Note *note, Problem problem, guint32 about)
{
    CaseKey key = { phones_current (flow->phones, note->phone), problem, about };
    Case *found = g_hash_table_lookup (flow->cases, &key);

    if (!found) {
        found = g_new0 (Case, 1);
        found->key = key;
        g_hash_table_insert (flow->cases, &found->key, found);
    }
    return found;
}

static void watch (GQueue *queue, Watch added)
{
    g_queue_push_tail (queue, g_memdup2 (&added, sizeof added));
}

/* Says it the first time only. */
static void raise_once (Flow *flow, NoteId id, Problem problem, Certainty certainty, guint32 about, NoteId cause)
{
    const Note *note = notes_get (flow->notes, id);
    Case *of = case_of (flow, note, problem, about);

    if (of->count++ == 0) {
        NoteId evidence[] = { cause, id };
        of->first = id;
        findings_add (flow->findings, problem, certainty, evidence, 2);
    }
}

static void raise_case (Flow *flow, const Case *of, Certainty certainty)
{
    NoteId evidence[] = { of->first, of->second == of->last ? 0 : of->second, of->last };
    findings_add (flow->findings, of->key.problem, certainty, evidence, 3);
}

/* Counts. TRUE once: when it has happened often enough for long enough. */
static gboolean is_enough (Flow *flow, Case *of, NoteId id, guint32 times, gint64 span)
{
    of->count++;
    if (of->count == 1)
        of->first = id;
    if (of->count == 2)
        of->second = id;
    if (of->last || of->count < times ||
        notes_get (flow->notes, id)->time - notes_get (flow->notes, of->first)->time < span)
        return FALSE;
    of->last = id;
    return TRUE;
}

/* Counts, and says it once when it has happened often enough. */
static void raise_after (Flow *flow, NoteId id, Problem problem, Certainty certainty, guint32 about, guint32 times)
{
    Case *of = case_of (flow, notes_get (flow->notes, id), problem, about);

    if (is_enough (flow, of, id, times, 0))
        raise_case (flow, of, certainty);
}

/* The same for what nobody answers: the last one may still be answered for a while. */
static void raise_unanswered (Flow *flow, NoteId id, Problem problem, guint32 about, guint32 times, gint64 span)
{
    const Note *note = notes_get (flow->notes, id);

    if (is_enough (flow, case_of (flow, note, problem, about), id, times, span))
        watch (&flow->repeated, (Watch){ id, note->time + ANSWER_PATIENCE, problem, about });
}

static void forget (Flow *flow, const Note *note, Problem problem, guint32 about)
{
    CaseKey key = { phones_current (flow->phones, note->phone), problem, about };
    g_hash_table_remove (flow->cases, &key);
}

static guint64 number_of (const Flow *flow, const Note *note, ValueKey key)
{
    Value value;
    return values_find (notes_values (flow->notes, note), key, &value) ? value.number : 0;
}

static View text_of (const Flow *flow, const Note *note, ValueKey key)
{
    Value value;

    if (!values_find (notes_values (flow->notes, note), key, &value))
        return (View){ NULL, 0 };
    return (View){ (const guint8 *) value.text, value.text_size };
}

static guint32 hash_text (View text)
{
    guint32 hash = 2166136261u;

    for (gsize i = 0; i < text.size; i++)
        hash = (hash ^ text.data[i]) * 16777619u;
    return hash;
}

/* --- What a note shows by itself -----------------------------------------------------------------------------------
 */

/* A conference bridge and the like: it has no number and needs none. */
static gboolean is_media_resource (const Flow *flow, const Note *note)
{
    const Phone *phone = phones_get (flow->phones, phones_current (flow->phones, note->phone));
    return model_is_media_resource (phone->device_type);
}

static void look_at_sccp (Flow *flow, NoteId id, const Note *note, guint32 kind)
{
    switch (kind) {
    case SCCP_REGISTER_REQ:
        if (note->attempt) /* the connection was seen from its start */
            watch (&flow->unanswered, (Watch){ id, note->time + REGISTER_PATIENCE });
        break;
    case SCCP_REGISTER_ACK:
        forget (flow, note, PROBLEM_REJECT_LOOP, note->server);
        break;
    case SCCP_REGISTER_REJECT: {
        NoteId evidence[] = { note->partner, id };
        findings_add (flow->findings, PROBLEM_REGISTER_REJECTED, CERTAINTY_CERTAIN, evidence, 2);
        raise_after (flow, id, PROBLEM_REJECT_LOOP, CERTAINTY_CERTAIN, note->server, REJECTS_LOOP);
        break;
    }
    case 0x011B: /* RegisterTokenReject */
    case 0x8101:
        raise_once (flow, id, PROBLEM_TOKEN_REJECTED, CERTAINTY_CERTAIN, note->server, note->partner);
        break;
    case SCCP_LINE_STAT_RES:
    case SCCP_LINE_STAT_V2_RES:
        if (note->variant == VARIANT_EMPTY && number_of (flow, note, VALUE_LINE) == 1)
            raise_once (flow, id, PROBLEM_NO_LINE, CERTAINTY_CERTAIN, note->attempt, note->partner);
        break;
    case 0x0093: /* ConfigStatRes */
        if (note->variant == VARIANT_NONE_LEFT && !is_media_resource (flow, note))
            raise_once (flow, id, PROBLEM_NO_LINE, CERTAINTY_CERTAIN, note->attempt, note->partner);
        break;
    case SCCP_RESET: {
        NoteId evidence[] = { id };
        findings_add (flow->findings, PROBLEM_RESET_ORDERED, CERTAINTY_CERTAIN, evidence, 1);
        break;
    }
    case 0x002C: /* MediaResourceNotification */
        if (note->variant == VARIANT_NONE_LEFT)
            raise_once (flow, id, PROBLEM_NO_STREAMS, CERTAINTY_CERTAIN, note->server, 0);
        break;
    default:
        break;
    }
}

/* The server has closed the connection: that is another answer than none, if it did not take it ten seconds. */
static void stop_waiting (Flow *flow, const Note *closed)
{
    for (GList *link = flow->unanswered.head, *next; link; link = next) {
        Watch *waiting = link->data;
        const Note *note = notes_get (flow->notes, waiting->note);
        next = link->next;
        if (note->phone != closed->phone || note->server != closed->server || note->attempt != closed->attempt ||
            waiting->deadline <= closed->time)
            continue;
        g_free (waiting);
        g_queue_delete_link (&flow->unanswered, link);
    }
}

static void look_at_tcp (Flow *flow, NoteId id, const Note *note, guint32 kind)
{
    const Endpoint *server = flow_server (flow, note);

    if (!server || server->port == HTTP_FILES_PORT)
        return;
    switch (kind) {
    case TCP_EVENT_CONNECT:
    case TCP_EVENT_CONNECT_AGAIN:
        raise_unanswered (flow, id, PROBLEM_PORT_FILTERED, note->server, SYNS_FILTERED, 0);
        break;
    case TCP_EVENT_REFUSED:
        raise_once (flow, id, PROBLEM_PORT_CLOSED, CERTAINTY_CERTAIN, note->server, note->partner);
        forget (flow, note, PROBLEM_PORT_FILTERED, note->server);
        break;
    case TCP_EVENT_ACCEPT:
        forget (flow, note, PROBLEM_PORT_FILTERED, note->server);
        break;
    case TCP_EVENT_CLOSE:
    case TCP_EVENT_RESET:
        if (note->from_server)
            stop_waiting (flow, note);
        break;
    default:
        break;
    }
}

static void look_at_missing_file (Flow *flow, NoteId id, const Note *note)
{
    View file = text_of (flow, note, VALUE_FILE);
    guint32 about = hash_text (file);

    if (note->variant == VARIANT_HARMLESS) {
        raise_once (flow, id, PROBLEM_OPTIONAL_FILE_NOT_FOUND, CERTAINTY_CERTAIN, about, note->partner);
        return;
    }
    if (note->variant == VARIANT_SIGNED) {
        raise_after (flow, id, PROBLEM_SIGNED_CONFIG_LOCK, CERTAINTY_LIKELY, 0, SIGNED_LOCKED);
        return;
    }
    switch (boot_file_kind ((const char *) file.data, file.size)) {
    case BOOT_FILE_PHONE_CONFIG:
        raise_once (flow, id, PROBLEM_CONFIG_NOT_FOUND, CERTAINTY_CERTAIN, 0, note->partner);
        break;
    case BOOT_FILE_DEFAULT_CONFIG: {
        const Case *own = case_of (flow, note, PROBLEM_CONFIG_NOT_FOUND, 0);
        if (own->count)
            raise_once (flow, id, PROBLEM_NO_CONFIG_AT_ALL, CERTAINTY_CERTAIN, 0, own->first);
        break;
    }
    case BOOT_FILE_LOADS:
    case BOOT_FILE_FIRMWARE:
        raise_once (flow, id, PROBLEM_FIRMWARE_NOT_FOUND, CERTAINTY_CERTAIN, about, note->partner);
        break;
    default:
        break;
    }
}

static void look_at_tftp (Flow *flow, NoteId id, const Note *note, guint32 kind)
{
    guint32 about = hash_text (text_of (flow, note, VALUE_FILE));

    if (kind == TFTP_RRQ) {
        raise_unanswered (flow, id, PROBLEM_TFTP_TIMEOUT, about, REQUESTS_TIMED_OUT, 0);
        return;
    }
    if (!note->from_server)
        return;
    forget (flow, note, PROBLEM_TFTP_TIMEOUT, about);
    if (kind != TFTP_ERROR)
        return;
    if (note->variant == VARIANT_STRAY)
        return;
    if (note->variant == VARIANT_NONE)
        raise_once (flow, id, PROBLEM_TFTP_REFUSED, CERTAINTY_CERTAIN, about, note->partner);
    else
        look_at_missing_file (flow, id, note);
}

static void look_at_dhcp (Flow *flow, NoteId id, const Note *note, guint32 kind)
{
    switch (kind) {
    case DHCP_DISCOVER:
        raise_unanswered (flow, id, PROBLEM_DHCP_NO_OFFER, 0, DISCOVERS_LOST, OFFER_PATIENCE);
        break;
    case DHCP_OFFER:
        forget (flow, note, PROBLEM_DHCP_NO_OFFER, 0);
        break;
    case DHCP_DECLINE:
    case DHCP_NAK:
        raise_once (flow, id, PROBLEM_DHCP_REFUSED, CERTAINTY_CERTAIN, note->attempt, note->partner);
        break;
    case DHCP_ACK:
        forget (flow, note, PROBLEM_DHCP_NO_OFFER, 0);
        if (note->variant == VARIANT_BROKEN)
            raise_once (flow, id, PROBLEM_DHCP_BAD_OPTION_150, CERTAINTY_CERTAIN, 0, note->partner);
        else if (note->variant == VARIANT_NOT_FOUND)
            watch (&flow->without_files, (Watch){ id, note->time + FILES_PATIENCE });
        break;
    default:
        break;
    }
}

/* The number that a REGISTER, or its answer, is about. */
static View registered_number (const Flow *flow, const Note *note)
{
    if (note->from_server && note->partner)
        note = notes_get (flow->notes, note->partner);
    return text_of (flow, note, VALUE_NUMBER);
}

static void look_at_challenge (Flow *flow, NoteId id, const Note *note, guint32 status)
{
    if (status == 407 && note->variant == VARIANT_TOKEN)
        raise_once (flow, id, PROBLEM_OAUTH_REQUIRED, CERTAINTY_CERTAIN, note->server, note->partner);
    else if (note->variant == VARIANT_STALE)
        raise_once (flow, id, PROBLEM_STALE_NONCE, CERTAINTY_CERTAIN, note->attempt, note->partner);
    else if (note->variant == VARIANT_AGAIN && note->partner)
        raise_after (flow, id, PROBLEM_AUTH_LOOP, CERTAINTY_CERTAIN, note->server, CHALLENGES_LOOP);
}

/* A line whose number begins with # stands for none: that nobody knows it is harmless (reference 5.6, A6). */
static gboolean is_placeholder (const Flow *flow, const Note *answer)
{
    View number = registered_number (flow, answer);
    return number.size && number.data[0] == '#';
}

/* An answer to a REGISTER. */
static void look_at_register_answer (Flow *flow, NoteId id, const Note *note, guint32 status)
{
    Problem problem = N_PROBLEMS;

    if (status == 401 || status == 407) {
        look_at_challenge (flow, id, note, status);
        return;
    }
    if (note->variant == VARIANT_AGAIN) /* the same answer twice */
        return;
    if (status >= 200 && status < 300) {
        forget (flow, note, PROBLEM_AUTH_LOOP, note->server);
        if (note->variant == VARIANT_UNREGISTER)
            problem = PROBLEM_UNREGISTERED;
    } else if (status >= 300 && status < 400) {
        problem = PROBLEM_REDIRECTED;
    } else if (status == 403) {
        problem = PROBLEM_SIP_FORBIDDEN;
    } else if (status == 404) {
        if (is_placeholder (flow, note))
            return;
        problem = PROBLEM_SIP_NOT_FOUND;
    } else if (status == 423) {
        problem = PROBLEM_INTERVAL_TOO_BRIEF;
    } else if (status >= 500) {
        problem = PROBLEM_SIP_SERVER_ERROR;
    } else if (status >= 400) {
        problem = PROBLEM_SIP_REQUEST_REJECTED;
    }
    if (problem != N_PROBLEMS)
        raise_once (flow, id, problem, CERTAINTY_CERTAIN, note->attempt, note->partner);
}

static void look_at_sip (Flow *flow, NoteId id, const Note *note, guint32 kind)
{
    static const char method[] = "REGISTER";
    View request = text_of (flow, note, VALUE_REQUEST);

    /* Each line of a phone registers for itself: all of them at once are no repetition. */
    guint32 about = note->server ^ hash_text (registered_number (flow, note));
    if (kind == SIP_REGISTER)
        raise_unanswered (flow, id, PROBLEM_SIP_UNANSWERED, about, REGISTERS_LOST, 0);
    else if (note->from_server)
        forget (flow, note, PROBLEM_SIP_UNANSWERED, about);
    if (kind == SIP_NOTIFY && (note->variant == VARIANT_RESET || note->variant == VARIANT_RESTART))
        raise_once (flow, id, PROBLEM_RESET_ORDERED, CERTAINTY_CERTAIN, note->frame, 0);
    if (kind >= 200 && request.size == sizeof method - 1 && memcmp (request.data, method, request.size) == 0)
        look_at_register_answer (flow, id, note, kind);
}

void diagnose_note (Flow *flow, NoteId id)
{
    const Note *note = notes_get (flow->notes, id);
    const MessageKind *kind = catalog_kind (note->kind);

    switch (kind->protocol) {
    case PROTOCOL_SCCP:
        look_at_sccp (flow, id, note, kind->id);
        break;
    case PROTOCOL_TCP:
        look_at_tcp (flow, id, note, kind->id);
        break;
    case PROTOCOL_TFTP:
        look_at_tftp (flow, id, note, kind->id);
        break;
    case PROTOCOL_HTTP:
        if (note->variant == VARIANT_NOT_FOUND || note->variant == VARIANT_HARMLESS || note->variant == VARIANT_SIGNED)
            look_at_missing_file (flow, id, note);
        break;
    case PROTOCOL_DHCP:
        look_at_dhcp (flow, id, note, kind->id);
        break;
    case PROTOCOL_SIP:
        look_at_sip (flow, id, note, kind->id);
        break;
    case PROTOCOL_DNS:
        if (note->variant == VARIANT_NOT_FOUND && flow_asked_tftp_name (flow, note))
            raise_once (flow, id, PROBLEM_TFTP_NAME_UNRESOLVED, CERTAINTY_CERTAIN, 0, note->partner);
        break;
    case PROTOCOL_ICMP:
        if (kind->id == ICMP_SAYS_UNREACHABLE && note->variant == VARIANT_NONE) {
            raise_once (flow, id, PROBLEM_ICMP_UNREACHABLE, CERTAINTY_CERTAIN,
                        (guint32) number_of (flow, note, VALUE_PORT), note->partner);
            forget (flow, note, PROBLEM_PORT_FILTERED, note->server);
        }
        break;
    case PROTOCOL_TLS:
        if (note->variant == VARIANT_NONE && kind->id == TLS_ALERT)
            raise_once (flow, id, PROBLEM_TLS_ALERT, CERTAINTY_CERTAIN, note->server, note->partner);
        break;
    default:
        break;
    }
}

/* --- What silence shows ---------------------------------------------------------------------------------------------
 */

static gboolean is_due (GQueue *queue, gint64 now)
{
    const Watch *next = g_queue_peek_head (queue);
    return next && next->deadline <= now;
}

void diagnose_silence (Flow *flow, gint64 now, gboolean at_end)
{
    while (is_due (&flow->repeated, now)) {
        g_autofree Watch *due = g_queue_pop_head (&flow->repeated);
        const Case *of = case_of (flow, notes_get (flow->notes, due->note), due->problem, due->about);
        if (of->last == due->note) /* otherwise an answer has come */
            raise_case (flow, of, CERTAINTY_LIKELY);
    }
    while (is_due (&flow->unanswered, now)) {
        g_autofree Watch *due = g_queue_pop_head (&flow->unanswered);
        const Note *note = notes_get (flow->notes, due->note);
        if (!note->partner)
            raise_once (flow, due->note, PROBLEM_REGISTER_UNANSWERED, CERTAINTY_LIKELY, note->attempt, 0);
    }
    /* That the option is missing stands in the ACK itself: the end of the capture closes the question as well. */
    while (is_due (&flow->without_files, now) || (at_end && !g_queue_is_empty (&flow->without_files))) {
        g_autofree Watch *due = g_queue_pop_head (&flow->without_files);
        const Note *note = notes_get (flow->notes, due->note);
        if (!flow_has_asked_for_files (flow, note->phone))
            raise_once (flow, due->note, PROBLEM_DHCP_NO_TFTP_OPTION, CERTAINTY_LIKELY, 0, note->partner);
    }
}

void diagnose_init (Flow *flow)
{
    flow->findings = findings_new ();
    flow->cases = g_hash_table_new_full (hash_case, equal_case, NULL, g_free);
    g_queue_init (&flow->repeated);
    g_queue_init (&flow->unanswered);
    g_queue_init (&flow->without_files);
}

void diagnose_clear (Flow *flow)
{
    findings_free (flow->findings);
    g_hash_table_unref (flow->cases);
    g_queue_clear_full (&flow->repeated, g_free);
    g_queue_clear_full (&flow->unanswered, g_free);
    g_queue_clear_full (&flow->without_files, g_free);
}
