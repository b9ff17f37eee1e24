/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/support/sccp_messages.h"

#include <criterion/criterion.h>

/* A copy that ends where the bytes end, so that AddressSanitizer sees the first octet too many. */
static guint8 *exact_copy (const guint8 *data, gsize size)
{
    return size ? g_memdup2 (data, size) : g_malloc (1);
}

static void check_clean (const Values *values, Variant variant)
{
    const guint8 *position = values->packed;
    Value value;

    cr_assert_lt (variant, N_VARIANTS);
    while (values_next (&position, &value)) {
        cr_assert_lt (value.key, N_VALUE_KEYS);
        if (value_key_form (value.key) == FORM_TEXT)
            cr_assert (g_utf8_validate_len (value.text, value.text_size, NULL));
        if (value_key_form (value.key) == FORM_WORD)
            cr_assert_lt (value.number, N_WORDS);
    }
    cr_assert_eq (values_packed_size (values->packed), values->size + 1);
}

/* Describes a body that lies in memory of exactly its size. */
static void describe_clean (guint32 id, const guint8 *body, gsize size, guint version)
{
    g_autofree guint8 *copy = exact_copy (body, size);
    SccpPdu pdu = { .id = id, .body = { copy, size } };
    Values values;

    values_init (&values);
    check_clean (&values, sccp_describe (&pdu, version, &values));
}

static const char *name_of (guint32 id)
{
    return catalog_kind (catalog_find (PROTOCOL_SCCP, id))->name;
}

Test (sccp, every_message_says_what_it_says)
{
    for (gsize i = 0; i < G_N_ELEMENTS (sccp_messages); i++) {
        const SccpMessage *message = &sccp_messages[i];
        g_autoptr (GByteArray) bytes = g_byte_array_new ();
        SccpPdu pdu;
        Values values;

        values_init (&values);
        wire_pdu (bytes, 0, message->id, message->body);
        cr_assert_eq (sccp_frame (bytes->data, bytes->len, &pdu), bytes->len);
        cr_assert_eq (pdu.id, message->id);
        Variant variant = sccp_describe (&pdu, message->version, &values);
        g_autofree char *text = wire_values_text (values.packed);
        cr_expect_str_eq (text, message->values, "%s %s:\n  %s\ninstead of\n  %s", name_of (message->id), message->what,
                          text, message->values);
        cr_expect_eq (variant, message->variant, "%s %s: variant \"%s\" instead of \"%s\"", name_of (message->id),
                      message->what, variant_name (variant), variant_name (message->variant));
    }
}

Test (sccp, every_message_that_is_read_has_a_row_in_the_table)
{
    for (KindIndex k = 0; k < catalog_size (); k++) {
        const MessageKind *kind = catalog_kind (k);
        guint8 body[400] = { 1, 0, 0, 0 };
        SccpPdu pdu = { .id = kind->id, .body = { body, sizeof body } };
        gboolean has_row = FALSE;
        Values values;

        if (kind->protocol != PROTOCOL_SCCP)
            continue;
        values_init (&values);
        memset (body + 4, 'a', 300);
        Variant variant = sccp_describe (&pdu, 0, &values);
        for (gsize i = 0; i < G_N_ELEMENTS (sccp_messages); i++)
            has_row |= sccp_messages[i].id == kind->id;
        cr_expect (has_row || (values.size == 0 && variant == VARIANT_NONE), "%s", kind->name);
    }
}

Test (sccp, every_prefix_of_a_message_needs_more)
{
    for (gsize i = 0; i < G_N_ELEMENTS (sccp_messages); i++) {
        g_autoptr (GByteArray) bytes = g_byte_array_new ();

        wire_pdu (bytes, 0, sccp_messages[i].id, sccp_messages[i].body);
        for (gsize size = 0; size < bytes->len; size++) {
            g_autofree guint8 *copy = exact_copy (bytes->data, size);
            SccpPdu pdu = { .id = 0xABCD };
            cr_assert_eq (sccp_frame (copy, size, &pdu), 0);
            cr_assert_eq (pdu.id, 0xABCD, "the result is untouched");
        }
    }
}

