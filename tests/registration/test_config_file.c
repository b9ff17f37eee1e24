/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/config_file.h"
#include "tests/registration/damage.h"

#include <criterion/criterion.h>

static const char phone_file[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<device xsi:type=\"axl:XIPPhone\" ctiid=\"7\">\n"
    "<!-- made by hand -->\n"
    "<deviceProtocol> SIP </deviceProtocol>\n"
    "<sshUserId>maint</sshUserId><sshPassword>hunter-ssh</sshPassword>\n"
    "<devicePool><name>Default</name><callManagerGroup><name>Group</name><members>\n"
    "<member priority=\"1\"><callManager><name>pub</name><ports><ethernetPhonePort>2001</ethernetPhonePort>"
    "<sipPort>5070</sipPort><mgcpPorts><listen>2427</listen></mgcpPorts></ports>"
    "<processNodeName>10.0.0.2</processNodeName></callManager></member>\n"
    "<member priority=\"0\"><callManager><name>cucm &amp; sub</name><ports><ethernetPhonePort>2000</ethernetPhonePort>"
    "<sipPort>5060</sipPort><securedSipPort>5061</securedSipPort></ports></callManager></member>\n"
    "</members></callManagerGroup>\n"
    "<srstInfo><name>Branch</name><srstOption>User</srstOption><ipAddr1>10.1.0.1</ipAddr1><port1>2000</port1>"
    "<ipAddr2></ipAddr2><port2>2000</port2><sipIpAddr1>10.1.0.1</sipIpAddr1><sipPort1>5060</sipPort1></srstInfo>\n"
    "</devicePool>\n"
    "<TVS><members><member priority=\"0\"><port>2445</port><address>10.0.0.3</address></member></members></TVS>\n"
    "<sipProfile><sipLines>\n"
    "<line button=\"1\" lineIndex=\"1\"><featureID>9</featureID><featureLabel>One</featureLabel>"
    "<proxy>USECALLMANAGER</proxy><port>5060</port><name>1001</name><displayName>J\303\274rgen</displayName>"
    "<autoAnswer><name>no</name></autoAnswer><authName>u1001</authName><authPassword>hunter-line</authPassword>"
    "<contact>c0ffee</contact></line>\n"
    "<line button=\"2\"><featureID>2</featureID><featureLabel/><speedDialNumber>1</speedDialNumber></line>\n"
    "</sipLines><dialTemplate>dialplan.xml</dialTemplate><softKeyFile><![CDATA[SK01.xml]]></softKeyFile></sipProfile>\n"
    "<commonProfile><phonePassword>hunter-phone</phonePassword></commonProfile>\n"
    "<addOnModules><addOnModule><loadInformation>S00105000200</loadInformation></addOnModule></addOnModules>\n"
    "<loadInformation>SIP41.9-4-2SR3-1S</loadInformation>\n"
    "<versionStamp>1555108264-18843a73</versionStamp>\n"
    "<userLocale><name>German_Germany</name><uid>1</uid></userLocale>\n"
    "<networkLocale>Germany</networkLocale>\n"
    "<networkLocaleInfo><name>Elsewhere</name></networkLocaleInfo>\n"
    "<deviceSecurityMode>2</deviceSecurityMode>\n"
    "<transportLayerProtocol>4</transportLayerProtocol>\n"
    "<capfList><capf><processNodeName>10.0.0.9</processNodeName></capf></capfList>\n"
    "<webPassword>hunter-web</webPassword>\n"
    "<ADMINPASSWORDS><loadInformation>hunter-nested</loadInformation></ADMINPASSWORDS>\n"
    "</device>\n";

static ConfigFile *read_text (const char *text, GError **error)
{
    return config_file_read ((const guint8 *) text, strlen (text), error);
}

Test (config_file, a_phones_file_says_how_it_will_register)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (ConfigFile) config = read_text (phone_file, &error);

    cr_assert_null (error, "%s", error ? error->message : "");
    cr_assert_eq (config->form, CONFIG_FORM_XML);
    cr_assert_not (config->is_default);
    cr_assert_str_eq (config->device_protocol, "SIP");
    cr_assert_str_eq (config->load, "SIP41.9-4-2SR3-1S");
    cr_assert_str_eq (config->version_stamp, "1555108264-18843a73");
    cr_assert_eq (config->device_security_mode, 2);
    cr_assert_eq (config->transport_protocol, 4);
    cr_assert_str_eq (config->user_locale, "German_Germany");
    cr_assert_str_eq (config->network_locale, "Germany");
    cr_assert_str_eq (config->soft_key_file, "SK01.xml");
    cr_assert_str_eq (config->dial_template, "dialplan.xml");
    cr_assert_null (config->auto_registration);
    cr_assert_eq (config->loads->len, 0);
}

