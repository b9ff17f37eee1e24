/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/catalog.h"
#include "registration/protocols/sccp_catalog.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static gboolean is_unknown_row (const MessageKind *kind)
{
    return g_str_equal (kind->name, "unknown");
}

Test (catalog, rows_are_sorted_and_unique)
{
    for (KindIndex i = 1; i < catalog_size (); i++) {
        const MessageKind *before = catalog_kind (i - 1), *kind = catalog_kind (i);
        cr_assert (before->protocol < kind->protocol || (before->protocol == kind->protocol && before->id < kind->id),
                   "%s before %s", before->name, kind->name);
    }
}

Test (catalog, names_are_unique_within_a_protocol)
{
    g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

    for (KindIndex i = 0; i < catalog_size (); i++) {
        const MessageKind *kind = catalog_kind (i);
        char *name = g_strdup_printf ("%s.%s", protocol_name (kind->protocol), kind->name);
        cr_assert (g_hash_table_add (names, name), "%s", kind->name);
    }
}

Test (catalog, every_row_is_found_by_its_id)
{
    for (KindIndex i = 0; i < catalog_size (); i++)
        cr_assert_eq (catalog_find (catalog_kind (i)->protocol, catalog_kind (i)->id), i);
}

Test (catalog, ids_that_nobody_knows_find_the_row_unknown)
{
    static const guint32 ids[] = { 0x0013, 0x7777, 0x8001, 0x9000, 0x10001, 0xFFFFFFFE, 0xFFFFFFFF };

    for (gsize i = 0; i < G_N_ELEMENTS (ids); i++) {
        const MessageKind *kind = catalog_kind (catalog_find (PROTOCOL_SCCP, ids[i]));
        cr_assert_eq (kind->protocol, PROTOCOL_SCCP);
        cr_assert_str_eq (kind->name, "unknown", "0x%x", ids[i]);
        cr_assert_eq (kind->phase, PHASE_NONE);
    }
}

