/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A phone's way to its servers: link, address, names, and what the network says about it. */
#include "registration/flow/flow_internal.h"

#include "registration/protocols/arp.h"
#include "registration/protocols/cdp.h"
#include "registration/protocols/dhcp.h"
#include "registration/protocols/dns.h"
#include "registration/protocols/icmp.h"
#include "registration/protocols/lldp.h"
#include "registration/terms/models.h"

#include <string.h>

/* Appends "10.0.0.1, 10.0.0.2" as one value. */
static void add_addresses (Values *values, ValueKey key, const DhcpAddresses *list)
{
    g_autoptr (GString) text = g_string_new (NULL);
    char one[IP_ADDRESS_TEXT_SIZE];

    for (guint i = 0; i < list->n; i++) {
        g_string_append (text, i ? ", " : "");
        g_string_append (text, ip_address_format (&list->address[i], one));
    }
    values_add_text (values, key, text->str, (gssize) text->len);
}

/* --- DHCP ------------------------------------------------------------------------------------------------------- */

/* A phone says so in its vendor class, or asks for option 150, which nobody but Cisco's phones needs. */
static gboolean is_phone_request (const DhcpMessage *dhcp)
{
    static const char cisco[] = "Cisco Systems, Inc.";

    return (dhcp->vendor_class.size >= sizeof cisco - 1 &&
            memcmp (dhcp->vendor_class.data, cisco, sizeof cisco - 1) == 0) ||
           dhcp_asks_for (dhcp, DHCP_OPTION_TFTP_SERVERS);
}

static PhoneId phone_of_dhcp (Flow *flow, const Frame *frame, const DhcpMessage *dhcp)
{
    PhoneId id = phones_find_mac (flow->phones, &dhcp->chaddr);

    if (id != PHONE_NONE || mac_address_is_unknown (&dhcp->chaddr))
        return id;
    /* An answer that hands out option 150 is for a phone too: the question may lie before the capture. */
    if (dhcp->op == 1 ? !is_phone_request (dhcp) : !dhcp_has_option (dhcp, DHCP_OPTION_TFTP_SERVERS))
        return PHONE_NONE;
    IpAddress none = { 0 };
    id = phones_add (flow->phones, &none, frame->number, frame->time, flow_next_note (flow));
    return phones_set_mac (flow->phones, id, &dhcp->chaddr, flow_next_note (flow));
}

static Variant describe_dhcp_request (const DhcpMessage *dhcp, Values *values)
{
    View model = model_in_text (dhcp->vendor_class);
    char mac[MAC_ADDRESS_TEXT_SIZE];

    values_add_text (values, VALUE_MAC, mac_address_format (&dhcp->chaddr, mac), -1);
    values_add_view (values, VALUE_VENDOR, dhcp->vendor_class);
    values_add_view (values, VALUE_MODEL, model);
    values_add_view (values, VALUE_HOST_NAME, dhcp->host_name);
    values_add_address (values, VALUE_IP, dhcp->requested_address.size ? &dhcp->requested_address : &dhcp->ciaddr);
    return VARIANT_NONE;
}

static gboolean is_url (View text)
{
    return text.size && g_strstr_len ((const char *) text.data, (gssize) text.size, "://");
}

static Variant describe_dhcp_answer (const DhcpMessage *dhcp, Values *values)
{
    values_add_address (values, VALUE_IP, &dhcp->yiaddr);
    add_addresses (values, VALUE_ROUTER, &dhcp->routers);
    add_addresses (values, VALUE_DNS_SERVERS, &dhcp->dns_servers);
    add_addresses (values, VALUE_TFTP_SERVERS, &dhcp->tftp_servers);
    values_add_view (values, VALUE_TFTP_NAME, dhcp->tftp_name);
    values_add_address (values, VALUE_RELAY, &dhcp->giaddr);
    if (dhcp->lease)
        values_add_number (values, VALUE_LEASE, dhcp->lease);
    if (dhcp->option_150_bad)
        return VARIANT_BROKEN;
    if (dhcp->tftp_servers.n == 0 && is_url (dhcp->tftp_name))
        return VARIANT_PROVISIONING;
    if (dhcp->tftp_servers.n || dhcp->tftp_name.size)
        return VARIANT_NONE;
    /* siaddr is a last resort of some models; many servers put their own address there (reference 4.2). */
    if (dhcp->siaddr.size) {
        DhcpAddresses next = { .address = { dhcp->siaddr }, .n = 1 };
        add_addresses (values, VALUE_TFTP_SERVERS, &next);
    }
    return VARIANT_NOT_FOUND;
}

