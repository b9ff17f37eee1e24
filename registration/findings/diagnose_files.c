/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes wrong with the files that a phone fetches: they do not come, are not there, or do not help. */
#include "registration/findings/diagnose_internal.h"

#include "registration/protocols/tftp.h"
#include "registration/terms/boot_file.h"
#include "registration/terms/ports.h"
#include "registration/wire/times.h"

#include <string.h>

static BootFileKind kind_of_file (View file)
{
    return boot_file_kind ((const char *) file.data, file.size);
}

/* --- What is asked for */

/* The configured firmware: the file that begins with its name. */
static gboolean is_wanted_load (const struct BootState *boot, View file)
{
    gsize size = strlen (boot->configuration.wanted_load);
    return size && file.size >= size &&
           g_ascii_strncasecmp ((const char *) file.data, boot->configuration.wanted_load, size) == 0;
}

static guint32 about_wanted_load (const Sight *sight)
{
    return diagnose_about (text_view (sight->boot->configuration.wanted_load));
}

/* No other firmware was told of since. */
static void still_wanted (const Sight *sight, const Watch *watch)
{
    const NoteId evidence[] = { watch->about, watch->note };

    if (sight->story->list_asked == watch->note && sight->story->running_note < watch->note &&
        diagnose_case (sight, watch->problem, about_wanted_load (sight))->count++ == 0)
        diagnose_silent (sight, watch->problem, CERTAINTY_LIKELY, evidence, G_N_ELEMENTS (evidence));
}

/* Some phones ask for the list of the firmware that they run already. */
static void look_at_wanted_list (const Sight *sight)
{
    const NoteId configured = sight->boot->configuration.note;
    Watch told = { .deadline = sight->note->time + diagnose_patience (sight, TIMER_CONNECT_AFTER_CONFIG),
                   .note = sight->id,
                   .problem = PROBLEM_FIRMWARE_CHANGE,
                   .about = configured,
                   .due = still_wanted,
                   .closes_at_end = TRUE };

    if (!sight->story->running_note) {
        sight->story->list_asked = sight->id;
        diagnose_watch (sight, &told);
    } else if (!diagnose_runs_wanted_load (sight)) {
        diagnose_once (sight, PROBLEM_FIRMWARE_CHANGE, CERTAINTY_CERTAIN, about_wanted_load (sight), configured);
    }
}

/* It fetches what is in the list: that is none that it has. */
static void look_at_image (const Sight *sight)
{
    const NoteId evidence[] = { sight->boot->configuration.note, sight->story->list_asked };

    if (sight->story->list_asked > sight->story->running_note &&
        sight->story->list_asked > sight->boot->configuration.note &&
        diagnose_case (sight, PROBLEM_FIRMWARE_CHANGE, about_wanted_load (sight))->count++ == 0)
        diagnose_add (sight, PROBLEM_FIRMWARE_CHANGE, CERTAINTY_CERTAIN, evidence, G_N_ELEMENTS (evidence));
}

static void look_at_firmware_request (const Sight *sight, View file)
{
    PhoneStory *story = sight->story;
    const guint32 about = diagnose_about (file);

    story->is_upgrading = TRUE;
    if (kind_of_file (file) != BOOT_FILE_LOADS) {
        look_at_image (sight);
        return;
    }
    if (is_wanted_load (sight->boot, file))
        look_at_wanted_list (sight);
    /* Once for each start, however often the request is repeated. */
    if (!story->begins_anew && story->loads.about == about)
        return;
    story->begins_anew = FALSE;
    rounds_add (&story->loads, about, sight->id);
    if (story->loads.count == diagnose_times (sight, TIMER_FIRMWARE_ROUNDS))
        diagnose_rounds (sight, PROBLEM_FIRMWARE_LOOP, &story->loads);
}

/* Whoever asks for the default configuration without a signature, or gets it, has given up its own. The signed default
 * one may be missing because its server signs nothing. */
static void look_at_default (const Sight *sight)
{
    const NoteId missing = sight->story->own_missing;
    Case *of = diagnose_case (sight, PROBLEM_CONFIG_NOT_FOUND, 0);

    sight->story->own_missing = 0;
    if (!missing || of->count++)
        return;
    const NoteId evidence[] = { sight_note (sight, missing)->partner, missing };
    of->first = missing;
    diagnose_add (sight, PROBLEM_CONFIG_NOT_FOUND, CERTAINTY_CERTAIN, evidence, G_N_ELEMENTS (evidence));
}

