/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Reads a document that is nothing but elements, their attributes and printable ASCII, as nearly all configuration
 * files are, in one pass and in place; text is changed by that. The handlers hear the same as from GMarkup, in the same
 * order, but with a context of NULL, and with all text of an element in one piece as long as nothing stands inside of
 * it. TRUE once the root is closed; what follows is not looked at. FALSE for everything else, be it well formed or not,
 * and when a handler finds fault: GMarkup, which takes ten times as long, knows what to say. */
gboolean plain_xml_read (char *text, gsize size, const GMarkupParser *handlers, gpointer user_data);
