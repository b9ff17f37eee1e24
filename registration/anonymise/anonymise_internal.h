/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/anonymise/pen.h"

/* The readers of one protocol each. All take whole messages, or what the capture has of one; the octets are the
 * caller's and are changed in place when the pen writes. */

/* anonymise_body.c */

/* The text of a file or message: XML, settings in lines, or a session's description (SDP). */
void anonymise_body (const Pen *pen, guint8 *data, gsize size);
/* Why a phone went down (outage.h), or any other sentence. */
void anonymise_alarm_text (const Pen *pen, guint8 *text, gsize size);
/* What a body is, and what its parts are told apart by. */
void anonymise_content_type (const Pen *pen, View value);
/* One document of XML, or what the capture has of it. */
void anonymise_xml (const Pen *pen, guint8 *data, gsize size);
/* What is compressed: zeros, or nothing, compressed as it was. */
void anonymise_packed (const Pen *pen, guint8 *data, gsize size);
gboolean anonymise_is_packed (const guint8 *data, gsize size);
/* By its first octets: letters, or letters of two octets each (UTF-16). */
gboolean anonymise_is_text (const guint8 *data, gsize size);
gboolean anonymise_is_wide (const guint8 *data, gsize size, gboolean *ret_big_endian);

/* anonymise_lines.c */

/* A setting, a header or a command, of a session's description too, or any text. Blanks around it are none of it. */
void anonymise_line (const Pen *pen, View line);

/* anonymise_setting.c */

/* Octets of a setting's name; longer words are something else. */
#define SETTING_MAX 48

/* What a setting was called before it was changed, as far as that tells. */
typedef struct {
    gsize size;
    guint8 octets[SETTING_MAX];
} SettingName;

static inline SettingName setting_name (View text)
{
    SettingName name = { .size = MIN (text.size, SETTING_MAX) };

    for (gsize i = 0; i < name.size; i++)
        name.octets[i] = text.data[i];
    return name;
}

/* Borrowed. */
static inline View setting_name_view (const SettingName *name)
{
    return (View){ name->octets, name->size };
}

/* A value, by what its setting is called and how it looks. */
void anonymise_setting (const Pen *pen, View name, View value);
/* What a setting is called: last of all, since its value is told by it. */
void anonymise_setting_name (const Pen *pen, View name);
/* A setting of this name keeps a secret. */
gboolean anonymise_is_secret (View name);
/* All words of a name are words of the field, perhaps with a number behind them: "serverPort2". */
gboolean anonymise_is_of_field (const Pen *pen, View name);

/* anonymise_file.c */

/* A file that a phone loads; name is as it asked for it. */
void anonymise_file (const Pen *pen, View name, guint8 *data, gsize size);
/* Its name. */
void anonymise_file_name (const Pen *pen, View name);
/* What a phone is called by its call manager: "SEP" and an address, or the kind of device and a name. */
void anonymise_device_name (const Pen *pen, View name);
/* What is in it is firmware: long, public, and looked at by nobody. */
gboolean anonymise_is_firmware (View name);

/* anonymise_sdp.c */

/* What stands behind "=" looks like what a line of this type of a session's description has there. */
gboolean anonymise_is_sdp (guint8 type, View value);
/* One line of a session's description: what stands behind "a=", of this type. */
void anonymise_sdp_line (const Pen *pen, guint8 type, View value);

/* anonymise_sip.c */

void anonymise_sip (const Pen *pen, guint8 *data, gsize size);
/* Of a call or dialog. */
void anonymise_id (const Pen *pen, View id);

/* anonymise_sip_params.c */

/* Behind a URI or a value: ;name=value;name */
void anonymise_sip_params (const Pen *pen, View params);

/* anonymise_http.c */

/* Start line and headers. */
void anonymise_http_head (const Pen *pen, guint8 *data, gsize size);

/* anonymise_sccp.c */

/* One message from its header on, of a connection that has agreed on this version of the protocol, or 0. */
void anonymise_sccp (const Pen *pen, guint8 *data, gsize size);

/* anonymise_tls.c */

/* One message of a handshake in the clear, from its type on. */
void anonymise_tls_handshake (const Pen *pen, guint8 *data, gsize size);

/* anonymise_der.c */

/* Texts in DER, as certificates are. FALSE when it is none. */
gboolean anonymise_der (const Pen *pen, guint8 *data, gsize size);
/* The same of what is there of one that may have been cut. */
void anonymise_der_begun (const Pen *pen, guint8 *data, gsize size);
/* What somebody says of a certificate (OCSP). */
void anonymise_der_status (const Pen *pen, guint8 *data, gsize size);
/* The serial number of a certificate, wherever it stands. */
void anonymise_serial (const Pen *pen, guint8 *octets, gsize size);

/* anonymise_dhcp.c */

void anonymise_dhcp (const Pen *pen, guint8 *data, gsize size);

/* anonymise_dns.c */

void anonymise_dns (const Pen *pen, guint8 *data, gsize size);
/* Names as DNS has them, one behind the other. */
void anonymise_labels (const Pen *pen, guint8 *data, gsize size);

/* anonymise_network.c */

void anonymise_arp (const Pen *pen, guint8 *data, gsize size);
/* What hosts are told on the way or at the end, from the first option on: what only fills the place, or is not known,
 * has nothing to say. */
void anonymise_ipv6_options (const Pen *pen, guint8 *options, gsize size);
/* From the type on, of what is no error: those have a packet in them. */
void anonymise_icmpv6 (const Pen *pen, guint8 *data, gsize size);
/* A field that nobody reads, by how it looks. */
void anonymise_unknown (const Pen *pen, guint8 *data, gsize size);
/* Letters and marks, and perhaps zeros behind them. */
gboolean octets_are_printable (const guint8 *data, gsize size);

/* anonymise_neighbor.c */

void anonymise_cdp (const Pen *pen, guint8 *data, gsize size);
void anonymise_lldp (const Pen *pen, guint8 *data, gsize size);
void anonymise_eapol (const Pen *pen, guint8 *data, gsize size);

/* Of the network's order. */
static inline guint16 be16 (const guint8 *data)
{
    return (guint16) (data[0] << 8 | data[1]);
}
