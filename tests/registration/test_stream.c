/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/wire/stream.h"

#include <criterion/criterion.h>
#include <string.h>

/* The stream's octets are letters; a message is what ends with a full stop. */
static GString *got;
static Stream stream;
static gint64 now; /* the time of what is put */

static void set_up (void)
{
    got = g_string_new (NULL);
    stream = (Stream){ 0 };
    now = 0;
}

static void tear_down (void)
{
    stream_clear (&stream);
    g_string_free (got, TRUE);
}

TestSuite (stream, .init = set_up, .fini = tear_down);

static gsize read_sentences (const guint8 *data, gsize size, guint32 cut, G_GNUC_UNUSED gpointer user_data)
{
    gsize used = 0;

    for (gsize i = 0; i < size; i++) {
        if (data[i] != '.')
            continue;
        g_string_append_len (got, (const char *) data + used, (gssize) (i + 1 - used));
        used = i + 1;
    }
    if (cut && used < size) {
        g_string_append_len (got, (const char *) data + used, (gssize) (size - used));
        g_string_append_printf (got, "|%u|", cut);
        used = size;
    }
    return used;
}

/* "<4>" is a loss of four octets, "<4?>" one that nobody has acknowledged, "<4:ab>" one behind a beginning. A message
 * that begins with a digit has so many octets; one that begins with "!" knows itself how to go on. */
static gboolean lose (const StreamLoss *loss, guint32 *ret_drop, G_GNUC_UNUSED gpointer user_data)
{
    View begun = loss->begun;

    g_string_append_printf (got, "<%u%s", loss->size, loss->acknowledged ? "" : "?");
    if (begun.size)
        g_string_append_printf (got, ":%.*s", (int) begun.size, (const char *) begun.data);
    g_string_append_c (got, '>');
    if (begun.size && g_ascii_isdigit (*begun.data))
        *ret_drop = (guint32) (*begun.data - '0') - (guint32) begun.size - loss->size;
    return begun.size == 0 || *begun.data != '!';
}

/* Messages begin with a capital letter; "?" may be the beginning of one. */
static gboolean find (const guint8 *data, gsize size, gsize *ret_offset, G_GNUC_UNUSED gpointer user_data)
{
    gsize perhaps = size;

    for (gsize i = 0; i < size; i++) {
        *ret_offset = i;
        if (g_ascii_isupper (data[i]))
            return TRUE;
        if (data[i] == '?')
            perhaps = MIN (perhaps, i);
    }
    *ret_offset = perhaps;
    return FALSE;
}

static const StreamReader reader = { read_sentences, lose, find };

static void acknowledge (guint32 sequence)
{
    g_string_truncate (got, 0);
    if (stream_acknowledge (&stream, sequence))
        stream_read_acknowledged (&stream, &reader, NULL);
}

/* The text of that place; the capture kept only size octets of it. */
static StreamVerdict put_cut (guint32 sequence, const char *text, gsize size)
{
    TcpSegment segment = { .sequence = sequence, .length = (guint32) strlen (text), .flags = TCP_ACK };
    g_autofree guint8 *copy = g_memdup2 (text, MAX (size, 1));

    g_string_truncate (got, 0);
    return stream_segment (&stream, &segment, now, (View){ copy, size }, &reader, NULL);
}

static StreamVerdict put (guint32 sequence, const char *text)
{
    return put_cut (sequence, text, strlen (text));
}

static StreamVerdict finish (guint32 sequence)
{
    TcpSegment segment = { .sequence = sequence, .flags = TCP_ACK | TCP_FIN };

    g_string_truncate (got, 0);
    return stream_segment (&stream, &segment, now, (View){ NULL, 0 }, &reader, NULL);
}

Test (stream, a_message_may_span_segments)
{
    cr_assert_eq (put (100, "ab"), STREAM_NEW);
    cr_assert_str_eq (got->str, "");
    put (102, "c.d");
    cr_assert_str_eq (got->str, "abc.");
    put (105, "e.f.");
    cr_assert_str_eq (got->str, "de.f.");
}

Test (stream, what_was_seen_is_not_read_again)
{
    put (100, "ab.");
    cr_assert_eq (put (100, "ab."), STREAM_REPEATED);
    cr_assert_str_eq (got->str, "");
    cr_assert_eq (put (101, "b.c."), STREAM_NEW);
    cr_assert_str_eq (got->str, "c.");
}

Test (stream, segments_wait_for_a_gap_in_any_order)
{
    put (100, "a.");
    cr_assert_eq (put (106, "d."), STREAM_HELD);
    cr_assert_eq (put (104, "c."), STREAM_HELD);
    cr_assert_eq (put (104, "c."), STREAM_HELD);
    cr_assert_str_eq (got->str, "");
    cr_assert_eq (put (102, "b."), STREAM_NEW);
    cr_assert_str_eq (got->str, "b.c.d.");
    cr_assert_eq (put (104, "c."), STREAM_REPEATED);
}

