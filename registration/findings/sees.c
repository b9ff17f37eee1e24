/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the capture would show. Whoever concludes from something not having happened asks here, before it is said and
 * once more when it is: what is cut off, sent by a side or a server that was not captured, or lost between them proves
 * nothing. */
#include "registration/findings/diagnose_internal.h"

#include "registration/wire/times.h"

/* --- What is known to be missing */

static gpointer host_key (const Endpoint *server)
{
    return GUINT_TO_POINTER (ip_address_hash (&server->address));
}

void sees_doubt (Diagnosis *diagnosis, NoteId asked)
{
    g_hash_table_add (diagnosis->doubted, GUINT_TO_POINTER (asked));
}

/* Of what was found not to be answered between these times: the answer may be among what is missing. */
static void doubt (Diagnosis *diagnosis, const Heard *heard, gint64 since, gint64 until)
{
    const gint64 patience = SECONDS (diagnosis->timers.value[TIMER_REGISTER_ANSWER]);

    for (guint i = 0; i < MIN (heard->n_unanswered, UNANSWERED_KEPT); i++) {
        const gint64 asked = notes_get (diagnosis->notes, heard->unanswered[i])->time;
        if (since <= asked + patience && until >= asked)
            sees_doubt (diagnosis, heard->unanswered[i]);
    }
}

void sees_find_unanswered (Diagnosis *diagnosis, NoteId asked)
{
    const Note *note = notes_get (diagnosis->notes, asked);
    Heard *heard = phone_story_heard (diagnosis_phone (diagnosis, note->phone), note->server);

    heard->unanswered[heard->n_unanswered++ % UNANSWERED_KEPT] = asked;
}

void sees_lack (Diagnosis *diagnosis, NoteId id, gint64 since, CaptureHolds holds)
{
    const Note *note = notes_get (diagnosis->notes, id);
    const Endpoint *server = flow_server (diagnosis->flow, note);
    PhoneStory *story = diagnosis_phone (diagnosis, note->phone);
    Heard *heard = phone_story_heard (story, note->server);

    if (!heard->missed || heard->missed_time < heard->fresh) {
        heard->missed = id;
        heard->missed_time = note->time;
    }
    doubt (diagnosis, heard, since, note->time);
    if (holds >= CAPTURE_CUT && !story->one_sided)
        story->one_sided = diagnosis->one_sided = id;
    if (holds != CAPTURE_ONE_SIDED)
        return;
    story->lacks_side = TRUE;
    if (server && !note->from_server)
        g_hash_table_insert (diagnosis->unheard, host_key (server), GUINT_TO_POINTER (id));
}

void sees_find (Diagnosis *diagnosis, NoteId lacking)
{
    const Note *note = notes_get (diagnosis->notes, lacking);
    Heard *heard = phone_story_find_heard (diagnosis_phone (diagnosis, note->phone), note->server);

    g_hash_table_add (diagnosis->came, GUINT_TO_POINTER (lacking));
    /* Over TCP it may have been sent again since. */
    if (heard && heard->missed == lacking && catalog_kind (note->kind)->protocol == PROTOCOL_SIP)
        heard->missed = 0;
}

void diagnose_deny (const Sight *sight)
{
    phone_story_heard (sight->story, sight->note->server)->denied = TRUE;
}

void sees_hear (const Sight *sight)
{
    const Note *note = sight->note;
    const MessageKind *kind = sight->kind;

    if (note->server && !note->from_server) {
        Heard *heard = phone_story_heard (sight->story, note->server);
        heard->asked = sight->id;
        if (kind->protocol == PROTOCOL_TCP && kind->id == TCP_EVENT_CONNECT)
            heard->fresh = note->time;
    } else if (note->server && kind->protocol != PROTOCOL_ICMP) {
        Heard *heard = phone_story_find_heard (sight->story, note->server);
        if (!heard || !heard->speaks)
            g_hash_table_add (sight->diagnosis->speakers, host_key (sight_server (sight)));
        if (heard) {
            heard->denied = FALSE;
            heard->speaks |= 1U << kind->protocol;
        }
    }
    if (sight->diagnosis->one_sided == sight->id)
        diagnose_once (sight, PROBLEM_ONE_SIDED_CAPTURE, CERTAINTY_CERTAIN, 0, 0);
}

