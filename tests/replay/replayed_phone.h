/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/engine/player.h"
#include "replay/script/script.h"
#include "replay/script/sip_form.h"
#include "replay/stand_in/stand_in.h"
#include "tests/support/fake_world.h"
#include "tests/support/play.h"

/* A recording, and one phone that replays it in the fake world: to the stand-in, or to a server of the test's own.
 * dialogue.h and sip_dialogue.h say what is recorded and how that server talks. Header only. */

static Recording *recording;
static Script *script;
static SipForms *forms; /* NULL: the script is not SIP's */
static Agenda *agenda;
static StandIn *stand_in;
static Player *player;
static StandInSettings server_settings;
static PlayerSettings player_settings;
static Identity identity;
static Endpoint server_end;
static gboolean is_done, is_settled;

/* Then the test's own settings, where these do not do. */
static inline void begin_replay (guint16 server_port)
{
    set_up ();
    world_begin ();
    recording = recording_new (flow);
    agenda = agenda_new ();
    is_done = is_settled = FALSE;
    server_end = endpoint ("10.0.0.1", server_port);
    server_settings = (StandInSettings){ .speed = 1 };
    player_settings = (PlayerSettings){ .speed = 1, .timeout = SECONDS (10), .target_text = "the server" };
}

static inline void end_replay (void)
{
    player_free (player);
    stand_in_free (stand_in);
    agenda_free (agenda);
    sip_forms_free (forms);
    script_free (script);
    recording_free (recording);
    player = NULL;
    stand_in = NULL;
    forms = NULL;
    script = NULL;
    world_end ();
    tear_down ();
}

static inline void make_script (void)
{
    ScriptChoice choice = { NULL, 0 };
    g_autoptr (GError) error = NULL;

    script = script_new (recording, "test.pcap", &choice, NULL, &error);
    cr_assert_not_null (script, "%s", error ? error->message : "");
}

static inline void on_player_done (G_GNUC_UNUSED Player *who, G_GNUC_UNUSED gpointer user_data)
{
    is_done = TRUE;
}

static inline void on_player_settled (G_GNUC_UNUSED Player *who, G_GNUC_UNUSED gpointer user_data)
{
    is_settled = TRUE;
}

static inline void start_player (void)
{
    player_settings.agenda = agenda;
    player_settings.script = script;
    player_settings.forms = forms = script->protocol == PROTOCOL_SIP ? sip_forms_new (script) : NULL;
    player_settings.target = server_end;
    player = player_new (&player_settings, &identity, on_player_settled, on_player_done, NULL);
    player_start (player, clock_now ());
}

static inline void start_with_stand_in (void)
{
    make_script ();
    server_settings.agenda = agenda;
    server_settings.script = script;
    stand_in = stand_in_new (&server_settings, &server_end, NULL);
    start_player ();
}

static inline void pass (gint64 time)
{
    world_run_until (world.now + time);
}

static inline const PlayerOutcome *outcome (void)
{
    cr_assert (is_done, "the player has come to its end");
    return player_outcome (player);
}
