/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/live/live.h"

#include "replay/clock.h"
#include "replay/live/live_internal.h"
#include "replay/live/live_tls.h"

#define DEBUG_MODULE "regreplay" /* re_dbg.h wants both */
#define DEBUG_LEVEL  0
#include <re.h>
#include <re_dbg.h>

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

/* --- The clock */

/* libre's own timers count milliseconds, so the clock is a timerfd in its loop. */
static int timer_fd = -1;
static ClockHandler wake_handler;
static gpointer wake_data;

gint64 clock_now (void)
{
    struct timespec now;

    clock_gettime (CLOCK_MONOTONIC, &now);
    return SECONDS (now.tv_sec) + now.tv_nsec;
}

/* When the timerfd goes off, and when it is wanted to; G_MAXINT64: never. */
static gint64 armed = G_MAXINT64, wanted = G_MAXINT64;
/* Inside a handler of the loop: what is due is done before the loop waits again, without a timer. */
static guint turns;

/* G_MAXINT64 disarms it. */
static void arm (gint64 deadline)
{
    struct itimerspec when = { 0 };

    armed = deadline;
    if (deadline != G_MAXINT64) {
        /* Zero would switch it off; the past is at once. */
        deadline = MAX (deadline, 1);
        when.it_value.tv_sec = (time_t) (deadline / SECOND);
        when.it_value.tv_nsec = (long) (deadline % SECOND);
    }
    timerfd_settime (timer_fd, TFD_TIMER_ABSTIME, &when, NULL);
}

/* Rounds of what has become due in one turn of the loop; then sockets come first again. */
#define DUE_ROUNDS_MAX 4

void live_turn_begin (void)
{
    turns++;
}

void live_turn_end (void)
{
    live_heard (NULL);
    for (guint i = 0; turns == 1 && i < DUE_ROUNDS_MAX && wanted != G_MAXINT64 && wanted <= clock_now (); i++)
        wake_handler (wake_data);
    if (turns == 1)
        live_udp_port_end_turn ();
    /* Most deadlines are put off before they come (an answer has come in time), so a timer that goes off too early is
     * left alone: it costs one look at the clock, and setting it costs a system call each time. */
    if (--turns == 0 && wanted < armed)
        arm (wanted);
}

gboolean live_is_in_turn (void)
{
    return turns > 0;
}

static void on_timer (G_GNUC_UNUSED int flags, G_GNUC_UNUSED void *arg)
{
    armed = G_MAXINT64;
    live_turn_begin ();
    live_turn_end ();
    /* Setting it anew is what makes it no longer readable, too. */
    if (armed == G_MAXINT64)
        arm (G_MAXINT64);
}

void clock_wake (gint64 deadline, ClockHandler handler, gpointer user_data)
{
    wake_handler = handler;
    wake_data = user_data;
    wanted = deadline;
    if (turns == 0 && deadline < armed)
        arm (deadline);
}

/* --- The loop */

static int signal_fd = -1;
static LiveSignal signal_handler;
static gpointer signal_data;

/* Standard streams, the loop's own, and some to spare. */
#define DESCRIPTORS_BESIDE 64
/* Of these, for what serves those who are there already, as transfers of files. */
#define DESCRIPTORS_SPARE 16
#define FULL_AGAIN_AFTER  SECONDS (60)

static guint descriptors_allowed;
static gint64 told_full = -FULL_AGAIN_AFTER;
static LiveFull full_handler;
static gpointer full_data;

/* Returns how many descriptors there may be: those that are needed and LIVE_UDP_IDLE_MAX, or fewer where the system
 * allows no more; 0 with error set when they are not even as many as are needed. */
static guint raise_limit (guint needed, GError **error)
{
    guint liked = needed + LIVE_UDP_IDLE_MAX;
    struct rlimit limit;

    if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= liked)
        return liked;
    limit.rlim_cur = MIN (limit.rlim_max, liked);
    if (limit.rlim_max >= needed && setrlimit (RLIMIT_NOFILE, &limit) == 0)
        return (guint) limit.rlim_cur;
    g_set_error (error, TRANSPORT_ERROR, 0,
                 "%u connection%s at once need%s %u file descriptors, and this system allows %lu (ulimit -Hn)",
                 needed - DESCRIPTORS_BESIDE, needed - DESCRIPTORS_BESIDE == 1 ? "" : "s",
                 needed - DESCRIPTORS_BESIDE == 1 ? "s" : "", needed, (unsigned long) limit.rlim_max);
    return 0;
}

