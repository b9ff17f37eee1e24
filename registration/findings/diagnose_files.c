/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes wrong with the files that a phone fetches: they do not come, are not there, or do not help. */
#include "registration/findings/diagnose_internal.h"

#include "registration/protocols/tftp.h"
#include "registration/terms/boot_file.h"
#include "registration/terms/ports.h"

#include <string.h>

static BootFileKind kind_of_file (View file)
{
    return boot_file_kind ((const char *) file.data, file.size);
}

static gboolean is_configuration (BootFileKind kind)
{
    return kind == BOOT_FILE_PHONE_CONFIG || kind == BOOT_FILE_DEFAULT_CONFIG || kind == BOOT_FILE_MODEL_DEFAULT;
}

/* --- What is asked for --- */

/* The configured firmware: the file that begins with its name. */
static gboolean is_wanted_load (const struct BootState *boot, View file)
{
    gsize size = strlen (boot->wanted_load);
    return size && file.size >= size && g_ascii_strncasecmp ((const char *) file.data, boot->wanted_load, size) == 0;
}

static void look_at_firmware_request (Flow *flow, NoteId id, struct BootState *boot, View file)
{
    const guint32 about = diagnose_about (file);

    boot->is_upgrading = TRUE;
    if (kind_of_file (file) != BOOT_FILE_LOADS)
        return;
    if (is_wanted_load (boot, file))
        diagnose_once (flow, id, PROBLEM_FIRMWARE_CHANGE, CERTAINTY_CERTAIN,
                       diagnose_about (text_view (boot->wanted_load)), boot->config);
    /* Once for each start, however often the request is repeated. */
    if (!boot->begins_anew && boot->loads.about == about)
        return;
    boot->begins_anew = FALSE;
    rounds_add (&boot->loads, about, id);
    if (boot->loads.count == diagnose_times (flow, TIMER_FIRMWARE_ROUNDS))
        diagnose_rounds (flow, id, PROBLEM_FIRMWARE_LOOP, &boot->loads);
}

static void look_at_request (Flow *flow, NoteId id, struct BootState *boot, View file)
{
    switch (kind_of_file (file)) {
    case BOOT_FILE_PHONE_CONFIG:
    case BOOT_FILE_DEFAULT_CONFIG:
    case BOOT_FILE_MODEL_DEFAULT:
        if (boot->security < 2)
            rounds_forget (&boot->trust_lists);
        if (!boot_file_is_signed ((const char *) file.data, file.size))
            rounds_forget (&boot->signed_files);
        break;
    case BOOT_FILE_LOADS:
    case BOOT_FILE_FIRMWARE:
        look_at_firmware_request (flow, id, boot, file);
        break;
    default:
        break;
    }
}

/* --- What is not there --- */

/* In secure mode a phone asks for its trust list for ever (reference 4.3). The shared one counts for phones that ask
 * for no other. */
static void look_at_missing_trust_list (Flow *flow, NoteId id, struct BootState *boot, View file)
{
    const guint32 about = diagnose_about (file);

    if (kind_of_file (file) != BOOT_FILE_CTL &&
        (kind_of_file (file) != BOOT_FILE_CTL_SHARED || (boot->trust_lists.count && boot->trust_lists.about != about)))
        return;
    rounds_add (&boot->trust_lists, about, id);
    if (boot->trust_lists.count == diagnose_times (flow, TIMER_TRUST_LISTS))
        diagnose_rounds (flow, id, PROBLEM_TRUST_LIST_LOOP, &boot->trust_lists);
}

static void look_at_missing_signed_file (Flow *flow, NoteId id, struct BootState *boot)
{
    rounds_add (&boot->signed_files, 0, id);
    if (boot->signed_files.count == diagnose_times (flow, TIMER_SIGNED_FILES))
        diagnose_rounds (flow, id, PROBLEM_SIGNED_CONFIG_LOCK, &boot->signed_files);
}

