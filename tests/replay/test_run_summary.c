/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/replay/dialogue.h"

#include "replay/report/run_summary.h"

TestSuite (run_summary, .init = begin_recording, .fini = end_all, .timeout = 20);

static const Tolerance tolerance = { 20 * MILLISECOND, 50 };

static RunSummary *begin_summary (gboolean strict)
{
    record_registration ();
    make_script ();
    return run_summary_new (script, &tolerance, strict);
}

/* One run that has gone well but for what the test changes. */
static PlayerOutcome new_outcome (gint64 live)
{
    PlayerOutcome result;

    outcome_init (&result, 0);
    g_strlcpy (result.name, "SEP00AABBCCDDEE", sizeof result.name);
    result.level = LEVEL_READY;
    result.round_trip = 2 * MILLISECOND;
    result.pushes_awaited = TRUE;
    guint request = script_find (script, catalog_find (PROTOCOL_SCCP, SCCP_REGISTER_REQ), 0, 0);
    Exchange exchange = { .request = request,
                          .kind = script_message (script, request)->kind,
                          .answer = catalog_find (PROTOCOL_SCCP, SCCP_REGISTER_ACK),
                          .has_answer = TRUE,
                          .recorded = script_response (script, request),
                          .live = live,
                          .least = live };
    outcome_add_exchange (&result, &exchange);
    return result;
}

static void add_and_clear (RunSummary *summary, PlayerOutcome result)
{
    run_summary_add (summary, &result);
    outcome_clear (&result);
}

static const RunRow *first_row (const RunSummary *summary)
{
    cr_assert_geq (summary->rows->len, 1);
    return summary->rows->pdata[0];
}

Test (run_summary, times_lose_their_own_round_trips)
{
    g_autoptr (RunSummary) summary = begin_summary (FALSE);

    add_and_clear (summary, new_outcome (10 * MILLISECOND));
    run_summary_judge (summary);
    cr_expect (summary->is_corrected);
    cr_expect_eq (first_row (summary)->median, 8 * MILLISECOND);
    cr_expect_eq (first_row (summary)->recorded, MILLISECOND, "2 ms recorded, of which the network took 1");
    cr_expect_eq (first_row (summary)->allowed, 21 * MILLISECOND);
    cr_expect_eq (summary->code, REGREPLAY_OK);
}

Test (run_summary, the_median_is_judged)
{
    g_autoptr (RunSummary) summary = begin_summary (FALSE);

    add_and_clear (summary, new_outcome (5 * MILLISECOND));
    add_and_clear (summary, new_outcome (900 * MILLISECOND));
    add_and_clear (summary, new_outcome (7 * MILLISECOND));
    run_summary_judge (summary);
    cr_expect_eq (first_row (summary)->median, 5 * MILLISECOND);
    cr_expect_eq (first_row (summary)->longest, 898 * MILLISECOND);
    cr_expect_eq (first_row (summary)->timing, TIMING_ON_TIME);
    cr_expect_eq (summary->code, REGREPLAY_OK);
}

Test (run_summary, a_late_answer_fails_the_run)
{
    g_autoptr (RunSummary) summary = begin_summary (FALSE);

    add_and_clear (summary, new_outcome (24 * MILLISECOND));
    run_summary_judge (summary);
    g_autofree char *sentence = run_summary_sentence (summary);
    cr_expect_eq (summary->code, REGREPLAY_DIFFERS);
    cr_expect_str_eq (sentence, "registered; 1 answer late");
    cr_expect (run_summary_row_fails (summary, first_row (summary)));
}

Test (run_summary, what_own_lateness_can_explain_is_not_judged_and_fails_nothing)
{
    g_autoptr (RunSummary) summary = begin_summary (FALSE);
    PlayerOutcome result = new_outcome (100 * MILLISECOND);

    result.exchanges[0].least = 3 * MILLISECOND;
    add_and_clear (summary, result);
    run_summary_judge (summary);
    g_autofree char *sentence = run_summary_sentence (summary);
    cr_expect_eq (first_row (summary)->timing, TIMING_UNCERTAIN);
    cr_expect_eq (first_row (summary)->least_median, MILLISECOND, "without the round trip");
    cr_expect_eq (summary->code, REGREPLAY_OK);
    cr_expect_str_eq (sentence,
                      "registered as recorded; 1 time not judged, because this machine may have been late itself");
}

/* The same once more, with another time. */
static void ask_again (PlayerOutcome *result, gint64 live)
{
    Exchange again = result->exchanges[0];

    again.more = NULL;
    again.live = again.least = live;
    outcome_add_exchange (result, &again);
}

Test (run_summary, what_goes_as_before_is_another_time_of_it)
{
    g_autoptr (RunSummary) summary = begin_summary (FALSE);
    PlayerOutcome result = new_outcome (4 * MILLISECOND);

    for (guint i = 0; i < 9; i++) {
        ask_again (&result, 10 * MILLISECOND + i);
        cr_expect (outcome_fold (&result));
    }
    cr_expect_eq (result.n_exchanges, 1);
    add_and_clear (summary, result);
    run_summary_judge (summary);
    cr_expect_eq (first_row (summary)->samples->len, 10);
    cr_expect_eq (first_row (summary)->contents[CONTENT_SAME], 10);
    cr_expect_eq (first_row (summary)->longest, 8 * MILLISECOND + 8);
}

