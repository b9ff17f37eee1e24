/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/http.h"
#include "registration/protocols/tftp.h"
#include "replay/engine/fetch.h"
#include "replay/script/rewrite_files.h"
#include "tests/replay/dialogue.h"

/* One boot file, fetched from servers of every kind. */

TestSuite (fetch, .init = begin_recording, .fini = end_all, .timeout = 20);

#define TFTP_HOST "10.0.0.2"

/* --- One file from a server that does what the test wants */

static struct {
    UdpPort *listening, *transfer, *stranger;
    Endpoint client;
    GPtrArray *packets; /* of GBytes: what the client has sent, to any of the ports */
    FetchResult result;
    gboolean is_done;
    void (*reply) (const TftpPacket *packet);
} one;

static void answer (const char *octets, gsize size)
{
    udp_port_send (one.transfer, &one.client, (View){ (const guint8 *) octets, size });
}

#define SAY(text) answer ((text), sizeof (text) - 1)

static void say_data (guint16 block, gsize size)
{
    g_autofree char *packet = g_malloc (4 + size);

    memset (packet, 'x', 4 + size);
    packet[0] = 0;
    packet[1] = TFTP_DATA;
    packet[2] = (char) (block >> 8);
    packet[3] = (char) block;
    answer (packet, 4 + size);
}

static void on_client_packet (UdpPort *port, const Endpoint *source, View octets, G_GNUC_UNUSED gpointer user_data)
{
    TftpPacket packet;

    g_ptr_array_add (one.packets, g_bytes_new (octets.data, octets.size));
    cr_assert (tftp_decode (octets.data, octets.size, &packet));
    if (port == one.stranger)
        return;
    one.client = *source;
    if (one.reply)
        one.reply (&packet);
}

static UdpPort *open_server_port (const char *address, guint16 number)
{
    static const UdpHandlers handlers = { on_client_packet, NULL, NULL };
    Endpoint local = endpoint (address, number);
    return transport_open_udp (&local, NULL, &handlers, NULL, NULL);
}

static void on_one_done (Fetch *fetch, FetchResult *result, G_GNUC_UNUSED gpointer user_data)
{
    one.result = *result;
    one.result.text = g_strdup (result->text);
    one.result.content = NULL;
    one.is_done = TRUE;
    fetch_free (fetch);
}

static TftpOptions parse_options (const char *text, gsize size)
{
    g_autoptr (GByteArray) packet = g_byte_array_new ();
    TftpPacket decoded;

    g_byte_array_append (packet, (const guint8 *) text, (guint) size);
    cr_assert (tftp_decode (packet->data, packet->len, &decoded));
    return decoded.options;
}

#define PLAIN_REQUEST   "\0\1a.xml\0octet\0"
#define OPTIONS_REQUEST PLAIN_REQUEST "blksize\0001024\0tsize\0000\0timeout\0004\0"

static void fetch_one (const char *request, gsize size, gboolean first_block_only, void (*what) (const TftpPacket *))
{
    FetchSettings settings = {
        .agenda = agenda, .server = endpoint (TFTP_HOST, 69), .first_block_only = first_block_only, .keeps = TRUE
    };
    View recorded = { (const guint8 *) request, size };

    memset (&one, 0, sizeof one);
    one.packets = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
    one.listening = open_server_port (TFTP_HOST, 69);
    one.transfer = open_server_port (TFTP_HOST, 3000);
    one.stranger = open_server_port (TFTP_HOST, 3001);
    one.reply = what;
    GByteArray *with = tftp_request_rewrite (recorded, "a.xml", TRUE);
    GByteArray *plain = tftp_request_rewrite (recorded, "a.xml", FALSE);
    if (with->len == plain->len)
        g_clear_pointer (&plain, g_byte_array_unref);
    cr_assert_not_null (fetch_tftp (&settings, with, plain, on_one_done, NULL, NULL));
    pass (200 * SECOND);
    cr_assert (one.is_done, "every fetch comes to its end");
}

#define FETCH(request, reply) fetch_one ((request), sizeof (request) - 1, FALSE, (reply))