static void look_at_missing_file (Flow *flow, NoteId id, const Note *note, struct BootState *boot)
{
    View file = diagnose_text (flow, note, VALUE_FILE);
    guint32 about = diagnose_about (file);

    if (note->variant == VARIANT_HARMLESS) {
        diagnose_once (flow, id, PROBLEM_OPTIONAL_FILE_NOT_FOUND, CERTAINTY_CERTAIN, about, note->partner);
        look_at_missing_trust_list (flow, id, boot, file);
        return;
    }
    if (note->variant == VARIANT_SIGNED) {
        look_at_missing_signed_file (flow, id, boot);
        return;
    }
    switch (kind_of_file (file)) {
    case BOOT_FILE_PHONE_CONFIG:
        diagnose_once (flow, id, PROBLEM_CONFIG_NOT_FOUND, CERTAINTY_CERTAIN, 0, note->partner);
        break;
    case BOOT_FILE_DEFAULT_CONFIG: {
        const Case *own = diagnose_case (flow, note, PROBLEM_CONFIG_NOT_FOUND, 0);
        if (own->count)
            diagnose_once (flow, id, PROBLEM_NO_CONFIG_AT_ALL, CERTAINTY_CERTAIN, 0, own->first);
        break;
    }
    case BOOT_FILE_LOADS:
    case BOOT_FILE_FIRMWARE:
        diagnose_once (flow, id, PROBLEM_FIRMWARE_NOT_FOUND, CERTAINTY_CERTAIN, about, note->partner);
        break;
    default:
        break;
    }
}

/* --- What has come --- */

/* Nearly equal distances, as a program keeps them that does one thing over and over (reference 2.5: 15 s, 45 s, or the
 * length of a start). */
static gboolean is_regular (const Flow *flow, const Rounds *rounds)
{
    const Note *note[G_N_ELEMENTS (rounds->note)];

    if (rounds->count < G_N_ELEMENTS (rounds->note))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS (note); i++)
        note[i] = notes_get (flow->notes, rounds->note[i]);
    gint64 first = note[1]->time - note[0]->time, second = note[2]->time - note[1]->time;
    gint64 shorter = MIN (first, second), longer = MAX (first, second);
    return shorter > 0 && longer <= 2 * shorter && longer <= diagnose_patience (flow, TIMER_CONFIG_ROUND);
}

/* Whether connections of this phone would be in the capture: one made at the file server shows none to others. */
static gboolean sees_connections (const Flow *flow, const struct BootState *boot, const Note *note)
{
    if (boot->is_near || phones_get (flow->phones, phones_current (flow->phones, note->phone))->attempts)
        return TRUE;
    for (guint i = 0; i < boot->n_configured; i++)
        if (ip_address_equal (&boot->configured[i], &boot->file_server))
            return TRUE;
    return FALSE;
}

/* Registered phones fetch their configuration when somebody changes it. */
static gboolean is_registered (const Flow *flow, const Note *note)
{
    return phones_get (flow->phones, phones_current (flow->phones, note->phone))->level >= LEVEL_ACCEPTED;
}

/* It may still connect, this time. */
static void round_is_over (Flow *flow, const Watch *watch)
{
    const Note *note = notes_get (flow->notes, watch->note);
    struct BootState *boot = flow_boot_state (flow, note->phone);
    NoteId evidence[G_N_ELEMENTS (boot->configs.note)] = { boot->configs.note[0], boot->configs.note[1],
                                                           boot->configs.note[2] };

    if (boot->has_connected || boot->configs.said || boot->configs.count < 2)
        return;
    boot->configs.said = TRUE;
    if (boot->tvs_failed > evidence[0] && watch->problem == PROBLEM_CONFIG_SIGNATURE_REJECTED) {
        evidence[2] = boot->configs.note[MIN (boot->configs.count, G_N_ELEMENTS (evidence)) - 1];
        evidence[1] = boot->tvs_failed;
    }
    diagnose_silent (flow, watch->problem, CERTAINTY_LIKELY, evidence, G_N_ELEMENTS (evidence));
}

