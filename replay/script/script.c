/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/script/script.h"

G_DEFINE_QUARK (script - error - quark, script_error)

const char *sip_role_name (SipRole role)
{
    static const char *const names[N_SIP_ROLES] = {
#define X(symbol, words) words,
        SIP_ROLES (X)
#undef X
    };
    return role < N_SIP_ROLES ? names[role] : "";
}

void script_free (Script *script)
{
    if (!script)
        return;
    g_free (script->capture);
    g_free (script->phone);
    g_free (script->number);
    g_free (script->user);
    if (script->messages)
        g_array_unref (script->messages);
    if (script->octets)
        g_byte_array_unref (script->octets);
    script_files_clear (&script->files);
    g_free (script);
}

const ScriptMessage *script_message (const Script *script, guint index)
{
    return index < script->messages->len ? &g_array_index (script->messages, ScriptMessage, index) : NULL;
}

const ScriptMessage *script_partner (const Script *script, guint index)
{
    const ScriptMessage *message = script_message (script, index);
    return message ? script_message (script, message->partner) : NULL;
}

const char *script_message_name (const ScriptMessage *message)
{
    return catalog_kind (message->kind)->name;
}

char *script_describe_kind (KindIndex index, guint64 instance)
{
    const MessageKind *kind = catalog_kind (index);

    if (!instance)
        return g_strdup (kind->name);
    if (kind->protocol == PROTOCOL_SIP)
        return g_strdup_printf ("%s %s", kind->name, sip_role_name ((SipRole) instance));
    return g_strdup_printf ("%s %" G_GUINT64_FORMAT, kind->name, instance);
}

char *script_tried (const Script *script)
{
    return script->attempt ? g_strdup_printf ("attempt %u", script->attempt)
                           : g_strdup ("begun before the capture was");
}

gboolean script_is_push (const ScriptMessage *message)
{
    return message->from_server && (message->partner == SCRIPT_NONE || catalog_kind (message->kind)->is_request);
}

gint64 script_response (const Script *script, guint request)
{
    const ScriptMessage *asked = script_message (script, request);
    const ScriptMessage *answer = script_partner (script, request);

    return answer ? answer->time - asked->time : -1;
}

gboolean script_has_answer (const Script *script)
{
    for (guint i = 0; i < script->messages->len; i++) {
        const ScriptMessage *message = script_message (script, i);
        const MessageKind *kind = catalog_kind (message->kind);
        gboolean is_register = !message->from_server && kind->is_request && kind->phase == PHASE_REGISTER;
        if (is_register && message->partner != SCRIPT_NONE)
            return TRUE;
    }
    return FALSE;
}

guint script_find (const Script *script, KindIndex kind, guint64 instance, guint nth)
{
    guint found = SCRIPT_NONE;

    for (guint i = 0; i < script->messages->len; i++) {
        const ScriptMessage *message = script_message (script, i);
        if (message->kind != kind || message->instance != instance)
            continue;
        found = i;
        if (nth-- == 0)
            break;
    }
    return found;
}
