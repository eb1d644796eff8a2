"""Users of a tenant: the hidden base values that the schema's properties are made from."""

from __future__ import annotations

import functools
import itertools
import math
import tomllib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.world.draws import draw, guid
from simulator.world.tenants import Tenant, products

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
"""Role template id of Global Administrator (Microsoft Entra built-in roles)."""
RULE_DEPARTMENT = "Sales"
CAST = {"admin": "admin", "admin_without_sharepoint": "cloudadmin", "member": "reception"}
_WORDS = {"admin": "Administrator", "admin_without_sharepoint": "Cloud Administrator", "member": "Reception"}


@dataclass(frozen=True)
class Account:
    """A user as sign-in needs it."""

    tenant_id: str
    oid: str
    upn: str
    display_name: str
    enabled: bool
    directory_roles: tuple[str, ...]
    sharepoint: bool


@functools.cache
def _names() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "names.toml").read_text())


class Person(dict[str, Any]):
    """The base values of a user, each drawn when it is first asked for: most lists show few of them."""

    __slots__ = ("index", "seed", "tenant", "words")

    def __init__(self, seed: int, tenant: Tenant, index: int) -> None:
        super().__init__()
        self.seed, self.tenant, self.index = seed, tenant, index
        self.words = draw(seed, tenant.id, "user", index)

    def __missing__(self, name: str) -> Any:
        make = _LATER.get(name)
        if make is not None:
            value = self[name] = make(self)
            return value
        role = cast_at(self.tenant, self.index)
        named = _cast(self.tenant, role) if role else _person(self.seed, self.tenant, self.index, self.words)
        self.update(named)
        return named[name]

    @property
    def parts(self) -> list[str]:
        """The part numbers of the products that the user holds."""
        return parts_of(self.tenant, self.index, self.words)


def base(seed: int, tenant: Tenant, index: int) -> tuple[Person, tuple[int, ...]]:
    """The base values and the draw of the user at an index; the first users of a tenant are its cast."""
    known = Person(seed, tenant, index)
    return known, known.words


def _plans(person: Person) -> list[dict[str, Any]]:
    since = f"{2020 + person.words[13] % 5}-{1 + person.words[13] // 8 % 12:02d}-01T08:00:00Z"
    return assigned_plans(tuple(person.parts), since)


def _synced(person: Person) -> bool | None:
    """True, or null: Graph does not say false of who was never synced."""
    is_member = person["user_type"] == "Member" and not cast_at(person.tenant, person.index)
    return True if is_member and person.words[14] % 100 < person.tenant.synced else None


def _identities(person: Person) -> list[dict[str, str]]:
    issuer = person.tenant.initial_domain
    return [{"signInType": "userPrincipalName", "issuer": issuer, "issuerAssignedId": person["upn"]}]


_LATER: dict[str, Callable[[Person], Any]] = {
    "id": lambda person: guid(person.seed, person.tenant.id, "user", person.index),
    "licences": lambda person: [_licence(part) for part in person.parts],
    "plans": _plans,
    "synced": _synced,
    "addresses": lambda person: [f"SMTP:{person['mail']}"],
    "identities": _identities,
}


@functools.lru_cache(maxsize=2048)
def assigned_plans(parts: tuple[str, ...], since: str) -> list[dict[str, Any]]:
    """The service plans that products bring, each once."""
    plans = {plan: name for part in parts for name, plan in products()[part]["plans"].items()}
    return [
        {"assignedDateTime": since, "capabilityStatus": "Enabled", "service": name.split("_")[0], "servicePlanId": plan}
        for plan, name in plans.items()
    ]


def cast_at(tenant: Tenant, index: int) -> str:
    """The cast role of the user at an index; empty for everybody else."""
    roles = list(tenant.cast)
    return roles[index] if index < len(roles) else ""


def parts_of(tenant: Tenant, index: int, words: tuple[int, ...]) -> list[str]:
    """The part numbers that the user at an index holds."""
    role = cast_at(tenant, index)
    if role:
        return [tenant.licences[0].part] if tenant.cast[role].get("sharepoint") else []
    if words[0] % 100 < tenant.guests:  # who holds none
        return []
    held, at = [], words[10] % 100
    for number, licence in enumerate(tenant.licences):
        if at < licence.share if number == 0 else words[10 + number] % 100 < licence.share:
            held.append(licence.part)
    return held


def _licence(part: str) -> dict[str, Any]:
    return {"disabledPlans": [], "skuId": products()[part]["id"]}


def _cast(tenant: Tenant, role: str) -> dict[str, Any]:
    upn = f"{CAST[role]}@{tenant.default_domain}"
    display = f"{tenant.display_name} {_WORDS[role]}"
    return _values(tenant, display, tenant.display_name, _WORDS[role], upn, guest=False, enabled=True)


