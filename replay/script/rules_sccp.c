/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/script/rules_sccp.h"

#include "registration/protocols/sccp.h"

#define SECONDS(n) ((n) *G_GINT64_CONSTANT (1000000000))

/* A harmless answer is waited for this long; the reference names no time. */
#define SHORT SECONDS (1)

/* clang-format off */
static const SccpRule rules[] = {
    { 0x0000, TRUE, REWRITE_NOTHING, SECONDS (10), ABSENCE_FAILS }, /* KeepAliveReq: harmless until one was answered */
    { 0x0001, TRUE, REWRITE_REGISTER, SECONDS (10), ABSENCE_FATAL },
    { 0x0002, TRUE, REWRITE_PORT, 0, ABSENCE_HARMLESS },
    { 0x0009, TRUE, REWRITE_INSTANCE, SHORT, ABSENCE_HARMLESS },
    { 0x000A, TRUE, REWRITE_INSTANCE, SHORT, ABSENCE_HARMLESS },
    { 0x000B, TRUE, REWRITE_INSTANCE, SECONDS (5), ABSENCE_FAILS }, /* of a line that the template has */
    { 0x000C, TRUE, REWRITE_NOTHING, SHORT, ABSENCE_HARMLESS },
    { 0x000D, TRUE, REWRITE_NOTHING, SECONDS (5), ABSENCE_FAILS },
    { 0x000E, TRUE, REWRITE_NOTHING, SECONDS (5), ABSENCE_FAILS },
    { 0x000F, TRUE, REWRITE_NOTHING, SHORT, ABSENCE_HARMLESS },
    { 0x0010, TRUE, REWRITE_NOTHING, 0, ABSENCE_HARMLESS },
    { 0x0012, TRUE, REWRITE_NOTHING, SHORT, ABSENCE_HARMLESS },
    { 0x0020, TRUE, REWRITE_ALARM, 0, ABSENCE_HARMLESS },
    { 0x0025, TRUE, REWRITE_NOTHING, SHORT, ABSENCE_HARMLESS },
    { 0x0027, TRUE, REWRITE_NOTHING, SECONDS (2), ABSENCE_HARMLESS },
    { 0x0028, TRUE, REWRITE_NOTHING, SHORT, ABSENCE_HARMLESS },
    { 0x0029, TRUE, REWRITE_TOKEN, SECONDS (10), ABSENCE_HARMLESS }, /* then it registers anyway */
    { 0x002B, TRUE, REWRITE_NOTHING, 0, ABSENCE_HARMLESS },
    { 0x002C, TRUE, REWRITE_NOTHING, 0, ABSENCE_HARMLESS },
    { 0x002D, TRUE, REWRITE_LINES, 0, ABSENCE_HARMLESS },
    { 0x0030, TRUE, REWRITE_NOTHING, 0, ABSENCE_HARMLESS },
    { 0x0033, TRUE, REWRITE_INSTANCE, SHORT, ABSENCE_HARMLESS },
    { 0x0034, TRUE, REWRITE_INSTANCE, SHORT, ABSENCE_HARMLESS },
    { 0x0043, TRUE, REWRITE_NOTHING, 0, ABSENCE_HARMLESS },
    { 0x0044, TRUE, REWRITE_NOTHING, 0, ABSENCE_HARMLESS },
    { 0x0049, TRUE, REWRITE_NOTHING, 0, ABSENCE_HARMLESS },
    { 0x004A, TRUE, REWRITE_NOTHING, 0, ABSENCE_HARMLESS },
    { 0x0159, TRUE, REWRITE_NOTHING, 0, ABSENCE_HARMLESS },
};

/* Media, which only a call brings. Lamps, tones, prompts and call states come without one too. */
static const guint32 calls[] = {
    0x008A, /* StartMediaTransmission */
    0x0105, /* OpenReceiveChannel */
    0x0131, /* OpenMultiMediaReceiveChannel */
    0x0132, /* StartMultiMediaTransmission */
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

gboolean sccp_is_call (guint32 id)
{
    for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
        if (calls[i] == id)
            return TRUE;
    return FALSE;
}
