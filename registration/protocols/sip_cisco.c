/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/sip_cisco.h"
#include "registration/protocols/sip_internal.h"

#include <string.h>

static View advance (View text, gsize size)
{
    return (View){ text.data + size, text.size - size };
}

static gboolean is_space (guint8 c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Takes the next word between white space; FALSE at the end. */
static gboolean next_word (View *text, View *ret_word)
{
    while (text->size && is_space (*text->data))
        *text = advance (*text, 1);
    gsize size = 0;
    while (size < text->size && !is_space (text->data[size]))
        size++;
    if (size == 0)
        return FALSE;
    *ret_word = (View){ text->data, size };
    *text = advance (*text, size);
    return TRUE;
}

/* TRUE for "name<value>", with the value set when it is the first. */
static gboolean take_value (View word, const char *name, View *value)
{
    if (!sip_starts_with (word, name))
        return FALSE;
    if (!value->size)
        *value = advance (word, strlen (name));
    return TRUE;
}

gboolean sip_cisco_alarm_parse (View text, SipCiscoAlarm *ret_alarm)
{
    static const char start[] = "cisco-alarm:";
    SipCiscoAlarm alarm = { 0 };
    guint32 number;
    View word;

    if (!next_word (&text, &word) || !sip_starts_with (word, start) ||
        !sip_number (advance (word, sizeof start - 1), &number))
        return FALSE;
    alarm.number = number;
    while (next_word (&text, &word))
        if (!take_value (word, "Name=", &alarm.name) && !take_value (word, "ActiveLoad=", &alarm.load) &&
            !take_value (word, "Load=", &alarm.load) && !take_value (word, "InactiveLoad=", &alarm.inactive_load))
            take_value (word, "Last=", &alarm.last);
    *ret_alarm = alarm;
    return TRUE;
}

gboolean sip_cisco_server_version (View server, View *ret_version)
{
    static const char start[] = "Cisco-CUCM";

    server = sip_trim (server);
    if (!sip_starts_with (server, start))
        return FALSE;
    server = advance (server, sizeof start - 1);
    return next_word (&server, ret_version);
}

/* What Cisco's phones, soft phones and room systems call themselves behind "Cisco-". Gateways (SIPGateway/IOS-…),
 * border elements and servers have the same beginning. */
static gboolean is_phone_model (View model)
{
    static const char *const families[] = {
        "CP", "SIPIPCommunicator", "IPC", "CSF", "Jabber", "ATA", "SPA", "CTS", "DX", "EX", "MX", "SX",
        "TC", "TelePresence"
    };

    if (model.size && g_ascii_isdigit (*model.data))
        return TRUE;
    for (guint i = 0; i < G_N_ELEMENTS (families); i++) {
        const gsize size = strlen (families[i]);
        if (sip_starts_with (model, families[i]) && (model.size == size || !g_ascii_islower (model.data[size])))
            return TRUE;
    }
    return FALSE;
}

/* Cisco's, but neither a phone nor a call manager. */
static gboolean is_other_agent (View user_agent)
{
    View model, version;

    user_agent = sip_trim (user_agent);
    return (sip_starts_with (user_agent, "Cisco-") || sip_starts_with (user_agent, "Cisco/")) &&
           !sip_cisco_phone_agent (user_agent, &model, &version);
}

/* "CP7821/12.1.1" behind "Cisco-", and "SPA504G-7.6.2b" behind "Cisco/", as phones and adapters for small offices say
 * it (seen in public captures): the model, the mark, the version. TRUE when it is one of a phone. */
static gboolean split_agent (View unit, char mark, View *ret_model, View *ret_version)
{
    const guint8 *end = unit.size ? memchr (unit.data, mark, unit.size) : NULL;

    if (!end || end == unit.data)
        return FALSE;
    *ret_model = (View){ unit.data, (gsize) (end - unit.data) };
    *ret_version = advance (unit, ret_model->size + 1);
    return is_phone_model (*ret_model);
}

gboolean sip_cisco_phone_agent (View user_agent, View *ret_model, View *ret_version)
{
    static const char start[] = "Cisco-", start_of_small[] = "Cisco/", phone[] = "CP-";
    View word, version;

    if (sip_cisco_server_version (user_agent, &version) || !next_word (&user_agent, &word))
        return FALSE;
    if (sip_starts_with (word, start_of_small)) {
        word = advance (word, sizeof start_of_small - 1);
        /* "Cisco/CP-8841-3PCC-11.3.7": multiplatform phones. */
        return split_agent (sip_starts_with (word, phone) ? advance (word, sizeof phone - 1) : word, '-', ret_model,
                            ret_version);
    }
    if (!sip_starts_with (word, start) || !split_agent (advance (word, sizeof start - 1), '/', ret_model, ret_version))
        return FALSE;
    if (ret_model->size > 2 && sip_starts_with (*ret_model, "CP") && g_ascii_isdigit (ret_model->data[2]))
        *ret_model = advance (*ret_model, 2);
    return TRUE;
}

gboolean sip_cisco_is_server (const SipMessage *message)
{
    View version;

    return sip_cisco_server_version (message->server, &version) ||
           sip_cisco_server_version (message->user_agent, &version);
}

/* Proof that the phone goes by the rules of CUCM (reference 3.1). Cisco makes phones for other servers, too: their
 * agent begins the same. */
static gboolean speaks_to_cucm (const SipMessage *message)
{
    if (message->supports_x_cisco)
        return TRUE;
    for (guint i = 0; i < sip_contacts_kept (message); i++)
        if (message->contacts[i].device_name.size || message->contacts[i].model.size)
            return TRUE;
    return FALSE;
}

gboolean sip_cisco_recognise_phone (const SipMessage *message)
{
    View model, version;

    if (message->is_answer || sip_cisco_is_server (message) || is_other_agent (message->user_agent))
        return FALSE;
    return speaks_to_cucm (message) || sip_cisco_phone_agent (message->user_agent, &model, &version) ||
           sip_cisco_content (message) == SIP_CONTENT_ALARM;
}

/* Twelve digits that need not end there. */
static gboolean mac_from_digits (const guint8 *digits, MacAddress *ret_mac)
{
    char text[13];
    MacAddress mac;

    memcpy (text, digits, 12);
    text[12] = '\0';
    if (!mac_address_parse_hex (text, &mac) || mac_address_is_unknown (&mac))
        return FALSE;
    *ret_mac = mac;
    return TRUE;
}

gboolean sip_cisco_mac_from_id (View id, MacAddress *ret_mac)
{
    guint8 digits[12];

    if (id.size >= 12 && mac_from_digits (id.data, ret_mac))
        return TRUE;
    if (id.size < 13 || id.data[8] != '-')
        return FALSE;
    memcpy (digits, id.data, 8);
    memcpy (digits + 8, id.data + 9, 4);
    return mac_from_digits (digits, ret_mac);
}

gboolean sip_cisco_mac_from_instance (View instance, MacAddress *ret_mac)
{
    static const char start[] = "urn:uuid:00000000-0000-0000-0000-";

    instance = sip_trim (instance);
    if (instance.size && *instance.data == '<')
        instance = advance (instance, 1);
    if (instance.size && instance.data[instance.size - 1] == '>')
        instance.size--;
    return instance.size == sizeof start - 1 + 12 && sip_starts_with (instance, start) &&
           mac_from_digits (instance.data + sizeof start - 1, ret_mac);
}

gboolean sip_cisco_mac_from_name (View device_name, MacAddress *ret_mac)
{
    return device_name.size == 15 && sip_starts_with (device_name, "SEP") &&
           mac_from_digits (device_name.data + 3, ret_mac);
}

/* The alarm that a phone sends before it registers names it (reference 3.2). */
static View name_in_alarm (const SipMessage *message)
{
    static const char before[] = "<String name=\"DeviceName\">";
    View body = message->body;

    if (sip_cisco_content (message) != SIP_CONTENT_ALARM || !body.size)
        return (View){ NULL, 0 };
    const guint8 *at = (const guint8 *) g_strstr_len ((const char *) body.data, (gssize) body.size, before);
    if (!at)
        return (View){ NULL, 0 };
    at += sizeof before - 1;
    const guint8 *end = memchr (at, '<', body.size - (gsize) (at - body.data));
    return end ? (View){ at, (gsize) (end - at) } : (View){ NULL, 0 };
}

View sip_cisco_device_name (const SipMessage *message)
{
    SipCiscoAlarm alarm;
    View name;

    for (guint i = 0; i < sip_contacts_kept (message); i++)
        if (message->contacts[i].device_name.size)
            return message->contacts[i].device_name;
    name = name_in_alarm (message);
    if (name.size)
        return name;
    return sip_cisco_alarm_parse (message->reason_text, &alarm) ? alarm.name : (View){ NULL, 0 };
}

gboolean sip_cisco_model (const SipMessage *message, guint32 *ret_model)
{
    for (guint i = 0; i < sip_contacts_kept (message); i++)
        if (sip_number (message->contacts[i].model, ret_model))
            return TRUE;
    return FALSE;
}

/* One token drawn by lot is both: the second shows no more than the first. */
static gboolean is_same_token (const SipMessage *message)
{
    const View id = message->call_id, tag = sip_tag (&message->from);

    return id.size >= tag.size && (id.size == tag.size || id.data[tag.size] == '@') &&
           memcmp (id.data, tag.data, tag.size) == 0;
}

gboolean sip_cisco_mac (const SipMessage *message, MacAddress *ret_mac)
{
    MacAddress call_id, tag;

    if (sip_cisco_mac_from_name (sip_cisco_device_name (message), ret_mac))
        return TRUE;
    for (guint i = 0; i < sip_contacts_kept (message); i++)
        if (sip_cisco_mac_from_instance (message->contacts[i].instance, ret_mac))
            return TRUE;
    if (!sip_cisco_is_phone (message))
        return FALSE;
    /* What the phone reports about itself comes from its MAC, not from a line (reference 3.2). */
    if (message->method == SIP_REFER && message->from.uri.user.size == 12 &&
        mac_from_digits (message->from.uri.user.data, ret_mac))
        return TRUE;
    gboolean in_call_id = sip_cisco_mac_from_id (message->call_id, &call_id);
    const View text = sip_tag (&message->from);
    gboolean in_tag = sip_cisco_mac_from_id (text, &tag);
    /* A phone of Cisco's begins both with it; the digits of others are drawn by lot (reference 3.2). */
    if ((!in_call_id && message->call_id.size) || (!in_tag && text.size) || (!in_call_id && !in_tag) ||
        (in_call_id && in_tag && memcmp (&call_id, &tag, sizeof tag) != 0))
        return FALSE;
    if (in_call_id && in_tag && is_same_token (message))
        return FALSE;
    *ret_mac = in_call_id ? call_id : tag;
    return !(ret_mac->octets[0] & 1); /* of one device, not of a group, as FF:FF:FF… is (IEEE 802, 8.2) */
}

gboolean sip_cisco_is_soft (const SipMessage *message)
{
    static const char *const agents[] = { "Cisco-CSF", "Cisco-TCT", "Cisco-BOT", "Cisco-TAB", "Cisco-Jabber" };

    for (guint i = 0; i < G_N_ELEMENTS (agents); i++)
        if (sip_starts_with (sip_trim (message->user_agent), agents[i]))
            return TRUE;
    return FALSE;
}

static gboolean all_expire_now (const SipMessage *message)
{
    for (guint i = 0; i < sip_contacts_kept (message); i++)
        if (sip_contact_expires (message, &message->contacts[i]) != 0)
            return FALSE;
    return TRUE;
}

static gboolean any_keep_alive (const SipMessage *message)
{
    for (guint i = 0; i < sip_contacts_kept (message); i++)
        if (message->contacts[i].keep_alive)
            return TRUE;
    return FALSE;
}

SipRegisterKind sip_cisco_register_kind (const SipMessage *message)
{
    SipCiscoAlarm alarm;

    if (message->is_answer || message->method != SIP_REGISTER)
        return SIP_REGISTER_NONE;
    if (message->contact_wildcard)
        return SIP_REGISTER_UNREGISTER;
    if (message->n_contacts == 0)
        return SIP_REGISTER_QUERY;
    if (any_keep_alive (message))
        return SIP_REGISTER_STANDBY;
    if (all_expire_now (message))
        return SIP_REGISTER_UNREGISTER;
    if (!sip_cisco_is_phone (message) || !speaks_to_cucm (message))
        return SIP_REGISTER_BINDING;
    return message->body.size || message->content_length > 0 || sip_cisco_alarm_parse (message->reason_text, &alarm)
               ? SIP_REGISTER_INITIAL
               : SIP_REGISTER_REFRESH;
}

static SipContent content_of_type (View type)
{
    static const char cisco[] = "application/x-cisco-";

    if (sip_starts_with (type, "application/simple-message-summary"))
        return SIP_CONTENT_MESSAGE_SUMMARY;
    if (!sip_starts_with (type, cisco))
        return SIP_CONTENT_OTHER;
    type = advance (type, sizeof cisco - 1);
    if (sip_starts_with (type, "remotecc-request+xml"))
        return SIP_CONTENT_REMOTECC_REQUEST;
    if (sip_starts_with (type, "remotecc-response+xml"))
        return SIP_CONTENT_REMOTECC_RESPONSE;
    if (sip_starts_with (type, "remotecc-"))
        return SIP_CONTENT_REMOTECC_OTHER;
    return sip_starts_with (type, "alarm+xml") ? SIP_CONTENT_ALARM : SIP_CONTENT_OTHER;
}

/* Takes the next line, without its end; FALSE at the end of the body. The last line needs no end. */
static gboolean next_line (View *body, View *ret_line)
{
    if (!body->size)
        return FALSE;
    const guint8 *lf = memchr (body->data, '\n', body->size);
    gsize size = lf ? (gsize) (lf - body->data) : body->size;
    *ret_line = sip_trim ((View){ body->data, size });
    *body = advance (*body, lf ? size + 1 : size);
    return TRUE;
}

/* The value of "name: value" or "name=value". */
static gboolean line_value (View line, const char *name, char separator, View *ret_value)
{
    if (!sip_starts_with (line, name))
        return FALSE;
    View rest = sip_trim (advance (line, strlen (name)));
    if (!rest.size || *rest.data != (guint8) separator)
        return FALSE;
    *ret_value = sip_trim (advance (rest, 1));
    return TRUE;
}

/* Looks at the Content-Type lines that stand right behind a boundary. */
static SipContent content_of_parts (View body)
{
    gboolean in_head = FALSE;
    View type;

    for (View line; next_line (&body, &line);) {
        if (sip_starts_with (line, "--"))
            in_head = TRUE;
        else if (line.size == 0)
            in_head = FALSE;
        else if (in_head && line_value (line, "Content-Type", ':', &type) &&
                 content_of_type (type) != SIP_CONTENT_OTHER)
            return content_of_type (type);
    }
    return SIP_CONTENT_OTHER;
}

static gboolean is_service_control (View event)
{
    const guint8 *semicolon = event.size ? memchr (event.data, ';', event.size) : NULL;
    if (semicolon)
        event.size = (gsize) (semicolon - event.data);
    return sip_equal (sip_trim (event), "service-control");
}

SipContent sip_cisco_content (const SipMessage *message)
{
    if (!message->content_type.size)
        return SIP_CONTENT_NONE;
    if (sip_starts_with (message->content_type, "multipart/"))
        return content_of_parts (message->body);
    SipContent content = content_of_type (message->content_type);
    return content == SIP_CONTENT_OTHER && message->method == SIP_NOTIFY && is_service_control (message->event)
               ? SIP_CONTENT_SERVICE_CONTROL
               : content;
}

static View without_braces (View value)
{
    if (value.size >= 2 && value.data[0] == '{' && value.data[value.size - 1] == '}')
        return (View){ value.data + 1, value.size - 2 };
    return value;
}

gboolean sip_cisco_service_control_parse (View body, SipServiceControl *ret_control)
{
    SipServiceControl control = { 0 };
    const struct {
        const char *name;
        View *value;
    } fields[] = {
        { "action", &control.action },
        { "RegisterCallId", &control.register_call_id },
        { "ConfigVersionStamp", &control.config_version },
        { "DialplanVersionStamp", &control.dial_plan_version },
        { "SoftkeyVersionStamp", &control.soft_key_version },
        { "FeatureControlVersionStamp", &control.feature_control_version },
    };
    View value;

    for (View line; next_line (&body, &line);)
        for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
            if (!fields[i].value->size && line_value (line, fields[i].name, '=', &value))
                *fields[i].value = without_braces (value);
    if (!control.action.size)
        return FALSE;
    *ret_control = control;
    return TRUE;
}

gboolean sip_message_summary_parse (View body, gboolean *ret_waiting)
{
    View value;

    for (View line; next_line (&body, &line);) {
        if (!line_value (line, "Messages-Waiting", ':', &value))
            continue;
        if (!sip_equal (value, "yes") && !sip_equal (value, "no"))
            return FALSE;
        *ret_waiting = sip_equal (value, "yes");
        return TRUE;
    }
    return FALSE;
}

gboolean sip_is_placeholder (View number)
{
    return number.size && number.data[0] == '#';
}
