/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes wrong before a phone knows its call manager: address, name, files. */
#include "registration/diagnose_internal.h"

#include "registration/boot_file.h"
#include "registration/dhcp.h"
#include "registration/tftp.h"

static void look_at_missing_file (Flow *flow, NoteId id, const Note *note)
{
    View file = diagnose_text (flow, note, VALUE_FILE);
    guint32 about = diagnose_hash (file);

    if (note->variant == VARIANT_HARMLESS) {
        diagnose_once (flow, id, PROBLEM_OPTIONAL_FILE_NOT_FOUND, CERTAINTY_CERTAIN, about, note->partner);
        return;
    }
    if (note->variant == VARIANT_SIGNED) {
        diagnose_after (flow, id, PROBLEM_SIGNED_CONFIG_LOCK, CERTAINTY_LIKELY, 0,
                        diagnose_times (flow, TIMER_SIGNED_FILES));
        return;
    }
    switch (boot_file_kind ((const char *) file.data, file.size)) {
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

static void look_at_tftp (Flow *flow, NoteId id, const Note *note, guint32 kind)
{
    guint32 about = diagnose_hash (diagnose_text (flow, note, VALUE_FILE));

    if (kind == TFTP_RRQ) {
        diagnose_unanswered (flow, id, PROBLEM_TFTP_TIMEOUT, about, diagnose_times (flow, TIMER_TFTP_REQUESTS), 0);
        return;
    }
    if (!note->from_server)
        return;
    diagnose_forget (flow, note, PROBLEM_TFTP_TIMEOUT, about);
    if (kind != TFTP_ERROR)
        return;
    if (note->variant == VARIANT_STRAY)
        return;
    if (note->variant == VARIANT_NONE)
        diagnose_once (flow, id, PROBLEM_TFTP_REFUSED, CERTAINTY_CERTAIN, about, note->partner);
    else
        look_at_missing_file (flow, id, note);
}

static void no_files_asked (Flow *flow, const Watch *watch)
{
    const Note *lease = notes_get (flow->notes, watch->note);
    NoteId evidence[] = { lease->partner, watch->note };

    if (!flow_has_asked_for_files (flow, lease->phone) && diagnose_case (flow, lease, watch->problem, 0)->count++ == 0)
        diagnose_silent (flow, watch->problem, CERTAINTY_LIKELY, evidence, 2);
}

/* That the option is missing stands in the ACK itself: the end of the capture closes the question as well. */
static void wait_for_files (Flow *flow, NoteId id, const Note *note)
{
    Watch files = { .deadline = note->time + diagnose_patience (flow, TIMER_FILES_AFTER_LEASE),
                    .note = id,
                    .problem = PROBLEM_DHCP_NO_TFTP_OPTION,
                    .due = no_files_asked,
                    .closes_at_end = TRUE };
    diagnose_watch (flow, &files);
}

static void look_at_dhcp (Flow *flow, NoteId id, const Note *note, guint32 kind)
{
    switch (kind) {
    case DHCP_DISCOVER:
        diagnose_unanswered (flow, id, PROBLEM_DHCP_NO_OFFER, 0, diagnose_times (flow, TIMER_DHCP_DISCOVERS),
                             diagnose_patience (flow, TIMER_DHCP_OFFER));
        break;
    case DHCP_OFFER:
        diagnose_forget (flow, note, PROBLEM_DHCP_NO_OFFER, 0);
        break;
    case DHCP_DECLINE:
    case DHCP_NAK:
        diagnose_once (flow, id, PROBLEM_DHCP_REFUSED, CERTAINTY_CERTAIN, note->attempt, note->partner);
        break;
    case DHCP_ACK:
        diagnose_forget (flow, note, PROBLEM_DHCP_NO_OFFER, 0);
        if (note->variant == VARIANT_BROKEN)
            diagnose_once (flow, id, PROBLEM_DHCP_BAD_OPTION_150, CERTAINTY_CERTAIN, 0, note->partner);
        else if (note->variant == VARIANT_NOT_FOUND)
            wait_for_files (flow, id, note);
        break;
    default:
        break;
    }
}

void diagnose_boot (Flow *flow, NoteId id, const Note *note, const MessageKind *kind)
{
    switch (kind->protocol) {
    case PROTOCOL_TFTP:
        look_at_tftp (flow, id, note, kind->id);
        break;
    case PROTOCOL_HTTP:
        if (note->variant == VARIANT_NOT_FOUND || note->variant == VARIANT_HARMLESS || note->variant == VARIANT_SIGNED)
            look_at_missing_file (flow, id, note);
        break;
    case PROTOCOL_DHCP:
        look_at_dhcp (flow, id, note, kind->id);
        break;
    case PROTOCOL_DNS:
        if (note->variant == VARIANT_NOT_FOUND && flow_asked_tftp_name (flow, note))
            diagnose_once (flow, id, PROBLEM_TFTP_NAME_UNRESOLVED, CERTAINTY_CERTAIN, 0, note->partner);
        break;
    default:
        break;
    }
}
