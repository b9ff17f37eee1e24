/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/names.h"

const NameRow *name_table_find (const NameTable *table, guint32 number)
{
    gsize low = 0, high = table->n_rows;

    while (low < high) {
        gsize middle = low + (high - low) / 2;
        if (table->rows[middle].number == number)
            return &table->rows[middle];
        if (table->rows[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
