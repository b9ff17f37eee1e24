/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* What makes a tag, a branch, a Call-ID or a nonce one that nobody else has (RFC 3261, 19.3): 32 hexadecimal digits. */

#define SIP_TOKEN_SIZE 33

void sip_token_make (char ret_token[SIP_TOKEN_SIZE]);
