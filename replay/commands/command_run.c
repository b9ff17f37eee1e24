/* SPDX-License-Identifier: GPL-2.0-or-later */
/* regreplay run: re-drives a recorded registration against a live server. */
#include "output/output.h"
#include "registration/terms/ports.h"
#include "replay/clean.h"
#include "replay/clock.h"
#include "replay/commands/commands.h"
#include "replay/commands/crowd.h"
#include "replay/commands/embedded.h"
#include "replay/commands/load.h"
#include "replay/commands/part.h"
#include "replay/commands/password.h"
#include "replay/commands/progress.h"
#include "replay/commands/run_options.h"
#include "replay/commands/speed.h"
#include "replay/commands/start.h"
#include "replay/duration.h"
#include "replay/engine/sip_request.h"
#include "replay/live/live.h"
#include "replay/script/script_print.h"
#include "replay/target.h"
#include "replay/terminal.h"
#include "replay/usage.h"

#include <string.h>
#include <unistd.h>

#define COMMAND    "regreplay run"
#define PHONES_MAX 65536
#define ROUNDS_MAX 100000

/* What they mean. */
typedef struct {
    CrowdSettings crowd;
    Tolerance tolerance;
    RunReporter reporter;
    gboolean is_shown; /* the report is text for standard output */
    Endpoint source;
    gint64 start;       /* since 1970; 0: at once */
    gint64 clock_error; /* see start_clock_error() */
    Output *output;     /* borrowed */
    const char *remark; /* about the target's name, for the report; NULL; borrowed */
} Meaning;

static void complain (const char *message)
{
    g_autofree char *clean = clean_line (message);
    g_printerr ("%s: %s%s\n", COMMAND, clean, g_str_has_suffix (clean, ".") ? "" : ".");
}

static gboolean read_options (RunOptions *options, int *argc, char ***argv, ExitCode *ret_code)
{
    const GOptionEntry entries[] = {
        { "phone", 0, 0, G_OPTION_ARG_STRING, &options->phone,
          "whose registration to take out of the capture (the first accepted one)", "NAME" },
        { "attempt", 0, 0, G_OPTION_ARG_INT, &options->attempt, "which registration of that phone, as inspect counts",
          "N" },
        { "dry-run", 0, 0, G_OPTION_ARG_NONE, &options->dry_run,
          "print what would be sent and expected, and send nothing", NULL },
        { "phones", 0, 0, G_OPTION_ARG_INT, &options->phones,
          "so many phones, their names counted up from the first one's", "N" },
        { "rate", 0, 0, G_OPTION_ARG_DOUBLE, &options->rate, "phones that begin per second (all at once)", "R" },
        { "phones-per-port", 0, 0, G_OPTION_ARG_INT, &options->phones_per_port,
          "SIP over UDP: so many phones behind one port of this host, where the server tells them apart (1)", "N" },
        { "part", 0, 0, G_OPTION_ARG_STRING, &options->part,
          "play every Nth of these phones only, as the Ith of N that run this command (what srun, mpirun or an indexed "
          "Job says)",
          "I/N" },
        { "start-at", 0, 0, G_OPTION_ARG_STRING, &options->start_at,
          "begin at that time, as 2026-03-02T08:00:00Z or in seconds since 1970", "TIME" },
        { "format", 0, 0, G_OPTION_ARG_STRING, &options->format, "one of" RUN_REPORT_NAMES " (text)", "FORMAT" },
        { "brief", 0, 0, G_OPTION_ARG_NONE, &options->brief,
          "ndjson without the live messages: what merge and compare read", NULL },
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options->output, "write the report to this file", "FILE" },
        { NULL },
    };
    g_autoptr (GOptionContext) context = g_option_context_new ("CAPTURE");

    g_option_context_set_summary (context,
                                  "Registers as the phone of a capture, and compares every answer and its time with "
                                  "the recording. Times are written as 80ms, 2s, 10m.");
    g_option_context_add_main_entries (context, entries, NULL);
    run_options_add (options, context);
    if (!commands_parse (context, argc, argv, ret_code))
        return FALSE;
    *ret_code = REGREPLAY_USAGE;
    if (*argc != 2) {
        complain ("exactly one capture is needed: regreplay run CAPTURE");
        return FALSE;
    }
    options->capture = g_strdup ((*argv)[1]);
    return TRUE;
}

