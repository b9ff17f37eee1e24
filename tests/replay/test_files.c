/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/script/rewrite_files.h"
#include "replay/stand_in/stand_in_files.h"
#include "tests/replay/dialogue.h"

/* Boot files: how their names change, and the whole way from a recording over the phone to the stand-in. */

TestSuite (files, .init = begin_recording, .fini = end_all, .timeout = 20);

#define RECORDED  "SEP001380AD9E5F"
#define LIVE      "SEP00AABBCCDDEE"
#define TFTP_HOST "10.0.0.2"

/* --- Names */

static void check_name (const char *name, const char *as, const char *wanted)
{
    Identity who;

    cr_assert (identity_init (&who, as, NULL));
    g_autofree char *found = boot_name_rewrite (name, RECORDED, &who);
    cr_expect_eq (g_strcmp0 (found, wanted), 0, "%s as %s is %s, not %s", name, as, found ? found : "nothing", wanted);
}

Test (files, names_carry_the_new_address_in_the_case_of_the_old_one)
{
    check_name ("CTLSEP001380AD9E5F.tlv", LIVE, "CTLSEP00AABBCCDDEE.tlv");
    check_name ("ITLSEP001380AD9E5F.tlv", LIVE, "ITLSEP00AABBCCDDEE.tlv");
    check_name ("ITLFile.tlv", LIVE, "ITLFile.tlv");
    check_name ("SEP001380AD9E5F.cnf.xml.sgn", LIVE, "SEP00AABBCCDDEE.cnf.xml.sgn");
    check_name ("sep001380ad9e5f.cnf.xml", LIVE, "sep00aabbccddee.cnf.xml");
    check_name ("SIP001380AD9E5F.cnf", LIVE, "SIP00AABBCCDDEE.cnf");
    check_name ("gk001380ad9e5f", LIVE, "gk00aabbccddee");
    check_name ("gk001122334455", LIVE, "gk00aabbccddee");
    check_name ("SEP001122334455.cnf.xml", LIVE, "SEP00AABBCCDDEE.cnf.xml");
    check_name ("phones/001380AD9E5F/SEP001380AD9E5F.cnf.xml", LIVE, "phones/00AABBCCDDEE/SEP00AABBCCDDEE.cnf.xml");
    check_name ("XMLDefault.cnf.xml", LIVE, "XMLDefault.cnf.xml");
    check_name ("Germany/g3-tones.xml", LIVE, "Germany/g3-tones.xml");
}

Test (files, a_name_without_an_address_takes_the_place_of_the_whole_device_name)
{
    check_name ("SEP001380AD9E5F.cnf.xml", "LAB0001", "LAB0001.cnf.xml");
    check_name ("CTLSEP001380AD9E5F.tlv", "LAB0001", "CTLLAB0001.tlv");
    check_name ("gk001380ad9e5f", "LAB0001", NULL);
    check_name ("dialplan.xml", "LAB0001", "dialplan.xml");
}

Test (files, an_http_request_loses_credentials_and_the_recorded_phone)
{
    static const char recorded[] = "GET /SEP001380AD9E5F.cnf.xml?mac=001380ad9e5f HTTP/1.1\r\n"
                                   "Host: 10.0.0.1:6970\r\n"
                                   "User-Agent: Cisco/SEP001380AD9E5F\r\n"
                                   "Authorization: Basic c2VjcmV0\r\n"
                                   "X-Own: kept \r\n\r\n";

    g_autoptr (GByteArray) request =
        http_request_rewrite ((View){ (const guint8 *) recorded, strlen (recorded) }, "SEP001380AD9E5F.cnf.xml",
                              RECORDED, &identity, "10.0.0.2:6970");
    g_autofree char *text = g_strndup ((const char *) request->data, request->len);
    cr_expect_str_eq (text, "GET /SEP00AABBCCDDEE.cnf.xml?mac=00aabbccddee HTTP/1.1\r\n"
                            "Host: 10.0.0.2:6970\r\n"
                            "User-Agent: Cisco/SEP00AABBCCDDEE\r\n"
                            "X-Own: kept\r\n"
                            "Connection: close\r\n\r\n");
}

/* --- From the recording to the stand-in */

