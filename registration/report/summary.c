/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/report/summary_internal.h"

#include "registration/flow/boot_state.h"
#include "registration/protocols/dhcp.h"
#include "registration/protocols/eapol.h"
#include "registration/protocols/sccp.h"
#include "registration/protocols/sip.h"
#include "registration/protocols/tftp.h"
#include "registration/protocols/tls_record.h"
#include "registration/terms/models.h"

/* Where the notes of a registration go. */
typedef struct {
    guint32 phone; /* place among the summary's phones + 1; NO_PHONE for nobody's; 0 before anybody asked */
    guint32 attempt;
} Place;

#define NO_PHONE G_MAXUINT32

typedef struct {
    Summary *summary;
    Place *places; /* by RegistrationId; 0 is for notes without one */
} Adding;

static void clear_phone (gpointer data)
{
    PhoneSummary *phone = data;

    g_array_unref (phone->attempts);
    g_array_unref (phone->lines);
    g_array_unref (phone->found);
    g_clear_pointer (&phone->found_of, g_hash_table_unref);
    g_clear_pointer (&phone->grants, g_hash_table_unref);
    g_free (phone->load);
}

static PhoneSummary *phone_summary (Summary *summary, PhoneId phone)
{
    if (summary->places[phone] == 0) {
        PhoneSummary added = { .phone = phone,
                               .protocol = N_PROTOCOLS,
                               .looked_for_lease = NOT_SEEN,
                               .leased = NOT_SEEN,
                               .configured = NOT_SEEN,
                               .own_configured = NOT_SEEN,
                               .fetched = NOT_SEEN,
                               .attempts = g_array_new (FALSE, TRUE, sizeof (Attempt)),
                               .lines = g_array_new (FALSE, TRUE, sizeof (LineOutcome)),
                               .found = g_array_new (FALSE, TRUE, sizeof (guint)) };
        g_array_append_val (summary->phones, added);
        summary->places[phone] = summary->phones->len;
    }
    return &g_array_index (summary->phones, PhoneSummary, summary->places[phone] - 1);
}

/* --- What a note does */

/* Neighbours ask for a phone's Ethernet address long after it has done anything, and it gives its lease back. */
static gboolean is_step (const Note *note)
{
    const MessageKind *kind = catalog_kind (note->kind);
    return note->phase != PHASE_NONE && note->phase < PHASE_KEEPALIVE && kind->protocol != PROTOCOL_ARP &&
           kind->protocol != PROTOCOL_ICMP && !(kind->protocol == PROTOCOL_DHCP && kind->id == DHCP_RELEASE);
}

static gboolean is_message_of_server (const Note *note)
{
    const Protocol protocol = catalog_kind (note->kind)->protocol;
    return note->from_server && protocol != PROTOCOL_TCP && protocol != PROTOCOL_ICMP && protocol != PROTOCOL_ARP;
}

/* The port of the switch passes what the phone needs. */
static gboolean lets_in (const Note *note)
{
    const MessageKind *kind = catalog_kind (note->kind);

    return note->from_server &&
           (note->phase == PHASE_LINK ? kind->protocol == PROTOCOL_EAPOL && kind->id == EAPOL_SUCCESS
                                      : kind->protocol != PROTOCOL_FRAME);
}

/* Connections for files end when a file is there. */
static gboolean is_setback (const Note *note)
{
    const MessageKind *kind = catalog_kind (note->kind);

    switch (kind->protocol) {
    case PROTOCOL_TCP:
        return note->phase != PHASE_FILES && (kind->id == TCP_EVENT_CONNECT_AGAIN || kind->id == TCP_EVENT_REFUSED ||
                                              kind->id == TCP_EVENT_CLOSE || kind->id == TCP_EVENT_RESET);
    case PROTOCOL_ICMP:
        return note->variant != VARIANT_HARMLESS;
    case PROTOCOL_TLS:
        return note->phase != PHASE_FILES && kind->id == TLS_ALERT;
    default:
        return !note->from_server && kind->is_request &&
               (note->variant == VARIANT_AGAIN || note->variant == VARIANT_UNHEARD);
    }
}