Test (catalog, messages_of_a_registration_have_a_phase_and_calls_have_none)
{
    for (KindIndex i = 0; i < catalog_size (); i++) {
        const MessageKind *kind = catalog_kind (i);
        cr_assert_lt (kind->phase, N_PHASES);
        if (kind->group && g_str_equal (kind->group, "sccp.call"))
            cr_expect_eq (kind->phase, PHASE_NONE, "%s", kind->name);
        if (kind->also_in_calls)
            cr_expect_neq (kind->phase, PHASE_NONE, "%s", kind->name);
    }
    /* Reference 1.4: every message with a phase letter of its own. */
    static const struct {
        guint32 id;
        Phase phase;
    } rows[] = {
        { SCCP_KEEP_ALIVE_REQ, PHASE_KEEPALIVE },
        { SCCP_KEEP_ALIVE_ACK, PHASE_KEEPALIVE },
        { SCCP_REGISTER_REQ, PHASE_REGISTER },
        { SCCP_IP_PORT, PHASE_REGISTER },
        { SCCP_MEDIA_PORT_LIST, PHASE_REGISTER },
        { SCCP_ALARM, PHASE_REGISTER },
        { SCCP_ENHANCED_ALARM, PHASE_REGISTER },
        { SCCP_REGISTER_ACK, PHASE_REGISTER },
        { SCCP_REGISTER_REJECT, PHASE_REGISTER },
        { SCCP_REGISTER_TOKEN_REQ, PHASE_TOKEN },
        { SCCP_REGISTER_TOKEN_ACK, PHASE_TOKEN },
        { SCCP_REGISTER_TOKEN_REJECT, PHASE_TOKEN },
        { SCCP_SPCP_REGISTER_TOKEN_REQ, PHASE_TOKEN },
        { SCCP_SPCP_REGISTER_TOKEN_ACK, PHASE_TOKEN },
        { SCCP_SPCP_REGISTER_TOKEN_REJECT, PHASE_TOKEN },
        { SCCP_CAPABILITIES_REQ, PHASE_CAPABILITIES },
        { SCCP_CAPABILITIES_RES, PHASE_CAPABILITIES },
        { SCCP_MEDIA_RESOURCE_NOTIFICATION, PHASE_CAPABILITIES },
        { SCCP_UPDATE_CAPABILITIES, PHASE_CAPABILITIES },
        { SCCP_CAPABILITIES_V2_RES, PHASE_CAPABILITIES },
        { SCCP_CAPABILITIES_V3_RES, PHASE_CAPABILITIES },
        { SCCP_HEADSET_STATUS, PHASE_CAPABILITIES },
        { SCCP_MEDIA_PATH_EVENT, PHASE_CAPABILITIES },
        { SCCP_MEDIA_PATH_CAPABILITY, PHASE_CAPABILITIES },
        { SCCP_ADD_ON_DEVICE_CAPABILITIES, PHASE_CAPABILITIES },
        { SCCP_CONFIG_STAT_REQ, PHASE_TEMPLATES },
        { SCCP_BUTTON_TEMPLATE_REQ, PHASE_TEMPLATES },
        { SCCP_VERSION_REQ, PHASE_TEMPLATES },
        { SCCP_SERVER_REQ, PHASE_TEMPLATES },
        { SCCP_SOFT_KEY_SET_REQ, PHASE_TEMPLATES },
        { SCCP_SOFT_KEY_TEMPLATE_REQ, PHASE_TEMPLATES },
        { SCCP_CONFIG_STAT_RES, PHASE_TEMPLATES },
        { SCCP_BUTTON_TEMPLATE_RES, PHASE_TEMPLATES },
        { SCCP_VERSION_RES, PHASE_TEMPLATES },
        { SCCP_SERVER_RES, PHASE_TEMPLATES },
        { SCCP_SOFT_KEY_TEMPLATE_RES, PHASE_TEMPLATES },
        { SCCP_SOFT_KEY_SET_RES, PHASE_TEMPLATES },
        { SCCP_CONFIG_STAT_V2_RES, PHASE_TEMPLATES },
        { SCCP_FORWARD_STAT_REQ, PHASE_STATUS },
        { SCCP_SPEED_DIAL_STAT_REQ, PHASE_STATUS },
        { SCCP_LINE_STAT_REQ, PHASE_STATUS },
        { SCCP_SERVICE_URL_STAT_REQ, PHASE_STATUS },
        { SCCP_FEATURE_STAT_REQ, PHASE_STATUS },
        { SCCP_FORWARD_STAT_RES, PHASE_STATUS },
        { SCCP_SPEED_DIAL_STAT_RES, PHASE_STATUS },
        { SCCP_LINE_STAT_RES, PHASE_STATUS },
        { SCCP_FEATURE_STAT_RES, PHASE_STATUS },
        { SCCP_SERVICE_URL_STAT_RES, PHASE_STATUS },
        { SCCP_FEATURE_STAT_V2_RES, PHASE_STATUS },
        { SCCP_LINE_STAT_V2_RES, PHASE_STATUS },
        { SCCP_SERVICE_URL_STAT_V2_RES, PHASE_STATUS },
        { SCCP_SPEED_DIAL_STAT_V2_RES, PHASE_STATUS },
        { SCCP_TIME_DATE_REQ, PHASE_FINISH },
        { SCCP_REGISTER_AVAILABLE_LINES, PHASE_FINISH },
        { SCCP_SET_LAMP, PHASE_FINISH },
        { SCCP_TIME_DATE_RES, PHASE_FINISH },
        { SCCP_SELECT_SOFT_KEYS, PHASE_FINISH },
        { SCCP_DISPLAY_PROMPT_STATUS, PHASE_FINISH },
        { SCCP_DISPLAY_PROMPT_STATUS_V2, PHASE_FINISH },
        { SCCP_UNREGISTER_REQ, PHASE_UNREGISTER },
        { SCCP_UNREGISTER_ACK, PHASE_UNREGISTER },
        { SCCP_RESET, PHASE_UNREGISTER },
    };
    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
        cr_expect_eq (catalog_kind (catalog_find (PROTOCOL_SCCP, rows[i].id))->phase, rows[i].phase, "0x%04x",
                      rows[i].id);
}

