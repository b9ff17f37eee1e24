# SPDX-License-Identifier: GPL-2.0-or-later
# Shared by what starts servers: live tests and the recorders in captures/. To be sourced by bash, with set -euo pipefail.
#
# Whoever starts something calls open_run first and close_run in the end. In between, launch starts a process in a session
# of its own and keeps its id; close_run ends the sessions and removes the folder $run.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
SKIPPED=77

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# What cannot be had skips tests; where everything must be there, it fails them.
cannot_be_had() {
    say "$*"
    [ -z "${CI:-}" ] || exit 1
    exit "$SKIPPED"
}

# need_program PROGRAM PACKAGE
need_program() {
    PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null || cannot_be_had "there is no $1 here: install Debian's package $2"
}

open_run() {
    export PATH=$PATH:/usr/sbin:/sbin
    processes=()
    # Not in the build folder: the path of a Unix socket has room for 107 octets only.
    run=$(mktemp -d "${TMPDIR:-/tmp}/regflow-run.XXXXXX")
    chmod 755 "$run"
}

close_run() {
    local process
    for process in ${processes[@]+"${processes[@]}"}; do stop_process "$process"; done
    processes=()
    rm -rf "$run"
}

# When process PID started, in clock ticks since boot: with it, an id that was given away again is not taken for ours.
start_of() {
    local fields
    { fields=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
    fields=${fields##*) }
    # shellcheck disable=SC2086
    set -- $fields
    [ "$1" != Z ] || return 1
    printf '%s' "${20}"
}

# launch LOG COMMAND…: sets launched to its process id.
launch() {
    local log=$1
    shift
    setsid "$@" >>"$log" 2>&1 </dev/null &
    launched=$!
    processes+=("$launched:$(start_of "$launched" || echo 0)")
    disown "$launched"
}

is_running() {
    [ "$(start_of "${1%%:*}" || true)" = "${1#*:}" ]
}

# The leader of a session ends its children when it is asked to; what stays behind is ended with the whole group.
stop_process() {
    local pid=${1%%:*} tries
    is_running "$1" || return 0
    kill -TERM "$pid" 2>/dev/null || return 0
    for ((tries = 0; tries < 50; tries++)); do
        is_running "$1" || break
        sleep 0.1
    done
    kill -KILL -- "-$pid" 2>/dev/null || true
}

# wait_until SECONDS WHAT LOG COMMAND…: until COMMAND succeeds, as long as what was launched last still runs.
wait_until() {
    local deadline=$((SECONDS + $1)) what=$2 log=$3
    shift 3
    until "$@" >/dev/null 2>&1; do
        if ! is_running "${processes[-1]}"; then
            show_end "$log"
            fail "$what: the program has ended (its last lines are above)"
        fi
        if [ "$SECONDS" -ge "$deadline" ]; then
            show_end "$log"
            fail "$what: not ready in time (the last lines of its log are above)"
        fi
        sleep 0.05
    done
}

show_end() { tail -n 20 "$1" >&2 2>/dev/null || true; }

# fill FILE.in FILE KEY=VALUE…: replaces each @KEY@.
fill() {
    local from=$1 to=$2 text pair
    shift 2
    text=$(<"$from")
    for pair in "$@"; do text=${text//"@${pair%%=*}@"/"${pair#*=}"}; done
    printf '%s\n' "$text" >"$to"
}

# write_script FILE WORD…: a script that runs these words followed by its arguments.
write_script() {
    local file=$1
    shift
    { echo '#!/bin/sh'; printf 'exec'; printf " '%s'" "$@"; echo ' "$@"'; } >"$file"
    chmod +x "$file"
}

# loopback_address SALT PORT…: prints an address of 127.64.0.0/10 on which these TCP and UDP ports are free. It begins the
# search where the salt says, so that runs which start at the same time do not try the same ones.
loopback_address() {
    local salt=$1 number try address
    shift
    number=$(cksum <<<"$salt" | cut -d ' ' -f 1)
    for ((try = 0; try < 50; try++)); do
        address=127.$((64 + number % 64)).$((number / 64 % 256)).$((1 + number / 16384 % 254))
        if python3 "$here/probe.py" free "$address" "$@"; then
            printf '%s' "$address"
            return
        fi
        number=$((number + 104729))
    done
    fail "no loopback address with free ports $* was found"
}

# open_namespace SCRIPT [PID]: makes a network namespace, held by a sleeping process, and SCRIPT to run something in it. With
# PID, it belongs to the same user namespace as that of PID: only then an interface can be moved between both.
open_namespace() {
    local script=$1 owner=${2:-} enter=()
    if [ -n "$owner" ]; then
        [ "$(readlink "/proc/$owner/ns/user")" = "$(readlink /proc/self/ns/user)" ] || enter=(nsenter --preserve-credentials -U -t "$owner")
        enter+=(unshare --net)
    elif unshare --net true 2>/dev/null; then
        enter=(unshare --net)
    elif unshare --user --map-root-user --net true 2>/dev/null; then
        enter=(unshare --user --map-root-user --net)
    else
        cannot_be_had "this system does not let us make network namespaces (neither as root nor in a user namespace)"
    fi
    # A day is more than any run takes: whatever happens, the holder does not stay for ever.
    launch "$run/namespace.log" "${enter[@]}" sleep 86400
    wait_until 100 "network namespace" "$run/namespace.log" sleeps_apart "$launched"
    if [ "$(readlink "/proc/$launched/ns/user")" = "$(readlink /proc/self/ns/user)" ]; then
        write_script "$script" nsenter -n -t "$launched"
    else
        write_script "$script" nsenter --preserve-credentials -U -n -t "$launched"
    fi
    "$script" ip link set lo up
}

sleeps_apart() {
    [ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ] && [ "$(</proc/"$1"/comm)" = sleep ]
}

# open_network SERVER PHONE [MAC]: a namespace each for a server (interface server0, no address yet) and a phone (phone0), with
# a cable between them, and the scripts $run/SERVER and $run/PHONE to run something in them.
open_network() {
    local server=$run/$1 phone=$run/$2 mac=${3:-00:11:22:33:44:55} holder
    need_program ip iproute2
    open_namespace "$server"
    holder=$launched
    open_namespace "$phone" "$holder"
    "$server" ip link add name server0 type veth peer name phone0 netns "$launched"
    "$server" ip link set server0 up
    "$phone" ip link set phone0 address "$mac" up
}
