/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/bytes.h"

#include <criterion/criterion.h>
#include <string.h>

/* Text as readers of a protocol get and give it. Header only. */

static inline View view (const char *text)
{
    return (View){ (const guint8 *) text, strlen (text) };
}

static inline gboolean is (View a, const char *text)
{
    return a.size == strlen (text) && (a.size == 0 || memcmp (a.data, text, a.size) == 0);
}

#define assert_view(view, text) cr_assert (is (view, text), "\"%.*s\"", (int) (view).size, (const char *) (view).data)
