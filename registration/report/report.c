/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/sip.h"
#include "registration/report/report_internal.h"
#include "registration/terms/seconds.h"
#include "registration/terms/utc.h"

#include <stdlib.h>
#include <string.h>

#define SPILL_SIZE (64 * 1024)

static const struct {
    const char *name;
    void (*write) (ReportWriter *writer, const ReportSource *source);
} formats[N_REPORT_FORMATS] = {
#define X(symbol, format, text) [REPORT_##symbol] = { #format, report_##format },
    REPORT_FORMATS (X)
#undef X
};

/* What stands around all captures, and between them; most formats have nothing there. */
static const struct {
    const char *begin, *between, *end;
    void (*write_end) (ReportWriter *writer);
    gboolean is_one_piece; /* what it says of a capture depends on those before */
} envelopes[N_REPORT_FORMATS] = {
    [REPORT_TEXT] = { NULL, "\n", NULL, report_text_end, FALSE },
    [REPORT_JSON] = { "{\"generator\":\"regflow " REGFLOW_VERSION "\",\"captures\":[", ",", "]}\n", NULL, FALSE },
    [REPORT_JUNIT] = { "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n", NULL, "</testsuites>\n", NULL,
                       FALSE },
    [REPORT_LADDER] = { NULL, "\n", NULL, NULL, FALSE },
    [REPORT_HTML] = { NULL, NULL, NULL, report_html_end, TRUE },
    [REPORT_SVG] = { NULL, NULL, NULL, report_svg_end, TRUE },
};

gboolean report_format_find (const char *name, ReportFormat *ret_format)
{
    for (guint i = 0; i < N_REPORT_FORMATS; i++)
        if (g_str_equal (name, formats[i].name)) {
            *ret_format = (ReportFormat) i;
            return TRUE;
        }
    return FALSE;
}

char *report_no_registration (const char *capture, const Flow *flow)
{
    const guint32 cut = flow_cut_datagrams (flow);

    if (!cut)
        return g_strdup_printf ("%s " REPORT_NO_REGISTRATION, capture);
    return g_strdup_printf ("%s " REPORT_NO_REGISTRATION_BUT "; %u %s too short to be read)", capture, cut,
                            cut == 1 ? "datagram on a port of SIP is cut" : "datagrams on ports of SIP are cut");
}

static ReportWriter *writer_new (const ReportOptions *options, const Tips *tips, ReportSink sink, gpointer user_data)
{
    ReportWriter *writer = g_new0 (ReportWriter, 1);

    writer->options = *options;
    writer->tips = tips;
    writer->sink = sink;
    writer->user_data = user_data;
    writer->out = g_string_new (NULL);
    return writer;
}

/* It can be told what it is, and whether its end is there. */
static gboolean is_framed (const ReportOptions *options)
{
    return options->format == REPORT_NDJSON && options->without_texts;
}

ReportWriter *report_writer_new (const ReportOptions *options, const Tips *tips, ReportSink sink, gpointer user_data)
{
    ReportWriter *writer = writer_new (options, tips, sink, user_data);

    if (is_framed (options))
        report_ndjson_begin (writer);
    if (envelopes[options->format].begin)
        g_string_append (writer->out, envelopes[options->format].begin);
    return writer;
}

static void flush (ReportWriter *writer)
{
    writer->sink (writer->out->str, writer->out->len, writer->user_data);
    g_string_truncate (writer->out, 0);
}

static void writer_free (ReportWriter *writer)
{
    g_string_free (writer->out, TRUE);
    g_free (writer);
}

void report_writer_finish (ReportWriter *writer)
{
    if (!writer)
        return;
    if (is_framed (&writer->options))
        report_ndjson_end (writer);
    if (envelopes[writer->options.format].write_end)
        envelopes[writer->options.format].write_end (writer);
    if (envelopes[writer->options.format].end)
        g_string_append (writer->out, envelopes[writer->options.format].end);
    flush (writer);
    writer_free (writer);
}

void report_begin_capture (ReportWriter *writer)
{
    const char *between = envelopes[writer->options.format].between;

    if (writer->told++ && between)
        g_string_append (writer->out, between);
}

/* --- In parts */

gboolean report_has_parts (ReportFormat format)
{
    return !envelopes[format].is_one_piece;
}

