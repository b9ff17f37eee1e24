/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/words.h"

#include <string.h>

const char *word_english (Word word)
{
    static const char *const words[N_WORDS] = {
#define X(symbol, english) [WORD_##symbol] = english,
        WORDS (X)
#undef X
    };
    return word < N_WORDS ? words[word] : words[WORD_UNKNOWN];
}

static const char *symbol_of (Word word)
{
    static const char *const symbols[N_WORDS] = {
#define X(symbol, english) [WORD_##symbol] = #symbol,
        WORDS (X)
#undef X
    };
    return symbols[word];
}

char *word_key (Word word)
{
    return g_strdelimit (g_ascii_strdown (symbol_of (word), -1), "_", '-');
}

static gboolean is_key_of (const char *symbol, const char *key, gsize size)
{
    gsize i = 0;

    while (i < size && symbol[i] && (symbol[i] == '_' ? '-' : g_ascii_tolower (symbol[i])) == key[i])
        i++;
    return i == size && !symbol[i];
}

Word word_find (const char *key, gsize size)
{
    Word word = 0;

    while (word < N_WORDS && !is_key_of (symbol_of (word), key, size))
        word++;
    return word;
}

gboolean word_takes_values (Word word)
{
    return strchr (word_english (word), '{') != NULL;
}

Word word_of_state (RegistrationState state)
{
    static const Word words[] = {
#define ROW(symbol, name, english) [STATE_##symbol] = WORD_STATE_##symbol,
        REGISTRATION_STATES (ROW)
#undef ROW
    };
    return words[state];
}

Word word_of_outcome (Outcome outcome)
{
    static const Word words[] = {
#define ROW(symbol, name, fails, sentence) [OUTCOME_##symbol] = WORD_OUTCOME_##symbol,
        OUTCOMES (ROW)
#undef ROW
    };
    return words[outcome];
}

Word word_of_phase (Phase phase)
{
    static const Word words[N_PHASES] = {
#define ROW(symbol, name, english) [PHASE_##symbol] = WORD_PHASE_##symbol,
        PHASES (ROW)
#undef ROW
    };
    return words[phase];
}

Word word_of_check (DigestCheck check)
{
    static const Word words[N_DIGEST_CHECKS] = {
#define ROW(symbol, sentence, advice) [DIGEST_IS_##symbol] = WORD_DIGEST_##symbol,
        DIGEST_CHECKS (ROW)
#undef ROW
    };
    return words[check];
}

Word word_of_check_fix (DigestCheck check)
{
    static const Word words[N_DIGEST_CHECKS] = {
#define ROW(symbol, sentence, advice) [DIGEST_IS_##symbol] = WORD_DIGEST_FIX_##symbol,
        DIGEST_CHECKS (ROW)
#undef ROW
    };
    return words[check];
}

Word word_of_outage (OutageCause cause)
{
    static const Word words[] = {
#define ROW(symbol, word, sentence) [OUTAGE_##symbol] = WORD_OUTAGE_##symbol,
        OUTAGE_CAUSES (ROW)
#undef ROW
    };
    return words[cause];
}

Word word_of_reject_meaning (RejectCause cause)
{
    static const Word words[] = {
#define ROW(symbol, texts, meaning, fix) [REJECT_##symbol] = WORD_REJECT_##symbol,
        REJECT_CAUSES (ROW)
#undef ROW
    };
    return words[cause];
}

Word word_of_reject_fix (RejectCause cause)
{
    static const Word words[] = {
#define ROW(symbol, texts, meaning, fix) [REJECT_##symbol] = WORD_REJECT_FIX_##symbol,
        REJECT_CAUSES (ROW)
#undef ROW
    };
    return words[cause];
}

Word word_of_sip_refusal (SipRefusal refusal)
{
    static const Word words[N_SIP_REFUSALS] = {
#define ROW(symbol, meaning, fix) [SIP_REFUSAL_##symbol] = WORD_SIP_REFUSAL_##symbol,
        SIP_REFUSALS (ROW)
#undef ROW
    };
    return words[refusal];
}

Word word_of_sip_refusal_fix (SipRefusal refusal)
{
    static const Word words[N_SIP_REFUSALS] = {
#define ROW(symbol, meaning, fix) [SIP_REFUSAL_##symbol] = WORD_SIP_FIX_##symbol,
        SIP_REFUSALS (ROW)
#undef ROW
    };
    return words[refusal];
}

Word word_of_tls_refusal (TlsRefusal refusal)
{
    static const Word words[N_TLS_REFUSALS] = {
#define ROW(symbol, meaning, phone, server) [TLS_REFUSAL_##symbol] = WORD_TLS_REFUSAL_##symbol,
        TLS_REFUSALS (ROW)
#undef ROW
    };
    return words[refusal];
}

Word word_of_tls_fix (TlsRefusal refusal, gboolean from_server)
{
    static const Word words[N_TLS_REFUSALS][2] = {
#define ROW(symbol, meaning, phone, server)                                                                            \
    [TLS_REFUSAL_##symbol] = { WORD_TLS_PHONE_##symbol, WORD_TLS_SERVER_##symbol },
        TLS_REFUSALS (ROW)
#undef ROW
    };
    return words[refusal][from_server ? 1 : 0];
}

Word word_of_file (BootFileKind kind)
{
    static const Word words[] = {
#define ROW(symbol, missing, what, if_missing) [BOOT_FILE_##symbol] = WORD_FILE_##symbol,
        BOOT_FILES (ROW)
#undef ROW
    };
    return words[kind];
}

Word word_of_missing_file (BootFileKind kind)
{
    static const Word words[] = {
#define ROW(symbol, missing, what, if_missing) [BOOT_FILE_##symbol] = WORD_FILE_MISSING_##symbol,
        BOOT_FILES (ROW)
#undef ROW
    };
    return words[kind];
}
