/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cases go with the phone that they are about. */
#include "registration/findings/diagnose_internal.h"
#include "registration/flow/flow_internal.h"
#include "tests/support/play.h"

TestSuite (cases, .init = set_up, .fini = tear_down);

/* The flow's own: nobody but a test may do more than look at them. */
static Phones *all_phones (void)
{
    return (Phones *) flow_phones (flow);
}

static NoteId append (PhoneId phone, gint64 time)
{
    Note note = { .time = time, .frame = (guint32) time, .phone = phone, .kind = catalog_find (PROTOCOL_TCP, 0) };
    Values none;

    values_init (&none);
    return notes_append ((Notes *) flow_notes (flow), &note, &none);
}

static PhoneId add_phone (const char *address)
{
    Endpoint end = endpoint (address, 0);
    PhoneId phone = phones_add (all_phones (), &end.address, 1, 1, notes_count (flow_notes (flow)) + 1);
    phones_get (all_phones (), phone)->has_spoken = TRUE;
    return phone;
}

static PhoneId give_name (PhoneId phone, const char *name)
{
    return phones_name_device (all_phones (), phone, name, 1, 1, notes_count (flow_notes (flow)) + 1);
}

static void count (NoteId id)
{
    Sight sight = sight_at (diagnosis, id, NULL);
    diagnose_after (&sight, PROBLEM_REJECT_LOOP, CERTAINTY_CERTAIN, 7, 3);
}

static gboolean silence_proves (NoteId id)
{
    Sight sight = sight_at (diagnosis, id, NULL);
    return diagnose_silence_proves (&sight);
}

Test (cases, what_happened_before_a_phone_got_its_name_counts_for_it)
{
    PhoneId known = add_phone ("10.0.0.1"), nameless = add_phone ("10.0.0.2");

    give_name (known, "SEP001122334455");
    count (append (known, 1));
    count (append (nameless, 2));
    cr_assert_eq (give_name (nameless, "SEP001122334455"), known);
    cr_assert_eq (findings_count (diagnosis_findings (diagnosis)), 0);
    count (append (known, 3));
    cr_assert_eq (findings_count (diagnosis_findings (diagnosis)), 1);
    const Finding *found = findings_get (diagnosis_findings (diagnosis), 0);
    cr_assert_eq (found->n_evidence, 3);
    for (guint i = 0; i < 3; i++)
        cr_assert_eq (found->evidence[i], i + 1);
}

Test (cases, what_was_said_of_a_nameless_phone_is_not_said_again)
{
    PhoneId known = add_phone ("10.0.0.1"), nameless = add_phone ("10.0.0.2");

    give_name (known, "SEP001122334455");
    for (gint64 time = 1; time <= 3; time++)
        count (append (nameless, time));
    cr_assert_eq (findings_count (diagnosis_findings (diagnosis)), 1);
    give_name (nameless, "SEP001122334455");
    for (gint64 time = 4; time <= 8; time++)
        count (append (known, time));
    cr_assert_eq (findings_count (diagnosis_findings (diagnosis)), 1);
}

Test (cases, what_silence_proved_waits_for_the_phone_whatever_it_is_called)
{
    PhoneId known = add_phone ("10.0.0.1"), nameless = add_phone ("10.0.0.2");
    NoteId asked = append (nameless, 1);

    give_name (known, "SEP001122334455");
    Sight sight = sight_at (diagnosis, asked, NULL);
    diagnose_silent (&sight, PROBLEM_PORT_FILTERED, CERTAINTY_LIKELY, &asked, 1);
    give_name (nameless, "SEP001122334455");
    NoteId next = append (known, 2);
    sight = sight_at (diagnosis, next, NULL);
    cases_say_at (&sight);
    cr_assert_eq (findings_count (diagnosis_findings (diagnosis)), 1);
    cr_assert_eq (findings_get (diagnosis_findings (diagnosis), 0)->note, next);
    cases_say_rest (diagnosis);
    cr_assert_eq (findings_count (diagnosis_findings (diagnosis)), 1);
}

