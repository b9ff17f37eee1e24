/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/anonymise/lane.h"

#include <string.h>

/* What waits for octets before it: more than any window of a phone's. */
#define HELD_MAX (256 * 1024)
/* … and as many pieces of it. */
#define PIECES_MAX 1024
/* Sequence numbers may lie before the first one that was seen. */
#define FIRST_POSITION (G_GUINT64_CONSTANT (1) << 32)
/* Changes that are nearer to each other than this are kept as one. */
#define GAP_MAX 16

typedef struct {
    guint64 at, end;
} Span;

typedef struct {
    guint64 at;
    guint32 size;
    guint32 offset; /* in changes */
} Run;

typedef struct {
    guint64 at;
    GByteArray *octets; /* owned */
    gsize lost;         /* so many behind them are not in the capture */
} Piece;

struct Lane {
    gboolean has_place;
    guint32 sequence; /* the furthest that was placed, and where */
    guint64 position;
    gboolean has_begun;
    guint64 next;        /* what was read ends here */
    guint64 skip_to;     /* what lies before is not read */
    guint64 latest;      /* where the octets begin that came last */
    GByteArray *pending; /* from next on; owned */
    GArray *held;        /* of Piece, in order of positions; owned */
    gsize held_size;
    guint64 furthest; /* end of all that was seen */
    GArray *twice;    /* of Span: what came more than once, or may have … */
    guint n_twice; /* … as many of them are of rounds that have ended, and in order; behind them those of this one */
    GArray *spans; /* what stays, in order */
    GArray *runs;  /* what of it changes, in order */
    GByteArray *changes; /* owned */
};

static void clear_piece (gpointer data)
{
    g_byte_array_unref (((Piece *) data)->octets);
}

Lane *lane_new (void)
{
    Lane *lane = g_new0 (Lane, 1);

    lane->pending = g_byte_array_new ();
    lane->held = g_array_new (FALSE, FALSE, sizeof (Piece));
    g_array_set_clear_func (lane->held, clear_piece);
    lane->twice = g_array_new (FALSE, FALSE, sizeof (Span));
    lane->spans = g_array_new (FALSE, FALSE, sizeof (Span));
    lane->runs = g_array_new (FALSE, FALSE, sizeof (Run));
    lane->changes = g_byte_array_new ();
    return lane;
}

void lane_free (Lane *lane)
{
    if (!lane)
        return;
    g_byte_array_unref (lane->pending);
    g_array_unref (lane->held);
    g_array_unref (lane->twice);
    g_array_unref (lane->spans);
    g_array_unref (lane->runs);
    g_byte_array_unref (lane->changes);
    g_free (lane);
}

guint64 lane_place (Lane *lane, guint32 sequence)
{
    if (!lane->has_place) {
        lane->has_place = TRUE;
        lane->sequence = sequence;
        lane->position = FIRST_POSITION;
    }
    const gint32 ahead = (gint32) (sequence - lane->sequence);
    const guint64 position = lane->position + (guint64) (gint64) ahead;
    if (ahead > 0) {
        lane->sequence = sequence;
        lane->position = position;
    }
    return position;
}

void lane_rewind (Lane *lane)
{
    lane->has_place = lane->has_begun = FALSE;
    lane->skip_to = lane->latest = lane->furthest = 0;
    g_byte_array_set_size (lane->pending, 0);
    g_array_set_size (lane->held, 0);
    lane->held_size = 0;
}

/* --- Reading */

void lane_skip_to (Lane *lane, guint64 position)
{
    lane->skip_to = position;
}

static void step (Lane *lane, gsize size)
{
    g_byte_array_remove_range (lane->pending, 0, (guint) size);
    lane->next += size;
}

static void read_pending (Lane *lane, gboolean at_end, LaneRead read, gpointer user_data)
{
    gsize used = 0;

    do {
        if (lane->skip_to > lane->next) {
            used = MIN (lane->skip_to - lane->next, lane->pending->len);
        } else if (lane->pending->len) {
            used = read (lane, lane->next, lane->pending->data, lane->pending->len, at_end, user_data);
            if (used == 0 && at_end)
                used = lane->pending->len;
        } else {
            used = 0;
        }
        if (used)
            step (lane, MIN (used, lane->pending->len));
    } while (used && lane->pending->len);
}

