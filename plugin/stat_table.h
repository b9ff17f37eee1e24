/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* tshark -z regflow,stat[,FILTER] and Telephony, Phone registrations: a row for each phone. */
void stat_table_register (void);
