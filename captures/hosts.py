# SPDX-License-Identifier: GPL-2.0-or-later
"""Who is in the made captures: documentation addresses (RFC 5737) and Ethernet addresses (RFC 7042), where the last octet of one is that
of the other."""

from craft import Host

PRIMARY, BACKUP = "192.0.2.10", "192.0.2.11"


def mac_of(last):
    return f"00:00:5e:00:53:{last:02x}"


def device_name(mac):
    return "SEP" + mac.replace(":", "").upper()


def handset(last=0x61, address=None, **options):
    return Host(address or f"192.0.2.{last}", mac_of(last), **options)


def call_manager(address=PRIMARY, last=0x0A):
    return Host(address, mac_of(last), window=14600, first_ident=0x7A00)
