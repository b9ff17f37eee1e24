/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SIP: a registration is one account of one phone at one registrar; Call-IDs and connections come and go. */
#include "registration/flow/flow_sip_internal.h"

#include "registration/wire/times.h"

#include <string.h>

/* "1001@example.net". A registrar's address behind the @ is no domain: the same account goes to another server under
 * another one. */
static gboolean has_domain (const SipMessage *sip)
{
    IpAddress address;
    return !ip_address_parse ((const char *) sip->to.uri.host.data, sip->to.uri.host.size, &address);
}

static guint64 account_hash (const SipMessage *sip)
{
    const guint64 user = view_hash (sip->to.uri.user);
    return has_domain (sip) ? user * 31 + view_hash (sip->to.uri.host) : user;
}

/* Where requests other than REGISTER look: there the phone's own address may stand behind the @. */
guint64 flow_sip_user_hash (View user)
{
    return hash_number (view_hash (user), 1);
}

char *flow_sip_account (const SipMessage *sip, guint32 *ret_user)
{
    g_autofree char *raw_user = flow_sip_text (sip->to.uri.user), *raw_host = flow_sip_text (sip->to.uri.host);
    g_autofree char *user = phones_clean_name (raw_user), *host = phones_clean_name (raw_host);

    if (!*user)
        return NULL;
    if (ret_user)
        *ret_user = (guint32) strlen (user);
    return g_strconcat (user, *host ? "@" : NULL, host, NULL);
}

static void name_line (Flow *flow, Registration *registration, const SipMessage *sip)
{
    g_autofree char *line = registration->line ? NULL : flow_sip_account (sip, &registration->line_user);

    if (line)
        registration->line = g_string_chunk_insert_const (flow->names_kept, line);
}

static RegistrationRole role_of (SipRegisterKind kind)
{
    if (kind == SIP_REGISTER_QUERY)
        return ROLE_QUERY;
    return kind == SIP_REGISTER_STANDBY ? ROLE_STANDBY : ROLE_PRIMARY;
}

/* The connection that this REGISTER comes over has carried none yet. */
static Registration *take_connection (Flow *flow, const Session *session)
{
    Registration *registration =
        session && !session->is_hop ? registrations_get (flow->registrations, session->registration) : NULL;
    return registration && registration->role == ROLE_CONNECTION ? registration : NULL;
}

static RegistrationId begin (Flow *flow, Session *session, const SipMessage *sip, const Dialog *dialog)
{
    const guint32 attempts = phones_get (flow->phones, phones_current (flow->phones, dialog->phone))->attempts;
    Registration *registration = take_connection (flow, session);
    RegistrationId id = registration ? session->registration : 0;

    if (!registration) {
        id = flow_begin (flow, dialog->phone, ROLE_PRIMARY, attempts, dialog->server);
        registration = registrations_get (flow->registrations, id);
        if (registration && session && !session->is_hop) {
            registration->earlier = session->registration;
            session->registration = id;
        }
    }
    if (!registration)
        return 0;
    registration->phone = phones_current (flow->phones, dialog->phone);
    registration->role = (guint8) role_of (dialog->latest);
    if (registration->role == ROLE_PRIMARY)
        flow_count_try (flow, registration, attempts);
    else
        registration->attempt = attempts;
    name_line (flow, registration, sip);
    return id;
}

/* A registration that goes on over a new connection: what that has said so far belongs to it, and its end will be that
 * of the registration. */
static void go_on_over (Flow *flow, Session *session, RegistrationId id)
{
    Registration *connection = take_connection (flow, session);

    if (!connection || session->registration == id)
        return;
    connection->into = id;
    session->registration = id;
}

/* Is it the registration of this dialogue that the REGISTER is about, or, when another Call-ID ends it, of the account?
 */
static RegistrationId present (const Flow *flow, const SipMessage *sip, const Dialog *dialog, const IpAddress *server)
{
    const Registration *registration = registrations_get (flow->registrations, dialog->registration);
    const RegistrationRole role = role_of (dialog->latest);

    if (registration && registration->role == role)
        return dialog->registration;
    if (role != ROLE_PRIMARY)
        return 0;
    const RegistrationId home = flow_home (flow, dialog->phone, server, account_hash (sip));
    registration = registrations_get (flow->registrations, home);
    return registration && registration->role == role && dialog->latest == SIP_REGISTER_UNREGISTER ? home : 0;
}

/* The capture begins between the REGISTER and its challenge: what the phone does then is the same try. 0: it does not.
 */
