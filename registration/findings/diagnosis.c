/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is wrong: hands each note, once all notes of its frame are written and paired, to the rules of its protocol. */
#include "registration/findings/diagnose_sip_internal.h"

static void look_at_sip (const Sight *sight)
{
    if (sight->connection)
        sight->connection->has_said_more = TRUE;
    Sight own = *sight; /* most rules of SIP ask for the line */
    own.sip_line = diagnose_sip_line (sight);
    diagnose_sip (&own);
}

static void look_at_frame (const Sight *sight)
{
    if (sight->kind->id != FRAME_IS_FRAGMENT)
        return;
    diagnose_fragment (sight);
    diagnose_register_begun (sight);
}

static void (*const rules[N_PROTOCOLS]) (const Sight *sight) = {
    [PROTOCOL_SCCP] = diagnose_sccp,   [PROTOCOL_SIP] = look_at_sip,       [PROTOCOL_TCP] = diagnose_connect,
    [PROTOCOL_TLS] = diagnose_connect, [PROTOCOL_ICMP] = diagnose_connect, [PROTOCOL_ARP] = diagnose_boot,
    [PROTOCOL_DHCP] = diagnose_boot,   [PROTOCOL_DNS] = diagnose_boot,     [PROTOCOL_TFTP] = diagnose_boot,
    [PROTOCOL_HTTP] = diagnose_boot,   [PROTOCOL_EAPOL] = diagnose_boot,   [PROTOCOL_FRAME] = look_at_frame,
};

/* --- What rules look at */

/* current: a phone that stands for itself. */
static PhoneStory *story_of (Diagnosis *diagnosis, PhoneId current)
{
    if (current >= diagnosis->phone_stories->len)
        g_ptr_array_set_size (diagnosis->phone_stories, (gint) phones_count (diagnosis->phones));
    gpointer *story = &diagnosis->phone_stories->pdata[current];
    if (!*story)
        *story = phone_story_new ();
    return *story;
}

PhoneStory *diagnosis_phone (Diagnosis *diagnosis, PhoneId phone)
{
    return story_of (diagnosis, phones_current (diagnosis->phones, phone));
}

static inline Sight look_at (Diagnosis *diagnosis, NoteId id, const Session *session)
{
    const Note *note = notes_get (diagnosis->notes, id);
    PhoneId current = phones_current (diagnosis->phones, note->phone);
    const Phone *phone = phones_get (diagnosis->phones, current);

    return (Sight){ .diagnosis = diagnosis,
                    .id = id,
                    .note = note,
                    .kind = catalog_kind (note->kind),
                    .phone = phone,
                    .boot = phone_boot (phone),
                    .story = story_of (diagnosis, current),
                    .session = session,
                    .connection = session ? connection_story (diagnosis->connections, session->number) : NULL };
}

Sight sight_at (Diagnosis *diagnosis, NoteId id, const Session *session)
{
    return look_at (diagnosis, id, session);
}

const Note *sight_note (const Sight *sight, NoteId id)
{
    return notes_get (sight->diagnosis->notes, id);
}

const Endpoint *sight_server (const Sight *sight)
{
    return flow_server (sight->diagnosis->flow, sight->note);
}

gboolean sight_value (const Sight *sight, ValueKey key, Value *ret_value)
{
    return sight->note->values && values_find (notes_values (sight->diagnosis->notes, sight->note), key, ret_value);
}

/* --- What the flow tells */

static void sighted (PhoneId phone, const IpAddress *address, gpointer user_data)
{
    Diagnosis *diagnosis = user_data;
    PhoneStory *story = diagnosis_phone (diagnosis, phone);

    story->sighting = notes_count (diagnosis->notes) + 1;
    story->sighted = *address;
}

static void lacks (NoteId id, gint64 since, CaptureHolds holds, gpointer user_data)
{
    sees_lack (user_data, id, since, holds);
}

static void found (NoteId lacking, gpointer user_data)
{
    sees_find (user_data, lacking);
}

static void closed (NoteId closed, NoteId request, const Session *session, gpointer user_data)
{
    Sight end = sight_at (user_data, closed, session), asked = sight_at (user_data, request, session);
    diagnose_sip_closed (&end, &asked);
}

