/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/passwords.h"

#include "registration/protocols/sip_text.h"

#include <string.h>

typedef struct {
    char *realm, *password; /* owned; realm NULL: any */
} Entry;

struct Passwords {
    GHashTable *users; /* name, owned → GArray of Entry, owned */
};

G_DEFINE_QUARK (regflow - passwords - error - quark, passwords_error)

static void wipe (char *secret)
{
    for (volatile char *p = secret; *p; p++)
        *p = '\0';
}

static void clear_entry (gpointer data)
{
    Entry *entry = data;

    g_free (entry->realm);
    wipe (entry->password);
    g_free (entry->password);
}

static void add_entry (Passwords *passwords, const char *user, gsize user_size, Entry entry)
{
    g_autofree char *name = g_strndup (user, user_size);
    GArray *entries = g_hash_table_lookup (passwords->users, name);

    if (!entries) {
        entries = g_array_new (FALSE, FALSE, sizeof (Entry));
        g_array_set_clear_func (entries, clear_entry);
        g_hash_table_insert (passwords->users, g_steal_pointer (&name), entries);
    }
    g_array_append_val (entries, entry);
}

/* FALSE when the line is neither of the two forms. */
static gboolean add_line (Passwords *passwords, const char *line, gsize size)
{
    const char *end = line + size, *first = memchr (line, ':', size);
    Entry entry = { NULL, NULL };

    if (size == 0 || (size >= 2 && memcmp (line, "# ", 2) == 0) || (size == 1 && *line == '#'))
        return TRUE;
    if (!first || first == line || memchr (line, '\0', size))
        return FALSE;
    const char *rest = first + 1, *second = memchr (rest, ':', (gsize) (end - rest));
    if (second && second > rest)
        entry.realm = g_strndup (rest, (gsize) (second - rest));
    if (second)
        rest = second + 1;
    entry.password = g_strndup (rest, (gsize) (end - rest));
    add_entry (passwords, line, (gsize) (first - line), entry);
    return TRUE;
}

Passwords *passwords_new (const char *text, gsize size, GError **error)
{
    static const char mark[] = "\xef\xbb\xbf";
    g_autoptr (Passwords) passwords = g_new0 (Passwords, 1);
    guint number = 0;

    passwords->users = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref);
    if (size > PASSWORDS_SIZE_MAX) {
        g_set_error (error, PASSWORDS_ERROR, PASSWORDS_ERROR_SIZE, "a password file of more than %d octets",
                     PASSWORDS_SIZE_MAX);
        return NULL;
    }
    gsize at = size >= 3 && memcmp (text, mark, 3) == 0 ? 3 : 0;
    while (at < size) {
        const char *line = text + at, *newline = memchr (line, '\n', size - at);
        gsize length = newline ? (gsize) (newline - line) : size - at;
        at += length + 1;
        number++;
        if (length && line[length - 1] == '\r')
            length--;
        if (!add_line (passwords, line, length)) {
            g_set_error (error, PASSWORDS_ERROR, PASSWORDS_ERROR_FORMAT,
                         "line %u is neither \"user:password\" nor \"user:realm:password\"", number);
            return NULL;
        }
    }
    return g_steal_pointer (&passwords);
}

void passwords_free (Passwords *passwords)
{
    if (!passwords)
        return;
    g_hash_table_unref (passwords->users);
    g_free (passwords);
}

static gboolean is_text (View view, const char *text)
{
    return view.size == strlen (text) && (view.size == 0 || memcmp (view.data, text, view.size) == 0);
}

typedef struct {
    const SipCredentials *credentials;
    View method, body;
} Checked;

/* The response as it would be for another user or realm; empty ones stay as they are. */
static gboolean fits (const Checked *checked, const Entry *entry, View user, View realm)
{
    SipCredentials other = *checked->credentials;

    if (user.size)
        other.username = user;
    if (realm.size)
        other.realm = realm;
    return sip_credentials_check (&other, checked->method, checked->body, text_view (entry->password)) ==
           DIGEST_MATCHES;
}

DigestCheck passwords_check (const Passwords *passwords, const SipCredentials *credentials, View method, View body,
                             gboolean realm_differs, View number)
{
    const View as_sent = { NULL, 0 };
    Checked checked = { credentials, method, body };
    char user[256];
    gboolean has_realm = FALSE;

    if (!passwords || !credentials->username.size ||
        sip_credentials_check (credentials, method, body, as_sent) == DIGEST_NOT_COMPUTABLE)
        return DIGEST_UNCHECKED;
    sip_text (credentials->username, user, sizeof user);
    const GArray *entries = g_hash_table_lookup (passwords->users, user);
    if (!entries)
        return DIGEST_IS_UNKNOWN_USER;
    for (guint i = 0; i < entries->len; i++) {
        const Entry *entry = &g_array_index (entries, Entry, i);
        has_realm |= !entry->realm || is_text (credentials->realm, entry->realm);
        if (fits (&checked, entry, as_sent, as_sent))
            return realm_differs ? DIGEST_IS_WRONG_REALM : DIGEST_IS_RIGHT;
    }
    for (guint i = 0; i < entries->len; i++) {
        const Entry *entry = &g_array_index (entries, Entry, i);
        if (entry->realm && fits (&checked, entry, as_sent, text_view (entry->realm)))
            return DIGEST_IS_WRONG_REALM;
        if (number.size && fits (&checked, entry, number, as_sent))
            return DIGEST_IS_WRONG_USER;
    }
    return has_realm ? DIGEST_IS_WRONG_PASSWORD : DIGEST_IS_UNKNOWN_REALM;
}
