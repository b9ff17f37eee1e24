/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/tips/explain.h"

#include "plugin/ws_compat.h"

/* Says in the column Info what happens, in place of what Wireshark wrote there. */
void info_column_show (const Flow *flow, const Tips *tips, NoteId first, guint count, packet_info *pinfo);
