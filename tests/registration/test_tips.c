/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/ports.h"
#include "registration/tips/explain.h"
#include "registration/tips/tips.h"
#include "tests/support/sccp_messages.h"

#include <criterion/criterion.h>

static Tips *shipped (const char *language)
{
    g_autoptr (GError) error = NULL;
    Tips *tips = tips_new_shipped (language, &error);

    cr_assert_not_null (tips, "%s", error ? error->message : "");
    return tips;
}

static gboolean add (Tips *tips, const char *data, GError **error)
{
    return tips_add (tips, data, strlen (data), "my.tips", error);
}

static void add_well (Tips *tips, const char *data)
{
    g_autoptr (GError) error = NULL;
    cr_assert (add (tips, data, &error), "%s", error ? error->message : "");
}

static gboolean find_nothing (ValueKey key, Value *ret_value, gpointer user_data)
{
    (void) key;
    (void) ret_value;
    (void) user_data;
    return FALSE;
}

/* The tip's text with no values at all; owned by the caller. "(none)" when there is none. */
static char *bare (const Tips *tips, const char *message, Variant variant, TipPart part)
{
    const Template *template = NULL;
    GString *out = g_string_new (NULL);

    for (KindIndex k = 0; k < catalog_size (); k++)
        if (catalog_kind (k)->protocol == PROTOCOL_SCCP && g_str_equal (catalog_kind (k)->name, message))
            template = tips_find (tips, k, variant, part);
    if (template)
        template_format (template, find_nothing, NULL, NULL, out);
    else
        g_string_assign (out, "(none)");
    return g_string_free (out, FALSE);
}

static void check_bare (const Tips *tips, const char *message, Variant variant, TipPart part, const char *expected)
{
    g_autofree char *text = bare (tips, message, variant, part);
    cr_expect_str_eq (text, expected, "%s: \"%s\"", message, text);
}

Test (tips, every_shipped_file_loads_and_together_they_are_complete)
{
    g_autoptr (Tips) tips = shipped (NULL);
    g_autoptr (GError) error = NULL;

    for (const char *const *name = tips_shipped_files (); *name; name++) {
        g_autoptr (GBytes) bytes = tips_shipped_file (*name);
        g_autoptr (Tips) alone = tips_new (NULL);
        gsize size;
        cr_assert_not_null (bytes, "%s", *name);
        const char *data = g_bytes_get_data (bytes, &size);
        cr_assert (tips_add (alone, data, size, *name, &error), "%s", error ? error->message : "");
    }
    cr_assert (tips_check_complete (tips, &error), "%s", error ? error->message : "");
}

Test (tips, every_language_that_is_shipped_loads)
{
    static const char *const languages[] = { "en", "de", "pt_BR", "", "xx_YY" };

    for (gsize i = 0; i < G_N_ELEMENTS (languages); i++) {
        g_autoptr (Tips) tips = shipped (languages[i]);
        cr_assert (tips_check_complete (tips, NULL), "%s", languages[i]);
    }
}

Test (tips, a_file_that_is_not_shipped_is_not_there)
{
    cr_assert_null (tips_shipped_file ("nonsense.tips"));
}

Test (tips, an_empty_set_lists_what_is_missing)
{
    g_autoptr (Tips) tips = tips_new (NULL);
    g_autoptr (GError) error = NULL;

    cr_assert_not (tips_check_complete (tips, &error));
    cr_assert (g_error_matches (error, TIPS_ERROR, TIPS_ERROR_INCOMPLETE));
    for (KindIndex k = 0; k < catalog_size (); k++) {
        const MessageKind *kind = catalog_kind (k);
        g_autofree char *group = kind->group ? g_strdup_printf ("[%s]", kind->group)
                                             : g_strdup_printf ("[%s.%s]", protocol_name (kind->protocol), kind->name);
        cr_expect (strstr (error->message, group), "%s", group);
    }
    check_bare (tips, "Reset", VARIANT_NONE, TIP_TITLE, "(none)");
}

Test (tips, a_title_without_a_text_is_not_complete)
{
    g_autoptr (Tips) tips = tips_new (NULL);
    g_autoptr (GError) error = NULL;

    add_well (tips, "[sccp.Reset]\ntitle=T\n[sccp.Alarm]\ntitle=T\ntext=X\n");
    cr_assert_not (tips_check_complete (tips, &error));
    cr_assert (strstr (error->message, "[sccp.Reset]"));
    cr_assert_null (strstr (error->message, "[sccp.Alarm]"));
}

