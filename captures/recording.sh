# SPDX-License-Identifier: GPL-2.0-or-later
# Shared by the scripts that record captures from real programs: a server and a phone in network namespaces of their own with
# a cable between them, tcpdump at one end of it, and what phones do with udhcpc, tftp and a plain connection. To be sourced
# by bash. Needs Debian's tcpdump, wireshark-common, ethtool and iproute2, and the right to make network namespaces.

captures=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=/dev/null
. "$captures/../tests/endpoints/lib.sh"
for endpoint in asterisk kamailio dnsmasq; do
    # shellcheck source=/dev/null
    . "$here/$endpoint.sh"
done

wanted=()
vendor="Cisco Systems, Inc. IP Phone CP-7960G"
SERVER=192.0.2.1

# started NAME…: with names, only these are recorded.
started() { wanted=("$@"); }

# record NAME MAC FUNCTION COMMENT [server]: writes NAME.pcapng with what FUNCTION causes, recorded at the phone's end of the
# cable, or at the server's. FUNCTION finds the namespaces open ($run/server, $run/phone) and stops what it likes; what it
# leaves running is stopped afterwards. What it writes into $run/secrets becomes NAME.keys.
record() {
    local name=$1
    if [ ${#wanted[@]} -gt 0 ] && [[ " ${wanted[*]} " != *" $name "* ]]; then return; fi
    # Not "record_one || …": that would switch off set -e in all of it.
    set +e
    (set -e; record_one "$@")
    local status=$?
    set -e
    [ "$status" = 0 ] || fail "$name was not recorded"
}

record_one() {
    local name=$1 mac=$2 function=$3 comment=$4 side=${5:-phone} recorder
    for program in tcpdump:tcpdump editcap:wireshark-common ethtool:ethtool; do need_program "${program%:*}" "${program#*:}"; done
    open_run
    trap close_run EXIT
    open_network server phone "$mac"
    device=SEP$(tr -d : <<<"${mac^^}")
    mkdir "$run/tftp"
    # What a server tells of its files should not be the name of a folder of ours.
    mv "$run/server" "$run/server_network"
    write_script "$run/server" "$run/server_network" unshare --mount sh -c 'mount --bind "$0" /srv && exec "$@"' "$run/tftp"
    for end in server phone; do
        # Frames as on a wire: no checksum or segmentation left to hardware that is not there, and no IPv6 of the kernel's own.
        "$run/$end" ethtool -K "${end}0" tx off rx off tso off gso off gro off >/dev/null
        "$run/$end" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6'
    done
    "$run/server" ip address add "$SERVER/24" dev server0
    say "Recording $name …"
    launch "$run/tcpdump.log" "$run/$side" tcpdump -i "${side}0" --immediate-mode -U -s 0 -Z root -w "$run/recorded.pcap"
    recorder=${processes[-1]}
    wait_until 5 "tcpdump" "$run/tcpdump.log" grep -q 'listening on' "$run/tcpdump.log"
    "$function"
    sleep 0.5
    stop_process "$recorder"
    editcap -F pcapng --capture-comment "$comment Recorded by captures/$(basename "$0") of regflow." "$run/recorded.pcap" "$captures/$name.pcapng"
    # What FUNCTION has written down of the secrets of TLS.
    [ ! -s "$run/secrets" ] || install -m 644 "$run/secrets" "$captures/$name.keys"
    chmod 644 "$captures/$name.pcapng"
    close_run
}

# in_phone COMMAND…: what fails there is part of the recording.
in_phone() { "$run/phone" "$@" >>"$run/phone.log" 2>&1 || true; }
in_server() { "$run/server" "$@"; }

# get_lease [OPTION…]: an address by DHCP, asked for as Cisco phones do.
get_lease() {
    cat >"$run/lease" <<'END'
#!/bin/sh
case $1 in bound | renew)
    ip address replace "$ip/$mask" dev "$interface"
    [ -z "$router" ] || ip route replace default via "$router"
    ;;
esac
END
    chmod +x "$run/lease"
    in_phone ip address flush dev phone0
    in_phone udhcpc -f -q -n -t 4 -T 4 -i phone0 -O 150 -O 66 -V "$vendor" -s "$run/lease" "$@"
}

# fetch FILE…: each by a process, and so a port, of its own; asked for three times, 4 seconds apart.
fetch() {
    local file
    mkdir -p "$run/files"
    for file in "$@"; do
        (cd "$run/files" && in_phone tftp "$SERVER" <<<$'binary\nrexmt 4\ntimeout 12\nget '"$file"$'\nquit')
    done
}

boot_files() { fetch "CTL$device.tlv" "ITL$device.tlv" "$device.cnf.xml"; }

# serve LINE…: DHCP and TFTP by dnsmasq, with these lines in its configuration.
serve() { run_dnsmasq 192.0.2 tftp-root=/srv "$@"; }

# offer_files: the configuration of this phone, and no trust lists.
offer_files() {
    fill "$here/dnsmasq/configuration.xml.in" "$run/tftp/$device.cnf.xml" "ADDRESS=$SERVER"
    chmod -R a+rX "$run/tftp"
}

# try_port PORT SECONDS: a plain connection, closed by the phone after a second.
try_port() { in_phone timeout "$2" bash -c "exec 3<>/dev/tcp/$SERVER/$1; sleep 1"; }

# filter_server RULE: a rule of nft for what reaches the server.
filter_server() {
    need_program nft nftables
    in_server nft add table inet regflow
    in_server nft 'add chain inet regflow in { type filter hook input priority 0; }'
    in_server nft "add rule inet regflow in $1"
}
