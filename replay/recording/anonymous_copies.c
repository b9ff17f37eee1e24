/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/recording/anonymous_copies.h"

#include "replay/recording/pcapng.h"

#include "registration/anonymise/anonymiser.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    int source;    /* owned */
    char *path;    /* owned */
    GError *error; /* why not even its beginning can be read; owned, or NULL */
    gboolean was_shown;
    guint32 packets; /* in the round before */
} Original;

struct AnonymousCopies {
    Anonymiser *anonymiser; /* owned */
    GArray *originals;      /* of Original; owned */
    gboolean is_learned;
    guint n_written;
};

static void clear_original (gpointer data)
{
    Original *original = data;

    close (original->source);
    g_free (original->path);
    g_clear_error (&original->error);
}

AnonymousCopies *anonymous_copies_new (void)
{
    AnonymousCopies *copies = g_new0 (AnonymousCopies, 1);

    copies->anonymiser = anonymiser_new ();
    copies->originals = g_array_new (FALSE, FALSE, sizeof (Original));
    g_array_set_clear_func (copies->originals, clear_original);
    return copies;
}

void anonymous_copies_free (AnonymousCopies *copies)
{
    if (!copies)
        return;
    g_array_unref (copies->originals);
    anonymiser_free (copies->anonymiser);
    g_free (copies);
}

void anonymous_copies_add (AnonymousCopies *copies, int source, const char *path)
{
    const Original original = { source, g_strdup (path), NULL };

    g_array_append_val (copies->originals, original);
}

/* A round of one capture. */
typedef struct {
    Anonymiser *anonymiser;
    guint32 packets;
} Shown;

static void show (guint32 link_type, guint8 *data, gsize size, gpointer user_data)
{
    Shown *shown = user_data;

    shown->packets++;
    anonymiser_packet (shown->anonymiser, link_type, data, size);
}

/* FALSE when not even the beginning can be read. What is damaged further on is so in every round, and ends there.
 * output NULL: for the names alone. */
static gboolean show_packets (AnonymousCopies *copies, Original *original, FILE *output, guint32 *ret_secrets,
                              GError **error)
{
    GError *trouble = NULL;
    Shown shown = { copies->anonymiser, 0 };
    const gboolean is_whole =
        pcapng_change (original->source, original->path, output, show, &shown, ret_secrets, &trouble);
    gboolean is_read = is_whole || trouble->code == PCAPNG_ERROR_CUT;

    if (is_read && original->was_shown && shown.packets != original->packets) {
        g_clear_error (&trouble);
        g_set_error (&trouble, PCAPNG_ERROR, PCAPNG_ERROR_READ,
                     "%s could not be read to the same end each time, so that not all names are known", original->path);
        is_read = FALSE;
    }
    original->was_shown = TRUE;
    original->packets = shown.packets;
    if (trouble)
        g_propagate_error (error, trouble);
    return is_read;
}

/* The rounds before the one that writes. */
static void learn (AnonymousCopies *copies)
{
    do {
        for (guint i = 0; i < copies->originals->len; i++) {
            Original *original = &g_array_index (copies->originals, Original, i);
            g_autoptr (GError) trouble = NULL;
            guint32 secrets;
            if (i > 0)
                anonymiser_next_capture (copies->anonymiser);
            if (!original->error && !show_packets (copies, original, NULL, &secrets, &trouble))
                original->error = g_steal_pointer (&trouble);
        }
    } while (anonymiser_next_round (copies->anonymiser) != ANONYMISER_WRITES);
    copies->is_learned = TRUE;
}

void anonymous_copies_rename (AnonymousCopies *copies, char *text)
{
    if (!copies->is_learned)
        learn (copies);
    anonymiser_rename (copies->anonymiser, text);
}

/* The next one to be written; NULL when that were all. */
static Original *next_original (AnonymousCopies *copies)
{
    if (!copies->is_learned)
        learn (copies);
    if (copies->n_written == copies->originals->len)
        return NULL;
    if (copies->n_written > 0)
        anonymiser_next_capture (copies->anonymiser);
    return &g_array_index (copies->originals, Original, copies->n_written++);
}

int anonymous_copies_next (AnonymousCopies *copies, guint32 *ret_secrets, GError **error)
{
    Original *original = next_original (copies);
    int ret = -1;

    *ret_secrets = 0;
    if (original->error) {
        g_propagate_error (error, g_error_copy (original->error));
        return -1;
    }
    FILE *copy = tmpfile ();
    if (copy && !show_packets (copies, original, copy, ret_secrets, error)) {
        fclose (copy);
        return -1;
    }
    if (copy && fflush (copy) == 0)
        ret = dup (fileno (copy));
    if (ret < 0) {
        g_clear_error (error);
        g_set_error (error, PCAPNG_ERROR, PCAPNG_ERROR_WRITE, "no temporary file can be written: %s",
                     g_strerror (errno));
    }
    if (copy)
        fclose (copy);
    return ret;
}

/* Where the lines of a map go. */
typedef struct {
    ReportSink sink;
    gpointer user_data;
} MapWriter;

static void write_row (const char *kind, const char *original, const char *replacement, gpointer user_data)
{
    const MapWriter *writer = user_data;
    g_autofree char *row = g_strdup_printf ("%s\t%s\t%s\n", kind, original, replacement);

    writer->sink (row, strlen (row), writer->user_data);
}

void anonymous_copies_map (AnonymousCopies *copies, ReportSink sink, gpointer user_data)
{
    MapWriter writer = { sink, user_data };
    Original *original;

    while ((original = next_original (copies))) {
        guint32 secrets;
        if (!original->error)
            show_packets (copies, original, NULL, &secrets, NULL);
    }
    pseudonyms_each (anonymiser_pseudonyms (copies->anonymiser), write_row, &writer);
}
