/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/flow/boot_state.h"

#include "registration/terms/models.h"

#include <string.h>

void boot_state_keep_model (struct BootState *boot, View text)
{
    View model = model_in_text (text);

    if (!model.size || model.size >= sizeof boot->model)
        return;
    memcpy (boot->model, model.data, model.size);
    boot->model[model.size] = '\0';
}

void boot_state_merge (struct BootState *into, const struct BootState *other)
{
    if (!into->lease.note)
        into->lease = other->lease;
    if (!into->voice_vlan.note)
        into->voice_vlan = other->voice_vlan;
    if (!into->access.answer && !into->access.closed)
        into->access = other->access;
    if (!into->link.note && other->link.note)
        into->link = other->link;
    if (!into->names.note)
        into->names = other->names;
    if (!into->files.note)
        into->files = other->files;
    if (!into->configuration.note)
        into->configuration = other->configuration;
    into->is_near |= other->is_near;
    if (!*into->model)
        memcpy (into->model, other->model, sizeof into->model);
}
