/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/commands/anonymous_copy.h"

#include "replay/recording/pcapng.h"

#include "registration/anonymise/anonymiser.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static void show (guint32 link_type, guint8 *data, gsize size, gpointer user_data)
{
    anonymiser_packet (user_data, link_type, data, size);
}

static void write_row (const char *kind, const char *original, const char *replacement, gpointer user_data)
{
    g_autofree char *row = g_strdup_printf ("%s\t%s\t%s\n", kind, original, replacement);
    output_write (row, strlen (row), user_data);
}

/* FALSE when not even the beginning can be read. What is damaged further on is so in every round, and ends there. */
static gboolean run_rounds (Anonymiser *anonymiser, int source, const char *path, FILE *copy, guint32 *ret_secrets,
                            GError **error)
{
    AnonymiserRound round = ANONYMISER_LEARNS;

    do {
        g_clear_error (error);
        if (!pcapng_change (source, path, round == ANONYMISER_WRITES ? copy : NULL, show, anonymiser, ret_secrets,
                            error) &&
            (*error)->code != PCAPNG_ERROR_CUT)
            return FALSE;
        round = anonymiser_next_round (anonymiser);
    } while (round != ANONYMISER_DONE);
    return TRUE;
}

int anonymous_copy (int source, const char *path, Output *map, guint32 *ret_secrets, GError **error)
{
    g_autoptr (Anonymiser) anonymiser = anonymiser_new ();
    FILE *copy = tmpfile ();
    int ret = -1;

    *ret_secrets = 0;
    if (!copy) {
        g_set_error (error, PCAPNG_ERROR, PCAPNG_ERROR_WRITE, "no temporary file can be written: %s",
                     g_strerror (errno));
        return -1;
    }
    if (run_rounds (anonymiser, source, path, copy, ret_secrets, error)) {
        if (fflush (copy) == 0)
            ret = dup (fileno (copy));
        if (ret < 0) {
            g_clear_error (error);
            g_set_error (error, PCAPNG_ERROR, PCAPNG_ERROR_WRITE, "no temporary file can be written: %s",
                         g_strerror (errno));
        } else if (map) {
            pseudonyms_each (anonymiser_pseudonyms (anonymiser), write_row, map);
        }
    }
    fclose (copy);
    return ret;
}
