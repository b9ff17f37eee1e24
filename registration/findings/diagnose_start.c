/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a phone does as a whole: where it goes with its configuration, which firmware it runs, from how many places it
 * speaks, and whether its packets arrive. */
#include "registration/findings/diagnose_internal.h"

#include "registration/protocols/dhcp.h"
#include "registration/protocols/eapol.h"
#include "registration/protocols/sccp.h"
#include "registration/protocols/sip.h"
#include "registration/protocols/tftp.h"
#include "registration/protocols/tls_record.h"
#include "registration/terms/ports.h"

#include <string.h>

/* What a phone does at a port (reference 3.1, 4.4). */
static LoadProtocol protocol_of_port (guint16 port)
{
    switch (port_service (port)) {
    case SERVICE_SCCP:
        return LOAD_SCCP;
    case SERVICE_SIP:
        return LOAD_SIP;
    default:
        return LOAD_UNKNOWN;
    }
}

static gboolean is_message_of_phone (const Note *note, const MessageKind *kind)
{
    return !note->from_server && (kind->protocol == PROTOCOL_SCCP || kind->protocol == PROTOCOL_SIP ||
                                  (kind->protocol == PROTOCOL_FRAME && kind->id == FRAME_IS_FRAGMENT));
}

static gboolean is_connect (const MessageKind *kind)
{
    return kind->protocol == PROTOCOL_TCP && (kind->id == TCP_EVENT_CONNECT || kind->id == TCP_EVENT_CONNECT_AGAIN);
}

static gboolean is_among (const IpAddress *list, guint n, const IpAddress *address)
{
    for (guint i = 0; i < n; i++)
        if (ip_address_equal (&list[i], address))
            return TRUE;
    return FALSE;
}

/* --- Where it goes */

static gboolean is_file_server (const struct BootState *boot, const IpAddress *address)
{
    return is_among (boot->lease.tftp, boot->lease.n_tftp, address) || ip_address_equal (&boot->files.server, address);
}

gboolean diagnose_is_last_resort (const Sight *sight)
{
    const Endpoint *server = sight_server (sight);

    return server && protocol_of_port (server->port) != LOAD_UNKNOWN && !sight->boot->configuration.note &&
           !sight->story->may_have_config && sight->story->files_in_view &&
           /* of a server that has said something, that it has no configuration: what it has sent may be lost */
           (sight->boot->files.own_missing || !sight->story->files_heard) &&
           is_file_server (sight->boot, &server->address);
}

gboolean diagnose_falls_back (const Sight *sight)
{
    const Endpoint *server = sight_server (sight);

    return server && protocol_of_port (server->port) != LOAD_UNKNOWN &&
           is_file_server (sight->boot, &server->address) && diagnose_names_fail (sight);
}

/* All that the phone may know: another address is none of these. A cached list, or one that a call manager gave later,
 * is not in the configuration; its router, which may stand in for them, is known by the lease. */
static gboolean is_unexpected (const Sight *sight, const Endpoint *server)
{
    const struct BootState *boot = sight->boot;

    if (!boot->configuration.note || !boot->lease.note || boot->configuration.n_servers == 0 ||
        boot->configuration.has_more || sight->story->has_registered)
        return FALSE;
    for (guint i = 0; i < boot->configuration.n_servers; i++)
        if (!boot->configuration.servers[i].size)
            return FALSE;
    return !is_among (boot->configuration.servers, boot->configuration.n_servers, &server->address) &&
           !is_among (boot->lease.routers, boot->lease.n_routers, &server->address) &&
           !is_file_server (boot, &server->address);
}

static void look_at_destination (const Sight *sight)
{
    const Endpoint *server = sight_server (sight);

    if (diagnose_is_last_resort (sight)) {
        const Case *none = diagnose_case (sight, PROBLEM_NO_CONFIG_AT_ALL, 0);
        diagnose_once (sight, PROBLEM_TFTP_SERVER_AS_CALL_MANAGER, CERTAINTY_LIKELY, 0, none->first);
    } else if (is_unexpected (sight, server)) {
        diagnose_once (sight, PROBLEM_UNEXPECTED_SERVER, CERTAINTY_CERTAIN, sight->note->server,
                       sight->boot->configuration.note);
    }
}

/* --- Which protocol it speaks */

