"""Every fact that a present folder offers a notice or a mail for is told to its receivers."""

from __future__ import annotations

from tenantry.kernel import scope
from tenantry.kernel.facts import on
from tenantry.kernel.models import Fact as FactRow
from tenantry.portal.notifications import actions, queries, tasks


@on(*queries.kinds())
def tell(fact: FactRow) -> None:
    """Deliver the notice; run twice, it tells nobody twice."""
    actions.deliver(scope.current().actor, fact)


@on(*sorted({kind.fact for kind in queries.mail_kinds().values()}))
def mail(fact: FactRow) -> None:
    """Let the fact's mails wait and start what sends them; run twice, it mails nobody twice."""
    for row in actions.put_mails(scope.current().actor, fact):
        tasks.send_mail.start(row.pk, key=str(row.pk))