static RegistrationId begun_unseen (Flow *flow, const Dialog *dialog)
{
    Registration *registration = registrations_get (flow->registrations, dialog->registration);

    if (!registration || registration->attempt || registration->steps[MOVE_ASK] ||
        registration->state != STATE_CHALLENGED || role_of (dialog->latest) != ROLE_PRIMARY)
        return 0;
    flow_count_try (flow, registration,
                    phones_get (flow->phones, phones_current (flow->phones, dialog->phone))->attempts);
    return dialog->registration;
}

/* A request that has gone unanswered for so long is given up (RFC 3261, 17.1.2.2, timer F). */
#define GIVEN_UP SECONDS (32)

/* What was asked long ago and came to nothing is not what is answered now. */
static void forget_old_question (Registration *registration, const Dialog *dialog, gint64 now)
{
    const gboolean is_open = registration->state == STATE_ASKED || registration->state == STATE_CHALLENGED ||
                             registration->state == STATE_REDIRECTED || registration->state == STATE_TOO_BRIEF ||
                             registration->state == STATE_UNLISTED || registration->state == STATE_CLOSED;

    if (is_open && dialog->heard && now - dialog->heard > GIVEN_UP)
        registration->steps[MOVE_ASK] = registration->steps[MOVE_CHALLENGE] = 0;
}

/* What happens on the way of several lines is of none of them. */
static void look_for_siblings (Flow *flow, Registration *registration, RegistrationId before)
{
    Registration *other = registrations_get (flow->registrations, before);

    if (other && other->line && registration->line && other->line != registration->line)
        other->shares_way = registration->shares_way = TRUE;
}

void flow_sip_ask (Flow *flow, Session *session, const Frame *frame, const SipMessage *sip, Dialog *dialog,
                   gboolean begins)
{
    const IpAddress *server = &frame->destination.address;
    const gboolean is_hop = session && session->is_hop;
    const RegistrationId before =
        session && !is_hop ? session->registration : flow_home (flow, dialog->phone, server, 0);
    RegistrationId id = begins ? begun_unseen (flow, dialog) : present (flow, sip, dialog, server);

    if (id)
        go_on_over (flow, session, id);
    else
        id = begin (flow, session, sip, dialog);
    if (is_hop)
        flow_carry (flow, session, id);
    dialog->registration = id;
    dialog->removes_others = FALSE;
    Registration *registration = registrations_get (flow->registrations, id);
    if (!registration || registration->role != ROLE_PRIMARY)
        return;
    /* With another Call-ID the phone asks anew, as after a restart: the one before is over when this one is accepted.
     */
    flow_set_home (flow, dialog->phone, server, account_hash (sip), id);
    flow_set_home (flow, dialog->phone, server, flow_sip_user_hash (sip->to.uri.user), id);
    flow_set_home (flow, dialog->phone, server, 0, id);
    look_for_siblings (flow, registration, before);
    forget_old_question (registration, dialog, frame->time);
    dialog->heard = frame->time;
    registration->is_cisco |= sip_cisco_is_phone (sip) != FALSE;
    const gboolean leaves = dialog->latest == SIP_REGISTER_UNREGISTER;
    dialog->removes_all = leaves && sip->contact_wildcard;
    dialog->removes_others = leaves && flow_sip_removes_others (sip, registration, dialog);
    if (dialog->removes_others)
        return;
    if (!leaves && sip_wanted_contact (sip)) {
        registration->contact = flow_sip_contact_hash (sip_wanted_contact (sip));
        registration->stands_alone = flow_sip_stands_alone (sip, frame) != FALSE;
    }
    registration_move (registration, leaves ? MOVE_SIGN_OFF : MOVE_ASK, flow_next_note (flow));
}

void flow_sip_join (Flow *flow, const SipMessage *sip, const Dialog *dialog)
{
    Registration *registration = registrations_get (flow->registrations, dialog->registration);

    if (registration && dialog->has_credentials && !dialog->answers && !flow_sip_was_challenged (dialog) &&
        !dialog->wants_token && !flow_sip_counts_from_start (sip))
        registration->is_joined = TRUE;
}

