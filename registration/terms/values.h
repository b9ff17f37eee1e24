/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/terms/words.h"
#include "registration/wire/address.h"
#include "registration/wire/bytes.h"

#include <glib.h>

/* What one message said, as far as it is worth telling: a short list of named values. The decoders fill it, the phone
 * state reads it, and the tips print it: the key's name is what stands in a tip's braces. The packed form is kept for
 * every message of a capture, so it is small. */

typedef enum {
    FORM_NUMBER,  /* unsigned, printed in decimal */
    FORM_HEX,     /* unsigned, printed as 0x1234 */
    FORM_SECONDS, /* nanoseconds (unsigned), printed as seconds: "0.4", "30", "17.203" */
    FORM_TEXT,    /* UTF-8, at most VALUES_TEXT_MAX octets; or a word, as in FORM_WORD */
    FORM_ADDRESS, /* an IP address */
    FORM_WORD,    /* one of our own words (Word), printed in the reader's language */
} ValueForm;

#define VALUES_TEXT_MAX 255

/* Every brace that a tip may use, in one list: X (symbol, name in braces, form). */
#define VALUE_KEYS(X)                                                                                                  \
    X (DEVICE, "device", TEXT)                                                                                         \
    X (SERVER, "server", TEXT)                                                                                         \
    X (PORT, "port", NUMBER)                                                                                           \
    X (LEFT_BY, "left_by", TEXT)                                                                                       \
    X (MESSAGE, "message", TEXT)                                                                                       \
    X (MESSAGE_ID, "id", HEX)                                                                                          \
    X (MODEL, "model", TEXT)                                                                                           \
    X (DEVICE_TYPE, "type", NUMBER)                                                                                    \
    X (IP, "ip", ADDRESS)                                                                                              \
    X (IPV6, "ipv6", ADDRESS)                                                                                          \
    X (MAC, "mac", TEXT)                                                                                               \
    X (INSTANCE, "instance", NUMBER)                                                                                   \
    X (LOAD, "load", TEXT)                                                                                             \
    X (VERSION, "version", NUMBER)                                                                                     \
    X (OFFERED, "offered", NUMBER)                                                                                     \
    X (GRANTED, "granted", NUMBER)                                                                                     \
    X (LIMIT, "limit", NUMBER)                                                                                         \
    X (KEEPALIVE, "keepalive", NUMBER)                                                                                 \
    X (BACKUP_KEEPALIVE, "backup_keepalive", NUMBER)                                                                   \
    X (DATE_TEMPLATE, "date_template", TEXT)                                                                           \
    X (INTERVAL, "interval", SECONDS)                                                                                  \
    X (TEXT, "text", TEXT)                                                                                             \
    X (REASON, "reason", TEXT)                                                                                         \
    X (CAUSE, "cause", WORD)                                                                                           \
    X (ADVICE, "advice", WORD)                                                                                         \
    X (SEVERITY, "severity", WORD)                                                                                     \
    X (SECONDS, "seconds", NUMBER)                                                                                     \
    X (COUNT, "count", NUMBER)                                                                                         \
    X (CODECS, "codecs", TEXT)                                                                                         \
    X (AUDIO, "audio", NUMBER)                                                                                         \
    X (VIDEO, "video", NUMBER)                                                                                         \
    X (DATA, "data", NUMBER)                                                                                           \
    X (LINES, "lines", NUMBER)                                                                                         \
    X (SPEED_DIALS, "speed_dials", NUMBER)                                                                             \
    X (OTHER_KEYS, "other_keys", NUMBER)                                                                               \
    X (OTHER_KEY_NAMES, "other_key_names", TEXT)                                                                       \
    X (SOFT_KEYS, "soft_keys", NUMBER)                                                                                 \
    X (SETS, "sets", NUMBER)                                                                                           \
    X (SET, "set", WORD)                                                                                               \
    X (BUTTON, "button", WORD)                                                                                         \
    X (LINE, "line", NUMBER)                                                                                           \
    X (NUMBER, "number", TEXT)                                                                                         \
    X (NAME, "name", TEXT)                                                                                             \
    X (LABEL, "label", TEXT)                                                                                           \
    X (USER, "user", TEXT)                                                                                             \
    X (SERVER_NAME, "server_name", TEXT)                                                                               \
    X (SERVERS, "servers", TEXT)                                                                                       \
    X (FORWARD_ALL, "forward_all", TEXT)                                                                               \
    X (FORWARD_BUSY, "forward_busy", TEXT)                                                                             \
    X (FORWARD_NO_ANSWER, "forward_no_answer", TEXT)                                                                   \
    X (URL, "url", TEXT)                                                                                               \
    X (TIME, "time", TEXT)                                                                                             \
    X (LAMP, "lamp", WORD)                                                                                             \
    X (MODE, "mode", WORD)                                                                                             \
    X (PATH, "path", WORD)                                                                                             \
    X (IN_SERVICE, "in_service", NUMBER)                                                                               \
    X (OUT_OF_SERVICE, "out_of_service", NUMBER)                                                                       \
    X (STATUS, "status", WORD)                                                                                         \
    X (NEIGHBOR, "neighbor", TEXT)                                                                                     \
    X (NEIGHBOR_PORT, "neighbor_port", TEXT)                                                                           \
    X (VLAN, "vlan", NUMBER)                                                                                           \
    X (VOICE_VLAN, "voice_vlan", NUMBER)                                                                               \
    X (OWN_IP, "own_ip", ADDRESS)                                                                                      \
    X (OTHER_MAC, "other_mac", TEXT)                                                                                   \
    X (FILE, "file", TEXT)                                                                                             \
    X (WHAT, "what", WORD)                                                                                             \
    X (IF_MISSING, "if_missing", WORD)                                                                                 \
    X (NEXT_FILE, "next_file", TEXT)                                                                                   \
    X (OTHER_FILE, "other_file", TEXT)                                                                                 \
    X (SILENT_SERVER, "silent_server", ADDRESS)                                                                        \
    X (FORMER_SERVER, "former_server", ADDRESS)                                                                        \
    X (WAITED, "waited", SECONDS)                                                                                      \
    X (RECORD, "record", TEXT)                                                                                         \
    X (BLOCK, "block", NUMBER)                                                                                         \
    X (SIZE, "size", NUMBER)                                                                                           \
    X (REPEATS, "repeats", NUMBER)                                                                                     \
    X (SINCE, "since", SECONDS)                                                                                        \
    X (TFTP_SERVERS, "tftp_servers", TEXT)                                                                             \
    X (TFTP_NAME, "tftp_name", TEXT)                                                                                   \
    X (ROUTER, "router", TEXT)                                                                                         \
    X (DNS_SERVERS, "dns_servers", TEXT)                                                                               \
    X (NTP_SERVERS, "ntp_servers", TEXT)                                                                               \
    X (VENDOR_OPTIONS, "vendor_options", TEXT)                                                                         \
    X (LEASE_DAYS, "lease_days", NUMBER)                                                                               \
    X (LEASE, "lease", NUMBER)                                                                                         \
    X (VENDOR, "vendor", TEXT)                                                                                         \
    X (HOST_NAME, "host_name", TEXT)                                                                                   \
    X (RELAY, "relay", ADDRESS)                                                                                        \
    X (PROTOCOL, "protocol", TEXT)                                                                                     \
    X (CALL_MANAGERS, "call_managers", TEXT)                                                                           \
    X (NOT_FETCHED, "not_fetched", WORD)                                                                               \
    X (RANK, "rank", NUMBER)                                                                                           \
    X (SECURITY, "security", NUMBER)                                                                                   \
    X (CODE, "code", NUMBER)                                                                                           \
    X (REALM, "realm", TEXT)                                                                                           \
    X (EXPIRES, "expires", NUMBER)                                                                                     \
    X (CONTACT, "contact", TEXT)                                                                                       \
    X (AGENT, "agent", TEXT)                                                                                           \
    X (EVENT, "event", TEXT)                                                                                           \
    X (ACTION, "action", TEXT)                                                                                         \
    X (WARNING, "warning", TEXT)                                                                                       \
    X (UNSUPPORTED, "unsupported", TEXT)                                                                               \
    X (REQUIRED, "required", TEXT)                                                                                     \
    X (ALLOWED, "allowed", TEXT)                                                                                       \
    X (SENDER, "sender", TEXT)                                                                                         \
    X (RECEIVER, "receiver", TEXT)                                                                                     \
    X (ALGORITHM, "algorithm", TEXT)                                                                                   \
    X (ANSWERED_REALM, "answered_realm", TEXT)                                                                         \
    X (ANSWERED_ALGORITHM, "answered_algorithm", TEXT)                                                                 \
    X (ANSWERED_NONCE, "answered_nonce", TEXT)                                                                         \
    X (NONCE, "nonce", TEXT)                                                                                           \
    X (QUOTED, "quoted", ADDRESS)                                                                                      \
    X (SOURCE, "source", ADDRESS)                                                                                      \
    X (OWN_ADDRESS, "own_address", ADDRESS)                                                                            \
    X (VIA, "via", TEXT)                                                                                               \
    X (NOT_AFTER, "not_after", TEXT)                                                                                   \
    X (NOT_BEFORE, "not_before", TEXT)                                                                                 \
    X (ISSUER, "issuer", TEXT)                                                                                         \
    X (SKEW, "skew", SECONDS)                                                                                          \
    X (PHONE_TIME, "phone_time", TEXT)                                                                                 \
    X (SERVER_TIME, "server_time", TEXT)                                                                               \
    X (REGISTERED_BEFORE, "registered_before", WORD)                                                                   \
    X (CHECKED, "checked", WORD)                                                                                       \
    X (TLS_VERSION, "tls_version", TEXT)                                                                               \
    X (SERVER_NAME_ASKED, "server_name_asked", TEXT)                                                                   \
    X (PLATFORM, "platform", TEXT)                                                                                     \
    X (REQUEST, "request", TEXT)                                                                                       \
    X (REGISTERED_NUMBER, "registered_number", TEXT)                                                                   \
    X (FORWARDER, "forwarder", ADDRESS)                                                                                \
    X (BEHIND, "behind", ADDRESS)                                                                                      \
    X (CONTENT_LENGTH, "content_length", NUMBER)                                                                       \
    X (ACCEPTED, "accepted", TEXT)                                                                                     \
    X (CUT, "cut", NUMBER)                                                                                             \
    X (FIRST, "first", NUMBER)                                                                                         \
    X (LAST, "last", NUMBER)                                                                                           \
    X (FRAME, "frame", NUMBER)                                                                                         \
    X (ATTEMPT, "attempt", NUMBER)                                                                                     \
    X (LAST_SENT, "last_sent", TEXT)                                                                                   \
    X (LAST_RECEIVED, "last_received", TEXT)                                                                           \
    X (BUSY_LAMPS, "busy_lamps", NUMBER)                                                                               \
    X (SPOKEN, "spoken", TEXT)                                                                                         \
    X (TAKEN, "taken", NUMBER)                                                                                         \
    X (LOST, "lost", NUMBER)                                                                                           \
    X (JITTER, "jitter", NUMBER)                                                                                       \
    X (FIRST_ANSWER, "first_answer", NUMBER)                                                                           \
    X (ANSWERED, "answered", NUMBER)

