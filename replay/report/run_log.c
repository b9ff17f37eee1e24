/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/report/run_log.h"

#include "replay/clock.h"

typedef struct {
    gint64 time; /* nanoseconds since 1970 */
    Endpoint phone, server;
    gboolean from_server;
    gsize at, size;
} Entry;

/* What is kept of one connection. */
typedef struct {
    guint messages;
    gsize octets;
} Kept;

struct RunLog {
    GArray *entries;
    GByteArray *octets;
    GHashTable *kept; /* end of a phone, owned → Kept, owned */
    guint64 left_out;
    gint64 offset; /* from clock_now() to the time of day */
    Protocol protocol;
    Carrier carrier;
};

/* A server chooses how much it sends; what is kept of it is bounded. A registration has some hundred messages and ten
 * KiB. */
#define MESSAGES_MAX RUN_LOG_MESSAGES_MAX
#define OCTETS_MAX   (1024u * 1024)
#define ALL_MAX      (RUN_LOG_MIB_MAX * 1024u * 1024)

RunLog *run_log_new (Protocol protocol, Carrier carrier)
{
    RunLog *log = g_new0 (RunLog, 1);

    log->protocol = protocol;
    log->carrier = carrier;
    log->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
    log->octets = g_byte_array_new ();
    log->kept = g_hash_table_new_full (endpoint_key_hash, endpoint_key_equal, g_free, g_free);
    log->offset = g_get_real_time () * 1000 - clock_now ();
    return log;
}

void run_log_free (RunLog *log)
{
    if (!log)
        return;
    g_array_unref (log->entries);
    g_byte_array_unref (log->octets);
    g_hash_table_unref (log->kept);
    g_free (log);
}

guint64 run_log_left_out (const RunLog *log)
{
    return log->left_out;
}

static gboolean is_room (RunLog *log, const Endpoint *phone, gsize size)
{
    Kept *kept = g_hash_table_lookup (log->kept, phone);

    if (!kept) {
        kept = g_new0 (Kept, 1);
        g_hash_table_insert (log->kept, g_memdup2 (phone, sizeof *phone), kept);
    }
    if (kept->messages >= MESSAGES_MAX || size > OCTETS_MAX - kept->octets || size > ALL_MAX - log->octets->len)
        return FALSE;
    kept->messages++;
    kept->octets += size;
    return TRUE;
}

void run_log_hear (gint64 time, const Endpoint *phone, const Endpoint *server, gboolean from_server, View octets,
                   gpointer user_data)
{
    RunLog *log = user_data;
    Entry entry = { time + log->offset, *phone, *server, from_server, log->octets->len, octets.size };

    if (!is_room (log, phone, octets.size)) {
        log->left_out++;
        return;
    }
    g_array_append_val (log->entries, entry);
    if (octets.size)
        g_byte_array_append (log->octets, octets.data, (guint) octets.size);
}

/* The next sequence numbers of a connection: of the phone, of the server. */
typedef struct {
    guint32 next[2];
} Sequences;

static Sequences *sequences_of (GHashTable *connections, const Endpoint *phone)
{
    Sequences *sequences = g_hash_table_lookup (connections, phone);

    if (!sequences) {
        sequences = g_new0 (Sequences, 1);
        g_hash_table_insert (connections, g_memdup2 (phone, sizeof *phone), sequences);
    }
    return sequences;
}

static gint compare_entries (gconstpointer a, gconstpointer b)
{
    gint64 x = ((const Entry *) a)->time, y = ((const Entry *) b)->time;
    return (x > y) - (x < y);
}

void run_log_feed (const RunLog *log, Flow *flow)
{
    g_autoptr (GHashTable) connections = g_hash_table_new_full (endpoint_key_hash, endpoint_key_equal, g_free, g_free);
    gint64 latest = G_MININT64;

    /* What was read late had come before what was sent meanwhile; equal ones stay as they are. */
    g_array_sort (log->entries, compare_entries);
    for (guint i = 0; i < log->entries->len; i++) {
        const Entry *entry = &g_array_index (log->entries, Entry, i);
        /* A datagram needs no handshake. */
        if (log->carrier == CARRIER_UDP && entry->size == 0)
            continue;
        Sequences *sequences = sequences_of (connections, &entry->phone);
        guint32 *next = &sequences->next[entry->from_server != FALSE];
        gboolean is_handshake = entry->size == 0;
        guint8 flags = is_handshake ? (entry->from_server ? TCP_SYN | TCP_ACK : TCP_SYN) : TCP_ACK | TCP_PSH;
        guint count;
        Frame frame = { .number = i + 1,
                        .time = entry->time,
                        .transport = log->carrier == CARRIER_UDP ? TRANSPORT_UDP : TRANSPORT_TCP,
                        .source = entry->from_server ? entry->server : entry->phone,
                        .destination = entry->from_server ? entry->phone : entry->server,
                        .tcp = { .sequence = *next,
                                 .acknowledgment = sequences->next[!entry->from_server],
                                 .length = (guint32) entry->size,
                                 .flags = flags },
                        .payload = { log->octets->data + entry->at, entry->size },
                        .is_sccp = entry->size > 0 && log->protocol == PROTOCOL_SCCP,
                        .is_sip = entry->size > 0 && log->protocol == PROTOCOL_SIP };
        *next += (guint32) entry->size + is_handshake;
        flow_frame (flow, &frame, &count);
        latest = MAX (latest, entry->time);
    }
    flow_finish (flow, latest);
}