RegistrationId flow_sip_ask_cut (Flow *flow, Session *session, const Frame *frame, const SipMessage *sip, PhoneId phone)
{
    const IpAddress *server = &frame->destination.address;
    Registration *registration = take_connection (flow, session);
    RegistrationId id = flow_home (flow, phone, server, sip->to.uri.user.size ? account_hash (sip) : 0);

    if (!id) {
        Phone *of = phones_get (flow->phones, phones_current (flow->phones, phone));
        of->attempts++;
        of->is_trying = TRUE;
        id = registration
                 ? session->registration
                 : flow_begin (flow, phone, ROLE_PRIMARY, of->attempts, flow_server_place (flow, &frame->destination));
        registration = registrations_get (flow->registrations, id);
        if (!registration)
            return 0;
        registration->role = ROLE_PRIMARY;
        flow_count_try (flow, registration, of->attempts);
        flow_set_home (flow, phone, server, sip->to.uri.user.size ? account_hash (sip) : 0, id);
        flow_set_home (flow, phone, server, 0, id);
    }
    go_on_over (flow, session, id);
    if (session && session->is_hop)
        flow_carry (flow, session, id);
    registration = registrations_get (flow->registrations, id);
    if (sip->to.uri.user.size)
        name_line (flow, registration, sip);
    registration_move (registration, MOVE_ASK, flow_next_note (flow));
    return id;
}

static gboolean is_challenge (const SipMessage *sip)
{
    return sip->status == 401 || sip->status == 407;
}

static void accept (Flow *flow, Registration *registration, gboolean goes_on, guint32 granted)
{
    const NoteId note = flow_effect_note (flow);

    const gboolean anew = registration->steps[MOVE_ACCEPT] != 0;

    registration->granted = granted;
    registration->is_undecided = FALSE;
    if (!goes_on) {
        registration_move (registration, MOVE_ACCEPT, note);
        registration_move (registration, MOVE_READY, note);
    }
    /* Over another connection, say: from now on the time counts. */
    if (goes_on || anew)
        registration_move (registration, MOVE_CONFIRM, note);
}

static gboolean lists (const SipMessage *sip, guint64 contact)
{
    for (guint i = 0; i < sip_contacts_kept (sip); i++)
        if (flow_sip_contact_hash (&sip->contacts[i]) == contact)
            return TRUE;
    return FALSE;
}

/* The binding that was granted last has not run out yet. */
static gboolean is_bound (const Flow *flow, const Registration *registration, gint64 now)
{
    const Note *renewed = notes_get (flow->notes, registration_granted (registration));

    return renewed && registration->granted && now <= renewed->time + SECONDS (registration->granted);
}

static guint64 account_key (const Flow *flow, const Registration *registration)
{
    const Endpoint *server = &g_array_index (flow->servers, Endpoint, registration->server);
    return g_str_hash (registration->line ? registration->line : "") * G_GUINT64_CONSTANT (31) +
           ip_address_hash (&server->address);
}

static gboolean is_same_phone (const Flow *flow, const Registration *a, const Registration *b)
{
    return phones_current (flow->phones, a->phone) == phones_current (flow->phones, b->phone);
}

static void keep_sibling (Flow *flow, Registration *registration, RegistrationId id)
{
    const guint64 key = account_key (flow, registration);

    if (registration->has_siblings)
        return;
    registration->has_siblings = TRUE;
    registration->sibling = GPOINTER_TO_UINT (g_hash_table_lookup (flow->siblings, &key));
    g_hash_table_replace (flow->siblings, g_memdup2 (&key, sizeof key), GUINT_TO_POINTER (id));
}

/* "Contact: *" is accepted, and nothing is left: that removes the bindings of all devices (RFC 3261, 10.2.2). CUCM goes
 * by the device. */
static void remove_all (Flow *flow, const SipMessage *sip, const Registration *registration)
{
    const guint64 key = account_key (flow, registration);
    Registration *other;

    if (registration->is_cisco || sip->status != 200 || !sip->head_ended || sip->n_contacts)
        return;
    for (RegistrationId id = GPOINTER_TO_UINT (g_hash_table_lookup (flow->siblings, &key)); id; id = other->sibling) {
        other = registrations_get (flow->registrations, id);
        other->has_siblings = FALSE;
        if (!other->is_cisco && !is_same_phone (flow, other, registration))
            registration_move (other, MOVE_REMOVE, flow_effect_note (flow));
    }
    /* Each comes back with its next acceptance, so however often all are removed, none is looked at twice for it. */
    g_hash_table_remove (flow->siblings, &key);
}

/* A 200 lists all bindings of the account (RFC 3261, 10.3): another phone's that is no longer there has had to make
 * room. CUCM lists only those of the phone that asks (reference 3.3). What the phone asks with another Call-ID for the
 * same Contact takes the place of the binding that it had (10.3, step 7). */
