/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/flow/flow_internal.h"
#include "registration/protocols/sip.h"
#include "registration/protocols/sip_auth.h"
#include "registration/protocols/sip_cisco.h"

/* What the parts of SIP share: flow_sip.c (messages), flow_sip_phones.c (whose they are), flow_sip_values.c (what they
 * say) and flow_sip_lines.c (how far the registration has come). */

/* One number of a phone: Call-IDs come and go, the number stays. */
typedef struct {
    PhoneId phone;
    guint64 number;  /* hash */
    guint32 attempt; /* the latest of the phone's that it took part in; 0 none */
    gboolean registered;
    guint16 least_at;      /* place of the server that has answered 423 … */
    gint64 least;          /* … and grants so many seconds at least; 0 not known */
    guint16 waits_at;      /* place of the server whose refusal asks it to wait (Retry-After) … */
    gint64 told, wait;     /* … when it said so, and for how many seconds; 0 nothing to wait for */
    guint64 accepted;      /* hash of the account and the server that has accepted it last; 0 none has */
    struct Dialog *latest; /* of its latest REGISTER that asks to be registered; borrowed */
} SipLine;

/* What an answer to a challenge has in it that the challenge had not, or, the uri, that the request has not; or that it
 * stands where the other of both looks for it: a proxy, or the registrar. */
typedef enum { FITS, OTHER_REALM, OTHER_ALGORITHM, OTHER_NONCE, OTHER_QOP, OTHER_URI, OTHER_HEADER } SipMisfit;

/* So much of a nonce tells it from another one. */
#define NONCE_SHOWN 24

/* What a registrar, or a proxy in front of it, asked for last, and what the phone made of it. */
typedef struct {
    guint64 nonce, other_nonce; /* hashes; other_nonce: of a second challenge to the same request. 0 none */
    guint64 realms[SIP_MAX_AUTH], nonces[SIP_MAX_AUTH];
    DigestAlgorithm algorithms[SIP_MAX_AUTH];
    guint8 qops[SIP_MAX_AUTH]; /* QOP_… that are offered; 0 none, as before RFC 2617 */
    guint8 n_offers;
    guint8 is_open;     /* no final answer since */
    guint8 is_latest;   /* who of both has asked last */
    guint8 is_answered; /* the latest REGISTER has credentials for it */
    guint8 misfit;      /* SipMisfit of these */
    guint8 is_told;     /* these are what the note of the REGISTER tells of */
    guint8 has_passed;  /* a proxy: it has let credentials of the phone through to the registrar */
    char nonce_text[NONCE_SHOWN + 4], answered_nonce[NONCE_SHOWN + 4];
} SipAsked;

enum { BY_REGISTRAR, BY_PROXY };

/* The contact that a phone wants to be reached by. */
typedef struct {
    guint64 place;     /* hash of host, port and transport; 0: none is named */
    guint64 socket;    /* … of host and port */
    guint64 user;      /* hash */
    guint64 instance;  /* hash of its +sip.instance; 0 none */
    gint64 reg_id;     /* -1: none */
    IpAddress address; /* what it calls its address; size 0 when it is a name */
    guint16 port;      /* 5060 where none is named */
} SipBinding;

/* Contacts that are remembered of an answer: most accounts have fewer. */
#define SIP_LISTED 4

/* The REGISTERs of one account with one Call-ID to one server: what a phone does there from the first try to the end.
 */
