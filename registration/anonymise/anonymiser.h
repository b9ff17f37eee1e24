/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/anonymise/pseudonyms.h"

#include <glib.h>

/* Makes packets of a capture that tell nothing of who was there, and from which the same is read as from the real ones:
 * the same phones, messages, outcomes and findings under other names. Every packet keeps its length, and a checksum
 * that was right stays right. What nothing here understands becomes zeros.
 *
 * The packets are shown three times, in their order: to learn all names, to read what many packets carry together, and
 * to be changed; of several captures those of each, in the same order. Memory grows with the number of distinct names,
 * with the messages of registrations, and with the packets that came in fragments. */

typedef struct Anonymiser Anonymiser;

typedef enum {
    ANONYMISER_LEARNS,
    ANONYMISER_READS,
    ANONYMISER_WRITES,
    ANONYMISER_DONE,
} AnonymiserRound;

Anonymiser *anonymiser_new (void);
void anonymiser_free (Anonymiser *anonymiser);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Anonymiser, anonymiser_free)

/* link_type: as in link.h; of one that nobody reads all octets become zeros. The octets are changed in the third round
 * only. */
void anonymiser_packet (Anonymiser *anonymiser, guint32 link_type, guint8 *data, gsize size);
/* The packets of another capture follow: the names are the same ones in all of them, and nothing else goes on. */
void anonymiser_next_capture (Anonymiser *anonymiser);
/* All packets of all captures were shown. Returns the round that begins. */
AnonymiserRound anonymiser_next_round (Anonymiser *anonymiser);
/* What a text from elsewhere is among the packets that are written: what they have of names and addresses is replaced
 * in place, and what looks like an address. Only in the third round. */
void anonymiser_rename (const Anonymiser *anonymiser, char *text);
/* What stands for what; borrowed. */
Pseudonyms *anonymiser_pseudonyms (Anonymiser *anonymiser);
