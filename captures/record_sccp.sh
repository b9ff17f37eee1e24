#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# record_sccp.sh [NAME…]: records what goes wrong between an SCCP phone and its call manager (about six minutes; or only NAMEs). The
# call manager is Asterisk 16 with chan_skinny, the filter nftables, and the phone's parts before the registration are udhcpc and
# tftp-hpa; Debian has no SCCP phone, so that one is scripted: sccp_live_phone.py. A recording differs each time (times, ports,
# addresses of the server's card), so make.sh does not run this.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/recording.sh"

# From power-up to the configuration, all well.
boot() {
    offer_files
    serve port=0 "dhcp-option=150,$SERVER" "dhcp-option=option:tftp-server,$SERVER"
    get_lease
    boot_files
}

start_call_manager() { run_asterisk "$SERVER" "$run/server"; }

register() { in_phone timeout 200 python3 "$captures/sccp_live_phone.py" "$@"; }

port_dropped() {
    boot
    filter_server 'tcp dport 2000 drop'
    try_port 2000 25
}

port_rejected() {
    boot
    filter_server 'tcp dport 2000 reject with icmpx type admin-prohibited'
    for _ in 1 2; do
        try_port 2000 10
        sleep 2
    done
}

port_closed() {
    boot
    for _ in 1 2 3; do
        try_port 2000 10
        sleep 2
    done
}

# Something else listens there, and ends as soon as somebody calls.
closed_at_once() {
    boot
    launch "$run/listener.log" "$run/server" busybox nc -ll -p 2000 -e /bin/true
    sleep 0.5
    for _ in 1 2 3; do
        register "$device" 00:11:22:33:44:24 "$SERVER"
        sleep 2
    done
}

two_lines() {
    boot
    start_call_manager
    register "$device" 00:11:22:33:44:66 "$SERVER"
}

unknown_device() {
    boot
    start_call_manager
    for _ in 1 2 3; do
        register "$device" 00:11:22:33:44:25 "$SERVER"
        sleep 5
    done
}

# A second phone with the name of one that is registered, from another address.
duplicate_device() {
    start_call_manager
    in_phone ip address add 192.0.2.71/24 dev phone0
    in_phone ip address add 192.0.2.72/24 dev phone0
    register "$device" 00:11:22:33:44:55 "$SERVER" 1 &
    local first=$!
    sleep 3
    in_phone ip route replace "$SERVER" dev phone0 src 192.0.2.72
    register "$device" 00:11:22:33:44:55 "$SERVER" 1
    wait "$first"
}

# What is longer than 300 octets never reaches the phone, and nobody says why.
long_packets_lost() {
    start_call_manager
    in_phone ip address add 192.0.2.73/24 dev phone0
    need_program nft nftables
    in_phone nft add table inet regflow
    in_phone nft 'add chain inet regflow in { type filter hook input priority 0; }'
    in_phone nft 'add rule inet regflow in meta length > 300 drop'
    register "$device" 00:11:22:33:44:66 "$SERVER"
}

# The call manager vanishes behind the registered phone.
server_vanishes() {
    start_call_manager
    in_phone ip address add 192.0.2.74/24 dev phone0
    register "$device" 00:11:22:33:44:55 "$SERVER" 3 &
    local phone=$!
    sleep 5
    filter_server 'tcp dport 2000 drop'
    wait "$phone"
}

started "$@"
record recorded_sccp_port_dropped 00:11:22:33:44:21 port_dropped \
    "A filter (nftables) drops what is for TCP port 2000."
record recorded_sccp_port_rejected 00:11:22:33:44:22 port_rejected \
    "A filter (nftables) refuses TCP port 2000 and says so by ICMP."
record recorded_sccp_port_closed 00:11:22:33:44:23 port_closed \
    "No call manager runs on the server: TCP port 2000 is closed."
record recorded_sccp_closed_at_once 00:11:22:33:44:24 closed_at_once \
    "A program (busybox) accepts connections on port 2000 and closes them at once."
record recorded_sccp_two_lines 00:11:22:33:44:66 two_lines \
    "A scripted phone boots (udhcpc, tftp-hpa) and registers with chan_skinny: two lines, a keepalive, sign-off."
record recorded_sccp_unknown_device 00:11:22:33:44:25 unknown_device \
    "A scripted phone boots (udhcpc, tftp-hpa) and chan_skinny does not know it: three attempts."
record recorded_sccp_duplicate_device 00:11:22:33:44:55 duplicate_device \
    "Two scripted phones with one name register with chan_skinny from two addresses."
record recorded_sccp_long_packets_lost 00:11:22:33:44:66 long_packets_lost \
    "A filter (nftables) on the way to a scripted phone drops packets of more than 300 octets; recorded at chan_skinny's end." server
record recorded_sccp_server_vanishes 00:11:22:33:44:55 server_vanishes \
    "A filter (nftables) cuts off chan_skinny after a scripted phone has registered."