/* Old servers send short forms: a body may end anywhere. What is said then was said by the whole message too. */
Test (sccp, a_body_may_end_anywhere)
{
    for (gsize i = 0; i < G_N_ELEMENTS (sccp_messages); i++) {
        g_autoptr (GByteArray) bytes = g_byte_array_new ();

        wire_pdu (bytes, 0, sccp_messages[i].id, sccp_messages[i].body);
        for (gsize size = 12; size < bytes->len; size++)
            for (guint version = 0; version <= 22; version = version ? version + 1 : 3)
                describe_clean (sccp_messages[i].id, bytes->data + 12, size - 12, version);
    }
}

/* What the capture has cut is missing: no octet is read for another, no text is shortened, no count is less (a message
 * may claim more than it has). */
Test (sccp, what_the_capture_has_cut_is_missing)
{
    for (gsize i = 0; i < G_N_ELEMENTS (sccp_messages); i++) {
        const SccpMessage *message = &sccp_messages[i];
        g_autoptr (GByteArray) bytes = g_byte_array_new ();
        Values whole;
        SccpPdu pdu;

        values_init (&whole);
        wire_pdu (bytes, 0, message->id, message->body);
        cr_assert_gt (sccp_frame (bytes->data, bytes->len, &pdu), 0);
        sccp_describe (&pdu, message->version, &whole);
        for (gsize size = 0; size < pdu.body.size; size++) {
            g_autofree guint8 *copy = exact_copy (pdu.body.data, size);
            SccpPdu cut = { .id = pdu.id, .body = { copy, size }, .cut = pdu.body.size - size };
            static const ValueKey numbers[] = { VALUE_OFFERED,     VALUE_GRANTED,     VALUE_SOFT_KEYS,
                                                VALUE_SETS,        VALUE_LINES,       VALUE_COUNT,
                                                VALUE_DEVICE_TYPE, VALUE_SPEED_DIALS, VALUE_KEEPALIVE };
            static const ValueKey texts[] = { VALUE_DEVICE, VALUE_LOAD, VALUE_NAME, VALUE_NUMBER,
                                              VALUE_LABEL,  VALUE_USER, VALUE_TEXT, VALUE_URL };
            Values values;

            values_init (&values);
            Variant variant = sccp_describe (&cut, message->version, &values);
            cr_expect (variant == message->variant ||
                           (variant != VARIANT_EMPTY && variant != VARIANT_NONE_LEFT && variant != VARIANT_OLD),
                       "%s %s cut to %zu: \"%s\"", name_of (pdu.id), message->what, size, variant_name (variant));
            for (gsize k = 0; k < G_N_ELEMENTS (numbers); k++) {
                guint64 there = 0, full = 0;
                if (values_number (&values, numbers[k], &there))
                    cr_expect (values_number (&whole, numbers[k], &full) &&
                                   (numbers[k] == VALUE_COUNT ? there >= full : there == full),
                               "%s %s cut to %zu: %" G_GUINT64_FORMAT, name_of (pdu.id), message->what, size, there);
            }
            for (gsize k = 0; k < G_N_ELEMENTS (texts); k++) {
                g_autofree char *there = values_text (&values, texts[k]), *full = values_text (&whole, texts[k]);
                if (there)
                    cr_expect_str_eq (there, full ? full : "(none)", "%s %s cut to %zu: \"%s\"", name_of (pdu.id),
                                      message->what, size, there);
            }
        }
    }
}

