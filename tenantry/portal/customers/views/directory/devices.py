"""Devices that are registered in a customer's tenants."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.safestring import SafeString

from tenantry.engines.inventory import queries as inventory
from tenantry.kernel import clock
from tenantry.kernel.text import Text, _, lazy
from tenantry.kernel.web import parts
from tenantry.kernel.web.grid import Choice, Column, View
from tenantry.kernel.web.page import Request, page
from tenantry.kernel.web.templatetags.format import ago, day
from tenantry.portal.customers import queries
from tenantry.portal.customers.models import Customer
from tenantry.portal.customers.views.directory.base import NOT_READ, VIEW, Directory

QUIET = timedelta(days=90)
TRUST: dict[str, Text] = {
    "AzureAd": lazy("Joined"),
    "ServerAd": lazy("Hybrid joined"),
    "Workplace": lazy("Registered"),
}


def _device(row: Any) -> SafeString:
    return parts.name_cell(row.display_name, row.history, row.model)


def _compliance(row: Any) -> SafeString:
    if row.compliant is None:
        return parts.status_word("none", _("Not managed"))
    return parts.status_word("good", _("Compliant")) if row.compliant else parts.status_word("soon", _("Not compliant"))


def _trust(row: Any) -> Text:
    return TRUST.get(row.trust, str(row.trust))


def _system(row: Any) -> str:
    return f"{row.system} {row.system_version}".strip()


def _quiet(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(signed_in__lt=clock.now() - QUIET)


class Devices(Directory):
    """The devices of a customer's tenants."""

    key, label, sort = "tenant-devices", lazy("Devices"), "name"
    tab, address, kinds, thing = "devices", "customer-devices", ("devices",), "devices"
    search_label, search = lazy("Search devices"), ("display_name",)
    columns = (
        Column("name", lazy("Device"), _device, sort="sort_key",
               width=280, pinned=True),
        Column("compliance", lazy("Compliance"), _compliance, width=160),
        Column("system", lazy("System"), _system, sort="system", width=200, card="side"),
        Column("trust", lazy("Join"), _trust, sort="trust", width=140),
        Column("enabled", lazy("State"), lambda row: _("Disabled") if row.enabled is False else _("Enabled"),
               width=120),
        Column("signed_in", lazy("Last sign-in, about"), lambda row: ago(row.signed_in), sort="signed_in", width=180),
        Column("registered", lazy("Registered"), lambda row: day(row.registered), sort="registered"),
    )  # fmt: skip
    filters = (
        Choice("compliant", lazy("Compliance"), (("True", lazy("Compliant")), ("False", lazy("Not compliant")))),
        Choice("trust", lazy("Join"), tuple(TRUST.items())),
        Choice("enabled", lazy("State"), (("True", lazy("Enabled")), ("False", lazy("Disabled")))),
    )
    views = (
        View("all", lazy("All")),
        View("failing", lazy("Not compliant"), lambda rows: rows.filter(compliant=False)),
        View("quiet", lazy("No sign-in for 90 days"), _quiet),
    )
    empty = NOT_READ

    def found(self, rows: QuerySet[Any], wish: str) -> QuerySet[Any]:
        """By name."""
        return rows.filter(pk__in=inventory.devices(self.customer_id, wish).values("pk"))


@page(VIEW, of=queries.customer, methods=("GET", "HEAD"))
def devices(request: Request, customer: Customer) -> HttpResponse:
    """Devices, with search."""
    return Devices.from_request(request, inventory.devices(customer.pk)).answer(customer)