static void look_at_request (const Sight *sight, View file)
{
    if (kind_of_file (file) == BOOT_FILE_DEFAULT_CONFIG && !boot_file_is_signed ((const char *) file.data, file.size))
        look_at_default (sight);
    switch (kind_of_file (file)) {
    case BOOT_FILE_PHONE_CONFIG:
    case BOOT_FILE_DEFAULT_CONFIG:
    case BOOT_FILE_MODEL_DEFAULT:
        if (sight->boot->configuration.security < 2)
            rounds_forget (&sight->story->trust_lists);
        if (!boot_file_is_signed ((const char *) file.data, file.size))
            rounds_forget (&sight->story->signed_files);
        break;
    case BOOT_FILE_LOADS:
    case BOOT_FILE_FIRMWARE:
        look_at_firmware_request (sight, file);
        break;
    default:
        break;
    }
}

/* --- What is not there */

/* In secure mode a phone asks for its trust list for ever (reference 4.3). The shared one counts for phones that ask
 * for no other. */
static void look_at_missing_trust_list (const Sight *sight, View file)
{
    PhoneStory *story = sight->story;
    const guint32 about = diagnose_about (file);

    if (kind_of_file (file) != BOOT_FILE_CTL && (kind_of_file (file) != BOOT_FILE_CTL_SHARED ||
                                                 (story->trust_lists.count && story->trust_lists.about != about)))
        return;
    rounds_add (&story->trust_lists, about, sight->id);
    if (story->trust_lists.count == diagnose_times (sight, TIMER_TRUST_LISTS))
        diagnose_rounds (sight, PROBLEM_TRUST_LIST_LOOP, &story->trust_lists);
}

static void look_at_missing_signed_file (const Sight *sight)
{
    PhoneStory *story = sight->story;

    rounds_add (&story->signed_files, 0, sight->id);
    if (story->signed_files.count == diagnose_times (sight, TIMER_SIGNED_FILES))
        diagnose_rounds (sight, PROBLEM_SIGNED_CONFIG_LOCK, &story->signed_files);
}

static void still_no_config (const Sight *sight, const Watch *watch)
{
    const NoteId evidence[] = { watch->about, watch->note };

    if (sight->boot->configuration.note < watch->note && diagnose_silence_proves (sight) &&
        diagnose_case (sight, watch->problem, 0)->count++ == 0)
        diagnose_silent (sight, watch->problem, CERTAINTY_CERTAIN, evidence, G_N_ELEMENTS (evidence));
}

/* A phone with several TFTP servers asks the next one. own: its own configuration is not there. */
static void look_at_no_config (const Sight *sight, NoteId own)
{
    Watch other = { .deadline = sight->note->time + diagnose_patience (sight, TIMER_FILES_AFTER_LEASE),
                    .note = sight->id,
                    .problem = PROBLEM_NO_CONFIG_AT_ALL,
                    .about = own,
                    .due = still_no_config };

    if (sight->boot->lease.n_tftp > 1)
        diagnose_watch (sight, &other);
    else
        diagnose_once (sight, PROBLEM_NO_CONFIG_AT_ALL, CERTAINTY_CERTAIN, 0, own);
}

gboolean diagnose_needs_file (const Sight *sight)
{
    const BootFileKind kind = kind_of_file (diagnose_text (sight, VALUE_FILE));

    return (kind == BOOT_FILE_CTL || kind == BOOT_FILE_CTL_SHARED) && sight->boot->configuration.security > 1;
}

static void look_at_missing_file (const Sight *sight)
{
    const Note *note = sight->note;
    View file = diagnose_text (sight, VALUE_FILE);
    guint32 about = diagnose_about (file);

    if (note->variant == VARIANT_HARMLESS) {
        diagnose_once (sight, PROBLEM_OPTIONAL_FILE_NOT_FOUND, CERTAINTY_CERTAIN, about, note->partner);
        look_at_missing_trust_list (sight, file);
        return;
    }
    if (note->variant == VARIANT_SIGNED) {
        if (kind_of_file (file) == BOOT_FILE_PHONE_CONFIG)
            sight->story->own_missing = sight->id;
        look_at_missing_signed_file (sight);
        return;
    }
    switch (kind_of_file (file)) {
    case BOOT_FILE_PHONE_CONFIG:
        diagnose_once (sight, PROBLEM_CONFIG_NOT_FOUND, CERTAINTY_CERTAIN, 0, note->partner);
        break;
    case BOOT_FILE_DEFAULT_CONFIG: {
        const Case *own = diagnose_case (sight, PROBLEM_CONFIG_NOT_FOUND, 0);
        if (own->count)
            look_at_no_config (sight, own->first);
        break;
    }
    case BOOT_FILE_LOADS:
    case BOOT_FILE_FIRMWARE:
        diagnose_once (sight, PROBLEM_FIRMWARE_NOT_FOUND, CERTAINTY_CERTAIN, about, note->partner);
        break;
    default:
        break;
    }
}

