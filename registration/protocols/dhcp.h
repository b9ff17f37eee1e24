/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/address.h"
#include "registration/wire/bytes.h"

/* One DHCP message (RFC 2131 and 2132), as far as a phone's start depends on it. */

typedef enum {
    DHCP_DISCOVER = 1,
    DHCP_OFFER = 2,
    DHCP_REQUEST = 3,
    DHCP_DECLINE = 4,
    DHCP_ACK = 5,
    DHCP_NAK = 6,
    DHCP_RELEASE = 7,
    DHCP_INFORM = 8,
} DhcpType;

/* The options of interest. */
enum {
    DHCP_OPTION_SUBNET_MASK = 1,
    DHCP_OPTION_ROUTERS = 3,
    DHCP_OPTION_DNS_SERVERS = 6,
    DHCP_OPTION_HOST_NAME = 12,
    DHCP_OPTION_DOMAIN = 15,
    DHCP_OPTION_NTP_SERVERS = 42,
    DHCP_OPTION_VENDOR = 43,
    DHCP_OPTION_REQUESTED_ADDRESS = 50,
    DHCP_OPTION_LEASE = 51,
    DHCP_OPTION_OVERLOAD = 52,
    DHCP_OPTION_TYPE = 53,
    DHCP_OPTION_SERVER_ID = 54,
    DHCP_OPTION_PARAMETERS = 55,
    DHCP_OPTION_MESSAGE = 56,
    DHCP_OPTION_RENEWAL = 58,
    DHCP_OPTION_VENDOR_CLASS = 60,
    DHCP_OPTION_CLIENT_ID = 61,
    DHCP_OPTION_TFTP_NAME = 66,
    DHCP_OPTION_BOOT_FILE = 67,
    DHCP_OPTION_RELAY = 82,
    DHCP_OPTION_TFTP_SERVERS = 150,
};

#define DHCP_ADDRESSES_MAX 8
#define DHCP_JOINED_MAX    1024

/* The addresses of one option, in order; those beyond the maximum are left out. */
typedef struct {
    IpAddress address[DHCP_ADDRESSES_MAX];
    guint n;
} DhcpAddresses;

/* Filled by dhcp_decode(). The views are borrowed from the message or, for an option that was split (RFC 3396), point
 * into joined: do not copy this struct. What the message does not have is zero, empty or "no address"; use
 * dhcp_has_option() to tell an empty option from none. */
typedef struct {
    guint8 op; /* 1 request, 2 reply */
    guint32 xid;
    guint16 secs;
    IpAddress ciaddr, yiaddr, siaddr, giaddr; /* no address for 0.0.0.0 */
    MacAddress chaddr;                        /* unknown when the hardware is not Ethernet */
    View sname, file;                         /* empty when overloaded with options */

    guint type; /* a DhcpType, or 0: BOOTP */
    IpAddress subnet_mask, requested_address, server_id;
    DhcpAddresses routers, dns_servers, ntp_servers;
    guint32 lease, renewal;                                     /* seconds */
    View host_name, domain, vendor_class, tftp_name, boot_file; /* without trailing NULs */
    View words;                                                 /* option 56: why an address is refused; the same */
    View vendor, parameters, client_id, relay;                  /* raw */

    DhcpAddresses tftp_servers; /* option 150: the usable addresses */
    View tftp_servers_raw;
    gboolean option_150_bad;  /* empty, not a multiple of four octets, with 0.0.0.0 in it, or text */
    gboolean option_150_text; /* it is text: "10.0.0.1" instead of four octets */

    gboolean damaged; /* an option runs over the end of its field; options after it are lost */

    guint8 seen[32];                /* bit per option code */
    guint8 joined[DHCP_JOINED_MAX]; /* split options put together */
    guint n_joined;
} DhcpMessage;

/* FALSE for what is shorter than a BOOTP message, or neither request nor reply; then message is left undefined. */
gboolean dhcp_decode (const guint8 *data, gsize size, DhcpMessage *ret_message);
gboolean dhcp_has_option (const DhcpMessage *message, guint8 code);
/* Whether the parameter request list asks for an option. */
gboolean dhcp_asks_for (const DhcpMessage *message, guint8 code);