/* Whatever is missing before this position will not come. */
static void jump (Lane *lane, guint64 position, LaneRead read, gpointer user_data)
{
    read_pending (lane, TRUE, read, user_data);
    lane->next = position;
}

static void append (Lane *lane, guint64 at, const guint8 *data, gsize size, gsize lost, LaneRead read,
                    gpointer user_data)
{
    const guint64 have = lane->next + lane->pending->len;

    if (at + size > have) {
        g_byte_array_append (lane->pending, data + (have - at), (guint) (at + size - have));
        lane->latest = have;
    }
    read_pending (lane, FALSE, read, user_data);
    if (lost && at + size + lost > lane->next + lane->pending->len)
        jump (lane, at + size + lost, read, user_data);
}

static void hold (Lane *lane, guint64 at, View octets, gsize lost)
{
    Piece piece = { .at = at, .octets = g_byte_array_new (), .lost = lost };
    guint place = lane->held->len;

    g_byte_array_append (piece.octets, octets.data, (guint) octets.size);
    while (place && g_array_index (lane->held, Piece, place - 1).at > at)
        place--;
    g_array_insert_val (lane->held, place, piece);
    lane->held_size += octets.size;
}

/* What was held and now follows what was read. */
static void take_held (Lane *lane, LaneRead read, gpointer user_data)
{
    while (lane->held->len) {
        Piece *first = &g_array_index (lane->held, Piece, 0);
        if (first->at > lane->next + lane->pending->len)
            break;
        Piece piece = *first;
        g_byte_array_ref (piece.octets);
        lane->held_size -= piece.octets->len;
        g_array_remove_index (lane->held, 0);
        append (lane, piece.at, piece.octets->data, piece.octets->len, piece.lost, read, user_data);
        g_byte_array_unref (piece.octets);
    }
}

static void add_span (GArray *spans, guint64 at, guint64 end)
{
    Span *last = spans->len ? &g_array_index (spans, Span, spans->len - 1) : NULL;

    if (last && at >= last->at && at <= last->end) {
        last->end = MAX (last->end, end);
    } else {
        const Span span = { at, end };
        g_array_append_val (spans, span);
    }
}

/* Copies need not be the same: what is decided of one must not leave the octets of another one as they are. */
static void note_copy (Lane *lane, guint64 at, gsize size)
{
    if (at < lane->furthest && size)
        add_span (lane->twice, at, MIN (at + size, lane->furthest));
    lane->furthest = MAX (lane->furthest, at + size);
}

void lane_add (Lane *lane, guint64 at, View octets, gsize lost, LaneRead read, gpointer user_data)
{
    if (!lane->has_begun) {
        lane->has_begun = TRUE;
        lane->next = at;
    }
    if (octets.size == 0 && lost == 0)
        return;
    note_copy (lane, at, octets.size);
    if (at > lane->next + lane->pending->len) {
        hold (lane, at, octets, lost);
        if (lane->held_size <= HELD_MAX && lane->held->len <= PIECES_MAX)
            return;
        jump (lane, g_array_index (lane->held, Piece, 0).at, read, user_data);
    } else if (at + octets.size + lost > lane->next + lane->pending->len) {
        append (lane, at, octets.data, octets.size, lost, read, user_data);
    }
    take_held (lane, read, user_data);
}

static gint compare_spans (gconstpointer a, gconstpointer b)
{
    const Span *first = a, *second = b;
    return first->at < second->at ? -1 : first->at > second->at;
}

static gint compare_runs (gconstpointer a, gconstpointer b)
{
    const Run *first = a, *second = b;
    return first->at < second->at ? -1 : first->at > second->at;
}

