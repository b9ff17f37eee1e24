/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registration of a capture file as a script, which a phone plays to the stand-in and its boot files, over a
 * network that loses and spoils what is said; the phone has to come to an end, and all reports to be made of it. How it
 * goes the knobs of capture_input.h say. */
#include "replay/engine/player.h"
#include "replay/report/run_log.h"
#include "replay/report/run_report.h"
#include "replay/script/script_print.h"
#include "replay/script/sip_form.h"
#include "replay/stand_in/stand_in.h"
#include "replay/stand_in/stand_in_files.h"
#include "tests/fuzz/capture_input.h"
#include "tests/support/fake_world.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

enum { KNOB_WHAT, KNOB_HOW, KNOB_LOSES, KNOB_SPOILS, KNOB_SEED, KNOB_TWEAK, KNOB_FAULT, KNOB_KEEPALIVE };
/* Of the first. */
enum {
    WITHOUT_FILES = 1,
    FOLLOWS = 2,
    STAYS = 4,
    FILES_ARE_EXPECTED = 8,
    WITHOUT_PASSWORD = 16,
    STRICT = 32,
    AS_RECORDED = 64,
    HAS_USERS = 128,
};
/* What goes wrong happens to one message of that many at most. */
#define DICE 256
/* A phone is told to end, and has to. */
#define PATIENCE SECONDS (600)
#define REST     SECONDS (300)

static GRand *dice;
static guint8 knobs[CAPTURE_INPUT_KNOBS];
static gboolean is_done;

/* --- The network */

static gboolean loses (G_GNUC_UNUSED View octets)
{
    return (guint) g_rand_int_range (dice, 0, DICE) < knobs[KNOB_LOSES];
}

static GBytes *spoil (View octets)
{
    if (!octets.size || (guint) g_rand_int_range (dice, 0, DICE) >= knobs[KNOB_SPOILS])
        return NULL;
    guint8 *spoilt = g_memdup2 (octets.data, octets.size);
    gsize size = octets.size;
    switch (g_rand_int_range (dice, 0, 4)) {
    case 0:
        size = (gsize) g_rand_int_range (dice, 0, (gint32) size + 1);
        break;
    case 1:
        memset (spoilt + size / 2, g_rand_int_range (dice, 0, 256), size - size / 2);
        break;
    default:
        for (guint i = 0; i < 3; i++)
            spoilt[g_rand_int_range (dice, 0, (gint32) size)] = (guint8) g_rand_int_range (dice, 0, 256);
    }
    return g_bytes_new_take (spoilt, size);
}

/* --- The phone */

static Script *make_script (const guint8 *data, gsize size)
{
    const int file = capture_input_file (data, size);
    g_autoptr (Capture) capture = capture_open_source (file, "fuzzed", NULL);
    g_autoptr (Flow) flow = flow_new (NULL);
    g_autoptr (Recording) recording = recording_new (flow);
    const ScriptChoice choice = { NULL, 0 };
    g_autofree char *note = NULL;

    close (file);
    if (!capture)
        return NULL;
    capture_feed (capture, flow, NULL);
    return script_new (recording, "fuzzed", &choice, &note, NULL);
}

static Identity who (const Script *script)
{
    Identity identity = { .user = "lab", .number = "1001" };

    if (script->protocol == PROTOCOL_SCCP &&
        !identity_init (&identity, knobs[KNOB_WHAT] & AS_RECORDED ? script->phone : "SEP00AABBCCDDEE", NULL))
        identity_init (&identity, "LAB", NULL);
    identity.is_recorded = (knobs[KNOB_WHAT] & AS_RECORDED) != 0;
    return identity;
}

static gboolean find_server (const char *host, guint16 port, Endpoint *ret_server, gpointer user_data, GError **error)
{
    *ret_server = *(const Endpoint *) user_data;
    if (port)
        ret_server->port = port;
    if (*host != 'x')
        return TRUE;
    g_set_error_literal (error, TRANSPORT_ERROR, 0, "nobody knows it");
    return FALSE;
}

static void on_done (G_GNUC_UNUSED Player *player, G_GNUC_UNUSED gpointer user_data)
{
    is_done = TRUE;
}

static void drive (Player *player)
{
    is_done = FALSE;
    player_start (player, clock_now ());
    world_run_until (world.now + PATIENCE);
    if (!is_done)
        player_stop (player);
    world_run_until (world.now + REST);
    if (!is_done)
        player_leave (player);
    world_run_until (world.now + REST);
    if (!is_done)
        g_error ("the phone has not come to its end");
}

static void report (RunSummary *summary, const PlayerSettings *settings, const RunLog *log)
{
    static Tips *tips;
    const RunReport report = { .summary = summary,
                               .target = settings->target_text,
                               .is_embedded = settings->same_server,
                               .as = "as",
                               .speed = "max",
                               .tolerance = TOLERANCE_DEFAULT_TEXT,
                               .phones = 1,
                               .rounds = 1,
                               .part = 1,
                               .parts = 1,
                               .all_phones = 1,
                               .clock_error = -1,
                               .log = log,
                               .tips = tips ? tips : (tips = tips_new_shipped (NULL, NULL)) };
    g_autoptr (GString) out = g_string_new (NULL);

#define X(name) run_report_##name (&report, out);
    RUN_REPORT_FORMATS (X)
#undef X
    if (!g_utf8_validate (out->str, (gssize) out->len, NULL))
        g_error ("a report that is not UTF-8");
}

