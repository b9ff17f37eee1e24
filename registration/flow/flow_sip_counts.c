/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each REGISTER with one Call-ID counts one more than the one before, whichever account and server it is for (RFC 3261,
 * 10.2): a number that is left out, or that only an answer has, belongs to a request that the capture lacks. */
#include "registration/flow/flow_sip_internal.h"

typedef struct {
    guint64 call_id; /* hash; stays first */
    gint64 cseq;     /* of the latest request that is known of */
    gint64 time;     /* of what has told that */
    NoteId alone;    /* the answer that has told it, while its request is not there; 0 the request is */
} SipCount;

static SipCount *count_of (const Flow *flow, const SipMessage *sip)
{
    const guint64 key = view_hash (sip->call_id);
    return g_hash_table_lookup (flow->sip_counts, &key);
}

gboolean flow_sip_count (Flow *flow, const Frame *frame, const SipMessage *sip, gint64 *ret_since)
{
    const SipCount now = { .call_id = view_hash (sip->call_id), .cseq = sip->cseq, .time = frame->time };
    SipCount *count = count_of (flow, sip);

    if (sip->cseq < 0 || !sip->call_id.size)
        return FALSE;
    if (!count) {
        count = g_memdup2 (&now, sizeof now);
        g_hash_table_insert (flow->sip_counts, &count->call_id, count);
        return FALSE;
    }
    const gboolean is_left_out = sip->cseq > count->cseq + 1;
    *ret_since = count->time;
    /* Swapped frames: its answer has stood before it. */
    if (count->alone && sip->cseq == count->cseq && flow->observer)
        flow->observer->found (count->alone, flow->observer_data);
    *count = now;
    return is_left_out;
}

gboolean flow_sip_counts_beyond (Flow *flow, const Frame *frame, const SipMessage *sip, gint64 *ret_since)
{
    SipCount *count = count_of (flow, sip);

    if (!count || sip->cseq <= count->cseq)
        return FALSE;
    *ret_since = count->time;
    *count =
        (SipCount){ .call_id = count->call_id, .cseq = sip->cseq, .time = frame->time, .alone = flow_next_note (flow) };
    return TRUE;
}
