"""Microsoft's secure score of a customer's tenant: current of most, ninety days, and what gives points."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tenantry.engines.inventory import queries as inventory
from tenantry.engines.inventory.queries import Score
from tenantry.kernel.text import Text, _, lazy, say
from tenantry.kernel.web import parts
from tenantry.kernel.web.page import Request, page
from tenantry.kernel.web.templatetags.format import day, figure, percent
from tenantry.portal.customers import queries
from tenantry.portal.customers.models import Customer
from tenantry.portal.customers.views.directory.base import VIEW, around

WIDTH, HEIGHT = 900, 160
CATEGORIES: dict[str, Text] = {
    "Identity": lazy("Identity"),
    "Data": lazy("Data"),
    "Device": lazy("Devices"),
    "Apps": lazy("Apps"),
    "Infrastructure": lazy("Infrastructure"),
}


@page(VIEW, of=queries.customer, methods=("GET", "HEAD"))
def score(request: Request, customer: Customer) -> HttpResponse:
    """The score with its ninety days and its controls."""
    context = around(request, customer, "score", ("secure_score",))
    found = inventory.secure_score(customer.pk)
    context |= _shown(found, request.GET.get("category", "")) if found else {}
    return render(request, "customers/score.html", context)


def _shown(found: Score, wished: str) -> dict[str, Any]:
    newest, first = found.newest, found.days[0]
    categories = sorted({control.control_category for control in found.controls})
    chosen = wished if wished in categories else ""
    rows = [control for control in found.controls if chosen in ("", control.control_category)]
    return {
        "newest": newest,
        "points": figure(newest.current, 1), "most": figure(newest.maximum, 1), "share": percent(newest.share / 100, 1),
        "change": _change(newest.current - first.current, first.at) if len(found.days) > 1 else "",
        "chart": chart(found), "days": [(day(one.at), figure(one.current, 1), figure(one.maximum, 1),
                                         percent(one.share / 100, 1)) for one in reversed(found.days)],
        "controls": [(control.control_name, CATEGORIES.get(control.control_category, control.control_category),
                      figure(control.score, 2), control.description) for control in rows],
        "total": len(rows),
        "categories": [parts.Tab(_("All"), "?", not chosen, len(found.controls)), *(
            parts.Tab(CATEGORIES.get(name, name), f"?category={name}", name == chosen,
                      sum(control.control_category == name for control in found.controls))
            for name in categories)],
    }  # fmt: skip


def _change(points: float, since: Any) -> str:
    told = f"{'+' if points >= 0 else '−'}{figure(abs(points), 1)}"
    return say(_("{points} since {day}"), points=told, day=day(since))


def chart(found: Score) -> SafeString:
    """The days as a line of percentages; the table beneath says the same in numbers."""
    days = found.days
    start, span = days[0].at, max((days[-1].at - days[0].at).total_seconds(), 1.0)
    places = [
        (round(WIDTH * (one.at - start).total_seconds() / span, 1), round(HEIGHT * (1 - one.share / 100), 1))
        for one in days
    ]
    line = " ".join(f"{x},{y}" for x, y in places)
    label = say(_("Secure score in per cent from {first} to {last}: {from_share} to {to_share}."), first=day(start),
                last=day(days[-1].at), from_share=percent(days[0].share / 100, 1),
                to_share=percent(days[-1].share / 100, 1))  # fmt: skip
    rules = "".join(f'<line x1="0" x2="{WIDTH}" y1="{HEIGHT * n // 4}" y2="{HEIGHT * n // 4}"/>' for n in range(5))
    return format_html(
        '<svg class="tn-chart" viewBox="-4 -4 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<g class="tn-chart-rules">{}</g><polyline class="tn-chart-line" points="{}"/></svg>',
        WIDTH + 8, HEIGHT + 8, label, SafeString(rules), line,
    )  # fmt: skip
