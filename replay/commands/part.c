/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/commands/part.h"

#include "replay/usage.h"

#include <stdlib.h>
#include <string.h>

#define PARTS_MAX 65536

/* Counted from 0, and how many. */
static const struct {
    const char *number, *of; /* of NULL: it does not tell */
} engines[] = {
    { "SLURM_PROCID", "SLURM_NTASKS" },
    { "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE" },
    { "JOB_COMPLETION_INDEX", NULL },
};

static gboolean read_number (const char *text, guint64 least, guint *ret_number)
{
    guint64 number;

    if (!text || !g_ascii_string_to_unsigned (text, 10, least, PARTS_MAX, &number, NULL))
        return FALSE;
    *ret_number = (guint) number;
    return TRUE;
}

/* of 0: as the environment says, too. FALSE when it says nothing that can be meant. */
static gboolean ask_environment (guint of, Part *part)
{
    for (guint i = 0; i < G_N_ELEMENTS (engines); i++) {
        guint number, all = of;
        if (!read_number (g_getenv (engines[i].number), 0, &number) ||
            (!of && !(engines[i].of && read_number (g_getenv (engines[i].of), 1, &all))) || number >= all)
            continue;
        *part = (Part){ number, all, engines[i].number };
        return TRUE;
    }
    return FALSE;
}

/* "I/N"; whether there is such a part is another matter. */
static gboolean read_part (const char *text, Part *part)
{
    const char *stroke = strchr (text, '/');
    g_autofree char *number = stroke ? g_strndup (text, (gsize) (stroke - text)) : NULL;

    part->who = "--part";
    return stroke && read_number (stroke + 1, 1, &part->of) && read_number (number, 0, &part->number);
}

static gboolean check_part (const char *text, Part *part, GError **error)
{
    if (part->number < 1 || part->number > part->of) {
        g_set_error (error, USAGE_ERROR, 0, "--part %s: there is no part %u of %u, they count from 1", text,
                     part->number, part->of);
        return FALSE;
    }
    part->number--;
    return TRUE;
}

gboolean part_choose (const char *text, Part *ret_part, GError **error)
{
    guint of;

    *ret_part = (Part){ 0, 1, NULL };
    if (!text) {
        ask_environment (0, ret_part);
        return TRUE;
    }
    if (read_part (text, ret_part))
        return check_part (text, ret_part, error);
    if (*text != '/' || !read_number (text + 1, 1, &of)) {
        g_set_error (error, USAGE_ERROR, 0, "--part %s: write it as 2/8, the second of eight parts", text);
        return FALSE;
    }
    if (ask_environment (of, ret_part))
        return TRUE;
    g_set_error (error, USAGE_ERROR, 0,
                 "--part %s: which one of them this is, the environment does not say (SLURM_PROCID, "
                 "OMPI_COMM_WORLD_RANK, JOB_COMPLETION_INDEX, from 0); write it as 2%s",
                 text, text);
    return FALSE;
}

gboolean part_share (const Part *part, guint phones, guint *ret_share, GError **error)
{
    *ret_share = part->number < phones ? (phones - part->number - 1) / part->of + 1 : 0;
    if (part->of <= phones)
        return TRUE;
    g_set_error (error, USAGE_ERROR, 0, "%s: of %u parts each needs a phone at least; --phones is %u for all together",
                 part->who, part->of, phones);
    return FALSE;
}