Test (tips, mistakes_are_refused_with_file_group_and_key)
{
    static const struct {
        const char *data;
        GQuark (*domain) (void);
        int code;
        const char *group, *key;
    } cases[] = {
        { "[sccp.Alam]\ntitle=x\n", tips_error_quark, TIPS_ERROR_UNKNOWN, "[sccp.Alam]", "" },
        { "[sccp.Reset/restrat]\ntitle=x\n", tips_error_quark, TIPS_ERROR_UNKNOWN, "[sccp.Reset/restrat]", "" },
        { "[sccp.Reset/]\ntitle=x\n", tips_error_quark, TIPS_ERROR_UNKNOWN, "[sccp.Reset/]", "" },
        { "[sccp.HookFlash]\ntitle=x\n", tips_error_quark, TIPS_ERROR_UNKNOWN, "[sccp.HookFlash]", "" },
        { "[Alarm]\ntitle=x\n", tips_error_quark, TIPS_ERROR_UNKNOWN, "[Alarm]", "" },
        { "[sccp.Alarm]\ntitel=x\n", tips_error_quark, TIPS_ERROR_UNKNOWN, "[sccp.Alarm]", "titel" },
        { "[sccp.Alarm]\ntitel[de]=x\n", tips_error_quark, TIPS_ERROR_UNKNOWN, "[sccp.Alarm]", "titel[de]" },
        { "[sccp.Alarm]\ntext=a {devise}\n", template_error_quark, TEMPLATE_ERROR_KEY, "[sccp.Alarm]", "text" },
        { "[sccp.Alarm]\ntext=a {device\n", template_error_quark, TEMPLATE_ERROR_SYNTAX, "[sccp.Alarm]", "text" },
        { "[sccp.Alarm]\ntext=a\ntext[de]={devise}\n", template_error_quark, TEMPLATE_ERROR_KEY, "[sccp.Alarm]",
          "text[de]" },
        { "[sccp.Alarm]\nnext=[a\n", template_error_quark, TEMPLATE_ERROR_SYNTAX, "[sccp.Alarm]", "next" },
        { "[sccp.Alarm]\ntitle=\xFF\n", tips_error_quark, TIPS_ERROR_FORMAT, "[sccp.Alarm]", "title" },
        { "[sccp.Alarm]\ntext=a\\qb\\\n", tips_error_quark, TIPS_ERROR_FORMAT, "[sccp.Alarm]", "text" },
        { "[words]\nonn=an\n", tips_error_quark, TIPS_ERROR_UNKNOWN, "[words]", "onn" },
        { "[words]\non=\xFF\n", tips_error_quark, TIPS_ERROR_FORMAT, "[words]", "on" },
        { "[words]\noutcome-stuck[fr]=phase {device}\n", template_error_quark, TEMPLATE_ERROR_KEY, "[words]",
          "outcome-stuck[fr]" },
        { "[words]\nreport-span={count:step}\n", template_error_quark, TEMPLATE_ERROR_SYNTAX, "[words]",
          "report-span" },
        { "[sccp.Alarm]\ntext=in {phase}\n", template_error_quark, TEMPLATE_ERROR_KEY, "[sccp.Alarm]", "{phase}" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (Tips) tips = tips_new (NULL);
        g_autoptr (GError) error = NULL;
        g_autofree char *data = g_strconcat ("[sccp.Reset]\ntitle=Kept\n", cases[i].data, NULL);
        cr_expect_not (add (tips, data, &error), "%s", data);
        if (!error)
            continue;
        cr_expect (g_error_matches (error, cases[i].domain (), cases[i].code), "%s: %s", data, error->message);
        cr_expect (g_str_has_prefix (error->message, "my.tips: "), "%s", error->message);
        cr_expect (strstr (error->message, cases[i].group), "%s: %s", data, error->message);
        cr_expect (strstr (error->message, cases[i].key), "%s: %s", data, error->message);
        check_bare (tips, "Reset", VARIANT_NONE, TIP_TITLE, "(none)");
    }
}

Test (tips, what_is_no_key_file_is_refused_with_the_file)
{
    static const char *const files[] = { "title=x\n", "[sccp.Alarm\n", "nonsense" };

    for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
        g_autoptr (Tips) tips = tips_new (NULL);
        g_autoptr (GError) error = NULL;
        cr_assert_not (add (tips, files[i], &error));
        cr_assert (g_str_has_prefix (error->message, "my.tips: "), "%s", error->message);
    }
    g_autoptr (Tips) tips = tips_new (NULL);
    cr_assert (tips_add (tips, "", 0, "empty.tips", NULL), "an empty file says nothing, which is allowed");
}