typedef struct Dialog {
    guint64 key;     /* of Call-ID, account and server; stays first */
    guint64 call_id; /* hash; set as line is */
    PhoneId phone;
    SipLine *line; /* set by the first REGISTER, NULL while only an answer is seen; borrowed from the flow */
    RegistrationId registration;
    guint16 server;
    SipRegisterKind latest;   /* kind of the latest REGISTER, with first and refresh told apart */
    gboolean challenged;      /* 401 or 407, and no final answer yet */
    gboolean has_credentials; /* the latest REGISTER has a response to some challenge, of now or of before */
    gboolean answers;         /* … and that to one which waits for it */
    gboolean has_token;       /* … and that is an access token, no password */
    gboolean has_no_user;     /* … and it names no user */
    guint8 sides;             /* … and whom its credentials are for: flow_sip_credentials() */
    gboolean has_siblings;    /* when that came, other lines of the phone were registered */
    gboolean
        was_distrusted;   /* credentials that fit their challenge were challenged once more, and none accepted since */
    gboolean wants_token; /* one of the challenges so far asks for a Bearer token */
    gint64 cseq;          /* the highest of its REGISTERs so far */
    NoteId accepted;      /* the latest of them that a 2xx has answered; 0 none */
    gboolean counts_back; /* that of the latest is lower */
    gint64 lacks_since;   /* the capture lacks the one before the latest, which came after that time; 0 it does not */
    SipAsked asked[2];    /* BY_REGISTRAR, BY_PROXY */
    gboolean registered;
    gint64 granted_at;   /* when a server has accepted it last; 0 none has */
    gint64 lives_until;  /* when what was granted is over, and some seconds of grace; 0 not known */
    DigestCheck checked; /* the credentials of the latest REGISTER */
    gboolean has_date;
    gint64 date;                /* what the phone's clock said in its latest REGISTER, seconds since 1970 */
    gint64 date_time;           /* of that frame */
    gint64 heard;               /* when the latest REGISTER or answer of it was seen first; 0 none yet */
    gint64 unheard_at;          /* … and that REGISTER has no answer; 0: not so */
    gint64 repeated_at;         /* … and was sent last */
    SipBinding own;             /* of the latest REGISTER that is no sign-off, or of a sign-off that comes first */
    SipBinding bound;           /* of what was accepted last */
    guint64 listed[SIP_LISTED]; /* places of the contacts that this answer lists, the first ones; 0 none */
    guint64 place_before;       /* of the contact that was registered when the latest one came; 0 none */
    guint64 signs_off;          /* place of the one contact that the latest REGISTER names; 0: none, or several */
    Endpoint source;            /* of the latest REGISTER */
    IpAddress asked_at;         /* where that went to */
    gboolean removes_others;    /* the latest is a sign-off, but of other contacts than the registered one */
    gboolean removes_all;       /* … of all contacts of the account */
    gboolean is_cut; /* the capture has not all of the head of the latest REGISTER: what is not there proves nothing */
    gboolean is_undecided; /* the latest 2xx answers what may be a sign-off, and does not say that it is registered */
    gboolean is_kept;      /* the latest 2xx to a sign-off lists it all the same, or another contact of the phone's */
    gboolean is_unlisted;  /* the latest 2xx does not list it, or for no time */
    gint64 asks;           /* seconds that the latest REGISTER wants; -1: it does not say */
    gboolean was_told;     /* the server has said before what it grants at least (SipLine) */
    gboolean asks_too_little; /* … and the phone wants less */
    gint64 hastens; /* the latest REGISTER comes so long after the refusal that asked for more; 0 it does not */
    gboolean ended; /* refused, or signed off: the next REGISTER is a new try */
} Dialog;

/* --- flow_sip_values.c */

/* Shorthands for texts off the wire: unquoted, on one line, cut to what a value holds. */
char *flow_sip_text (View view);
/* What flow_home() takes for that user's account, of whatever domain. */
guint64 flow_sip_user_hash (View user);
/* Who is registered, as clean text: "1001@10.0.0.1", without a host "1001"; NULL when no user is named. ret_user,
 * unless NULL: octets of the user. Owned by the caller. */
char *flow_sip_account (const SipMessage *sip, guint32 *ret_user);
void flow_sip_add_text (Values *values, ValueKey key, View view);

/* Each adds what the message says to the values, and returns the variant that fits it. */
/* frame: where it came from. */
Variant flow_sip_describe_register (Flow *flow, const SipMessage *sip, const Frame *frame, Dialog *dialog,
                                    Values *values);
Variant flow_sip_describe_notify (const SipMessage *sip, Values *values);
/* SUBSCRIBE and PUBLISH: Expires 0 ends what an earlier one began (RFC 6665, 4.1.2.3, and RFC 3903, 4.5). */
Variant flow_sip_describe_subscription (const SipMessage *sip, Values *values);
Variant flow_sip_describe_refer (const SipMessage *sip, gboolean from_phone, Values *values);
/* A server that has told a phone how its packets arrive (RFC 3261, 18.2.1, and RFC 3581). */
gboolean flow_sip_tells_source (const SipMessage *answer);
/* dialog: of a REGISTER; NULL for answers to anything else. request: the one that is answered, or NULL; again: its
 * final answer has come before. */
Variant flow_sip_describe_answer (Flow *flow, const SipMessage *sip, const Frame *frame, Dialog *dialog,
                                  const Note *request, gboolean again, Values *values);

/* --- flow_sip_bindings.c */

