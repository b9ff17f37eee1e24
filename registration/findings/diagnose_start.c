/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a phone does as a whole: where it goes with its configuration, which firmware it runs, from how many places it
 * speaks, and whether its packets arrive. */
#include "registration/findings/diagnose_internal.h"

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

/* --- Where it goes --- */

static gboolean is_file_server (const struct BootState *boot, const IpAddress *address)
{
    return is_among (boot->tftp, boot->n_tftp, address) || ip_address_equal (&boot->file_server, address);
}

gboolean diagnose_is_last_resort (Flow *flow, const Note *note)
{
    const Phone *phone = phones_get (flow->phones, phones_current (flow->phones, note->phone));
    const Endpoint *server = flow_server (flow, note);
    const struct BootState *boot = phone->boot;

    return boot && server && protocol_of_port (server->port) != LOAD_UNKNOWN && !boot->config &&
           !boot->may_have_config && boot->files_in_view && is_file_server (boot, &server->address);
}

/* All that the phone may know: another address is none of these. A cached list, or one that a call manager gave later,
 * is not in the configuration; its router, which may stand in for them, is known by the lease. */
static gboolean is_unexpected (const struct BootState *boot, const Endpoint *server)
{
    if (!boot->config || !boot->lease || boot->n_configured == 0 || boot->has_more_servers || boot->has_registered)
        return FALSE;
    for (guint i = 0; i < boot->n_configured; i++)
        if (!boot->configured[i].size)
            return FALSE;
    return !is_among (boot->configured, boot->n_configured, &server->address) &&
           !is_among (boot->routers, boot->n_routers, &server->address) && !is_file_server (boot, &server->address);
}

static void look_at_destination (Flow *flow, NoteId id, const Note *note, const struct BootState *boot)
{
    const Endpoint *server = flow_server (flow, note);

    if (diagnose_is_last_resort (flow, note)) {
        const Case *none = diagnose_case (flow, note, PROBLEM_NO_CONFIG_AT_ALL, 0);
        diagnose_once (flow, id, PROBLEM_TFTP_SERVER_AS_CALL_MANAGER, CERTAINTY_LIKELY, 0, none->first);
    } else if (is_unexpected (boot, server)) {
        diagnose_once (flow, id, PROBLEM_UNEXPECTED_SERVER, CERTAINTY_CERTAIN, note->server, boot->config);
    }
}

/* --- Which protocol it speaks --- */

static void look_at_protocol (Flow *flow, NoteId id, const Note *note, const MessageKind *kind,
                              const struct BootState *boot)
{
    const Endpoint *server = flow_server (flow, note);
    LoadProtocol port = protocol_of_port (server->port);
    LoadProtocol spoken = kind->protocol == PROTOCOL_SCCP  ? LOAD_SCCP
                          : kind->protocol == PROTOCOL_SIP ? LOAD_SIP
                                                           : port;
    gboolean configured = boot->config && (boot->protocol == LOAD_SCCP || boot->protocol == LOAD_SIP);

    if (configured && spoken != LOAD_UNKNOWN && spoken != boot->protocol)
        diagnose_once (flow, id, PROBLEM_PROTOCOL_MISMATCH, CERTAINTY_CERTAIN, 0, boot->config);
    else if (port != LOAD_UNKNOWN && spoken != port)
        diagnose_once (flow, id, PROBLEM_PROTOCOL_MISMATCH, CERTAINTY_CERTAIN, 0, 0);
}

static gboolean asks_to_register (const MessageKind *kind)
{
    return (kind->protocol == PROTOCOL_SCCP && kind->id == SCCP_REGISTER_REQ) ||
           (kind->protocol == PROTOCOL_SIP && kind->id == SIP_REGISTER);
}

/* What went on again and again has ended. */
static void end_rounds (struct BootState *boot)
{
    boot->has_connected = TRUE;
    boot->unfinished = 0;
    boot->tvs_failed = 0;
    if (boot->trust_lists.count)
        rounds_forget (&boot->trust_lists);
    if (boot->signed_files.count)
        rounds_forget (&boot->signed_files);
    if (boot->configs.count)
        rounds_forget (&boot->configs);
    if (boot->loads.count)
        rounds_forget (&boot->loads);
}

static void look_at_connection (Flow *flow, NoteId id, const Note *note, const MessageKind *kind,
                                struct BootState *boot)
{
    const Endpoint *server = flow_server (flow, note);
    gboolean connects = server && is_connect (kind) && protocol_of_port (server->port) != LOAD_UNKNOWN;