/* What no message has, and only the words of reports use. */
#define REPORT_KEYS(X)                                                                                                 \
    X (TITLE, "title", TEXT)                                                                                           \
    X (PROBLEM, "problem", TEXT)                                                                                       \
    X (CERTAINTY, "certainty", WORD)                                                                                   \
    X (PHASE, "phase", WORD)                                                                                           \
    X (FRAMES, "frames", TEXT)                                                                                         \
    X (FROM, "from", TEXT)                                                                                             \
    X (TO, "to", TEXT)                                                                                                 \
    X (TOOK, "took", TEXT)                                                                                             \
    X (READY, "ready", TEXT)                                                                                           \
    X (STATE, "state", TEXT)

typedef enum {
    VALUE_END, /* ends a packed list; never a key */
#define X(symbol, name, form) VALUE_##symbol,
    VALUE_KEYS (X) REPORT_KEYS (X)
#undef X
        N_VALUE_KEYS
} ValueKey;

const char *value_key_name (ValueKey key);
ValueForm value_key_form (ValueKey key);
/* Some message has it; FALSE for what only reports have. */
gboolean value_key_is_of_messages (ValueKey key);
/* VALUE_END when no key has that name. */
ValueKey value_key_find (const char *name, gsize size);
/* A list under construction. Plain data, on the stack; values_init() first. What does not fit is left out, and the
 * first value of a key wins. */