static gboolean check_counts (const RunOptions *options, GError **error)
{
    const char *message = NULL;

    if (options->attempt < 1 && options->attempt != RUN_ATTEMPT_NOT_GIVEN)
        message = "--attempt counts from 1";
    else if (options->phones < 1 || options->phones > PHONES_MAX)
        message = "--phones is 1 to 65536";
    else if (options->phones_per_port < 1 || options->phones_per_port > PHONES_MAX)
        message = "--phones-per-port is 1 to 65536";
    else if (options->repeat < 1 || options->repeat > ROUNDS_MAX)
        message = "--repeat is 1 to 100000";
    else if (!(options->rate >= 0 && options->rate <= 1e6)) /* "nan" is no number of phones either */
        message = "--rate is 0 (all at once) to 1000000 phones a second";
    if (message)
        g_set_error_literal (error, USAGE_ERROR, 0, message);
    return !message;
}

/* The phones of a part. With one phone there is nothing to share, whatever the environment says. */
static gboolean choose_part (const RunOptions *options, CrowdSettings *crowd, GError **error)
{
    if (!options->part && options->phones == 1) {
        crowd->part.of = 1;
        crowd->phones = 1;
        return TRUE;
    }
    return part_choose (options->part, &crowd->part, error) &&
           part_share (&crowd->part, (guint) options->phones, &crowd->phones, error);
}

/* Options that need each other. */
static gboolean check_files (const RunOptions *options, GError **error)
{
    const char *message = NULL;

    if (options->no_files && (options->tftp || options->http || options->follow_config))
        message = "--no-files leaves nothing to do for --tftp, --http and --follow-config";
    else if (options->follow_config && !options->target && !options->tftp)
        message = "--follow-config needs the server of the configuration: --tftp HOST, or --target HOST for both";
    else if ((options->tftp || options->http) && !options->target && !options->follow_config)
        message = "--tftp and --http need --target HOST or --follow-config: where to register";
    if (message)
        g_set_error_literal (error, USAGE_ERROR, 0, message);
    return !message;
}

static gboolean read_stay (const char *text, gint64 *ret_stay, GError **error)
{
    if (strcmp (text, "forever") != 0)
        return duration_parse (text, "--stay", ret_stay, error);
    *ret_stay = G_MAXINT64;
    return TRUE;
}

static gboolean read_timeout (const char *text, gint64 *ret_timeout, GError **error)
{
    if (!duration_parse (text, "--timeout", ret_timeout, error))
        return FALSE;
    if (*ret_timeout > 0)
        return TRUE;
    g_set_error (error, USAGE_ERROR, 0, "--timeout %s waits for nothing; write it as 500ms or 10s", text);
    return FALSE;
}

static gboolean read_source (const char *text, IpAddress *ret_source, GError **error)
{
    if (ip_address_parse (text, strlen (text), ret_source))
        return TRUE;
    g_set_error (error, USAGE_ERROR, 0, "--source: \"%s\" is no address of this host, as in 192.168.1.10", text);
    return FALSE;
}

static gboolean understand (const RunOptions *options, Meaning *meaning, GError **error)
{
    PlayerSettings *player = &meaning->crowd.player;

    meaning->reporter =
        options->reporter ? options->reporter : run_report_find (options->format ? options->format : "text");
    if (!meaning->reporter) {
        g_set_error (error, USAGE_ERROR, 0, "--format: there is no format \"%s\"; choose one of" RUN_REPORT_NAMES,
                     options->format);
        return FALSE;
    }
    if (options->brief && meaning->reporter != run_report_ndjson) {
        g_set_error_literal (error, USAGE_ERROR, 0, "--brief is for --format ndjson");
        return FALSE;
    }
    meaning->is_shown =
        meaning->reporter == run_report_text && (!options->output || g_str_equal (options->output, "-"));
    if (options->dry_run && options->format && !g_str_equal (options->format, "text")) {
        g_set_error (error, USAGE_ERROR, 0, "--dry-run tells what it would do as text only, not as %s",
                     options->format);
        return FALSE;
    }
    meaning->crowd.rounds = (guint) options->repeat;
    meaning->crowd.rate = options->rate;
    return check_counts (options, error) && choose_part (options, &meaning->crowd, error) &&
           check_files (options, error) &&
           (!options->start_at || start_parse (options->start_at, &meaning->start, error)) &&
           tolerance_parse (options->tolerance ? options->tolerance : TOLERANCE_DEFAULT_TEXT, &meaning->tolerance,
                            error) &&
           speed_parse (options->speed ? options->speed : "recorded", &player->speed, error) &&
           read_timeout (options->timeout ? options->timeout : RUN_TIMEOUT_TEXT, &player->timeout, error) &&
           read_stay (options->stay ? options->stay : "0", &meaning->crowd.stay, error) &&
           (!options->source || read_source (options->source, &player->source, error));
}

