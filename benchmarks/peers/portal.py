"""The customers page of the portal."""

from __future__ import annotations

import time

from benchmarks import contestant, place, world
from benchmarks.contestant import Ask

ROW = b'<tr class="tn-grid-row"'
ASKED = ("q=werk&sort=-customer", "q=GmbH&sort=number")
TIMES = 50


def main() -> None:
    """Serve the page whole, the list alone as htmx asks for it, and the drawing of fifty rows."""
    place.settings()
    from tenantry.config.wsgi import application

    cookie = world.session()
    alone = (("HX-Request", "true"), ("HX-Target", "grid-customers"))
    contestant.serve(
        application,
        {
            "page": [Ask("/customers", query, cookie, ROW) for query in ASKED],
            "list": [Ask("/customers", query, cookie, ROW, headers=alone) for query in ASKED],
        },
        {"rows": _rows},
    )


def _rows() -> float:
    """Seconds on the processor to draw the fifty rows of the page, once fetched."""
    from tenantry.kernel import ports, scope
    from tenantry.portal.customers.queries import listing
    from tenantry.portal.customers.views.listing import Customers

    partner, owner = map(int, (place.DATA / "who").read_text().split())
    with scope.task(partner, place.REGION):
        grid = _grid(Customers, listing.shown(), ports.resolver().actor(owner))
        assert len(grid.page.rows) == TIMES
        start = time.process_time()
        for _ in range(TIMES):
            grid.table()
        return (time.process_time() - start) / TIMES


def _grid(kind, rows, actor):
    from django.http import HttpRequest

    request = HttpRequest()
    request.actor = actor
    return kind.from_request(request, rows)


if __name__ == "__main__":
    main()