static gboolean is_outside (const IpAddress *address, const DhcpMessage *dhcp)
{
    if (address->size != 4 || dhcp->subnet_mask.size != 4 || dhcp->yiaddr.size != 4)
        return FALSE;
    for (guint i = 0; i < 4; i++)
        if ((address->octets[i] ^ dhcp->yiaddr.octets[i]) & dhcp->subnet_mask.octets[i])
            return TRUE;
    return FALSE;
}

/* Option 66 may hold an address as text, which older phones ask for (reference 4.2). */
static void keep_tftp_servers (struct BootState *boot, const DhcpMessage *dhcp)
{
    boot->n_tftp = MIN (dhcp->tftp_servers.n, SERVERS_KEPT);
    memcpy (boot->tftp, dhcp->tftp_servers.address, boot->n_tftp * sizeof *boot->tftp);
    if (boot->n_tftp == 0 &&
        ip_address_parse ((const char *) dhcp->tftp_name.data, dhcp->tftp_name.size, &boot->tftp[0]))
        boot->n_tftp = 1;
    boot->tftp_silent = boot->tftp_heard = boot->tftp_outside = 0;
    for (guint i = 0; i < boot->n_tftp; i++)
        if (is_outside (&boot->tftp[i], dhcp))
            boot->tftp_outside |= (guint8) (1 << i);
}

static void keep_lease (struct BootState *boot, const DhcpMessage *dhcp, NoteId note)
{
    enum { STATIC_ROUTES = 33, CLASSLESS_ROUTES = 121, CLASSLESS_ROUTES_OF_MICROSOFT = 249 };

    boot->lease = note;
    boot->begins_anew = TRUE;
    boot->n_routers = MIN (dhcp->routers.n, G_N_ELEMENTS (boot->routers));
    memcpy (boot->routers, dhcp->routers.address, boot->n_routers * sizeof *boot->routers);
    boot->has_static_routes = dhcp_has_option (dhcp, STATIC_ROUTES) || dhcp_has_option (dhcp, CLASSLESS_ROUTES) ||
                              dhcp_has_option (dhcp, CLASSLESS_ROUTES_OF_MICROSOFT);
    boot->own_mac = dhcp->chaddr;
    boot->claim = boot->own_claim = 0;
    keep_tftp_servers (boot, dhcp);
}

/* Without an address of its own a phone asks by broadcast, which no router passes on. */
static void keep_asking (struct BootState *boot, const Frame *frame, const DhcpMessage *dhcp)
{
    boot->vlan = frame->vlan;
    if (!dhcp->giaddr.size && !dhcp->ciaddr.size)
        boot->is_near = TRUE;
}

static void add_vlans (const struct BootState *boot, const Frame *frame, Values *values)
{
    if (frame->vlan)
        values_add_number (values, VALUE_VLAN, frame->vlan);
    if (boot->voice_vlan && boot->voice_vlan != frame->vlan)
        values_add_number (values, VALUE_VOICE_VLAN, boot->voice_vlan);
}

/* What a phone says of itself; what is no phone's name of a model leaves the one that is known. */
static void keep_model (struct BootState *boot, View text)
{
    View model = model_in_text (text);

    if (!model.size || model.size >= sizeof boot->model)
        return;
    memcpy (boot->model, model.data, model.size);
    boot->model[model.size] = '\0';
}