/* FALSE for a name, and for an address that is none. */
gboolean flow_sip_read_host (View host, IpAddress *ret_address);
/* An address of networks that only a NAT makes reachable (RFC 1918, RFC 6598, RFC 4193). */
gboolean flow_sip_is_inside (const IpAddress *address);
/* Where a contact is reached: its host, port and transport. */
guint64 flow_sip_contact_hash (const SipContact *contact);
/* A REGISTER: what the dialogue knows of the phone's contact. */
void flow_sip_keep_binding (const SipMessage *sip, const Frame *frame, Dialog *dialog);
/* What a 2xx has accepted, and which contacts it lists. */
void flow_sip_keep_bound (const SipMessage *sip, Dialog *dialog);
/* The latest REGISTER names another address or port than what was accepted last, and none that was listed. */
gboolean flow_sip_has_moved (const Dialog *dialog);
/* A server can open a connection to where the phone wants to be reached. */
gboolean flow_sip_stands_alone (const SipMessage *sip, const Frame *frame);
/* For how long the phone wants to be registered, at the first of its contacts that it wants at all: others may go. -1:
 * it does not say. */
gint64 flow_sip_asked_expires (const SipMessage *sip);
/* A sign-off that names other contacts only than the one that is registered. */
gboolean flow_sip_removes_others (const SipMessage *sip, const Registration *registration, const Dialog *dialog);
/* A registrar lists all bindings that it has (RFC 3261, 10.3, step 8): what is not there is not stored. Some name the
 * time and no contact at all. */
gboolean flow_sip_is_unlisted (const SipMessage *sip, const Dialog *dialog);
/* The contact of the phone that the answer to a sign-off lists, with some time left; NULL. */
const SipContact *flow_sip_left (const SipMessage *sip, const Dialog *dialog);
/* The answer to a sign-off: the one contact that this has named is not among those that are listed. */
gboolean flow_sip_has_signed_off (const SipMessage *sip, const Dialog *dialog);
/* How long the server keeps the phone's contact; -1: it does not say, or only of another one. dialog: NULL when that is
 * not known. */
gint64 flow_sip_granted_expires (const SipMessage *sip, const Dialog *dialog);
/* The server holds this phone's address, but for another user: as which one it is registered (reference 5.6, A12). */
void flow_sip_add_other_user (const SipMessage *sip, const Dialog *dialog, Values *values);
/* A 3xx that names nothing but the server that was asked, over the transport by which it was asked: who follows asks
 * there for ever. */
gboolean flow_sip_leads_back (const SipMessage *sip, const Endpoint *server, Transport transport);
void flow_sip_add_contact (const SipMessage *sip, const SipContact *contact, Values *values);
/* What an answer to the question for contacts lists: "10.0.0.1:5060 (1200 s), 10.0.0.2:5062". */
void flow_sip_add_listed (const SipMessage *sip, Values *values);
/* The same of what is left after a sign-off: those that have some time; nothing when there are none. */
void flow_sip_add_others (const SipMessage *sip, Values *values);

/* --- flow_sip_challenges.c */

typedef struct {
    gboolean has_credentials; /* that say something */
    gboolean fits_a_challenge;
    guint8 sides;         /* whom they are for: flow_sip_credentials() */
    guint by;             /* BY_…: whom the first of them are for */
    SipCredentials first; /* views into the message */
} SipAnswered;

/* Which challenges the credentials of a REGISTER answer (SipAsked): those whose nonce they carry (RFC 7616, 3.4), or
 * else that still wait for an answer. An empty nonce or response answers nothing (3GPP TS 24.229, 5.1.1.2). frame: of
 * the request. */
SipAnswered flow_sip_answer_challenge (Flow *flow, const SipMessage *sip, const Frame *frame, Dialog *dialog);
/* Whom the credentials of a request are for that say something (as above): 1 << BY_…; 0 none do. */
guint8 flow_sip_credentials (const SipMessage *sip);
/* A 401 or 407: realm, algorithms, and what does not fit in the answer to the challenge before. Returns the variant. */
Variant flow_sip_challenge (Flow *flow, const SipMessage *sip, const Frame *frame, Dialog *dialog, const Note *request,
                            gboolean again, Values *values);
/* A final answer: nothing waits any longer. */
void flow_sip_close_challenges (Dialog *dialog);
/* Some challenge has been seen. */
gboolean flow_sip_was_challenged (const Dialog *dialog);

/* --- flow_sip_refusals.c */

/* Adds what the headers of an answer name, and what it means. dialog: of a REGISTER, or NULL; request: the one
 * that is answered, or NULL when that is not known; variant: of the answer. */
void flow_sip_explain_refusal (const SipMessage *sip, const Dialog *dialog, const Note *request, Variant variant,
                               Values *values);

