/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DHCP: how a phone gets its address, and what else it is told with it. */
#include "registration/flow/flow_internal.h"

#include "registration/protocols/dhcp.h"
#include "registration/terms/models.h"
#include "registration/terms/ports.h"

#include <string.h>

/* --- Who asks */

/* Whether a text has a word, in letters of any case, that goes on with no letter: "ATA" is in "ATA190" and in
 * "Cisco ATA 186", not in "data" or "Atalla". */
static gboolean has_word (View text, const char *word)
{
    const gsize size = strlen (word);

    for (gsize i = 0; i + size <= text.size; i++) {
        const gboolean begins = i == 0 || !g_ascii_isalnum (text.data[i - 1]);
        const gboolean ends = i + size == text.size || !g_ascii_isalpha (text.data[i + size]);
        if (begins && ends && g_ascii_strncasecmp ((const char *) text.data + i, word, size) == 0)
            return TRUE;
    }
    return FALSE;
}

/* "Cisco Systems, Inc. IP Phone CP-7961G", "Cisco Systems, Inc. ATA190", "LINKSYS SPA-942", "Cisco SPA504G". Cisco's
 * name alone, "ciscopnp" and "Cisco AP c3700" are those of switches, routers and access points. */
static gboolean is_maker (View vendor_class)
{
    return has_word (vendor_class, "Cisco") || has_word (vendor_class, "Linksys") || has_word (vendor_class, "Sipura");
}

static gboolean is_phone_class (View vendor_class)
{
    return model_in_text (vendor_class).size > 0 ||
           (is_maker (vendor_class) &&
            (has_word (vendor_class, "IP Phone") || has_word (vendor_class, "ATA") || has_word (vendor_class, "SPA")));
}

/* Phones and adapters give their device name as host name: SEP, ATA or SIP and the MAC address. */
static gboolean is_phone_name (View host_name)
{
    static const char *const kinds[] = { "SEP", "ATA", "SIP" };
    g_autofree char *name = view_dup (host_name);
    MacAddress mac;

    if (host_name.size != 15 || !mac_address_parse_hex (name + 3, &mac))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
        if (g_str_has_prefix (name, kinds[i]))
            return TRUE;
    return FALSE;
}

static gboolean is_phone_request (const DhcpMessage *dhcp)
{
    return dhcp->op == 1 && (is_phone_class (dhcp->vendor_class) || is_phone_name (dhcp->host_name));
}

/* Cisco's phones ask for option 150, and so do routers and switches, for a configuration of their own. Whoever does may
 * show later on what it is. */
static gboolean may_be_phone (const DhcpMessage *dhcp)
{
    static const char cisco[] = "Cisco Systems, Inc.";

    if (dhcp->op == 2)
        return dhcp_has_option (dhcp, DHCP_OPTION_TFTP_SERVERS);
    return is_phone_request (dhcp) || dhcp_asks_for (dhcp, DHCP_OPTION_TFTP_SERVERS) ||
           (dhcp->vendor_class.size == sizeof cisco - 1 &&
            memcmp (dhcp->vendor_class.data, cisco, sizeof cisco - 1) == 0);
}

static const IpAddress *wanted_address (const DhcpMessage *dhcp)
{
    return dhcp->requested_address.size ? &dhcp->requested_address : &dhcp->ciaddr;
}

/* Computers look at the files of phones, too: "MSFT 5.0", "udhcp 1.30.1", "dhcpcd-9.4.1". */
static void keep_make (Flow *flow, const DhcpMessage *dhcp)
{
    const IpAddress *address = wanted_address (dhcp);
    const gboolean is_other = dhcp->vendor_class.size && !is_maker (dhcp->vendor_class) && !is_phone_request (dhcp);

    if (dhcp->op == 1 && dhcp->type == DHCP_REQUEST && address->size)
        flow_keep_make (flow, address, is_other ? &dhcp->chaddr : NULL);
}

static gboolean is_to_all (const IpAddress *address)
{
    const IpAddress all = ip_address_v4 ((const guint8[]){ 255, 255, 255, 255 });
    return ip_address_equal (address, &all);
}

