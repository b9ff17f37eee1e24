/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/flow/observer.h"
#include "registration/protocols/sccp.h"
#include "registration/terms/ports.h"
#include "registration/wire/copies.h"
#include "registration/wire/times.h"

/* What flow.c shares with its parts, one per protocol. Nothing outside includes this. */

/* SYN with ACK, or a reset, of a connection that nothing is known of. */
typedef struct {
    Endpoint server, phone;
    guint32 sequence, acknowledgment;
    gboolean refuses;
} EarlyAccept;

/* A bit for each port: asked of every packet. */
typedef struct {
    guint8 bits[65536 / 8];
} PortSet;

static inline void port_set_add (PortSet *set, guint16 port)
{
    set->bits[port / 8] |= (guint8) (1 << port % 8);
}

static inline gboolean port_set_has (const PortSet *set, guint16 port)
{
    return set->bits[port / 8] >> port % 8 & 1;
}

/* The capture was silent, and phones were not to be: see flow_paused(). */
typedef struct {
    gint64 from, to;
    guint32 frame; /* that ends it */
    gboolean is_sure;
} Pause;

/* So many are told apart, and so many registrations looked at in all to find them. */
#define PAUSES_KEPT  32
#define PAUSE_BUDGET 4000000

struct Flow {
    Notes *notes;                 /* owned */
    Phones *phones;               /* owned */
    Registrations *registrations; /* owned */
    GStringChunk *names_kept;     /* flow_registrations.c: texts that live as long as the flow, each once */
    GHashTable *bindings;        /* flow_sip_registrations.c: hash of registrar and account, owned → RegistrationId */
    GHashTable *siblings;        /* … the first of those that Registration.sibling goes through */
    GHashTable *homes;           /* flow_registrations.c: hash of phone, server and account, owned → RegistrationId */
    GHashTable *sessions;        /* by the two ends, in either order; of Session, owned */
    Session *found;              /* of these, the one that was looked up last; NULL for none */
    GHashTable *latest_sessions; /* flow_tcp.c: hash of two addresses → Session, borrowed: the one opened last */
    guint32 connections;         /* opened so far */
    FlowListener listener;
    gpointer listener_data;
    const FlowObserver *observer; /* borrowed, or NULL */
    gpointer observer_data;
    NoteId untold;             /* the observer has heard of all notes before this one */
    GArray *servers;           /* of Endpoint; place 0 is "none" */
    GHashTable *server_places; /* Endpoint, owned → place */
    GHashTable *taken;         /* flow_tcp_events.c: place of a server → the connections that it has taken */
    GHashTable *transfers;     /* flow_tftp.c: by the client's end; of Transfer, owned */
    GHashTable *askers;        /* flow_askers.c: IpAddress, owned → who asks for files there, owned */
    GHashTable *registrars;    /* flow_knocks.c: set of IpAddress, owned: who has answered a registration */
    GHashTable *other_makes;   /* flow_askers.c: IpAddress, owned → MacAddress of a computer there, owned */
    GHashTable *names;         /* flow_network.c: DNS names that phones looked up, owned → IpAddress, owned */
    GHashTable *transactions;  /* flow_sip.c: of Transaction, owned */
    GHashTable *dialogs;       /* flow_sip.c: registrations by Call-ID; of Dialog, owned */
    GHashTable *sip_lines;     /* flow_sip.c: the numbers of phones; of SipLine, owned */
    GHashTable *sip_instances; /* flow_sip_phones.c: hash of a +sip.instance, owned → PhoneId + 1 */
    GHashTable *sip_products; /* flow_sip_phones.c: hash of an address and of the product there, owned → PhoneId + 1 */
    GHashTable *sip_ends;     /* flow_sip_phones.c: who asks from one address and port, owned */
    GHashTable *sip_accounts; /* flow_sip_phones.c: hash of such an end and of an account, owned → PhoneId + 1 */
    GHashTable *sip_hosts;   /* flow_sip_phones.c: hash of a network card, account and product, owned → PhoneId + 1 */
    GHashTable *sip_insides; /* flow_sip_phones.c: hash of addresses outside and inside of a NAT, owned → PhoneId + 1 */
    GHashTable *sip_asked;  /* flow_sip_challenges.c: hash of phone, server and realm → key of a Dialog, both owned */
    GHashTable *sip_counts; /* flow_sip_counts.c: of SipCount, by Call-ID; owned */
    struct SipEarly *sip_early; /* flow_sip_early.c: an answer that waits for its request; owned, or NULL */
    NoteId note_of_effect;      /* what happens now is this note's doing, not the next one's; 0 */
    GHashTable *sip_pairs; /* flow_sip_pairs.c: hash of two addresses and a contact or account, owned → PhoneId + 1 */
    GHashTable *sip_peers; /* flow_sip.c: Endpoint of a phone, owned → PhoneId + 1 */
    GHashTable *sip_scans; /* flow_sip_scanners.c: set of hashes of Call-IDs, owned */
    guint32 cut_datagrams; /* on ports of SIP: not even their start line is there */
    gboolean sees_tags;    /* frames of this capture keep their VLAN tags */
    gboolean sees_link;    /* … and hold what only the link shows: nobody has filtered them by ports */
    struct {
        MacAddress answers; /* who has answered a switch last */
        guint8 answered;    /* the number of that */
        guint8 asked;       /* … and of the latest question to whoever is on the port, with its method and alert */
        guint8 method, alert;
    } eap;                     /* flow_eapol.c */
    GHashTable *fragmenters;   /* flow_fragments.c: set of hashes of addresses */
    guint32 begun_packets[32]; /* the same: hashes of IP packets whose first piece was seen, the latest of them */
    guint n_begun_packets;
    const Passwords *passwords; /* borrowed, or NULL */
    Session *session;           /* of the present frame; NULL when it is no TCP segment */
    gint64 begin;               /* the time of the first frame */
    gboolean is_over;           /* the last frame has been read: what is not there may follow behind it */
    EarlyAccept early_accept;   /* the latest */
    gint64 latest;              /* the latest time seen */
    guint32 back_frame;         /* the frame that is furthest before those ahead of it; 0 none is by much */
    gint64 back_by;             /* how far */
    gint64 latest_noted;        /* the latest time of a frame that has notes; G_MININT64: none yet */
    gint64 last_noted;          /* the time of the last one of them */
    guint32 steps_back;         /* how often one of them was far before the one ahead of it: the clock was set back */
    gint64 finished;            /* the time of flow_finish(); G_MININT64: frames have followed, or it was not called */
    Pause pauses[PAUSES_KEPT];  /* flow_pauses.c, by time */
    guint n_pauses;
    guint32 pause_budget; /* what may still be looked at */
    Copies copies;        /* frames of the last moments; the mark is the first note of each */
    PortSet tcp_ports;    /* ports of servers */
    PortSet udp_ports;    /* ports that some transfer uses */
    PortSet sip_ports;    /* UDP ports where phones register over SIP */
    PortSet wanted_ports; /* these two, and other protocols' over UDP: asked of each datagram */
};

