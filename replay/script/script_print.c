/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/script/script_print.h"

#include "registration/protocols/sip.h"
#include "replay/duration.h"
#include "replay/script/plan_sccp.h"
#include "replay/script/rewrite_files.h"
#include "replay/script/rules_sccp.h"
#include "replay/script/script_sip.h"
#include "replay/target.h"

#include "registration/report/report.h"

static char *message_name (const ScriptMessage *message)
{
    return script_describe_kind (message->kind, message->instance);
}

static void print_head (const Script *script, const char *as, GString *out)
{
    g_autofree char *tried = script_tried (script);
    char phone[TARGET_TEXT_SIZE], server[TARGET_TEXT_SIZE], time[DURATION_TEXT_SIZE];

    g_string_append_printf (out, "script of %s in %s: %s, %s to %s\n", script->phone, script->capture, tried,
                            target_format (&script->phone_end, phone), target_format (&script->server_end, server));
    g_string_append_printf (out, "sent as %s\n", as);
    if (script->round_trip >= 0)
        g_string_append_printf (out, "round trip of the recording: %s (SYN in frame %u, its answer in frame %u)\n",
                                duration_format (script->round_trip, time), script->syn_frame, script->accept_frame);
    else if (script->carrier != CARRIER_UDP)
        g_string_append (out, "round trip of the recording: unknown, the handshake is not in it\n");
    if (script->offered || script->granted)
        g_string_append_printf (out, "protocol version: offered %u, granted %u\n", script->offered, script->granted);
    if (script->number)
        g_string_append_printf (out, "number %s, login as %s, over %s\n", script->number,
                                script->user ? script->user : "nobody", carrier_via (script->carrier));
    if (script->keepalive && script->protocol == PROTOCOL_SIP)
        g_string_append_printf (out, "granted for %u s as recorded; the live server's own will be kept\n",
                                script->keepalive);
    else if (script->keepalive)
        g_string_append_printf (out, "keepalive: %u s as recorded; the live server's own will be kept\n",
                                script->keepalive);
}

/* Steps stand in the order of their messages. */
static const PlanStep *find_step (const Plan *plan, guint message)
{
    guint low = 0, high = plan->steps->len;

    while (low < high) {
        const guint middle = low + (high - low) / 2;
        if (plan_step (plan, middle)->message < message)
            low = middle + 1;
        else
            high = middle;
    }
    return low < plan->steps->len && plan_step (plan, low)->message == message ? plan_step (plan, low) : NULL;
}

/* Registering is one question, and its answers decide about what follows. */
static const char *treatment_sip (const Script *script, guint index)
{
    const ScriptMessage *message = script_message (script, index);
    gboolean is_register = catalog_kind (message->kind)->id == SIP_REGISTER;
    const ScriptMessage *answer = script_message (script, message->partner);

    if (!is_register)
        return "send";
    if (message->instance == SIP_ROLE_REFRESH)
        return "while it stays";
    if (message->instance == SIP_ROLE_SIGN_OFF)
        return script_sip_is_needed (script, index) ? "at the end" : "not sent";
    if (message->instance == SIP_ROLE_LOGIN)
        return answer ? "when asked" : "not sent";
    return "send";
}

/* What is done with a recorded message of the phone. */
static const char *treatment (const Script *script, guint index)
{
    const ScriptMessage *message = script_message (script, index);
    guint32 id = catalog_kind (message->kind)->id;

    if (script->protocol == PROTOCOL_SIP)
        return treatment_sip (script, index);
    if (!sccp_may_send (id))
        return "not sent";
    if (message->has_no_turn)
        return "when asked";
    if (id == SCCP_KEEP_ALIVE_REQ)
        return "while it stays";
    if (id == SCCP_UNREGISTER_REQ)
        return "at the end";
    return "send";
}