static void look_at_round (Flow *flow, NoteId id, const Note *note, struct BootState *boot, View file)
{
    const gboolean is_signed = boot_file_is_signed ((const char *) file.data, file.size);
    Watch over = { .deadline = note->time + diagnose_patience (flow, TIMER_LAST_ANSWER),
                   .note = id,
                   .problem = is_signed ? PROBLEM_CONFIG_SIGNATURE_REJECTED : PROBLEM_CONFIG_LOOP,
                   .due = round_is_over };

    rounds_add (&boot->configs, diagnose_about (file), id);
    if (boot->configs.said || is_registered (flow, note) ||
        (note->variant != VARIANT_BROKEN && !sees_connections (flow, boot, note)))
        return;
    if ((boot->configs.count >= diagnose_times (flow, TIMER_CONFIG_ROUNDS) && is_regular (flow, &boot->configs)) ||
        (is_signed && boot->configs.count >= 2 && boot->tvs_failed > boot->configs.note[0]))
        diagnose_watch (flow, &over);
}

static void no_connection (Flow *flow, const Watch *watch)
{
    const Note *note = notes_get (flow->notes, watch->note);
    const struct BootState *boot = flow_boot_state (flow, note->phone);
    const Note *latest = notes_get (flow->notes, boot->latest_file);
    NoteId evidence[] = { note->partner, watch->note };
    Watch again = *watch;

    if (boot->config != watch->note || boot->has_connected || boot->is_upgrading || boot->configs.said ||
        is_registered (flow, note) || !sees_connections (flow, boot, note))
        return;
    again.deadline = latest ? latest->time + diagnose_patience (flow, TIMER_CONNECT_AFTER_CONFIG) : watch->deadline;
    if (again.deadline > watch->deadline)
        diagnose_watch (flow, &again);
    else
        diagnose_silent (flow, PROBLEM_NO_CONNECT_AFTER_CONFIG, CERTAINTY_LIKELY, evidence, 2);
}

static void look_at_delivered_config (Flow *flow, NoteId id, const Note *note, struct BootState *boot, View file)
{
    Watch connection = { .deadline = note->time + diagnose_patience (flow, TIMER_CONNECT_AFTER_CONFIG),
                         .note = id,
                         .due = no_connection };

    look_at_round (flow, id, note, boot, file);
    boot->config = id;
    boot->has_connected = boot->has_registered = boot->is_upgrading = FALSE;
    boot->begins_anew = TRUE;
    if (note->variant == VARIANT_CONFIG && !boot_file_is_signed ((const char *) file.data, file.size))
        diagnose_watch (flow, &connection);
}

static void look_at_delivered (Flow *flow, NoteId id, const Note *note, struct BootState *boot)
{
    View file = diagnose_text (flow, note, VALUE_FILE);

    if (is_configuration (kind_of_file (file)))
        look_at_delivered_config (flow, id, note, boot, file);
}

static gboolean is_delivery (const Note *note)
{
    return note->variant == VARIANT_DELIVERED || note->variant == VARIANT_CONFIG || note->variant == VARIANT_BROKEN;
}

/* --- What begins and does not end --- */

static void transfer_is_silent (Flow *flow, const Watch *watch)
{
    const Note *first = notes_get (flow->notes, watch->note);
    struct BootState *boot = flow_boot_state (flow, first->phone);
    const Note *last = notes_get (flow->notes, boot->unfinished_last);
    NoteId evidence[] = { watch->note, boot->unfinished_last };
    Watch again = *watch;

    if (boot->unfinished != watch->note || boot->has_connected)
        return;
    again.deadline = last->time + diagnose_patience (flow, TIMER_TFTP_STALL);
    if (again.deadline > watch->deadline) {
        diagnose_watch (flow, &again);
        return;
    }
    if (diagnose_case (flow, first, PROBLEM_TFTP_STALLED, boot->unfinished_file)->count++ == 0)
        diagnose_silent (flow, PROBLEM_TFTP_STALLED, CERTAINTY_LIKELY, evidence,
                         boot->unfinished_last == watch->note ? 1 : 2);
    boot->unfinished = 0;
}