static guint16 next_client = 40000;

static void record_packet (gboolean from_server, guint16 server_port, const char *octets, gsize size)
{
    Endpoint phone = endpoint ("10.0.0.15", next_client), server = endpoint (TFTP_HOST, server_port);

    if (from_server)
        send_udp (server, phone, octets, size);
    else
        send_udp (phone, server, octets, size);
}

static void record_request (const char *name)
{
    g_autoptr (GString) packet = g_string_new_len ("\0\1", 2);

    next_client++;
    g_string_append (packet, name);
    g_string_append_len (packet, "\0octet", 7);
    record_packet (FALSE, 69, packet->str, packet->len);
}

static void record_missing (const char *name)
{
    record_request (name);
    record_packet (TRUE, 3000, "\0\5\0\1not found", 14);
}

static void record_delivered (const char *name, const char *content)
{
    g_autoptr (GString) packet = g_string_new_len ("\0\3\0\1", 4);

    record_request (name);
    g_string_append (packet, content);
    record_packet (TRUE, 3000, packet->str, packet->len);
    record_packet (FALSE, 3000, "\0\4\0\1", 4);
}

#define CONFIGURATION(host)                                                                                            \
    "<device><deviceProtocol>SCCP</deviceProtocol><devicePool><callManagerGroup><members><member priority=\"0\">"      \
    "<callManager><ports><ethernetPhonePort>2000</ethernetPhonePort></ports><processNodeName>" host                    \
    "</processNodeName></callManager></member></members></callManagerGroup></devicePool></device>"

static void record_boot (void)
{
    record_missing ("CTL" RECORDED ".tlv");
    record_delivered ("ITL" RECORDED ".tlv", "trust");
    record_delivered (RECORDED ".cnf.xml", CONFIGURATION ("10.0.0.1"));
    record_missing ("Germany/g3-tones.xml");
    record_registration ();
}

/* An answered GET on a connection of its own. */
static void record_http (const char *name, const char *reply_text)
{
    Link link = { endpoint ("10.0.0.15", ++next_client), endpoint (TFTP_HOST, 6970), { 1000, 5000 }, FALSE };
    g_autofree char *request = g_strdup_printf ("GET /%s HTTP/1.1\r\nHost: 10.0.0.2:6970\r\n\r\n", name);

    shake_hands (&link);
    send_bytes (&link, FALSE, (const guint8 *) request, strlen (request));
    send_bytes (&link, TRUE, (const guint8 *) reply_text, strlen (reply_text));
}

