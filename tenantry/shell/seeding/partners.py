"""The firms of the demo, opened through the actions that sign-up and the operator call."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from tenantry.kernel import scope
from tenantry.kernel.actor import system
from tenantry.kernel.residency import claims
from tenantry.shell.seeding.cast import ALPENRAND, GROUPS, JONAS, NORDLICHT, RESELLERS, STRANGERS, Player
from tenantry.shell.seeding.microsoft import Microsoft

if TYPE_CHECKING:
    from tenantry.portal.access.actions import Opened


def open_partners() -> None:
    """Open those that are missing: the distributor, its resellers, the stranger."""
    distributor = _place(NORDLICHT) or _open_distributor()
    for player in RESELLERS:
        if _place(player) is None:
            opened = _open(player, distributor)
            if player is ALPENRAND:
                _add_groups_and_colleague(opened)
    for player in STRANGERS:
        if _place(player) is None:
            _open(player)


def _place(player: Player) -> int | None:
    found = claims.route("email", player.email)
    return found.partner if found else None


def _open_distributor() -> int:
    from tenantry.portal.partners.actions import grant_distributor

    opened = _open(NORDLICHT)
    with scope.task(opened.partner, opened.region) as own:
        grant_distributor(own.actor)
    return opened.partner


def _open(player: Player, parent: int | None = None) -> Opened:
    from tenantry.portal.access.actions import NewPartner, NewPerson, open_partner

    person = NewPerson(player.email, player.first_name, player.last_name, made_once(settings.DATA, player.email))
    firm = NewPartner(player.name, player.country, parent=parent, second_factor=False)
    opened = open_partner(system(0, settings.REGIONS[0]), firm, person)
    _name_directory(opened, player)
    return opened


def _name_directory(opened: Opened, player: Player) -> None:
    """The partner's own tenant is that of its owner's domain."""
    from tenantry.portal.partners.actions import name_directory

    tenants = Microsoft.here().tenants()
    own = [tenant["id"] for tenant in tenants if tenant["default_domain"] == player.email.partition("@")[2]]
    with scope.task(opened.partner, opened.region) as here:
        for tenant in own:
            name_directory(here.actor, tenant)


def _add_groups_and_colleague(opened: Opened) -> None:
    """The customer groups, and Jonas, a technician of the customers in the first of them."""
    from tenantry.portal.access import rules
    from tenantry.portal.access.actions import GroupWish, NewPerson, add_person, create_group, create_role

    with scope.task(opened.partner, opened.region) as own:
        groups = [
            create_group(own.actor, GroupWish(name, words, colour, frozenset())) for name, words, colour in GROUPS
        ]
        wish = rules.Wish("Technicians North", "Looks after the customers in North",
                          frozenset({"customers.view", "customers.onboard", "customers.edit", "customers.sync"}),
                          everywhere=False, groups=frozenset({groups[0].pk}))  # fmt: skip
        role = create_role(own.actor, wish)
        add_person(own.actor, NewPerson(JONAS, "Jonas", "Weber", made_once(settings.DATA, JONAS)), [role])


def made_once(folder: Path, name: str) -> str:
    """A password made once and kept in the data folder, readable by its owner only."""
    kept = folder / "demo-passwords.json"
    known: dict[str, str] = json.loads(kept.read_text()) if kept.exists() else {}
    if name not in known:
        known[name] = f"{secrets.token_hex(2)}-{secrets.token_hex(2)}-{secrets.token_hex(2)}"
        kept.touch(mode=0o600)
        kept.write_text(json.dumps(known, indent=1))
    return known[name]
