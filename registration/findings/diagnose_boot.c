/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes wrong before a phone can ask for its files: VLAN, address, router, names. */
#include "registration/findings/diagnose_internal.h"

#include "registration/protocols/arp.h"
#include "registration/protocols/dhcp.h"

/* --- DHCP --- */

static void no_files_asked (Flow *flow, const Watch *watch)
{
    const Note *lease = notes_get (flow->notes, watch->note);
    NoteId evidence[] = { lease->partner, watch->note };

    if (!flow_has_asked_for_files (flow, lease->phone) && diagnose_case (flow, lease, watch->problem, 0)->count++ == 0)
        diagnose_silent (flow, watch->problem, CERTAINTY_LIKELY, evidence, 2);
}

/* That the option is missing stands in the ACK itself: the end of the capture closes the question as well. */
static void wait_for_files (Flow *flow, NoteId id, const Note *note)
{
    Watch files = { .deadline = note->time + diagnose_patience (flow, TIMER_FILES_AFTER_LEASE),
                    .note = id,
                    .problem = PROBLEM_DHCP_NO_TFTP_OPTION,
                    .due = no_files_asked,
                    .closes_at_end = TRUE };
    diagnose_watch (flow, &files);
}

static void nothing_from_outside (Flow *flow, const Watch *watch)
{
    const Note *lease = notes_get (flow->notes, watch->note);
    const struct BootState *boot = flow_boot_state (flow, lease->phone);
    NoteId evidence[] = { lease->partner, watch->note };

    if (boot->lease == watch->note && !(boot->tftp_heard & boot->tftp_outside) &&
        diagnose_case (flow, lease, watch->problem, 0)->count++ == 0)
        diagnose_silent (flow, watch->problem, CERTAINTY_LIKELY, evidence, 2);
}

/* Routers that answer for everybody (proxy ARP) may help a phone without one: then its server answers. */
static void look_at_router (Flow *flow, NoteId id, const Note *note)
{
    const struct BootState *boot = flow_boot_state (flow, note->phone);
    Watch answer = { .deadline = note->time + diagnose_patience (flow, TIMER_FILES_AFTER_LEASE),
                     .note = id,
                     .problem = PROBLEM_DHCP_NO_ROUTER,
                     .due = nothing_from_outside,
                     .closes_at_end = TRUE };

    if (boot->lease == id && boot->n_routers == 0 && !boot->has_static_routes && boot->tftp_outside)
        diagnose_watch (flow, &answer);
}

/* --- VLAN --- */

/* A capture that does not keep tags shows every frame untagged, which means nothing. */
static gboolean is_in_other_vlan (const Flow *flow, const struct BootState *boot)
{
    return boot->voice_vlan && flow->sees_tags && boot->vlan != boot->voice_vlan;
}

static void not_moved (Flow *flow, const Watch *watch)
{
    const Note *note = notes_get (flow->notes, watch->note);
    const struct BootState *boot = flow_boot_state (flow, note->phone);
    NoteId evidence[] = { boot->voice_vlan_note, watch->note };

    if (is_in_other_vlan (flow, boot) && diagnose_case (flow, note, watch->problem, boot->voice_vlan)->count++ == 0)
        diagnose_silent (flow, watch->problem, CERTAINTY_HINT, evidence, 2);
}

/* A phone that has just learnt its VLAN asks there anew (reference 4.1). */
static void look_at_vlan (Flow *flow, NoteId id, const Note *note)
{
    Watch move = { .deadline = note->time + diagnose_patience (flow, TIMER_VLAN_MOVE),
                   .note = id,
                   .problem = PROBLEM_WRONG_VLAN,
                   .due = not_moved };

    if (!note->from_server && is_in_other_vlan (flow, flow_boot_state (flow, note->phone)))
        diagnose_watch (flow, &move);
}

static void look_at_dhcp (Flow *flow, NoteId id, const Note *note, guint32 kind)
{
    look_at_vlan (flow, id, note);
    switch (kind) {
    case DHCP_DISCOVER:
        diagnose_unanswered (flow, id, PROBLEM_DHCP_NO_OFFER, 0, diagnose_times (flow, TIMER_DHCP_DISCOVERS),
                             diagnose_patience (flow, TIMER_DHCP_OFFER));
        break;
    case DHCP_OFFER:
        diagnose_forget (flow, note, PROBLEM_DHCP_NO_OFFER, 0);
        break;
    case DHCP_DECLINE:
        diagnose_once (flow, id, PROBLEM_DUPLICATE_IP, CERTAINTY_CERTAIN, note->attempt, note->partner);
        G_GNUC_FALLTHROUGH;
    case DHCP_NAK:
        diagnose_once (flow, id, PROBLEM_DHCP_REFUSED, CERTAINTY_CERTAIN, note->attempt, note->partner);
        break;
    case DHCP_ACK:
        diagnose_forget (flow, note, PROBLEM_DHCP_NO_OFFER, 0);
        look_at_router (flow, id, note);
        if (note->variant == VARIANT_BROKEN)
            diagnose_once (flow, id, PROBLEM_DHCP_BAD_OPTION_150, CERTAINTY_CERTAIN, 0, note->partner);
        else if (note->variant == VARIANT_NOT_FOUND)
            wait_for_files (flow, id, note);
        break;
    default:
        break;
    }
}

