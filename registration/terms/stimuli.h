/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Types of keys that somebody asks for by name; the others are only in the table of names. */
enum {
    BUTTON_SPEED_DIAL = 0x02,
    BUTTON_LINE = 0x09,
    BUTTON_FEATURE = 0x13,
    BUTTON_SERVICE_URL = 0x14,
    BUTTON_BLF_SPEED_DIAL = 0x15,
    BUTTON_UNUSED = 0xFF,
};

/* What a key of the phone is for (ButtonTemplateRes): "line", "speed dial", "service URL". Static; NULL when unknown.
 * 0 and 0xFF are "unused". */
const char *button_type_name (guint8 type);
