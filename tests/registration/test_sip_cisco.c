/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/sip_cisco.h"
#include "tests/registration/sip_message.h"

#define REGISTER "REGISTER sip:10.0.0.1 SIP/2.0\r\n"

/* A message of tests/fuzz/fuzz_sip.seeds. Lives until the test's process ends. */
static SipMessage seed (const char *name)
{
    static char *text;

    g_free (text);
    text = seed_text (name, NULL);
    return parsed (text);
}

static const char *mac_of (const SipMessage *message)
{
    static char text[MAC_ADDRESS_TEXT_SIZE];
    MacAddress mac;

    return sip_cisco_mac (message, &mac) ? mac_address_format (&mac, text) : "none";
}

Test (sip_cisco, the_alarm_says_why_the_phone_restarted)
{
    SipCiscoAlarm alarm;

    cr_assert (sip_cisco_alarm_parse (view ("cisco-alarm:25 Name=SEP001122334455 ActiveLoad=sip78xx.12-1-1-12.loads "
                                            "InactiveLoad=sip78xx.11.loads Last=initialized"),
                                      &alarm));
    cr_assert_eq (alarm.number, 25);
    assert_view (alarm.name, "SEP001122334455");
    assert_view (alarm.load, "sip78xx.12-1-1-12.loads");
    assert_view (alarm.inactive_load, "sip78xx.11.loads");
    assert_view (alarm.last, "initialized");
}

Test (sip_cisco, older_phones_write_load_and_folds_separate_too)
{
    SipCiscoAlarm alarm;

    cr_assert (
        sip_cisco_alarm_parse (view ("cisco-alarm:22\r\n Name=SEP1 Load=SIP41.8-4-2S\r\n\tLast=reset-reset"), &alarm));
    assert_view (alarm.load, "SIP41.8-4-2S");
    assert_view (alarm.inactive_load, "");
    assert_view (alarm.last, "reset-reset");
    cr_assert_not (sip_cisco_alarm_parse (view ("call completed elsewhere"), &alarm));
    cr_assert_not (sip_cisco_alarm_parse (view ("cisco-alarm:x"), &alarm));
    cr_assert_not (sip_cisco_alarm_parse ((View){ NULL, 0 }, &alarm));
}

Test (sip_cisco, a_mac_is_read_from_each_place)
{
    MacAddress mac;
    char text[MAC_ADDRESS_TEXT_SIZE];

    cr_assert (sip_cisco_mac_from_id (view ("00112233-4455ffff-1"), &mac));
    cr_assert_str_eq (mac_address_format (&mac, text), "00:11:22:33:44:55");
    cr_assert (sip_cisco_mac_from_id (view ("0011223344550002"), &mac));
    cr_assert_not (sip_cisco_mac_from_id (view ("00112233-445"), &mac));
    cr_assert_not (sip_cisco_mac_from_id (view ("00000000-0000"), &mac));
    cr_assert_not (sip_cisco_mac_from_id (view ("578222729-4665d775"), &mac));
    cr_assert (sip_cisco_mac_from_instance (view ("<urn:uuid:00000000-0000-0000-0000-0011223344AA>"), &mac));
    cr_assert_str_eq (mac_address_format (&mac, text), "00:11:22:33:44:aa");
    cr_assert_not (sip_cisco_mac_from_instance (view ("<urn:uuid:3b2a8f00-11aa-4bcd-8123-0011223344aa>"), &mac));
    cr_assert_not (sip_cisco_mac_from_instance ((View){ NULL, 0 }, &mac));
    cr_assert (sip_cisco_mac_from_name (view ("SEP001122334455"), &mac));
    cr_assert_not (sip_cisco_mac_from_name (view ("AALN001122334455"), &mac));
}