Test (stream, waiting_works_across_the_wrap)
{
    put (0xFFFFFFFC, "a.");
    put (0, "c.");
    put (2, "d.");
    put (0xFFFFFFFE, "b.");
    cr_assert_str_eq (got->str, "b.c.d.");
}

Test (stream, who_has_acknowledged_octets_will_not_get_them_again)
{
    put (100, "a.x");
    acknowledge (105);
    cr_assert_str_eq (got->str, "", "it may still turn up");
    cr_assert_eq (put (105, "C."), STREAM_NEW);
    cr_assert_str_eq (got->str, "<2:x>C.");
    cr_assert_eq (put (107, "d."), STREAM_NEW);
    cr_assert_str_eq (got->str, "d.");
}

Test (stream, an_acknowledgment_ends_the_waiting)
{
    put (100, "a.");
    cr_assert_eq (put (104, "C."), STREAM_HELD);
    acknowledge (102);
    acknowledge (103);
    cr_assert_str_eq (got->str, "");
    acknowledge (106);
    cr_assert_str_eq (got->str, "<2>C.");
    cr_assert_not (stream_waits (&stream));
}

Test (stream, each_gap_waits_for_its_own_acknowledgment)
{
    put (100, "a.");
    put (110, "F.");
    put (104, "C.");
    acknowledge (106);
    cr_assert_str_eq (got->str, "<2>C.");
    acknowledge (102);
    put (106, "d.e.");
    cr_assert_str_eq (got->str, "d.e.F.");
}

Test (stream, who_has_acknowledged_up_to_the_gap_only_gets_it_again)
{
    put (100, "a.");
    acknowledge (102);
    put (104, "c.");
    acknowledge (102); /* with a selective acknowledgment of 104 to 106 */
    cr_assert_eq (put (102, "b."), STREAM_NEW);
    cr_assert_str_eq (got->str, "b.c.");
}

Test (stream, acknowledgments_work_across_the_wrap)
{
    put (0xFFFFFFFC, "a.");
    put (2, "D.");
    acknowledge (4);
    cr_assert_str_eq (got->str, "<4>D.");
}

Test (stream, behind_a_loss_reading_goes_on_where_a_message_begins)
{
    put (100, "a.");
    acknowledge (300);
    cr_assert_eq (put (104, "xxx."), STREAM_TAIL);
    cr_assert_str_eq (got->str, "<2>");
    cr_assert_eq (put (108, "yyyy"), STREAM_TAIL);
    cr_assert_eq (put (112, "y.Bb.c"), STREAM_NEW);
    cr_assert_str_eq (got->str, "Bb.");
    put (118, "c.");
    cr_assert_str_eq (got->str, "cc.");
}

Test (stream, a_message_may_begin_where_a_segment_ends)
{
    put (100, "a.");
    acknowledge (300);
    cr_assert_eq (put (104, "xx?"), STREAM_TAIL);
    cr_assert_eq (put (107, "?B."), STREAM_NEW);
    cr_assert_str_eq (got->str, "B.");
}

Test (stream, the_rest_of_a_message_of_known_length_is_dropped)
{
    put (100, "a.9b");
    acknowledge (300);
    cr_assert_eq (put (106, "BBB"), STREAM_TAIL);
    cr_assert_str_eq (got->str, "<2:9b>");
    cr_assert_eq (put (109, "B.D."), STREAM_NEW);
    cr_assert_str_eq (got->str, "D.");
}

Test (stream, a_reader_that_knows_how_to_go_on_is_asked_at_once)
{
    put (100, "a.!b");
    acknowledge (300);
    put (106, "b.c.");
    cr_assert_str_eq (got->str, "<2:!b>b.c.");
}

Test (stream, what_waits_is_read_when_it_is_given_up)
{
    put (100, "a.");
    put (104, "C.");
    put (108, "E.");
    g_string_truncate (got, 0);
    cr_assert_eq (stream_give_up (&stream, &reader, NULL), STREAM_NEW);
    cr_assert_str_eq (got->str, "<2?>C.<2?>E.");
    cr_assert_eq (put (110, "f."), STREAM_NEW);
}

Test (stream, a_fin_shows_what_is_missing_before_it)
{
    put (100, "a.");
    cr_assert_eq (finish (102), STREAM_NEW);
    cr_assert_eq (finish (106), STREAM_HELD);
    acknowledge (106);
    cr_assert_str_eq (got->str, "<4>");
    cr_assert_not (stream_waits (&stream));
}

Test (stream, a_late_segment_is_read_once)
{
    put (100, "A.");
    acknowledge (300);
    put (106, "D.");
    cr_assert_eq (put (102, "B."), STREAM_NEW);
    cr_assert_str_eq (got->str, "B.");
    cr_assert_eq (put (102, "B."), STREAM_REPEATED);
    cr_assert_str_eq (got->str, "");
    cr_assert_eq (put (104, "C."), STREAM_NEW);
    cr_assert_str_eq (got->str, "C.");
    cr_assert_eq (put (104, "C."), STREAM_REPEATED);
}

