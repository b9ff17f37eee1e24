/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/terms/boot_file.h"
#include "registration/terms/digest_check.h"
#include "registration/terms/network_words.h"
#include "registration/terms/outage.h"
#include "registration/terms/outcome.h"
#include "registration/terms/phase.h"
#include "registration/terms/registration_state.h"
#include "registration/terms/rejects.h"
#include "registration/terms/report_words.h"
#include "registration/terms/sip_refusals.h"
#include "registration/terms/tls_refusals.h"

/* Our own words: short texts and sentences that the library chooses and a translator translates. In the tip files they
 * stand in the group [words], under the symbol in lower case with "-" for "_". X (symbol, English). */
#define WORDS(X)                                                                                                       \
    X (ON, "on")                                                                                                       \
    X (OFF, "off")                                                                                                     \
    X (ENABLED, "enabled")                                                                                             \
    X (DISABLED, "disabled")                                                                                           \
    X (WINK, "winking")                                                                                                \
    X (FLASH, "flashing")                                                                                              \
    X (BLINK, "blinking")                                                                                              \
    X (HEADSET, "headset")                                                                                             \
    X (HANDSET, "handset")                                                                                             \
    X (SPEAKER, "speaker")                                                                                             \
    X (MONITOR, "for listening only")                                                                                  \
    X (VOICE_MAIL, "the message-waiting lamp")                                                                         \
    X (LINE, "the lamp of line key")                                                                                   \
    X (KEY, "the lamp of key")                                                                                         \
    X (REJECT_TAKEN, "another connection is registered there with this name")                                          \
    X (REJECT_TAKEN_FIX,                                                                                               \
       "find the second device or program of this name and give it one of its own; if it is the same phone that has "  \
       "started again, wait until the server has given up the old connection")                                         \
    X (REJECT_GATEWAY_FIX,                                                                                             \
       "add the gateway and this port of it under exactly this name (CUCM: Device, Gateway, Add New); if it is "       \
       "there, save it and reset the gateway")                                                                         \
    X (REJECT_MEDIA_FIX,                                                                                               \
       "add the media resource under exactly this name (CUCM: Media Resources, Conference Bridge, Media "              \
       "Termination Point or Transcoder); if it is there, save it and reset it")                                       \
    X (RESET_ORDER, "to boot again (reset)")                                                                           \
    X (RESTART_ORDER, "to register again without booting (restart)")                                                   \
    X (APPLY_ORDER, "to take its new configuration")                                                                   \
    X (POWER_SAVE, "to save power")                                                                                    \
    X (SIGN_OFF_CALL, "perhaps a call is going on")                                                                    \
    X (SIGN_OFF_ERROR, "it reports an error")                                                                          \
    RING_MODES (X)                                                                                                     \
    SOFT_KEY_SETS (X)                                                                                                  \
    LAMP_STATES (X)                                                                                                    \
    CALL_STATES (X)                                                                                                    \
    TONES (WORD_OF_TONE)                                                                                               \
    X (SOFT_KEY_FILE, "a soft key file")                                                                               \
    X (SOFT_KEYS_AND_DIAL_PLAN, "a soft key file or a dial plan")                                                      \
    X (ITS_TFTP_SERVER, "its TFTP server")                                                                             \
    X (ITS_ROUTER, "the router on the way to its TFTP server")                                                         \
    X (ROUTER_OF_LEASE, "its router")                                                                                  \
    X (ITS_CALL_MANAGER, "its call manager")                                                                           \
    X (SECURITY_NONE, "not secure")                                                                                    \
    X (SECURITY_AUTHENTICATED, "authenticated")                                                                        \
    X (SECURITY_ENCRYPTED, "encrypted")                                                                                \
    X (TLS_ASKS_ANEW, "it asks for a handshake anew")                                                                  \
    X (TLS_TICKET, "a ticket, with which a later connection can go on from this one")                                  \
    X (TLS_EXTENSIONS, "what it accepts of the extensions that were offered")                                          \
    X (TLS_KEY_PART, "its part of the key exchange")                                                                   \
    X (TLS_ASKS_CERTIFICATE, "it asks the other side for a certificate")                                               \
    X (TLS_HAS_SAID, "it has said its part, and the other side goes on")                                               \
    X (TLS_PROOF, "proof that it has the private key of its certificate")                                              \
    X (TLS_STATUS, "what an authority says of its certificate (OCSP)")                                                 \
    X (TLS_NEW_KEY, "from here on it uses a new key")                                                                  \
    X (DEFAULT_BECAUSE_OWN_IS_MISSING,                                                                                 \
       "The default configuration: call managers for auto-registration, and the firmware of each model. The phone "    \
       "asks for it because it has not got its own.")                                                                  \
    X (KEPT_SERVER_FIX,                                                                                                \
       "the phone has kept this server from before (no lease and no configuration in the capture names it), and goes " \
       "on to the next one; if it does not, give it a configuration that names a call manager that runs")              \
    X (ERASE_79XX, "Settings, Security Configuration, Trust List, ITL File (and CTL File when there is one), unlock "  \
                   "with **#, softkey Erase")                                                                          \
    X (ERASE_7940, "Settings, Security Configuration, CTL File, unlock with **#, softkey Erase")                       \
    X (ERASE_78XX, "Admin Settings, Reset Settings, Security")                                                         \
    X (ERASE_89XX, "Settings, Administrator Settings, Reset Settings, Security Settings")                              \
    X (ACCEPTED_BEFORE, "it had accepted this account before")                                                         \
    X (NOT_REGISTERED_BEFORE, "it had no earlier registration of this phone (x-cisco-newreg)")                         \
    X (ANSWER_REALM,                                                                                                   \
       "The answer is for another realm than the challenge: the server may refuse it for that, whatever the "          \
       "password.")                                                                                                    \
    X (ANSWER_REALM_FIX,                                                                                               \
       "Let the phone take the realm from the challenge, not one that is set on it; compare user and password after "  \
       "that.")                                                                                                        \
    X (ANSWER_QOP,                                                                                                     \
       "The answer does not use the qop of the challenge: the server may refuse it for that, whatever the password.")  \
    X (ANSWER_QOP_FIX,                                                                                                 \
       "Look for newer firmware of the phone, or let the server offer the qop that the phone uses (auth, or none); "   \
       "compare user and password after that.")                                                                        \
    X (ANSWER_URI,                                                                                                     \
       "The answer is computed for another uri than that of the REGISTER: the server may refuse it for that, "         \
       "whatever the password.")                                                                                       \
    X (ANSWER_URI_FIX,                                                                                                 \
       "Compare registrar, domain and outbound proxy on the phone: the uri in its credentials has to be that in the "  \
       "first line of the REGISTER; a proxy or an ALG on the way may have changed that. Compare user and password "    \
       "after that.")                                                                                                  \
    X (ANSWER_HEADER,                                                                                                  \
       "The answer stands in the wrong header: Authorization is for WWW-Authenticate, Proxy-Authorization for "        \
       "Proxy-Authenticate. The server most likely does not look at it, whatever the password.")                       \
    X (ANSWER_HEADER_FIX,                                                                                              \
       "Look for newer firmware of the phone, or let the server challenge as the phone answers it: with 401 and "      \
       "WWW-Authenticate for Authorization, with 407 and Proxy-Authenticate for Proxy-Authorization.")                 \
    X (NO_MD5,                                                                                                         \
       "it has no user and password for this line, does not use them, or knows none of the algorithms that are asked " \
       "for: many phones know MD5 only, and ignore what they do not know (RFC 7616, 3.3)")                             \
    X (NO_MD5_FIX,                                                                                                     \
       "Let the server offer MD5 as well, or give the phone a firmware that knows what it asks for; and see that "     \
       "user (authorization ID) and password for this line are on the phone.")                                         \
    X (PLAIN_ON_TLS_FIX,                                                                                               \
       "The port is the usual one for TLS, and this REGISTER is not encrypted: most likely the server wants TLS. Let " \
       "the phone use TLS here, or the server's port for SIP over TCP (5060).")                                        \
    X (ANSWER_FITS,                                                                                                    \
       "Realm, algorithm and nonce of the answer fit the challenge: most likely user or password is wrong.")           \
    X (ANSWER_FITS_FIX,                                                                                                \
       "Enter user and password on the phone anew and compare them with the server. On CUCM: User Management > End "   \
       "User > Digest Credentials, and Device > Phone > Digest User; with \"Enable Digest Authentication\" off in "    \
       "the "                                                                                                          \
       "phone security profile no password is checked there, and the user is wrong. Asterisk: the auth section of "    \
       "the endpoint; Kamailio: the subscriber table.")                                                                \
    X (CUCM_DIGEST_FIX,                                                                                                \
       "The phone takes user and password from the configuration that CUCM makes for it. Choose the Digest User of "   \
       "the "                                                                                                          \
       "device (Device > Phone), enter the password as Digest Credentials of that user (User Management > End User), " \
       "and reset the phone. In the phone security profile of the device, \"Exclude Digest Credentials in "            \
       "Configuration File\" has to be off; with \"Enable Digest Authentication\" off, too, nobody is asked for a "    \
       "password.")                                                                                                    \
    X (ANSWER_TOKEN,                                                                                                   \
       "They are an access token (OAuth) and no password: whether it is valid only the server can tell.")              \
    X (ANSWER_NO_USER, "They name no user: the username is empty.")                                                    \
    X (ANSWER_PASSED,                                                                                                  \
       "The proxy has let such credentials through before: it is most likely not the password, but a nonce "           \
       "that is used up.")                                                                                             \
    X (ANSWER_PASSED_FIX,                                                                                              \
       "Nothing to do if the next answer passes. Else look at the proxy: it has to say stale=true when it takes a "    \
       "nonce only once.")                                                                                             \
    X (ICMP_FILTER_FIX, "Let this traffic pass in the access list or firewall that says so")                           \
    X (ICMP_ROUTE_FIX, "Check the routing to that address, and that the host is up")                                   \
    X (ICMP_PROTOCOL_FIX, "Look for a firewall that refuses in the name of that host: it says that it does not know "  \
                          "this protocol at all, and hardly any host does not know TCP and UDP")                       \
    X (ICMP_LOOP_FIX, "Look for a routing loop: follow the way to that address router by router (traceroute) and "     \
                      "compare the routing tables")                                                                    \
    X (ICMP_ANSWER_FIX,                                                                                                \
       "Look at the phone: its SIP program has ended, listens on another port now, or a firewall on it "               \
       "keeps the answers out")                                                                                        \
    X (ICMP_ANSWER_PORT_FIX,                                                                                           \
       "The phone sends from another port than the one that the answers go to: let the port in its Via be the one "    \
       "that it sends from, or turn on rport (symmetric signalling) on phone and server")                              \
    X (BACKUP_REFUSED, "had refused it")                                                                               \
    X (BACKUP_SILENT, "had not answered it, as far as the capture shows")                                              \
    X (BACKUP_CLOSED, "had not let it connect")                                                                        \
    X (ICMP_PORT_FIX,                                                                                                  \
       "See whether the service on that host runs and listens on this port; if it does, look for a firewall that "     \
       "refuses in its name")                                                                                          \
    X (TFTP_WITHOUT_LEASE, "its lease names no TFTP server: the phone has this address from elsewhere (kept from "     \
                           "before, set by hand, or found by a name)")                                                 \
    X (TFTP_NOT_OF_LEASE, "its lease names other TFTP servers: the phone has this address from elsewhere (kept from "  \
                          "before, set by hand, or found by a name)")                                                  \
    X (TFTP_ELSEWHERE_FIX, "Look on the phone whether a TFTP server is set by hand (Alternate TFTP), and let option "  \
                           "150 name the one that has its files")                                                      \
    X (TFTP_LOG_FIX, "Look into the log of the TFTP server for why it refuses")                                        \
    X (TFTP_RIGHTS_FIX, "Check the permissions of that file and its folder on the TFTP server")                        \
    X (TFTP_SPACE_FIX, "Check the free space on the TFTP server")                                                      \
    X (TFTP_REQUEST_FIX, "Request and server do not fit each other: look into the log of the TFTP server for what "    \
                         "it dislikes, and at its version")                                                            \
    X (TFTP_PORT_FIX, "The server got a packet that belongs to none of its transfers: look for NAT or a firewall in "  \
                      "between that changes ports, and for a second server of this address")                           \
    X (TFTP_USER_FIX, "Look at the TFTP server for the user that it does not know")                                    \
    X (HTTP_FORBIDDEN, "The server refuses it to this client: whether there is such a file is not known.")             \
    X (HTTP_FAILS, "The server fails, or has too much to do: whether there is such a file is not known.")              \
    X (HTTP_OTHER_STATUS, "Whether there is such a file is not known.")                                                \
    X (HTTP_FORBIDDEN_FIX,                                                                                             \
       "Look into the log of the server for why it refuses this client: an access list, a login that phones do not "   \
       "know, or permissions of the file")                                                                             \
    X (HTTP_LOG_FIX, "Look into the log of the server for what went wrong, and at its load")                           \
    X (END_RESET, "the server orders it to reset each time")                                                           \
    X (END_RESET_FIX,                                                                                                  \
       "look on the server for what resets it: an administrator, a script, or a load that it cannot get")              \
    X (END_SERVER, "the server closes the connection each time")                                                       \
    X (END_SERVER_FIX,                                                                                                 \
       "look for a second device of this name, and compare the device type on the server with the phone")              \
    X (END_PHONE, "the phone closes the connection each time, without signing off")                                    \
    X (END_PHONE_FIX, "look at the phone (its log, power and firmware), then at loss on the way to the server")        \
    X (END_ANEW, "the phone begins anew on another connection each time, without having ended the one before")         \
    X (END_ANEW_FIX,                                                                                                   \
       "look at the power of the phone (PoE, cable, adapter) and at its firmware: it starts again and again")          \
    X (END_SIGN_OFF, "the phone signs off each time")                                                                  \
    X (END_SIGN_OFF_FIX,                                                                                               \
       "look at the phone's next Alarm, which says why, and at the device's configuration on the server")              \
    X (TVS_FIX, "start the Trust Verification Service on the server: phones ask it whether a certificate is good")     \
    X (FILES_FIX,                                                                                                      \
       "start Cisco Tftp on the server (on CUCM: Control Center - Feature Services): phones fetch files there")        \
    X (REG_UNREGISTERED, "the phone, or somebody for it, has taken it back")                                           \
    X (REG_EXPIRED, "its time was over, and it was not refreshed")                                                     \
    X (REG_REJECTED, "the registrar does not allow it")                                                                \
    X (REG_DEACTIVATED, "the phone has to register anew, and may do so at once")                                       \
    X (REG_PROBATION, "the phone may register anew after some time")                                                   \
    X (GAP_ACKNOWLEDGED, "both sides have them")                                                                       \
    X (GAP_NOT_REPEATED, "nobody has sent them again")                                                                 \
    X (GAP_PIECE, "they were in a packet of which only a later piece was captured")                                    \
    X (GAP_END, "they have not come up to the end")                                                                    \
    X (UNKNOWN, "unknown")                                                                                             \
    X (WHY, "Why")                                                                                                     \
    X (TO_DO, "To do")                                                                                                 \
    OUTCOMES (WORD_OF_OUTCOME)                                                                                         \
    REGISTRATION_STATES (WORD_OF_STATE)                                                                                \
    DIGEST_CHECKS (WORD_OF_CHECK)                                                                                      \
    OUTAGE_CAUSES (WORD_OF_OUTAGE)                                                                                     \
    REJECT_CAUSES (WORD_OF_REJECT)                                                                                     \
    SIP_REFUSALS (WORD_OF_REFUSAL)                                                                                     \
    TLS_REFUSALS (WORD_OF_TLS_REFUSAL)                                                                                 \
    BOOT_FILES (WORD_OF_FILE)                                                                                          \
    PHASES (WORD_OF_PHASE)                                                                                             \
    ICMP_WORDS (X)                                                                                                     \
    TLS_ALERTS (WORD_OF_ALERT)                                                                                         \
    DNS_RCODES (WORD_OF_RCODE)                                                                                         \
    REPORT_WORDS (X)                                                                                                   \
    PAGE_WORDS (X)                                                                                                     \
    LIVE_WORDS (X)                                                                                                     \
    WATCH_WORDS (X)                                                                                                    \
    MERGE_WORDS (X)