/* Whoever is answered in the protocol that it speaks has found who speaks it, whatever the port is usually for. */
static void not_answered_in_it (const Sight *sight, const Watch *watch)
{
    const Heard *heard = phone_story_find_heard (sight->story, sight->note->server);
    Case *said = diagnose_case (sight, PROBLEM_PROTOCOL_MISMATCH, 0);

    if (said->count || (heard && heard->speaks & 1U << sight->kind->protocol) || !diagnose_silence_proves (sight))
        return;
    said->count++;
    diagnose_silent (sight, PROBLEM_PROTOCOL_MISMATCH, CERTAINTY_LIKELY, &watch->note, 1);
}

static void wait_for_same_protocol (const Sight *sight)
{
    const TimerId timer = sight->kind->protocol == PROTOCOL_SIP ? TIMER_SIP_ANSWER : TIMER_REGISTER_ANSWER;
    const Watch answer = { .deadline = sight->note->time + diagnose_patience (sight, timer),
                           .note = sight->id,
                           .problem = PROBLEM_PROTOCOL_MISMATCH,
                           .about = sight->note->server,
                           .due = not_answered_in_it };

    diagnose_watch (sight, &answer);
    diagnose_case (sight, PROBLEM_PROTOCOL_MISMATCH, answer.about)->first = sight->id;
}

/* The end of the connection on which it has asked: no answer will come. */
static void look_at_end (const Sight *sight)
{
    const gboolean ends = sight->kind->protocol == PROTOCOL_TCP &&
                          (sight->kind->id == TCP_EVENT_CLOSE || sight->kind->id == TCP_EVENT_RESET);

    if (!ends || !sight->note->server || !diagnose_case (sight, PROBLEM_PROTOCOL_MISMATCH, sight->note->server)->first)
        return;
    const NoteId asked = diagnose_case (sight, PROBLEM_PROTOCOL_MISMATCH, sight->note->server)->first;
    const Sight of_asked = sight_at (sight->diagnosis, asked, NULL);
    const Watch answer = { .note = asked };
    if (sight_note (sight, asked)->registration == sight->note->registration)
        not_answered_in_it (&of_asked, &answer);
}

/* By what is said: on any port anything may be spoken. */
static LoadProtocol protocol_spoken (const Sight *sight)
{
    return sight->kind->protocol == PROTOCOL_SCCP  ? LOAD_SCCP
           : sight->kind->protocol == PROTOCOL_SIP ? LOAD_SIP
                                                   : LOAD_UNKNOWN;
}

static void look_at_protocol (const Sight *sight)
{
    const struct BootState *boot = sight->boot;
    LoadProtocol port = protocol_of_port (sight_server (sight)->port), spoken = protocol_spoken (sight);
    gboolean configured = boot->configuration.note &&
                          (boot->configuration.protocol == LOAD_SCCP || boot->configuration.protocol == LOAD_SIP);

    if (configured && spoken != LOAD_UNKNOWN && spoken != boot->configuration.protocol)
        diagnose_once (sight, PROBLEM_PROTOCOL_MISMATCH, CERTAINTY_CERTAIN, 0, boot->configuration.note);
    else if (port != LOAD_UNKNOWN && spoken != LOAD_UNKNOWN && spoken != port)
        wait_for_same_protocol (sight);
}

static gboolean asks_to_register (const MessageKind *kind)
{
    return (kind->protocol == PROTOCOL_SCCP && kind->id == SCCP_REGISTER_REQ) ||
           (kind->protocol == PROTOCOL_SIP && kind->id == SIP_REGISTER);
}

/* What went on again and again has ended. */
static void end_rounds (PhoneStory *story)
{
    story->has_connected = TRUE;
    story->unfinished = 0;
    story->tvs_failed = 0;
    if (story->trust_lists.count)
        rounds_forget (&story->trust_lists);
    if (story->signed_files.count)
        rounds_forget (&story->signed_files);
    if (story->configs.count)
        rounds_forget (&story->configs);
    if (story->loads.count)
        rounds_forget (&story->loads);
}

static void look_at_connection (const Sight *sight)
{
    const Endpoint *server = sight_server (sight);
    gboolean connects = server && is_connect (sight->kind) && protocol_of_port (server->port) != LOAD_UNKNOWN;

    if (!connects && !is_message_of_phone (sight->note, sight->kind))
        return;
    end_rounds (sight->story);
    sight->diagnosis->sees_registration |= (guint8) (1 << protocol_spoken (sight));
    if (!server || (!connects && !asks_to_register (sight->kind)))
        return;
    look_at_destination (sight);
    look_at_protocol (sight);
}

