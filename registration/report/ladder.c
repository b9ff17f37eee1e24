/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/report/ladder.h"

#include "registration/terms/ports.h"
#include "registration/wire/times.h"

#include <stdlib.h>

/* Notes of one phone that follow each other: one that is shown, or several that are folded. */
typedef struct {
    NoteId first, last;
    guint32 count; /* 0: one that is shown */
} Piece;

typedef struct {
    guint32 messages;
    GArray *pieces; /* of Piece, owned */
} Gathered;

struct Ladder {
    const Summary *summary;
    Gathered *phones; /* as many as the summary's, in their order; owned */
};

static const Note *note_at (const Ladder *ladder, NoteId id)
{
    return notes_get (flow_notes (ladder->summary->flow), id);
}

static gboolean is_quiet (const Note *note)
{
    const MessageKind *kind = catalog_kind (note->kind);
    return kind->protocol == PROTOCOL_TCP && (kind->id == TCP_EVENT_ACK || kind->id == TCP_EVENT_SEGMENT ||
                                              kind->id == TCP_EVENT_HELD || kind->id == TCP_EVENT_TAIL);
}

/* What repeats as long as somebody captures: heartbeats, calls, the blocks of a file. */
static gboolean is_routine (const Note *note)
{
    enum { TFTP_DATA = 3, TFTP_ACK = 4 }; /* opcodes, RFC 1350 section 5 */
    const MessageKind *kind = catalog_kind (note->kind);
    gboolean is_block = kind->protocol == PROTOCOL_TFTP && (kind->id == TFTP_DATA || kind->id == TFTP_ACK) &&
                        note->variant == VARIANT_NONE;

    return note->phase == PHASE_KEEPALIVE || note->phase == PHASE_NONE || is_block || is_quiet (note);
}

static void gather (const Ladder *ladder, Gathered *gathered, NoteId id)
{
    GArray *pieces = gathered->pieces;
    Piece *before = pieces->len ? &g_array_index (pieces, Piece, pieces->len - 1) : NULL;
    gboolean fold =
        pieces->len >= LADDER_STEPS_MAX || (pieces->len >= LADDER_PLAIN_STEPS && is_routine (note_at (ladder, id)));
    Piece piece = { .first = id, .last = id, .count = fold };

    gathered->messages++;
    if (fold && before->count) {
        before->last = id;
        before->count++;
    } else {
        g_array_append_val (pieces, piece);
    }
}

Ladder *ladder_new (const Summary *summary, NoteFilter filter, gconstpointer user_data)
{
    Ladder *ladder = g_new0 (Ladder, 1);

    ladder->summary = summary;
    ladder->phones = g_new0 (Gathered, summary->phones->len);
    for (guint i = 0; i < summary->phones->len; i++)
        ladder->phones[i].pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
    for (NoteId id = 1; id <= notes_count (flow_notes (summary->flow)); id++) {
        PhoneId phone = phones_current (flow_phones (summary->flow), note_at (ladder, id)->phone);
        guint place = summary->places[phone];
        if (place && !note_is_copy (note_at (ladder, id)) && (!filter || filter (id, user_data)))
            gather (ladder, &ladder->phones[place - 1], id);
    }
    return ladder;
}

void ladder_free (Ladder *ladder)
{
    if (!ladder)
        return;
    for (guint i = 0; i < ladder->summary->phones->len; i++)
        g_array_unref (ladder->phones[i].pieces);
    g_free (ladder->phones);
    g_free (ladder);
}

/* --- Lanes */

/* What a server is, when nothing but its port tells. */
static LaneRole role_of_port (guint16 port)
{
    switch (port_service (port)) {
    case SERVICE_SCCP:
        return LANE_CUCM;
    case SERVICE_SIP:
        return LANE_SIP;
    case SERVICE_HTTP:
        return LANE_HTTP;
    default:
        return LANE_SERVER;
    }
}

static LaneRole role_of_note (const Flow *flow, const Note *note)
{
    static const guint8 roles[N_PROTOCOLS] = {
        [PROTOCOL_SCCP] = LANE_CUCM,   [PROTOCOL_SIP] = LANE_SIP,      [PROTOCOL_DHCP] = LANE_DHCP,
        [PROTOCOL_TFTP] = LANE_TFTP,   [PROTOCOL_HTTP] = LANE_HTTP,    [PROTOCOL_DNS] = LANE_DNS,
        [PROTOCOL_ARP] = LANE_NETWORK, [PROTOCOL_ICMP] = LANE_NETWORK, [PROTOCOL_CDP] = LANE_SWITCH,
        [PROTOCOL_LLDP] = LANE_SWITCH, [PROTOCOL_EAPOL] = LANE_SWITCH,
    };
    LaneRole role = (LaneRole) roles[catalog_kind (note->kind)->protocol];
    const Endpoint *server = flow_server (flow, note);

    return role ? role : server ? role_of_port (server->port) : LANE_SERVER;
}

