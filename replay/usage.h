/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* What somebody has asked for cannot be done: a sentence for the command line, which names the option. */
#define USAGE_ERROR usage_error_quark ()
GQuark usage_error_quark (void);
