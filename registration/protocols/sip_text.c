/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/sip_text.h"

#include <string.h>

static View view_from (View text, gsize start)
{
    return (View){ text.data ? text.data + start : NULL, text.size - start };
}

static View view_between (View text, gsize start, gsize end)
{
    return (View){ text.data ? text.data + start : NULL, end - start };
}

/* The position of the first c, or the end. */
static gsize find (View text, guint8 c)
{
    const guint8 *p = text.size ? memchr (text.data, c, text.size) : NULL;
    return p ? (gsize) (p - text.data) : text.size;
}

/* The position after the quoted string that starts at position: the text's end when it is never closed. */
static gsize skip_quoted (View text, gsize position)
{
    for (position++; position < text.size; position++) {
        if (text.data[position] == '\\')
            position++;
        else if (text.data[position] == '"')
            return position + 1;
    }
    return text.size;
}

/* What is between two of these is passed over without a closer look. */
static const guint8 is_mark[256] = { ['"'] = 1, ['<'] = 1, ['>'] = 1, [','] = 1, [';'] = 1 };

/* The position of the next separator ("," or ";") outside quoted strings and angle brackets, or the end. */
static gsize find_outside (View text, guint8 separator)
{
    const guint8 *first = text.size ? memchr (text.data, separator, text.size) : NULL;
    gboolean brackets = FALSE;

    /* Most values have none, or have it before anything that could hide it. */
    if (!first)
        return text.size;
    const gsize before = (gsize) (first - text.data);
    if (!before || (!memchr (text.data, '"', before) && !memchr (text.data, '<', before)))
        return before;
    for (gsize i = 0; i < text.size; i++) {
        guint8 c = text.data[i];
        if (!is_mark[c])
            continue;
        if (c == '"' && !brackets)
            i = skip_quoted (text, i) - 1;
        else if (c == '<')
            brackets = TRUE;
        else if (c == '>')
            brackets = FALSE;
        else if (c == separator && !brackets)
            return i;
    }
    return text.size;
}

gboolean sip_next_value (View *list, View *ret_value)
{
    if (!list->data)
        return FALSE;
    gsize end = find_outside (*list, ',');
    *ret_value = sip_trim (view_between (*list, 0, end));
    *list = end < list->size ? view_from (*list, end + 1) : (View){ NULL, 0 };
    return TRUE;
}

gboolean sip_list_has (View list, const char *value)
{
    for (View item; sip_next_value (&list, &item);)
        if (sip_equal (sip_trim (view_between (item, 0, find (item, ';'))), value))
            return TRUE;
    return FALSE;
}

gboolean sip_next_param (View *params, View *ret_name, View *ret_value)
{
    gsize i = find_outside (*params, ';');
    if (i >= params->size)
        return FALSE;

    View rest = view_from (*params, i + 1);
    for (i = 0; i < rest.size && rest.data[i] != '=' && rest.data[i] != ';'; i++)
        ;
    *ret_name = sip_trim (view_between (rest, 0, i));
    *ret_value = (View){ NULL, 0 };
    if (i < rest.size && rest.data[i] == '=') {
        for (i++; i < rest.size && sip_is_space (rest.data[i]); i++)
            ;
        gsize start = i;
        if (i < rest.size && rest.data[i] == '"') {
            i = skip_quoted (rest, i);
            gboolean closed = i - start >= 2 && rest.data[i - 1] == '"';
            *ret_value = view_between (rest, start + 1, closed ? i - 1 : i);
        } else {
            for (; i < rest.size && rest.data[i] != ';'; i++)
                ;
            *ret_value = sip_trim (view_between (rest, start, i));
        }
    }
    *params = view_from (rest, i);
    return TRUE;
}

gboolean sip_param (View value, const char *name, View *ret_value)
{
    View found_name, found_value;

    while (sip_next_param (&value, &found_name, &found_value)) {
        if (!sip_equal (found_name, name))
            continue;
        if (ret_value)
            *ret_value = found_value;
        return TRUE;
    }
    return FALSE;
}

