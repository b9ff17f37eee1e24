/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/rejects.h"

#include "registration/terms/labels.h"

#include <string.h>

static const struct {
    const char *texts;
} causes[N_REJECTS] = {
#define X(symbol, cause_texts, cause_meaning, cause_fix) [REJECT_##symbol] = { cause_texts },
    REJECT_CAUSES (X)
#undef X
};

/* TRUE when text starts with the size characters of pattern, where only letters and digits count. */
static gboolean starts_like (const char *text, const char *pattern, gsize size)
{
    gboolean any = FALSE;

    for (const char *p = pattern; p < pattern + size; p++) {
        if (!g_ascii_isalnum (*p))
            continue;
        while (*text && !g_ascii_isalnum (*text))
            text++;
        if (g_ascii_tolower (*text) != *p)
            return FALSE;
        text++;
        any = TRUE;
    }
    return any;
}

static gboolean is_cause (const char *text, const char *patterns)
{
    for (const char *p = patterns; *p;) {
        gsize size = strcspn (p, "|");
        if (starts_like (text, p, size))
            return TRUE;
        p += size;
        p += *p == '|';
    }
    return FALSE;
}

RejectCause reject_cause (const char *text, gsize size)
{
    g_autoptr (GString) translated = g_string_new (NULL);
    const char *nul = size ? memchr (text, 0, size) : NULL;

    if (nul)
        size = (gsize) (nul - text);
    labels_translate ((View){ (const guint8 *) text, size }, translated);
    g_strstrip (translated->str);
    if (translated->str[0] == '\0')
        return REJECT_EMPTY;
    for (RejectCause cause = 0; cause < N_REJECTS; cause++)
        if (is_cause (translated->str, causes[cause].texts))
            return cause;
    return REJECT_OTHER;
}