Test (sip_cisco, call_id_and_tag_count_only_in_a_cisco_phones_own_message)
{
    SipMessage m = parsed (REGISTER "Call-ID: 00112233-4455-1\r\nUser-Agent: Cisco-CP7821/12.1.1\r\n\r\n");
    cr_assert_str_eq (mac_of (&m), "00:11:22:33:44:55");
    m = parsed (REGISTER "Call-ID: 00112233-4455-1\r\nUser-Agent: MicroSIP/3\r\n\r\n");
    cr_assert_str_eq (mac_of (&m), "none");
    m = parsed (REGISTER
                "Call-ID: 00112233-4455-1\r\nFrom: <sip:1@h>;tag=001122334466\r\nSupported: X-cisco-sis-7.0.0\r\n\r\n");
    cr_assert_str_eq (mac_of (&m), "none");
    m = parsed (REGISTER "From: <sip:1@h>;tag=001122334466\r\nSupported: X-cisco-sis-7.0.0\r\n\r\n");
    cr_assert_str_eq (mac_of (&m), "00:11:22:33:44:66");
    m = parsed (REGISTER "Call-ID: x\r\nFrom: <sip:1@h>;tag=001122334466\r\nSupported: X-cisco-sis-7.0.0\r\n\r\n");
    cr_assert_str_eq (mac_of (&m), "none");
    m = parsed (REGISTER "Call-ID: d66e4446526f\r\nFrom: <sip:1@h>;tag=1c9a\r\nUser-Agent: Cisco-CP7841/12.1\r\n\r\n");
    cr_assert_str_eq (mac_of (&m), "none");
    m = parsed (REGISTER "Call-ID: 10b9970758944793@192.0.2.1\r\nFrom: <sip:1@h>;tag=10b9970758944793\r\n"
                         "User-Agent: Cisco-CP8841-3PCC/11.3.7\r\n\r\n");
    cr_assert_str_eq (mac_of (&m), "none");
    m = parsed (
        "SIP/2.0 200 OK\r\nCall-ID: 00112233-4455-1\r\nServer: Cisco-CUCM11.5\r\nSupported: X-cisco-sis-7.0.0\r\n\r\n");
    cr_assert_str_eq (mac_of (&m), "none");
    cr_assert_not (sip_cisco_is_phone (&m));
    cr_assert (sip_cisco_is_server (&m));
    m = seed ("cucm_register_ok.sip");
    cr_assert_str_eq (mac_of (&m), "00:11:22:33:44:55");
}

Test (sip_cisco, the_first_register_names_device_and_model)
{
    const SipMessage m = seed ("cisco_first_register.sip");
    guint32 model = 0;

    cr_assert (sip_cisco_is_phone (&m));
    assert_view (sip_cisco_device_name (&m), "SEP001122334455");
    cr_assert (sip_cisco_model (&m, &model));
    cr_assert_eq (model, 621);
    cr_assert_eq (sip_cisco_content (&m), SIP_CONTENT_REMOTECC_REQUEST);
}

Test (sip_cisco, agents_and_servers_have_versions)
{
    View model, version;

    cr_assert (sip_cisco_phone_agent (view ("Cisco-CP7821/12.1.1"), &model, &version));
    assert_view (model, "7821");
    assert_view (version, "12.1.1");
    cr_assert (sip_cisco_phone_agent (view ("Cisco-CP7962G/9.4.2 x"), &model, &version));
    assert_view (model, "7962G");
    assert_view (version, "9.4.2");
    cr_assert (sip_cisco_phone_agent (view ("Cisco-SIPIPCommunicator/9.1.1"), &model, &version));
    assert_view (model, "SIPIPCommunicator");
    cr_assert (sip_cisco_phone_agent (view ("Cisco/SPA504G-7.6.2b"), &model, &version));
    assert_view (model, "SPA504G");
    assert_view (version, "7.6.2b");
    cr_assert (sip_cisco_phone_agent (view ("Cisco/CP-8841-3PCC-11.3.7"), &model, &version));
    assert_view (model, "8841");
    assert_view (version, "3PCC-11.3.7");
    cr_assert (sip_cisco_phone_agent (view ("Cisco/ATA191-11-1-0"), &model, &version));
    assert_view (model, "ATA191");
    assert_view (version, "11-1-0");
    cr_assert_not (sip_cisco_phone_agent (view ("Cisco/SPA504G"), &model, &version));
    cr_assert_not (sip_cisco_phone_agent (view ("Cisco/UC500-8.6"), &model, &version));
    cr_assert_not (sip_cisco_phone_agent (view ("Cisco-CUCM11.5"), &model, &version));
    cr_assert_not (sip_cisco_phone_agent (view ("MicroSIP/3"), &model, &version));
    cr_assert (sip_cisco_phone_agent (view ("Cisco-CSF/14.0.1"), &model, &version));
    cr_assert_not (sip_cisco_phone_agent (view ("Cisco-SIPGateway/IOS-16.9.4"), &model, &version));
    cr_assert_not (sip_cisco_phone_agent (view ("Cisco-CUBE/17.3"), &model, &version));
    cr_assert_not (sip_cisco_phone_agent (view ("Cisco-UCCX/12.5"), &model, &version));
    cr_assert_not (sip_cisco_phone_agent ((View){ NULL, 0 }, &model, &version));
    cr_assert (sip_cisco_server_version (view ("Cisco-CUCM11.5"), &version));
    assert_view (version, "11.5");
    cr_assert_not (sip_cisco_server_version (view ("Cisco-CUCM"), &version));
}

