/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/flow/notes.h"
#include "registration/terms/boot_file.h"
#include "registration/wire/address.h"

#include <glib.h>

/* What is remembered of a phone's start. Plain data of fixed size: whatever a capture says, it does not grow. */

#define SERVERS_KEPT 5 /* a call manager group has three members, and a phone shows five */
#define QUERIES_KEPT 4 /* DNS: a phone asks for one name at a time, sometimes for both kinds of address */
#define OWNERS_KEPT  4 /* ARP: router, TFTP server and two call managers */
#define LOAD_MAX     48

struct BootState {
    /* DHCP */
    guint32 xid;
    NoteId discover, request; /* waiting for Offer and ACK */
    guint16 discovers;        /* sent without an answer */
    NoteId lease;             /* the latest ACK that gave an address */
    IpAddress routers[2];
    guint n_routers;
    IpAddress tftp[SERVERS_KEPT]; /* as the lease names them, by address */
    guint8 n_tftp;
    guint8 tftp_outside; /* … which lie in another subnet, a bit each */
    gboolean has_static_routes;
    guint32 tftp_name; /* hash of option 66 when it is a name; 0 none */
    char model[16];    /* as it says itself over DHCP, CDP or LLDP; "" unknown */

    /* The link */
    gboolean is_near;        /* the capture holds what only the phone's own link shows */
    guint16 vlan;            /* of its latest DHCP message; 0 untagged */
    guint16 voice_vlan;      /* as its switch announces it; 0 unknown */
    NoteId voice_vlan_note;  /* that announcement */
    MacAddress own_mac;      /* as the phone itself uses it on the link */
    MacAddress claim_mac;    /* somebody else's, who claims the phone's address */
    NoteId claim, own_claim; /* the ARP packets in which they did */
    struct {
        IpAddress address;
        MacAddress mac;
        NoteId note;
    } owners[OWNERS_KEPT]; /* who answers for the addresses that the phone needs */
    guint n_owners;
    NoteId owner_before, owner_after; /* the latest two that disagree on an address; 0 none */

    /* DNS */
    struct {
        guint16 id, port;
        NoteId note;
    } queries[QUERIES_KEPT];
    guint next_query;

    /* Files */
    gboolean has_asked_for_files;
    IpAddress file_server;
    guint32 last_file; /* hash of the configuration file's name fetched last, and when */
    gint64 last_file_time;

    /* The configuration */
    NoteId config; /* the note that completed the latest one */
    IpAddress configured[SERVERS_KEPT];
    guint32 configured_names[SERVERS_KEPT]; /* hashes: a name may be looked up later */
    guint n_configured;
    gboolean has_more_servers; /* than are kept, or survivable routers */
    guint16 secured_sip_port;  /* of the first call manager; 0 unknown */
    guint8 security;           /* deviceSecurityMode in it; 2 and more: secure; 0 unknown */
    LoadProtocol protocol;
    char wanted_load[LOAD_MAX]; /* "" unknown */
};

/* What a phone says of itself; what is no phone's name of a model leaves the one that is known. */
void boot_state_keep_model (struct BootState *boot, View text);
/* Two phones have turned out to be one: what into does not know yet it gets from other. */
void boot_state_merge (struct BootState *into, const struct BootState *other);