/* Some server of the user's is talked to, and not only our own stand-in. */
static gboolean is_live (const RunOptions *options)
{
    return options->target || options->tftp;
}

/* How the user calls it; NULL: there is none. */
static const char *server_text (const RunOptions *options)
{
    return options->target ? options->target : options->tftp;
}

/* A usual slip, which a call manager answers with RegisterReject. */
static void note_lone_address (const char *name)
{
    MacAddress mac;

    if (strlen (name) == 12 && mac_address_parse_hex (name, &mac))
        g_printerr ("%s: %s is sent as it stands; the names of Cisco's phones have SEP before that, as in SEP%s.\n",
                    COMMAND, name, name);
}

/* Who the phone says it is (reference 6.0, rule 1). */
static gboolean choose_sccp_identity (const RunOptions *options, const Script *script, Identity *identity,
                                      GError **error)
{
    const char *name = options->as ? options->as : script->phone;
    const char *sip_option = sip_options_given (&options->sip);
    gboolean is_recorded = g_ascii_strcasecmp (name, script->phone) == 0;

    if (sip_option && !options->is_one_of_many) {
        g_set_error (error, USAGE_ERROR, 0, "%s is about SIP, and the registration of %s in %s is SCCP", sip_option,
                     script->phone, script->capture);
        return FALSE;
    }
    if (is_live (options) && is_recorded && !options->same_identity) {
        g_set_error (error, USAGE_ERROR, 0,
                     "%s is the recorded phone%s: if it is in service, %s would throw it out. Choose a laboratory "
                     "identity with --as NAME, or say --same-identity",
                     script->phone, options->as ? "" : " and no --as NAME says who to be",
                     options->target ? options->target : "its server");
        return FALSE;
    }
    if (!identity_init (identity, name, error))
        return FALSE;
    if (options->as && is_live (options))
        note_lone_address (name);
    identity->is_recorded = is_recorded;
    return TRUE;
}

/* Phones that share a port are told apart by what they register, and our own stand-in looks at ports. */
static gboolean check_shared_ports (const RunOptions *options, const Script *script, Carrier carrier,
                                    const Identity *identity, GError **error)
{
    const char *message = NULL;

    if (script->protocol != PROTOCOL_SIP || carrier != CARRIER_UDP)
        message = "--phones-per-port is about SIP over UDP: over connections each phone has one of its own";
    else if (!options->target)
        message = "--phones-per-port needs --target: the stand-in tells phones apart by their ports";
    else if (!*identity->number)
        message =
            "--phones-per-port needs --user or --number, counted up for each phone: by the number a phone is told "
            "from the others behind its port";
    if (message)
        g_set_error_literal (error, USAGE_ERROR, 0, message);
    return !message;
}

/* Who it is, and how it speaks. */
static gboolean choose_identity (const RunOptions *options, const Script *script, Meaning *meaning, Identity *identity,
                                 GError **error)
{
    PlayerSettings *player = &meaning->crowd.player;

    if (!carrier_options_choose (&options->carrier, script, &player->carrier, error))
        return FALSE;
    if (player->carrier == CARRIER_TLS && !is_live (options)) {
        g_set_error (error, USAGE_ERROR, 0, "--transport tls needs a --target: the stand-in has no certificate");
        return FALSE;
    }
    if (player->carrier == CARRIER_TLS && options->follow_config) {
        g_set_error (
            error, USAGE_ERROR, 0,
            "--follow-config goes over UDP and TCP only: with TLS, --target HOST says whose certificate to expect");
        return FALSE;
    }
    if (script->protocol == PROTOCOL_SCCP)
        return choose_sccp_identity (options, script, identity, error);
    if (!options->timeout)
        player->timeout = SIP_ANSWER_MAX;
    return sip_options_identity (&options->sip, script, options->as, server_text (options), options->same_identity,
                                 identity, error);
}