/* --- What has come */

/* Nearly equal distances, as a program keeps them that does one thing over and over (reference 2.5: 15 s, 45 s, or the
 * length of a start). */
static gboolean is_regular (const Sight *sight, const Rounds *rounds)
{
    const Note *note[G_N_ELEMENTS (rounds->note)];

    if (rounds->count < G_N_ELEMENTS (rounds->note))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS (note); i++)
        note[i] = sight_note (sight, rounds->note[i]);
    gint64 first = note[1]->time - note[0]->time, second = note[2]->time - note[1]->time;
    gint64 shorter = MIN (first, second), longer = MAX (first, second);
    return shorter > 0 && longer <= 2 * shorter && longer <= diagnose_patience (sight, TIMER_CONFIG_ROUND);
}

/* Whether connections of this phone would be in the capture: one made at the file server shows none to others. */
static gboolean sees_connections (const Sight *sight)
{
    const struct BootState *boot = sight->boot;

    if (boot->is_near || sight->phone->attempts)
        return TRUE;
    for (guint i = 0; i < boot->configuration.n_servers; i++)
        if (ip_address_equal (&boot->configuration.servers[i], &boot->files.server))
            return TRUE;
    return FALSE;
}

/* Registered phones fetch their configuration when somebody changes it. */
static gboolean is_registered (const Sight *sight)
{
    return sight->phone->level >= LEVEL_ACCEPTED;
}

/* It may still connect, this time. */
static void round_is_over (const Sight *sight, const Watch *watch)
{
    PhoneStory *story = sight->story;
    NoteId evidence[G_N_ELEMENTS (story->configs.note)] = { story->configs.note[0], story->configs.note[1],
                                                            story->configs.note[2] };

    if (story->has_connected || story->configs.said || story->configs.count < 2 || !diagnose_silence_proves (sight))
        return;
    story->configs.said = TRUE;
    if (story->tvs_failed > evidence[0] && watch->problem == PROBLEM_CONFIG_SIGNATURE_REJECTED) {
        evidence[2] = story->configs.note[MIN (story->configs.count, G_N_ELEMENTS (evidence)) - 1];
        evidence[1] = story->tvs_failed;
    }
    diagnose_silent (sight, watch->problem, CERTAINTY_LIKELY, evidence, G_N_ELEMENTS (evidence));
}

static void look_at_round (const Sight *sight, View file)
{
    PhoneStory *story = sight->story;
    const gboolean is_signed = boot_file_is_signed ((const char *) file.data, file.size);
    Watch over = { .deadline = sight->note->time + diagnose_patience (sight, TIMER_LAST_ANSWER),
                   .note = sight->id,
                   .problem = is_signed ? PROBLEM_CONFIG_SIGNATURE_REJECTED : PROBLEM_CONFIG_LOOP,
                   .due = round_is_over };

    rounds_add (&story->configs, diagnose_about (file), sight->id);
    if (story->configs.said || is_registered (sight) ||
        (sight->note->variant != VARIANT_BROKEN && !sees_connections (sight)))
        return;
    if ((story->configs.count >= diagnose_times (sight, TIMER_CONFIG_ROUNDS) && is_regular (sight, &story->configs)) ||
        (is_signed && story->configs.count >= 2 && story->tvs_failed > story->configs.note[0]))
        diagnose_watch (sight, &over);
}

/* Whoever gets no answer asks again soon (RFC 1122, 2.3.2.1: at most once a second). A capture that holds broadcasts
 * only has the questions of a phone that is answered, too: minutes apart, as its table forgets. */
#define ARP_REPEATED_WITHIN SECONDS (20)

guint32 diagnose_count_unowned (const Sight *sight, const IpAddress *address)
{
    Case *of = diagnose_case (sight, PROBLEM_NO_CONNECT_AFTER_CONFIG, ip_address_hash (address));
    const Note *before = sight_note (sight, of->last);

    if (before && sight->note->time - before->time > ARP_REPEATED_WITHIN)
        of->count = 0;
    of->last = sight->id;
    return ++of->count;
}

