/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/sip_auth.h"
#include "tests/support/views.h"

#include <time.h>

/* From Cisco's manual on third-party phones: lines broken anywhere, and a typographic quotation mark at the end. */
Test (sip_auth, the_manuals_example_survives)
{
    SipCredentials c;

    cr_assert (sip_credentials_parse (
        view ("Digest \nusername=\"swhite\",realm=\"ccmsipline\",nonce=\"GBauADss2qoWr6k9y3hGGVDAqnLfoLk5\",uri\n"
              "=\"sip:172.18.197.224\",algorithm=MD5,response=\"126c0643a4923359ab59d4f53494552e\xe2\x80\x9d\n"),
        &c));
    cr_assert_eq (c.scheme, SIP_SCHEME_DIGEST);
    assert_view (c.username, "swhite");
    assert_view (c.realm, "ccmsipline");
    assert_view (c.nonce, "GBauADss2qoWr6k9y3hGGVDAqnLfoLk5");
    assert_view (c.uri, "sip:172.18.197.224");
    assert_view (c.response, "126c0643a4923359ab59d4f53494552e");
    cr_assert_eq (c.algorithm, DIGEST_MD5);
    cr_assert_eq (c.qop, DIGEST_QOP_NONE);
    cr_assert_eq (sip_credentials_check (&c, view ("REGISTER"), view (""), view ("no idea")), DIGEST_DIFFERS);
}

Test (sip_auth, typographic_quotes_of_both_encodings_open_and_close)
{
    SipCredentials c;

    cr_assert (sip_credentials_parse (
        view ("Digest username=\xe2\x80\x9cjane\xe2\x80\x9d, realm=\x93r\x94,nonce=\"n\xe2\x80\x99 , uri=\"u\""), &c));
    assert_view (c.username, "jane");
    assert_view (c.realm, "r");
    assert_view (c.nonce, "n");
    assert_view (c.uri, "u");
}

Test (sip_auth, apostrophes_and_foreign_letters_do_not_close)
{
    SipCredentials c;

    /* U+00D3 holds the octet 0x93, U+2019 is an apostrophe here. */
    cr_assert (sip_credentials_parse (view ("Digest username=\"\xc3\x93 O\xe2\x80\x99"
                                            "Brien, J\", realm=\"a\\\"b\""),
                                      &c));
    assert_view (c.username, "\xc3\x93 O\xe2\x80\x99"
                             "Brien, J");
    assert_view (c.realm, "a\\\"b");
}

/* As in sip_tcp_register_401.pcap, frame 6, where a script escaped its quotation marks once too often. */
Test (sip_auth, escaped_quotation_marks_pass_for_plain_ones)
{
    SipChallenge c;

    cr_assert (sip_challenge_parse (
        view ("Digest realm=\\\"sip.example, x\\\",nonce=\\\"1701\\\",stale=false,algorithm=MD5"), &c));
    assert_view (c.realm, "sip.example, x");
    assert_view (c.nonce, "1701");
    cr_assert_eq (c.algorithm, DIGEST_MD5);
    cr_assert (c.has_stale && !c.stale);
}

Test (sip_auth, a_value_that_never_closes_takes_the_rest)
{
    SipCredentials c;

    cr_assert (sip_credentials_parse (view ("Digest realm=\"r, nonce=n\\"), &c));
    assert_view (c.realm, "r, nonce=n\\");
}

Test (sip_auth, challenges_tell_what_they_offer)
{
    SipChallenge c;

    cr_assert (sip_challenge_parse (
        view (
            "digest realm=\"x\" , nonce = n1, opaque=\"\",stale=TRUE, qop=\"auth-int , auth\", algorithm=SHA-256-sess"),
        &c));
    cr_assert_eq (c.scheme, SIP_SCHEME_DIGEST);
    assert_view (c.nonce, "n1");
    cr_assert (c.stale && c.has_stale && c.has_qop && c.offers_auth && c.offers_auth_int);
    cr_assert_eq (c.algorithm, DIGEST_SHA_256_SESS);

    cr_assert (sip_challenge_parse (view ("Digest realm=\"ccmsipline\", nonce=\"n\", algorithm=MD5"), &c));
    cr_assert_not (c.stale || c.has_stale || c.has_qop || c.offers_auth);

    cr_assert (sip_challenge_parse (view ("Digest qop=\"x-new\", stale=false"), &c));
    cr_assert (c.has_qop && c.has_stale && !c.stale && !c.offers_auth && !c.offers_auth_int);
}

Test (sip_auth, bearer_and_unknown_schemes)
{
    SipChallenge challenge;
    SipCredentials c;

    cr_assert (sip_challenge_parse (view ("Bearer realm=\"ccmsipline\""), &challenge));
    cr_assert_eq (challenge.scheme, SIP_SCHEME_BEARER);
    assert_view (challenge.realm, "ccmsipline");
    cr_assert (sip_credentials_parse (view ("Bearer abc.def="), &c));
    assert_view (c.token, "abc.def=");
    cr_assert_eq (sip_credentials_check (&c, view ("REGISTER"), view (""), view ("")), DIGEST_NOT_COMPUTABLE);
    cr_assert (sip_credentials_parse (view ("NTLM gssapi=x"), &c));
    cr_assert_eq (c.scheme, SIP_SCHEME_OTHER);
    cr_assert_not (sip_credentials_parse (view ("realm=\"x\""), &c));
    cr_assert_not (sip_credentials_parse (view (" "), &c));
}

Test (sip_auth, a_password_is_checked_with_the_credentials_own_uri)
{
    SipCredentials c;

    cr_assert (
        sip_credentials_parse (view ("Digest username=\"u\",realm=\"ccmsipline\",nonce=\"N0\",uri=\"sip:10.0.0.1\","
                                     "nc=00000001,cnonce=\"c1\",qop=auth,algorithm=MD5,"
                                     "response=\"4733a4e0b4f7497604597017af8e31cf\""),
                               &c));
    cr_assert_eq (sip_credentials_check (&c, view ("REGISTER"), view (""), view ("good")), DIGEST_MATCHES);
    cr_assert_eq (sip_credentials_check (&c, view ("INVITE"), view (""), view ("good")), DIGEST_DIFFERS);
}

Test (sip_auth, ten_thousand_quotes_and_spaces_take_linear_time)
{
    const gsize size = 1 << 20;
    g_autofree char *text = g_malloc (size + 1);
    SipCredentials c;

    memset (text, ' ', size);
    text[size] = '\0';
    memcpy (text, "Digest a=\"", 10);
    for (gsize i = 10; i < size; i += 60)
        text[i] = '\x94';
    const clock_t start = clock (); /* of the processor: the machine may be busy */
    cr_assert (sip_credentials_parse (view (text), &c));
    cr_assert_lt (clock () - start, 5 * CLOCKS_PER_SEC);
}
