#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# record_sip.sh [NAME…]: records what goes wrong when a phone registers by SIP (about two minutes; or only NAMEs): SIPp (sip-tester)
# with sipp_register.xml and OpenSSL as the phone, Kamailio and Asterisk (pjsip) as the server, nftables on the way. Users
# and passwords are test values, keys and certificates live for one recording. A recording differs each time, so make.sh does not
# run this.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/recording.sh"

PHONE=192.0.2.90

# register USER PASSWORD [SIPP-OPTION…]
register() {
    local user=$1 password=$2
    shift 2
    need_program sipp sip-tester
    in_phone ip address replace "$PHONE/24" dev phone0
    (cd "$run" && in_phone timeout 40 sipp "$SERVER:5060" -sf "$captures/sipp_register.xml" -s "$user" -au "$user" -ap "$password" \
        -key mac "${device#SEP}" -i "$PHONE" -p 5060 -m 1 -nostdin -timeout 20 -timeout_error "$@")
}

kamailio() { run_kamailio "$SERVER" "$run/server"; }

wrong_password() {
    kamailio
    register 1001 forgotten
}

unknown_user() {
    kamailio
    register 4711 forgotten
}

# pjsip answers a wrong digest with another challenge.
challenged_for_ever() {
    run_asterisk "$SERVER" "$run/server"
    for _ in 1 2 3; do
        register 1001 forgotten
        sleep 1
    done
}

accepted() {
    kamailio
    register 1001 regflow-1001
}

dropped() {
    kamailio
    filter_server 'udp dport 5060 drop'
    register 1001 regflow-1001
}

# The server answers, but what it says does not get through to the phone's program.
answers_dropped() {
    kamailio
    need_program nft nftables
    in_phone nft add table inet regflow
    in_phone nft 'add chain inet regflow in { type filter hook input priority 0; }'
    in_phone nft 'add rule inet regflow in udp dport 5060 drop'
    register 1001 regflow-1001
}

closed() {
    register 1001 regflow-1001
}

# Each third packet on its way to the server is lost.
lossy() {
    kamailio
    filter_server 'udp dport 5060 numgen inc mod 3 != 2 drop'
    register 1001 regflow-1001
}

tcp_dropped() {
    kamailio
    filter_server 'tcp dport 5060 drop'
    register 1001 regflow-1001 -t t1
}

# tls_client PORT OPTION…: OpenSSL as the phone, which looks at the certificate and hangs up when it does not like it.
tls_client() {
    local port=$1
    shift
    in_phone ip address replace "$PHONE/24" dev phone0
    in_phone timeout 5 openssl s_client -connect "$SERVER:$port" -verify_return_error -verify 3 "$@" </dev/null
    sleep 1
}

tls_expired() {
    kamailio_certificate=expired
    kamailio
    for _ in 1 2; do tls_client 5061 -tls1_2 -CAfile "$run/certificates/ca.pem"; done
}

tls_unknown_ca() {
    kamailio
    for _ in 1 2; do tls_client 5061 -tls1_2 -CAfile "$run/certificates/self.pem" -no-CApath -no-CAstore; done
}

# With TLS 1.3 the certificate is encrypted: only the alert tells.
tls13_expired() {
    kamailio_certificate=expired
    kamailio
    for _ in 1 2; do tls_client 5061 -tls1_3 -CAfile "$run/certificates/ca.pem"; done
}

tls_too_old() {
    kamailio_tls=TLSv1
    kamailio
    for _ in 1 2; do tls_client 5061 -tls1_2 -CAfile "$run/certificates/ca.pem"; done
}

tls_to_plain_port() {
    kamailio
    tls_client 5060 -tls1_2 -CAfile "$run/certificates/ca.pem"
}

started "$@"
record recorded_sip_accepted 00:11:22:33:44:41 accepted \
    "SIPp registers with Kamailio: challenge, digest with qop, accepted."
record recorded_sip_wrong_password 00:11:22:33:44:42 wrong_password \
    "SIPp registers with a wrong password; Kamailio says 403."
record recorded_sip_unknown_user 00:11:22:33:44:43 unknown_user \
    "SIPp registers a line that Kamailio does not know: 404."
record recorded_sip_wrong_password_pjsip 00:11:22:33:44:44 challenged_for_ever \
    "SIPp registers three times with a wrong password; Asterisk (pjsip) challenges it again each time."
record recorded_sip_dropped 00:11:22:33:44:45 dropped \
    "A filter (nftables) drops what SIPp sends to UDP port 5060."
record recorded_sip_answers_dropped 00:11:22:33:44:49 answers_dropped \
    "Kamailio challenges each REGISTER of SIPp, and a filter (nftables) on the phone drops what it says."
record recorded_sip_port_closed 00:11:22:33:44:46 closed \
    "No SIP server runs: the host answers SIPp's REGISTER with port unreachable."
record recorded_sip_lossy 00:11:22:33:44:47 lossy \
    "Two of three packets from SIPp to Kamailio are lost (nftables); recorded at the server's end." server
record recorded_sip_tcp_dropped 00:11:22:33:44:48 tcp_dropped \
    "A filter (nftables) drops what SIPp sends to TCP port 5060."
record recorded_tls_expired 00:11:22:33:44:51 tls_expired \
    "OpenSSL refuses the expired certificate of Kamailio (TLS 1.2)."
record recorded_tls_unknown_ca 00:11:22:33:44:52 tls_unknown_ca \
    "OpenSSL does not know who signed the certificate of Kamailio (TLS 1.2)."
record recorded_tls13_expired 00:11:22:33:44:53 tls13_expired \
    "OpenSSL refuses the expired certificate of Kamailio under TLS 1.3, where the certificate cannot be seen."
record recorded_tls_too_old 00:11:22:33:44:54 tls_too_old \
    "Kamailio speaks nothing newer than TLS 1.0 here, OpenSSL nothing older than 1.2."
record recorded_tls_to_plain_port 00:11:22:33:44:55 tls_to_plain_port \
    "OpenSSL begins with TLS on port 5060, where Kamailio expects SIP without it."
