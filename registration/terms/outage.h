/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/bytes.h"

#include <glib.h>

/* How a phone says that it went down last time: the text of an SCCP Alarm, the Reason of a SIP REGISTER, the reason in
 * an XMLAlarm. It is about the previous registration, not about the one that follows. */

/* X (symbol, short word, English sentence without capital and full stop). The order is not kept in files. */
#define OUTAGE_CAUSES(X)                                                                                               \
    X (UNKNOWN, "unknown", "the phone gives a reason that is not known")                                               \
    X (POWER_UP, "power-up", "the phone has just started, usually because its power came on")                          \
    X (PATH, "path",                                                                                                   \
       "the TCP connection to the previous call manager failed: it did not answer, or the network on the way lost, "   \
       "refused or damaged packets")                                                                                   \
    X (SERVER_GONE, "server",                                                                                          \
       "the call manager closed, reset or aborted the TCP connection: it went away, restarted or dropped the phone")   \
    X (KEEPALIVE, "keepalive",                                                                                         \
       "keepalives stayed without answer: packets were lost on the way, or the call manager was silent")               \
    X (NO_ANSWER, "no answer", "the phone gave up waiting for an answer to its registration")                          \
    X (REFUSED, "refused", "the call manager refused the phone: look at the device's configuration on the server")     \
    X (RESET, "reset",                                                                                                 \
       "the call manager told the phone to reset (to boot again), usually because an administrator asked for it")      \
    X (RESTART, "restart",                                                                                             \
       "the call manager told the phone to restart (to register again), usually because an administrator asked for "   \
       "it")                                                                                                           \
    X (KEYPAD, "keypad", "somebody reset the phone at its keypad")                                                     \
    X (ADDRESS, "address", "the phone's IP address changed or was lost: look at DHCP and for a duplicate address")     \
    X (FAILBACK, "failback", "the phone left its backup to return to a call manager that it prefers")                  \
    X (FIRMWARE, "firmware", "the phone could not use the firmware load that it was given")                            \
    X (NO_ROOM, "room", "the phone had no room for a file that it was given")                                          \
    X (DOWNLOAD, "download", "the phone could not fetch a file from its TFTP server")                                  \
    X (TRUST_LIST, "trust list",                                                                                       \
       "a file did not carry a signature that the phone's trust list accepts: the list may be of another cluster")     \
    X (PHONE_FAULT, "phone", "the phone itself stopped: its self-test, its voice processor or its software")           \
    X (NUMBER_15, "15",                                                                                                \
       "number 15 stands for two things: on older phones the network reported the call manager as unreachable, in "    \
       "the newer list keepalives failed")                                                                             \
    X (NUMBER_16, "16",                                                                                                \
       "number 16 stands for two things: on older phones the call manager refused the phone, in the newer list the "   \
       "phone lost its IP address")                                                                                    \
    X (NUMBER_17, "17",                                                                                                \
       "number 17 stands for two things: on older phones keepalives stayed without answer, in the newer list the "     \
       "registration timed out")

typedef enum {
#define X(symbol, word, sentence) OUTAGE_##symbol,
    OUTAGE_CAUSES (X)
#undef X
        N_OUTAGES
} OutageCause;

/* Takes the value of Last=, the text of a ReasonForOutOfService, or its number (decimal, or hexadecimal after 0x).
 * Capitals, spaces and hyphens do not count. Two lists of numbers are in use and disagree about 15, 16 and 17: these
 * have causes of their own that say both. OUTAGE_UNKNOWN when nothing fits. */
OutageCause outage_cause (const char *last, gsize size);

/* A word, in small letters, is part of a name that outage_cause() knows. */
gboolean outage_has_word (const char *word);

/* The text of an alarm, taken apart. Views into the text; empty when absent. Known forms:
 *   Name=SEP001380AD9E5F Load=CP7912060000SCCP050124A Last=CM-aborted-TCP
 *   25: Name=SEP001380AD9E5F Load= 9.4(2SR3.1S) Last=Initialized
 *   Name=SEP003094C26105 Load=AJ.30 Parms=Status/IPaddr LastTime=A
 *   cisco-alarm:25 Name=SEP001122334455 ActiveLoad=SIP41.9-4-2SR3-1S Last=initialized */
typedef struct {
    gboolean has_number;
    guint32 number; /* before the name: the number of the cause (25 is "Initialized"), not a severity */
    View name;
    View load; /* what runs: Load or ActiveLoad; may contain spaces */
    View last; /* Last, or LastTime of the oldest phones, whose letter nobody has explained */
    View parms;
} AlarmText;

/* By its text, or by its number where nobody knows the text. */
OutageCause alarm_text_cause (const AlarmText *alarm);

/* Never fails; what is not there stays empty. The text need not be NUL-terminated, and ends at a NUL. */
void alarm_text_parse (const char *text, gsize size, AlarmText *ret_alarm);
