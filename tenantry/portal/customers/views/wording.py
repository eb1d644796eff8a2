"""What stands beside the wizard's steps, and the app's permissions in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from tenantry.engines.inventory import catalogue
from tenantry.kernel.text import Text
from tenantry.kernel.text import lazy as _
from tenantry.kernel.web.parts import Step
from tenantry.portal.customers import rules
from tenantry.portal.customers.models import Draft

TITLES: tuple[tuple[Text, Text], ...] = (
    (_("Account type"), ""),
    (_("Identify"), _("Apps and consent")),
    (_("Information"), _("Who and where")),
    (_("Services and confirm"), _("May be left empty")),
)


@dataclass(frozen=True)
class PermissionGroup:
    """Permissions of one area."""

    title: Text
    icon: str
    wishes: list[catalogue.Wish]


def permissions() -> dict[str, Any]:
    """What the Insight app asks for, by area, and how many permissions that are."""
    groups = [
        PermissionGroup(group.title, group.icon, [wish for wish in catalogue.INSIGHT if wish.group == group.key])
        for group in catalogue.GROUPS
    ]
    return {"groups": groups, "wishes": len(catalogue.INSIGHT)}


def steps(draft: Draft, current: int) -> list[Step]:
    """The four steps; one that may be opened is a link."""
    return [_step(draft, number, current) for number in range(1, len(TITLES) + 1)]


def _step(draft: Draft, number: int, current: int) -> Step:
    title, detail = TITLES[number - 1]
    detail = _known(draft, number) or detail
    href = reverse(f"onboard-{rules.STEPS[number - 1]}", kwargs={"draft_id": draft.pk})
    if number == current:
        return Step(title, detail, "current")
    if number < draft.step:
        return Step(title, detail, "done", href)
    return Step(title, detail, "later", href if number == draft.step else "")


def _known(draft: Draft, number: int) -> Text:
    if number == 1:
        return next((way.title for way in rules.ways("commercial") if way.key == draft.kind), "")
    return {2: draft.default_domain, 3: draft.organisation if draft.step > 3 else ""}.get(number, "")
