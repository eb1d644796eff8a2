"""What is decided about partners from values alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from tenantry.kernel.errors import Refused
from tenantry.kernel.text import _

SHORTEST_IDLE, LONGEST_IDLE = 5, 24 * 60  # minutes
MOST_NETWORKS = 100


@dataclass(frozen=True)
class Security:
    """What a partner demands of sessions and local accounts."""

    idle_minutes: int
    concurrent: bool
    second_factor: bool
    networks: tuple[str, ...]


def tidy_networks(lines: Iterable[str]) -> tuple[str, ...]:
    """The networks as they are kept, one a line, empty lines left out; refuses what is none, naming the line."""
    found: list[str] = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            found.append(_network(line.strip(), number))
    return tuple(dict.fromkeys(found))


def _network(text: str, number: int) -> str:
    try:
        return str(ip_network(text, strict=False))
    except ValueError as error:
        wrong = _("Line {line} is no network such as 203.0.113.0/24 or 2001:db8::/32.")
        raise Refused(wrong, field="networks", line=number) from error


def check_security(wish: Security, address: str) -> None:
    """Refuse an idle time out of bounds, too many networks, and networks that shut out whoever asks for them."""
    if not SHORTEST_IDLE <= wish.idle_minutes <= LONGEST_IDLE:
        raise Refused(_("Choose 5 minutes to 24 hours."), field="idle")
    if len(wish.networks) > MOST_NETWORKS:
        raise Refused(_("At most {most} networks are kept."), field="networks", most=MOST_NETWORKS)
    if not admits(wish.networks, address):
        outside = _("Your own address, {address}, would be outside. Add a network that holds it.")
        raise Refused(outside, field="networks", address=address)


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