static gboolean is_progress (const Note *note)
{
    const MessageKind *kind = catalog_kind (note->kind);

    if (kind->protocol == PROTOCOL_TCP)
        return kind->id == TCP_EVENT_CONNECT || kind->id == TCP_EVENT_ACCEPT;
    return is_message_of_server (note) || (kind->is_request && kind->protocol != PROTOCOL_ARP);
}

/* It only says that something has arrived, or sends it once more. */
static gboolean is_no_message (const Note *note)
{
    const MessageKind *kind = catalog_kind (note->kind);

    if (kind->protocol == PROTOCOL_TCP)
        return kind->id == TCP_EVENT_ACK || kind->id == TCP_EVENT_ESTABLISHED || kind->id == TCP_EVENT_RETRANSMISSION;
    return kind->protocol == PROTOCOL_TFTP && kind->id == TFTP_ACK;
}

static BootFileKind kind_of_file (const Flow *flow, const Note *note)
{
    Value name;
    const gboolean has_name = values_find (notes_values (flow_notes (flow), note), VALUE_FILE, &name);

    return has_name ? boot_file_kind (name.text, name.text_size) : BOOT_FILE_UNKNOWN;
}

/* Ring tones and languages are fetched by phones that are registered, too; what has a part in the way to a call manager
 * is missed when it is not there. */
static gboolean is_boot_file (const Flow *flow, const Note *note)
{
    Value name;

    return values_find (notes_values (flow_notes (flow), note), VALUE_FILE, &name) &&
           boot_file_missing (boot_file_kind (name.text, name.text_size)) != MISSING_HARMLESS;
}

/* What nobody does who has an address and is registered. */
static gboolean is_start (const Flow *flow, const Note *note)
{
    const MessageKind *kind = catalog_kind (note->kind);

    switch (kind->protocol) {
    case PROTOCOL_DHCP:
        return kind->id == DHCP_DISCOVER || kind->id == DHCP_OFFER;
    case PROTOCOL_TFTP:
    case PROTOCOL_HTTP:
        return kind->is_request && is_boot_file (flow, note);
    default:
        return FALSE;
    }
}

/* It asks again for the address that it has: phones do so for as long as they live. */
static gboolean renews_lease (const PhoneSummary *phone, const Note *note)
{
    const MessageKind *kind = catalog_kind (note->kind);

    return kind->protocol == PROTOCOL_DHCP && (kind->id == DHCP_REQUEST || kind->id == DHCP_ACK) &&
           phone->leased != NOT_SEEN && phone->looked_for_lease < phone->leased;
}

/* It has got a configuration: one that can be read, or one whose text is not in the capture. */
static gboolean is_configured (const Flow *flow, const Note *note)
{
    const Protocol protocol = catalog_kind (note->kind)->protocol;

    if (protocol != PROTOCOL_TFTP && protocol != PROTOCOL_HTTP)
        return FALSE;
    return note->variant == VARIANT_CONFIG ||
           (note->variant == VARIANT_DELIVERED && boot_file_is_configuration (kind_of_file (flow, note)));
}

/* A configuration has come whole, and cannot be read. */
static gboolean is_unreadable (const Note *note)
{
    const Protocol protocol = catalog_kind (note->kind)->protocol;
    return (protocol == PROTOCOL_TFTP || protocol == PROTOCOL_HTTP) && note->variant == VARIANT_BROKEN;
}

/* By itself: a hop may speak for it. */
static gboolean answers_server (const Note *note)
{
    const MessageKind *kind = catalog_kind (note->kind);

    return kind->protocol == PROTOCOL_SIP && kind->is_answer && !note->from_server && !sip_is_for_another (kind->id);
}

