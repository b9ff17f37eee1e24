/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/findings/findings.h"
#include "registration/findings/shelf.h"
#include "registration/flow/boot_state.h"
#include "registration/flow/notes.h"
#include "registration/wire/address.h"

#include <glib.h>

/* What the rules remember of a phone and of a connection. Nobody but the rules needs it: what the flow itself goes by
 * stands in Phone, BootState and Session. */

/* --- Cases: one problem of one phone about one thing (server, file …), so that what goes on for hours is said once. */

typedef struct {
    guint64 number;             /* the problem, and what it is about: place of a server, hash of a file name … */
    NoteId first, second, last; /* last: where the count was full */
    NoteId latest;              /* of what is asked again without an answer */
    guint32 count;
} Case;

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

/* A phone has some lines, each of which asks a server for itself. */
#define UNANSWERED_KEPT 8

/* How far the capture holds what a phone and a server say to each other. */
typedef struct {
    guint64 place;                      /* of the server */
    NoteId missed;                      /* shows that packets are missing; 0 none */
    gint64 missed_time;                 /* of what shows it */
    gint64 fresh;                       /* since then a new connection */
    NoteId unanswered[UNANSWERED_KEPT]; /* what findings say that nobody answers: the latest, in a ring */
    guint n_unanswered;                 /* ever */
    NoteId asked;                       /* the phone's latest */
    gboolean denied;                    /* the network has said that nobody is there, and the server nothing since */
    guint32 speaks;                     /* a bit for each Protocol in which the server has said something */
} Heard;

/* A TFTP server from which a phone has turned away. */
typedef struct {
    NoteId first, request; /* its first vain try, and the request to the server after it */
    guint32 about;         /* hash of the address */
    guint8 how;            /* SILENT_… */
} Skipped;

typedef struct {
    /* Bits of the problems that ever had a case: nearly all are forgotten before there is one. */
    guint8 had[(N_PROBLEMS + 7) / 8];
    Shelf cases;         /* of Case */
    Case *spare;         /* the one that was forgotten last, for the next that is made; owned, or NULL */
    Shelf heard;         /* of Heard */
    Heard *latest;       /* of these, or NULL: a phone says many things to one server */
    GArray *unsaid;      /* of Finding: waits for its note (0: the phone's next one); owned, or NULL */
    NoteId one_sided;    /* shows that only one direction is in the capture, or that frames are cut; 0 none */
    gboolean lacks_side; /* it is a direction that is missing */

    /* From here on: while nothing has begun, all zeros. What every note asks for or changes stands first: with
     * thousands of phones, what costs time is how much of each must come into the processor's cache. */
    guint8 has_begun;                     /* the phone has shown that it is one */
    guint8 has_sent;                      /* anything yet */
    guint8 has_connected, has_registered; /* since the configuration came */
    guint8 tftp_silent, tftp_heard;       /* of the servers that its lease names: a bit each */
    guint8 begins_anew;                   /* an address or a configuration has come since firmware was asked for */
    guint8 is_upgrading;
    guint8 may_have_config;             /* files may have come unseen: over TLS, or lost by the capture */
    guint8 files_heard;                 /* a server has said something about a file */
    guint8 files_in_view;               /* a server has answered about a file, or the phone has asked for one again */
    gint64 last_sent;                   /* time of its latest packet, if has_sent */
    guint8 is_let_in;                   /* somebody beyond its link has said something to it, or its switch "yes" */
    NoteId shut_out;                    /* its switch has said "no", and nobody beyond it anything since; 0 none */
    NoteId sighting;                    /* the note that tells where its device name is heard now, see below */
    NoteId after_gap, gap_lost;         /* silence between its packets */
    NoteId owner_changed;               /* two disagree on an address since then; 0 none, or all goes well since */
    NoteId owner_known;                 /* the latest of these that was looked at */
    guint16 lost;                       /* what went unanswered since owner_changed */
    NoteId own_missing;                 /* its own signed configuration is not there; 0 it has gone on since */
    NoteId tvs_failed;                  /* the certificate check (TVS) that did not work */
    NoteId latest_file;                 /* that anything tells of */
    NoteId file_asked;                  /* the latest request over TFTP, until something answers; 0 */
    NoteId file_answered;               /* a server's latest word about a file */
    NoteId bad_offer;                   /* the latest Offer, with an option 150 that nobody can use */
    NoteId gone_on;                     /* its latest packet that is about neither its link nor the address it has */
    NoteId no_files_since;              /* the lease without a TFTP server after which it has asked for none in time */
    NoteId unfinished, unfinished_last; /* first and latest packet of a transfer that goes on */
    guint32 unfinished_file;            /* hash of the file's name */
    guint16 unfinished_block;           /* its latest that was seen */
    NoteId unfinished_too_big;          /* the network says that this one was too big; 0 none */
    Rounds trust_lists, signed_files, configs, loads;
    NoteId list_asked; /* of the firmware that is configured, while nothing had told which one runs; 0 none */
    NoteId running_note;
    char running_load[LOAD_MAX]; /* as the phone said last */

    /* Over SCCP: the connection that it was accepted on last and that has not ended, and one of before on which nobody
     * speaks any longer, if there is only one phone of this name. By number; 0 none. */
    guint32 home, older;
    guint16 home_server;             /* place */
    IpAddress home_host;             /* where the phone speaks from there */
    gboolean older_elsewhere;        /* the newer one comes from another address */
    NoteId home_asked;               /* the RegisterReq on it */
    NoteId older_asked, newer_asked; /* on the older one, and the one that came on another connection after it */
    gint64 registration_end;         /* of its latest registration that ended; 0 none */
    NoteId unheard, gave_up;         /* KeepAliveReq without an answer, and how the phone ended that connection */
    NoteId tried;                    /* over SCCP: its first way to a server, or word to one, other than the standby */
    NoteId knocked;                  /* over SIP: its first SYN to a server that has not accepted it since; 0 none */
    gboolean knock_refused;          /* by a reset */
    NoteId undelivered;              /* over SIP: the phone says by ICMP that nobody listens where answers go; 0 none */
    NoteId reached;                  /* over SIP: the first connection that was accepted, or the first REGISTER */
    NoteId left;                     /* over SCCP: shows that a server did not keep or take it; 0 none */

    /* Where its device name was heard last, and before that; each place called its address its own */
    IpAddress sighted;
    struct {
        IpAddress address;
        NoteId note;
    } here, before;

    GArray *skipped; /* of Skipped, in order: TFTP servers that it turned away from since the latest answer; owned, or
                      * NULL */
} PhoneStory;

