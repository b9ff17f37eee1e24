/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What regreplay's exit status says; promises to users and their CI. X (symbol, number, meaning) */
#define EXIT_CODES(X)                                                                                                  \
    X (OK, 0, "as recorded and on time; inspect and merge: no phone fails; compare: no difference")                    \
    X (DIFFERS, 1, "it differs, is late or was refused; inspect and merge: phones fail; compare: a difference")        \
    X (USAGE, 2, "the command line cannot be understood")                                                              \
    X (UNREADABLE, 3, "a capture or another file cannot be read, or a capture holds no registration")                  \
    X (UNREACHABLE, 4, "the endpoint cannot be reached, or went away")

typedef enum {
#define X(symbol, number, meaning) REGREPLAY_##symbol = (number),
    EXIT_CODES (X)
#undef X
} ExitCode;
