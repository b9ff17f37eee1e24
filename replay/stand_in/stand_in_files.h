/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/engine/agenda.h"
#include "replay/script/script.h"
#include "replay/transport.h"

#include <glib.h>

/* Gives out the boot files of a script, to any phone: the file that was recorded for one phone is that of every phone
 * under its own name. As recorded, and as fast: what was not found is not found, what was not answered is not. */

typedef struct {
    Agenda *agenda;       /* borrowed */
    const Script *script; /* borrowed */
    double speed;         /* recorded times are divided by it; 0: at once */
} StandInFilesSettings;

typedef struct StandInFiles StandInFiles;

/* settings is copied. Gives out nothing yet. */
StandInFiles *stand_in_files_new (const StandInFilesSettings *settings);
void stand_in_files_free (StandInFiles *files);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StandInFiles, stand_in_files_free)

/* From now on by this way, too. FALSE with error set when that address cannot be listened on. */
gboolean stand_in_files_open_tftp (StandInFiles *files, const Endpoint *local, GError **error);
gboolean stand_in_files_open_http (StandInFiles *files, const Endpoint *local, GError **error);

/* Where it does; port 0: not by this way. */
Endpoint stand_in_files_tftp (const StandInFiles *files);
Endpoint stand_in_files_http (const StandInFiles *files);