static void follow_progress (const Flow *flow, PhoneSummary *phone, NoteId id, const Note *note)
{
    const MessageKind *kind = catalog_kind (note->kind);

    phone->is_booting |= is_start (flow, note);
    if (kind->protocol == PROTOCOL_DHCP && kind->id == DHCP_RELEASE) /* it leaves */
        phone->is_booting = FALSE;
    if (is_step (note) && !renews_lease (phone, note))
        phone->step = id;
    if (kind->protocol == PROTOCOL_DHCP && kind->id == DHCP_DISCOVER)
        phone->looked_for_lease = note->time;
    if (is_setback (note) || is_progress (note))
        phone->is_set_back = is_setback (note);
    if (is_message_of_server (note))
        phone->answered[note->phase] = id;
    if (answers_server (note))
        phone->heard = id;
    if (lets_in (note))
        phone->let_in = id;
    if (kind->protocol == PROTOCOL_DHCP && kind->id == DHCP_ACK)
        phone->leased = note->time;
    if (is_configured (flow, note) || is_unreadable (note))
        phone->fetched = note->time;
    if (!is_configured (flow, note))
        return;
    phone->configured = note->time;
    if (kind_of_file (flow, note) != BOOT_FILE_DEFAULT_CONFIG)
        phone->own_configured = note->time;
}

/* --- Whose note it is */

/* A connection that carries on an older registration belongs to that. */
static RegistrationId carried (const Flow *flow, RegistrationId id)
{
    const Registration *registration = flow_registration (flow, id);
    return registration && registration->into ? registration->into : id;
}

/* The way to a registration and the registration are one attempt; so is what a phone does beside it. One way leads
 * there: another one is another start. */
static gboolean goes_together (const Flow *flow, Attempt *last, RegistrationId id)
{
    const Registration *before = flow_registration (flow, last->registration), *now = flow_registration (flow, id);

    if (!before || !now || before->attempt != now->attempt)
        return FALSE;
    if (now->role == ROLE_WAY) {
        if (last->way && last->way != id)
            return FALSE;
        last->way = id;
        return TRUE;
    }
    if (before->role != ROLE_WAY)
        return FALSE;
    last->registration = id;
    return TRUE;
}

static guint32 place_attempt (const Flow *flow, PhoneSummary *phone, RegistrationId id, const Note *note)
{
    GArray *attempts = phone->attempts;

    if (attempts->len && goes_together (flow, &g_array_index (attempts, Attempt, attempts->len - 1), id))
        return attempts->len - 1;
    const Registration *registration = flow_registration (flow, id);
    Attempt added = { .registration = id,
                      .way = registration && registration->role == ROLE_WAY ? id : 0,
                      .start = registration ? registration->attempt : 0,
                      .first_frame = note->frame,
                      .first = note->time };
    g_array_append_val (attempts, added);
    return attempts->len - 1;
}

/* What came to nothing is a try as well where no registration has its number: a connection that was refused. */
static void number_attempts (const Flow *flow, PhoneSummary *phone)
{
    if (phone->attempts->len == 1) {
        Attempt *only = &g_array_index (phone->attempts, Attempt, 0);
        only->number = flow_number (flow, only->registration);
        return;
    }
    g_autoptr (GHashTable) taken = g_hash_table_new (NULL, NULL);
    for (guint counted = 0; counted < 2; counted++) {
        for (guint i = 0; i < phone->attempts->len; i++) {
            Attempt *attempt = &g_array_index (phone->attempts, Attempt, i);
            const Registration *registration = flow_registration (flow, attempt->registration);
            const guint32 number = flow_number (flow, attempt->registration);
            const gboolean is_try = registration && registration->role != ROLE_WAY && registration->is_counted;
            if (is_try == !counted && number && g_hash_table_add (taken, GUINT_TO_POINTER (number)))
                attempt->number = number;
        }
    }
}

/* Others go to the same ports. */
static gboolean is_of_phone (const Flow *flow, const Note *note)
{
    return phones_get (flow_phones (flow), flow_note_phone (flow, note))->has_spoken;
}

