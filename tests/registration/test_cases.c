/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cases go with the phone that they are about. */
#include "registration/findings/diagnose_internal.h"
#include "tests/support/play.h"

TestSuite (cases, .init = set_up, .fini = tear_down);

static NoteId append (PhoneId phone, gint64 time)
{
    Note note = { .time = time, .frame = (guint32) time, .phone = phone, .kind = catalog_find (PROTOCOL_TCP, 0) };
    Values none;

    values_init (&none);
    return notes_append (flow->notes, &note, &none);
}

static PhoneId add_phone (const char *address)
{
    Endpoint end = endpoint (address, 0);
    PhoneId phone = phones_add (flow->phones, &end.address, 1, 1, flow_next_note (flow));
    phones_get (flow->phones, phone)->has_spoken = TRUE;
    return phone;
}

static PhoneId give_name (PhoneId phone, const char *name)
{
    return phones_name_device (flow->phones, phone, name, 1, 1, flow_next_note (flow));
}

static void count (NoteId id)
{
    diagnose_after (flow, id, PROBLEM_REJECT_LOOP, CERTAINTY_CERTAIN, 7, 3);
}

Test (cases, what_happened_before_a_phone_got_its_name_counts_for_it)
{
    PhoneId known = add_phone ("10.0.0.1"), nameless = add_phone ("10.0.0.2");

    give_name (known, "SEP001122334455");
    count (append (known, 1));
    count (append (nameless, 2));
    cr_assert_eq (give_name (nameless, "SEP001122334455"), known);
    cr_assert_eq (findings_count (flow->findings), 0);
    count (append (known, 3));
    cr_assert_eq (findings_count (flow->findings), 1);
    const Finding *found = findings_get (flow->findings, 0);
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
    cr_assert_eq (findings_count (flow->findings), 1);
    give_name (nameless, "SEP001122334455");
    for (gint64 time = 4; time <= 8; time++)
        count (append (known, time));
    cr_assert_eq (findings_count (flow->findings), 1);
}

Test (cases, what_silence_proved_waits_for_the_phone_whatever_it_is_called)
{
    PhoneId known = add_phone ("10.0.0.1"), nameless = add_phone ("10.0.0.2");
    NoteId asked = append (nameless, 1);

    give_name (known, "SEP001122334455");
    diagnose_silent (flow, PROBLEM_PORT_FILTERED, CERTAINTY_LIKELY, &asked, 1);
    give_name (nameless, "SEP001122334455");
    NoteId next = append (known, 2);
    cases_say_at (flow, next);
    cr_assert_eq (findings_count (flow->findings), 1);
    cr_assert_eq (findings_get (flow->findings, 0)->note, next);
    cases_say_rest (flow);
    cr_assert_eq (findings_count (flow->findings), 1);
}

Test (cases, silence_proves_nothing_where_the_capture_lacks_packets)
{
    PhoneId phone = add_phone ("10.0.0.1");
    NoteId asked = append (phone, 1);

    notes_get (flow->notes, asked)->attempt = 1;
    cr_assert (diagnose_silence_proves (flow, notes_get (flow->notes, asked)));
    flow_missed_packets (flow, asked);
    cr_assert_not (diagnose_silence_proves (flow, notes_get (flow->notes, asked)));
    cr_assert_not (diagnose_silence_proves (flow, notes_get (flow->notes, asked)));
    cases_say_rest (flow);
    cr_assert_eq (findings_count (flow->findings), 1, "said once");
    cr_assert_eq (findings_get (flow->findings, 0)->problem, PROBLEM_ONE_SIDED_CAPTURE);
}

Test (cases, silence_proves_nothing_in_a_connection_joined_in_the_middle)
{
    NoteId asked = append (add_phone ("10.0.0.1"), 1);
    cr_assert_not (diagnose_silence_proves (flow, notes_get (flow->notes, asked)));
}
