"""Which addresses a gate may connect to.

Rule: public unicast addresses, and networks that the policy allows; never a cloud's metadata service.
Source: the IANA special-purpose registries, as the standard library's `ipaddress` knows them.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import TypeAlias

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

# AWS, Azure, Google, Oracle and others share the first; then AWS by IPv6, Alibaba, Oracle, Azure's wire server.
_METADATA = frozenset(
    ipaddress.ip_address(text)
    for text in ("169.254.169.254", "fd00:ec2::254", "100.100.100.200", "192.0.0.192", "168.63.129.16")
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def find_refusal(text: str, allowed: Sequence[Network]) -> str | None:
    """Why an address may not be connected to, in a few words; None where it may."""
    address = _unwrapped(ipaddress.ip_address(text.partition("%")[0]))
    if address in _METADATA:
        return "a cloud's metadata service, which is never asked"
    if any(address.version == network.version and address in network for network in allowed):
        return None
    if address.is_loopback:
        return "a loopback address"
    if address.is_link_local:
        return "a link-local address"
    if address.is_multicast or address.is_unspecified or not address.is_global:
        return "a private or reserved address"
    return None


def _unwrapped(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for, where it does; one that hides so is judged as what it is."""
    if not isinstance(address, ipaddress.IPv6Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