static void replace_others (Flow *flow, const SipMessage *sip, const Registration *registration, RegistrationId id,
                            gint64 now)
{
    const guint64 key = account_key (flow, registration);
    Registration *other =
        registrations_get (flow->registrations, GPOINTER_TO_UINT (g_hash_table_lookup (flow->bindings, &key)));

    if (other == registration)
        return;
    if (other && is_same_phone (flow, other, registration)
            ? other->contact == registration->contact && is_bound (flow, other, now)
            : other && other->contact && !other->is_cisco && !registration->is_cisco &&
                  sip->n_contacts == sip_contacts_kept (sip) && lists (sip, registration->contact) &&
                  !lists (sip, other->contact))
        registration_move (other, MOVE_REPLACE, flow_effect_note (flow));
    g_hash_table_replace (flow->bindings, g_memdup2 (&key, sizeof key), GUINT_TO_POINTER (id));
}

void flow_sip_reach (Flow *flow, RegistrationId id)
{
    Registration *registration = registrations_get (flow->registrations, id);

    if (registration && registration->state == STATE_REPLACED)
        registration->state = STATE_HELD;
}

void flow_sip_lose_sight (Flow *flow, const Dialog *dialog)
{
    Registration *registration = registrations_get (flow->registrations, dialog->registration);

    if (registration && registration->role == ROLE_PRIMARY)
        registration->is_undecided = TRUE;
}

void flow_sip_run_out (Flow *flow, const Dialog *dialog)
{
    Registration *registration = registrations_get (flow->registrations, dialog->registration);

    if (registration)
        registration->has_run_out = TRUE;
}

void flow_sip_unlist (Flow *flow, const Dialog *dialog)
{
    Registration *registration = registrations_get (flow->registrations, dialog->registration);

    if (registration && registration->role == ROLE_PRIMARY)
        registration_move (registration, MOVE_UNLIST, flow_effect_note (flow));
}

void flow_sip_answer (Flow *flow, const Frame *frame, const SipMessage *sip, const Dialog *dialog, guint32 granted)
{
    Registration *registration = registrations_get (flow->registrations, dialog->registration);
    const NoteId note = flow_effect_note (flow);
    const gboolean leaves = dialog->latest == SIP_REGISTER_UNREGISTER;

    if (!registration || registration->role != ROLE_PRIMARY)
        return;
    if (dialog->removes_others && sip->status >= 300)
        return;
    if (is_challenge (sip)) {
        registration_move (registration, MOVE_CHALLENGE, note);
    } else if (dialog->is_kept) {
        registration_move (registration, MOVE_KEEP, note);
        accept (flow, registration, TRUE, granted);
    } else if (sip->status < 300 && leaves) {
        registration_move (registration, MOVE_SIGN_OFF_ACCEPT, note);
        if (dialog->removes_all)
            remove_all (flow, sip, registration);
    } else if (sip->status < 300) {
        /* A refresh of what was registered before the capture began, or of what is registered now. */
        const gboolean goes_on = !registration->attempt || (dialog->latest == SIP_REGISTER_REFRESH &&
                                                            registration_state_is_live (registration->state));
        accept (flow, registration, goes_on, granted);
        replace_others (flow, sip, registration, dialog->registration, frame->time);
        keep_sibling (flow, registration, dialog->registration);
    } else if (leaves && sip->status >= 400) {
        registration_move (registration, MOVE_SIGN_OFF_REFUSE, note);
    } else {
        const Endpoint *server = &g_array_index (flow->servers, Endpoint, dialog->server);
        const gboolean elsewhere = sip->status < 400 && (sip->n_contacts || !sip->head_ended) &&
                                   !flow_sip_leads_back (sip, server, frame->transport);
        registration_move (registration,
                           elsewhere            ? MOVE_REDIRECT
                           : sip->status == 423 ? MOVE_PUT_OFF /* the phone only has to ask for more time */
                                                : MOVE_REFUSE,
                           note);
    }
}

