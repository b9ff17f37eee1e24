/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/flow/flow_internal.h"

#include "registration/protocols/sccp.h"
#include "registration/terms/models.h"
#include "registration/wire/times.h"

#include <string.h>

static void name_from_values (Flow *flow, Session *session, const Frame *frame, const Values *values)
{
    g_autofree char *name = values_text (values, VALUE_DEVICE);

    if (name)
        flow_name_session (flow, session, frame, name);
}

static void keep_load (Phone *phone, const Values *values)
{
    char *load = values_text (values, VALUE_LOAD);

    if (!load)
        return;
    g_free (phone->load);
    phone->load = load;
}

/* Both end alike: who rewrites the addresses of a capture replaces networks. */
static gboolean have_same_host (const IpAddress *a, const IpAddress *b)
{
    return a->size == 4 && b->size == 4 && memcmp (a->octets + 2, b->octets + 2, 2) == 0;
}

static void compare_alarm_address (Session *session, const Frame *frame, const Values *values)
{
    Value own;

    if (values_find (values->packed, VALUE_OWN_IP, &own))
        session->alarm_fits = ip_address_equal (&own.address, &frame->source.address) != FALSE;
}

/* The station's own address against where its packet comes from (reference 5.7, G1): of the same family only. When the
 * phone's own alarm names where the packet comes from, or only the network differs, somebody has changed the packets of
 * the capture and not what is in them. */
static void compare_address (const Session *session, const Frame *frame, Values *values)
{
    const IpAddress *source = &frame->source.address;
    Value own;

    if (!values_find (values->packed, source->size == 16 ? VALUE_IPV6 : VALUE_IP, &own) ||
        ip_address_equal (&own.address, source))
        return;
    values_add_address (values, VALUE_SOURCE, source);
    if (!session->alarm_fits && !have_same_host (&own.address, source))
        values_add_address (values, VALUE_OWN_ADDRESS, &own.address);
}

static void set_level (Flow *flow, Session *session, Level level)
{
    session->level = level;
    flow_session_phone (flow, session)->level = level;
}

/* What the next note says moves the registration of its connection on. */
static void step (Flow *flow, const Session *session, RegistrationMove move)
{
    flow_step (flow, session, move, flow_next_note (flow));
}

static gboolean same_server (const Session *a, const Session *b)
{
    return ip_address_equal (&a->tcp.ends[FROM_SERVER].address, &b->tcp.ends[FROM_SERVER].address);
}

/* The phone is registered at this server, on another connection that nobody has ended. */
static const Session *other_home (const Flow *flow, const Session *session)
{
    const Session *home = flow_session_phone (flow, session)->session;
    return home && home != session && home->accepted && same_server (home, session) ? home : NULL;
}

/* How the registration before ended, if this one is of the same device: by beginning anew. */
static void describe_new_begin (const Flow *flow, const Session *before, const Frame *frame, Values *values)
{
    values_add_word (values, VALUE_CAUSE, WORD_END_ANEW);
    values_add_word (values, VALUE_ADVICE, WORD_END_ANEW_FIX);
    flow_add_since (flow, before->accept_time, before->accept_steps, frame->time, values);
    if (before->keepalive)
        values_add_number (values, VALUE_KEEPALIVE, before->keepalive);
}

static void on_register (Flow *flow, Session *session, const Frame *frame, Values *values)
{
    guint64 type = 0, offered = 0;
    Value station;

    name_from_values (flow, session, frame, values);
    Phone *phone = flow_session_phone (flow, session);
    if (other_home (flow, session))
        describe_new_begin (flow, other_home (flow, session), frame, values);
    if (phone->session == session)
        flow_end_registration (flow, session);
    phone->attempts++;
    phone->is_trying = TRUE;
    session->has_asked = TRUE;
    set_level (flow, session, LEVEL_NONE);
    if (values_number (values, VALUE_DEVICE_TYPE, &type))
        phone->device_type = (guint32) type;
    keep_load (phone, values);
    session->own_address = values_find (values->packed, VALUE_IP, &station) &&
                           ip_address_equal (&station.address, &session->tcp.ends[FROM_PHONE].address);
    if (session->own_address)
        flow_sighted (flow, session->phone, &station.address);
    compare_address (session, frame, values);
    values_number (values, VALUE_OFFERED, &offered);
    session->registers = session->registering = TRUE;
    session->accepted = session->ready = session->has_line = session->confirmed = FALSE;
    session->media_resource = model_is_media_resource (phone->device_type);
    flow_add_spoken (flow, session->phone, "SCCP", values);
    flow_ask (flow, session, phone->attempts, flow_next_note (flow));
    step (flow, session, MOVE_ASK);
    session->offered = (guint8) offered;
    session->version = 0;
    session->outstanding = 0;
    session->empty_lines = 0;
}

