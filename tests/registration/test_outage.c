/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/outage.h"
#include "registration/terms/words.h"

#include <criterion/criterion.h>
#include <string.h>

static OutageCause cause (const char *text)
{
    return outage_cause (text, strlen (text));
}

/* In a static place until the next call. */
static const char *shown (View view)
{
    static char text[4][100];
    static guint turn;

    turn = (turn + 1) % 4;
    g_snprintf (text[turn], sizeof text[turn], "%.*s", (int) view.size, view.size ? (const char *) view.data : "");
    return text[turn];
}

static void check (const char *text, int number, const char *name, const char *load, const char *last)
{
    AlarmText alarm;

    alarm_text_parse (text, strlen (text), &alarm);
    cr_assert_eq (alarm.has_number, number >= 0);
    if (number >= 0)
        cr_assert_eq (alarm.number, (guint32) number);
    cr_assert_str_eq (shown (alarm.name), name);
    cr_assert_str_eq (shown (alarm.load), load);
    cr_assert_str_eq (shown (alarm.last), last);
}

Test (outage, alarm_texts_of_every_generation_are_taken_apart)
{
    check ("Name=SEP001380AD9E5F Load=CP7912060000SCCP050124A Last=CM-aborted-TCP", -1, "SEP001380AD9E5F",
           "CP7912060000SCCP050124A", "CM-aborted-TCP");
    check ("25: Name=SEPB8BEBF227D79 Load= 9.4(2SR3.1S) Last=Initialized", 25, "SEPB8BEBF227D79", "9.4(2SR3.1S)",
           "Initialized");
    check ("20: Name=SEP Load= 3.2(2.7) Last=Phone-Keypad", 20, "SEP", "3.2(2.7)", "Phone-Keypad");
    check ("0: Name=SEP001380AD9E5F Load=8.0 (1) Last=Load Rejected HC", 0, "SEP001380AD9E5F", "8.0 (1)",
           "Load Rejected HC");
    check ("Name=SEP003094C26105 Load=AJ.30 Parms=Status/IPaddr LastTime=A", -1, "SEP003094C26105", "AJ.30", "A");
    check ("cisco-alarm:25 Name=SEP001122334455 ActiveLoad=SIP41.9-4-2SR3-1S InactiveLoad=x Last=initialized\"", 25,
           "SEP001122334455", "SIP41.9-4-2SR3-1S", "initialized");
    check ("26: Name=SEP001122334455 Load=x Last=Last=0x1A", 26, "SEP001122334455", "x", "0x1A");
}

Test (outage, what_is_missing_stays_empty)
{
    check ("", -1, "", "", "");
    check ("hello", -1, "", "", "");
    check ("7", 7, "", "", "");
    check ("Name=SEP001380AD9E5F  Load=F2.02  Parms=Status/IPaddr", -1, "SEP001380AD9E5F", "F2.02", "");
    check ("Name= Load= Last=", -1, "", "", "");
    check ("Username=x", -1, "", "", "");
}

Test (outage, the_parts_are_views_into_the_text)
{
    static const char text[] = "13: Name=SEP1 Load=a b Last=CM-aborted-TCP\0Last=old memory";
    AlarmText alarm;

    alarm_text_parse (text, sizeof text, &alarm);
    cr_assert_eq ((const char *) alarm.name.data, text + 9);
    cr_assert_eq (alarm.name.size, 4);
    cr_assert_eq ((const char *) alarm.load.data, text + 19);
    cr_assert_eq (alarm.load.size, 3);
    cr_assert_eq ((const char *) alarm.last.data, text + 28);
    cr_assert_eq (alarm.last.size, 14);
    alarm_text_parse (text, 22, &alarm);
    cr_assert_eq (alarm.last.size, 0);
    alarm_text_parse (NULL, 0, &alarm);
    cr_assert_eq (alarm.last.size, 0);
}

Test (outage, every_prefix_and_every_damage_is_survived)
{
    static const char text[] =
        "25: Name=SEP001380AD9E5F Load=8.0(1) Parms=Status/IPaddr LastTime=A Last=CM-aborted-TCP";
    AlarmText alarm;

    for (gsize size = 0; size < sizeof text; size++) {
        g_autofree char *copy = g_memdup2 (text, size);
        alarm_text_parse (copy, size, &alarm);
        for (gsize i = 0; i < size; i++) {
            static const char damage[] = "= :\0\xFFx";
            for (gsize d = 0; d < sizeof damage - 1; d++) {
                char original = copy[i];
                copy[i] = damage[d];
                alarm_text_parse (copy, size, &alarm);
                outage_cause ((const char *) alarm.last.data, alarm.last.size);
                copy[i] = original;
            }
        }
    }
}

