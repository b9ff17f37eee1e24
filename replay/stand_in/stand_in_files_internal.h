/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/stand_in/stand_in_files.h"
#include "replay/stand_in/stand_in_guests.h"

/* What both ways of giving out share. */

struct StandInFiles {
    StandInFilesSettings settings;
    GPtrArray *keys;       /* boot_name_key() of each file of the script, owned */
    GHashTable *asked;     /* host and key → how often */
    UdpPort *tftp;         /* NULL: not by TFTP; then transfers is NULL too */
    GHashTable *transfers; /* by the phone's end; owned */
    Guests *http;          /* NULL: not by HTTP */
};

/* The recorded file that this phone gets for that name: the first one, then the next one of that name, and again from
 * the first; NULL when the recording has none. */
const ScriptFile *stand_in_files_choose (StandInFiles *files, const IpAddress *phone, const char *name);
/* Nanoseconds until the answer. */
gint64 stand_in_files_delay (const StandInFiles *files, const ScriptFile *file);
