/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/protocols/sip.h"
#include "registration/wire/address.h"
#include "registration/wire/bytes.h"

#include <glib.h>

/* What Cisco phones and CUCM write into SIP beyond the standards. All views borrow from the message. */

/* The alarm in the Reason header of a first REGISTER and of the last one: why the phone restarted. */
typedef struct {
    guint number;       /* of "cisco-alarm:25" */
    View name;          /* "SEP001122334455" */
    View load;          /* ActiveLoad, or Load of older phones */
    View inactive_load; /* InactiveLoad */
    View last;          /* "initialized", "reset-restart" … */
} SipCiscoAlarm;

/* Reads SipMessage's reason_text. FALSE when it is no alarm. */
gboolean sip_cisco_alarm_parse (View text, SipCiscoAlarm *ret_alarm);

/* A Cisco phone that talks CUCM's dialect sent this: device name or model in a Contact, X-cisco-… in Supported or a
 * Cisco phone's User-Agent. Only for requests: answers repeat the phone's words. */
static inline gboolean sip_cisco_is_phone (const SipMessage *message)
{
    return message->is_of_cisco_phone;
}
/* One of Cisco's clients for computers and mobile phones sent this, as its User-Agent says: its device name begins with
 * CSF, TCT, BOT or TAB, and has nothing to do with a MAC address. */
gboolean sip_cisco_is_soft (const SipMessage *message);
/* A CUCM sent this: Server or User-Agent says so. */
gboolean sip_cisco_is_server (const SipMessage *message);

/* "001122334455" at the front of Call-ID or tag, also written 00112233-4455…. Any hexadecimal text passes, so ask only
 * where sip_cisco_is_phone(). */
gboolean sip_cisco_mac_from_id (View id, MacAddress *ret_mac);
/* <urn:uuid:00000000-0000-0000-0000-001122334455>; other UUIDs hold no MAC that can be trusted. */
gboolean sip_cisco_mac_from_instance (View instance, MacAddress *ret_mac);
/* "SEP001122334455". */
gboolean sip_cisco_mac_from_name (View device_name, MacAddress *ret_mac);
/* The MAC of the phone: from the device name, else the instance, else (when the message is a Cisco phone's own) the
 * From of a REFER, or Call-ID and From tag where both begin with it, or one of them is missing. */
gboolean sip_cisco_mac (const SipMessage *message, MacAddress *ret_mac);

/* The first device name in the Contacts, else in the alarm; empty when there is none. */
View sip_cisco_device_name (const SipMessage *message);
/* The first model number in the Contacts, a device type as in SCCP's RegisterReq. */
gboolean sip_cisco_model (const SipMessage *message, guint32 *ret_model);

/* "Cisco-CP7821/12.1.1" gives "7821" and "12.1.1"; "Cisco-SIPIPCommunicator/9.1.1" the name and "9.1.1". FALSE for
 * agents of others and for CUCM. */
gboolean sip_cisco_phone_agent (View user_agent, View *ret_model, View *ret_version);
/* "Cisco-CUCM11.5" gives "11.5". */
gboolean sip_cisco_server_version (View server, View *ret_version);

typedef enum {
    SIP_REGISTER_NONE,       /* no REGISTER request */
    SIP_REGISTER_INITIAL,    /* the first of a phone that goes by CUCM: it brings an alarm or a body */
    SIP_REGISTER_REFRESH,    /* a heartbeat of one of them */
    SIP_REGISTER_BINDING,    /* somebody else's: first or refresh, only the Call-ID's past can tell */
    SIP_REGISTER_UNREGISTER, /* Expires 0 for all that is named, or Contact "*" */
    SIP_REGISTER_STANDBY,    /* cisco-keep-alive to the backup server */
    SIP_REGISTER_QUERY,      /* no Contact: asks what is registered */
} SipRegisterKind;

SipRegisterKind sip_cisco_register_kind (const SipMessage *message);

typedef enum {
    SIP_CONTENT_NONE,
    SIP_CONTENT_OTHER,
    SIP_CONTENT_REMOTECC_REQUEST,  /* application/x-cisco-remotecc-request+xml */
    SIP_CONTENT_REMOTECC_RESPONSE, /* …-response+xml */
    SIP_CONTENT_REMOTECC_OTHER,    /* any other x-cisco-remotecc-… */
    SIP_CONTENT_ALARM,             /* application/x-cisco-alarm+xml */
    SIP_CONTENT_MESSAGE_SUMMARY,   /* application/simple-message-summary */
    SIP_CONTENT_SERVICE_CONTROL,   /* of a NOTIFY with Event: service-control */
} SipContent;

/* The kind of the body; of a multipart body that of the first part with a kind of its own. */
SipContent sip_cisco_content (const SipMessage *message);

/* The body of a NOTIFY with Event: service-control. */
typedef struct {
    View action; /* "reset", "restart", "check-version" … */
    View register_call_id, config_version, dial_plan_version, soft_key_version, feature_control_version;
} SipServiceControl;

/* FALSE without an action line. Values come without their braces. */
gboolean sip_cisco_service_control_parse (View body, SipServiceControl *ret_control);

/* The body of a NOTIFY with Event: message-summary (RFC 3842). FALSE without its first line. */
gboolean sip_message_summary_parse (View body, gboolean *ret_waiting);

/* A line whose number begins with # stands for none: that nobody knows it is harmless (reference 5.6, A6). */
gboolean sip_is_placeholder (View number);