static gboolean choose_all (const RunOptions *options, const Script *script, Meaning *meaning, Identity *identity,
                            GError **error)
{
    if (!choose_identity (options, script, meaning, identity, error))
        return FALSE;
    meaning->crowd.phones_per_port = (guint) options->phones_per_port;
    return options->phones_per_port == 1 ||
           check_shared_ports (options, script, meaning->crowd.player.carrier, identity, error);
}

static gboolean is_allowed (const RunOptions *options, const char *text, const IpAddress *address, GError **error)
{
    if (options->allow_public || target_is_private (address))
        return TRUE;
    g_set_error (error, TARGET_ERROR, TARGET_ERROR_TEXT,
                 "%s is neither loopback nor a private address; --allow-public sends registrations there", text);
    return FALSE;
}

static gboolean choose_server (const RunOptions *options, const char *text, guint16 port, gint64 timeout,
                               Endpoint *ret_server, GError **error)
{
    return target_parse (text, port, FALSE, timeout, ret_server, error) &&
           is_allowed (options, text, &ret_server->address, error);
}

/* From an address of one family nobody reaches the other one. */
static void drop_other_family (GArray *choices, const IpAddress *source)
{
    for (guint i = choices->len; source->size && i > 0; i--)
        if (g_array_index (choices, TargetChoice, i - 1).end.address.size != source->size && choices->len > 1)
            g_array_remove_index (choices, i - 1);
}

/* All that stands behind the name of the target. Owned by the caller. */
static GArray *choose_target (const RunOptions *options, const PlayerSettings *player, char **ret_remark,
                              GError **error)
{
    const TargetService service = { player->carrier == CARRIER_TLS ? "sips" : "sip",
                                    player->carrier == CARRIER_UDP ? "udp" : "tcp" };
    const gboolean is_sip = player->script->protocol == PROTOCOL_SIP;
    g_autoptr (GArray) choices =
        target_find (options->target, carrier_usual_port (player->script->protocol, player->carrier),
                     is_sip ? &service : NULL, player->timeout, ret_remark, error);

    if (choices)
        drop_other_family (choices, &player->source);
    if (choices && player->source.size &&
        g_array_index (choices, TargetChoice, 0).end.address.size != player->source.size) {
        g_set_error (error, USAGE_ERROR, 0, "--source %s is of another family (IPv4, IPv6) than every address of %s",
                     options->source, options->target);
        return NULL;
    }
    for (guint i = 0; choices && i < choices->len; i++) {
        const TargetChoice *choice = &g_array_index (choices, TargetChoice, i);
        g_autofree char *name = target_name_choice (options->target, choice);
        if (!is_allowed (options, name, &choice->end.address, error))
            return NULL;
    }
    return g_steal_pointer (&choices);
}

/* Where the registration goes, and where the boot files come from: the same host unless the user says otherwise. */
static gboolean choose_servers (const RunOptions *options, PlayerSettings *player, GArray **ret_choices,
                                char **ret_remark, GError **error)
{
    *ret_choices = options->target ? choose_target (options, player, ret_remark, error) : NULL;
    if (options->target && !*ret_choices)
        return FALSE;
    player->choices = *ret_choices;
    if (options->target)
        player->target = g_array_index (*ret_choices, TargetChoice, 0).end;
    player->tftp_server = (Endpoint){ player->target.address, PORT_TFTP };
    if (options->tftp &&
        !choose_server (options, options->tftp, PORT_TFTP, player->timeout, &player->tftp_server, error))
        return FALSE;
    player->http_server = (Endpoint){ player->tftp_server.address, PORT_FILES };
    return !options->http ||
           choose_server (options, options->http, PORT_FILES, player->timeout, &player->http_server, error);
}

