/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/content.h"

#include <string.h>

const char *content_name (Content content)
{
    static const char *const names[] = {
        "same", "equivalent form", "differs", "missing", "extra", "new", "not reached"
    };
    return names[content];
}

gboolean content_find (const char *name, Content *ret_content)
{
    for (Content content = 0; content < N_CONTENTS; content++)
        if (strcmp (content_name (content), name) == 0) {
            *ret_content = content;
            return TRUE;
        }
    return FALSE;
}

Content content_telling (Content a, Content b)
{
    static const Content order[] = { CONTENT_MISSING, CONTENT_DIFFERS,    CONTENT_NOT_REACHED, CONTENT_NEW,
                                     CONTENT_EXTRA,   CONTENT_EQUIVALENT, CONTENT_SAME };

    for (guint i = 0; i < G_N_ELEMENTS (order); i++)
        if (a == order[i] || b == order[i])
            return order[i];
    return CONTENT_SAME;
}

gboolean content_is_harmless (Content content, gboolean fails)
{
    return !fails && content != CONTENT_SAME && content != CONTENT_EQUIVALENT && content != CONTENT_NOT_REACHED;
}
