/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/sip_refusals.h"

#include <string.h>

static SipRefusal of_class (guint status)
{
    if (status < 400)
        return SIP_REFUSAL_NONE;
    if (status < 500)
        return SIP_REFUSAL_REQUEST;
    return status < 600 ? SIP_REFUSAL_SERVER : SIP_REFUSAL_EVERYWHERE;
}

SipRefusal sip_refusal_of_code (guint status)
{
    static const struct {
        guint16 status;
        guint16 refusal;
    } codes[] = {
        { 400, SIP_REFUSAL_SYNTAX },      { 402, SIP_REFUSAL_PAYMENT },      { 403, SIP_REFUSAL_CREDENTIALS },
        { 404, SIP_REFUSAL_NOT_FOUND },   { 405, SIP_REFUSAL_NO_REGISTRAR }, { 406, SIP_REFUSAL_ACCEPT },
        { 408, SIP_REFUSAL_BEHIND },      { 410, SIP_REFUSAL_GONE },         { 412, SIP_REFUSAL_OF_CALLS },
        { 413, SIP_REFUSAL_TOO_LARGE },   { 414, SIP_REFUSAL_TOO_LARGE },    { 415, SIP_REFUSAL_BODY },
        { 416, SIP_REFUSAL_SCHEME },      { 420, SIP_REFUSAL_EXTENSION },    { 421, SIP_REFUSAL_REQUIRED },
        { 422, SIP_REFUSAL_OF_CALLS },    { 428, SIP_REFUSAL_IDENTITY },     { 429, SIP_REFUSAL_REFERRED },
        { 430, SIP_REFUSAL_FLOW },        { 433, SIP_REFUSAL_ANONYMOUS },    { 436, SIP_REFUSAL_IDENTITY },
        { 437, SIP_REFUSAL_IDENTITY },    { 438, SIP_REFUSAL_IDENTITY },     { 439, SIP_REFUSAL_OUTBOUND },
        { 469, SIP_REFUSAL_OF_CALLS },    { 480, SIP_REFUSAL_UNAVAILABLE },  { 481, SIP_REFUSAL_OF_CALLS },
        { 482, SIP_REFUSAL_LOOP },        { 483, SIP_REFUSAL_HOPS },         { 484, SIP_REFUSAL_INCOMPLETE },
        { 485, SIP_REFUSAL_AMBIGUOUS },   { 486, SIP_REFUSAL_OF_CALLS },     { 487, SIP_REFUSAL_OF_CALLS },
        { 488, SIP_REFUSAL_OF_CALLS },    { 489, SIP_REFUSAL_OF_CALLS },     { 491, SIP_REFUSAL_OF_CALLS },
        { 493, SIP_REFUSAL_BODY },        { 494, SIP_REFUSAL_AGREEMENT },    { 501, SIP_REFUSAL_NO_REGISTRAR },
        { 502, SIP_REFUSAL_BAD_GATEWAY }, { 503, SIP_REFUSAL_BUSY },         { 504, SIP_REFUSAL_BEHIND },
        { 505, SIP_REFUSAL_VERSION },     { 513, SIP_REFUSAL_TOO_LARGE },    { 555, SIP_REFUSAL_PUSH },
        { 580, SIP_REFUSAL_OF_CALLS },    { 600, SIP_REFUSAL_OF_CALLS },     { 603, SIP_REFUSAL_DECLINED },
        { 604, SIP_REFUSAL_NOT_FOUND },   { 606, SIP_REFUSAL_OF_CALLS },     { 607, SIP_REFUSAL_OF_CALLS },
        { 608, SIP_REFUSAL_OF_CALLS },
    };

    for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
        if (codes[i].status == status)
            return codes[i].refusal;
    return of_class (status);
}