ReportWriter *report_part_new (const ReportOptions *options, const Tips *tips, ReportSink sink, gpointer user_data)
{
    g_return_val_if_fail (report_has_parts (options->format), NULL);

    return writer_new (options, tips, sink, user_data);
}

void report_part_free (ReportWriter *part)
{
    if (part)
        writer_free (part);
}

void report_part_end (ReportWriter *part)
{
    flush (part);
}

void report_join (ReportWriter *whole, const ReportWriter *part)
{
    if (part->told)
        report_begin_capture (whole);
    whole->captures += part->captures;
    whole->phones += part->phones;
    whole->captures_told += part->captures_told;
    whole->troubles += part->troubles;
    totals_join (&whole->totals, &part->totals);
    flush (whole);
}

/* --- What its formats share */

char *report_line (const char *name)
{
    return g_strdelimit (g_strdup (name), "\n\r", '?');
}

void report_spill (ReportWriter *writer)
{
    if (writer->out->len >= SPILL_SIZE)
        flush (writer);
}

void report_write (ReportWriter *writer, const ReportSource *source)
{
    formats[writer->options.format].write (writer, source);
    writer->captures++;
}

NoteId report_next_note (const ReportSource *source, NoteId id)
{
    const Flow *flow = source->summary->flow;
    const guint32 count = notes_count (flow_notes (flow));

    do
        id++;
    while (id <= count &&
           ((source->filter && !source->filter (id, source->user_data)) ||
            !phones_get (flow_phones (flow), flow_note_phone (flow, notes_get (flow_notes (flow), id)))->has_spoken));
    return id <= count ? id : 0;
}

const char *report_phone_name (const ReportSource *source, const PhoneSummary *phone, char buffer[IP_ADDRESS_TEXT_SIZE])
{
    return phones_label_at (flow_phones (source->summary->flow), phone->phone, phone->last_note, buffer);
}

char *report_language (const Tips *tips)
{
    char *language = g_strdup (tips_language (tips));

    language[strcspn (language, ".@")] = '\0';
    return g_strdelimit (language, "_", '-');
}

char *report_model (const Summary *summary, const PhoneSummary *phone, gboolean with_load)
{
    const char *model = summary_model (summary, phone);
    const char *load = with_load ? summary_load (summary, phone) : NULL;

    return model && load ? g_strconcat (model, ", ", load, NULL) : g_strdup (model ? model : load);
}

const char *report_number (guint64 number, char buffer[NUMBER_SIZE])
{
    char *at = buffer + NUMBER_SIZE - 1;

    *at = '\0';
    do
        *--at = (char) ('0' + number % 10);
    while (number /= 10);
    return at;
}

const char *report_attempt_server (const ReportSource *source, const Attempt *attempt,
                                   char buffer[IP_ADDRESS_TEXT_SIZE])
{
    return report_server (source->summary, summary_registration (source->summary, attempt), buffer);
}

const char *report_server (const Summary *summary, const Registration *registration, char buffer[IP_ADDRESS_TEXT_SIZE])
{
    const Note of_server = { .server = registration ? registration->server : 0 };
    return explain_server (summary->flow, &of_server, buffer);
}

/* So many lines are told one by one. */
#define LINES_TOLD 6

static gboolean is_same_user (const Registration *a, const Registration *b)
{
    return a->line_user == b->line_user && memcmp (a->line, b->line, a->line_user) == 0;
}

/* The part before the @ where that is enough among those that are told; a connection on which nothing was asked goes by
 * its server. Owned by the caller; NULL when nothing tells. */
static char *line_name (const Summary *summary, const PhoneSummary *phone, const Registration *registration)
{
    char server[IP_ADDRESS_TEXT_SIZE];

    if (!registration || !registration->line) {
        const char *address = report_server (summary, registration, server);
        return *address ? g_strdup (address) : NULL;
    }
    for (guint i = 0; i < MIN (phone->lines->len, LINES_TOLD); i++) {
        const LineOutcome *other = &g_array_index (phone->lines, LineOutcome, i);
        const Registration *of_other = flow_registration (summary->flow, other->decides);
        if (of_other && of_other->line && of_other->line != registration->line && is_same_user (of_other, registration))
            return g_strdup (registration->line);
    }
    return g_strndup (registration->line, registration->line_user);
}

