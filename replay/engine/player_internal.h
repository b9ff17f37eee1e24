/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/clock.h"
#include "replay/engine/player.h"
#include "replay/engine/shared_port.h"

/* What player.c, which knows connections and ends, shares with the protocols' parts, which know messages. */

typedef struct {
    gpointer (*create) (Player *player); /* the part's own state */
    void (*destroy) (gpointer part);
    void (*connected) (gpointer part);
    /* Returns how many octets at the front of the stream it is done with, or -1 when they cannot be its protocol. May
     * end the player: then what it returns does not matter. */
    gssize (*received) (gpointer part, View octets);
    void (*stop) (gpointer part); /* sign off, then player_end() */
    /* The server has closed its side. TRUE when that is the end that the part waits for: it has called player_end(). */
    gboolean (*closed) (gpointer part);
    void (*settle) (gpointer part); /* the end has come: cancel everything, complete the outcome */
} PlayerPart;

extern const PlayerPart player_part_sccp, player_part_sip;

struct Player {
    const PlayerSettings *settings;
    Identity identity;
    PlayerEvent settled, done;
    gpointer user_data;
    const PlayerPart *part;
    gpointer state;            /* of the part */
    struct PlayerFiles *files; /* NULL: none are asked for, or they are done with */
    Endpoint target;           /* of the registration */
    guint choice;              /* which of the settings' choices that is */
    guint first_exchange;      /* of the registration: those before it are about boot files */
    gint64 tried_since;        /* the first of them */
    char *target_text;         /* for the user; owned */
    Connection *connection;
    Seat *seat;           /* in its place, where phones share ports */
    GByteArray *received; /* what is no whole message yet; NULL: nothing */
    Appointment start, connecting, ending;
    gint64 started;   /* when it began to connect */
    gint64 connected; /* -1: not yet */
    gint64 own_wait;  /* how long it has waited so far for nothing but itself */
    gint64 own_until; /* up to when that is counted */
    IpAddress source; /* to connect from; unspecified: the system's choice */
    Endpoint local;   /* our end of the connection, once it stands */
    gboolean has_received, has_settled, has_ended, is_stopping;
    gboolean more_was_read; /* behind the message that is dealt with: it may have come earlier than all of it */
    PlayerOutcome outcome;
};

static inline const Script *script_of (const Player *player)
{
    return player->settings->script;
}

static inline Agenda *agenda_of (const Player *player)
{
    return player->settings->agenda;
}

/* Who answers, for the user: the server that was named, or that to which a configuration has led. */
static inline const char *target_of (const Player *player)
{
    return player->target_text;
}

/* Lets the listener hear. */
void player_tell (Player *player, gint64 time, gboolean from_server, View octets);
/* Sends, and keeps the books. due: when it should have gone; -1: nothing was planned. ret_left may be NULL; it is
 * exact before anything can answer, and lives as long as the player's part. */
void player_send (Player *player, View octets, gint64 due, Departure *ret_left);
/* The response time of the answer that is dealt with, to a question that left then. */
void player_time (const Player *player, Exchange *exchange, Departure left);
/* The outcome stands: closes the connection, and calls done() from the agenda. The first call counts. sentence NULL for
 * END_COMPLETE. */
void player_end (Player *player, End end, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* The server has not answered, or not as one that is there for phones: its next address is tried instead, if there is
 * one. Then this returns TRUE, and everything begins anew. The sentence is what is told of it. */
gboolean player_try_next (Player *player, const char *format, ...) G_GNUC_PRINTF (2, 3);
gboolean player_has_next (const Player *player);
/* The port is that of an SRV record: URIs name the host alone. */
gboolean player_found_port (const Player *player);
/* How long to wait for an answer that may take usual: as long as nothing has come from the server, its share of the
 * time for all addresses. */
gint64 player_patience (const Player *player, gint64 usual);
/* The end that will be told when the sign-off is through; the first call counts. */
void player_set_end (Player *player, End end, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* By the user, before all that was recorded was done. */
void player_set_interrupted (Player *player);
/* What has come and is no whole message, as a clause behind what was waited for; "" when that is nothing. Owned by the
 * caller. */
char *player_name_rest (const Player *player);
/* From then until now nothing was waited for but ourselves: a think time, or a question that nobody answers. What was
 * counted before is not counted again. */
void player_count_wait (Player *player, gint64 since);
/* A think time at the speed of the run. */
gint64 player_think (const Player *player, gint64 recorded);
