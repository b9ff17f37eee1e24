/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/sip_reginfo.h"
#include "tests/registration/sip_message.h"

#define HEAD                                                                                                           \
    "<?xml version=\"1.0\"?><reginfo version=\"1\" state=\"full\"><registration aor=\"sip:contact@x\" id=\"a\">"

Test (sip_reginfo, each_contact_tells_its_state_and_why)
{
    View body = view (HEAD "<contact id='1' state='active' event='created'><uri>sip:u@192.0.2.1</uri></contact>"
                           "<r:contact\n event = \"expired\" state = \"terminated\" ><r:uri> "
                           "sip:u@192.0.2.2:5070;transport=tcp </r:uri></r:contact></registration></reginfo>");
    SipRegContact told;

    cr_assert (sip_reginfo_next (&body, &told));
    cr_assert (!told.is_terminated);
    assert_view (told.contact.uri.host, "192.0.2.1");
    assert_view (told.event, "created");
    cr_assert (sip_reginfo_next (&body, &told));
    cr_assert (told.is_terminated);
    assert_view (told.contact.uri.host, "192.0.2.2");
    cr_assert_eq (told.contact.uri.port, 5070);
    assert_view (told.contact.transport, "tcp");
    assert_view (told.event, "expired");
    cr_assert (!sip_reginfo_next (&body, &told));
}

Test (sip_reginfo, what_is_cut_or_no_contact_tells_nothing)
{
    const char *texts[] = { "",
                            "<contact",
                            HEAD,
                            HEAD "<contact state=\"terminated\"",
                            HEAD "<contact state=\"terminated\"><uri>sip:u@192.0.2.1",
                            HEAD "<contacts state=\"terminated\"><uri>sip:u@192.0.2.1</uri></contacts>",
                            HEAD "<contact state=\"terminated\"></contact>",
                            HEAD "<contact state=\"terminated\"><uri></uri></contact>" };
    SipRegContact told;

    for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
        View body = view (texts[i]);
        cr_assert (!sip_reginfo_next (&body, &told), "%s", texts[i]);
    }
}
