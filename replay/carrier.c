/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/carrier.h"

static const struct {
    const char *name, *via;
} carriers[N_CARRIERS] = {
#define X(symbol, text, via_text) { text, via_text },
    CARRIERS (X)
#undef X
};

const char *carrier_name (Carrier carrier)
{
    return carriers[carrier].name;
}

const char *carrier_via (Carrier carrier)
{
    return carriers[carrier].via;
}

Carrier carrier_find (const char *name)
{
    Carrier carrier = 0;

    while (carrier < N_CARRIERS && g_ascii_strcasecmp (carriers[carrier].name, name) != 0)
        carrier++;
    return carrier;
}