static guint64 packed_number (const guint8 *packed, ValueKey key)
{
    Value value;
    return values_find (packed, key, &value) ? value.number : 0;
}

/* chan_skinny fills the octet with the character 0. */
static gboolean names_version (guint64 granted)
{
    return granted && granted != '0';
}

/* What a RegisterAck that says this does at that time; note is its own. */
static void accept (Flow *flow, Session *session, gint64 time, const guint8 *packed, NoteId note)
{
    const guint64 granted = packed_number (packed, VALUE_GRANTED);
    Phone *phone = flow_session_phone (flow, session);

    session->keepalive = (guint32) packed_number (packed, VALUE_KEEPALIVE);
    session->backup_keepalive = (guint32) packed_number (packed, VALUE_BACKUP_KEEPALIVE);
    /* The phone uses the lower of both; a short Ack of an old server says nothing (reference 1.5). */
    session->version = (guint8) (granted && session->offered ? MIN (granted, session->offered) : granted);
    session->accepted = session->registering = TRUE;
    session->accept_time = time;
    session->accept_steps = flow->steps_back;
    session->reset_ordered = FALSE;
    session->last_heartbeat = time;
    session->has_heartbeat = session->lacks_heartbeat = FALSE;
    /* A device is registered once: wherever it was before, it is no longer. */
    const Session *before = phone->session;
    if (before && before != session)
        flow_step (flow, before, MOVE_REPLACE, note);
    phone->session = session;
    flow_step (flow, session, MOVE_ACCEPT, note);
    Registration *registration = registrations_get (flow->registrations, session->registration);
    if (registration)
        registration->by_default = flow_has_default_configuration (flow, session->phone) != FALSE;
    set_level (flow, session, LEVEL_ACCEPTED);
}

static Variant on_register_ack (Flow *flow, Session *session, const Frame *frame, Variant variant, Values *values)
{
    const guint64 granted = packed_number (values->packed, VALUE_GRANTED);

    accept (flow, session, frame->time, values->packed, flow_next_note (flow));
    /* Without the RegisterReq nobody knows what the phone offers, and what is granted is a limit only. */
    if (session->version && session->offered)
        values_add_number (values, VALUE_VERSION, session->version);
    else if (names_version (granted))
        values_add_number (values, VALUE_LIMIT, granted);
    if (names_version (granted) && session->offered && granted != session->offered)
        values_add_number (values, VALUE_OFFERED, session->offered);
    return session->media_resource ? VARIANT_MEDIA : variant;
}

static void refuse (Flow *flow, Session *session, NoteId note)
{
    flow_end_registration (flow, session);
    flow_step (flow, session, MOVE_REFUSE, note);
    set_level (flow, session, LEVEL_REJECTED);
    flow_session_phone (flow, session)->is_trying = FALSE;
}

static void become_ready (Flow *flow, Session *session, const Frame *frame)
{
    if (!session->accepted || session->ready)
        return;
    session->ready = TRUE;
    session->ready_time = frame->time;
    step (flow, session, MOVE_READY);
    set_level (flow, session, LEVEL_READY);
}

/* Reference 2.5: later than this share of the interval, in percent, is late. */
#define LATE_HEARTBEAT 120

/* A connection on which the phone has asked for nothing, while it is registered on another one. */
static gboolean is_backup (const Flow *flow, const Session *session)
{
    const Session *home = flow_session_phone (flow, session)->session;
    return !session->registers && session->tcp.syn_note && home && home != session;
}

/* It has asked for nothing on the connection, all of which was seen: who only says that he is alive is not registered
 * here. */
