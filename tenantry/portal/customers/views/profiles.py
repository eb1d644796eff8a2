"""Customer app profiles: which app may do what in which tenant, and whether it still may."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from tenantry.kernel.text import Text, _, lazy
from tenantry.kernel.web import parts
from tenantry.kernel.web.grid import Choice, Column, Empty, Grid, View
from tenantry.kernel.web.page import Request, page
from tenantry.kernel.web.parts.shape import format_html
from tenantry.kernel.web.templatetags.format import ago, day, moment
from tenantry.portal.customers import queries, rules
from tenantry.portal.customers.models import AppProfile
from tenantry.portal.customers.queries import listing

Status = AppProfile.Status
STATUSES: tuple[tuple[str, Text], ...] = (
    (Status.EXPIRED, lazy("Consent lost")),
    (Status.INSUFFICIENT, lazy("Insufficient")),
    (Status.UNKNOWN, lazy("Unknown")),
    (Status.WAITING, lazy("Waiting")),
    (Status.ACTIVE, lazy("Active")),
)
_AGAIN = (Status.EXPIRED, Status.INSUFFICIENT)


def _customer(row: AppProfile) -> SafeString:
    return parts.name_cell(
        row.customer.organisation, reverse("customer-tenants", kwargs={"customer_id": row.customer_id})
    )


def _health(row: AppProfile) -> SafeString:
    return SafeString(render_to_string("customers/health.html", {"profile": row}))


def _consented(row: AppProfile) -> SafeString:
    when = day(row.consented_at) if row.consented_at else ""
    return format_html('<span title="{}, {}">{}</span>', row.consented_by, when, row.consented_by)


def _checked(row: AppProfile) -> SafeString:
    if row.checked_at is None:
        return format_html('<span class="tn-meta">{}</span>', _("never"))
    look = "tn-is-soon" if row.silent_since else "tn-meta"
    return format_html('<span class="{}" title="{}">{}</span>', look, moment(row.checked_at), ago(row.checked_at))


def _act(row: AppProfile) -> SafeString:
    if row.status not in _AGAIN:
        return SafeString("")
    href = reverse("customer-consent", kwargs={"customer_id": row.customer_id, "profile_id": row.pk})
    label = _("Ask for it again")
    return parts.button(label, href, size="small", aria_label=f"{label}: {row.customer.organisation}")


def _apps() -> list[tuple[str, Text]]:
    return [(app, rules.app_title(app)) for app in sorted(queries.profile_apps())]


def _broken(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(status__in=_AGAIN)


class Profiles(Grid):
    """One row for each app in each tenant."""

    key, label, sort = "customer-apps", lazy("Customer app profiles"), "status"
    search, search_label = ("customer__organisation__icontains",), lazy("Find a customer")
    columns = (
        Column("customer", lazy("Customer"), _customer, sort="customer__sort_key", width=200, pinned=True),
        Column("tenant", lazy("Tenant"), lambda row: row.tenant.default_domain, width=180, card="hidden"),
        Column("app", lazy("App"), lambda row: rules.app_title(row.app), sort="app", width=80, card="hidden"),
        Column("setup", lazy("Setup"), lambda _row: _("Modern"), width=80, card="hidden"),
        Column("status", lazy("Status"), _health, sort="urgency", width=240, card="status"),
        Column("consented", lazy("Consented by"), _consented, card="hidden"),
        Column("checked", lazy("Checked"), _checked, sort="checked_at", width=120, card="side"),
        Column("act", "", _act, width=160, card="chips"),
    )
    filters = (
        Choice("status", lazy("Status"), STATUSES, narrow=queries.in_status),
        Choice("app", lazy("App"), _apps),
        Choice("customer", lazy("Customer"), queries.profile_customers, field="customer_id"),
    )
    views = (View("all", lazy("All")), View("again", lazy("To authorise again"), _broken, "plug-connected-x", "failed"))
    empty = Empty(
        lazy("No customer has consented to an app yet"),
        lazy("One row for each app and tenant: what was consented, by whom, and whether it still holds."),
    )


@page("customers.consent", methods=("GET", "HEAD"))
def profiles(request: Request) -> HttpResponse:
    """All app profiles, those that need a person first."""
    grid = Profiles.from_request(request, queries.profiles())
    if not listing.shown().exists() and request.actor.holds("customers.onboard"):
        grid.empty = Empty(grid.empty.title, grid.empty.text, _("Onboard the first customer"), reverse("onboard"))
    return grid.respond("customers/profiles.html")
