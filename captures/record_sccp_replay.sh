#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Records sccp_regreplay_chanskinny.pcapng: regreplay registers with Asterisk's chan_skinny on loopback, as the phone of
# sccp_phone_register.pcapng under the name SEP001122334455, and signs off. Needs a build (./dev build), what
# "./dev endpoints start asterisk" needs, tcpdump and editcap, and the right to capture on lo.
#
# A recording differs each time (ports, times), so make.sh does not run this.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
capture_pid=''
export REGFLOW_ENDPOINTS="$work/endpoints"

finish() {
    [ -z "$capture_pid" ] || kill "$capture_pid" 2>/dev/null || true
    "$here/../dev" endpoints stop asterisk >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap finish EXIT

"$here/../dev" endpoints start asterisk >/dev/null
. "$REGFLOW_ENDPOINTS/asterisk.env"
tcpdump -i lo -U --immediate-mode -w "$work/lo.pcap" "host $ASTERISK_HOST and tcp port $ASTERISK_SCCP_PORT" 2>"$work/tcpdump.log" &
capture_pid=$!
tries=0
until grep -q listening "$work/tcpdump.log"; do
    tries=$((tries + 1))
    [ "$tries" -lt 50 ] || { echo "record_sccp_replay: tcpdump did not start" >&2; cat "$work/tcpdump.log" >&2; exit 1; }
    sleep 0.1
done
"$here/../dev" regreplay run "$here/sccp_phone_register.pcapng" --target "$ASTERISK_HOST" --source 127.0.0.2 \
    --as SEP001122334455 >"$work/report.txt" || { cat "$work/report.txt" >&2; exit 1; }
sleep 0.5
kill "$capture_pid"
wait "$capture_pid" || true
capture_pid=''
editcap -F pcapng "$work/lo.pcap" "$here/sccp_regreplay_chanskinny.pcapng"