static gboolean is_standby (const Session *session)
{
    return !session->registers && session->tcp.syn_note && !stream_has_gap (&session->tcp.streams[FROM_PHONE]) &&
           !tcp_state_lacks_octets (&session->tcp);
}

/* The first server of the phone's list is no backup. */
static Variant backup_variant (const Flow *flow, const Session *session)
{
    const Registration *registration = registrations_get (flow->registrations, session->registration);
    return registration && registration->rank == 1 ? VARIANT_STANDBY : VARIANT_BACKUP;
}

/* 0: not known. One heartbeat may be missing, or stand behind its answer; or the capture was paused meanwhile, or its
 * clock set. */
static gint64 since_heartbeat (const Flow *flow, const Session *session, const Frame *frame)
{
    const gint64 last = session->last_heartbeat;

    if (!last || session->lacks_heartbeat || flow_paused (flow, last, frame->time, TRUE))
        return 0;
    return MAX (frame->time - last, 0);
}

/* Expected and measured distance of heartbeats, for the tip. On a backup link there is no registration whose Ack named
 * an interval: the phone's registration elsewhere did. */
static Variant on_keepalive (Flow *flow, Session *session, const Frame *frame, Values *values)
{
    Variant variant = VARIANT_NONE;
    guint32 expected = session->accepted ? session->keepalive : 0;

    if (session->own_address)
        flow_sighted (flow, session->phone, &session->tcp.ends[FROM_PHONE].address);

    if (is_standby (session))
        flow_set_role (flow, session, ROLE_STANDBY);
    if (is_backup (flow, session)) {
        flow_set_role (flow, session, ROLE_STANDBY);
        variant = backup_variant (flow, session);
        expected = flow_session_phone (flow, session)->session->backup_keepalive;
    }
    if (expected)
        values_add_number (values, VALUE_KEEPALIVE, expected);
    const gint64 interval = since_heartbeat (flow, session, frame);
    if (interval)
        values_add_number (values, VALUE_INTERVAL, (guint64) interval);
    if (variant == VARIANT_NONE && session->last_heartbeat && !session->has_heartbeat)
        variant = VARIANT_FIRST;
    else if (variant == VARIANT_NONE && expected && interval / LATE_HEARTBEAT > SECONDS (expected) / 100 &&
             !stream_has_gap (&session->tcp.streams[FROM_PHONE])) /* which may hold a heartbeat */
        variant = VARIANT_LATE;
    session->last_heartbeat = frame->time;
    session->has_heartbeat = TRUE;
    session->lacks_heartbeat = FALSE;
    return variant;
}

/* A load's name in the box of 16 octets that VersionRes has for it: longer ones are cut. */
#define VERSION_RES_SIZE 16

/* The load that the phone is to run, against the one that it says it runs. */
static Variant compare_load (const Phone *phone, Variant variant, Values *values)
{
    g_autofree char *wanted = values_text (values, VALUE_LOAD);

    if (!wanted || !phone->load)
        return variant;
    if (g_str_equal (wanted, phone->load))
        return VARIANT_HARMLESS;
    if (strlen (wanted) < VERSION_RES_SIZE - 1 || !g_str_has_prefix (phone->load, wanted))
        return variant;
    values_add_number (values, VALUE_SIZE, VERSION_RES_SIZE);
    return VARIANT_HARMLESS;
}

/* The server gives this line no number: whatever it answers about it means nothing. */
static Variant remember_line (Session *session, Variant variant, const Values *values)
{
    guint64 line = 0;

    if (values_number (values, VALUE_LINE, &line) && line >= 1 && line <= 32 && variant == VARIANT_EMPTY)
        session->empty_lines |= 1u << (line - 1);
    session->has_line |= variant != VARIANT_EMPTY && variant != VARIANT_CUT;
    return variant;
}

static Variant look_at_forwarding (const Session *session, Variant variant, const Values *values)
{
    guint64 line = 0;

    return variant == VARIANT_NONE_LEFT && values_number (values, VALUE_LINE, &line) && line >= 1 && line <= 32 &&
                   session->empty_lines & 1u << (line - 1)
               ? VARIANT_EMPTY
               : variant;
}

