/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/bytes.h"

#include <glib.h>

/* SHA-512/256 (FIPS 180-4), which GChecksum does not have. */

#define SHA512_256_BLOCK     128
#define SHA512_256_TEXT_SIZE 65

typedef struct {
    guint64 state[8];
    guint64 size; /* octets so far */
    guint8 block[SHA512_256_BLOCK];
} Sha512_256;

void sha512_256_init (Sha512_256 *hash);
void sha512_256_add (Sha512_256 *hash, View octets);
/* Lower-case digits of all that was added. The hash is used up by it. */
void sha512_256_end (Sha512_256 *hash, char ret_hex[SHA512_256_TEXT_SIZE]);
