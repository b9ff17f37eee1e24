/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parameters of SIP: a value stays where the grammar of its name allows nothing that names somebody. */
#include "registration/anonymise/anonymise_internal.h"
#include "registration/anonymise/words_of.h"
#include "registration/protocols/sip.h"

#define METHODS "ACK BYE CANCEL INFO INVITE MESSAGE NOTIFY OPTIONS PRACK PUBLISH REFER REGISTER SUBSCRIBE UPDATE"

/* Seconds, up to a day and some; longer ones are whole hours, or the number of a telephone. */
#define SECONDS 5

/* What a value may be: numbers of so many digits at most, with marks between them, or words of a list. */
static const struct {
    const char *name;
    guint8 digits;
    const char *words;
} grammar[] = {
    { "audio", 0, "TRUE FALSE" },
    { "cause", 3, NULL },
    { "duration", SECONDS, NULL },
    { "encoding", 0, "hex text base64" },
    { "expires", SECONDS, NULL },
    { "id", 3, NULL },
    { "index", 2, NULL },
    { "isfocus", 0, "TRUE FALSE" },
    { "keep", SECONDS, NULL },
    { "lr", 1, "on off true false yes no" },
    { "method", 0, METHODS },
    { "ob", 1, "on true yes" },
    { "party", 0, "calling called" },
    { "privacy", 0, "full off none name uri id header session user critical history" },
    { "q", 3, NULL },
    { "refresher", 0, "uac uas" },
    { "reg-id", 3, NULL },
    { "rport", 5, NULL },
    { "screen", 0, "yes no" },
    { "sip.methods", 0, METHODS },
    { "transport", 0, "udp tcp tls sctp ws wss tls-sctp tls-tcp" },
    { "ttl", 3, NULL },
    { "user", 0, "phone ip dialstring np" },
    { "video", 0, "TRUE FALSE" },
    { "+u.sip!model.ccm.cisco.com", 5, NULL },
};

static gboolean has_word (const char *words, View word)
{
    for (gsize size; *words; words += size + (words[size] != '\0')) {
        size = strcspn (words, " ");
        if (size == word.size && octets_same_caseless (word.data, words, size))
            return TRUE;
    }
    return FALSE;
}

static gboolean are_whole_hours (View number)
{
    enum { HOUR = 3600, DIGITS = 6 };
    guint value = 0;

    for (gsize i = 0; i < number.size && number.size <= DIGITS; i++)
        value = value * 10 + (guint) (number.data[i] - '0');
    return value && value % HOUR == 0;
}

/* Every word or number of the value; marks between them mean nothing. */
static gboolean is_of_grammar (View value, guint digits, const char *words)
{
    for (gsize at = 0, end; at < value.size; at = end + 1) {
        gsize n = 0;
        for (end = at; end < value.size && (g_ascii_isalnum (value.data[end]) || value.data[end] == '-'); end++)
            n += g_ascii_isdigit (value.data[end]);
        const View word = { value.data + at, end - at };
        if (end < value.size && value.data[end] >= 0x80)
            return FALSE;
        const gboolean is_number = n == word.size && (n <= digits || (digits == SECONDS && are_whole_hours (word)));
        if (word.size && !is_number && !(words && has_word (words, word)))
            return FALSE;
    }
    return TRUE;
}

/* Four numbers, of which one has several digits. */
static gboolean may_be_ipv4 (View value)
{
    gsize points = 0;

    for (gsize i = 0; i < value.size; i++)
        points += value.data[i] == '.';
    return points == 3 && value.size > 7;
}

static gboolean may_stay (View name, View value)
{
    for (gsize i = 0; i < G_N_ELEMENTS (grammar); i++)
        if (sip_equal (name, grammar[i].name))
            return is_of_grammar (value, grammar[i].digits, grammar[i].words) && !may_be_ipv4 (value);
    return FALSE;
}

/* 10.1.1.5~5060~1: where a connection comes from, as a proxy notes it. Port and protocol stay. */
static void write_alias (const Pen *pen, View value)
{
    const guint8 *mark = value.size ? memchr (value.data, '~', value.size) : NULL;
    const gsize host = mark ? (gsize) (mark - value.data) : value.size;

    pen_text (pen, (guint8 *) value.data, host, TEXT_WHERE);
    for (gsize at = host, end; at < value.size; at = end) {
        for (end = at + 1; end < value.size && value.data[end] != '~';)
            end++;
        const View part = { value.data + at + 1, end - at - 1 };
        if (!(is_of_grammar (part, 1, NULL) || (at == host && is_of_grammar (part, 5, NULL) && part.size <= 5)))
            pen_view (pen, part, TEXT_WHERE);
    }
}

/* The MAC address at the end of the identity of a device stays that of its other names. */
static void write_param (const Pen *pen, View name, View value)
{
    static const char *const secrets[] = { "tag", "branch", "to-tag", "from-tag", "icid-value", "gr", "remote" };

    for (gsize i = 0; i < G_N_ELEMENTS (secrets); i++)
        if (sip_equal (name, secrets[i])) {
            pen_view (pen, value, TEXT_SECRET);
            return;
        }
    if (may_stay (name, value))
        return;
    if (sip_equal (name, "call-id"))
        anonymise_id (pen, value);
    else if (sip_equal (name, "reason"))
        pen_view (pen, value, TEXT_FREE);
    else if (sip_equal (name, "filename"))
        anonymise_file_name (pen, value);
    else if (sip_equal (name, "alias"))
        write_alias (pen, value);
    else if (sip_starts_with (name, "+u.sip!devicename"))
        anonymise_device_name (pen, value);
    else if (sip_starts_with (name, "+u.sip!model"))
        pen_view (pen, value, TEXT_PRODUCT);
    else
        pen_view (pen, value, TEXT_WHERE);
}

/* Features of the protocol, of 3GPP and of Cisco begin so; others anybody may have called. */
static gboolean is_feature (View name)
{
    static const char *const begins[] = { "+u.", "+sip.", "+g.3gpp.", "+g.gsma.", "+g.oma." };

    for (gsize i = 0; i < G_N_ELEMENTS (begins); i++)
        if (sip_starts_with (name, begins[i]))
            return TRUE;
    return FALSE;
}

void anonymise_sip_params (const Pen *pen, View params)
{
    View name, value;

    while (sip_next_param (&params, &name, &value)) {
        if (value.size)
            write_param (pen, name, value);
        if (!is_feature (name))
            pen_view (pen, name, TEXT_CALLED);
    }
}
