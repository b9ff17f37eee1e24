/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/digest.h"
#include "registration/protocols/sha512_256.h"
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

/* The examples of NIST, and sizes around that of a block as OpenSSL hashes them. */
Test (digest, sha_512_256_is_that_of_the_standard)
{
    static const struct {
        const char *octets;
        guint times;
        const char *expected;
    } rows[] = {
        { "", 0, "c672b8d1ef56ed28ab87c3622c5114069bdd3ad7b8f9737498d0c01ecef0967a" },
        { "abc", 1, "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23" },
        { "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrst"
          "nopqrstu",
          1, "3928e184fb8690f840da3988121d31be65cb9d3ef83ee6146feac861e19b563a" },
        { "a", 110, "b05f02cb3734047ae9bc99b1ccff896d68802a0780b7f29b5a74a059b4581677" },
        { "a", 111, "0239e429f98d0ed61ee8e2a7c30afe98c1c3a80ce5dff62a107e9c538f7632ce" },
        { "a", 112, "9216b5303edb66504570bee90e48ea5beaa5e9fe9f760bbd3e0460559fc005f6" },
        { "a", 113, "d0ac79bea5bc97ac80c77c7cbbe92811ba9997eb0ce3c9888f9cef8362d187cd" },
        { "a", 119, "6cb452f832033489de69b49d6a8e8a1e0018092f1986c132287f4ca4ab3ee545" },
        { "a", 120, "2e6ca4d879d367d7708701ed2e448540d04a6b8fcd2b0806278cf36090b9ba2b" },
        { "a", 121, "486bdd1c10ab91fe026a41630931c51eaa7d297fc88c7699ddfa8ed403cd300a" },
        { "a", 127, "2fe3b2a6ee7e12f6fe4ba82166541ad9b4ed882c493581cbe300d68f3757b778" },
        { "a", 128, "b88f97e274f9c1d49f181c8cbd01a9c74930ad055a46ac4499a1d601f1c80bf2" },
        { "a", 129, "fb9035c9009ed4a60e37510339ebdb1c771339f30aa581d5dea3690a524c23f1" },
        { "a", 240, "d48a4d53397b38ab4e771d781c98ac6b86712dff2a664cfd1f27c7ca40f8ce37" },
        { "a", 1000, "40eb4a70d4d69815407a9e272f0101cd67e3d11262a4a0bfc087712749c7fb53" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
        char hex[SHA512_256_TEXT_SIZE];
        Sha512_256 hash;
        sha512_256_init (&hash);
        for (guint n = 0; n < rows[i].times; n++)
            sha512_256_add (&hash, view (rows[i].octets));
        sha512_256_end (&hash, hex);
        cr_expect_str_eq (hex, rows[i].expected, "%u times \"%s\": %s", rows[i].times, rows[i].octets, hex);
    }
}

/* The values of RFC 7616, 3.9.2, computed with OpenSSL: the RFC prints others, and they are no SHA-512/256 (its
 * errata). */
Test (digest, sha_512_256_in_a_response)
{
    DigestInput input = {
        .algorithm = digest_algorithm_find (view ("sha-512-256")),
        .qop = DIGEST_QOP_AUTH,
        .username = view ("J\xc3\xa4s\xc3\xb8n Doe"),
        .realm = view ("api@example.org"),
        .password = view ("Secret, or not?"),
        .method = view ("GET"),
        .uri = view ("/doe.json"),
        .nonce = view ("5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK"),
        .nc = view ("00000001"),
        .cnonce = view ("NTg6RKcb9boFIAS3KrFK9BGeh+niz/sm"),
    };
    cr_expect_str_eq (response (&input), "7a4e1192babbba02e91182d2895bfdbf7adafc6e48d4e517ca301974843d840c");
    input.algorithm = digest_algorithm_find (view ("SHA-512-256-sess"));
    cr_expect (digest_algorithm_is_session (input.algorithm));
    cr_expect_str_eq (response (&input), "9ba4940836d53aaa8087f0035398d0af885fae1f893f08a4bbe767eb3538ffbf");
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
    input.algorithm = digest_algorithm_find (view ("SHA-512"));
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
