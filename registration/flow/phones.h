/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/flow/notes.h"
#include "registration/terms/phase.h"
#include "registration/wire/address.h"

#include <glib.h>

/* Who the phones of a capture are. A phone is often first seen as an address and gets its name later, and what looked
 * like two phones may turn out to be one; so each keeps what it was called from which note on, and one that was
 * absorbed points to the phone that it is. */

typedef enum {
    NAME_NONE,    /* called by its MAC or IP address */
    NAME_ACCOUNT, /* a SIP account, "1001@10.0.0.1": told by a phone that names no device */
    NAME_DEVICE,  /* a device name, "SEP001380AD9E5F" */
} NameRank;

/* A phone knows three call managers and a router that stands in for them; who tries more places looks for open ports.
 */
#define KNOCKS_KEPT 5

typedef struct {
    MacAddress mac;          /* unknown until something tells */
    IpAddress address;       /* the latest */
    IpAddress first_address; /* what it is called by until something better is known */
    const char *name;        /* or NULL; owned by the Phones */
    NameRank name_rank;
    guint32 device_type;         /* SCCP device type or SIP model number; 0 unknown */
    char *load;                  /* firmware load that it says it runs, or NULL; owned */
    guint32 first_frame;         /* the first frame that it took part in */
    gint64 first_time;           /* nanoseconds since 1970 */
    guint32 attempts;            /* its starts: lines that it registers together are one */
    guint32 numbered;            /* registrations tried, each for itself */
    guint32 numbers_from;        /* of one that stands for another: so many had that one tried before */
    RegistrationId way;          /* what it does outside any connection; 0 nothing yet */
    RegistrationId over_sccp;    /* what its latest message of SCCP belongs to; 0 none */
    guint8 is_trying;            /* the latest of them has neither failed nor ended */
    Level level;                 /* now */
    PhoneId absorbed_by;         /* itself when it stands for itself */
    struct Identity *identities; /* what it was called, by note; owned */
    guint n_identities;
    struct Session *session; /* that its registration lives on, or NULL; belongs to flow.c */
    struct BootState *boot;  /* what its start has shown, or NULL; owned, see boot_state.h */
    guint8 has_spoken;       /* it has shown to be a phone: others go to ports 5060 and 6970 as well */
    guint8 asks_more;        /* it has asked for files that nobody but a phone wants, besides its configuration */
    guint8 has_other_tls;    /* its TLS is none that phones speak, and tells nothing */
    guint8 has_talked;       /* a message of SCCP or SIP is about it, or it has gone on behind a handshake of TLS */
    guint8 tls_service;      /* Service that its latest ClientHello was for, at tls_time */
    guint8 lone_ciphers; /* how often a ClientHello of it held one cipher only, another one than before: lone_cipher */
    guint16 lone_cipher;
    gint64 tls_time;
    guint8 is_onlooker; /* somebody there looks at phones' files: its connections tell nothing */
    guint8 has_said;    /* a message of SCCP, SIP or TLS is about it */
    guint8 n_knocked;   /* places of servers that it has tried to connect to, up to KNOCKS_KEPT */
    guint8 is_refused;  /* one of them has refused it, and nothing else is known of it */
    guint16 knocked[KNOCKS_KEPT];
    gint64 line_time;         /* SIP: when a line last began to register */
    guint16 lines_registered; /* SIP: how many of its lines are */
    guint8 knows_outside;     /* SIP: a server has told it the address and port that its packets come from */
    guint8 has_asked;         /* SIP: a request of it is in the capture */
    guint64 answered_alone;   /* SIP: hash of a request that is not, though its answer is; 0 none */
    NoteId broken_register;   /* SIP: its latest REGISTER that cannot be read, and no answer since; 0 none */
    IpAddress outside;        /* SIP: where its packets come from when it names another address; size 0 none */
    guint64 product;          /* SIP: hash of what its User-Agent calls it; 0 not known */
    guint8 has_instance;      /* SIP: it has told a +sip.instance */
    guint8 is_at_home;        /* SIP: it has asked from the address that it has, and calls that its own */
    guint8 shares_address;    /* other named phones live behind the same address (NAT, a laboratory host) */
} Phone;

typedef struct Phones Phones;

Phones *phones_new (void);
void phones_free (Phones *phones);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Phones, phones_free)

guint32 phones_count (const Phones *phones);
/* Borrowed; stays valid (and in place) until phones_free(). */
Phone *phones_get (const Phones *phones, PhoneId id);
/* The phone that this one has turned out to be. */
PhoneId phones_current (const Phones *phones, PhoneId id);

/* Is told whenever a phone is absorbed by another one, which stands for both from then on. One at a time. */
typedef void (*PhonesAbsorbed) (PhoneId absorbed, PhoneId into, gpointer user_data);
void phones_on_absorb (Phones *phones, PhonesAbsorbed absorbed, gpointer user_data);

/* A new phone, known by its address, first seen in this frame. next is the id of the note about to be made. */
PhoneId phones_add (Phones *phones, const IpAddress *address, guint32 frame, gint64 time, NoteId next);
/* These give PHONE_NONE when there is none, and never a phone that was absorbed. */
/* By its name, whatever the case of the letters is. */
PhoneId phones_find_device (const Phones *phones, const char *name);
PhoneId phones_find_address (const Phones *phones, const IpAddress *address);
PhoneId phones_find_mac (const Phones *phones, const MacAddress *mac);
/* From now on that address belongs to that phone. */
void phones_move_address (Phones *phones, PhoneId id, const IpAddress *address);
/* The phone has this MAC address, and is called by it while it has no name. Returns the phone that has it: another one
 * when that is known by this address already; id is absorbed by it then, or it by id when only id has a name. */
PhoneId phones_set_mac (Phones *phones, PhoneId id, const MacAddress *mac, NoteId next);
/* id, of which no more than an address was known, is that phone: absorbs it. What comes from its address later may be
 * somebody else's. */
void phones_join (Phones *phones, PhoneId id, PhoneId into, NoteId next);
/* What a number among the tries of one phone is among those of the phone that it has become. */
guint32 phones_number (const Phones *phones, PhoneId id, guint32 number);
/* A name off the wire as text: valid UTF-8 without control characters, of bounded length; "" when nothing is left.
 * Owned by the caller. */
char *phones_clean_name (const char *name);
/* Names a phone by its device, as that was written first: in capitals it means the same. When another phone has the
 * name already, that one absorbs this one if this one had no device name of its own; otherwise (one address, several
 * phones) they stay apart. Returns the phone that has the name now: a new one, first seen in this frame, when id is
 * another device. */
PhoneId phones_name_device (Phones *phones, PhoneId id, const char *name, guint32 frame, gint64 time, NoteId next);
/* Something earlier has turned out to be of this phone. */
void phones_seen_since (Phones *phones, PhoneId id, guint32 frame, gint64 time);
/* Calls a phone that has no name by a SIP account; does nothing when it has a name. */
void phones_name_account (Phones *phones, PhoneId id, const char *account, NoteId next);

/* What the phone was called at that note: device name, or the best that was known. Borrowed from phones, or buffer. */
const char *phones_label_at (const Phones *phones, PhoneId id, NoteId note, char buffer[IP_ADDRESS_TEXT_SIZE]);
/* Time of the phone's first frame, as known at that note. */
gint64 phones_first_time_at (const Phones *phones, PhoneId id, NoteId note);

#define PHONE_NONE G_MAXUINT32
