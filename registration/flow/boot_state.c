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
    struct BootState whole = *into;

    if (!whole.lease) {
        whole.xid = other->xid;
        whole.discover = other->discover;
        whole.request = other->request;
        whole.discovers = other->discovers;
        whole.lease = other->lease;
        memcpy (whole.routers, other->routers, sizeof whole.routers);
        whole.n_routers = other->n_routers;
        memcpy (whole.tftp, other->tftp, sizeof whole.tftp);
        whole.n_tftp = other->n_tftp;
        whole.tftp_outside = other->tftp_outside;
        whole.has_static_routes = other->has_static_routes;
        whole.tftp_name = other->tftp_name;
        whole.vlan = other->vlan;
    }
    if (!*whole.model)
        memcpy (whole.model, other->model, sizeof whole.model);
    whole.is_near |= other->is_near;
    if (!whole.voice_vlan_note) {
        whole.voice_vlan = other->voice_vlan;
        whole.voice_vlan_note = other->voice_vlan_note;
    }
    if (mac_address_is_unknown (&whole.own_mac))
        whole.own_mac = other->own_mac;
    if (!whole.has_asked_for_files) {
        whole.has_asked_for_files = other->has_asked_for_files;
        whole.file_server = other->file_server;
    }
    if (!whole.config) {
        whole.config = other->config;
        memcpy (whole.configured, other->configured, sizeof whole.configured);
        memcpy (whole.configured_names, other->configured_names, sizeof whole.configured_names);
        whole.n_configured = other->n_configured;
        whole.has_more_servers = other->has_more_servers;
        whole.security = other->security;
        whole.secured_sip_port = other->secured_sip_port;
        whole.protocol = other->protocol;
        memcpy (whole.wanted_load, other->wanted_load, sizeof whole.wanted_load);
    }
    *into = whole;
}
