/* SPDX-License-Identifier: GPL-2.0-or-later */
/* regreplay watch: says how phones register while they do it. */
#include "output/output.h"
#include "replay/clean.h"
#include "replay/commands/commands.h"
#include "replay/commands/tips_folder.h"
#include "replay/duration.h"
#include "replay/recording/capture.h"
#include "replay/terminal.h"
#include "replay/usage.h"
#include "replay/watch/alarm.h"
#include "replay/watch/metrics.h"
#include "replay/watch/packets.h"
#include "replay/watch/ring.h"
#include "replay/watch/screen.h"
#include "replay/watch/watch_clock.h"
#include "replay/watch/watch_lines.h"

#include "registration/report/report.h"
#include "registration/wire/times.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

/* How often phones are looked at, and time is told, in microseconds and milliseconds. */
#define LOOK_EVERY_US (100 * 1000)
#define LOOK_EVERY_MS 100
#define METRICS_EVERY (G_USEC_PER_SEC)
#define DRAW_EVERY    (G_USEC_PER_SEC / 5)
/* So many packets are taken before anything else is looked at. */
#define AT_ONCE 2000

#define KEEP_DEFAULT      "2h"
#define KEEP_MIN          SECONDS (300)
#define NOTES_MAX         2000000
#define PHONES_MAX        100000
#define RING_SIZE         (64 * 1024 * 1024)
#define ALARMS_PER_MINUTE 10

typedef struct {
    char *interface, *filter, *format, *output, *metrics, *on_failure, *keep, *language, *tips_folder;
    char **paths;
    int alarms;
    gboolean lines;
} Options;

typedef struct {
    const Options *options;
    const Tips *tips;
    Packets *packets;
    Watch *watch;
    WatchClock clock;
    Ring *ring;     /* owned, or NULL */
    Alarm *alarm;   /* owned, or NULL */
    Screen *screen; /* owned, or NULL */
    FILE *lines;    /* where changes are written; NULL on a screen without --output */
    gboolean json;
    Terminal *terminal;   /* that the lines go through; owned, or NULL */
    char **inputs;        /* what no output may replace; owned */
    mode_t mode_of_lines; /* of the file that lines go to, when it begins anew */
    int signals;          /* -1: they end the program */
    int keys;             /* the terminal that is typed on; -1: none */
    gboolean is_file;     /* that is whole: no clock goes along with its packets */
    gboolean has_ended, quits, says_nothing;
    char *last_words; /* why it ends: told behind the screen, too; owned, or NULL */
    gint64 looked, wrote_metrics, drew;
    guint64 told_dropped, told_clock;
    ExitCode code;
} Session;

static void clear_options (Options *options)
{
    g_free (options->interface);
    g_free (options->filter);
    g_free (options->format);
    g_free (options->output);
    g_free (options->metrics);
    g_free (options->on_failure);
    g_free (options->keep);
    g_free (options->language);
    g_free (options->tips_folder);
    g_strfreev (options->paths);
}

static ExitCode complain (ExitCode code, const char *message)
{
    g_autofree char *clean = clean_line (message);

    g_printerr ("regreplay watch: %s.\n", clean);
    return code;
}

/* A sentence for people, wherever they look. */
static void say (Session *session, const char *message)
{
    g_autofree char *clean = clean_line (message);

    if (session->screen)
        screen_say (session->screen, clean);
    else
        g_printerr ("regreplay watch: %s.\n", clean);
}

/* Why it ends badly. A screen takes with it what stood there. */
static void say_last (Session *session, const char *message)
{
    say (session, message);
    if (session->screen && !session->last_words)
        session->last_words = g_strdup (message);
}

/* --- Changes */

static void put_line (const char *text, gsize size, gpointer user_data)
{
    const Session *session = user_data;

    fwrite (text, size, 1, session->lines);
}

static void write_text (Session *session, const GString *text)
{
    if (session->terminal)
        terminal_write (text->str, text->len, session->terminal);
    else
        put_line (text->str, text->len, session);
}

static void write_line (Session *session, const WatchChange *change)
{
    g_autoptr (GString) line = g_string_new (NULL);

    if (session->json)
        watch_change_json (change, session->tips, line);
    else
        watch_change_text (change, session->tips, line);
    write_text (session, line);
    if (!ferror (session->lines) && fflush (session->lines) == 0)
        return;
    session->quits = TRUE;
    if (session->lines == stdout || session->code == REGREPLAY_USAGE)
        return; /* told when the program ends, or told already */
    g_autofree char *message =
        g_strdup_printf ("%s cannot be written: %s", session->options->output, g_strerror (errno));
    session->code = REGREPLAY_USAGE;
    say_last (session, message);
}