/* The id that the next note will get: what a phone learns from a message counts from that message on. */
NoteId flow_next_note (const Flow *flow);
/* The note that shows what happens now: the next one, but for what flow_sip_early.c makes up for. */
NoteId flow_effect_note (const Flow *flow);

/* What flow_note() cannot see for itself. */
typedef struct {
    PhoneId phone;
    guint16 server; /* place */
    RegistrationId registration;
    KindIndex kind;
    Phase phase;
    Variant variant;
    gboolean from_server;
} NoteFacts;

/* The capture has not kept all octets of this frame. */
gboolean flow_is_cut (const Frame *frame);
/* Appends a note; its level is the phone's present one. */
NoteId flow_note (Flow *flow, const Frame *frame, const NoteFacts *facts, const Values *values);
/* The same for a message or event on a session, which knows phone, server and registration. */
NoteId flow_note_session (Flow *flow, Session *session, const Frame *frame, KindIndex kind, Phase phase,
                          Variant variant, gboolean from_server, const Values *values);
/* Lets the listener hear these octets if a note has been made since next was the next one. */
void flow_tell (Flow *flow, NoteId next, const Frame *frame, const Session *session, View octets);

/* --- flow_pauses.c */

/* A capture that is silent for less than this has not paused: two heartbeats of phones. */
#define PAUSE SECONDS (60)
/* Nothing has come of anybody for longer than that, until this frame. */
void flow_look_for_pause (Flow *flow, const Frame *frame, gint64 now);

/* --- flow_registrations.c */

