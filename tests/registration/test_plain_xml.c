/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/plain_xml.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite (plain_xml, .timeout = 60);

static void on_start (GMarkupParseContext *context G_GNUC_UNUSED, const char *name, const char **names,
                      const char **values, gpointer user_data, GError **error)
{
    g_string_append_printf (user_data, "<%s", name);
    for (guint i = 0; names[i]; i++)
        g_string_append_printf (user_data, " %s=%s", names[i], values[i]);
    g_string_append (user_data, ">");
    if (strcmp (name, "wrong") == 0)
        g_set_error_literal (error, G_MARKUP_ERROR, G_MARKUP_ERROR_UNKNOWN_ELEMENT, "it is");
}

static void on_end (GMarkupParseContext *context G_GNUC_UNUSED, const char *name, gpointer user_data,
                    GError **error G_GNUC_UNUSED)
{
    g_string_append_printf (user_data, "</%s>", name);
}

static void on_text (GMarkupParseContext *context G_GNUC_UNUSED, const char *text, gsize size, gpointer user_data,
                     GError **error G_GNUC_UNUSED)
{
    g_string_append_len (user_data, text, (gssize) size);
}

static const GMarkupParser handlers = { .start_element = on_start, .end_element = on_end, .text = on_text };

static gboolean read_plain (const char *document, GString *heard)
{
    g_autofree char *text = g_strdup (document);
    return plain_xml_read (text, strlen (text), &handlers, heard);
}

Test (plain_xml, tells_the_same_as_gmarkup)
{
    static const char *const documents[] = {
        "<a/>",
        "<a></a>",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a>\n <b c='1' d=\"x > y\"\n e=\"\">text ]]> more</b>\n <f />\n</a>",
        "<a.b-c_d:e f:g=\"h\">1<i>2</i>3</a.b-c_d:e>",
    };

    for (gsize i = 0; i < G_N_ELEMENTS (documents); i++) {
        g_autoptr (GString) heard = g_string_new (NULL), expected = g_string_new (NULL);
        g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&handlers, 0, expected, NULL);
        cr_assert (g_markup_parse_context_parse (context, documents[i], -1, NULL));
        cr_assert (read_plain (documents[i], heard), "%s", documents[i]);
        cr_assert_str_eq (heard->str, expected->str);
    }
}

Test (plain_xml, looks_at_nothing_behind_the_root)
{
    g_autoptr (GString) heard = g_string_new (NULL);

    cr_assert (read_plain ("<a>1</a>\x01<&", heard));
    cr_assert_str_eq (heard->str, "<a>1</a>");
}

Test (plain_xml, leaves_everything_else_to_gmarkup)
{
    static const char *const documents[] = {
        "",
        "text",
        "<",
        "<a",
        "<a>",
        "<a>text",
        "<a></b>",
        "<a></a ",
        "</a>",
        "<a b></a>",
        "<a b=1></a>",
        "<a b=\"1></a>",
        "<a b=\"1\"c=\"2\"></a>",
        "<a b=\"&amp;\"/>",
        "<a>&amp;</a>",
        "<a><!-- a comment --></a>",
        "<a><![CDATA[text]]></a>",
        "<!DOCTYPE a><a/>",
        "<?xml version=\"1.0\"><a/>",
        "<a>\xC3\xA4</a>",
        "<a>one\r\ntwo</a>",
        "<a>\x01</a>",
        "<a><wrong/></a>",
        "<1/>",
    };

    for (gsize i = 0; i < G_N_ELEMENTS (documents); i++) {
        g_autoptr (GString) heard = g_string_new (NULL);
        cr_assert_not (read_plain (documents[i], heard), "%s", documents[i]);
    }
}

Test (plain_xml, nests_and_takes_attributes_up_to_a_limit)
{
    g_autoptr (GString) deep = g_string_new (NULL), wide = g_string_new ("<a"), heard = g_string_new (NULL);

    for (guint i = 0; i < 1000; i++)
        g_string_append (deep, "<a>");
    for (guint i = 0; i < 1000; i++) {
        g_string_append (deep, "</a>");
        g_string_append_printf (wide, " a%u=\"\"", i);
    }
    g_string_append (wide, "/>");
    cr_assert_not (read_plain (deep->str, heard));
    cr_assert_not (read_plain (wide->str, heard));
}
