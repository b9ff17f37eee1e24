/* SPDX-License-Identifier: GPL-2.0-or-later */
/* say_sentences CAPTURE…: what our texts come to in the captures, a line for each form of a text in each capture, with
 * the first frame that has it: capture, frame, text's group, part, form and what is said, with tabs in between. The
 * form is what is said when all values but our own words are the same; it tells which parts in brackets there are.
 * Titles and nexts without values stand in the .tips files as they are said, and are left out. Then a line "- - GROUP"
 * for each text that is said nowhere. */
#include "registration/findings/diagnosis.h"
#include "registration/tips/explain.h"
#include "tests/support/capture_file.h"

#include <stdio.h>

static Flow *flow;       /* of this capture */
static gint64 last_time; /* of its frames */
static const Tips *tips;
static GHashTable *told;    /* of this capture: group, part and form; owned */
static GHashTable *used;    /* texts that were said in some capture: Template, borrowed */
static const char *capture; /* its name */

static const Note *note_of (NoteId id)
{
    return notes_get (flow_notes (flow), id);
}

static gboolean is_known (ValueKey key, const Note *note, Value *ret_value)
{
    char buffer[MAX (EXPLAIN_MESSAGE_SIZE, IP_ADDRESS_TEXT_SIZE)];

    *ret_value = (Value){ .key = key };
    if (values_find (notes_values (flow_notes (flow), note), key, ret_value))
        return TRUE;
    switch (key) {
    case VALUE_DEVICE:
        return TRUE;
    case VALUE_SERVER:
    case VALUE_PORT:
        return flow_server (flow, note) != NULL;
    case VALUE_MESSAGE:
        return explain_message (flow, note, buffer) != NULL;
    case VALUE_ATTEMPT:
        return flow_note_number (flow, note) != 0;
    default:
        return FALSE;
    }
}

/* Values that are no words are all the same. */
static gboolean look_up_form (ValueKey key, Value *ret_value, gpointer user_data)
{
    ValueForm form = value_key_form (key);

    if (!is_known (key, note_of (*(const NoteId *) user_data), ret_value))
        return FALSE;
    if (form == FORM_TEXT && !ret_value->number)
        *ret_value = value_of_text (key, "x");
    else if (form == FORM_ADDRESS)
        *ret_value = (Value){ .key = key };
    else if (form != FORM_TEXT && form != FORM_WORD)
        *ret_value = value_of_number (key, 2);
    return TRUE;
}

static const char *translate (Word word, G_GNUC_UNUSED gpointer user_data)
{
    return tips_word (tips, word);
}

static gboolean takes_values (const Template *template)
{
    g_autoptr (GArray) keys = template_keys (template);
    return keys->len > 0;
}

/* The values are those of a note; text is owned, NULL when all of it is about values that are not there. */
static void tell (guint32 frame, const char *group, TipPart part, const Template *template, NoteId note, char *text)
{
    static const char *const parts[N_TIP_PARTS] = { "title", "text", "next", "fix" };
    g_autofree char *said = text;
    g_autoptr (GString) form = g_string_new (NULL);

    g_hash_table_add (used, (gpointer) template);
    if (!text || (part != TIP_TEXT && !takes_values (template)))
        return;
    template_format (template, look_up_form, translate, &note, form);
    g_autofree char *key = g_strdup_printf ("%s\t%s\t%s", group, parts[part], form->str);
    if (!g_hash_table_contains (told, key)) {
        printf ("%s\t%u\t%s\t%s\n", capture, frame, key, said);
        g_hash_table_add (told, g_steal_pointer (&key));
    }
}

/* "sccp.Reset/restart", or "sccp.Reset" where the text is that of the plain group. Owned by the caller. */
static char *group_of (KindIndex index, Variant variant, TipPart part)
{
    const MessageKind *kind = catalog_kind (index);
    g_autofree char *plain =
        kind->group ? g_strdup (kind->group) : g_strdup_printf ("%s.%s", protocol_name (kind->protocol), kind->name);

    if (tips_find (tips, index, variant, part) == tips_find (tips, index, VARIANT_NONE, part))
        return g_steal_pointer (&plain);
    return g_strdup_printf ("%s/%s", plain, variant_name (variant));
}

static void tell_note (NoteId id)
{
    const Note *note = note_of (id);
    Value cut;

    for (TipPart part = TIP_TITLE; part <= TIP_NEXT; part++) {
        const Template *template = tips_find (tips, note->kind, note->variant, part);
        g_autoptr (GString) form = g_string_new (NULL);
        if (!template)
            continue;
        /* Of what was cut off something else is said. */
        if (values_find (notes_values (flow_notes (flow), note), VALUE_CUT, &cut) &&
            !template_format (template, look_up_form, translate, &id, form))
            continue;
        g_autofree char *group = group_of (note->kind, note->variant, part);
        tell (note->frame, group, part, template, id, explain_tip (flow, tips, id, part));
    }
}

static void tell_finding (const Finding *finding)
{
    static const TipPart parts[] = { TIP_TITLE, TIP_TEXT, TIP_FIX };
    g_autofree char *group = g_strdup_printf ("problem.%s", problem_name (finding->problem));

    for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
        tell (note_of (finding->note)->frame, group, parts[i], tips_find_problem (tips, finding->problem, parts[i]),
              finding_values_note (finding), explain_problem (flow, tips, finding, parts[i]));
}

static void play_frame (Frame *frame, G_GNUC_UNUSED gpointer user_data)
{
    guint count = 0;

    last_time = frame->time;
    flow_frame (flow, frame, &count);
}

static void tell_capture (const char *path)
{
    g_autofree char *name = g_path_get_basename (path);
    g_autoptr (Flow) own_flow = flow = flow_new (NULL);
    g_autoptr (Diagnosis) diagnosis = diagnosis_new (flow, NULL);
    const Findings *findings = diagnosis_findings (diagnosis);
    guint32 frames;

    g_hash_table_remove_all (told);
    capture = name;
    if (!capture_read (path, play_frame, NULL, &frames))
        g_error ("%s is no capture", path);
    flow_finish (flow, last_time);
    for (NoteId id = 1; id <= notes_count (flow_notes (flow)); id++)
        tell_note (id);
    for (guint i = 0; i < findings_count (findings); i++)
        tell_finding (findings_get (findings, i));
}

static void tell_unused (const Template *template, const char *group)
{
    if (template && !g_hash_table_contains (used, template)) {
        g_hash_table_add (used, (gpointer) template);
        printf ("-\t-\t%s\n", group);
    }
}

int main (int argc, char **argv)
{
    g_autoptr (Tips) shipped = tips_new_shipped (NULL, NULL);

    tips = shipped;
    told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    used = g_hash_table_new (NULL, NULL);
    for (int i = 1; i < argc; i++)
        tell_capture (argv[i]);
    for (KindIndex kind = 0; kind < catalog_size (); kind++)
        for (Variant variant = 0; variant < N_VARIANTS; variant++) {
            g_autofree char *group = group_of (kind, variant, TIP_TEXT);
            tell_unused (tips_find (tips, kind, variant, TIP_TEXT), group);
        }
    for (Problem problem = 0; problem < N_PROBLEMS; problem++) {
        g_autofree char *group = g_strdup_printf ("problem.%s", problem_name (problem));
        tell_unused (tips_find_problem (tips, problem, TIP_TEXT), group);
    }
    g_hash_table_unref (told);
    g_hash_table_unref (used);
    return 0;
}