static NoteId unowned (const Sight *sight, const IpAddress *addresses, guint n)
{
    for (guint i = 0; i < n; i++) {
        const Case *of = diagnose_case (sight, PROBLEM_NO_CONNECT_AFTER_CONFIG, ip_address_hash (&addresses[i]));
        if (of->count >= diagnose_times (sight, TIMER_ARP_REQUESTS))
            return of->last;
    }
    return 0;
}

/* The phone's latest question for its router or a call manager, none of which anybody answers; 0 there is none. */
static NoteId asked_on_link (const Sight *sight)
{
    const struct BootState *boot = sight->boot;
    const NoteId router = unowned (sight, boot->lease.routers, boot->lease.n_routers);

    if (!boot->is_near)
        return 0;
    return router ? router : unowned (sight, boot->configuration.servers, boot->configuration.n_servers);
}

/* A capture that was filtered by ports, or holds UDP only, shows no connection of anybody. */
static gboolean may_hold_tcp (const Sight *sight)
{
    return sight->diagnosis->sees_tcp || flow_sees_link (sight->diagnosis->flow);
}

/* Several phones have got their configuration, and of nobody any connection to a call manager is there: it is the
 * capture that holds none. */
static gboolean lacks_all_registrations (const Sight *sight)
{
    return sight->diagnosis->several_configured && !sight->diagnosis->sees_registration;
}

/* The capture holds connections such as this phone should make: another one has made one, or nobody has filtered it by
 * ports. */
static gboolean shows_registrations (const Sight *sight)
{
    const guint protocol = sight->boot->configuration.protocol;
    const guint8 seen = sight->diagnosis->sees_registration;

    return flow_sees_link (sight->diagnosis->flow) || (protocol == LOAD_UNKNOWN ? seen : seen & 1 << protocol);
}

static void remember_configured (const Sight *sight)
{
    Diagnosis *diagnosis = sight->diagnosis;
    const Note *first = sight_note (sight, diagnosis->configured);

    if (!first)
        diagnosis->configured = sight->id;
    else if (phones_current (diagnosis->phones, first->phone) != phones_current (diagnosis->phones, sight->note->phone))
        diagnosis->several_configured = TRUE;
}

static void no_connection (const Sight *sight, const Watch *watch)
{
    PhoneStory *story = sight->story;
    const Note *latest = sight_note (sight, story->latest_file);
    NoteId evidence[] = { sight->note->partner, watch->note, asked_on_link (sight) };
    Watch again = *watch;

    if (sight->boot->configuration.note != watch->note || story->has_connected || story->is_upgrading ||
        story->configs.said || is_registered (sight) || !sees_connections (sight) || !may_hold_tcp (sight) ||
        (!evidence[2] && lacks_all_registrations (sight)) || diagnose_names_fail (sight))
        return;
    again.deadline = latest ? latest->time + diagnose_patience (sight, TIMER_CONNECT_AFTER_CONFIG) : watch->deadline;
    if (again.deadline > watch->deadline)
        diagnose_watch (sight, &again);
    else if (diagnose_silence_proves (sight))
        (shows_registrations (sight) ? diagnose_silent : diagnose_silent_eased) (
            sight, PROBLEM_NO_CONNECT_AFTER_CONFIG, CERTAINTY_LIKELY, evidence, G_N_ELEMENTS (evidence));
}

static void look_at_delivered_config (const Sight *sight, View file)
{
    PhoneStory *story = sight->story;
    Watch connection = { .deadline = sight->note->time + diagnose_patience (sight, TIMER_CONNECT_AFTER_CONFIG),
                         .note = sight->id,
                         .due = no_connection };

    look_at_round (sight, file);
    remember_configured (sight);
    if (kind_of_file (file) == BOOT_FILE_DEFAULT_CONFIG)
        look_at_default (sight);
    story->own_missing = 0;
    story->has_connected = story->has_registered = story->is_upgrading = FALSE;
    story->begins_anew = TRUE;
    if (sight->note->variant == VARIANT_CONFIG && !boot_file_is_signed ((const char *) file.data, file.size))
        diagnose_watch (sight, &connection);
}

static void look_at_delivered (const Sight *sight)
{
    View file = diagnose_text (sight, VALUE_FILE);

    if (boot_file_is_configuration (kind_of_file (file)))
        look_at_delivered_config (sight, file);
}