/* A lamp that blinks may be that of a call that rings now: nothing that was so before. */
static gboolean is_lamp_of_call (const SccpPdu *pdu, const Values *values)
{
    guint64 mode = 0;

    return pdu->id == SCCP_SET_LAMP && values_number (values, VALUE_MODE, &mode) && mode != WORD_ON && mode != WORD_OFF;
}

/* Registration ends and daily life begins with the first heartbeat or call message behind "ready", or some seconds
 * after it: the server's lamps and prompts are not registration for ever. What makes it ready the capture may lack. */
static void settle (const Flow *flow, Session *session, const MessageKind *kind, const Frame *frame)
{
    const Registration *registration = registrations_get (flow->registrations, session->registration);
    const gboolean is_unseen = registration && registration->is_unsure && kind->phase == PHASE_KEEPALIVE;

    if (!session->registering || (!session->ready && !is_unseen))
        return;
    if (kind->phase == PHASE_KEEPALIVE || kind->phase == PHASE_NONE || frame->time - session->ready_time > FINISH_TIME)
        session->registering = FALSE;
}

static gboolean is_provisioning (const MessageKind *kind)
{
    return kind->phase == PHASE_TEMPLATES || kind->phase == PHASE_STATUS;
}

static void provision (Flow *flow, Session *session)
{
    step (flow, session, MOVE_PROVISION);
    set_level (flow, session, LEVEL_PROVISIONED);
}

static void check_provisioned (Flow *flow, Session *session, const Frame *frame)
{
    if (session->accepted && session->has_line && session->level == LEVEL_ACCEPTED &&
        (session->outstanding == 0 || frame->time - session->last_request > PROVISION_PATIENCE))
        provision (flow, session);
}

/* How far the server's clock is from that of the capture. It stands behind the local time, in seconds since 1970; old
 * servers leave it out. */
static void add_skew (const Frame *frame, const SccpPdu *pdu, Values *values)
{
    guint32 seconds = sccp_unix_time (pdu);
    gint64 difference = frame->time - SECONDS (seconds);

    if (seconds)
        values_add_number (values, VALUE_SKEW, (guint64) ABS (difference));
}

/* This registration holds, whatever has become of another one in the phone's name. */
static void confirm (Flow *flow, Session *session)
{
    if (!session->accepted)
        return;
    const Registration *registration = registrations_get (flow->registrations, session->registration);
    /* What made it ready may be among what the capture lacks. */
    if (!session->ready && registration && registration->is_unsure)
        step (flow, session, MOVE_KEEP);
    step (flow, session, MOVE_CONFIRM);
    flow_session_phone (flow, session)->session = session;
    set_level (flow, session, session->level);
}

/* The step by which the registration of the connection has got where it is; what that says of a heartbeat's answer. */
static Variant standing (const Registration *registration, RegistrationMove *ret_by)
{
    switch ((RegistrationState) registration->state) {
    case STATE_REFUSED:
        *ret_by = MOVE_REFUSE;
        return VARIANT_REFUSED;
    case STATE_LEAVING:
    case STATE_SIGNED_OFF:
        *ret_by = MOVE_SIGN_OFF;
        return VARIANT_UNREGISTER;
    case STATE_SIGN_OFF_REFUSED:
    case STATE_HELD:
        *ret_by = MOVE_SIGN_OFF_REFUSE;
        return registration->steps[MOVE_SIGN_OFF_REFUSE] ? VARIANT_KEPT : VARIANT_CUT;
    case STATE_TOKEN_ASKED:
    case STATE_WAITING:
        *ret_by = MOVE_TOKEN_ASK;
        return VARIANT_TOKEN;
    case STATE_ASKED:
        *ret_by = MOVE_ASK;
        return registration->is_unsure ? VARIANT_CUT : VARIANT_UNDECIDED;
    default:
        *ret_by = MOVE_CONNECT;
        return VARIANT_CUT;
    }
}

/* Servers answer the heartbeats of everybody who is connected: whether the phone is registered is known from before. */
static Variant on_keepalive_answer (const Flow *flow, const Session *session, Values *values)
{
    const Registration *registration = registrations_get (flow->registrations, session->registration);
    RegistrationMove by;

    if (!registration || session->accepted)
        return VARIANT_NONE;
    const Variant variant = standing (registration, &by);
    const Note *shown = notes_get (flow->notes, registration->steps[by]);
    if (variant != VARIANT_CUT) {
        if (shown)
            values_add_number (values, VALUE_FRAME, shown->frame);
        return variant;
    }
    if (session->confirmed)
        return VARIANT_NONE;
    if (is_backup (flow, session))
        return backup_variant (flow, session);
    return is_standby (session) ? VARIANT_STANDBY : VARIANT_CUT;
}

