/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/models.h"

#include <criterion/criterion.h>
#include <string.h>

Test (models, phones_say_their_model_before_they_register)
{
    static const struct {
        const char *text, *model;
    } cases[] = {
        { "Cisco Systems, Inc. IP Phone 7912", "7912" },
        { "Cisco Systems, Inc. IP Phone CP-7941G", "7941" },
        { "Cisco Systems, Inc. IP Phone CP-7961G-GE", "7961G-GE" },
        { "Cisco Systems, Inc. IP Phone CP-8841", "8841" },
        { "Cisco IP Phone 7965", "7965" },
        { "Cisco IP Phone 7961G, SCCP41.8-5-3S", "7961" },
        { "Cisco IP Phone SPA525G", "SPA525G" },
        { "CP-8861", "8861" },
        { "Cisco Systems, Inc. IP Phone", "" },
        { "Cisco Systems, Inc. IP Phone ", "" },
        { "Cisco Systems, Inc. IP Phone \x1B[31m", "" },
        { "Cisco IP Phone G", "G" },
        { "cisco WS-C2960S-48FPS-L", "" },
        { "A Cisco IP Phone 7961", "" },
        { "CP-", "" },
        { "udhcp 1.35.0", "" },
        { "", "" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
        View found = model_in_text ((View){ (const guint8 *) cases[i].text, strlen (cases[i].text) });
        g_autofree char *text = view_dup (found);
        cr_expect_str_eq (text, cases[i].model, "%s: \"%s\"", cases[i].text, text);
    }
    g_autofree char *nul = view_dup (model_in_text ((View){ (const guint8 *) "Cisco IP Phone 7941G\0", 21 }));
    cr_expect_str_eq (nul, "7941");
}

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

Test (models, gateways_and_media_resources_have_no_lines)
{
    static const guint32 without[] = { 11, 30, 48, 52, 62, 112, 131, 30032 };
    static const guint32 with[] = { 7, 10, 12, 72, 80, 115, 30006, 30027, 30028, 4000000000u };

    for (gsize i = 0; i < G_N_ELEMENTS (without); i++)
        cr_expect_not (model_has_lines (without[i]), "%u", without[i]);
    for (gsize i = 0; i < G_N_ELEMENTS (with); i++)
        cr_expect (model_has_lines (with[i]), "%u", with[i]);
}

Test (models, a_port_of_a_gateway_is_no_phone)
{
    static const guint32 gateways[] = { 10, 11, 30, 62, 30027, 30028, 30032 },
                         others[] = { 7, 12, 50, 72, 115, 30006, 4000000000u };

    for (gsize i = 0; i < G_N_ELEMENTS (gateways); i++)
        cr_expect (model_is_gateway (gateways[i]), "%u", gateways[i]);
    for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
        cr_expect_not (model_is_gateway (others[i]), "%u", others[i]);
}
