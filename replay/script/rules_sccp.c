/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/script/rules_sccp.h"

#include "registration/protocols/sccp.h"
#include "registration/wire/times.h"

/* A harmless answer is waited for this long; the reference names no time. */
#define SHORT SECONDS (1)

/* clang-format off */
static const SccpRule rules[] = {
    { SCCP_KEEP_ALIVE_REQ, REWRITE_NOTHING, SECONDS (10), ABSENCE_FAILS }, /* harmless until one was answered */
    { SCCP_REGISTER_REQ, REWRITE_REGISTER, SECONDS (10), ABSENCE_FATAL },
    { SCCP_IP_PORT, REWRITE_PORT, 0, ABSENCE_HARMLESS },
    { SCCP_FORWARD_STAT_REQ, REWRITE_INSTANCE, SHORT, ABSENCE_HARMLESS },
    { SCCP_SPEED_DIAL_STAT_REQ, REWRITE_INSTANCE, SHORT, ABSENCE_HARMLESS },
    { SCCP_LINE_STAT_REQ, REWRITE_INSTANCE, SECONDS (5), ABSENCE_FAILS }, /* of a line that the template has */
    { SCCP_CONFIG_STAT_REQ, REWRITE_NOTHING, SHORT, ABSENCE_HARMLESS },
    { SCCP_TIME_DATE_REQ, REWRITE_NOTHING, SECONDS (5), ABSENCE_FAILS },
    { SCCP_BUTTON_TEMPLATE_REQ, REWRITE_NOTHING, SECONDS (5), ABSENCE_FAILS },
    { SCCP_VERSION_REQ, REWRITE_NOTHING, SHORT, ABSENCE_HARMLESS },
    { SCCP_CAPABILITIES_RES, REWRITE_NOTHING, 0, ABSENCE_HARMLESS },
    { SCCP_SERVER_REQ, REWRITE_NOTHING, SHORT, ABSENCE_HARMLESS },
    { SCCP_ALARM, REWRITE_ALARM, 0, ABSENCE_HARMLESS },
    { SCCP_SOFT_KEY_SET_REQ, REWRITE_NOTHING, SHORT, ABSENCE_HARMLESS },
    { SCCP_UNREGISTER_REQ, REWRITE_NOTHING, SECONDS (2), ABSENCE_HARMLESS },
    { SCCP_SOFT_KEY_TEMPLATE_REQ, REWRITE_NOTHING, SHORT, ABSENCE_HARMLESS },
    { SCCP_REGISTER_TOKEN_REQ, REWRITE_TOKEN, SECONDS (10), ABSENCE_HARMLESS }, /* then it registers anyway */
    { SCCP_HEADSET_STATUS, REWRITE_NOTHING, 0, ABSENCE_HARMLESS },
    { SCCP_MEDIA_RESOURCE_NOTIFICATION, REWRITE_NOTHING, 0, ABSENCE_HARMLESS },
    { SCCP_REGISTER_AVAILABLE_LINES, REWRITE_LINES, 0, ABSENCE_HARMLESS },
    { SCCP_UPDATE_CAPABILITIES, REWRITE_NOTHING, 0, ABSENCE_HARMLESS },
    { SCCP_SERVICE_URL_STAT_REQ, REWRITE_INSTANCE, SHORT, ABSENCE_HARMLESS },
    { SCCP_FEATURE_STAT_REQ, REWRITE_INSTANCE, SHORT, ABSENCE_HARMLESS },
    { SCCP_CAPABILITIES_V2_RES, REWRITE_NOTHING, 0, ABSENCE_HARMLESS },
    { SCCP_CAPABILITIES_V3_RES, REWRITE_NOTHING, 0, ABSENCE_HARMLESS },
    { SCCP_MEDIA_PATH_EVENT, REWRITE_NOTHING, 0, ABSENCE_HARMLESS },
    { SCCP_MEDIA_PATH_CAPABILITY, REWRITE_NOTHING, 0, ABSENCE_HARMLESS },
    { SCCP_ADD_ON_DEVICE_CAPABILITIES, REWRITE_NOTHING, 0, ABSENCE_HARMLESS },
};

/* Media, which only a call brings. Lamps, tones, prompts and call states come without one too. */
static const guint32 calls[] = {
    SCCP_START_MEDIA_TRANSMISSION,
    SCCP_OPEN_RECEIVE_CHANNEL,
    SCCP_OPEN_MULTIMEDIA_RECEIVE_CHANNEL,
    SCCP_START_MULTIMEDIA_TRANSMISSION,
};
/* clang-format on */

static const SccpRule never;

const SccpRule *sccp_rule_find (guint32 id)
{
    for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
        if (rules[i].id == id)
            return &rules[i];
    return &never;
}

gboolean sccp_may_send (guint32 id)
{
    return sccp_rule_find (id) != &never;
}

gboolean sccp_is_call (guint32 id)
{
    for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
        if (calls[i] == id)
            return TRUE;
    return FALSE;
}
