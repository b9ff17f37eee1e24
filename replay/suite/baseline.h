/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "replay/suite/suite.h"

#include <glib.h>

/* The differences that people have looked at and accepted: a text file with a line for each, for them to review. */

typedef struct Baseline Baseline;

/* NULL with error set, a sentence that names file and line, when it cannot be read. */
Baseline *baseline_load (const char *path, GError **error);
void baseline_free (Baseline *baseline);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Baseline, baseline_free)

/* Marks what is accepted of a capture. */
void baseline_apply (Baseline *baseline, const SuiteCase *test);
/* Appends what it accepts and was not met, a line each as the file has them; of captures that were tested, or are not
 * there. */
void baseline_unmet (const Baseline *baseline, GString *out);

/* The file that accepts all that these differ in. */
void baseline_write (const GPtrArray *cases, GString *out);
