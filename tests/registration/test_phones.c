/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/flow/phones.h"

#include <criterion/criterion.h>
#include <string.h>

static Phones *phones;

static void set_up (void)
{
    phones = phones_new ();
}

static void tear_down (void)
{
    phones_free (phones);
}

TestSuite (phones, .init = set_up, .fini = tear_down);

static IpAddress address (const char *text)
{
    IpAddress ret = { .size = 0 };
    cr_assert (ip_address_parse (text, strlen (text), &ret));
    return ret;
}

/* A phone at an address, as flow.c makes it. */
static PhoneId add (const char *text, guint32 frame, NoteId next)
{
    IpAddress ip = address (text);
    PhoneId id = phones_add (phones, &ip, frame, frame * 1000, next);

    phones_move_address (phones, id, &ip);
    return id;
}

static const char *label_at (PhoneId id, NoteId note)
{
    static char buffer[IP_ADDRESS_TEXT_SIZE];
    return phones_label_at (phones, id, note, buffer);
}

static PhoneId find (const char *text)
{
    IpAddress ip = address (text);
    return phones_find_address (phones, &ip);
}

Test (phones, a_new_phone_is_known_by_its_address)
{
    PhoneId id = add ("10.0.0.15", 7, 1);

    cr_assert_eq (phones_count (phones), 1);
    cr_assert_eq (find ("10.0.0.15"), id);
    cr_assert_eq (find ("10.0.0.16"), PHONE_NONE);
    cr_assert_eq (phones_find_device (phones, "SEP001122334455"), PHONE_NONE);
    cr_assert_str_eq (label_at (id, 1), "10.0.0.15");
    cr_assert_eq (phones_get (phones, id)->first_frame, 7);
    cr_assert_eq (phones_current (phones, id), id);
}

Test (phones, a_name_counts_from_its_note_on)
{
    PhoneId id = add ("10.0.0.15", 1, 1);

    cr_assert_eq (phones_name_device (phones, id, "SEP001122334455", 4, 4000, 4), id);
    cr_assert_eq (phones_find_device (phones, "SEP001122334455"), id);
    cr_assert_str_eq (label_at (id, 1), "10.0.0.15");
    cr_assert_str_eq (label_at (id, 3), "10.0.0.15");
    cr_assert_str_eq (label_at (id, 4), "SEP001122334455");
    cr_assert_str_eq (label_at (id, 4000), "SEP001122334455");
    cr_assert_eq (phones_name_device (phones, id, "SEP001122334455", 9, 9000, 9), id, "again changes nothing");
}

Test (phones, an_address_that_turns_out_to_be_a_known_phone_is_absorbed)
{
    PhoneId known = add ("10.0.0.15", 1, 1);
    phones_name_device (phones, known, "SEP001122334455", 2, 2000, 2);
    PhoneId moved = add ("10.0.0.99", 5, 5);

    cr_assert_eq (phones_name_device (phones, moved, "SEP001122334455", 6, 6000, 6), known);
    cr_assert_eq (phones_current (phones, moved), known);
    cr_assert_eq (find ("10.0.0.99"), known);
    cr_assert_str_eq (label_at (moved, 5), "10.0.0.99", "what was said stays as it was");
    cr_assert_eq (phones_get (phones, known)->first_frame, 1);
}

Test (phones, the_earlier_beginning_is_kept_but_only_from_then_on)
{
    PhoneId early = add ("10.0.0.99", 1, 1);
    PhoneId known = add ("10.0.0.15", 5, 5);
    phones_name_device (phones, known, "SEP001122334455", 6, 6000, 6);

    cr_assert_eq (phones_name_device (phones, early, "SEP001122334455", 8, 8000, 8), known);
    cr_assert_eq (phones_get (phones, known)->first_frame, 1);
    cr_assert_eq (phones_first_time_at (phones, known, 7), 5000);
    cr_assert_eq (phones_first_time_at (phones, known, 8), 1000);
    cr_assert_str_eq (label_at (known, 8), "SEP001122334455");
}

Test (phones, two_names_at_one_address_stay_apart)
{
    PhoneId first = add ("10.0.0.15", 1, 1);
    phones_name_device (phones, first, "SEP001122334455", 2, 2000, 2);
    PhoneId second = phones_name_device (phones, first, "SEPAABBCCDDEEFF", 3, 3000, 3);

    cr_assert_neq (first, second);
    cr_assert_eq (phones_current (phones, first), first);
    cr_assert_eq (phones_current (phones, second), second);
    cr_assert_eq (phones_get (phones, second)->first_frame, 3);
    cr_assert_str_eq (label_at (second, 3), "SEPAABBCCDDEEFF");
    cr_assert_str_eq (label_at (first, 3), "SEP001122334455");
    cr_assert_eq (phones_name_device (phones, second, "SEP001122334455", 4, 4000, 4), first,
                  "and the first may come back");
    cr_assert_eq (phones_current (phones, second), second, "a phone with a name is not absorbed");
    cr_assert_eq (phones_count (phones), 2);
}

Test (phones, names_mean_the_same_in_capitals)
{
    PhoneId first = phones_name_device (phones, add ("192.0.2.10", 1, 1), "CSFmiller", 1, 1000, 2);
    PhoneId again = phones_name_device (phones, add ("192.0.2.11", 5, 3), "CSFMILLER", 5, 5000, 4);

    cr_assert_eq (again, first);
    cr_assert_eq (phones_find_device (phones, "csfmiller"), first);
    cr_assert_str_eq (label_at (first, 4), "CSFmiller", "as it was written first");
}

Test (phones, an_address_may_move_to_another_phone)
{
    PhoneId first = add ("10.0.0.15", 1, 1), second = add ("10.0.0.16", 2, 2);
    IpAddress ip = address ("10.0.0.15");

    phones_move_address (phones, second, &ip);
    cr_assert_eq (find ("10.0.0.15"), second);
    cr_assert_neq (find ("10.0.0.15"), first);
    cr_assert (ip_address_equal (&phones_get (phones, second)->address, &ip));
}

Test (phones, a_phone_stays_in_its_place_while_others_come)
{
    const Phone *first = phones_get (phones, add ("10.0.0.1", 1, 1));

    for (guint i = 0; i < 10000; i++) {
        char text[32];
        g_snprintf (text, sizeof text, "10.1.%u.%u", i / 250, i % 250 + 1);
        add (text, i + 2, i + 2);
    }
    cr_assert_eq (first, phones_get (phones, 0));
    cr_assert_eq (phones_count (phones), 10001);
    cr_assert_eq (find ("10.1.3.1"), 751);
}

/* Each of many nameless phones, the latest first, turns out to be the same one: it begins earlier every time. */
Test (phones, a_beginning_may_move_back_any_number_of_times)
{
    const guint n = 70000;

    for (guint i = 0; i < n; i++) {
        guint8 octets[4] = { 10, (guint8) (i >> 16), (guint8) (i >> 8), (guint8) i };
        IpAddress ip = ip_address_v4 (octets);
        phones_add (phones, &ip, i + 1, i + 1, i + 1);
    }
    PhoneId whole = phones_name_device (phones, n - 1, "SEP001122334455", n, n, n);
    for (guint i = n - 1; i-- > 0;)
        cr_assert_eq (phones_name_device (phones, i, "SEP001122334455", 2 * n - i, 2 * n - i, 2 * n - i), whole);
    cr_assert_eq (phones_get (phones, whole)->first_frame, 1);
    cr_assert_str_eq (label_at (whole, 2 * n), "SEP001122334455");
    cr_assert_eq (phones_first_time_at (phones, whole, n), n);
}