void flow_registrations_init (Flow *flow);
void flow_registrations_clear (Flow *flow);
/* What the phone does outside any connection belongs to this: its way to the present registration, or to the next. */
RegistrationId flow_way (Flow *flow, PhoneId phone);
/* The phone starts once more: what it does from here on is another way, to the next registration. */
void flow_begin_way (Flow *flow, PhoneId phone);
/* A new one; 0 when there are too many. */
RegistrationId flow_begin (Flow *flow, PhoneId phone, RegistrationRole role, guint32 attempt, guint16 server);
/* It is a try of its phone's, in that start of it: it gets the next number, and so does the way to it. */
void flow_count_try (Flow *flow, Registration *registration, guint32 attempt);
/* The connection may be one for a registration. from_start: its beginning is in the capture. */
void flow_begin_session (Flow *flow, Session *session, gboolean from_start);
/* Which attempt of its phone it carries; 0 when the capture joins it in the middle, or it carries none. */
guint32 flow_session_attempt (const Flow *flow, const Session *session);
/* The connection has turned out to be another phone's. */
void flow_rename_registration (Flow *flow, Session *session);
/* Moves on the latest registration of a connection, or all of them. */
void flow_step (Flow *flow, const Session *session, RegistrationMove move, NoteId note);
void flow_step_all (Flow *flow, const Session *session, RegistrationMove move, NoteId note);
/* The same of one registration that such a connection carries. */
void flow_step_one (Flow *flow, RegistrationId id, RegistrationMove move, NoteId note);
/* Whether what the phone sends on the connection is known to arrive at a server that the capture does not hold. */
void flow_lacks_server (Flow *flow, const Session *session, gboolean lacks);
/* The connection turns out to be of somebody in between, who passes on what phones say: hop, and the registrations that
 * it carries are those of others. */
void flow_carry_others (Flow *flow, Session *session, PhoneId hop);
/* Such a connection carries that registration from now on. */
void flow_carry (Flow *flow, Session *session, RegistrationId id);
/* What the phone has asked last over that connection has arrived: the capture lacks how it was answered. */
void flow_lacks_answers (Flow *flow, const Session *session);
/* What the connection is for, unless that is known already. */
void flow_set_role (Flow *flow, const Session *session, RegistrationRole role);
/* Somebody asks to be registered on the connection: its registration, or a new one when the one before was decided.
 * NULL when there are too many. next: the note that is about to be made. */
Registration *flow_ask (Flow *flow, Session *session, guint32 attempt, NoteId next);
/* A phone says how it has left its server, which it does at the beginning only: when the registration of the connection
 * is over, that is the first of the next one. next: as above. */
void flow_announce (Flow *flow, Session *session, NoteId next);
/* The latest registration of a phone at a server: of that account (a hash), or, for 0, of any. */
void flow_set_home (Flow *flow, PhoneId phone, const IpAddress *server, guint64 account, RegistrationId id);
RegistrationId flow_home (const Flow *flow, PhoneId phone, const IpAddress *server, guint64 account);
/* The registration that a datagram of the phone asks that server for, of which often only the beginning is there: where
 * that does not tell it, the one that it has asked for there last; 0 for another request, or for none. */
RegistrationId flow_sip_quoted (Flow *flow, PhoneId phone, const Endpoint *server, View datagram);
/* Links a request and its answer both ways. */
void flow_pair (Flow *flow, NoteId request, NoteId answer);
/* The place of a server in the list; 0 when the list is full. */
guint16 flow_server_place (Flow *flow, const Endpoint *server);

/* The phone with an address; when there is none yet, a new one. */
PhoneId flow_phone_at (Flow *flow, const Frame *frame, const IpAddress *address);
/* A device by name speaks here, from an address that it calls its own: to be told before the note is made. */
void flow_sighted (Flow *flow, PhoneId phone, const IpAddress *address);
/* That phone is this device, at this address. Returns the phone that it is now. */
PhoneId flow_name_phone (Flow *flow, PhoneId phone, const Frame *frame, const IpAddress *address, const char *name);
/* The phone at the other end of a session has this name. */
void flow_name_session (Flow *flow, Session *session, const Frame *frame, const char *name);
/* How an accepted registration ends here: adds cause, what to do, and how long it has lasted. To be asked before
 * flow_end_registration(). */
/* VALUE_SINCE: how long it has been since that time, when steps_back was so much. Nothing where the clock was set back
 * in between: then nobody knows. */