void flow_dhcp (Flow *flow, const Frame *frame)
{
    DhcpMessage dhcp;
    Values values;

    if (!dhcp_decode (frame->payload.data, frame->payload.size, &dhcp))
        return;
    PhoneId id = phone_of_dhcp (flow, frame, &dhcp);
    if (id == PHONE_NONE)
        return;

    KindIndex kind = catalog_find (PROTOCOL_DHCP, dhcp.type);
    gboolean answer = dhcp.op == 2;
    g_autofree char *host = view_dup (dhcp.host_name);
    values_init (&values);
    Variant variant = answer ? describe_dhcp_answer (&dhcp, &values) : describe_dhcp_request (&dhcp, &values);
    struct BootState *boot = flow_boot_state (flow, id);
    if (!answer)
        keep_model (boot, dhcp.vendor_class);
    if (dhcp.type == DHCP_ACK && dhcp.tftp_name.size) {
        g_autofree char *name = view_dup (dhcp.tftp_name);
        boot->tftp_name = g_str_hash (name);
    }
    if (dhcp.type == DHCP_DISCOVER && boot->discover && boot->xid == dhcp.xid) {
        gint64 since = frame->time - notes_get (flow->notes, boot->discover)->time;
        variant = VARIANT_AGAIN;
        values_add_number (&values, VALUE_REPEATS, ++boot->discovers);
        values_add_number (&values, VALUE_SINCE, (guint64) MAX (since, 0));
    }
    /* Phones give their device name as host name. */
    if (!answer && strlen (host) == 15 && g_str_has_prefix (host, "SEP"))
        id = phones_name_device (flow->phones, id, host, frame->number, frame->time, flow_next_note (flow));
    if (dhcp.type == DHCP_ACK && dhcp.yiaddr.size) {
        phones_move_address (flow->phones, id, &dhcp.yiaddr);
        keep_lease (flow_boot_state (flow, id), &dhcp, flow_next_note (flow));
    }
    if (!answer)
        keep_asking (flow_boot_state (flow, id), frame, &dhcp);
    add_vlans (flow_boot_state (flow, id), frame, &values);

    Endpoint server = { .address = dhcp.server_id.size ? dhcp.server_id : frame->source.address, .port = 67 };
    NoteFacts facts = { .phone = id,
                        .attempt = flow_attempt (flow, id),
                        .kind = kind,
                        .phase = PHASE_ADDRESS,
                        .variant = variant,
                        .from_server = answer };
    if (answer)
        facts.server = flow_server_place (flow, &server);
    NoteId note = flow_note (flow, frame, &facts, &values);
    boot = flow_boot_state (flow, id);
    /* Whoever names a server right after asking for any has got an offer (RFC 2131, 4.3.2). */
    if (dhcp.type == DHCP_REQUEST && dhcp.server_id.size && boot->discover && boot->xid == dhcp.xid &&
        !notes_get (flow->notes, boot->discover)->partner)
        flow_missed_packets (flow, note);
    if (dhcp.type == DHCP_DISCOVER && variant != VARIANT_AGAIN) {
        boot->discover = note;
        boot->discovers = 0;
    } else if (dhcp.type == DHCP_REQUEST) {
        boot->request = note;
    } else if (dhcp.type == DHCP_OFFER && boot->discover && boot->xid == dhcp.xid &&
               !notes_get (flow->notes, boot->discover)->partner) { /* of several servers the first counts */
        flow_pair (flow, boot->discover, note);
    } else if ((dhcp.type == DHCP_ACK || dhcp.type == DHCP_NAK) && boot->request && boot->xid == dhcp.xid) {
        flow_pair (flow, boot->request, note);
        boot->request = boot->discover = 0;
    }
    boot->xid = dhcp.xid;
}

/* --- DNS, ARP, neighbours, ICMP --------------------------------------------------------------------------------- */

/* A query asked again has the answer of its first time. */
static void pair_query (Flow *flow, struct BootState *boot, const DnsMessage *dns, guint16 port, NoteId note)
{
    for (guint i = 0; i < QUERIES_KEPT; i++) {
        if (!boot->queries[i].note || boot->queries[i].id != dns->id || boot->queries[i].port != port)
            continue;
        if (dns->is_answer) {
            flow_pair (flow, boot->queries[i].note, note);
            boot->queries[i].note = 0;
        }
        return;
    }
    if (dns->is_answer)
        return;
    boot->queries[boot->next_query].id = dns->id;
    boot->queries[boot->next_query].port = port;
    boot->queries[boot->next_query].note = note;
    boot->next_query = (boot->next_query + 1) % QUERIES_KEPT;
}

