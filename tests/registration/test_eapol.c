/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/eapol.h"
#include "tests/registration/damage.h"

#include <criterion/criterion.h>

static const guint8 start[] = "\1\1\0\0", logoff[] = "\2\2\0\0", key[] = "\2\3\0\5\2\0\0\0\0";
static const guint8 identity[] = "\2\0\0\x1C\2\7\0\x1C\1CP-8841-SEP001122334455\0\0\0";
static const guint8 nak[] = "\2\0\0\6\2\x08\0\6\3\x0D", question[] = "\2\0\0\x16\1\x08\0\x16\4\x10"
                                                                     "0123456789abcdef";
static const guint8 alert[] = "\2\0\0\x0D\2\x09\0\x0D\x0D\0\x15\3\1\0\2\2\x30";
static const guint8 long_alert[] = "\2\0\0\x11\1\x09\0\x11\x19\x80\0\0\0\7\x15\3\3\0\2\2\x2D";
static const guint8 handshake[] = "\2\0\0\x0D\2\x09\0\x0D\x0D\0\x16\3\1\0\2\2\x30";
static const guint8 success[] = "\2\0\0\4\3\x09\0\4", failure[] = "\2\0\0\4\4\x09\0\4";

#define DECODE(octets, packet) eapol_decode (octets, sizeof octets - 1, packet)

Test (eapol, a_phone_asks_to_be_let_in_and_says_who_it_is)
{
    EapolPacket packet;

    cr_assert (DECODE (start, &packet));
    cr_assert_eq (packet.kind, EAPOL_START);
    cr_assert (DECODE (logoff, &packet));
    cr_assert_eq (packet.kind, EAPOL_LOGOFF);
    cr_assert (DECODE (identity, &packet));
    cr_assert_eq (packet.kind, EAPOL_RESPONSE);
    cr_assert_eq (packet.id, 7);
    cr_assert_eq (packet.method, EAP_IDENTITY);
    cr_assert (view_is (packet.identity, "CP-8841-SEP001122334455"));
    cr_assert_not (DECODE (key, &packet));
}

Test (eapol, methods_are_asked_for_and_refused)
{
    EapolPacket packet;

    cr_assert (DECODE (question, &packet));
    cr_assert_eq (packet.kind, EAPOL_REQUEST);
    cr_assert_str_eq (eap_method_name (packet.method), "EAP-MD5");
    cr_assert (DECODE (nak, &packet));
    cr_assert_eq (packet.method, EAP_NAK);
    cr_assert_str_eq (eap_method_name (packet.wanted), "EAP-TLS");
    cr_assert_null (eap_method_name (200));
}

Test (eapol, an_alert_within_a_method_is_read)
{
    EapolPacket packet;

    cr_assert (DECODE (alert, &packet));
    cr_assert_eq (packet.alert, 48);
    cr_assert (DECODE (long_alert, &packet));
    cr_assert_eq (packet.alert, 45);
    cr_assert (DECODE (handshake, &packet));
    cr_assert_eq (packet.alert, 0);
}

Test (eapol, results)
{
    EapolPacket packet;

    cr_assert (DECODE (success, &packet));
    cr_assert_eq (packet.kind, EAPOL_SUCCESS);
    cr_assert (DECODE (failure, &packet));
    cr_assert_eq (packet.kind, EAPOL_FAILURE);
    cr_assert_eq (packet.id, 9);
}

static void decode (const guint8 *data, gsize size)
{
    EapolPacket packet;

    if (eapol_decode (data, size, &packet))
        cr_assert (view_inside (packet.identity, data, size));
}

Test (eapol, damaged_packets_are_survived)
{
    try_every_damage (identity, sizeof identity - 1, decode);
    try_every_damage (alert, sizeof alert - 1, decode);
    try_every_damage (long_alert, sizeof long_alert - 1, decode);
}
