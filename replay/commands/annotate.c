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

#include <errno.h>
#include <glib/gstdio.h>
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

/* Takes the source over. */
static ExitCode annotate (int source, const char *path, Output *output, const char *written, const Tips *tips)
{
    g_autoptr (Inspection) inspection = inspection_new_source (source, path);
    ExitCode code = REGREPLAY_OK;

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

/* --- Several captures */

/* What is to be done; all borrowed. */
typedef struct {
    char **paths;
    const char *output; /* a file, or a folder for files that are called as the captures are */
    gboolean is_folder;
    const Tips *tips;
    AnonymousCopies *copies; /* NULL: of the captures themselves */
    Output *map;             /* what tells the names; or NULL */
    const char *map_path;
} Job;

/* Without folder and ending. Owned by the caller. */
static char *stem_of (const char *path)
{
    static const char *const endings[] = { ".gz", ".zst", ".lz4", ".pcapng", ".pcap", ".cap", ".dmp", ".ntar" };
    char *stem = strcmp (path, "-") == 0 ? g_strdup ("stdin") : g_path_get_basename (path);

    for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
        if (g_str_has_suffix (stem, endings[i]) && strlen (stem) > strlen (endings[i]))
            stem[strlen (stem) - strlen (endings[i])] = '\0';
    return stem;
}

/* Two captures whose copies would be called the same, and so overwrite one another: NULL when there are none. */
static const char *find_twins (char **paths)
{
    g_autoptr (GHashTable) stems = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

    for (char **path = paths; *path; path++)
        if (!g_hash_table_add (stems, stem_of (*path)))
            return *path;
    return NULL;
}

/* Where the copy of a capture goes; owned by the caller. A name of a file may be somebody's, too. */
static char *output_path (const Job *job, const char *path)
{
    if (!job->is_folder)
        return g_strdup (job->output);
    g_autofree char *stem = stem_of (path);
    if (job->copies)
        anonymous_copies_rename (job->copies, stem);
    g_autofree char *name = g_strconcat (stem, ".pcapng", NULL);
    return g_build_filename (job->output, name, NULL);
}

static Output *open_output (const Job *job, const char *path, GError **error)
{
    g_autoptr (GPtrArray) inputs = g_ptr_array_new ();

    for (char **input = job->paths; *input; input++)
        g_ptr_array_add (inputs, *input);
    if (job->map_path)
        g_ptr_array_add (inputs, (char *) job->map_path);
    g_ptr_array_add (inputs, NULL);
    return output_open (path, (const char *const *) inputs->pdata, error);
}

/* The source of the next capture; -1 with *ret_code set when there is none. */
static int next_source (const Job *job, const char *path, ExitCode *ret_code)
{
    g_autoptr (GError) error = NULL;
    guint32 secrets = 0;
    const int source =
        job->copies ? anonymous_copies_next (job->copies, &secrets, &error) : capture_source (path, &error);

    if (error)
        *ret_code = complain (REGREPLAY_UNREADABLE, error->message);
    if (secrets)
        g_printerr ("regreplay annotate: the keys that %s holds are left out.\n", path);
    return source;
}

static ExitCode write_map (const Job *job)
{
    g_autoptr (GError) error = NULL;

    anonymous_copies_map (job->copies, output_write, job->map);
    return output_close (job->map, &error) ? REGREPLAY_OK : complain (REGREPLAY_USAGE, error->message);
}

/* The copy of one capture. */
static ExitCode annotate_next (const Job *job, const char *path, const char *copy, gboolean *ret_is_read)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (Output) output = open_output (job, copy, &error);
    ExitCode code = REGREPLAY_OK;

    if (!output)
        return complain (REGREPLAY_USAGE, error->message);
    const int source = next_source (job, path, &code);
    if (source < 0)
        return code;
    *ret_is_read = TRUE;
    const ExitCode said = annotate (source, path, output, strcmp (copy, "-") == 0 ? NULL : copy, job->tips);
    return said == REGREPLAY_OK ? code : said;
}

/* What cannot be written ends it, what cannot be read does not. */
static ExitCode annotate_all (const Job *job)
{
    g_autoptr (GHashTable) copies = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    ExitCode worst = REGREPLAY_OK;
    gboolean is_any_read = FALSE;

    if (job->map_path)
        g_hash_table_add (copies, g_canonicalize_filename (job->map_path, NULL));
    for (char **path = job->paths; *path; path++) {
        g_autofree char *copy = output_path (job, *path);
        if (strcmp (copy, "-") != 0 && !g_hash_table_add (copies, g_canonicalize_filename (copy, NULL))) {
            g_autofree char *message = g_strdup_printf ("%s would be written twice", copy);
            return complain (REGREPLAY_USAGE, message);
        }
        const ExitCode code = annotate_next (job, *path, copy, &is_any_read);
        if (code == REGREPLAY_USAGE)
            return code;
        worst = code == REGREPLAY_OK ? worst : code;
    }
    if (is_any_read && job->map) {
        const ExitCode code = write_map (job);
        worst = code == REGREPLAY_OK ? worst : code;
    }
    return worst;
}

