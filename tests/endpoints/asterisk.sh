# SPDX-License-Identifier: GPL-2.0-or-later
# Asterisk 16 with chan_skinny and pjsip, run with the libraries that were fetched with it.

start_asterisk() {
    local address
    address=$(loopback_address "$state asterisk" 2000 5060)
    run_asterisk "$address"
    tell "HOST=$address" SCCP_PORT=2000 SIP_PORT=5060 "CONSOLE=$run/asterisk-console"
}

# run_asterisk ADDRESS [WORD…]: the words go before the command, to run it in a namespace.
run_asterisk() {
    local address=$1 tree loader libraries folder=$run/asterisk
    shift
    tree=$("$here/fetch-asterisk") || exit
    libraries=$(echo "$tree"/usr/lib/*-linux-gnu*)
    loader=$(echo "$tree"/lib/*-linux-gnu*/ld-[0-9]*.so)
    [ -x "$loader" ] || fail "there is no loader in $tree/lib: remove $tree, then it is fetched again"
    libraries=$(dirname "$loader"):$libraries:$tree/usr/lib
    mkdir -p "$folder"
    fill "$here/asterisk/asterisk.conf.in" "$folder/asterisk.conf" "TREE=$tree" "FOLDER=$folder"
    fill "$here/asterisk/pjsip.conf.in" "$folder/pjsip.conf" "ADDRESS=$address"
    fill "$here/asterisk/skinny.conf.in" "$folder/skinny.conf" "ADDRESS=$address" "POOL_LINES=$(pool_lines)" "POOL_DEVICES=$(pool_devices)"
    cp "$here"/asterisk/*.conf "$folder/"
    local command=(env "GCONV_PATH=${libraries#*:}/gconv" "$loader" --library-path "$libraries" "$tree/usr/sbin/asterisk" -C "$folder/asterisk.conf")
    # Asterisk takes the command as one word.
    printf '#!/bin/sh\nexec %s -r -x "$*"\n' "$(printf "'%s' " "${command[@]}")" >"$run/asterisk-console"
    chmod +x "$run/asterisk-console"
    launch "$run/asterisk.log" "$@" "${command[@]}" -f -n
    wait_until 200 "Asterisk on $address" "$run/asterisk.log" grep -q 'Asterisk Ready' "$run/asterisk.log"
    wait_until 100 "chan_skinny on $address port 2000" "$run/asterisk.log" "$@" python3 "$here/probe.py" tcp "$address" 2000
    wait_until 100 "pjsip on $address port 5060" "$run/asterisk.log" "$@" python3 "$here/probe.py" sip udp "$address" 5060 OPTIONS 1001
}

# 400 phones for load: locally administered MAC addresses, counted up.
pool_lines() {
    local i
    for ((i = 1; i <= 400; i++)); do printf '[%d]\ncontext=phones\n' $((5000 + i)); done
}

pool_devices() {
    local i
    for ((i = 1; i <= 400; i++)); do printf '[pool%d]\ndevice=SEP02%010X\nline => %d\n' "$i" "$i" $((5000 + i)); done
}