void flow_add_since (const Flow *flow, gint64 then, guint32 steps_back, gint64 now, Values *values);
void flow_describe_end (const Flow *flow, const Session *session, const Frame *frame, gboolean from_server,
                        gboolean is_sign_off, Values *values);
/* The session's registration has ended, by whatever means. */
void flow_end_registration (Flow *flow, Session *session);
Phone *flow_session_phone (const Flow *flow, const Session *session);

/* The phone is registered over SIP and this is of SCCP, or the other way round: it is of somebody else. */
gboolean flow_speaks_other (const Flow *flow, PhoneId phone, Service service);
/* Whose connection this is, before it says so. */
PhoneId flow_guess_phone (Flow *flow, const Endpoint *end, const Endpoint *server, const Frame *frame,
                          gboolean from_start);

/* Whether what a message still lacks will come: it may; of a body no more will; nor of anything, for both sides have
 * ended. */
typedef enum { STALL_NONE, STALL_BODY, STALL_END } Stall;

/* One side of a connection being read. Plain data, on the stack. */
typedef struct {
    Flow *flow;
    Session *session;
    const Frame *frame; /* that makes it readable: of this side, or made to look so */
    gboolean from_server;
    Stall stalls;
    Word why;   /* octets of it that were not acknowledged are given up all the same */
    guint gaps; /* notes of lost octets, so far */
} FlowReading;

/* flow_app.c: reads and finds the messages of whatever runs over the connection; its user_data is a FlowReading. */
extern const StreamReader flow_app_reader;
/* What Wireshark has decrypted with the user's key log. */
void flow_app_plaintext (FlowReading *reading, View text);
/* The application's octets out of one record, which were not encrypted or are not any longer: read like a stream of
 * their own. */
void flow_app_clear (FlowReading *reading, View text);
/* flow_tcp.c: files are fetched on it, or certificates checked, from its first segment on (reference 4.4, 4.6): nobody
 * registers there. */
gboolean flow_is_for_files (const Session *session);
/* flow_tcp.c: the capture ends, and nothing that is missing will turn up; number: of the frame that shows what waits.
 */
void flow_tcp_finish (Flow *flow, guint32 number, gint64 time);

/* flow_tcp_events.c: makes the note of what has happened to a connection (TCP_EVENT_…), with all that follows from it.
 */
void flow_note_tcp_event (Flow *flow, Session *session, const Frame *frame, gboolean from_server, guint event);
/* An empty Flow.taken; owned by the caller. */
GHashTable *flow_taken_new (void);

/* flow_knocks.c: that server has decided a registration, or asked for credentials: it is no phone because it opens
 * connections, to phones or to other servers (trunks). */
void flow_has_registered (Flow *flow, const IpAddress *server);
/* The phone at that address, which has asked that server to register it and was answered; PHONE_NONE: none has. */
PhoneId flow_registered_there (const Flow *flow, const IpAddress *phone, const IpAddress *server);
/* Who opens the connection may be such a server. */
void flow_look_at_opener (const Flow *flow, const Session *session);
void flow_knocks_init (Flow *flow);
void flow_knocks_clear (Flow *flow);
/* flow_knocks.c: somebody opens a connection, and may be one who only looks for open ports. */
void flow_follow_knock (Flow *flow, const Session *session);
gboolean flow_looks_for_ports (const Phone *phone);
/* Somebody sends octets that cannot be read to a server of phones. */
void flow_follow_unreadable (Flow *flow, const Session *session);

/* flow_askers.c: who lives at this address is of another make than phones are, and has this MAC address; NULL: it may
 * be a phone. */
void flow_keep_make (Flow *flow, const IpAddress *address, const MacAddress *other);

