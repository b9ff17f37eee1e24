/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Every difference between the Wireshark versions that we build against (4.0, 4.4 and 4.6) stands in this file. */

#include <ws_version.h>

#include <epan/packet.h>
#include <epan/prefs.h>

#define WIRESHARK_AT_LEAST(major, minor)                                                                               \
    (WIRESHARK_VERSION_MAJOR > (major) || (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

/* What a boolean preference points to. */
#if WIRESHARK_AT_LEAST(4, 4)
typedef bool PrefBool;
#else
typedef gboolean PrefBool;
#endif
