/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/engine/player_internal.h"

#include "registration/terms/ports.h"
#include "replay/duration.h"
#include "replay/engine/player_files.h"

#include <errno.h>
#include <string.h>

/* What a server may send before it has to make sense: far more than any message has. */
#define RECEIVED_MAX (256 * 1024)

void player_tell (Player *player, gint64 time, gboolean from_server, View octets)
{
    const PlayerSettings *settings = player->settings;

    if (settings->listener)
        settings->listener (time, &player->local, &player->target, from_server, octets, settings->listener_data);
}

static void note_sent (Player *player, gint64 due, View octets, Departure left, gboolean is_stamped)
{
    const PlayerSettings *settings = player->settings;

    if (due >= 0 && settings->lateness) {
        const gint64 late = MAX (0, left.from - due);
        g_array_append_val (settings->lateness, late);
    }
    if (settings->sent) {
        ++*settings->sent;
        *settings->unstamped += !is_stamped;
    }
    player_tell (player, left.from, FALSE, octets);
}

void player_send (Player *player, View octets, gint64 due, Departure *ret_left)
{
    Departure left = { clock_now (), clock_now () };

    if (player->connection) {
        connection_send (player->connection, octets);
        left.by = clock_now ();
        const gint64 stamp = connection_sent (player->connection);
        const gboolean is_stamped = stamp >= left.from && stamp <= left.by;
        if (is_stamped)
            left = (Departure){ stamp, stamp };
        note_sent (player, due, octets, left, is_stamped);
    }
    if (ret_left)
        *ret_left = left;
    if (player->seat)
        seat_send (player->seat, octets, due, ret_left);
}

static void leave_server (Player *player)
{
    g_clear_pointer (&player->connection, connection_free);
    g_clear_pointer (&player->seat, seat_free);
}

void player_time (const Player *player, Exchange *exchange, Departure left)
{
    Arrival arrival = clock_heard ();
    gint64 from = player->more_was_read ? arrival.first_from : arrival.last_from;

    exchange->live = MAX (0, arrival.time - left.from);
    exchange->least = CLAMP (from - left.by, 0, exchange->live);
}

void player_count_wait (Player *player, gint64 since)
{
    gint64 now = clock_now ();

    player->own_wait += MAX (0, now - MAX (since, player->own_until));
    player->own_until = now;
}

gint64 player_think (const Player *player, gint64 recorded)
{
    double speed = player->settings->speed;
    return speed > 0 ? (gint64) ((double) recorded / speed) : 0;
}

static void on_ending (G_GNUC_UNUSED gint64 deadline, gpointer user_data)
{
    Player *player = user_data;
    player->done (player, player->user_data);
}

static void set_end (Player *player, End end, const char *format, va_list arguments)
{
    if (player->outcome.sentence || player->outcome.end != END_COMPLETE)
        return;
    player->outcome.end = end;
    if (format)
        player->outcome.sentence = outcome_words (format, arguments);
}

void player_set_end (Player *player, End end, const char *format, ...)
{
    va_list arguments;

    va_start (arguments, format);
    set_end (player, end, format, arguments);
    va_end (arguments);
}

/* --- Several addresses */

static const TargetChoice *choice_of (const Player *player, guint index)
{
    const GArray *choices = player->settings->follows ? NULL : player->settings->choices;

    return choices && index < choices->len ? &g_array_index (choices, TargetChoice, index) : NULL;
}

/* Which one has answered, and why it was asked. */
static void remark_choice (Player *player)
{
    const TargetChoice *choice = choice_of (player, player->choice);
    const char *name = player->settings->target_text;
    char end[TARGET_TEXT_SIZE];

    if (!choice || !choice->is_name || !player->has_received)
        return;
    target_format (&choice->end, end);
    if (choice->host)
        outcome_remark (&player->outcome, "%s: %s was used, of %s, which an SRV record of priority %u names", name, end,
                        choice->host, choice->priority);
    else if (choice_of (player, 1))
        outcome_remark (&player->outcome, "%s: %s was used, address %u of %u", name, end, player->choice + 1,
                        player->settings->choices->len);
    else if (!target_is_loopback (&choice->end.address))
        outcome_remark (&player->outcome, "%s: %s was used, its only address", name, end);
}

