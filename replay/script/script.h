/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/protocols/catalog.h"
#include "replay/carrier.h"
#include "replay/recording/recording.h"
#include "replay/script/script_files.h"

#include <glib.h>

/* One registration of one phone, taken out of a recording: what was said, by whom, when, and what answered it. Pure
 * data: the player drives it as the phone, the stand-in as the server, --dry-run prints it. */

#define SCRIPT_NONE G_MAXUINT

/* What a REGISTER is there for: questions of one role are compared with each other. X (symbol, words behind REGISTER)
 */
#define SIP_ROLES(X)                                                                                                   \
    X (FIRST, "")                                                                                                      \
    X (LOGIN, "with credentials")                                                                                      \
    X (REFRESH, "to refresh")                                                                                          \
    X (SIGN_OFF, "to sign off")

typedef enum {
#define X(symbol, words) SIP_ROLE_##symbol,
    SIP_ROLES (X)
#undef X
        N_SIP_ROLES
} SipRole;

/* Static. */
const char *sip_role_name (SipRole role);

typedef struct {
    guint32 frame;    /* of the recording */
    gint64 time;      /* nanoseconds since the SYN, or the first message where that is not known; never falls */
    KindIndex kind;   /* row of the catalogue */
    guint64 instance; /* line or key number that request and answer share, the SipRole of a REGISTER; 0 for none */
    guint partner;    /* index of its answer or request; SCRIPT_NONE */
    gboolean from_server;
    gboolean has_no_turn; /* the phone's answer to a question of the server, sent whenever that comes */
    Phase phase;
    View octets; /* borrowed from the script */
    /* SIP, of a REGISTER that binds something. The recorded sign-off that takes that back: it names the same contacts,
     * parameters included, since registrars compare the text; SCRIPT_NONE when none does: then
     * that REGISTER itself, with a time of 0, takes it back. And the first REGISTER that binds the same contacts. */
    guint taken_back_by, binds_as;
} ScriptMessage;

typedef struct {
    char *capture; /* base name of the file */
    char *phone;   /* the name that it registered under */
    Protocol protocol;
    Endpoint phone_end, server_end;
    guint attempt;    /* of this phone, as inspect counts: 1, 2, 3 …; 0: it began before the capture did */
    Level level;      /* how far it came */
    GArray *messages; /* of ScriptMessage, in the order of the recording */

    /* How long the recorded network took: from the SYN to its answer. */
    gint64 round_trip; /* nanoseconds; -1: no handshake in the recording */
    guint32 syn_frame, accept_frame;
    gint64 connected_after;             /* nanoseconds of the same clock: when the phone may speak */
    gint64 accepted_after, ready_after; /* nanoseconds of the same clock; -1: it never was */
    guint32 last_frame;
    guint keepalive;        /* seconds, as its server granted (SIP: Expires of the 200); 0 unknown */
    guint offered, granted; /* protocol versions; 0 unknown */
    gboolean media_resource;
    Carrier carrier;
    char *number;       /* SIP: what was registered (the user of To); owned */
    char *user;         /* SIP: who logged in (the user of the digest), or NULL; owned */
    gboolean has_ended; /* the recorded phone signed off, or its connection ended */

    ScriptFiles files;  /* that the phone asked for before it registered */
    gint64 files_think; /* nanoseconds from the end of the last of them to the script's first frame */

    GByteArray *octets;
} Script;

/* Which registration to take: of this phone (NULL: any), the attempt with this number (0: the first that was accepted,
 * else the first). */
typedef struct {
    const char *phone;
    guint attempt;
} ScriptChoice;

#define SCRIPT_ERROR script_error_quark ()
GQuark script_error_quark (void);
typedef enum {
    SCRIPT_ERROR_NO_REGISTRATION, /* the recording holds none that can be replayed */
    SCRIPT_ERROR_NO_SUCH,         /* it holds some, but not the one chosen */
} ScriptError;

/* Makes the script. note_out, when not NULL, gets a sentence for the user when the choice was not obvious (several
 * phones), or NULL; free it. NULL with error set on failure. Owns all it holds: the recording may go. */
Script *script_new (const Recording *recording, const char *capture, const ScriptChoice *choice, char **note_out,
                    GError **error);
void script_free (Script *script);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Script, script_free)

/* Borrowed. NULL for SCRIPT_NONE. */
const ScriptMessage *script_message (const Script *script, guint index);
/* The answer of that request, or the request of that answer. Borrowed. NULL when there is none, and for SCRIPT_NONE. */
const ScriptMessage *script_partner (const Script *script, guint index);
const char *script_message_name (const ScriptMessage *message);
/* "LineStatReq 1", "REGISTER with credentials". Owned by the caller. */
char *script_describe_kind (KindIndex kind, guint64 instance);
/* Which try it was: "attempt 3". Owned by the caller. */
char *script_tried (const Script *script);
/* The server said it on its own account: it answers nothing. */
gboolean script_is_push (const ScriptMessage *message);
/* Nanoseconds from a request to its answer in the recording; -1 when it has none. */
gint64 script_response (const Script *script, guint request);

/* The recorded server said yes or no. FALSE: a stand-in made of this script would leave every phone waiting. */
gboolean script_has_answer (const Script *script);

/* The nth (from 0) request of that kind and instance, or the last one before it; SCRIPT_NONE when there is none. */
guint script_find (const Script *script, KindIndex kind, guint64 instance, guint nth);
