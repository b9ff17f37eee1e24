/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/wire/stream.h"

#include <criterion/criterion.h>
#include <string.h>

/* The stream's octets are letters; a message is what ends with a full stop. */
static GString *got;
static Stream stream;

static void set_up (void)
{
    got = g_string_new (NULL);
    stream = (Stream){ 0 };
}

static void tear_down (void)
{
    stream_clear (&stream);
    g_string_free (got, TRUE);
}

TestSuite (stream, .init = set_up, .fini = tear_down);

static gsize read_sentences (const guint8 *data, gsize size, gboolean cut, gpointer user_data)
{
    gsize used = 0;

    (void) user_data;
    for (gsize i = 0; i < size; i++) {
        if (data[i] != '.')
            continue;
        g_string_append_len (got, (const char *) data + used, (gssize) (i + 1 - used));
        used = i + 1;
    }
    if (cut && used < size) {
        g_string_append_len (got, (const char *) data + used, (gssize) (size - used));
        used = size;
    }
    return used;
}

/* The text of that place; the capture kept only size octets of it. */
static StreamVerdict put_cut (guint32 sequence, const char *text, gsize size, gboolean wait)
{
    TcpSegment segment = { .sequence = sequence, .length = (guint32) strlen (text), .flags = TCP_ACK };
    g_autofree guint8 *copy = g_memdup2 (text, MAX (size, 1));

    g_string_truncate (got, 0);
    return stream_segment (&stream, &segment, (View){ copy, size }, wait, read_sentences, NULL);
}

static StreamVerdict put (guint32 sequence, const char *text, gboolean wait)
{
    return put_cut (sequence, text, strlen (text), wait);
}

Test (stream, a_message_may_span_segments)
{
    cr_assert_eq (put (100, "ab", FALSE), STREAM_NEW);
    cr_assert_str_eq (got->str, "");
    put (102, "c.d", FALSE);
    cr_assert_str_eq (got->str, "abc.");
    put (105, "e.f.", FALSE);
    cr_assert_str_eq (got->str, "de.f.");
}

Test (stream, what_was_seen_is_not_read_again)
{
    put (100, "ab.", FALSE);
    cr_assert_eq (put (100, "ab.", FALSE), STREAM_REPEATED);
    cr_assert_str_eq (got->str, "");
    cr_assert_eq (put (101, "b.c.", FALSE), STREAM_NEW);
    cr_assert_str_eq (got->str, "c.");
}

Test (stream, segments_wait_for_a_gap_in_any_order)
{
    put (100, "a.", TRUE);
    cr_assert_eq (put (106, "d.", TRUE), STREAM_HELD);
    cr_assert_eq (put (104, "c.", TRUE), STREAM_HELD);
    cr_assert_eq (put (104, "c.", TRUE), STREAM_HELD);
    cr_assert_str_eq (got->str, "");
    cr_assert_eq (put (102, "b.", TRUE), STREAM_NEW);
    cr_assert_str_eq (got->str, "b.c.d.");
    cr_assert_eq (put (104, "c.", TRUE), STREAM_REPEATED);
}

Test (stream, waiting_works_across_the_wrap)
{
    put (0xFFFFFFFC, "a.", TRUE);
    put (0, "c.", TRUE);
    put (2, "d.", TRUE);
    put (0xFFFFFFFE, "b.", TRUE);
    cr_assert_str_eq (got->str, "b.c.d.");
}

Test (stream, reading_goes_on_behind_a_gap_when_nobody_waits)
{
    put (100, "a.x", FALSE);
    cr_assert_eq (put (105, "c.", FALSE), STREAM_NEW);
    cr_assert_str_eq (got->str, "c.");
}

Test (stream, a_late_segment_is_read_once)
{
    put (100, "a.", FALSE);
    put (106, "d.", FALSE);
    cr_assert_eq (put (102, "b.", FALSE), STREAM_NEW);
    cr_assert_str_eq (got->str, "b.");
    cr_assert_eq (put (102, "b.", FALSE), STREAM_REPEATED);
    cr_assert_str_eq (got->str, "");
    cr_assert_eq (put (104, "c.", FALSE), STREAM_NEW);
    cr_assert_str_eq (got->str, "c.");
    cr_assert_eq (put (104, "c.", FALSE), STREAM_REPEATED);
}

Test (stream, a_late_segment_with_its_neighbours_gives_only_what_was_missing)
{
    put (100, "a.", FALSE);
    put (104, "c.", FALSE);
    cr_assert_eq (put (100, "a.b.c.", FALSE), STREAM_NEW);
    cr_assert_str_eq (got->str, "b.");
}

Test (stream, a_segment_cut_by_the_capture_shows_what_is_there)
{
    put_cut (100, "abc.defgh", 6, FALSE);
    cr_assert_str_eq (got->str, "abc.de");
    put (109, "x.", FALSE);
    cr_assert_str_eq (got->str, "x.");
}

Test (stream, memory_is_bounded)
{
    g_autofree char *long_text = g_strnfill (60000, 'x');

    put (0, "a.", TRUE);
    for (guint i = 0; i < 5000; i++)
        put (10 + i * 60000, long_text, TRUE);
    cr_assert_leq (stream.held_size, 1024 * 1024);
    stream_clear (&stream);
    for (guint i = 0; i < 100; i++)
        put (i * 60000, long_text, FALSE);
    cr_assert_leq (stream.partial ? stream.partial->len : 0, 1024 * 1024);
}