static void ask_for_token (Flow *flow, Session *session)
{
    flow_set_role (flow, session, ROLE_TOKEN);
    step (flow, session, MOVE_TOKEN_ASK);
}

/* Gateways and media resources are configured elsewhere than phones, and do not register by themselves. */
static void explain_where (const Session *session, guint32 device_type, Values *values)
{
    guint64 cause = 0;

    if (!values_number (values, VALUE_CAUSE, &cause) ||
        (cause != word_of_reject_meaning (REJECT_NO_ENTRY) && cause != word_of_reject_meaning (REJECT_DBCONFIG) &&
         cause != word_of_reject_meaning (REJECT_AUTO_REGISTRATION)) ||
        (!session->media_resource && !model_is_gateway (device_type)))
        return;
    values_drop (values, VALUE_ADVICE);
    values_add_word (values, VALUE_ADVICE, session->media_resource ? WORD_REJECT_MEDIA_FIX : WORD_REJECT_GATEWAY_FIX);
}

/* Texts that servers use for several causes mean this one when the name is in use. */
static void explain_reject (const Session *other_home, Values *values)
{
    guint64 cause = 0;

    if (!other_home || !values_number (values, VALUE_CAUSE, &cause) ||
        (cause != word_of_reject_meaning (REJECT_NO_AUTHORITY) && cause != word_of_reject_meaning (REJECT_CROSSOVER)))
        return;
    values_drop (values, VALUE_CAUSE);
    values_drop (values, VALUE_ADVICE);
    values_add_word (values, VALUE_CAUSE, WORD_REJECT_TAKEN);
    values_add_word (values, VALUE_ADVICE, WORD_REJECT_TAKEN_FIX);
}

/* The phone has left its backup for this server. */
static void look_for_return (Flow *flow, const Session *session, const Values *values)
{
    Registration *registration = registrations_get (flow->registrations, session->registration);
    guint64 cause = 0;

    if (registration && values_number (values, VALUE_CAUSE, &cause) && cause == word_of_outage (OUTAGE_FAILBACK))
        registration->returns = TRUE;
}

/* Where the phone is registered while it waits for permission to return; the capture need not show it. */
static Variant look_for_home (const Flow *flow, const Session *session, Variant variant, Values *values)
{
    const Session *home = flow_session_phone (flow, session)->session;

    if (!home || home == session || !home->accepted)
        return variant;
    values_add_address (values, VALUE_IP, &home->tcp.ends[FROM_SERVER].address);
    return VARIANT_FIRST;
}

/* Nothing shows that the server has accepted it already, and the capture lacks nothing that might. */
static gboolean has_only_asked (Flow *flow, const Session *session)
{
    const Registration *registration = registrations_get (flow->registrations, session->registration);

    return session->registering && !session->accepted && registration && registration->state == STATE_ASKED &&
           !registration->is_unsure;
}

