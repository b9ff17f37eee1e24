/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes wrong before a phone can ask for its files: VLAN, address, router, names. */
#include "registration/findings/diagnose_internal.h"

#include "registration/protocols/arp.h"
#include "registration/protocols/dhcp.h"
#include "registration/protocols/eapol.h"
#include "registration/wire/times.h"

/* --- The port of the switch */

/* Once, until the phone is let in after all. */
static void look_at_access (const Sight *sight)
{
    if (sight->kind->id != EAPOL_FAILURE)
        return;
    sight->story->shut_out = sight->id;
    diagnose_once (sight, PROBLEM_DOT1X_FAILED, CERTAINTY_CERTAIN, 0, sight->boot->access.answer);
}

/* --- DHCP */

/* Of a phone that looks for an address anew, or speaks to others than its link, more would be in the capture. */
static gboolean has_gone_on (const Sight *sight)
{
    return sight->story->gone_on > sight->id;
}

/* The phone asks for an address in another VLAN: what the lease of this one names is not what it needs. */
static gboolean has_changed_vlan (const Sight *sight)
{
    return has_gone_on (sight) && sight->boot->lease.vlan != diagnose_number (sight, VALUE_VLAN);
}

/* Another phone has been told of a TFTP server, long enough ago, and of nobody any question for a file is there: it is
 * the capture that holds none, as one that was made at the DHCP server. */
static gboolean lacks_all_files (const Sight *sight)
{
    const Note *told = sight_note (sight, sight->diagnosis->told_server);

    return told && !sight->diagnosis->sees_files &&
           flow_end (sight->diagnosis->flow) - told->time >= diagnose_patience (sight, TIMER_FILES_AFTER_LEASE);
}

static void no_files_asked (const Sight *sight, const Watch *watch)
{
    NoteId evidence[] = { sight->note->partner, watch->note };
    Watch again = *watch;

    if (sight->boot->files.note || has_changed_vlan (sight) || !diagnose_silence_proves (sight))
        return;
    again.deadline = G_MAXINT64;
    if (has_gone_on (sight)) {
        if (diagnose_case (sight, watch->problem, 0)->count++ == 0)
            (lacks_all_files (sight) ? diagnose_silent_eased : diagnose_silent) (sight, watch->problem,
                                                                                 CERTAINTY_LIKELY, evidence, 2);
    } else if (flow_end (sight->diagnosis->flow) >= watch->deadline) { /* it may ask where this capture holds nothing */
        sight->story->no_files_since = watch->note;
        diagnose_watch (sight, &again);
    } else if (diagnose_case (sight, watch->problem, 0)->count++ == 0) {
        diagnose_silent_eased (sight, watch->problem, CERTAINTY_LIKELY, evidence, 2);
    }
}

/* That the option is missing stands in the ACK itself: the end of the capture closes the question as well. */
static void wait_for_files (const Sight *sight)
{
    const NoteId before = sight->story->no_files_since;
    Watch files = { .deadline = sight->note->time + diagnose_patience (sight, TIMER_FILES_AFTER_LEASE),
                    .note = sight->id,
                    .problem = PROBLEM_DHCP_NO_TFTP_OPTION,
                    .due = no_files_asked,
                    .closes_at_end = TRUE };

    diagnose_watch (sight, &files);
    if (!before)
        return;
    /* It has looked for an address anew since: no answer from elsewhere has helped it. */
    sight->story->no_files_since = 0;
    const Sight of_before = sight_at (sight->diagnosis, before, sight->session);
    files.note = before;
    no_files_asked (&of_before, &files);
}

static void nothing_from_outside (const Sight *sight, const Watch *watch)
{
    NoteId evidence[] = { sight->note->partner, watch->note };

    if (sight->boot->lease.note == watch->note && !(sight->story->tftp_heard & sight->boot->lease.tftp_outside) &&
        diagnose_silence_proves (sight) && diagnose_case (sight, watch->problem, 0)->count++ == 0)
        diagnose_silent (sight, watch->problem, CERTAINTY_LIKELY, evidence, 2);
}