Test (catalog, what_an_answer_answers_exists_and_is_a_request)
{
    for (KindIndex i = 0; i < catalog_size (); i++) {
        const MessageKind *kind = catalog_kind (i);
        if (!kind->is_answer) {
            cr_expect_eq (kind->answers, 0, "%s", kind->name);
            continue;
        }
        if (kind->protocol != PROTOCOL_SCCP && kind->protocol != PROTOCOL_TCP && kind->protocol != PROTOCOL_DHCP)
            continue; /* paired by transaction, not by kind */
        const MessageKind *request = catalog_kind (catalog_find (kind->protocol, kind->answers));
        cr_expect (request->is_request && !is_unknown_row (request), "%s", kind->name);
        cr_expect_neq (request->from, kind->from, "%s answers somebody else", kind->name);
        cr_expect_eq (request->instance, kind->instance, "%s", kind->name);
    }
}

Test (catalog, every_request_of_a_registration_has_an_answer)
{
    for (KindIndex i = 0; i < catalog_size (); i++) {
        const MessageKind *kind = catalog_kind (i);
        gboolean answered = FALSE;
        /* Other protocols pair by transaction, not by kind. */
        if (kind->protocol != PROTOCOL_SCCP && kind->protocol != PROTOCOL_TCP)
            continue;
        for (KindIndex j = 0; j < catalog_size (); j++) {
            const MessageKind *answer = catalog_kind (j);
            answered |= answer->is_answer && answer->protocol == kind->protocol && answer->answers == kind->id;
        }
        cr_expect_eq (answered, kind->is_request, "%s", kind->name);
    }
}

Test (catalog, variants_and_protocols_have_names)
{
    cr_assert_str_eq (variant_name (VARIANT_NONE), "");
    for (Variant a = 0; a < N_VARIANTS; a++)
        for (Variant b = a + 1; b < N_VARIANTS; b++)
            cr_assert_str_neq (variant_name (a), variant_name (b));
    for (Protocol protocol = 0; protocol < N_PROTOCOLS; protocol++)
        cr_assert_not_null (protocol_name (protocol));
}

/* Of lines "V<tab>skinny.messageId<tab>0<tab>KeepAliveReq", which are among a million others: id → name. */
static GHashTable *wireshark_names (void)
{
    GHashTable *names = g_hash_table_new_full (NULL, NULL, NULL, g_free);
    FILE *values = popen ("tshark -G values 2>/dev/null", "r");
    char line[1024];

    cr_assert_not_null (values);
    while (fgets (line, sizeof line, values)) {
        if (!g_str_has_prefix (line, "V\tskinny.messageId\t"))
            continue;
        g_auto (GStrv) columns = g_strsplit (g_strchomp (line), "\t", -1);
        guint id = (guint) g_ascii_strtoull (columns[2], NULL, 0);
        g_hash_table_insert (names, GUINT_TO_POINTER (id), g_strdup (columns[3]));
    }
    pclose (values);
    return names;
}

Test (catalog, sccp_names_are_those_of_wireshark, .timeout = 60)
{
    g_autofree char *tshark = g_find_program_in_path ("tshark");

    if (!tshark)
        cr_skip_test ("tshark is not installed: names are not compared with Wireshark's");
    g_autoptr (GHashTable) names = wireshark_names ();
    cr_assert (g_hash_table_size (names) > 100, "tshark -G values lists skinny.messageId");
    for (KindIndex i = 0; i < catalog_size (); i++) {
        const MessageKind *kind = catalog_kind (i);
        if (kind->protocol != PROTOCOL_SCCP || is_unknown_row (kind))
            continue;
        const char *name = g_hash_table_lookup (names, GUINT_TO_POINTER (kind->id));
        if (kind->id == SCCP_MEDIA_PORT_LIST || kind->id == SCCP_START_MEDIA_RECEPTION ||
            kind->id == SCCP_STOP_MEDIA_RECEPTION)
            cr_expect_null (name, "Wireshark has learnt 0x%04x (%s): take its name", kind->id, name);
        else
            cr_expect_str_eq (name ? name : "(none)", kind->name, "0x%04x", kind->id);
        g_hash_table_remove (names, GUINT_TO_POINTER (kind->id));
    }
    GHashTableIter iter;
    gpointer id, name;
    g_hash_table_iter_init (&iter, names);
    while (g_hash_table_iter_next (&iter, &id, &name))
        cr_expect_fail ("0x%04x %s is missing", GPOINTER_TO_UINT (id), (char *) name);
}
