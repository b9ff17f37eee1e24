/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/frame.h"
#include "registration/wire/times.h"

/* Some capture points see each packet twice: a mirror of several ports, or of both sides of a router; "any" on a host
 * with bridges; before and in a tunnel; two files merged into one. Such copies are the same but for what routers and
 * links change, and follow within a moment, unless the clocks of two files differ. What a host sends again comes later
 * (RFC 6298 waits 200 ms and more, RFC 3261 500 ms), or under another IP identification (RFC 6864, 4.2); a datagram of
 * SIP is a copy under any. */

/* Frames that are remembered at the same time, a datagram of SIP twice; a fixed number of octets. */
#define COPIES_SLOTS 4096

/* No stack repeats so soon without another IP identification. */
#define COPIES_WITHIN MILLISECONDS (10)

/* All zero in the beginning. */
typedef struct {
    struct CopySlot {
        guint64 digest;
        gint64 time;
        guint32 frame; /* 0: empty */
        guint32 mark;
        guint32 n_copies;
        guint8 ttl;
        MacAddress source; /* Ethernet */
    } slots[COPIES_SLOTS];
} Copies;

/* A copy has the same IP identification, and comes within a moment, or with another time to live at any time.
 * by_content: within a moment from another Ethernet address whatever its IP identification is. What has passed a tunnel
 * may have another one, and no SIP stack repeats so soon.
 * TRUE when this frame is the copy of one that was told before: then that one's number and mark are returned,
 * whether a router has passed it on in between, which changes the Ethernet address and the time to live, and how many
 * copies of it there are so far, with this one. Otherwise remembers it, with this mark. Takes the same time however
 * many are remembered. */
gboolean copies_tell (Copies *copies, const Frame *frame, gboolean by_content, guint32 mark, guint32 *ret_frame,
                      guint32 *ret_mark, gboolean *ret_routed, guint32 *ret_copies);
