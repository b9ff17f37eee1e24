/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/content.h"
#include "replay/script/identity.h"
#include "replay/script/script.h"

#include <glib.h>

/* What has become of one replayed registration. Plain data, filled by the player. Times in nanoseconds, -1 for none. */

/* A boot file of an exchange. */
typedef struct {
    const ScriptFile *recorded; /* borrowed from the script */
    char *name;                 /* as asked for now; owned */
    gboolean has_result;        /* it was asked for; then what follows means something */
    FileResult result;
    guint64 size;    /* octets that came */
    gint64 duration; /* nanoseconds from the request to the end; -1 none */
    guint repeats;   /* how often something was sent again */
} AskedFile;

/* Owned by the caller; NULL for NULL. */
AskedFile *asked_file_copy (const AskedFile *file);
/* NULL is ignored. */
void asked_file_free (AskedFile *file);

/* How long an answer took. */
typedef struct {
    gint64 live, least; /* as in Exchange */
} ExchangeTime;

/* There are dozens of each phone, so they are kept small. */
typedef struct {
    guint64 instance;      /* line or key; 0 none */
    gint64 recorded, live; /* response times as measured: from the first time that the question was sent */
    gint64 least;          /* what live can have been: the rest may be our own lateness in sending or reading; -1 */
    char *detail;          /* what differs, in words, or NULL; owned */
    GRefString *said; /* what the live answer says, as said_add() puts it; NULL: nothing, or nobody wanted it; owned */
    AskedFile *file;  /* NULL: the exchange is about no boot file; instance is its number then, from 1; owned */
    GArray *more;     /* of ExchangeTime: so it went again, see outcome_fold(); NULL: it did not; owned */
    guint request;    /* index in the script; SCRIPT_NONE when it was not recorded */
    guint nth;        /* from 0: which of the same kind and instance */
    guint repeats;    /* how often it was sent again (SIP over UDP) */
    gboolean fails;   /* a difference that counts; the others are harmless */
    Content content : 8;
    guint has_answer : 1; /* answer means something */
    KindIndex kind;       /* of the request */
    KindIndex answer;     /* of the live answer, else of the recorded one */
} Exchange;

/* Messages that the server sent on its own account, by kind. */
typedef struct {
    KindIndex kind;
    guint recorded, live;
} Push;

typedef enum {
    END_COMPLETE,    /* registered, and signed off */
    END_REFUSED,     /* the server said no */
    END_DIFFERENT,   /* it could not be carried on as recorded */
    END_UNREACHABLE, /* no connection, or nobody there who speaks the protocol */
    END_GONE,        /* the connection ended on the way */
    END_INTERRUPTED, /* by the user */
} End;

/* Static: "complete", "refused", "different", "unreachable", "gone", "interrupted". */
const char *end_name (End end);

/* How a registration that was asked for was taken back. */
typedef enum {
    SIGN_OFF_NONE,       /* not asked for: nothing was there to be taken back, or the phone was left before */
    SIGN_OFF_DONE,       /* the server has agreed, or the connection that carried the registration has ended */
    SIGN_OFF_REFUSED,    /* the phone may be registered until that runs out, as in the next two */
    SIGN_OFF_UNANSWERED, /* over SIP */
    SIGN_OFF_KEPT,       /* the server has agreed, and lists the phone's contact still (RFC 3261, 10.2.2 and 10.3) */
} SignOff;

typedef struct {
    char name[SIP_USER_MAX + 1];
    End end;
    char *sentence;                     /* what happened, for END_COMPLETE NULL; owned */
    gboolean as_recorded;               /* the end is that of the recording (the recorded phone was refused too) */
    Level level;                        /* how far it came */
    gint64 round_trip;                  /* of the live network */
    gint64 accepted_after, ready_after; /* since the first SYN, or the first datagram */
    gint64 accepted_own, ready_own;     /* of these times: waits for nothing but ourselves */
    gint64 files_took;                  /* from the first boot file's request to the last one's end */
    Exchange *exchanges;                /* owned */
    guint n_exchanges, room;            /* how many there are, and how many have room */
    GArray *pushes;                     /* of Push */
    gboolean pushes_awaited;            /* FALSE: what is missing of them may only not have come yet */
    GPtrArray *remarks;                 /* sentences about what differs harmlessly beside the exchanges; owned */
    guint keepalives, keepalives_lost;
    gboolean signed_off; /* the sign-off was sent */
    SignOff sign_off;
} PlayerOutcome;

/* Nothing has happened yet. exchanges: as many as are likely. outcome_clear() frees what it holds. */
void outcome_init (PlayerOutcome *outcome, guint exchanges);
void outcome_clear (PlayerOutcome *outcome);
/* Adds a sentence; of more than fifty, which only a server that floods brings about, the first ones. */
void outcome_remark (PlayerOutcome *outcome, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* How many exchanges there are of that kind and instance. */
guint outcome_count (const PlayerOutcome *outcome, KindIndex kind, guint64 instance);
/* A sentence as every report may show it: what a server has said in it stays in its line. Owned by the caller. */
char *outcome_words (const char *format, va_list arguments) G_GNUC_PRINTF (1, 0);
/* Words behind the sentence, if there is one. */
void outcome_append (PlayerOutcome *outcome, const char *words);
/* Begins one for that request of the script, SCRIPT_NONE for a question that was not recorded; nothing is answered yet.
 * Gives its place: its index + 1. */
guint outcome_open_exchange (PlayerOutcome *outcome, const Script *script, guint request, KindIndex kind,
                             guint64 instance);
/* Takes what it owns. */
void outcome_add_exchange (PlayerOutcome *outcome, const Exchange *exchange);
/* Only the first ones stay. */
void outcome_cut_exchanges (PlayerOutcome *outcome, guint n);
/* NULL for place 0. Borrowed, until another one is opened: they move then. */
Exchange *outcome_exchange (const PlayerOutcome *outcome, guint place);
/* The count of that kind, from 0 when it is new. Borrowed, until another kind is asked for. */
Push *outcome_push (PlayerOutcome *outcome, KindIndex kind);
/* Counts what the recorded server sent on its own account. */
void outcome_count_recorded_pushes (PlayerOutcome *outcome, const Script *script);
/* A phone that stays asks the same again and again: where the last exchange went as an earlier one of its kind, it
 * becomes another time of that. Returns whether it did; then its place is no more. */
gboolean outcome_fold (PlayerOutcome *outcome);
/* Takes what the answer says; phones mostly hear the same, and share it. NULL is nothing. */
void exchange_set_said (Exchange *exchange, char *said);
/* Frees the contents of an Exchange. */
void exchange_clear (Exchange *exchange);
