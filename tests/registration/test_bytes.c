/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/wire/bytes.h"

#include <criterion/criterion.h>

Test (bytes, reads_both_byte_orders)
{
    static const guint8 data[] = { 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0A, 0x0B, 0x0C, 0x0D };
    Bytes bytes;

    bytes_init (&bytes, data, sizeof data);
    cr_assert_eq (bytes_u8 (&bytes), 0x01);
    cr_assert_eq (bytes_le16 (&bytes), 0x0302);
    cr_assert_eq (bytes_be16 (&bytes), 0x0405);
    cr_assert_eq (bytes_le32 (&bytes), 0x09080706);
    cr_assert_eq (bytes_be32 (&bytes), 0x0A0B0C0D);
    cr_assert_not (bytes.missing);
}

Test (bytes, a_read_past_the_end_gives_zero_and_moves_nothing)
{
    static const guint8 data[] = { 0xFF, 0xFF, 0xFF };
    Bytes bytes;

    bytes_init (&bytes, data, sizeof data);
    cr_assert_eq (bytes_le32 (&bytes), 0);
    cr_assert (bytes.missing);
    cr_assert_eq (bytes_left (&bytes), 3);
    bytes_seek (&bytes, 4);
    cr_assert_eq (bytes_left (&bytes), 0);
}

Test (bytes, a_text_box_ends_at_its_nul_when_it_is_full_and_when_the_message_ends)
{
    static const guint8 data[] = "ab\0garbageFULL";
    Bytes bytes;
    View text;

    bytes_init (&bytes, data, sizeof data - 1);
    text = bytes_text_box (&bytes, 10);
    cr_assert_eq (text.size, 2);
    text = bytes_text_box (&bytes, 4);
    cr_assert_eq (text.size, 4);
    cr_assert_not (bytes.missing);

    bytes_seek (&bytes, 10);
    text = bytes_text_box (&bytes, 40);
    cr_assert_eq (text.size, 4);
    cr_assert (bytes.missing);
    text = bytes_text_box (&bytes, 40);
    cr_assert_eq (text.size, 0);
}

Test (bytes, consecutive_texts_are_taken_one_by_one)
{
    static const guint8 data[] = "one\0\0two";
    Bytes bytes;

    bytes_init (&bytes, data, sizeof data - 1);
    cr_assert_eq (bytes_text (&bytes).size, 3);
    cr_assert_eq (bytes_text (&bytes).size, 0);
    cr_assert_eq (bytes_text (&bytes).size, 3);
    cr_assert_eq (bytes_left (&bytes), 0);
}

Test (bytes, hashes_tell_texts_apart_and_the_caseless_one_takes_no_notice_of_capitals)
{
    cr_expect_neq (view_hash (text_view ("a")), view_hash (text_view ("aa")));
    cr_expect_neq (view_hash ((View){ (const guint8 *) "a\0", 2 }), view_hash (text_view ("a")));
    cr_expect_eq (view_hash (text_view (NULL)), view_hash (text_view ("")));
    cr_expect_neq (view_hash (text_view ("CUCM")), view_hash (text_view ("cucm")));
    cr_expect_eq (view_hash_caseless (text_view ("CUCM.Example")), view_hash_caseless (text_view ("cucm.example")));
    cr_expect_neq (view_hash_caseless (text_view ("CUCM")), view_hash_caseless (text_view ("CUCM.")));
}