Test (tips, later_files_override_part_by_part)
{
    g_autoptr (Tips) tips = tips_new (NULL);

    add_well (tips, "[sccp.Reset]\ntitle=Old title\ntext=Old text\n[sccp.Alarm]\ntitle=Alarm\n");
    add_well (tips, "[sccp.Reset]\ntext=New text\nnext=New next\n");
    check_bare (tips, "Reset", VARIANT_NONE, TIP_TITLE, "Old title");
    check_bare (tips, "Reset", VARIANT_NONE, TIP_TEXT, "New text");
    check_bare (tips, "Reset", VARIANT_NONE, TIP_NEXT, "New next");
    check_bare (tips, "Alarm", VARIANT_NONE, TIP_TITLE, "Alarm");
}

Test (tips, a_file_with_a_mistake_changes_nothing)
{
    g_autoptr (Tips) tips = tips_new (NULL);

    add_well (tips, "[sccp.Reset]\ntitle=Old\n[words]\non=ON\n");
    cr_assert_not (add (tips, "[words]\non=X\n[sccp.Reset]\ntitle=New\n[sccp.Alam]\ntitle=x\n", NULL));
    check_bare (tips, "Reset", VARIANT_NONE, TIP_TITLE, "Old");
    cr_assert_str_eq (tips_word (tips, WORD_ON), "ON");
}

Test (tips, a_variant_falls_back_part_by_part)
{
    g_autoptr (Tips) tips = tips_new (NULL);

    add_well (tips, "[sccp.Reset]\ntitle=Plain\ntext=Plain text\n[sccp.Reset/restart]\ntitle=Restart\n");
    check_bare (tips, "Reset", VARIANT_RESTART, TIP_TITLE, "Restart");
    check_bare (tips, "Reset", VARIANT_RESTART, TIP_TEXT, "Plain text");
    check_bare (tips, "Reset", VARIANT_APPLY, TIP_TITLE, "Plain");
    check_bare (tips, "Reset", VARIANT_NONE, TIP_TITLE, "Plain");
    check_bare (tips, "Reset", VARIANT_RESTART, TIP_NEXT, "(none)");
}

Test (tips, a_variant_that_says_something_else_expects_something_else)
{
    g_autoptr (Tips) tips = tips_new (NULL);

    add_well (tips, "[sccp.Reset]\ntitle=Plain\ntext=Plain text\nnext=Plain next\n[sccp.Reset/restart]\ntext=Restart\n"
                    "[sccp.Reset/reset]\ntext=Reset\nnext=Boot\n[sccp.Reset/phone]\ntitle=Title only\n");
    check_bare (tips, "Reset", VARIANT_RESTART, TIP_NEXT, "(none)");
    check_bare (tips, "Reset", VARIANT_RESET, TIP_NEXT, "Boot");
    check_bare (tips, "Reset", VARIANT_PHONE, TIP_NEXT, "Plain next");
    check_bare (tips, "Reset", VARIANT_APPLY, TIP_NEXT, "Plain next");
}

Test (tips, a_translation_is_used_for_its_language_only)
{
    static const char file[] = "[sccp.Reset]\ntitle=Reset\ntitle[de]=Neustart\ntext=English\n"
                               "[words]\non=on\non[de]=an\noff[de]=aus\n";
    g_autoptr (Tips) english = tips_new (NULL);
    g_autoptr (Tips) german = tips_new ("de");
    g_autoptr (Tips) austrian = tips_new ("de_AT");
    g_autoptr (Tips) french = tips_new ("fr");

    add_well (english, file);
    add_well (german, file);
    add_well (austrian, file);
    add_well (french, file);
    check_bare (english, "Reset", VARIANT_NONE, TIP_TITLE, "Reset");
    check_bare (german, "Reset", VARIANT_NONE, TIP_TITLE, "Neustart");
    check_bare (austrian, "Reset", VARIANT_NONE, TIP_TITLE, "Neustart");
    check_bare (french, "Reset", VARIANT_NONE, TIP_TITLE, "Reset");
    check_bare (german, "Reset", VARIANT_NONE, TIP_TEXT, "English");
    cr_assert_str_eq (tips_word (german, WORD_ON), "an");
    cr_assert_str_eq (tips_word (german, WORD_OFF), "aus");
    cr_assert_str_eq (tips_word (french, WORD_ON), "on");
    cr_assert_str_eq (tips_word (french, WORD_OFF), "off", "then it is English");
}

