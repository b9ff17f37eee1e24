/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/codecs.h"

#include <criterion/criterion.h>
#include <string.h>

Test (codecs, the_usual_ones_have_short_names)
{
    cr_assert_str_eq (codec_name (2), "G.711 A-law");
    cr_assert_str_eq (codec_name (4), "G.711 \xC2\xB5-law");
    cr_assert_str_eq (codec_name (6), "G.722");
    cr_assert_str_eq (codec_name (12), "G.729 A");
    cr_assert_str_eq (codec_name (25), "wideband 256k");
    cr_assert_str_eq (codec_name (86), "iLBC");
    cr_assert_str_eq (codec_name (257), "RFC 2833 events");
}

Test (codecs, variants_of_one_codec_can_be_told_apart)
{
    for (guint32 a = 0; a < 400; a++)
        for (guint32 b = a + 1; b < 400; b++)
            if (codec_name (a) && codec_name (b))
                cr_assert_str_neq (codec_name (a), codec_name (b));
}

Test (codecs, an_unknown_number_has_no_name)
{
    cr_assert_null (codec_name (0));
    cr_assert_null (codec_name (13));
    cr_assert_null (codec_name (303)); /* the end mark of Wireshark's list */
}
