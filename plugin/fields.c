/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugin/fields.h"

#include <epan/proto.h>
#include <epan/tap.h>

static int proto_regflow;
static int tap_regflow;

static int hf_device = -1;
static int hf_server = -1;
static int hf_phase = -1;
static int hf_message = -1;
static int hf_title = -1;
static int hf_tip = -1;
static int hf_next = -1;
static int hf_level = -1;
static int hf_attempt = -1;
static int hf_request_in = -1;
static int hf_answer_in = -1;
static int hf_response_time = -1;
static int hf_elapsed = -1;

static gint ett_regflow = -1;
static gint ett_message = -1;

void fields_register (int proto)
{
#define TEXT_FIELD(id, title, name, help)                                                                              \
    {                                                                                                                  \
        &id,                                                                                                           \
        {                                                                                                              \
            title, "regflow." name, FT_STRING, BASE_NONE, NULL, 0, help, HFILL                                         \
        }                                                                                                              \
    }
    static hf_register_info fields[] = {
        TEXT_FIELD (hf_device, "Device", "device",
                    "Device name that the phone registers with, or the best known before"),
        TEXT_FIELD (hf_server, "Server", "server", "Address of the server at the other end"),
        TEXT_FIELD (hf_phase, "Phase", "phase",
                    "link, address, files, connect, token, register, authenticate, capabilities, templates, status, "
                    "finish, keepalive or unregister"),
        TEXT_FIELD (hf_message, "Message", "message", "Name of the message"),
        TEXT_FIELD (hf_title, "Title", "title", "What happens, in a few words"),
        TEXT_FIELD (hf_tip, "Tip", "tip", "What this message says"),
        TEXT_FIELD (hf_next, "Next", "next", "What should come next"),
        TEXT_FIELD (hf_level, "Level", "level", "accepted, provisioned, ready or rejected, after this message"),
        { &hf_attempt,
          { "Attempt", "regflow.attempt", FT_UINT32, BASE_DEC, NULL, 0,
            "Which of the phone's registrations in this capture this belongs to", HFILL } },
        { &hf_request_in,
          { "Request in", "regflow.request_in", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE (FT_FRAMENUM_REQUEST), 0,
            "The request that this answers is in this frame", HFILL } },
        { &hf_answer_in,
          { "Answer in", "regflow.answer_in", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE (FT_FRAMENUM_RESPONSE), 0,
            "The answer to this request is in this frame", HFILL } },
        { &hf_response_time,
          { "Response time", "regflow.response_time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
            "Time between the request and this answer", HFILL } },
        { &hf_elapsed,
          { "Elapsed", "regflow.elapsed", FT_RELATIVE_TIME, BASE_NONE, NULL, 0, "Time since the phone's first frame",
            HFILL } },
    };
    static gint *trees[] = { &ett_regflow, &ett_message };

    proto_regflow = proto;
    proto_register_field_array (proto, fields, array_length (fields));
    proto_register_subtree_array (trees, array_length (trees));
    tap_regflow = register_tap ("regflow");
}

static void add_text (proto_tree *tree, int field, tvbuff_t *tvb, const char *text)
{
    if (text && *text)
        proto_item_set_generated (proto_tree_add_string (tree, field, tvb, 0, 0, text));
}

/* Tips are put together only for somebody who looks. */
static void add_tip (proto_tree *tree, int field, tvbuff_t *tvb, const Flow *flow, const Tips *tips, NoteId id,
                     TipPart part)
{
    if (!proto_field_is_referenced (tree, field))
        return;
    char *text = explain_tip (flow, tips, id, part);
    add_text (tree, field, tvb, text);
    g_free (text);
}

static void add_frame_link (proto_tree *tree, int field, tvbuff_t *tvb, guint32 frame)
{
    if (frame)
        proto_item_set_generated (proto_tree_add_uint (tree, field, tvb, 0, 0, frame));
}

static void add_time (proto_tree *tree, int field, tvbuff_t *tvb, gint64 nanoseconds)
{
    const gint64 second = G_GINT64_CONSTANT (1000000000);
    nstime_t time = { .secs = (time_t) (nanoseconds / second), .nsecs = (int) (nanoseconds % second) };

    proto_item_set_generated (proto_tree_add_time (tree, field, tvb, 0, 0, &time));
}

static void show_note (const Flow *flow, const Tips *tips, NoteId id, tvbuff_t *tvb, proto_tree *parent)
{
    const Note *note = notes_get (flow_notes (flow), id);
    char buffer[MAX (EXPLAIN_MESSAGE_SIZE, IP_ADDRESS_TEXT_SIZE)];
    const char *message = explain_message (flow, note, buffer);
    char *title = PROTO_ITEM_IS_HIDDEN (parent) ? NULL : explain_tip (flow, tips, id, TIP_TITLE);
    proto_tree *tree = proto_tree_add_subtree_format (parent, tvb, 0, 0, ett_message, NULL, "%s%s%s",
                                                      message ? message : "TCP", title ? ": " : "", title ? title : "");
    gint64 response_time;

    g_free (title);
    proto_item_set_generated (proto_tree_get_parent (tree));
    add_text (tree, hf_message, tvb, message);
    add_text (tree, hf_device, tvb, explain_device (flow, id, buffer));
    add_text (tree, hf_server, tvb, explain_server (flow, note, buffer));
    add_text (tree, hf_phase, tvb, phase_name (note->phase));
    add_tip (tree, hf_title, tvb, flow, tips, id, TIP_TITLE);
    add_tip (tree, hf_tip, tvb, flow, tips, id, TIP_TEXT);
    add_tip (tree, hf_next, tvb, flow, tips, id, TIP_NEXT);
    add_text (tree, hf_level, tvb, level_name (note->level));
    if (note->attempt)
        proto_item_set_generated (proto_tree_add_uint (tree, hf_attempt, tvb, 0, 0, note->attempt));
    add_frame_link (tree, hf_request_in, tvb, explain_request_in (flow, note));
    add_frame_link (tree, hf_answer_in, tvb, explain_answer_in (flow, note));
    if (explain_response_time (flow, note, &response_time))
        add_time (tree, hf_response_time, tvb, response_time);
    add_time (tree, hf_elapsed, tvb, explain_elapsed (flow, id));
}

static void queue_tap (const Flow *flow, NoteId first, guint count, packet_info *pinfo)
{
    for (guint i = 0; i < count; i++) {
        RegflowTap *record = wmem_new (pinfo->pool, RegflowTap);
        *record = (RegflowTap){ .flow = flow, .note = first + i };
        tap_queue_packet (tap_regflow, pinfo, record);
    }
}

void fields_show (const Flow *flow, const Tips *tips, NoteId first, guint count, tvbuff_t *tvb, packet_info *pinfo,
                  proto_tree *tree)
{
    if (have_tap_listener (tap_regflow))
        queue_tap (flow, first, count, pinfo);
    /* On a pass that only collects what we ask for ourselves nobody refers to our fields. */
    if (!tree || !proto_field_is_referenced (tree, proto_regflow))
        return;
    char buffer[IP_ADDRESS_TEXT_SIZE];
    proto_item *item = proto_tree_add_protocol_format (tree, proto_regflow, tvb, 0, -1, "Phone registration: %s",
                                                       explain_device (flow, first, buffer));
    proto_item_set_generated (item);
    proto_tree *top = proto_item_add_subtree (item, ett_regflow);
    for (guint i = 0; i < count; i++)
        show_note (flow, tips, first + i, tvb, top);
}
