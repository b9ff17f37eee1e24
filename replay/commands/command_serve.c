/* SPDX-License-Identifier: GPL-2.0-or-later */
/* regreplay serve: stands in for the recorded call manager. */
#include "replay/clean.h"
#include "replay/commands/carrier_options.h"
#include "replay/commands/commands.h"
#include "replay/commands/load.h"
#include "replay/commands/speed.h"
#include "replay/duration.h"
#include "replay/live/live.h"
#include "replay/stand_in/stand_in.h"
#include "replay/stand_in/stand_in_files.h"
#include "replay/target.h"
#include "replay/usage.h"

#include "registration/protocols/sip.h"
#include "registration/terms/ports.h"

#include <stdio.h>
#include <string.h>

#define COMMAND "regreplay serve"

/* How many phones may be connected at once. */
#define CONNECTIONS_MAX 10000

typedef struct {
    char *capture, *phone, *listen, *speed, *digest, *users;
    char **delays, **faults;
    int attempt, keepalive, tftp_port, http_port;
    gboolean no_files;
    CarrierOptions carrier;
} Options;

#define NOT_GIVEN       G_MININT /* of a number that counts from 1 */
#define PORT_NOT_CHOSEN G_MININT

#define FAULT_NAME(symbol, name, text) " " name
#define FAULT_NAMES                    FAULTS (FAULT_NAME)

static void clear_options (Options *options)
{
    g_free (options->capture);
    g_free (options->phone);
    g_free (options->listen);
    g_free (options->speed);
    carrier_options_clear (&options->carrier);
    g_free (options->digest);
    g_free (options->users);
    g_strfreev (options->delays);
    g_strfreev (options->faults);
}

static gboolean usage_error (const GError *error)
{
    g_printerr ("%s: %s.\n", COMMAND, error->message);
    return FALSE;
}

static gboolean is_said_by_server (const MessageKind *kind)
{
    if (kind->protocol == PROTOCOL_SIP)
        return kind->is_answer || kind->id == SIP_NOTIFY || kind->id == SIP_REFER || kind->id == SIP_OPTIONS;
    return kind->protocol == PROTOCOL_SCCP && kind->from == SIDE_SERVER;
}

/* The message of a server with that name; an answer of SIP also by its number alone. */
static gboolean find_message (const char *name, gsize size, KindIndex *ret_kind)
{
    for (KindIndex i = 0; i < catalog_size (); i++) {
        const MessageKind *kind = catalog_kind (i);
        gsize length = kind->protocol == PROTOCOL_SIP && kind->is_answer && size == 3 ? 3 : strlen (kind->name);
        if (is_said_by_server (kind) && length == size && g_ascii_strncasecmp (kind->name, name, size) == 0) {
            *ret_kind = i;
            return TRUE;
        }
    }
    return FALSE;
}

/* "Message=WHAT": the tweak of that message, made when there is none. NULL with error set. */
static Tweak *tweak_for (GArray *tweaks, const char *option, const char *text, const char **ret_what, GError **error)
{
    const char *equals = strchr (text, '=');
    Tweak fresh = { .fault = N_FAULTS };

    if (!equals) {
        g_set_error (error, USAGE_ERROR, 0, "%s: \"%s\" needs \"=\" and what is wanted behind the message, as in %s=%s",
                     option, text, *text ? text : "RegisterAck", strcmp (option, "--delay") == 0 ? "500ms" : "silent");
        return NULL;
    }
    if (!find_message (text, (gsize) (equals - text), &fresh.kind)) {
        g_set_error (error, USAGE_ERROR, 0,
                     "%s: \"%s\" does not begin with a message of a call manager, as in RegisterAck=… or 401=…", option,
                     text);
        return NULL;
    }
    *ret_what = equals + 1;
    for (guint i = 0; i < tweaks->len; i++)
        if (g_array_index (tweaks, Tweak, i).kind == fresh.kind)
            return &g_array_index (tweaks, Tweak, i);
    g_array_append_val (tweaks, fresh);
    return &g_array_index (tweaks, Tweak, tweaks->len - 1);
}

