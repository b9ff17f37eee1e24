/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/engine/player_files.h"

#include "registration/protocols/config_file.h"
#include "registration/protocols/http.h"
#include "registration/protocols/tftp.h"
#include "registration/terms/ports.h"
#include "registration/wire/times.h"
#include "replay/engine/compare_files.h"
#include "replay/engine/fetch.h"
#include "replay/script/rewrite_files.h"
#include "replay/target.h"

#include <string.h>

/* A longer pause of the recorded phone was no thinking: it had been refused, or waited for something else. */
#define THINK_MAX SECONDS (10)

struct PlayerFiles {
    Player *player; /* borrowed */
    void (*ready) (Player *player);
    guint next; /* index of the file that is asked for, or will be */
    char *name; /* under which it is */
    Protocol protocol;
    Fetch *fetch;
    Appointment appointment;
    gint64 started;
    gboolean has_heard;      /* the server has answered: it is one for boot files */
    gboolean http_is_closed; /* nothing listens there: TFTP from now on */
};

static void ask (PlayerFiles *files);
static void go_on (PlayerFiles *files);

static const ScriptFiles *recorded_files (const PlayerFiles *files)
{
    return &script_of (files->player)->files;
}

static void wait_for (PlayerFiles *files, gint64 think, AppointmentHandler handler)
{
    gint64 pause = player_think (files->player, MIN (think, THINK_MAX));

    agenda_make (agenda_of (files->player), &files->appointment, clock_now () + pause, handler, files);
}

/* --- Following the configuration */

static const ConfigServer *first_server (const ConfigFile *config)
{
    for (guint i = 0; i < config->servers->len; i++) {
        const ConfigServer *server = config->servers->pdata[i];
        if (server->name)
            return server;
    }
    return NULL;
}

static guint16 port_of (const ConfigServer *server, Protocol protocol)
{
    guint16 port = protocol == PROTOCOL_SCCP ? server->sccp_port : server->sip_port;
    return port ? port : protocol == PROTOCOL_SCCP ? PORT_SCCP : PORT_SIP;
}

/* FALSE when the player has come to its end. */
static gboolean follow (PlayerFiles *files, const ConfigFile *config)
{
    Player *player = files->player;
    const PlayerSettings *settings = player->settings;
    const ConfigServer *server = first_server (config);
    g_autoptr (GError) error = NULL;
    char text[TARGET_TEXT_SIZE];

    if (!server) {
        player_end (player, END_DIFFERENT, "the configuration %s names no call manager to register with", files->name);
        return FALSE;
    }
    if (!settings->find_server (server->name, port_of (server, settings->script->protocol), &player->target,
                                settings->find_data, &error)) {
        player_end (player, END_DIFFERENT, "the configuration %s points to %s: %s", files->name, server->name,
                    error->message);
        return FALSE;
    }
    g_free (player->target_text);
    player->target_text = g_strdup (target_format (&player->target, text));
    outcome_remark (&player->outcome, "the live configuration points to %s, and there the registration went", text);
    return TRUE;
}

/* What the live configuration says about what is to come. FALSE when the player has come to its end. */
static gboolean heed_configuration (PlayerFiles *files, const GByteArray *content)
{
    Player *player = files->player;
    const char *spoken = script_of (player)->protocol == PROTOCOL_SCCP ? "SCCP" : "SIP";

    g_autoptr (ConfigFile) config = config_file_read (content ? content->data : NULL, content ? content->len : 0, NULL);
    if (config->device_protocol && g_ascii_strcasecmp (config->device_protocol, spoken) != 0)
        outcome_remark (&player->outcome, "the live configuration wants %s, and the recorded phone speaks %s",
                        config->device_protocol, spoken);
    return !player->settings->follows || follow (files, config);
}

/* --- The end of it */

static void on_registering (G_GNUC_UNUSED gint64 deadline, gpointer user_data)
{
    PlayerFiles *files = user_data;
    files->ready (files->player);
}

static void finish (PlayerFiles *files)
{
    files->player->outcome.files_took = clock_now () - files->started;
    wait_for (files, script_of (files->player)->files_think, on_registering);
}

/* The recording goes on to registering with no more files. */
static void finish_without_configuration (PlayerFiles *files)
{
    if (files->player->settings->follows)
        player_end (files->player, END_DIFFERENT, "no configuration was delivered, so nothing says where to register");
    else
        finish (files);
}

