/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A phone's way to its servers: ARP, DNS, and what the network says about it (ICMP). */
#include "registration/flow/flow_files_internal.h"

#include "registration/protocols/arp.h"
#include "registration/protocols/dns.h"
#include "registration/protocols/icmp.h"
#include "registration/protocols/sip.h"
#include "registration/terms/ports.h"
#include "registration/wire/times.h"

#include <string.h>

/* A query asked again has the answer of its first time. */
static void pair_query (Flow *flow, Names *names, const DnsMessage *dns, guint16 port, NoteId note)
{
    for (guint i = 0; i < QUERIES_KEPT; i++) {
        if (!names->queries[i].note || names->queries[i].id != dns->id || names->queries[i].port != port)
            continue;
        if (dns->is_answer) {
            flow_pair (flow, names->queries[i].note, note);
            names->queries[i].note = 0;
        }
        return;
    }
    if (dns->is_answer)
        return;
    names->note = note;
    names->queries[names->next].id = dns->id;
    names->queries[names->next].port = port;
    names->queries[names->next].note = note;
    names->next = (names->next + 1) % QUERIES_KEPT;
}

static void add_record_type (Values *values, guint16 type)
{
    const char *name = dns_type_name (type);
    g_autofree char *number = name ? NULL : g_strdup_printf ("TYPE%u", type); /* RFC 3597 */
    values_add_text (values, VALUE_RECORD, name ? name : number, -1);
}

/* What an SRV, NAPTR or PTR record leads to: the first of them. */
static void add_target (Values *values, const DnsMessage *dns)
{
    g_autofree char *place = dns->target_port ? g_strdup_printf ("%s:%u", dns->target, dns->target_port) : NULL;

    if (*dns->target)
        values_add_text (values, VALUE_SERVERS, place ? place : dns->target, -1);
}

void flow_dns (Flow *flow, const Frame *frame)
{
    gboolean answer = frame->source.port == PORT_DNS;
    PhoneId id = phones_find_address (flow->phones, answer ? &frame->destination.address : &frame->source.address);
    DnsMessage dns;
    Values values;

    if (id == PHONE_NONE || !dns_decode (frame->payload.data, frame->payload.size, &dns) || dns.is_answer != answer)
        return;
    values_init (&values);
    values_add_text (&values, VALUE_NAME, dns.name, -1);
    if (dns.type != DNS_TYPE_A)
        add_record_type (&values, dns.type);
    Variant variant = VARIANT_NONE;
    struct BootState *boot = flow_boot_state (flow, id);
    if (answer && dns.n_addresses && !dns.rcode) {
        values_add_addresses (&values, VALUE_SERVERS, dns.addresses, dns.n_addresses);
        g_hash_table_replace (flow->names, g_strdup (dns.name), g_memdup2 (&dns.addresses[0], sizeof (IpAddress)));
        int place = flow_configured_name (boot, (View){ (const guint8 *) dns.name, strlen (dns.name) });
        if (place >= 0)
            boot->configuration.servers[place] = dns.addresses[0];
    } else if (answer && dns.n_answers && dns.type != DNS_TYPE_A && dns.type != DNS_TYPE_AAAA) {
        variant = VARIANT_RECORD;
        add_target (&values, &dns);
    } else if (answer) {
        variant = dns.rcode ? VARIANT_NOT_FOUND : VARIANT_EMPTY;
        if (dns.rcode)
            values_add_word (&values, VALUE_TEXT, dns_rcode_word (dns.rcode));
    }
    NoteFacts facts = { .phone = id,
                        .server = flow_server_place (flow, answer ? &frame->source : &frame->destination),
                        .registration = flow_way (flow, id),
                        .kind = catalog_find (PROTOCOL_DNS, answer ? DNS_RESPONSE : DNS_QUERY),
                        .phase = PHASE_ADDRESS,
                        .variant = variant,
                        .from_server = answer };
    NoteId note = flow_note (flow, frame, &facts, &values);
    pair_query (flow, &boot->names, &dns, answer ? frame->destination.port : frame->source.port, note);
}

/* RFC 5227 waits at most three seconds for an answer to its probes. */
#define CLAIM_TIME SECONDS (3)

static gboolean is_same_mac (const MacAddress *a, const MacAddress *b)
{
    return memcmp (a->octets, b->octets, sizeof a->octets) == 0;
}

static void add_other_mac (Values *values, const MacAddress *mac)
{
    char text[MAC_ADDRESS_TEXT_SIZE];
    values_add_text (values, VALUE_OTHER_MAC, mac_address_format (mac, text), -1);
}

