"""Every fact that a present folder offers a notice kind for is told to its receivers."""

from __future__ import annotations

from tenantry.kernel import scope
from tenantry.kernel.facts import on
from tenantry.kernel.models import Fact as FactRow
from tenantry.portal.notifications import actions, queries


@on(*queries.kinds())
def tell(fact: FactRow) -> None:
    """Deliver the notice; run twice, it tells nobody twice."""
    actions.deliver(scope.current().actor, fact)
