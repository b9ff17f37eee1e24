/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/digest.h"
#include "tests/support/views.h"

#include <criterion/criterion.h>
#include <string.h>

static DigestInput cucm_input (void)
{
    return (DigestInput){
        .algorithm = DIGEST_MD5,
        .username = view ("u"),
        .realm = view ("ccmsipline"),
        .password = view ("good"),
        .method = view ("REGISTER"),
        .uri = view ("sip:10.0.0.1"),
        .nonce = view ("N0"),
        .nc = view ("00000001"),
        .cnonce = view ("c1"),
    };
}

static const char *response (const DigestInput *input)
{
    static char text[DIGEST_TEXT_SIZE];

    return digest_response (input, text) ? text : "none";
}

Test (digest, cucm_form_without_qop_ignores_nc_and_cnonce)
{
    DigestInput input = cucm_input ();

    cr_assert_str_eq (response (&input), "0ac4c226a651ac343a0c9105982c5797");
}

Test (digest, qop_auth_and_the_session_form)
{
    DigestInput input = cucm_input ();

    input.qop = DIGEST_QOP_AUTH;
    cr_assert_str_eq (response (&input), "4733a4e0b4f7497604597017af8e31cf");
    input.algorithm = DIGEST_MD5_SESS;
    cr_assert_str_eq (response (&input), "c24af4b7a16beac0d434b2d0e6bd2b67");
}

/* RFC 2617, 3.5. */
Test (digest, the_example_of_rfc_2617)
{
    const DigestInput input = {
        .algorithm = digest_algorithm_find (view ("")),
        .qop = digest_qop_find (view ("auth")),
        .username = view ("Mufasa"),
        .realm = view ("testrealm@host.com"),
        .password = view ("Circle Of Life"),
        .method = view ("GET"),
        .uri = view ("/dir/index.html"),
        .nonce = view ("dcd98b7102dd2f0e8b11d0f600bfb0c093"),
        .nc = view ("00000001"),
        .cnonce = view ("0a4f113b"),
    };
    cr_assert_str_eq (response (&input), "6629fae49393a05397450978507c4ef1");
}

/* RFC 7616, 3.9.1. */
Test (digest, the_examples_of_rfc_7616)
{
    DigestInput input = {
        .algorithm = digest_algorithm_find (view ("sha-256")),
        .qop = DIGEST_QOP_AUTH,
        .username = view ("Mufasa"),
        .realm = view ("http-auth@example.org"),
        .password = view ("Circle of Life"),
        .method = view ("GET"),
        .uri = view ("/dir/index.html"),
        .nonce = view ("7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"),
        .nc = view ("00000001"),
        .cnonce = view ("f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"),
    };
    cr_assert_str_eq (response (&input), "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
    input.algorithm = DIGEST_MD5;
    cr_assert_str_eq (response (&input), "8ca523f5e9506fed4657c9700eebdbec");
}

static char *hash (GChecksumType type, const char *text)
{
    return g_compute_checksum_for_string (type, text, -1);
}

Test (digest, auth_int_and_sha_256_sess_follow_the_formulas)
{
    DigestInput input = cucm_input ();
    input.algorithm = DIGEST_SHA_256_SESS;
    input.qop = DIGEST_QOP_AUTH_INT;
    input.body = view ("v=0\r\n");

    const GChecksumType type = G_CHECKSUM_SHA256;
    g_autofree char *user = hash (type, "u:ccmsipline:good");
    g_autofree char *session_text = g_strdup_printf ("%s:N0:c1", user);
    g_autofree char *ha1 = hash (type, session_text);
    g_autofree char *body = hash (type, "v=0\r\n");
    g_autofree char *request = g_strdup_printf ("REGISTER:sip:10.0.0.1:%s", body);
    g_autofree char *ha2 = hash (type, request);
    g_autofree char *all = g_strdup_printf ("%s:N0:00000001:c1:auth-int:%s", ha1, ha2);
    g_autofree char *expected = hash (type, all);
    cr_assert_str_eq (response (&input), expected);
}

Test (digest, an_empty_password_is_a_password)
{
    DigestInput input = cucm_input ();

    input.password = (View){ NULL, 0 };
    cr_assert_str_neq (response (&input), "none");
}

Test (digest, a_missing_field_makes_it_uncomputable)
{
    DigestInput input = cucm_input ();

    input.nonce.size = 0;
    cr_assert_str_eq (response (&input), "none");
    input = cucm_input ();
    input.qop = DIGEST_QOP_AUTH;
    input.nc.size = 0;
    cr_assert_str_eq (response (&input), "none");
    input = cucm_input ();
    input.algorithm = DIGEST_MD5_SESS;
    input.cnonce.size = 0;
    cr_assert_str_eq (response (&input), "none");
    input = cucm_input ();
    input.algorithm = digest_algorithm_find (view ("SHA-512-256"));
    cr_assert_str_eq (response (&input), "none");
    input = cucm_input ();
    input.qop = digest_qop_find (view ("token"));
    cr_assert_str_eq (response (&input), "none");
}

Test (digest, comparing_tells_three_answers)
{
    DigestInput input = cucm_input ();
    const View right = view ("0AC4C226A651AC343A0C9105982C5797");

    cr_assert_eq (digest_compare (&input, right), DIGEST_MATCHES);
    cr_assert_eq (digest_compare (&input, view ("0ac4")), DIGEST_DIFFERS);
    cr_assert_eq (digest_compare (&input, view ("")), DIGEST_NOT_COMPUTABLE);
    input.password = view ("bad");
    cr_assert_eq (digest_compare (&input, right), DIGEST_DIFFERS);
    input.uri.size = 0;
    cr_assert_eq (digest_compare (&input, right), DIGEST_NOT_COMPUTABLE);
}