Test (sccp, damage_to_any_byte_gives_a_clean_result)
{
    static const guint8 damages[] = { 0x00, 0x01, 0x1E, 0x7F, 0x80, 0xC3, 0xFF };

    for (gsize i = 0; i < G_N_ELEMENTS (sccp_messages); i++) {
        const SccpMessage *message = &sccp_messages[i];
        g_autoptr (GByteArray) bytes = g_byte_array_new ();

        wire_pdu (bytes, 0, message->id, message->body);
        for (guint at = 0; at < bytes->len; at++) {
            for (gsize d = 0; d < G_N_ELEMENTS (damages); d++) {
                g_autofree guint8 *copy = exact_copy (bytes->data, bytes->len);
                SccpPdu pdu;
                copy[at] = damages[d] == 0x01 ? copy[at] ^ 1 : damages[d];
                gssize taken = sccp_frame (copy, bytes->len, &pdu);
                cr_assert_leq (taken, (gssize) bytes->len);
                cr_assert_geq (taken, -1);
                if (taken > 0)
                    describe_clean (pdu.id, pdu.body.data, pdu.body.size, message->version);
            }
        }
    }
}

Test (sccp, a_length_below_four_or_absurd_is_no_sccp)
{
    SccpPdu pdu = { .id = 0xABCD };
    guint8 data[16] = { 0 };

    for (guint8 length = 0; length < 4; length++) {
        data[0] = length;
        cr_assert_eq (sccp_frame (data, sizeof data, &pdu), -1);
        cr_assert_eq (sccp_frame (data, 4, &pdu), -1, "the length alone tells");
        cr_assert_eq (sccp_frame (data, 3, &pdu), 0);
    }
    memcpy (data, "\x01\x00\x01\x00", 4); /* one more than the greatest length */
    cr_assert_eq (sccp_frame (data, sizeof data, &pdu), -1);
    memcpy (data, "\xFF\xFF\xFF\xFF", 4);
    cr_assert_eq (sccp_frame (data, sizeof data, &pdu), -1);
    memcpy (data, "\x00\x00\x01\x00", 4); /* the greatest length */
    cr_assert_eq (sccp_frame (data, sizeof data, &pdu), 0);
    cr_assert_eq (pdu.id, 0xABCD);
}

Test (sccp, messages_in_one_segment_are_taken_one_by_one)
{
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    SccpPdu pdu;

    wire_pdu (bytes, 0x12, SCCP_VERSION_REQ, NO_FIELDS);
    wire_pdu (bytes, 0x12, SCCP_CAPABILITIES_RES, FIELDS (LE32 (0)));
    gssize taken = sccp_frame (bytes->data, bytes->len, &pdu);
    cr_assert_eq (taken, 12);
    cr_assert_eq (pdu.header_version, 0x12);
    cr_assert_eq (pdu.id, SCCP_VERSION_REQ);
    cr_assert_eq (pdu.body.size, 0);
    cr_assert_eq (sccp_frame (bytes->data + taken, bytes->len - (gsize) taken, &pdu), 16);
    cr_assert_eq (pdu.id, SCCP_CAPABILITIES_RES);
    cr_assert_eq (pdu.body.size, 4);
}

static gboolean plausible (guint32 length, guint32 version)
{
    g_autoptr (GByteArray) bytes = g_byte_array_new ();

    wire_append_le (bytes, length, 4);
    wire_append_le (bytes, version, 4);
    cr_assert_not (sccp_is_plausible (bytes->data, 7));
    return sccp_is_plausible (bytes->data, bytes->len);
}

Test (sccp, a_plausible_header_has_a_length_and_a_version_in_use)
{
    for (guint32 version = 0; version < 1000; version++)
        cr_assert_eq (plausible (128, version), version == 0 || (version >= 3 && version <= 22), "%u", version);
    cr_assert (plausible (4, 0));
    cr_assert_not (plausible (3, 0));
    cr_assert_not (sccp_is_plausible (NULL, 0));
}

typedef struct {
    guint32 ids[32];
    gsize sizes[32];
    guint count;
} Sunk;

static void sink (const SccpPdu *pdu, gpointer user_data)
{
    Sunk *sunk = user_data;

    cr_assert_lt (sunk->count, G_N_ELEMENTS (sunk->ids));
    sunk->sizes[sunk->count] = pdu->body.size;
    sunk->ids[sunk->count++] = pdu->id;
}

