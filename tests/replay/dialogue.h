/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/script/script_sccp.h"
#include "tests/replay/replayed_phone.h"

/* A recorded SCCP registration made of messages (play.h), and a server that answers the replayed phone as a test wants.
 * Header only. */

/* What the server has heard. */
typedef struct {
    guint32 id, instance, header_version;
    gint64 time;
    guint8 octets[192];
    gsize size;
} Heard;

static GArray *heard;
static guint closed_by_phone;

/* Decides about a message of the phone: TRUE when the test's server has dealt with it; otherwise it is answered as
 * recorded. */
typedef gboolean (*Reply) (Connection *connection, guint32 id, guint32 instance);
static Reply reply;

static void begin_recording (void)
{
    begin_replay (2000);
    heard = g_array_new (FALSE, TRUE, sizeof (Heard));
    closed_by_phone = 0;
    reply = NULL;
    cr_assert (identity_init (&identity, "SEP00AABBCCDDEE", NULL));
}

static void end_all (void)
{
    end_replay ();
    g_array_unref (heard);
}

/* The usual registration of a phone with one line. */
static inline Link record_until_line (void)
{
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.1");

    shake_hands (&link);
    say (&link, SCCP_ALARM,
         FIELDS (LE32 (2), BOX (80, "25: Name=SEP001380AD9E5F Load=8.5(3) Last=Initialized"), ZEROS (8)));
    ask_to_register (&link, "SEP001380AD9E5F", 115);
    say (&link, SCCP_IP_PORT, FIELDS (LE32 (16384)));
    accept_registration (&link);
    say (&link, SCCP_CAPABILITIES_REQ, NO_FIELDS);
    say (&link, SCCP_CAPABILITIES_RES, FIELDS (LE32 (1), LE32 (4), ZEROS (12)));
    say (&link, SCCP_BUTTON_TEMPLATE_REQ, NO_FIELDS);
    say (&link, SCCP_BUTTON_TEMPLATE_RES, FIELDS (LE32 (0), LE32 (1), LE32 (1), U8 (1), U8 (9)));
    say (&link, SCCP_CONFIG_STAT_REQ, NO_FIELDS);
    say (&link, SCCP_CONFIG_STAT_RES,
         FIELDS (ZEROS (16), ZEROS (8), BOX (40, "alice"), BOX (40, "cucm"), LE32 (1), LE32 (0)));
    say (&link, SCCP_LINE_STAT_REQ, FIELDS (LE32 (1)));
    answer_line (&link, 1, "1001");
    return link;
}

static inline Link record_registration (void)
{
    Link link = record_until_line ();

    say (&link, SCCP_FORWARD_STAT_REQ, FIELDS (LE32 (1)));
    say (&link, SCCP_FORWARD_STAT_RES, FIELDS (LE32 (0), LE32 (1), ZEROS (84)));
    say (&link, SCCP_REGISTER_AVAILABLE_LINES, FIELDS (LE32 (1)));
    say (&link, SCCP_TIME_DATE_REQ, NO_FIELDS);
    set_clock (&link);
    say (&link, SCCP_SELECT_SOFT_KEYS, FIELDS (ZEROS (16)));
    return link;
}

static inline void record_sign_off (Link *link)
{
    now += 29 * SECOND;
    say (link, SCCP_KEEP_ALIVE_REQ, NO_FIELDS);
    say (link, SCCP_KEEP_ALIVE_ACK, NO_FIELDS);
    say (link, SCCP_UNREGISTER_REQ, NO_FIELDS);
    say (link, SCCP_UNREGISTER_ACK, FIELDS (LE32 (0)));
}

/* --- A server of the test's own */

static inline void server_say (Connection *connection, guint32 id, const Field *fields)
{
    g_autoptr (GByteArray) bytes = g_byte_array_new ();

    wire_pdu (bytes, 0, id, fields);
    connection_send (connection, (View){ bytes->data, bytes->len });
}

/* As the recording does: kinds, not times. */
static inline void answer_as_recorded (Connection *connection, guint32 id, guint32 instance)
{
    guint index = script_find (script, catalog_find (PROTOCOL_SCCP, id), instance, 0);
    const ScriptMessage *answer = script_partner (script, index);

    if (answer && answer->from_server && catalog_kind (answer->kind)->is_answer)
        connection_send (connection, answer->octets);
    if (id == SCCP_REGISTER_REQ && answer && catalog_kind (answer->kind)->id == SCCP_REGISTER_ACK)
        server_say (connection, SCCP_CAPABILITIES_REQ, NO_FIELDS);
    if (id == SCCP_KEEP_ALIVE_REQ && !answer)
        server_say (connection, SCCP_KEEP_ALIVE_ACK, NO_FIELDS);
}

static void on_server_octets (Connection *connection, View octets, G_GNUC_UNUSED gpointer user_data)
{
    SccpPdu pdu;

    for (gsize at = 0; at < octets.size;) {
        gssize size = sccp_frame (octets.data + at, octets.size - at, &pdu);
        cr_assert_gt (size, 0, "the phone sends whole messages");
        Heard message = { .id = pdu.id,
                          .instance = (guint32) sccp_instance (&pdu),
                          .header_version = pdu.header_version,
                          .time = world.now,
                          .size = pdu.octets.size };
        memcpy (message.octets, pdu.octets.data, MIN (pdu.octets.size, sizeof message.octets));
        g_array_append_val (heard, message);
        at += (gsize) size;
        if (!reply || !reply (connection, message.id, message.instance))
            answer_as_recorded (connection, message.id, message.instance);
    }
}

static void on_server_closed (G_GNUC_UNUSED Connection *connection, G_GNUC_UNUSED int error,
                              G_GNUC_UNUSED gpointer user_data)
{
    closed_by_phone++;
}

static void on_server_accept (Listener *listener, G_GNUC_UNUSED gpointer user_data)
{
    static const ConnectionHandlers handlers = { NULL, on_server_octets, on_server_closed };
    connection_accept (listener, &handlers, NULL);
}

/* Against a server that answers as recorded except for what the test says. */
static inline void start_with_server (Reply what)
{
    make_script ();
    reply = what;
    transport_listen (&server_end, CARRIER_TCP, on_server_accept, NULL, NULL);
    start_player ();
}

static inline guint count_heard (guint32 id)
{
    guint count = 0;

    for (guint i = 0; i < heard->len; i++)
        count += g_array_index (heard, Heard, i).id == id;
    return count;
}

static inline const Heard *find_heard (guint32 id, guint nth)
{
    for (guint i = 0; i < heard->len; i++)
        if (g_array_index (heard, Heard, i).id == id && nth-- == 0)
            return &g_array_index (heard, Heard, i);
    return NULL;
}

static inline const Exchange *find_exchange (guint32 id, guint64 instance)
{
    for (guint i = 0; i < outcome ()->n_exchanges; i++) {
        const Exchange *exchange = &outcome ()->exchanges[i];
        if (catalog_kind (exchange->kind)->id == id && exchange->instance == instance)
            return exchange;
    }
    return NULL;
}

static inline guint count_failing (void)
{
    guint count = 0;

    for (guint i = 0; i < outcome ()->n_exchanges; i++)
        count += outcome ()->exchanges[i].fails;
    return count;
}