/* While packets still come, nothing is said of a capture that ends or begins. */
static Word outcome_word (const Summary *summary, Outcome outcome, const Registration *decides)
{
    if (outcome == OUTCOME_REGISTERED && decides && decides->by_heartbeat)
        return WORD_REPORT_LIKELY;
    if (outcome == OUTCOME_LOST && decides && decides->by_heartbeat)
        return WORD_REPORT_LIKELY_LOST;
    switch (summary->goes_on ? outcome : N_OUTCOMES) {
    case OUTCOME_TRYING:
        return WORD_WATCH_TRYING;
    case OUTCOME_REGISTERED:
        return WORD_WATCH_REGISTERED;
    case OUTCOME_ONE_SIDED:
        return WORD_WATCH_ONE_SIDED;
    default:
        return word_of_outcome (outcome);
    }
}

/* text is what the lines say, or NULL. */
static char *outcome_text (const Summary *summary, const Tips *tips, const PhoneSummary *phone, Outcome outcome,
                           RegistrationId decides, const char *text)
{
    char server[IP_ADDRESS_TEXT_SIZE];
    const Registration *registration = flow_registration (summary->flow, decides);
    const char *address = report_server (summary, registration, server);
    const Value values[] = { value_of_word (VALUE_PHASE, word_of_phase (summary_line_phase (summary, phone, decides))),
                             value_of_text (VALUE_SERVER, *address ? address : NULL),
                             value_of_text (VALUE_TEXT, text) };
    GString *out = g_string_new (NULL);

    tips_say (tips, outcome_word (summary, outcome, registration), values, G_N_ELEMENTS (values), out);
    return g_string_free (out, FALSE);
}

static void append_line (const Summary *summary, const Tips *tips, const PhoneSummary *phone, const LineOutcome *line,
                         gboolean same, GString *out)
{
    g_autofree char *name = line_name (summary, phone, flow_registration (summary->flow, line->decides));
    g_autofree char *text = outcome_text (summary, tips, phone, line->outcome, line->decides, NULL);
    const Value values[] = { value_of_text (VALUE_NUMBER, name ? name : "?"), value_of_text (VALUE_TEXT, text) };

    g_string_append (out, out->len ? (same ? ", " : "; ") : "");
    if (same)
        g_string_append (out, name ? name : "?");
    else
        tips_say (tips, WORD_REPORT_LINE, values, G_N_ELEMENTS (values), out);
}

/* "1001: registered and ready; 1002: …", or, when it is the same for all, "1001, 1002". NULL when there is nothing to
 * tell apart. */
static char *lines_text (const Summary *summary, const Tips *tips, const PhoneSummary *phone, gboolean same)
{
    GString *out = g_string_new (NULL);

    for (guint i = 0; i < MIN (phone->lines->len, LINES_TOLD); i++)
        append_line (summary, tips, phone, &g_array_index (phone->lines, LineOutcome, i), same, out);
    if (phone->lines->len > LINES_TOLD) {
        const Value more = value_of_number (VALUE_COUNT, phone->lines->len - LINES_TOLD);
        g_string_append (out, same ? ", " : "; ");
        tips_say (tips, WORD_REPORT_MORE_LINES, &more, 1, out);
    }
    return g_string_free (out, FALSE);
}

/* A phone without a device name is called by its first account: which one it is about, when that is another. */
static char *other_account (const Summary *summary, const PhoneSummary *phone)
{
    const Phone *known = phones_get (flow_phones (summary->flow), phone->phone);
    const Registration *registration = flow_registration (summary->flow, phone->decides);

    if (known->name_rank != NAME_ACCOUNT || !registration || !registration->line ||
        g_str_equal (known->name, registration->line))
        return NULL;
    const char *host = strchr (registration->line + registration->line_user, '@');
    IpAddress address;
    /* The same user under the address of another server is no other account. */
    return host && ip_address_parse (host + 1, strlen (host + 1), &address) &&
                   strncmp (known->name, registration->line, registration->line_user + 1) == 0
               ? NULL
               : g_strdup (registration->line);
}

/* The outcome is that of all lines, and its sentence, which may name a server, too. */
static gboolean ends_alike (const Summary *summary, const Tips *tips, const PhoneSummary *phone, const char *text)
{
    for (guint i = 0; i < phone->lines->len; i++) {
        const LineOutcome *line = &g_array_index (phone->lines, LineOutcome, i);
        if (line->outcome != phone->outcome)
            return FALSE;
        if (i >= LINES_TOLD)
            continue;
        g_autofree char *of_line = outcome_text (summary, tips, phone, line->outcome, line->decides, NULL);
        if (!g_str_equal (of_line, text))
            return FALSE;
    }
    return TRUE;
}