static gboolean is_delivery (const Note *note)
{
    return note->variant == VARIANT_DELIVERED || note->variant == VARIANT_CONFIG || note->variant == VARIANT_BROKEN;
}

/* --- What begins and does not end */

/* What it shows last, unless the network says what keeps it from going on. */
static void say_stalled (const Sight *sight, guint32 about,
                         void (*say) (const Sight *, Problem, Certainty, const NoteId *, guint))
{
    const PhoneStory *story = sight->story;
    const NoteId last = story->unfinished_too_big ? story->unfinished_too_big : story->unfinished_last;
    const NoteId evidence[] = { story->unfinished, last };

    if (diagnose_case (sight, PROBLEM_TFTP_STALLED, about)->count++ == 0)
        say (sight, PROBLEM_TFTP_STALLED, story->unfinished_too_big ? CERTAINTY_CERTAIN : CERTAINTY_LIKELY, evidence,
             last == story->unfinished ? 1 : 2);
}

void diagnose_block_too_big (const Sight *sight)
{
    const Note *begun = sight_note (sight, sight->story->unfinished);
    const Endpoint *server = begun ? flow_server (sight->diagnosis->flow, begun) : NULL;
    Value quoted;

    if (server && sight_value (sight, VALUE_QUOTED, &quoted) && ip_address_equal (&quoted.address, &server->address))
        sight->story->unfinished_too_big = sight->id;
}

static void transfer_is_silent (const Sight *sight, const Watch *watch)
{
    PhoneStory *story = sight->story;
    const Note *last = sight_note (sight, story->unfinished_last);
    Watch again = *watch;

    if (story->unfinished != watch->note || story->has_connected)
        return;
    again.deadline = last->time + diagnose_patience (sight, TIMER_TFTP_STALL);
    if (again.deadline > watch->deadline) {
        diagnose_watch (sight, &again);
        return;
    }
    if (story->unfinished_too_big || diagnose_silence_proves (sight))
        say_stalled (sight, story->unfinished_file, diagnose_silent);
    story->unfinished = 0;
}

static void begin_transfer (const Sight *sight, guint32 about)
{
    Watch silence = { .deadline = sight->note->time + diagnose_patience (sight, TIMER_TFTP_STALL),
                      .note = sight->id,
                      .due = transfer_is_silent };

    sight->story->unfinished = sight->id;
    sight->story->unfinished_file = about;
    sight->story->unfinished_too_big = 0;
    diagnose_watch (sight, &silence);
}

/* Blocks and their acknowledgments, of the transfer that goes on. */
static void look_at_progress (const Sight *sight, guint32 about)
{
    const Note *note = sight->note;
    PhoneStory *story = sight->story;

    if (note->variant == VARIANT_STRAY || (story->unfinished && story->unfinished_file != about && !note->from_server))
        return;
    if (is_delivery (note)) {
        story->unfinished = 0;
        return;
    }
    if (note->variant == VARIANT_HARMLESS) /* an error that the client confirms */
        return;
    if (story->unfinished == 0 || story->unfinished_file != about) {
        if (note->from_server && note->variant == VARIANT_NONE && sight->kind->id == TFTP_DATA)
            begin_transfer (sight, about);
    }
    if (story->unfinished && story->unfinished_file == about) {
        const guint16 block = (guint16) diagnose_number (sight, VALUE_BLOCK);
        if (note->from_server) {
            if (block != story->unfinished_block)
                story->unfinished_too_big = 0; /* the one before has arrived all the same */
            story->unfinished_block = block;
        } else if ((gint16) (block - story->unfinished_block) > 0) {
            story->unfinished = 0; /* the phone has got what the capture lacks: its end may be among that */
            return;
        }
        story->unfinished_last = sight->id;
        if (diagnose_number (sight, VALUE_REPEATS) == diagnose_times (sight, TIMER_TFTP_BLOCKS))
            say_stalled (sight, about, diagnose_add);
    }
}

/* --- Servers that do not answer */

gboolean diagnose_has_answered (const Sight *sight)
{
    return sight->note->from_server || (sight->kind->protocol == PROTOCOL_TFTP && sight->kind->id == TFTP_ACK &&
                                        sight->note->variant == VARIANT_ALONE);
}

