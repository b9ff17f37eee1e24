/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any message that libre accepts, and that none of the rules in compare.c leaves out, must give the same values. */
#include "compare.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    g_autoptr (GString) differences = g_string_new (NULL);
    OracleReport report = { .differences = differences };

    oracle_compare (data, size, &report);
    if (differences->len) {
        fputs (differences->str, stderr);
        abort (); /* libFuzzer keeps the message; it would not after g_error()'s SIGTRAP */
    }
    return 0;
}