/* SetRinger, from 1 on. */
#define RING_MODES(X)                                                                                                  \
    X (RING_OFF, "off")                                                                                                \
    X (RING_INSIDE, "ringing for an internal call")                                                                    \
    X (RING_OUTSIDE, "ringing for an external call")                                                                   \
    X (RING_FEATURE, "ringing for a feature")                                                                          \
    X (RING_FLASH, "flashing without a sound")                                                                         \
    X (RING_PRECEDENCE, "ringing for a call with precedence")

/* SelectSoftKeys, from 0 on. */
#define SOFT_KEY_SETS(X)                                                                                               \
    X (SET_ON_HOOK, "on hook")                                                                                         \
    X (SET_CONNECTED, "connected")                                                                                     \
    X (SET_ON_HOLD, "on hold")                                                                                         \
    X (SET_RING_IN, "being called")                                                                                    \
    X (SET_OFF_HOOK, "off hook")                                                                                       \
    X (SET_CONNECTED_TRANSFER, "connected, with transfer")                                                             \
    X (SET_DIGITS, "after the first digit")                                                                            \
    X (SET_CONNECTED_CONFERENCE, "connected, with conference")                                                         \
    X (SET_RING_OUT, "calling")                                                                                        \
    X (SET_OFF_HOOK_FEATURES, "off hook, with features")                                                               \
    X (SET_IN_USE, "line in use elsewhere")

