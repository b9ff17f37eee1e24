/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/report/summary.h"

#include "plugin/fields.h"

/* The notes of a table or tree of Wireshark's, which have no call of their own before they are drawn. They are summed
 * up and shown when the last note of a file that was read before has come (windows), and before tshark draws at its
 * end. */

typedef struct Tally Tally;

/* Both are borrowed for the call. */
typedef void (*TallyShow) (const Summary *summary, const Tips *tips, gpointer target);

/* What to call before the first pass is summed up: the end of the capture proves things too. */
void tally_set_finish (void (*finish) (void));
/* The flow goes: no tally shows anything of it any more. */
void tally_file_closed (void);

/* target is handed to show, and must live as long as the tally. */
Tally *tally_new (TallyShow show, gpointer target);
void tally_free (Tally *tally);
void tally_add (Tally *tally, const RegflowTap *tap);
/* As new. */
void tally_clear (Tally *tally);
