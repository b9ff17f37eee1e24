/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/findings/diagnosis.h"
#include "registration/tips/explain.h"

#include "plugin/ws_compat.h"

/* Fields, tree and tap: what Wireshark's users see, filter and count. */

/* What a listener of the tap "regflow" gets, once for each note of a frame. */
typedef struct {
    const Diagnosis *diagnosis;
    const Flow *flow; /* the one that it watches */
    const Tips *tips;
    NoteId note;
    gboolean first_visit; /* the file is being read; pinfo does not tell a listener */
} RegflowTap;

void fields_register (int proto);

/* Shows the notes of a frame. Safe without a tree, on any pass, and when nobody looks at a field. */
void fields_show (const Diagnosis *diagnosis, const Tips *tips, NoteId first, guint count, tvbuff_t *tvb,
                  packet_info *pinfo, proto_tree *tree);
