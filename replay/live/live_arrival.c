/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When octets reached this machine: the kernel stamps packets as they come in, long before a busy machine lets us read
 * them. */
#include "registration/wire/times.h"
#include "replay/live/live_internal.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static gint64 read_clock (clockid_t which)
{
    struct timespec now;

    clock_gettime (which, &now);
    return SECONDS (now.tv_sec) + now.tv_nsec;
}

/* --- What is heard now */

static const Arrival *heard;

Arrival clock_heard (void)
{
    if (heard)
        return *heard;
    gint64 now = clock_now ();
    return (Arrival){ now, now, now };
}

void live_heard (const Arrival *arrival)
{
    heard = arrival;
}

/* --- Stamps */

/* The time of day minus clock_now(), and when that was looked at. */
static gint64 day_begins = G_MININT64, day_seen;
/* By how much the difference may change: the time of day is set right by 500 ppm at most (adjtimex(2)) unless it is
 * set anew. */
#define DAY_STEP MILLISECONDS (1)
#define DAY_SLEW 1000

/* Both clocks at once. FALSE when the time of day has been set since the last look: then no stamp means anything. */
static gboolean compare_clocks (gint64 *ret_day, gint64 *ret_before, gint64 *ret_after)
{
    /* Who is put aside between both tries again. */
    for (guint i = 0; i < 3; i++) {
        *ret_before = clock_now ();
        *ret_day = read_clock (CLOCK_REALTIME);
        *ret_after = clock_now ();
        if (*ret_after - *ret_before < MILLISECOND / 100)
            break;
    }
    gint64 begins = *ret_day - *ret_after;
    gint64 allowed = DAY_STEP + (*ret_after - *ret_before) + (*ret_after - day_seen) / DAY_SLEW;
    gboolean is_steady = day_begins == G_MININT64 || ABS (begins - day_begins) <= allowed;
    /* Who was put aside at every try has seen nothing that the next look could be held against. */
    if (day_begins == G_MININT64 || *ret_after - *ret_before < DAY_STEP / 2) {
        day_begins = begins;
        day_seen = *ret_after;
    }
    return is_steady;
}

void live_stamp (int descriptor)
{
    int on = 1;
    setsockopt (descriptor, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
}

void live_stamp_sent (int descriptor)
{
    int what = SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_TSONLY;
    setsockopt (descriptor, SOL_SOCKET, SO_TIMESTAMPING, &what, sizeof what);
}

/* What stands in the queue of errors: the stamp of what was sent, or 0; or, in ret_error, an errno of ICMP. */
static gint64 read_error (struct msghdr *message, int *ret_error)
{
    struct scm_timestamping stamp;
    struct sock_extended_err complaint;
    gint64 day = 0;

    for (struct cmsghdr *part = CMSG_FIRSTHDR (message); part; part = CMSG_NXTHDR (message, part)) {
        if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SO_TIMESTAMPING) {
            memcpy (&stamp, CMSG_DATA (part), sizeof stamp);
            day = SECONDS (stamp.ts[0].tv_sec) + stamp.ts[0].tv_nsec;
        } else if ((part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_RECVERR) ||
                   (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_RECVERR)) {
            memcpy (&complaint, CMSG_DATA (part), sizeof complaint);
            if (complaint.ee_origin != SO_EE_ORIGIN_TIMESTAMPING)
                *ret_error = (int) complaint.ee_errno;
        }
    }
    return day;
}

