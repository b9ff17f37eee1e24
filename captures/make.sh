#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes every capture of this folder again. With --check it writes nothing and fails where a file is not
# what its script makes.
set -eu
cd "$(dirname "$0")"
status=0
for script in sccp_phone_register.py sccp_edges.py sip_edges.py boot_edges.py problems.py problems_start.py; do
    python3 "$script" "$@" || status=1
done
exit "$status"
