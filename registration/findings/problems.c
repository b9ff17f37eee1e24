/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/findings/problems.h"

static const struct {
    const char *name;
    Severity severity;
    Effect effect;
} problems[N_PROBLEMS] = {
#define X(symbol, problem, level, effect) [PROBLEM_##symbol] = { problem, SEVERITY_##level, EFFECT_##effect },
    PROBLEMS (X)
#undef X
};

const char *problem_name (Problem problem)
{
    return problems[problem].name;
}

Severity problem_severity (Problem problem)
{
    return problems[problem].severity;
}

Effect problem_effect (Problem problem)
{
    return problems[problem].effect;
}

const char *severity_name (Severity severity)
{
    static const char *const names[N_SEVERITIES] = { "note", "warning", "error" };
    return names[severity];
}

const char *certainty_name (Certainty certainty)
{
    static const char *const names[N_CERTAINTIES] = { "hint", "likely", "certain" };
    return names[certainty];
}

Word severity_word (Severity severity)
{
    static const Word words[N_SEVERITIES] = { WORD_SEVERITY_NOTE, WORD_SEVERITY_WARNING, WORD_SEVERITY_ERROR };
    return words[severity];
}

Word certainty_word (Certainty certainty)
{
    static const Word words[N_CERTAINTIES] = { WORD_CERTAINTY_HINT, WORD_CERTAINTY_LIKELY, WORD_CERTAINTY_CERTAIN };
    return words[certainty];
}
