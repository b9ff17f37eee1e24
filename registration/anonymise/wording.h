/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/bytes.h"

#include <glib.h>

/* Words of which servers and phones make sentences that name nobody: of the protocols, of what the rules look for, and
 * of our own texts about them. In names they are names. */

typedef struct Wording Wording;

Wording *wording_new (void);
void wording_free (Wording *wording);

/* In either case; every word that is shorter than four octets is one. */
gboolean wording_has (const Wording *wording, View word);
/* The same of what products are called; and of what headers, elements, settings and the like are, where several words
 * may stand in one. */
gboolean wording_has_product (const Wording *wording, View word);
gboolean wording_has_field (const Wording *wording, View word);