/* It has this address already, and wants more time: from the server that gave it, or, when that does not answer, from
 * any (RFC 2131, 4.4.5). */
static Variant variant_of_request (const DhcpMessage *dhcp, const Frame *frame)
{
    if (dhcp->type != DHCP_REQUEST || !dhcp->ciaddr.size || dhcp->requested_address.size || dhcp->server_id.size)
        return VARIANT_NONE;
    return dhcp->giaddr.size || is_to_all (&frame->destination.address) ? VARIANT_LATE : VARIANT_REFRESH;
}

/* Whoever renews an address has it: a host that was seen there, and of which no other Ethernet address is known, is the
 * one that asks. */
static PhoneId find_renewing (const Flow *flow, const Frame *frame, const DhcpMessage *dhcp)
{
    if (dhcp->op != 1 || variant_of_request (dhcp, frame) == VARIANT_NONE)
        return PHONE_NONE;
    const PhoneId id = phones_find_address (flow->phones, &dhcp->ciaddr);
    const Phone *phone = id != PHONE_NONE ? phones_get (flow->phones, id) : NULL;
    return phone && mac_address_is_unknown (&phone->mac) && phone->name_rank != NAME_DEVICE && !phone->shares_address
               ? id
               : PHONE_NONE;
}

static PhoneId phone_of_dhcp (Flow *flow, const Frame *frame, const DhcpMessage *dhcp)
{
    PhoneId id = phones_find_mac (flow->phones, &dhcp->chaddr);

    if (id == PHONE_NONE && (mac_address_is_unknown (&dhcp->chaddr) || !may_be_phone (dhcp)))
        return PHONE_NONE;
    if (id == PHONE_NONE) {
        const IpAddress none = { 0 };
        id = find_renewing (flow, frame, dhcp);
        if (id == PHONE_NONE)
            id = phones_add (flow->phones, &none, frame->number, frame->time, flow_next_note (flow));
        id = phones_set_mac (flow->phones, id, &dhcp->chaddr, flow_next_note (flow));
    }
    if (is_phone_request (dhcp))
        phones_get (flow->phones, id)->has_spoken = TRUE;
    return id;
}

/* --- What it asks for, and what it gets */

static Variant describe_dhcp_request (const DhcpMessage *dhcp, const Frame *frame, Values *values)
{
    View model = model_in_text (dhcp->vendor_class);
    char mac[MAC_ADDRESS_TEXT_SIZE];

    values_add_text (values, VALUE_MAC, mac_address_format (&dhcp->chaddr, mac), -1);
    values_add_view (values, VALUE_VENDOR, dhcp->vendor_class);
    values_add_view (values, VALUE_MODEL, model);
    values_add_view (values, VALUE_HOST_NAME, dhcp->host_name);
    values_add_address (values, VALUE_IP, dhcp->requested_address.size ? &dhcp->requested_address : &dhcp->ciaddr);
    values_add_address (values, VALUE_RELAY, &dhcp->giaddr);
    if (dhcp->type == DHCP_REQUEST)
        values_add_address (values, VALUE_FORMER_SERVER, &dhcp->server_id);
    return variant_of_request (dhcp, frame);
}

static gboolean is_url (View text)
{
    return text.size && g_strstr_len ((const char *) text.data, (gssize) text.size, "://");
}

static View without_nuls (View text)
{
    while (text.size && text.data[text.size - 1] == 0)
        text.size--;
    return text;
}

/* What option 43 holds only its maker knows: the octets. */
static void add_vendor_options (Values *values, View options)
{
    enum { SHOWN = 24 };
    g_autoptr (GString) text = g_string_new (NULL);

    if (options.size == 0)
        return;
    for (gsize i = 0; i < MIN (options.size, SHOWN); i++)
        g_string_append_printf (text, "%02x", options.data[i]);
    if (options.size > SHOWN)
        g_string_append (text, "…");
    values_add_text (values, VALUE_VENDOR_OPTIONS, text->str, -1);
}