static void begin_transfer (Flow *flow, NoteId id, const Note *note, struct BootState *boot, guint32 about)
{
    Watch silence = { .deadline = note->time + diagnose_patience (flow, TIMER_TFTP_STALL),
                      .note = id,
                      .due = transfer_is_silent };

    boot->unfinished = id;
    boot->unfinished_file = about;
    diagnose_watch (flow, &silence);
}

/* Blocks and their acknowledgments, of the transfer that goes on. */
static void look_at_progress (Flow *flow, NoteId id, const Note *note, struct BootState *boot, guint32 about)
{
    if (note->variant == VARIANT_STRAY || (boot->unfinished && boot->unfinished_file != about && !note->from_server))
        return;
    if (is_delivery (note)) {
        boot->unfinished = 0;
        return;
    }
    if (note->variant == VARIANT_HARMLESS) /* an error that the client confirms */
        return;
    if (boot->unfinished == 0 || boot->unfinished_file != about) {
        if (note->from_server && note->variant == VARIANT_NONE)
            begin_transfer (flow, id, note, boot, about);
    }
    if (boot->unfinished && boot->unfinished_file == about) {
        boot->unfinished_last = id;
        if (diagnose_number (flow, note, VALUE_REPEATS) == diagnose_times (flow, TIMER_TFTP_BLOCKS))
            diagnose_once (flow, id, PROBLEM_TFTP_STALLED, CERTAINTY_LIKELY, about, boot->unfinished);
    }
}

/* --- Servers that do not answer --- */

static void server_is_silent (Flow *flow, const Watch *watch)
{
    const Note *note = notes_get (flow->notes, watch->note);
    const Case *of = diagnose_case (flow, note, watch->problem, watch->about);
    struct BootState *boot = flow_boot_state (flow, note->phone);
    const Endpoint *server = flow_server (flow, note);
    NoteId evidence[] = { of->first, of->second, watch->note };

    if (of->last != watch->note || !server) /* an answer has come */
        return;
    for (guint i = 0; i < boot->n_tftp; i++)
        if (ip_address_equal (&boot->tftp[i], &server->address))
            boot->tftp_silent |= (guint8) (1 << i);
    if (boot->n_tftp == 0 || boot->tftp_heard || boot->tftp_silent != (1 << boot->n_tftp) - 1)
        return;
    if (diagnose_case (flow, note, watch->problem, 0)->count++ == 0)
        diagnose_silent (flow, watch->problem, CERTAINTY_LIKELY, evidence, 3);
}

static void wait_for_server (Flow *flow, NoteId id, const Note *note)
{
    Case *of = diagnose_case (flow, note, PROBLEM_TFTP_SERVER_UNREACHABLE, note->server);
    Watch answer = { .deadline = note->time + diagnose_patience (flow, TIMER_LAST_ANSWER),
                     .note = id,
                     .problem = PROBLEM_TFTP_SERVER_UNREACHABLE,
                     .about = note->server,
                     .due = server_is_silent };

    of->count++;
    if (of->count == 1)
        of->first = id;
    if (of->count == 2)
        of->second = id;
    if (of->count != diagnose_times (flow, TIMER_TFTP_REQUESTS))
        return;
    of->last = id;
    diagnose_watch (flow, &answer);
}

/* A port that is closed says that the host is there. */
static gboolean is_port_closed (const IpAddress *address, guint64 code)
{
    enum { PORT_UNREACHABLE = 3, PORT_UNREACHABLE_V6 = 4 };
    return code == (address->size == 16 ? PORT_UNREACHABLE_V6 : PORT_UNREACHABLE);
}