/* A phone that shouts for a DHCP server names none; the one that answers is who it talks to. */
static const Endpoint *other_end (const Flow *flow, const Note *note, LaneRole role)
{
    const Endpoint *server = flow_server (flow, note);
    const Note *partner = notes_get (flow_notes (flow), note->partner);

    if (role == LANE_NETWORK || role == LANE_SWITCH)
        return NULL;
    return !server && partner ? flow_server (flow, partner) : server;
}

static guint8 lane_of (const Flow *flow, LadderPhone *phone, const Note *note)
{
    LaneRole role = role_of_note (flow, note);
    const Endpoint *end = other_end (flow, note, role);
    LadderLane added = { .roles = (guint16) (1u << role) };

    if (end)
        added.address = end->address;
    for (guint i = 1; i < phone->lanes->len; i++) {
        LadderLane *lane = &g_array_index (phone->lanes, LadderLane, i);
        if (end ? ip_address_equal (&lane->address, &end->address)
                : !lane->address.size && lane->roles == added.roles) {
            lane->roles |= added.roles;
            return (guint8) i;
        }
    }
    if (phone->lanes->len == LADDER_LANES_MAX) {
        g_array_index (phone->lanes, LadderLane, LADDER_LANES_MAX - 1) = (LadderLane){ .roles = 1u << LANE_OTHERS };
        return LADDER_LANES_MAX - 1;
    }
    g_array_append_val (phone->lanes, added);
    return (guint8) (phone->lanes->len - 1);
}

typedef struct {
    guint8 place;
    LaneRole rank;
} Rank;

static LaneRole rank_of (const LadderLane *lane)
{
    return (LaneRole) (g_bit_nth_lsf (lane->roles, -1));
}

static int compare_ranks (gconstpointer a, gconstpointer b)
{
    const Rank *left = a, *right = b;
    return left->rank != right->rank ? (int) left->rank - (int) right->rank : left->place - right->place;
}

/* Left to right in the order in which a phone that starts needs them. */
static void sort_lanes (LadderPhone *phone)
{
    Rank ranks[LADDER_LANES_MAX];
    guint8 now_at[LADDER_LANES_MAX];
    guint n = phone->lanes->len;
    g_autoptr (GArray) before = g_array_copy (phone->lanes);

    for (guint i = 0; i < n; i++)
        ranks[i] = (Rank){ (guint8) i, rank_of (&g_array_index (before, LadderLane, i)) };
    qsort (ranks + 1, n - 1, sizeof *ranks, compare_ranks);
    for (guint i = 0; i < n; i++) {
        g_array_index (phone->lanes, LadderLane, i) = g_array_index (before, LadderLane, ranks[i].place);
        now_at[ranks[i].place] = (guint8) i;
    }
    for (guint i = 0; i < phone->steps->len; i++) {
        LadderStep *step = &g_array_index (phone->steps, LadderStep, i);
        step->lane = now_at[step->lane];
    }
}

/* --- Steps */

static int compare_ids (gconstpointer a, gconstpointer b)
{
    NoteId left = *(const NoteId *) a, right = *(const NoteId *) b;
    return left < right ? -1 : left > right;
}

/* The notes that no fold may hide, rising. */
static GArray *collect_evidence (const Summary *summary, const PhoneSummary *phone)
{
    GArray *ids = g_array_new (FALSE, FALSE, sizeof (NoteId));

    for (guint i = 0; i < phone->found->len; i++) {
        const Finding *finding = summary_finding (summary, phone, i);
        g_array_append_val (ids, finding->note);
        g_array_append_vals (ids, finding->evidence, finding->n_evidence);
    }
    g_array_sort (ids, compare_ids);
    return ids;
}

static void add_gap (const Ladder *ladder, LadderPhone *phone, NoteId next)
{
    if (!phone->steps->len)
        return;
    const LadderStep *before = &g_array_index (phone->steps, LadderStep, phone->steps->len - 1);
    NoteId last = before->kind == STEP_FOLD ? before->last : before->note;
    gint64 duration = note_at (ladder, next)->time - note_at (ladder, last)->time;
    LadderStep gap = { .kind = STEP_GAP, .phase = before->phase, .note = last, .duration = duration };

    if (duration >= LADDER_GAP)
        g_array_append_val (phone->steps, gap);
}

static void add_message (const Ladder *ladder, LadderPhone *phone, NoteId id)
{
    const Note *note = note_at (ladder, id);

    add_gap (ladder, phone, id);
    LadderStep step = { .kind = STEP_MESSAGE, .note = id, .phase = (Phase) note->phase };
    /* Acknowledgments belong to what they acknowledge. */
    if (step.phase == PHASE_NONE && is_quiet (note) && phone->steps->len)
        step.phase = g_array_index (phone->steps, LadderStep, phone->steps->len - 1).phase;
    step.lane = lane_of (ladder->summary->flow, phone, note);
    g_array_append_val (phone->steps, step);
}

static void add_fold (const Ladder *ladder, LadderPhone *phone, NoteId first, NoteId last, guint32 count)
{
    const Note *note = note_at (ladder, first);
    LadderStep step = {
        .kind = STEP_FOLD,
        .note = first,
        .last = last,
        .count = count,
        .phase = (Phase) note->phase,
    };

    add_gap (ladder, phone, first);
    g_array_append_val (phone->steps, step);
}

