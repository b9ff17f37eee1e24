/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/models.h"

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