/* In order, and none that touches another one. */
static void join_spans (GArray *spans)
{
    guint n = 0;

    g_array_sort (spans, compare_spans);
    for (guint i = 0; i < spans->len; i++) {
        Span *span = &g_array_index (spans, Span, i), *last = &g_array_index (spans, Span, n ? n - 1 : 0);
        if (n && span->at <= last->end)
            last->end = MAX (last->end, span->end);
        else
            g_array_index (spans, Span, n++) = *span;
    }
    g_array_set_size (spans, n);
}

void lane_finish (Lane *lane, LaneRead read, gpointer user_data)
{
    read_pending (lane, TRUE, read, user_data);
    while (lane->held->len) {
        jump (lane, g_array_index (lane->held, Piece, 0).at, read, user_data);
        take_held (lane, read, user_data);
    }
    read_pending (lane, TRUE, read, user_data);
    g_array_sort (lane->spans, compare_spans);
    g_array_sort (lane->runs, compare_runs);
    join_spans (lane->twice);
    lane->n_twice = lane->twice->len;
}

guint64 lane_latest (const Lane *lane)
{
    return lane->latest;
}

/* --- What was decided */

static void put_run (Lane *lane, guint64 at, const guint8 *now, gsize size)
{
    const Run run = { at, (guint32) size, lane->changes->len };

    g_byte_array_append (lane->changes, now, (guint) size);
    g_array_append_val (lane->runs, run);
}

static void put_changes (Lane *lane, guint64 at, const guint8 *before, const guint8 *now, gsize size)
{
    for (gsize begin = 0, end; before && begin < size; begin = end) {
        end = begin + 1;
        if (before[begin] == now[begin])
            continue;
        for (gsize i = end; i < size && i < end + GAP_MAX; i++)
            if (before[i] != now[i])
                end = i + 1;
        put_run (lane, at + begin, now + begin, end - begin);
    }
}

/* Of the first so many spans the first one that ends behind this position. */
static guint find_span (const GArray *spans, guint n_spans, guint64 at)
{
    guint low = 0, high = n_spans;

    while (low < high) {
        const guint middle = (low + high) / 2;
        if (g_array_index (spans, Span, middle).end <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void lane_keep (Lane *lane, guint64 at, const guint8 *before, const guint8 *now, gsize size)
{
    const guint64 end = at + size;

    add_span (lane->spans, at, end);
    for (guint i = find_span (lane->twice, lane->n_twice, at); at < end; i++) {
        const Span *span = i < lane->n_twice ? &g_array_index (lane->twice, Span, i) : NULL;
        const guint64 from = span ? CLAMP (span->at, at, end) : end, to = span ? MIN (span->end, end) : end;
        const gsize single = (gsize) (from - at), twice = (gsize) (to - from);
        put_changes (lane, at, before, now, single);
        if (twice)
            put_run (lane, from, now + single, twice);
        before = before ? before + single + twice : NULL;
        now += single + twice;
        at = to;
    }
}

/* Zeros over what lies outside of all spans. */
static void blank_others (const Lane *lane, guint64 at, guint8 *data, gsize size)
{
    guint64 from = at;

    for (guint low = find_span (lane->spans, lane->spans->len, at); from < at + size && low < lane->spans->len; low++) {
        const Span *span = &g_array_index (lane->spans, Span, low);
        if (span->at > from)
            memset (data + (from - at), 0, MIN (span->at, at + size) - from);
        from = MAX (from, span->end);
    }
    if (from < at + size)
        memset (data + (from - at), 0, at + size - from);
}

void lane_write (const Lane *lane, guint64 at, guint8 *data, gsize size)
{
    guint low = 0, high = lane->runs->len;

    if (size == 0)
        return;
    blank_others (lane, at, data, size);
    while (low < high) {
        const guint middle = (low + high) / 2;
        const Run *run = &g_array_index (lane->runs, Run, middle);
        if (run->at + run->size <= at)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < lane->runs->len; low++) {
        const Run *run = &g_array_index (lane->runs, Run, low);
        if (run->at >= at + size)
            break;
        const guint64 from = MAX (run->at, at), to = MIN (run->at + run->size, at + size);
        memcpy (data + (from - at), lane->changes->data + run->offset + (from - run->at), to - from);
    }
}