/* --- flow_sip_lines.c */

GHashTable *flow_sip_lines_new (void);
/* The phone has asked to be registered with the number of this REGISTER before. */
gboolean flow_sip_has_line (const Flow *flow, PhoneId phone, const SipMessage *sip);
/* NULL before the first REGISTER of its Call-ID and number to that server. */
Dialog *flow_sip_dialog (Flow *flow, const SipMessage *sip, const IpAddress *server);
/* The same, and before that the one that an answer opens whose REGISTER is not in the capture. Never NULL. */
Dialog *flow_sip_open_dialog (Flow *flow, const SipMessage *sip, const IpAddress *server);
/* What answers a REGISTER that the capture does not have, challenges or grants: whatever the phone asks next with that
 * Call-ID belongs to the same registration. */
void flow_sip_join_alone (Flow *flow, const Frame *frame, const SipMessage *sip, RegistrationId id, guint32 granted);
/* What that challenge asked for no longer waits. Nothing once there was a REGISTER. */
void flow_sip_forget_unasked (Flow *flow, const SipMessage *sip, const IpAddress *server);
/* A REGISTER of that phone: which registration it belongs to, and whether it begins one. session is NULL for UDP. */
Dialog *flow_sip_follow_register (Flow *flow, Session *session, const Frame *frame, const SipMessage *sip, PhoneId id);
/* This server has accepted the account before, in whatever try of the phone. */
gboolean flow_sip_was_accepted (const SipMessage *sip, const Dialog *dialog);
/* An answer to a REGISTER, seen for the first time; granted: seconds, or 0 when it does not say. */
void flow_sip_follow_answer (Flow *flow, const Frame *frame, const SipMessage *sip, Dialog *dialog, guint32 granted);

/* --- flow_sip_registrations.c */

/* Which registration the REGISTER of a dialogue belongs to; begins: it is the first of a try. Moves it on. */
void flow_sip_ask (Flow *flow, Session *session, const Frame *frame, const SipMessage *sip, Dialog *dialog,
                   gboolean begins);
/* The REGISTER is described: what its credentials answer may be what the phone was registered by. */
void flow_sip_join (Flow *flow, const SipMessage *sip, const Dialog *dialog);
/* The same of a REGISTER that the capture has cut before its Call-ID: whose it is tells its way alone. */
RegistrationId flow_sip_ask_cut (Flow *flow, Session *session, const Frame *frame, const SipMessage *sip,
                                 PhoneId phone);
/* What a final answer does to the registration of its dialogue. */
void flow_sip_answer (Flow *flow, const Frame *frame, const SipMessage *sip, const Dialog *dialog, guint32 granted);
/* Its server still turns to the phone, with a call or to see whether it is there: nobody has taken its place. */
void flow_sip_reach (Flow *flow, RegistrationId id);
/* A 2xx after which nobody knows whether it is registered. */
void flow_sip_lose_sight (Flow *flow, const Dialog *dialog);
/* The phone asks anew when the time that it was granted is over. */
void flow_sip_run_out (Flow *flow, const Dialog *dialog);
/* A 2xx that does not list the phone. */
void flow_sip_unlist (Flow *flow, const Dialog *dialog);
/* An answer to a REGISTER that is not in the capture, or cannot be read (broken; 0: it is not there): it tells of one
 * all the same. Returns that. */
RegistrationId flow_sip_answer_alone (Flow *flow, Session *session, const Frame *frame, const SipMessage *sip,
                                      PhoneId phone, NoteId broken, guint32 granted);
/* What a request or answer that is no REGISTER belongs to: the registration of that user, when there is one; else the
 * phone's latest at that server. Tells the number in the values where the phone is called by another one. */
RegistrationId flow_sip_beside (Flow *flow, const Session *session, PhoneId phone, const IpAddress *server, View user,
                                Values *values);
/* The CSeq says that this request is the first of its kind. */
gboolean flow_sip_counts_from_start (const SipMessage *sip);
Phase flow_sip_register_phase (const Dialog *dialog);
Phase flow_sip_answer_phase (const Dialog *dialog, guint status);
/* Of any other request: what surrounds a registration belongs to it. */
Phase flow_sip_side_phase (const Phone *phone, const SipMessage *sip, Variant variant);

/* --- flow_sip_reginfo.c */

/* The first contact that the registrar has ended, and why. */
Variant flow_sip_describe_registrar (const SipMessage *sip, Values *values);
/* It may be the one of this registration. */
void flow_sip_hear_registrar (Flow *flow, RegistrationId id, const SipMessage *sip, NoteId note);

