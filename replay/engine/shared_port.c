/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/engine/shared_port.h"

#include "registration/protocols/sip.h"

#include <string.h>

#define BRANCH_START "branch=z9hG4bK"
/* Of a token phones are told apart by so many digits. */
#define TOKEN_DIGITS 16

typedef struct {
    SharedPorts *ports;
    UdpPort *udp;
    Endpoint local;
    IpAddress target; /* from the address of ours that leads there */
    GQueue seats;     /* of Seat */
    GList link;       /* in ports->all */
} SharedPort;

struct SharedPorts {
    guint phones_each;
    IpAddress source;
    GQueue all;          /* of SharedPort, those with room first */
    GHashTable *tokens;  /* guint64 → Seat, both of the seats */
    GHashTable *numbers; /* text → Seat, both borrowed */
};

struct Seat {
    SharedPort *port;
    Endpoint target;
    const SeatHandlers *handlers;
    gpointer user_data;
    guint64 token;      /* 0: none yet */
    const char *number; /* NULL: none yet */
    guint posted;       /* datagrams that have not left */
    GList link;         /* in port->seats */
};

/* --- Whose it is */

/* FALSE for what are not so many hexadecimal digits. */
static gboolean read_token (const char *digits, gsize size, guint64 *ret_token)
{
    if (size < TOKEN_DIGITS)
        return FALSE;
    *ret_token = 0;
    for (guint i = 0; i < TOKEN_DIGITS; i++) {
        const gint value = g_ascii_xdigit_value (digits[i]);
        if (value < 0)
            return FALSE;
        *ret_token = *ret_token << 4 | (guint64) value;
    }
    return TRUE;
}

/* Of its first branch; who gets it looks closely. */
static Seat *find_by_branch (const SharedPorts *ports, View octets)
{
    const char *end = (const char *) octets.data + octets.size;
    const char *branch = octets.size ? memmem (octets.data, octets.size, BRANCH_START, strlen (BRANCH_START)) : NULL;
    guint64 token;

    if (!branch)
        return NULL;
    branch += strlen (BRANCH_START);
    return read_token (branch, (gsize) (end - branch), &token) ? g_hash_table_lookup (ports->tokens, &token) : NULL;
}

static Seat *find_by_user (const SharedPorts *ports, View user)
{
    g_autofree char *number = view_dup (user);
    return g_hash_table_lookup (ports->numbers, number);
}

static Seat *find_by_number (const SharedPorts *ports, View octets)
{
    SipMessage message;

    if (!sip_parse (octets.data, octets.size, &message) || message.is_answer)
        return NULL;
    Seat *seat = find_by_user (ports, message.request_uri.user);
    return seat ? seat : find_by_user (ports, message.to.uri.user);
}

static gboolean begins_answer (View octets)
{
    static const char start[] = "SIP/2.0 ";
    return octets.size >= strlen (start) && memcmp (octets.data, start, strlen (start)) == 0;
}

static void on_received (UdpPort *udp, const Endpoint *source, View octets, gpointer user_data)
{
    const SharedPorts *ports = ((SharedPort *) user_data)->ports;
    Seat *seat = begins_answer (octets) ? find_by_branch (ports, octets) : find_by_number (ports, octets);

    /* Only the server that it talks to is heard, as over a connection. */
    if (seat && seat->port->udp == udp && endpoint_equal (&seat->target, source))
        seat->handlers->received (octets, seat->user_data);
}

/* Who has sent it hears of it; where that cannot be seen, all to whom it applies. */
static void on_refused (G_GNUC_UNUSED UdpPort *udp, const Endpoint *target, int error, View quoted, gpointer user_data)
{
    SharedPort *port = user_data;
    Seat *asker = find_by_branch (port->ports, quoted);

    if (asker) {
        asker->handlers->refused (error, asker->user_data);
        return;
    }
    for (GList *link = port->seats.head, *next; link; link = next) {
        Seat *seat = link->data;
        next = link->next;
        if (endpoint_equal (&seat->target, target))
            seat->handlers->refused (error, seat->user_data);
    }
}

static void on_sent (G_GNUC_UNUSED UdpPort *udp, const Posted *posted, View octets, Departure left, gboolean is_stamped,
                     G_GNUC_UNUSED gpointer user_data)
{
    Seat *seat = posted->data;

    seat->posted--;
    if (posted->left)
        *posted->left = left;
    seat->handlers->sent (posted->due, octets, left, is_stamped, seat->user_data);
}

/* --- Ports */

static void on_nothing (G_GNUC_UNUSED Connection *connection, G_GNUC_UNUSED View octets,
                        G_GNUC_UNUSED gpointer user_data)
{
}

static void on_no_end (G_GNUC_UNUSED Connection *connection, G_GNUC_UNUSED int error, G_GNUC_UNUSED gpointer user_data)
{
}

