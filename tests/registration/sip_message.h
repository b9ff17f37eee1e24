/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/protocols/sip.h"
#include "tests/support/views.h"

/* SIP messages for tests of their readers. Header only. */

/* Borrows the text. */
static inline SipMessage parsed (const char *text)
{
    SipMessage message;

    cr_assert (sip_parse ((const guint8 *) text, strlen (text), &message), "%s", text);
    return message;
}

/* A message of tests/fuzz/fuzz_sip.seeds; freed by the caller. */
static inline char *seed_text (const char *name, gsize *ret_size)
{
    g_autofree char *path =
        g_build_filename (g_getenv ("REGFLOW_SOURCE"), "tests", "fuzz", "fuzz_sip.seeds", name, NULL);
    char *text = NULL;

    cr_assert (g_file_get_contents (path, &text, ret_size, NULL), "%s", path);
    return text;
}