/* What a message does to the state before its note is written. */
static Variant follow (Flow *flow, Session *session, const Frame *frame, const SccpPdu *pdu, Variant variant,
                       Values *values)
{
    switch (pdu->id) {
    case SCCP_ALARM:
        flow_announce (flow, session, flow_next_note (flow));
        compare_alarm_address (session, frame, values);
        name_from_values (flow, session, frame, values);
        keep_load (flow_session_phone (flow, session), values);
        look_for_return (flow, session, values);
        break;
    case SCCP_ENHANCED_ALARM:
        flow_announce (flow, session, flow_next_note (flow));
        compare_alarm_address (session, frame, values);
        name_from_values (flow, session, frame, values);
        look_for_return (flow, session, values);
        break;
    case SCCP_REGISTER_TOKEN_REQ:
    case SCCP_SPCP_REGISTER_TOKEN_REQ:
        name_from_values (flow, session, frame, values);
        ask_for_token (flow, session);
        break;
    case SCCP_REGISTER_TOKEN_ACK:
    case SCCP_SPCP_REGISTER_TOKEN_ACK:
        step (flow, session, MOVE_TOKEN_GRANT);
        break;
    case SCCP_REGISTER_TOKEN_REJECT:
    case SCCP_SPCP_REGISTER_TOKEN_REJECT:
        step (flow, session, MOVE_TOKEN_REFUSE);
        return look_for_home (flow, session, variant, values);
    case SCCP_REGISTER_REQ:
        on_register (flow, session, frame, values);
        return session->media_resource                                              ? VARIANT_MEDIA
               : model_is_gateway (flow_session_phone (flow, session)->device_type) ? VARIANT_GATEWAY
                                                                                    : variant;
    case SCCP_REGISTER_ACK:
        flow_has_registered (flow, &session->tcp.ends[FROM_SERVER].address);
        return on_register_ack (flow, session, frame, variant, values);
    case SCCP_REGISTER_REJECT:
        flow_has_registered (flow, &session->tcp.ends[FROM_SERVER].address);
        explain_where (session, flow_session_phone (flow, session)->device_type, values);
        explain_reject (other_home (flow, session), values);
        if (session->offered)
            values_add_number (values, VALUE_OFFERED, session->offered);
        refuse (flow, session, flow_next_note (flow));
        break;
    case SCCP_MEDIA_RESOURCE_NOTIFICATION: /* its RegisterReq may not be in the capture */
        session->media_resource |=
            model_is_media_resource ((guint32) packed_number (values->packed, VALUE_DEVICE_TYPE));
        break;
    case SCCP_CAPABILITIES_RES:
        if (session->media_resource)
            become_ready (flow, session, frame);
        break;
    case SCCP_TIME_DATE_RES:
        add_skew (frame, pdu, values);
        become_ready (flow, session, frame);
        break;
    case SCCP_TIME_DATE_REQ:
        become_ready (flow, session, frame);
        break;
    case SCCP_LINE_STAT_RES:
    case SCCP_LINE_STAT_V2_RES:
        return remember_line (session, variant, values);
    case SCCP_FORWARD_STAT_RES:
        return look_at_forwarding (session, variant, values);
    case SCCP_VERSION_RES:
        return compare_load (flow_session_phone (flow, session), variant, values);
    case SCCP_SET_LAMP:
        return has_only_asked (flow, session) ? VARIANT_FIRST : variant;
    case SCCP_KEEP_ALIVE_REQ:
        return on_keepalive (flow, session, frame, values);
    case SCCP_KEEP_ALIVE_ACK:
        confirm (flow, session);
        return on_keepalive_answer (flow, session, values);
    case SCCP_RESET:
        session->reset_ordered = (guint8) variant;
        if (variant == VARIANT_RESET)
            values_add_word (values, VALUE_WHAT, WORD_RESET_ORDER);
        else if (variant == VARIANT_RESTART)
            values_add_word (values, VALUE_WHAT, WORD_RESTART_ORDER);
        else if (variant == VARIANT_APPLY)
            values_add_word (values, VALUE_WHAT, WORD_APPLY_ORDER);
        break;
    case SCCP_UNREGISTER_REQ:
        flow_describe_end (flow, session, frame, FALSE, TRUE, values);
        flow_end_registration (flow, session);
        step (flow, session, MOVE_SIGN_OFF);
        break;
    case SCCP_UNREGISTER_ACK:
        step (flow, session, variant == VARIANT_REFUSED ? MOVE_SIGN_OFF_REFUSE : MOVE_SIGN_OFF_ACCEPT);
        break;
    default:
        break;
    }
    return variant;
}

/* The capture has joined this connection in the middle. */
static gboolean has_begun_before (const Session *session)
{
    return !session->has_asked && !session->tcp.syn_note;
}

/* It has asked, the capture lacks packets since, and RegisterAck may be in them. */
static gboolean may_lack_ack (Flow *flow, const Session *session)
{
    const Registration *registration = registrations_get (flow->registrations, session->registration);

    return session->registering && !session->accepted && registration && registration->is_unsure &&
           registration->state == STATE_ASKED;
}