void player_end (Player *player, End end, const char *format, ...)
{
    va_list arguments;

    if (player->has_ended)
        return;
    va_start (arguments, format);
    set_end (player, end, format, arguments);
    va_end (arguments);
    player->has_ended = TRUE;
    remark_choice (player);
    agenda_cancel (&player->start);
    agenda_cancel (&player->connecting);
    leave_server (player);
    if (player->files)
        player_files_stop (player->files);
    player->part->settle (player->state);
    agenda_make (agenda_of (player), &player->ending, clock_now (), on_ending, player);
}

/* --- The next address */

static void take_choice (Player *player, guint index)
{
    const TargetChoice *choice = choice_of (player, index);

    player->choice = index;
    g_free (player->target_text);
    player->target = choice ? choice->end : player->settings->target;
    player->target_text =
        choice ? target_name_choice (player->settings->target_text, choice) : g_strdup (player->settings->target_text);
}

gint64 player_patience (const Player *player, gint64 usual)
{
    const gint64 left = player->tried_since + player->settings->timeout - clock_now ();
    guint tries = 1;

    if (player->has_received || !choice_of (player, 1))
        return usual;
    while (choice_of (player, player->choice + tries))
        tries++;
    return CLAMP (left / tries, MILLISECOND, usual);
}

static void begin_connecting (Player *player);

static void on_next_choice (G_GNUC_UNUSED gint64 deadline, gpointer user_data)
{
    Player *player = user_data;

    player->part->destroy (player->state);
    outcome_cut_exchanges (&player->outcome, player->first_exchange);
    g_array_set_size (player->outcome.pushes, 0);
    player->outcome.signed_off = FALSE;
    player->state = player->part->create (player);
    player->has_received = FALSE;
    g_clear_pointer (&player->received, g_byte_array_unref);
    take_choice (player, player->choice + 1);
    begin_connecting (player);
}

gboolean player_has_next (const Player *player)
{
    return !player->has_ended && !player->is_stopping && choice_of (player, player->choice + 1);
}

gboolean player_found_port (const Player *player)
{
    const TargetChoice *choice = choice_of (player, player->choice);

    return choice && choice->host;
}

gboolean player_try_next (Player *player, const char *format, ...)
{
    va_list arguments;

    if (!player_has_next (player))
        return FALSE;
    va_start (arguments, format);
    g_autofree char *why = outcome_words (format, arguments);
    va_end (arguments);
    outcome_remark (&player->outcome, "%s; the next address was tried", why);
    agenda_cancel (&player->connecting);
    leave_server (player);
    player->part->settle (player->state);
    player->connected = -1;
    agenda_make (agenda_of (player), &player->start, clock_now (), on_next_choice, player);
    return TRUE;
}

/* --- Connecting */

static void stand (Player *player, gint64 round_trip)
{
    agenda_cancel (&player->connecting);
    player->connected = clock_now ();
    player->outcome.round_trip = round_trip;
    player->local = player->seat ? seat_local (player->seat) : connection_local (player->connection);
    player->identity.address = player->local.address;
    player_tell (player, player->started, FALSE, (View){ NULL, 0 });
    player_tell (player, player->connected, TRUE, (View){ NULL, 0 });
    player->part->connected (player->state);
}

static void on_connected (G_GNUC_UNUSED Connection *connection, gint64 round_trip, gpointer user_data)
{
    stand (user_data, round_trip);
}

/* The first octets, as far as they can be shown: what a wrong port says is often its name. */
static char *show_octets (View octets)
{
    g_autoptr (GString) shown = g_string_new (NULL);

    for (gsize i = 0; i < MIN (octets.size, 24); i++) {
        if (octets.data[i] == '\r' || octets.data[i] == '\n')
            break;
        g_string_append_c (shown, g_ascii_isprint ((char) octets.data[i]) ? (char) octets.data[i] : '.');
    }
    return g_strdup (shown->str);
}

