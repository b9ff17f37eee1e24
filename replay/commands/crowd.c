/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/commands/crowd.h"

#include "replay/clock.h"

#include <string.h>
#include <unistd.h>

/* Phones that would have their turns within this time have them together: for each wake the system takes more time than
 * a phone does, and a server is not asked more at once than a busy one always is. */
#define GROUP_TIME MILLISECONDS (10)

/* One phone of a round. */
typedef struct {
    Crowd *crowd;
    Player *player; /* owned; NULL when it has ended */
} Place;

struct Crowd {
    CrowdSettings settings;
    SipForms *forms;     /* owned; only for SIP */
    SharedPorts *ports;  /* owned; NULL: each phone has a port of its own */
    RunSummary *summary; /* borrowed */
    CrowdDone done;
    gpointer user_data;
    Place *places; /* of all phones; owned */
    guint rounds_left;
    guint begun;            /* phones of this round that there are, or were */
    gint64 began;           /* this round */
    guint running, settled; /* phones of this round: not ended; of these, holding their registration */
    Appointment stay, signing_off, next_round, next_turn;
    gint64 off_since;         /* when the first one has signed off; 0: none has */
    guint next_off, gone_off; /* who signs off next, and how many have */
    gint64 memory_before;
    gboolean is_stopping;
};

