/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets from an interface. One that goes away is waited for: cables and switches are what people look at. */
#include "replay/watch/packets_internal.h"

#include "registration/terms/ports.h"
#include "registration/wire/link.h"
#include "registration/wire/times.h"
#include "replay/recording/capture.h"

#include <net/if.h>
#include <pcap/pcap.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define KERNEL_BUFFER (64 * 1024 * 1024)
#define SNAPLEN       65535
/* How long libpcap waits before it looks whether the interface is still there, in milliseconds. */
#define WAIT 100
/* Between two looks whether the interface is there again, in microseconds. */
#define RETRY (500 * 1000)

typedef struct {
    char *interface, *filter; /* owned; filter: NULL for our own */
    GMutex lock;              /* of pcap, against whoever ends the thread */
    pcap_t *pcap;             /* owned; NULL while the interface is away */
    guint64 dropped_before;   /* by handles that are closed */
    gboolean is_down;         /* as it was when it was looked at; of whoever takes packets */
} Interface;

static void set_error (GError **error, const char *interface, const char *what, const char *detail)
{
    g_set_error (error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s %s%s%s", interface, what, *detail ? ": " : "", detail);
}

/* What a person can do about it stands behind it. */
static void set_activation_error (GError **error, const char *interface, int status, pcap_t *pcap)
{
    switch (status) {
    case PCAP_ERROR_NO_SUCH_DEVICE:
        set_error (error, interface, "is no interface of this machine (\"ip link\" lists them)", "");
        break;
    case PCAP_ERROR_PERM_DENIED:
    case PCAP_ERROR_PROMISC_PERM_DENIED:
        set_error (error, interface,
                   "may not be captured from by this user: it needs the capability CAP_NET_RAW (run as root, or let a "
                   "program that has it write into a pipe: dumpcap -q -i INTERFACE -w - | regreplay watch -)",
                   "");
        break;
    case PCAP_ERROR_IFACE_NOT_UP:
        set_error (error, interface, "is down (\"ip link set INTERFACE up\" brings it up)", "");
        break;
    default:
        set_error (error, interface, "cannot be captured from",
                   *pcap_geterr (pcap) ? pcap_geterr (pcap) : pcap_statustostr (status));
    }
}

/* chosen: NULL for our own. */
static gboolean set_filter (pcap_t *pcap, const char *chosen, GError **error)
{
    g_autofree char *own = chosen ? NULL : packets_filter (pcap_datalink (pcap) == DLT_EN10MB);
    const char *filter = chosen ? chosen : own;
    struct bpf_program program;

    if (pcap_compile (pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN) != 0) {
        g_set_error (error, CAPTURE_ERROR, CAPTURE_ERROR_FORMAT,
                     "the filter \"%s\" is none that pcap-filter(7) describes: %s", filter, pcap_geterr (pcap));
        return FALSE;
    }
    const int status = pcap_setfilter (pcap, &program);
    pcap_freecode (&program);
    if (status != 0)
        g_set_error (error, CAPTURE_ERROR, CAPTURE_ERROR_FORMAT, "the filter \"%s\" cannot be set: %s", filter,
                     pcap_geterr (pcap));
    return status == 0;
}

/* The status of pcap_activate(). Of which precision times are then is asked for each packet. */
static int activate (pcap_t *pcap)
{
    const int precision = pcap_set_tstamp_precision (pcap, PCAP_TSTAMP_PRECISION_NANO);
    const gboolean is_told = (precision == 0 || precision == PCAP_ERROR_TSTAMP_PRECISION_NOTSUP) &&
                             pcap_set_snaplen (pcap, SNAPLEN) == 0 && pcap_set_promisc (pcap, 1) == 0 &&
                             pcap_set_timeout (pcap, WAIT) == 0 && pcap_set_immediate_mode (pcap, 1) == 0 &&
                             pcap_set_buffer_size (pcap, KERNEL_BUFFER) == 0;

    return is_told ? pcap_activate (pcap) : PCAP_ERROR;
}

static pcap_t *open_interface (const char *interface, const char *filter, GError **error)
{
    char message[PCAP_ERRBUF_SIZE];
    pcap_t *pcap = pcap_create (interface, message);

    if (!pcap) {
        set_error (error, interface, "cannot be captured from", message);
        return NULL;
    }
    const int status = activate (pcap);
    if (status < 0) {
        set_activation_error (error, interface, status, pcap);
        pcap_close (pcap);
        return NULL;
    }
    if (!link_is_known ((guint32) pcap_datalink (pcap))) {
        const char *name = pcap_datalink_val_to_name (pcap_datalink (pcap));
        set_error (error, interface, "is a link of a type that is not read here", name ? name : "");
        pcap_close (pcap);
        return NULL;
    }
    if (!set_filter (pcap, filter, error)) {
        pcap_close (pcap);
        return NULL;
    }
    return pcap;
}

static void count_dropped (Packets *packets, const Interface *of)
{
    struct pcap_stat stat;

    if (of->pcap && pcap_stats (of->pcap, &stat) == 0)
        packets_set_dropped (packets, of->dropped_before + stat.ps_drop);
}

static void put (Packets *packets, const Interface *of, const struct pcap_pkthdr *header, const guint8 *data)
{
    const gint64 rest = pcap_get_tstamp_precision (of->pcap) == PCAP_TSTAMP_PRECISION_NANO ? header->ts.tv_usec
                                                                                           : header->ts.tv_usec * 1000;
    const CapturedPacket packet = { (guint32) pcap_datalink (of->pcap), header->ts.tv_sec * SECOND + rest, data,
                                    header->caplen };

    packets_put (packets, &packet);
}

static void set_pcap (Interface *of, pcap_t *pcap)
{
    g_mutex_lock (&of->lock);
    g_clear_pointer (&of->pcap, pcap_close);
    of->pcap = pcap;
    g_mutex_unlock (&of->lock);
}

/* Waits until it is there again. */
static void reopen (Packets *packets, Interface *of)
{
    struct pcap_stat stat;
    g_autofree char *gone = g_strdup_printf ("%s is away: %s", of->interface, pcap_geterr (of->pcap));
    g_autofree char *away = g_strdup_printf ("%s is away", of->interface);
    g_autofree char *back = g_strdup_printf ("%s is back", of->interface);

    if (pcap_stats (of->pcap, &stat) == 0)
        of->dropped_before += stat.ps_drop;
    packets_say (packets, gone);
    packets_set_trouble (packets, away);
    set_pcap (of, NULL);
    while (!packets_stop (packets) && !of->pcap) {
        g_usleep (RETRY);
        set_pcap (of, open_interface (of->interface, of->filter, NULL));
    }
    packets_set_trouble (packets, NULL);
    if (of->pcap)
        packets_say (packets, back);
}

/* libpcap says nothing of an interface that is set down: it waits, and so does its thread. "any" is none that can be.
 */
static gboolean is_down (const char *interface)
{
    const int asked = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct ifreq request = { 0 };

    g_strlcpy (request.ifr_name, interface, sizeof request.ifr_name);
    const gboolean known = asked >= 0 && ioctl (asked, SIOCGIFFLAGS, &request) == 0;
    if (asked >= 0)
        close (asked);
    return known && !(request.ifr_flags & IFF_UP);
}

static void look_whether_down (Packets *packets, gpointer source)
{
    Interface *of = source;
    const gboolean down = is_down (of->interface);

    if (down == of->is_down)
        return;
    of->is_down = down;
    g_autofree char *news = g_strdup_printf ("%s is %s", of->interface, down ? "down" : "up again");
    packets_say (packets, news);
    packets_set_trouble (packets, down ? news : NULL);
}

static void run_interface (Packets *packets, gpointer source, GError **error G_GNUC_UNUSED)
{
    Interface *of = source;
    gint64 counted = 0;

    while (!packets_stop (packets)) {
        struct pcap_pkthdr *header;
        const guint8 *data;
        const int status = pcap_next_ex (of->pcap, &header, &data);
        if (status == 1)
            put (packets, of, header, data);
        else if (status != 0 && status != PCAP_ERROR_BREAK)
            reopen (packets, of);
        if (of->pcap && g_get_monotonic_time () - counted > G_USEC_PER_SEC / 10) {
            counted = g_get_monotonic_time ();
            count_dropped (packets, of);
        }
    }
}

static void stop_interface (gpointer source)
{
    Interface *of = source;

    g_mutex_lock (&of->lock);
    if (of->pcap)
        pcap_breakloop (of->pcap);
    g_mutex_unlock (&of->lock);
}

static void free_interface (gpointer source)
{
    Interface *of = source;

    g_clear_pointer (&of->pcap, pcap_close);
    g_mutex_clear (&of->lock);
    g_free (of->interface);
    g_free (of->filter);
    g_free (of);
}

Packets *packets_from_interface (const char *interface, const char *filter, GError **error)
{
    static const PacketsReader reader = { run_interface, stop_interface, free_interface, look_whether_down,
                                          MILLISECONDS (150) };
    pcap_t *pcap = open_interface (interface, filter, error);

    if (!pcap)
        return NULL;
    Interface *of = g_new0 (Interface, 1);
    of->interface = g_strdup (interface);
    of->filter = g_strdup (filter);
    of->pcap = pcap;
    g_mutex_init (&of->lock);
    Packets *packets = packets_new (&reader, of);
    packets_begin (packets);
    return packets;
}

/* The octet behind the UDP header begins with the version of RTP (RFC 3550, 5.1) in voice, and in nothing that phones
 * register with but DNS, whose first octets are any (RFC 1035, 4.1.1). */
#define NO_VOICE_4 "(udp[8] & 0xc0 != 0x80 or udp port 53)"
#define NO_VOICE_6 "(ip6[48] & 0xc0 != 0x80 or udp port 53)"

char *packets_filter (gboolean has_ethernet)
{
    GString *tcp = g_string_new (NULL);

#define X(symbol, number, carriers, service)                                                                           \
    if ((carriers) & (PORT_BY_TCP | PORT_BY_TLS))                                                                      \
        g_string_append_printf (tcp, "%stcp port %d", tcp->len ? " or " : "", number);
    SERVER_PORTS (X)
#undef X
    g_autofree char *ports = g_string_free (tcp, FALSE);
    g_autofree char *inner =
        g_strdup_printf ("arp or icmp or icmp6 or proto 47 or ip[6:2] & 0x1fff != 0 or (ip and udp and " NO_VOICE_4
                         ") or (ip6 and udp and " NO_VOICE_6 ") or %s",
                         ports);
    /* CDP, LLDP (IEEE 802.1AB, 7.1) and 802.1X, where the link shows them. Behind "vlan" all offsets are those behind
     * the tag.
     */
    if (!has_ethernet)
        return g_steal_pointer (&inner);
    return g_strdup_printf (
        "ether dst 01:00:0c:cc:cc:cc or ether proto 0x88cc or ether proto 0x888e or %s or (vlan and (%s))", inner,
        inner);
}
