/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/sip_refusals.h"

#include <string.h>

static SipRefusal of_class (guint status)
{
    if (status < 400)
        return SIP_REFUSAL_NONE;
    if (status < 500)
        return SIP_REFUSAL_REQUEST;
    return status < 600 ? SIP_REFUSAL_SERVER : SIP_REFUSAL_EVERYWHERE;
}

SipRefusal sip_refusal_of_code (guint status)
{
    static const struct {
        guint16 status;
        guint16 refusal;
    } codes[] = {
        { 400, SIP_REFUSAL_SYNTAX },      { 402, SIP_REFUSAL_PAYMENT },      { 403, SIP_REFUSAL_CREDENTIALS },
        { 404, SIP_REFUSAL_NOT_FOUND },   { 405, SIP_REFUSAL_NO_REGISTRAR }, { 406, SIP_REFUSAL_ACCEPT },
        { 408, SIP_REFUSAL_BEHIND },      { 410, SIP_REFUSAL_GONE },         { 412, SIP_REFUSAL_OF_CALLS },
        { 413, SIP_REFUSAL_TOO_LARGE },   { 414, SIP_REFUSAL_TOO_LARGE },    { 415, SIP_REFUSAL_BODY },
        { 416, SIP_REFUSAL_SCHEME },      { 420, SIP_REFUSAL_EXTENSION },    { 421, SIP_REFUSAL_REQUIRED },
        { 422, SIP_REFUSAL_OF_CALLS },    { 428, SIP_REFUSAL_IDENTITY },     { 429, SIP_REFUSAL_REFERRED },
        { 430, SIP_REFUSAL_FLOW },        { 433, SIP_REFUSAL_ANONYMOUS },    { 436, SIP_REFUSAL_IDENTITY },
        { 437, SIP_REFUSAL_IDENTITY },    { 438, SIP_REFUSAL_IDENTITY },     { 439, SIP_REFUSAL_OUTBOUND },
        { 469, SIP_REFUSAL_OF_CALLS },    { 480, SIP_REFUSAL_UNAVAILABLE },  { 481, SIP_REFUSAL_OF_CALLS },
        { 482, SIP_REFUSAL_LOOP },        { 483, SIP_REFUSAL_HOPS },         { 484, SIP_REFUSAL_INCOMPLETE },
        { 485, SIP_REFUSAL_AMBIGUOUS },   { 486, SIP_REFUSAL_OF_CALLS },     { 487, SIP_REFUSAL_OF_CALLS },
        { 488, SIP_REFUSAL_OF_CALLS },    { 489, SIP_REFUSAL_OF_CALLS },     { 491, SIP_REFUSAL_OF_CALLS },
        { 493, SIP_REFUSAL_BODY },        { 494, SIP_REFUSAL_AGREEMENT },    { 501, SIP_REFUSAL_NO_REGISTRAR },
        { 502, SIP_REFUSAL_BAD_GATEWAY }, { 503, SIP_REFUSAL_BUSY },         { 504, SIP_REFUSAL_BEHIND },
        { 505, SIP_REFUSAL_VERSION },     { 513, SIP_REFUSAL_TOO_LARGE },    { 555, SIP_REFUSAL_PUSH },
        { 580, SIP_REFUSAL_OF_CALLS },    { 600, SIP_REFUSAL_OF_CALLS },     { 603, SIP_REFUSAL_DECLINED },
        { 604, SIP_REFUSAL_NOT_FOUND },   { 606, SIP_REFUSAL_OF_CALLS },     { 607, SIP_REFUSAL_OF_CALLS },
        { 608, SIP_REFUSAL_OF_CALLS },
    };

    for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
        if (codes[i].status == status)
            return codes[i].refusal;
    return of_class (status);
}

static gboolean has_word_of (const char *const words[4], const char *phrase)
{
    g_autofree char *lower = g_ascii_strdown (phrase, -1);

    for (guint i = 0; i < 4 && words[i]; i++)
        if (strstr (lower, words[i]))
            return TRUE;
    return FALSE;
}

/* These words, one of which is in the usual phrase, tell what the code means in its list. */
gboolean sip_phrase_is_another (guint status, const char *phrase)
{
    static const struct {
        guint16 status;
        const char *words[4];
    } meanings[] = {
        { 402, { "payment", "credit", "balance", "paid" } },
        { 404, { "found", "unknown", "exist", "no such" } },
        { 405, { "method", "not allowed", "register" } },
        { 408, { "time" } },
        { 410, { "gone", "removed", "deleted", "no longer" } },
        { 412, { "condition" } },
        { 413, { "large", "long", "big", "size" } },
        { 414, { "large", "long", "big", "size" } },
        { 415, { "media", "type", "body", "encoding" } },
        { 416, { "scheme", "uri" } },
        { 420, { "extension" } },
        { 421, { "extension", "require" } },
        { 428, { "identity" } },
        { 429, { "refer" } },
        { 430, { "flow" } },
        { 433, { "anonym" } },
        { 436, { "identity" } },
        { 437, { "certificate", "credential" } },
        { 438, { "identity" } },
        { 439, { "outbound" } },
        { 482, { "loop", "merge" } },
        { 483, { "hop", "forwards" } },
        { 484, { "incomplete" } },
        { 485, { "ambiguous" } },
        { 493, { "decipher" } },
        { 494, { "agreement" } },
        { 501, { "implemented", "supported", "method", "register" } },
        { 502, { "gateway" } },
        { 504, { "time" } },
        { 505, { "version" } },
        { 513, { "large", "long", "big", "size" } },
        { 555, { "push" } },
        { 604, { "found", "unknown", "exist", "no such" } },
    };

    for (guint i = 0; *phrase && i < G_N_ELEMENTS (meanings); i++)
        if (meanings[i].status == status)
            return !has_word_of (meanings[i].words, phrase);
    return FALSE;
}
