"""What this folder offers to pages of others: tabs of the customer's page, results of the search box."""

from __future__ import annotations

from urllib.parse import urlencode

from tenantry.engines.inventory import queries as inventory
from tenantry.kernel.offers import Card, Command, CustomerTab, Hit, SearchSource
from tenantry.kernel.text import lazy as _
from tenantry.portal.customers import queries
from tenantry.portal.customers.cards import home
from tenantry.portal.customers.models import Customer

VIEW = "customers.view"

TABS = (
    CustomerTab("dashboard", _("Dashboard"), VIEW, 10, "/customers/{customer}"),
    CustomerTab("tenants", _("Tenants"), VIEW, 50, "/customers/{customer}/tenants"),
    CustomerTab("users", _("Users"), VIEW, 60, "/customers/{customer}/users"),
    CustomerTab("devices", _("Devices"), VIEW, 70, "/customers/{customer}/devices"),
    CustomerTab("roles", _("Roles"), VIEW, 80, "/customers/{customer}/roles"),
    CustomerTab("apps", _("Apps"), VIEW, 90, "/customers/{customer}/apps"),
    CustomerTab("access", _("Conditional Access"), VIEW, 100, "/customers/{customer}/conditional-access"),
    CustomerTab("score", _("Secure score"), VIEW, 110, "/customers/{customer}/secure-score"),
    CustomerTab("activity", _("Activity"), VIEW, 200, "/customers/{customer}/activity"),
)


def _customers(words: str, limit: int) -> list[Hit]:
    found = queries.search.customers(words, limit)
    return [
        Hit(row.organisation, row.short_id, f"/customers/{row.pk}", "building", row.rank > 1, row.onboarded_at)
        for row in found
    ]


def _tenants(words: str, limit: int) -> list[Hit]:
    found = queries.search.tenants(words, limit)
    return [
        Hit(row.default_domain, row.customer.organisation, f"/tenants/{row.pk}", "world", row.rank > 1) for row in found
    ]


def _users(words: str, limit: int) -> list[Hit]:
    hidden = Customer.objects.exclude(state__in=Customer.SHOWN).values_list("pk", flat=True)
    found = inventory.search(words, limit, hidden=list(hidden))
    return [
        Hit(row.title, row.detail, f"/customers/{row.customer_id}/{PLACES[row.kind][0]}?{urlencode({'q': row.title})}",
            PLACES[row.kind][1], exact=words.casefold() in {row.title.casefold(), row.detail.casefold()})
        for row in found if row.kind in PLACES
    ]  # fmt: skip


PLACES = {
    "users": ("users", "user"), "groups": ("groups", "users-group"), "devices": ("devices", "devices"),
    "applications": ("apps", "stack-2"), "service_principals": ("enterprise-apps", "stack-2"),
}  # fmt: skip
"""Where things of a tenant are listed, and their icons, by kind."""


SEARCHES = (
    SearchSource("customers", _("Customers"), VIEW, 10, _customers),
    SearchSource("tenants", _("Tenants"), VIEW, 20, _tenants),
    SearchSource("tenant_users", _("Users, groups, devices and apps in tenants"), VIEW, 30, _users),
)

COMMANDS = (Command(_("Onboard new customer"), "/customers/onboard", "plus", "customers.onboard", 10),)

SETTINGS = (
    Card("customer_apps", _("Customer app profiles"), "customers.consent", "settings", 40, "customers/setting.html",
         lambda: {"href": "/settings/customer-apps", "icon": "plug-connected",
                  "detail": _("Which app may do what in which tenant, and whether it still may")}),
)  # fmt: skip
HOME = Card("customers", _("Customers"), VIEW, "home", 10, "customers/home.html", home.content)