char *report_outcome (const Summary *summary, const Tips *tips, const PhoneSummary *phone)
{
    g_autofree char *alone = outcome_text (summary, tips, phone, phone->outcome, phone->decides, NULL);
    const gboolean same = ends_alike (summary, tips, phone, alone);

    g_autofree char *lines =
        phone->lines->len > 1 ? lines_text (summary, tips, phone, same) : other_account (summary, phone);
    g_autofree char *text = outcome_text (summary, tips, phone, phone->outcome, phone->decides, same ? NULL : lines);
    if (!lines || phone->outcome == OUTCOME_PARTIAL)
        return g_steal_pointer (&text);
    const Value values[] = { value_of_text (VALUE_TEXT, text), value_of_text (VALUE_NUMBER, lines) };
    GString *out = g_string_new (NULL);
    tips_say (tips, WORD_REPORT_LINES, values, G_N_ELEMENTS (values), out);
    return g_string_free (out, FALSE);
}

/* Nothing in it belongs to the way to a server: nobody can tell of which registration it is. */
static gboolean is_loose (const Attempt *attempt)
{
    for (Phase phase = PHASE_NONE + 1; phase < PHASE_REGISTER; phase++)
        if (attempt->phases[phase].count)
            return FALSE;
    return TRUE;
}

/* Phones clean up before they register: whether there was anything to end no answer tells (RFC 3261, 10.2.2). */
static gboolean is_mere_sign_off (const Registration *registration)
{
    return registration->protocol == PROTOCOL_SIP && registration->steps[MOVE_SIGN_OFF] &&
           !registration->steps[MOVE_ASK] && !registration->steps[MOVE_ACCEPT] && !registration->steps[MOVE_CONFIRM];
}

static Word word_of_attempt (const Registration *registration, const Attempt *attempt)
{
    switch (registration ? registration->role : ROLE_WAY) {
    case ROLE_WAY:
        return is_loose (attempt) ? WORD_REPORT_LOOSE : WORD_REPORT_WAY;
    case ROLE_CONNECTION: /* with the way to it, it is more than that */
        return attempt->way && attempt->number ? WORD_REPORT_ATTEMPT : WORD_REPORT_CONNECTION;
    case ROLE_TOKEN:
        return WORD_REPORT_TOKEN;
    case ROLE_STANDBY:
        return WORD_REPORT_STANDBY;
    case ROLE_QUERY:
        return WORD_REPORT_QUERY;
    default:
        if (attempt->number)
            return WORD_REPORT_ATTEMPT;
        return is_mere_sign_off (registration) ? WORD_REPORT_LEAVES : WORD_REPORT_BEFORE;
    }
}

/* What ends before an answer, if an answer could be seen. */
static gboolean waits_in_vain (RegistrationState state)
{
    return state == STATE_CONNECTING || state == STATE_TOKEN_ASKED || state == STATE_ASKED || state == STATE_CLOSED ||
           state == STATE_CONNECTED;
}

/* The answer may still follow, behind the end of the capture. */
static gboolean waits_yet (RegistrationState state)
{
    return state == STATE_TOKEN_ASKED || state == STATE_ASKED;
}

/* What the network says to the SYN is an answer as well. FALSE: it says nothing. */
static gboolean say_denied (const Summary *summary, const Tips *tips, const Registration *registration, GString *out)
{
    const Notes *notes = flow_notes (summary->flow);
    const Note *denied = notes_get (notes, registration->steps[MOVE_DENY]);
    Value values[2];

    if (!denied || !values_find (notes_values (notes, denied), VALUE_SOURCE, &values[0]) ||
        !values_find (notes_values (notes, denied), VALUE_TEXT, &values[1]))
        return FALSE;
    tips_say (tips, WORD_REPORT_DENIED, values, G_N_ELEMENTS (values), out);
    return TRUE;
}

/* It has not been signed off with the whole account: a notice of the registrar (Event: reg) says that it is over. */
static gboolean is_told_by_registrar (const Summary *summary, const Registration *registration)
{
    const Note *removed = notes_get (flow_notes (summary->flow), registration->steps[MOVE_REMOVE]);
    return removed && removed->variant == VARIANT_UNREGISTER &&
           removed->kind == catalog_find (PROTOCOL_SIP, SIP_NOTIFY);
}