static gboolean read_fault (Tweak *tweak, const char *what, GError **error)
{
    tweak->fault = fault_find (what);
    if (tweak->fault != N_FAULTS)
        return TRUE;
    g_set_error (error, USAGE_ERROR, 0, "--fault: there is no fault \"%s\"; choose one of" FAULT_NAMES, what);
    return FALSE;
}

static gboolean read_tweaks (const Options *options, GArray *tweaks, GError **error)
{
    const char *what = NULL;

    for (char **text = options->delays; text && *text; text++) {
        Tweak *tweak = tweak_for (tweaks, "--delay", *text, &what, error);
        if (!tweak || !duration_parse (what, "--delay", &tweak->delay, error))
            return FALSE;
    }
    for (char **text = options->faults; text && *text; text++) {
        Tweak *tweak = tweak_for (tweaks, "--fault", *text, &what, error);
        if (!tweak || !read_fault (tweak, what, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean is_port (int port)
{
    return port == PORT_NOT_CHOSEN || (port >= 0 && port <= G_MAXUINT16);
}

static gboolean read_options (Options *options, int *argc, char ***argv, ExitCode *ret_code)
{
    const GOptionEntry entries[] = {
        { "listen", 0, 0, G_OPTION_ARG_STRING, &options->listen,
          "where to listen (127.0.0.1, and port 2000, over TLS 2443, for SIP 5060, over TLS 5061); port 0 takes a free "
          "one",
          "ADDR[:PORT]" },
        { "tftp-port", 0, 0, G_OPTION_ARG_INT, &options->tftp_port,
          "where the recorded boot files are given out by TFTP (69); 0 takes a free one", "PORT" },
        { "http-port", 0, 0, G_OPTION_ARG_INT, &options->http_port, "the same by HTTP (6970)", "PORT" },
        { "no-files", 0, 0, G_OPTION_ARG_NONE, &options->no_files, "give out no boot files", NULL },
        { "phone", 0, 0, G_OPTION_ARG_STRING, &options->phone, "whose registration to take (the first accepted one)",
          "NAME" },
        { "attempt", 0, 0, G_OPTION_ARG_INT, &options->attempt, "which registration of that phone, as inspect counts",
          "N" },
        { "speed", 0, 0, G_OPTION_ARG_STRING, &options->speed,
          "recorded, max (answer at once) or a factor; default recorded", "SPEED" },
        { "delay", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->delays,
          "send this message so much later than recorded, as in RegisterAck=80ms; may be repeated", "MESSAGE=TIME" },
        { "fault", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->faults,
          "in the place of this message one of" FAULT_NAMES "; may be repeated", "MESSAGE=FAULT" },
        { "keepalive", 0, 0, G_OPTION_ARG_INT, &options->keepalive,
          "seconds between keepalives, for SIP until the registration expires (as recorded)", "N" },
        { "digest", 0, 0, G_OPTION_ARG_STRING, &options->digest,
          "SIP: how to ask for the login: recorded (default), none, md5 (CUCM's form, without qop), md5-qop, md5-sess, "
          "sha-256 or sha-512-256",
          "FORM" },
        { "users", 0, 0, G_OPTION_ARG_FILENAME, &options->users,
          "SIP: who may register, in lines user:password; others get 404, wrong passwords 403 (anybody)", "FILE" },
        { NULL },
    };
    g_autofree GOptionEntry *carrier_entries = carrier_options_of_serve (&options->carrier);
    g_autoptr (GOptionContext) context = g_option_context_new ("CAPTURE");

    g_option_context_set_summary (context, "Stands in for the call manager of a capture, for any number of phones at "
                                           "once, until it is interrupted.");
    g_option_context_add_main_entries (context, entries, NULL);
    g_option_context_add_main_entries (context, carrier_entries, NULL);
    if (!commands_parse (context, argc, argv, ret_code))
        return FALSE;
    *ret_code = REGREPLAY_USAGE;
    if (*argc != 2) {
        g_printerr ("%s: exactly one capture is needed: regreplay serve CAPTURE.\n", COMMAND);
        return FALSE;
    }
    if (options->attempt < 1 && options->attempt != NOT_GIVEN) {
        g_printerr ("%s: --attempt counts from 1.\n", COMMAND);
        return FALSE;
    }
    if ((options->keepalive < 1 && options->keepalive != NOT_GIVEN) || options->keepalive > 86400) {
        g_printerr ("%s: --keepalive is 1 to 86400 seconds.\n", COMMAND);
        return FALSE;
    }
    if (!is_port (options->tftp_port) || !is_port (options->http_port)) {
        g_printerr ("%s: --tftp-port and --http-port are 0 to 65535.\n", COMMAND);
        return FALSE;
    }
    options->capture = g_strdup ((*argv)[1]);
    return TRUE;
}

static void on_signal (G_GNUC_UNUSED gpointer user_data)
{
    live_quit ();
}

/* One way of giving out files. */
typedef struct {
    const char *name, *option;
    gboolean (*open) (StandInFiles *files, const Endpoint *local, GError **error);
    Endpoint (*where) (const StandInFiles *files);
} Way;

/* A port that nobody has chosen may be out of reach: then phones get no files this way, and somebody should know. */
static gboolean open_way (const Way *way, StandInFiles *files, const IpAddress *address, int port, guint16 usual)
{
    Endpoint local = { *address, port == PORT_NOT_CHOSEN ? usual : (guint16) port };
    g_autoptr (GError) error = NULL;

    if (way->open (files, &local, &error))
        return TRUE;
    if (port != PORT_NOT_CHOSEN) {
        g_printerr ("%s: %s.\n", COMMAND, error->message);
        return FALSE;
    }
    g_printerr ("%s: no boot files by %s: %s; %s PORT takes another port.\n", COMMAND, way->name, error->message,
                way->option);
    return TRUE;
}

static const Way by_tftp = { "TFTP", "--tftp-port", stand_in_files_open_tftp, stand_in_files_tftp };
static const Way by_http = { "HTTP", "--http-port", stand_in_files_open_http, stand_in_files_http };

static gboolean open_files (const Options *options, StandInFiles *files, const IpAddress *address)
{
    return open_way (&by_tftp, files, address, options->tftp_port, PORT_TFTP) &&
           open_way (&by_http, files, address, options->http_port, PORT_FILES);
}

static void say_where_files (const Way *way, const StandInFiles *files)
{
    Endpoint bound = way->where (files);
    char text[TARGET_TEXT_SIZE];

    if (bound.port)
        g_print ("boot files by %s on %s\n", way->name, target_format (&bound, text));
}

/* Whoever waits for the server to listen reads this line: without it nobody would come. */
static gboolean say_where (const Script *script, const Endpoint *local, const StandInFiles *files)
{
    char text[TARGET_TEXT_SIZE];

    g_autofree char *whose = g_strdup_printf ("%s in %s", script->phone, script->capture);
    g_autofree char *clean = clean_line (whose);
    g_print ("listening on %s as the call manager of %s\n", target_format (local, text), clean);
    say_where_files (&by_tftp, files);
    say_where_files (&by_http, files);
    return !ferror (stdout) && fflush (stdout) == 0;
}

static gboolean read_users (const char *file, Passwords **ret_users, GError **error)
{
    g_autofree char *text = NULL;
    gsize size;

    *ret_users = NULL;
    if (!file)
        return TRUE;
    if (!g_file_get_contents (file, &text, &size, error))
        return FALSE;
    *ret_users = passwords_new (text, size, error);
    explicit_bzero (text, size);
    if (*ret_users)
        return TRUE;
    g_prefix_error (error, "--users %s: ", file);
    return FALSE;
}

/* What only SIP knows. */
static gboolean read_sip_options (const Options *options, const Script *script, StandInSettings *settings,
                                  GError **error)
{
    settings->digest = options->digest ? sip_digest_find (options->digest) : SIP_DIGEST_RECORDED;
    if (script->protocol != PROTOCOL_SIP && (options->digest || options->users))
        g_set_error (error, USAGE_ERROR, 0,
                     "--digest and --users are about SIP, and the registration of %s in %s is SCCP", script->phone,
                     script->capture);
    else if (settings->digest == N_SIP_DIGESTS)
        g_set_error (error, USAGE_ERROR, 0,
                     "--digest: there is no form \"%s\"; there are recorded, none, md5, md5-qop, md5-sess, sha-256 "
                     "and sha-512-256",
                     options->digest);
    return *error == NULL;
}

/* Handshakes that fail are told, but whoever scans the port for a night is not to fill a disk. */
#define REFUSALS_TOLD 20

static void on_refused (const Endpoint *phone, const char *why, G_GNUC_UNUSED gpointer user_data)
{
    static guint told;
    char text[TARGET_TEXT_SIZE];

    if (told > REFUSALS_TOLD)
        return;
    if (told++ < REFUSALS_TOLD)
        g_printerr ("%s: not let in: %s %s.\n", COMMAND, target_format (phone, text), why);
    else
        g_printerr ("%s: further phones whose TLS handshake fails are not told.\n", COMMAND);
}

static ExitCode serve (const Options *options, const StandInSettings *settings, const Endpoint *local)
{
    StandInFilesSettings files_settings = { settings->agenda, settings->script, settings->speed };
    g_autoptr (GError) error = NULL;
    g_autoptr (StandInFiles) files = stand_in_files_new (&files_settings);
    g_autoptr (StandIn) stand_in = stand_in_new (settings, local, &error);
    Endpoint bound;

    if (!stand_in) {
        g_printerr ("%s: %s.\n", COMMAND, error->message);
        return REGREPLAY_UNREACHABLE;
    }
    if (settings->script->files.files->len && !options->no_files && !open_files (options, files, &local->address))
        return REGREPLAY_UNREACHABLE;
    bound = stand_in_local (stand_in);
    live_catch_signals (on_signal, NULL);
    if (say_where (settings->script, &bound, files))
        live_run ();
    return REGREPLAY_OK; /* else main tells that nothing could be written */
}

static void on_full (guint limit, G_GNUC_UNUSED gpointer user_data)
{
    g_printerr ("%s: phones are turned away: all %u file descriptors are in use (ulimit -n).\n", COMMAND, limit);
}

static ExitCode run (const Options *options)
{
    g_autoptr (GArray) tweaks = g_array_new (FALSE, TRUE, sizeof (Tweak));
    g_autoptr (GError) error = NULL;
    ScriptChoice choice = { options->phone, (guint) MAX (0, options->attempt) };
    StandInSettings settings = { .speed = 1, .tweaks = tweaks, .keepalive = (guint) MAX (0, options->keepalive) };
    Endpoint local;
    ExitCode code;

    if (!read_tweaks (options, tweaks, &error) ||
        (options->speed && !speed_parse (options->speed, &settings.speed, &error))) {
        usage_error (error);
        return REGREPLAY_USAGE;
    }
    g_autoptr (Script) script = script_load (COMMAND, options->capture, &choice, TRUE, &code);
    if (!script)
        return code;
    g_autoptr (Passwords) users = NULL;
    if (!carrier_options_choose (&options->carrier, script, &settings.carrier, &error) ||
        !read_sip_options (options, script, &settings, &error) || !read_users (options->users, &users, &error) ||
        !target_parse (options->listen ? options->listen : "127.0.0.1",
                       carrier_usual_port (script->protocol, settings.carrier), TRUE, TARGET_WAIT, &local, &error)) {
        usage_error (error);
        return REGREPLAY_USAGE;
    }
    settings.users = users;
    if (!live_open (MIN (CONNECTIONS_MAX, live_connections_allowed ()), &error)) {
        g_printerr ("%s: %s.\n", COMMAND, error->message);
        return REGREPLAY_UNREACHABLE;
    }
    live_tell_full (on_full, NULL);
    if (settings.carrier == CARRIER_TLS && !carrier_options_open_server (&options->carrier, on_refused, &error)) {
        usage_error (error);
        live_close ();
        return REGREPLAY_USAGE;
    }
    Agenda *agenda = agenda_new ();
    settings.agenda = agenda;
    settings.script = script;
    code = serve (options, &settings, &local);
    agenda_free (agenda);
    if (!live_tls_keys_written (&error)) {
        usage_error (error);
        code = REGREPLAY_USAGE;
    }
    live_close ();
    return code;
}

ExitCode serve_main (int argc, char **argv)
{
    Options options = {
        .attempt = NOT_GIVEN, .keepalive = NOT_GIVEN, .tftp_port = PORT_NOT_CHOSEN, .http_port = PORT_NOT_CHOSEN
    };
    ExitCode code = REGREPLAY_OK;

    if (read_options (&options, &argc, &argv, &code))
        code = run (&options);
    clear_options (&options);
    return code;
}