/* Its sign-off is refused, and it speaks on. */
static gboolean was_kept (const Flow *flow, const Session *session)
{
    const Registration *registration = registrations_get (flow->registrations, session->registration);
    return registration && registration->state == STATE_SIGN_OFF_REFUSED;
}

/* UnregisterReq has ended this registration too early. */
static void resume (Flow *flow, Session *session)
{
    const Registration *registration = registrations_get (flow->registrations, session->registration);

    if (!registration->steps[MOVE_ACCEPT])
        return;
    session->accepted = TRUE;
    session->ready = registration->steps[MOVE_READY] != 0;
    flow_session_phone (flow, session)->session = session;
    set_level (flow, session, session->ready ? LEVEL_READY : LEVEL_ACCEPTED);
}

/* Nothing that was seen of it says that it is not. */
static gboolean may_be_registered (const Flow *flow, const Session *session)
{
    const Registration *registration = registrations_get (flow->registrations, session->registration);

    return registration && registration_state_is_live (registration_next (registration->state, MOVE_CONFIRM));
}

/* Such an answer is given to those who are registered; keepalives of others are acknowledged, too. Of a connection that
 * the capture joins in the middle it may lack the question, and all else that the phone says. */
static void follow_answer (Flow *flow, Session *session, const MessageKind *kind)
{
    const gboolean was_registered = has_begun_before (session) || was_kept (flow, session);
    const Phase last = was_registered ? PHASE_KEEPALIVE : PHASE_KEEPALIVE - 1;

    if (kind->phase < PHASE_CAPABILITIES || kind->phase > last || (!was_registered && !may_lack_ack (flow, session)))
        return;
    if (kind->phase == PHASE_KEEPALIVE && !may_be_registered (flow, session))
        return;
    if (was_kept (flow, session))
        resume (flow, session);
    session->confirmed |= kind->phase != PHASE_KEEPALIVE;
    Registration *registration = registrations_get (flow->registrations, session->registration);
    if (registration)
        registration->by_heartbeat = !session->confirmed && !registration->steps[MOVE_ACCEPT];
    step (flow, session, MOVE_CONFIRM);
    flow_set_role (flow, session, ROLE_PRIMARY);
}

static Phase phase_of (const Session *session, const MessageKind *kind)
{
    return kind->also_in_calls && !session->registering ? PHASE_NONE : kind->phase;
}

/* The server's segment acknowledges octets of the phone that the capture has not shown: they come late, or never. Where
 * nothing of the phone is there yet, a refusal has an octet of it at least. */
static gboolean is_ahead (const Session *session, const Frame *frame, gboolean from_server, guint32 id)
{
    const Stream *asked = &session->tcp.streams[FROM_PHONE];

    if (!from_server || !(frame->tcp.flags & TCP_ACK) ||
        !endpoint_equal (&frame->source, &session->tcp.ends[FROM_SERVER]))
        return FALSE;
    return asked->started ? (gint32) (frame->tcp.acknowledgment - stream_seen (asked)) > 0 : id == SCCP_REGISTER_REJECT;
}

/* This answer to a request is there, and its request is not. What was asked long before and has waited since is not
 * what it answers. */
static gboolean comes_early (const Flow *flow, Session *session, const Frame *frame, gboolean from_server,
                             const MessageKind *kind, guint64 instance)
{
    if (!kind->is_answer || !is_ahead (session, frame, from_server, kind->id))
        return FALSE;
    session_forget_old (session, flow->notes, kind->answers, instance, frame->time);
    return !session_waits (session, kind->answers, instance);
}

static gboolean is_decision (guint32 id)
{
    return id == SCCP_REGISTER_ACK || id == SCCP_REGISTER_REJECT;
}

/* A decision that was captured before its question takes effect behind that, or, when it does not come, now. */
static void decide_late (Flow *flow, Session *session)
{
    const NoteId id = session->early_decision;
    const Note *note = notes_get (flow->notes, id);

    session->early_decision = 0;
    if (catalog_kind (note->kind)->id == SCCP_REGISTER_ACK)
        accept (flow, session, note->time, notes_values (flow->notes, note), id);
    else
        refuse (flow, session, id);
}

void flow_sccp_end (Flow *flow, Session *session)
{
    if (session->early_decision)
        decide_late (flow, session);
}