/* What a busy lamp shows, from 0 on. */
#define LAMP_STATES(X)                                                                                                 \
    X (LAMP_STATE_UNKNOWN, "state not known")                                                                          \
    X (LAMP_STATE_IDLE, "idle")                                                                                        \
    X (LAMP_STATE_IN_USE, "in use")                                                                                    \
    X (LAMP_STATE_NOT_DISTURBED, "do not disturb")                                                                     \
    X (LAMP_STATE_RINGING, "ringing")

/* CallState, from 1 on. */
#define CALL_STATES(X)                                                                                                 \
    X (CALL_OFF_HOOK, "off hook")                                                                                      \
    X (CALL_ON_HOOK, "ended")                                                                                          \
    X (CALL_RING_OUT, "ringing at the other side")                                                                     \
    X (CALL_RING_IN, "ringing here")                                                                                   \
    X (CALL_CONNECTED, "connected")                                                                                    \
    X (CALL_BUSY, "busy")                                                                                              \
    X (CALL_CONGESTION, "congestion")                                                                                  \
    X (CALL_HOLD, "on hold")                                                                                           \
    X (CALL_WAITING, "waiting")                                                                                        \
    X (CALL_TRANSFER, "being transferred")                                                                             \
    X (CALL_PARK, "parked")                                                                                            \
    X (CALL_PROCEED, "under way")                                                                                      \
    X (CALL_REMOTE, "in use at another phone of this line")                                                            \
    X (CALL_INVALID_NUMBER, "invalid number")                                                                          \
    X (CALL_HOLD_REVERT, "back from hold")

