/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/engine/compare_sccp.h"

#include "replay/engine/said.h"

#include <string.h>

/* What two messages are never compared by: the time of day, and in the two forms of a message what only one has. */
static gboolean is_compared (ValueKey key)
{
    return key != VALUE_TIME && key != VALUE_DEVICE;
}

static char *format_value (const guint8 *packed, ValueKey key)
{
    g_autoptr (GString) text = g_string_new (NULL);
    Value value;

    if (!values_find (packed, key, &value))
        return NULL;
    value_format (&value, NULL, NULL, text);
    return g_strdup (text->str);
}

#define DIFFERENCES_TOLD 3

static guint tell_differences (const Values *recorded, const Values *live, gboolean same_form, GString *out)
{
    guint count = 0;

    for (guint key = VALUE_END + 1; key < N_VALUE_KEYS; key++) {
        g_autofree char *before = format_value (recorded->packed, (ValueKey) key);
        g_autofree char *now = format_value (live->packed, (ValueKey) key);
        if (!is_compared ((ValueKey) key) || g_strcmp0 (before, now) == 0 || (!same_form && (!before || !now)))
            continue;
        if (++count <= DIFFERENCES_TOLD)
            g_string_append_printf (out, "%s%s %s, recorded %s", out->len ? "; " : "", value_key_name ((ValueKey) key),
                                    now ? now : "none", before ? before : "none");
    }
    if (count > DIFFERENCES_TOLD)
        g_string_append_printf (out, "; and %u more", count - DIFFERENCES_TOLD);
    return count;
}

/* An empty number is no other number: that line does not exist (reference 1.5). */
static gboolean lost_its_line (const SccpPdu *live, Variant before, Variant now)
{
    return (live->id == SCCP_LINE_STAT_RES || live->id == SCCP_LINE_STAT_V2_RES) && before != VARIANT_EMPTY &&
           now == VARIANT_EMPTY;
}

Content sccp_compare (const SccpPdu *recorded, guint recorded_version, const SccpPdu *live, guint live_version,
                      char **ret_detail, gboolean *ret_fails)
{
    g_autoptr (GString) detail = g_string_new (NULL);
    Values before, now;

    *ret_detail = NULL;
    *ret_fails = FALSE;
    values_init (&before);
    values_init (&now);
    Variant said = sccp_describe (recorded, recorded_version, &before);
    Variant says = sccp_describe (live, live_version, &now);
    if (recorded->id == live->id && before.size == now.size && memcmp (before.packed, now.packed, now.size) == 0)
        return CONTENT_SAME;
    guint count = tell_differences (&before, &now, recorded->id == live->id, detail);
    /* Yes and no are no two forms of one answer. */
    if (recorded->id != live->id && catalog_kind (sccp_kind (live->id))->phase <= PHASE_REGISTER) {
        *ret_fails = live->id == SCCP_REGISTER_ACK || live->id == SCCP_REGISTER_REJECT;
        *ret_detail = g_strdup_printf ("recorded %s", catalog_kind (sccp_kind (recorded->id))->name);
        return CONTENT_DIFFERS;
    }
    if (lost_its_line (live, said, says)) {
        *ret_fails = TRUE;
        *ret_detail = g_strdup ("the server knows no number for this line, the recorded one did");
        return CONTENT_DIFFERS;
    }
    if (count) {
        *ret_detail = g_strdup (detail->str);
        return CONTENT_DIFFERS;
    }
    return recorded->id == live->id ? CONTENT_SAME : CONTENT_EQUIVALENT;
}

char *sccp_say (const SccpPdu *live, guint version)
{
    g_autoptr (GString) said = g_string_new (NULL);
    Values values;

    values_init (&values);
    sccp_describe (live, version, &values);
    for (guint key = VALUE_END + 1; key < N_VALUE_KEYS; key++) {
        g_autofree char *value = is_compared ((ValueKey) key) ? format_value (values.packed, (ValueKey) key) : NULL;
        said_add (said, value_key_name ((ValueKey) key), value);
    }
    return said->len ? g_strdup (said->str) : NULL;
}

char *sccp_tell (const SccpPdu *live, guint version)
{
    g_autofree char *said = sccp_say (live, version);
    GString *text = g_string_new (NULL);

    if (!said)
        return g_string_free (text, TRUE);
    for (const char *at = said; *at; at++)
        if (*at == '\n' && at[1])
            g_string_append (text, ", ");
        else if (*at != '\n')
            g_string_append_c (text, *at == '\t' ? ' ' : *at);
    return g_string_free (text, FALSE);
}
