/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/sip_text.h"
#include "tests/support/views.h"

Test (sip_text, commas_in_quotes_and_brackets_do_not_separate)
{
    View list = view ("\"a, \\\", b\" <sip:x,y@h>;q=1 , second,,"), value;

    cr_assert (sip_next_value (&list, &value));
    assert_view (value, "\"a, \\\", b\" <sip:x,y@h>;q=1");
    cr_assert (sip_next_value (&list, &value));
    assert_view (value, "second");
    cr_assert (sip_next_value (&list, &value));
    assert_view (value, "");
    cr_assert (sip_next_value (&list, &value));
    assert_view (value, "");
    cr_assert_not (sip_next_value (&list, &value));
}

Test (sip_text, an_open_quote_runs_to_the_end)
{
    View list = view ("a \"b, c"), value;

    cr_assert (sip_next_value (&list, &value));
    assert_view (value, "a \"b, c");
    cr_assert_not (sip_next_value (&list, &value));
}

Test (sip_text, parameters_are_found_behind_the_address)
{
    const View value = view ("\"x;tag=1\" <sip:a@b;tag=2>\r\n ;\tTag = 3;bare;q=\"a\\\"b;c\"d;empty=;last=z ");
    View found = view ("untouched");

    cr_assert (sip_param (value, "tag", &found));
    assert_view (found, "3");
    cr_assert (sip_param (value, "BARE", &found));
    assert_view (found, "");
    cr_assert (sip_param (value, "q", &found));
    assert_view (found, "a\\\"b;c");
    cr_assert (sip_param (value, "empty", &found));
    assert_view (found, "");
    cr_assert (sip_param (value, "last", &found));
    assert_view (found, "z");
    cr_assert_not (sip_param (value, "ta", &found));
    assert_view (found, "z");
    cr_assert_not (sip_param ((View){ NULL, 0 }, "tag", NULL));
}

Test (sip_text, numbers_stop_at_what_follows_and_saturate)
{
    guint32 number = 5;

    cr_assert (sip_number (view (" 3600;x"), &number));
    cr_assert_eq (number, 3600);
    cr_assert (sip_number (view ("99999999999999999999999"), &number));
    cr_assert_eq (number, G_MAXUINT32);
    cr_assert_not (sip_number (view ("-1"), &number));
    cr_assert_not (sip_number (view (""), &number));
}

Test (sip_text, uris_come_apart)
{
    SipUri uri;

    cr_assert (sip_uri_parse (view ("sip:alice;day=1:pw@[2001:db8::1]:5061;transport=tcp;lr?subject=x"), &uri));
    assert_view (uri.scheme, "sip");
    assert_view (uri.user, "alice;day=1");
    assert_view (uri.password, "pw");
    assert_view (uri.host, "2001:db8::1");
    cr_assert (uri.is_ip6);
    cr_assert_eq (uri.port, 5061);
    assert_view (uri.params, ";transport=tcp;lr");
    assert_view (uri.headers, "?subject=x");
    cr_assert (sip_param (uri.params, "lr", NULL));

    cr_assert (sip_uri_parse (view ("SIPS:10.0.0.1"), &uri));
    assert_view (uri.user, "");
    assert_view (uri.host, "10.0.0.1");
    cr_assert_eq (uri.port, 0);
}

Test (sip_text, tel_uris_have_a_number_and_no_host)
{
    SipUri uri;

    cr_assert (sip_uri_parse (view ("tel:+1-555;phone-context=example.com"), &uri));
    assert_view (uri.user, "+1-555");
    assert_view (uri.host, "");
    assert_view (uri.params, ";phone-context=example.com");
}

Test (sip_text, broken_uris_keep_their_text)
{
    SipUri uri;

    cr_assert_not (sip_uri_parse (view ("nothing"), &uri));
    assert_view (uri.text, "nothing");
    cr_assert_not (sip_uri_parse (view ("1:2"), &uri));
    cr_assert (sip_uri_parse (view ("sip:a@b:70000"), &uri));
    assert_view (uri.host, "b");
    cr_assert_eq (uri.port, 0);
    cr_assert (sip_uri_parse (view ("sip:[2001:db8::1"), &uri));
    cr_assert_not (uri.is_ip6);
    cr_assert (sip_uri_parse (view ("cid:1@10.0.0.1"), &uri));
    assert_view (uri.host, "");
}