static void record_http_boot (void)
{
    record_http ("CTL" RECORDED ".tlv", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    record_http (RECORDED ".cnf.xml",
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n<device/>\r\n0\r\n\r\n");
    record_registration ();
}

static char found_host[32];

static gboolean find_server (const char *host, guint16 port, Endpoint *ret_server, G_GNUC_UNUSED gpointer user_data,
                             GError **error)
{
    g_strlcpy (found_host, host, sizeof found_host);
    if (strcmp (host, "10.0.0.1") != 0) {
        g_set_error (error, TRANSPORT_ERROR, 0, "nobody knows it");
        return FALSE;
    }
    *ret_server = endpoint (host, port);
    return TRUE;
}

static StandInFiles *stand_in_files;
static gboolean serves_http;

static void start_with_files (void)
{
    make_script ();
    StandInFilesSettings settings = { .agenda = agenda, .script = script, .speed = 1 };
    Endpoint tftp = endpoint (TFTP_HOST, 69);
    stand_in_files = stand_in_files_new (&settings);
    cr_assert (stand_in_files_open_tftp (stand_in_files, &tftp, NULL));
    Endpoint http = endpoint (TFTP_HOST, 6970);
    if (serves_http)
        cr_assert (stand_in_files_open_http (stand_in_files, &http, NULL));
    player_settings.with_files = TRUE;
    player_settings.files_are_expected = TRUE;
    player_settings.tftp_server = tftp;
    player_settings.http_server = http;
    player_settings.find_server = find_server;
    server_settings.agenda = agenda;
    server_settings.script = script;
    stand_in = stand_in_new (&server_settings, &server_end, NULL);
    start_player ();
    pass (60 * SECOND);
    stand_in_files_free (stand_in_files);
}

static const Exchange *file_exchange (guint number)
{
    for (guint i = 0; i < outcome ()->n_exchanges; i++) {
        const Exchange *exchange = &outcome ()->exchanges[i];
        if (exchange->file && exchange->instance == number)
            return exchange;
    }
    return NULL;
}

Test (files, the_boot_is_as_recorded_and_ends_with_the_configuration)
{
    record_boot ();
    start_with_files ();
    cr_expect_eq (outcome ()->end, END_COMPLETE, "%s", outcome ()->sentence);
    cr_expect_eq (count_failing (), 0);
    static const char *const names[] = { "CTL" LIVE ".tlv", "ITL" LIVE ".tlv", LIVE ".cnf.xml" };
    for (guint i = 0; i < 3; i++) {
        const Exchange *exchange = file_exchange (i + 1);
        cr_assert_not_null (exchange, "file %u was asked for", i + 1);
        cr_expect_str_eq (exchange->file->name, names[i]);
        cr_expect_eq (exchange->content, CONTENT_SAME, "%s: %s", names[i], exchange->detail);
    }
    cr_expect_null (file_exchange (4), "what comes behind the configuration has no turn");
    cr_expect_geq (outcome ()->files_took, 0);
}

/* A first server that is silent, then one that has the file: the first of two that the recording asks. */
Test (files, a_request_that_was_not_answered_is_not_answered_however_often_it_comes)
{
    record_request ("CTL" RECORDED ".tlv");
    record_delivered ("CTL" RECORDED ".tlv", "trust");
    record_registration ();
    start_with_files ();
    pass (60 * SECOND);

    cr_assert_not_null (file_exchange (2));
    const Exchange *first = file_exchange (1), *second = file_exchange (2);
    cr_expect_not (first->has_answer);
    cr_expect_eq (first->content, CONTENT_SAME);
    cr_expect (second->has_answer);
    cr_expect_eq (second->content, CONTENT_SAME);
    cr_expect_lt (second->live, SECOND);
    cr_expect_eq (outcome ()->end, END_COMPLETE, "%s", outcome ()->sentence);
}

Test (files, what_is_left_out_is_told)
{
    record_boot ();
    start_with_files ();
    cr_assert_eq (outcome ()->remarks->len, 1);
    cr_expect_not_null (strstr (outcome ()->remarks->pdata[0], "1 more file"));
}

Test (files, the_registration_follows_the_live_configuration)
{
    record_boot ();
    player_settings.follows = TRUE;
    start_with_files ();
    cr_expect_str_eq (found_host, "10.0.0.1");
    cr_expect_eq (outcome ()->end, END_COMPLETE);
}

Test (files, a_server_that_a_configuration_names_is_blamed_by_its_address)
{
    Tweak tweak = { .kind = catalog_find (PROTOCOL_SCCP, SCCP_REGISTER_ACK), .fault = FAULT_SILENT };
    g_autoptr (GArray) tweaks = g_array_new (FALSE, FALSE, sizeof (Tweak));

    g_array_append_val (tweaks, tweak);
    server_settings.tweaks = tweaks;
    record_boot ();
    player_settings.follows = TRUE;
    player_settings.target_text = "where its configuration points";
    start_with_files ();
    cr_expect_str_eq (outcome ()->sentence,
                      "10.0.0.1:2000 takes the connection but does not answer RegisterReq within 10.000 s");
    server_settings.tweaks = NULL;
}

Test (files, a_configuration_that_points_nowhere_ends_it)
{
    record_delivered (RECORDED ".cnf.xml", CONFIGURATION ("elsewhere"));
    record_registration ();
    player_settings.follows = TRUE;
    start_with_files ();
    cr_expect_eq (outcome ()->end, END_DIFFERENT);
    cr_expect_not_null (strstr (outcome ()->sentence, "points to elsewhere: nobody knows it"), "%s",
                        outcome ()->sentence);
}

Test (files, a_configuration_writes_no_lines_of_its_own)
{
    record_delivered (RECORDED ".cnf.xml",
                      "<device><deviceProtocol>SIP\nregistered\xE2\x80\xAE</deviceProtocol></device>");
    record_registration ();
    start_with_files ();
    cr_assert_eq (outcome ()->remarks->len, 1);
    cr_expect_not_null (strstr (outcome ()->remarks->pdata[0], "wants SIP\xEF\xBF\xBDregistered\xEF\xBF\xBD, and"),
                        "%s", (char *) outcome ()->remarks->pdata[0]);
}

Test (files, without_a_configuration_there_is_nothing_to_follow)
{
    record_missing (RECORDED ".cnf.xml");
    record_registration ();
    player_settings.follows = TRUE;
    start_with_files ();
    cr_expect_eq (outcome ()->end, END_DIFFERENT);
    cr_expect_eq (stand_in_connections (stand_in), 0);
}

static void register_where_nobody_serves_files (gboolean they_are_expected)
{
    record_boot ();
    make_script ();
    player_settings.with_files = TRUE;
    player_settings.files_are_expected = they_are_expected;
    player_settings.tftp_server = endpoint ("10.0.0.3", 69);
    server_settings.agenda = agenda;
    server_settings.script = script;
    stand_in = stand_in_new (&server_settings, &server_end, NULL);
    start_player ();
    pass (60 * SECOND);
    cr_expect_eq (outcome ()->end, END_COMPLETE);
    cr_expect_eq (file_exchange (3)->content, CONTENT_NOT_REACHED);
}

Test (files, when_nobody_serves_files_the_others_have_no_turn_and_the_phone_registers)
{
    register_where_nobody_serves_files (TRUE);
    cr_expect (file_exchange (1)->fails);
}

Test (files, a_call_manager_need_not_serve_files_unless_somebody_says_so)
{
    register_where_nobody_serves_files (FALSE);
    cr_expect_not (file_exchange (1)->fails);
    cr_expect_eq (outcome ()->remarks->len, 1);
}

Test (files, files_that_came_by_http_come_by_http)
{
    record_http_boot ();
    serves_http = TRUE;
    start_with_files ();
    cr_expect_eq (outcome ()->end, END_COMPLETE, "%s", outcome ()->sentence);
    cr_expect_eq (file_exchange (1)->file->result, FILE_NOT_FOUND);
    cr_expect_eq (file_exchange (2)->file->result, FILE_DELIVERED);
    cr_expect_eq (file_exchange (2)->file->size, strlen ("<device/>"));
    cr_expect_str_eq (file_exchange (2)->file->name, LIVE ".cnf.xml");
    for (guint i = 1; i <= 2; i++) {
        cr_expect_eq (file_exchange (i)->content, CONTENT_SAME, "%s", file_exchange (i)->detail);
        cr_expect_eq (catalog_kind (file_exchange (i)->kind)->protocol, PROTOCOL_HTTP);
    }
}

Test (files, where_http_is_closed_they_come_by_tftp)
{
    record_http_boot ();
    start_with_files ();
    cr_expect_eq (outcome ()->end, END_COMPLETE, "%s", outcome ()->sentence);
    for (guint i = 1; i <= 2; i++) {
        cr_expect_eq (file_exchange (i)->content, CONTENT_SAME, "%s", file_exchange (i)->detail);
        cr_expect_eq (catalog_kind (file_exchange (i)->kind)->protocol, PROTOCOL_TFTP);
    }
    cr_expect_not_null (strstr (outcome ()->remarks->pdata[0], "by TFTP"));
}

Test (files, https_is_left_out_and_told)
{
    Link link = { endpoint ("10.0.0.15", ++next_client), endpoint (TFTP_HOST, 6971), { 1000, 5000 }, FALSE };

    record_missing ("CTL" RECORDED ".tlv");
    shake_hands (&link);
    record_delivered (RECORDED ".cnf.xml", CONFIGURATION ("10.0.0.1"));
    record_registration ();
    start_with_files ();
    cr_expect_eq (outcome ()->end, END_COMPLETE);
    cr_assert_geq (outcome ()->remarks->len, 1);
    cr_expect_not_null (strstr (outcome ()->remarks->pdata[0], "HTTPS (port 6971"));
    cr_expect_eq (file_exchange (2)->file->result, FILE_DELIVERED);
}
