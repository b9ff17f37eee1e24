/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/exit_codes.h"

#include <glib.h>

/* The commands of regreplay, one file each. They print results on stdout, and what went wrong on stderr. argv[0] is the
 * command's name. */

typedef struct {
    const char *name;
    ExitCode (*run) (int argc, char **argv);
    const char *summary;
} Command;

ExitCode inspect_main (int argc, char **argv);
ExitCode watch_main (int argc, char **argv);
ExitCode merge_main (int argc, char **argv);
ExitCode compare_main (int argc, char **argv);
ExitCode annotate_main (int argc, char **argv);
ExitCode run_main (int argc, char **argv);
ExitCode test_main (int argc, char **argv);
ExitCode serve_main (int argc, char **argv);

/* What every command's --help ends with: the exit codes. Owned by the caller. */
char *commands_exit_codes (void);
/* Reads the options of a command; what is left of argv are its arguments. context is borrowed. FALSE when that cannot
 * be done, or --help was all that was wanted: then *ret_code is what to exit with. */
gboolean commands_parse (GOptionContext *context, int *argc, char ***argv, ExitCode *ret_code);
