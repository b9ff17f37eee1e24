/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/exit_codes.h"
#include "replay/script/script.h"

/* Reads a capture and takes one registration out of it. Says on stderr, for command (as in "regreplay run"), what
 * there was to choose from, or what is wrong; then the result is NULL and *ret_code what to exit with. for_server: a
 * stand-in is to be made of it, so the recorded server must have answered. */
Script *script_load (const char *command, const char *path, const ScriptChoice *choice, gboolean for_server,
                     ExitCode *ret_code);
