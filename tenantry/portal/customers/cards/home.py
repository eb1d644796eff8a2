"""The customers' part of the home page: what is wrong, then figures with their ages, each a link."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString

from tenantry.kernel import scope
from tenantry.kernel.text import _, lazy, ngettext, say
from tenantry.kernel.web.parts import bar
from tenantry.kernel.web.templatetags.format import ago, figure
from tenantry.portal.customers.models import AppProfile
from tenantry.portal.customers.queries import home, listing
from tenantry.portal.customers.queries.home import Total, Trouble

MOST_TROUBLES, MOST_RANKED = 8, 5
LIST = "/customers"
Status = AppProfile.Status
CONSENT = (
    (Status.EXPIRED, lazy("Consent lost"), "bad"),
    (Status.INSUFFICIENT, lazy("Permissions missing"), "warn"),
    (Status.UNKNOWN, lazy("Not answered"), "none"),
    (Status.WAITING, lazy("Waiting for consent"), "none"),
    (Status.ACTIVE, lazy("Connected"), "good"),
)


def content() -> dict[str, Any]:
    """All of it; a partner without customers is told how to begin."""
    customers = listing.shown().count()
    if not customers:
        return {"may_onboard": scope.current().actor.holds("customers.onboard")}
    troubled, failing = listing.troubled(listing.shown()).count(), home.failing().values("customer_id").distinct()
    return {
        "customers": customers,
        "stats": _stats(customers, troubled, failing.count()),
        "troubles": [_trouble(each) for each in home.troubles(MOST_TROUBLES)],
        "troubled": troubled,
        "consent": _consent(customers),
        "consent_bar": _bar(_consent(customers)),
        "unassigned": _ranking(home.most_unassigned(MOST_RANKED), "licences"),
        "largest": _ranking(home.most_users(MOST_RANKED), "users"),
        "seats": home.total("seats_bought").stamp,
        "users": home.total("users").stamp,
        "newest": [(row.organisation, f"{LIST}/{row.pk}", ago(row.onboarded_at)) for row in home.newest(MOST_RANKED)],
    }


def _stats(customers: int, troubled: int, failing: int) -> list[dict[str, Any]]:
    """The strip above: what is wrong in red and amber, the rest in ink."""
    lost, reading = listing.lost(listing.shown()).count(), listing.reading(listing.shown()).count()
    users, bought, used = home.total("users"), home.total("seats_bought"), home.total("seats_assigned")
    return [
        {"title": _("Consent lost"), "figure": figure(lost), "href": f"{LIST}?view=lost",
         "look": "failed" if lost else ""},
        {"title": _("Needs attention"), "figure": figure(troubled), "href": f"{LIST}?view=attention",
         "look": "soon" if troubled else ""},
        {"title": _("Reads failing"), "figure": figure(failing), "href": f"{LIST}?sort=synced",
         "look": "soon" if failing else ""},
        {"title": _("Customers"), "figure": figure(customers), "href": LIST, "note": _reading(reading)},
        {"title": _("Users"), "figure": figure(users.value), "href": f"{LIST}?sort=-users", "age": users.stamp,
         "note": _unknown(users)},
        {"title": _("Seats in use"), "figure": figure(used.value),
         "href": f"{LIST}?sort=-seats", "age": bought.stamp,
         "note": say(_("of {n} bought"), n=figure(bought.value))},
    ]  # fmt: skip


def _reading(number: int) -> str:
    words = ngettext("{n} read for the first time", "{n} read for the first time", number)
    return say(words, n=figure(number)) if number else ""


def _unknown(total: Total) -> str:
    words = ngettext("{n} customer unknown", "{n} customers unknown", total.unknown)
    return say(words, n=figure(total.unknown)) if total.unknown else ""


def _trouble(one: Trouble) -> dict[str, Any]:
    """A line of the table: who, what is wrong, since when, and the act that answers it."""
    page = f"{LIST}/{one.customer.pk}"
    line: dict[str, Any] = {
        "name": one.customer.organisation,
        "page": page,
        "since": ago(one.since) if one.since else "",
    }
    if one.profile is None:
        return line | _of_reads(one, page)
    href = f"{page}/consent/{one.profile.pk}"
    if one.profile.status == Status.EXPIRED:
        return line | {"kind": "failed", "icon": "plug-connected-x", "what": _("Consent has ended, nothing is read"),
                       "act": _("Ask for it again"), "href": href}  # fmt: skip
    count = len(one.profile.missing)
    words = ngettext("{n} permission has been taken back", "{n} permissions have been taken back", count)
    return line | {"kind": "soon", "icon": "alert-triangle", "what": say(words, n=count), "act": _("Ask for it again"),
                   "href": href}  # fmt: skip


def _of_reads(one: Trouble, page: str) -> dict[str, Any]:
    if one.reason == "throttled":
        words = ngettext("Microsoft asks for patience: {n} kind", "Microsoft asks for patience: {n} kinds", one.kinds)
    else:
        words = ngettext("Microsoft does not answer: {n} kind", "Microsoft does not answer: {n} kinds", one.kinds)
    return {"kind": "soon", "icon": "clock-exclamation", "what": say(words, n=one.kinds),
            "act": _("See what was read"), "href": f"{page}/tenants"}  # fmt: skip


def _consent(customers: int) -> list[dict[str, Any]]:
    """How consent stands, the worst first; only what there is."""
    counted = home.statuses()
    return [
        {"title": title, "number": counted[status], "share": counted[status] / customers, "kind": kind,
         "href": f"{LIST}?f_status={status}"}
        for status, title, kind in CONSENT if counted.get(status)
    ]  # fmt: skip


def _bar(parts: list[dict[str, Any]]) -> SafeString:
    """The same as one bar; what went well is quiet."""
    words = ", ".join(f"{part['title']}: {part['number']}" for part in parts)
    return bar([(part["kind"], part["share"]) for part in parts], words, 1000)


def _ranking(rows: list[tuple[Any, int]], tab: str) -> list[dict[str, Any]]:
    most = max((number for _customer, number in rows), default=1)
    return [
        {"name": customer.organisation, "href": f"{LIST}/{customer.pk}/{tab}", "number": number, "share": number / most}
        for customer, number in rows
    ]
