/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Octets that are addresses, and those of which nobody knows what they are. */
#include "registration/anonymise/pen.h"

#include <string.h>

void pen_mac (const Pen *pen, guint8 octets[6])
{
    if (pen->writes)
        pseudonyms_mac (pen->pseudonyms, octets);
    else
        pseudonyms_learn_mac (pen->pseudonyms, octets);
}

void pen_ipv4 (const Pen *pen, guint8 octets[4])
{
    if (pen->writes)
        pseudonyms_ipv4 (pen->pseudonyms, octets);
    else
        pseudonyms_learn_ipv4 (pen->pseudonyms, octets);
}

void pen_ipv6 (const Pen *pen, guint8 octets[16])
{
    if (pen->writes)
        pseudonyms_ipv6 (pen->pseudonyms, octets);
    else
        pseudonyms_learn_ipv6 (pen->pseudonyms, octets);
}

void pen_ipv4_list (const Pen *pen, guint8 *octets, gsize size)
{
    for (gsize i = 0; i + 4 <= size; i += 4)
        pen_ipv4 (pen, octets + i);
}

void pen_known (const Pen *pen, guint8 *data, gsize size)
{
    for (gsize at = 0; pen->writes && at + 4 <= size; at++)
        if (at + 6 <= size && pseudonyms_know_mac (pen->pseudonyms, data + at)) {
            pen_mac (pen, data + at);
            at += 5;
        } else if (pseudonyms_know_ipv4 (pen->pseudonyms, data + at)) {
            pen_ipv4 (pen, data + at);
            at += 3;
        }
}

/* As hosts have it. */
static gboolean is_host_ipv4 (const guint8 *octets)
{
    return octets[0] > 0 && octets[0] < 224 && octets[0] != 127;
}

static gboolean are_all_ipv4 (const guint8 *data, gsize size)
{
    enum { MOST = 64 };

    if (size > MOST)
        return FALSE;
    for (gsize at = 0; at < size; at += 4)
        if (at + 4 > size || !is_host_ipv4 (data + at))
            return FALSE;
    return size > 0;
}

static gboolean is_plain_text (const guint8 *data, gsize size)
{
    while (size && data[size - 1] == 0)
        size--;
    for (gsize i = 0; i < size; i++)
        if ((data[i] < 0x20 && !strchr ("\t\r\n", data[i])) || data[i] == 0 || data[i] >= 0x7F)
            return size > 4 && g_utf8_validate ((const char *) data, (gssize) size, NULL) && data[i] >= 0x80;
    return size > 0;
}

void pen_unknown (const Pen *pen, guint8 *data, gsize size)
{
    enum { NUMBER = 2 }; /* so many octets name nobody */
    const gboolean is_ipv6 = size == 16 && ((data[0] & 0xE0) == 0x20 || data[0] >= 0xFC) && !are_all_ipv4 (data, size);

    if (size <= NUMBER)
        return;
    if (is_plain_text (data, size))
        pen_text (pen, data, size, TEXT_WHERE);
    else if (is_ipv6)
        pen_ipv6 (pen, data);
    else if (are_all_ipv4 (data, size))
        pen_ipv4_list (pen, data, size);
    else if (are_all_ipv4 (data + 1, size - 1)) /* behind their kind */
        pen_ipv4_list (pen, data + 1, size - 1);
    else if (size == 6 && pseudonyms_know_mac (pen->pseudonyms, data))
        pen_mac (pen, data);
    else
        pen_blank (pen, data, size);
}

void pen_blank (const Pen *pen, guint8 *data, gsize size)
{
    if (pen->writes && size)
        memset (data, 0, size);
}