/* The certificate check that a signed file may need (reference 5.2, B10), and files that come unseen. */
static void look_at_tls_servers (const Sight *sight)
{
    const MessageKind *kind = sight->kind;
    PhoneStory *story = sight->story;
    const Endpoint *server = sight_server (sight);

    if (!server)
        return;
    if (server->port == PORT_TVS &&
        ((kind->protocol == PROTOCOL_TCP &&
          (kind->id == TCP_EVENT_REFUSED || kind->id == TCP_EVENT_CONNECT_AGAIN || kind->id == TCP_EVENT_RESET)) ||
         (kind->protocol == PROTOCOL_TLS && kind->id == TLS_ALERT)))
        story->tvs_failed = story->tvs_failed > story->configs.note[0] ? story->tvs_failed : sight->id;
    if (port_service (server->port) == SERVICE_HTTP && kind->protocol == PROTOCOL_TLS)
        story->may_have_config = TRUE;
}

/* --- Firmware */

/* Firmware is written in two ways: "9.4(2SR3.1S)" by the phone, "SCCP41.9-4-2SR3-1S" by its configuration. What both
 * share is the version: letters and digits behind the family. Without a family the whole name counts, and the two forms
 * cannot be compared ("P00308010100"). Returns whether there is a family. */
static gboolean load_version (const char *name, gsize size, char ret_version[LOAD_MAX])
{
    const char *dot = memchr (name, '.', size);
    gboolean has_family = dot && !g_ascii_isdigit (*name);
    gboolean is_version = dot && g_ascii_isdigit (*name);
    gsize length = 0;

    for (gsize i = has_family ? (gsize) (dot - name) + 1 : 0; i < size && length < LOAD_MAX - 1; i++)
        if (g_ascii_isalnum (name[i]))
            ret_version[length++] = g_ascii_toupper (name[i]);
    ret_version[length] = '\0';
    for (guint i = 0; i < 2; i++) {
        const char *ending = i ? "BIN" : "LOADS";
        if (g_str_has_suffix (ret_version, ending))
            ret_version[strlen (ret_version) - strlen (ending)] = '\0';
    }
    return has_family || is_version;
}

static gboolean is_other_load (const char *wanted, const char *running)
{
    char a[LOAD_MAX], b[LOAD_MAX];

    if (!*wanted || !*running)
        return FALSE;
    return load_version (wanted, strlen (wanted), a) == load_version (running, strlen (running), b) && *a && *b &&
           strcmp (a, b) != 0;
}

gboolean diagnose_runs_wanted_load (const Sight *sight)
{
    const char *wanted = sight->boot->configuration.wanted_load, *running = sight->story->running_load;
    char a[LOAD_MAX], b[LOAD_MAX];

    if (g_ascii_strcasecmp (wanted, running) == 0)
        return TRUE;
    /* The phone's own way to write it does not say the family. */
    return g_ascii_isdigit (*running) && load_version (wanted, strlen (wanted), a) &&
           load_version (running, strlen (running), b) && strcmp (a, b) == 0;
}

/* The fixed form of VersionRes holds 16 octets, and load names may be longer. */
static gboolean is_cut_short (const char *version_res, const char *load)
{
    enum { VERSION_RES_SIZE = 16 };
    return strlen (version_res) >= VERSION_RES_SIZE - 1 && g_str_has_prefix (load, version_res);
}

static void keep_running_load (PhoneStory *story, NoteId id, View load)
{
    gsize size = MIN (load.size, sizeof story->running_load - 1);

    memcpy (story->running_load, load.data, size);
    story->running_load[size] = '\0';
    story->running_note = id;
}

/* On another connection than the one on which a phone of this name is registered: perhaps another device speaks. */
static gboolean is_beside_home (const Sight *sight)
{
    return sight->story->home && sight->session && sight->session->number != sight->story->home;
}

/* Messages in which a phone names its firmware, or says how it went down last. */
static gboolean tells_of_itself (const Note *note, const MessageKind *kind)
{
    switch (kind->protocol) {
    case PROTOCOL_CDP:
    case PROTOCOL_LLDP:
    case PROTOCOL_SIP:
        return !note->from_server;
    case PROTOCOL_SCCP:
        return !note->from_server && kind->phase == PHASE_REGISTER;
    default:
        return FALSE;
    }
}

