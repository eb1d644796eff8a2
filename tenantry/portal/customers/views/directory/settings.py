"""Policies of which a tenant has one, in words: what protects everybody, what members and guests may do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from tenantry.engines.inventory import queries as inventory
from tenantry.kernel.text import Text, _, lazy
from tenantry.kernel.web.page import Request, page
from tenantry.portal.customers import queries
from tenantry.portal.customers.models import Customer
from tenantry.portal.customers.views.directory.base import VIEW, around, at_moment, beside
from tenantry.portal.customers.views.directory.conditions import listed

KINDS = ("policies", "authentication_methods")
INVITES: Mapping[str, Text] = {
    "none": lazy("Nobody"),
    "adminsAndGuestInviters": lazy("Administrators and guest inviters"),
    "adminsGuestInvitersAndAllMembers": lazy("Members and administrators"),
    "everyone": lazy("Everybody, guests included"),
}
GUESTS: Mapping[str, Text] = {
    "a0b1b346-4d3e-4e8b-98f8-753987be4970": lazy("As much as members"),
    "10dae51f-b6af-4016-8d66-8c2a99b929b3": lazy("Less than members"),
    "2af84b1e-32c8-42b7-82bc-daa82404023b": lazy("Only what is their own"),
}
METHODS: Mapping[str, Text] = {
    "MicrosoftAuthenticator": lazy("Authenticator app"),
    "Fido2": lazy("Security key"),
    "Sms": lazy("Text message"),
    "Voice": lazy("Telephone call"),
    "Email": lazy("E-mail"),
    "SoftwareOath": lazy("Code of an app"),
    "HardwareOath": lazy("Code of a device"),
    "TemporaryAccessPass": lazy("Temporary pass"),
    "X509Certificate": lazy("Certificate"),
    "QRCodePin": lazy("Code to scan"),
}


@dataclass(frozen=True)
class Section:
    """One policy in words."""

    title: Text
    rows: list[tuple[Text, Text]]
    history: str


def _yes(value: Any) -> Text:
    if value is None:
        return _("unknown")
    return _("yes") if value else _("no")


def _defaults(body: Mapping[str, Any]) -> list[tuple[Text, Text]]:
    on = body.get("isEnabled")
    return [(_("Security defaults"), _("unknown") if on is None else _("On") if on else _("Off"))]


def _authorization(body: Mapping[str, Any]) -> list[tuple[Text, Text]]:
    members, invites = body.get("defaultUserRolePermissions") or {}, str(body.get("allowInvitesFrom"))
    guests = str(body.get("guestUserRoleId"))
    return [
        (_("Who may invite guests"), INVITES.get(invites, invites)),
        (_("What guests see"), GUESTS.get(guests, guests)),
        (_("Members may register apps"), _yes(members.get("allowedToCreateApps"))),
        (_("Members may make security groups"), _yes(members.get("allowedToCreateSecurityGroups"))),
        (_("Members may make tenants"), _yes(members.get("allowedToCreateTenants"))),
        (_("Members may consent to apps"), _yes(bool(members.get("permissionGrantPoliciesAssigned")))),
        (_("Self-service password reset"), _yes(body.get("allowedToUseSSPR"))),
    ]


def _methods(body: Mapping[str, Any]) -> list[tuple[Text, Text]]:
    known = body.get("authenticationMethodConfigurations") or ()
    by_state = {
        state: [_named(one) for one in known if (one.get("state") == "enabled") is state] for state in (True, False)
    }
    return [
        (_("Allowed"), listed(by_state[True]) or _("nothing")),
        (_("Not allowed"), listed(by_state[False]) or _("nothing")),
    ]


def _named(method: Mapping[str, Any]) -> str:
    return str(METHODS.get(method.get("id", ""), method.get("id", "")))


SECTIONS: Mapping[str, tuple[Text, Callable[[Mapping[str, Any]], list[tuple[Text, Text]]]]] = {
    "00000000-0000-0000-0000-000000000005": (lazy("Protection for everybody"), _defaults),
    "authorizationPolicy": (lazy("What members and guests may do"), _authorization),
    "authenticationMethodsPolicy": (lazy("Sign-in methods"), _methods),
}


@page(VIEW, of=queries.customer, methods=("GET", "HEAD"))
def settings(request: Request, customer: Customer) -> HttpResponse:
    """The policies of which a tenant has one."""
    with at_moment(request, customer.pk, KINDS) as moment:
        context = around(request, customer, "access", KINDS)
        context |= {"moment": moment, "hidden": [], "now": "?", "past": bool(moment.at)}
        context |= {"lists": beside(customer, "access", "customer-settings", moment)}
        context["sections"] = [_section(one) for one in inventory.tenant_policies(customer.pk)]
        if moment.at:
            context["troubles"] = []
    return render(request, "customers/settings.html", context, status=422 if moment.problem else 200)


def _section(policy: Any) -> Section:
    title, words = SECTIONS.get(policy.object_id, (policy.display_name, _defaults))
    kind = "authentication_methods" if hasattr(policy, "allowed") else "policies"
    place = {"customer_id": policy.customer_id, "tenant_kind": kind, "observed_id": policy.pk}
    return Section(title, words(policy.values()), reverse("customer-history", kwargs=place))
