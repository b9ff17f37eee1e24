/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/commands/commands.h"

/* regreplay completion SHELL: prints what completes regreplay's command line in bash, zsh or fish, made from what
 * --help says of each of these commands. For who packs regreplay: --help does not tell it. */
ExitCode completion_main (const Command *commands, guint n_commands, int argc, char **argv);
