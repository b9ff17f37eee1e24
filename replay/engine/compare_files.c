/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/engine/compare_files.h"

#include "registration/protocols/config_file.h"
#include "replay/clean.h"
#include "replay/target.h"

/* Of a server's own words. */
#define WORDS_MAX 120

/* "refused, error 2: Access violation". */
static char *tell (const FetchResult *live)
{
    g_autoptr (GString) text = g_string_new (file_result_name (live->result));
    char from[TARGET_TEXT_SIZE];

    if (live->code && live->result != FILE_NOT_FOUND)
        g_string_append_printf (text, ", error %u", live->code);
    if (live->text && live->result != FILE_NOT_FOUND) {
        g_autofree char *words = clean_line (live->text);
        g_string_append_printf (text, ": %.*s", WORDS_MAX, words);
    }
    if (live->strays && live->result == FILE_UNANSWERED)
        g_string_append_printf (text, ", but %s has sent packets, which belong to nothing that was asked there",
                                target_format (&live->stray, from));
    g_autofree char *valid = g_utf8_make_valid (text->str, (gssize) text->len);
    return g_steal_pointer (&valid);
}

/* Sets error when it is not to be read as a whole. */
static void check_configuration (const GByteArray *content, GError **error)
{
    config_file_free (config_file_read (content->data, content->len, error));
}

/* Why the configuration that came cannot be used; NULL when it can, or is no XML in the recording either. Owned by the
 * caller. */
static char *configuration_fault (const ScriptFile *recorded, const FetchResult *live)
{
    gboolean is_xml = recorded->kind == BOOT_FILE_PHONE_CONFIG || recorded->kind == BOOT_FILE_DEFAULT_CONFIG ||
                      recorded->kind == BOOT_FILE_MODEL_DEFAULT;
    g_autoptr (GError) error = NULL, error_recorded = NULL;

    if (!is_xml || !live->content)
        return NULL;
    check_configuration (live->content, &error);
    if (!error || boot_file_is_encrypted (recorded->name, strlen (recorded->name)))
        return NULL;
    if (recorded->content) {
        check_configuration (recorded->content, &error_recorded);
        if (error_recorded && error_recorded->code == error->code)
            return NULL;
    }
    return g_strdup (error->message);
}

static Content compare_delivered (const ScriptFile *recorded, const FetchResult *live, char **ret_detail,
                                  gboolean *ret_fails)
{
    char *fault = configuration_fault (recorded, live);

    if (fault) {
        *ret_detail = fault;
        *ret_fails = TRUE;
        return CONTENT_DIFFERS;
    }
    if (script_file_is_firmware (recorded) || live->size == recorded->size)
        return CONTENT_SAME;
    *ret_detail =
        g_strdup_printf ("%" G_GUINT64_FORMAT " octets, recorded %" G_GUINT64_FORMAT, live->size, recorded->size);
    return CONTENT_DIFFERS;
}

Content file_compare (const ScriptFile *recorded, const FetchResult *live, char **ret_detail, gboolean *ret_fails)
{
    gboolean was_delivered = recorded->result == FILE_DELIVERED ||
                             (recorded->result == FILE_BROKEN_OFF && script_file_is_firmware (recorded));

    *ret_detail = NULL;
    *ret_fails = FALSE;
    if (live->result == FILE_DELIVERED && was_delivered)
        return compare_delivered (recorded, live, ret_detail, ret_fails);
    if (live->result == recorded->result && (live->result != FILE_REFUSED || live->code == recorded->code))
        return CONTENT_SAME;
    g_autofree char *what = tell (live);
    *ret_detail = g_strdup_printf ("%s, recorded: %s", what, file_result_name (recorded->result));
    if (live->result == FILE_DELIVERED)
        return CONTENT_EXTRA;
    /* A server that says no in another way means the same to the phone. */
    gboolean both_said_no = (live->result == FILE_NOT_FOUND || live->result == FILE_REFUSED) &&
                            (recorded->result == FILE_NOT_FOUND || recorded->result == FILE_REFUSED);
    if (both_said_no)
        return CONTENT_DIFFERS;
    gboolean says_no = live->result == FILE_NOT_FOUND || live->result == FILE_REFUSED;
    *ret_fails = says_no ? was_delivered && !script_file_is_harmless (recorded)
                         : recorded->result != FILE_UNANSWERED && recorded->result != FILE_NO_SERVER;
    return CONTENT_MISSING;
}
