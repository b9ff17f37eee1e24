/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/outage.h"

#include <string.h>

/* The numbers as phones print them before an alarm text. */
static const OutageCause by_number[32] = {
    [0] = OUTAGE_FIRMWARE,     /* load rejected */
    [1] = OUTAGE_NO_ROOM,      /* size */
    [2] = OUTAGE_FIRMWARE,     /* compression */
    [3] = OUTAGE_FIRMWARE,     /* version */
    [4] = OUTAGE_NO_ROOM,      /* disk full */
    [5] = OUTAGE_FIRMWARE,     /* checksum */
    [6] = OUTAGE_DOWNLOAD,     /* file not found */
    [7] = OUTAGE_DOWNLOAD,     /* TFTP timeout */
    [8] = OUTAGE_DOWNLOAD,     /* TFTP access */
    [9] = OUTAGE_DOWNLOAD,     /* TFTP error */
    [10] = OUTAGE_PATH,        /* TCP timeout */
    [11] = OUTAGE_PATH,        /* wrong acknowledgment */
    [12] = OUTAGE_SERVER_GONE, /* reset */
    [13] = OUTAGE_SERVER_GONE, /* aborted */
    [14] = OUTAGE_SERVER_GONE, /* closed */
    [15] = OUTAGE_NUMBER_15,   [16] = OUTAGE_NUMBER_16, [17] = OUTAGE_NUMBER_17,
    [18] = OUTAGE_FAILBACK, /* in both lists */
    [19] = OUTAGE_PHONE_FAULT, [20] = OUTAGE_KEYPAD,    [21] = OUTAGE_ADDRESS,
    [22] = OUTAGE_RESET,       [23] = OUTAGE_RESTART,   [24] = OUTAGE_REFUSED,
    [25] = OUTAGE_POWER_UP,    [26] = OUTAGE_UNKNOWN,   [27] = OUTAGE_NO_ANSWER, /* waiting for a state */
    [28] = OUTAGE_NO_ANSWER,                                                     /* waiting for a response */
    [29] = OUTAGE_PHONE_FAULT,                                                   /* voice processor */
    [30] = OUTAGE_PHONE_FAULT,                                                   /* abort */
    [31] = OUTAGE_TRUST_LIST,
};

/* Names as squeeze() leaves them: letters and digits only, small, "UCM-" at the start as "CM-". The first part is
 * printed by phones that speak SCCP and in the Reason of SIP phones, the second is CUCM's list of reasons for
 * LastOutOfServiceInformation, with its spelling. A name matches from the start: some go on with a value. */