#define DAY (24 * 60 * 60)
/* Of a lease (RFC 2131, 3.3). */
#define WITHOUT_END 0xFFFFFFFF

/* is_cut: of options that are not there nobody knows whether they were. */
static Variant describe_dhcp_answer (const DhcpMessage *dhcp, gboolean is_cut, Values *values)
{
    if (dhcp->type != DHCP_NAK) /* which gives none (RFC 2131, 4.3.2) */
        values_add_address (values, VALUE_IP, &dhcp->yiaddr);
    values_add_addresses (values, VALUE_ROUTER, dhcp->routers.address, dhcp->routers.n);
    values_add_addresses (values, VALUE_DNS_SERVERS, dhcp->dns_servers.address, dhcp->dns_servers.n);
    values_add_addresses (values, VALUE_NTP_SERVERS, dhcp->ntp_servers.address, dhcp->ntp_servers.n);
    add_vendor_options (values, dhcp->vendor);
    values_add_addresses (values, VALUE_TFTP_SERVERS, dhcp->tftp_servers.address, dhcp->tftp_servers.n);
    values_add_view (values, VALUE_TFTP_NAME, dhcp->tftp_name);
    values_add_address (values, VALUE_RELAY, &dhcp->giaddr);
    if (dhcp->lease % DAY == 0 && dhcp->lease)
        values_add_number (values, VALUE_LEASE_DAYS, dhcp->lease / DAY);
    else if (dhcp->lease && dhcp->lease != WITHOUT_END)
        values_add_number (values, VALUE_LEASE, dhcp->lease);
    if (dhcp->option_150_text)
        values_add_view (values, VALUE_TEXT, without_nuls (dhcp->tftp_servers_raw));
    if (dhcp->option_150_bad && !dhcp->option_150_text && dhcp->tftp_servers_raw.size &&
        dhcp->tftp_servers_raw.size % 4 == 0)
        values_add_text (values, VALUE_REASON, "0.0.0.0", -1);
    if (dhcp->option_150_bad)
        return VARIANT_BROKEN;
    if (dhcp->tftp_servers.n == 0 && is_url (dhcp->tftp_name))
        return VARIANT_PROVISIONING;
    if (dhcp->tftp_servers.n || dhcp->tftp_name.size || is_cut)
        return VARIANT_NONE;
    /* siaddr is a last resort of some models; many servers put their own address there (reference 4.2). */
    if (dhcp->siaddr.size)
        values_add_addresses (values, VALUE_TFTP_SERVERS, &dhcp->siaddr, 1);
    return VARIANT_NOT_FOUND;
}

