/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Of several processes that run the same command, on one machine or on many, which one this is: each plays phones that
 * no other one does, and all together play those that one alone would. */

typedef struct {
    guint number; /* from 0 */
    guint of;     /* at least 1 */
    const char
        *who; /* says so: "--part", or a variable of the environment; NULL: nobody, and it is the only one; static */
} Part;

/* text: "2/8", the second of eight; "/8", of eight the one that the environment names; NULL: what the environment says,
 * if it tells both. The environment is that of Slurm's srun, of Open MPI, and of Kubernetes' indexed Jobs, which do not
 * tell how many there are. FALSE with a sentence in error (USAGE_ERROR). */
gboolean part_choose (const char *text, Part *ret_part, GError **error);

/* How many of so many phones it plays: its own, and from there on each of-th. FALSE with error set when there are more
 * parts than phones. */
gboolean part_share (const Part *part, guint phones, guint *ret_share, GError **error);