gboolean sip_number (View text, guint32 *ret_number)
{
    guint64 number = 0;
    gsize i = 0;

    text = sip_trim (text);
    for (; i < text.size && g_ascii_isdigit (text.data[i]); i++)
        number = MIN (number * 10 + (text.data[i] - '0'), G_MAXUINT32);
    if (i == 0)
        return FALSE;
    *ret_number = (guint32) number;
    return TRUE;
}

/* "host", "host:port", "[2001:db8::1]:port". */
static void parse_host (View text, SipUri *uri)
{
    View after = text;
    gsize end;

    if (text.size && text.data[0] == '[' && (end = find (text, ']')) < text.size) {
        uri->host = view_between (text, 1, end);
        uri->is_ip6 = TRUE;
        after = view_from (text, end + 1);
        end = 0;
    } else {
        end = find (text, ':');
        uri->host = sip_trim (view_between (text, 0, end));
    }
    guint32 port;
    if (end < after.size && after.data[end] == ':' && sip_number (view_from (after, end + 1), &port) &&
        port <= G_MAXUINT16)
        uri->port = (guint16) port;
}

static gboolean is_scheme (View text)
{
    for (gsize i = 0; i < text.size; i++)
        if (!g_ascii_isalnum (text.data[i]) && (i == 0 || !strchr ("+-.", text.data[i]) || !text.data[i]))
            return FALSE;
    return text.size > 0 && g_ascii_isalpha (text.data[0]);
}

gboolean sip_uri_parse (View text, SipUri *ret_uri)
{
    text = sip_trim (text);
    *ret_uri = (SipUri){ .text = text };

    gsize colon = find (text, ':');
    if (colon == text.size || !is_scheme (view_between (text, 0, colon)))
        return FALSE;
    ret_uri->scheme = view_between (text, 0, colon);
    View rest = view_from (text, colon + 1);
    gboolean is_sip = sip_equal (ret_uri->scheme, "sip") || sip_equal (ret_uri->scheme, "sips");
    if (!is_sip && !sip_equal (ret_uri->scheme, "tel"))
        return TRUE;

    /* The user may hold ";" and "?", but "@" only escaped (RFC 3261, 25.1). */
    gsize at = find (rest, '@');
    if (is_sip && at < rest.size) {
        View userinfo = view_between (rest, 0, at);
        gsize password = find (userinfo, ':');
        ret_uri->user = view_between (userinfo, 0, password);
        if (password < userinfo.size)
            ret_uri->password = view_from (userinfo, password + 1);
        rest = view_from (rest, at + 1);
    }
    gsize question = find (rest, '?');
    if (question < rest.size) {
        ret_uri->headers = view_from (rest, question);
        rest = view_between (rest, 0, question);
    }
    gsize semicolon = find (rest, ';');
    if (semicolon < rest.size) {
        ret_uri->params = view_from (rest, semicolon);
        rest = view_between (rest, 0, semicolon);
    }
    if (is_sip)
        parse_host (rest, ret_uri);
    else
        ret_uri->user = rest;
    return TRUE;
}

gsize sip_text (View text, char *buffer, gsize size)
{
    gsize length = 0;
    gboolean quoted = FALSE;

    text = sip_trim (text);
    if (text.size >= 2 && text.data[0] == '"' && text.data[text.size - 1] == '"') {
        text = view_between (text, 1, text.size - 1);
        quoted = TRUE;
    }
    if (text.size && view_is_plain (text) && !memchr (text.data, '\\', text.size)) {
        length = MIN (text.size, size - 1);
        memcpy (buffer, text.data, length);
        text.size = 0;
    }
    for (gsize i = 0; i < text.size && length + 1 < size; i++) {
        guint8 c = text.data[i];
        if (c == '\\' && i + 1 < text.size && (quoted || text.data[i + 1] == '"' || text.data[i + 1] == '\\')) {
            buffer[length++] = (char) text.data[++i];
        } else if (c == '\r' || c == '\n') {
            while (length && sip_is_space ((guint8) buffer[length - 1]))
                length--;
            while (i + 1 < text.size && sip_is_space (text.data[i + 1]))
                i++;
            buffer[length++] = ' ';
        } else {
            buffer[length++] = (char) c;
        }
    }
    buffer[length] = '\0';
    return length;
}

/* --- Products */

#define MAC_DIGITS 12

