/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/protocols/sccp.h"

#include <glib.h>
#include <string.h>

/* SCCP messages for tests, written down field by field: the rows of a table say what stands on the wire, in its order,
 * and the bytes are made from them. Header only: each test links what it uses. */

typedef enum { FIELD_END, FIELD_U8, FIELD_LE16, FIELD_LE32, FIELD_IPV4, FIELD_BOX, FIELD_TEXT, FIELD_RAW } FieldType;

typedef struct {
    FieldType type;
    guint32 number;   /* the number, or the size of the box or the bytes */
    const char *text; /* BOX, TEXT, RAW, IPV4 */
    guint8 memory;    /* BOX: what fills it behind the NUL */
} Field;

#define U8(value)                                                                                                      \
    {                                                                                                                  \
        FIELD_U8, (value)                                                                                              \
    }
#define LE16(value)                                                                                                    \
    {                                                                                                                  \
        FIELD_LE16, (value)                                                                                            \
    }
#define LE32(value)                                                                                                    \
    {                                                                                                                  \
        FIELD_LE32, (value)                                                                                            \
    }
#define IPV4(address)                                                                                                  \
    {                                                                                                                  \
        FIELD_IPV4, 4, (address)                                                                                       \
    }
#define BOX(size, chars)                                                                                               \
    {                                                                                                                  \
        FIELD_BOX, (size), (chars)                                                                                     \
    }
/* A box that its sender did not clear: a NUL, then old memory. */
#define USED_BOX(size, chars)                                                                                          \
    {                                                                                                                  \
        FIELD_BOX, (size), (chars), 0xA5                                                                               \
    }
/* A text with its NUL. */
#define TEXT(chars)                                                                                                    \
    {                                                                                                                  \
        FIELD_TEXT, 0, (chars)                                                                                         \
    }
#define RAW(bytes)                                                                                                     \
    {                                                                                                                  \
        FIELD_RAW, sizeof (bytes) - 1, (bytes)                                                                         \
    }
#define ZEROS(size)                                                                                                    \
    {                                                                                                                  \
        FIELD_BOX, (size), ""                                                                                          \
    }
#define JUNK(size)                                                                                                     \
    {                                                                                                                  \
        FIELD_BOX, (size), "\xEE\xEE\xEE\xEE", 0xEE                                                                    \
    }
#define FIELDS(...) ((const Field[]){ __VA_ARGS__, { FIELD_END } })
#define NO_FIELDS   ((const Field[]){ { FIELD_END } })

static inline void wire_append_le (GByteArray *out, guint32 number, guint size)
{
    guint8 octets[4] = { (guint8) number, (guint8) (number >> 8), (guint8) (number >> 16), (guint8) (number >> 24) };
    g_byte_array_append (out, octets, size);
}

static inline void wire_append_box (GByteArray *out, const Field *field)
{
    gsize length = MIN (strlen (field->text), field->number);
    guint start = out->len;

    g_byte_array_set_size (out, start + field->number);
    memset (out->data + start, field->memory, field->number);
    memcpy (out->data + start, field->text, length);
    if (length < field->number)
        out->data[start + length] = 0;
}

static inline void wire_append (GByteArray *out, const Field *field)
{
    IpAddress address = { .size = 0 };

    switch (field->type) {
    case FIELD_U8:
        wire_append_le (out, field->number, 1);
        break;
    case FIELD_LE16:
        wire_append_le (out, field->number, 2);
        break;
    case FIELD_LE32:
        wire_append_le (out, field->number, 4);
        break;
    case FIELD_IPV4:
        ip_address_parse (field->text, strlen (field->text), &address);
        g_byte_array_append (out, address.octets, 4);
        break;
    case FIELD_BOX:
        wire_append_box (out, field);
        break;
    case FIELD_TEXT:
        g_byte_array_append (out, (const guint8 *) field->text, (guint) strlen (field->text) + 1);
        break;
    case FIELD_RAW:
        g_byte_array_append (out, (const guint8 *) field->text, field->number);
        break;
    case FIELD_END:
        break;
    }
}

/* Appends one whole PDU. */
static inline void wire_pdu (GByteArray *out, guint32 header_version, guint32 id, const Field *fields)
{
    guint start = out->len;

    wire_append_le (out, 0, 4); /* the length, below */
    wire_append_le (out, header_version, 4);
    wire_append_le (out, id, 4);
    for (const Field *field = fields; field->type != FIELD_END; field++)
        wire_append (out, field);
    guint32 length = out->len - start - SCCP_HEADER_SIZE;
    guint8 octets[4] = { (guint8) length, (guint8) (length >> 8), (guint8) (length >> 16), (guint8) (length >> 24) };
    memcpy (out->data + start, octets, sizeof octets);
}

/* "WORD" of WORD_WORD: tests say which of our words, not how it reads. */
static inline const char *wire_word_symbol (Word word)
{
    switch (word) {
#define X(symbol, english)                                                                                             \
    case WORD_##symbol:                                                                                                \
        return #symbol;
        WORDS (X)
#undef X
    default:
        return "?";
    }
}

/* All values of a list, in its order: "line=1; number=1001; mode=ON". Owned by the caller. */
static inline char *wire_values_text (const guint8 *packed)
{
    GString *text = g_string_new (NULL);
    Value value;

    while (values_next (&packed, &value)) {
        g_string_append_printf (text, "%s%s=", text->len ? "; " : "", value_key_name (value.key));
        if (value_key_form (value.key) == FORM_WORD)
            g_string_append (text, wire_word_symbol ((Word) value.number));
        else
            value_format (&value, NULL, NULL, text);
    }
    return g_string_free (text, FALSE);
}