typedef struct {
    guint8 packed[2048];
    gsize size;                           /* without the end mark */
    guint8 present[N_VALUE_KEYS / 8 + 1]; /* keys in the list, a bit each */
} Values;

void values_init (Values *values);
/* Takes a value out again, so that another one of the key can be added. */
void values_drop (Values *values, ValueKey key);
void values_add_number (Values *values, ValueKey key, guint64 number);
/* For keys of texts, too, which readers get in English and value_format() translates. N_WORDS is not added. */
void values_add_word (Values *values, ValueKey key, Word word);
void values_add_address (Values *values, ValueKey key, const IpAddress *address);
/* "10.0.0.1, 10.0.0.2" as one value. */
void values_add_addresses (Values *values, ValueKey key, const IpAddress *addresses, guint count);
/* What nobody sees, and what turns round or breaks the line that it stands in (UAX #9), with which a name could look
 * like another one; and the two code points that XML 1.0 leaves out. Controls are not meant. */
gboolean value_text_is_hidden (gunichar c);
/* Copies the text, made valid UTF-8 without control characters, with U+FFFD in place of what is hidden, and cut to
 * VALUES_TEXT_MAX octets. Text that is not
 * UTF-8 is read as ISO 8859-1 (SCCP before protocol 8 and old SIP phones). An empty text is not added: a brace without
 * a value drops out of its tip. */
