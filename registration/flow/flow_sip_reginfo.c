/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SIP: what a registrar tells of contacts that it has (Event: reg, RFC 3680). */
#include "registration/flow/flow_sip_internal.h"

#include "registration/protocols/sip_reginfo.h"

/* Why the registrar has ended a contact (RFC 3680, 5.2); N_WORDS: it says nothing that is known. */
static Word word_of_end (View event)
{
    static const struct {
        const char *event;
        Word word;
    } words[] = { { "unregistered", WORD_REG_UNREGISTERED },
                  { "expired", WORD_REG_EXPIRED },
                  { "rejected", WORD_REG_REJECTED },
                  { "deactivated", WORD_REG_DEACTIVATED },
                  { "probation", WORD_REG_PROBATION } };

    for (guint i = 0; i < G_N_ELEMENTS (words); i++)
        if (sip_equal (event, words[i].event))
            return words[i].word;
    return N_WORDS;
}

Variant flow_sip_describe_registrar (const SipMessage *sip, Values *values)
{
    View body = sip->body;

    for (SipRegContact told; sip_reginfo_next (&body, &told);) {
        if (!told.is_terminated)
            continue;
        const Word why = word_of_end (told.event);
        flow_sip_add_contact (sip, &told.contact, values);
        flow_sip_add_text (values, VALUE_ACTION, told.event);
        if (why != N_WORDS)
            values_add_word (values, VALUE_CAUSE, why);
        return VARIANT_UNREGISTER;
    }
    return VARIANT_NONE;
}

void flow_sip_hear_registrar (Flow *flow, RegistrationId id, const SipMessage *sip, NoteId note)
{
    Registration *registration = registrations_get (flow->registrations, id);
    View body = sip->body;

    if (!registration || !registration->contact)
        return;
    for (SipRegContact told; sip_reginfo_next (&body, &told);)
        if (told.is_terminated && flow_sip_contact_hash (&told.contact) == registration->contact)
            registration_move (registration, MOVE_REMOVE, note);
}
