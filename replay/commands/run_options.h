/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/commands/carrier_options.h"
#include "replay/commands/sip_options.h"
#include "replay/exit_codes.h"
#include "replay/report/run_report.h"

#include <glib.h>

/* The command line of regreplay run, and what regreplay test takes of it: with which server and how. */

#define RUN_TIMEOUT_TEXT      "10s"
#define RUN_ATTEMPT_NOT_GIVEN G_MININT

/* As they stand on the command line. */
typedef struct {
    char *capture, *target, *tftp, *http, *as, *phone, *speed, *tolerance, *stay, *timeout, *source, *format, *output,
        *part, *start_at;
    gboolean same_identity, allow_public, dry_run, strict, no_files, follow_config, brief;
    int attempt, repeat, phones, phones_per_port;
    double rate;
    CarrierOptions carrier;
    SipOptions sip;
    RunReporter reporter;    /* in place of what format names; NULL */
    gboolean has_lines;      /* the reporter writes lines of ndjson, too */
    gboolean is_one_of_many; /* recordings, some of which may be SCCP: options of SIP are no error there */
} RunOptions;

/* Before anything is read. */
#define RUN_OPTIONS                                                                                                    \
    {                                                                                                                  \
        .attempt = RUN_ATTEMPT_NOT_GIVEN, .phones = 1, .phones_per_port = 1, .repeat = 1                               \
    }

/* Adds what both commands take. */
void run_options_add (RunOptions *options, GOptionContext *context);
void run_options_clear (RunOptions *options);

/* command_run.c: does one run, and reports it. What is wrong is told on stderr, for "regreplay run". */
ExitCode run_capture (const RunOptions *options);