static const struct {
    const char *name;
    OutageCause cause;
} by_name[] = {
    { "initialized", OUTAGE_POWER_UP },
    { "tcptimeout", OUTAGE_PATH },
    { "tcpbadack", OUTAGE_PATH },
    { "cmbadack", OUTAGE_PATH },
    { "cmicmpunreach", OUTAGE_PATH },
    { "icmpunreach", OUTAGE_PATH },
    { "cmclosedtcp", OUTAGE_SERVER_GONE },
    { "cmresettcp", OUTAGE_SERVER_GONE },
    { "cmabortedtcp", OUTAGE_SERVER_GONE },
    { "keepaliveto", OUTAGE_KEEPALIVE },
    { "keepalivetimeout", OUTAGE_KEEPALIVE },
    { "waitingfor", OUTAGE_NO_ANSWER },
    { "cmnak", OUTAGE_REFUSED },
    { "phoneregrej", OUTAGE_REFUSED },
    { "resetreset", OUTAGE_RESET },
    { "resetrestart", OUTAGE_RESTART },
    { "phonekeypad", OUTAGE_KEYPAD },
    { "phonereip", OUTAGE_ADDRESS },
    { "failback", OUTAGE_FAILBACK },
    { "loadrejected", OUTAGE_FIRMWARE },
    { "tftpsizeerror", OUTAGE_NO_ROOM },
    { "compressiontypeerror", OUTAGE_FIRMWARE },
    { "versionerror", OUTAGE_FIRMWARE },
    { "diskfullerror", OUTAGE_NO_ROOM },
    { "romchecksumerror", OUTAGE_FIRMWARE },
    { "checksumerror", OUTAGE_FIRMWARE },
    { "compressorerror", OUTAGE_FIRMWARE },
    { "loadnotfound", OUTAGE_DOWNLOAD },
    { "filenotfound", OUTAGE_DOWNLOAD },
    { "tftptimeout", OUTAGE_DOWNLOAD },
    { "tftpaccesserror", OUTAGE_DOWNLOAD },
    { "tftperror", OUTAGE_DOWNLOAD },
    { "fileautherror", OUTAGE_TRUST_LIST },
    { "phonediag", OUTAGE_PHONE_FAULT },
    { "phoneabort", OUTAGE_PHONE_FAULT },
    { "dsperror", OUTAGE_PHONE_FAULT },
    { "dspalarm", OUTAGE_PHONE_FAULT },

    { "tcptimedout", OUTAGE_PATH },
    { "tcpucmresetconnection", OUTAGE_SERVER_GONE },
    { "tcpucmabortedconnection", OUTAGE_SERVER_GONE },
    { "tcpucmclosedconnection", OUTAGE_SERVER_GONE },
    { "sccpkeepalivefailure", OUTAGE_KEEPALIVE },
    { "tcpdevicelostipaddress", OUTAGE_ADDRESS },
    { "tcpdeviceregsistrationtimedout", OUTAGE_NO_ANSWER },
    { "tcpdeviceregistrationtimedout", OUTAGE_NO_ANSWER },
    { "tcpclosedconnecthighpriorityucm", OUTAGE_FAILBACK },
    { "tcpcloseduserinitiatedreset", OUTAGE_KEYPAD },
    { "tcpcloseducminitiatedreset", OUTAGE_RESET },
    { "tcpcloseducminitiatedrestart", OUTAGE_RESTART },
    { "tcpclosedregistrationreject", OUTAGE_REFUSED },
};

/* No name is longer. */
enum { SQUEEZED_MAX = 40 };

static void squeeze (const char *text, gsize size, char ret_squeezed[SQUEEZED_MAX])
{
    gsize used = 0;

    for (gsize i = 0; i < size && used < SQUEEZED_MAX - 1; i++)
        if (g_ascii_isalnum (text[i]))
            ret_squeezed[used++] = g_ascii_tolower (text[i]);
    ret_squeezed[used] = '\0';
    if (g_str_has_prefix (ret_squeezed, "ucm"))
        memmove (ret_squeezed, ret_squeezed + 1, used);
}

static gboolean read_number (const char *text, gsize size, guint32 *ret_number)
{
    char digits[12];
    guint base = 10;
    guint64 number;

    if (size > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
        base = 16;
        text += 2;
        size -= 2;
    }
    if (size == 0 || size >= sizeof digits)
        return FALSE;
    memcpy (digits, text, size);
    digits[size] = '\0';
    if (!g_ascii_string_to_unsigned (digits, base, 0, G_MAXUINT32, &number, NULL))
        return FALSE;
    *ret_number = (guint32) number;
    return TRUE;
}

static View trim (const char *text, gsize size)
{
    while (size > 0 && (g_ascii_isspace (text[0]) || text[0] == '"')) {
        text++;
        size--;
    }
    while (size > 0 && (g_ascii_isspace (text[size - 1]) || strchr ("\",;", text[size - 1])))
        size--;
    return size ? (View){ (const guint8 *) text, size } : (View){ NULL, 0 };
}