static char *said (const Tips *tips, Word word, const Value *values, guint n)
{
    GString *text = g_string_new (NULL);

    tips_say (tips, word, values, n, text);
    return g_string_free (text, FALSE);
}

#define SAYS(tips, word, text, ...)                                                                                    \
    do {                                                                                                               \
        const Value values[] = { __VA_ARGS__ };                                                                        \
        g_autofree char *found = said (tips, word, values, G_N_ELEMENTS (values));                                     \
        cr_expect_str_eq (found, text);                                                                                \
    } while (0)

Test (tips, a_word_is_said_with_its_values)
{
    g_autoptr (Tips) tips = tips_new (NULL);
    g_autoptr (Tips) german = tips_new ("de");

    SAYS (tips, WORD_REPORT_SPAN, "first at 1 s, last at 2 s, 1 message", value_of_text (VALUE_FROM, "1"),
          value_of_text (VALUE_TO, "2"), value_of_number (VALUE_COUNT, 1));
    SAYS (tips, WORD_OUTCOME_STUCK, "not registered, stuck in the phase \"files\"",
          value_of_word (VALUE_PHASE, WORD_PHASE_FILES));
    SAYS (tips, WORD_REPORT_TIMES, "RegisterReq to RegisterAck 3", value_of_text (VALUE_REQUEST, "RegisterReq"),
          value_of_text (VALUE_MESSAGE, "RegisterAck"), value_of_text (VALUE_TOOK, "3"),
          value_of_text (VALUE_FROM, NULL), value_of_text (VALUE_READY, NULL));
    SAYS (tips, WORD_ON, "on", value_of_number (VALUE_COUNT, 1));
    add_well (german, "[words]\noutcome-stuck[de]=Phase {phase}\nphase-files[de]=Dateien\non[de]={x}\n");
    SAYS (german, WORD_OUTCOME_STUCK, "Phase Dateien", value_of_word (VALUE_PHASE, WORD_PHASE_FILES));
    SAYS (german, WORD_ON, "{x}", value_of_number (VALUE_COUNT, 1));
}

Test (tips, the_language_is_that_of_the_words)
{
    g_autoptr (Tips) none = tips_new ("it_IT.UTF-8");
    g_autoptr (Tips) english = tips_new (NULL);

    cr_expect_str_eq (tips_language (none), "en", "nothing is Italian yet");
    add_well (none, "[words]\non[it]=acceso\n");
    cr_expect_str_eq (tips_language (none), "it");
    add_well (english, "[words]\non[it]=acceso\n");
    cr_expect_str_eq (tips_language (english), "en");
}

Test (tips, every_tip_formats_without_any_value)
{
    g_autoptr (Tips) tips = shipped (NULL);

    for (KindIndex k = 0; k < catalog_size (); k++) {
        for (Variant variant = 0; variant < N_VARIANTS; variant++) {
            for (TipPart part = 0; part < N_TIP_PARTS; part++) {
                const Template *template = tips_find (tips, k, variant, part);
                g_autoptr (GString) out = g_string_new (NULL);
                if (!template)
                    continue;
                template_format (template, find_nothing, NULL, NULL, out);
                if (part == TIP_NEXT) /* there may be nothing to come */
                    continue;
                cr_expect_gt (out->len, 0, "%s/%s", catalog_kind (k)->name, variant_name (variant));
            }
        }
    }
}

/* --- Real messages */