static void noted (NoteId first, guint count, const Session *session, gpointer user_data)
{
    for (guint i = 0; i < count; i++) {
        Sight sight = look_at (user_data, first + i, session);
        sight.diagnosis->sees_tcp |= session != NULL;
        cases_say_at (&sight);
        diagnose_start (&sight);
        sees_hear (&sight);
        if (rules[sight.kind->protocol])
            rules[sight.kind->protocol](&sight);
    }
}

static void passed (gint64 now, gboolean at_end, gpointer user_data)
{
    if (!at_end) {
        watches_run (user_data, now);
        return;
    }
    watches_close (user_data, now);
    cases_say_rest (user_data);
    cases_take_back (user_data);
}

static void paused (gint64 duration, gpointer user_data)
{
    watches_put_off (user_data, duration);
}

static void joined (PhoneId absorbed, PhoneId into, gpointer user_data)
{
    Diagnosis *diagnosis = user_data;
    PhoneStory *other = absorbed < diagnosis->phone_stories->len ? diagnosis->phone_stories->pdata[absorbed] : NULL;

    if (!other)
        return;
    PhoneStory *own = diagnosis_phone (diagnosis, into);
    phone_story_join (own, other);
    if (own->unsaid && own->unsaid->len)
        g_hash_table_add (diagnosis->unsaid, GUINT_TO_POINTER (into));
    g_hash_table_remove (diagnosis->unsaid, GUINT_TO_POINTER (absorbed));
    phone_story_free (other);
    diagnosis->phone_stories->pdata[absorbed] = NULL;
}

/* --- The object */

Diagnosis *diagnosis_new (Flow *flow, const Timers *timers)
{
    static const FlowObserver observer = { sighted, lacks, found, closed, noted, passed, paused, joined };
    Diagnosis *diagnosis = g_new0 (Diagnosis, 1);

    diagnosis->flow = flow;
    diagnosis->notes = flow_notes (flow);
    diagnosis->phones = flow_phones (flow);
    diagnosis->timers = timers ? *timers : timers_default ();
    diagnosis->findings = findings_new ();
    diagnosis->phone_stories = g_ptr_array_new_with_free_func ((GDestroyNotify) phone_story_free);
    diagnosis->connections = connection_stories_new ();
    diagnosis->watches = watches_new ();
    diagnosis->unsaid = g_hash_table_new (NULL, NULL);
    diagnosis->unheard = g_hash_table_new (NULL, NULL);
    diagnosis->speakers = g_hash_table_new (NULL, NULL);
    diagnosis->doubted = g_hash_table_new (NULL, NULL);
    diagnosis->file_servers = g_hash_table_new (NULL, NULL);
    diagnosis->came = g_hash_table_new (NULL, NULL);
    diagnosis->habits = g_hash_table_new (NULL, NULL);
    diagnosis->digest_users = diagnose_users_new ();
    flow_observe (flow, &observer, diagnosis);
    return diagnosis;
}

void diagnosis_free (Diagnosis *diagnosis)
{
    if (!diagnosis)
        return;
    flow_observe (diagnosis->flow, NULL, NULL);
    g_hash_table_unref (diagnosis->digest_users);
    g_hash_table_unref (diagnosis->habits);
    g_hash_table_unref (diagnosis->doubted);
    g_hash_table_unref (diagnosis->speakers);
    g_hash_table_unref (diagnosis->file_servers);
    g_hash_table_unref (diagnosis->came);
    g_hash_table_unref (diagnosis->unheard);
    g_hash_table_unref (diagnosis->unsaid);
    watches_free (diagnosis->watches);
    connection_stories_free (diagnosis->connections);
    g_ptr_array_unref (diagnosis->phone_stories);
    findings_free (diagnosis->findings);
    g_free (diagnosis);
}

void diagnosis_say_silence (Diagnosis *diagnosis)
{
    cases_say_rest (diagnosis);
}

const Flow *diagnosis_flow (const Diagnosis *diagnosis)
{
    return diagnosis->flow;
}

const Findings *diagnosis_findings (const Diagnosis *diagnosis)
{
    return diagnosis->findings;
}

const Timers *diagnosis_timers (const Diagnosis *diagnosis)
{
    return &diagnosis->timers;
}
