/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/commands/sip_options.h"

#include "replay/commands/password.h"
#include "replay/usage.h"

#include <string.h>

const GOptionEntry *sip_options_entries (SipOptions *options)
{
    static GOptionEntry entries[4];
    const GOptionEntry all[] = {
        { "user", 0, 0, G_OPTION_ARG_STRING, &options->user,
          "SIP: the user to log in as (the digest user); it is also what is registered, when the recorded phone "
          "registered its user",
          "USER" },
        { "number", 0, 0, G_OPTION_ARG_STRING, &options->number,
          "SIP: the number or name to register, the user of To (as recorded, or --user)", "NUMBER" },
        { "password-file", 0, 0, G_OPTION_ARG_FILENAME, &options->password_file,
          "SIP: the first line of this file is the password (else " PASSWORD_VARIABLE
          " of the environment, else it is asked for)",
          "FILE" },
        { NULL },
    };

    memcpy (entries, all, sizeof entries);
    return entries;
}

void sip_options_clear (SipOptions *options)
{
    char **texts[] = { &options->user, &options->number, &options->password_file };

    for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        g_clear_pointer (texts[i], g_free);
}

const char *sip_options_given (const SipOptions *options)
{
    return options->user ? "--user" : options->number ? "--number" : options->password_file ? "--password-file" : NULL;
}

static gboolean has_device_name (const Script *script)
{
    Identity identity;
    return !strpbrk (script->phone, "@:") && identity_init (&identity, script->phone, NULL);
}

/* What stands in URIs unescaped (RFC 3261, 25.1), without what would end a header or a quoted string. */
static gboolean copy_user (const char *option, const char *text, char user[SIP_USER_MAX + 1], GError **error)
{
    gsize size = strlen (text);
    gboolean good = size > 0 && size <= SIP_USER_MAX;

    for (gsize i = 0; i < size && good; i++)
        good = g_ascii_isalnum (text[i]) || strchr ("-_.!~*'()%&=+$,;?/#", text[i]);
    if (good) {
        g_strlcpy (user, text, SIP_USER_MAX + 1);
        return TRUE;
    }
    g_set_error (error, USAGE_ERROR, 0,
                 "%s: \"%s\" is no user of a SIP address: 1 to %u letters, digits and -_.!~*'()%%&=+$,;?/# are", option,
                 text, SIP_USER_MAX);
    return FALSE;
}

static gboolean refuse_recorded (const char *what, const char *whose, const char *option, gboolean is_given,
                                 const char *target, GError **error)
{
    g_set_error (error, USAGE_ERROR, 0,
                 "%s is the recorded phone's %s%s%s%s: if it is in service, %s would throw it out. Choose a laboratory "
                 "identity%s%s, or say --same-identity",
                 whose, what, is_given ? "" : ", and no ", is_given ? "" : option, is_given ? "" : " says who to be",
                 target, is_given ? " with " : "", is_given ? option : "");
    return FALSE;
}

static gboolean choose_device (const Script *script, const char *as, gboolean has_account, const char *target,
                               gboolean same_identity, Identity *identity, GError **error)
{
    gboolean has_name = has_device_name (script);
    gboolean is_recorded = has_name && (!as || g_ascii_strcasecmp (as, script->phone) == 0);

    /* The account is all that tells such a phone; our own server does not mind. */
    if (as && target && !has_name && !has_account) {
        g_set_error (error, USAGE_ERROR, 0,
                     "--as %s names a device, and %s tells the server no device name: --user USER and --number NUMBER "
                     "say who to be",
                     as, script->phone);
        return FALSE;
    }
    if (!as && !has_name)
        return TRUE;
    if (target && is_recorded && !same_identity)
        return refuse_recorded ("device name", script->phone, "--as NAME", as != NULL, target, error);
    if (!identity_init (identity, as ? as : script->phone, error))
        return FALSE;
    identity->is_recorded = is_recorded;
    return TRUE;
}

gboolean sip_options_identity (const SipOptions *options, const Script *script, const char *as, const char *target,
                               gboolean same_identity, Identity *ret_identity, GError **error)
{
    gboolean is_own_number = !script->user || g_strcmp0 (script->user, script->number) == 0;
    const char *user = options->user ? options->user : script->user;
    const char *number = options->number ? options->number : is_own_number && options->user ? options->user : "";

    *ret_identity = (Identity){ 0 };
    if (!choose_device (script, as, options->user || options->number, target, same_identity, ret_identity, error))
        return FALSE;
    if (target && !options->user && !same_identity && (script->user || !has_device_name (script)))
        return refuse_recorded (script->user ? "user" : "number", script->user ? script->user : script->number,
                                "--user USER", FALSE, target, error);
    return (!user || copy_user ("--user", user, ret_identity->user, error)) &&
           (!*number || copy_user ("--number", number, ret_identity->number, error));
}

char *sip_options_host (const char *target)
{
    const char *colon = strchr (target, ':');

    /* Which interface it is on is nobody else's matter (RFC 4007, 11.2). */
    if (*target == '[')
        return g_strdup_printf ("%.*s]", (int) strcspn (target, "]%"), target);
    if (colon && strchr (colon + 1, ':'))
        return g_strdup_printf ("[%.*s]", (int) strcspn (target, "%"), target);
    return g_strndup (target, colon ? (gsize) (colon - target) : strlen (target));
}