/* A PlayerFindServer; what a configuration names is held to the same rules as what the user names. */
static gboolean find_server (const char *host, guint16 port, Endpoint *ret_server, gpointer user_data, GError **error)
{
    IpAddress address;

    /* A host, and never a port: "[…]" keeps an address of IPv6 apart from that. */
    g_autofree char *text = ip_address_parse (host, strlen (host), &address) && address.size == 16
                                ? g_strdup_printf ("[%s]:%u", host, port)
                                : g_strdup_printf ("%s:%u", host, port);
    return choose_server (user_data, text, port, TARGET_WAIT, ret_server, error);
}

/* --- Running */

/* A second Ctrl-C does not wait for the servers' answers; what came before it is told all the same. */
static void on_signal (gpointer user_data)
{
    static gboolean again;

    if (again)
        crowd_leave (user_data);
    else
        crowd_stop (user_data);
    again = TRUE;
}

static void on_done (G_GNUC_UNUSED gpointer user_data)
{
    live_quit ();
}

static gboolean drive (const CrowdSettings *settings, RunSummary *summary, GError **error)
{
    Crowd *crowd = crowd_new (settings, summary, on_done, NULL, error);
    Progress progress;

    if (!crowd)
        return FALSE;
    live_catch_signals (on_signal, crowd);
    progress_begin (&progress, crowd, settings->player.agenda);
    crowd_start (crowd);
    live_run ();
    live_release_signals (); /* a long report can be given up, too */
    progress_end (&progress);
    crowd_free (crowd);
    return TRUE;
}

static ExitCode write_text (const Meaning *meaning, const GString *text, ExitCode code)
{
    g_autoptr (GError) error = NULL;

    Terminal *terminal = meaning->is_shown ? terminal_new (output_write, meaning->output) : NULL;
    if (terminal)
        terminal_write (text->str, text->len, terminal);
    else
        output_write (text->str, text->len, meaning->output);
    terminal_free (terminal);
    if (output_close (meaning->output, &error))
        return code;
    complain (error->message);
    return REGREPLAY_USAGE;
}

static ExitCode write_report (const Meaning *meaning, const RunReport *report)
{
    g_autoptr (GString) text = g_string_new (NULL);

    meaning->reporter (report, text);
    return write_text (meaning, text, report->summary->code);
}

/* What the report of one of several parts says besides. */
static gboolean prepare_part (const RunOptions *options, Meaning *meaning, RunSummary *summary, GError **error)
{
    CrowdSettings *crowd = &meaning->crowd;

    meaning->clock_error = start_clock_error ();
    if (crowd->part.of > 1) {
        g_autofree char *share = g_strdup_printf ("part %u of %u (%s): %u of the %d phones", crowd->part.number + 1,
                                                  crowd->part.of, crowd->part.who, crowd->phones, options->phones);
        run_summary_remark (summary, share);
    }
    if (meaning->start) {
        g_autofree char *told = start_remark (meaning->start, meaning->clock_error);
        if (!start_find (meaning->start, meaning->clock_error, &crowd->start, error))
            return FALSE;
        run_summary_remark (summary, told);
    }
    return TRUE;
}