/* Who only announces itself is no news in lines for people. */
static gboolean is_news (const Session *session, const WatchChange *change)
{
    return session->json || (!change->is_gone && (change->phone->outcome != OUTCOME_NONE || !change->is_new));
}

static void hear_change (const WatchChange *change, gpointer user_data)
{
    Session *session = user_data;

    if (session->lines && is_news (session, change))
        write_line (session, change);
    if (session->screen)
        screen_change (session->screen, change);
    if (session->alarm && (change->has_begun_to_fail || change->is_missing_now)) {
        g_autoptr (GString) json = g_string_new (NULL);
        watch_change_json (change, session->tips, json);
        alarm_raise (session->alarm, json->str, json->len, g_get_monotonic_time ());
    }
}

/* --- What is done now and then */

static void write_metrics (Session *session)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (Output) output = output_open (session->options->metrics, (const char *const *) session->inputs, &error);
    g_autoptr (GString) text = g_string_new (NULL);

    metrics_text (session->watch, session->packets ? packets_dropped (session->packets) : 0, text);
    if (output)
        output_write (text->str, text->len, output);
    if ((!output || !output_close (output, &error)) && !session->says_nothing) {
        say (session, error->message);
        session->says_nothing = TRUE;
    } else if (!error)
        session->says_nothing = FALSE;
}

static void tell_dropped (Session *session)
{
    const guint64 dropped = packets_dropped (session->packets);

    if (dropped == session->told_dropped || session->screen)
        return;
    g_autofree char *message = g_strdup_printf (
        "%" G_GUINT64_FORMAT
        " packets are lost so far: the kernel has dropped them, and what follows from silence may be untrue",
        dropped);
    session->told_dropped = dropped;
    say (session, message);
}

static void tell_news (Session *session)
{
    g_autofree char *of_source = packets_news (session->packets);
    g_autofree char *of_alarm = session->alarm ? alarm_news (session->alarm) : NULL;

    if (of_source)
        say (session, of_source);
    if (of_alarm)
        say (session, of_alarm);
    if (session->screen) {
        g_autofree char *trouble = packets_trouble (session->packets);
        screen_warn (session->screen, trouble);
    }
}

static void tell_clock (Session *session)
{
    const guint64 changes = watch_counts (session->watch)->clock_changes;

    if (changes == session->told_clock)
        return;
    session->told_clock = changes;
    say (session, "the packets' clock was set back: what they said by the other one is forgotten, and the phones stay");
}

static void look (Session *session)
{
    const gint64 now = g_get_monotonic_time ();

    if (now - session->looked < LOOK_EVERY_US)
        return;
    session->looked = now;
    if (!session->has_ended && !session->is_file) {
        const gint64 time = watch_clock_tell (&session->clock, now);
        if (time != G_MININT64)
            watch_pass (session->watch, time);
        watch_look_now (session->watch);
    }
    tell_clock (session);
    tell_news (session);
    if (session->options->metrics && now - session->wrote_metrics >= METRICS_EVERY) {
        session->wrote_metrics = now;
        write_metrics (session);
        tell_dropped (session);
    }
    if (session->screen && now - session->drew >= DRAW_EVERY) {
        session->drew = now;
        screen_draw (session->screen, session->watch, packets_dropped (session->packets));
    }
}

/* --- Packets */

static void tell_late (Session *session)
{
    char late[DURATION_TEXT_SIZE];
    g_autofree char *message =
        g_strdup_printf ("packets come up to %s after their time, and silence is told that much later (tcpdump -U and "
                         "dumpcap write each packet at once)",
                         duration_format (session->clock.lateness, late));
    say (session, message);
}

static void end_of_packets (Session *session, GError *error)
{
    session->has_ended = TRUE;
    watch_end (session->watch);
    if (session->screen)
        screen_end (session->screen);
    if (!error)
        return;
    session->code = REGREPLAY_UNREADABLE;
    if (g_error_matches (error, CAPTURE_ERROR, CAPTURE_ERROR_CUT) && session->is_file) {
        g_autofree char *message = g_strdup_printf (
            "%s. What is written still is followed in its folder, or by: tail -c +1 -f FILE | regreplay watch -",
            error->message);
        say_last (session, message);
    } else {
        say_last (session, error->message);
    }
}