static NoteId hand_in (Flow *flow, gboolean from_server, const GByteArray *bytes)
{
    static guint32 number, sequence[2];
    Frame frame = {
        .number = ++number, .ip_id = number, .transport = TRANSPORT_TCP, .payload = { bytes->data, bytes->len }
    };
    Endpoint phone = { .port = 50000 }, server = { .port = PORT_SCCP };
    guint count;

    ip_address_parse ("10.0.0.15", 9, &phone.address);
    ip_address_parse ("10.0.0.1", 8, &server.address);
    frame.source = from_server ? server : phone;
    frame.destination = from_server ? phone : server;
    frame.tcp = (TcpSegment){ .sequence = sequence[from_server], .length = bytes->len, .flags = TCP_ACK };
    sequence[from_server] += bytes->len;
    return flow_frame (flow, &frame, &count);
}

/* The phone and the server agree on a version. */
static void negotiate (Flow *flow, guint version)
{
    g_autoptr (GByteArray) bytes = g_byte_array_new ();

    if (version == 0)
        return;
    wire_pdu (bytes, 0, SCCP_REGISTER_REQ,
              FIELDS (BOX (16, "SEP001122334455"), ZEROS (8), IPV4 ("10.0.0.15"), LE32 (115), ZEROS (8), U8 (22)));
    hand_in (flow, FALSE, bytes);
    g_byte_array_set_size (bytes, 0);
    wire_pdu (bytes, 0, SCCP_REGISTER_ACK, FIELDS (LE32 (30), ZEROS (8), LE32 (60), U8 (version), ZEROS (3)));
    hand_in (flow, TRUE, bytes);
}

static void check_no_question (const Flow *flow, const Tips *tips, NoteId id, const char *message, const char *what)
{
    for (TipPart part = 0; part < N_TIP_PARTS; part++) {
        g_autofree char *text = explain_tip (flow, tips, id, part);
        const char *mark = text ? strchr (text, '?') : NULL;
        /* "What time is it?" is a question of the tip's own; a missing value stands behind a space, a quote or "#". */
        gboolean own = mark && mark > text && g_ascii_isalnum (mark[-1]);
        cr_expect (!mark || own || strstr (what, "without a number"), "%s %s: %s", message, what, text);
    }
}

/* Forms so short that the tip's value is not there: what they print is "?" by design. */
static gboolean is_short (const char *what)
{
    static const char *const words[] = { "without a body", "cut ", "whose name fills", "of a model that", "of an SPA" };

    for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
        if (strstr (what, words[i]))
            return TRUE;
    return FALSE;
}

Test (tips, no_value_is_missing_in_the_tip_of_a_real_message)
{
    g_autoptr (Tips) tips = shipped (NULL);

    for (gsize i = 0; i < G_N_ELEMENTS (sccp_messages); i++) {
        const SccpMessage *row = &sccp_messages[i];
        g_autoptr (Flow) flow = flow_new (NULL);
        g_autoptr (GByteArray) bytes = g_byte_array_new ();
        const MessageKind *kind = catalog_kind (catalog_find (PROTOCOL_SCCP, row->id));

        if (is_short (row->what))
            continue;
        negotiate (flow, row->version);
        wire_pdu (bytes, 0, row->id, row->body);
        NoteId id = hand_in (flow, kind->from == SIDE_SERVER, bytes);
        cr_assert_neq (id, 0);
        check_no_question (flow, tips, id, kind->name, row->what);
    }
}

/* Bodies that the table has no row for: nothing of them is told, so their tips may ask for nothing of the message. */
Test (tips, no_value_is_missing_in_the_tip_of_a_message_that_is_not_read)
{
    g_autoptr (Tips) tips = shipped (NULL);

    for (KindIndex k = 0; k < catalog_size (); k++) {
        const MessageKind *kind = catalog_kind (k);
        g_autoptr (Flow) flow = flow_new (NULL);
        g_autoptr (GByteArray) bytes = g_byte_array_new ();
        gboolean has_row = FALSE;

        for (gsize i = 0; i < G_N_ELEMENTS (sccp_messages); i++)
            has_row |= sccp_messages[i].id == kind->id;
        if (kind->protocol != PROTOCOL_SCCP || has_row)
            continue;
        wire_pdu (bytes, 0, kind->id, FIELDS (ZEROS (64)));
        NoteId id = hand_in (flow, kind->from == SIDE_SERVER, bytes);
        check_no_question (flow, tips, id, kind->name, "is not read");
    }
}
