/* SPDX-License-Identifier: GPL-2.0-or-later */
/* make_sccp_seeds FOLDER: writes the messages of the SCCP tests as seeds of fuzz_sccp, several to a file. */
#include "tests/support/sccp_messages.h"

#include <stdio.h>

#define MESSAGES_PER_SEED 12

/* A registration from the first alarm to the sign-off: the first row of each message. */
static const guint32 registration[] = { SCCP_ALARM,
                                        SCCP_REGISTER_REQ,
                                        SCCP_REGISTER_ACK,
                                        SCCP_CAPABILITIES_REQ,
                                        SCCP_CAPABILITIES_RES,
                                        SCCP_BUTTON_TEMPLATE_REQ,
                                        SCCP_BUTTON_TEMPLATE_RES,
                                        SCCP_LINE_STAT_REQ,
                                        SCCP_LINE_STAT_RES,
                                        SCCP_TIME_DATE_REQ,
                                        SCCP_TIME_DATE_RES,
                                        SCCP_DISPLAY_PROMPT_STATUS,
                                        SCCP_KEEP_ALIVE_REQ,
                                        SCCP_KEEP_ALIVE_ACK,
                                        SCCP_UNREGISTER_REQ,
                                        SCCP_UNREGISTER_ACK };

static void append_first_row (GByteArray *bytes, guint32 id)
{
    for (gsize i = 0; i < G_N_ELEMENTS (sccp_messages); i++) {
        if (sccp_messages[i].id == id) {
            wire_pdu (bytes, 0, id, sccp_messages[i].body);
            return;
        }
    }
}

static void write_seed (const char *folder, const char *name, const GByteArray *bytes)
{
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_autoptr (GError) error = NULL;

    if (!g_file_set_contents (path, (const char *) bytes->data, bytes->len, &error))
        g_error ("%s", error->message);
}

int main (int argc, char **argv)
{
    g_autoptr (GByteArray) whole = g_byte_array_new ();

    if (argc != 2) {
        fprintf (stderr, "usage: make_sccp_seeds FOLDER\n");
        return 2;
    }
    for (gsize i = 0; i < G_N_ELEMENTS (sccp_messages); i += MESSAGES_PER_SEED) {
        g_autoptr (GByteArray) bytes = g_byte_array_new ();
        g_autofree char *name = g_strdup_printf ("messages_%02u", (guint) (i / MESSAGES_PER_SEED));

        for (gsize j = i; j < MIN (i + MESSAGES_PER_SEED, G_N_ELEMENTS (sccp_messages)); j++)
            wire_pdu (bytes, sccp_messages[j].version, sccp_messages[j].id, sccp_messages[j].body);
        write_seed (argv[1], name, bytes);
    }
    for (gsize i = 0; i < G_N_ELEMENTS (registration); i++)
        append_first_row (whole, registration[i]);
    write_seed (argv[1], "registration", whole);
    return 0;
}
