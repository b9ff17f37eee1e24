/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A stretch of packets: what was said in it, by phone. */
#include "replay/watch/watch_internal.h"

#include "registration/report/report.h"

static void array_free (gpointer array)
{
    if (array)
        g_array_unref (array);
}

Generation *generation_new (guint64 packets_before, gint64 begin)
{
    Generation *generation = g_new0 (Generation, 1);

    generation->flow = flow_new (NULL);
    generation->diagnosis = diagnosis_new (generation->flow, NULL);
    generation->before = packets_before;
    generation->begin = begin;
    generation->counts_from = G_MININT64;
    generation->notes = g_ptr_array_new_with_free_func (array_free);
    generation->parts = g_hash_table_new_full (NULL, NULL, NULL, array_free);
    generation->heard = g_hash_table_new (NULL, NULL);
    generation->rows = g_hash_table_new (NULL, NULL);
    generation->counted = g_array_new (FALSE, TRUE, sizeof (guint32));
    generation->found = g_array_new (FALSE, TRUE, sizeof (guint32));
    generation->joined = g_array_new (FALSE, TRUE, sizeof (guint8));
    return generation;
}

void generation_free (Generation *generation)
{
    if (!generation)
        return;
    g_array_unref (generation->joined);
    g_array_unref (generation->found);
    g_array_unref (generation->counted);
    g_hash_table_unref (generation->rows);
    g_hash_table_unref (generation->heard);
    g_hash_table_unref (generation->parts);
    g_ptr_array_unref (generation->notes);
    diagnosis_free (generation->diagnosis);
    flow_free (generation->flow);
    g_free (generation);
}

/* Notes of the phone stand under this name, too. */
static void add_part (Generation *generation, PhoneId phone, PhoneId part)
{
    GArray *parts = g_hash_table_lookup (generation->parts, GUINT_TO_POINTER (phone));

    if (part == phone)
        return;
    if (!parts) {
        parts = g_array_new (FALSE, FALSE, sizeof (PhoneId));
        g_hash_table_insert (generation->parts, GUINT_TO_POINTER (phone), parts);
    }
    for (guint i = 0; i < parts->len; i++)
        if (g_array_index (parts, PhoneId, i) == part)
            return;
    g_array_append_val (parts, part);
}

/* What a connection said before it named its phone stands under the address. */
static void add_parts_of (Generation *generation, PhoneId phone, RegistrationId id)
{
    const Registration *registration = flow_registration (generation->flow, id);

    if (!registration)
        return;
    add_part (generation, phone, notes_get (flow_notes (generation->flow), registration->first)->phone);
    if (registration->into)
        add_parts_of (generation, phone, registration->into);
}

static void add_note (Generation *generation, NoteId id)
{
    const Note *note = notes_get (flow_notes (generation->flow), id);
    const PhoneId phone = flow_note_phone (generation->flow, note);

    if (note->phone >= generation->notes->len)
        g_ptr_array_set_size (generation->notes, (gint) note->phone + 1);
    gpointer *of_phone = &generation->notes->pdata[note->phone];
    if (!*of_phone)
        *of_phone = g_array_new (FALSE, FALSE, sizeof (NoteId));
    g_array_append_val (*of_phone, id);
    add_part (generation, phone, note->phone);
    add_parts_of (generation, phone, note->registration);
    g_hash_table_add (generation->heard, GUINT_TO_POINTER (phone));
}

gboolean generation_frame (Generation *generation, const Frame *frame, guint64 packet)
{
    Frame own = *frame;
    guint count;

    own.number = (guint32) (packet - generation->before);
    if (!flow_wants_frame (generation->flow, &own))
        return FALSE;
    const NoteId first = flow_frame (generation->flow, &own, &count);
    for (guint i = 0; i < count; i++)
        add_note (generation, first + i);
    return TRUE;
}

void generation_pass (Generation *generation, gint64 time)
{
    flow_pass (generation->flow, time);
    diagnosis_say_silence (generation->diagnosis);
}

void generation_hear_findings (Generation *generation)
{
    const Findings *findings = diagnosis_findings (generation->diagnosis);
    const Notes *notes = flow_notes (generation->flow);

    if (findings_count (findings) == generation->findings)
        return;
    generation->findings = findings_count (findings);
    g_autofree guint32 *now = g_new0 (guint32, phones_count (flow_phones (generation->flow)) + 1);
    for (guint i = 0; i < generation->findings; i++)
        now[flow_note_phone (generation->flow, notes_get (notes, findings_get (findings, i)->note))]++;
    g_array_set_size (generation->found, phones_count (flow_phones (generation->flow)));
    for (PhoneId phone = 0; phone < generation->found->len; phone++) {
        guint32 *before = &g_array_index (generation->found, guint32, phone);
        if (*before != now[phone])
            g_hash_table_add (generation->heard, GUINT_TO_POINTER (phone));
        *before = now[phone];
    }
}

void generation_hear_all (Generation *generation)
{
    const Phones *phones = flow_phones (generation->flow);

    for (PhoneId phone = 0; phone < phones_count (phones); phone++)
        if (phones_current (phones, phone) == phone)
            g_hash_table_add (generation->heard, GUINT_TO_POINTER (phone));
}

/* --- The notes of phones */

static gint compare_notes (gconstpointer a, gconstpointer b)
{
    const NoteId x = *(const NoteId *) a, y = *(const NoteId *) b;
    return x < y ? -1 : x > y;
}