/* StartTone. X (number, symbol, English) */
#define TONES(X)                                                                                                       \
    X (0x00, TONE_SILENCE, "silence")                                                                                  \
    X (0x21, TONE_INSIDE_DIAL, "the inside dial tone")                                                                 \
    X (0x22, TONE_OUTSIDE_DIAL, "the outside dial tone")                                                               \
    X (0x23, TONE_BUSY, "the busy tone")                                                                               \
    X (0x24, TONE_ALERTING, "the ringback tone")                                                                       \
    X (0x25, TONE_REORDER, "the reorder tone (it does not go on)")                                                     \
    X (0x2B, TONE_NO_SUCH_NUMBER, "the tone for a number that does not exist")                                         \
    X (0x2D, TONE_CALL_WAITING, "the call-waiting tone")                                                               \
    X (0x32, TONE_ZIP, "the zip tone")

/* The sentences of other tables are words too. These rely on the caller's macro being named X. */
#define WORD_OF_OUTCOME(symbol, name, fails, sentence) X (OUTCOME_##symbol, sentence)
#define WORD_OF_STATE(symbol, name, english)           X (STATE_##symbol, english)
#define WORD_OF_CHECK(symbol, sentence, advice)        X (DIGEST_##symbol, sentence) X (DIGEST_FIX_##symbol, advice)
#define WORD_OF_OUTAGE(symbol, word, sentence)         X (OUTAGE_##symbol, sentence)
#define WORD_OF_REJECT(symbol, texts, meaning, fix)    X (REJECT_##symbol, meaning) X (REJECT_FIX_##symbol, fix)
#define WORD_OF_REFUSAL(symbol, meaning, fix)          X (SIP_REFUSAL_##symbol, meaning) X (SIP_FIX_##symbol, fix)
#define WORD_OF_TLS_REFUSAL(symbol, meaning, phone, server)                                                            \
    X (TLS_REFUSAL_##symbol, meaning) X (TLS_PHONE_##symbol, phone) X (TLS_SERVER_##symbol, server)
#define WORD_OF_PHASE(symbol, name, english)   X (PHASE_##symbol, english)
#define WORD_OF_TONE(number, symbol, english)  X (symbol, english)
#define WORD_OF_ALERT(number, symbol, english) X (ALERT_##symbol, english)
#define WORD_OF_RCODE(number, symbol, english) X (DNS_##symbol, english)

#define WORD_OF_FILE(symbol, missing, what, if_missing) X (FILE_##symbol, what) X (FILE_MISSING_##symbol, if_missing)

typedef enum {
#define X(symbol, english) WORD_##symbol,
    WORDS (X)
#undef X
        N_WORDS
} Word;

/* Static. */
const char *word_english (Word word);
/* Its key in the files, "reject-other" for REJECT_OTHER; owned by the caller. */
char *word_key (Word word);
/* N_WORDS when no word has that key. */
Word word_find (const char *key, gsize size);
/* It takes {values}: a text in the notation of the tips. */
gboolean word_takes_values (Word word);

/* The sentence of a cause, as a word. */
Word word_of_outcome (Outcome outcome);
Word word_of_state (RegistrationState state);
/* What reports call it; for PHASE_NONE, what belongs to no registration. */
Word word_of_phase (Phase phase);
/* Not for DIGEST_UNCHECKED, of which there is nothing to say. */
Word word_of_check (DigestCheck check);
Word word_of_check_fix (DigestCheck check);
Word word_of_outage (OutageCause cause);
Word word_of_reject_meaning (RejectCause cause);
Word word_of_reject_fix (RejectCause cause);
/* Not for SIP_REFUSAL_NONE, of which there is nothing to say. */
Word word_of_sip_refusal (SipRefusal refusal);
Word word_of_sip_refusal_fix (SipRefusal refusal);
/* Not for N_TLS_REFUSALS. from_server: it has sent the alert. */
Word word_of_tls_refusal (TlsRefusal refusal);
Word word_of_tls_fix (TlsRefusal refusal, gboolean from_server);
Word word_of_file (BootFileKind kind);
Word word_of_missing_file (BootFileKind kind);
