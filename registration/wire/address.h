/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* An IP address, or none (size 0). Plain data; compare with ip_address_equal(), unused octets are zero. */
typedef struct {
    guint8 octets[16]; /* network order */
    guint8 size;       /* 4, 16, or 0 for "no address" */
    guint16 scope; /* this host's interface that a link-local address is on (RFC 4007); 0: not known, as in captures.
                    * Is not compared */
} IpAddress;

/* One end of a TCP connection or UDP exchange. Plain data. */
typedef struct {
    IpAddress address;
    guint16 port;
} Endpoint;

/* An Ethernet address; all zero means unknown. */
typedef struct {
    guint8 octets[6];
} MacAddress;

#define IP_ADDRESS_TEXT_SIZE  48
#define MAC_ADDRESS_TEXT_SIZE 18

IpAddress ip_address_v4 (const guint8 octets[4]);
IpAddress ip_address_v6 (const guint8 octets[16]);
/* Reads "10.0.0.1" or "2001:db8::1" of size bytes; FALSE (and ret_address untouched) for anything else, names
 * included. */
gboolean ip_address_parse (const char *text, gsize size, IpAddress *ret_address);
gboolean ip_address_equal (const IpAddress *a, const IpAddress *b);
/* No address, 0.0.0.0 or ::. */
gboolean ip_address_is_unspecified (const IpAddress *address);
guint ip_address_hash (const IpAddress *address);
/* The same two for hash tables. */
guint ip_address_key_hash (gconstpointer address);
gboolean ip_address_key_equal (gconstpointer a, gconstpointer b);
/* Writes the usual text form, "" for no address; returns text. */
const char *ip_address_format (const IpAddress *address, char text[IP_ADDRESS_TEXT_SIZE]);

gboolean endpoint_equal (const Endpoint *a, const Endpoint *b);
guint endpoint_hash (const Endpoint *endpoint);
/* The same for a GHashTable whose keys are Endpoints. */
gboolean endpoint_key_equal (gconstpointer a, gconstpointer b);
guint endpoint_key_hash (gconstpointer endpoint);

gboolean mac_address_is_unknown (const MacAddress *mac);
/* Writes "00:13:80:ad:9e:5f"; returns text. */
const char *mac_address_format (const MacAddress *mac, char text[MAC_ADDRESS_TEXT_SIZE]);
/* Reads exactly twelve hexadecimal digits of either case, as in SEP001380AD9E5F; FALSE for anything else. */
gboolean mac_address_parse_hex (const char *digits, MacAddress *ret_mac);