static guint count_packets (guint opcode)
{
    guint count = 0;

    for (guint i = 0; i < one.packets->len; i++)
        count += ((const guint8 *) g_bytes_get_data (one.packets->pdata[i], NULL))[1] == opcode;
    return count;
}

static guint last_error (void)
{
    for (guint i = one.packets->len; i-- > 0;) {
        const guint8 *packet = g_bytes_get_data (one.packets->pdata[i], NULL);
        if (packet[1] == TFTP_ERROR)
            return packet[3];
    }
    return G_MAXUINT;
}

static void end_one (void)
{
    g_free (one.result.text);
    g_ptr_array_unref (one.packets);
    udp_port_free (one.listening);
    udp_port_free (one.transfer);
    udp_port_free (one.stranger);
}

/* Two blocks, the second one short. */
static void two_blocks (const TftpPacket *packet)
{
    if (packet->opcode == TFTP_RRQ)
        say_data (1, 512);
    else if (packet->opcode == TFTP_ACK && packet->block == 1)
        say_data (2, 100);
}

Test (fetch, plain_data_is_taken_though_options_were_asked_for)
{
    FETCH (OPTIONS_REQUEST, two_blocks);
    cr_expect_eq (one.result.result, FILE_DELIVERED);
    cr_expect_eq (one.result.size, 612);
    cr_expect_eq (one.result.repeats, 0);
    cr_expect_eq (count_packets (TFTP_ACK), 2);
    cr_expect_eq (one.result.answered - one.result.asked, 2 * WORLD_WAY);
    end_one ();
}

static void acknowledge_options (const TftpPacket *packet)
{
    if (packet->opcode == TFTP_RRQ)
        SAY ("\0\6blksize\0001024\0tsize\0001030\0");
    else if (packet->opcode == TFTP_ACK && packet->block == 0)
        say_data (1, 1024);
    else if (packet->opcode == TFTP_ACK && packet->block == 1)
        say_data (2, 6);
}

Test (fetch, options_are_kept_and_acknowledged_with_block_0)
{
    FETCH (OPTIONS_REQUEST "windowsize\00016\0", acknowledge_options);
    cr_expect_eq (one.result.result, FILE_DELIVERED);
    cr_expect_eq (one.result.size, 1030);
    gsize size;
    const char *request = g_bytes_get_data (one.packets->pdata[0], &size);
    TftpOptions asked = parse_options (request, size);
    cr_expect_eq (asked.present, TFTP_HAS_BLKSIZE | TFTP_HAS_TSIZE | TFTP_HAS_TIMEOUT, "and no window");
    end_one ();
}

static void other_block_size (const TftpPacket *packet)
{
    if (packet->opcode == TFTP_RRQ)
        SAY ("\0\6blksize\0004096\0");
}

static void unasked_option (const TftpPacket *packet)
{
    if (packet->opcode == TFTP_RRQ)
        SAY ("\0\6blksize\000512\0");
}

Test (fetch, options_that_nobody_asked_for_are_refused_with_error_8)
{
    FETCH (OPTIONS_REQUEST, other_block_size);
    cr_expect_eq (one.result.result, FILE_BROKEN_OFF);
    cr_expect_eq (last_error (), 8);
    end_one ();
    FETCH (PLAIN_REQUEST, unasked_option);
    cr_expect_eq (one.result.result, FILE_BROKEN_OFF);
    cr_expect_eq (last_error (), 8);
    end_one ();
}

static void likes_no_options (const TftpPacket *packet)
{
    if (packet->opcode == TFTP_RRQ && packet->options.present)
        SAY ("\0\5\0\010no options\0");
    else
        two_blocks (packet);
}

Test (fetch, a_server_that_likes_no_options_is_asked_once_more_without)
{
    FETCH (OPTIONS_REQUEST, likes_no_options);
    cr_expect_eq (one.result.result, FILE_DELIVERED);
    cr_expect_eq (count_packets (TFTP_RRQ), 2);
    end_one ();
}

static void strange_port_too (const TftpPacket *packet)
{
    two_blocks (packet);
    if (packet->opcode == TFTP_ACK && packet->block == 1)
        udp_port_send (one.stranger, &one.client, (View){ (const guint8 *) "\0\3\0\2!", 5 });
}

