/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/commands/progress.h"

#include "replay/clock.h"

#include <unistd.h>

/* To the line's begin, and erases it (ECMA-48: EL). */
#define LINE "\r\033[K"

static void say (const CrowdProgress *now)
{
    g_printerr (LINE "%u of %u phone%s registered, %u gone", now->registered, now->phones, now->phones == 1 ? "" : "s",
                now->gone);
    if (now->rounds > 1)
        g_printerr (", round %u of %u", now->round, now->rounds);
}

static void on_second (gint64 deadline, gpointer user_data)
{
    Progress *progress = user_data;
    const CrowdProgress now = crowd_progress (progress->crowd);

    say (&now);
    agenda_make (progress->agenda, &progress->next, deadline + SECOND, on_second, progress);
}

void progress_begin (Progress *progress, const Crowd *crowd, Agenda *agenda)
{
    *progress = (Progress){ .crowd = crowd, .agenda = agenda };
    if (isatty (STDERR_FILENO))
        agenda_make (agenda, &progress->next, clock_now () + SECOND, on_second, progress);
}

void progress_end (Progress *progress)
{
    if (!agenda_is_made (&progress->next))
        return;
    agenda_cancel (&progress->next);
    g_printerr (LINE);
}
