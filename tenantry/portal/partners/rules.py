"""What is decided about partners from values alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

SHORTEST_IDLE, LONGEST_IDLE = 5, 24 * 60
MOST_NETWORKS = 100

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def is_guid(text: str) -> bool:
    """Whether it is written as Microsoft writes ids."""
    return _GUID.fullmatch(text) is not None


def admits(networks: Iterable[str], address: str) -> bool:
    """Whether an address is in one of the networks (CIDR blocks); no networks admit every address, known or not."""
    blocks = [ip_network(block) for block in networks]
    if not blocks:
        return True
    found = _address(address)
    return found is not None and any(found in block for block in blocks)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