static const Place *place_of (Adding *adding, const Note *note)
{
    Summary *summary = adding->summary;
    const RegistrationId id = carried (summary->flow, note->registration);
    Place *place = &adding->places[id];

    if (place->phone && id)
        return place;
    *place = (Place){ .phone = NO_PHONE };
    if (!is_of_phone (summary->flow, note))
        return place;
    const PhoneId whose = flow_note_phone (summary->flow, note);
    place->attempt = place_attempt (summary->flow, phone_summary (summary, whose), id, note);
    place->phone = summary->places[whose];
    return place;
}

static void add_to_span (Span *span, const Note *note, NoteId id)
{
    if (is_no_message (note))
        return;
    if (span->count++ == 0)
        span->first = id;
    span->last = id;
}

/* For as long as it lives, a phone announces itself, is asked for its Ethernet address and renews its lease; once it
 * has turned to a server, that is no part of the way there. */
static gboolean is_behind (const PhoneSummary *phone, const Attempt *attempt, const Note *note)
{
    const Protocol protocol = catalog_kind (note->kind)->protocol;

    if (note->phase != PHASE_LINK && note->phase != PHASE_ADDRESS)
        return FALSE;
    if (protocol == PROTOCOL_DHCP && !renews_lease (phone, note))
        return FALSE;
    for (guint later = PHASE_CONNECT; later <= PHASE_FINISH; later++)
        if (attempt->phases[later].count)
            return TRUE;
    return FALSE;
}

static void add_note (Adding *adding, NoteId id)
{
    const Note *note = notes_get (flow_notes (adding->summary->flow), id);

    if (note_is_copy (note)) {
        adding->summary->n_copies += is_of_phone (adding->summary->flow, note) ? 1 : 0;
        return;
    }
    const Place *place = place_of (adding, note);
    if (place->phone == NO_PHONE)
        return;
    PhoneSummary *phone = &g_array_index (adding->summary->phones, PhoneSummary, place->phone - 1);
    Attempt *attempt = &g_array_index (phone->attempts, Attempt, place->attempt);
    const Protocol protocol = catalog_kind (note->kind)->protocol;

    phone->last_note = id;
    if (protocol == PROTOCOL_SCCP || protocol == PROTOCOL_SIP)
        phone->protocol = protocol;
    if (!is_behind (phone, attempt, note))
        add_to_span (&attempt->phases[note->phase], note, id);
    follow_progress (adding->summary->flow, phone, id, note);
    attempt->last_frame = note->frame;
    attempt->last = note->time;
    attempt->takes_step |= is_step (note);
}

static void add_findings (Summary *summary)
{
    for (guint i = 0; i < findings_count (summary->findings); i++) {
        const Finding *finding = findings_get (summary->findings, i);
        const Note *note = notes_get (flow_notes (summary->flow), finding->note);
        const PhoneId whose = flow_note_phone (summary->flow, note);
        if (!summary->places[whose])
            continue;
        PhoneSummary *phone = phone_summary (summary, whose);
        g_array_append_val (phone->found, i);
        phone->has_double |= finding->problem == PROBLEM_DUPLICATE_DEVICE;
        phone->is_one_sided |= finding->problem == PROBLEM_ONE_SIDED_CAPTURE;
    }
}

/* How far an attempt has come. Lamps and prompts come to phones that are not ready, too. */
static Phase furthest_of (const Summary *summary, const Attempt *attempt)
{
    const Registration *registration = summary_registration (summary, attempt);
    Phase phase = registration && registration->steps[MOVE_READY] ? PHASE_FINISH : PHASE_FINISH - 1;

    while (phase > PHASE_NONE && !attempt->phases[phase].count)
        phase--;
    return phase;
}

/* How far its latest attempt has come. */
static void find_furthest (const Summary *summary, PhoneSummary *phone)
{
    guint32 latest = 0;

    for (guint i = 0; i < phone->attempts->len; i++)
        if (summary_attempt (phone, i)->takes_step)
            latest = MAX (latest, summary_attempt (phone, i)->start);
    for (guint i = 0; i < phone->attempts->len; i++)
        if (summary_attempt (phone, i)->start == latest)
            phone->furthest = MAX (phone->furthest, furthest_of (summary, summary_attempt (phone, i)));
}