gboolean diagnose_no_server_left (const Sight *sight, const IpAddress *server)
{
    PhoneStory *story = sight->story;
    const Lease *lease = &sight->boot->lease;
    gboolean is_in_lease = FALSE;

    for (guint i = 0; i < lease->n_tftp; i++)
        if (ip_address_equal (&lease->tftp[i], server)) {
            story->tftp_silent |= (guint8) (1 << i);
            is_in_lease = TRUE;
        }
    return !is_in_lease || story->tftp_silent == (1 << lease->n_tftp) - 1;
}

static void server_is_silent (const Sight *sight, const Watch *watch)
{
    PhoneStory *story = sight->story;
    const struct BootState *boot = sight->boot;
    const Case *of = diagnose_case (sight, watch->problem, watch->about);
    const Endpoint *server = sight_server (sight);
    NoteId evidence[] = { of->first, of->second, watch->note };

    if (of->last != watch->note || !server) /* an answer has come */
        return;
    const gboolean none_left = diagnose_no_server_left (sight, &server->address);
    if (boot->lease.n_tftp == 0 || story->tftp_heard || !none_left ||
        story->tftp_silent != (1 << boot->lease.n_tftp) - 1)
        return;
    if (diagnose_silence_proves (sight) && diagnose_case (sight, watch->problem, 0)->count++ == 0)
        diagnose_silent (sight, watch->problem, CERTAINTY_LIKELY, evidence, 3);
}

/* Whoever gets no answer asks for the same file again, after seconds; the next one at once wants who knows about the
 * one before. */
#define GOES_ON_WITHIN SECONDS (1)

/* … at the same server, or at one that has not answered so far: a fresh one may be the next that is tried. */
static gboolean goes_on (const Sight *sight, NoteId before, guint asked_here)
{
    const Note *note = sight_note (sight, before);

    if (!note || sight->note->time - note->time >= GOES_ON_WITHIN ||
        (note->server != sight->note->server && !asked_here))
        return FALSE;
    const Sight earlier = sight_at (sight->diagnosis, before, NULL);
    return diagnose_about (diagnose_text (&earlier, VALUE_FILE)) != diagnose_about (diagnose_text (sight, VALUE_FILE));
}

static void look_at_going_on (const Sight *sight, guint asked_here)
{
    Diagnosis *diagnosis = sight->diagnosis;
    const NoteId before = sight->story->file_asked;

    sight->story->file_asked = sight->id;
    if (!goes_on (sight, before, asked_here))
        return;
    const Note *earlier = sight_note (sight, before);
    sees_lack (diagnosis, earlier->server == sight->note->server ? sight->id : before, earlier->time,
               CAPTURE_LACKS_PACKETS);
    diagnosis->lacks_file_answer = TRUE;
}

static void wait_for_server (const Sight *sight)
{
    Case *of = diagnose_case (sight, PROBLEM_TFTP_SERVER_UNREACHABLE, sight->note->server);
    Watch answer = { .deadline = sight->note->time + diagnose_patience (sight, TIMER_LAST_ANSWER),
                     .note = sight->id,
                     .problem = PROBLEM_TFTP_SERVER_UNREACHABLE,
                     .about = sight->note->server,
                     .due = server_is_silent };

    look_at_going_on (sight, of->count);
    of->count++;
    if (of->count == 1)
        of->first = sight->id;
    if (of->count == 2)
        of->second = sight->id;
    if (of->count != diagnose_times (sight, TIMER_TFTP_REQUESTS))
        return;
    of->last = sight->id;
    diagnose_watch (sight, &answer);
}

/* As long as the phone tries its servers one after the other, the next may answer; not for ever. */
static void file_is_unanswered (const Sight *sight, const Watch *watch)
{
    const gint64 longest = sight->note->time + diagnose_patience (sight, TIMER_CONNECT_AFTER_CONFIG);
    const Note *latest = sight_note (sight, sight->story->latest_file);
    Watch again = *watch;

    if (sight->boot->lease.n_tftp == 1) {
        diagnose_still_unanswered (sight, watch);
        return;
    }
    if (sight->story->file_answered > watch->note)
        return;
    again.deadline =
        MIN (longest, latest ? latest->time + diagnose_patience (sight, TIMER_FILES_AFTER_LEASE) : watch->deadline);
    again.closes_at_end = TRUE;
    if (again.deadline > watch->deadline)
        diagnose_watch (sight, &again);
    else
        diagnose_still_unanswered (sight, watch);
}

/* --- One of several servers does not answer, and another one does */

static guint32 about_server (const IpAddress *server)
{
    return ~ip_address_hash (server); /* apart from what is counted by server and by file */
}

