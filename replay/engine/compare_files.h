/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/engine/fetch.h"
#include "replay/engine/player_outcome.h"

/* Compares what became of a boot file with the recording (reference 6.4): a trust list, a ring tone or a language that
 * is there now and was not, or the reverse, is a note; the configuration missing is a failure. ret_detail gets what
 * differs, in words, or NULL; owned by the caller. */
Content file_compare (const ScriptFile *recorded, const FetchResult *live, char **ret_detail, gboolean *ret_fails);
