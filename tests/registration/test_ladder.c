/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/report/ladder.h"
#include "tests/support/play.h"

static Summary *summary;
static Ladder *ladder;

static void end (void)
{
    ladder_free (ladder);
    summary_free (summary);
    tear_down ();
    ladder = NULL;
    summary = NULL;
}

TestSuite (ladder, .init = set_up, .fini = end);

static LadderPhone *first_phone (void)
{
    flow_finish (flow, now);
    summary = summary_new (diagnosis, NULL, NULL);
    ladder = ladder_new (summary, NULL, NULL);
    cr_assert_gt (summary->phones->len, 0);
    return ladder_phone (ladder, 0);
}

static const LadderStep *step_at (const LadderPhone *phone, guint place)
{
    cr_assert_lt (place, phone->steps->len);
    return &g_array_index (phone->steps, LadderStep, place);
}

static void check_lane (const LadderPhone *phone, guint lane, const char *title, const char *address)
{
    char buffer[IP_ADDRESS_TEXT_SIZE];

    cr_assert_lt (lane, phone->lanes->len, "there is no lane %u", lane);
    g_autoptr (Tips) tips = tips_new (NULL);
    g_autofree char *found = ladder_lane_title (phone, tips, lane);
    cr_expect_str_eq (found, title);
    cr_expect_str_eq (ip_address_format (&g_array_index (phone->lanes, LadderLane, lane).address, buffer), address);
}

static void keep_alive (Link *link)
{
    say (link, SCCP_KEEP_ALIVE_REQ, NO_FIELDS);
    say (link, SCCP_KEEP_ALIVE_ACK, NO_FIELDS);
}

Test (ladder, a_registration_has_the_phone_and_its_call_manager)
{
    Link link = new_link ("10.0.0.15", 49175, "10.0.0.1");

    register_phone (&link, "SEP001380AD9E5F");
    g_autoptr (LadderPhone) phone = first_phone ();
    cr_expect_eq (phone->lanes->len, 2);
    check_lane (phone, 0, "SCCP phone", "10.0.0.15");
    check_lane (phone, 1, "CUCM", "10.0.0.1");
    cr_expect_eq (phone->steps->len, notes_count (flow_notes (flow)));
    cr_expect_eq (phone->messages, notes_count (flow_notes (flow)));
    for (guint i = 0; i < phone->steps->len; i++) {
        cr_expect_eq (step_at (phone, i)->kind, STEP_MESSAGE);
        cr_expect_eq (step_at (phone, i)->lane, 1);
        cr_expect_eq (step_at (phone, i)->note, i + 1);
    }
}

/* A ClientHello without extensions (RFC 5246, 7.4.1.2). */
static void say_hello (Link *link)
{
    guint8 hello[50] = { 22, 3, 1, 0, 45, 1, 0, 0, 41, 3, 3, [44] = 2, 0x13, 1, 1, 0 };
    send_bytes (link, FALSE, hello, sizeof hello);
}

