/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/findings/story.h"

#include <string.h>

void rounds_add (Rounds *rounds, guint32 about, NoteId note)
{
    if (rounds->about != about)
        rounds_forget (rounds);
    rounds->about = about;
    if (rounds->count >= G_N_ELEMENTS (rounds->note))
        memmove (rounds->note, rounds->note + 1, sizeof rounds->note - sizeof *rounds->note);
    rounds->note[MIN (rounds->count, G_N_ELEMENTS (rounds->note) - 1)] = note;
    rounds->count++;
}

void rounds_forget (Rounds *rounds)
{
    *rounds = (Rounds){ 0 };
}

static void join_rounds (Rounds *into, const Rounds *other)
{
    if (into->count == 0)
        *into = *other;
}

/* --- A phone */

static guint64 case_number (Problem problem, guint32 about)
{
    return (guint64) problem << 32 | about;
}

PhoneStory *phone_story_new (void)
{
    return g_new0 (PhoneStory, 1);
}

void phone_story_free (PhoneStory *story)
{
    if (!story)
        return;
    shelf_clear (&story->cases);
    shelf_clear (&story->heard);
    g_free (story->spare);
    g_clear_pointer (&story->unsaid, g_array_unref);
    g_clear_pointer (&story->skipped, g_array_unref);
    g_free (story);
}

Case *phone_story_case (PhoneStory *story, Problem problem, guint32 about)
{
    const guint64 number = case_number (problem, about);
    Case *found = shelf_find (&story->cases, number);

    if (!found) {
        found = story->spare ? g_steal_pointer (&story->spare) : g_new (Case, 1);
        *found = (Case){ .number = number };
        shelf_add (&story->cases, found);
        story->had[problem / 8] |= (guint8) (1 << problem % 8);
    }
    return found;
}

void phone_story_forget (PhoneStory *story, Problem problem, guint32 about)
{
    Case *found;

    if (!(story->had[problem / 8] >> problem % 8 & 1) ||
        !(found = shelf_take (&story->cases, case_number (problem, about))))
        return;
    g_free (story->spare);
    story->spare = found;
}

Heard *phone_story_find_heard (PhoneStory *story, guint16 place)
{
    if (!story->latest || story->latest->place != place)
        story->latest = shelf_find (&story->heard, place);
    return story->latest;
}

Heard *phone_story_heard (PhoneStory *story, guint16 place)
{
    Heard *found = phone_story_find_heard (story, place);

    if (!found) {
        found = g_new0 (Heard, 1);
        found->place = place;
        found->fresh = found->missed_time = G_MININT64;
        shelf_add (&story->heard, found);
        story->latest = found;
    }
    return found;
}

/* --- Two phones turn out to be one */

static void join_case (gpointer data, gpointer user_data)
{
    const Case *other = data;
    Shelf *cases = user_data;
    Case *own = shelf_find (cases, other->number);

    if (!own) {
        shelf_add (cases, g_memdup2 (other, sizeof *other));
        return;
    }
    own->count += other->count;
    own->last = MAX (own->last, other->last);
    NoteId first = MIN (own->first, other->first), later = MAX (own->first, other->first);
    if (own->first && other->first) {
        own->second = own->second && own->second < later ? own->second : later;
        own->first = first;
    } else {
        own->first = later;
    }
}

static void join_heard (gpointer data, gpointer user_data)
{
    const Heard *other = data;
    Shelf *heard = user_data;
    Heard *own = shelf_find (heard, other->place);

    if (!own) {
        shelf_add (heard, g_memdup2 (other, sizeof *other));
        return;
    }
    own->missed = MAX (own->missed, other->missed);
    own->missed_time = MAX (own->missed_time, other->missed_time);
    own->fresh = MAX (own->fresh, other->fresh);
    own->asked = MAX (own->asked, other->asked);
    own->denied |= other->denied;
    own->speaks |= other->speaks;
}

static void join_start (PhoneStory *into, PhoneStory *other)
{
    if (into->has_begun) {
        into->files_heard |= other->files_heard;
        into->files_in_view |= other->files_in_view;
        into->may_have_config |= other->may_have_config;
        into->is_let_in |= other->is_let_in;
        into->shut_out = MAX (into->shut_out, other->shut_out);
        join_rounds (&into->trust_lists, &other->trust_lists);
        join_rounds (&into->signed_files, &other->signed_files);
        join_rounds (&into->configs, &other->configs);
        join_rounds (&into->loads, &other->loads);
        return;
    }
    PhoneStory whole = *other;
    whole.cases = into->cases;
    memcpy (whole.had, into->had, sizeof whole.had);
    whole.spare = into->spare;
    whole.heard = into->heard;
    whole.unsaid = into->unsaid;
    whole.one_sided = into->one_sided;
    whole.lacks_side = into->lacks_side;
    other->skipped = NULL;
    *into = whole;
}

void phone_story_join (PhoneStory *into, PhoneStory *other)
{
    join_start (into, other);
    into->latest = NULL; /* it may have come from the other */
    for (guint i = 0; i < G_N_ELEMENTS (into->had); i++)
        into->had[i] |= other->had[i];
    shelf_foreach (&other->cases, join_case, &into->cases);
    shelf_foreach (&other->heard, join_heard, &into->heard);
    if (!into->one_sided)
        into->one_sided = other->one_sided;
    into->lacks_side |= other->lacks_side;
    if (!into->unsaid)
        into->unsaid = g_steal_pointer (&other->unsaid);
    else if (other->unsaid)
        g_array_append_vals (into->unsaid, other->unsaid->data, other->unsaid->len);
}

/* --- Connections */

#define STORIES_PER_BLOCK 64

struct ConnectionStories {
    GPtrArray *blocks; /* of ConnectionStory[STORIES_PER_BLOCK], owned */
};

ConnectionStories *connection_stories_new (void)
{
    ConnectionStories *stories = g_new0 (ConnectionStories, 1);

    stories->blocks = g_ptr_array_new_with_free_func (g_free);
    return stories;
}

void connection_stories_free (ConnectionStories *stories)
{
    g_ptr_array_unref (stories->blocks);
    g_free (stories);
}

ConnectionStory *connection_story (ConnectionStories *stories, guint32 number)
{
    guint block = (number - 1) / STORIES_PER_BLOCK;

    while (stories->blocks->len <= block)
        g_ptr_array_add (stories->blocks, g_new0 (ConnectionStory, STORIES_PER_BLOCK));
    return (ConnectionStory *) stories->blocks->pdata[block] + (number - 1) % STORIES_PER_BLOCK;
}