static ExitCode drive_and_report (const RunOptions *options, Meaning *meaning, const Script *script,
                                  const Identity *identity)
{
    g_autoptr (RunSummary) summary = run_summary_new (script, &meaning->tolerance, options->strict);
    const gboolean has_lines = meaning->reporter == run_report_ndjson || options->has_lines;
    g_autoptr (RunLog) log = meaning->reporter == run_report_ndjson && !options->brief
                                 ? run_log_new (script->protocol, meaning->crowd.player.carrier)
                                 : NULL;
    g_autoptr (Tips) tips = log ? tips_new_shipped (NULL, NULL) : NULL;
    g_autoptr (GError) error = NULL;
    Agenda *agenda = agenda_new ();

    if (has_lines)
        run_summary_keep_phones (summary);
    meaning->crowd.player.tells = has_lines;
    meaning->crowd.player.agenda = agenda;
    meaning->crowd.player.listener = log ? run_log_hear : NULL;
    meaning->crowd.player.listener_data = log;
    gboolean driven = prepare_part (options, meaning, summary, &error) && drive (&meaning->crowd, summary, &error);
    agenda_free (agenda);
    if (!driven) {
        complain (error->message);
        return REGREPLAY_USAGE;
    }
    run_summary_judge (summary);
    if (meaning->remark)
        run_summary_remark (summary, meaning->remark);
    if (log && run_log_left_out (log)) {
        g_autofree char *left_out = g_strdup_printf (
            "%" G_GUINT64_FORMAT " messages are not among those told here: of a connection the first %u are kept, and "
            "of all %u MiB",
            run_log_left_out (log), RUN_LOG_MESSAGES_MAX, RUN_LOG_MIB_MAX);
        run_summary_remark (summary, left_out);
    }
    RunReport report = { .summary = summary,
                         .columns = meaning->is_shown ? terminal_columns (STDOUT_FILENO) : 0,
                         .target = meaning->crowd.player.target_text,
                         .is_embedded = !is_live (options),
                         .as = *identity->name     ? identity->name
                               : *identity->number ? identity->number
                                                   : script->number,
                         .speed = options->speed ? options->speed : "recorded",
                         .tolerance = options->tolerance ? options->tolerance : TOLERANCE_DEFAULT_TEXT,
                         .phones = meaning->crowd.phones,
                         .part = meaning->crowd.part.number + 1,
                         .parts = meaning->crowd.part.of,
                         .all_phones = (guint) options->phones,
                         .start_at = meaning->start,
                         .clock_error = meaning->clock_error,
                         .rounds = meaning->crowd.rounds,
                         .log = log,
                         .tips = tips };
    return write_report (meaning, &report);
}

/* A password that nobody has is asked for when the recorded phone needed one. */
static char *get_password (const RunOptions *options, const Script *script, const Identity *identity, GError **error)
{
    char *password = password_find (options->sip.password_file, error);

    if (password || *error || !script->user || !is_live (options))
        return password;
    return password_ask (*identity->user ? identity->user : script->user);
}

static ExitCode run_sip (const RunOptions *options, Meaning *meaning, const Script *script, const Identity *identity)
{
    PlayerSettings *player = &meaning->crowd.player;
    g_autofree char *host = sip_options_host (player->target_text);
    g_autoptr (GError) error = NULL;
    char *password = get_password (options, script, identity, &error);

    if (error) {
        complain (error->message);
        return REGREPLAY_USAGE;
    }
    player->host = options->follow_config ? NULL : host;
    player->password = password;
    ExitCode code = drive_and_report (options, meaning, script, identity);
    password_free (password);
    return code;
}

static gboolean open_tls (const RunOptions *options, const PlayerSettings *player, GError **error)
{
    g_autofree char *host = sip_options_host (player->target_text);
    g_autofree char *bare = *host == '[' ? g_strndup (host + 1, strlen (host) - 2) : g_strdup (host);

    if (!carrier_options_open_client (&options->carrier, bare, error))
        return FALSE;
    if (options->carrier.insecure)
        complain ("warning: --insecure: the certificate of the server is NOT checked; whoever sits in between can read "
                  "everything, and whatever it answers may be false");
    return TRUE;
}

/* With sockets open. */
static ExitCode run_open (const RunOptions *options, Meaning *meaning, const Script *script, const Identity *identity)
{
    const PlayerSettings *player = &meaning->crowd.player;
    g_autoptr (GError) error = NULL;

    if (player->carrier == CARRIER_TLS && !open_tls (options, player, &error)) {
        complain (error->message);
        return REGREPLAY_USAGE;
    }
    if (script->protocol == PROTOCOL_SIP)
        return run_sip (options, meaning, script, identity);
    return drive_and_report (options, meaning, script, identity);
}

/* At most, at once. Each boot file comes over one of its own. */
static guint sockets_of (const CrowdSettings *crowd)
{
    const PlayerSettings *player = &crowd->player;

    if (player->with_files && player->script->files.files->len)
        return crowd->phones;
    return (crowd->phones + crowd->phones_per_port - 1) / crowd->phones_per_port;
}

