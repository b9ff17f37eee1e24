/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/eapol.h"

/* IEEE 802.1X-2020, 11.3. */
enum { TYPE_EAP = 0, TYPE_START = 1, TYPE_LOGOFF = 2 };
/* RFC 3748, 4. */
enum { CODE_REQUEST = 1, CODE_RESPONSE, CODE_SUCCESS, CODE_FAILURE };
/* Numbers of IANA's registry of EAP. */
enum {
    METHOD_MD5 = 4,
    METHOD_TLS = 13,
    METHOD_LEAP = 17,
    METHOD_TTLS = 21,
    METHOD_PEAP = 25,
    METHOD_MSCHAP = 26,
    METHOD_FAST = 43,
    METHOD_TEAP = 55
};

const char *eap_method_name (guint method)
{
    switch (method) {
    case METHOD_MD5:
        return "EAP-MD5";
    case METHOD_TLS:
        return "EAP-TLS";
    case METHOD_LEAP:
        return "LEAP";
    case METHOD_TTLS:
        return "EAP-TTLS";
    case METHOD_PEAP:
        return "PEAP";
    case METHOD_MSCHAP:
        return "EAP-MSCHAPv2";
    case METHOD_FAST:
        return "EAP-FAST";
    case METHOD_TEAP:
        return "TEAP";
    default:
        return NULL;
    }
}

static gboolean runs_tls (guint8 method)
{
    return method == METHOD_TLS || method == METHOD_TTLS || method == METHOD_PEAP || method == METHOD_FAST ||
           method == METHOD_TEAP;
}

/* Flags, a length where they say so (RFC 5216, 3.1), then records of TLS. An alert that can be read has two octets. */
static guint8 read_alert (Bytes *data)
{
    enum { HAS_LENGTH = 0x80, ALERT = 21, ALERT_SIZE = 2 };

    if (bytes_u8 (data) & HAS_LENGTH)
        bytes_skip (data, 4);
    if (bytes_u8 (data) != ALERT)
        return 0;
    bytes_skip (data, 2);
    if (bytes_be16 (data) != ALERT_SIZE)
        return 0;
    bytes_skip (data, 1); /* how grave: the method ends with each */
    const guint8 alert = bytes_u8 (data);
    return data->missing ? 0 : alert;
}

static void read_method (Bytes *data, EapolPacket *packet)
{
    packet->method = bytes_u8 (data);
    if (packet->kind == EAPOL_RESPONSE && packet->method == EAP_IDENTITY)
        packet->identity = bytes_view (data, bytes_left (data));
    else if (packet->kind == EAPOL_RESPONSE && packet->method == EAP_NAK && bytes_left (data))
        packet->wanted = bytes_u8 (data);
    else if (runs_tls (packet->method) && bytes_left (data))
        packet->alert = read_alert (data);
}

static gboolean read_eap (View eap, EapolPacket *packet)
{
    enum { HEAD = 4 };
    static const EapolKind kinds[] = { [CODE_REQUEST] = EAPOL_REQUEST,
                                       [CODE_RESPONSE] = EAPOL_RESPONSE,
                                       [CODE_SUCCESS] = EAPOL_SUCCESS,
                                       [CODE_FAILURE] = EAPOL_FAILURE };
    Bytes bytes, inside;

    bytes_init (&bytes, eap.data, eap.size);
    const guint8 code = bytes_u8 (&bytes);
    packet->id = bytes_u8 (&bytes);
    const guint16 length = bytes_be16 (&bytes);
    if (bytes.missing || code < CODE_REQUEST || code > CODE_FAILURE || length < HEAD)
        return FALSE;
    packet->kind = kinds[code];
    if (packet->kind == EAPOL_SUCCESS || packet->kind == EAPOL_FAILURE)
        return TRUE;
    const View data = bytes_view (&bytes, MIN (bytes_left (&bytes), (gsize) length - HEAD));
    if (data.size == 0)
        return FALSE;
    bytes_init (&inside, data.data, data.size);
    read_method (&inside, packet);
    return TRUE;
}

gboolean eapol_decode (const guint8 *data, gsize size, EapolPacket *ret_packet)
{
    EapolPacket packet = { 0 };
    Bytes bytes;

    bytes_init (&bytes, data, size);
    bytes_skip (&bytes, 1); /* version */
    const guint8 type = bytes_u8 (&bytes);
    const guint16 length = bytes_be16 (&bytes);
    if (bytes.missing || type > TYPE_LOGOFF)
        return FALSE;
    packet.kind = type == TYPE_LOGOFF ? EAPOL_LOGOFF : EAPOL_START;
    if (type == TYPE_EAP && !read_eap (bytes_view (&bytes, MIN (length, bytes_left (&bytes))), &packet))
        return FALSE;
    *ret_packet = packet;
    return TRUE;
}
