/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compare.h"
#include "registration/protocols/sip.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define N_MUTANTS 12000

static gint compare_names (gconstpointer a, gconstpointer b)
{
    return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Every file of tests/fuzz/fuzz_sip.seeds, in the order of their names so that mutants are the same everywhere. */
static GPtrArray *load_seeds (void)
{
    g_autofree char *folder = g_build_filename (g_getenv ("REGFLOW_SOURCE"), "tests", "fuzz", "fuzz_sip.seeds", NULL);
    g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
    GPtrArray *seeds = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
    g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);

    cr_assert_not_null (dir, "%s", folder);
    for (const char *name; (name = g_dir_read_name (dir));)
        g_ptr_array_add (names, g_build_filename (folder, name, NULL));
    g_ptr_array_sort (names, compare_names);
    for (guint i = 0; i < names->len; i++) {
        char *text;
        gsize size;
        cr_assert (g_file_get_contents (g_ptr_array_index (names, i), &text, &size, NULL));
        g_ptr_array_add (seeds, g_bytes_new_take (text, size));
    }
    return seeds;
}

static guint below (GRand *random, gsize end)
{
    return end ? (guint) g_rand_int_range (random, 0, (gint32) end) : 0;
}

/* One line of a message, its end included. */
static void random_line (GRand *random, const GString *text, gsize *ret_start, gsize *ret_size)
{
    gsize start = below (random, text->len), end;

    while (start > 0 && text->str[start - 1] != '\n')
        start--;
    for (end = start; end < text->len && text->str[end] != '\n'; end++)
        ;
    *ret_start = start;
    *ret_size = MIN (end + 1, text->len) - start;
}

static void mutate (GRand *random, GString *text, GBytes *other)
{
    static const char interesting[] = " \t\r\n\"\\<>;,:=@?[]%*/0aZ\xe2\x93\xff";
    static const char *const folds[] = { "\r\n ", "\n\t", " \r\n\t " };
    gsize at = below (random, text->len), start, size;

    if (!text->len)
        return;
    switch (below (random, 8)) {
    case 0:
        text->str[at] = interesting[below (random, sizeof interesting)];
        break;
    case 1:
        g_string_insert_c (text, (gssize) at, interesting[below (random, sizeof interesting)]);
        break;
    case 2:
        g_string_erase (text, (gssize) at, 1 + below (random, MIN (8, text->len - at)));
        break;
    case 3:
        text->str[at] = (char) (text->str[at] ^ 0x20);
        break;
    case 4: /* a fold where white space may be */
        while (at < text->len && !strchr (" ;,=", text->str[at]))
            at++;
        g_string_insert (text, (gssize) at, folds[below (random, G_N_ELEMENTS (folds))]);
        break;
    case 5: /* a line again, elsewhere */
    {
        random_line (random, text, &start, &size);
        g_autofree char *line = g_strndup (text->str + start, size);
        random_line (random, text, &start, &size);
        g_string_insert (text, (gssize) start, line);
        break;
    }
    case 6:
        random_line (random, text, &start, &size);
        g_string_erase (text, (gssize) start, (gssize) size);
        break;
    default: /* a line of another message */
    {
        gsize other_size;
        const char *data = g_bytes_get_data (other, &other_size);
        g_autoptr (GString) copy = g_string_new_len (data, (gssize) other_size);
        random_line (random, copy, &start, &size);
        g_autofree char *line = g_strndup (copy->str + start, size);
        random_line (random, text, &start, &size);
        g_string_insert (text, (gssize) (start + size), line);
        break;
    }
    }
}

Test (sip_oracle, hand_written_messages_read_as_libre_reads_them)
{
    g_autoptr (GPtrArray) seeds = load_seeds ();
    g_autoptr (GString) differences = g_string_new (NULL);
    OracleReport report = { .differences = differences };
    guint accepted = 0;

    for (guint i = 0; i < seeds->len; i++) {
        gsize size;
        const guint8 *data = g_bytes_get_data (g_ptr_array_index (seeds, i), &size);
        oracle_compare (data, size, &report);
        accepted += report.accepted;
        cr_assert_str_eq (differences->str, "", "seed %u: %s", i, differences->str);
    }
    cr_assert_geq (accepted, 15);
    cr_assert_geq (report.compared, 500);
}

Test (sip_oracle, thousands_of_mutants_read_as_libre_reads_them, .timeout = 60)
{
    g_autoptr (GPtrArray) seeds = load_seeds ();
    g_autoptr (GString) differences = g_string_new (NULL);
    g_autoptr (GRand) random = g_rand_new_with_seed (20211113);
    g_autoptr (GString) text = g_string_new (NULL);
    OracleReport report = { .differences = differences };
    guint accepted = 0;

    for (guint n = 0; n < N_MUTANTS; n++) {
        gsize size;
        const char *data = g_bytes_get_data (g_ptr_array_index (seeds, n % seeds->len), &size);
        g_string_truncate (text, 0);
        g_string_append_len (text, data, (gssize) size);
        for (guint i = below (random, 4) + 1; i > 0; i--)
            mutate (random, text, g_ptr_array_index (seeds, below (random, seeds->len)));
        oracle_compare ((const guint8 *) text->str, text->len, &report);
        accepted += report.accepted;
        cr_assert_str_eq (differences->str, "", "mutant %u: %s\n%s", n, differences->str, text->str);
    }
    fprintf (stderr, "%u of %u mutants accepted by libre, %u values compared, %u excepted\n", accepted, N_MUTANTS,
             report.compared, report.excepted);
    cr_assert_geq (accepted, N_MUTANTS / 4);
    cr_assert_geq (report.compared, 20 * accepted);
    cr_assert_leq (report.excepted, report.compared / 5);
}

/* A note, not a judgement: machines differ. */
Test (sip_oracle, both_readers_are_timed, .timeout = 60)
{
    g_autoptr (GPtrArray) seeds = load_seeds ();
    gint64 spent[2] = { 0, 0 };
    const guint rounds = 300;

    for (guint reader = 0; reader < 2; reader++) {
        gint64 start = g_get_monotonic_time ();
        for (guint n = 0; n < rounds * seeds->len; n++) {
            gsize size;
            const guint8 *data = g_bytes_get_data (g_ptr_array_index (seeds, n % seeds->len), &size);
            SipMessage message;
            if (reader == 0)
                (void) sip_parse (data, size, &message);
            else
                oracle_decode_only (data, size);
        }
        spent[reader] = g_get_monotonic_time () - start;
    }
    const double messages = rounds * seeds->len;
    fprintf (stderr, "ns per message: sip_parse %.0f, libre %.0f\n", 1000.0 * (double) spent[0] / messages,
             1000.0 * (double) spent[1] / messages);
}