static void look_at_skipping (const Sight *sight)
{
    PhoneStory *story = sight->story;
    const SilentServer *skipped = &sight->boot->files.skipped;

    if (!skipped->first || (story->skipped && story->skipped->len == SERVERS_KEPT))
        return;
    if (!story->skipped)
        story->skipped = g_array_new (FALSE, FALSE, sizeof (Skipped));
    const Skipped added = {
        .first = skipped->first, .request = sight->id, .about = about_server (&skipped->server), .how = skipped->how
    };
    g_array_append_val (story->skipped, added);
}

static void say_skipped (const Sight *sight, const Skipped *skipped)
{
    const NoteId evidence[] = { skipped->first, skipped->request };
    const Sight asked = sight_at (sight->diagnosis, skipped->first, NULL);
    const gboolean is_closed = skipped->how & CLOSED_BY_ICMP;
    const gboolean is_service = is_closed || (skipped->how & (SILENT_TO_REQUEST | SILENT_BY_ICMP)) == SILENT_TO_REQUEST;

    if ((is_closed || diagnose_silence_proves (&asked)) &&
        diagnose_case (sight, PROBLEM_TFTP_SERVER_UNREACHABLE, skipped->about)->count++ == 0)
        diagnose_add_eased (sight, is_service ? PROBLEM_TFTP_TIMEOUT : PROBLEM_TFTP_SERVER_UNREACHABLE,
                            is_closed ? CERTAINTY_CERTAIN : CERTAINTY_LIKELY, evidence, G_N_ELEMENTS (evidence));
}

/* A server answers: those before it cost time, and no more. Said once of each, whatever it was tried with. */
static void look_at_next_server (const Sight *sight)
{
    PhoneStory *story = sight->story;

    for (guint i = 0; story->skipped && i < story->skipped->len; i++)
        say_skipped (sight, &g_array_index (story->skipped, Skipped, i));
    g_clear_pointer (&story->skipped, g_array_unref);
}

/* A port that is closed says that the host is there. */
static gboolean is_port_closed (const IpAddress *address, guint64 code)
{
    enum { PORT_UNREACHABLE = 3, PORT_UNREACHABLE_V6 = 4 };
    return code == (address->size == 16 ? PORT_UNREACHABLE_V6 : PORT_UNREACHABLE);
}

void diagnose_unreachable (const Sight *sight, NoteId quoted)
{
    Value address;

    if (diagnose_number (sight, VALUE_PORT) != PORT_TFTP || !sight_value (sight, VALUE_IP, &address))
        return;
    sight->story->file_asked = 0;
    if (!is_port_closed (&address.address, diagnose_number (sight, VALUE_CODE))) {
        diagnose_once (sight, PROBLEM_TFTP_SERVER_UNREACHABLE, CERTAINTY_LIKELY, 0, quoted);
        return;
    }
    for (guint i = 0; i < sight->boot->lease.n_tftp; i++)
        if (ip_address_equal (&sight->boot->lease.tftp[i], &address.address))
            sight->story->tftp_heard |= (guint8) (1 << i);
}

/* --- By protocol */

static void look_at_tftp_error (const Sight *sight, guint32 about)
{
    const Note *note = sight->note;
    PhoneStory *story = sight->story;
    const NoteId begun = story->unfinished_file == about ? story->unfinished : 0;

    if (note->variant != VARIANT_STRAY && begun)
        story->unfinished = 0;
    if (!note->from_server) {
        if (diagnose_number (sight, VALUE_CODE) == TFTP_DISK_FULL)
            diagnose_once (sight, PROBLEM_PHONE_DISK_FULL, CERTAINTY_CERTAIN, about, begun);
    } else if (note->variant == VARIANT_NONE) {
        /* A ring tone or a language keeps no phone from registering; and who gives up what has stalled refuses nothing.
         */
        const gboolean gives_up = begun && diagnose_case (sight, PROBLEM_TFTP_STALLED, about)->count;
        if (!gives_up && boot_file_missing (kind_of_file (diagnose_text (sight, VALUE_FILE))) != MISSING_HARMLESS)
            diagnose_once (sight, PROBLEM_TFTP_REFUSED, CERTAINTY_CERTAIN, about, note->partner);
    } else if (note->variant != VARIANT_STRAY) {
        look_at_missing_file (sight);
    }
}