/* A reply to whoever asks proves no claim: routers answer for others (proxy ARP). Using the address as a sender does,
 * and so does a reply to the phone's own question whether the address is free. TRUE when two devices claim it. */
static gboolean note_claim (Flow *flow, LinkPeers *link, const IpAddress *address, const ArpPacket *arp,
                            const Frame *frame, Values *values)
{
    const gboolean sends = arp->sender.size && ip_address_equal (&arp->sender, address);
    const gboolean asks_itself = arp->probe && ip_address_equal (&arp->target, address);
    const gboolean uses = sends && (arp->operation == ARP_REQUEST || arp->gratuitous);
    const NoteId next = flow_next_note (flow);

    if (!link->note && uses) {
        link->note = next;
        link->own_mac = arp->sender_mac;
    }
    if (is_same_mac (&arp->sender_mac, &link->own_mac)) {
        if (uses || asks_itself)
            link->own_claim = next;
        if (!uses || !link->claim)
            return FALSE;
        add_other_mac (values, &link->claim_mac);
        return TRUE;
    }
    const Note *own = notes_get (flow->notes, link->own_claim);
    gboolean answers_phone = sends && arp->operation == ARP_REPLY && own && frame->time - own->time < CLAIM_TIME &&
                             is_same_mac (&arp->target_mac, &link->own_mac);
    if (!uses && !answers_phone)
        return FALSE;
    link->claim = next;
    link->claim_mac = arp->sender_mac;
    if (!answers_phone)
        return FALSE;
    add_other_mac (values, &arp->sender_mac);
    return TRUE;
}

/* Who answers the phone for another address; a second one who does is told from the first. */
static void note_owner (Flow *flow, LinkPeers *link, const ArpPacket *arp, Values *values)
{
    guint place = 0;

    while (place < link->n_owners && !ip_address_equal (&link->owners[place].address, &arp->sender))
        place++;
    if (place < link->n_owners && !is_same_mac (&link->owners[place].mac, &arp->sender_mac)) {
        link->owner_before = link->owners[place].note;
        link->owner_after = flow_next_note (flow);
        add_other_mac (values, &link->owners[place].mac);
    }
    if (place == OWNERS_KEPT)
        return;
    link->n_owners = MAX (link->n_owners, place + 1);
    link->owners[place].address = arp->sender;
    link->owners[place].mac = arp->sender_mac;
    link->owners[place].note = flow_next_note (flow);
}

/* What the phone needs an address for. */
static void add_role (const struct BootState *boot, const IpAddress *address, Values *values)
{
    const Lease *lease = &boot->lease;

    for (guint i = 0; i < lease->n_tftp; i++)
        if (ip_address_equal (&lease->tftp[i], address))
            values_add_word (values, VALUE_WHAT, WORD_ITS_TFTP_SERVER);
    for (guint i = 0; i < lease->n_routers; i++)
        if (ip_address_equal (&lease->routers[i], address)) {
            values_add_word (values, VALUE_WHAT, lease->tftp_outside ? WORD_ITS_ROUTER : WORD_ROUTER_OF_LEASE);
            values_add_addresses (values, VALUE_ROUTER, address, 1);
        }
    for (guint i = 0; i < boot->configuration.n_servers; i++)
        if (ip_address_equal (&boot->configuration.servers[i], address))
            values_add_word (values, VALUE_WHAT, WORD_ITS_CALL_MANAGER);
}

/* Who gets no answer asks again after a second or two (RFC 1122, 2.3.2.1). */
#define ASKS_AGAIN SECONDS (5)

static guint count_asked (LinkPeers *link, const IpAddress *address, gint64 time)
{
    if (!ip_address_equal (&link->asked, address) || time < link->asked_time || time - link->asked_time > ASKS_AGAIN)
        link->asks = 0;
    link->asked = *address;
    link->asked_time = time;
    if (link->asks < G_MAXUINT16)
        link->asks++;
    return link->asks;
}

/* The phone asks for the Ethernet address of somebody. */
static void add_asked (Flow *flow, struct BootState *boot, const Frame *frame, const IpAddress *address, Values *values)
{
    guint asks = count_asked (&boot->link, address, frame->time);

    for (guint i = 0; i < boot->lease.n_tftp; i++)
        if (ip_address_equal (&boot->lease.tftp[i], address)) {
            flow_server_tried (boot, address, SILENT_TO_ARP, flow_next_note (flow), frame->time);
            asks = boot->files.trying.count;
        }
    if (asks > 1)
        values_add_number (values, VALUE_REPEATS, asks);
    add_role (boot, address, values);
}

