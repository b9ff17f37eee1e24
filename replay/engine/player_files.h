/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/engine/player_internal.h"

/* The first part of a phone's life: it asks for the boot files of the recording, in their order, until a configuration
 * is delivered (reference 6.4). */

typedef struct PlayerFiles PlayerFiles;

/* Begins at once. ready is called when the registration may begin; the player may have another target then. It is not
 * called when the player has come to its end instead. */
PlayerFiles *player_files_new (Player *player, void (*ready) (Player *player));
/* No more files, and ready is not called any more. */
void player_files_stop (PlayerFiles *files);
/* NULL is ignored. */
void player_files_free (PlayerFiles *files);