    if (!connects && !is_message_of_phone (note, kind))
        return;
    end_rounds (boot);
    if (!server || (!connects && !asks_to_register (kind)))
        return;
    look_at_destination (flow, id, note, boot);
    look_at_protocol (flow, id, note, kind, boot);
}

/* The certificate check that a signed file may need (reference 5.2, B10), and files that come unseen. */
static void look_at_tls_servers (Flow *flow, NoteId id, const Note *note, const MessageKind *kind,
                                 struct BootState *boot)
{
    const Endpoint *server = flow_server (flow, note);

    if (!server)
        return;
    if (server->port == PORT_TVS &&
        ((kind->protocol == PROTOCOL_TCP &&
          (kind->id == TCP_EVENT_REFUSED || kind->id == TCP_EVENT_CONNECT_AGAIN || kind->id == TCP_EVENT_RESET)) ||
         (kind->protocol == PROTOCOL_TLS && kind->id == TLS_ALERT)))
        boot->tvs_failed = boot->tvs_failed > boot->configs.note[0] ? boot->tvs_failed : id;
    if (port_service (server->port) == SERVICE_HTTP && kind->protocol == PROTOCOL_TLS)
        boot->may_have_config = TRUE;
}

/* --- Firmware --- */

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

/* The fixed form of VersionRes holds 16 octets, and load names may be longer. */
static gboolean is_cut_short (const char *version_res, const char *load)
{
    enum { VERSION_RES_SIZE = 16 };
    return strlen (version_res) >= VERSION_RES_SIZE - 1 && g_str_has_prefix (load, version_res);
}

static void keep_running_load (struct BootState *boot, NoteId id, View load)
{
    gsize size = MIN (load.size, sizeof boot->running_load - 1);

    memcpy (boot->running_load, load.data, size);
    boot->running_load[size] = '\0';
    boot->running_note = id;
}

static void look_at_load (Flow *flow, NoteId id, const Note *note, const MessageKind *kind, struct BootState *boot)
{
    gboolean says_version = kind->protocol == PROTOCOL_SCCP && kind->id == SCCP_VERSION_RES;
    gboolean is_phone = kind->protocol == PROTOCOL_CDP || kind->protocol == PROTOCOL_LLDP ||
                        kind->protocol == PROTOCOL_SCCP || kind->protocol == PROTOCOL_SIP;

    if (!says_version && (note->from_server || !is_phone))
        return;
    View load = diagnose_text (flow, note, VALUE_LOAD);
    if (load.size == 0 || load.size >= LOAD_MAX)
        return;
    if (says_version) {
        g_autofree char *wanted = view_dup (load);
        if (is_other_load (wanted, boot->running_load) && !is_cut_short (wanted, boot->running_load))
            diagnose_once (
                flow, id, PROBLEM_FIRMWARE_CHANGE, CERTAINTY_CERTAIN,
                diagnose_about (is_cut_short (wanted, boot->wanted_load) ? text_view (boot->wanted_load) : load),
                boot->running_note);
        return;
    }
    keep_running_load (boot, id, load);
    if (boot->config && is_other_load (boot->wanted_load, boot->running_load) && kind->protocol != PROTOCOL_CDP &&
        kind->protocol != PROTOCOL_LLDP)
        diagnose_once (flow, id, PROBLEM_FIRMWARE_CHANGE, CERTAINTY_CERTAIN,
                       diagnose_about (text_view (boot->wanted_load)), boot->config);
}

/* How the phone went down last time. */
static void look_at_outage (Flow *flow, NoteId id, const Note *note, const MessageKind *kind)
{
    if (is_message_of_phone (note, kind) &&
        diagnose_number (flow, note, VALUE_CAUSE) == (guint64) word_of_outage (OUTAGE_NO_ROOM))
        diagnose_once (flow, id, PROBLEM_PHONE_DISK_FULL, CERTAINTY_CERTAIN, 0, 0);
}

/* --- Packets that do not arrive --- */

static gboolean is_repeated (const Note *note, const MessageKind *kind)
{
    if (kind->protocol == PROTOCOL_TCP)
        return kind->id == TCP_EVENT_RETRANSMISSION || kind->id == TCP_EVENT_CONNECT_AGAIN;
    return kind->protocol == PROTOCOL_TFTP && kind->id == TFTP_RRQ && note->variant == VARIANT_REFUSED;
}