Test (stream, a_late_segment_with_its_neighbours_gives_only_what_was_missing)
{
    put (100, "A.");
    acknowledge (300);
    put (104, "C.");
    cr_assert_eq (put (100, "A.B.C."), STREAM_NEW);
    cr_assert_str_eq (got->str, "B.");
}

Test (stream, of_a_late_segment_only_whole_messages_count)
{
    put (100, "A.b");
    acknowledge (300);
    put (108, "D.");
    cr_assert_eq (put (103, "b.Cc."), STREAM_NEW);
    cr_assert_str_eq (got->str, "Cc.");
}

Test (stream, a_late_segment_that_is_cut_shows_what_is_there)
{
    put (100, "A.");
    acknowledge (300);
    put (110, "D.");
    cr_assert_eq (put_cut (102, "Bcd.", 2), STREAM_NEW);
    cr_assert_str_eq (got->str, "Bc|2|");
    cr_assert_eq (put_cut (106, "?cd.", 2), STREAM_NEW);
    cr_assert_str_eq (got->str, "?c|2|");
}

Test (stream, a_segment_cut_by_the_capture_shows_what_is_there)
{
    put_cut (100, "abc.defgh", 6);
    cr_assert_str_eq (got->str, "abc.de|3|");
    put (109, "x.");
    cr_assert_str_eq (got->str, "x.");
}

Test (stream, nobody_waits_for_what_the_capture_has_cut)
{
    put (100, "a.");
    put (112, "d.");
    put_cut (102, "b.cdefghi.", 3);
    cr_assert_str_eq (got->str, "b.c|7|d.");
    put (114, "e.");
    cr_assert_str_eq (got->str, "e.");
}

Test (stream, a_cut_segment_waits_like_others)
{
    put (100, "a.");
    cr_assert_eq (put_cut (104, "cde.", 2), STREAM_HELD);
    put (102, "b.");
    cr_assert_str_eq (got->str, "b.cd|2|");
    put (108, "f.");
    cr_assert_str_eq (got->str, "f.");
}

Test (stream, a_capture_may_begin_inside_of_a_message)
{
    stream_search (&stream);
    cr_assert_eq (put (100, "xxx."), STREAM_TAIL);
    cr_assert_eq (put (104, "x.Bb."), STREAM_NEW);
    cr_assert_str_eq (got->str, "Bb.");
}

Test (stream, memory_is_bounded)
{
    g_autofree char *long_text = g_strnfill (60000, 'x');
    g_autofree char *unsure = g_strnfill (60000, '?');

    put (0, "a.");
    for (guint i = 0; i < 5000; i++) {
        put (10 + i * 60010, long_text);
        cr_assert_leq (stream.held_size, 1024 * 1024);
    }
    stream_clear (&stream);
    for (guint i = 0; i < 2000; i++) {
        put (10 + i * 10, "x");
        cr_assert_leq (stream.held ? stream.held->len : 0, 1024);
    }
    stream_clear (&stream);
    for (guint i = 0; i < 100; i++)
        put (i * 60000, long_text);
    cr_assert_leq (stream.partial ? stream.partial->len : 0, 1024 * 1024);
    stream_clear (&stream);
    stream_search (&stream);
    for (guint i = 0; i < 100; i++)
        put (i * 60000, unsure);
    cr_assert_leq (stream.partial ? stream.partial->len : 0, 1024 * 1024);
}

Test (stream, what_has_waited_has_the_time_at_which_it_was_captured)
{
    now = 1;
    put (100, "a.");
    now = 2;
    cr_assert_eq (put (104, "C."), STREAM_HELD);
    now = 9;
    acknowledge (106);
    cr_assert_str_eq (got->str, "<2>C.");
    cr_assert_eq (stream.time, 2);
}

Test (stream, a_message_is_whole_when_its_last_piece_has_come)
{
    now = 1;
    put (100, "a.");
    now = 2;
    cr_assert_eq (put (103, "b."), STREAM_HELD);
    now = 3;
    put (102, "b");
    cr_assert_eq (stream.time, 3);
}

Test (stream, what_the_other_side_has_says_where_the_stream_begins)
{
    stream_expect (&stream, 100);
    stream_expect (&stream, 300);
    cr_assert_eq (put (104, "C."), STREAM_HELD);
    acknowledge (106);
    cr_assert_str_eq (got->str, "<4>C.");
}

Test (stream, the_number_of_a_fin_is_no_octet)
{
    put (100, "ab.");
    finish (103);
    acknowledge (104);
    finish (104);
    acknowledge (105);
    cr_expect_str_eq (got->str, "");
    cr_expect (!stream_has_gap (&stream));
}

Test (stream, two_fins_behind_a_gap_lack_what_is_before_the_first)
{
    put (100, "ab.");
    cr_assert_eq (finish (106), STREAM_HELD);
    cr_assert_eq (finish (107), STREAM_HELD);
    acknowledge (108);
    cr_expect_str_eq (got->str, "<3>");
}

Test (stream, what_the_other_side_has_already_is_read_all_the_same)
{
    stream_expect (&stream, 100);
    cr_assert_eq (put (98, "a."), STREAM_NEW);
    cr_assert_str_eq (got->str, "a.");
}