PhoneStory *phone_story_new (void);
void phone_story_free (PhoneStory *story);
/* Two phones have turned out to be one: what has happened to both has happened to the one that they are. */
void phone_story_join (PhoneStory *into, PhoneStory *other);
/* Made when it is first asked for. Borrowed. */
Case *phone_story_case (PhoneStory *story, Problem problem, guint32 about);
void phone_story_forget (PhoneStory *story, Problem problem, guint32 about);
/* The place of a server. NULL when the phone has not spoken to it. Borrowed. */
Heard *phone_story_find_heard (PhoneStory *story, guint16 place);
/* Made when it is first asked for. */
Heard *phone_story_heard (PhoneStory *story, guint16 place);

/* What is remembered of a connection. */
typedef struct {
    NoteId ended;                 /* its first FIN or RST */
    NoteId undecided;             /* RegisterReq without RegisterAck or RegisterReject */
    NoteId accepted;              /* the RegisterAck that counts; SIP: the latest 2xx to a REGISTER */
    NoteId asked;                 /* the latest RegisterReq */
    NoteId last_said;             /* the phone's latest message */
    NoteId last_copy;             /* TCP has sent that again in vain: the latest time */
    guint32 copies;               /* how often; 0 once it is acknowledged */
    NoteId hello;                 /* ClientHello without a ServerHello behind it */
    NoteId certificate;           /* or ServerHello: where the TLS handshake stands */
    NoteId warned;                /* TLS: an alert that ends nothing by itself */
    NoteId too_big;               /* the network says that a packet of it was too big */
    NoteId repeated[2];           /* by direction, of the segment that is sent again and again: the first time */
    guint8 repeats;               /* segments sent again during the registration */
    guint8 has_said_more;         /* the phone has sent other messages than alarms */
    guint8 answers_keepalives;    /* a KeepAliveAck was seen */
    guint8 is_secured, has_alert; /* TLS */
    guint8 has_agreed;            /* TLS up to 1.2: the server's last step of the handshake was seen */
    guint8 has_failed;            /* TLS: an alert says what is wrong */
} ConnectionStory;

/* Stories by the connection's number. They stay where they are, and no doubling wastes memory. */
typedef struct ConnectionStories ConnectionStories;
ConnectionStories *connection_stories_new (void);
void connection_stories_free (ConnectionStories *stories);
/* number: 1, 2, 3 …; made, all zeros, when it is first asked for. Borrowed. */
ConnectionStory *connection_story (ConnectionStories *stories, guint32 number);
