/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/target.h"

#include <gio/gio.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

GQuark target_error_quark (void)
{
    return g_quark_from_static_string ("regreplay-target-error");
}

/* What may stand in the name of a host (RFC 1123, 2.1), also as it is written in other scripts; an address may have an
 * interface behind it. */
static gboolean may_be_host (const char *host)
{
    gboolean is_name = TRUE;
    IpAddress address;

    for (const char *at = host; *at; at++)
        is_name &= g_ascii_isalnum (*at) || strchr ("-._", *at) || (guchar) *at >= 0x80;
    return is_name || ip_address_parse (host, strcspn (host, "%"), &address);
}

/* Splits off the port. FALSE when what looks like one is none. */
static gboolean split (const char *text, gboolean any_port, char **ret_host, gboolean *ret_has_port, guint64 *ret_port)
{
    const char *close = text[0] == '[' ? strchr (text, ']') : NULL;
    const char *colon = strrchr (close ? close : text, ':');
    IpAddress address;

    if (text[0] == '[' && (!close || (close[1] && close[1] != ':')))
        return FALSE;
    if (!close && ip_address_parse (text, strcspn (text, "%"), &address))
        colon = NULL;
    if (colon && !g_ascii_string_to_unsigned (colon + 1, 10, any_port ? 0 : 1, G_MAXUINT16, ret_port, NULL))
        return FALSE;
    *ret_has_port = colon != NULL;
    if (close)
        *ret_host = g_strndup (text + 1, (gsize) (close - text - 1));
    else
        *ret_host = colon ? g_strndup (text, (gsize) (colon - text)) : g_strdup (text);
    return TRUE;
}

static IpAddress address_of (const struct addrinfo *found)
{
    if (found->ai_family == AF_INET)
        return ip_address_v4 ((const guint8 *) &((struct sockaddr_in *) found->ai_addr)->sin_addr);
    const struct sockaddr_in6 *own = (const struct sockaddr_in6 *) found->ai_addr;
    IpAddress address = ip_address_v6 (own->sin6_addr.s6_addr);
    address.scope = (guint16) own->sin6_scope_id;
    return address;
}

static gboolean is_there (const GArray *choices, const Endpoint *end)
{
    for (guint i = 0; i < choices->len; i++)
        if (endpoint_equal (&g_array_index (choices, TargetChoice, i).end, end))
            return TRUE;
    return FALSE;
}

static void append_choices (GArray *choices, const struct addrinfo *found, int family, const TargetChoice *like)
{
    for (; found && choices->len < TARGET_CHOICES_MAX; found = found->ai_next) {
        if (found->ai_family != family)
            continue;
        TargetChoice choice = *like;
        choice.end.address = address_of (found);
        if (is_there (choices, &choice.end))
            continue;
        choice.host = g_strdup (like->host);
        g_array_append_val (choices, choice);
    }
}

/* Adds the addresses of a host, each like that. Returns what was wrong; NULL: nothing. */
static const char *look_up (const char *host, const TargetChoice *like, GArray *choices)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *found = NULL;
    const guint before = choices->len;
    int failure = getaddrinfo (host, NULL, &hints, &found);

    if (!failure) {
        append_choices (choices, found, AF_INET, like);
        append_choices (choices, found, AF_INET6, like);
        freeaddrinfo (found);
    }
    if (failure == EAI_AGAIN || failure == EAI_FAIL)
        return "the name servers of this host fail";
    return failure ? gai_strerror (failure) : choices->len == before ? "no IP address" : NULL;
}

static void clear_choice (gpointer data)
{
    g_free (((TargetChoice *) data)->host);
}

