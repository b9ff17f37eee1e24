/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/findings/diagnosis.h"
#include "registration/terms/ports.h"
#include "registration/tips/explain.h"
#include "registration/wire/times.h"
#include "tests/support/wire.h"

#include <criterion/criterion.h>

/* Plays frames to one Flow, and asks what has become of them. Header only: each test links what it uses. */

/* 2015-05-03 14:07:09 UTC, in nanoseconds. */
#define START (G_GINT64_CONSTANT (1430662029) * SECOND)

/* One capture: each frame comes a millisecond after the one before, unless the test moves the clock. */
static Flow *flow;
static Diagnosis *diagnosis; /* of the flow */
static guint32 frame_number;
static gint64 now;

static inline void set_up (void)
{
    flow = flow_new (NULL);
    diagnosis = diagnosis_new (flow, NULL);
    frame_number = 0;
    now = START;
}

static inline void tear_down (void)
{
    g_clear_pointer (&diagnosis, diagnosis_free);
    g_clear_pointer (&flow, flow_free);
}

/* In place of the capture that set_up() has begun. */
static inline void set_up_with (const FlowOptions *options)
{
    tear_down ();
    flow = flow_new (options);
    diagnosis = diagnosis_new (flow, NULL);
    frame_number = 0;
}

/* A TCP connection of that capture. */
typedef struct {
    Endpoint phone, server;
    guint32 sequence[2]; /* next, of phone and server */
    gboolean is_sccp;    /* somebody decodes this port as SCCP */
} Link;

static inline Endpoint endpoint (const char *address, guint16 port)
{
    Endpoint end = { .port = port };
    cr_assert (ip_address_parse (address, strlen (address), &end.address));
    return end;
}

static inline Link new_link (const char *phone, guint16 port, const char *server)
{
    return (Link){ endpoint (phone, port), endpoint (server, PORT_SCCP), { 1000, 5000 } };
}

/* One frame with that much payload, of which the capture kept size octets. Returns its first note. */
static inline NoteId send_frame (Link *link, gboolean from_server, guint8 flags, guint32 length, const guint8 *data,
                                 gsize size)
{
    Frame frame = {
        .number = ++frame_number, .time = now += MILLISECOND, .ip_id = frame_number, .transport = TRANSPORT_TCP
    };
    guint count = 0;

    frame.source = from_server ? link->server : link->phone;
    frame.destination = from_server ? link->phone : link->server;
    frame.tcp = (TcpSegment){ .sequence = link->sequence[from_server],
                              .acknowledgment = link->sequence[!from_server],
                              .length = length,
                              .flags = flags };
    frame.payload = (View){ data, size };
    frame.is_sccp = link->is_sccp && size;
    link->sequence[from_server] += length + ((flags & (TCP_SYN | TCP_FIN)) != 0);
    NoteId first = flow_frame (flow, &frame, &count);
    cr_assert_eq (first != 0, count > 0);
    if (first) {
        cr_assert_eq (first + count - 1, notes_count (flow_notes (flow)));
        cr_assert_eq (notes_first_of_frame (flow_notes (flow), frame_number), first);
    }
    return first;
}

static inline NoteId send_bytes (Link *link, gboolean from_server, const guint8 *data, gsize size)
{
    return send_frame (link, from_server, TCP_ACK | TCP_PSH, (guint32) size, data, size);
}

/* One message, from the side that sends it. */
static inline NoteId say (Link *link, guint32 id, const Field *fields)
{
    g_autoptr (GByteArray) bytes = g_byte_array_new ();

    wire_pdu (bytes, 0, id, fields);
    gboolean from_server = catalog_kind (catalog_find (PROTOCOL_SCCP, id))->from == SIDE_SERVER;
    return send_bytes (link, from_server, bytes->data, bytes->len);
}

static inline NoteId tcp (Link *link, gboolean from_server, guint8 flags)
{
    return send_frame (link, from_server, flags, 0, NULL, 0);
}

static inline void shake_hands (Link *link)
{
    tcp (link, FALSE, TCP_SYN);
    tcp (link, TRUE, TCP_SYN | TCP_ACK);
    tcp (link, FALSE, TCP_ACK);
}

static inline NoteId ask_to_register (Link *link, const char *name, guint32 type)
{
    return say (link, SCCP_REGISTER_REQ,
                FIELDS (BOX (16, name), ZEROS (8), IPV4 ("10.0.0.15"), LE32 (type), ZEROS (8), U8 (17), ZEROS (3)));
}

static inline NoteId accept_registration (Link *link)
{
    return say (link, SCCP_REGISTER_ACK,
                FIELDS (LE32 (30), BOX (6, "M/D/YA"), LE16 (0), LE32 (60), U8 (20), ZEROS (3)));
}

static inline NoteId answer_line (Link *link, guint32 line, const char *number)
{
    return say (link, SCCP_LINE_STAT_RES,
                FIELDS (LE32 (line), BOX (24, number), BOX (40, "Alice"), BOX (40, ""), LE32 (0)));
}

static inline NoteId set_clock (Link *link)
{
    return say (link, SCCP_TIME_DATE_RES,
                FIELDS (LE32 (2015), LE32 (5), LE32 (0), LE32 (3), LE32 (14), LE32 (7), LE32 (9), LE32 (0), LE32 (0)));
}

/* From SYN to ready. */
static inline void register_phone (Link *link, const char *name)
{
    shake_hands (link);
    ask_to_register (link, name, 115);
    accept_registration (link);
    say (link, SCCP_TIME_DATE_REQ, NO_FIELDS);
    set_clock (link);
}

