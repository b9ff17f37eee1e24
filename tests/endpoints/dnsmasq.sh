# SPDX-License-Identifier: GPL-2.0-or-later
# dnsmasq for DHCP and TFTP, and a call manager, in a network namespace with a cable to another one for the phone.

start_dnsmasq() {
    need_program dnsmasq dnsmasq-base
    open_network server phone
    "$run/server" ip address add 192.0.2.1/24 dev server0
    "$run/server" ip address add 192.0.2.2/24 dev server0
    mkdir "$run/tftp"
    for device in SEP001122334455 SEP001122334466 XMLDefault; do
        fill "$here/dnsmasq/configuration.xml.in" "$run/tftp/$device.cnf.xml" "ADDRESS=192.0.2.1"
    done
    chmod -R a+rX "$run/tftp"
    run_dnsmasq 192.0.2 port=0 "tftp-root=$run/tftp" dhcp-option=150,192.0.2.1,192.0.2.2 dhcp-option=option:tftp-server,192.0.2.1
    run_asterisk 192.0.2.1 "$run/server"
    tell HOST=192.0.2.1 SCCP_PORT=2000 SIP_PORT=5060 "TFTP_ROOT=$run/tftp" "PHONE=$run/phone" "SERVER=$run/server"
}

# run_dnsmasq NETWORK LINE…: the lines, among them the port of DNS and the folder for TFTP, are added to its configuration.
run_dnsmasq() {
    local network=$1
    shift
    fill "$here/dnsmasq/dnsmasq.conf.in" "$run/dnsmasq.conf" "NETWORK=$network" "RUN=$run"
    printf '%s\n' "$@" >>"$run/dnsmasq.conf"
    launch "$run/dnsmasq.log" "$run/server" dnsmasq -C "$run/dnsmasq.conf"
    wait_until 100 "dnsmasq" "$run/dnsmasq.log" grep -q 'DHCP, sockets bound' "$run/dnsmasq.log"
}