void flow_arp (Flow *flow, const Frame *frame)
{
    ArpPacket arp;
    Values values;

    if (!arp_decode (frame->payload.data, frame->payload.size, &arp))
        return;
    PhoneId sender = phones_find_mac (flow->phones, &arp.sender_mac);
    if (sender == PHONE_NONE && arp.sender.size)
        sender = phones_find_address (flow->phones, &arp.sender);
    PhoneId asked = arp.target.size ? phones_find_address (flow->phones, &arp.target) : PHONE_NONE;
    PhoneId id = sender != PHONE_NONE ? sender : asked;
    if (id == PHONE_NONE)
        return;
    const gboolean is_own = phones_find_mac (flow->phones, &arp.sender_mac) == id;
    /* It speaks with the phone's address, and is another. */
    const gboolean is_foreign = !is_own && !mac_address_is_unknown (&phones_get (flow->phones, id)->mac);
    values_init (&values);
    char mac[MAC_ADDRESS_TEXT_SIZE];
    struct BootState *boot = flow_boot_state (flow, id);
    const IpAddress *address = &phones_get (flow->phones, id)->address;
    values_add_address (&values, VALUE_IP, arp.operation == ARP_REPLY ? &arp.sender : &arp.target);
    values_add_text (&values, VALUE_MAC, mac_address_format (&arp.sender_mac, mac), -1);
    gboolean taken = note_claim (flow, &boot->link, address, &arp, frame, &values);
    if (taken || (is_foreign && arp.gratuitous && ip_address_equal (address, &arp.sender)))
        values_add_address (&values, VALUE_OWN_IP, address);
    if (arp.operation == ARP_REPLY && sender == PHONE_NONE && arp.sender.size) {
        boot->is_near = TRUE;
        note_owner (flow, &boot->link, &arp, &values);
    }
    if (arp.operation == ARP_REQUEST && sender != PHONE_NONE)
        add_asked (flow, boot, frame, &arp.target, &values);
    if (arp.operation == ARP_REQUEST && sender == PHONE_NONE && arp.sender.size && !arp.gratuitous)
        values_add_address (&values, VALUE_SOURCE, &arp.sender);
    if (arp.operation == ARP_REPLY) {
        flow_server_answered (boot, &arp.sender);
        if (ip_address_equal (&boot->link.asked, &arp.sender))
            boot->link.asks = 0;
    }
    Variant variant = taken && arp.operation == ARP_REPLY ? VARIANT_REFUSED
                      : arp.gratuitous && is_own          ? VARIANT_OWN
                      : arp.gratuitous                    ? VARIANT_ANNOUNCE
                      : arp.probe                         ? VARIANT_FIRST
                      : sender != PHONE_NONE              ? VARIANT_PHONE
                                                          : VARIANT_NONE;
    NoteFacts facts = { .phone = id,
                        .registration = flow_way (flow, id),
                        .kind = catalog_find (PROTOCOL_ARP, arp.operation == ARP_REPLY ? ARP_REPLY : ARP_REQUEST),
                        .phase = PHASE_ADDRESS,
                        .variant = variant,
                        .from_server = sender == PHONE_NONE || is_foreign };
    flow_note (flow, frame, &facts, &values);
}

/* Whether a quoted packet went to a port that phones need; a port unreachable for anything else (an acknowledgment to a
 * transfer that is over) means nothing. */
static gboolean is_needed_port (const Flow *flow, const IcmpMessage *icmp)
{
    const guint16 port = icmp->destination.port;

    if (g_hash_table_contains (flow->server_places, &icmp->destination))
        return TRUE;
    if (icmp->protocol == 6)
        return flow_wants_ports (flow, TRANSPORT_TCP, 0, port);
    return (port_carriers (port) & PORT_BY_UDP) != 0;
}

/* A host takes seconds to see that nobody has the address (RFC 4861, 7.3.3). */
#define COMPLAINT_TIME SECONDS (4)

/* The quoted packet is what a server has just said to a REGISTER: the phone does not hear it. NULL when it is not. What
 * is said to a sign-off may come when the phone has gone. */
