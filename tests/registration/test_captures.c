/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What must be true of every note of every capture at hand: the project's own, and real ones where there are some. */
#include "tests/support/capture_file.h"
#include "tests/support/play.h"

#include <stdio.h>

TestSuite (captures, .init = set_up, .fini = tear_down);

/* A value that a tip wants and the note does not have prints as a question mark of its own: "by ?", "(?)". Those of
 * the shipped titles stand behind a word: "Who are you?". */
static gboolean has_lost_value (const char *text)
{
    for (const char *mark = strchr (text, '?'); mark; mark = strchr (mark + 1, '?'))
        if (mark == text || strchr (" \"(:", mark[-1]))
            return TRUE;
    return FALSE;
}

static void play_frame (Frame *frame, G_GNUC_UNUSED gpointer user_data)
{
    guint count = 0;
    flow_frame (flow, frame, &count);
}

static void check_capture (const char *path, const Tips *tips)
{
    guint32 frames = 0, pairs = 0, questions_seen = 0;

    cr_assert (capture_read (path, play_frame, NULL, &frames), "%s", path);
    check_all_notes ();
    for (NoteId id = 1; id <= notes_count (flow_notes (flow)); id++) {
        const guint8 *packed = notes_values (flow_notes (flow), note_of (id));
        Value value;

        pairs += note_of (id)->partner > id;
        while (values_next (&packed, &value))
            if (value_key_form (value.key) == FORM_TEXT)
                cr_expect (g_utf8_validate (value.text, (gssize) value.text_size, NULL), "%s, frame %u", path,
                           note_of (id)->frame);
        g_autofree char *said = wire_values_text (notes_values (flow_notes (flow), note_of (id)));
        for (TipPart part = 0; part < N_TIP_PARTS; part++) {
            g_autofree char *text = explain_tip (flow, tips, id, part);
            questions_seen += text && strchr (text, '?');
            cr_expect (!text || strchr (said, '?') || !has_lost_value (text), "%s, frame %u: %s", path,
                       note_of (id)->frame, text);
        }
    }
    g_autofree char *name = g_path_get_basename (path);
    fprintf (stderr, "%s: %u frames, %u notes, %u pairs, %u phones, %u questions\n", name, frames,
             notes_count (flow_notes (flow)), pairs, phones_count (flow_phones (flow)), questions_seen);
}

static guint check_folder (const char *folder)
{
    const char *source = g_getenv ("REGFLOW_SOURCE");
    g_autofree char *path = g_build_filename (source ? source : ".", folder, NULL);
    g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
    g_autoptr (Tips) tips = tips_new_shipped (NULL, NULL);
    guint captures = 0;

    for (const char *name; dir && (name = g_dir_read_name (dir));) {
        g_autofree char *file = g_build_filename (path, name, NULL);
        if (!g_str_has_suffix (name, ".pcap") && !g_str_has_suffix (name, ".pcapng"))
            continue;
        tear_down ();
        set_up ();
        check_capture (file, tips);
        captures++;
    }
    return captures;
}

Test (captures, every_note_of_our_own_captures_can_be_told, .timeout = 120)
{
    cr_assert_gt (check_folder ("captures"), 0);
}

Test (captures, every_note_of_real_captures_can_be_told, .timeout = 240)
{
    if (check_folder ("../shared/captures") == 0)
        cr_skip_test ("there are no real captures beside the source");
}