/* TRUE when there is more to take. */
static gboolean take_packets (Session *session)
{
    const gint64 now = g_get_monotonic_time ();
    g_autoptr (GError) error = NULL;
    CapturedPacket packet;

    for (guint i = 0; i < AT_ONCE; i++) {
        switch (packets_next (session->packets, &packet, &error)) {
        case PACKETS_ONE:
            if (watch_clock_hear (&session->clock, packet.time, now) && !session->options->interface)
                tell_late (session);
            if (watch_packet (session->watch, &packet) && session->ring)
                ring_put (session->ring, watch_counts (session->watch)->packets, &packet);
            watch_look (session->watch);
            break;
        case PACKETS_NONE:
            return FALSE;
        default:
            end_of_packets (session, error);
            return FALSE;
        }
    }
    return TRUE;
}

/* --- The terminal */

/* Nothing that is there is written over. Owned by the caller. */
static char *free_name (const char *name)
{
    for (guint i = 1;; i++) {
        g_autofree char *path = g_strdup_printf ("%.64s-%u.pcapng", name, i);
        if (!g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
            return g_steal_pointer (&path);
    }
}

static void save (Session *session)
{
    const WatchPhone *phone = screen_chosen (session->screen, session->watch);
    g_autoptr (GError) error = NULL;
    g_autofree char *name = phone ? g_strdup (phone->name) : NULL;
    RingSaved saved;

    if (!phone)
        return;
    g_strcanon (name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_", '_');
    /* Neither hidden nor taken for an option, and short enough for every file system. */
    if (*name == '.' || *name == '-')
        *name = '_';
    g_autofree char *path = free_name (name);
    if (!ring_save (session->ring, session->watch, phone, path, &saved, &error)) {
        screen_say (session->screen, error->message);
        return;
    }
    g_autofree char *folder = g_get_current_dir ();
    g_autofree char *whole = g_build_filename (folder, path, NULL);
    g_autoptr (GString) message = g_string_new (NULL);
    const Value values[] = { value_of_text (VALUE_TEXT, whole), value_of_number (VALUE_COUNT, saved.packets) };
    tips_say (session->tips, saved.is_whole ? WORD_SCREEN_SAVED : WORD_SCREEN_SAVED_PART, values, G_N_ELEMENTS (values),
              message);
    screen_say (session->screen, message->str);
}

static void take_keys (Session *session)
{
    ScreenWish wish;

    while (screen_key (session->screen, session->watch, &wish)) {
        session->drew = 0;
        session->looked = 0;
        if (wish == SCREEN_QUIT)
            session->quits = TRUE;
        if (wish == SCREEN_SAVE)
            save (session);
    }
}

/* --- Signals */

static int catch_signals (void)
{
    sigset_t caught;

    sigemptyset (&caught);
    sigaddset (&caught, SIGINT);
    sigaddset (&caught, SIGTERM);
    sigaddset (&caught, SIGHUP);
    sigaddset (&caught, SIGQUIT);
    sigaddset (&caught, SIGUSR1);
    sigaddset (&caught, SIGUSR2);
    sigaddset (&caught, SIGALRM);
    sigprocmask (SIG_BLOCK, &caught, NULL);
    return signalfd (-1, &caught, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* What is written to may have been renamed: it begins anew under its name. */
static void reopen_lines (Session *session)
{
    if (session->lines == stdout)
        return;
    /* A pipe that nobody reads any more does not hold up the loop. */
    const int opened = open (session->options->output,
                             O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, session->mode_of_lines);
    FILE *file = opened >= 0 && fcntl (opened, F_SETFL, O_APPEND) == 0 ? fdopen (opened, "a") : NULL;
    if (!file) {
        g_autofree char *message =
            g_strdup_printf ("%s cannot be opened again: %s", session->options->output, g_strerror (errno));
        say (session, message);
        return;
    }
    fclose (session->lines);
    session->lines = file;
}

static void take_signals (Session *session)
{
    struct signalfd_siginfo info;

    while (read (session->signals, &info, sizeof info) == sizeof info) {
        if (info.ssi_signo == SIGHUP && session->options->output)
            reopen_lines (session);
        else
            session->quits = TRUE;
    }
}

/* --- The loop */

/* On a screen the end of the packets leaves everything to be looked at. */
static gboolean goes_on (const Session *session)
{
    return !session->quits && (!session->has_ended || session->screen);
}

static void follow (Session *session)
{
    gboolean more = FALSE;

    while (goes_on (session)) {
        struct pollfd polled[] = { { session->signals, POLLIN, 0 },
                                   { session->has_ended ? -1 : packets_descriptor (session->packets), POLLIN, 0 },
                                   { session->screen ? session->keys : -1, POLLIN, 0 } };
        if (poll (polled, G_N_ELEMENTS (polled), more ? 0 : LOOK_EVERY_MS) < 0 && errno != EINTR)
            break;
        if (polled[2].revents & (POLLHUP | POLLERR | POLLNVAL)) /* the terminal is gone */
            break;
        if (polled[0].revents)
            take_signals (session);
        more = !session->has_ended && take_packets (session);
        if (session->screen)
            take_keys (session);
        look (session);
    }
    session->quits |= !session->has_ended || session->screen != NULL;
    if (!session->has_ended)
        watch_end (session->watch);
}

static void tell_totals (Session *session)
{
    g_autoptr (GString) totals = g_string_new (NULL);

    if (!session->lines || session->json || session->options->output ||
        (session->code == REGREPLAY_UNREADABLE && !watch_n_phones (session->watch)))
        return;
    watch_totals_text (session->watch, session->tips, totals);
    g_string_append_c (totals, '\n');
    write_text (session, totals);
    fflush (session->lines);
}

/* Owned by the caller. */
static char *source_name (const Options *options)
{
    if (options->interface)
        return g_strdup (options->interface);
    return strcmp (options->paths[0], "-") == 0 ? g_strdup ("standard input") : g_path_get_basename (options->paths[0]);
}

/* What ends by itself is judged like a capture. */
static void judge (Session *session)
{
    gboolean any_fails = FALSE, any_registration = FALSE;

    for (guint i = 0; i < watch_n_phones (session->watch); i++) {
        const WatchPhone *phone = watch_phone (session->watch, i);
        any_fails |= phone->fails;
        any_registration |= phone->outcome != OUTCOME_NONE || phone->problem != NO_CAUSE;
    }
    if (any_fails)
        session->code = REGREPLAY_DIFFERS;
    else if (!any_registration) {
        g_autofree char *source = source_name (session->options);
        g_autofree char *message = g_strdup_printf ("%s " REPORT_NO_REGISTRATION, source);
        say (session, message);
        session->code = REGREPLAY_UNREADABLE;
    }
}

static void finish (Session *session)
{
    g_clear_pointer (&session->screen, screen_free);
    if (session->last_words)
        say (session, session->last_words);
    if (session->alarm)
        alarm_finish (session->alarm);
    tell_news (session);
    tell_clock (session);
    if (session->options->metrics)
        write_metrics (session);
    tell_dropped (session);
    tell_totals (session);
    if (ferror (stdout) || session->says_nothing)
        session->code = REGREPLAY_USAGE;
    /* Who ends it has seen what he wanted to see. */
    if (session->code == REGREPLAY_OK && !session->quits)
        judge (session);
}

static Packets *open_packets (const Options *options, GError **error)
{
    if (options->interface)
        return packets_from_interface (options->interface, options->filter, error);
    if (g_file_test (options->paths[0], G_FILE_TEST_IS_DIR))
        return packets_from_folder (options->paths[0], error);
    return packets_from_stream (options->paths[0]);
}

static gboolean wants_screen (const Options *options)
{
    return !options->lines && !options->format && isatty (STDOUT_FILENO);
}

/* Packets may come through standard input: then keys come from the terminal itself. */
static int open_keys (void)
{
    return isatty (STDIN_FILENO) ? dup (STDIN_FILENO) : open ("/dev/tty", O_RDONLY | O_CLOEXEC);
}

/* An output onto a capture is a slip, also onto one of a folder that is not read yet. Sockets and pipes are none. */
static gboolean is_capture (const char *path)
{
    return path && g_file_test (path, G_FILE_TEST_IS_REGULAR) && capture_is_one (path);
}

/* It would be written again and again, and each time wait for whoever reads it. */
static gboolean is_pipe (const char *path)
{
    struct stat about;

    return path && stat (path, &about) == 0 && S_ISFIFO (about.st_mode);
}

/* Whether they can be written is known before anything is watched. */
static gboolean write_metrics_first (Session *session)
{
    write_metrics (session);
    if (session->says_nothing)
        session->code = REGREPLAY_USAGE;
    return !session->says_nothing;
}

/* What is appended to. FALSE with error set. */
static gboolean open_lines (Session *session, GError **error)
{
    struct stat about;

    if (!session->options->output)
        return TRUE;
    if (strcmp (session->options->output, "-") == 0) {
        session->lines = stdout;
        return TRUE;
    }
    const int opened = output_append (session->options->output, (const char *const *) session->inputs, error);
    if (opened < 0)
        return FALSE;
    session->mode_of_lines = fstat (opened, &about) == 0 ? about.st_mode & 0666 : S_IRUSR | S_IWUSR;
    session->lines = fdopen (opened, "a");
    if (session->lines)
        return TRUE;
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s cannot be written: %s", session->options->output,
                 g_strerror (errno));
    close (opened);
    return FALSE;
}

/* FALSE when something that was asked for cannot be had; code is set. */
static gboolean begin (Session *session)
{
    const Options *options = session->options;
    g_autoptr (GError) error = NULL;

    if (options->on_failure && !(session->alarm = alarm_new (options->on_failure, (guint) options->alarms, &error))) {
        g_autofree char *message = g_strdup_printf ("--on-failure: %s", error->message);
        session->code = complain (REGREPLAY_USAGE, message);
        return FALSE;
    }
    if (options->output && g_strcmp0 (options->output, options->metrics) == 0) {
        session->code = complain (REGREPLAY_USAGE, "--output and --metrics must not name the same file");
        return FALSE;
    }
    if (is_capture (options->output) || is_capture (options->metrics)) {
        session->code =
            complain (REGREPLAY_USAGE, "--output and --metrics must not name a capture, which would be lost");
        return FALSE;
    }
    if (is_pipe (options->metrics)) {
        session->code = complain (REGREPLAY_USAGE, "--metrics is a file that is read whole, and no pipe");
        return FALSE;
    }
    if (!open_lines (session, &error)) {
        session->code = complain (REGREPLAY_USAGE, error->message);
        return FALSE;
    }
    if (options->metrics && !write_metrics_first (session))
        return FALSE;
    /* From here on nothing waits that a signal would have to end. */
    session->signals = catch_signals ();
    session->packets = open_packets (options, &error);
    if (!session->packets) {
        session->code = complain (g_error_matches (error, CAPTURE_ERROR, CAPTURE_ERROR_FORMAT) ? REGREPLAY_USAGE
                                                                                               : REGREPLAY_UNREADABLE,
                                  error->message);
        return FALSE;
    }
    watch_clock_init (&session->clock, packets_lateness (session->packets));
    if (wants_screen (options)) {
        g_autofree char *source = source_name (options);
        session->keys = open_keys ();
        session->screen = screen_new (session->tips, source, session->keys, &error);
        if (!session->screen)
            complain (REGREPLAY_OK, error->message); /* lines are shown instead */
    }
    if (session->screen && session->alarm)
        alarm_hush (session->alarm);
    if (session->screen)
        session->ring = ring_new (RING_SIZE);
    else if (!session->lines) {
        session->lines = stdout;
        session->terminal = session->json ? NULL : terminal_new (put_line, session);
    }
    return TRUE;
}

static ExitCode watch_with (const Options *options, const Tips *tips, gint64 keep)
{
    Session session = { .options = options,
                        .tips = tips,
                        .json = g_strcmp0 (options->format, "ndjson") == 0,
                        .keys = -1,
                        .signals = -1,
                        .is_file = !options->interface && g_file_test (options->paths[0], G_FILE_TEST_IS_REGULAR) };
    const WatchOptions wanted = { .tips = tips, .keep = keep, .notes_max = NOTES_MAX, .phones_max = PHONES_MAX };

    session.inputs = tips_folder_inputs ((const char *const *) options->paths, options->tips_folder);
    session.watch = watch_new (&wanted, hear_change, &session);
    if (begin (&session)) {
        follow (&session);
        finish (&session);
    }
    screen_free (session.screen);
    terminal_free (session.terminal);
    g_free (session.last_words);
    packets_free (session.packets);
    alarm_free (session.alarm);
    ring_free (session.ring);
    watch_free (session.watch);
    if (session.lines && session.lines != stdout)
        fclose (session.lines);
    g_strfreev (session.inputs);
    if (session.signals >= 0)
        close (session.signals);
    if (session.keys >= 0)
        close (session.keys);
    return session.code;
}

static gboolean check_options (const Options *options, gint64 *ret_keep, ExitCode *ret_code)
{
    g_autoptr (GError) error = NULL;
    const gboolean has_path = options->paths && options->paths[0];
    ReportFormat format;

    if (!duration_parse (options->keep ? options->keep : KEEP_DEFAULT, "--keep", ret_keep, &error)) {
        *ret_code = complain (REGREPLAY_USAGE, error->message);
        return FALSE;
    }
    const char *wrong = NULL;
    if (*ret_keep < KEEP_MIN)
        wrong = "--keep: what was said is kept for five minutes at least";
    else if (options->format &&
             (!report_format_find (options->format, &format) || (format != REPORT_TEXT && format != REPORT_NDJSON)))
        wrong = "--format: it is text or ndjson";
    else if ((options->interface != NULL) == has_path || (has_path && options->paths[1]))
        wrong = "what to watch is missing, or there is more than one: regreplay watch -i INTERFACE, or a pipe (-), a "
                "capture or a folder";
    else if (options->filter && !options->interface)
        wrong = "--filter is for an interface: whoever writes into a pipe filters there";
    else if (options->alarms < 1 || options->alarms > 1000)
        wrong = "--on-failure-limit: between 1 and 1000 a minute";
    if (wrong)
        *ret_code = complain (REGREPLAY_USAGE, wrong);
    return !wrong;
}

static ExitCode watch_main_with (Options *options)
{
    g_autoptr (GError) error = NULL;
    ExitCode code;
    gint64 keep;

    if (!check_options (options, &keep, &code))
        return code;
    g_autoptr (Tips) tips = tips_folder_load (options->language, options->tips_folder, &error);
    if (!tips)
        return complain (error->domain == USAGE_ERROR ? REGREPLAY_USAGE : REGREPLAY_UNREADABLE, error->message);
    return watch_with (options, tips, keep);
}

ExitCode watch_main (int argc, char **argv)
{
    Options options = { .alarms = ALARMS_PER_MINUTE };
    const GOptionEntry entries[] = {
        { "interface", 'i', 0, G_OPTION_ARG_STRING, &options.interface, "watch this interface (any: all of them)",
          "INTERFACE" },
        { "filter", 'f', 0, G_OPTION_ARG_STRING, &options.filter,
          "what is captured there, as pcap-filter(7) says (default: what phones register with, and no voice)",
          "FILTER" },
        { "format", 0, 0, G_OPTION_ARG_STRING, &options.format,
          "a line for each change: text, or ndjson for programs (default on a terminal: a screen)", "FORMAT" },
        { "lines", 0, 0, G_OPTION_ARG_NONE, &options.lines, "lines on a terminal, too", NULL },
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
          "append the lines to this file; SIGHUP opens it anew", "FILE" },
        { "metrics", 0, 0, G_OPTION_ARG_FILENAME, &options.metrics,
          "keep numbers for Prometheus in this file (node exporter's textfile collector)", "FILE" },
        { "on-failure", 0, 0, G_OPTION_ARG_STRING, &options.on_failure,
          "run this when a phone begins to fail, with the change as JSON on its standard input", "COMMAND" },
        { "on-failure-limit", 0, 0, G_OPTION_ARG_INT, &options.alarms, "at most so often a minute (default 10)", "N" },
        { "keep", 0, 0, G_OPTION_ARG_STRING, &options.keep,
          "for how long what was said is remembered (default " KEEP_DEFAULT "); phones stay", "TIME" },
        { "language", 0, 0, G_OPTION_ARG_STRING, &options.language,
          "language of the texts, as in \"de\" (default: that of the environment)", "LANGUAGE" },
        { "tips", 0, 0, G_OPTION_ARG_FILENAME, &options.tips_folder,
          "files *.tips in this folder replace and add to the shipped ones", "FOLDER" },
        { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.paths, NULL, "[- | CAPTURE | FOLDER]" },
        { NULL },
    };
    g_autoptr (GOptionContext) context = g_option_context_new (NULL);
    ExitCode code;

    g_option_context_set_summary (context, "Says how phones register while they do it, and why one does not.");
    g_option_context_add_main_entries (context, entries, NULL);
    if (commands_parse (context, &argc, &argv, &code))
        code = watch_main_with (&options);
    clear_options (&options);
    return code;
}