def _person(seed: int, tenant: Tenant, index: int, words: tuple[int, ...]) -> dict[str, Any]:
    pool = _names()[_names()["countries"].get(tenant.country, "en")]
    first, last, again = _pair(seed, tenant, index, pool)
    guest = words[0] % 100 < tenant.guests
    local = _local(first, last, index) + again
    upn = f"{local}_partner.example#EXT#@{tenant.initial_domain}" if guest else f"{local}@{tenant.default_domain}"
    return _values(tenant, f"{first} {last}", first, last, upn, guest=guest, enabled=words[1] % 100 >= 4)


def _pair(seed: int, tenant: Tenant, index: int, pool: dict[str, Any]) -> tuple[str, str, str]:
    """A name for the index: a permutation of all pairs of the pool, so that none repeats before all were used."""
    firsts, lasts = pool["first"], pool["last"]
    count, (step, start) = len(firsts) * len(lasts), _walk(seed, tenant.id, len(firsts) * len(lasts))
    at, again = (start + index * step) % count, index // count
    return firsts[at % len(firsts)], lasts[at // len(firsts)], str(again + 1) if again else ""


@functools.lru_cache(maxsize=4096)
def _walk(seed: int, tenant_id: str, count: int) -> tuple[int, int]:
    words = draw(seed, tenant_id, "names")
    step = words[0] % count
    while math.gcd(step, count) != 1:
        step += 1
    return step, words[1] % count


@functools.lru_cache(maxsize=65_536)
def _plain(first: str, last: str) -> str:
    return unicodedata.normalize("NFKD", f"{first}.{last}".lower()).encode("ascii", "ignore").decode()


def _local(first: str, last: str, index: int) -> str:
    plain = _plain(first, last)
    return plain if len(plain) > 2 else f"user{index:05d}"


def _values(
    tenant: Tenant, display: str, first: str, last: str, upn: str, *, guest: bool, enabled: bool
) -> dict[str, Any]:
    languages = _names()[_names()["countries"].get(tenant.country, "en")]
    nickname = upn.rpartition("@")[0]
    mail = upn.split("#", 1)[0].replace("_partner.example", "@partner.example") if guest else upn
    return {
        "display": display,
        "nickname": nickname,
        "creation": "Invitation" if guest else None,
        "first": first,
        "last": last,
        "upn": upn,
        "mail": mail,
        "user_type": "Guest" if guest else "Member",
        "enabled": enabled,
        "country": tenant.country,
        "language": languages["language"],
        "external_state": "Accepted" if guest else None,
        "company": "Partner" if guest else tenant.display_name,
    }


def group_base(seed: int, tenant: Tenant, index: int) -> tuple[dict[str, Any], tuple[int, ...]]:
    """The base values and the draw of the group at an index."""
    words = draw(seed, tenant.id, "group", index)
    names = _names()["groups"]["names"]
    again = index // len(names)
    display = names[index % len(names)] + (f" {again + 1}" if again else "")
    kind = words[0] % 10
    unified, dynamic = kind < 5, kind == 9
    nickname = "".join(c for c in display.lower() if c.isalnum())
    return {
        "id": guid(seed, tenant.id, "group", index),
        "display": display,
        "description": f"{display} of {tenant.display_name}",
        "nickname": nickname,
        "mail": f"{nickname}@{tenant.default_domain}" if unified else None,
        "unified": unified,
        "security": not unified,
        "types": (["Unified"] if unified else []) + (["DynamicMembership"] if dynamic else []),
        "rule": f'user.department -eq "{RULE_DEPARTMENT}"' if dynamic else None,
        "rule_state": "On" if dynamic else None,
        "provisioned": ["Team"] if kind < 3 else [],
        "sid": f"S-1-12-1-{words[8]}-{words[9]}-{words[10]}-{words[11]}",
    }, words


def is_security(seed: int, tenant: Tenant, index: int) -> bool:
    """Whether the group at an index is a security group, which may be in another and hold others."""
    return 5 <= draw(seed, tenant.id, "group", index)[0] % 10 < 9


def is_dynamic(seed: int, tenant: Tenant, index: int) -> bool:
    """Whether a rule says who the group's members are."""
    return draw(seed, tenant.id, "group", index)[0] % 10 == 9


def members(seed: int, tenant: Tenant, index: int) -> list[int]:
    """Indices of the users who are direct members of the group at an index, in order."""
    words = draw(seed, tenant.id, "members", index)
    count = min(tenant.users, 2 + words[0] % 30)
    start, step = words[1] % tenant.users, 1 + words[2] % 7
    return sorted({(start + number * step) % tenant.users for number in range(count)})


def subgroups(seed: int, tenant: Tenant, index: int) -> list[int]:
    """Indices of the groups in a group: the next security group, in half of the security groups."""
    if not is_security(seed, tenant, index) or draw(seed, tenant.id, "members", index)[3] % 2:
        return []
    following = (number for number in range(index + 1, tenant.groups) if is_security(seed, tenant, number))
    return list(itertools.islice(following, 1))
