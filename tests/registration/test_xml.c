/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/xml.h"
#include "tests/registration/damage.h"

#include <criterion/criterion.h>
#include <string.h>

static View view (const char *text)
{
    return (View){ (const guint8 *) text, strlen (text) };
}

/* All tokens in a line: "<a x="1"> text [cdata] </a>", then how it ended. */
static char *tokens_of (View document)
{
    GString *out = g_string_new (NULL);
    XmlReader reader;

    xml_init (&reader, document);
    for (;;) {
        XmlToken token = xml_next (&reader);
        switch (token) {
        case XML_START:
            g_string_append_printf (out, "<%.*s|%.*s>", (int) reader.name.size, reader.name.data,
                                    (int) reader.attributes.size, reader.attributes.data);
            break;
        case XML_END:
            g_string_append_printf (out, "</%.*s>", (int) reader.name.size, reader.name.data);
            break;
        case XML_TEXT:
            g_string_append_printf (out, reader.is_cdata ? "[%.*s]" : "%.*s", (int) reader.text.size, reader.text.data);
            break;
        case XML_CUT:
        case XML_BROKEN:
            g_string_append_printf (out, " %s %u", token == XML_CUT ? "cut" : "broken", xml_line (&reader));
            return g_string_free (out, FALSE);
        }
    }
}

Test (xml, documents_are_told_token_by_token)
{
    static const struct {
        const char *document, *tokens;
    } cases[] = {
        { "<a>b</a>", "<a|>b</a> cut 1" },
        { "<a/>\n<b />", "<a|></a>\n<b| ></b> cut 2" },
        { "<?xml version='1.0'?><!-- <x> --><!DOCTYPE a [<!ELEMENT a ANY>]><a></a >", "<a|></a> cut 1" },
        { "<a b='>' c = \"'\">d</a>", "<a| b='>' c = \"'\">d</a> cut 1" },
        { "<a><![CDATA[<b>&c;]]]]></a>", "<a|>[<b>&c;]]]</a> cut 1" },
        { "<x:y-1.2_>\xC3\xBC</x:y-1.2_>", "<x:y-1.2_|>\xC3\xBC</x:y-1.2_> cut 1" },
        { "<a>&lt;&#65;&#x42;</a>", "<a|>&lt;&#65;&#x42;</a> cut 1" },
        { "", " cut 1" },
        { "<", " cut 1" },
        { "<a b=\"c", " cut 1" },
        { "<a>\n<!-- never ends", "<a|>\n cut 2" },
        { "<a>b", "<a|>b cut 1" },
        { "<1>", " broken 1" },
        { "<a b>", " broken 1" },
        { "<a b=c>", " broken 1" },
        { "<a / >", " broken 1" },
        { "\n\n</>", "\n\n broken 3" },
        { "<a>&c;</a>", "<a|> broken 1" },
        { "<a>& </a>", "<a|> broken 1" },
        { "<a>&#0;</a>", "<a|> broken 1" },
        { "<a>&#xD800;</a>", "<a|> broken 1" },
        { "<a>&#-1;</a>", "<a|> broken 1" },
        { "<a b='&c;'></a>", " broken 1" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *tokens = tokens_of (view (cases[i].document));
        cr_expect_str_eq (tokens, cases[i].tokens, "%s: %s", cases[i].document, tokens);
    }
}

static void check_text (const char *text, gsize max, const char *expected)
{
    g_autoptr (GString) out = g_string_new (NULL);

    xml_append_text (out, view (text), max);
    cr_expect_str_eq (out->str, expected, "%s: %s", text, out->str);
}

Test (xml, texts_are_made_readable)
{
    check_text ("a &amp; b &lt;&gt;&quot;&apos;", 100, "a & b <>\"'");
    check_text ("&#252;&#xFC;", 100, "\303\274\303\274");
    check_text ("a\r\nb\rc\nd", 100, "a\nb\nc\nd");
    check_text ("abcdef", 3, "abc");
    check_text ("a\303\274b", 2, "a");
}

Test (xml, attributes_are_found_by_name)
{
    static const char attributes[] = " one='1' Two = \"two &amp; a half\"\n";
    View two = xml_attribute (view (attributes), "two"), three = xml_attribute (view (attributes), "three");

    cr_expect_eq (two.size, strlen ("two &amp; a half"));
    cr_expect_arr_eq (two.data, "two &amp; a half", two.size);
    cr_expect_eq (three.size, 0);
}

static void read_anything (const guint8 *data, gsize size)
{
    g_autofree char *tokens = tokens_of ((View){ data, size });
    cr_expect (strstr (tokens, " cut ") || strstr (tokens, " broken "));
}

Test (xml, damaged_documents_are_read_safely)
{
    static const char text[] = "<?a?><!-- b --><!DOCTYPE c><d e='&#1;' f=\"&amp;\">\r\n&lt;<g/><![CDATA[h]]></d>";

    try_every_damage ((const guint8 *) text, sizeof text - 1, read_anything);
    for (gsize size = 0; size < sizeof text; size++)
        try_copy ((const guint8 *) text, size, read_anything);
}
