/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/engine/agenda.h"
#include "replay/engine/player_outcome.h"
#include "replay/engine/shared_port.h"
#include "replay/script/identity.h"
#include "replay/script/rewrite_sip.h"
#include "replay/target.h"
#include "replay/transport.h"

#include <glib.h>

/* One phone of one run: plays a script to a live server over clock.h and transport.h, and keeps the safety rules of
 * reference 6.0: stops on every no, and signs off at every end. */

typedef struct Player Player;

/* Hears every message of a player when it has been sent or has come; with empty octets, once its
 * connection stands, when it had begun to connect (from_server FALSE) and when it was connected. */
typedef void (*PlayerListener) (gint64 time, const Endpoint *phone, const Endpoint *server, gboolean from_server,
                                View octets, gpointer user_data);

typedef void (*PlayerEvent) (Player *player, gpointer user_data);

/* Where that host is, as a configuration names it. FALSE with error set when nobody knows, or when it must not be
 * reached. May block. */
typedef gboolean (*PlayerFindServer) (const char *host, guint16 port, Endpoint *ret_server, gpointer user_data,
                                      GError **error);

typedef struct {
    Agenda *agenda;       /* borrowed */
    const Script *script; /* borrowed */
    Endpoint target;
    /* Of TargetChoice: each one is tried when those before it have not answered, all of them within timeout (RFC 3263,
     * 4.3); target is the first. Borrowed; NULL: there is only target. */
    const GArray *choices;
    const char *target_text; /* as the user named it */
    Carrier carrier;
    const char *host;     /* SIP: how URIs name the server, with the brackets of IPv6; NULL: by its address */
    SipForms *forms;      /* SIP: what the phones of this script share; borrowed */
    SharedPorts *ports;   /* SIP over UDP: phones register from these; NULL: each from a port of its own; borrowed */
    const char *password; /* SIP: of the identity's user; NULL: none is known */
    IpAddress source;     /* unspecified: the system's choice */
    double speed;         /* think times are divided by it; 0: none at all */
    gint64 timeout;       /* nanoseconds that a connection, or an answer that is needed, may take at most */
    gboolean tells;       /* what answers say is kept with each exchange */
    gboolean stays;       /* the registration is held until player_stop(); else it ends when it is complete */
    gboolean same_server; /* the server holds the recorded phone's configuration (the stand-in) */
    GArray *lateness;     /* of gint64, or NULL: how late each message was sent; borrowed */
    GArray *reading;      /* of gint64, or NULL: how late what came was read, each time; borrowed */
    guint *sent;          /* messages, or NULL … */
    guint *unstamped;     /* … and those of which only the call tells when they left, not the kernel; borrowed */
    gboolean with_files;  /* the recorded boot files are asked for first, there: */
    Endpoint tftp_server, http_server;
    gboolean files_are_expected; /* somebody has said that they are there: else a host without any is no failure */
    gboolean follows; /* the registration goes where the configuration points that is delivered, not to target */
    PlayerFindServer find_server;
    gpointer find_data;
    PlayerListener listener; /* or NULL */
    gpointer listener_data;
} PlayerSettings;

/* settings must live as long as the player. settled (may be NULL) is called when the registration is complete and
 * held. done is called once, at the end of everything, connection included; the player may be freed in it. */
Player *player_new (const PlayerSettings *settings, const Identity *identity, PlayerEvent settled, PlayerEvent done,
                    gpointer user_data);
void player_free (Player *player);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Player, player_free)

/* Connects from this address of ours, not from that of the settings. */
void player_set_source (Player *player, IpAddress source);
/* settled was called. */
gboolean player_has_settled (const Player *player);
/* Connects at that time of clock_now(). */
void player_start (Player *player, gint64 when);
/* Signs off and ends, as soon as the server has had its moment to answer. */
void player_stop (Player *player);
/* Ends at once, whatever is still to be answered. */
void player_leave (Player *player);
/* Borrowed; complete when done is called. */
const PlayerOutcome *player_outcome (const Player *player);