guint live_connections_allowed (void)
{
    struct rlimit limit;

    if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_max > G_MAXINT)
        return G_MAXINT - DESCRIPTORS_BESIDE;
    return limit.rlim_max > DESCRIPTORS_BESIDE ? (guint) limit.rlim_max - DESCRIPTORS_BESIDE : 1;
}

void live_tell_full (LiveFull on_full, gpointer user_data)
{
    full_handler = on_full;
    full_data = user_data;
}

gboolean live_is_full (int descriptor)
{
    if (descriptor < (int) descriptors_allowed - DESCRIPTORS_SPARE)
        return FALSE;
    if (full_handler && clock_now () >= told_full + FULL_AGAIN_AFTER) {
        told_full = clock_now ();
        full_handler (descriptors_allowed, full_data);
    }
    return TRUE;
}

gboolean live_open (guint connections, GError **error)
{
    guint descriptors = raise_limit (connections + DESCRIPTORS_BESIDE, error);
    int failure;

    if (!descriptors)
        return FALSE;
    /* What goes wrong is told by the functions here; libre need not say it on stderr as well. */
    descriptors_allowed = descriptors;
    dbg_init (DBG_EMERG, DBG_NONE);
    failure = libre_init ();
    /* In this order: choosing the method makes room for 1024, for good, when nobody has said how much is needed. */
    if (!failure)
        failure = fd_setsize ((int) descriptors);
    if (!failure)
        failure = poll_method_set (METHOD_EPOLL);
    timer_fd = timerfd_create (CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (!failure)
        failure = timer_fd < 0 ? errno : fd_listen (timer_fd, FD_READ, on_timer, NULL);
    if (!failure)
        failure = live_arrival_open ();
    if (failure) {
        g_set_error (error, TRANSPORT_ERROR, failure, "the event loop cannot start: %s", g_strerror (failure));
        return FALSE;
    }
    /* The kernel may let a process's timers come 50 µs late to save power; not these. */
    prctl (PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
    return TRUE;
}

void live_close (void)
{
    live_tls_close ();
    live_udp_free_idle ();
    live_udp_port_close ();
    live_arrival_close ();
    if (timer_fd >= 0) {
        fd_close (timer_fd);
        close (timer_fd);
        timer_fd = -1;
        armed = wanted = G_MAXINT64;
    }
    live_release_signals ();
    libre_close ();
}

static void stopping_signals (sigset_t *ret_signals)
{
    sigemptyset (ret_signals);
    sigaddset (ret_signals, SIGINT);
    sigaddset (ret_signals, SIGTERM);
}

/* After one that the loop has heard: whoever presses again so soon behind the loop's end meant the loop. */
#define SAME_WISH SECONDS (2)

static gboolean signal_heard;
static volatile gint64 deaf_until; /* read in a handler of signals */

static void on_late_signal (int number)
{
    if (clock_now () < deaf_until)
        return;
    signal (number, SIG_DFL);
    raise (number);
}

static void on_signals (G_GNUC_UNUSED int flags, G_GNUC_UNUSED void *arg)
{
    struct signalfd_siginfo info;

    if (read (signal_fd, &info, sizeof info) != (ssize_t) sizeof info)
        return;
    signal_heard = TRUE;
    signal_handler (signal_data);
}

/* libre would hear signals only from re_main() on, and whoever waits for a line of ours may send one before that. */
void live_catch_signals (LiveSignal on_signal, gpointer user_data)
{
    sigset_t signals;

    stopping_signals (&signals);
    signal_handler = on_signal;
    signal_data = user_data;
    signal_fd = signalfd (-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
    /* Without it they end the process, as they did. */
    if (signal_fd >= 0 && fd_listen (signal_fd, FD_READ, on_signals, NULL) == 0)
        sigprocmask (SIG_BLOCK, &signals, NULL);
}

void live_release_signals (void)
{
    const struct sigaction late = { .sa_handler = on_late_signal, .sa_flags = SA_RESTART };
    struct signalfd_siginfo info;
    sigset_t signals;

    if (signal_fd < 0)
        return;
    deaf_until = signal_heard ? clock_now () + SAME_WISH : 0;
    sigaction (SIGINT, &late, NULL);
    sigaction (SIGTERM, &late, NULL);
    /* What came in the last moment was meant for the loop. */
    while (read (signal_fd, &info, sizeof info) == (ssize_t) sizeof info)
        ;
    fd_close (signal_fd);
    close (signal_fd);
    signal_fd = -1;
    stopping_signals (&signals);
    sigprocmask (SIG_UNBLOCK, &signals, NULL);
}

void live_run (void)
{
    re_main (NULL);
}

void live_quit (void)
{
    re_cancel ();
}
