/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/problems.h"

static const struct {
    const char *name;
    Severity severity;
} problems[N_PROBLEMS] = {
#define X(symbol, problem, level) [PROBLEM_##symbol] = { problem, SEVERITY_##level },
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

const char *severity_name (Severity severity)
{
    static const char *const names[N_SEVERITIES] = { "note", "warning", "error" };
    return names[severity];
}

const char *certainty_name (Certainty certainty)
{
    static const char *const names[] = { "hint", "likely", "certain" };
    return names[certainty];
}