Test (config_file, call_managers_come_in_order_of_their_priority)
{
    g_autoptr (ConfigFile) config = read_text (phone_file, NULL);

    cr_assert_eq (config->servers->len, 2);
    const ConfigServer *first = config->servers->pdata[0], *second = config->servers->pdata[1];
    cr_assert_str_eq (first->name, "cucm & sub");
    cr_assert_eq (first->sccp_port, 2000);
    cr_assert_eq (first->sip_port, 5060);
    cr_assert_eq (first->secured_sip_port, 5061);
    cr_assert_str_eq (second->name, "10.0.0.2", "the node, not the name");
    cr_assert_eq (second->priority, 1);
    cr_assert_eq (second->sip_port, 5070);
    cr_assert_eq (second->secured_sip_port, 0);
}

Test (config_file, survivable_routers_with_an_address_are_listed)
{
    g_autoptr (ConfigFile) config = read_text (phone_file, NULL);

    cr_assert_str_eq (config->srst_option, "User");
    cr_assert_eq (config->srst->len, 2);
    const ConfigSrst *sccp = config->srst->pdata[0], *sip = config->srst->pdata[1];
    cr_assert_str_eq (sccp->address, "10.1.0.1");
    cr_assert_eq (sccp->port, 2000);
    cr_assert_not (sccp->sip);
    cr_assert_eq (sip->port, 5060);
    cr_assert (sip->sip);
}

Test (config_file, lines_are_listed_without_their_passwords)
{
    g_autoptr (ConfigFile) config = read_text (phone_file, NULL);

    cr_assert_eq (config->lines->len, 2);
    const ConfigLine *line = config->lines->pdata[0], *speed_dial = config->lines->pdata[1];
    cr_assert_eq (line->button, 1);
    cr_assert_eq (line->line_index, 1);
    cr_assert_eq (line->feature_id, 9);
    cr_assert_str_eq (line->name, "1001");
    cr_assert_str_eq (line->label, "One");
    cr_assert_str_eq (line->display_name, "J\303\274rgen");
    cr_assert_str_eq (line->auth_name, "u1001");
    cr_assert_str_eq (line->contact, "c0ffee");
    cr_assert_str_eq (line->proxy, "USECALLMANAGER");
    cr_assert_eq (line->port, 5060);
    cr_assert_eq (speed_dial->feature_id, 2);
    cr_assert_null (speed_dial->label);
    cr_assert (config->has_secrets);
}

Test (config_file, the_default_file_has_a_load_per_model)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (ConfigFile) config =
        read_text ("<Default><autoRegistrationName>yes</autoRegistrationName><callManagerGroup><members>"
                   "<member priority=\"0\"><callManager><ports><ethernetPhonePort>2000</ethernetPhonePort></ports>"
                   "<processNodeName>10.99.0.1</processNodeName></callManager></member></members></callManagerGroup>"
                   "<loadInformation115 model=\"Cisco 7941\">SIP41.8-4-2S</loadInformation115>"
                   "<loadInformation7 model=\"Cisco 7960\"></loadInformation7></Default>",
                   &error);

    cr_assert_null (error);
    cr_assert (config->is_default);
    cr_assert_str_eq (config->auto_registration, "yes");
    cr_assert_eq (config->servers->len, 1);
    cr_assert_null (config->load);
    cr_assert_eq (config->loads->len, 2);
    const ConfigLoad *one = config->loads->pdata[0], *other = config->loads->pdata[1];
    cr_assert_eq (one->device_type, 115);
    cr_assert_str_eq (one->model, "Cisco 7941");
    cr_assert_str_eq (one->load, "SIP41.8-4-2S");
    cr_assert_eq (other->device_type, 7);
    cr_assert_null (other->load);
    cr_assert_not (config->has_secrets);
}