/* Besides those that the RFCs give to a code. */
static const struct {
    guint16 status;
    const char *phrase;
} usual[] = {
    { 403, "Verboten" },
    { 403, "Zugriff verweigert" },
    { 403, "Interdit" },
    { 403, "Accès interdit" },
    { 403, "Accès refusé" },
    { 403, "Prohibido" },
    { 404, "Nicht gefunden" },
    { 404, "Introuvable" },
    { 404, "Non trouvé" },
    { 404, "No encontrado" },
    { 480, "Temporarily not available" },
    { 480, "Vorübergehend nicht verfügbar" },
    { 480, "Temporairement indisponible" },
    { 480, "No disponible temporalmente" },
    { 481, "Call Leg/Transaction Does Not Exist" },
    { 500, "Internal Server Error" },
    { 500, "Interner Serverfehler" },
    { 500, "Erreur interne du serveur" },
    { 500, "Error interno del servidor" },
    { 503, "Server Unavailable" },
    { 503, "Dienst nicht verfügbar" },
    { 503, "Service indisponible" },
    { 503, "Servicio no disponible" },
    { 600, "Busy" },
    { 603, "Declined" },
};

gboolean sip_phrase_is_usual (guint status, View phrase)
{
    for (guint i = 0; i < G_N_ELEMENTS (usual); i++)
        if (usual[i].status == status && phrase.size == strlen (usual[i].phrase) &&
            octets_same_caseless (phrase.data, usual[i].phrase, phrase.size))
            return TRUE;
    return FALSE;
}

static gboolean has_word_of (const char *const words[4], const char *phrase)
{
    g_autofree char *lower = g_ascii_strdown (phrase, -1);

    for (guint i = 0; i < 4 && words[i]; i++)
        if (strstr (lower, words[i]))
            return TRUE;
    return FALSE;
}

/* These words, one of which is in the usual phrase, tell what the code means in its list. */
static const struct {
    guint16 status;
    const char *words[4];
} meanings[] = {
    { 402, { "payment", "credit", "balance", "paid" } },
    { 404, { "found", "unknown", "exist", "no such" } },
    { 405, { "method", "not allowed", "register" } },
    { 408, { "time" } },
    { 410, { "gone", "removed", "deleted", "no longer" } },
    { 412, { "condition" } },
    { 413, { "large", "long", "big", "size" } },
    { 414, { "large", "long", "big", "size" } },
    { 415, { "media", "type", "body", "encoding" } },
    { 416, { "scheme", "uri" } },
    { 420, { "extension" } },
    { 421, { "extension", "require" } },
    { 428, { "identity" } },
    { 429, { "refer" } },
    { 430, { "flow" } },
    { 433, { "anonym" } },
    { 436, { "identity" } },
    { 437, { "certificate", "credential" } },
    { 438, { "identity" } },
    { 439, { "outbound" } },
    { 482, { "loop", "merge" } },
    { 483, { "hop", "forwards" } },
    { 484, { "incomplete" } },
    { 485, { "ambiguous" } },
    { 493, { "decipher" } },
    { 494, { "agreement" } },
    { 501, { "implemented", "supported", "method", "register" } },
    { 502, { "gateway" } },
    { 504, { "time" } },
    { 505, { "version" } },
    { 513, { "large", "long", "big", "size" } },
    { 555, { "push" } },
    { 604, { "found", "unknown", "exist", "no such" } },
};

gboolean sip_phrase_is_another (guint status, const char *phrase)
{
    for (guint i = 0; *phrase && i < G_N_ELEMENTS (meanings); i++)
        if (meanings[i].status == status)
            return !has_word_of (meanings[i].words, phrase);
    return FALSE;
}

void sip_phrases_each (void (*each) (const char *text, gpointer user_data), gpointer user_data)
{
    for (guint i = 0; i < G_N_ELEMENTS (usual); i++)
        each (usual[i].phrase, user_data);
    for (guint i = 0; i < G_N_ELEMENTS (meanings); i++)
        for (guint k = 0; k < G_N_ELEMENTS (meanings[i].words) && meanings[i].words[k]; k++)
            each (meanings[i].words[k], user_data);
}