void diagnose_unreachable (Flow *flow, NoteId id, const Note *note, NoteId quoted)
{
    struct BootState *boot = flow_boot_state (flow, note->phone);
    Value address;

    if (diagnose_number (flow, note, VALUE_PORT) != PORT_TFTP ||
        !values_find (notes_values (flow->notes, note), VALUE_IP, &address))
        return;
    if (!is_port_closed (&address.address, diagnose_number (flow, note, VALUE_CODE))) {
        diagnose_once (flow, id, PROBLEM_TFTP_SERVER_UNREACHABLE, CERTAINTY_LIKELY, 0, quoted);
        return;
    }
    for (guint i = 0; i < boot->n_tftp; i++)
        if (ip_address_equal (&boot->tftp[i], &address.address))
            boot->tftp_heard |= (guint8) (1 << i);
}

/* --- By protocol --- */

static void look_at_tftp_error (Flow *flow, NoteId id, const Note *note, struct BootState *boot, guint32 about)
{
    const NoteId begun = boot->unfinished_file == about ? boot->unfinished : 0;

    if (note->variant != VARIANT_STRAY && begun)
        boot->unfinished = 0;
    if (!note->from_server) {
        if (diagnose_number (flow, note, VALUE_CODE) == TFTP_DISK_FULL)
            diagnose_once (flow, id, PROBLEM_PHONE_DISK_FULL, CERTAINTY_CERTAIN, about, begun);
    } else if (note->variant == VARIANT_NONE) {
        diagnose_once (flow, id, PROBLEM_TFTP_REFUSED, CERTAINTY_CERTAIN, about, note->partner);
    } else if (note->variant != VARIANT_STRAY) {
        look_at_missing_file (flow, id, note, boot);
    }
}

static void look_at_tftp (Flow *flow, NoteId id, const Note *note, guint32 kind)
{
    struct BootState *boot = flow_boot_state (flow, note->phone);
    View file = diagnose_text (flow, note, VALUE_FILE);
    guint32 about = diagnose_about (file);

    if (kind == TFTP_RRQ) {
        if (note->variant != VARIANT_REFUSED)
            look_at_request (flow, id, boot, file);
        wait_for_server (flow, id, note);
        diagnose_unanswered (flow, id, PROBLEM_TFTP_TIMEOUT, about, diagnose_times (flow, TIMER_TFTP_REQUESTS), 0);
        return;
    }
    if (kind == TFTP_ERROR || note->from_server) {
        diagnose_forget (flow, note, PROBLEM_TFTP_TIMEOUT, about);
        diagnose_forget (flow, note, PROBLEM_TFTP_SERVER_UNREACHABLE, note->server);
    }
    if (kind == TFTP_ERROR)
        look_at_tftp_error (flow, id, note, boot, about);
    else if (kind == TFTP_DATA || kind == TFTP_ACK)
        look_at_progress (flow, id, note, boot, about);
    if (kind == TFTP_DATA && is_delivery (note))
        look_at_delivered (flow, id, note, boot);
}

static void look_at_http (Flow *flow, NoteId id, const Note *note)
{
    struct BootState *boot = flow_boot_state (flow, note->phone);

    if (!note->from_server)
        look_at_request (flow, id, boot, diagnose_text (flow, note, VALUE_FILE));
    else if (is_delivery (note))
        look_at_delivered (flow, id, note, boot);
    else if (note->variant == VARIANT_NOT_FOUND || note->variant == VARIANT_HARMLESS || note->variant == VARIANT_SIGNED)
        look_at_missing_file (flow, id, note, boot);
}

void diagnose_files (Flow *flow, NoteId id, const Note *note, const MessageKind *kind)
{
    flow_boot_state (flow, note->phone)->latest_file = id;
    if (kind->protocol == PROTOCOL_TFTP)
        look_at_tftp (flow, id, note, kind->id);
    else
        look_at_http (flow, id, note);
}