void flow_dns (Flow *flow, const Frame *frame)
{
    gboolean answer = frame->source.port == 53;
    PhoneId id = phones_find_address (flow->phones, answer ? &frame->destination.address : &frame->source.address);
    DnsMessage dns;
    Values values;

    if (id == PHONE_NONE || !dns_decode (frame->payload.data, frame->payload.size, &dns) || dns.is_answer != answer)
        return;
    values_init (&values);
    values_add_text (&values, VALUE_NAME, dns.name, -1);
    Variant variant = VARIANT_NONE;
    struct BootState *boot = flow_boot_state (flow, id);
    if (answer && dns.n_addresses) {
        DhcpAddresses list = { .n = MIN (dns.n_addresses, DHCP_ADDRESSES_MAX) };
        memcpy (list.address, dns.addresses, list.n * sizeof *list.address);
        add_addresses (&values, VALUE_SERVERS, &list);
        g_hash_table_replace (flow->names, g_strdup (dns.name), g_memdup2 (&dns.addresses[0], sizeof (IpAddress)));
        int place = flow_configured_name (boot, (View){ (const guint8 *) dns.name, strlen (dns.name) });
        if (place >= 0)
            boot->configured[place] = dns.addresses[0];
    } else if (answer) {
        variant = dns.rcode ? VARIANT_NOT_FOUND : VARIANT_EMPTY;
        if (dns.rcode)
            values_add_word (&values, VALUE_TEXT, dns_rcode_word (dns.rcode));
    }
    NoteFacts facts = { .phone = id,
                        .server = flow_server_place (flow, answer ? &frame->source : &frame->destination),
                        .attempt = flow_attempt (flow, id),
                        .kind = catalog_find (PROTOCOL_DNS, answer ? DNS_RESPONSE : DNS_QUERY),
                        .phase = PHASE_ADDRESS,
                        .variant = variant,
                        .from_server = answer };
    NoteId note = flow_note (flow, frame, &facts, &values);
    pair_query (flow, boot, &dns, answer ? frame->destination.port : frame->source.port, note);
}

/* RFC 5227 waits at most three seconds for an answer to its probes. */
#define CLAIM_TIME (3 * G_GINT64_CONSTANT (1000000000))

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
static gboolean note_claim (Flow *flow, struct BootState *boot, const IpAddress *address, const ArpPacket *arp,
                            const Frame *frame, Values *values)
{
    const gboolean sends = arp->sender.size && ip_address_equal (&arp->sender, address);
    const gboolean asks_itself = arp->probe && ip_address_equal (&arp->target, address);
    const gboolean uses = sends && (arp->operation == ARP_REQUEST || arp->gratuitous);
    const NoteId next = flow_next_note (flow);

    if (mac_address_is_unknown (&boot->own_mac) && uses)
        boot->own_mac = arp->sender_mac;
    if (is_same_mac (&arp->sender_mac, &boot->own_mac)) {
        if (uses || asks_itself)
            boot->own_claim = next;
        if (!uses || !boot->claim)
            return FALSE;
        add_other_mac (values, &boot->claim_mac);
        return TRUE;
    }
    const Note *own = notes_get (flow->notes, boot->own_claim);
    gboolean answers_phone = sends && arp->operation == ARP_REPLY && own && frame->time - own->time < CLAIM_TIME &&
                             is_same_mac (&arp->target_mac, &boot->own_mac);
    if (!uses && !answers_phone)
        return FALSE;
    boot->claim = next;
    boot->claim_mac = arp->sender_mac;
    if (!answers_phone)
        return FALSE;
    add_other_mac (values, &arp->sender_mac);
    return TRUE;
}

/* Who answers the phone for another address; a second one who does is told from the first. */
static void note_owner (Flow *flow, struct BootState *boot, const ArpPacket *arp, Values *values)
{
    guint place = 0;

    while (place < boot->n_owners && !ip_address_equal (&boot->owners[place].address, &arp->sender))
        place++;
    if (place < boot->n_owners && !is_same_mac (&boot->owners[place].mac, &arp->sender_mac)) {
        boot->owner_before = boot->owners[place].note;
        boot->owner_after = flow_next_note (flow);
        boot->lost = 0;
        add_other_mac (values, &boot->owners[place].mac);
    }
    if (place == OWNERS_KEPT)
        return;
    boot->n_owners = MAX (boot->n_owners, place + 1);
    boot->owners[place].address = arp->sender;
    boot->owners[place].mac = arp->sender_mac;
    boot->owners[place].note = flow_next_note (flow);
}