/* An alert, as a rule: what we have sent was none to it. */
static gboolean is_tls_record (View octets)
{
    return octets.size > 2 && octets.data[0] >= 20 && octets.data[0] <= 23 && octets.data[1] == 3 &&
           octets.data[2] <= 4;
}

char *player_name_rest (const Player *player)
{
    g_autofree char *shown = NULL;

    if (player->has_received)
        return g_strdup ("; what has come from it is no final answer");
    if (!player->received || !player->received->len)
        return g_strdup ("");
    shown = show_octets ((View){ player->received->data, player->received->len });
    return g_strdup_printf ("; what has come is no whole message: %u octets that begin with \"%s\"",
                            player->received->len, shown);
}

/* Of SIP: its first line begins or ends with the version. */
static gboolean begins_message (View octets)
{
    static const char begin[] = "SIP/2.0 ", end[] = " SIP/2.0";
    const guint8 *line_end = octets.size ? memchr (octets.data, '\r', octets.size) : NULL;
    const gsize size = line_end ? (gsize) (line_end - octets.data) : 0;

    return (octets.size >= strlen (begin) && memcmp (octets.data, begin, strlen (begin)) == 0) ||
           (size >= strlen (end) && memcmp (line_end - strlen (end), end, strlen (end)) == 0);
}

static void end_not_understood (Player *player, View octets)
{
    const char *target = player->target_text;
    const char *protocol = script_of (player)->protocol == PROTOCOL_SCCP ? "SCCP" : "SIP";
    g_autofree char *shown = show_octets (octets);

    if (script_of (player)->protocol == PROTOCOL_SIP && begins_message (octets))
        player_end (player, player->has_received ? END_GONE : END_UNREACHABLE,
                    "%s sent a message that cannot be read: behind \"%s\" its head is broken or over 64 KiB, or its "
                    "body over 1 MiB",
                    target, shown);
    else if (is_tls_record (octets))
        player_end (player, END_UNREACHABLE,
                    "%s answers with TLS: it wants --transport tls, or another port is the one for %s", target,
                    protocol);
    else if (player->has_received)
        player_end (player, END_GONE, "%s sent octets that are no %s (\"%s\"): nothing behind them can be read", target,
                    protocol, shown);
    else
        player_end (player, END_UNREACHABLE, "%s does not speak %s: its first octets are \"%s\"", target, protocol,
                    shown);
}

static void on_received (G_GNUC_UNUSED Connection *connection, View octets, gpointer user_data)
{
    Player *player = user_data;
    View all = octets;

    if (player->settings->reading) {
        gint64 late = MAX (0, clock_now () - clock_heard ().time);
        g_array_append_val (player->settings->reading, late);
    }
    /* A datagram is a message, or none; the next one is another matter. */
    if (player->settings->carrier == CARRIER_UDP) {
        player->has_received |= player->part->received (player->state, octets) > 0;
        return;
    }
    if (player->received) {
        g_byte_array_append (player->received, octets.data, (guint) octets.size);
        all = (View){ player->received->data, player->received->len };
    }
    gsize used = 0;
    gssize taken;
    do {
        taken = player->part->received (player->state, (View){ all.data + used, all.size - used });
        if (player->has_ended)
            return;
        used += (gsize) MAX (0, taken);
    } while (taken > 0 && used < all.size);
    player->has_received |= used > 0;
    if (taken < 0 || all.size - used > RECEIVED_MAX) {
        end_not_understood (player, (View){ all.data + used, all.size - used });
        return;
    }
    if (player->received)
        g_byte_array_remove_range (player->received, 0, (guint) used);
    else if (used < all.size) {
        player->received = g_byte_array_new ();
        g_byte_array_append (player->received, all.data + used, (guint) (all.size - used));
    }
    if (player->received && player->received->len == 0)
        g_clear_pointer (&player->received, g_byte_array_unref);
}

static void end_unanswered (Player *player, const char *why)
{
    if (!player_try_next (player, "%s", why))
        player_end (player, END_UNREACHABLE, "%s", why);
}