Test (fetch, another_port_of_the_server_is_refused_with_error_5)
{
    FETCH (PLAIN_REQUEST, strange_port_too);
    cr_expect_eq (one.result.result, FILE_DELIVERED);
    cr_expect_eq (one.result.size, 612, "its block is not taken");
    end_one ();
}

static void strange_port_first (const TftpPacket *packet)
{
    if (packet->opcode == TFTP_RRQ)
        say_data (1, 512);
    if (packet->opcode == TFTP_ACK && packet->block == 1)
        udp_port_send (one.stranger, &one.client, (View){ (const guint8 *) "\0\3\0\2!", 5 });
    if (packet->opcode == TFTP_ACK && packet->block == 1 && one.packets->len > 3)
        say_data (2, 1);
}

Test (fetch, a_stray_packet_changes_nothing_and_is_told)
{
    FETCH (PLAIN_REQUEST, strange_port_first);
    cr_expect_eq (last_error (), TFTP_UNKNOWN_TRANSFER);
    cr_expect_geq (one.result.strays, 1);
    cr_expect_eq (one.result.stray.port, 3001);
    cr_expect_eq (one.result.result, FILE_DELIVERED);
    cr_expect_eq (one.result.size, 513);
    end_one ();
}

Test (fetch, a_silent_server_is_asked_four_times_in_sixteen_seconds)
{
    FETCH (PLAIN_REQUEST, NULL);
    cr_expect_eq (one.result.result, FILE_UNANSWERED);
    cr_expect_eq (count_packets (TFTP_RRQ), 4);
    cr_expect_eq (one.result.repeats, 3);
    cr_expect_eq (one.result.finished - one.result.asked, 16 * SECOND);
    end_one ();
}

static void silent_behind_the_first_block (const TftpPacket *packet)
{
    if (packet->opcode == TFTP_RRQ)
        say_data (1, 512);
}

Test (fetch, a_server_that_falls_silent_is_given_up)
{
    FETCH (PLAIN_REQUEST, silent_behind_the_first_block);
    cr_expect_eq (one.result.result, FILE_BROKEN_OFF);
    cr_expect_eq (count_packets (TFTP_ACK), 4);
    end_one ();
}

/* The second block is lost the first time. */
static void lose_a_block (const TftpPacket *packet)
{
    if (packet->opcode == TFTP_ACK && packet->block == 1 && count_packets (TFTP_ACK) == 1)
        return;
    two_blocks (packet);
}

Test (fetch, a_lost_block_comes_again)
{
    FETCH (PLAIN_REQUEST, lose_a_block);
    cr_expect_eq (one.result.result, FILE_DELIVERED);
    cr_expect_eq (one.result.size, 612);
    cr_expect_eq (one.result.repeats, 1);
    cr_expect_eq (one.result.finished - one.result.asked, 4 * SECOND + 4 * WORLD_WAY);
    end_one ();
}

static void every_block_twice (const TftpPacket *packet)
{
    two_blocks (packet);
    two_blocks (packet);
}

Test (fetch, blocks_that_come_twice_count_once)
{
    FETCH (PLAIN_REQUEST, every_block_twice);
    cr_expect_eq (one.result.result, FILE_DELIVERED);
    cr_expect_eq (one.result.size, 612);
    end_one ();
}

static void no_such_file (const TftpPacket *packet)
{
    if (packet->opcode == TFTP_RRQ)
        SAY ("\0\5\0\1no a.xml here\0");
}

static void no_access (const TftpPacket *packet)
{
    if (packet->opcode == TFTP_RRQ)
        SAY ("\0\5\0\2");
}

Test (fetch, errors_are_told_apart)
{
    FETCH (PLAIN_REQUEST, no_such_file);
    cr_expect_eq (one.result.result, FILE_NOT_FOUND);
    end_one ();
    FETCH (PLAIN_REQUEST, no_access);
    cr_expect_eq (one.result.result, FILE_REFUSED);
    cr_expect_eq (one.result.code, 2);
    cr_expect_str_eq (one.result.text, "Access violation");
    end_one ();
}

