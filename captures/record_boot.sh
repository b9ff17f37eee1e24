#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# record_boot.sh [NAME…]: records what goes wrong between power-up and the configuration (about two minutes; or only NAMEs), with
# Debian's udhcpc, isc-dhcp-client, tftp-hpa and busybox as the phone and dnsmasq-base and nftables at the other end. A
# recording differs each time (times, ports, transaction ids), so make.sh does not run this.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/recording.sh"

# What a scope for phones has to have.
scope=(port=0 "dhcp-option=150,$SERVER" "dhcp-option=option:tftp-server,$SERVER")

no_offer() { get_lease -t 6; }

no_option_150() {
    serve port=0
    get_lease
    sleep 5
    get_lease
}

option_66_unknown() {
    serve local=/example.net/ dhcp-option=option:tftp-server,tftp.example.net "dhcp-option=option:dns-server,$SERVER"
    get_lease
    for _ in 1 2; do
        in_phone busybox nslookup -type=a tftp.example.net "$SERVER"
        sleep 2
    done
}

# A third host on the same wire has the address already; udhcpc -a looks before it uses one.
address_in_use() {
    local server_holder=${processes[0]%%:*}
    open_namespace "$run/other" "$server_holder"
    "$run/other" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6'
    in_server ip link add link server0 name other0 address 02:00:00:00:00:60 netns "$launched" type macvlan mode bridge
    "$run/other" ip address add 192.0.2.60/24 dev other0
    "$run/other" ip link set other0 up
    serve "${scope[@]}" "dhcp-host=00:11:22:33:44:05,192.0.2.60"
    get_lease -a -A 2
    sleep 1
}

# The phone remembers an address of the network where it was before, and asks to keep it.
address_of_another_network() {
    serve "${scope[@]}"
    cat >"$run/dhclient.leases" <<'END'
lease {
  interface "phone0";
  fixed-address 198.51.100.77;
  option subnet-mask 255.255.255.0;
  option dhcp-server-identifier 198.51.100.1;
  renew never;
  rebind never;
  expire never;
}
END
    cat >"$run/dhclient.conf" <<END
option tftp-servers code 150 = array of ip-address;
send vendor-class-identifier "$vendor";
request subnet-mask, routers, domain-name-servers, tftp-server-name, tftp-servers;
END
    in_phone timeout 20 dhclient -1 -4 -cf "$run/dhclient.conf" -lf "$run/dhclient.leases" -pf "$run/dhclient.pid" -sf /bin/true phone0
    # It stays in the background with the lease that it got.
    [ ! -s "$run/dhclient.pid" ] || kill "$(cat "$run/dhclient.pid")" || true
}

tftp_silent() {
    offer_files
    serve "${scope[@]}"
    filter_server 'udp dport 69 drop'
    get_lease
    boot_files
}

tftp_port_closed() {
    serve "${scope[@]}"
    get_lease
    stop_process "${processes[-1]}"
    boot_files
}

tftp_empty() {
    serve "${scope[@]}"
    get_lease
    for _ in 1 2; do
        boot_files
        fetch XMLDefault.cnf.xml
        sleep 2
    done
}

# As root, dnsmasq gives away only what everybody may read.
tftp_no_permission() {
    offer_files
    chmod o-r "$run/tftp/$device.cnf.xml"
    serve "${scope[@]}"
    get_lease
    boot_files
}

tftp_lossy() {
    offer_files
    head -c 8000 /dev/zero | tr '\0' x >"$run/tftp/RingList.xml"
    serve "${scope[@]}" tftp-no-blocksize
    get_lease
    filter_server 'udp dport != 67 numgen inc mod 15 == 9 drop'
    boot_files
    fetch RingList.xml
}

started "$@"
record recorded_dhcp_no_offer 00:11:22:33:44:01 no_offer \
    "A phone (udhcpc) asks for an address and nobody answers."
record recorded_dhcp_no_option_150 00:11:22:33:44:02 no_option_150 \
    "A lease (dnsmasq) without option 150 or 66, and the phone (udhcpc) asks again."
record recorded_dhcp_option_66_unknown 00:11:22:33:44:04 option_66_unknown \
    "Option 66 holds a name that the DNS server (dnsmasq) does not know."
record recorded_dhcp_address_in_use 00:11:22:33:44:05 address_in_use \
    "The address that is offered (dnsmasq) is in use on another host; the phone (udhcpc) finds out by ARP and declines."
record recorded_dhcp_nak 00:11:22:33:44:06 address_of_another_network \
    "A phone (dhclient) asks for the address that it had in another network; the server (dnsmasq) refuses, then gives another."
record recorded_tftp_silent 00:11:22:33:44:07 tftp_silent \
    "A filter (nftables) drops what is for the TFTP server; the phone (tftp-hpa) asks three times for each file."
record recorded_tftp_port_closed 00:11:22:33:44:08 tftp_port_closed \
    "The TFTP service (dnsmasq) has been stopped: port unreachable."
record recorded_tftp_empty 00:11:22:33:44:09 tftp_empty \
    "The TFTP server (dnsmasq) has none of the files of the phone (tftp-hpa)."
record recorded_tftp_no_permission 00:11:22:33:44:0a tftp_no_permission \
    "The TFTP server (dnsmasq) may not read the configuration."
record recorded_tftp_lossy 00:11:22:33:44:0b tftp_lossy \
    "Each 15th packet to the TFTP server (dnsmasq) is lost (nftables); the phone (tftp-hpa) gets its files all the same." server
