"""Who and what the demo world is made of: firms, people, groups, and how each customer is described."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Player:
    """A firm of the demo with its owner: first and last name, and the address to sign in with."""

    name: str
    country: str
    email: str
    first_name: str
    last_name: str
    what: str


NORDLICHT = Player("Nordlicht Distribution", "DE", "henrik@nordlicht.example", "Henrik", "Dahl",
                   "administrator of Nordlicht Distribution, above the two")  # fmt: skip
ALPENRAND = Player("Alpenrand IT", "CH", "sophie@alpenrand.example", "Sophie", "Lindqvarn",
                   "administrator of Alpenrand IT")  # fmt: skip
KIEFER = Player("Kiefer Systems", "DE", "urs@kiefer.example", "Urs", "Kiefer",
                "administrator of Kiefer Systems, a second reseller")  # fmt: skip
BALTIC = Player("Baltic Cloud", "EE", "tomas@balticcloud.example", "Tomas", "Kask",
                "administrator of Baltic Cloud, a stranger")  # fmt: skip
RESELLERS, STRANGERS = (ALPENRAND, KIEFER), (BALTIC,)

JONAS, JONAS_IS = "jonas@alpenrand.example", "technician of the customers in North"
GROUPS = (
    ("North", "Customers of the northern office", 1),
    ("South", "Customers of the southern office", 2),
    ("Schools", "Schools and colleges", 4),
    ("Key accounts", "Looked at first, every morning", 5),
)
FRONT = (  # the customers that are there when somebody signs in for the first time
    "contoso.example", "fabrikam.example", "adatum.example", "adventure-works.example", "bellows.example",
    "cohovineyard.example", "fourthcoffee.example", "humongous.example", "litware.example", "margies.example",
)  # fmt: skip
NORTH = {"contoso.example", "fabrikam.example", "fourthcoffee.example", "margies.example"}
OF_BALTIC = ("nodpublishers.example",)
NEWCOMERS = (
    ("northwind.example", "admin", "Global Administrator of a tenant that is not onboarded yet"),
    ("lucerne-publishing.example", "admin_without_sharepoint", "Global Administrator without SharePoint"),
    ("northwind.example", "member", "no administrator"),
)
MOST_OF_ALPENRAND, MOST_OF_KIEFER, EVERY_NTH_IS_KIEFERS = 60, 8, 7

LEVELS, TRADES = ("Gold", "Silver", "Bronze"), ("Retail", "Healthcare", "Manufacturing", "Legal", "Pilot", "Tourism")
MODES = ("partner", "partner", "partner", "partner", "customer", "partner", "undecided", "partner")


@dataclass(frozen=True)
class Wish:
    """A customer to be onboarded: by whom, from which tenant, and what is entered about it."""

    person: str
    domain: str
    tags: str
    mode: str
    groups: tuple[str, ...] = ()


def wishes(world: Iterable[dict[str, Any]]) -> list[Wish]:
    """Who onboards which tenant of the simulated world, those first that a visitor looks for first."""
    known = [tenant["default_domain"] for tenant in world if _may_be_customer(tenant)]
    spoken_for = {*FRONT, *OF_BALTIC, *(domain for domain, _part, _what in NEWCOMERS)}
    rest = [domain for domain in known if domain not in spoken_for]
    kiefers = rest[EVERY_NTH_IS_KIEFERS - 1 :: EVERY_NTH_IS_KIEFERS][:MOST_OF_KIEFER]
    others = [domain for domain in rest if domain not in kiefers][: MOST_OF_ALPENRAND - len(FRONT)]
    owned = [(ALPENRAND, FRONT), (BALTIC, OF_BALTIC), (KIEFER, kiefers), (ALPENRAND, others)]
    return [_wish(player, domain) for player, domains in owned for domain in domains if domain in known]


def small(whole: Iterable[Wish]) -> list[Wish]:
    """The customers that the first walk needs."""
    return [wish for wish in whole if wish.domain in (*FRONT, *OF_BALTIC)]


def _may_be_customer(tenant: dict[str, Any]) -> bool:
    """Not a directory of one of the firms themselves, and none that the commercial edition refuses."""
    firms = {player.name for player in (NORDLICHT, ALPENRAND, KIEFER, BALTIC)}
    return "admin" in tenant["cast"] and not tenant["nationality"] and tenant["display_name"] not in firms


def _wish(player: Player, domain: str) -> Wish:
    """Described by what its own name decides, so that every machine shows the same world."""
    drawn = hashlib.sha256(domain.encode()).digest()
    school = "college" in domain or "school" in domain or domain == "bellows.example"
    tags = [LEVELS[drawn[0] % 3], "Education" if school else TRADES[drawn[1] % len(TRADES)]]
    groups = ("North" if domain in NORTH or (domain not in FRONT and drawn[2] % 4 == 0) else "South",
              *(["Schools"] if school else []), *(["Key accounts"] if drawn[3] % 6 == 0 else []))  # fmt: skip
    return Wish(player.email, domain, ", ".join(tags[drawn[4] % 5 == 0 :]), MODES[drawn[5] % len(MODES)],
                groups if player is ALPENRAND else ())  # fmt: skip


def troubled(all_wishes: Sequence[Wish]) -> dict[str, list[str]]:
    """Domains of customers to which something happens afterwards: consent withdrawn or reduced, calls throttled."""
    rest = [wish.domain for wish in all_wishes if wish.person == ALPENRAND.email and wish.domain not in FRONT]
    return {"withdrawn": rest[2::18], "reduced": rest[6::26], "throttled": rest[11::22]}