/* The address of ours from which that one is reached: phones say it in their messages. */
static gboolean find_local (const SharedPorts *ports, const Endpoint *target, Endpoint *ret_local, GError **error)
{
    static const ConnectionHandlers handlers = { NULL, on_nothing, on_no_end };
    const IpAddress *source = ports->source.size ? &ports->source : NULL;
    Connection *connection = transport_connect (target, CARRIER_UDP, source, &handlers, NULL, error);

    if (!connection)
        return FALSE;
    *ret_local = (Endpoint){ connection_local (connection).address, 0 };
    connection_free (connection);
    return TRUE;
}

static SharedPort *open_port (SharedPorts *ports, const Endpoint *target, GError **error)
{
    static const UdpHandlers handlers = { on_received, on_refused, on_sent };
    SharedPort *port = g_new0 (SharedPort, 1);
    Endpoint local;

    *port = (SharedPort){ .ports = ports, .target = target->address, .link = { .data = port } };
    if (find_local (ports, target, &local, error))
        port->udp = transport_open_udp (&local, &target->address, &handlers, port, error);
    if (!port->udp) {
        g_free (port);
        return NULL;
    }
    port->local = (Endpoint){ local.address, udp_port_local (port->udp).port };
    g_queue_push_head_link (&ports->all, &port->link);
    return port;
}

static gboolean has_room (const SharedPort *port)
{
    return port->seats.length < port->ports->phones_each;
}

static SharedPort *find_port (const SharedPorts *ports, const Endpoint *target)
{
    for (GList *link = ports->all.head; link && has_room (link->data); link = link->next)
        if (ip_address_equal (&((SharedPort *) link->data)->target, &target->address))
            return link->data;
    return NULL;
}

/* Those with room stand first. */
static void sort_in (SharedPort *port)
{
    GQueue *all = &port->ports->all;

    g_queue_unlink (all, &port->link);
    if (has_room (port))
        g_queue_push_head_link (all, &port->link);
    else
        g_queue_push_tail_link (all, &port->link);
}

SharedPorts *shared_ports_new (guint phones_each, IpAddress source)
{
    SharedPorts *ports = g_new0 (SharedPorts, 1);

    ports->phones_each = phones_each;
    ports->source = source;
    ports->tokens = g_hash_table_new (g_int64_hash, g_int64_equal);
    ports->numbers = g_hash_table_new (g_str_hash, g_str_equal);
    return ports;
}

void shared_ports_free (SharedPorts *ports)
{
    if (!ports)
        return;
    while (ports->all.head) {
        SharedPort *port = ports->all.head->data;
        g_queue_unlink (&ports->all, &port->link);
        udp_port_free (port->udp);
        g_free (port);
    }
    g_hash_table_unref (ports->tokens);
    g_hash_table_unref (ports->numbers);
    g_free (ports);
}

/* --- Seats */

Seat *shared_ports_take (SharedPorts *ports, const Endpoint *target, const SeatHandlers *handlers, gpointer user_data,
                         GError **error)
{
    SharedPort *port = find_port (ports, target);

    if (!port)
        port = open_port (ports, target, error);
    if (!port)
        return NULL;
    Seat *seat = g_new0 (Seat, 1);
    *seat = (Seat){
        .port = port, .target = *target, .handlers = handlers, .user_data = user_data, .link = { .data = seat }
    };
    g_queue_push_tail_link (&port->seats, &seat->link);
    if (!has_room (port))
        sort_in (port);
    return seat;
}

void seat_name (Seat *seat, const char *token, const char *number)
{
    SharedPorts *ports = seat->port->ports;

    if (read_token (token, strlen (token), &seat->token))
        g_hash_table_replace (ports->tokens, &seat->token, seat);
    seat->number = number;
    g_hash_table_replace (ports->numbers, (gpointer) number, seat);
}

void seat_free (Seat *seat)
{
    if (!seat)
        return;
    SharedPort *port = seat->port;
    SharedPorts *ports = port->ports;

    if (seat->posted)
        udp_port_flush (port->udp);
    g_hash_table_remove (ports->tokens, &seat->token);
    if (seat->number && g_hash_table_lookup (ports->numbers, seat->number) == seat)
        g_hash_table_remove (ports->numbers, seat->number);
    const gboolean was_full = !has_room (port);
    g_queue_unlink (&port->seats, &seat->link);
    if (was_full)
        sort_in (port);
    g_free (seat);
}

Endpoint seat_local (const Seat *seat)
{
    return seat->port->local;
}

void seat_send (Seat *seat, View octets, gint64 due, Departure *left)
{
    const Posted posted = { due, left, seat };

    seat->posted++;
    udp_port_post (seat->port->udp, &seat->target, octets, &posted);
}
