/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/sip_timers.h"

#define SIP_T1 MILLISECONDS (500)
#define SIP_T2 SECONDS (4)

gboolean sip_stops_early (gint64 first, gint64 latest, gint64 now)
{
    const gint64 next = MIN (latest - first + SIP_T1, SIP_T2);
    return now > latest + 2 * next && latest - first < SIP_GIVEN_UP_BY - 2 * SIP_T2;
}
