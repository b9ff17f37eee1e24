/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/catalog.h"
#include "registration/protocols/sccp_catalog.h"
#include "replay/script/rules_sccp.h"

#include <criterion/criterion.h>

/* Messages of a registration that no replayed phone sends. */
static const struct {
    guint32 id;
    const char *because;
} never_sent[] = {
    { SCCP_MEDIA_PORT_LIST, "only chan-sccp knows it, and no recording shows what is in it" },
    { SCCP_ENHANCED_ALARM,
      "its XML tells of the recorded phone and its switch, and no server needs it (reference 6.1)" },
    { SCCP_SPCP_REGISTER_TOKEN_REQ, "a token of SPA phones, not to be sent (reference 6.0)" },
};

static const char *why_never_sent (guint32 id)
{
    for (guint i = 0; i < G_N_ELEMENTS (never_sent); i++)
        if (never_sent[i].id == id)
            return never_sent[i].because;
    return NULL;
}

Test (rules_sccp, what_a_phone_says_in_a_registration_is_sent_or_there_is_a_reason_why_not)
{
    for (KindIndex i = 0; i < catalog_size (); i++) {
        const MessageKind *kind = catalog_kind (i);
        if (kind->protocol != PROTOCOL_SCCP || kind->from != SIDE_PHONE || kind->phase == PHASE_NONE)
            continue;
        const char *because = why_never_sent (kind->id);
        cr_expect (sccp_may_send (kind->id) || because,
                   "%s has no row in rules_sccp.c: give it one, or say here why it is never sent", kind->name);
        cr_expect_not (sccp_may_send (kind->id) && because, "%s is sent, although: %s", kind->name, because);
    }
}

Test (rules_sccp, nothing_else_is_sent)
{
    for (KindIndex i = 0; i < catalog_size (); i++) {
        const MessageKind *kind = catalog_kind (i);
        if (kind->protocol == PROTOCOL_SCCP && (kind->from != SIDE_PHONE || kind->phase == PHASE_NONE))
            cr_expect_not (sccp_may_send (kind->id), "%s", kind->name);
    }
    cr_expect_not (sccp_may_send (0x0013), "nobody knows it");
}