/* What the phone needs an address for. */
static void add_role (const struct BootState *boot, const IpAddress *address, Values *values)
{
    for (guint i = 0; i < boot->n_tftp; i++)
        if (ip_address_equal (&boot->tftp[i], address))
            values_add_word (values, VALUE_WHAT, WORD_ITS_TFTP_SERVER);
    for (guint i = 0; i < boot->n_routers; i++)
        if (ip_address_equal (&boot->routers[i], address) && boot->tftp_outside)
            values_add_word (values, VALUE_WHAT, WORD_ITS_ROUTER);
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
    values_init (&values);
    char mac[MAC_ADDRESS_TEXT_SIZE];
    struct BootState *boot = flow_boot_state (flow, id);
    const IpAddress *address = &phones_get (flow->phones, id)->address;
    values_add_address (&values, VALUE_IP, arp.operation == ARP_REPLY ? &arp.sender : &arp.target);
    values_add_text (&values, VALUE_MAC, mac_address_format (&arp.sender_mac, mac), -1);
    gboolean taken = note_claim (flow, boot, address, &arp, frame, &values);
    if (taken)
        values_add_address (&values, VALUE_OWN_IP, address);
    if (arp.operation == ARP_REPLY && sender == PHONE_NONE && arp.sender.size) {
        boot->is_near = TRUE;
        note_owner (flow, boot, &arp, &values);
    }
    if (arp.operation == ARP_REQUEST && sender != PHONE_NONE)
        add_role (boot, &arp.target, &values);
    Variant variant = taken && arp.operation == ARP_REPLY ? VARIANT_REFUSED
                      : arp.gratuitous                    ? VARIANT_ANNOUNCE
                      : arp.probe                         ? VARIANT_FIRST
                      : sender != PHONE_NONE              ? VARIANT_PHONE
                                                          : VARIANT_NONE;
    NoteFacts facts = { .phone = id,
                        .attempt = flow_attempt (flow, id),
                        .kind = catalog_find (PROTOCOL_ARP, arp.operation == ARP_REPLY ? ARP_REPLY : ARP_REQUEST),
                        .phase = PHASE_ADDRESS,
                        .variant = variant,
                        .from_server = sender == PHONE_NONE };
    flow_note (flow, frame, &facts, &values);
}

/* The phone that an announcement is about: its sender, or (a switch speaks) the only phone whose announcements this
 * capture holds. */
static PhoneId neighbor_phone (Flow *flow, const Frame *frame, gboolean is_phone)
{
    PhoneId id = phones_find_mac (flow->phones, &frame->source_mac);

    if (id != PHONE_NONE)
        return id;
    if (is_phone && !mac_address_is_unknown (&frame->source_mac)) {
        IpAddress none = { 0 };
        id = phones_add (flow->phones, &none, frame->number, frame->time, flow_next_note (flow));
        return phones_set_mac (flow->phones, id, &frame->source_mac, flow_next_note (flow));
    }
    return phones_count (flow->phones) == 1 ? phones_current (flow->phones, 0) : PHONE_NONE;
}

static void keep_announcement (struct BootState *boot, gboolean is_phone, const Values *values, NoteId note)
{
    guint64 vlan = 0;

    boot->is_near |= is_phone;
    if (is_phone || !values_number (values, VALUE_VLAN, &vlan) || boot->voice_vlan == vlan)
        return;
    boot->voice_vlan = (guint16) vlan;
    boot->voice_vlan_note = note;
}

static void note_neighbor (Flow *flow, const Frame *frame, PhoneId id, Protocol protocol, gboolean is_phone,
                           View device, View model, const Values *values)
{
    if (is_phone && device.size == 15 && memcmp (device.data, "SEP", 3) == 0) {
        g_autofree char *name = view_dup (device);
        id = phones_name_device (flow->phones, id, name, frame->number, frame->time, flow_next_note (flow));
    }
    NoteFacts facts = { .phone = id,
                        .attempt = flow_attempt (flow, id),
                        .kind = catalog_find (protocol, 1),
                        .phase = PHASE_LINK,
                        .variant = is_phone ? VARIANT_PHONE : VARIANT_SERVER,
                        .from_server = !is_phone };
    NoteId note = flow_note (flow, frame, &facts, values);
    keep_announcement (flow_boot_state (flow, id), is_phone, values, note);
    if (is_phone)
        keep_model (flow_boot_state (flow, id), model);
}