Test (sip_cisco, registers_are_of_five_kinds)
{
    static const struct {
        const char *name;
        SipRegisterKind kind;
    } rows[] = {
        { "cisco_first_register.sip", SIP_REGISTER_INITIAL },
        { "cisco_refresh.sip", SIP_REGISTER_REFRESH },
        { "cisco_standby_keepalive.sip", SIP_REGISTER_STANDBY },
        { "unregister_all.sip", SIP_REGISTER_UNREGISTER },
        { "digest_register.sip", SIP_REGISTER_BINDING },
        { "cucm_register_ok.sip", SIP_REGISTER_NONE },
        { "message_summary.sip", SIP_REGISTER_NONE },
    };
    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
        const SipMessage m = seed (rows[i].name);
        cr_assert_eq (sip_cisco_register_kind (&m), rows[i].kind, "%s", rows[i].name);
    }
}

Test (sip_cisco, phones_for_other_servers_have_no_heartbeat_of_their_own)
{
    const SipMessage m =
        parsed (REGISTER "User-Agent: Cisco-CP-8851-3PCC/11.3.1\r\nContact: <sip:a@b>\r\nExpires: 60\r\n\r\n");
    cr_assert (sip_cisco_is_phone (&m));
    cr_assert_eq (sip_cisco_register_kind (&m), SIP_REGISTER_BINDING);
}

Test (sip_cisco, a_contacts_own_expiry_goes_before_the_headers)
{
    SipMessage m = parsed (REGISTER "Contact: <sip:a@b>;expires=0\r\nExpires: 3600\r\n\r\n");
    cr_assert_eq (sip_cisco_register_kind (&m), SIP_REGISTER_UNREGISTER);
    m = parsed (REGISTER "Contact: <sip:a@b>;expires=0, <sip:c@d>\r\nExpires: 3600\r\n\r\n");
    cr_assert_eq (sip_cisco_register_kind (&m), SIP_REGISTER_BINDING);
    m = parsed (REGISTER "Contact: <sip:a@b>;expires=60\r\nExpires: 0\r\n\r\n");
    cr_assert_eq (sip_cisco_register_kind (&m), SIP_REGISTER_BINDING);
    m = parsed (REGISTER "Expires: 0\r\n\r\n");
    cr_assert_eq (sip_cisco_register_kind (&m), SIP_REGISTER_QUERY);
}

Test (sip_cisco, bodies_have_kinds)
{
    static const struct {
        const char *name;
        SipContent content;
    } rows[] = {
        { "cucm_register_ok.sip", SIP_CONTENT_REMOTECC_RESPONSE },
        { "alarm_refer.sip", SIP_CONTENT_ALARM },
        { "message_summary.sip", SIP_CONTENT_MESSAGE_SUMMARY },
        { "service_control.sip", SIP_CONTENT_SERVICE_CONTROL },
        { "compact_folded.sip", SIP_CONTENT_OTHER },
        { "cisco_refresh.sip", SIP_CONTENT_NONE },
    };
    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
        const SipMessage m = seed (rows[i].name);
        cr_assert_eq (sip_cisco_content (&m), rows[i].content, "%s", rows[i].name);
    }
    const SipMessage m = parsed (REGISTER "c: application/x-cisco-remotecc-cm+xml\r\n\r\n");
    cr_assert_eq (sip_cisco_content (&m), SIP_CONTENT_REMOTECC_OTHER);
}

Test (sip_cisco, service_control_orders_are_read)
{
    const SipMessage m = seed ("service_control.sip");
    SipServiceControl control;

    cr_assert (sip_cisco_service_control_parse (m.body, &control));
    assert_view (control.action, "restart");
    assert_view (control.register_call_id, "00112233-44550002-0a1b2c3d-4e5f6071@10.0.0.21");
    assert_view (control.config_version, "00000000-0000-0000-0000-000000000000");
    assert_view (control.dial_plan_version, "1");
    assert_view (control.soft_key_version, "2");
    assert_view (control.feature_control_version, "3");
    cr_assert_not (sip_cisco_service_control_parse (view ("actions=x\n=\n"), &control));
    cr_assert_not (sip_cisco_service_control_parse ((View){ NULL, 0 }, &control));
}

Test (sip_cisco, the_voice_mail_lamp_is_on_or_off)
{
    gboolean waiting = TRUE;

    cr_assert (sip_message_summary_parse (seed ("message_summary.sip").body, &waiting));
    cr_assert_not (waiting);
    cr_assert (sip_message_summary_parse (view ("messages-waiting : YES"), &waiting));
    cr_assert (waiting);
    cr_assert_not (sip_message_summary_parse (view ("Messages-Waiting: maybe\r\n"), &waiting));
    cr_assert_not (sip_message_summary_parse (view (""), &waiting));
}