/* Only who has asked for option 150 misses it: adapters and phones of other makes get their files elsewhere. */
static Variant what_is_missed (const Lease *lease, guint type, Variant variant, Values *values)
{
    if (variant != VARIANT_NOT_FOUND || lease->wants_tftp || type == DHCP_NAK)
        return variant;
    values_drop (values, VALUE_TFTP_SERVERS);
    return VARIANT_HARMLESS;
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
static void keep_tftp_servers (Lease *lease, const DhcpMessage *dhcp)
{
    lease->n_tftp = MIN (dhcp->tftp_servers.n, SERVERS_KEPT);
    memcpy (lease->tftp, dhcp->tftp_servers.address, lease->n_tftp * sizeof *lease->tftp);
    if (lease->n_tftp == 0 &&
        ip_address_parse ((const char *) dhcp->tftp_name.data, dhcp->tftp_name.size, &lease->tftp[0]))
        lease->n_tftp = 1;
    lease->next_server = dhcp->siaddr;
    lease->tftp_outside = 0;
    for (guint i = 0; i < lease->n_tftp; i++)
        if (is_outside (&lease->tftp[i], dhcp))
            lease->tftp_outside |= (guint8) (1 << i);
}

static void keep_lease (struct BootState *boot, const DhcpMessage *dhcp, NoteId note)
{
    enum { STATIC_ROUTES = 33, CLASSLESS_ROUTES = 121, CLASSLESS_ROUTES_OF_MICROSOFT = 249 };

    boot->lease.note = note;
    boot->link.asks = 0;
    boot->lease.n_routers = MIN (dhcp->routers.n, G_N_ELEMENTS (boot->lease.routers));
    memcpy (boot->lease.routers, dhcp->routers.address, boot->lease.n_routers * sizeof *boot->lease.routers);
    boot->lease.has_static_routes = dhcp_has_option (dhcp, STATIC_ROUTES) || dhcp_has_option (dhcp, CLASSLESS_ROUTES) ||
                                    dhcp_has_option (dhcp, CLASSLESS_ROUTES_OF_MICROSOFT);
    boot->link.note = note;
    boot->link.own_mac = dhcp->chaddr;
    boot->link.claim = boot->link.own_claim = 0;
    keep_tftp_servers (&boot->lease, dhcp);
}

/* Without an address of its own a phone asks by broadcast, which no router passes on. */
static void keep_asking (struct BootState *boot, const Frame *frame, const DhcpMessage *dhcp)
{
    boot->lease.vlan = frame->vlan;
    boot->lease.asked = frame->destination.address;
    boot->lease.secs = dhcp->secs;
    if (!dhcp->giaddr.size && !dhcp->ciaddr.size)
        boot->is_near = TRUE;
}

static void add_vlans (const struct BootState *boot, const Frame *frame, Values *values)
{
    if (frame->vlan)
        values_add_number (values, VALUE_VLAN, frame->vlan);
    if (boot->voice_vlan.id && boot->voice_vlan.id != frame->vlan)
        values_add_number (values, VALUE_VOICE_VLAN, boot->voice_vlan.id);
}

/* What the phone has asked itself, in this capture too, comes once more from the relay, on its way to a server; or the
 * relay sends it to another server as well. */
static gboolean is_relay_copy (const Lease *lease, gboolean is_near, const Frame *frame, const DhcpMessage *dhcp)
{
    if (!dhcp->giaddr.size || lease->xid != dhcp->xid ||
        !((dhcp->type == DHCP_DISCOVER && lease->discover) || (dhcp->type == DHCP_REQUEST && lease->request)))
        return FALSE;
    return is_near || (lease->asked.size && lease->secs == dhcp->secs &&
                       !ip_address_equal (&lease->asked, &frame->destination.address));
}

/* It looks for an address although it has had one on this way, and has done more with that than to move into another
 * VLAN: it has asked for files, or to be registered. */
static gboolean starts_once_more (const Flow *flow, PhoneId id)
{
    const Phone *phone = phones_get (flow->phones, phones_current (flow->phones, id));
    const struct BootState *boot = phone_boot (phone);
    const Registration *way = flow_registration (flow, phone->way);

    if (!way)
        return FALSE;
    return phone->is_trying || (boot->files.note > boot->lease.note && boot->files.note >= way->first);
}

/* Swapped frames: the offer that answers this question was captured just before it. */
static gboolean is_swapped (const Note *offer, const Frame *frame, const struct BootState *boot,
                            const DhcpMessage *dhcp)
{
    return !offer->partner && boot->lease.xid == dhcp->xid && ABS (frame->time - offer->time) < SWAPPED_WITHIN;
}

/* A refused address that the phone has taken from an offer, or has used until now: it has not moved here with an old
 * lease. */
static void add_refused_offer (const Flow *flow, const Lease *lease, const Frame *frame, const DhcpMessage *dhcp,
                               Values *values)
{
    const Note *discover = notes_get (flow->notes, lease->discover);
    const Note *offer = discover ? notes_get (flow->notes, discover->partner) : NULL;

    const Note *request = lease->xid == dhcp->xid ? notes_get (flow->notes, lease->request) : NULL;

    values_add_view (values, VALUE_TEXT, dhcp->words);
    if (request && (request->variant == VARIANT_REFRESH || request->variant == VARIANT_LATE)) {
        const Note *given = notes_get (flow->notes, lease->note);
        const Endpoint *giver = given ? flow_server (flow, given) : NULL;
        values_add_address (values, VALUE_OWN_ADDRESS, &lease->wanted);
        if (giver && dhcp->server_id.size && !ip_address_equal (&giver->address, &dhcp->server_id))
            values_add_address (values, VALUE_FORMER_SERVER, &giver->address);
    }
    if (!lease->chosen.size || !dhcp->server_id.size || lease->xid != dhcp->xid)
        return;
    if (!ip_address_equal (&lease->chosen, &dhcp->server_id))
        values_add_address (values, VALUE_FORMER_SERVER, &lease->chosen);
    else if (offer)
        flow_add_since (flow, offer->time, flow->steps_back, frame->time, values);
}

/* The same request once more: for this address, from this server. */
static Variant add_request_before (const Flow *flow, const Lease *lease, const Frame *frame, const DhcpMessage *dhcp,
                                   Variant variant, Values *values)
{
    const Note *before = lease->xid == dhcp->xid ? notes_get (flow->notes, lease->request) : NULL;

    if (!before || !ip_address_equal (&lease->wanted, wanted_address (dhcp)) ||
        !ip_address_equal (&lease->chosen, &dhcp->server_id))
        return variant;
    flow_add_since (flow, before->time, flow->steps_back, frame->time, values);
    return variant == VARIANT_NONE ? VARIANT_AGAIN : variant;
}

void flow_dhcp (Flow *flow, const Frame *frame)
{
    DhcpMessage dhcp;
    Values values;

    if (!dhcp_decode (frame->payload.data, frame->payload.size, &dhcp))
        return;
    keep_make (flow, &dhcp);
    PhoneId id = phone_of_dhcp (flow, frame, &dhcp);
    if (id == PHONE_NONE)
        return;

    KindIndex kind = catalog_find (PROTOCOL_DHCP, dhcp.type);
    gboolean answer = dhcp.op == 2;
    g_autofree char *host = view_dup (dhcp.host_name);
    values_init (&values);
    Variant variant =
        answer ? describe_dhcp_answer (&dhcp, frame->cut > 0, &values) : describe_dhcp_request (&dhcp, frame, &values);
    struct BootState *boot = flow_boot_state (flow, id);
    if (answer) {
        boot->access.closed = 0;
        variant = what_is_missed (&boot->lease, dhcp.type, variant, &values);
        if (dhcp.type == DHCP_OFFER && variant == VARIANT_NONE)
            boot->lease.knows_files = dhcp.server_id;
        if (dhcp.type == DHCP_ACK && variant == VARIANT_NOT_FOUND && boot->lease.knows_files.size &&
            dhcp.server_id.size && !ip_address_equal (&boot->lease.knows_files, &dhcp.server_id))
            values_add_address (&values, VALUE_FORMER_SERVER, &boot->lease.knows_files);
        if (dhcp.type == DHCP_NAK)
            add_refused_offer (flow, &boot->lease, frame, &dhcp, &values);
    } else {
        if (boot->access.closed)
            values_add_number (&values, VALUE_FRAME, boot->access.closed);
        boot_state_keep_model (boot, dhcp.vendor_class);
        boot->lease.wants_tftp = (is_phone_request (&dhcp) || dhcp.vendor_class.size == 0) &&
                                 dhcp_asks_for (&dhcp, DHCP_OPTION_TFTP_SERVERS);
    }
    if (dhcp.type == DHCP_ACK && dhcp.tftp_name.size)
        boot->lease.tftp_name = (guint32) view_hash (dhcp.tftp_name);
    const Note *offer = notes_get (flow->notes, boot->lease.offer);
    const gboolean is_passed_on = is_relay_copy (&boot->lease, boot->is_near, frame, &dhcp);
    const gboolean is_answered = dhcp.type == DHCP_DISCOVER && offer && is_swapped (offer, frame, boot, &dhcp);
    if (is_passed_on) {
        variant = VARIANT_ROUTED;
    } else if (is_answered) {
        offer = NULL;
    } else if (dhcp.type == DHCP_DISCOVER && offer) {
        variant = VARIANT_REFUSED;
        flow_add_since (flow, offer->time, flow->steps_back, frame->time, &values);
    } else if (dhcp.type == DHCP_DISCOVER && boot->lease.discover && boot->lease.xid == dhcp.xid &&
               !notes_get (flow->notes, boot->lease.discover)->partner &&
               boot->lease.vlan == frame->vlan) { /* in another one it asks other servers */
        variant = VARIANT_AGAIN;
        values_add_number (&values, VALUE_REPEATS, ++boot->lease.discovers);
        flow_add_since (flow, notes_get (flow->notes, boot->lease.discover)->time, flow->steps_back, frame->time,
                        &values);
    }
    if (dhcp.type == DHCP_REQUEST && !is_passed_on)
        variant = add_request_before (flow, &boot->lease, frame, &dhcp, variant, &values);
    if (!answer && is_phone_name (dhcp.host_name))
        id = phones_name_device (flow->phones, id, host, frame->number, frame->time, flow_next_note (flow));
    if (dhcp.type == DHCP_ACK && dhcp.yiaddr.size) {
        phones_move_address (flow->phones, id, &dhcp.yiaddr);
        keep_lease (flow_boot_state (flow, id), &dhcp, flow_next_note (flow));
        flow_boot_state (flow, id)->lease.is_cut = frame->cut > 0;
    }
    if (!answer && !is_passed_on)
        keep_asking (flow_boot_state (flow, id), frame, &dhcp);
    add_vlans (flow_boot_state (flow, id), frame, &values);

    if (dhcp.type == DHCP_DISCOVER && !is_passed_on && starts_once_more (flow, id))
        flow_begin_way (flow, id);
    Endpoint server = { .address = dhcp.server_id.size ? dhcp.server_id : frame->source.address, .port = PORT_DHCP };
    NoteFacts facts = { .phone = id,
                        .registration = flow_way (flow, id),
                        .kind = kind,
                        .phase = PHASE_ADDRESS,
                        .variant = variant,
                        .from_server = answer };
    if (answer)
        facts.server = flow_server_place (flow, &server);
    else if (dhcp.type == DHCP_DISCOVER && offer)
        facts.server = offer->server;
    NoteId note = flow_note (flow, frame, &facts, &values);
    if (is_passed_on)
        return;
    boot = flow_boot_state (flow, id);
    /* Whoever names a server right after asking for any has got an offer (RFC 2131, 4.3.2). */
    if (dhcp.type == DHCP_REQUEST && dhcp.server_id.size && boot->lease.discover && boot->lease.xid == dhcp.xid &&
        !notes_get (flow->notes, boot->lease.discover)->partner)
        flow_lacks (flow, note, CAPTURE_LACKS_PACKETS);
    if (dhcp.type == DHCP_DISCOVER && variant != VARIANT_AGAIN) {
        boot->lease.discover = note;
        boot->lease.discovers = boot->lease.request = 0;
        if (!is_answered)
            boot->lease.knows_files.size = 0;
        if (is_answered)
            flow_pair (flow, note, boot->lease.offer);
    } else if (dhcp.type == DHCP_REQUEST) {
        boot->lease.request = note;
        boot->lease.chosen = dhcp.server_id;
        boot->lease.wanted = *wanted_address (&dhcp);
    } else if (dhcp.type == DHCP_OFFER && boot->lease.discover && boot->lease.xid == dhcp.xid &&
               !notes_get (flow->notes, boot->lease.discover)->partner) { /* of several servers the first counts */
        flow_pair (flow, boot->lease.discover, note);
    } else if ((dhcp.type == DHCP_ACK || dhcp.type == DHCP_NAK) && boot->lease.request && boot->lease.xid == dhcp.xid) {
        flow_pair (flow, boot->lease.request, note);
        boot->lease.request = boot->lease.discover = 0;
    }
    if (!is_answered)
        boot->lease.offer = dhcp.type == DHCP_OFFER ? note : 0;
    boot->lease.xid = dhcp.xid;
}
