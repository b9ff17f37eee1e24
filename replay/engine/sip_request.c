/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/engine/sip_request.h"

#include <string.h>

void sip_request_init (SipRequest *request, Player *player, SipTimeout timeout, gpointer user_data)
{
    *request = (SipRequest){ .player = player, .timeout = timeout, .user_data = user_data };
}

void sip_request_drop (SipRequest *request)
{
    agenda_cancel (&request->again);
    agenda_cancel (&request->patience);
    if (request->octets)
        sip_forms_give_back (request->player->settings->forms, g_steal_pointer (&request->octets));
}

gboolean sip_request_waits (const SipRequest *request)
{
    return request->octets != NULL;
}

static void on_again (gint64 deadline, gpointer user_data)
{
    SipRequest *request = user_data;

    request->copies++;
    request->interval = request->is_trying ? SIP_T2 : MIN (2 * request->interval, SIP_T2);
    agenda_make (agenda_of (request->player), &request->again, deadline + request->interval, on_again, request);
    player_send (request->player, (View){ request->octets->data, request->octets->len }, deadline, NULL);
}

static void on_patience (G_GNUC_UNUSED gint64 deadline, gpointer user_data)
{
    SipRequest *request = user_data;

    sip_request_drop (request);
    request->timeout (request->user_data);
}

void sip_request_send (SipRequest *request, GByteArray *octets, const char *branch, guint32 cseq, gint64 patience,
                       gint64 due)
{
    Agenda *agenda = agenda_of (request->player);

    sip_request_drop (request);
    request->octets = octets;
    request->branch_size = MIN (strlen (branch), sizeof request->branch - 1);
    memcpy (request->branch, branch, request->branch_size);
    request->cseq = cseq;
    request->sent = clock_now ();
    request->interval = SIP_T1;
    request->copies = 0;
    request->is_trying = FALSE;
    if (request->player->settings->carrier == CARRIER_UDP)
        agenda_make (agenda, &request->again, request->sent + request->interval, on_again, request);
    agenda_make (agenda, &request->patience, request->sent + patience, on_patience, request);
    player_send (request->player, (View){ octets->data, octets->len }, due, &request->left);
}

static gboolean is_same_method (const SipRequest *request, const SipMessage *answer)
{
    gsize size = answer->cseq_method.size;

    return size && request->octets->len > size && memcmp (request->octets->data, answer->cseq_method.data, size) == 0 &&
           request->octets->data[size] == ' ';
}

static gboolean has_branch (const SipRequest *request, const SipMessage *answer)
{
    return request->octets && answer->via.branch.size == request->branch_size &&
           memcmp (answer->via.branch.data, request->branch, request->branch_size) == 0;
}

static gboolean is_about (const SipRequest *request, const SipMessage *answer)
{
    return answer->cseq == request->cseq && is_same_method (request, answer);
}

gboolean sip_request_contradicts (const SipRequest *request, const SipMessage *answer)
{
    return has_branch (request, answer) && !is_about (request, answer);
}

gboolean sip_request_takes (SipRequest *request, const SipMessage *answer)
{
    if (!has_branch (request, answer) || !is_about (request, answer))
        return FALSE;
    if (answer->status >= 200) {
        sip_request_drop (request);
    } else if (!request->is_trying) {
        request->is_trying = TRUE;
        /* It has arrived: from now on a copy only keeps the wait alive (RFC 3261, 17.1.2.2). */
        if (agenda_is_made (&request->again))
            agenda_make (agenda_of (request->player), &request->again, clock_now () + SIP_T2, request->again.handler,
                         request);
    }
    return TRUE;
}