/* Routers that answer for everybody (proxy ARP) may help a phone without one: then its server answers. */
static void look_at_router (const Sight *sight)
{
    const struct BootState *boot = sight->boot;
    Watch answer = { .deadline = sight->note->time + diagnose_patience (sight, TIMER_FILES_AFTER_LEASE),
                     .note = sight->id,
                     .problem = PROBLEM_DHCP_NO_ROUTER,
                     .due = nothing_from_outside,
                     .closes_at_end = TRUE };

    if (boot->lease.note == sight->id && boot->lease.n_routers == 0 && !boot->lease.has_static_routes &&
        boot->lease.tftp_outside)
        diagnose_watch (sight, &answer);
}

/* --- VLAN */

/* A capture that does not keep tags shows every frame untagged, which means nothing. */
static gboolean is_in_other_vlan (const Sight *sight)
{
    const struct BootState *boot = sight->boot;

    return boot->voice_vlan.id && flow_sees_tags (sight->diagnosis->flow) && boot->lease.vlan != boot->voice_vlan.id;
}

static void not_moved (const Sight *sight, const Watch *watch)
{
    NoteId evidence[] = { sight->boot->voice_vlan.note, watch->note };

    if (is_in_other_vlan (sight) && diagnose_silence_proves (sight) &&
        diagnose_case (sight, watch->problem, sight->boot->voice_vlan.id)->count++ == 0)
        diagnose_silent (sight, watch->problem, CERTAINTY_HINT, evidence, 2);
}

/* A phone that has just learnt its VLAN asks there anew (reference 4.1). */
static void look_at_vlan (const Sight *sight)
{
    Watch move = { .deadline = sight->note->time + diagnose_patience (sight, TIMER_VLAN_MOVE),
                   .note = sight->id,
                   .problem = PROBLEM_WRONG_VLAN,
                   .due = not_moved };

    if (!sight->note->from_server && is_in_other_vlan (sight))
        diagnose_watch (sight, &move);
}

/* The phone asks anew instead of taking what it was offered. */
static void look_at_declined_offer (const Sight *sight)
{
    const NoteId offer = sight->story->bad_offer;

    if (offer && diagnose_case (sight, PROBLEM_DHCP_BAD_OPTION_150, 0)->count++ == 0)
        diagnose_add (sight, PROBLEM_DHCP_BAD_OPTION_150, CERTAINTY_CERTAIN, &offer, 1);
    sight->story->bad_offer = 0;
}

static void took_none (const Sight *sight, const Watch *watch)
{
    const NoteId evidence[] = { watch->about, watch->note };

    if (sight->boot->lease.note < watch->note && !sight->boot->files.note && diagnose_silence_proves (sight) &&
        diagnose_case (sight, watch->problem, 0)->count++ == 0)
        diagnose_silent (sight, watch->problem, CERTAINTY_LIKELY, evidence, 2);
}

/* The latest Offer without a TFTP server that the phone has not taken. */
static NoteId *bare_offer (const Sight *sight)
{
    enum { ABOUT_OFFERS = 1 }; /* the finding itself is about 0 */
    return &diagnose_case (sight, PROBLEM_DHCP_NO_TFTP_OPTION, ABOUT_OFFERS)->last;
}

/* The phone asks anew after it: another server may make a better one. */
static void look_at_bare_offer (const Sight *sight)
{
    Watch better = { .deadline = sight->note->time + diagnose_patience (sight, TIMER_FILES_AFTER_LEASE),
                     .note = sight->id,
                     .problem = PROBLEM_DHCP_NO_TFTP_OPTION,
                     .about = *bare_offer (sight),
                     .due = took_none,
                     .closes_at_end = TRUE };

    if (better.about)
        diagnose_watch (sight, &better);
    *bare_offer (sight) = 0;
}

/* Who renews a lease has its files, and asks for none after that. */
static gboolean is_renewal (const Sight *sight)
{
    const Note *request = sight_note (sight, sight->note->partner);

    return request && (request->variant == VARIANT_REFRESH || request->variant == VARIANT_LATE);
}

