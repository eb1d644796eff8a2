"""What the page of general settings sends, parsed and bounded."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

from tenantry.kernel.errors import Refused
from tenantry.kernel.text import _
from tenantry.portal.partners import rules
from tenantry.portal.partners.models import Policy
from tenantry.portal.partners.rules import Security

LONGEST_LIST, LONGEST_NUMBER = 10_000, 9
MINUTES_OF = {"minutes": 1, "hours": 60}


@dataclass(frozen=True)
class SecurityForm:
    """The fields as they were typed, so that bad input is shown again."""

    version: int
    idle: str
    unit: str
    concurrent: bool
    second_factor: bool
    networks: str

    @classmethod
    def stored(cls, policy: Policy) -> SecurityForm:
        """What is in force."""
        hours, rest = divmod(policy.idle_minutes, 60)
        idle, unit = (policy.idle_minutes, "minutes") if rest else (hours, "hours")
        networks = "\n".join(policy.networks)
        return cls(policy.version, str(idle), unit, policy.concurrent, policy.second_factor, networks)

    @classmethod
    def sent(cls, data: QueryDict) -> SecurityForm:
        """What was typed."""
        unit = data.get("unit", "minutes")
        return cls(
            _whole(data.get("version", "")), data.get("idle", "").strip()[:20],
            unit if unit in MINUTES_OF else "minutes", "concurrent" in data, "second_factor" in data,
            data.get("networks", "").replace("\0", "")[: LONGEST_LIST + 1],
        )  # fmt: skip

    def wish(self) -> Security:
        """What is wished for; refuses lines that are no networks, and too long a list."""
        if len(self.networks) > LONGEST_LIST:
            raise Refused(_("At most {most} networks are kept."), field="networks", most=rules.MOST_NETWORKS)
        idle = _whole(self.idle) * MINUTES_OF[self.unit]
        networks = rules.tidy_networks(self.networks.splitlines())
        return Security(idle, self.concurrent, self.second_factor, networks)


def _whole(text: str) -> int:
    """A whole number; 0 for what is none, which no rule admits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else 0
