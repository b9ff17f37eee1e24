/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/models.h"

#include <criterion/criterion.h>
#include <string.h>

Test (models, numbers_have_the_names_that_people_say)
{
    static const struct {
        guint32 number;
        const char *name;
    } cases[] = {
        { 7, "7960" },
        { 8, "7940" },
        { 30007, "7912" },
        { 30018, "7961" },
        { 308, "7961G-GE" },
        { 309, "7941G-GE" }, /* Wireshark says otherwise */
        { 30016, "IP Communicator" },
        { 52, "IOS conference bridge" },
        { 336, "third-party SIP phone (basic)" },
        { 684, "8851" },
        { 36225, "8865" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
        cr_assert_str_eq (model_name (cases[i].number), cases[i].name);
    cr_assert_null (model_name (0));
    cr_assert_null (model_name (255));
    cr_assert_null (model_name (G_MAXUINT32));
}

Test (models, bridges_transcoders_and_music_are_media_resources_and_phones_are_not)
{
    static const guint32 resources[] = { 50, 51, 52, 53, 70, 83, 84, 85, 86, 87, 88, 110, 111, 112, 113, 126 };
    static const guint32 others[] = { 7, 80, 115, 131, 336, 30007, 30027, 99999 };

    for (gsize i = 0; i < G_N_ELEMENTS (resources); i++)
        cr_assert (model_is_media_resource (resources[i]), "%u", resources[i]);
    for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
        cr_assert_not (model_is_media_resource (others[i]), "%u", others[i]);
}

Test (models, only_models_without_an_sccp_load_are_sip_only)
{
    static const guint32 sip[] = { 336, 374, 493, 503, 592, 621, 622, 623, 683, 684, 685, 36224 };
    static const guint32 both[] = { 7, 115, 404, 495, 547, 585, 586, 30016, 52, 99999 };

    for (gsize i = 0; i < G_N_ELEMENTS (sip); i++)
        cr_assert (model_is_sip_only (sip[i]), "%u", sip[i]);
    for (gsize i = 0; i < G_N_ELEMENTS (both); i++)
        cr_assert_not (model_is_sip_only (both[i]), "%u", both[i]);
}

/* Of a string literal; NUL octets inside it count. */
#define FROM_CLASS(literal) model_from_vendor_class (literal, sizeof (literal) - 1)
#define FROM_AGENT(literal) model_from_user_agent (literal, sizeof (literal) - 1)

Test (models, the_vendor_class_of_a_cisco_phone_names_its_model)
{
    cr_assert_str_eq (FROM_CLASS ("Cisco Systems, Inc. IP Phone CP-7940G"), "7940");
    cr_assert_str_eq (FROM_CLASS ("Cisco Systems, Inc. IP Phone CP-7961G\0"), "7961");
    cr_assert_str_eq (FROM_CLASS ("Cisco Systems, Inc. IP Phone 7912"), "7912");
    cr_assert_str_eq (FROM_CLASS ("Cisco Systems, Inc. IP Phone CP-7941G-GE"), "7941G-GE");
    cr_assert_str_eq (FROM_CLASS ("Cisco Systems, Inc. IP Phone CP-8841"), "8841");
    cr_assert_str_eq (FROM_CLASS ("Cisco Systems, Inc. IP Phone CP-8865NR"), "8865NR");
    cr_assert_eq (FROM_CLASS ("Cisco Systems, Inc. IP Phone CP-8841"),
                  FROM_CLASS ("Cisco Systems, Inc. IP Phone CP-8841"));
}

Test (models, other_vendor_classes_name_no_cisco_phone)
{
    cr_assert_null (FROM_CLASS (""));
    cr_assert_null (FROM_CLASS ("MSFT 5.0"));
    cr_assert_null (FROM_CLASS ("Cisco AP c1240"));
    cr_assert_null (FROM_CLASS ("Cisco Systems, Inc."));
    cr_assert_null (FROM_CLASS ("Cisco Systems, Inc. IP Phone"));
    cr_assert_null (FROM_CLASS ("Cisco Systems, Inc. IP Phone CP-"));
    cr_assert_null (FROM_CLASS ("Cisco Systems, Inc. IP Phone CP-79"));
    cr_assert_null (FROM_CLASS ("Cisco Systems, Inc. IP Phone CP-7\x01"
                                "00"));
    cr_assert_null (FROM_CLASS ("Cisco Systems, Inc. IP Phone CP-7777777777777777777777777"));
    cr_assert_null (model_from_vendor_class (NULL, 0));
}

Test (models, the_user_agent_of_a_cisco_phone_names_its_model)
{
    cr_assert_str_eq (FROM_AGENT ("Cisco-CP7961G/9.4.2"), "7961");
    cr_assert_str_eq (FROM_AGENT ("Cisco-CP8841/12.5.1"), "8841");
    cr_assert_str_eq (FROM_AGENT ("Cisco-CP7971G-GE/8.5.2"), "7971G-GE");
    cr_assert_str_eq (FROM_AGENT ("Cisco-CP-8841-3PCC/11.3"), "8841-3PCC");
    cr_assert_null (FROM_AGENT ("Zoiper rv2.10.3.2"));
    cr_assert_null (FROM_AGENT ("Cisco-CP"));
    cr_assert_null (FROM_AGENT ("Cisco-SIPGateway/IOS-12.x"));
}
