/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/outcome.h"

const char *outcome_name (Outcome outcome)
{
    static const char *const names[N_OUTCOMES] = {
#define X(symbol, name, english) [OUTCOME_##symbol] = name,
        OUTCOMES (X)
#undef X
    };
    return names[outcome];
}