static ExitCode run_live (const RunOptions *options, Meaning *meaning, const Script *script, const Identity *identity)
{
    PlayerSettings *player = &meaning->crowd.player;
    g_autoptr (Embedded) embedded = NULL;
    g_autoptr (GArray) choices = NULL;
    g_autoptr (GError) error = NULL;
    g_autofree char *remark = NULL;
    char text[TARGET_TEXT_SIZE];

    if (options->follow_config && !script->files.files->len) {
        complain ("--follow-config has nothing to follow: the recorded phone asks for no boot file in this capture");
        return REGREPLAY_USAGE;
    }
    player->script = script;
    player->same_server = !is_live (options);
    player->with_files = !options->no_files;
    player->files_are_expected = !options->target || options->tftp || options->http || options->follow_config;
    player->follows = options->follow_config;
    player->find_server = find_server;
    player->find_data = (gpointer) options;
    meaning->crowd.first = *identity;
    if (is_live (options)) {
        if (!choose_servers (options, player, &choices, &remark, &error)) {
            complain (error->message);
            return g_error_matches (error, TARGET_ERROR, TARGET_ERROR_UNRESOLVED) ? REGREPLAY_UNREACHABLE
                                                                                  : REGREPLAY_USAGE;
        }
    } else {
        EmbeddedEnds ends = { 0 };
        embedded = embedded_start (script, player->carrier, meaning->crowd.phones, &ends, &error);
        player->target = ends.call_manager;
        player->tftp_server = ends.tftp;
        player->http_server = ends.http;
    }
    if (error || !live_open (sockets_of (&meaning->crowd), &error)) {
        complain (error->message);
        return REGREPLAY_UNREACHABLE;
    }
    player->target_text = options->follow_config ? "where its configuration points"
                          : options->target      ? options->target
                                                 : target_format (&player->target, text);
    /* Over UDP ports tell phones apart well enough, and those that have signed off leave theirs to the next. */
    meaning->crowd.loopback_sources = meaning->crowd.phones > 1 && !options->source && player->carrier != CARRIER_UDP &&
                                      player->target.address.size == 4 && target_is_loopback (&player->target.address);
    meaning->remark = remark;
    ExitCode code = run_open (options, meaning, script, identity);
    if (!live_tls_keys_written (&error)) {
        complain (error->message);
        code = REGREPLAY_USAGE;
    }
    live_close ();
    return code;
}

static ExitCode dry_run (const Meaning *meaning, const Script *script, const Identity *identity)
{
    g_autoptr (GString) text = g_string_new (NULL);

    script_print (script, *identity->name ? identity->name : script->number, identity, text);
    return write_text (meaning, text, REGREPLAY_OK);
}

/* What the report must not replace; ended by NULL. */
static GPtrArray *files_of (const RunOptions *options)
{
    const char *const files[] = { options->capture,     options->carrier.ca,      options->carrier.certificate,
                                  options->carrier.key, options->carrier.key_log, options->sip.password_file };
    GPtrArray *named = g_ptr_array_new ();

    for (guint i = 0; i < G_N_ELEMENTS (files); i++)
        if (files[i])
            g_ptr_array_add (named, (gpointer) files[i]);
    g_ptr_array_add (named, NULL);
    return named;
}

ExitCode run_capture (const RunOptions *options)
{
    ScriptChoice choice = { options->phone, (guint) MAX (0, options->attempt) };
    Meaning meaning = { 0 };
    g_autoptr (GError) error = NULL;
    Identity identity;
    ExitCode code = REGREPLAY_USAGE;

    if (!understand (options, &meaning, &error)) {
        complain (error->message);
        return code;
    }
    /* Before anything is sent: what cannot be written need not be measured. */
    g_autoptr (GPtrArray) inputs = files_of (options);
    g_autoptr (Output) output = output_open (options->output, (const char *const *) inputs->pdata, &error);
    meaning.output = output;
    if (!output) {
        complain (error->message);
        return code;
    }
    g_autoptr (Script) script =
        script_load (COMMAND, options->capture, &choice, !options->target && !options->dry_run, &code);
    if (!script)
        return code;
    if (!choose_all (options, script, &meaning, &identity, &error)) {
        complain (error->message);
        return REGREPLAY_USAGE;
    }
    return options->dry_run ? dry_run (&meaning, script, &identity) : run_live (options, &meaning, script, &identity);
}

ExitCode run_main (int argc, char **argv)
{
    RunOptions options = RUN_OPTIONS;
    ExitCode code = REGREPLAY_OK;

    if (read_options (&options, &argc, &argv, &code))
        code = run_capture (&options);
    run_options_clear (&options);
    return code;
}