/* Somebody else answers for an address since then, and what is sent there is lost. */
static void look_at_owner (Flow *flow, NoteId id, const Note *note, const MessageKind *kind, struct BootState *boot)
{
    NoteId evidence[] = { boot->owner_before, boot->owner_after };

    if (!boot->owner_after || kind->protocol == PROTOCOL_ARP || kind->protocol == PROTOCOL_DHCP)
        return;
    if (note->from_server) {
        boot->owner_after = 0;
        return;
    }
    if (!is_repeated (note, kind) || ++boot->lost != diagnose_times (flow, TIMER_PACKETS_LOST))
        return;
    diagnose_add (flow, id, PROBLEM_ARP_CHANGED, CERTAINTY_LIKELY, evidence, 2);
    boot->owner_after = 0;
}

/* A switch that hears nothing of a phone for a while forgets its port; then the next packets to it are lost. */
static void look_at_gaps (Flow *flow, NoteId id, const Note *note, const MessageKind *kind, struct BootState *boot)
{
    if (note->from_server) {
        if (kind->protocol != PROTOCOL_ARP)
            boot->after_gap = 0;
        return;
    }
    gint64 gap = boot->has_sent ? note->time - boot->last_sent : 0;
    boot->last_sent = note->time;
    boot->has_sent = TRUE;
    if (gap >= diagnose_patience (flow, TIMER_MAC_GAP) && gap <= diagnose_patience (flow, TIMER_MAC_GAP_MAX)) {
        boot->after_gap = id;
        return;
    }
    if (!boot->after_gap || !is_repeated (note, kind))
        return;
    if (boot->gap_lost)
        diagnose_once (flow, id, PROBLEM_MAC_AGING, CERTAINTY_HINT, 0, boot->gap_lost);
    boot->gap_lost = boot->after_gap;
    boot->after_gap = 0;
}

/* --- From how many places it speaks --- */

/* A phone that moves is heard at one place, then at the other. Two hosts take turns: here, there, and here again,
 * without a lease in between and soon. */
static void look_at_sighting (Flow *flow, NoteId id, const Note *note, struct BootState *boot)
{
    if (boot->sighting != id)
        return;
    const Note *before = notes_get (flow->notes, boot->before.note);
    NoteId evidence[] = { boot->before.note, boot->here.note, id };
    if (boot->here.note && ip_address_equal (&boot->here.address, &boot->sighted)) {
        boot->here.note = id;
        return;
    }
    if (before && ip_address_equal (&boot->before.address, &boot->sighted) && boot->lease < boot->before.note &&
        note->time - before->time <= diagnose_patience (flow, TIMER_DUPLICATE) &&
        diagnose_case (flow, note, PROBLEM_DUPLICATE_DEVICE, 0)->count++ == 0)
        diagnose_add (flow, id, PROBLEM_DUPLICATE_DEVICE, CERTAINTY_CERTAIN, evidence, 3);
    boot->before.address = boot->here.address;
    boot->before.note = boot->here.note;
    boot->here.address = boot->sighted;
    boot->here.note = id;
}

/* --- The TFTP servers that have been heard --- */

static void keep_heard (Flow *flow, const Note *note, const MessageKind *kind, struct BootState *boot)
{
    /* A phone that goes on to the next file without either has got an answer that the capture lacks. */
    if ((kind->protocol == PROTOCOL_TFTP || kind->protocol == PROTOCOL_HTTP) &&
        (note->from_server || is_repeated (note, kind)))
        boot->files_in_view = TRUE;
    if (boot->tftp_heard == (1U << boot->n_tftp) - 1)
        return;
    const Endpoint *server = note->from_server && kind->protocol != PROTOCOL_DHCP ? flow_server (flow, note) : NULL;
    for (guint i = 0; server && kind->protocol != PROTOCOL_ICMP && i < boot->n_tftp; i++)
        if (ip_address_equal (&boot->tftp[i], &server->address))
            boot->tftp_heard |= (guint8) (1 << i);
}

void diagnose_start (Flow *flow, NoteId id, const Note *note, const MessageKind *kind)
{
    const Phone *phone = phones_get (flow->phones, phones_current (flow->phones, note->phone));

    if (!phone->has_spoken) /* and nothing is to be remembered of it */
        return;
    struct BootState *boot = flow_boot_state (flow, note->phone);
    keep_heard (flow, note, kind, boot);
    look_at_tls_servers (flow, id, note, kind, boot);
    look_at_connection (flow, id, note, kind, boot);
    look_at_load (flow, id, note, kind, boot);
    look_at_outage (flow, id, note, kind);
    look_at_sighting (flow, id, note, boot);
    look_at_owner (flow, id, note, kind, boot);
    look_at_gaps (flow, id, note, kind, boot);
    if (note->level >= LEVEL_ACCEPTED)
        boot->has_registered = TRUE;
}
