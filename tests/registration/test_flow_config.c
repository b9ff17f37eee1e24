/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/registration/boot.h"

TestSuite (flow_config, .init = set_up, .fini = tear_down);

Test (flow_config, a_configuration_says_where_the_phone_will_connect)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);

    NoteId last = fetch (&tftp, CONFIG, configuration, sizeof configuration - 1);
    SAYS (last, "TFTP Data", "files", "config");
    cr_assert_str_eq (value_of (last, VALUE_PROTOCOL), "SCCP");
    cr_assert_str_eq (value_of (last, VALUE_LOAD), "SCCP41.9-4-2SR3-1S");
    cr_assert_str_eq (value_of (last, VALUE_CALL_MANAGERS), "10.0.0.2, 10.0.0.3, cucm.example");
    cr_assert_str_eq (value_of (last, VALUE_SECURITY), "1");
    Link second = new_link ("10.0.0.15", 50000, "10.0.0.3"), stranger = new_link ("10.0.0.15", 50001, "10.0.0.9");
    cr_assert_str_eq (value_of (tcp (&second, FALSE, TCP_SYN), VALUE_RANK), "2");
    cr_assert_str_eq (value_of (tcp (&stranger, FALSE, TCP_SYN), VALUE_RANK), "");
    check_all_notes ();
}

Test (flow_config, a_signed_configuration_is_read_too)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);
    g_autoptr (GByteArray) file = g_byte_array_new ();

    g_byte_array_append (file, (const guint8 *) "\1\0\2\1\1\2\0\2\1\x58\3\0\0\4", 14);
    g_byte_array_append (file, (const guint8 *) configuration, sizeof configuration - 1);
    NoteId last = fetch (&tftp, CONFIG ".sgn", (const char *) file->data, file->len);
    SAYS (last, "TFTP Data", "files", "config");
    cr_assert_str_eq (value_of (last, VALUE_PROTOCOL), "SCCP");
}

Test (flow_config, the_firmware_tells_the_protocol_when_the_configuration_does_not)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);
    static const char text[] = "<device><loadInformation>SIP41.9-4-2SR3-1S</loadInformation></device>";

    NoteId last = fetch (&tftp, CONFIG, text, sizeof text - 1);
    cr_assert_str_eq (value_of (last, VALUE_PROTOCOL), "SIP");
}

Test (flow_config, a_broken_configuration_says_what_is_wrong)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000), next = new_tftp ("10.0.0.15", 50001);
    static const char binary[] = "\1\2\3\4 encrypted";

    NoteId last = fetch (&tftp, CONFIG, configuration, 400);
    SAYS (last, "TFTP Data", "files", "broken");
    cr_assert_neq (value_of (last, VALUE_TEXT)[0], '\0');
    cr_assert_str_eq (value_of (last, VALUE_PROTOCOL), "SCCP", "what could be read is told");
    SAYS (fetch (&next, CONFIG, binary, sizeof binary), "TFTP Data", "files", "broken");
    check_all_notes ();
}

static void append_dns_name (GByteArray *bytes, const char *name)
{
    g_auto (GStrv) labels = g_strsplit (name, ".", -1);

    for (guint i = 0; labels[i]; i++) {
        guint8 size = (guint8) strlen (labels[i]);
        g_byte_array_append (bytes, &size, 1);
        g_byte_array_append (bytes, (const guint8 *) labels[i], size);
    }
    g_byte_array_append (bytes, (const guint8 *) "\0\0\1\0\1", 5);
}

/* address: the answer, or NULL for "no such name"; a question when answer is FALSE. */
static NoteId dns (const char *client, gboolean answer, const char *name, const char *address)
{
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    Endpoint phone = endpoint (client, 50053), server = endpoint ("10.0.0.53", 53);
    guint8 head[12] = { 0, 9, 1, 0, 0, 1 };

    if (answer) {
        head[2] = 0x85;
        head[3] = address ? 0x80 : 0x83;
        head[7] = address != NULL;
    }
    g_byte_array_append (bytes, head, 12);
    append_dns_name (bytes, name);
    if (answer && address) {
        g_byte_array_append (bytes, (const guint8 *) "\xC0\x0C\0\1\0\1\0\0\0\x3C\0\4", 12);
        g_byte_array_append (bytes, endpoint (address, 0).address.octets, 4);
    }
    return answer ? send_udp (server, phone, bytes->data, bytes->len)
                  : send_udp (phone, server, bytes->data, bytes->len);
}

