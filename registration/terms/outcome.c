/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/outcome.h"

#include <glib.h>

static const struct {
    const char *name;
    gboolean fails;
} outcomes[N_OUTCOMES] = {
#define X(symbol, name, fails, english) [OUTCOME_##symbol] = { name, fails },
    OUTCOMES (X)
#undef X
};

const char *outcome_name (Outcome outcome)
{
    return outcomes[outcome].name;
}

int outcome_fails (Outcome outcome)
{
    return outcomes[outcome].fails;
}