static void look_at_load (const Sight *sight)
{
    const MessageKind *kind = sight->kind;
    const struct BootState *boot = sight->boot;
    gboolean says_version = kind->protocol == PROTOCOL_SCCP && kind->id == SCCP_VERSION_RES;

    if (!says_version && !tells_of_itself (sight->note, kind))
        return;
    View load = diagnose_text (sight, VALUE_LOAD);
    if (load.size == 0 || load.size >= LOAD_MAX || is_beside_home (sight))
        return;
    if (says_version) {
        g_autofree char *wanted = view_dup (load);
        View of =
            is_cut_short (wanted, boot->configuration.wanted_load) ? text_view (boot->configuration.wanted_load) : load;
        if (is_other_load (wanted, sight->story->running_load) && !is_cut_short (wanted, sight->story->running_load))
            diagnose_once (sight, PROBLEM_FIRMWARE_CHANGE, CERTAINTY_CERTAIN, diagnose_about (of),
                           sight->story->running_note);
        return;
    }
    keep_running_load (sight->story, sight->id, load);
    if (boot->configuration.note && is_other_load (boot->configuration.wanted_load, sight->story->running_load) &&
        kind->protocol != PROTOCOL_CDP && kind->protocol != PROTOCOL_LLDP)
        diagnose_once (sight, PROBLEM_FIRMWARE_CHANGE, CERTAINTY_CERTAIN,
                       diagnose_about (text_view (boot->configuration.wanted_load)), boot->configuration.note);
}

/* How the phone went down last time. */
static void look_at_outage (const Sight *sight)
{
    if (tells_of_itself (sight->note, sight->kind) &&
        diagnose_number (sight, VALUE_CAUSE) == (guint64) word_of_outage (OUTAGE_NO_ROOM))
        diagnose_once (sight, PROBLEM_PHONE_DISK_FULL, CERTAINTY_CERTAIN, 0, 0);
}

/* --- Packets that do not arrive */

static gboolean is_repeated (const Note *note, const MessageKind *kind)
{
    if (kind->protocol == PROTOCOL_TCP)
        return kind->id == TCP_EVENT_RETRANSMISSION || kind->id == TCP_EVENT_CONNECT_AGAIN;
    return kind->protocol == PROTOCOL_TFTP && kind->id == TFTP_RRQ && note->variant == VARIANT_REFUSED;
}

/* Somebody else answers for an address since then, and what is sent there is lost. */
static void look_at_owner (const Sight *sight)
{
    const struct BootState *boot = sight->boot;
    PhoneStory *story = sight->story;
    NoteId evidence[] = { boot->link.owner_before, story->owner_changed };

    if (story->owner_known != boot->link.owner_after) {
        story->owner_known = story->owner_changed = boot->link.owner_after;
        story->lost = 0;
    }
    if (!story->owner_changed || sight->kind->protocol == PROTOCOL_ARP || sight->kind->protocol == PROTOCOL_DHCP)
        return;
    if (sight->note->from_server) {
        story->owner_changed = 0;
        return;
    }
    if (!is_repeated (sight->note, sight->kind) || ++story->lost != diagnose_times (sight, TIMER_PACKETS_LOST))
        return;
    diagnose_add (sight, PROBLEM_ARP_CHANGED, CERTAINTY_LIKELY, evidence, 2);
    story->owner_changed = 0;
}

/* A switch that hears nothing of a phone for a while forgets its port; then the next packets to it are lost. */
static void look_at_gaps (const Sight *sight)
{
    PhoneStory *story = sight->story;

    if (sight->note->from_server) {
        if (sight->kind->protocol != PROTOCOL_ARP)
            story->after_gap = 0;
        return;
    }
    gint64 gap = story->has_sent ? sight->note->time - story->last_sent : 0;
    story->last_sent = sight->note->time;
    story->has_sent = TRUE;
    if (gap >= diagnose_patience (sight, TIMER_MAC_GAP) && gap <= diagnose_patience (sight, TIMER_MAC_GAP_MAX)) {
        story->after_gap = sight->id;
        return;
    }
    if (!story->after_gap || !is_repeated (sight->note, sight->kind))
        return;
    if (story->gap_lost)
        diagnose_once (sight, PROBLEM_MAC_AGING, CERTAINTY_HINT, 0, story->gap_lost);
    story->gap_lost = story->after_gap;
    story->after_gap = 0;
}

/* --- From how many places it speaks */

/* A phone that moves is heard at one place, then at the other. Two hosts take turns: here, there, and here again,
 * without a lease in between and soon. */
