/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ladder page, the plain text ladder and the drawing. How the page behaves is tested in tests/page. */
#include "registration/report/report.h"
#include "tests/support/play.h"

static GString *text; /* what has been written */

static void begin (void)
{
    set_up ();
    text = g_string_new (NULL);
}

static void end (void)
{
    g_string_free (text, TRUE);
    tear_down ();
}

TestSuite (report_page, .init = begin, .fini = end);

static void append (const char *part, gsize size, gpointer user_data)
{
    g_string_append_len (user_data, part, (gssize) size);
}

static void write_as (ReportFormat format, const char *capture)
{
    g_autoptr (Tips) tips = tips_new_shipped (NULL, NULL);
    ReportOptions options = { .format = format };

    flow_finish (flow, now);
    g_string_truncate (text, 0);
    g_autoptr (Summary) summary = summary_new (diagnosis, NULL, NULL);
    ReportSource source = { .capture = capture, .summary = summary };
    ReportWriter *writer = report_writer_new (&options, tips, append, text);
    report_write (writer, &source);
    report_writer_finish (writer);
    cr_expect (g_utf8_validate (text->str, (gssize) text->len, NULL));
}

static guint times_said (const char *part)
{
    guint times = 0;

    for (const char *at = text->str; (at = strstr (at, part)); at++)
        times++;
    return times;
}

#define SAYS_TIMES(part, n)                                                                                            \
    cr_expect_eq (times_said (part), n, "%s: %u times in:\n%s", part, times_said (part), text->str)

static void refuse_with_markup (void)
{
    Link link = new_link ("10.0.0.15", 49175, "10.0.0.1");

    shake_hands (&link);
    ask_to_register (&link, "</script><b>", 115);
    say (&link, SCCP_REGISTER_REJECT, FIELDS (BOX (32, "]]><script>&\"'\x1B[31m")));
}

Test (report_page, the_page_has_one_script_and_data_that_cannot_end_it)
{
    refuse_with_markup ();
    write_as (REPORT_HTML, "phone.pcap");
    SAYS_TIMES ("<script>", 1);
    SAYS_TIMES ("<script ", 2); /* the overview and one phone */
    SAYS_TIMES ("</script>", 3);
    SAYS_TIMES ("\x1B", 0);
    SAYS_TIMES ("<b>", 0);
    cr_expect_gt (times_said ("\\u003c/script\\u003e\\u003cb\\u003e"), 0);
}

Test (report_page, the_policy_allows_its_own_script_and_style_and_nothing_else)
{
    write_as (REPORT_HTML, "phone.pcap");
    SAYS_TIMES ("default-src 'none'; style-src 'sha256-", 1);
    SAYS_TIMES ("; script-src 'sha256-", 1);
    SAYS_TIMES ("unsafe", 0);
    SAYS_TIMES ("http:", 0);
    SAYS_TIMES ("https:", 0);
    SAYS_TIMES ("{{", 0);
}

Test (report_page, the_name_of_the_capture_is_text_too)
{
    write_as (REPORT_HTML, "folder/</title><script>x</script>\n\xFF.pcap");
    SAYS_TIMES ("<title>script&gt;", 1); /* the base name begins behind the last slash */
    SAYS_TIMES ("<script>", 1);
}

Test (report_page, a_capture_without_a_phone_is_a_page_a_text_and_a_drawing_that_say_so)
{
    write_as (REPORT_HTML, "phone.pcap");
    SAYS_TIMES ("\"phones\":[]", 1);
    write_as (REPORT_LADDER, "phone.pcap");
    cr_expect_str_eq (text->str, "No phone is recognised in a registration here. One on a port that is not "
                                 "usual for it may be missed.\n");
    write_as (REPORT_SVG, "phone.pcap");
    SAYS_TIMES ("No phone is recognised", 1);
    cr_expect (g_str_has_suffix (text->str, "</svg>\n"));
}

Test (report_page, the_text_ladder_draws_an_arrow_each_way_with_phases_and_response_times)
{
    Link link = new_link ("10.0.0.15", 49175, "10.0.0.1");

    register_phone (&link, "SEP001380AD9E5F");
    write_as (REPORT_LADDER, NULL);
    cr_expect (g_str_has_prefix (text->str, "SEP001380AD9E5F ("), "%s", text->str);
    SAYS_TIMES ("SCCP phone", 1);
    SAYS_TIMES ("CUCM", 1);
    SAYS_TIMES ("── register, 2015-05-03 14:07:09.004 UTC ", 1);
    SAYS_TIMES ("      4      0.003000   │────── RegisterReq ─────▶│  Asks to register\n", 1);
    SAYS_TIMES ("      5      0.004000   │◀───── RegisterAck ──────│  Registration accepted", 1);
    SAYS_TIMES (" (1 ms)\n", 3);
}

Test (report_page, the_text_ladder_sends_no_commands_to_the_terminal)
{
    refuse_with_markup ();
    write_as (REPORT_LADDER, "\x1B]0;x\x07.pcap");
    SAYS_TIMES ("\x1B", 0);
    SAYS_TIMES ("  error register-rejected (certain): ", 1);
}

Test (report_page, the_drawing_is_well_formed_whatever_the_capture_says)
{
    GMarkupParser parser = { NULL };
    g_autoptr (GError) error = NULL;

    refuse_with_markup ();
    write_as (REPORT_SVG, NULL);
    GMarkupParseContext *context = g_markup_parse_context_new (&parser, 0, NULL, NULL);
    gboolean is_well_formed = g_markup_parse_context_parse (context, text->str, (gssize) text->len, &error) &&
                              g_markup_parse_context_end_parse (context, &error);
    g_markup_parse_context_free (context);
    cr_expect (is_well_formed, "%s", error ? error->message : "");
    SAYS_TIMES ("<script", 0);
    SAYS_TIMES ("\x1B", 0);
    SAYS_TIMES ("class=\"wrong\"", 2); /* the refusal's title, and what was found */
}

typedef struct {
    gsize longest, total;
} Pieces;

static void measure (G_GNUC_UNUSED const char *part, gsize size, gpointer user_data)
{
    Pieces *pieces = user_data;

    pieces->longest = MAX (pieces->longest, size);
    pieces->total += size;
}

/* Blocks of keepalives from one phone: neither the page nor what is held of it may grow with them. */
static Pieces measure_page (guint keepalives)
{
    g_autoptr (Tips) tips = tips_new_shipped (NULL, NULL);
    ReportOptions options = { .format = REPORT_HTML };
    Link link = new_link ("10.0.0.15", 49175, "10.0.0.1");
    Pieces pieces = { 0 };

    register_phone (&link, "SEP001380AD9E5F");
    for (guint i = 0; i < keepalives; i++)
        say (&link, i % 2 ? SCCP_KEEP_ALIVE_ACK : SCCP_KEEP_ALIVE_REQ, NO_FIELDS);
    g_autoptr (Summary) summary = summary_new (diagnosis, NULL, NULL);
    ReportSource source = { .summary = summary };
    ReportWriter *writer = report_writer_new (&options, tips, measure, &pieces);
    report_write (writer, &source);
    report_writer_finish (writer);
    return pieces;
}

Test (report_page, the_page_does_not_grow_with_the_frames_of_a_phone)
{
    Pieces few = measure_page (1000);
    tear_down ();
    set_up ();
    Pieces many = measure_page (50000);
    cr_expect_lt (many.total, few.total + 100);
    cr_expect_lt (many.longest, 256 * 1024);
}