Test (sccp, a_stream_is_read_up_to_its_last_whole_message)
{
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    Sunk sunk = { .count = 0 };

    wire_pdu (bytes, 0, SCCP_SPEED_DIAL_STAT_REQ, FIELDS (LE32 (1)));
    wire_pdu (bytes, 0x14, SCCP_LINE_STAT_REQ, FIELDS (LE32 (2), LE32 (3)));
    cr_assert_eq (sccp_read_stream (bytes->data, bytes->len - 1, FALSE, sink, &sunk), 16);
    cr_assert_eq (sunk.count, 1);
    cr_assert_eq (sccp_read_stream (bytes->data, bytes->len, FALSE, sink, &sunk), bytes->len);
    cr_assert_eq (sunk.count, 3);
    cr_assert_eq (sunk.ids[2], SCCP_LINE_STAT_REQ);
    cr_assert_eq (sunk.sizes[2], 8);
}

Test (sccp, a_stream_cut_by_the_capture_gives_what_is_there)
{
    g_autoptr (GByteArray) bytes = g_byte_array_new ();

    wire_pdu (bytes, 0, SCCP_REGISTER_REQ, FIELDS (BOX (16, "SEP001380AD9E5F"), ZEROS (8)));
    for (gsize size = 0; size <= bytes->len; size++) {
        g_autofree guint8 *copy = exact_copy (bytes->data, size);
        Sunk sunk = { .count = 0 };
        cr_assert_eq (sccp_read_stream (copy, size, TRUE, sink, &sunk), size >= 4 ? size : size < 8 ? size : 0);
        cr_assert_eq (sunk.count, size >= 12);
        cr_assert_eq (sunk.sizes[0], size >= 12 ? size - 12 : 0);
    }
}

Test (sccp, what_is_no_sccp_is_done_with)
{
    static const guint8 text[] = "GET / HTTP/1.1\r\n";
    Sunk sunk = { .count = 0 };

    cr_assert_eq (sccp_read_stream (text, sizeof text, FALSE, sink, &sunk), sizeof text);
    cr_assert_eq (sunk.count, 0);
}

/* Where a message of the phone begins in the octets behind the first ones; -1 and -2 - offset when there is none. */
static gint find (const GByteArray *bytes, gsize from, gsize size)
{
    g_autofree guint8 *copy = exact_copy (bytes->data + from, size);
    gsize offset = 12345;

    return sccp_find (copy, size, SIDE_PHONE, &offset) ? (gint) offset : -2 - (gint) offset;
}

Test (sccp, a_message_is_found_behind_the_rest_of_another)
{
    g_autoptr (GByteArray) bytes = g_byte_array_new ();

    wire_pdu (bytes, 0, SCCP_ALARM, FIELDS (LE32 (2), BOX (80, "20: Name=SEP001380AD9E5F"), ZEROS (8)));
    guint first = bytes->len;
    wire_pdu (bytes, 0x11, SCCP_KEEP_ALIVE_REQ, FIELDS (ZEROS (0)));
    wire_pdu (bytes, 0, SCCP_LINE_STAT_REQ, FIELDS (LE32 (1)));
    for (guint from = 1; from <= first; from++)
        cr_expect_eq (find (bytes, from, bytes->len - from), (gint) (first - from), "from %u", from);
    cr_expect_eq (find (bytes, 50, first + 12 - 50), (gint) first - 50, "it ends with the octets");
    cr_expect_eq (find (bytes, 50, first + 9 - 50), -2 - (gint) (first - 50), "its end is still to come");
    cr_expect_eq (find (bytes, 50, first + 2 - 50), -2 - (gint) (first - 1 - 50), "any three octets may be a length");
}