Test (config_file, wrong_xml_keeps_what_came_before_and_names_the_line)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (ConfigFile) config =
        read_text ("<device>\n<deviceProtocol>SCCP</deviceProtocol>\n<dateTemplate>M/D/YA</dateTempliate>\n"
                   "<loadInformation>late</loadInformation></device>",
                   &error);

    cr_assert (g_error_matches (error, CONFIG_FILE_ERROR, CONFIG_FILE_ERROR_SYNTAX));
    cr_assert (g_str_has_prefix (error->message, "line 3: "), "%s", error->message);
    cr_assert_str_eq (config->device_protocol, "SCCP");
    cr_assert_null (config->load);
}

Test (config_file, a_file_that_ends_too_early_says_where)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (ConfigFile) config = read_text ("<device>\n<deviceProtocol>SIP</deviceProtocol><member>", &error);

    cr_assert_str_eq (error->message, "line 2: the file ends too early (inside <member>)");
    cr_assert_str_eq (config->device_protocol, "SIP");
}

Test (config_file, other_files_are_refused)
{
    static const struct {
        const char *text;
        ConfigFileError code;
    } cases[] = {
        { "", CONFIG_FILE_ERROR_NOT_XML },
        { "no xml at all", CONFIG_FILE_ERROR_NOT_XML },
        { "<html><body>404</body></html>", CONFIG_FILE_ERROR_OTHER_FILE },
        { "<CiscoIPPhoneRingList></CiscoIPPhoneRingList>", CONFIG_FILE_ERROR_OTHER_FILE },
        { "<?xml version=\"1.0\"?>", CONFIG_FILE_ERROR_SYNTAX },
        { "<", CONFIG_FILE_ERROR_SYNTAX },
    };
    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (GError) error = NULL;
        g_autoptr (ConfigFile) config = read_text (cases[i].text, &error);
        cr_assert (g_error_matches (error, CONFIG_FILE_ERROR, (int) cases[i].code), "%s", cases[i].text);
        cr_assert_eq (config->servers->len, 0);
    }
}

Test (config_file, a_signed_file_is_read_behind_its_header_and_before_its_padding)
{
    static const guint8 signed_file[] = "\1\0\2\1\0"         /* tag 1, length 2, version 1.0 */
                                        "\2\0\2\1\x55"       /* tag 2, length 2, header length */
                                        "\3\0\4<dev"         /* something that almost looks like the start */
                                        "\x0C\0\3\x80\xFF\0" /* signature octets */
                                        "<device><deviceProtocol>SIP</deviceProtocol></device>\r\r\0\0<";
    g_autoptr (GError) error = NULL;
    g_autoptr (ConfigFile) config = config_file_read (signed_file, sizeof signed_file - 1, &error);

    cr_assert_null (error, "%s", error ? error->message : "");
    cr_assert_eq (config->form, CONFIG_FORM_SIGNED);
    cr_assert_str_eq (config->device_protocol, "SIP");
}

Test (config_file, a_header_longer_than_four_kibibytes_is_not_a_signature)
{
    g_autofree guint8 *data = g_malloc (5000);
    View xml;

    memset (data, 0xA5, 5000);
    memcpy (data + 4096, "<device></device>", 17);
    cr_assert_eq (config_file_form (data, 5000, &xml), CONFIG_FORM_BINARY);
    cr_assert_eq (xml.size, 0);
    memcpy (data + 4000, "<device></device>", 17);
    cr_assert_eq (config_file_form (data, 5000, &xml), CONFIG_FORM_SIGNED);
    cr_assert_eq (xml.size, 1000);
}

Test (config_file, latin_1_is_read_as_such)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (ConfigFile) config =
        read_text ("<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><device><userLocale>Fran\xE7"
                   "ais</userLocale></device>",
                   &error);

    cr_assert_null (error);
    cr_assert_str_eq (config->user_locale, "Fran\303\247ais");
}

