/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/passwords.h"
#include "tests/support/views.h"

#include <criterion/criterion.h>
#include <string.h>

static Passwords *read_text (const char *text)
{
    g_autoptr (GError) error = NULL;
    Passwords *passwords = passwords_new (text, strlen (text), &error);

    cr_assert (passwords, "%s", error ? error->message : "no error");
    return passwords;
}

/* What the file says about one Authorization header; number is the user of To. */
static DigestCheck check_for (const char *file, const char *header, const char *method, gboolean realm_differs,
                              const char *number)
{
    g_autoptr (Passwords) passwords = read_text (file);
    SipCredentials credentials;

    cr_assert (sip_credentials_parse (view (header), &credentials));
    return passwords_check (passwords, &credentials, view (method), view (""), realm_differs, view (number));
}

#define CHECK(file, header) check_for (file, header, "REGISTER", FALSE, "1001")

/* The vectors of reference 3.5: without qop, with qop, and the session form. */
#define START     "Digest username=\"u\",realm=\"ccmsipline\",nonce=\"N0\",uri=\"sip:10.0.0.1\","
#define WITH_NONE START "response=\"0ac4c226a651ac343a0c9105982c5797\",algorithm=MD5"
#define WITH_QOP  START "qop=auth,nc=00000001,cnonce=\"c1\",response=\"4733a4e0b4f7497604597017af8e31cf\""
#define IN_SESSION                                                                                                     \
    START "algorithm=MD5-sess,qop=auth,nc=00000001,cnonce=\"c1\",response=\"c24af4b7a16beac0d434b2d0e6bd2b67\""

Test (passwords, right_ones_fit_in_every_form)
{
    static const char *const files[] = { "u:good", "u:ccmsipline:good\r\n", "# a comment\n\nother:x\nu::good\n",
                                         "\xef\xbb\xbfu:bad\nu:good\n", "u:elsewhere:good" };
    static const char *const headers[] = { WITH_NONE, WITH_QOP, IN_SESSION };

    for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
        for (gsize j = 0; j < G_N_ELEMENTS (headers); j++)
            cr_expect_eq (CHECK (files[i], headers[j]), DIGEST_IS_RIGHT, "file %zu, header %zu", i, j);
}

Test (passwords, wrong_ones_are_told_from_unknown_users_and_realms)
{
    cr_expect_eq (CHECK ("u:bad", WITH_NONE), DIGEST_IS_WRONG_PASSWORD);
    cr_expect_eq (CHECK ("u:ccmsipline:Good", WITH_QOP), DIGEST_IS_WRONG_PASSWORD);
    cr_expect_eq (CHECK ("u:", IN_SESSION), DIGEST_IS_WRONG_PASSWORD);
    cr_expect_eq (CHECK ("v:good", WITH_NONE), DIGEST_IS_UNKNOWN_USER);
    cr_expect_eq (CHECK ("U:good", WITH_NONE), DIGEST_IS_UNKNOWN_USER);
    cr_expect_eq (CHECK ("", WITH_NONE), DIGEST_IS_UNKNOWN_USER);
    cr_expect_eq (CHECK ("u:elsewhere:bad", WITH_NONE), DIGEST_IS_UNKNOWN_REALM);
}

Test (passwords, a_response_for_another_realm_or_user_is_told)
{
    /* The header names another realm than the response was computed for. */
    cr_expect_eq (CHECK ("u:ccmsipline:good", "Digest username=\"u\",realm=\"pbx\",nonce=\"N0\",uri=\"sip:10.0.0.1\","
                                              "response=\"0ac4c226a651ac343a0c9105982c5797\""),
                  DIGEST_IS_WRONG_REALM);
    /* The response is right, but the server has asked for another realm. */
    cr_expect_eq (check_for ("u:good", WITH_NONE, "REGISTER", TRUE, "1001"), DIGEST_IS_WRONG_REALM);
    /* The header names one user, the response was computed for the number. */
    cr_expect_eq (check_for ("alice:good",
                             "Digest username=\"alice\",realm=\"ccmsipline\",nonce=\"N0\",uri=\"sip:10.0.0.1\","
                             "response=\"0ac4c226a651ac343a0c9105982c5797\"",
                             "REGISTER", FALSE, "u"),
                  DIGEST_IS_WRONG_USER);
}