void values_add_text (Values *values, ValueKey key, const char *text, gssize size);
void values_add_view (Values *values, ValueKey key, View text);

/* One value of a packed list; text points into the list. */
typedef struct {
    ValueKey key;
    guint64 number;   /* NUMBER, HEX, SECONDS, WORD; TEXT: 1 + the word that it is, or 0 */
    const char *text; /* TEXT: not NUL-terminated */
    gsize text_size;
    IpAddress address;
} Value;

/* A value that is in no list; text is borrowed, and NULL for one that is missing. */
Value value_of_text (ValueKey key, const char *text);
Value value_of_number (ValueKey key, guint64 number);
Value value_of_word (ValueKey key, Word word);
/* Packed lists end with a VALUE_END octet. */
gboolean values_find (const guint8 *packed, ValueKey key, Value *ret_value);
/* Iterates: *position starts as packed. FALSE at the end. */
gboolean values_next (const guint8 **position, Value *ret_value);
/* Shorthands for the state: 0 or "no" when absent. */
gboolean values_number (const Values *values, ValueKey key, guint64 *ret_number);
/* A copy, owned by the caller; NULL when absent. */
char *values_text (const Values *values, ValueKey key);
/* Octets of a packed list, end mark included. */
gsize values_packed_size (const guint8 *packed);
/* Appends decimal digits, for less than a printf would take. */
void value_append_number (guint64 number, GString *out);
/* Appends the value as the reader sees it. Words through translate (user_data), which may return NULL for English. */
typedef const char *(*WordTranslator) (Word word, gpointer user_data);
void value_format (const Value *value, WordTranslator translate, gpointer user_data, GString *out);
