/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/values.h"

#include "registration/wire/text.h"
#include "registration/wire/times.h"

#include <string.h>

/* Packed form, one value after the other: key octet; then NUMBER, HEX, SECONDS and WORD as LEB128, TEXT and ADDRESS as
 * a length octet and that many octets. TEXT of no octets is a word, as LEB128. A zero key ends the list. */

static const struct {
    const char *name;
    guint8 name_size;
    guint8 form; /* ValueForm */
} keys[N_VALUE_KEYS] = {
#define X(symbol, key_name, key_form) [VALUE_##symbol] = { key_name, sizeof key_name - 1, FORM_##key_form },
    VALUE_KEYS (X) REPORT_KEYS (X)
#undef X
};

G_STATIC_ASSERT (N_VALUE_KEYS < 256);

const char *value_key_name (ValueKey key)
{
    return keys[key].name;
}

ValueForm value_key_form (ValueKey key)
{
    return (ValueForm) keys[key].form;
}

gboolean value_key_is_of_messages (ValueKey key)
{
    switch (key) {
#define X(symbol, name, form) case VALUE_##symbol:
        REPORT_KEYS (X)
#undef X
        return FALSE;
    default:
        return TRUE;
    }
}

ValueKey value_key_find (const char *name, gsize size)
{
    for (ValueKey key = VALUE_END + 1; key < N_VALUE_KEYS; key++)
        if (keys[key].name_size == size && *keys[key].name == *name && memcmp (keys[key].name, name, size) == 0)
            return key;
    return VALUE_END;
}

void values_init (Values *values)
{
    values->size = 0;
    values->packed[0] = VALUE_END;
    memset (values->present, 0, sizeof values->present);
}

/* Where size octets of this value go; NULL when it has been added before, or does not fit. */
static guint8 *append_room (Values *values, ValueKey key, gsize size)
{
    guint8 bit = (guint8) (1 << key % 8);

    if (values->size + 1 + size + 1 > sizeof values->packed || values->present[key / 8] & bit)
        return NULL;
    values->present[key / 8] |= bit;
    guint8 *at = values->packed + values->size;
    *at = (guint8) key;
    values->size += 1 + size;
    values->packed[values->size] = VALUE_END;
    return at + 1;
}

static void append (Values *values, ValueKey key, const guint8 *data, gsize size)
{
    guint8 *at = append_room (values, key, size);

    if (at)
        memcpy (at, data, size);
}

#define LEB_MAX 10

static gsize write_leb (guint64 number, guint8 leb[LEB_MAX])
{
    gsize size = 0;

    do {
        leb[size++] = (guint8) ((number & 0x7F) | (number > 0x7F ? 0x80 : 0));
        number >>= 7;
    } while (number);
    return size;
}

static guint64 read_leb (const guint8 *p)
{
    guint64 number = 0;

    for (guint shift = 0;; shift += 7) {
        number |= (guint64) (*p & 0x7F) << shift;
        if (!(*p++ & 0x80))
            return number;
    }
}

static const guint8 *behind_leb (const guint8 *p)
{
    while (*p & 0x80)
        p++;
    return p + 1;
}

/* The one behind the value that begins at p with its key: alone knows how long each is. */
static const guint8 *behind (const guint8 *p)
{
    const guint8 form = keys[*p++].form;

    if (form != FORM_TEXT && form != FORM_ADDRESS)
        return behind_leb (p);
    return *p ? p + 1 + *p : behind_leb (p + 1);
}

void values_drop (Values *values, ValueKey key)
{
    guint8 *at = values->packed;

    while (*at != VALUE_END && *at != key)
        at += behind (at) - at;
    if (*at == VALUE_END)
        return;
    const guint8 *next = behind (at);
    gsize size = (gsize) (next - at);
    memmove (at, next, values->size + 1 - (gsize) (next - values->packed));
    values->size -= size;
    values->present[key / 8] &= (guint8) ~(1 << key % 8);
}

void values_add_number (Values *values, ValueKey key, guint64 number)
{
    guint8 leb[LEB_MAX];

    append (values, key, leb, write_leb (number, leb));
}

void values_add_word (Values *values, ValueKey key, Word word)
{
    guint8 text[1 + LEB_MAX] = { 0 };

    if (word >= N_WORDS)
        return;
    if (keys[key].form == FORM_TEXT)
        append (values, key, text, 1 + write_leb (word, text + 1));
    else
        values_add_number (values, key, word);
}

void values_add_address (Values *values, ValueKey key, const IpAddress *address)
{
    guint8 data[17];

    if (address->size == 0)
        return;
    data[0] = address->size;
    memcpy (data + 1, address->octets, address->size);
    append (values, key, data, 1 + (gsize) address->size);
}

void values_add_addresses (Values *values, ValueKey key, const IpAddress *addresses, guint count)
{
    char text[VALUES_TEXT_MAX + IP_ADDRESS_TEXT_SIZE + 2];
    gsize size = 0;

    for (guint i = 0; i < count && size <= VALUES_TEXT_MAX; i++) {
        if (i)
            size = (gsize) (g_stpcpy (text + size, ", ") - text);
        size += strlen (ip_address_format (&addresses[i], text + size));
    }
    values_add_text (values, key, text, (gssize) size);
}

gboolean value_text_is_hidden (gunichar c)
{
    if (c < 0x80)
        return FALSE;
    switch (g_unichar_type (c)) {
    case G_UNICODE_FORMAT:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
        return TRUE;
    default:
        return c == 0xFFFE || c == 0xFFFF;
    }
}