static gboolean is_mac_word (View word)
{
    for (gsize i = 0; i < word.size; i++)
        if (!g_ascii_isxdigit (word.data[i]))
            return FALSE;
    return word.size == MAC_DIGITS;
}

/* How much of a word is not its release: "7.4.9c" has nothing, "SPA504G-7.4.9c" seven octets. */
static gsize without_release (View word)
{
    gsize part = 0;

    if (word.size && g_ascii_isdigit (*word.data))
        return 0;
    for (gsize i = 1; i + 1 < word.size; i++) {
        if (word.data[i] == '-' || word.data[i] == '_')
            part = i;
        if (word.data[i] == '.' && g_ascii_isdigit (word.data[i - 1]) && g_ascii_isdigit (word.data[i + 1]))
            return part;
    }
    return word.size;
}

guint64 sip_product_hash (View agent)
{
    guint64 hash = 0;

    while (agent.size) {
        gsize end = 0;
        while (end < agent.size && !sip_is_space (agent.data[end]) && agent.data[end] != '/')
            end++;
        View word = view_between (agent, 0, end);
        agent = view_from (agent, MIN (end + 1, agent.size));
        if (!is_mac_word (word))
            word.size = without_release (word);
        if (word.size)
            hash = hash_number (hash, view_hash_caseless (word));
    }
    return hash;
}

/* Takes the next word, which ends at white space, "," or ":". */
static View take_word (View *text)
{
    *text = sip_trim (*text);
    gsize end = 0;
    while (end < text->size && !sip_is_space (text->data[end]) && text->data[end] != ',' && text->data[end] != ':')
        end++;
    View word = view_between (*text, 0, end);
    *text = view_from (*text, MIN (end + 1, text->size));
    return word;
}

static gboolean take_number (View *text, guint min, guint max, gint64 *ret_number)
{
    View word = take_word (text);
    guint32 number;

    for (gsize i = 0; i < word.size; i++)
        if (!g_ascii_isdigit (word.data[i]))
            return FALSE;
    if (!sip_number (word, &number) || number < min || number > max)
        return FALSE;
    *ret_number = number;
    return TRUE;
}

/* Days from 1970-01-01 in the Gregorian calendar; the year is counted from March so that the leap day comes last. */
static gint64 days_since_1970 (gint64 year, gint64 month, gint64 day)
{
    gint64 y = month <= 2 ? year - 1 : year;
    gint64 m = (month + 9) % 12;
    return 365 * y + y / 4 - y / 100 + y / 400 + (m * 306 + 5) / 10 + day - 1 - 719468;
}

static gint64 days_of_month (gint64 year, gint64 month)
{
    return days_since_1970 (month == 12 ? year + 1 : year, month % 12 + 1, 1) - days_since_1970 (year, month, 1);
}

gboolean sip_date (View text, gint64 *ret_seconds)
{
    static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    gint64 day, year, hour, minute, second, month = 0;

    if (find (text, ',') < text.size)
        text = view_from (text, find (text, ',') + 1);
    if (!take_number (&text, 1, 31, &day))
        return FALSE;
    View word = take_word (&text);
    for (guint i = 0; i < 12 && word.size == 3; i++)
        if (octets_same_caseless (word.data, months + 3 * i, 3))
            month = i + 1;
    if (!month || !take_number (&text, 1900, 9999, &year) || day > days_of_month (year, month) ||
        !take_number (&text, 0, 23, &hour) || !take_number (&text, 0, 59, &minute) ||
        !take_number (&text, 0, 60, &second))
        return FALSE;
    word = take_word (&text);
    if (!sip_equal (word, "GMT") && !sip_equal (word, "UTC"))
        return FALSE;
    *ret_seconds = days_since_1970 (year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
    return TRUE;
}

char *sip_date_format (gint64 seconds)
{
    /* RFC 3261, 20.17: always English, whatever the locale. */
    static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (seconds);

    return g_strdup_printf ("%s, %02d %s %04d %02d:%02d:%02d GMT", days[g_date_time_get_day_of_week (date) - 1],
                            g_date_time_get_day_of_month (date), months[g_date_time_get_month (date) - 1],
                            g_date_time_get_year (date), g_date_time_get_hour (date), g_date_time_get_minute (date),
                            g_date_time_get_second (date));
}
