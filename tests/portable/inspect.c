/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inspect OUTPUT CAPTURE…: what regreplay inspect --format ndjson says of each, with GLib and C alone: for systems
 * without libpcap and sockets. OUTPUT is a file, replaced only when all is well. */
#include "output/output.h"
#include "registration/report/report.h"
#include "replay/recording/inspection.h"

#include <stdio.h>

/* FALSE: it is told on standard error. */
static gboolean say (const char *path, char **captures)
{
    const ReportOptions options = { .format = REPORT_NDJSON };
    g_autoptr (Tips) tips = tips_new_shipped ("en", NULL);
    g_autoptr (GError) error = NULL;
    g_autoptr (Output) output = output_open (path, (const char *const *) captures, &error);

    for (char **capture = captures; output && *capture; capture++) {
        g_autoptr (Inspection) inspection = inspection_new (*capture);
        while (inspection_read (inspection, G_MAXUINT32))
            ;
        inspection_sum_up (inspection);
        ReportWriter *writer = report_writer_new (&options, tips, output_write, output);
        report_write (writer, inspection_source (inspection));
        report_writer_finish (writer);
        output_write ("--\n", 3, output);
    }
    if (output && output_close (output, &error))
        return TRUE;
    fprintf (stderr, "%s\n", error->message);
    return FALSE;
}

int main (int argc, char **argv)
{
    return argc > 1 && say (argv[1], argv + 2) ? 0 : 1;
}