Phase summary_line_phase (const Summary *summary, const PhoneSummary *phone, RegistrationId decides)
{
    Phase furthest = PHASE_NONE;

    for (guint i = 0; decides && i < phone->attempts->len; i++)
        if (summary_attempt (phone, i)->registration == decides)
            furthest = MAX (furthest, furthest_of (summary, summary_attempt (phone, i)));
    return furthest != PHASE_NONE ? furthest : phone->furthest;
}

/* From here on it pays to know what is about which line. */
#define MANY_FOUND 16

static Summary *begin (const Diagnosis *diagnosis)
{
    const Flow *flow = diagnosis_flow (diagnosis);
    Summary *summary = g_new0 (Summary, 1);

    summary->diagnosis = diagnosis;
    summary->flow = flow;
    summary->findings = diagnosis_findings (diagnosis);
    summary->phones = g_array_new (FALSE, TRUE, sizeof (PhoneSummary));
    g_array_set_clear_func (summary->phones, clear_phone);
    summary->places = g_new0 (guint32, phones_count (flow_phones (flow)));
    return summary;
}

/* All its notes are there. */
static Summary *conclude (Summary *summary)
{
    add_findings (summary);
    for (guint i = 0; i < summary->phones->len; i++) {
        PhoneSummary *phone = &g_array_index (summary->phones, PhoneSummary, i);
        number_attempts (summary->flow, phone);
        find_furthest (summary, phone);
        if (phone->found->len)
            summary_find_grants (summary, phone);
        if (phone->protocol == PROTOCOL_SIP && phone->found->len > MANY_FOUND)
            summary_sort_found (summary, phone);
        summary_conclude (summary, phone);
    }
    return summary;
}

Summary *summary_new_of (const Diagnosis *diagnosis, const NoteId *notes, guint n_notes, NoteFilter filter,
                         gconstpointer user_data)
{
    const Flow *flow = diagnosis_flow (diagnosis);
    Summary *summary = begin (diagnosis);
    g_autofree Place *places = g_new0 (Place, registrations_count (flow_registrations (flow)) + 1);
    Adding adding = { summary, places };

    for (guint i = 0; i < n_notes; i++) {
        const NoteId id = notes ? notes[i] : i + 1;
        if (!filter || filter (id, user_data))
            add_note (&adding, id);
    }
    return conclude (summary);
}

Summary *summary_new (const Diagnosis *diagnosis, NoteFilter filter, gconstpointer user_data)
{
    return summary_new_of (diagnosis, NULL, notes_count (flow_notes (diagnosis_flow (diagnosis))), filter, user_data);
}

void summary_free (Summary *summary)
{
    if (!summary)
        return;
    g_array_unref (summary->phones);
    g_free (summary->places);
    g_free (summary);
}

const PhoneSummary *summary_phone (const Summary *summary, guint index)
{
    return &g_array_index (summary->phones, PhoneSummary, index);
}

const Attempt *summary_attempt (const PhoneSummary *phone, guint index)
{
    return &g_array_index (phone->attempts, Attempt, index);
}

const Finding *summary_finding (const Summary *summary, const PhoneSummary *phone, guint index)
{
    return findings_get (summary->findings, g_array_index (phone->found, guint, index));
}

static gboolean asked_value (const Summary *summary, const Registration *registration, ValueKey key, Value *ret_value)
{
    const Note *asked = registration ? notes_get (flow_notes (summary->flow), registration->steps[MOVE_ASK]) : NULL;

    return asked && registration->protocol == PROTOCOL_SCCP &&
           values_find (notes_values (flow_notes (summary->flow), asked), key, ret_value);
}

/* Of the registration that decides. */
static gboolean decisive_value (const Summary *summary, const PhoneSummary *phone, ValueKey key, Value *ret_value)
{
    return asked_value (summary, flow_registration (summary->flow, phone->decides), key, ret_value);
}

IpAddress summary_asked_from (const Summary *summary, const Registration *registration)
{
    Value own;

    if (asked_value (summary, registration, VALUE_SOURCE, &own) || asked_value (summary, registration, VALUE_IP, &own))
        return own.address;
    return (IpAddress){ 0 };
}

