/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is wrong: hands each note, once all notes of its frame are written and paired, to the rules of its protocol. */
#include "registration/findings/diagnose_internal.h"

void diagnose_note (Flow *flow, NoteId id)
{
    const Note *note = notes_get (flow->notes, id);
    const MessageKind *kind = catalog_kind (note->kind);

    cases_say_at (flow, id);
    diagnose_start (flow, id, note, kind);
    cases_hear (flow, id);
    switch (kind->protocol) {
    case PROTOCOL_SCCP:
        diagnose_sccp (flow, id, note, kind->id);
        break;
    case PROTOCOL_SIP:
        if (flow->session)
            flow->session->facts.has_said_more = TRUE;
        diagnose_sip (flow, id, note, kind->id);
        break;
    case PROTOCOL_TCP:
    case PROTOCOL_TLS:
    case PROTOCOL_ICMP:
        diagnose_connect (flow, id, note, kind);
        break;
    case PROTOCOL_CDP:
    case PROTOCOL_LLDP:
    case PROTOCOL_ARP:
    case PROTOCOL_DHCP:
    case PROTOCOL_DNS:
    case PROTOCOL_TFTP:
    case PROTOCOL_HTTP:
        diagnose_boot (flow, id, note, kind);
        break;
    case PROTOCOL_FRAME:
        if (kind->id == FRAME_IS_FRAGMENT)
            diagnose_fragment (flow, id, note);
        break;
    case N_PROTOCOLS:
        break;
    }
}

void diagnose_silence (Flow *flow, gint64 now, gboolean at_end)
{
    if (!at_end) {
        watches_run (flow, now);
        return;
    }
    watches_close (flow, now);
    cases_say_rest (flow);
}

void diagnose_init (Flow *flow)
{
    flow->findings = findings_new ();
    cases_init (flow);
    diagnose_users_init (flow);
}

void diagnose_clear (Flow *flow)
{
    findings_free (flow->findings);
    diagnose_users_clear (flow);
    cases_clear (flow);
}