/* The parts. Each takes what it understands, and makes notes of what is about a phone. */
void flow_tcp (Flow *flow, const Frame *frame);
void flow_sccp_pdu (Flow *flow, Session *session, const Frame *frame, gboolean from_server, const SccpPdu *pdu);
/* Nothing more comes on the connection: a decision that waits for its RegisterReq counts without it. */
void flow_sccp_end (Flow *flow, Session *session);
/* Bodies up to this size are waited for and read; of longer ones (firmware) only the head counts. */
#define HTTP_BODY_MAX (96 * 1024)
gsize flow_http_read (Flow *flow, Session *session, const Frame *frame, gboolean from_server, View data, gboolean cut);
gsize flow_tls_read (FlowReading *reading, View data, gboolean cut);
/* What was decrypted of one record. FALSE: it is the application's. */
gboolean flow_tls_plaintext (Flow *flow, Session *session, const Frame *frame, gboolean from_server, View text);
gsize flow_sip_read (Flow *flow, Session *session, const Frame *frame, View data, gboolean cut, Stall stalls);
/* One SIP message; session is NULL for UDP. */
void flow_sip_message (Flow *flow, Session *session, const Frame *frame, View message);
/* The first piece of a datagram over UDP that begins like SIP. */
void flow_sip_fragment (Flow *flow, const Frame *frame);
/* The connection of a TCP frame; NULL when it is not followed. */
const Session *flow_find_session (const Flow *flow, const Frame *frame);
/* The connection between these two, in either order, that was opened last; NULL when there is none. */
Session *flow_latest_session (const Flow *flow, const IpAddress *one, const IpAddress *other);
void flow_fragment (Flow *flow, const Frame *frame);
void flow_dhcp (Flow *flow, const Frame *frame);
void flow_tftp (Flow *flow, const Frame *frame);
void flow_dns (Flow *flow, const Frame *frame);
void flow_arp (Flow *flow, const Frame *frame);
void flow_neighbor (Flow *flow, const Frame *frame); /* CDP and LLDP */
void flow_eapol (Flow *flow, const Frame *frame);
void flow_icmp (Flow *flow, const Frame *frame);

/* flow_files.c: a file that a phone has got or not got, by whatever protocol: values of its last note. Returns the
 * variant that says so. content is the whole file, or empty when it was not kept. */
Variant flow_file_delivered (Flow *flow, PhoneId phone, const char *name, View content, Values *values);
/* Where the server stands in the configuration that the phone has got: 1, 2 …; 0 when that is not known. */
guint flow_configured_rank (const Flow *flow, PhoneId phone, const IpAddress *server);

/* Servers listen on this TCP port: a well-known one, or one that a phone's configuration names. */
void flow_use_tcp_port (Flow *flow, guint16 port);
gboolean flow_is_server_port (const Flow *flow, guint16 port);
/* A call manager of its configuration, or where it got its files. */
gboolean flow_is_server_of (const Flow *flow, PhoneId phone, const IpAddress *server);
/* The security mode that the phone's own configuration asks for; 0 when it is not known. */
guint flow_configured_security (const Flow *flow, PhoneId phone);
/* The only one that it has got is that for auto-registration. */
gboolean flow_has_default_configuration (const Flow *flow, PhoneId phone);
/* The addresses of its call managers and the protocol, as its configuration says. */
void flow_add_configured (const Flow *flow, PhoneId phone, Values *values);
/* The notes from this one on are written and paired: the observer hears of them, and of the present session. */
void flow_noted (Flow *flow, NoteId first);
/* The note shows that the capture lacks packets, as the observer shall know: of the moment of the note, or of all the
 * time since that one. */
void flow_lacks (Flow *flow, NoteId id, CaptureHolds holds);
void flow_lacks_since (Flow *flow, NoteId id, gint64 since, CaptureHolds holds);

/* flow_files.c: what the phone speaks ("SCCP", "SIP") and its configuration names, when these differ. */
void flow_add_spoken (const Flow *flow, PhoneId phone, const char *spoken, Values *values);

/* flow_files.c: made when it is first asked for. Borrowed from the phone. */
struct BootState *flow_boot_state (Flow *flow, PhoneId phone);

void flow_use_udp_port (Flow *flow, guint16 port);
gboolean flow_uses_udp_port (const Flow *flow, guint16 port);
/* Phones register over SIP at this UDP port: the well-known one, or one where it was seen. */
void flow_use_sip_port (Flow *flow, guint16 port);
gboolean flow_is_sip_port (const Flow *flow, guint16 port);
void flow_tcp_init (Flow *flow);
void flow_tcp_clear (Flow *flow);
void flow_network_init (Flow *flow);
void flow_askers_init (Flow *flow);
void flow_askers_clear (Flow *flow);
void flow_tftp_init (Flow *flow);
void flow_network_clear (Flow *flow);
void flow_tftp_clear (Flow *flow);
void flow_sip_init (Flow *flow);
void flow_sip_clear (Flow *flow);