Test (ladder, the_port_says_what_the_server_of_an_encrypted_connection_is)
{
    static const struct {
        guint16 port;
        const char *phone, *server;
    } rows[] = {
        { PORT_SCCP_TLS, "SCCP phone", "CUCM" },
        { PORT_SIPS, "SIP phone", "SIP server" },
        { PORT_SIP_OAUTH, "SIP phone", "SIP server" },
        { PORT_SIP_OAUTH_2, "SIP phone", "SIP server" },
        { PORT_TVS, "Phone", "Server" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
        end ();
        set_up ();
        Link link = new_link ("10.0.0.15", 49175, "10.0.0.1");
        link.server.port = rows[i].port;
        shake_hands (&link);
        say_hello (&link);
        g_autoptr (LadderPhone) phone = first_phone ();
        check_lane (phone, 0, rows[i].phone, "10.0.0.15");
        check_lane (phone, 1, rows[i].server, "10.0.0.1");
    }
}

Test (ladder, a_pause_is_a_step_of_its_own_and_a_short_one_is_not)
{
    Link link = new_link ("10.0.0.15", 49175, "10.0.0.1");

    shake_hands (&link);
    now += SECOND - 2 * MILLISECOND;
    ask_to_register (&link, "SEP001380AD9E5F", 115);
    now += 5 * SECOND;
    accept_registration (&link);
    g_autoptr (LadderPhone) phone = first_phone ();
    cr_expect_eq (phone->steps->len, notes_count (flow_notes (flow)) + 1);
    const LadderStep *gap = step_at (phone, phone->steps->len - 2);
    cr_expect_eq (gap->kind, STEP_GAP);
    cr_expect_eq (gap->duration, 5 * SECOND + MILLISECOND);
}

Test (ladder, a_day_of_keepalives_is_folded)
{
    Link link = new_link ("10.0.0.15", 49175, "10.0.0.1");

    register_phone (&link, "SEP001380AD9E5F");
    for (guint i = 0; i < 10 * LADDER_STEPS_MAX; i++)
        keep_alive (&link);
    g_autoptr (LadderPhone) phone = first_phone ();
    cr_expect_eq (phone->steps->len, LADDER_PLAIN_STEPS + 1);
    const LadderStep *fold = step_at (phone, LADDER_PLAIN_STEPS);
    cr_expect_eq (fold->kind, STEP_FOLD);
    cr_expect_eq (fold->count, notes_count (flow_notes (flow)) - LADDER_PLAIN_STEPS);
    cr_expect_eq (fold->last, notes_count (flow_notes (flow)));
    cr_expect_eq (phone->messages, notes_count (flow_notes (flow)));
}

Test (ladder, a_registration_after_many_keepalives_is_shown)
{
    Link link = new_link ("10.0.0.15", 49175, "10.0.0.1");

    register_phone (&link, "SEP001380AD9E5F");
    for (guint i = 0; i < LADDER_PLAIN_STEPS; i++)
        keep_alive (&link);
    NoteId asked = ask_to_register (&link, "SEP001380AD9E5F", 115);
    g_autoptr (LadderPhone) phone = first_phone ();
    const LadderStep *last = step_at (phone, phone->steps->len - 1);
    cr_expect_eq (last->kind, STEP_MESSAGE);
    cr_expect_eq (last->note, asked);
}

Test (ladder, what_proves_a_finding_is_never_folded)
{
    Link link = new_link ("10.0.0.15", 49175, "10.0.0.1");
    gboolean is_shown = FALSE;

    for (guint i = 0; i < 2 * LADDER_STEPS_MAX; i++)
        ask_to_register (&link, "SEP001380AD9E5F", 115);
    NoteId reject = say (&link, SCCP_REGISTER_REJECT, FIELDS (BOX (32, "\x80\x2F")));
    for (guint i = 0; i < 100; i++)
        keep_alive (&link);
    g_autoptr (LadderPhone) phone = first_phone ();
    cr_assert_gt (phone->summary->found->len, 0);
    for (guint i = 0; i < phone->steps->len; i++) {
        const LadderStep *step = step_at (phone, i);
        is_shown |= step->kind == STEP_MESSAGE && step->note == reject;
        cr_expect (step->kind != STEP_FOLD || step->note > reject || step->last < reject);
        cr_expect (i == 0 || step->note >= step_at (phone, i - 1)->note);
    }
    cr_expect (is_shown);
    cr_expect_leq (phone->steps->len, LADDER_STEPS_MAX + 20);
}

Test (ladder, servers_beyond_the_last_lane_share_it)
{
    for (guint i = 0; i < 3 * LADDER_LANES_MAX; i++) {
        g_autofree char *server = g_strdup_printf ("10.0.1.%u", i + 1);
        Link link = new_link ("10.0.0.15", (guint16) (49175 + i), server);
        shake_hands (&link);
        ask_to_register (&link, "SEP001380AD9E5F", 115);
    }
    g_autoptr (LadderPhone) phone = first_phone ();
    cr_expect_eq (phone->lanes->len, LADDER_LANES_MAX);
    check_lane (phone, LADDER_LANES_MAX - 1, "Others", "");
    for (guint i = 0; i < phone->steps->len; i++)
        cr_expect_lt (step_at (phone, i)->lane, LADDER_LANES_MAX);
}

static gboolean is_late (NoteId id, G_GNUC_UNUSED gconstpointer user_data)
{
    return id > 3;
}

Test (ladder, what_a_filter_leaves_out_is_not_in_the_ladder)
{
    Link link = new_link ("10.0.0.15", 49175, "10.0.0.1");

    register_phone (&link, "SEP001380AD9E5F");
    summary = summary_new (diagnosis, is_late, NULL);
    ladder = ladder_new (summary, is_late, NULL);
    g_autoptr (LadderPhone) phone = ladder_phone (ladder, 0);
    cr_expect_eq (step_at (phone, 0)->note, 4);
    cr_expect_eq (phone->steps->len, notes_count (flow_notes (flow)) - 3);
}
