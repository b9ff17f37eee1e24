/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/catalog.h"

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
        { 0x0000, PHASE_KEEPALIVE },    { 0x0100, PHASE_KEEPALIVE },    { 0x0001, PHASE_REGISTER },
        { 0x0002, PHASE_REGISTER },     { 0x0011, PHASE_REGISTER },     { 0x0020, PHASE_REGISTER },
        { 0x015A, PHASE_REGISTER },     { 0x0081, PHASE_REGISTER },     { 0x009D, PHASE_REGISTER },
        { 0x0029, PHASE_TOKEN },        { 0x011A, PHASE_TOKEN },        { 0x011B, PHASE_TOKEN },
        { 0x8000, PHASE_TOKEN },        { 0x8100, PHASE_TOKEN },        { 0x8101, PHASE_TOKEN },
        { 0x009B, PHASE_CAPABILITIES }, { 0x0010, PHASE_CAPABILITIES }, { 0x002C, PHASE_CAPABILITIES },
        { 0x0030, PHASE_CAPABILITIES }, { 0x0043, PHASE_CAPABILITIES }, { 0x0044, PHASE_CAPABILITIES },
        { 0x002B, PHASE_CAPABILITIES }, { 0x0049, PHASE_CAPABILITIES }, { 0x004A, PHASE_CAPABILITIES },
        { 0x0159, PHASE_CAPABILITIES }, { 0x000C, PHASE_TEMPLATES },    { 0x000E, PHASE_TEMPLATES },
        { 0x000F, PHASE_TEMPLATES },    { 0x0012, PHASE_TEMPLATES },    { 0x0025, PHASE_TEMPLATES },
        { 0x0028, PHASE_TEMPLATES },    { 0x0093, PHASE_TEMPLATES },    { 0x0097, PHASE_TEMPLATES },
        { 0x0098, PHASE_TEMPLATES },    { 0x009E, PHASE_TEMPLATES },    { 0x0108, PHASE_TEMPLATES },
        { 0x0109, PHASE_TEMPLATES },    { 0x0142, PHASE_TEMPLATES },    { 0x0009, PHASE_STATUS },
        { 0x000A, PHASE_STATUS },       { 0x000B, PHASE_STATUS },       { 0x0033, PHASE_STATUS },
        { 0x0034, PHASE_STATUS },       { 0x0090, PHASE_STATUS },       { 0x0091, PHASE_STATUS },
        { 0x0092, PHASE_STATUS },       { 0x011F, PHASE_STATUS },       { 0x012F, PHASE_STATUS },
        { 0x0146, PHASE_STATUS },       { 0x0147, PHASE_STATUS },       { 0x0148, PHASE_STATUS },
        { 0x0149, PHASE_STATUS },       { 0x000D, PHASE_FINISH },       { 0x002D, PHASE_FINISH },
        { 0x0086, PHASE_FINISH },       { 0x0094, PHASE_FINISH },       { 0x0110, PHASE_FINISH },
        { 0x0112, PHASE_FINISH },       { 0x0145, PHASE_FINISH },       { 0x0027, PHASE_UNREGISTER },
        { 0x0118, PHASE_UNREGISTER },   { 0x009F, PHASE_UNREGISTER },
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

#define MEDIA_PORT_LIST 0x0011 /* known to chan-sccp only */

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
        if (kind->id == MEDIA_PORT_LIST)
            cr_expect_null (name, "Wireshark has learnt 0x0011 (%s): take its name", name);
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
