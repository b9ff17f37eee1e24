/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/protocols/config_elements.h"

#include <string.h>

static const char *const element_names[N_ELEMENTS] = {
#define X(symbol, name) [ELEMENT_##symbol] = name,
    ELEMENTS (X)
#undef X
};

static const guint8 element_sizes[N_ELEMENTS] = {
#define X(symbol, name) [ELEMENT_##symbol] = sizeof name - 1,
    ELEMENTS (X)
#undef X
};

const char *config_element_name (Element element)
{
    return element_names[element];
}

static gboolean equals (View name, const char *text, gsize size)
{
    return name.size == size &&
           (memcmp (name.data, text, size) == 0 || g_ascii_strncasecmp ((const char *) name.data, text, size) == 0);
}

Element config_element_find (View name)
{
    gsize prefix = element_sizes[ELEMENT_LOAD];

    for (Element element = ELEMENT_MODEL_LOAD + 1; element < N_ELEMENTS; element++)
        if (equals (name, element_names[element], element_sizes[element]))
            return element;
    if (name.size > prefix && g_ascii_isdigit (name.data[prefix]) &&
        equals ((View){ name.data, prefix }, element_names[ELEMENT_LOAD], prefix))
        return ELEMENT_MODEL_LOAD;
    return ELEMENT_OTHER;
}

static gboolean begins_secret (View text)
{
    static const char *const words[] = { "password", "passwd",     "passphrase", "passcode",  "secret",
                                         "psk",      "privatekey", "wepkey",     "credential" };

    for (gsize i = 0; i < G_N_ELEMENTS (words); i++) {
        gsize size = strlen (words[i]);
        if ((*text.data | 0x20) == *words[i] && text.size >= size && equals ((View){ text.data, size }, words[i], size))
            return TRUE;
    }
    return FALSE;
}

gboolean config_element_holds_secrets (View name)
{
    for (; name.size; name.data++, name.size--) {
        switch (*name.data | 0x20) {
        case 'p': /* what the words begin with */
        case 's':
        case 'w':
        case 'c':
            if (begins_secret (name))
                return TRUE;
            break;
        default:
            break;
        }
    }
    return FALSE;
}
