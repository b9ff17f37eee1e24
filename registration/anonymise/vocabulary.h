/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/bytes.h"

/* Words of the field that name nobody: of protocols, files, settings, products. They stay as they are, whoever uses
 * them as a name too. */

/* In either case. */
gboolean vocabulary_has (View word);