static void play (const Script *script, Passwords *users)
{
    static const double speeds[] = { 0, 1, 100, 0.5 };
    const guint8 what = knobs[KNOB_WHAT], how = knobs[KNOB_HOW];
    const guint8 octets[4] = { 10, 0, 0, 1 };
    Endpoint server = { ip_address_v4 (octets), script->protocol == PROTOCOL_SIP ? 5060 : 2000 };
    const Endpoint tftp = { server.address, 69 }, http = { server.address, 6970 };
    const Carrier carrier = how & 8 ? (Carrier) ((how >> 4) % N_CARRIERS) : script->carrier;
    const Tweak tweak = { .kind = (KindIndex) (knobs[KNOB_TWEAK] * 2 % catalog_size ()),
                          .delay = knobs[KNOB_FAULT] * MILLISECOND,
                          .fault = (Fault) (knobs[KNOB_FAULT] % (N_FAULTS + 1)) };
    const Tolerance tolerance = { MILLISECONDS (20), 50 };
    g_autoptr (GArray) tweaks = g_array_new (FALSE, FALSE, sizeof (Tweak));
    g_autoptr (GArray) lateness = g_array_new (FALSE, FALSE, sizeof (gint64));
    g_autoptr (Agenda) agenda = agenda_new ();
    g_autoptr (SipForms) forms = script->protocol == PROTOCOL_SIP ? sip_forms_new (script) : NULL;
    g_autoptr (RunLog) log = run_log_new (script->protocol, carrier);
    g_autoptr (RunSummary) summary = run_summary_new (script, &tolerance, (what & STRICT) != 0);
    const Identity identity = who (script);

    if (knobs[KNOB_TWEAK])
        g_array_append_val (tweaks, tweak);
    run_summary_keep_phones (summary);
    const StandInSettings stand_in_settings = { .agenda = agenda,
                                                .script = script,
                                                .speed = speeds[how & 3],
                                                .tweaks = tweaks,
                                                .keepalive = knobs[KNOB_KEEPALIVE],
                                                .carrier = carrier,
                                                .digest = (SipDigest) (knobs[KNOB_FAULT] % N_SIP_DIGESTS),
                                                .users = users };
    const StandInFilesSettings files_settings = { agenda, script, speeds[how & 3] };
    const PlayerSettings settings = { .agenda = agenda,
                                      .script = script,
                                      .target = server,
                                      .target_text = "the server",
                                      .carrier = carrier,
                                      .forms = forms,
                                      .password = what & WITHOUT_PASSWORD ? NULL : "secret",
                                      .speed = speeds[how >> 1 & 3],
                                      .timeout = SECONDS (10),
                                      .tells = TRUE,
                                      .stays = (what & STAYS) != 0,
                                      .same_server = TRUE,
                                      .lateness = lateness,
                                      .with_files = !(what & WITHOUT_FILES),
                                      .tftp_server = tftp,
                                      .http_server = http,
                                      .files_are_expected = (what & FILES_ARE_EXPECTED) != 0,
                                      .follows = (what & FOLLOWS) != 0,
                                      .find_server = find_server,
                                      .find_data = &server,
                                      .listener = run_log_hear,
                                      .listener_data = log };
    StandIn *stand_in = stand_in_new (&stand_in_settings, &server, NULL);
    StandInFiles *files = stand_in_files_new (&files_settings);
    stand_in_files_open_tftp (files, &tftp, NULL);
    stand_in_files_open_http (files, &http, NULL);
    Player *player = player_new (&settings, &identity, NULL, on_done, NULL);
    drive (player);
    run_summary_add (summary, player_outcome (player));
    run_summary_judge (summary);
    report (summary, &settings, log);
    player_free (player);
    stand_in_files_free (files);
    stand_in_free (stand_in);
    g_autoptr (GString) printed = g_string_new (NULL);
    script_print (script, "as", &identity, printed);
    if (!g_utf8_validate (printed->str, (gssize) printed->len, NULL))
        g_error ("a script that is not UTF-8");
}

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    static const char list[] = "lab:secret\n1001:realm:secret\n";
    g_autoptr (Script) script = make_script (data, size);

    if (!script)
        return 0;
    capture_input_knobs (data, size, knobs);
    dice = g_rand_new_with_seed (knobs[KNOB_SEED]);
    g_autoptr (Passwords) users = knobs[KNOB_WHAT] & HAS_USERS ? passwords_new (list, strlen (list), NULL) : NULL;
    world_begin ();
    world.loses = loses;
    world.spoils = spoil;
    play (script, users);
    world_end ();
    g_rand_free (dice);
    return 0;
}