static void flow_cdp (Flow *flow, const Frame *frame)
{
    CdpPacket cdp;
    Values values;

    if (!cdp_decode (frame->payload.data, frame->payload.size, &cdp))
        return;
    gboolean is_phone = (cdp.capabilities & CDP_CAPABILITY_PHONE) ||
                        (cdp.device_id.size == 15 && memcmp (cdp.device_id.data, "SEP", 3) == 0);
    PhoneId id = neighbor_phone (flow, frame, is_phone);
    if (id == PHONE_NONE)
        return;
    values_init (&values);
    values_add_view (&values, VALUE_PLATFORM, cdp.platform);
    values_add_view (&values, VALUE_NEIGHBOR, cdp.device_id);
    values_add_view (&values, VALUE_NEIGHBOR_PORT, cdp.port_id);
    values_add_view (&values, VALUE_LOAD, is_phone ? cdp.software : (View){ NULL, 0 });
    if (cdp.has_voice_vlan_reply && cdp.voice_vlan_reply)
        values_add_number (&values, VALUE_VLAN, cdp.voice_vlan_reply);
    note_neighbor (flow, frame, id, PROTOCOL_CDP, is_phone, cdp.device_id, cdp.platform, &values);
}

static void flow_lldp (Flow *flow, const Frame *frame)
{
    LldpPacket lldp;
    Values values;

    if (!lldp_decode (frame->payload.data, frame->payload.size, &lldp))
        return;
    gboolean is_phone = (lldp.capabilities & LLDP_CAPABILITY_PHONE) || lldp.med_class == 3;
    PhoneId id = neighbor_phone (flow, frame, is_phone);
    if (id == PHONE_NONE)
        return;
    values_init (&values);
    View model = lldp.model.size ? lldp.model : lldp.system_description;
    values_add_view (&values, VALUE_PLATFORM, model);
    values_add_view (&values, VALUE_NEIGHBOR, lldp.system_name);
    values_add_view (&values, VALUE_NEIGHBOR_PORT, lldp.port_description);
    values_add_view (&values, VALUE_LOAD, is_phone ? lldp.software : (View){ NULL, 0 });
    for (guint i = 0; i < lldp.n_policies; i++)
        if (lldp.policies[i].application == LLDP_APPLICATION_VOICE && !lldp.policies[i].unknown)
            values_add_number (&values, VALUE_VLAN, lldp.policies[i].vlan);
    note_neighbor (flow, frame, id, PROTOCOL_LLDP, is_phone, lldp.system_name, model, &values);
}

void flow_neighbor (Flow *flow, const Frame *frame)
{
    if (frame->transport == TRANSPORT_CDP)
        flow_cdp (flow, frame);
    else
        flow_lldp (flow, frame);
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
    return port == 53 || port == 67 || port == 69 || port == 5060;
}

/* What helps against "unreachable" (RFC 792, RFC 1812 5.2.7.1, RFC 4443 3.1). */
static Word unreachable_fix (const IcmpMessage *icmp)
{
    if (icmp->code == (icmp->v6 ? 4 : 3))
        return WORD_ICMP_PORT_FIX;
    if (icmp->v6 ? icmp->code == 1 || icmp->code == 5 || icmp->code == 6
                 : icmp->code == 9 || icmp->code == 10 || icmp->code == 13)
        return WORD_ICMP_FILTER_FIX;
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
    values_init (&values);
    values_add_word (&values, VALUE_TEXT, icmp_word (&icmp));
    values_add_address (&values, VALUE_IP, &icmp.destination.address);
    if (icmp.quotes_ports)
        values_add_number (&values, VALUE_PORT, icmp.destination.port);
    if (what == ICMP_SAYS_UNREACHABLE)
        values_add_word (&values, VALUE_ADVICE, unreachable_fix (&icmp));
    values_add_number (&values, VALUE_CODE, icmp.code);
    if (icmp.mtu)
        values_add_number (&values, VALUE_SIZE, icmp.mtu);
    gboolean harmless = what == ICMP_SAYS_UNREACHABLE && !session && (!from_phone || !is_needed_port (flow, &icmp));
    gpointer place = from_phone ? g_hash_table_lookup (flow->server_places, &icmp.destination) : NULL;
    flow->session = session;
    NoteFacts facts = { .phone = id,
                        .server = session ? session->server : (guint16) GPOINTER_TO_UINT (place),
                        .attempt = flow_attempt (flow, id),
                        .kind = catalog_find (PROTOCOL_ICMP, what),
                        .phase = session                         ? session->phase
                                 : icmp.destination.port == 69   ? PHASE_FILES
                                 : icmp.destination.port == 5060 ? PHASE_REGISTER
                                                                 : PHASE_NONE,
                        .variant = harmless ? VARIANT_HARMLESS : VARIANT_NONE,
                        .from_server = TRUE };
    flow_note (flow, frame, &facts, &values);
}