static void print_answer (const Script *script, guint index, GString *out)
{
    const ScriptMessage *message = script_message (script, index);
    const ScriptMessage *answer = script_message (script, message->partner);
    char time[DURATION_TEXT_SIZE];

    if (answer && !message->has_no_turn) {
        g_autofree char *name = message_name (answer);
        g_string_append_printf (out, "  → %s after %s (frame %u)", name,
                                duration_format (script_response (script, index), time), answer->frame);
    } else if (catalog_kind (message->kind)->is_request) {
        g_string_append (out, "  → no answer");
    }
}

static gint64 time_before (const Script *script, guint index)
{
    return index ? script_message (script, index - 1)->time : script->connected_after;
}

static void print_phone_message (const Script *script, const Plan *plan, guint index, GString *out)
{
    const ScriptMessage *message = script_message (script, index);
    const PlanStep *step = find_step (plan, index);
    g_autofree char *name = message_name (message);
    char time[DURATION_TEXT_SIZE];

    g_string_append_printf (out, "%6u  %-14s %-28s", message->frame, treatment (script, index), name);
    if (script->protocol == PROTOCOL_SIP)
        g_string_append_printf (out, "  after %s", duration_format (message->time - time_before (script, index), time));
    else if (step)
        g_string_append_printf (out, "  after %s", duration_format (step->think, time));
    else if (message->has_no_turn)
        g_string_append_printf (out, "  after %s",
                                duration_format (MAX (0, script_response (script, message->partner)), time));
    print_answer (script, index, out);
    g_string_append_c (out, '\n');
}

static void print_push (const ScriptMessage *message, GString *out)
{
    g_autofree char *name = message_name (message);
    g_string_append_printf (out, "%6u  %-14s %s\n", message->frame, "from server", name);
}

static gboolean signs_off (const Script *script)
{
    if (script->protocol == PROTOCOL_SIP)
        return script_sip_is_needed (script, SCRIPT_NONE) == FALSE;
    return script_find (script, sccp_kind (SCCP_UNREGISTER_REQ), 0, 0) != SCRIPT_NONE;
}

/* Under the names that they will be asked for. */
static void print_files (const Script *script, const Identity *identity, GString *out)
{
    char time[DURATION_TEXT_SIZE];

    if (!script->files.files->len)
        return;
    g_string_append (out, "\n frame  way            boot file\n");
    for (guint i = 0; i < script->files.files->len; i++) {
        const ScriptFile *file = script_file (&script->files, i);
        g_autofree char *name = boot_name_rewrite (file->name, script->phone, identity);
        g_string_append_printf (out, "%6u  %-14s %-28s", file->frame, protocol_name (file->protocol),
                                name ? name : file->name);
        if (!name)
            g_string_append (out, "  not asked for: there is no address to put in its name");
        else
            g_string_append_printf (out, "  → %s after %s", file_result_name (file->result),
                                    duration_format (file->response, time));
        if (script_file_is_firmware (file))
            g_string_append (out, "  (only its first block)");
        g_string_append_c (out, '\n');
    }
    if (script->files.left_out)
        g_string_append_printf (out, "note: %s\n", script->files.left_out);
}

void script_print (const Script *script, const char *as, const Identity *identity, GString *out)
{
    g_autoptr (Plan) plan = plan_new (script);

    print_head (script, as, out);
    print_files (script, identity, out);
    g_string_append (out, "\n frame  turn           message\n");
    for (guint i = 0; i < script->messages->len; i++) {
        const ScriptMessage *message = script_message (script, i);
        if (!message->from_server)
            print_phone_message (script, plan, i, out);
        else if (script_is_push (message))
            print_push (message, out);
    }
    if (script->level != LEVEL_REJECTED && !signs_off (script))
        g_string_append_printf (out, "%6s  %-14s %s\n", "-", "at the end",
                                script->protocol == PROTOCOL_SIP ? "REGISTER to sign off" : "UnregisterReq");
    report_clean (out, 0);
}
