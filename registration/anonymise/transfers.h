/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/anonymise/anonymiser.h"
#include "registration/anonymise/pen.h"
#include "registration/wire/frame.h"

/* Files over TFTP: each is read as a whole, and changed block by block. */

typedef struct Transfers Transfers;

Transfers *transfers_new (const Pen *pen);
void transfers_free (Transfers *transfers);
/* What was decided stays; the packets come once more. */
void transfers_rewind (Transfers *transfers);
void transfers_finish (Transfers *transfers);

/* FALSE when the datagram belongs to no transfer; payload is that of the frame, to be changed in the last round. */
gboolean transfers_take (Transfers *transfers, const Frame *frame, guint8 *payload, AnonymiserRound round);
