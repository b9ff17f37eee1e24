#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# record_sip_replay.sh [NAME…]: records regreplay as the phone: the registration of recorded_sip_accepted.pcapng, as another device,
# with Kamailio over UDP, TCP and TLS (its secrets in NAME.keys) and with Asterisk's pjsip. Needs a build (./dev build) beside
# what recording.sh needs. User and password are test values, keys and certificates live for one recording. A recording differs
# each time, so make.sh does not run this.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/recording.sh"

# register [OPTION…]: accepted, signed off, and none of the answers other than recorded; all else is no recording.
register() {
    "$run/phone" ip address replace 192.0.2.91/24 dev phone0
    echo regflow-1001 >"$run/password"
    "$run/phone" env "SSLKEYLOGFILE=$run/secrets" "${REGFLOW_BUILD:-$top/build}/regreplay" run "$captures/recorded_sip_accepted.pcapng" \
        --target "$SERVER" --allow-public --as "$device" --user 1001 --password-file "$run/password" --no-files --tolerance 2s "$@" \
        >>"$run/phone.log" 2>&1 || { show_end "$run/phone.log"; fail "regreplay has not registered (see above)"; }
}

kamailio_udp() {
    run_kamailio "$SERVER" "$run/server"
    register
}

kamailio_tcp() {
    run_kamailio "$SERVER" "$run/server"
    register --transport tcp
}

kamailio_tls() {
    run_kamailio "$SERVER" "$run/server"
    register --transport tls --ca "$run/certificates/ca.pem"
}

# The server lets in phones with a certificate only, and this one has none: the alert comes inside TLS, when the phone takes the
# connection to stand.
kamailio_wants_certificate() {
    kamailio_verify=yes
    run_kamailio "$SERVER" "$run/server"
    in_phone ip address replace 192.0.2.91/24 dev phone0
    in_phone env "SSLKEYLOGFILE=$run/secrets" "${REGFLOW_BUILD:-$top/build}/regreplay" run "$captures/recorded_sip_accepted.pcapng" \
        --target "$SERVER" --allow-public --as "$device" --user 1001 --no-files --transport tls --ca "$run/certificates/ca.pem"
}

pjsip() {
    run_asterisk "$SERVER" "$run/server"
    register
}

started "$@"
record recorded_sip_regreplay_udp 00:11:22:33:44:47 kamailio_udp \
    "regreplay registers with Kamailio over UDP, and signs off."
record recorded_sip_regreplay_tcp 00:11:22:33:44:48 kamailio_tcp \
    "regreplay registers with Kamailio over TCP, and signs off."
record recorded_sip_regreplay_tls 00:11:22:33:44:49 kamailio_tls \
    "regreplay registers with Kamailio over TLS 1.3, and signs off. The keys are in recorded_sip_regreplay_tls.keys."
record recorded_sip_regreplay_no_certificate 00:11:22:33:44:4a kamailio_wants_certificate \
    "Kamailio wants a certificate of the phone (regreplay), which has none: an encrypted alert ends it. The keys are in recorded_sip_regreplay_no_certificate.keys."
record recorded_sip_regreplay_pjsip 00:11:22:33:44:4b pjsip \
    "regreplay registers with Asterisk's pjsip over UDP, and signs off."
