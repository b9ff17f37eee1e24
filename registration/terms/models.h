/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/bytes.h"

#include <glib.h>

/* The models of Cisco phones and of what registers like a phone. */

/* The name that Cisco's users say ("7912", "IOS conference bridge"); static. NULL when the number is not known, which
 * is no fault: new models come. */
const char *model_name (guint32 device_type);
/* The model in what a Cisco phone says of itself: "7941" in its DHCP vendor class "Cisco Systems, Inc. IP Phone
 * CP-7941G" (reference 4.2), its CDP platform "Cisco IP Phone 7941" and its LLDP-MED model "CP-7941G". Empty for any
 * other device. Points into the view. */
View model_in_text (View text);
/* Conference bridges, MTPs and transcoders, music on hold, annunciators: they register, but have no buttons, no lines
 * and no display, so they ask for none. */
gboolean model_is_media_resource (guint32 device_type);
/* A voice gateway, or one of its ports (analog, ISDN): no phone, whatever it is called. */
gboolean model_is_gateway (guint32 device_type);
/* It needs a directory number. Not so a media resource, a gateway or trunk, and the virtual phone with which IOS and
 * the VG248 register a gateway beside its ports (30032, 11). A model that is not known has lines. */
gboolean model_has_lines (guint32 device_type);

/* What a model with SIP firmware does at a call manager (table C-1 of the appendix "Configuring Non-Cisco SIP Phones",
 * CallManager 5.0): what it leaves out is normal for it. */
typedef struct {
    gboolean fetches_soft_keys;
    gboolean fetches_dial_plan;
} SipCapabilities;

/* FALSE (and ret_capabilities untouched) for models that the table does not name. */
gboolean model_sip_capabilities (const char *model, gsize size, SipCapabilities *ret_capabilities);
