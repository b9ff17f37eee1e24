/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/stimuli.h"

#include <criterion/criterion.h>
#include <string.h>

Test (stimuli, a_button_template_names_its_keys)
{
    cr_assert_str_eq (button_type_name (0x09), "line");
    cr_assert_str_eq (button_type_name (0x02), "speed dial");
    cr_assert_str_eq (button_type_name (0x14), "service URL");
    cr_assert_str_eq (button_type_name (0x15), "speed dial with busy lamp");
    cr_assert_str_eq (button_type_name (0x13), "feature");
    cr_assert_str_eq (button_type_name (0x00), "unused");
    cr_assert_str_eq (button_type_name (0xFF), "unused");
    cr_assert_null (button_type_name (0x50));
}
