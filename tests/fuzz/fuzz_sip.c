/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every reader of SIP on arbitrary bytes: nothing may be read outside them, and views may only point into them. */
#include "registration/protocols/sip.h"
#include "registration/protocols/sip_auth.h"
#include "registration/protocols/sip_cisco.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static guint sum;

/* Reads every octet, for the sanitizer's sake, and checks where it lies. */
static void touch (View view, const guint8 *data, gsize size)
{
    if (view.size)
        g_assert (view.data >= data && view.size <= size && view.data + view.size <= data + size);
    for (gsize i = 0; i < view.size; i++)
        sum += view.data[i];
}

static void touch_uri (const SipUri *uri, const guint8 *data, gsize size)
{
    const View views[] = { uri->text, uri->scheme, uri->user, uri->password, uri->host, uri->params, uri->headers };
    for (guint i = 0; i < G_N_ELEMENTS (views); i++)
        touch (views[i], data, size);
}

static void touch_auth (View value, const guint8 *data, gsize size)
{
    const View password = { (const guint8 *) "secret", 6 };
    SipCredentials credentials;
    SipChallenge challenge;

    if (sip_challenge_parse (value, &challenge)) {
        touch (challenge.realm, data, size);
        touch (challenge.nonce, data, size);
        touch (challenge.opaque, data, size);
    }
    if (sip_credentials_parse (value, &credentials)) {
        touch (credentials.username, data, size);
        touch (credentials.response, data, size);
        touch (credentials.token, data, size);
        sip_credentials_check (&credentials, password, value, password);
    }
}

static void touch_value (View value, const guint8 *data, gsize size)
{
    char text[64];
    View item, name, param;
    gint64 seconds;

    g_assert_cmpuint (sip_text (value, text, sizeof text), <, sizeof text);
    sip_date (value, &seconds);
    touch_auth (value, data, size);
    for (View list = value; sip_next_value (&list, &item);)
        touch (item, data, size);
    for (View params = value; sip_next_param (&params, &name, &param);) {
        touch (name, data, size);
        touch (param, data, size);
    }
}

static void touch_cisco (const SipMessage *message, const guint8 *data, gsize size)
{
    SipServiceControl control;
    SipCiscoAlarm alarm;
    MacAddress mac;
    guint32 model;
    gboolean waiting;
    View agent, version;

    sip_cisco_mac (message, &mac);
    sip_cisco_model (message, &model);
    sip_cisco_register_kind (message);
    sip_cisco_content (message);
    touch (sip_cisco_device_name (message), data, size);
    if (sip_cisco_phone_agent (message->user_agent, &agent, &version))
        touch (version, data, size);
    if (sip_cisco_alarm_parse (message->reason_text, &alarm))
        touch (alarm.last, data, size);
    if (sip_cisco_service_control_parse (message->body, &control))
        touch (control.action, data, size);
    sip_message_summary_parse (message->body, &waiting);
}

static void touch_message (const SipMessage *message, const guint8 *data, gsize size)
{
    const View views[] = { message->method_name,
                           message->reason_phrase,
                           message->body,
                           message->via.value,
                           message->via.host,
                           message->via.branch,
                           sip_tag (&message->from),
                           message->call_id,
                           message->cseq_method,
                           message->date,
                           message->content_type,
                           message->supported,
                           message->sis_version,
                           message->reason_text,
                           message->session_id,
                           sip_tag (&message->to),
                           message->via.transport };
    SipHeader header;

    for (guint i = 0; i < G_N_ELEMENTS (views); i++)
        touch (views[i], data, size);
    touch_uri (&message->request_uri, data, size);
    touch_uri (&message->from.uri, data, size);
    for (guint i = 0; i < sip_contacts_kept (message); i++) {
        touch_uri (&message->contacts[i].uri, data, size);
        touch (message->contacts[i].instance, data, size);
    }
    guint n_headers = 0;
    for (View head = message->head; sip_next_header (&head, &header); n_headers++) {
        touch (header.line, data, size);
        touch_value (header.value, data, size);
    }
    g_assert_cmpuint (n_headers, ==, message->n_headers);
    touch_cisco (message, data, size);
}

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    g_autofree guint8 *exact = g_memdup2 (data, size); /* so that one octet too far is noticed */
    SipMessage message;

    gssize datagram = sip_frame_length (exact, size, FALSE);
    gssize stream = sip_frame_length (exact, size, TRUE);
    g_assert (datagram <= (gssize) size && stream <= (gssize) size);
    g_assert (size == 0 || datagram != 0);
    gboolean readable = sip_parse (exact, size, &message);
    g_assert (readable == (datagram > 0 && !sip_is_keepalive (exact, size)));
    if (readable)
        touch_message (&message, exact, size);
    touch_value ((View){ exact, size }, exact, size);
    return 0;
}
