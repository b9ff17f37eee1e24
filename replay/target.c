/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/target.h"

#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

GQuark target_error_quark (void)
{
    return g_quark_from_static_string ("regreplay-target-error");
}

/* Splits off the port. FALSE when what looks like one is none. */
static gboolean split (const char *text, gboolean any_port, char **ret_host, guint64 *port)
{
    const char *close = text[0] == '[' ? strchr (text, ']') : NULL;
    const char *colon = strrchr (close ? close : text, ':');
    IpAddress address;

    if (text[0] == '[' && (!close || (close[1] && close[1] != ':')))
        return FALSE;
    if (!close && ip_address_parse (text, strcspn (text, "%"), &address))
        colon = NULL;
    if (colon && !g_ascii_string_to_unsigned (colon + 1, 10, any_port ? 0 : 1, G_MAXUINT16, port, NULL))
        return FALSE;
    if (close)
        *ret_host = g_strndup (text + 1, (gsize) (close - text - 1));
    else
        *ret_host = colon ? g_strndup (text, (gsize) (colon - text)) : g_strdup (text);
    return TRUE;
}

static gboolean take_address (const struct addrinfo *found, int family, IpAddress *ret_address)
{
    for (; found; found = found->ai_next) {
        if (found->ai_family != family)
            continue;
        if (family == AF_INET)
            *ret_address = ip_address_v4 ((const guint8 *) &((struct sockaddr_in *) found->ai_addr)->sin_addr);
        else {
            const struct sockaddr_in6 *address = (const struct sockaddr_in6 *) found->ai_addr;
            *ret_address = ip_address_v6 (address->sin6_addr.s6_addr);
            ret_address->scope = (guint16) address->sin6_scope_id;
        }
        return TRUE;
    }
    return FALSE;
}

static gboolean look_up (const char *host, IpAddress *ret_address, GError **error)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *found = NULL;
    int failure = getaddrinfo (host, NULL, &hints, &found);

    if (failure || (!take_address (found, AF_INET, ret_address) && !take_address (found, AF_INET6, ret_address))) {
        g_set_error (error, TARGET_ERROR, TARGET_ERROR_UNRESOLVED, "%s cannot be reached: the name has no address (%s)",
                     host, failure ? gai_strerror (failure) : "no IP address");
        if (found)
            freeaddrinfo (found);
        return FALSE;
    }
    freeaddrinfo (found);
    return TRUE;
}

/* An address, with the interface that it is on. FALSE without error for a name. */
static gboolean read_address (const char *host, IpAddress *ret_address, GError **error)
{
    const gsize size = strcspn (host, "%");
    guint64 scope = 0;

    if (!ip_address_parse (host, size, ret_address))
        return FALSE;
    if (!host[size])
        return TRUE;
    scope = if_nametoindex (host + size + 1);
    if (ret_address->size == 16 &&
        (scope || g_ascii_string_to_unsigned (host + size + 1, 10, 1, G_MAXUINT16, &scope, NULL)) &&
        scope <= G_MAXUINT16) {
        ret_address->scope = (guint16) scope;
        return TRUE;
    }
    g_set_error (error, TARGET_ERROR, TARGET_ERROR_TEXT, "%s: there is no interface \"%s\" here (ip link lists them)",
                 host, host + size + 1);
    return FALSE;
}

gboolean target_parse (const char *text, guint16 default_port, gboolean any_port, Endpoint *ret_target, GError **error)
{
    g_autofree char *host = NULL;
    guint64 port = default_port;
    Endpoint target = { 0 };

    if (!split (text, any_port, &host, &port) || !host[0]) {
        g_set_error (error, TARGET_ERROR, TARGET_ERROR_TEXT, "\"%s\" is no HOST[:PORT], as in 10.0.0.1:2000", text);
        return FALSE;
    }
    target.port = (guint16) port;
    g_autoptr (GError) trouble = NULL;
    if (!read_address (host, &target.address, &trouble) && (trouble || !look_up (host, &target.address, error))) {
        if (trouble)
            g_propagate_error (error, g_steal_pointer (&trouble));
        return FALSE;
    }
    *ret_target = target;
    return TRUE;
}

typedef struct {
    guint8 octets[2];
    guint8 mask[2]; /* of these octets */
} Range;

/* RFC 1918, RFC 1122 (loopback), RFC 3927 (link-local), RFC 6598 (behind carrier NAT). */
static const Range ranges_v4[] = {
    { { 10, 0 }, { 0xFF, 0 } },       { { 127, 0 }, { 0xFF, 0 } },      { { 172, 16 }, { 0xFF, 0xF0 } },
    { { 192, 168 }, { 0xFF, 0xFF } }, { { 169, 254 }, { 0xFF, 0xFF } }, { { 100, 64 }, { 0xFF, 0xC0 } },
};

/* RFC 4193 (unique local), RFC 4291 (link-local). */
static const Range ranges_v6[] = { { { 0xFC, 0 }, { 0xFE, 0 } }, { { 0xFE, 0x80 }, { 0xFF, 0xC0 } } };

static gboolean is_in (const guint8 *octets, const Range *ranges, guint n_ranges)
{
    for (guint i = 0; i < n_ranges; i++)
        if ((octets[0] & ranges[i].mask[0]) == ranges[i].octets[0] &&
            (octets[1] & ranges[i].mask[1]) == ranges[i].octets[1])
            return TRUE;
    return FALSE;
}

gboolean target_is_loopback (const IpAddress *address)
{
    static const guint8 loopback[16] = { [15] = 1 };
    return address->size == 4 ? address->octets[0] == 127 : memcmp (address->octets, loopback, 16) == 0;
}

gboolean target_is_private (const IpAddress *address)
{
    static const guint8 mapped[12] = { [10] = 0xFF, [11] = 0xFF };

    if (address->size == 4)
        return is_in (address->octets, ranges_v4, G_N_ELEMENTS (ranges_v4));
    if (memcmp (address->octets, mapped, sizeof mapped) == 0)
        return is_in (address->octets + 12, ranges_v4, G_N_ELEMENTS (ranges_v4));
    return target_is_loopback (address) || is_in (address->octets, ranges_v6, G_N_ELEMENTS (ranges_v6));
}

const char *target_format (const Endpoint *target, char text[TARGET_TEXT_SIZE])
{
    char address[IP_ADDRESS_TEXT_SIZE], name[IF_NAMESIZE + 1] = "";

    ip_address_format (&target->address, address);
    if (target->address.scope && if_indextoname (target->address.scope, name + 1))
        name[0] = '%';
    g_snprintf (text, TARGET_TEXT_SIZE, target->address.size == 16 ? "[%s%s]:%u" : "%s%s:%u", address, name,
                target->port);
    return text;
}