static void look_at_sighting (const Sight *sight)
{
    PhoneStory *story = sight->story;

    if (story->sighting != sight->id)
        return;
    const Note *before = sight_note (sight, story->before.note);
    NoteId evidence[] = { story->before.note, story->here.note, sight->id };
    if (story->here.note && ip_address_equal (&story->here.address, &story->sighted)) {
        story->here.note = sight->id;
        return;
    }
    if (before && ip_address_equal (&story->before.address, &story->sighted) &&
        sight->boot->lease.note < story->before.note &&
        sight->note->time - before->time <= diagnose_patience (sight, TIMER_DUPLICATE) &&
        diagnose_case (sight, PROBLEM_DUPLICATE_DEVICE, 0)->count++ == 0)
        diagnose_add (sight, PROBLEM_DUPLICATE_DEVICE, CERTAINTY_CERTAIN, evidence, 3);
    story->before.address = story->here.address;
    story->before.note = story->here.note;
    story->here.address = story->sighted;
    story->here.note = sight->id;
}

/* --- The TFTP servers that have been heard */

static void keep_heard (const Sight *sight)
{
    const MessageKind *kind = sight->kind;
    PhoneStory *story = sight->story;
    const struct BootState *boot = sight->boot;

    /* A phone that goes on to the next file without either has got an answer that the capture lacks. */
    if (kind->protocol == PROTOCOL_TFTP || kind->protocol == PROTOCOL_HTTP) {
        sight->diagnosis->sees_files = TRUE;
        story->files_heard |= sight->note->from_server;
        story->files_in_view |= sight->note->from_server || is_repeated (sight->note, kind);
    }
    if (story->tftp_heard == (1U << boot->lease.n_tftp) - 1)
        return;
    const Endpoint *server =
        diagnose_has_answered (sight) && kind->protocol != PROTOCOL_DHCP ? sight_server (sight) : NULL;
    for (guint i = 0; server && kind->protocol != PROTOCOL_ICMP && i < boot->lease.n_tftp; i++)
        if (ip_address_equal (&boot->lease.tftp[i], &server->address))
            story->tftp_heard |= (guint8) (1 << i);
}

/* With a new address everything begins anew. */
static void look_at_lease (const Sight *sight)
{
    PhoneStory *story = sight->story;

    if (sight->boot->lease.note != sight->id)
        return;
    story->tftp_silent = story->tftp_heard = 0;
    story->begins_anew = TRUE;
}

static gboolean is_of_link (Protocol protocol)
{
    return protocol == PROTOCOL_CDP || protocol == PROTOCOL_LLDP || protocol == PROTOCOL_EAPOL;
}

/* The port of the switch is open: its switch says so, or somebody beyond it has reached the phone. */
static void keep_let_in (const Sight *sight)
{
    const MessageKind *kind = sight->kind;

    if (!sight->note->from_server ||
        (is_of_link (kind->protocol) && !(kind->protocol == PROTOCOL_EAPOL && kind->id == EAPOL_SUCCESS)))
        return;
    sight->story->is_let_in = TRUE;
    if (!sight->story->shut_out)
        return;
    sight->story->shut_out = 0;
    diagnose_forget (sight, PROBLEM_DOT1X_FAILED, 0);
}

/* Who asks for files is not the only one who goes on: so does who begins anew, or speaks to others than its link. */
static void keep_going_on (const Sight *sight)
{
    const Protocol protocol = sight->kind->protocol;

    if (sight->note->from_server || sight->note->variant == VARIANT_ROUTED || protocol == PROTOCOL_ARP ||
        is_of_link (protocol) || protocol == PROTOCOL_ICMP ||
        (protocol == PROTOCOL_DHCP && sight->kind->id != DHCP_DISCOVER))
        return;
    sight->story->gone_on = sight->id;
}

void diagnose_start (const Sight *sight)
{
    if (!sight->phone->has_spoken) /* and nothing is to be remembered of it */
        return;
    sight->story->has_begun = TRUE;
    look_at_lease (sight);
    keep_heard (sight);
    keep_let_in (sight);
    keep_going_on (sight);
    look_at_tls_servers (sight);
    look_at_connection (sight);
    look_at_end (sight);
    look_at_load (sight);
    look_at_outage (sight);
    look_at_sighting (sight);
    look_at_owner (sight);
    look_at_gaps (sight);
    if (sight->note->level >= LEVEL_ACCEPTED)
        sight->story->has_registered = TRUE;
}
