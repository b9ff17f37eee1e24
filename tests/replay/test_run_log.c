/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/report/run_log.h"

#include <criterion/criterion.h>

static const Endpoint phone = { { { 192, 0, 2, 1 }, 4 }, 50000 }, other = { { { 192, 0, 2, 1 }, 4 }, 50001 },
                      server = { { { 192, 0, 2, 9 }, 4 }, 5060 };

static void hear (RunLog *log, const Endpoint *whose, guint count, gsize size)
{
    g_autofree guint8 *octets = g_malloc0 (size);

    for (guint i = 0; i < count; i++)
        run_log_hear (i, whose, &server, TRUE, (View){ octets, size }, log);
}

Test (run_log, a_server_that_floods_fills_its_own_connection_only)
{
    g_autoptr (RunLog) log = run_log_new (PROTOCOL_SIP, CARRIER_UDP);

    hear (log, &phone, RUN_LOG_MESSAGES_MAX + 10, 40);
    cr_expect_eq (run_log_left_out (log), 10);
    hear (log, &other, 5, 40);
    cr_expect_eq (run_log_left_out (log), 10, "another connection has room of its own");
}

Test (run_log, long_messages_fill_it_too)
{
    g_autoptr (RunLog) log = run_log_new (PROTOCOL_SIP, CARRIER_UDP);

    hear (log, &phone, 30, 60000);
    cr_expect_eq (run_log_left_out (log), 30 - 1024 * 1024 / 60000);
}

Test (run_log, all_connections_together_are_bounded)
{
    g_autoptr (RunLog) log = run_log_new (PROTOCOL_SIP, CARRIER_UDP);
    const guint fits = RUN_LOG_MIB_MAX * 1024 * 1024 / 65000;

    for (guint i = 0; i < fits + 7; i++) {
        const Endpoint one = { phone.address, (guint16) (1 + i) };
        hear (log, &one, 1, 65000);
    }
    cr_expect_eq (run_log_left_out (log), 7);
}