static void finish_configured (PlayerFiles *files, const GByteArray *content)
{
    guint left = recorded_files (files)->files->len - files->next - 1;

    if (left)
        outcome_remark (&files->player->outcome,
                        "%u more file%s the recorded phone asked for behind this configuration %s left out", left,
                        left == 1 ? "" : "s", left == 1 ? "is" : "are");
    if (heed_configuration (files, content))
        finish (files);
}

/* --- Asking */

static Exchange new_exchange (const PlayerFiles *files, const ScriptFile *file)
{
    AskedFile *asked = g_new0 (AskedFile, 1);
    guint32 id = files->protocol == PROTOCOL_HTTP ? HTTP_REQUEST : TFTP_RRQ;

    *asked = (AskedFile){ .recorded = file, .name = g_strdup (files->name), .duration = -1 };
    return (Exchange){ .request = SCRIPT_NONE,
                       .kind = catalog_find (files->protocol, id),
                       .instance = files->next + 1,
                       .recorded = file->response,
                       .live = -1,
                       .least = -1,
                       .content = CONTENT_NOT_REACHED,
                       .file = asked };
}

static void add_not_reached (PlayerFiles *files, const ScriptFile *file)
{
    files->protocol = file->protocol;
    Exchange exchange = new_exchange (files, file);
    outcome_add_exchange (&files->player->outcome, &exchange);
}

static guint32 answer_id (Protocol protocol, FileResult result)
{
    if (protocol == PROTOCOL_HTTP)
        return HTTP_RESPONSE;
    return result == FILE_NOT_FOUND || result == FILE_REFUSED ? TFTP_ERROR : TFTP_DATA;
}

/* Who is not there will not be there for the next file either. */
static gboolean is_absent (const ScriptFile *file, const FetchResult *result)
{
    return (result->result == FILE_UNANSWERED || result->result == FILE_NO_SERVER) && file->result != FILE_UNANSWERED;
}

/* Call managers without boot files are many: only the user, or an earlier answer, can say that there ought to be some.
 */
static void forgive_absence (PlayerFiles *files, const ScriptFile *file, const FetchResult *result, Exchange *exchange)
{
    const PlayerSettings *settings = files->player->settings;

    files->has_heard |= result->result != FILE_UNANSWERED && result->result != FILE_NO_SERVER;
    if (!exchange->fails || settings->files_are_expected || files->has_heard || !is_absent (file, result))
        return;
    exchange->fails = FALSE;
    const Endpoint *server = file->protocol == PROTOCOL_TFTP ? &settings->tftp_server : &settings->http_server;
    char text[TARGET_TEXT_SIZE];
    outcome_remark (&files->player->outcome,
                    "nobody gives out boot files at %s: the registration goes on without (--tftp names their server, "
                    "--no-files leaves them out)",
                    target_format (server, text));
}

static void add_result (PlayerFiles *files, const ScriptFile *file, const FetchResult *result)
{
    Exchange exchange = new_exchange (files, file);

    exchange.content = file_compare (file, result, &exchange.detail, &exchange.fails);
    forgive_absence (files, file, result, &exchange);
    if (result->answered >= 0) {
        exchange.live = MAX (0, result->answered - result->asked);
        exchange.least = CLAMP (result->answered_from - result->asked_by, 0, exchange.live);
        exchange.has_answer = TRUE;
        exchange.answer = catalog_find (files->protocol, answer_id (files->protocol, result->result));
    }
    exchange.file->has_result = TRUE;
    exchange.file->result = result->result;
    exchange.file->size = result->size;
    exchange.file->duration = MAX (0, result->finished - result->asked);
    exchange.file->repeats = result->repeats;
    outcome_add_exchange (&files->player->outcome, &exchange);
    if (result->repeats)
        outcome_remark (&files->player->outcome, "%s: sent again %u time%s for want of an answer", files->name,
                        result->repeats, result->repeats == 1 ? "" : "s");
}

/* FALSE when there is no name to ask by. */
static gboolean choose_name (PlayerFiles *files, const ScriptFile *file)
{
    g_free (files->name);
    files->name = boot_name_rewrite (file->name, script_of (files->player)->phone, &files->player->identity);
    return files->name != NULL;
}

/* Not reached are those that would have been asked for, up to the recorded configuration. */
static void give_up (PlayerFiles *files)
{
    const ScriptFile *file;

    while ((file = script_file (recorded_files (files), ++files->next))) {
        if (choose_name (files, file))
            add_not_reached (files, file);
        if (file->result == FILE_DELIVERED && script_file_is_configuration (file))
            break;
    }
    finish_without_configuration (files);
}

