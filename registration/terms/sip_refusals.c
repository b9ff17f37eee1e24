/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/sip_refusals.h"

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