static void ask (Flow *flow, Session *session, const Frame *frame, const MessageKind *kind, guint64 instance,
                 NoteId note)
{
    const NoteId early = session_take_early (session, kind->id, instance, frame->tcp.sequence + frame->tcp.length);

    if (!early) {
        session_ask (session, flow->notes, kind->id, instance, note, frame->time);
        return;
    }
    flow_pair (flow, note, early);
    if (is_provisioning (kind) && session->outstanding)
        session->outstanding--;
    if (early != session->early_decision)
        return;
    notes_get (flow->notes, early)->registration = session->registration;
    decide_late (flow, session);
}

/* What the server says a moment behind its decision may lie before the question, too. */
static gboolean comes_before_decision (const Flow *flow, const Session *session, const Frame *frame,
                                       gboolean from_server, guint32 id)
{
    const gint64 since = frame->time - notes_get (flow->notes, session->early_decision)->time;
    return id == SCCP_REGISTER_REQ || id == SCCP_ALARM || id == SCCP_ENHANCED_ALARM ||
           (from_server && ABS (since) <= SWAPPED_WITHIN);
}

void flow_sccp_pdu (Flow *flow, Session *session, const Frame *frame, gboolean from_server, const SccpPdu *pdu)
{
    KindIndex index = catalog_find (PROTOCOL_SCCP, pdu->id);
    const MessageKind *kind = catalog_kind (index);
    guint64 instance = 0;
    NoteId request = 0;
    Values values;

    values_init (&values);
    if (catalog_is_unknown (kind))
        values_add_number (&values, VALUE_MESSAGE_ID, pdu->id);
    Variant variant = sccp_describe (pdu, session->version, &values);
    const gboolean was_ready = session->ready != FALSE;
    if (session->early_decision && !comes_before_decision (flow, session, frame, from_server, pdu->id))
        decide_late (flow, session);
    if (kind->instance)
        values_number (&values, kind->instance, &instance);
    const gboolean is_early = comes_early (flow, session, frame, from_server, kind, instance);
    settle (flow, session, kind, frame);
    /* Where nothing of the phone is there, its request may be missing. */
    if (!is_early || !is_decision (pdu->id) || !session->tcp.streams[FROM_PHONE].started)
        variant = follow (flow, session, frame, pdu, variant, &values);

    Registration *registration = registrations_get (flow->registrations, session->registration);
    if (registration && variant == VARIANT_SRST)
        registration->by_fallback = TRUE;
    if (kind->is_answer)
        request = session_answer (session, kind->answers, instance);
    if (from_server && (request || (kind->is_answer && has_begun_before (session))))
        follow_answer (flow, session, kind);
    if (request && is_provisioning (kind) && session->outstanding)
        session->outstanding--;
    if (kind->is_request && is_provisioning (kind)) {
        session->outstanding++;
        session->last_request = frame->time;
    }
    check_provisioned (flow, session, frame);

    session->phase = phase_of (session, kind);
    session->last_kind[from_server ? FROM_SERVER : FROM_PHONE] = index;
    session->has_last_kind[from_server ? FROM_SERVER : FROM_PHONE] = TRUE;
    /* The clock ends a registration once: when the phone has asked for it, or with the first one. */
    if (variant == VARIANT_NONE && kind->also_in_calls && session->phase != PHASE_NONE &&
        !is_lamp_of_call (pdu, &values) && (pdu->id != SCCP_TIME_DATE_RES || request || (session->ready && !was_ready)))
        variant = VARIANT_FINISH;
    NoteId note = flow_note_session (flow, session, frame, index, session->phase, variant, from_server, &values);
    if (request)
        flow_pair (flow, request, note);
    /* The capture lacks the heartbeat that this answers. */
    if (pdu->id == SCCP_KEEP_ALIVE_ACK && !request) {
        session->last_heartbeat = frame->time;
        session->has_heartbeat = session->lacks_heartbeat = TRUE;
    }
    if (is_early)
        session_answer_early (session, kind->answers, instance, note, frame->tcp.acknowledgment);
    if (is_early && is_decision (pdu->id))
        session->early_decision = note;
    if (kind->is_request)
        ask (flow, session, frame, kind, instance, note);
}