static void on_fetched (Fetch *fetch, FetchResult *result, gpointer user_data)
{
    PlayerFiles *files = user_data;
    const ScriptFile *file = script_file (recorded_files (files), files->next);
    g_autoptr (GByteArray) content = g_steal_pointer (&result->content);

    files->fetch = NULL;
    if (files->protocol == PROTOCOL_HTTP && result->result == FILE_NO_SERVER) {
        /* As phones do (reference 4.4). */
        outcome_remark (&files->player->outcome,
                        "nothing listens at the server's HTTP port: its files are asked for by TFTP");
        files->http_is_closed = TRUE;
        fetch_free (fetch);
        ask (files);
        return;
    }
    /* What is compared is still there. */
    result->content = content;
    add_result (files, file, result);
    result->content = NULL;
    gboolean is_gone = is_absent (file, result);
    gboolean is_configured = result->result == FILE_DELIVERED && script_file_is_configuration (file);
    fetch_free (fetch);
    if (is_configured) {
        finish_configured (files, content);
    } else if (is_gone) {
        give_up (files);
    } else {
        files->next++;
        go_on (files);
    }
}

static Fetch *begin_tftp (PlayerFiles *files, const ScriptFile *file, const FetchSettings *settings, GError **error)
{
    gsize size = 0;
    const guint8 *octets = file->protocol == PROTOCOL_TFTP ? g_bytes_get_data (file->request, &size) : NULL;
    View recorded = { octets, size };
    GByteArray *request = tftp_request_rewrite (recorded, files->name, TRUE);
    GByteArray *plain = tftp_request_rewrite (recorded, files->name, FALSE);

    if (plain->len == request->len)
        g_clear_pointer (&plain, g_byte_array_unref);
    return fetch_tftp (settings, request, plain, on_fetched, files, error);
}

static Fetch *begin_http (PlayerFiles *files, const ScriptFile *file, const FetchSettings *settings, GError **error)
{
    char host[TARGET_TEXT_SIZE];
    gsize size;
    const guint8 *octets = g_bytes_get_data (file->request, &size);
    GByteArray *request = http_request_rewrite ((View){ octets, size }, file->name, script_of (files->player)->phone,
                                                &files->player->identity, target_format (&settings->server, host));

    if (!request) {
        g_set_error (error, TRANSPORT_ERROR, 0, "the recorded request cannot be sent again");
        return NULL;
    }
    return fetch_http (settings, request, on_fetched, files, error);
}

static void ask (PlayerFiles *files)
{
    Player *player = files->player;
    const ScriptFile *file = script_file (recorded_files (files), files->next);
    g_autoptr (GError) error = NULL;

    if (!choose_name (files, file)) {
        outcome_remark (&player->outcome,
                        "%s is not asked for: it is named by an address, and %s has none to put in its place",
                        file->name, player->identity.name);
        files->next++;
        go_on (files);
        return;
    }
    files->protocol = files->http_is_closed ? PROTOCOL_TFTP : file->protocol;
    gboolean by_http = files->protocol == PROTOCOL_HTTP;
    FetchSettings settings = { .agenda = agenda_of (player),
                               .server = by_http ? player->settings->http_server : player->settings->tftp_server,
                               .source = player->source,
                               .first_block_only = script_file_is_firmware (file),
                               .keeps = script_file_is_configuration (file) };
    files->fetch = by_http ? begin_http (files, file, &settings, &error) : begin_tftp (files, file, &settings, &error);
    if (!files->fetch)
        player_end (player, END_UNREACHABLE, "%s: %s", files->name, error->message);
}

static void on_turn (G_GNUC_UNUSED gint64 deadline, gpointer user_data)
{
    ask (user_data);
}

static void go_on (PlayerFiles *files)
{
    const ScriptFile *file = script_file (recorded_files (files), files->next);

    if (file)
        wait_for (files, file->think, on_turn);
    else
        finish_without_configuration (files);
}

PlayerFiles *player_files_new (Player *player, void (*ready) (Player *player))
{
    PlayerFiles *files = g_new0 (PlayerFiles, 1);

    files->player = player;
    files->ready = ready;
    files->started = clock_now ();
    if (recorded_files (files)->left_out)
        outcome_remark (&player->outcome, "%s", recorded_files (files)->left_out);
    go_on (files);
    return files;
}

void player_files_stop (PlayerFiles *files)
{
    agenda_cancel (&files->appointment);
    g_clear_pointer (&files->fetch, fetch_free);
}

void player_files_free (PlayerFiles *files)
{
    if (!files)
        return;
    player_files_stop (files);
    g_free (files->name);
    g_free (files);
}
