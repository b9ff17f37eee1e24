/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugin/fields.h"

#include "registration/wire/times.h"

#include <epan/expert.h>
#include <epan/proto.h>
#include <epan/tap.h>

static int proto_regflow;
static int tap_regflow;

static int hf_device = -1;
static int hf_phone = -1;
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
static int hf_problem = -1;
static int hf_problem_text = -1;
static int hf_problem_fix = -1;
static int hf_problem_certainty = -1;
static int hf_problem_evidence = -1;

static expert_field ei_note = EI_INIT;
static expert_field ei_warning = EI_INIT;
static expert_field ei_error = EI_INIT;

static gint ett_regflow = -1;
static gint ett_message = -1;
static gint ett_problem = -1;

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
        { &hf_phone,
          { "Phone number", "regflow.phone", FT_UINT32, BASE_DEC, NULL, 0,
            "Number of the phone, in order of appearance: the same for all it does, whatever it was called then",
            HFILL } },
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
        TEXT_FIELD (hf_problem, "Problem", "problem", "Name of what was found"),
        TEXT_FIELD (hf_problem_text, "What happened", "problem.text", "What was found, in words"),
        TEXT_FIELD (hf_problem_fix, "What to do", "problem.fix", "How to mend it"),
        TEXT_FIELD (hf_problem_certainty, "Certainty", "problem.certainty", "certain, likely or hint"),
        { &hf_problem_evidence,
          { "Proof", "regflow.problem.evidence", FT_FRAMENUM, BASE_NONE, NULL, 0, "A frame that proves it", HFILL } },
    };
    static ei_register_info experts[] = {
        { &ei_note, { "regflow.note", PI_SEQUENCE, PI_NOTE, "Worth knowing about a registration", EXPFILL } },
        { &ei_warning, { "regflow.warning", PI_SEQUENCE, PI_WARN, "Something is wrong with a registration", EXPFILL } },
        { &ei_error, { "regflow.error", PI_SEQUENCE, PI_ERROR, "A registration fails", EXPFILL } },
    };
    static gint *trees[] = { &ett_regflow, &ett_message, &ett_problem };

    proto_regflow = proto;
    proto_register_field_array (proto, fields, array_length (fields));
    proto_register_subtree_array (trees, array_length (trees));
    expert_register_field_array (expert_register_protocol (proto), experts, array_length (experts));
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
    nstime_t time = { .secs = (time_t) (nanoseconds / SECOND), .nsecs = (int) (nanoseconds % SECOND) };

    proto_item_set_generated (proto_tree_add_time (tree, field, tvb, 0, 0, &time));
}

/* What stands in the tree for that which is no message. */
static const char *kind_label (const Note *note)
{
    const MessageKind *kind = catalog_kind (note->kind);
    return kind->protocol == PROTOCOL_FRAME ? kind->name : "TCP";
}

static void show_note (const Flow *flow, const Tips *tips, NoteId id, tvbuff_t *tvb, proto_tree *parent)
{
    const Note *note = notes_get (flow_notes (flow), id);
    char buffer[MAX (EXPLAIN_MESSAGE_SIZE, IP_ADDRESS_TEXT_SIZE)];
    const char *message = explain_message (flow, note, buffer);
    char *title = PROTO_ITEM_IS_HIDDEN (parent) ? NULL : explain_tip (flow, tips, id, TIP_TITLE);
    proto_tree *tree =
        proto_tree_add_subtree_format (parent, tvb, 0, 0, ett_message, NULL, "%s%s%s",
                                       message ? message : kind_label (note), title ? ": " : "", title ? title : "");
    gint64 response_time;

    g_free (title);
    proto_item_set_generated (proto_tree_get_parent (tree));
    add_text (tree, hf_message, tvb, message);
    add_text (tree, hf_device, tvb, explain_device (flow, id, buffer));
    proto_item_set_generated (proto_tree_add_uint (tree, hf_phone, tvb, 0, 0, explain_phone (flow, note)));
    add_text (tree, hf_server, tvb, explain_server (flow, note, buffer));
    add_text (tree, hf_phase, tvb, phase_name (note->phase));
    add_tip (tree, hf_title, tvb, flow, tips, id, TIP_TITLE);
    add_tip (tree, hf_tip, tvb, flow, tips, id, TIP_TEXT);
    add_tip (tree, hf_next, tvb, flow, tips, id, TIP_NEXT);
    add_text (tree, hf_level, tvb, level_name (note->level));
    if (flow_note_number (flow, note))
        proto_item_set_generated (proto_tree_add_uint (tree, hf_attempt, tvb, 0, 0, flow_note_number (flow, note)));
    add_frame_link (tree, hf_request_in, tvb, explain_request_in (flow, note));
    add_frame_link (tree, hf_answer_in, tvb, explain_answer_in (flow, note));
    if (explain_response_time (flow, note, &response_time))
        add_time (tree, hf_response_time, tvb, response_time);
    if (explain_elapsed (flow, id) >= 0)
        add_time (tree, hf_elapsed, tvb, explain_elapsed (flow, id));
}