Test (run_summary, what_goes_otherwise_is_an_exchange_of_its_own)
{
    PlayerOutcome result;

    record_registration ();
    make_script ();
    result = new_outcome (4 * MILLISECOND);
    cr_expect_not (outcome_fold (&result), "there is no other");
    ask_again (&result, -1);
    cr_expect_not (outcome_fold (&result), "it was not answered");
    ask_again (&result, MILLISECOND);
    result.exchanges[2].answer = catalog_find (PROTOCOL_SCCP, SCCP_REGISTER_REJECT);
    cr_expect_not (outcome_fold (&result));
    ask_again (&result, MILLISECOND);
    result.exchanges[3].fails = TRUE;
    cr_expect_not (outcome_fold (&result));
    ask_again (&result, MILLISECOND);
    exchange_set_said (&result.exchanges[4], g_strdup ("keepalive\t30\n"));
    cr_expect_not (outcome_fold (&result));
    ask_again (&result, MILLISECOND);
    exchange_set_said (&result.exchanges[5], g_strdup ("keepalive\t30\n"));
    cr_expect (outcome_fold (&result), "it says the same");
    cr_expect_eq (result.n_exchanges, 5);
    outcome_clear (&result);
}

Test (run_summary, a_boot_file_does_not_lose_the_round_trip_of_another_connection)
{
    g_autoptr (RunSummary) summary = begin_summary (FALSE);
    PlayerOutcome result = new_outcome (10 * MILLISECOND);
    Exchange *exchange = &result.exchanges[0];
    ScriptFile recorded = { .name = (char *) "ring.xml" };

    exchange->file = g_new0 (AskedFile, 1);
    exchange->file->recorded = &recorded;
    exchange->file->name = g_strdup ("ring.xml");
    add_and_clear (summary, result);
    run_summary_judge (summary);
    cr_expect (summary->is_corrected);
    cr_expect_eq (first_row (summary)->median, 10 * MILLISECOND);
    cr_expect_eq (first_row (summary)->recorded, 2 * MILLISECOND);
}

Test (run_summary, nothing_is_called_late_when_the_generator_was)
{
    g_autoptr (RunSummary) summary = begin_summary (FALSE);
    gint64 late = 6 * MILLISECOND;

    g_array_append_val (summary->lateness, late);
    add_and_clear (summary, new_outcome (500 * MILLISECOND));
    run_summary_judge (summary);
    g_autofree char *sentence = run_summary_sentence (summary);
    cr_expect (summary->is_saturated);
    cr_expect_not (run_summary_row_fails (summary, first_row (summary)));
    cr_expect_eq (summary->code, REGREPLAY_DIFFERS, "what could not be judged has not passed");
    cr_expect_str_eq (sentence, "registered; times not judged, because this machine itself was late");
}

Test (run_summary, harmless_differences_fail_only_when_strict)
{
    for (guint strict = 0; strict < 2; strict++) {
        g_autoptr (RunSummary) summary = begin_summary (strict);
        PlayerOutcome result = new_outcome (3 * MILLISECOND);
        Exchange *exchange = &result.exchanges[0];
        exchange->content = CONTENT_DIFFERS;
        exchange->detail = g_strdup ("keepalive 20, recorded 30");
        add_and_clear (summary, result);
        run_summary_judge (summary);
        g_autofree char *content = run_summary_row_content (first_row (summary));
        cr_expect_str_eq (content, "differs: keepalive 20, recorded 30 (harmless)");
        cr_expect_eq (summary->code, strict ? REGREPLAY_DIFFERS : REGREPLAY_OK);
        end_all ();
        begin_recording ();
    }
}

Test (run_summary, each_end_has_its_exit_code)
{
    static const struct {
        End end;
        gboolean as_recorded;
        Level level;
        ExitCode code;
    } rows[] = {
        { END_COMPLETE, FALSE, LEVEL_READY, REGREPLAY_OK },
        { END_COMPLETE, FALSE, LEVEL_ACCEPTED, REGREPLAY_DIFFERS },
        { END_REFUSED, FALSE, LEVEL_REJECTED, REGREPLAY_DIFFERS },
        { END_REFUSED, TRUE, LEVEL_REJECTED, REGREPLAY_OK },
        { END_DIFFERENT, FALSE, LEVEL_READY, REGREPLAY_DIFFERS },
        { END_UNREACHABLE, FALSE, LEVEL_NONE, REGREPLAY_UNREACHABLE },
        { END_GONE, FALSE, LEVEL_READY, REGREPLAY_UNREACHABLE },
        { END_INTERRUPTED, FALSE, LEVEL_ACCEPTED, REGREPLAY_DIFFERS },
    };

    for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (RunSummary) summary = begin_summary (FALSE);
        PlayerOutcome result = new_outcome (3 * MILLISECOND);
        result.end = rows[i].end;
        result.as_recorded = rows[i].as_recorded;
        result.level = rows[i].level;
        result.sentence = rows[i].end == END_COMPLETE ? NULL : g_strdup ("what happened");
        add_and_clear (summary, result);
        run_summary_judge (summary);
        cr_expect_eq (summary->code, rows[i].code, "row %u: %d", i, (int) summary->code);
        end_all ();
        begin_recording ();
    }
}

Test (run_summary, a_run_of_nobody_has_not_passed)
{
    g_autoptr (RunSummary) summary = begin_summary (FALSE);

    run_summary_judge (summary);
    cr_expect_eq (summary->code, REGREPLAY_DIFFERS);
}
