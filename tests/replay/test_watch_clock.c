/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/wire/times.h"
#include "replay/watch/watch_clock.h"

#include <criterion/criterion.h>

/* Times of packets are nanoseconds, those of the machine microseconds. */

TestSuite (watch_clock, .timeout = 20);

Test (watch_clock, tells_nothing_before_the_first_packet)
{
    WatchClock clock;

    watch_clock_init (&clock, SECONDS (1));
    cr_expect_eq (watch_clock_tell (&clock, 5000000), G_MININT64);
}

Test (watch_clock, goes_on_from_the_latest_packet_and_behind_it)
{
    WatchClock clock;

    watch_clock_init (&clock, SECONDS (1));
    cr_expect_not (watch_clock_hear (&clock, SECONDS (100), 0));
    cr_expect_eq (watch_clock_tell (&clock, 500000), G_MININT64); /* a packet of that time may still come */
    cr_expect_eq (watch_clock_tell (&clock, 3000000), SECONDS (102));
    cr_expect_not (watch_clock_hear (&clock, SECONDS (103), 4000000));
    cr_expect_eq (watch_clock_tell (&clock, 6000000), SECONDS (104));
}

Test (watch_clock, learns_how_late_packets_come)
{
    WatchClock clock;

    watch_clock_init (&clock, SECONDS (1));
    watch_clock_hear (&clock, SECONDS (100), 0);
    cr_expect_eq (watch_clock_tell (&clock, 10000000), SECONDS (109));
    cr_expect (watch_clock_hear (&clock, SECONDS (105), 10000000)); /* four seconds after it was over */
    cr_expect_not (watch_clock_hear (&clock, SECONDS (106), 10000000));
    cr_expect_eq (clock.lateness, SECONDS (5));
    cr_expect_eq (watch_clock_tell (&clock, 14000000), G_MININT64);
    cr_expect_eq (watch_clock_tell (&clock, 16000000), SECONDS (107));
}

Test (watch_clock, a_clock_that_is_set_back_teaches_nothing)
{
    WatchClock clock;

    watch_clock_init (&clock, SECONDS (1));
    watch_clock_hear (&clock, SECONDS (10000), 0);
    watch_clock_tell (&clock, 10000000);
    cr_expect_not (watch_clock_hear (&clock, SECONDS (5), 10000000));
    cr_expect_eq (clock.lateness, SECONDS (1));
}