Test (sip_text, texts_lose_quotes_escapes_and_folds)
{
    char text[32], small[4];

    cr_assert_eq (sip_text (view (" \"a \\\"b\\\\ \\c\" "), text, sizeof text), 7);
    cr_assert_str_eq (text, "a \"b\\ c");
    sip_text (view ("one  \r\n\t two"), text, sizeof text);
    cr_assert_str_eq (text, "one two");
    sip_text (view ("a\\b"), text, sizeof text);
    cr_assert_str_eq (text, "a\\b");
    cr_assert_eq (sip_text (view ("abcdef"), small, sizeof small), 3);
    cr_assert_str_eq (small, "abc");
    cr_assert_eq (sip_text ((View){ NULL, 0 }, small, 1), 0);
}

Test (sip_text, releases_of_one_product_are_alike)
{
    static const char *const alike[][2] = {
        { "Yealink SIP-T46S 66.85.0.5", "Yealink SIP-T46S 66.86.0.15" },
        { "Cisco/SPA504G-7.4.9c", "Cisco/SPA504G-7.6.2" },
        { "snomD785/10.1.54.13", "snomD785/10.1.101.11" },
        { "Bria 6.5", "bria 6.5.1" },
        { "eyeBeam release 3006o stamp 17551", "eyeBeam release 3015c stamp 27107" },
        { "Yealink SIP-T46S 66.85.0.5 001565aabbcc", "Yealink SIP-T46S 66.86.0.15 001565AABBCC" },
    };
    static const char *const other[][2] = {
        { "Yealink SIP-T42S 66.85.0.5", "Yealink SIP-T43U 66.85.0.5" },
        { "Cisco-CP-8841-3PCC/12", "Cisco-CP-7841-3PCC/12" },
        { "Bria 6.5", "MicroSIP/3.21.3" },
        { "Yealink SIP-T46S 66.85.0.5 001565aabbcc", "Yealink SIP-T46S 66.85.0.5 001565aabbcd" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (alike); i++)
        cr_assert_eq (sip_product_hash (view (alike[i][0])), sip_product_hash (view (alike[i][1])), "%s", alike[i][0]);
    for (guint i = 0; i < G_N_ELEMENTS (other); i++)
        cr_assert_neq (sip_product_hash (view (other[i][0])), sip_product_hash (view (other[i][1])), "%s", other[i][0]);
    cr_assert_eq (sip_product_hash (view (" 3.1/12 ")), 0);
    cr_assert_eq (sip_product_hash ((View){ NULL, 0 }), 0);
}

Test (sip_text, dates_become_seconds)
{
    gint64 seconds = 0;

    cr_assert (sip_date (view ("Sat, 13 Nov 2010 23:29:00 GMT"), &seconds));
    cr_assert_eq (seconds, 1289690940);
    cr_assert (sip_date (view ("thu, 1 jan 1970\r\n 00:00:00 gmt"), &seconds));
    cr_assert_eq (seconds, 0);
    cr_assert (sip_date (view ("29 Feb 2000 12:00:00 GMT"), &seconds));
    cr_assert_eq (seconds, 951825600);
    cr_assert (sip_date (view ("Mon, 31 Dec 2029 23:59:59 GMT"), &seconds));
    cr_assert_eq (seconds, 1893455999);
}

Test (sip_text, unreadable_dates_are_refused)
{
    static const char *const broken[] = {
        "",
        "Sat, 13 Nov 2010",
        "Sat, 13 Nov 2010 23:29:00",
        "Sat, 13 Nov 2010 23:29:00 CET",
        "Sat, 31 Nov 2010 23:29:00 GMT",
        "Mon, 29 Feb 2100 00:00:00 GMT",
        "Sat, 13 Non 2010 23:29:00 GMT",
        "Sat, 13x Nov 2010 23:29:00 GMT",
        "Sat, 13 Nov 2010 24:29:00 GMT",
        "Sat, 13 Nov 10 23:29:00 GMT",
    };
    gint64 seconds;

    for (gsize i = 0; i < G_N_ELEMENTS (broken); i++)
        cr_assert_not (sip_date (view (broken[i]), &seconds), "%s", broken[i]);
}