static void collect (const Generation *generation, PhoneId name, GHashTable *done, GArray *notes)
{
    const GArray *list = name < generation->notes->len ? generation->notes->pdata[name] : NULL;

    if (list && g_hash_table_add (done, GUINT_TO_POINTER (name)))
        g_array_append_vals (notes, list->data, list->len);
}

static void collect_phone (const Generation *generation, PhoneId phone, GHashTable *done, GArray *notes)
{
    const GArray *parts = g_hash_table_lookup (generation->parts, GUINT_TO_POINTER (phone));

    collect (generation, phone, done, notes);
    for (guint i = 0; parts && i < parts->len; i++)
        collect (generation, g_array_index (parts, PhoneId, i), done, notes);
}

GArray *generation_notes (Generation *generation)
{
    g_autoptr (GHashTable) done = g_hash_table_new (NULL, NULL);
    GArray *notes = g_array_new (FALSE, FALSE, sizeof (NoteId));
    GHashTableIter iter;
    gpointer phone;

    g_hash_table_iter_init (&iter, generation->heard);
    while (g_hash_table_iter_next (&iter, &phone, NULL))
        collect_phone (generation, GPOINTER_TO_UINT (phone), done, notes);
    if (g_hash_table_size (done) > 1)
        g_array_sort (notes, compare_notes);
    return notes;
}

/* What stood under its name, or as part of it, is of the other one now. */
static void join (Generation *generation, PhoneId absorbed, PhoneId into)
{
    const GArray *parts = g_hash_table_lookup (generation->parts, GUINT_TO_POINTER (absorbed));

    for (guint i = 0; parts && i < parts->len; i++)
        add_part (generation, into, g_array_index (parts, PhoneId, i));
    add_part (generation, into, absorbed);
    g_hash_table_remove (generation->heard, GUINT_TO_POINTER (absorbed));
    g_hash_table_add (generation->heard, GUINT_TO_POINTER (into));
}

gboolean generation_next_joined (Generation *generation, PhoneId *ret_absorbed, PhoneId *ret_into)
{
    const Phones *phones = flow_phones (generation->flow);
    const guint32 count = phones_count (phones);

    g_array_set_size (generation->joined, count);
    for (; generation->next_joined < count; generation->next_joined++) {
        const PhoneId phone = generation->next_joined, into = phones_current (phones, phone);
        if (into == phone || g_array_index (generation->joined, guint8, phone))
            continue;
        g_array_index (generation->joined, guint8, phone) = TRUE;
        join (generation, phone, into);
        *ret_absorbed = phone;
        *ret_into = into;
        return TRUE;
    }
    generation->next_joined = 0;
    return FALSE;
}

/* --- What a phone says */

static char *found_at (const Generation *generation, const Tips *tips, NoteId id)
{
    const Findings *findings = diagnosis_findings (generation->diagnosis);
    guint first, count = findings_of_note (findings, id, &first);
    GString *text = count ? g_string_new (NULL) : NULL;

    for (guint i = first; i < first + count; i++) {
        if (text->len)
            g_string_append_c (text, ' ');
        report_finding (generation->flow, tips, findings_get (findings, i), WORD_REPORT_FOUND, text);
        g_string_append_c (text, ' ');
        report_fix (generation->flow, tips, findings_get (findings, i), text);
    }
    return text ? g_string_free (text, FALSE) : NULL;
}

/* What the ladders leave out, too: acknowledgments. */
static gboolean is_transport (const Note *note)
{
    const MessageKind *kind = catalog_kind (note->kind);

    return kind->protocol == PROTOCOL_TCP && (kind->id == TCP_EVENT_ACK || kind->id == TCP_EVENT_ESTABLISHED ||
                                              kind->id == TCP_EVENT_SEGMENT || kind->id == TCP_EVENT_RETRANSMISSION);
}

static void read_note (const Generation *generation, const Tips *tips, NoteId id, WatchReader reader,
                       gpointer user_data)
{
    const Note *note = notes_get (flow_notes (generation->flow), id);
    char buffer[EXPLAIN_MESSAGE_SIZE];
    const char *name = explain_message (generation->flow, note, buffer);
    g_autofree char *tip = explain_tip (generation->flow, tips, id, TIP_TEXT);
    g_autofree char *found = found_at (generation, tips, id);
    const WatchMessage message = { .packet = generation->before + note->frame,
                                   .time = note->time,
                                   .from_server = note->from_server,
                                   .is_transport = is_transport (note),
                                   .message = name ? name : catalog_kind (note->kind)->name,
                                   .phase = note->phase ? tips_word (tips, word_of_phase (note->phase)) : "",
                                   .tip = tip ? tip : "",
                                   .found = found };

    reader (&message, user_data);
}

void generation_messages (Generation *generation, const Tips *tips, PhoneId phone, WatchReader reader,
                          gpointer user_data)
{
    g_autoptr (GHashTable) done = g_hash_table_new (NULL, NULL);
    g_autoptr (GArray) notes = g_array_new (FALSE, FALSE, sizeof (NoteId));

    collect_phone (generation, phone, done, notes);
    g_array_sort (notes, compare_notes);
    for (guint i = 0; i < notes->len; i++) {
        const NoteId id = g_array_index (notes, NoteId, i);
        if (flow_note_phone (generation->flow, notes_get (flow_notes (generation->flow), id)) == phone)
            read_note (generation, tips, id, reader, user_data);
    }
}