NoteId diagnose_asked (const Sight *sight)
{
    const Heard *heard = phone_story_find_heard (sight->story, sight->note->server);
    return heard ? heard->asked : 0;
}

/* --- What silence proves */

/* A phone, perhaps another one, acknowledges what this server has sent, and nothing of it is in the capture; nor has
 * this phone heard a word of it. */
static NoteId unheard_since (const Sight *sight, const Heard *heard)
{
    const Endpoint *server = sight_server (sight);

    if (!server || (heard && heard->speaks))
        return 0;
    return GPOINTER_TO_UINT (g_hash_table_lookup (sight->diagnosis->unheard, host_key (server)));
}

/* What this note's phone has sent has arrived, and not a segment of the server is there to say so. */
static gboolean lacks_server (const Sight *sight)
{
    const Flow *flow = sight->diagnosis->flow;
    const Registration *registration = flow_registration (flow, sight->note->registration);

    if (registration && registration->into)
        registration = flow_registration (flow, registration->into);
    return registration && registration->lacks_server && flow_end (flow) >= sight->note->time + TCP_REPEATED_BY;
}

NoteId sees_missed (const Sight *sight)
{
    const Heard *heard = phone_story_find_heard (sight->story, sight->note->server);

    if (sight->story->one_sided)
        return sight->story->one_sided;
    if (heard && heard->missed && !(sight->note->time >= heard->fresh && heard->missed_time < heard->fresh))
        return heard->missed;
    return lacks_server (sight) ? sight->id : unheard_since (sight, heard);
}

gboolean sees_server (const Sight *sight)
{
    const Endpoint *server = sight_server (sight);

    return server && g_hash_table_contains (sight->diagnosis->speakers, host_key (server));
}

gboolean sees_lacks_side (const Sight *sight)
{
    return sight->story->lacks_side || lacks_server (sight) ||
           unheard_since (sight, phone_story_find_heard (sight->story, sight->note->server));
}

/* Once a phone, where it is about what that says itself. */
static void say_incomplete (const Sight *sight, NoteId missed)
{
    const Phones *phones = sight->diagnosis->phones;

    if (phones_current (phones, sight_note (sight, missed)->phone) == phones_current (phones, sight->note->phone) &&
        diagnose_case (sight, PROBLEM_ONE_SIDED_CAPTURE, 0)->count++ == 0)
        diagnose_later (sight, PROBLEM_ONE_SIDED_CAPTURE, CERTAINTY_CERTAIN, &missed, 1);
}

/* Something is acknowledged that was not seen, or not yet. What ends a connection may be the answer to that; what a
 * phone tries before there is a connection has nothing to do with it. */
static gboolean lacks_octets (const Sight *sight)
{
    if (sight->session)
        return tcp_state_lacks_octets (&sight->session->tcp);
    return sight->kind->protocol != PROTOCOL_TCP && flow_lacks_octets (sight->diagnosis->flow, sight->note);
}

/* What stands before other octets may come in a moment: frames are swapped, or TCP sends it again. */
static gboolean waits_for_octets (const Sight *sight)
{
    const TcpState *tcp = sight->session ? &sight->session->tcp : NULL;

    return tcp && (stream_waits (&tcp->streams[FROM_PHONE]) || stream_waits (&tcp->streams[FROM_SERVER]));
}

/* Its switch does not let the phone in: nobody hears it. What was asked before that was not, either, when the port had
 * not been open yet. */
static gboolean is_shut_out (const Sight *sight)
{
    const PhoneStory *story = sight->story;
    return story->shut_out && (sight->id > story->shut_out || !story->is_let_in);
}

gboolean diagnose_silence_proves (const Sight *sight)
{
    const Protocol protocol = sight->kind->protocol;
    const Heard *heard = phone_story_find_heard (sight->story, sight->note->server);
    const NoteId missed = sees_missed (sight);

    if ((heard && heard->denied) || is_shut_out (sight))
        return FALSE;
    if (missed || lacks_octets (sight)) {
        say_incomplete (sight, missed ? missed : sight->id);
        return FALSE;
    }
    if (waits_for_octets (sight))
        return FALSE;
    /* Attempt 0: the capture began in the middle of the connection. */
    return flow_note_attempt (sight->diagnosis->flow, sight->note) != 0 ||
           (protocol != PROTOCOL_TCP && protocol != PROTOCOL_TLS && protocol != PROTOCOL_SCCP);
}
