/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/findings/problems.h"

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

gboolean problem_is_symptom (Problem problem)
{
    switch (problem) {
    case PROBLEM_DHCP_REFUSED:
    case PROBLEM_TFTP_TIMEOUT:
    case PROBLEM_CONFIG_LOOP:
    case PROBLEM_NO_CONNECT_AFTER_CONFIG:
    case PROBLEM_PORT_FILTERED:
    case PROBLEM_PORT_CLOSED:
    case PROBLEM_CLOSED_BY_SERVER:
    case PROBLEM_TLS_ALERT:
    case PROBLEM_TLS_UNANSWERED:
    case PROBLEM_REGISTER_REJECTED:
    case PROBLEM_REJECT_LOOP:
    case PROBLEM_REGISTER_UNANSWERED:
    case PROBLEM_REGISTER_LOOP:
    case PROBLEM_CLOSED_AFTER_REGISTER:
    case PROBLEM_KEEPALIVE_UNANSWERED:
    case PROBLEM_PHONE_SILENT:
    case PROBLEM_AUTH_LOOP:
    case PROBLEM_SIP_FORBIDDEN:
    case PROBLEM_SIP_NOT_FOUND:
    case PROBLEM_SIP_UNANSWERED:
    case PROBLEM_CLOSED_MID_REGISTER:
    case PROBLEM_REGISTRATION_FLAPPING:
        return TRUE;
    default:
        return FALSE;
    }
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
