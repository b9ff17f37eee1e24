/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/usage.h"

G_DEFINE_QUARK (usage_error, usage_error)
