"""A Conditional Access policy in words: for whom, for which apps, and what it asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from babel.lists import format_list

from tenantry.kernel.text import Text, _, lazy, ngettext, say
from tenantry.kernel.web.templatetags.format import BABEL, spoken

MOST_NAMED = 2
CONTROLS: dict[str, Text] = {
    "block": lazy("Block access"),
    "mfa": lazy("multifactor authentication"),
    "strength": lazy("a strong sign-in method"),
    "compliantDevice": lazy("a compliant device"),
    "domainJoinedDevice": lazy("a hybrid joined device"),
    "approvedApplication": lazy("an approved app"),
    "compliantApplication": lazy("a protected app"),
    "passwordChange": lazy("a new password"),
}
_USERS: dict[str, Text] = {
    "All": lazy("Everybody"), "None": lazy("Nobody"), "GuestsOrExternalUsers": lazy("Guests"),
}  # fmt: skip
_APPS: dict[str, Text] = {
    "All": lazy("All apps"), "None": lazy("No app"), "Office365": lazy("Office 365"),
    "MicrosoftAdminPortals": lazy("Microsoft’s admin portals"),
}  # fmt: skip
_ACTIONS: dict[str, Text] = {
    "urn:user:registersecurityinfo": lazy("Registering security info"),
    "urn:user:registerdevice": lazy("Registering a device"),
}


def ids(policy: Mapping[str, Any]) -> Iterator[str]:
    """The ids of whatever the policy names."""
    for side in ("users", "applications"):
        for values in (policy.get(side) or {}).values():
            yield from (value for value in values or () if isinstance(value, str))


def users(policy: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """For whom it is, and who is left out."""
    found = policy.get("users") or {}
    return _except(_people(found, "include", names), _people(found, "exclude", names))


def apps(policy: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """For which apps it is, and which are left out; or for which act."""
    found = policy.get("applications") or {}
    acts = [str(_ACTIONS.get(act, act)) for act in found.get("includeUserActions") or ()]
    included = _named(found.get("includeApplications"), _APPS, names, _apps)
    return _except([*included, *acts], _named(found.get("excludeApplications"), _APPS, names, _apps))


def grant(policy: Mapping[str, Any]) -> str:
    """What it asks for before it lets somebody in."""
    found = policy.get("grantControls") or {}
    controls = list(found.get("builtInControls") or ())
    if "block" in controls:
        return str(CONTROLS["block"])
    controls += ["strength"] if found.get("authenticationStrength") else []
    asked = [str(CONTROLS.get(control, control)) for control in controls]
    asked += [_("agreement to terms of use")] if found.get("termsOfUse") else []
    if not asked:
        return _("Limits the session")
    return say(_("Require {controls}"), controls=listed(asked, "or" if found.get("operator") == "OR" else "standard"))


def listed(words: Iterable[str], style: Literal["standard", "or"] = "standard") -> str:
    """Words as a list of the reader's language."""
    return format_list(list(words), style, BABEL.get(spoken(), "en_GB"))


def _people(found: Mapping[str, Any], side: str, names: Mapping[str, str]) -> list[str]:
    guests = [str(_USERS["GuestsOrExternalUsers"])] if found.get(f"{side}GuestsOrExternalUsers") else []
    return [
        *_named(found.get(f"{side}Users"), _USERS, names, _users),
        *_named(found.get(f"{side}Groups"), {}, names, _groups),
        *_named(found.get(f"{side}Roles"), {}, names, _roles),
        *guests,
    ]


def _named(values: Any, known: Mapping[str, Text], names: Mapping[str, str], count: Any) -> list[str]:
    """Words that stand for themselves, names of a few things, the number of many or of nameless ones."""
    given = list(values or ())
    plain = [str(known[value]) for value in given if value in known]
    others = [value for value in given if value not in known]
    if not others:
        return plain
    if len(others) <= MOST_NAMED and all(value in names for value in others):
        return [*plain, *(names[value] for value in others)]
    return [*plain, count(len(others))]


def _except(included: list[str], excluded: list[str]) -> str:
    who = listed(included) if included else _("Nobody")
    return say(_("{who}, except {others}"), who=who, others=listed(excluded)) if excluded else who


def _users(count: int) -> str:
    return say(ngettext("{count} user", "{count} users", count), count=count)


def _groups(count: int) -> str:
    return say(ngettext("{count} group", "{count} groups", count), count=count)


def _roles(count: int) -> str:
    return say(ngettext("{count} role", "{count} roles", count), count=count)


def _apps(count: int) -> str:
    return say(ngettext("{count} app", "{count} apps", count), count=count)