/* Since that note the phone has done what nobody does without an address: it has got one, and the capture lacks how. */
static gboolean has_address_since (const Sight *sight, NoteId since)
{
    const Note *gone_on = sight_note (sight, sight->story->gone_on);

    return gone_on && sight->story->gone_on > since && catalog_kind (gone_on->kind)->protocol != PROTOCOL_DHCP;
}

static void no_ack (const Sight *sight, const Watch *watch)
{
    if (!has_address_since (sight, diagnose_case (sight, watch->problem, 0)->first))
        diagnose_still_unanswered (sight, watch);
}

/* Who is asked for the address that it has offered itself says yes or no; who is asked for one of before may keep
 * silent (RFC 2131, 4.3.2). That its offer is there shows that what it says to the phone is captured here. */
static void look_at_request (const Sight *sight)
{
    const Lease *lease = &sight->boot->lease;
    const Note *discover = sight_note (sight, lease->discover);
    const Note *offer = discover ? sight_note (sight, discover->partner) : NULL;
    const Endpoint *server = offer ? flow_server (sight->diagnosis->flow, offer) : NULL;

    if (lease->request != sight->id || !server || !ip_address_equal (&server->address, &lease->chosen))
        return;
    if (has_address_since (sight, diagnose_case (sight, PROBLEM_DHCP_NO_ACK, 0)->first))
        diagnose_forget (sight, PROBLEM_DHCP_NO_ACK, 0);
    diagnose_unanswered_until (sight, PROBLEM_DHCP_NO_ACK, 0, diagnose_times (sight, TIMER_DHCP_REQUESTS),
                               diagnose_patience (sight, TIMER_DHCP_ACK), no_ack);
}

static void look_at_dhcp (const Sight *sight)
{
    const Note *note = sight->note;

    if (note->variant == VARIANT_ROUTED) /* a relay says once more what the phone has said */
        return;
    look_at_vlan (sight);
    switch (sight->kind->id) {
    case DHCP_DISCOVER:
        look_at_declined_offer (sight);
        look_at_bare_offer (sight);
        diagnose_unanswered (sight, PROBLEM_DHCP_NO_OFFER, 0, diagnose_times (sight, TIMER_DHCP_DISCOVERS),
                             diagnose_patience (sight, TIMER_DHCP_OFFER));
        break;
    case DHCP_OFFER:
        diagnose_forget (sight, PROBLEM_DHCP_NO_OFFER, 0);
        sight->story->bad_offer = note->variant == VARIANT_BROKEN ? sight->id : 0;
        *bare_offer (sight) = note->variant == VARIANT_NOT_FOUND ? sight->id : 0;
        break;
    case DHCP_REQUEST:
        sight->story->bad_offer = *bare_offer (sight) = 0;
        look_at_request (sight);
        break;
    case DHCP_DECLINE:
        diagnose_once (sight, PROBLEM_DUPLICATE_IP, CERTAINTY_CERTAIN, note->registration, note->partner);
        G_GNUC_FALLTHROUGH;
    case DHCP_NAK:
        diagnose_forget (sight, PROBLEM_DHCP_NO_ACK, 0);
        diagnose_once (sight, PROBLEM_DHCP_REFUSED, CERTAINTY_CERTAIN, note->registration, note->partner);
        break;
    case DHCP_ACK:
        if (sight->boot->lease.note == sight->id && sight->boot->lease.n_tftp && !sight->diagnosis->told_server)
            sight->diagnosis->told_server = sight->id;
        diagnose_forget (sight, PROBLEM_DHCP_NO_OFFER, 0);
        diagnose_forget (sight, PROBLEM_DHCP_NO_ACK, 0);
        look_at_router (sight);
        if (note->variant == VARIANT_BROKEN)
            diagnose_once (sight, PROBLEM_DHCP_BAD_OPTION_150, CERTAINTY_CERTAIN, 0, note->partner);
        else if (note->variant == VARIANT_NOT_FOUND && !is_renewal (sight))
            wait_for_files (sight);
        break;
    default:
        break;
    }
}

/* --- ARP */

