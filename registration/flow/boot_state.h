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

/* What a phone does again and again until something else happens: the last three times. */
typedef struct {
    guint32 about; /* hash of the file's name */
    guint32 count;
    gboolean said;  /* a finding tells it */
    NoteId note[3]; /* oldest first; those that there were not are 0 */
} Rounds;

/* Counts one more time; about something else it begins anew. */
void rounds_add (Rounds *rounds, guint32 about, NoteId note);
void rounds_forget (Rounds *rounds);

struct BootState {
    /* What every note asks for or changes, close together: with thousands of phones, what costs time is how much of
     * each must come into the processor's cache. */
    NoteId sighting;                        /* the note that tells where its device name is heard now, see below */
    NoteId after_gap, gap_lost;             /* silence between its packets */
    gint64 last_sent;                       /* time of its latest packet, if has_sent */
    guint8 has_sent;                        /* anything yet */
    guint8 has_connected, has_registered;   /* since the configuration came */
    guint8 tftp_silent, tftp_heard, n_tftp; /* of the servers below: a bit each, and how many */
    guint16 lost;                           /* what went unanswered since owner_after */
    NoteId owner_before, owner_after;       /* two that disagree on an address; 0 none, or all goes well since */
    NoteId tvs_failed;                      /* the certificate check (TVS) that did not work */
    NoteId unfinished, unfinished_last;     /* first and latest packet of a transfer that goes on */
    guint32 unfinished_file;                /* hash of the file's name */
    Rounds trust_lists, signed_files, configs, loads;

    /* DHCP */
    guint32 xid;
    NoteId discover, request; /* waiting for Offer and ACK */
    guint16 discovers;        /* sent without an answer */
    NoteId lease;             /* the latest ACK that gave an address */
    IpAddress routers[2];
    guint n_routers;
    IpAddress tftp[SERVERS_KEPT]; /* as the lease names them, by address */
    guint8 tftp_outside;          /* … which lie in another subnet */
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

    /* DNS */
    struct {
        guint16 id, port;
        NoteId note;
    } queries[QUERIES_KEPT];
    guint next_query;

    /* Files */
    gboolean has_asked_for_files;
    gboolean files_in_view; /* a server has answered about a file, or the phone has asked for one again */
    IpAddress file_server;
    guint32 last_file; /* hash of the configuration file's name fetched last, and when */
    gint64 last_file_time;
    NoteId latest_file;
    gboolean begins_anew; /* an address or a configuration has come since firmware was asked for */
    gboolean is_upgrading;
    gboolean may_have_config; /* files may have come over TLS, unseen */

    /* The configuration */
    NoteId config; /* the note that completed the latest one */
    IpAddress configured[SERVERS_KEPT];
    guint32 configured_names[SERVERS_KEPT]; /* hashes: a name may be looked up later */
    guint n_configured;
    gboolean has_more_servers; /* than are kept, or survivable routers */
    guint16 secured_sip_port;  /* of the first call manager; 0 unknown */
    guint8 security;           /* deviceSecurityMode in it; 2 and more: secure; 0 unknown */
    LoadProtocol protocol;
    char wanted_load[LOAD_MAX];  /* "" unknown */
    char running_load[LOAD_MAX]; /* as the phone said last */
    NoteId running_note;

    /* Where its device name was heard last, and before that; each place called its address its own */
    IpAddress sighted;
    struct {
        IpAddress address;
        NoteId note;
    } here, before;
};

/* What a phone says of itself; what is no phone's name of a model leaves the one that is known. */
void boot_state_keep_model (struct BootState *boot, View text);
/* Two phones have turned out to be one: what into does not know yet it gets from other. */
void boot_state_merge (struct BootState *into, const struct BootState *other);
