/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/watch/alarm.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MINUTE (60 * G_USEC_PER_SEC)
/* So many run at once; a command that hangs must not fill the process table. */
#define RUNNING_MAX 16
/* How long the end waits for those that still run, in milliseconds. */
#define PATIENCE 5000

/* Who runs for so long hangs. */
#define LONG MINUTE

typedef struct {
    pid_t pid;
    gint64 started;
    gboolean was_told;
} Running;

struct Alarm {
    char **argv; /* owned */
    guint per_minute;
    gint64 *started; /* when the last per_minute ones were; a ring; owned */
    guint64 count;
    GArray *running; /* of Running; owned */
    gboolean is_hushed;
    guint left_out;
    char *news; /* owned */
};

Alarm *alarm_new (const char *command, guint per_minute, GError **error)
{
    g_auto (GStrv) argv = NULL;

    if (!g_shell_parse_argv (command, NULL, &argv, error))
        return NULL;
    g_autofree char *program = g_find_program_in_path (argv[0]);
    if (!program) {
        g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT, "there is no program \"%s\"", argv[0]);
        return NULL;
    }
    Alarm *alarm = g_new0 (Alarm, 1);
    alarm->argv = g_steal_pointer (&argv);
    alarm->per_minute = per_minute;
    alarm->started = g_new0 (gint64, MAX (per_minute, 1));
    alarm->running = g_array_new (FALSE, FALSE, sizeof (Running));
    return alarm;
}

static void say (Alarm *alarm, const char *what)
{
    g_free (alarm->news);
    alarm->news = g_strdup_printf ("%s %s", alarm->argv[0], what);
}

/* A word about those that hang: each is told once. */
static void tell_hanging (Alarm *alarm)
{
    guint hanging = 0, news = 0;

    for (guint i = 0; i < alarm->running->len; i++) {
        Running *running = &g_array_index (alarm->running, Running, i);
        const gboolean hangs = g_get_monotonic_time () - running->started > LONG;
        hanging += hangs;
        news += hangs && !running->was_told;
        running->was_told |= hangs;
    }
    if (!news)
        return;
    g_autofree char *what = g_strdup_printf (
        "has run for more than a minute, %u of them; when %u run at once, no more are started", hanging, RUNNING_MAX);
    say (alarm, what);
}

static void reap (Alarm *alarm)
{
    for (guint i = alarm->running->len; i > 0; i--) {
        int status;
        const pid_t pid = g_array_index (alarm->running, Running, i - 1).pid;
        if (waitpid (pid, &status, WNOHANG) == 0)
            continue;
        g_array_remove_index_fast (alarm->running, i - 1);
        if (WIFEXITED (status) && WEXITSTATUS (status) != 0) {
            g_autofree char *what = g_strdup_printf ("ended with status %d", WEXITSTATUS (status));
            say (alarm, what);
        } else if (WIFSIGNALED (status)) {
            g_autofree char *what = g_strdup_printf ("was ended by signal %d", WTERMSIG (status));
            say (alarm, what);
        }
    }
}

/* The child starts as if nobody had handled signals; what is typed (Ctrl-C) is not for it. */
static void begin_child (gpointer user_data G_GNUC_UNUSED)
{
    sigset_t none;

    sigemptyset (&none);
    sigprocmask (SIG_SETMASK, &none, NULL);
    signal (SIGPIPE, SIG_DFL);
    signal (SIGXFSZ, SIG_DFL);
    setpgid (0, 0);
}

void alarm_hush (Alarm *alarm)
{
    alarm->is_hushed = TRUE;
}

static void start (Alarm *alarm, const char *json, gsize size)
{
    g_autoptr (GError) error = NULL;
    GPid pid;
    int input;

    if (!g_spawn_async_with_pipes (NULL, alarm->argv, NULL,
                                   G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL |
                                       (alarm->is_hushed ? G_SPAWN_STDERR_TO_DEV_NULL : 0),
                                   begin_child, NULL, &pid, &input, NULL, NULL, &error)) {
        g_autofree char *what = g_strdup_printf ("cannot be run: %s", error->message);
        say (alarm, what);
        return;
    }
    const Running running = { pid, g_get_monotonic_time (), FALSE };
    g_array_append_val (alarm->running, running);
    /* An empty pipe takes it, whether anybody reads or not (pipe(7): 64 KiB). Who has ended already did not want it. */
    fcntl (input, F_SETFL, O_NONBLOCK);
    if (write (input, json, size) != (gssize) size && errno != EPIPE)
        say (alarm, "does not take the change on its standard input");
    close (input);
}

void alarm_raise (Alarm *alarm, const char *json, gsize size, gint64 now)
{
    gint64 *oldest = &alarm->started[alarm->count % MAX (alarm->per_minute, 1)];

    reap (alarm);
    if ((*oldest && now - *oldest < MINUTE) || !alarm->per_minute || alarm->running->len >= RUNNING_MAX) {
        alarm->left_out++;
        return;
    }
    *oldest = now;
    alarm->count++;
    start (alarm, json, size);
}

char *alarm_news (Alarm *alarm)
{
    reap (alarm);
    if (!alarm->news)
        tell_hanging (alarm);
    if (!alarm->news && alarm->left_out) {
        g_autofree char *what = g_strdup_printf ("was not started for %u more", alarm->left_out);
        say (alarm, what);
        alarm->left_out = 0;
    }
    return g_steal_pointer (&alarm->news);
}

void alarm_finish (Alarm *alarm)
{
    for (guint waited = 0; alarm->running->len && waited < PATIENCE; waited += 10) {
        reap (alarm);
        if (alarm->running->len)
            g_usleep (10 * 1000);
    }
    if (!alarm->running->len)
        return;
    g_autofree char *what = g_strdup_printf ("still runs, %u of them, and is left to itself", alarm->running->len);
    say (alarm, what);
}

void alarm_free (Alarm *alarm)
{
    if (!alarm)
        return;
    g_array_unref (alarm->running);
    g_free (alarm->started);
    g_strfreev (alarm->argv);
    g_free (alarm->news);
    g_free (alarm);
}
