/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/tls_refusals.h"

TlsRefusal tls_refusal (guint description)
{
    static const struct {
        guint8 description;
        guint8 refusal;
    } alerts[] = {
        { 10, TLS_REFUSAL_FORM },      { 20, TLS_REFUSAL_FORM },         { 21, TLS_REFUSAL_FORM },
        { 22, TLS_REFUSAL_FORM },      { 30, TLS_REFUSAL_FORM },         { 40, TLS_REFUSAL_HANDSHAKE },
        { 41, TLS_REFUSAL_REQUIRED },  { 42, TLS_REFUSAL_CERTIFICATE },  { 43, TLS_REFUSAL_CERTIFICATE },
        { 44, TLS_REFUSAL_REVOKED },   { 45, TLS_REFUSAL_EXPIRED },      { 46, TLS_REFUSAL_CERTIFICATE },
        { 47, TLS_REFUSAL_FORM },      { 48, TLS_REFUSAL_AUTHORITY },    { 49, TLS_REFUSAL_DENIED },
        { 50, TLS_REFUSAL_FORM },      { 51, TLS_REFUSAL_FORM },         { 60, TLS_REFUSAL_HANDSHAKE },
        { 70, TLS_REFUSAL_VERSION },   { 71, TLS_REFUSAL_HANDSHAKE },    { 80, TLS_REFUSAL_INTERNAL },
        { 86, TLS_REFUSAL_FALLBACK },  { 90, TLS_REFUSAL_CANCELED },     { 109, TLS_REFUSAL_MISSING },
        { 110, TLS_REFUSAL_FORM },     { 111, TLS_REFUSAL_CERTIFICATE }, { 112, TLS_REFUSAL_NAME },
        { 113, TLS_REFUSAL_STATUS },   { 114, TLS_REFUSAL_CERTIFICATE }, { 115, TLS_REFUSAL_KEY },
        { 116, TLS_REFUSAL_REQUIRED }, { 120, TLS_REFUSAL_PROTOCOL },
    };

    for (guint i = 0; i < G_N_ELEMENTS (alerts); i++)
        if (alerts[i].description == description)
            return alerts[i].refusal;
    return N_TLS_REFUSALS;
}
