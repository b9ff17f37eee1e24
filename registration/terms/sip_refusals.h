/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/bytes.h"

#include <glib.h>

/* What an answer to a REGISTER, or to what surrounds one, means: by its status code (RFC 3261, 21; others are named)
 * and by what else it says. X (symbol, meaning, fix): meaning is an English clause that stands behind a colon, fix a
 * whole sentence. */
#define SIP_REFUSALS(X)                                                                                                \
    X (REQUEST, "why, only its own words and its log can say",                                                         \
       "Look into the log of the server at this time for what it objects to, and compare account, domain and "         \
       "transport on the phone with the server.")                                                                      \
    X (SAID, "beyond its own words it gives no reason",                                                                \
       "Look for these words in the log of the server at this time, and there for the rule, script or setting that "   \
       "has put them there.")                                                                                          \
    X (SAID_CREDENTIALS, "its own words blame user or password",                                                       \
       "Enter user and password of this account on the phone once more, as the server has them; which of the two "     \
       "it does not take may stand in its log at this time.")                                                          \
    X (RATE, "its own words speak of a limit on how often it may be asked",                                            \
       "Let the phone wait before its next try; the answer may say for how long (Retry-After). If it goes on, look "   \
       "on the server for that limit, and for what asks so often from this address or with this account.")             \
    X (OF_CALLS, "this code is made for calls and subscriptions, so it does not tell what is wrong with a REGISTER",   \
       "Look into the log of the server at this time: a rule or script there gives this answer, or somebody behind "   \
       "the server to whom it passes the REGISTER on.")                                                                \
    X (ACCEPT, "this code says that the phone takes no answer of the kind that it would get (its header Accept)",      \
       "If the phone sends a header Accept, leave it out; if it sends none, look into the log of the server.")         \
    X (INCOMPLETE, "this code says that digits of the number are missing",                                             \
       "Compare the number on the phone with that of the account on the server.")                                      \
    X (AMBIGUOUS, "this code says that the number or user stands for more than one account",                           \
       "Compare number and domain on the phone with the accounts of the server.")                                      \
    X (IDENTITY, "this code is about a signed identity (RFC 8224), which no REGISTER needs",                           \
       "Look for the rule on the server that treats this REGISTER as a call.")                                         \
    X (ANONYMOUS, "it takes nobody who does not say who he is (RFC 5079)",                                             \
       "Let the phone register under its own name (no anonymous From, no Privacy).")                                   \
    X (PAYMENT, "this code speaks of a payment; most servers that use it have locked the account",                     \
       "Ask whoever runs the server for the state of this account.")                                                   \
    X (SERVER, "the fault is at the server",                                                                           \
       "Look into the log of the server at this time, then at its state and at what it needs (database, registrar).")  \
    X (EVERYWHERE, "it says so for every server, not only for itself",                                                 \
       "Look for the rule on the server that refuses this account; after this code most phones try no other server.")  \
    X (SYNTAX, "it cannot read the request, or something in it is not allowed",                                        \
       "Look into the log of the server for what it cannot read; turn off SIP helpers (ALG) on the way.")              \
    X (NO_ACCOUNT, "the REGISTER names no account (nothing stands before the @)",                                      \
       "Enter the number or user of this line on the phone.")                                                          \
    X (NO_USER, "the credentials name no user (the username is empty)",                                                \
       "Enter the user (authorization ID) for this line on the phone; on CUCM also as Digest User of the device.")     \
    X (AT_ONCE, "no credentials were asked for, so it is not the password but a rule that decides",                    \
       "Look on the server for the rule that keeps this address, domain, account or user agent out (an access "        \
       "list, permit and deny, a missing device).")                                                                    \
    X (BY_WARNING, "the Warning names the reason",                                                                     \
       "Look for the words of the Warning in the log of the server at this time, and there for what led to them.")     \
    X (BY_REASON, "its header Reason says why",                                                                        \
       "Look for the words of the header Reason in the log of the server at this time, and there for what led to "     \
       "them.")                                                                                                        \
    X (NO_DEVICE,                                                                                                      \
       "CUCM has no device of this name, or, of a phone that tells none, no device with this digest user, for the "    \
       "port and transport that the phone uses",                                                                       \
       "On CUCM check that the device exists under exactly this name, or for a third-party phone that it has this "    \
       "Digest User (Device > Phone), and is one for SIP, and that its security profile (System > Security > Phone "   \
       "Security Profile) has this port and transport.")                                                               \
    X (CREDENTIALS, "user or password is wrong, or a rule keeps this account out: servers say the same for both",      \
       "Compare user and password first, then whether this account may register from this address.")                   \
    X (OAUTH, "it does not let in who brings this access token, or a rule keeps this account out",                     \
       "Look into the log of the server for what it makes of the token (its user, scope and audience), then for a "    \
       "rule about this account or address.")                                                                          \
    X (AFTER_CREDENTIALS, "it had not taken the credentials of the phone before that, which points to them",           \
       "Compare user and password first. Then look into the log of the server for whether it has locked the account "  \
       "or the address after failed attempts.")                                                                        \
    X (NO_LONGER,                                                                                                      \
       "it had accepted this account before, so something has changed: the account, its password, or a rule",          \
       "Look on the server for what has happened to this account since it was accepted (locked, removed, its "         \
       "password changed, a limit or another rule).")                                                                  \
    X (NOT_FOUND, "it does not know the account, number or domain",                                                    \
       "Compare number and domain on the phone with the server. CUCM: Device > Phone > Line, and for a third-party "   \
       "phone its Digest User there. Asterisk: the aor and the endpoint of this name. Kamailio: the domain and the "   \
       "subscriber table.")                                                                                            \
    X (UNKNOWN_TO_CUCM, "CUCM knows no such device or number",                                                         \
       "On CUCM compare the number with the lines of this device (Device > Phone > Line). For a third-party phone "    \
       "also look at Digest User there, and at Device Association in User Management > End User. A number that "       \
       "changes has to be changed on both sides.")                                                                     \
    X (KNOWN_BEFORE,                                                                                                   \
       "it had accepted this account before, so it no longer knows it: removed or renamed there, or its data are not " \
       "loaded",                                                                                                       \
       "Look on the server for what has happened to this account since it was accepted (removed, renamed, moved to "   \
       "another server, its data not loaded after a restart).")                                                        \
    X (NO_REGISTRAR, "this code says that it takes no REGISTER: not at all, not on this port, or not from everybody",  \
       "If other phones register on this port of the server, look there for the rule that keeps this one out. Else "   \
       "give the phone address and port of the registrar, or turn registration on here (Asterisk: "                    \
       "res_pjsip_registrar and an aor with max_contacts; Kamailio: save() in the route for REGISTER).")               \
    X (BEHIND, "this code says that what stands behind this server has not answered in time",                          \
       "Look behind this server: the registrar, database or directory that it asks, and the way there.")               \
    X (BAD_GATEWAY, "this code says that it has got no answer which it can use from what stands behind it",            \
       "Look behind this server: the registrar, database or directory that it asks, and the way there.")               \
    X (NOT_RAISED, "the phone had been told, and has asked for less again",                                            \
       "Raise the registration time (expires) on the phone to what the server wants, or lower that on the server "     \
       "(Asterisk: minimum_expiration of the aor).")                                                                   \
    X (RAISED, "the phone has asked for as much as it was told, and that is not enough either",                        \
       "Look on the server for what is wrong with its shortest registration time: it refuses what it has asked for.")  \
    X (ENOUGH, "the phone has asked for at least as much",                                                             \
       "Look on the server for what is wrong with its shortest registration time: it refuses what it has asked for.")  \
    X (GONE, "this code says that the account is no longer here",                                                      \
       "Set the account up again on the server, or take it off the phone.")                                            \
    X (TOO_LARGE, "the message is larger than it takes",                                                               \
       "Shorten the REGISTER of the phone (fewer options), or raise the limit on the server.")                         \
    X (BODY, "this code speaks of a body that it does not take (its type, encoding or language)",                      \
       "If the request has a body, turn off on the phone what puts it there; if it has none, look into "               \
       "the log of the server.")                                                                                       \
    X (SCHEME, "this code speaks of a kind of address that it does not know (sips: or tel:, for instance)",            \
       "Let the phone register a sip: address; if it does, look into the log of the server.")                          \
    X (EXTENSION, "this code says that it lacks an extension which the phone requires",                                \
       "If the phone requires one (Require, Proxy-Require), turn it off there, or install on the server what the "     \
       "header Unsupported names (Kamailio: the modules path and outbound); if it requires none, look into the log "   \
       "of the server.")                                                                                               \
    X (REQUIRED, "it requires an extension that the phone does not offer",                                             \
       "Turn on on the phone what the header Require names, or turn that requirement off on the server.")              \
    X (REFERRED, "it wants proof of who has referred the request (RFC 3892), which no REGISTER has",                   \
       "Look for the rule on the server that treats this REGISTER as a transfer.")                                     \
    X (OUTBOUND, "this code says that the first server on the way does not support outbound (RFC 5626)",               \
       "If the phone asks for outbound (reg-id in its Contact), turn it off there, or on at the first server on the "  \
       "way (Kamailio: the modules outbound and path).")                                                               \
    X (FLOW, "this code says that the connection which the phone had registered is no longer there (RFC 5626)",        \
       "Nothing to do if the phone registers again over a new connection; else look for a firewall or NAT that "       \
       "forgets the connection sooner than the phone keeps it alive.")                                                 \
    X (PUSH, "this code says that it does not support a push service (RFC 8599)",                                      \
       "If the phone or app asks for push notifications (pn-provider in its Contact), turn them off there, or set up " \
       "that service on the server; if it does not, look into the log of the server.")                                 \
    X (AGREEMENT, "it wants a security agreement first (RFC 3329), as IMS has it",                                     \
       "Turn on the security agreement (sec-agree, IPsec) on the phone, or off on the server.")                        \
    X (DOMAIN, "it cannot find the host or domain that the request is for (DNS)",                                      \
       "Compare the domain of the account on the phone with the one that the server serves; then look up its DNS "     \
       "records (SRV, A).")                                                                                            \
    X (UNAVAILABLE, "this code says that for now nobody is there behind this server who would take it",                \
       "Compare the domain of the account with those that the server serves, and see whether the registrar behind it " \
       "is up.")                                                                                                       \
    X (LOOP, "this code says that the request has come back to it in a circle, or twice by different ways",            \
       "On the proxy make the domain of the account one of its own (Kamailio: alias or domain), and check where it "   \
       "passes REGISTER on to.")                                                                                       \
    X (HOPS, "the servers that it may pass (Max-Forwards) are used up: it goes in a circle, or began with too few",    \
       "Look at Max-Forwards in the REGISTER of the phone (usual: 70). If that is not small, look for "                \
       "the circle: on the proxy make the domain of the account one of its own (Kamailio: alias or "                   \
       "domain).")                                                                                                     \
    X (BUSY, "it is overloaded, in maintenance, or cannot reach what it needs",                                        \
       "Look at load and state of the server. If the phone knows another server, it may go there.")                    \
    X (CSEQ,                                                                                                           \
       "the CSeq of this REGISTER is lower than that of an earlier one with the same Call-ID, and a registrar takes "  \
       "none that goes back (RFC 3261, 10.3)",                                                                         \
       "Let the phone take a new Call-ID when its count begins anew, as after a restart: look for newer firmware. "    \
       "With a new Call-ID the earlier count does not matter.")                                                        \
    X (CUCM,                                                                                                           \
       "it is overloaded or fails; CUCM says so also when the address or port of the phone has changed since it "      \
       "registered",                                                                                                   \
       "Look at the state of the server; if only this phone is refused, reset it, and look for NAT on the way.")       \
    X (VERSION, "it does not speak this version of SIP", "Compare the firmware of phone and server.")                  \
    X (DECLINED, "this is a decision, no failure, and said for every server",                                          \
       "Look for the rule on the server that declines this account, address or user agent; after this code most "      \
       "phones try no other server.")                                                                                  \
    X (NO_CHALLENGE, "it holds no challenge that the phone could answer",                                              \
       "Let the server offer Digest (Basic is not allowed in SIP), and look for what takes the challenge out on the "  \
       "way (ALG).")                                                                                                   \
    X (STANDBY, "this was only a sign of life to a standby server, which need not be in service",                      \
       "Nothing to do while the phone is registered elsewhere.")                                                       \
    X (SIGN_OFF, "this is about the sign-off; whether the phone is still registered is not known",                     \
       "Nothing to do: what is registered ends by itself when its time is up.")                                        \
    X (TOKEN, "not yet; the phone stays where it is and asks again: normal",                                           \
       "Nothing to do, unless it goes on for many waits.")                                                             \
    X (ALIVE, "any answer to it shows that the sender is there", "Nothing to do.")                                     \
    X (NOT_HEARD,                                                                                                      \
       "mostly said by a hop that has heard nothing from the one asked, so it does not show that this one is "         \
       "there",                                                                                                        \
       "Look at the way to the one asked.")                                                                            \
    X (UNASKED, "normal for a notice that it has not subscribed to", "Nothing to do.")                                 \
    X (ORDER, "it does not take this order, and most likely does not do what it says",                                 \
       "Restart the phone another way if it has to take up a new configuration.")                                      \
    X (NO_EVENT, "it does not know this event", "Nothing to do.")                                                      \
    X (CANCELLED, "it was cancelled, or ended, before it was answered: normal", "Nothing to do.")

typedef enum {
    SIP_REFUSAL_NONE, /* nothing is known beyond code and phrase */
#define X(symbol, meaning, fix) SIP_REFUSAL_##symbol,
    SIP_REFUSALS (X)
#undef X
        N_SIP_REFUSALS
} SipRefusal;

/* By the code of a final answer alone; 300 to 699. Codes that are not in any list go by their class (RFC
 * 3261, 8.1.3.2).
 */
SipRefusal sip_refusal_of_code (guint status);
/* The phrase that was sent with a code does not say what the code means in its list, as in "429 Too Many Requests". */
gboolean sip_phrase_is_another (guint status, const char *phrase);
/* Other usual words for a code, or their translation: they may be in any language (RFC 3261, 7.2). */
gboolean sip_phrase_is_usual (guint status, View phrase);
/* All phrases that are usual, and the words that sip_phrase_is_another() looks for. */
void sip_phrases_each (void (*each) (const char *text, gpointer user_data), gpointer user_data);