/* What one of both has said is not seen at all: then nothing of it can be missed. */
static Word state_of_attempt (const Summary *summary, const Attempt *attempt)
{
    const Registration *registration = summary_registration (summary, attempt);
    const RegistrationState state = registration ? summary_state (summary, registration) : STATE_NEW;
    const Outcome outcome = summary_attempt_outcome (summary, attempt);

    const gboolean of_token = registration && registration->steps[MOVE_TOKEN_ASK] && !registration->steps[MOVE_ASK];

    if (waits_in_vain (state) && !(state == STATE_CLOSED && registration->is_mute) &&
        (registration->is_unsure || summary_lacks_server (summary, registration) || registration->is_undecided ||
         (outcome == OUTCOME_ONE_SIDED && !of_token)))
        return WORD_REPORT_UNSEEN;
    if ((outcome == OUTCOME_TRYING || of_token) && waits_yet (state) && !registration->half_answered)
        return WORD_REPORT_YET;
    if (registration && summary_speaks_unheard (summary, registration))
        return WORD_REPORT_UNSEEN;
    if (state == STATE_REMOVED && is_told_by_registrar (summary, registration))
        return WORD_REPORT_ENDED;
    if (state == STATE_REPLACED && summary_is_left (summary, registration))
        return WORD_REPORT_ELSEWHERE;
    if (state == STATE_HELD && registration->by_heartbeat)
        return WORD_REPORT_LIKELY;
    if (state == STATE_ASKED && registration->half_answered)
        return WORD_REPORT_HALF;
    if (state == STATE_CHALLENGED && !registration->heard_phone)
        return WORD_REPORT_UNHEARD;
    if ((state == STATE_CONNECTED || state == STATE_CLOSED) && registration->steps[MOVE_TOKEN_GRANT])
        return WORD_REPORT_GRANTED;
    if (state == STATE_CLOSED && registration->steps[MOVE_CONNECT] && !registration->steps[MOVE_CONNECTED])
        return word_of_state (STATE_CONNECTING);
    return state == STATE_CLOSED && !registration->steps[MOVE_ASK] && !registration->steps[MOVE_TOKEN_ASK]
               ? WORD_REPORT_UNASKED
               : word_of_state (state);
}

/* The clock of the capture, in between: how long it took is not known. */
static gboolean is_set_back (const Summary *summary, const Attempt *attempt)
{
    gint64 by;
    const guint32 back = flow_goes_back (summary->flow, &by);

    return attempt->last < attempt->first || (attempt->first_frame < back && attempt->last_frame >= back);
}

void report_attempt (const ReportSource *source, const Tips *tips, const Attempt *attempt, GString *out)
{
    const Registration *registration = summary_registration (source->summary, attempt);
    char server[IP_ADDRESS_TEXT_SIZE], from[NUMBER_SIZE], to[NUMBER_SIZE], took[DURATION_SIZE], utc[UTC_SIZE];
    g_autoptr (GString) state = g_string_new (NULL);

    if (!registration || registration->state != STATE_CONNECTING ||
        !say_denied (source->summary, tips, registration, state))
        g_string_assign (state, tips_word (tips, state_of_attempt (source->summary, attempt)));
    const Value values[] = {
        value_of_number (VALUE_ATTEMPT, attempt->number),
        value_of_text (VALUE_SERVER, report_attempt_server (source, attempt, server)),
        value_of_text (VALUE_NUMBER, registration ? registration->line : NULL),
        value_of_text (VALUE_FROM, report_number (attempt->first_frame, from)),
        value_of_text (VALUE_TO, report_number (attempt->last_frame, to)),
        value_of_text (VALUE_TIME, utc_text (attempt->first, utc)),
        value_of_text (VALUE_TOOK, is_set_back (source->summary, attempt)
                                       ? NULL
                                       : duration_text (attempt->last - attempt->first, took)),
        value_of_text (VALUE_STATE, state->str),
    };

    tips_say (tips, word_of_attempt (registration, attempt), values, G_N_ELEMENTS (values), out);
}

/* One frame may show several of it. */
static char *evidence_text (const Flow *flow, const Finding *finding)
{
    GString *frames = g_string_new (NULL);
    guint32 before = 0;

    for (guint i = 0; i < finding->n_evidence; i++) {
        const guint32 frame = notes_get (flow_notes (flow), finding->evidence[i])->frame;
        if (frame != before)
            g_string_append_printf (frames, "%s%u", i ? ", " : "", frame);
        before = frame;
    }
    return g_string_free (frames, FALSE);
}

