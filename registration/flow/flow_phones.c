/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who is it: phones found by address and by name, the attempts that they make, and how those end. */
#include "registration/flow/flow_internal.h"

Phone *flow_session_phone (const Flow *flow, const Session *session)
{
    return phones_get (flow->phones, phones_current (flow->phones, session->phone));
}

void flow_add_since (const Flow *flow, gint64 then, guint32 steps_back, gint64 now, Values *values)
{
    if (steps_back == flow->steps_back && then - now <= SWAPPED_WITHIN)
        values_add_number (values, VALUE_SINCE, (guint64) MAX (now - then, 0));
}

void flow_describe_end (const Flow *flow, const Session *session, const Frame *frame, gboolean from_server,
                        gboolean is_sign_off, Values *values)
{
    if (!session->accepted)
        return;
    if (session->reset_ordered) {
        values_add_word (values, VALUE_CAUSE, WORD_END_RESET);
        values_add_word (values, VALUE_ADVICE, WORD_END_RESET_FIX);
    } else if (is_sign_off) {
        values_add_word (values, VALUE_CAUSE, WORD_END_SIGN_OFF);
        values_add_word (values, VALUE_ADVICE, WORD_END_SIGN_OFF_FIX);
    } else {
        values_add_word (values, VALUE_CAUSE, from_server ? WORD_END_SERVER : WORD_END_PHONE);
        values_add_word (values, VALUE_ADVICE, from_server ? WORD_END_SERVER_FIX : WORD_END_PHONE_FIX);
    }
    flow_add_since (flow, session->accept_time, session->accept_steps, frame->time, values);
    if (session->keepalive)
        values_add_number (values, VALUE_KEEPALIVE, session->keepalive);
}

void flow_end_registration (Flow *flow, Session *session)
{
    Phone *phone = flow_session_phone (flow, session);

    session->accepted = session->confirmed = session->registering = session->ready = FALSE;
    if (session->level >= LEVEL_ACCEPTED)
        session->level = LEVEL_NONE;
    if (phone->session == session) {
        phone->session = NULL;
        phone->level = LEVEL_NONE;
        phone->is_trying = FALSE;
    } else if (session->has_asked && flow_session_attempt (flow, session) == phone->attempts && !phone->session) {
        phone->is_trying = FALSE; /* it has not come to a decision, and the next connection is a new attempt */
    }
}

PhoneId flow_phone_at (Flow *flow, const Frame *frame, const IpAddress *address)
{
    PhoneId id = phones_find_address (flow->phones, address);

    if (id == PHONE_NONE) {
        id = phones_add (flow->phones, address, frame->number, frame->time, flow_next_note (flow));
        phones_move_address (flow->phones, id, address);
    }
    return id;
}

PhoneId flow_name_phone (Flow *flow, PhoneId phone, const Frame *frame, const IpAddress *address, const char *name)
{
    PhoneId before = phones_current (flow->phones, phone);
    PhoneId named = phones_name_device (flow->phones, before, name, frame->number, frame->time, flow_next_note (flow));
    PhoneId owner = phones_find_address (flow->phones, address);
    MacAddress mac;

    /* Two devices by name at one address: from now on the address alone says nothing. */
    if (owner != PHONE_NONE && owner != named && phones_get (flow->phones, owner)->name_rank == NAME_DEVICE &&
        phones_get (flow->phones, owner)->level >= LEVEL_ACCEPTED)
        phones_get (flow->phones, owner)->shares_address = phones_get (flow->phones, named)->shares_address = TRUE;
    /* The owner may have been nobody but this device at its new address. */
    if (owner != named || !ip_address_equal (&phones_get (flow->phones, named)->address, address))
        phones_move_address (flow->phones, named, address);
    if (g_str_has_prefix (name, "SEP") && mac_address_parse_hex (name + 3, &mac))
        named = phones_set_mac (flow->phones, named, &mac, flow_next_note (flow));
    return named;
}

void flow_sighted (Flow *flow, PhoneId phone, const IpAddress *address)
{
    if (flow->observer)
        flow->observer->sighted (phone, address, flow->observer_data);
}

void flow_name_session (Flow *flow, Session *session, const Frame *frame, const char *name)
{
    PhoneId before = phones_current (flow->phones, session->phone);

    session->phone = flow_name_phone (flow, before, frame, &session->tcp.ends[FROM_PHONE].address, name);
    /* Whoever was registered here is no longer: no phone may lean on a session of another. */
    Phone *former = phones_get (flow->phones, before);
    if (session->phone != before && former->session == session) {
        session->accepted = session->confirmed = session->registering = session->ready = FALSE;
        session->level = LEVEL_NONE;
        former->session = NULL;
        former->level = LEVEL_NONE;
        former->is_trying = FALSE;
    }
    if (session->phone != before)
        flow_rename_registration (flow, session);
}

/* A phone whose octets nobody acknowledges any more gives up its connection, without a word, and opens another one. */
static gboolean is_given_up (const Session *session)
{
    return session->tcp.closed || tcp_state_is_unheard (&session->tcp, FALSE);
}

gboolean flow_speaks_other (const Flow *flow, PhoneId id, Service service)
{
    const Phone *phone = phones_get (flow->phones, id);
    const Registration *sccp = registrations_get (flow->registrations, phone->over_sccp);

    if (service == SERVICE_SIP)
        return sccp && registration_state_is_live (sccp->state) && phones_current (flow->phones, sccp->phone) == id;
    return service == SERVICE_SCCP && phone->lines_registered;
}

/* Whose connection this is, before it says so. One address is one phone, until something speaks against it: a phone
 * that is registered at that very server over another connection or in another protocol, a connection that is older
 * than all that the phone has done here, or an address that several phones are known to share. Then it is somebody new,
 * who will tell the name.
 */
PhoneId flow_guess_phone (Flow *flow, const Endpoint *end, const Endpoint *server, const Frame *frame,
                          gboolean from_start)
{
    PhoneId id = phones_find_address (flow->phones, &end->address);

    if (id != PHONE_NONE) {
        const Phone *phone = phones_get (flow->phones, id);
        const Session *session = phone->session;
        gboolean busy_here =
            session && !is_given_up (session) && endpoint_equal (&session->tcp.ends[FROM_SERVER], server);
        /* Its own registrations the capture has seen from their beginning. */
        gboolean has_others = !from_start && phone->attempts;
        gboolean speaks_other = flow_speaks_other (flow, id, port_service (server->port));
        if (!busy_here && !has_others && !speaks_other && !phone->shares_address)
            return id;
    }
    PhoneId added = phones_add (flow->phones, &end->address, frame->number, frame->time, flow_next_note (flow));
    if (id == PHONE_NONE)
        phones_move_address (flow->phones, added, &end->address);
    return added;
}
