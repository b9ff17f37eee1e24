/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who asks for a phone's file: the phone itself, or somebody who looks at it. */
#include "registration/flow/flow_files_internal.h"

#include <string.h>

/* Anybody may ask for a lease in any name: computers beyond these are not known to be some. */
#define MAKES_KEPT 10000

/* One that asks for the configurations of so many phones, and for nothing else of theirs, is none of them. */
#define NAMES_OF_ONE 3

typedef struct {
    PhoneId phones[NAMES_OF_ONE];
    guint n;
} Asker;

/* What people fetch files with. */
static gboolean is_tool (View agent)
{
    static const char *const tools[] = { "Mozilla/", "curl/", "Wget/", "python-requests/", "Python-urllib/" };

    for (guint i = 0; i < G_N_ELEMENTS (tools); i++)
        if (agent.size >= strlen (tools[i]) && memcmp (agent.data, tools[i], strlen (tools[i])) == 0)
            return TRUE;
    return FALSE;
}

/* It is registered there, or was given its address: who asks for its file from another address is somebody else, until
 * more tells. */
static gboolean lives_elsewhere (const Phone *phone, const IpAddress *address)
{
    return phone->has_spoken && phone->address.size && !ip_address_equal (&phone->address, address) &&
           (phone->level >= LEVEL_ACCEPTED || (phone->boot && phone->boot->lease.note));
}

static Asker *asker_at (const Flow *flow, const IpAddress *address)
{
    Asker *asker = g_hash_table_lookup (flow->askers, address);

    if (!asker) {
        asker = g_new0 (Asker, 1);
        g_hash_table_insert (flow->askers, g_memdup2 (address, sizeof *address), asker);
    }
    return asker;
}

/* Nothing has shown what it is but that one file. */
static gboolean is_only_asked_for (const Phone *phone)
{
    const struct BootState *boot = phone->boot;

    return !phone->asks_more && !phone->has_said && !(boot && (boot->lease.note || *boot->model));
}

/* With the last of so many, those of which nothing else tells are no phones any longer. */
static void keep_asked (const Flow *flow, Asker *asker, PhoneId id)
{
    for (guint i = 0; i < asker->n; i++)
        if (phones_current (flow->phones, asker->phones[i]) == id)
            return;
    if (asker->n == NAMES_OF_ONE)
        return;
    asker->phones[asker->n++] = id;
    for (guint i = 0; asker->n == NAMES_OF_ONE && i < asker->n; i++) {
        Phone *asked = phones_get (flow->phones, phones_current (flow->phones, asker->phones[i]));
        if (!is_only_asked_for (asked))
            continue;
        asked->has_spoken = FALSE;
        asked->is_onlooker = TRUE;
    }
}

/* Whoever is there is no phone, unless it has said more. */
static void keep_tool (const Flow *flow, const IpAddress *address)
{
    const PhoneId id = phones_find_address (flow->phones, address);
    Phone *phone = id != PHONE_NONE ? phones_get (flow->phones, id) : NULL;

    if (!phone || phone->name_rank != NAME_NONE || phone->boot)
        return;
    phone->is_onlooker = TRUE;
    phone->has_spoken &= phone->has_said;
}

/* A computer of another make lives there, by its own word over DHCP, and the file is not called after it. IP
 * Communicator runs on such computers, and takes the name of its phone from their MAC address. */
static gboolean is_other_make (const Flow *flow, const IpAddress *address, const char *name)
{
    const MacAddress *mac = g_hash_table_lookup (flow->other_makes, address);
    const PhoneId id = phones_find_address (flow->phones, address);
    MacAddress named;

    if (!mac || (id != PHONE_NONE && phones_get (flow->phones, id)->name_rank == NAME_DEVICE))
        return FALSE;
    return !boot_file_mac (name, strlen (name), &named) || memcmp (&named, mac, sizeof named) != 0;
}

void flow_keep_make (Flow *flow, const IpAddress *address, const MacAddress *other)
{
    if (!other)
        g_hash_table_remove (flow->other_makes, address);
    else if (g_hash_table_size (flow->other_makes) < MAKES_KEPT)
        g_hash_table_replace (flow->other_makes, g_memdup2 (address, sizeof *address),
                              g_memdup2 (other, sizeof *other));
}

gboolean flow_asks_for_itself (const Flow *flow, const IpAddress *address, const char *name, View agent)
{
    const View device = boot_file_device_name (name, strlen (name));

    if (is_tool (agent)) {
        keep_tool (flow, address);
        return FALSE;
    }
    if (is_other_make (flow, address, name))
        return FALSE;
    if (!device.size)
        return TRUE;
    g_autofree char *text = view_dup (device);
    const PhoneId named = phones_find_device (flow->phones, text);
    Asker *asker = asker_at (flow, address);
    if (named == PHONE_NONE)
        return asker->n < NAMES_OF_ONE;
    if (!lives_elsewhere (phones_get (flow->phones, named), address))
        return TRUE;
    keep_asked (flow, asker, named);
    return FALSE;
}

/* A phone's own configuration: all that others ask for to look at it. */
static gboolean is_own_configuration (BootFileKind kind)
{
    return kind == BOOT_FILE_PHONE_CONFIG || kind == BOOT_FILE_PHONE_CONFIG_OLD;
}

/* One for the whole cluster: whoever watches the server asks for it, and so do phones of other makes. */
static gboolean is_for_all (BootFileKind kind)
{
    return kind == BOOT_FILE_CTL_SHARED || kind == BOOT_FILE_ITL_SHARED || kind == BOOT_FILE_DEFAULT_CONFIG ||
           kind == BOOT_FILE_RING_LIST;
}

void flow_has_asked (Flow *flow, const IpAddress *address, PhoneId id, BootFileKind kind)
{
    Phone *phone = phones_get (flow->phones, id);

    if (is_for_all (kind) && phone->name_rank == NAME_NONE)
        return;
    phone->has_spoken = TRUE;
    if (!is_own_configuration (kind))
        phone->asks_more = TRUE;
    else
        keep_asked (flow, asker_at (flow, address), id);
}

void flow_askers_init (Flow *flow)
{
    flow->askers = g_hash_table_new_full (ip_address_key_hash, ip_address_key_equal, g_free, g_free);
    flow->other_makes = g_hash_table_new_full (ip_address_key_hash, ip_address_key_equal, g_free, g_free);
}

void flow_askers_clear (Flow *flow)
{
    g_hash_table_unref (flow->askers);
    g_hash_table_unref (flow->other_makes);
}
