/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/sip_reginfo.h"

#include <string.h>

/* Up to the text, which is taken as well. FALSE: it is not there, and nothing is taken. */
static gboolean take_until (View *rest, const char *text, View *ret_before)
{
    const char *start = (const char *) rest->data;
    const char *found = rest->size ? g_strstr_len (start, (gssize) rest->size, text) : NULL;

    if (!found)
        return FALSE;
    const gsize before = (gsize) (found - start), taken = before + strlen (text);
    *ret_before = (View){ rest->data, before };
    *rest = (View){ rest->data + taken, rest->size - taken };
    return TRUE;
}

static gboolean is_end_of_name (guint8 octet)
{
    return octet == '>' || octet == '/' || g_ascii_isspace (octet);
}

/* Up to an element of that name, with or without a prefix: what stands in its tag behind the name. */
static gboolean take_element (View *rest, const char *name, View *ret_attributes)
{
    View before;

    while (take_until (rest, name, &before)) {
        const guint8 last = before.size ? before.data[before.size - 1] : 0;
        if ((last == '<' || last == ':') && rest->size && is_end_of_name (rest->data[0]))
            return take_until (rest, ">", ret_attributes);
    }
    return FALSE;
}

/* Name, equals sign, and the value in quotation marks of either kind. */
static View attribute (View attributes, const char *name)
{
    View before, value;

    while (take_until (&attributes, name, &before)) {
        if (before.size && !g_ascii_isspace (before.data[before.size - 1]))
            continue;
        View rest = sip_trim (attributes);
        if (rest.size < 2 || rest.data[0] != '=')
            continue;
        rest = sip_trim ((View){ rest.data + 1, rest.size - 1 });
        if (rest.size < 2 || (rest.data[0] != '"' && rest.data[0] != '\''))
            continue;
        const char mark[] = { (char) rest.data[0], '\0' };
        rest = (View){ rest.data + 1, rest.size - 1 };
        if (take_until (&rest, mark, &value))
            return value;
    }
    return (View){ NULL, 0 };
}

gboolean sip_reginfo_next (View *body, SipRegContact *ret_contact)
{
    View attributes, uri;

    while (take_element (body, "contact", &attributes)) {
        if (!take_element (body, "uri", &uri) || !take_until (body, "<", &uri))
            return FALSE;
        SipRegContact told = { .contact = { .expires = -1, .reg_id = -1 },
                               .event = attribute (attributes, "event"),
                               .is_terminated = sip_equal (attribute (attributes, "state"), "terminated") };
        if (!sip_uri_parse (sip_trim (uri), &told.contact.uri))
            continue;
        sip_param (told.contact.uri.params, "transport", &told.contact.transport);
        *ret_contact = told;
        return TRUE;
    }
    return FALSE;
}
