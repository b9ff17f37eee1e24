#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Records sip_kamailio_tls.pcapng and sip_kamailio_tls.keys: a SIP phone registers with digest over TLS, as a client on the loopback
# addresses 127.0.0.2 and Kamailio on 127.0.0.3, port 5061. Needs Debian's kamailio, kamailio-tls-modules, openssl, python3, tcpdump and
# wireshark-common, and the right to capture on lo. User and password are test values, the key and certificate live for this run.
#
# A recording differs each time (keys, ports, times), so make.sh does not run this.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
kamailio_pid='' capture_pid=''

finish() {
    [ -z "$capture_pid" ] || kill "$capture_pid" 2>/dev/null || true
    if [ -s "$work/kamailio.pid" ]; then kill "$(cat "$work/kamailio.pid")" 2>/dev/null || true; fi
    [ -z "$kamailio_pid" ] || wait "$kamailio_pid" 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

wait_for() { # wait_for WHAT COMMAND…: at most five seconds
    what=$1 tries=0
    shift
    until "$@" >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ "$tries" -lt 50 ] || { echo "record_sip_tls: $what did not come" >&2; cat "$work"/*.log >&2; exit 1; }
        sleep 0.1
    done
}

openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=sip.example.net -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null

cat >"$work/tls.cfg" <<END
[server:default]
method = TLSv1.2
verify_certificate = no
require_certificate = no
private_key = $work/key.pem
certificate = $work/cert.pem
END

cat >"$work/kamailio.cfg" <<END
#!KAMAILIO
debug=1
log_stderror=yes
fork=yes
children=1
tcp_children=2
auto_aliases=no
enable_tls=yes
listen=tls:127.0.0.3:5061
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "maxfwd.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "auth.so"
loadmodule "tls.so"
modparam("tls", "config", "$work/tls.cfg")
modparam("usrloc", "db_mode", 0)
modparam("registrar", "max_expires", 120)
modparam("registrar", "min_expires", 60)
request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (!is_method("REGISTER")) { sl_send_reply("405", "Method Not Allowed"); exit; }
  if (!pv_auth_check("ccmsipline", "test-only", "0", "0")) { auth_challenge("ccmsipline", "1"); exit; }
  consume_credentials();
  append_to_reply("Date: \$timef(%a, %d %b %Y %H:%M:%S GMT)\\r\\n");
  if (!save("location")) { sl_reply_error(); }
  exit;
}
END

timeout 30 kamailio -DD -E -m 64 -M 8 -f "$work/kamailio.cfg" -P "$work/kamailio.pid" -Y "$work" >"$work/kamailio.log" 2>&1 &
kamailio_pid=$!
timeout 30 tcpdump -i lo --immediate-mode -U -s 0 -w "$work/recorded.pcap" 'tcp port 5061 and host 127.0.0.3' 2>"$work/tcpdump.log" &
capture_pid=$!
wait_for "tcpdump" grep -q 'listening on' "$work/tcpdump.log"

timeout 15 python3 - "$here" "$work/keys" <<'END'
import socket
import ssl
import sys
import time

sys.path.insert(0, sys.argv[1])
from sip_dialogue import Line  # noqa: E402

line = Line("1001", "127.0.0.2", "127.0.0.3", "TLS", 5062, user="1001", password="test-only", agent="ExamplePhone/2.4")
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
context.maximum_version = ssl.TLSVersion.TLSv1_2
context.keylog_filename = sys.argv[2]


def connect():
    for _ in range(50):
        try:
            return socket.create_connection(("127.0.0.3", 5061), timeout=5, source_address=("127.0.0.2", 0))
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise SystemExit("Kamailio does not listen")


def ask(stream, *headers, expires=300):
    stream.sendall(line.register(*headers, expires=expires))
    answer = b""
    while b"\r\n\r\n" not in answer:
        piece = stream.recv(4096)
        if not piece:
            raise SystemExit("Kamailio closed the connection")
        answer += piece
    return answer.decode()


with context.wrap_socket(connect()) as stream:
    first = ask(stream)
    assert first.startswith("SIP/2.0 401"), first
    value = first.partition('nonce="')[2].partition('"')[0]
    for expires, pause in ((300, 1), (300, 1), (0, 0)):
        answer = ask(stream, line.authorization(value, qop=True), expires=expires)
        assert answer.startswith("SIP/2.0 200"), answer
        time.sleep(pause)
END
sleep 0.5
kill -INT "$capture_pid"
wait "$capture_pid" 2>/dev/null || true
capture_pid=''
editcap -F pcapng --discard-all-secrets --capture-comment \
    "A REGISTER with digest over TLS 1.2, recorded with Kamailio by captures/record_sip_tls.sh of regflow. The keys are in sip_kamailio_tls.keys." \
    "$work/recorded.pcap" "$here/sip_kamailio_tls.pcapng"
cp "$work/keys" "$here/sip_kamailio_tls.keys"
chmod 644 "$here/sip_kamailio_tls.pcapng" "$here/sip_kamailio_tls.keys"