static void end_unconnected (Player *player, const char *trouble, int error)
{
    const char *target = player->target_text;

    g_autofree char *why = NULL;

    /* A certificate that does not fit is what somebody wants to know of. */
    if (trouble) {
        player_end (player, END_UNREACHABLE, "%s %s", target, trouble);
        return;
    }
    if (error == ECONNREFUSED && player->settings->carrier == CARRIER_UDP)
        why = g_strdup_printf ("%s refuses the datagrams (ICMP): nothing listens on port %u", target,
                               player->target.port);
    else if (error == ECONNREFUSED)
        why = g_strdup_printf ("%s refuses the connection: nothing listens on port %u", target, player->target.port);
    else
        why = g_strdup_printf ("%s cannot be reached: %s", target, g_strerror (error));
    end_unanswered (player, why);
}

static void on_closed (G_GNUC_UNUSED Connection *connection, int error, gpointer user_data)
{
    Player *player = user_data;
    const char *target = player->target_text;
    g_autofree char *trouble = player->connection ? g_strdup (connection_trouble (player->connection)) : NULL;
    /* With TLS 1.3 a server looks at the phone's certificate when the phone takes the connection to stand. */
    gboolean is_unreachable =
        player->connected < 0 || ((player->settings->carrier == CARRIER_UDP || trouble) && !player->has_received);

    leave_server (player);
    if (is_unreachable)
        end_unconnected (player, trouble, error ? error : ECONNABORTED);
    else if (player->part->closed (player->state))
        return;
    else if (trouble)
        player_end (player, END_GONE, "%s %s", target, trouble);
    else if (error == ECONNRESET)
        player_end (player, END_GONE, "%s has reset the connection", target);
    else if (error && error != EPIPE)
        player_end (player, END_GONE, "the connection to %s broke: %s", target, g_strerror (error));
    else if (player->received)
        player_end (player, END_GONE, "%s has closed the connection in the middle of a message", target);
    else if (!player->has_received && player->settings->carrier == CARRIER_TCP &&
             port_carriers (player->target.port) == PORT_BY_TLS)
        player_end (player, END_UNREACHABLE,
                    "%s has closed the connection without an answer: does it want --transport tls?", target);
    else
        player_end (player, END_GONE, "%s has closed the connection", target);
}

static void on_connecting_too_long (gint64 deadline, gpointer user_data)
{
    Player *player = user_data;
    const char *what = player->settings->carrier == CARRIER_TLS ? "is it a port for TLS? No handshake was complete"
                                                                : "no answer to the connection request";
    char text[DURATION_TEXT_SIZE];

    g_autofree char *why = g_strdup_printf ("%s cannot be reached: %s within %s", player->target_text, what,
                                            duration_format (deadline - player->started, text));
    end_unanswered (player, why);
}

/* Of many phones each has an address of its own in 127.0.0.0/8, from which nothing of IPv6 can be reached. */
static const IpAddress *source_of (const Player *player)
{
    const gboolean is_chosen = player->settings->source.size != 0;

    return player->source.size && (is_chosen || player->source.size == player->target.address.size) ? &player->source
                                                                                                    : NULL;
}

static void on_seat_received (View octets, gpointer user_data)
{
    on_received (NULL, octets, user_data);
}

static void on_seat_refused (int error, gpointer user_data)
{
    on_closed (NULL, error, user_data);
}

static void on_seat_sent (gint64 due, View octets, Departure left, gboolean is_stamped, gpointer user_data)
{
    note_sent (user_data, due, octets, left, is_stamped);
}

/* FALSE with error set. */
static gboolean connect_to_server (Player *player, GError **error)
{
    static const ConnectionHandlers handlers = { on_connected, on_received, on_closed };
    static const SeatHandlers seat_handlers = { on_seat_received, on_seat_refused, on_seat_sent };
    const PlayerSettings *settings = player->settings;

    if (settings->ports)
        player->seat = shared_ports_take (settings->ports, &player->target, &seat_handlers, player, error);
    else
        player->connection =
            transport_connect (&player->target, settings->carrier, source_of (player), &handlers, player, error);
    return player->seat || player->connection;
}