Test (flow_config, names_are_looked_up_by_phones_only)
{
    cr_assert_eq (dns ("10.0.0.77", FALSE, "www.example", NULL), 0);
    cr_assert_eq (dns ("10.0.0.77", TRUE, "www.example", "10.1.1.1"), 0);
    get_address ();
    NoteId query = dns ("10.0.0.15", FALSE, "tftp.example", NULL);
    SAYS (query, "DNS Query", "address", "");
    NoteId answer = dns ("10.0.0.15", TRUE, "tftp.example", "10.0.0.5");
    SAYS (answer, "DNS Response", "address", "");
    cr_assert_eq (note_of (answer)->partner, query);
    cr_assert_eq (note_of (query)->partner, answer);
    cr_assert_str_eq (value_of (answer, VALUE_SERVERS), "10.0.0.5");
    NoteId missing = dns ("10.0.0.15", TRUE, "CiscoCM1", NULL);
    SAYS (missing, "DNS Response", "address", "not-found");
    cr_assert_str_eq (value_of (missing, VALUE_TEXT), "No such name");
    cr_assert_eq (dns ("10.0.0.77", FALSE, "www.example", NULL), 0);
    check_all_notes ();
}

Test (flow_config, a_call_manager_named_in_the_configuration_is_known_by_the_address_looked_up)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.4");

    get_address ();
    dns ("10.0.0.15", TRUE, "cucm.example", "10.0.0.4");
    fetch (&tftp, CONFIG, configuration, sizeof configuration - 1);
    cr_assert_str_eq (value_of (tcp (&link, FALSE, TCP_SYN), VALUE_RANK), "3");
}

static guint times_found (Problem problem)
{
    const Findings *findings = diagnosis_findings (diagnosis);
    guint count = 0;

    for (guint i = 0; i < findings_count (findings); i++)
        count += findings_get (findings, i)->problem == problem;
    return count;
}

Test (flow_config, a_port_for_encrypted_registrations_contradicts_a_configuration_without_security)
{
    static const guint16 ports[] = { PORT_SCCP, PORT_SCCP_TLS, PORT_SIP, PORT_SIPS, PORT_SIP_OAUTH, PORT_TVS, 2005 };
    static const gboolean contradicts[] = { FALSE, TRUE, FALSE, TRUE, TRUE, FALSE, FALSE };

    for (guint i = 0; i < G_N_ELEMENTS (ports); i++) {
        tear_down ();
        set_up ();
        Tftp tftp = new_tftp ("10.0.0.15", 50000);
        fetch (&tftp, CONFIG, configuration, sizeof configuration - 1);
        Link link = new_link ("10.0.0.15", 50000, "10.0.0.2");
        link.server.port = ports[i];
        tcp (&link, FALSE, TCP_SYN);
        cr_expect_eq (times_found (PROBLEM_SECURITY_PORT_MISMATCH), contradicts[i], "port %u", ports[i]);
    }
}

Test (flow_config, the_name_may_be_looked_up_after_the_configuration)
{
    Tftp tftp = new_tftp ("10.0.0.15", 50000);
    Link link = new_link ("10.0.0.15", 50000, "10.0.0.4");

    fetch (&tftp, CONFIG, configuration, sizeof configuration - 1);
    dns ("10.0.0.15", TRUE, "cucm.example", "10.0.0.4");
    cr_assert_str_eq (value_of (tcp (&link, FALSE, TCP_SYN), VALUE_RANK), "3");
}

/* It asks for the list of that load, registers with another, and is told in VersionRes (16 octets) which one it
 * should have. */
static void check_other_firmware (const char *load)
{
    static const char file[] =
        "<device><deviceProtocol>SCCP</deviceProtocol><loadInformation>%s</loadInformation></device>";
    g_autofree char *text = g_strdup_printf (file, load), *list = g_strdup_printf ("%s.loads", load);
    Tftp tftp = new_tftp ("10.0.0.15", 50000), next = new_tftp ("10.0.0.15", 50001);
    Link link = new_link ("10.0.0.15", 49175, "10.0.0.2");

    tear_down ();
    set_up ();
    fetch (&tftp, CONFIG, text, strlen (text));
    read_request (&next, list);
    tftp_error (&next, 1, "File not found");
    shake_hands (&link);
    say (&link, SCCP_ALARM, FIELDS (LE32 (2), BOX (80, "20: Name=" NAME " Load=8.4(1S) Last=Initialized"), ZEROS (8)));
    ask_to_register (&link, NAME, 115);
    accept_registration (&link);
    say (&link, SCCP_VERSION_RES, FIELDS (BOX (16, load)));
    cr_expect_eq (times_found (PROBLEM_FIRMWARE_CHANGE), 1, "%s", load);
}

Test (flow_config, one_difference_of_firmware_is_told_once)
{
    check_other_firmware ("SCCP41.8-5-3S");
    check_other_firmware ("SCCP41.9-4-2SR3-1S");
}