void values_add_text (Values *values, ValueKey key, const char *text, gssize size)
{
    guint8 data[1 + VALUES_TEXT_MAX + 6];
    gsize length = size < 0 ? strlen (text) : (gsize) size, used = 0;

    if (length && length <= VALUES_TEXT_MAX && view_is_plain ((View){ (const guint8 *) text, length })) {
        guint8 *at = append_room (values, key, 1 + length);
        if (at) {
            *at = (guint8) length;
            memcpy (at + 1, text, length);
        }
        return;
    }
    gboolean utf8 = g_utf8_validate_len (text, length, NULL);

    for (gsize i = 0; i < length;) {
        gunichar c = utf8 ? g_utf8_get_char (text + i) : (guint8) text[i];
        gsize step = utf8 ? (gsize) (g_utf8_next_char (text + i) - (text + i)) : 1;
        i += step;
        if (c < 0x20 || (c >= 0x7F && c < 0xA0)) {
            if (c != '\t' && c != '\n' && c != '\r')
                continue;
            c = ' ';
        } else if (value_text_is_hidden (c)) {
            c = 0xFFFD;
        }
        gsize width = (gsize) g_unichar_to_utf8 (c, (char *) data + 1 + used);
        if (used + width > VALUES_TEXT_MAX)
            break;
        used += width;
    }
    if (used == 0)
        return;
    data[0] = (guint8) used;
    append (values, key, data, 1 + used);
}

void values_add_view (Values *values, ValueKey key, View text)
{
    if (text.size)
        values_add_text (values, key, (const char *) text.data, (gssize) text.size);
}

Value value_of_text (ValueKey key, const char *text)
{
    return (Value){ .key = key, .text = text, .text_size = text ? strlen (text) : 0 };
}

Value value_of_number (ValueKey key, guint64 number)
{
    return (Value){ .key = key, .number = number };
}

Value value_of_word (ValueKey key, Word word)
{
    return (Value){ .key = key, .number = word };
}

gboolean values_next (const guint8 **position, Value *ret_value)
{
    const guint8 *p = *position;

    if (*p == VALUE_END)
        return FALSE;
    Value value = { .key = (ValueKey) *p };
    *position = behind (p);
    p++;
    switch (keys[value.key].form) {
    case FORM_TEXT:
        if (*p == 0) {
            value.number = read_leb (p + 1) + 1;
            value.text = word_english ((Word) (value.number - 1));
            value.text_size = strlen (value.text);
            break;
        }
        value.text_size = *p;
        value.text = (const char *) p + 1;
        break;
    case FORM_ADDRESS:
        value.address.size = *p;
        memcpy (value.address.octets, p + 1, value.address.size);
        break;
    case FORM_NUMBER:
    case FORM_HEX:
    case FORM_SECONDS:
    case FORM_WORD:
        value.number = read_leb (p);
        break;
    }
    *ret_value = value;
    return TRUE;
}

gboolean values_find (const guint8 *packed, ValueKey key, Value *ret_value)
{
    while (*packed != VALUE_END && *packed != key)
        packed = behind (packed);
    return values_next (&packed, ret_value);
}

gboolean values_number (const Values *values, ValueKey key, guint64 *ret_number)
{
    Value value;

    if (!values_find (values->packed, key, &value))
        return FALSE;
    *ret_number = value.number;
    return TRUE;
}

char *values_text (const Values *values, ValueKey key)
{
    Value value;
    return values_find (values->packed, key, &value) ? g_strndup (value.text, value.text_size) : NULL;
}

gsize values_packed_size (const guint8 *packed)
{
    const guint8 *p = packed;

    while (*p != VALUE_END)
        p = behind (p);
    return (gsize) (p - packed) + 1;
}

/* "%u" without what printf costs: tips and reports are full of numbers. */
void value_append_number (guint64 number, GString *out)
{
    char digits[20], *at = digits + sizeof digits;

    do
        *--at = (char) ('0' + number % 10);
    while (number /= 10);
    text_append (out, at, (gsize) (digits + sizeof digits - at));
}

/* Nobody reads microseconds of half a minute: four significant digits or so, rounded, without trailing zeros. */
static void format_seconds (guint64 nanoseconds, GString *out)
{
    guint64 unit = nanoseconds >= (guint64) SECOND ? 10000000 : nanoseconds >= 100000000 ? 1000000 : 1000;
    guint64 units = nanoseconds / unit + (nanoseconds % unit >= unit / 2);
    guint64 per_second = (guint64) SECOND / unit;

    value_append_number (units / per_second, out);
    guint64 rest = units % per_second;
    if (rest == 0)
        return;
    g_string_append_c (out, '.');
    for (guint64 digit = per_second / 10; rest; rest %= digit, digit /= 10)
        g_string_append_c (out, (char) ('0' + rest / digit));
}

static const char *in_words (guint64 number, WordTranslator translate, gpointer user_data)
{
    Word word = number < N_WORDS ? (Word) number : WORD_UNKNOWN;
    const char *translated = translate ? translate (word, user_data) : NULL;

    return translated ? translated : word_english (word);
}

void value_format (const Value *value, WordTranslator translate, gpointer user_data, GString *out)
{
    char text[IP_ADDRESS_TEXT_SIZE];

    switch (keys[value->key].form) {
    case FORM_NUMBER:
        value_append_number (value->number, out);
        break;
    case FORM_HEX:
        g_string_append_printf (out, "0x%04" G_GINT64_MODIFIER "x", value->number);
        break;
    case FORM_SECONDS:
        format_seconds (value->number, out);
        break;
    case FORM_TEXT:
        if (value->number)
            g_string_append (out, in_words (value->number - 1, translate, user_data));
        else
            text_append (out, value->text, value->text_size);
        break;
    case FORM_ADDRESS:
        g_string_append (out, ip_address_format (&value->address, text));
        break;
    case FORM_WORD:
        g_string_append (out, in_words (value->number, translate, user_data));
        break;
    }
}