static GArray *new_choices (void)
{
    GArray *choices = g_array_new (FALSE, FALSE, sizeof (TargetChoice));

    g_array_set_clear_func (choices, clear_choice);
    return choices;
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

/* --- Names */

/* For SRV records at most; then the name's own addresses do. */
#define SERVICES_WAIT SECONDS (5)

/* One search, which a thread of its own does: nothing else bounds the system's resolver in time. Whoever is last frees
 * it. */
typedef struct {
    gint references;
    char *host, *service, *protocol;
    guint16 port;
    GCancellable *services_left; /* nobody waits for SRV records any more */
    GMutex mutex;
    GCond over;
    gboolean is_over;
    GArray *choices;
    char *why;    /* there is none; NULL: nothing is wrong */
    char *remark; /* what could not be asked, though an address was found; or NULL */
} Search;

static void search_unref (Search *search)
{
    if (!g_atomic_int_dec_and_test (&search->references))
        return;
    g_free (search->host);
    g_free (search->service);
    g_free (search->protocol);
    g_free (search->why);
    g_free (search->remark);
    g_array_unref (search->choices);
    g_object_unref (search->services_left);
    g_mutex_clear (&search->mutex);
    g_cond_clear (&search->over);
    g_free (search);
}

/* A record that names the root says that there is none; GLib leaves it or takes it away (RFC 2782). */
static gboolean is_without_service (GList *targets, const GError *error)
{
    return targets ? !targets->next && !*g_srv_target_get_hostname (targets->data) : !error;
}

/* FALSE when it is the name itself that has to be looked up. */
static gboolean search_services (Search *search)
{
    g_autoptr (GError) error = NULL;
    GList *targets = g_resolver_lookup_service (g_resolver_get_default (), search->service, search->protocol,
                                                search->host, search->services_left, &error);
    const char *why = NULL;

    /* They are in the order of RFC 2782 already. */
    for (GList *at = is_without_service (targets, error) ? NULL : targets; at; at = at->next) {
        if (!g_srv_target_get_port (at->data))
            continue; /* nobody can be reached there */
        g_autofree char *host = g_strdup (g_srv_target_get_hostname (at->data));
        const TargetChoice like = { .end.port = g_srv_target_get_port (at->data),
                                    .is_name = TRUE,
                                    .host = host,
                                    .priority = g_srv_target_get_priority (at->data) };
        const char *trouble = look_up (host, &like, search->choices);
        why = trouble ? trouble : why;
    }
    if (is_without_service (targets, error))
        search->why = g_strdup_printf ("its SRV record (_%s._%s) says that this service is not there", search->service,
                                       search->protocol);
    else if (targets && !search->choices->len)
        search->why = g_strdup_printf ("none of the hosts that its SRV records (_%s._%s) name has an address (%s)",
                                       search->service, search->protocol, why);
    /* Whoever says that there are none has answered. */
    if (!targets && error && !g_error_matches (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND))
        search->remark =
            g_strdup_printf ("whether it has SRV records (_%s._%s) is not known, as the name servers of this host "
                             "do not say; its own addresses were used",
                             search->service, search->protocol);
    gboolean is_done = targets || search->why;
    g_resolver_free_targets (targets);
    return is_done;
}

static gpointer search_work (gpointer data)
{
    Search *search = data;

    if (!search->service || !search_services (search)) {
        const TargetChoice like = { .end.port = search->port, .is_name = TRUE };
        const char *why = look_up (search->host, &like, search->choices);
        search->why = why ? g_strdup_printf ("no address of the name is known (%s)", why) : NULL;
    }
    g_mutex_lock (&search->mutex);
    search->is_over = TRUE;
    g_cond_signal (&search->over);
    g_mutex_unlock (&search->mutex);
    search_unref (search);
    return NULL;
}

/* until: of g_get_monotonic_time(). */
static gboolean is_over_by (Search *search, gint64 until)
{
    gboolean is_over = FALSE;

    g_mutex_lock (&search->mutex);
    while (!search->is_over && g_cond_wait_until (&search->over, &search->mutex, until))
        ;
    is_over = search->is_over;
    g_mutex_unlock (&search->mutex);
    return is_over;
}

/* A name that stands in /etc/hosts is found although no name server answers. */
static gboolean wait_for (Search *search, gint64 timeout)
{
    const gint64 now = g_get_monotonic_time ();

    if (is_over_by (search, now + MIN (timeout / 2, SERVICES_WAIT) / 1000))
        return TRUE;
    g_cancellable_cancel (search->services_left);
    return is_over_by (search, now + MIN (timeout, SECONDS (3600)) / 1000);
}

static GArray *find_name (const char *host, guint16 port, const TargetService *service, gint64 timeout,
                          char **ret_remark, GError **error)
{
    Search *search = g_new0 (Search, 1);
    GArray *choices = NULL;

    *search = (Search){ .references = 2,
                        .host = g_strdup (host),
                        .service = service ? g_strdup (service->service) : NULL,
                        .protocol = service ? g_strdup (service->protocol) : NULL,
                        .port = port,
                        .services_left = g_cancellable_new (),
                        .choices = new_choices () };
    g_mutex_init (&search->mutex);
    g_cond_init (&search->over);
    g_thread_unref (g_thread_new ("names", search_work, search));
    if (!wait_for (search, timeout))
        g_set_error (error, TARGET_ERROR, TARGET_ERROR_UNRESOLVED,
                     "%s cannot be found: the name servers of this host have not answered in time", host);
    else if (search->why)
        g_set_error (error, TARGET_ERROR, TARGET_ERROR_UNRESOLVED, "%s cannot be found: %s", host, search->why);
    else {
        choices = g_array_ref (search->choices);
        if (ret_remark && search->remark)
            *ret_remark = g_strdup_printf ("%s: %s", host, search->remark);
    }
    search_unref (search);
    return choices;
}

/* A host that only this machine has is in no DNS (RFC 6761, 6.3). */
static gboolean may_have_services (const char *host)
{
    return g_ascii_strcasecmp (host, "localhost") != 0 && !g_str_has_suffix (host, ".localhost");
}

static GArray *find (const char *text, guint16 default_port, gboolean any_port, const TargetService *service,
                     gint64 timeout, char **ret_remark, GError **error)
{
    g_autofree char *host = NULL;
    g_autoptr (GError) trouble = NULL;
    TargetChoice choice = { 0 };
    guint64 port = 0;
    gboolean has_port = FALSE;

    if (!split (text, any_port, &host, &has_port, &port) || !host[0] || !may_be_host (host)) {
        g_set_error (error, TARGET_ERROR, TARGET_ERROR_TEXT, "\"%s\" is no HOST[:PORT], as in 10.0.0.1:2000", text);
        return NULL;
    }
    choice.end.port = has_port ? (guint16) port : default_port;
    if (read_address (host, &choice.end.address, &trouble)) {
        GArray *choices = new_choices ();
        g_array_append_val (choices, choice);
        return choices;
    }
    if (trouble) {
        g_propagate_error (error, g_steal_pointer (&trouble));
        return NULL;
    }
    return find_name (host, choice.end.port, has_port || !may_have_services (host) ? NULL : service, timeout,
                      ret_remark, error);
}

GArray *target_find (const char *text, guint16 default_port, const TargetService *service, gint64 timeout,
                     char **ret_remark, GError **error)
{
    *ret_remark = NULL;
    return find (text, default_port, FALSE, service, timeout, ret_remark, error);
}

char *target_name_choice (const char *text, const TargetChoice *choice)
{
    char end[TARGET_TEXT_SIZE];

    if (!choice->is_name)
        return g_strdup (text);
    return g_strdup_printf ("%s (%s%s%s)", text, target_format (&choice->end, end), choice->host ? ", of " : "",
                            choice->host ? choice->host : "");
}

gboolean target_parse (const char *text, guint16 default_port, gboolean any_port, gint64 timeout, Endpoint *ret_target,
                       GError **error)
{
    g_autoptr (GArray) choices = find (text, default_port, any_port, NULL, timeout, NULL, error);

    if (!choices)
        return FALSE;
    *ret_target = g_array_index (choices, TargetChoice, 0).end;
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
