#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# system.sh ROOT PLACE… -- COMMAND…: runs the command as root of the system in the folder ROOT, which sees each of these
# places of ours where we see it, and may only read it. All mounts are gone with the command.
set -eu

if [ "${1:-}" != --inside ]; then
    exec unshare --mount --pid --fork --kill-child --propagation private "$0" --inside "$@"
fi
root=$2
shift 2

mount --bind "$root" "$root"
while [ "$1" != -- ]; do
    mkdir -p "$root$1"
    mount --bind "$1" "$root$1"
    mount -o remount,bind,ro "$root$1"
    shift
done
shift
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"

# Another root, not chroot: in that nobody could make a namespace for users.
mkdir -p "$root/mnt/ours"
cd "$root"
pivot_root . mnt/ours
cd /
umount -l /mnt/ours
rmdir /mnt/ours
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM="${TERM:-dumb}" LC_ALL=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive ${http_proxy:+"http_proxy=$http_proxy"} ${https_proxy:+"https_proxy=$https_proxy"} "$@"