static void four_gigabytes (const TftpPacket *packet)
{
    if (packet->opcode == TFTP_RRQ)
        SAY ("\0\6tsize\0004294967296\0");
}

Test (fetch, a_file_of_4_gb_is_not_begun)
{
    FETCH (OPTIONS_REQUEST, four_gigabytes);
    cr_expect_eq (one.result.result, FILE_BROKEN_OFF);
    cr_expect_eq (one.result.size, 0);
    cr_expect_eq (last_error (), TFTP_DISK_FULL);
    cr_expect_not_null (strstr (one.result.text, "4294967296 octets"), "%s", one.result.text);
    end_one ();
}

static void no_end (const TftpPacket *packet)
{
    if (packet->opcode == TFTP_RRQ)
        SAY ("\0\6blksize\00065464\0");
    else if (packet->opcode == TFTP_ACK)
        say_data ((guint16) (packet->block + 1), 65464);
}

Test (fetch, a_file_without_end_is_broken_off)
{
    FETCH (PLAIN_REQUEST "blksize\00065464\0", no_end);
    cr_expect_eq (one.result.result, FILE_BROKEN_OFF);
    cr_expect_gt (one.result.size, FETCH_SIZE_MAX);
    cr_expect_leq (one.result.size, FETCH_SIZE_MAX + 65464);
    cr_expect_null (one.result.content);
    end_one ();
}

static void one_octet_for_ever (const TftpPacket *packet)
{
    if (packet->opcode == TFTP_RRQ)
        say_data (1, 512);
    else if (packet->opcode == TFTP_ACK)
        say_data ((guint16) (packet->block + 1), 512);
}

Test (fetch, block_numbers_wrap_around_and_time_is_bounded)
{
    FETCH (PLAIN_REQUEST, one_octet_for_ever);
    cr_expect_eq (one.result.result, FILE_BROKEN_OFF);
    cr_expect_leq (one.result.finished - one.result.asked, FETCH_TIME_MAX + SECOND);
    end_one ();
}

Test (fetch, of_firmware_only_the_first_block_is_asked_for)
{
    fetch_one (PLAIN_REQUEST, sizeof PLAIN_REQUEST - 1, TRUE, one_octet_for_ever);
    cr_expect_eq (one.result.result, FILE_DELIVERED);
    cr_expect_eq (one.result.size, 512);
    cr_expect_eq (count_packets (TFTP_ACK), 0);
    cr_expect_eq (last_error (), 0);
    end_one ();
}

Test (fetch, a_closed_port_is_no_server)
{
    FetchSettings settings = { .agenda = agenda, .server = endpoint ("10.0.0.3", 69) };
    View recorded = { (const guint8 *) PLAIN_REQUEST, sizeof PLAIN_REQUEST - 1 };

    memset (&one, 0, sizeof one);
    fetch_tftp (&settings, tftp_request_rewrite (recorded, "a", TRUE), NULL, on_one_done, NULL, NULL);
    pass (SECOND);
    cr_expect (one.is_done);
    cr_expect_eq (one.result.result, FILE_NO_SERVER);
    g_free (one.result.text);
}

/* --- One file by HTTP */

static const char *http_answer;

static void on_http_octets (Connection *connection, G_GNUC_UNUSED View octets, G_GNUC_UNUSED gpointer user_data)
{
    /* Octet by octet: an answer may be cut anywhere. */
    for (const char *at = http_answer; *at; at++)
        connection_send (connection, (View){ (const guint8 *) at, 1 });
}

static void on_http_closed (Connection *connection, G_GNUC_UNUSED int error, G_GNUC_UNUSED gpointer user_data)
{
    connection_free (connection);
}

static void on_http_accept (Listener *listener, G_GNUC_UNUSED gpointer user_data)
{
    static const ConnectionHandlers handlers = { NULL, on_http_octets, on_http_closed };
    connection_accept (listener, &handlers, NULL);
}