static inline const Note *note_of (NoteId id)
{
    const Note *note = notes_get (flow_notes (flow), id);
    cr_assert_not_null (note, "there is a note");
    return note;
}

static inline guint32 attempt_of (NoteId id)
{
    return flow_note_attempt (flow, note_of (id));
}

static inline void check_note (NoteId id, const char *name, const char *phase, const char *level, const char *tag)
{
    const Note *note = note_of (id);

    cr_expect_str_eq (catalog_kind (note->kind)->name, name, "%s: is %s", tag, catalog_kind (note->kind)->name);
    cr_expect_str_eq (phase_name (note->phase), phase, "%s: phase is \"%s\"", tag, phase_name (note->phase));
    cr_expect_str_eq (level_name (note->level), level, "%s: level is \"%s\"", tag, level_name (note->level));
}

#define CHECK(id, name, phase, level) check_note ((id), (name), (phase), (level), name)

static inline const char *device_at (NoteId id)
{
    static char buffer[IP_ADDRESS_TEXT_SIZE];
    return explain_device (flow, id, buffer);
}

static inline const char *level_of (NoteId id)
{
    return level_name (note_of (id)->level);
}

static inline const char *phase_of (NoteId id)
{
    return phase_name (note_of (id)->phase);
}

/* One frame of another transport. Its payload goes in a block of exactly its size, for AddressSanitizer. */
static inline NoteId send_payload (Transport transport, Endpoint source, Endpoint destination, const MacAddress *mac,
                                   const void *data, gsize size)
{
    g_autofree guint8 *copy = size ? g_memdup2 (data, size) : NULL;
    Frame frame = { .number = ++frame_number,
                    .time = now += MILLISECOND,
                    .ip_id = frame_number,
                    .transport = transport,
                    .source = source,
                    .destination = destination,
                    .source_mac = mac ? *mac : (MacAddress){ { 0 } },
                    .payload = { copy, size } };
    guint count = 0;

    NoteId first = flow_frame (flow, &frame, &count);
    cr_assert_eq (first != 0, count > 0);
    return first;
}

static inline NoteId send_udp (Endpoint source, Endpoint destination, const void *data, gsize size)
{
    return send_payload (TRANSPORT_UDP, source, destination, NULL, data, size);
}

/* A value of a note as a reader sees it; "" when it is not there. Words by their symbol. */
static inline const char *value_of (NoteId id, ValueKey key)
{
    static char buffer[1024];
    g_autoptr (GString) text = g_string_new (NULL);
    Value value;

    if (!values_find (notes_values (flow_notes (flow), note_of (id)), key, &value))
        return "";
    if (value_key_form (key) == FORM_WORD)
        return wire_word_symbol ((Word) value.number);
    value_format (&value, NULL, NULL, text);
    g_strlcpy (buffer, text->str, sizeof buffer);
    return buffer;
}

static inline const char *variant_of (NoteId id)
{
    return variant_name ((Variant) note_of (id)->variant);
}

static inline PhoneId phone_of (NoteId id)
{
    return phones_current (flow_phones (flow), note_of (id)->phone);
}

/* Name, phase and variant of a note at once. */
static inline void check_variant (NoteId id, const char *name, const char *phase, const char *variant, int line)
{
    const Note *note = note_of (id);

    cr_expect_str_eq (catalog_kind (note->kind)->name, name, "line %d: is %s", line, catalog_kind (note->kind)->name);
    cr_expect_str_eq (phase_name (note->phase), phase, "line %d, %s: phase is \"%s\"", line, name,
                      phase_name (note->phase));
    cr_expect_str_eq (variant_of (id), variant, "line %d, %s: variant is \"%s\"", line, name, variant_of (id));
}

#define SAYS(id, name, phase, variant) check_variant ((id), (name), (phase), (variant), __LINE__)

/* Asserts of every note of the capture what must be true of any. */
static inline void check_all_notes (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (Tips) tips = tips_new_shipped (NULL, &error);

    cr_assert_not_null (tips, "%s", error ? error->message : "");
    for (NoteId id = 1; id <= notes_count (flow_notes (flow)); id++) {
        const Note *note = note_of (id), *partner = note->partner ? note_of (note->partner) : NULL;
        const char *name = catalog_kind (note->kind)->name;
        gboolean is_sip = catalog_kind (note->kind)->protocol == PROTOCOL_SIP;
        gboolean one_way = is_sip && (g_str_has_prefix (name, "1") || (partner && partner->partner > id));

        cr_assert_lt (note->phone, phones_count (flow_phones (flow)));
        cr_assert (g_utf8_validate (device_at (id), -1, NULL));
        cr_assert (!partner || one_way || partner->partner == id, "frame %u, %s: partner is not mutual", note->frame,
                   name);
        for (TipPart part = 0; part < TIP_FIX; part++) {
            g_autofree char *text = explain_tip (flow, tips, id, part);
            cr_assert (part == TIP_NEXT || (text && *text), "frame %u, %s: no text", note->frame, name);
            cr_assert (!text || g_utf8_validate (text, -1, NULL), "frame %u, %s", note->frame, name);
        }
    }
}

/* A part of a note's tip in English; owned by the caller. */
static inline char *tip_of (NoteId id, TipPart part)
{
    g_autoptr (Tips) tips = tips_new_shipped (NULL, NULL);
    return explain_tip (flow, tips, id, part);
}