static void no_owner (const Sight *sight, const Watch *watch)
{
    const Case *of = diagnose_case (sight, watch->problem, watch->about);
    NoteId evidence[] = { of->first, of->second, watch->note };
    Value address;

    if (of->last == watch->note && sight->boot->is_near && !sight->story->tftp_heard &&
        sight_value (sight, VALUE_IP, &address) && diagnose_no_server_left (sight, &address.address) &&
        diagnose_silence_proves (sight) && diagnose_case (sight, watch->problem, 0)->count++ == 0)
        diagnose_silent (sight, watch->problem, CERTAINTY_LIKELY, evidence, 3);
}

/* The phone looks for its TFTP server, a call manager or the router that leads there. */
static void look_at_arp_request (const Sight *sight)
{
    const guint64 what = diagnose_number (sight, VALUE_WHAT);
    Value address;

    if (!what || !sight_value (sight, VALUE_IP, &address))
        return;
    if (diagnose_count_unowned (sight, &address.address) == 1)
        diagnose_forget (sight, PROBLEM_TFTP_SERVER_UNREACHABLE, ip_address_hash (&address.address));
    if (what == WORD_ROUTER_OF_LEASE || what == WORD_ITS_CALL_MANAGER)
        return;
    Watch answer = { .deadline = sight->note->time + diagnose_patience (sight, TIMER_LAST_ANSWER),
                     .note = sight->id,
                     .problem = PROBLEM_TFTP_SERVER_UNREACHABLE,
                     .about = ip_address_hash (&address.address),
                     .due = no_owner };
    Case *of = diagnose_case (sight, answer.problem, answer.about);
    of->count++;
    if (of->count == 1)
        of->first = sight->id;
    if (of->count == 2)
        of->second = sight->id;
    if (of->count != diagnose_times (sight, TIMER_ARP_REQUESTS))
        return;
    of->last = sight->id;
    diagnose_watch (sight, &answer);
}

static void look_at_arp (const Sight *sight)
{
    const struct BootState *boot = sight->boot;
    Value address;

    if (diagnose_text (sight, VALUE_OTHER_MAC).size && sight_value (sight, VALUE_OWN_IP, &address))
        diagnose_once (sight, PROBLEM_DUPLICATE_IP, CERTAINTY_CERTAIN, sight->note->registration,
                       sight->id == boot->link.claim ? boot->link.own_claim : boot->link.claim);
    if (!sight->note->from_server) /* it has an address */
        diagnose_forget (sight, PROBLEM_DHCP_NO_ACK, 0);
    if (sight->kind->id == ARP_REQUEST && !sight->note->from_server)
        look_at_arp_request (sight);
    if (sight->kind->id != ARP_REPLY || !sight_value (sight, VALUE_IP, &address))
        return;
    diagnose_forget (sight, PROBLEM_TFTP_SERVER_UNREACHABLE, ip_address_hash (&address.address));
    diagnose_forget (sight, PROBLEM_NO_CONNECT_AFTER_CONFIG, ip_address_hash (&address.address));
}

/* --- DNS */

/* A configured name that has got no address. */
static Case *nameless (const Sight *sight, guint place)
{
    return diagnose_case (sight, PROBLEM_SERVER_NAME_UNRESOLVED, place + 1);
}

/* Another call manager of the configuration has an address, or nothing says yet that its name gets none. */
static gboolean may_reach_another (const Sight *sight, guint place)
{
    const Configuration *configuration = &sight->boot->configuration;

    for (guint i = 0; i < configuration->n_servers; i++)
        if (i != place && (configuration->servers[i].size || !nameless (sight, i)->last))
            return TRUE;
    return configuration->has_more;
}

gboolean diagnose_names_fail (const Sight *sight)
{
    const Configuration *configuration = &sight->boot->configuration;

    for (guint i = 0; i < configuration->n_servers; i++)
        if (configuration->servers[i].size || !nameless (sight, i)->last)
            return FALSE;
    return configuration->n_servers && !configuration->has_more;
}

/* For the same server, as in another domain or of another DNS server: what comes of that, tells. */
static gboolean has_asked_again (const Sight *sight, guint place)
{
    return nameless (sight, place)->latest > sight->id;
}

