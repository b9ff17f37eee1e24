/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/registration_state.h"

const char *registration_role_name (RegistrationRole role)
{
    static const char *const names[N_REGISTRATION_ROLES] = {
#define X(symbol, name) [ROLE_##symbol] = name,
        REGISTRATION_ROLES (X)
#undef X
    };
    return names[role];
}

const char *registration_state_name (RegistrationState state)
{
    static const char *const names[N_REGISTRATION_STATES] = {
#define X(symbol, name, english) [STATE_##symbol] = name,
        REGISTRATION_STATES (X)
#undef X
    };
    return names[state];
}