/* --- flow_sip_phones.c */

guint64 flow_sip_hash_address (const IpAddress *address);
/* Where the request has come from at first: behind a proxy another address than here. FALSE when that is told by name
 * only. */
gboolean flow_sip_origin (const SipMessage *sip, const IpAddress *here, IpAddress *ret_address);
/* Flow.sip_ends: who asks from which address and port. Empty; owned by the caller. */
GHashTable *flow_sip_ends_new (void);
/* Of several subscribers behind one address and port the one whom a server sends this there for; else otherwise. */
PhoneId flow_sip_subscriber (const Flow *flow, const Endpoint *at, const SipMessage *sip, PhoneId otherwise);
/* Whose message this is that comes from a phone; session: its connection, or NULL. Learns what the message tells of the
 * phone, and adds one that is not known yet. */
PhoneId flow_sip_identify (Flow *flow, Session *session, const Frame *frame, const SipMessage *sip);
/* The same by its addresses alone. */
PhoneId flow_sip_phone_by_contact (Flow *flow, const Frame *frame, const SipMessage *sip);

/* --- flow_sip_pairs.c */

/* Whose request this is, or to whom, and which of both; session: its connection, or NULL. PHONE_NONE: nobody's that is
 * known, or of somebody in between. Learns as flow_sip_identify() does. */
PhoneId flow_sip_whose (Flow *flow, Session *session, const Frame *frame, const SipMessage *sip,
                        gboolean *ret_from_phone);
/* That phone is seen at this address and does not call it its own; who has sent this request, or the one that it
 * answers, does: it is another one, which speaks there for itself. */
gboolean flow_sip_is_in_front (const Flow *flow, const IpAddress *here, const SipMessage *sip, PhoneId id);
/* The answer to a REGISTER that is not in the capture may show that the connection is of somebody in between. */
void flow_sip_look_at_hop (Flow *flow, Session *session, const Frame *frame, const SipMessage *answer);

/* --- flow_sip.c */

/* The phone that has asked from that address and port last, or else that has the address. */
PhoneId flow_sip_known_peer (const Flow *flow, const Endpoint *end);
/* That phone asks from there. */
void flow_sip_remember_peer (Flow *flow, const Frame *frame, const SipMessage *sip, PhoneId id);

/* --- flow_sip_scanners.c */

/* A message of somebody who looks for accounts, or an answer to one. session: its connection, or NULL. */
gboolean flow_sip_is_scan (const Flow *flow, Session *session, const SipMessage *sip);
void flow_sip_scanners_init (Flow *flow);
void flow_sip_scanners_clear (Flow *flow);

/* --- flow_sip_counts.c */

/* A REGISTER that is no repetition. TRUE: the capture lacks the one before it, which was sent after ret_since. */
gboolean flow_sip_count (Flow *flow, const Frame *frame, const SipMessage *sip, gint64 *ret_since);
/* An answer to a REGISTER that is not there, of which the next note will tell. TRUE: that was sent after ret_since, and
 * the capture lacks it. */
gboolean flow_sip_counts_beyond (Flow *flow, const Frame *frame, const SipMessage *sip, gint64 *ret_since);

/* --- flow_sip_early.c */

/* The answer to a REGISTER that is not there, of which the next note will tell: message is all of it, dialog its
 * dialogue, or NULL; session: its connection, or NULL. Before it does anything. */
void flow_sip_keep_early (Flow *flow, const Session *session, const Frame *frame, const SipMessage *sip, View message,
                          PhoneId phone, const Dialog *dialog);
/* The dialogue of a REGISTER that is read behind what its phone has said after it on this connection: its answer is the
 * early one, to be paired with flow_sip_pair_early(), and both have had their effect. NULL: it is no such. */
Dialog *flow_sip_is_behind (Flow *flow, const Session *session, const Frame *frame, const SipMessage *request);
void flow_sip_pair_early (Flow *flow, NoteId request);
/* What that request asks for. */
SipRegisterKind flow_sip_early_kind (const Flow *flow, const SipMessage *request);
/* The note of the answer to this request, which came just before it; 0 none did. All stands as if it had not come yet,
 * and flow_sip_repeat_early() has to follow. */
NoteId flow_sip_take_early (Flow *flow, const Frame *frame, const SipMessage *request);
/* Now that the request has its note: the answer once more, and both are a pair. */
void flow_sip_repeat_early (Flow *flow, const Frame *frame, Dialog *dialog, NoteId request);
void flow_sip_forget_early (Flow *flow);