Test (outage, printed_names_fall_into_their_groups)
{
    static const struct {
        const char *name;
        OutageCause cause;
    } cases[] = {
        { "Initialized", OUTAGE_POWER_UP },
        { "initialized", OUTAGE_POWER_UP },
        { "TCP-timeout", OUTAGE_PATH },
        { "TCP-Bad-ACK", OUTAGE_PATH },
        { "CM-ICMP-Unreach", OUTAGE_PATH },
        { "CM-closed-TCP", OUTAGE_SERVER_GONE },
        { "UCM-closed-TCP", OUTAGE_SERVER_GONE },
        { "CM-reset-TCP", OUTAGE_SERVER_GONE },
        { "cm-ABORTED-tcp", OUTAGE_SERVER_GONE },
        { "CM-NAKed", OUTAGE_REFUSED },
        { "KeepaliveTO", OUTAGE_KEEPALIVE },
        { "Failback", OUTAGE_FAILBACK },
        { "Phone-Keypad", OUTAGE_KEYPAD },
        { "Phone-Re-IP", OUTAGE_ADDRESS },
        { "Reset-Reset", OUTAGE_RESET },
        { "Reset-Restart", OUTAGE_RESTART },
        { "Phone-Reg-Rej", OUTAGE_REFUSED },
        { "Load Rejected HC", OUTAGE_FIRMWARE },
        { "ROM Checksum Error", OUTAGE_FIRMWARE },
        { "TFTP Timeout", OUTAGE_DOWNLOAD },
        { "FileAuthError", OUTAGE_TRUST_LIST },
        { "Phone-Abort", OUTAGE_PHONE_FAULT },
        { "Waiting for state 3 response from 10.0.0.1", OUTAGE_NO_ANSWER },
        { "TCPucmResetConnection", OUTAGE_SERVER_GONE },
        { "TCPclosedUcmInitiatedReset", OUTAGE_RESET },
        { "TCPclosedUcmInitiatedRestart", OUTAGE_RESTART },
        { "TCPdeviceLostIPAddress", OUTAGE_ADDRESS },
        { "A", OUTAGE_UNKNOWN },
        { "", OUTAGE_UNKNOWN },
        { "-", OUTAGE_UNKNOWN },
    };
    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
        cr_assert_eq (cause (cases[i].name), cases[i].cause, "%s: %s", cases[i].name,
                      word_english (word_of_outage (cause (cases[i].name))));
}

Test (outage, numbers_mean_the_same_as_names_where_both_lists_agree)
{
    cr_assert_eq (cause ("0"), OUTAGE_FIRMWARE);
    cr_assert_eq (cause ("10"), OUTAGE_PATH);
    cr_assert_eq (cause ("14"), OUTAGE_SERVER_GONE);
    cr_assert_eq (cause ("15"), OUTAGE_NUMBER_15);
    cr_assert_eq (cause ("16"), OUTAGE_NUMBER_16);
    cr_assert_eq (cause ("17"), OUTAGE_NUMBER_17);
    cr_assert_eq (cause ("18"), OUTAGE_FAILBACK);
    cr_assert_eq (cause ("0x16"), OUTAGE_RESET);
    cr_assert_eq (cause (" 31 "), OUTAGE_TRUST_LIST);
    cr_assert_eq (cause ("32"), OUTAGE_UNKNOWN);
    cr_assert_eq (cause ("4294967295"), OUTAGE_UNKNOWN);
    cr_assert_eq (cause ("99999999999"), OUTAGE_UNKNOWN);
}

Test (outage, every_cause_has_a_sentence_of_its_own)
{
    for (OutageCause a = 0; a < N_OUTAGES; a++) {
        const char *sentence = word_english (word_of_outage (a));
        cr_assert_gt (strlen (sentence), 20);
        cr_assert_neq (sentence[strlen (sentence) - 1], '.');
        for (OutageCause b = a + 1; b < N_OUTAGES; b++)
            cr_assert_str_neq (sentence, word_english (word_of_outage (b)));
    }
}