gboolean summary_is_left (const Summary *summary, const Registration *registration)
{
    const Note *note = notes_get (flow_notes (summary->flow), registration->steps[MOVE_REPLACE]);
    const Registration *other = note ? flow_registration (summary->flow, note->registration) : NULL;

    if (!other || other->server == registration->server)
        return FALSE;
    const IpAddress here = summary_asked_from (summary, registration), there = summary_asked_from (summary, other);
    return here.size && ip_address_equal (&here, &there);
}

IpAddress summary_address (const Summary *summary, const PhoneSummary *phone)
{
    const IpAddress from = summary_asked_from (summary, flow_registration (summary->flow, phone->decides));

    return phone->has_double && from.size ? from : phones_get (flow_phones (summary->flow), phone->phone)->address;
}

void summary_keep_load (const Summary *summary, PhoneSummary *phone)
{
    Value load;

    if (decisive_value (summary, phone, VALUE_LOAD, &load) && load.text_size)
        phone->load = g_strndup (load.text, load.text_size);
}

const char *summary_load (const Summary *summary, const PhoneSummary *phone)
{
    return phone->load ? phone->load : phones_get (flow_phones (summary->flow), phone->phone)->load;
}

const char *summary_model (const Summary *summary, const PhoneSummary *phone)
{
    const Phone *known = phones_get (flow_phones (summary->flow), phone->phone);
    Value type = { .number = known->device_type };
    const char *name = decisive_value (summary, phone, VALUE_DEVICE_TYPE, &type) || known->device_type
                           ? model_name ((guint32) type.number)
                           : NULL;

    return name ? name : known->boot && *known->boot->model ? known->boot->model : NULL;
}

guint summary_attempts (const Summary *summary, const PhoneSummary *phone)
{
    guint count = 0;

    for (guint i = 0; i < phone->attempts->len; i++) {
        const Registration *registration = summary_registration (summary, summary_attempt (phone, i));
        count += registration && registration->role == ROLE_PRIMARY && registration->attempt != 0;
    }
    return count;
}

const Registration *summary_registration (const Summary *summary, const Attempt *attempt)
{
    return flow_registration (summary->flow, attempt->registration);
}

gint64 summary_moment (const Summary *summary, const Attempt *attempt, RegistrationMove step)
{
    const Registration *registration = summary_registration (summary, attempt);
    const Note *note = registration ? notes_get (flow_notes (summary->flow), registration->steps[step]) : NULL;

    return note ? note->time : NOT_SEEN;
}

gboolean summary_knows_time (const Summary *summary, gint64 from, gint64 to)
{
    return from != NOT_SEEN && to != NOT_SEEN && to >= from && !flow_paused (summary->flow, from, to, TRUE);
}

gint64 summary_span_begin (const Summary *summary, const Span *span)
{
    return notes_get (flow_notes (summary->flow), span->first)->time;
}

gint64 summary_span_took (const Summary *summary, const Span *span)
{
    return notes_get (flow_notes (summary->flow), span->last)->time - summary_span_begin (summary, span);
}

gint64 summary_begin (const Summary *summary, const Attempt *attempt)
{
    const gint64 connect = summary_moment (summary, attempt, MOVE_CONNECT),
                 ask = summary_moment (summary, attempt, MOVE_ASK);

    if (connect != NOT_SEEN)
        return connect;
    return ask != NOT_SEEN ? ask : attempt->first;
}

gboolean summary_has_registration (const Summary *summary)
{
    for (guint i = 0; i < summary->phones->len; i++)
        if (summary_phone (summary, i)->outcome != OUTCOME_NONE || summary_phone (summary, i)->cause)
            return TRUE;
    return FALSE;
}

gboolean summary_has_errors (const Summary *summary)
{
    for (guint i = 0; i < summary->phones->len; i++)
        if (summary_phone_fails (summary, summary_phone (summary, i)))
            return TRUE;
    return FALSE;
}
