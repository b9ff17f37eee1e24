/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What becomes of two starts that turn out to be one phone's. */
#include "registration/flow/boot_state.h"

#include <criterion/criterion.h>
#include <string.h>

Test (boot_state, what_one_does_not_know_it_has_from_the_other_and_whole)
{
    struct BootState into = { .lease = { .note = 7, .vlan = 100 }, .names = { .note = 8, .next = 1 } };
    const struct BootState other = {
        .lease = { .note = 1, .n_tftp = 2 },
        .voice_vlan = { .note = 2, .id = 200 },
        .link = { .note = 3, .claim = 4 },
        .names = { .note = 5, .next = 3 },
        .files = { .note = 6, .last = 9 },
        .configuration = { .note = 6, .security = 3 },
        .is_near = TRUE,
        .model = "7965",
    };

    boot_state_merge (&into, &other);
    cr_assert_eq (into.lease.note, 7);
    cr_assert_eq (into.lease.vlan, 100);
    cr_assert_eq (into.lease.n_tftp, 0, "nothing is mixed");
    cr_assert_eq (into.voice_vlan.id, 200);
    cr_assert_eq (into.link.claim, 4);
    cr_assert_eq (into.names.next, 1);
    cr_assert_eq (into.files.last, 9);
    cr_assert_eq (into.configuration.security, 3);
    cr_assert (into.is_near);
    cr_assert_str_eq (into.model, "7965");
}

/* Who answers for an address is known before the phone's own MAC address is. */
Test (boot_state, owners_stay_while_nobody_knows_the_phones_own_address)
{
    struct BootState into = { .link = { .n_owners = 2 } };
    const struct BootState other = { .link = { .n_owners = 1 } };

    boot_state_merge (&into, &other);
    cr_assert_eq (into.link.n_owners, 2);
}