/* The boot files, if any, are there. */
static void begin_connecting (Player *player)
{
    const PlayerSettings *settings = player->settings;
    g_autoptr (GError) error = NULL;

    player->started = clock_now ();
    if (!player->choice) {
        player->tried_since = player->started;
        player->first_exchange = player->outcome.n_exchanges;
    }
    if (!connect_to_server (player, &error)) {
        end_unanswered (player, error->message);
        return;
    }
    if (settings->carrier == CARRIER_UDP) {
        stand (player, -1);
        return;
    }
    agenda_make (settings->agenda, &player->connecting, player->started + player_patience (player, settings->timeout),
                 on_connecting_too_long, player);
}

static void on_start (gint64 deadline, gpointer user_data)
{
    Player *player = user_data;
    const PlayerSettings *settings = player->settings;

    player->started = clock_now ();
    if (settings->lateness) {
        gint64 late = MAX (0, player->started - deadline);
        g_array_append_val (settings->lateness, late);
    }
    if (settings->with_files && settings->script->files.files->len)
        player->files = player_files_new (player, begin_connecting);
    else
        begin_connecting (player);
}

/* That the recorded phone has asked. */
static guint count_questions (const Script *script)
{
    guint questions = 0;

    for (guint i = 0; i < script->messages->len; i++) {
        const ScriptMessage *message = script_message (script, i);
        questions += !message->from_server && catalog_kind (message->kind)->is_request ? 1 : 0;
    }
    return questions;
}

Player *player_new (const PlayerSettings *settings, const Identity *identity, PlayerEvent settled, PlayerEvent done,
                    gpointer user_data)
{
    Player *player = g_new0 (Player, 1);

    player->settings = settings;
    player->identity = *identity;
    player->source = settings->source;
    take_choice (player, 0);
    player->settled = settled;
    player->done = done;
    player->user_data = user_data;
    player->connected = -1;
    outcome_init (&player->outcome, count_questions (settings->script));
    g_strlcpy (player->outcome.name, *identity->name ? identity->name : identity->number, sizeof player->outcome.name);
    player->part = settings->script->protocol == PROTOCOL_SIP ? &player_part_sip : &player_part_sccp;
    player->state = player->part->create (player);
    return player;
}

void player_free (Player *player)
{
    if (!player)
        return;
    agenda_cancel (&player->start);
    agenda_cancel (&player->connecting);
    agenda_cancel (&player->ending);
    player_files_free (player->files);
    g_free (player->target_text);
    leave_server (player);
    player->part->destroy (player->state);
    g_clear_pointer (&player->received, g_byte_array_unref);
    outcome_clear (&player->outcome);
    g_free (player);
}

void player_set_source (Player *player, IpAddress source)
{
    player->source = source;
}

gboolean player_has_settled (const Player *player)
{
    return player->has_settled;
}

void player_start (Player *player, gint64 when)
{
    agenda_make (agenda_of (player), &player->start, when, on_start, player);
}

void player_stop (Player *player)
{
    if (player->has_ended || player->is_stopping)
        return;
    player->is_stopping = TRUE;
    if (player->connected < 0)
        player_end (player, END_INTERRUPTED, "interrupted before the connection stood");
    else
        player->part->stop (player->state);
}

void player_set_interrupted (Player *player)
{
    const PlayerOutcome *outcome = &player->outcome;

    player_set_end (player, END_INTERRUPTED,
                    outcome->ready_after >= 0 ? "interrupted when it was ready, before all that was recorded was done"
                    : outcome->accepted_after >= 0 ? "interrupted when it was accepted, before it was ready"
                                                   : "interrupted before the registration was complete");
}

void player_leave (Player *player)
{
    PlayerOutcome *outcome = &player->outcome;

    if (player->has_ended)
        return;
    outcome_append (outcome, "; ");
    player_set_end (player, END_INTERRUPTED, "%s", "");
    outcome_append (outcome,
                    outcome->signed_off ? "left before the sign-off was answered" : "left before it had ended");
    if (outcome->signed_off)
        outcome->sign_off = SIGN_OFF_UNANSWERED;
    player_end (player, END_INTERRUPTED, NULL);
}

const PlayerOutcome *player_outcome (const Player *player)
{
    return &player->outcome;
}