Test (cases, silence_proves_nothing_where_the_capture_lacks_packets)
{
    PhoneId phone = add_phone ("10.0.0.1");
    NoteId asked = append (phone, 1);

    notes_get (flow_notes (flow), asked)->registration =
        registrations_add ((Registrations *) flow_registrations (flow), phone, ROLE_CONNECTION, 1) & REGISTRATION_MAX;
    cr_assert (silence_proves (asked));
    sees_lack (diagnosis, asked, notes_get (diagnosis->notes, asked)->time, CAPTURE_LACKS_PACKETS);
    cr_assert_not (silence_proves (asked));
    cr_assert_not (silence_proves (asked));
    cases_say_rest (diagnosis);
    cr_assert_eq (findings_count (diagnosis_findings (diagnosis)), 1, "said once");
    cr_assert_eq (findings_get (diagnosis_findings (diagnosis), 0)->problem, PROBLEM_ONE_SIDED_CAPTURE);
}

/* A note of the phone to or from this server, on its way to be registered. */
static NoteId append_at (PhoneId phone, const char *server, gint64 time)
{
    const NoteId id = append (phone, time);
    const Endpoint end = endpoint (server, 2000);
    Note *note = notes_get (flow_notes (flow), id);

    note->server = flow_server_place (flow, &end);
    note->registration =
        registrations_add ((Registrations *) flow_registrations (flow), phone, ROLE_CONNECTION, 1) & REGISTRATION_MAX;
    return id;
}

static void find_silent (NoteId asked)
{
    Sight sight = sight_at (diagnosis, asked, NULL);

    cr_assert (silence_proves (asked));
    diagnose_silent (&sight, PROBLEM_PORT_FILTERED, CERTAINTY_LIKELY, &asked, 1);
}

Test (cases, what_silence_proved_is_not_said_where_the_next_note_shows_that_packets_are_missing)
{
    PhoneId phone = add_phone ("10.0.0.1");
    NoteId asked = append_at (phone, "10.0.0.9", 1);

    find_silent (asked);
    NoteId next = append_at (phone, "10.0.0.9", 2);
    sees_lack (diagnosis, next, notes_get (diagnosis->notes, next)->time, CAPTURE_LACKS_PACKETS);
    Sight sight = sight_at (diagnosis, next, NULL);
    cases_say_at (&sight);
    cr_assert_eq (findings_count (diagnosis_findings (diagnosis)), 0);
}

Test (cases, who_is_found_not_to_answer_may_have_done_so_in_packets_that_turn_out_to_be_missing)
{
    PhoneId phone = add_phone ("10.0.0.1");
    const NoteId early = append_at (phone, "10.0.0.9", SECONDS (1)),
                 asked = append_at (phone, "10.0.0.9", SECONDS (100));

    for (guint i = 0; i < 2; i++) {
        const NoteId request = i ? asked : early;
        const Sight sight = sight_at (diagnosis, request, NULL);
        diagnose_silent (&sight, PROBLEM_REGISTER_UNANSWERED, CERTAINTY_LIKELY, &request, 1);
    }
    cases_say_rest (diagnosis);
    cr_assert_eq (findings_count (diagnosis_findings (diagnosis)), 2);
    sees_lack (diagnosis, append_at (phone, "10.0.0.9", SECONDS (900)), SECONDS (90), CAPTURE_LACKS_PACKETS);
    cases_take_back (diagnosis);
    cr_assert_eq (findings_count (diagnosis_findings (diagnosis)), 1, "what is missing was sent later than that");
    cr_assert_eq (finding_values_note (findings_get (diagnosis_findings (diagnosis), 0)), early);
}

Test (cases, a_server_that_was_not_captured_is_silent_for_no_phone)
{
    PhoneId one = add_phone ("10.0.0.1"), other = add_phone ("10.0.0.2");
    NoteId before = append_at (other, "10.0.0.9", 1), elsewhere = append_at (other, "10.0.0.8", 1);

    find_silent (before);
    find_silent (elsewhere);
    cases_say_rest (diagnosis);
    cr_assert_eq (findings_count (diagnosis_findings (diagnosis)), 2);
    sees_lack (diagnosis, append_at (one, "10.0.0.9", 2), 2, CAPTURE_ONE_SIDED);
    cr_assert_not (silence_proves (append_at (other, "10.0.0.9", 3)));
    cr_assert (silence_proves (append_at (other, "10.0.0.8", 3)));
    cases_take_back (diagnosis);
    cr_assert_eq (findings_count (diagnosis_findings (diagnosis)), 1, "what was said before is taken back");
    cr_assert_eq (findings_get (diagnosis_findings (diagnosis), 0)->note, elsewhere);
}

Test (cases, silence_proves_nothing_in_a_connection_joined_in_the_middle)
{
    NoteId asked = append (add_phone ("10.0.0.1"), 1);
    cr_assert_not (silence_proves (asked));
}