OutageCause outage_cause (const char *last, gsize size)
{
    View text = trim (last, size);
    char squeezed[SQUEEZED_MAX];
    guint32 number;

    if (text.size == 0)
        return OUTAGE_UNKNOWN;
    if (read_number ((const char *) text.data, text.size, &number))
        return number < G_N_ELEMENTS (by_number) ? by_number[number] : OUTAGE_UNKNOWN;
    squeeze ((const char *) text.data, text.size, squeezed);
    for (gsize i = 0; i < G_N_ELEMENTS (by_name); i++)
        if (g_str_has_prefix (squeezed, by_name[i].name))
            return by_name[i].cause;
    return OUTAGE_UNKNOWN;
}

gboolean outage_has_word (const char *word)
{
    for (gsize i = 0; i < G_N_ELEMENTS (by_name); i++)
        if (strstr (by_name[i].name, word))
            return TRUE;
    return FALSE;
}

OutageCause alarm_text_cause (const AlarmText *alarm)
{
    OutageCause cause = outage_cause ((const char *) alarm->last.data, alarm->last.size);

    if (cause == OUTAGE_UNKNOWN && alarm->has_number && alarm->number < G_N_ELEMENTS (by_number))
        cause = by_number[alarm->number];
    return cause;
}

/* The size of the key (without its '=') that starts at position, or 0. Keys are letters after a space. */
static gsize key_at (const char *text, gsize size, gsize position)
{
    gsize end = position;

    if (position > 0 && !g_ascii_isspace (text[position - 1]) && !strchr ("\",;:", text[position - 1]))
        return 0;
    while (end < size && g_ascii_isalpha (text[end]))
        end++;
    return end < size && text[end] == '=' ? end - position : 0;
}

static gsize next_key (const char *text, gsize size, gsize position)
{
    while (position < size && key_at (text, size, position) == 0)
        position++;
    return position;
}

static gboolean key_is (const char *key, gsize size, const char *name)
{
    return strlen (name) == size && octets_same_caseless (key, name, size);
}

static void keep_first (View *view, View value)
{
    if (view->size == 0)
        *view = value;
}

static void read_leading_number (const char *text, gsize size, AlarmText *alarm)
{
    static const char sip[] = "cisco-alarm:";
    View head = trim (text, size);

    if (head.size >= sizeof sip - 1 && octets_same_caseless (head.data, sip, sizeof sip - 1))
        head = trim ((const char *) head.data + sizeof sip - 1, head.size - (sizeof sip - 1));
    while (head.size > 0 && head.data[head.size - 1] == ':')
        head.size--;
    alarm->has_number = read_number ((const char *) head.data, head.size, &alarm->number);
}

void alarm_text_parse (const char *text, gsize size, AlarmText *ret_alarm)
{
    AlarmText alarm = { 0 };
    View last_time = { NULL, 0 };
    const char *nul = size ? memchr (text, 0, size) : NULL;

    if (nul)
        size = (gsize) (nul - text);
    gsize position = next_key (text, size, 0);
    read_leading_number (text, position, &alarm);
    while (position < size) {
        const char *key = text + position;
        gsize key_size = key_at (text, size, position);
        gsize start = position + key_size + 1;

        position = next_key (text, size, start);
        View value = trim (text + start, position - start);
        if (key_is (key, key_size, "Name"))
            keep_first (&alarm.name, value);
        else if (key_is (key, key_size, "Load") || key_is (key, key_size, "ActiveLoad"))
            keep_first (&alarm.load, value);
        else if (key_is (key, key_size, "Last"))
            keep_first (&alarm.last, value);
        else if (key_is (key, key_size, "LastTime"))
            keep_first (&last_time, value);
        else if (key_is (key, key_size, "Parms"))
            keep_first (&alarm.parms, value);
    }
    /* A cause without a name is printed with a key of its own: Last=Last=0x1A. */
    if (alarm.last.size > 5 && octets_same_caseless (alarm.last.data, "Last=", 5))
        alarm.last = (View){ alarm.last.data + 5, alarm.last.size - 5 };
    keep_first (&alarm.last, last_time);
    *ret_alarm = alarm;
}
