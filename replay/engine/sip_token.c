/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/engine/sip_token.h"

void sip_token_make (char ret_token[SIP_TOKEN_SIZE])
{
    for (guint i = 0; i < SIP_TOKEN_SIZE - 1; i += 8) {
        guint32 digits = g_random_int ();
        for (guint j = 0; j < 8; j++, digits >>= 4)
            ret_token[i + j] = "0123456789abcdef"[digits & 15];
    }
    ret_token[SIP_TOKEN_SIZE - 1] = '\0';
}