void report_finding (const Flow *flow, const Tips *tips, const Finding *finding, Word word, GString *out)
{
    g_autofree char *title = explain_problem (flow, tips, finding, TIP_TITLE);
    g_autofree char *text = explain_problem (flow, tips, finding, TIP_TEXT);
    g_autofree char *frames = evidence_text (flow, finding);
    const Value values[] = { value_of_word (VALUE_SEVERITY, severity_word (finding_severity (finding))),
                             value_of_text (VALUE_PROBLEM, problem_name (finding->problem)),
                             value_of_word (VALUE_CERTAINTY, certainty_word (finding->certainty)),
                             value_of_text (VALUE_TITLE, title ? title : ""),
                             value_of_text (VALUE_TEXT, text ? text : ""),
                             value_of_text (VALUE_FRAMES, frames),
                             value_of_number (VALUE_FRAME, strtoul (frames, NULL, 10)) };

    /* The last one makes "frame 7" of "frames 7". */
    tips_say (tips, word, values, G_N_ELEMENTS (values) - (strchr (frames, ',') ? 1 : 0), out);
}

void report_fix (const Flow *flow, const Tips *tips, const Finding *finding, GString *out)
{
    g_autofree char *fix = explain_problem (flow, tips, finding, TIP_FIX);

    report_labelled (tips, WORD_TO_DO, fix, out);
}

void report_labelled (const Tips *tips, Word label, const char *text, GString *out)
{
    const Value values[] = { value_of_text (VALUE_LABEL, tips_word (tips, label)),
                             value_of_text (VALUE_TEXT, text ? text : "") };

    tips_say (tips, WORD_REPORT_LABELLED, values, G_N_ELEMENTS (values), out);
}

void report_pause (const ReportSource *source, const Tips *tips, const LadderStep *step, GString *out)
{
    const Notes *notes = flow_notes (source->summary->flow);
    const guint32 first = notes_get (notes, step->note)->frame;
    const guint32 last = step->kind == STEP_FOLD ? notes_get (notes, step->last)->frame : first;
    g_autofree char *from = g_strdup_printf ("%u", first), *to = g_strdup_printf ("%u", last);
    char took[DURATION_SIZE];
    const Value values[] = { value_of_text (VALUE_TOOK, duration_text (step->duration, took)),
                             value_of_number (VALUE_COUNT, step->count), value_of_text (VALUE_FROM, from),
                             value_of_text (VALUE_TO, to), value_of_number (VALUE_FRAME, first) };

    tips_say (tips,
              step->kind == STEP_GAP ? WORD_LADDER_GAP
              : step->count          ? WORD_LADDER_FOLD
                                     : WORD_LADDER_FOLD_OF,
              values, G_N_ELEMENTS (values) - (first == last ? 0 : 1), out);
}

void report_pad (GString *out, gsize from, guint columns)
{
    for (glong have = g_utf8_strlen (out->str + from, -1); have < (glong) columns; have++)
        g_string_append_c (out, ' ');
}

/* Neither C0 nor C1, nor hidden. */
static gboolean is_printable (gunichar c)
{
    return c == '\n' || (c >= 0x20 && (c < 0x7F || c > 0x9F) && !value_text_is_hidden (c));
}

static gboolean is_clean (const char *text, gsize size)
{
    gsize plain = 0;

    /* Most texts are ASCII. */
    do
        plain += view_plain_size ((View){ (const guint8 *) text + plain, size - plain });
    while (plain < size && text[plain] == '\n' && ++plain);
    text += plain;
    size -= plain;
    if (!g_utf8_validate (text, (gssize) size, NULL))
        return FALSE;
    for (const char *at = text; at < text + size; at = g_utf8_next_char (at))
        if (!is_printable (g_utf8_get_char (at)))
            return FALSE;
    return TRUE;
}

void report_clean (GString *text, gsize from)
{
    if (is_clean (text->str + from, text->len - from))
        return;
    g_autofree char *valid = g_utf8_make_valid (text->str + from, (gssize) (text->len - from));
    g_string_truncate (text, from);
    for (const char *at = valid; *at; at = g_utf8_next_char (at)) {
        gunichar c = g_utf8_get_char (at);
        g_string_append_unichar (text, is_printable (c) ? c : 0xFFFD);
    }
}
