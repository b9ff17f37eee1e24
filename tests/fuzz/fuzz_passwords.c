/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file of passwords, as regflow and serve read it, and one with a single password; responses are checked with it. */
#include "registration/protocols/passwords.h"
#include "replay/commands/password.h"
#include "tests/fuzz/capture_input.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void try_one (const guint8 *data, gsize size)
{
    const int file = capture_input_file (data, size);
    g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", file);
    g_autoptr (GError) error = NULL;
    char *password = password_find (path, &error);

    if (password ? strpbrk (password, "\r\n") || !*password : !error)
        g_error ("neither a password nor a sentence");
    password_free (password);
    close (file);
}

#define TEXT(text) ((View){ (const guint8 *) (text), sizeof (text) - 1 })

static void try_many (const guint8 *data, gsize size)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (Passwords) passwords = passwords_new ((const char *) data, size, &error);
    SipCredentials credentials;

    if (!passwords) {
        g_assert (error && error->domain == PASSWORDS_ERROR);
        return;
    }
    if (!sip_credentials_parse (TEXT ("Digest username=\"user\",realm=\"realm\",nonce=\"n\",uri=\"sip:h\",response=\""
                                      "0123456789abcdef0123456789abcdef\",algorithm=MD5"),
                                &credentials))
        g_error ("no credentials");
    for (guint differs = 0; differs < 2; differs++)
        passwords_check (passwords, &credentials, TEXT ("REGISTER"), TEXT (""), differs, TEXT ("1001"));
    /* Of what is right it is known. */
    if (memmem (data, size, "user:right\n", 11) == data)
        passwords_check (passwords, &credentials, TEXT ("REGISTER"), TEXT (""), FALSE, TEXT ("user"));
}

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    try_one (data, size);
    try_many (data, size);
    return 0;
}