Test (sccp, small_numbers_inside_of_a_message_are_none)
{
    g_autoptr (GByteArray) bytes = g_byte_array_new ();

    /* Codec 8, 20 ms: as long as the length that it could be. */
    static const guint8 codec[16] = { 8, 0, 0, 0, 20 };
    for (guint i = 0; i < 4; i++)
        g_byte_array_append (bytes, codec, sizeof codec);
    guint first = bytes->len;
    wire_pdu (bytes, 0, SCCP_KEEP_ALIVE_REQ, FIELDS (ZEROS (0)));
    cr_assert_eq (find (bytes, 0, bytes->len), (gint) first);
    g_byte_array_set_size (bytes, 5);
    wire_pdu (bytes, 0, SCCP_REGISTER_ACK, FIELDS (LE32 (30)));
    cr_assert_lt (find (bytes, 0, bytes->len), 0, "no phone says this");
}

Test (sccp, a_whole_segment_may_be_a_message_that_nobody_knows)
{
    g_autoptr (GByteArray) bytes = g_byte_array_new ();

    wire_pdu (bytes, 0, 0x7777, FIELDS (LE32 (1)));
    cr_assert_eq (find (bytes, 0, bytes->len), 0);
    wire_pdu (bytes, 0, SCCP_KEEP_ALIVE_REQ, FIELDS (ZEROS (0)));
    cr_assert_eq (find (bytes, 0, bytes->len), 16);
}

Test (sccp, a_beginning_tells_what_is_still_to_come)
{
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    SccpPdu pdu;

    wire_pdu (bytes, 0, SCCP_LINE_STAT_REQ, FIELDS (LE32 (1)));
    cr_assert_eq (sccp_rest ((View){ bytes->data, 3 }), 0);
    cr_assert_eq (sccp_rest ((View){ bytes->data, 4 }), 12);
    cr_assert_eq (sccp_rest ((View){ bytes->data, 15 }), 1);
    cr_assert_eq (sccp_rest ((View){ bytes->data, 16 }), 0);
    cr_assert_not (sccp_begins ((View){ bytes->data, 11 }, SIDE_ANY, &pdu));
    cr_assert_not (sccp_begins ((View){ bytes->data, 12 }, SIDE_SERVER, &pdu));
    cr_assert (sccp_begins ((View){ bytes->data, 12 }, SIDE_PHONE, &pdu));
    cr_assert_eq (pdu.id, SCCP_LINE_STAT_REQ);
}

Test (sccp, damage_to_a_stream_gives_a_clean_result)
{
    g_autoptr (GByteArray) bytes = g_byte_array_new ();

    for (guint32 i = 0; i < 3; i++)
        wire_pdu (bytes, 0, SCCP_SPEED_DIAL_STAT_REQ, FIELDS (LE32 (i)));
    for (guint at = 0; at < bytes->len; at++) {
        for (guint damage = 0; damage < 256; damage++) {
            g_autofree guint8 *copy = exact_copy (bytes->data, bytes->len);
            Sunk sunk = { .count = 0 };
            copy[at] = (guint8) damage;
            cr_assert_leq (sccp_read_stream (copy, bytes->len, damage & 1, sink, &sunk), bytes->len);
        }
    }
}

Test (sccp, buttons_in_use_are_listed_up_to_the_room_given)
{
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    SccpButton buttons[2];
    SccpPdu pdu;

    wire_pdu (
        bytes, 0, SCCP_BUTTON_TEMPLATE_RES,
        FIELDS (LE32 (0), LE32 (4), LE32 (4), BUTTON (0, 0xFF), BUTTON (1, 0x09), BUTTON (2, 0x02), BUTTON (3, 0x09)));
    cr_assert_gt (sccp_frame (bytes->data, bytes->len, &pdu), 0);
    cr_assert_eq (sccp_buttons (&pdu, buttons, 2), 2);
    cr_assert_eq (buttons[0].instance, 1);
    cr_assert_eq (buttons[0].type, 0x09);
    cr_assert_eq (buttons[1].instance, 2);
    cr_assert_eq (buttons[1].type, 0x02);
    cr_assert_eq (sccp_buttons (&pdu, buttons, 0), 0);
}