RegistrationId flow_sip_answer_alone (Flow *flow, Session *session, const Frame *frame, const SipMessage *sip,
                                      PhoneId phone, NoteId broken, guint32 granted)
{
    const IpAddress *server = &frame->source.address;
    RegistrationId id = flow_home (flow, phone, server, account_hash (sip));

    if (!id) {
        Phone *of = phones_get (flow->phones, phones_current (flow->phones, phone));
        of->attempts += broken ? 1 : 0;
        id = flow_begin (flow, phone, ROLE_PRIMARY, of->attempts, flow_server_place (flow, &frame->source));
        flow_set_home (flow, phone, server, account_hash (sip), id);
        if (id)
            flow_count_try (flow, registrations_get (flow->registrations, id), of->attempts);
    }
    go_on_over (flow, session, id);
    if (session && session->is_hop)
        flow_carry (flow, session, id);
    Registration *registration = registrations_get (flow->registrations, id);
    if (!registration)
        return 0;
    name_line (flow, registration, sip);
    if (broken) {
        notes_get (flow->notes, broken)->registration = id;
        registration_move (registration, MOVE_ASK, broken);
        registration_move (registration, MOVE_REFUSE, flow_next_note (flow));
        return id;
    }
    /* Of one that is registered it may be the sign-off that is refused. */
    if (is_challenge (sip))
        registration_move (registration, MOVE_CHALLENGE, flow_next_note (flow));
    else if (sip->status >= 400 && sip->status != 423 && !registration_state_is_live (registration->state))
        registration_move (registration, MOVE_REFUSE, flow_next_note (flow));
    else if (sip->status >= 200 && sip->status < 300 && granted) {
        if (sip->n_contacts == 1 && sip_contacts_kept (sip))
            registration->contact = flow_sip_contact_hash (&sip->contacts[0]);
        if (registration->state == STATE_REFUSED) /* it has asked once more, unseen */
            registration->state = STATE_NEW;
        accept (flow, registration, TRUE, granted);
        replace_others (flow, sip, registration, id, frame->time);
        keep_sibling (flow, registration, id);
    }
    /* It lists nothing (any more): a sign-off, most likely, and the REGISTER would tell. */
    else if (sip->status == 200 && sip->head_ended && !sip->n_contacts &&
             registration_state_is_live (registration->state))
        registration_move (registration, MOVE_UNLIST, flow_next_note (flow));
    return id;
}

RegistrationId flow_sip_quoted (Flow *flow, PhoneId phone, const Endpoint *server, View datagram)
{
    SipMessage sip;
    Dialog *dialog;

    if (sip_parse (datagram.data, datagram.size, &sip)) {
        dialog = flow_sip_dialog (flow, &sip, &server->address);
        if (dialog && !sip.is_answer && sip.cseq == dialog->cseq)
            dialog->unheard_at = 0; /* it has not arrived: no answer to it is missing */
        return !sip.is_answer && sip.method == SIP_REGISTER && sip.to.uri.user.size
                   ? flow_home (flow, phone, &server->address, account_hash (&sip))
                   : 0;
    }
    const RegistrationId latest = flow_home (flow, phone, &server->address, 0);
    const Registration *registration = registrations_get (flow->registrations, latest);
    return registration && registration->line &&
                   endpoint_equal (&g_array_index (flow->servers, Endpoint, registration->server), server)
               ? latest
               : 0;
}

/* A phone that has no name of its own is called by its first account: the number tells of another one. */
static RegistrationId beside_account (const Flow *flow, PhoneId id, const IpAddress *server, View user, Values *values)
{
    const RegistrationId home = user.size ? flow_home (flow, id, server, flow_sip_user_hash (user)) : 0;
    const Registration *registration = registrations_get (flow->registrations, home);
    const Phone *phone = phones_get (flow->phones, phones_current (flow->phones, id));

    if (registration && registration->line && phone->name_rank == NAME_ACCOUNT &&
        !g_str_equal (registration->line, phone->name))
        flow_sip_add_text (values, VALUE_NUMBER, user);
    return home;
}

/* What comes over another connection since then, as the question for a token, or the alarm of a phone that has signed
 * off, or was refused, and comes back, is no longer about it. */
static gboolean is_over (const Flow *flow, RegistrationId id)
{
    const RegistrationState state = registrations_get (flow->registrations, id)->state;
    return state == STATE_LOST || state == STATE_CLOSED || state == STATE_SIGNED_OFF || state == STATE_REFUSED;
}

RegistrationId flow_sip_beside (Flow *flow, const Session *session, PhoneId phone, const IpAddress *server, View user,
                                Values *values)
{
    RegistrationId home = beside_account (flow, phone, server, user, values);

    if (!home)
        home = flow_home (flow, phone, server, 0);

    if (home && !(session && !session->is_hop && session->registration && is_over (flow, home)))
        return home;
    return session && session->registration ? session->registration : flow_way (flow, phone);
}
