/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/anonymise/checksum.h"

static guint32 fold (guint32 sum)
{
    while (sum >> 16)
        sum = (sum & 0xFFFF) + (sum >> 16);
    return sum;
}

/* ~before + after. */
static guint32 pair_change (guint before_high, guint before_low, guint after_high, guint after_low)
{
    const guint32 before = before_high << 8 | before_low, after = after_high << 8 | after_low;
    return before == after ? 0 : (~before & 0xFFFF) + after;
}

guint32 checksum_change (const guint8 *before, const guint8 *after, gsize size)
{
    guint32 sum = 0;

    for (gsize i = 0; i + 1 < size; i += 2)
        sum = fold (sum + pair_change (before[i], before[i + 1], after[i], after[i + 1]));
    if (size % 2)
        sum = fold (sum + pair_change (before[size - 1], 0, after[size - 1], 0));
    return sum;
}

guint32 checksum_change_cdp (const guint8 *before, const guint8 *after, gsize size)
{
    guint32 sum = checksum_change (before, after, size & ~(gsize) 1);

    if (size % 2)
        sum = fold (sum + pair_change (0, before[size - 1], 0, after[size - 1]));
    return sum;
}

void checksum_correct (guint8 field[2], guint32 change, gboolean never_zero)
{
    const guint32 old = (guint32) field[0] << 8 | field[1];

    if (change == 0)
        return;
    guint32 new = ~fold ((~old & 0xFFFF) + fold (change)) & 0xFFFF;
    if (new == 0 && never_zero)
        new = 0xFFFF;
    field[0] = (guint8) (new >> 8);
    field[1] = (guint8) new;
}