/* Octets of memory in use, 0 where nobody tells. */
static gint64 resident_memory (void)
{
    g_autofree char *text = NULL;
    g_auto (GStrv) words = NULL;

    if (!g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
        return 0;
    words = g_strsplit (text, " ", 3);
    return words[0] && words[1] ? g_ascii_strtoll (words[1], NULL, 10) * sysconf (_SC_PAGESIZE) : 0;
}

static void measure_memory (Crowd *crowd)
{
    gint64 now = resident_memory ();

    if (crowd->begun == crowd->settings.phones && crowd->settings.phones > 1 && crowd->summary->memory_per_phone < 0 &&
        now > crowd->memory_before)
        crowd->summary->memory_per_phone = (now - crowd->memory_before) / crowd->settings.phones;
}

/* 127.1.0.1 and on: far from the 127.0.0.x that servers listen on. */
IpAddress crowd_loopback_source (guint number)
{
    guint host = number + 1;
    guint8 octets[4] = { 127, (guint8) (1 + (host >> 16) % 254), (guint8) (host >> 8), (guint8) host };

    return ip_address_v4 (octets);
}

static gint64 spacing (const Crowd *crowd)
{
    return crowd->settings.rate > 0 ? (gint64) ((double) SECOND / crowd->settings.rate) : 0;
}

/* The number of the nth phone of this part among those of all parts. */
static guint number_of (const CrowdSettings *settings, guint nth)
{
    return settings->part.number + nth * settings->part.of;
}

/* When the nth phone has its turn, nanoseconds from when the first one of all parts has. */
static gint64 turn_of (const Crowd *crowd, guint nth)
{
    return (gint64) number_of (&crowd->settings, nth) * spacing (crowd) / GROUP_TIME * GROUP_TIME;
}

static void sign_off_next (gint64 deadline, gpointer user_data)
{
    Crowd *crowd = user_data;

    for (; crowd->next_off < crowd->settings.phones; crowd->next_off++) {
        Player *player = crowd->places[crowd->next_off].player;
        gint64 turn = crowd->off_since + turn_of (crowd, crowd->gone_off);
        if (!player)
            continue;
        if (turn > deadline) {
            agenda_make (crowd->settings.player.agenda, &crowd->signing_off, turn, sign_off_next, crowd);
            return;
        }
        crowd->gone_off++;
        player_stop (player);
    }
}

static void on_stay_over (gint64 deadline, gpointer user_data)
{
    Crowd *crowd = user_data;

    crowd->next_off = crowd->gone_off = 0;
    crowd->off_since = deadline;
    sign_off_next (deadline, crowd);
}

static void check_settled (Crowd *crowd)
{
    if (crowd->settled == 0 || crowd->settled < crowd->running || agenda_is_made (&crowd->stay) || crowd->off_since)
        return;
    measure_memory (crowd);
    if (crowd->settings.stay != G_MAXINT64)
        agenda_make (crowd->settings.player.agenda, &crowd->stay, clock_now () + crowd->settings.stay, on_stay_over,
                     crowd);
}

static void begin_round (gint64 begin, gpointer user_data);

static void on_settled (G_GNUC_UNUSED Player *player, gpointer user_data)
{
    Crowd *crowd = ((Place *) user_data)->crowd;

    crowd->settled++;
    check_settled (crowd);
}

static void on_done (Player *player, gpointer user_data)
{
    Place *place = user_data;
    Crowd *crowd = place->crowd;

    if (crowd->running == crowd->settings.phones)
        measure_memory (crowd);
    run_summary_add (crowd->summary, player_outcome (player));
    if (player_has_settled (player))
        crowd->settled--;
    g_clear_pointer (&place->player, player_free);
    crowd->running--;
    if (crowd->running) {
        check_settled (crowd);
        return;
    }
    agenda_cancel (&crowd->stay);
    agenda_cancel (&crowd->signing_off);
    if (--crowd->rounds_left && !crowd->is_stopping)
        agenda_make (crowd->settings.player.agenda, &crowd->next_round, clock_now (), begin_round, crowd);
    else
        crowd->done (crowd->user_data);
}

static void begin_phone (Crowd *crowd)
{
    const guint number = number_of (&crowd->settings, crowd->begun);
    Place *place = &crowd->places[crowd->begun];
    Identity identity;

    /* crowd_new() has seen that there are enough names. */
    identity_count_up (&crowd->settings.first, number, &identity, NULL);
    *place = (Place){ crowd, player_new (&crowd->settings.player, &identity, on_settled, on_done, place) };
    if (crowd->settings.loopback_sources)
        player_set_source (place->player, crowd_loopback_source (number));
    player_start (place->player, crowd->began + turn_of (crowd, crowd->begun++));
}

/* There are no phones before their turn: nothing has to be kept for them until then. */
static void begin_due (gint64 deadline, gpointer user_data)
{
    Crowd *crowd = user_data;

    while (crowd->begun < crowd->settings.phones) {
        const gint64 turn = crowd->began + turn_of (crowd, crowd->begun);
        if (turn > deadline) {
            agenda_make (crowd->settings.player.agenda, &crowd->next_turn, turn, begin_due, crowd);
            return;
        }
        begin_phone (crowd);
    }
}

static void begin_round (gint64 begin, gpointer user_data)
{
    Crowd *crowd = user_data;

    if (!crowd->summary->began)
        crowd->summary->began = g_get_real_time () * 1000;
    crowd->running = crowd->settings.phones;
    crowd->settled = crowd->begun = 0;
    crowd->off_since = 0;
    crowd->began = begin;
    begin_due (begin, crowd);
}

Crowd *crowd_new (const CrowdSettings *settings, RunSummary *summary, CrowdDone done, gpointer user_data,
                  GError **error)
{
    Identity last;

    if (!identity_count_up (&settings->first, number_of (settings, settings->phones - 1), &last, error))
        return NULL;
    Crowd *crowd = g_new0 (Crowd, 1);
    crowd->settings = *settings;
    crowd->settings.player.stays = settings->stay > 0;
    crowd->settings.player.lateness = summary->lateness;
    crowd->settings.player.sent = &summary->sent;
    crowd->settings.player.unstamped = &summary->unstamped;
    crowd->settings.player.reading = summary->reading;
    if (settings->player.script->protocol == PROTOCOL_SIP)
        crowd->settings.player.forms = crowd->forms = sip_forms_new (settings->player.script);
    if (settings->phones_per_port > 1)
        crowd->settings.player.ports = crowd->ports =
            shared_ports_new (settings->phones_per_port, settings->player.source);
    crowd->summary = summary;
    crowd->done = done;
    crowd->user_data = user_data;
    crowd->places = g_new0 (Place, settings->phones);
    crowd->rounds_left = settings->rounds;
    return crowd;
}

void crowd_free (Crowd *crowd)
{
    if (!crowd)
        return;
    agenda_cancel (&crowd->stay);
    agenda_cancel (&crowd->signing_off);
    agenda_cancel (&crowd->next_round);
    agenda_cancel (&crowd->next_turn);
    for (guint i = 0; i < crowd->settings.phones; i++)
        player_free (crowd->places[i].player);
    g_free (crowd->places);
    shared_ports_free (crowd->ports);
    sip_forms_free (crowd->forms);
    g_free (crowd);
}

void crowd_start (Crowd *crowd)
{
    crowd->memory_before = resident_memory ();
    if (crowd->settings.start)
        agenda_make (crowd->settings.player.agenda, &crowd->next_round, crowd->settings.start, begin_round, crowd);
    else
        begin_round (clock_now (), crowd);
}

void crowd_stop (Crowd *crowd)
{
    crowd->is_stopping = TRUE;
    if (agenda_is_made (&crowd->next_round)) {
        agenda_cancel (&crowd->next_round);
        crowd->done (crowd->user_data);
        return;
    }
    /* All are told of, whether they have had their turn or not. */
    agenda_cancel (&crowd->next_turn);
    while (crowd->begun < crowd->settings.phones)
        begin_phone (crowd);
    for (guint i = 0; i < crowd->settings.phones; i++)
        if (crowd->places[i].player)
            player_stop (crowd->places[i].player);
}

void crowd_leave (Crowd *crowd)
{
    for (guint i = 0; i < crowd->settings.phones; i++)
        if (crowd->places[i].player)
            player_leave (crowd->places[i].player);
}

CrowdProgress crowd_progress (const Crowd *crowd)
{
    const CrowdSettings *settings = &crowd->settings;

    return (CrowdProgress){ .phones = settings->phones,
                            .gone = settings->phones - crowd->running,
                            .registered = crowd->settled,
                            .round = settings->rounds - crowd->rounds_left + 1,
                            .rounds = settings->rounds };
}