Test (config_file, limits_hold)
{
    g_autoptr (GString) deep = g_string_new ("<device>"), wide = g_string_new ("<device>"),
                        large = g_string_new ("<device><deviceProtocol>"), lines = g_string_new ("<device>");
    const struct {
        const GString *text;
        gboolean refused;
    } cases[] = { { deep, TRUE }, { wide, TRUE }, { large, TRUE }, { lines, FALSE } };

    for (int i = 0; i < 100; i++)
        g_string_append (deep, "<a>");
    for (int i = 0; i < CONFIG_FILE_ELEMENTS_MAX + 1; i++)
        g_string_append (wide, "<a/>");
    for (int i = 0; i < CONFIG_FILE_SIZE_MAX; i++)
        g_string_append_c (large, 'x');
    for (int i = 0; i < CONFIG_FILE_LIST_MAX + 5; i++)
        g_string_append (lines, "<line><name>1</name></line>");
    g_string_append (lines, "</device>");
    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (GError) error = NULL;
        g_autoptr (ConfigFile) config = read_text (cases[i].text->str, &error);
        cr_assert_eq (g_error_matches (error, CONFIG_FILE_ERROR, CONFIG_FILE_ERROR_LIMIT), cases[i].refused, "%zu", i);
        cr_assert_leq (config->lines->len, CONFIG_FILE_LIST_MAX);
    }
}

Test (config_file, long_values_are_cut_between_characters)
{
    g_autoptr (GString) text = g_string_new ("<device><deviceProtocol>x");

    for (int i = 0; i < 1000; i++)
        g_string_append (text, "\303\274");
    g_string_append (text, "</deviceProtocol></device>");
    g_autoptr (GError) error = NULL;
    g_autoptr (ConfigFile) config = read_text (text->str, &error);
    cr_assert_null (error);
    cr_assert_eq (strlen (config->device_protocol), CONFIG_FILE_TEXT_MAX - 1);
    cr_assert (g_utf8_validate (config->device_protocol, -1, NULL));
}

static void expect_no_secret (const char *text)
{
    cr_assert (!text || !strstr (text, "hunter"), "%s", text);
}

static void read_anything (const guint8 *data, gsize size)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (ConfigFile) config = config_file_read (data, size, &error);

    if (error) {
        cr_assert_eq (error->domain, CONFIG_FILE_ERROR);
        expect_no_secret (error->message);
    }
    expect_no_secret (config->load);
    expect_no_secret (config->device_protocol);
}

Test (config_file, errors_inside_a_secret_do_not_tell_it)
{
    static const char *const texts[] = {
        "<device><sshPassword>a&hunter;b</sshPassword></device>",
        "<device><sshPassword>a<hunter</sshPassword></device>",
        "<device><sshPassword>a<hunter>b</sshPassword></device>",
        "<device><sshPassword hunter</sshPassword></device>",
        "<device><sshPassword>\n</hunter></device>",
        "<device><x y=\"&hunter;\"></x></device>",
        "<device><webPassword><callManager><name>hunter</name>",
    };
    for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
        g_autoptr (GError) error = NULL;
        g_autoptr (ConfigFile) config = read_text (texts[i], &error);
        cr_assert_not_null (error, "%s", texts[i]);
        expect_no_secret (error->message);
        cr_assert_eq (config->servers->len, 0);
    }
}

Test (config_file, cut_files_are_read_safely)
{
    for (gsize size = 0; size < sizeof phone_file; size++)
        try_copy ((const guint8 *) phone_file, size, read_anything);
}

Test (config_file, damaged_files_are_read_safely)
{
    static const char text[] =
        "\1\0\2<?xml version=\"1.0\"?><device><member "
        "priority=\"1\"><callManager><ports><sipPort>5060</sipPort></ports>"
        "</callManager></member><line button=\"1\"><name>\303\274&amp;</name></line><loadInformation7>x"
        "</loadInformation7><srstInfo><ipAddr1>h</ipAddr1></srstInfo><load><![CDATA[x]]></load></device>";
    try_every_damage ((const guint8 *) text, sizeof text - 1, read_anything);
}