static void fetch_by_http_from (const char *answer, AcceptHandler server)
{
    FetchSettings settings = { .agenda = agenda, .server = endpoint (TFTP_HOST, 6970), .keeps = TRUE };
    static const char request[] = "GET /a HTTP/1.1\r\n\r\n";
    GByteArray *octets = g_byte_array_new ();
    Endpoint local = endpoint (TFTP_HOST, 6970);

    memset (&one, 0, sizeof one);
    http_answer = answer;
    Listener *listener = transport_listen (&local, CARRIER_TCP, server, NULL, NULL);
    g_byte_array_append (octets, (const guint8 *) request, sizeof request - 1);
    cr_assert_not_null (fetch_http (&settings, octets, on_one_done, NULL, NULL));
    pass (200 * SECOND);
    listener_free (listener);
    cr_assert (one.is_done, "every fetch comes to its end: %s", answer);
}

static void fetch_by_http (const char *answer)
{
    fetch_by_http_from (answer, on_http_accept);
}

Test (fetch, http_answers_of_every_kind_come_to_an_end)
{
    static const struct {
        const char *answer;
        FileResult result;
        guint64 size;
    } rows[] = {
        { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", FILE_DELIVERED, 5 },
        { "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", FILE_DELIVERED, 0 },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", FILE_DELIVERED, 5 },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", FILE_BROKEN_OFF, 0 },
        { "HTTP/1.1 404 Not Found\r\n\r\n", FILE_NOT_FOUND, 0 },
        { "HTTP/1.1 503 Busy\r\n\r\n", FILE_REFUSED, 0 },
        { "HTTP/1.1 200 OK\r\nContent-Length: 4294967296\r\n\r\nx", FILE_BROKEN_OFF, 0 },
        { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", FILE_BROKEN_OFF, 3 },
        { "HTTP/1.1 200 OK\r\nNo-End: of this head", FILE_BROKEN_OFF, 0 },
        { "220 mail.example ESMTP\r\n", FILE_BROKEN_OFF, 0 },
        { "GET /a HTTP/1.1\r\n\r\n", FILE_BROKEN_OFF, 0 },
        { "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", FILE_DELIVERED, 5 },
        { "HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello", FILE_DELIVERED, 5 },
        { "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello", FILE_DELIVERED, 5 },
        { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello, and more", FILE_DELIVERED, 5 },
        { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello", FILE_DELIVERED, 5 },
        { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\nhello", FILE_BROKEN_OFF, 0 },
        { "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello", FILE_BROKEN_OFF, 0 },
        { "HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\nhello", FILE_BROKEN_OFF, 0 },
        { "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\nhello", FILE_BROKEN_OFF, 0 },
        { "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nhello", FILE_BROKEN_OFF, 0 },
        /* Chunks count, whatever a length says beside them (RFC 9112, 6.3). */
        { "HTTP/1.1 200 OK\r\nContent-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
          FILE_DELIVERED, 2 },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;name=value\r\nhi\r\n0\r\nTrailer: x\r\n\r\n",
          FILE_DELIVERED, 2 },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi, longer than it said\r\n", FILE_BROKEN_OFF, 0 },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\nhi", FILE_BROKEN_OFF, 0 },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40000000\r\nhi", FILE_BROKEN_OFF, 0 },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\nhi", FILE_BROKEN_OFF, 0 },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n", FILE_BROKEN_OFF, 2 },
        { "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", FILE_DELIVERED, 5 },
        { "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\n\r\n", FILE_NOT_FOUND, 0 },
        { "HTTP/1.1 100 Continue\r\n\r\n", FILE_BROKEN_OFF, 0 },
        { "HTTP/1.1 204 No Content\r\n\r\n", FILE_REFUSED, 0 },
        { "HTTP/1.1 206 Partial Content\r\nContent-Length: 5\r\n\r\nhello", FILE_REFUSED, 0 },
        { "HTTP/1.1 304 Not Modified\r\n\r\n", FILE_REFUSED, 0 },
        { "HTTP/1.1 302 Found\r\nLocation: http://192.0.2.9/a\r\nContent-Length: 0\r\n\r\n", FILE_REFUSED, 0 },
        { "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\n\r\n", FILE_REFUSED, 0 },
        { "", FILE_UNANSWERED, 0 },
    };

    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
        fetch_by_http (rows[i].answer);
        cr_expect_eq (one.result.result, rows[i].result, "%s: %s", rows[i].answer,
                      file_result_name (one.result.result));
        cr_expect_eq (one.result.size, rows[i].size, "%s", rows[i].answer);
        g_free (one.result.text);
    }
}

