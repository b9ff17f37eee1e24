/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What libpcap alone costs: counts the frames and octets of a capture and does nothing else. */
#include <pcap/pcap.h>
#include <stdio.h>

int main (int argc, char **argv)
{
    char message[PCAP_ERRBUF_SIZE];
    unsigned long long frames = 0, octets = 0;
    struct pcap_pkthdr *header;
    const unsigned char *data;

    if (argc != 2) {
        fprintf (stderr, "usage: read_loop CAPTURE\n");
        return 2;
    }
    pcap_t *pcap = pcap_open_offline_with_tstamp_precision (argv[1], PCAP_TSTAMP_PRECISION_NANO, message);
    if (!pcap) {
        fprintf (stderr, "read_loop: %s\n", message);
        return 1;
    }
    while (pcap_next_ex (pcap, &header, &data) == 1) {
        frames++;
        octets += header->caplen;
    }
    pcap_close (pcap);
    printf ("%llu frames, %llu octets\n", frames, octets);
    return 0;
}