/* All are read before the first copy is made. What cannot even be opened is told and left out of paths. */
static AnonymousCopies *open_all (char **paths, ExitCode *ret_code)
{
    AnonymousCopies *copies = anonymous_copies_new ();
    char **kept = paths;

    for (char **path = paths; *path; path++) {
        g_autoptr (GError) error = NULL;
        const int source = capture_source (*path, &error);
        if (source < 0) {
            *ret_code = complain (REGREPLAY_UNREADABLE, error->message);
            g_free (*path);
            continue;
        }
        anonymous_copies_add (copies, source, *path);
        *kept++ = *path;
    }
    *kept = NULL;
    return copies;
}

/* Where copies go that are called as their captures are. FALSE: it cannot be one. */
static gboolean make_folder (const char *path)
{
    return g_file_test (path, G_FILE_TEST_IS_DIR) || g_mkdir (path, 0777) == 0;
}

static ExitCode check_usage (char **paths, const char *path, const char *map_path, gboolean is_anonymous)
{
    if (!paths || !path)
        return complain (REGREPLAY_USAGE, "a capture and an output file are needed, or several and a folder: "
                                          "regreplay annotate CAPTURE -o OUT.pcapng");
    if (paths[1] && strcmp (path, "-") == 0)
        return complain (REGREPLAY_USAGE, "several captures need a folder, and no standard output");
    if (map_path && !is_anonymous)
        return complain (REGREPLAY_USAGE, "--map tells what --anonymise has replaced: give both");
    if (map_path && strcmp (map_path, path) == 0)
        return complain (REGREPLAY_USAGE, "--map and --output name the same file");
    const char *twin = find_twins (paths);
    if (twin) {
        g_autofree char *message =
            g_strdup_printf ("another capture is called like %s, and so would its copy be", twin);
        return complain (REGREPLAY_USAGE, message);
    }
    return REGREPLAY_OK;
}

ExitCode annotate_main (int argc, char **argv)
{
    g_autofree char *path = NULL, *language = NULL, *map_path = NULL;
    gboolean is_anonymous = FALSE;
    g_auto (GStrv) paths = NULL;
    const GOptionEntry entries[] = {
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &path, "the annotated capture, as pcapng, or the folder of several",
          "FILE" },
        { "language", 0, 0, G_OPTION_ARG_STRING, &language, "language of the tips, such as de (that of the desktop)",
          "LANGUAGE" },
        { "anonymise", 0, 0, G_OPTION_ARG_NONE, &is_anonymous,
          "other names, numbers and addresses of the same length; secrets and other traffic left out", NULL },
        { "map", 0, 0, G_OPTION_ARG_FILENAME, &map_path, "with --anonymise: what was replaced by what", "FILE" },
        { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &paths, NULL, "CAPTURE…" },
        { NULL },
    };
    g_autoptr (GOptionContext) context = g_option_context_new (NULL);
    g_autoptr (GError) error = NULL;
    g_autoptr (AnonymousCopies) copies = NULL;
    ExitCode code = REGREPLAY_OK;

    g_option_context_add_main_entries (context, entries, NULL);
    if (!commands_parse (context, &argc, &argv, &code))
        return code;
    if ((code = check_usage (paths, path, map_path, is_anonymous)) != REGREPLAY_OK)
        return code;
    Job job = { .paths = paths, .output = path, .map_path = map_path };
    job.is_folder = paths[1] || g_file_test (path, G_FILE_TEST_IS_DIR) || g_str_has_suffix (path, "/");
    g_autoptr (Tips) tips = tips_folder_load (language, NULL, &error);
    if (!tips)
        return complain (error->domain == USAGE_ERROR ? REGREPLAY_USAGE : REGREPLAY_UNREADABLE, error->message);
    job.tips = tips;
    if (job.is_folder && !make_folder (path)) {
        g_autofree char *message =
            g_strdup_printf ("%s is no folder, and cannot be made one: %s", path, g_strerror (errno));
        return complain (REGREPLAY_USAGE, message);
    }
    g_autoptr (Output) map = map_path ? output_open (map_path, (const char *const *) paths, &error) : NULL;
    if (map_path && !map)
        return complain (REGREPLAY_USAGE, error->message);
    if (map)
        output_make_private (map);
    job.map = map;
    if (is_anonymous)
        job.copies = copies = open_all (paths, &code);
    const ExitCode said = annotate_all (&job);
    return said == REGREPLAY_OK ? code : said;
}