/* One stamp from the queue; 0: it was none. FALSE when the queue is empty. */
static gboolean take_stamp (int descriptor, gint64 *ret_day)
{
    union {
        struct cmsghdr header;
        guint8 octets[512];
    } control;
    struct msghdr message = { .msg_control = &control, .msg_controllen = sizeof control };
    int error = 0;

    *ret_day = 0;
    if (recvmsg (descriptor, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
        return FALSE;
    *ret_day = read_error (&message, &error);
    return TRUE;
}

/* Then the moments before and after sending say more. */
#define SENT_ERROR_MAX (MILLISECOND / 20)

gint64 live_sent (int descriptor, gint64 called)
{
    gint64 day, before, after, stamp, latest = 0;

    while (take_stamp (descriptor, &stamp))
        latest = MAX (latest, stamp);
    if (!latest || !compare_clocks (&day, &before, &after) || after - before > SENT_ERROR_MAX)
        return 0;
    const gint64 sent = after - (day - latest);
    /* An earlier one has come late. */
    return sent >= called ? sent : 0;
}

/* 0: there is none. */
static gint64 find_stamp (struct msghdr *message)
{
    struct timespec stamp;

    for (struct cmsghdr *part = CMSG_FIRSTHDR (message); part; part = CMSG_NXTHDR (message, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SO_TIMESTAMPNS)
            continue;
        memcpy (&stamp, CMSG_DATA (part), sizeof stamp);
        return SECONDS (stamp.tv_sec) + stamp.tv_nsec;
    }
    return 0;
}

/* Where the kernel puts the stamps of one datagram. */
typedef union {
    struct cmsghdr header;
    guint8 octets[CMSG_SPACE (sizeof (struct timespec)) + CMSG_SPACE (sizeof (struct scm_timestamping))];
} Control;

/* Both clocks behind a call that has read something. */
typedef struct {
    gint64 called; /* by the time of day */
    gint64 day, before, after;
    gboolean is_steady;
} Look;

static void look_at_clocks (Look *look)
{
    look->is_steady = compare_clocks (&look->day, &look->before, &look->after);
}

/* A datagram that came before the kernel stamped any gets the time of reading for its stamp (__sock_recv_timestamp()
 * in Linux). */
static Arrival arrival_of (const Look *look, gint64 stamp)
{
    if (!stamp || !look->is_steady || stamp >= look->called)
        return (Arrival){ .time = look->after };
    const gint64 from = look->before - (look->day - stamp);
    return (Arrival){ look->after - (look->day - stamp), from, from };
}

ssize_t live_receive (int descriptor, guint8 *octets, gsize size, Arrival *ret_arrival)
{
    Control control;
    struct iovec place = { octets, size };
    struct msghdr message = {
        .msg_iov = &place, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control
    };
    Look look = { .called = read_clock (CLOCK_REALTIME) };

    ssize_t got = recvmsg (descriptor, &message, MSG_DONTWAIT);
    int failure = errno;
    look_at_clocks (&look);
    *ret_arrival = arrival_of (&look, got > 0 ? find_stamp (&message) : 0);
    errno = failure;
    return got;
}

/* --- Many at once */

#define DATAGRAM_MAX 65536
/* Not all begin in the same line of the processor's cache. */
#define ROOM (DATAGRAM_MAX + 1088)

guint live_receive_many (int descriptor, Received ret_received[LIVE_RECEIVE_MAX])
{
    static guint8 octets[LIVE_RECEIVE_MAX][ROOM];
    static struct mmsghdr headers[LIVE_RECEIVE_MAX];
    static struct iovec places[LIVE_RECEIVE_MAX];
    static Control controls[LIVE_RECEIVE_MAX];
    Look look = { .called = read_clock (CLOCK_REALTIME) };

    for (guint i = 0; i < LIVE_RECEIVE_MAX; i++) {
        places[i] = (struct iovec){ octets[i], DATAGRAM_MAX };
        headers[i].msg_hdr = (struct msghdr){ .msg_name = &ret_received[i].source.u,
                                              .msg_namelen = sizeof ret_received[i].source.u,
                                              .msg_iov = &places[i],
                                              .msg_iovlen = 1,
                                              .msg_control = &controls[i],
                                              .msg_controllen = sizeof controls[i] };
    }
    const int got = recvmmsg (descriptor, headers, LIVE_RECEIVE_MAX, MSG_DONTWAIT, NULL);
    const int failure = errno;
    look_at_clocks (&look);
    for (int i = 0; i < got; i++) {
        ret_received[i].source.len = headers[i].msg_hdr.msg_namelen;
        ret_received[i].octets = (View){ octets[i], headers[i].msg_len };
        ret_received[i].arrival = arrival_of (&look, find_stamp (&headers[i].msg_hdr));
    }
    errno = failure;
    return (guint) MAX (got, 0);
}

/* Of a datagram; Linux quotes 548 octets at most (RFC 1812, 4.3.2.3). */
#define QUOTED_MAX 600

guint live_take_errors (int descriptor, guint n, SocketError *ret_errors)
{
    static struct mmsghdr headers[LIVE_ERRORS_MAX];
    static struct sa targets[LIVE_ERRORS_MAX];
    static guint8 quoted[LIVE_ERRORS_MAX][QUOTED_MAX];
    static struct iovec places[LIVE_ERRORS_MAX];
    static union {
        struct cmsghdr header;
        guint8 octets[512];
    } controls[LIVE_ERRORS_MAX];
    Look look;

    n = MIN (n, LIVE_ERRORS_MAX);
    for (guint i = 0; i < n; i++) {
        places[i] = (struct iovec){ quoted[i], QUOTED_MAX };
        headers[i].msg_hdr = (struct msghdr){ .msg_name = &targets[i].u,
                                              .msg_namelen = sizeof targets[i].u,
                                              .msg_iov = &places[i],
                                              .msg_iovlen = 1,
                                              .msg_control = &controls[i],
                                              .msg_controllen = sizeof controls[i] };
    }
    const int got = recvmmsg (descriptor, headers, n, MSG_ERRQUEUE | MSG_DONTWAIT, NULL);
    look_at_clocks (&look);
    for (int i = 0; i < got; i++) {
        ret_errors[i] = (SocketError){ 0 };
        const gint64 stamp = read_error (&headers[i].msg_hdr, &ret_errors[i].error);
        if (ret_errors[i].error) {
            targets[i].len = headers[i].msg_hdr.msg_namelen;
            ret_errors[i].target = live_from_sa (&targets[i]);
            ret_errors[i].quoted = (View){ quoted[i], headers[i].msg_len };
        } else if (stamp && look.is_steady && look.after - look.before <= SENT_ERROR_MAX) {
            ret_errors[i].sent = look.after - (look.day - stamp);
        }
    }
    return (guint) MAX (got, 0);
}

/* --- How long the loop was away */

/* After a question the loop comes round now and then, though nothing happens: what was not readable then has come
 * later. First every two milliseconds, the longer it waits the more rarely, so that an answer's time is known well
 * enough. */
#define ROUND_MIN  MILLISECONDS (2)
#define ROUND_PART 32

static int round_timer = -1;
static gint64 asked, round_due = G_MAXINT64;
/* The latest three rounds, the last one first. */
static gint64 rounds[3];

static void go_round_at (gint64 when)
{
    struct itimerspec value = { .it_value = { (time_t) (when / SECOND), (long) (when % SECOND) } };

    round_due = when;
    timerfd_settime (round_timer, TFD_TIMER_ABSTIME, &value, NULL);
}

static void on_round (G_GNUC_UNUSED int flags, G_GNUC_UNUSED void *arg)
{
    gint64 now = clock_now ();

    rounds[2] = rounds[1];
    rounds[1] = rounds[0];
    rounds[0] = now;
    go_round_at (now + MAX (ROUND_MIN, (now - asked) / ROUND_PART));
}

void live_asked (void)
{
    asked = clock_now ();
    if (round_due > asked + ROUND_MIN)
        go_round_at (asked + ROUND_MIN);
}

/* A socket whose octets have all been read, and whose turn is now, had nothing to read then. The kernel found the
 * second last round due after the third last one had been made, and would have found the socket beside it; the last
 * round may have been found together with the socket. */
static gint64 looked_last (void)
{
    return rounds[2];
}

/* Holds the kernel to stamping, whichever sockets come and go. */
static int holder = -1;

int live_arrival_open (void)
{
    gint64 day, before, after;

    holder = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (holder >= 0)
        live_stamp (holder);
    compare_clocks (&day, &before, &after);
    round_timer = timerfd_create (CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    return round_timer < 0 ? errno : fd_listen (round_timer, FD_READ, on_round, NULL);
}

void live_arrival_close (void)
{
    if (holder >= 0)
        close (holder);
    if (round_timer >= 0) {
        fd_close (round_timer);
        close (round_timer);
    }
    holder = round_timer = -1;
    round_due = G_MAXINT64;
    rounds[0] = rounds[1] = rounds[2] = 0;
}

/* --- What TCP knows */

/* How far a time that is counted in ticks of the kernel is off. */
static gint64 tick_error (void)
{
    static gint64 error;
    struct timespec tick;

    if (!error && clock_getres (CLOCK_MONOTONIC_COARSE, &tick) == 0)
        error = SECONDS (tick.tv_sec) + tick.tv_nsec + (tick.tv_nsec % MILLISECOND ? MILLISECOND : 0);
    return error;
}

/* The last segment is that of the last octet only when nothing has come behind it. Returns whether something has. */
static gboolean bound_by_ticks (int descriptor, Arrival *arrival)
{
    struct tcp_info info = { 0 };
    socklen_t size = sizeof info;
    int unread = 0;
    gboolean is_known = getsockopt (descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) == 0;
    gint64 now = clock_now (), ago = MILLISECONDS (info.tcpi_last_data_recv);

    if (ioctl (descriptor, FIONREAD, &unread) != 0 || unread)
        return TRUE;
    if (is_known) {
        arrival->time = now - MAX (0, ago - tick_error ());
        arrival->last_from = now - ago - tick_error ();
    }
    return FALSE;
}

void live_bound (Connection *connection, int descriptor, gboolean is_left, Arrival *arrival)
{
    gint64 from = connection->is_left ? connection->read : MAX (connection->read, looked_last ());

    if (!arrival->last_from) {
        arrival->time = clock_now ();
        is_left |= bound_by_ticks (descriptor, arrival);
    }
    /* Of several segments only the last one has told its time. */
    arrival->last_from = MAX (arrival->last_from, from);
    arrival->first_from = MIN (from, arrival->last_from);
    connection->is_left = is_left;
    if (!is_left)
        connection->read = clock_now ();
}
