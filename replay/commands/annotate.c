/* SPDX-License-Identifier: GPL-2.0-or-later */
/* regreplay annotate: the same capture with the tips as packet comments, for a Wireshark without the plugin; or one
 * like it that tells nothing of who was there. */
#include "output/output.h"
#include "replay/clean.h"
#include "replay/commands/commands.h"
#include "replay/commands/tips_folder.h"
#include "replay/recording/anonymous_copies.h"
#include "replay/recording/capture.h"
#include "replay/recording/comments.h"
#include "replay/recording/inspection.h"
#include "replay/usage.h"

#include <string.h>
#include <unistd.h>

static ExitCode complain (ExitCode code, const char *message)
{
    g_autofree char *clean = clean_line (message);

    g_printerr ("regreplay annotate: %s.\n", clean);
    return code;
}

/* written: what is said when all went well, NULL for standard output, which holds the capture. */
static ExitCode write_annotated (int source, const ReportSource *said, const Tips *tips, Output *output,
                                 const char *written)
{
    g_autoptr (GError) error = NULL, not_closed = NULL;
    ExitCode code = REGREPLAY_OK;
    PcapngCount count;
    const gboolean whole = comments_write (source, said, tips, output_file (output), &count, &error);

    if (!whole && !written && error->code == PCAPNG_ERROR_WRITE && output_reader_left ())
        return code; /* the program's end tells */
    if (!whole && error->code == PCAPNG_ERROR_READ)
        return complain (REGREPLAY_UNREADABLE, error->message);
    if (!output_close (output, &not_closed))
        return complain (REGREPLAY_USAGE, not_closed->message);
    if (!whole && !said->trouble) /* otherwise it was said when the capture was read first */
        code = complain (REGREPLAY_UNREADABLE, error->message);
    if (count.uncommented)
        g_printerr ("regreplay annotate: %u packet%s stand%s in blocks that cannot hold a comment.\n",
                    count.uncommented, count.uncommented == 1 ? "" : "s", count.uncommented == 1 ? "s" : "");
    if (written)
        g_print ("%s: %u packets, %u comments\n", written, count.packets, count.comments);
    return code;
}

/* Takes the source over. -1 with *ret_code set when there is no copy. map: what tells the names; or NULL. */
static int anonymise (int source, const char *path, Output *map, ExitCode *ret_code)
{
    g_autoptr (AnonymousCopies) copies = anonymous_copies_new ();
    g_autoptr (GError) error = NULL, not_closed = NULL;
    guint32 secrets;

    anonymous_copies_add (copies, source, path);
    const int copy = anonymous_copies_next (copies, &secrets, &error);
    if (error)
        *ret_code = complain (REGREPLAY_UNREADABLE, error->message);
    if (secrets)
        g_printerr ("regreplay annotate: the keys that %s holds are left out.\n", path);
    if (copy < 0 || !map)
        return copy;
    anonymous_copies_map (copies, output_write, map);
    if (!output_close (map, &not_closed)) {
        *ret_code = complain (REGREPLAY_USAGE, not_closed->message);
        close (copy);
        return -1;
    }
    return copy;
}

static ExitCode annotate (const char *path, Output *output, const char *written, const Tips *tips,
                          gboolean is_anonymous, Output *map)
{
    g_autoptr (GError) error = NULL;
    ExitCode code = REGREPLAY_OK;
    int source = capture_source (path, &error);

    if (source < 0)
        return complain (REGREPLAY_UNREADABLE, error->message);
    if (is_anonymous && (source = anonymise (source, path, map, &code)) < 0)
        return code;
    g_autoptr (Inspection) inspection = inspection_new_source (source, path);
    while (inspection_read (inspection, G_MAXUINT32))
        ;
    inspection_sum_up (inspection);
    const ReportSource *said = inspection_source (inspection);
    if (said->trouble)
        code = complain (REGREPLAY_UNREADABLE, said->trouble);
    if (said->summary) {
        const ExitCode written_code = write_annotated (source, said, tips, output, written);
        code = written_code == REGREPLAY_OK ? code : written_code;
    }
    close (source);
    return code;
}

ExitCode annotate_main (int argc, char **argv)
{
    g_autofree char *path = NULL, *language = NULL, *map_path = NULL;
    gboolean is_anonymous = FALSE;
    g_auto (GStrv) paths = NULL;
    const GOptionEntry entries[] = {
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &path, "the annotated capture, as pcapng", "FILE" },
        { "language", 0, 0, G_OPTION_ARG_STRING, &language, "language of the tips, such as de (that of the desktop)",
          "LANGUAGE" },
        { "anonymise", 0, 0, G_OPTION_ARG_NONE, &is_anonymous,
          "other names, numbers and addresses of the same length; secrets and other traffic left out", NULL },
        { "map", 0, 0, G_OPTION_ARG_FILENAME, &map_path, "with --anonymise: what was replaced by what", "FILE" },
        { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &paths, NULL, "CAPTURE" },
        { NULL },
    };
    g_autoptr (GOptionContext) context = g_option_context_new (NULL);
    g_autoptr (GError) error = NULL;
    ExitCode code = REGREPLAY_OK;

    g_option_context_add_main_entries (context, entries, NULL);
    if (!commands_parse (context, &argc, &argv, &code))
        return code;
    if (!paths || paths[1] || !path)
        return complain (REGREPLAY_USAGE, "one capture and an output file are needed: "
                                          "regreplay annotate CAPTURE -o OUT.pcapng");
    g_autoptr (Output) output = output_open (path, (const char *const *) paths, &error);
    if (!output)
        return complain (REGREPLAY_USAGE, error->message);
    if (map_path && !is_anonymous)
        return complain (REGREPLAY_USAGE, "--map tells what --anonymise has replaced: give both");
    if (map_path && strcmp (map_path, path) == 0)
        return complain (REGREPLAY_USAGE, "--map and --output name the same file");
    const char *const others[] = { paths[0], path, NULL };
    g_autoptr (Output) map = map_path ? output_open (map_path, others, &error) : NULL;
    if (map_path && !map)
        return complain (REGREPLAY_USAGE, error->message);
    if (map)
        output_make_private (map);
    g_autoptr (Tips) tips = tips_folder_load (language, NULL, &error);
    if (!tips)
        return complain (error->domain == USAGE_ERROR ? REGREPLAY_USAGE : REGREPLAY_UNREADABLE, error->message);
    return annotate (paths[0], output, strcmp (path, "-") == 0 ? NULL : path, tips, is_anonymous, map);
}