/* A fold with evidence in it: shown in parts. */
static void add_folded (const Ladder *ladder, LadderPhone *phone, const Piece *piece, const GArray *evidence, guint *at)
{
    NoteId first = piece->first;
    guint32 count = piece->count;

    while (*at < evidence->len && g_array_index (evidence, NoteId, *at) < first)
        ++*at;
    for (; *at < evidence->len && g_array_index (evidence, NoteId, *at) <= piece->last; ++*at) {
        NoteId id = g_array_index (evidence, NoteId, *at);
        if (id < first)
            continue;
        if (id > first)
            add_fold (ladder, phone, first, id - 1, 0);
        add_message (ladder, phone, id);
        first = id + 1;
        count = 0;
    }
    if (first <= piece->last)
        add_fold (ladder, phone, first, piece->last, count);
}

LadderPhone *ladder_phone (const Ladder *ladder, guint index)
{
    const PhoneSummary *summary = summary_phone (ladder->summary, index);
    const Gathered *gathered = &ladder->phones[index];
    LadderPhone *phone = g_new0 (LadderPhone, 1);
    LadderLane own = { .address = phones_get (flow_phones (ladder->summary->flow), summary->phone)->address,
                       .roles = 1u << LANE_PHONE };
    g_autoptr (GArray) evidence = collect_evidence (ladder->summary, summary);
    guint at = 0;

    phone->summary = summary;
    phone->messages = gathered->messages;
    phone->lanes = g_array_new (FALSE, TRUE, sizeof (LadderLane));
    phone->steps = g_array_new (FALSE, TRUE, sizeof (LadderStep));
    g_array_append_val (phone->lanes, own);
    for (guint i = 0; i < gathered->pieces->len; i++) {
        const Piece *piece = &g_array_index (gathered->pieces, Piece, i);
        if (piece->count)
            add_folded (ladder, phone, piece, evidence, &at);
        else
            add_message (ladder, phone, piece->first);
    }
    sort_lanes (phone);
    return phone;
}

void ladder_phone_free (LadderPhone *phone)
{
    if (!phone)
        return;
    g_array_unref (phone->lanes);
    g_array_unref (phone->steps);
    g_free (phone);
}

/* --- Words */

static Word phone_title (const LadderPhone *phone)
{
    guint roles = 0;

    for (guint i = 1; i < phone->lanes->len; i++)
        roles |= g_array_index (phone->lanes, LadderLane, i).roles;
    return roles & 1u << LANE_CUCM  ? WORD_LANE_SCCP_PHONE
           : roles & 1u << LANE_SIP ? WORD_LANE_SIP_PHONE
                                    : WORD_LANE_PHONE;
}

char *ladder_lane_title (const LadderPhone *phone, const Tips *tips, guint lane)
{
    static const Word names[N_LANE_ROLES] = {
#define X(symbol) [LANE_##symbol] = WORD_LANE_##symbol,
        LANE_ROLES (X)
#undef X
    };
    guint roles = g_array_index (phone->lanes, LadderLane, lane).roles;

    if (lane == 0)
        return g_strdup (tips_word (tips, phone_title (phone)));
    /* "Server" is what remains when nothing else is known. */
    if (roles & ~(1u << LANE_SERVER))
        roles &= ~(1u << LANE_SERVER);
    GString *title = g_string_new (NULL);
    for (guint role = N_LANE_ROLES; role > 0; role--)
        if (roles & 1u << (role - 1))
            g_string_append_printf (title, "%s%s", title->len ? ", " : "", tips_word (tips, names[role - 1]));
    return g_string_free (title, FALSE);
}

/* What happens to the connection: flags of TCP, which no language translates, or a word. */
static const char *event_label (const Tips *tips, guint event)
{
    static const char *const flags[N_TCP_EVENTS] = {
        [TCP_EVENT_CONNECT] = "SYN", [TCP_EVENT_ACCEPT] = "SYN, ACK", [TCP_EVENT_ESTABLISHED] = "ACK",
        [TCP_EVENT_REFUSED] = "RST", [TCP_EVENT_ACK] = "ACK",         [TCP_EVENT_CLOSE] = "FIN",
        [TCP_EVENT_RESET] = "RST",
    };

    switch (event) {
    case TCP_EVENT_CONNECT_AGAIN:
        return tips_word (tips, WORD_LABEL_SYN_AGAIN);
    case TCP_EVENT_RETRANSMISSION:
        return tips_word (tips, WORD_LABEL_DATA_AGAIN);
    default:
        return flags[event] ? flags[event] : tips_word (tips, WORD_LABEL_DATA);
    }
}

const char *ladder_label (const Flow *flow, const Tips *tips, const Note *note, char buffer[LADDER_LABEL_SIZE])
{
    const char *message = explain_message (flow, note, buffer);
    return message ? message : event_label (tips, catalog_kind (note->kind)->id);
}

gboolean ladder_step_is_quiet (const Flow *flow, const LadderStep *step)
{
    return step->kind == STEP_MESSAGE && is_quiet (notes_get (flow_notes (flow), step->note));
}