static void still_unknown (const Sight *sight, const Watch *watch)
{
    int place = flow_configured_name (sight->boot, diagnose_text (sight, VALUE_NAME));

    if (place < 0 || sight->boot->configuration.servers[place].size || has_asked_again (sight, (guint) place) ||
        !diagnose_silence_proves (sight) || diagnose_case (sight, watch->problem, watch->about)->count++ != 0)
        return;
    const NoteId first = nameless (sight, (guint) place)->first;
    NoteId evidence[] = { sight_note (sight, first)->partner, first };
    if (may_reach_another (sight, (guint) place))
        diagnose_silent_eased (sight, watch->problem, CERTAINTY_CERTAIN, evidence, 2);
    else
        diagnose_silent (sight, watch->problem, CERTAINTY_CERTAIN, evidence, 2);
}

static void still_no_answer (const Sight *sight, const Watch *watch)
{
    int place = flow_configured_name (sight->boot, diagnose_text (sight, VALUE_NAME));

    if (place >= 0 && diagnose_case (sight, watch->problem, watch->about)->last == watch->note)
        nameless (sight, (guint) place)->last = watch->note;
    if (place >= 0 && may_reach_another (sight, (guint) place))
        diagnose_still_unanswered_eased (sight, watch);
    else
        diagnose_still_unanswered (sight, watch);
}

/* Another domain, or another DNS server, may know the name. */
static void look_at_unknown_name (const Sight *sight, int place)
{
    Watch other = { .deadline = sight->note->time + diagnose_patience (sight, TIMER_LAST_ANSWER),
                    .note = sight->id,
                    .problem = PROBLEM_SERVER_NAME_UNRESOLVED,
                    .about = (guint32) place + 1,
                    .due = still_unknown,
                    .closes_at_end = TRUE };
    Case *of = nameless (sight, (guint) place);
    of->first = of->first ? of->first : sight->id;
    of->last = sight->id;
    diagnose_watch (sight, &other);
}

/* While a phone waits for a block it does nothing else, and gives up after some seconds only: who looks for somebody so
 * soon has got the rest of its file, which the capture lacks. */
#define BLOCK_AWAITED SECONDS (2)

static void look_at_unfinished (const Sight *sight)
{
    PhoneStory *story = sight->story;
    const Note *last = sight_note (sight, story->unfinished_last);

    if (story->unfinished && last && sight->note->time >= last->time && sight->note->time - last->time < BLOCK_AWAITED)
        story->unfinished = 0;
}

static void look_at_dns (const Sight *sight)
{
    const Note *note = sight->note;
    View name = diagnose_text (sight, VALUE_NAME);
    int place = flow_configured_name (sight->boot, name);
    gboolean is_tftp = flow_is_tftp_name (sight->boot, name);
    Problem problem = is_tftp ? PROBLEM_TFTP_NAME_UNRESOLVED : PROBLEM_SERVER_NAME_UNRESOLVED;
    guint32 about = diagnose_about (name);

    if (!note->from_server && !is_tftp)
        look_at_unfinished (sight);
    if (place < 0 && !is_tftp)
        return;
    if (!note->from_server) {
        if (place >= 0)
            nameless (sight, (guint) place)->latest = sight->id;
        diagnose_unanswered_until (sight, problem, about, diagnose_times (sight, TIMER_DNS_QUERIES), 0,
                                   still_no_answer);
        return;
    }
    diagnose_forget (sight, problem, about);
    if (note->variant != VARIANT_NOT_FOUND)
        return;
    if (is_tftp)
        diagnose_once (sight, problem, CERTAINTY_CERTAIN, 0, note->partner);
    else
        look_at_unknown_name (sight, place);
}

void diagnose_boot (const Sight *sight)
{
    switch (sight->kind->protocol) {
    case PROTOCOL_TFTP:
    case PROTOCOL_HTTP:
        diagnose_files (sight);
        break;
    case PROTOCOL_EAPOL:
        look_at_access (sight);
        break;
    case PROTOCOL_DHCP:
        look_at_dhcp (sight);
        break;
    case PROTOCOL_ARP:
        look_at_arp (sight);
        break;
    case PROTOCOL_DNS:
        look_at_dns (sight);
        break;
    default:
        break;
    }
}
