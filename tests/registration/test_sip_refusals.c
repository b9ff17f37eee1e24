/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/sip_refusals.h"

#include "registration/terms/words.h"

#include <criterion/criterion.h>
#include <string.h>

Test (sip_refusals, codes_have_their_own_meaning_or_that_of_their_class)
{
    static const struct {
        guint status;
        SipRefusal refusal;
    } cases[] = {
        { 302, SIP_REFUSAL_NONE },     { 405, SIP_REFUSAL_NO_REGISTRAR }, { 501, SIP_REFUSAL_NO_REGISTRAR },
        { 408, SIP_REFUSAL_BEHIND },   { 504, SIP_REFUSAL_BEHIND },       { 502, SIP_REFUSAL_BAD_GATEWAY },
        { 410, SIP_REFUSAL_GONE },     { 413, SIP_REFUSAL_TOO_LARGE },    { 513, SIP_REFUSAL_TOO_LARGE },
        { 416, SIP_REFUSAL_SCHEME },   { 420, SIP_REFUSAL_EXTENSION },    { 421, SIP_REFUSAL_REQUIRED },
        { 429, SIP_REFUSAL_REFERRED }, { 439, SIP_REFUSAL_OUTBOUND },     { 482, SIP_REFUSAL_LOOP },
        { 483, SIP_REFUSAL_HOPS },     { 494, SIP_REFUSAL_AGREEMENT },    { 603, SIP_REFUSAL_DECLINED },
        { 606, SIP_REFUSAL_OF_CALLS }, { 604, SIP_REFUSAL_NOT_FOUND },    { 499, SIP_REFUSAL_REQUEST },
        { 599, SIP_REFUSAL_SERVER },   { 699, SIP_REFUSAL_EVERYWHERE },   { 430, SIP_REFUSAL_FLOW },
        { 555, SIP_REFUSAL_PUSH },
    };

    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
        cr_expect_eq (sip_refusal_of_code (cases[i].status), cases[i].refusal, "%u", cases[i].status);
}

Test (sip_refusals, each_has_a_meaning_and_a_fix)
{
    for (SipRefusal refusal = SIP_REFUSAL_NONE + 1; refusal < N_SIP_REFUSALS; refusal++) {
        const char *meaning = word_english (word_of_sip_refusal (refusal));
        const char *fix = word_english (word_of_sip_refusal_fix (refusal));
        cr_expect (g_ascii_islower (*meaning) || g_str_has_prefix (meaning, "CUCM"), "%s", meaning);
        cr_expect_not (g_str_has_suffix (meaning, "."), "%s", meaning);
        cr_expect (g_ascii_isupper (*fix) && g_str_has_suffix (fix, "."), "%s", fix);
    }
}

/* That is what the code means (RFC 3261, 21.6); what another server would do is not known. */
Test (sip_refusals, a_refusal_for_good_foretells_no_other_server)
{
    const SipRefusal for_good[] = { SIP_REFUSAL_DECLINED, SIP_REFUSAL_EVERYWHERE };

    for (gsize i = 0; i < G_N_ELEMENTS (for_good); i++) {
        cr_expect_null (strstr (word_english (word_of_sip_refusal (for_good[i])), "another"));
        cr_expect_null (strstr (word_english (word_of_sip_refusal_fix (for_good[i])), "does not help"));
    }
}