static const Note *unheard_answer (const Flow *flow, PhoneId id, const IcmpMessage *icmp, gint64 now)
{
    const RegistrationId home = icmp->protocol == 17 ? flow_home (flow, id, &icmp->source.address, 0) : 0;
    const Registration *registration = registrations_get (flow->registrations, home);
    const Note *latest = registration ? notes_get (flow->notes, registration->latest) : NULL;
    const guint16 port = icmp->source.port;

    if (!latest || !latest->from_server || latest->phase == PHASE_UNREGISTER || now - latest->time > COMPLAINT_TIME ||
        (!g_hash_table_contains (flow->server_places, &icmp->source) && !flow_is_sip_port (flow, port)))
        return NULL;
    const MessageKind *kind = catalog_kind (latest->kind);
    return kind->protocol == PROTOCOL_SIP && !kind->is_request && latest->phase != PHASE_NONE &&
                   latest->phase != PHASE_FINISH
               ? latest
               : NULL;
}

/* A phone that registers elsewhere, or over TLS, asks for something else here: its subscriptions, say. */
static gboolean asks_beside (const Flow *flow, PhoneId id, const IcmpMessage *icmp)
{
    static const char start[] = "REGISTER ";

    return sip_begins (icmp->quoted) && memcmp (icmp->quoted.data, start, sizeof start - 1) != 0 &&
           !flow_home (flow, id, &icmp->destination.address, 0);
}

/* The answer went to another port than all that the phone has asked from. */
static gboolean is_sent_astray (const Flow *flow, const IcmpMessage *icmp, const Note *answer)
{
    return answer->partner && !g_hash_table_contains (flow->sip_peers, &icmp->destination);
}

/* The packet has come to the host that it is for (RFC 1122, 3.2.2.1). */
static gboolean is_unknown_protocol (const IcmpMessage *icmp)
{
    return !icmp->v6 && icmp->code == 2;
}

/* What helps against "unreachable" (RFC 792, RFC 1812 5.2.7.1, RFC 4443 3.1). */
static Word unreachable_fix (const Flow *flow, const IcmpMessage *icmp, const Note *unheard)
{
    if (icmp_is_expired (icmp))
        return WORD_ICMP_LOOP_FIX;
    if (icmp->code == (icmp->v6 ? 4 : 3))
        return !unheard                               ? WORD_ICMP_PORT_FIX
               : is_sent_astray (flow, icmp, unheard) ? WORD_ICMP_ANSWER_PORT_FIX
                                                      : WORD_ICMP_ANSWER_FIX;
    if (icmp->v6 ? icmp->code == 1 || icmp->code == 5 || icmp->code == 6
                 : icmp->code == 9 || icmp->code == 10 || icmp->code == 13)
        return WORD_ICMP_FILTER_FIX;
    if (is_unknown_protocol (icmp))
        return WORD_ICMP_PROTOCOL_FIX;
    return WORD_ICMP_ROUTE_FIX;
}