/* What is acknowledged has come, though the capture may lack it; but of a transfer that it holds so far. */
static gboolean has_unseen_block (const Sight *sight, guint32 about)
{
    const Note *note = sight->note;
    const PhoneStory *story = sight->story;

    return sight->kind->id == TFTP_ACK && !note->from_server &&
           (note->variant == VARIANT_NONE || note->variant == VARIANT_AGAIN || note->variant == VARIANT_ALONE) &&
           !(story->unfinished && story->unfinished_file == about);
}

static void look_at_tftp (const Sight *sight)
{
    const Note *note = sight->note;
    const MessageKind *kind = sight->kind;
    View file = diagnose_text (sight, VALUE_FILE);
    guint32 about = diagnose_about (file);

    if (kind->id == TFTP_RRQ) {
        if (note->variant != VARIANT_REFUSED)
            look_at_request (sight, file);
        look_at_skipping (sight);
        wait_for_server (sight);
        diagnose_unanswered_until (sight, PROBLEM_TFTP_TIMEOUT, about, diagnose_times (sight, TIMER_TFTP_REQUESTS), 0,
                                   file_is_unanswered);
        return;
    }
    if (note->from_server) {
        sight->story->file_answered = sight->id;
        sight->diagnosis->sees_file_answer = TRUE;
        g_hash_table_add (sight->diagnosis->file_servers, GUINT_TO_POINTER (note->server));
        look_at_next_server (sight);
    }
    if (kind->id == TFTP_ERROR || diagnose_has_answered (sight)) {
        sight->story->file_asked = 0;
        diagnose_forget (sight, PROBLEM_TFTP_TIMEOUT, about);
        diagnose_forget (sight, PROBLEM_TFTP_SERVER_UNREACHABLE, note->server);
    }
    if (kind->id == TFTP_ERROR)
        look_at_tftp_error (sight, about);
    else if (kind->id == TFTP_DATA || kind->id == TFTP_ACK)
        look_at_progress (sight, about);
    if (kind->id == TFTP_DATA && is_delivery (note))
        look_at_delivered (sight);
    if (has_unseen_block (sight, about) && boot_file_is_configuration (kind_of_file (file)))
        sight->story->may_have_config = TRUE;
}

/* It may have kept a configuration, or ask for it over TFTP. */
static void still_refused (const Sight *sight, const Watch *watch)
{
    const PhoneStory *story = sight->story;
    const NoteId evidence[] = { sight->note->partner, watch->note };

    if (sight->boot->configuration.note < watch->note && story->file_answered < watch->note &&
        !story->may_have_config && !story->has_connected && diagnose_silence_proves (sight) &&
        diagnose_case (sight, watch->problem, 0)->count++ == 0)
        diagnose_silent (sight, watch->problem, CERTAINTY_CERTAIN, evidence, G_N_ELEMENTS (evidence));
}

static void look_at_refused_file (const Sight *sight)
{
    const Watch other = { .deadline = sight->note->time + diagnose_patience (sight, TIMER_FILES_AFTER_LEASE),
                          .note = sight->id,
                          .problem = PROBLEM_TFTP_REFUSED,
                          .due = still_refused };

    if (boot_file_is_configuration (kind_of_file (diagnose_text (sight, VALUE_FILE))))
        diagnose_watch (sight, &other);
}

/* The phone has got a file whose text is not in the capture, or has kept it from before. */
static void look_at_unread (const Sight *sight)
{
    View file = diagnose_text (sight, VALUE_FILE);

    if (file.size == 0 || boot_file_is_configuration (kind_of_file (file)))
        sight->story->may_have_config = TRUE;
}

static void look_at_http (const Sight *sight)
{
    const Note *note = sight->note;

    if (!note->from_server)
        look_at_request (sight, diagnose_text (sight, VALUE_FILE));
    else if (is_delivery (note) && diagnose_text (sight, VALUE_FILE).size)
        look_at_delivered (sight);
    else if (is_delivery (note) || note->variant == VARIANT_NONE || note->variant == VARIANT_KEPT)
        look_at_unread (sight);
    else if (note->variant == VARIANT_REFUSED)
        look_at_refused_file (sight);
    else if (note->variant == VARIANT_NOT_FOUND || note->variant == VARIANT_HARMLESS || note->variant == VARIANT_SIGNED)
        look_at_missing_file (sight);
}

void diagnose_files (const Sight *sight)
{
    sight->story->latest_file = sight->id;
    if (sight->kind->protocol == PROTOCOL_TFTP)
        look_at_tftp (sight);
    else
        look_at_http (sight);
}