/* The expert information is given whether anybody looks at our fields or not: -z expert must be complete. */
static void show_finding (const Flow *flow, const Tips *tips, const Finding *finding, tvbuff_t *tvb, packet_info *pinfo,
                          proto_tree *parent)
{
    static expert_field *const experts[] = { &ei_note, &ei_warning, &ei_error };
    const char *name = problem_name (finding->problem);
    char *title = explain_problem (flow, tips, finding, TIP_TITLE);
    char *text = explain_problem (flow, tips, finding, TIP_TEXT);
    char *fix = explain_problem (flow, tips, finding, TIP_FIX);
    proto_item *item = NULL;
    proto_tree *tree =
        proto_tree_add_subtree_format (parent, tvb, 0, 0, ett_problem, &item, "%s: %s", name, title ? title : "");

    proto_item_set_generated (item);
    expert_add_info_format (pinfo, item, experts[finding_severity (finding)], "%s: %s", name, text);
    add_text (tree, hf_problem, tvb, name);
    add_text (tree, hf_problem_text, tvb, text);
    add_text (tree, hf_problem_fix, tvb, fix);
    add_text (tree, hf_problem_certainty, tvb, certainty_name (finding->certainty));
    for (guint i = 0; i < finding->n_evidence; i++)
        add_frame_link (tree, hf_problem_evidence, tvb, notes_get (flow_notes (flow), finding->evidence[i])->frame);
    g_free (title);
    g_free (text);
    g_free (fix);
}

/* What was found in a frame, or what happens there, in a few words; NULL when there are none. Owned by the caller. */
static char *frame_title (const Diagnosis *diagnosis, const Tips *tips, NoteId first, guint count)
{
    const Flow *flow = diagnosis_flow (diagnosis);
    const Findings *findings = diagnosis_findings (diagnosis);
    guint finding;

    for (guint i = 0; i < count; i++)
        if (findings_of_note (findings, first + i, &finding))
            return explain_problem (flow, tips, findings_get (findings, finding), TIP_TITLE);
    return explain_tip (flow, tips, first, TIP_TITLE);
}

/* What stands in the tree before anybody opens it. */
static proto_item *add_top (const Diagnosis *diagnosis, const Tips *tips, NoteId first, guint count, tvbuff_t *tvb,
                            proto_tree *tree)
{
    char buffer[IP_ADDRESS_TEXT_SIZE];
    proto_item *item = proto_tree_add_protocol_format (tree, proto_regflow, tvb, 0, -1, "Phone registration: %s",
                                                       explain_device (diagnosis_flow (diagnosis), first, buffer));
    char *title = PROTO_ITEM_IS_HIDDEN (item) ? NULL : frame_title (diagnosis, tips, first, count);

    if (title)
        proto_item_append_text (item, ": %s", title);
    g_free (title);
    proto_item_set_generated (item);
    return item;
}

static void show_findings (const Diagnosis *diagnosis, const Tips *tips, NoteId id, tvbuff_t *tvb, packet_info *pinfo,
                           proto_tree *tree)
{
    const Findings *findings = diagnosis_findings (diagnosis);
    guint first, count = findings_of_note (findings, id, &first);

    for (guint i = 0; i < count; i++)
        show_finding (diagnosis_flow (diagnosis), tips, findings_get (findings, first + i), tvb, pinfo, tree);
}

static void queue_tap (const Diagnosis *diagnosis, const Tips *tips, NoteId first, guint count, packet_info *pinfo)
{
    for (guint i = 0; i < count; i++) {
        RegflowTap *record = wmem_new (pinfo->pool, RegflowTap);
        *record = (RegflowTap){ .diagnosis = diagnosis,
                                .flow = diagnosis_flow (diagnosis),
                                .tips = tips,
                                .note = first + i,
                                .first_visit = !pinfo->fd->visited };
        tap_queue_packet (tap_regflow, pinfo, record);
    }
}

void fields_show (const Diagnosis *diagnosis, const Tips *tips, NoteId first, guint count, tvbuff_t *tvb,
                  packet_info *pinfo, proto_tree *tree)
{
    if (have_tap_listener (tap_regflow))
        queue_tap (diagnosis, tips, first, count, pinfo);
    /* On a pass that only collects what we ask for ourselves nobody refers to our fields. */
    if (!tree || !proto_field_is_referenced (tree, proto_regflow)) {
        for (guint i = 0; i < count; i++)
            show_findings (diagnosis, tips, first + i, tvb, pinfo, NULL);
        return;
    }
    proto_item *item = add_top (diagnosis, tips, first, count, tvb, tree);
    proto_tree *top = proto_item_add_subtree (item, ett_regflow);
    for (guint i = 0; i < count; i++) {
        show_note (diagnosis_flow (diagnosis), tips, first + i, tvb, top);
        show_findings (diagnosis, tips, first + i, tvb, pinfo, top);
    }
}