Test (fetch, where_a_redirection_points_is_told)
{
    fetch_by_http ("HTTP/1.1 302 Found\r\nLocation: http://192.0.2.9/a\r\n\r\n");
    cr_expect_eq (one.result.code, 302);
    cr_expect_str_eq (one.result.text, "Found; it points to http://192.0.2.9/a, and nobody is followed elsewhere");
    g_free (one.result.text);
}

/* --- Servers of HTTP that go on */

static const char *http_more; /* what is said again and again, … */
static gint64 http_pause;     /* … so far apart; 0: as fast as it goes */
static Appointment saying;
static Connection *http_connection;

static void say_more (gint64 deadline, G_GNUC_UNUSED gpointer user_data)
{
    if (connection_send (http_connection, (View){ (const guint8 *) http_more, strlen (http_more) }))
        agenda_make (agenda, &saying, deadline + MAX (http_pause, 1000), say_more, NULL);
}

static void on_endless_request (Connection *connection, G_GNUC_UNUSED View octets, G_GNUC_UNUSED gpointer user_data)
{
    http_connection = connection;
    connection_send (connection, (View){ (const guint8 *) http_answer, strlen (http_answer) });
    agenda_make (agenda, &saying, clock_now () + MAX (http_pause, 1000), say_more, NULL);
}

static void on_endless_closed (Connection *connection, G_GNUC_UNUSED int error, G_GNUC_UNUSED gpointer user_data)
{
    agenda_cancel (&saying);
    connection_free (connection);
}

static void on_endless_accept (Listener *listener, G_GNUC_UNUSED gpointer user_data)
{
    static const ConnectionHandlers handlers = { NULL, on_endless_request, on_endless_closed };
    connection_accept (listener, &handlers, NULL);
}

static void fetch_endless (const char *answer, const char *more, gint64 pause)
{
    http_more = more;
    http_pause = pause;
    fetch_by_http_from (answer, on_endless_accept);
    agenda_cancel (&saying);
    cr_expect_eq (one.result.result, FILE_BROKEN_OFF);
    g_free (one.result.text);
}

Test (fetch, http_bodies_without_end_are_broken_off, .timeout = 600)
{
    g_autofree char *mebibyte = g_strnfill (1024 * 1024, 'x');
    g_autofree char *chunk = g_strdup_printf ("100000\r\n%s\r\n", mebibyte);

    fetch_endless ("HTTP/1.1 200 OK\r\n\r\n", mebibyte, 0);
    cr_expect_leq (one.result.size, FETCH_SIZE_MAX + 1024 * 1024);
    fetch_endless ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", chunk, 0);
    cr_expect_leq (one.result.size, FETCH_SIZE_MAX + 1024 * 1024);
    /* A gigabyte, announced: nothing of it is taken. */
    fetch_endless ("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n", mebibyte, 0);
    cr_expect_eq (one.result.size, 0);
    /* Provisional answers, and headers. */
    fetch_endless ("HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n", SECOND);
    fetch_endless ("HTTP/1.1 200 OK\r\n", "X-More: of this\r\n", 0);
}

Test (fetch, a_slow_http_server_is_waited_for_but_not_for_ever)
{
    fetch_endless ("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", "x", 15 * SECOND);
    cr_expect_eq (one.result.finished - one.result.asked, FETCH_TIME_MAX - 2 * WORLD_WAY);
    cr_expect_geq (one.result.size, 7);
    /* Slower than a phone waits. */
    fetch_endless ("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", "x", 17 * SECOND);
    cr_expect_eq (one.result.size, 0);
}

Test (fetch, a_closed_http_port_is_no_server)
{
    FetchSettings settings = { .agenda = agenda, .server = endpoint ("10.0.0.3", 6970) };

    memset (&one, 0, sizeof one);
    fetch_http (&settings, g_byte_array_new (), on_one_done, NULL, NULL);
    pass (SECOND);
    cr_expect_eq (one.result.result, FILE_NO_SERVER);
    g_free (one.result.text);
}
