/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/findings/timers.h"

#include "registration/terms/registration_state.h"

enum {
#define X(symbol, name, value, unit, text) BEGINS_WITH_##symbol = value,
    TIMERS (X)
#undef X
};

G_STATIC_ASSERT (BEGINS_WITH_SIP_GRACE == SIP_GRACE_DEFAULT);

static const TimerInfo timers[N_TIMERS] = {
#define X(symbol, name, value, unit, text) [TIMER_##symbol] = { name, value, unit, text },
    TIMERS (X)
#undef X
};

const TimerInfo *timer_info (TimerId id)
{
    g_return_val_if_fail (id < N_TIMERS, NULL);
    return &timers[id];
}

Timers timers_default (void)
{
    Timers all;

    for (TimerId id = 0; id < N_TIMERS; id++)
        all.value[id] = timers[id].value;
    return all;
}
