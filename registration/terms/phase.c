/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/phase.h"

const char *phase_name (Phase phase)
{
    static const char *const names[N_PHASES] = {
#define X(symbol, name, english) [PHASE_##symbol] = name,
        PHASES (X)
#undef X
    };
    return names[phase];
}

const char *level_name (Level level)
{
    static const char *const names[N_LEVELS] = {
#define X(symbol, name) [LEVEL_##symbol] = name,
        LEVELS (X)
#undef X
    };
    return names[level];
}