/* RFC 2617, 3.5, and RFC 7616, 3.9.1. */
Test (passwords, the_examples_of_the_standards_are_right)
{
    cr_expect_eq (
        check_for ("Mufasa:testrealm@host.com:Circle Of Life",
                   "Digest username=\"Mufasa\",realm=\"testrealm@host.com\","
                   "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\",uri=\"/dir/index.html\",qop=auth,nc=00000001,"
                   "cnonce=\"0a4f113b\",response=\"6629fae49393a05397450978507c4ef1\"",
                   "GET", FALSE, ""),
        DIGEST_IS_RIGHT);
    cr_expect_eq (check_for ("Mufasa:Circle of Life",
                             "Digest username=\"Mufasa\",realm=\"http-auth@example.org\",uri=\"/dir/index.html\","
                             "algorithm=SHA-256,nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\",nc=00000001,"
                             "cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\",qop=auth,"
                             "response=\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\"",
                             "GET", FALSE, ""),
                  DIGEST_IS_RIGHT);
}

Test (passwords, what_cannot_be_computed_is_not_judged)
{
    SipCredentials credentials;

    cr_expect_eq (CHECK ("u:good", START "algorithm=AKAv1-MD5,response=\"0ac4c226a651ac343a0c9105982c5797\""),
                  DIGEST_UNCHECKED);
    cr_expect_eq (CHECK ("u:good", "Bearer abc"), DIGEST_UNCHECKED);
    cr_expect_eq (CHECK ("u:good", "Digest username=\"u\""), DIGEST_UNCHECKED);
    cr_assert (sip_credentials_parse (view (WITH_NONE), &credentials));
    cr_expect_eq (passwords_check (NULL, &credentials, view ("REGISTER"), view (""), FALSE, view ("")),
                  DIGEST_UNCHECKED);
}

Test (passwords, colons_and_blanks_belong_to_the_password)
{
    g_autoptr (Passwords) passwords = read_text ("u::a:b \nv:: ");
    SipCredentials credentials;
    char response[DIGEST_TEXT_SIZE];
    const DigestInput input = { .algorithm = DIGEST_MD5,
                                .username = view ("u"),
                                .realm = view ("r"),
                                .password = view ("a:b "),
                                .method = view ("REGISTER"),
                                .uri = view ("sip:x"),
                                .nonce = view ("n") };

    cr_assert (digest_response (&input, response));
    g_autofree char *header =
        g_strdup_printf ("Digest username=\"u\",realm=\"r\",nonce=\"n\",uri=\"sip:x\",response=\"%s\"", response);
    cr_assert (sip_credentials_parse (view (header), &credentials));
    cr_expect_eq (passwords_check (passwords, &credentials, view ("REGISTER"), view (""), FALSE, view ("")),
                  DIGEST_IS_RIGHT);
}

Test (passwords, errors_name_the_line_and_quote_nothing)
{
    static const char *const broken[] = { "u:good\nsecretword\n", "u:good\n:secretword", "\n#secretword" };

    for (gsize i = 0; i < G_N_ELEMENTS (broken); i++) {
        g_autoptr (GError) error = NULL;
        cr_assert_null (passwords_new (broken[i], strlen (broken[i]), &error));
        cr_assert (g_error_matches (error, PASSWORDS_ERROR, PASSWORDS_ERROR_FORMAT));
        cr_expect (strstr (error->message, "line 2"), "%s", error->message);
        cr_expect_not (strstr (error->message, "secret"), "%s", error->message);
    }
    g_autofree char *large = g_malloc0 (PASSWORDS_SIZE_MAX + 1);
    g_autoptr (GError) error = NULL;
    cr_assert_null (passwords_new (large, PASSWORDS_SIZE_MAX + 1, &error));
    cr_assert (g_error_matches (error, PASSWORDS_ERROR, PASSWORDS_ERROR_SIZE));
    g_clear_error (&error);
    cr_assert_null (passwords_new ("u\0:x", 4, &error));
}
