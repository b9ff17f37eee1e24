/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/commands/embedded.h"

#include "replay/live/live.h"
#include "replay/stand_in/stand_in.h"
#include "replay/stand_in/stand_in_files.h"

#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct Embedded {
    pid_t process;
};

static void on_signal (G_GNUC_UNUSED gpointer user_data)
{
    live_quit ();
}

/* What the other process says when it has begun, or cannot. */
typedef struct {
    gboolean is_up;
    EmbeddedEnds ends;
    char trouble[256];
} Report;

static void give_up (int report, const GError *error)
{
    Report failed = { .is_up = FALSE };

    g_strlcpy (failed.trouble, error->message, sizeof failed.trouble);
    /* Where not even this gets through, the other end tells that there is no more. */
    if (write (report, &failed, sizeof failed) < 0)
        _exit (2);
    _exit (1);
}

/* Ctrl-C reaches the whole group: this process then serves on until the phones have signed off and it is told to end.
 */
static void serve (const Script *script, Carrier carrier, guint connections, int report)
{
    const guint8 loopback[4] = { 127, 0, 0, 1 };
    Endpoint local = { .address = ip_address_v4 (loopback) };
    g_autoptr (GError) error = NULL;

    prctl (PR_SET_PDEATHSIG, SIGTERM);
    setpgid (0, 0);
    if (!live_open (connections, &error))
        give_up (report, error);
    Agenda *agenda = agenda_new ();
    StandInSettings settings = { .agenda = agenda, .script = script, .speed = 1, .carrier = carrier };
    StandInFilesSettings files_settings = { .agenda = agenda, .script = script, .speed = 1 };
    StandIn *stand_in = stand_in_new (&settings, &local, &error);
    StandInFiles *files = stand_in_files_new (&files_settings);
    if (!stand_in || !stand_in_files_open_tftp (files, &local, &error) ||
        !stand_in_files_open_http (files, &local, &error))
        give_up (report, error);
    live_catch_signals (on_signal, NULL);
    const Report begun = {
        .is_up = TRUE, .ends = { stand_in_local (stand_in), stand_in_files_tftp (files), stand_in_files_http (files) }
    };
    if (write (report, &begun, sizeof begun) != (ssize_t) sizeof begun)
        _exit (1);
    close (report);
    live_run ();
    stand_in_free (stand_in);
    stand_in_files_free (files);
    agenda_free (agenda);
    live_close ();
    _exit (0);
}

Embedded *embedded_start (const Script *script, Carrier carrier, guint connections, EmbeddedEnds *ret_ends,
                          GError **error)
{
    int report[2];
    Report said = { .is_up = FALSE };
    pid_t parent = getpid ();

    if (!g_unix_open_pipe (report, FD_CLOEXEC, error))
        return NULL;
    pid_t process = fork ();
    if (process == 0) {
        close (report[0]);
        /* The parent may be gone before it is asked to tell. */
        if (getppid () == parent)
            serve (script, carrier, connections, report[1]);
        _exit (1);
    }
    close (report[1]);
    g_autoptr (Embedded) embedded = g_new0 (Embedded, 1);
    embedded->process = process;
    ssize_t size = process < 0 ? -1 : read (report[0], &said, sizeof said);
    close (report[0]);
    if (size != (ssize_t) sizeof said || !said.is_up) {
        g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "the stand-in server could not be started%s%s",
                     *said.trouble ? ": " : "", said.trouble);
        return NULL;
    }
    *ret_ends = said.ends;
    return g_steal_pointer (&embedded);
}

void embedded_stop (Embedded *embedded)
{
    if (!embedded)
        return;
    if (embedded->process > 0) {
        kill (embedded->process, SIGTERM);
        while (waitpid (embedded->process, NULL, 0) < 0 && errno == EINTR)
            continue;
    }
    g_free (embedded);
}
