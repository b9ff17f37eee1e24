/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* tshark -z regflow,tree[,FILTER] and Statistics, Phone registration counts: messages by protocol and phase, outcomes
 * of the phones, findings. */
void stat_tree_register (void);