void flow_icmp (Flow *flow, const Frame *frame)
{
    IcmpMessage icmp;
    Values values;

    if (!icmp_decode (frame->payload.data, frame->payload.size, frame->source.address.size == 16, &icmp) ||
        !icmp.quotes)
        return;
    Endpoint ends[2] = { icmp.source, icmp.destination };
    Session *session = icmp.protocol == 6 ? g_hash_table_lookup (flow->sessions, ends) : NULL;
    PhoneId id = session ? phones_current (flow->phones, session->phone)
                         : phones_find_address (flow->phones, &icmp.source.address);
    gboolean from_phone = id != PHONE_NONE;
    if (!from_phone)
        id = phones_find_address (flow->phones, &icmp.destination.address);
    if (id == PHONE_NONE)
        return;
    /* In IPv4 "too big" is one of the codes of "unreachable", and no obstacle: the sender takes smaller packets. */
    guint what = icmp_is_too_big (&icmp)       ? ICMP_SAYS_TOO_BIG
                 : icmp_is_unreachable (&icmp) ? ICMP_SAYS_UNREACHABLE
                                               : ICMP_SAYS_OTHER;
    const gboolean is_stopped = what == ICMP_SAYS_UNREACHABLE || icmp_is_expired (&icmp);
    values_init (&values);
    values_add_word (&values, VALUE_TEXT, icmp_word (&icmp));
    values_add_address (&values, VALUE_IP, &icmp.destination.address);
    values_add_address (&values, VALUE_SOURCE, &frame->source.address);
    if (icmp.quotes_ports)
        values_add_number (&values, VALUE_PORT, icmp.destination.port);
    if (icmp.quotes_ports)
        values_add_text (&values, VALUE_PROTOCOL, icmp.protocol == 6 ? "TCP" : "UDP", -1);
    values_add_addresses (&values, VALUE_ROUTER, &icmp.router, icmp.router.size ? 1 : 0);
    if (is_stopped && icmp.destination.port == PORT_TFTP && icmp.protocol != 6)
        flow_tftp_denied (flow, &icmp.source, &frame->source.address, icmp_word (&icmp));
    const Note *answer = what == ICMP_SAYS_UNREACHABLE && !session && !from_phone && icmp.quotes_ports
                             ? unheard_answer (flow, id, &icmp, frame->time)
                             : NULL;
    if (is_stopped)
        values_add_word (&values, VALUE_ADVICE, unreachable_fix (flow, &icmp, answer));
    if (answer)
        values_add_text (&values, VALUE_REQUEST, "REGISTER", -1);
    else if (session ? ip_address_equal (&icmp.source.address, &session->tcp.ends[FROM_SERVER].address) : !from_phone)
        values_add_address (&values, VALUE_QUOTED, &icmp.source.address);
    values_add_number (&values, VALUE_CODE, icmp.code);
    if (icmp.mtu)
        values_add_number (&values, VALUE_SIZE, icmp.mtu);
    /* It has arrived there, and nobody takes it. */
    const gboolean is_refused = what == ICMP_SAYS_UNREACHABLE &&
                                (icmp.code == (icmp.v6 ? 4 : 3) || is_unknown_protocol (&icmp)) &&
                                ip_address_equal (&frame->source.address, &icmp.destination.address);
    if (is_refused)
        values_add_address (&values, VALUE_OWN_ADDRESS, &icmp.destination.address);
    gboolean harmless =
        is_stopped && !session && (!from_phone || !is_needed_port (flow, &icmp) || asks_beside (flow, id, &icmp));
    const gboolean is_untaken = is_refused && flow_tftp_answers_from_elsewhere (flow, &icmp.destination);
    const RegistrationId quoted = from_phone ? flow_sip_quoted (flow, id, &icmp.destination, icmp.quoted) : 0;
    const Registration *asked = registrations_get (flow->registrations, quoted);
    const gboolean is_refresh = asked && registration_state_is_live (asked->state);
    if (asked && asked->line)
        values_add_text (&values, VALUE_NUMBER, asked->line, asked->line_user);
    gpointer place = from_phone ? g_hash_table_lookup (flow->server_places, &icmp.destination) : NULL;
    flow->session = session;
    NoteFacts facts = { .phone = id,
                        .server = session  ? session->server
                                  : answer ? answer->server
                                           : (guint16) GPOINTER_TO_UINT (place),
                        .registration = answer                             ? answer->registration
                                        : session && session->registration ? session->registration
                                        : quoted                           ? quoted
                                                                           : flow_way (flow, id),
                        .kind = catalog_find (PROTOCOL_ICMP, what),
                        .phase = session                                          ? session->phase
                                 : is_untaken                                     ? PHASE_FILES
                                 : answer                                         ? answer->phase
                                 : icmp.destination.port == PORT_TFTP             ? PHASE_FILES
                                 : is_refresh                                     ? PHASE_KEEPALIVE
                                 : flow_is_sip_port (flow, icmp.destination.port) ? PHASE_REGISTER
                                                                                  : PHASE_NONE,
                        .variant = answer                     ? VARIANT_UNHEARD
                                   : is_untaken               ? VARIANT_STRAY
                                   : harmless                 ? VARIANT_HARMLESS
                                   : is_refused               ? VARIANT_REFUSED
                                   : icmp_is_expired (&icmp)  ? VARIANT_EXPIRED
                                   : icmp_is_redirect (&icmp) ? VARIANT_REDIRECT
                                                              : VARIANT_NONE,
                        .from_server = TRUE };
    NoteId note = flow_note (flow, frame, &facts, &values);
    if (session && icmp.quotes_sequence && (is_stopped || what == ICMP_SAYS_TOO_BIG)) {
        const guint own =
            ip_address_equal (&icmp.source.address, &session->tcp.ends[FROM_SERVER].address) ? FROM_SERVER : FROM_PHONE;
        session->denied[own] = note;
        session->denied_sequence[own] = icmp.sequence;
    }
    if (session && is_stopped)
        flow_step (flow, session, MOVE_DENY, note);
}

void flow_network_init (Flow *flow)
{
    flow->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

void flow_network_clear (Flow *flow)
{
    g_hash_table_unref (flow->names);
}
