/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/flow/notes.h"
#include "registration/terms/boot_file.h"
#include "registration/wire/address.h"

#include <glib.h>

/* What a phone's start has shown, as far as the flow itself goes by it. Plain data of fixed size: whatever a capture
 * says, it does not grow. */

#define SERVERS_KEPT 5 /* a call manager group has three members, and a phone shows five */
#define QUERIES_KEPT 4 /* DNS: a phone asks for one name at a time, sometimes for both kinds of address */
#define OWNERS_KEPT  4 /* ARP: router, TFTP server and two call managers */
#define LOAD_MAX     48

/* Each record has the note that it rests on, 0 while nothing is known. Two phones that turn out to be one keep one of
 * theirs, whole. */

/* DHCP */
typedef struct {
    NoteId note; /* the latest ACK that gave an address */
    guint32 xid;
    NoteId discover, request; /* waiting for Offer and ACK */
    IpAddress asked;          /* where the latest of these went */
    guint16 secs;             /* what it says of how long the phone has been asking */
    NoteId offer;             /* the latest, while the phone has not taken it */
    IpAddress chosen;         /* the server whose offer the phone has taken with its latest request */
    IpAddress wanted;         /* the address that it has asked for with that */
    IpAddress knows_files; /* a server that has named a TFTP server in its Offer, since the latest Discover; or none */
    guint32 discovers;     /* sent without an answer */
    guint16 vlan;          /* of the latest message; 0 untagged */
    gboolean wants_tftp;   /* it has asked for option 150, and calls itself no other make */
    IpAddress routers[2];
    guint n_routers;
    IpAddress tftp[SERVERS_KEPT]; /* as the lease names them, by address */
    guint8 n_tftp;
    guint8 tftp_outside;   /* of these, which lie in another subnet: a bit each */
    IpAddress next_server; /* siaddr, where some phones look when options name nobody */
    gboolean is_cut;       /* the capture lacks the end of it, which may name servers */
    gboolean has_static_routes;
    guint32 tftp_name; /* hash of option 66 when it is a name; 0 none */
} Lease;

/* The voice VLAN that the phone's switch announces */
typedef struct {
    NoteId note;
    guint16 id;
} VoiceVlan;

/* Who is who on the link */
typedef struct {
    NoteId note;             /* tells own_mac */
    MacAddress own_mac;      /* as the phone itself uses it */
    MacAddress claim_mac;    /* somebody else's, who claims the phone's address */
    NoteId claim, own_claim; /* the ARP packets in which they did */
    struct {
        IpAddress address;
        MacAddress mac;
        NoteId note;
    } owners[OWNERS_KEPT]; /* who answers for the addresses that the phone needs */
    guint n_owners;
    IpAddress asked; /* for whose Ethernet address it asks again and again, how often, and when last */
    guint16 asks;
    gint64 asked_time;
    NoteId owner_before, owner_after; /* the latest two that disagree on an address; 0 none */
} LinkPeers;

/* How far the port of its switch has let it in (IEEE 802.1X), since it was last asked who it is; all zeros when it has
 */
typedef struct {
    NoteId answer;  /* the phone's latest */
    guint32 closed; /* the frame that says no; 0 none, or somebody has answered the phone since */
    guint8 method;  /* that the switch asks for */
    guint8 alert_of_phone, alert_of_server;
    guint8 refuses; /* the phone's latest answer refuses the method */
} PortAccess;

/* DNS: the queries that wait for an answer */
typedef struct {
    NoteId note; /* the latest */
    struct {
        guint16 id, port;
        NoteId note;
    } queries[QUERIES_KEPT];
    guint next;
} Names;

/* How somebody has shown not to answer: a bit each */
enum {
    SILENT_TO_REQUEST = 1 << 0,
    SILENT_TO_ARP = 1 << 1,
    SILENT_BY_ICMP = 1 << 2,
    CLOSED_BY_ICMP = 1 << 3, /* the host itself says that nothing listens on that port */
};

/* A TFTP server that the phone tries, and that has not answered so far */
typedef struct {
    NoteId first; /* in vain */
    gint64 since;
    IpAddress server; /* none: the latest has answered */
    guint32 heard;    /* the frame in which it had answered shortly before; 0 none */
    guint16 count;
    guint8 how; /* SILENT_… */
} SilentServer;

/* What it has asked for, and where */
typedef struct {
    NoteId note; /* the latest request */
    IpAddress server;
    guint32 last; /* hash of the configuration file's name fetched last, and when */
    gint64 last_time;
    IpAddress last_server;
    struct {
        IpAddress server; /* of TFTP that has answered last */
        guint32 frame;
        gint64 time;
    } heard;
    SilentServer trying, skipped; /* skipped: the one that it turned away from with its latest request */
    gboolean own_missing;         /* a server has no configuration for this phone */
} Files;

/* What its configuration says */
typedef struct {
    NoteId note; /* completed the latest one */
    IpAddress servers[SERVERS_KEPT];
    guint32 names[SERVERS_KEPT]; /* their hashes: a name may be looked up later */
    guint n_servers;
    gboolean has_more;        /* than are kept, or survivable routers */
    guint16 secured_sip_port; /* of the first call manager; 0 unknown */
    guint8 security;          /* deviceSecurityMode in it; 2 and more: secure; 0 unknown */
    LoadProtocol protocol;
    gboolean is_default;        /* it is the one for phones that have none of their own */
    char wanted_load[LOAD_MAX]; /* "" unknown */
    gboolean has_images;        /* the list of its images has come */
} Configuration;

struct BootState {
    Lease lease;
    VoiceVlan voice_vlan;
    PortAccess access;
    LinkPeers link;
    Names names;
    Files files;
    Configuration configuration;
    gboolean is_near;   /* the capture holds what only the phone's own link shows */
    gboolean announces; /* … its own announcements among that: who else announces itself there is its neighbor */
    char model[16];     /* as it says itself over DHCP, CDP or LLDP; "" unknown */
};

/* What a phone says of itself; what is no phone's name of a model leaves the one that is known. */
void boot_state_keep_model (struct BootState *boot, View text);
/* Two phones have turned out to be one: what into does not know yet it gets from other. */
void boot_state_merge (struct BootState *into, const struct BootState *other);