/* --- ARP --- */

static void no_owner (Flow *flow, const Watch *watch)
{
    const Note *note = notes_get (flow->notes, watch->note);
    const Case *of = diagnose_case (flow, note, watch->problem, watch->about);
    const struct BootState *boot = flow_boot_state (flow, note->phone);
    NoteId evidence[] = { of->first, of->second, watch->note };

    if (of->last == watch->note && boot->is_near && !boot->tftp_heard &&
        diagnose_case (flow, note, watch->problem, 0)->count++ == 0)
        diagnose_silent (flow, watch->problem, CERTAINTY_LIKELY, evidence, 3);
}

/* The phone looks for its TFTP server or the router that leads there. */
static void look_at_arp_request (Flow *flow, NoteId id, const Note *note)
{
    Value address;

    if (!diagnose_number (flow, note, VALUE_WHAT) ||
        !values_find (notes_values (flow->notes, note), VALUE_IP, &address))
        return;
    Watch answer = { .deadline = note->time + diagnose_patience (flow, TIMER_LAST_ANSWER),
                     .note = id,
                     .problem = PROBLEM_TFTP_SERVER_UNREACHABLE,
                     .about = ip_address_hash (&address.address),
                     .due = no_owner };
    Case *of = diagnose_case (flow, note, answer.problem, answer.about);
    of->count++;
    if (of->count == 1)
        of->first = id;
    if (of->count == 2)
        of->second = id;
    if (of->count != diagnose_times (flow, TIMER_ARP_REQUESTS))
        return;
    of->last = id;
    diagnose_watch (flow, &answer);
}

static void look_at_arp (Flow *flow, NoteId id, const Note *note, guint32 kind)
{
    const struct BootState *boot = flow_boot_state (flow, note->phone);
    Value address;

    if (diagnose_text (flow, note, VALUE_OTHER_MAC).size &&
        values_find (notes_values (flow->notes, note), VALUE_OWN_IP, &address))
        diagnose_once (flow, id, PROBLEM_DUPLICATE_IP, CERTAINTY_CERTAIN, note->attempt,
                       id == boot->claim ? boot->own_claim : boot->claim);
    if (kind == ARP_REQUEST && !note->from_server)
        look_at_arp_request (flow, id, note);
    else if (kind == ARP_REPLY && values_find (notes_values (flow->notes, note), VALUE_IP, &address))
        diagnose_forget (flow, note, PROBLEM_TFTP_SERVER_UNREACHABLE, ip_address_hash (&address.address));
}

/* --- DNS --- */

static void still_unknown (Flow *flow, const Watch *watch)
{
    const Note *note = notes_get (flow->notes, watch->note);
    const struct BootState *boot = flow_boot_state (flow, note->phone);
    int place = flow_configured_name (boot, diagnose_text (flow, note, VALUE_NAME));
    NoteId evidence[] = { note->partner, watch->note };

    if (place >= 0 && !boot->configured[place].size &&
        diagnose_case (flow, note, watch->problem, watch->about)->count++ == 0)
        diagnose_silent (flow, watch->problem, CERTAINTY_CERTAIN, evidence, 2);
}

/* Another domain, or another DNS server, may know the name. */
static void look_at_unknown_name (Flow *flow, NoteId id, const Note *note, int place)
{
    Watch other = { .deadline = note->time + diagnose_patience (flow, TIMER_LAST_ANSWER),
                    .note = id,
                    .problem = PROBLEM_SERVER_NAME_UNRESOLVED,
                    .about = (guint32) place + 1,
                    .due = still_unknown,
                    .closes_at_end = TRUE };
    diagnose_watch (flow, &other);
}

static void look_at_dns (Flow *flow, NoteId id, const Note *note)
{
    int place = flow_configured_name (flow_boot_state (flow, note->phone), diagnose_text (flow, note, VALUE_NAME));
    gboolean is_tftp = flow_asked_tftp_name (flow, note);
    Problem problem = is_tftp ? PROBLEM_TFTP_NAME_UNRESOLVED : PROBLEM_SERVER_NAME_UNRESOLVED;
    guint32 about = diagnose_about (diagnose_text (flow, note, VALUE_NAME));

    if (place < 0 && !is_tftp)
        return;
    if (!note->from_server) {
        diagnose_unanswered (flow, id, problem, about, diagnose_times (flow, TIMER_DNS_QUERIES), 0);
        return;
    }
    diagnose_forget (flow, note, problem, about);
    if (note->variant != VARIANT_NOT_FOUND)
        return;
    if (is_tftp)
        diagnose_once (flow, id, problem, CERTAINTY_CERTAIN, 0, note->partner);
    else
        look_at_unknown_name (flow, id, note, place);
}

void diagnose_boot (Flow *flow, NoteId id, const Note *note, const MessageKind *kind)
{
    switch (kind->protocol) {
    case PROTOCOL_TFTP:
    case PROTOCOL_HTTP:
        diagnose_files (flow, id, note, kind);
        break;
    case PROTOCOL_DHCP:
        look_at_dhcp (flow, id, note, kind->id);
        break;
    case PROTOCOL_ARP:
        look_at_arp (flow, id, note, kind->id);
        break;
    case PROTOCOL_DNS:
        look_at_dns (flow, id, note);
        break;
    default:
        break;
    }
}
