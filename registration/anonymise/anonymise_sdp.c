/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Descriptions of sessions: RFC 8866, and the RFCs of their attributes. */
#include "registration/anonymise/anonymise_internal.h"
#include "registration/protocols/sip_text.h"

#include <string.h>

static View rest_of (View text, gsize size)
{
    size = MIN (size, text.size);
    return (View){ text.data + size, text.size - size };
}

/* Where this octet stands, or the end. */
static gsize index_of (View text, guint8 c)
{
    const guint8 *found = text.size ? memchr (text.data, c, text.size) : NULL;
    return found ? (gsize) (found - text.data) : text.size;
}

/* IN IP4 address: the kinds of network and address are words of the protocol. */
static void write_address (const Pen *pen, View text)
{
    for (View word; text.size; text = rest_of (text, word.size + 1)) {
        word = (View){ text.data, index_of (text, ' ') };
        if (!sip_equal (word, "IN") && !sip_equal (word, "IP4") && !sip_equal (word, "IP6"))
            pen_view (pen, word, TEXT_WHERE);
    }
}

/* User, number of the session and its version, address. */
static void write_origin (const Pen *pen, View text)
{
    for (guint i = 0; i < 3; i++) {
        const View word = { text.data, index_of (text, ' ') };
        pen_view (pen, word, TEXT_NAME);
        text = rest_of (text, word.size + 1);
    }
    write_address (pen, text);
}

/* 1 AES_CM_128_HMAC_SHA1_80 inline:key|2^20|1:4 */
static void write_crypto (const Pen *pen, View value)
{
    const gsize colon = index_of (value, ':');
    View key = rest_of (value, colon);

    key.size = index_of (key, '|');
    pen_view (pen, (View){ value.data, colon }, TEXT_KEPT);
    pen_view (pen, key, TEXT_SECRET);
}

/* The word in front tells what the others are. */
static void write_behind_word (const Pen *pen, View value, guint8 mark, TextKind front, TextKind kind)
{
    const gsize at = index_of (value, mark);

    pen_view (pen, (View){ value.data, at }, front);
    pen_view (pen, rest_of (value, at + 1), kind);
}

/* 12345 cname:user@host */
static void write_source (const Pen *pen, View value)
{
    const gsize at = index_of (value, ' ');
    const View attribute = rest_of (value, at + 1);

    pen_text (pen, (guint8 *) value.data, at, TEXT_SECRET);
    write_behind_word (pen, attribute, ':', TEXT_KEPT, TEXT_NAME);
}

static void write_candidate (const Pen *pen, View value)
{
    const gsize foundation = index_of (value, ' ');
    const char *ufrag = g_strstr_len ((const char *) value.data, (gssize) value.size, " ufrag ");
    const gsize end = ufrag ? (gsize) ((const guint8 *) ufrag - value.data) + strlen (" ufrag ") : value.size;

    pen_view (pen, (View){ value.data, foundation }, TEXT_WORDS);
    pen_text (pen, (guint8 *) value.data + foundation, MAX (end, foundation) - foundation, TEXT_WORDS);
    write_behind_word (pen, rest_of (value, end), ' ', TEXT_SECRET, TEXT_WORDS);
}

/* Of an attribute: what its name says of its value. Values of others are those of somebody's own program. */
static void write_attribute (const Pen *pen, View text)
{
    static const char *const kept[] = {
        "rtpmap",      "fmtp",     "ptime",      "maxptime", "sendrecv", "sendonly",   "recvonly",      "inactive",
        "setup",       "extmap",   "connection", "rtcp-mux", "rtcp-fb",  "rtcp-rsize", "framerate",     "quality",
        "charset",     "sdplang",  "lang",       "orient",   "type",     "content",    "rtcp-mux-only", "imageattr",
        "ice-options", "ice-lite", "ice2",       "tcap",     "pcfg",     "acfg",       "T38FaxVersion"
    };
    const gsize at = index_of (text, ':');
    const View name = sip_trim ((View){ text.data, at }), value = rest_of (text, at + 1);

    for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
        if (sip_equal (name, kept[i])) {
            pen_view (pen, value, TEXT_WORDS);
            return;
        }
    if (sip_equal (name, "crypto"))
        write_crypto (pen, value);
    else if (sip_equal (name, "ice-ufrag") || sip_equal (name, "ice-pwd") || sip_equal (name, "key-mgmt") ||
             sip_equal (name, "zrtp-hash"))
        pen_view (pen, value, TEXT_SECRET);
    else if (sip_equal (name, "fingerprint"))
        write_behind_word (pen, value, ' ', TEXT_KEPT, TEXT_SECRET);
    else if (sip_equal (name, "ssrc"))
        write_source (pen, value);
    else if (sip_equal (name, "candidate"))
        write_candidate (pen, value);
    else if (sip_equal (name, "rtcp") || sip_equal (name, "remote-candidates"))
        pen_view (pen, value, TEXT_WORDS);
    else if (sip_equal (name, "group"))
        write_behind_word (pen, value, ' ', TEXT_KEPT, TEXT_NAME);
    else if (sip_equal (name, "msid") || sip_equal (name, "label") || sip_equal (name, "mid"))
        pen_view (pen, value, TEXT_NAME);
    else {
        pen_view (pen, name, TEXT_WORDS);
        pen_view (pen, value, TEXT_WHERE);
    }
}

static gboolean is_of (View value, const char *marks)
{
    for (gsize i = 0; i < value.size; i++)
        if (!g_ascii_isdigit (value.data[i]) && (!value.data[i] || !strchr (marks, value.data[i])))
            return FALSE;
    return TRUE;
}

gboolean anonymise_is_sdp (guint8 type, View value)
{
    static const char *const media[] = {
        "audio", "video", "text", "application", "message", "image", "data", "control"
    };
    const View word = { value.data, index_of (value, ' ') };

    switch (type) {
    case 'v':
        return value.size == 1 && g_ascii_isdigit (*value.data);
    case 't':
        return is_of (value, " ");
    case 'r':
    case 'z':
        return is_of (value, " -dhms");
    case 'b':
        return is_of (rest_of (value, index_of (value, ':')), ":");
    case 'm':
        for (gsize i = 0; i < G_N_ELEMENTS (media); i++)
            if (sip_equal (word, media[i]))
                return TRUE;
        return FALSE;
    default:
        return TRUE;
    }
}

void anonymise_sdp_line (const Pen *pen, guint8 type, View value)
{
    switch (type) {
    case 'v':
    case 't':
    case 'r':
    case 'z':
    case 'b':
    case 'm':
        break;
    case 'o':
        write_origin (pen, value);
        break;
    case 'c':
        write_address (pen, value);
        break;
    case 'k':
        pen_view (pen, value, TEXT_SECRET);
        break;
    case 'a':
        write_attribute (pen, value);
        break;
    default:
        pen_view (pen, value, TEXT_NAME);
    }
}
