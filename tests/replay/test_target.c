/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/target.h"

#include <criterion/criterion.h>

Test (target, hosts_and_ports_are_read)
{
    static const struct {
        const char *text, *expected; /* NULL: refused */
    } rows[] = {
        { "10.0.0.1", "10.0.0.1:2000" },
        { "10.0.0.1:2001", "10.0.0.1:2001" },
        { "::1", "[::1]:2000" },
        { "[::1]", "[::1]:2000" },
        { "[::1]:5", "[::1]:5" },
        { "[fe80::1%lo]:5", "[fe80::1%lo]:5" },
        { "fe80::1%lo", "[fe80::1%lo]:2000" },
        { "::1%1", "[::1%lo]:2000" }, /* loopback is the first interface everywhere */
        { "fe80::1%nosuch0", NULL },
        { "[fe80::1%]:5", NULL },
        { "10.0.0.1%lo", NULL },
        { "10.0.0.1:", NULL },
        { "10.0.0.1:0", NULL },
        { "10.0.0.1:65536", NULL },
        { "10.0.0.1:x", NULL },
        { "", NULL },
        { ":2000", NULL },
        { "[::1", NULL },
        { "[::1]x", NULL },
        { "no such host.invalid", NULL },
        { "127.0.0.1:2000:3", NULL },
        { "user@127.0.0.1", NULL },
        { "127.0.0.1/8", NULL },
        { "127.0.0.1\n", NULL },
        { " ", NULL },
    };

    for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (GError) error = NULL;
        char text[TARGET_TEXT_SIZE];
        Endpoint target;
        gboolean good = target_parse (rows[i].text, 2000, FALSE, TARGET_WAIT, &target, &error);
        cr_expect_eq (good, rows[i].expected != NULL, "%s", rows[i].text);
        if (good)
            cr_expect_str_eq (target_format (&target, text), rows[i].expected);
        else
            cr_expect_not_null (error);
    }
}

Test (target, laboratories_are_told_from_the_world)
{
    static const struct {
        const char *text;
        gboolean is_private, is_loopback;
    } rows[] = {
        { "127.0.0.1", TRUE, TRUE },     { "127.200.3.4", TRUE, TRUE },      { "10.255.0.1", TRUE, FALSE },
        { "172.16.0.1", TRUE, FALSE },   { "172.31.255.1", TRUE, FALSE },    { "172.32.0.1", FALSE, FALSE },
        { "192.168.4.4", TRUE, FALSE },  { "192.169.4.4", FALSE, FALSE },    { "169.254.1.1", TRUE, FALSE },
        { "100.64.0.1", TRUE, FALSE },   { "100.128.0.1", FALSE, FALSE },    { "8.8.8.8", FALSE, FALSE },
        { "::1", TRUE, TRUE },           { "fe80::1", TRUE, FALSE },         { "fd00::1", TRUE, FALSE },
        { "2001:db8::1", FALSE, FALSE }, { "::ffff:8.8.8.8", FALSE, FALSE }, { "::ffff:10.0.0.1", TRUE, FALSE },
        { "11.0.0.1", FALSE, FALSE },    { "0.0.0.0", FALSE, FALSE },
    };

    for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
        IpAddress address;
        cr_assert (ip_address_parse (rows[i].text, strlen (rows[i].text), &address), "%s", rows[i].text);
        cr_expect_eq (target_is_private (&address), rows[i].is_private, "%s", rows[i].text);
        cr_expect_eq (target_is_loopback (&address), rows[i].is_loopback, "%s", rows[i].text);
    }
}
