/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a live SIP server may say: framing, answers, challenges, questions. Input: the octets of a stream. */
#include "registration/protocols/sip.h"
#include "replay/engine/answer_sip.h"
#include "replay/engine/compare_sip.h"
#include "replay/engine/sip_login.h"
#include "replay/engine/sip_reply.h"
#include "replay/script/rewrite_sip.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static void try_login (const SipMessage *answer)
{
    SipLogin login = { 0 };
    g_autofree char *why = NULL;

    if (sip_login_learn (&login, answer, &why)) {
        GString *line = g_string_new (NULL);
        sip_login_line (&login, "user", "password", "REGISTER", "sip:lab", answer->body, "0123456789abcdef", line);
        if (!g_str_has_suffix (line->str, "\r\n"))
            abort ();
        g_string_free (line, TRUE);
    } else if (!why) {
        abort ();
    }
    sip_login_clear (&login);
}

static void try_rewrite (View octets)
{
    g_autoptr (GArray) messages = g_array_new (FALSE, TRUE, sizeof (ScriptMessage));
    ScriptMessage recorded = { .octets = octets };
    g_array_append_val (messages, recorded);
    Script script = { .phone = (char *) "SEP001122334455", .number = (char *) "1001", .messages = messages };
    Identity identity = { .name = "SEP00AABBCCDDEE", .number = "lab" };
    g_autoptr (SipForms) forms = sip_forms_new (&script);
    SipRewrite rewrite = { .identity = &identity,
                           .carrier = CARRIER_TCP,
                           .host = "lab",
                           .call_id = "new",
                           .tag = "new",
                           .branch = "z9hG4bKnew",
                           .token = "0123456789abcdef0123456789abcdef",
                           .cseq = 1,
                           .expires = 0,
                           .login = "Authorization: Digest username=\"x\"\r\n" };

    if (!sip_can_rewrite (octets))
        return;
    for (gint bare = 0; bare < 2; bare++) {
        rewrite.is_bare = bare;
        g_autoptr (GByteArray) message = sip_rewrite (forms, octets, &rewrite);
        SipMessage sip;
        /* It is still one whole message, and takes no more than its own length. */
        if (!sip_parse (message->data, message->len, &sip) || sip.is_answer)
            abort ();
    }
}

static void take (View octets)
{
    Endpoint local = { .port = 5060 };
    SipMessage message;

    if (!sip_parse (octets.data, octets.size, &message))
        return;
    if (message.is_answer) {
        g_autofree char *detail = NULL;
        gboolean fails;
        sip_compare (&message, &local, &message, &local, SIP_ROLE_LOGIN, &detail, &fails);
        sip_granted (&message, &local);
        if (message.status == 401 || message.status == 407)
            try_login (&message);
        return;
    }
    SipAnswering how = { .local = local, .token = "0123456789abcdef", .expires = 0 };
    g_autoptr (GByteArray) reply = sip_reply (&message, "tag");
    g_autoptr (GByteArray) push = sip_push_as_recorded (&message, octets, "sip:1@2", &how);
    g_assert (!reply || reply->len);
    g_assert (!push || push->len);
    try_rewrite (octets);
}

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
    gsize used = 0;

    while (used < size) {
        gssize length = sip_frame_length (data + used, size - used, TRUE);
        if (length <= 0)
            break;
        take ((View){ data + used, (gsize) length });
        used += (gsize) length;
    }
    take ((View){ data, size });
    return 0;
}
