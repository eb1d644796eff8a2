"""Which facts of mails deserve a notice, and whose."""

from __future__ import annotations

from collections.abc import Iterable

from tenantry.kernel.facts import values
from tenantry.kernel.models import Fact as FactRow
from tenantry.kernel.models import FactLabel
from tenantry.kernel.offers import NoticeKind
from tenantry.kernel.text import _, say
from tenantry.portal.notifications import facts


def _sender(fact: FactRow) -> Iterable[int]:
    sender = values(fact)["sender"]
    return (sender,) if sender else ()


def _undelivered(fact: FactRow) -> str:
    label = FactLabel.objects.filter(fact_id=fact.id, field="to").first()
    return say(_("The mail to {address} could not be delivered."), address=label.value if label else _("somebody"))


NOTICES = (
    NoticeKind(facts.MailUndelivered.name(), "warning", "operations", _sender, _undelivered, lambda _f: "/home"),
)
