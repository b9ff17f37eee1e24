/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/merge/seen.h"

#include <string.h>

struct Seen {
    GHashTable *digests; /* owned */
};

static guint hash_digest (gconstpointer digest)
{
    guint hash;

    memcpy (&hash, digest, sizeof hash);
    return hash;
}

static gboolean equal_digests (gconstpointer a, gconstpointer b)
{
    return memcmp (a, b, SEEN_SIZE) == 0;
}

Seen *seen_new (void)
{
    Seen *seen = g_new0 (Seen, 1);

    seen->digests = g_hash_table_new_full (hash_digest, equal_digests, g_free, NULL);
    return seen;
}

void seen_free (Seen *seen)
{
    if (!seen)
        return;
    g_hash_table_unref (seen->digests);
    g_free (seen);
}

gboolean seen_before (Seen *seen, const guint8 digest[SEEN_SIZE])
{
    return !g_hash_table_add (seen->digests, g_memdup2 (digest, SEEN_SIZE));
}

gboolean seen_text_before (Seen *seen, const char *text)
{
    g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_MD5);
    guint8 digest[SEEN_SIZE];
    gsize size = sizeof digest;

    g_checksum_update (checksum, (const guchar *) text, -1);
    g_checksum_get_digest (checksum, digest, &size);
    return seen_before (seen, digest);
}
